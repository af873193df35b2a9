/* SPDX-License-Identifier: MIT */
/*
 * export_closure.c - records and all they touch, so that they can be loaded into an empty database.
 *
 * First what belongs to the roots: each record that refers to one of them; and of these again each that could
 * not be without it: it refers by a required reference, or goes when that is deleted (the tasks, time entries
 * and SLAs of an account's cases). A list of references (watchers) makes nobody belong to anything. Then, from
 * all that, whatever they and their owned records refer to, and what that refers to, until nothing is missing;
 * who refers to these is not asked, or the closure of one case would be the whole database.
 */
#include "export_priv.h"

struct closure {
	struct xfer_out *out;
	const struct csm_dict *dict;
	struct xfer_bits **in;		/* by type index */
	struct xfer_bits **todo, **next; /* whose own references, or referrers, are still to be looked at */
	bool *empty;			/* by type index: there is not one, nobody need be asked for */
	struct csm_arena *scratch;
	const struct csm_rtype *type;	/* of the ids being walked */
	bool roots;			/* these are roots: all that refer to them belong */
};

static int add(struct closure *c, const struct csm_rtype *t, int64_t id)
{
	unsigned i = xfer_dict_index(c->dict, t);

	if (id > 0 && xfer_bits_add(c->in[i], id))
		xfer_bits_add(c->next[i], id);
	return CSM_OK;
}

static struct xfer_bits **new_sets(struct csm_arena *a, unsigned n)
{
	struct xfer_bits **sets = csm_calloc(a, n, sizeof(struct xfer_bits *));

	for (unsigned i = 0; i < n; i++)
		sets[i] = xfer_bits_new(a);
	return sets;
}

/* What came new becomes what is to be looked at; whether there is any. */
static bool turn(struct closure *c)
{
	bool any = false;

	c->todo = c->next;
	c->next = new_sets(c->out->arena, c->dict->ntypes);
	for (unsigned i = 0; i < c->dict->ntypes; i++)
		any = any || xfer_bits_count(c->todo[i]);
	return any;
}

static int each_todo(struct closure *c, int (*fn)(void *arg, int64_t id, struct csm_err *err), struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < c->dict->ntypes; i++) {
		c->type = c->dict->types[i];
		rc = xfer_bits_each(c->todo[i], fn, c, err);
	}
	return rc;
}

/* ---- who refers to it ---- */

/* Each record whose field refers to id; there may be very many. */
static int each_child(struct closure *c, const struct csm_rtype *t, int field, int64_t id,
		      int (*fn)(struct closure *c, const struct csm_rec *r), struct csm_err *err)
{
	int64_t after = 0;
	bool more = true;
	int rc = CSM_OK;

	while (!rc && more) {
		struct csm_mark m = csm_arena_mark(c->scratch);
		struct csm_rec **rows;
		unsigned n;

		rc = csm_store_children_after(c->out->store, t, field, id, after, XFER_PAGE, c->scratch, &rows, &n, &more,
					      err);
		for (unsigned i = 0; !rc && i < n; i++) {
			after = rows[i]->id;
			rc = fn(c, rows[i]);
		}
		csm_arena_rewind(c->scratch, m);
	}
	return rc;
}

static int add_owners_of(struct closure *c, const struct csm_rec *r)
{
	for (unsigned i = 0; i < r->type->nfields; i++)
		if (r->type->fields[i].flags & CSM_F_OWNER && !csm_rec_null(r, (int)i))
			add(c, csm_dict_type(c->dict, r->type->fields[i].target), csm_rec_int(r, (int)i));
	return CSM_OK;
}

/* The records that own the rows which refer to it. */
static int add_owners(struct closure *c, const struct csm_rtype *from, int field, int64_t id,
		      struct csm_err *err)
{
	return each_child(c, from, field, id, add_owners_of, err);
}

static int add_referrers(struct closure *c, const struct csm_rtype *from, int field, int64_t id,
			 struct csm_err *err)
{
	const struct csm_value v = csm_int(id);
	int64_t few[64], *ids = few;
	unsigned n;
	int rc = csm_store_match(c->out->store, from, &field, &v, 1, few, CSM_COUNT(few), &n, err);

	if (!rc && n > CSM_COUNT(few)) {
		ids = csm_calloc(c->scratch, n, sizeof(*ids));
		rc = csm_store_match(c->out->store, from, &field, &v, 1, ids, n, &n, err);
	}
	for (unsigned i = 0; !rc && i < n; i++)
		add(c, from, ids[i]);
	return rc;
}

static bool belongs(const struct closure *c, const struct csm_rtype *from, const struct csm_field *f)
{
	if (f->kind != CSM_K_REF || f->flags & CSM_F_OWNER || from->flags & CSM_T_LOG ||
	    c->empty[xfer_dict_index(c->dict, from)] ||
	    strcmp(f->target, c->type->name) != 0)
		return false;
	return c->roots ||
	       (!(from->flags & CSM_T_OWNED) && (f->flags & CSM_F_REQUIRED || f->ondel == CSM_ON_CASCADE));
}

static int look_back(void *arg, int64_t id, struct csm_err *err)
{
	struct closure *c = arg;
	struct csm_mark m = csm_arena_mark(c->scratch);
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < c->dict->ntypes; i++) {
		const struct csm_rtype *from = c->dict->types[i];

		for (unsigned k = 0; !rc && k < from->nfields; k++) {
			if (!belongs(c, from, &from->fields[k]))
				continue;
			rc = from->flags & CSM_T_OWNED ? add_owners(c, from, (int)k, id, err)
						       : add_referrers(c, from, (int)k, id, err);
			csm_arena_rewind(c->scratch, m);
		}
	}
	return rc;
}

