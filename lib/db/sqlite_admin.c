/* SPDX-License-Identifier: MIT */
/*
 * sqlite_admin.c - care of the file: copy it, check it, say what it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <csm/db.h>

#include "db/sqlite_priv.h"

/*
 * VACUUM INTO rather than the page copier: it reads every row, so a damaged database fails here and
 * not on the day the copy is needed, leaves deleted data out, and makes a file without a log. It
 * attaches the target, and writes, as far as SQLite knows.
 */
static int vacuum_into(struct csm_db *db, const char *full, struct csm_err *err)
{
	sqlite3 *h = db_sqlite(db)->h;
	sqlite3_stmt *st = NULL;
	int rc;

	sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 1);
	rc = sqlite3_exec(h, "PRAGMA query_only=0", NULL, NULL, NULL);
	if (!rc)
		rc = sqlite3_prepare_v2(h, "VACUUM INTO $1", -1, &st, NULL);
	if (!rc)
		rc = sqlite3_bind_text(st, 1, full, -1, SQLITE_STATIC);
	if (!rc && (rc = sqlite3_step(st)) == SQLITE_DONE)
		rc = SQLITE_OK;
	if (rc)
		db_sqlite_fail(db, rc, NULL, err);
	sqlite3_finalize(st);
	if (!(db->flags & CSM_DB_WRITE))
		sqlite3_exec(h, "PRAGMA query_only=1", NULL, NULL, NULL);
	sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
	return rc ? (int)db_sqlite_code(rc) : db_sqlite_check_still(db, err);
}

/* The whole file, on the disk. SQLite has closed it, so no lock is lost here. */
static int sync_file(const char *full)
{
	int fd = open(full, O_RDWR | O_NOFOLLOW | O_CLOEXEC), e = 0;

	if (fd < 0)
		return errno;
	if (fsync(fd) != 0)
		e = errno;
	if (close(fd) != 0 && !e)
		e = errno;
	return e;
}

/* Under the name that is given, or one beside the copy's that nobody has: what a backup that was cut off left is passed over. */
static int make_beside(const char *full, const char *name, char *made, size_t size, const char *path, struct csm_err *err)
{
	int fd = -1, tries = name ? 1 : 1000;

	for (int i = 1; fd < 0 && i <= tries; i++) {
		if ((name ? snprintf(made, size, "%s", name) : snprintf(made, size, "%s.%d.tmp", full, i)) >= (int)size)
			return csm_fail(err, CSM_E_IO, "backup '%s': %s", path, strerror(ENAMETOOLONG));
		fd = open(made, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return csm_fail(err, CSM_E_IO, "backup '%s': %s", path, strerror(errno));
	close(fd);
	return CSM_OK;
}

int db_sqlite_backup(struct csm_db *db, const char *path, const char *name, struct csm_err *err)
{
	char full[PATH_MAX], made[PATH_MAX];
	const char *base;
	struct stat st;
	int rc, e = db_resolve(path, full, sizeof(full), &base);

	if (e)
		return csm_fail(err, CSM_E_IO, "backup '%s': %s", path, strerror(e));
	if (lstat(full, &st) == 0)
		return csm_fail(err, CSM_E_CONFLICT,
				"backup '%s': exists already, expected a new file", path);
	rc = make_beside(full, name, made, sizeof(made), path, err);
	if (rc)
		return rc;
	rc = vacuum_into(db, made, err);
	if (!rc && (e = sync_file(made)) != 0)
		rc = csm_fail(err, CSM_E_IO, "%s", strerror(e));
	if (rc)
		csm_db_remove(made);
	else
		rc = csm_db_place(made, full, err);
	return rc ? csm_wrap(err, "backup '%s'", path) : CSM_OK;
}

static void note_damage(const struct csm_diag *diag, const char *text)
{
	struct csm_err e;

	csm_err_clear(&e);
	csm_fail(&e, CSM_E_DAMAGED, "%s", text);
	csm_diag_note(diag, 'e', &e);
}

int db_sqlite_integrity(struct csm_db *db, bool full, const struct csm_diag *diag, struct csm_err *err)
{
	const char *sql = full ? "PRAGMA integrity_check" : "PRAGMA quick_check";
	unsigned found = 0;
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db_sqlite(db)->h, sql, -1, &st, NULL);

	while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(st, 0);

		rc = text ? SQLITE_OK : SQLITE_NOMEM;
		if (text && strcmp(text, "ok") != 0) {
			note_damage(diag, text);
			found++;
		}
	}
	if (rc && rc != SQLITE_DONE)
		db_sqlite_fail(db, rc, NULL, err);
	sqlite3_finalize(st);
	if (rc && rc != SQLITE_DONE)
		return (int)db_sqlite_code(rc);
	rc = db_sqlite_check_still(db, err);
	if (!rc && found)
		rc = csm_fail(err, CSM_E_DAMAGED, "%s: the database is damaged (%u findings)",
			      db->given, found);
	return rc;
}

int db_sqlite_references(struct csm_db *db, const struct csm_diag *diag, struct csm_err *err)
{
	static const char sql[] =
		"SELECT c.\"table\", c.rowid, c.parent, f.\"from\" FROM pragma_foreign_key_check c"
		" LEFT JOIN pragma_foreign_key_list(c.\"table\") f ON f.id = c.fkid AND f.seq = 0";
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_mark mark;
	bool row = false, found = false;
	int rc = csm_db_prepare(db, sql, &st, err);

	mark = csm_arena_mark(db->arena);	/* the statement lives there too */
	while (!rc && (rc = csm_stmt_step(st, &row, err)) == CSM_OK && row) {
		struct csm_err e;
		char key[24];

		found = true;
		csm_err_clear(&e);
		csm_fail(&e, CSM_E_CONFLICT, "refers to a row of %s that is not there",
			 db_column_text(st, 2, db->arena));
		snprintf(key, sizeof(key), "%lld", (long long)csm_stmt_column(st, 1).i);
		csm_err_on(&e, db_column_text(st, 0, db->arena), key, db_column_text(st, 3, db->arena));
		csm_diag_note(diag, 'e', &e);
		csm_arena_rewind(db->arena, mark);
	}
	if (!rc && found)
		rc = CSM_NO;
	return rc;
}

int db_sqlite_info(struct csm_db *db, struct csm_arena *a, struct csm_db_info *out, struct csm_err *err)
{
	const struct { const char *sql; int64_t *to; } facts[] = {
		{ "PRAGMA page_size", &out->page_size },
		{ "PRAGMA page_count", &out->pages },
		{ "PRAGMA freelist_count", &out->free_pages },
	};
	char journal[16];
	struct stat st;
	int rc = db->engine->version(db, &out->schema_version, err);

	for (unsigned i = 0; !rc && i < CSM_COUNT(facts); i++)
		rc = db_sqlite_int(db, facts[i].sql, facts[i].to, err);
	if (!rc)
		rc = db_sqlite_text(db, "PRAGMA journal_mode", journal, sizeof(journal), err);
	if (rc)
		return rc;
	if (stat(db->path, &st) != 0)
		return csm_fail(err, CSM_E_IO, "%s: %s", db->given, strerror(errno));
	out->file_bytes = (int64_t)st.st_size;
	out->journal = csm_strdup(a, journal);
	out->engine = csm_sprintf(a, "SQLite %s", sqlite3_libversion());
	return CSM_OK;
}
