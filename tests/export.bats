#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Documents out: canonical form, selections, tables, files that appear when they are whole.
load helpers

setup() {
	csm_setup
	csm init -q
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: Boxeo, customer: true, city: Bonn, notes: "two\nlines\n"}
		  - {external_id: A2, name: Umbra, customer: true}
		contact: [{external_id: C1, account: A1, first_name: Geneva, email: g@example.com}]
		case:
		  - {external_id: K1, contact: C1, short_description: Printer, comment: [{body: It is broken}]}
		  - {external_id: K2, account: A2, short_description: "no", priority: 1}
	END
	csm import a.yaml >/dev/null
}

@test "an export is canonical: types in load order, fields in row order, no housekeeping, YAML unless said" {
	csm export contact account >x
	eq "$(grep -v '^ ' x | tr '\n' ' ')" "csm: 1 account: contact: "
	csm export account contact -o yaml >y
	cmp x y
	eq "$(sed -n 3,5p x)" "  - number: ACCT0000001
    external_id: A1
    name: Boxeo"
	if grep -q -e version -e created -e updated x; then false; fi
	csm export account --volatile | grep -q 'created_by: tester'
	csm export -o json | jq -e '.csm == 1 and (.case | length) == 2 and .sla == [] and (has("asset") | not)'
	csm export -o ndjson | jq -e -s '[.[] | select(.case)] | length == 2'
	eq "$(csm export case -o ndjson | jq -c '.case | [.short_description, .priority, .comment[0].body]')" \
		'["Printer",4,"It is broken"]
["no",1,null]'
	csm export case | grep -q "short_description: 'no'\|short_description: \"no\""
}

@test "one noun: by key in the order given, by condition; nothing found; what can't be" {
	eq "$(csm case export K2 CS0000001 -o ndjson | jq -r .case.number | tr '\n' ' ')" "CS0000002 CS0000001 "
	eq "$(csm case export --where 'priority = 1' -o ndjson | jq -r .case.number)" CS0000002
	out=$(csm case export --where 'priority = 2')
	out_is "csm: 1"
	run_csm case export K3
	fails 3 "there is no case 'K3'"
	run_csm case export --where 'priorty = 1'
	fails 2 priority
	run_csm case export K1 --where 'priority = 1'
	fails 2 "not both"
	run_csm export cases
	fails 2 "'cases' is no record type; did you mean 'case'?"
	run_csm export --where 'priority = 1'
	fails 2
	run_csm export -o table
	fails 2
	run_csm export -o csv
	fails 2 "csv holds one type: 'csm NOUN export'"
	run_csm export account case -o tsv
	fails 2 "tsv holds one type"
}

@test "CSV and TSV: one type, lossless; owned records are not left out unsaid" {
	run_csm case export -o csv
	fails 2 "case CS0000001: has owned records (1 comment), which one table can't hold; --no-children leaves them out"
	out_is ""
	# nor are rows that come before it half of a table
	run_csm case export --where 'number >= CS0000001' --closure -o csv
	fails 2
	out_is ""
	csm import - --from yaml -q <<<"comment: [{parent_case: CS0000002, body: x}]" >/dev/null
	run_csm case export CS0000002 -o tsv
	fails 2 "case CS0000002: has owned records (1 comment)"
	out_is ""
	csm undo -q >/dev/null
	eq "$(csm case export CS0000002 -o csv | wc -l)" 2
	csm case export -o csv --no-children >c.csv
	csm export case -o csv --no-children | cmp - c.csv
	eq "$(head -1 c.csv | cut -d, -f 1-3)" "number,external_id,short_description"
	eq "$(wc -l <c.csv)" 3
	csm export account -o csv >a.csv
	csm account export -o csv >b.csv
	cmp a.csv b.csv
	grep -q '"two' a.csv
	csm account export -o tsv | grep -qF 'two\nlines\n'
	run_csm account import a.csv
	ok
	eq "$(tail -1 <<<"$out" | tr '\t' ' ')" "account 2 0 0 2 0 0"
	# what a spreadsheet would run is data here
	csm account new --name '=1+1' --customer true --external-id A3 >/dev/null
	csm account export A3 -o csv | grep -q ',=1+1,'
	csm account export A3 -o csv --no-header && false
	csm comment export -o csv | head -1 | grep -q '^parent_case,case_task,author'
}

@test "--output: the file appears when it is whole; its name tells the format; a failure leaves the old one" {
	run_csm export --output x.json
	eq "$status" 0
	err_has "csm: 25 records written to x.json"
	out_is ""
	jq -e .csm x.json
	csm export account -q --output x.ndjson
	jq -e -s 'length == 2' x.ndjson
	csm account export -q --output x.csv
	eq "$(wc -l <x.csv | tr -d ' ')" 5
	csm account export -q --output x.csv -o yaml
	grep -q '^csm: 1' x.csv
	csm account export -q --output x.unknown
	grep -q '^csm: 1' x.unknown
	echo old >old.csv
	run_csm case export --output old.csv
	fails 2 "--no-children"
	eq "$(cat old.csv)" old
	run_csm export --output nowhere/x.yaml
	fails 74 "nowhere/x.yaml"
	mkdir folder
	run_csm export --output folder
	fails 74 "folder"
	eq "$(find . -name '*.tmp')" ""
	csm export --output - | grep -q '^csm: 1'
}

@test "--output to what is no plain file writes to it and does not replace it" {
	mkfifo pipe
	timeout 10 cat pipe >read &
	csm export -q --output pipe
	wait $!
	grep -q '^csm: 1' read
	[ -p pipe ]
	csm export -q --output /dev/null
	[ -c /dev/null ]
	[ -c /dev/full ] || skip "there is no /dev/full"
	run_csm export --output /dev/full
	fails 74
	[ -c /dev/full ]
	status=0
	"$CSM_BIN" export >/dev/full 2>err || status=$?
	eq "$status" 74
}

@test "an export ends when nobody reads any more" {
	awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"group\": {\"name\": \"group %d\", \"description\": \"%0200d\"}}\n", i, i }' |
		csm import - >/dev/null
	status=0
	{ timeout 20 "$CSM_BIN" export -o ndjson || echo $? >status; } | head -1 >/dev/null
	[ ! -s status ] || eq "$(cat status)" 0
	eq "$(csm group export -o ndjson | wc -l)" 20000
}

@test "secrets, lists, references without a record of the export" {
	csm group new --name 'a, b' >/dev/null
	csm user new --user-name u --name U >/dev/null
	csm case edit K1 --watch-list u --assignment-group 'a, b' >/dev/null
	eq "$(csm case export K1 -o ndjson | jq -c '.case | [.watch_list, .assignment_group]')" '[["u"],"a, b"]'
}
