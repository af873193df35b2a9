/* SPDX-License-Identifier: MIT */
/*
 * db.c - the handle of a database: open, close, exec, kept statements, and the calls that go
 * straight to the engine.
 */
#include <stdio.h>
#include <string.h>

#include <csm/db.h>

#include "db/db_priv.h"

static int check_version(struct csm_db *db, struct csm_err *err)
{
	int known = db->nrows ? db->rows[db->nrows - 1].version : 0, version, rc;

	if (db->flags & CSM_DB_ANY_SCHEMA || db->created)
		return CSM_OK;
	rc = db_engine(db)->version(db, &version, err);
	if (rc)
		return rc;
	if (version > known)
		return csm_fail(err, CSM_E_CONFIG,
				"database has schema version %d, this program knows up to %d",
				version, known);
	/* Reading is refused too: this program's statements name columns an older one has not. */
	if (version < known)
		return csm_fail(err, CSM_E_CONFIG, "database has schema version %d, this program "
				"needs %d: run 'csm db migrate'", version, known);
	return CSM_OK;
}

int db_open_rows(struct csm_db **out, struct csm_arena *like, const char *path, unsigned flags,
		 int wait_ms, const struct csm_migration *rows, unsigned nrows, struct csm_err *err)
{
	struct csm_arena *a;
	struct csm_db *db;
	int rc;

	*out = NULL;
	if (!path || !*path)
		return csm_fail(err, CSM_E_NOINPUT, "no database is named, expected a file");
	/* Without the address: it may hold a password. */
	if (strncmp(path, "postgresql://", 13) == 0 || strncmp(path, "postgres://", 11) == 0)
		return csm_fail(err, CSM_E_CONFIG, "databases of a PostgreSQL server are not "
				"supported, expected a file");
	a = like ? csm_arena_like(like) : csm_arena_new(NULL, NULL);
	if (!a)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	db = csm_alloc(a, sizeof(*db));
	db->arena = a;
	db->engine = &db_sqlite_engine;
	db->given = csm_strdup(a, path);
	db->flags = flags;
	db->wait_ms = wait_ms;
	db->rows = rows;
	db->nrows = nrows;
	rc = db_engine(db)->open(db, err);
	if (!rc)
		rc = check_version(db, err);
	if (rc)
		csm_db_close(db);
	else
		*out = db;
	return rc;
}

int csm_db_open(struct csm_db **out, const char *path, unsigned flags, int wait_ms, struct csm_err *err)
{
	return db_open_rows(out, NULL, path, flags, wait_ms, db_migration_rows, db_migration_count, err);
}

int csm_db_open_like(struct csm_db **out, struct csm_arena *like, const char *path, unsigned flags,
		     int wait_ms, struct csm_err *err)
{
	return db_open_rows(out, like, path, flags, wait_ms, db_migration_rows, db_migration_count, err);
}

void csm_db_close(struct csm_db *db)
{
	if (!db)
		return;
	db_queue_close(db);
	for (struct csm_stmt *s = db->live; s; s = s->next)
		db->engine->finalize(s);
	db_engine(db)->close(db);
	csm_arena_free(db->arena);
}

void csm_db_closep(struct csm_db **db)
{
	csm_db_close(*db);
	*db = NULL;
}

const char *csm_db_path(const struct csm_db *db)
{
	return db->path;
}

int db_check_usable(const struct csm_db *db, struct csm_err *err)
{
	if (!db->poisoned)
		return CSM_OK;
	/* Whoever did not look at that failure is told what it was: nobody's input is to blame for a broken disk. */
	for (const struct csm_code_row *r = csm_code_rows(); r->name; r++)
		if ((int)r->code == db->poisoned && csm_code_is_trouble(db->poisoned))
			return csm_fail(err, r->code, "an earlier statement of the transaction failed: %s", r->help);
	return csm_fail(err, CSM_E_CONFLICT,
			"an earlier statement of the transaction failed, it must be rolled back");
}

