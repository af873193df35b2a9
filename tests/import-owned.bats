#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Records inside records: owned ones, and those of another type that refer to the one around them.
load helpers

setup() {
	csm_setup
	csm init -q
}

counts_are() {
	eq "$(printf '%s\n' "$out" | tail -n +2 | tr '\t' ' ')" "$1"
}

@test "an account with its contacts, their cases, and the cases' comments, tasks and notes" {
	cat >a.yaml <<-'END'
		csm: 1
		account:
		  - external_id: A1
		    name: Boxeo
		    customer: true
		    address: [{location: Bonn, address_types: [billing, shipping], is_primary: true}]
		    contact:
		      - external_id: C1
		        first_name: Geneva
		        case:
		          - external_id: K1
		            short_description: Printer
		            comment:
		              - {author_contact: C1, body: It is broken, posted_at: 2024-01-02T03:04:05Z}
		              - {body: We look at it, posted_at: 2024-01-02T04:00:00Z}
		            work_note: {body: Again, posted_at: 2024-01-02T05:00:00Z}
		            case_task: [{external_id: T1, short_description: Call, comment: [{body: Called, posted_at: 2024-01-03T00:00:00Z}]}]
		            time_entry: [{duration: 30m, worked_at: 2024-01-02T06:00:00Z, case_task: T1}]
		    account: [{external_id: A2, name: Boxeo Sud, customer: true}]
		location: [{name: Bonn, city: Bonn}]
	END
	run_csm import a.yaml
	ok
	counts_are 'location 1 1 0 0 0 0
account 2 2 0 0 0 0
account_address 1 1 0 0 0 0
contact 1 1 0 0 0 0
case 1 1 0 0 0 0
case_task 1 1 0 0 0 0
comment 3 3 0 0 0 0
work_note 1 1 0 0 0 0
time_entry 1 1 0 0 0 0'
	eq "$(csm case show K1 -o json | jq -c '[.account, .contact, (.comment | length), .comment[0].author_contact]')" \
		'["ACCT0000001","CNT0000001",2,"CNT0000001"]'
	eq "$(csm account show A2 -o json | jq -r .account_parent)" ACCT0000001
	# all but the location, which has no key, is found again
	sed -i '/^location/d' a.yaml
	changes=$(csm log --no-header | wc -l)
	run_csm import a.yaml
	ok
	counts_are 'account 2 0 0 2 0 0
account_address 1 0 0 1 0 0
contact 1 0 0 1 0 0
case 1 0 0 1 0 0
case_task 1 0 0 1 0 0
comment 3 0 0 3 0 0
work_note 1 0 0 1 0 0
time_entry 1 1 0 0 0 0'
	csm undo -q
	eq "$(csm log --no-header | wc -l)" $((changes + 2))
}

@test "owned records are found again by their unique fields, or by having the same values; others are added" {
	cat >a.yaml <<-'END'
		user: [{user_name: u, name: U}, {user_name: v, name: V}]
		group: [{name: G, member: [{member: u}]}]
		schedule: [{name: S, span: [{days: [mon], start: "09:00", end: "12:00"}, {days: [mon], start: "13:00", end: "17:00"},
		            {days: [mon], start: "13:00", end: "17:00"}]}]
	END
	csm import a.yaml >/dev/null
	cat >b.yaml <<-'END'
		group: [{name: G, member: [{member: v}, {member: u}]}]
		schedule: [{name: S, span: [{days: [mon], start: "13:00", end: "17:00"}, {days: [mon], start: "13:00", end: "17:00"},
		            {days: [mon], start: "13:00", end: "17:00"}, {days: [tue], start: "09:00", end: "12:00"}]}]
	END
	run_csm import b.yaml
	ok
	counts_are 'schedule 1 0 0 1 0 0
schedule_span 4 2 0 2 0 0
group 1 0 0 1 0 0
group_member 2 1 0 1 0 0'
	run_csm import b.yaml
	counts_are 'schedule 1 0 0 1 0 0
schedule_span 4 0 0 4 0 0
group 1 0 0 1 0 0
group_member 2 0 0 2 0 0'
}

@test "owned records may stand by themselves, with their owner's key, as they are exported" {
	cat >a.yaml <<-'END'
		schedule: [{name: S, span: [{days: [mon], start: "09:00", end: "12:00"}, {days: [tue], start: "13:00", end: "17:00"}]}]
	END
	csm import a.yaml >/dev/null
	csm export schedule_span -o yaml >b.yaml
	run_csm import b.yaml
	ok
	counts_are 'schedule_span 2 0 0 2 0 0'
	csm schedule-span export -o csv >c.csv
	eq "$(head -1 c.csv)" "schedule,days,start,end"
	run_csm schedule-span import c.csv
	ok
	counts_are 'schedule_span 2 0 0 2 0 0'
	echo 'schedule_span: [{days: [mon], start: "09:00", end: "12:00"}]' >d.yaml
	run_csm import d.yaml
	fails 65 "d.yaml:1:17: schedule_span: schedule: needs a value"
	echo 'schedule_span: [{schedule: S, days: [wed], start: "09:00", end: "12:00"}, {schedule: S, days: [wed], start: "09:00", end: "12:00"}]' |
		csm import - >/dev/null
	eq "$(csm schedule-span list --count)" 4
}

