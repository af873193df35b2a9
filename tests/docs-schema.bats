#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The JSON Schema of documents and the program say the same: what export writes fits, what import refuses does not.

load helpers

schema=$BATS_TEST_DIRNAME/../schema/json/csm-documents.schema.json

setup() {
	csm_setup
}

# Faults of a document by the schema, a line each.
faults() {
	jq -r --slurpfile schema "$schema" -f "$CSM_ROOT/tests/derive/validate.jq" "$1"
}

has_validator() {
	python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null
}

@test "the schema is a schema, and there is a type for each of the dictionary" {
	csm dict --json >dict.json
	eq "$(jq -c '[.types[].name] | sort' dict.json)" "$(jq -c '."$defs" | del(.key, .reference) | keys' "$schema")"
	eq "$(jq -c '.properties | del(.csm) | keys' "$schema")" "$(jq -c '[.types[].name] | sort' dict.json)"
	has_validator || skip "no python3-jsonschema"
	python3 -c 'import json, sys, jsonschema; jsonschema.Draft202012Validator.check_schema(json.load(open(sys.argv[1])))' "$schema"
}

@test "every field, choice and owned record of the dictionary stands in the schema" {
	csm dict --json >dict.json
	jq -r '.types[] | .name as $t | (.fields[] | select(.flags | index("secret") | not) | "\($t) \(.name)"), (.owned[] | "\($t) \(.key)")' \
		dict.json | sort >want
	jq -r '."$defs" | del(.key, .reference) | to_entries[] | .key as $t | .value.properties | keys[] | "\($t) \(.)"' "$schema" | sort >have
	eq "$(comm -23 want have)" ""
	jq -r '.types[] | .name as $t | .fields[] | select(.choices) | "\($t) \(.name) \([.choices[].value] | sort | join(","))"' dict.json |
		sort >want
	jq -r '."$defs" | del(.key, .reference) | to_entries[] | .key as $t | .value.properties | to_entries[]
		| (.value.enum // .value.items.enum // empty) as $e | "\($t) \(.key) \([$e[] | select(. != null) | tostring] | sort | join(","))"' \
		"$schema" | sort >have
	diff want have
}

@test "an export of many types fits the schema" {
	csm -q init
	sh "$CSM_ROOT/tests/fixtures/company.sh" >company.ndjson 2>/dev/null
	csm import company.ndjson >counts
	csm export -o json | jq 'map_values(if type == "array" then .[:40] else . end)' >all.json
	[ "$(jq 'keys | length' all.json)" -gt 20 ]
	eq "$(faults all.json)" ""
	csm export -o json --volatile | jq 'map_values(if type == "array" then .[:3] else . end)' >all.json
	eq "$(faults all.json)" ""
}

@test "the same export by an independent validator" {
	has_validator || skip "no python3-jsonschema"
	csm -q init
	sh "$CSM_ROOT/tests/fixtures/company.sh" >company.ndjson 2>/dev/null
	csm import company.ndjson >counts
	csm export -o json >all.json
	python3 - "$schema" all.json <<-'PYTHON'
	import json, sys, jsonschema
	validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
	faults = [(list(e.path), e.message[:200]) for e in validator.iter_errors(json.load(open(sys.argv[2])))]
	print(faults[:5])
	sys.exit(bool(faults))
	PYTHON
}

@test "what documents may say by hand fits the schema, and is loaded" {
	csm -q init
	cat >hand.json <<-'JSON'
	{"csm": 1,
	 "user": {"user_name": "anna", "last_name": "Berg"},
	 "account": [{"name": "Boxeo", "customer": true, "phone": null,
	              "contact": [{"last_name": "Roth", "email": "geneva@boxeo.example"}]},
	             {"name": "Acme", "account_parent": {"name": "Boxeo"}}],
	 "case": [{"account.name": "Boxeo", "contact": {"last_name": "Roth", "account.name": "Boxeo"}, "short_description": "Blank",
	           "priority": 1, "watch_list": ["anna"], "opened_at": "2024-02-29T10:00:00+01:00",
	           "comment": [{"body": "It began on Monday."}]}],
	 "schedule": [{"name": "Office", "span": [{"days": ["mon", "fri"], "start": "09:00", "end": "17:00"}]}]}
	JSON
	eq "$(faults hand.json)" ""
	run_csm import hand.json
	ok
}

@test "what import refuses does not fit the schema" {
	csm -q init
	cat >bad <<-'JSON'
	{"csm": 2}
	{"nonsense": []}
	{"case": [{"short_description": "x", "priority": 9}]}
	{"case": [{"short_description": "x", "colour": "red"}]}
	{"case": [{"short_description": "x", "state": "asleep"}]}
	{"case": [{"short_description": ["x"]}]}
	{"case": [{"short_description": "x", "opened_at": "one of these days"}]}
	{"case": [{"priority": 1}]}
	{"case": [{"short_description": "x", "account": {}}]}
	{"case": [{"short_description": "x", "reopen_count": -1}]}
	{"case": ["x"]}
	{"account": [{"name": "x", "contact": [{"last_name": "y", "email": "no address"}]}]}
	{"schedule": [{"name": "x", "span": [{"days": ["funday"], "start": "09:00", "end": "10:00"}]}]}
	{"schedule": [{"name": "x", "span": [{"days": ["mon"], "start": "nine", "end": "10:00"}]}]}
	{"contract": [{"name": "x", "start_date": "2024-01-01", "end_date": "2024-12-31", "cost": "a lot"}]}
	{"case": [{"number": "INC0012345", "short_description": "x"}]}
	JSON
	while IFS= read -r line; do
		printf '%s\n' "$line" >one.json
		[ -n "$(faults one.json)" ] || wrong "the schema takes $line"
		run_csm import one.json
		fails 65
	done <bad
	eq "$(csm case list --count)" 0
}
