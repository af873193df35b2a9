/* SPDX-License-Identifier: MIT */
/*
 * sla_past.c - the states a task went through, taken from its history: the present one, and then each
 * change taken back.
 */
#include "sla_priv.h"

struct past {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_vec changes; /* struct past_change, oldest first */
};
struct past_field {
	int field;
	struct csm_value was;
};
struct past_change {
	int64_t at;
	struct past_field *fields;
	unsigned n;
};

struct collect {
	struct csm_arena *arena;
	struct csm_vec v;
};

static int add_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		     struct csm_err *err)
{
	struct collect *c = arg;
	struct past_field *f = csm_vec_add(&c->v);

	(void)now;
	(void)err;
	f->field = field;
	f->was = *was;
	f->was.s = csm_strdup(c->arena, was->s);
	return CSM_OK;
}

static int add_change(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct past *p = arg;
	struct collect c = { p->arena, CSM_VEC(p->arena, struct past_field) };
	struct csm_err none = { 0 };
	struct csm_change change;
	struct past_change *pc;
	int64_t at = csm_store_now(p->store);
	int rc;

	if (h->op != 'u')
		return CSM_OK;
	/* the change being written has no row yet: it happens now */
	if (csm_store_change(p->store, h->change, p->arena, &change, &none) == CSM_OK)
		at = change.at;
	rc = csm_history_fields(p->store, h, p->arena, add_field, &c, err);
	if (rc)
		return rc;
	pc = csm_vec_add(&p->changes);
	pc->at = at;
	pc->fields = c.v.p;
	pc->n = (unsigned)c.v.n;
	return CSM_OK;
}

int sla_past(struct csm_store *s, const struct csm_rec *task, struct csm_arena *a, struct sla_moment **out,
	     unsigned *n, struct csm_err *err)
{
	struct past p = { s, a, CSM_VEC(a, struct past_change) };
	struct csm_rec *r = csm_rec_copy(a, task);
	int opened = csm_field_index(task->type, "opened_at");
	int rc = csm_store_history(s, 0, task->type, task->id, add_change, &p, err);
	unsigned count = (unsigned)p.changes.n + 1;

	if (rc)
		return rc;
	*out = csm_calloc(a, count, sizeof(**out));
	for (unsigned i = count - 1; i > 0; i--) {
		struct past_change *c = CSM_AT(&p.changes, struct past_change, i - 1);

		(*out)[i] = (struct sla_moment){ c->at, r };
		r = csm_rec_copy(a, r);
		for (unsigned k = 0; k < c->n; k++)
			r->v[c->fields[k].field] = c->fields[k].was;
	}
	(*out)[0] = (struct sla_moment){ csm_rec_int(r, opened), r };
	*n = count;
	return CSM_OK;
}
