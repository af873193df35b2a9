#!/bin/sh
# SPDX-License-Identifier: MIT
# derived.sh - the man pages and the JSON Schema in the tree are what the binary's own dump gives, file by file.
# usage: derived.sh CSM
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
sh tests/derive/derive.sh "$1" "$tmp" || exit 1
fail=0
# man/text is written by hand.
diff -ru --exclude=text man "$tmp/man" >"$tmp/diff" || fail=1
diff -ru schema/json "$tmp/schema/json" >>"$tmp/diff" || fail=1
if [ $fail -ne 0 ]; then
	echo "derived: the tree differs from what the binary says; 'make derived' mends it:"
	head -n 60 "$tmp/diff"
fi
[ "$(find "$tmp/man" "$tmp/schema/json" -type f | wc -l)" -gt 10 ] || { echo "derived: hardly anything was made"; fail=1; }
[ $fail -ne 0 ] || echo "derived: $(find "$tmp/man" "$tmp/schema/json" -type f | wc -l) files are what the binary says"
exit $fail
