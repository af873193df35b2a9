/* SPDX-License-Identifier: MIT */
/* t_store_read.c - reading records: actors, settings, keys, references, paths, queries. The tables come
 * from the migrations. */
#include "t_store_help.h"

static void reopen(const char *as, const char *os_user, int expect)
{
	csm_store_close(t_store);
	t_store = NULL;
	t_env.as = as;
	t_env.os_user = os_user;
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_open(&t_store, t_db, &t_env, &t_err), expect);
}

static void back_to_owner(void)
{
	reopen(NULL, "root", CSM_OK);
}

/* ---- actors ---- */

static void test_actor_without_users(void)
{
	T_EQ_INT(csm_store_actor(t_store)->kind, CSM_ACTOR_OWNER);
	T_EQ_STR(csm_store_actor(t_store)->name, "root");
	reopen("nobody", "root", CSM_E_PERM);
	T_OK(strstr(t_err.msg, "'nobody'"));
	back_to_owner();
}

static void test_actors(void)
{
	reopen(NULL, "anna", CSM_OK);
	T_EQ_INT(csm_store_actor(t_store)->kind, CSM_ACTOR_INTERNAL);
	T_EQ_INT(csm_store_actor(t_store)->user, 1);
	T_EQ_STR(csm_store_actor(t_store)->name, "anna");
	T_EQ_STR(csm_store_actor(t_store)->time_zone, "Europe/Berlin");
	reopen(NULL, "stranger", CSM_OK);
	T_EQ_INT(csm_store_actor(t_store)->kind, CSM_ACTOR_INTERNAL);
	T_EQ_INT(csm_store_actor(t_store)->user, 0);
	T_EQ_STR(csm_store_actor(t_store)->name, "stranger");
	reopen("ben@example.com", "root", CSM_OK);
	T_EQ_INT(csm_store_actor(t_store)->user, 2);
	T_EQ_STR(csm_store_actor(t_store)->name, "ben");
	reopen("cleo", "root", CSM_E_PERM);
	T_OK(strstr(t_err.msg, "not active"));
	reopen("dora", "root", CSM_E_PERM);
	T_OK(strstr(t_err.msg, "locked out"));
	reopen("geneva", "root", CSM_E_PERM); /* a contact */
	T_OK(strstr(t_err.msg, "external"));
	reopen("carl", "root", CSM_E_PERM); /* a consumer */
	T_OK(strstr(t_err.msg, "external"));
	back_to_owner();
}

/* ---- settings ---- */

static void test_settings(void)
{
	static const struct csm_pair given[] = { { "user.name", "x" },
						 { "sla.soon", "30m" },
						 { NULL, NULL } };
	static const struct csm_pair wrong[] = { { "sla.soon", "soon" }, { NULL, NULL } };
	struct csm_value v;

	T_OK(!csm_store_setting_bool(t_store, "case.auto_close"));
	T_EQ_INT(csm_store_setting_int(t_store, "sla.soon"), 7200);
	T_EQ_STR(csm_store_setting_text(t_store, "time.zone"), "UTC");
	T_EQ_INT(csm_store_setting(t_store, "no.such", &v, &t_err), CSM_E_INVALID);
	T_EQ_INT(csm_store_setting_int(t_store, "no.such"), 0);
	T_EQ_STR(csm_store_setting_text(t_store, "no.such"), "");

	t_put("setting", 1, "name=case.auto_close", "value=true", NULL);
	t_put("setting", 2, "name=sla.soon", "value=4h", NULL);
	t_put("setting", 3, "name=of.the.future", "value=4h", NULL);
	t_put("setting", 4, "name=time.zone", "value=no zone!", NULL); /* spoilt: the default holds */
	back_to_owner();
	T_OK(csm_store_setting_bool(t_store, "case.auto_close"));
	T_EQ_INT(csm_store_setting_int(t_store, "sla.soon"), 14400);
	T_EQ_INT(csm_store_setting_int(t_store, "entitlement.weight_asset"), 30000);
	T_EQ_STR(csm_store_setting_text(t_store, "time.zone"), "UTC");
	t_env.config = given;
	back_to_owner();
	T_EQ_INT(csm_store_setting_int(t_store, "sla.soon"), 1800);
	t_env.config = wrong;
	reopen(NULL, "root", CSM_E_CONFIG);
	T_OK(strstr(t_err.msg, "'soon'"));
	t_env.config = NULL;
	back_to_owner();
	t_exec("DELETE FROM settings");
}

