#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Loads in batches: what a transaction holds, how a load that was cut short goes on, and that nothing is lost or doubled.
load helpers
load pause

setup_file() { pause_build; }

setup() {
	csm_setup
	csm init -q
}

new_db() {
	CSM_DB=$BATS_TEST_TMPDIR/$1.db
	rm -f "$CSM_DB"*
	csm init -q
}

# Accounts with contacts, some of them without a key; cases of them, with comments; parents before and after their children.
documents() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			printf "{\"case\": {\"account\": \"A%d\", \"short_description\": \"Case %d\", \"comment\": [{\"body\": \"first of %d\", \"posted_at\": \"2024-01-02T03:04:05Z\"}]%s}}\n", i, i, i, i % 5 ? "" : ", \"parent_case\": {\"short_description\": \"Case " (i % 10 ? i + 1 : i - 1) "\"}"
			printf "{\"account\": {\"external_id\": \"A%d\", \"name\": \"Account %d\", \"customer\": true, \"contact\": [{\"name\": \"Keyless %d\"}, {\"external_id\": \"C%d\", \"name\": \"Keyed\"}]}}\n", i, i, i, i
			if (i % 7 == 0)
				printf "{\"contact\": {\"name\": \"Alone %d\", \"account\": \"A%d\"}}\n", i, n + 1 - i
		}
	}'
}

state() { csm export -o ndjson account contact case; }

@test "a load in batches is what it is in one piece: records, numbers and counts" {
	documents 60 >a.ndjson
	csm import a.ndjson >whole.out
	csm export -o ndjson account contact case | sed 's/"number": "[^"]*"/"number": ""/' >/dev/null
	state >whole
	for n in 1 7 1000; do
		new_db "batch$n"
		csm import a.ndjson --batch "$n" >batch.out
		cmp whole.out batch.out
		state >batch
		eq "$(jq -cS . batch | sort | wc -l)" "$(wc -l <whole)"
		eq "$(csm case list --fields short_description,account.name --no-header | sort)" \
			"$(CSM_DB=$BATS_TEST_TMPDIR/csm.db csm case list --fields short_description,account.name --no-header | sort)"
		csm db check
		csm db verify
	done
	eq "$(csm import list --fields state,rows,created --no-header)" $'complete\t128\t308'
}

# cut_short CHANGES ARG...: csm import ARG... is killed when the database has so many changes more
cut_short() {
	local want=$(($1 + $(csm log --no-header | wc -l))) pid

	shift
	"$CSM_BIN" import "$@" >/dev/null 2>&1 &
	pid=$!
	while [ "$(csm log --no-header | wc -l)" -lt "$want" ] && kill -0 "$pid" 2>/dev/null; do :; done
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" || true
}

@test "killed in the middle, the same command goes on, and the end is that of a load that was not" {
	documents 150 >a.ndjson
	# some are wrong: by themselves, by what they refer to, by a key that is there twice
	sed -i -e '20s/"name": "Account/"nme": "Account/' -e '200s/"first of/["x"], "body2": "/' a.ndjson
	sed -i -e '100a {"case": {"account": "nobody", "short_description": "lost", "comment": [{"body": "x"}]}}' \
		-e '300a {"account": {"external_id": "A1", "name": "Twice", "customer": true}}' a.ndjson
	new_db whole
	csm import a.ndjson --batch 3 --on-error=skip >whole.out 2>/dev/null || true
	state >whole
	runs() { csm import list --fields number,state,rows,rejected_rows,records,created,updated,unchanged,rejected --no-header; }
	runs >whole.runs
	csm import rejects IMP0000001 -o ndjson >whole.rejects
	for cuts in "1" "4" "2 3 5"; do
		new_db "cut"
		for cut in $cuts; do cut_short "$cut" a.ndjson --batch 3 --on-error=skip; done
		eq "$(csm import list --fields state --no-header)" unfinished
		run_csm import a.ndjson --batch 3 --on-error=skip
		fails 1
		state >again
		cmp whole again
		runs >again.runs
		cmp whole.runs again.runs
		csm import rejects IMP0000001 -o ndjson >again.rejects
		cmp whole.rejects again.rejects
		csm db check
		csm db verify
	done
}

