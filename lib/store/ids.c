/* SPDX-License-Identifier: MIT */
/*
 * ids.c - the numbers of records. One counter a type, which only rises: a deleted id is never given again.
 *
 * During a change the counters live in memory, because the transaction keeps every other writer out; they are
 * stored once, at its end. A load that takes a million ids writes its counter once.
 */
#include "store_priv.h"

struct store_counter *store_counter(struct csm_store *s, const struct csm_rtype *t)
{
	if (!s->change.types)
		s->change.types = csm_calloc(s->change.tmp, s->env.dict->ntypes + 1, sizeof(*s->change.types));
	return &s->change.types[store_facts(s, t)->index];
}

int store_counter_stored(struct csm_store *s, const struct csm_rtype *t, int64_t *next, struct csm_err *err)
{
	const struct csm_value v = csm_text(t->name);

	return store_first_int(s, store_text(STORE_TEXT_COUNTER), &v, 1, next, err);
}

static int read_counter(struct csm_store *s, const struct csm_rtype *t, struct store_counter **out,
			struct csm_err *err)
{
	struct store_counter *c = store_counter(s, t);
	int rc;

	*out = c;
	if (c->next)
		return CSM_OK;
	rc = store_counter_stored(s, t, &c->stored, err);
	if (rc == CSM_OK)
		c->next = c->stored > 0 ? c->stored : 1;
	return rc;
}

bool csm_store_was_empty(struct csm_store *s, const struct csm_rtype *t)
{
	const struct store_counter *c = s->change.open ? store_counter(s, t) : NULL;

	return c && c->next && c->stored <= 1;
}

bool store_is_new(struct csm_store *s, const struct csm_rtype *t, int64_t id)
{
	const struct store_counter *c = s->change.open && t ? store_counter(s, t) : NULL;

	return c && c->run_first && id >= c->run_first && id <= c->run_last;
}

/* The largest id: numbers have to survive readers that keep numbers as doubles. */
#define ID_MAX (INT64_C(1) << 53)
/* The largest one that a record may state for itself: one wrong number in a load must not use up all that come after it. */
#define CLAIM_MAX INT64_C(999999999999)

static int give_ids(const struct csm_rtype *t, struct store_counter *c, int64_t n, int64_t *first,
		    struct csm_err *err)
{
	if (n < 1 || n > ID_MAX - c->next)
		return csm_fail(err, CSM_E_REFUSED, "there are no %" PRId64 " numbers left for a %s", n,
				t->name);
	*first = c->next;
	c->next += n;
	return CSM_OK;
}

int store_id_next(struct csm_store *s, const struct csm_rtype *t, int64_t *id, struct csm_err *err)
{
	struct store_counter *c;
	int rc = read_counter(s, t, &c, err);

	return rc == CSM_OK ? give_ids(t, c, 1, id, err) : rc;
}

int csm_store_take_ids(struct csm_store *s, const struct csm_rtype *t, int64_t n, int64_t *first,
		       struct csm_err *err)
{
	struct store_counter *c;
	int rc;

	*first = 0;
	if (!s->change.open)
		return csm_fail(err, CSM_E_INTERNAL, "ids taken outside a change");
	rc = store_present_only(s, "ids are taken", err);
	if (rc == CSM_OK)
		rc = read_counter(s, t, &c, err);
	if (rc == CSM_OK)
		rc = give_ids(t, c, n, first, err);
	if (rc != CSM_OK)
		return rc;
	if (c->taken_last != *first - 1)
		c->taken_first = *first;
	c->taken_last = *first + n - 1;
	return CSM_OK;
}

int csm_store_pass_id(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	struct store_counter *c;
	int64_t first;
	int rc;

	if (!s->change.open)
		return csm_fail(err, CSM_E_INTERNAL, "ids passed outside a change");
	rc = read_counter(s, t, &c, err);
	return rc != CSM_OK || id < c->next ? rc : csm_store_take_ids(s, t, id + 1 - c->next, &first, err);
}

/* The change that deleted a record, 0: it was never deleted. */
static int find_deletion(struct csm_store *s, const struct csm_rtype *t, int64_t id, int64_t *change,
			 struct csm_err *err)
{
	const struct csm_value v[2] = { csm_text(t->name), csm_int(id) };

	return store_first_int(s, store_text(STORE_TEXT_DELETIONS), v, 2, change, err);
}

int store_id_claim(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(s->change.tmp);
	const char *number = csm_number_format(s->change.tmp, t, id);
	struct store_counter *c;
	int64_t deleted = 0;
	int rc = read_counter(s, t, &c, err);

	if (rc != CSM_OK)
		return rc;
	if (!number)
		number = csm_sprintf(s->change.tmp, "#%" PRId64, id);
	if (id < 1 || id > CLAIM_MAX) {
		rc = csm_fail(err, CSM_E_INVALID, "%s is no number a record can have (at most 12 digits)", number);
	} else if (id >= c->next) {
		c->next = id + 1;
	} else if (id < c->taken_first || id > c->taken_last) {
		if (store_exists(s, t, id, &rc, err))
			rc = csm_fail(err, CSM_E_CONFLICT, "%s %s is stored already", t->name, number);
		if (rc == CSM_OK)
			rc = find_deletion(s, t, id, &deleted, err);
		if (deleted)
			rc = csm_fail(err, CSM_E_CONFLICT,
				      "%s %s was deleted by change %" PRId64
				      ", its number is not given again",
				      t->name, number, deleted);
	}
	csm_arena_rewind(s->change.tmp, mark);
	return rc;
}

static int set_counter(struct csm_store *s, enum store_text text, const struct csm_rtype *t, int64_t next,
		       struct csm_err *err)
{
	struct csm_value v[2] = { csm_int(next), csm_text(t->name) };
	struct csm_stmt *st;
	int64_t changed = 0;
	int rc = csm_db_kept(s->db, store_text(text), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_run(st, v, 2, &changed, err);
	if (rc == CSM_OK && changed != 1)
		rc = csm_fail(err, CSM_E_DAMAGED, "the counter of type %s is missing", t->name);
	return rc;
}

int store_ids_flush(struct csm_store *s, struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;

	for (unsigned i = 0; s->change.types && i < d->ntypes; i++) {
		struct store_counter *c = &s->change.types[i];
		enum store_text text = c->stored ? STORE_TEXT_SET_COUNTER : STORE_TEXT_NEW_COUNTER;
		int rc;

		if (!c->next || c->next == c->stored)
			continue;
		if (!c->stored && c->next == 1)
			continue;
		rc = set_counter(s, text, d->types[i], c->next, err);
		if (rc != CSM_OK)
			return rc;
		c->stored = c->next;
	}
	return CSM_OK;
}
