#!/bin/sh
# SPDX-License-Identifier: MIT
#
# derive.sh CSM [OUT] - make what follows from the dictionary: manual pages and the JSON Schema of documents.
#
# Everything comes from `CSM dict --json` and `CSM export --schema`, the hand-written text in man/text and the newest
# date in NEWS.md; never from the sources. The same input gives the same bytes. OUT is where man/ and schema/json/ are written, the tree
# itself when unsaid.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: derive.sh CSM [OUT]" >&2
	exit 2
fi
LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
out=${2:-$tree}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# "## 0.1.0 (2024-03-29)" in NEWS.md to "March 29, 2024".
page_date() {
	sed -n 's/^## [^(]*(\([0-9]*\)-\([0-9]*\)-\([0-9]*\)).*/\1 \2 \3/p' "$tree/NEWS.md" | awk '
		NR == 1 {
			split("January February March April May June July August September October November December", name, " ")
			printf "%s %d, %s\n", name[$2 + 0], $3, $1
		}'
}

# Lines of prose to 78 columns, as mandoc wants them; displays and macros as they are.
fold_prose() {
	awk '
		/^\.Bd -literal/ { shown = 1 }
		/^\.Ed/ { shown = 0 }
		shown || /^[.]/ || length($0) < 79 { print; next }
		{
			n = split($0, word, " ")
			line = word[1]
			for (i = 2; i <= n; i++)
				if (length(line) + length(word[i]) < 78) {
					line = line " " word[i]
				} else {
					print line
					line = (word[i] ~ /^[.\047]/ ? "\\&" : "") word[i]
				}
			print line
		}' "$1"
}

# A page: what jq prints, named when it is whole.
write_page() {
	jq -r -L "$here" "$@" "$tmp/dict.json" >"$tmp/page"
	fold_prose "$tmp/page" >"$tmp/folded"
	mv "$tmp/folded" "$out/man/$name"
	echo "$name" >>"$tmp/pages"
}

"$1" dict --json >"$tmp/dict.json"
date=$(page_date)
[ -n "$date" ] || {
	echo "derive.sh: NEWS.md has no entry such as '## 0.1.0 (2024-03-29)'" >&2
	exit 1
}
mkdir -p "$out/man" "$out/schema/json"
: >"$tmp/none"

jq -r '[(.types[].name | gsub("_"; "-")), (.commands[] | .noun // empty)] | unique[]' "$tmp/dict.json" >"$tmp/nouns"
while read -r noun; do
	text=$tree/man/text/$noun.mdoc
	[ -e "$text" ] || text=$tmp/none
	name=csm-$noun.1
	write_page --arg noun "$noun" --arg date "$date" --rawfile text "$text" -f "$here/noun.jq"
done <"$tmp/nouns"
for name in csm.1 csm-filter.5 csm-documents.5; do
	page=${name%.?}
	write_page --arg page "$page" --arg date "$date" --rawfile text "$tree/man/text/$page.mdoc" -f "$here/page.jq"
done
# Pages of nouns that are gone.
for old in "$out"/man/*.[15]; do
	grep -qxF "$(basename "$old")" "$tmp/pages" || rm -f "$old"
done

"$1" export --schema >"$tmp/schema"
mv "$tmp/schema" "$out/schema/json/csm-documents.schema.json"