int db_take_engine(struct csm_db *db, struct csm_err *err)
{
	const struct db_engine *e = db_engine(db);
	int rc = db->writer ? db_writer_failure(db, err) : CSM_OK;

	if (!rc && db->txn != DB_TXN_NONE && !e->in_transaction(db))
		rc = csm_fail(err, CSM_E_IO, "%s: the engine gave the transaction up after an earlier failure", db->given);
	return rc;
}

int db_after(struct csm_db *db, int rc)
{
	if (rc && db->txn != DB_TXN_NONE && !db->poisoned)
		db->poisoned = rc;
	return rc;
}

const char *db_expand(struct csm_db *db, const char *sql)
{
	const struct { const char *token, *text; } tokens[] = {
		{ "@INT@", db_engine(db)->token_int },
		{ "@ID@", db_engine(db)->token_id },
		{ "@STRICT@", db_engine(db)->token_strict },
	};
	const char *at = strchr(sql, '@');
	struct csm_buf b = CSM_BUF(db->arena);

	if (!at)
		return sql;
	for (; at; at = strchr(sql, '@')) {
		size_t i, n = 1;

		csm_buf_addn(&b, sql, (size_t)(at - sql));
		for (i = 0; i < CSM_COUNT(tokens); i++) {
			n = strlen(tokens[i].token);
			if (strncmp(at, tokens[i].token, n) == 0)
				break;
		}
		if (i < CSM_COUNT(tokens)) {
			csm_buf_add(&b, tokens[i].text);
			sql = at + n;
		} else {
			csm_buf_addc(&b, '@');
			sql = at + 1;
		}
	}
	csm_buf_add(&b, sql);
	return b.s;
}

int csm_db_exec(struct csm_db *db, const char *sql, struct csm_err *err)
{
	int rc = db_check_usable(db, err);
	struct csm_mark mark;

	if (!rc)
		rc = db_queue_flush(db, DB_ALL_TABLES, err);
	if (!rc)
		rc = db_take_engine(db, err);
	if (rc)
		return rc;
	mark = csm_arena_mark(db->arena);
	rc = db_engine(db)->exec(db, db_expand(db, sql), err);
	csm_arena_rewind(db->arena, mark);
	/* A COMMIT in the text would end the transaction behind the back of its owner. */
	if (!rc && db_engine(db)->in_transaction(db) != (db->txn != DB_TXN_NONE))
		rc = csm_fail(err, CSM_E_INTERNAL, "the text begins or ends a transaction: %.80s", sql);
	return db_after(db, rc);
}

/* Kept statements: a table by address, because the texts of csm are literals and generated once. */

static unsigned find_slot(const struct db_kept *slots, unsigned n, const char *address)
{
	unsigned i = (unsigned)csm_hash_int(0, (uintptr_t)address) & (n - 1);

	while (slots[i].address && slots[i].address != address)
		i = (i + 1) & (n - 1);
	return i;
}

static void grow_kept(struct csm_db *db)
{
	unsigned n = db->nkept_slots ? db->nkept_slots * 2 : 64;
	struct db_kept *slots = csm_calloc(db->arena, n, sizeof(*slots));

	for (unsigned i = 0; i < db->nkept_slots; i++) {
		if (db->kept[i].address)
			slots[find_slot(slots, n, db->kept[i].address)] = db->kept[i];
	}
	db->kept = slots;
	db->nkept_slots = n;
}

int csm_db_kept(struct csm_db *db, const char *sql, struct csm_stmt **out, struct csm_err *err)
{
	struct db_kept *k;
	int rc = db_check_usable(db, err);

	*out = NULL;
	if (rc)
		return rc;
	if (2 * (db->nkept + 1) > db->nkept_slots)
		grow_kept(db);
	k = &db->kept[find_slot(db->kept, db->nkept_slots, sql)];
	if (k->stmt && strcmp(k->text, sql) == 0) {
		csm_stmt_reset(k->stmt);
		*out = k->stmt;
		return CSM_OK;
	}
	if (k->stmt) {
		k->stmt->kept = false;
		csm_stmt_finalize(k->stmt);
		k->stmt = NULL;
	}
	rc = db_prepare(db, sql, DB_KEEP, out, err);
	if (rc)
		return rc;
	db->nkept += !k->address;
	*k = (struct db_kept){ sql, csm_strdup(db->arena, sql), *out };
	return CSM_OK;
}

