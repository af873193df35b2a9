#!/bin/sh
# SPDX-License-Identifier: MIT
#
# planted.sh - each check is shown to find what it is for: in a copy of the tree a fault is planted, the check is run and must
# fail with the words that belong to the fault, and the fault is taken out again.
# Runs in $JOBS lanes, each with a copy of its own.
# usage: planted.sh [WORD]   only the faults whose name has the word
#        planted.sh places   only whether each fault planted by a script still finds the line it changes
set -u
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD CC CFLAGS
if [ "${1-}" = places ]; then
	# Called by the files that are read here, which name what they plant as for a run.
	# shellcheck disable=SC2317
	wanted() { return 1; }
	# shellcheck disable=SC2317
	append() { cat >/dev/null; }
	# shellcheck disable=SC2317
	change() {
		if sed "$4" "$3" | cmp -s - "$3"; then
			echo "not ok $1: nothing to plant it in ($3)"
			lost=1
		fi
	}
	tmp=/nonexistent
	lost=0
	for faults in rules fault tools; do
		# shellcheck source=/dev/null
		. "tests/check/planted_$faults.sh"
	done
	[ "$lost" = 1 ] || echo "places: each planted fault finds its line"
	exit $lost
fi
lane=0
lanes=${JOBS:-1}
if [ "${1-}" = --lane ]; then
	lane=$2
	shift 2
elif [ "$lanes" -gt 1 ]; then
	while [ "$lane" -lt "$lanes" ]; do
		sh "$0" --lane "$lane" "$@" &
		lane=$((lane + 1))
		pids="${pids-} $!"
	done
	status=0
	for pid in $pids; do
		wait "$pid" || status=1
	done
	exit $status
fi
only=${1-}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
# Counted in files: most faults come through a pipe, whose end is a process of its own.
: >"$tmp/passed"
: >"$tmp/failed"

mkdir "$tmp/tree" "$tmp/kept"
tar -cf - --exclude=./build-gcc --exclude=./build-clang . | tar -xf - -C "$tmp/tree"
cd "$tmp/tree" || exit 1

# Remember files, so that they can be put back; a file that is not there yet is removed again.
keep() {
	for file; do
		mkdir -p "$tmp/kept/$(dirname "$file")"
		if [ -e "$file" ]; then
			cp "$file" "$tmp/kept/$file"
		else
			: >"$tmp/kept/$file.is-new"
		fi
	done
}

put_back() {
	(cd "$tmp/kept" && find . -type f) | while read -r file; do
		case $file in
		*.is-new) rm -f "${file%.is-new}" ;;
		*) cat "$tmp/kept/$file" >"$file" ;;
		esac
	done
	rm -rf "$tmp/kept"
	mkdir "$tmp/kept"
}

# wanted NAME: whether this fault is asked for, and in this lane. What is built together is in one lane.
wanted() {
	case $1 in
	*"$only"*) [ $(($(printf %s "${1%%-*}" | cksum | cut -d' ' -f1) % lanes)) -eq "$lane" ] ;;
	*) return 1 ;;
	esac
}

# check NAME WORDS COMMAND...: the command fails, and says the words (a basic regular expression).
check() {
	name=$1
	words=$2
	shift 2
	if "$@" >"$tmp/log" 2>&1 </dev/null; then
		echo "not ok $name: the fault was not found by: $*"
		echo "$name" >>"$tmp/failed"
	elif ! grep -q -e "$words" "$tmp/log"; then
		echo "not ok $name: '$*' failed, but did not say '$words':"
		tail -n 30 "$tmp/log" | sed 's/^/  /'
		echo "$name" >>"$tmp/failed"
	else
		echo "ok $name"
		echo "$name" >>"$tmp/passed"
	fi
	put_back
}

# change NAME WORDS FILE SED COMMAND...: plant by a sed script, which must change the file.
change() {
	wanted "$1" || return 0
	name=$1
	words=$2
	keep "$3"
	sed "$4" "$tmp/kept/$3" >"$3"
	if cmp -s "$3" "$tmp/kept/$3"; then
		echo "not ok $name: nothing to plant it in ($3)"
		echo "$name" >>"$tmp/failed"
		put_back
		return 0
	fi
	shift 4
	check "$name" "$words" "$@"
}

# append NAME WORDS FILE COMMAND...: plant what stands on standard input at the end of a file, or as a new file.
append() {
	wanted "$1" || return 0
	keep "$3"
	cat >>"$3"
	name=$1
	words=$2
	shift 3
	check "$name" "$words" "$@"
}

run_make() {
	make --no-print-directory "$@"
}

# shellcheck source=tests/check/planted_rules.sh
. tests/check/planted_rules.sh
# shellcheck source=tests/check/planted_fault.sh
. tests/check/planted_fault.sh
# shellcheck source=tests/check/planted_tools.sh
. tests/check/planted_tools.sh

failed=$(wc -l <"$tmp/failed")
echo "planted: $(wc -l <"$tmp/passed") passed, $failed failed"
[ "$failed" -eq 0 ]
