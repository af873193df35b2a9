#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The exit statuses, one by one, as `csm help exit-status` lists them.
load helpers

setup() {
	csm_setup
	csm init
}

@test "0: done" {
	run_csm account new --name Boxeo
	ok
	out_is ACCT0000001
}

@test "1: an answer of no" {
	run_csm config get editor
	fails 1
	csm account new --name a >/dev/null
	sqlite3 "$CSM_DB" "UPDATE changes SET actor = 'somebody else'"
	run_csm db verify
	fails 1
}

@test "2: wrong use" {
	run_csm account frobnicate
	fails 2
}

@test "3: no such record" {
	run_csm account show ACCT0000042
	fails 3 "ACCT0000042"
	run_csm show ACCT0000042
	fails 3
	run_csm show 42
	fails 3
	run_csm show XYZ
	fails 3 "'XYZ' is no number"
}

@test "4: refused by a rule" {
	csm account new --name Boxeo >/dev/null
	csm contact new --account ACCT0000001 --first-name Geneva --last-name Roth >/dev/null
	run_csm account delete ACCT0000001
	fails 4 "contact"
	run_csm account show ACCT0000001
	ok
}

@test "5: stale version, key taken" {
	csm account new --name Boxeo >/dev/null
	csm account edit ACCT0000001 --city Bonn --if-version 1 >/dev/null
	run_csm account edit ACCT0000001 --city Kassel --if-version 1
	fails 5 version
	csm contact new --account ACCT0000001 --first-name A --last-name B --external-id x1 >/dev/null
	run_csm contact new --account ACCT0000001 --first-name A --last-name B --external-id x1
	fails 5 "x1"
	run_csm init
	fails 5 "is a csm database already"
}

@test "65: the input is wrong" {
	run_csm account new --name Boxeo --customer maybe
	fails 65 "customer: 'maybe'"
	run_csm account new --name Boxeo --rank-tier silverish
	fails 65 "silverish"
	run_csm account new
	fails 65 "name"
}

@test "66: input or database missing, with the hint" {
	CSM_DB=$PWD/none.db run_csm account list
	fails 66 "csm init"
	CSM_DB=$PWD/none.db run_csm account new --name x
	fails 66 "csm init"
	[ ! -e none.db ]
	run_csm account new --name @none.txt
	fails 66 none.txt
}

@test "71: out of memory; nothing is stored" {
	(ulimit -v 60000 && "$CSM_BIN" --version) >/dev/null 2>&1 || skip "this build (with sanitizers) needs more memory to start"
	head -c 50000000 /dev/zero | tr '\0' a >big
	status=0
	(ulimit -v 60000 && "$CSM_BIN" account new --name x --notes @big) >out.txt 2>err.txt || status=$?
	eq "$status" 71
	grep -q 'out of memory; nothing was stored' err.txt
	eq "$(csm account list --count)" 0
}

@test "74: a file that may not grow" {
	head -c 60000 /dev/zero | tr '\0' a >big
	status=0
	(ulimit -f 64 && for i in 1 2 3; do "$CSM_BIN" account new --name x --notes @big -q || exit; done) 2>err.txt || status=$?
	eq "$status" 74
	csm db check
}

@test "74: output lost, before and after the commit" {
	run_csm account list
	status=0
	"$CSM_BIN" account list >/dev/full 2>err.txt || status=$?
	eq "$status" 74
	grep -q 'No space left' err.txt
	status=0
	"$CSM_BIN" account new --name kept >/dev/full 2>err.txt || status=$?
	eq "$status" 74
	grep -q 'stored, output lost' err.txt
	eq "$(csm account list --fields name --no-header)" kept
	status=0
	"$CSM_BIN" account list >&- 2>err.txt || status=$?
	eq "$status" 74
}

# with IN OUT ERR ARG...: csm without the descriptors that are -; what it says goes to out.txt and err.txt
with() {
	local in=$1 out=$2 err=$3

	shift 3
	(
		[ "$in" != - ] || exec 0<&-
		[ "$err" = - ] || exec 2>err.txt
		[ "$err" != - ] || exec 2>&-
		[ "$out" = - ] || exec 1>out.txt
		[ "$out" != - ] || exec 1>&-
		exec "$CSM_BIN" "$@"
	)
}

