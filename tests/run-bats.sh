#!/bin/sh
# SPDX-License-Identifier: MIT
# Run the bats files, $JOBS files at a time, one line each, and count the tests.
# usage: run-bats.sh BUILD FILE...
set -u

# One file: bats has its own ideas of what a failure is; here a file whose tests did not all report has failed too.
run_file() {
	log=$1/bats/$(basename "$2" .bats).tap
	started=$(date +%s)
	bats --tap "$2" >"$log" 2>&1 </dev/null
	status=$?
	awk -v status="$status" -v name="$(basename "$2")" -v took="$(($(date +%s) - started))" '
		/^1\.\.[0-9]+$/ { planned = substr($0, 4) + 0 }
		/^not ok / { failed++ }
		/^ok / { if (/ # skip/) skipped++; else passed++ }
		END {
			seen = passed + failed + skipped
			if (seen < planned)
				failed += planned - seen
			else if ((!planned || status) && !failed)
				failed++
			printf "%s %s: %d passed, %d failed, %d skipped (%d s)\n", failed ? "not ok" : "ok", name, passed, failed, skipped, took
		}' "$log" >"$log.result"
	{
		cat "$log.result"
		grep '^ok .* # skip' "$log" | sed 's/^/  /'
		! grep -q '^not ok' "$log.result" || grep -v '^ok ' "$log" | sed 's/^/  /'
	} >"$log.text"
	cat "$log.text"
}

if [ "${1-}" = --one ]; then
	run_file "$2" "$3"
	exit 0
fi
if [ $# -lt 2 ]; then
	echo "run-bats.sh: no bats files given" >&2
	exit 1
fi
build=$1
shift
rm -rf "$build/bats"
mkdir -p "$build/bats"
# The largest first, so that no long one is left alone at the end.
# shellcheck disable=SC2011 # names of files, without blanks
ls -S "$@" | xargs -P "${JOBS:-1}" -n 1 sh "$0" --one "$build"
cat "$build"/bats/*.result | awk -v files=$# '
	{
		seen++
		for (i = 2; i <= NF; i++) {
			if ($i ~ /^passed/) passed += $(i - 1)
			if ($i ~ /^failed/) failed += $(i - 1)
			if ($i ~ /^skipped/) skipped += $(i - 1)
		}
	}
	END {
		failed += files - seen
		printf "bats: %d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0
	}'
