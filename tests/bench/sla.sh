#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sla.sh - what SLAs cost among many: the report of breaches, and the repair of all records.
#
# usage: tests/bench/sla.sh [CASES] [RUNS]     (1000000 cases with two SLAs each, 5 runs; the databases are made by sla_data.sh)
#
# breaches  100 SLAs are breached of 2 * CASES that run, and of 20000: whole processes in turn, the median of the pair-by-pair ratios,
#           and instructions, which do not drift (valgrind, where it is installed)
# repair    of 2 * CASES SLAs, with --dry-run: nothing has changed; one holiday was added. The reference is a bare scan of the table by
#           the sqlite3 shell, which reads the columns that a due moment is made of
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export CSM_BIN=${CSM_BIN:-$here/../../build/csm} CSM_NOW=2026-06-01T09:00:00Z
csm=$CSM_BIN cases=${1:-1000000} runs=${2:-5}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# spend COMMAND...: microseconds of one run in $us
spend() {
	local from=$EPOCHREALTIME to
	"$@" >/dev/null 2>&1
	to=$EPOCHREALTIME
	us=$((${to/./} - ${from/./}))
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# pair NAME RUNS A B: A and B are functions.
pair() {
	local i a
	: >"$dir/a" && : >"$dir/b" && : >"$dir/r"
	for ((i = 0; i <= $2; i++)); do
		spend "$3"
		a=$us
		spend "$4"
		((i)) || continue	# the first ones warm the caches
		echo "$a" >>"$dir/a"
		echo "$us" >>"$dir/b"
		awk -v a="$a" -v b="$us" 'BEGIN { printf "%.4f\n", a / b }' >>"$dir/r"
	done
	printf '%-44s %10.1f ms, reference %10.1f ms, ratio %.2f\n' "$1" "$(median <"$dir/a" | awk '{ print $1 / 1000 }')" \
		"$(median <"$dir/b" | awk '{ print $1 / 1000 }')" "$(median <"$dir/r")"
}
count() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | awk '/Collected/ { print $4 }'; }

many() { "$csm" --db "$dir/many.db" sla breaches -o tsv; }
few() { "$csm" --db "$dir/few.db" sla breaches -o tsv; }
repair() { "$csm" --db "$dir/past.db" sla repair --all --dry-run; }
scan() { sqlite3 "$dir/past.db" "SELECT sum(start_at + duration + business_pause_duration + planned_end_at + business_elapsed) FROM slas"; }

CSM_DB=$dir/many.db "$here/sla_data.sh" running "$cases"
CSM_DB=$dir/few.db "$here/sla_data.sh" running 10000
CSM_DB=$dir/past.db "$here/sla_data.sh" past "$cases"
[ "$(many | wc -l) $(few | wc -l)" = "101 101" ] || { echo "not the 100 rows of either" >&2 && exit 1; }
echo "$cases cases, $((2 * cases)) SLAs"
pair "breaches, 100 rows, against 20000 SLAs" $((runs * 8)) many few
if command -v valgrind >/dev/null; then
	awk -v a="$(count "$csm" --db "$dir/many.db" sla breaches -o tsv)" -v b="$(count "$csm" --db "$dir/few.db" sla breaches -o tsv)" \
		'BEGIN { printf "instructions: %d, reference %d, ratio %.3f\n", a, b, a / b }'
fi
pair "repair, nothing changed, against a scan" "$runs" repair scan
printf 'csm: 1\nschedule: [{name: DE 9-17, exception: [{date: 2026-04-08, kind: closed, name: Works outing}]}]\n' |
	"$csm" --db "$dir/past.db" import -q - >/dev/null
"$csm" --db "$dir/past.db" sla repair --all --dry-run 2>&1 >/dev/null | sed -n '1s/^csm: /a holiday: /p'
pair "repair, a holiday added, against a scan" "$runs" repair scan
