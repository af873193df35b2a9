#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A whole load is taken back: as it was, when some of it was changed since, and what refers to it by now.
load helpers

setup() {
	csm_setup
	csm init -q
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: One, customer: true, account_parent: A2}
		  - {external_id: A2, name: Two, customer: true}
		contact:
		  - {external_id: C1, account: A1, last_name: X}
		  - {external_id: C2, account: A2, last_name: Y}
		case:
		  - {external_id: K1, account: A1, contact: C1, short_description: one, comment: [{body: hello, author_contact: C1}]}
		  - {external_id: K2, account: A1, contact: C1, short_description: two}
		  - {external_id: K3, account: A2, contact: C2, short_description: three}
	END
}

# everything: what an export has, and what it leaves out
state() {
	csm export -o ndjson --volatile | jq -c 'walk(if type == "object" then del(.version, .updated_at, .updated_by) else . end)'
}

@test "a load goes as it came, and the undo of the undo brings back every byte, in runs" {
	csm export -o ndjson >empty
	csm import a.yaml -q
	csm export -o ndjson >loaded
	run_csm undo 2 -o ndjson
	ok
	eq "$(json '[.change, .type, .key, .done] | join(" ")' | grep -v import)" \
		$'2 comment #1 deleted\n2 case CS0000001..CS0000003 deleted\n2 contact CNT0000001..CNT0000002 deleted\n2 account ACCT0000001..ACCT0000002 deleted'
	csm export -o ndjson | cmp - empty
	csm undo 3 -q
	csm export -o ndjson | cmp - loaded
	eq "$(sqlite3 "$CSM_DB" "SELECT type, record, last_record FROM history WHERE change = 4 AND op = 'create' ORDER BY type")" \
		$'account|1|2\ncase|1|3\ncomment|1|1\ncontact|1|2'
	csm undo 2 -q
	csm export -o ndjson | cmp - empty
	csm db verify -q
	csm db check -q
}

later() {
	csm import a.yaml -q
	csm case edit CS0000001 --priority 1 -q
	csm case new --account A2 --short-description later -q
	csm contact edit CNT0000002 --last-name Z -q
}

@test "what was changed or is used since is a conflict: listed, status 5, nothing done, with --dry-run too" {
	later
	state >before
	run_csm undo 2
	fails 5 "change 2: cannot be taken back, 3 conflicts; the first: contact CNT0000002: was changed by change 5"
	out_is ""
	eq "$err" "csm: contact CNT0000002: was changed by change 5
csm: case CS0000001: was changed by change 3
csm: account ACCT0000002: is the account of case CS0000004
csm: --force takes such records along where they can go, --keep-changed leaves them as they are
csm: change 2: cannot be taken back, 3 conflicts; the first: contact CNT0000002: was changed by change 5"
	cp "$CSM_ERR" said
	run_csm undo 2 --dry-run
	fails 5
	cmp "$CSM_ERR" said
	state | cmp - before
	# as data
	run_csm undo 2 -o csv
	fails 5
	eq "$out" "change,type,key,done,field,old,new,why
2,contact,CNT0000002,conflict,,,,was changed by change 5
2,case,CS0000001,conflict,,,,was changed by change 3
2,account,ACCT0000002,conflict,,,,is the account of case CS0000004"
	run_csm undo 2 -o ndjson -q
	fails 5 '"error": "conflict"'
	out_is ""
	run_csm undo 2 --force --keep-changed
	fails 2 "don't go together"
	eq "$(csm log --count)" 5
}

@test "the echo of conflicts ends at 20, -v and -o give all" {
	seq 30 | awk '{ print "{\"account\": {\"external_id\": \"X" $1 "\", \"name\": \"N" $1 "\"}}" }' >many.ndjson
	csm import many.ndjson -q
	csm account edit --all --city Bonn -q
	run_csm undo 2
	fails 5 "and 10 more, told with -v or as rows with -o"
	eq "$(grep -c 'was changed by change 3$' "$CSM_ERR")" 21
	run_csm undo 2 -v
	fails 5
	eq "$(grep -c '^csm: account ACCT' "$CSM_ERR")" 30
	run_csm undo 2 -o csv --no-header
	eq "$(printf '%s\n' "$out" | grep -c ,conflict,)" 30
	run_csm undo 2 --keep-changed -q
	ok
	out_is ""
	eq "$(csm account list --count)" 30
}

