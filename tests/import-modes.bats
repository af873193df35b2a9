#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a load does with records that are stored already or are not, by which fields it knows them, empty cells, lists that replace.
load helpers

setup() {
	csm_setup
	csm init -q
}

counts_are() {
	eq "$(printf '%s\n' "$out" | tail -n +2 | tr '\t' ' ')" "$1"
}

# the counts balance, whatever the mode
balanced() {
	awk -F '\t' 'NR > 1 && $2 != $3 + $4 + $5 + $6 + $7 { exit 1 }' <<<"$out" || wrong "the counts do not balance"
}

two_accounts() {
	cat >old.yaml <<-'END'
		account:
		  - {external_id: A1, name: One, customer: true, city: Bonn}
		  - {external_id: A2, name: Two, customer: true, city: Bonn}
	END
	csm import old.yaml >/dev/null
	cat >new.yaml <<-'END'
		account:
		  - external_id: A1
		    name: Eins
		    contact: [{external_id: C1, first_name: Geneva}]
		    address: [{location: {name: Yard}}]
		  - {external_id: A3, name: Drei, customer: true, contact: [{external_id: C3, first_name: Anna}]}
		location: [{name: Yard}]
	END
}

@test "on-match and on-missing: update and insert, as unsaid; skip; error; the counts balance" {
	two_accounts
	run_csm import new.yaml --dry-run
	counts_are $'location 1 1 0 0 0 0\naccount 2 1 1 0 0 0\naccount_address 1 1 0 0 0 0\ncontact 2 2 0 0 0 0'
	# what is owned goes the way of its owner, what only refers to it is a record of its own
	run_csm import new.yaml --on-match=skip --dry-run
	[ "$status" -eq 0 ]
	counts_are $'location 1 1 0 0 0 0\naccount 2 1 0 0 1 0\naccount_address 1 0 0 0 1 0\ncontact 2 2 0 0 0 0'
	balanced
	run_csm import new.yaml --on-match=error
	fails 65
	eq "$err" "csm: new.yaml:2:5: account A1: is stored already, as ACCT0000001 (--on-match=error)
csm: new.yaml:5:15: account_address: the account it stands in (new.yaml:2) was rejected
csm: new.yaml:4:15: contact C1: the account it stands in (new.yaml:2) was rejected
csm: 3 errors, nothing was stored"
	run_csm account import --from json --on-missing=skip <<<'[{"external_id": "A1", "name": "Uno"}, {"external_id": "A9", "name": "Nine"}]'
	ok
	counts_are "account 2 0 1 0 1 0"
	eq "$(csm account list --fields name --no-header | tr '\n' ' ')" "Uno Two "
	run_csm import new.yaml --on-missing=error
	fails 65
	err_has "csm: new.yaml:6:5: account A3: is not stored yet, by number, external_id, account_code, registration_code (--on-missing=error)"
	err_has "csm: new.yaml:7:12: location: is not stored yet, by number, external_id (--on-missing=error)"
	out_is ""
	run_csm import new.yaml --on-missing=update
	fails 2 "none of insert,skip,error"
}

@test "skip is no reject: status 0; and with --on-error=skip an error of a mode is one" {
	two_accounts
	run_csm import new.yaml --on-match=skip --on-missing=skip
	ok
	# a contact stands by itself, and its account A3 is not stored
	counts_are $'location 1 0 0 0 1 0\naccount 2 0 0 0 2 0\naccount_address 1 0 0 0 1 0\ncontact 2 0 0 0 2 0'
	run_csm import new.yaml --on-match=error --on-error=skip
	fails 1 "csm: new.yaml:2:5: account A1: is stored already"
	balanced
	# what stands in a rejected record goes with it
	counts_are $'location 1 1 0 0 0 0\naccount 2 1 0 0 0 1\naccount_address 1 0 0 0 0 1\ncontact 2 1 0 0 0 1'
}

