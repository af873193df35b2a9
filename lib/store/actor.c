/* SPDX-License-Identifier: MIT */
/*
 * actor.c - who acts.
 *
 * Whoever can write the file is trusted: --as gives rights up, never gains any. Without --as the
 * operating system's name is looked up among the users; while there are none, the file's owner is
 * admin.
 */
#include "store_priv.h"

/* The one record of t whose field is text, in the store's arena; *out NULL if none. */
static int find_one(struct csm_store *s, const struct csm_rtype *t, const char *field, const char *text,
		    struct csm_rec **out, struct csm_err *err)
{
	int i = csm_field_index(t, field);

	*out = NULL;
	return i < 0 ? CSM_OK : store_read_one(s, t, store_sql_by(s, t, i), csm_text(text), s->arena, out, err);
}

/* A field's text by name; NULL when the type has no such field or it is null. */
static const char *text_of(const struct csm_rec *r, const char *field)
{
	int i = csm_field_index(r->type, field);

	return i < 0 || csm_rec_null(r, i) ? NULL : csm_rec_text(r, i);
}

static bool flag_of(const struct csm_rec *r, const char *field, bool unset)
{
	int i = csm_field_index(r->type, field);

	return i < 0 || csm_rec_null(r, i) ? unset : csm_rec_int(r, i) != 0;
}

static void act_as(struct csm_store *s, enum csm_actor_kind kind, const struct csm_rec *r,
		   const char *name)
{
	const char *user_name = r ? text_of(r, "user_name") : NULL;

	s->actor = (struct csm_actor){ .kind = kind,
				       .name = csm_strdup(s->arena, user_name ? user_name : name) };
	if (!r)
		return;
	s->actor.time_zone = text_of(r, "time_zone");
	if (strcmp(r->type->name, "contact") == 0)
		s->actor.contact = r->id;
	else if (strcmp(r->type->name, "consumer") == 0)
		s->actor.consumer = r->id;
	else
		s->actor.user = r->id;
}

static int resolve_named(struct csm_store *s, const char *name, struct csm_err *err)
{
	static const struct {
		const char *type, *field;
		enum csm_actor_kind kind;
	} ways[] = {
		{ "user", "user_name", CSM_ACTOR_INTERNAL },
		{ "user", "email", CSM_ACTOR_INTERNAL },
		{ "contact", "user_name", CSM_ACTOR_EXTERNAL },
		{ "consumer", "user_name", CSM_ACTOR_EXTERNAL },
	};

	for (size_t i = 0; i < CSM_COUNT(ways); i++) {
		const struct csm_rtype *t = csm_dict_type(s->env.dict, ways[i].type);
		struct csm_rec *r = NULL;
		int rc = t ? find_one(s, t, ways[i].field, name, &r, err) : CSM_OK;

		if (rc != CSM_OK)
			return rc;
		if (!r)
			continue;
		if (!flag_of(r, "active", true) || flag_of(r, "locked_out", false))
			return csm_fail(err, CSM_E_PERM, "user '%s' is %s", name,
					flag_of(r, "active", true) ? "locked out" : "not active");
		act_as(s, ways[i].kind, r, name);
		return CSM_OK;
	}
	return csm_fail(err, CSM_E_PERM, "there is no user '%s' to act as", name);
}

int store_actor_resolve(struct csm_store *s, struct csm_err *err)
{
	const char *name = s->env.os_user ? s->env.os_user : "owner";
	const struct csm_rtype *user = csm_dict_type(s->env.dict, "user");
	struct csm_rec *r = NULL;
	bool users = false;
	int rc;

	if (s->env.as && *s->env.as)
		return resolve_named(s, s->env.as, err);
	if (user) {
		rc = find_one(s, user, "user_name", name, &r, err);
		if (rc == CSM_OK && !r)
			rc = store_any_row(s, store_sql_first(s, user), NULL, 0, &users, err);
		if (rc != CSM_OK)
			return rc;
	}
	act_as(s, r || users ? CSM_ACTOR_INTERNAL : CSM_ACTOR_OWNER, r, name);
	return CSM_OK;
}
