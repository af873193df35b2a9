/* SPDX-License-Identifier: MIT */
/*
 * t_db_open.c - lib/db: what is opened and what is refused, the settings of a connection, locks,
 * readers without rights.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "t_db_help.h"

#define NOBODY 65534

static struct csm_err err;

static void refuse(const char *path, unsigned flags, int code, const char *word)
{
	struct csm_db *db = NULL;
	int rc = t_open(&db, path, flags, 0, &err);

	T_EQ_INT(rc, code);
	T_OK(!db);
	if (!strstr(err.msg, word))
		printf("%s: '%s' lacks '%s'\n", path, err.msg, word);
	T_OK(strstr(err.msg, word) != NULL);
	csm_db_close(db);
}

static void test_missing(void)
{
	refuse(t_path("none.db"), 0, CSM_E_NOINPUT, "csm init");
	refuse(t_path("none.db"), CSM_DB_WRITE, CSM_E_NOINPUT, "csm init");
	refuse(t_path("none.db"), CSM_DB_CREATE, CSM_E_NOINPUT,
	       "csm init"); /* a reader makes nothing */
	refuse(t_path("none/a.db"), 0, CSM_E_NOINPUT, "csm init");
	refuse(t_path("none/a.db"), CSM_DB_WRITE | CSM_DB_CREATE, CSM_E_NOINPUT, "no such folder");
	refuse("", 0, CSM_E_NOINPUT, "no database is named");
	refuse("postgresql://u:secret@h/d", 0, CSM_E_CONFIG, "PostgreSQL");
	T_OK(!strstr(err.msg, "secret"));
	T_EQ_INT(t_files("none", false), 0);
}

static void test_foreign(void)
{
	char bytes[5000];
	sqlite3 *h;

	t_write_file(t_path("zero.db"), "", 0);
	refuse(t_path("zero.db"), 0, CSM_E_DAMAGED, "empty");
	refuse(t_path("zero.db"), CSM_DB_WRITE | CSM_DB_CREATE, CSM_E_DAMAGED, "empty");
	t_write_file(t_path("one.db"), "x", 1);
	refuse(t_path("one.db"), 0, CSM_E_DAMAGED, "not a csm database");
	memset(bytes, 'x', sizeof(bytes));
	t_write_file(t_path("text.db"), bytes, sizeof(bytes));
	refuse(t_path("text.db"), 0, CSM_E_DAMAGED, "not a csm database");
	refuse(t_path("text.db"), CSM_DB_WRITE | CSM_DB_CREATE | CSM_DB_ANY_SCHEMA, CSM_E_DAMAGED,
	       "not a csm database");
	T_EQ_INT(sqlite3_open(t_path("other.db"), &h), SQLITE_OK);
	T_EQ_INT(sqlite3_exec(h, "CREATE TABLE t (a); PRAGMA application_id=7", NULL, NULL, NULL),
		 SQLITE_OK);
	sqlite3_close(h);
	refuse(t_path("other.db"), CSM_DB_WRITE | CSM_DB_ANY_SCHEMA, CSM_E_DAMAGED,
	       "application id is 00000007");
	t_files("", true);
}

