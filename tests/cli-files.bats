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
	fails 74 "nothere/a.yaml: No such file or directory"
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

@test "what cron runs is silent when there is nothing to say" {
	run_csm -q tick
	ok
	out_is ""
	run_csm -q sla breaches --new --no-header -o csv
	ok
	out_is ""
}

@test "options that say nothing or the same twice are refused" {
	run_csm case list --fields ''
	fails 2 "--fields: expected"
	run_csm sla breaches --new --count
	fails 2 "--new marks what it prints"
	csm account new --name Acme >/dev/null
	csm case new --account Acme --short-description x >/dev/null
	run_csm entitlement check CS0000001 --account Acme
	fails 2 "--account goes without a CASE"
}

@test "a disk that is full: no key is printed for a record that is not there" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to mount"
	mkdir small
	mount -t tmpfs -o size=3m tmpfs small 2>/dev/null || skip "no tmpfs here"
	cp "$CSM_DB" small/x.db || true
	head -c 3000000 /dev/zero >small/fill 2>/dev/null || true
	CSM_DB=$PWD/small/x.db run_csm account new --name A
	umount small
	fails 74
	out_is ""
}

@test "db check tells a broken reference, more than one, and goes on" {
	csm account new --name Acme >/dev/null
	csm case new --account Acme --short-description x >/dev/null
	csm case new --account Acme --short-description y >/dev/null
	sqlite3 "$CSM_DB" "PRAGMA foreign_keys = OFF; UPDATE cases SET contact = 999"
	run_csm db check
	[ "$status" -eq 1 ]
	err_has "CS0000001"
	err_has "CS0000002"
}

@test "an output never takes the place of the database, whatever it is called" {
	ln "$CSM_DB" hard
	ln -s "$CSM_DB" soft
	echo '{"group": {"nme": "A"}}' >a.ndjson
	for file in "$CSM_DB" hard soft; do
		run_csm export --output "$file"
		fails 2 "csm: $file: is the database; expected another file"
		run_csm import a.ndjson --on-error=skip --rejects "$file"
		fails 2 "csm: $file: is the database; expected another file"
	done
	csm db check -q
}

@test "an output to an open file goes on where that is, and what was there stays" {
	echo '{"group": {"name": ""}}' >a.ndjson
	echo first >log
	run_csm import a.ndjson --on-error=skip --rejects file
	eq "$status" 1
	{ "$CSM_BIN" -q import a.ndjson --on-error=skip --rejects /dev/stdout 2>/dev/null || true; } >>log
	{ "$CSM_BIN" -q import a.ndjson --on-error=skip --rejects /dev/fd/7 2>/dev/null || true; } 7>>log
	eq "$(cat log)" "first
$(cat file file)"
	run_csm export --output /dev/fd/98
	fails 74 "csm: /dev/fd/98: Bad file descriptor"
}
