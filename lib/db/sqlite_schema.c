/* SPDX-License-Identifier: MIT */
/*
 * sqlite_schema.c - what the catalogue of SQLite says of tables, columns, references and indexes.
 */
#include <stdio.h>
#include <string.h>

#include "db/sqlite_priv.h"

static const char columns_sql[] =
	"SELECT name, upper(type), \"notnull\" OR pk > 0 FROM pragma_table_xinfo($1) ORDER BY cid";
static const char fkeys_sql[] =
	"SELECT \"from\", \"table\", on_delete FROM pragma_foreign_key_list($1) ORDER BY \"from\", seq";
/* One row a column of an index, in order; an expression has no name. */
static const char indexes_sql[] =
	"SELECT l.name, l.\"unique\", coalesce(i.name, '(expression)')"
	" FROM pragma_index_list($1) l, pragma_index_info(l.name) i ORDER BY l.name, i.seqno";
static const char made_sql[] =
	"SELECT s.name, s.sql, coalesce(i.name, ''), l.\"unique\", l.partial"
	" FROM sqlite_schema s, pragma_index_list($1) l, pragma_index_info(s.name) i"
	" WHERE s.type = 'index' AND s.tbl_name = $1 AND l.name = s.name AND l.origin = 'c' AND i.seqno = 0"
	" ORDER BY s.rowid";
static const char tables_sql[] =
	"SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
	" AND name NOT GLOB 'sqlite_*' AND name <> 'csm_meta' ORDER BY name";

static int open_rows(struct csm_db *db, const char *sql, const char *name, struct csm_stmt **st,
		     struct csm_err *err)
{
	int rc = csm_db_prepare(db, sql, st, err);

	if (!rc && name)
		rc = csm_stmt_bind(*st, 1, csm_text(name), err);
	return rc;
}

static int read_columns(struct csm_db *db, struct csm_arena *a, struct csm_db_table *t,
			struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec v = CSM_VEC(a, struct csm_db_column);
	bool row = false;
	int rc = open_rows(db, columns_sql, t->name, &st, err);

	while (!rc && (rc = csm_stmt_step(st, &row, err)) == CSM_OK && row) {
		struct csm_db_column *c = csm_vec_add(&v);

		c->name = db_column_text(st, 0, a);
		c->type = db_column_text(st, 1, a);
		c->not_null = csm_stmt_column(st, 2).i != 0;
	}
	t->columns = v.p;
	t->ncolumns = (unsigned)v.n;
	return rc;
}

static int read_fkeys(struct csm_db *db, struct csm_arena *a, struct csm_db_table *t,
		      struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec v = CSM_VEC(a, struct csm_db_fkey);
	bool row = false;
	int rc = open_rows(db, fkeys_sql, t->name, &st, err);

	while (!rc && (rc = csm_stmt_step(st, &row, err)) == CSM_OK && row) {
		struct csm_db_fkey *f = csm_vec_add(&v);

		f->column = db_column_text(st, 0, a);
		f->table = db_column_text(st, 1, a);
		f->on_delete = db_column_text(st, 2, a);
	}
	t->fkeys = v.p;
	t->nfkeys = (unsigned)v.n;
	return rc;
}

static int read_indexes(struct csm_db *db, struct csm_arena *a, struct csm_db_table *t,
			struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec v = CSM_VEC(a, struct csm_db_index);
	struct csm_db_index *x = NULL;
	const char *last = "";
	bool row = false;
	int rc = open_rows(db, indexes_sql, t->name, &st, err);

	while (!rc && (rc = csm_stmt_step(st, &row, err)) == CSM_OK && row) {
		const char *index = db_column_text(st, 0, a), *column = db_column_text(st, 2, a);

		if (x && strcmp(index, last) == 0) {
			x->columns = csm_sprintf(a, "%s,%s", x->columns, column);
			continue;
		}
		last = index;
		x = csm_vec_add(&v);
		x->columns = column;
		x->unique = csm_stmt_column(st, 1).i != 0;
	}
	t->indexes = v.p;
	t->nindexes = (unsigned)v.n;
	return rc;
}

int db_sqlite_table(struct csm_db *db, const char *name, struct csm_arena *a, struct csm_db_table **out,
		    struct csm_err *err)
{
	struct csm_db_table *t = csm_alloc(a, sizeof(*t));
	int rc;

	t->name = csm_strdup(a, name);
	rc = read_columns(db, a, t, err);
	if (!rc && t->ncolumns)
		rc = read_fkeys(db, a, t, err);
	if (!rc && t->ncolumns)
		rc = read_indexes(db, a, t, err);
	*out = !rc && t->ncolumns ? t : NULL;
	return rc;
}

int db_sqlite_tables(struct csm_db *db, struct csm_arena *a, const char ***names, unsigned *n,
		     struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec v = CSM_VEC(a, const char *);
	bool row = false;
	int rc = open_rows(db, tables_sql, NULL, &st, err);

	while (!rc && (rc = csm_stmt_step(st, &row, err)) == CSM_OK && row) {
		const char **name = csm_vec_add(&v);

		*name = db_column_text(st, 0, a);
	}
	*names = v.p;
	*n = (unsigned)v.n;
	return rc;
}

/* "... WHERE column IS NOT NULL", as the migrations write it. */
static bool asks_for_value(const struct csm_db_made *x)
{
	char end[120];
	size_t n = strlen(x->sql), len;

	snprintf(end, sizeof(end), " WHERE %s IS NOT NULL", x->column);
	len = strlen(end);
	return n > len && strcmp(x->sql + n - len, end) == 0;
}

int db_sqlite_made(struct csm_db *db, const char *table, struct csm_arena *a, struct csm_db_made **out,
		   unsigned *n, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec v = CSM_VEC(a, struct csm_db_made);
	bool row = false;
	int rc = open_rows(db, made_sql, table, &st, err);

	while (!rc && (rc = csm_stmt_step(st, &row, err)) == CSM_OK && row) {
		struct csm_db_made *x = csm_vec_add(&v);

		x->name = db_column_text(st, 0, a);
		x->sql = db_column_text(st, 1, a);
		x->column = db_column_text(st, 2, a);
		x->unique = csm_stmt_column(st, 3).i != 0;
		x->whole = !csm_stmt_column(st, 4).i || asks_for_value(x);
	}
	*out = v.p;
	*n = (unsigned)v.n;
	return rc;
}
