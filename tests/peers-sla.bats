#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What users of other systems complained of (SLAs: rows 33 to 48 of the list): each complaint's situation, and what csm makes of it.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - {name: Berlin, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "24:00"}]}
		group: [{name: First line}, {name: Second line}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
	EOF
	csm import world.yaml >/dev/null
}

hours=(--schedule-source definition --schedule 9-17)
# define NAME FIELD...: until solved, on every case; a field that is given again stands
define() {
	local name=$1
	shift
	[[ " $* " == *" --start-condition "* ]] || set -- "$@" --start-condition "priority <= 4"
	[[ " $* " == *" --stop-condition "* ]] || set -- "$@" --stop-condition "state in (resolved, closed)"
	csm sla-definition new --name "$name" "$@" >/dev/null
}
new_case() { csm case new --contact geneva@acme.example --short-description x "$@" >/dev/null; }
sla() { csm sla list --fields "$1" --no-header -o csv --sort number; }
now() { export CSM_NOW=$1; }

@test "peers 34: an escalation is told once for each SLA and level, however often tick runs" {
	define Fix --duration 4h
	csm user new --user-name anna --last-name Ott --email anna@x.example >/dev/null
	new_case --assigned-to anna
	for t in 10:59 11:00 11:01 11:30 12:00 12:30 13:00 13:01 14:00 14:00 14:00; do
		CSM_NOW=2024-03-01T$t:00Z csm tick -q
	done
	for day in 02 03 04 05 06; do
		CSM_NOW=2024-03-${day}T09:00:00Z csm tick -q
	done
	eq "$(csm sla-alert list --fields sla,milestone --no-header -o csv --sort reached_at)" $'SLA0000001,50%\nSLA0000001,75%\nSLA0000001,100%'
	eq "$(csm outbox list --count)" 3
	# what was sent is not sent again either
	now 2024-03-06T10:00:00Z
	csm outbox list --fields number --no-header | csm outbox ack - >/dev/null
	CSM_NOW=2024-03-07T09:00:00Z csm tick -q
	eq "$(csm outbox list --unsent --count)" 0
	# another case has its own
	now 2024-03-07T10:00:00Z
	new_case --assigned-to anna
	CSM_NOW=2024-03-07T12:00:00Z csm tick -q
	eq "$(csm outbox list --unsent --count)" 1
}

@test "peers 35: a target in days counts no closed hour of a pause, in days as in hours" {
	# Friday 16:00, two "days" of eight hours; the customer is asked on Friday 16:30 and answers on Monday 9:30
	define Days --duration 16h "${hours[@]}" --pause-condition "state = awaiting_info"
	define Hours --duration 960m "${hours[@]}" --pause-condition "state = awaiting_info"
	now 2024-03-01T16:00:00Z
	new_case
	csm case accept CS0000001 >/dev/null
	now 2024-03-01T16:30:00Z
	csm case request-info CS0000001 --comment "?" >/dev/null
	now 2024-03-04T09:30:00Z
	csm case provide-info CS0000001 >/dev/null
	# an hour of open time was taken out, not 65 hours
	eq "$(sla sla_definition,business_pause_duration,planned_end_at)" "Days,1h,2024-03-05T17:00:00Z
Hours,1h,2024-03-05T17:00:00Z"
}

@test "peers 35: another SLA in its place does not lose the pauses before it" {
	define P1 --duration 4h "${hours[@]}" --start-condition "priority = 1" --pause-condition "state = awaiting_info"
	define P2 --duration 6h "${hours[@]}" --start-condition "priority = 2" --pause-condition "state = awaiting_info" --retroactive-start true \
		--retroactive-pause true
	new_case --priority 1
	csm case accept CS0000001 >/dev/null
	now 2024-03-01T10:00:00Z
	csm case request-info CS0000001 --comment "?" >/dev/null
	now 2024-03-01T12:00:00Z
	csm case provide-info CS0000001 >/dev/null
	now 2024-03-01T13:00:00Z
	csm case edit CS0000001 --priority 2 >/dev/null
	eq "$(sla sla_definition,stage,start_at,business_pause_duration,planned_end_at)" "P1,cancelled,2024-03-01T09:00:00Z,2h,2024-03-01T15:00:00Z
P2,in_progress,2024-03-01T09:00:00Z,2h,2024-03-01T17:00:00Z"
}

