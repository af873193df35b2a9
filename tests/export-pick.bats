#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Parts of a database: by condition, since a change, records and all they touch; the schema of documents.
load helpers

setup() {
	csm_setup
	csm init -q
}

company() {
	sh "$CSM_ROOT/tests/fixtures/company.sh" >company.ndjson
	csm import company.ndjson >/dev/null
}

small() {
	cat >a.yaml <<-'END'
		user: [{user_name: ann, name: Ann}, {user_name: bob, name: Bob}, {user_name: cyn, name: Cyn, manager: ann}]
		group: [{name: Net, member: [{member: bob}]}, {name: Ops}]
		account:
		  - {external_id: A1, name: Boxeo, customer: true, account_parent: A2}
		  - {external_id: A2, name: Above, customer: true}
		  - {external_id: A3, name: Other, customer: true}
		contact:
		  - {external_id: C1, account: A1, last_name: Roth, email: r@example.com}
		  - {external_id: C3, account: A3, last_name: Kim, email: k@example.com}
		product: [{external_id: P1, name: Printer}, {external_id: P2, name: Screen}]
		case:
		  - {external_id: K1, account: A1, contact: C1, product: P1, short_description: one, assignment_group: Net, watch_list: [cyn], comment: [{body: hi, author: cyn}]}
		  - {external_id: K2, account: A2, short_description: two}
		  - {external_id: K3, account: A3, contact: C3, product: P2, short_description: three, parent_case: K1}
		case_task: [{external_id: T1, parent_case: K1, short_description: do, assigned_to: bob}]
		sla_definition:
		  - {name: Ops fix, target: resolution, duration: 8h, start_condition: "assignment_group = Ops", stop_condition: state = closed}
		sla: []
	END
	csm import a.yaml >/dev/null
}

# Numbers and names of the records of an export, a word each.
names() {
	jq -r '. as $d | keys_unsorted[] | select(. != "csm") as $t | $d[$t][] | .external_id // .user_name // .name // .code'  "$1" | tr '\n' ' '
}

@test "--where selects records of the one type that is named" {
	small
	csm export case --where 'priority = 4 and account.name = Boxeo' -o json >x
	eq "$(names x)" "K1 "
	csm case export --where 'priority = 4 and account.name = Boxeo' -o json | cmp - x
	run_csm export --where 'priority = 4'
	fails 2 "--where goes with exactly one type"
	run_csm export case account --where 'priority = 4'
	fails 2 "--where goes with exactly one type"
	run_csm export case --where 'priorty = 4'
	fails 2 "priorty"
	run_csm export case --where 'priority = 4' -o csv
	fails 2 "has owned records (1 comment)"
	eq "$(csm export case --where 'state = closed' -o csv | wc -l)" 1
	run_csm export case -v -o ndjson
	err_has "csm: 3 records written"
	run_csm export case -o ndjson
	ok
}

