/* SPDX-License-Identifier: MIT */
/* sqlcheck.c - the SQL of the check of stored data: references that lead nowhere, keys held twice. */
#include "store_priv.h"

const char *store_sql_dangling(struct csm_arena *a, const struct csm_rtype *t, int field,
			       const struct csm_rtype *target)
{
	const char *column = store_ident(a, t->fields[field].name);

	return csm_sprintf(a,
			   "SELECT t.id, t.%s FROM %s AS t LEFT JOIN %s AS r ON r.id = t.%s WHERE t.%s "
			   "IS NOT NULL AND r.id IS NULL "
			   "ORDER BY t.id",
			   column, store_ident(a, t->table), store_ident(a, target->table), column,
			   column);
}

/*
 * Of a reference that has few values, from one value in the index to the next: SQLite has no such loose scan of its own. Else along the
 * whole index, which is cheaper then.
 */
const char *store_sql_loose(struct csm_arena *a, const struct csm_rtype *t, int field, const struct csm_rtype *target, bool few)
{
	const char *column = store_ident(a, t->fields[field].name), *table = store_ident(a, t->table), *to = store_ident(a, target->table);

	if (few)
		return csm_sprintf(a,
				   "WITH RECURSIVE d (v) AS (SELECT min(%s) FROM %s WHERE %s IS NOT NULL UNION ALL "
				   "SELECT (SELECT min(%s) FROM %s WHERE %s > d.v) FROM d WHERE d.v IS NOT NULL) "
				   "SELECT v FROM d WHERE v IS NOT NULL AND v NOT IN (SELECT id FROM %s) LIMIT 1",
				   column, table, column, column, table, column, to);
	return csm_sprintf(a,
			   "SELECT d.v FROM (SELECT DISTINCT %s AS v FROM %s WHERE %s IS NOT NULL) AS d "
			   "WHERE d.v NOT IN (SELECT id FROM %s) LIMIT 1",
			   column, table, column, to);
}

const char *store_sql_doubles(struct csm_arena *a, const struct csm_rtype *t, const char *set)
{
	struct csm_buf columns = CSM_BUF(a), where = CSM_BUF(a);
	char word[80];

	for (unsigned i = 0; csm_word(set, i, word, sizeof(word)); i++) {
		const char *column = store_ident(a, csm_strdup(a, word));

		csm_buf_addf(&columns, "%s%s", i ? ", " : "", column);
		csm_buf_addf(&where, "%s%s IS NOT NULL", i ? " AND " : "", column);
	}
	return csm_sprintf(a,
			   "SELECT min(id), count(*) FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1 "
			   "ORDER BY min(id)",
			   store_ident(a, t->table), where.s, columns.s);
}

const char *store_sql_last_id(struct csm_arena *a, const struct csm_rtype *t)
{
	return csm_sprintf(a, "SELECT max(id) FROM %s", store_ident(a, t->table));
}
