/* SPDX-License-Identifier: MIT */
/*
 * write.c - the second half of a load: references, rows, `after` hooks. Types in load order, records in the
 * order of the inputs; foreign keys are deferred to the commit, so references may point anywhere.
 */
#include "xfer_priv.h"

/* A new record with the stated values; where only these tell, it is found out which stored one it is. */
static int make_new(struct csm_import *im, struct xfer_item *item, struct csm_rec **out, struct csm_err *err)
{
	int64_t id = 0;
	int rc = csm_store_new(im->store, item->type, im->scratch, out, err);

	if (!rc)
		rc = xfer_bind(im, item, *out, err);
	if (!rc && item->flags & XFER_LATE && (!item->id || xfer_key_of(im, item)))
		rc = xfer_match_late(im, item, *out, &id, err);
	if (rc)
		return rc;
	(*out)->id = item->id;
	if (id) {
		item->id = id;
		item->flags |= XFER_EXISTS;
	}
	return CSM_OK;
}

/*
 * Whether the modes leave it out; of what is owned, whether its owner was. known: it has been found out
 * whether it is stored.
 */
static int ask_mode(struct csm_import *im, const struct xfer_item *item, bool known, bool *skip,
		    struct csm_err *err)
{
	*skip = item->owner_type && item->type->flags & CSM_T_OWNED &&
		xfer_side(im, item->owner).flags & XFER_SKIPPED;
	return known && !*skip ? xfer_mode(im, item, skip, err) : CSM_OK;
}

/*
 * The record to write: the stored one with the stated values on it, or a new one; *out NULL when it is left
 * out.
 */
static int make_record(struct csm_import *im, struct xfer_item *item, struct csm_rec **out,
		       struct csm_err *err)
{
	bool skip, late = item->flags & XFER_LATE && !(item->flags & XFER_EXISTS);
	struct csm_rec *r = NULL;
	int rc = ask_mode(im, item, !late, &skip, err);

	*out = NULL;
	if (!rc && !skip && !(item->flags & XFER_EXISTS))
		rc = make_new(im, item, &r, err);
	if (!rc && !skip && late)
		rc = ask_mode(im, item, true, &skip, err);
	if (rc || skip)
		return rc;
	if (item->flags & XFER_EXISTS) {
		rc = csm_store_need(im->store, item->type, item->id, im->scratch, &r, err);
		if (!rc)
			rc = xfer_bind(im, item, r, err);
	}
	*out = r;
	return rc;
}

/* Which of the fields that csm would fill by itself the record states: a bit each, in their order. */
static uint32_t given_of(struct csm_import *im, const struct xfer_item *item)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	uint32_t given = 0;

	for (unsigned i = 0; i < x->nderived; i++)
		given |= (item->by[x->derived[i]] ? UINT32_C(1) : 0) << i;
	return given;
}

/* The fields of given_of() as the store has them. */
static void spread_given(struct csm_import *im, unsigned type, uint32_t from, uint64_t given[2])
{
	const struct xfer_fields *x = xfer_fields(im, type);

	given[0] = given[1] = 0;
	for (unsigned i = 0; i < x->nderived; i++)
		given[x->derived[i] / 64] |= (uint64_t)(from >> i & 1) << (x->derived[i] % 64);
}

/* What follows from a record is done at once where nothing else of the load is to be waited for. */
static int follow_now(struct csm_import *im, const struct xfer_item *item, struct csm_rec *r, struct csm_err *err)
{
	struct csm_write load = { .sla_stated = im->sla_stated, .announce = im->opts.announce,
				  .insert = item->flags & XFER_INSERTED };

	if (!im->types[item->at.type].alone || !(item->flags & XFER_CHANGED))
		return CSM_OK;
	spread_given(im, item->at.type, given_of(im, item), load.given);
	return csm_store_imported_now(im->store, r, &load, err);
}

static void count_written(struct csm_import *im, struct xfer_item *item, bool existed, bool changed)
{
	struct csm_import_count *c = &im->counts[item->at.type];
	struct xfer_side side = xfer_side(im, item->at);
	int64_t waits = 0;

	if (item->at.n < im->types[item->at.type].waits.n)
		xfer_array_get(&im->types[item->at.type].waits, item->at.n, &waits);
	im->waiting -= waits && !(item->flags & XFER_WRITTEN);
	if (!side.id)
		item->flags |= XFER_FOUND;
	item->flags |= XFER_WRITTEN;
	if (!existed)
		item->flags |= XFER_INSERTED | XFER_CHANGED;
	else if (changed)
		item->flags |= XFER_CHANGED;
	if (!existed)
		c->created++;
	else if (changed)
		c->updated++;
	else
		c->unchanged++;
	side.id = item->id;
	side.flags = item->flags;
	side.given = item->type->after ? given_of(im, item) : 0;
	xfer_set_side(im, item->at, &side);
	xfer_hold(im, item->at.type, item->id);
}

