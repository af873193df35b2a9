/* SPDX-License-Identifier: MIT */
/* change.c - the one change of a command: its beginning, its row and hash, its end. */
#include "store_priv.h"

#define FIRST_PARENT "0000000000000000000000000000000000000000000000000000000000000000"

static int read_parent(struct csm_store *s, struct csm_err *err)
{
	struct store_change *c = &s->change;
	struct csm_stmt *st;
	bool row;
	int rc = csm_db_first(s->db, store_text(STORE_TEXT_LAST_CHANGE), NULL, 0, &st, &row, err);

	if (rc != CSM_OK)
		return rc;
	c->id = row ? csm_stmt_column(st, 0).i + 1 : 1;
	snprintf(c->parent_hash, sizeof(c->parent_hash), "%s",
		 row && csm_stmt_column(st, 1).s ? csm_stmt_column(st, 1).s : FIRST_PARENT);
	csm_stmt_reset(st);
	return CSM_OK;
}

int csm_store_begin(struct csm_store *s, struct csm_err *err)
{
	int rc;

	if (s->change.open)
		return csm_fail(err, CSM_E_INTERNAL, "a change is open already");
	rc = store_present_only(s, "a change begins", err);
	if (rc != CSM_OK)
		return rc;
	rc = csm_db_begin(s->db, true, err);
	if (rc != CSM_OK)
		return rc;
	s->change = (struct store_change){ .open = true, .history = -1, .tmp = csm_arena_like(s->arena) };
	/* made now: later it would be made under somebody's mark */
	s->change.types = csm_calloc(s->change.tmp, s->env.dict->ntypes + 1, sizeof(*s->change.types));
	store_cache_drop(s);	/* others may have written since */
	store_past_drop(s);
	/* rows may come and go in any order; store_settle() looks at the end */
	rc = csm_db_defer(s->db, err);
	if (rc == CSM_OK)
		rc = read_parent(s, err);
	if (rc != CSM_OK)
		csm_store_rollback(s);
	return rc;
}

bool csm_store_writing(const struct csm_store *s)
{
	return s->change.open;
}

int64_t csm_store_change_number(const struct csm_store *s)
{
	return s->change.open ? s->change.id : 0;
}

bool csm_store_failed(const struct csm_store *s)
{
	return s->change.failed;
}

void csm_store_as_system(struct csm_store *s)
{
	if (!s->change.open || s->change.system)
		return;
	s->change.system = true;
	s->change.actor = s->actor;
	s->actor = (struct csm_actor){ .kind = CSM_ACTOR_SYSTEM, .name = "system" };
	s->defaults = NULL;	/* some name the actor */
}

static void forget(struct csm_store *s)
{
	if (s->change.system) {
		s->actor = s->change.actor;
		s->defaults = NULL;
	}
	store_keys_free(s);
	csm_arena_free(s->change.tmp);
	s->change = (struct store_change){ .open = false };
}

void csm_store_rollback(struct csm_store *s)
{
	if (!s->change.open)
		return;
	csm_db_rollback(s->db);
	store_check_refs(s, NULL);
	forget(s);
	store_forget(s);
}

static int run_text(struct csm_store *s, enum store_text text, const struct csm_value *v, int n,
		    struct csm_err *err)
{
	struct csm_stmt *st;
	int rc = csm_db_kept(s->db, store_text(text), &st, err);

	return rc == CSM_OK ? csm_stmt_run(st, v, n, NULL, err) : rc;
}

static struct csm_value id_or_null(int64_t id)
{
	return id ? csm_int(id) : csm_null();
}

static int set_undone(struct csm_store *s, int64_t change, int64_t by, struct csm_err *err)
{
	const struct csm_value v[2] = { id_or_null(by), csm_int(change) };

	return run_text(s, STORE_TEXT_SET_UNDONE, v, 2, err);
}

struct mark {
	int64_t change, by;
	bool undone;
};

static void add_mark(struct csm_vec *v, int64_t change, int64_t by, bool undone)
{
	if (change)
		*(struct mark *)csm_vec_add(v) = (struct mark){ change, by, undone };
}

bool store_undoes(const struct csm_change *undoer, int64_t change)
{
	const char *also = undoer->undoes_also;
	struct csm_run run;

	if (undoer->undoes == change)
		return true;
	while (csm_run_next(&also, &run))
		if (run.first <= change && change <= run.last)
			return true;
	return false;
}

