/* SPDX-License-Identifier: MIT */
/* t_dict.c - kinds and fields with what they take and refuse, look-ups, lifecycles, and the check with
 * every fault it knows. */
#include <csm/time.h>
#include <csm/utf8.h>

#include "small_dict.h"
#include "t.h"

#define NOW INT64_C(1711720800) /* 2024-03-29T14:00:00Z */

static struct csm_arena *arena;
static struct small_dict small;

/* ---- fields ---- */

/* Parse, format, and parse what was formatted: "" when the text is refused. */
static const char *turn(const struct csm_field *f, const char *text)
{
	struct csm_err err = { 0 };
	struct csm_value v, back;
	const char *out;

	if (csm_field_parse(arena, &small.ticket, f, text, NOW, &v, &err)) {
		T_EQ_INT(err.code, CSM_E_INVALID);
		T_EQ_INT(v.tag, CSM_NULL);
		T_OK(!strcmp(err.type, "case") && !strcmp(err.field, f->name));
		T_OK(csm_utf8_valid(err.msg, strlen(err.msg)) && strlen(err.msg) < sizeof(err.msg) - 1);
		return "";
	}
	if (v.tag == CSM_NULL)
		return "(null)";
	T_EQ_INT(csm_field_check(&small.ticket, f, &v, &err), CSM_OK);
	out = csm_field_format(arena, f, &v);
	T_EQ_INT(csm_field_parse(arena, &small.ticket, f, out, NOW, &back, &err), CSM_OK);
	T_OK(csm_value_eq(&v, &back));
	return out;
}

struct turned {
	const char *text, *out; /* out "" refused, NULL the same text */
};

static void turn_all(const struct csm_field *f, const struct turned *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *want = rows[i].out ? rows[i].out : rows[i].text,
			   *got = turn(f, rows[i].text);

		if (strcmp(got, want) != 0)
			printf("%s: '%s'\n", f->name, rows[i].text);
		T_EQ_STR(got, want);
	}
}
#define TURN(f, ...)                                                                                    \
	do {                                                                                            \
		static const struct turned rows[] = { __VA_ARGS__ };                                    \
		turn_all(f, rows, CSM_COUNT(rows));                                                     \
	} while (0)

static void test_numbers(void)
{
	const struct csm_field any = { .name = "any", .kind = CSM_K_INT };

	TURN(&any, { "0", NULL }, { "-0", "0" }, { "007", "7" }, { "42", NULL }, { "-42", NULL },
	     { "9223372036854775807", NULL }, { "-9223372036854775808", NULL },
	     { "9223372036854775808", "" }, { "-9223372036854775809", "" },
	     { "99999999999999999999", "" }, { "1.0", "" }, { "1e3", "" }, { "+1", "" }, { " 1", "" },
	     { "1 ", "" }, { "0x10", "" }, { "-", "" }, { "x", "" }, { "1x", "" }, { "٣", "" },
	     { "", "(null)" });
	TURN(&small.case_fields[CASE_TRIES], { "0", NULL }, { "10", NULL }, { "11", "" }, { "-1", "" });
	TURN(&small.case_fields[CASE_PRIORITY], { "1", NULL }, { "3", NULL }, { "critical", "1" },
	     { "HIGH", "2" }, { "4", "" }, { "urgent", "" }, { "01", "" });
	TURN(&small.case_fields[CASE_SCORE], { "12.5", NULL }, { "12.50", "12.5" }, { "0.0001", NULL },
	     { "-0.0001", NULL }, { "0.00010000", "0.0001" }, { "0.00001", "" }, { "1.", "" },
	     { ".5", "" }, { "1e3", "" }, { "1,5", "" }, { "--1", "" }, { "922337203685477.5807", NULL },
	     { "922337203685477.5808", "" }, { "9223372036854775.5", "" }, { "922337203685477580", "" },
	     { "-922337203685477.5808", NULL }, { "1.2.3", "" }, { "10", NULL }, { "-0", "0" },
	     { "100.0000", "100" });
	TURN(&small.account_fields[ACC_DISCOUNT], { "100", NULL }, { "-0.5", NULL }, { "100.0001", "" },
	     { "-0.5001", "" });
	TURN(&small.account_fields[ACC_REVENUE], { "1250.00 EUR", NULL }, { "1250 EUR", "1250.00 EUR" },
	     { "-0.5 usd", "-0.50 USD" }, { "100 JPY", NULL }, { "100.00 JPY", "100 JPY" },
	     { "100.5 JPY", "" }, { "1.234 KWD", NULL }, { "1.2345 KWD", "" }, { "1.2345 CLF", NULL },
	     { "1EUR", "1.00 EUR" }, { "1  EUR", "1.00 EUR" }, { "1250", "" }, { "EUR", "" },
	     { "EUR 5", "" }, { "1 EUX", "" }, { "1 EURO", "" }, { "1,250.00 EUR", "" },
	     { "1.2.3 EUR", "" }, { "- EUR", "" }, { "1. EUR", "" },
	     { "92233720368547758.07 EUR", NULL }, { "92233720368547758.08 EUR", "" },
	     { "-92233720368547758.08 EUR", NULL }, { "1 EUR ", "" }, { " 1 EUR", "" }, { "1 €", "" },
	     { "99999999999999999999999 EUR", "" });
	TURN(&small.case_fields[CASE_URGENT], { "true", NULL }, { "false", NULL }, { "yes", "" },
	     { "no", "" }, { "1", "" }, { "0", "" }, { "True", "" }, { "TRUE", "" }, { "t", "" });
}