/* The record around it is there. */
static int check_owner(struct csm_import *im, const struct xfer_item *item, struct csm_err *err)
{
	if (!item->owner_type || !(xfer_side(im, item->owner).flags & XFER_REJECTED))
		return CSM_OK;
	return csm_fail(err, CSM_E_INVALID, "the %s it stands in (%s) was rejected",
			item->owner_type->name, xfer_place(im, item->owner));
}

/* target: only those to this type; NULL: all */
static void without_references(const struct csm_rtype *t, const char *target, uint64_t fields[2])
{
	for (unsigned i = 0; i < t->nfields; i++)
		if (t->fields[i].kind == CSM_K_REF && (!target || strcmp(t->fields[i].target, target) == 0))
			fields[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

/*
 * A big load does without indexes: of the types it states, and of the SLA records that follow from its cases, in the order of these.
 * While a reference waits for its record, each new row is looked for in all columns that may refer to it, so
 * the indexes of references stay then.
 */
static int drop_indexes(struct csm_import *im, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	bool waiting = false;
	int rc = CSM_OK;

	for (unsigned t = 0; t < d->ntypes; t++)
		waiting = waiting || im->types[t].forward;
	for (unsigned t = 0; !rc && t < d->ntypes; t++) {
		struct xfer_type *x = &im->types[t];
		const struct csm_rtype *sla =
			!im->sla_stated && strcmp(x->type->name, "case") == 0 ? csm_dict_type(d, "sla") : NULL;
		uint64_t stated[2] = { x->stated[0], x->stated[1] }, of_sla[2] = { UINT64_MAX, UINT64_MAX };

		if (waiting)
			without_references(x->type, NULL, stated);
		if (sla)
			without_references(sla, waiting ? NULL : x->type->name, of_sla);
		if (x->n - x->rejected > 0)
			rc = csm_store_bulk(im->store, x->type, x->n - x->rejected, stated, err);
		if (!rc && sla)
			rc = csm_store_bulk(im->store, sla, x->n - x->rejected, of_sla, err);
	}
	return rc;
}

/*
 * The load writes: the first time in a pass, the indexes go. One that finds everything as it states it leaves them alone.
 * In batches they stay, each of which would have to make them again.
 */
static int begin_bulk(struct csm_import *im, struct csm_err *err)
{
	if (im->bulk || im->opts.batch)
		return CSM_OK;
	im->bulk = true;
	return drop_indexes(im, err);
}

static int write_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	int version = xfer_fields(im, item->at.type)->version;
	const struct csm_value *before = NULL;
	struct csm_rec *r;
	int64_t was;
	bool existed;
	int rc = check_owner(im, item, err);

	if (!rc && im->opts.replace_children)
		rc = xfer_replace_list(im, item, err);
	/* what a list was matched for is not matched again */
	if (!rc && !im->types[item->at.type].ready && !(item->flags & XFER_EXISTS))
		rc = xfer_match(im, item, err);
	if (!rc)
		rc = make_record(im, item, &r, err);
	if (rc)
		return rc;
	if (!r)
		return xfer_skip(im, item, err);
	existed = r->stored;
	was = csm_rec_int(r, version);
	if (existed && im->opts.record)
		before = csm_rec_copy(im->scratch, r)->old;
	if (!existed)
		rc = begin_bulk(im, err);
	if (!rc)
		rc = csm_store_write(im->store, r, CSM_WRITE_IMPORT, -1, err);
	if (rc)
		return rc;
	item->id = r->id;
	count_written(im, item, existed, csm_rec_int(r, version) != was);
	xfer_watch_written(im, item, r, before);
	if (item->flags & XFER_CHANGED)
		rc = begin_bulk(im, err);
	if (!rc && existed && item->empty)
		rc = xfer_replace_empty(im, item, err);
	return rc ? rc : follow_now(im, item, r, err);
}

int xfer_write_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	int rc;

	im->writing = item;
	im->follows = false;
	rc = write_item(im, item, err);
	im->writing = NULL;
	if (rc)
		rc = xfer_reject_item(im, item, err);
	if (!rc && item->flags & XFER_REJECTED)
		rc = xfer_reject_rest(im, item, true, err);
	im->follows = false;
	return rc;
}