@test "the record around a nested one is the one it refers to" {
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: One, customer: true, contact: [{external_id: C1, name: C, account: A1}]}
		  - {external_id: A2, name: Two, customer: true, contact: [{external_id: C2, name: D, account: A1}]}
	END
	run_csm import a.yaml
	fails 65 "a.yaml:3:96: contact C2: account: names another account than the one it stands in"
	sed -i 2d a.yaml
	sed -i 's/, account: A1//' a.yaml
	csm import a.yaml >/dev/null
	eq "$(csm contact show C2 -o json | jq -r .account)" ACCT0000001
}

@test "what nests and what does not" {
	check() {
		echo "$1" >bad.yaml
		run_csm import bad.yaml
		fails 65 "$2"
	}
	check 'group: [{name: G, member: u}]' "bad.yaml:1:27: group G: member: expected a list of maps"
	check 'group: [{name: G, member: [u]}]' "bad.yaml:1:28: group G: member: expected a list of maps"
	check 'group: [{name: G, membr: []}]' "bad.yaml:1:19: group G: membr: is no field of group; did you mean 'member'?"
	check 'group: [{name: G, user: []}]' "user: is no field of group"
	check 'account: [{name: A, customer: true, contcat: []}]' "contcat: is no field of account; did you mean 'contact'?"
	echo 'group: [{name: G, member: ~}]' | csm import - >/dev/null
}

@test "a wrong record inside leaves the others; one around takes those inside with it; the counts say so" {
	cat >a.yaml <<-'END'
		account:
		  - external_id: A1
		    name: One
		    customer: true
		    contact: [{external_id: C1, name: C}, {external_id: C2, nmae: D}, {external_id: C3, name: E, email: no}, {external_id: C4, name: F}]
		    address: [{location: Nowhere}]
		  - external_id: A2
		    nmae: Two
		    also_wrong: 1
		    contact: [{external_id: C5, name: G, case: [{external_id: K1, short_description: x}]}, {external_id: C6, city: H}]
		  - external_id: A3
		    customer: true
		    contact: [{external_id: C7, name: G, case: [{external_id: K2, short_description: x}]}]
	END
	run_csm import a.yaml --on-error=skip
	fails 1
	counts_are 'account 3 1 0 0 0 2
account_address 1 0 0 0 0 1
contact 7 2 0 0 0 5
case 2 0 0 0 0 2'
	err_has "csm: a.yaml:5:67: contact C2: nmae: is no field of contact; did you mean 'name'?"
	err_has "csm: a.yaml:5:105: contact C3: email: 'no' is no e-mail address"
	err_has "csm: a.yaml:6:26: account_address: location: there is no location 'Nowhere'"
	err_has "csm: a.yaml:8:11: account A2: nmae: is no field of account; did you mean 'name'?"
	err_has "csm: a.yaml:9:17: account A2: also_wrong: is no field of account"
	err_has "csm: a.yaml:10:15: contact C5: the account it stands in (a.yaml:7) was rejected"
	err_has "csm: a.yaml:10:49: case K1: the contact it stands in (a.yaml:10) was rejected"
	err_has "csm: a.yaml:11:5: account A3: name: needs a value"
	err_has "csm: 3 of 3 records of the input were rejected, whole or in part"
	eq "$(csm contact list --fields external_id --no-header | tr '\n' ' ')" "C1 C4 "
}

@test "one owner with thousands: matched again in any order, by key and whole exported alike, lists replaced" {
	csm import -q - --from yaml <<<'account: [{external_id: A1, name: One, customer: true}]
case: [{external_id: K1, account: A1, short_description: long}]' >/dev/null
	# some thousands are more than a load keeps in memory, half of them have no more than two texts
	awk 'BEGIN { print "parent_case.external_id,posted_at,body"
		for (i = 0; i < 6000; i++) printf "K1,%s,%s\n", i % 2 ? "" : "2024-01-01T00:00:00Z", i % 2 ? (i % 4 == 1 ? "one" : "two") : "Comment " i }' >c.csv
	csm comment import c.csv -q --empty absent >/dev/null
	(head -n 1 c.csv && tail -n +2 c.csv | sort -r) >r.csv
	run_csm comment import r.csv --empty absent
	ok
	out_has $'comment\t6000\t0\t0\t6000\t0\t0'
	echo 'K1,,one' >>r.csv
	run_csm comment import r.csv --empty absent
	ok
	out_has $'comment\t6001\t1\t0\t6000\t0\t0'
	csm undo -q
	csm case export -o ndjson >all.ndjson
	csm case export K1 -o ndjson | cmp - all.ndjson
	eq "$(jq '.case.comment | length' all.ndjson)" 6000
	csm case export --closure K1 -o ndjson | jq -s '[.[].case.comment // empty | length] == [6000]' | grep -q true
	csm case export K1 -o csv --dir d -q
	eq "$(wc -l <d/comment.csv)" 6001
	# a list that replaces
	awk 'BEGIN { print "csm: 1\nuser:"; for (i = 0; i < 600; i++) print "  - {user_name: u" i ", name: U" i "}"
		print "group:\n  - name: G\n    member:"; for (i = 0; i < 600; i++) print "      - {member: u" i "}" }' >g.yaml
	csm import g.yaml -q >/dev/null
	sed -i '/- {member: u.*[1-9]}/d' g.yaml
	run_csm import g.yaml --replace-children -o json
	eq "$(json '[.types[] | [.type, .unchanged, .deleted]] | tojson')" '[["user",600,0],["group",1,0],["group_member",60,540]]'
}
