#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# SLAs where cases end, wait and come from elsewhere; and the ledger held against the engine on histories made by chance.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: 9-17, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}],
		     exception: [{date: 2024-03-05, kind: closed, name: Feast}, {date: 2024-03-06, kind: break, start: "12:00", end: "12:30"}]}
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
	EOF
	csm import world.yaml >/dev/null
}

define() { csm sla-definition new --name "$1" "${@:2}" >/dev/null; }
new_case() { csm case new --contact geneva@acme.example --short-description x "$@" >/dev/null; }
sla() { csm sla list --fields "$1" --no-header -o csv; }
at() { export CSM_NOW=$1; }

@test "what the end of a case does not complete is cancelled, also where nothing else would cancel it; nothing begins after it" {
	define Answer --duration 1h --start-condition "priority <= 4" --stop-condition "first_response_time is not null" --cancel-when never
	define After --duration 1h --start-condition "state = closed" --stop-condition "priority = 1"
	new_case
	at 2024-03-01T09:30:00Z
	csm case close CS0000001 --resolution-code duplicate --close-notes x >/dev/null
	eq "$(sla sla_definition,stage,active,end_at,has_breached)" "Answer,cancelled,false,2024-03-01T09:30:00Z,false"
	at 2024-03-02T09:30:00Z
	eq "$(csm sla breaches --count)" 0
}

@test "a task that ends ends its SLAs; one that a load states has them from its own moments" {
	define Do --target-type case_task --duration 1h --start-condition "priority <= 4" --stop-condition "state = closed"
	new_case
	csm case-task new --parent-case CS0000001 --short-description t >/dev/null
	csm case-task new --parent-case CS0000001 --short-description t >/dev/null
	at 2024-03-01T09:30:00Z
	csm case-task close CSTASK0000001 >/dev/null
	csm case-task cancel CSTASK0000002 --reason x >/dev/null
	eq "$(sla case_task,stage,elapsed)" $'CSTASK0000001,completed,30m\nCSTASK0000002,cancelled,30m'
	cat >tasks.yaml <<-'EOF'
		csm: 1
		case_task:
		  - {parent_case: CS0000001, short_description: t, state: closed, opened_at: 2020-01-01T09:00:00Z, closed_at: 2020-01-01T11:00:00Z}
		  - {parent_case: CS0000001, short_description: t, state: cancelled, opened_at: 2020-01-01T09:00:00Z, closed_at: 2020-01-01T09:10:00Z}
		  - {parent_case: CS0000001, short_description: t, opened_at: 2020-01-01T09:00:00Z}
	EOF
	csm import tasks.yaml >/dev/null
	eq "$(csm sla list --where "from_import = true" --fields case_task,stage,start_at,elapsed,has_breached --no-header -o csv)" \
		"CSTASK0000003,completed,2020-01-01T09:00:00Z,2h,true
CSTASK0000004,cancelled,2020-01-01T09:00:00Z,10m,false
CSTASK0000005,in_progress,2020-01-01T09:00:00Z,1521d30m,true"
	run_csm sla breaches --new --no-header -o csv
	ok
	out_is ""
}

@test "a case that a load states as cancelled, or as waiting, has SLAs that were cancelled, or wait since it was last written to" {
	define Fix --duration 4h --start-condition "priority <= 4" --stop-condition "state in (resolved, closed)" --pause-condition "state = awaiting_info"
	cat >old.yaml <<-'EOF'
		csm: 1
		case:
		  - {external_id: A, account: Acme, short_description: x, state: cancelled, opened_at: 2024-01-01T10:00:00Z}
		  - {external_id: B, account: Acme, short_description: x, state: awaiting_info, opened_at: 2024-01-01T10:00:00Z,
		     first_response_time: 2024-01-01T11:00:00Z, last_agent_comment_at: 2024-01-01T12:00:00Z}
	EOF
	csm import old.yaml >/dev/null
	eq "$(sla parent_case.external_id,stage,active,has_breached,pause_at)" "A,cancelled,false,false,
B,paused,true,false,2024-01-01T12:00:00Z"
	at 2024-03-02T12:00:00Z
	csm case provide-info B >/dev/null
	eq "$(csm sla list --where "parent_case = B" --fields stage,planned_end_at --no-header -o csv)" in_progress,2024-03-02T14:00:00Z
}

