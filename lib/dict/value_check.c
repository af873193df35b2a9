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

/* A value that was parsed is the row's own text: its address says which. */
static int choice_index(const struct csm_choice *choices, const char *value)
{
	for (int i = 0; choices[i].value; i++)
		if (choices[i].value == value)
			return i;
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

/* Numbers of a kind whose row cannot say more of them, and what they are called. */
static const struct range {
	int64_t low, high;
	const char *what;
} ranges[CSM_K__N] = {
	[CSM_K_BOOL] = { 0, 1, "bool" },
	[CSM_K_TIME] = { CSM_TIME_MIN, CSM_TIME_MAX, "time of the years 1 to 9999" },
	[CSM_K_CLOCK] = { 0, CSM_DAY, "time of day" },
	[CSM_K_REF] = { 1, INT64_MAX, "id" },
};

/* Choices of one digit that rise one by one, as priorities do. */
static void find_choice_range(const struct csm_choice *c, int64_t *low, int64_t *high)
{
	int64_t first = c->value[0] - '0', n = 0;

	for (; c[n].value; n++)
		if (c[n].value[0] != '0' + first + n || c[n].value[1] || first < 0 || first + n > 9)
			return;
	*low = first;
	*high = first + n - 1;
}

void csm_field_range(const struct csm_field *f, int64_t *low, int64_t *high)
{
	*low = 1;
	*high = 0;
	if (csm_kind(f->kind)->tag != CSM_INT)
		return;
	if (ranges[f->kind].what) {
		*low = ranges[f->kind].low;
		*high = ranges[f->kind].high;
	} else if (f->kind == CSM_K_INT && f->choices) {
		find_choice_range(f->choices, low, high);
	} else {
		*low = f->min < f->max ? f->min : INT64_MIN;
		*high = f->min < f->max ? f->max : INT64_MAX;
	}
}

static int check_number(const struct csm_field *f, int64_t v, struct csm_err *err)
{
	char low[CSM_TIME_SIZE], high[CSM_TIME_SIZE], is[CSM_TIME_SIZE];
	int64_t least, most;

	csm_field_range(f, &least, &most);
	if (v >= least && v <= most)
		return CSM_OK;
	if (ranges[f->kind].what)
		return csm_fail(err, CSM_E_INVALID, "%" PRId64 " is no %s", v, ranges[f->kind].what);
	if (f->kind == CSM_K_INT && f->choices) {
		snprintf(is, sizeof(is), "%" PRId64, v);
		return check_choice(f, is, err);
	}
	return csm_fail(err, CSM_E_INVALID, "%s is out of bounds; expected %s to %s",
			write_bound(f->kind, v, is), write_bound(f->kind, least, low),
			write_bound(f->kind, most, high));
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
	rc = dict_check_length(f, v->s, err);
	return rc ? rc : check_shape(f, v->s, err);
}

static int check_characters(const struct csm_field *f, const struct csm_value *v, struct csm_err *err)
{
	return v->tag == CSM_TEXT && csm_kind(f->kind)->tag == CSM_TEXT && v->s ? csm_text_check(v->s, strlen(v->s), err) : CSM_OK;
}

/* A value that was parsed is the row's own text: its address says that nothing is wrong with it. */
static bool is_choice(const struct csm_field *f, const struct csm_value *v)
{
	const struct csm_choice *c = f->kind == CSM_K_ENUM && v->tag == CSM_TEXT ? f->choices : NULL;

	while (c && c->value && c->value != v->s)
		c++;
	return c && c->value;
}

int csm_field_check(const struct csm_rtype *t, const struct csm_field *f, const struct csm_value *v,
		    struct csm_err *err)
{
	if (v->tag == CSM_NULL || is_choice(f, v) || (check_characters(f, v, err) == CSM_OK && dict_check_value(f, v, err) == CSM_OK))
		return CSM_OK;
	if (!err)
		return CSM_E_INVALID;
	return csm_err_on(err, t ? t->name : NULL, NULL, f->name);
}
