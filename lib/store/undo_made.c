/* SPDX-License-Identifier: MIT */
/*
 * undo_made.c - the records that the change created: which they are, who changed or uses them since, and what follows.
 *
 * Refused: each such use is a conflict. Kept: such a record stays, with all it refers to and all it owns among what
 * the change created, so that no reference leads nowhere and no document is torn. Forced: what was changed since goes
 * too, and so does what it owns by now; who else refers to it is dealt with as by a deletion.
 */
#include "undo_priv.h"

/* ---- which they are ---- */

static void add_log(struct undo *u, const struct csm_rtype *t, int64_t id)
{
	for (size_t i = 0; i < u->logs.n; i++)
		if (CSM_AT(&u->logs, struct undo_log, i)->type == t && CSM_AT(&u->logs, struct undo_log, i)->id == id)
			return;
	*(struct undo_log *)csm_vec_add(&u->logs) = (struct undo_log){ t, id };
}

static int read_logs(struct undo *u, const struct csm_rtype *t, struct csm_err *err)
{
	const struct csm_value v[2] = { csm_int(u->change.id), csm_text(t->name) };
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_text(STORE_TEXT_OF_TYPE), &st, err);

	for (int i = 0; rc == CSM_OK && i < 2; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK) {
		int64_t last;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		last = csm_stmt_column(st, 1).tag == CSM_INT ? csm_stmt_column(st, 1).i : csm_stmt_column(st, 0).i;
		for (int64_t id = csm_stmt_column(st, 0).i; id <= last; id++)
			add_log(u, t, id);
	}
	return rc;
}

/* Runs of all types in one array of the size that is needed at most; those that touch are one. */
static int read_runs(struct undo *u, struct csm_run *runs, int64_t room, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct undo_made *m = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_text(STORE_TEXT_MADE), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(u->change.id), err);
	while (rc == CSM_OK && room-- > 0) {
		const struct csm_rtype *t;
		struct csm_run run;
		struct csm_value type;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		type = csm_stmt_column(st, 0);
		t = type.s ? csm_dict_type(u->s->env.dict, type.s) : NULL;
		if (!t)
			return csm_fail(err, CSM_E_DAMAGED, "history names '%s', which is no record type",
					type.s ? type.s : "");
		run = (struct csm_run){ csm_stmt_column(st, 1).i, csm_stmt_column(st, 2).i };
		if (t->flags & CSM_T_LOG)
			continue;
		if (m != &u->made[undo_index(u, t)]) {
			m = &u->made[undo_index(u, t)];
			m->runs = runs;
		}
		if (m->n && m->runs[m->n - 1].last + 1 >= run.first)
			m->runs[m->n - 1].last = run.last;
		else
			m->runs[m->n++] = run;
		runs = m->runs + m->n;
	}
	return rc;
}

int undo_read_made(struct undo *u, struct csm_err *err)
{
	const struct csm_value v = csm_int(u->change.id);
	int64_t n = 0;
	int rc = store_first_int(u->s, store_text(STORE_TEXT_MADE_COUNT), &v, 1, &n, err);

	u->made = csm_calloc(u->a, u->s->env.dict->ntypes, sizeof(*u->made));
	if (rc == CSM_OK && n)
		rc = read_runs(u, csm_calloc(u->a, (size_t)n, sizeof(struct csm_run)), n, err);
	for (unsigned i = 0; rc == CSM_OK && i < u->s->env.dict->ntypes; i++) {
		const struct csm_rtype *t = u->s->env.dict->types[i];

		if (t->flags & CSM_T_LOG && t->after)
			rc = read_logs(u, t, err);
	}
	return rc;
}

bool undo_was_made(const struct undo *u, const struct csm_rtype *t, int64_t id)
{
	const struct undo_made *m = &u->made[undo_index(u, t)];
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->runs[mid].last < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->n && m->runs[lo].first <= id;
}