/* ---- records ---- */

static void make_records(void)
{
	t_put("user", 1, "user_name=anna", "first_name=Anna", "last_name=Arm", "name=Anna Arm",
	      "email=anna@example.com", "time_zone=Europe/Berlin", "external_id=E-1", NULL);
	t_put("user", 2, "user_name=ben", "name=Ben Bow", "email=ben@example.com", "manager=anna",
	      NULL);
	t_put("user", 3, "user_name=cleo", "name=Cleo Cut", "active=false", NULL);
	t_put("user", 4, "user_name=dora", "name=Dora Dot", "locked_out=true", NULL);
	t_put("group", 1, "name=Support", NULL);
	t_put("group", 2, "name=Field", "parent=Support", NULL);
	t_put("group_member", 1, "user_group=Support", "member=anna", NULL);
	t_put("group_member", 2, "user_group=Support", "member=ben", NULL);
	t_put("account", 1, "name=Boxeo GmbH", "customer=true", "external_id=X1", "account_code=0001",
	      NULL);
	t_put("account", 2, "name=Boxeo GmbH", "customer=true", "external_id=X2", "account_code=0002",
	      NULL);
	t_put("account", 3, "name=Zeta AG", "customer=true", "account_code=0003", "account_parent=X1",
	      "revenue_per_year=1250.50 EUR", NULL);
	t_put("contact", 1, "account=X1", "name=Geneva Roth", "last_name=Roth",
	      "email=geneva@boxeo.example", "user_name=geneva", "roles=customer,partner", NULL);
	t_put("consumer", 1, "name=Carl Cox", "last_name=Cox", "email=carl@example.com",
	      "user_name=carl", "roles=consumer", NULL);
	for (int i = 1; i <= 30; i++)
		t_put("case", i,
		      csm_sprintf(t_arena, "short_description=Case %d of %s", i,
				  i % 2 ? "odd" : "even"),
		      csm_sprintf(t_arena, "account=ACCT%07d", 1 + i % 3),
		      csm_sprintf(t_arena, "priority=%d", 1 + i % 4),
		      csm_sprintf(t_arena, "assigned_to=%s", i % 5 ? "anna" : "ben"),
		      csm_sprintf(t_arena, "opened_at=2024-05-%02dT08:00:00Z", i),
		      i % 10 ? "watch_list=" : "watch_list=ben,anna,ben",
		      i % 6 ? "state=open" : "state=closed", i % 6 ? "active=true" : "active=false",
		      i == 7 ? "external_id=TT-7" : "external_id=", NULL);
}

