/* SPDX-License-Identifier: MIT */
/*
 * undo.c - take changes back, as a new change.
 *
 * In five steps: updates are reversed, newest first; the records that the change created are held against everybody
 * who changed or used them since; those records are deleted; what the change deleted comes back; and what came back is
 * held against references. Every conflict is told before the answer. Nothing can be committed after one that refuses.
 *
 * Memory is a bit for each record in conflict and 16 bytes for each run of created ids, so that a load of a million
 * records is taken back in that of a small one.
 *
 * A change that undoes another may be undone too (the first is in force again then). What an undone change
 * and its undo did to a record cancels out, so that a life can be taken back step by step.
 */
#include "undo_priv.h"

/* ---- conflicts ---- */

const char *undo_key_of(struct undo *u, const struct csm_rtype *t, int64_t id)
{
	const char *key = NULL;

	if (csm_store_key(u->s, t, id, u->row, &key, NULL) != CSM_OK || !key)
		key = csm_sprintf(u->row, "#%" PRId64, id);
	return key;
}

static void note(struct undo *u, char severity, const struct csm_err *e)
{
	if (severity == 'e' && !u->conflicts++)
		u->first = *e;
	csm_diag_note(&u->opts->diag, severity, e);
}

static void note_why(struct undo *u, char severity, const struct csm_rtype *t, int64_t id, const char *field,
		     const char *why)
{
	struct csm_mark mark = csm_arena_mark(u->row);
	struct csm_err e;

	csm_err_clear(&e);
	csm_fail(&e, CSM_E_CONFLICT, "%s", why);
	csm_err_on(&e, t->name, undo_key_of(u, t, id), field);
	note(u, severity, &e);
	csm_arena_rewind(u->row, mark);
}

void undo_tell(struct undo *u, const struct csm_rtype *t, int64_t id, const char *field, const char *why)
{
	note_why(u, 'w', t, id, field, why);
}

bool undo_conflict(struct undo *u, const struct csm_rtype *t, int64_t id, const char *field, bool hard, const char *why)
{
	unsigned i = undo_index(u, t);
	bool fresh;

	if (hard || u->opts->mode != CSM_UNDO_KEEP) {
		note_why(u, 'e', t, id, field, why);
		return false;
	}
	fresh = store_ids_add(&u->kept[i], u->s->arena, id);
	u->stayed += fresh;
	if (fresh && undo_was_made(u, t, id))
		store_ids_add(&u->fresh[i], u->s->arena, id);
	/* each of its fields, but once in however many rounds */
	if (fresh || (field && u->told.type == t && u->told.id == id))
		undo_tell(u, t, id, field, why);
	u->told.type = fresh || (u->told.type == t && u->told.id == id) ? t : NULL;
	u->told.id = id;
	return fresh;
}

int undo_conflict_of(struct undo *u, const struct csm_rec *r, struct csm_err *err, int code)
{
	struct csm_err e;

	if (code != CSM_E_CONFLICT && code != CSM_E_NOTFOUND)
		return code;
	e = *err;
	csm_err_clear(err);
	undo_conflict(u, r->type, r->id, e.field[0] ? e.field : NULL, u->opts->mode == CSM_UNDO_FORCE, e.msg);
	return CSM_OK;
}

int undo_check_allowed(struct undo *u, const struct csm_rec *r, enum store_access what, struct csm_err *err)
{
	int rc = store_access_check(u->s, r->type, what, r, err);

	if (rc == CSM_OK)
		rc = store_check_ready(u->s, r, CSM_WRITE_NORMAL, -1, err);
	return store_err_on(u->s, r, err, rc);
}

int undo_each_row(struct undo *u, enum store_text text, const char *ops,
		  int (*fn)(struct undo *u, const struct csm_history *h, struct csm_err *err), struct csm_err *err)
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
	int rc = csm_store_change(u->s, id, u->a, &u->change, err);
	struct csm_change by = { .kept = 0 };

	u->parts = (struct csm_vec)CSM_VEC(u->a, int64_t);
	if (rc == CSM_OK && u->change.undone_by)
		rc = csm_store_change(u->s, u->change.undone_by, u->a, &by, err);
	if (rc == CSM_OK && by.kept)
		rc = store_undoers(u->s, id, &u->parts, err);
	if (rc == CSM_OK && u->change.undone_by && !by.kept)
		rc = csm_fail(err, CSM_E_CONFLICT,
			      "change %" PRId64 " is taken back already, by change %" PRId64, id,
			      u->change.undone_by);
	return rc;
}

