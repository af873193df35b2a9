/* SPDX-License-Identifier: MIT */
/* open.c - a store's beginning and end, and what it was given. */
#include "store_priv.h"

int csm_store_open(struct csm_store **out, struct csm_db *db, const struct csm_env *env,
		   struct csm_err *err)
{
	struct csm_arena *a = csm_arena_like(env->arena);
	struct csm_store *s;
	int rc;

	*out = NULL;
	s = csm_alloc(a, sizeof(*s));
	s->arena = a;
	s->db = db;
	s->env = *env;
	rc = store_actor_resolve(s, err);
	if (rc == CSM_OK)
		rc = store_access_open(s, err);
	if (rc == CSM_OK)
		rc = store_settings_check(s, err);
	if (rc != CSM_OK) {
		csm_store_close(s);
		return rc;
	}
	*out = s;
	return CSM_OK;
}

int csm_store_renew(struct csm_store *s, const struct csm_env *env, struct csm_err *err)
{
	int rc;

	if (s->change.open)
		return csm_fail(err, CSM_E_INTERNAL, "a store is renewed inside a change");
	store_slots_close(s);
	store_settings_drop(s);
	store_cache_drop(s);
	store_past_drop(s);
	s->defaults = NULL;		/* some name the actor */
	s->env = *env;
	rc = store_actor_resolve(s, err);
	if (rc == CSM_OK)
		rc = store_access_open(s, err);
	return rc == CSM_OK ? store_settings_check(s, err) : rc;
}

void csm_store_close(struct csm_store *s)
{
	if (!s)
		return;
	if (s->change.open)
		csm_store_rollback(s);
	store_slots_close(s);
	store_settings_drop(s);
	store_cache_drop(s);
	store_past_drop(s);
	csm_arena_free(s->arena);
}

void csm_store_closep(struct csm_store **s)
{
	csm_store_close(*s);
	*s = NULL;
}

const struct csm_env *csm_store_env(const struct csm_store *s)
{
	return &s->env;
}

const struct csm_actor *csm_store_actor(const struct csm_store *s)
{
	return &s->actor;
}

struct csm_db *csm_store_db(struct csm_store *s)
{
	return s->db;
}

const struct csm_dict *csm_store_dict(const struct csm_store *s)
{
	return s->env.dict;
}

int64_t csm_store_now(const struct csm_store *s)
{
	return s->env.now;
}

struct csm_arena *csm_store_arena(struct csm_store *s)
{
	return s->arena;
}
