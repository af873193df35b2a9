/* SPDX-License-Identifier: MIT */
/*
 * db_priv.h - what the files of lib/db share: the handles, and what an engine must do.
 *
 * The generic half (db.c, stmt.c, txn.c, migrate.c) holds every promise of csm/db.h that must be
 * the same on all engines: tokens, the poisoned transaction, kept statements, the order of steps.
 * An engine is one table of functions; it knows its handles, its error codes and its catalogue, and
 * nothing of csm's rules. A second engine is a second table.
 */
#ifndef CSM_DB_PRIV_H
#define CSM_DB_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <csm/db.h>
#include <csm/hash.h>

/* Made by embed-schema.sh from schema/NNNN-name.sql, in order of version, without gaps. */
extern const struct csm_migration db_migration_rows[];
extern const unsigned db_migration_count;

/* A sorter takes as much again as its pages; a load into indexes goes to all ends of them. */
enum db_cache { DB_CACHE_USUAL, DB_CACHE_SORTING, DB_CACHE_LOADING };

struct db_engine {
	const char *token_int, *token_id, *token_strict;	/* for @INT@, @ID@, @STRICT@ */

	/* Takes db->given, flags, wait_ms; sets path, impl, created. */
	int (*open)(struct csm_db *db, struct csm_err *err);
	/* All statements are finalized. Also after an open that failed, and twice. */
	void (*close)(struct csm_db *db);
	int (*exec)(struct csm_db *db, const char *sql, struct csm_err *err);
	/* Sets impl, nparams, writes, reads, inserts. */
	int (*prepare)(struct csm_stmt *s, const char *sql, unsigned how, struct csm_err *err);
	int (*bind)(struct csm_stmt *s, int n, const struct csm_value *v, struct csm_err *err);
	/* The text, in the arena of the handle, that inserts n rows as the statement does one; DB_PLAIN. */
	const char *(*many)(struct csm_db *db, const struct csm_stmt *one, int n);
	int (*step)(struct csm_stmt *s, bool *row, struct csm_err *err);
	int (*columns)(struct csm_stmt *s);
	struct csm_value (*column)(struct csm_stmt *s, int i);
	void (*row)(struct csm_stmt *s, struct csm_value *out, int n);	/* the first n columns */
	int64_t (*changes)(struct csm_db *db);		/* rows the last statement changed */
	void (*reset)(struct csm_stmt *s);
	void (*finalize)(struct csm_stmt *s);		/* impl may be NULL */

	int (*begin)(struct csm_db *db, bool write, struct csm_err *err);
	int (*commit)(struct csm_db *db, struct csm_err *err);
	bool (*in_transaction)(struct csm_db *db);	/* the engine's own idea of it */
	/* Check references at the commit, RESTRICT too; whether one leads nowhere now. */
	int (*defer)(struct csm_db *db, struct csm_err *err);
	int (*dangling)(struct csm_db *db, bool *out, struct csm_err *err);

	int (*version)(struct csm_db *db, int *version, struct csm_err *err);
	/* Inside the transaction of a step; migrating() stands around that transaction. */
	int (*set_version)(struct csm_db *db, int version, struct csm_err *err);
	int (*migrating)(struct csm_db *db, bool on, struct csm_err *err);	/* references are not looked at */
	/* CSM_OK; CSM_NO: references that lead nowhere, in diag. */
	int (*references)(struct csm_db *db, const struct csm_diag *diag, struct csm_err *err);

	int (*backup)(struct csm_db *db, const char *path, const char *made, struct csm_err *err);
	int (*integrity)(struct csm_db *db, bool full, const struct csm_diag *diag,
			 struct csm_err *err);
	int (*table)(struct csm_db *db, const char *name, struct csm_arena *a,
		     struct csm_db_table **out, struct csm_err *err);
	int (*tables)(struct csm_db *db, struct csm_arena *a, const char ***names, unsigned *n,
		      struct csm_err *err);
	int (*made)(struct csm_db *db, const char *table, struct csm_arena *a, struct csm_db_made **out,
		    unsigned *n, struct csm_err *err);
	/* Whether pages that become free are overwritten. */
	int (*wiping)(struct csm_db *db, bool on, struct csm_err *err);
	/* How much memory pages may take. */
	int (*cache)(struct csm_db *db, enum db_cache size, struct csm_err *err);
	int (*info)(struct csm_db *db, struct csm_arena *a, struct csm_db_info *out,
		    struct csm_err *err);
	void (*counters)(struct csm_db *db, int64_t *vm_steps, int64_t *fullscan_steps);
};

extern const struct db_engine db_sqlite_engine;

/* Rows that one statement inserts: twice as many are hardly cheaper, and take twice the memory. */
#define DB_QUEUE_ROWS 16
#define DB_ALL_TABLES UINT64_MAX

/* How a statement is prepared: for the life of the connection; its parameters are ? and numbered as they stand. */
#define DB_KEEP		(1u << 0)
#define DB_PLAIN	(1u << 1)

enum db_txn { DB_TXN_NONE, DB_TXN_READ, DB_TXN_WRITE };
enum db_stmt_state { DB_STMT_READY, DB_STMT_ROWS, DB_STMT_ENDED };

struct db_kept {
	const char *address;		/* key: where the caller's text stands */
	const char *text;		/* a copy of it: an address may be used again for another text */
	struct csm_stmt *stmt;
};

