#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm sla apply: a definition that is younger than the cases is attached to those that are meant, at once.

load helpers

setup() {
	csm_setup
	csm init -q
	printf 'csm: 1\naccount: [{name: Acme}]\n' | csm import - >/dev/null
	CSM_NOW=2024-03-01T09:00:00Z csm case new --account Acme --short-description one --priority 1 -q
	CSM_NOW=2024-03-01T10:00:00Z csm case new --account Acme --short-description two --priority 2 -q
	CSM_NOW=2024-03-01T10:30:00Z csm case new --account Acme --short-description three --priority 1 -q
	CSM_NOW=2024-03-01T10:45:00Z csm case cancel CS0000003 --reason x -q
	export CSM_NOW=2024-03-01T12:00:00Z
	define() { csm sla-definition new --name "$@" --start-condition "active = true" --stop-condition "state = resolved" >/dev/null; }
}

@test "a new definition does nothing to open cases until it is applied; then it begins now, on those selected" {
	define R --duration 8h
	eq "$(csm sla list --count)" 0
	run_csm sla apply R --to "priority = 1" -o csv
	eq "$status" 0
	out_is "record,sla_definition,sla,stage,start_at,planned_end_at,breached,why
CS0000001,R,SLA0000001,in_progress,2024-03-01T12:00:00Z,2024-03-01T20:00:00Z,false,"
	eq "$err" "csm: R: attached to 1 (0 breached), 0 left"
	eq "$(csm sla list --fields parent_case,planned_end_at --no-header -o csv)" "CS0000001,2024-03-01T20:00:00Z"
}

@test "a retroactive one begins where it says, and what is late by then is breached" {
	define R --duration 90m --retroactive-start true
	run_csm sla apply R --to "active = true" -o csv --no-header --fields record,start_at,planned_end_at,breached
	eq "$status" 0
	out_is "CS0000001,2024-03-01T09:00:00Z,2024-03-01T10:30:00Z,true
CS0000002,2024-03-01T10:00:00Z,2024-03-01T11:30:00Z,true"
	eq "$err" "csm: R: attached to 2 (2 breached), 0 left"
}

@test "what is left is counted, and told with the reason where asked for" {
	define R --duration 8h --cancel-when condition --cancel-condition "impact = 1"
	csm case edit CS0000001 --urgency 2 -q
	csm case edit CS0000002 --impact 1 -q
	changes=$(csm log --count)
	run_csm sla apply R --to "active = true" -o csv
	eq "$status" 0
	out_is "record,sla_definition,sla,stage,start_at,planned_end_at,breached,why"
	eq "$err" "csm: R: attached to 0 (0 breached), 2 left; --verbose tells why"
	eq "$(csm log --count)" "$changes"
	run_csm sla apply R --to "active = true" -v -o csv --no-header --fields record,why
	out_is "CS0000001,SLA0000001 runs already
CS0000002,the cancel condition holds"
	csm sla-definition new --name S --duration 1h --start-condition "priority = 3" --stop-condition "state = resolved" >/dev/null
	csm sla-definition new --name T --duration 1h --start-condition "priority <= 2" --stop-condition "impact = 1 or urgency = 2" >/dev/null
	run_csm sla apply S T --to "active = true" -v -o csv --no-header --fields record,sla_definition,why
	out_is "CS0000001,S,the start condition does not hold
CS0000002,S,the start condition does not hold
CS0000001,T,the stop condition holds
CS0000002,T,the stop condition holds"
}

@test "a pause that holds is one from the beginning; SLAs of contracts go to what is under the contract" {
	define R --duration 8h --pause-condition "priority = 2"
	run_csm sla apply R --to "number = CS0000002" -o csv --no-header --fields stage,planned_end_at
	out_is "paused,"
	define C --duration 4h
	printf 'csm: 1\ncontract: [{name: Gold, account: Acme, start_date: 2024-01-01, end_date: 2024-12-31, state: active, contract_sla: [{sla_definition: C}]}]\n' |
		csm import - >/dev/null
	run_csm sla apply C --to "active = true" -v -o csv --no-header --fields record,why
	out_is "CS0000001,\"its contract has other SLAs, or the definition belongs to contracts\"
CS0000002,\"its contract has other SLAs, or the definition belongs to contracts\""
}

@test "case tasks have definitions of their own; a dry run stores nothing; undo takes it back" {
	csm case-task new --parent-case CS0000001 --short-description t -q
	csm sla-definition new --name K --target-type case_task --duration 2h --start-condition "active = true" --stop-condition "state = closed" >/dev/null
	before=$(csm export -o ndjson)
	run_csm sla apply K --to "active = true" --dry-run -o csv --no-header --fields record,sla
	out_is CSTASK0000001,SLA0000001
	eq "$(csm export -o ndjson)" "$before"
	run_csm sla apply K --to "active = true" -q -o csv --fields record,sla
	out_is CSTASK0000001,SLA0000001
	eq "$err" ""
	csm undo -q
	eq "$(csm export -o ndjson)" "$before"
}

@test "what can't be is refused" {
	define R --duration 8h --active false
	run_csm sla apply R --to "active = true"
	fails 4 "csm: sla_definition R: active: is not active; only an active definition is attached"
	run_csm sla apply R
	fails 2 "csm: --to says which open records: --to 'priority = 1', --to 'active = true' for all"
	run_csm sla apply Nope --to "active = true"
	fails 3 "csm: sla_definition Nope: there is no sla_definition 'Nope'"
	csm sla-definition edit R --active true -q
	run_csm sla apply R --to "colour = red"
	eq "$status" 2
	err_has "colour"
	eq "$(csm sla list --count)" 0
}
