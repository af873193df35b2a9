#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh - the door to PostgreSQL stays open: a server of Debian's PostgreSQL 15 executes the migrations and prepares every
# statement that the store makes. The server is this script's own, run by an unprivileged user, on a socket in a private
# folder; no cluster of the system is made or touched.
# usage: run.sh STATEMENTS   (the program made from statements.c)
set -u
bin=/usr/lib/postgresql/15/bin
if ! [ -x $bin/initdb ]; then
	echo "pg: PostgreSQL 15 is missing; 'sh tests/setup.sh ci' installs it" >&2
	exit 1
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/csm-pg-XXXXXX")
as=
if [ "$(id -u)" -eq 0 ]; then
	as="setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --inh-caps=-all"
	chown nobody:nogroup "$dir"
	chmod 711 "$dir"
fi
passed=0
failed=0

run() {
	(cd "$dir" && $as env -i PATH=/usr/bin:/bin HOME="$dir" LC_ALL=C PGHOST="$dir" PGUSER=csm PGDATABASE=postgres "$@")
}

stop() {
	[ ! -e "$dir/data/postmaster.pid" ] || run $bin/pg_ctl -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

if ! { run $bin/initdb -D "$dir/data" -U csm -A trust -E UTF8 --locale=C --no-sync &&
	run $bin/pg_ctl -D "$dir/data" -w -t 60 -l "$dir/log" -o "-k '$dir' -c listen_addresses= -c fsync=off" start; } >"$dir/start" 2>&1; then
	cat "$dir/start" "$dir/log" 2>/dev/null
	echo "pg: 0 passed, 1 failed"
	exit 1
fi

# ---- the migrations, each in one transaction ----
for file in schema/[0-9]*.sql; do
	sed -e 's/@ID@/BIGINT PRIMARY KEY/g' -e 's/@INT@/BIGINT/g' -e 's/@STRICT@//g' "$file" >"$dir/step.sql"
	if grep -n '@[A-Z]*@' "$dir/step.sql"; then
		echo "not ok $file: a token that this check does not know"
		failed=$((failed + 1))
	elif run psql -X -q -1 -v ON_ERROR_STOP=1 -f "$dir/step.sql" >"$dir/step.log" 2>&1; then
		echo "ok $file"
		passed=$((passed + 1))
	else
		echo "not ok $file"
		cat "$dir/step.log"
		failed=$((failed + 1))
	fi
done

# ---- the statements: line N of the script is statement N ----
"$1" "$dir/statements.db" >"$dir/statements" || failed=$((failed + 1))
sed -e 's/@INT@/BIGINT/g' "$dir/statements" | awk -F '\t' '{ print "PREPARE s" NR " AS " $2 ";" }' >"$dir/prepare.sql"
run psql -X -q -v VERBOSITY=terse -f "$dir/prepare.sql" >"$dir/prepare.log" 2>&1
awk '
	FILENAME == ARGV[1] { split($0, part, "\t"); name[FNR] = part[1]; sql[FNR] = part[2]; n = FNR; next }
	match($0, /prepare\.sql:[0-9]+: /) {
		line = substr($0, RSTART + 12, RLENGTH - 14) + 0
		if (!(line in bad))
			count++
		bad[line] = 1
		printf "not ok %s: %s\n  %s\n", name[line], substr($0, RSTART + RLENGTH), sql[line]
		next
	}
	{ print; lost++ }
	END { print n + 0, count + lost + 0 }' "$dir/statements" "$dir/prepare.log" >"$dir/verdict"
sed '$d' "$dir/verdict"
read -r total bad <<END
$(tail -n 1 "$dir/verdict")
END
prepared=$(run psql -X -A -t -q -f "$dir/prepare.sql" -c 'SELECT count(*) FROM pg_prepared_statements' 2>/dev/null | tail -n 1)
if [ "${prepared:-0}" -ne $((total - bad)) ]; then
	echo "not ok: the server holds ${prepared:-0} prepared statements of $total"
	failed=$((failed + 1))
fi

# ---- nothing is left out: each maker of SQL is asked by csm_store_statements ----
awk -v what=functions -f tests/check/scan.awk lib/store/sql*.c | sed 's/.*://' | grep '^store_sql_' >"$dir/makers"
while read -r maker; do
	if grep -q "[^a-z_]$maker(" lib/store/statements.c; then
		passed=$((passed + 1))
	else
		echo "not ok $maker: lib/store/statements.c does not tell its SQL"
		failed=$((failed + 1))
	fi
done <"$dir/makers"
passed=$((passed + total - bad))
failed=$((failed + bad))
[ "$total" -gt 100 ] || { echo "not ok: only $total statements told"; failed=$((failed + 1)); }
echo "pg: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
