/* SPDX-License-Identifier: MIT */
/*
 * sqlchange.c - the SQL of changes, history and counters: the tables that are the store's own and no record
 * types.
 *
 * Columns of history are always read in the order id, change, seq, type, record, last_record, op, diff, stated.
 */
#include "store_priv.h"

#define HISTORY "SELECT id, change, seq, type, record, last_record, op, diff, stated FROM history "
#define CHANGE \
	"SELECT id, at, actor, on_behalf, command, undoes, undone_by, parent_hash, hash, undoes_also, kept FROM changes "

static const struct {
	const char *name, *sql;
} TEXTS[STORE_TEXT__N] = {
	[STORE_TEXT_LAST_CHANGE] = { "change.last", "SELECT id, hash FROM changes ORDER BY id DESC LIMIT 1" },
	[STORE_TEXT_ADD_CHANGE] = { "change.add",
				    "INSERT INTO changes (id, at, actor, on_behalf, command, undoes, "
				    "undone_by, "
				    "parent_hash, hash, undoes_also, kept) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $9, $10)" },
	[STORE_TEXT_SET_UNDONE] = { "change.undone", "UPDATE changes SET undone_by = $1 WHERE id = $2" },
	[STORE_TEXT_OWN_LAST] = { "change.own", "SELECT id FROM changes WHERE actor = $1 AND undone_by IS "
						"NULL AND undoes IS NULL "
						"ORDER BY id DESC LIMIT 1" },
	[STORE_TEXT_CHANGE] = { "change.get", CHANGE "WHERE id = $1" },
	[STORE_TEXT_CHANGES] = { "change.list", CHANGE "ORDER BY id DESC" },
	[STORE_TEXT_CHANGES_UP] = { "change.walk", CHANGE "ORDER BY id" },
	[STORE_TEXT_LAST_HISTORY] = { "history.last", "SELECT id FROM history ORDER BY id DESC LIMIT 1" },
	[STORE_TEXT_ADD_HISTORY] = { "history.add", "INSERT INTO history (id, change, seq, type, record, "
						    "last_record, op, diff, stated) "
						    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)" },
	[STORE_TEXT_OF_CHANGE] = { "history.change", HISTORY "WHERE change = $1 ORDER BY id" },
	[STORE_TEXT_OF_CHANGE_BACK] = { "history.change.back", HISTORY "WHERE change = $1 ORDER BY id DESC" },
	[STORE_TEXT_AFTER] = { "history.after", HISTORY "WHERE id > $1 ORDER BY id" },
	[STORE_TEXT_GONE] = { "history.gone", HISTORY "WHERE change = $1 AND id > $2 AND id <= $3 AND op = 'delete' ORDER BY id" },
	[STORE_TEXT_OF_RECORD] = { "history.record",
				   HISTORY "WHERE type = $1 AND record = $2 AND op <> 'create' ORDER BY id" },
	/* The run that holds a record is the nearest that begins at or before it: the caller says how many
	   there can be. */
	[STORE_TEXT_CREATIONS] = { "history.creations",
				   HISTORY "WHERE type = $1 AND record <= $2 AND last_record >= $2 "
					   "AND op = 'create' ORDER BY type DESC, record DESC LIMIT $3" },
	[STORE_TEXT_DELETIONS] = { "history.deletions",
				   "SELECT change FROM history WHERE type = $1 AND record = $2 "
				   "AND op = 'delete' ORDER BY id" },
	/* Changes in force (not undone, no undo of others) that touched records of a range after a change. */
	[STORE_TEXT_LATER] = { "history.later",
			       "SELECT h.record, h.change, h.op, h.diff FROM history h JOIN changes c ON "
			       "c.id = "
			       "h.change "
			       "WHERE h.type = $1 AND h.record BETWEEN $2 AND $3 AND h.op <> 'create' AND "
			       "h.change > $4 "
			       "AND c.undone_by IS NULL AND c.undoes IS NULL ORDER BY h.record, h.id" },
	/* What a change created, whatever the order it was written in. */
	[STORE_TEXT_MADE_COUNT] = { "history.made.count",
				    "SELECT count(*) FROM history WHERE change = $1 AND op = 'create'" },
	[STORE_TEXT_MADE] = { "history.made", "SELECT type, record, last_record FROM history WHERE change = $1 "
					      "AND op = 'create' ORDER BY type, record" },
	/* By type: the sum keeps the index on changes out of it. */
	[STORE_TEXT_OF_TYPE] = { "history.type", "SELECT record, last_record FROM history WHERE change + 0 = $1 "
						 "AND type = $2 ORDER BY record" },
	[STORE_TEXT_MORE] = { "history.more", "SELECT id FROM history WHERE type = $1 AND record = $2 AND change = $3 "
					      "AND id > $4 AND op <> 'create' LIMIT 1" },
	[STORE_TEXT_BEFORE] = { "history.before", HISTORY "WHERE type = $1 AND record = $2 AND change = $3 AND id <= $4 "
						  "AND op <> 'create' ORDER BY id" },
	/* As history.change, without what a deleted record held. */
	[STORE_TEXT_OUTLINE] = { "history.outline",
				 "SELECT id, change, seq, type, record, last_record, op, CASE op WHEN 'update' THEN diff "
				 "END, stated FROM history WHERE change = $1 ORDER BY id" },
	[STORE_TEXT_SINCE] = { "history.since",
			       HISTORY "WHERE type = $1 AND record BETWEEN $2 AND $3 AND op <> 'create' "
				       "AND id > $4 ORDER BY record, id" },
	[STORE_TEXT_RUNS] = { "history.runs",
			      HISTORY "WHERE type = $1 AND op = 'create' ORDER BY record, id" },
	/* The last history row of the changes up to one. */
	[STORE_TEXT_HORIZON] = { "history.horizon", "SELECT id FROM history WHERE change <= $1 "
						    "ORDER BY change DESC, id DESC LIMIT 1" },
	[STORE_TEXT_CREATED] = { "history.created",
				 "SELECT id, record, last_record FROM history WHERE type = $1 AND id > $2 "
				 "AND op = 'create' ORDER BY record, id" },
	/* By change: the concatenation keeps the index on type and record out of it. */
	[STORE_TEXT_CREATED_BEFORE] = { "history.created.before",
					"SELECT record, last_record FROM history WHERE change < $1 "
					"AND type || '' = $2 AND op = 'create' ORDER BY change, id" },
	[STORE_TEXT_TOUCHED] = { "history.touched",
				 "SELECT record, last_record FROM history WHERE type = $1 AND id > $2 "
				 "ORDER BY record" },
	[STORE_TEXT_CHANGES_OF] = { "history.changes",
				    "SELECT DISTINCT change FROM history WHERE type = $1 ORDER BY change" },
	[STORE_TEXT_STAMP] = { "history.stamp",
			       "SELECT change, op FROM history WHERE type = $1 AND record = $2 AND id <= $3 "
			       "AND op <> 'create' ORDER BY id DESC LIMIT 1" },
	[STORE_TEXT_UNDOS] = { "change.undos", "SELECT id, undoes, undoes_also, undone_by FROM changes WHERE undoes IS NOT NULL "
					       "ORDER BY id DESC" },
	[STORE_TEXT_CLOCKS] = { "change.clocks", "SELECT id, at FROM changes ORDER BY id" },
	[STORE_TEXT_ORPHANS] = { "history.orphans",
				 HISTORY "WHERE NOT EXISTS (SELECT 1 FROM changes WHERE changes.id = "
					 "history.change) ORDER BY id" },
	[STORE_TEXT_COUNTER] = { "counter.get", "SELECT next FROM counters WHERE type = $1" },
	[STORE_TEXT_NEW_COUNTER] = { "counter.add", "INSERT INTO counters (next, type) VALUES ($1, $2)" },
	[STORE_TEXT_SET_COUNTER] = { "counter.set", "UPDATE counters SET next = $1 WHERE type = $2" },
};

