#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a new user sees first: `make demo`, from an empty folder to a report of broken SLAs.
load helpers

setup() {
	csm_setup
}

demo() {
	sh "$CSM_ROOT/tests/demo.sh" "$CSM_BIN" demo.db company.ndjson >demo.out 2>demo.err
}

# count TYPE CONDITION: by the sqlite3 shell, so that csm does not count itself
count() {
	sqlite3 -readonly demo.db "SELECT count(*) FROM $1 WHERE $2"
}

@test "the fixture: the same bytes each time, later than nothing" {
	sh "$CSM_ROOT/tests/fixtures/company.sh" >one.ndjson 2>/dev/null
	(cd / && sh "$CSM_ROOT/tests/fixtures/company.sh") >two.ndjson 2>/dev/null
	cmp one.ndjson two.ndjson
	jq -e . one.ndjson >/dev/null
	eq "$(grep -oE '2026-[0-9-]+T[0-9:]+Z' one.ndjson | sort | awk '$0 > "2026-06-30T12:00:00Z"')" ""
	[ "$(grep -c '"opened_at": "2026-01' one.ndjson)" -gt 60 ]
	[ "$(grep -c '"opened_at": "2026-06' one.ndjson)" -gt 60 ]
}

@test "the demo ends with a table of broken and soon broken SLAs that fits 80 columns" {
	demo
	eq "$(cat demo.err)" ""
	awk '/^SLAs that are breached/ { on = 1; next } /^$/ { on = 0 } on' demo.out >table
	breached=$(grep -c '^breached ' table)
	soon=$(grep -c '^soon ' table)
	[ "$breached" -ge 10 ] && [ "$breached" -le 40 ]
	[ "$soon" -ge 3 ]
	eq "$(LC_ALL=C.UTF-8 grep -E '^.{81,}' demo.out | grep -v -e '--now')" ""
}

@test "the demo: a company of the size that was promised, whole" {
	demo
	[ "$(count accounts 1)" -ge 40 ]
	[ "$(($(count contacts 1) + $(count consumers 1)))" -ge 200 ]
	[ "$(count cases 1)" -ge 600 ]
	[ "$(count cases "opened_at < strftime('%s', '2026-02-01')")" -ge 60 ]
	[ "$(count cases "opened_at >= strftime('%s', '2026-06-01')")" -ge 60 ]
	eq "$(sqlite3 demo.db "SELECT group_concat(state) FROM (SELECT DISTINCT state FROM cases ORDER BY state)")" \
		awaiting_info,cancelled,closed,new,open,resolved
	for kind in "accounts account_parent" "account_relationships from_account" "contact_relationships id" \
		"households head_of_household" "household_members id" "product_lines parent" "products id" "assets id" "sold_products id" \
		"install_base_items parent" "characteristics id" "contracts id" "contract_coverages id" "contract_slas id" "entitlements id" \
		"schedule_spans id" "schedule_exceptions id" "sla_definitions pause_condition" "groups manager" "group_members id" \
		"comments author_contact" "comments author_consumer" "work_notes id" "case_tasks id" "time_entries id" "blocking_tasks id" \
		"cases entitlement" "slas start_at" "entitlement_uses id"; do
		[ "$(count "${kind% *}" "${kind#* } IS NOT NULL")" -gt 0 ] || {
			echo "no $kind" >&2
			return 1
		}
	done
	[ "$(count accounts partner)" -ge 3 ]
	[ "$(count cases 'reopen_count > 0')" -ge 10 ]
	[ "$(count slas has_breached)" -ge 10 ]
	csm --db demo.db db check
	csm --db demo.db db verify
}

@test "the demo's report is right: each line by the engine's own columns, recounted" {
	demo
	now=$(date -u -d 2026-06-30T12:30:00Z +%s)
	eq "$(grep -c '^breached ' demo.out)" "$(count slas "active = 1 AND stage = 'in_progress' AND planned_end_at < $now")"
	eq "$(grep -c '^late ' demo.out)" "$(count slas "stage = 'completed' AND has_breached = 1 AND end_at >= $now - 86400")"
	eq "$(grep -c '^soon ' demo.out)" "$(count slas \
		"active = 1 AND stage = 'in_progress' AND planned_end_at >= $now AND planned_end_at <= $now + 7200")"
}

@test "three commands to try next work as printed" {
	demo
	awk '/^To try next:/ { on = 1; next } on' demo.out | sed 's/^  //' >next
	eq "$(grep -c . next)" 3
	eq "$(grep -c -- '--now 2026-06-30T12:30:00Z' next)" 3
	while read -r line; do
		sh -c "$line" >answer 2>/dev/null </dev/null
		[ -s answer ]
	done <next
}

@test "the demo's work is in the log, by those who did it" {
	demo
	run_csm --db demo.db log -o tsv --no-header
	ok
	out_has "lena.fischer"
	out_has "case accept-solution"
	eq "$(cut -f3 <<<"$out" | sort -u | grep -c '\.')" "$(grep -E '^  12:' demo.out | awk '{ print $2 }' | sort -u | grep -c .)"
	csm --db demo.db --now 2026-06-30T13:00:00Z --as lena.fischer undo
}

@test "the company again changes nothing; taken back, nothing is left of it; a dry run tells what the load does" {
	sh "$CSM_ROOT/tests/fixtures/company.sh" >company.ndjson 2>/dev/null
	export CSM_NOW=2026-06-30T12:00:00Z
	csm init
	csm export --output before.yaml
	csm import company.ndjson -o tsv --dry-run >dry
	csm import company.ndjson -o tsv >wet
	cmp dry wet
	csm import company.ndjson -o tsv >again
	eq "$(awk -F '\t' 'NR > 1 { n += $3 + $4 + $6 } END { print n }' again)" 0
	eq "$(csm log -o tsv --no-header | wc -l)" 2
	csm undo -q >/dev/null
	csm export --output after.yaml
	cmp before.yaml after.yaml
}

@test "the demo again makes the same database anew; a failing step fails the demo" {
	demo
	cp demo.out first.out
	demo
	cmp demo.out first.out
	printf '#!/bin/sh\ncase " $* " in *" accept "*) exit 4 ;; esac\nexec %s "$@"\n' "$CSM_BIN" >bad-csm
	chmod +x bad-csm
	run sh "$CSM_ROOT/tests/demo.sh" ./bad-csm other.db other.ndjson
	[ "$status" -ne 0 ]
}