static void test_times(void)
{
	TURN(&small.case_fields[CASE_DUE_ON], { "2024-02-29", NULL }, { "2023-02-29", "" },
	     { "today", "2024-03-29" }, { "yesterday", "2024-03-28" }, { "-7d", "2024-03-22" },
	     { "+15h", "2024-03-30" }, { "now", "2024-03-29" }, { "2024-03-29T15:00:00Z", "" },
	     { "29.03.2024", "" }, { "soon", "" }, { "-x", "" }, { "0001-01-01", NULL },
	     { "-106751991167300d", "" }, { "9999-12-31", NULL });
	TURN(&small.case_fields[CASE_OPENED_AT], { "2024-03-29T15:00:00+01:00", "2024-03-29T14:00:00Z" },
	     { "2024-03-29", "2024-03-29T00:00:00Z" }, { "-2h", "2024-03-29T12:00:00Z" },
	     { "@0", "1970-01-01T00:00:00Z" }, { "1711720800", "" }, { "15:00", "" });
	TURN(&small.case_fields[CASE_TIME_WORKED], { "90", "1m30s" }, { "PT8H", "8h" },
	     { "1000d", NULL }, { "1001d", "" }, { "-1h", "" }, { "1y", "" });
	TURN(&small.case_fields[CASE_SHIFT], { "-15m", NULL }, { "15m", NULL }, { "61m", "" },
	     { "-61m", "" });
	TURN(&small.case_fields[CASE_QUIET_FROM], { "09:00", NULL }, { "9:00", "09:00" },
	     { "24:00", NULL }, { "24:01", "" }, { "9am", "" });
}