@test "a condition on the action status holds: what follows a move is seen by the engine, too" {
	define Fix --duration 4h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "action_status = blocked_by_customer"
	new_case
	csm case accept CS0000001 >/dev/null
	at 2024-03-01T10:00:00Z
	csm case request-info CS0000001 --comment "?" >/dev/null
	eq "$(sla stage,pause_at)" paused,2024-03-01T10:00:00Z
	at 2024-03-01T11:00:00Z
	csm case provide-info CS0000001 >/dev/null
	eq "$(sla stage,pause_duration)" in_progress,1h
}

@test "a reset while the pause condition holds begins the new one paused" {
	define Fix --duration 4h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1" --reset-condition "urgency = 1"
	new_case --impact 1
	at 2024-03-01T10:00:00Z
	csm case edit CS0000001 --urgency 1 >/dev/null
	eq "$(sla stage,pause_at)" $'completed,\npaused,2024-03-01T10:00:00Z'
}

# sums SLA-NUMBER: the ledger's last sum, and "one sum" when it could not tell more
sums() { csm sla explain CS0000001 --sla "$1" -o csv --no-header --fields sum,note 2>/dev/null | tail -n 1; }

@test "the ledger is the engine's: a pause that only its resume condition ends, and a retroactive start without its pauses" {
	define Sticky --duration 40h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1" \
		--resume-when condition --resume-condition "urgency = 1"
	new_case
	at 2024-03-01T10:00:00Z
	csm case edit CS0000001 --impact 1 >/dev/null
	at 2024-03-01T11:00:00Z
	csm case edit CS0000001 --impact 3 >/dev/null
	at 2024-03-01T12:00:00Z
	csm case edit CS0000001 --urgency 1 >/dev/null
	at 2024-03-01T13:00:00Z
	eq "$(sums SLA0000001)" 2h,
	define Back --duration 40h --start-condition "priority = 1" --stop-condition "state = closed" --pause-condition "impact = 1" --retroactive-start true
	define Both --duration 40h --start-condition "priority = 1" --stop-condition "state = closed" --pause-condition "impact = 1" --retroactive-start true \
		--retroactive-pause true
	csm case edit CS0000001 --priority 1 >/dev/null
	at 2024-03-01T14:00:00Z
	eq "$(sums SLA0000002)" 5h,
	eq "$(sums SLA0000003)" 4h,
}

