#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Files that commands write: whole or not at all, links followed, devices not replaced.

load helpers

setup() { csm_setup; csm init; }

@test "export --output: a new file, and an old one keeps its mode" {
	run_csm export setting --output a.yaml
	[ "$status" -eq 0 ]
	out_is ""
	err_has "0 records written to"
	eq "$(cat a.yaml)" "csm: 1"
	chmod 640 a.yaml
	csm config set case.auto_close true >/dev/null
	csm export setting --output a.yaml
	eq "$(stat -c %a a.yaml)" 640
	grep -q auto_close a.yaml
}

@test "export --output: a link is followed, nothing else is left beside it" {
	mkdir real
	: >real/file.json
	ln -s real/file.json link.json
	csm export setting --output link.json
	[ -L link.json ]
	eq "$(jq -r .csm real/file.json)" 1
	eq "$(ls real)" file.json
}

@test "export --output: a device is written to, not replaced; a full one is status 74" {
	run_csm export resolution_code --output /dev/full
	fails 74 "No space left on device"
	[ -c /dev/full ]
}

@test "export --output: where it can't be made, nothing is left" {
	run_csm export setting --output nothere/a.yaml
	fails 66 "nothere/a.yaml: No such file or directory"
}

@test "config set follows a link and keeps devices" {
	export CSM_CONFIG=$PWD/conf
	: >target
	ln -s target conf
	run_csm config set --file output json
	[ -L conf ]
	grep -q json target
	CSM_CONFIG=/dev/null run_csm config set --file output json
	[ -c /dev/null ]
}

@test "a table asked for by configuration is for lists; documents are as they are" {
	CSM_OUTPUT=table run_csm export setting
	ok
	out_is "csm: 1"
	CSM_OUTPUT=nonsense run_csm export setting
	fails 2 "'nonsense' is none of table"
}
