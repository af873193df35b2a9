/* SPDX-License-Identifier: MIT */
/*
 * t_db_writer.c - the rows of a long load are inserted by a thread of their own, and nobody can tell: what is read, refused, taken back
 * and stored is what it would be without. Where the machine has one processor there is no such thread, and all holds as well.
 */
#include <time.h>

#include "t_db_help.h"

static struct csm_err err;

#define LONG 4000			/* rows, more than a load has before it is a long one */
#define add(db, id, size) t_add(db, id, size, &err)
#define add_case(db, id, account) t_add_case(db, id, account, &err)

static void begin(struct csm_db *db)
{
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_defer(db, &err), CSM_OK);
	T_EQ_INT(csm_db_gather(db, &err), CSM_OK);
}

/* Accounts from one id to another, with a case each. */
static void add_some(struct csm_db *db, int64_t from, int64_t to)
{
	for (int64_t i = from; i <= to; i++) {
		T_EQ_INT(add(db, i, i), CSM_OK);
		T_EQ_INT(add_case(db, i, i), CSM_OK);
	}
}

/* A reader of other tables lets the writer go on; one of these tables sees every row, at any time. */
static void test_read(struct csm_db *db)
{
	begin(db);
	T_OK(!csm_db_writer(db));
	add_some(db, 1, LONG);
	T_EQ_INT(csm_db_writer(db), sysconf(_SC_NPROCESSORS_ONLN) > 1);
	for (int64_t i = LONG + 1; i <= 2 * LONG; i++) {
		add_some(db, i, i);
		if (i % 7 == 0)
			T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), 0);
		if (i % 501 == 0)
			T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts"), i);
	}
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_OK(!csm_db_writer(db));
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE name = 'account ' || id AND size = id"), 2 * LONG);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE account = id AND subject IS NULL"), 2 * LONG);
	T_EQ_INT(csm_db_integrity(db, true, NULL, &err), CSM_OK);
}

/* A row that was handed over is still one that waits, or is there already. */
static void test_overlook(struct csm_db *db)
{
	static const int params[] = { 1 };
	struct csm_stmt *st;

	begin(db);
	add_some(db, 10001, 10000 + LONG);
	T_EQ_INT(csm_db_prepare(db, "SELECT name FROM accounts WHERE id = $1", &st, &err), CSM_OK);
	for (int64_t i = 10000 + LONG; i > 10000 + LONG - 300; i--) {
		const struct csm_value v = csm_int(i);
		bool row, waits = csm_db_waits(db, T_ADD_ACCOUNT, params, &v, 1);

		T_EQ_INT(csm_stmt_bind(st, 1, v, &err), CSM_OK);
		csm_stmt_overlook(st);
		T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
		T_OK(row || waits);
		csm_stmt_reset(st);
	}
	csm_stmt_finalize(st);
	csm_db_rollback(db);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id > 10000"), 0);
}

static void test_undone(struct csm_db *db)
{
	begin(db);
	add_some(db, 10001, 10000 + LONG);
	T_EQ_INT(csm_db_savepoint(db, "here", &err), CSM_OK);
	add_some(db, 20001, 20000 + LONG);
	T_EQ_INT(csm_db_rollback_to(db, "here", &err), CSM_OK);
	add_some(db, 30001, 30000 + LONG);
	T_EQ_INT(csm_db_release(db, "here", &err), CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id BETWEEN 10001 AND 20000"), LONG);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id BETWEEN 20001 AND 30000"), 0);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE id > 30000"), LONG);
}

/* The row that can't go in is told of by the time of the commit, and after it nothing else goes in. */
static void test_failure(struct csm_db *db)
{
	int rc = CSM_OK;

	begin(db);
	add_some(db, 40001, 40000 + LONG);
	for (int64_t i = 0; !rc && i < 2 * LONG; i++)
		rc = add(db, 50000 + i, i == 100 ? -1 : 1);
	T_EQ_INT(rc, CSM_E_DAMAGED);
	T_OK(strstr(err.msg, "a value is not allowed"));
	T_EQ_INT(add(db, 70000, 1), CSM_E_DAMAGED);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_DAMAGED);
	csm_db_rollback(db);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id > 40000"), 0);
	begin(db);
	add_some(db, 40001, 40000 + LONG);
	T_EQ_INT(add(db, 1, 1), CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_DAMAGED);
	T_OK(!csm_db_in_transaction(db));
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id > 40000"), 0);
	/* and the next load goes as if nothing had been */
	begin(db);
	add_some(db, 40001, 40000 + LONG);
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE id > 40000"), LONG);
}

/* Nor is anything read after it: the engine may have given the transaction up, and then it would be read as it was before. */
static void test_read_after(struct csm_db *db)
{
	const struct timespec while_it_fails = { 0, 50000000 };
	int rc = CSM_OK;

	begin(db);
	add_some(db, 50001, 50000 + LONG);
	for (int64_t i = 0; !rc && i < DB_QUEUE_ROWS; i++)
		rc = add(db, 60000 + i, i == 3 ? -1 : 1);
	nanosleep(&while_it_fails, NULL);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), -1);
	csm_db_rollback(db);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), 0);
	begin(db);
	T_EQ_INT(sqlite3_exec(db_sqlite(db)->h, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	T_EQ_INT(csm_db_savepoint(db, "here", &err), CSM_E_IO);
	csm_db_rollback(db);
	begin(db);
	T_EQ_INT(sqlite3_exec(db_sqlite(db)->h, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	T_EQ_INT(csm_db_insert(db, T_ADD_ACCOUNT, (const struct csm_value[]){ csm_int(1), csm_text("x"), csm_int(1) }, 3, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), -1);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_IO);
	csm_db_rollback(db);
}

static int64_t cache(struct csm_db *db)
{
	return t_int(db, "PRAGMA cache_size");
}

/* Pages have more memory in a long load, but not where its indexes were taken away, and only until it ends. */
static void test_memory(struct csm_db *db)
{
	const int64_t usual = cache(db);
	struct csm_db_made *made;
	unsigned n;

	begin(db);
	add_some(db, 50001, 50000 + LONG);
	T_OK(cache(db) < usual);		/* negative: in KiB */
	csm_db_rollback(db);
	T_EQ_INT(cache(db), usual);
	begin(db);
	T_EQ_INT(csm_db_made(db, "cases", db->arena, &made, &n, &err), CSM_OK);
	T_EQ_INT(n, 2);
	T_EQ_INT(csm_db_drop_index(db, &made[0], &err), CSM_OK);
	add_some(db, 50001, 50000 + LONG);
	T_EQ_INT(cache(db), usual);
	T_EQ_INT(csm_db_make_index(db, &made[0], &err), CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE id > 50000"), LONG);
}

/* A handle that is closed in the middle leaves nothing. */
static void test_close(struct csm_db *db)
{
	begin(db);
	add_some(db, 60001, 60000 + LONG);
	csm_db_close(db);
	T_EQ_INT(csm_db_open(&db, t_path("w.db"), CSM_DB_ANY_SCHEMA, 1000, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id > 60000"), 0);
	csm_db_close(db);
}

int main(void)
{
	struct csm_db *db;

	t_start();
	db = t_new(t_path("w.db"));
	test_read(db);
	test_overlook(db);
	test_undone(db);
	test_failure(db);
	test_read_after(db);
	test_memory(db);
	test_close(db);
	t_end();
	T_DONE();
}
