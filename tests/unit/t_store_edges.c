/* SPDX-License-Identifier: MIT */
/*
 * t_store_edges.c - the store where things are not as they should be: restricted actors, dictionaries
 * with holes, conditions nobody can write, tables that are gone, memory that goes stale.
 */
#include "store/store_priv.h"
#include "t_store_help.h"

#define F(n, k, ...)                                                                                   \
	{                                                                                              \
		.name = n, .kind = k, .label = n, .help = n, __VA_ARGS__                               \
	}

static const struct csm_field thing_fields[] = {
	CSM_NUMBER,
	F("name", CSM_K_TEXT, .flags = CSM_F_REQUIRED | CSM_F_TITLE | CSM_F_SEARCH),
	F("parent", CSM_K_REF, .target = "thing", .ondel = CSM_ON_RESTRICT),
	F("ghost", CSM_K_REF, .target = "nothing"),
	F("ghosts", CSM_K_REF_LIST, .target = "nothing"),
	F("amount", CSM_K_INT, .flags = CSM_F_INDEX),
	F("age", CSM_K_INT, .flags = CSM_F_COMPUTED),
	F("order", CSM_K_TEXT, .flags = CSM_F_KEY, .max_len = 20),
	F("price", CSM_K_MONEY, .max_len = 0),
	F("tags", CSM_K_REF_LIST, .target = "thing"),
	CSM_STD,
};
enum {
	THING_NUMBER,
	THING_NAME,
	THING_PARENT,
	THING_GHOST,
	THING_GHOSTS,
	THING_AMOUNT,
	THING_AGE,
	THING_ORDER,
	THING_PRICE
};
static const struct csm_field lone_fields[] = { F("word", CSM_K_TEXT, .max_len = 9), CSM_STD };
static const struct csm_rtype thing = {
	.name = "thing",
	.table = "things",
	.prefix = "TH",
	.section = "agreements",
	.label = "Thing",
	.plural = "Things",
	.help = "Thing",
	.fields = thing_fields,
	.nfields = CSM_COUNT(thing_fields),
	.sort = "",
	.unique = "name,amount;order,amount",
};
/* No name and value; no user in the dictionary either. */
static const struct csm_rtype setting = {
	.name = "setting",
	.table = "settings",
	.section = "administration",
	.label = "Setting",
	.plural = "Settings",
	.help = "Setting",
	.fields = lone_fields,
	.nfields = CSM_COUNT(lone_fields),
	.sort = "",
};
static const struct csm_rtype *const types[] = { &thing, &setting };
static const struct csm_setting settings[] = { { "size", CSM_K_INT, "7", "Size" },
					       { "nil", CSM_K_TEXT, NULL, "Nothing" } };
static const struct csm_dict dict = { types, CSM_COUNT(types), settings, CSM_COUNT(settings) };

static void make_things(void)
{
	t_put("thing", 1, "name=one", "amount=10", "order=a", "price=1 EUR", NULL);
	t_put("thing", 2, "name=two", "parent=TH0000001", "amount=20", NULL);
	t_put("thing", 3, "name=three", "parent=TH0000001", NULL);
	t_put("thing", 4, "name=CS99", "parent=#2", NULL);
}

/* ---- conditions that no text gives ---- */

static int64_t count(const struct csm_filter *f)
{
	int64_t n = -1;

	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_count(t_store, &thing, f, &n, &t_err), CSM_OK);
	return n;
}

static int64_t count_not(struct csm_filter *f)
{
	struct csm_filter no = { .op = CSM_OP_NOT, .a = f };

	return count(&no);
}

/* The same in memory, over all records. */
static int64_t count_in_memory(const struct csm_filter *f)
{
	int64_t n = 0;

	for (int64_t id = 1; id <= 4; id++) {
		struct csm_rec *r;
		bool yes = false;

		T_EQ_INT(csm_store_need(t_store, &thing, id, t_arena, &r, &t_err), CSM_OK);
		T_EQ_INT(csm_store_eval(t_store, f, r, &yes, &t_err), CSM_OK);
		n += yes;
	}
	return n;
}

