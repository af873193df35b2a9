/* SPDX-License-Identifier: MIT */
/*
 * history.c - what a change did, row by row.
 *
 * Created records of one type with ids in sequence are one row: a load of a million cases is a line of
 * history. The run of a type stays open until one of its records is written again or the change ends, so that
 * a load which writes children after each parent still makes one row a type. Values stand in diffs as their
 * columns hold them (a moment in seconds, a reference as id), so that they read back exactly whatever later
 * happens to the dictionary.
 */
#include <jansson.h>

#include "store_priv.h"

static const char *op_name(char op)
{
	return op == 'c' ? "create" : op == 'u' ? "update" : "delete";
}

static int next_history_id(struct csm_store *s, int64_t *id, struct csm_err *err)
{
	int64_t last;

	if (s->change.history < 0) {
		int rc = store_first_int(s, store_text(STORE_TEXT_LAST_HISTORY), NULL, 0, &last, err);

		if (rc != CSM_OK)
			return rc;
		s->change.history = last;
	}
	*id = ++s->change.history;
	return CSM_OK;
}

static int add_row(struct csm_store *s, const struct csm_rtype *t, char op, int64_t first, int64_t last,
		   const char *diff, bool stated, struct csm_err *err)
{
	struct csm_history h = { 0, s->change.id, s->change.seq + 1, t, first, last, op, stated, diff };
	int rc = next_history_id(s, &h.id, err);

	if (rc == CSM_OK) {
		const struct csm_value v[9] = {
			csm_int(h.id), csm_int(h.change), csm_int(h.seq), csm_text(t->name),
			csm_int(first), csm_int(last), csm_text(op_name(op)), csm_text(diff),
			stated ? csm_int(1) : csm_null(),
		};

		rc = csm_db_insert(s->db, store_text(STORE_TEXT_ADD_HISTORY), v, 9, err);
	}
	if (rc != CSM_OK)
		return rc;
	if (!s->change.seq++)
		csm_blake2b_init(&s->change.rows);
	store_digest_history(s->change.tmp, &s->change.rows, &h);
	return CSM_OK;
}

static int flush_run(struct csm_store *s, const struct csm_rtype *t, struct csm_err *err)
{
	struct store_counter *c = store_counter(s, t);
	char hex[65], diff[96];
	int rc;

	if (!c->run_first)
		return CSM_OK;
	snprintf(diff, sizeof(diff), "{\"blake2b\":\"%s\"}", csm_blake2b_end(&c->run_digest, hex));
	rc = add_row(s, t, 'c', c->run_first, c->run_last, diff, c->run_stated, err);
	c->run_first = c->run_last = 0;
	return rc;
}

int store_history_flush(struct csm_store *s, struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = 0; rc == CSM_OK && s->change.types && i < d->ntypes; i++)
		rc = flush_run(s, d->types[i], err);
	return rc;
}

static int add_created(struct csm_store *s, const struct csm_rec *r, struct csm_err *err)
{
	struct store_counter *c = store_counter(s, r->type);
	int rc = CSM_OK;

	if (c->run_first && (c->run_last + 1 != r->id || c->run_stated != s->change.stated))
		rc = flush_run(s, r->type, err);
	if (rc != CSM_OK)
		return rc;
	if (!c->run_first) {
		c->run_first = r->id;
		csm_blake2b_init(&c->run_digest);
	}
	c->run_last = r->id;
	c->run_stated = s->change.stated;
	store_digest_row(s, &c->run_digest, r);
	return CSM_OK;
}

int store_history_add(struct csm_store *s, char op, const struct csm_rec *r, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(s->change.tmp);
	struct csm_buf b = CSM_BUF(s->change.tmp);
	struct store_counter *c = store_counter(s, r->type);
	int rc = CSM_OK;

	if (op == 'c') {
		rc = add_created(s, r, err);
	} else {
		if (c->run_first && r->id >= c->run_first && r->id <= c->run_last)
			rc = flush_run(s, r->type, err);
		if (op == 'u')
			store_diff_update(s, &b, r);
		else
			store_diff_delete(s, &b, r);
		if (rc == CSM_OK)
			rc = add_row(s, r->type, op, r->id, r->id, b.s, s->change.stated, err);
	}
	csm_arena_rewind(s->change.tmp, mark);
	return rc;
}

