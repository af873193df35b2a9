/* SPDX-License-Identifier: MIT */
/*
 * undo.c - take a change back, as a new change.
 *
 * In four steps: updates and deletes are reversed, newest first; what came back is held against keys and
 * references; the records that the change created are held against everybody who used them since; and those
 * records are deleted. Every conflict is collected before the answer. Nothing can be committed after a
 * conflict.
 *
 * A change that undoes another may be undone too (the first is in force again then). What an undone change
 * and its undo did to a record cancels out, so that a life can be taken back step by step.
 */
#include "store_priv.h"

struct created {
	const struct csm_rtype *type;
	unsigned index;			/* of the type in the dictionary */
	int64_t first, last;
};

struct undo {
	struct csm_store *s;
	struct csm_arena *a;		/* of the whole undo */
	struct csm_arena *row;		/* of one history row */
	struct csm_change change;
	struct csm_vec created;		/* struct created, by type and first id */
	const struct csm_diag *diag;
	unsigned conflicts;
	struct csm_err first;
	struct csm_rec *rec;		/* being restored */
};

/* ---- conflicts ---- */

static void note(struct undo *u, const struct csm_err *e)
{
	if (!u->conflicts++)
		u->first = *e;
	if (u->diag)
		csm_diag_note(u->diag, 'e', e);
}

static const char *key_of(struct undo *u, const struct csm_rtype *t, int64_t id)
{
	const char *key = NULL;

	if (csm_store_key(u->s, t, id, u->a, &key, NULL) != CSM_OK || !key)
		key = csm_sprintf(u->a, "#%" PRId64, id);
	return key;
}

static void conflict(struct undo *u, const struct csm_rtype *t, int64_t id, const char *field,
		     const char *why)
{
	struct csm_err e;

	csm_err_clear(&e);
	csm_fail(&e, CSM_E_CONFLICT, "%s", why);
	csm_err_on(&e, t->name, key_of(u, t, id), field);
	note(u, &e);
}

/* A finding of the validation, with the record it is about. Other failures stop the undo. */
static int conflict_of(struct undo *u, const struct csm_rec *r, struct csm_err *err, int code)
{
	struct csm_err e;

	if (code != CSM_E_CONFLICT && code != CSM_E_NOTFOUND)
		return code;
	e = *err;
	e.code = CSM_E_CONFLICT;
	csm_err_on(&e, r->type->name, key_of(u, r->type, r->id), NULL);
	note(u, &e);
	csm_err_clear(err);
	return CSM_OK;
}

/* ---- what the change created ---- */

static int by_type(const void *x, const void *y)
{
	const struct created *a = x, *b = y;

	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

static bool was_created(const struct undo *u, const struct csm_rtype *t, int64_t id)
{
	unsigned index = store_facts(u->s, t)->index;
	size_t lo = 0, hi = u->created.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct created *c = CSM_AT(&u->created, struct created, mid);

		if (c->index < index || (c->index == index && c->last < id))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < u->created.n && CSM_AT(&u->created, struct created, lo)->index == index &&
	       CSM_AT(&u->created, struct created, lo)->first <= id;
}

/* Call fn for every history row of the change with op among ops. */
static int each_row(struct undo *u, enum store_text text, const char *ops,
		    int (*fn)(struct undo *u, const struct csm_history *h, struct csm_err *err),
		    struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_text(text), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(u->change.id), err);
	while (rc == CSM_OK) {
		struct csm_mark mark = csm_arena_mark(u->row);
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(u->s, st, u->row, &h, err);
		if (rc == CSM_OK && strchr(ops, h.op))
			rc = fn(u, &h, err);
		csm_arena_rewind(u->row, mark);
	}
	return rc;
}

static int add_created(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	struct created *c = csm_vec_add(&u->created);

	(void)err;
	*c = (struct created){ h->type, store_facts(u->s, h->type)->index, h->record,
			       h->last_record };
	return CSM_OK;
}

/* ---- updates and deletes, reversed ---- */

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

