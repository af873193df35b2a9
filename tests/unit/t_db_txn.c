/* SPDX-License-Identifier: MIT */
/*
 * t_db_txn.c - lib/db: every error code once, the poisoned transaction, savepoints, commits that
 * fail.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "t_db_help.h"

static struct csm_err err;

static int exec(struct csm_db *db, const char *sql)
{
	csm_err_clear(&err);
	return csm_db_exec(db, sql, &err);
}

static void test_codes(struct csm_db *db)
{
	static const struct {
		int code;
		const char *what, *sql;
	} cases[] = {
		{ CSM_OK, "rows", "INSERT INTO accounts VALUES (1, 'a', 1), (2, 'b', 1)" },
		{ CSM_OK, "a row", "INSERT INTO cases VALUES (1, 1, NULL, 'new', NULL)" },
		{ CSM_E_CONFLICT, "UNIQUE", "INSERT INTO accounts VALUES (3, 'a', 1)" },
		{ CSM_E_CONFLICT, "row id", "INSERT INTO accounts VALUES (1, 'c', 1)" },
		{ CSM_E_CONFLICT, "key", "INSERT INTO sums VALUES ('a', 1), ('a', 2)" },
		{ CSM_E_CONFLICT, "reference", "INSERT INTO cases (id, account) VALUES (2, 99)" },
		{ CSM_E_CONFLICT, "RESTRICT", "DELETE FROM accounts WHERE id = 1" },
		{ CSM_E_INVALID, "NOT NULL", "INSERT INTO accounts (id, size) VALUES (3, 1)" },
		{ CSM_E_INVALID, "CHECK", "INSERT INTO accounts VALUES (3, 'c', 0)" },
		{ CSM_E_INVALID, "STRICT", "INSERT INTO accounts VALUES (3, 'c', 'big')" },
		{ CSM_E_INVALID, "row id type", "INSERT INTO accounts VALUES ('x', 'c', 1)" },
		{ CSM_E_INVALID, "length", "INSERT INTO sums VALUES (zeroblob(20000000), 1)" },
		{ CSM_E_INTERNAL, "no table", "SELECT * FROM nowhere" },
		{ CSM_E_INTERNAL, "defensive", "DELETE FROM sqlite_schema" },
		{ CSM_OK, "after all that", "DELETE FROM accounts WHERE id = 2" },
	};

	for (unsigned i = 0; i < CSM_COUNT(cases); i++) {
		int rc = exec(db, cases[i].sql);

		if (rc != cases[i].code)
			printf("%s: %s\n", cases[i].what, err.msg);
		T_EQ_INT(rc, cases[i].code);
		T_EQ_INT(err.code, cases[i].code);
	}
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts"), 1);
}

/* Results that no test can bring about at will. */
static void test_map(void)
{
	static const struct {
		int rc, code;
	} map[] = {
		{ SQLITE_BUSY, CSM_E_BUSY },
		{ SQLITE_BUSY_SNAPSHOT, CSM_E_BUSY },
		{ SQLITE_BUSY_RECOVERY, CSM_E_BUSY },
		{ SQLITE_LOCKED, CSM_E_BUSY },
		{ SQLITE_LOCKED_SHAREDCACHE, CSM_E_BUSY },
		{ SQLITE_PROTOCOL, CSM_E_BUSY },
		{ SQLITE_READONLY, CSM_E_IO },
		{ SQLITE_READONLY_DBMOVED, CSM_E_IO },
		{ SQLITE_CANTOPEN, CSM_E_IO },
		{ SQLITE_CANTOPEN_SYMLINK, CSM_E_IO },
		{ SQLITE_IOERR, CSM_E_IO },
		{ SQLITE_IOERR_FSYNC, CSM_E_IO },
		{ SQLITE_IOERR_SHORT_READ, CSM_E_IO },
		{ SQLITE_FULL, CSM_E_IO },
		{ SQLITE_IOERR_NOMEM, CSM_E_SYSTEM },
		{ SQLITE_NOMEM, CSM_E_SYSTEM },
		{ SQLITE_CORRUPT, CSM_E_DAMAGED },
		{ SQLITE_CORRUPT_INDEX, CSM_E_DAMAGED },
		{ SQLITE_NOTADB, CSM_E_DAMAGED },
		{ SQLITE_MISUSE, CSM_E_INTERNAL },
		{ SQLITE_RANGE, CSM_E_INTERNAL },
		{ SQLITE_CONSTRAINT_ROWID, CSM_E_CONFLICT },
		{ SQLITE_CONSTRAINT_VTAB, CSM_E_INTERNAL },
		{ SQLITE_ERROR, CSM_E_INTERNAL },
		{ SQLITE_INTERRUPT, CSM_E_INTERNAL },
		{ SQLITE_NOLFS, CSM_E_IO },
		{ SQLITE_PERM, CSM_E_IO },
		{ SQLITE_AUTH, CSM_E_INTERNAL },
		{ SQLITE_TOOBIG, CSM_E_INVALID },
	};

	for (unsigned i = 0; i < CSM_COUNT(map); i++)
		T_EQ_INT(db_sqlite_code(map[i].rc), map[i].code);
}

