#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# `csm __complete`, and `csm dict`: what completion, manual and schemas are made from.
load helpers

setup() {
	csm_setup
	csm init
}

complete() {
	run_csm __complete "$@"
	ok
}

@test "nouns and commands" {
	complete ""
	out_has account
	out_has import
	out_has config
	complete acc
	out_has account-address
	out_lacks contact
	complete db ""
	out_has backup
	complete case re
	out_is "$(printf 'request-info\nresolve\nreject-solution')"
	complete --db x -o json cas
	out_has case
}

@test "options of the verb, global ones, values" {
	complete account list --ra
	out_is "$(printf -- '--raw\n--rank-tier')"
	complete account list --rank-tier v
	out_is valued
	complete account list --rank-tier=v
	out_is valued
	complete account edit --customer ""
	out_is "$(printf 'true\nfalse')"
	complete account list -o n
	out_is ndjson
	complete account list --fields name,ci
	out_is name,city
	complete account new --name x --unset ci
	out_is city
	complete config set case.auto_close_r
	out_is case.auto_close_remind
	complete -c sla.s
	out_is "sla.soon="
	complete --db ""
	out_is :file
	complete import ""
	out_is $'show\nlist\nlog\nimport\ndiff\nexport\nrejects\nrevert\n:file'
	complete import x ""
	out_is :file
	complete help filt
	out_is filter
}

@test "keys of records where a key is meant" {
	csm account new --name Boxeo --external-id CRM-7 >/dev/null
	csm contact new --first-name Geneva --last-name Roth --email geneva@boxeo.example --account ACCT0000001 >/dev/null
	complete account show ACCT
	out_is ACCT0000001
	complete account show CRM
	out_is CRM-7
	complete contact edit CNT0000001 --account ""
	out_is ACCT0000001
	complete contact show gen
	out_is geneva@boxeo.example
	complete account show x
	out_is ""
}

@test "completion without a database is silent" {
	CSM_DB=/nowhere/x.db complete account show ""
	out_is ""
}

@test "dict lists types and fields, and checks itself" {
	run_csm dict --fields type --no-header
	ok
	out_has case_task
	run_csm dict account --fields field,kind --no-header
	ok
	out_has "name	text"
	run_csm dict check
	[ "$status" -eq 0 ] || wrong "dict check"
	run_csm dict acount
	fails 2 "did you mean 'account'?"
}

@test "dict --json is whole, and all that a command takes is in it" {
	run_csm dict --json
	ok
	eq "$(json .csm_dict)" 1
	eq "$(json '.types | length')" "$(csm dict --count)"
	eq "$(json '[.commands[] | select(.summary == null or .summary == "")] | length')" 0
	eq "$(json '[.commands[].options[], .global_options[] | select(.help == null)] | length')" 0
	eq "$(json '.commands[] | select(.noun == "case" and .verb == "resolve") | [.options[].name] | contains(["resolution-code", "close-notes"])')" true
	eq "$(json '.exit_statuses | map(.status) | join(" ")')" "0 1 2 3 4 5 65 66 69 70 71 74 75 76 77 78"
	eq "$(json '[.types[] | select(.name == "account") | .fields[] | select(.name == "rank_tier") | .choices[].value] | length > 2')" true
}

@test "every command of the dump has help that ends with 0, and refuses an unknown option with 2" {
	run_csm dict --json
	json '.commands[] | [.noun // "", .verb] | join(" ")' | grep -v __complete | awk 'NR % 7 == 1' >commands
	while read -r line; do
		run_csm $line --help
		[ "$status" -eq 0 ] || wrong "$line --help"
		run_csm $line --no-such-option-here
		[ "$status" -eq 2 ] || wrong "$line --no-such-option-here"
	done <commands
}

@test "one flag, one meaning: no command takes a global option's name or letter for something else" {
	run_csm dict --json
	eq "$(json '([.global_options[] | .name, .letter // empty]) as $g | [.commands[].options[] | .name, .letter // empty | select(IN($g[]))] | length')" 0
}
