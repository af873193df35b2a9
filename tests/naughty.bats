#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The big list of naughty strings: in by every format, shown, listed, out by every format and in again, byte by byte.
load helpers

setup() {
	csm_setup
	[ -n "${CSM_TEST_DATA-}" ] || skip "CSM_TEST_DATA is not set"
	csm init -q
}

# What csm keeps: no control characters, CR LF as a newline, and no empty text. Numbered, so that each can be found.
strings() {
	jq -c 'to_entries[] | {name: "S\(.key)", description: .value | gsub("\r\n"; "\n")}
		| select(.description != "" and ([.description | explode[] | select(. < 32 and . != 9 and . != 10 or . >= 127 and . < 160)] | length == 0))' \
		"$CSM_TEST_DATA/suites/strings/blns.json"
}

# listing DB: all groups of a database as the list of strings has them
listing() {
	csm --db "$1" group list --fields name,description -o ndjson | jq -c 'select(.description != null)' | sort
}

@test "naughty strings come out as they went in, through every format" {
	local format

	strings >in.ndjson
	[ "$(wc -l <in.ndjson)" -gt 500 ]
	csm group import in.ndjson >/dev/null
	sort in.ndjson >want
	listing "$CSM_DB" >got
	cmp want got
	for format in json ndjson yaml csv tsv; do
		csm group export -o $format --no-children >out.$format
		csm --db $format.db init -q
		csm --db $format.db group import out.$format >/dev/null
		listing $format.db >got
		cmp want got
		csm --db $format.db group export -o $format --no-children | cmp - out.$format
	done
	# lists as csv and tsv hold them too
	csm group list --fields name,description -o csv --raw >list.csv
	csm --db list.db init -q
	csm --db list.db group import list.csv >/dev/null
	listing list.db >got
	cmp want got
}

@test "naughty strings in show and in the filter; those with control characters are refused one by one" {
	local name

	strings >in.ndjson
	csm group import in.ndjson >/dev/null
	for name in S0 S90 S170 S250 S333 S400 S480; do
		grep -q "\"$name\"" in.ndjson || continue
		eq "$(csm group show $name -o json | jq -c .description)" "$(grep "\"$name\"" in.ndjson | jq -c .description)"
	done
	jq -c 'to_entries[] | {name: "S\(.key)", description: .value | gsub("\r\n"; "\n")}
		| select([.description | explode[] | select(. < 32 and . != 9 and . != 10 or . >= 127 and . < 160)] | length > 0)' \
		"$CSM_TEST_DATA/suites/strings/blns.json" >bad.ndjson
	eq "$(wc -l <bad.ndjson)" 6
	run_csm group import --on-error skip bad.ndjson
	fails 1
	eq "$(grep -c 'control character U+' <<<"$err")" 6
}
