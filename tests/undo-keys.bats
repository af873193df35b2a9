#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Keys that a load gave from one record to another go back with its undo, whatever else it changed in them.
load helpers

setup() {
	csm_setup
	csm init -q
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: One, customer: true}
		contact:
		  - {external_id: C1, account: A1, email: one@x.example, last_name: Uno}
		  - {external_id: C2, account: A1, email: two@x.example, last_name: Due}
		  - {external_id: C3, account: A1, email: three@x.example, last_name: Tre}
	END
	csm import a.yaml -q
}

state() {
	csm export -o ndjson --volatile | jq -c 'walk(if type == "object" then del(.version, .updated_at, .updated_by) else . end)'
}

# C1 moves on to C9 and to a new account, and somebody new is C1
handed() {
	cat >b.yaml <<-'END'
		account: [{external_id: A2, name: Two, customer: true}]
		contact:
		  - {email: one@x.example, external_id: C9, account: A2}
		  - {external_id: C1, account: A1, email: new@x.example, last_name: New}
	END
	csm import b.yaml -q
}

@test "a key that went to a new record goes back, and so does the reference to a new record beside it" {
	state >before
	handed
	state >after
	run_csm undo 3 -o csv --no-header
	ok
	eq "$(grep -v import <<<"$out" | sort)" "3,account,ACCT0000002,deleted,,,,
3,contact,CNT0000001,changed,account,ACCT0000002,ACCT0000001,
3,contact,CNT0000001,changed,external_id,C9,C1,
3,contact,CNT0000004,deleted,,,,"
	state | cmp - before
	csm undo 4 -q
	state | cmp - after
	csm undo 5 -q
	state | cmp - before
	csm db verify -q
	csm db check -q
}

@test "the same with --force and with --keep-changed, when nobody changed anything since" {
	state >before
	handed
	csm undo 3 --force -q
	state | cmp - before
	csm undo 4 -q
	csm undo 3 --keep-changed -q
	state | cmp - before
	csm db verify -q
}

@test "who has the key was changed since: a conflict, or stays with all that must stay with it" {
	handed
	csm contact edit C1 --title Dr -q
	run_csm undo 3
	fails 5 "contact CNT0000004: was changed by change 4"
	eq "$(grep -c . <<<"$err")" 3
	run_csm undo 3 --keep-changed
	[ "$status" -eq 0 ]
	eq "$err" "csm: warning: contact CNT0000004: left as it is: was changed by change 4
csm: warning: contact CNT0000001: external_id: left as it is: 'C1' is taken by contact CNT0000004
csm: warning: account ACCT0000002: left as it is: is the account of contact CNT0000001"
	eq "$(csm contact list --fields external_id,account.external_id,title --no-header -o csv --sort number)" $'C9,A2,\nC2,A1,\nC3,A1,\nC1,A1,Dr'
	csm db verify -q
	csm db check -q
	csm undo 5 -q
	csm undo 3 --force -q
	eq "$(csm contact list --fields external_id,account.external_id --no-header -o csv --sort number)" $'C1,A1\nC2,A1\nC3,A1'
	csm db verify -q
	csm db check -q
}

@test "a key that went through a record which is deleted in the same change goes back through it" {
	state >before
	printf '%s\n' '{"args":["contact","edit","C1","--external-id","C7"]}' '{"args":["contact","edit","C2","--external-id","C1"]}' \
		'{"args":["contact","delete","CNT0000002","--yes"]}' '{"args":["contact","edit","C3","--external-id","C1"]}' >b
	csm batch --atomic -q <b
	state >after
	csm undo 3 -q
	state | cmp - before
	csm undo 4 -q
	state | cmp - after
	csm db verify -q
}
