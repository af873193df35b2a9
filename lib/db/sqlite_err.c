/* SPDX-License-Identifier: MIT */
/*
 * sqlite_err.c - from SQLite's results to csm's codes, by code and never by the text of a message.
 */
#include <stdio.h>
#include <string.h>

#include "db/sqlite_priv.h"

/*
 * Extended results stand before their primary ones: the first row that fits is taken. TRIGGER: csm
 * has no triggers and turns them off, so it is the RESTRICT of a foreign key, which SQLite makes of
 * one. INTERNAL is what no row says.
 */
static const struct {
	int rc, code;
	const char *text;	/* what it means; NULL: SQLite's own words say it */
} results[] = {
	{ SQLITE_CONSTRAINT_UNIQUE, CSM_E_CONFLICT, "the key is taken already" },
	{ SQLITE_CONSTRAINT_PRIMARYKEY, CSM_E_CONFLICT, "the key is taken already" },
	{ SQLITE_CONSTRAINT_ROWID, CSM_E_CONFLICT, "the key is taken already" },
	{ SQLITE_CONSTRAINT_FOREIGNKEY, CSM_E_CONFLICT, "a reference would lead nowhere" },
	{ SQLITE_CONSTRAINT_TRIGGER, CSM_E_CONFLICT, "a reference would lead nowhere" },
	{ SQLITE_CONSTRAINT_NOTNULL, CSM_E_INVALID, "a value is missing" },
	{ SQLITE_CONSTRAINT_CHECK, CSM_E_INVALID, "a value is not allowed" },
	{ SQLITE_CONSTRAINT_DATATYPE, CSM_E_INVALID, "a value is of the wrong type" },
	{ SQLITE_IOERR_NOMEM, CSM_E_SYSTEM, "out of memory" },
	{ SQLITE_CANTOPEN_SYMLINK, CSM_E_IO, "the database is a symbolic link, name the file itself" },
	{ SQLITE_MISMATCH, CSM_E_INVALID, "a value is of the wrong type" },
	{ SQLITE_TOOBIG, CSM_E_INVALID, "a value or a statement is too long" },
	{ SQLITE_BUSY, CSM_E_BUSY, "the database is locked by another process, try again" },
	{ SQLITE_LOCKED, CSM_E_BUSY, "the database is locked by another process, try again" },
	{ SQLITE_PROTOCOL, CSM_E_BUSY, "the database is locked by another process, try again" },
	{ SQLITE_READONLY, CSM_E_IO, "the database cannot be written" },
	{ SQLITE_CANTOPEN, CSM_E_IO, "the database or a file beside it cannot be opened" },
	{ SQLITE_IOERR, CSM_E_IO, "reading or writing the database failed" },
	{ SQLITE_FULL, CSM_E_IO, "no room to write the database" },
	{ SQLITE_NOLFS, CSM_E_IO, "the database is too large for this system" },
	{ SQLITE_PERM, CSM_E_IO, "the system does not permit it" },
	{ SQLITE_CORRUPT, CSM_E_DAMAGED, "the database is damaged" },
	{ SQLITE_NOTADB, CSM_E_DAMAGED, "the file is not a csm database" },
	{ SQLITE_NOMEM, CSM_E_SYSTEM, "out of memory" },
};

static unsigned find_result(int rc)
{
	for (unsigned i = 0; i < CSM_COUNT(results); i++) {
		if (results[i].rc == rc || results[i].rc == (rc & 0xff))
			return i;
	}
	return CSM_COUNT(results);
}

enum csm_code db_sqlite_code(int rc)
{
	unsigned i = find_result(rc);

	return i < CSM_COUNT(results) ? (enum csm_code)results[i].code : CSM_E_INTERNAL;
}

int db_sqlite_fail(const struct csm_db *db, int rc, const char *sql, struct csm_err *err)
{
	unsigned i = find_result(rc);
	sqlite3 *h = db_sqlite(db)->h;
	const char *detail =
		h && sqlite3_extended_errcode(h) == rc ? sqlite3_errmsg(h) : sqlite3_errstr(rc);

	if (i == CSM_COUNT(results))
		return csm_fail(err, CSM_E_INTERNAL, "SQLite: %s (result %d)%s%.200s", detail, rc,
				sql ? " in: " : "", sql ? sql : "");
	/* A system that refuses says why in errno, which SQLite keeps. */
	if (results[i].code == CSM_E_IO && h && sqlite3_system_errno(h))
		return csm_fail(err, CSM_E_IO, "%s: %s (%s)", db->given, results[i].text,
				strerror(sqlite3_system_errno(h)));
	if (results[i].code == CSM_E_IO || results[i].code == CSM_E_DAMAGED)
		return csm_fail(err, (enum csm_code)results[i].code, "%s: %s (%s)", db->given,
				results[i].text, detail);
	if ((rc & 0xff) == SQLITE_CONSTRAINT)
		return csm_fail(err, (enum csm_code)results[i].code, "%s (%s)", results[i].text, detail);
	return csm_fail(err, (enum csm_code)results[i].code, "%s", results[i].text);
}
