#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# References of a document: by any unique key, by a map, in any order, to the load or to the database.
load helpers

setup() {
	csm_setup
	csm init -q
}

# refused TEXT MESSAGE: the document is refused with the message, and nothing is stored
refused() {
	printf '%s\n' "$1" >bad.yaml
	run_csm import bad.yaml
	fails 65 "$2"
}

load_yaml() {
	printf '%s\n' "$1" >good.yaml
	csm import good.yaml >/dev/null
}

customers() {
	load_yaml 'account:
  - {external_id: A1, name: Boxeo, customer: true}
  - {external_id: A2, name: Umbra, customer: true}
contact:
  - {external_id: C1, account: A1, first_name: Anna, last_name: Roth, email: anna@example.com}
  - {external_id: C2, account: A2, first_name: Anna, last_name: Roth}'
}

@test "a reference to the database: number, external id, e-mail, title, map, dotted map" {
	customers
	load_yaml 'case:
  - {external_id: K1, contact: cnt1, short_description: number}
  - {external_id: K2, contact: C1, short_description: external id}
  - {external_id: K3, contact: anna@example.com, short_description: e-mail}
  - {external_id: K4, account: Boxeo, short_description: title}
  - {external_id: K5, contact: {name: Anna Roth, account: A1}, short_description: map}
  - {external_id: K6, contact: {first_name: Anna, account: {name: Boxeo}}, short_description: maps}
  - {external_id: K7, contact: {last_name: Roth, account.name: Boxeo}, short_description: dotted}
  - {external_id: K8, contact: {number: CNT0000001}, short_description: number in a map}
  - {external_id: K9, contact.account.external_id: A1, contact.name: Anna Roth, short_description: dotted keys}'
	eq "$(csm case list --fields account --no-header | sort -u)" ACCT0000001
	eq "$(csm case list --where 'contact = CNT0000001' --count)" 8
}

@test "the same to records of the load, before or after them, across files and types, with circles" {
	cat >a.yaml <<-'END'
		case:
		  - {external_id: K1, contact: C1, short_description: external id, parent_case: K3}
		  - {external_id: K2, contact: anna@example.com, short_description: e-mail, parent_case: K1}
		  - {external_id: K3, account: Boxeo, short_description: title, parent_case: {short_description: e-mail}}
		  - {external_id: K5, contact: {name: Anna Roth, account: A1}, short_description: map}
		  - {external_id: K6, contact: {first_name: Anna, account: {name: Boxeo}}, short_description: maps}
		  - {external_id: K7, contact: {last_name: Roth, account.name: Boxeo}, short_description: dotted}
		  - {external_id: K8, contact: {number: CNT0000004}, short_description: number in a map}
		  - {external_id: K9, contact: CNT4, short_description: number}
		account:
		  - {external_id: A1, name: Boxeo, customer: true, primary_contact: C1}
		  - {external_id: A2, name: Umbra, customer: true, account_parent: A1}
	END
	cat >b.yaml <<-'END'
		contact:
		  - {external_id: C2, account: A2, first_name: Anna, last_name: Roth, name: Anna Roth}
		  - {number: CNT0000004, external_id: C1, account: A1, first_name: Anna, last_name: Roth, name: Anna Roth, email: anna@example.com}
	END
	csm import a.yaml b.yaml >/dev/null
	eq "$(csm case list --fields account --no-header | sort -u)" ACCT0000001
	eq "$(csm case list --where 'contact = CNT0000004' --count)" 7
	eq "$(csm case list --fields parent_case --where 'parent_case is not null' --no-header | tr '\n' ' ')" "CS0000003 CS0000001 CS0000002 "
	eq "$(csm account show A1 -o json | jq -r .primary_contact)" CNT0000004
	csm db check
}

