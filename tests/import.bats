#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Documents in: envelopes, bare records, formats; which record is meant, and what becomes of it.
load helpers

setup() {
	csm_setup
	csm init -q
}

# import_is TEXT: what $out tells, a line a type: read created updated unchanged rejected
counts_are() {
	eq "$(printf '%s\n' "$out" | tail -n +2 | tr '\t' ' ')" "$1"
}

# doc NAME: standard input as a file
doc() { cat >"$1"; }

@test "several types in one YAML, JSON or NDJSON file; one record may stand without the list" {
	doc a.yaml <<-'END'
		csm: 1
		account:
		  - {external_id: A1, name: Boxeo, customer: true}
		  - {external_id: A2, name: Umbra, customer: true}
		contact: {external_id: C1, account: A1, first_name: Geneva}
	END
	run_csm import a.yaml
	ok
	counts_are $'account 2 2 0 0 0 0\ncontact 1 1 0 0 0 0'
	doc b.json <<-'END'
		{"csm": 1, "contact": [{"external_id": "C2", "account": "Umbra", "first_name": "Anna", "vip": true, "notification": 1}],
		 "location": {"name": "Bonn", "latitude": 50.7374, "longitude": 7.0982}}
	END
	run_csm import b.json
	ok
	eq "$(csm contact list --where 'vip = true' --fields external_id,notification,account.name --no-header)" $'C2\t1\tUmbra'
	eq "$(csm location list --fields latitude --no-header)" 50.7374
	doc c.ndjson <<-'END'
		{"csm": 1, "account": {"external_id": "A3", "name": "Three", "customer": true}, "contact": [{"account": "A3", "last_name": "X"}, {"account": "A3", "last_name": "Y"}]}

		{"group": {"name": "Support"}}
	END
	run_csm import c.ndjson
	ok
	counts_are $'group 1 1 0 0 0 0\naccount 1 1 0 0 0 0\ncontact 2 2 0 0 0 0'
}

@test "several files, and - for standard input, are one load and one change" {
	echo 'account: [{external_id: A1, name: Boxeo, customer: true}]' >a.yaml
	printf '{"contact": {"account": "A1", "first_name": "Geneva"}}\n' |
		csm import - a.yaml --from ndjson 2>/dev/null && false
	printf '{"contact": {"account": "A1", "first_name": "Geneva"}}\n' >c.ndjson
	csm import - c.ndjson <a.yaml >/dev/null
	eq "$(csm log --no-header | wc -l)" 2
	eq "$(csm contact list --fields name,account --no-header)" $'Geneva\tACCT0000001'
	run_csm import - - <a.yaml
	fails 2 "standard input can be read once only"
	run_csm import a.yaml nothing.yaml
	fails 66 "nothing.yaml: No such file or directory"
	run_csm import .
	fails 74
}

@test "the format: by --from, by the name, by the first bytes" {
	echo '{"group": {"name": "One"}}' >one
	printf '{"group": {"name": "Two"}}\n{"group": {"name": "Three"}}\n' >two
	printf '# a comment\ngroup:\n  - name: Four\n' >three
	printf '[{"group": {"name": "Five"}}]' >four
	csm import one two three four >/dev/null
	eq "$(csm group list --count)" 5
	csm import - <two >/dev/null
	run_csm import two --from json
	fails 65 "two:2:"
	cp three x.json
	run_csm import x.json
	fails 65 "x.json:1:1"
	printf 'name;description\nSix;a\n' >six
	run_csm import six --from csv
	fails 2 "csv holds one type"
	csm group import six --from csv >/dev/null
	eq "$(csm group show Six -o json | jq -r .description)" a
	head -c 100000 /dev/zero | tr '\0' ' ' >big
	cat big one >big.x
	csm import big.x >/dev/null
}