static void test_choices(void)
{
	struct csm_err err = { 0 };
	struct csm_value v;

	TURN(&small.case_fields[CASE_STATE], { "new", NULL }, { "awaiting_info", NULL },
	     { "Awaiting Info", "awaiting_info" }, { "AWAITING INFO", "awaiting_info" },
	     { "awaiting-info", "" }, { "opne", "" }, { "new ", "" });
	csm_field_parse(arena, &small.ticket, &small.case_fields[CASE_STATE], "opne", NOW, &v, &err);
	T_EQ_STR(err.msg, "'opne' is no choice; did you mean 'open'? expected one of new, open, "
			  "awaiting_info, resolved, closed");
	TURN(&small.account_fields[ACC_METHODS], { "phone, email", "email,phone" },
	     { "email , phone", "email,phone" }, { "E-Mail", "email" }, { "web,web", "web" },
	     { ",email,phone,", "email,phone" }, { "email,fax", "" }, { ",", "" }, { " , ", "" },
	     { "email;phone", "" });
	csm_field_parse(arena, NULL, &small.account_fields[ACC_METHODS], "Web form,phone", NOW, &v,
			&err);
	T_EQ_STR(v.s, ",phone,web,");
	T_EQ_STR(csm_field_label(arena, &small.account_fields[ACC_METHODS], &v), "Phone, Web form");
	v = csm_int(2);
	T_EQ_STR(csm_field_label(arena, &small.case_fields[CASE_PRIORITY], &v), "High");
	v = csm_text("gone");
	T_EQ_STR(csm_field_label(arena, &small.case_fields[CASE_STATE], &v), "gone");
	v = csm_null();
	T_EQ_STR(csm_field_label(arena, &small.account_fields[ACC_METHODS], &v), "");
}

/* More choices than a message holds: the list is cut, the message stays whole. */
static void test_many_choices(void)
{
	struct csm_choice many[101] = { { 0 } };
	const struct csm_field f = { .name = "many", .kind = CSM_K_ENUM, .choices = many };
	struct csm_err err = { 0 };
	struct csm_value v;

	for (int i = 0; i < 100; i++)
		many[i].value = many[i].label = csm_sprintf(arena, "choice_number_%d", i);
	T_EQ_INT(csm_field_parse(arena, NULL, &f, "zzz", NOW, &v, &err), CSM_E_INVALID);
	T_OK(!strcmp(err.msg + strlen(err.msg) - 5, ", ..."));
	T_OK(strlen(err.msg) < 600);
	many[0].value = NULL;
	T_EQ_INT(csm_field_parse(arena, NULL, &f, "zzz", NOW, &v, &err), CSM_E_INVALID);
}

static void test_texts(void)
{
	struct csm_field five = { .name = "five", .kind = CSM_K_TEXT, .max_len = 5 };
	char *longest = csm_alloc(arena, CSM_MAX_TEXT + 2);

	TURN(&five, { "abcde", NULL }, { "äöü東京", NULL }, { "abcdef", "" }, { "äöü東京x", "" },
	     { " ", NULL }, { "a\tb\nc", NULL }, { "a\x01", "" }, { "a\x7F", "" }, { "a\xFF", "" },
	     { "\xC2\x80", "" }, { "", "(null)" });
	memset(longest, 'x', CSM_MAX_TEXT + 1);
	five.max_len = 0;
	T_EQ_STR(turn(&five, longest), "");
	longest[CSM_MAX_TEXT] = '\0';
	T_EQ_STR(turn(&five, longest), longest);
	TURN(&small.user_fields[USER_EMAIL], { "geneva@boxeo.example", NULL },
	     { "o'neil+x@sub.example.co.uk", NULL }, { "root@localhost", NULL },
	     { "Ünal@bücher.example", NULL }, { "a@1.2", NULL }, { "x", "" }, { "@x", "" }, { "x@", "" },
	     { "a@b@c", "" }, { "a b@c.d", "" }, { "a@b c", "" }, { "a@.b", "" }, { "a@b.", "" },
	     { "a@b..c", "" }, { "a@-b.c", "" }, { "a@b-.c", "" }, { "a@b_c", "" }, { "<a@b.c>", "" },
	     { "a@b.c,d@e.f", "" }, { "mailto:a@b.c", "" }, { "a@b\nc", "" }, { "a@[1.2.3.4]", "" });
	TURN(&small.case_fields[CASE_PHONE], { "(171) 555-2222", NULL }, { "30-300000 ext 12", NULL },
	     { "x5800", NULL }, { "+49 (0)171/555.22", NULL }, { "001-450-284-6089x82371", NULL },
	     { "0621 08460 Ext. 7", NULL }, { "5 extension: 3", NULL }, { "(5) 552-3745", NULL },
	     { "*#06#", NULL }, { "0044,,12", NULL }, { "555-CALL", "" }, { "x", "" }, { "+", "" },
	     { "-", "" }, { "12\n34", "" }, { "n/a", "" }, { "12 extra 3", "" }, { "１２", "" });
	T_EQ_STR(turn(&small.user_fields[USER_EMAIL], csm_sprintf(arena, "%0250d@b.c", 1)),
		 csm_sprintf(arena, "%0250d@b.c", 1));
	T_EQ_STR(turn(&small.user_fields[USER_EMAIL], csm_sprintf(arena, "%0251d@b.c", 1)), "");
	TURN(&small.user_fields[USER_TIME_ZONE], { "Europe/Paris", NULL }, { "UTC", NULL },
	     { "America/Argentina/Buenos_Aires", NULL }, { "Etc/GMT+5", NULL }, { "/etc/passwd", "" },
	     { "../x", "" }, { "Europe//Paris", "" }, { "Europe/", "" }, { "a b", "" },
	     { "Europe/Par\u0131s", "" }, { "-x", "" });
	TURN(&small.case_fields[CASE_EXTRA], { "{\"a\": [1, null, true]}", NULL }, { "3", NULL },
	     { "\"x\"", NULL }, { "{", "" }, { "{\"a\":1,\"a\":2}", "" }, { "[1,]", "" }, { "nul", "" },
	     { "{} {}", "" });
	TURN(&small.case_fields[CASE_CONDITION], { "state = open", NULL }, { "anything", NULL });
}

