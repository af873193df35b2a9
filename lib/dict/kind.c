/* SPDX-License-Identifier: MIT */
/* kind.c - the one table of kinds: how the text of each is read and written. A new kind is a row here.
 */
#include <inttypes.h>
#include <string.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "dict/dict_priv.h"

/* ---- text as it is ---- */

static int parse_text(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		      struct csm_value *out, struct csm_err *err)
{
	(void)a;
	(void)now;
	*out = csm_text(text);
	return dict_check_value(f, out, err);
}

static const char *format_text(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v)
{
	(void)a;
	(void)f;
	return v->s;
}

/* ---- numbers ---- */

static int parse_int(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		     struct csm_value *out, struct csm_err *err)
{
	const struct csm_choice *c = f->choices ? csm_choice_find(f->choices, text) : NULL;
	const char *end;
	int64_t v = 0;
	enum dict_number r = dict_read_scaled(c ? c->value : text, 0, &v, &end);

	(void)a;
	(void)now;
	if (f->choices && !c)
		return dict_choice_fail(f->choices, text, err);
	if (r == DICT_NUMBER_BIG)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is too large for a whole number",
				CSM_Q(text));
	if (r || *end || strchr(text, '.'))
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no whole number; expected digits such as 42", CSM_Q(text));
	*out = csm_int(v);
	return dict_check_value(f, out, err);
}

static const char *format_int(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v)
{
	(void)f;
	return csm_sprintf(a, "%" PRId64, v->i);
}

static int parse_decimal(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
			 struct csm_value *out, struct csm_err *err)
{
	const char *end;
	int64_t v = 0;
	enum dict_number r = dict_read_scaled(text, CSM_DECIMAL_SCALE, &v, &end);

	(void)a;
	(void)now;
	if (r == DICT_NUMBER_BIG)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is too large for a decimal number",
				CSM_Q(text));
	if (r == DICT_NUMBER_BAD || *end)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no decimal number; expected one such as 12.5", CSM_Q(text));
	if (r == DICT_NUMBER_FINE)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' has more than %d decimals", CSM_Q(text),
				CSM_DECIMAL_SCALE);
	*out = csm_int(v);
	return dict_check_value(f, out, err);
}

static const char *format_decimal(struct csm_arena *a, const struct csm_field *f,
				  const struct csm_value *v)
{
	(void)f;
	return dict_write_scaled(a, v->i, CSM_DECIMAL_SCALE, true);
}

/* The code behind the amount says how many decimals there may be, so the text is read twice. */
static int parse_money(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		       struct csm_value *out, struct csm_err *err)
{
	const char *end, *code, *at = text + strspn(text, "-0123456789.");
	unsigned digits = 0;
	enum dict_number r;
	int64_t v = 0;

	(void)a;
	(void)now;
	at += strspn(at, " ");
	code = strlen(at) == 3 ? dict_currency(at, &digits) : NULL;
	r = dict_read_scaled(text, digits, &v, &end);
	if (r == DICT_NUMBER_BAD || (!code && r != DICT_NUMBER_BIG && strlen(at) != 3) ||
	    (r != DICT_NUMBER_BIG && end + strspn(end, " ") != at))
		return csm_fail(
			err, CSM_E_INVALID,
			"'%.*s' is no money; expected an amount and a currency such as 1250.00 EUR",
			CSM_Q(text));
	if (!code)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no currency; expected an ISO 4217 code such as EUR",
				CSM_Q(at));
	if (r == DICT_NUMBER_BIG)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is too large an amount", CSM_Q(text));
	if (r == DICT_NUMBER_FINE)
		return csm_fail(err, CSM_E_INVALID, "'%.*s': %s has %u decimals", CSM_Q(text), code,
				digits);
	*out = (struct csm_value){ CSM_MONEY, v, code };
	return dict_check_value(f, out, err);
}

static const char *format_money(struct csm_arena *a, const struct csm_field *f,
				const struct csm_value *v)
{
	unsigned digits = 2;

	(void)f;
	/* A currency that is none (a damaged database) is still shown as it stands. */
	if (strlen(v->s) == 3)
		dict_currency(v->s, &digits);
	return csm_sprintf(a, "%s %s", dict_write_scaled(a, v->i, digits, false), v->s);
}

static int parse_bool(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		      struct csm_value *out, struct csm_err *err)
{
	(void)a;
	(void)f;
	(void)now;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is no bool; expected true or false",
				CSM_Q(text));
	*out = csm_int(text[0] == 't');
	return CSM_OK;
}

