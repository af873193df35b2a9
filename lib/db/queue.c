/* SPDX-License-Identifier: MIT */
/*
 * queue.c - rows on their way into a table. Half of what a row costs is not the row: a statement opens the table and each of its
 * indexes, and closes them again. So a load gives its rows to csm_db_insert(), which keeps them back until one statement can insert
 * many, or until another statement could notice that they are missing: one that reads the table, and any that writes.
 *
 * Which tables a statement reads is what the engine said when it prepared it, as bits by a hash of the name: two tables with
 * the same bit cost a statement, never a row.
 */
#include <string.h>

#include "db/db_priv.h"

/* Rows with long texts are not worth waiting for. */
#define QUEUE_BYTES ((size_t)256 << 10)

struct db_queue {
	const char *sql;		/* as the caller has it: csm_db_waits() compares the address */
	struct csm_stmt *one;		/* inserts one row; the queue is found by it */
	const char *many;		/* the text that inserts DB_QUEUE_ROWS; NULL: not made yet */
	struct csm_value *v;		/* nrows times nparams, their texts in the arena */
	struct csm_arena *texts;
	struct csm_mark none;		/* of the empty arena */
	int nrows;
	size_t bytes;			/* of the texts */
	struct db_queue *next;
};

static struct db_queue *queue_of(struct csm_db *db, const char *sql, struct csm_stmt *one)
{
	struct db_queue *q = one->queue;

	if (q)
		return q;
	q = csm_alloc(db->arena, sizeof(*q));
	*q = (struct db_queue){ .sql = sql, .one = one, .texts = csm_arena_like(db->arena), .next = db->queues };
	q->none = csm_arena_mark(q->texts);
	q->v = csm_alloc(db->arena, (size_t)one->nparams * DB_QUEUE_ROWS * sizeof(*q->v));
	db->queues = q;
	one->queue = q;
	return q;
}

static void empty(struct db_queue *q)
{
	q->nrows = 0;
	q->bytes = 0;
	csm_arena_rewind(q->texts, q->none);
}

static void count_waiting(struct csm_db *db)
{
	db->waiting = 0;
	for (struct db_queue *q = db->queues; q; q = q->next)
		if (q->nrows)
			db->waiting |= q->one->inserts;
}

static int run_rows(struct csm_db *db, struct db_queue *q, struct csm_err *err)
{
	int n = q->one->nparams, rc = CSM_OK;
	struct csm_stmt *many;

	if (q->nrows == DB_QUEUE_ROWS) {
		if (!q->many)
			q->many = db->engine->many(db, q->one, DB_QUEUE_ROWS);
		rc = csm_db_kept(db, q->many, &many, err);
		return rc ? rc : csm_stmt_run(many, q->v, n * DB_QUEUE_ROWS, NULL, err);
	}
	for (int i = 0; !rc && i < q->nrows; i++) {
		csm_stmt_reset(q->one);
		rc = csm_stmt_run(q->one, q->v + (size_t)i * (size_t)n, n, NULL, err);
	}
	return rc;
}

static int flush(struct csm_db *db, struct db_queue *q, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	if (!q->nrows)
		return CSM_OK;
	db->flushing = true;
	if (!rc)
		rc = run_rows(db, q, err);
	db->flushing = false;
	empty(q);
	count_waiting(db);
	return rc;
}

int db_queue_flush(struct csm_db *db, uint64_t tables, struct csm_err *err)
{
	int rc = CSM_OK;

	for (struct db_queue *q = db->queues; !rc && db->waiting & tables && q; q = q->next)
		if (q->one->inserts & tables)
			rc = flush(db, q, err);
	return rc;
}

void db_queue_drop(struct csm_db *db)
{
	for (struct db_queue *q = db->queues; q; q = q->next)
		empty(q);
	db->waiting = 0;
	db->gathering = false;
}

void db_queue_free(struct csm_stmt *one)
{
	struct db_queue **at = &one->db->queues;

	if (!one->queue)
		return;
	while (*at != one->queue)
		at = &(*at)->next;
	*at = one->queue->next;
	csm_arena_free(one->queue->texts);
	one->queue = NULL;
}

static const char *keep_text(struct db_queue *q, const char *s)
{
	size_t n = strlen(s) + 1;

	q->bytes += n;
	return csm_memdup(q->texts, s, n);
}

static bool has_values(const struct csm_value *row, const int *params, const struct csm_value *v, unsigned n)
{
	unsigned i = 0;

	while (i < n && csm_value_eq(&row[params[i] - 1], &v[i]))
		i++;
	return i == n;
}

bool csm_db_waits(const struct csm_db *db, const char *sql, const int *params, const struct csm_value *v, unsigned n)
{
	for (const struct db_queue *q = db->waiting ? db->queues : NULL; q; q = q->next) {
		if (q->sql != sql)
			continue;
		for (int i = 0; i < q->nrows; i++)
			if (has_values(q->v + (size_t)i * (size_t)q->one->nparams, params, v, n))
				return true;
	}
	return false;
}

void csm_stmt_overlook(struct csm_stmt *s)
{
	s->overlooks = !s->writes;
}

int csm_db_gather(struct csm_db *db, struct csm_err *err)
{
	int rc = db_check_usable(db, err);

	if (!rc && db->txn != DB_TXN_WRITE)
		rc = csm_fail(err, CSM_E_INTERNAL, "rows gathered outside a writing transaction");
	if (!rc)
		db->gathering = true;
	return db_after(db, rc);
}

int csm_db_insert(struct csm_db *db, const char *sql, const struct csm_value *v, int n, struct csm_err *err)
{
	struct csm_stmt *one;
	struct db_queue *q;
	struct csm_value *to;
	int rc = csm_db_kept(db, sql, &one, err);

	if (rc)
		return rc;
	if (!db->gathering || !one->inserts || n != one->nparams)
		return csm_stmt_run(one, v, n, NULL, err);
	q = queue_of(db, sql, one);
	to = q->v + (size_t)q->nrows++ * (size_t)n;
	memcpy(to, v, (size_t)n * sizeof(*v));
	for (int i = 0; i < n; i++)
		if (v[i].tag == CSM_TEXT)
			to[i].s = keep_text(q, v[i].s);
	db->waiting |= one->inserts;
	return q->nrows == DB_QUEUE_ROWS || q->bytes > QUEUE_BYTES ? flush(db, q, err) : CSM_OK;
}