/* ---- reading it back ---- */

int store_history_row(struct csm_store *s, struct csm_stmt *st, struct csm_arena *a, struct csm_history *h,
		      struct csm_err *err)
{
	struct csm_value type = csm_stmt_column(st, 3), op = csm_stmt_column(st, 6),
			 diff = csm_stmt_column(st, 7);
	struct csm_value last = csm_stmt_column(st, 5);

	h->id = csm_stmt_column(st, 0).i;
	h->change = csm_stmt_column(st, 1).i;
	h->seq = csm_stmt_column(st, 2).i;
	h->type = type.s ? csm_dict_type(s->env.dict, type.s) : NULL;
	h->record = csm_stmt_column(st, 4).i;
	h->op = op.s ? op.s[0] : '?';
	h->diff = csm_strdup(a, diff.s);
	h->last_record = last.tag == CSM_INT ? last.i : h->record;
	h->stated = csm_stmt_column(st, 8).tag == CSM_INT;
	if (!h->type)
		return csm_fail(err, CSM_E_DAMAGED,
				"history row %" PRId64 " names '%s', which is no record type", h->id,
				type.s ? type.s : "");
	if (h->op != 'c' && h->op != 'u' && h->op != 'd')
		return csm_fail(err, CSM_E_DAMAGED,
				"history row %" PRId64
				" has the operation '%s', expected create, update or delete",
				h->id, op.s ? op.s : "");
	return CSM_OK;
}

typedef int each_history(void *arg, const struct csm_history *h, struct csm_err *err);

/* How often a record was deleted: it can have been created once more than that. */
static int count_deletions(struct csm_store *s, const struct csm_rtype *t, int64_t id, int64_t *n,
			   struct csm_err *err)
{
	struct csm_stmt *st;
	bool row = true;
	int rc = csm_db_kept(s->db, store_text(STORE_TEXT_DELETIONS), &st, err);

	*n = 0;
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_text(t->name), err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_int(id), err);
	while (rc == CSM_OK && row) {
		rc = csm_stmt_step(st, &row, err);
		*n += rc == CSM_OK && row;
	}
	if (rc == CSM_OK)
		csm_stmt_reset(st);
	return rc;
}

/* Read the rows of a text into a vector: the callbacks may use the store as they like. */
static int collect(struct csm_store *s, enum store_text text, const struct csm_value *v, int n,
		   struct csm_arena *a, struct csm_vec *rows, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(text), &st, err);

	for (int i = 0; rc == CSM_OK && i < n; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK) {
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(s, st, a, &h, err);
		*(struct csm_history *)csm_vec_add(rows) = h;
	}
	return rc;
}

static int compare_history(const void *x, const void *y)
{
	const struct csm_history *a = x, *b = y;

	return a->id < b->id ? -1 : a->id > b->id;
}

static int history_of_record(struct csm_store *s, const struct csm_rtype *t, int64_t id, int64_t change,
			     each_history *each, void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_vec rows = CSM_VEC(a, struct csm_history);
	struct csm_value v[3] = { csm_text(t->name), csm_int(id), csm_int(1) };
	int64_t deleted;
	int rc = count_deletions(s, t, id, &deleted, err);

	if (rc == CSM_OK)
		rc = collect(s, STORE_TEXT_OF_RECORD, v, 2, a, &rows, err);
	v[2] = csm_int(deleted + 1);
	if (rc == CSM_OK)
		rc = collect(s, STORE_TEXT_CREATIONS, v, 3, a, &rows, err);
	if (rows.n)
		qsort(rows.p, rows.n, sizeof(struct csm_history), compare_history);
	for (size_t i = 0; rc == CSM_OK && i < rows.n; i++) {
		struct csm_history *h = CSM_AT(&rows, struct csm_history, i);

		if ((change && h->change != change) || (s->past && h->change > csm_store_moment(s)))
			continue;
		if (h->op == 'c')
			h->diff = NULL;		/* the digest is the chain's own business */
		rc = each(arg, h, err);
	}
	return rc;
}

