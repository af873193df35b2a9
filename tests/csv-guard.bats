#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a spreadsheet would run as a formula: every list and report as csv guards it, --raw does not, an export never does.
load helpers

setup() {
	csm_setup
	csm init -q
}

world() {
	cat >world.yaml <<-'END'
		csm: 1
		group: [{name: "+1+2"}]
		schedule:
		  - {name: "=9-17", time_zone: UTC, span: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]}
		account:
		  - {external_id: A1, name: "=HYPERLINK(1)", customer: true, contact: {last_name: "@SUM(A1)", email: a@b.example}}
		contract: {external_id: K1, name: "-1+cmd", account: A1, start_date: 2024-01-01, end_date: 2024-12-31, state: active}
		entitlement: {name: "+ent", account: A1, contract: K1, start_date: 2024-01-01, end_date: 2024-12-31}
		sla_definition:
		  - {name: "=SLA", target_type: case, duration: 1h, start_condition: "active = true", stop_condition: "state = closed",
		     schedule_source: definition, schedule: "=9-17"}
	END
	csm import world.yaml >/dev/null
	CSM_NOW=2024-02-28T09:00:00Z csm case new --account A1 --short-description=-2+3 --assignment-group +1+2 >/dev/null
}

# no_formula ARG...: csv of a command has rows and no cell that is run; with --raw it has one
no_formula() {
	run_csm "$@" -o csv
	[ "$status" -le 1 ] || wrong "$*"
	[ "$(wc -l <"$CSM_OUT")" -gt 1 ] || wrong "no rows: $*"
	! grep -E "(^|,)\"?(=|@|\+|-[^0-9]|-[0-9]+\+)" "$CSM_OUT" || wrong "a formula: $*"
	grep -q "\"'[=@+-]" "$CSM_OUT" || wrong "nothing was guarded: $*"
	run_csm "$@" -o csv --raw
	grep -qE '(^|,)"?[=@+-]' "$CSM_OUT" || wrong "guarded with --raw: $*"
}

@test "lists and reports" {
	world
	for noun in group schedule account contact contract entitlement sla-definition; do
		no_formula "$noun" list
	done
	no_formula case list --fields number,short_description,account.name,assignment_group.name
	no_formula sla breaches --fields case,sla,customer,short_description
	no_formula sla breaches --by account --fields account,name
	no_formula sla list --fields number,sla_definition.name
	no_formula sla whatif --all --duration 2h --fields sla,sla_definition
	csm case edit CS0000001 --short-description "=new" >/dev/null
	no_formula case log CS0000001 --fields field,new
}

@test "numbers of number columns stay numbers, and nothing is guarded outside of csv" {
	csm import - >/dev/null <<-'END'
		location: [{name: South, latitude: "-33.8688", longitude: "151.2093"}]
		account: [{name: "=A", customer: true}]
	END
	eq "$(csm location list --fields latitude,longitude --no-header -o csv)" -33.8688,151.2093
	eq "$(csm account list --fields name --no-header -o tsv)" =A
	eq "$(csm account list --fields name --no-header -o ndjson)" '{"name":"=A"}'
	eq "$(csm account export -o csv --no-children | cut -d, -f3 | grep '=')" =A
}