static void test_conditions(void)
{
	struct csm_value none[2] = { csm_null(), csm_null() }, ten = csm_int(10);
	struct csm_filter f = { .op = CSM_OP_TRUE, .type = &thing };
	struct csm_filter amount = { .op = CSM_OP_EQ,
				     .type = &thing,
				     .path = { THING_AMOUNT },
				     .npath = 1,
				     .steps = { &thing },
				     .field = &thing_fields[THING_AMOUNT],
				     .values = none,
				     .nvalues = 1 };
	struct csm_filter age = amount, foreign = amount, has = amount;

	T_EQ_INT(count(&f), 4);
	T_EQ_INT(count_not(&f), 0);
	f.op = CSM_OP_FALSE;
	T_EQ_INT(count(&f), 0);
	T_EQ_INT(count_not(&f), 4);
	T_EQ_INT(count(&amount), 0); /* nothing equals null */
	T_EQ_INT(count_not(&amount), 4);
	amount.op = CSM_OP_IN;
	T_EQ_INT(count(&amount), 0);
	T_EQ_INT(count_not(&amount), 4);
	amount.nvalues = 0;
	T_EQ_INT(count(&amount), 0);
	amount.op = CSM_OP_NIN;
	T_EQ_INT(count(&amount), count_in_memory(&amount));
	T_EQ_INT(count(&amount), 2);
	T_EQ_INT(count_not(&amount), 2);

	has.op = CSM_OP_HAS;
	has.path[0] = CSM_COUNT(thing_fields) - CSM_STD_FIELDS - 1;
	has.field = &thing_fields[has.path[0]];
	T_EQ_INT(count(&has), 0);
	T_EQ_INT(count_not(&has), 4);

	/* a computed field is asked in memory, where it is null */
	age.path[0] = THING_AGE;
	age.field = &thing_fields[THING_AGE];
	age.values = &ten;
	T_EQ_INT(count(&age), 0);
	T_EQ_INT(count_not(&age), 4);

	foreign.type = &setting;
	T_EQ_INT(csm_store_count(t_store, &thing, &foreign, &(int64_t){ 0 }, &t_err), CSM_E_INTERNAL);
	csm_err_clear(&t_err);
	foreign = amount;
	foreign.path[1] = THING_NAME; /* through a number of things */
	foreign.npath = 2;
	T_EQ_INT(csm_store_count(t_store, &thing, &foreign, &(int64_t){ 0 }, &t_err), CSM_E_INVALID);
	csm_err_clear(&t_err);
}

static void test_sorting(void)
{
	struct csm_query q = { .sort = "age" };
	struct csm_cursor *c;

	T_EQ_INT(csm_store_select(t_store, &thing, &q, t_arena, &c, &t_err), CSM_E_INVALID);
	T_OK(strstr(t_err.msg, "computed"));
	T_OK(!c);
	q.sort = " +amount , -parent.name,price,order";
	T_EQ_INT(csm_store_select(t_store, &thing, &q, t_arena, &c, &t_err), CSM_OK);
	csm_cursor_closep(&c);
	csm_err_clear(&t_err);
}

/* ---- references to a type that is not there ---- */