static int restore_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
			 struct csm_err *err)
{
	struct undo *u = arg;
	struct csm_rec *r = u->rec;
	int64_t change;
	int rc;

	if (csm_value_eq(&r->v[field], now)) {
		csm_rec_set(r, field, *was);
		return CSM_OK;
	}
	rc = last_touch(u, r->type, r->id, r->type->fields[field].name, &change, err);
	if (rc == CSM_OK && change)
		conflict(u, r->type, r->id, r->type->fields[field].name,
			 csm_sprintf(u->row,
				     "is %s, not %s as the change left it; changed again by change %" PRId64,
				     shown(u, field, &r->v[field]), shown(u, field, now), change));
	else if (rc == CSM_OK)
		conflict(u, r->type, r->id, r->type->fields[field].name,
			 csm_sprintf(u->row, "is %s, not %s as the change left it",
				     shown(u, field, &r->v[field]), shown(u, field, now)));
	return rc;
}

static int gone(struct undo *u, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	int64_t change;
	int rc = last_touch(u, t, id, NULL, &change, err);

	if (rc == CSM_OK && change)
		conflict(u, t, id, NULL, csm_sprintf(u->row, "was deleted by change %" PRId64, change));
	else if (rc == CSM_OK)
		conflict(u, t, id, NULL, "is not there any more");
	return rc;
}

/* Rights and the clock, as for any other write. */
static int check_allowed(struct undo *u, const struct csm_rec *r, enum store_access what, struct csm_err *err)
{
	int rc = store_access_check(u->s, r->type, what, r, err);

	if (rc == CSM_OK)
		rc = store_check_ready(u->s, r, CSM_WRITE_NORMAL, -1, err);
	return store_err_on(u->s, r, err, rc);
}

static int reverse_update(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	unsigned before = u->conflicts;
	int rc = csm_store_get(u->s, h->type, h->record, u->row, &u->rec, err);

	if (rc != CSM_OK || !u->rec)
		return rc == CSM_OK ? gone(u, h->type, h->record, err) : rc;
	rc = check_allowed(u, u->rec, STORE_CHANGE, err);
	if (rc == CSM_OK)
		rc = store_history_each(u->s, h, u->row, restore_field, u, err);
	if (rc == CSM_OK && u->conflicts == before)
		rc = conflict_of(u, u->rec, err, store_valid_unique(u->s, u->rec, err));
	return rc == CSM_OK && u->conflicts == before ? store_row_update(u->s, u->rec, err) : rc;
}

static int take_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		      struct csm_err *err)
{
	struct undo *u = arg;

	(void)now, (void)err;
	csm_rec_set(u->rec, field, *was);
	return CSM_OK;
}

static int reverse_delete(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	int version = store_std(h->type, STORE_VERSION), rc;
	unsigned before = u->conflicts;

	if (store_exists(u->s, h->type, h->record, &rc, err)) {
		conflict(u, h->type, h->record, NULL, "is stored again already");
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
		rc = conflict_of(u, u->rec, err, store_valid_unique(u->s, u->rec, err));
	if (rc != CSM_OK)
		return rc;
	csm_rec_set_int(u->rec, version, csm_rec_int(u->rec, version) + 1);
	return u->conflicts == before ? store_row_insert(u->s, u->rec, err) : CSM_OK;
}

static int reverse_row(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	/* created and changed in one change: it goes as a whole */
	if (was_created(u, h->type, h->record))
		return CSM_OK;
	return h->op == 'u' ? reverse_update(u, h, err) : reverse_delete(u, h, err);
}

/* A restored reference must lead somewhere: its target may have gone since. */
static int check_restored(struct undo *u, const struct csm_history *h, struct csm_err *err)
{
	int rc;

	if (was_created(u, h->type, h->record))
		return CSM_OK;
	rc = csm_store_get(u->s, h->type, h->record, u->row, &u->rec, err);
	if (rc != CSM_OK || !u->rec)
		return rc;
	memset(u->rec->old, 0, h->type->nfields * sizeof(*u->rec->old));	/* look at all of them */
	return conflict_of(u, u->rec, err, store_valid_refs(u->s, u->rec, err));
}

/* ---- the records that the change created ---- */

static int check_touched(struct undo *u, const struct created *c, struct csm_err *err)
{
	const struct csm_value v[4] = { csm_text(c->type->name), csm_int(c->first), csm_int(c->last),
					csm_int(u->change.id) };
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int64_t told = 0;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_text(STORE_TEXT_LATER), &st, err);

	for (int i = 0; rc == CSM_OK && i < 4; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK) {
		bool deleted;
		int64_t id;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		id = csm_stmt_column(st, 0).i;
		if (id == told)
			continue;
		told = id;
		deleted = csm_stmt_column(st, 2).s && csm_stmt_column(st, 2).s[0] == 'd';
		conflict(u, c->type, id, NULL,
			 csm_sprintf(u->a, "was %s by change %" PRId64, deleted ? "deleted" : "changed",
				     csm_stmt_column(st, 1).i));
	}
	return rc;
}

