/* SPDX-License-Identifier: MIT */
/*
 * watch.c - what who watches a load is told: what became of each record, and how far the load is. It is
 * noted on disk while the load goes on, since a pass may be taken back, and told in the end.
 */
#include "xfer_priv.h"

#define STEP 1024			/* records between two calls of progress */

/* ---- notes: the last one of a record holds ---- */

static void put_text(struct csm_buf *b, const char *s)
{
	uint32_t n = (uint32_t)strlen(s);

	csm_buf_addn(b, &n, sizeof(n));
	csm_buf_addn(b, s, (size_t)n + 1);
}

static const char *get_text(const char **p)
{
	const char *s = *p + sizeof(uint32_t);
	uint32_t n;

	memcpy(&n, *p, sizeof(n));
	*p = s + n + 1;
	return s;
}

static void put_int(struct csm_buf *b, int64_t i)
{
	csm_buf_addn(b, &i, sizeof(i));
}

static int64_t get_int(const char **p)
{
	int64_t i;

	memcpy(&i, *p, sizeof(i));
	*p += sizeof(i);
	return i;
}

static void put_err(struct csm_buf *b, const struct csm_err *err)
{
	put_int(b, err->code);
	put_int(b, err->line);
	put_int(b, err->col);
	put_text(b, err->type);
	put_text(b, err->key);
	put_text(b, err->field);
	put_text(b, err->file);
	put_text(b, err->msg);
}

static void get_err(const char **p, struct csm_err *err)
{
	csm_err_clear(err);
	err->code = (enum csm_code)get_int(p);
	err->line = get_int(p);
	err->col = get_int(p);
	snprintf(err->type, sizeof(err->type), "%s", get_text(p));
	snprintf(err->key, sizeof(err->key), "%s", get_text(p));
	snprintf(err->field, sizeof(err->field), "%s", get_text(p));
	snprintf(err->file, sizeof(err->file), "%s", get_text(p));
	snprintf(err->msg, sizeof(err->msg), "%s", get_text(p));
}

static void put_values(struct csm_buf *b, const struct csm_rtype *t, const struct csm_value *v)
{
	for (unsigned i = 0; i < t->nfields; i++) {
		csm_buf_addc(b, (char)v[i].tag);
		if (v[i].tag == CSM_INT || v[i].tag == CSM_MONEY)
			put_int(b, v[i].i);
		if (v[i].tag == CSM_TEXT || v[i].tag == CSM_MONEY)
			put_text(b, v[i].s);
	}
}

static const struct csm_value *get_values(struct csm_arena *a, const char **p, const struct csm_rtype *t)
{
	struct csm_value *v = csm_calloc(a, t->nfields, sizeof(*v));

	for (unsigned i = 0; i < t->nfields; i++) {
		v[i].tag = (enum csm_tag) * (*p)++;
		if (v[i].tag == CSM_INT || v[i].tag == CSM_MONEY)
			v[i].i = get_int(p);
		if (v[i].tag == CSM_TEXT || v[i].tag == CSM_MONEY)
			v[i].s = get_text(p);
	}
	return v;
}

/* A note, its size before it; returns where it is. */
static int64_t keep(struct xfer_tmp *to, const struct csm_buf *b)
{
	uint32_t n = (uint32_t)b->n;
	int64_t at = xfer_tmp_add(to, &n, sizeof(n));

	xfer_tmp_add(to, b->s, b->n);
	return at;
}

/* The note at a place, which moves behind it; NULL when it can't be read. */
static const char *read_note(struct csm_import *im, struct xfer_tmp *from, int64_t *at, struct csm_err *err)
{
	uint32_t n = 0;
	char *p;

	xfer_tmp_read(from, *at, &n, sizeof(n));
	if (xfer_disk_check(&im->disk, err))
		return NULL;
	p = csm_alloc(im->scratch, n);
	xfer_tmp_read(from, *at + (int64_t)sizeof(n), p, n);
	*at += (int64_t)sizeof(n) + n;
	return xfer_disk_check(&im->disk, err) ? NULL : p;
}

/* ---- noting ---- */