/* ---- what it refers to ---- */

/* Records named in a condition: an import refuses a condition that names one that is not there. */
static void add_named(struct closure *c, const struct csm_filter *f)
{
	if (!f)
		return;
	add_named(c, f->a);
	add_named(c, f->b);
	if (!f->field || (f->field->kind != CSM_K_REF && f->field->kind != CSM_K_REF_LIST))
		return;
	for (unsigned i = 0; i < f->nvalues; i++) {
		const struct csm_value *v = &f->values[i];

		add(c, csm_dict_type(c->dict, f->field->target),
		    v->tag == CSM_TEXT ? strtoll(v->s, NULL, 10) : v->i);
	}
}

/*
 * A condition does not say what it is about: cases, as most are, or the type that fits. One that fits none, or
 * names what is gone, names nothing that could come too.
 */
static int add_condition(struct closure *c, const char *text)
{
	static const char *const about[] = { "case", "case_task" };

	for (size_t i = 0; i < CSM_COUNT(about); i++) {
		const struct csm_rtype *t = csm_dict_type(c->dict, about[i]);
		struct csm_filter *f;

		if (csm_store_filter(c->out->store, t, text, c->scratch, &f, NULL) == CSM_OK)
			add_named(c, f);
	}
	return CSM_OK;
}

static int add_targets(struct closure *c, const struct csm_rec *r)
{
	char word[32];

	for (unsigned i = 0; i < r->type->nfields; i++) {
		const struct csm_field *f = &r->type->fields[i];
		const struct csm_rtype *t = f->target ? csm_dict_type(c->dict, f->target) : NULL;

		if (csm_rec_null(r, (int)i))
			continue;
		if (f->kind == CSM_K_REF && !(f->flags & CSM_F_OWNER))
			add(c, t, csm_rec_int(r, (int)i));
		for (unsigned k = 0; f->kind == CSM_K_REF_LIST &&
				     csm_list_word(csm_rec_text(r, (int)i), k, word, sizeof(word)); k++)
			add(c, t, strtoll(word, NULL, 10));
		if (f->kind == CSM_K_EXPR)
			add_condition(c, csm_rec_text(r, (int)i));
	}
	return CSM_OK;
}

static int look_ahead(void *arg, int64_t id, struct csm_err *err)
{
	struct closure *c = arg;
	struct csm_mark m = csm_arena_mark(c->scratch);
	const struct csm_rtype *owned, *t = c->type;
	struct csm_rec *r;
	int field, rc = csm_store_get(c->out->store, t, id, c->scratch, &r, err);

	if (!rc && r)
		rc = add_targets(c, r);
	for (unsigned i = 0; !rc && (owned = csm_dict_owned(c->dict, t, i, &field)) != NULL; i++) {
		if (c->empty[xfer_dict_index(c->dict, owned)])
			continue;
		rc = each_child(c, owned, field, id, add_targets, err);
	}
	csm_arena_rewind(c->scratch, m);
	return rc;
}

/* ---- together ---- */

static int take_root(void *arg, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	(void)a;
	(void)err;
	return add(arg, r->type, r->id);
}

static int take_roots(struct closure *c, const struct xfer_pick *picks, const bool *named, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < c->dict->ntypes; i++) {
		if (!named[i])
			continue;
		if (c->dict->types[i]->flags & CSM_T_OWNED)
			return csm_fail(err, CSM_E_USAGE,
					"a %s stands in its owner's document: a closure begins at the owner",
					c->dict->types[i]->name);
		rc = xfer_each_record(c->out, c->dict->types[i], &picks[i], take_root, c, err);
	}
	return rc;
}

static int add_each(void *arg, int64_t id, struct csm_err *err)
{
	struct closure *c = arg;

	(void)err;
	xfer_bits_add(c->next[xfer_dict_index(c->dict, c->type)], id);
	return CSM_OK;
}

int xfer_pick_closure(struct xfer_out *o, struct xfer_pick *picks, const bool *named, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(o->arena);
	struct closure c = { .out = o, .dict = csm_store_dict(o->store), .scratch = a, .roots = true };
	int rc = CSM_OK;

	c.in = new_sets(o->arena, c.dict->ntypes);
	c.next = new_sets(o->arena, c.dict->ntypes);
	c.empty = csm_calloc(o->arena, c.dict->ntypes, sizeof(*c.empty));
	for (unsigned i = 0; !rc && i < c.dict->ntypes; i++)
		rc = xfer_is_empty(o, c.dict->types[i], &c.empty[i], err);
	if (!rc)
		rc = take_roots(&c, picks, named, err);
	while (!rc && turn(&c)) {
		rc = each_todo(&c, look_back, err);
		c.roots = false;
	}
	/* all that came so far is where the way ahead begins */
	c.todo = c.in;
	if (!rc)
		rc = each_todo(&c, add_each, err);
	while (!rc && turn(&c))
		rc = each_todo(&c, look_ahead, err);
	for (unsigned i = 0; i < c.dict->ntypes; i++)
		picks[i] = (struct xfer_pick){ .bits = c.in[i] };
	return rc;
}
