#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lint.sh - cppcheck and clang-tidy on C, shellcheck on shell and bats, mandoc on man pages.
#
# What they found when they came and is not mended, or is no fault, stands in lint-accepted.txt ("COUNT FILE CHECK"). The list only
# shrinks; what is mended but still listed is told and fails nothing, since the tools differ from release to release.
# usage: lint.sh [FILE...] -- CFLAGS...   without files: everything, against the whole ratchet
# LINT_NODES is how far the analyzer of clang-tidy walks the paths of one function; unsaid, as far as it does by itself (225000).
set -u
ratchet=tests/check/lint-accepted.txt
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail=0
jobs=${JOBS:-1}

: >"$tmp/given"
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	echo "$1" >>"$tmp/given"
	shift
done
[ $# -eq 0 ] || shift
if [ ! -s "$tmp/given" ]; then
	whole=1
	{
		find lib cmd tests -name '*.[ch]'
		find tests lib completions .ci -type f \( -name '*.sh' -o -name '*.bash' -o -name '*.bats' -o -name run \)
		find man -name '*.[1-9]'
	} | LC_ALL=C sort >"$tmp/given"
fi
grep -E '^(lib|cmd)/.*\.c$' "$tmp/given" >"$tmp/c"
grep -E '\.(sh|bash|bats)$|^\.ci/run$' "$tmp/given" >"$tmp/shell"
grep -E '\.[1-9]$' "$tmp/given" >"$tmp/man"

for tool in cppcheck clang-tidy shellcheck mandoc; do
	command -v $tool >/dev/null || { echo "lint: $tool is missing; 'sh tests/setup.sh ci' installs it" >&2; exit 1; }
done

# Every finding becomes "FILE:LINE: text [check]".
if [ -s "$tmp/c" ]; then
	# What cppcheck says of uninitialized variables it can't know: csm_fail() never returns CSM_OK. The analyzer of
	# clang-tidy is told (analyzer.h), and valgrind and the sanitizers watch.
	cppcheck --enable=warning,performance,portability --inline-suppr --std=c11 --quiet -j "$jobs" -D_POSIX_C_SOURCE=200809L \
		--suppress=missingIncludeSystem --suppress=uninitvar --suppress=legacyUninitvar --suppress=uninitStructMember \
		--suppress=internalAstError --suppress=arrayIndexThenCheck --suppress=ctunullpointer \
		--template='{file}:{line}: {message} [{id}]' -Ilib/include -Ilib -Icmd \
		--file-list="$tmp/c" 2>"$tmp/cppcheck" || fail=1
	# The file that defines csm_fail() can't have it as a macro.
	grep -v '^lib/base/err\.c$' "$tmp/c" | awk -v flags="$*" -v nodes="${LINT_NODES-}" -v folder="$PWD" '
		BEGIN {
			if (nodes)
				flags = flags " -Xclang -analyzer-config -Xclang max-nodes=" nodes
			gsub(/["\\]/, "\\\\&", flags)
			print "["
		}
		{
			printf "%s{\"directory\": \"%s\", \"file\": \"%s\", ", (NR > 1 ? ",\n" : ""), folder, $0
			own = flags
			if (/^cmd\//)
				sub("lib/base/banned.h", "cmd/banned.h", own)
			printf "\"command\": \"cc %s -include tests/check/analyzer.h -c %s\"}", own, $0
		}
		END { print "]" }' >"$tmp/compile_commands.json"
	grep -v '^lib/base/err\.c$' "$tmp/c" | xargs -r -P "$jobs" -n 4 sh -c \
		'dir=$1; shift; clang-tidy --quiet -p "$dir" "$@" >"$dir/tidy.$$" 2>"$dir/talk.$$" || grep -q "error: " "$dir/tidy.$$" ||
			cat "$dir/talk.$$" >>"$dir/broken"' sh "$tmp"
	if [ -s "$tmp/broken" ]; then
		echo "lint: clang-tidy did not run:"
		cat "$tmp/broken"
		fail=1
	fi
	cat "$tmp"/tidy.* 2>/dev/null | sed -n "s|^$PWD/||; s/,-warnings-as-errors\]$/]/; s/: \(error\|warning\): /: /p" |
		grep ' \[[^ ]*\]$' >"$tmp/tidy"
fi
# In a bats file each test is a subshell by nature, and `run` gives variables that shellcheck has never seen set.
lint_shell() {
	grep "$1" "$tmp/shell" | xargs -r shellcheck -x -f gcc -e "$2" | sed 's/: \(error\|warning\|note\): /: /'
}
{
	lint_shell '\(\.sh\|run\)$' SC1007,SC2016
	lint_shell '\.ba[a-z]*$' SC1007,SC1010,SC1091,SC2016,SC2030,SC2031,SC2034,SC2086,SC2097,SC2098,SC2119,SC2120,SC2154,SC2238,SC2317
} >"$tmp/shellcheck"
# Lines are as long as the sentences that were put into them; FIELDS is a section of its own; pages of other packages are not
# here. A page of ours that is referred to must be in the tree.
if [ -s "$tmp/man" ]; then
	xargs mandoc -Tlint -Wstyle <"$tmp/man" 2>/dev/null | sed 's/^mandoc: //' | while read -r place level text; do
		case $text in
		*"input text line longer than 80 bytes"* | *"Sh FIELDS instead of FILES"*) continue ;;
		*"referenced manual not found: Xr csm"*)
			# shellcheck disable=SC2086 # the words "Xr NAME SECTION"
			set -- ${text#*: }
			[ ! -e "man/$2.$3" ] || continue
			;;
		*"referenced manual not found"*) continue ;;
		esac
		echo "$place $level $text [mandoc]"
	done >"$tmp/mandoc"
fi

cat "$tmp/cppcheck" "$tmp/tidy" "$tmp/shellcheck" "$tmp/mandoc" 2>/dev/null | LC_ALL=C sort -u >"$tmp/found"
sed -n 's/^\([^:]*\):.* \[\([^ ]*\)\]$/\1 \2/p' "$tmp/found" | LC_ALL=C sort | uniq -c | awk '{ print $1, $2, $3 }' >"$tmp/counts"
grep -v '^#' "$ratchet" >"$tmp/ratchet"
awk -v whole="${whole-}" '
	FILENAME == ARGV[1] { allowed[$2 " " $3] = $1; next }
	{
		key = $2 " " $3
		n = key in allowed ? allowed[key] : 0
		if ($1 > n)
			print $2, $3, "has " $1 ", the ratchet allows " n
		else if ($1 < n)
			print $2, $3, "has only " $1 "; lower the ratchet from " n
		if ($1 > n)
			bad = 1
		delete allowed[key]
	}
	END {
		for (key in allowed) {
			if (!whole)
				break
			print key, "is mended; take it off the ratchet"
		}
		exit bad
	}' "$tmp/ratchet" "$tmp/counts" >"$tmp/verdict" || fail=1
while read -r file check rest; do
	echo "lint: $file [$check]: $rest"
	grep "^$file:.*\[$check\]\$" "$tmp/found"
done <"$tmp/verdict"

# Against every earlier version of the list.
for commit in $(git log --format=%H -- "$ratchet" 2>/dev/null); do
	git show "$commit:$ratchet" 2>/dev/null | sed '/^#/d' >"$tmp/earlier"
	awk '
		FILENAME == ARGV[1] { allowed[$2 " " $3] = $1; next }
		!(($2 " " $3) in allowed) || $1 > allowed[$2 " " $3] { print "lint:", $2, $3 ": the ratchet only shrinks"; bad = 1 }
		END { exit bad }' "$tmp/earlier" "$tmp/ratchet" || fail=1
done
[ $fail -ne 0 ] || echo "lint: $(wc -l <"$tmp/given") files are clean but for $(awk '{ n += $1 } END { print n + 0 }' "$tmp/ratchet") of the ratchet"
exit $fail
