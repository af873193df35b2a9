/* SPDX-License-Identifier: MIT */
/*
 * sla_walk.c - the SLA records that a condition selects, in an order: by a query. Of a past moment the query
 * gives those that were not touched since; those that were are read as they were and asked one by one.
 */
#include "sla_report.h"

/* A record and what it is ordered by; null comes first, as in a query. */
struct found {
	int64_t key, id;
};

static int by_key(const void *x, const void *y)
{
	const struct found *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static void add_found(struct csm_vec *v, const struct sla_query *q, const struct csm_rec *r)
{
	int64_t key = 0;

	if (q->sort >= 0)
		key = csm_rec_null(r, q->sort) ? INT64_MIN : csm_rec_int(r, q->sort);
	*(struct found *)csm_vec_add(v) = (struct found){ key, r->id };
}

static bool is_touched(const struct sla_walk *w, int64_t id)
{
	size_t low = 0, high = w->ntouched;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (w->touched[mid] < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < w->ntouched && w->touched[low] == id;
}

typedef int row_fn(struct sla_walk *w, const struct sla_query *q, struct csm_rec *r, void *arg,
		   struct csm_err *err);

static int run_query(struct sla_walk *w, const struct sla_query *q, const struct csm_filter *f,
		     const int *columns, row_fn *row, void *arg, struct csm_err *err)
{
	const struct csm_query query = {
		.where = f, .columns = columns, .sort = q->sort < 0 ? "" : csm_type_sla.fields[q->sort].name
	};
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(w->arena);
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_rec *r;
	int rc = csm_store_select(w->store, &csm_type_sla, &query, a, &c, err);
	struct csm_mark start = csm_arena_mark(a);

	while (!rc) {
		csm_arena_rewind(a, start);
		rc = csm_cursor_next(c, a, &r, err);
		if (rc || !r)
			break;
		rc = row(w, q, r, arg, err);
	}
	return rc;
}

static int pass_on(struct sla_walk *w, const struct sla_query *q, struct csm_rec *r, void *arg,
		   struct csm_err *err)
{
	(void)w;
	(void)arg;
	return q->each(q->arg, r, err);
}

static int collect(struct sla_walk *w, const struct sla_query *q, struct csm_rec *r, void *arg,
		   struct csm_err *err)
{
	(void)err;
	if (!is_touched(w, r->id))
		add_found(arg, q, r);
	return CSM_OK;
}

/* Those that were touched since, as they were then. */
static int ask_touched(struct sla_walk *w, const struct sla_query *q, const struct csm_filter *f,
		       struct csm_vec *found, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(w->arena);
	struct csm_mark start = csm_arena_mark(a);
	int rc = CSM_OK;

	for (size_t i = 0; !rc && i < w->ntouched; i++) {
		struct csm_rec *r;
		bool yes = false;

		csm_arena_rewind(a, start);
		rc = csm_store_get(w->store, &csm_type_sla, w->touched[i], a, &r, err);
		if (!rc && r)
			rc = csm_store_eval(w->store, f, r, &yes, err);
		if (!rc && yes)
			add_found(found, q, r);
	}
	return rc;
}

/* The user's condition goes through other records, which may have been different then: it is asked of each. */
static int each_found(struct sla_walk *w, const struct sla_query *q, const struct csm_vec *found,
		      struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(w->arena);
	struct csm_mark start = csm_arena_mark(a);
	int rc = CSM_OK;

	for (size_t i = 0; !rc && i < found->n; i++) {
		struct csm_rec *r;
		bool yes = true;

		csm_arena_rewind(a, start);
		rc = csm_store_need(w->store, &csm_type_sla, CSM_AT(found, struct found, i)->id, a, &r, err);
		if (!rc && w->past && q->where)
			rc = csm_store_eval(w->store, q->where, r, &yes, err);
		if (!rc && yes)
			rc = q->each(q->arg, r, err);
	}
	return rc;
}

static int find_past(struct sla_walk *w, const struct sla_query *q, struct csm_filter *f,
		     struct csm_vec *found, struct csm_err *err)
{
	int64_t moment = csm_store_moment(w->store);
	int rc = CSM_OK;

	if (!w->touched)
		rc = csm_store_touched(w->store, &csm_type_sla, moment, w->arena, &w->touched, &w->ntouched,
				       err);
	if (!rc)
		rc = csm_store_as_of(w->store, CSM_STORE_PRESENT, err);
	if (rc)
		return rc;
	rc = run_query(w, q, f, (const int[]){ q->sort, -1 }, collect, found, err);
	if (csm_store_as_of(w->store, moment, rc ? NULL : err) && !rc)
		return (int)err->code;
	if (!rc)
		rc = ask_touched(w, q, f, found, err);
	if (!rc && found->n)
		qsort(found->p, found->n, sizeof(struct found), by_key);
	return rc;
}

int sla_walk(struct sla_walk *w, const struct sla_query *q, struct csm_err *err)
{
	struct csm_vec found = CSM_VEC(w->arena, struct found);
	struct csm_filter *f;
	int rc = csm_store_filter(w->store, &csm_type_sla, q->cond, w->arena, &f, err);

	if (rc)
		return rc;
	if (w->past) {
		rc = find_past(w, q, f, &found, err);
		return rc ? rc : each_found(w, q, &found, err);
	}
	f = csm_filter_and(w->arena, f, q->where);
	if (!q->writes)
		return run_query(w, q, f, q->columns, pass_on, NULL, err);
	rc = run_query(w, q, f, (const int[]){ q->sort, -1 }, collect, &found, err);
	return rc ? rc : each_found(w, q, &found, err);
}
