#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Formats of output and the choice of columns.
load helpers

setup() {
	csm_setup
	csm init
	csm account new --name 'Alpha, "A"' --city Bonn --notes "$(printf 'tab\there\nnext')" >/dev/null
	csm account new --name Beta --account-parent ACCT0000001 >/dev/null
}

@test "tsv is what a pipe gets: a header, tabs, nothing cut, tab and newline written out" {
	run_csm account list --fields number,name,notes
	ok
	out_is "$(printf 'number\tname\tnotes\nACCT0000001\tAlpha, "A"\ttab\\there\\nnext\nACCT0000002\tBeta\t')"
	run_csm account list --fields name --no-header
	out_is "$(printf 'Alpha, "A"\nBeta')"
}

@test "csv quotes as RFC 4180 says" {
	run_csm account list --fields number,name -o csv
	ok
	out_has '"Alpha, ""A"""'
}

@test "json, ndjson and yaml hold the same" {
	run_csm account list --fields number,name,account_parent.name,customer -o json
	ok
	cp "$CSM_OUT" list.json
	run_csm account list --fields number,name,account_parent.name,customer -o ndjson
	ok
	eq "$(jq -cs . <"$CSM_OUT")" "$(jq -c . list.json)"
	eq "$(jq -r '.[1]["account_parent.name"]' list.json)" 'Alpha, "A"'
	eq "$(jq -r '.[0]["account_parent.name"]' list.json)" null
	eq "$(jq -r '.[0].customer | type' list.json)" boolean
	run_csm account list --fields number,name -o yaml
	ok
	out_has '- number: ACCT0000001'
}

@test "a table shows labels, --raw the values" {
	csm account edit ACCT0000002 --rank-tier valued >/dev/null
	run_csm account list -o table --fields name,rank_tier
	ok
	out_has Valued
	run_csm account list -o table --fields name,rank_tier --raw
	out_has valued
	out_lacks Valued
}

@test "a table is cut to COLUMNS, other formats never" {
	csm account edit ACCT0000002 --name "$(printf 'x%.0s' $(seq 200))" >/dev/null
	COLUMNS=60 run_csm account list -o table --fields number,name
	ok
	while IFS= read -r line; do
		[ "${#line}" -le 60 ] || [[ $line == *…* ]]
	done <<<"$out"
	out_lacks "$(printf 'x%.0s' $(seq 200))"
	COLUMNS=60 run_csm account list --fields number,name
	out_has "$(printf 'x%.0s' $(seq 200))"
}

@test "--format prints each row as it says" {
	run_csm account list --format '%(number):%(account_parent.name:<14)|\n'
	ok
	out_is "$(printf 'ACCT0000001:              |\nACCT0000002:Alpha, "A"    |')"
	run_csm log --format '%(change)%%' -z
	ok
	eq "$(tr '\0' '.' <"$CSM_OUT")" "3%.2%.1%."
}

@test "-z ends rows with NUL" {
	run_csm account list --fields number --no-header -z
	ok
	eq "$(tr '\0' '.' <"$CSM_OUT")" "ACCT0000001.ACCT0000002."
}

@test "--count" {
	run_csm account list --count
	out_is 2
	run_csm log --count
	out_is 3
	run_csm account list --limit 1 --count
	out_is 1
	run_csm dict --count
	[ "$out" -gt 30 ]
}

@test "--tz shows times elsewhere, UTC is the default" {
	run_csm account list ACCT0000002 --fields created_at --no-header
	out_is 2024-03-01T09:00:00Z
	run_csm account list ACCT0000002 --fields created_at --no-header --tz Asia/Kolkata
	out_is 2024-03-01T14:30:00+05:30
	run_csm account show ACCT0000002 --tz Asia/Kolkata
	out_has 2024-03-01T14:30:00+05:30
	CSM_TZ=Europe/Berlin run_csm log --limit 1 --fields at --no-header
	out_is 2024-03-01T10:00:00+01:00
}

@test "show in every format" {
	run_csm account show ACCT0000002 -o yaml
	ok
	out_has 'name: Beta'
	run_csm account show ACCT0000002 -o tsv --fields number,name
	out_is "$(printf 'number\tname\nACCT0000002\tBeta')"
	run_csm account show ACCT0000002 ACCT0000001 -o csv
	ok
	eq "$(head -1 "$CSM_OUT" | cut -d, -f1)" number
	run_csm account show ACCT0000002 -o table
	out_has "Account ACCT0000002  Beta"
	run_csm show ACCT0000001 ACCT0000002 -o csv --fields x
	fails 2
}

@test "CSM_OUTPUT is -o for all" {
	CSM_OUTPUT=json run_csm account list --fields number
	eq "$(json length)" 2
	CSM_OUTPUT=json run_csm account list --fields number -o tsv --no-header
	out_has "ACCT0000001"
}