@test "peers 35: nothing is breached while it waits for the customer" {
	define Fix --duration 4h "${hours[@]}" --pause-condition "state = awaiting_info"
	new_case
	csm case accept CS0000001 >/dev/null
	csm case request-info CS0000001 --comment "?" >/dev/null
	now 2024-04-01T09:00:00Z
	csm tick >/dev/null
	eq "$(csm sla breaches --within 0s --count)" 0
	eq "$(sla stage,has_breached,planned_end_at,business_time_left)" paused,false,,4h
}

@test "peers 36: an hour before due is an hour of open time before it, also when the target crosses days and weekends" {
	define Fix --duration 10h "${hours[@]}"
	csm sla-milestone new --sla-definition Fix --before-due 1h >/dev/null
	csm sla-milestone new --sla-definition Fix --before-due 5h >/dev/null
	# Friday 15:30: an hour and a half on Friday, eight hours on Monday, half an hour on Tuesday
	now 2024-03-01T15:30:00Z
	new_case
	eq "$(sla planned_end_at)" 2024-03-05T09:30:00Z
	CSM_NOW=2024-03-06T00:00:00Z csm tick -q
	eq "$(csm sla-alert list --fields milestone,reached_at --no-header -o csv --sort reached_at)" "5h before due,2024-03-04T12:30:00Z
1h before due,2024-03-04T16:30:00Z"
	eq "$(csm schedule sub 9-17 2024-03-05T09:30:00Z 1h)" 2024-03-04T16:30:00Z
	# and around the clock it is an hour of the clock
	define Around --duration 10h --start-condition "priority = 1"
	csm sla-milestone new --sla-definition Around --before-due 1h >/dev/null
	now 2024-03-06T15:30:00Z
	new_case --priority 1
	eq "$(csm sla list --where "sla_definition = Around" --fields next_milestone_at --no-header)" 2024-03-07T00:30:00Z
}

@test "peers 37: a day of 00:00 to 24:00 loses no minute at midnight, and 24:00 can be entered" {
	csm schedule new --name Round --time-zone UTC >/dev/null
	csm schedule-span new --schedule Round --days mon,tue,wed,thu,fri,sat,sun --start 00:00 --end 24:00 >/dev/null
	define Fix --duration 72h --schedule-source definition --schedule Round
	new_case
	eq "$(sla planned_end_at)" 2024-03-04T09:00:00Z
	now 2024-03-04T09:00:00Z
	eq "$(sla business_elapsed,elapsed)" 3d,3d
	eq "$(csm schedule elapsed Round 2024-03-01T23:59:00Z 2024-03-02T00:01:00Z)" 2m
}

@test "peers 38: nobody is told at midnight or on a weekend, while time is counted around the clock" {
	define Fix --duration 24h --alert-schedule 9-17
	csm user new --user-name anna --last-name Ott --email anna@x.example >/dev/null
	now 2024-03-01T14:00:00Z
	new_case --assigned-to anna
	eq "$(sla planned_end_at)" 2024-03-02T14:00:00Z
	for t in 2024-03-02T02:00:00Z 2024-03-02T08:00:00Z 2024-03-02T14:00:01Z 2024-03-03T12:00:00Z 2024-03-04T08:59:59Z; do
		CSM_NOW=$t csm tick -q
	done
	eq "$(csm outbox list --count)" 0
	# measured all the same
	eq "$(CSM_NOW=2024-03-03T12:00:00Z csm sla breaches --within 0s --fields status,left --no-header -o csv)" breached,-22h
	CSM_NOW=2024-03-04T09:00:00Z csm tick -q
	eq "$(csm sla-alert list --fields milestone,reached_at,fired_at --no-header -o csv --sort reached_at)" \
		"50%,2024-03-02T02:00:00Z,2024-03-04T09:00:00Z
75%,2024-03-02T08:00:00Z,2024-03-04T09:00:00Z
100%,2024-03-02T14:00:00Z,2024-03-04T09:00:00Z"
}

