#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The field's reference of SLAs, row by row: the worked examples of domain 6.3 (its relative durations: sla-relative.bats) and the table of
# the engine pass, domain 6.4. Each test bears the name of its row.

load helpers

setup() {
	csm_setup
	csm init
	cat >base.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 8-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "08:00", end: "17:00"}]}
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		account: [{name: Acme}]
	EOF
	csm import base.yaml >/dev/null
}

define() { csm sla-definition new --name "$1" "${@:2}" >/dev/null; }
new_case() { csm case new --account Acme --short-description x "$@" >/dev/null; }
edit() { csm case edit CS0000001 "$@" >/dev/null; }
at() { export CSM_NOW=2024-03-01T$1:00Z; }
sla() { csm sla list --fields "$1" --no-header -o csv --sort number; }
# by_name FIELDS: in the order of the definitions' names
by_name() { csm sla list --fields "sla_definition,$1" --no-header -o csv | sort; }
ledger() { csm sla explain CS0000001 -o csv --no-header 2>/dev/null | tail -n 1 | cut -d, -f7; }

@test "6.3 example a: 8-17, opened Friday 21:00, Monday 9:30: business 1h30, actual 60h30, 18.75 % of 8 h and more than 750 %" {
	define R --duration 8h --schedule-source definition --schedule 8-17 --start-condition "active = true" --stop-condition "state = closed"
	CSM_NOW=2024-03-01T21:00:00Z new_case
	export CSM_NOW=2024-03-04T09:30:00Z
	eq "$(sla business_elapsed,elapsed,business_percentage,percentage,planned_end_at)" 1h30m,2d12h30m,18.75,756.25,2024-03-04T16:00:00Z
	eq "$(ledger)" 1h30m
}

@test "6.3 example b: 9-17, start 14:00, next day 9:00: business 3 h, actual 19 h" {
	define R --duration 8h --schedule-source definition --schedule 9-17 --start-condition "active = true" --stop-condition "state = closed"
	CSM_NOW=2024-03-04T14:00:00Z new_case
	export CSM_NOW=2024-03-05T09:00:00Z
	eq "$(sla business_elapsed,elapsed)" 3h,19h
	eq "$(ledger)" 3h
}

@test "6.3 formulas: elapsed ends at the pause, planned_end is moved by the business pause, original_breach stays" {
	define R --duration 4h --schedule-source definition --schedule 9-17 --start-condition "active = true" --stop-condition "state = closed" \
		--pause-condition "impact = 1"
	new_case
	eq "$(sla planned_end_at,original_breach_at)" 2024-03-01T13:00:00Z,2024-03-01T13:00:00Z
	at 10:00
	edit --impact 1
	at 16:00
	eq "$(sla elapsed,business_elapsed,pause_duration,business_pause_duration,planned_end_at)" 1h,1h,0s,0s,
	at 20:00
	edit --impact 3
	eq "$(sla elapsed,business_elapsed,pause_duration,business_pause_duration,planned_end_at,original_breach_at)" \
		1h,1h,10h,7h,2024-03-04T12:00:00Z,2024-03-01T13:00:00Z
}

@test "6.3 formulas: no schedule, business is actual" {
	define R --duration 4h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1"
	new_case
	at 10:00
	edit --impact 1
	at 20:00
	edit --impact 3
	export CSM_NOW=2024-03-02T00:00:00Z
	eq "$(sla elapsed,business_elapsed,pause_duration,business_pause_duration,planned_end_at,has_breached)" \
		5h,5h,10h,10h,2024-03-01T23:00:00Z,true
}

@test "6.4 pass 1, start and stop: nothing" {
	define R --duration 8h --start-condition "active = true" --stop-condition "priority = 4"
	new_case
	eq "$(csm sla list --count)" 0
}

@test "6.4 pass 1, start and not stop: attached in progress" {
	define R --duration 8h --start-condition "priority = 4" --stop-condition "state = closed"
	new_case --priority 3
	eq "$(csm sla list --count)" 0
	at 10:00
	edit --priority 4
	eq "$(sla stage,active,start_at,planned_end_at)" in_progress,true,2024-03-01T10:00:00Z,2024-03-01T18:00:00Z
}

@test "6.4 pass 1, start and not stop, but the cancel condition: nothing" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed" --cancel-when condition --cancel-condition "impact = 1"
	new_case --impact 1
	eq "$(csm sla list --count)" 0
	at 10:00
	edit --impact 2
	eq "$(sla stage)" in_progress
}