static void test_odd_places(void)
{
	struct csm_db *db;

	csm_db_close(t_new(t_path("a.db")));
	refuse(t_folder, 0, CSM_E_IO, "not a file");
	refuse(t_path(""), 0, CSM_E_IO, "not a file");
	refuse(t_path("a.db/b.db"), 0, CSM_E_NOINPUT, "folder");
	T_OK(mkfifo(t_path("fifo"), 0600) == 0);
	refuse(t_path("fifo"), 0, CSM_E_IO, "not a file");
	T_OK(symlink("a.db", t_path("link.db")) == 0);
	refuse(t_path("link.db"), 0, CSM_E_IO, "symbolic link");
	refuse(t_path("link.db"), CSM_DB_WRITE | CSM_DB_CREATE, CSM_E_IO, "symbolic link");
	T_OK(symlink("gone.db", t_path("dangling.db")) == 0);
	refuse(t_path("dangling.db"), CSM_DB_WRITE | CSM_DB_CREATE, CSM_E_IO, "symbolic link");
	/* A link in the folder's path is an ordinary thing. */
	T_OK(mkdir(t_path("real"), 0700) == 0 && symlink("real", t_path("folder")) == 0);
	db = t_new(t_path("folder/x.db"));
	T_EQ_STR(csm_db_path(db), t_path("real/x.db"));
	csm_db_close(db);
	/* Signs that mean something in an address of SQLite. */
	db = t_new(t_path("real/a%20?b#c&d=e \xc3\xa9'.db"));
	T_EQ_STR(csm_db_path(db), t_path("real/a%20?b#c&d=e \xc3\xa9'.db"));
	csm_db_close(db);
	T_OK(unlink(t_path("real/a%20?b#c&d=e \xc3\xa9'.db")) == 0 && unlink(t_path("real/x.db")) == 0);
	/*
	 * Where everybody may write, anybody may put another file; with the sticky bit (/tmp) not.
	 */
	T_OK(chmod(t_path("real"), 0777) == 0);
	refuse(t_path("real/y.db"), CSM_DB_WRITE | CSM_DB_CREATE, CSM_E_CONFIG, "chmod o-w");
	T_OK(chmod(t_path("real"), 01777) == 0);
	csm_db_close(t_new(t_path("real/y.db")));
	T_OK(unlink(t_path("real/y.db")) == 0);
	T_OK(rmdir(t_path("real")) == 0);
	/* A log without its database would be played into the new one. */
	t_write_file(t_path("lost.db-wal"), "x", 1);
	refuse(t_path("lost.db"), CSM_DB_WRITE | CSM_DB_CREATE, CSM_E_DAMAGED, "lost.db-wal");
	T_EQ_INT(t_files("lost.db", false), 1);
	t_files("", true);
}

static void test_relative(void)
{
	struct csm_db *db;
	char cwd[PATH_MAX];

	T_OK(getcwd(cwd, sizeof(cwd)) && chdir(t_folder) == 0);
	db = t_new("r.db");
	T_EQ_STR(csm_db_path(db), t_path("r.db"));
	csm_db_close(db);
	T_EQ_INT(t_open(&db, "./r.db", 0, 0, &err), CSM_OK);
	csm_db_close(db);
	refuse(":memory:", 0, CSM_E_NOINPUT, "no such database");
	T_OK(chdir(cwd) == 0);
	t_files("", true);
}