@test "a record that refers to one that is skipped and not stored is rejected for that reason, forward too" {
	cat >a.yaml <<-'END'
		user:
		  - {external_id: U1, user_name: u1, name: One}
	END
	csm import a.yaml >/dev/null
	cat >b.yaml <<-'END'
		user:
		  - {external_id: U1, manager: u2}
		  - {external_id: U2, user_name: u2, name: Two}
	END
	run_csm import b.yaml --on-missing=skip --on-error=skip
	fails 1 "csm: b.yaml:2:32: user U1: manager: the user it refers to (b.yaml:3) was skipped and is not stored"
	counts_are "user 2 0 0 0 1 1"
	# one that is skipped because it is stored can be referred to
	run_csm import b.yaml --on-missing=skip --on-match=skip
	ok
	counts_are "user 2 0 0 0 2 0"
}

@test "key: by fields that are no keys; other keys of the record are then what it states" {
	two_accounts
	run_csm account import --from json --key name -v <<<'{"name": "One", "city": "Kiel", "external_id": "X1"}'
	[ "$status" -eq 0 ] || wrong "status"
	counts_are "account 1 0 1 0 0 0"
	err_has 'csm: standard input:1: account ACCT0000001 updated: external_id: "A1" -> "X1"; city: "Bonn" -> "Kiel"'
	run_csm account import --from csv --key city,name <<<$'name,city\nOne,Bonn\nTwo,Bonn\nThree,Bonn\n'
	ok
	counts_are "account 3 2 0 1 0 0"
	run_csm account import --from json --key name <<<'{"name": "One", "city": "Kiel"}'
	fails 65 "csm: standard input:1:10: account: name: more than one account has name: One: ACCT0000001, ACCT0000003"
	run_csm account import --from json --key name <<<'{"city": "Kiel"}'
	fails 65 "csm: standard input:1:1: account: name: has no value, and records are matched by it (--key)"
	run_csm account import --from json --key name <<<'[{"name": "Two"}, {"name": "Two"}]'
	fails 65 "csm: standard input:1:19: account: name are as in the record at standard input:1 of this load"
	# what the key does not match is new, whatever its other keys are: those are taken then
	run_csm account import --from json --key name <<<'{"name": "Nobody", "external_id": "A2"}'
	fails 65 "external_id"
}

@test "key: references, numbers, several types, fields that are none" {
	two_accounts
	cat >c.yaml <<-'END'
		contact:
		  - {external_id: C1, account: One, first_name: Ann, phone: "1"}
		  - {external_id: C2, account: Two, first_name: Ann, phone: "2"}
	END
	csm import c.yaml >/dev/null
	run_csm contact import --key account,first_name --from json \
		<<<'[{"account": "Two", "first_name": "Ann", "phone": "22"}, {"account": "Two", "first_name": "Bob"}]'
	ok
	counts_are "contact 2 1 1 0 0 0"
	eq "$(csm contact show C2 -o json | jq -r .phone)" 22
	run_csm contact import --key account,first_name --from json \
		<<<'[{"account": "Two", "first_name": "Ann", "phone": "22"}, {"account": "A2", "first_name": "Ann"}]'
	fails 65 "account,first_name are as in the record at standard input:1 of this load"
	run_csm contact import --key account,first_name --from json <<<'{"first_name": "Ann"}'
	fails 65 "contact: account: has no value, and records are matched by it (--key)"
	run_csm account import --key number --from json <<<'{"number": "acct2", "name": "Zwei"}'
	ok
	counts_are "account 1 0 1 0 0 0"
	run_csm account import --key name --from json <<<'{"number": "ACCT1", "name": "Zwei"}'
	fails 65 "account ACCT1: number: the record with that key is ACCT0000002, its number can't become ACCT0000001"
	# without a noun: the types that have the fields; others by their own keys
	run_csm import --from yaml --key name,city <<<$'account: [{name: Zwei, city: Bonn, phone: "3"}]\nuser: [{user_name: u, name: U}]'
	ok
	counts_are $'user 1 1 0 0 0 0\naccount 1 0 1 0 0 0'
	run_csm account import old.yaml --key nam
	fails 2 "csm: --key: 'nam' is no field of account; did you mean 'name'?"
	run_csm import old.yaml --key nam
	fails 2 "csm: --key: no type of records can be matched by nam"
	run_csm account import old.yaml --key created_at
	fails 2 "csm: --key: records can't be matched by created_at of account"
	run_csm account import old.yaml --key ""
	fails 2
}

