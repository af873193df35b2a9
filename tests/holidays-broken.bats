#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm schedule holidays on what is broken or hostile: each fault with its line, nothing stored; and a helper program that is missing,
# dies, hangs, or gives nonsense for an answer.

load helpers

setup() {
	csm_setup
	csm init
	csm schedule new --name S --time-zone Europe/Berlin >/dev/null
	stored=$(csm log --count)
}

take() { run_csm schedule holidays S f.ics; }
event() { printf '%s\n' BEGIN:VCALENDAR BEGIN:VEVENT "$@" END:VEVENT END:VCALENDAR; }
# broken LINE TEXT: f.ics is refused with the text at the line.
broken() {
	take
	fails 65 "csm: f.ics:$1: $2" || return 1
	err_has "nothing was stored" || return 1
	[ -z "$out" ] || wrong "something was printed" || return 1
}

# After a row of broken files.
none_stored() {
	eq "$(csm schedule-exception list --count) $(csm log --count)" "0 $stored"
}

@test "each property of an event that is wrong is refused with its line" {
	while IFS='|' read -r line text properties; do
		# shellcheck disable=SC2059 # \n between the properties
		event DTSTART:20240101 "$(printf "$properties")" >f.ics
		broken "$line" "$text" || { cat f.ics && return 1; }
	done <<-'EOF'
		4|DTSTART: a second one; the first is in line 3|DTSTART:20240102
		4|DTEND: '2024930' is no day or moment; expected such as 20241225|DTEND;VALUE=DATE:2024930
		4|DTEND: '20240231' is no day|DTEND;VALUE=DATE:20240231
		4|DTEND: '20241301' is no day|DTEND:20241301
		4|DTEND: '00000101' is no day|DTEND:00000101
		4|DTEND: '20240102T2500' is no day|DTEND:20240102T2500
		4|DTEND: '20240102T250000' is no day|DTEND:20240102T250000
		4|DTEND: '20240102T120000+' is no day|DTEND:20240102T120000+
		4|DTEND: '' is no day|DTEND:
		4|DTEND: the value '20240102' is no DATE-TIME, as VALUE says|DTEND;VALUE=DATE-TIME:20240102
		4|DTEND: the value '20240102T120000Z' is no DATE, as VALUE says|DTEND;VALUE=DATE:20240102T120000Z
		4|DTEND is before DTSTART|DTEND:20231231
		4|DURATION: 'P1X' is no duration; expected such as P1D, P1W or PT2H30M|DURATION:P1X
		4|DURATION: '' is no duration|DURATION:
		4|DURATION: '-P1D': an event can't end before it starts|DURATION:-P1D
		4|DURATION: 'P99999999D' is no duration|DURATION:P99999999D
		4|DURATION: expected whole days, as DTSTART is a day|DURATION:PT5H
		5|DURATION: a second one; the first is in line 4|DURATION:P1D\nDURATION:P1D
		2|the event has both DTEND and DURATION|DURATION:P1D\nDTEND:20240102
		4|RDATE: '2024' is no day|RDATE:20240103,2024
		4|RDATE: expected days, as DTSTART is|RDATE:20240103T100000
		4|EXDATE: 'never' is no day|EXDATE:never
		4|RECURRENCE-ID: '1' is no day|RECURRENCE-ID:1
		4|RECURRENCE-ID: RANGE=THISANDPRIOR: expected THISANDFUTURE|RECURRENCE-ID;RANGE=THISANDPRIOR:20240101
		4|RRULE: FREQ=FORTNIGHTLY: expected YEARLY, MONTHLY|RRULE:FREQ=FORTNIGHTLY
		4|RRULE: FREQ is missing|RRULE:COUNT=3
		4|RRULE: FREQ is missing|RRULE:
		4|RRULE: FREQ is given twice|RRULE:FREQ=DAILY;FREQ=DAILY
		4|RRULE: 'BYMOON=1' is no part of a rule|RRULE:FREQ=YEARLY;BYMOON=1
		4|RRULE: 'RSCALE=CHINESE' is no part of a rule|RRULE:RSCALE=CHINESE;FREQ=YEARLY
		4|RRULE: 'YEARLY' is no part of a rule|RRULE:YEARLY
		4|RRULE: COUNT and UNTIL do not go together|RRULE:FREQ=YEARLY;COUNT=3;UNTIL=20300101
		4|RRULE: UNTIL: '20301332' is no day|RRULE:FREQ=YEARLY;UNTIL=20301332
		4|RRULE: COUNT=0: expected a number from 1 to|RRULE:FREQ=YEARLY;COUNT=0
		4|RRULE: COUNT=99999999999: expected a number|RRULE:FREQ=YEARLY;COUNT=99999999999
		4|RRULE: INTERVAL=0: expected a number from 1 to 32767|RRULE:FREQ=YEARLY;INTERVAL=0
		4|RRULE: INTERVAL=40000: expected|RRULE:FREQ=YEARLY;INTERVAL=40000
		4|RRULE: BYMONTH=16: expected numbers from 1 to 12|RRULE:FREQ=YEARLY;COUNT=5;BYMONTHDAY=11;BYMONTH=16
		4|RRULE: BYMONTH=13: expected numbers from 1 to 12|RRULE:FREQ=YEARLY;BYMONTH=13
		4|RRULE: BYMONTH=-1: expected|RRULE:FREQ=YEARLY;BYMONTH=-1
		4|RRULE: BYMONTH=5L: expected|RRULE:FREQ=YEARLY;BYMONTH=5L
		4|RRULE: BYMONTH=: expected|RRULE:FREQ=YEARLY;BYMONTH=
		4|RRULE: BYMONTH=1,,2: expected|RRULE:FREQ=YEARLY;BYMONTH=1,,2
		4|RRULE: BYMONTHDAY=32: expected numbers from 1 to 31, or negative from the end|RRULE:FREQ=YEARLY;BYMONTHDAY=32
		4|RRULE: BYMONTHDAY=0: expected|RRULE:FREQ=YEARLY;BYMONTHDAY=0
		4|RRULE: BYYEARDAY=367: expected|RRULE:FREQ=YEARLY;BYYEARDAY=367
		4|RRULE: BYWEEKNO=-54: expected|RRULE:FREQ=YEARLY;BYWEEKNO=-54
		4|RRULE: BYSETPOS=1x: expected|RRULE:FREQ=YEARLY;BYDAY=MO;BYSETPOS=1x
		4|RRULE: BYHOUR=24: expected numbers from 0 to 23|RRULE:FREQ=DAILY;BYHOUR=24
		4|RRULE: BYDAY=54MO: expected such as MO, 1MO or -1SU|RRULE:FREQ=YEARLY;BYDAY=54MO
		4|RRULE: BYDAY=0MO: expected|RRULE:FREQ=YEARLY;BYDAY=0MO
		4|RRULE: BYDAY=XX: expected|RRULE:FREQ=YEARLY;BYDAY=XX
		4|RRULE: BYDAY=M: expected|RRULE:FREQ=YEARLY;BYDAY=M
		4|RRULE: WKST=1: expected MO, TU|RRULE:FREQ=WEEKLY;WKST=1
		4|RRULE: a number in BYDAY does not go with FREQ=WEEKLY|RRULE:FREQ=WEEKLY;BYDAY=1MO
		4|RRULE: a number in BYDAY does not go with BYWEEKNO|RRULE:FREQ=YEARLY;BYWEEKNO=5;BYDAY=1MO
		4|RRULE: BYWEEKNO does not go with FREQ=MONTHLY|RRULE:FREQ=MONTHLY;BYWEEKNO=5
		4|RRULE: BYYEARDAY does not go with FREQ=WEEKLY|RRULE:FREQ=WEEKLY;BYYEARDAY=5
		4|RRULE: BYMONTHDAY does not go with FREQ=WEEKLY|RRULE:FREQ=WEEKLY;BYMONTHDAY=5
		4|RRULE: BYSETPOS needs another BY part|RRULE:FREQ=MONTHLY;BYSETPOS=1
		4|RRULE: no day is ever like that|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30
		4|EXRULE: FREQ is missing|EXRULE:COUNT=1
	EOF
	event DTSTART:20240101T100000 DTEND:20240101T090000 >f.ics
	broken 4 "DTEND is before DTSTART"
	event DTSTART:20240101T100000 DTEND:20240102 >f.ics
	broken 4 "DTEND: expected a moment, as DTSTART is"
	event SUMMARY:x >f.ics
	broken 2 "the event has no DTSTART"
	none_stored
}

