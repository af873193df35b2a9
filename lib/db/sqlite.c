/* SPDX-License-Identifier: MIT */
/*
 * sqlite.c - the SQLite engine: statements, transactions, the schema version. Its table stands at
 * the end.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "db/sqlite_priv.h"

static sqlite3_stmt *handle_of(struct csm_stmt *s)
{
	return s->impl;
}

int db_sqlite_exec(struct csm_db *db, const char *sql, struct csm_err *err)
{
	int rc = sqlite3_exec(db_sqlite(db)->h, sql, NULL, NULL, NULL);

	return rc ? db_sqlite_fail(db, rc, sql, err) : CSM_OK;
}

int db_sqlite_int(const struct csm_db *db, const char *sql, int64_t *out, struct csm_err *err)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db_sqlite(db)->h, sql, -1, &st, NULL);

	*out = 0;
	if (!rc) {
		if (sqlite3_step(st) == SQLITE_ROW)
			*out = sqlite3_column_int64(st, 0);
		rc = sqlite3_finalize(st);
	}
	return rc ? db_sqlite_fail(db, rc, sql, err) : CSM_OK;
}

int db_sqlite_text(const struct csm_db *db, const char *sql, char *buf, size_t size, struct csm_err *err)
{
	sqlite3_stmt *st;
	const unsigned char *s;
	int rc = sqlite3_prepare_v2(db_sqlite(db)->h, sql, -1, &st, NULL);

	buf[0] = '\0';
	if (!rc) {
		if (sqlite3_step(st) == SQLITE_ROW && (s = sqlite3_column_text(st, 0)) != NULL)
			snprintf(buf, size, "%s", (const char *)s);
		rc = sqlite3_finalize(st);
	}
	return rc ? db_sqlite_fail(db, rc, sql, err) : CSM_OK;
}

static void close_sqlite(struct csm_db *db)
{
	struct sqlite_impl *im = db_sqlite(db);

	if (!im || !im->h)
		return;
	sqlite3_close(im->h);	/* the last connection writes the log back and removes it */
	im->h = NULL;
}

/*
 * SQLite numbers $n by first appearance, not by n: "$2, $1" makes $2 its parameter 1. Most texts
 * name them in order, then n is the number and no table is needed.
 */
static int number_parameters(struct csm_stmt *s, const char *sql, bool plain, struct csm_err *err)
{
	int count = sqlite3_bind_parameter_count(handle_of(s));

	s->nparams = count;
	s->in_order = true;
	for (int i = 1; !plain && i <= count; i++) {
		const char *name = sqlite3_bind_parameter_name(handle_of(s), i);
		char expect[16];

		snprintf(expect, sizeof(expect), "$%d", i);
		if (!name || strcmp(name, expect) != 0)
			s->in_order = false;
	}
	if (s->in_order)
		return CSM_OK;
	if (s->index_cap <= count) {
		s->index_cap = count + 1;
		s->index = csm_calloc(s->db->arena, (size_t)s->index_cap, sizeof(*s->index));
	}
	/* As many names as numbers, and each number has one: so there are no other names. */
	for (int n = 1; n <= count; n++) {
		char name[16];

		snprintf(name, sizeof(name), "$%d", n);
		s->index[n] = sqlite3_bind_parameter_index(handle_of(s), name);
		if (!s->index[n])
			return csm_fail(err, CSM_E_INTERNAL,
					"parameters must be $1..$%d, $%d is missing in: %.200s",
					count, n, sql);
	}
	return CSM_OK;
}

static int prepare_sqlite(struct csm_stmt *s, const char *sql, unsigned how, struct csm_err *err)
{
	struct sqlite_impl *im = db_sqlite(s->db);
	sqlite3_stmt *st;
	const char *rest;
	int rc;

	im->reads = 0;
	im->inserts = 0;
	rc = sqlite3_prepare_v3(im->h, sql, -1, how & DB_KEEP ? SQLITE_PREPARE_PERSISTENT : 0, &st, &rest);
	if (rc)
		return db_sqlite_fail(s->db, rc, sql, err);
	s->impl = st;
	if (!st || rest[strspn(rest, " \t\r\n;")])
		return csm_fail(err, CSM_E_INTERNAL, "expected one statement: %.200s", sql);
	s->writes = !sqlite3_stmt_readonly(st);
	s->reads = im->reads;
	s->inserts = im->inserts;
	return number_parameters(s, sql, how & DB_PLAIN, err);
}

/*
 * The authorizer, which is told of each column that a statement being prepared reads, and of the table it inserts into. A
 * statement that SQLite prepares anew because the schema changed is the same statement.
 */
int db_sqlite_note_table(void *arg, int action, const char *table, const char *column, const char *schema,
			 const char *inner)
{
	struct sqlite_impl *im = arg;

	(void)column;
	(void)schema;
	(void)inner;
	if (action != SQLITE_READ && action != SQLITE_INSERT)
		return SQLITE_OK;
	*(action == SQLITE_READ ? &im->reads : &im->inserts) |= UINT64_C(1) << (csm_hash_text(0, table) >> 58);
	return SQLITE_OK;
}

