/* SPDX-License-Identifier: MIT */
/*
 * match.c - the stored record that a record of the load stands for, by the keys it states. Two records of a
 * load that stand for one are an error, which is told of the later one.
 */
#include "xfer_priv.h"

/* Searches for the place of a record by its id go through all of its type: as many as people read. */
#define SEARCHES 100

/* ---- ids that records of the load stand for ---- */

/* 256 ids that are next to each other. */
struct xfer_chunk {
	int64_t number;			/* 1 + id / 256; 0: free */
	uint64_t bits[4];
};

static struct xfer_chunk *find_chunk(const struct xfer_held *h, int64_t id)
{
	size_t i = csm_hash_int(0, (uint64_t)(id >> 8)) & (h->size - 1);

	while (h->chunks[i].number && h->chunks[i].number != (id >> 8) + 1)
		i = (i + 1) & (h->size - 1);
	return &h->chunks[i];
}

bool xfer_is_held(const struct csm_import *im, unsigned type, int64_t id)
{
	const struct xfer_held *h = &im->types[type].held;

	return h->size && find_chunk(h, id)->bits[id >> 6 & 3] >> (id & 63) & 1;
}

static void grow_held(struct csm_import *im, struct xfer_held *h)
{
	const struct xfer_held was = *h;

	h->size = was.size ? was.size * 2 : 16;
	h->chunks = csm_calloc(im->arena, h->size, sizeof(*h->chunks));
	for (size_t i = 0; i < was.size; i++)
		if (was.chunks[i].number)
			*find_chunk(h, (was.chunks[i].number - 1) * 256) = was.chunks[i];
}

void xfer_hold(struct csm_import *im, unsigned type, int64_t id)
{
	struct xfer_held *h = &im->types[type].held;
	struct xfer_chunk *c;

	if (2 * (h->used + 1) > h->size)
		grow_held(im, h);
	c = find_chunk(h, id);
	h->used += !c->number;
	c->number = (id >> 8) + 1;
	c->bits[id >> 6 & 3] |= UINT64_C(1) << (id & 63);
}

void xfer_release(struct csm_import *im, unsigned type, int64_t id)
{
	if (xfer_is_held(im, type, id))
		find_chunk(&im->types[type].held, id)->bits[id >> 6 & 3] &= ~(UINT64_C(1) << (id & 63));
}

struct xfer_at xfer_holder(struct csm_import *im, const struct xfer_item *item, int64_t id)
{
	struct xfer_at at = { item->at.type, 0 };

	if (!im->early && im->searches++ < SEARCHES)
		for (; at.n < im->types[at.type].n; at.n++)
			if (at.n != item->at.n && xfer_side(im, at).id == id)
				return at;
	at.n = -1;
	return at;
}

static const char *place_of(struct csm_import *im, struct xfer_at at)
{
	return at.n < 0 ? "another record" : csm_sprintf(im->scratch, "the record at %s", xfer_place(im, at));
}

int xfer_twice(struct csm_import *im, const struct xfer_item *item, const char *what, struct xfer_at other,
	       struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "%s %s of this load", what, place_of(im, other));
	csm_err_on(err, item->type->name, NULL, NULL);
	return csm_err_at(err, item->file, item->node->line, item->node->col);
}

int xfer_key_taken(struct csm_import *im, const struct xfer_item *item, int field, const char *text,
		   struct xfer_at other, struct csm_err *err)
{
	const struct csm_node *n = item->by[field];

	csm_fail(err, CSM_E_INVALID, "'%s' is also the key of %s of this load", text, place_of(im, other));
	csm_err_on(err, item->type->name, NULL, item->type->fields[field].name);
	return csm_err_at(err, item->file, n ? n->line : item->node->line, n ? n->col : 0);
}

/* ---- keys ---- */

