/* SPDX-License-Identifier: MIT */
/*
 * t_store_point.c - a savepoint of a change: what is taken back after it is in no row, no history and no memory of the store; the change can be
 * committed, and proves itself.
 */
#include "t_write_help.h"

static struct csm_rec *firm(const char *name, int64_t parent)
{
	struct csm_rec *r = w_new(&w_firm);

	w_give(r, FIRM_NAME, name);
	if (parent)
		csm_rec_set_int(r, FIRM_PARENT, parent);
	return r;
}

/* Of the record that has gone no reference knows, no key, and no history. */
static void test_forgotten(void)
{
	struct csm_rec *a, *gone, *b;
	int64_t id, at;

	w_begin();
	a = firm("A", 0);
	w_give(a, FIRM_EXTERNAL_ID, "a");
	T_EQ_INT(w_write(a), CSM_OK);
	T_EQ_INT(csm_store_savepoint(t_store, &t_err), CSM_OK);
	gone = firm("Gone", a->id);
	w_give(gone, FIRM_EXTERNAL_ID, "gone");
	T_EQ_INT(w_write(gone), CSM_OK);
	id = gone->id;
	T_EQ_INT(csm_store_rollback_to(t_store, &t_err), CSM_OK);
	T_EQ_INT(w_write(firm("B", id)), CSM_E_NOTFOUND);
	T_OK(strstr(w_msg(), "there is no firm"));
	T_EQ_INT(csm_store_find(t_store, &w_firm, "gone", &at, &t_err), CSM_E_NOTFOUND);
	b = firm("B", a->id);
	w_give(b, FIRM_EXTERNAL_ID, "gone");
	T_EQ_INT(w_write(b), CSM_OK);
	T_OK(b->id != id);
	w_commit();
	T_EQ_INT(csm_store_verify(t_store, NULL, &t_err), CSM_OK);
}

/* A write that fails behind its row poisons the change, but not one that is taken back. */
static void test_half(void)
{
	struct csm_rec *r;
	int64_t n;

	w_begin();
	T_EQ_INT(w_write(firm("C", 0)), CSM_OK);
	T_EQ_INT(csm_store_savepoint(t_store, &t_err), CSM_OK);
	r = firm("Broken", 0);
	T_EQ_INT(w_write(r), CSM_E_REFUSED);
	T_OK(csm_store_failed(t_store));
	T_EQ_INT(csm_store_rollback_to(t_store, &t_err), CSM_OK);
	T_OK(!csm_store_failed(t_store));
	for (int i = 0; i < 2; i++) {
		T_EQ_INT(csm_store_savepoint(t_store, &t_err), CSM_OK);
		T_EQ_INT(w_write(firm(i ? "E" : "D", 0)), CSM_OK);
		T_EQ_INT(csm_store_release(t_store, &t_err), CSM_OK);
	}
	w_commit();
	T_EQ_INT(csm_store_count(t_store, &w_firm, NULL, &n, &t_err), CSM_OK);
	T_EQ_INT(n, 5);
	T_EQ_INT(csm_store_verify(t_store, NULL, &t_err), CSM_OK);
}

/* A key that was given up is there again when that is taken back. */
static void test_missed(void)
{
	struct csm_rec *r;

	w_begin();
	T_EQ_INT(csm_store_need(t_store, &w_firm, 1, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(csm_store_savepoint(t_store, &t_err), CSM_OK);
	w_give(r, FIRM_EXTERNAL_ID, "other");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(w_firms_with("a"), 0);
	T_EQ_INT(csm_store_rollback_to(t_store, &t_err), CSM_OK);
	T_EQ_INT(w_firms_with("a"), 1);
	csm_store_rollback(t_store);
}

static void test_order(void)
{
	T_EQ_INT(csm_store_savepoint(t_store, &t_err), CSM_E_INTERNAL);
	w_begin();
	T_EQ_INT(csm_store_release(t_store, &t_err), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_rollback_to(t_store, &t_err), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_savepoint(t_store, &t_err), CSM_OK);
	T_EQ_INT(csm_store_savepoint(t_store, &t_err), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_rollback_to(t_store, &t_err), CSM_OK);
	csm_store_rollback(t_store);
}

int main(void)
{
	w_begin_db();
	test_forgotten();
	test_half();
	test_missed();
	test_order();
	t_end();
	T_DONE();
}
