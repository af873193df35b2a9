#!/bin/sh
# SPDX-License-Identifier: MIT
#
# steps.sh - run make targets as steps and add up what they counted.
#
# usage: steps.sh [-p LANES] TARGET... | quick
# A step that counts ends with lines `word: N passed, N failed[, N skipped]`; any other step counts as one. A step that
# fails without a counted failure counts one. The output of a step is in build/log/TARGET and is shown when it fails.
set -u
unset MAKEFLAGS MFLAGS MAKELEVEL
logs=${BUILD:-build}/log

run_step() {
	started=$(date +%s)
	make --no-print-directory "$1" >"$logs/$1" 2>&1 </dev/null
	status=$?
	awk -v status="$status" '
		/^[a-z-]+: [0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
			counted = 1
			passed += $2
			failed += $4
			if (NF > 5)
				skipped += $6
		}
		END {
			if (status && !failed)
				failed++
			else if (!counted)
				passed++
			print passed + 0, failed + 0, skipped + 0
		}' "$logs/$1" >"$logs/$1.count"
	read -r passed failed skipped <"$logs/$1.count"
	verdict=ok
	[ "$failed" -eq 0 ] || verdict="not ok"
	{
		echo "$verdict $1: $passed passed, $failed failed, $skipped skipped ($(($(date +%s) - started)) s)"
		[ "$failed" -eq 0 ] || grep -v '^ok ' "$logs/$1" | tail -n 400 | sed 's/^/  /'
	} >"$logs/$1.text"
	cat "$logs/$1.text"
}

if [ "${1-}" = --one ]; then
	run_step "$2"
	exit 0
fi
lanes=1
if [ "${1-}" = -p ]; then
	lanes=$2
	shift 2
fi
[ "${1-}" != quick ] || set -- check-unit check-bats check-floors check-places check-sql check-size check-symbols check-data check-banned \
	check-db check-derived check-fault
mkdir -p "$logs"
for step; do
	rm -f "$logs/$step.count"
done
printf '%s\n' "$@" | xargs -P "$lanes" -n 1 sh "$0" --one
for step; do
	cat "$logs/$step.count" 2>/dev/null || echo "0 1 0"
done | awk '
	{ passed += $1; failed += $2; skipped += $3 }
	END {
		if (skipped)
			printf "%d skipped\n", skipped
		printf "%d passed, %d failed\n", passed, failed
		exit failed > 0
	}'
