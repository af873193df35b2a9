/* SPDX-License-Identifier: MIT */
/*
 * export_table.c - CSV and TSV: one type a table, its own fields. Owned records are tables of their own, with a
 * column that names the owner; one table alone never leaves them out unsaid.
 */
#include "anon.h"

struct table {
	struct xfer_export *x;
	const struct csm_rtype *type;	/* of the rows */
	struct xfer_shape *shape;
	struct csm_list *list;		/* NULL: not begun */
	struct xfer_child *child;	/* rows are what the records own in it; NULL: the records themselves */
	bool alone;			/* a table a record */
};

static bool is_split(const struct xfer_export *x)
{
	return x->e->split != CSM_SPLIT_NONE;
}

/* ---- one table ---- */

static int open_table(struct table *t, const char *key, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(t->x->out.arena);
	struct csm_list_opts opts = { .header = true, .terminator = '\n' };
	struct csm_column *columns = csm_calloc(a, t->shape->ncols, sizeof(*columns));
	int rc = xfer_file_open(t->x, t->type, key, err);

	for (unsigned i = 0; i < t->shape->ncols; i++)
		columns[i] = (struct csm_column){ .name = t->shape->cols[i].f->name,
						  .type = t->shape->cols[i].type };
	return rc ? rc : csm_list_open(&t->list, t->x->out.arena, t->x->e->format, t->x->sink, columns,
				       t->shape->ncols, &opts, err);
}

static int close_table(struct table *t, int code, struct csm_err *err)
{
	struct csm_err ignored = { 0 };

	if (t->list) {
		int closed = csm_list_close(t->list, code ? &ignored : err);

		code = code ? code : closed;
	}
	t->list = NULL;
	return xfer_file_close(t->x, code, err);
}

/* "a,b": a comma and a backslash of a key itself, and a blank at its ends, have a backslash before them. */
static void add_key(void *arg, const char *key)
{
	struct csm_buf *b = arg;

	if (b->n)
		csm_buf_addc(b, ',');
	for (const char *p = key; *p; p++) {
		if (strchr(",\\", *p) || (strchr(" \t\n", *p) && (p == key || !p[1])))
			csm_buf_addc(b, '\\');
		csm_buf_addc(b, *p);
	}
}

static int cell(struct xfer_out *o, const struct xfer_col *c, const struct csm_rec *r, struct csm_arena *a,
		const char **out, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(a);
	char *buf;
	int rc;

	*out = NULL;
	if (!c->number && csm_rec_null(r, c->field))
		return CSM_OK;
	if (c->f->kind == CSM_K_REF_LIST) {
		rc = xfer_each_key(o, c, r, a, add_key, &b, err);
		*out = b.s;
		return rc;
	}
	buf = csm_alloc(a, XFER_TEXT_SIZE);
	rc = xfer_text(o, c, r, buf, a, out, err);
	/* a key that is kept for the next one may make place for another in the same row */
	if (!rc && c->f->kind == CSM_K_REF)
		*out = csm_strdup(a, *out);
	return rc;
}

static int put_row(struct table *t, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct xfer_out *o = &t->x->out;
	const char **values = csm_calloc(a, t->shape->ncols, sizeof(*values));
	int rc = o->anon ? xfer_anon_record(o->anon, r, a, err) : CSM_OK;

	for (unsigned i = 0; !rc && i < t->shape->ncols; i++)
		rc = cell(o, &t->shape->cols[i], r, a, &values[i], err);
	return rc ? rc : csm_list_row(t->list, values, NULL, err);
}

/* ---- rows ---- */

static int refuse_children(void *arg, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct table *t = arg;
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < t->shape->nchildren; i++) {
		struct xfer_child *ch = &t->shape->children[i];
		struct xfer_kids k;
		struct csm_rec *kid;
		char buf[XFER_TEXT_SIZE];
		const char *key;
		unsigned n = 0;

		rc = xfer_kids_open(&t->x->out, ch, r->id, a, &k, err);
		while (!rc && (rc = xfer_kids_next(&k, &kid, err)) == CSM_OK && kid)
			n++;
		if (rc || !n)
			continue;
		csm_fail(err, CSM_E_USAGE,
			 "has owned records (%u %s), which one table can't hold; --no-children leaves them out, "
			 "--dir gives them files of their own",
			 n, csm_type_doc_key(ch->type));
		if (xfer_key(&t->x->out, r->type, r->id, buf, a, &key, NULL))
			key = NULL;
		return csm_err_on(err, r->type->name, key, NULL);
	}
	return rc;
}