@test "where the command names a type records stand bare, in every format" {
	echo '{name: One, description: d}' >a.yaml
	printf '[{"name": "Two"}, {"name": "Three"}]' >b.json
	printf '{"name": "Four"}\n{"group": {"name": "Five"}}\n{"csm": 1, "user": {"user_name": "u", "name": "U"}}\n' >c.ndjson
	printf 'name,description\nSix,\n"Seven","a, b"\n' >d.csv
	printf 'name\tdescription\nEight\ta\\tb\n' >e.tsv
	run_csm group import a.yaml b.json c.ndjson d.csv e.tsv
	ok
	counts_are $'user 1 1 0 0 0 0\ngroup 8 8 0 0 0 0'
	eq "$(csm group show Eight -o json | jq -r .description)" $'a\tb'
	# a reference, or a nested list, is no envelope; a list is
	echo '{"account": {"external_id": "A1", "name": "Boxeo", "customer": true}}' | csm account import - --from ndjson >/dev/null
	echo '{"account": "A1", "short_description": "bare"}' | csm case import - --from json >/dev/null
	echo '{"account": [{"external_id": "A2", "name": "Two", "customer": true}], "case": [{"account": "A2", "short_description": "enveloped"}]}' |
		csm case import - --from json >/dev/null
	echo '{"contact": [{"first_name": "nested"}], "name": "Three", "customer": true}' | csm account import - --from json >/dev/null
	eq "$(csm case list --fields short_description --no-header | tr '\n' ' ')" "bare enveloped "
	eq "$(csm contact list --fields account.name --no-header)" Three
}

@test "the envelope: csm anywhere, once; unknown and doubled keys; empty inputs and documents" {
	printf 'account: []\ncsm: 1\n' >a.yaml
	run_csm import a.yaml
	ok
	counts_are ""
	printf 'csm: 2\naccount: []\n' >b.yaml
	run_csm import b.yaml
	fails 65 "b.yaml:1:6: csm: document format '2' is not known, this program reads format 1"
	printf 'csm: [1]\n' >b.yaml
	run_csm import b.yaml
	fails 65 "b.yaml:1:6: csm: document format (no number) is not known"
	printf 'csm: 1\nacount: []\n' >c.yaml
	run_csm import c.yaml
	fails 65 "c.yaml:2:1: 'acount' is no record type; did you mean 'account'?"
	echo '{"type": "account", "name": "A"}' >c.json
	run_csm import c.json
	fails 65
	eq "$err" "csm: c.json:1:2: 'type' is no record type (expected the type around the record, as in {\"case\": {...}}; csm NOUN import takes records alone); nothing was stored"
	printf 'group: []\nuser: []\ngroup: []\n' >d.yaml
	run_csm import d.yaml
	fails 65 "d.yaml:3:1: key 'group' is given twice"
	printf '{"csm": 1, "csm": 1}' >d.json
	run_csm import d.json
	fails 65 "key 'csm' is given twice"
	printf 'group: text\n' >e.yaml
	run_csm import e.yaml
	fails 65 "e.yaml:1:8: group: expected a list of records"
	printf 'just text\n' >f.yaml
	run_csm import f.yaml
	fails 65 "f.yaml:1:1: expected a map such as {csm: 1, case: [...]}"
	printf '[{"group": {"name": "x"}}, 3]' >f.json
	run_csm import f.json
	fails 65 "f.json:1:28: expected a map"
	eq "$(csm group list --count)" 0
	: >empty.yaml
	printf -- '---\n---\ngroup: {name: One}\n---\n~\n---\ngroup: [{name: Two}]\n...\n' >stream.yaml
	printf '{}' >empty.json
	run_csm import empty.yaml stream.yaml empty.json
	ok
	counts_are "group 2 2 0 0 0 0"
	: >empty.json
	run_csm import empty.json
	fails 65 "empty.json:1:1"
	: >empty.ndjson
	run_csm import empty.ndjson
	ok
	printf 'group: ~\n' | csm import - >/dev/null
}

@test "keys that begin with _csm_ are passed over, wherever they stand" {
	printf '{"_csm_line": 7, "group": {"_csm_note": {"a": [1]}, "name": "One", "_csm_a.b": 1}}\n' >a.ndjson
	csm import a.ndjson >/dev/null
	printf '_csm_line,name,_csm_message\n3,Two,wrong\n' | csm group import - --from csv >/dev/null
	printf '{"_csm_x": 1, "name": "Three"}' | csm group import - --from json >/dev/null
	eq "$(csm group list --count)" 3
	printf 'group: [{name: Four, csm_x: 1}]\n' >b.yaml
	run_csm import b.yaml
	fails 65 "csm_x: is no field of group"
}

