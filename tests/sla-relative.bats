#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Due moments that a rule gives (domain 6.3, relative durations), rule by rule: business days, cutoffs, zones, clock switches.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}],
		     exception: [{date: 2024-03-05, kind: closed, name: Feast}]}
		  - {name: Floating, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - {name: Night, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "22:00", end: "06:00"}]}
		  - {name: Around, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", end: "24:00"}]}
		account: [{name: Acme, time_zone: America/New_York}]
	EOF
	csm import world.yaml >/dev/null
}

# define NAME RULE FIELD...: a relative definition on cases
define() {
	csm sla-definition new --name "$1" --duration-type relative --relative-duration "$2" --start-condition "active = true" \
		--stop-condition "state = closed" "${@:3}" >/dev/null
}
by() { define "$1" business_days_by --relative-days "$2" --relative-time "$3" "${@:4}"; }
in_9_17=(--schedule-source definition --schedule 9-17)
# due START FIELD...: the due moments of a new case, one a definition, in their names' order
due() {
	local number

	number=$(CSM_NOW=$1 csm case new --account Acme --short-description x "${@:2}")
	csm sla list --where "parent_case = $number" --fields sla_definition,planned_end_at --no-header -o csv | sort | cut -d, -f2
}

@test "breach_on_due_date: no date, or one that is past, is due a second after the start" {
	define A breach_on_due_date "${in_9_17[@]}"
	eq "$(due 2024-03-01T09:00:00Z)" 2024-03-01T09:00:01Z
	eq "$(due 2024-03-01T09:00:00Z --due-date 2024-02-29T10:00:00Z)" 2024-03-01T09:00:01Z
	eq "$(due 2024-03-01T09:00:00Z --due-date 2024-03-01T09:00:00Z)" 2024-03-01T09:00:01Z
}

@test "breach_on_due_date: a date inside the schedule stands, the closing moment too; one outside moves to the next opening" {
	define A breach_on_due_date "${in_9_17[@]}"
	eq "$(due 2024-03-01T09:00:00Z --due-date 2024-03-04T10:00:00Z)" 2024-03-04T10:00:00Z
	eq "$(due 2024-03-01T09:00:00Z --due-date 2024-03-01T17:00:00Z)" 2024-03-01T17:00:00Z
	eq "$(due 2024-03-01T09:00:00Z --due-date 2024-03-02T10:00:00Z)" 2024-03-04T09:00:00Z
	eq "$(due 2024-03-01T09:00:00Z --due-date 2024-03-04T17:00:01Z)" 2024-03-06T09:00:00Z
}

@test "end_of_next_business_day: 17:00, however late in the day the start is" {
	define A end_of_next_business_day "${in_9_17[@]}"
	eq "$(due 2024-03-01T09:00:00Z)" 2024-03-04T17:00:00Z
	eq "$(due 2024-03-01T23:00:00Z)" 2024-03-04T17:00:00Z
	eq "$(due 2024-03-04T10:30:00Z)" 2024-03-06T17:00:00Z
}

@test "next_business_day_by_4pm, two and three: a start after 10:00 adds one day, one at 10:00 does not" {
	define A next_business_day_by_4pm "${in_9_17[@]}"
	define B two_business_days_by_4pm "${in_9_17[@]}"
	define C three_business_days_by_4pm "${in_9_17[@]}"
	eq "$(due 2024-02-29T10:00:00Z)" $'2024-03-01T16:00:00Z\n2024-03-04T16:00:00Z\n2024-03-06T16:00:00Z'
	eq "$(due 2024-02-29T10:00:01Z)" $'2024-03-04T16:00:00Z\n2024-03-06T16:00:00Z\n2024-03-07T16:00:00Z'
}

@test "business_days_by: the n-th business day after the start's day, at the time of day" {
	by A 1 12:00 "${in_9_17[@]}"
	by B 3 16:30:15 "${in_9_17[@]}"
	by C 1 24:00 "${in_9_17[@]}"
	eq "$(due 2024-03-01T23:59:59Z)" $'2024-03-04T12:00:00Z\n2024-03-07T16:30:15Z\n2024-03-05T00:00:00Z'
}

@test "business_days_by is the rule behind the named ones" {
	define A next_business_day_by_4pm "${in_9_17[@]}"
	by B 1 16:00 --relative-cutoff 10:00 "${in_9_17[@]}"
	define C end_of_next_business_day "${in_9_17[@]}"
	by D 1 17:00 "${in_9_17[@]}"
	for start in 2024-02-29T10:00:00Z 2024-02-29T10:00:01Z 2024-03-02T11:00:00Z 2024-03-04T00:00:00Z 2024-03-04T23:59:59Z; do
		due "$start" >moments
		eq "$(sed -n 1p moments)" "$(sed -n 2p moments)"
		eq "$(sed -n 3p moments)" "$(sed -n 4p moments)"
	done
}

@test "a start later in the day than relative_cutoff counts one day more; without one none does" {
	by A 1 09:30 --relative-cutoff 15:00 "${in_9_17[@]}"
	by B 1 09:30 "${in_9_17[@]}"
	eq "$(due 2024-02-28T15:00:00Z)" $'2024-02-29T09:30:00Z\n2024-02-29T09:30:00Z'
	eq "$(due 2024-02-28T15:00:01Z)" $'2024-03-01T09:30:00Z\n2024-02-29T09:30:00Z'
}