@test "an error in a later batch leaves the earlier ones, says so, and the same command meets it again" {
	documents 20 >a.ndjson
	sed -i '$a {"case": {"account": "A1", "short_description": "bad", "priority": 9}}' a.ndjson
	run_csm import a.ndjson --batch 10
	fails 65 "priority: '9' is no choice"
	err_has "batches before are stored, the same command goes on there"
	eq "$(csm account list --count)" 20
	eq "$(csm import list --fields state --no-header)" unfinished
	run_csm import a.ndjson --batch 10
	fails 65 "1 error, nothing more was stored"
	eq "$(csm account list --count)$(csm contact list --count)" 2042
	run_csm import a.ndjson --batch 0
	fails 2 "--batch: expected 1 or more"
}

@test "what was taken back in a batch stands for its stored record again" {
	printf 'account: [{name: A, external_id: a, customer: true}]\n' | csm import -q --from yaml
	printf '{"case": {"external_id": "c1", "account": "a", "short_description": "1", "comment": [{"body": "hello"}]}}\n' >a.ndjson
	csm import -q a.ndjson
	cat >>a.ndjson <<-'END'
		{"case": {"external_id": "c2", "account": "a", "short_description": "2", "parent_case": "c3"}}
		{"case": {"external_id": "c3", "account": "a", "short_description": "3", "parent_case": "nosuch"}}
	END
	run_csm import --on-error skip --batch 10 --no-header a.ndjson
	eq "$status" 1
	out_is $'case\t3\t0\t0\t1\t0\t2\ncomment\t1\t0\t0\t1\t0\t0'
	eq "$(csm comment list --fields body --no-header)" hello
}

@test "a load that goes on tells of what it does itself, and ends with 1 for what was rejected before" {
	{
		echo '{"account": {"external_id": "bad", "name": "B", "customer": true, "primary_contact": "nosuch"}}'
		for i in $(seq 60); do echo "{\"account\": {\"external_id\": \"a$i\", \"name\": \"A$i\", \"customer\": true}}"; done
	} >a.ndjson
	cut_short 2 a.ndjson --on-error skip --batch 1
	eq "$(csm import list --fields state --no-header)" unfinished
	stored=$(csm account list --count)
	run_csm import a.ndjson --on-error skip --batch 1 -v
	eq "$status" 1
	eq "$(grep -c ': account .*created$' <<<"$err")" "$((60 - stored))"
	eq "$(csm account list --count)" 60
}

@test "a load that goes on after others have written says so: what they made of what was stored stays, the rest is loaded" {
	for i in 1 2 3 4 5 6; do echo "{\"account\": {\"external_id\": \"a$i\", \"name\": \"A$i\", \"customer\": true}}"; done >a.ndjson
	sed 's/"A\([16]\)"/"Other \1"/' a.ndjson >b.ndjson
	killed 3 import a.ndjson --batch 2
	eq "$(csm account list --fields name --no-header | paste -sd' ')" "A1 A2 A3 A4"
	csm db backup cut.db -q
	run_csm import b.ndjson -q
	csm account edit a2 --name Second -q
	for how in --dry-run ""; do
		# shellcheck disable=SC2086 # a word or none
		run_csm import a.ndjson --batch 2 $how
		eq "$status" 0
		eq "$(head -n 2 <<<"$err")" "csm: goes on with import IMP0000001, which was cut short
csm: 2 other changes were stored since then (see csm log); what they made of records that this load had stored stays"
	done
	eq "$(csm account list --fields name --sort external_id --no-header | paste -sd' ')" "Other 1 Second A3 A4 A5 A6"
	# one, and none
	CSM_DB=$PWD/cut.db
	csm account edit a2 --name Second -q
	run_csm import a.ndjson --batch 2 --dry-run
	err_has "csm: 1 other change was stored since then (see csm log); what it made of records that this load had stored stays"
	csm undo -q
	CSM_DB=$BATS_TEST_TMPDIR/none.db
	csm init -q
	killed 3 import a.ndjson --batch 2
	run_csm import a.ndjson --batch 2
	eq "$status" 0
	eq "$err" "csm: goes on with import IMP0000001, which was cut short
csm: 6 records of the input, none rejected"
}

