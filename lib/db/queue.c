/* SPDX-License-Identifier: MIT */
/*
 * queue.c - rows on their way into a table. Half of what a row costs is not the row: a statement opens the table and each of its
 * indexes, and closes them again. So a load gives its rows to csm_db_insert(), which keeps them back until one statement can insert
 * many, or until another statement could notice that they are missing: one that reads the table, and any that writes.
 *
 * Which tables a statement reads is what the engine said when it prepared it, as bits by a hash of the name: two tables with
 * the same bit cost a statement, never a row.
 *
 * A block of rows is inserted by the caller; in a long load by a thread of its own (writer.c), in the same order.
 */
#include <stdio.h>
#include <string.h>

#include "db/db_priv.h"

/* Rows with long texts are not worth waiting for. */
#define QUEUE_BYTES ((size_t)64 << 10)
/* Blocks that one table has: one is filled while others wait to be inserted. */
#define QUEUE_BLOCKS 8
/* A load of more whole blocks is a long one; a shorter one ends before a thread of its own would be worth it. */
#define LONG_LOAD 64

struct db_queue {
	const char *sql;		/* as the caller has it: csm_db_waits() compares the address */
	struct csm_stmt *one;		/* inserts one row; the queue is found by it */
	struct csm_stmt *many;		/* inserts DB_QUEUE_ROWS; NULL: not made yet */
	struct db_block blocks[QUEUE_BLOCKS];
	unsigned at;			/* the block that is filled */
	struct db_queue *next;
};

static struct db_block *block_of(struct csm_db *db, struct db_queue *q)
{
	struct db_block *b = &q->blocks[q->at];

	if (b->v)
		return b;
	b->texts = csm_arena_like(db->arena);
	b->none = csm_arena_mark(b->texts);
	b->v = csm_alloc(db->arena, (size_t)q->one->nparams * DB_QUEUE_ROWS * sizeof(*b->v));
	return b;
}

static struct db_queue *queue_of(struct csm_db *db, const char *sql, struct csm_stmt *one)
{
	struct db_queue *q = one->queue;

	if (q)
		return q;
	q = csm_alloc(db->arena, sizeof(*q));
	*q = (struct db_queue){ .sql = sql, .one = one, .next = db->queues };
	for (unsigned i = 0; i < QUEUE_BLOCKS; i++)
		q->blocks[i].inserted = true;
	db->queues = q;
	one->queue = q;
	return q;
}

static void empty(struct db_block *b)
{
	b->nrows = 0;
	b->bytes = 0;
	if (b->texts)
		csm_arena_rewind(b->texts, b->none);
}

static void count_waiting(struct csm_db *db)
{
	db->waiting = 0;
	for (struct db_queue *q = db->queues; q; q = q->next)
		for (unsigned i = 0; i < QUEUE_BLOCKS; i++)
			if (q->blocks[i].nrows)
				db->waiting |= q->one->inserts;
}

/* What is not bound is null. */
static int insert_rows(const struct db_engine *e, struct csm_stmt *s, const struct csm_value *v, int n, struct csm_err *err)
{
	bool row;
	int rc = CSM_OK;

	for (int i = 0; !rc && i < n; i++)
		if (v[i].tag != CSM_NULL)
			rc = e->bind(s, i + 1, &v[i], err);
	if (!rc)
		rc = e->step(s, &row, err);
	e->reset(s);
	return rc;
}

/* Who gave the row looked first whether it can go in, and may be at another one by now. It is the file that is not as csm made it. */
static int refused(int rc, struct csm_err *err)
{
	char why[sizeof(err->msg)];

	if (rc != CSM_E_CONFLICT && rc != CSM_E_INVALID)
		return rc;
	snprintf(why, sizeof(why), "%s", err ? err->msg : "");
	csm_err_clear(err);
	return csm_fail(err, CSM_E_DAMAGED, "the database refuses a row that was found right: %s", why);
}

int db_insert_block(const struct db_engine *e, const struct db_block *b, struct csm_err *err)
{
	int n = b->one->nparams, rc = CSM_OK;

	if (b->nrows == DB_QUEUE_ROWS)
		rc = insert_rows(e, b->many, b->v, n * b->nrows, err);
	for (int i = 0; !rc && b->nrows < DB_QUEUE_ROWS && i < b->nrows; i++)
		rc = insert_rows(e, b->one, b->v + (size_t)i * (size_t)n, n, err);
	return refused(rc, err);
}

/* What its block is inserted with is made when it is first full. */
static int ready(struct csm_db *db, struct db_queue *q, struct db_block *b, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	if (!rc && b->nrows == DB_QUEUE_ROWS && !q->many)
		rc = db_prepare(db, db_engine(db)->many(db, q->one, DB_QUEUE_ROWS), DB_KEEP | DB_PLAIN, &q->many, err);
	b->one = q->one;
	b->many = q->many;
	return rc;
}

static int flush(struct csm_db *db, struct db_queue *q, struct csm_err *err)
{
	struct db_block *b = &q->blocks[q->at];
	int rc = ready(db, q, b, err);

	if (!rc)
		rc = db_insert_block(db_engine(db), b, err);
	empty(b);
	count_waiting(db);
	return db_after(db, rc);
}

/* A long load has a thread of its own, and more memory where it keeps its indexes in place. */
static int begin_long(struct csm_db *db, struct csm_err *err)
{
	int rc = db->thinned ? CSM_OK : db_engine(db)->cache(db, DB_CACHE_LOADING, err);

	db->roomy = !rc && !db->thinned;
	db_writer_start(db);
	return db_after(db, rc);
}

