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
	csm_arena_free(s->change.tmp);
	s->change = (struct store_change){ .open = false };
}

void csm_store_rollback(struct csm_store *s)
{
	if (!s->change.open)
		return;
	csm_db_rollback(s->db);
	forget(s);
	store_cache_drop(s);
	store_past_drop(s);
	store_settings_drop(s);
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

/*
 * What this change takes back is undone by it. If that was an undo itself, what it had undone is in force
 * again, and what that one had undone is not, and so on down the chain.
 */
static int mark_undone(struct csm_store *s, struct csm_err *err)
{
	int64_t by = s->change.id, id = s->change.undoes;
	int rc = CSM_OK;

	for (bool undone = true; rc == CSM_OK && id; undone = !undone) {
		struct csm_mark mark = csm_arena_mark(s->change.tmp);
		struct csm_change c = { .id = 0 };

		rc = set_undone(s, id, undone ? by : 0, err);
		if (rc == CSM_OK)
			rc = csm_store_change(s, id, s->change.tmp, &c, err);
		by = id;
		id = c.undoes;
		csm_arena_rewind(s->change.tmp, mark);
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
				.parent_hash = k->parent_hash };
	struct csm_value v[8];
	char hash[65];
	int rc;

	store_change_hash(k->tmp, &c, k->hash, hash);
	v[0] = csm_int(c.id);
	v[1] = csm_int(c.at);
	v[2] = csm_text(c.actor);
	v[3] = csm_text(c.on_behalf);
	v[4] = csm_text(c.command);
	v[5] = id_or_null(c.undoes);
	v[6] = csm_text(c.parent_hash);
	v[7] = csm_text(hash);
	rc = run_text(s, STORE_TEXT_ADD_CHANGE, v, 8, err);
	return rc == CSM_OK && k->undoes ? mark_undone(s, err) : rc;
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