static const char *format_bool(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v)
{
	(void)a;
	(void)f;
	return v->i ? "true" : "false";
}

/* ---- time ---- */

/*
 * A day, or a moment relative to now, of which the day in UTC is taken; a moment with a time of day
 * would lose it.
 */
static int parse_date(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		      struct csm_value *out, struct csm_err *err)
{
	bool relative = text[0] == '+' || text[0] == '-' || (text[0] >= 'a' && text[0] <= 'z');
	int64_t t = 0, days = 0;
	int rc = relative ? csm_time_parse_rel(text, now, &t, err) : csm_date_parse(text, &days, err);
	char *s;

	(void)f;
	if (rc && relative && text[0] >= 'a')
		return csm_date_parse(text, &days, err); /* its message fits better */
	if (rc)
		return rc;
	if (relative)
		days = (t - (t % CSM_DAY + CSM_DAY) % CSM_DAY) / CSM_DAY;
	s = csm_date_format(days, csm_alloc(a, CSM_TIME_SIZE));
	*out = csm_text(s);
	return CSM_OK;
}

static int parse_time(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		      struct csm_value *out, struct csm_err *err)
{
	int64_t t = 0;
	int rc = csm_time_parse_rel(text, now, &t, err);

	(void)a;
	(void)f;
	*out = csm_int(t);
	return rc;
}

static const char *format_time(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v)
{
	(void)f;
	return csm_time_format(v->i, csm_alloc(a, CSM_TIME_SIZE));
}

static int parse_duration(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
			  struct csm_value *out, struct csm_err *err)
{
	int64_t d = 0;
	int rc = csm_duration_parse(text, f->min < f->max && f->min < 0, &d, err);

	(void)a;
	(void)now;
	if (rc)
		return rc;
	*out = csm_int(d);
	return dict_check_value(f, out, err);
}

static const char *format_duration(struct csm_arena *a, const struct csm_field *f,
				   const struct csm_value *v)
{
	(void)f;
	return csm_duration_format(v->i, csm_alloc(a, CSM_TIME_SIZE));
}

static int parse_clock(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		       struct csm_value *out, struct csm_err *err)
{
	int64_t t = 0;
	int rc = csm_clock_parse(text, &t, err);

	(void)a;
	(void)f;
	(void)now;
	*out = csm_int(t);
	return rc;
}

static const char *format_clock(struct csm_arena *a, const struct csm_field *f,
				const struct csm_value *v)
{
	(void)f;
	return csm_clock_format(v->i, csm_alloc(a, CSM_TIME_SIZE));
}

/* ---- choices ---- */

static int parse_enum(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		      struct csm_value *out, struct csm_err *err)
{
	const struct csm_choice *c = csm_choice_find(f->choices, text);

	(void)a;
	(void)now;
	if (!c)
		return dict_choice_fail(f->choices, text, err);
	*out = csm_text(c->value);
	return CSM_OK;
}

/* "phone, E-Mail" to ",email,phone,": which ones are meant is remembered, the choices give the order. */
static int parse_enum_list(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
			   struct csm_value *out, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(a);
	const struct csm_choice *c;
	size_t n = 0;
	bool *chosen;

	(void)now;
	for (c = f->choices; c && c->value; c++)
		n++;
	chosen = csm_calloc(a, n, sizeof(*chosen));
	for (const char *p = text; *p; p += strcspn(p, ","), p += *p == ',') {
		size_t skip = strspn(p, " "), len = strcspn(p + skip, ",");
		const char *start = p + skip;

		while (len && start[len - 1] == ' ')
			len--;
		if (!len)
			continue;
		start = csm_strndup(a, start, len);
		c = csm_choice_find(f->choices, start);
		if (!c)
			return dict_choice_fail(f->choices, start, err);
		chosen[c - f->choices] = true;
	}
	for (size_t i = 0; i < n; i++)
		if (chosen[i])
			csm_buf_addf(&b, "%s%s,", b.n ? "" : ",", f->choices[i].value);
	if (!b.n)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no list; expected choices with commas between them",
				CSM_Q(text));
	*out = csm_text(b.s);
	return dict_check_value(f, out, err);
}

/* Without the commas at both ends. */
static const char *format_list(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v)
{
	size_t n = strlen(v->s);

	(void)f;
	return n > 2 ? csm_strndup(a, v->s + 1, n - 2) : v->s;
}

/* ---- the table ---- */