@test "6.4 pass 1, retroactive: the start is the field, pauses are replayed" {
	define A --duration 8h --start-condition "priority = 1" --stop-condition "state = closed" --retroactive-start true
	define B --duration 8h --start-condition "priority = 1" --stop-condition "state = closed" --retroactive-start true --set-start-to first_response_time
	define C --duration 8h --start-condition "priority = 1" --stop-condition "state = closed" --retroactive-start true --retroactive-pause true \
		--pause-condition "impact = 1"
	new_case
	at 10:00
	csm case comment CS0000001 --text hello >/dev/null
	at 11:00
	edit --impact 1
	at 11:30
	edit --impact 3
	at 13:00
	edit --priority 1
	eq "$(by_name start_at,pause_duration,planned_end_at)" "A,2024-03-01T09:00:00Z,0s,2024-03-01T17:00:00Z
B,2024-03-01T10:00:00Z,0s,2024-03-01T18:00:00Z
C,2024-03-01T09:00:00Z,30m,2024-03-01T17:30:00Z"
}

@test "6.4 pass 1, retroactive: a pause that only its resume condition ends lasts until now" {
	define R --duration 8h --start-condition "priority = 1" --stop-condition "state = closed" --retroactive-start true --retroactive-pause true \
		--pause-condition "impact = 1" --resume-when condition --resume-condition "urgency = 1"
	new_case
	at 10:00
	edit --impact 1
	at 11:00
	edit --impact 3
	at 12:00
	edit --priority 1
	eq "$(sla stage,pause_at,pause_duration,planned_end_at)" paused,2024-03-01T12:00:00Z,2h,
	at 13:00
	edit --urgency 1
	eq "$(sla stage,pause_duration,planned_end_at)" in_progress,3h,2024-03-01T20:00:00Z
	at 14:00
	eq "$(ledger)" 2h
}

@test "6.4 pass 2 row 1, stop: completed, inactive" {
	define R --duration 8h --start-condition "active = true" --stop-condition "priority = 1"
	new_case
	at 10:00
	edit --priority 1
	eq "$(sla stage,active,end_at,business_elapsed)" "completed,false,2024-03-01T10:00:00Z,1h"
	at 11:00
	edit --priority 3
	eq "$(sla stage,start_at)" $'completed,2024-03-01T09:00:00Z\nin_progress,2024-03-01T11:00:00Z'
}

@test "6.4 pass 2 row 1 comes before the others: stop with reset, without start and with pause still completes" {
	define R --duration 8h --start-condition "priority = 4" --stop-condition "category = question" --reset-condition "impact = 1" --pause-condition "urgency = 1"
	new_case
	at 10:00
	edit --priority 1 --impact 1 --urgency 1 --category question
	eq "$(sla stage,end_at)" completed,2024-03-01T10:00:00Z
}

@test "6.4 pass 2 row 2, reset and start: completed, or cancelled by the reset action, and a new record" {
	define A --duration 8h --start-condition "active = true" --stop-condition "state = closed" --reset-condition "impact = 1"
	define B --duration 8h --start-condition "active = true" --stop-condition "state = closed" --reset-condition "impact = 1" --reset-action cancel
	new_case
	at 10:00
	edit --impact 1
	eq "$(by_name stage,start_at)" "A,completed,2024-03-01T09:00:00Z
A,in_progress,2024-03-01T10:00:00Z
B,cancelled,2024-03-01T09:00:00Z
B,in_progress,2024-03-01T10:00:00Z"
}

@test "6.4 pass 2 row 2, reset without start: no new record, row 3 decides" {
	define R --duration 8h --start-condition "priority = 4" --stop-condition "state = closed" --reset-condition "impact = 1"
	new_case
	at 10:00
	edit --impact 1 --priority 1
	eq "$(sla stage,start_at)" cancelled,2024-03-01T09:00:00Z
}

@test "6.4 pass 2 row 3, start no longer true: cancelled; not when never, with a cancel condition only by that" {
	define A --duration 8h --start-condition "priority = 2" --stop-condition "state = closed"
	define B --duration 8h --start-condition "priority = 2" --stop-condition "state = closed" --cancel-when never
	define C --duration 8h --start-condition "priority = 2" --stop-condition "state = closed" --cancel-when condition --cancel-condition "impact = 1"
	new_case --priority 2
	at 10:00
	edit --priority 3
	eq "$(by_name stage,active)" $'A,cancelled,false\nB,in_progress,true\nC,in_progress,true'
	at 11:00
	edit --impact 1
	eq "$(by_name stage)" $'A,cancelled\nB,in_progress\nC,cancelled'
}

