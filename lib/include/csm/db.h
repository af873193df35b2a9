/* SPDX-License-Identifier: MIT */
/*
 * csm/db.h - nine calls over a database engine: open close exec prepare bind step column reset
 * finalize, with transactions and savepoints on top. Nothing above lib/db knows which engine it
 * talks to.
 *
 * Statements use $1..$n; values are only ever bound. Where the engines differ the SQL text has
 * tokens, replaced when it is prepared:
 *   @INT@     64-bit integer column        SQLite INTEGER, PostgreSQL BIGINT
 *   @ID@      INTEGER PRIMARY KEY          / BIGINT PRIMARY KEY
 *   @STRICT@  table option                 SQLite STRICT   / nothing
 * The engine is strict: after a failed statement inside a transaction every call fails with
 * CSM_E_CONFLICT until rollback (or rollback to a savepoint), as PostgreSQL does.
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
#define CSM_DB_ANY_SCHEMA (1u << 2)	/* do not check the schema version (db check, info, migrate) */

/*
 * Open the database at path. One function sets every connection option (WAL, synchronous FULL,
 * foreign keys, busy wait, defensive, no triggers, no extensions, limits) and checks application id
 * and schema version. wait_ms: how long to wait for locks (default use 30000). A reader that may
 * not write file and folder opens a file without a log beside it as immutable; when the file is
 * changed meanwhile, the statement that ends after it fails with CSM_E_BUSY. A new file (mode 0600,
 * made durable) has version 0: migrate it.
 *   CSM_E_NOINPUT  no such file or folder (the message gives the `csm init` hint)
 *   CSM_E_DAMAGED  empty, damaged, or not csm's
 *   CSM_E_CONFIG   newer schema; older schema (for reading too: the message says `csm db migrate`);
 *                  a folder that everybody may write
 *   CSM_E_IO       a symbolic link (in the folder's path they are fine), no file, not permitted
 *   CSM_E_BUSY     locked by another
 * Memory is the handle's own; when it fails, csm_db_open_like() calls the handler of the arena
 * given, csm_db_open() ends the process as csm_arena_new() says. A handle is for one thread at a
 * time; several handles may be open.
 */
int csm_db_open(struct csm_db **out, const char *path, unsigned flags, int wait_ms, struct csm_err *err);
int csm_db_open_like(struct csm_db **out, struct csm_arena *like, const char *path, unsigned flags,
		     int wait_ms, struct csm_err *err);
/*
 * For a program with one thread that owns its process, as the csm command: SQLite then takes no locks
 * between threads and keeps no statistics of memory (13 % fewer instructions for a short command).
 * It holds for the whole process, so a program that embeds libcsm leaves it alone. Once, before the
 * first use of any database; without effect when SQLite is already in use.
 */
void csm_db_single_thread(void);
void csm_db_close(struct csm_db *db);			/* NULL is fine; rolls back what is open */
void csm_db_closep(struct csm_db **db);
const char *csm_db_path(const struct csm_db *db);

/* Run SQL text without parameters and rows; several statements with ';' are fine. */
int csm_db_exec(struct csm_db *db, const char *sql, struct csm_err *err);

/*
 * Exactly one statement; its parameters are $1..$n, none left out. A parameter never bound is null.
 */
int csm_db_prepare(struct csm_db *db, const char *sql, struct csm_stmt **out, struct csm_err *err);
/*
 * Bind parameter $n (1-based). The text must stay valid until the next reset or finalize. Money
 * binds its minor units.
 */
int csm_stmt_bind(struct csm_stmt *s, int n, struct csm_value v, struct csm_err *err);
/*
 * One step: *row tells whether there is a row. After the end or a failure the statement must be
 * reset before it steps again.
 */
int csm_stmt_step(struct csm_stmt *s, bool *row, struct csm_err *err);
/*
 * Column i (0-based) of the row: CSM_NULL, CSM_INT or CSM_TEXT (text valid until the next step;
 * copy it). '' is CSM_NULL.
 */
struct csm_value csm_stmt_column(struct csm_stmt *s, int i);
int csm_stmt_columns(struct csm_stmt *s);
/* All columns of the row at once, at most max, each as csm_stmt_column() gives it; without a row, nulls. Returns how many. */
int csm_stmt_row(struct csm_stmt *s, struct csm_value *out, int max);
void csm_stmt_reset(struct csm_stmt *s);		/* also clears the bindings */
void csm_stmt_finalize(struct csm_stmt *s);		/* NULL is fine */
void csm_stmt_finalizep(struct csm_stmt **s);
/*
 * Bind all n parameters, step once, reset: for statements that return no row. *changed (may be
 * NULL): rows changed.
 */