static int begin_for(struct table *t, const struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	char buf[XFER_TEXT_SIZE];
	const char *key = NULL;
	int rc = CSM_OK;

	if (t->list)
		return CSM_OK;
	if (t->alone)
		rc = xfer_key(&t->x->out, r->type, r->id, buf, a, &key, err);
	return rc ? rc : open_table(t, key, err);
}

static int table_record(void *arg, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct table *t = arg;
	int rc = begin_for(t, r, a, err);

	t->x->res->records++;
	if (!rc)
		rc = put_row(t, r, a, err);
	return t->alone ? close_table(t, rc, err) : rc;
}

static int table_children(void *arg, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct table *t = arg;
	struct xfer_kids k;
	struct csm_rec *kid;
	int rc = xfer_kids_open(&t->x->out, t->child, r->id, a, &k, err);

	while (!rc) {
		rc = xfer_kids_next(&k, &kid, err);
		if (rc || !kid)
			break;
		rc = begin_for(t, r, a, err);
		if (!rc)
			rc = put_row(t, kid, a, err);
	}
	return t->alone ? close_table(t, rc, err) : rc;
}

/* ---- tables ---- */

static const struct xfer_pick *pick_of(const struct xfer_export *x, const struct csm_rtype *t)
{
	return &x->picks[xfer_dict_index(csm_store_dict(x->out.store), t)];
}

/* A table that stands alone is refused before its first byte: who reads it from a pipe would take the header for all of it. */
static int check_children(struct table *t, struct csm_err *err)
{
	struct xfer_out *o = &t->x->out;
	bool none = true;
	int rc = CSM_OK;

	if (is_split(t->x) || t->x->e->no_children)
		return CSM_OK;
	for (unsigned i = 0; !rc && none && i < t->shape->nchildren; i++)
		rc = xfer_is_empty(o, t->shape->children[i].type, &none, err);
	return rc || none ? rc : xfer_each_record(o, t->type, pick_of(t->x, t->type), refuse_children, t, err);
}

static int export_table(struct xfer_export *x, const struct csm_rtype *type, struct csm_err *err)
{
	struct table t = { .x = x, .type = type, .shape = xfer_shape_of(&x->out, type),
			   .alone = x->e->split == CSM_SPLIT_RECORD };
	int64_t before = x->res->records;
	/* a table that stands alone has its header, with or without rows */
	int rc = check_children(&t, err);

	if (!rc && !is_split(x))
		rc = open_table(&t, NULL, err);
	if (!rc)
		rc = xfer_each_record(&x->out, type, pick_of(x, type), table_record, &t, err);
	if (!rc && !t.list && x->res->records == before && xfer_states_none(type))
		rc = open_table(&t, NULL, err);
	return close_table(&t, rc, err);
}

/* What records of these types own in one type: one table, in the order of the owners. */
static int export_owned(struct xfer_export *x, const struct csm_rtype *owned, struct csm_err *err)
{
	struct table t = { .x = x, .type = owned, .shape = xfer_shape_of(&x->out, owned),
			   .alone = x->e->split == CSM_SPLIT_RECORD };
	bool none;
	int rc = xfer_is_empty(&x->out, owned, &none, err);

	for (unsigned i = 0; !rc && !none && i < x->ntypes; i++) {
		struct xfer_shape *owner = xfer_shape_of(&x->out, x->types[i]);

		for (unsigned k = 0; !rc && k < owner->nchildren; k++) {
			t.child = &owner->children[k];
			if (t.child->type == owned)
				rc = xfer_each_record(&x->out, x->types[i], pick_of(x, x->types[i]),
						      table_children, &t, err);
		}
	}
	return close_table(&t, rc, err);
}

int xfer_export_tables(struct xfer_export *x, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(x->out.store);
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < x->ntypes; i++)
		rc = export_table(x, x->types[i], err);
	for (unsigned i = 0; is_split(x) && !x->e->no_children && !rc && i < d->ntypes; i++)
		if (d->types[i]->flags & CSM_T_OWNED)
			rc = export_owned(x, d->types[i], err);
	return rc;
}