@test "peers 39: the next-reply target does not pre-empt the first response, and does not run while the customer is silent" {
	define First --target response --duration 4h --stop-condition "first_response_time is not null"
	define Next --target update --duration 1h --start-condition "awaiting_reply_since is not null and first_response_time is not null" \
		--stop-condition "awaiting_reply_since is null" --retroactive-start true --set-start-to awaiting_reply_since
	new_case
	now 2024-03-01T09:10:00Z
	csm case comment CS0000001 --text "hello?" --on-behalf geneva@acme.example >/dev/null
	# two hours without an answer: the promise is the first response, four hours after the case was opened
	now 2024-03-01T11:10:00Z
	eq "$(sla sla_definition,planned_end_at)" First,2024-03-01T13:00:00Z
	eq "$(csm sla breaches --within 0s --count)" 0
	csm case comment CS0000001 --text "hello" >/dev/null
	# a week of silence costs nobody anything
	now 2024-03-08T09:00:00Z
	eq "$(csm sla breaches --within 0s --count)" 0
	eq "$(csm sla list --where "active = true" --count)" 0
	csm case comment CS0000001 --text "and now?" --on-behalf geneva@acme.example >/dev/null
	eq "$(csm sla list --where "active = true" --fields sla_definition,planned_end_at --no-header -o csv)" Next,2024-03-08T10:00:00Z
}

@test "peers 39: a case that moves to another group has the targets of that group" {
	define One --duration 4h --start-condition 'assignment_group = "First line"'
	define Two --duration 8h --start-condition 'assignment_group = "Second line"' --retroactive-start true
	new_case --assignment-group "First line"
	now 2024-03-01T10:00:00Z
	csm case assign CS0000001 --assignment-group "Second line" >/dev/null
	eq "$(sla sla_definition,stage,start_at,planned_end_at)" "One,cancelled,2024-03-01T09:00:00Z,2024-03-01T13:00:00Z
Two,in_progress,2024-03-01T09:00:00Z,2024-03-01T17:00:00Z"
	csm case edit CS0000001 --unset assignment_group >/dev/null
	eq "$(csm sla list --where "active = true" --count)" 0
}

@test "peers 40: any weekdays do, every set of them" {
	# 20 hours in 9-17 from Monday, January 1st 2024 on, found here hour by hour
	awk 'BEGIN {
		split("mon tue wed thu fri sat sun", day, " ")
		for (set = 1; set < 128; set++) {
			list = ""
			for (d = 0; d < 7; d++)
				if (int(set / 2 ^ d) % 2)
					list = list (list == "" ? "" : ",") "\"" day[d + 1] "\""
			left = 20
			for (h = 0; left; h++)
				if (int(set / 2 ^ (int(h / 24) % 7)) % 2 && h % 24 >= 9 && h % 24 < 17)
					left--
			printf "{\"op\":\"due\",\"want\":%d,\"schedule\":{\"time_zone\":\"UTC\",\"span\":[{\"days\":[%s],\"start\":\"09:00\",\"end\":\"17:00\"}]},", h, list
			print "\"start\":\"2024-01-01T00:00:00Z\",\"duration\":\"20h\"}"
		}
	}' >questions
	eq "$(wc -l <questions)" 127
	csm schedule calc questions >answers
	eq "$(jq -c 'select((.result | fromdate) != 1704067200 + .want * 3600)' answers)" ""
	eq "$(jq -c 'select(.result)' answers | wc -l)" 127
	# and so does an SLA in a schedule of Wednesdays alone
	csm schedule new --name Wednesdays --time-zone UTC >/dev/null
	csm schedule-span new --schedule Wednesdays --days wed --start 09:00 --end 17:00 >/dev/null
	define Fix --duration 10h --schedule-source definition --schedule Wednesdays
	new_case
	eq "$(sla planned_end_at)" 2024-03-13T11:00:00Z
}

@test "peers 41: hold time is open time, and the zone of who looks makes no SLA fail" {
	define Fix --duration 4h "${hours[@]}" --pause-condition "state = awaiting_info"
	now 2024-02-29T16:00:00Z
	new_case
	csm case accept CS0000001 >/dev/null
	csm case request-info CS0000001 --comment "?" >/dev/null
	now 2024-03-01T10:00:00Z
	csm case provide-info CS0000001 >/dev/null
	eq "$(sla pause_duration,business_pause_duration,planned_end_at)" 18h,2h,2024-03-01T14:00:00Z
	for zone in UTC Pacific/Kiritimati Pacific/Pago_Pago Asia/Kathmandu America/New_York; do
		eq "$(csm sla list --fields has_breached,business_time_left --no-header -o csv --tz $zone)" false,4h
		eq "$(csm sla breaches --within 0s --count --tz $zone)" 0
		eq "$(TZ=$zone csm sla list --fields has_breached,business_time_left --no-header -o csv)" false,4h
	done
	run_csm sla list --fields planned_end_at --no-header --tz Pacific/Kiritimati
	out_is 2024-03-02T04:00:00+14:00
	run_csm export sla
	out_has 'planned_end_at: "2024-03-01T14:00:00Z"'
}

