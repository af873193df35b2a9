#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Exports in folders: a file a type or a record, in every format, whole, with safe names, and loaded back as they were.
load helpers

setup() {
	csm_setup
	csm init -q
}

company() {
	sh "$CSM_ROOT/tests/fixtures/company.sh" | head -"${1:-100000}" >company.ndjson
	csm import company.ndjson >/dev/null
}

small() {
	cat >a.yaml <<-'END'
		group: [{name: a}, {name: A}, {name: "../up"}, {name: "with / and ü"}, {name: .hidden}]
		account: [{external_id: A1, name: Boxeo, customer: true}]
		case:
		  - {external_id: K1, account: A1, short_description: Printer, comment: [{body: "one"}, {body: "two, with \"quotes\""}]}
		  - {external_id: K2, account: A1, short_description: Screen}
		case_task: [{parent_case: K2, short_description: Look, comment: [{body: "three\nlines\n"}]}]
	END
	csm import a.yaml >/dev/null
}

@test "the fixture company goes through a folder in every format, split by type and by record" {
	for split in type record; do
		# a file a record, each of them synced, takes its time
		CSM_DB=$BATS_TEST_TMPDIR/$split.db
		csm init -q
		if [ "$split" = type ]; then company; else company 60; fi
		csm export >all.yaml
		first=$CSM_DB
		for format in yaml json ndjson csv tsv; do
			CSM_DB=$first
			rm -rf dir
			run_csm export -v --dir dir --split "$split" -o "$format"
			eq "$status" 0
			eq "$err" "csm: $(grep -c . <(csm export -o ndjson | grep -v ':\[\]}')) records written to $(find dir -name '[a-z]*' -type f | wc -l) files in dir"
			CSM_DB=$BATS_TEST_TMPDIR/second.db
			rm -f "$CSM_DB"
			csm init -q
			csm import -q dir/*
			csm export | cmp - all.yaml || { echo "$format by $split" && return 1; }
		done
	done
}

@test "random records go through folders of tables" {
	csm dict --json | jq -rf "$CSM_ROOT/tests/fixtures/random-docs.jq" >dict.tsv
	awk -f "$CSM_ROOT/tests/fixtures/random-docs.awk" -v seed=21 -v n=12 dict.tsv >random.ndjson
	run_csm import random.ndjson --on-error=skip -q
	csm export >all.yaml
	first=$CSM_DB
	for args in "type -o csv" "record -o tsv" "record -o yaml"; do
		CSM_DB=$first
		rm -rf dir
		# shellcheck disable=SC2086 # two words
		csm export -q --dir dir --split $args
		CSM_DB=$BATS_TEST_TMPDIR/second.db
		rm -f "$CSM_DB"
		csm init -q
		csm import -q dir/*
		csm export | cmp - all.yaml || { echo "$args" && return 1; }
	done
}

@test "names of files are safe, and no two records share one" {
	small
	csm export group -q --dir dir --split record -o json
	eq "$(cd dir && printf '%s\n' *)" 'group...%2Fup.json
group..hidden.json
group.A.json
group.a~2.json
group.with%20%2F%20and%20%C3%BC.json'
	eq "$(jq -r '.group[0].name' 'dir/group.with%20%2F%20and%20%C3%BC.json')" "with / and ü"
	# a long key is cut, and has its hash instead
	name=$(printf 'ü%.0s' {1..98})x
	csm group new --name "$name" -q
	csm group new --name "${name}y" -q
	csm export group -q --dir dir --split record -o json
	eq "$(find dir -name 'group.%C3*' | wc -l)" 2
	eq "$(find dir -name '?????????????????????????????????????????????????????????????????????????????????????????????????????????????????????????????????????????????*')" ""
}

@test "tables: one a type and one for what records own; --no-children leaves those out" {
	small
	csm export -q --dir dir -o csv
	eq "$(cut -d, -f 1,2,6- dir/comment.csv | sed 's/2024-[^,]*,//')" 'parent_case,case_task,posted_at,body
CS0000001,,one
CS0000001,,"two, with ""quotes"""
,CSTASK0000001,"three
lines
"'
	eq "$(cut -d, -f 1 dir/case.csv | tr '\n' ' ')" "number CS0000001 CS0000002 "
	eq "$(wc -l <dir/sla.csv)" 1
	csm export case case_task -q --dir dir -o csv --no-children
	eq "$(cd dir && printf '%s ' *)" "case.csv case_task.csv "
	csm export case -q --dir dir --split record -o tsv
	eq "$(cd dir && printf '%s ' *)" "case.CS0000001.tsv case.CS0000002.tsv comment.CS0000001.tsv "
	run_csm export case case_task -o csv
	fails 2 "csv holds one type: 'csm NOUN export', or a file a type in a folder (--dir)"
	out_is ""
	run_csm import dir/comment.CS0000001.tsv -o tsv
	ok
	eq "$(tail -1 <<<"$out" | tr '\t' ' ' | cut -d' ' -f 1-5)" "comment 2 0 0 2"
	cp dir/case.CS0000001.tsv other.tsv
	run_csm import other.tsv
	fails 2 "other.tsv: tsv holds one type: use 'csm NOUN import', --map, or a file name that begins with the type, such as case.csv"
}

@test "the next export takes away what it wrote before, and leaves what is not its own" {
	small
	csm export group -q --dir dir --split record -o yaml
	echo mine >dir/notes.txt
	echo mine >dir/case.yaml
	printf '%s\n' ../a.yaml notes.txt /etc/passwd case.yaml/ >>dir/.csm-export
	csm group delete A --yes -q
	run_csm export group --dir dir --split record
	eq "$status" 0
	err_has "csm: warning: dir: 2 files not of this export were left: "
	err_has "1 file of an earlier export removed"
	err_has "4 records written to 4 files in dir"
	eq "$(cat dir/notes.txt dir/case.yaml)" "mine
mine"
	[ -e a.yaml ]
	[ ! -e 'dir/group.a~2.yaml' ]
	run_csm export group --dir dir --split record -o json
	eq "$(jq -r '.warning + " " + .file' <<<"$err")" "no dir"
	run_csm export group --dir dir -o csv
	err_has "4 files of an earlier export removed"
	eq "$(find dir -name '*.tmp')" ""
}

@test "what goes wrong with a folder: no file is half written, none is lost" {
	small
	csm export -q --dir dir -o csv
	cp dir/case.csv before
	run_csm export --dir dir/case.csv
	fails 74 "dir/case.csv"
	run_csm export --dir nowhere/dir
	fails 74 "nowhere/dir"
	rm dir/case.csv
	mkdir dir/case.csv
	run_csm export --dir dir -o csv
	fails 74 "dir/case.csv"
	eq "$(find dir -name '*.tmp')" ""
	rmdir dir/case.csv
	run_csm export --dir dir -o csv
	eq "$status" 0
	cmp before dir/case.csv
	run_csm export --dir dir --output x
	fails 2 "not both"
	run_csm export --split record
	fails 2 "needs --dir"
	run_csm export --dir dir -o table
	fails 2 "documents are json, ndjson, yaml, csv or tsv"
	run_csm case export K1 K9 --dir dir
	fails 3 "there is no case 'K9'"
	if [ "$(id -u)" != 0 ]; then
		chmod 500 dir
		run_csm export --dir dir
		chmod 700 dir
		fails 74 "dir/.csm-export"
	fi
}
