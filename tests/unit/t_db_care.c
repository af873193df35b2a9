/* SPDX-License-Identifier: MIT */
/*
 * t_db_care.c - lib/db: migrations, backup, integrity, and what the engine says of tables and of
 * the file.
 */
#include <sys/wait.h>

#include "t_db_help.h"

static struct csm_err err;

struct found {
	int n;
	struct csm_err first;
};

static void collect(void *arg, char severity, const struct csm_err *e)
{
	struct found *f = arg;

	T_EQ_INT(severity, 'e');
	if (f->n++ == 0)
		f->first = *e;
}

static int open_with(struct csm_db **db, const char *name, unsigned flags,
		     const struct csm_migration *rows, unsigned n)
{
	csm_err_clear(&err);
	return db_open_rows(db, NULL, t_path(name), flags, 0, rows, n, &err);
}

static int check(struct csm_db *db, struct found *f)
{
	struct csm_diag diag = { collect, f };

	memset(f, 0, sizeof(*f));
	csm_err_clear(&err);
	return csm_db_integrity(db, true, &diag, &err);
}

static void test_versions(void)
{
	struct csm_db *db;
	int version = -1, steps = -1;

	/* Only the first step is known to the old program. */
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE | CSM_DB_CREATE, t_steps, 1), CSM_OK);
	T_EQ_INT(csm_db_schema_version(db, &version, &err), CSM_OK);
	T_EQ_INT(version, 0);
	T_EQ_INT(csm_db_migrate(db, 1700000000, &steps, &err), CSM_OK);
	T_EQ_INT(steps, 1);
	T_EQ_INT(csm_db_migrate(db, 1700000001, &steps, &err), CSM_OK);
	T_EQ_INT(steps, 0);
	csm_db_close(db);
	/* The new one refuses it until it is migrated. */
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE, t_steps, 2), CSM_E_CONFIG);
	T_EQ_STR(err.msg, "database has schema version 1, this program needs 2: run 'csm db migrate'");
	T_EQ_INT(open_with(&db, "a.db", 0, t_steps, 2), CSM_E_CONFIG);
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_ANY_SCHEMA, t_steps, 2), CSM_OK);
	T_EQ_INT(csm_db_migrate(db, 1, &steps, &err), CSM_E_INTERNAL);	/* a reader never migrates */
	csm_db_close(db);
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE | CSM_DB_ANY_SCHEMA, t_steps, 2), CSM_OK);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(csm_db_migrate(db, 1, &steps, &err), CSM_E_INTERNAL);
	csm_db_rollback(db);
	T_EQ_INT(csm_db_migrate(db, 1700000002, &steps, &err), CSM_OK);
	T_EQ_INT(steps, 1);
	T_EQ_INT(t_int(db, "SELECT sum(version) * 10 + count(DISTINCT sha256) FROM csm_meta"), 32);
	T_EQ_INT(t_int(db, "SELECT applied_at FROM csm_meta WHERE name = '0002-sum'"), 1700000002);
	T_EQ_INT(t_int(db, "PRAGMA user_version"), 2);
	T_EQ_INT(t_int(db, "PRAGMA foreign_keys"), 1);
	csm_db_close(db);
	/* And now the old program refuses it, for reading as well. */
	T_EQ_INT(open_with(&db, "a.db", 0, t_steps, 1), CSM_E_CONFIG);
	T_EQ_STR(err.msg, "database has schema version 2, this program knows up to 1");
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE, t_steps, 1), CSM_E_CONFIG);
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE | CSM_DB_ANY_SCHEMA, t_steps, 1), CSM_OK);
	T_EQ_INT(csm_db_migrate(db, 1, NULL, &err), CSM_E_CONFIG);
	csm_db_close(db);
	T_EQ_INT(t_files("", false), 1);
	t_files("", true);
}

