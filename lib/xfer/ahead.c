/* SPDX-License-Identifier: MIT */
/*
 * ahead.c - types that are referred to before they are written: their records are matched, and get ids,
 * before anything is.
 */
#include "xfer_priv.h"

/* New records take ids in the order of the load. */
static int give_ids(struct csm_import *im, unsigned type, int64_t need, struct csm_err *err)
{
	struct xfer_type *x = &im->types[type];
	struct xfer_at at = { type, 0 };
	int64_t first = im->resumed ? x->first : 0;
	int rc = csm_store_pass_id(im->store, x->type, x->highest, err);

	if (!rc && need && !first)
		rc = csm_store_take_ids(im->store, x->type, need, &first, err);
	x->first = first;
	for (; !rc && at.n < x->n; at.n++) {
		struct xfer_side side = xfer_side(im, at);

		/* what was stored before the load was cut short is found by the id it was given */
		first += im->resumed && side.id && side.id == first;
		if (side.id || side.flags & (XFER_REJECTED | XFER_REPEATED | XFER_SKIPPED | XFER_LATE))
			continue;
		side.id = first++;
		xfer_set_side(im, at, &side);
		xfer_hold(im, type, side.id);
	}
	x->last = first - 1;
	return rc;
}

static int match_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	bool skip = false;
	int rc = xfer_match(im, item, err);

	if (item->flags & XFER_STORED) {
		if (!rc && !item->id && im->opts.on_missing != CSM_MISSING_INSERT)
			item->flags |= XFER_SKIPPED;
		xfer_keep(im, item);
		return rc;
	}
	xfer_keep(im, item);
	/* of the others it is not known yet what they are */
	if (!rc && (item->flags & XFER_EXISTS || !(item->flags & XFER_LATE)))
		rc = xfer_mode(im, item, &skip, err);
	return skip ? xfer_skip(im, item, err) : rc;
}

int xfer_match_ahead(struct csm_import *im, unsigned type, struct csm_err *err)
{
	int64_t need = 0;
	struct xfer_walk w;
	struct xfer_item item;
	bool more = true;
	int rc = CSM_OK;

	xfer_walk_open(&w, im, type, XFER_REJECTED | XFER_REPEATED);
	while (!rc && more) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = xfer_walk_next(&w, im->scratch, &item, &more, err);
		if (rc || !more) {
			csm_arena_rewind(im->scratch, mark);
			break;
		}
		rc = match_item(im, &item, err);
		if (rc && item.flags & XFER_KNOWN && xfer_of_record(rc)) {
			/* as it was before the load was cut short, which has been told */
			csm_err_clear(err);
			item.flags |= XFER_REJECTED;
			im->types[type].rejected++;
			xfer_keep(im, &item);
			rc = CSM_OK;
		}
		need += !rc && !item.id && !(item.flags & (XFER_SKIPPED | XFER_LATE));
		if (rc)
			rc = xfer_reject_item(im, &item, err);
		if (!rc && item.flags & XFER_REJECTED && !(item.flags & XFER_KNOWN))
			rc = xfer_reject_rest(im, &item, false, err);
		csm_arena_rewind(im->scratch, mark);
	}
	xfer_walk_close(&w);
	if (!rc)
		rc = give_ids(im, type, need, err);
	im->types[type].ready = true;
	return rc;
}
