/* SPDX-License-Identifier: MIT */
/*
 * log.c - the changes of a database or of one record.
 *
 * The log of a record holds the changes that touched its own row, and those that touched rows it owns
 * (directly, by a CSM_F_OWNER reference): a comment on a case is in the case's log. Owned rows are those
 * there are now; what was owned and is deleted shows in the log of its owner only through the changes that
 * touched the owner too.
 */
#include "store_priv.h"

typedef int each_change(void *arg, const struct csm_change *c, struct csm_err *err);

void store_change_row(struct csm_stmt *st, struct csm_arena *a, struct csm_change *c)
{
	*c = (struct csm_change){ .id = csm_stmt_column(st, 0).i,
				  .at = csm_stmt_column(st, 1).i,
				  .actor = csm_strdup(a, csm_stmt_column(st, 2).s),
				  .on_behalf = csm_strdup(a, csm_stmt_column(st, 3).s),
				  .command = csm_strdup(a, csm_stmt_column(st, 4).s),
				  .undoes = csm_stmt_column(st, 5).i,
				  .undone_by = csm_stmt_column(st, 6).i,
				  .parent_hash = csm_strdup(a, csm_stmt_column(st, 7).s),
				  .hash = csm_strdup(a, csm_stmt_column(st, 8).s),
				  .undoes_also = csm_strdup(a, csm_stmt_column(st, 9).s),
				  .kept = csm_stmt_column(st, 10).i };
	if (!c->hash)
		c->hash = "";
	if (!c->parent_hash)
		c->parent_hash = "";
}

/* ---- what was undone in the past ---- */

struct link {
	int64_t id, undoes;
};

static void add_links(struct csm_vec *v, int64_t id, int64_t undoes, const char *also)
{
	struct csm_run run;

	*(struct link *)csm_vec_add(v) = (struct link){ id, undoes };
	while (csm_run_next(&also, &run))
		for (int64_t k = run.first; k <= run.last; k++)
			*(struct link *)csm_vec_add(v) = (struct link){ id, k };
}

static int read_undos(struct csm_store *s, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec v = CSM_VEC(s->past_arena, struct link);
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_UNDOS), &st, err);

	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		add_links(&v, csm_stmt_column(st, 0).i, csm_stmt_column(st, 1).i, csm_stmt_column(st, 2).s);
	}
	if (rc == CSM_OK) {
		s->past_undos = csm_alloc(s->past_arena, sizeof(v));
		*s->past_undos = v;
	}
	return rc;
}

/* What a change undid: the one that is looked for where it is among them, else the last of them. */
static int64_t undone_before(const struct csm_vec *undos, int64_t id, int64_t wanted)
{
	int64_t undoes = 0;

	for (size_t i = 0; i < undos->n; i++) {
		const struct link *l = CSM_AT(undos, struct link, i);

		if (l->id == id && (!undoes || l->undoes == wanted))
			undoes = l->undoes;
	}
	return undoes;
}

/* The last undo until then that reaches a change, down its chain (see mark_undone), says how it stands. */
static int set_undone(struct csm_store *s, struct csm_change *c, struct csm_err *err)
{
	int rc = s->past_undos ? CSM_OK : read_undos(s, err);

	c->undone_by = 0;
	for (size_t i = 0; rc == CSM_OK && i < s->past_undos->n; i++) {
		const struct link *l = CSM_AT(s->past_undos, struct link, i);
		int64_t by = l->id, id = l->undoes;
		bool undone = true;

		if (l->id > csm_store_moment(s))
			continue;
		for (; id && id != c->id; undone = !undone) {
			by = id;
			id = undone_before(s->past_undos, id, c->id);
		}
		if (id) {
			c->undone_by = undone ? by : 0;
			break;
		}
	}
	return rc;
}

int store_change_read(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_change *out,
		      struct csm_err *err)
{
	const struct csm_value v = csm_int(id);
	struct csm_stmt *st;
	bool row;
	int rc = csm_db_first(s->db, store_text(STORE_TEXT_CHANGE), &v, 1, &st, &row, err);

	if (rc != CSM_OK)
		return rc;
	if (!row)
		return csm_fail(err, CSM_E_NOTFOUND, "there is no change %" PRId64, id);
	store_change_row(st, a, out);
	csm_stmt_reset(st);
	return CSM_OK;
}

int csm_store_change(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_change *out,
		     struct csm_err *err)
{
	int rc = store_change_read(s, id, a, out, err);

	return rc == CSM_OK && s->past ? set_undone(s, out, err) : rc;
}

static int log_all(struct csm_store *s, int64_t limit, each_change *each, void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_CHANGES), &st, err);
	bool row = true;

	for (int64_t n = 0; rc == CSM_OK && (!limit || n < limit); n++) {
		struct csm_mark mark = csm_arena_mark(a);
		struct csm_change c;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		store_change_row(st, a, &c);
		rc = each(arg, &c, err);
		csm_arena_rewind(a, mark);
	}
	return rc;
}

static int add_change_id(void *arg, const struct csm_history *h, struct csm_err *err)
{
	(void)err;
	*(int64_t *)csm_vec_add(arg) = h->change;
	return CSM_OK;
}

static int collect_owned(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
			 struct csm_vec *ids, struct csm_err *err)
{
	const struct csm_rtype *kid;
	int field, rc = CSM_OK;

	for (unsigned i = 0; rc == CSM_OK && (kid = csm_dict_owned(s->env.dict, t, i, &field)) != NULL; i++) {
		struct csm_rec **kids;
		unsigned n = 0;

		rc = csm_store_children(s, kid, field, id, a, &kids, &n, err);
		for (unsigned k = 0; rc == CSM_OK && k < n; k++)
			rc = csm_store_history(s, 0, kid, kids[k]->id, add_change_id, ids, err);
	}
	return rc;
}

static int newest_first(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a > b ? -1 : a < b;
}

int csm_store_log(struct csm_store *s, const struct csm_rtype *t, int64_t id, int64_t limit,
		  each_change *each, void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	struct csm_vec ids;
	int64_t last = 0, n = 0;
	int rc;

	if (!t)
		return log_all(s, limit, each, arg, err);
	a = csm_arena_like(s->arena);
	ids = (struct csm_vec)CSM_VEC(a, int64_t);
	rc = csm_store_history(s, 0, t, id, add_change_id, &ids, err);
	if (rc == CSM_OK)
		rc = collect_owned(s, t, id, a, &ids, err);
	if (ids.n)
		qsort(ids.p, ids.n, sizeof(int64_t), newest_first);
	for (size_t i = 0; rc == CSM_OK && i < ids.n && (!limit || n < limit); i++) {
		int64_t change = *CSM_AT(&ids, int64_t, i);
		struct csm_change c;

		if (change == last)
			continue;
		last = change;
		n++;
		rc = csm_store_change(s, change, a, &c, err);
		if (rc == CSM_OK)
			rc = each(arg, &c, err);
	}
	return rc;
}
