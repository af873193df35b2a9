#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Where an SLA takes its schedule and its zone from, on cases and on case tasks; what kinds of promises there are, and whose.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		schedule:
		  - {name: Floating, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - {name: Berlin, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		  - {name: Evening, time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "18:00", end: "22:00"}]}
		location: [{name: Plant, time_zone: Asia/Tokyo}, {name: Depot, time_zone: Asia/Kolkata}]
		product: [{name: Pump}]
		account:
		  - name: Acme
		    time_zone: America/New_York
		    contact: [{last_name: Roth, email: geneva@acme.example, time_zone: America/Los_Angeles}]
		  - name: Beta
		    contact: [{last_name: Ito, email: ito@beta.example, time_zone: Australia/Sydney}, {last_name: No, email: no@beta.example}]
		consumer: [{last_name: Holm, email: ida@holm.example, time_zone: Europe/Helsinki}]
		asset: [{external_id: Pump 1, asset_tag: P1, product: Pump, account: Acme, location: Plant}]
		install_base_item: [{name: Line 1, product: Pump, account: Acme, location: Depot}]
	EOF
	csm import world.yaml >/dev/null
}

# define NAME FIELD...: eight hours on cases of priority 4
define() {
	csm sla-definition new --name "$1" --duration 8h --start-condition "priority <= 4" --stop-condition "state in (resolved, closed)" "${@:2}" >/dev/null
}
floating=(--schedule-source definition --schedule Floating)
new_case() { csm case new --short-description x "$@" >/dev/null; }
sla() { csm sla list --fields "$1" --no-header -o csv --sort number; }
# zones: that of the newest SLA, and when it is due
zones() { sla time_zone,planned_end_at | tail -n 1; }

@test "schedule_source none: around the clock" {
	define R
	new_case --account Acme
	eq "$(sla schedule,planned_end_at)" ,2024-03-01T17:00:00Z
}

@test "schedule_source definition: the definition's schedule" {
	define R --schedule-source definition --schedule Berlin
	new_case --account Acme
	eq "$(sla schedule,time_zone,planned_end_at)" Berlin,Europe/Berlin,2024-03-04T09:00:00Z
}

@test "schedule_source field: the schedule at the end of a path, such as the entitlement's business hours; none where it leads nowhere" {
	define R --schedule-source field --schedule-field entitlement.business_hours
	csm entitlement new --name Late --account Acme --business-hours Evening >/dev/null
	new_case --account Acme
	eq "$(sla schedule,planned_end_at)" Evening,2024-03-04T22:00:00Z
	new_case --account Beta
	eq "$(sla schedule,planned_end_at | tail -n 1)" ,2024-03-01T17:00:00Z
	run_csm sla-definition new --name X --duration 8h --schedule-source field --schedule-field entitlement.name --start-condition "active = true" \
		--stop-condition "state = closed"
	fails 4 "'entitlement.name' is no reference to a schedule"
	run_csm sla-definition new --name X --duration 8h --schedule-source field --start-condition "active = true" --stop-condition "state = closed"
	fails 4 "schedule_field: is needed with schedule_source field"
}

@test "timezone_source schedule and definition: the schedule's own zone, else the definition's, else the setting's" {
	define A "${floating[@]}"
	new_case --account Acme
	eq "$(zones)" UTC,2024-03-01T17:00:00Z
	csm config set time.zone Asia/Dubai >/dev/null
	new_case --account Acme
	eq "$(zones)" Asia/Dubai,2024-03-04T09:00:00Z
	csm sla-definition edit A --time-zone Europe/Berlin >/dev/null
	new_case --account Acme
	eq "$(zones)" Europe/Berlin,2024-03-04T09:00:00Z
	csm sla-definition edit A --timezone-source definition >/dev/null
	new_case --account Acme
	eq "$(zones)" Europe/Berlin,2024-03-04T09:00:00Z
	csm sla-definition edit A --schedule Evening >/dev/null
	new_case --account Acme
	eq "$(zones)" UTC,2024-03-04T22:00:00Z
}

@test "timezone_source account: the account's zone, else the contact's, else the definition's" {
	define R "${floating[@]}" --timezone-source account --time-zone Asia/Dubai
	new_case --account Acme
	eq "$(zones)" America/New_York,2024-03-01T22:00:00Z
	new_case --contact ito@beta.example
	eq "$(zones)" Australia/Sydney,2024-03-04T06:00:00Z
	new_case --contact no@beta.example
	eq "$(zones)" Asia/Dubai,2024-03-04T09:00:00Z
}

@test "timezone_source contact: the contact's or the consumer's zone" {
	define R "${floating[@]}" --timezone-source contact
	new_case --contact geneva@acme.example
	eq "$(zones)" America/Los_Angeles,2024-03-02T01:00:00Z
	new_case --consumer ida@holm.example
	eq "$(zones)" Europe/Helsinki,2024-03-04T09:00:00Z
	new_case --contact no@beta.example
	eq "$(zones)" UTC,2024-03-01T17:00:00Z
}