/* References of one field into a run, by anything that does not go with it. */
static int check_pointing(struct undo *u, const struct created *c, const struct csm_rtype *t, int field,
			  struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(u->s->db, store_sql_pointing(u->a, t, field), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(c->first), err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_int(c->last), err);
	while (rc == CSM_OK) {
		int64_t id, target;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		id = csm_stmt_column(st, 0).i;
		target = csm_stmt_column(st, 1).i;
		if (!was_created(u, t, id))
			conflict(u, c->type, target, NULL,
				 csm_sprintf(u->a, "is the %s of %s %s", t->fields[field].name, t->name,
					     key_of(u, t, id)));
	}
	return rc;
}

/* Lists of references have no index to ask: one walk over those that are not empty. */
static int check_listed(struct undo *u, const struct created *c, const struct csm_rtype *t, int field,
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
		for (unsigned i = 0; csm_list_word(csm_rec_text(r, field), i, word, sizeof(word)); i++) {
			int64_t id = strtoll(word, NULL, 10);

			if (id >= c->first && id <= c->last && !was_created(u, t, r->id))
				conflict(u, c->type, id, NULL, csm_sprintf(u->a, "is among the %s of %s %s",
					 t->fields[field].name, t->name, key_of(u, t, r->id)));
		}
		csm_arena_rewind(u->row, mark);
	}
	return rc;
}

static int check_created(struct undo *u, const struct created *c, struct csm_err *err)
{
	const struct csm_dict *d = u->s->env.dict;
	int rc = check_touched(u, c, err);

	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *t = d->types[i];

		for (int f = 0; rc == CSM_OK && f < (int)t->nfields; f++) {
			const struct csm_field *field = &t->fields[f];

			if (!field->target || strcmp(field->target, c->type->name) != 0 ||
			    !store_has_column(t, f))
				continue;
			rc = field->kind == CSM_K_REF ? check_pointing(u, c, t, f, err)
						      : check_listed(u, c, t, f, err);
		}
	}
	return rc;
}

static int tell_run(struct undo *u, const struct created *c, struct csm_err *err)
{
	int rc = CSM_OK;

	for (int64_t id = c->last; rc == CSM_OK && id >= c->first; id--) {
		struct csm_mark mark = csm_arena_mark(u->row);
		struct csm_rec *r;

		rc = csm_store_get(u->s, c->type, id, u->row, &r, err);
		if (rc == CSM_OK && r)
			rc = check_allowed(u, r, STORE_DELETE, err);
		if (rc == CSM_OK && r)
			rc = store_history_add(u->s, 'd', r, err);
		csm_arena_rewind(u->row, mark);
	}
	return rc;
}

static int drop_run(struct undo *u, const struct created *c, struct csm_err *err)
{
	int rc = CSM_OK;

	for (int64_t id = c->last; rc == CSM_OK && id >= c->first; id--)
		rc = store_row_drop(u->s, c->type, id, err);
	return rc;
}