/* Whether a record goes with the undo. */
static bool goes(const struct undo *u, const struct csm_rtype *t, int64_t id)
{
	return (undo_was_made(u, t, id) && !undo_kept(u, t, id)) || store_ids_has(&u->extra[undo_index(u, t)], id);
}

/* ---- changed since ---- */

/* Read one line of LATER: a later change that is in force. */
static void one_touched(struct undo *u, const struct csm_rtype *t, struct csm_stmt *st)
{
	struct csm_mark mark = csm_arena_mark(u->row);
	int64_t id = csm_stmt_column(st, 0).i;
	bool deleted = csm_stmt_column(st, 2).s && csm_stmt_column(st, 2).s[0] == 'd';
	const char *why = csm_sprintf(u->row, "was %s by change %" PRId64, deleted ? "deleted" : "changed",
				      csm_stmt_column(st, 1).i);

	if (!deleted || u->opts->mode == CSM_UNDO_REFUSE)
		undo_conflict(u, t, id, NULL, false, why);
	else if (store_ids_add(&u->kept[undo_index(u, t)], u->s->arena, id))
		undo_tell(u, t, id, NULL, why);
	csm_arena_rewind(u->row, mark);
}

static int check_touched(struct undo *u, const struct csm_rtype *t, struct csm_err *err)
{
	const struct undo_made *m = &u->made[undo_index(u, t)];
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int rc = CSM_OK;

	if (m->n)
		rc = csm_db_prepare(u->s->db, store_text(STORE_TEXT_LATER), &st, err);
	for (size_t k = 0; rc == CSM_OK && k < m->n; k++) {
		const struct csm_value v[4] = { csm_text(t->name), csm_int(m->runs[k].first), csm_int(m->runs[k].last),
						csm_int(u->change.id) };
		int64_t told = 0;
		bool row = true;

		for (int i = 0; rc == CSM_OK && i < 4; i++)
			rc = csm_stmt_bind(st, i + 1, v[i], err);
		while (rc == CSM_OK) {
			rc = csm_stmt_step(st, &row, err);
			if (rc != CSM_OK || !row)
				break;
			if (csm_stmt_column(st, 0).i != told)
				one_touched(u, t, st);
			told = csm_stmt_column(st, 0).i;
		}
		csm_stmt_reset(st);
	}
	return rc;
}

/* ---- who refers to them ---- */

static struct store_ids *clear_of(struct undo *u, const struct csm_rtype *t, int field)
{
	struct undo_clear *c;

	for (size_t i = 0; i < u->clears.n; i++) {
		c = CSM_AT(&u->clears, struct undo_clear, i);
		if (c->type == t && c->field == field)
			return &c->ids;
	}
	c = csm_vec_add(&u->clears);
	c->type = t;
	c->field = field;
	return &c->ids;
}

/* A record of t that stays refers by a field to one of type target that would go. */
static int one_referrer(struct undo *u, const struct csm_rtype *t, int field, int64_t id, const struct csm_rtype *target,
			int64_t target_id, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(u->row);
	const struct csm_field *f = &t->fields[field];
	bool force = u->opts->mode == CSM_UNDO_FORCE, leaves;
	int rc = undo_will_leave(u, t, field, id, &leaves, err);

	if (rc != CSM_OK || leaves) {
		csm_arena_rewind(u->row, mark);
		return rc;
	}
	if (force && f->ondel == CSM_ON_CASCADE) {
		if (store_ids_add(&u->extra[undo_index(u, t)], u->s->arena, id))
			store_ids_add(&u->fresh_extra[undo_index(u, t)], u->s->arena, id);
	} else if (force && f->ondel == CSM_ON_CLEAR && !(f->flags & CSM_F_REQUIRED)) {
		store_ids_add(clear_of(u, t, field), u->s->arena, id);
	} else {
		undo_conflict(u, target, target_id, NULL, force,
			      csm_sprintf(u->row, f->kind == CSM_K_REF ? "is the %s of %s %s" : "is among the %s of %s %s",
					  f->name, t->name, undo_key_of(u, t, id)));
	}
	csm_arena_rewind(u->row, mark);
	return CSM_OK;
}

