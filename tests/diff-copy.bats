#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm diff: what an import would change, field by field; the statuses; that it neither writes nor waits.
load helpers

setup() {
	csm_setup
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -p "$TMPDIR"
	csm init -q
	cat >old.yaml <<-'END'
		user: [{user_name: u1, name: One}, {user_name: u2, name: Two}]
		group: [{name: G, member: [{member: u1}]}]
		account: [{external_id: A1, name: Boxeo, customer: true}]
	END
	csm import old.yaml -q
	cat >new.yaml <<-'END'
		group: [{name: G, description: "two\nlines", member: [{member: u2}]}]
		account: [{external_id: A1, name: Umbra, customer: true}]
		location: [{external_id: L1, name: Yard}]
	END
}

@test "the same is 0, a difference 1: + not stored, ~ fields before and after, - what a list lacks" {
	run_csm diff old.yaml
	ok
	out_is ""
	run_csm diff new.yaml --replace-children
	eq "$status" 1
	out_is '+ location LOC0000001 (new.yaml:3)
+   external_id: "L1"
+   name: "Yard"
~ group G (new.yaml:1)
+   description: "two\nlines"
+ group_member #2 (new.yaml:1)
+   user_group: "G"
+   member: "u2"
~ account ACCT0000001 (new.yaml:2)
-   name: "Boxeo"
+   name: "Umbra"
- group_member #1 (new.yaml:1)
-   user_group: "G"
-   member: "u1"'
	eq "$err" ""
	run_csm diff new.yaml
	eq "$status" 1
	out_lacks "- group_member"
	run_csm diff new.yaml -q
	eq "$status" 1
	out_is ""
}

@test "json and ndjson have the same facts; nothing is an empty list" {
	run_csm diff new.yaml --replace-children -o json
	eq "$status" 1
	eq "$(json 'map("\(.record) \(.outcome)") | join(",")')" "location created,group updated,group_member created,account updated,group_member deleted"
	eq "$(json '.[] | select(.record == "account") | [.key, .file, .line, .fields] | @json')" '["ACCT0000001","new.yaml",2,{"name":["Boxeo","Umbra"]}]'
	json '.[] | @json' >list
	run_csm diff new.yaml --replace-children -o ndjson
	eq "$(json '. | @json')" "$(cat list)"
	run_csm diff old.yaml -o json
	eq "$status $out" "0 []"
	run_csm diff old.yaml -o csv
	fails 2
}

@test "a noun, tables, standard input, and the options that match" {
	printf 'name,city\nBoxeo,Bonn\n' >a.csv
	run_csm account diff a.csv --key name
	eq "$status" 1
	out_is '~ account ACCT0000001 (a.csv:2)
+   city: "Bonn"'
	run_csm account diff --from csv --key name --on-match=skip <a.csv
	eq "$status" 0
	printf 'external_id,name\nA1,\n' >b.csv
	run_csm account diff b.csv --empty=absent
	eq "$status" 0
}

@test "trouble is 2 and above, and no half answer: wrong records, files, usage" {
	printf 'account: [{external_id: A1, name: Umbra}, {external_id: A2, nme: x}]\n' >a.yaml
	run_csm diff a.yaml
	fails 65 "csm: a.yaml:1:66: account A2: nme: is no field of account; did you mean 'name'?"
	out_is ""
	run_csm diff a.yaml -o json
	fails 65
	out_is ""
	run_csm diff nothing.yaml
	fails 66
	run_csm diff a.yaml --key nam
	fails 2
	CSM_DB=none.db run_csm diff a.yaml
	fails 66
	[ -z "$(ls "$TMPDIR")" ]
}

@test "the database is only read, and nobody's lock is in the way" {
	cp "$CSM_DB" before.db
	# a writer in the middle of its transaction
	sqlite3 "$CSM_DB" 'BEGIN IMMEDIATE' ".shell '$CSM_BIN' diff new.yaml -q --wait 0; echo \$? >status" >/dev/null
	eq "$(cat status)" 1
	cmp "$CSM_DB" before.db
	[ -z "$(ls "$TMPDIR")" ]
	# numbers were not used up
	run_csm diff new.yaml
	out_has "+ location LOC0000001"
	csm location new --name Yard >/dev/null
	csm location show LOC0000001 >/dev/null
}
