#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A dry run says exactly what the run says, in each mode, and leaves the bytes of the database alone.
load helpers

setup() {
	csm_setup
	csm init -q
	cat >old.yaml <<-'END'
		user: [{user_name: u1, name: One}, {user_name: u2, name: Two}]
		group: [{name: G, member: [{member: u1}]}]
		account: [{external_id: A1, name: Boxeo, customer: true, city: Bonn}]
	END
	csm import old.yaml -q
	cat >new.yaml <<-'END'
		group: [{name: G, description: d, member: [{member: u2}]}, {name: H, manager: u9}]
		account:
		  - {external_id: A1, name: Umbra, city: null, contact: [{external_id: C1, first_name: Ann}]}
		  - {external_id: A2, name: Two, customer: maybe, contact: [{external_id: C2, first_name: Bob}]}
		  - {external_id: A3, name: Three, customer: true}
		case:
		  - {external_id: K1, account: A3, short_description: x, state: new, comment: [{body: hello}]}
	END
	cp "$CSM_DB" start.db
}

# same ARG...: csm import new.yaml ARG... prints the same bytes with --dry-run and without, and the dry run changes no byte of the file
same() {
	local code=0 dry=0

	cp start.db "$CSM_DB"
	"$CSM_BIN" import new.yaml "$@" --dry-run >dry.out 2>dry.err || dry=$?
	cmp start.db "$CSM_DB" || wrong "the dry run changed the file"
	[ ! -e "$CSM_DB-wal" ]
	"$CSM_BIN" import new.yaml "$@" >wet.out 2>wet.err || code=$?
	eq "$dry" "$code"
	grep -v '^csm: dry run: nothing was stored$' dry.err >dry.talk || true
	cmp dry.out wet.out || { diff dry.out wet.out; return 1; }
	cmp dry.talk wet.err || { diff dry.talk wet.err; return 1; }
}

@test "skip, in every format, with and without --verbose" {
	same --on-error=skip
	eq "$(grep -c 'csm: new.yaml' wet.err)" 3
	same --on-error=skip --verbose
	grep -q 'csm: new.yaml:3: account ACCT0000001 updated: name: "Boxeo" -> "Umbra"; city: "Bonn" -> null' wet.err
	grep -q 'csm: new.yaml:7: case CS0000001 created' wet.err
	for format in json ndjson yaml csv; do
		same --on-error=skip --verbose -o "$format"
	done
	cp start.db "$CSM_DB"
	csm import new.yaml --on-error=skip -v -o json --dry-run >v.json 2>/dev/null || true
	eq "$(jq -c '.records | map(select(.record == "account") | [.key, .outcome, .fields]) | .[0]' v.json)" \
		'["ACCT0000001","updated",{"name":["Boxeo","Umbra"],"city":["Bonn",null]}]'
	eq "$(jq -c '.records | map(select(.outcome == "rejected") | [.record, .field, .code]) | .[0]' v.json)" '["group","manager","notfound"]'
}

@test "abort, limits, modes, keys, lists that replace, rejects" {
	same
	same --on-error=limit=1
	same --on-error=limit=9
	same --on-error=skip --on-match=skip
	same --on-error=skip --on-match=error
	same --on-error=skip --on-missing=skip
	same --on-error=skip --on-missing=error --verbose
	same --on-error=skip --key name
	same --on-error=skip --replace-children --verbose
	grep -q 'csm: new.yaml:1: group_member #1 deleted' wet.err
	same --on-error=skip --rejects r.yaml
}