static void test_holes(void)
{
	struct csm_path p;
	const struct csm_rec *at;
	struct csm_rec *r;
	const char *text;

	T_EQ_INT(csm_store_need(t_store, &thing, 1, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(csm_path_parse(t_arena, &dict, &thing, "ghost.name", &p, &t_err), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_set(t_store, r, THING_GHOST, "x", &t_err), CSM_E_INTERNAL);
	T_EQ_INT(csm_store_set(t_store, r, THING_GHOSTS, "x", &t_err), CSM_E_INTERNAL);
	csm_rec_set_int(r, THING_GHOST, 1);
	T_EQ_INT(csm_store_text(t_store, r, THING_GHOST, t_arena, &text, &t_err), CSM_E_INTERNAL);
	p = (struct csm_path){ .type = &thing, .field = { THING_GHOST, 1 }, .n = 2 };
	T_EQ_INT(csm_store_follow(t_store, r, &p, t_arena, &at, &t_err), CSM_E_INTERNAL);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_setting_int(t_store, "size"),
		 7); /* the default: the stored ones cannot be read */
	T_EQ_INT(csm_store_setting(t_store, "size", &(struct csm_value){ 0 }, &t_err), CSM_E_INTERNAL);
	T_EQ_STR(csm_store_setting_text(t_store, "nil"), "");
	csm_err_clear(&t_err);
	T_OK(strstr(store_sql(t_store, &csm_type_user, STORE_SQL_GET), "FROM users"));
}

/* ---- who is restricted sees nothing ---- */

static void test_restricted(void)
{
	struct csm_cursor *c;
	struct csm_rec *r, **kids;
	int64_t id, ids[4];
	unsigned n;

	T_EQ_INT(store_access_check(t_store, &thing, STORE_CHANGE, NULL, &t_err), CSM_OK);
	t_store->actor.kind = CSM_ACTOR_EXTERNAL;
	T_EQ_INT(csm_store_get(t_store, &thing, 1, t_arena, &r, &t_err), CSM_OK);
	T_OK(!r);
	T_EQ_INT(csm_store_need(t_store, &thing, 1, t_arena, &r, &t_err), CSM_E_NOTFOUND);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_find(t_store, &thing, "TH0000001", &id, &t_err), CSM_E_NOTFOUND);
	T_EQ_INT(csm_store_find(t_store, &thing, "one", &id, &t_err), CSM_E_NOTFOUND);
	T_OK(!strstr(t_err.msg, "did you mean"));
	T_EQ_INT(csm_store_match(t_store, &thing, (const int[]){ THING_AMOUNT },
				 &(struct csm_value){ CSM_INT, 10, NULL }, 1, ids, 4, &n, &t_err),
		 CSM_OK);
	T_EQ_INT(n, 0);
	T_EQ_INT(count(NULL), 0);
	T_EQ_INT(csm_store_select(t_store, &thing, NULL, t_arena, &c, &t_err), CSM_OK);
	T_EQ_INT(csm_cursor_next(c, t_arena, &r, &t_err), CSM_OK);
	T_OK(!r);
	csm_cursor_close(c);
	T_EQ_INT(csm_store_children(t_store, &thing, THING_PARENT, 1, t_arena, &kids, &n, &t_err),
		 CSM_OK);
	T_EQ_INT(n, 0);
	T_EQ_INT(store_access_check(t_store, &thing, STORE_CHANGE, NULL, &t_err), CSM_E_PERM);
	T_OK(strstr(t_err.msg, "may not change a thing"));
	T_EQ_INT(store_access_open(t_store, &t_err), CSM_E_PERM);
	t_store->actor.kind = CSM_ACTOR_OWNER;
	csm_err_clear(&t_err);
}

/* ---- what goes stale ---- */

static int dropped;

static void drop_slot(void *slot)
{
	(void)slot;
	dropped++;
}