static void test_settings(void)
{
	static const struct {
		const char *sql;
		int write, read;
	} facts[] = {
		{ "PRAGMA application_id", 0x63736d31, 0x63736d31 },
		{ "PRAGMA page_size", 8192, 8192 },
		{ "PRAGMA cache_size", -8192, -8192 },
		{ "PRAGMA foreign_keys", 1, 1 },
		{ "PRAGMA synchronous", 2, 2 },
		{ "PRAGMA query_only", 0, 1 },
		{ "PRAGMA trusted_schema", 0, 0 },
		{ "PRAGMA cell_size_check", 1, 1 },
		{ "PRAGMA mmap_size", 0, 0 },
		{ "PRAGMA busy_timeout", 1234, 1234 },
		{ "PRAGMA temp_store", 0, 0 },
	};
	const unsigned modes[] = { CSM_DB_WRITE, 0 };
	static const struct {
		int id, value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, 16 << 20 }, { SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 200 },  { SQLITE_LIMIT_SQL_LENGTH, 1000000 },
		{ SQLITE_LIMIT_VDBE_OP, 100000 },  { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
	};
	static const int off[] = { SQLITE_DBCONFIG_ENABLE_TRIGGER,
				   SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_DQS_DML,
				   SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_TRUSTED_SCHEMA };
	struct csm_db *db = t_new(t_path("a.db"));
	struct stat st;

	csm_db_close(db);
	T_OK(stat(t_path("a.db"), &st) == 0 && (st.st_mode & 0777) == 0600);
	for (unsigned m = 0; m < CSM_COUNT(modes); m++) {
		int on = -1;

		T_EQ_INT(t_open(&db, t_path("a.db"), modes[m], 1234, &err), CSM_OK);
		for (unsigned i = 0; i < CSM_COUNT(facts); i++)
			T_EQ_INT(t_int(db, facts[i].sql), m ? facts[i].read : facts[i].write);
		T_EQ_INT(t_int(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
		for (unsigned i = 0; i < CSM_COUNT(limits); i++)
			T_EQ_INT(sqlite3_limit(db_sqlite(db)->h, limits[i].id, -1), limits[i].value);
		for (unsigned i = 0; i < CSM_COUNT(off); i++)
			T_OK(sqlite3_db_config(db_sqlite(db)->h, off[i], -1, &on) == SQLITE_OK &&
			     on == 0);
		T_OK(sqlite3_db_config(db_sqlite(db)->h, SQLITE_DBCONFIG_DEFENSIVE, -1, &on) ==
			     SQLITE_OK &&
		     on == 1);
		csm_db_close(db);
	}
	T_EQ_INT(t_files("", false), 1);	/* neither log nor shared memory is left */
	t_files("", true);
}

static void test_reader(void)
{
	struct csm_db *db = t_new(t_path("a.db"));
	struct csm_stmt *st;

	csm_db_close(db);
	T_EQ_INT(t_open(&db, t_path("a.db"), 0, 0, &err), CSM_OK);
	T_EQ_INT(csm_db_begin(db, true, &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_prepare(db, "DELETE FROM cases", &st, &err), CSM_E_INTERNAL);
	T_EQ_INT(csm_db_exec(db, "DELETE FROM cases", &err), CSM_E_IO);
	T_EQ_INT(csm_db_begin(db, false, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases"), 0);
	T_EQ_INT(csm_db_commit(db, &err), CSM_OK);
	csm_db_close(db);
	T_EQ_INT(t_files("", false), 1);
	t_files("", true);
}

/* A trigger that somebody planted does not run. */
static void test_trigger(void)
{
	struct csm_db *db = t_new(t_path("a.db"));

	T_EQ_INT(t_exec(db, "CREATE TRIGGER t AFTER INSERT ON sums BEGIN DELETE FROM sums; END;"
			"INSERT INTO sums VALUES ('a', 1)"), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), 1);
	/* The actions of foreign keys still do. */
	T_EQ_INT(
		t_exec(db,
		       "INSERT INTO cases (id, parent) VALUES (1, NULL), (2, 1);"
		       "DELETE FROM cases WHERE id = 1"),
		CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM cases WHERE id = 2 AND parent IS NULL"), 1);
	csm_db_close(db);
	t_files("", true);
}

static void test_locks(void)
{
	struct csm_db *a = t_new(t_path("a.db")), *b, *c;
	bool row;
	struct csm_stmt *st;

	T_EQ_INT(t_open(&b, t_path("a.db"), CSM_DB_WRITE, 50, &err), CSM_OK);
	T_EQ_INT(t_open(&c, t_path("a.db"), 0, 50, &err), CSM_OK);
	T_EQ_INT(csm_db_begin(c, false, &err), CSM_OK);
	T_EQ_INT(t_int(c, "SELECT count(*) FROM sums"), 0);
	T_EQ_INT(csm_db_begin(a, true, &err), CSM_OK);
	T_EQ_INT(t_exec(a, "INSERT INTO sums VALUES ('a', 1)"), CSM_OK);
	T_EQ_INT(csm_db_begin(b, true, &err), CSM_E_BUSY);
	T_OK(!csm_db_in_transaction(b));
	T_EQ_INT(csm_db_prepare(b, "INSERT INTO sums VALUES ('b', 1)", &st, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_E_BUSY);
	csm_stmt_reset(st);
	T_EQ_INT(csm_db_commit(a, &err), CSM_OK);
	T_EQ_INT(t_int(c, "SELECT count(*) FROM sums"), 0);	/* the reader keeps its moment */
	T_EQ_INT(csm_db_commit(c, &err), CSM_OK);
	T_EQ_INT(t_int(c, "SELECT count(*) FROM sums"), 1);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	csm_stmt_finalize(st);
	csm_db_close(b);
	csm_db_close(a);
	T_EQ_INT(t_files("", false), 3);	/* the reader is still there */
	csm_db_close(c);
	T_EQ_INT(t_files("", false), 1);
	t_files("", true);
}

/* A writer that was killed leaves its log; the next one finds what was committed. */
static void test_killed(void)
{
	struct csm_db *db = t_new(t_path("a.db"));
	int status;
	pid_t pid;

	csm_db_close(db);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (t_open(&db, t_path("a.db"), CSM_DB_WRITE, 0, &err) ||
		    csm_db_begin(db, true, &err) ||
		    t_exec(db, "INSERT INTO sums VALUES ('kept', 1)") || csm_db_commit(db, &err) ||
		    csm_db_begin(db, true, &err) ||
		    t_exec(db, "INSERT INTO sums VALUES ('lost', 1)"))
			_exit(1);
		raise(SIGKILL);
	}
	T_OK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	T_EQ_INT(t_files("a.db-wal", false), 1);
	T_EQ_INT(t_open(&db, t_path("a.db"), 0, 0, &err), CSM_OK);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums WHERE name = 'kept'"), 1);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), 1);
	csm_db_close(db);
	T_EQ_INT(t_files("", false), 1);
	t_files("", true);
}

/* A database that could not be made whole is not there at all. */
static void test_half_made(void)
{
	struct rlimit none = { 0, 0 };
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		t_failures = 0;
		fflush(stdout);
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &none);
		refuse(t_path("half.db"), CSM_DB_WRITE | CSM_DB_CREATE, CSM_E_IO, "half.db");
		_exit(t_failures);
	}
	T_OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	T_EQ_INT(t_files("half.db", true), 0);
}

/* As somebody who may only read: runs in a child, as nobody when the test runs as root. */
static int read_only(const char *path, bool changed)
{
	struct csm_db *db;
	struct csm_stmt *st;
	bool row;
	int fd;

	fd = open(path,
		  O_WRONLY); /* before the rights go; this is the owner who writes meanwhile */
	if (geteuid() == 0 && setuid(NOBODY) != 0)
		return 99;
	T_EQ_INT(t_open(&db, path, CSM_DB_WRITE, 0, &err), CSM_E_IO);
	T_EQ_INT(t_open(&db, path, 0, 0, &err), CSM_OK);
	if (!db)
		return 98;
	T_OK(db_sqlite(db)->immutable);
	T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), 1);
	T_EQ_INT(csm_db_begin(db, false, &err), CSM_OK);
	if (changed)
		T_OK(fd >= 0 && ftruncate(fd, 4096 * 100) == 0);
	T_EQ_INT(csm_db_prepare(db, "SELECT 1", &st, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(st, &row, &err), CSM_OK);
	T_EQ_INT(csm_stmt_step(st, &row, &err), changed ? CSM_E_BUSY : CSM_OK);
	T_EQ_INT(csm_db_commit(db, &err), changed ? CSM_E_BUSY : CSM_OK);
	csm_db_close(db);
	return t_failures;
}

static void run_read_only(bool changed)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		t_failures = 0;
		status = read_only(t_path("ro/a?b.db"), changed);
		fflush(stdout);
		_exit(status);
	}
	T_OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	T_EQ_INT(WEXITSTATUS(status), 0);
}

