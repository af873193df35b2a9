#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh - nothing is half done: each command that writes, under each fault.
#
# usage: run.sh short|whole         what `make check` and `make torture` run
#        run.sh list                whether the list has a command for each verb that writes
#        run.sh [OPTION...]         options of the harness (main.c), such as -l 17 -p io:12:eio -S 0
# The seed of the choices is made of the commit, so that another commit tries other points, and the same one the same. CSM_FAULT_SEED replaces it.
# BUILD is the folder of the build; make builds what is needed here. JOBS is how many commands are tried at a time.
set -u

build=${BUILD:-build}
here=$(dirname "$0")
csm=$build/csm
list=$here/cmds.txt
jobs=${JOBS:-1}
failed=0

seed() {
	id=$(git rev-parse --short=8 HEAD 2>/dev/null) || id=0
	echo "${CSM_FAULT_SEED:-$((0x$id))}"
}

# The verbs that write, in the words of the list: a verb of every noun is "* VERB".
verbs() {
	"$csm" dict --json | jq -r '
		.commands[]
		| select(.needs | any(. == "write" or . == "write_file" or . == "create" or . == "files"))
		| if .noun == null then .verb elif .generic then "* " + .verb else .noun + " " + .verb end' | sort -u
}

check_list() {
	verbs >"$build/fault/verbs"
	grep -v -e '^#' -e '^$' "$list" | cut -f1 | sort -u >"$build/fault/listed"
	missing=$(comm -23 "$build/fault/verbs" "$build/fault/listed")
	[ -z "$missing" ] || {
		echo "$missing" | sed "s|^|not ok tests/fault/cmds.txt has no command for the verb: csm |"
		failed=$((failed + 1))
	}
}

faults() {
	"$build/fault/faults" -S "$seed" "$@" "$csm" "$build/fault/fault.so" "$build/fault/rec.so" "$build/fault/worlds" "$list"
}

# The whole list in as many lanes as may be used at a time: each takes every so manyeth command.
lanes() {
	lane=0
	while [ "$lane" -lt "$jobs" ]; do
		faults -m "$lane/$jobs" "$@" 2>&1 | tee "$build/fault/lane.$lane" &
		lane=$((lane + 1))
	done
	wait
	lane=0
	while [ "$lane" -lt "$jobs" ]; do
		tail -n 1 "$build/fault/lane.$lane" | grep -q '^fault: [0-9]* passed, 0 failed$' || failed=$((failed + 1))
		lane=$((lane + 1))
	done
}

mkdir -p "$build/fault"
seed=$(seed)
[ "${1-}" = list ] || sh "$here/worlds.sh" "$csm" "$build/fault/worlds" || exit 1
case ${1-} in
short)
	check_list
	lanes -n "${FAULT_POINTS:-2}"
	sh "$here/places.sh" "$csm" 10 10 || failed=$((failed + 1))
	;;
whole)
	check_list
	lanes -c -k kill,eio,eio+,nospc,nospc+,short,short+,read,read+,power
	lanes -n "${FAULT_POINTS:-200}" -k mem,mem+
	sh "$here/places.sh" "$csm" 100 200 || failed=$((failed + 1))
	;;
list)
	check_list
	;;
*)
	faults "$@" || failed=$((failed + 1))
	;;
esac
[ $failed -eq 0 ]