static int refuse(struct undo *u, int64_t last, struct csm_err *err)
{
	char first[600], key[24];

	csm_err_text(&u->first, first, sizeof(first));
	csm_err_clear(err);
	if (u->conflicts == 1)
		csm_fail(err, CSM_E_CONFLICT, "cannot be taken back: %s", first);
	else
		csm_fail(err, CSM_E_CONFLICT, "cannot be taken back, %" PRId64 " conflicts; the first: %s",
			 u->conflicts, first);
	snprintf(key, sizeof(key), "%" PRId64, last);
	return csm_err_on(err, "change", u->opts->ids ? u->opts->ids : key, NULL);
}

static void free_sets(struct undo *u, struct store_ids *sets)
{
	for (unsigned i = 0; i < u->s->env.dict->ntypes; i++)
		store_ids_free(&sets[i]);
}

/* One of the changes: what it did goes. */
static int take_back_one(struct undo *u, int64_t id, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(u->s->arena);
	int rc;

	u->a = a;
	u->second = u->unsure = u->waiting = false;
	u->from = csm_calloc(a, u->s->env.dict->ntypes + 1, sizeof(*u->from));
	u->clears = (struct csm_vec)CSM_VEC(a, struct undo_clear);
	rc = find_change(u, id, err);
	if (rc == CSM_OK)
		rc = undo_read_made(u, err);
	if (rc == CSM_OK)
		rc = undo_reverse(u, err);
	if (rc == CSM_OK)
		rc = undo_check_made(u, err);
	if (rc == CSM_OK && !u->conflicts)
		rc = undo_drop_made(u, err);
	u->second = true;
	if (rc == CSM_OK && u->waiting && !u->conflicts)
		rc = undo_reverse(u, err);
	if (rc == CSM_OK && !u->conflicts)
		rc = undo_check_restored(u, err);
	if (rc == CSM_OK && !u->conflicts && !u->again)
		rc = undo_check_dropped(u, err);
	if (rc == CSM_OK)
		rc = store_mark_undone(u->s, id, err);
	for (size_t i = 0; i < u->clears.n; i++)
		store_ids_free(&CSM_AT(&u->clears, struct undo_clear, i)->ids);
	free_sets(u, u->later);
	free_sets(u, u->extra);
	free_sets(u, u->fresh_extra);
	free_sets(u, u->fresh);
	u->made = NULL;
	return rc;
}

/* The last run of a list, and the list without it. */
static bool last_run(char *ids, struct csm_run *out)
{
	char *tail = strrchr(ids, ',');
	const char *at = tail ? tail + 1 : ids;

	if (!*ids || !csm_run_next(&at, out))
		return false;
	*(tail ? tail : ids) = '\0';
	return true;
}

static int take_back_all(struct undo *u, char *ids, struct csm_err *err)
{
	struct csm_run run;
	int rc = CSM_OK;

	while (rc == CSM_OK && last_run(ids, &run))
		for (int64_t id = run.last; rc == CSM_OK && id >= run.first; id--)
			rc = take_back_one(u, id, err);
	return rc;
}

/* ---- what tells of loads ---- */

static int run_hooks(struct undo *u, struct csm_err *err)
{
	int rc = CSM_OK;

	for (size_t i = 0; rc == CSM_OK && i < u->logs.n; i++) {
		const struct undo_log *l = CSM_AT(&u->logs, struct undo_log, i);
		struct csm_write w = { .store = u->s, .kept = u->stayed > 0 };

		rc = csm_store_need(u->s, l->type, l->id, u->row, &w.rec, err);
		if (rc == CSM_OK)
			rc = store_hook(&w, l->type->after, CSM_HOOK_UNDONE, err);
	}
	return rc;
}

