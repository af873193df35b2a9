#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# memory.sh - the peak of memory of each way in and out, which does not grow with the input: 32 MiB whatever the number of records.
#
# usage: tests/bench/memory.sh [CASES] [MIB]     (100000 cases, at most 32)
#
# Each line is a whole process, watched by cost.c: its name, its peak in MiB and its time. A peak above the limit is told and fails.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/bench csm=${CSM_BIN:-$root/build/csm}
cases=${1:-100000} most=${2:-32}
dir=$(mktemp -d "${TMPDIR:-/tmp}/csm-memory-XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
unset CSM_DB CSM_CONFIG CSM_USER
export CSM_NOW=2026-06-01T09:00:00Z LC_ALL=C
for program in load_data cost; do
	${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -o $program "$here/$program.c"
done

# look NAME COMMAND...: the peak of csm on x.db
failed=0
look() {
	local name=$1 status=0

	shift
	./cost "$csm" -q --db x.db "$@" 3>cost.out >out 2>said || status=$?
	if [ $status -gt 1 ]; then
		printf 'memory.sh: %s: ended with %s\n' "$name" "$status" >&2
		head -n 5 said >&2
		failed=1
		return
	fi
	awk -v name="$name" -v most="$most" '{
		printf "%-36s %5.1f MiB  %.2f s of cpu\n", name, $3 / 1024, $2 / 1e6
		bad = $3 > most * 1024
	}
	END { exit bad || NR != 1 }' cost.out || {
		printf 'memory.sh: %s takes more than %s MiB\n' "$name" "$most" >&2
		failed=1
	}
}
as_it_was() { rm -f x.db x.db-wal x.db-shm && cp "$1" x.db; }

"$csm" -q --db template.db init
./load_data parents "$cases" >parents.ndjson
"$csm" -q --db template.db import parents.ndjson >/dev/null
for format in ndjson json csv yaml; do
	./load_data cases "$format" "$cases" 1 "$cases" >"cases.$format"
done
# Every tenth line is broken.
awk 'NR % 10 == 0 { $0 = substr($0, 1, length($0) - 1) } { print }' cases.ndjson >broken.ndjson

echo "$cases cases:"
for format in json csv yaml ndjson; do
	as_it_was template.db
	look "load of $format" case import "cases.$format"
done
cp x.db full.db
look "second load" case import cases.ndjson
look "diff" case diff cases.ndjson
look "undo" --yes undo
as_it_was template.db
gzip -c cases.csv >cases.csv.gz
look "load of csv, gzip" case import cases.csv.gz
as_it_was template.db
look "load, every tenth line rejected" case import broken.ndjson --on-error=skip --rejects left.ndjson
as_it_was template.db
look "load by 1000" case import cases.ndjson --batch 1000
look "dry run of a second load" case import cases.ndjson --dry-run
as_it_was full.db
for format in ndjson json yaml; do
	look "export as $format" export -o $format
done
look "export of cases as csv" case export --no-children -o csv
look "export to a folder of csv" export --dir folder -o csv
look "export, anonymised" export --anonymize --seed 1
look "closure of all accounts" export account --closure
exit $failed
