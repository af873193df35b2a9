#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A load is a record: what it says, when there is none, what was rejected, and taking a load back by it.
load helpers

setup() {
	csm_setup
	csm init -q
	cat >a.yaml <<-'END'
		account:
		  - {external_id: A1, name: One, customer: true, contact: [{external_id: C1, last_name: X}, {external_id: C2, last_name: Y}]}
		  - {external_id: A2, name: Two, customer: true}
		case:
		  - {external_id: K1, account: A1, short_description: one}
	END
}

of() { csm import list --no-header -o csv --fields "$@"; }

@test "a load leaves a record in its own change: inputs, hash, options, counts, by type too" {
	csm import a.yaml -q
	run_csm import show IMP0000001 -o json
	ok
	eq "$(json '[.number, .sources, .input_format, .state, .started_at, .ended_at, .changes] | join(" ")')" \
		"IMP0000001 a.yaml yaml complete 2024-03-01T09:00:00Z 2024-03-01T09:00:00Z 2"
	eq "$(json '[.rows, .rejected_rows, .records, .created, .updated, .unchanged, .skipped, .rejected] | tojson')" "[3,0,5,5,0,0,0,0]"
	eq "$(json '.count[] | "\(.record_type) \(.records) \(.created)"')" $'account 2 2\ncontact 2 2\ncase 1 1'
	# the hash is that of the file's bytes
	eq "$(json .content_hash)" "$(b2sum -l 256 a.yaml | cut -d' ' -f1)"
	printf 'name;city\nThree;Bonn\n' >b.csv
	cp b.csv c.csv
	csm account import b.csv - --from csv --delimiter ';' -q <c.csv
	eq "$(of sources,input_format,noun,options,changes,rows | tail -n 1)" '"b.csv, standard input",csv,account,"from=csv delimiter=;",3,2'
	eq "$(csm log --count)" 3
	csm db verify -q
	csm db check -q
}

@test "a load that changes nothing leaves nothing and says which one it repeats; one that is given up, a dry run neither" {
	csm import a.yaml -q
	run_csm import a.yaml
	[ "$status" -eq 0 ]
	err_has "csm: nothing to change: already loaded by import IMP0000001 at 2024-03-01T09:00:00Z"
	eq "$(csm log --count) $(csm import list --count)" "2 1"
	printf 'account: [{external_id: A2}]\n' >b.yaml
	run_csm import b.yaml
	err_has "csm: nothing to change"
	err_lacks already
	printf 'account: [{external_id: A3, name: Three}, {nme: x}]\n' >b.yaml
	run_csm import b.yaml
	fails 65
	run_csm import a.yaml --dry-run
	csm import - -q --dry-run <<<'{"account": {"name": "Other"}}'
	eq "$(csm log --count) $(csm import list --count)" "2 1"
	# a load that was taken back is none to point at, its content is loaded again
	csm import revert IMP0000001 -q
	csm import a.yaml -q
	eq "$(of number,state)" $'IMP0000001,reverted\nIMP0000002,complete'
}

@test "what the load of the same content rejected, or what was taken back, is made without a word" {
	printf 'external_id,last_name,account.external_id\nC1,a,A1\nC2,b,A2\n' >c.csv
	csm account new --name One --external-id A1 -q
	run_csm contact import --on-error skip c.csv
	eq "$status" 1
	csm account new --name Two --external-id A2 -q
	run_csm contact import --on-error skip c.csv
	eq "$status" 0
	eq "$err" "csm: 2 records of the input, none rejected"
	csm import revert IMP0000002 -q
	run_csm contact import --on-error skip c.csv
	eq "$status" 0
	eq "$err" "csm: 2 records of the input, none rejected"
}

