/* SPDX-License-Identifier: MIT */
/*
 * undo_back.c - updates and deletes of a change, reversed, newest first.
 *
 * In two passes. The first takes updates back, so that nothing refers any more to what the change created. The
 * second, when that is gone, brings back what the change deleted, and those updates that had to wait: of a record
 * that is deleted, or with a key that a created record holds. When a row of a type waits, so do all before it, because
 * keys went from record to record in the order of the rows, and go back in that order only.
 *
 * Meanwhile the engine lets references be: see undo_check_restored() and undo_check_dropped().
 */
#include "undo_priv.h"

static bool touches(struct csm_stmt *st, const char *part)
{
	struct csm_value op = csm_stmt_column(st, 2), diff = csm_stmt_column(st, 3);

	if (!part)
		return op.s && op.s[0] == 'd';
	return diff.s && strstr(diff.s, part) != NULL;
}

/*
 * The last change after the one that is taken back which deleted a record (field NULL) or changed a field of
 * it; 0 none. Quotes inside a diff's values are escaped, so "field":[ stands in it for the field only.
 */
static int last_touch(struct undo *u, const struct csm_rtype *t, int64_t id, const char *field,
		      int64_t *change, struct csm_err *err)
{
	const char *part = csm_sprintf(u->row, "\"%s\":[", field ? field : "");
	const struct csm_value v[4] = { csm_text(t->name), csm_int(id), csm_int(id), csm_int(u->change.id) };
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_text(STORE_TEXT_LATER), &st, err);

	*change = 0;
	for (int i = 0; rc == CSM_OK && i < 4; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		if (touches(st, field ? part : NULL))
			*change = csm_stmt_column(st, 1).i;
	}
	return rc;
}

static const char *shown(struct undo *u, int field, const struct csm_value *v)
{
	const struct csm_field *f = &u->rec->type->fields[field];
	const char *key = NULL;

	if (v->tag == CSM_NULL)
		return "nothing";
	if (f->flags & CSM_F_SECRET)
		return "another secret";
	if (f->kind == CSM_K_REF)
		(void)csm_store_key(u->s, csm_dict_type(u->s->env.dict, f->target), v->i, u->row, &key, NULL);
	return csm_sprintf(u->row, "'%s'", key ? key : csm_field_format(u->row, f, v));
}

/* What the engine would look at. */
static int look_for_target(struct undo *u, int field, const struct csm_value *v, struct csm_err *err)
{
	const struct csm_field *f = &u->rec->type->fields[field];
	const struct csm_rtype *t = store_facts(u->s, u->rec->type)->field[field].target;
	int rc = CSM_OK;

	if (v->tag == CSM_NULL || !f->target)
		return CSM_OK;
	if (f->kind != CSM_K_REF || !t)
		u->unsure = true;
	else if (store_known(u->s, t, v->i) == NULL)
		u->unsure = !store_exists(u->s, t, v->i, &rc, err) || u->unsure;
	return rc;
}

static int restore_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
			 struct csm_err *err)
{
	struct undo *u = arg;
	struct csm_rec *r = u->rec;
	const char *name = r->type->fields[field].name;
	int64_t change;
	int rc;

	if (u->opts->mode == CSM_UNDO_FORCE || csm_value_eq(&r->v[field], now)) {
		csm_rec_set(r, field, *was);
		return look_for_target(u, field, was, err);
	}
	rc = last_touch(u, r->type, r->id, name, &change, err);
	if (rc == CSM_OK && change)
		undo_conflict(u, r->type, r->id, name, false,
			      csm_sprintf(u->row,
					  "is %s, not %s as the change left it; changed again by change %" PRId64,
					  shown(u, field, &r->v[field]), shown(u, field, now), change));
	else if (rc == CSM_OK)
		undo_conflict(u, r->type, r->id, name, false,
			      csm_sprintf(u->row, "is %s, not %s as the change left it",
					  shown(u, field, &r->v[field]), shown(u, field, now)));
	return rc;
}

