#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Escalation paths: when a case takes one, how far it raises it, who is told, and that it is taken once.

load helpers

setup() {
	csm_setup
	csm init
	cat >base.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, last_name: Ott, manager: mia}, {user_name: mia, last_name: Mut}, {user_name: otto, last_name: Own}]
		group: [{name: Desk, email: desk@x.example, member: [{member: anna}]}, {name: Chiefs, email: chiefs@x.example}]
		account: [{name: Acme, contact: [{last_name: Roth, email: geneva@acme.example}]}]
		schedule:
		  - {name: 9-17, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - {name: floating, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		sla_definition:
		  - {name: Fix, duration: 8h, start_condition: active = true, stop_condition: "state in (resolved, closed)", pause_condition: state = awaiting_info}
		  - {name: Own, target_type: case_task, duration: 8h, start_condition: active = true, stop_condition: state = closed}
	EOF
	csm import base.yaml >/dev/null
}

path() {
	local name=$1
	shift
	csm escalation-path new --name "$name" "$@" >/dev/null
}
new_case() { csm --as otto case new --account Acme --short-description "Printer prints blank pages" "$@" >/dev/null; }
at() { export CSM_NOW=$1; }
tick_at() { CSM_NOW=$1 csm tick -q; }
levels() { csm case list --fields escalation --no-header | tr '\n' ' '; }
events() { csm escalation-event list --fields "${1:-parent_case,escalation_path,level,reached_at,fired_at}" --no-header -o csv; }
told() { csm outbox list --where 'event = escalation' --fields "${1:-subject}" --no-header -o csv; }

@test "a time since the case was opened: raised, recorded, the group of the path is told" {
	path "Two days" --level 1 --after-duration 2d --assignment-group Chiefs
	new_case --assignment-group Desk --assigned-to anna --priority 2
	tick_at 2024-03-03T08:59:59Z
	eq "$(levels)" "0 "
	tick_at 2024-03-03T09:01:00Z
	eq "$(levels)" "1 "
	eq "$(events)" "CS0000001,Two days,1,2024-03-03T09:00:00Z,2024-03-03T09:01:00Z"
	eq "$(told recipients,recipient_group,parent_case,subject)" ",Chiefs,CS0000001,CS0000001 escalated to Moderate: Printer prints blank pages"
	eq "$(csm outbox list --where 'event = escalation' --fields body --no-header -o ndjson | jq -r .body)" \
		"Case CS0000001 was escalated to Moderate by 'Two days': 2d since it was opened.

Printer prints blank pages
Opened: 2024-03-01T09:00:00Z
Priority: High
State: New"
	tick_at 2024-03-04T09:00:00Z
	eq "$(told | wc -l)" 1
	eq "$(csm log CS0000001 --limit 1 --fields actor --no-header)" system
}

@test "who is told: the path's group, else the case's; or the roles that the path names" {
	path Group --level 1 --after-duration 1d
	path Roles --level 2 --after-duration 2d --recipients manager,owner
	new_case --assignment-group Desk --assigned-to anna
	new_case
	tick_at 2024-03-04T09:00:00Z
	eq "$(told recipients,recipient_group)" ',Desk
otto,
"otto,mia",
otto,'
}

@test "a part of an SLA's time: of one definition, or of any on the case" {
	csm sla-definition new --name Fast --duration 4h --start-condition "priority = 1" --stop-condition "state = closed" >/dev/null
	path Fix75 --level 1 --sla-percentage 75 --sla-definition Fix
	path Any90 --level 2 --sla-percentage 90
	new_case --priority 1
	tick_at 2024-03-01T12:35:59Z
	eq "$(levels)" "0 "
	tick_at 2024-03-01T12:36:00Z
	eq "$(events)" "CS0000001,Any90,2,2024-03-01T12:36:00Z,2024-03-01T12:36:00Z"
	new_case
	tick_at 2024-03-01T16:12:00Z
	eq "$(events | tail -n 2)" "CS0000002,Fix75,1,2024-03-01T15:00:00Z,2024-03-01T16:12:00Z
CS0000002,Any90,2,2024-03-01T16:12:00Z,2024-03-01T16:12:00Z"
	eq "$(levels)" "2 2 "
	eq "$(csm outbox show OUT0000003 -o json | jq -r .body | head -n 1)" "Case CS0000001 was escalated to High by 'Any90': 90% of SLA Fast used."
}

@test "a pause of the SLA moves the step; while it is paused nothing new is reached" {
	path Fix75 --level 1 --sla-percentage 75
	new_case --assigned-to anna
	csm --as anna case accept CS0000001 >/dev/null
	CSM_NOW=2024-03-01T14:00:00Z csm --as anna case request-info CS0000001 --comment "?" >/dev/null
	tick_at 2024-03-02T09:00:00Z
	eq "$(levels)" "0 "
	CSM_NOW=2024-03-02T14:00:00Z csm --as anna case provide-info CS0000001 --comment "!" >/dev/null
	tick_at 2024-03-02T14:59:59Z
	eq "$(levels)" "0 "
	tick_at 2024-03-02T15:00:00Z
	eq "$(levels)" "1 "
}

@test "the condition is asked when the step is due, and again when the case is written" {
	path High --level 2 --sla-percentage 50 --case-condition "priority <= 2"
	path Old --level 1 --after-duration 1d --case-condition "priority <= 2"
	new_case --priority 3
	new_case --priority 3
	tick_at 2024-03-01T13:00:00Z
	eq "$(levels)" "0 0 "
	CSM_NOW=2024-03-01T14:00:00Z csm case edit CS0000001 --priority 2 >/dev/null
	tick_at 2024-03-01T14:00:00Z
	eq "$(levels)" "2 0 "
	eq "$(events)" "CS0000001,High,2,2024-03-01T13:00:00Z,2024-03-01T14:00:00Z"
	tick_at 2024-03-02T09:00:00Z
	csm sla-definition edit Fix --active false >/dev/null
	CSM_NOW=2024-03-03T14:00:00Z csm case edit CS0000002 --priority 1 >/dev/null
	tick_at 2024-03-03T14:01:00Z
	eq "$(levels)" "2 2 "
}

@test "cases that wait for nobody here: closed, cancelled and resolved ones take no step" {
	path Old --level 1 --after-duration 1d
	path Part --level 2 --sla-percentage 300
	for n in 1 2 3; do
		new_case --assigned-to anna --contact geneva@acme.example
		csm --as anna case accept "CS000000$n" >/dev/null
	done
	csm --as anna case resolve CS0000001 CS0000002 --resolution-code solved_guidance --close-notes x >/dev/null
	csm --on-behalf geneva@acme.example case accept-solution CS0000002 >/dev/null
	csm --as anna case cancel CS0000003 --reason x >/dev/null
	tick_at 2024-03-09T09:00:00Z
	eq "$(levels)" "0 0 0 "
	# opened again it is one more open case, and old enough
	CSM_NOW=2024-03-09T10:00:00Z csm --on-behalf geneva@acme.example case reject-solution CS0000001 --reason no >/dev/null
	tick_at 2024-03-09T10:00:00Z
	eq "$(levels)" "1 0 0 "
}

@test "once: a level that somebody has taken back, or has raised himself, stays as it is" {
	path One --level 1 --after-duration 1d
	path Two --level 2 --after-duration 2d
	new_case
	new_case
	new_case
	csm case edit CS0000002 --escalation 1 >/dev/null
	csm case edit CS0000003 --escalation 3 >/dev/null
	tick_at 2024-03-02T09:00:00Z
	eq "$(levels)" "1 1 3 "
	eq "$(events parent_case,escalation_path)" CS0000001,One
	CSM_NOW=2024-03-02T10:00:00Z csm case edit CS0000001 CS0000003 --escalation 0 >/dev/null
	tick_at 2024-03-02T11:00:00Z
	eq "$(levels)" "0 1 0 "
	tick_at 2024-03-03T09:00:00Z
	eq "$(levels)" "2 2 0 "
	for n in 1 2 3 4 5 6 7 8 9; do tick_at 2024-03-1${n}T09:00:00Z; done
	eq "$(told | wc -l)" 3
}

@test "late or often: the steps and their order are the same" {
	path Two --level 2 --after-duration 3d
	path One --level 1 --after-duration 1d
	path Part --level 3 --sla-percentage 1000
	path Never --level 1 --after-duration 2d
	path Office --level 2 --after-duration 15h --schedule 9-17 --case-condition "priority = 1"
	new_case --priority 1
	new_case --priority 4
	cp "$CSM_DB" once.db
	for day in 01 02 03 04 05 06 07 08; do
		for hour in 09 12 17 21; do tick_at "2024-03-${day}T$hour:00:00Z"; done
	done
	export CSM_NOW=2024-03-08T21:00:00Z
	csm --db once.db tick -q
	same() { csm --db "$1" escalation-event list --fields parent_case,escalation_path,level,reached_at --no-header; csm --db "$1" case list --fields number,escalation --no-header; }
	eq "$(same once.db)" "$(same "$CSM_DB")"
	eq "$(CSM_DB=once.db told | sort)" "$(told | sort)"
	eq "$(events parent_case,escalation_path,level,reached_at)" "CS0000001,One,1,2024-03-02T09:00:00Z
CS0000001,Two,2,2024-03-04T09:00:00Z
CS0000001,Part,3,2024-03-04T17:00:00Z
CS0000002,One,1,2024-03-02T09:00:00Z
CS0000002,Two,2,2024-03-04T09:00:00Z
CS0000002,Part,3,2024-03-04T17:00:00Z"
}

@test "in a schedule; a floating one takes the zone of the setting" {
	printf 'csm: 1\nsetting: [{name: time.zone, value: America/New_York}]\n' >zone.yaml
	csm import zone.yaml >/dev/null
	path Office --level 1 --after-duration 8h --schedule 9-17
	path Floating --level 2 --after-duration 8h --schedule floating
	at 2024-03-01T15:00:00Z
	new_case
	tick_at 2024-03-05T09:00:00Z
	eq "$(events escalation_path,reached_at)" "Office,2024-03-04T15:00:00Z
Floating,2024-03-04T15:00:00Z"
	at 2024-03-05T15:00:00Z
	new_case
	csm case edit CS0000002 --short-description y >/dev/null
	tick_at 2024-03-07T09:00:00Z
	eq "$(events parent_case,escalation_path,reached_at | tail -n 2)" "CS0000002,Office,2024-03-06T15:00:00Z
CS0000002,Floating,2024-03-06T15:00:00Z"
}

@test "a path that is added, switched on or changed acts on the cases as they are from the next tick on" {
	new_case
	new_case
	tick_at 2024-03-05T09:00:00Z
	at 2024-03-05T10:00:00Z
	path Later --level 1 --sla-percentage 75
	eq "$(levels)" "0 0 "
	csm tick -q
	eq "$(events parent_case,reached_at,fired_at)" "CS0000001,2024-03-01T15:00:00Z,2024-03-05T10:00:00Z
CS0000002,2024-03-01T15:00:00Z,2024-03-05T10:00:00Z"
	path Off --level 2 --sla-percentage 80 --active false
	path Other --level 3 --sla-percentage 99 --case-condition "short_description = x"
	csm tick -q
	eq "$(levels)" "1 1 "
	csm escalation-path edit Off --active true >/dev/null
	csm escalation-path edit Other --case-condition "number = CS0000002" >/dev/null
	csm tick -q
	eq "$(levels)" "2 3 "
	path Old --level 3 --after-duration 1d
	csm tick -q
	eq "$(levels)" "3 3 "
	csm escalation-path edit Old --active false >/dev/null
	new_case
	tick_at 2024-03-09T10:00:00Z
	eq "$(csm case list CS0000003 --fields escalation --no-header)" 2
}

@test "a part of the time that is added below what an SLA waits for is not missed" {
	new_case
	tick_at 2024-03-01T13:00:00Z
	at 2024-03-01T13:05:00Z
	path Sixty --level 1 --sla-percentage 60
	tick_at 2024-03-01T13:47:59Z
	eq "$(levels)" "0 "
	tick_at 2024-03-01T13:48:00Z
	eq "$(levels)" "1 "
	eq "$(csm sla-alert list --count)" 1
}

@test "a part of the time that an SLA has used after a repair is noticed" {
	path Part --level 1 --sla-percentage 75
	new_case
	at 2024-03-01T12:00:00Z
	csm sla-definition edit Fix --duration 4h >/dev/null
	csm tick -q
	eq "$(levels)" "0 "
	csm sla repair --all >/dev/null
	csm tick -q
	eq "$(levels)" "1 "
}

@test "case tasks are not escalated, nor their cases by them" {
	path Part --level 1 --sla-percentage 50 --sla-definition Own
	new_case --assigned-to anna
	csm --as anna case-task new --parent-case CS0000001 --short-description y >/dev/null
	tick_at 2024-03-09T10:00:00Z
	eq "$(levels)" "0 "
}

@test "cases that are loaded: what had passed escalates nobody, what comes does; --announce does both" {
	path Old --level 1 --after-duration 2d
	path Part --level 2 --sla-percentage 75
	csm sla-definition edit Fix --retroactive-start true >/dev/null
	cp "$CSM_DB" loud.db
	cat >old.yaml <<-'EOF'
		csm: 1
		case:
		  - {account: Acme, short_description: old, opened_at: 2024-02-01T09:00:00Z}
		  - {account: Acme, short_description: new, opened_at: 2024-03-01T08:00:00Z}
	EOF
	csm import old.yaml >/dev/null
	csm tick -q
	eq "$(levels)" "0 0 "
	CSM_NOW=2024-03-01T10:00:00Z csm case edit CS0000001 --priority 1 >/dev/null
	tick_at 2024-03-01T14:00:00Z
	eq "$(levels)" "0 2 "
	tick_at 2024-03-09T14:00:00Z
	eq "$(levels)" "0 2 "
	csm --db loud.db import old.yaml --announce >/dev/null
	csm --db loud.db tick -q
	eq "$(csm --db loud.db case list --fields escalation --no-header | tr '\n' ' ')" "2 0 "
}

@test "an export keeps the steps taken: loaded elsewhere none is taken twice" {
	path Old --level 1 --after-duration 2d
	path Part --level 2 --sla-percentage 75
	new_case
	tick_at 2024-03-04T09:00:00Z
	at 2024-03-04T10:00:00Z
	new_case
	csm case edit CS0000001 --escalation 0 >/dev/null
	csm export >all.yaml
	CSM_DB=$PWD/other.db csm init
	export CSM_DB=$PWD/other.db
	csm import all.yaml >/dev/null
	cmp <(csm export) all.yaml
	csm tick -q
	eq "$(levels)" "0 0 "
	tick_at 2024-03-07T10:00:00Z
	eq "$(levels)" "0 2 "
	eq "$(events parent_case,escalation_path | grep -c CS0000001)" 1
}

@test "a path whose condition can't be read any more is told of, and holds up neither ticks nor cases" {
	csm account new --name "Gone Ltd" >/dev/null
	path Gone --level 1 --sla-percentage 10 --case-condition 'account = "Gone Ltd"'
	csm account delete "Gone Ltd" >/dev/null
	path Good --level 2 --after-duration 1d
	new_case
	at 2024-03-03T09:00:00Z
	run_csm tick --fields job,done,detail --no-header -o csv
	[ "$status" -eq 1 ]
	out_has "escalation-paths,1,"
	out_has "1 refused: column 11: escalation_path Gone: case_condition: there is no account 'Gone Ltd'"
	eq "$(levels)" "2 "
}

@test "a dry run takes no step; a tick that is undone takes them again" {
	path Old --level 1 --after-duration 2d
	new_case
	at 2024-03-04T09:00:00Z
	run_csm tick --dry-run --fields job,done --no-header -o csv
	out_has "escalation-paths,1"
	eq "$(levels)$(events | wc -l)" "0 0"
	csm tick -q
	eq "$(levels)$(events | wc -l)" "1 1"
	csm undo "$(csm log --limit 1 --fields change --no-header)" >/dev/null
	eq "$(levels)$(events | wc -l)$(told | wc -l)" "0 00"
	csm tick -q
	eq "$(levels)$(events | wc -l)$(told | wc -l)" "1 11"
}

@test "a case that the clock does not let change is left for the next time" {
	path Old --level 1 --after-duration 1h
	new_case
	new_case
	CSM_NOW=2024-03-01T12:00:00Z csm case edit CS0000001 --short-description y >/dev/null
	at 2024-03-01T11:00:00Z
	run_csm tick --fields job,done,detail --no-header -o csv
	[ "$status" -eq 1 ]
	out_has 'escalation-paths,1,"1 cases escalated; 1 refused: case CS0000001: the clock'
	eq "$(levels)" "0 1 "
	eq "$(told | wc -l)" 1
	tick_at 2024-03-01T12:00:00Z
	eq "$(levels)" "1 1 "
}

@test "a path has one of the two causes, with what belongs to it; one that was taken stays" {
	run_csm escalation-path new --name x --level 1
	fails 4 "either this or sla_percentage is needed"
	run_csm escalation-path new --name x --level 1 --after-duration 1d --sla-percentage 50
	fails 4 "not both"
	run_csm escalation-path new --name x --level 4 --after-duration 1d
	fails 65 "level"
	run_csm escalation-path new --name x --level 1 --after-duration 1d --case-condition "prio = 1"
	fails 65 "did you mean 'priority'"
	path Old --level 1 --after-duration 1d
	new_case
	tick_at 2024-03-04T09:00:00Z
	run_csm escalation-path delete Old
	fails 4 "escalation_event"
}
