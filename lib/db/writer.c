/* SPDX-License-Identifier: MIT */
/*
 * writer.c - the thread that inserts the blocks of a long load (queue.c), while the thread that owns the handle reads, checks
 * and derives the next records: the two take about as long.
 *
 * The engine is for one thread at a time. The owner has it but while it is lent: it lends it where a block is handed over or
 * left, and takes it back (db_engine()) before whatever it asks itself, which waits for one statement at most. A statement of a
 * block is begun under the lock and ends before the engine goes back; all else of the handle is the owner's alone.
 *
 * A block that cannot be inserted stops the writer. The owner is told when it next hands one over, waits for all, or asks anything.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "db/db_priv.h"

#define STACK_BYTES ((size_t)1 << 20)
/*
 * Looks at the other thread before one sleeps until it is woken, which takes as long as an insertion. Each gives the processor away if
 * anybody wants it.
 */
#define LOOKS 64

struct db_writer {
	const struct db_engine *engine;
	pthread_t thread;
	pthread_mutex_t lock;		/* of what follows */
	pthread_cond_t go, done;	/* to the writer, to the owner */
	struct db_block *first, **end;	/* handed over and not inserted, in order */
	bool quit;
	atomic_bool lent, busy;		/* set under the lock, looked at without it */
	int rc;				/* the writer stopped for this */
	struct csm_err err;
};

static void insert_first(struct db_writer *w)
{
	struct db_block *b = w->first;
	struct csm_err err = { 0 };
	int rc;

	w->busy = true;
	pthread_mutex_unlock(&w->lock);
	rc = db_insert_block(w->engine, b, &err);
	pthread_mutex_lock(&w->lock);
	w->busy = false;
	if (rc) {
		w->rc = rc;
		w->err = err;
	} else {
		w->first = b->next;
		if (!w->first)
			w->end = &w->first;
		b->inserted = true;
	}
	pthread_cond_signal(&w->done);
}

static void look_for(const atomic_bool *what, bool value)
{
	for (int i = 0; i < LOOKS && atomic_load_explicit(what, memory_order_relaxed) != value; i++)
		sched_yield();
}

/* Under the lock, which is let go meanwhile. */
static void sleep_a_while(struct db_writer *w)
{
	if (!w->lent && w->first) {
		pthread_mutex_unlock(&w->lock);
		look_for(&w->lent, true);
		pthread_mutex_lock(&w->lock);
	}
	if (!w->quit && (!w->lent || !w->first || w->rc))
		pthread_cond_wait(&w->go, &w->lock);
}

static void *run_writer(void *arg)
{
	struct db_writer *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->quit) {
		if (w->lent && w->first && !w->rc)
			insert_first(w);
		else
			sleep_a_while(w);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Signals are for the threads of the program. */
static int start_thread(struct db_writer *w)
{
	sigset_t all, was;
	pthread_attr_t attr;
	int rc;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	rc = pthread_create(&w->thread, &attr, run_writer, w);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	pthread_attr_destroy(&attr);
	return rc;
}

void db_writer_start(struct csm_db *db)
{
	struct db_writer *w;

	if (db->writer || db->no_writer)
		return;
	db->no_writer = true;		/* whatever is in the way now stays */
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	w = csm_alloc(db->arena, sizeof(*w));
	w->engine = db->engine;
	w->end = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->go, NULL);
	pthread_cond_init(&w->done, NULL);
	if (!start_thread(w))
		db->writer = w;
}

void db_writer_stop(struct csm_db *db)
{
	struct db_writer *w = db->writer;

	if (!w)
		return;
	db_writer_drop(db);
	pthread_mutex_lock(&w->lock);
	w->quit = true;
	pthread_cond_signal(&w->go);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->go);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
	db->writer = NULL;
}

/* Under the lock. */
static void lend(struct csm_db *db, struct db_writer *w)
{
	db->lent = true;
	w->lent = true;
	pthread_cond_signal(&w->go);
}

/* Under the lock: the engine is the owner's again. */
static void take_back(struct csm_db *db, struct db_writer *w)
{
	w->lent = false;
	if (w->busy) {
		pthread_mutex_unlock(&w->lock);
		look_for(&w->busy, false);
		pthread_mutex_lock(&w->lock);
	}
	while (w->busy)
		pthread_cond_wait(&w->done, &w->lock);
	db->lent = false;
	db->left = w->first && !w->rc;
}

void db_writer_hold(struct csm_db *db)
{
	struct db_writer *w = db->writer;

	pthread_mutex_lock(&w->lock);
	take_back(db, w);
	pthread_mutex_unlock(&w->lock);
}

void db_writer_resume(struct csm_db *db)
{
	struct db_writer *w = db->writer;

	if (!db->left || db->lent)
		return;
	pthread_mutex_lock(&w->lock);
	lend(db, w);
	pthread_mutex_unlock(&w->lock);
}

/* Under the lock, or while the engine is the owner's. */
int db_writer_failure(const struct csm_db *db, struct csm_err *err)
{
	const struct db_writer *w = db->writer;

	if (w->rc && err)
		*err = w->err;
	return w->rc;
}

int db_writer_hand(struct csm_db *db, struct db_block *b, const struct db_block *wanted, struct csm_err *err)
{
	struct db_writer *w = db->writer;
	int rc;

	b->inserted = false;
	b->next = NULL;
	pthread_mutex_lock(&w->lock);
	*w->end = b;
	w->end = &b->next;
	lend(db, w);
	while (!w->rc && !wanted->inserted)
		pthread_cond_wait(&w->done, &w->lock);
	rc = db_writer_failure(db, err);
	pthread_mutex_unlock(&w->lock);
	return rc;
}

int db_writer_finish(struct csm_db *db, struct csm_err *err)
{
	struct db_writer *w = db->writer;
	int rc;

	pthread_mutex_lock(&w->lock);
	if (w->first)
		lend(db, w);
	while (!w->rc && w->first)
		pthread_cond_wait(&w->done, &w->lock);
	take_back(db, w);
	rc = db_writer_failure(db, err);
	pthread_mutex_unlock(&w->lock);
	return rc;
}

void db_writer_drop(struct csm_db *db)
{
	struct db_writer *w = db->writer;

	pthread_mutex_lock(&w->lock);
	take_back(db, w);
	w->first = NULL;
	w->end = &w->first;
	w->rc = 0;
	pthread_mutex_unlock(&w->lock);
	db->left = false;
}
