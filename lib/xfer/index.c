/* SPDX-License-Identifier: MIT */
/*
 * index.c - records of the load by the values they state: indexes on disk, made when the first is asked for
 * from the spool of the type. They hold hashes; what is found is read and compared.
 */
#include "xfer_priv.h"

bool xfer_is_ahead(const struct csm_import *im, unsigned type)
{
	return im->types[type].n && !im->types[type].written;
}

static uint64_t hash_text(int field, const char *text)
{
	return csm_hash_text((uint64_t)field, text);
}

/* ---- what a record states ---- */

/* A record that is wrong is in no index. Anything else that fails is told by xfer_disk_check(), which all who ask the indexes call. */
static bool failed(struct csm_import *im, int rc, const struct csm_err *err)
{
	if (rc && !xfer_of_record(rc) && !im->disk.err.code)
		im->disk.err = *err;
	return rc;
}

/* The id that the reference of a record has, 0 when it has none that can be found. */
static int64_t ref_of(struct csm_import *im, const struct xfer_item *item, int field)
{
	struct xfer_item *writing = im->writing;
	struct csm_err ignored = { 0 };
	int64_t id = 0;

	if (item->owner_type && item->owner_field == field)
		return xfer_side(im, item->owner).id;
	if (!item->by[field])
		return 0;
	im->writing = NULL;	/* only asking: nobody waits for what is found */
	if (failed(im, xfer_resolve(im, xfer_fields(im, item->at.type)->target[field], item->by[field], &id, &ignored),
		   &ignored))
		id = 0;
	im->writing = writing;
	return id;
}

const char *xfer_text_of(struct csm_import *im, const struct xfer_item *item, int field)
{
	struct csm_err ignored = { 0 };
	const char *text = NULL;
	struct csm_value v;
	int64_t id;

	if (item->type->fields[field].kind == CSM_K_REF) {
		id = ref_of(im, item, field);
		return id ? csm_sprintf(im->scratch, "#%lld", (long long)id) : NULL;
	}
	return failed(im, xfer_key_text(im, item, field, &v, &text, &ignored), &ignored) ? NULL : text;
}

/* ---- making them ---- */

/* A set is indexed under its first field, past all fields. */
static int set_number(const struct csm_rtype *t, const char *set)
{
	char word[64];

	return csm_word(set, 0, word, sizeof(word)) ? csm_field_index(t, word) + CSM_MAX_FIELDS : -1;
}

/* What --key names is indexed under its first field, past all sets. */
static void add_by(struct csm_import *im, const struct xfer_item *item, struct xfer_sorted *x)
{
	const struct xfer_by *by = xfer_key_of(im, item);
	struct csm_err ignored = { 0 };
	struct csm_value v[XFER_KEY_FIELDS];
	const char *text;

	if (by && !xfer_by_text(im, item, by, v, &text, &ignored) && text)
		xfer_sorted_add(x, hash_text(by->field[0] + 2 * CSM_MAX_FIELDS, text), item->at.n);
}

static void add_keys(struct csm_import *im, const struct xfer_item *item, struct xfer_sorted *x)
{
	const struct xfer_fields *f = xfer_fields(im, item->at.type);
	const struct csm_rtype *t = item->type;

	for (unsigned i = 0; i < f->nkeys; i++) {
		const char *text = item->by[f->keys[i]] ? xfer_text_of(im, item, f->keys[i]) : NULL;

		if (text)
			xfer_sorted_add(x, hash_text(f->keys[i], text), item->at.n);
	}
	add_by(im, item, x);
	for (const char *p = item->flags & XFER_LATE || xfer_key_of(im, item) ? NULL : t->unique; p && *p;) {
		size_t n = strcspn(p, ";");
		const char *set = csm_strndup(im->scratch, p, n), *text;
		struct csm_err ignored = { 0 };
		struct csm_value v[8];
		int fields[8];
		unsigned nfields;

		if (!xfer_set_text(im, item, set, fields, v, &nfields, &text, &ignored) && text)
			xfer_sorted_add(x, hash_text(set_number(t, set), text), item->at.n);
		p += n + (p[n] == ';');
	}
}

