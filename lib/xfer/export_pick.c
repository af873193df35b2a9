/* SPDX-License-Identifier: MIT */
/* export_pick.c - which records are exported, and each of them in the type's own order. */
#include "export_priv.h"

static bool in_order_of_ids(const struct csm_rtype *t)
{
	return !t->sort || !*t->sort;
}

/* ---- each record ---- */

struct walk {
	struct xfer_out *out;
	const struct csm_rtype *type;
	const struct xfer_pick *pick;
	struct csm_arena *arena;	/* rewound after each record */
	xfer_record_fn *fn;
	void *arg;
};

/* One that is in the set, but not in the database, was deleted; one that was named must be there. */
static int take_id(void *arg, int64_t id, struct csm_err *err)
{
	struct walk *k = arg;
	struct csm_mark m = csm_arena_mark(k->arena);
	struct csm_rec *r;
	bool yes = true;
	int rc = k->pick->ids ? csm_store_need(k->out->store, k->type, id, k->arena, &r, err)
			      : csm_store_get(k->out->store, k->type, id, k->arena, &r, err);

	if (!rc && r && k->pick->where)
		rc = csm_store_eval(k->out->store, k->pick->where, r, &yes, err);
	if (!rc && r && yes)
		rc = k->fn(k->arg, r, k->arena, err);
	csm_arena_rewind(k->arena, m);
	return rc;
}

static int take_selected(struct walk *k, struct csm_err *err)
{
	struct csm_arena *outer CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct xfer_shape *sh = xfer_shape_of(k->out, k->type);
	/* the order of names would tell of the names */
	const struct csm_query q = { .where = k->pick->where, .columns = sh->columns,
				     .sort = k->out->anon ? "" : NULL };
	struct csm_mark m = csm_arena_mark(k->arena);
	int rc = csm_store_select(k->out->store, k->type, &q, outer, &c, err);

	/* an owner without a number is not in the order of ids in any list of what it owns */
	if (!rc && !k->pick->where && in_order_of_ids(k->type) && k->type->prefix)
		rc = xfer_shape_walk(k->out, sh, err);
	while (!rc) {
		struct csm_rec *r;

		rc = csm_cursor_view(c, &r, err);
		if (rc || !r)
			break;
		if (!k->pick->bits || xfer_bits_has(k->pick->bits, r->id))
			rc = k->fn(k->arg, r, k->arena, err);
		csm_arena_rewind(k->arena, m);
	}
	xfer_shape_rest(sh);
	return rc;
}

/* Whether so many are wanted that reading all of the table is cheaper than asking for each: one in eight. */
static int is_dense(struct walk *k, bool *dense, struct csm_err *err)
{
	int64_t all;
	int rc = csm_store_count(k->out->store, k->type, NULL, &all, err);

	*dense = xfer_bits_count(k->pick->bits) * 8 > all;
	return rc;
}

int xfer_each_record(struct xfer_out *o, const struct csm_rtype *t, const struct xfer_pick *p, xfer_record_fn *fn,
		     void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(o->arena);
	struct walk k = { o, t, p, a, fn, arg };
	bool dense = true;
	int rc = CSM_OK;

	for (unsigned i = 0; p->ids && !rc && i < p->nids; i++)
		rc = take_id(&k, p->ids[i], err);
	if (p->ids)
		return rc;
	if (p->bits && (in_order_of_ids(t) || o->anon))
		rc = is_dense(&k, &dense, err);
	if (rc)
		return rc;
	return dense ? take_selected(&k, err) : xfer_bits_each(p->bits, take_id, &k, err);
}

/* ---- since a change ---- */

struct since {
	struct xfer_out *out;
	const struct csm_dict *dict;
	struct xfer_bits **touched, **created, **deleted;	/* by type index */
	struct csm_arena *scratch;
	int64_t owner;			/* of the history row being looked at */
	const struct csm_rtype *owner_type;
};