struct csm_db {
	const struct db_engine *engine;
	struct csm_arena *arena;	/* of the handle and all its statements */
	const char *given;		/* path as the caller said it, for messages */
	const char *path;		/* resolved by the engine */
	unsigned flags;
	int wait_ms;
	bool created;			/* this open made the file */
	enum db_txn txn;
	int poisoned;			/* code of the first statement of the transaction that failed; 0 none did */
	const struct csm_migration *rows;
	unsigned nrows;
	struct db_kept *kept;		/* open addressing; nkept_slots is 0 or a power of two */
	unsigned nkept, nkept_slots;
	struct csm_stmt *live;		/* prepared handles, kept ones too */
	struct csm_stmt *spare;		/* finalized handles, used again */
	struct db_queue *queues;	/* rows on their way, by the statement that inserts one (queue.c) */
	uint64_t waiting;		/* tables that some are for */
	bool gathering;			/* csm_db_gather() */
	unsigned nblocks;		/* full ones since then */
	struct db_writer *writer;	/* the thread that inserts them (writer.c); NULL: there is none, and no_writer: nor will be */
	bool no_writer;
	bool thinned;			/* the transaction took indexes away */
	bool roomy;			/* it has DB_CACHE_LOADING */
	bool lent;			/* the engine is the writer's; else left: there are blocks that wait for it */
	bool left;
	void *impl;			/* the engine's */
};

struct csm_stmt {
	struct csm_db *db;
	void *impl;			/* the engine's */
	int *index;			/* $n is index[n] to the engine; in_order: it is n */
	int index_cap;
	int nparams;			/* highest n */
	enum db_stmt_state state;
	bool in_order, writes, kept;
	uint64_t reads;			/* bits of the tables it reads; on a handle that writes */
	uint64_t inserts;		/* bit of the table it inserts into */
	struct db_queue *queue;
	bool overlooks;			/* csm_stmt_overlook() */
	int bound;			/* highest n that a value is bound to; 0: none */
	struct csm_stmt *next, *prev;	/* in the list of the live or (next only) the spares */
};

/* Rows that one statement inserts (queue.c). Handed over, it is the writer's until it is inserted. */
struct db_block {
	struct csm_stmt *one, *many;	/* insert a row; DB_QUEUE_ROWS, made when a block is full */
	struct csm_value *v;		/* of each row its parameters, their texts in the arena */
	int nrows;
	size_t bytes;			/* of the texts */
	struct csm_arena *texts;
	struct csm_mark none;		/* of the empty arena */
	bool inserted;			/* under the writer's lock */
	struct db_block *next;		/* in its list */
};

/*
 * csm_db_open() with other migrations than the embedded ones, for tests; like: whose memory handler
 * to use, or NULL.
 */
int db_open_rows(struct csm_db **out, struct csm_arena *like, const char *path, unsigned flags,
		 int wait_ms, const struct csm_migration *rows, unsigned nrows,
		 struct csm_err *err);

/* Make the name of a file in a folder durable. 0 or errno. */
int db_sync_folder(const char *path_of_file);

/* Refuse when the transaction is poisoned; else CSM_OK. */
int db_check_usable(const struct csm_db *db, struct csm_err *err);
/*
 * The engine is the caller's, and in the transaction that he thinks he is in: some failures (disk full, out of memory) make SQLite roll
 * back by itself, and what is read after that would be of another state of the file, what is written in a transaction of its own.
 */
int db_take_engine(struct csm_db *db, struct csm_err *err);
/* Pass rc on; a failure inside a transaction poisons it. */
int db_after(struct csm_db *db, int rc);
/* csm_db_prepare() without the check; how: DB_KEEP, DB_PLAIN. */
int db_prepare(struct csm_db *db, const char *sql, unsigned how, struct csm_stmt **out,
	       struct csm_err *err);
/* SQL with the tokens replaced; sql itself when there is none. In the arena of the handle. */
const char *db_expand(struct csm_db *db, const char *sql);
/* Compare csm_meta with the embedded steps; findings go to diag. CSM_OK, CSM_NO. */
int db_check_steps(struct csm_db *db, const struct csm_diag *diag, struct csm_err *err);
/* Insert what waits for these tables (queue.c); drop all that waits, and gather no more. */
int db_queue_flush(struct csm_db *db, uint64_t tables, struct csm_err *err);
void db_queue_drop(struct csm_db *db);
/* The transaction ends: no more is gathered. */
void db_queue_end(struct csm_db *db);
/* The statement is not used again, and no row waits for it. */
void db_queue_free(struct csm_stmt *one);
/* The handle is closed: nothing waits, and the writer is gone. */
void db_queue_close(struct csm_db *db);

/* Insert the rows; nothing of the handle is looked at but the engine's own. */
int db_insert_block(const struct db_engine *e, const struct db_block *b, struct csm_err *err);
/* The thread that inserts blocks (writer.c); db->writer stays NULL where there is nothing to win or no thread can be had. */
void db_writer_start(struct csm_db *db);
void db_writer_stop(struct csm_db *db);
/* Hand a block over and wait until the wanted one is inserted. The code of a block before that could not be. */
int db_writer_hand(struct csm_db *db, struct db_block *b, const struct db_block *wanted, struct csm_err *err);
/* Take the engine back; lend it again where blocks are left. */
void db_writer_hold(struct csm_db *db);
void db_writer_resume(struct csm_db *db);
/* The code of a block that could not be inserted, while the engine is the owner's. */
int db_writer_failure(const struct csm_db *db, struct csm_err *err);
/* Wait until all blocks are inserted; forget them. The engine is the owner's then. */
int db_writer_finish(struct csm_db *db, struct csm_err *err);
void db_writer_drop(struct csm_db *db);

/* The engine, for the thread that owns the handle. */
static inline const struct db_engine *db_engine(struct csm_db *db)
{
	if (db->lent)
		db_writer_hold(db);
	return db->engine;
}

/* The text of a column of the row in an arena; "" for NULL. */
const char *db_column_text(struct csm_stmt *s, int i, struct csm_arena *a);

#endif
