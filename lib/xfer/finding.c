/* SPDX-License-Identifier: MIT */
/*
 * finding.c - what a load goes on after: noted on disk while it goes on, since a pass may be taken back, and written with the record of the load.
 *
 * In batches a finding is written with the batch of its record, when it is known what became of the record around it: what is in the database by then
 * is what was decided. A load that was cut short knows from there which records it had rejected, and does not tell of them again.
 */
#include <inttypes.h>

#include <csm/model.h>
#include <csm/utf8.h>

#include "rejects.h"

struct finding {
	int64_t row;
	struct xfer_at at;		/* the record; n -1: the row made none */
	bool more;			/* the record has an earlier one */
	struct csm_err err;
};

/* The place of a record at the top, in the order in which batches are written. */
#define PLACE(at) ((uint64_t)(at).type << 44 | (uint64_t)(at).n)

static bool is_kept(const struct csm_import *im)
{
	return im->opts.about && im->opts.on_error == CSM_ON_ERROR_SKIP;
}

void xfer_findings_open(struct csm_import *im)
{
	xfer_tmp_init(&im->run.findings, &im->disk);
	/* until it is known which of them were told before */
	im->run.hold = im->opts.batch && is_kept(im);
}

void xfer_finding(struct csm_import *im, int64_t row, const struct xfer_at *at, bool more, const struct csm_err *err)
{
	struct finding f;

	memset(&f, 0, sizeof(f));
	f.row = row;
	f.at = at ? *at : (struct xfer_at){ 0, -1 };
	f.more = more;
	f.err = *err;
	if (is_kept(im) || im->run.unsure)
		xfer_tmp_add(&im->run.findings, &f, sizeof(f));
	if (!im->run.hold && !im->run.unsure)
		csm_diag_note(&im->opts.diag, 'e', err);
}

static bool was_known(struct csm_import *im, const struct finding *f)
{
	return im->resumed && (f->at.n < 0 || xfer_side(im, f->at).flags & XFER_KNOWN);
}

void xfer_tell_resumed(struct csm_import *im)
{
	const char *number = csm_number_format(im->scratch, &csm_type_import, im->run.id);
	const char *before = csm_sprintf(im->scratch, "; its findings until then (%" PRId64 ") are not told again, csm import rejects %s has them",
					 im->run.known, number);
	int64_t others = csm_store_change_number(im->store) - im->run.last - 1;
	struct csm_err note = { .code = CSM_OK };

	csm_fail(&note, CSM_OK, "goes on with import %s, which was cut short%s", number, im->run.known ? before : "");
	csm_diag_note(&im->opts.diag, 'n', &note);
	if (others <= 0)
		return;
	csm_fail(&note, CSM_OK, "%" PRId64 " other change%s stored since then (see csm log); what %s made of records that this load had stored stays",
		 others, others == 1 ? " was" : "s were", others == 1 ? "it" : "they");
	csm_diag_note(&im->opts.diag, 'n', &note);
}

static void tell_from(struct csm_import *im, int64_t at)
{
	struct finding f;

	for (; at < xfer_tmp_size(&im->run.findings); at += (int64_t)sizeof(f)) {
		xfer_tmp_read(&im->run.findings, at, &f, sizeof(f));
		if (!was_known(im, &f))
			csm_diag_note(&im->opts.diag, 'e', &f.err);
	}
}

void xfer_findings_tell(struct csm_import *im)
{
	if (!im->run.hold)
		return;
	im->run.hold = false;
	tell_from(im, 0);
}

/* ---- of an input that may turn out to be damaged ---- */

void xfer_findings_unsure(struct csm_import *im)
{
	im->run.unsure = true;
	im->run.before = (struct xfer_before){ xfer_tmp_size(&im->run.findings), im->findings, im->rejects, im->first };
}

void xfer_findings_sure(struct csm_import *im)
{
	bool tell = im->run.unsure && !im->run.hold;

	im->run.unsure = false;
	if (tell)
		tell_from(im, im->run.before.size);
}

void xfer_findings_drop(struct csm_import *im)
{
	im->run.unsure = false;
	xfer_tmp_cut(&im->run.findings, im->run.before.size);
	im->findings = im->run.before.findings;
	im->rejects = im->run.before.rejects;
	im->first = im->run.before.first;
	im->stopped = im->unfit = false;
}

