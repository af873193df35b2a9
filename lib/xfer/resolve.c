/* SPDX-License-Identifier: MIT */
/*
 * resolve.c - a text that refers to a record, to its id: by number (arithmetic), by the key that an
 * export writes, by any other key, by title where one record has it; in the database, and among the records
 * of the load that are not there yet.
 */
#include "xfer_priv.h"

/* Records that a text may mean; a record of the load that is stored too is one. */
#define MAX_CANDIDATES 6
struct candidates {
	int64_t id[MAX_CANDIDATES];
	struct xfer_at at[MAX_CANDIDATES];	/* n -1: in the database only */
	unsigned n;			/* more than MAX_CANDIDATES: the rest is not kept */
	struct xfer_at rejected;	/* one that would have been meant; n -1: none */
	bool gone;			/* only rejected ones are looked for */
};

/* That the record being written refers to one that is not there yet. */
static void wait_for(struct csm_import *im, struct xfer_at at)
{
	struct xfer_array *waits = &im->types[at.type].waits;
	struct xfer_wait w = { .from = im->writing->at, .field = im->field };
	int64_t newest;

	xfer_array_get(waits, at.n, &w.next);
	im->waiting += !w.next;
	newest = 1 + xfer_array_add(&im->waits, &w);
	xfer_array_set(waits, at.n, &newest);
}

int xfer_use(struct csm_import *im, struct xfer_at at, int64_t *id, struct csm_err *err)
{
	struct xfer_side side = xfer_side(im, at);
	const char *name = im->types[at.type].type->name;

	im->follows = im->follows || (XFER_IS_GONE(side.flags) && side.flags & XFER_REJECTED);
	if (XFER_IS_GONE(side.flags))
		return csm_fail(err, CSM_E_INVALID, "the %s it refers to (%s) was %s", name, xfer_place(im, at),
				side.flags & XFER_REJECTED ? "rejected" : "skipped and is not stored");
	if (!side.id)
		return csm_fail(err, CSM_E_INVALID,
				"the %s at %s has no key of its own and can't be referred to", name,
				xfer_place(im, at));
	*id = side.id;
	if (!(side.flags & (XFER_WRITTEN | XFER_SKIPPED)) && im->writing &&
	    (im->writing->at.type != at.type || im->writing->at.n != at.n))
		wait_for(im, at);
	return CSM_OK;
}

/* at.n -1: it is in the database only; id 0: it has none yet. */
static void add_candidate(struct candidates *c, int64_t id, struct xfer_at at)
{
	for (unsigned i = 0; i < c->n && i < MAX_CANDIDATES; i++)
		if (id ? c->id[i] == id : c->at[i].type == at.type && c->at[i].n == at.n)
			return;
	if (c->n < MAX_CANDIDATES) {
		c->id[c->n] = id;
		c->at[c->n] = at;
	}
	c->n++;
}

/* The records of the load that have the text in the field. */
static int find_in_load(struct csm_import *im, unsigned type, int field, const char *text,
			struct candidates *c, struct csm_err *err)
{
	struct xfer_hits h;
	struct xfer_item item;
	bool found;
	int rc = xfer_find(&h, im, type, field, text, err);

	h.without |= XFER_STORED;	/* it is found in the database */
	h.any = c->gone ? XFER_REJECTED | XFER_SKIPPED : 0;
	do {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = rc ? rc : xfer_hit(&h, im->scratch, &item, &found, err);
		if (!rc && found && XFER_IS_GONE(item.flags))
			c->rejected = item.at;
		else if (!rc && found)
			add_candidate(c, item.id, item.at);
		csm_arena_rewind(im->scratch, mark);
	} while (!rc && found && c->n <= MAX_CANDIDATES);
	return rc;
}

/* The records that have the text in the field. */
static int find_by_field(struct csm_import *im, const struct csm_rtype *t, int field, const char *text,
			 struct candidates *c, struct csm_err *err)
{
	const struct csm_field *f = &t->fields[field];
	unsigned type = xfer_type_index(im, t);
	struct csm_err ignored = { 0 };
	struct csm_value v;
	int64_t ids[MAX_CANDIDATES];
	unsigned n = 0;
	int rc = CSM_OK;

	/* what is no value of the field is the value of no record */
	if (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST || !*text ||
	    csm_field_parse(im->scratch, t, f, text, csm_store_now(im->store), &v, &ignored) ||
	    v.tag == CSM_NULL)
		return CSM_OK;
	text = csm_field_format(im->scratch, f, &v);
	if (c->gone || xfer_is_ahead(im, type))
		rc = find_in_load(im, type, field, text, c, err);
	if (rc || c->gone)
		return rc;
	rc = csm_store_match(im->store, t, &field, &v, 1, ids, MAX_CANDIDATES, &n, err);
	for (unsigned i = 0; !rc && i < n && i < MAX_CANDIDATES; i++)
		add_candidate(c, ids[i], (struct xfer_at){ type, -1 });
	return rc;
}