@test "bare records: without fields, with a key twice, no map" {
	echo '{}' >a.json
	run_csm group import a.json
	fails 65 "a.json:1:1: a record without fields"
	echo '{"name": "x", "name": "y"}' >b.json
	run_csm group import b.json
	fails 65 "b.json:1:23: group: name: duplicate key 'name' (first on line 1)"
	printf '{"group": [{"name": "x"}, 7]}' >c.json
	run_csm import c.json
	fails 65 "c.json:1:27: group: a record must be a map of fields"
	run_csm import c.json --on-error=skip
	fails 1
	counts_are "group 2 1 0 0 0 1"
}

@test "a record is matched by number, external id, natural key; what is the same is not written" {
	csm account new --name Boxeo --external-id A1 >/dev/null
	csm contact new --account A1 --first-name Geneva --email g@example.com --external-id C1 >/dev/null
	echo 'contact: [{number: cnt1, last_name: Roth}]' | csm import - >/dev/null
	eq "$(csm contact show CNT0000001 -o json | jq -r .last_name)" Roth
	echo 'contact: [{external_id: C1, city: Bonn}]' | csm import - >/dev/null
	echo 'contact: [{email: g@example.com, zip: "053"}]' >a.yaml
	csm import a.yaml >/dev/null
	eq "$(csm contact list --fields last_name,city,zip --no-header)" $'Roth\tBonn\t053'
	changes=$(csm log --no-header | wc -l)
	echo 'contact: [{number: CNT0000001, external_id: C1, first_name: Geneva}]' >b.yaml
	run_csm import b.yaml
	ok
	counts_are "contact 1 0 0 1 0 0"
	eq "$(csm log --no-header | wc -l)" "$changes"
}

@test "null clears, absent leaves; an empty cell is null, but where a field has to have a value" {
	csm account new --name Boxeo --external-id A1 --city Bonn --phone 123 >/dev/null
	echo 'account: [{external_id: A1, phone: null}]' | csm import - >/dev/null
	eq "$(csm account show A1 -o json | jq -c '[.city, .phone]')" '["Bonn",null]'
	printf 'external_id,city\nA1,\n' | csm account import - --from csv >/dev/null
	eq "$(csm account show A1 -o json | jq -c .city)" null
	echo 'account: [{external_id: A1, name: ~}]' >a.yaml
	run_csm import a.yaml
	fails 65 "a.yaml:1:35: account ACCT0000001: name: needs a value"
	printf 'account,short_description,priority,category\nA1,one,,\n' | csm case import - --from csv >/dev/null
	eq "$(csm case list --fields priority,category --no-header)" $'4\tissue'
	echo 'case: [{account: A1, short_description: two, priority: null}]' >b.yaml
	run_csm import b.yaml
	fails 65 "case: priority: needs a value"
}

@test "stated numbers are claimed, and the counter rises past them; deleted ones are not given again" {
	echo 'case: [{number: CS0000007, short_description: seven}, {short_description: next}, {number: CS0000003, short_description: three}]' >a.yaml
	csm account new --name Boxeo --external-id A1 >/dev/null
	sed -i 's/short_d/account: A1, short_d/g' a.yaml
	run_csm import a.yaml
	ok
	counts_are "case 3 3 0 0 0 0"
	eq "$(csm case list --fields number,short_description --no-header | tr '\t\n' '=;')" \
		"CS0000003=three;CS0000007=seven;CS0000008=next;"
	eq "$(csm case new --account A1 --short-description x)" CS0000009
	csm case delete CS0000009 --yes >/dev/null
	echo 'case: [{number: CS0000009, account: A1, short_description: again}]' >b.yaml
	run_csm import b.yaml
	fails 65 "CS0000009 was deleted by change"
	echo 'case: [{number: ACCT0000001, account: A1, short_description: again}]' >c.yaml
	run_csm import c.yaml
	fails 65 "c.yaml:1:17: case ACCT0000001: number: 'ACCT0000001' is no case number (expected CS and digits)"
	echo 'case: [{number: CS9007199254740991, account: A1, short_description: last}, {account: A1, short_description: none}]' >d.yaml
	run_csm import d.yaml
	fails 65 "d.yaml:1:8: case CS9007199254740991: CS9007199254740991 is no number a record can have (at most 12 digits)"
}

