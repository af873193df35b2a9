#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# What is exported and loaded into an empty database is exported as the same bytes, whatever the records are. The records
# are random, of every type and with every field of the dictionary (fixtures/random-docs.awk); CSM_TEST_SEEDS gives other seeds.
load helpers

seeds=${CSM_TEST_SEEDS:-1 2 3}

setup() {
	csm_setup
	csm init -q
	csm dict --json | jq -rf "$CSM_ROOT/tests/fixtures/random-docs.jq" >dict.tsv
}

# random_load SEED N: random records in the database; what the rules of the field forbid is left out.
random_load() {
	awk -f "$CSM_ROOT/tests/fixtures/random-docs.awk" -v seed="$1" -v n="$2" dict.tsv >random.ndjson
	run_csm import random.ndjson --on-error=skip -o ndjson
	[ "$status" -le 1 ] || wrong "seed $1"
	# enough of every type is left, or the test would test little
	json 'select(.type != "setting" and .created * 3 < .read) | .type' >few
	[ ! -s few ] || { echo "seed $1, few of:" && cat few && return 1; }
}

new_db() {
	CSM_DB=$BATS_TEST_TMPDIR/$1.db
	rm -f "$CSM_DB"
	csm init -q
}

all_unchanged() {
	[ "$(csm import "$1" -o ndjson | jq 'select(.read != .unchanged)')" = "" ] || {
		echo "loading $1 again changed:" && csm import "$1"
		return 1
	}
}

@test "random records of all types: export, import, export is the same in yaml, json, ndjson, and across them" {
	for seed in $seeds; do
		new_db first
		random_load "$seed" 20
		for format in yaml json ndjson; do
			csm export -o "$format" >"a.$format"
		done
		for format in yaml json ndjson; do
			new_db second
			csm import "a.$format" >/dev/null
			for again in yaml json ndjson; do
				csm export -o "$again" >"b.$again"
				cmp "a.$again" "b.$again" || { echo "seed $seed, from $format" && return 1; }
			done
		done
	done
}

@test "random records: the order of the lines does not matter, references may point anywhere" {
	for seed in $seeds; do
		new_db first
		random_load "$seed" 20
		csm export -o ndjson >a.ndjson
		tac a.ndjson >backwards.ndjson
		awk 'BEGIN { srand(1) } { print rand() "\t" $0 }' a.ndjson | sort | cut -f 2- >mixed.ndjson
		for file in backwards.ndjson mixed.ndjson; do
			new_db second
			csm import "$file" >/dev/null
			csm export -o ndjson >b.ndjson
			cmp a.ndjson b.ndjson || { echo "seed $seed, $file" && return 1; }
		done
	done
}

@test "random records: an export loaded again changes nothing, at a later time, with volatile fields too" {
	for seed in $seeds; do
		new_db first
		random_load "$seed" 20
		csm export -o yaml >a.yaml
		csm export -o json --volatile >a.json
		csm export -o ndjson >a.ndjson
		new_db second
		CSM_NOW=2024-05-01T00:00:00Z csm import a.json >/dev/null
		csm db check
		for file in a.yaml a.json a.ndjson; do
			CSM_NOW=2025-05-01T00:00:00Z LOGNAME=other all_unchanged "$file"
		done
		csm log -o ndjson | jq -e -s 'length == 2'
	done
}

@test "random records: every field of every type had a value in some export" {
	touch seen
	for seed in 11 12 13 14 15 16; do
		new_db first
		random_load "$seed" 30
		csm export -o ndjson >>all.ndjson
		# what tells of loads is exported by name only
		csm export import -o ndjson >>all.ndjson
	done
	jq -r 'to_entries[] as $e
		| def fields($t; $r): $r | to_entries[] | select(.value != null) | "\($t).\(.key)",
			(select(.value | type == "array" and (.[0] | type) == "object")
			 | .key as $k | .value[] | fields("\($t)/\($k)"; .));
		($e.value | if type == "array" then .[] else . end) as $r | fields($e.key; $r)' all.ndjson | sort -u >seen
	# an owned record has its owner's field in no document; a comment stands on a case or on a task, never on both;
	# what csm makes for those who read stands in none
	csm dict --json | jq -r '.types as $all | .types[] | .name as $n
		| (if .flags | index("owned")
		   then $all[] | .name as $o | .owned[] | select(.type == $n) | {at: "\($o)/\(.key)", owner: .field}
		   else {at: $n, owner: ""} end) as $w
		| .fields[] | select(.flags | index("volatile") or index("secret") | not) | select(.name != $w.owner)
		| select((.flags | index("computed") | not) or .name == "number")
		| "\($w.at).\(.name)"' | grep -v -e '/\(comment\|work_note\)\.\(parent_case\|case_task\)$' | sort -u >wanted
	comm -13 seen wanted >missing
	[ ! -s missing ] || { echo "never seen:" && cat missing && return 1; }
}

@test "random records: each type as csv and tsv is read back as it was" {
	random_load 4 20
	for type in $(csm dict --json | jq -r '.types[].name'); do
		for format in csv tsv; do
			csm "$type" export --no-children -o "$format" >"t.$format"
			csm "$type" import "t.$format" -o ndjson >counts
			jq -e 'select(.read != .unchanged)' counts && { echo "$type $format" && return 1; }
			eq "$(jq -s 'map(.read) | add // 0' counts)" "$(csm "$type" list --count)"
		done
	done
}

@test "the fixture company, with the settings of its database, goes round in every format" {
	sh "$CSM_ROOT/tests/fixtures/company.sh" >company.ndjson
	csm import company.ndjson >/dev/null
	for format in yaml json ndjson; do
		CSM_DB=$BATS_TEST_TMPDIR/csm.db
		csm export -o "$format" >"a.$format"
		new_db second
		csm import "a.$format" >/dev/null
		csm export -o "$format" >"b.$format"
		cmp "a.$format" "b.$format"
		all_unchanged "a.$format"
	done
}

@test "a record that owns more than a few megabytes comes back from every format" {
	csm account new --name A >/dev/null
	awk 'BEGIN {
		for (text = "0123456789 abcdef "; length(text) < 30000;) text = text text
		printf "{\"case\": {\"account\": \"A\", \"short_description\": \"big\", \"comment\": ["
		for (i = 1; i <= 150; i++) printf "%s{\"body\": \"%d %s\", \"posted_at\": \"2024-01-01T00:00:00Z\"}", (i > 1 ? "," : ""), i, text
		print "]}}"
		print "{\"case\": {\"account\": \"A\", \"short_description\": \"small\"}}"
	}' >in.ndjson
	csm -q import in.ndjson
	for format in ndjson json yaml csv; do
		CSM_DB=$BATS_TEST_TMPDIR/csm.db csm -q export account case -o $format --dir "$format"
		export CSM_DB=$BATS_TEST_TMPDIR/again.$format.db
		csm init -q
		csm -q import "$format"/*
		csm -q export account case -o $format --dir again
		diff -r "$format" again
		rm -r again
	done
	[ "$(wc -c <ndjson/case.ndjson)" -gt 5000000 ]
}
