/* SPDX-License-Identifier: MIT */
/*
 * t_store_bulk.c - indexes that a big load does without: which go, that one comes back when it is asked for, and that the schema
 * is what it was after a commit, a rollback and a dry run.
 */
#include "t_write_help.h"

/* The catalogue as a text. */
static const char *schema(void)
{
	struct csm_buf b = CSM_BUF(t_arena);
	struct csm_stmt *st;
	bool row = true;

	if (csm_db_prepare(t_db, "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name", &st, &t_err))
		t_fail_now("schema");
	while (csm_stmt_step(st, &row, &t_err) == CSM_OK && row)
		csm_buf_addf(&b, "%s\n", csm_stmt_column(st, 0).s);
	csm_stmt_finalize(st);
	return b.s;
}

static bool has(const char *index)
{
	return strstr(schema(), csm_sprintf(t_arena, "INDEX %s ON", index)) != NULL;
}

static int64_t add_firm(const char *name, int64_t parent)
{
	struct csm_rec *r = w_new(&w_firm);

	w_give(r, FIRM_NAME, name);
	if (parent)
		csm_rec_set_int(r, FIRM_PARENT, parent);
	T_EQ_INT(w_write(r), CSM_OK);
	return r->id;
}

static unsigned children(int64_t parent)
{
	struct csm_rec **rows;
	unsigned n = 0;

	T_EQ_INT(csm_store_children(t_store, &w_firm, FIRM_PARENT, parent, t_arena, &rows, &n, &t_err), CSM_OK);
	return n;
}

/* Bosses are users, the last of whom has this id now. */
static void have_users(int64_t n)
{
	struct csm_rec *r;

	w_begin();
	T_EQ_INT(csm_store_pass_id(t_store, &w_user, n - 1, &t_err), CSM_OK);
	r = w_new(&w_user);
	w_give(r, USR_NAME, csm_sprintf(t_arena, "user %d", (int)n));
	T_EQ_INT(w_write(r), CSM_OK);
	T_EQ_INT(r->id, n);
	w_commit();
}

static void test_few(void)
{
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 9999, NULL, &t_err), CSM_E_INTERNAL);
	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 4999, NULL, &t_err), CSM_OK);
	T_OK(has("w_firms_parent") && has("w_firms_external_id"));
	csm_store_rollback(t_store);
}

/* References to few records keep theirs, also counting those that come. */
static void test_places(void)
{
	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	T_OK(has("w_firms_boss"));
	add_firm("None", 0);
	w_commit();
	have_users(64);
	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	T_OK(!has("w_firms_parent") && has("w_firms_boss"));
	add_firm("Zero", 0);
	t_exec("UPDATE w_firms SET boss = 777");
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_CONFLICT);
	T_OK(strstr(t_err.msg, "777") != NULL);
	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_user, 1, NULL, &t_err), CSM_OK);
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	T_OK(!has("w_firms_boss"));
	csm_store_rollback(t_store);
	have_users(65);
	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	T_OK(!has("w_firms_boss"));
	csm_store_rollback(t_store);
}

/* Returns a firm that is the parent of three. */
static int64_t test_commit(const char *before)
{
	int64_t first;

	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	T_OK(!has("w_firms_parent") && !has("w_firms_boss") && has("w_firms_external_id"));
	first = add_firm("One", 0);
	add_firm("Two", first);
	add_firm("Three", first);
	/* it is asked for: it is there again, and knows what was written without it */
	T_EQ_INT(children(first), 2);
	T_OK(has("w_firms_parent") && !has("w_firms_boss"));
	add_firm("Four", first);
	T_EQ_INT(children(first), 3);
	w_commit();
	T_EQ_STR(schema(), before);
	T_EQ_INT(csm_db_integrity(t_db, true, NULL, &t_err), CSM_OK);
	T_EQ_INT(csm_store_verify(t_store, NULL, &t_err), CSM_OK);
	return first;
}

/* Fields that no record has keep their indexes. */
static void test_choice(void)
{
	uint64_t boss[2] = { UINT64_C(1) << FIRM_BOSS, 0 };

	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, boss, &t_err), CSM_OK);
	T_OK(has("w_firms_parent") && !has("w_firms_boss"));
	T_EQ_INT(csm_store_bulk_end(t_store, &t_err), CSM_OK);
	T_OK(has("w_firms_boss"));
	csm_store_rollback(t_store);
}

/* Few records for a table keep all. */
static void test_stored(void)
{
	static const struct { int stored, n; bool kept; } rows[] = {
		{ 15002, 5000, false }, { 15003, 5000, true }, { 99999, 33333, false }, { 99999, 33332, true },
		{ 100007, 12500, false }, { 100008, 12500, true },
	};

	for (unsigned i = 0; i < CSM_COUNT(rows); i++) {
		w_begin();
		t_exec(csm_sprintf(t_arena, "INSERT INTO w_firms (id, name, active, version, created_at, updated_at) "
					    "VALUES (%d, 'Far', 1, 1, 1, 1)", rows[i].stored));
		T_EQ_INT(csm_store_bulk(t_store, &w_firm, rows[i].n, NULL, &t_err), CSM_OK);
		T_EQ_INT(has("w_firms_boss"), rows[i].kept);
		csm_store_rollback(t_store);
	}
}

