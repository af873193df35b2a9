/* SPDX-License-Identifier: MIT */
/*
 * batch.c - a load in several transactions: so many records at the top with what is nested in them, types in
 * load order. All are matched before the first is written, so that ids are given once. A transaction ends
 * where no written record waits for one that comes later; it grows until then. `after` hooks run at its end.
 *
 * The position of the load is in its record (run.c): the type and the record of it up to which all is stored,
 * and the first id that was given to each type: by it the ids are found again when the load is cut short and
 * begun again. What is stored by then is passed over, and looked up like any other record.
 */
#include <inttypes.h>

#include <csm/model.h>

#include "xfer_priv.h"

/* All records that stand in records of one type at the top, of one type each. */
struct inside {
	struct xfer_walk walk;
	struct csm_arena *arena;	/* of item */
	struct xfer_item item;		/* the next one */
	bool more;
};

struct batch {
	struct csm_import *im;
	unsigned ntypes;
	unsigned top;			/* type at the top that is being written */
	unsigned stored_top;		/* all is stored up to this type, and so many records of it */
	int64_t stored;
	struct inside *inside;		/* by type */
	struct xfer_at *low;		/* by type: written since the last commit, from low to high */
	struct csm_import_count *counts; /* at the last commit */
	int64_t *high;
	int64_t gone;			/* notes of deleted records at the last commit, in bytes */
};

#define OUT (XFER_REJECTED | XFER_REPEATED | XFER_SKIPPED | XFER_STORED)

/* ---- the position ---- */

static const char *position(struct batch *b)
{
	struct csm_import *im = b->im;
	struct csm_buf text = CSM_BUF(im->scratch);

	csm_buf_addf(&text, "%s %" PRId64, im->types[b->stored_top].type->name, b->stored);
	for (unsigned t = 0; t < b->ntypes; t++)
		if (im->types[t].first)
			csm_buf_addf(&text, " %s=%" PRId64, im->types[t].type->name, im->types[t].first);
	return text.s;
}

/* A word that ends with c and a number behind it; *p is moved behind both. */
static bool read_pair(struct batch *b, const char **p, char c, unsigned *type, int64_t *n)
{
	const struct csm_dict *d = csm_store_dict(b->im->store);
	const char *end = strchr(*p, c);
	const struct csm_rtype *t =
		end ? csm_dict_type(d, csm_strndup(b->im->scratch, *p, (size_t)(end - *p))) : NULL;
	char *rest;

	if (!t || end[1] < '0' || end[1] > '9')
		return false;
	*type = xfer_type_index(b->im, t);
	*n = strtoll(end + 1, &rest, 10);
	*p = rest;
	return true;
}

static bool read_position(struct batch *b, const char *text)
{
	unsigned type;
	int64_t n;

	if (!read_pair(b, &text, ' ', &b->stored_top, &b->stored))
		return false;
	while (*text == ' ') {
		text++;
		if (!read_pair(b, &text, '=', &type, &n))
			return false;
		b->im->types[type].first = n;
	}
	return !*text;
}

/* What the position says is stored is marked so. */
static int mark_stored(struct batch *b, struct csm_err *err)
{
	struct csm_import *im = b->im;
	int rc = CSM_OK;

	for (unsigned t = 0; !rc && t < b->ntypes; t++) {
		struct xfer_walk w;
		struct xfer_item item;
		bool more = true;

		xfer_walk_open(&w, im, t, XFER_REPEATED);
		while (!rc && more) {
			struct csm_mark mark = csm_arena_mark(im->scratch);

			rc = xfer_walk_next(&w, im->scratch, &item, &more, err);
			if (!rc && more && (item.top.type < b->stored_top ||
					    (item.top.type == b->stored_top && item.top.n < b->stored))) {
				item.flags |= XFER_STORED | XFER_WRITTEN;
				xfer_keep(im, &item);
			}
			csm_arena_rewind(im->scratch, mark);
		}
		xfer_walk_close(&w);
	}
	return rc;
}

/* A load that was cut short goes on. */
static int resume(struct batch *b, struct csm_err *err)
{
	struct csm_import *im = b->im;
	const char *text = NULL;
	int rc = im->opts.about ? xfer_run_unfinished(im, im->arena, &text, err) : CSM_OK;

	if (rc || !text || !*text)
		return rc;
	if (!read_position(b, text))
		return csm_fail(err, CSM_E_DAMAGED, "the position of the load that was cut short is '%s'", text);
	im->resumed = true;
	rc = mark_stored(b, err);
	return rc ? rc : xfer_findings_known(im, false, err);
}