@test "an error in the middle ends the load there: no batch with or after it is stored, and none is passed over" {
	for i in 1 2 3 4; do echo "{\"account\": {\"external_id\": \"a$i\", \"name\": \"A$i\", \"customer\": true}}"; done >a.ndjson
	sed -i '2s/}}/, "primary_contact": "nosuch"}}/' a.ndjson
	for told in "1 error, 1 batch before is stored, the same command goes on there" "1 error, nothing more was stored"; do
		run_csm import a.ndjson --batch 1
		fails 65 "there is no contact 'nosuch'"
		err_has "$told"
		eq "$(csm account list --fields external_id --no-header)" a1
		eq "$(csm import list --fields state,created,rejected --no-header)" $'unfinished\t1\t0'
	done
}

@test "a limit of rejects counts those of before the load was cut short" {
	for i in 1 2 3 4; do
		echo "{\"account\": {\"external_id\": \"a$i\", \"name\": \"A$i\", \"customer\": true}}"
		echo "{\"account\": {\"external_id\": \"b$i\", \"name\": \"B$i\", \"customer\": true, \"primary_contact\": \"nosuch\"}}"
	done >a.ndjson
	for told in "2 batches before are stored" "nothing more was stored"; do
		run_csm import a.ndjson --batch 2 --on-error limit=2
		fails 65 "more than 2 records were rejected, $told"
		eq "$(csm import list --fields state,created,rejected --no-header)" $'unfinished\t2\t2'
	done
}

@test "what a batch that is begun anew deletes is told once" {
	printf '%s\n' 'location: [{external_id: L1, name: One}, {external_id: L2, name: Two}]' \
		'account: [{external_id: A, name: A, account_address: [{location: L1}, {location: L2}]}]' >a.yaml
	csm import a.yaml -q
	printf '%s\n' 'account:' '  - {external_id: A, name: A, account_address: [{location: L1}]}' '  - {external_id: A1, name: A1, account_parent: A2}' \
		'  - {external_id: A2}' '  - {external_id: A3, name: A3}' >b.yaml
	run_csm import b.yaml --batch 4 --replace-children -v --on-error skip -o csv
	eq "$status $err" "1 csm: b.yaml:4:5: account A2: name: needs a value
csm: b.yaml:3:49: account A1: account_parent: the account it refers to (b.yaml:4) was rejected
csm: b.yaml:5: account ACCT0000004 created
csm: b.yaml:2: account_address #2 deleted
csm: 2 of 4 records of the input were rejected, whole or in part"
	eq "$out" "type,read,created,updated,unchanged,skipped,rejected,deleted
account,4,1,0,1,0,2,0
account_address,1,0,0,1,0,0,1"
}

@test "a mapping is known by what it says, not by its name: another one does not go on with the load" {
	printf 'Id,Firm\n1,X\n2,Y\n3,\n' >a.csv
	printf 'csm_map: 1\nrecord:\n  - {type: account, set: {external_id: Id, name: %s, customer: {constant: "true"}}}\n' Firm >m.yaml
	run_csm import a.csv --map m.yaml --batch 1
	fails 65 "2 batches before are stored"
	cp m.yaml n.yaml
	run_csm import a.csv --map n.yaml --batch 1
	fails 65 "nothing more was stored"
	sed 's/Firm/Id/' m.yaml >n.yaml && mv n.yaml m.yaml
	run_csm import a.csv --map m.yaml --batch 1 -q
	ok
	eq "$(csm account list --no-header --fields name | paste -sd' ')" "1 2 3"
	eq "$(csm import list --no-header --fields number,state -o csv | paste -sd' ')" "IMP0000001,superseded IMP0000002,complete"
}

@test "of however many loads of the same content, the newest is named" {
	printf 'account: [{external_id: A, name: A, customer: true}]\n' >a.yaml
	csm import a.yaml -q
	hash=$(b2sum -l 256 a.yaml | cut -d' ' -f1)
	awk -v h="$hash" 'BEGIN { for (i = 2; i <= 100; i++) printf "{\"import\": {\"number\": \"IMP%07d\", \"sources\": \"a.yaml\", \"content_hash\": \"%s\", \"state\": \"complete\", \"started_at\": \"2024-01-02T00:00:00Z\"}}\n", i, h }' |
		csm import -q --from ndjson
	run_csm import a.yaml
	err_has "already loaded by import IMP0000100 at 2024-01-02T00:00:00Z"
}

