#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Global options, the environment and the configuration: who says what, and who beats whom.
load helpers

setup() {
	csm_setup
	csm init
}

@test "a global option is taken before the noun, between noun and verb, and after the verb" {
	csm account new --name Boxeo >/dev/null
	for words in "--db $CSM_DB account list" "account --db $CSM_DB list" "account list --db $CSM_DB" "account list --db=$CSM_DB"; do
		CSM_DB=/nowhere run_csm $words --fields name --no-header
		ok
		out_is Boxeo
	done
}

@test "--db beats CSM_DB, which beats the configuration, which beats the home folder" {
	csm account new --name here >/dev/null
	mkdir -p "$HOME/.config/csm"
	echo "db = $CSM_DB" >"$HOME/.config/csm/config"
	CSM_DB= run_csm account list --fields name --no-header
	out_is here
	CSM_DB=/nowhere/x.db run_csm account list
	fails 66 /nowhere/x.db
	CSM_DB=/nowhere/x.db run_csm --db "$CSM_DB" account list --fields name --no-header
	out_is here
	rm "$HOME/.config/csm/config"
	CSM_DB= run_csm account list
	fails 66 "$HOME/.local/share/csm/csm.db"
}

@test "init without a name makes the database in the data folder, with its folders" {
	CSM_DB= csm init
	[ -f "$HOME/.local/share/csm/csm.db" ]
	XDG_DATA_HOME=$HOME/data CSM_DB= csm init
	[ -f "$HOME/data/csm/csm.db" ]
}

@test "the clock is --now, else CSM_NOW, else the system's" {
	run_csm --now 2023-01-01T00:00:00Z account new --name a
	ok
	csm account new --name b >/dev/null
	CSM_NOW= csm account new --name c >/dev/null
	run_csm account list --fields name,created_at --no-header --sort name
	out_has "a	2023-01-01T00:00:00Z"
	out_has "b	2024-03-01T09:00:00Z"
	out_lacks "c	2024-03"
	run_csm --now yesterdayish account list
	fails 2 "--now"
	CSM_NOW=x run_csm account list
	fails 2 "CSM_NOW"
}

@test "--as beats CSM_USER, which beats the configuration; the actor stands in the change" {
	csm user new --user-name anna --name "Anna A" >/dev/null
	csm user new --user-name bert --name "Bert B" >/dev/null
	echo "user = bert" >conf
	export CSM_CONFIG=$PWD/conf
	csm account new --name one >/dev/null
	CSM_USER=anna csm account new --name two >/dev/null
	CSM_USER=anna csm account new --name three --as bert >/dev/null
	run_csm log --limit 3 --fields actor --no-header
	out_is "$(printf 'bert\nanna\nbert')"
	run_csm --as nobody account list
	fails 77 nobody
}

@test "-c beats the environment, the file and the database" {
	csm config set case.auto_close true
	run_csm config get case.auto_close
	out_is true
	run_csm config get case.auto_close -c case.auto_close=false
	out_is false
	echo "case.auto_close = false # a comment has a line of its own" >conf
	CSM_CONFIG=$PWD/conf run_csm config get case.auto_close
	fails 78 "'false # a comment"
	echo "case.auto_close = false" >conf
	CSM_CONFIG=$PWD/conf run_csm config get case.auto_close
	out_is false
	csm config unset case.auto_close
	run_csm config get case.auto_close
	out_is false
}

@test "the configuration file is told apart by line when it is wrong" {
	printf '# mine\n\n  db = x.db\nnonsense = 3\n' >conf
	CSM_CONFIG=$PWD/conf run_csm account list
	fails 78 "conf:4: unknown setting 'nonsense'"
	echo "no equals sign" >conf
	CSM_CONFIG=$PWD/conf run_csm account list
	fails 78 "conf:1:"
}

@test "config set and unset keep the other lines of the file" {
	export CSM_CONFIG=$PWD/conf
	printf '# mine\nwait = 5\noutput = csv\n' >conf
	csm config set output json
	csm config set user anna
	eq "$(cat conf)" "$(printf '# mine\nwait = 5\noutput = json\nuser = anna')"
	csm config unset output
	csm config set case.auto_close true --file
	eq "$(cat conf)" "$(printf '# mine\nwait = 5\nuser = anna\ncase.auto_close = true')"
}

@test "config set makes the file and its folder" {
	csm config set output yaml
	eq "$(cat "$HOME/.config/csm/config")" "output = yaml"
}

@test "config list tells value, source and default; a value is checked by its kind" {
	run_csm config list -o json
	ok
	eq "$(json '.[] | select(.name == "db") | .source')" environment
	eq "$(json '.[] | select(.name == "sla.soon") | .value')" 2h
	run_csm config set sla.soon soonish
	fails 65 soonish
	run_csm config set sla.son 1h
	fails 2 "did you mean 'sla.soon'"
	run_csm -c sla.son=1h account list
	fails 2 "did you mean 'sla.soon'"
	run_csm -c sla.soon account list
	fails 2 "name=value"
	run_csm config get editor
	fails 1
}

@test "config works without a database, but a setting of one needs it" {
	rm "$CSM_DB"
	run_csm config list
	ok
	run_csm config set case.auto_close true
	fails 66 "csm init"
}

@test "--version and version" {
	run_csm --version
	ok
	[[ $out =~ ^csm\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	run_csm account list --version
	ok
	run_csm version -o json
	ok
	eq "$(json '.[] | select(.name == "documents") | .value')" 1
}

@test "-q takes notes and answers away, not errors" {
	run_csm -q account new --name x
	ok
	out_is ""
	run_csm -q account show ACCT0000009
	fails 3 ACCT0000009
	run_csm -q account list --limit 1 --no-header --fields name
	ok
	out_is x
}

@test "an unknown word is a program csm-WORD on PATH; built-in words can't be taken" {
	mkdir bin
	printf '#!/bin/sh\necho "foo $CSM_DB $CSM_NOW $*"\nexit 9\n' >bin/csm-foo
	printf '#!/bin/sh\necho taken\n' >bin/csm-account
	chmod +x bin/*
	PATH=$PWD/bin:$PATH run_csm --db /some/where --now @0 foo -x --y=z "a b"
	fails 9
	out_is "foo /some/where @0 -x --y=z a b"
	PATH=$PWD/bin:$PATH run_csm account list --count
	ok
	out_is 0
	PATH=$PWD/bin:$PATH run_csm fooo
	fails 2 "'fooo' is no command"
}