/* An update of a record that is not there any more: there is nothing to give it back to. */
static int gone(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	const char *why = "is not there any more";
	int64_t change;
	int rc = last_touch(u, h->type, h->record, NULL, &change, err);

	if (rc == CSM_OK && change)
		why = csm_sprintf(u->row, "was deleted by change %" PRId64, change);
	if (rc == CSM_OK && u->opts->mode == CSM_UNDO_REFUSE)
		undo_conflict(u, h->type, h->record, NULL, false, why);
	else if (rc == CSM_OK && store_ids_add(&u->kept[undo_index(u, h->type)], u->s->arena, h->record))
		undo_tell(u, h->type, h->record, NULL, why);
	return rc;
}

static bool is_waiting(const struct undo *u, const struct csm_rtype *t, int64_t id)
{
	return store_ids_has(&u->later[undo_index(u, t)], id);
}

/* The row is left to the second pass, and with it what happened to records of the type before. */
static int postpone(struct undo *u, const struct csm_history *h)
{
	int64_t *from = &u->from[undo_index(u, h->type)];

	store_ids_add(&u->later[undo_index(u, h->type)], u->s->arena, h->record);
	*from = *from ? *from : h->id;
	u->waiting = true;
	return CSM_OK;
}

/*
 * The record stays after all. Rows of it that the change wrote after this one were taken back already: they must not have
 * been. In the second pass what it refers to may be gone.
 */
static int look_back(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	const struct csm_value v[4] = { csm_text(h->type->name), csm_int(h->record), csm_int(h->change),
					csm_int(h->id) };
	bool yes = u->second;
	int rc = yes ? CSM_OK : store_any_row(u->s, store_text(STORE_TEXT_MORE), v, 4, &yes, err);

	u->again = u->again || yes;
	return rc;
}

/* A key that somebody has: who was created by the change goes before the second pass. */
static int write_back(struct undo *u, const struct csm_history *h, int64_t before, struct csm_err *err)
{
	int rc = store_valid_unique(u->s, u->rec, err);

	if (rc == CSM_E_CONFLICT && !u->second && u->made[undo_index(u, h->type)].n) {
		csm_err_clear(err);
		return postpone(u, h);
	}
	rc = undo_conflict_of(u, u->rec, err, rc);
	if (rc == CSM_OK && undo_kept(u, h->type, h->record))
		return look_back(u, h, err);
	return rc == CSM_OK && u->conflicts == before ? store_row_update(u->s, u->rec, err) : rc;
}

static int reverse_update(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	const bool first = !u->second, wait = first && u->from[undo_index(u, h->type)];
	int64_t before = u->conflicts;
	int rc;

	if (first && is_waiting(u, h->type, h->record))
		return postpone(u, h);
	rc = csm_store_get(u->s, h->type, h->record, u->row, &u->rec, err);
	if (rc == CSM_OK && !u->rec)
		return first ? postpone(u, h) : gone(u, h, err);
	if (rc == CSM_OK)
		rc = undo_check_allowed(u, u->rec, STORE_CHANGE, err);
	if (rc == CSM_OK)
		rc = store_history_each(u->s, h, u->row, restore_field, u, err);
	if (rc == CSM_OK && undo_kept(u, h->type, h->record))
		return look_back(u, h, err);
	if (rc != CSM_OK || u->conflicts != before)
		return rc;
	return wait ? postpone(u, h) : write_back(u, h, before, err);
}

static int take_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		      struct csm_err *err)
{
	struct undo *u = arg;

	(void)now;
	csm_rec_set(u->rec, field, *was);
	return look_for_target(u, field, was, err);
}

static int reverse_delete(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	int version = store_std(h->type, STORE_VERSION), rc;
	int64_t before = u->conflicts;

	if (store_exists(u->s, h->type, h->record, &rc, err)) {
		if (u->opts->mode == CSM_UNDO_FORCE)
			undo_tell(u, h->type, h->record, NULL, "is stored again already");
		else
			undo_conflict(u, h->type, h->record, NULL, false, "is stored again already");
		return CSM_OK;
	}
	if (rc != CSM_OK)
		return rc;
	u->rec = csm_rec_new(u->row, h->type);
	u->rec->id = h->record;
	rc = store_history_each(u->s, h, u->row, take_field, u, err);
	if (rc == CSM_OK)
		rc = store_access_check(u->s, h->type, STORE_CREATE, u->rec, err);
	if (rc == CSM_OK)
		rc = undo_conflict_of(u, u->rec, err, store_valid_unique(u->s, u->rec, err));
	if (rc != CSM_OK || u->conflicts != before || undo_kept(u, h->type, h->record))
		return rc;
	csm_rec_set_int(u->rec, version, csm_rec_int(u->rec, version) + 1);
	return store_row_insert(u->s, u->rec, err);
}

