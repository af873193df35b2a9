#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# export.sh - exports of many cases against the bare reading of the table: processor time, memory, instructions.
#
# usage: tests/bench/export.sh [CASES] [ROUNDS] [COUNTED]     (100000 cases, 5 rounds; instructions of COUNTED cases, 10000, 0: not counted)
#
# The data are those of load.sh: accounts, contacts, products and CASES cases of about 400 bytes, each fourth with a comment. scan.c steps
# through SELECT * of the cases (step), and looks at each value too (read), as whoever writes them must; the sqlite3 shell writes the table as
# JSON (-json), with ids where csm writes keys. csm writes the cases with their comments.
#
#   csv json yaml    the same cases in another format, against csm's own NDJSON
#   closure, anon    all of the database as a closure, and anonymised, against all of it
#
# Every line is a whole process against another, in turn; medians of the ratios pair by pair. Gates are on instructions and memory alone.
# shellcheck disable=SC2317 # works are called by their names
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/bench csm=${CSM_BIN:-$root/build/csm}
cases=${1:-100000} rounds=${2:-5} counted=${3:-10000}
dir=$(mktemp -d "${TMPDIR:-/tmp}/csm-export-XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
unset CSM_DB CSM_CONFIG CSM_USER
export CSM_NOW=2026-06-01T09:00:00Z LC_ALL=C
compile() { ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -o "$1" "$here/$1.c" "${@:2}"; }
compile load_data
compile scan -lsqlite3
compile cost

# world N: N.db with N cases
world() {
	"$csm" -q --db "$1.db" init
	./load_data parents "$1" | "$csm" -q --db "$1.db" import --from ndjson - >/dev/null
	./load_data cases ndjson "$1" |
		awk 'NR % 4 == 0 { sub(/}$/, ",\"comment\":[{\"body\":\"Is there any news? It happened again.\"}]}") } { print }' |
		"$csm" -q --db "$1.db" case import --from ndjson - >/dev/null
	sqlite3 "$1.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
}

# ---- works: each takes the number of cases, and runs one command through $via ----
via=./cost
step() { $via ./scan step "$1.db" cases; }
read_all() { $via ./scan read "$1.db" cases; }
shell() { $via sqlite3 -readonly -json "$1.db" 'SELECT * FROM cases'; }
lines() { $via "$csm" --db "$1.db" case export -o ndjson; }
tree() { $via "$csm" --db "$1.db" case export -o json; }
yaml() { $via "$csm" --db "$1.db" case export -o yaml; }
csv() { $via "$csm" --db "$1.db" case export -o csv --no-children; }
whole() { $via "$csm" --db "$1.db" export -o ndjson; }
closure() { $via "$csm" --db "$1.db" export account --closure -o ndjson; }
anon() { $via "$csm" --db "$1.db" export -o ndjson --anonymize --seed 1; }
folder() { rm -rf out && $via "$csm" -q --db "$1.db" export -o csv --dir out; }

# ---- measuring ----
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# cost: prints wall and processor microseconds and the peak in KiB, to file descriptor 3
run() { "$1" "$cases" 3>"cost.$2" >/dev/null; }

# pair NAME A B: ROUNDS times A B; the medians of B's ratios to A.
pair() {
	local i

	: >pairs
	for ((i = 0; i < rounds; i++)); do
		run "$2" a
		run "$3" b
		paste -d ' ' cost.a cost.b >>pairs
	done
	printf '%-28s cpu %.2f  (%.2f s of cpu, %.1f MiB)\n' "$1" "$(awk '{ print $5 / $2 }' pairs | median)" \
		"$(awk '{ print $5 / 1e6 }' pairs | median)" "$(awk '{ print $6 / 1024 }' pairs | sort -n | tail -1)"
	awk -v name="$1" '$6 > 32 * 1024 { print name ": more than 32 MiB" > "/dev/stderr"; bad = 1 } END { exit bad }' pairs || over=1
}

# instructions A: of a process, by callgrind
instructions() {
	local via=callgrind

	"$1" "$counted" >/dev/null
	cat count
}
callgrind() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | sed -n 's/.*Collected : //p' >count; }

# gate NAME A B LIMIT: B's instructions to A's
gate() {
	local a b

	a=$(instructions "$2")
	b=$(instructions "$3")
	awk -v a="$a" -v b="$b" -v limit="$4" -v name="$1" 'BEGIN {
		printf "%-28s instructions %.2f (at most %s)\n", name, b / a, limit
		exit b / a > limit }' || over=1
}

over=0
world "$cases"
echo "$cases cases, $rounds pairs; ratio of the second to the first"
pair 'scan read / csm ndjson' read_all lines
pair 'scan step / csm ndjson' step lines
pair 'sqlite3 -json / csm ndjson' shell lines
pair 'csm ndjson / json' lines tree
pair 'csm ndjson / csv' lines csv
pair 'csm ndjson / yaml' lines yaml
pair 'csm all / closure of all' whole closure
pair 'csm all / anonymised' whole anon
pair 'csm all / csv folder' whole folder
if [ "$counted" -gt 0 ] && command -v valgrind >/dev/null; then
	[ -e "$counted.db" ] || world "$counted"
	gate 'scan read / csm ndjson' read_all lines 2.6
	gate 'sqlite3 -json / csm ndjson' shell lines 0.6
fi
exit "$over"
