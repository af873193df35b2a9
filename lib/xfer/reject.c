/* SPDX-License-Identifier: MIT */
/*
 * reject.c - what is wrong with a load: findings, the rows they came from, and who else cannot be stored
 * for them.
 */
#include "xfer_priv.h"

#define MAX_FINDINGS 20

/* Whether it is the fault of a record; anything else ends the load in every mode. */
static bool of_record(int code)
{
	return code == CSM_E_INVALID || code == CSM_E_REFUSED || code == CSM_E_CONFLICT ||
	       code == CSM_E_NOTFOUND;
}

static void mark_row(struct csm_import *im, int64_t row)
{
	uint64_t *word, bit = UINT64_C(1) << (row % 64);

	while (im->bad_rows.n <= (size_t)row / 64)
		csm_vec_add(&im->bad_rows);
	word = CSM_AT(&im->bad_rows, uint64_t, (size_t)row / 64);
	im->nbad_rows += !(*word & bit);
	*word |= bit;
}

static int note_finding(struct csm_import *im, int64_t row, struct csm_err *err)
{
	mark_row(im, row);
	if (!im->first.code)
		im->first = *err;
	im->findings++;
	csm_diag_note(&im->opts.diag, 'e', err);
	if (im->opts.on_error == CSM_ON_ERROR_ABORT && im->findings == MAX_FINDINGS) {
		im->stopped = true;
		return (int)err->code;
	}
	csm_err_clear(err);
	return CSM_OK;
}

int xfer_reject(struct csm_import *im, int64_t row, struct csm_err *err)
{
	if (!of_record((int)err->code))
		return (int)err->code;
	xfer_watch_row(im, row, err);
	return note_finding(im, row, err);
}

/* A key that the document states; the number that a new record would have got is nobody's. */
static const char *stated_key(const struct xfer_item *item)
{
	for (unsigned i = 0; i < item->type->nfields; i++) {
		const struct csm_field *f = &item->type->fields[i];
		const struct csm_node *n =
			f->flags & CSM_F_KEY ? csm_node_get(item->node, f->name) : NULL;

		if (n && n->type == CSM_N_SCALAR && n->scalar != CSM_SC_NULL)
			return n->text;
	}
	return "";
}

/* Where it is, and what. The store knows the line of the record, not that of the field. */
static void locate(const struct xfer_item *item, struct csm_err *err)
{
	const struct csm_node *n = err->field[0] ? csm_node_get(item->node, err->field) : NULL;

	if (!n)
		n = item->node;
	if (!err->file[0] || !err->col)
		csm_err_at(err, item->file, n->line, n->col);
	if (!err->type[0])
		csm_err_on(err, item->type->name, NULL, NULL);
	if (strcmp(err->type, item->type->name) == 0 && (!item->exists || !err->key[0])) {
		err->key[0] = '\0';
		csm_err_on(err, NULL, stated_key(item), NULL);
	}
}

static int reject_one(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	if (!of_record((int)err->code))
		return (int)err->code;
	item->rejected = true;
	im->retry = im->retry || item->written;
	xfer_count(im, item->type)->rejected++;
	xfer_watch_rejected(im, item, err);
	return note_finding(im, item->row, err);
}

int xfer_reject_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	struct csm_vec todo = CSM_VEC(im->arena, struct xfer_item *);
	int rc;

	locate(item, err);
	rc = reject_one(im, item, err);
	*(struct xfer_item **)csm_vec_add(&todo) = item;
	/* a load that is given up tells of the cause only */
	for (size_t i = 0; !rc && i < todo.n && im->opts.on_error == CSM_ON_ERROR_SKIP; i++) {
		const struct xfer_item *gone = *CSM_AT(&todo, struct xfer_item *, i);

		for (const struct xfer_wait *w = gone->waits; !rc && w; w = w->next) {
			/* a stored record can be referred to, even if what the load says of it is wrong */
			if (w->item->rejected || (gone->exists && w->item->owner != gone))
				continue;
			csm_fail(err, CSM_E_INVALID, "the %s it refers to (%s) was rejected",
				 gone->type->name, xfer_place(im->scratch, gone));
			csm_err_on(err, NULL, NULL, w->item->type->fields[w->field].name);
			locate(w->item, err);
			rc = reject_one(im, w->item, err);
			*(struct xfer_item **)csm_vec_add(&todo) = w->item;
		}
	}
	return rc;
}