/* Whether an undo of before took it back already: what it kept has no row of it. */
static int is_back(struct undo *u, const struct csm_history *h, bool *yes, struct csm_err *err)
{
	int rc = CSM_OK;

	*yes = false;
	if (u->parts.n && h->op == 'd')
		*yes = store_exists(u->s, h->type, h->record, &rc, err);
	for (size_t i = 0; rc == CSM_OK && !*yes && h->op == 'u' && i < u->parts.n; i++) {
		const struct csm_value v[4] = { csm_text(h->type->name), csm_int(h->record),
						csm_int(*CSM_AT(&u->parts, int64_t, i)), csm_int(0) };

		rc = store_any_row(u->s, store_text(STORE_TEXT_MORE), v, 4, yes, err);
	}
	return rc;
}

static int reverse_row(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	bool back;
	int rc;

	/* created and changed in one change: it goes, or stays, as a whole; what tells of loads follows by its hook */
	if (h->type->flags & CSM_T_LOG || undo_was_made(u, h->type, h->record) || undo_kept(u, h->type, h->record))
		return CSM_OK;
	rc = is_back(u, h, &back, err);
	if (rc != CSM_OK || back)
		return rc;
	if (!u->second && h->op == 'd')
		return postpone(u, h);
	if (u->second && h->id > u->from[undo_index(u, h->type)])
		return CSM_OK;
	return h->op == 'u' ? reverse_update(u, h, err) : reverse_delete(u, h, err);
}

int undo_reverse(struct undo *u, struct csm_err *err)
{
	return undo_each_row(u, STORE_TEXT_OF_CHANGE_BACK, "ud", reverse_row, err);
}

static int check_restored(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	int rc;

	if (h->type->flags & CSM_T_LOG || undo_was_made(u, h->type, h->record) || undo_kept(u, h->type, h->record))
		return CSM_OK;
	rc = csm_store_get(u->s, h->type, h->record, u->row, &u->rec, err);
	if (rc != CSM_OK || !u->rec)
		return rc;
	memset(u->rec->old, 0, h->type->nfields * sizeof(*u->rec->old));	/* look at all of them */
	rc = undo_conflict_of(u, u->rec, err, store_valid_refs(u->s, u->rec, err));
	u->again = u->again || undo_kept(u, h->type, h->record);
	return rc;
}

int undo_check_restored(struct undo *u, struct csm_err *err)
{
	return u->unsure ? undo_each_row(u, STORE_TEXT_OF_CHANGE, "ud", check_restored, err) : CSM_OK;
}

/* ---- a record that waits ---- */

struct before {
	int field;
	const struct csm_value *was;	/* NULL: the row is not about the field */
};

static int find_before(void *arg, int field, const struct csm_value *was, const struct csm_value *now, struct csm_err *err)
{
	struct before *b = arg;

	(void)now, (void)err;
	if (field == b->field)
		b->was = was;
	return CSM_OK;
}

int undo_will_leave(struct undo *u, const struct csm_rtype *t, int field, int64_t id, bool *yes, struct csm_err *err)
{
	const struct csm_value v[4] = { csm_text(t->name), csm_int(id), csm_int(u->change.id), csm_int(u->from[undo_index(u, t)]) };
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct before b = { .field = field };
	bool row = is_waiting(u, t, id);
	int rc = row ? csm_db_prepare(u->s->db, store_text(STORE_TEXT_BEFORE), &st, err) : CSM_OK;

	*yes = false;
	for (int i = 0; rc == CSM_OK && row && i < 4; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK && row && !b.was) {
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(u->s, st, u->row, &h, err);
		/* deleted by it, and stored again by somebody: it will not be touched */
		row = h.op == 'u';
		if (rc == CSM_OK && row)
			rc = store_history_each(u->s, &h, u->row, find_before, &b, err);
	}
	*yes = rc == CSM_OK && b.was;
	return rc;
}
