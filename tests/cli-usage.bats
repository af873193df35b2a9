#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Wrong command lines: status 2, one line that says what is wrong, nothing done; and help.
load helpers

setup() {
	csm_setup
	csm init
}

@test "no command, an unknown one, an unknown verb: a suggestion where one is near" {
	run_csm
	fails 2 "csm --help"
	run_csm acount list
	fails 2 "did you mean 'account'?"
	run_csm account lsit
	fails 2 "did you mean 'list'?"
	run_csm initt
	fails 2 "did you mean 'init'?"
	run_csm xyzzy
	fails 2 "'xyzzy' is no command of 'csm' (see csm --help)"
	run_csm account
	fails 2 "'csm account' needs a verb: new, show, list"
}

@test "an unknown option: a suggestion; no abbreviation; - and _ are one" {
	run_csm account list --nmae x
	fails 2 "did you mean '--name'?"
	run_csm account list --no-head
	fails 2 "unknown option '--no-head'"
	run_csm account list --no_header --rank_tier valued
	ok
	run_csm account list -X
	fails 2 "unknown option '-X'"
	run_csm --bogus account list
	fails 2 "unknown option '--bogus'"
	run_csm schedule open Office -7d
	fails 2 "'-7d' is taken for an option of 'csm schedule open'; a value like it stands after '--'"
	run_csm account_address list --count
	ok
	run_csm account-address list --count
	ok
}

@test "an option a command does not support is refused" {
	run_csm init --fields name
	fails 2 "option '--fields' does not go with 'csm init'"
	run_csm account list --dry-run
	fails 2 "option '--dry-run' does not go with 'csm account list'"
	run_csm account new --name x --if-version 3
	fails 2 "--if-version"
	run_csm db check --count
	fails 2 "--count"
}

@test "values of options: missing, beginning with --, not wanted, twice" {
	run_csm account new --name
	fails 2 "option '--name' needs a value"
	run_csm account new --name --website
	fails 2 "written '--name=--website'"
	run_csm account new --name=--website
	ok
	run_csm account list --no-header=3
	fails 2 "takes no value"
	run_csm account new --name a --name b
	fails 2 "given twice"
	run_csm -o
	fails 2 "needs a value"
}

@test "POSIXLY_CORRECT changes nothing, -- ends the options" {
	csm account new --name=-x >/dev/null
	POSIXLY_CORRECT=1 run_csm account show ACCT0000001 -o json
	ok
	run_csm account show -o json -- ACCT0000001
	ok
	run_csm account show -- -o
	fails 3 "'-o'"
}

@test "typed values are checked before anything is opened" {
	export CSM_DB=/nowhere/x.db
	run_csm account list --limit many
	fails 2 "--limit: 'many' is not a number"
	run_csm account list -o xml
	fails 2 "'xml' is none of table, json"
	run_csm account list --tz Moon/Base
	fails 65
	run_csm account list --wait soon
	fails 2 "--wait"
	run_csm account new --name "$(printf 'a\377b')"
	fails 65 "not valid UTF-8"
	CSM_OUTPUT=xml run_csm account list
	fails 2 xml
}

@test "words: too many, too few" {
	run_csm account show
	fails 2 "usage: csm account show KEY..."
	run_csm account log
	fails 2 "usage: csm account log KEY"
	run_csm account log a b
	fails 2 "'b' is one word too many"
	run_csm undo x
	fails 2 "'x' is no change"
	run_csm config set case.auto_close
	fails 2 "usage: csm config set NAME VALUE"
}

@test "a verb that changes records needs a selector, and only one" {
	csm account new --name a >/dev/null
	run_csm account edit --city Bonn
	fails 2 "no record is named"
	run_csm account delete
	fails 2 "no record is named"
	run_csm account edit ACCT0000001 --all --city Bonn
	fails 2 "not both"
	run_csm account edit --all --city Bonn
	ok
	run_csm account edit ACCT0000001 ACCT0000002 --city Bonn --if-version 1
	fails 2 "one record"
}

@test "filters and columns that do not exist are wrong use" {
	run_csm account list --where 'nme = 3'
	fails 2 "did you mean 'name'?"
	run_csm account list --where 'name ='
	fails 2 "--where"
	run_csm account list --sort nme
	fails 2 nme
	run_csm account list --fields nme
	fails 2 nme
	run_csm log --fields nme
	fails 2 "there is no column 'nme'"
	run_csm log --format '%(nme)'
	fails 2 "nme"
	run_csm account list --format '%(name'
	fails 2
}

@test "help stands at every level and ends with 0" {
	run_csm --help
	ok
	out_has "usage: csm NOUN VERB"
	out_has "Nouns: customers"
	run_csm account --help
	ok
	out_has "usage: csm account VERB"
	run_csm account edit --help
	ok
	out_has "usage: csm account edit KEY..."
	out_has "--rank-tier"
	out_has "--if-version N"
	run_csm case resolve -h
	ok
	out_has "open,awaiting_info -> resolved"
	run_csm help account edit
	ok
	out_has "usage: csm account edit KEY..."
	run_csm help undo
	ok
	run_csm help nothing-of-this
	fails 2 "there is no help on"
}

@test "help topics: exit-status environment filter formats values" {
	for topic in exit-status environment filter formats values exit_status; do
		run_csm help $topic
		ok
	done
	run_csm help exit-status
	out_has "75"
	run_csm help environment
	out_has CSM_NOW
	run_csm help exit-stauts
	fails 2 "did you mean 'exit-status'?"
}

@test "--help does not look at the database or the other options' values" {
	CSM_DB=/nowhere/x.db run_csm account edit --help --limit
	fails 2
	CSM_DB=/nowhere/x.db run_csm account edit --help
	ok
}

@test "with -o json an error of use is an object too" {
	run_csm account lisst -o json
	fails 2
	eq "$(printf %s "$err" | jq -r .error)" usage
	eq "$(printf %s "$err" | jq -r .status)" 2
	run_csm account list --bogus --output-format=ndjson
	eq "$(printf %s "$err" | jq -r .status)" 2
}