static void test_immutable(void)
{
	struct csm_db *db;

	T_OK(mkdir(t_path("ro"), 0755) == 0 && chmod(t_folder, 0755) == 0);
	db = t_new(t_path("ro/a?b.db"));
	T_EQ_INT(t_exec(db, "INSERT INTO sums VALUES ('a', 1)"), CSM_OK);
	csm_db_close(db);
	T_OK(chmod(t_path("ro/a?b.db"), 0644) == 0);
	if (geteuid() != 0)
		T_OK(chmod(t_path("ro"), 0555) == 0);
	run_read_only(false);
	run_read_only(true);
	T_OK(chmod(t_path("ro"), 0755) == 0);
	T_OK(unlink(t_path("ro/a?b.db")) == 0);
}

/* The log of a killed writer, its shared memory gone, and no right to make a new one. */
static void test_log_beside(void)
{
	struct csm_db *db = t_new(t_path("ro/b.db"));
	int status = -1;
	pid_t pid;

	csm_db_close(db);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (t_open(&db, t_path("ro/b.db"), CSM_DB_WRITE, 0, &err) ||
		    t_exec(db, "INSERT INTO sums VALUES ('a', 1)"))
			_exit(1);
		raise(SIGKILL);
	}
	T_OK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	T_OK(unlink(t_path("ro/b.db-shm")) == 0);
	T_OK(chmod(t_path("ro/b.db"), 0644) == 0 && chmod(t_path("ro/b.db-wal"), 0644) == 0);
	if (geteuid() != 0)
		T_OK(chmod(t_path("ro"), 0555) == 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		t_failures = 0;
		if (geteuid() == 0 && setuid(NOBODY) != 0)
			_exit(99);
		refuse(t_path("ro/b.db"), 0, CSM_E_IO, "a log stands beside the database");
		fflush(stdout);
		_exit(t_failures);
	}
	T_OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	T_OK(chmod(t_path("ro"), 0755) == 0);
	T_OK(unlink(t_path("ro/b.db")) == 0 && unlink(t_path("ro/b.db-wal")) == 0 &&
	     rmdir(t_path("ro")) == 0);
}

