#!/bin/sh
# SPDX-License-Identifier: MIT
#
# embed-schema.sh - prints the C file with the migrations given as arguments (schema/NNNN-name.sql).
#
# The numbers must be 0001, 0002, ... without a gap; the order of the arguments does not matter.
# What a C string literal would read differently is escaped: backslash, quote, and the question mark
# (trigraphs).

set -eu
LC_ALL=C
export LC_ALL

fail() {
	echo "embed-schema.sh: $*" >&2
	exit 1
}

[ $# -gt 0 ] || fail "no migrations given"

names=$(for f; do
	echo "$(basename "$f" .sql) $f"
done | sort)

cat <<'END'
/* SPDX-License-Identifier: MIT */
/* Made by lib/db/embed-schema.sh from schema/; do not edit. */
#include "db/db_priv.h"

/* A migration is longer than the 4095 characters that C11 promises; the compilers take it. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Woverlength-strings"
#endif

END

echo "const struct csm_migration db_migration_rows[] = {"
count=0
while read -r name file; do
	count=$((count + 1))
	case $name in
	[0-9][0-9][0-9][0-9]-[a-z]*) ;;
	*) fail "'$file': expected the form NNNN-name.sql" ;;
	esac
	case $name in
	*[!a-z0-9-]*) fail "'$file': expected a name of a-z, 0-9 and -" ;;
	esac
	expected=$(printf %04d "$count")
	[ "${name%%-*}" = "$expected" ] || fail "'$file': expected version $expected here"
	[ -s "$file" ] || fail "'$file': empty or missing"
	# A string literal ends at NUL, and a carriage return ends the line for some compilers.
	[ "$(tr -d '\000\r' < "$file" | cksum)" = "$(cksum < "$file")" ] ||
		fail "'$file': has NUL or CR bytes"
	printf '\t{ %d, "%s",\n' "$count" "$name"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' -e 's/^/	  "/' -e 's/$/\\n"/' "$file"
	# The last line of a file without a newline at its end gets one.
	[ -z "$(tail -c 1 "$file")" ] || echo
	printf '\t},\n'
done <<END
$names
END
echo "};"
echo
echo "const unsigned db_migration_count = $count;"