/* Records whose questions are asked together: many more, and answers kept in small tables are gone before they are used. */
#define TOGETHER 64

static int resolve_early(struct csm_import *im, const struct xfer_item *item, struct csm_err *err)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	const int *field = item->fields;
	int rc = CSM_OK;

	for (const struct csm_node *n = item->node->first; !rc && n; n = n->next, field++)
		if (*field >= 0 && item->type->fields[*field].kind == CSM_K_REF && n->type == CSM_N_SCALAR && *n->text &&
		    !XFER_IS_LEFT(n))
			rc = xfer_resolve_early(im, x->target[*field], n->text, err);
	return rc;
}

/*
 * While rows are inserted by a thread of their own, each question waits for it: what will be asked for some records is asked before
 * the first of them is written. What is wrong with a record is told when its turn comes, and only then.
 */
static int ask_early(struct csm_import *im, unsigned type, const struct xfer_item *items, unsigned n, struct csm_err *err)
{
	bool match = !im->types[type].ready && !csm_store_was_empty(im->store, im->types[type].type);
	struct csm_mark mark = csm_arena_mark(im->scratch);
	int rc = CSM_OK;

	if (!csm_store_writer(im->store))
		return CSM_OK;
	im->early = true;
	for (unsigned i = 0; !rc && i < n; i++)
		rc = resolve_early(im, &items[i], err);
	/* last, since what is missed is kept until other keys come */
	for (unsigned i = 0; !rc && match && i < n; i++)
		if (!(items[i].flags & XFER_EXISTS))
			rc = xfer_match_early(im, &items[i], err);
	im->early = false;
	csm_arena_rewind(im->scratch, mark);
	return rc;
}

/* As it is after those before it were written. */
static bool is_left(struct csm_import *im, struct xfer_item *item, uint32_t without)
{
	struct xfer_side side = xfer_side(im, item->at);

	item->id = side.id;
	item->flags = side.flags;
	return !(side.flags & without);
}