@test "empty cells: null clears, absent leaves, text is a text; unsaid keeps what must have a value" {
	two_accounts
	printf 'external_id,city,rank_tier\nA1,,\nA2,"",\n' >a.csv
	run_csm account import a.csv --empty=absent
	ok
	counts_are "account 2 0 0 2 0 0"
	run_csm account import a.csv --dry-run
	counts_are "account 2 0 2 0 0 0"
	run_csm account import a.csv --empty=text
	fails 65 "csm: a.csv:2:5: account A1: rank_tier: is empty, and that is no value of it (--empty=text)"
	printf 'external_id,city\nA1,\n' >b.csv
	run_csm account import b.csv --empty=text
	ok
	counts_are "account 1 0 1 0 0 0"
	eq "$(csm account show A1 -o json | jq .city)" null
	# what has to have a value: unsaid and absent leave it, null and text are refused; a new record has none to keep
	printf 'external_id,name\nA1,\n' >c.csv
	for mode in null text; do
		run_csm account import c.csv --empty=$mode
		fails 65 "csm: c.csv:2:4: account ACCT0000001: name: needs a value"
	done
	for mode in '' --empty=absent; do
		run_csm account import c.csv $mode
		ok
		counts_are "account 1 0 0 1 0 0"
	done
	csm account edit A1 --city Bonn -q
	printf 'external_id,name,city\nA1,,\nA9,,Oslo\n' >n.csv
	run_csm account import n.csv --on-error skip
	fails 1 "csm: n.csv:3:4: account A9: name: needs a value"
	counts_are "account 2 0 1 0 0 1"
	eq "$(csm account show A1 -o json | jq -c '[.name, .city]')" '["One",null]'
	# so it is with a reference that is named by parts
	csm import -q - --from yaml <<<'contact: [{external_id: C1, account: A1, first_name: x}]' >/dev/null
	printf 'external_id,account.name,account.external_id,first_name\nC1,,,y\n' >p.csv
	run_csm contact import p.csv
	ok
	counts_are "contact 1 0 1 0 0 0"
	run_csm contact import p.csv --empty=null
	fails 65 "csm: p.csv:2:4: contact CNT0000001: account: needs a value"
	printf 'external_id\tcity\nA2\t\n' >d.tsv
	run_csm account import d.tsv --empty=null -v
	err_has 'csm: d.tsv:2: account ACCT0000002 updated: city: "Bonn" -> null'
	# a column that is none is told of, even where all its cells are empty
	printf 'external_id,cty\nA1,\n' >e.csv
	run_csm account import e.csv --empty=absent
	fails 65 "'cty' is no field of account; did you mean 'city'?"
	run_csm account import e.csv --empty=none
	fails 2 "none of null,absent,text"
}

group_of() { # group_of NAME: its members
	csm group show "$1" -o json | jq -r '[.member[]?.member] | join(" ")'
}

@test "replace-children: what a stated list lacks is deleted; a list that is not there, and one with a mistake, take nothing away" {
	cat >a.yaml <<-'END'
		user: [{user_name: u1, name: One}, {user_name: u2, name: Two}, {user_name: u3, name: Three}]
		group:
		  - {name: G, member: [{member: u1}, {member: u2}]}
		  - {name: H, member: [{member: u1}, {member: u2}]}
		  - {name: I, member: [{member: u1}]}
		  - {name: J, member: [{member: u1}]}
	END
	csm import a.yaml >/dev/null
	cat >b.yaml <<-'END'
		group:
		  - {name: G, member: [{member: u2}, {member: u3}]}
		  - {name: H, description: none stated}
		  - {name: I, member: []}
		  - {name: J, member: null}
	END
	run_csm import b.yaml --replace-children --dry-run
	counts_are $'group 4 0 1 3 0 0 0\ngroup_member 2 1 0 1 0 0 3'
	run_csm import b.yaml --replace-children -v
	[ "$status" -eq 0 ] || wrong "status"
	counts_are $'group 4 0 1 3 0 0 0\ngroup_member 2 1 0 1 0 0 3'
	eq "$(grep -c 'deleted$' <<<"$err")" 3
	eq "$(group_of G)" "u2 u3"
	eq "$(group_of H)" "u1 u2"
	eq "$(group_of I)$(group_of J)" ""
	run_csm import b.yaml --replace-children
	ok
	counts_are $'group 4 0 0 4 0 0 0\ngroup_member 2 0 0 2 0 0 0'
	# it adds without the option
	run_csm import a.yaml
	counts_are $'user 3 0 0 3 0 0\ngroup 4 0 0 4 0 0\ngroup_member 6 3 0 3 0 0'
	# u9 is nobody: was it u3? so nothing of the list goes, and nothing else is lost
	sed 's/u3/u9/' b.yaml >c.yaml
	run_csm import c.yaml --replace-children --on-error=skip -o json
	fails 1
	eq "$(json '.types[] | "\(.type) \(.read) \(.unchanged) \(.rejected) \(.deleted)"')" $'group 4 4 0 0\ngroup_member 2 1 1 2'
	eq "$(group_of G)" "u2 u3 u1"
	csm undo
	csm db check
}

