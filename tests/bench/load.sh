#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# load.sh - loads of many cases against the bare insertion of the same rows: time, memory, instructions.
#
# usage: tests/bench/load.sh [CASES] [ROUNDS] [COUNTED]     (100000 cases, 5 rounds; instructions of COUNTED cases, 10000, 0: not counted)
#
# The data are made by load_data.c: accounts, contacts and products first, which stand in a template with two SLA definitions; then CASES cases
# of about 400 bytes, references by external id. csm derives two SLA records a case. raw_load.c inserts the rows that csm wrote (cases, SLA
# records, alerts, history, counters) into a copy of the same template: the same schema, all its indexes, foreign keys on, one transaction.
# The dump of the database it makes has the lines of the dump of csm's, which is tested at the start.
#
#   json csv yaml   the same rows in another format, against csm's own load of NDJSON
#   second     the same file once more, when nothing changes; undo: csm undo of the load; both against the first load
#   others     the sqlite3 shell (.import and INSERT ... SELECT), jq into the shell, python3, where they are: they write the cases and two
#              SLA rows a case by a rule of thumb, without calendars, checks or history
#
# Every line is a whole process against another, in turn; medians of the ratios pair by pair. Gates are on instructions and memory alone.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/bench csm=${CSM_BIN:-$root/build/csm}
cases=${1:-100000} rounds=${2:-5} counted=${3:-10000}
dir=$(mktemp -d "${TMPDIR:-/tmp}/csm-load-XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
unset CSM_DB CSM_CONFIG CSM_USER
export CSM_NOW=2026-06-01T09:00:00Z LC_ALL=C
compile() { ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -o "$1" "$here/$1.c" "${@:2}"; }
compile load_data
compile raw_load -lsqlite3
compile cost

# ---- the templates ----
cat >rules.yaml <<'END'
csm: 1
schedule:
  - name: DE 9-17
    time_zone: Europe/Berlin
    span:
      - {days: [mon, tue, wed, thu, fri], start: "09:00", end: "12:00"}
      - {days: [mon, tue, wed, thu, fri], start: "13:00", end: "18:00"}
    exception:
      - {every: 01-01, kind: closed}
      - {every: easter-2, kind: closed}
      - {every: easter+1, kind: closed}
      - {every: 05-01, kind: closed}
      - {every: 10-03, kind: closed}
      - {every: 12-25, kind: closed}
      - {every: 12-26, kind: closed}
sla_definition:
  - {name: Response, target: response, duration: 8h, schedule_source: definition, schedule: DE 9-17,
     start_condition: active = true or state = closed, stop_condition: first_response_time is not null}
  - {name: Resolution, target: resolution, duration: 100h, schedule_source: definition, schedule: DE 9-17,
     start_condition: active = true or state = closed, stop_condition: "state in (resolved, closed)"}
END

# settle DB: its log is written back, so that a copy is whole.
settle() { sqlite3 "$1" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null; }

# world NAME N STORED: template.NAME.db with STORED cases, files cases.NAME.* of N more, full.NAME.db with them, rows.NAME.bin; rows are csm's own.
# Where more than three times as many are stored, or eight times as many as a hundred thousand, csm leaves the indexes in place; else it makes anew
# those that new rows would go to all ends of: see csm_store_bulk().
world() {
	local w=$1 n=$2 stored=$3 f

	"$csm" -q --db "template.$w.db" init
	./load_data parents $((n + stored)) >parents.ndjson
	"$csm" -q --db "template.$w.db" import rules.yaml parents.ndjson >/dev/null
	if ((stored)); then
		./load_data cases ndjson "$stored" 1 $((n + stored)) >stored.ndjson
		"$csm" -q --db "template.$w.db" case import stored.ndjson >/dev/null
	fi
	settle "template.$w.db"
	for f in ndjson json csv yaml; do ./load_data cases "$f" "$n" $((stored + 1)) $((n + stored)) >"cases.$w.$f"; done
	fill "$w"
}

# fewer NAME WORLD N: another world, of the first N cases of that one
fewer() {
	mv "template.$2.db" "template.$1.db"
	head -n "$3" "cases.$2.ndjson" >"cases.$1.ndjson"
	fill "$1"
}

fill() {
	local w=$1

	cp "template.$w.db" "full.$w.db"
	"$csm" -q --db "full.$w.db" case import "cases.$w.ndjson" >/dev/null
	settle "full.$w.db"
	./raw_load dump "full.$w.db" "template.$w.db" "rows.$w.bin" 2>"rows.$w.txt"
}

# The reference writes what csm wrote: text by text.
same() {
	cp "template.$1.db" x.db
	./raw_load load x.db "rows.$1.bin"
	[ "$(sqlite3 x.db .dump | sort | cksum)" = "$(sqlite3 "full.$1.db" .dump | sort | cksum)" ] || { echo "raw_load writes other rows than csm" >&2 && exit 1; }
}

# ---- works: each takes the name of a world, and runs one command through $via ----
via=./cost
fresh() { cp "template.$1.db" x.db; }
loaded() { cp "full.$1.db" x.db; }
raw() { fresh "$1" && $via ./raw_load load x.db "rows.$1.bin"; }
load() { fresh "$1" && $via "$csm" -q --db x.db case import "cases.$1.${2:-ndjson}"; }
load_json() { load "$1" json; }
load_csv() { load "$1" csv; }
load_yaml() { load "$1" yaml; }
second() { loaded "$1" && $via "$csm" -q --db x.db case import "cases.$1.ndjson"; }
undo() { loaded "$1" && $via "$csm" -q --db x.db --yes undo; }

columns=external_id,account,contact,product,short_description,description,channel,priority,state,opened_at,first_response_time,resolved_at,closed_at,resolution_code
cat >shell.sql <<END
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
BEGIN;
CREATE TEMP TABLE t ($columns);
.import --csv --skip 1 --schema temp FILE t
INSERT INTO cases (id, external_id, account, contact, product, short_description, description, channel, priority, state, opened_at,
	first_response_time, resolved_at, closed_at, resolution_code, active, category, entitlement_manual, impact, urgency, escalation,
	reassignment_count, reopen_count, notes_to_comments, auto_close, needs_attention, proactive, initiated_as_request, follow_the_sun, notify,
	version, created_at, created_by, updated_at, updated_by)
SELECT t.rowid, t.external_id, a.id, c.id, p.id, t.short_description, t.description, t.channel, CAST(t.priority AS INTEGER), t.state,
	unixepoch(t.opened_at), unixepoch(nullif(first_response_time, '')), unixepoch(nullif(resolved_at, '')), unixepoch(nullif(closed_at, '')),
	r.id, t.state <> 'closed', 'issue', 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1780304400, 'root', 1780304400, 'root'
FROM t LEFT JOIN accounts a ON a.external_id = t.account LEFT JOIN contacts c ON c.external_id = t.contact
	LEFT JOIN products p ON p.external_id = t.product LEFT JOIN resolution_codes r ON r.code = t.resolution_code;
INSERT INTO slas (parent_case, sla_definition, stage, active, has_breached, start_at, end_at, pause_duration, business_pause_duration, duration,
	planned_end_at, original_breach_at, schedule, time_zone, from_import, version, created_at, created_by, updated_at, updated_by)
SELECT c.id, d.id, CASE WHEN c.closed_at IS NULL THEN 'in_progress' ELSE 'completed' END, c.closed_at IS NULL, 0, c.opened_at, c.closed_at, 0, 0,
	d.duration, c.opened_at + d.duration, c.opened_at + d.duration, d.schedule, 'Europe/Berlin', 1, 1, 1780304400, 'root', 1780304400, 'root'
FROM cases c, sla_definitions d;
COMMIT;
END
sed "s/FILE/cases.$cases.csv/" shell.sql >shell.csv.sql
sed "s/FILE/jq.csv/" shell.sql >shell.jq.sql
shell() { fresh "$1" && $via sh -c 'sqlite3 x.db <shell.csv.sql'; }
jq_shell() {
	fresh "$1" && N=$1 COLUMNS_WANTED=$columns $via sh -c 'jq -r "[.$(echo "$COLUMNS_WANTED" | sed "s/,/, ./g")] | @csv" "cases.$N.ndjson" |
		{ echo "$COLUMNS_WANTED"; cat; } >jq.csv && sqlite3 x.db <shell.jq.sql'
}
python() { fresh "$1" && $via python3 "$here/load_ref.py" x.db "cases.$1.ndjson"; }

# ---- measuring ----
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# cost: prints wall and processor microseconds and the peak in KiB, to file descriptor 3
run() { "$1" "$2" 3>"cost.$3" >/dev/null; }

# pair NAME WORLD A B: ROUNDS times A B; the medians of B's ratios to A.
pair() {
	local i

	: >pairs
	for ((i = 0; i < rounds; i++)); do
		run "$3" "$2" a
		run "$4" "$2" b
		paste -d ' ' cost.a cost.b >>pairs
	done
	printf '%-36s wall %.2f  cpu %.2f  (%.2f s, reference %.2f s)  peak %.1f MiB\n' "$1" \
		"$(awk '{ print $4 / $1 }' pairs | median)" "$(awk '{ print $5 / $2 }' pairs | median)" \
		"$(awk '{ print $4 / 1e6 }' pairs | median)" "$(awk '{ print $1 / 1e6 }' pairs | median)" \
		"$(awk '{ print $6 / 1024 }' pairs | sort -n | tail -n 1)"
}

# count WORK WORLD: millions of instructions
count() { via=count_of "$1" "$2"; }
count_of() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | awk '/Collected/ { printf "%.1f\n", $4 / 1e6 }'; }

