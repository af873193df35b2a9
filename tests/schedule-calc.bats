#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm schedule calc: a filter of questions to schedules, one JSON object a line.
load helpers

setup() {
	csm_setup
	OFFICE='{"name":"Office","time_zone":"Europe/Berlin","span":[{"days":["mon","tue","wed","thu","fri"],"start":"09:00","end":"17:00"}]}'
}

# calc LINE...: the lines through the filter.
calc() { printf '%s\n' "$@" >lines && run_csm schedule calc lines; }
# result_of JSON: the answer to one question, the schedule $OFFICE unless it names another
result_of() { jq -nc --argjson s "$OFFICE" '{ schedule: $s } + '"$1" | "$CSM_BIN" schedule calc | jq -r '.result // .error'; }
stored() {
	csm init
	printf 'csm: 1\nschedule:\n  - {name: DE 9-17, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}],\n     exception: [{every: easter+1, kind: closed}]}\n  - {name: Floats, span: [{days: [mon], start: "09:00", end: "12:00"}]}\n' >s.yaml
	csm import s.yaml >/dev/null
}

@test "each operation, with a schedule given inline, without a database" {
	local db=$CSM_DB

	eq "$(result_of '{op: "due", start: "2024-03-28T15:00:00+01:00", duration: "PT8H"}')" 2024-03-29T14:00:00Z
	eq "$(result_of '{op: "sub", end: "2024-03-28T15:00:00+01:00", duration: "PT8H"}')" 2024-03-27T14:00:00Z
	eq "$(result_of '{op: "sub", start: "2024-03-28T15:00:00+01:00", duration: "PT8H"}')" 2024-03-27T14:00:00Z
	eq "$(result_of '{op: "elapsed", from: "2024-03-28T15:00:00+01:00", to: "2024-03-29T14:00:00Z"}')" 28800
	eq "$(result_of '{op: "open", at: "2024-03-28T15:00:00+01:00"}')" true
	eq "$(jq -nc --argjson s "$OFFICE" '{op: "open", at: "2024-03-28T17:00:00+01:00", schedule: $s}' | "$CSM_BIN" schedule calc | jq -c .result)" false
	eq "$(result_of '{op: "next", at: "2024-03-29T17:00:00+01:00"}')" 2024-04-01T07:00:00Z
	[ ! -e "$db" ]
}

@test "no database is named, nor is there a home: inline schedules are answered" {
	printf '{"op":"open","schedule":%s,"at":"2024-03-28T15:00"}\n' "$OFFICE" >lines
	out=$(env -u HOME -u CSM_DB -u XDG_DATA_HOME "$CSM_BIN" schedule calc lines)
	eq "$(json .result)" true
	status=0
	out=$(env -u HOME -u CSM_DB -u XDG_DATA_HOME "$CSM_BIN" schedule calc <<<'{"op":"open","schedule":"X","at":"now"}') || status=$?
	eq "$status" 1
	eq "$(json .error)" "there is no database to look up schedule 'X' in"
}

@test "conventions: used up at closing, the other boundary, due(x, 0), an end before the start, the closing instant" {
	eq "$(result_of '{op: "due", start: "2024-03-28T15:00", duration: "2h"}')" 2024-03-28T16:00:00Z
	eq "$(result_of '{op: "due", start: "2024-03-28T15:00", duration: "2h", boundary: "next-open"}')" 2024-03-29T08:00:00Z
	eq "$(result_of '{op: "due", start: "2024-03-31T03:30:15Z", duration: 0}')" 2024-03-31T03:30:15Z
	eq "$(result_of '{op: "due", start: "2024-03-31T03:30:15Z", duration: "PT0S", boundary: "next-open"}')" 2024-03-31T03:30:15Z
	eq "$(result_of '{op: "elapsed", from: "2024-03-29T12:00", to: "2024-03-28T12:00"}')" 0
	eq "$(result_of '{op: "next", at: "2024-03-28T12:00"}')" 2024-03-28T11:00:00Z
}

@test "--boundary is for lines that do not say it" {
	local q='"op":"due","schedule":'$OFFICE',"start":"2024-03-28T15:00","duration":"PT2H"'

	printf '{%s}\n{%s,"boundary":"close"}\n{%s,"boundary":"next-open"}\n' "$q" "$q" "$q" >lines
	run_csm schedule calc --boundary next-open lines
	ok
	eq "$(json .result)" "2024-03-29T08:00:00Z
2024-03-28T16:00:00Z
2024-03-29T08:00:00Z"
	eq "$(result_of '{op: "open", at: "2024-03-28T15:00", boundary: "a key of its own"}')" true
	run_csm schedule calc --boundary sometimes lines
	fails 2 "--boundary: 'sometimes' is none of close,next-open"
}