int csm_db_first(struct csm_db *db, const char *sql, const struct csm_value *v, int n,
		 struct csm_stmt **out, bool *row, struct csm_err *err)
{
	int rc = csm_db_kept(db, sql, out, err);

	*row = false;
	if (rc)
		return rc;
	if (n != (*out)->nparams)
		rc = csm_fail(err, CSM_E_INTERNAL, "%d values for a statement with %d parameters",
			      n, (*out)->nparams);
	for (int i = 0; !rc && i < n; i++)
		rc = csm_stmt_bind(*out, i + 1, v[i], err);
	if (!rc)
		rc = csm_stmt_step(*out, row, err);
	*row = *row && !rc;
	if (!*row)
		csm_stmt_reset(*out);
	return rc;
}

int csm_db_backup(struct csm_db *db, const char *path, const char *made, struct csm_err *err)
{
	if (db->txn != DB_TXN_NONE)
		return csm_fail(err, CSM_E_INTERNAL, "backup inside a transaction");
	return db_engine(db)->backup(db, path, made, err);
}

int csm_db_integrity(struct csm_db *db, bool full, const struct csm_diag *diag, struct csm_err *err)
{
	int rc = db_check_usable(db, err), refs, steps;

	if (!rc)
		rc = db_engine(db)->integrity(db, full, diag, err);
	if (rc)
		return db_after(db, rc);
	refs = db_engine(db)->references(db, diag, err);
	if (refs != CSM_OK && refs != CSM_NO)
		return db_after(db, refs);
	steps = db_check_steps(db, diag, err);
	return steps == CSM_OK ? refs : steps;
}

int csm_db_table(struct csm_db *db, const char *name, struct csm_arena *a,
		 struct csm_db_table **out, struct csm_err *err)
{
	*out = NULL;
	return db_engine(db)->table(db, name, a, out, err);
}

int csm_db_tables(struct csm_db *db, struct csm_arena *a, const char ***names, unsigned *n,
		  struct csm_err *err)
{
	return db_engine(db)->tables(db, a, names, n, err);
}

int csm_db_made(struct csm_db *db, const char *table, struct csm_arena *a, struct csm_db_made **out, unsigned *n,
		struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	return rc ? rc : db_after(db, db_engine(db)->made(db, table, a, out, n, err));
}

/* One statement alone: the text comes from a file that somebody else may have made. */
static int run_one(struct csm_db *db, const char *sql, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int rc = csm_db_prepare(db, sql, &st, err);

	return rc ? rc : csm_stmt_run(st, NULL, 0, NULL, err);
}

int csm_db_drop_index(struct csm_db *db, const struct csm_db_made *x, struct csm_err *err)
{
	/* what the statement leaves in the connection's own arena stays: rows that wait are written first, by statements that are kept */
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(db->arena);
	struct csm_buf b = CSM_BUF(a);

	db->thinned = true;
	csm_buf_add(&b, "DROP INDEX \"");
	for (const char *c = x->name; *c; c++)
		csm_buf_add(&b, *c == '"' ? "\"\"" : (char[]){ *c, '\0' });
	csm_buf_addc(&b, '"');
	return run_one(db, b.s, err);
}

int csm_db_make_index(struct csm_db *db, const struct csm_db_made *x, struct csm_err *err)
{
	int rc = db_engine(db)->cache(db, DB_CACHE_SORTING, err), back;

	if (!rc)
		rc = run_one(db, x->sql, err);
	back = db_engine(db)->cache(db, db->roomy ? DB_CACHE_LOADING : DB_CACHE_USUAL, rc ? NULL : err);
	return db_after(db, rc ? rc : back);
}

int csm_db_info(struct csm_db *db, struct csm_arena *a, struct csm_db_info *out, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	return rc ? rc : db_after(db, db_engine(db)->info(db, a, out, err));
}

void csm_db_counters(struct csm_db *db, int64_t *vm_steps, int64_t *fullscan_steps)
{
	db_engine(db)->counters(db, vm_steps, fullscan_steps);
}
