/* SPDX-License-Identifier: MIT */
/*
 * resolve.c - a text that refers to a record, to its id: by number (arithmetic), by the key that an
 * export writes, by any other key, by title where one record has it; among the records of the load and in
 * the database alike.
 */
#include "xfer_priv.h"

/* Records that a text may mean; a record of the load that is stored too is one. */
#define MAX_CANDIDATES 6
struct candidates {
	int64_t id[MAX_CANDIDATES];
	struct xfer_item *item[MAX_CANDIDATES];	/* NULL: in the database only */
	unsigned n;			/* more than MAX_CANDIDATES: the rest is not kept */
	struct xfer_item *rejected;	/* one that would have been meant */
};

const char *xfer_place(struct csm_arena *a, const struct xfer_item *item)
{
	return csm_sprintf(a, "%s:%lld", item->file, (long long)item->node->line);
}

int xfer_use_item(struct csm_import *im, struct xfer_item *item, int64_t *id, struct csm_err *err)
{
	struct xfer_wait *w;

	if (item->rejected && !item->exists)
		return csm_fail(err, CSM_E_INVALID, "the %s it refers to (%s) was rejected",
				item->type->name, xfer_place(im->scratch, item));
	if (!item->id)
		return csm_fail(err, CSM_E_INVALID,
				"the %s at %s has no key of its own and can't be referred to",
				item->type->name, xfer_place(im->scratch, item));
	*id = item->id;
	if (item->written || !im->writing || im->writing == item ||
	    (item->waits && item->waits->item == im->writing))
		return CSM_OK;
	w = csm_alloc(im->arena, sizeof(*w));
	*w = (struct xfer_wait){ im->writing, im->field, item->waits };
	item->waits = w;
	return CSM_OK;
}

void xfer_index_field(struct csm_import *im, const struct csm_rtype *t, int field)
{
	unsigned type = xfer_type_index(im, t);
	const struct csm_field *f = &t->fields[field];
	uint64_t bit = UINT64_C(1) << (field % 64), *done = &im->indexed[type][field / 64];

	if (*done & bit || f->flags & CSM_F_KEY)
		return;
	*done |= bit;
	for (size_t i = 0; i < im->items[type].n; i++) {
		struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);
		const struct csm_node *n = csm_node_get(item->node, f->name);
		struct csm_value v;
		struct csm_err ignored = { 0 };

		if (n && n->type == CSM_N_SCALAR && n->scalar != CSM_SC_NULL && *n->text &&
		    !csm_field_parse(im->arena, t, f, n->text, csm_store_now(im->store), &v, &ignored))
			xfer_index_add(&im->index, t, field, csm_field_format(im->arena, f, &v), item);
	}
}

static void add_candidate(struct candidates *c, int64_t id, struct xfer_item *item)
{
	if (item && item->rejected && !item->exists) {
		c->rejected = item;
		return;
	}
	for (unsigned i = 0; i < c->n && i < MAX_CANDIDATES; i++)
		if (id ? c->id[i] == id : c->item[i] == item)
			return;
	if (c->n < MAX_CANDIDATES) {
		c->id[c->n] = id;
		c->item[c->n] = item;
	}
	c->n++;
}

/* The records that have the text in the field. */
static int find_by_field(struct csm_import *im, const struct csm_rtype *t, int field, const char *text,
			 struct candidates *c, struct csm_err *err)
{
	const struct csm_field *f = &t->fields[field];
	struct csm_err ignored = { 0 };
	struct csm_value v;
	int64_t ids[MAX_CANDIDATES];
	unsigned n = 0;
	int rc;

	/* what is no value of the field is the value of no record */
	if (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST || !*text ||
	    csm_field_parse(im->scratch, t, f, text, csm_store_now(im->store), &v, &ignored) ||
	    v.tag == CSM_NULL)
		return CSM_OK;
	text = csm_field_format(im->scratch, f, &v);
	for (struct xfer_key *k = xfer_index_find(&im->index, t, field, text, NULL); k; k = k->more)
		add_candidate(c, k->item->id, k->item);
	rc = csm_store_match(im->store, t, &field, &v, 1, ids, MAX_CANDIDATES, &n, err);
	for (unsigned i = 0; !rc && i < n && i < MAX_CANDIDATES; i++)
		add_candidate(c, ids[i], NULL);
	return rc;
}