@test "durations: P1D is 24 hours, a number is seconds, months and years have no length" {
	eq "$(result_of '{op: "due", start: "2024-03-25T09:00", duration: "P1D"}')" 2024-03-27T16:00:00Z
	eq "$(result_of '{op: "due", start: "2024-03-25T09:00", duration: 90}')" 2024-03-25T08:01:30Z
	eq "$(result_of '{op: "due", start: "2024-03-25T09:00", duration: "P1DT1H30M"}')" 2024-03-28T09:30:00Z
	[[ $(result_of '{op: "due", start: "2024-03-25T09:00", duration: "P1M"}') == "duration: 'P1M': years and months have no fixed length"* ]]
	[[ $(result_of '{op: "due", start: "2024-03-25T09:00", duration: "P1Y"}') == "duration: 'P1Y': years and months have no fixed length"* ]]
	[[ $(result_of '{op: "due", start: "2024-03-25T09:00", duration: "-PT1H"}') == "duration: "* ]]
	[[ $(result_of '{op: "due", start: "2024-03-25T09:00", duration: 1.5}') == "duration: '1.5'"* ]]
}

@test "moments: with offset, in the schedule's zone without, dates, the clock" {
	eq "$(result_of '{op: "next", at: "2024-03-30"}')" 2024-04-01T07:00:00Z
	eq "$(result_of '{op: "next", at: "@1711800000"}')" 2024-04-01T07:00:00Z
	eq "$(result_of '{op: "elapsed", from: "today", to: "now"}')" 3600
	eq "$(result_of '{op: "elapsed", from: "yesterday", to: "tomorrow"}')" 57600
	[[ $(result_of '{op: "open", at: "noon"}') == "at: 'noon' is no time; expected "* ]]
	[[ $(result_of '{op: "open", at: 2024}') == "at: '2024' is no time; expected "* ]]
}

@test "a floating schedule takes the zone of the line, of --time-zone, of the setting" {
	local q='"op":"next","schedule":{"span":[{"days":"mon","start":"09:00","end":"12:00"}]},"at":"2024-03-04"'

	printf '{%s,"time_zone":"Asia/Tokyo"}\n{%s}\n' "$q" "$q" >lines
	run_csm schedule calc lines
	ok
	eq "$(json .result)" "2024-03-04T00:00:00Z
2024-03-04T09:00:00Z"
	run_csm schedule calc --time-zone America/New_York lines
	eq "$(json .result)" "2024-03-04T00:00:00Z
2024-03-04T14:00:00Z"
	run_csm schedule calc -c time.zone=Europe/Berlin lines
	eq "$(json .result)" "2024-03-04T00:00:00Z
2024-03-04T08:00:00Z"
	csm init
	csm setting new --name time.zone --value Asia/Kolkata >/dev/null
	run_csm schedule calc lines
	eq "$(json .result)" "2024-03-04T00:00:00Z
2024-03-04T03:30:00Z"
	run_csm schedule calc --time-zone Asia/Tokio lines
	fails 2 "--time-zone: time zone 'Asia/Tokio' is not known"
	calc "{$q,\"time_zone\":\"Asia/Tokio\"}"
	fails 1
	eq "$(json .error)" "time_zone: time zone 'Asia/Tokio' is not known (expected an IANA name such as Europe/Berlin)"
}

@test "stored schedules by name; what is stored and what is given can be mixed" {
	stored
	calc '{"op":"due","schedule":"DE 9-17","start":"2024-03-29T15:00:00+01:00","duration":"PT8H"}' \
		'{"op":"next","schedule":{"time_zone":"UTC","include":["DE 9-17"],"exclude":[{"time_zone":"UTC","span":[{"days":["fri"],"start":"00:00","end":"12:00"}]}]},"at":"2024-03-29"}' \
		'{"op":"next","schedule":{"time_zone":"UTC","include":"DE 9-17,Floats"},"at":"2024-03-29"}'
	ok
	eq "$(json .result)" "2024-04-02T13:00:00Z
2024-03-29T12:00:00Z
2024-03-29T08:00:00Z"
}

