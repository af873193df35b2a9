/* SPDX-License-Identifier: MIT */
/*
 * write.c - the second half of a load: ids for new records, references, rows, `after` hooks. Types in
 * load order, records in file order; since every id is known before the first row and foreign keys are
 * deferred to the commit, references may point anywhere.
 */
#include "xfer_priv.h"

/*
 * New records take ids in file order, after the highest number that the load states, so that a stated
 * number never meets a given one.
 */
static int give_ids(struct csm_import *im, unsigned type, struct csm_err *err)
{
	const struct csm_rtype *t = csm_store_dict(im->store)->types[type];
	int64_t need = 0, claimed = 0, first = 0, unused;
	int rc;

	for (size_t i = 0; i < im->items[type].n; i++) {
		const struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);

		if (item->rejected)
			continue;
		if (item->claimed > claimed)
			claimed = item->claimed;
		if (!item->id)
			need++;
	}
	if (!need || xfer_matched_late(t))
		return CSM_OK;
	rc = csm_store_take_ids(im->store, t, need, &first, err);
	if (!rc && first <= claimed && claimed >= first + need)
		rc = csm_store_take_ids(im->store, t, claimed + 1 - (first + need), &unused, err);
	if (!rc && first <= claimed)
		rc = csm_store_take_ids(im->store, t, need, &first, err);
	for (size_t i = 0; !rc && i < im->items[type].n; i++) {
		struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);

		if (!item->id && !item->rejected)
			item->id = first++;
	}
	return rc;
}

/* The record to write: the stored one with the stated values on it, or a new one. */
static int make_record(struct csm_import *im, struct xfer_item *item, struct csm_rec **out,
		       struct csm_err *err)
{
	int64_t id = 0;
	int rc;

	if (!item->exists) {
		rc = csm_store_new(im->store, item->type, im->scratch, out, err);
		if (!rc)
			rc = xfer_bind(im, item, *out, err);
		if (!rc && !item->id && xfer_matched_late(item->type))
			rc = xfer_match_late(im, item, *out, &id, err);
		if (rc)
			return rc;
		(*out)->id = item->id;
		if (!id)
			return CSM_OK;
		item->id = id;
		item->exists = true;
	}
	rc = csm_store_need(im->store, item->type, item->id, im->scratch, out, err);
	return rc ? rc : xfer_bind(im, item, *out, err);
}

static void count_written(struct csm_import *im, struct xfer_item *item, bool existed, bool changed)
{
	struct csm_import_count *c = xfer_count(im, item->type);

	item->written = true;
	item->inserted = !existed;
	item->changed = !existed || changed;
	if (!existed)
		c->created++;
	else if (changed)
		c->updated++;
	else
		c->unchanged++;
	if (xfer_matched_late(item->type))
		xfer_hold(im, item, item->id);
}

static int write_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	int version = csm_field_index(item->type, "version");
	const struct csm_value *before = NULL;
	struct csm_rec *r;
	int64_t was;
	bool existed;
	int rc;

	if (item->owner && item->owner->rejected)
		return csm_fail(err, CSM_E_INVALID, "the %s it stands in (%s) was rejected",
				item->owner->type->name, xfer_place(im->scratch, item->owner));
	rc = make_record(im, item, &r, err);
	if (rc)
		return rc;
	existed = r->stored;
	was = csm_rec_int(r, version);
	if (existed && im->opts.record)
		before = csm_rec_copy(im->scratch, r)->old;
	rc = csm_store_write(im->store, r, CSM_WRITE_IMPORT, -1, err);
	if (rc)
		return rc;
	item->id = r->id;
	count_written(im, item, existed, csm_rec_int(r, version) != was);
	xfer_watch_written(im, item, r, before);
	return CSM_OK;
}