@test "lines and structure that are wrong are refused with their line" {
	printf 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240101\nEND:VTODO\n' >f.ics
	broken 4 "END:VTODO, but the VEVENT of line 2 is open"
	event DTSTART:20240101 BEGIN:VEVENT >f.ics
	broken 4 "BEGIN:VEVENT inside of the VEVENT of line 2; an END is missing"
	event DTSTART:20240101 BEGIN:VALARM BEGIN:VTIMEZONE >f.ics
	broken 5 "BEGIN:VTIMEZONE inside of the VALARM of line 4; an END is missing"
	event DTSTART:20240101 BEGIN:VCALENDAR >f.ics
	broken 4 "BEGIN:VCALENDAR inside of the VEVENT of line 2; an END is missing"
	printf 'BEGIN:VCALENDAR\nEND:VCALENDAR\n\nEND:VCALENDAR\n' >f.ics
	broken 4 "expected BEGIN:VCALENDAR"
	printf 'BEGIN:VEVENT\n' >f.ics
	broken 1 "expected BEGIN:VCALENDAR"
	printf 'BEGIN:VCALENDAR\nEND:VCALENDAR\nX-A:1\n' >f.ics
	broken 3 "expected BEGIN:VCALENDAR"
	: >f.ics
	broken 1 "expected BEGIN:VCALENDAR, and there is nothing"
	printf '\n\n' >f.ics
	broken 2 "expected BEGIN:VCALENDAR, and there is nothing"
	printf '\n goes on\n' >f.ics
	broken 2 "a line that begins with a blank goes on with the one before, and there is none"
	event DTSTART:20240101 "SUMMARY=x" >f.ics
	broken 4 "'SUMMARY=x' is no line of iCalendar; expected NAME:VALUE"
	event DTSTART:20240101 'SUMMARY;A="x:y' >f.ics
	broken 4 "'SUMMARY;A=\"x:y' is no line"
	event DTSTART:20240101 'SUMMARY;A:y' >f.ics
	broken 4 "'SUMMARY;A:y' is no line"
	event DTSTART:20240101 "$(printf 'SUMMARY:caf\351')" >f.ics
	broken 4 "the line is not UTF-8, as iCalendar has to be; iconv -f LATIN1 -t UTF-8 may convert the file"
	event DTSTART:20240101 "$(printf 'SUMMARY:a\001')" >f.ics
	broken 4 "byte 10 is the control character U+0001"
	{ printf 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\0b\n' && cat f.ics; } >g.ics
	mv g.ics f.ics
	broken 3 "byte 10 is the control character U+0000"
	{ printf 'BEGIN:VCALENDAR\n' && printf 'BEGIN:X-%s\n' $(seq 40); } >f.ics
	broken 33 "components more than 32 deep"
	none_stored
}

@test "a file that is cut anywhere is refused, or is the whole one" {
	event "SUMMARY:Day" "DTSTART;VALUE=DATE:20240101" "RRULE:FREQ=YEARLY;COUNT=2" | sed 's/$/\r/' >whole.ics
	for n in $(seq 0 3 $(($(wc -c <whole.ics) - 4))); do
		head -c "$n" whole.ics >f.ics
		take
		fails 65 "csm: f.ics:" || return 1
	done
	head -n 6 whole.ics >f.ics
	broken 6 "the file ends inside of the VCALENDAR of line 1"
	none_stored
	head -c -2 whole.ics >f.ics
	take
	ok
}

@test "all faults are told at once, up to a hundred; with -o json as objects" {
	{
		event DTSTART:x SUMMARY:a
		event DTSTART:20240101 "RRULE:FREQ=YEARLY;BYMONTH=16" EXDATE:y
		event DTSTART:20240101 RRULE:FREQ=NEVER
	} >f.ics
	take
	fails 65
	eq "$(printf '%s\n' "$err" | sed 's/^csm: \(f.ics:[0-9]*\): .*/\1/')" "$(printf '%s\n' f.ics:3 f.ics:10 f.ics:11 f.ics:17 \
		'csm: f.ics: 4 errors in the file; nothing was stored')"
	run_csm schedule holidays S f.ics -o json
	fails 65
	eq "$(printf '%s\n' "$err" | jq -r '[.error, .file, .line] | map(tostring) | join(" ")')" \
		"$(printf 'invalid f.ics %s\n' 3 10 11 17 null)"
	{ echo BEGIN:VCALENDAR && for i in $(seq 200); do printf '%s\n' BEGIN:VEVENT DTSTART:x END:VEVENT; done; echo END:VCALENDAR; } >f.ics
	take
	fails 65 "f.ics:300: more than 100 errors; the rest is not looked at"
	eq "$(csm schedule-exception list --count)" 0
}

@test "ten megabytes of garbage, a line without end, too many days: refused in no time" {
	head -c 10000000 /dev/urandom >f.ics
	take
	fails 65 "f.ics:1: "
	head -c 10000000 /dev/zero | tr '\0' x >f.ics
	broken 1 "the line is longer than 1 MiB"
	{ printf 'BEGIN:VCALENDAR\nX-A:1\n' && yes ' more' | head -n 400000; } >f.ics
	broken 2 "the line is longer than 1 MiB"
	{ echo BEGIN:VCALENDAR && for i in $(seq 20); do printf '%s\n' BEGIN:VEVENT DTSTART:00010101 RRULE:FREQ=DAILY DURATION:P9D END:VEVENT; done
		echo END:VCALENDAR; } >f.ics
	CSM_HELPER_SECONDS=300 run_csm schedule holidays S f.ics
	fails 65 "give more than 100000 days; ask for fewer with --from and --to"
	head -c 70000000 /dev/zero >f.ics
	take
	fails 65 "f.ics is larger than 64 MiB"
	none_stored
}

@test "rules that a processor is busy with for minutes are stopped" {
	{ echo BEGIN:VCALENDAR && seq 3000 | sed 's/.*/BEGIN:VEVENT\nDTSTART:00010101\nRRULE:FREQ=DAILY\nUID:&\nEND:VEVENT/' && echo END:VCALENDAR; } >f.ics
	CSM_HELPER_SECONDS=1 run_csm schedule holidays S f.ics
	fails 71 "csm: f.ics: the helper program csm-calendar took more than 1 seconds (setting helper_seconds) and was stopped"
	eq "$(csm schedule-exception list --count)" 0
}

# A helper that does what comes on standard input.
fake() {
	mkdir -p fake
	{ echo '#!/bin/sh' && cat; } >fake/csm-calendar
	chmod +x fake/csm-calendar
	export CSM_LIBEXEC=$PWD/fake
}
# refused STATUS TEXT
refused() {
	take
	fails "$1" "$2" || return 1
	eq "$(csm schedule-exception list --count)" 0
}

@test "a helper that is missing, can't be run, dies, hangs, or says too much" {
	event SUMMARY:x DTSTART:20240101 >f.ics
	CSM_LIBEXEC=$PWD/nowhere refused 69 "csm: f.ics: the helper program csm-calendar is missing: it is not in $PWD/nowhere"
	mkdir other && cp "$CSM_BIN" other/csm
	CSM_BIN=$PWD/other/csm refused 69 "libexec/csm; 'make' builds it where libical-dev is installed"
	fake <<<'exit 0'
	chmod -x fake/csm-calendar
	refused 69 "the helper program csm-calendar can't be run"
	fake <<<'kill -SEGV $$'
	refused 71 "the helper program csm-calendar died of signal 11"
	fake <<<'exit 7'
	refused 71 "the helper program csm-calendar ended with status 7"
	export CSM_HELPER_SECONDS=1
	fake <<<'exec sleep 60'
	refused 71 "took more than 1 seconds"
	fake <<<'exec >&-; exec sleep 60'
	refused 71 "took more than 1 seconds"
	fake <<<'while :; do :; done'
	refused 71 "took more than 1 seconds"
	CSM_HELPER_SECONDS=20
	fake <<<'exec yes'
	refused 71 "answered with more than 64 MiB and was stopped"
	CSM_HELPER_SECONDS=none refused 78 "helper_seconds: 'none' is not a number from 1 to 86400"
	run_csm -c helper_seconds=0 schedule holidays S f.ics
	fails 2 || fails 78
}

@test "a helper that hears nothing of a big file, or everything before it answers" {
	{ event SUMMARY:x DTSTART:20240101 && yes '' | head -n 300000; } >f.ics
	fake <<<'echo "{\"end\": true, \"events\": 0}"'
	take
	eq "$status $err" "0 csm: schedule S is unchanged"
	fake <<<'n=$(wc -c); echo "{\"other\": 1, \"name\": \"$n\"}"; echo "{\"end\": true, \"events\": 0}"'
	take
	eq "$status" 0
	out_has "$(wc -c <f.ics)"
}

@test "an answer of nonsense is not believed" {
	local day='{"day": "2024-01-01", "name": "x", "line": 1}' end='{"end": true, "events": 0}'

	event SUMMARY:x DTSTART:20240101 >f.ics
	while IFS='|' read -r answer; do
		fake <<<"printf '%b\\n' '$answer'"
		refused 70 "gave an answer that is not understood" || { echo "$answer" && return 1; }
	done <<-EOF
		$day
		$day\n{"taken": 1}\n$end
		{"taken": 1}\n{"end": true, "events": 2}
		hello
		[1]
		{"day": 5, "line": 1}\n$end
		{"day": "2024-02-30", "line": 1}\n$end
		{"day": "1024-02-10", "line": 1}\n$end
		{"day": "2024-02-10", "start": "10:00", "line": 1}\n$end
		{"day": "2024-02-10", "start": "10:00", "end": "26:00", "line": 1}\n$end
		{"ignored": "x", "why": "y"}\n$end
		{"ignored": 1}\n$end
		{"error": 1}\n$end
		{"something": 1}\n$end
		{"end": true}
	EOF
	fake <<<"printf '%s\\n' '{\"day\": \"2024-02-10\", \"name\": \"$(printf 'x%.0s' $(seq 300))\", \"line\": 1}' '{\"taken\": 1}' '{\"end\": true, \"events\": 1}'"
	refused 65 "name"
}

@test "the helper has three descriptors, no environment and limits" {
	event SUMMARY:x DTSTART:20240101 >f.ics
	fake <<-'EOF'
		text="$(ulimit -t) $(ulimit -v) $(ulimit -c) $(export -p | grep -c -v -e PWD -e SHLVL -e _)"
		[ ! -e /proc/$$/fd/9 ] || text="$text leak"
		printf '{"other": 1, "name": "%s"}\n{"end": true, "events": 0}\n' "$text"
	EOF
	export SECRET=1
	take 9<f.ics
	eq "$status" 0
	# a sanitizer needs more memory than any limit leaves it
	out_has "20 524288 0 0" || out_has "20 unlimited 0 0"
	out_lacks leak
}