/* A list of records is a look-up of any kind. */
static void test_select(void)
{
	int64_t n;

	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	T_EQ_INT(csm_store_count(t_store, &w_firm, NULL, &n, &t_err), CSM_OK);
	T_OK(has("w_firms_parent") && has("w_firms_boss"));
	csm_store_rollback(t_store);
}

static int64_t looked_at(void)
{
	struct csm_stmt *st;
	int64_t on = -1;
	bool row;

	if (csm_db_first(t_db, "PRAGMA foreign_keys", NULL, 0, &st, &row, &t_err) == CSM_OK && row)
		on = csm_stmt_column(st, 0).i;
	csm_stmt_reset(st);
	return on;
}

/* The engine does not look at references meanwhile; the end does, and names them. */
static void test_references(void)
{
	struct csm_rec *r;
	int64_t id;

	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	T_EQ_INT(csm_store_gather(t_store, &t_err), CSM_OK);
	T_EQ_INT(looked_at(), 0);
	add_firm("Six", 0);
	add_firm("Seven", 0);
	t_exec("UPDATE w_firms SET parent = 777 WHERE name = 'Seven'");
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_E_CONFLICT);
	T_OK(strstr(t_err.msg, "777") != NULL);
	T_EQ_INT(looked_at(), 1);
	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	id = add_firm("Eight", 0);
	T_EQ_INT(looked_at(), 0);
	T_EQ_INT(csm_store_need(t_store, &w_firm, id, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(csm_store_delete(t_store, r, -1, &t_err), CSM_OK);
	T_EQ_INT(looked_at(), 1);
	w_commit();
	T_EQ_INT(csm_store_verify(t_store, NULL, &t_err), CSM_OK);
}

static void test_dry(const char *before, int64_t parent)
{
	t_env.dry_run = true;
	w_again();
	w_begin();
	T_EQ_INT(csm_store_bulk(t_store, &w_firm, 5000, NULL, &t_err), CSM_OK);
	add_firm("Five", parent);
	T_EQ_INT(csm_store_commit(t_store, NULL, &t_err), CSM_OK);
	T_EQ_STR(schema(), before);
	T_EQ_INT(children(parent), 3);
	t_env.dry_run = false;
	w_again();
}

static unsigned matches(int field, const char *text)
{
	const struct csm_value v = csm_text(text);
	int64_t id;
	unsigned n = 0;

	T_EQ_INT(csm_store_match(t_store, &w_firm, &field, &v, 1, &id, 1, &n, &t_err), CSM_OK);
	return n;
}

static void add_named(const char *name, int field, const char *text)
{
	struct csm_rec *r = w_new(&w_firm);

	w_give(r, FIRM_NAME, name);
	if (text)
		w_give(r, field, text);
	T_EQ_INT(w_write(r), CSM_OK);
}

/* Rows wait as the fields that were stated until then; one that states another is found, and so are those before it. */
static void test_named(void)
{
	w_again();
	w_begin();
	T_EQ_INT(csm_store_gather(t_store, &t_err), CSM_OK);
	add_named("Ten", FIRM_CODE, NULL);
	T_EQ_INT(matches(FIRM_EXTERNAL_ID, "x-11"), 0);
	add_named("Eleven", FIRM_EXTERNAL_ID, "x-11");
	T_EQ_INT(matches(FIRM_NAME, "Ten"), 1);
	add_named("Twelve", FIRM_CODE, "Bremen");
	add_named("Ten", FIRM_CODE, NULL);
	T_EQ_INT(matches(FIRM_CODE, "Bremen"), 1);
	T_EQ_INT(matches(FIRM_CODE, "Ulm"), 0);
	T_EQ_INT(matches(FIRM_EXTERNAL_ID, "x-11"), 1);
	T_EQ_INT(matches(FIRM_NAME, "Ten"), 2);
	w_commit();
	T_EQ_INT(matches(FIRM_NAME, "Ten"), 2);
	T_EQ_INT(csm_store_verify(t_store, NULL, &t_err), CSM_OK);
}

int main(void)
{
	const char *before;
	int64_t parent;

	w_begin_db();
	before = schema();
	test_few();
	test_places();
	T_EQ_STR(schema(), before);
	parent = test_commit(before);
	test_choice();
	test_stored();
	test_select();
	test_references();
	T_EQ_STR(schema(), before);
	test_named();
	test_dry(before, parent);
	t_end();
	T_DONE();
}