# Accounts with contacts and cases of them with comments: wrong by themselves, by what they refer to, inside what is stored, at the end of the file.
wrong_documents() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			printf "{\"account\": {\"external_id\": \"A%d\", \"name\": \"Account %d\", \"customer\": true%s%s, \"contact\": [{\"external_id\": \"C%d\", \"name\": \"Keyed\"%s}, {\"name\": \"Keyless %d\"}]}}\n", i, i, i % 6 == 1 ? ", \"nme\": \"x\"" : "", i % 6 == 3 ? ", \"primary_contact\": \"nosuch\"" : "", i, i % 6 == 5 ? ", \"reports_to\": \"nowhere\"" : "", i
			printf "{\"case\": {\"account\": \"A%d\", \"short_description\": \"Case %d\"%s, \"comment\": [{\"body\": \"first of %d\"}%s]}}\n", i, i, i % 8 == 2 ? ", \"parent_case\": {\"short_description\": \"Case " (i + 2) "\"}" : "", i, i % 4 == 2 ? ", {\"body\": \"by nobody\", \"author\": \"nobody\"}" : ""
		}
	}'
}

# The rejected records of the file of rejects r.*, whose bytes are on standard input, whatever their order and what stands around them
flat() {
	case $r in
	*.json) jq -cS '.. | objects | select(has("_csm_message"))' ;;
	*.yaml) grep -v -e '^---$' -e '^csm: 1$' -e '^ *[a-z]*:$' ;;
	*) cat ;;
	esac | sort
}

# cut_and_compare FILE PLACES ARG...: csm ARG... FILE in batches, killed at each of the places and begun again, is the load that was not, with its file of rejects
cut_and_compare() {
	local file=$1 places=$2 place r="r.${1##*.}"

	shift 2
	new_db whole
	run_csm "$@" "$file" --batch 3 --on-error skip --rejects "whole.$r"
	fails 1
	csm import rejects IMP0000001 | cmp - "whole.$r"
	state >whole
	csm import list -o json >whole.runs
	cp "$CSM_OUT" whole.out
	for place in $places; do
		new_db cut
		rm -f "$r"
		killed "$place" "$@" "$file" --batch 3 --on-error skip --rejects "$r"
		eq "$(csm import list --fields state --no-header)" unfinished
		# what was left behind is in the file, in the order in which it was; a line that was being written then is written again
		csm import rejects IMP0000001 | flat | cmp - <(flat <"$r")
		[ -s "$r" ]
		printf 'half of a li' >>"$r"
		run_csm "$@" "$file" --batch 3 --on-error skip --rejects "$r"
		fails 1 "csm: goes on with import IMP0000001, which was cut short; its findings until then ("
		cmp whole.out "$CSM_OUT"
		cmp "whole.$r" "$r"
		csm import rejects IMP0000001 | cmp - "$r"
		state | cmp whole -
		csm import list -o json | cmp whole.runs -
		csm db check -q
	done
}