@test "--keep-changed leaves what is in conflict with all it needs and owns, takes back the rest, and can be undone" {
	later
	state >before
	run_csm undo 2 --keep-changed --dry-run -o ndjson
	[ "$status" -eq 0 ]
	cp "$CSM_OUT" said
	state | cmp - before
	run_csm undo 2 --keep-changed -o ndjson
	[ "$status" -eq 0 ]
	cmp "$CSM_OUT" said
	eq "$(json 'select(.done == "kept") | "\(.type) \(.key) \(.why)"')" \
"contact CNT0000002 was changed by change 5
case CS0000001 was changed by change 3
account ACCT0000002 is the account of contact CNT0000002
account ACCT0000001 is the account of case CS0000001
contact CNT0000001 is the contact of case CS0000001
comment #1 stays with its case CS0000001"
	eq "$(json 'select(.done == "deleted") | "\(.type) \(.key)"')" "case CS0000002..CS0000003"
	eq "$(csm case list --fields number --no-header | tr '\n' ' ')" "CS0000001 CS0000004 "
	err_has '"left as it is: was changed by change 3"'
	csm db verify -q
	csm db check -q
	csm undo 6 -q
	state | cmp - before
}

@test "--force takes all back but what others can't lose; what it took along comes back with the undo of it" {
	later
	run_csm undo 2 --force
	fails 5 "account ACCT0000002: is the account of case CS0000004"
	err_lacks "was changed"
	err_lacks "--keep-changed"
	csm case delete CS0000004 --yes -q
	# owned by a record that goes: it goes too
	csm comment new --parent-case CS0000002 --body "said since" -q
	csm account new --name Own -q
	state >before
	run_csm undo 2 --force -o ndjson
	ok
	eq "$(json 'select(.done == "deleted") | "\(.type) \(.key)"' | head -n 2)" \
		$'comment #1..#2\ncase CS0000001..CS0000003'
	eq "$(csm case list --count) $(csm account list --fields name --no-header)" "0 Own"
	csm db verify -q
	csm db check -q
	csm undo "$(csm log --limit 1 --fields change --no-header)" -q
	state | cmp - before
}

@test "--force empties a reference that may be empty" {
	echo 'location: [{external_id: L1, name: Here}]' >b.yaml
	csm import b.yaml -q
	csm user new --user-name ann --name Ann --location L1 -q
	state >before
	run_csm undo 2
	fails 5 "location LOC0000001: is the location of user ann"
	run_csm undo 2 --force --as ann -o csv --no-header
	ok
	out_has "2,user,ann,changed,location,LOC0000001,,"
	out_has "2,location,LOC0000001,deleted,,,,"
	eq "$(csm user list --as ann --fields user_name,location --no-header -o csv)" ann,
	csm undo 4 -q --as ann
	state | cmp - before
}

@test "an update goes back field by field; with --force whatever it is by now, with --keep-changed the record stays" {
	csm import a.yaml -q
	cat >b.yaml <<-'END'
		account:
		  - {external_id: A1, city: Bonn, zip: "1"}
		  - {external_id: A2, city: Ulm}
	END
	csm import b.yaml -q
	csm account edit ACCT0000001 --city Rom -q
	run_csm undo 3
	fails 5 "account ACCT0000001: city: is 'Rom', not 'Bonn' as the change left it; changed again by change 4"
	run_csm undo 3 --keep-changed -o csv --no-header
	[ "$status" -eq 0 ]
	eq "$(printf '%s\n' "$out" | grep account)" "3,account,ACCT0000001,kept,city,,,\"is 'Rom', not 'Bonn' as the change left it; changed again by change 4\"
3,account,ACCT0000002,changed,city,Ulm,,"
	eq "$(csm account list --fields city,zip --no-header -o csv)" $'Rom,1\n,'
	csm undo 5 -q
	run_csm undo 3 --force -o csv --no-header
	ok
	eq "$(printf '%s\n' "$out" | grep account)" "3,account,ACCT0000002,changed,city,Ulm,,
3,account,ACCT0000001,changed,city,Rom,,
3,account,ACCT0000001,changed,zip,1,,"
	csm undo 7 -q
	eq "$(csm account list --fields city,zip --no-header -o csv)" $'Rom,1\nUlm,'
}

@test "a key that another record has by now can't be given back; the record that is gone stays gone" {
	csm import a.yaml -q
	printf 'account: [{external_id: A1, name: Uno}, {external_id: A2, name: Due}]\n' >b.yaml
	csm import b.yaml -q
	csm case delete --all --yes -q
	csm contact delete --all --yes -q
	csm account delete ACCT0000001 --yes -q
	csm account edit ACCT0000002 --external-id B2 -q
	run_csm undo 3 --force
	[ "$status" -eq 0 ]
	err_has "account ACCT0000001: left as it is: was deleted by change 6"
	eq "$(csm account list --fields name --no-header)" Two
	csm undo 8 -q
	csm account new --name Other --external-id A1 -q
	run_csm undo 6 --force
	fails 5 "external_id: 'A1' is taken by account ACCT0000003"
	run_csm undo 6 --keep-changed -q
	ok
	eq "$(csm account list --count)" 2
}
