/* SPDX-License-Identifier: MIT */
/* t_filter.c - conditions: what is read and refused, where the error is, and what they answer about
 * records in memory. */
#include "small_dict.h"
#include "t.h"

#define NOW INT64_C(1711720800) /* 2024-03-29T14:00:00Z */
#define HOUR 3600

static struct csm_arena *arena;
static struct small_dict small;
static struct csm_rec *boxeo, *child, *geneva, *ticket, *bare;

/* Keys of references: the names of the two accounts, and of the user. */
static int find_ref(void *arg, const struct csm_rtype *t, const char *key, int64_t *id,
		    struct csm_err *err)
{
	(void)arg;
	*id = !strcmp(key, "Boxeo") || !strcmp(key, "AC0000001") ? 1
	      : !strcmp(key, "Child")				 ? 2
	      : !strcmp(key, "geneva")				 ? 5
								 : 0;
	return *id ? CSM_OK : csm_fail(err, CSM_E_NOTFOUND, "no %s '%s'", t->name, key);
}

static int follow(void *arg, const struct csm_rtype *t, int64_t id, const struct csm_rec **out,
		  struct csm_err *err)
{
	int *calls = arg;

	++*calls;
	if (id == 666)
		return csm_fail(err, CSM_E_IO, "the disk is gone");
	*out = t == &small.account && id == 1	? boxeo
	       : t == &small.account && id == 2 ? child
	       : t == &small.user && id == 5	? geneva
						: NULL;
	return CSM_OK;
}

static struct csm_filter_env full_env(void)
{
	return (struct csm_filter_env){ .dict = &small.dict, .now = NOW, .me = 5, .ref = find_ref };
}

/* 1 yes, 0 no, -1 refused (the message is printed). */
static int ask(const struct csm_rtype *t, const char *text, const struct csm_rec *r)
{
	struct csm_filter_env env = full_env();
	struct csm_err err = { 0 };
	struct csm_filter *f;
	bool yes = false;
	int calls = 0;

	if (csm_filter_parse(arena, t, text, &env, &f, &err) ||
	    csm_filter_eval(f, r, follow, &calls, &yes, &err)) {
		printf("%s: column %d: %s\n", text, (int)err.col, err.msg);
		return -1;
	}
	return yes;
}

static void fill_records(void)
{
	boxeo = csm_rec_new(arena, &small.account);
	boxeo->id = 1;
	csm_rec_set_text(boxeo, ACC_NAME, "Boxeo GmbH");
	csm_rec_set_text(boxeo, ACC_METHODS, ",email,web,");
	csm_rec_set_text(boxeo, ACC_MANAGERS, ",5,17,");
	csm_rec_set(boxeo, ACC_REVENUE, (struct csm_value){ CSM_MONEY, 125000, "EUR" });
	csm_rec_set_int(boxeo, ACC_DISCOUNT, 125000);
	child = csm_rec_new(arena, &small.account);
	child->id = 2;
	csm_rec_set_text(child, ACC_NAME, "ÉCOLE Straße");
	csm_rec_set_int(child, ACC_PARENT, 1);
	geneva = csm_rec_new(arena, &small.user);
	geneva->id = 5;
	csm_rec_set_text(geneva, USER_USER_NAME, "geneva");
	ticket = csm_rec_new(arena, &small.ticket);
	ticket->id = 42;
	csm_rec_set_text(ticket, CASE_SHORT_DESCRIPTION, "Printer prints 'blank' pages");
	csm_rec_set_text(ticket, CASE_STATE, "awaiting_info");
	csm_rec_set_int(ticket, CASE_PRIORITY, 2);
	csm_rec_set_int(ticket, CASE_ACCOUNT, 2);
	csm_rec_set_int(ticket, CASE_ASSIGNED_TO, 5);
	csm_rec_set_int(ticket, CASE_OPENED_AT, NOW - 2 * HOUR);
	csm_rec_set_text(ticket, CASE_DUE_ON, "2024-03-30");
	csm_rec_set_int(ticket, CASE_TIME_WORKED, 5400);
	csm_rec_set_int(ticket, CASE_QUIET_FROM, 9 * HOUR);
	csm_rec_set_int(ticket, CASE_ACTIVE, 1);
	csm_rec_set_int(ticket, CASE_TRIES, 0);
	csm_rec_set_int(ticket, CASE_SCORE, -5000);
	csm_rec_set_text(ticket, CASE_PHONE, "x5800");
	bare = csm_rec_new(arena, &small.ticket);
	bare->id = 10000000;
	csm_rec_set_int(bare, CASE_ACTIVE, 0);
	csm_rec_set_int(bare, CASE_ASSIGNED_TO, 99); /* leads nowhere */
}