@test "--closure: what refers to the records, what could not be without these, and whatever all of it refers to" {
	small
	csm account export A1 --closure -o json >x
	eq "$(names x)" "ann bob cyn Net A1 A2 C1 P1 K1 T1 "
	csm case export K3 --closure -o json >x
	eq "$(names x)" "ann bob cyn Net A1 A2 A3 C1 C3 P1 P2 K1 K3 "
	csm sla-definition export --closure -o json >x
	eq "$(names x)" "Ops Ops fix "
	csm case export --where 'short_description = two' --closure -o json >x
	eq "$(names x)" "A2 K2 "
	# numbers far apart
	echo '{"case": {"number": "CS999999999999", "account": "A2", "parent_case": "K2", "short_description": "far"}}' | csm import - >/dev/null
	csm case export CS999999999999 --closure -o json >x
	eq "$(jq -c '.case | map(.number)' x)" '["CS0000002","CS999999999999"]'
	csm case export CS999999999999 --closure -o ndjson --anonymize --seed 1 | grep -c '"case"' >n
	eq "$(cat n)" 2
	csm case delete CS999999999999 --yes >/dev/null
	run_csm comment export --closure
	fails 2 "a comment stands in its owner's document"
	run_csm account export A1 --closure -o csv
	fails 2 "csv holds one type"
	csm account export A1 --closure -q --dir dir -o csv
	CSM_DB=$BATS_TEST_TMPDIR/second.db
	csm init -q
	csm import -q dir/*
	csm export -q --dir again -o csv
	rm again/re* again/account_*
	rm -f dir/re* dir/account_*
	diff -r -x .csm-export dir again
}

@test "a closure of whatever type loads into an empty database, and is the same there" {
	company
	first=$CSM_DB
	for roots in "account export ACCT0000001 ACCT0000007" "consumer export CSMR0000003" "contract export CNTR0000002" \
		"user export --where active" "household export" "export time_entry" "product-line export"; do
		CSM_DB=$first
		# shellcheck disable=SC2086 # words
		csm $roots --closure -o json >closure.json
		CSM_DB=$BATS_TEST_TMPDIR/second.db
		rm -f "$CSM_DB"
		csm init -q
		csm import -q closure.json
		csm export -o json >again.json
		# what a new database has by itself
		diff <(jq 'del(.resolution_code, .responsibility_def, .account_relationship_type)' closure.json) \
			<(jq 'del(.resolution_code, .responsibility_def, .account_relationship_type)' again.json) >d ||
			{ echo "$roots" && head d && return 1; }
	done
}

@test "--since: what later changes created or changed, through their owned records too; what is gone is told" {
	small
	csm case comment K2 --text "a comment" >/dev/null
	csm account edit A3 --notes changed >/dev/null
	csm case new --account A2 --short-description new --external-id K4 >/dev/null
	csm export --since 2 -o json >x
	eq "$(names x)" "A3 K2 K4 "
	eq "$(jq -c '.case[0].comment | map(.body)' x)" '["a comment"]'
	csm export account --since 2 -o json >x
	eq "$(names x)" "A3 "
	csm export case --since 2 --where 'short_description = new' -o json >x
	eq "$(names x)" "K4 "
	eq "$(csm comment export --since 2 -o csv | wc -l)" 2
	csm case delete K4 --yes >/dev/null
	csm group delete Ops --yes >/dev/null
	run_csm export --since 2
	eq "$status" 0
	eq "$err" "csm: warning: group: 1 deleted since change 2, which a document can't say"
	run_csm export case --since 5 -o json
	eq "$(jq -rs 'map(.type) | join(" ")' <<<"$err")" "group case"
	csm undo -q
	run_csm export --since 5
	eq "$err" "csm: warning: case: 1 deleted since change 5, which a document can't say"
	out_has "name: Ops"
	run_csm export --since 99
	fails 3 "there is no change 99"
	run_csm case export K1 --since 2
	fails 2 "not both"
	run_csm export --since x
	fails 2 since
	# everything since the first change is everything
	csm export --since 0 | cmp - <(csm export)
}

@test "--schema is the schema in the tree, needs no database, and can be of some types" {
	CSM_DB=$PWD/none.db
	csm export --schema | cmp - "$CSM_ROOT/schema/json/csm-documents.schema.json"
	csm export --schema --output s.json
	cmp s.json "$CSM_ROOT/schema/json/csm-documents.schema.json"
	csm account export --schema >s.json
	eq "$(jq -c '.properties | keys' s.json)" '["account","csm"]'
	# every reference in it leads somewhere in it
	eq "$(jq -r '."$defs" as $d | [.. | ."$ref"? // empty | ltrimstr("#/$defs/")] | unique[] | select($d[.] == null)' s.json)" ""
	csm export account --schema | cmp - s.json
	run_csm export --schema --closure
	fails 2 "--closure does not go with --schema"
	run_csm export --schema -o yaml
	fails 2 "the schema is written as json"
	run_csm account export A1 --schema
	fails 2 "a schema is of types, not of records"
	run_csm export nothing --schema
	fails 2 "'nothing' is no record type"
	run_csm export
	fails 66
}