@test "replace-children: journals only grow; what goes makes room for what comes; what can't be deleted rejects its owner" {
	cat >a.yaml <<-'END'
		account: {external_id: A, name: One, customer: true}
		schedule:
		  - {name: Week, time_zone: UTC, span: [{days: "mon,tue", start: "09:00", end: "17:00"}]}
		case:
		  - {external_id: K, account: A, short_description: x, comment: [{body: one}, {body: two}]}
	END
	run_csm import a.yaml
	ok
	cat >b.yaml <<-'END'
		schedule:
		  - {name: Week, span: [{days: "mon,tue", start: "08:00", end: "16:00"}]}
		case:
		  - {external_id: K, comment: [{body: three}]}
	END
	run_csm import b.yaml --replace-children
	[ "$status" -eq 0 ] || wrong "status"
	counts_are $'schedule 1 0 0 1 0 0 0\nschedule_span 1 1 0 0 0 0 1\ncase 1 0 0 1 0 0 0\ncomment 1 1 0 0 0 0 0'
	eq "$(csm case show K -o json | jq '.comment | length')" 3
	eq "$(csm schedule show Week -o json | jq -r '.span | map(.start) | join(" ")')" "08:00"
}

@test "on-error: a limit; beyond it the load is given up and nothing is stored" {
	for i in 1 2 3 4 5 6; do echo "{\"user\": {\"user_name\": \"u$i\"$([ $((i % 2)) = 0 ] || echo ", \"name\": \"N$i\"")}}"; done >a.ndjson
	run_csm import a.ndjson --on-error=limit=3
	fails 1
	counts_are "user 6 3 0 0 0 3"
	csm undo
	run_csm import a.ndjson --on-error=limit=2
	fails 65
	eq "$(tail -1 <<<"$err")" "csm: more than 2 records were rejected, nothing was stored"
	out_is ""
	eq "$(csm user list --count)" 0
	# in reading
	for i in 1 2 3; do echo '{"user": '; done >b.ndjson
	run_csm import b.ndjson --on-error=limit=2
	fails 65 "csm: more than 2 records were rejected, nothing was stored"
	run_csm import b.ndjson --on-error=limit=3
	fails 1 "csm: 3 of 3 records of the input were rejected"
	run_csm import a.ndjson --on-error=limit=0
	fails 65 "more than 0 records"
	for word in limit limit= limit=x limit=-1 limit=3x stop; do
		run_csm import a.ndjson --on-error="$word"
		fails 2 "csm: --on-error: '$word' is none of abort, skip, limit=N"
	done
}

@test "no FILE: standard input, but not from a terminal" {
	run_csm import --from ndjson <<<'{"group": {"name": "One"}}'
	ok
	counts_are "group 1 1 0 0 0 0"
	run_csm group import <<<'{"name": "Two"}'
	ok
	on_tty "'$CSM_BIN' import; echo ended with \$?"
	out_has "ended with 2"
	out_has "csm: a FILE is missing, and standard input is a terminal (usage: csm import [FILE...|-])"
}

