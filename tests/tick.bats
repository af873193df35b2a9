#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What time causes: a line a job, the same end whether csm ticks every minute or once after a week, and one wrong record holds up nothing.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		setting: [{name: case.auto_close, value: "true"}]
		user: [{user_name: anna, last_name: Ott}]
		product: [{name: Printer}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
		schedule: [{name: Office, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}]
		sla_definition:
		  - {name: Fix, duration: 20h, schedule_source: definition, schedule: Office, start_condition: priority <= 4, stop_condition: state = closed}
		  - {name: Soon, duration: 3h, start_condition: priority = 1, stop_condition: state = closed, pause_condition: state = awaiting_info}
		contract:
		  - {external_id: starts, name: x, account: Acme, start_date: 2024-03-04, end_date: 2024-12-31}
		  - {external_id: ends, name: x, account: Acme, state: active, start_date: 2024-01-01, end_date: 2024-03-03}
		  - {external_id: both, name: x, account: Acme, start_date: 2024-03-02, end_date: 2024-03-04}
		  - {external_id: asked, name: x, account: Acme, start_date: 2024-03-02, end_date: 2024-12-31, approval: requested}
		  - {external_id: halts, name: x, account: Acme, state: active, start_date: 2024-01-01, end_date: 2024-12-31,
		     suspend_start: 2024-03-03, suspend_end: 2024-03-05, suspend_reason: x}
		entitlement:
		  - {external_id: e-starts, name: x, contract: starts, start_date: 2024-03-04}
		  - {external_id: e-ends, name: x, contract: ends, start_date: 2024-01-01}
		  - {external_id: e-both, name: x, contract: both, start_date: 2024-03-02}
		  - {external_id: e-halts, name: x, contract: halts, start_date: 2024-01-01}
		  - {external_id: e-own, name: x, account: Acme, start_date: 2024-03-03, end_date: 2024-03-05}
		  - {external_id: e-later, name: x, account: Acme, start_date: 2024-03-06}
		  - {external_id: e-suspended, name: x, account: Acme, state: suspended, start_date: 2024-01-01, suspend_start: 2024-02-01, suspend_end: 2024-03-04,
		     suspend_reason: x}
		  - {external_id: e-halted, name: x, account: Acme, state: suspended, start_date: 2024-01-01, suspend_start: 2024-02-01}
		sold_product:
		  - {external_id: s-starts, product: Printer, account: Acme, start_date: 2024-03-04}
		  - {external_id: s-ends, product: Printer, account: Acme, start_date: 2024-01-01, end_date: 2024-03-03}
		  - {external_id: s-suspended, product: Printer, account: Acme, state: suspended, start_date: 2024-01-01, suspend_start: 2024-02-01,
		     suspend_end: 2024-03-04}
	EOF
	csm import world.yaml >/dev/null
}

at() { export CSM_NOW=$1; }
work() {
	for n in 1 2 3; do
		csm --as anna case new --contact geneva@acme.example --priority "$n" --short-description "case $n" >/dev/null
		csm --as anna case assign "CS000000$n" --assigned-to me >/dev/null
	done
	csm --as anna case request-info CS0000001 --comment "?" >/dev/null
	csm --as anna case resolve CS0000002 --resolution-code solved_guidance --close-notes x >/dev/null
}
# all that there is, but when it was written
all() { csm export -o yaml; }

