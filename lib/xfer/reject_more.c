/* SPDX-License-Identifier: MIT */
/*
 * reject_more.c - a file of rejects that grows with the batches of a load: a line or row more each, a document more of a stream of YAML, elements more
 * of a list of JSON. At the end of the load it is replaced by one in the order of the rows.
 */
#include "map_priv.h"
#include "rejects.h"

/* How a list of JSON ends: the next elements are written over it. */
#define TAIL "\n]\n"

static bool is_document(enum csm_format f)
{
	return f == CSM_FMT_JSON || f == CSM_FMT_YAML;
}

bool csm_import_rejects_grow(const struct csm_import *im)
{
	enum csm_format f = im->sources.n ? CSM_AT(&im->sources, struct xfer_source, 0)->format : CSM_FMT_NONE;

	/* rows of a mapping that stand at places of a document can't be elements of a list */
	if (f == CSM_FMT_JSON && im->opts.map)
		return !xfer_map_has_places(im->opts.map);
	return f != CSM_FMT_NONE;
}

size_t csm_import_rejects_tail(const struct csm_import *im)
{
	bool list = im->run.filed_any && CSM_AT(&im->sources, struct xfer_source, 0)->format == CSM_FMT_JSON;

	return list ? sizeof(TAIL) - 1 : 0;
}

/* ---- a row that is given back whole is given back once, also where batches are apart that it made records of ---- */

static bool is_row(const struct reject_out *o, const struct reject *r)
{
	return o->grows && (r->raw || (o->mapped && r->node));
}

bool reject_is_filed(const struct reject_out *o, const struct reject *r)
{
	const struct csm_vec *rows = is_row(o, r) ? &o->im->run.filed_rows : NULL;

	return rows && rows->n > (size_t)r->row / 64 && *CSM_AT(rows, uint64_t, (size_t)r->row / 64) & UINT64_C(1) << (r->row % 64);
}

void reject_mark_filed(struct reject_out *o, const struct reject *r)
{
	struct csm_vec *rows;

	if (!is_row(o, r))
		return;
	rows = &o->im->run.filed_rows;
	while (rows->n <= (size_t)r->row / 64)
		csm_vec_add(rows);
	*CSM_AT(rows, uint64_t, (size_t)r->row / 64) |= UINT64_C(1) << (r->row % 64);
}

/* ---- what was written since the call before ---- */

struct fresh {
	struct reject_out *o;
	reject_put *put;
};

static int put_finding(void *arg, int64_t row, const struct xfer_at *at, const struct csm_err *why, struct csm_err *err)
{
	struct fresh *f = arg;
	struct csm_mark mark = csm_arena_mark(f->o->scratch);
	struct reject r;
	bool inside;
	int rc = reject_of(f->o->im, at, row, why, &r, &inside, err);

	if (!rc && !inside)
		rc = f->put(f->o, &r, err);
	csm_arena_rewind(f->o->scratch, mark);
	return rc;
}

static int each_fresh(struct reject_out *o, reject_put *put, struct csm_err *err)
{
	struct fresh f = { o, put };

	return xfer_findings_new(o->im, put_finding, &f, err);
}

/* ---- lines and rows ---- */

static int put_once(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	if (reject_is_filed(o, r))
		return CSM_OK;
	reject_mark_filed(o, r);
	return o->source->format == CSM_FMT_NDJSON ? reject_put_line(o, r, err) : reject_put_row(o, r, err);
}

/* ---- documents ---- */

/* A list of JSON that goes on: its bracket is a comma, and one piece with what follows it. */
struct behind {
	struct csm_arena *arena;
	struct csm_sink to;
	bool begun;
};

static int write_behind(void *arg, const void *p, size_t n)
{
	struct behind *b = arg;
	char *first;

	if (b->begun || !n)
		return b->to.write(b->to.arg, p, n);
	b->begun = true;
	first = memcpy(csm_alloc(b->arena, n), p, n);
	*first = ',';
	return b->to.write(b->to.arg, first, n);
}

static int put_part(struct reject_out *o, struct csm_err *err)
{
	struct csm_arena *own CSM_CLEANUP(csm_arena_freep) = csm_arena_like(o->im->arena);
	struct behind b = { own, o->sink, false };
	struct reject_out part = *o;
	int rc;

	if (!own)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	part.arena = own;
	part.list = o->source->format == CSM_FMT_JSON;
	part.next = o->im->run.filed_any;
	if (part.next && part.list)
		part.sink = (struct csm_sink){ write_behind, &b };
	rc = reject_document_all(&part, err);
	o->im->run.filed_any = o->im->run.filed_any || part.any;
	return rc;
}

/* Those that o has, in a batch. */
static int put_more(struct reject_out *o, struct csm_err *err)
{
	return is_document(o->source->format) ? put_part(o, err) : o->each(o, put_once, err);
}

int csm_import_rejects_more(struct csm_import *im, struct csm_sink sink, struct csm_err *err)
{
	struct reject_out o = reject_open(im, sink);
	bool first = !im->run.filing;
	int rc = CSM_OK;

	if (!im->opts.keep_originals || !csm_import_rejects_grow(im))
		return csm_fail(err, CSM_E_INTERNAL, "the file of rejects of this load does not grow");
	im->run.filing = true;
	o.grows = true;
	if (first && !is_document(o.source->format) && o.source->format != CSM_FMT_NDJSON)
		rc = reject_put_header(&o, err);
	if (!rc && first && im->resumed) {
		o.known = true;
		rc = reject_collect(&o, err);
		if (!rc)
			rc = put_more(&o, err);
	}
	o.each = each_fresh;
	if (!rc)
		rc = put_more(&o, err);
	xfer_findings_filed(im);
	return rc;
}