@test "the summary: the same facts in every format; rows are counted apart" {
	cat >a.ndjson <<-'END'
		{"account": {"external_id": "A1", "name": "One", "customer": true, "contact": [{"first_name": "X"}, {"frst_name": "Y"}]}}
		{"user": {"user_name": "u", "name": "U"}}
		{"user":
	END
	run_csm import a.ndjson --on-error=skip --dry-run
	fails 1 "csm: 2 of 3 records of the input were rejected, whole or in part"
	out_is $'type\tread\tcreated\tupdated\tunchanged\tskipped\trejected
user\t1\t1\t0\t0\t0\t0
account\t1\t1\t0\t0\t0\t0
contact\t2\t1\t0\t0\t0\t1'
	tr '\t' ' ' <<<"$out" >table
	run_csm import a.ndjson --on-error=skip --dry-run -o json
	eq "$(json '[.rows, .rejected_rows] | @text')" "[3,2]"
	eq "$(json '.types[] | "\(.type) \(.read) \(.created) \(.updated) \(.unchanged) \(.skipped) \(.rejected)"')" "$(tail -n +2 table)"
	run_csm import a.ndjson --on-error=skip --dry-run -o yaml
	out_has $'rows: 3\nrejected_rows: 2'
	run_csm import a.ndjson --on-error=skip --dry-run -o ndjson
	eq "$(json '"\(.type) \(.read) \(.created) \(.updated) \(.unchanged) \(.skipped) \(.rejected)"')" "$(tail -n +2 table)"
	eq "$(grep rejected_rows <<<"$err")" '{"rows": 3, "rejected_rows": 2}'
	run_csm import a.ndjson --on-error=skip --dry-run -o csv
	eq "$(tr ',' ' ' <<<"$out")" "$(cat table)"
	run_csm import a.ndjson --on-error=skip --dry-run -o json --fields type,read
	eq "$(json '.[1] | @text')" '{"type":"account","read":1}'
	run_csm import a.ndjson --on-error=skip --dry-run -q
	out_is ""
	err_lacks "records of the input"
	run_csm import a.ndjson --on-error=skip --dry-run -q -o json
	out_is ""
}

@test "--key by fields without an index: a big table is not gone through for each row, and keeps no index of the load" {
	csm account new --name One --external-id A1 -q >/dev/null
	awk 'BEGIN { print "account.external_id,short_description,description"; for (i = 0; i < 3000; i++) print "A1,Case " i "," i }' >c.csv
	csm case import c.csv -q >/dev/null
	# the rows of an account are all of them: without an index this takes three thousand times three thousand looks
	sed 's/,\([0-9]*\)$/,x\1/; 3d' c.csv >d.csv
	echo 'A1,Case new,y' >>d.csv
	run_csm case import d.csv --key account,short_description
	ok
	out_has $'case\t3000\t1\t2999\t0\t0\t0'
	eq "$(csm case list --where 'description ~ "x*"' --count)" 2999
	eq "$(sqlite3 "$CSM_DB" "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%of_load%'")" 0
	run_csm case import d.csv --key account,short_description --batch 1000
	ok
	out_has $'case\t3000\t0\t0\t3000\t0\t0'
	printf 'A1,Case 5,z\nA1,Case 7,z\n' >>d.csv
	run_csm case import d.csv --key account,short_description --on-error skip
	fails 1 "account,short_description are as in the record at d.csv:6 of this load"
	csm db check -q
}

@test "--key goes with records that are unique by what they refer to" {
	printf '%s\n' '{"account":{"external_id":"A1","name":"One"}}' '{"account":{"external_id":"A2","name":"Two"}}' >a.ndjson
	csm import a.ndjson -q
	echo '{"account_relationship":{"external_id":"AR1","from_account":"A1","to_account":"A2","relationship_type":"Partner"}}' >r.ndjson
	run_csm import r.ndjson --key external_id
	eq "$status" 0
	eq "$out" "type	read	created	updated	unchanged	skipped	rejected
account_relationship	1	1	0	0	0	0"
	sed -i 's/AR1/AR2/' r.ndjson
	run_csm import r.ndjson --key external_id
	eq "$status" 65
	err_has "has the same"
}