/* A step is all or nothing, and the steps before it stand. */
static void test_failing_steps(void)
{
	static const struct {
		const char *sql;
		int code;
	} bad[] = {
		{ "CREATE TABLE more (id @ID@); SELEC", CSM_E_INTERNAL },
		{ "CREATE TABLE more (id @ID@); INSERT INTO sums VALUES (1, NULL)", CSM_E_INVALID },
		{ "CREATE TABLE more (id @ID@); COMMIT; CREATE TABLE much (id @ID@)",
		  CSM_E_INTERNAL },
		{ "CREATE TABLE more (id @ID@); INSERT INTO cases (id, account) VALUES (1, 99)",
		  CSM_E_CONFLICT },
	};
	struct csm_migration rows[3] = { t_steps[0], t_steps[1], { 3, "0003-bad", NULL } };
	struct csm_db *db;
	int steps, version;

	for (unsigned i = 0; i < CSM_COUNT(bad); i++) {
		rows[2].sql = bad[i].sql;
		T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE | CSM_DB_CREATE, rows, 3), CSM_OK);
		T_EQ_INT(csm_db_migrate(db, 5, &steps, &err), bad[i].code);
		T_OK(strncmp(err.msg, "migration 0003-bad: ", 20) == 0);
		T_EQ_INT(steps, 2);
		T_EQ_INT(csm_db_schema_version(db, &version, &err), CSM_OK);
		T_EQ_INT(version, 2);
		T_OK(!csm_db_in_transaction(db));
		T_EQ_INT(t_int(db, "SELECT count(*) FROM csm_meta"), 2);
		T_EQ_INT(t_int(db, "PRAGMA foreign_keys"), 1);
		if (i != 2)	/* what the text itself committed cannot be taken back */
			T_EQ_INT(
				t_int(db,
				      "SELECT count(*) FROM pragma_table_list WHERE name = 'more'"),
				0);
		csm_db_close(db);
		t_files("", true);
	}
}

/* A step that rebuilds a table keeps the rows that refer to it. */
static void test_rebuild(void)
{
	const struct csm_migration rows[3] = {
		t_steps[0],
		t_steps[1],
		{ 3, "0003-rebuild",
		  "CREATE TABLE accounts_new (id @ID@, name TEXT NOT NULL UNIQUE, size @INT@,"
		  " city TEXT) @STRICT@;"
		  "INSERT INTO accounts_new (id, name, size) SELECT id, name, size FROM accounts;"
		  "DROP TABLE accounts; ALTER TABLE accounts_new RENAME TO accounts;" }
	};
	struct csm_db *db, *other;
	int steps;

	db = t_new(t_path("a.db"));
	T_EQ_INT(
		t_exec(db,
		       "INSERT INTO accounts VALUES (1, 'a', 1);"
		       "INSERT INTO cases (id, account) VALUES (7, 1)"),
		CSM_OK);
	csm_db_close(db);
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE | CSM_DB_ANY_SCHEMA, rows, 3), CSM_OK);
	/* Two programs want to: the later one finds it done. */
	T_EQ_INT(open_with(&other, "a.db", CSM_DB_WRITE | CSM_DB_ANY_SCHEMA, rows, 3), CSM_OK);
	T_EQ_INT(csm_db_begin(other, true, &err), CSM_OK);
	T_EQ_INT(csm_db_migrate(db, 5, &steps, &err), CSM_E_BUSY);
	csm_db_rollback(other);
	T_EQ_INT(csm_db_migrate(db, 5, &steps, &err), CSM_OK);
	T_EQ_INT(steps, 1);
	T_EQ_INT(csm_db_migrate(other, 5, &steps, &err), CSM_OK);
	T_EQ_INT(steps, 0);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases c JOIN accounts a ON a.id = c.account"), 1);
	T_EQ_INT(t_exec(db, "DELETE FROM accounts"), CSM_E_CONFLICT);
	csm_db_close(other);
	csm_db_close(db);
	t_files("", true);
}

/* Another program makes the step while this one waits for the lock. */
static void test_faster(void)
{
	const struct timespec moment = { 0, 300000000 };
	struct csm_db *db, *other;
	int steps = -1, status = -1, ready[2];
	char c;
	pid_t pid;

	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE | CSM_DB_CREATE, t_steps, 1), CSM_OK);
	T_EQ_INT(csm_db_migrate(db, 1, NULL, &err), CSM_OK);
	csm_db_close(db);
	T_OK(pipe(ready) == 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int rc = open_with(&other, "a.db", CSM_DB_WRITE, t_steps, 1);

		if (rc || csm_db_begin(other, true, &err) || write(ready[1], "x", 1) != 1)
			_exit(1);
		nanosleep(&moment, NULL);
		rc = t_exec(other, t_steps[1].sql);
		rc = rc ? rc : t_exec(other, "INSERT INTO csm_meta VALUES (2, 'x', 1, 'y')");
		rc = rc ? rc : t_exec(other, "PRAGMA user_version=2");
		rc = rc ? rc : csm_db_commit(other, &err);
		csm_db_close(other);
		_exit(rc);
	}
	csm_err_clear(&err);
	T_EQ_INT(db_open_rows(&db, NULL, t_path("a.db"), CSM_DB_WRITE | CSM_DB_ANY_SCHEMA, 20000,
			      t_steps, 2, &err), CSM_OK);
	T_OK(read(ready[0], &c, 1) == 1);
	T_EQ_INT(csm_db_migrate(db, 1, &steps, &err), CSM_OK);
	T_EQ_INT(steps, 0);
	T_OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	csm_db_close(db);
	close(ready[0]);
	close(ready[1]);
	t_files("", true);
}