static void test_parse_misc(void)
{
	struct csm_err err = { 0 };
	struct csm_value v = csm_int(3);

	T_EQ_INT(csm_field_parse(arena, &small.ticket, &small.case_fields[CASE_ACCOUNT], "AC1", NOW, &v,
				 &err),
		 CSM_E_INTERNAL);
	T_EQ_INT(v.tag, CSM_NULL);
	T_EQ_INT(csm_field_parse(arena, &small.ticket, &small.case_fields[CASE_ACCOUNT], "", NOW, &v,
				 &err),
		 CSM_OK);
	T_EQ_INT(csm_field_parse(arena, NULL, &small.case_fields[CASE_TRIES], "x", NOW, &v, NULL),
		 CSM_E_INVALID);
	v = csm_int(17);
	T_EQ_STR(csm_field_format(arena, &small.case_fields[CASE_ACCOUNT], &v), "17");
	v = csm_text(",3,17,");
	T_EQ_STR(csm_field_format(arena, &small.account_fields[ACC_MANAGERS], &v), "3,17");
	v = (struct csm_value){ CSM_MONEY, 12345, "???" };
	T_EQ_STR(csm_field_format(arena, &small.account_fields[ACC_REVENUE], &v), "123.45 ???");
	v = csm_null();
	T_EQ_STR(csm_field_format(arena, &small.account_fields[ACC_REVENUE], &v), "");
	err.code = CSM_OK;
	csm_field_parse(arena, &small.ticket, &small.case_fields[CASE_TRIES], "11", NOW, &v, &err);
	T_EQ_STR(err.msg, "11 is out of bounds; expected 0 to 10");
	csm_field_parse(arena, &small.ticket, &small.account_fields[ACC_DISCOUNT], "-0.6", NOW, &v,
			&err);
	T_EQ_STR(err.msg, "-0.6000 is out of bounds; expected -0.5000 to 100");
	csm_field_parse(arena, &small.ticket, &small.case_fields[CASE_SHIFT], "2h", NOW, &v, &err);
	T_EQ_STR(err.msg, "2h is out of bounds; expected -1h to 1h");
}