@test "the ledger adds up to the second to what the record says, on histories made by chance" {
	local seed n step now choice

	define A --duration 20h --schedule-source definition --schedule 9-17 --start-condition "priority <= 3" --stop-condition "state in (resolved, closed)" \
		--pause-condition "state = awaiting_info"
	define B --duration 30h --start-condition "active = true" --stop-condition "state = closed" --pause-condition "impact = 1 or needs_attention = true" \
		--resume-when condition --resume-condition "urgency = 1"
	define C --duration 10h --schedule-source definition --schedule 9-17 --start-condition "priority = 1" --stop-condition "state = closed" \
		--pause-condition "state = awaiting_info" --retroactive-start true --retroactive-pause true
	define D --duration 10h --schedule-source definition --schedule 9-17 --start-condition "priority = 2" --stop-condition "state = closed" \
		--pause-condition "impact = 1" --retroactive-start true --reset-condition "urgency = 2"
	define E --duration 20h --schedule-source definition --schedule 9-17 --start-condition "priority <= 4" --stop-condition "state in (resolved, closed)" \
		--pause-condition "state = awaiting_info or impact = 2" --reopen-action resume
	define F --target update --duration 2h --schedule-source definition --schedule 9-17 --start-condition "awaiting_reply_since is not null" \
		--stop-condition "awaiting_reply_since is null" --retroactive-start true --set-start-to last_customer_comment_at
	define G --duration 9h --start-condition "priority <= 2" --stop-condition "urgency = 1" --reopen-action resume --retroactive-start true \
		--retroactive-pause true --pause-condition "impact = 1" --resume-when condition --resume-condition "urgency = 3"
	for seed in 1 2 3; do
		RANDOM=$seed
		now=$((1709287200 + seed * 1234))
		at "$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)"
		new_case --priority 3
		for ((n = 0; n < 40; n++)); do
			step=$((RANDOM % 5 == 0 ? 0 : RANDOM * 3))
			now=$((now + step))
			at "$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)"
			choice=$((RANDOM % 12))
			case $choice in
			0) run_csm case accept "CS000000$seed" ;;
			1) run_csm case request-info "CS000000$seed" --comment "?" ;;
			2) run_csm case provide-info "CS000000$seed" ;;
			3) run_csm case edit "CS000000$seed" --priority $((RANDOM % 4 + 1)) ;;
			4) run_csm case edit "CS000000$seed" --impact $((RANDOM % 3 + 1)) ;;
			5) run_csm case edit "CS000000$seed" --urgency $((RANDOM % 3 + 1)) ;;
			6) run_csm case comment "CS000000$seed" --text x --on-behalf geneva@acme.example ;;
			7) run_csm case attention clear "CS000000$seed" ;;
			8) run_csm case edit "CS000000$seed" --description "$n" ;;
			9) run_csm case resolve "CS000000$seed" --resolution-code solved_workaround --close-notes x ;;
			10) run_csm case reject-solution "CS000000$seed" --reason x --on-behalf geneva@acme.example ;;
			11) run_csm case comment "CS000000$seed" --text x ;;
			esac
			[ "$status" -eq 0 ] || [ "$status" -eq 4 ] || wrong "step $n of $seed"
		done
		at "$(date -u -d "@$((now + 50000))" +%Y-%m-%dT%H:%M:%SZ)"
		run_csm sla explain "CS000000$seed" -o csv --no-header
		printf '%s\n' "$out" >ledger
		printf '%s\n' "$err" >notes
		! grep -q "one sum" ledger || wrong "$(cat ledger)"
		# what the notes say was used is the last sum of each record
		sed -n "s/^csm: \(SLA[0-9]*\) .* used \([^,]*\), .*/\1 \2/p" notes | sort >said
		awk -F, '{ sum[$1] = $7 } END { for (s in sum) print s, sum[s] }' ledger | sort >summed
		[ "$(wc -l <said)" -ge 3 ] || wrong "hardly any SLA: $(cat notes)"
		# a record that was never open has no line
		join -a 1 -e 0s -o 0,1.2,2.2 said summed | awk '$2 != $3 { print; bad = 1 } END { exit bad }'
	done
}

@test "explain: the SLA that is asked for is there, or it is an error" {
	new_case
	run_csm sla explain CS0000001 --sla nothing
	fails 3 "CS0000001 has no SLA 'nothing'"
	out_is ""
}

@test "explain: a clock that was set back by --backdate leaves the ledger whole" {
	define Fix --duration 8h --start-condition "priority <= 4" --stop-condition "state = closed"
	at 2024-03-01T09:00:00Z
	new_case
	at 2024-03-01T10:00:00Z
	csm case edit CS0000001 --priority 2 >/dev/null
	CSM_NOW=2024-03-01T09:30:00Z csm case edit CS0000001 --priority 3 --backdate >/dev/null
	at 2024-03-01T11:00:00Z
	eq "$(csm -q sla explain CS0000001 -o csv --no-header --fields from,to,counted,sum,note)" \
		"2024-03-01T09:00:00Z,2024-03-01T10:00:00Z,1h,1h,
2024-03-01T10:00:00Z,2024-03-01T11:00:00Z,1h,2h,"
}

@test "explain: the states before a case was loaded are not known, and not said" {
	define Fix --duration 8h --start-condition "priority <= 4" --stop-condition "state = closed"
	new_case
	csm export --output all.yaml 2>/dev/null
	export CSM_DB=other.db
	csm -q init
	at 2024-03-01T11:00:00Z
	csm import all.yaml >/dev/null
	at 2024-03-01T12:00:00Z
	eq "$(csm -q sla explain CS0000001 -o csv --no-header --fields to,state,counted)" "2024-03-01T11:00:00Z,,2h
2024-03-01T12:00:00Z,new,1h"
}