int csm_stmt_run(struct csm_stmt *s, const struct csm_value *v, int n, int64_t *changed,
		 struct csm_err *err);

/*
 * A kept statement: prepared once per connection, found again by the address of its SQL text; reset
 * before it is returned (so not for a text that an outer loop still steps). Owned by the
 * connection: finalizing it only resets it.
 */
int csm_db_kept(struct csm_db *db, const char *sql, struct csm_stmt **out, struct csm_err *err);
/*
 * The first row of a kept statement with all n parameters bound. *row tells whether there is one;
 * then its columns are in *out, which the caller resets when they are read. Without a row, or after
 * a failure, nothing is left to reset.
 */
int csm_db_first(struct csm_db *db, const char *sql, const struct csm_value *v, int n,
		 struct csm_stmt **out, bool *row, struct csm_err *err);

/*
 * Insert a row by a text "INSERT INTO table (columns) VALUES ($1, ..., $n)", kept as by csm_db_kept(). After csm_db_gather() and
 * until the transaction ends such rows may be kept back, their texts copied, and many inserted at once: before a statement that
 * reads the table or writes anything, a savepoint, the commit. So the caller looks first whether a row can be inserted: one that is refused then, at
 * whatever is done by that time, is CSM_E_DAMAGED.
 */
int csm_db_insert(struct csm_db *db, const char *sql, const struct csm_value *v, int n, struct csm_err *err);
/*
 * Whether a row that waits, given to csm_db_insert() with this very text, has these n values as the parameters. Where none has, a look-up
 * by them need not wait for the rows: csm_stmt_overlook() says so of the next run of a statement that is not begun, until its reset.
 */
bool csm_db_waits(const struct csm_db *db, const char *sql, const int *params, const struct csm_value *v, unsigned n);
void csm_stmt_overlook(struct csm_stmt *s);
/*
 * Inside a writing transaction. In a long load the rows are inserted by a thread of the handle's own, where the machine has more than one processor: it
 * begins after a thousand of them, ends with the handle, and has the engine only while the caller is not inside a call. A statement then
 * waits for the insertion that runs; csm_db_writer() tells that there is such a thread, so that a caller can ask many things at once.
 */
bool csm_db_writer(const struct csm_db *db);
int csm_db_gather(struct csm_db *db, struct csm_err *err);

/*
 * Transactions. begin(write) is immediate: it waits for the lock, and what follows does not. Only
 * one at a time. A reading transaction refuses writing statements. A commit that fails has rolled
 * back; after CSM_E_IO the message says that the outcome is unknown. Savepoints need a transaction;
 * their names are plain lower-case words.
 */
int csm_db_begin(struct csm_db *db, bool write, struct csm_err *err);
int csm_db_commit(struct csm_db *db, struct csm_err *err);
void csm_db_rollback(struct csm_db *db);
bool csm_db_in_transaction(const struct csm_db *db);
/*
 * At the beginning of a writing transaction: check every reference at its commit only, also those
 * that the schema restricts, for rows that come and go in an order of their own.
 */
int csm_db_defer(struct csm_db *db, struct csm_err *err);
/* Whether a reference leads nowhere now, so that the commit would fail; after csm_db_defer(). */
int csm_db_dangling(struct csm_db *db, bool *out, struct csm_err *err);
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
 * Bring the database to the newest schema: one transaction a step, version, time and SHA-256 of
 * each step kept in csm_meta (which this makes; schema/ does not). Foreign keys are off inside a
 * step and checked at its end, so a step may rebuild a table. *steps (may be NULL) counts what was
 * done: when a later step fails, the earlier ones stand. now: the clock. Back the file up first if
 * it holds data.
 */
int csm_db_migrate(struct csm_db *db, int64_t now, int *steps, struct csm_err *err);

/*
 * A consistent copy of the database into a new file (mode 0600) without a log; synced before it
 * returns. CSM_E_CONFLICT when path exists. Not inside a transaction.
 * made: the name it has until it is whole, which is in the folder of path and nobody's; NULL: one that is free.
 */
int csm_db_backup(struct csm_db *db, const char *path, const char *made, struct csm_err *err);