/* Something stays that was written already, with what depends on it: all again, knowing better. */
static int begin_anew(struct undo *u, int64_t *writes, struct csm_err *err)
{
	int rc;

	csm_store_rollback(u->s);
	u->again = false;
	u->logs.n = 0;
	rc = csm_store_begin(u->s, err);
	return rc == CSM_OK ? store_enter(u->s, writes, err) : rc;
}

/*
 * The engine lets references be meanwhile. It would look for those who refer to a record that goes in each table that can; and a
 * record that comes back after the one it frees a key for refers, until then, to what is gone.
 */
static int take_back_gathered(struct undo *u, const char *ids, struct csm_err *err)
{
	int rc = csm_db_gather(u->s->db, err), off;

	if (rc == CSM_OK)
		rc = store_check_refs(u->s, err);
	if (rc == CSM_OK)
		rc = csm_db_unchecked(u->s->db, true, err);
	if (rc == CSM_OK)
		rc = take_back_all(u, csm_strdup(u->row, ids), err);
	off = csm_db_unchecked(u->s->db, false, rc == CSM_OK ? err : NULL);
	return rc == CSM_OK ? off : rc;
}

static int take_back(struct undo *u, const char *ids, int64_t *writes, struct csm_err *err)
{
	int rc = take_back_gathered(u, ids, err);

	while (rc == CSM_OK && u->again && !u->conflicts) {
		rc = begin_anew(u, writes, err);
		if (rc == CSM_OK)
			rc = take_back_gathered(u, ids, err);
	}
	if (rc == CSM_OK && !u->conflicts)
		rc = run_hooks(u, err);
	return rc;
}

static void set_undoes(struct csm_store *s, const char *ids)
{
	struct csm_buf b = CSM_BUF(s->change.tmp);
	struct csm_run run;
	int64_t last = 0;

	while (csm_run_next(&ids, &run))
		for (int64_t id = run.first; id <= run.last; id++) {
			if (last)
				csm_run_add(&b, last);
			last = id;
		}
	s->change.undoes = last;
	s->change.undoes_also = b.n ? b.s : NULL;
}

int csm_store_take_back(struct csm_store *s, const struct csm_undo_opts *o, int64_t *undone, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	unsigned n = s->env.dict->ntypes + 1;
	struct store_ids *sets = csm_calloc(row, n, 5 * sizeof(*sets));
	struct undo u = { .s = s, .row = row, .opts = o, .logs = CSM_VEC(row, struct undo_log),
			  .kept = sets, .fresh = sets + n, .extra = sets + 2 * n, .fresh_extra = sets + 3 * n,
			  .later = sets + 4 * n };
	const char *ids = o->ids;
	struct csm_err own;
	int64_t writes, id = o->id;
	int rc;

	if (!err) {
		err = &own;
		csm_err_clear(err);
	}
	if (undone)
		*undone = 0;
	rc = store_enter(s, &writes, err);
	if (rc != CSM_OK)
		return rc;
	if (s->change.undoes)
		rc = csm_fail(err, CSM_E_USAGE, "one change can take back one other only");
	if (rc == CSM_OK && o->mode == CSM_UNDO_KEEP && s->change.writes)
		rc = csm_fail(err, CSM_E_USAGE, "an undo that keeps records is alone in its change");
	if (rc == CSM_OK && !ids && !id)
		rc = find_own(s, &id, err);
	if (!ids)
		ids = csm_sprintf(row, "%" PRId64, id);
	if (rc == CSM_OK)
		rc = take_back(&u, ids, &writes, err);
	if (rc == CSM_OK && u.conflicts) {
		s->change.failed = true;
		rc = refuse(&u, id, err);
	}
	if (rc == CSM_OK) {
		set_undoes(s, ids);
		s->change.kept = u.stayed;
	}
	if (rc == CSM_OK)
		rc = store_history_flush(s, err);
	if (rc == CSM_OK && undone)
		*undone = s->change.undoes;
	free_sets(&u, u.kept);
	return s->change.open ? store_leave(s, writes, rc) : rc;
}

int csm_store_undo(struct csm_store *s, int64_t id, int64_t *undone, const struct csm_diag *diag,
		   struct csm_err *err)
{
	struct csm_undo_opts o = { .id = id };

	if (diag)
		o.diag = *diag;
	return csm_store_take_back(s, &o, undone, err);
}
