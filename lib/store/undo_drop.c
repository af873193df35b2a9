/* SPDX-License-Identifier: MIT */
/*
 * undo_drop.c - the records that the change created go, and with them what has to. First history is told of all of
 * them, because the engine clears and takes along while rows go: see delete.c. From the last id to the first, so that
 * an undo of the undo makes them in their order again, as one run.
 */
#include "undo_priv.h"

/* ---- references that are emptied ---- */

/* A list of references without those that go. */
static struct csm_value without(struct undo *u, const struct csm_rtype *target, const char *list)
{
	struct csm_buf b = CSM_BUF(u->row);
	char word[32];

	for (unsigned i = 0; csm_list_word(list, i, word, sizeof(word)); i++)
		if (!undo_was_made(u, target, strtoll(word, NULL, 10)))
			csm_buf_addf(&b, "%s%s,", b.n ? "" : ",", word);
	return b.n ? csm_text(b.s) : csm_null();
}

static int clear_one(struct undo *u, const struct undo_clear *c, int64_t id, struct csm_err *err)
{
	const struct csm_field *f = &c->type->fields[c->field];
	struct csm_rec *r;
	int rc;

	if (store_ids_has(&u->extra[undo_index(u, c->type)], id))
		return CSM_OK;
	rc = csm_store_need(u->s, c->type, id, u->row, &r, err);
	if (rc == CSM_OK)
		rc = undo_check_allowed(u, r, STORE_CHANGE, err);
	if (rc != CSM_OK)
		return rc;
	if (f->kind == CSM_K_REF_LIST)
		csm_rec_set(r, c->field, without(u, csm_dict_type(u->s->env.dict, f->target), csm_rec_text(r, c->field)));
	else
		csm_rec_clear(r, c->field);
	return store_row_update(u->s, r, err);
}

static int clear_references(struct undo *u, struct csm_err *err)
{
	int rc = CSM_OK;

	for (size_t i = 0; rc == CSM_OK && i < u->clears.n; i++) {
		const struct undo_clear *c = CSM_AT(&u->clears, struct undo_clear, i);
		uint64_t at = 0;
		int64_t id;

		while (rc == CSM_OK && store_ids_next(&c->ids, &at, &id)) {
			struct csm_mark mark = csm_arena_mark(u->row);

			rc = clear_one(u, c, id, err);
			csm_arena_rewind(u->row, mark);
		}
	}
	return rc;
}

/* ---- history ---- */

/* Rows that are read before history is told of them: it is inserted meanwhile, and reading waits for that. */
#define TELL_ROWS 64

static int tell_some(struct undo *u, const struct csm_rtype *t, struct csm_stmt *st, bool *more, struct csm_err *err)
{
	struct csm_rec *rows[TELL_ROWS];
	unsigned n = 0;
	int rc = CSM_OK;

	while (rc == CSM_OK && n < TELL_ROWS && *more) {
		rc = csm_stmt_step(st, more, err);
		if (rc == CSM_OK && *more && !undo_kept(u, t, csm_stmt_column(st, 0).i))
			rows[n++] = store_read_row(t, st, u->row);
	}
	for (unsigned i = 0; rc == CSM_OK && i < n; i++) {
		rc = undo_check_allowed(u, rows[i], STORE_DELETE, err);
		if (rc == CSM_OK)
			rc = store_history_add(u->s, 'd', rows[i], err);
	}
	return rc;
}

static int tell_run(struct undo *u, const struct csm_rtype *t, struct csm_stmt *st, struct csm_run run,
		    struct csm_err *err)
{
	bool more = true;
	int rc = csm_stmt_bind(st, 1, csm_int(run.first), err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_int(run.last), err);
	while (rc == CSM_OK && more) {
		struct csm_mark mark = csm_arena_mark(u->row);

		rc = tell_some(u, t, st, &more, err);
		csm_arena_rewind(u->row, mark);
	}
	csm_stmt_reset(st);
	return rc;
}