void xfer_watch_row(struct csm_import *im, int64_t row, const struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	if (!im->opts.record && !im->opts.keep_originals)
		return;
	put_int(&b, row);
	put_err(&b, err);
	keep(&im->lost, &b);
}

static void keep_note(struct csm_import *im, const struct xfer_item *item, const struct csm_buf *b)
{
	int64_t at = 1 + keep(&im->told, b);

	xfer_array_set(&im->types[item->at.type].told, item->at.n, &at);
}

void xfer_watch_rejected(struct csm_import *im, const struct xfer_item *item, const struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	if (!im->opts.record && !im->opts.keep_originals)
		return;
	csm_buf_addc(&b, CSM_IMPORT_REJECTED);
	put_text(&b, err->key);
	put_err(&b, err);
	keep_note(im, item, &b);
}

void xfer_watch_written(struct csm_import *im, const struct xfer_item *item, const struct csm_rec *r,
			const struct csm_value *before)
{
	struct csm_buf b = CSM_BUF(im->scratch);
	enum csm_import_outcome outcome = CSM_IMPORT_UNCHANGED;

	if (!im->opts.record)
		return;
	if (item->flags & XFER_INSERTED)
		outcome = CSM_IMPORT_CREATED;
	else if (item->flags & XFER_CHANGED)
		outcome = CSM_IMPORT_UPDATED;
	csm_buf_addc(&b, (char)outcome);
	put_text(&b, csm_rec_key(im->scratch, r));
	if (outcome == CSM_IMPORT_UPDATED)
		put_values(&b, item->type, before);
	if (outcome == CSM_IMPORT_UPDATED || (outcome == CSM_IMPORT_CREATED && im->opts.created_values))
		put_values(&b, item->type, r->v);
	keep_note(im, item, &b);
}

void xfer_watch_skipped(struct csm_import *im, const struct xfer_item *item, const char *key)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	if (!im->opts.record)
		return;
	csm_buf_addc(&b, CSM_IMPORT_SKIPPED);
	put_text(&b, key);
	keep_note(im, item, &b);
}

void xfer_watch_deleted(struct csm_import *im, const struct xfer_item *owner, const struct csm_rec *r)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	if (!im->opts.record)
		return;
	put_int(&b, xfer_type_index(im, r->type));
	put_int(&b, r->id);
	put_int(&b, owner->row);
	put_int(&b, owner->node->line);
	put_text(&b, owner->file);
	put_text(&b, csm_rec_key(im->scratch, r));
	put_values(&b, r->type, r->v);
	keep(&im->gone, &b);
}

/* ---- telling ---- */

int xfer_read_lost(struct csm_import *im, int64_t *at, int64_t *row, struct csm_err *why, struct csm_err *err)
{
	const char *p = read_note(im, &im->lost, at, err);

	if (!p)
		return (int)err->code;
	*row = get_int(&p);
	get_err(&p, why);
	return CSM_OK;
}

int xfer_read_why(struct csm_import *im, struct xfer_at at, const struct csm_err **out, struct csm_err *err)
{
	struct csm_err *why = csm_alloc(im->scratch, sizeof(*why));
	const char *p;
	int64_t note;

	xfer_array_get(&im->types[at.type].told, at.n, &note);
	note--;
	p = read_note(im, &im->told, &note, err);
	if (!p)
		return (int)err->code;
	p++;
	(void)get_text(&p);
	get_err(&p, why);
	*out = why;
	return CSM_OK;
}

static int tell_row(struct csm_import *im, const char *p, struct csm_err *err)
{
	struct csm_err why;
	struct csm_import_record r = { .key = "", .outcome = CSM_IMPORT_REJECTED, .err = &why };

	r.row = get_int(&p);
	get_err(&p, &why);
	r.type = csm_dict_type(csm_store_dict(im->store), why.type);
	r.file = why.file;
	r.line = why.line;
	return im->opts.record(im->opts.arg, &r, err);
}

