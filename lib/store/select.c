/* SPDX-License-Identifier: MIT */
/* select.c - queries: cursors over one type, counts, children and referrers of a record. */
#include "store_priv.h"

struct csm_cursor {
	struct csm_store *store;
	const struct csm_rtype *type;
	struct csm_stmt *stmt;
	const int *fields;
	struct csm_arena *arena;
	struct csm_rec *view; /* the record csm_cursor_view() gives, or NULL */
	const struct csm_filter *again[2]; /* conditions to be asked again, in memory */
	int64_t left; /* rows still to give, when the limit is counted here; -1: not */
	bool done;
};

static int bind_all(struct csm_stmt *st, const struct csm_value *v, unsigned n, struct csm_err *err)
{
	for (unsigned i = 0; i < n; i++) {
		int rc = csm_stmt_bind(st, (int)i + 1, v[i], err);

		if (rc != CSM_OK)
			return rc;
	}
	return CSM_OK;
}

int csm_store_select(struct csm_store *s, const struct csm_rtype *t, const struct csm_query *q,
		     struct csm_arena *a, struct csm_cursor **out, struct csm_err *err)
{
	static const struct csm_query all;
	struct store_select sel;
	struct csm_cursor *c;
	int rc;

	*out = NULL;
	if (!q)
		q = &all;
	rc = store_present_only(s, "records are selected", err);
	if (rc == CSM_OK)
		rc = store_bulk_need(s, t, -1, err);
	if (rc == CSM_OK)
		rc = store_sql_select(s, a, t, q, false, &sel, err);
	if (rc != CSM_OK)
		return rc;
	c = csm_alloc(a, sizeof(*c));
	c->store = s;
	c->type = t;
	c->arena = a;
	c->fields = sel.fields;
	c->left = -1;
	if (sel.recheck) {
		c->again[0] = store_access_filter(s, t);
		c->again[1] = q->where;
		c->left = q->limit > 0 ? q->limit : -1;
	}
	/* not a kept statement: two cursors of the same text may be open at once */
	rc = csm_db_prepare(s->db, sel.sql, &c->stmt, err);
	if (rc == CSM_OK)
		rc = bind_all(c->stmt, sel.binds, sel.nbinds, err);
	if (rc != CSM_OK) {
		csm_cursor_close(c);
		return rc;
	}
	*out = c;
	return CSM_OK;
}

/* The fields of the row as they lie in the engine's memory. Returns the id. */
static int64_t take_fields(struct csm_cursor *c, struct csm_value *v)
{
	struct csm_value row[1 + 2 * CSM_MAX_FIELDS];
	const struct csm_value *at = row + 1;
	const struct csm_rtype *t = c->type;

	csm_stmt_row(c->stmt, row, (int)CSM_COUNT(row));
	for (const int *f = c->fields; *f >= 0; f++)
		if (store_has_column(t, *f))
			v[*f] = store_take_value(&at, &t->fields[*f]);
	return row[0].i;
}

static struct csm_rec *read_fields(struct csm_cursor *c, struct csm_arena *a)
{
	const struct csm_rtype *t = c->type;
	struct csm_value v[CSM_MAX_FIELDS];
	int64_t id;

	memset(v, 0, t->nfields * sizeof(*v));
	id = take_fields(c, v);
	for (const int *f = c->fields; *f >= 0; f++)
		v[*f] = store_has_column(t, *f) ? store_keep_text(a, v[*f]) : store_computed(a, t, *f, id);
	return csm_rec_stored(a, t, id, v);
}

static int ask_again(struct csm_cursor *c, const struct csm_rec *r, bool *yes, struct csm_err *err)
{
	*yes = true;
	for (unsigned i = 0; i < CSM_COUNT(c->again) && *yes; i++) {
		int rc = c->again[i] ? csm_store_eval(c->store, c->again[i], r, yes, err) : CSM_OK;

		if (rc != CSM_OK)
			return rc;
	}
	return CSM_OK;
}

int csm_cursor_next(struct csm_cursor *c, struct csm_arena *a, struct csm_rec **out,
		    struct csm_err *err)
{
	bool yes = false;

	*out = NULL;
	while (!c->done && c->left != 0) {
		struct csm_mark mark = csm_arena_mark(a);
		struct csm_rec *r;
		bool row;
		int rc = csm_stmt_step(c->stmt, &row, err);

		if (rc != CSM_OK)
			return rc;
		c->done = !row;
		if (!row)
			break;
		r = read_fields(c, a);
		rc = ask_again(c, r, &yes, err);
		if (rc != CSM_OK)
			return rc;
		if (yes) {
			if (c->left > 0)
				c->left--;
			*out = r;
			break;
		}
		csm_arena_rewind(a, mark);
	}
	return CSM_OK;
}

