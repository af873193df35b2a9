#!/bin/sh
# SPDX-License-Identifier: MIT
# clone.sh - what is committed is enough: a fresh clone builds, installs, and its csm makes a database; and the build leaves
# nothing in the tree that git does not ignore.
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git clone -q --no-hardlinks . "$tmp/csm" || exit 1
cd "$tmp/csm" || exit 1
# Without optimization, which the other builds try.
if ! make --no-print-directory -j"${JOBS:-1}" OPT="-O0 -g" install DESTDIR="$tmp/root" PREFIX=/usr >"$tmp/log" 2>&1; then
	tail -n 40 "$tmp/log"
	echo "clone: 'make install' failed in a fresh clone"
	exit 1
fi
"$tmp/root/usr/bin/csm" --db "$tmp/t.db" -q init && "$tmp/root/usr/bin/csm" --db "$tmp/t.db" -q db check || exit 1
if [ -n "$(git status --porcelain)" ]; then
	git status --porcelain
	echo "clone: the build leaves files that git does not ignore"
	exit 1
fi
echo "clone: a fresh clone builds and installs"