static int tell_type(struct undo *u, const struct csm_rtype *t, struct csm_err *err)
{
	const struct undo_made *m = &u->made[undo_index(u, t)];
	const struct store_ids *extra = &u->extra[undo_index(u, t)];
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	uint64_t at = 0;
	int64_t id;
	int rc = m->n || extra->count ? csm_db_prepare(u->s->db, store_sql_back(u->a, t), &st, err) : CSM_OK;

	while (rc == CSM_OK && store_ids_next(extra, &at, &id))
		rc = tell_run(u, t, st, (struct csm_run){ id, id }, err);
	for (size_t i = m->n; rc == CSM_OK && i-- > 0; )
		rc = tell_run(u, t, st, m->runs[i], err);
	return rc;
}

static int tell_types(struct undo *u, struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = d->ntypes; rc == CSM_OK && i-- > 0; )
		rc = tell_type(u, d->types[i], err);
	return rc;
}

static int64_t count_made(const struct undo *u)
{
	int64_t n = 0;

	for (unsigned t = 0; t < u->s->env.dict->ntypes; t++)
		for (size_t i = 0; i < u->made[t].n; i++)
			n += u->made[t].runs[i].last - u->made[t].runs[i].first + 1;
	return n;
}

/* Nothing asks history for anything meanwhile, so a big undo has it without the indexes that each of its rows would go into. */
static int tell_history(struct undo *u, struct csm_err *err)
{
	struct csm_db_made *index = NULL;
	unsigned n = 0;
	int64_t last;
	int rc = store_first_int(u->s, store_text(STORE_TEXT_LAST_HISTORY), NULL, 0, &last, err);

	if (rc == CSM_OK && store_are_many(count_made(u), last))
		rc = csm_db_made(u->s->db, "history", u->row, &index, &n, err);
	for (unsigned i = 0; rc == CSM_OK && i < n; i++)
		if (index[i].whole)
			rc = csm_db_drop_index(u->s->db, &index[i], err);
	if (rc == CSM_OK)
		rc = tell_types(u, err);
	for (unsigned i = 0; rc == CSM_OK && i < n; i++)
		if (index[i].whole)
			rc = csm_db_make_index(u->s->db, &index[i], err);
	return rc;
}

/* ---- rows ---- */

/* Of one statement: the engine keeps the ids it is to delete. */
#define DROP_ROWS 4096

static int drop_run(struct undo *u, struct csm_stmt *st, struct csm_run run, struct csm_err *err)
{
	int rc = CSM_OK;

	for (int64_t last = run.last; rc == CSM_OK && last >= run.first; last -= DROP_ROWS) {
		int64_t first = last - DROP_ROWS + 1 > run.first ? last - DROP_ROWS + 1 : run.first;
		const struct csm_value v[2] = { csm_int(first), csm_int(last) };

		rc = csm_stmt_run(st, v, 2, NULL, err);
		u->s->change.writes++;
	}
	return rc;
}

/* The run without those that stay. */
static int drop_rest(struct undo *u, const struct csm_rtype *t, struct csm_stmt *st, struct csm_run run,
		     struct csm_err *err)
{
	int64_t last = run.last;
	int rc = CSM_OK;

	if (!u->kept[undo_index(u, t)].count)
		return drop_run(u, st, run, err);
	for (int64_t id = run.last; rc == CSM_OK && id >= run.first; id--) {
		if (!undo_kept(u, t, id))
			continue;
		rc = drop_run(u, st, (struct csm_run){ id + 1, last }, err);
		last = id - 1;
	}
	return rc == CSM_OK ? drop_run(u, st, (struct csm_run){ run.first, last }, err) : rc;
}

/* Whether the records made are all that the table has, as after a load into a new database. */
static int is_whole(struct undo *u, const struct csm_rtype *t, bool *whole, struct csm_err *err)
{
	const struct undo_made *m = &u->made[undo_index(u, t)];
	bool outside = true;
	int rc = CSM_OK;

	if (m->n == 1 && !u->kept[undo_index(u, t)].count) {
		const struct csm_value v[2] = { csm_int(m->runs[0].first), csm_int(m->runs[0].last) };

		rc = store_any_row(u->s, store_sql_outside(u->a, t), v, 2, &outside, err);
	}
	*whole = !outside;
	return rc;
}

