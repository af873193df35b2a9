/* SPDX-License-Identifier: MIT */
/*
 * pattern.c - moments read by a strptime-like pattern, in English whatever the locale, for foreign
 * documents.
 */
#include <string.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "base/base_priv.h"

static const char *const month_names[] = { "January",	"February", "March",	"April",
					   "May",	"June",	    "July",	"August",
					   "September", "October",  "November", "December" };
static const char *const day_names[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
					 "Friday", "Saturday", "Sunday" };

/* What the directives have found; -1 where nothing was. */
struct found {
	int64_t year, month, day, yday, weekday;
	int64_t hour, hour12, pm, minute, second;
	bool offset_given;
	int32_t offset;
	int64_t epoch;
};

static size_t match_word(const char *text, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (base_lower(text[i]) != base_lower(word[i]))
			return 0;
	return n;
}

/* A name of the list, whole or its first three letters. */
static bool read_name(const char **p, const char *const *names, size_t n, int64_t *out)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = match_word(*p, names[i], strlen(names[i]));

		if (!len)
			len = match_word(*p, names[i], 3);
		if (len) {
			*p += len;
			*out = (int64_t)i;
			return true;
		}
	}
	return false;
}

/* A number of at most two digits in bounds. */
static bool read_two(const char **p, int64_t min, int64_t max, int64_t *out)
{
	return base_digits(p, 1, 2, out) && *out >= min && *out <= max;
}

static bool read_zone_name(const char **p, struct found *f)
{
	if (!match_word(*p, "UTC", 3) && !match_word(*p, "GMT", 3))
		return false;
	*p += 3;
	f->offset_given = true;
	f->offset = 0;
	return true;
}

static bool read_date_part(const char **p, char directive, struct found *f)
{
	switch (directive) {
	case 'Y':
		return base_digits(p, 4, 4, &f->year) && f->year >= 1;
	case 'y':
		if (!base_digits(p, 2, 2, &f->year))
			return false;
		f->year += f->year < 69 ? 2000 : 1900; /* as POSIX strptime */
		return true;
	case 'm':
		return read_two(p, 1, 12, &f->month);
	case 'e':
		*p += strspn(*p, " ");
		return read_two(p, 1, 31, &f->day);
	case 'd':
		return read_two(p, 1, 31, &f->day);
	case 'j':
		return base_digits(p, 1, 3, &f->yday) && f->yday >= 1 && f->yday <= 366;
	case 'b':
	case 'B':
		if (!read_name(p, month_names, CSM_COUNT(month_names), &f->month))
			return false;
		f->month++;
		return true;
	case 'a':
	case 'A':
		return read_name(p, day_names, CSM_COUNT(day_names), &f->weekday);
	default:
		return false;
	}
}

static bool read_clock_part(const char **p, char directive, struct found *f)
{
	int64_t ignored;

	switch (directive) {
	case 'H':
		return read_two(p, 0, 23, &f->hour);
	case 'I':
		return read_two(p, 1, 12, &f->hour12);
	case 'p':
		f->pm = match_word(*p, "PM", 2) ? 1 : match_word(*p, "AM", 2) ? 0 : -1;
		*p += f->pm >= 0 ? 2 : 0;
		return f->pm >= 0;
	case 'M':
		return read_two(p, 0, 59, &f->minute);
	case 'S':
		return read_two(p, 0, 60, &f->second);
	case 'f':
		return base_digits(p, 1, 9, &ignored);
	case 's':
		f->offset_given = base_digits(p, 1, 12, &f->epoch);
		return f->offset_given;
	case 'z':
		f->offset_given = base_offset(p, &f->offset);
		return f->offset_given;
	case 'Z':
		return read_zone_name(p, f);
	default:
		return false;
	}
}

/* A directive that stands for several; NULL when it is a simple one. */
static const char *expand_directive(char directive)
{
	return directive == 'T'	  ? "%H:%M:%S"
	       : directive == 'D' ? "%m/%d/%y"
	       : directive == 'F' ? "%Y-%m-%d"
				  : NULL;
}

static bool match_pattern(const char **text, const char *pattern, struct found *f)
{
	const char *p = pattern, *whole;

	for (; *p; p++) {
		if (base_blank(*p)) {
			while (base_blank(**text))
				++*text;
		} else if (*p != '%') {
			if (**text != *p)
				return false;
			++*text;
		} else if (*++p == '%') {
			if (**text != '%')
				return false;
			++*text;
		} else if ((whole = expand_directive(*p))) {
			if (!match_pattern(text, whole, f))
				return false;
		} else if (strchr("YymdejbBaA", *p) ? !read_date_part(text, *p, f)
						    : !read_clock_part(text, *p, f)) {
			return false;
		}
	}
	return true;
}