static void test_stale(void)
{
	static const char key, kept;
	const struct csm_rec *r, *again;
	bool made;
	int *p = csm_store_slot(t_store, &key, sizeof(*p), drop_slot, &made);

	*p = 5;
	*(int *)csm_store_slot(t_store, &kept, sizeof(int), NULL, NULL) = 6;
	store_note_write(t_store, &setting);
	T_EQ_INT(dropped, 0);
	store_note_write(t_store, &thing);
	store_note_write(t_store, &thing);
	T_EQ_INT(dropped, 1);
	T_OK(csm_store_slot(t_store, &key, sizeof(*p), drop_slot, &made) == p);
	T_OK(made && *p == 0);
	T_EQ_INT(*(int *)csm_store_slot(t_store, &kept, sizeof(int), NULL, &made), 6);
	T_OK(!made);

	T_EQ_INT(store_cached(t_store, &thing, 1, &r, &t_err), CSM_OK);
	T_EQ_STR(csm_rec_text(r, THING_NAME), "one");
	T_EQ_INT(store_cached(t_store, &thing, 1, &again, &t_err), CSM_OK);
	T_OK(again == r);
	t_exec("UPDATE things SET name = 'ONE' WHERE id = 1");
	store_note_write(t_store, &thing);
	T_EQ_INT(store_cached(t_store, &thing, 1, &r, &t_err), CSM_OK);
	T_EQ_STR(csm_rec_text(r, THING_NAME), "ONE");
	for (int64_t id = 1000; id < 11000; id++) { /* more than the cache keeps */
		T_EQ_INT(store_cached(t_store, &thing, id, &r, &t_err), CSM_OK);
		T_OK(!r);
	}
	T_EQ_INT(store_cached(t_store, &thing, 0, &r, &t_err), CSM_OK);
	T_OK(!r);
	T_EQ_INT(store_cached(t_store, &thing, 2, &r, &t_err), CSM_OK);
	T_EQ_STR(csm_rec_text(r, THING_NAME), "two");
	t_exec("UPDATE things SET name = 'one' WHERE id = 1");
}

/* ---- tables that are gone ---- */

static void no_note(void *arg, char severity, const struct csm_err *err)
{
	(void)arg, (void)severity, (void)err;
}

static int ignore(void *arg, const struct csm_rtype *from, int field, int64_t n, int64_t first)
{
	(void)arg, (void)from, (void)field, (void)n, (void)first;
	return CSM_OK;
}

#define FAILS(call)                                                                                    \
	do {                                                                                           \
		csm_err_clear(&t_err);                                                                 \
		T_OK((call) != CSM_OK);                                                                \
		T_OK(t_err.code != CSM_OK && *t_err.msg);                                              \
	} while (0)

