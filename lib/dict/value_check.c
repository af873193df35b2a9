/* SPDX-License-Identifier: MIT */
/* value_check.c - a typed value against its field. Parsing ends here too, so that both doors have one
 * lock. */
#include <inttypes.h>
#include <string.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "dict/dict_priv.h"

#define WORD_SIZE 128

int dict_choice_fail(const struct csm_choice *choices, const char *text, struct csm_err *err)
{
	const char *values[256], *near;
	char list[420] = "";
	size_t n = 0, count = 0;
	bool cut = false;

	for (const struct csm_choice *c = choices; c && c->value; c++) {
		if (count + 1 < CSM_COUNT(values))
			values[count++] = c->value;
		cut |= n + strlen(c->value) + 8 >= sizeof(list);
		if (!cut)
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "",
					      c->value);
	}
	if (cut)
		snprintf(list + n, sizeof(list) - n, ", ...");
	values[count] = NULL;
	near = csm_nearest(text, values);
	if (near)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no choice; did you mean '%s'? expected one of %s",
				CSM_Q(text), near, list);
	return csm_fail(err, CSM_E_INVALID, "'%.*s' is no choice; expected one of %s", CSM_Q(text),
			list);
}

static int choice_index(const struct csm_choice *choices, const char *value)
{
	for (int i = 0; choices[i].value; i++)
		if (!strcmp(choices[i].value, value))
			return i;
	return -1;
}

static int check_choice(const struct csm_field *f, const char *value, struct csm_err *err)
{
	if (f->choices && choice_index(f->choices, value) < 0)
		return dict_choice_fail(f->choices, value, err);
	return CSM_OK;
}

static int check_id(const char *s, const char *word, size_t n, struct csm_err *err)
{
	char again[24];

	if (n > 18 || word[0] < '1' || word[0] > '9' || strspn(word, "0123456789") < n)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is no list of ids", CSM_Q(s));
	snprintf(again, sizeof(again), ",%.*s,", (int)n, word);
	if (strstr(word + n, again))
		return csm_fail(err, CSM_E_INVALID, "'%.*s' has %.*s twice", CSM_Q(s), (int)n, word);
	return CSM_OK;
}

/* ",a,b," with choices in their order, or ",3,17," with ids; nothing twice. */
int dict_check_list(const struct csm_field *f, const char *s, struct csm_err *err)
{
	size_t n = strlen(s), len;
	int last = -1, index, rc;

	if (n < 3 || s[0] != ',' || s[n - 1] != ',')
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is no list as it is kept", CSM_Q(s));
	for (const char *p = s + 1; *p; p += len + 1) {
		char word[WORD_SIZE];

		len = strcspn(p, ",");
		if (!len || len >= sizeof(word))
			return csm_fail(err, CSM_E_INVALID, "'%.*s' is no list as it is kept", CSM_Q(s));
		if (f->kind == CSM_K_REF_LIST) {
			rc = check_id(s, p, len, err);
			if (rc)
				return rc;
			continue;
		}
		memcpy(word, p, len);
		word[len] = '\0';
		index = choice_index(f->choices, word);
		if (index < 0)
			return dict_choice_fail(f->choices, word, err);
		if (index <= last)
			return csm_fail(err, CSM_E_INVALID,
					"'%.*s': the list is not in the order of its choices", CSM_Q(s));
		last = index;
	}
	return CSM_OK;
}

/* A bound as text of the kind, for messages. buf of CSM_TIME_SIZE bytes. */
static const char *write_bound(enum csm_kind kind, int64_t v, char *buf)
{
	const int64_t one = 10000; /* 10^CSM_DECIMAL_SCALE */
	int64_t rest = v % one;

	if (kind == CSM_K_DURATION)
		return csm_duration_format(v, buf);
	if (kind != CSM_K_DECIMAL)
		snprintf(buf, CSM_TIME_SIZE, "%" PRId64, v);
	else if (!rest)
		snprintf(buf, CSM_TIME_SIZE, "%" PRId64, v / one);
	else
		snprintf(buf, CSM_TIME_SIZE, "%s%" PRId64 ".%04d", v < 0 && v > -one ? "-" : "", v / one,
			 (int)(rest < 0 ? -rest : rest));
	return buf;
}