/* Each row of a text with one parameter, oldest first. */
static int each_row(struct csm_store *s, enum store_text text, int64_t of, each_history *each, void *arg,
		    struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(text), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(of), err);
	a = csm_arena_like(s->arena);
	while (rc == CSM_OK) {
		struct csm_mark mark = csm_arena_mark(a);
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(s, st, a, &h, err);
		if (h.op == 'c')
			h.diff = NULL;
		if (rc == CSM_OK)
			rc = each(arg, &h, err);
		csm_arena_rewind(a, mark);
	}
	return rc;
}

int csm_store_history(struct csm_store *s, int64_t change, const struct csm_rtype *t, int64_t id,
		      each_history *each, void *arg, struct csm_err *err)
{
	return t ? history_of_record(s, t, id, change, each, arg, err)
		 : each_row(s, STORE_TEXT_OF_CHANGE, change, each, arg, err);
}

int csm_store_since(struct csm_store *s, int64_t change, each_history *each, void *arg, struct csm_err *err)
{
	const struct csm_value of = csm_int(change);
	int64_t horizon;
	int rc = store_present_only(s, "what came after a change is listed", err);

	if (rc == CSM_OK)
		rc = store_first_int(s, store_text(STORE_TEXT_HORIZON), &of, 1, &horizon, err);
	return rc == CSM_OK ? each_row(s, STORE_TEXT_AFTER, horizon, each, arg, err) : rc;
}

/* Rows of deletions in sequence, up or down, are told as one when the next is none of them. */
struct outline {
	int (*each)(void *arg, const struct csm_history *h, struct csm_err *err);
	void *arg;
	struct csm_history run;		/* deletions; id 0: none */
};

static int end_run(struct outline *o, struct csm_err *err)
{
	struct csm_history run = o->run;

	o->run.id = 0;
	return run.id ? o->each(o->arg, &run, err) : CSM_OK;
}

static int outline_row(struct outline *o, const struct csm_history *h, struct csm_err *err)
{
	struct csm_history *run = &o->run;
	int rc;

	if (h->op == 'd' && run->id && run->type == h->type &&
	    (h->record == run->last_record + 1 || h->record == run->record - 1)) {
		if (h->record < run->record)
			run->record = h->record;
		else
			run->last_record = h->record;
		return CSM_OK;
	}
	rc = end_run(o, err);
	if (rc == CSM_OK && h->op == 'd')
		*run = *h;
	return rc == CSM_OK && h->op != 'd' ? o->each(o->arg, h, err) : rc;
}

int csm_store_outline(struct csm_store *s, int64_t change, each_history *each, void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct outline o = { each, arg, { .id = 0 } };
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_OUTLINE), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(change), err);
	while (rc == CSM_OK) {
		struct csm_mark mark = csm_arena_mark(a);
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(s, st, a, &h, err);
		if (rc == CSM_OK)
			rc = outline_row(&o, &h, err);
		csm_arena_rewind(a, mark);
	}
	return rc == CSM_OK ? end_run(&o, err) : rc;
}

int csm_store_created(struct csm_store *s, const struct csm_rtype *t, int64_t before, struct csm_arena *a,
		      struct csm_run **runs, size_t *n, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec v = CSM_VEC(a, struct csm_run);
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_CREATED_BEFORE), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(before), err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_text(t->name), err);
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		*(struct csm_run *)csm_vec_add(&v) =
			(struct csm_run){ csm_stmt_column(st, 0).i, csm_stmt_column(st, 1).i };
	}
	*runs = v.p;
	*n = v.n;
	return rc;
}