struct asked {
	const char *text;
	int ticket, bare;
};

static void ask_all(const struct asked *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int got = ask(&small.ticket, rows[i].text, ticket),
		    empty = ask(&small.ticket, rows[i].text, bare);

		if (got != rows[i].ticket || empty != rows[i].bare)
			printf("asked: %s\n", rows[i].text);
		T_EQ_INT(got, rows[i].ticket);
		T_EQ_INT(empty, rows[i].bare);
	}
}
#define ASK(...)                                                                                        \
	do {                                                                                            \
		static const struct asked rows[] = { __VA_ARGS__ };                                     \
		ask_all(rows, CSM_COUNT(rows));                                                         \
	} while (0)

static void test_compare(void)
{
	ASK({ "priority = 2", 1, 0 }, { "priority = high", 1, 0 }, { "priority != 2", 0, 0 },
	    { "priority != 3", 1, 0 }, { "priority < 3", 1, 0 }, { "priority <= 2", 1, 0 },
	    { "priority > 2", 0, 0 }, { "priority>=2", 1, 0 }, { "priority between 1 and 2", 1, 0 },
	    { "priority between 1 and 1", 0, 0 }, { "priority in (1, 2)", 1, 0 },
	    { "priority in (1,high)", 1, 0 }, { "priority not in (1, 2)", 0, 0 },
	    { "priority not in (1)", 1, 0 }, { "state = awaiting_info", 1, 0 },
	    { "state = 'Awaiting Info'", 1, 0 }, { "state in (new, open)", 0, 0 },
	    { "state < b", -1, -1 }, { "state < new", 1, 0 },
	    { "short_description = \"Printer prints 'blank' pages\"", 1, 0 },
	    { "short_description = 'Printer prints ''blank'' pages'", 1, 0 },
	    { "short-description > 'Printer'", 1, 0 }, { "short_description < 'a'", 1, 0 },
	    { "tries = 0", 1, 0 }, { "tries > 0", 0, 0 }, { "score = -0.5", 1, 0 },
	    { "score < 0", 1, 0 }, { "phone = x5800", 1, 0 });
	ASK({ "active", 1, 0 }, { "not active", 0, 1 }, { "active = false", 0, 1 }, { "urgent", 0, 0 },
	    { "not urgent", 1, 1 }, { "urgent = false", 0, 0 }, { "urgent is null", 1, 1 },
	    { "active != true", 0, 1 });
	ASK({ "opened_at > -7d", 1, 0 }, { "opened_at > -1h", 0, 0 }, { "opened_at < now", 1, 0 },
	    { "opened_at >= today", 1, 0 }, { "opened_at = 2024-03-29T12:00:00Z", 1, 0 },
	    { "opened_at = '2024-03-29 13:00+01:00'", 1, 0 }, { "opened_at between -3h and +2h", 1, 0 },
	    { "due_on = 2024-03-30", 1, 0 }, { "due_on = tomorrow", 1, 0 }, { "due_on > today", 1, 0 },
	    { "due_on ~ 2024-03-*", 1, 0 }, { "time_worked >= 1h30m", 1, 0 },
	    { "time_worked < PT1H", 0, 0 }, { "quiet_from = 9:00", 1, 0 });
}

static void test_null(void)
{
	ASK({ "description is null", 1, 1 }, { "description is not null", 0, 0 },
	    { "state is not null", 1, 0 }, { "resolution_code = x", 0, 0 },
	    { "resolution_code != x", 0, 0 }, { "not resolution_code = x", 1, 1 },
	    { "not resolution_code != x", 1, 1 }, { "resolution_code not in (x)", 0, 0 },
	    { "resolution_code !~ x", 0, 0 }, { "account is null", 0, 1 },
	    { "account.name is null", 0, 1 }, { "account.parent.name is null", 0, 1 },
	    { "account.parent.parent.name is null", 1, 1 }, { "assigned_to.user_name is null", 0, 1 },
	    { "assigned_to.user_name is not null", 1, 0 }, { "account.methods is null", 1, 1 });
}

