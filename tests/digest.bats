#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# digest.bats - what history says of created records: the digest of today, and the one that csm wrote at first.
load helpers

setup() {
	csm_setup
	csm init -q
	printf '{"account": {"external_id": "A%d", "name": "Müller \\"%d\\"", "customer": true}}\n' 1 1 2 2 | csm import -q --from ndjson -
}

sha() { sha256sum | cut -d' ' -f1; }
history_of() { sqlite3 "$CSM_DB" "SELECT diff FROM history WHERE type = 'account' AND op = 'create'"; }

# As csm wrote it first: the digest of a run folds a text of each row, in SHA-256; the chain is made to fit.
make_old() {
	local digest="" row hash parent

	while read -r row; do
		digest=$(printf '%s%s' "$digest" "$row" | sha)
	done < <(sqlite3 "$CSM_DB" "SELECT '{\"id\":' || id || ',\"external_id\":' || json_quote(external_id) || ',\"name\":' || json_quote(name)
		|| ',\"customer\":true,\"partner\":false,\"active\":true,\"is_primary\":false,\"account_code\":' || json_quote(account_code) ||
		',\"account_path\":' || json_quote(account_path) || ',\"created_at\":' || created_at || ',\"created_by\":' || json_quote(created_by) || '}'
		FROM accounts ORDER BY id")
	sqlite3 "$CSM_DB" "UPDATE history SET diff = '{\"sha256\":\"$digest\"}' WHERE type = 'account' AND op = 'create'"
	hash=
	while read -r row; do
		hash=$(printf '%s%s' "$hash" "$row" | sha)
	done < <(sqlite3 "$CSM_DB" "SELECT seq || ' ' || type || ' ' || record || ' ' || coalesce(last_record, record) || ' ' || substr(op, 1, 1)
		|| iif(stated, ' stated ', ' ') || diff FROM history WHERE change = (SELECT max(id) FROM changes) ORDER BY seq")
	parent=$(sqlite3 "$CSM_DB" "SELECT '[\"' || parent_hash || '\",' || id || ',' || at || ',' || json_quote(actor) || ',' ||
		json_quote(on_behalf) || ',' || json_quote(command) || ',0,\"' FROM changes ORDER BY id DESC LIMIT 1")
	hash=$(printf '%s%s"]' "$parent" "$hash" | sha)
	sqlite3 "$CSM_DB" "UPDATE changes SET hash = '$hash' WHERE id = (SELECT max(id) FROM changes)"
}

@test "a run of created records is proven by its digest: a value that was changed behind csm's back is found" {
	[[ $(history_of) =~ ^\{\"blake2b\":\"[0-9a-f]{64}\"\}$ ]]
	run_csm db verify
	eq "$status" 0
	# one value that becomes another, one that moves to the next field, and one that comes from nowhere
	for set in "name = 'Other'" "name = external_id, external_id = name" "website = 'x.example'" "created_at = created_at + 1"; do
		cp "$CSM_DB" copy.db
		sqlite3 copy.db "UPDATE accounts SET $set WHERE external_id = 'A2'"
		run_csm --db copy.db db verify
		fails 1 "account ACCT0000001: or one of the 2 records created with it is not what history says"
	done
}

@test "a database whose history has digests of the first form is proven too" {
	make_old
	run_csm db verify
	eq "$status" 0
	sqlite3 "$CSM_DB" "UPDATE accounts SET name = 'Other' WHERE external_id = 'A1'"
	run_csm db verify
	fails 1 "account ACCT0000001: or one of the 2 records created with it is not what history says"
}
