#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# csm diff: documents compared with the database. Nothing is stored; 0 same, 1 differs, 2 and above trouble.
load helpers

setup() {
	csm_setup
	csm init -q
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: Boxeo, customer: true, city: Bonn}
		group:
		  - {name: Support, member: [{member: anna}, {member: bert}]}
		user:
		  - {user_name: anna, first_name: A, last_name: B}
		  - {user_name: bert, first_name: A, last_name: C}
	END
	csm import a.yaml -q
	cat >b.yaml <<-'END'
		group:
		  - {name: Support, member: [{member: anna}]}
		account:
		  - {external_id: A1, name: Boxeo GmbH, city: null}
	END
	sum=$(cksum <"$CSM_DB")
}

teardown() {
	eq "$(cksum <"$CSM_DB")" "$sum"
}

@test "what is stored already does not differ: no output, 0" {
	run_csm diff a.yaml
	ok
	out_is ""
	eq "$err" ""
	csm export >all.yaml
	run_csm diff - <all.yaml
	ok
	out_is ""
}

@test "fields before and after, a record that goes with its list, a new one; 1" {
	run_csm diff --replace-children b.yaml
	fails 1
	eq "$err" ""
	out_is '~ account ACCT0000001 (b.yaml:4)
-   name: "Boxeo"
+   name: "Boxeo GmbH"
-   city: "Bonn"
- group_member #2 (b.yaml:2)
-   user_group: "Support"
-   member: "bert"'
	printf 'user_name,first_name,last_name\ncarl,C,"D\te"\n' >user.csv
	run_csm diff user.csv
	fails 1
	eq "$(head -2 <<<"$out")" '+ user carl (user.csv:2)
+   user_name: "carl"'
	run_csm diff -q b.yaml
	fails 1
	out_is ""
}

@test "the same facts as a document" {
	run_csm diff -o json b.yaml
	fails 1
	eq "$(jq -c . <<<"$out")" '[{"record":"account","key":"ACCT0000001","file":"b.yaml","line":4,"outcome":"updated","fields":{"name":["Boxeo","Boxeo GmbH"],"city":["Bonn",null]}}]'
	run_csm diff -o ndjson b.yaml
	fails 1
	eq "$(jq -r .outcome <<<"$out")" updated
	run_csm diff -o json a.yaml
	ok
	eq "$(jq -c . <<<"$out")" '[]'
	run_csm diff -o csv b.yaml
	fails 2 "csm: csm diff prints lines, or with -o json, ndjson or yaml"
}

@test "trouble: a wrong record, no such file; nothing is printed of the rest" {
	printf 'account:\n  - {external_id: A1, name: Other}\n  - {external_id: A2, name: x, customer: maybe}\n' >c.yaml
	run_csm diff c.yaml
	fails 65
	out_is ""
	eq "$(head -1 <<<"$err")" "csm: c.yaml:3:42: account A2: customer: 'maybe' is no bool; expected true or false"
	run_csm diff nofile.yaml
	fails 66 "csm: nofile.yaml: No such file or directory"
	out_is ""
}