static void leap(void *arg)
{
	longjmp(*(jmp_buf *)arg, 1);
}

/* csm_db_open_like(): memory that fails reaches the handler of the arena given. */
static void test_like(void)
{
	struct csm_db *db = t_new(t_path("a.db"));
	jmp_buf back;
	struct csm_arena *a = csm_arena_new(leap, &back);

	csm_db_close(db);
	T_EQ_INT(db_open_rows(&db, a, t_path("a.db"), 0, 0, t_steps, 2, &err), CSM_OK);
	if (setjmp(back) == 0) {
		csm_calloc(db->arena, SIZE_MAX, 2);
		T_OK(!"memory that cannot be was given");
	}
	csm_db_close(db);
	csm_arena_free(a);
	t_files("", true);
	T_EQ_INT(csm_db_open(&db, t_path("x.db"), 0, 0, &err), CSM_E_NOINPUT);
	T_EQ_INT(csm_db_open_like(&db, NULL, t_path("x.db"), 0, 0, NULL), CSM_E_NOINPUT);
}

/* Must come first: it has an effect only before SQLite is used. */
static void test_single_thread(void)
{
	struct csm_db *db;
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		t_failures = 0;
		csm_db_single_thread();
		db = t_new(t_path("s.db"));
		T_EQ_INT(sqlite3_memory_used(), 0);	/* not counted */
		T_EQ_INT(t_int(db, "SELECT count(*) FROM csm_meta"), 2);
		csm_db_single_thread();			/* too late: harmless */
		T_EQ_INT(t_int(db, "SELECT count(*) FROM csm_meta"), 2);
		csm_db_close(db);
		fflush(stdout);
		_exit(t_failures);
	}
	T_OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	t_files("", true);
}

int main(void)
{
	t_start();
	test_single_thread();
	test_missing();
	test_foreign();
	test_odd_places();
	test_relative();
	test_settings();
	test_reader();
	test_trigger();
	test_locks();
	test_killed();
	test_half_made();
	test_immutable();
	test_log_beside();
	test_like();
	t_end();
	T_DONE();
}
