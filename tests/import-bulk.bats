#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# import-bulk.bats - a load of many records goes without indexes: the schema and the data are what they would be, whatever becomes of it.
load helpers

setup() { csm_setup; csm init -q; }

schema() { sqlite3 "$CSM_DB" "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name" | cksum; }
contacts() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"contact\":{\"external_id\":\"C%d\",\"last_name\":\"N%d\",\"account\":\"A%d\"}}\n", i, i, i % 97 }'; }
accounts() { awk 'BEGIN { for (i = 0; i < 97; i++) printf "{\"account\":{\"external_id\":\"A%d\",\"name\":\"A%d\",\"customer\":true}}\n", i, i }'; }

@test "a big load leaves the schema as it was, and each index whole" {
	before=$(schema)
	run_csm import --from ndjson - < <(accounts && contacts 6000)
	eq "$status" 0
	eq "$(schema)" "$before"
	csm db check -q
	csm db verify -q
	eq "$(csm contact list --account A3 --count)" 62
	eq "$(sqlite3 "$CSM_DB" "PRAGMA integrity_check; SELECT count(*) FROM contacts INDEXED BY contacts_account WHERE account IS NOT NULL")" $'ok\n6000'
}

@test "a big load that changes nothing leaves the indexes alone, and one that changes something makes them whole again" {
	{ accounts && contacts 6000; } >all.ndjson
	csm -q import all.ndjson >/dev/null
	before=$(schema) made=$(sqlite3 "$CSM_DB" 'PRAGMA schema_version')
	run_csm import all.ndjson
	eq "$status" 0
	eq "$(sqlite3 "$CSM_DB" 'PRAGMA schema_version')" "$made"
	sed -e '3000s/"A[0-9]*"/"A6"/' -e '3001s/"A[0-9]*"/"A6"/' all.ndjson >changed.ndjson
	run_csm import changed.ndjson
	eq "$status" 0
	eq "$(schema)" "$before"
	eq "$(sqlite3 "$CSM_DB" 'PRAGMA schema_version' | awk -v n="$made" '{ print ($1 > n) }')" 1
	eq "$(sqlite3 "$CSM_DB" "PRAGMA integrity_check; SELECT group_concat(account) FROM contacts WHERE external_id IN ('C2903', 'C2904')")" $'ok\n7,7'
	csm db verify -q
}

@test "a big load that ends with an error, and one that is tried only, leave the file as it was" {
	accounts | csm -q import --from ndjson - >/dev/null
	before=$(schema)
	contacts 6000 >all.ndjson
	{ cat all.ndjson && echo '{"contact":{"external_id":"X","last_name":"N","account":"none"}}'; } >bad.ndjson
	run_csm import bad.ndjson
	eq "$status" 65
	eq "$(schema)" "$before"
	eq "$(sqlite3 "$CSM_DB" 'PRAGMA integrity_check; SELECT count(*) FROM contacts')" $'ok\n0'
	run_csm import -n all.ndjson
	eq "$status" 0
	eq "$(schema)" "$before"
	eq "$(sqlite3 "$CSM_DB" 'SELECT count(*) FROM contacts')" 0
	# killed in the middle
	"$CSM_BIN" -q import all.ndjson &
	sleep 0.15
	kill -9 $! 2>/dev/null || true
	wait $! 2>/dev/null || true
	eq "$(schema)" "$before"
	csm db check -q
}

@test "an undo of a big load leaves the schema as it was, and history whole, and can be undone" {
	before=$(schema)
	csm -q import --from ndjson - < <(accounts && contacts 6000) >/dev/null
	csm export >there.yaml
	run_csm -q --yes undo 2
	eq "$status" 0
	eq "$out$err" ''
	eq "$(schema)" "$before"
	eq "$(sqlite3 "$CSM_DB" "PRAGMA integrity_check; SELECT count(*) FROM history INDEXED BY history_record WHERE type = 'contact' AND op = 'delete'")" $'ok\n6000'
	eq "$(csm contact list --count)" 0
	csm -q --yes undo 3
	csm export | cmp - there.yaml
	eq "$(schema)" "$before"
	csm db verify -q
}

@test "a big load may begin with a stored record that refers to one to come" {
	accounts | csm -q import --from ndjson - >/dev/null
	before=$(schema)
	{ echo '{"account":{"external_id":"A1","name":"A1x","primary_contact":"C5"}}' && contacts 6000; } >all.ndjson
	run_csm import all.ndjson
	eq "$status" 0
	eq "$err" 'csm: 6001 records of the input, none rejected'
	eq "$(schema)" "$before"
	eq "$(sqlite3 "$CSM_DB" "PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT c.external_id FROM accounts a JOIN contacts c ON c.id = a.primary_contact")" $'ok\nC5'
	csm db check -q
	csm db verify -q
}

@test "the keys that references name are asked for once, and are those of the database all the same" {
	accounts | csm -q import --from ndjson - >/dev/null
	contacts 1000 | csm -q import --from ndjson - >/dev/null
	eq "$(sqlite3 "$CSM_DB" "SELECT count(*) FROM contacts c, accounts a WHERE a.id = c.account AND a.external_id = 'A' || (substr(c.external_id, 2) % 97)")" 1000
}
