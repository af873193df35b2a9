/* SPDX-License-Identifier: MIT */
/* import.c - a load: inputs are read and matched, then everything is written in one change. */
#include "xfer_priv.h"

int csm_import_open(struct csm_import **out, struct csm_store *s, struct csm_arena *a,
		    const struct csm_import_opts *o, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(s);
	struct csm_import *im = csm_alloc(a, sizeof(*im));

	if (!csm_store_writing(s))
		return csm_fail(err, CSM_E_INTERNAL, "a load needs a change");
	im->store = s;
	im->arena = im->scratch = a;
	im->opts = *o;
	im->index.arena = a;
	im->items = csm_calloc(a, d->ntypes, sizeof(*im->items));
	im->indexed = csm_calloc(a, d->ntypes, sizeof(*im->indexed));
	im->counts = csm_calloc(a, d->ntypes, sizeof(*im->counts));
	for (unsigned i = 0; i < d->ntypes; i++) {
		im->items[i] = (struct csm_vec)CSM_VEC(a, struct xfer_item *);
		im->counts[i].type = d->types[i];
	}
	im->bad_rows = (struct csm_vec)CSM_VEC(a, uint64_t);
	im->lost = (struct csm_vec)CSM_VEC(a, struct xfer_lost);
	xfer_phase(im, CSM_IMPORT_READING, 0);
	*out = im;
	return CSM_OK;
}

/* What a load that was given up ends with. The records were told of one by one where somebody listens. */
static int given_up(struct csm_import *im, struct csm_err *err)
{
	const char *more = im->stopped ? "at least " : "";

	csm_err_clear(err);
	if (im->opts.diag.note)
		return csm_fail(err, CSM_E_INVALID, "%s%u error%s, nothing was stored", more,
				im->findings, im->findings == 1 ? "" : "s");
	*err = im->first;
	if (im->findings > 1)
		csm_wrap(err, "%s%u errors, nothing was stored; the first", more, im->findings);
	err->code = CSM_E_INVALID;
	return CSM_E_INVALID;
}

int csm_import_read(struct csm_import *im, struct csm_source src, struct csm_err *err)
{
	int rc = xfer_read_source(im, src, err);

	if (!rc || !im->findings || im->opts.on_error != CSM_ON_ERROR_ABORT)
		return rc;
	/* the rest of the input can't be read: one more thing to tell */
	if (!im->stopped)
		rc = xfer_reject(im, im->row, err);
	return rc && !im->stopped ? rc : given_up(im, err);
}

int csm_import_finish(struct csm_import *im, struct csm_import_result *out, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	bool abort = im->opts.on_error == CSM_ON_ERROR_ABORT;
	int rc = CSM_OK;

	memset(out, 0, sizeof(*out));
	if (!abort || !im->findings)
		rc = xfer_write_all(im, err);
	if (rc && !im->stopped)
		return rc;
	if (abort && im->findings)
		return given_up(im, err);
	out->counts = csm_calloc(im->arena, d->ntypes, sizeof(*out->counts));
	for (unsigned i = 0; i < d->ntypes; i++)
		if (im->counts[i].read)
			out->counts[out->n++] = im->counts[i];
	out->rows = im->row > im->opts.skip_rows ? im->row - im->opts.skip_rows : 0;
	out->rejected_rows = im->nbad_rows;
	rc = xfer_watch_tell(im, err);
	if (rc)
		return rc;
	return im->findings ? CSM_NO : CSM_OK;
}
