/* SPDX-License-Identifier: MIT */
/* t_store_keys.c - keys that a change has written are never missed, and others are nearly always. */
#include "store/store_priv.h"
#include <csm/svc.h>

#include "t_store_help.h"

/* More than the first two levels have room for. */
#define KEYS 40000

static struct csm_rec *make_account(int i)
{
	struct csm_rec *r = csm_rec_new(t_arena, &csm_type_account);
	int field = csm_field_index(r->type, "external_id");

	csm_rec_set_text(r, field, csm_sprintf(t_arena, "%s-%d", i % 3 ? "A" : "a longer account key", i));
	return r;
}

/* Whether they are a key, and one that the change has not written. */
static bool is_new(const struct csm_rtype *t, const int *fields, const struct csm_value *v, unsigned n)
{
	uint64_t key = store_key(t_store, t, fields, v, n);

	return key && !store_key_written(t_store, key);
}

static bool misses(const struct csm_rec *r, const char *name)
{
	int field = csm_field_index(r->type, name);

	return is_new(r->type, &field, &r->v[field], 1);
}

static void test_keys(void)
{
	int wrong = 0, asked = 0;

	for (int i = 0; i < KEYS; i++) {
		struct csm_rec *r = make_account(i);

		asked += !misses(r, "external_id");
		store_keys_add(t_store, r);
		wrong += misses(r, "external_id");
	}
	for (int i = 0; i < KEYS; i++)
		wrong += misses(make_account(i), "external_id");
	T_EQ_INT(wrong, 0);
	/* one of 200, and no fewer: the filter is as full as it may be */
	T_OK(asked < KEYS / 200);
	for (int i = KEYS; i < 2 * KEYS; i++)
		asked += !misses(make_account(i), "external_id");
	T_OK(asked > 0 && asked < KEYS / 100);
}

/* Fields that are unique together, in the order of the row; a null among them is like no other. */
static void test_sets(void)
{
	const struct csm_rtype *t = &csm_type_sla_alert;
	struct csm_rec *r = csm_rec_new(t_arena, t);
	int sla = csm_field_index(t, "sla"), milestone = csm_field_index(t, "milestone");
	const int both[2] = { sla, milestone }, turned[2] = { milestone, sla };
	struct csm_value v[2] = { csm_int(7), csm_int(70) };

	T_OK(is_new(t, both, v, 2));
	T_OK(!is_new(t, turned, v, 2));	/* no set of the rows: nothing is known */
	T_OK(!is_new(t, both, v, 1));
	csm_rec_set(r, sla, v[0]);
	store_keys_add(t_store, r);
	T_OK(is_new(t, both, v, 2));
	csm_rec_set(r, milestone, v[1]);
	store_keys_add(t_store, r);
	T_OK(!is_new(t, both, v, 2));
	v[1] = csm_int(71);
	T_OK(is_new(t, both, v, 2));
	v[1] = csm_null();
	T_OK(!is_new(t, both, v, 2));
	/* an account's key is no key of an alert, nor its name one at all */
	T_OK(!misses(make_account(1), "name"));
}

static uint64_t key_of(const char *external_id)
{
	int field = csm_field_index(&csm_type_account, "external_id");
	const struct csm_value v = csm_text(external_id);

	return store_key(t_store, &csm_type_account, &field, &v, 1);
}

static bool absent(const char *external_id)
{
	int field = csm_field_index(&csm_type_account, "external_id");
	const struct csm_value v = csm_text(external_id);

	return store_key_absent(t_store, &csm_type_account, &field, &v, 1, key_of(external_id));
}

static int64_t found(const char *external_id)
{
	int field = csm_field_index(&csm_type_account, "external_id");
	const struct csm_value v = csm_text(external_id);
	int64_t id = 0;
	unsigned n;

	T_OK(csm_store_match(t_store, &csm_type_account, &field, &v, 1, &id, 1, &n, &t_err) == CSM_OK);
	return n ? id : 0;
}

static void put(const char *external_id)
{
	struct csm_rec *r;

	T_OK(csm_store_new(t_store, &csm_type_account, t_arena, &r, &t_err) == CSM_OK);
	csm_rec_set_text(r, csm_field_index(r->type, "name"), external_id);
	csm_rec_set_text(r, csm_field_index(r->type, "external_id"), external_id);
	T_OK(csm_store_write(t_store, r, CSM_WRITE_NORMAL, -1, &t_err) == CSM_OK);
}

/* A look-up finds what stands in the table, what this change wrote, and nothing else, whatever is known of keys. */
static void test_match(void)
{
	T_OK(!csm_store_was_empty(t_store, &csm_type_account));	/* outside a change nothing is known */
	T_OK(csm_store_begin(t_store, &t_err) == CSM_OK);
	T_EQ_INT(found("one"), 0);
	put("one");
	T_OK(csm_store_was_empty(t_store, &csm_type_account));
	T_EQ_INT(found("one"), 1);
	T_EQ_INT(found("two"), 0);
	T_OK(csm_store_commit(t_store, NULL, &t_err) == CSM_OK);
	T_EQ_INT(found("one"), 1);
	T_OK(csm_store_begin(t_store, &t_err) == CSM_OK);
	put("two");
	T_OK(!csm_store_was_empty(t_store, &csm_type_account));
	T_EQ_INT(found("one"), 1);
	T_EQ_INT(found("two"), 2);
	/* what was missed is known until it is written, and only that */
	T_EQ_INT(found("three"), 0);
	T_OK(absent("three"));
	T_OK(!absent("four"));
	T_EQ_INT(found("three"), 0);
	put("three");
	T_EQ_INT(found("three"), 3);
	T_EQ_INT(found("four"), 0);
	put("five");
	T_OK(absent("four"));
	put("four");
	T_OK(!absent("four"));
	T_EQ_INT(found("four"), 5);
	csm_store_rollback(t_store);
	T_EQ_INT(found("two"), 0);
}

int main(void)
{
	t_begin(NULL);
	T_OK(!misses(make_account(1), "external_id"));		/* outside a change nothing is known */
	T_OK(csm_store_begin(t_store, &t_err) == CSM_OK);
	test_keys();
	test_sets();
	csm_store_rollback(t_store);
	t_env.hooks = csm_svc_hooks();
	csm_store_close(t_store);
	t_open_store();
	test_match();
	t_end();
	T_DONE();
}
