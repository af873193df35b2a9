/* SPDX-License-Identifier: MIT */
/*
 * stmt.c - prepared statements, and what must hold for them on every engine: no step after the end
 * (SQLite would run the statement a second time), no writing through a handle or transaction that
 * only reads, every parameter given.
 */
#include <string.h>

#include <csm/db.h>

#include "db/db_priv.h"

static struct csm_stmt *take_handle(struct csm_db *db)
{
	struct csm_stmt *s = db->spare;
	int *index = NULL, cap = 0;

	if (s) {
		db->spare = s->next;
		index = s->index;	/* its memory serves again */
		cap = s->index_cap;
	} else {
		s = csm_alloc(db->arena, sizeof(*s));
	}
	*s = (struct csm_stmt){ .db = db, .index = index, .index_cap = cap, .next = db->live };
	if (db->live)
		db->live->prev = s;
	db->live = s;
	return s;
}

int db_prepare(struct csm_db *db, const char *sql, unsigned how, struct csm_stmt **out, struct csm_err *err)
{
	struct csm_stmt *s = take_handle(db);
	int rc;

	*out = NULL;
	/*
	 * An expanded text stays in the arena: only migrations and tests have tokens, so it is not
	 * worth a rewind.
	 */
	rc = db_engine(db)->prepare(s, db_expand(db, sql), how, err);
	if (!rc && s->writes && !(db->flags & CSM_DB_WRITE))
		rc = csm_fail(err, CSM_E_INTERNAL,
			      "a writing statement on a database opened for reading: %.200s", sql);
	if (rc) {
		csm_stmt_finalize(s);
		return db_after(db, rc);
	}
	s->kept = how & DB_KEEP;
	*out = s;
	return CSM_OK;
}

int csm_db_prepare(struct csm_db *db, const char *sql, struct csm_stmt **out, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	*out = NULL;
	return rc ? rc : db_prepare(db, sql, 0, out, err);
}

/* What is not bound is null: a row of many fields, most of them empty, is cheap. */
static int bind_value(struct csm_stmt *s, int n, const struct csm_value *v, struct csm_err *err)
{
	if (n > s->bound) {
		if (v->tag == CSM_NULL)
			return CSM_OK;
		s->bound = n;
	}
	return db_engine(s->db)->bind(s, n, v, err);
}

int csm_stmt_bind(struct csm_stmt *s, int n, struct csm_value v, struct csm_err *err)
{
	int rc = db_check_usable(s->db, err);

	if (rc)
		return rc;
	if (s->state != DB_STMT_READY)
		rc = csm_fail(err, CSM_E_INTERNAL,
			      "parameter $%d bound to a statement that runs, reset it first", n);
	else if (n < 1 || n > s->nparams)
		rc = csm_fail(err, CSM_E_INTERNAL, "parameter $%d bound, but the statement has %d",
			      n, s->nparams);
	else
		rc = bind_value(s, n, &v, err);
	return db_after(s->db, rc);
}

int csm_stmt_step(struct csm_stmt *s, bool *row, struct csm_err *err)
{
	struct csm_db *db = s->db;
	int rc = db_check_usable(db, err);

	*row = false;
	if (rc)
		return rc;
	if (s->state == DB_STMT_ENDED)
		rc = csm_fail(err, CSM_E_INTERNAL, "step of a statement that has ended, reset it first");
	else if (s->writes && db->txn == DB_TXN_READ)
		rc = csm_fail(err, CSM_E_INTERNAL, "a writing statement inside a reading transaction");
	else if (s->state == DB_STMT_READY && db->waiting && !s->overlooks)
		rc = db_queue_flush(db, s->writes ? DB_ALL_TABLES : s->reads, err);
	if (!rc)
		rc = db_take_engine(db, err);
	if (!rc)
		rc = db->engine->step(s, row, err);
	s->state = *row ? DB_STMT_ROWS : DB_STMT_ENDED;
	return db_after(db, rc);
}

struct csm_value csm_stmt_column(struct csm_stmt *s, int i)
{
	if (s->state != DB_STMT_ROWS)
		return csm_null();
	return db_engine(s->db)->column(s, i);
}

int csm_stmt_row(struct csm_stmt *s, struct csm_value *out, int max)
{
	int have = csm_stmt_columns(s), n = have < max ? have : max;

	if (s->state == DB_STMT_ROWS)
		db_engine(s->db)->row(s, out, n);
	else
		memset(out, 0, (size_t)n * sizeof(*out));
	return n;
}

const char *db_column_text(struct csm_stmt *s, int i, struct csm_arena *a)
{
	struct csm_value v = csm_stmt_column(s, i);

	return v.tag == CSM_TEXT ? csm_strdup(a, v.s) : "";
}

int csm_stmt_columns(struct csm_stmt *s)
{
	return db_engine(s->db)->columns(s);
}

void csm_stmt_reset(struct csm_stmt *s)
{
	s->overlooks = false;
	if (s->state == DB_STMT_READY && !s->bound)
		return;
	db_engine(s->db)->reset(s);
	s->state = DB_STMT_READY;
	s->bound = 0;
}

void csm_stmt_finalize(struct csm_stmt *s)
{
	if (!s)
		return;
	if (s->kept) {		/* its owner is the connection */
		csm_stmt_reset(s);
		return;
	}
	db_queue_free(s);
	db_engine(s->db)->finalize(s);
	if (s->next)
		s->next->prev = s->prev;
	if (s->prev)
		s->prev->next = s->next;
	else
		s->db->live = s->next;
	s->next = s->db->spare;
	s->db->spare = s;
}

void csm_stmt_finalizep(struct csm_stmt **s)
{
	csm_stmt_finalize(*s);
	*s = NULL;
}

int csm_stmt_run(struct csm_stmt *s, const struct csm_value *v, int n, int64_t *changed,
		 struct csm_err *err)
{
	bool row = false;
	int rc = db_check_usable(s->db, err);

	if (changed)
		*changed = 0;
	if (rc)
		return rc;
	if (n != s->nparams)
		rc = csm_fail(err, CSM_E_INTERNAL, "%d values for a statement with %d parameters",
			      n, s->nparams);
	for (int i = 0; !rc && i < n; i++)
		rc = s->state == DB_STMT_READY ? bind_value(s, i + 1, &v[i], err) : csm_stmt_bind(s, i + 1, v[i], err);
	if (!rc)
		rc = csm_stmt_step(s, &row, err);
	if (!rc && row)
		rc = csm_fail(err, CSM_E_INTERNAL, "a statement that was to give no rows gave one");
	if (!rc && changed)
		*changed = db_engine(s->db)->changes(s->db);
	csm_stmt_reset(s);
	return db_after(s->db, rc);
}