static void test_logic(void)
{
	ASK({ "active and priority = 2", 1, 0 }, { "active and priority = 3", 0, 0 },
	    { "active or priority = 3", 1, 0 }, { "priority = 3 or active and tries = 0", 1, 0 },
	    { "(priority = 3 or active) and tries = 1", 0, 0 },
	    { "not active and priority = 3 or tries = 0", 1, 0 },
	    { "not (active and priority = 3)", 1, 1 }, { "not not active", 1, 0 },
	    { "NOT active", 0, 1 }, { "active AND (urgent IS NULL)", 1, 0 }, { "((((active))))", 1, 0 },
	    { "active\n\tand\n\tactive", 1, 0 }, { "Priority = 2", -1, -1 });
}

static void test_glob(void)
{
	ASK({ "short_description ~ '*BLANK*'", 1, 0 }, { "short_description ~ printer*", 1, 0 },
	    { "short_description !~ *blank*", 0, 0 }, { "short_description !~ x*", 1, 0 },
	    { "account.name ~ 'École Strasse'", 1, 0 }, { "account.parent.name ~ \"box*\"", 1, 0 },
	    { "state ~ await*", 1, 0 }, { "phone ~ x58??", 1, 0 }, { "short_description ~ '[[]'", 0, 0 },
	    { "number ~ cs*42", 1, 0 }, { "number ~ *1", 0, 0 }, { "number !~ cs00*", 0, 1 });
}

static void test_refs(void)
{
	ASK({ "account = Child", 1, 0 }, { "account = Boxeo", 0, 0 }, { "account != Boxeo", 1, 0 },
	    { "account = #2", 1, 0 }, { "account in (Boxeo, Child)", 1, 0 },
	    { "account.parent = AC0000001", 1, 0 }, { "assigned_to = me", 1, 0 },
	    { "assigned_to != me", 0, 1 }, { "assigned_to = geneva", 1, 0 },
	    { "assigned_to = 'me'", -1, -1 }, { "account.name = 'ÉCOLE Straße'", 1, 0 },
	    { "assigned_to.user_name = geneva", 1, 0 }, { "account = me", -1, -1 },
	    { "number = CS0000042", 1, 0 }, { "number = cs42", 1, 0 }, { "number != CS42", 0, 1 },
	    { "number < CS0000043", 1, 0 }, { "number > CS9999999", 0, 1 },
	    { "number in (CS41, CS42)", 1, 0 }, { "number not in (CS41, CS42)", 0, 1 },
	    { "number is null", 0, 0 }, { "number is not null", 1, 1 },
	    { "number between CS1 and CS100", 1, 0 }, { "account.number = AC2", 1, 0 });
}

static void test_lists_and_money(void)
{
	static const struct {
		const char *text;
		int boxeo, child;
	} rows[] = {
		{ "methods contains email", 1, 0 },
		{ "methods contains 'Web form'", 1, 0 },
		{ "methods contains phone", 0, 0 },
		{ "not methods contains phone", 1, 1 },
		{ "managers contains geneva", 1, 0 },
		{ "managers contains me", 1, 0 },
		{ "managers contains #17", 1, 0 },
		{ "managers contains #1", 0, 0 },
		{ "methods is null", 0, 1 },
		{ "revenue = 1250 EUR", 1, 0 },
		{ "revenue = '1250.00 EUR'", 1, 0 },
		{ "revenue > 1249.99 EUR", 1, 0 },
		{ "revenue > 1249.99 EUR and name = 'Boxeo GmbH'", 1, 0 },
		{ "revenue > 1 USD", 0, 0 },
		{ "revenue != 1 USD", 1, 0 },
		{ "revenue = 1250 USD", 0, 0 },
		{ "revenue in (1 EUR, 1250 eur)", 1, 0 },
		{ "revenue between 1 EUR and 2000 EUR", 1, 0 },
		{ "revenue = 1250", -1, -1 },
		{ "discount = 12.5", 1, 0 },
		{ "discount < 12.4999", 0, 0 },
		{ "parent = Boxeo", 0, 1 },
		{ "name > 'Boxeo'", 1, 1 },
		{ "number = AC0000001", 1, 0 },
	};

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		T_EQ_INT(ask(&small.account, rows[i].text, boxeo), rows[i].boxeo);
		T_EQ_INT(ask(&small.account, rows[i].text, child), rows[i].child);
	}
}