/* The block is full. */
static int pass_on(struct csm_db *db, struct db_queue *q, struct csm_err *err)
{
	struct db_block *b = &q->blocks[q->at], *next;
	int rc = db->nblocks++ == LONG_LOAD ? begin_long(db, err) : CSM_OK;

	if (!rc && !db->writer)
		return flush(db, q, err);
	if (!rc)
		rc = ready(db, q, b, err);
	if (rc)
		return rc;
	q->at = (q->at + 1) % QUEUE_BLOCKS;
	next = block_of(db, q);
	rc = db_writer_hand(db, b, next, err);
	empty(next);
	return db_after(db, rc);
}

/* The writer has no more blocks. */
static int finish(struct csm_db *db, struct csm_err *err)
{
	int rc;

	if (!db->writer)
		return CSM_OK;
	rc = db_writer_finish(db, err);
	for (struct db_queue *q = db->queues; q; q = q->next)
		for (unsigned i = 0; i < QUEUE_BLOCKS; i++)
			if (i != q->at)
				empty(&q->blocks[i]);
	count_waiting(db);
	return db_after(db, rc);
}

int db_queue_flush(struct csm_db *db, uint64_t tables, struct csm_err *err)
{
	int rc = db->waiting & tables ? finish(db, err) : CSM_OK;

	for (struct db_queue *q = db->queues; !rc && db->waiting & tables && q; q = q->next)
		if (q->one->inserts & tables && q->blocks[q->at].nrows)
			rc = flush(db, q, err);
	return rc;
}

void db_queue_drop(struct csm_db *db)
{
	if (db->writer)
		db_writer_drop(db);
	for (struct db_queue *q = db->queues; q; q = q->next)
		for (unsigned i = 0; i < QUEUE_BLOCKS; i++) {
			empty(&q->blocks[i]);
			q->blocks[i].inserted = true;
		}
	db->waiting = 0;
}

void db_queue_end(struct csm_db *db)
{
	if (db->roomy)
		db->engine->cache(db, DB_CACHE_USUAL, NULL);
	db->gathering = db->roomy = db->thinned = false;
}

void db_queue_free(struct csm_stmt *one)
{
	struct db_queue **at = &one->db->queues, *q = one->queue;

	if (!q)
		return;
	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	for (unsigned i = 0; i < QUEUE_BLOCKS; i++)
		csm_arena_free(q->blocks[i].texts);
	if (q->many)
		q->many->kept = false;
	csm_stmt_finalize(q->many);
	one->queue = NULL;
}

void db_queue_close(struct csm_db *db)
{
	db_writer_stop(db);
	while (db->queues)
		db_queue_free(db->queues->one);
}

static const char *keep_text(struct db_block *b, const char *s)
{
	size_t n = strlen(s) + 1;

	b->bytes += n;
	return csm_memdup(b->texts, s, n);
}

static bool has_values(const struct csm_value *row, const int *params, const struct csm_value *v, unsigned n)
{
	unsigned i = 0;

	while (i < n && csm_value_eq(&row[params[i] - 1], &v[i]))
		i++;
	return i == n;
}

static bool block_has(const struct db_queue *q, const struct db_block *b, const int *params, const struct csm_value *v, unsigned n)
{
	for (int i = 0; i < b->nrows; i++)
		if (has_values(b->v + (size_t)i * (size_t)q->one->nparams, params, v, n))
			return true;
	return false;
}

bool csm_db_waits(const struct csm_db *db, const char *sql, const int *params, const struct csm_value *v, unsigned n)
{
	for (const struct db_queue *q = db->waiting ? db->queues : NULL; q; q = q->next)
		for (unsigned i = 0; q->sql == sql && i < QUEUE_BLOCKS; i++)
			if (block_has(q, &q->blocks[i], params, v, n))
				return true;
	return false;
}

void csm_stmt_overlook(struct csm_stmt *s)
{
	s->overlooks = !s->writes;
}

bool csm_db_writer(const struct csm_db *db)
{
	return db->gathering && db->writer;
}

int csm_db_gather(struct csm_db *db, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	if (!rc && db->txn != DB_TXN_WRITE)
		rc = csm_fail(err, CSM_E_INTERNAL, "rows gathered outside a writing transaction");
	if (!rc)
		db->gathering = true;
	db->nblocks = 0;
	return db_after(db, rc);
}

int csm_db_insert(struct csm_db *db, const char *sql, const struct csm_value *v, int n, struct csm_err *err)
{
	struct csm_stmt *one;
	struct db_queue *q;
	struct db_block *b;
	struct csm_value *to;
	int rc = csm_db_kept(db, sql, &one, err);

	if (rc)
		return rc;
	if (!db->gathering || !one->inserts || n != one->nparams)
		return csm_stmt_run(one, v, n, NULL, err);
	if (db->writer)
		db_writer_resume(db);
	q = queue_of(db, sql, one);
	b = block_of(db, q);
	to = b->v + (size_t)b->nrows++ * (size_t)n;
	memcpy(to, v, (size_t)n * sizeof(*v));
	for (int i = 0; i < n; i++)
		if (v[i].tag == CSM_TEXT)
			to[i].s = keep_text(b, v[i].s);
	db->waiting |= one->inserts;
	return b->nrows == DB_QUEUE_ROWS || b->bytes > QUEUE_BYTES ? pass_on(db, q, err) : CSM_OK;
}