/* ---- one transaction ---- */

static bool is_top(struct csm_import *im, struct xfer_at at)
{
	return !(xfer_side(im, at).flags & (XFER_NESTED | XFER_REPEATED));
}

static void next_inside(struct batch *b, unsigned type, int *rc, struct csm_err *err)
{
	struct inside *in = &b->inside[type];

	do {
		csm_arena_rewind(in->arena, (struct csm_mark){ NULL, 0 });
		if (!*rc)
			*rc = xfer_walk_next(&in->walk, in->arena, &in->item, &in->more, err);
	} while (!*rc && in->more && in->item.top.type != b->top);
}

static void close_inside(struct batch *b)
{
	for (unsigned t = 0; t < b->ntypes; t++) {
		xfer_walk_close(&b->inside[t].walk);
		csm_arena_free(b->inside[t].arena);
		b->inside[t] = (struct inside){ .more = false };
	}
}

static int open_inside(struct batch *b, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned t = 0; !rc && t < b->ntypes; t++) {
		if (!b->im->types[b->top].inside[t])
			continue;
		b->inside[t].arena = csm_arena_like(b->im->arena);
		xfer_walk_open(&b->inside[t].walk, b->im, t, OUT);
		next_inside(b, t, &rc, err);
	}
	return rc;
}

static int write_one(struct batch *b, struct xfer_item *item, struct csm_err *err)
{
	struct csm_import *im = b->im;
	struct csm_mark mark = csm_arena_mark(im->scratch);
	unsigned t = item->at.type;
	int rc;

	xfer_step(im);
	if (b->low[t].n < 0 || item->at.n < b->low[t].n)
		b->low[t].n = item->at.n;
	if (item->at.n >= b->high[t])
		b->high[t] = item->at.n + 1;
	rc = xfer_write_item(im, item, err);
	csm_arena_rewind(im->scratch, mark);
	return rc;
}

/* Everything that stands in records at the top before `end`. */
static int write_until(struct batch *b, int64_t end, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned t = 0; !rc && t < b->ntypes; t++)
		while (!rc && b->inside[t].more && b->inside[t].item.top.n < end) {
			/* it may have been rejected since it was read */
			struct xfer_side side = xfer_side(b->im, b->inside[t].item.at);

			if (!(side.flags & OUT))
				rc = write_one(b, &b->inside[t].item, err);
			next_inside(b, t, &rc, err);
		}
	return rc;
}

static int follow(struct batch *b, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned t = 0; !rc && t < b->ntypes; t++) {
		for (struct xfer_at at = b->low[t]; !rc && at.n >= 0 && at.n < b->high[t]; at.n++)
			rc = xfer_follow(b->im, at, err);
		/* a dry run goes on in the same transaction */
		if (csm_store_env(b->im->store)->dry_run)
			b->low[t].n = -1;
	}
	return rc;
}

static void begin_span(struct batch *b)
{
	for (unsigned t = 0; t < b->ntypes; t++) {
		b->low[t] = (struct xfer_at){ t, -1 };
		b->high[t] = 0;
	}
	memcpy(b->counts, b->im->counts, b->ntypes * sizeof(*b->counts));
	b->gone = xfer_tmp_size(&b->im->gone);
}

/* Whether anything was stored, or is to be told, since the last commit. */
static bool did_something(const struct batch *b)
{
	for (unsigned t = 0; t < b->ntypes; t++) {
		const struct csm_import_count *was = &b->counts[t], *now = &b->im->counts[t];

		if (now->created != was->created || now->updated != was->updated ||
		    now->deleted != was->deleted || now->rejected != was->rejected)
			return true;
	}
	return false;
}

/* What the next commit leaves behind is on disk before it. */
static int file_rejects(struct csm_import *im, struct csm_err *err)
{
	if (!im->opts.rejects || im->run.filed == im->run.written)
		return CSM_OK;
	im->run.filed = im->run.written;
	return im->opts.rejects(im->opts.arg, im, err);
}