static const struct csm_kind_row kinds[] = {
	[CSM_K_TEXT] = { CSM_K_TEXT, "text", CSM_TEXT, "TEXT", "string", NULL, "                    ",
			 "a text", parse_text, format_text },
	[CSM_K_INT] = { CSM_K_INT, "int", CSM_INT, "INTEGER", "integer", NULL, "1000000",
			"a whole number such as 42", parse_int, format_int },
	[CSM_K_BOOL] = { CSM_K_BOOL, "bool", CSM_INT, "INTEGER", "boolean", NULL, "false",
			 "true or false", parse_bool, format_bool },
	[CSM_K_DECIMAL] = { CSM_K_DECIMAL, "decimal", CSM_INT, "INTEGER", "number", NULL, "100000.25",
			    "a decimal number such as 12.5, at most 4 decimals", parse_decimal,
			    format_decimal },
	[CSM_K_MONEY] = { CSM_K_MONEY, "money", CSM_MONEY, "INTEGER", "string",
			  "^-?[0-9]+(\\.[0-9]+)? *[A-Za-z]{3}$", "1000000.00 EUR",
			  "an amount and its ISO 4217 currency such as 1250.00 EUR", parse_money,
			  format_money },
	[CSM_K_DATE] = { CSM_K_DATE, "date", CSM_TEXT, "TEXT", "string", "date", "2024-03-29",
			 "a day such as 2024-03-29, today or -7d", parse_date, format_text },
	[CSM_K_TIME] = { CSM_K_TIME, "time", CSM_INT, "INTEGER", "string", "date-time",
			 "2024-03-29T14:00:00Z",
			 "a time such as 2024-03-29T15:00:00+01:00, now or -2h (UTC when no offset is "
			 "given)",
			 parse_time, format_time },
	[CSM_K_DURATION] = { CSM_K_DURATION, "duration", CSM_INT, "INTEGER", "string", NULL, "10d23h59m",
			     "a duration such as 8h, 1d2h30m, 02:30 or PT8H", parse_duration,
			     format_duration },
	[CSM_K_CLOCK] = { CSM_K_CLOCK, "clock", CSM_INT, "INTEGER", "string",
			  "^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$", "09:00", "a time of day, 00:00 to 24:00",
			  parse_clock, format_clock },
	[CSM_K_ENUM] = { CSM_K_ENUM, "enum", CSM_TEXT, "TEXT", "string", NULL, "awaiting_info",
			 "one of its choices", parse_enum, format_text },
	[CSM_K_ENUM_LIST] = { CSM_K_ENUM_LIST, "enum_list", CSM_TEXT, "TEXT", "array", NULL,
			      "email,phone", "some of its choices with commas between them",
			      parse_enum_list, format_list },
	[CSM_K_REF] = { CSM_K_REF, "ref", CSM_INT, "INTEGER", "string", NULL, "CS0000042",
			"a record by its number or another key", NULL, NULL },
	[CSM_K_REF_LIST] = { CSM_K_REF_LIST, "ref_list", CSM_TEXT, "TEXT", "array", NULL,
			     "CS0000042,CS0000043",
			     "records by number or another key with commas between them", NULL, NULL },
	[CSM_K_EMAIL] = { CSM_K_EMAIL, "email", CSM_TEXT, "TEXT", "string", "email",
			  "geneva.roth@boxeo.example", "an e-mail address such as name@example.com",
			  parse_text, format_text },
	[CSM_K_PHONE] = { CSM_K_PHONE, "phone", CSM_TEXT, "TEXT", "string", NULL, "+49 171 5552222 x12",
			  "a phone number: digits, blanks, ()-./+ and an extension such as x12",
			  parse_text, format_text },
	[CSM_K_ZONE] = { CSM_K_ZONE, "zone", CSM_TEXT, "TEXT", "string", NULL, "America/Los_Angeles",
			 "a time zone such as Europe/Paris", parse_text, format_text },
	[CSM_K_EXPR] = { CSM_K_EXPR, "expr", CSM_TEXT, "TEXT", "string", NULL, "                    ",
			 "a condition such as state = open and priority <= 2", parse_text, format_text },
	[CSM_K_JSON] = { CSM_K_JSON, "json", CSM_TEXT, "TEXT", "string", NULL, "                    ",
			 "a JSON text", parse_text, format_text },
};

_Static_assert(CSM_COUNT(kinds) == CSM_K__N, "a row for every kind");

const struct csm_kind_row *csm_kind(enum csm_kind kind)
{
	return &kinds[kind];
}
