#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# How far a load is: on a terminal, with --progress elsewhere, never in a pipe unasked.

load helpers

setup() {
	csm_setup
	csm init
	for i in $(seq 3000); do echo "{\"account\":{\"name\":\"A $i\"}}"; done >a.ndjson
}

@test "in a pipe nothing is said; with --progress each phase, its records and their rate" {
	run_csm import a.ndjson -n
	eq "$status $err" "0 csm: 3000 records of the input, none rejected
csm: dry run: nothing was stored"
	run_csm import a.ndjson --progress -q
	eq "$status" 0
	eq "$(sed 's/, [0-9,]*\/s$//' <<<"$err")" "csm: reading 3,000 records
csm: storing 3,000 of 3,000 records (100 %)"
	has_rate=$(grep -c '/s$' <<<"$err")
	[ "$has_rate" -ge 1 ]
}

@test "of a load that is given up the rest is checked, and said so" {
	echo '{"account":{"nme":"x"}}' >>a.ndjson
	run_csm import a.ndjson --progress
	fails 65 "nme: is no field of account"
	err_has "csm: reading 3,001 records"
	err_has "csm: checking 3,000 of 3,001 records (99 %)"
	err_lacks storing
	eq "$(csm account list --count)" 0
}

@test "on a terminal it is one line, written over, and gone before anything else is said" {
	command -v script >/dev/null || skip "no script"
	on_tty "'$CSM_BIN' import a.ndjson --progress"
	eq "$status" 0
	[[ $out == *"storing 3,000 of 3,000 records (100 %)"* ]]
	# without being asked: what takes no time is not worth a line
	on_tty "'$CSM_BIN' import a.ndjson -n"
	eq "$status" 0
	[[ $out != *storing* ]]
	on_tty "'$CSM_BIN' import a.ndjson -n -q"
	[ -z "$out" ]
}

@test "--hooks: what the records would have notified of waits in the outbox" {
	csm sla-definition new --name R --target resolution --duration 1h --start-condition "state = new" --stop-condition "state = closed" >/dev/null
	csm user new --user-name anna --first-name A --last-name B --email a@x.example >/dev/null
	cat >c.yaml <<-'EOF'
		account: [{name: Acme}]
		case: [{account: Acme, short_description: x, opened_at: 2024-02-01T00:00:00Z, assigned_to: anna}]
	EOF
	cp "$CSM_DB" copy.db
	csm import c.yaml -q
	csm tick -q
	silent=$(csm outbox list --count)
	csm --db copy.db import c.yaml -q --hooks
	csm --db copy.db tick -q
	eq "$silent" 0
	[ "$(csm --db copy.db outbox list --count)" -gt 0 ]
}
