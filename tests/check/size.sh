#!/bin/sh
# SPDX-License-Identifier: MIT
#
# size.sh - no file over 600 lines, no function over 60, of everything that is written by hand as code.
#
# What was too long when this came to be, and is not yet mended, stands in size-ratchet.txt ("LINES FILE" or
# "LINES FILE:FUNCTION"). The list only shrinks: an entry that is larger than what it names must be lowered, and none may
# be more than it was in any earlier commit.
set -u
max_file=600
max_function=60
ratchet=tests/check/size-ratchet.txt
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail=0

find lib cmd tests -name '*.[ch]' | LC_ALL=C sort >"$tmp/c"
find lib tests completions .ci -type f \( -name '*.sh' -o -name '*.bash' -o -name '*.bats' -o -name '*.awk' -o -name run \) \
	! -path 'tests/fixtures/*' ! -path 'tests/golden/*' | LC_ALL=C sort >"$tmp/sh"

# A shell function is `name() {` ... `}` with both at the margin.
measure_shell() {
	xargs awk '
		/^[A-Za-z_][A-Za-z0-9_]*\(\) [{(]$/ { name = $1; first = FNR; sub(/\(\)/, "", name) }
		/^[})]/ && name != "" { print FNR - first + 1, FILENAME ":" name; name = "" }
		FNR == 1 && name != "" { name = "" }' <"$tmp/sh"
}

{
	xargs awk -v what=functions -f tests/check/scan.awk <"$tmp/c" || echo "1 unreadable"
	measure_shell
} >"$tmp/functions"
! grep -qx '1 unreadable' "$tmp/functions" || fail=1
cat "$tmp/c" "$tmp/sh" | { cat; echo Makefile; } | xargs wc -l | awk '$2 != "total"' >"$tmp/files"
[ "$(wc -l <"$tmp/functions")" -gt 100 ] || { echo "size: found hardly any function; the reader of C must be broken"; fail=1; }

{
	awk -v max=$max_file '$1 > max { print $1, $2 }' "$tmp/files"
	awk -v max=$max_function '$1 > max { print $1, $2 }' "$tmp/functions"
} >"$tmp/over"
grep -v '^#' "$ratchet" >"$tmp/ratchet"

awk '
	FILENAME == ARGV[1] { allowed[$2] = $1; next }
	!($2 in allowed) { print $2 ": " $1 " lines (at most " (/:/ ? '$max_function' : '$max_file') ")"; bad = 1; next }
	$1 > allowed[$2] { print $2 ": " $1 " lines, more than the " allowed[$2] " of the ratchet"; bad = 1 }
	$1 < allowed[$2] { print $2 ": " $1 " lines now; lower the ratchet from " allowed[$2]; bad = 1 }
	{ delete allowed[$2] }
	END {
		for (what in allowed) {
			print what ": short enough now; take it off the ratchet"
			bad = 1
		}
		exit bad
	}' "$tmp/ratchet" "$tmp/over" || fail=1

# Against every earlier version of the list.
for commit in $(git log --format=%H -- "$ratchet" 2>/dev/null); do
	git show "$commit:$ratchet" 2>/dev/null | sed '/^#/d' >"$tmp/earlier"
	awk '
		FILENAME == ARGV[1] { allowed[$2] = $1; next }
		!($2 in allowed) || $1 > allowed[$2] { print $2 ": the ratchet only shrinks"; bad = 1 }
		END { exit bad }' "$tmp/earlier" "$tmp/ratchet" || fail=1
done
[ $fail -ne 0 ] || echo "size: $(wc -l <"$tmp/files") files and $(wc -l <"$tmp/functions") functions are short enough"
exit $fail
