#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A load takes its records in any order: what refers to what comes later, to itself, in circles; who goes with whom.
load helpers

setup() {
	csm_setup
	csm init -q
}

counts_are() {
	eq "$(printf '%s\n' "$out" | tail -n +2 | tr '\t' ' ')" "$1"
}

@test "children before parents, and parents named by number, key, title and map, in one file and over several" {
	cat >a.ndjson <<-'END'
		{"comment": {"parent_case": "K1", "author_contact": "C1", "body": "first", "posted_at": "2024-01-02T03:04:05Z"}}
		{"case_task": {"external_id": "T1", "parent_case": {"short_description": "one", "account": "A1"}, "short_description": "task"}}
		{"case": {"external_id": "K1", "account": "Boxeo", "contact": {"email": "g@example.com"}, "short_description": "one", "parent_case": "CS9"}}
		{"case": {"number": "CS9", "account": {"name": "Umbra"}, "short_description": "nine", "parent_case": {"short_description": "ten"}}}
		{"case": {"external_id": "K10", "account": "A1", "short_description": "ten"}}
		{"contact_relationship": {"contact": "C1", "account": "Umbra"}}
		{"contact": {"external_id": "C1", "account": "ACCT0000007", "first_name": "Geneva", "email": "g@example.com"}}
	END
	cat >b.ndjson <<-'END'
		{"account_address": {"account": "A1", "location": "Bonn"}}
		{"account": {"external_id": "A2", "name": "Umbra", "customer": true, "account_parent": "A1"}}
		{"account": {"number": "ACCT0000007", "external_id": "A1", "name": "Boxeo", "customer": true, "primary_contact": "g@example.com"}}
		{"group": {"name": "G", "manager": "u2", "member": [{"member": "u1"}]}}
		{"user": {"user_name": "u1", "name": "One", "manager": "Two"}}
		{"user": {"user_name": "u2", "name": "Two"}}
		{"location": {"name": "Bonn", "city": "Bonn"}}
	END
	run_csm import a.ndjson b.ndjson
	ok
	eq "$(csm case list --fields number,parent_case,account.name --no-header | tr '\t\n' ' ;')" \
		"CS0000009 CS0000011 Umbra;CS0000010 CS0000009 Boxeo;CS0000011  Boxeo;"
	eq "$(csm account list --fields number,account_parent,primary_contact --no-header | tr '\t\n' ' ;')" \
		"ACCT0000007  CNT0000001;ACCT0000008 ACCT0000007 ;"
	eq "$(csm case-task show T1 -o json | jq -r .parent_case)" CS0000010
	eq "$(csm user list --fields user_name,manager --no-header | tr '\t\n' '= ')" "u1=u2 u2= "
	csm db check
	csm db verify
	# the same in another order is the same, but for the location, which has no key of its own
	grep -v location a.ndjson b.ndjson -h | tac >c.ndjson
	run_csm import c.ndjson -o json
	ok
	eq "$(json '[.types[] | .read - .unchanged] | add')" 0
}

@test "a chain of five thousand references forwards, of which the last is bad: all go, quickly, each for its reason" {
	awk 'BEGIN { n = 5000; for (i = 1; i < n; i++)
			printf "{\"user\": {\"external_id\": \"U%d\", \"user_name\": \"u%d\", \"name\": \"N%d\", \"manager\": \"U%d\"}}\n", i, i, i, i + 1
		printf "{\"user\": {\"external_id\": \"U%d\", \"user_name\": \"u%d\"}}\n", n, n
		print "{\"user\": {\"user_name\": \"fine\", \"name\": \"Fine\"}}" }' >a.ndjson
	SECONDS=0
	run_csm import a.ndjson --on-error=skip
	[ "$SECONDS" -lt 20 ]
	fails 1 "csm: a.ndjson:5000:10: user U5000: name: a user needs a name"
	counts_are "user 5001 1 0 0 0 5000"
	eq "$(head -2 <<<"$err" | tail -1)" "csm: a.ndjson:4999:85: user U4999: manager: the user it refers to (a.ndjson:5000) was rejected"
	err_has "4980 more findings are not shown"
	eq "$(csm import-reject list --where "line = 1" --fields message --no-header)" "the user it refers to (a.ndjson:2) was rejected"
	eq "$(csm user list --fields number --no-header)" "$(csm user list --where 'user_name = fine' --fields number --no-header)"
	run_csm import a.ndjson
	fails 65 "csm: 1 error, nothing was stored"
	# mended, the same chain is stored
	sed -i '5000s/"user_name"/"name": "Last", &/' a.ndjson
	run_csm import a.ndjson
	ok
	counts_are "user 5001 5000 0 1 0 0"
}

