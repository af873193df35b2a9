#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Steps of the schema: none that has landed is ever edited, and a database of an earlier one is taken on.

load helpers

setup() {
	csm_setup
	csm init 2>/dev/null
	export CSM_DB
}

# A database keeps the SHA-256 of each step it was made by: what is new goes into a step of its own, with a line of its own in SHA256SUMS.
@test "the steps are those that databases were made by" {
	cd "$CSM_ROOT/schema"
	sha256sum --quiet -c SHA256SUMS
	eq "$(sed 's/.* //' SHA256SUMS | tr '\n' ' ')" "$(printf '%s ' 0*.sql)"
	eq "$(sqlite3 "$CSM_DB" 'SELECT sha256 FROM csm_meta ORDER BY version')" "$(cut -d ' ' -f 1 SHA256SUMS)"
}

# back_to_3: the database as it was before step 4
back_to_3() {
	sqlite3 "$CSM_DB" <<-'EOF'
		ALTER TABLE changes DROP COLUMN kept;
		ALTER TABLE import_rejects DROP COLUMN record_no;
		ALTER TABLE import_rejects DROP COLUMN kept;
		ALTER TABLE import_rejects DROP COLUMN input_format;
		ALTER TABLE import_rejects DROP COLUMN delimiter;
		ALTER TABLE import_rejects DROP COLUMN place;
		DELETE FROM csm_meta WHERE version = 4;
		PRAGMA user_version = 3;
	EOF
}

@test "step 4: loads, rejects and undoes of a database of step 3" {
	printf '{"account": {"name": "A", "external_id": "a"}}\n{"account": {"nam": "B"}}\n' >a.ndjson
	csm account new --name X >/dev/null
	csm undo >/dev/null
	back_to_3
	run_csm account list
	fails 78 "database has schema version 3, this program needs 4: run 'csm db migrate'"
	run_csm db migrate
	[ "$status" -eq 0 ]
	err_has "1 steps, schema 4"
	for verb in check verify; do
		run_csm db $verb
		[ "$status" -eq 0 ]
	done
	eq "$(sqlite3 "$CSM_DB" .schema)" "$(CSM_DB=new.db csm init 2>/dev/null; sqlite3 new.db .schema)"
	run_csm import a.ndjson --on-error skip
	fails 1
	run_csm import rejects IMP0000001
	[ "$status" -eq 0 ]
	out_has '{"account": {"nam": "B"},"_csm_file":"a.ndjson"'
	run_csm --yes undo
	[ "$status" -eq 0 ]
	run_csm db verify
	[ "$status" -eq 0 ]
}

@test "step 4: a reject that was kept without its format is told as left out" {
	printf '{"account": {"nam": "B"}}\n' >a.ndjson
	run_csm import a.ndjson --on-error skip
	fails 1
	back_to_3
	csm db migrate
	run_csm import rejects IMP0000001
	fails 1 "csm: 1 record is left out: too long to be kept with the load, or loaded by an older csm"
	out_is ""
	run_csm import rejects IMP0000001 --fields message --no-header -o tsv
	[ "$status" -eq 0 ]
	out_is "is no field of account; did you mean 'name'?"
}