/* Values that came by another door than text. */
static const struct {
	int type, field;
	struct csm_value v;
	bool good;
} value_rows[] = {
	{ 2, CASE_TRIES, { CSM_NULL, 0, 0 }, true },
	{ 2, CASE_TRIES, { CSM_INT, 10, 0 }, true },
	{ 2, CASE_TRIES, { CSM_INT, 11, 0 }, false },
	{ 2, CASE_TRIES, { CSM_TEXT, 0, "1" }, false },
	{ 2, CASE_PRIORITY, { CSM_INT, 2, 0 }, true },
	{ 2, CASE_PRIORITY, { CSM_INT, 9, 0 }, false },
	{ 2, CASE_ACTIVE, { CSM_INT, 1, 0 }, true },
	{ 2, CASE_ACTIVE, { CSM_INT, 2, 0 }, false },
	{ 2, CASE_OPENED_AT, { CSM_INT, NOW, 0 }, true },
	{ 2, CASE_OPENED_AT, { CSM_INT, INT64_MAX, 0 }, false },
	{ 2, CASE_QUIET_FROM, { CSM_INT, 86400, 0 }, true },
	{ 2, CASE_QUIET_FROM, { CSM_INT, 86401, 0 }, false },
	{ 2, CASE_ACCOUNT, { CSM_INT, 1, 0 }, true },
	{ 2, CASE_ACCOUNT, { CSM_INT, 0, 0 }, false },
	{ 2, CASE_DUE_ON, { CSM_TEXT, 0, "2024-02-29" }, true },
	{ 2, CASE_DUE_ON, { CSM_TEXT, 0, "today" }, false },
	{ 2, CASE_STATE, { CSM_TEXT, 0, "new" }, true },
	{ 2, CASE_STATE, { CSM_TEXT, 0, "New" }, false },
	{ 2, CASE_SHORT_DESCRIPTION, { CSM_TEXT, 0, "" }, false },
	{ 2, CASE_SHORT_DESCRIPTION, { CSM_TEXT, 0, NULL }, false },
	{ 2, CASE_SHORT_DESCRIPTION, { CSM_TEXT, 0, "a\x02" }, false },
	{ 1, ACC_REVENUE, { CSM_MONEY, 5, "EUR" }, true },
	{ 1, ACC_REVENUE, { CSM_MONEY, 5, "EU" }, false },
	{ 1, ACC_REVENUE, { CSM_MONEY, 5, NULL }, false },
	{ 1, ACC_REVENUE, { CSM_INT, 5, 0 }, false },
	{ 1, ACC_METHODS, { CSM_TEXT, 0, ",email,web," }, true },
	{ 1, ACC_METHODS, { CSM_TEXT, 0, ",web,email," }, false },
	{ 1, ACC_METHODS, { CSM_TEXT, 0, ",web,web," }, false },
	{ 1, ACC_METHODS, { CSM_TEXT, 0, ",fax," }, false },
	{ 1, ACC_METHODS, { CSM_TEXT, 0, "web" }, false },
	{ 1, ACC_METHODS, { CSM_TEXT, 0, ",," }, false },
	{ 1, ACC_METHODS, { CSM_TEXT, 0, ",web,," }, false },
	{ 1, ACC_MANAGERS, { CSM_TEXT, 0, ",17,3," }, true },
	{ 1, ACC_MANAGERS, { CSM_TEXT, 0, ",17,3,17," }, false },
	{ 1, ACC_MANAGERS, { CSM_TEXT, 0, ",0," }, false },
	{ 1, ACC_MANAGERS, { CSM_TEXT, 0, ",-1," }, false },
	{ 1, ACC_MANAGERS, { CSM_TEXT, 0, ",1x," }, false },
	{ 1, ACC_MANAGERS, { CSM_TEXT, 0, ",9999999999999999999," }, false },
	{ 0, USER_EMAIL, { CSM_TEXT, 0, "a@b" }, true },
	{ 0, USER_EMAIL, { CSM_TEXT, 0, "a" }, false },
};