const char *xfer_candidate(struct csm_import *im, const struct csm_rtype *t, int64_t id)
{
	unsigned type = xfer_type_index(im, t);
	struct xfer_at at = { type, -1 };
	const char *key = NULL;

	if (xfer_is_held(im, type, id))
		at = xfer_holder(im, &(struct xfer_item){ .at = at }, id);
	if (at.n >= 0)
		return xfer_place(im, at);
	return csm_store_key(im->store, t, id, im->scratch, &key, NULL) || !key ? "?" : key;
}

static int ambiguous(struct csm_import *im, const struct csm_rtype *t, const char *text,
		     const struct candidates *c, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	for (unsigned i = 0; i < c->n && i < MAX_CANDIDATES; i++)
		csm_buf_addf(&b, "%s%s", i ? ", " : "",
			     c->at[i].n >= 0 ? xfer_place(im, c->at[i]) : xfer_candidate(im, t, c->id[i]));
	return csm_fail(err, CSM_E_CONFLICT, "'%s' names more than one %s: %s%s", text, t->name, b.s,
			c->n > MAX_CANDIDATES ? ", ..." : "");
}

/* What was found, if anything was; *id stays 0 otherwise. */
static int take(struct csm_import *im, const struct csm_rtype *t, const char *text,
		const struct candidates *c, int64_t *id, struct csm_err *err)
{
	if (c->n > 1)
		return ambiguous(im, t, text, c, err);
	if (c->n && c->at[0].n >= 0)
		return xfer_use(im, c->at[0], id, err);
	if (!c->n && c->rejected.n >= 0)
		return xfer_use(im, c->rejected, id, err);
	if (c->n)
		*id = c->id[0];
	return CSM_OK;
}

static int find_number(struct csm_import *im, const struct csm_rtype *t, const char *text, bool gone,
		       int64_t *id, struct csm_err *err)
{
	int64_t number = csm_number_parse(t, text);
	struct candidates c = { .rejected.n = -1, .gone = gone };
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

static int find_key(struct csm_import *im, const struct csm_rtype *t, const char *text, bool gone,
		    int64_t *id, struct csm_err *err)
{
	struct candidates c = { .rejected.n = -1, .gone = gone };
	int first = main_key(t), rc = CSM_OK;
	bool found;

	if (first >= 0)
		rc = find_by_field(im, t, first, text, &c, err);
	found = c.n || c.rejected.n >= 0;
	for (unsigned i = 0; !rc && !found && i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (f->flags & CSM_F_KEY && !(f->flags & CSM_F_COMPUTED) && (int)i != first)
			rc = find_by_field(im, t, (int)i, text, &c, err);
	}
	return rc ? rc : take(im, t, text, &c, id, err);
}

static int find_title(struct csm_import *im, const struct csm_rtype *t, const char *text, bool gone,
		      int64_t *id, struct csm_err *err)
{
	struct candidates c = { .rejected.n = -1, .gone = gone };
	int title = csm_type_title(t), rc;

	if (t->fields[title].flags & (CSM_F_KEY | CSM_F_COMPUTED) ||
	    !(t->fields[title].flags & CSM_F_TITLE))
		return CSM_OK;
	rc = find_by_field(im, t, title, text, &c, err);
	return rc ? rc : take(im, t, text, &c, id, err);
}

static int find_text(struct csm_import *im, const struct csm_rtype *t, const char *text, bool gone,
		     int64_t *id, struct csm_err *err)
{
	int rc = find_number(im, t, text, gone, id, err);

	if (!rc && !*id)
		rc = find_key(im, t, text, gone, id, err);
	return rc || *id ? rc : find_title(im, t, text, gone, id, err);
}

int xfer_resolve_early(struct csm_import *im, unsigned type, const char *text, struct csm_err *err)
{
	int64_t id = 0;
	int rc;

	if (xfer_is_ahead(im, type) || xfer_known_ref(im, type, text))
		return CSM_OK;
	rc = find_text(im, im->types[type].type, text, false, &id, err);
	if (!rc && id)
		xfer_know_ref(im, type, text, id);
	return xfer_not_now(rc, err);
}

int xfer_resolve_text(struct csm_import *im, unsigned type, const char *text, int64_t *id,
		      struct csm_err *err)
{
	const struct csm_rtype *t = im->types[type].type;
	int rc;

	*id = xfer_known_ref(im, type, text);
	if (*id)
		return CSM_OK;
	rc = find_text(im, t, text, false, id, err);
	if (!rc && *id)
		xfer_know_ref(im, type, text, *id);
	/* what is not there may be a record of the load that can't be */
	if (!rc && !*id && !xfer_is_ahead(im, type) && (im->types[type].rejected || im->types[type].missing))
		rc = find_text(im, t, text, true, id, err);
	if (rc || *id)
		return rc;
	/* "me", "#12"; and the message, with what is near */
	rc = csm_store_find(im->store, t, text, id, err);
	if (rc)
		err->type[0] = err->key[0] = '\0';	/* the error is the referring record's */
	return rc;
}
