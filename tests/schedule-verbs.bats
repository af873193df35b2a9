#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm schedule due, sub, elapsed, open, next: one question to a stored schedule.
load helpers

setup() {
	csm_setup
	csm init
	cat >s.yaml <<-'END'
		csm: 1
		schedule:
		  - name: DE 9-17
		    time_zone: Europe/Berlin
		    span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]
		    exception: [{every: easter+1, kind: closed}]
		  - {name: Floats, span: [{days: [mon], start: "09:00", end: "12:00"}]}
		  - {name: Always, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "24:00"}]}
		  - {name: Empty, time_zone: UTC}
	END
	csm import s.yaml >/dev/null
}

@test "due: the moment when the time is used up" {
	run_csm schedule due "DE 9-17" 2024-03-29T15:00:00+01:00 PT8H
	ok
	out_is 2024-04-02T13:00:00Z
	eq "$(csm schedule due "DE 9-17" 2024-03-29T15:00 P1D)" 2024-04-04T13:00:00Z
	eq "$(csm schedule due "DE 9-17" 2024-03-31 0s)" 2024-03-30T23:00:00Z
	eq "$(csm schedule due "DE 9-17" 2024-03-29T15:00 2h)" 2024-03-29T16:00:00Z
	eq "$(csm schedule due "DE 9-17" 2024-03-29T15:00 2h --boundary close)" 2024-03-29T16:00:00Z
	eq "$(csm schedule due "DE 9-17" 2024-03-29T15:00 2h --boundary next-open)" 2024-04-02T07:00:00Z
	eq "$(csm schedule due "DE 9-17" 2024-03-29T15:00 2h --boundary next_open --tz Europe/Berlin)" 2024-04-02T09:00:00+02:00
	eq "$(csm schedule due "DE 9-17" now 1h)" 2024-03-01T10:00:00Z
}

@test "sub: back from an end" {
	run_csm schedule sub "DE 9-17" 2024-04-02T13:00:00Z PT8H
	ok
	out_is 2024-03-29T14:00:00Z
	eq "$(csm schedule sub "DE 9-17" 2024-04-01 1s)" 2024-03-29T15:59:59Z
}

@test "elapsed: as csm writes durations, and as seconds" {
	run_csm schedule elapsed "DE 9-17" 2024-03-29T15:00 2024-04-02T10:30
	ok
	out_is 3h30m
	eq "$(csm schedule elapsed "DE 9-17" 2024-03-29T15:00 2024-04-02T10:30 --raw)" 12600
	eq "$(csm schedule elapsed "DE 9-17" 2024-04-02 2024-03-02)" 0s
	eq "$(csm schedule elapsed "DE 9-17" -- -1d +2h)" 10h
}

@test "open: yes is 0, no is 1; the closing moment is closed" {
	run_csm schedule open "DE 9-17" 2024-03-01T09:00
	ok
	out_is true
	run_csm schedule open "DE 9-17" 2024-03-01T17:00
	fails 1
	out_is false
	eq "$err" ""
	run_csm schedule open "DE 9-17" 2024-03-01T16:59:59
	ok
	run_csm schedule open Empty now
	fails 1
	out_is false
}

@test "next: itself where it is open" {
	eq "$(csm schedule next "DE 9-17" 2024-03-29T17:00)" 2024-04-02T07:00:00Z
	eq "$(csm schedule next "DE 9-17" now)" 2024-03-01T09:00:00Z
	eq "$(csm schedule next Always now -o json | jq -c '[.result, .closes]')" '["2024-03-01T09:00:00Z",null]'
	eq "$(csm schedule next "DE 9-17" 2024-03-29T17:00 -o json | jq -r .closes)" 2024-04-02T15:00:00Z
}

@test "a floating schedule is in the zone asked for, else in that of the setting" {
	eq "$(csm schedule next Floats 2024-03-04)" 2024-03-04T09:00:00Z
	eq "$(csm schedule next Floats 2024-03-04 --time-zone Asia/Tokyo)" 2024-03-04T00:00:00Z
	csm setting new --name time.zone --value Europe/Berlin >/dev/null
	eq "$(csm schedule next Floats 2024-03-04)" 2024-03-04T08:00:00Z
	eq "$(csm schedule next "DE 9-17" 2024-03-04 --time-zone Asia/Tokyo)" 2024-03-04T08:00:00Z
	run_csm schedule next Floats now --time-zone Mars/Olympus
	fails 2 "--time-zone: time zone 'Mars/Olympus' is not known"
}

@test "as a document: a question that calc takes back" {
	run_csm schedule due "DE 9-17" 2024-03-29T15:00 PT8H -o ndjson
	ok
	out_is '{"op":"due","schedule":"DE 9-17","time_zone":"Europe/Berlin","start":"2024-03-29T14:00:00Z","duration":28800,"result":"2024-04-02T13:00:00Z"}'
	cp "$CSM_OUT" line
	eq "$(csm schedule calc line)" "$(cat line)"
	eq "$(csm schedule elapsed "DE 9-17" 2024-03-29T15:00 2024-03-29T16:00 -o json | jq -c .result)" 3600
	eq "$(csm schedule open "DE 9-17" now -o yaml)" 'op: open
schedule: DE 9-17
time_zone: Europe/Berlin
at: "2024-03-01T09:00:00Z"
result: true'
	run_csm schedule open "DE 9-17" 2024-03-02 -o json
	fails 1
	eq "$(json .result)" false
}

@test "what is wrong: no such schedule, moments and durations that are none, no open time, words and options" {
	run_csm schedule due "DE 9-18" now 8h
	fails 3 "there is no schedule 'DE 9-18'; did you mean 'DE 9-17'?"
	run_csm schedule due "DE 9-17" noon 8h
	fails 2 "csm: start: 'noon' is no time; expected a time such as"
	run_csm schedule sub "DE 9-17" noon 8h
	fails 2 "csm: end: 'noon' is no time"
	run_csm schedule elapsed "DE 9-17" now 2024-02-30
	fails 2 "csm: to: "
	run_csm schedule due "DE 9-17" now P1M
	fails 2 "csm: duration: 'P1M': years and months have no fixed length"
	run_csm schedule due "DE 9-17" now P1Y
	fails 2 "csm: duration: 'P1Y': years and months have no fixed length"
	run_csm schedule due "DE 9-17" now soon
	fails 2 "csm: duration: 'soon' is no duration"
	run_csm schedule due Empty now 8h
	fails 4 "schedule 'Empty' has no open time within 100 years after 2024-03-01T09:00:00Z"
	run_csm schedule next Empty now
	fails 4 "schedule 'Empty' has no open time"
	run_csm schedule due "DE 9-17" now
	fails 2 "usage: csm schedule due SCHEDULE START DURATION"
	run_csm schedule open "DE 9-17" now later
	fails 2 "'later' is one word too many"
	run_csm schedule due "DE 9-17" now 8h --boundary open
	fails 2 "--boundary: 'open' is none of close,next-open"
	run_csm schedule next "DE 9-17" now --boundary close
	fails 2 "unknown option '--boundary'"
	run_csm schedule due "DE 9-17" now 8h --fields start
	fails 2 "option '--fields' does not go with"
	CSM_DB=$PWD/none.db run_csm schedule due "DE 9-17" now 8h
	fails 66
}
