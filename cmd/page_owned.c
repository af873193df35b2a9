/* SPDX-License-Identifier: MIT */
/* page_owned.c - what a record owns, on its page: small tables, and the journals as one activity. */
#include <csm/utf8.h>

#include "page.h"

/* ---- tables ---- */

static const int *child_columns(struct cli *c, const struct csm_rtype *t, int owner)
{
	struct csm_vec v = CSM_VEC(c->arena, int);

	for (int i = 0; i < (int)t->nfields; i++)
		if (t->fields[i].flags & CSM_F_LIST && i != owner && !(t->fields[i].flags & CSM_F_OWNER))
			*(int *)csm_vec_add(&v) = i;
	*(int *)csm_vec_add(&v) = -1;
	return v.p;
}

static int add_rows(struct cli *c, struct csm_list *list, const int *fields, unsigned nf, struct csm_rec **recs,
		    unsigned n, struct csm_err *err)
{
	const char **values = csm_calloc(c->arena, nf, sizeof(*values));
	int code = CSM_OK;

	for (unsigned i = 0; code == CSM_OK && i < n; i++) {
		for (unsigned k = 0; k < nf; k++)
			values[k] = cli_field_text(c, recs[i], fields[k], true);
		code = csm_list_row(list, values, NULL, err);
	}
	return code;
}

int page_table(struct cli *c, const struct csm_rtype *t, const int *fields, struct csm_rec **recs, unsigned n,
	       struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(c->arena);
	struct csm_list_opts o = { .width = c->world->width > 20 ? c->world->width - 2 : 0,
				   .header = true,
				   .terminator = '\n' };
	struct csm_column *cols;
	struct csm_list *list;
	unsigned nf = 0;
	int code;

	while (fields[nf] >= 0)
		nf++;
	if (!nf || !n)
		return CSM_OK;
	cols = csm_calloc(c->arena, nf, sizeof(*cols));
	for (unsigned k = 0; k < nf; k++)
		cols[k] = (struct csm_column){ .name = t->fields[fields[k]].name,
					       .label = t->fields[fields[k]].label,
					       .wrap = t->fields[fields[k]].kind == CSM_K_TEXT };
	page_head(c, csm_sprintf(c->arena, "%s (%u)", t->plural, n));
	code = csm_list_open(&list, c->arena, CSM_FMT_TABLE, csm_sink_buf(&b), cols, nf, &o, err);
	if (code == CSM_OK)
		code = add_rows(c, list, fields, nf, recs, n, err);
	if (code != CSM_OK || csm_list_close(list, err) != CSM_OK)
		return (int)err->code;
	page_indent(c, b.s, "  ");
	return CSM_OK;
}

int page_children(struct cli *c, const struct csm_rec *r, struct csm_err *err)
{
	const struct csm_rtype *t;
	struct csm_rec **kids;
	unsigned n;
	int owner;

	for (unsigned i = 0; (t = csm_dict_owned(c->dict, r->type, i, &owner)); i++) {
		if (t->flags & CSM_T_JOURNAL)
			continue;
		if (csm_store_children(c->store, t, owner, r->id, c->arena, &kids, &n, err) != CSM_OK)
			return (int)err->code;
		if (page_table(c, t, child_columns(c, t, owner), kids, n, err) != CSM_OK)
			return (int)err->code;
	}
	return CSM_OK;
}

/* ---- activity ---- */

/* A row of a journal: it is read again when it is printed, so that a page of many rows keeps only these. */
struct entry {
	int64_t at, id;
	const struct csm_rtype *type;
	size_t order;
};

/* The moment of a journal row: its own time, else when it was stored. */
static int64_t moment_of(const struct csm_rec *r)
{
	for (unsigned i = 0; i < r->type->nfields; i++)
		if (r->type->fields[i].kind == CSM_K_TIME && !(r->type->fields[i].flags & CSM_F_VOLATILE) &&
		    r->v[i].tag == CSM_INT)
			return r->v[i].i;
	return csm_rec_int(r, csm_field_index(r->type, "created_at"));
}

/* Who wrote it: the first reference that does not lead to the owner. */
static const char *author_of(struct cli *c, const struct csm_rec *r)
{
	for (int i = 0; i < (int)r->type->nfields; i++) {
		const struct csm_field *f = &r->type->fields[i];

		if (f->kind == CSM_K_REF && !(f->flags & CSM_F_OWNER) && r->v[i].tag == CSM_INT)
			return cli_ref_text(c, csm_dict_type(c->dict, f->target), r->v[i].i, true);
	}
	return csm_term_text(c->arena, csm_rec_text(r, csm_field_index(r->type, "created_by")), true);
}

static const char *text_of(struct cli *c, const struct csm_rec *r)
{
	for (int i = 0; i < (int)r->type->nfields; i++)
		if (r->type->fields[i].flags & CSM_F_LONG && r->v[i].tag == CSM_TEXT)
			return csm_term_text(c->arena, csm_rec_text(r, i), false);
	return "";
}

static int by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int collect_type(struct cli *c, const struct csm_rtype *t, int owner, int64_t id, struct csm_vec *out, struct csm_err *err)
{
	struct csm_arena *rows CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct csm_cursor *cur CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_value v = csm_int(id);
	struct csm_filter of = { .op = CSM_OP_EQ, .type = t, .path = { owner }, .npath = 1, .field = &t->fields[owner],
				 .values = &v, .nvalues = 1 };
	const struct csm_query q = { .where = &of, .sort = "" };
	struct csm_mark mark;
	struct csm_rec *r;

	if (csm_store_select(c->store, t, &q, rows, &cur, err) != CSM_OK)
		return (int)err->code;
	for (mark = csm_arena_mark(rows); csm_cursor_next(cur, rows, &r, err) == CSM_OK && r; csm_arena_rewind(rows, mark)) {
		struct entry *e = csm_vec_add(out);

		*e = (struct entry){ moment_of(r), r->id, t, out->n };
	}
	return (int)err->code;
}

static int collect(struct cli *c, const struct csm_rec *r, struct csm_vec *out, struct csm_err *err)
{
	const struct csm_rtype *t;
	int owner;

	for (unsigned i = 0; (t = csm_dict_owned(c->dict, r->type, i, &owner)); i++)
		if (t->flags & CSM_T_JOURNAL && collect_type(c, t, owner, r->id, out, err) != CSM_OK)
			return (int)err->code;
	return CSM_OK;
}

static int print_entry(struct cli *c, const struct entry *e, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(c->arena);
	const char *who;
	struct csm_rec *r;

	if (csm_store_need(c->store, e->type, e->id, c->arena, &r, err) != CSM_OK)
		return (int)err->code;
	who = author_of(c, r);
	cli_print(c, "  %s  %s%s%s\n", cli_time(c, e->at), e->type->label, *who ? " by " : "", who);
	page_indent(c, text_of(c, r), "    ");
	csm_arena_rewind(c->arena, mark);
	return CSM_OK;
}

int page_activity(struct cli *c, const struct csm_rec *r, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct csm_vec v = CSM_VEC(a, struct entry);
	int code = collect(c, r, &v, err);

	if (code != CSM_OK || !v.n)
		return code;
	qsort(v.p, v.n, sizeof(struct entry), by_time);
	page_head(c, csm_sprintf(c->arena, "Activity (%zu)", v.n));
	for (size_t i = 0; code == CSM_OK && i < v.n; i++)
		code = print_entry(c, CSM_AT(&v, struct entry, i), err);
	return code;
}
