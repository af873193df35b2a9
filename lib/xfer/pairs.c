/* SPDX-License-Identifier: MIT */
/*
 * pairs.c - a reference written as a map of fields ({name: ..., account.name: ...}), to the id of the one
 * record that has them all.
 */
#include "xfer_priv.h"

#define MAX_PAIRS 8
/* Of references inside references: more is a circle, or meant to look like one. */
#define MAX_DEPTH 8

/* One field of a map reference with the value it must have. */
struct pair {
	int field;
	struct csm_value v;
	const char *text;		/* as the index has it; NULL for a reference */
};

struct pairs {
	unsigned at;			/* the type by index */
	const struct csm_rtype *type;
	struct pair p[MAX_PAIRS];
	unsigned n;
};

static int take_ref(struct csm_import *im, unsigned target, const struct csm_node *n, const char *rest,
		    struct pair *p, struct csm_err *err)
{
	struct csm_node inner = *n,
			map = { .type = CSM_N_MAP, .first = &inner, .line = n->line, .col = n->col };
	int64_t id = 0;
	int rc;

	inner.key = rest;
	inner.next = NULL;
	rc = xfer_resolve(im, target, rest ? &map : n, &id, err);
	p->v = csm_int(id);
	p->text = NULL;
	return rc;
}

static int take_pair(struct csm_import *im, unsigned type, const struct csm_node *n, struct pair *p,
		     struct csm_err *err)
{
	const struct csm_rtype *t = im->types[type].type;
	const char *dot = strchr(n->key, '.');
	const char *head = dot ? csm_strndup(im->scratch, n->key, (size_t)(dot - n->key)) : n->key;
	const struct csm_field *f;
	int rc;

	p->field = csm_field_index(t, head);
	if (p->field < 0)
		return csm_fail(err, CSM_E_INVALID, "'%s' is no field of %s", head, t->name);
	f = &t->fields[p->field];
	if (n->type == CSM_N_SCALAR && (n->scalar == CSM_SC_NULL || !*n->text))
		return csm_fail(err, CSM_E_INVALID, "'%s': null can't be part of a reference", n->key);
	if (f->kind == CSM_K_REF)
		return take_ref(im, xfer_fields(im, type)->target[p->field], n, dot ? dot + 1 : NULL, p, err);
	if (dot || n->type != CSM_N_SCALAR || f->kind == CSM_K_REF_LIST)
		return csm_fail(err, CSM_E_INVALID, "'%s' can't be part of a reference", n->key);
	rc = csm_field_parse(im->scratch, t, f, n->text, csm_store_now(im->store), &p->v, err);
	if (!rc && f->flags & CSM_F_COMPUTED) {
		int64_t number = csm_number_parse(t, n->text);

		if (!number)
			return csm_fail(err, CSM_E_INVALID,
					"'%s' is no %s number (expected %s and digits)", n->text, t->name,
					t->prefix);
		p->v = csm_text(csm_number_format(im->scratch, t, number));
	}
	p->text = rc ? NULL : csm_field_format(im->scratch, f, &p->v);
	return rc;
}

/* ---- among the records of the load ---- */

/* The value of a pair as the index of its field has it. */
static const char *pair_text(struct csm_import *im, const struct pair *p)
{
	return p->text ? p->text : csm_sprintf(im->scratch, "#%lld", (long long)p->v.i);
}

/* Whether a record of the load states every pair. */
static int item_fits(struct csm_import *im, const struct xfer_item *item, const struct pairs *q, bool *out,
		     struct csm_err *err)
{
	*out = true;
	for (unsigned i = 0; *out && i < q->n; i++) {
		const char *text = xfer_text_of(im, item, q->p[i].field);

		*out = text && strcmp(text, pair_text(im, &q->p[i])) == 0;
	}
	return xfer_disk_check(&im->disk, err);
}

struct found {
	struct xfer_at first, second, rejected;	/* n -1: none */
	int64_t id;			/* of the first */
};

/* Those that have one of the pairs are looked at: of a key, if there is one, rather of a text than of a reference. */
static int find_items(struct csm_import *im, const struct pairs *q, bool gone, struct found *out,
		      struct csm_err *err)
{
	unsigned by = 0;
	struct xfer_hits h;
	struct xfer_item item;
	bool found = true, fits;
	int rc;

	out->first.n = out->second.n = out->rejected.n = -1;
	for (unsigned i = 1; i < q->n; i++) {
		uint32_t flags = q->type->fields[q->p[i].field].flags;

		if (q->p[i].text && (!q->p[by].text || flags & CSM_F_KEY))
			by = i;
	}
	rc = xfer_find(&h, im, q->at, q->p[by].field, pair_text(im, &q->p[by]), err);
	h.without |= XFER_STORED;	/* it is found in the database */
	h.any = gone ? XFER_REJECTED | XFER_SKIPPED : 0;
	while (!rc && found && out->second.n < 0) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = xfer_hit(&h, im->scratch, &item, &found, err);
		fits = false;
		if (!rc && found)
			rc = item_fits(im, &item, q, &fits, err);
		if (fits && XFER_IS_GONE(item.flags)) {
			out->rejected = item.at;
		} else if (fits && out->first.n < 0) {
			out->first = item.at;
			out->id = item.id;
		} else if (fits) {
			out->second = item.at;
		}
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

/* ---- the answer ---- */

static const char *pairs_text(struct csm_import *im, const struct pairs *q)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	for (unsigned i = 0; i < q->n; i++) {
		const struct csm_field *f = &q->type->fields[q->p[i].field];
		unsigned target = xfer_fields(im, q->at)->target[q->p[i].field];
		const char *text = q->p[i].text;

		if (!text)
			csm_store_key(im->store, im->types[target].type, q->p[i].v.i, im->scratch, &text,
				      NULL);
		csm_buf_addf(&b, "%s%s: %s", i ? ", " : "", f->name, text ? text : "(of this load)");
	}
	return b.s;
}

