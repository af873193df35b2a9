/* SPDX-License-Identifier: MIT */
/*
 * reject.c - what is wrong with a load: findings, the rows they came from, and who else cannot be stored
 * for them.
 */
#include "map.h"

#define MAX_FINDINGS 20

bool xfer_of_record(int code)
{
	return code == CSM_E_INVALID || code == CSM_E_REFUSED || code == CSM_E_CONFLICT ||
	       code == CSM_E_NOTFOUND;
}

int xfer_not_now(int rc, struct csm_err *err)
{
	if (!rc || !xfer_of_record(rc))
		return rc;
	csm_err_clear(err);
	return CSM_OK;
}

void xfer_mark_row(struct csm_import *im, int64_t row)
{
	uint64_t *word, bit = UINT64_C(1) << (row % 64);

	while (im->bad_rows.n <= (size_t)row / 64)
		csm_vec_add(&im->bad_rows);
	word = CSM_AT(&im->bad_rows, uint64_t, (size_t)row / 64);
	im->nbad_rows += !(*word & bit);
	*word |= bit;
}

/* more: its record was counted with what was wrong before. */
static int note_finding(struct csm_import *im, int64_t row, const struct xfer_at *at, bool more, struct csm_err *err)
{
	xfer_mark_row(im, row);
	if (!im->first.code)
		im->first = *err;
	im->findings++;
	im->rejects += !more;
	xfer_finding(im, row, at, more, err);
	if (im->opts.on_error == CSM_ON_ERROR_ABORT ? im->findings == MAX_FINDINGS :
						      im->opts.limited && im->rejects > im->opts.limit) {
		im->stopped = true;
		return (int)err->code;
	}
	csm_err_clear(err);
	return CSM_OK;
}

int xfer_reject(struct csm_import *im, int64_t row, struct csm_err *err)
{
	if (!xfer_of_record((int)err->code))
		return (int)err->code;
	xfer_watch_row(im, row, err);
	return note_finding(im, row, NULL, false, err);
}

int xfer_unfit(struct csm_import *im, struct csm_err *err)
{
	int code = (int)err->code;

	if (!im->first.code)
		im->first = *err;
	im->unfit = true;
	im->stopped = ++im->findings >= MAX_FINDINGS;
	xfer_finding(im, im->row, NULL, false, err);
	csm_err_clear(err);
	return code;
}

/* A key that the document states; the number that a new record would have got is nobody's. */
static const char *stated_key(const struct xfer_item *item)
{
	for (unsigned i = 0; i < item->type->nfields; i++) {
		const struct csm_node *n = item->type->fields[i].flags & CSM_F_KEY ? item->by[i] : NULL;

		if (n && n->type == CSM_N_SCALAR && !XFER_IS_NONE(n))
			return n->text;
	}
	return "";
}

/* Where it is, and what. The store knows the line of the record, not that of the field. */
static void locate(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	int field = err->field[0] ? csm_field_index(item->type, err->field) : -1;
	const struct csm_node *n = field >= 0 ? item->by[field] : NULL;

	if (field >= 0)
		item->told[field / 64] |= UINT64_C(1) << (field % 64);
	if (!n)
		n = item->node;
	if (!err->file[0] || !err->col)
		csm_err_at(err, item->file, n->line, n->col);
	if (!err->type[0])
		csm_err_on(err, item->type->name, NULL, NULL);
	if (strcmp(err->type, item->type->name) == 0 && (!(item->flags & XFER_EXISTS) || !err->key[0])) {
		err->key[0] = '\0';
		csm_err_on(err, NULL, stated_key(item), NULL);
	}
	if (item->set)
		xfer_map_name(im, item, err);
}

/* A load that is given up tells of causes only: not of a record that refers to a rejected one. */
static int reject_one(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	if (!xfer_of_record((int)err->code))
		return (int)err->code;
	locate(im, item, err);
	item->flags |= XFER_REJECTED;
	xfer_keep(im, item);
	im->retry = im->retry || item->flags & XFER_WRITTEN ||
		    (item->owner_type && xfer_side(im, item->owner).flags & XFER_REPLACED);
	im->types[item->at.type].rejected++;
	xfer_count(im, item->type)->rejected++;
	if (im->follows && im->opts.on_error == CSM_ON_ERROR_ABORT) {
		csm_err_clear(err);
		return CSM_OK;
	}
	xfer_watch_rejected(im, item, err);
	return note_finding(im, item->row, &item->at, false, err);
}