@test "what floats inside a schedule with a zone is in that zone, as for an SLA" {
	local floats='{"span":[{"days":"mon","start":"09:00","end":"10:00"}]}'

	calc '{"op":"next","at":"2024-03-04","schedule":{"time_zone":"Asia/Tokyo","include":['"$floats"']}}' \
		'{"op":"next","at":"2024-03-04","time_zone":"America/New_York","schedule":{"time_zone":"Asia/Tokyo","include":['"$floats"']}}' \
		'{"op":"next","at":"2024-03-04","time_zone":"America/New_York","schedule":{"include":['"$floats"']}}'
	ok
	eq "$(json .result)" "2024-03-04T00:00:00Z
2024-03-04T00:00:00Z
2024-03-04T14:00:00Z"
}

@test "what show prints is taken inline" {
	stored
	csm schedule-exception new --schedule "DE 9-17" --date 2024-03-28 --kind closed >/dev/null
	csm schedule new --name User --include "DE 9-17" >/dev/null
	csm schedule show "DE 9-17" -o json >doc
	jq -e ._csm_related doc >/dev/null
	eq "$(jq -nc --slurpfile s doc '{op: "next", schedule: $s[0], at: "2024-03-28"}' | "$CSM_BIN" schedule calc | jq -r .result)" 2024-03-29T08:00:00Z
}

@test "other keys stay as they came, in place and order; an earlier answer is replaced" {
	printf '{"big":123456789012345678901234567890, "op":"open","f":1.50e+3,"schedule":%s,\t"at":"2024-03-28T15:00" ,"t":"a\\u0062\\"}","l":[ {"result":1}, 2 ],"z":null}\n' "$OFFICE" >lines
	printf '{"result":1,"op":"open","schedule":%s,"error":{"a":[1,"]"]},"at":"2024-03-28T15:00","\\u0072esult2":0}\n' "$OFFICE" >>lines
	run_csm schedule calc lines
	ok
	eq "$(sed -n 1p "$CSM_OUT")" '{"big":123456789012345678901234567890,"op":"open","f":1.50e+3,"schedule":'"$OFFICE"',"at":"2024-03-28T15:00","t":"a\u0062\"}","l":[ {"result":1}, 2 ],"z":null,"result":true}'
	eq "$(sed -n 2p "$CSM_OUT")" '{"op":"open","schedule":'"$OFFICE"',"at":"2024-03-28T15:00","\u0072esult2":0,"result":true}'
	cp "$CSM_OUT" again
	run_csm schedule calc again
	eq "$out" "$(cat again)"
}

@test "a line that is wrong is answered with an error, in order, and the next one follows; the status is 1" {
	calc '{"op":"open","schedule":'"$OFFICE"',"at":"2024-03-28T15:00"}' \
		'[1]' \
		'' \
		'{"op":"open","op":"due"}' \
		'{"op":"open","schedule":{"name":"X"' \
		'{"id":7,"op":"opne","schedule":'"$OFFICE"',"at":"2024-03-28T15:00"}' \
		'{"id":8,"op":"open","schedule":'"$OFFICE"',"at":"2024-03-28T15:00"}'
	fails 1
	eq "$err" ""
	eq "$(jq -c 'del(.schedule)' "$CSM_OUT")" '{"op":"open","at":"2024-03-28T15:00","result":true}
{"line":2,"error":"column 1: expected an object '"'{', found '['"'"}
{"line":4,"error":"column 19: op: duplicate key '"'op'"' (first on line 4)"}
{"line":5,"error":"column 36: expected '"','"' or '"'}'"' after a value, found the end of the line"}
{"id":7,"op":"opne","at":"2024-03-28T15:00","error":"op: '"'opne'"' is none of due, sub, elapsed, open, next; did you mean '"'open'"'?"}
{"id":8,"op":"open","at":"2024-03-28T15:00","result":true}'
}

