#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# SLAs: contracts, reports, monitoring, time, loads. The field's own examples and the engine pass row by row: domain6.bats.

load helpers

setup() {
	csm_setup
	csm init
	cat >base.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		account: [{name: Acme}, {name: Beta}]
	EOF
	csm import base.yaml >/dev/null
}

# define NAME FIELD...: an SLA definition on cases, counted in a schedule
define() {
	local name=$1
	shift
	csm sla-definition new --name "$name" --target-type case "$@" >/dev/null
}
new_case() { csm case new --account Acme --short-description x "$@"; }
sla() { csm sla list --fields "$1" --no-header -o csv --sort number; }

@test "one day of duration is 24 hours of the schedule: three business days of eight hours" {
	define R --duration 1d --schedule-source definition --schedule 9-17 --start-condition "active = true" --stop-condition "state = closed"
	CSM_NOW=2024-03-04T09:00:00Z new_case
	eq "$(sla planned_end_at)" 2024-03-06T17:00:00Z
}

@test "contract SLAs stand for the general ones, unless the contract has those too" {
	define General --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	define Gold --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	csm contract new --name Care --account Acme --start-date 2024-01-01 --end-date 2024-12-31 >/dev/null
	csm contract-sla new --contract CNTR0000001 --sla-definition Gold >/dev/null
	csm contract activate CNTR0000001 >/dev/null
	new_case --contract CNTR0000001
	new_case
	eq "$(csm sla list --fields parent_case,sla_definition --no-header -o csv | sort)" $'CS0000001,Gold\nCS0000002,General'
	csm contract edit CNTR0000001 --process-non-contractual-slas true >/dev/null
	new_case --contract CNTR0000001
	eq "$(csm sla list --where "parent_case = CS0000003" --fields sla_definition --no-header -o csv | sort)" $'General\nGold'
}

@test "breached means later than due, not at it" {
	define R --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	CSM_NOW=2024-03-01T10:00:00Z run_csm sla breaches --within 0s --count
	out_is 0
	CSM_NOW=2024-03-01T10:00:01Z run_csm sla breaches --within 0s --count
	out_is 1
}

@test "--new: each is reported once as soon and once as breached, and what was not printed is not marked" {
	define R --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	CSM_NOW=2024-03-01T09:30:00Z run_csm sla breaches --within 1h --new --fields status,case,left --no-header -o csv
	ok
	out_is "soon,CS0000001,30m"
	CSM_NOW=2024-03-01T09:45:00Z run_csm sla breaches --within 1h --new --no-header -o csv
	ok
	out_is ""
	CSM_NOW=2024-03-01T09:45:00Z run_csm sla breaches --within 1h --count
	out_is 1
	CSM_NOW=2024-03-01T10:30:00Z run_csm sla breaches --new --fields status,case,left --no-header -o csv --dry-run
	out_is "breached,CS0000001,-30m"
	CSM_NOW=2024-03-01T10:30:00Z run_csm sla breaches --new --fields status,case,left --no-header -o csv
	out_is "breached,CS0000001,-30m"
	CSM_NOW=2024-03-01T11:30:00Z run_csm sla breaches --new --no-header -o csv
	ok
	out_is ""
	eq "$(sla has_breached,breached_at)" true,2024-03-01T10:00:00Z
}

@test "--exit-code says whether there was anything" {
	run_csm sla breaches --exit-code --no-header
	ok
	define R --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	CSM_NOW=2024-03-01T11:00:00Z run_csm sla breaches --exit-code --no-header
	[ "$status" -eq 1 ]
	[ -z "$err" ]
}

@test "--monitor: one line, 0 1 2, and 3 on any failure" {
	define R --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	CSM_NOW=2024-03-01T09:00:00Z run_csm sla breaches --monitor --within 30m
	[ "$status" -eq 0 ]
	out_is "SLA OK - 0 breached, 0 due within 30m | breached=0;;0;0 soon=0;0;;0"
	CSM_NOW=2024-03-01T09:45:00Z run_csm sla breaches --monitor --within 30m
	[ "$status" -eq 1 ]
	out_is "SLA WARNING - 0 breached, 1 due within 30m | breached=0;;0;0 soon=1;0;;0"
	CSM_NOW=2024-03-01T10:45:00Z run_csm sla breaches --monitor --within 30m
	[ "$status" -eq 2 ]
	out_is "SLA CRITICAL - 1 breached, 0 due within 30m | breached=1;;0;0 soon=0;0;;0"
	CSM_DB=$PWD/none.db run_csm sla breaches --monitor
	[ "$status" -eq 3 ]
	out_has "SLA UNKNOWN"
}

@test "tick: breach marks, once, however late; a week off ends in the same state" {
	define R --duration 1h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	cp "$CSM_DB" other.db
	for t in 09:59 10:00 10:01 10:02 11:00; do
		CSM_NOW=2024-03-01T$t:00Z csm tick >/dev/null
	done
	eq "$(sla has_breached,breached_at)" true,2024-03-01T10:00:00Z
	CSM_NOW=2024-03-08T10:00:00Z csm --db other.db tick >/dev/null
	eq "$(csm --db other.db export sla | grep -v fired_at)" "$(csm export sla | grep -v fired_at)"
	changes=$(csm log --count)
	CSM_NOW=2024-03-09T10:00:00Z csm tick >/dev/null
	eq "$(csm log --count)" "$changes"
}