/* Those that were written with a reference to one that is gone; they are entered into todo. */
static int reject_waiting(struct csm_import *im, struct xfer_at gone, struct xfer_array *todo,
			  struct csm_err *err)
{
	uint32_t flags = xfer_side(im, gone).flags;
	int64_t next = 0;
	int rc = CSM_OK;

	if (gone.n < im->types[gone.type].waits.n)
		xfer_array_get(&im->types[gone.type].waits, gone.n, &next);
	while (!rc && next) {
		struct csm_mark mark = csm_arena_mark(im->scratch);
		struct xfer_item item;
		struct xfer_wait w;

		xfer_array_get(&im->waits, next - 1, &w);
		next = w.next;
		rc = xfer_load(im, w.from, im->scratch, &item, err);
		/* a stored record can be referred to, even if what the load says of it is wrong */
		if (!rc && !(item.flags & XFER_REJECTED) &&
		    (!(flags & XFER_EXISTS) ||
		     (item.owner_type && item.owner.type == gone.type && item.owner.n == gone.n))) {
			csm_fail(err, CSM_E_INVALID, "the %s it refers to (%s) was %s",
				 im->types[gone.type].type->name, xfer_place(im, gone),
				 flags & XFER_REJECTED ? "rejected" : "skipped and is not stored");
			csm_err_on(err, NULL, NULL, item.type->fields[w.field].name);
			rc = reject_one(im, &item, err);
			xfer_array_add(todo, &item.at);
		}
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

int xfer_reject_waiting(struct csm_import *im, struct xfer_at skipped, struct csm_err *err)
{
	struct xfer_array *todo = &im->todo;
	int rc = CSM_OK;

	todo->n = 0;
	xfer_array_add(todo, &skipped);
	for (int64_t i = 0; !rc && i < todo->n; i++) {
		struct xfer_at gone;

		xfer_array_get(todo, i, &gone);
		rc = reject_waiting(im, gone, todo, err);
	}
	return rc;
}

int xfer_reject_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	int rc = reject_one(im, item, err);

	return rc || im->opts.on_error != CSM_ON_ERROR_SKIP ? rc : xfer_reject_waiting(im, item->at, err);
}

int xfer_reject_more(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	if (!xfer_of_record((int)err->code))
		return (int)err->code;
	if (im->follows && im->opts.on_error == CSM_ON_ERROR_ABORT) {
		csm_err_clear(err);
		return CSM_OK;
	}
	locate(im, item, err);
	return note_finding(im, item->row, &item->at, true, err);
}

/* What a value is before anything is written. */
static int check_value(struct csm_import *im, struct xfer_item *item, int field, const struct csm_node *n, struct csm_err *err)
{
	const struct csm_field *f = &item->type->fields[field];
	const char *text = n->text;
	struct csm_value ignored;
	int rc = CSM_OK;

	if (f->kind == CSM_K_ENUM_LIST && n->type == CSM_N_SEQ)
		rc = csm_node_words(im->scratch, n, &text, err);
	else if (n->type != CSM_N_SCALAR)
		return xfer_not_scalar(f, n, err);
	if (!rc && *text)
		rc = csm_field_parse(im->scratch, item->type, f, text, csm_store_now(im->store), &ignored, err);
	return rc;
}

static int check_field(struct csm_import *im, struct xfer_item *item, int field, const struct csm_node *n, bool refs,
		       struct csm_err *err)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	const struct csm_field *f = &item->type->fields[field];
	int64_t id;

	im->field = field;
	im->follows = false;
	if (f->kind == CSM_K_REF)
		return refs ? xfer_resolve(im, x->target[field], n, &id, err) : CSM_OK;
	return f->kind == CSM_K_REF_LIST ? CSM_OK : check_value(im, item, field, n, err);
}

int xfer_reject_rest(struct csm_import *im, struct xfer_item *item, bool refs, struct csm_err *err)
{
	const int version = xfer_fields(im, item->at.type)->version, *field = item->fields;
	int rc = CSM_OK;

	for (const struct csm_node *n = item->node->first; !rc && n; n = n->next, field++) {
		const struct csm_field *f = *field < 0 ? NULL : &item->type->fields[*field];

		if (!f || XFER_IS_NONE(n) || f->flags & CSM_F_COMPUTED || *field == version ||
		    item->told[*field / 64] >> (*field % 64) & 1 || !check_field(im, item, *field, n, refs, err))
			continue;
		csm_err_on(err, item->type->name, NULL, f->name);
		csm_err_at(err, item->file, n->line, n->col);
		rc = xfer_reject_more(im, item, err);
	}
	im->follows = false;
	return rc;
}