static int scan_refs(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
		     struct csm_run range, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_sql_pointing(u->row, t, field), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(range.first), err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_int(range.last), err);
	while (rc == CSM_OK) {
		int64_t id, to;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		id = csm_stmt_column(st, 0).i;
		to = csm_stmt_column(st, 1).i;
		if (!goes(u, t, id) && goes(u, target, to))
			rc = one_referrer(u, t, field, id, target, to, err);
	}
	return rc;
}

/* A few runs are asked one by one; of many, scattered among each other, all between the first and the last. */
#define RUNS_ASKED 32

static int check_pointing(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
			  struct csm_err *err)
{
	const struct undo_made *m = &u->made[undo_index(u, target)];
	struct csm_mark mark = csm_arena_mark(u->row);
	int rc = CSM_OK;

	if (m->n > RUNS_ASKED)
		rc = scan_refs(u, t, field, target, (struct csm_run){ m->runs[0].first, m->runs[m->n - 1].last }, err);
	for (size_t i = 0; rc == CSM_OK && m->n <= RUNS_ASKED && i < m->n; i++)
		rc = scan_refs(u, t, field, target, m->runs[i], err);
	csm_arena_rewind(u->row, mark);
	return rc;
}

/* Lists of references have no index to ask: one walk over those that are not empty. */
static int check_listed(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
			struct csm_err *err)
{
	struct csm_filter some = {
		.op = CSM_OP_NOTNULL, .type = t, .path = { field }, .npath = 1, .field = &t->fields[field]
	};
	const int columns[] = { field, -1 };
	const struct csm_query q = { .where = &some, .sort = "", .columns = columns };
	struct csm_cursor *cursor CSM_CLEANUP(csm_cursor_closep) = NULL;
	int rc = csm_store_select(u->s, t, &q, u->a, &cursor, err);

	while (rc == CSM_OK) {
		struct csm_mark mark = csm_arena_mark(u->row);
		struct csm_rec *r;
		char word[32];

		rc = csm_cursor_next(cursor, u->row, &r, err);
		if (rc != CSM_OK || !r)
			break;
		for (unsigned i = 0; rc == CSM_OK && csm_list_word(csm_rec_text(r, field), i, word, sizeof(word)); i++) {
			int64_t id = strtoll(word, NULL, 10);

			if (goes(u, target, id) && !goes(u, t, r->id))
				rc = one_referrer(u, t, field, r->id, target, id, err);
		}
		csm_arena_rewind(u->row, mark);
	}
	return rc;
}

/* Call fn for every field of a type with columns that refers to target. */
static int each_referring(struct undo *u, const struct csm_rtype *target,
			  int (*fn)(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
				    struct csm_err *err),
			  struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *t = d->types[i];

		for (int f = 0; rc == CSM_OK && f < (int)t->nfields; f++)
			if (t->fields[f].target && strcmp(t->fields[f].target, target->name) == 0 && store_has_column(t, f))
				rc = fn(u, t, f, target, err);
	}
	return rc;
}

static int check_field(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
		       struct csm_err *err)
{
	return t->fields[field].kind == CSM_K_REF ? check_pointing(u, t, field, target, err)
						  : check_listed(u, t, field, target, err);
}

/* ---- what follows ---- */


/* Records of t that are owned by one that stays stay with it; by one that goes, they go. */
static int follow_owned(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target, int64_t id,
			struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_sql_ids(u->s, t, field), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(id), err);
	while (rc == CSM_OK) {
		int64_t kid;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		kid = csm_stmt_column(st, 0).i;
		if (u->opts->mode == CSM_UNDO_FORCE && !goes(u, t, kid))
			rc = one_referrer(u, t, field, kid, target, id, err);
		else if (u->opts->mode == CSM_UNDO_KEEP && t->fields[field].ondel == CSM_ON_CASCADE && goes(u, t, kid))
			undo_conflict(u, t, kid, NULL, false,
				      csm_sprintf(u->row, "stays with its %s %s", target->name, undo_key_of(u, target, id)));
	}
	return rc;
}

