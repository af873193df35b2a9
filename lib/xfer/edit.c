/* SPDX-License-Identifier: MIT */
/* edit.c - one record as a YAML document for an editor, and what was made of it back onto the record. */
#include "xfer_priv.h"

int csm_edit_document(struct csm_store *s, const struct csm_rec *r, struct csm_buf *b, struct csm_err *err)
{
	struct csm_writer *w;
	int rc = csm_writer_open(&w, b->arena, CSM_FMT_YAML, csm_sink_buf(b), err), closed;

	if (rc)
		return rc;
	csm_writer_map(w);
	csm_writer_put(w, "csm", CSM_W_NUMBER, "1");
	csm_writer_key(w, r->type->name);
	rc = csm_export_record(s, r, false, w, err);
	csm_writer_map_end(w);
	closed = csm_writer_close(w, err);
	return rc ? rc : closed;
}

struct editor {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_import im;		/* references resolve as in a load of nothing else */
	const struct csm_diag *diag;
	struct csm_err first;
	const char *file;
};

static void note(struct editor *e, struct csm_err *err)
{
	if (!e->first.code)
		e->first = *err;
	csm_diag_note(e->diag, 'e', err);
	csm_err_clear(err);
}

/* The record's map inside {csm: 1, TYPE: {...}}. */
static int read_document(struct editor *e, const struct csm_rtype *t, struct csm_source src, const struct csm_node **out, struct csm_err *err)
{
	struct csm_reader *r;
	struct csm_node *top = NULL;
	struct csm_event ev;
	const struct csm_node *map;
	int rc = csm_reader_open(&r, e->arena, CSM_FMT_YAML, src, NULL, err);

	if (rc)
		return rc;
	rc = csm_reader_next(r, &ev, err);
	if (!rc && ev.type == CSM_EV_MAP)
		rc = csm_reader_node(r, &ev, e->arena, &top, err);
	csm_reader_close(r);
	if (rc)
		return rc;
	map = top ? csm_node_get(top, t->name) : NULL;
	if (!map || map->type != CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID, "expected the %s as {csm: 1, %s: {...}}", t->name, t->name);
		return csm_err_at(err, e->file, 1, 1);
	}
	*out = map;
	return CSM_OK;
}

/* Set what differs; what a person may not set must stand as it is. */
static void apply_fields(struct editor *e, struct csm_rec *r, const struct csm_node *map)
{
	for (const struct csm_node *n = map->first; n; n = n->next) {
		int field = csm_field_index(r->type, n->key);
		struct csm_node one = *n, only = { .type = CSM_N_MAP, .first = &one };
		struct xfer_item item = { .type = r->type, .node = &only, .file = e->file };
		struct csm_err err = { 0 };
		struct csm_value was;

		if (field < 0 || r->type->fields[field].flags & CSM_F_COMPUTED)
			continue;
		one.next = NULL;
		was = r->v[field];
		if (xfer_bind(&e->im, &item, r, &err))
			note(e, &err);
		else if (csm_value_eq(&was, &r->v[field]))
			r->given[field / 64] &= ~(UINT64_C(1) << (field % 64));
	}
}

static int unknown_keys(struct editor *e, const struct csm_rtype *t, const struct csm_node *map)
{
	int field, n = 0;

	for (const struct csm_node *c = map->first; c; c = c->next) {
		struct csm_err err = { 0 };

		if (csm_field_index(t, c->key) >= 0 || csm_dict_owned_named(csm_store_dict(e->store), t, c->key, &field))
			continue;
		csm_fail(&err, CSM_E_INVALID, "'%s' is no field of %s", c->key, t->name);
		csm_err_at(&err, e->file, c->line, c->col);
		note(e, &err);
		n++;
	}
	return n;
}

/* One entry of an owned list onto the stored row at its place, or a new one. */
static int apply_row(struct editor *e, const struct csm_rtype *t, const struct csm_node *n, int owner_field, int64_t owner, struct csm_rec *row,
		     struct csm_err *err)
{
	int rc = CSM_OK;

	if (!row)
		rc = csm_store_new(e->store, t, e->arena, &row, err);
	if (rc)
		return rc;
	csm_rec_set_int(row, owner_field, owner);
	apply_fields(e, row, n);
	unknown_keys(e, t, n);
	if (e->first.code)
		return CSM_OK;		/* only looking for more mistakes */
	rc = csm_store_write(e->store, row, CSM_WRITE_NORMAL, -1, err);
	if (rc && !err->file[0])
		csm_err_at(err, e->file, n->line, n->col);
	return rc;
}

/* An owned list replaces the owned records, in order: the first entry stands for the first row. Journals only grow. */
static int apply_owned(struct editor *e, const struct csm_rec *r, const struct csm_node *map, struct csm_err *err)
{
	const struct csm_rtype *owned;
	int field, rc = CSM_OK;

	for (unsigned i = 0; !rc && (owned = csm_dict_owned(csm_store_dict(e->store), r->type, i, &field)) != NULL; i++) {
		const struct csm_node *list = csm_node_get(map, csm_type_doc_key(owned)), *n;
		struct csm_rec **rows;
		unsigned count, k = 0;

		if (owned->flags & (CSM_T_JOURNAL | CSM_T_ENGINE) || (list && list->type != CSM_N_SEQ && list->scalar != CSM_SC_NULL))
			continue;
		rc = csm_store_children(e->store, owned, field, r->id, e->arena, &rows, &count, err);
		for (n = list && list->type == CSM_N_SEQ ? list->first : NULL; !rc && n; n = n->next, k++)
			rc = apply_row(e, owned, n, field, r->id, k < count ? rows[k] : NULL, err);
		for (; list && !rc && k < count && !e->first.code; k++)
			rc = csm_store_delete(e->store, rows[k], -1, err);
	}
	return rc;
}

int csm_edit_apply(struct csm_store *s, struct csm_rec *r, struct csm_source src, int64_t if_version, const struct csm_diag *diag,
		   struct csm_err *err)
{
	struct csm_arena *a = r->arena;
	struct csm_import_opts none = { .format = CSM_FMT_YAML };
	struct csm_import *im;
	struct editor e = { .store = s, .arena = a, .diag = diag, .file = csm_strdup(a, src.name) };
	const struct csm_node *map = NULL;
	int rc = csm_import_open(&im, s, a, &none, err);

	if (!rc) {
		e.im = *im;
		rc = read_document(&e, r->type, src, &map, err);
	}
	if (rc)
		return rc;
	unknown_keys(&e, r->type, map);
	apply_fields(&e, r, map);
	if (e.first.code) {
		*err = e.first;
		return err->code;
	}
	rc = csm_store_write(s, r, CSM_WRITE_NORMAL, if_version, err);
	if (!rc)
		rc = apply_owned(&e, r, map, err);
	if (!rc && e.first.code) {
		*err = e.first;
		rc = err->code;
	}
	return rc;
}
