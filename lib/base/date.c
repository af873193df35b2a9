/* SPDX-License-Identifier: MIT */
/*
 * date.c - the proleptic Gregorian calendar as arithmetic on day numbers. Source: H. Hinnant,
 * "chrono-compatible low-level date algorithms": a year begins in March, so that the leap day is
 * the last.
 */
#include <inttypes.h>
#include <stdio.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "base/base_priv.h"

#define ERA_DAYS 146097 /* days of 400 years */
#define EPOCH_SHIFT 719468 /* days from 0000-03-01 to 1970-01-01 */

int64_t csm_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + (int64_t)day - 1;

	return era * ERA_DAYS + yoe * 365 + yoe / 4 - yoe / 100 + doy - EPOCH_SHIFT;
}

void csm_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + EPOCH_SHIFT, era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t doe = z - era * ERA_DAYS;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / (ERA_DAYS - 1)) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned csm_days_in_month(int64_t year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12)
		return 0;
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

unsigned csm_weekday(int64_t days)
{
	/* 1970-01-01 was a Thursday, 3 days after Monday. */
	int64_t w = (days % 7 + 7 + 3) % 7;

	return (unsigned)w;
}

/* Anonymous Gregorian algorithm (Nature, 1876; Meeus, "Astronomical Algorithms", chapter 8). */
int64_t csm_easter(int64_t year)
{
	int64_t a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
	int64_t f = (b + 8) / 25, g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30;
	int64_t i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7,
		m = (a + 11 * h + 22 * l) / 451;
	int64_t n = h + l - 7 * m + 114;

	return csm_days_from_civil(year, (unsigned)(n / 31), (unsigned)(n % 31 + 1));
}

bool base_digits(const char **p, int min, int max, int64_t *out)
{
	const char *s = *p;
	int64_t v = 0;
	int n = 0;

	while (n < max && s[n] >= '0' && s[n] <= '9')
		v = v * 10 + (s[n++] - '0');
	if (n < min)
		return false;
	*p = s + n;
	*out = v;
	return true;
}

int base_day(const char *s, int64_t *days)
{
	int century = base_two(s), year, m, d;

	if (century < 0 || (year = base_two(s + 2)) < 0 || s[4] != '-' || (m = base_two(s + 5)) < 0 || s[7] != '-' ||
	    (d = base_two(s + 8)) < 0)
		return CSM_E_INVALID;
	year += century * 100;
	if (year < 1 || m < 1 || m > 12 || d < 1 || (d > 28 && d > (int)csm_days_in_month(year, (unsigned)m)))
		return CSM_NO;
	*days = csm_days_from_civil(year, (unsigned)m, (unsigned)d);
	return CSM_OK;
}

int csm_date_parse(const char *text, int64_t *days, struct csm_err *err)
{
	int64_t day;
	int rc = base_day(text, &day);

	if (rc == CSM_E_INVALID || text[BASE_DAY_SIZE])
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no date; expected YYYY-MM-DD, such as 2024-03-29",
				CSM_Q(text));
	if (rc)
		return csm_fail(err, CSM_E_INVALID, "'%.*s': there is no such day", CSM_Q(text));
	*days = day;
	return CSM_OK;
}

char *csm_date_format(int64_t days, char *buf)
{
	int64_t y;
	unsigned m, d;

	/* Far beyond the calendar the arithmetic itself would overflow: the number then stands for
	 * itself. */
	if (days < CSM_TIME_MIN / CSM_DAY || days > CSM_TIME_MAX / CSM_DAY) {
		snprintf(buf, CSM_TIME_SIZE, "day %" PRId64, days);
		return buf;
	}
	csm_civil_from_days(days, &y, &m, &d);
	snprintf(buf, CSM_TIME_SIZE, "%04" PRId64 "-%02u-%02u", y, m, d);
	return buf;
}