@test "records in a circle are stored, or rejected, together" {
	circle() {
		printf '{"account": {"external_id": "A1", "name": "One", "customer": true, "primary_contact": "C1"}}\n'
		printf '{"contact": {"external_id": "C1", "account": "A1", "name": "C"%s}}\n' "$1"
		printf '{"case": {"external_id": "K1", "contact": "C1", "short_description": "x"}}\n'
	}
	circle ', "zip": [1]' >a.ndjson
	run_csm import a.ndjson --on-error=skip
	fails 1 "csm: a.ndjson:2:65: contact C1: zip: expected a text, not a list"
	err_has "csm: a.ndjson:1:87: account A1: primary_contact: the contact it refers to (a.ndjson:2) was rejected"
	err_has "csm: a.ndjson:3:43: case K1: contact: the contact it refers to (a.ndjson:2) was rejected"
	counts_are 'account 1 0 0 0 0 1
contact 1 0 0 0 0 1
case 1 0 0 0 0 1'
	circle "" >b.ndjson
	run_csm import b.ndjson
	ok
	eq "$(csm account show A1 -o json | jq -r .primary_contact)$(csm contact show C1 -o json | jq -r .account)" CNT0000001ACCT0000001
}

@test "a record of a later type around one of an earlier type is stored with it, or not" {
	cat >a.yaml <<-'END'
		household:
		  - {external_id: H1, name: One, consumer: [{external_id: C1, name: C, address: [{location: Bonn}]}]}
		  - {external_id: H2, consumer: [{external_id: C2, name: D, case: [{external_id: K2, short_description: x}]}]}
		location: [{name: Bonn}]
	END
	run_csm import a.yaml --on-error=skip
	fails 1 "csm: a.yaml:3:5: household H2: name: needs a value"
	err_has "csm: a.yaml:3:34: consumer C2: household: the household it refers to (a.yaml:3) was rejected"
	err_has "case K2: the consumer it stands in (a.yaml:3) was rejected"
	counts_are 'location 1 1 0 0 0 0
consumer 2 1 0 0 0 1
consumer_address 1 1 0 0 0 0
household 2 1 0 0 0 1
case 1 0 0 0 0 1'
	eq "$(csm consumer show C1 -o json | jq -r .household)" "$(csm household list --fields number --no-header)"
}

@test "an ambiguous reference is told with the places of the load it may mean, also when they come later" {
	cat >a.ndjson <<-END
		{"case": {"external_id": "K1", "account": "Twin", "short_description": "x"}}
		{"account": {"external_id": "T0", "name": "Main", "customer": true, "account_parent": "Twin"}}
		{"account": {"external_id": "T1", "name": "Twin", "customer": true}}
		{"account": {"external_id": "T2", "name": "Twin", "customer": true}}
	END
	run_csm import a.ndjson --on-error=skip
	fails 1 "a.ndjson:2:87: account T0: account_parent: 'Twin' names more than one account: a.ndjson:3, a.ndjson:4"
	err_has "a.ndjson:1:43: case K1: account: 'Twin' names more than one account: a.ndjson:3, a.ndjson:4"
	counts_are 'account 3 2 0 0 0 1
case 1 0 0 0 0 1'
}

@test "reading holds nobody up: the lock is taken when all is read, and not at all where nothing can be stored" {
	command -v sqlite3 >/dev/null || skip "there is no sqlite3"
	mkfifo pipe hold
	csm import - --from ndjson --wait 5 <pipe >first.out &
	exec 8>pipe
	echo '{"group": {"name": "Slow"}}' >&8
	# while it reads, others write
	csm group new --name Quick --wait 0 >/dev/null
	exec 8>&-
	wait $!
	eq "$(csm group list --fields name --no-header | sort | tr '\n' ' ')" "Quick Slow "
	sqlite3 "$CSM_DB" >ready <hold &
	exec 8>hold
	printf 'BEGIN IMMEDIATE;\nSELECT 1;\n' >&8
	until [ -s ready ]; do sleep 0.02; done
	echo '{"group": {"nam": "Wrong"}}' >bad.ndjson
	run_csm import bad.ndjson --wait 0
	fails 65 "csm: 1 error, nothing was stored"
	sed -i s/nam/name/ bad.ndjson
	run_csm import bad.ndjson --wait 0
	fails 75
	exec 8>&-
	wait
}

@test "temporary files go where TMPDIR says; where they can't be, nothing is stored" {
	awk 'BEGIN { for (i = 1; i <= 600; i++) printf "{\"group\": {\"name\": \"G%d\", \"description\": \"%0200d\"}}\n", i, i }' >a.ndjson
	TMPDIR=/no/such/folder run_csm import a.ndjson
	fails 74 "temporary file in /no/such/folder: can't be made: No such file or directory"
	eq "$(csm group list --count)" 0
	mkdir tmp
	TMPDIR=$PWD/tmp csm import a.ndjson >/dev/null
	eq "$(csm group list --count)$(ls tmp)" 600
	# what is small stays in memory
	echo '{"group": {"name": "Small"}}' >b.ndjson
	TMPDIR=/no/such/folder csm import b.ndjson >/dev/null
}