static int take_back_created(struct undo *u, struct csm_err *err)
{
	int rc = CSM_OK;

	for (size_t i = 0; rc == CSM_OK && i < u->created.n; i++)
		rc = check_created(u, CSM_AT(&u->created, struct created, i), err);
	if (rc != CSM_OK || u->conflicts)
		return rc;
	/* history first for all of them, then the rows: see delete.c */
	for (size_t i = u->created.n; rc == CSM_OK && i-- > 0; )
		rc = tell_run(u, CSM_AT(&u->created, struct created, i), err);
	for (size_t i = u->created.n; rc == CSM_OK && i-- > 0; )
		rc = drop_run(u, CSM_AT(&u->created, struct created, i), err);
	return rc;
}

/* ---- the change ---- */

static int find_own(struct csm_store *s, int64_t *id, struct csm_err *err)
{
	const struct csm_value v = csm_text(s->actor.name);
	int rc = store_first_int(s, store_text(STORE_TEXT_OWN_LAST), &v, 1, id, err);

	if (rc != CSM_OK)
		return rc;
	return *id ? CSM_OK : csm_fail(err, CSM_E_NOTFOUND, "'%s' has no change to take back", s->actor.name);
}

static int find_change(struct undo *u, int64_t id, struct csm_err *err)
{
	int rc = CSM_OK;

	if (u->s->change.undoes)
		return csm_fail(err, CSM_E_USAGE, "one change can take back one other only");
	if (!id)
		rc = find_own(u->s, &id, err);
	if (rc == CSM_OK)
		rc = csm_store_change(u->s, id, u->a, &u->change, err);
	if (rc == CSM_OK && u->change.undone_by)
		rc = csm_fail(err, CSM_E_CONFLICT,
			      "change %" PRId64 " is taken back already, by change %" PRId64, id,
			      u->change.undone_by);
	return rc;
}

static int refuse(struct undo *u, struct csm_err *err)
{
	char first[600], key[24];

	csm_err_text(&u->first, first, sizeof(first));
	csm_err_clear(err);
	if (u->conflicts == 1)
		csm_fail(err, CSM_E_CONFLICT, "cannot be taken back: %s", first);
	else
		csm_fail(err, CSM_E_CONFLICT, "cannot be taken back, %u conflicts; the first: %s",
			 u->conflicts, first);
	snprintf(key, sizeof(key), "%" PRId64, u->change.id);
	return csm_err_on(err, "change", key, NULL);
}

static int take_back(struct undo *u, struct csm_err *err)
{
	int rc = each_row(u, STORE_TEXT_OF_CHANGE, "c", add_created, err);

	if (u->created.n)
		qsort(u->created.p, u->created.n, sizeof(struct created), by_type);
	if (rc == CSM_OK)
		rc = each_row(u, STORE_TEXT_OF_CHANGE_BACK, "ud", reverse_row, err);
	if (rc == CSM_OK)
		rc = each_row(u, STORE_TEXT_OF_CHANGE, "ud", check_restored, err);
	if (rc == CSM_OK)
		rc = take_back_created(u, err);
	if (rc != CSM_OK || !u->conflicts)
		return rc;
	u->s->change.failed = true;
	return refuse(u, err);
}

int csm_store_undo(struct csm_store *s, int64_t id, int64_t *undone, const struct csm_diag *diag,
		   struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct undo u = { .s = s, .a = a, .row = row, .created = CSM_VEC(a, struct created), .diag = diag };
	struct csm_err own;
	int64_t writes;
	int rc;

	if (!err) {
		err = &own;
		csm_err_clear(err);
	}
	rc = store_enter(s, &writes, err);
	if (rc != CSM_OK)
		return rc;
	rc = find_change(&u, id, err);
	if (rc == CSM_OK)
		rc = take_back(&u, err);
	if (rc == CSM_OK)
		s->change.undoes = u.change.id;
	if (undone)
		*undone = rc == CSM_OK ? u.change.id : 0;
	return store_leave(s, writes, rc);
}
