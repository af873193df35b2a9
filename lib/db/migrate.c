/* SPDX-License-Identifier: MIT */
/*
 * migrate.c - the one way a schema comes to be: the embedded steps in order, each in a transaction
 * of its own.
 *
 * The table csm_meta is made here, with the first step: its shape is this file's affair, and every
 * step needs it. SQLite's user_version repeats the version where it can be read without the schema.
 */
#include <string.h>

#include <csm/db.h>

#include "db/db_priv.h"

static const char create_meta_sql[] =
	"CREATE TABLE csm_meta (version @ID@, name TEXT NOT NULL, applied_at @INT@ NOT NULL,"
	" sha256 TEXT NOT NULL) @STRICT@";
static const char insert_meta_sql[] =
	"INSERT INTO csm_meta (version, name, applied_at, sha256) VALUES ($1, $2, $3, $4)";
static const char select_meta_sql[] = "SELECT version, name, sha256 FROM csm_meta ORDER BY version";

const struct csm_migration *csm_db_migrations(unsigned *n)
{
	*n = db_migration_count;
	return db_migration_rows;
}

int csm_db_schema_known(void)
{
	return db_migration_count ? db_migration_rows[db_migration_count - 1].version : 0;
}

int csm_db_schema_version(struct csm_db *db, int *version, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	*version = 0;
	return rc ? rc : db_after(db, db_engine(db)->version(db, version, err));
}

static int keep_meta(struct csm_db *db, const struct csm_migration *m, int64_t now, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	char hash[65];
	struct csm_value v[] = {
		csm_int(m->version),
		csm_text(m->name),
		csm_int(now),
		csm_text(csm_sha256_hex(m->sql, strlen(m->sql), hash)),
	};
	int rc = csm_db_prepare(db, insert_meta_sql, &st, err);

	return rc ? rc : csm_stmt_run(st, v, CSM_COUNT(v), NULL, err);
}

/* The first finding becomes the error of the step. */
static void take_first(void *arg, char severity, const struct csm_err *e)
{
	struct csm_err *first = arg;

	(void)severity;
	if (first->code == CSM_OK)
		*first = *e;
}

static int check_references(struct csm_db *db, struct csm_err *err)
{
	struct csm_err first;
	struct csm_diag diag = { take_first, &first };
	int rc;

	csm_err_clear(&first);
	rc = db_engine(db)->references(db, &diag, err);
	if (rc != CSM_NO)
		return rc;
	if (err)
		*err = first;
	return first.code;
}

/* One step inside the transaction; *done tells whether another process was faster. */
static int run_step(struct csm_db *db, const struct csm_migration *m, int64_t now, bool *done,
		    struct csm_err *err)
{
	int version, rc = db_engine(db)->version(db, &version, err);

	*done = !rc && version >= m->version;
	if (rc || *done)
		return rc;
	if (version == 0)
		rc = csm_db_exec(db, create_meta_sql, err);
	if (!rc)
		rc = csm_db_exec(db, m->sql, err);
	if (!rc)
		rc = check_references(db, err);
	if (!rc)
		rc = keep_meta(db, m, now, err);
	if (!rc)
		rc = db_engine(db)->set_version(db, m->version, err);
	return rc;
}

static int apply_step(struct csm_db *db, const struct csm_migration *m, int64_t now, int *steps,
		      struct csm_err *err)
{
	bool done = false;
	int rc = db_engine(db)->migrating(db, true, err);

	if (rc)
		return rc;
	rc = csm_db_begin(db, true, err);
	if (!rc) {
		rc = run_step(db, m, now, &done, err);
		if (!rc)
			rc = csm_db_commit(db, err);
		else
			csm_db_rollback(db);
	}
	db_engine(db)->migrating(db, false, NULL);
	if (rc)
		csm_wrap(err, "migration %s", m->name);
	else
		*steps += !done;
	return rc;
}

int csm_db_migrate(struct csm_db *db, int64_t now, int *steps, struct csm_err *err)
{
	int version, done = 0, known = db->nrows ? db->rows[db->nrows - 1].version : 0, rc;

	if (steps)
		*steps = 0;
	if (db->txn != DB_TXN_NONE)
		return db_after(db, csm_fail(err, CSM_E_INTERNAL, "migration inside a transaction"));
	rc = db_engine(db)->version(db, &version, err);
	if (!rc && version > known)
		rc = csm_fail(err, CSM_E_CONFIG,
			      "database has schema version %d, this program knows up to %d",
			      version, known);
	for (unsigned i = 0; !rc && i < db->nrows; i++) {
		if (db->rows[i].version > version)
			rc = apply_step(db, &db->rows[i], now, &done, err);
	}
	if (steps)
		*steps = done;
	return rc;
}

static const struct csm_migration *find_step(const struct csm_db *db, int version)
{
	for (unsigned i = 0; i < db->nrows; i++) {
		if (db->rows[i].version == version)
			return &db->rows[i];
	}
	return NULL;
}

static void note_step(const struct csm_diag *diag, int version, const char *what)
{
	struct csm_err e;

	csm_err_clear(&e);
	csm_fail(&e, CSM_E_DAMAGED, "schema version %d: %s", version, what);
	csm_diag_note(diag, 'e', &e);
}

int db_check_steps(struct csm_db *db, const struct csm_diag *diag, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int version, last = 0, findings = 0, rc = db_engine(db)->version(db, &version, err);
	bool row = false;

	if (rc || version == 0)
		return rc;
	rc = csm_db_prepare(db, select_meta_sql, &st, err);
	while (!rc && (rc = csm_stmt_step(st, &row, err)) == CSM_OK && row) {
		struct csm_value hash = csm_stmt_column(st, 2);
		const struct csm_migration *m;
		char buf[65];

		last++;
		if (csm_stmt_column(st, 0).i != last) {
			note_step(diag, last, "csm_meta does not know the step");
			findings++;
			last = (int)csm_stmt_column(st, 0).i;
		}
		m = find_step(db, last);
		if (m && (hash.tag != CSM_TEXT ||
			  strcmp(hash.s, csm_sha256_hex(m->sql, strlen(m->sql), buf)) != 0)) {
			note_step(diag, last, "the step was made by another text than this program's");
			findings++;
		}
	}
	if (!rc && last != version) {
		note_step(diag, version, "csm_meta and the version of the file differ");
		findings++;
	}
	return rc ? rc : findings ? CSM_NO : CSM_OK;
}
