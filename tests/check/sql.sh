#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sql.sh - SQL text stands in lib/db, lib/store/sql*.c and the static const tables of lib/svc/*_sql.c, nowhere else; the
# engine's header and its calls stand in lib/db.
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
find lib cmd -name '*.[ch]' ! -path 'lib/db/*' | LC_ALL=C sort >"$tmp/all"
grep -v -e '^lib/store/sql[a-z_]*\.c$' -e '^lib/svc/[a-z_]*_sql\.c$' "$tmp/all" >"$tmp/others"
fail=0

# Words of SQL in capitals, as the tree writes them; whole statements in small letters too.
xargs awk -v what=strings -f tests/check/scan.awk <"$tmp/others" >"$tmp/strings" || fail=1
grep -E \
	-e ':[0-9]+:(.*[^A-Za-z_])?(SELECT|INSERT INTO|DELETE FROM|UPDATE [a-z%]|(CREATE|DROP|ALTER) [A-Z]+|PRAGMA|WHERE|ORDER BY|GROUP BY|(LEFT |CROSS )?JOIN|IS (NOT )?NULL|BETWEEN|VALUES|LIMIT|OFFSET|RETURNING|ON CONFLICT|COLLATE|EXISTS|SAVEPOINT|COMMIT|ROLLBACK|BEGIN)([^A-Za-z_]|$)' \
	-e ':[0-9]+:[ ]*(select .* from |insert into [a-z_%]+ ?\(|delete from |update [a-z_%]+ set |create (table|index|view|trigger) |drop (table|index|view) |alter table |pragma )' \
	-e ':[0-9]+: (AND|OR|NOT|FROM|LIKE|IN|SET|AS|ASC|DESC) ' \
	"$tmp/strings" | grep -v -E '^cmd/helper/calendar_event\.c:[0-9]+:([a-z]+ )?BEGIN(:.*)?$' >"$tmp/found" # iCalendar's word
if [ -s "$tmp/found" ]; then
	echo "sql: SQL text outside lib/db, lib/store/sql*.c and lib/svc/*_sql.c:"
	cat "$tmp/found"
	fail=1
fi

# A file of texts holds texts: no function of it may build SQL.
for file in lib/svc/*_sql.c; do
	[ -e "$file" ] || continue
	if awk -v what=functions -f tests/check/scan.awk "$file" | grep .; then
		echo "sql: $file: a table of SQL texts has no functions"
		fail=1
	fi
done

xargs awk -v what=code -f tests/check/scan.awk <"$tmp/all" | grep -E '[^A-Za-z0-9_](sqlite3(_[a-z0-9_]+)?|SQLITE_[A-Z_]+)([^A-Za-z0-9_]|$)' >"$tmp/engine"
if [ -s "$tmp/engine" ]; then
	echo "sql: the engine outside lib/db:"
	cat "$tmp/engine"
	fail=1
fi
[ "$(wc -l <"$tmp/strings")" -gt 500 ] || { echo "sql: hardly any string literal found; the reader of C must be broken"; fail=1; }
[ $fail -ne 0 ] || echo "sql: $(wc -l <"$tmp/strings") literals of $(wc -l <"$tmp/others") files hold no SQL"
exit $fail
