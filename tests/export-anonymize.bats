#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Exports that tell nothing of anybody: consistent, the same each time, and still a whole database.
load helpers

setup() {
	csm_setup
	csm init -q
}

company() {
	sh "$CSM_ROOT/tests/fixtures/company.sh" >company.ndjson
	csm import company.ndjson >/dev/null
}

# The texts of an export that the dictionary calls personal, a line each.
personal() {
	csm dict --json | jq -r '.types[] | .name as $t | .fields[] | select(.personal) | "\($t) \(.name)"' >personal.txt
	jq -r --rawfile p personal.txt '
		($p | rtrimstr("\n") | split("\n") | map({ (.): true }) | add) as $p
		| ($owned[0]) as $o
		| def walk_record($t): to_entries[] | .key as $k
			| if .value | type == "array" and (.[0] | type) == "object"
			  then .value[] | walk_record($o[$t + " " + $k] // $k)
			  elif $p[$t + " " + $k] and (.value | type) == "string" then .value else empty end;
		to_entries[] | select(.key != "csm") | .key as $t | .value[] | walk_record($t)' \
		--slurpfile owned <(csm dict --json | jq '[.types[] | .name as $n | .owned[] | { "\($n) \(.key)": .type }] | add') "$1"
}

@test "no personal text of the demo company survives, in any format" {
	company
	csm export -o json --volatile >plain.json
	# a condition on states and numbers names nobody
	personal plain.json | grep -vx -e '[a-z_]* \(=\|in\|is\) [a-z0-9_(), =!]*' | awk 'length > 4' | sort -u >texts
	[ "$(wc -l <texts)" -gt 2000 ]
	for args in "-o json" "-o yaml" "-o ndjson" "--dir dir -o csv" "group user --dir dir --split record -o tsv"; do
		# shellcheck disable=SC2086 # words
		csm export --volatile --anonymize --seed lock -q $args >out
		[ ! -d dir ] || { find dir -type f | sort && cat dir/*; } >out
		# long texts as they are; short ones as words, or a year would be found in a moment
		awk 'length > 9' texts >long
		grep -aFf long out >found && { echo "$args" && head -3 found && return 1; }
		rm -rf dir
	done
	csm export -o json --volatile --anonymize --seed lock >anon.json
	jq -r '.. | strings' anon.json | sort -u | comm -12 - texts >same
	# what became the same by chance is short
	awk 'length > 7' same >bad
	[ ! -s bad ] || { head bad && return 1; }
}

@test "the same seed gives the same bytes, another one gives others; it has to be said" {
	company
	csm export -o ndjson --anonymize --seed 7 >one
	csm export -o ndjson --anonymize --seed=7 | cmp - one
	csm export -o ndjson --anonymize --seed 8 >other
	[ "$(comm -12 <(grep -e '^{"account"' one | sort) <(grep -e '^{"account"' other | sort) | wc -l)" = 0 ]
	# a part of it says the same as the whole
	csm export contact -o ndjson --anonymize --seed 7 | cmp - <(grep '^{"contact":' one)
	CSM_NOW=2025-01-01T00:00:00Z csm export -o ndjson --anonymize --seed 7 | cmp - one
	run_csm export --anonymize
	fails 2 "--anonymize needs --seed"
	run_csm export --seed 7
	fails 2 "--seed goes with --anonymize"
}

@test "a person is the same person everywhere, and all references lead where they led" {
	cat >a.yaml <<-'END'
		user:
		  - {user_name: ann.lee, first_name: Ann, last_name: Lee, email: ann@boxeo.example, manager: bob}
		  - {user_name: bob, name: Bob Lee, email: bob@boxeo.example}
		group: [{name: Boxeo Support, member: [{member: ann.lee}]}]
		account: [{external_id: "X-0001/a", name: Boxeo GmbH, customer: true, city: Bonn, country: DE, zip: "53111", website: "https://boxeo.example"}]
		contact:
		  - {account: "X-0001/a", first_name: Ann, middle_name: B., last_name: Lee, email: ann@boxeo.example, phone: "+49 (228) 123-45 ext 6", latitude: null}
		location: [{name: Boxeo GmbH, street: Hauptstr. 7, latitude: 50.7, longitude: 7.1}]
		case:
		  - {account: "X-0001/a", contact: ann@boxeo.example, short_description: Ann Lee can't log in, watch_list: [bob, ann.lee],
		     opened_at: 2024-02-01T10:00:00Z, assignment_group: Boxeo Support, comment: [{body: "Dear Ann,\n\n  call 0228 12345!\n"}]}
		sla_definition:
		  - name: Boxeo fix
		    target: resolution
		    duration: 8h
		    start_condition: assignment_group = 'Boxeo Support' and account.name = "Boxeo GmbH" and assigned_to in (bob, 'ann.lee') and contact.email ~ "*@boxeo.example" and priority < 3
		    stop_condition: state = closed or opened_at < -7d
		sla: []
	END
	sed -i 's/, latitude: null}/}/' a.yaml
	csm import a.yaml >/dev/null
	csm export -o json --anonymize --seed k >x.json
	x() { jq -r "$1" x.json; }
	grep -i -e boxeo -e '"ann' -e '\bLee' -e Bonn -e 53111 -e 12345 -e Hauptstr -e '"bob' x.json && false
	eq "$(x '.user[0].last_name')" "$(x '.contact[0].last_name')"
	eq "$(x '.user[0].first_name')" "$(x '.contact[0].first_name')"
	eq "$(x '.user[0] | .first_name + " " + .last_name')" "$(x '.user[0].name')"
	eq "$(x '.contact[0] | .first_name + " " + .middle_name + " " + .last_name')" "$(x '.contact[0].name')"
	eq "$(x '.user[1].last_name')" "$(x '.user[0].last_name')"
	eq "$(x '.user[0].email')" "$(x '.contact[0].email')"
	eq "$(x '.user[0].email | split("@")[1]')" "$(x '.user[1].email | split("@")[1]')"
	eq "$(x '.user[0].manager')" "$(x '.user[1].user_name')"
	eq "$(x '.case[0].watch_list | join(" ")')" "$(x '.user[1].user_name + " " + .user[0].user_name')"
	eq "$(x '.case[0].assignment_group')" "$(x '.group[0].name')"
	eq "$(x '.location[0].name')" "$(x '.account[0].name')"
	# shapes
	[[ $(x '.account[0].external_id') =~ ^[A-Z]-[0-9]{4}/[a-z]$ ]]
	[[ $(x '.account[0].zip') =~ ^[0-9]{5}$ ]]
	[[ $(x '.account[0].country') =~ ^[A-Z]{2}$ ]]
	[[ $(x '.contact[0].phone') =~ ^\+4[0-9]\ \([0-9]{3}\)\ [0-9]{3}-[0-9]{2}\ ext\ [0-9]$ ]]
	[[ $(x '.user[0].user_name') =~ ^[a-z]{3}\.[a-z]{3}$ ]]
	[[ $(x '.case[0].short_description') =~ ^[A-Z][a-z]{2}\ [A-Z][a-z]{2}\ [a-z]{3}\'t\ ?.*$ ]] ||
		[[ $(x '.case[0].short_description') =~ ^[A-Z][a-z]{2}\ [A-Z][a-z]{2}\ [a-z]{3}\'[a-z]\ [a-z]{3}\ [a-z]{2}$ ]]
	[[ $(x '.case[0].comment[0].body') =~ ^[A-Z][a-z]{3}\ [A-Z][a-z]{2},.*!$ ]]
	eq "$(x '.case[0] | [.number, .opened_at, .priority] | join(" ")')" "CS0000001 2024-02-01T10:00:00Z 4"
	# a condition means the same records
	eq "$(x '.sla_definition[0].start_condition')" "assignment_group = '$(x '.group[0].name')' and account.name = '$(x '.account[0].name')' and assigned_to in ('$(x '.user[1].user_name')', '$(x '.user[0].user_name')') and contact.email ~ '$(x '.sla_definition[0].start_condition' | sed "s/.*~ '\([^']*\)'.*/\1/")' and priority < 3"
	eq "$(x '.sla_definition[0].stop_condition')" "state = closed or opened_at < -7d"
	CSM_DB=$BATS_TEST_TMPDIR/second.db
	csm init -q
	csm import x.json >/dev/null
	csm db check -q
	csm case new --account "$(x '.account[0].number')" --short-description new --assignment-group "$(x '.group[0].name')" \
		--assigned-to "$(x '.user[0].user_name')" --priority 1 --contact "$(x '.contact[0].email')" >/dev/null
}

@test "random records of all types and of any text load into an empty database when they are anonymised" {
	csm dict --json | jq -rf "$CSM_ROOT/tests/fixtures/random-docs.jq" >dict.tsv
	for seed in 31 32; do
		CSM_DB=$BATS_TEST_TMPDIR/first$seed.db
		csm init -q
		awk -f "$CSM_ROOT/tests/fixtures/random-docs.awk" -v seed="$seed" -v n=20 dict.tsv >random.ndjson
		run_csm import random.ndjson --on-error=skip -q
		csm export -o ndjson --anonymize --seed "$seed" >anon.ndjson
		eq "$(wc -l <anon.ndjson)" "$(csm export -o ndjson | wc -l)"
		CSM_DB=$BATS_TEST_TMPDIR/second$seed.db
		csm init -q
		csm import -q anon.ndjson
		csm db check -q
		# in the order of names now; the same records
		csm export -o ndjson | sort | cmp - <(sort anon.ndjson)
	done
}

@test "the dictionary says what is personal" {
	csm dict --json >d.json
	of() { jq -r --arg t "$1" --arg f "$2" '.types[] | select(.name == $t).fields[] | select(.name == $f).personal' d.json; }
	eq "$(of contact last_name) $(of user email) $(of account name) $(of case number) $(of case description)" "family_name email name null text"
	eq "$(of case state) $(of account phone) $(of location latitude) $(of sla_definition start_condition)" "null phone coordinate condition"
	# a text that the rows forget is free text
	eq "$(jq -r '[.types[].fields[] | select(.kind == "text" and (.flags | index("long"))) | .personal] | unique | join(" ")' d.json)" "street text"
}