@test "closed standard descriptors are no file that csm opens: what can't be said is 74, and what was not asked for does no harm" {
	local lost n=0 fds

	echo '{"account": {"name": "wrong", "nam": 1}}' >wrong.ndjson
	for fds in "+ + +" "- + +" "+ - +" "+ + -" "- - +" "- + -" "+ - -" "- - -"; do
		lost=0
		[[ $fds != *" - "* ]] || lost=74
		: >out.txt
		: >err.txt
		# shellcheck disable=SC2086 # three words each
		{
			status=0 && with $fds account list --fields name || status=$?
			eq "$fds $status" "$fds $lost"
			status=0 && with $fds account new --name "n$((++n))" || status=$?
			eq "$fds $status" "$fds $lost"
			[[ $fds != ?" - +" ]] || grep -q "stored, output lost" err.txt
			status=0 && with $fds import wrong.ndjson --rejects "rejects.$n" --on-error skip || status=$?
			eq "$fds $status" "$fds $([ $lost = 0 ] && echo 1 || echo 74)"
			status=0 && with $fds account show "name $n" || status=$?
			eq "$fds $status" "$fds 3"
			status=0 && with $fds export account --output "export.$n" || status=$?
			eq "$fds $status" "$fds 0"
			# from standard input: it can't be read where there is none
			status=0 && echo "{\"account\": {\"name\": \"in$n\"}}" | with $fds account import - --from ndjson || status=$?
			eq "$fds $status" "$fds $([[ $fds == -* ]] && echo 74 || echo $lost)"
		}
	done
	eq "$(csm account list --where 'name ~ "n?"' --count)" 8
	eq "$(csm account list --where 'name ~ "in?"' --count)" 4
	eq "$(cat rejects.* | sort -u | wc -l)$(cat rejects.* | wc -l)" 18
	eq "$(sort -u export.* | grep -c 'name: n')" 8
	csm db check 2>/dev/null
	csm db verify 2>/dev/null
}

@test "75: locked by another" {
	coproc HOLD { sqlite3 "$CSM_DB"; }
	echo "BEGIN IMMEDIATE; SELECT 'held';" >&"${HOLD[1]}"
	read -r line <&"${HOLD[0]}"
	eq "$line" held
	run_csm --wait 0 account new --name x
	fails 75
	run_csm account list
	ok
	echo "ROLLBACK;" >&"${HOLD[1]}"
	echo ".quit" >&"${HOLD[1]}"
	wait "$HOLD_PID" || true
	run_csm --wait 0 account new --name x
	ok
}

@test "76: damaged, or not csm's" {
	head -c 8192 /dev/urandom >noise.db
	run_csm --db noise.db account list
	fails 76
	sqlite3 other.db "CREATE TABLE t (x)"
	run_csm --db other.db account list
	fails 76
	run_csm --db other.db account new --name x
	fails 76
}

@test "77: not permitted" {
	csm user new --user-name anna --name "Anna A" >/dev/null
	run_csm --as nobody account list
	fails 77
}

@test "78: newer schema, wrong configuration" {
	sqlite3 "$CSM_DB" "INSERT INTO csm_meta SELECT 1000, 'newer', applied_at, sha256 FROM csm_meta LIMIT 1; PRAGMA user_version = 1000"
	run_csm account list
	fails 78
	run_csm db migrate
	fails 78
	run_csm db info
	ok
}

@test "a reader that stops early is no error" {
	for i in $(seq 3); do csm account new --name "account $i" >/dev/null; done
	set -o pipefail
	"$CSM_BIN" dict --json 2>err.txt | head -1 >/dev/null
	exec 8> >(:)
	wait $!
	"$CSM_BIN" account list >&8 2>err2.txt
	exec 8>&-
	[ ! -s err.txt ]
	[ ! -s err2.txt ]
}

@test "several records: each failure is told, the first decides the status, nothing is stored" {
	csm account new --name a >/dev/null
	csm account new --name b >/dev/null
	run_csm account edit ACCT0000001 ACCT0000009 nobody ACCT0000002 --city Bonn
	fails 3 "ACCT0000009"
	err_has "nobody"
	err_has "nothing was stored"
	out_is ""
	run_csm account list --city Bonn --count
	out_is 0
	run_csm account show ACCT0000009 ACCT0000001 -o json
	fails 3 ACCT0000009
	eq "$(json '.[0].number')" ACCT0000001
}

@test "with -o json every failure is an object a line" {
	csm account new --name a >/dev/null
	run_csm account edit ACCT0000008 ACCT0000009 --city Bonn -o json
	fails 3
	eq "$(printf '%s\n' "$err" | jq -rs 'map(.key) | join(" ")')" "ACCT0000008 ACCT0000009"
	eq "$(printf '%s\n' "$err" | jq -rs '.[0].error')" "notfound"
}
