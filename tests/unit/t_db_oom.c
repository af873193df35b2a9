/* SPDX-License-Identifier: MIT */
/*
 * t_db_oom.c - lib/db when SQLite gets no memory: each request for it fails in turn, once or from
 * then on. A call then succeeds or says CSM_E_SYSTEM; never that the database is damaged.
 */
#include "t_db_help.h"

static struct csm_err err;
static sqlite3_mem_methods real;
static long countdown;		/* requests until the failing one; 0: none fails */
static bool sticky, hit;

static bool fails(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	countdown = sticky ? 1 : 0;
	hit = true;
	return true;
}

static void *give(int n)
{
	return fails() ? NULL : real.xMalloc(n);
}

static void *give_again(void *p, int n)
{
	return fails() ? NULL : real.xRealloc(p, n);
}

static int use(struct csm_db *db, unsigned kind, struct csm_arena *a)
{
	struct csm_db_table *t;
	struct csm_db_info info;
	const char **names;
	unsigned n;
	int rc;

	switch (kind) {
	case 0:
		rc = csm_db_begin(db, true, &err);
		if (!rc)
			rc = csm_db_exec(db, "INSERT INTO sums VALUES ('new', 1)", &err);
		return rc ? rc : csm_db_commit(db, &err);
	case 1:
		return csm_db_integrity(db, true, NULL, &err);
	case 2:
		return csm_db_backup(db, t_path("copy.db"), NULL, &err);
	case 3:
		rc = csm_db_table(db, "cases", a, &t, &err);
		T_OK(rc || (t && t->ncolumns == 5 && t->nfkeys == 2 && t->nindexes == 2));
		return rc;
	case 4:
		rc = csm_db_tables(db, a, &names, &n, &err);
		T_OK(rc || n == 3);
		return rc;
	default:
		return csm_db_info(db, a, &info, &err);
	}
}

/* One run on a copy; true when a request failed in it. */
static bool run(const char *bytes, size_t size, unsigned kind, long k)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	struct csm_db *db;
	int rc;

	t_write_file(t_path("x.db"), bytes, size);
	hit = false;
	countdown = k;
	rc = t_open(&db, t_path("x.db"), kind ? 0 : CSM_DB_WRITE, 0, &err);
	if (!rc)
		rc = use(db, kind, a);
	countdown = 0;
	if (rc != CSM_OK && (rc != CSM_E_SYSTEM || !hit))
		printf("kind %u, request %ld: %d %s\n", kind, k, rc, err.msg);
	T_OK(rc == CSM_OK || (rc == CSM_E_SYSTEM && hit));
	csm_db_close(db);
	T_EQ_INT(t_files("copy.db", true), rc == CSM_OK && kind == 2);
	T_EQ_INT(t_open(&db, t_path("x.db"), 0, 0, &err), CSM_OK);
	if (db) {
		T_EQ_INT(t_int(db, "SELECT count(*) FROM sums"), rc == CSM_OK && kind == 0);
		csm_db_close(db);
	}
	t_files("x.db", true);
	csm_arena_free(a);
	return hit;
}

int main(void)
{
	static char bytes[1 << 18];
	sqlite3_mem_methods own;
	struct csm_db *db;
	ssize_t size;
	int fd;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
	own = real;
	own.xMalloc = give;
	own.xRealloc = give_again;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &own);
	t_start();
	db = t_new(t_path("a.db"));
	csm_db_close(db);
	fd = open(t_path("a.db"), O_RDONLY);
	size = read(fd, bytes, sizeof(bytes));
	close(fd);
	T_OK(size > 8192 && size < (ssize_t)sizeof(bytes));
	for (unsigned kind = 0; kind < 6; kind++) {
		for (int s = 0; s < 2; s++) {
			long k = 1, step = t_step(7);

			sticky = s;
			/* Every request of the operation; of those of the open some again. */
			while (run(bytes, (size_t)size, kind, k))
				k += step * (kind && k < 400 ? 13 : sticky ? 3 : 1);
			T_OK(k > 100);
		}
	}
	t_end();
	T_DONE();
}