int csm_cursor_view(struct csm_cursor *c, struct csm_rec **out, struct csm_err *err)
{
	bool yes = false;

	if (!c->view) {
		c->view = csm_rec_new(c->arena, c->type);
		c->view->stored = true;
	}
	*out = NULL;
	while (!c->done && c->left != 0 && !yes) {
		bool row;
		int rc = csm_stmt_step(c->stmt, &row, err);

		if (rc != CSM_OK)
			return rc;
		c->done = !row;
		if (!row)
			break;
		c->view->id = take_fields(c, c->view->v);
		rc = ask_again(c, c->view, &yes, err);
		if (rc != CSM_OK)
			return rc;
	}
	if (!yes)
		return CSM_OK;
	if (c->left > 0)
		c->left--;
	*out = c->view;
	return CSM_OK;
}

void csm_cursor_close(struct csm_cursor *c)
{
	if (!c)
		return;
	csm_stmt_finalize(c->stmt);
	c->stmt = NULL;
	c->done = true;
}

void csm_cursor_closep(struct csm_cursor **c)
{
	csm_cursor_close(*c);
	*c = NULL;
}

/* Where SQL lets too much through, the rows are read and asked. */
static int count_rows(struct csm_store *s, const struct csm_rtype *t, const struct csm_filter *where,
		      struct csm_arena *a, int64_t *n, struct csm_err *err)
{
	static const int none[] = { -1 };
	const struct csm_query q = { .where = where, .sort = "", .columns = none };
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_mark mark;
	struct csm_rec *r;
	int rc = csm_store_select(s, t, &q, a, &c, err);

	mark = csm_arena_mark(a);
	while (rc == CSM_OK) {
		rc = csm_cursor_next(c, a, &r, err);
		if (rc == CSM_OK && !r)
			break;
		*n += rc == CSM_OK;
		csm_arena_rewind(a, mark);
	}
	return rc;
}

int csm_store_count(struct csm_store *s, const struct csm_rtype *t, const struct csm_filter *where,
		    int64_t *n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	const struct csm_query q = { .where = where };
	struct store_select sel;
	bool row;
	int rc;

	*n = 0;
	rc = store_present_only(s, "records are counted", err);
	if (rc == CSM_OK)
		rc = store_bulk_need(s, t, -1, err);
	if (rc == CSM_OK)
		rc = store_sql_select(s, a, t, &q, true, &sel, err);
	if (rc != CSM_OK)
		return rc;
	if (sel.recheck)
		return count_rows(s, t, where, a, n, err);
	rc = csm_db_prepare(s->db, sel.sql, &st, err);
	if (rc == CSM_OK)
		rc = bind_all(st, sel.binds, sel.nbinds, err);
	if (rc == CSM_OK)
		rc = csm_stmt_step(st, &row, err);
	if (rc == CSM_OK)
		*n = csm_stmt_column(st, 0).i;
	return rc;
}

/* Nothing refers to a record of this change by a type that the change has not written. */
static bool can_have_children(struct csm_store *s, const struct csm_rtype *t, int field, int64_t id)
{
	return !s->change.open || store_counter(s, t)->written || !store_is_new(s, store_facts(s, t)->field[field].target, id);
}

/* A page of them; max 0: all. */
static int read_children(struct csm_store *s, const struct csm_rtype *t, int field, int64_t id, int64_t after,
			 unsigned max, struct csm_arena *a, struct csm_vec *v, struct csm_err *err)
{
	struct csm_stmt *st;
	bool row = true, unfilled;
	int rc;

	if (!can_have_children(s, t, field, id))
		return CSM_OK;
	rc = store_unfilled(s, t, field, &unfilled, err);
	if (rc != CSM_OK || unfilled)
		return rc;
	rc = store_bulk_need(s, t, field, err);
	if (rc == CSM_OK)
		rc = csm_db_kept(s->db, max ? store_sql_after(s, t, field) : store_sql_by(s, t, field), &st, err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(id), err);
	if (rc == CSM_OK && max)
		rc = csm_stmt_bind(st, 2, csm_int(after), err);
	if (rc == CSM_OK && max)
		rc = csm_stmt_bind(st, 3, csm_int(max), err);
	while (rc == CSM_OK && row) {
		rc = csm_stmt_step(st, &row, err);
		if (rc == CSM_OK && row)
			*(struct csm_rec **)csm_vec_add(v) = store_read_row(t, st, a);
	}
	if (rc == CSM_OK)
		csm_stmt_reset(st);
	return rc;
}

