/* SPDX-License-Identifier: MIT */
/*
 * bulk.c - indexes that a big load does without: they are made again from all rows at once, which is cheaper than row by row,
 * and what a smaller cache can do. All of it is inside the transaction of the change.
 *
 * Unique indexes stay, because what is loaded is checked with them, and those of references to a table of few rows: what is new goes to as many places
 * of such an index, one for each of them, while into any other each row goes to a page that has to be read first. An index that is asked
 * for in the middle of the load (an `after` hook looks for the records of another) is made again there and then, and stays.
 */
#include "store_priv.h"

/* Fewer records are not worth it: each index costs two statements and the new preparation of all others. */
#define BULK_LEAST 5000
/* Nor is it where more are there for each one that comes, since an index is made from all rows; with many, those that stay do not fit the cache. */
#define BULK_STORED(stored) ((stored) < 100000 ? 3 : 8)
/* Places of an index that new rows go to, and whose pages stay in the cache. */
#define BULK_PLACES 64

struct store_dropped {
	const struct csm_rtype *type;
	struct csm_db_made index;
	int field;			/* it begins with */
	bool spare;			/* one that stays begins with it too */
	struct store_dropped *next;
};

static int make_again(struct csm_store *s, struct store_dropped **at, struct csm_err *err)
{
	struct store_dropped *d = *at;

	*at = d->next;
	return csm_db_make_index(s->db, &d->index, err);
}

int store_bulk_need(struct csm_store *s, const struct csm_rtype *t, int field, struct csm_err *err)
{
	struct store_dropped **at = &s->change.dropped;
	int rc = CSM_OK;

	while (rc == CSM_OK && *at) {
		if ((*at)->type == t && (field < 0 || ((*at)->field == field && !(*at)->spare)))
			rc = make_again(s, at, err);
		else
			at = &(*at)->next;
	}
	return rc;
}

int csm_store_bulk_end(struct csm_store *s, struct csm_err *err)
{
	int rc = store_key_index_end(s, err);

	while (rc == CSM_OK && s->change.dropped)
		rc = make_again(s, &s->change.dropped, err);
	return rc == CSM_OK ? store_check_refs(s, err) : rc;
}

bool store_are_many(int64_t n, int64_t stored)
{
	return n >= BULK_LEAST && n >= stored / BULK_STORED(stored);
}

/* Ids only rise: there are no more records than the last one says. */
static int last_id(struct csm_store *s, const struct csm_rtype *t, int64_t *last, struct csm_err *err)
{
	return store_first_int(s, store_sql_last_id(s->change.tmp, t), NULL, 0, last, err);
}

int store_is_scattered(struct csm_store *s, const struct csm_rtype *t, int field, bool *out, struct csm_err *err)
{
	const struct csm_rtype *target = store_facts(s, t)->field[field].target;
	int64_t last = 0;
	int rc = target ? last_id(s, target, &last, err) : CSM_OK;

	*out = !target || last + store_counter(s, target)->coming > BULK_PLACES;
	return rc;
}

static bool has_unique(const struct csm_db_made *made, unsigned n, const char *column)
{
	for (unsigned i = 0; i < n; i++)
		if (made[i].unique && made[i].whole && strcmp(made[i].column, column) == 0)
			return true;
	return false;
}

static bool is_stated(const uint64_t fields[2], int field)
{
	return field >= 0 && (!fields || fields[field / 64] >> (field % 64) & 1);
}

int csm_store_bulk(struct csm_store *s, const struct csm_rtype *t, int64_t n, const uint64_t fields[2],
		   struct csm_err *err)
{
	struct store_dropped **end = &s->change.dropped;
	struct csm_db_made *made;
	unsigned nmade;
	int64_t last;
	int rc;

	if (!s->change.open)
		return csm_fail(err, CSM_E_INTERNAL, "a big load outside a change");
	store_counter(s, t)->coming = n;
	rc = last_id(s, t, &last, err);
	if (rc != CSM_OK || !store_are_many(n, last))
		return rc;
	rc = store_let_be(s, err);
	if (rc == CSM_OK)
		rc = csm_db_made(s->db, t->table, s->change.tmp, &made, &nmade, err);
	while (*end)
		end = &(*end)->next;
	for (unsigned i = 0; rc == CSM_OK && i < nmade; i++) {
		int field = csm_field_index(t, made[i].column);
		bool scattered;

		if (made[i].unique || !made[i].whole || !is_stated(fields, field))
			continue;
		rc = store_is_scattered(s, t, field, &scattered, err);
		if (rc != CSM_OK || !scattered)
			continue;
		rc = csm_db_drop_index(s->db, &made[i], err);
		*end = csm_alloc(s->change.tmp, sizeof(**end));
		**end = (struct store_dropped){ t, made[i], field, has_unique(made, nmade, made[i].column), NULL };
		end = &(*end)->next;
	}
	return rc;
}
