/* SPDX-License-Identifier: MIT */
/*
 * rule.c - the POSIX TZ string in the footer of a TZif file: which offset holds after the file's
 * last transition.
 */
#include <ctype.h>

#include "cal_priv.h"

/* A number of at most max, at least one digit. */
static bool parse_number(const char **p, int max, int *out)
{
	int n = 0;

	if (!isdigit((unsigned char)**p))
		return false;
	for (; isdigit((unsigned char)**p); (*p)++) {
		n = n * 10 + (**p - '0');
		if (n > max)
			return false;
	}
	*out = n;
	return true;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool parse_clock(const char **p, int max_hours, int32_t *out)
{
	int h, m = 0, s = 0, sign = 1;

	if (**p == '+' || **p == '-')
		sign = *(*p)++ == '-' ? -1 : 1;
	if (!parse_number(p, max_hours, &h))
		return false;
	if (**p == ':') {
		++*p;
		if (!parse_number(p, 59, &m))
			return false;
		if (**p == ':') {
			++*p;
			if (!parse_number(p, 59, &s))
				return false;
		}
	}
	*out = sign * (h * 3600 + m * 60 + s);
	return true;
}

/* An abbreviation, "CET" or "<+0330>": only stepped over. */
static bool skip_name(const char **p)
{
	const char *s = *p;

	if (*s == '<') {
		for (s++; isalnum((unsigned char)*s) || *s == '+' || *s == '-'; s++)
			;
		if (*s != '>')
			return false;
		*p = s + 1;
		return true;
	}
	while (isalpha((unsigned char)*s))
		s++;
	if (s - *p < 3)
		return false;
	*p = s;
	return true;
}

static bool parse_month_rule(const char **p, struct cal_daterule *r)
{
	r->kind = CAL_MONTH;
	++*p;
	if (!parse_number(p, 12, &r->month) || r->month < 1 || *(*p)++ != '.')
		return false;
	if (!parse_number(p, 5, &r->week) || r->week < 1 || *(*p)++ != '.')
		return false;
	return parse_number(p, 6, &r->day);
}

/* ",M3.5.0/2", ",J60" or ",59/-1:30" */
static bool parse_daterule(const char **p, struct cal_daterule *r)
{
	if (*(*p)++ != ',')
		return false;
	if (**p == 'M') {
		if (!parse_month_rule(p, r))
			return false;
	} else if (**p == 'J') {
		r->kind = CAL_JULIAN1;
		++*p;
		if (!parse_number(p, 365, &r->day) || r->day < 1)
			return false;
	} else {
		r->kind = CAL_JULIAN0;
		if (!parse_number(p, 365, &r->day))
			return false;
	}
	r->time = 2 * 3600;
	if (**p != '/')
		return true;
	++*p;
	return parse_clock(p, 167, &r->time);
}

bool cal_rule_parse(const char *text, struct cal_rule *out)
{
	const char *p = text;
	struct cal_rule r = { .present = true };
	int32_t west;

	if (!skip_name(&p) || !parse_clock(&p, 24, &west))
		return false;
	r.std = -west;
	if (*p) {
		r.has_dst = true;
		if (!skip_name(&p))
			return false;
		r.dst = r.std + 3600;
		if (*p && *p != ',') {
			if (!parse_clock(&p, 24, &west))
				return false;
			r.dst = -west;
		}
		/* Without dates POSIX leaves the rule to the system; every TZif file has them. */
		if (!parse_daterule(&p, &r.start) || !parse_daterule(&p, &r.end))
			return false;
	}
	if (*p)
		return false;
	*out = r;
	return true;
}

/* The day number a date rule names in a year. */
static int64_t find_day(const struct cal_daterule *r, int64_t year)
{
	int64_t first = csm_days_from_civil(year, 1, 1);
	int day, len;
	bool leap = csm_days_in_month(year, 2) == 29;

	if (r->kind == CAL_JULIAN0)
		return first + r->day;
	if (r->kind == CAL_JULIAN1) /* 29 February is never counted: J60 is 1 March each year */
		return first + r->day - 1 + (leap && r->day >= 60);
	first = csm_days_from_civil(year, (unsigned)r->month, 1);
	len = (int)csm_days_in_month(year, (unsigned)r->month);
	day = (r->day + 6 - (int)csm_weekday(first) + 7) % 7 + (r->week - 1) * 7;
	while (day >= len)
		day -= 7;
	return first + day;
}

/*
 * Transitions of the years around t, in order. Both stand in the list in the order "start, end" of
 * each year, and the sort is stable: where the end of one year meets the start of the next
 * (daylight saving time all year), the start comes last and wins.
 */
void cal_rule_seg(const struct cal_rule *r, int64_t t, struct cal_seg *out)
{
	struct {
		int64_t at;
		int32_t off;
	} ev[10], x;
	int64_t year;
	unsigned m, d, n = 0, i, j;

	*out = (struct cal_seg){ CAL_BEFORE, CAL_AFTER, r->std };
	if (!r->has_dst)
		return;
	/* Further out than any reading clamp_wall() of zone.c lets through. */
	if (t < CSM_TIME_MIN - 8000 * CSM_DAY)
		t = CSM_TIME_MIN - 8000 * CSM_DAY;
	if (t > CSM_TIME_MAX + 8000 * CSM_DAY)
		t = CSM_TIME_MAX + 8000 * CSM_DAY;
	csm_civil_from_days((t - CSM_TIME_MIN) / CSM_DAY + CSM_TIME_MIN / CSM_DAY, &year, &m, &d);
	for (int64_t y = year - 2; y <= year + 2; y++) {
		ev[n].at = find_day(&r->start, y) * CSM_DAY + r->start.time - r->std;
		ev[n++].off = r->dst;
		ev[n].at = find_day(&r->end, y) * CSM_DAY + r->end.time - r->dst;
		ev[n++].off = r->std;
	}
	for (i = 1; i < n; i++) {
		x.at = ev[i].at;
		x.off = ev[i].off;
		for (j = i; j > 0 && ev[j - 1].at > x.at; j--)
			ev[j] = ev[j - 1];
		ev[j].at = x.at;
		ev[j].off = x.off;
	}
	for (i = 0; i < n && ev[i].at <= t; i++) {
		out->start = ev[i].at;
		out->off = ev[i].off;
	}
	if (i < n)
		out->end = ev[i].at;
}