static int drop_whole(struct undo *u, const struct csm_rtype *t, struct csm_err *err)
{
	u->s->change.writes++;
	return csm_db_exec(u->s->db, store_sql_empty(u->a, t), err);
}

static int drop_type(struct undo *u, const struct csm_rtype *t, struct csm_err *err)
{
	const struct undo_made *m = &u->made[undo_index(u, t)];
	const struct store_ids *extra = &u->extra[undo_index(u, t)];
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	uint64_t at = 0;
	int64_t id;
	bool whole = false;
	int rc;

	if (!m->n && !extra->count)
		return CSM_OK;
	rc = is_whole(u, t, &whole, err);
	if (rc == CSM_OK)
		rc = whole ? drop_whole(u, t, err) : csm_db_prepare(u->s->db, store_sql_drop(u->a, t), &st, err);
	while (rc == CSM_OK && !whole && store_ids_next(extra, &at, &id))
		rc = drop_run(u, st, (struct csm_run){ id, id }, err);
	for (size_t i = m->n; rc == CSM_OK && !whole && i-- > 0; )
		rc = drop_rest(u, t, st, m->runs[i], err);
	store_cache_drop(u->s);
	store_note_write(u->s, t);
	return rc;
}

/* ---- references that would lead nowhere: the engine did not look ---- */

static int look_at(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
		   struct csm_run run, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_sql_pointing(u->row, t, field), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(run.first), err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_int(run.last), err);
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		if (!undo_kept(u, target, csm_stmt_column(st, 1).i))
			return csm_fail(err, CSM_E_INTERNAL, "%s of %s refers to %s, which is gone", t->fields[field].name,
					store_name_of(u->row, t, csm_stmt_column(st, 0).i),
					store_name_of(u->row, target, csm_stmt_column(st, 1).i));
	}
	return rc;
}

static int look_at_field(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
			 struct csm_err *err)
{
	const struct undo_made *m;
	const struct store_ids *extra;
	uint64_t at = 0;
	int64_t id;
	int rc = CSM_OK;

	if (!target)			/* a type that this dictionary has not */
		return CSM_OK;
	m = &u->made[undo_index(u, target)];
	extra = &u->extra[undo_index(u, target)];
	for (size_t i = 0; rc == CSM_OK && i < m->n; i++)
		rc = look_at(u, t, field, target, m->runs[i], err);
	while (rc == CSM_OK && store_ids_next(extra, &at, &id))
		rc = look_at(u, t, field, target, (struct csm_run){ id, id }, err);
	return rc;
}

int undo_check_dropped(struct undo *u, struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	struct csm_mark mark = csm_arena_mark(u->row);
	int rc = CSM_OK;

	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *t = d->types[i];

		for (int f = 0; rc == CSM_OK && f < (int)t->nfields; f++)
			if (t->fields[f].kind == CSM_K_REF && store_has_column(t, f))
				rc = look_at_field(u, t, f, csm_dict_type(d, t->fields[f].target), err);
	}
	csm_arena_rewind(u->row, mark);
	return rc;
}

/* The engine does not overwrite the pages that the records leave, since history has them. */
static int drop_types(struct undo *u, struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	int rc = csm_db_unwiped(u->s->db, true, err), on;

	for (unsigned i = d->ntypes; rc == CSM_OK && i-- > 0; )
		rc = drop_type(u, d->types[i], err);
	on = csm_db_unwiped(u->s->db, false, rc == CSM_OK ? err : NULL);
	return rc == CSM_OK ? on : rc;
}

int undo_drop_made(struct undo *u, struct csm_err *err)
{
	int rc = clear_references(u, err);

	if (rc == CSM_OK)
		rc = tell_history(u, err);
	return rc == CSM_OK ? drop_types(u, err) : rc;
}