static int check_pattern(const char *pattern, struct csm_err *err)
{
	for (const char *p = pattern; (p = strchr(p, '%')); p += 2) {
		if (!p[1])
			return csm_fail(err, CSM_E_INVALID, "pattern '%.*s' ends in a bare %%",
					CSM_Q(pattern));
		if (!strchr("YmdHMSIpybBaAjezZTDFfs%", p[1]))
			return csm_fail(err, CSM_E_INVALID, "pattern '%.*s': %%%.*s is not known",
					CSM_Q(pattern), csm_utf8_cut(p + 1, 1), p + 1);
	}
	return CSM_OK;
}

/* Whether the pattern has one of the directives. */
static bool has_directive(const char *pattern, const char *directives)
{
	for (const char *p = pattern; (p = strchr(p, '%')); p += 2)
		if (strchr(directives, p[1]))
			return true;
	return false;
}

int csm_time_check_pattern(const char *pattern, struct csm_err *err)
{
	int rc = check_pattern(pattern, err);

	if (rc || has_directive(pattern, "sFD"))
		return rc;
	if (has_directive(pattern, "Yy") &&
	    (has_directive(pattern, "j") ||
	     (has_directive(pattern, "mbB") && has_directive(pattern, "de"))))
		return CSM_OK;
	return csm_fail(err, CSM_E_INVALID, "pattern '%.*s' gives no whole date", CSM_Q(pattern));
}

static int find_day(const char *text, const char *pattern, const struct found *f, int64_t *days,
		    struct csm_err *err)
{
	if (f->year < 0 || (f->yday < 0 && (f->month < 0 || f->day < 0)))
		return csm_fail(err, CSM_E_INVALID, "pattern '%.*s' gives no whole date for '%.*s'",
				CSM_Q(pattern), CSM_Q(text));
	if (f->month >= 0 && f->day >= 0) {
		if (f->day > (int64_t)csm_days_in_month(f->year, (unsigned)f->month))
			return csm_fail(err, CSM_E_INVALID,
					"'%.*s' by pattern '%.*s': there is no such day", CSM_Q(text),
					CSM_Q(pattern));
		*days = csm_days_from_civil(f->year, (unsigned)f->month, (unsigned)f->day);
	} else {
		*days = csm_days_from_civil(f->year, 1, 1) + f->yday - 1;
		if (*days >= csm_days_from_civil(f->year + 1, 1, 1))
			return csm_fail(err, CSM_E_INVALID,
					"'%.*s' by pattern '%.*s': there is no such day", CSM_Q(text),
					CSM_Q(pattern));
	}
	/* A weekday that does not fit tells that day and month were taken for one another. */
	if (f->weekday >= 0 && f->weekday != (int64_t)csm_weekday(*days))
		return csm_fail(err, CSM_E_INVALID, "'%.*s' by pattern '%.*s': that day is a %s",
				CSM_Q(text), CSM_Q(pattern), day_names[csm_weekday(*days)]);
	return CSM_OK;
}

static int64_t find_hour(const struct found *f)
{
	if (f->hour >= 0)
		return f->hour;
	if (f->hour12 >= 0)
		return f->hour12 % 12 + (f->pm == 1 ? 12 : 0);
	return 0;
}

int csm_time_parse_pattern(const char *text, const char *pattern, int64_t *wall, bool *offset_given,
			   int32_t *offset, struct csm_err *err)
{
	struct found f = { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, false, 0, -1 };
	const char *p = text;
	int64_t days = 0, t;
	int rc = check_pattern(pattern, err);

	if (rc)
		return rc;
	if (!match_pattern(&p, pattern, &f) || *p)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' does not match the pattern '%.*s'",
				CSM_Q(text), CSM_Q(pattern));
	rc = f.epoch < 0 ? find_day(text, pattern, &f, &days, err) : CSM_OK;
	if (rc)
		return rc;
	t = days * CSM_DAY + find_hour(&f) * 3600 + (f.minute > 0 ? f.minute * 60 : 0) +
	    (f.second > 0 ? f.second : 0);
	if (f.epoch >= 0)
		t = f.epoch;
	if (t > CSM_TIME_MAX) /* the leap second of the last minute */
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is outside the years 1 to 9999",
				CSM_Q(text));
	*wall = t;
	if (offset_given)
		*offset_given = f.offset_given;
	if (offset)
		*offset = f.offset;
	return CSM_OK;
}
