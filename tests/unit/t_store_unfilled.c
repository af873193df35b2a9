/* SPDX-License-Identifier: MIT */
/* t_store_unfilled.c - a field that no row has is not looked up for each row of a load. Rows are changed behind the store's back to tell. */
#include "t_write_help.h"

#define FIRMS 100

static void add_firms(void)
{
	w_begin();
	for (int i = 0; i < FIRMS; i++) {
		struct csm_rec *r = w_new(&w_firm);

		w_give(r, FIRM_NAME, csm_sprintf(t_arena, "Firm %d", i));
		T_EQ_INT(w_write(r), CSM_OK);
	}
	w_commit();
}

static const char *code_of(int64_t id)
{
	struct csm_value v;

	T_EQ_INT(csm_store_value(t_store, &w_firm, id, FIRM_EXTERNAL_ID, t_arena, &v, &t_err), CSM_OK);
	return v.tag == CSM_NULL ? "" : v.s;
}

static void look(int times)
{
	for (int i = 0; i < times; i++)
		T_EQ_STR(code_of(2 + i % (FIRMS - 1)), "");
}

static void fill(void)
{
	t_exec("UPDATE w_firms SET external_id = 'x' WHERE id = 1");
}

/* Few look-ups are done one by one, and so are all that no change keeps others out of. */
static void test_few(void)
{
	look(200);
	fill();
	T_EQ_STR(code_of(1), "x");
	t_exec("UPDATE w_firms SET external_id = NULL");
	w_begin();
	look(63);
	fill();
	T_EQ_STR(code_of(1), "x");
	/* the look at all rows has come to that one */
	look(200);
	T_EQ_STR(code_of(1), "x");
	csm_store_rollback(t_store);
}

/* After many the answer is known, until the change writes a row itself. */
static void test_many(void)
{
	struct csm_rec *r;

	w_begin();
	look(64);
	fill();
	T_EQ_STR(code_of(1), "");
	T_EQ_INT(csm_store_need(t_store, &w_firm, 2, t_arena, &r, &t_err), CSM_OK);
	w_give(r, FIRM_EXTERNAL_ID, "y");
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_STR(code_of(1), "x");
	T_EQ_STR(code_of(2), "y");
	csm_store_rollback(t_store);
}

/* A table of many rows is not walked for a few of them. */
static void test_large(void)
{
	w_begin();
	t_exec("INSERT INTO w_firms (id, name, active, version, created_at, updated_at) VALUES (12800, 'Far', 1, 1, 1, 1)");
	look(199);
	fill();
	T_EQ_STR(code_of(1), "x");
	t_exec("UPDATE w_firms SET external_id = NULL");
	csm_store_rollback(t_store);
	w_begin();
	t_exec("INSERT INTO w_firms (id, name, active, version, created_at, updated_at) VALUES (12800, 'Far', 1, 1, 1, 1)");
	look(200);
	fill();
	T_EQ_STR(code_of(1), "");
	csm_store_rollback(t_store);
}

static unsigned children(int64_t id)
{
	struct csm_rec **r;
	unsigned n;

	T_EQ_INT(csm_store_children(t_store, &w_firm, FIRM_PARENT, id, t_arena, &r, &n, &t_err), CSM_OK);
	return n;
}

/* So it is with look-ups by a key that nobody uses, and by a reference. */
static void test_others(void)
{
	w_begin();
	for (int i = 0; i < 64; i++) {
		T_EQ_INT(w_firms_with(csm_sprintf(t_arena, "no %d", i)), 0);
		T_EQ_INT(children(2 + i % (FIRMS - 1)), 0);
	}
	t_exec("UPDATE w_firms SET external_id = 'x', parent = 2 WHERE id = 1");
	T_EQ_INT(w_firms_with("x"), 0);
	T_EQ_INT(children(2), 0);
	csm_store_rollback(t_store);
	w_begin();
	t_exec("UPDATE w_firms SET external_id = 'x', parent = 2 WHERE id = 1");
	for (int i = 0; i < 100; i++) {
		T_EQ_INT(w_firms_with(csm_sprintf(t_arena, "no %d", i)), 0);
		T_EQ_INT(children(3 + i % (FIRMS - 2)), 0);
	}
	T_EQ_INT(w_firms_with("x"), 1);
	T_EQ_INT(children(2), 1);
	csm_store_rollback(t_store);
}

static int64_t set_code(const char *code)
{
	struct csm_rec *r;

	w_begin();
	T_EQ_INT(csm_store_need(t_store, &w_firm, 1, t_arena, &r, &t_err), CSM_OK);
	w_give(r, FIRM_EXTERNAL_ID, code);
	T_EQ_INT(w_write(r), CSM_OK);
	return w_commit();
}

/* A key that nobody uses any more had its records all the same. */
static void test_past(void)
{
	int64_t then;

	t_exec("UPDATE w_firms SET external_id = NULL");
	then = set_code("p");
	set_code("");
	w_begin();
	T_EQ_INT(csm_store_as_of(t_store, then, &t_err), CSM_OK);
	for (int i = 0; i < 100; i++)
		T_EQ_INT(w_firms_with(csm_sprintf(t_arena, "no %d", i)), 0);
	T_EQ_INT(w_firms_with("p"), 1);
	T_EQ_INT(csm_store_as_of(t_store, CSM_STORE_PRESENT, &t_err), CSM_OK);
	T_EQ_INT(w_firms_with("p"), 0);
	csm_store_rollback(t_store);
}

int main(void)
{
	w_begin_db();
	add_firms();
	test_few();
	test_many();
	test_large();
	test_others();
	test_past();
	t_end();
	T_DONE();
}