@test "timezone_source location: where the asset or the installed item is" {
	define R "${floating[@]}" --timezone-source location
	new_case --account Acme --asset "Pump 1"
	eq "$(zones)" Asia/Tokyo,2024-03-04T08:00:00Z
	new_case --account Acme --install-base-item "Line 1"
	eq "$(zones)" Asia/Kolkata,2024-03-04T09:00:00Z
	new_case --account Acme
	eq "$(zones)" UTC,2024-03-01T17:00:00Z
}

@test "case tasks: the same sources, the task's parties, and what it has not itself from its case" {
	local source

	csm entitlement new --name Late --account Acme --business-hours Evening >/dev/null
	new_case --contact geneva@acme.example --asset "Pump 1"
	for source in account contact location; do
		csm sla-definition new --name "$source" --target-type case_task --duration 8h "${floating[@]}" --timezone-source "$source" \
			--start-condition "state = open" --stop-condition "state = closed" >/dev/null
	done
	csm sla-definition new --name field --target-type case_task --duration 8h --schedule-source field \
		--schedule-field parent_case.entitlement.business_hours --start-condition "state = open" --stop-condition "state = closed" >/dev/null
	csm case-task new --parent-case CS0000001 --short-description t >/dev/null
	eq "$(sla sla_definition,schedule,time_zone,planned_end_at | sort)" "account,Floating,America/New_York,2024-03-01T22:00:00Z
contact,Floating,America/Los_Angeles,2024-03-02T01:00:00Z
field,Evening,UTC,2024-03-04T22:00:00Z
location,Floating,Asia/Tokyo,2024-03-04T08:00:00Z"
	run_csm case-task show CSTASK0000001
	out_has "SLAs (4)"
}

@test "response, resolution and update targets run beside each other, each by its own conditions" {
	csm sla-definition new --name First --target response --duration 1h --start-condition "priority <= 4" \
		--stop-condition "first_response_time is not null" >/dev/null
	csm sla-definition new --name Next --target update --duration 2h --start-condition "awaiting_reply_since is not null" \
		--stop-condition "awaiting_reply_since is null" --retroactive-start true --set-start-to awaiting_reply_since >/dev/null
	csm sla-definition new --name Solution --target resolution --duration 8h --start-condition "priority <= 4" \
		--stop-condition "state in (resolved, closed)" >/dev/null
	new_case --contact geneva@acme.example
	CSM_NOW=2024-03-01T09:30:00Z csm case comment CS0000001 --text hello >/dev/null
	CSM_NOW=2024-03-01T10:00:00Z csm case comment CS0000001 --text "and now?" --on-behalf geneva@acme.example >/dev/null
	CSM_NOW=2024-03-01T12:30:00Z csm case comment CS0000001 --text "done" >/dev/null
	CSM_NOW=2024-03-01T13:00:00Z csm case accept CS0000001 >/dev/null
	CSM_NOW=2024-03-01T14:00:00Z csm case resolve CS0000001 --resolution-code solved_workaround --close-notes x >/dev/null
	eq "$(sla sla_definition.target,stage,elapsed,has_breached)" "response,completed,30m,false
resolution,completed,5h,false
update,completed,2h30m,true"
}

@test "a task follows the contract of its case: its SLAs stand for the general ones" {
	csm sla-definition new --name General --target-type case_task --duration 8h --start-condition "state = open" --stop-condition "state = closed" >/dev/null
	csm sla-definition new --name Gold --target-type case_task --duration 1h --start-condition "state = open" --stop-condition "state = closed" >/dev/null
	csm contract new --name Care --account Acme --start-date 2024-01-01 --end-date 2024-12-31 >/dev/null
	csm contract-sla new --contract CNTR0000001 --sla-definition Gold >/dev/null
	csm contract activate CNTR0000001 >/dev/null
	new_case --account Acme --contract CNTR0000001
	new_case --account Acme
	csm case-task new --parent-case CS0000001 --short-description t >/dev/null
	csm case-task new --parent-case CS0000002 --short-description t >/dev/null
	eq "$(sla case_task,sla_definition)" $'CSTASK0000001,Gold\nCSTASK0000002,General'
}

@test "a contract whose SLAs are for tasks leaves the general ones to its cases" {
	define General
	csm sla-definition new --name Gold --target-type case_task --duration 1h --start-condition "state = open" --stop-condition "state = closed" >/dev/null
	csm contract new --name Care --account Acme --start-date 2024-01-01 --end-date 2024-12-31 >/dev/null
	csm contract-sla new --contract CNTR0000001 --sla-definition Gold >/dev/null
	csm contract activate CNTR0000001 >/dev/null
	new_case --account Acme --contract CNTR0000001
	eq "$(sla sla_definition)" General
}