static int write_type(struct csm_import *im, unsigned type, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(im->scratch);
	int rc = CSM_OK;

	for (size_t i = 0; !rc && i < im->items[type].n; i++) {
		struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);

		xfer_step(im);
		if (item->rejected)
			continue;
		im->writing = item;
		rc = write_item(im, item, err);
		im->writing = NULL;
		if (rc)
			rc = xfer_reject_item(im, item, err);
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

/*
 * A rejected record is referred to by rows that were written: take all back and write again, knowing
 * better.
 */
static int start_over(struct csm_import *im, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);

	im->retry = false;
	im->kin.type = NULL;
	csm_store_rollback(im->store);
	for (unsigned t = 0; t < d->ntypes; t++) {
		struct csm_import_count *c = &im->counts[t];

		c->created = c->updated = c->unchanged = 0;
		for (size_t i = 0; i < im->items[t].n; i++) {
			struct xfer_item *item = *CSM_AT(&im->items[t], struct xfer_item *, i);

			if (!item->exists && !item->claimed)
				item->id = 0;
			item->written = item->inserted = item->changed = false;
			item->waits = NULL;
			item->refs = NULL;
		}
	}
	return csm_store_begin(im->store, err);
}

/* Which of the fields that csm would fill by itself the record states. */
static void mark_given(const struct xfer_item *item, uint64_t given[2])
{
	given[0] = given[1] = 0;
	for (unsigned i = 0; i < item->type->nfields; i++)
		if (item->type->fields[i].flags & CSM_F_DERIVED &&
		    csm_node_get(item->node, item->type->fields[i].name))
			given[i / 64] |= UINT64_C(1) << (i % 64);
}

/*
 * What follows from the records that were written. One that is refused now has to go, and the load is
 * written again.
 */
static int run_after(struct csm_import *im, unsigned type, struct csm_err *err)
{
	const struct csm_rtype *t = csm_store_dict(im->store)->types[type];
	struct csm_write load = { .sla_stated = im->sla_stated, .announce = im->opts.announce };
	int rc = CSM_OK;

	for (size_t i = 0; !rc && t->after && i < im->items[type].n; i++) {
		struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);

		xfer_step(im);
		if (!item->changed || item->rejected)
			continue;
		load.insert = item->inserted;
		mark_given(item, load.given);
		rc = csm_store_imported(im->store, t, item->id, &load, err);
		if (rc)
			rc = xfer_reject_item(im, item, err);
	}
	return rc;
}

static int write_pass(struct csm_import *im, struct csm_err *err)
{
	unsigned n = csm_store_dict(im->store)->ntypes;
	int64_t total = 0, after = 0;
	int rc = CSM_OK;

	for (unsigned t = 0; t < n; t++) {
		total += (int64_t)im->items[t].n;
		after += csm_store_dict(im->store)->types[t]->after ? (int64_t)im->items[t].n : 0;
	}
	xfer_phase(im, CSM_IMPORT_WRITING, total);
	for (unsigned t = 0; !rc && t < n; t++)
		rc = give_ids(im, t, err);
	for (unsigned t = 0; !rc && t < n; t++)
		rc = write_type(im, t, err);
	if (!im->retry)
		xfer_phase(im, CSM_IMPORT_FOLLOWING, after);
	for (unsigned t = 0; !rc && !im->retry && t < n; t++)
		rc = run_after(im, t, err);
	return rc;
}

int xfer_write_all(struct csm_import *im, struct csm_err *err)
{
	struct csm_arena *scratch CSM_CLEANUP(csm_arena_freep) = csm_arena_like(im->arena);
	int rc;

	im->scratch = scratch;
	do {
		rc = im->retry ? start_over(im, err) : CSM_OK;
		if (!rc)
			rc = write_pass(im, err);
	} while (!rc && im->retry && im->opts.on_error == CSM_ON_ERROR_SKIP);
	csm_arena_free(im->kin.arena);
	im->kin.arena = NULL;
	im->scratch = im->arena;
	return rc;
}
