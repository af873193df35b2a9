/* SPDX-License-Identifier: MIT */
/*
 * t_db_help.h - a folder for the tests of lib/db, a schema of two steps, and short forms of its
 * calls.
 */
#ifndef CSM_T_DB_HELP_H
#define CSM_T_DB_HELP_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/db_priv.h"
#include "db/sqlite_priv.h"
#include "t.h"

static const struct csm_migration t_steps[] = {
	{ 1, "0001-accounts",
	  "CREATE TABLE accounts (id @ID@, name TEXT NOT NULL UNIQUE, size @INT@ CHECK (size > 0)) @STRICT@;"
	  "CREATE TABLE cases (id @ID@, account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT,"
	  " parent @INT@ REFERENCES cases (id) ON DELETE SET NULL, state TEXT, subject TEXT) @STRICT@;"
	  "CREATE INDEX cases_account ON cases (account, state);"
	  "CREATE INDEX cases_parent ON cases (parent) WHERE parent IS NOT NULL;" },
	{ 2, "0002-sum",
	  "CREATE TABLE sums (name TEXT PRIMARY KEY, total @INT@ NOT NULL) @STRICT@;" },
};

static char t_folder[PATH_MAX];

/* Path of a file in the folder of the test; a ring of buffers. */
static const char *t_path(const char *name)
{
	static char paths[8][PATH_MAX + 512];
	static unsigned next;
	char *p = paths[next++ % 8];

	snprintf(p, sizeof(paths[0]), "%s/%s", t_folder, name);
	return p;
}

static void t_start(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(t_folder, sizeof(t_folder), "%s/csm-t-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(t_folder))
		perror(t_folder);
	umask(022);
}

/* Count the files of the folder whose names begin with prefix; remove: take them away. */
static CSM_UNUSED int t_files(const char *prefix, bool remove)
{
	DIR *d = opendir(t_folder);
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || strncmp(e->d_name, prefix, strlen(prefix)) != 0)
			continue;
		n++;
		if (remove)
			unlink(t_path(e->d_name));
	}
	if (d)
		closedir(d);
	return n;
}

static void t_end(void)
{
	t_files("", true);
	rmdir(t_folder);
}

static CSM_UNUSED int t_open(struct csm_db **db, const char *path, unsigned flags, int wait,
			     struct csm_err *err)
{
	csm_err_clear(err);
	return db_open_rows(db, NULL, path, flags, wait, t_steps, CSM_COUNT(t_steps), err);
}

/* A new database with the schema of the tests. */
static CSM_UNUSED struct csm_db *t_new(const char *path)
{
	struct csm_err err;
	struct csm_db *db;
	int steps;

	T_EQ_INT(t_open(&db, path, CSM_DB_WRITE | CSM_DB_CREATE, 0, &err), CSM_OK);
	T_EQ_INT(csm_db_migrate(db, 1000, &steps, &err), CSM_OK);
	T_EQ_INT(steps, 2);
	return db;
}

static CSM_UNUSED int t_exec(struct csm_db *db, const char *sql)
{
	struct csm_err err;

	csm_err_clear(&err);
	return csm_db_exec(db, sql, &err);
}

/* First column of the first row as a number; -1 when the statement fails or gives none. */
static CSM_UNUSED int64_t t_int(struct csm_db *db, const char *sql)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_err err;
	bool row = false;

	csm_err_clear(&err);
	if (csm_db_prepare(db, sql, &st, &err) || csm_stmt_step(st, &row, &err) || !row)
		return -1;
	return csm_stmt_column(st, 0).i;
}

#define T_ADD_ACCOUNT "INSERT INTO accounts (id, name, size) VALUES ($1, $2, $3)"
#define T_ADD_CASE "INSERT INTO cases (id, account, parent, state, subject) VALUES ($1, $2, $3, $4, $5)"

/* Rows as a load gives them. The text of the name is the caller's, and is gone after the call. */
static CSM_UNUSED int t_add(struct csm_db *db, int64_t id, int64_t size, struct csm_err *err)
{
	char name[32];
	struct csm_value v[3] = { csm_int(id), { CSM_TEXT, 0, name }, csm_int(size) };
	int rc;

	snprintf(name, sizeof(name), "account %d", (int)id);
	rc = csm_db_insert(db, T_ADD_ACCOUNT, v, 3, err);
	memset(name, 'x', sizeof(name) - 1);
	return rc;
}

static CSM_UNUSED int t_add_case(struct csm_db *db, int64_t id, int64_t account, struct csm_err *err)
{
	const struct csm_value v[5] = { csm_int(id), csm_int(account), csm_null(), csm_text("new"), csm_null() };

	return csm_db_insert(db, T_ADD_CASE, v, 5, err);
}

static CSM_UNUSED void t_write_file(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	T_OK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	close(fd);
}

#endif
