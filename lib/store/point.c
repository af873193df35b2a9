/* SPDX-License-Identifier: MIT */
/*
 * point.c - a savepoint of the open change: what is written after it can be taken back, and then the store knows nothing of it any more. Ids that were
 * given after it are not given again, so a reference to a record that has gone leads nowhere rather than to another one.
 */
#include "store_priv.h"

#define NAME "store"

/* How the change was; what it has by type is an array, and stays where it is. */
struct store_point {
	struct store_change was;
	struct store_counter *types;
};

int csm_store_savepoint(struct csm_store *s, struct csm_err *err)
{
	struct store_change *c = &s->change;
	size_t n = (size_t)s->env.dict->ntypes + 1;
	int rc;

	if (!c->open || c->depth || c->pointed || c->dropped || c->keyed)
		return csm_fail(err, CSM_E_INTERNAL, "a savepoint of a store that is in no change, in a write, a load, or at another savepoint");
	rc = csm_db_savepoint(s->db, NAME, err);
	if (rc != CSM_OK)
		return rc;
	if (!c->point) {
		c->point = csm_alloc(c->tmp, sizeof(*c->point));
		c->point->types = csm_calloc(c->tmp, n, sizeof(*c->types));
	}
	memcpy(c->point->types, c->types, n * sizeof(*c->types));
	c->point->was = *c;
	c->pointed = true;
	return CSM_OK;
}

static int check_pointed(struct csm_store *s, struct csm_err *err)
{
	if (s->change.pointed)
		return CSM_OK;
	return csm_fail(err, CSM_E_INTERNAL, "the store is at no savepoint");
}

int csm_store_release(struct csm_store *s, struct csm_err *err)
{
	int rc = check_pointed(s, err);

	if (rc == CSM_OK)
		rc = csm_db_release(s->db, NAME, err);
	s->change.pointed = false;
	return rc;
}

/* What was counted or remembered since. How many writes there were is not taken back: what was known after that many is not known after others. */
static void take_back(struct csm_store *s)
{
	struct store_change *c = &s->change, was = c->point->was;

	for (unsigned i = 0; i <= s->env.dict->ntypes; i++) {
		const struct store_counter now = c->types[i];

		c->types[i] = c->point->types[i];
		c->types[i].next = now.next;
		c->types[i].stored = now.stored;
	}
	was.writes = c->writes;
	was.keys = c->keys;	/* its "yes" is asked about */
	was.system = c->system;
	was.actor = c->actor;
	was.unchecked = c->unchecked;
	was.loose = c->loose;
	*c = was;
	store_keys_doubt(s);
	memset(c->looks, 0, sizeof(c->looks));
}

int csm_store_rollback_to(struct csm_store *s, struct csm_err *err)
{
	int rc = check_pointed(s, err);

	if (rc != CSM_OK)
		return rc;
	rc = csm_db_rollback_to(s->db, NAME, err);
	if (rc == CSM_OK)
		rc = csm_db_release(s->db, NAME, err);
	take_back(s);
	store_forget(s);
	return rc;
}