static int build(struct csm_import *im, unsigned type, struct xfer_index *x, struct csm_err *err)
{
	struct xfer_walk w;
	struct xfer_item item;
	bool more = true;
	int rc = CSM_OK;

	x->building = true;
	xfer_walk_open(&w, im, type, XFER_REPEATED);
	while (!rc && more) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = xfer_walk_next(&w, im->scratch, &item, &more, err);
		if (!rc && more && x->field == XFER_KEYS) {
			add_keys(im, &item, &x->sorted);
		} else if (!rc && more) {
			const char *text = xfer_text_of(im, &item, x->field);

			if (text)
				xfer_sorted_add(&x->sorted, hash_text(x->field, text), item.at.n);
		}
		csm_arena_rewind(im->scratch, mark);
	}
	xfer_walk_close(&w);
	xfer_sorted_end(&x->sorted);
	x->building = false;
	return rc;
}

static int find_index(struct csm_import *im, unsigned type, int field, struct xfer_index **out,
		      struct csm_err *err)
{
	struct xfer_type *t = &im->types[type];
	struct xfer_index *x = t->indexes;

	if (field >= (int)t->type->nfields ||
	    (t->type->fields[field].flags & CSM_F_KEY && t->type->fields[field].kind != CSM_K_REF))
		field = XFER_KEYS;
	while (x && x->field != field)
		x = x->next;
	*out = x;
	if (x)
		return CSM_OK;
	*out = x = csm_alloc(im->arena, sizeof(*x));
	x->field = field;
	x->next = t->indexes;
	t->indexes = x;
	xfer_sorted_init(&x->sorted, &im->disk);
	return build(im, type, x, err);
}

void xfer_forget_refs(struct csm_import *im)
{
	for (unsigned i = 0; i < csm_store_dict(im->store)->ntypes; i++) {
		struct xfer_index **at = &im->types[i].indexes;

		while (*at) {
			struct xfer_index *x = *at;

			if (x->field == XFER_KEYS || im->types[i].type->fields[x->field].kind != CSM_K_REF)
				at = &x->next;
			else
				*at = x->next;
		}
	}
}

/* ---- asking them ---- */

int xfer_find(struct xfer_hits *h, struct csm_import *im, unsigned type, int field, const char *text,
	      struct csm_err *err)
{
	int rc;

	*h = (struct xfer_hits){
		.im = im, .type = type, .field = field, .text = text, .without = XFER_REPEATED,
		.hash = hash_text(field, text)
	};
	if (!im->types[type].n)
		return CSM_OK;
	rc = find_index(im, type, field, &h->index, err);
	/* asked while it is made: references in a circle lead nowhere */
	if (rc || h->index->building)
		h->index = NULL;
	else
		h->place = xfer_sorted_find(&h->index->sorted, h->hash);
	return rc;
}

int xfer_find_set(struct xfer_hits *h, struct csm_import *im, unsigned type, const char *set,
		  const char *text, struct csm_err *err)
{
	return xfer_find(h, im, type, set_number(im->types[type].type, set), text, err);
}

/* Whether the item has the text, and not only its hash. */
static bool has_text(struct csm_import *im, const struct xfer_hits *h, const struct xfer_item *item)
{
	const char *text = NULL;

	if (h->field < CSM_MAX_FIELDS) {
		text = xfer_text_of(im, item, h->field);
		return text && strcmp(text, h->text) == 0;
	}
	if (h->field >= 2 * CSM_MAX_FIELDS) {
		const struct xfer_by *by = xfer_key_of(im, item);
		struct csm_err ignored = { 0 };
		struct csm_value v[XFER_KEY_FIELDS];

		return by && !xfer_by_text(im, item, by, v, &text, &ignored) && text && strcmp(text, h->text) == 0;
	}
	for (const char *p = item->type->unique; p && *p;) {
		size_t n = strcspn(p, ";");
		const char *set = csm_strndup(im->scratch, p, n);
		struct csm_err ignored = { 0 };
		struct csm_value v[8];
		int fields[8];
		unsigned nfields;

		if (set_number(item->type, set) == h->field &&
		    !xfer_set_text(im, item, set, fields, v, &nfields, &text, &ignored) && text &&
		    strcmp(text, h->text) == 0)
			return true;
		p += n + (p[n] == ';');
	}
	return false;
}

