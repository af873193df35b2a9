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
		/^\001/ { shown = 0 }
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

# The pages that jq printed, each after a line "\001NAME", to their files.
write_pages() {
	fold_prose "$1" | awk -v dir="$out/man" -v list="$tmp/pages" '
		sub(/^\001/, "") { close(file); file = dir "/" $0; print >>list; next }
		{ print >file }'
}

"$1" dict --json >"$tmp/dict.json"
date=$(page_date)
[ -n "$date" ] || {
	echo "derive.sh: NEWS.md has no entry such as '## 0.1.0 (2024-03-29)'" >&2
	exit 1
}
mkdir -p "$out/man" "$out/schema/json"
: >"$tmp/pages"

# The hand-written texts as one object: a noun's or a page's name and its text.
jq -n -R 'reduce inputs as $line ({}; .[input_filename | split("/")[-1] | rtrimstr(".mdoc")] += $line + "\n")' "$tree"/man/text/*.mdoc >"$tmp/texts"
for page in noun page; do
	jq -r -L "$here" --arg date "$date" --slurpfile texts "$tmp/texts" -f "$here/$page.jq" "$tmp/dict.json" >"$tmp/$page"
	write_pages "$tmp/$page"
done
# Pages of nouns that are gone.
for old in "$out"/man/*.[15]; do
	grep -qxF "$(basename "$old")" "$tmp/pages" || rm -f "$old"
done

"$1" export --schema >"$tmp/schema"
mv "$tmp/schema" "$out/schema/json/csm-documents.schema.json"