/* The owner in a deleted row. */
static int take_owner(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		      struct csm_err *err)
{
	struct since *s = arg;
	const struct csm_field *f = &s->owner_type->fields[field];

	(void)now;
	(void)err;
	if (f->flags & CSM_F_OWNER && was && was->tag == CSM_INT) {
		s->owner = was->i;
		s->owner_type = csm_dict_type(s->dict, f->target);
		return CSM_NO;
	}
	return CSM_OK;
}

/* An owned row that came, changed or went is a change of its owner's document. */
static int touch_owner(struct since *s, const struct csm_history *h, int64_t id, struct csm_err *err)
{
	struct csm_rec *r = NULL;
	int rc = csm_store_get(s->out->store, h->type, id, s->scratch, &r, err);

	s->owner = 0;
	s->owner_type = h->type;
	if (!rc && r) {
		for (unsigned i = 0; i < h->type->nfields && !s->owner; i++)
			take_owner(s, (int)i, &r->v[i], NULL, err);
	} else if (!rc && h->op == 'd') {
		rc = csm_history_fields(s->out->store, h, s->scratch, take_owner, s, err);
		if (rc == CSM_NO)
			rc = CSM_OK;
	}
	if (!rc && s->owner)
		xfer_bits_add(s->touched[xfer_dict_index(s->dict, s->owner_type)], s->owner);
	return rc;
}

static int take_history(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct since *s = arg;
	struct csm_mark m = csm_arena_mark(s->scratch);
	unsigned i = xfer_dict_index(s->dict, h->type);
	int rc = CSM_OK;

	for (int64_t id = h->record; !rc && id <= h->last_record; id++) {
		if (h->type->flags & CSM_T_OWNED)
			rc = touch_owner(s, h, id, err);
		csm_arena_rewind(s->scratch, m);
		xfer_bits_add(s->touched[i], id);
		if (h->op == 'c')
			xfer_bits_add(s->created[i], id);
		/* what came and went since was never there for who has the state of then */
		else if (h->op == 'd' && !xfer_bits_has(s->created[i], id))
			xfer_bits_add(s->deleted[i], id);
	}
	return rc;
}

struct gone {
	struct since *since;
	const struct csm_rtype *type;
	int64_t n;
};

/* An undo may have brought it back. */
static int count_gone(void *arg, int64_t id, struct csm_err *err)
{
	struct gone *g = arg;
	struct csm_mark m = csm_arena_mark(g->since->scratch);
	struct csm_rec *r;
	int rc = csm_store_get(g->since->out->store, g->type, id, g->since->scratch, &r, err);

	g->n += !rc && !r;
	csm_arena_rewind(g->since->scratch, m);
	return rc;
}

int xfer_pick_since(struct xfer_out *o, struct xfer_pick *picks, int64_t change, int64_t *gone,
		    struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(o->arena);
	struct since s = { .out = o, .dict = csm_store_dict(o->store), .scratch = a };
	unsigned n = s.dict->ntypes;
	struct csm_change c;
	int rc;

	/* one that is not there is the change of another database */
	rc = csm_store_change(o->store, change, a, &c, err);
	if (rc)
		return rc;
	s.touched = csm_calloc(o->arena, n, sizeof(struct xfer_bits *));
	s.created = csm_calloc(a, n, sizeof(struct xfer_bits *));
	s.deleted = csm_calloc(a, n, sizeof(struct xfer_bits *));
	for (unsigned i = 0; i < n; i++) {
		s.touched[i] = xfer_bits_new(o->arena);
		s.created[i] = xfer_bits_new(o->arena);
		s.deleted[i] = xfer_bits_new(o->arena);
	}
	rc = csm_store_since(o->store, change, take_history, &s, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		struct gone g = { &s, s.dict->types[i], 0 };

		rc = xfer_bits_each(s.deleted[i], count_gone, &g, err);
		picks[i].bits = s.touched[i];
		gone[i] = g.n;
	}
	return rc;
}
