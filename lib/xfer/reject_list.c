/* SPDX-License-Identifier: MIT */
/*
 * reject_list.c - what goes into the file of rejects, in the order of the rows: a row that made no record as it is; a record with all that is
 * in it, once; and what is rejected inside a record that was stored, standing alone.
 */
#include "rejects.h"

/* A rejected item as a number; a row that made no record as that of its note, below zero. */
#define CODE(type, n) ((int64_t)(type) << 44 | (n))
#define CODE_TYPE(code) ((unsigned)((code) >> 44))
#define CODE_N(code) ((code) & ((INT64_C(1) << 44) - 1))
#define LOST(note) (INT64_MIN + (note))
#define LOST_NOTE(code) ((code) - INT64_MIN)

static bool is_inside(struct csm_import *im, const struct xfer_item *item)
{
	return item->owner_type && xfer_side(im, item->owner).flags & XFER_REJECTED;
}

static int collect_items(struct reject_out *o, unsigned type, struct csm_err *err)
{
	struct xfer_at at = { type, 0 };
	int rc = CSM_OK;

	for (; !rc && at.n < o->im->types[type].n; at.n++) {
		uint32_t flags = xfer_side(o->im, at).flags;
		struct csm_mark mark = csm_arena_mark(o->im->scratch);
		struct xfer_item item;

		if (!(flags & XFER_REJECTED) || flags & XFER_REPEATED)
			continue;
		if (o->known && !(flags & XFER_KNOWN))
			continue;
		rc = xfer_load(o->im, at, o->im->scratch, &item, err);
		/* with the record around it, when that is rejected too; or not decided yet */
		if (!rc && !is_inside(o->im, &item) && (o->known || xfer_is_decided(o->im, item.top)))
			xfer_sorted_add(o->rejected, (uint64_t)item.row, CODE(type, at.n));
		csm_arena_rewind(o->im->scratch, mark);
	}
	return rc;
}

/* ---- the original of a record ---- */

static bool is_at(const struct csm_node *n, const struct xfer_item *item, int64_t line)
{
	return n->type == CSM_N_MAP && n->line + line == item->node->line && n->col == item->node->col;
}

/* The record among the values of a key; of one that stands without a list the key has the place. */
static const struct csm_node *find_in(const struct csm_node *value, const struct xfer_item *item, int64_t line)
{
	if (value->type == CSM_N_MAP)
		return value;
	for (const struct csm_node *n = value->first; n; n = n->next)
		if (is_at(n, item, line))
			return n;
	return NULL;
}

/* A record at the top of a line: the line, or a value of its envelope. */
static const struct csm_node *find_top(struct csm_import *im, const struct csm_node *line, const struct xfer_item *item,
				       int64_t before)
{
	const struct csm_dict *d = csm_store_dict(im->store);

	if (is_at(line, item, before))
		return line;
	for (const struct csm_node *n = line->first; n; n = n->next) {
		const struct csm_node *hit = csm_dict_type(d, n->key) == item->type ? find_in(n, item, before) : NULL;

		if (hit)
			return hit;
	}
	return NULL;
}

/* In the tree of its row (of a line: the whole line). before: how many lines stand before the tree's first. */
static const struct csm_node *find_record(struct csm_import *im, const struct xfer_original *from,
					  const struct csm_node *tree, int64_t before, const struct xfer_item *item)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	const struct csm_node *around;
	struct xfer_item owner;
	struct csm_err ignored = { 0 };
	int field;

	if (!item->owner_type)
		return from->node ? tree : find_top(im, tree, item, before);
	if (xfer_load(im, item->owner, im->scratch, &owner, &ignored))
		return NULL;
	around = find_record(im, from, tree, before, &owner);
	for (const struct csm_node *n = around ? around->first : NULL; n; n = n->next) {
		const struct csm_node *hit = NULL;

		if (xfer_nested_type(d, owner.type, n->key, &field) == item->type && field == item->owner_field)
			hit = find_in(n, item, before);
		if (hit)
			return hit;
	}
	return NULL;
}

/* Whether the row is the only one of its line. */
static int is_alone(struct csm_import *im, int64_t row, int64_t number, bool *out, struct csm_err *err)
{
	struct xfer_original before = { 0 }, after = { 0 };
	int rc = xfer_original(im, row - 1, im->scratch, &before, err);

	if (!rc)
		rc = xfer_original(im, row + 1, im->scratch, &after, err);
	*out = (!before.source || before.number != number) && (!after.source || after.number != number);
	return rc;
}

/* ---- entries ---- */

/* A record of which another, that is stored, is the owner: it stands alone and refers to it. */
static int stand_alone(struct csm_import *im, const struct xfer_item *item, struct reject *r, struct csm_err *err)
{
	int64_t id = xfer_side(im, item->owner).id;

	int rc = CSM_OK;

	r->owner_field = item->type->fields[item->owner_field].name;
	if (id)
		rc = csm_store_key(im->store, item->owner_type, id, im->scratch, &r->owner_key, err);
	return rc;
}