int xfer_key_text(struct csm_import *im, const struct xfer_item *item, int field, struct csm_value *v,
		  const char **text, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	const struct csm_field *f = &t->fields[field];
	const struct csm_node *n = item->by[field];
	int64_t id;
	int rc;

	*v = csm_null();
	*text = NULL;
	if (!n || n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL || !*n->text)
		return CSM_OK;
	rc = csm_field_parse(im->scratch, t, f, n->text, csm_store_now(im->store), v, err);
	if (rc)
		return csm_err_at(err, item->file, n->line, n->col);
	if (v->tag == CSM_NULL)
		return CSM_OK;
	id = f->flags & CSM_F_COMPUTED && t->prefix ? csm_number_parse(t, n->text) : 0;
	*text = id ? csm_number_format(im->scratch, t, id) : csm_field_format(im->scratch, f, v);
	if (id)
		*v = csm_text(*text);
	return CSM_OK;
}

int xfer_set_text(struct csm_import *im, const struct xfer_item *item, const char *set, int *fields,
		  struct csm_value *v, unsigned *n, const char **text, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);
	char word[64];

	*text = NULL;
	for (*n = 0; *n < 8 && csm_word(set, *n, word, sizeof(word)); ++*n) {
		const char *part;
		int rc;

		fields[*n] = csm_field_index(item->type, word);
		rc = xfer_key_text(im, item, fields[*n], &v[*n], &part, err);
		if (rc || !part)
			return rc;
		csm_buf_addf(&b, "%s%s", *n ? "\n" : "", part);
	}
	*text = b.s;
	return CSM_OK;
}

/* ---- which stored record it is ---- */

static int match_values(struct csm_import *im, struct xfer_item *item, const int *fields,
			const struct csm_value *v, unsigned nfields, struct csm_err *err)
{
	int64_t id = 0;
	unsigned n = 0;
	int rc;

	if (item->id || xfer_key_of(im, item))
		return CSM_OK;
	rc = csm_store_match(im->store, item->type, fields, v, nfields, &id, 1, &n, err);
	if (rc || !n)
		return rc;
	item->id = id;
	item->flags |= XFER_EXISTS;
	return CSM_OK;
}

/* Whether an earlier record of the load has the text in the field; of a type that is matched ahead. */
static int find_earlier(struct csm_import *im, const struct xfer_item *item, struct xfer_hits *h,
			struct xfer_at *other, struct csm_err *err)
{
	struct xfer_item hit;
	bool found;
	int rc = xfer_hit(h, im->scratch, &hit, &found, err);

	other->n = !rc && found && hit.at.n < item->at.n ? hit.at.n : -1;
	return rc;
}

/* The number it states is its own: of a stored record it has to be that. */
static int claim(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;

	if (!(item->flags & XFER_EXISTS) || item->id == item->claimed) {
		item->id = item->claimed;
		return CSM_OK;
	}
	csm_fail(err, CSM_E_CONFLICT, "the record with that key is %s, its number can't become %s",
		 csm_number_format(im->scratch, t, item->id), csm_number_format(im->scratch, t, item->claimed));
	return csm_err_on(err, t->name, NULL, "number");
}

static int match_field(struct csm_import *im, struct xfer_item *item, int field, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	struct xfer_at other = { item->at.type, -1 };
	struct xfer_hits h;
	struct csm_value v;
	const char *text;
	int rc = xfer_key_text(im, item, field, &v, &text, err);

	if (rc || !text)
		return rc;
	rc = match_values(im, item, &field, &v, 1, err);
	if (!rc && item->claimed && t->fields[field].flags & CSM_F_COMPUTED)
		rc = claim(im, item, err);
	if (rc || !im->types[item->at.type].forward)
		return rc;
	rc = xfer_find(&h, im, item->at.type, field, text, err);
	if (!rc)
		rc = find_earlier(im, item, &h, &other, err);
	return rc || other.n < 0 ? rc : xfer_key_taken(im, item, field, text, other, err);
}