@test "a number that is one record and an external id that is another's are a conflict" {
	csm account new --name One --external-id A1 >/dev/null
	csm account new --name Two --external-id A2 >/dev/null
	echo 'account: [{number: ACCT0000001, external_id: A2, name: x}]' >a.yaml
	run_csm import a.yaml
	fails 65 "a.yaml:1:46: account ACCT0000001: external_id: 'A2' is taken by account ACCT0000002"
	echo 'account: [{number: ACCT0000009, external_id: A2, name: x, customer: true}]' >b.yaml
	run_csm import b.yaml
	fails 65 "external_id: 'A2' is taken by account ACCT0000002"
	eq "$(csm account list --fields name --no-header | tr '\n' ' ')" "One Two "
}

@test "two records of a load with one key, or that are one stored record, are an error" {
	csm account new --name One --external-id A1 >/dev/null
	csm contact new --account A1 --name C --external-id C1 --email c@example.com >/dev/null
	printf 'contact:\n  - {external_id: N, account: A1, name: x}\n  - {external_id: N, account: A1, name: y}\n' >a.yaml
	run_csm import a.yaml
	fails 65 "a.yaml:3:19: contact N: external_id: 'N' is also the key of the record at a.yaml:2 of this load"
	printf 'contact:\n  - {external_id: C1, name: x}\n' >b.yaml
	printf 'contact:\n  - {email: c@example.com, name: y}\n' >c.yaml
	run_csm import b.yaml c.yaml
	fails 65 "c.yaml:2:5: contact c@example.com: is the same as the record at b.yaml:2 of this load"
	printf 'contact_relationship:\n' >d.yaml
	printf '  - {contact: C1, account: {external_id: A2}}\n  - {contact: C1, account: A2}\n' >>d.yaml
	printf 'account: [{external_id: A2, name: Two, customer: true}]\n' >>d.yaml
	run_csm import d.yaml
	fails 65 "d.yaml:3:5: contact_relationship: contact,account are as in the record at d.yaml:2 of this load"
}

@test "records unique by their references are found again by them" {
	printf 'account: [{external_id: A1, name: One, customer: true}, {external_id: A2, name: Two, customer: true}]\n' >a.yaml
	printf 'contact: [{external_id: C1, account: A1, name: C}]\ncontact_relationship: [{contact: C1, account: A2, sort_order: 1}]\n' >>a.yaml
	csm import a.yaml >/dev/null
	sed -i 's/sort_order: 1/sort_order: 2/' a.yaml
	run_csm import a.yaml
	ok
	counts_are $'account 2 0 0 2 0 0\ncontact 1 0 0 1 0 0\ncontact_relationship 1 0 1 0 0 0'
	run_csm import a.yaml
	counts_are $'account 2 0 0 2 0 0\ncontact 1 0 0 1 0 0\ncontact_relationship 1 0 0 1 0 0'
}

@test "values are typed by the dictionary, not by their look" {
	doc a.yaml <<-'END'
		account:
		  - {external_id: 017, name: 1e3, country: no, customer: true, website: ~, notes: "", num_employees: "12", zip: 01234,
		     revenue_per_year: 1250.5 EUR, street: 12:30, industry: 2024-01-01}
	END
	csm import a.yaml >/dev/null
	eq "$(csm account show 017 -o json | jq -c '[.name, .country, .website, .notes, .num_employees, .zip, .revenue_per_year, .street, .industry]')" \
		'["1e3","no",null,null,12,"01234","1250.50 EUR","12:30","2024-01-01"]'
	for pair in 'customer: yes' 'num_employees: 1.5' 'num_employees: many' 'latitude: north' 'email: nobody' 'name: [a]' 'name: {a: b}' \
		'time_zone: "/etc"' 'rank_tier: best' 'revenue_per_year: 12' 'phone: call me' 'active: 1'; do
		echo "account: [{external_id: 017, $pair}]" >b.yaml
		run_csm import b.yaml
		fails 65 "account ACCT0000001: ${pair%%:*}: " || { echo "$pair" && return 1; }
	done
}