static int check_bounds(const struct csm_field *f, int64_t v, struct csm_err *err)
{
	char low[CSM_TIME_SIZE], high[CSM_TIME_SIZE], is[CSM_TIME_SIZE];

	if (f->min >= f->max || (v >= f->min && v <= f->max))
		return CSM_OK;
	return csm_fail(err, CSM_E_INVALID, "%s is out of bounds; expected %s to %s",
			write_bound(f->kind, v, is), write_bound(f->kind, f->min, low),
			write_bound(f->kind, f->max, high));
}

static int check_between(int64_t v, int64_t low, int64_t high, const char *what, struct csm_err *err)
{
	if (v >= low && v <= high)
		return CSM_OK;
	return csm_fail(err, CSM_E_INVALID, "%" PRId64 " is no %s", v, what);
}

static int check_number(const struct csm_field *f, int64_t v, struct csm_err *err)
{
	char text[24];

	switch (f->kind) {
	case CSM_K_BOOL:
		return check_between(v, 0, 1, "bool", err);
	case CSM_K_TIME:
		return check_between(v, CSM_TIME_MIN, CSM_TIME_MAX, "time of the years 1 to 9999", err);
	case CSM_K_CLOCK:
		return check_between(v, 0, CSM_DAY, "time of day", err);
	case CSM_K_REF:
		return check_between(v, 1, INT64_MAX, "id", err);
	case CSM_K_INT:
		if (f->choices) {
			if (v >= 0 && v <= 9)
				memcpy(text, (char[]){ (char)('0' + v), '\0' }, 2);
			else
				snprintf(text, sizeof(text), "%" PRId64, v);
			return check_choice(f, text, err);
		}
		return check_bounds(f, v, err);
	default:
		return check_bounds(f, v, err);
	}
}

static int check_shape(const struct csm_field *f, const char *s, struct csm_err *err)
{
	int64_t days;

	switch (f->kind) {
	case CSM_K_EMAIL:
		return dict_check_email(s, err);
	case CSM_K_PHONE:
		return dict_check_phone(s, err);
	case CSM_K_ZONE:
		return dict_check_zone(s, err);
	case CSM_K_JSON:
		return dict_check_json(s, err);
	case CSM_K_DATE:
		return csm_date_parse(s, &days, err);
	case CSM_K_ENUM:
		return check_choice(f, s, err);
	case CSM_K_ENUM_LIST:
	case CSM_K_REF_LIST:
		return dict_check_list(f, s, err);
	default:
		return CSM_OK;
	}
}

static int check_money(const struct csm_value *v, struct csm_err *err)
{
	unsigned digits;

	if (!v->s || strlen(v->s) != 3 || !dict_currency(v->s, &digits))
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no currency; expected an ISO 4217 code such as EUR",
				CSM_Q(v->s ? v->s : ""));
	return CSM_OK;
}

int dict_check_value(const struct csm_field *f, const struct csm_value *v, struct csm_err *err)
{
	static const char *const tags[] = { "null", "number", "text", "money" };
	const struct csm_kind_row *k = csm_kind(f->kind);
	int rc;

	if (v->tag != k->tag)
		return csm_fail(err, CSM_E_INVALID, "a %s where kind %s keeps a %s", tags[v->tag],
				k->name, tags[k->tag]);
	if (v->tag == CSM_MONEY)
		return check_money(v, err);
	if (v->tag == CSM_INT)
		return check_number(f, v->i, err);
	if (!v->s || !*v->s)
		return csm_fail(err, CSM_E_INVALID, "an empty text is never kept");
	rc = dict_check_text(f, v->s, err);
	return rc ? rc : check_shape(f, v->s, err);
}

int csm_field_check(const struct csm_rtype *t, const struct csm_field *f, const struct csm_value *v,
		    struct csm_err *err)
{
	if (v->tag == CSM_NULL || dict_check_value(f, v, err) == CSM_OK)
		return CSM_OK;
	if (!err)
		return CSM_E_INVALID;
	return csm_err_on(err, t ? t->name : NULL, NULL, f->name);
}