static int many_stored(struct csm_import *im, const struct pairs *q, const int64_t *ids, unsigned n,
		       const struct found *in_load, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);
	bool loaded = true;

	if (in_load->first.n >= 0)
		csm_buf_add(&b, xfer_place(im, in_load->first));
	for (unsigned i = 0; i < n; i++) {
		loaded = loaded && xfer_is_held(im, q->at, ids[i]);
		csm_buf_addf(&b, "%s%s", b.n ? ", " : "", xfer_candidate(im, q->type, ids[i]));
	}
	return csm_fail(err, CSM_E_CONFLICT, "{%s} names more than one %s%s: %s", pairs_text(im, q),
			q->type->name, loaded ? " of this load" : "", b.s);
}

/* One that was not found may be a record of the load that can't be stored. */
static int not_found(struct csm_import *im, const struct pairs *q, struct found *f, int64_t *id,
		     struct csm_err *err)
{
	const struct xfer_type *x = &im->types[q->at];
	int rc = CSM_OK;

	if (f->rejected.n < 0 && (x->rejected || x->missing) && !xfer_is_ahead(im, q->at)) {
		rc = find_items(im, q, true, f, err);
		if (f->first.n >= 0)	/* it is stored: what the load says of it is wrong */
			f->rejected = f->first;
	}
	if (rc || f->rejected.n >= 0)
		return rc ? rc : xfer_use(im, f->rejected, id, err);
	return csm_fail(err, CSM_E_NOTFOUND, "there is no %s with {%s}", q->type->name,
			pairs_text(im, q));
}

static int resolve_pairs(struct csm_import *im, const struct pairs *q, int64_t *id, struct csm_err *err)
{
	struct found f = { { 0, -1 }, { 0, -1 }, { 0, -1 }, 0 };
	struct csm_value values[MAX_PAIRS];
	int64_t ids[6];
	int fields[MAX_PAIRS], rc = CSM_OK;
	unsigned count = 0;

	for (unsigned i = 0; i < q->n; i++) {
		fields[i] = q->p[i].field;
		values[i] = q->p[i].v;
	}
	if (xfer_is_ahead(im, q->at))
		rc = find_items(im, q, false, &f, err);
	if (rc)
		return rc;
	if (f.second.n >= 0)
		return csm_fail(err, CSM_E_CONFLICT, "{%s} names more than one %s of this load: %s, %s",
				pairs_text(im, q), q->type->name, xfer_place(im, f.first),
				xfer_place(im, f.second));
	rc = csm_store_match(im->store, q->type, fields, values, q->n, ids, CSM_COUNT(ids), &count, err);
	if (rc)
		return rc;
	if (count > 1 || (count && f.first.n >= 0 && f.id != ids[0]))
		return many_stored(im, q, ids, count < CSM_COUNT(ids) ? count : CSM_COUNT(ids), &f, err);
	if (f.first.n >= 0)
		return xfer_use(im, f.first, id, err);
	if (!count)
		return not_found(im, q, &f, id, err);
	*id = ids[0];
	return CSM_OK;
}

static int resolve_map(struct csm_import *im, unsigned target, const struct csm_node *node, int64_t *id,
		       struct csm_err *err)
{
	struct pairs q = { .at = target, .type = im->types[target].type };

	for (const struct csm_node *c = node->first; c; c = c->next) {
		int rc;

		if (q.n == MAX_PAIRS)
			return csm_fail(err, CSM_E_INVALID, "a reference has at most %d fields",
					MAX_PAIRS);
		rc = take_pair(im, target, c, &q.p[q.n++], err);
		if (rc)
			return rc;
	}
	if (!q.n)
		return csm_fail(err, CSM_E_INVALID, "an empty map refers to no %s", q.type->name);
	return resolve_pairs(im, &q, id, err);
}

int xfer_resolve(struct csm_import *im, unsigned target, const struct csm_node *node, int64_t *id,
		 struct csm_err *err)
{
	const char *name = im->types[target].type->name;
	int rc;

	*id = 0;
	if (node->type == CSM_N_SEQ)
		return csm_fail(err, CSM_E_INVALID, "expected one %s, not a list", name);
	if (node->type == CSM_N_SCALAR && (node->scalar == CSM_SC_NULL || !*node->text))
		return csm_fail(err, CSM_E_INVALID, "expected a %s, not null", name);
	if (node->type == CSM_N_SCALAR)
		return xfer_resolve_text(im, target, node->text, id, err);
	if (im->depth == MAX_DEPTH)
		return csm_fail(err, CSM_E_INVALID, "references in references are more than %d deep",
				MAX_DEPTH);
	im->depth++;
	rc = resolve_map(im, target, node, id, err);
	im->depth--;
	return rc;
}