/* By one of the sets of fields that are unique together, when all are stated and none is a reference. */
static int match_set(struct csm_import *im, struct xfer_item *item, const char *set, struct csm_err *err)
{
	struct xfer_at other = { item->at.type, -1 };
	struct csm_value v[8];
	struct xfer_hits h;
	const char *text;
	int fields[8], rc;
	unsigned n;

	rc = xfer_set_text(im, item, set, fields, v, &n, &text, err);
	if (rc || !text)
		return rc;
	rc = match_values(im, item, fields, v, n, err);
	if (rc || !im->types[item->at.type].forward)
		return rc;
	rc = xfer_find_set(&h, im, item->at.type, set, text, err);
	if (!rc)
		rc = find_earlier(im, item, &h, &other, err);
	return rc || other.n < 0 ?
		       rc :
		       xfer_twice(im, item, csm_sprintf(im->scratch, "%s are as in", set), other, err);
}

/* How the record of the load that has the item's id got it: by the same key, or by another one. */
static int same_record(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	struct xfer_at at = xfer_holder(im, item, item->id);
	const struct csm_rtype *t = item->type;
	struct xfer_item other = { .at = at };
	struct csm_err ignored = { 0 };
	const char *mine, *text;
	struct csm_value v[8];
	int fields[8], rc = at.n < 0 ? CSM_OK : xfer_load(im, at, im->scratch, &other, err);
	unsigned n;

	if (rc)
		return rc;
	if (xfer_key_of(im, item)) {
		item->id = 0;
		item->flags &= ~XFER_EXISTS;
		return xfer_twice(im, item, csm_sprintf(im->scratch, "%s are as in", im->opts.key), at, err);
	}
	item->id = 0;
	item->flags &= ~XFER_EXISTS;
	for (unsigned i = 0; at.n >= 0 && i < t->nfields; i++)
		if (t->fields[i].flags & CSM_F_KEY && !xfer_key_text(im, item, (int)i, v, &mine, &ignored) &&
		    mine && !xfer_key_text(im, &other, (int)i, v, &text, &ignored) && text &&
		    strcmp(mine, text) == 0)
			return xfer_key_taken(im, item, (int)i, mine, at, err);
	for (const char *p = at.n < 0 ? NULL : t->unique; p && *p;) {
		size_t len = strcspn(p, ";");
		const char *set = csm_strndup(im->scratch, p, len);

		if (!xfer_set_text(im, item, set, fields, v, &n, &mine, &ignored) && mine &&
		    !xfer_set_text(im, &other, set, fields, v, &n, &text, &ignored) && text &&
		    strcmp(mine, text) == 0)
			return xfer_twice(im, item, csm_sprintf(im->scratch, "%s are as in", set), at, err);
		p += len + (p[len] == ';');
	}
	return xfer_twice(im, item, "is the same as", at, err);
}

int xfer_match_early(struct csm_import *im, const struct xfer_item *item, struct csm_err *err)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < x->nkeys; i++) {
		struct csm_value v;
		const char *text;
		unsigned n;
		int64_t id;

		if (!item->by[x->keys[i]])
			continue;
		rc = xfer_key_text(im, item, x->keys[i], &v, &text, err);
		if (!rc && text)
			rc = csm_store_match(im->store, item->type, &x->keys[i], &v, 1, &id, 1, &n, err);
		rc = xfer_not_now(rc, err);
	}
	return rc;
}

/* By number, external_id and natural keys, in row order. */
int xfer_match(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	const struct xfer_by *by = xfer_key_of(im, item);
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	int rc = by && !by->late ? xfer_key_match(im, item, by, err) : CSM_OK;

	for (unsigned i = 0; !rc && i < x->nkeys; i++)
		if (item->by[x->keys[i]])
			rc = match_field(im, item, x->keys[i], err);
	for (const char *p = item->flags & XFER_LATE || by ? NULL : item->type->unique; !rc && p && *p;) {
		size_t n = strcspn(p, ";");

		rc = match_set(im, item, csm_strndup(im->scratch, p, n), err);
		p += n + (p[n] == ';');
	}
	if (rc || !item->id)
		return rc;
	if (xfer_is_held(im, item->at.type, item->id))
		return same_record(im, item, err);
	xfer_hold(im, item->at.type, item->id);
	return CSM_OK;
}