@test "lists of references: a sequence of any of them, or one text; commas in keys are written with a backslash" {
	load_yaml 'user:
  - {user_name: "a, b", name: AB}
  - {user_name: c\d, name: CD}
  - {user_name: e, name: E, email: e@example.com}
account: {external_id: A1, name: Boxeo, customer: true}
case:
  - {account: A1, short_description: one, watch_list: ["a, b", {user_name: c\d}, e@example.com, e]}
  - {account: A1, short_description: two, watch_list: "a\\, b , c\\\\d,e"}
  - {account: A1, short_description: three, watch_list: []}'
	csm case export -o json >a.json
	eq "$(jq -c '[.case[].watch_list]' a.json)" '[["a, b","c\\d","e"],["a, b","c\\d","e"],null]'
	csm case export -o csv >a.csv
	printf 'number,watch_list\nCS0000003,"a\\, b,c\\\\d"\n' | csm case import - --from csv >/dev/null
	eq "$(csm case export CS0000003 -o json | jq -c '.case[0].watch_list')" '["a, b","c\\d"]'
	run_csm case import a.csv
	ok
	csm case export -o json >b.json
	cmp a.json b.json
	refused 'case: [{external_id: K, account: A1, short_description: x, watch_list: [e, ~]}]' \
		'bad.yaml:1:60: case K: watch_list: expected a user, not null'
	refused 'case: [{external_id: K, account: A1, short_description: x, watch_list: [[e]]}]' 'watch_list: expected one user, not a list'
	refused 'case: [{external_id: K, account: A1, short_description: x, watch_list: {a: e}}]' 'watch_list: expected a list of Users, not a map'
	refused 'case: [{external_id: K, account: A1, short_description: x, watch_list: [e, f]}]' "watch_list: there is no user 'f'"
}

@test "CSV: account.name in a header; several parts; empty parts; parts against the whole" {
	customers
	printf 'external_id,short_description,contact.name,contact.account.name\nK1,one,Anna Roth,Umbra\n' | csm case import - --from csv >/dev/null
	eq "$(csm case show K1 -o json | jq -r .contact)" CNT0000002
	printf 'external_id,short_description,account.external_id,account.name\nK2,two,,Boxeo\nK3,three,A2,\n' | csm case import - --from csv >/dev/null
	eq "$(csm case list --fields account --where 'short_description in (two, three)' --no-header | tr '\n' ' ')" "ACCT0000001 ACCT0000002 "
	printf 'external_id,contact.name,contact.account\nC1,,\nK1,,\n' >a.csv
	sed -i 2d a.csv
	csm case import a.csv >/dev/null
	eq "$(csm case show K1 -o json | jq -r .contact)" null
	printf 'external_id,account,account.name\nK2,A1,Boxeo\n' >b.csv
	run_csm case import b.csv
	fails 65 "b.csv:2:7: case K2: account: is given twice"
	printf 'external_id,acount.name\nK2,Boxeo\n' >c.csv
	run_csm case import c.csv
	fails 65 "c.csv:1:13: column 'acount.name' is no field of case; did you mean 'account.name'?"
	printf 'external_id,short_description.x\nK2,Boxeo\n' >d.csv
	run_csm case import d.csv
	fails 65 "d.csv:1:13: column 'short_description.x' is no field of case"
}