@test "a line a job, what was done and how much" {
	run_csm tick -o csv
	ok
	out_is "job,done,detail
contract-dates,0,0 contracts moved by date
entitlement-dates,0,0 entitlements moved by date
sold-product-dates,0,0 sold products moved by date
case-auto-close,0,0 resolved cases reminded of or closed
sla-breaches,0,0 SLAs marked as breached
escalation-paths,0,0 cases escalated
sla-milestones,0,0 SLA milestones told"
	at 2024-03-08T09:00:00Z
	run_csm tick --fields job,done --no-header -o csv
	ok
	out_is "contract-dates,4
entitlement-dates,3
sold-product-dates,3
case-auto-close,0
sla-breaches,0
escalation-paths,0
sla-milestones,0"
	eq "$(csm contract list --fields external_id,state,suspend_reason --no-header -o csv | tr '\n' ' ')" \
		"starts,active, ends,expired, both,expired, asked,draft, halts,active, "
	eq "$(csm entitlement list --fields external_id,state,suspend_reason --no-header -o csv | tr '\n' ' ')" \
		"e-starts,active, e-ends,expired, e-both,expired, e-halts,active, e-own,expired, e-later,active, e-suspended,active, e-halted,suspended, "
	eq "$(csm sold-product list --fields external_id,state,suspend_start --no-header -o csv | tr '\n' ' ')" \
		"s-starts,active, s-ends,expired, s-suspended,active, "
}

@test "nothing to do makes no change; what is done is the system's, and no bare undo takes it back" {
	changes=$(csm log --count)
	csm tick >/dev/null
	eq "$(csm log --count)" "$changes"
	at 2024-03-08T09:00:00Z
	csm tick >/dev/null
	eq "$(csm log --limit 1 --fields actor,command --no-header -o csv)" "system,csm tick"
	changes=$(csm log --count)
	csm tick >/dev/null
	eq "$(csm log --count)" "$changes"
	run_csm undo --dry-run
	out_lacks "$changes"
}

@test "often or once: a week of ticks and one tick after the week end the same" {
	work
	cp "$CSM_DB" once.db
	for day in 01 02 03 04 05 06 07 08; do
		for time in 09:00:00 11:59:59 12:00:00 12:00:01 12:01:00 23:59:00; do
			[ "$day$time" != 0109:00:00 ] || continue
			CSM_NOW=2024-03-${day}T${time}Z csm tick >/dev/null
		done
	done
	CSM_NOW=2024-03-08T23:59:00Z csm --db once.db tick >/dev/null
	same() { jq -S 'del(.. | .reminder_sent_at?, .posted_at?, .fired_at?, .queued_at?)' "$1"; }
	csm export -o json >often.json
	csm --db once.db export -o json >once.json
	eq "$(jq -S '[.case[].reminder_sent_at]' often.json)" "$(printf '[\n  null,\n  "2024-03-06T09:00:00Z",\n  null\n]')"
	same often.json >often
	same once.json >once
	cmp often once
	eq "$(jq -r '.sla[] | select(.has_breached) | "\(.parent_case) \(.sla_definition) \(.breached_at)"' once.json | sort)" \
		"CS0000001 Fix 2024-03-05T13:00:00Z
CS0000002 Fix 2024-03-05T13:00:00Z
CS0000003 Fix 2024-03-05T13:00:00Z"
}

@test "a dry run tells what would be done" {
	at 2024-03-08T09:00:00Z
	before=$(all)
	run_csm tick --dry-run --fields done --no-header -o csv
	fails 0 "dry run"
	out_is "4
3
3
0
0
0
0"
	eq "$(all)" "$before"
}

@test "one record that is refused holds up nothing, is told, and makes the status 1" {
	work
	at 2024-03-08T09:00:00Z
	CSM_NOW=2024-03-09T09:00:00Z csm contract edit ends --description later >/dev/null
	run_csm tick --fields job,done,detail --no-header -o csv
	[ "$status" -eq 1 ]
	[ -z "$err" ]
	out_has 'contract-dates,3,"3 contracts moved by date; 1 refused: contract CNTR0000002: the clock'
	out_has "sla-breaches,3,"
	eq "$(csm contract list ends starts --fields state --no-header -o csv | tr '\n' ' ')" "active active "
	at 2024-03-09T09:00:00Z
	run_csm tick --fields job,done --no-header -o csv
	ok
	out_has "contract-dates,1"
}

@test "tick needs a database, and takes no one else's name" {
	CSM_DB=$PWD/none.db run_csm tick
	fails 66
	at 2024-03-08T09:00:00Z
	csm --as anna tick >/dev/null
	eq "$(csm log --limit 1 --fields actor --no-header -o csv)" system
}
