/* SPDX-License-Identifier: MIT */
/* watch.c - what who watches a load is told: what became of each record, and how far the load is. */
#include "xfer_priv.h"

#define STEP 1024			/* records between two calls of progress */

void xfer_watch_row(struct csm_import *im, int64_t row, const struct csm_err *err)
{
	struct xfer_lost *lost;

	if (!im->opts.record)
		return;
	lost = csm_vec_add(&im->lost);
	lost->row = row;
	lost->err = *err;
}

void xfer_watch_rejected(struct csm_import *im, struct xfer_item *item, const struct csm_err *err)
{
	struct csm_err *why;

	if (!im->opts.record)
		return;
	why = csm_alloc(im->arena, sizeof(*why));
	*why = *err;
	item->why = why;
	item->key = csm_strdup(im->arena, err->key);
}

static const struct csm_value *keep(struct csm_import *im, const struct csm_rtype *t,
				    const struct csm_value *v)
{
	struct csm_value *copy = csm_calloc(im->arena, t->nfields, sizeof(*copy));

	for (unsigned i = 0; i < t->nfields; i++) {
		copy[i] = v[i];
		copy[i].s = csm_strdup(im->arena, v[i].s);
	}
	return copy;
}

void xfer_watch_written(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r,
			const struct csm_value *before)
{
	if (!im->opts.record)
		return;
	item->key = csm_rec_key(im->arena, r);
	item->before = item->after = NULL;
	if (before && item->changed) {
		item->before = keep(im, item->type, before);
		item->after = keep(im, item->type, r->v);
	}
}

static enum csm_import_outcome outcome_of(const struct xfer_item *item)
{
	if (item->rejected)
		return CSM_IMPORT_REJECTED;
	if (item->inserted)
		return CSM_IMPORT_CREATED;
	return item->changed ? CSM_IMPORT_UPDATED : CSM_IMPORT_UNCHANGED;
}

static int tell_item(struct csm_import *im, const struct xfer_item *item, struct csm_err *err)
{
	const struct csm_import_record r = {
		.type = item->type, .id = item->rejected && !item->exists ? 0 : item->id, .key = item->key,
		.file = item->file, .line = item->node->line, .row = item->row,
		.outcome = outcome_of(item), .before = item->before, .after = item->after,
		.err = item->rejected ? item->why : NULL,
	};

	return im->opts.record(im->opts.arg, &r, err);
}

int xfer_watch_tell(struct csm_import *im, struct csm_err *err)
{
	unsigned n = csm_store_dict(im->store)->ntypes;
	int rc = CSM_OK;

	if (!im->opts.record)
		return CSM_OK;
	for (size_t i = 0; !rc && i < im->lost.n; i++) {
		const struct xfer_lost *lost = CSM_AT(&im->lost, struct xfer_lost, i);
		const struct csm_import_record r = {
			.type = csm_dict_type(csm_store_dict(im->store), lost->err.type), .key = "", .file = lost->err.file, .line = lost->err.line, .row = lost->row,
			.outcome = CSM_IMPORT_REJECTED, .err = &lost->err,
		};

		rc = im->opts.record(im->opts.arg, &r, err);
	}
	for (unsigned t = 0; !rc && t < n; t++)
		for (size_t i = 0; !rc && i < im->items[t].n; i++)
			rc = tell_item(im, *CSM_AT(&im->items[t], struct xfer_item *, i), err);
	return rc;
}

void xfer_phase(struct csm_import *im, enum csm_import_phase phase, int64_t total)
{
	im->progress = (struct csm_import_progress){ phase, 0, total };
	if (im->opts.progress)
		im->opts.progress(im->opts.arg, &im->progress);
}

void xfer_step(struct csm_import *im)
{
	if (++im->progress.done % STEP == 0 && im->opts.progress)
		im->opts.progress(im->opts.arg, &im->progress);
}