int xfer_findings_begin(struct csm_import *im, struct csm_err *err)
{
	struct xfer_run *run = &im->run;
	int rc = CSM_OK;

	run->told = xfer_tmp_size(&run->findings);
	run->early_next = run->filed_early = 0;
	run->filed_told = run->told;
	run->early = csm_alloc(im->arena, sizeof(*run->early));
	xfer_sorted_init(run->early, &im->disk);
	for (int64_t at = 0; !rc && at < run->told; at += (int64_t)sizeof(struct finding)) {
		struct csm_mark mark = csm_arena_mark(im->scratch);
		struct xfer_item item = { .top = { 0, 0 } };
		struct finding f;

		xfer_tmp_read(&run->findings, at, &f, sizeof(f));
		if (f.at.n >= 0)
			rc = xfer_load(im, f.at, im->scratch, &item, err);
		if (!rc && !was_known(im, &f))
			xfer_sorted_add(run->early, PLACE(item.top), at);
		csm_arena_rewind(im->scratch, mark);
	}
	xfer_sorted_end(run->early);
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

/* ---- writing ---- */

void xfer_set_said(struct csm_rec *r, int field, const char *s)
{
	const struct csm_field *f = &r->type->fields[field];
	const char *safe = csm_term_text(r->arena, s, true);

	if (*safe)
		csm_rec_set_text(r, field, csm_strndup(r->arena, safe, (size_t)csm_utf8_cut(safe, f->max_len)));
}

static void set_place(struct csm_rec *r, int field, int64_t n)
{
	if (n > 0)
		csm_rec_set_int(r, field, n);
}

static void set_finding(struct csm_import *im, struct csm_rec *r, const struct finding *f)
{
	const char *type = f->err.type, *key = f->err.key;

	/* what follows from a record may be wrong with another one */
	if (f->at.n >= 0 && strcmp(type, im->types[f->at.type].type->name) != 0) {
		type = im->types[f->at.type].type->name;
		key = "";
	}
	csm_rec_set_int(r, IMPORT_REJECT_IMPORT, im->run.id);
	xfer_set_said(r, IMPORT_REJECT_SOURCE, f->err.file);
	set_place(r, IMPORT_REJECT_LINE, f->err.line);
	set_place(r, IMPORT_REJECT_COL, f->err.col);
	set_place(r, IMPORT_REJECT_ROW, f->row);
	xfer_set_said(r, IMPORT_REJECT_RECORD_TYPE, type);
	set_place(r, IMPORT_REJECT_RECORD_NO, f->at.n + 1);
	xfer_set_said(r, IMPORT_REJECT_RECORD_KEY, key);
	xfer_set_said(r, IMPORT_REJECT_FIELD, f->err.field);
	xfer_set_said(r, IMPORT_REJECT_CODE, csm_code_name(f->err.code));
	xfer_set_said(r, IMPORT_REJECT_MESSAGE, f->err.msg);
}

static int write_finding(struct csm_import *im, int64_t at, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(im->scratch);
	struct finding f;
	struct reject entry;
	struct csm_rec *r;
	bool inside;
	int rc;

	xfer_tmp_read(&im->run.findings, at, &f, sizeof(f));
	rc = xfer_disk_check(&im->disk, err);
	if (!rc)
		rc = csm_store_new(im->store, &csm_type_import_reject, im->scratch, &r, err);
	if (!rc)
		rc = reject_of(im, f.at.n < 0 ? NULL : &f.at, f.row, &f.err, &entry, &inside, err);
	if (!rc) {
		set_finding(im, r, &f);
		if (inside || f.more)
			csm_rec_set_text(r, IMPORT_REJECT_KEPT, "inside");
		else
			rc = reject_keep(r, &entry, err);
	}
	if (!rc)
		rc = csm_store_write(im->store, r, CSM_WRITE_NORMAL, -1, err);
	csm_arena_rewind(im->scratch, mark);
	return rc;
}

int xfer_findings_write(struct csm_import *im, struct csm_err *err)
{
	struct xfer_run *run = &im->run;
	struct xfer_entry e;
	int rc = CSM_OK;

	while (!rc && run->early && xfer_sorted_get(run->early, run->early_next, &e) &&
	       (!im->partly || e.hash < PLACE(im->decided))) {
		run->early_next++;
		run->written++;
		rc = write_finding(im, e.at, err);
	}
	for (; !rc && run->told < xfer_tmp_size(&run->findings); run->told += (int64_t)sizeof(struct finding)) {
		run->written++;
		rc = write_finding(im, run->told, err);
	}
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

static int put_finding(struct csm_import *im, int64_t at, xfer_finding_put *put, void *arg, struct csm_err *err)
{
	struct finding f;

	xfer_tmp_read(&im->run.findings, at, &f, sizeof(f));
	return f.more ? CSM_OK : put(arg, f.row, f.at.n < 0 ? NULL : &f.at, &f.err, err);
}

int xfer_findings_new(struct csm_import *im, xfer_finding_put *put, void *arg, struct csm_err *err)
{
	struct xfer_run *run = &im->run;
	struct xfer_entry e;
	int rc = CSM_OK;

	for (int64_t i = run->filed_early; !rc && i < run->early_next && xfer_sorted_get(run->early, i, &e); i++)
		rc = put_finding(im, e.at, put, arg, err);
	for (int64_t at = run->filed_told; !rc && at < run->told; at += (int64_t)sizeof(struct finding))
		rc = put_finding(im, at, put, arg, err);
	return rc ? rc : xfer_disk_check(&im->disk, err);
}

void xfer_findings_filed(struct csm_import *im)
{
	im->run.filed_early = im->run.early_next;
	im->run.filed_told = im->run.told;
}

bool xfer_is_decided(const struct csm_import *im, struct xfer_at top)
{
	return !im->partly || PLACE(top) < PLACE(im->decided);
}

/* ---- what was rejected before the load was cut short ---- */

/* Before the records are matched it is known of them; then they are rejected, with the same reason. */
static void mark_known(struct csm_import *im, const struct csm_rec *r, bool matched)
{
	const struct csm_rtype *t = csm_dict_type(csm_store_dict(im->store), csm_rec_text(r, IMPORT_REJECT_RECORD_TYPE));
	struct xfer_item item = { .at.n = csm_rec_int(r, IMPORT_REJECT_RECORD_NO) - 1 };
	struct xfer_side side;
	struct csm_err why;

	if (!matched) {
		im->run.known++;
		xfer_mark_row(im, csm_rec_int(r, IMPORT_REJECT_ROW));
	}
	item.at.type = t ? xfer_type_index(im, t) : 0;
	if (!t || item.at.n < 0 || item.at.n >= im->types[item.at.type].n)
		return;
	side = xfer_side(im, item.at);
	side.flags |= XFER_KNOWN;
	if (matched) {
		im->types[item.at.type].rejected += !(side.flags & XFER_REJECTED);
		side.flags = (side.flags & ~(XFER_STORED | XFER_WRITTEN)) | XFER_REJECTED;
		reject_read_err(r, &why);
		xfer_watch_rejected(im, &item, &why);
	}
	xfer_set_side(im, item.at, &side);
}

int xfer_findings_known(struct csm_import *im, bool matched, struct csm_err *err)
{
	struct csm_cursor *cursor CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_mark mark = csm_arena_mark(im->scratch);
	struct csm_filter *of = NULL;
	struct csm_query q = { .sort = "" };
	int rc = csm_store_filter(im->store, &csm_type_import_reject,
				  csm_sprintf(im->scratch, "import = '%s'",
					      csm_number_format(im->scratch, &csm_type_import, im->run.id)),
				  im->scratch, &of, err);

	q.where = of;
	if (!rc)
		rc = csm_store_select(im->store, &csm_type_import_reject, &q, im->scratch, &cursor, err);
	while (!rc) {
		struct csm_mark row = csm_arena_mark(im->scratch);
		struct csm_rec *r;

		rc = csm_cursor_next(cursor, im->scratch, &r, err);
		if (rc || !r)
			break;
		mark_known(im, r, matched);
		csm_arena_rewind(im->scratch, row);
	}
	csm_cursor_close(cursor);
	cursor = NULL;
	csm_arena_rewind(im->scratch, mark);
	return rc;
}
