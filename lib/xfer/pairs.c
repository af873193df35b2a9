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
	const struct csm_rtype *type;
	struct pair p[MAX_PAIRS];
	unsigned n;
};

static int take_ref(struct csm_import *im, const struct csm_field *f, const struct csm_node *n,
		    const char *rest, struct pair *p, struct csm_err *err)
{
	const struct csm_rtype *target = csm_dict_type(csm_store_dict(im->store), f->target);
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

static int take_pair(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *n,
		     struct pair *p, struct csm_err *err)
{
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
		return take_ref(im, f, n, dot ? dot + 1 : NULL, p, err);
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

/* The id that the reference of an item has, 0 when it has none that can be found. */
static int64_t item_ref(struct csm_import *im, struct xfer_item *item, int field)
{
	const struct csm_field *f = &item->type->fields[field];
	const struct csm_node *n = csm_node_get(item->node, f->name);
	struct xfer_item *writing = im->writing;
	struct csm_err ignored = { 0 };
	int64_t id = 0;

	if (item->owner && item->owner_field == field)
		return item->owner->id;
	if (!n)
		return 0;
	if (!item->refs)
		item->refs = csm_calloc(im->arena, item->type->nfields, sizeof(*item->refs));
	if (!item->refs[field]) {
		im->writing = NULL;	/* only asking: nobody waits for what is found */
		if (xfer_resolve(im, csm_dict_type(csm_store_dict(im->store), f->target), n, &id,
				 &ignored) ||
		    !id)
			id = -1;
		im->writing = writing;
		item->refs[field] = id;
	}
	return item->refs[field] > 0 ? item->refs[field] : 0;
}

/* Whether a record of the load states every pair. */
static bool item_fits(struct csm_import *im, struct xfer_item *item, const struct pairs *q)
{
	for (unsigned i = 0; i < q->n; i++) {
		const struct pair *p = &q->p[i];
		const struct csm_field *f = &item->type->fields[p->field];
		const struct csm_node *n = csm_node_get(item->node, f->name);
		struct csm_err ignored = { 0 };
		struct csm_value v;

		if (!p->text) {
			if (item_ref(im, item, p->field) != p->v.i)
				return false;
			continue;
		}
		if (!n || n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL || !*n->text)
			return false;
		if (f->flags & CSM_F_COMPUTED) {
			if (csm_number_parse(item->type, p->text) != item->claimed)
				return false;
			continue;
		}
		if (csm_field_parse(im->scratch, item->type, f, n->text, csm_store_now(im->store), &v,
				    &ignored) ||
		    !csm_value_eq(&v, &p->v))
			return false;
	}
	return true;
}

struct found {
	struct xfer_item *first, *second, *rejected;
};

static void consider(struct csm_import *im, struct xfer_item *item, const struct pairs *q,
		     struct found *out)
{
	if (out->second || !item_fits(im, item, q))
		return;
	if (item->rejected && !item->exists)
		out->rejected = item;
	else if (!out->first)
		out->first = item;
	else
		out->second = item;
}

/* Those that have one of the pairs are looked at, all only when every pair is a reference. */
static void find_items(struct csm_import *im, const struct pairs *q, struct found *out)
{
	const struct csm_vec *items = &im->items[xfer_type_index(im, q->type)];
	unsigned by = 0;

	*out = (struct found){ 0 };
	if (!items->n)
		return;
	while (by < q->n && !q->p[by].text)
		by++;
	for (unsigned i = by + 1; i < q->n; i++)	/* a key, if there is one */
		if (q->p[i].text && q->type->fields[q->p[i].field].flags & CSM_F_KEY)
			by = i;
	if (by == q->n) {
		for (size_t i = 0; i < items->n; i++)
			consider(im, *CSM_AT(items, struct xfer_item *, i), q, out);
		return;
	}
	xfer_index_field(im, q->type, q->p[by].field);
	for (struct xfer_key *k =
		     xfer_index_find(&im->index, q->type, q->p[by].field, q->p[by].text, NULL);
	     k; k = k->more)
		consider(im, k->item, q, out);
}

/* ---- the answer ---- */

static const char *pairs_text(struct csm_import *im, const struct pairs *q)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	for (unsigned i = 0; i < q->n; i++) {
		const struct csm_field *f = &q->type->fields[q->p[i].field];
		const char *text = q->p[i].text;

		if (!text)
			csm_store_key(im->store, csm_dict_type(csm_store_dict(im->store), f->target),
				      q->p[i].v.i, im->scratch, &text, NULL);
		csm_buf_addf(&b, "%s%s: %s", i ? ", " : "", f->name, text ? text : "(of this load)");
	}
	return b.s;
}

static int many_stored(struct csm_import *im, const struct pairs *q, const int64_t *ids, unsigned n,
		       const struct found *in_load, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	if (in_load->first)
		csm_buf_add(&b, xfer_place(im->scratch, in_load->first));
	for (unsigned i = 0; i < n; i++) {
		const char *key = NULL;
		int rc = csm_store_key(im->store, q->type, ids[i], im->scratch, &key, err);

		if (rc)
			return rc;
		csm_buf_addf(&b, "%s%s", b.n ? ", " : "", key ? key : "?");
	}
	return csm_fail(err, CSM_E_CONFLICT, "{%s} names more than one %s: %s", pairs_text(im, q),
			q->type->name, b.s);
}

static int resolve_pairs(struct csm_import *im, const struct pairs *q, int64_t *id, struct csm_err *err)
{
	struct csm_value values[MAX_PAIRS];
	struct found f;
	int64_t ids[6];
	int fields[MAX_PAIRS], rc;
	unsigned count = 0;

	for (unsigned i = 0; i < q->n; i++) {
		fields[i] = q->p[i].field;
		values[i] = q->p[i].v;
	}
	find_items(im, q, &f);
	if (f.second)
		return csm_fail(err, CSM_E_CONFLICT, "{%s} names more than one %s of this load: %s, %s",
				pairs_text(im, q), q->type->name, xfer_place(im->scratch, f.first),
				xfer_place(im->scratch, f.second));
	rc = csm_store_match(im->store, q->type, fields, values, q->n, ids, CSM_COUNT(ids), &count, err);
	if (rc)
		return rc;
	if (count > 1 || (count && f.first && f.first->id != ids[0]))
		return many_stored(im, q, ids, count < CSM_COUNT(ids) ? count : CSM_COUNT(ids), &f, err);
	if (f.first)
		return xfer_use_item(im, f.first, id, err);
	if (count) {
		*id = ids[0];
		return CSM_OK;
	}
	if (f.rejected)
		return xfer_use_item(im, f.rejected, id, err);
	return csm_fail(err, CSM_E_NOTFOUND, "there is no %s with {%s}", q->type->name,
			pairs_text(im, q));
}

static int resolve_map(struct csm_import *im, const struct csm_rtype *target, const struct csm_node *node,
		       int64_t *id, struct csm_err *err)
{
	struct pairs q = { .type = target };

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
		return csm_fail(err, CSM_E_INVALID, "an empty map refers to no %s", target->name);
	return resolve_pairs(im, &q, id, err);
}

int xfer_resolve(struct csm_import *im, const struct csm_rtype *target, const struct csm_node *node,
		 int64_t *id, struct csm_err *err)
{
	int rc;

	*id = 0;
	if (node->type == CSM_N_SEQ)
		return csm_fail(err, CSM_E_INVALID, "expected one %s, not a list", target->name);
	if (node->type == CSM_N_SCALAR && (node->scalar == CSM_SC_NULL || !*node->text))
		return csm_fail(err, CSM_E_INVALID, "expected a %s, not null", target->name);
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