/* All up to n records of the type at the top is written, and what follows from it too. */
static int commit(struct batch *b, int64_t n, struct csm_err *err)
{
	struct csm_import *im = b->im;
	struct csm_import_result res;
	int rc = CSM_OK;

	b->stored_top = b->top;
	b->stored = n;
	im->partly = true;
	im->decided = (struct xfer_at){ b->top, n };
	if (did_something(b)) {
		xfer_result(im, &res);
		if (im->opts.about)
			rc = xfer_run_store(im, &res, position(b), err);
		if (!rc)
			rc = file_rejects(im, err);
		if (!rc)
			rc = csm_store_commit(im->store, NULL, err);
		if (!rc)
			rc = xfer_begin(im, err);
		im->batches += !rc;
		if (!rc)
			rc = xfer_run_check(im, err);
	}
	for (unsigned t = 0; !rc && t < b->ntypes; t++)
		for (struct xfer_at at = b->low[t]; at.n >= 0 && at.n < b->high[t]; at.n++) {
			struct xfer_side side = xfer_side(im, at);

			if (side.flags & XFER_WRITTEN)
				side.flags |= XFER_STORED;
			xfer_set_side(im, at, &side);
		}
	begin_span(b);
	return rc;
}

/* Whether nothing comes after n records of the type at the top: the caller's commit is the last one. */
static bool is_last(const struct batch *b, int64_t n)
{
	for (unsigned t = b->top + 1; t < b->ntypes; t++)
		if (b->im->types[t].inside)
			return false;
	return n >= b->im->types[b->top].n;
}

/* Whether this span is a transaction: a load that an error ends stores nothing after it, but tells of more. */
static bool may_commit(const struct batch *b, int64_t n)
{
	const struct csm_import *im = b->im;

	return !im->retry && !csm_store_env(im->store)->dry_run && !is_last(b, n) &&
	       !(im->findings && im->opts.on_error == CSM_ON_ERROR_ABORT);
}

/* The records at the top of a type from one on, so many at a time. */
static int write_top(struct batch *b, int64_t from, bool *waiting, struct csm_err *err)
{
	struct csm_import *im = b->im;
	struct xfer_at at = { b->top, from };
	int64_t n = 0, records = im->types[b->top].n;
	int rc = open_inside(b, err);

	for (; !rc && !im->retry && at.n < records; at.n++) {
		n += is_top(im, at);
		if (n < im->opts.batch && at.n + 1 < records)
			continue;
		/* with those of its own type that are nested in it */
		while (at.n + 1 < records && !is_top(im, (struct xfer_at){ b->top, at.n + 1 }))
			at.n++;
		n = 0;
		rc = write_until(b, at.n + 1, err);
		*waiting = im->waiting > 0;
		if (rc || *waiting || im->retry)
			continue;
		rc = follow(b, err);
		if (!rc && may_commit(b, at.n + 1))
			rc = commit(b, at.n + 1, err);
	}
	close_inside(b);
	return rc;
}

static int write_pass(struct batch *b, struct csm_err *err)
{
	struct csm_import *im = b->im;
	unsigned first = b->stored_top;
	int64_t stored = b->stored;
	bool waiting = false;
	int rc = CSM_OK;

	for (unsigned t = first; !rc && !im->retry && t < b->ntypes; t++) {
		if (!im->types[t].inside)
			continue;
		b->top = t;
		rc = write_top(b, t == first ? stored : 0, &waiting, err);
	}
	if (!rc && !im->retry && waiting)
		rc = follow(b, err);
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

/* What was written since the last commit is not any more. */
static void forget_span(struct batch *b)
{
	struct csm_import *im = b->im;

	for (unsigned t = 0; t < b->ntypes; t++) {
		struct csm_import_count *c = &im->counts[t];
		struct xfer_at at = { t, 0 };

		c->created = b->counts[t].created;
		c->updated = b->counts[t].updated;
		c->unchanged = b->counts[t].unchanged;
		c->deleted = b->counts[t].deleted;
		for (; at.n < im->types[t].n; at.n++) {
			struct xfer_side side = xfer_side(im, at);

			if (side.flags & (XFER_STORED | XFER_SKIPPED))
				continue;
			side.flags &= ~(XFER_WRITTEN | XFER_INSERTED | XFER_CHANGED | XFER_FOLLOWED);
			if (side.flags & XFER_FOUND) {
				xfer_release(im, t, side.id);
				side.flags &= ~(XFER_FOUND | XFER_EXISTS);
				side.id = 0;
			}
			xfer_set_side(im, at, &side);
		}
	}
}

static int match_all(struct batch *b, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned t = 0; !rc && t < b->ntypes; t++)
		if (b->im->types[t].n)
			rc = xfer_match_ahead(b->im, t, err);
	return rc;
}