static void test_check_value(void)
{
	for (size_t i = 0; i < CSM_COUNT(value_rows); i++) {
		const struct csm_rtype *t = small.types[value_rows[i].type];
		const struct csm_field *f = &t->fields[value_rows[i].field];
		struct csm_err err = { 0 };
		int rc = csm_field_check(t, f, &value_rows[i].v, &err);

		if ((rc == CSM_OK) != value_rows[i].good)
			printf("row %zu: %s\n", i, err.msg);
		T_EQ_INT(rc, value_rows[i].good ? CSM_OK : CSM_E_INVALID);
		T_OK(value_rows[i].good || !strcmp(err.field, f->name));
		T_EQ_INT(csm_field_check(t, f, &value_rows[i].v, NULL), rc);
	}
}

/* ---- look-ups ---- */

static void test_lookup(void)
{
	int owner = -7;
	int64_t id = 0;

	T_OK(csm_dict_type(&small.dict, "case") == &small.ticket);
	T_OK(!csm_dict_type(&small.dict, "cases"));
	T_EQ_INT(csm_field_index(&small.ticket, "short-description"), CASE_SHORT_DESCRIPTION);
	T_EQ_INT(csm_field_index(&small.ticket, "short_description"), CASE_SHORT_DESCRIPTION);
	T_EQ_INT(csm_field_index(&small.ticket, "short"), -1);
	T_EQ_INT(csm_field_index(&small.ticket, "short_description_x"), -1);
	T_OK(csm_field_named(&small.ticket, "state") == &small.case_fields[CASE_STATE]);
	T_OK(!csm_field_named(&small.ticket, "stat"));
	T_OK(csm_dict_setting(&small.dict, "case.auto-close") == &small.settings[0]);
	T_OK(!csm_dict_setting(&small.dict, "case"));
	T_OK(csm_dict_owned(&small.dict, &small.ticket, 0, &owner) == &small.comment);
	T_EQ_INT(owner, COMMENT_CASE);
	T_OK(!csm_dict_owned(&small.dict, &small.ticket, 1, NULL));
	T_OK(!csm_dict_owned(&small.dict, &small.account, 0, NULL));
	T_OK(csm_dict_owned_named(&small.dict, &small.ticket, "comments", &owner) == &small.comment);
	T_OK(csm_dict_owned_named(&small.dict, &small.ticket, "comment", NULL) == &small.comment);
	T_OK(!csm_dict_owned_named(&small.dict, &small.ticket, "note", NULL));
	T_EQ_STR(csm_type_doc_key(&small.comment), "comments");
	T_EQ_STR(csm_type_doc_key(&small.ticket), "case");
	T_EQ_INT(csm_type_title(&small.account), ACC_NAME);
	T_EQ_INT(csm_type_title(&small.ticket), CASE_NUMBER);
	T_EQ_INT(csm_type_title(&small.comment), 0);
	T_EQ_STR(csm_number_format(arena, &small.ticket, 42), "CS0000042");
	T_EQ_STR(csm_number_format(arena, &small.ticket, 123456789), "CS123456789");
	T_OK(!csm_number_format(arena, &small.comment, 42));
	T_OK(csm_number_type(&small.dict, "ac0000007", &id) == &small.account);
	T_EQ_INT(id, 7);
	T_OK(!csm_number_type(&small.dict, "XX7", &id));
}

static void test_number_parse(void)
{
	static const struct {
		const char *text;
		int64_t id;
	} rows[] = {
		{ "CS0000042", 42 },
		{ "cs42", 42 },
		{ "CS00000000000000000042", 42 },
		{ "CS9007199254740992", INT64_C(1) << 53 },
		{ "CS9007199254740993", 0 },
		{ "CS99999999999999999999999", 0 },
		{ "CS", 0 },
		{ "CS0", 0 },
		{ "CS-1", 0 },
		{ "CS1x", 0 },
		{ "C1", 0 },
		{ "", 0 },
		{ "42", 0 },
		{ "AC42", 0 },
		{ "CST42", 0 },
		{ " CS42", 0 },
	};

	for (size_t i = 0; i < CSM_COUNT(rows); i++)
		T_EQ_INT(csm_number_parse(&small.ticket, rows[i].text), rows[i].id);
	T_EQ_INT(csm_number_parse(&small.comment, "1"), 0);
}