static void test_get(void)
{
	const struct csm_rtype *cases = t_type("case");
	struct csm_rec *r;
	const char *key;

	T_EQ_INT(csm_store_get(t_store, cases, 42, t_arena, &r, &t_err), CSM_OK);
	T_OK(!r);
	T_EQ_INT(csm_store_get(t_store, cases, 0, t_arena, &r, &t_err), CSM_OK);
	T_OK(!r);
	T_EQ_INT(csm_store_need(t_store, cases, 42, t_arena, &r, &t_err), CSM_E_NOTFOUND);
	T_OK(strstr(t_err.msg, "CS0000042"));
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_need(t_store, t_type("user"), 42, t_arena, &r, &t_err), CSM_E_NOTFOUND);
	T_OK(strstr(t_err.msg, "#42"));
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_need(t_store, cases, 7, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(r->id, 7);
	T_OK(r->stored);
	T_EQ_STR(csm_rec_text(r, CASE_NUMBER), "CS0000007");
	T_EQ_STR(csm_rec_text(r, CASE_EXTERNAL_ID), "TT-7");
	T_EQ_STR(csm_rec_text(r, CASE_SHORT_DESCRIPTION), "Case 7 of odd");
	T_EQ_INT(csm_rec_int(r, CASE_PRIORITY), 4);
	T_OK(csm_rec_null(r, CASE_CONTACT));
	T_OK(!csm_rec_any_changed(r));
	T_OK(!csm_rec_given(r, CASE_PRIORITY));
	T_EQ_INT(csm_store_need(t_store, t_type("account"), 3, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(r->v[ACCOUNT_REVENUE_PER_YEAR].tag, CSM_MONEY);
	T_EQ_INT(r->v[ACCOUNT_REVENUE_PER_YEAR].i, 125050);
	T_EQ_STR(r->v[ACCOUNT_REVENUE_PER_YEAR].s, "EUR");

	T_EQ_INT(csm_store_key(t_store, cases, 7, t_arena, &key, &t_err), CSM_OK);
	T_EQ_STR(key, "CS0000007");
	T_EQ_INT(csm_store_key(t_store, t_type("user"), 1, t_arena, &key, &t_err), CSM_OK);
	T_EQ_STR(key, "anna"); /* not the key of another system */
	T_EQ_INT(csm_store_key(t_store, t_type("group_member"), 2, t_arena, &key, &t_err), CSM_OK);
	T_EQ_STR(key, "#2");
	T_EQ_INT(csm_store_key(t_store, t_type("user"), 99, t_arena, &key, &t_err), CSM_OK);
	T_OK(!key);
	T_EQ_INT(csm_store_key(t_store, cases, 0, t_arena, &key, &t_err), CSM_OK);
	T_OK(!key);
}

static void expect_find(const char *type, const char *text, int expect, int64_t want, const char *part)
{
	int64_t id = -1;
	int rc;

	csm_err_clear(&t_err);
	rc = csm_store_find(t_store, t_type(type), text, &id, &t_err);
	if (rc != expect || id != want || (part && !strstr(t_err.msg, part)))
		printf("find %s '%s': status %d, id %d, '%s'\n", type, text, rc, (int)id, t_err.msg);
	T_EQ_INT(rc, expect);
	T_EQ_INT(id, want);
	T_OK(!part || strstr(t_err.msg, part));
}

static void test_find(void)
{
	expect_find("case", "CS0000007", CSM_OK, 7, NULL);
	expect_find("case", "cs7", CSM_OK, 7, NULL);
	expect_find("case", "TT-7", CSM_OK, 7, NULL);
	expect_find("case", "#7", CSM_OK, 7, NULL);
	expect_find("case", "Case 7 of odd", CSM_OK, 7, NULL);
	expect_find("case", "CS0000099", CSM_E_NOTFOUND, 0, "'CS0000099'");
	expect_find("case", "", CSM_E_NOTFOUND, 0, NULL);
	expect_find("user", "anna", CSM_OK, 1, NULL);
	expect_find("user", "E-1", CSM_OK, 1, NULL);
	expect_find("user", "ben@example.com", CSM_OK, 2, NULL);
	expect_find("user", "Ben Bow", CSM_OK, 2, NULL);
	expect_find("user", "anan", CSM_E_NOTFOUND, 0, "did you mean 'anna'");
	expect_find("user", "me", CSM_E_NOTFOUND, 0, "nobody");
	expect_find("group_member", "#2", CSM_OK, 2, NULL);
	expect_find("group_member", "#3", CSM_E_NOTFOUND, 0, NULL);
	expect_find("group_member", "#99999999999999999999", CSM_E_NOTFOUND, 0, NULL);
	expect_find("account", "Zeta AG", CSM_OK, 3, NULL);
	expect_find("account", "X2", CSM_OK, 2, NULL);
	expect_find("account", "Boxeo GmbH", CSM_E_CONFLICT, 0, "ACCT0000001, ACCT0000002");
	expect_find("contact", "geneva@boxeo.example", CSM_OK, 1, NULL);
	reopen("ben", "root", CSM_OK);
	expect_find("user", "me", CSM_OK, 2, NULL);
	back_to_owner();
	/* one record's user name is another's key in the other system */
	t_exec("UPDATE users SET external_id = 'ben' WHERE id = 3");
	expect_find("user", "ben", CSM_E_CONFLICT, 0, "ben, cleo");
	t_exec("UPDATE users SET external_id = NULL WHERE id = 3");
}

static void test_match(void)
{
	const struct csm_rtype *accounts = t_type("account"), *cases = t_type("case");
	const int by_name[] = { ACCOUNT_NAME, ACCOUNT_PRIMARY_CONTACT };
	const struct csm_value name[] = { csm_text("Boxeo GmbH"), csm_null() };
	const int by_money[] = { ACCOUNT_REVENUE_PER_YEAR, ACCOUNT_NAME };
	const struct csm_value money[] = { { CSM_MONEY, 125050, "EUR" }, csm_text("Zeta AG") };
	const int by_number[] = { CASE_NUMBER };
	const struct csm_value number[] = { csm_text("CS0000009") };
	int64_t ids[1];
	unsigned n;

	T_EQ_INT(csm_store_match(t_store, accounts, by_name, name, 2, ids, 1, &n, &t_err), CSM_OK);
	T_EQ_INT(n, 2);
	T_EQ_INT(ids[0], 1);
	T_EQ_INT(csm_store_match(t_store, accounts, by_money, money, 2, ids, 1, &n, &t_err), CSM_OK);
	T_EQ_INT(n, 1);
	T_EQ_INT(ids[0], 3);
	T_EQ_INT(csm_store_match(t_store, cases, by_number, number, 1, ids, 1, &n, &t_err), CSM_OK);
	T_EQ_INT(n, 1);
	T_EQ_INT(ids[0], 9);
	T_EQ_INT(csm_store_match(t_store, cases, by_number, number, 0, ids, 1, &n, &t_err),
		 CSM_E_INTERNAL);
}

static void test_text(void)
{
	const struct csm_rtype *cases = t_type("case");
	struct csm_rec *r;
	const char *text;

	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_need(t_store, cases, 10, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(csm_store_text(t_store, r, CASE_ACCOUNT, t_arena, &text, &t_err), CSM_OK);
	T_EQ_STR(text, "ACCT0000002");
	T_EQ_INT(csm_store_text(t_store, r, CASE_ASSIGNED_TO, t_arena, &text, &t_err), CSM_OK);
	T_EQ_STR(text, "ben");
	T_EQ_INT(csm_store_text(t_store, r, CASE_WATCH_LIST, t_arena, &text, &t_err), CSM_OK);
	T_EQ_STR(text, "ben,anna");
	T_EQ_INT(csm_store_text(t_store, r, CASE_OPENED_AT, t_arena, &text, &t_err), CSM_OK);
	T_EQ_STR(text, "2024-05-10T08:00:00Z");
	T_EQ_INT(csm_store_text(t_store, r, CASE_CONTACT, t_arena, &text, &t_err), CSM_OK);
	T_OK(!text);
	T_EQ_INT(csm_store_set(t_store, r, CASE_ACCOUNT, "Zeta AG", &t_err), CSM_OK);
	T_EQ_INT(csm_rec_int(r, CASE_ACCOUNT), 3);
	T_OK(csm_rec_given(r, CASE_ACCOUNT));
	T_EQ_INT(csm_store_set(t_store, r, CASE_WATCH_LIST, " ,", &t_err), CSM_OK);
	T_OK(csm_rec_null(r, CASE_WATCH_LIST));
	T_EQ_INT(csm_store_set(t_store, r, CASE_PRIORITY, "", &t_err), CSM_OK);
	T_OK(csm_rec_null(r, CASE_PRIORITY));
	T_EQ_INT(csm_store_set(t_store, r, CASE_PRIORITY, "High", &t_err), CSM_OK);
	T_EQ_INT(csm_rec_int(r, CASE_PRIORITY), 2);
	T_EQ_INT(csm_store_set(t_store, r, CASE_ACCOUNT, "Nix", &t_err), CSM_E_NOTFOUND);
	T_EQ_STR(t_err.field, "account");
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_set(t_store, r, CASE_WATCH_LIST, "anna,nix", &t_err), CSM_E_NOTFOUND);
	csm_err_clear(&t_err);
	T_EQ_INT(csm_store_set(t_store, r, CASE_PRIORITY, "9", &t_err), CSM_E_INVALID);
	T_EQ_STR(t_err.field, "priority");
	T_EQ_STR(t_err.key, "CS0000010");
	T_EQ_INT(csm_rec_int(r, CASE_PRIORITY), 2);
	csm_err_clear(&t_err);
}

static void test_paths(void)
{
	const struct csm_rtype *cases = t_type("case");
	const struct csm_rec *at;
	struct csm_path p;
	struct csm_rec *r;

	csm_err_clear(&t_err);
	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases, "account.account-parent.name", &p, &t_err),
		 CSM_OK);
	T_EQ_INT(p.n, 3);
	T_EQ_STR(p.last->name, "name");
	T_EQ_INT(csm_store_need(t_store, cases, 2, t_arena, &r, &t_err),
		 CSM_OK); /* of account 3, whose parent is 1 */
	T_EQ_INT(csm_store_follow(t_store, r, &p, t_arena, &at, &t_err), CSM_OK);
	T_OK(at && at->id == 1);
	T_EQ_STR(at ? csm_rec_text(at, p.field[2]) : NULL, "Boxeo GmbH");
	T_EQ_INT(csm_store_need(t_store, cases, 1, t_arena, &r, &t_err), CSM_OK);
	T_EQ_INT(csm_store_follow(t_store, r, &p, t_arena, &at, &t_err), CSM_OK);
	T_OK(!at);
	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases, "priority", &p, &t_err), CSM_OK);
	T_EQ_INT(csm_store_follow(t_store, r, &p, t_arena, &at, &t_err), CSM_OK);
	T_OK(at == r);

	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases, "acount.name", &p, &t_err), CSM_E_INVALID);
	T_OK(strstr(t_err.msg, "did you mean 'account'"));
	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases, "zzzzzzzz", &p, &t_err), CSM_E_INVALID);
	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases, "priority.name", &p, &t_err),
		 CSM_E_INVALID);
	T_OK(strstr(t_err.msg, "not a reference"));
	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases, "account.", &p, &t_err), CSM_E_INVALID);
	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases, "", &p, &t_err), CSM_E_INVALID);
	T_EQ_INT(csm_path_parse(t_arena, t_env.dict, cases,
				"account.account_parent.account_parent.account_parent.name", &p,
				&t_err),
		 CSM_E_INVALID);
	T_OK(strstr(t_err.msg, "more than 3"));
	csm_err_clear(&t_err);
}

