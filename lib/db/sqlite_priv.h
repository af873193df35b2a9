/* SPDX-License-Identifier: MIT */
/*
 * sqlite_priv.h - what the files of the SQLite engine share. sqlite3.h is included here and nowhere
 * else.
 */
#ifndef CSM_SQLITE_PRIV_H
#define CSM_SQLITE_PRIV_H

#include <sys/stat.h>

#include <sqlite3.h>

#include "db/db_priv.h"

#define SQLITE_APPLICATION_ID 0x63736d31	/* "csm1" */

/*
 * Limits of a connection. csm's statements are its own, so these bound what a hostile file (its
 * schema is SQL text) or a hostile value can ask for. SQL_LENGTH lets the longest migration pass,
 * VDBE_OP the integrity check of 100 tables, LIKE the longest pattern of a filter; a backup raises
 * ATTACHED to 1 while it runs.
 */
#define LIMIT_LENGTH (16 << 20)
#define LIMIT_SQL_LENGTH 1000000
#define LIMIT_EXPR_DEPTH 200
#define LIMIT_VDBE_OP 100000
#define LIMIT_LIKE_PATTERN 1000

#define DB_PAGE_SIZE "8192"
#define DB_CACHE "PRAGMA cache_size=-8192"	/* 8 MiB */

struct sqlite_impl {
	sqlite3 *h;
	bool immutable;			/* opened without locks */
	struct stat opened;		/* the file when it was opened so */
	uint64_t reads, inserts;	/* of the statement being prepared: see struct csm_stmt */
	int64_t vm_steps, fullscan_steps;	/* of finalized statements */
};

static inline struct sqlite_impl *db_sqlite(const struct csm_db *db)
{
	return db->impl;
}

int db_sqlite_open(struct csm_db *db, struct csm_err *err);
/* The authorizer of a connection that writes; arg: its struct sqlite_impl. */
int db_sqlite_note_table(void *arg, int action, const char *table, const char *column, const char *schema,
			 const char *inner);

/* The code of a result of SQLite (extended codes on). */
enum csm_code db_sqlite_code(int rc);
/*
 * Fill err from a result and the message of the connection; sql (may be NULL) is quoted where it
 * helps. Returns the code.
 */
int db_sqlite_fail(const struct csm_db *db, int rc, const char *sql, struct csm_err *err);

/* First column of the first row of a statement; *out 0 when there is no row. */
int db_sqlite_int(const struct csm_db *db, const char *sql, int64_t *out, struct csm_err *err);
/* The same as text, at most size - 1 bytes. */
int db_sqlite_text(const struct csm_db *db, const char *sql, char *buf, size_t size,
		   struct csm_err *err);
int db_sqlite_exec(struct csm_db *db, const char *sql, struct csm_err *err);
/* Whether an immutable file has been changed since it was opened: CSM_OK or CSM_E_BUSY. */
int db_sqlite_check_still(const struct csm_db *db, struct csm_err *err);

int db_sqlite_backup(struct csm_db *db, const char *path, const char *name, struct csm_err *err);
int db_sqlite_integrity(struct csm_db *db, bool full, const struct csm_diag *diag, struct csm_err *err);
int db_sqlite_references(struct csm_db *db, const struct csm_diag *diag, struct csm_err *err);
int db_sqlite_info(struct csm_db *db, struct csm_arena *a, struct csm_db_info *out, struct csm_err *err);
int db_sqlite_table(struct csm_db *db, const char *name, struct csm_arena *a, struct csm_db_table **out,
		    struct csm_err *err);
int db_sqlite_made(struct csm_db *db, const char *table, struct csm_arena *a, struct csm_db_made **out,
		   unsigned *n, struct csm_err *err);
int db_sqlite_tables(struct csm_db *db, struct csm_arena *a, const char ***names, unsigned *n,
		     struct csm_err *err);

/*
 * Folder of path without links, '/' and the last part into full (size PATH_MAX); *base points at
 * the last part. 0 or errno.
 */
int db_resolve(const char *path, char *full, size_t size, const char **base);

#endif