@test "records without a key are made again by the same content, and that is said" {
	printf 'account: [{external_id: A1, name: One}]\ncase: [{account: A1, short_description: one}, {account: A1, short_description: two}]\n' >n.yaml
	run_csm import n.yaml
	ok
	run_csm import n.yaml -o json
	eq "$status" 0
	eq "$(json '.already_loaded_by')" IMP0000001
	eq "$(head -n 1 <<<"$err" | jq -r .message)" "2 records created, though import IMP0000001 loaded the same before: records that state no key are made again (--key matches them by other fields)"
	eq "$(csm case list --count)" 4
	run_csm import n.yaml --key short_description --dry-run
	fails 65 "csm: n.yaml:2:41: case: short_description: more than one case has short_description: one"
	csm undo -q >/dev/null
	run_csm import n.yaml --key short_description
	eq "$status" 0
	err_lacks warning
	eq "$(csm case list --count)" 2
}

@test "what a load went on after is kept with it, without a cap" {
	{
		printf '{"account": {"external_id": "A%d", "name": "N"}}\n' 1 2 3
		for i in $(seq 150); do printf '{"case": {"short_description": "c%d", "account": "nobody%d"}}\n' "$i" "$i"; done
		echo 'not a record'
		printf '{"account": {"name": "with a \\u001b[31mred name", "nme": 1}}\n'
	} >e.ndjson
	run_csm import e.ndjson --on-error skip
	[ "$status" -eq 1 ]
	eq "$(of state,rows,rejected_rows,records,created,rejected,options)" "complete_with_rejects,155,152,154,3,151,on-error=skip"
	run_csm import rejects IMP0000001 --count
	ok
	out_is 152
	run_csm import rejects IMP0000001 --where 'code = notfound' --limit 1 -o ndjson
	eq "$(json '[.source, .line, .row, .record_type, .field, .message] | tojson')" \
		'["e.ndjson",4,4,"case","account","there is no account '"'nobody1'"'"]'
	eq "$(csm import-reject list --where 'code = invalid' --fields line,import --no-header)" $'154\tIMP0000001\n155\tIMP0000001'
	eq "$(csm import rejects IMP1 --limit 1 --fields original -o ndjson | jq -r .original)" "$(sed -n 4p e.ndjson)"
	printf 'external_id;"na;me";city\nX1;One;"Bonn, ""B"""\nX2;;Ulm\n' | sed 's/"na;me"/name/' >t.csv
	run_csm account import t.csv --on-error skip
	fails 1
	eq "$(csm import rejects IMP2 --fields original -o ndjson | jq -r .original)" $'external_id;name;city\nX2;;Ulm'
	run_csm import rejects IMP9
	fails 3 "there is no import"
}

@test "revert takes the changes of the load back, as undo does, and says so; a second one is refused" {
	csm export -o ndjson >empty
	csm import a.yaml -q
	csm export -o ndjson >loaded
	csm case edit CS0000001 --priority 1 -q
	run_csm import revert IMP0000001
	fails 5 "case CS0000001: was changed by change 3"
	run_csm import revert IMP0000001 --keep-changed --dry-run
	[ "$status" -eq 0 ]
	csm case edit CS0000001 --priority 4 -q
	run_csm import revert IMP0000001 --force -o ndjson
	ok
	eq "$(json 'select(.type == "import") | "\(.field) \(.old) \(.new)"')" $'state complete reverted\nreverted_at null 2024-03-01T09:00:00Z'
	csm export -o ndjson | cmp - empty
	run_csm import revert IMP0000001
	fails 5 "import IMP0000001: is taken back already, by change 5"
	eq "$(of state,reverted_at)" "reverted,2024-03-01T09:00:00Z"
	# a bare undo of the load is the same, and the undo of it puts the load in force again
	csm undo 5 -q
	csm export -o ndjson | jq -c 'if .case then .case.priority = null else . end' >again
	eq "$(of state,reverted_at)" complete,
	csm undo 3 -q --force
	csm undo 2 -q --force
	eq "$(of state)" reverted
	csm db verify -q
	csm db check -q
}

@test "the records of loads are no part of an export unless they are named; then they are read back" {
	csm import a.yaml -q
	run_csm export
	out_lacks import
	csm export import >runs.yaml
	CSM_DB=$BATS_TEST_TMPDIR/second.db
	csm init -q
	csm import runs.yaml -q
	csm export import -o ndjson | head -n 1 | jq -e '.import.changes == "2" and .import.sources == "a.yaml"'
}