/* Many look-ups: the cache gives its memory back and still answers rightly. */
static void test_cache(void)
{
	const struct csm_rtype *cases = t_type("case");
	struct csm_rec *r;
	struct csm_filter *f;
	bool yes;

	T_EQ_INT(csm_store_filter(t_store, cases,
				  "assigned_to.name = 'Anna Arm' and account.name ~ 'box*'", t_arena,
				  &f, &t_err),
		 CSM_OK);
	T_EQ_INT(csm_store_need(t_store, cases, 1, t_arena, &r, &t_err), CSM_OK);
	for (int i = 0; i < 20000; i++) {
		csm_rec_set_int(r, CASE_ACCOUNT, 1 + i % 3);
		csm_rec_set_int(r, CASE_ASSIGNED_TO, 1 + i % 2);
		T_EQ_INT(csm_store_eval(t_store, f, r, &yes, &t_err), CSM_OK);
		if (yes != (i % 3 < 2 && i % 2 == 0))
			T_OK(!"the filter answers wrongly");
	}
}

/* ---- queries ---- */

static unsigned collect(const char *type, const char *where, const char *sort, int64_t limit,
			int64_t *ids)
{
	struct csm_query q = { .sort = sort, .limit = limit };
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_filter *f = NULL;
	struct csm_rec *r;
	unsigned n = 0;

	csm_err_clear(&t_err);
	if (where && csm_store_filter(t_store, t_type(type), where, t_arena, &f, &t_err))
		t_fail_now(where);
	q.where = f;
	if (csm_store_select(t_store, t_type(type), &q, t_arena, &c, &t_err))
		return 0;
	while (csm_cursor_next(c, t_arena, &r, &t_err) == CSM_OK && r)
		ids[n++] = r->id;
	return n;
}