static void test_words(void)
{
	char buf[8];

	T_OK(csm_word("a,bc,d", 1, buf, sizeof(buf)));
	T_EQ_STR(buf, "bc");
	T_OK(csm_word("a,bc,d", 2, buf, sizeof(buf)) && !strcmp(buf, "d"));
	T_OK(!csm_word("a,bc,d", 3, buf, sizeof(buf)));
	T_OK(!csm_word("", 0, buf, sizeof(buf)) && !csm_word(NULL, 0, buf, sizeof(buf)));
	T_OK(csm_word("0123456789", 0, buf, sizeof(buf)) && !strcmp(buf, "0123456"));
	T_OK(csm_word_in("a,bc,d", "bc") && csm_word_in("a,bc,d", "d") && csm_word_in("a", "a"));
	T_OK(!csm_word_in("a,bc,d", "b") && !csm_word_in("", "a") && !csm_word_in(NULL, "a") &&
	     !csm_word_in("ab", "a"));
	T_OK(csm_list_word(",a,bc,", 0, buf, sizeof(buf)) && !strcmp(buf, "a"));
	T_OK(csm_list_word(",a,bc,", 1, buf, sizeof(buf)) && !strcmp(buf, "bc"));
	T_OK(!csm_list_word(",a,bc,", 2, buf, sizeof(buf)) && !csm_list_word(",", 0, buf, sizeof(buf)));
	T_OK(!csm_list_word("a", 0, buf, sizeof(buf)) && !csm_list_word(NULL, 0, buf, sizeof(buf)));
	T_OK(csm_list_has(",3,17,", "17") && csm_list_has(",3,17,", "3"));
	T_OK(!csm_list_has(",3,17,", "1") && !csm_list_has(",3,17,", "") && !csm_list_has(NULL, "3"));
	T_OK(csm_choice_find(small_methods, "email") == &small_methods[0]);
	T_OK(csm_choice_find(small_methods, "web FORM") == &small_methods[2]);
	T_OK(!csm_choice_find(small_methods, "webform") && !csm_choice_find(NULL, "x"));
}

static void test_life(void)
{
	const struct csm_lifecycle *l = &small.life;

	T_EQ_STR(csm_life_initial(l), "new");
	T_OK(csm_life_state(l, "open") == &small.states[1] && !csm_life_state(l, "gone"));
	T_OK(csm_life_move(l, "accept", "new", CSM_WHO_AGENT) == &small.moves[0]);
	T_OK(!csm_life_move(l, "accept", "open", CSM_WHO_AGENT) &&
	     !csm_life_move(l, "accept", "new", CSM_WHO_CUSTOMER));
	T_OK(csm_life_move(l, "request-info", "open", CSM_WHO_AGENT) == &small.moves[1]);
	T_OK(csm_life_move(l, "close", "resolved", CSM_WHO_CUSTOMER) == &small.moves[3]);
	T_OK(csm_life_move(l, "close", "resolved", CSM_WHO_SYSTEM) == &small.moves[4]);
	T_OK(csm_life_verb(l, "close") == &small.moves[3] && !csm_life_verb(l, "open"));
	T_EQ_STR(csm_life_allowed(arena, l, "open", CSM_WHO_AGENT), "request-info, resolve, ping");
	T_EQ_STR(csm_life_allowed(arena, l, "resolved",
				  CSM_WHO_AGENT | CSM_WHO_SYSTEM | CSM_WHO_CUSTOMER),
		 "close, reject");
	T_EQ_STR(csm_life_allowed(arena, l, "closed", CSM_WHO_AGENT), "none");
}

int main(void)
{
	arena = csm_arena_new(NULL, NULL);
	small_dict_init(&small);
	test_numbers();
	test_times();
	test_choices();
	test_many_choices();
	test_texts();
	test_parse_misc();
	test_check_value();
	test_lookup();
	test_number_parse();
	test_words();
	test_life();
	csm_arena_free(arena);
	T_DONE();
}
