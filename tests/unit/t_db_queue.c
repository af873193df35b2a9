/* SPDX-License-Identifier: MIT */
/*
 * t_db_queue.c - rows that a load gives to csm_db_insert(): they wait, and nobody can tell: what reads the table, writes
 * anything, makes a savepoint or commits finds them.
 */
#include "t_db_help.h"

static struct csm_err err;

#define add(db, id, size) t_add(db, id, size, &err)
#define add_case(db, id, account) t_add_case(db, id, account, &err)

/* As another connection sees it: what waits in this one is not asked for. */
static unsigned waiting(const struct csm_db *db)
{
	return db->waiting != 0;
}

static void begin(struct csm_db *db)
{
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_gather(db, &err), CSM_OK);
}

static void test_when(struct csm_db *db)
{
	/* outside a load each row goes in at once */
	T_EQ_INT(csm_db_gather(db, &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(add(db, 1, 1), CSM_OK);
	T_OK(!waiting(db));
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	begin(db);
	T_EQ_INT(add(db, 2, 1), CSM_OK);
	T_OK(waiting(db));
	/* another table is not read from this one; this one is */
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), 0);
	T_OK(waiting(db));
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts"), 2);
	T_OK(!waiting(db));
	T_EQ_INT(add(db, 3, 1), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT s.total FROM sums AS s JOIN accounts AS a ON a.id = s.total"), -1);
	T_OK(!waiting(db));
	/* a statement that writes comes after what was written before it */
	T_EQ_INT(add(db, 4, 1), CSM_OK);
	T_EQ_INT(t_exec(db, "UPDATE accounts SET size = 7 WHERE id = 4"), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT size FROM accounts WHERE id = 4"), 7);
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	/* the next transaction gathers nothing until it is told to */
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(add(db, 5, 1), CSM_OK);
	T_OK(!waiting(db));
	csm_db_rollback(db);
}

static void test_many(struct csm_db *db)
{
	begin(db);
	T_EQ_INT(csm_db_defer(db, &err), CSM_OK);
	for (int i = 100; i < 100 + 3 * DB_QUEUE_ROWS + 5; i++) {
		T_EQ_INT(add(db, i, i), CSM_OK);
		T_EQ_INT(add_case(db, i, i), CSM_OK);
		T_EQ_INT(waiting(db), (i - 99) % DB_QUEUE_ROWS != 0);
	}
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id >= 100 AND name = 'account ' || id AND size = id"),
		 3 * DB_QUEUE_ROWS + 5);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE account = id AND subject IS NULL"), 3 * DB_QUEUE_ROWS + 5);
	T_EQ_INT(csm_db_integrity(db, true, NULL, &err), CSM_OK);
}

/* A look-up by what no row has that waits lets them wait. */
static void test_overlook(struct csm_db *db)
{
	static const int params[] = { 2, 3 };
	const struct csm_value v[2] = { csm_text("account 150"), csm_int(9) }, other[2] = { csm_text("account 150"), csm_int(8) };
	struct csm_stmt *st;
	bool row = true;

	T_OK(!csm_db_waits(db, T_ADD_ACCOUNT, params, v, 2));
	begin(db);
	T_EQ_INT(add(db, 199, 1), CSM_OK);
	T_EQ_INT(add(db, 198, 9), CSM_OK);
	T_OK(!csm_db_waits(db, T_ADD_ACCOUNT, params, v, 2));
	T_EQ_INT(csm_db_prepare(db, "SELECT id FROM accounts WHERE name = 'account 198'", &st, &err), CSM_OK);
	csm_stmt_overlook(st);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_OK(!row && waiting(db));
	/* the reset takes it back */
	csm_stmt_reset(st);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_OK(row && !waiting(db));
	csm_stmt_finalize(st);
	T_EQ_INT(csm_db_defer(db, &err), CSM_OK);
	T_EQ_INT(t_exec(db, "DELETE FROM accounts WHERE id IN (150, 198, 199)"), CSM_OK);
	T_EQ_INT(add(db, 150, 9), CSM_OK);
	T_OK(csm_db_waits(db, T_ADD_ACCOUNT, params, v, 2));
	T_OK(!csm_db_waits(db, T_ADD_ACCOUNT, params, other, 2));
	T_OK(!csm_db_waits(db, T_ADD_CASE, params, v, 2));
	csm_db_rollback(db);
}

static void test_undone(struct csm_db *db)
{
	begin(db);
	T_EQ_INT(add(db, 200, 1), CSM_OK);
	T_EQ_INT(csm_db_savepoint(db, "here", &err), CSM_OK);
	T_EQ_INT(add(db, 201, 1), CSM_OK);
	T_EQ_INT(csm_db_rollback_to(db, "here", &err), CSM_OK);
	T_EQ_INT(add(db, 202, 1), CSM_OK);
	T_OK(waiting(db));
	T_EQ_INT(csm_db_release(db, "here", &err), CSM_OK);
	T_EQ_INT(add(db, 203, 1), CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT sum(id) FROM accounts WHERE id >= 200"), 200 + 202 + 203);
	begin(db);
	T_EQ_INT(add(db, 210, 1), CSM_OK);
	csm_db_rollback(db);
	T_OK(!waiting(db));
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id = 210"), 0);
}

/* What fails late fails the transaction, at the statement that came upon it. */
static void test_failure(struct csm_db *db)
{
	bool dangling = false;

	begin(db);
	T_EQ_INT(add(db, 300, -1), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts"), -1);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_DAMAGED);
	csm_db_rollback(db);
	begin(db);
	for (int i = 0; i < DB_QUEUE_ROWS; i++)
		T_EQ_INT(add(db, 300 + i, i == 9 ? -1 : 1), i < DB_QUEUE_ROWS - 1 ? CSM_OK : CSM_E_DAMAGED);
	T_EQ_INT(add(db, 400, 1), CSM_E_DAMAGED);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_DAMAGED);
	csm_db_rollback(db);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id >= 300"), 0);
	begin(db);
	T_EQ_INT(csm_db_defer(db, &err), CSM_OK);
	T_EQ_INT(add_case(db, 300, 12345), CSM_OK);
	T_EQ_INT(csm_db_dangling(db, &dangling, &err), CSM_OK);
	T_OK(dangling);
	csm_db_rollback(db);
	begin(db);
	T_EQ_INT(add(db, 500, -1), CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_DAMAGED);
	T_OK(!csm_db_in_transaction(db));
}

/* References are looked at again although what waited for that can't go in. */
static void test_unchecked(struct csm_db *db)
{
	begin(db);
	T_EQ_INT(csm_db_unchecked(db, true, &err), CSM_OK);
	T_EQ_INT(t_int(db, "PRAGMA foreign_keys"), 0);
	T_EQ_INT(add(db, 600, -1), CSM_OK);
	T_EQ_INT(csm_db_unchecked(db, false, &err), CSM_E_DAMAGED);
	csm_db_rollback(db);
	T_EQ_INT(t_int(db, "PRAGMA foreign_keys"), 1);
}

/* What goes is overwritten, unless it is said to be kept elsewhere; also where the transaction has failed meanwhile. */
static void test_wiped(struct csm_db *db)
{
	T_EQ_INT(t_int(db, "PRAGMA secure_delete"), 1);
	begin(db);
	T_EQ_INT(csm_db_unwiped(db, true, &err), CSM_OK);
	T_EQ_INT(t_int(db, "PRAGMA secure_delete"), 2);
	T_EQ_INT(t_exec(db, "INSERT INTO accounts (id, name, size) VALUES (700, 'x', -1)"), CSM_E_INVALID);
	T_EQ_INT(csm_db_unwiped(db, true, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_unwiped(db, false, &err), CSM_OK);
	csm_db_rollback(db);
	T_EQ_INT(t_int(db, "PRAGMA secure_delete"), 1);
}

/* Long texts don't pile up. */
static void test_long(struct csm_db *db)
{
	static char text[100000];
	const struct csm_value v[5] = { csm_int(900), csm_null(), csm_null(), { CSM_TEXT, 0, text }, csm_null() };
	struct csm_value w[5];

	memset(text, 'a', sizeof(text) - 1);
	memcpy(w, v, sizeof(w));
	begin(db);
	for (int i = 0; i < 3; i++) {
		w[0].i = 900 + i;
		T_EQ_INT(csm_db_insert(db, T_ADD_CASE, w, 5, &err), CSM_OK);
	}
	T_OK(!waiting(db));
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE length(state) = 99999"), 3);
}

int main(void)
{
	struct csm_db *db;

	t_start();
	db = t_new(t_path("q.db"));
	test_when(db);
	test_many(db);
	test_overlook(db);
	test_undone(db);
	test_failure(db);
	test_unchecked(db);
	test_wiped(db);
	test_long(db);
	csm_db_close(db);
	t_end();
	T_DONE();
}