@test "a definition that can't work is refused with the reason" {
	run_csm sla-definition new --name X --target-type case --duration 8h --start-condition "prio = 1" --stop-condition "state = closed"
	fails 65 "start_condition"
	err_has "did you mean 'priority'"
	run_csm sla-definition new --name X --target-type case --start-condition "active = true" --stop-condition "state = closed"
	fails 4 "duration: is needed"
	run_csm sla-definition new --name X --target-type case --duration 8h --start-condition "active = true" --stop-condition "active = true"
	fails 4 "it would never attach"
	run_csm sla-definition new --name X --target-type case --duration 8h --schedule-source definition --start-condition "active = true" \
		--stop-condition "state = closed"
	fails 4 "schedule: is needed"
}

@test "conditions that can't work together are stored with a warning that says what will happen" {
	try() { run_csm sla-definition new --name "$1" --duration 8h --start-condition "$2" --stop-condition "$3" --pause-condition "$4" "${@:5}"; }
	warns() {
		[ "$status" -eq 0 ] || wrong "refused"
		eq "$err" "csm: warning: sla_definition $out: $1"
	}
	try A "state = new" "state = closed" "state = awaiting_info"
	warns "pause_condition: is never true together with start_condition: it is cancelled, and never pauses"
	try B "priority = 1 and account is not null" "state = closed" "not (priority < 3)"
	warns "pause_condition: is never true together with start_condition: it is cancelled, and never pauses"
	try C "active = true" "state in (resolved, closed)" "state = resolved and priority = 1"
	warns "pause_condition: is true only where stop_condition is: it completes, and never pauses"
	try D "state = new and priority = 1" "state in (new, closed) or priority = 3" ""
	warns "stop_condition: is true wherever start_condition is: it never attaches"
	try E "state = closed" "active = false" ""
	warns "stop_condition: is true wherever start_condition is: it never attaches"
	# what may work is let alone
	try F "priority = 1" "state = closed" "priority > 2" --cancel-when never
	ok
	try G "priority = 1 or account is not null" "state = closed" "priority > 2"
	ok
	try H "active = true" "state in (resolved, closed)" "state = awaiting_info or action_status = blocked_by_customer"
	ok
	run_csm sla-definition edit A --description "told once, when it was made"
	ok
	run_csm sla-definition edit A --cancel-when never
	ok
	run_csm sla-definition edit A --cancel-when start_not_met --quiet
	ok
	# a load says where
	printf 'csm: 1\nsla_definition:\n  - {name: I, duration: 8h, start_condition: state = new, stop_condition: state = closed, pause_condition: state = open}\n' >i.yaml
	run_csm import i.yaml
	[ "$status" -eq 0 ]
	err_has "csm: warning: i.yaml:3: sla_definition I: pause_condition: is never true together with start_condition"
}

@test "a schedule without open time is an error that names it, never a hang" {
	csm schedule new --name Never --time-zone UTC >/dev/null
	define R --duration 8h --schedule-source definition --schedule Never --start-condition "active = true" --stop-condition "state = closed"
	run_csm case new --account Acme --short-description x
	fails 4 "Never"
	eq "$(csm case list --count)" 0
}

@test "imported cases: SLAs are derived from their moments and marked so, and old breaches are silent" {
	define Response --duration 1h --start-condition "priority <= 2" --stop-condition "first_response_time is not null" --target response
	define Resolution --duration 8h --start-condition "priority <= 2" --stop-condition "state in (resolved, closed)" --target resolution
	cat >old.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: A, account: Acme, short_description: in time, priority: 1, state: closed, opened_at: 2024-01-01T10:00:00Z,
		     first_response_time: 2024-01-01T10:30:00Z, resolved_at: 2024-01-01T12:00:00Z, closed_at: 2024-01-02T12:00:00Z}
		  - {external_id: B, account: Acme, short_description: late, priority: 1, state: resolved, opened_at: 2024-01-01T10:00:00Z,
		     first_response_time: 2024-01-01T12:00:00Z, resolved_at: 2024-01-03T12:00:00Z}
		  - {external_id: C, account: Acme, short_description: open and late, priority: 1, state: open, opened_at: 2024-01-01T10:00:00Z}
	EOF
	csm import old.yaml >/dev/null
	eq "$(csm sla list --fields parent_case.external_id,sla_definition,stage,has_breached,business_elapsed,from_import --no-header -o csv | sort)" \
		"A,Resolution,completed,false,2h,true
A,Response,completed,false,30m,true
B,Resolution,completed,true,2d2h,true
B,Response,completed,true,2h,true
C,Resolution,in_progress,true,59d23h,true
C,Response,in_progress,true,59d23h,true"
	run_csm sla breaches --new --no-header -o tsv
	ok
	out_is ""
	run_csm sla breaches --count
	out_is 2
	run_csm tick -o csv --no-header
	out_has "sla-breaches,0,"
}

@test "an SLA record that is stated has moments in order, and is the only one of its definition that runs" {
	define R --duration 8h --start-condition "active = true" --stop-condition "state = closed"
	new_case
	cat >sla.yaml <<-'EOF'
		csm: 1
		sla: [{parent_case: CS0000001, sla_definition: R, stage: in_progress, active: true, start_at: 2024-03-01T09:00:00Z, duration: 8h}]
	EOF
	run_csm import sla.yaml
	fails 65 "active:"
	err_has "SLA0000001 runs already by the same definition"
	sed -i 's/stage: in_progress/stage: paused, pause_at: 2024-02-01T09:00:00Z/' sla.yaml
	run_csm import sla.yaml
	fails 65 "pause_at: is before start_at"
}
