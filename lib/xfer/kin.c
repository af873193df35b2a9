/* SPDX-License-Identifier: MIT */
/*
 * kin.c - the stored records of one owner, among which an owned record without keys finds the one that equals it. Few are kept in memory while
 * the records of that owner are written one after the other. Of many there is an index on disk, by the hash of the values that records of the
 * load state: one index for each set of fields that they state.
 */
#include "xfer_priv.h"

#define FEW 2048u			/* kept in memory */
#define SETS 4u

/* The stored records of one owner, while its owned records are written one after the other. */
struct kin_set {
	uint64_t given[2];		/* bits of the fields that a record states */
	struct xfer_sorted *ids;	/* by the hash of their values */
	struct kin_hint {
		uint64_t hash;		/* found before, and the place behind it; next 0: none */
		int64_t next;
	} hints[64];			/* by the last bits of the hash */
};
struct xfer_kin {
	struct csm_arena *arena;
	const struct csm_rtype *type;	/* NULL: nobody's */
	int field;
	int64_t owner;
	struct csm_rec **rows;
	/* at: where the next search begins, since documents are in the order of ids */
	unsigned n, at;
	bool many;			/* rows are not all of them */
	struct kin_set sets[SETS];
	unsigned nsets;			/* made since it is this owner's */
};

static bool same_given(const struct csm_rec *x, const struct csm_rec *y)
{
	for (unsigned i = 0; i < x->type->nfields; i++)
		if (csm_rec_given(x, (int)i) && !csm_value_eq(&x->v[i], &y->v[i]))
			return false;
	return true;
}

/* Of the fields that are stated in like. */
static uint64_t hash_given(const struct csm_rec *r, const struct csm_rec *like)
{
	uint64_t h = 0;

	for (unsigned i = 0; i < r->type->nfields; i++) {
		const struct csm_value *v = &r->v[i];

		if (!csm_rec_given(like, (int)i))
			continue;
		h = csm_hash_int(h, (uint64_t)v->i ^ (uint64_t)v->tag << 56);
		if (v->tag != CSM_INT && v->tag != CSM_NULL)
			h = csm_hash_text(h, v->s);
	}
	return h;
}

void xfer_forget_kin(struct csm_import *im)
{
	if (im->kin)
		im->kin->type = NULL;
}

void xfer_close_kin(struct csm_import *im)
{
	if (im->kin)
		csm_arena_free(im->kin->arena);
	im->kin = NULL;
}

/* The stored records of an owner, as far as they are few. */
static int load_kin(struct csm_import *im, const struct csm_rtype *t, int field, int64_t owner,
		    struct csm_err *err)
{
	struct xfer_kin *k = im->kin ? im->kin : csm_alloc(im->arena, sizeof(*k));

	im->kin = k;
	if (k->type == t && k->field == field && k->owner == owner)
		return CSM_OK;
	csm_arena_free(k->arena);
	k->arena = csm_arena_like(im->arena);
	k->type = t;
	k->field = field;
	k->owner = owner;
	k->at = k->nsets = 0;
	return csm_store_children_after(im->store, t, field, owner, 0, FEW, k->arena, &k->rows, &k->n, &k->many, err);
}

static int match_few(struct csm_import *im, const struct xfer_item *item, const struct csm_rec *r, int64_t *id)
{
	struct xfer_kin *k = im->kin;

	for (unsigned i = 0; i < k->n; i++) {
		const struct csm_rec *sister = k->rows[(k->at + i) % k->n];

		if (!same_given(r, sister) || xfer_is_held(im, item->at.type, sister->id))
			continue;
		k->at = (k->at + i + 1) % k->n;
		*id = sister->id;
		return CSM_OK;
	}
	return CSM_OK;
}

/* ---- many ---- */

static int fill_set(struct csm_import *im, struct kin_set *set, const struct csm_rec *like, struct csm_err *err)
{
	struct xfer_kin *k = im->kin;
	int64_t after = 0;
	bool more = true;
	int rc = CSM_OK;

	while (!rc && more) {
		struct csm_mark mark = csm_arena_mark(k->arena);
		struct csm_rec **rows;
		unsigned n;

		rc = csm_store_children_after(im->store, k->type, k->field, k->owner, after, FEW, k->arena, &rows, &n,
					      &more, err);
		for (unsigned i = 0; !rc && i < n; i++) {
			after = rows[i]->id;
			xfer_sorted_add(set->ids, hash_given(rows[i], like), after);
		}
		csm_arena_rewind(k->arena, mark);
	}
	xfer_sorted_end(set->ids);
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

/* The index by the fields that r states. */
static int find_set(struct csm_import *im, const struct csm_rec *r, struct kin_set **out, struct csm_err *err)
{
	struct xfer_kin *k = im->kin;
	struct kin_set *set;

	for (unsigned i = 0; i < k->nsets && i < SETS; i++) {
		*out = &k->sets[i];
		if (memcmp((*out)->given, r->given, sizeof(r->given)) == 0)
			return CSM_OK;
	}
	*out = set = &k->sets[k->nsets++ % SETS];
	memcpy(set->given, r->given, sizeof(set->given));
	memset(set->hints, 0, sizeof(set->hints));
	if (!set->ids) {
		set->ids = csm_alloc(im->arena, sizeof(*set->ids));
		xfer_sorted_init(set->ids, &im->disk);
	} else {
		xfer_sorted_reset(set->ids);
	}
	return fill_set(im, set, r, err);
}

static int match_many(struct csm_import *im, const struct xfer_item *item, const struct csm_rec *r, int64_t *id,
		      struct csm_err *err)
{
	struct kin_set *set;
	struct xfer_entry e;
	int rc = find_set(im, r, &set, err);
	uint64_t hash = hash_given(r, r);
	struct kin_hint *hint;
	int64_t place;

	if (rc)
		return rc;
	/* those before the hint that have the same values are taken */
	hint = &set->hints[hash % CSM_COUNT(set->hints)];
	place = hint->next && hint->hash == hash ? hint->next : xfer_sorted_find(set->ids, hash);
	for (; !rc && xfer_sorted_get(set->ids, place, &e) && e.hash == hash; place++) {
		struct csm_rec *sister;

		if (xfer_is_held(im, item->at.type, e.at))
			continue;
		rc = csm_store_get(im->store, r->type, e.at, im->scratch, &sister, err);
		if (rc || !sister || !same_given(r, sister))
			continue;
		*hint = (struct kin_hint){ hash, place + 1 };
		*id = e.at;
		return CSM_OK;
	}
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

int xfer_match_kin(struct csm_import *im, const struct xfer_item *item, int field, const struct csm_rec *r,
		   int64_t *id, struct csm_err *err)
{
	int rc = load_kin(im, r->type, field, csm_rec_int(r, field), err);

	if (rc)
		return rc;
	return im->kin->many ? match_many(im, item, r, id, err) : match_few(im, item, r, id);
}