@test "unmatched references, with what was near; ambiguous ones, with the candidates" {
	customers
	csm account new --name Umbra --external-id A3 >/dev/null
	refused 'case: [{external_id: K, account: Boxe, short_description: x}]' \
		"bad.yaml:1:34: case K: account: there is no account 'Boxe'; did you mean 'Boxeo'?"
	refused 'case: [{external_id: K, account: Umbra, short_description: x}]' \
		"case K: account: 'Umbra' names more than one account: ACCT0000002, ACCT0000003"
	refused 'case: [{external_id: K, account: {name: Umbra}, short_description: x}]' \
		'account: {name: Umbra} names more than one account: ACCT0000002, ACCT0000003'
	refused 'case: [{external_id: K, contact: {first_name: Anna, account: {name: Nobody}}, short_description: x}]' \
		'contact: there is no account with {name: Nobody}'
	refused 'case: [{external_id: K, contact: {first_name: Otto, account: A1}, short_description: x}]' \
		'contact: there is no contact with {first_name: Otto, account: ACCT0000001}'
	refused 'account: [{external_id: N1, name: New, customer: true}, {external_id: N2, name: New, customer: true}]
case: [{external_id: K, account: New, short_description: x}]' "'New' names more than one account: bad.yaml:1, bad.yaml:1"
	refused 'account: [{external_id: N1, name: Boxeo, customer: true}]
case: [{external_id: K, account: Boxeo, short_description: x}]' "'Boxeo' names more than one account: "
	refused 'account: [{external_id: N1, name: New, customer: true}, {external_id: N2, name: New, customer: true}]
case: [{external_id: K, account: {name: New}, short_description: x}]' '{name: New} names more than one account of this load: bad.yaml:1, bad.yaml:1'
	refused 'account: [{external_id: N1, name: Boxeo, customer: true}]
case: [{external_id: K, account: {name: Boxeo}, short_description: x}]' '{name: Boxeo} names more than one account: '
	eq "$(csm case list --count)" 0
}

@test "a key of one record that is another key of a second one" {
	customers
	# a user is named by its user name, whatever external ids say
	load_yaml 'user: [{external_id: u2, user_name: u1, name: One}, {external_id: u1, user_name: u2, name: Two}]
group: [{name: G, manager: u1}]'
	eq "$(csm group show G -o json | jq -r .manager)" u1
	load_yaml 'contact: [{external_id: X, account: A1, name: X1, user_name: Y}, {external_id: Y, account: A1, name: Y1}]'
	refused 'case: [{external_id: K, contact: Y, short_description: x}]' "'Y' names more than one contact: CNT0000004, CNT0000003"
	refused 'contact: [{external_id: V, account: A1, name: V1, user_name: W}, {external_id: W, account: A1, name: W1}]
case: [{external_id: K, contact: W, short_description: x}]' "'W' names more than one contact: bad.yaml:1, bad.yaml:1"
}

@test "malformed references" {
	customers
	refused 'case: [{external_id: K, account: [A1], short_description: x}]' 'bad.yaml:1:25: case K: account: expected one account, not a list'
	refused 'case: [{external_id: K, account: {}, short_description: x}]' 'account: an empty map refers to no account'
	refused 'case: [{external_id: K, account: {nme: Boxeo}, short_description: x}]' "account: 'nme' is no field of account"
	refused 'case: [{external_id: K, account: {name: ~}, short_description: x}]' "'name': null can't be part of a reference"
	refused 'case: [{external_id: K, account: {name: [Boxeo]}, short_description: x}]' "'name' can't be part of a reference"
	refused 'case: [{external_id: K, account: {name.x: Boxeo}, short_description: x}]' "'name.x' can't be part of a reference"
	refused 'case: [{external_id: K, account: {customer: perhaps}, short_description: x}]' "'perhaps' is no bool"
	refused 'case: [{external_id: K, account: {number: Boxeo}, short_description: x}]' "'Boxeo' is no account number (expected ACCT and digits)"
	refused 'case: [{external_id: K, account: {name: a, zip: a, city: a, street: a, state: a, country: a, fax_phone: 1, phone: 1, email: a@b.c}, short_description: x}]' \
		'a reference has at most 8 fields'
	deep=$(printf '{account_parent: %.0s' $(seq 12))A1$(printf '}%.0s' $(seq 12))
	refused "case: [{external_id: K, account: $deep, short_description: x}]" 'references in references are more than 8 deep'
	load_yaml 'location: [{name: A, parent: {name: B}}, {name: B}]'
	refused 'location: [{external_id: L1, name: X, parent: {name: Y, parent: {name: X}}}, {external_id: L2, name: Y, parent: {name: X, parent: {name: Y}}}]' location
}

