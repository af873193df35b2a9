#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Care: databases and inputs that mean harm, actors that may not, readers that go.

load helpers

setup() {
	csm_setup
	csm init
	cat >world.yaml <<-'EOF'
		csm: 1
		user: [{user_name: anna, name: Anna Ott}]
		account:
		  - {name: Acme, contact: [{first_name: Geneva, last_name: Roth, user_name: geneva}]}
		case: [{account: Acme, short_description: x}]
	EOF
	csm import world.yaml >/dev/null
}

@test "an external user gets nothing, not even a copy of the file" {
	for words in "case list" "db info" "db backup copy.db" "db check" "db verify" "db migrate" "export" "log" "config list"; do
		# shellcheck disable=SC2086 # words
		run_csm --as geneva $words
		fails 77 "external"
		out_is ""
	done
	[ ! -e copy.db ]
	run_csm --as nobody case list
	fails 77 "nobody"
}

@test "a number too large to be one does not use up those that come after it" {
	echo '{"account": {"number": "ACCT9007199254740991", "name": "X"}}' >big.ndjson
	run_csm import big.ndjson
	fails 65 "at most 12 digits"
	eq "$(csm account new --name Y)" ACCT0000002
}

@test "the log of a deleted record is still there" {
	csm account new --name Gone >/dev/null
	csm account delete ACCT0000002 --yes >/dev/null
	run_csm log ACCT0000002 --fields op,field,old --no-header -o csv
	ok
	out_has "delete,name,Gone"
	run_csm log ACCT0000003
	fails 3 "there is no account"
	run_csm undo 0
	fails 2 "'0' is no change"
}

@test "a counter behind its records is found" {
	sqlite3 "$CSM_DB" "UPDATE counters SET next = 1 WHERE type = 'case'"
	run_csm db check
	[ "$status" -eq 1 ]
	err_has "case CS0000001: the next number to be given, 1, is not above this one"
}

@test "a history that names records without end is told, not walked" {
	sqlite3 "$CSM_DB" "UPDATE history SET last_record = 9000000000000000 WHERE op = 'create' AND type = 'case'"
	run_csm db verify
	[ "$status" -eq 1 ]
	err_has "never made"
}

@test "a report that nobody reads to its end is not marked as told" {
	csm sla-definition new --name R --target-type case --duration 1m --start-condition "active = true" --stop-condition "state = closed" >/dev/null
	for i in $(seq 2 2000); do
		echo "{\"case\": {\"account\": \"Acme\", \"short_description\": \"a case with a long description, number $i\"}}"
	done >many.ndjson
	csm import many.ndjson >/dev/null
	csm case list --fields number --no-header -o tsv | csm case edit - --priority 1 >/dev/null
	export CSM_NOW=2024-03-01T10:00:00Z
	csm sla list --count >count
	sqlite3 "$CSM_DB" "UPDATE slas SET breach_reported_at = NULL"
	"$CSM_BIN" sla breaches --new --no-header -o tsv | head -n 1 >first || true
	eq "$(sqlite3 "$CSM_DB" 'SELECT count(*) FROM slas WHERE breach_reported_at IS NOT NULL')" 0
	eq "$(csm sla breaches --new --no-header -o tsv | wc -l)" "$(cat count)"
}

@test "places that are no database" {
	run_csm --db /etc case list
	fails 74 "/etc: is not a file"
	run_csm --db / case list
	fails 74 "is not a file"
	echo hello >text
	run_csm --db text case list
	fails 76
	: >empty
	run_csm --db empty case list
	fails 76
}

@test "schedules that include each other a thousand ways are refused, not walked" {
	awk 'BEGIN { for (l = 0; l < 8; l++) for (i = 0; i < 12; i++) {
		printf "{\"schedule\": {\"name\": \"s%d_%d\", \"time_zone\": \"UTC\"", l, i
		for (k = 0; l && k < 12; k++) printf "%s\"s%d_%d\"", k ? ", " : ", \"include\": [", l - 1, k
		print (l ? "]" : "") "}}" } }' >maze.ndjson
	run_csm import maze.ndjson
	fails 65 "more than 1000 schedules"
}