/* Text, the column of the error, and a part of its message. */
static const struct {
	const char *text;
	int col;
	const char *msg;
} error_rows[] = {
	{ "", 1, "expected a field, 'not' or '(', found the end" },
	{ "   ", 4, "found the end" },
	{ "sate = open", 1, "case has no field 'sate'; did you mean 'state'?" },
	{ "zzz = 1", 1, "case has no field 'zzz'" },
	{ "account.nam = x", 9, "account has no field 'nam'; did you mean 'name'?" },
	{ "account. = x", 9, "account has no field ''" },
	{ ".account = x", 1, "case has no field ''" },
	{ "state.x = 1", 1, "'state' is enum and no reference" },
	{ "account.managers.name = x", 9, "'managers' is ref_list and no reference" },
	{ "account.parent.parent.parent.name = x", 30, "a path has at most 4 fields" },
	{ "state = opne", 9, "'opne' is no choice; did you mean 'open'?" },
	{ "state in (open, opne)", 17, "did you mean 'open'?" },
	{ "state =", 8, "expected one of its choices for 'state', found the end" },
	{ "state = = open", 9, "expected one of its choices for 'state', found '='" },
	{ "state == open", 8, "found '='" },
	{ "state open", 7, "expected an operator after 'state', found 'open'" },
	{ "state", 6, "expected an operator after 'state', found the end" },
	{ "state and active", 7, "expected an operator after 'state', found 'and'" },
	{ "active active", 8, "expected 'and', 'or' or the end" },
	{ "short_description = printer is on fire", 29, "text with blanks needs quotes" },
	{ "(active", 8, "expected 'and', 'or' or ')', found the end" },
	{ "active)", 7, "expected 'and', 'or' or the end" },
	{ "()", 2, "expected a field, 'not' or '(', found ')'" },
	{ "active and", 11, "expected a field" },
	{ "and active", 1, "case has no field 'and'" },
	{ "active or or active", 11, "case has no field 'or'" },
	{ "not", 4, "expected a field" },
	{ "'state' = open", 1, "expected a field, 'not' or '(', found 'state'" },
	{ "state in open", 10, "expected '(' and the values" },
	{ "state in ()", 11, "found ')'" },
	{ "state in (open", 15, "expected ',' or ')', found the end" },
	{ "state in (open new)", 16, "expected ',' or ')', found 'new'" },
	{ "state in (open,)", 16, "found ')'" },
	{ "state not open", 11, "expected 'in' after 'not'" },
	{ "state is open", 10, "expected 'null' or 'not null', found 'open'" },
	{ "state is not open", 14, "expected 'null', found 'open'" },
	{ "priority between 1", 19, "expected 'and' and the upper value" },
	{ "priority between 1 or 2", 20, "expected 'and' and the upper value" },
	{ "priority between 1 and", 23, "expected a whole number" },
	{ "state = null", 9, "write state is null" },
	{ "state = ''", 9, "write state is null" },
	{ "state in (open, NULL)", 17, "write state is null" },
	{ "priority = 9", 12, "'9' is no choice" },
	{ "tries = x", 9, "'x' is no whole number" },
	{ "tries = 99", 9, "99 is out of bounds" },
	{ "opened_at > -7x", 13, "'7x' is no duration" },
	{ "opened_at > yesterda", 13, "is no time" },
	{ "active > true", 8, "'active' is bool and has no order" },
	{ "account < Boxeo", 9, "'account' is ref and has no order" },
	{ "account ~ 'Box*'", 9,
	  "'account' refers to a record; ~ works on a text of it, such as account.name" },
	{ "priority ~ 1", 10, "'priority' is int; ~ works on text" },
	{ "account.methods = email", 17, "'methods' is a list; use contains" },
	{ "account.methods in (email)", 17, "'methods' is a list; use contains" },
	{ "account.methods contains fax", 26, "'fax' is no choice" },
	{ "state contains x", 7, "'state' is enum and no list; use = or ~" },
	{ "assigned_to.password = x", 13, "'password' is secret" },
	{ "age = 3", 1, "'age' is computed" },
	{ "account = Nobody", 11, "no account 'Nobody'" },
	{ "number = XX1", 10, "'XX1' is no number of case; expected one such as CS0000042" },
	{ "state ! open", 7, "'!' is no operator" },
	{ "short_description = 'x", 21, "the text that begins here has no closing '" },
	{ "short_description = \"it's", 21, "has no closing \"" },
	{ "short_description ~ ''", 21, "is null" },
	{ "short_description = 'äöü' x", 27, "expected 'and', 'or' or the end" },
	{ "äöü = 1", 1, "case has no field 'äöü'" },
};