@test "each kind of wrong line says what is wrong and what is expected" {
	local want line

	while IFS='|' read -r want line; do
		calc "$line"
		fails 1 || return 1
		[[ $(json .error) == "$want"* ]] || wrong "not answered with: $want" || return 1
	done <<-'EOF'
		op: is missing; expected due, sub, elapsed, open or next|{}
		op: expected a text, not a list|{"op":["due"]}
		op: 'x' is none of due, sub, elapsed, open, next|{"op":"x"}
		schedule: expected the name of a schedule, or a map of its fields|{"op":"due"}
		schedule: expected the name of a schedule, or a map of its fields|{"op":"due","schedule":[]}
		there is no database to look up schedule 'X' in|{"op":"due","schedule":"X"}
		start: is missing; expected a moment such as 2024-|{"op":"due","schedule":{}}
		start: is missing|{"op":"due","schedule":{},"start":null}
		duration: is missing; expected a duration such as PT8H|{"op":"due","schedule":{},"start":"now"}
		duration: '8 hours' is no duration|{"op":"due","schedule":{},"start":"now","duration":"8 hours"}
		end: end and start are given; sub takes one of them|{"op":"sub","schedule":{},"end":"now","start":"now","duration":1}
		to: is missing|{"op":"elapsed","schedule":{},"from":"now"}
		boundary: 'open' is none of close, next-open|{"op":"due","boundary":"open"}
		schedule 'Never' has no open time within 100 years after 2024-03-01T09:00:00Z|{"op":"next","schedule":{"name":"Never"},"at":"now"}
		schedule 'inline' has no open time within 100 years before 2024-|{"op":"sub","schedule":{},"end":"now","duration":1}
		schedule 'Ends' has no open time|{"op":"due","schedule":{"name":"Ends","valid_to":"2020-01-01","span":{"days":"mon","start":"09:00","end":"10:00"}},"start":"now","duration":1}
		schedule: 'spam' is no field of schedule; did you mean 'span'?|{"op":"due","schedule":{"spam":[]}}
		span 1: 'strat' is no field of schedule_span; did you mean 'start'?|{"op":"due","schedule":{"span":[{"days":"mon","strat":"09:00"}]}}
		span 1: 'schedule' is no field of schedule_span|{"op":"due","schedule":{"span":[{"schedule":"X"}]}}
		span 2: days: 'monn' is no choice; did you mean 'mon'?|{"op":"due","schedule":{"span":[{"days":"mon","start":"09:00","end":"10:00"},{"days":["monn"]}]}}
		span 1: end: needs a value|{"op":"due","schedule":{"span":[{"days":"mon","start":"09:00"}]}}
		span 1: end: start and end are the same; a whole day is 00:00 to 24:00|{"op":"due","schedule":{"span":[{"days":"mon","start":"09:00","end":"09:00"}]}}
		span 1: start: 24:00 can only be an end|{"op":"due","schedule":{"span":[{"days":"mon","start":"24:00","end":"09:00"}]}}
		span 1: start: |{"op":"due","schedule":{"span":[{"days":"mon","start":"25:00","end":"09:00"}]}}
		span: expected a list of maps|{"op":"due","schedule":{"span":"mon"}}
		span: expected a list of maps|{"op":"due","schedule":{"span":[1]}}
		exception 1: date: an exception has either date or every|{"op":"due","schedule":{"exception":[{"kind":"closed"}]}}
		exception 1: every: '6th mon of may' is no recurring day|{"op":"due","schedule":{"exception":[{"every":"6th mon of may"}]}}
		exception 1: date: |{"op":"due","schedule":{"exception":[{"date":"2024-02-30"}]}}
		exception 1: kind: needs a value|{"op":"due","schedule":{"exception":[{"date":"2024-02-03","kind":null}]}}
		exception 1: start: kind hours needs start and end|{"op":"due","schedule":{"exception":[{"date":"2024-02-03","kind":"hours"}]}}
		exception 1: start: kind closed takes no start and end; use hours or break|{"op":"due","schedule":{"exception":[{"date":"2024-02-03","start":"09:00"}]}}
		exception 1 of Off: every: |{"op":"due","schedule":{"exclude":[{"name":"Off","exception":[{"every":"x"}]}]}}
		schedule X: time_zone: time zone 'Europe/Berlinn' is not known|{"op":"due","schedule":{"name":"X","time_zone":"Europe/Berlinn"}}
		schedule X: valid_to: is before valid_from|{"op":"due","schedule":{"name":"X","valid_from":"2024-02-01","valid_to":"2024-01-01"}}
		schedule: valid_from: |{"op":"due","schedule":{"valid_from":"soon"}}
		schedule: name: expected |{"op":"due","schedule":{"name":["a"]}}
		include: there is no database to look up schedule 'Y' in|{"op":"due","schedule":{"include":["Y"]}}
		include: expected a list of schedules|{"op":"due","schedule":{"include":[[]]}}
	EOF
}

@test "a schedule that is not known is said with the nearest name" {
	stored
	calc '{"op":"open","schedule":"DE 9-18","at":"now"}'
	fails 1
	eq "$(json .error)" "schedule DE 9-18: there is no schedule 'DE 9-18'; did you mean 'DE 9-17'?"
}