@test "a dry run prints what the run prints and leaves the bytes of the file alone" {
	csm account new --name One --external-id A1 >/dev/null
	printf 'account: [{external_id: A1, city: Bonn}, {external_id: A2, name: Two, customer: true}, {external_id: A3}]\n' >a.yaml
	before=$(sha256sum <"$CSM_DB")
	run_csm import a.yaml --on-error=skip --dry-run
	fails 1
	dry_out=$out dry_err=$err
	eq "$(sha256sum <"$CSM_DB")" "$before"
	run_csm import a.yaml --on-error=skip
	fails 1
	eq "$dry_out" "$out"
	eq "$dry_err" "$err
csm: dry run: nothing was stored"
	[ "$(sha256sum <"$CSM_DB")" != "$before" ]
	eq "$(csm account list --count)" 2
}

@test "an import can be undone as one change" {
	printf 'account: [{external_id: A1, name: One, customer: true, contact: [{name: C}, {name: D}]}]\n' >a.yaml
	csm import a.yaml >/dev/null
	eq "$(csm contact list --count)" 2
	csm undo >/dev/null
	eq "$(csm contact list --count)$(csm account list --count)" 00
}

@test "what had passed is marked silently, with --announce it is reported" {
	doc a.yaml <<-'END'
		account: [{external_id: A1, name: One, customer: true}]
		sla_definition:
		  - {name: Reply, duration: 1h, start_condition: active = true, stop_condition: state = closed, target: response}
		  - {name: Task, target_type: case_task, duration: 1h, start_condition: active = true, stop_condition: active = false,
		     retroactive_start: true, set_start_to: opened_at}
		case: [{external_id: K1, account: A1, short_description: old, opened_at: 2024-01-01T00:00:00Z}]
		case_task: [{parent_case: K1, short_description: t, opened_at: 2024-01-01T00:00:00Z}]
	END
	csm import a.yaml >/dev/null
	eq "$(csm sla list --where 'has_breached = true' --count)" 2
	eq "$(csm sla breaches --new --no-header)" ""
	csm undo >/dev/null
	csm import a.yaml --announce >/dev/null
	eq "$(csm sla list --where 'has_breached = true' --count)" 2
	eq "$(csm sla breaches --new --no-header | wc -l)" 2
	eq "$(csm sla breaches --new --no-header)" ""
}

@test "a breach of an SLA record that a load states counts as reported when the load says so" {
	late() { echo "sla: [{sla_definition: Reply, stage: completed, active: false, start_at: 2020-01-01T00:00:00Z, end_at: 2020-01-02T00:00:00Z, has_breached: true, breached_at: 2020-01-01T01:00:00Z$1}]"; }
	cat >a.yaml <<-END
		account: [{name: One}]
		sla_definition: [{name: Reply, duration: 1h, start_condition: active = true, stop_condition: state = closed}]
		case:
		  - {account: One, short_description: told, $(late ", breach_reported_at: 2020-01-01T01:05:00Z")}
		  - {account: One, short_description: untold, $(late)}
	END
	csm import a.yaml >/dev/null
	eq "$(csm sla breaches --new --fields short_description,status --no-header -o csv)" untold,late
}

@test "a load that states SLA records makes none, even when it states that there are none" {
	printf 'account: [{external_id: A1, name: One, customer: true}]\n' >a.yaml
	printf 'sla_definition: [{name: Reply, duration: 1h, start_condition: active = true, stop_condition: state = closed}]\n' >>a.yaml
	printf 'case: [{external_id: K1, account: A1, short_description: x}]\n' >>a.yaml
	cp a.yaml b.yaml
	printf 'sla: []\n' >>b.yaml
	csm import b.yaml >/dev/null
	eq "$(csm sla list --count)" 0
	csm undo >/dev/null
	sed 's/short_description: x/&, sla: [{sla_definition: Reply, start_at: 2024-01-01T00:00:00Z}]/' a.yaml >c.yaml
	csm import c.yaml >/dev/null
	eq "$(csm sla list --fields start_at,from_import --no-header)" $'2024-01-01T00:00:00Z\tfalse'
	csm undo >/dev/null
	csm import a.yaml >/dev/null
	eq "$(csm sla list --fields from_import --no-header)" true
}
