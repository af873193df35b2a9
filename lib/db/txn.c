/* SPDX-License-Identifier: MIT */
/*
 * txn.c - transactions and savepoints. SQLite goes on after a failed statement and PostgreSQL
 * refuses; here both refuse, so that no caller comes to depend on the lenient one.
 */
#include <stdio.h>
#include <string.h>

#include <csm/db.h>

#include "db/db_priv.h"

int csm_db_begin(struct csm_db *db, bool write, struct csm_err *err)
{
	int rc;

	if (db->txn != DB_TXN_NONE)
		return db_after(db, csm_fail(err, CSM_E_INTERNAL, "begin inside a transaction"));
	if (write && !(db->flags & CSM_DB_WRITE))
		return csm_fail(err, CSM_E_INTERNAL,
				"a writing transaction on a database opened for reading");
	rc = db_engine(db)->begin(db, write, err);
	if (!rc)
		db->txn = write ? DB_TXN_WRITE : DB_TXN_READ;
	return rc;
}

int csm_db_commit(struct csm_db *db, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	if (rc)
		return rc;
	if (db->txn == DB_TXN_NONE)
		return csm_fail(err, CSM_E_INTERNAL, "commit without a transaction");
	rc = db_queue_flush(db, DB_ALL_TABLES, err);
	if (!rc)
		rc = db_take_engine(db, err);
	if (!rc)
		rc = db->engine->commit(db, err);
	if (rc) {
		csm_db_rollback(db);	/* as PostgreSQL: a failed commit has ended it */
		return rc;
	}
	db->txn = DB_TXN_NONE;
	db_queue_end(db);
	return CSM_OK;
}

void csm_db_rollback(struct csm_db *db)
{
	db_queue_drop(db);
	/* Some failures (disk full, out of memory) make SQLite roll back by itself. */
	if (db_engine(db)->in_transaction(db))
		db_engine(db)->exec(db, "ROLLBACK", NULL);
	db->txn = DB_TXN_NONE;
	db->poisoned = 0;
	db_queue_end(db);
}

bool csm_db_in_transaction(const struct csm_db *db)
{
	return db->txn != DB_TXN_NONE;
}

int csm_db_defer(struct csm_db *db, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	if (rc)
		return rc;
	if (db->txn != DB_TXN_WRITE)
		return csm_fail(err, CSM_E_INTERNAL, "references deferred outside a writing transaction");
	return db_after(db, db_engine(db)->defer(db, err));
}

int csm_db_unchecked(struct csm_db *db, bool on, struct csm_err *err)
{
	int rc = on ? db_check_usable(db, err) : CSM_OK, set;

	if (!rc && on && db->txn != DB_TXN_WRITE)
		rc = csm_fail(err, CSM_E_INTERNAL, "references unchecked outside a writing transaction");
	if (!rc && !db->poisoned)	/* what waits was to be looked at as before */
		rc = db_queue_flush(db, DB_ALL_TABLES, err);
	if (rc && on)
		return rc;
	set = db_engine(db)->migrating(db, on, rc ? NULL : err);	/* off in any case */
	return rc ? rc : db_after(db, set);
}

int csm_db_unwiped(struct csm_db *db, bool on, struct csm_err *err)
{
	int rc = on ? db_check_usable(db, err) : CSM_OK;

	return rc ? rc : db_after(db, db_engine(db)->wiping(db, !on, err));
}

int csm_db_dangling(struct csm_db *db, bool *out, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	*out = false;
	if (!rc)
		rc = db_queue_flush(db, DB_ALL_TABLES, err);
	return rc ? rc : db_after(db, db_engine(db)->dangling(db, out, err));
}

/* Run "verb name"; the name is written into the text, so it must be a plain word. */
static int run_savepoint(struct csm_db *db, const char *verb, const char *name, struct csm_err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
	char sql[96];
	size_t n = strspn(name, letters);
	int rc;

	if (db->txn == DB_TXN_NONE)
		return csm_fail(err, CSM_E_INTERNAL, "savepoint '%s' outside a transaction", name);
	if (!n || n > 40 || name[n] || (*name >= '0' && *name <= '9'))
		return db_after(db, csm_fail(err, CSM_E_INTERNAL,
					     "savepoint '%s' is not a plain word", name));
	snprintf(sql, sizeof(sql), "%s %s", verb, name);
	rc = db_take_engine(db, err);
	return db_after(db, rc ? rc : db->engine->exec(db, sql, err));
}

/* The rows that wait are of the savepoint, or of what comes before it. */
static int run_settled(struct csm_db *db, const char *verb, const char *name, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	if (!rc)
		rc = db_queue_flush(db, DB_ALL_TABLES, err);
	return rc ? rc : run_savepoint(db, verb, name, err);
}

int csm_db_savepoint(struct csm_db *db, const char *name, struct csm_err *err)
{
	return run_settled(db, "SAVEPOINT", name, err);
}

int csm_db_release(struct csm_db *db, const char *name, struct csm_err *err)
{
	return run_settled(db, "RELEASE SAVEPOINT", name, err);
}

int csm_db_rollback_to(struct csm_db *db, const char *name, struct csm_err *err)
{
	int rc;

	db_queue_drop(db);
	rc = run_savepoint(db, "ROLLBACK TO SAVEPOINT", name, err);
	if (!rc)
		db->poisoned = 0;
	return rc;
}
