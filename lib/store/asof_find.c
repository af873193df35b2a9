/* SPDX-License-Identifier: MIT */
/*
 * asof_find.c - which records had some values in the past: those that have them now, and those that were
 * deleted or whose fields were changed since, each read as it was.
 */
#include "store_priv.h"

struct wanted {
	const int *fields;
	const struct csm_value *values;
	unsigned n;
	bool all;		/* each field has its value; else any of them */
};

static bool fits(const struct csm_rec *r, const struct wanted *w)
{
	unsigned equal = 0;

	for (unsigned i = 0; i < w->n; i++)
		equal += csm_value_eq(&r->v[w->fields[i]], &w->values[i]);
	return w->all ? equal == w->n : equal > 0;
}

/* Those among the candidates that fitted then, behind those found so far; *n counts all of them. */
static int take_fitting(struct csm_store *s, const struct csm_rtype *t, const struct csm_vec *candidates,
			const struct wanted *w, int64_t *ids, unsigned max, unsigned *n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_mark mark = csm_arena_mark(a);
	int rc = CSM_OK;

	for (size_t i = 0; rc == CSM_OK && i < candidates->n; i++) {
		int64_t id = *CSM_AT(candidates, int64_t, i);
		struct csm_rec *r;

		rc = csm_store_get(s, t, id, a, &r, err);
		if (rc == CSM_OK && r && fits(r, w)) {
			if (*n < max)
				ids[*n] = id;
			(*n)++;
		}
		csm_arena_rewind(a, mark);
	}
	return rc;
}

static bool has(const struct csm_vec *sorted, int64_t id)
{
	return sorted->n && bsearch(&id, sorted->p, sorted->n, sizeof(id), csm_int_order);
}

int store_past_find(struct csm_store *s, const struct csm_rtype *t, struct csm_vec *present,
		    const int *fields, const struct csm_value *values, unsigned nfields, bool all,
		    int64_t *ids, unsigned max, unsigned *n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	const struct wanted w = { fields, values, nfields, all };
	struct csm_vec moved = CSM_VEC(a, int64_t), others = CSM_VEC(a, int64_t);
	int rc;

	*n = 0;
	if (present->n)
		qsort(present->p, present->n, sizeof(int64_t), csm_int_order);
	rc = take_fitting(s, t, present, &w, ids, max, n, err);
	/* a key that is the same record's now as then needs no look at what happened to all the others */
	if (rc != CSM_OK || (*n && !all))
		return rc;
	for (unsigned i = 0; rc == CSM_OK && i < nfields; i++)
		rc = store_past_movers(s, t, fields[i], a, &moved, err);
	if (moved.n)
		qsort(moved.p, moved.n, sizeof(int64_t), csm_int_order);
	for (size_t i = 0; i < moved.n; i++) {
		int64_t id = *CSM_AT(&moved, int64_t, i);

		if ((!i || *CSM_AT(&moved, int64_t, i - 1) != id) && !has(present, id))
			*(int64_t *)csm_vec_add(&others) = id;
	}
	return rc == CSM_OK ? take_fitting(s, t, &others, &w, ids, max, n, err) : rc;
}