/*
 * OR FAIL: a statement that inserts many rows and can fail in the middle would else write down how to take the first ones back,
 * for each page it touches; nobody needs that, since a failure ends the transaction.
 */
static const char *many_sqlite(struct csm_db *db, const struct csm_stmt *one, int n)
{
	const char *sql = sqlite3_sql(one->impl), *values = strstr(sql, " VALUES (");
	struct csm_buf b = CSM_BUF(db->arena);

	csm_buf_addf(&b, "INSERT OR FAIL%.*s VALUES ", (int)(values - sql) - 6, sql + 6);
	for (int row = 0; row < n; row++)
		for (int i = 0; i < one->nparams; i++)
			csm_buf_add(&b, i ? ",?" : row ? "),(?" : "(?");
	csm_buf_addc(&b, ')');
	return b.s;
}

static int bind_sqlite(struct csm_stmt *s, int n, const struct csm_value *v, struct csm_err *err)
{
	int rc, i = s->in_order ? n : s->index[n];

	switch (v->tag) {
	case CSM_INT:
	case CSM_MONEY:
		rc = sqlite3_bind_int64(handle_of(s), i, v->i);
		break;
	case CSM_TEXT:
		rc = sqlite3_bind_text(handle_of(s), i, v->s, -1, SQLITE_STATIC);
		break;
	default:
		rc = sqlite3_bind_null(handle_of(s), i);
	}
	return rc ? db_sqlite_fail(s->db, rc, NULL, err) : CSM_OK;
}

int db_sqlite_check_still(const struct csm_db *db, struct csm_err *err)
{
	const struct stat *was = &db_sqlite(db)->opened;
	char log[PATH_MAX + 8];
	struct stat now;

	if (!db_sqlite(db)->immutable)
		return CSM_OK;
	snprintf(log, sizeof(log), "%s-wal", db->path);
	if (stat(db->path, &now) == 0 && now.st_ino == was->st_ino && now.st_dev == was->st_dev &&
	    now.st_size == was->st_size && now.st_mtim.tv_sec == was->st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == was->st_mtim.tv_nsec && stat(log, &now) != 0)
		return CSM_OK;
	return csm_fail(err, CSM_E_BUSY,
			"%s: the database was changed while it was read without a lock, try again",
			db->given);
}

static int step_sqlite(struct csm_stmt *s, bool *row, struct csm_err *err)
{
	int rc = sqlite3_step(handle_of(s));

	if (rc == SQLITE_ROW) {
		*row = true;
		return CSM_OK;
	}
	if (rc == SQLITE_DONE)
		return db_sqlite_check_still(s->db, err);
	/* What looks like damage in a file read without locks may be another's writing. */
	if (db_sqlite_check_still(s->db, err))
		return CSM_E_BUSY;
	return db_sqlite_fail(s->db, rc, sqlite3_sql(handle_of(s)), err);
}

static int columns_sqlite(struct csm_stmt *s)
{
	return sqlite3_column_count(handle_of(s));
}

static struct csm_value column_sqlite(struct csm_stmt *s, int i)
{
	/* one look at the column: its type and a number are read off it, and only a text needs the call of its own */
	sqlite3_value *v = sqlite3_column_value(handle_of(s), i);
	const char *text;

	switch (sqlite3_value_type(v)) {
	case SQLITE_NULL:
		return csm_null();
	case SQLITE_INTEGER:
		return csm_int(sqlite3_value_int64(v));
	}
	text = (const char *)sqlite3_column_text(handle_of(s), i);
	/* An empty blob gives NULL too; for a text memory failed, which is the handler's to say. */
	if (!text && sqlite3_errcode(db_sqlite(s->db)->h) == SQLITE_NOMEM)
		csm_calloc(s->db->arena, SIZE_MAX, 2);
	return csm_text(text);	/* '' is no value, as csm/value.h says */
}

static void row_sqlite(struct csm_stmt *s, struct csm_value *out, int n)
{
	for (int i = 0; i < n; i++)
		out[i] = column_sqlite(s, i);
}

static int64_t changes_sqlite(struct csm_db *db)
{
	return sqlite3_changes64(db_sqlite(db)->h);
}

static void reset_sqlite(struct csm_stmt *s)
{
	sqlite3_reset(handle_of(s));
	sqlite3_clear_bindings(handle_of(s));
}

