#!/bin/sh
# SPDX-License-Identifier: MIT
#
# symbols.sh - what the shared library exports is what its public headers declare, no more and no less; every symbol has a
# version; and each header compiles alone.
# usage: symbols.sh LIBRARY
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail=0

# Declarations made by a macro count too: read what the preprocessor makes of the headers, less what is not theirs.
for header in lib/include/csm/*.h; do
	echo "#include <csm/$(basename "$header")>"
done | ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Ilib/include -E -x c - | awk '
	/^# [0-9]+ "/ { own = index($3, "\"lib/include/csm/") == 1; next }
	own' >"$tmp/headers.c"
awk -v what=declared -f tests/check/scan.awk "$tmp/headers.c" >"$tmp/all" || fail=1
LC_ALL=C sort -u "$tmp/all" >"$tmp/declared"
nm -D --defined-only --with-symbol-versions "$1" | awk '$2 != "A" { print $3 }' >"$tmp/versioned"
sed 's/@.*//' "$tmp/versioned" | LC_ALL=C sort -u >"$tmp/exported"

tell() {
	[ -s "$1" ] || return 0
	echo "symbols: $2:"
	sed 's/^/  /' "$1"
	fail=1
}

LC_ALL=C comm -23 "$tmp/declared" "$tmp/exported" >"$tmp/missing"
LC_ALL=C comm -13 "$tmp/declared" "$tmp/exported" >"$tmp/undeclared"
grep -v '@@CSM_[0-9]' "$tmp/versioned" >"$tmp/plain"
grep -v '^csm_' "$tmp/declared" >"$tmp/names"
tell "$tmp/missing" "declared in lib/include/csm, not exported"
tell "$tmp/undeclared" "exported, declared in no public header"
tell "$tmp/plain" "exported without a version"
tell "$tmp/names" "declared without the prefix csm_"

headers=0
for header in lib/include/csm/*.h; do
	headers=$((headers + 1))
	printf "#include <csm/%s>\nextern int csm_alone;\n" "$(basename "$header")" |
		${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wundef -Werror -Ilib/include -fsyntax-only -x c - ||
		{ echo "symbols: $header does not compile alone"; fail=1; }
done
[ "$(wc -l <"$tmp/declared")" -gt 100 ] || { echo "symbols: hardly any declaration found"; fail=1; }
[ $fail -ne 0 ] || echo "symbols: $(wc -l <"$tmp/exported") symbols, all declared; $headers headers stand alone"
exit $fail