@test "a file of rejects of a load in batches is whole, however often the load is cut short, and so is what the load keeps of them" {
	wrong_documents 24 >a.ndjson
	echo '{"case": ' >>a.ndjson
	cut_and_compare a.ndjson "3 12" import
	jq -s '{account: [.[] | select(.account).account], case: [.[] | select(.case).case]}' <(wrong_documents 12) >a.yaml
	cut_and_compare a.yaml "6" import
	cp a.yaml a.json
	cut_and_compare a.json "6" import
	jq .account a.json >b.json
	cut_and_compare b.json "3" account import
	awk 'BEGIN {
		print "external_id;name;customer;primary_contact"
		for (i = 1; i <= 12; i++)
			print "A" i ";Account " i ";true;" (i % 5 == 2 ? "nosuch" : "")
		print "A13;x"
	}' >c.csv
	cut_and_compare c.csv "3" account import
	# one row, several types, each in a batch of its own
	printf '%s\n' 'csm_map: 1' 'record:' '  - {type: account, repeat: first, set: {external_id: Firm, name: Firm, customer: {constant: "true"}}}' \
		'  - {type: contact, set: {external_id: Id, account: {ref: {external_id: Firm}}, first_name: Name, email: Mail}}' \
		'  - {type: case, set: {account: {ref: {external_id: Firm}}, contact: {ref: {external_id: Id}}, short_description: Text}}' >m.yaml
	awk 'BEGIN {
		print "Id,Firm,Name,Mail,Text"
		for (i = 1; i <= 12; i++)
			print i "," (i % 7 == 3 ? "" : "F" i % 4) ",N" i "," (i % 5 == 2 ? "bob" : "n" i "@x.example") "," (i % 6 == 1 ? "" : "text " i)
	}' >d.csv
	cut_and_compare d.csv "6" import --map m.yaml
	jq -Rnc '[inputs | split(",")] | .[0] as $k | [.[1:][] | [$k, .] | transpose | map({(.[0]): .[1]}) | add]' d.csv >d.json
	cut_and_compare d.json "6" import --map m.yaml
	# rows at places of a document: of YAML a document more, of JSON it is written anew
	sed 's/{type: \([a-z]*\),/{type: \1, rows: data.items,/' m.yaml >p.yaml
	jq -c '{data: {items: .}}' d.json >q.yaml
	cp q.yaml q.json
	cut_and_compare q.yaml "6" import --map p.yaml
	cut_and_compare q.json "6" import --map p.yaml
}

@test "what a batch rejects is added to the file before it is stored: the file is not written again with each" {
	{
		echo 'external_id,name,customer,primary_contact'
		for i in $(seq 60); do echo "a$i,A$i,true,$([ $((i % 3)) != 1 ] || echo nosuch)"; done
	} >a.csv
	paused 3 account import a.csv --batch 3 --on-error skip --rejects r.csv
	inode=$(stat -c %i r.csv)
	stored=$(csm account list --count)
	eq "$(wc -l <r.csv) $(head -1 r.csv | cut -d, -f1-5)" "$((stored / 2 + 1)) external_id,name,customer,primary_contact,_csm_file"
	goes_on
	fails 1
	[ "$(stat -c %i r.csv)" != "$inode" ]
	eq "$(cut -d, -f1 r.csv | paste -sd' ')" "external_id $(seq -f a%g 1 3 60 | paste -sd' ')"
	new_db again
	paused 3,8 account import a.csv --batch 3 --on-error skip --rejects r.csv
	inode=$(stat -c %i r.csv)
	kill -CONT "$pid"
	until_paused
	eq "$(stat -c %i r.csv)" "$inode"
	eq "$(wc -l <r.csv)" "$(($(csm account list --count) / 2 + 1))"
	goes_on
	fails 1
	eq "$(cut -d, -f1 r.csv | paste -sd' ')" "external_id $(seq -f a%g 1 3 60 | paste -sd' ')"
}

@test "a document of rejects grows too: it can be loaded as it is at any time, and is not written again with each batch" {
	jq -s '{account: [.[] | select(.account).account], case: [.[] | select(.case).case]}' <(wrong_documents 12) >a.json
	cp a.json a.yaml
	for r in r.json r.yaml; do
		new_db "${r#*.}"
		paused 4,7 import "a.${r#*.}" --batch 3 --on-error skip --rejects "$r"
		inode=$(stat -c %i "$r")
		before=$(flat <"$r" | wc -l)
		kill -CONT "$pid"
		until_paused
		eq "$(stat -c %i "$r")" "$inode"
		[ "$(flat <"$r" | wc -l)" -gt "$before" ]
		kept=$(csm import rejects IMP0000001 --where "kept = whole" --count)
		kill -9 "$pid"
		wait "$pid" || true
		run_csm import "$r" --dry-run --on-error skip -o json
		fails 1
		eq "$(json .rows)" "$kept"
	done
}