static void test_gone(void)
{
	const struct csm_diag diag = { no_note, NULL };
	struct csm_path p;
	struct csm_cursor *c;
	const struct csm_rec *at;
	struct csm_rec *r, **kids;
	struct csm_filter *f;
	const char *text;
	int64_t id, ids[1];
	unsigned n;
	bool yes;

	T_EQ_INT(csm_store_need(t_store, &thing, 4, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(csm_path_parse(t_arena, &dict, &thing, "parent.parent.name", &p, &t_err), CSM_OK);
	T_EQ_INT(csm_store_filter(t_store, &thing, "parent.name ~ '*x*' and name ~ 'c*'", t_arena, &f,
				  &t_err),
		 CSM_OK);
	store_note_write(t_store, &thing);
	t_exec("ALTER TABLE things RENAME TO lost");
	FAILS(csm_store_get(t_store, &thing, 1, t_arena, &r, &t_err));
	T_OK(!r);
	T_EQ_INT(csm_store_get(t_store, &thing, 0, t_arena, &r, &t_err), CSM_OK);
	r = csm_rec_new(t_arena, &thing);
	csm_rec_set_int(r, THING_PARENT, 2);
	csm_rec_set_text(r, THING_NAME, "c");
	FAILS(csm_store_follow(t_store, r, &p, t_arena, &at, &t_err));
	FAILS(csm_store_eval(t_store, f, r, &yes, &t_err));
	FAILS(csm_store_find(t_store, &thing, "TH0000001", &id, &t_err));
	FAILS(csm_store_find(t_store, &thing, "one", &id, &t_err));
	FAILS(csm_store_set(t_store, r, THING_PARENT, "one", &t_err));
	FAILS(csm_store_match(t_store, &thing, (const int[]){ THING_AMOUNT },
			      &(struct csm_value){ CSM_INT, 10, NULL }, 1, ids, 1, &n, &t_err));
	FAILS(csm_store_select(t_store, &thing, NULL, t_arena, &c, &t_err));
	T_OK(!c);
	FAILS(csm_store_count(t_store, &thing, NULL, &id, &t_err));
	FAILS(csm_store_count(t_store, &thing, f, &id, &t_err));
	FAILS(csm_store_children(t_store, &thing, THING_PARENT, 1, t_arena, &kids, &n, &t_err));
	FAILS(csm_store_referrers(t_store, &thing, 1, ignore, NULL, &t_err));
	FAILS(csm_store_check_data(t_store, &diag, &t_err));
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_key(t_store, &thing, 1, t_arena, &text, &t_err), CSM_OK); /* arithmetic */
	t_exec("ALTER TABLE lost RENAME TO things");
	T_EQ_INT(csm_store_check_schema(t_store, &diag, &t_err), CSM_NO); /* the ghosts */
	t_exec("ALTER TABLE settings RENAME TO lost");
	T_EQ_INT(csm_store_check_schema(t_store, &diag, &t_err), CSM_NO);
	FAILS(csm_store_key(t_store, &setting, 1, t_arena, &text, &t_err));
	FAILS(csm_store_check_data(t_store, &diag, &t_err));
	t_exec("ALTER TABLE lost RENAME TO settings");
	csm_err_clear(&t_err);
}

/* A failed statement poisons the transaction: reads fail too, and say so. */
static void test_poisoned(void)
{
	struct csm_cursor *c;
	struct csm_rec *r, **kids;
	int64_t id;
	unsigned n;

	T_EQ_INT(csm_store_select(t_store, &thing, NULL, t_arena, &c, &t_err), CSM_OK);
	T_EQ_INT(csm_db_begin(t_db, true, &t_err), CSM_OK);
	T_OK(csm_db_exec(t_db, "INSERT INTO things (id) VALUES (1)", &t_err) != CSM_OK);
	FAILS(csm_cursor_next(c, t_arena, &r, &t_err));
	csm_cursor_close(c);
	FAILS(csm_store_get(t_store, &thing, 1, t_arena, &r, &t_err));
	FAILS(csm_store_find(t_store, &thing, "TH0000001", &id, &t_err));
	FAILS(csm_store_count(t_store, &thing, NULL, &id, &t_err));
	FAILS(csm_store_children(t_store, &thing, THING_PARENT, 1, t_arena, &kids, &n, &t_err));
	csm_db_rollback(t_db);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_get(t_store, &thing, 1, t_arena, &r, &t_err), CSM_OK);
	T_OK(r);
}

static int stop_at(void *arg, const char *name, const char *sql)
{
	(void)name, (void)sql;
	return --*(int *)arg ? CSM_OK : CSM_NO;
}

static int check_prepare(void *arg, const char *name, const char *sql)
{
	struct csm_stmt *st = NULL;

	(void)arg;
	/* the store's own tables are not in this database */
	if (strncmp(name, "thing.", 6) && strncmp(name, "setting.", 8))
		return CSM_OK;
	T_EQ_INT(csm_db_prepare(t_db, sql, &st, &t_err), CSM_OK);
	csm_stmt_finalize(st);
	return CSM_OK;
}

static void test_statements(void)
{
	T_EQ_INT(csm_store_statements(t_store, check_prepare, NULL, &t_err), CSM_OK);
	for (int i = 1; i < 150; i++) { /* stopping anywhere stops it */
		int left = i;

		T_EQ_INT(csm_store_statements(t_store, stop_at, &left, &t_err), CSM_NO);
		T_EQ_INT(left, 0);
	}
}

int main(void)
{
	static const struct csm_pair odd[] = { { "size", "7" }, { "nil", "" }, { NULL, NULL } };

	t_begin(&dict);
	make_things();
	test_conditions();
	test_sorting();
	test_holes();
	test_restricted();
	test_stale();
	test_gone();
	test_poisoned();
	test_statements();
	csm_store_close(t_store);
	t_env.os_user = NULL;
	t_env.config = odd;
	t_open_store();
	T_EQ_STR(csm_store_actor(t_store)->name, "owner");
	csm_store_closep(&t_store);
	T_OK(!t_store);
	t_end();
	T_DONE();
}