@test "the title of many records of a load costs no more than that of one" {
	awk 'BEGIN { print "{\"account\": {\"external_id\": \"A1\", \"name\": \"Boxeo\", \"customer\": true}}"
		for (i = 1; i <= 5000; i++) {
			printf "{\"contact\": {\"external_id\": \"C%d\", \"account\": {\"name\": \"Boxeo\"}, \"first_name\": \"Anna\", \"last_name\": \"N%d\"}}\n", i, i
			printf "{\"case\": {\"account\": \"Boxeo\", \"short_description\": \"same\", \"contact\": {\"first_name\": \"Anna\", \"last_name\": \"N%d\"}}}\n", 5001 - i
		}
	}' >many.ndjson
	timeout 30 "$CSM_BIN" import many.ndjson >/dev/null
	eq "$(csm case list --where 'contact.last_name = N1' --count)" 1
}

@test "a database that is damaged is told as that, also where only a load's own indexes ask it" {
	awk 'BEGIN { print "external_id,name,customer"; for (i = 0; i < 300; i++) print "A" i ",N" i ",true" }' >a.csv
	csm account import a.csv -q >/dev/null
	page=$(sqlite3 "$CSM_DB" "PRAGMA wal_checkpoint(TRUNCATE); SELECT rootpage FROM sqlite_schema WHERE name = 'accounts_external_id'" | tail -n 1)
	head -c 8192 /dev/zero | tr '\0' x | dd of="$CSM_DB" bs=8192 seek=$((page - 1)) conv=notrunc status=none
	cat >y.yaml <<-'END'
		case:
		  - {external_id: K2, short_description: y, parent_case: {account: ACCT0000005, short_description: x}}
		  - {external_id: K1, short_description: x, account: {external_id: A77}}
	END
	run_csm import y.yaml
	fails 76 "the database is damaged (database disk image is malformed)"
}

@test "damage that is found while records ahead are asked for is told as that" {
	awk 'BEGIN { for (i = 1000; i < 3000; i++) printf "{\"account\": {\"external_id\": \"acc%d\", \"name\": \"Name %d\", \"customer\": true}}\n", i, i }' >a.ndjson
	awk 'BEGIN { for (i = 1000; i < 3000; i++) printf "{\"contact\": {\"external_id\": \"con%d\", \"last_name\": \"L\", \"account\": \"acc%d\"}}\n", i, i }' >c.ndjson
	csm import -q a.ndjson
	# the last page of the index of keys: it says that it has more cells than it can have
	while IFS=: read -r at _; do
		page=$((at / 8192 * 8192))
		[ "$(od -An -tx1 -j "$page" -N1 "$CSM_DB")" != " 0a" ] ||
			printf '\377\377' | dd of="$CSM_DB" bs=1 seek=$((page + 3)) conv=notrunc status=none
	done < <(grep -abo acc2900 "$CSM_DB")
	run_csm import c.ndjson
	fails 76 "the database is damaged (database disk image is malformed)"
}

@test "a long load tells where another record stands as often as a short one" {
	awk 'BEGIN {
		for (i = 1; i <= 2; i++)
			printf "{\"account\": {\"external_id\": \"a%d\", \"name\": \"Same\", \"customer\": true}}\n", i
		for (i = 1; i <= 1500; i++)
			printf "{\"contact\": {\"external_id\": \"c%d\", \"last_name\": \"L\", \"account\": \"a1\"}}\n", i
		for (i = 1; i <= 40; i++)
			print "{\"contact\": {\"last_name\": \"L\", \"account\": \"Same\"}}"
		print "{\"contact\": {\"external_id\": \"c7\", \"last_name\": \"L\", \"account\": \"a1\"}}"
	}' >long.ndjson
	run_csm import long.ndjson --on-error skip --rejects r.ndjson
	fails 1 "'Same' names more than one account: long.ndjson:1, long.ndjson:2"
	grep -q "'c7' is also the key of the record at long.ndjson:9 of this load" r.ndjson
}