static int of_item(struct csm_import *im, struct xfer_at at, int64_t row, struct reject *r, bool *inside, struct csm_err *err)
{
	const struct csm_node *tree;
	struct csm_node *line = NULL;
	struct xfer_original from;
	struct xfer_item item;
	bool alone = true;
	int rc = xfer_load(im, at, im->scratch, &item, err);

	if (!rc)
		rc = xfer_original(im, row, im->scratch, &from, err);
	if (rc)
		return rc;
	*inside = is_inside(im, &item);
	r->source = from.source;
	r->type = im->opts.map ? NULL : item.type;
	r->rows = from.rows;
	tree = from.node;
	if (from.raw && from.source->format == CSM_FMT_NDJSON && !im->opts.map)
		rc = item.owner_type ? CSM_OK : is_alone(im, row, from.number, &alone, err);
	if (rc)
		return rc;
	if (from.raw && (im->opts.map || from.source->format != CSM_FMT_NDJSON || (alone && !item.owner_type))) {
		r->raw = from.raw;
		r->nraw = from.n;
		r->whole = true;
		return CSM_OK;
	}
	if (from.raw && !reject_parse(im->scratch, from.source, from.raw, from.n, false, &line))
		tree = line;
	if (tree)
		r->node = im->opts.map ? tree : find_record(im, &from, tree, line ? from.line - 1 : 0, &item);
	return item.owner_type && !im->opts.map ? stand_alone(im, &item, r, err) : CSM_OK;
}

static int of_row(struct csm_import *im, int64_t row, struct reject *r, struct csm_err *err)
{
	struct csm_node *tree = NULL;
	struct xfer_original from;
	int rc = xfer_original(im, row, im->scratch, &from, err);

	if (rc || !from.source)
		return rc;
	r->source = from.source;
	r->type = from.type;
	r->rows = from.rows;
	r->node = from.node;
	r->raw = from.raw;
	r->nraw = from.n;
	r->whole = from.raw && !reject_parse(im->scratch, from.source, from.raw, from.n, true, &tree) && tree;
	return CSM_OK;
}

int reject_of(struct csm_import *im, const struct xfer_at *at, int64_t row, const struct csm_err *why, struct reject *r,
	      bool *inside, struct csm_err *err)
{
	*r = (struct reject){ .err = why, .row = row };
	*inside = false;
	return at ? of_item(im, *at, row, r, inside, err) : of_row(im, row, r, err);
}

static int read_entry(struct csm_import *im, const struct xfer_entry *e, struct reject *r, struct csm_err *lost, struct csm_err *err)
{
	struct xfer_at at = { CODE_TYPE(e->at), CODE_N(e->at) };
	const struct csm_err *why = lost;
	int64_t note = e->at < 0 ? LOST_NOTE(e->at) : 0, row;
	bool inside;
	int rc = e->at < 0 ? xfer_read_lost(im, &note, &row, lost, err) : xfer_read_why(im, at, &why, err);

	return rc ? rc : reject_of(im, e->at < 0 ? NULL : &at, (int64_t)e->hash, why, r, &inside, err);
}

static int each_of_load(struct reject_out *o, reject_put *put, struct csm_err *err)
{
	struct csm_import *im = o->im;
	struct xfer_entry e;
	int64_t last = -1;
	int rc = CSM_OK;

	for (int64_t i = 0; !rc && xfer_sorted_get(o->rejected, i, &e); i++) {
		struct csm_mark mark = csm_arena_mark(im->scratch);
		struct reject r;
		struct csm_err lost;

		/* a row that is given back whole is given back once */
		if ((int64_t)e.hash == last)
			continue;
		rc = read_entry(im, &e, &r, &lost, err);
		if (!rc && (r.raw || (im->opts.map && r.node)))
			last = (int64_t)e.hash;
		if (!rc)
			rc = put(o, &r, err);
		csm_arena_rewind(im->scratch, mark);
	}
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

int reject_collect(struct reject_out *o, struct csm_err *err)
{
	struct csm_import *im = o->im;
	int rc = CSM_OK;

	if (!im->rejected) {
		im->rejected = csm_alloc(im->arena, sizeof(*im->rejected));
		xfer_sorted_init(im->rejected, &im->disk);
	}
	xfer_sorted_clear(im->rejected);
	o->rejected = im->rejected;
	for (int64_t at = 0, was = 0; !rc && at < xfer_tmp_size(&im->lost); was = at) {
		struct csm_mark mark = csm_arena_mark(im->scratch);
		struct csm_err why;
		int64_t row;

		rc = xfer_read_lost(im, &at, &row, &why, err);
		if (!rc)
			xfer_sorted_add(o->rejected, (uint64_t)row, LOST(was));
		csm_arena_rewind(im->scratch, mark);
	}
	for (unsigned t = 0; !rc && t < csm_store_dict(im->store)->ntypes; t++)
		if (im->types[t].rejected)
			rc = collect_items(o, t, err);
	xfer_sorted_end(o->rejected);
	o->each = each_of_load;
	return rc ? rc : xfer_disk_check(&im->disk, err);
}