static void test_errors(void)
{
	for (size_t i = 0; i < CSM_COUNT(error_rows); i++) {
		struct csm_filter_env env = full_env();
		struct csm_err err = { 0 };
		struct csm_filter *f = (struct csm_filter *)arena;
		int rc = csm_filter_parse(arena, &small.ticket, error_rows[i].text, &env, &f, &err);

		if (!strstr(err.msg, error_rows[i].msg) || err.col != error_rows[i].col)
			printf("%s: column %d: %s\n", error_rows[i].text, (int)err.col, err.msg);
		T_OK(rc == CSM_E_INVALID || rc == CSM_E_NOTFOUND);
		T_OK(!f && strstr(err.msg, error_rows[i].msg));
		T_EQ_INT(err.col, error_rows[i].col);
		T_OK(csm_filter_parse(arena, &small.ticket, error_rows[i].text, &env, &f, NULL) != CSM_OK);
	}
}

static char *repeat(const char *head, const char *unit, int n, const char *tail, const char *end, int m)
{
	struct csm_buf b = CSM_BUF(arena);

	csm_buf_add(&b, head);
	for (int i = 0; i < n; i++)
		csm_buf_add(&b, unit);
	csm_buf_add(&b, tail);
	for (int i = 0; i < m; i++)
		csm_buf_add(&b, end);
	return b.s;
}

/* Nesting is capped; length is not, and makes no deep tree. */
static void test_depth(void)
{
	struct csm_filter_env env = full_env();
	struct csm_err err = { 0 };
	struct csm_filter *f;
	int depth = 0;

	T_EQ_INT(ask(&small.ticket, repeat("", "(", 64, "active", ")", 64), ticket), 1);
	T_EQ_INT(ask(&small.ticket, repeat("", "not ", 64, "active", "", 0), ticket), 1);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, repeat("", "(", 65, "active", ")", 65), &env, &f,
				  &err),
		 CSM_E_INVALID);
	T_OK(strstr(err.msg, "nests deeper than 64"));
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, repeat("", "(", 1000000, "", "", 0), &env, &f,
				  &err),
		 CSM_E_INVALID);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, repeat("", "not ", 1000000, "", "", 0), &env, &f,
				  &err),
		 CSM_E_INVALID);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, repeat("active", " and active", 9999, "", "", 0),
				  &env, &f, &err),
		 CSM_OK);
	for (const struct csm_filter *x = f; x->op == CSM_OP_AND; x = x->a)
		depth++;
	T_EQ_INT(depth, 14);
	T_EQ_INT(ask(&small.ticket, repeat("(active)", " and not (urgent)", 999, "", "", 0), ticket), 1);
	T_EQ_INT(ask(&small.ticket, repeat("urgent", " or urgent", 9999, " or active", "", 0), ticket),
		 1);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket,
				  repeat("state in (new", ",open", 9999, ")", "", 0), &env, &f, &err),
		 CSM_OK);
	T_EQ_INT(f->nvalues, 10000);
}

/* Without somebody to ask about keys, and with an actor that is no user. */
static void test_env(void)
{
	struct csm_filter_env env = { .dict = &small.dict, .now = NOW };
	struct csm_err err = { 0 };
	struct csm_filter *f;

	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account = AC7", &env, &f, &err), CSM_OK);
	T_EQ_INT(f->values[0].i, 7);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account in (7, #8, 'ac9')", &env, &f, &err),
		 CSM_OK);
	T_OK(f->nvalues == 3 && f->values[0].i == 7 && f->values[1].i == 8 && f->values[2].i == 9);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "assigned_to = me", &env, &f, &err), CSM_OK);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account = Boxeo", &env, &f, &err),
		 CSM_E_INVALID);
	T_OK(strstr(err.msg, "'Boxeo' is no number of account"));
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account = 0", &env, &f, &err), CSM_E_INVALID);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account = #x", &env, &f, &err), CSM_E_INVALID);
	env.ref = find_ref;
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "assigned_to = me", &env, &f, &err),
		 CSM_E_INVALID);
	T_OK(strstr(err.msg, "'me' is nobody"));
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "active\x01", &env, &f, &err), CSM_E_INVALID);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "short_description ~ '\xFF'", &env, &f, &err),
		 CSM_E_INVALID);
	small.case_fields[CASE_ACCOUNT].target = "nowhere";
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account = Boxeo", &env, &f, &err),
		 CSM_E_INVALID);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account.name = x", &env, &f, &err),
		 CSM_E_INVALID);
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account ~ x", &env, &f, &err), CSM_E_INVALID);
	small.case_fields[CASE_ACCOUNT].target = "account";
}