@test "relative_time is the clock's: it stands where the day's hours have ended, and without a schedule every day is a business day" {
	by A 1 20:00 "${in_9_17[@]}"
	by B 1 20:00
	eq "$(due 2024-03-01T09:00:00Z)" $'2024-03-04T20:00:00Z\n2024-03-02T20:00:00Z'
}

@test "a floating schedule takes the zone of its source: day, cutoff and time of day are those of its clock" {
	by A 1 16:00 --relative-cutoff 10:00 --schedule-source definition --schedule Floating --timezone-source account
	by B 1 16:00 --relative-cutoff 10:00 --schedule-source definition --schedule Floating --time-zone Asia/Tokyo
	# Thursday 14:59 UTC is 9:59 in New York and 23:59 in Tokyo
	eq "$(due 2024-02-29T14:59:00Z)" $'2024-03-01T21:00:00Z\n2024-03-04T07:00:00Z'
	# two minutes later it is after 10:00 there, and Friday in Tokyo
	eq "$(due 2024-02-29T15:01:00Z)" $'2024-03-04T21:00:00Z\n2024-03-04T07:00:00Z'
}

@test "a schedule with a zone of its own is counted in that, whatever the definition's zone is" {
	csm schedule edit 9-17 --time-zone Europe/Berlin >/dev/null
	by A 1 16:00 --time-zone Asia/Tokyo --timezone-source definition "${in_9_17[@]}"
	eq "$(due 2024-03-01T09:00:00Z)" 2024-03-04T15:00:00Z
	eq "$(csm sla list --fields time_zone --no-header -o csv)" Europe/Berlin
}

@test "a time of day in the hour that the clock leaves out moves forward; one that comes twice is the first" {
	csm schedule new --name Berlin --time-zone Europe/Berlin >/dev/null
	csm schedule-span new --schedule Berlin --days mon,tue,wed,thu,fri,sat,sun --start 00:00 --end 24:00 >/dev/null
	by A 1 02:30 --schedule-source definition --schedule Berlin
	eq "$(due 2024-03-30T09:00:00Z)" 2024-03-31T01:30:00Z
	eq "$(due 2024-10-26T09:00:00Z)" 2024-10-27T00:30:00Z
}

@test "a day that the zone skips is no business day" {
	by A 1 12:00 --time-zone Pacific/Apia --timezone-source definition
	# Thursday 2011-12-29 in Apia; there was no Friday the 30th
	eq "$(due 2011-12-29T20:00:00Z)" 2011-12-30T22:00:00Z
}

@test "a business day has open time of its own: what runs over from the night before makes none" {
	by A 1 12:00 --schedule-source definition --schedule Night
	by B 1 12:00 --schedule-source definition --schedule Around
	# Friday: the night shift ends on Saturday at 6, and Saturday is no business day of it
	eq "$(due 2024-03-01T09:00:00Z)" $'2024-03-04T12:00:00Z\n2024-03-02T12:00:00Z'
}

@test "a schedule that never has a business day is an error that names it" {
	csm schedule new --name Never --time-zone UTC >/dev/null
	csm schedule-exception new --schedule Never --date 2024-01-02 --kind hours --start 09:00 --end 10:00 >/dev/null
	by A 1 12:00 --schedule-source definition --schedule Never
	run_csm case new --account Acme --short-description x
	fails 4 "schedule 'Never' has no business day in 5 years"
	eq "$(csm case list --count)" 0
}

@test "the fields of business_days_by are needed with it and refused without it" {
	run_csm sla-definition new --name A --duration-type relative --relative-duration business_days_by --relative-days 1 \
		--start-condition "active = true" --stop-condition "state = closed"
	fails 4 "relative_time: is needed with relative_duration business_days_by"
	run_csm sla-definition new --name A --duration-type relative --relative-duration business_days_by --relative-time 16:00 \
		--start-condition "active = true" --stop-condition "state = closed"
	fails 4 "relative_days: is needed with relative_duration business_days_by"
	run_csm sla-definition new --name A --duration-type relative --relative-duration end_of_next_business_day --relative-cutoff 16:00 \
		--start-condition "active = true" --stop-condition "state = closed"
	fails 4 "relative_cutoff: belongs to relative_duration business_days_by alone"
	run_csm sla-definition new --name A --duration 8h --relative-days 2 --start-condition "active = true" --stop-condition "state = closed"
	fails 4 "relative_days: belongs to relative_duration business_days_by alone"
	run_csm sla-definition new --name A --duration-type relative --relative-duration business_days_by --relative-days 0 --relative-time 16:00 \
		--start-condition "active = true" --stop-condition "state = closed"
	fails 65 "relative_days"
	eq "$(csm sla-definition list --count)" 0
}

@test "a relative due moment does not move: no pause, no resuming" {
	run_csm sla-definition new --name A --duration-type relative --relative-duration end_of_next_business_day --pause-condition "impact = 1" \
		--start-condition "active = true" --stop-condition "state = closed"
	fails 4 "pause_condition: a relative duration can't be paused"
	run_csm sla-definition new --name A --duration-type relative --relative-duration end_of_next_business_day --reopen-action resume \
		--start-condition "active = true" --stop-condition "state = closed"
	fails 4 "reopen_action: a relative duration can't resume, expected restart"
}