@test "peers 42: lunch breaks and split shifts are spans" {
	csm schedule new --name Split --time-zone UTC >/dev/null
	csm schedule-span new --schedule Split --days mon,tue,wed,thu,fri --start 08:00 --end 12:00 >/dev/null
	csm schedule-span new --schedule Split --days mon,tue,wed,thu,fri --start 13:00 --end 15:30 >/dev/null
	csm schedule-span new --schedule Split --days mon,tue,wed,thu,fri --start 18:00 --end 20:00 >/dev/null
	define Fix --duration 8h --schedule-source definition --schedule Split
	new_case
	eq "$(sla planned_end_at)" 2024-03-04T08:30:00Z
	now 2024-03-01T19:00:00Z
	eq "$(sla business_elapsed)" 6h30m
	run_csm sla explain CS0000001 -o csv --no-header --fields from,to,what,counted
	out_is "2024-03-01T09:00:00Z,2024-03-01T12:00:00Z,counted,3h
2024-03-01T12:00:00Z,2024-03-01T13:00:00Z,closed,0s
2024-03-01T13:00:00Z,2024-03-01T15:30:00Z,counted,2h30m
2024-03-01T15:30:00Z,2024-03-01T18:00:00Z,closed,0s
2024-03-01T18:00:00Z,2024-03-01T19:00:00Z,counted,1h"
}

@test "peers 43: a switch of the clock costs or gives the hour that it does, and a zone that switches at midnight stops nothing" {
	define Fix --duration 24h --schedule-source definition --schedule Berlin
	now 2024-03-30T12:00:00+01:00
	new_case
	eq "$(sla planned_end_at)" 2024-03-31T11:00:00Z
	now 2024-03-31T13:00:00+02:00
	eq "$(sla business_elapsed,has_breached)" 1d,false
	# Santiago leaves out midnight to one on 2024-09-08: 9 to 17 there is eight hours as ever
	csm schedule new --name Chile --time-zone America/Santiago >/dev/null
	csm schedule-span new --schedule Chile --days mon,tue,wed,thu,fri,sat,sun --start 09:00 --end 17:00 >/dev/null
	csm schedule-span new --schedule Chile --days sun --start 00:00 --end 02:00 >/dev/null
	csm sla-definition edit Fix --schedule Chile --duration 9h >/dev/null
	now 2024-09-07T09:00:00-04:00
	new_case
	# eight hours on Saturday, one on Sunday: from one o'clock to two, since there is no midnight
	eq "$(csm sla list SLA0000002 --fields planned_end_at --no-header --tz America/Santiago)" 2024-09-08T02:00:00-03:00
	for zone in America/Santiago America/Asuncion Africa/Cairo Asia/Beirut America/Havana; do
		timeout 5 "$CSM_BIN" schedule calc <<-EOF >answer
			{"op":"elapsed","schedule":{"time_zone":"$zone","span":[{"days":["mon","tue","wed","thu","fri","sat","sun"],"start":"00:00","end":"24:00"}]},"from":"2020-01-01T00:00:00Z","to":"2030-01-01T00:00:00Z"}
		EOF
		eq "$(jq .result answer)" $((1893456000 - 1577836800))
	done
}

@test "peers 44: no schedule is no hang, and one without open hours is an error that names it" {
	define Around --duration 4h
	new_case
	eq "$(sla planned_end_at)" 2024-03-01T13:00:00Z
	csm schedule new --name Empty --time-zone UTC >/dev/null
	define Never --duration 4h --schedule-source definition --schedule Empty --start-condition "priority = 1"
	status=0
	timeout 5 "$CSM_BIN" case new --account Acme --short-description x --priority 1 >"$CSM_OUT" 2>"$CSM_ERR" || status=$?
	eq "$status" 4
	grep -q "'Empty'" "$CSM_ERR"
	csm schedule new --name Past --time-zone UTC --valid-to 2020-12-31 >/dev/null
	csm schedule-span new --schedule Past --days mon --start 09:00 --end 17:00 >/dev/null
	csm sla-definition edit Never --schedule Past >/dev/null
	status=0
	timeout 5 "$CSM_BIN" case new --account Acme --short-description x --priority 1 >"$CSM_OUT" 2>"$CSM_ERR" || status=$?
	eq "$status" 4
	grep -q "'Past'" "$CSM_ERR"
	eq "$(csm case list --count)" 1
}