static int tell_item(struct csm_import *im, const struct xfer_item *item, struct csm_err *err)
{
	struct csm_import_record r = { .type = item->type, .file = item->file, .line = item->node->line,
				       .row = item->row };
	struct csm_err why;
	const char *p;
	int64_t at;

	/* what was stored before the load was cut short was not seen by this one, and what was rejected was told then */
	if (item->at.n >= im->types[item->at.type].told.n || item->flags & XFER_KNOWN)
		return CSM_OK;
	xfer_array_get(&im->types[item->at.type].told, item->at.n, &at);
	if (!at--)
		return CSM_OK;
	p = read_note(im, &im->told, &at, err);
	if (!p)
		return (int)err->code;
	r.outcome = (enum csm_import_outcome) * p++;
	r.key = get_text(&p);
	r.id = r.outcome == CSM_IMPORT_REJECTED && !(item->flags & XFER_EXISTS) ? 0 : item->id;
	if (r.outcome == CSM_IMPORT_REJECTED) {
		get_err(&p, &why);
		r.err = &why;
	}
	if (r.outcome == CSM_IMPORT_UPDATED)
		r.before = get_values(im->scratch, &p, item->type);
	if (r.before || (r.outcome == CSM_IMPORT_CREATED && im->opts.created_values))
		r.after = get_values(im->scratch, &p, item->type);
	return im->opts.record(im->opts.arg, &r, err);
}

static int tell_deleted(struct csm_import *im, const char *p, struct csm_err *err)
{
	struct csm_import_record r = { .outcome = CSM_IMPORT_DELETED };

	r.type = csm_store_dict(im->store)->types[get_int(&p)];
	r.id = get_int(&p);
	r.row = get_int(&p);
	r.line = get_int(&p);
	r.file = get_text(&p);
	r.key = get_text(&p);
	r.before = get_values(im->scratch, &p, r.type);
	return im->opts.record(im->opts.arg, &r, err);
}

/* Each note of a file. */
static int tell_notes(struct csm_import *im, struct xfer_tmp *notes,
		      int (*tell)(struct csm_import *im, const char *p, struct csm_err *err), struct csm_err *err)
{
	int rc = CSM_OK;

	for (int64_t at = 0; !rc && at < xfer_tmp_size(notes);) {
		struct csm_mark mark = csm_arena_mark(im->scratch);
		const char *p = read_note(im, notes, &at, err);

		rc = p ? tell(im, p, err) : (int)err->code;
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

static int tell_type(struct csm_import *im, unsigned type, struct csm_err *err)
{
	struct xfer_walk w;
	struct xfer_item item;
	bool more = true;
	int rc = CSM_OK;

	xfer_walk_open(&w, im, type, XFER_REPEATED);
	while (!rc && more) {
		struct csm_mark mark = csm_arena_mark(im->scratch);

		rc = xfer_walk_next(&w, im->scratch, &item, &more, err);
		if (!rc && more)
			rc = tell_item(im, &item, err);
		csm_arena_rewind(im->scratch, mark);
	}
	xfer_walk_close(&w);
	return rc;
}

int xfer_watch_tell(struct csm_import *im, struct csm_err *err)
{
	unsigned n = csm_store_dict(im->store)->ntypes;
	int rc;

	if (!im->opts.record)
		return CSM_OK;
	rc = im->resumed ? CSM_OK : tell_notes(im, &im->lost, tell_row, err);
	for (unsigned t = 0; !rc && t < n; t++)
		rc = tell_type(im, t, err);
	return rc ? rc : tell_notes(im, &im->gone, tell_deleted, err);
}

/* ---- progress ---- */

void xfer_phase(struct csm_import *im, enum csm_import_phase phase, int64_t total)
{
	/* where the phase before ended */
	if (im->opts.progress && im->progress.done % STEP)
		im->opts.progress(im->opts.arg, &im->progress);
	im->progress = (struct csm_import_progress){ phase, 0, total };
	if (im->opts.progress)
		im->opts.progress(im->opts.arg, &im->progress);
}

void xfer_step(struct csm_import *im)
{
	if (++im->progress.done % STEP == 0 && im->opts.progress)
		im->opts.progress(im->opts.arg, &im->progress);
}
