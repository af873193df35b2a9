#!/bin/sh
# SPDX-License-Identifier: MIT
# Run the unit tests, $JOBS at a time, one line each; -v runs them under valgrind.
# usage: run-unit.sh [-v] BUILD PROGRAM...
set -u
if [ "${1-}" = --one ]; then
	log=$3.log
	wrap=
	[ "$2" = plain ] ||
		wrap="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible"
	name=$(basename "$3")
	if $wrap "$3" >"$log" 2>&1; then
		echo "ok $name: $(tail -n 1 "$log")"
	else
		{ echo "not ok $name (exit status $?)"; sed 's/^/  /' "$log"; } >"$log.not"
		cat "$log.not"
		rm "$log.not"
	fi
	exit 0
fi

how=plain
if [ "${1-}" = -v ]; then
	how=valgrind
	shift
	# Random tests see the same code in few rounds; what many rounds prove, the plain run proves.
	export CSM_TEST_SHORT=1 T_SEEDS="${T_SEEDS-1}" CSM_PROP_ROUNDS="${CSM_PROP_ROUNDS-10}" CSM_TEST_ROUNDS="${CSM_TEST_ROUNDS-6}"
fi
if [ $# -lt 2 ]; then
	echo "run-unit.sh: no unit tests given" >&2
	exit 1
fi
results=$1/unit/results
shift
printf '%s\n' "$@" | xargs -P "${JOBS:-1}" -n 1 sh "$0" --one "$how" | tee "$results"
passed=$(grep -c '^ok ' "$results")
echo "unit: $passed passed, $(($# - passed)) failed"
[ "$passed" -eq $# ]