static void test_backup(void)
{
	struct csm_db *db = t_new(t_path("a.db")), *copy, *reader;
	struct found f;
	struct stat st;

	T_EQ_INT(
		t_exec(db,
		       "INSERT INTO accounts (name) WITH RECURSIVE n (i) AS"
		       " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
		       " SELECT 'account ' || i FROM n"),
		CSM_OK);
	T_EQ_INT(csm_db_backup(db, t_path("b.db"), NULL, &err), CSM_OK);
	T_OK(stat(t_path("b.db"), &st) == 0 && (st.st_mode & 0777) == 0600);
	T_EQ_INT(t_files("b.db", false), 1);
	csm_err_clear(&err);
	T_EQ_INT(csm_db_backup(db, t_path("b.db"), NULL, &err), CSM_E_CONFLICT);
	T_OK(strstr(err.msg, "exists already") != NULL);
	T_EQ_INT(csm_db_backup(db, t_path("a.db"), NULL, &err), CSM_E_CONFLICT);
	T_OK(symlink("new.db", t_path("link.db")) == 0);
	T_EQ_INT(csm_db_backup(db, t_path("link.db"), NULL, &err), CSM_E_CONFLICT);
	T_EQ_INT(csm_db_backup(db, t_path("none/b.db"), NULL, &err), CSM_E_IO);
	/* The source works on, and its limits are back. */
	T_EQ_INT(t_exec(db, "ATTACH ':memory:' AS x"), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_OK);
	T_EQ_INT(t_exec(db, "DELETE FROM accounts"), CSM_OK);
	/* A reader may copy beside a writer, and gets what is committed. */
	T_EQ_INT(t_open(&reader, t_path("a.db"), 0, 0, &err), CSM_OK);
	T_EQ_INT(csm_db_backup(reader, t_path("c.db"), NULL, &err), CSM_OK);
	T_EQ_INT(t_int(reader, "PRAGMA query_only"), 1);
	csm_db_close(reader);
	csm_db_rollback(db);
	csm_db_close(db);
	for (const char *name = "b.db"; name; name = strcmp(name, "b.db") == 0 ? "c.db" : NULL) {
		T_EQ_INT(t_open(&copy, t_path(name), 0, 0, &err), CSM_OK);
		T_EQ_INT(t_int(copy, "SELECT count(*) FROM accounts"), 5000);
		T_EQ_INT(t_int(copy, "PRAGMA page_size"), 8192);
		T_EQ_INT(check(copy, &f), CSM_OK);
		csm_db_close(copy);
		T_EQ_INT(t_open(&copy, t_path(name), CSM_DB_WRITE, 0, &err),
			 CSM_OK); /* and takes writing, with a log again */
		T_EQ_INT(t_exec(copy, "INSERT INTO accounts (name) VALUES ('new')"), CSM_OK);
		T_EQ_INT(t_int(copy, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
		csm_db_close(copy);
		T_EQ_INT(t_files(name, false), 1);
	}
	t_files("", true);
}

static void test_findings(void)
{
	struct csm_migration other[2] = { t_steps[0], t_steps[1] };
	struct csm_db *db = t_new(t_path("a.db"));
	struct found f;

	T_EQ_INT(check(db, &f), CSM_OK);
	T_EQ_INT(f.n, 0);
	T_EQ_INT(csm_db_integrity(db, false, NULL, &err), CSM_OK);
	T_EQ_INT(
		t_exec(db,
		       "PRAGMA foreign_keys=0; INSERT INTO cases (id, account, parent) VALUES (12, 99, 98);"
		       "PRAGMA foreign_keys=1"),
		CSM_OK);
	T_EQ_INT(check(db, &f), CSM_NO);
	T_EQ_INT(f.n, 2);
	T_EQ_STR(f.first.type, "cases");
	T_EQ_STR(f.first.key, "12");
	T_OK(strcmp(f.first.field, "account") == 0 || strcmp(f.first.field, "parent") == 0);
	T_OK(strstr(f.first.msg, "that is not there") != NULL);
	T_EQ_INT(t_exec(db, "DELETE FROM cases"), CSM_OK);
	csm_db_close(db);

	other[1].sql = "CREATE TABLE sums (name TEXT PRIMARY KEY, total @INT@) @STRICT@;";
	T_EQ_INT(open_with(&db, "a.db", CSM_DB_WRITE, other, 2), CSM_OK);
	T_EQ_INT(check(db, &f), CSM_NO);
	T_EQ_INT(f.n, 1);
	T_EQ_STR(f.first.msg, "schema version 2: the step was made by another text than this program's");
	T_EQ_INT(t_exec(db, "DELETE FROM csm_meta WHERE version = 1"), CSM_OK);
	T_EQ_INT(check(db, &f), CSM_NO);
	T_EQ_INT(f.n, 2);
	T_EQ_STR(f.first.msg, "schema version 1: csm_meta does not know the step");
	T_EQ_INT(t_exec(db, "DELETE FROM csm_meta"), CSM_OK);
	T_EQ_INT(check(db, &f), CSM_NO);
	T_EQ_STR(f.first.msg, "schema version 2: csm_meta and the version of the file differ");
	csm_db_close(db);
	t_files("", true);
}

/* Cut at each page, and with each page zeroed: never a crash, never "ok" when data is gone. */
static void test_damage(void)
{
	static char bytes[1 << 20];
	struct csm_db *db = t_new(t_path("a.db"));
	unsigned refused = 0, pages;
	struct found f;
	ssize_t size;
	int fd;

	T_EQ_INT(
		t_exec(db,
		       "INSERT INTO accounts (name) WITH RECURSIVE n (i) AS"
		       " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
		       " SELECT 'account ' || i FROM n"),
		CSM_OK);
	csm_db_close(db);
	fd = open(t_path("a.db"), O_RDONLY);
	size = read(fd, bytes, sizeof(bytes));
	close(fd);
	pages = (unsigned)(size / 8192);
	T_OK(pages > 8 && size % 8192 == 0);
	for (unsigned i = 0; i < 2 * pages; i++) {
		char page[8192];
		unsigned at = i / 2 * 8192;
		int rc;

		if (i % 2 == 0) {
			t_write_file(t_path("x.db"), bytes, at + (i ? 100 : 0));
		} else {
			memcpy(page, bytes + at, sizeof(page));
			memset(bytes + at, 0, sizeof(page));
			t_write_file(t_path("x.db"), bytes, (size_t)size);
			memcpy(bytes + at, page, sizeof(page));
		}
		rc = t_open(&db, t_path("x.db"), 0, 0, &err);
		if (!rc)
			rc = check(db, &f);
		T_EQ_INT(rc, CSM_E_DAMAGED);
		refused += rc == CSM_E_DAMAGED;
		csm_db_close(db);
		t_files("x.db", true);
	}
	T_EQ_INT(refused, 2 * pages);
	/* A damaged file has no backup: the reading fails, and no half copy stays. */
	memset(bytes + 4 * 8192, 0x55, 8192);
	t_write_file(t_path("x.db"), bytes, (size_t)size);
	if (t_open(&db, t_path("x.db"), 0, 0, &err) == CSM_OK) {
		T_EQ_INT(csm_db_backup(db, t_path("y.db"), NULL, &err), CSM_E_DAMAGED);
		T_OK(check(db, &f) == CSM_E_DAMAGED && f.n > 0);
		T_EQ_INT(f.first.code, CSM_E_DAMAGED);
		csm_db_close(db);
	}
	T_EQ_INT(t_files("y.db", false), 0);
	t_files("", true);
}

static void test_tables(void)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	struct csm_db *db = t_new(t_path("a.db"));
	struct csm_db_table *t;
	const char **names;
	unsigned n;

	T_EQ_INT(
		t_exec(db,
		       "CREATE VIEW v AS SELECT 1; CREATE VIRTUAL TABLE words USING fts5 (text);"
		       "CREATE TABLE odd (a integer, b varchar(20), UNIQUE (b, a));"
		       "CREATE INDEX odd_x ON odd (lower(b))"),
		CSM_OK);
	T_EQ_INT(csm_db_tables(db, a, &names, &n, &err), CSM_OK);
	T_EQ_INT(n, 5);
	T_EQ_STR(names[0], "accounts");
	T_EQ_STR(names[1], "cases");
	T_EQ_STR(names[2], "odd");
	T_EQ_STR(names[4], "words");
	T_EQ_INT(csm_db_table(db, "cases", a, &t, &err), CSM_OK);
	T_EQ_STR(t->name, "cases");
	T_EQ_INT(t->ncolumns, 5);
	T_EQ_STR(t->columns[0].name, "id");
	T_EQ_STR(t->columns[0].type, "INTEGER");
	T_OK(t->columns[0].not_null && !t->columns[3].not_null);
	T_EQ_STR(t->columns[3].type, "TEXT");
	T_EQ_INT(t->nfkeys, 2);
	T_EQ_STR(t->fkeys[0].column, "account");
	T_EQ_STR(t->fkeys[0].table, "accounts");
	T_EQ_STR(t->fkeys[0].on_delete, "RESTRICT");
	T_EQ_STR(t->fkeys[1].on_delete, "SET NULL");
	T_EQ_INT(t->nindexes, 2);
	T_EQ_STR(t->indexes[0].columns, "account,state");
	T_EQ_STR(t->indexes[1].columns, "parent");
	T_OK(!t->indexes[0].unique);
	T_EQ_INT(csm_db_table(db, "odd", a, &t, &err), CSM_OK);
	T_EQ_STR(t->columns[1].type, "VARCHAR(20)");
	T_EQ_INT(t->nindexes, 2);
	T_EQ_STR(t->indexes[0].columns, "(expression)");
	T_EQ_STR(t->indexes[1].columns, "b,a");
	T_OK(t->indexes[1].unique);
	T_EQ_INT(csm_db_table(db, "accounts", a, &t, &err), CSM_OK);
	T_OK(t->columns[1].not_null && t->nindexes == 1 && t->indexes[0].unique && t->nfkeys == 0);
	T_EQ_INT(csm_db_table(db, "nowhere", a, &t, &err), CSM_OK);
	T_OK(!t);
	csm_db_close(db);
	csm_arena_free(a);
	t_files("", true);
}

static void test_info(void)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	struct csm_db *db = t_new(t_path("a.db"));
	struct csm_db_info info;

	csm_db_close(db);
	T_EQ_INT(t_open(&db, t_path("a.db"), 0, 0, &err), CSM_OK);
	T_EQ_INT(csm_db_info(db, a, &info, &err), CSM_OK);
	T_EQ_INT(info.page_size, 8192);
	T_OK(info.pages > 5 && info.free_pages == 0);
	T_EQ_INT(info.file_bytes, info.pages * info.page_size);
	T_EQ_STR(info.journal, "wal");
	T_EQ_INT(info.schema_version, 2);
	T_OK(strncmp(info.engine, "SQLite 3.", 9) == 0);
	csm_db_close(db);
	csm_arena_free(a);
	t_files("", true);
}