const char *store_text(enum store_text text)
{
	return TEXTS[text].sql;
}

const char *store_text_name(enum store_text text)
{
	return TEXTS[text].name;
}

const char *store_sql_between(struct csm_arena *a, const struct csm_rtype *t)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_add(&b, "SELECT ");
	store_add_columns(&b, "", t);
	csm_buf_addf(&b, " FROM %s WHERE id BETWEEN $1 AND $2 ORDER BY id", store_ident(a, t->table));
	return b.s;
}

const char *store_sql_pointing(struct csm_arena *a, const struct csm_rtype *t, int field)
{
	const char *column = store_ident(a, t->fields[field].name);

	return csm_sprintf(a, "SELECT id, %s FROM %s WHERE %s BETWEEN $1 AND $2 ORDER BY id", column,
			   store_ident(a, t->table), column);
}

const char *store_sql_back(struct csm_arena *a, const struct csm_rtype *t)
{
	return csm_sprintf(a, "%s DESC", store_sql_between(a, t));
}

const char *store_sql_drop(struct csm_arena *a, const struct csm_rtype *t)
{
	return csm_sprintf(a, "DELETE FROM %s WHERE id BETWEEN $1 AND $2", store_ident(a, t->table));
}

const char *store_sql_outside(struct csm_arena *a, const struct csm_rtype *t)
{
	return csm_sprintf(a, "SELECT id FROM %s WHERE id < $1 OR id > $2 LIMIT 1", store_ident(a, t->table));
}

const char *store_sql_empty(struct csm_arena *a, const struct csm_rtype *t)
{
	return csm_sprintf(a, "DELETE FROM %s", store_ident(a, t->table));
}

const char *store_sql_all_ids(struct csm_arena *a, const struct csm_rtype *t)
{
	return csm_sprintf(a, "SELECT id FROM %s ORDER BY id", store_ident(a, t->table));
}
