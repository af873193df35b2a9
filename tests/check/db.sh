#!/bin/sh
# SPDX-License-Identifier: MIT
# db.sh - the rows of the dictionary hold together, and a database made by the migrations alone is what they say.
# usage: db.sh CSM
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
csm=$(realpath "$1")
fail=0
cd "$tmp" || exit 1
export HOME="$tmp" XDG_CONFIG_HOME="$tmp" XDG_DATA_HOME="$tmp" CSM_NOW=2026-01-01T00:00:00Z
unset CSM_DB CSM_USER

tell() {
	"$csm" --db t.db "$@" || {
		echo "db: 'csm $*' answers $?"
		fail=1
	}
}

tell dict check
tell init
tell db check
[ $fail -ne 0 ] || echo "db: rows and schema agree"
exit $fail
