/* SPDX-License-Identifier: MIT */
/*
 * csm/db.h - nine calls over a database engine: open close exec prepare bind step column reset finalize, with
 * transactions and savepoints on top. Nothing above lib/db knows which engine it talks to.
 *
 * Statements use $1..$n; values are only ever bound. Where the engines differ the SQL text has tokens, replaced when it is prepared:
 *   @INT@     64-bit integer column        SQLite INTEGER, PostgreSQL BIGINT
 *   @ID@      INTEGER PRIMARY KEY          / BIGINT PRIMARY KEY
 *   @STRICT@  table option                 SQLite STRICT   / nothing
 * The engine is strict: after a failed statement inside a transaction every call fails with CSM_E_CONFLICT until rollback (or
 * rollback to a savepoint), as PostgreSQL does.
 */
#ifndef CSM_DB_H
#define CSM_DB_H

#include <csm/arena.h>
#include <csm/err.h>
#include <csm/value.h>

struct csm_db;
struct csm_stmt;

#define CSM_DB_WRITE	(1u << 0)	/* else read only: never migrates, never creates */
#define CSM_DB_CREATE	(1u << 1)	/* create the file if missing (with WRITE) */
#define CSM_DB_ANY_SCHEMA (1u << 2)	/* do not check the schema version (db check, db info, migrate) */
#define CSM_DB_BULK	(1u << 3)	/* settings for a big load */

/*
 * Open the database at path. One function sets every connection option (WAL, synchronous FULL, foreign keys, busy wait, defensive,
 * limits) and checks application id and schema version: CSM_E_NOINPUT no such file (the message gives the `csm init` hint),
 * CSM_E_DAMAGED not csm's or damaged, CSM_E_CONFIG newer schema, CSM_E_BUSY. A reader that may not write the folder opens a file
 * without a WAL beside it as immutable. wait_ms: how long to wait for locks (default use 30000).
 */
int csm_db_open(struct csm_db **out, const char *path, unsigned flags, int wait_ms, struct csm_err *err);
void csm_db_close(struct csm_db *db);			/* NULL is fine; rolls back what is open */
void csm_db_closep(struct csm_db **db);
const char *csm_db_path(const struct csm_db *db);

/* Run SQL text without parameters and rows; several statements with ';' are fine. */
int csm_db_exec(struct csm_db *db, const char *sql, struct csm_err *err);

int csm_db_prepare(struct csm_db *db, const char *sql, struct csm_stmt **out, struct csm_err *err);
/* Bind parameter $n (1-based). The text must stay valid until the next reset or finalize. Money binds its minor units. */
int csm_stmt_bind(struct csm_stmt *s, int n, struct csm_value v, struct csm_err *err);
/* One step: *row tells whether there is a row. */
int csm_stmt_step(struct csm_stmt *s, bool *row, struct csm_err *err);
/* Column i (0-based) of the row: CSM_NULL, CSM_INT or CSM_TEXT (text valid until the next step; copy it). */
struct csm_value csm_stmt_column(struct csm_stmt *s, int i);
int csm_stmt_columns(struct csm_stmt *s);
void csm_stmt_reset(struct csm_stmt *s);		/* also clears the bindings */
void csm_stmt_finalize(struct csm_stmt *s);		/* NULL is fine */
void csm_stmt_finalizep(struct csm_stmt **s);
/* Bind all, step once, reset: for statements that return no row. *changed (may be NULL): rows changed. */
int csm_stmt_run(struct csm_stmt *s, const struct csm_value *v, int n, int64_t *changed, struct csm_err *err);

/* A kept statement: prepared once per connection, found again by the address of its SQL text; reset before it is returned. */
int csm_db_kept(struct csm_db *db, const char *sql, struct csm_stmt **out, struct csm_err *err);

/* Transactions. begin(write) is immediate. Only one at a time. */
int csm_db_begin(struct csm_db *db, bool write, struct csm_err *err);
int csm_db_commit(struct csm_db *db, struct csm_err *err);
void csm_db_rollback(struct csm_db *db);
bool csm_db_in_transaction(const struct csm_db *db);
int csm_db_savepoint(struct csm_db *db, const char *name, struct csm_err *err);
int csm_db_release(struct csm_db *db, const char *name, struct csm_err *err);
int csm_db_rollback_to(struct csm_db *db, const char *name, struct csm_err *err);

/* Migrations: rows of schema/NNNN-name.sql, embedded at build time. */
struct csm_migration {
	int version;			/* NNNN */
	const char *name;		/* "0001-spine" */
	const char *sql;
};
const struct csm_migration *csm_db_migrations(unsigned *n);
int csm_db_schema_known(void);		/* highest version this library knows */
/* The database's version; 0 for an empty file. */
int csm_db_schema_version(struct csm_db *db, int *version, struct csm_err *err);
/*
 * Bring the database to the newest schema: one transaction a step, version, time and SHA-256 of each step kept in csm_meta. *steps
 * counts what was done. now: the clock.
 */
int csm_db_migrate(struct csm_db *db, int64_t now, int *steps, struct csm_err *err);

/* A consistent copy of the database into a new file, which must not exist; leaves no WAL behind. Synced before it returns. */
int csm_db_backup(struct csm_db *db, const char *path, struct csm_err *err);

/* Integrity of the file and its foreign keys; findings go to diag. CSM_OK, CSM_NO with findings, CSM_E_DAMAGED. */
int csm_db_integrity(struct csm_db *db, bool full, const struct csm_diag *diag, struct csm_err *err);

/* What the engine says of a table, to hold it against the dictionary. */
struct csm_db_column {
	const char *name, *type;	/* declared type in upper case */
	bool not_null;
};
struct csm_db_fkey {
	const char *column, *table, *on_delete;	/* "RESTRICT", "SET NULL", "CASCADE", "NO ACTION" */
};
struct csm_db_index {
	const char *columns;		/* "account,state" */
	bool unique;
};
struct csm_db_table {
	const char *name;
	struct csm_db_column *columns;
	unsigned ncolumns;
	struct csm_db_fkey *fkeys;
	unsigned nfkeys;
	struct csm_db_index *indexes;
	unsigned nindexes;
};
/* Describe one table; *out NULL when there is none. In the arena. */
int csm_db_table(struct csm_db *db, const char *name, struct csm_arena *a, struct csm_db_table **out, struct csm_err *err);
/* Names of all tables but the engine's own, sorted. */
int csm_db_tables(struct csm_db *db, struct csm_arena *a, const char ***names, unsigned *n, struct csm_err *err);

/* Facts for `csm db info`. */
struct csm_db_info {
	int64_t page_size, pages, free_pages, file_bytes;
	const char *engine;		/* "SQLite 3.40.1" */
	const char *journal;		/* "wal" */
	int schema_version;
};
int csm_db_info(struct csm_db *db, struct csm_arena *a, struct csm_db_info *out, struct csm_err *err);

/* Counters of a connection for tests and benches: virtual machine steps and full-scan steps of all statements so far. */
void csm_db_counters(struct csm_db *db, int64_t *vm_steps, int64_t *fullscan_steps);

/* SHA-256 in hex of n bytes; buf of 65 bytes. */
char *csm_sha256_hex(const void *p, size_t n, char *buf);

#endif