static void test_eval_edges(void)
{
	struct csm_filter_env env = full_env();
	struct csm_err err = { 0 };
	struct csm_filter *f, yes = { .op = CSM_OP_TRUE }, no = { .op = CSM_OP_FALSE };
	struct csm_rec *r = csm_rec_copy(arena, ticket);
	int calls = 0;
	bool out = true;

	T_OK(!csm_filter_eval(&yes, r, NULL, NULL, &out, &err) && out);
	T_OK(!csm_filter_eval(&no, r, NULL, NULL, &out, &err) && !out);
	T_OK(!csm_filter_eval(csm_filter_and(arena, &yes, &no), r, NULL, NULL, &out, &err) && !out);
	T_OK(csm_filter_and(arena, &yes, NULL) == &yes && csm_filter_and(arena, NULL, &no) == &no);
	T_OK(!csm_filter_and(arena, NULL, NULL));
	T_EQ_INT(csm_filter_parse(arena, &small.ticket, "account.name = x", &env, &f, &err), CSM_OK);
	T_EQ_INT(csm_filter_eval(f, r, NULL, NULL, &out, &err), CSM_E_INTERNAL);
	csm_rec_set_int(r, CASE_ACCOUNT, 666);
	T_EQ_INT(csm_filter_eval(f, r, follow, &calls, &out, &err), CSM_E_IO);
	/* What decides first spares the rest. */
	calls = 0;
	csm_filter_parse(arena, &small.ticket, "active or account.name = x", &env, &f, &err);
	T_OK(!csm_filter_eval(f, r, follow, &calls, &out, &err) && out && !calls);
	csm_filter_parse(arena, &small.ticket, "urgent and account.name = x", &env, &f, &err);
	T_OK(!csm_filter_eval(f, r, follow, &calls, &out, &err) && !out && !calls);
	/* A record that has no id yet has no number. */
	r->id = 0;
	csm_filter_parse(arena, &small.ticket, "number is null", &env, &f, &err);
	T_OK(!csm_filter_eval(f, r, follow, &calls, &out, &err) && out);
	csm_filter_parse(arena, &small.ticket, "number = CS1 or number ~ *", &env, &f, &err);
	T_OK(!csm_filter_eval(f, r, follow, &calls, &out, &err) && !out);
}

static void test_reads(void)
{
	struct csm_filter_env env = full_env();
	struct csm_err err = { 0 };
	struct csm_filter *f;

	T_EQ_INT(csm_filter_parse(arena, &small.ticket,
				  "state = open and not (account.name = x or priority = 1)", &env, &f,
				  &err),
		 0);
	T_OK(csm_filter_reads(f, &small.ticket, CASE_STATE) &&
	     csm_filter_reads(f, &small.ticket, CASE_ACCOUNT));
	T_OK(csm_filter_reads(f, &small.ticket, CASE_PRIORITY) &&
	     !csm_filter_reads(f, &small.ticket, CASE_TRIES));
	T_OK(!csm_filter_reads(f, &small.account, ACC_NAME) &&
	     !csm_filter_reads(NULL, &small.ticket, 0));
	T_OK(f->a->steps[0] == &small.ticket && f->b->a->a->steps[1] == &small.account &&
	     f->b->a->a->npath == 2);
}

static void test_quote(void)
{
	static const char *const texts[] = { "x", "it's", "''", "a b", "\"", "null", "\\", "and" };

	T_EQ_STR(csm_filter_quote(arena, "it's"), "'it''s'");
	for (size_t i = 0; i < CSM_COUNT(texts); i++) {
		struct csm_rec *r = csm_rec_new(arena, &small.ticket);

		csm_rec_set_text(r, CASE_DESCRIPTION, texts[i]);
		T_EQ_INT(ask(&small.ticket,
			     csm_sprintf(arena, "description = %s", csm_filter_quote(arena, texts[i])),
			     r),
			 1);
	}
}

int main(void)
{
	arena = csm_arena_new(NULL, NULL);
	small_dict_init(&small);
	fill_records();
	test_compare();
	test_null();
	test_logic();
	test_glob();
	test_refs();
	test_lists_and_money();
	test_errors();
	test_depth();
	test_env();
	test_eval_edges();
	test_reads();
	test_quote();
	csm_arena_free(arena);
	T_DONE();
}