static int follow_fields(struct undo *u, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *from = d->types[i];

		for (int f = 0; rc == CSM_OK && f < (int)from->nfields; f++)
			if (from->fields[f].kind == CSM_K_REF && strcmp(from->fields[f].target, t->name) == 0 &&
			    store_has_column(from, f))
				rc = follow_owned(u, from, f, t, id, err);
	}
	return rc;
}

static void keep_target(struct undo *u, const struct csm_rec *r, int field, int64_t id)
{
	const struct csm_rtype *t = csm_dict_type(u->s->env.dict, r->type->fields[field].target);

	if (goes(u, t, id))
		undo_conflict(u, t, id, NULL, false, csm_sprintf(u->row, "is needed: it is the %s of %s %s",
			      r->type->fields[field].name, r->type->name, undo_key_of(u, r->type, r->id)));
}

/* What a record that stays refers to. */
static int keep_targets(struct undo *u, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	struct csm_rec *r;
	int rc = csm_store_get(u->s, t, id, u->row, &r, err);

	for (int f = 0; rc == CSM_OK && r && f < (int)t->nfields; f++) {
		char word[32];

		if (!t->fields[f].target || !store_has_column(t, f) || csm_rec_null(r, f))
			continue;
		if (t->fields[f].kind == CSM_K_REF)
			keep_target(u, r, f, csm_rec_int(r, f));
		else
			for (unsigned i = 0; csm_list_word(csm_rec_text(r, f), i, word, sizeof(word)); i++)
				keep_target(u, r, f, strtoll(word, NULL, 10));
	}
	return rc;
}

/* One round over the records that stay, or go as well, since the last; more come as it walks. */
static int follow_round(struct undo *u, struct store_ids *fresh, bool *any, struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	int rc = CSM_OK;

	*any = false;
	for (unsigned i = 0; rc == CSM_OK && i < d->ntypes; i++) {
		struct store_ids now = fresh[i];
		uint64_t at = 0;
		int64_t id;

		fresh[i] = (struct store_ids){ .arena = NULL };
		*any = *any || now.count;
		while (rc == CSM_OK && store_ids_next(&now, &at, &id)) {
			struct csm_mark mark = csm_arena_mark(u->row);

			if (u->opts->mode == CSM_UNDO_KEEP)
				rc = keep_targets(u, d->types[i], id, err);
			if (rc == CSM_OK)
				rc = follow_fields(u, d->types[i], id, err);
			csm_arena_rewind(u->row, mark);
		}
		store_ids_free(&now);
	}
	return rc;
}

/* Lists that name what goes as well. */
static int check_extra(struct undo *u, const struct csm_rtype *t, int field, const struct csm_rtype *target,
		       struct csm_err *err)
{
	return t->fields[field].kind == CSM_K_REF_LIST ? check_listed(u, t, field, target, err) : CSM_OK;
}

int undo_check_made(struct undo *u, struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	struct store_ids *fresh = u->opts->mode == CSM_UNDO_FORCE ? u->fresh_extra : u->fresh;
	bool any = u->opts->mode != CSM_UNDO_REFUSE;
	int rc = CSM_OK;

	for (unsigned i = 0; rc == CSM_OK && u->opts->mode != CSM_UNDO_FORCE && i < d->ntypes; i++)
		rc = check_touched(u, d->types[i], err);
	for (unsigned i = 0; rc == CSM_OK && i < d->ntypes; i++)
		if (u->made[i].n)
			rc = each_referring(u, d->types[i], check_field, err);
	while (rc == CSM_OK && any)
		rc = follow_round(u, fresh, &any, err);
	for (unsigned i = 0; rc == CSM_OK && i < d->ntypes; i++)
		if (u->extra[i].count)
			rc = each_referring(u, d->types[i], check_extra, err);
	return rc;
}
