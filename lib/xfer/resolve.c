/* SPDX-License-Identifier: MIT */
/*
 * resolve.c - references of a document to ids: by number (arithmetic), by any unique key, by title where one record has it, or by a map of
 * fields ({name: ..., account.name: ...}); first among the records of the load, then in the database.
 */
#include "xfer_priv.h"

#define MAX_PAIRS 8

/* One field of a map reference with the value it must have. */
struct pair {
	int field;
	struct csm_value v;
	const char *text;
};

static int use_item(struct csm_import *im, struct xfer_item *item, int64_t *id, struct csm_err *err)
{
	const char *where = csm_sprintf(im->arena, "%s:%lld", item->file, (long long)item->node->line);

	if (item->rejected)
		return csm_fail(err, CSM_E_INVALID, "the %s it refers to (%s) was rejected", item->type->name, where);
	if (!item->id)
		return csm_fail(err, CSM_E_INVALID, "the %s at %s has no key of its own and can't be referred to", item->type->name, where);
	if (!item->written)
		item->awaited = true;
	*id = item->id;
	return CSM_OK;
}

static int ambiguous(const struct csm_rtype *t, const char *text, const struct xfer_item *x, const struct xfer_item *y, struct csm_err *err)
{
	return csm_fail(err, CSM_E_CONFLICT, "'%s' names more than one %s of this load (%s:%lld, %s:%lld)", text, t->name, x->file,
			(long long)x->node->line, y->file, (long long)y->node->line);
}

/* A single text among the keys of the load; *id 0 when no record of the load has it. */
static int find_in_load(struct csm_import *im, const struct csm_rtype *t, const char *text, int64_t *id, struct csm_err *err)
{
	int title = csm_type_title(t);

	for (int pass = 0; pass < 2; pass++) {
		for (unsigned i = 0; i < t->nfields; i++) {
			const struct csm_field *f = &t->fields[i];
			bool key = f->flags & CSM_F_KEY;
			struct xfer_key *k, *more;

			if (pass == 0 ? !key : key || (int)i != title)
				continue;
			k = xfer_index_find(&im->index, t, (int)i, text, NULL);
			if (!k)
				continue;
			more = xfer_index_find(&im->index, t, (int)i, text, k);
			if (more)
				return ambiguous(t, text, k->item, more->item, err);
			return use_item(im, k->item, id, err);
		}
	}
	return CSM_OK;
}

static int resolve_text(struct csm_import *im, const struct csm_rtype *t, const char *text, int64_t *id, struct csm_err *err)
{
	int64_t number = csm_number_parse(t, text), other = 0;
	int rc;

	*id = 0;
	if (number) {
		struct csm_rec *r;
		struct csm_mark m;
		struct xfer_key *k = xfer_index_find(&im->index, t, csm_field_index(t, "number"),
						     csm_number_format(im->arena, t, number), NULL);
		if (k)
			return use_item(im, k->item, id, err);
		m = csm_arena_mark(im->arena);
		rc = csm_store_get(im->store, t, number, im->arena, &r, err);
		if (!rc && r)
			*id = number;
		csm_arena_rewind(im->arena, m);
		if (rc || *id)
			return rc;
	}
	rc = find_in_load(im, t, text, id, err);
	if (rc)
		return rc;
	if (*id) {
		struct csm_err ignored = { 0 };
		int title = csm_type_title(t);

		/* a title of the load that another stored record has too is not unique */
		if (xfer_index_find(&im->index, t, title, text, NULL) && !(t->fields[title].flags & CSM_F_KEY) &&
		    csm_store_find(im->store, t, text, &other, &ignored) == CSM_OK && other != *id)
			return csm_fail(err, CSM_E_CONFLICT, "'%s' names a %s of this load and another in the database", text, t->name);
		return CSM_OK;
	}
	return csm_store_find(im->store, t, text, id, err);
}

static int take_pair(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *n, struct pair *p, struct csm_err *err)
{
	const char *dot = strchr(n->key, '.');
	const char *head = dot ? csm_strndup(im->arena, n->key, (size_t)(dot - n->key)) : n->key;
	const struct csm_field *f;
	int64_t id;
	int rc;

	p->field = csm_field_index(t, head);
	if (p->field < 0)
		return csm_fail(err, CSM_E_INVALID, "'%s' is no field of %s", head, t->name);
	f = &t->fields[p->field];
	if (f->kind == CSM_K_REF) {
		const struct csm_rtype *target = csm_dict_type(csm_store_dict(im->store), f->target);
		struct csm_node inner = *n, map = { .type = CSM_N_MAP, .first = &inner, .line = n->line, .col = n->col };

		inner.key = dot ? dot + 1 : NULL;
		inner.next = NULL;
		rc = xfer_resolve(im, target, dot ? &map : n, &id, err);
		p->v = csm_int(id);
		p->text = NULL;
		return rc;
	}
	if (dot || n->type != CSM_N_SCALAR)
		return csm_fail(err, CSM_E_INVALID, "'%s' can't be part of a reference", n->key);
	if (n->scalar == CSM_SC_NULL)
		return csm_fail(err, CSM_E_INVALID, "'%s': null can't be part of a reference", n->key);
	rc = csm_field_parse(im->arena, t, f, n->text, csm_store_now(im->store), &p->v, err);
	p->text = rc ? NULL : csm_field_format(im->arena, f, &p->v);
	return rc;
}

