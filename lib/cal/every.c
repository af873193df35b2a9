/* SPDX-License-Identifier: MIT */
/* every.c - recurring days as text: "12-25", "last mon of may", "easter+1". */
#include <ctype.h>
#include <string.h>

#include "cal_priv.h"

static const char *const weekday_names[] = { "monday", "tuesday",  "wednesday", "thursday",
					     "friday", "saturday", "sunday",	NULL };
static const char *const month_names[] = { "january",  "february", "march",  "april",	  "may",
					   "june",     "july",	   "august", "september", "october",
					   "november", "december", NULL };
static const char *const nth_names[] = { "1st", "2nd", "3rd", "4th", "5th", "last", NULL };
static const char *const nth_words[] = {
	"first", "second", "third", "fourth", "fifth", "last", NULL
};

#define TEXT_MAX 64
#define EASTER_MAX 366 /* days before or after; more would leave the neighbouring year */

static int refuse(const char *text, struct csm_err *err)
{
	return csm_fail(err, CSM_E_INVALID,
			"'%.64s' is no recurring day (expected 12-25, 'last mon of may', '2nd tue "
			"of nov', easter or easter+1)",
			text);
}

/* Index of a word in a list where it may be cut to three letters; -1. */
static int find_word(const char *const *list, const char *word)
{
	for (int i = 0; list[i]; i++)
		if (strcmp(list[i], word) == 0 ||
		    (strlen(word) == 3 && strncmp(list[i], word, 3) == 0))
			return i;
	return -1;
}

/* A number of at most three digits and nothing after it; -1. */
static int read_number(const char *s)
{
	int n = 0, i;

	for (i = 0; isdigit((unsigned char)s[i]) && i < 3; i++)
		n = n * 10 + (s[i] - '0');
	return i > 0 && !s[i] ? n : -1;
}

/* Lower case, single blanks, none at the ends; false when it is too long. */
static bool fold_text(const char *text, char *out)
{
	size_t n = 0;

	for (; *text; text++) {
		bool blank = *text == ' ' || *text == '\t';

		if (blank && (n == 0 || out[n - 1] == ' '))
			continue;
		if (n == TEXT_MAX - 1)
			return false;
		out[n++] = blank ? ' ' : (char)tolower((unsigned char)*text);
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return true;
}

static bool parse_easter(const char *s, struct csm_cal_exception *e)
{
	int n = 0;

	if (s[0] && s[0] != '+' && s[0] != '-')
		return false;
	if (s[0] && ((n = read_number(s + 1)) < 0 || n > EASTER_MAX))
		return false;
	e->every = CSM_CAL_EASTER;
	e->offset = s[0] == '-' ? -n : n;
	return true;
}

static bool parse_month_day(char *s, struct csm_cal_exception *e)
{
	char *dash = strchr(s, '-');
	int month, day;

	if (!dash)
		return false;
	*dash = '\0';
	month = read_number(s);
	day = read_number(dash + 1);
	if (month < 1 || month > 12 || day < 1 ||
	    day > (int)csm_days_in_month(2000, (unsigned)month))
		return false;
	e->every = CSM_CAL_MONTH_DAY;
	e->month = month;
	e->day = day;
	return true;
}

/* "last mon of may", also without "of" */
static bool parse_nth(char *s, struct csm_cal_exception *e)
{
	char *word[5];
	int n = 0, nth, weekday, month;

	for (;;) {
		word[n++] = s;
		s = strchr(s, ' ');
		if (!s)
			break;
		if (n == 4)
			return false;
		*s++ = '\0';
	}
	if (n == 4 && strcmp(word[2], "of") == 0)
		word[2] = word[3];
	else if (n != 3)
		return false;
	nth = find_word(nth_names, word[0]);
	for (int i = 0; nth < 0 && nth_words[i]; i++)
		if (strcmp(nth_words[i], word[0]) == 0)
			nth = i;
	weekday = find_word(weekday_names, word[1]);
	month = find_word(month_names, word[2]);
	if (nth < 0 || weekday < 0 || month < 0)
		return false;
	e->every = CSM_CAL_NTH_WEEKDAY;
	e->nth = nth == 5 ? -1 : nth + 1;
	e->weekday = weekday;
	e->month = month + 1;
	return true;
}

int csm_cal_every_parse(const char *text, struct csm_cal_exception *out, struct csm_err *err)
{
	struct csm_cal_exception e = *out;
	char s[TEXT_MAX];
	bool ok;

	if (!fold_text(text, s))
		return refuse(text, err);
	if (strncmp(s, "easter", 6) == 0)
		ok = parse_easter(s + 6, &e);
	else if (isdigit((unsigned char)s[0]) && strchr(s, '-'))
		ok = parse_month_day(s, &e);
	else
		ok = parse_nth(s, &e);
	if (!ok)
		return refuse(text, err);
	*out = e;
	return CSM_OK;
}

const char *csm_cal_every_format(struct csm_arena *a, const struct csm_cal_exception *e)
{
	char buf[CSM_TIME_SIZE];

	switch (e->every) {
	case CSM_CAL_DATE:
		return csm_strdup(a, csm_date_format(e->date, buf));
	case CSM_CAL_MONTH_DAY:
		return csm_sprintf(a, "%02d-%02d", e->month, e->day);
	case CSM_CAL_NTH_WEEKDAY:
		return csm_sprintf(a, "%s %.3s of %.3s", nth_names[e->nth < 0 ? 5 : e->nth - 1],
				   weekday_names[e->weekday], month_names[e->month - 1]);
	case CSM_CAL_EASTER:
		break;
	}
	return e->offset ? csm_sprintf(a, "easter%+d", e->offset) : "easter";
}

bool csm_cal_every_day(const struct csm_cal_exception *e, int64_t year, int64_t *day)
{
	unsigned len;
	int64_t first;

	if (e->every == CSM_CAL_EASTER) {
		*day = csm_easter(year) + e->offset;
		return true;
	}
	len = csm_days_in_month(year, (unsigned)e->month);
	first = csm_days_from_civil(year, (unsigned)e->month, 1);
	if (e->every == CSM_CAL_MONTH_DAY) {
		*day = first + e->day - 1;
		return e->day <= (int)len; /* 02-29 in leap years only */
	}
	if (e->nth < 0) {
		int64_t last = first + len - 1;

		*day = last - ((int)csm_weekday(last) - e->weekday + 7) % 7;
		return true;
	}
	*day = first + (e->weekday - (int)csm_weekday(first) + 7) % 7 + 7 * (e->nth - 1);
	return *day < first + len;
}