int xfer_hit(struct xfer_hits *h, struct csm_arena *a, struct xfer_item *out, bool *found,
	     struct csm_err *err)
{
	struct xfer_entry e;

	*found = false;
	while (h->index && xfer_sorted_get(&h->index->sorted, h->place, &e) && e.hash == h->hash) {
		const struct xfer_at at = { h->type, e.at };
		uint32_t flags = xfer_side(h->im, at).flags;
		struct csm_mark mark;
		int rc;

		h->place++;
		if (flags & h->without || (h->any && !(flags & h->any)))
			continue;
		mark = csm_arena_mark(a);
		rc = xfer_load(h->im, at, a, out, err);
		if (rc)
			return rc;
		*found = has_text(h->im, h, out);
		if (*found)
			return CSM_OK;
		csm_arena_rewind(a, mark);
	}
	return xfer_disk_check(&h->im->disk, err);
}

/* ---- what a mapping makes once ---- */

/* Whether an earlier record that is not left out has one of the item's keys. */
static int is_repeated(struct csm_import *im, const struct xfer_item *item, bool *out, struct csm_err *err)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	int rc = CSM_OK;

	*out = false;
	for (unsigned i = 0; !rc && !*out && i < x->nkeys; i++) {
		const char *text = item->by[x->keys[i]] ? xfer_text_of(im, item, x->keys[i]) : NULL;
		struct xfer_hits h;
		struct xfer_item other;

		if (!text)
			continue;
		rc = xfer_find(&h, im, item->at.type, x->keys[i], text, err);
		h.without |= XFER_REJECTED;
		if (!rc)
			rc = xfer_hit(&h, im->scratch, &other, out, err);
		/* hits come in the order of the load */
		*out = *out && other.at.n < item->at.n;
	}
	return rc;
}

static int drop_of_type(struct csm_import *im, unsigned type, struct csm_err *err)
{
	struct xfer_walk w;
	struct xfer_item item;
	bool more = true, repeated;
	int rc = CSM_OK;

	xfer_walk_open(&w, im, type, 0);
	while (!rc && more) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = xfer_walk_next(&w, im->scratch, &item, &more, err);
		repeated = false;
		/* what is wrong has been told, and another one may stand for it */
		if (!rc && more && item.flags & XFER_ONCE && !(item.flags & XFER_REJECTED))
			rc = is_repeated(im, &item, &repeated, err);
		if (!rc && repeated) {
			im->counts[type].read--;
			item.flags |= XFER_REPEATED;
			xfer_keep(im, &item);
		} else if (!rc && more && item.flags & XFER_ONCE && !(item.flags & XFER_REJECTED) &&
			   xfer_check_keys(im, &item, err)) {
			rc = xfer_reject_item(im, &item, err);
			if (!rc)
				rc = xfer_reject_rest(im, &item, false, err);
		}
		csm_arena_rewind(im->scratch, mark);
	}
	xfer_walk_close(&w);
	return rc;
}

/* What is nested in a record that is left out goes with it. */
static int drop_nested(struct csm_import *im, unsigned type, bool *more, struct csm_err *err)
{
	struct xfer_at at = { type, 0 };
	struct xfer_item item;
	int rc = CSM_OK;

	for (; !rc && at.n < im->types[type].n; at.n++) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = xfer_load(im, at, im->scratch, &item, err);
		if (!rc && item.owner_type && !(item.flags & XFER_REPEATED) &&
		    xfer_side(im, item.owner).flags & XFER_REPEATED) {
			im->counts[type].read--;
			im->counts[type].rejected -= item.flags & XFER_REJECTED ? 1 : 0;
			item.flags |= XFER_REPEATED;
			xfer_keep(im, &item);
			*more = true;
		}
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

int xfer_drop_repeated(struct csm_import *im, struct csm_err *err)
{
	unsigned n = csm_store_dict(im->store)->ntypes;
	bool more = false;
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < n; i++) {
		more = more || im->types[i].once;
		if (im->types[i].once)
			rc = drop_of_type(im, i, err);
	}
	while (more && !rc) {
		more = false;
		for (unsigned i = 0; !rc && i < n; i++)
			rc = drop_nested(im, i, &more, err);
	}
	return rc;
}