@test "6.4 pass 2 row 3 comes before row 4: a pause condition does not save a record whose start is no longer true" {
	define R --duration 8h --start-condition "priority = 2" --stop-condition "state = closed" --pause-condition "impact = 1"
	new_case --priority 2
	at 10:00
	edit --priority 3 --impact 1
	eq "$(sla stage)" cancelled
}

@test "6.4 pass 2 row 4, pause while in progress: paused; a new record may be paused in the same pass" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1"
	new_case
	at 10:00
	edit --impact 1
	eq "$(sla stage,active,pause_at,planned_end_at)" paused,true,2024-03-01T10:00:00Z,
	at 11:00
	edit --description "still paused, since the first moment"
	eq "$(sla pause_at)" 2024-03-01T10:00:00Z
	new_case --impact 1
	eq "$(sla stage,pause_at | tail -n 1)" paused,2024-03-01T11:00:00Z
}

@test "6.4 pass 2 row 5, not pause while paused: in progress, pauses added, the due moment counted again" {
	define R --duration 8h --schedule-source definition --schedule 9-17 --start-condition "active = true" --stop-condition "state = closed" \
		--pause-condition "state = awaiting_info"
	new_case --priority 2
	at 10:00
	csm case accept CS0000001 >/dev/null
	at 11:00
	csm case request-info CS0000001 --comment "?" >/dev/null
	eq "$(sla stage,pause_at,planned_end_at)" "paused,2024-03-01T11:00:00Z,"
	export CSM_NOW=2024-03-04T10:00:00Z
	csm case provide-info CS0000001 >/dev/null
	eq "$(sla stage,pause_duration,business_pause_duration,planned_end_at)" "in_progress,2d23h,7h,2024-03-04T16:00:00Z"
	export CSM_NOW=2024-03-04T12:30:00Z
	eq "$(ledger)" 4h30m
	run_csm sla explain CS0000001 -o csv --no-header --fields state,what,counted
	out_is "new,counted,1h
open,counted,1h
awaiting_info,paused,0s
open,counted,2h30m"
}

@test "6.4 pass 2 row 5, resume when condition: paused until that holds" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1" \
		--resume-when condition --resume-condition "urgency = 1"
	new_case
	at 10:00
	edit --impact 1
	at 11:00
	edit --impact 3
	eq "$(sla stage)" paused
	at 12:00
	edit --urgency 1
	eq "$(sla stage,pause_duration)" in_progress,2h
	# both at once: it runs, however often it is written
	at 13:00
	edit --impact 1
	eq "$(sla stage,pause_duration)" in_progress,2h
	edit --description x
	eq "$(sla stage,pause_duration)" in_progress,2h
}

@test "6.4 priority change: the P1 record is cancelled and P2 attached; with retroactive start it begins at the original time" {
	define P1 --duration 4h --start-condition "priority = 1" --stop-condition "state = closed" --pause-condition "state = awaiting_info"
	define P2 --duration 8h --start-condition "priority = 2" --stop-condition "state = closed" --pause-condition "state = awaiting_info" \
		--retroactive-start true --retroactive-pause true
	define P3 --duration 16h --start-condition "priority = 3" --stop-condition "state = closed"
	new_case --priority 1
	at 10:00
	csm case accept CS0000001 >/dev/null
	at 11:00
	csm case request-info CS0000001 --comment "?" >/dev/null
	at 12:00
	csm case provide-info CS0000001 >/dev/null
	at 13:00
	edit --priority 2
	eq "$(by_name stage,start_at,pause_duration,planned_end_at)" "P1,cancelled,2024-03-01T09:00:00Z,1h,2024-03-01T14:00:00Z
P2,in_progress,2024-03-01T09:00:00Z,1h,2024-03-01T18:00:00Z"
	at 14:00
	edit --priority 3
	eq "$(by_name stage,start_at)" "P1,cancelled,2024-03-01T09:00:00Z
P2,cancelled,2024-03-01T09:00:00Z
P3,in_progress,2024-03-01T14:00:00Z"
}
