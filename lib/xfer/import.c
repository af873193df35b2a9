/* SPDX-License-Identifier: MIT */
/* import.c - a load: inputs are read and matched, then everything is written in one change. */
#include "xfer_priv.h"

int csm_import_open(struct csm_import **out, struct csm_store *s, struct csm_arena *a, const struct csm_import_opts *o, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(s);
	struct csm_import *im = csm_alloc(a, sizeof(*im));

	if (!csm_store_writing(s))
		return csm_fail(err, CSM_E_INTERNAL, "a load needs a change");
	im->store = s;
	im->arena = a;
	im->opts = *o;
	im->index.arena = a;
	im->items = csm_calloc(a, d->ntypes, sizeof(*im->items));
	im->counts = csm_calloc(a, d->ntypes, sizeof(*im->counts));
	for (unsigned i = 0; i < d->ntypes; i++) {
		im->items[i] = (struct csm_vec)CSM_VEC(a, struct xfer_item *);
		im->counts[i].type = d->types[i];
	}
	im->bad_rows = (struct csm_vec)CSM_VEC(a, int64_t);
	*out = im;
	return CSM_OK;
}

/* What a load that was given up ends with: its first error, and how many there were. */
static int given_up(struct csm_import *im, struct csm_err *err)
{
	*err = im->first;
	if (im->findings > 1)
		csm_wrap(err, "%u records rejected, nothing stored; the first", im->findings);
	err->code = CSM_E_INVALID;
	return err->code;
}

int csm_import_read(struct csm_import *im, struct csm_source src, struct csm_err *err)
{
	int rc = xfer_read_source(im, src, err);

	im->rows = im->row;
	if (rc && im->findings > 1 && im->opts.on_error == CSM_ON_ERROR_ABORT)
		return given_up(im, err);
	return rc;
}

int csm_import_finish(struct csm_import *im, struct csm_import_result *out, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	bool abort = im->opts.on_error == CSM_ON_ERROR_ABORT;
	int rc = CSM_OK;

	memset(out, 0, sizeof(*out));
	if (!abort || !im->findings)
		rc = xfer_write_all(im, err);
	if (abort && im->findings)
		return given_up(im, err);
	if (rc)
		return rc;
	out->counts = csm_calloc(im->arena, d->ntypes, sizeof(*out->counts));
	for (unsigned i = 0; i < d->ntypes; i++)
		if (im->counts[i].read)
			out->counts[out->n++] = im->counts[i];
	out->rows = im->rows;
	out->rejected_rows = (int64_t)im->bad_rows.n;
	return im->findings ? CSM_NO : CSM_OK;
}
