/* SPDX-License-Identifier: MIT */
/*
 * access.c - the one place where rows and columns of restricted actors are decided.
 *
 * Internal actors and the file's owner may do everything; the system too. External actors (contacts,
 * consumers) get here the condition their rows must fulfil and the mask of their columns; until those
 * rules are rows of the dictionary, they are refused at the door, by the same function that will
 * restrict them.
 */
#include "store_priv.h"

static bool is_restricted(const struct csm_store *s)
{
	return s->actor.kind == CSM_ACTOR_EXTERNAL;
}

int store_access_open(struct csm_store *s, struct csm_err *err)
{
	if (!is_restricted(s))
		return CSM_OK;
	return csm_fail(err, CSM_E_PERM,
			"'%s' is an external user; external users have no access to this database yet",
			s->actor.name);
}

int store_access_check(struct csm_store *s, const struct csm_rtype *t, enum store_access what,
		       const struct csm_rec *r, struct csm_err *err)
{
	static const char *const verbs[] = { "read", "create", "change", "delete" };

	(void)r;
	if (!is_restricted(s))
		return CSM_OK;
	return csm_fail(err, CSM_E_PERM, "'%s' may not %s a %s", s->actor.name, verbs[what], t->name);
}

const struct csm_filter *store_access_filter(struct csm_store *s, const struct csm_rtype *t)
{
	struct csm_filter *f;

	if (!is_restricted(s))
		return NULL;
	f = csm_alloc(s->arena, sizeof(*f)); /* no row fits */
	f->op = CSM_OP_FALSE;
	f->type = t;
	return f;
}
