/* SPDX-License-Identifier: MIT */
/* import.c - a load: inputs are read, then everything is written in one change. */
#include <inttypes.h>

#include "xfer_priv.h"

static void open_type(struct csm_import *im, unsigned i)
{
	struct xfer_type *x = &im->types[i];

	x->type = im->counts[i].type = csm_store_dict(im->store)->types[i];
	x->late = xfer_matched_late(x->type);
	xfer_tmp_init(&x->spool, &im->disk);
	xfer_array_init(&x->side, &im->disk, sizeof(struct xfer_side));
	xfer_array_init(&x->waits, &im->disk, sizeof(int64_t));
	xfer_array_init(&x->told, &im->disk, sizeof(int64_t));
}

int csm_import_open(struct csm_import **out, struct csm_store *s, struct csm_arena *a,
		    const struct csm_import_opts *o, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(s);
	struct csm_import *im = csm_alloc(a, sizeof(*im));

	im->store = s;
	im->arena = a;
	im->scratch = im->own_scratch = csm_arena_like(a);
	im->opts = *o;
	im->list.n = -1;
	xfer_disk_open(&im->disk, csm_arena_like(a), o->tmp_dir);
	im->types = csm_calloc(a, d->ntypes, sizeof(*im->types));
	im->counts = csm_calloc(a, d->ntypes, sizeof(*im->counts));
	for (unsigned i = 0; i < d->ntypes; i++)
		open_type(im, i);
	im->files = (struct csm_vec)CSM_VEC(a, const char *);
	im->bad_rows = (struct csm_vec)CSM_VEC(a, uint64_t);
	im->run.filed_rows = (struct csm_vec)CSM_VEC(a, uint64_t);
	xfer_array_init(&im->waits, &im->disk, sizeof(struct xfer_wait));
	xfer_array_init(&im->todo, &im->disk, sizeof(struct xfer_at));
	im->sources = (struct csm_vec)CSM_VEC(a, struct xfer_source);
	xfer_tmp_init(&im->originals, &im->disk);
	xfer_array_init(&im->rows, &im->disk, sizeof(int64_t));
	xfer_tmp_init(&im->told, &im->disk);
	xfer_tmp_init(&im->lost, &im->disk);
	xfer_tmp_init(&im->gone, &im->disk);
	xfer_run_open(im);
	xfer_phase(im, CSM_IMPORT_READING, 0);
	*out = im;
	return xfer_key_init(im, err);
}

void csm_import_close(struct csm_import *im)
{
	if (!im)
		return;
	xfer_drop_refs(im);
	csm_arena_free(im->own_scratch);
	xfer_close_kin(im);
	xfer_disk_close(&im->disk);
	im->own_scratch = NULL;
}

static const char *batches(struct csm_import *im)
{
	return csm_sprintf(im->arena, "%" PRId64 " batch%s before %s stored", im->batches, im->batches == 1 ? "" : "es",
			   im->batches == 1 ? "is" : "are");
}

/* What of a load that is given up is stored all the same. */
static const char *what_stays(struct csm_import *im)
{
	if (!im->batches)
		return im->resumed ? "nothing more was stored" : "nothing was stored";
	return csm_sprintf(im->arena, "%s, the same command goes on there", batches(im));
}

/* What a load that was given up ends with. The records were told of one by one where somebody listens. */
static int given_up(struct csm_import *im, struct csm_err *err)
{
	const char *more = im->stopped ? "at least " : "", *stays = what_stays(im);

	xfer_findings_tell(im);
	csm_err_clear(err);
	if (im->opts.limited && im->stopped && !im->unfit)
		return csm_fail(err, CSM_E_INVALID, "more than %" PRId64 " records were rejected, %s", im->opts.limit, stays);
	if (im->opts.diag.note)
		return csm_fail(err, CSM_E_INVALID, "%s%" PRId64 " error%s, %s", more, im->findings,
				im->findings == 1 ? "" : "s", stays);
	*err = im->first;
	if (im->findings > 1)
		csm_wrap(err, "%s%" PRId64 " errors, %s; the first", more, im->findings, stays);
	err->code = CSM_E_INVALID;
	return CSM_E_INVALID;
}

/* What ends the reading is told in one message. */
static int not_stored(struct csm_import *im, struct csm_err *err)
{
	size_t n = strlen(err->msg);

	if (im->opts.about && err->code == CSM_E_INVALID)
		snprintf(err->msg + n, sizeof(err->msg) - n, "; %s", what_stays(im));
	return (int)err->code;
}

int csm_import_read(struct csm_import *im, struct csm_source src, struct csm_err *err)
{
	struct xfer_hashed *h = xfer_hash_source(im->arena, &src);
	int rc = xfer_read_source(im, src, err);

	if (!rc)
		xfer_run_source_end(im, h);
	if (rc)
		xfer_findings_tell(im);
	if (rc && im->unfit)
		return given_up(im, err);
	if (!rc)
		return CSM_OK;
	if (!im->stopped && (!im->findings || im->opts.on_error != CSM_ON_ERROR_ABORT))
		return not_stored(im, err);
	/* the rest of the input can't be read: one more thing to tell */
	if (!im->stopped)
		rc = xfer_reject(im, im->row, err);
	return rc && !im->stopped ? rc : given_up(im, err);
}

void xfer_result(struct csm_import *im, struct csm_import_result *out)
{
	unsigned n = csm_store_dict(im->store)->ntypes;

	if (!im->result)
		im->result = csm_calloc(im->arena, n, sizeof(*im->result));
	*out = (struct csm_import_result){ .counts = im->result };
	for (unsigned i = 0; i < n; i++)
		if (im->counts[i].read || im->counts[i].deleted)
			out->counts[out->n++] = im->counts[i];
	out->rows = im->row > im->opts.skip_rows ? im->row - im->opts.skip_rows : 0;
	out->rejected_rows = im->nbad_rows;
	out->resumed = im->resumed;
}

int csm_import_finish(struct csm_import *im, struct csm_import_result *out, struct csm_err *err)
{
	bool abort = im->opts.on_error == CSM_ON_ERROR_ABORT;
	int rc;

	memset(out, 0, sizeof(*out));
	/* batches would store what is right */
	if (abort && im->findings && im->opts.batch)
		return given_up(im, err);
	/* else what only the database tells is told too, since who mends a file wants to know all that is wrong with it */
	rc = xfer_drop_repeated(im, err);
	if (!rc)
		rc = xfer_begin(im, err);
	if (rc && abort && im->findings)
		return given_up(im, err);
	if (!rc)
		rc = xfer_write_all(im, err);
	xfer_findings_tell(im);
	if (rc)
		csm_err_nowhere(err);	/* by chance it came while some record was at work */
	if (rc && !im->stopped)
		return im->batches ? csm_wrap(err, "%s", batches(im)) : rc;
	if (im->stopped || (abort && im->findings))
		return given_up(im, err);
	xfer_result(im, out);
	rc = xfer_run_finish(im, out, err);
	if (!rc)
		rc = xfer_watch_tell(im, err);
	if (rc)
		return rc;
	/* of a load that goes on, what was rejected before it was cut short counts too */
	return im->findings || out->rejected_rows ? CSM_NO : CSM_OK;
}