static void test_poison(struct csm_db *db)
{
	static const char kept_sql[] = "SELECT count(*) FROM accounts";
	struct csm_stmt *st, *kept, *other;
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	struct csm_db_info info;
	const char **names;
	unsigned n;
	int version;
	bool row;

	T_EQ_INT(csm_db_prepare(db, "SELECT $1", &st, &err), CSM_OK);
	T_EQ_INT(csm_db_kept(db, kept_sql, &kept, &err), CSM_OK);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_OK(csm_db_in_transaction(db));
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (10, 'p', 1)"), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (10, 'q', 1)"), CSM_E_CONFLICT);
	T_EQ_INT(exec(db, "SELECT 1"), CSM_E_CONFLICT);
	T_OK(strstr(err.msg, "rolled back") != NULL);
	T_EQ_INT(csm_db_prepare(db, "SELECT 1", &other, &err), CSM_E_CONFLICT);
	T_OK(!other);
	T_EQ_INT(csm_db_kept(db, kept_sql, &other, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_stmt_bind(st, 1, csm_int(1), &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_stmt_step(kept, &row, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_stmt_run(st, NULL, 0, NULL, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_savepoint(db, "s", &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_release(db, "s", &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_schema_version(db, &version, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_info(db, a, &info, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_tables(db, a, &names, &n, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_integrity(db, false, NULL, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_CONFLICT);
	T_OK(csm_db_in_transaction(db));
	csm_db_rollback(db);
	T_OK(!csm_db_in_transaction(db));
	T_EQ_INT(csm_stmt_step(kept, &row, &err),
		 CSM_OK); /* never began, so it need not be reset */
	T_EQ_INT(csm_stmt_column(kept, 0).i, 1);
	csm_stmt_reset(kept);
	csm_stmt_finalize(st);

	/* A text that is refused poisons too, and so does a wrong parameter. */
	T_EQ_INT(csm_db_begin(db, false, &err), CSM_OK);
	T_EQ_INT(csm_db_prepare(db, "SELEC 1", &st, &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_CONFLICT);
	csm_db_rollback(db);
	T_EQ_INT(csm_db_begin(db, false, &err), CSM_OK);
	T_EQ_INT(csm_db_kept(db, kept_sql, &kept, &err), CSM_OK);
	T_EQ_INT(csm_stmt_bind(kept, 1, csm_int(1), &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_stmt_step(kept, &row, &err), CSM_E_CONFLICT);
	csm_db_rollback(db);
	csm_db_rollback(db);		/* nothing open: harmless */
	/* Outside a transaction a failure is over when it is reported. */
	T_EQ_INT(exec(db, "SELEC 1"), CSM_E_INTERNAL);
	T_EQ_INT(exec(db, "SELECT 1"), CSM_OK);
	csm_arena_free(a);
}

static void test_savepoints(struct csm_db *db)
{
	T_EQ_INT(csm_db_savepoint(db, "s", &err), CSM_E_INTERNAL);	/* no transaction */
	T_EQ_INT(csm_db_rollback_to(db, "s", &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (20, 's20', 1)"), CSM_OK);
	T_EQ_INT(csm_db_savepoint(db, "outer_1", &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (21, 's21', 1)"), CSM_OK);
	T_EQ_INT(csm_db_savepoint(db, "inner_1", &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (21, 's21', 1)"), CSM_E_CONFLICT);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (22, 's22', 1)"),
		 CSM_E_CONFLICT); /* poisoned */
	T_EQ_INT(csm_db_rollback_to(db, "nowhere", &err), CSM_E_INTERNAL);
	T_EQ_INT(exec(db, "SELECT 1"), CSM_E_CONFLICT);		/* still */
	T_EQ_INT(csm_db_rollback_to(db, "inner_1", &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (22, 's22', 1)"), CSM_OK);
	T_EQ_INT(csm_db_release(db, "inner_1", &err), CSM_OK);
	T_EQ_INT(csm_db_rollback_to(db, "outer_1", &err), CSM_OK);
	T_EQ_INT(csm_db_release(db, "outer_1", &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (23, 's23', 1)"), CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT sum(id) FROM accounts WHERE id >= 20"), 43);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_savepoint(db, "s; DROP TABLE cases", &err), CSM_E_INTERNAL);
	csm_db_rollback(db);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_savepoint(db, "1st", &err), CSM_E_INTERNAL);
	csm_db_rollback(db);
}

static void test_bounds(struct csm_db *db)
{
	struct csm_stmt *st;
	bool row;

	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_E_INTERNAL);
	csm_db_rollback(db);
	/* The text may not end what the caller began, nor begin what nobody ends. */
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(exec(db, "COMMIT"), CSM_E_INTERNAL);
	T_EQ_INT(exec(db, "SELECT 1"), CSM_E_CONFLICT);
	csm_db_rollback(db);
	T_EQ_INT(exec(db, "BEGIN"), CSM_E_INTERNAL);
	csm_db_rollback(db);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_backup(db, t_path("in.db"), NULL, &err), CSM_E_INTERNAL);
	csm_db_rollback(db);
	/* A reading transaction does not write. */
	T_EQ_INT(csm_db_begin(db, false, &err), CSM_OK);
	T_EQ_INT(csm_db_prepare(db, "DELETE FROM sums", &st, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_E_INTERNAL);
	csm_db_rollback(db);
	csm_stmt_reset(st);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	csm_stmt_finalize(st);
}

static void test_deferred(struct csm_db *db)
{
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(
		exec(db,
		     "PRAGMA defer_foreign_keys=1; INSERT INTO cases VALUES (30, 99, NULL, 'new', NULL)"),
		CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), CSM_E_CONFLICT);
	T_OK(!csm_db_in_transaction(db));	/* the failed commit ended it */
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE id = 30"), 0);
	/* The next transaction is immediate again. */
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO cases VALUES (30, 99, NULL, 'new', NULL)"), CSM_E_CONFLICT);
	csm_db_rollback(db);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (50, 'late', 1); INSERT INTO cases VALUES (40, 50, NULL, 'new', NULL)"), CSM_OK);
}

/* csm_db_defer(): also a RESTRICT waits, csm_db_dangling() says what the commit would. */
static void test_defer(struct csm_db *db)
{
	bool dangling = true;

	T_EQ_INT(csm_db_dangling(db, &dangling, &err), CSM_OK);
	T_OK(!dangling);
	T_EQ_INT(csm_db_defer(db, &err), CSM_E_INTERNAL);	/* no transaction */
	T_EQ_INT(csm_db_begin(db, false, &err), CSM_OK);
	T_EQ_INT(csm_db_defer(db, &err), CSM_E_INTERNAL);	/* nothing to write */
	csm_db_rollback(db);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_defer(db, &err), CSM_OK);
	T_EQ_INT(exec(db, "DELETE FROM accounts WHERE id = 50"), CSM_OK);
	T_EQ_INT(csm_db_dangling(db, &dangling, &err), CSM_OK);
	T_OK(dangling);
	T_EQ_INT(exec(db, "DELETE FROM cases WHERE account = 50"), CSM_OK);
	T_EQ_INT(csm_db_dangling(db, &dangling, &err), CSM_OK);
	T_OK(!dangling);
	T_EQ_INT(exec(db, "SELEC"), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_dangling(db, &dangling, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_defer(db, &err), CSM_E_CONFLICT);
	csm_db_rollback(db);
	/* The next transaction is strict again. */
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(exec(db, "DELETE FROM accounts WHERE id = 50"), CSM_E_CONFLICT);
	csm_db_rollback(db);
}

/*
 * Disk full rolls back inside SQLite; the transaction stays poisoned for its owner until he says
 * rollback.
 */
static void test_full(struct csm_db *db)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count=%d", (int)t_int(db, "PRAGMA page_count"));
	T_EQ_INT(exec(db, sql), CSM_OK);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_savepoint(db, "s", &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (60, zeroblob(100000), 1)"),
		 CSM_E_INVALID); /* STRICT */
	T_EQ_INT(csm_db_rollback_to(db, "s", &err), CSM_OK);
	T_EQ_INT(exec(db, "INSERT INTO accounts VALUES (60, hex(zeroblob(100000)), 1)"), CSM_E_IO);
	T_EQ_INT(exec(db, "SELECT 1"), CSM_E_IO);
	T_OK(csm_db_in_transaction(db));
	if (!db->engine->in_transaction(db))
		T_OK(csm_db_rollback_to(db, "s", &err) != CSM_OK);
	csm_db_rollback(db);
	T_EQ_INT(exec(db, "PRAGMA max_page_count=1000000; DELETE FROM accounts WHERE id = 60"), CSM_OK);
}

static void test_memory(struct csm_db *db)
{
	sqlite3_int64 before = sqlite3_hard_heap_limit64(sqlite3_memory_used() + 20000);
	struct csm_stmt *st;

	T_EQ_INT(exec(db, "SELECT hex(zeroblob(1000000))"), CSM_E_SYSTEM);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(exec(db, "SELECT hex(zeroblob(1000000))"), CSM_E_SYSTEM);
	csm_db_rollback(db);
	sqlite3_hard_heap_limit64(sqlite3_memory_used() + 1);
	T_EQ_INT(csm_db_prepare(db, "SELECT * FROM accounts a JOIN accounts b ON a.id = b.size",
				&st, &err),
		 CSM_E_SYSTEM);
	sqlite3_hard_heap_limit64(before);
	sqlite3_soft_heap_limit64(0);	/* the hard one had lowered it */
	T_EQ_INT(exec(db, "SELECT 1"), CSM_OK);
}

/* A limit on the size of files stands in for a disk that cannot be written. */
static void test_disk(const char *path)
{
	struct rlimit lim;
	struct csm_db *db;
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int rc = t_open(&db, path, CSM_DB_WRITE, 0, &err);

		signal(SIGXFSZ, SIG_IGN);
		getrlimit(RLIMIT_FSIZE, &lim);
		lim.rlim_cur = 40000;
		setrlimit(RLIMIT_FSIZE, &lim);
		if (!rc)
			rc = csm_db_begin(db, true, &err);
		if (!rc)
			rc = exec(db, "INSERT INTO accounts VALUES (70, hex(zeroblob(500000)), 1)");
		if (!rc) {	/* it was in the cache: the log fails */
			rc = csm_db_commit(db, &err);
			if (!strstr(err.msg, "outcome is unknown"))
				rc = 1;
		}
		csm_db_close(db);
		_exit(rc);
	}
	T_OK(pid > 0 && waitpid(pid, &status, 0) == pid);
	T_OK(WIFEXITED(status));
	T_EQ_INT(WEXITSTATUS(status), CSM_E_IO);
	T_EQ_INT(t_open(&db, path, 0, 0, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM accounts WHERE id = 70"), 0);
	csm_db_close(db);
}

int main(void)
{
	struct csm_db *db;

	t_start();
	db = t_new(t_path("a.db"));
	test_codes(db);
	test_map();
	test_poison(db);
	test_savepoints(db);
	test_bounds(db);
	test_deferred(db);
	test_defer(db);
	test_full(db);
	test_memory(db);
	/* An open transaction is rolled back by the close. */
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(exec(db, "DELETE FROM cases"), CSM_OK);
	csm_db_closep(&db);
	T_OK(!db);
	T_EQ_INT(t_open(&db, t_path("a.db"), 0, 0, &err), CSM_OK);
	T_OK(t_int(db, "SELECT count(*) FROM cases") > 0);
	csm_db_close(db);
	test_disk(t_path("a.db"));
	T_EQ_INT(t_files("", false), 1);
	t_end();
	T_DONE();
}
