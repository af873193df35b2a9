#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# start.sh - what it costs to look at one case among many: csm case show against the sqlite3 shell with the same query on the same file.
#
# usage: tests/bench/start.sh [PAIRS] [CASES]     (500 pairs, 100000 cases)
#
# Whole processes in turn (A B A B ...), wall time by the shell's own clock; printed are the medians and the median of the pair-by-pair ratios. With valgrind
# installed the instructions of each are printed too: they do not drift with the load of the machine.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
csm=${CSM_BIN:-$root/build/csm}
pairs=${1:-500} cases=${2:-100000}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export CSM_DB=$dir/bench.db CSM_NOW=2026-06-01T09:00:00Z

awk -v n="$cases" 'BEGIN {
	for (i = 1; i <= 1000; i++)
		printf "{\"account\": {\"external_id\": \"A%d\", \"name\": \"Account %d\", \"customer\": true}}\n", i, i
	for (i = 1; i <= n; i++)
		printf "{\"case\": {\"external_id\": \"X%d\", \"account\": \"A%d\", \"short_description\": \"Case %d, like many others\", \"priority\": %d, " \
			"\"opened_at\": \"2026-0%d-1%dT10:00:00Z\"}}\n", i, i % 1000 + 1, i, i % 4 + 1, i % 5 + 1, i % 9
}' >"$dir/cases.ndjson"
"$csm" -q init
"$csm" -q import "$dir/cases.ndjson" >/dev/null
id=$((cases / 2))
key=$(printf 'CS%07d' "$id")
sql="SELECT * FROM cases WHERE id = $id"

page() { "$csm" case show "$key" >/dev/null; }
json() { "$csm" case show "$key" -o json >/dev/null; }
shell() { sqlite3 "$CSM_DB" "$sql" >/dev/null; }

# spend COMMAND: microseconds of one run in $us
spend() {
	local from=$EPOCHREALTIME
	"$1"
	local to=$EPOCHREALTIME
	us=$((${to/./} - ${from/./}))
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

compare() {
	local name=$1 i a b
	: >"$dir/a"
	: >"$dir/b"
	: >"$dir/r"
	for ((i = 0; i < pairs + 20; i++)); do
		spend "$name"
		a=$us
		spend shell
		b=$us
		((i < 20)) && continue		# the first ones warm the caches
		echo "$a" >>"$dir/a"
		echo "$b" >>"$dir/b"
		awk -v a="$a" -v b="$b" 'BEGIN { printf "%.4f\n", a / b }' >>"$dir/r"
	done
	printf '%-22s %8.0f us   sqlite3 %8.0f us   ratio %.3f\n' "csm case show ($name)" "$(median <"$dir/a")" "$(median <"$dir/b")" \
		"$(median <"$dir/r")"
}

count() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | awk '/Collected/ { print $4 }'; }

echo "$cases cases, $pairs pairs, $(stat -c %s "$CSM_DB") bytes, $(sqlite3 --version | cut -d' ' -f1)"
compare page
compare json
if command -v valgrind >/dev/null; then
	a=$(count "$csm" case show "$key") b=$(count "$csm" case show "$key" -o json) c=$(count sqlite3 "$CSM_DB" "$sql")
	awk -v a="$a" -v b="$b" -v c="$c" 'BEGIN { printf "instructions: page %d (%.3f), json %d (%.3f), sqlite3 %d\n", a, a / c, b, b / c, c }'
fi