static void add_counters(struct sqlite_impl *im, sqlite3_stmt *st)
{
	im->vm_steps += sqlite3_stmt_status(st, SQLITE_STMTSTATUS_VM_STEP, 1);
	im->fullscan_steps += sqlite3_stmt_status(st, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
}

static void finalize_sqlite(struct csm_stmt *s)
{
	if (!s->impl)
		return;
	add_counters(db_sqlite(s->db), s->impl);
	sqlite3_finalize(s->impl);
	s->impl = NULL;
}

static void counters_sqlite(struct csm_db *db, int64_t *vm_steps, int64_t *fullscan_steps)
{
	struct sqlite_impl *im = db_sqlite(db);

	for (struct csm_stmt *s = db->live; s; s = s->next)
		add_counters(im, s->impl);
	*vm_steps = im->vm_steps;
	*fullscan_steps = im->fullscan_steps;
}

static bool in_transaction_sqlite(struct csm_db *db)
{
	return !sqlite3_get_autocommit(db_sqlite(db)->h);
}

static int defer_sqlite(struct csm_db *db, struct csm_err *err)
{
	return db_sqlite_exec(db, "PRAGMA defer_foreign_keys=1", err);
}

static int dangling_sqlite(struct csm_db *db, bool *out, struct csm_err *err)
{
	int now = 0, most,
	    rc = sqlite3_db_status(db_sqlite(db)->h, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0);

	*out = now != 0;
	return rc ? db_sqlite_fail(db, rc, NULL, err) : CSM_OK;
}

static int begin_sqlite(struct csm_db *db, bool write, struct csm_err *err)
{
	return db_sqlite_exec(db, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static int commit_sqlite(struct csm_db *db, struct csm_err *err)
{
	int rc = db_sqlite_check_still(db, err);

	if (rc)
		return rc;
	rc = db_sqlite_exec(db, "COMMIT", err);
	/*
	 * The log may hold the whole transaction although making it durable failed; whoever opens
	 * the file next decides.
	 */
	if (rc == CSM_E_IO && (sqlite3_extended_errcode(db_sqlite(db)->h) & 0xff) == SQLITE_FULL)
		csm_wrap(err, "nothing was stored");	/* the log could not even be written */
	else if (rc == CSM_E_IO)
		csm_wrap(err, "the commit failed and its outcome is unknown, look before repeating it");
	return rc;
}

/* FAST still overwrites what goes from a page that stays, which is written anyway. */
static int wiping_sqlite(struct csm_db *db, bool on, struct csm_err *err)
{
	return db_sqlite_exec(db, on ? "PRAGMA secure_delete=ON" : "PRAGMA secure_delete=FAST", err);
}

static int cache_sqlite(struct csm_db *db, enum db_cache size, struct csm_err *err)
{
	static const char *const sql[] = {
		[DB_CACHE_USUAL] = DB_CACHE,
		[DB_CACHE_SORTING] = "PRAGMA cache_size=-4096",
		[DB_CACHE_LOADING] = "PRAGMA cache_size=-12288",
	};

	return db_sqlite_exec(db, sql[size], err);
}

static int version_sqlite(struct csm_db *db, int *version, struct csm_err *err)
{
	int64_t v;
	int rc = db_sqlite_int(db, "PRAGMA user_version", &v, err);

	*version = (int)v;
	return rc;
}

static int set_version_sqlite(struct csm_db *db, int version, struct csm_err *err)
{
	char sql[40];

	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", version);
	return db_sqlite_exec(db, sql, err);
}

/* A step that rebuilds a table drops the old one, which would delete what refers to it. */
static int migrating_sqlite(struct csm_db *db, bool on, struct csm_err *err)
{
	int rc = sqlite3_db_config(db_sqlite(db)->h, SQLITE_DBCONFIG_ENABLE_FKEY, !on, NULL);

	return rc ? db_sqlite_fail(db, rc, NULL, err) : CSM_OK;
}

const struct db_engine db_sqlite_engine = {
	.token_int = "INTEGER",
	.token_id = "INTEGER PRIMARY KEY",
	.token_strict = "STRICT",
	.open = db_sqlite_open,
	.close = close_sqlite,
	.exec = db_sqlite_exec,
	.prepare = prepare_sqlite,
	.many = many_sqlite,
	.bind = bind_sqlite,
	.step = step_sqlite,
	.columns = columns_sqlite,
	.column = column_sqlite,
	.row = row_sqlite,
	.changes = changes_sqlite,
	.reset = reset_sqlite,
	.finalize = finalize_sqlite,
	.begin = begin_sqlite,
	.commit = commit_sqlite,
	.in_transaction = in_transaction_sqlite,
	.defer = defer_sqlite,
	.dangling = dangling_sqlite,
	.version = version_sqlite,
	.set_version = set_version_sqlite,
	.migrating = migrating_sqlite,
	.references = db_sqlite_references,
	.backup = db_sqlite_backup,
	.integrity = db_sqlite_integrity,
	.table = db_sqlite_table,
	.tables = db_sqlite_tables,
	.made = db_sqlite_made,
	.wiping = wiping_sqlite,
	.cache = cache_sqlite,
	.info = db_sqlite_info,
	.counters = counters_sqlite,
};
