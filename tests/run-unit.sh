#!/bin/sh
# SPDX-License-Identifier: MIT
# Run the unit tests, one line each; -v runs them under valgrind.
# usage: run-unit.sh [-v] BUILD PROGRAM...
set -u
wrap=
if [ "$1" = -v ]; then
	wrap="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible"
	shift
fi
build=$1
shift
failed=0
passed=0
for program; do
	log=$build/unit/$(basename "$program").log
	if $wrap "$program" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok $(basename "$program"): $(tail -n 1 "$log")"
	else
		failed=$((failed + 1))
		echo "not ok $(basename "$program")"
		sed 's/^/  /' "$log"
	fi
done
echo "unit: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