int store_undoers(struct csm_store *s, int64_t change, struct csm_vec *ids, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_UNDOS), &st, err);

	while (rc == CSM_OK) {
		struct csm_change c = { .id = 0 };

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		c.id = csm_stmt_column(st, 0).i;
		c.undoes = csm_stmt_column(st, 1).i;
		c.undoes_also = csm_stmt_column(st, 2).s;
		if (csm_stmt_column(st, 3).tag == CSM_NULL && store_undoes(&c, change))
			*(int64_t *)csm_vec_add(ids) = c.id;
	}
	return rc;
}

/* A change is in force again, unless another undo took a part of it back. */
static int set_in_force(struct csm_store *s, int64_t change, struct csm_arena *a, struct csm_err *err)
{
	struct csm_vec ids = CSM_VEC(a, int64_t);
	int rc = store_undoers(s, change, &ids, err);

	return rc == CSM_OK ? set_undone(s, change, ids.n ? *CSM_AT(&ids, int64_t, 0) : 0, err) : rc;
}

int store_mark_undone(struct csm_store *s, int64_t change, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_vec marks = CSM_VEC(a, struct mark);
	int rc = CSM_OK;

	add_mark(&marks, change, s->change.id, true);
	for (size_t i = 0; rc == CSM_OK && i < marks.n; i++) {
		struct mark m = *CSM_AT(&marks, struct mark, i);
		struct csm_change c = { .id = 0 };
		const char *also;
		struct csm_run run;

		rc = m.undone ? set_undone(s, m.change, m.by, err) : set_in_force(s, m.change, a, err);
		if (rc == CSM_OK)
			rc = csm_store_change(s, m.change, a, &c, err);
		add_mark(&marks, c.undoes, m.change, !m.undone);
		for (also = c.undoes_also; csm_run_next(&also, &run);)
			for (int64_t id = run.first; id <= run.last; id++)
				add_mark(&marks, id, m.change, !m.undone);
	}
	return rc;
}

static int add_change(struct csm_store *s, struct csm_err *err)
{
	struct store_change *k = &s->change;
	struct csm_change c = { .id = k->id,
				.at = s->env.now,
				.actor = s->actor.name,
				.on_behalf = s->env.on_behalf,
				.command = s->env.command,
				.undoes = k->undoes,
				.undoes_also = k->undoes_also,
				.kept = k->kept,
				.parent_hash = k->parent_hash };
	struct csm_value v[10];
	char digest[65] = "", hash[65];

	if (k->seq)
		csm_blake2b_end(&k->rows, digest);
	store_change_hash(k->tmp, &c, digest, hash);
	v[0] = csm_int(c.id);
	v[1] = csm_int(c.at);
	v[2] = csm_text(c.actor);
	v[3] = csm_text(c.on_behalf);
	v[4] = csm_text(c.command);
	v[5] = id_or_null(c.undoes);
	v[6] = csm_text(c.parent_hash);
	v[7] = csm_text(hash);
	v[8] = csm_text(c.undoes_also);
	v[9] = id_or_null(c.kept);
	return run_text(s, STORE_TEXT_ADD_CHANGE, v, 10, err);
}

static int finish(struct csm_store *s, int64_t *change, struct csm_err *err)
{
	/* a rollback brings them back by itself */
	int rc = s->env.dry_run ? CSM_OK : csm_store_bulk_end(s, err);

	if (rc == CSM_OK)
		rc = store_history_flush(s, err);
	if (rc != CSM_OK || (!s->change.seq && !s->change.undoes))
		return rc;
	rc = add_change(s, err);
	if (rc == CSM_OK)
		rc = store_ids_flush(s, err);
	if (rc == CSM_OK)
		*change = s->change.id;
	return rc == CSM_OK ? store_settle(s, err) : rc;
}

int csm_store_commit(struct csm_store *s, int64_t *change, struct csm_err *err)
{
	int64_t id = 0;
	int rc;

	if (change)
		*change = 0;
	if (!s->change.open)
		return csm_fail(err, CSM_E_INTERNAL, "commit without a change");
	if (s->change.failed)
		rc = csm_fail(err, CSM_E_CONFLICT,
			      "a write failed half-way, nothing of the change is stored");
	else
		rc = finish(s, &id, err);
	if (rc == CSM_OK && !s->env.dry_run)
		rc = csm_db_commit(s->db, err);
	if (rc != CSM_OK || s->env.dry_run)
		csm_store_rollback(s);
	else
		forget(s);
	if (rc == CSM_OK && change)
		*change = id;
	return rc;
}