/* The ids that were given ahead are nobody's: they were given in what was taken back. */
static int keep_ids(struct batch *b, struct csm_err *err)
{
	struct csm_import *im = b->im;
	int rc = CSM_OK;

	for (unsigned t = 0; !rc && t < b->ntypes; t++)
		if (im->types[t].n)
			rc = csm_store_pass_id(im->store, im->types[t].type, im->types[t].last, err);
	return rc;
}

/*
 * Take back what was written since the last commit, and write it again. Somebody may have written in between: before the
 * first commit that may have taken the ids that were given ahead, so all is matched again; after it they are safe.
 */
static int start_over(struct batch *b, struct csm_err *err)
{
	struct csm_import *im = b->im;
	int64_t change = csm_store_change_number(im->store);
	int rc;

	xfer_take_back(im, b->gone);
	forget_span(b);
	rc = xfer_begin(im, err);
	if (!rc)
		rc = xfer_run_check(im, err);
	if (!rc && !im->run.id && csm_store_change_number(im->store) != change) {
		xfer_forget_matches(im);
		rc = match_all(b, err);
		if (!rc)
			rc = xfer_findings_begin(im, err);
	} else if (!rc) {
		rc = keep_ids(b, err);
	}
	begin_span(b);
	return rc;
}

static int64_t count_rejected(const struct batch *b)
{
	int64_t n = 0;

	for (unsigned t = 0; t < b->ntypes; t++)
		n += b->im->counts[t].rejected;
	return n;
}

/* What was counted before the load was cut short. */
static int take_counts(struct batch *b, struct csm_err *err)
{
	struct csm_import *im = b->im;
	const struct csm_dict *d = csm_store_dict(im->store);
	struct csm_mark mark = csm_arena_mark(im->scratch);
	struct csm_rec **rows;
	int64_t rejected = count_rejected(b);
	unsigned n = 0;
	int rc = csm_store_children(im->store, &csm_type_import_count, IMPORT_COUNT_IMPORT, im->run.id, im->scratch,
				    &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		const struct csm_rtype *t = csm_dict_type(d, csm_rec_text(rows[i], IMPORT_COUNT_RECORD_TYPE));
		struct csm_import_count *c = t ? xfer_count(im, t) : NULL;

		if (!c)
			continue;
		c->created = csm_rec_int(rows[i], IMPORT_COUNT_CREATED);
		c->updated = csm_rec_int(rows[i], IMPORT_COUNT_UPDATED);
		c->unchanged = csm_rec_int(rows[i], IMPORT_COUNT_UNCHANGED);
		c->skipped = csm_rec_int(rows[i], IMPORT_COUNT_SKIPPED);
		c->rejected = csm_rec_int(rows[i], IMPORT_COUNT_REJECTED);
		c->deleted = csm_rec_int(rows[i], IMPORT_COUNT_DELETED);
	}
	/* a limit holds for the load, however often it is begun */
	rejected = count_rejected(b) - rejected;
	if (!rc && im->opts.on_error == CSM_ON_ERROR_SKIP && rejected > 0) {
		im->findings += rejected;
		im->rejects += rejected;
	}
	csm_arena_rewind(im->scratch, mark);
	return rc;
}

int xfer_write_batches(struct csm_import *im, struct csm_err *err)
{
	struct batch b = { .im = im, .ntypes = csm_store_dict(im->store)->ntypes };
	int64_t total = 0;
	int rc;

	b.inside = csm_calloc(im->arena, b.ntypes, sizeof(*b.inside));
	b.low = csm_calloc(im->arena, b.ntypes, sizeof(*b.low));
	b.high = csm_calloc(im->arena, b.ntypes, sizeof(*b.high));
	b.counts = csm_calloc(im->arena, b.ntypes, sizeof(*b.counts));
	rc = resume(&b, err);
	if (!rc && im->resumed)
		xfer_tell_resumed(im);
	xfer_findings_tell(im);
	for (unsigned t = 0; t < b.ntypes; t++) {
		total += im->types[t].n;
		im->types[t].forward = im->types[t].n > 0;
	}
	xfer_phase(im, CSM_IMPORT_WRITING, total);
	if (!rc)
		rc = match_all(&b, err);
	if (!rc && im->resumed)
		rc = xfer_findings_known(im, true, err);
	if (!rc && im->resumed)
		rc = take_counts(&b, err);
	if (!rc)
		rc = xfer_findings_begin(im, err);
	begin_span(&b);
	for (im->retry = false; !rc; rc = start_over(&b, err)) {
		rc = write_pass(&b, err);
		if (rc || !im->retry || im->opts.on_error != CSM_ON_ERROR_SKIP)
			break;
	}
	im->partly = false;
	return rc;
}