static int ambiguous(struct csm_import *im, const struct csm_rtype *t, const char *text,
		     const struct candidates *c, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	for (unsigned i = 0; i < c->n && i < MAX_CANDIDATES; i++) {
		const char *key = NULL;
		int rc;

		if (c->item[i]) {
			key = xfer_place(im->scratch, c->item[i]);
		} else {
			rc = csm_store_key(im->store, t, c->id[i], im->scratch, &key, err);
			if (rc)
				return rc;
		}
		csm_buf_addf(&b, "%s%s", i ? ", " : "", key ? key : "?");
	}
	return csm_fail(err, CSM_E_CONFLICT, "'%s' names more than one %s: %s%s", text, t->name, b.s,
			c->n > MAX_CANDIDATES ? ", ..." : "");
}

/* What was found, if anything was; *id stays 0 otherwise. */
static int take(struct csm_import *im, const struct csm_rtype *t, const char *text,
		const struct candidates *c, int64_t *id, struct csm_err *err)
{
	if (c->n > 1)
		return ambiguous(im, t, text, c, err);
	if (c->n && c->item[0])
		return xfer_use_item(im, c->item[0], id, err);
	if (!c->n && c->rejected)
		return xfer_use_item(im, c->rejected, id, err);
	if (c->n)
		*id = c->id[0];
	return CSM_OK;
}

static int find_number(struct csm_import *im, const struct csm_rtype *t, const char *text, int64_t *id,
		       struct csm_err *err)
{
	int64_t number = csm_number_parse(t, text);
	struct candidates c = { .n = 0 };
	int field = csm_field_index(t, "number"), rc;

	if (!number || field < 0)
		return CSM_OK;
	rc = find_by_field(im, t, field, csm_number_format(im->scratch, t, number), &c, err);
	return rc ? rc : take(im, t, text, &c, id, err);
}

/*
 * The key that an export writes, where a type has no number: it stands above the others, so that an
 * export is read back.
 */
static int main_key(const struct csm_rtype *t)
{
	for (unsigned i = 0; i < t->nfields && !t->prefix; i++)
		if (t->fields[i].flags & CSM_F_KEY && t->fields[i].flags & CSM_F_REQUIRED)
			return (int)i;
	return -1;
}

static int find_key(struct csm_import *im, const struct csm_rtype *t, const char *text, int64_t *id,
		    struct csm_err *err)
{
	struct candidates c = { .n = 0 };
	int first = main_key(t), rc = CSM_OK;
	bool found;

	if (first >= 0)
		rc = find_by_field(im, t, first, text, &c, err);
	found = c.n || c.rejected;
	for (unsigned i = 0; !rc && !found && i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (f->flags & CSM_F_KEY && !(f->flags & CSM_F_COMPUTED) && (int)i != first)
			rc = find_by_field(im, t, (int)i, text, &c, err);
	}
	return rc ? rc : take(im, t, text, &c, id, err);
}

static int find_title(struct csm_import *im, const struct csm_rtype *t, const char *text, int64_t *id,
		      struct csm_err *err)
{
	struct candidates c = { .n = 0 };
	int title = csm_type_title(t), rc;

	if (t->fields[title].flags & (CSM_F_KEY | CSM_F_COMPUTED) ||
	    !(t->fields[title].flags & CSM_F_TITLE))
		return CSM_OK;
	xfer_index_field(im, t, title);
	rc = find_by_field(im, t, title, text, &c, err);
	return rc ? rc : take(im, t, text, &c, id, err);
}

int xfer_resolve_text(struct csm_import *im, const struct csm_rtype *t, const char *text, int64_t *id,
		      struct csm_err *err)
{
	int rc = find_number(im, t, text, id, err);

	if (!rc && !*id)
		rc = find_key(im, t, text, id, err);
	if (!rc && !*id)
		rc = find_title(im, t, text, id, err);
	if (rc || *id)
		return rc;
	/* "me", "#12"; and the message, with what is near */
	rc = csm_store_find(im->store, t, text, id, err);
	if (rc)
		err->type[0] = err->key[0] = '\0';	/* the error is the referring record's */
	return rc;
}