/* Of those read the ones that the actor may see; the others are dropped. */
static int keep_visible(struct csm_store *s, const struct csm_rtype *t, struct csm_vec *v, struct csm_err *err)
{
	const struct csm_filter *may = store_access_filter(s, t);
	size_t kept = 0;
	int rc = CSM_OK;

	for (size_t i = 0; may && rc == CSM_OK && i < v->n; i++) {
		struct csm_rec *r = *CSM_AT(v, struct csm_rec *, i);
		bool yes = true;

		rc = csm_store_eval(s, may, r, &yes, err);
		if (yes)
			*CSM_AT(v, struct csm_rec *, kept++) = r;
	}
	if (may)
		v->n = kept;
	return rc;
}

int csm_store_children_after(struct csm_store *s, const struct csm_rtype *t, int field, int64_t id, int64_t after,
			     unsigned max, struct csm_arena *a, struct csm_rec ***out, unsigned *n, bool *more,
			     struct csm_err *err)
{
	struct csm_vec v = CSM_VEC(a, struct csm_rec *);
	int rc = CSM_OK;

	*more = !s->past;
	/* of the past all are read at once; a page of which nothing may be seen is no end */
	if (s->past && !after)
		rc = store_past_children(s, t, field, id, a, &v, err);
	if (rc == CSM_OK)
		rc = keep_visible(s, t, &v, err);
	while (rc == CSM_OK && *more && !v.n) {
		rc = read_children(s, t, field, id, after, max, a, &v, err);
		*more = rc == CSM_OK && v.n == max;
		after = v.n ? (*CSM_AT(&v, struct csm_rec *, v.n - 1))->id : after;
		if (rc == CSM_OK)
			rc = keep_visible(s, t, &v, err);
	}
	*out = v.p;
	*n = (unsigned)v.n;
	return rc;
}

int csm_store_children(struct csm_store *s, const struct csm_rtype *t, int field, int64_t id,
		       struct csm_arena *a, struct csm_rec ***out, unsigned *n, struct csm_err *err)
{
	struct csm_vec v = CSM_VEC(a, struct csm_rec *);
	int rc = s->past ? store_past_children(s, t, field, id, a, &v, err)
			 : read_children(s, t, field, id, 0, 0, a, &v, err);

	*out = NULL;
	*n = 0;
	if (rc == CSM_OK)
		rc = keep_visible(s, t, &v, err);
	if (rc != CSM_OK)
		return rc;
	*out = v.p;
	*n = (unsigned)v.n;
	return CSM_OK;
}

static int count_refs(struct csm_store *s, const struct csm_rtype *from, int field, int64_t id,
		      int64_t *count, int64_t *first, struct csm_err *err)
{
	struct csm_value v = csm_int(id);
	struct csm_stmt *st;
	char list[32];
	bool row;
	int rc;

	if (from->fields[field].kind == CSM_K_REF_LIST) {
		snprintf(list, sizeof(list), ",%" PRId64 ",", id);
		v = csm_text(list);
	}
	rc = store_bulk_need(s, from, field, err);
	if (rc == CSM_OK)
		rc = csm_db_first(s->db, store_sql_refs(s, from, field), &v, 1, &st, &row, err);
	if (rc != CSM_OK)
		return rc;
	*count = row ? csm_stmt_column(st, 0).i : 0;
	*first = row ? csm_stmt_column(st, 1).i : 0;
	csm_stmt_reset(st);
	return CSM_OK;
}

int csm_store_referrers(struct csm_store *s, const struct csm_rtype *t, int64_t id,
			int (*each)(void *arg, const struct csm_rtype *from, int field, int64_t count,
				    int64_t first_id),
			void *arg, struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;
	int rc = store_present_only(s, "references are counted", err);

	for (unsigned i = 0; rc == CSM_OK && i < d->ntypes; i++) {
		const struct csm_rtype *from = d->types[i];

		for (unsigned k = 0; k < from->nfields; k++) {
			const struct csm_field *f = &from->fields[k];
			int64_t count, first;

			if ((f->kind != CSM_K_REF && f->kind != CSM_K_REF_LIST) ||
			    !store_has_column(from, (int)k) || strcmp(f->target, t->name) != 0)
				continue;
			rc = count_refs(s, from, (int)k, id, &count, &first, err);
			if (rc == CSM_OK && count)
				rc = each(arg, from, (int)k, count, first);
			if (rc != CSM_OK)
				return rc;
		}
	}
	return rc;
}