static int write_some(struct csm_import *im, struct xfer_walk *w, bool *more, struct csm_err *err)
{
	struct xfer_item *items = csm_alloc(im->scratch, TOGETHER * sizeof(*items));
	unsigned n = 0;
	int rc;

	do {
		rc = xfer_walk_next(w, im->scratch, &items[n], more, err);
		n += *more && !rc;
	} while (!rc && *more && n < TOGETHER && xfer_walk_near(w));
	if (!rc)
		rc = ask_early(im, w->type, items, n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		if (is_left(im, &items[i], w->without)) {
			xfer_step(im);
			rc = xfer_write_item(im, &items[i], err);
		}
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

static int write_type(struct csm_import *im, unsigned type, struct csm_err *err)
{
	struct xfer_type *x = &im->types[type];
	struct xfer_walk w;
	bool more = x->n > 0;
	int rc = CSM_OK;

	if (more && !x->ready)
		rc = csm_store_pass_id(im->store, x->type, x->highest, err);
	xfer_walk_open(&w, im, type, XFER_REJECTED | XFER_REPEATED | XFER_SKIPPED);
	while (!rc && more) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = write_some(im, &w, &more, err);
		csm_arena_rewind(im->scratch, mark);
	}
	xfer_walk_close(&w);
	x->written = true;
	return rc;
}

void xfer_take_back(struct csm_import *im, int64_t gone)
{
	const int64_t none = 0;

	im->retry = false;
	xfer_forget_kin(im);
	im->waits.n = im->waiting = 0;
	im->list.n = -1;
	xfer_tmp_cut(&im->gone, gone);
	csm_store_rollback(im->store);
	xfer_forget_refs(im);
	xfer_drop_refs(im);
	for (unsigned t = 0; t < csm_store_dict(im->store)->ntypes; t++)
		for (int64_t n = 0; n < im->types[t].waits.n; n++)
			xfer_array_set(&im->types[t].waits, n, &none);
}

void xfer_forget_matches(struct csm_import *im)
{
	for (unsigned t = 0; t < csm_store_dict(im->store)->ntypes; t++) {
		struct csm_import_count *c = &im->counts[t];
		struct xfer_type *x = &im->types[t];
		struct xfer_at at = { t, 0 };

		c->created = c->updated = c->unchanged = c->skipped = c->deleted = 0;
		x->missing = 0;
		x->ready = x->written = false;
		x->held = (struct xfer_held){ NULL, 0, 0 };
		for (; at.n < x->n; at.n++) {
			struct xfer_side side = xfer_side(im, at);

			side.flags &= XFER_REJECTED | XFER_REPEATED | XFER_ONCE | XFER_LATE | XFER_NESTED |
				      (side.flags & XFER_REJECTED ? XFER_EXISTS : 0);
			if (!(side.flags & XFER_EXISTS))
				side.id = 0;
			xfer_set_side(im, at, &side);
		}
	}
}

int xfer_begin(struct csm_import *im, struct csm_err *err)
{
	int rc = csm_store_writing(im->store) ? CSM_OK : csm_store_begin(im->store, err);

	return rc ? rc : csm_store_gather(im->store, err);
}

/*
 * A rejected record is referred to by rows that were written: take all back and write again, knowing
 * better.
 */
static int start_over(struct csm_import *im, struct csm_err *err)
{
	xfer_take_back(im, 0);
	xfer_forget_matches(im);
	return xfer_begin(im, err);
}

int xfer_follow(struct csm_import *im, struct xfer_at at, struct csm_err *err)
{
	const struct csm_rtype *t = im->types[at.type].type;
	struct csm_write load = { .sla_stated = im->sla_stated, .announce = im->opts.announce };
	struct csm_mark mark = csm_arena_mark(im->scratch);
	struct xfer_side side = xfer_side(im, at);
	struct xfer_item item;
	int rc;

	if (!t->after || !(side.flags & XFER_CHANGED) || side.flags & (XFER_REJECTED | XFER_FOLLOWED))
		return CSM_OK;
	side.flags |= XFER_FOLLOWED;
	xfer_set_side(im, at, &side);
	load.insert = side.flags & XFER_INSERTED;
	spread_given(im, at.type, side.given, load.given);
	rc = csm_store_imported(im->store, t, side.id, &load, err);
	if (rc && !xfer_load(im, at, im->scratch, &item, &(struct csm_err){ 0 }))
		rc = xfer_reject_item(im, &item, err);
	csm_arena_rewind(im->scratch, mark);
	return rc;
}

/*
 * What follows from the records that were written. One that is refused now has to go, and the load is
 * written again.
 */
static int run_after(struct csm_import *im, unsigned type, struct csm_err *err)
{
	const struct xfer_type *x = &im->types[type];
	struct xfer_at at = { type, 0 };
	int rc = CSM_OK;

	for (; !rc && x->type->after && !x->alone && at.n < x->n; at.n++) {
		xfer_step(im);
		rc = xfer_follow(im, at, err);
	}
	return rc;
}

/* Whether the load has records of one type only, none of which refers to another of them. */
static bool is_alone(const struct csm_import *im, unsigned type)
{
	unsigned n = csm_store_dict(im->store)->ntypes;

	for (unsigned t = 0; t < n; t++)
		if (t != type && im->types[t].n)
			return false;
	return !im->types[type].forward;
}

static int write_pass(struct csm_import *im, struct csm_err *err)
{
	unsigned n = csm_store_dict(im->store)->ntypes;
	int64_t total = 0, after = 0;
	int rc = CSM_OK;

	for (unsigned t = 0; t < n; t++) {
		im->types[t].alone = is_alone(im, t);
		total += im->types[t].n;
		after += im->types[t].type->after && !im->types[t].alone ? im->types[t].n : 0;
	}
	xfer_phase(im, im->opts.on_error == CSM_ON_ERROR_ABORT && im->findings ? CSM_IMPORT_CHECKING : CSM_IMPORT_WRITING,
		   total);
	im->bulk = false;
	for (unsigned t = 0; !rc && t < n; t++)
		if (im->types[t].forward && im->types[t].n)
			rc = xfer_match_ahead(im, t, err);
	for (unsigned t = 0; !rc && t < n; t++)
		rc = write_type(im, t, err);
	if (!rc && !im->retry)
		xfer_phase(im, CSM_IMPORT_FOLLOWING, after);
	for (unsigned t = 0; !rc && !im->retry && t < n; t++)
		rc = run_after(im, t, err);
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

int xfer_write_all(struct csm_import *im, struct csm_err *err)
{
	int rc;

	if (im->opts.batch)
		return xfer_write_batches(im, err);
	do {
		rc = im->retry ? start_over(im, err) : CSM_OK;
		if (!rc)
			rc = write_pass(im, err);
	} while (!rc && im->retry && im->opts.on_error == CSM_ON_ERROR_SKIP);
	return rc;
}
