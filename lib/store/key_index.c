/* SPDX-License-Identifier: MIT */
/*
 * key_index.c - the index that a load by fields of the caller's choice (--key) makes for itself, where it looks up often in a table
 * that is not small, and takes away at its end.
 */
#include "store_priv.h"

/* So many look-ups in a table of so many rows are worth an index of their own: it costs as much as a few of them. */
#define KEY_LOOKS 8
#define KEY_ROWS 2000

struct store_keyed {
	const struct csm_rtype *type;
	unsigned looks, ask;		/* look-ups so far; at how many the table's size is asked for */
	struct csm_db_made index;	/* name NULL: not made */
	struct store_keyed *next;
};

/* Whether the engine finds records by the fields without going through many. */
static bool has_index(const struct csm_rtype *t, const int *fields, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (t->fields[fields[i]].flags & CSM_F_KEY || store_is_number(t, fields[i]))
			return true;
	return n == 1 && store_wants_index(&t->fields[fields[0]]);
}

int csm_store_key_index(struct csm_store *s, const struct csm_rtype *t, const int *fields, unsigned n, struct csm_err *err)
{
	struct store_keyed *k = s->change.keyed;
	int64_t last;
	int rc;

	while (k && k->type != t)
		k = k->next;
	if (!s->change.open || has_index(t, fields, n) || (k && k->index.name))
		return CSM_OK;
	if (!k) {
		k = csm_alloc(s->change.tmp, sizeof(*k));
		k->type = t;
		k->ask = KEY_LOOKS;
		k->next = s->change.keyed;
		s->change.keyed = k;
	}
	if (++k->looks <= k->ask)
		return CSM_OK;
	k->ask *= 2;		/* the load itself may make the table a big one */
	rc = store_first_int(s, store_sql_last_id(s->change.tmp, t), NULL, 0, &last, err);
	if (rc != CSM_OK || last < KEY_ROWS)
		return rc;
	k->index.name = csm_sprintf(s->change.tmp, "%s_of_load", t->table);
	k->index.sql = store_key_index_ddl(s->change.tmp, t, k->index.name, fields, n);
	return csm_db_make_index(s->db, &k->index, err);
}

/* A database has the indexes of its schema and no others. */
int store_key_index_end(struct csm_store *s, struct csm_err *err)
{
	int rc = CSM_OK;

	for (struct store_keyed *k = s->change.keyed; rc == CSM_OK && k; k = k->next)
		if (k->index.name)
			rc = csm_db_drop_index(s->db, &k->index, err);
	s->change.keyed = NULL;
	return rc;
}
