#!/bin/sh
# SPDX-License-Identifier: MIT
# worlds.sh - the folders that the commands of cmds.txt start from.
# usage: worlds.sh CSM DIR
set -eu

csm=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
dir=$2
rm -rf "$dir"
mkdir -p "$dir"
for var in $(env | sed -n 's/^\(CSM_[A-Z_]*\)=.*/\1/p'); do
	unset "$var"
done
export LOGNAME=tester TZ=UTC LC_ALL=C

# new NAME: an empty folder with a place for temporary files, and go there.
new() {
	mkdir -p "$dir/$1/tmp"
	cd "$dir/$1"
	export HOME="$PWD" CSM_DB="$PWD/csm.db"
	cd "$here"
}
# do ARG...: csm at TIME in that world.
at=2024-02-29T12:00:00Z
run() {
	CSM_NOW=$at "$csm" -q "$@" >/dev/null
}

dir=$(realpath "$dir")
new none

new base
run init
run import world.yaml
jq -s . mended.ndjson >"$dir/base/mended.json"
cp load.yaml mended.ndjson flat.csv wide.csv lines.ndjson flat.map.yaml company.ics "$dir/base"
# more than memory keeps of a load, and enough to be worth doing without indexes
awk 'BEGIN { print "external_id,name,city"; for (i = 1; i <= 3000; i++) printf "B%d,Big %d,Place %080d\n", i, i, i }' >"$dir/base/big.csv"
at=2024-02-29T13:00:00Z
run contract suspend K6 --suspend-reason late
run tick
run sla-definition new --name Late --duration 1h --start-condition "active = true" --stop-condition "state = closed"
run sla-definition edit Fix --duration 4h
at=2024-03-01T08:00:00Z
run entitlement suspend E3
run config set case.auto_close_remind 3
run account edit A2 --city Bonn

# After a load.
cp -R "$dir/base" "$dir/loaded"
new loaded
run import load.yaml

# A database of the first schema, with a record.
new old
schema=../../schema/0001-spine.sql
{
	echo "PRAGMA page_size = 8192; PRAGMA application_id = 0x63736d31; PRAGMA journal_mode = WAL; BEGIN;"
	echo "CREATE TABLE csm_meta (version @ID@, name TEXT NOT NULL, applied_at @INT@ NOT NULL, sha256 TEXT NOT NULL) @STRICT@;"
	cat "$schema"
	echo "INSERT INTO csm_meta VALUES (1, '0001-spine', 1709200000, '$(sha256sum "$schema" | cut -d' ' -f1)');"
	echo "PRAGMA user_version = 1; COMMIT;"
} | sed 's/@ID@/INTEGER PRIMARY KEY/; s/@INT@/INTEGER/g; s/@STRICT@/STRICT/' | sqlite3 "$CSM_DB" >/dev/null

# After a big load.
cp -R "$dir/base" "$dir/big"
new big
run account import "$dir/base/big.csv"

# As a process leaves it that was killed after its commit: the change is in the log only.
cp -R "$dir/base" "$dir/hot"
new hot
sqlite3 "$CSM_DB" "SELECT count(*) FROM changes" ".shell CSM_NOW=$at '$csm' -q account edit A2 --city Basel >/dev/null" \
	".shell cp '$CSM_DB' '$CSM_DB-wal' '$dir/hot/tmp'" >/dev/null
mv "$dir/hot/tmp/csm.db" "$dir/hot/tmp/csm.db-wal" "$dir/hot"
rm -f "$CSM_DB-shm"