@test "what is told of a load that goes on: findings of before once, those of now, and where to find all" {
	wrong_documents 24 >a.ndjson
	run_csm import a.ndjson --batch 3 --on-error skip -v
	sort <<<"$err" >whole.err
	new_db cut
	killed 8 import a.ndjson --batch 3 --on-error skip
	before=$(csm import rejects IMP0000001 --count)
	run_csm import a.ndjson --batch 3 --on-error skip -o json
	fails 1
	eq "$(json '[.resumed, .import] | join(" ")')" "true IMP0000001"
	new_db cut
	killed 8 import a.ndjson --batch 3 --on-error skip
	stored=$(csm account list --count)
	run_csm import a.ndjson --batch 3 --on-error skip -v -o json
	fails 1
	[ "$before" -gt 0 ]
	eq "$(json '[.records[] | select(.outcome == "rejected")] | length')" "$(($(csm import rejects IMP0000001 --count) - before))"
	eq "$(json '[.records[] | select(.record == "account" and .outcome == "created")] | length')" "$(($(csm account list --count) - stored))"
	new_db cut
	killed 8 import a.ndjson --batch 3 --on-error skip
	run_csm import a.ndjson --batch 3 --on-error skip -v
	fails 1 "csm: goes on with import IMP0000001, which was cut short; its findings until then ($before) are not told again, csm import rejects IMP0000001 has them"
	# nothing is told now that an undisturbed load does not tell, and what is left out was told before
	sort <<<"$err" | grep -v "goes on with" | comm -13 whole.err - | grep . && return 1
	eq "$(($(grep -c '^csm: a.ndjson' whole.err) - $(grep -c '^csm: a.ndjson' <<<"$err") >= before))" 1
	eq "$(csm import rejects IMP0000001 --count)" "$(CSM_DB=$BATS_TEST_TMPDIR/csm.db csm import rejects IMP0000001 --count)"
}

@test "a load that was cut short and is not gone on with: mended, or loaded in another way, another one takes its place and says so" {
	for i in 1 2 3 4 5 6; do echo "{\"account\": {\"external_id\": \"a$i\", \"name\": \"A$i\", \"customer\": true}}"; done >a.ndjson
	states() { csm import list --no-header --fields number,state -o csv | paste -sd' '; }
	killed 3 import a.ndjson --batch 2
	csm db backup cut.db -q
	eq "$(states)" IMP0000001,unfinished
	# a file of another name is another load
	sed 's/a1/x/' a.ndjson >b.ndjson
	run_csm import b.ndjson --batch 2
	err_lacks IMP0000001
	# mended under its name
	sed -i 's/A6/Six/' a.ndjson
	run_csm import a.ndjson --batch 2 --dry-run
	err_has "csm: import IMP0000001 was cut short, and this load takes its place; what it stored stays, csm import revert IMP0000001 takes it back"
	run_csm import a.ndjson --batch 2 -o json
	eq "$(json '[.import, .supersedes] | join(" ")')" "IMP0000003 IMP0000001"
	eq "$(states)" "IMP0000001,superseded IMP0000002,complete IMP0000003,complete"
	sed -i 's/A6/6/; s/Six/6/' a.ndjson
	run_csm import a.ndjson
	err_lacks IMP0000001
	# the load that was cut short is still known by its content
	sed -i 's/"6"/"A6"/' a.ndjson
	run_csm import a.ndjson --batch 2
	[ "$status" -eq 0 ]
	err_has "csm: goes on with import IMP0000001, which was cut short"
	csm db check -q
	# the same content at once; what it leaves is taken back with the first half
	CSM_DB=$PWD/cut.db
	run_csm import a.ndjson
	[ "$status" -eq 0 ]
	err_has "csm: import IMP0000001 was cut short, and this load takes its place"
	eq "$(states)" "IMP0000001,superseded IMP0000002,complete"
	run_csm import a.ndjson --batch 2
	err_has "csm: nothing to change: already loaded by import IMP0000002"
	csm import revert IMP0000002 -q
	eq "$(states)" "IMP0000001,unfinished IMP0000002,reverted"
	csm import revert IMP0000001 -q
	eq "$(states) $(csm account list --count)" "IMP0000001,reverted IMP0000002,reverted 0"
	csm db check -q
	csm db verify -q
}