static void test_select(void)
{
	int64_t ids[64];

	T_EQ_INT(collect("case", NULL, NULL, 0, ids), 30);
	T_EQ_INT(collect("case", NULL, "-priority,opened_at", 3, ids), 3);
	T_EQ_INT(ids[0], 3);
	T_EQ_INT(ids[1], 7);
	T_EQ_INT(ids[2], 11);
	T_EQ_INT(collect("case", NULL, "account.name, -number", 2, ids), 2);
	T_EQ_INT(ids[0], 30); /* Boxeo GmbH has accounts 1 and 2 */
	T_EQ_INT(ids[1], 28);
	T_EQ_INT(collect("case", "number > CS0000028", "number", 0, ids), 2);
	T_EQ_INT(ids[0], 29);
	T_EQ_INT(collect("user", NULL, "manager", 0, ids), 4); /* nulls first */
	T_EQ_INT(ids[3], 2);
	T_EQ_INT(collect("user", NULL, "-manager", 0, ids), 4);
	T_EQ_INT(ids[0], 2);
	T_EQ_INT(collect("group_member", NULL, "-member,user_group", 0, ids), 2); /* by user name */
	T_EQ_INT(ids[0], 2);
	T_EQ_INT(collect("group", NULL, NULL, 0, ids), 2); /* the type's own order: name */
	T_EQ_INT(ids[0], 2);
	T_EQ_INT(collect("case", "short_description ~ '*EVEN' and active", "-opened_at", 4, ids), 4);
	T_EQ_INT(ids[0], 28);
	T_EQ_INT(ids[3], 20);
	T_EQ_INT(collect("case", "watch_list contains anna", "", 0, ids), 3);
	T_EQ_INT(collect("case", NULL, "nothing", 0, ids), 0);
	T_EQ_INT(t_err.code, CSM_E_INVALID);
	T_EQ_INT(collect("case", NULL, "priority,,number", 0, ids), 0);
	T_OK(strstr(t_err.msg, "empty part"));
	T_EQ_INT(collect("case", NULL, "priority.x", 0, ids), 0);
	T_EQ_INT(t_err.code, CSM_E_INVALID);
	csm_err_clear(&t_err);
}