@test "schedules nested too deep, and a nesting that is only deep" {
	nested() {
		local s='{"time_zone":"UTC","span":[{"days":"mon","start":"09:00","end":"12:00"}]}'

		for ((i = 0; i < $1; i++)); do s='{"time_zone":"UTC","include":['$s']}'; done
		calc '{"op":"next","at":"2024-03-01","schedule":'"$s"'}'
	}
	nested 8
	ok
	eq "$(json .result)" 2024-03-04T09:00:00Z
	nested 9
	fails 1
	[[ $(json .error) == *"more than 8 deep"* ]]
}

@test "a line that names schedules over and over is refused, not read for half a minute" {
	csm init
	printf 'csm: 1\nschedule: [{name: Odd, time_zone: UTC, span: [{days: [mon], start: "09:00", end: "12:00"}]}]\n' >s.yaml
	csm import s.yaml >/dev/null
	named() { jq -nc "{op: \"next\", at: \"2024-03-01\", schedule: {time_zone: \"UTC\", include: [range($1) | \"Odd\"]}}" >line; }
	named 1000
	run_csm schedule calc line
	ok
	eq "$(json .result)" 2024-03-04T09:00:00Z
	named 1001
	run_csm schedule calc line
	fails 1
	eq "$(json .error)" "include: schedule 'Odd': more than 1000 schedules are included and excluded in all"
}

@test "several files, standard input among them, once" {
	printf '{"n":1,"op":"open","schedule":%s,"at":"2024-03-28T15:00"}\n' "$OFFICE" >one
	printf '{"n":2,"op":"open","schedule":%s,"at":"2024-03-28T15:00"}' "$OFFICE" >two
	run_csm schedule calc one - one <two
	ok
	eq "$(json .n)" "1
2
1"
	run_csm schedule calc - - <two
	fails 2 "standard input can be read once only"
	run_csm schedule calc one missing
	fails 66 "missing: No such file or directory"
	run_csm schedule calc </dev/null
	ok
	out_is ""
}

@test "a program may write a line and wait for its answer" {
	mkfifo in out
	"$CSM_BIN" schedule calc <in >out &
	exec 7>in 8<out
	for at in 15 18 16; do
		printf '{"op":"open","schedule":%s,"at":"2024-03-28T%s:00"}\n' "$OFFICE" "$at" >&7
		read -r -t 10 line <&8
		eq "$(jq -c '[.at, .result]' <<<"$line")" "[\"2024-03-28T$at:00\",$([ "$at" -lt 17 ] && echo true || echo false)]"
	done
	exec 7>&-
	wait $!
	exec 8<&-
}

@test "a reader that has seen enough ends the run quietly, a full disk does not" {
	for ((i = 0; i < 20000; i++)); do printf '{"i":%d,"op":"open","schedule":%s,"at":"2024-03-28T15:00"}\n' "$i" "$OFFICE"; done >lines
	"$CSM_BIN" schedule calc lines 2>err | head -n 1 >first
	eq "$(cat err)" ""
	[ ! -w /dev/full ] || {
		status=0
		"$CSM_BIN" schedule calc lines >/dev/full 2>err || status=$?
		eq "$status" 74
		grep -q "standard output" err
	}
}

@test "many schedules take turns: the answers are those of each" {
	for ((i = 0; i < 300; i++)); do
		printf '{"i":%d,"op":"next","at":"2024-03-03","schedule":{"name":"S%d","time_zone":"UTC","span":[{"days":"mon","start":"%02d:%02d","end":"24:00"}]}}\n' \
			"$i" $((i % 150)) $((i % 150 / 60)) $((i % 60 % 150 % 60))
	done >lines
	run_csm schedule calc lines
	ok
	eq "$(jq -c 'select(.result != "2024-03-04T\(.schedule.span[0].start):00Z")' "$CSM_OUT")" ""
	eq "$(wc -l <"$CSM_OUT")" 300
}

@test "the same document in another zone, and with other blanks, is another question" {
	calc '{"op":"next","at":"2024-03-04","time_zone":"Asia/Tokyo","schedule":{"span":[{"days":"mon","start":"09:00","end":"12:00"}]}}' \
		'{"op":"next","at":"2024-03-04","time_zone":"UTC","schedule":{"span":[{"days":"mon","start":"09:00","end":"12:00"}]}}' \
		'{"op":"next","at":"2024-03-04","time_zone":"Asia/Tokyo","schedule":{"span": [ {"days":"mon","start":"09:00","end":"12:00"} ] } }'
	ok
	eq "$(json .result)" "2024-03-04T00:00:00Z
2024-03-04T09:00:00Z
2024-03-04T00:00:00Z"
}