/* The embedded schema: numbered without gaps, and a database comes of it. */
static void test_embedded(void)
{
	unsigned n;
	const struct csm_migration *m = csm_db_migrations(&n);
	struct csm_db *db;
	struct found f;
	int steps;

	T_OK(n > 0);
	for (unsigned i = 0; i < n; i++) {
		T_EQ_INT(m[i].version, i + 1);
		T_OK(strtol(m[i].name, NULL, 10) == (long)i + 1 && m[i].sql[0]);
	}
	T_EQ_INT(csm_db_schema_known(), n);
	T_EQ_INT(csm_db_open(&db, t_path("e.db"), CSM_DB_WRITE | CSM_DB_CREATE, 0, &err), CSM_OK);
	if (csm_db_migrate(db, 1700000000, &steps, &err))
		printf("%s\n", err.msg);
	T_EQ_INT(steps, n);
	T_EQ_INT(check(db, &f), CSM_OK);
	csm_db_close(db);
	T_EQ_INT(csm_db_open(&db, t_path("e.db"), 0, 0, &err), CSM_OK);
	csm_db_close(db);
	t_files("", true);
}

int main(void)
{
	t_start();
	test_versions();
	test_failing_steps();
	test_rebuild();
	test_faster();
	test_backup();
	test_findings();
	test_damage();
	test_tables();
	test_info();
	test_embedded();
	t_end();
	T_DONE();
}