static void test_columns(void)
{
	const int some[] = { CASE_PRIORITY, CASE_NUMBER, -1 };
	struct csm_query q = { .columns = some, .limit = 1 };
	struct csm_cursor *c, *d;
	struct csm_filter *f;
	struct csm_rec *r, *o;
	unsigned n = 0;

	T_EQ_INT(csm_store_filter(t_store, t_type("case"), "short_description ~ '*odd'", t_arena, &f,
				  &t_err),
		 CSM_OK);
	q.where = f;
	T_EQ_INT(csm_store_select(t_store, t_type("case"), &q, t_arena, &c, &t_err), CSM_OK);
	T_EQ_INT(csm_cursor_next(c, t_arena, &r, &t_err), CSM_OK);
	T_OK(r && csm_rec_int(r, CASE_PRIORITY) == 2 && csm_rec_null(r, CASE_STATE) &&
	     csm_rec_null(r, CASE_ACCOUNT));
	T_EQ_STR(r ? csm_rec_text(r, CASE_NUMBER) : NULL, "CS0000001");
	T_EQ_INT(csm_cursor_next(c, t_arena, &r, &t_err), CSM_OK);
	T_OK(!r);
	csm_cursor_close(c);
	T_EQ_INT(csm_cursor_next(c, t_arena, &r, &t_err), CSM_OK); /* a closed one is at its end */
	T_OK(!r);

	/* one query inside the same query */
	T_EQ_INT(csm_store_select(t_store, t_type("group"), NULL, t_arena, &c, &t_err), CSM_OK);
	while (csm_cursor_next(c, t_arena, &r, &t_err) == CSM_OK && r) {
		T_EQ_INT(csm_store_select(t_store, t_type("group"), NULL, t_arena, &d, &t_err), CSM_OK);
		while (csm_cursor_next(d, t_arena, &o, &t_err) == CSM_OK && o)
			n++;
		csm_cursor_closep(&d);
	}
	csm_cursor_closep(&c);
	T_EQ_INT(n, 4);
}

static int64_t count(const char *type, const char *where)
{
	struct csm_filter *f = NULL;
	int64_t n = -1;

	if (where && csm_store_filter(t_store, t_type(type), where, t_arena, &f, &t_err))
		t_fail_now(where);
	T_EQ_INT(csm_store_count(t_store, t_type(type), f, &n, &t_err), CSM_OK);
	return n;
}