@test "csm import is a command, and a noun where a verb follows; a file called like one is ./list" {
	cp a.yaml list
	run_csm import ./list -q
	ok
	run_csm import list --count
	out_is 1
	run_csm import -o json list
	ok
	eq "$(json length)" 1
	run_csm import --on-error skip list
	[ "$status" -eq 0 ]
	err_has "nothing to change"
	run_csm import show
	fails 2
	run_csm import --help
	out_has "usage: csm import"
	run_csm import list --help
	out_has "usage: csm import list"
	run_csm help import
	out_has revert
	out_has "usage: csm import [FILE...|-]"
	out_has "usage: csm import VERB"
	eq "$(csm __complete import re)" $'rejects\nrevert\n:file'
}

@test "inputs of several formats and columns go together, also where rejects are passed over" {
	printf 'name,city\nOne,Oslo\n,Bonn\n' >a.csv
	printf 'name\nTwo\n' >b.csv
	echo '{"location": {"name": "Three"}}' >c.ndjson
	run_csm location import a.csv b.csv c.ndjson --on-error=skip -q
	fails 1 "a.csv:3"
	eq "$(csm location list --fields name --sort number --no-header -o tsv | paste -sd,)" One,Two,Three
	eq "$(csm import-reject list --count)" 1
}

@test "revert --keep-changed that leaves records is partly reverted; later they go by --force, or when nothing is in the way" {
	printf 'user: [{user_name: u1, name: U1, phone: "%s"}, {user_name: u2, name: U2, phone: "%s"}]\n' 1 1 | csm import -q --from yaml
	printf 'user: [{user_name: u1, phone: "%s"}, {user_name: u2, phone: "%s"}]\n' 2 2 >>a.yaml
	csm export -o ndjson >before
	csm import a.yaml -q
	csm contact edit CNT0000002 --last-name Z -q
	csm user edit u1 --phone 3 -q
	run_csm import revert IMP0000002 --keep-changed --no-header --fields type,key,done
	[ "$status" -eq 0 ]
	eq "$(grep kept <<<"$out" | sort)" $'account\tACCT0000001\tkept\ncontact\tCNT0000002\tkept\nuser\tu1\tkept'
	run_csm import show IMP0000002 -o json
	eq "$(json '.state, .reverted_at // "not yet"')" $'partly_reverted\nnot yet'
	eq "$(csm show 6 -o json | jq -c '[.undoes, .kept]')" '[3,3]'
	csm show 6 | grep -qx '  left 3 records as they were'
	# what went back and was changed since is no concern of it
	csm user edit u2 --phone 9 -q
	run_csm import revert IMP0000002
	fails 5 "change 3: cannot be taken back, 2 conflicts; the first: user u1: phone: is '3', not '2' as the change left it; changed again by change 5"
	cp "$CSM_DB" kept.db
	run_csm import revert IMP0000002 --force --no-header --fields type,key,done
	[ "$status" -eq 0 ]
	eq "$(grep -v import <<<"$out" | sort)" $'account\tACCT0000001\tdeleted\ncontact\tCNT0000002\tdeleted\nuser\tu1\tchanged'
	eq "$(of number,state | tail -n 1) $(csm user list --no-header --fields user_name,phone -o csv | paste -sd' ')" "IMP0000002,reverted u1,1 u2,9"
	run_csm import revert IMP0000002 --force
	fails 5 "is taken back already, by change 8"
	# the undo of the rest leaves what was taken back at first
	csm undo 8 -q
	eq "$(of number,state | tail -n 1) $(csm account list --count)" "IMP0000002,partly_reverted 1"
	csm db verify -q
	csm db check -q
	# the other way: what was in the way is taken back itself
	CSM_DB=$PWD/kept.db
	for change in 7 5 4; do csm undo "$change" -q; done
	csm undo 3 -q
	eq "$(of number,state | tail -n 1)" IMP0000002,reverted
	csm export -o ndjson | cmp - before
	csm db verify -q
	csm db check -q
}