/*
 * Give a database file that was made under another name in the same folder its own: it appears whole or not at all. The file is closed by then. A
 * name that is taken stays with what has it (CSM_E_CONFLICT); beside it no log of another database may stand (CSM_E_DAMAGED). On a failure the file
 * made is removed; CSM_E_IO when it was not written out, or its name could not be made durable (then it has it).
 */
int csm_db_place(const char *made, const char *path, struct csm_err *err);
/* Remove a database file, and what stands beside it. */
void csm_db_remove(const char *path);

/*
 * Integrity of the file (full: indexes against their tables too), its foreign keys, its migrations
 * against this library's. Findings go to diag. CSM_OK; CSM_NO: a reference leads nowhere or a step
 * differs; CSM_E_DAMAGED: the file itself is damaged.
 */
int csm_db_integrity(struct csm_db *db, bool full, const struct csm_diag *diag, struct csm_err *err);

/* What the engine says of a table, to hold it against the dictionary. */
struct csm_db_column {
	const char *name, *type;	/* declared type in upper case */
	bool not_null;			/* also true of a primary key */
};
struct csm_db_fkey {
	const char *column, *table, *on_delete;	/* "RESTRICT", "SET NULL", "CASCADE", "NO ACTION" */
};
struct csm_db_index {
	const char *columns;		/* "account,state"; an expression is "(expression)" */
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
int csm_db_table(struct csm_db *db, const char *name, struct csm_arena *a,
		 struct csm_db_table **out, struct csm_err *err);
/* Names of all tables but the engine's own and csm_meta, sorted. */
int csm_db_tables(struct csm_db *db, struct csm_arena *a, const char ***names, unsigned *n,
		  struct csm_err *err);

/*
 * An index that can be taken away and made again. column: the first it is on; whole: each row that has a value there is in it
 * (it has no condition, or this one).
 */
struct csm_db_made {
	const char *name, *sql, *column;
	bool unique, whole;
};
/* The indexes of a table that a statement made, in the order they were made. In the arena. */
int csm_db_made(struct csm_db *db, const char *table, struct csm_arena *a, struct csm_db_made **out, unsigned *n,
		struct csm_err *err);
/* Take an index away, and make it again as it was. Only while no statement of the connection stands on a row. */
int csm_db_drop_index(struct csm_db *db, const struct csm_db_made *x, struct csm_err *err);
int csm_db_make_index(struct csm_db *db, const struct csm_db_made *x, struct csm_err *err);

/*
 * While it is on the engine lets references be: for a load, or an undo, whose references the caller looks at himself before
 * its end. Inside a writing transaction, while no statement stands on a row; to be switched off before its end.
 */
int csm_db_unchecked(struct csm_db *db, bool on, struct csm_err *err);
/* While it is on pages that become free are not overwritten: for a deletion of what is kept elsewhere in the file. To be switched off after it. */
int csm_db_unwiped(struct csm_db *db, bool on, struct csm_err *err);

/* Facts for `csm db info`. */
struct csm_db_info {
	int64_t page_size, pages, free_pages, file_bytes;
	const char *engine;		/* "SQLite 3.40.1" */
	const char *journal;		/* "wal" */
	int schema_version;
};
int csm_db_info(struct csm_db *db, struct csm_arena *a, struct csm_db_info *out, struct csm_err *err);

/*
 * Counters of a connection for tests and benches: virtual machine steps and full-scan steps of all
 * statements so far.
 */
void csm_db_counters(struct csm_db *db, int64_t *vm_steps, int64_t *fullscan_steps);

/* SHA-256 in hex of n bytes; buf of 65 bytes. Returns buf. */
char *csm_sha256_hex(const void *p, size_t n, char *buf);

/* The same piece by piece. */
struct csm_sha256 {
	uint64_t state[16];		/* the hash's own */
};
void csm_sha256_init(struct csm_sha256 *h);
void csm_sha256_add(struct csm_sha256 *h, const void *p, size_t n);
char *csm_sha256_end(struct csm_sha256 *h, char *buf);	/* 65 bytes */

/* BLAKE2b with 32 bytes (RFC 7693), piece by piece: a quarter of the work of SHA-256. */
struct csm_blake2b {
	uint64_t state[56];		/* the hash's own */
};
void csm_blake2b_init(struct csm_blake2b *h);
void csm_blake2b_add(struct csm_blake2b *h, const void *p, size_t n);
char *csm_blake2b_end(struct csm_blake2b *h, char *buf);	/* 65 bytes */

#endif