static int see_referrer(void *arg, const struct csm_rtype *from, int field, int64_t n, int64_t first)
{
	csm_buf_addf(arg, "%s.%s %d %d;", from->name, from->fields[field].name, (int)n, (int)first);
	return CSM_OK;
}

static int stop(void *arg, const struct csm_rtype *from, int field, int64_t n, int64_t first)
{
	(void)from, (void)field, (void)n, (void)first;
	++*(int *)arg;
	return CSM_NO;
}

static void test_relations(void)
{
	struct csm_buf b = CSM_BUF(t_arena);
	struct csm_rec **kids;
	unsigned n;
	int calls = 0;

	T_EQ_INT(count("case", NULL), 30);
	T_EQ_INT(count("case", "active"), 25);
	T_EQ_INT(count("case", "account.account_parent.name ~ 'BOXEO*'"), 10);
	T_EQ_INT(count("case", "not assigned_to.manager.user_name = anna"), 24);
	T_EQ_INT(csm_store_children(t_store, t_type("group_member"), GROUP_MEMBER_USER_GROUP, 1,
				    t_arena, &kids, &n, &t_err),
		 CSM_OK);
	T_EQ_INT(n, 2);
	T_OK(n == 2 && kids[0]->id == 1 && kids[1]->id == 2 && kids[1]->stored);
	T_EQ_INT(csm_store_children(t_store, t_type("group_member"), GROUP_MEMBER_USER_GROUP, 2,
				    t_arena, &kids, &n, &t_err),
		 CSM_OK);
	T_EQ_INT(n, 0);
	T_EQ_INT(csm_store_referrers(t_store, t_type("user"), 2, see_referrer, &b, &t_err), CSM_OK);
	T_EQ_STR(b.s, "group_member.member 1 2;case.assigned_to 6 5;case.watch_list 3 10;");
	csm_buf_reset(&b);
	T_EQ_INT(csm_store_referrers(t_store, t_type("consumer"), 1, see_referrer, &b, &t_err), CSM_OK);
	T_EQ_INT(b.n, 0);
	T_EQ_INT(csm_store_referrers(t_store, t_type("user"), 2, stop, &calls, &t_err), CSM_NO);
	T_EQ_INT(calls, 1);
}

/* Open cases of an account by priority and what is due are read from the partial indexes: no scan, no
 * sort of the whole. */
static void test_indexes(void)
{
	int64_t ids[64], steps, scans, more;

	csm_db_counters(t_db, &steps, &scans);
	T_EQ_INT(collect("case", "active and account = ACCT0000002", "priority", 5, ids), 5);
	T_EQ_INT(collect("sla", "active and breach_reported_at is null and planned_end_at < now",
			 "planned_end_at", 0, ids),
		 0);
	T_EQ_INT(collect("contract", "state = active and end_date < 2024-01-01", "end_date", 0, ids),
		 0);
	csm_db_counters(t_db, &steps, &more);
	T_EQ_INT(more - scans, 0);
}

/* ---- slots ---- */

static int dropped;

static void drop_slot(void *slot)
{
	dropped += *(int *)slot;
}

static void test_slots(void)
{
	static const char one, two;
	bool made = false;
	int *p = csm_store_slot(t_store, &one, sizeof(*p), drop_slot, &made), *q;

	T_OK(made && *p == 0);
	*p = 3;
	q = csm_store_slot(t_store, &two, sizeof(*q), NULL, &made);
	T_OK(made && q != p);
	*q = 5;
	T_OK(csm_store_slot(t_store, &one, sizeof(*p), drop_slot, &made) == p);
	T_OK(!made && *p == 3);
	back_to_owner();
	T_EQ_INT(dropped, 3);
}

int main(void)
{
	t_begin(NULL);
	test_actor_without_users();
	test_settings();
	make_records();
	reopen(NULL, "root", CSM_OK);
	T_EQ_INT(csm_store_actor(t_store)->kind,
		 CSM_ACTOR_INTERNAL); /* there are users now, and root is none of them */
	test_get();
	test_find();
	test_match();
	test_text();
	test_paths();
	test_cache();
	test_select();
	test_columns();
	test_relations();
	test_indexes();
	test_slots();
	test_actors();
	t_end();
	T_DONE();
}