/* Whether a record of the load states every pair. */
static int item_fits(struct csm_import *im, const struct xfer_item *item, const struct pair *p, unsigned n, bool *fits, struct csm_err *err)
{
	*fits = false;
	for (unsigned i = 0; i < n; i++) {
		const struct csm_field *f = &item->type->fields[p[i].field];
		const struct csm_node *node = csm_node_get(item->node, f->name);
		struct csm_err ignored = { 0 };
		struct csm_value v = csm_null();
		int64_t id = 0;

		if (!p[i].text) {
			if (item->owner && item->owner_field == p[i].field)
				id = item->owner->id;
			else if (node && xfer_resolve(im, csm_dict_type(csm_store_dict(im->store), f->target), node, &id, &ignored))
				id = 0;
			if (id != p[i].v.i)
				return CSM_OK;
			continue;
		}
		if (!node || node->type != CSM_N_SCALAR || node->scalar == CSM_SC_NULL)
			return CSM_OK;
		if (csm_field_parse(im->arena, item->type, f, node->text, csm_store_now(im->store), &v, &ignored) ||
		    !csm_value_eq(&v, &p[i].v))
			return CSM_OK;
	}
	(void)err;
	*fits = true;
	return CSM_OK;
}

static const char *pairs_text(struct csm_import *im, const struct csm_rtype *t, const struct pair *p, unsigned n)
{
	struct csm_buf b = CSM_BUF(im->arena);

	for (unsigned i = 0; i < n; i++)
		csm_buf_addf(&b, "%s%s: %s", i ? ", " : "", t->fields[p[i].field].name,
			     p[i].text ? p[i].text : csm_sprintf(im->arena, "#%lld", (long long)p[i].v.i));
	return b.s;
}

static int resolve_pairs(struct csm_import *im, const struct csm_rtype *t, const struct pair *p, unsigned n, int64_t *id, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	struct xfer_item *found = NULL;
	int64_t ids[8];
	int fields[MAX_PAIRS];
	struct csm_value values[MAX_PAIRS];
	unsigned count = 0;
	int rc;

	for (unsigned i = 0; i < d->ntypes; i++) {
		for (size_t j = 0; d->types[i] == t && j < im->items[i].n; j++) {
			struct xfer_item *item = *CSM_AT(&im->items[i], struct xfer_item *, j);
			bool fits;

			rc = item_fits(im, item, p, n, &fits, err);
			if (rc)
				return rc;
			if (!fits)
				continue;
			if (found)
				return ambiguous(t, pairs_text(im, t, p, n), found, item, err);
			found = item;
		}
	}
	for (unsigned i = 0; i < n; i++) {
		fields[i] = p[i].field;
		values[i] = p[i].v;
	}
	rc = csm_store_match(im->store, t, fields, values, n, ids, 8, &count, err);
	if (rc)
		return rc;
	if (count > 1 || (count == 1 && found && found->id != ids[0])) {
		struct csm_buf b = CSM_BUF(im->arena);

		for (unsigned i = 0; i < count && i < 8; i++) {
			const char *key = "";

			csm_store_key(im->store, t, ids[i], im->arena, &key, err);
			csm_buf_addf(&b, "%s%s", i ? ", " : "", key);
		}
		return csm_fail(err, CSM_E_CONFLICT, "{%s} names more than one %s: %s", pairs_text(im, t, p, n), t->name, b.s);
	}
	if (found)
		return use_item(im, found, id, err);
	if (!count)
		return csm_fail(err, CSM_E_NOTFOUND, "no %s with {%s}", t->name, pairs_text(im, t, p, n));
	*id = ids[0];
	return CSM_OK;
}

int xfer_resolve(struct csm_import *im, const struct csm_rtype *target, const struct csm_node *node, int64_t *id, struct csm_err *err)
{
	struct pair pairs[MAX_PAIRS];
	unsigned n = 0;
	int rc;

	*id = 0;
	if (node->type == CSM_N_SEQ)
		return csm_fail(err, CSM_E_INVALID, "expected one %s, not a list", target->name);
	if (node->type == CSM_N_SCALAR)
		return resolve_text(im, target, node->text, id, err);
	for (const struct csm_node *c = node->first; c; c = c->next) {
		if (n == MAX_PAIRS)
			return csm_fail(err, CSM_E_INVALID, "a reference has at most %d fields", MAX_PAIRS);
		rc = take_pair(im, target, c, &pairs[n++], err);
		if (rc)
			return rc;
	}
	if (n == 1 && pairs[0].text && target->fields[pairs[0].field].flags & CSM_F_COMPUTED)
		return resolve_text(im, target, pairs[0].text, id, err);
	if (!n)
		return csm_fail(err, CSM_E_INVALID, "an empty reference to %s", target->name);
	return resolve_pairs(im, target, pairs, n, id, err);
}