@test "peers 45: who doubts a result is shown each day's seconds and why, odd days of a holiday feed by their names" {
	csm schedule-exception new --schedule 9-17 --date 2024-03-04 --kind closed --name "Odd day of a feed" >/dev/null
	csm schedule-exception new --schedule 9-17 --date 2024-03-05 --kind hours --start 09:00 --end 12:00 --name "Half day" >/dev/null
	define Fix --duration 12h "${hours[@]}" --pause-condition "state = awaiting_info"
	now 2024-03-01T15:00:00Z
	new_case
	csm case accept CS0000001 >/dev/null
	now 2024-03-01T16:00:00Z
	csm case request-info CS0000001 --comment "?" >/dev/null
	now 2024-03-01T16:30:00Z
	csm case provide-info CS0000001 >/dev/null
	now 2024-03-06T10:00:00Z
	run_csm sla explain CS0000001 -o csv --no-header --fields from,to,state,what,counted,sum,note
	out_is "2024-03-01T15:00:00Z,2024-03-01T16:00:00Z,open,counted,1h,1h,
2024-03-01T16:00:00Z,2024-03-01T16:30:00Z,awaiting_info,paused,0s,1h,
2024-03-01T16:30:00Z,2024-03-01T17:00:00Z,open,counted,30m,1h30m,
2024-03-01T17:00:00Z,2024-03-04T00:00:00Z,open,closed,0s,1h30m,
2024-03-04T00:00:00Z,2024-03-05T00:00:00Z,open,holiday,0s,1h30m,Odd day of a feed
2024-03-05T00:00:00Z,2024-03-05T09:00:00Z,open,holiday,0s,1h30m,Half day
2024-03-05T09:00:00Z,2024-03-05T12:00:00Z,open,counted,3h,4h30m,
2024-03-05T12:00:00Z,2024-03-06T00:00:00Z,open,holiday,0s,4h30m,Half day
2024-03-06T00:00:00Z,2024-03-06T09:00:00Z,open,closed,0s,4h30m,
2024-03-06T09:00:00Z,2024-03-06T10:00:00Z,open,counted,1h,5h30m,"
	eq "$(sla business_elapsed)" 5h30m
}

@test "peers 46: SLAs in working hours, targets in minutes, a CSV of the report" {
	define Answer --target response --duration 45m "${hours[@]}" --stop-condition "first_response_time is not null"
	now 2024-03-01T16:30:00Z
	new_case --priority 1
	eq "$(sla planned_end_at)" 2024-03-04T09:15:00Z
	now 2024-03-04T09:20:00Z
	run_csm sla breaches -o csv --fields status,case,priority,sla,due,left,customer
	ok
	out_is "status,case,priority,sla,due,left,customer
breached,CS0000001,1,Answer,2024-03-04T09:15:00Z,-5m,Acme"
}

@test "peers 47: each case shows the rules it is counted by, a new policy comes to old cases by sla apply, and one unit holds everywhere" {
	define Old --duration 8h "${hours[@]}"
	new_case
	# an edit is for what begins after it, and the record names the version it keeps
	csm sla-definition edit Old --duration 2h >/dev/null
	now 2024-03-01T12:00:00Z
	new_case
	eq "$(sla parent_case,sla_definition_version,duration,planned_end_at)" "CS0000001,1,8h,2024-03-01T17:00:00Z
CS0000002,2,2h,2024-03-01T14:00:00Z"
	run_csm sla explain CS0000001 -o csv
	out_has "Old v1"
	# a new definition does nothing to open cases until it is applied to them
	define New --duration 16h "${hours[@]}"
	eq "$(csm sla list --where "sla_definition = New" --count)" 0
	csm sla apply New --to "opened_at < 2024-03-01T10:00:00Z" -q >/dev/null
	eq "$(csm sla list --where "sla_definition = New" --fields parent_case,sla_definition_version --no-header -o csv)" CS0000001,1
	# once breached, what is over is told in open time as before
	now 2024-03-04T09:30:00Z
	eq "$(csm sla list SLA0000001 --fields has_breached,business_elapsed,business_percentage,business_time_left --no-header -o csv)" \
		true,8h30m,106.25,-30m
}

@test "each of the 16 complaints, 33 to 48, has a test that bears its number" {
	for row in $(seq 33 48); do
		grep -q "^@test \"peers $row: " "$BATS_TEST_DIRNAME"/*.bats || wrong "no test of row $row"
	done
}