# gate NAME GOT MOST: a figure without noise that may not be higher
failed=0
gate() {
	if awk -v got="$2" -v most="$3" 'BEGIN { exit !(got > most) }'; then
		printf 'load.sh: %s is %s, at most %s is allowed\n' "$1" "$2" "$3" >&2
		failed=1
	fi
}
# relate NAME A B MOST: the ratio of B to A, gated
relate() {
	local r

	r=$(awk -v a="$2" -v b="$3" 'BEGIN { printf "%.2f", b / a }')
	printf '%-36s instructions %.2f  (%.1f M, reference %.1f M)\n' "$1" "$r" "$3" "$2"
	gate "$1, instructions" "$r" "$4"
}

if ((counted)) && command -v valgrind >/dev/null; then
	world "$counted" "$counted" 0
	same "$counted"
	echo "$counted cases, instructions:"
	r=$(count raw "$counted") l=$(count load "$counted")
	relate "load / raw" "$r" "$l" 1.35
	relate "JSON array / NDJSON" "$l" "$(count load_json "$counted")" 1.2
	relate "CSV / NDJSON" "$l" "$(count load_csv "$counted")" 1.2
	relate "YAML / NDJSON" "$l" "$(count load_yaml "$counted")" 1.5
	relate "second load / first" "$l" "$(count second "$counted")" 0.6
	relate "undo / load" "$l" "$(count undo "$counted")" 0.95
	rm -f ./*."$counted".*
	world more "$counted" $((4 * counted))
	same more
	relate "load, indexes in place / raw" "$(count raw more)" "$(count load more)" 1.4
	rm -f ./*.more.*
fi
if ((rounds)); then
	world "$cases" "$cases" 0
	same "$cases"
	echo "$cases cases, $(stat -c %s "cases.$cases.ndjson") bytes of NDJSON, $(stat -c %s "full.$cases.db") bytes of database, $rounds rounds:"
	sed 's/^/    /' "rows.$cases.txt"
	pair "raw / raw" "$cases" raw raw
	pair "load / raw" "$cases" raw load
	pair "JSON array / NDJSON" "$cases" load load_json
	pair "CSV / NDJSON" "$cases" load load_csv
	pair "YAML / NDJSON" "$cases" load load_yaml
	pair "second load / first" "$cases" load second
	pair "undo / load" "$cases" load undo
	pair "load / sqlite3 shell, CSV" "$cases" shell load
	! command -v jq >/dev/null || pair "load / jq and sqlite3 shell" "$cases" jq_shell load
	! command -v python3 >/dev/null || pair "load / python3" "$cases" python load
	world more "$cases" $((4 * cases))
	same more
	pair "load, 4 times as many stored / raw" more raw load
	fewer few more $((cases / 5))
	same few
	pair "load, 20 times as many / raw" few raw load
fi
[ "$failed" = 0 ]
