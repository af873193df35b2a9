/* SPDX-License-Identifier: MIT */
/*
 * replace.c - lists of owned records that replace the stored ones (--replace-children). What goes makes room for what comes: so all records
 * of a list are matched before the first of them is written, and what none of them stands for is deleted then. A journal only grows.
 */
#include "xfer_priv.h"

static bool is_replaced(const struct csm_rtype *t)
{
	return t->flags & CSM_T_OWNED && !(t->flags & CSM_T_JOURNAL);
}

/* Find out which stored record it is; *known false: it is wrong, and that is told when it is written. */
static int match_now(struct csm_import *im, struct xfer_item *item, bool *known, struct csm_err *err)
{
	struct csm_rec *r;
	int64_t id = 0;
	int rc;

	*known = !(item->flags & XFER_REJECTED);
	if (!*known || item->flags & XFER_EXISTS)
		return CSM_OK;
	im->writing = item;
	rc = csm_store_new(im->store, item->type, im->scratch, &r, err);
	if (rc)
		return rc;
	rc = xfer_bind(im, item, r, err);
	if (!rc)
		rc = xfer_match_late(im, item, r, &id, err);
	if (rc && !xfer_of_record(rc))
		return rc;
	*known = !rc;
	csm_err_clear(err);
	if (!id)
		return CSM_OK;
	item->id = id;
	item->flags |= XFER_EXISTS;
	xfer_keep(im, item);
	xfer_hold(im, item->at.type, id);
	return CSM_OK;
}

static int delete_one(struct csm_import *im, struct xfer_item *owner, struct csm_rec *r, struct csm_err *err)
{
	int rc = csm_store_delete(im->store, r, -1, err);

	if (rc)
		return csm_wrap(err, "%s %s is not in the list and can't be deleted", r->type->name,
				csm_rec_key(im->scratch, r));
	owner->flags |= XFER_REPLACED;
	xfer_keep(im, owner);
	xfer_count(im, r->type)->deleted++;
	xfer_watch_deleted(im, owner, r);
	return CSM_OK;
}

/* Delete the stored records of the list but those that records of the load stand for. */
static int delete_others(struct csm_import *im, struct xfer_item *owner, const struct csm_rtype *t, int field,
			 struct csm_err *err)
{
	unsigned type = xfer_type_index(im, t);
	int64_t after = 0;
	bool more = true;
	int rc = CSM_OK;

	xfer_forget_kin(im);
	while (!rc && more) {
		struct csm_mark mark = csm_arena_mark(im->scratch);
		struct csm_rec **rows;
		unsigned n;

		rc = csm_store_children_after(im->store, t, field, owner->id, after, XFER_PAGE, im->scratch, &rows, &n,
					      &more, err);
		for (unsigned i = 0; !rc && i < n; i++) {
			after = rows[i]->id;
			if (!xfer_is_held(im, type, after))
				rc = delete_one(im, owner, rows[i], err);
		}
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

/* All of the list that begins with first; *known false: which stored record one of them is can't be told. */
static int match_list(struct csm_import *im, const struct xfer_item *first, bool *known, struct csm_err *err)
{
	struct xfer_at at = first->at;
	struct xfer_item *writing = im->writing;
	int rc = CSM_OK;

	*known = true;
	for (; !rc && at.n < im->types[at.type].n; at.n++) {
		struct xfer_item item;
		bool one = true;

		rc = xfer_load(im, at, im->scratch, &item, err);
		if (!rc && (!item.owner_type || item.owner.type != first->owner.type || item.owner.n != first->owner.n ||
			    item.owner_field != first->owner_field))
			break;
		if (!rc)
			rc = match_now(im, &item, &one, err);
		*known = *known && one;
	}
	im->writing = writing;
	return rc;
}

/* Whether it is the first of a list that replaces; those after it are not asked again. */
static bool begins_list(struct csm_import *im, const struct xfer_item *item)
{
	if (!item->owner_type || !is_replaced(item->type) ||
	    (im->list_type == item->at.type && im->list.type == item->owner.type && im->list.n == item->owner.n &&
	     im->list_field == item->owner_field))
		return false;
	im->list = item->owner;
	im->list_type = item->at.type;
	im->list_field = item->owner_field;
	return true;
}

int xfer_replace_list(struct csm_import *im, struct xfer_item *first, struct csm_err *err)
{
	struct xfer_item owner;
	struct xfer_side side;
	bool known;
	int rc;

	if (!begins_list(im, first))
		return CSM_OK;
	side = xfer_side(im, first->owner);
	if (!(side.flags & XFER_EXISTS) || side.flags & (XFER_REJECTED | XFER_SKIPPED))
		return CSM_OK;
	rc = match_list(im, first, &known, err);
	side = xfer_side(im, first->at);
	first->id = side.id;
	first->flags = side.flags;
	/* what is not known can't be told from what is to go */
	if (rc || !known)
		return rc;
	rc = xfer_load(im, first->owner, im->scratch, &owner, err);
	if (!rc)
		rc = delete_others(im, &owner, first->type, first->owner_field, err);
	if (!rc)
		return CSM_OK;
	/* it is the owner's list that can't be so; and so this one can't be either */
	rc = xfer_reject_item(im, &owner, err);
	return rc ? rc : csm_fail(err, CSM_E_INVALID, "the %s it stands in (%s) was rejected", owner.type->name,
				  xfer_place(im, owner.at));
}

int xfer_replace_empty(struct csm_import *im, struct xfer_item *owner, struct csm_err *err)
{
	const struct csm_rtype *t;
	int field, rc = CSM_OK;

	for (unsigned i = 0; !rc && owner->empty >> i; i++) {
		t = csm_dict_owned(csm_store_dict(im->store), owner->type, i, &field);
		if (!(owner->empty >> i & 1) || !is_replaced(t))
			continue;
		rc = delete_others(im, owner, t, field, err);
		if (rc)
			csm_err_on(err, NULL, NULL, csm_type_doc_key(t));
	}
	return rc;
}
