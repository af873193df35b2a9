/* SPDX-License-Identifier: MIT */
/* time.c - moments and times of day as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "base/base_priv.h"

#define EXPECTED_TIME "expected a time such as 2024-03-29T15:00:00Z, 2024-03-29 15:00 or 2024-03-29"

bool base_offset(const char **p, int32_t *out)
{
	const char *s = *p;
	int64_t h, m = 0, sec = 0;
	int sign;

	if (*s == 'Z' || *s == 'z') {
		*p = s + 1;
		*out = 0;
		return true;
	}
	if (*s != '+' && *s != '-')
		return false;
	sign = *s++ == '-' ? -1 : 1;
	if (!base_digits(&s, 2, 2, &h))
		return false;
	if (*s == ':') {
		s++;
		if (!base_digits(&s, 2, 2, &m))
			return false;
		if (*s == ':') {
			s++;
			if (!base_digits(&s, 2, 2, &sec))
				return false;
		}
	} else if (*s >= '0' && *s <= '9' && !base_digits(&s, 2, 2, &m)) {
		return false;
	}
	if (h > 23 || m > 59 || sec > 59)
		return false;
	*p = s;
	*out = (int32_t)(sign * (h * 3600 + m * 60 + sec));
	return true;
}

/* hh:mm[:ss[.fraction]] of a moment; a leap second counts as the second after it, as POSIX does. */
static bool read_clock(const char **p, int64_t *seconds)
{
	const char *s = *p;
	int h = base_two(s), m, sec = 0;

	if (h < 0 || s[2] != ':' || (m = base_two(s + 3)) < 0)
		return false;
	s += 5;
	if (*s == ':') {
		sec = base_two(s + 1);
		if (sec < 0)
			return false;
		s += 3;
		if (*s == '.' || *s == ',') {
			size_t fraction = strspn(s + 1, "0123456789");

			if (!fraction)
				return false;
			s += 1 + fraction;
		}
	}
	if (h > 23 || m > 59 || sec > 60)
		return false;
	*p = s;
	*seconds = h * 3600 + m * 60 + sec;
	return true;
}

static int read_epoch(const char *text, int64_t *out, struct csm_err *err)
{
	const char *p = text + 1;
	bool neg = *p == '-';
	int64_t v;

	p += neg;
	if (!base_digits(&p, 1, 18, &v) || *p)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no time; expected @ and seconds since 1970", CSM_Q(text));
	v = neg ? -v : v;
	if (v < CSM_TIME_MIN || v > CSM_TIME_MAX)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is outside the years 1 to 9999",
				CSM_Q(text));
	*out = v;
	return CSM_OK;
}

int csm_time_parse(const char *text, int64_t *out, bool *offset_given, struct csm_err *err)
{
	const char *p = text;
	int64_t days = 0, seconds = 0, t;
	int32_t offset = 0;
	bool given = false;
	int rc;

	if (offset_given)
		*offset_given = text[0] == '@';
	if (text[0] == '@')
		return read_epoch(text, out, err);
	rc = base_day(text, &days);
	if (rc)
		return csm_fail(err, CSM_E_INVALID,
				rc == CSM_NO ? "'%.*s': there is no such day" : "'%.*s' is no time; " EXPECTED_TIME,
				CSM_Q(text));
	p += BASE_DAY_SIZE;
	if (*p) {
		if (*p != 'T' && *p != 't' && *p != ' ')
			return csm_fail(err, CSM_E_INVALID, "'%.*s' is no time; " EXPECTED_TIME,
					CSM_Q(text));
		p++;
		if (!read_clock(&p, &seconds))
			return csm_fail(err, CSM_E_INVALID, "'%.*s' is no time; " EXPECTED_TIME,
					CSM_Q(text));
		if (*p == ' ' && p[1])
			p++;
		given = base_offset(&p, &offset);
		if (*p)
			return csm_fail(err, CSM_E_INVALID, "'%.*s' is no time; " EXPECTED_TIME,
					CSM_Q(text));
	}
	t = days * CSM_DAY + seconds - offset;
	if (t < CSM_TIME_MIN || t > CSM_TIME_MAX)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is outside the years 1 to 9999",
				CSM_Q(text));
	if (offset_given)
		*offset_given = given;
	*out = t;
	return CSM_OK;
}

static int64_t midnight_of(int64_t t)
{
	int64_t rest = t % CSM_DAY;

	return t - (rest < 0 ? rest + CSM_DAY : rest);
}

int csm_time_parse_rel(const char *text, int64_t now, int64_t *out, struct csm_err *err)
{
	int64_t t, d = 0;
	int rc;

	if (text[0] >= '0' && text[0] <= '9')
		return csm_time_parse(text, out, NULL, err);	/* no word begins with a digit */
	if (!strcmp(text, "now")) {
		t = now;
	} else if (!strcmp(text, "today")) {
		t = midnight_of(now);
	} else if (!strcmp(text, "yesterday")) {
		t = midnight_of(now) - CSM_DAY;
	} else if (!strcmp(text, "tomorrow")) {
		t = midnight_of(now) + CSM_DAY;
	} else if (text[0] == '+' || text[0] == '-') {
		rc = csm_duration_parse(text + 1, false, &d, err);
		if (rc)
			return rc;
		/* Both sides are kept far from the ends of int64 before they are added. */
		if (d > 2 * CSM_TIME_MAX)
			d = 2 * CSM_TIME_MAX;
		t = text[0] == '-' ? now - d : now + d;
	} else {
		return csm_time_parse(text, out, NULL, err);
	}
	if (t < CSM_TIME_MIN || t > CSM_TIME_MAX)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is outside the years 1 to 9999",
				CSM_Q(text));
	*out = t;
	return CSM_OK;
}

/* Two digits and what follows them. Exports write millions of these: printf would be a fifth of their time. */
static void put_two(char *to, unsigned n, char behind)
{
	to[0] = (char)('0' + n / 10);
	to[1] = (char)('0' + n % 10);
	to[2] = behind;
}

/* The wall clock reading of t without zone; false outside the calendar, where the text is "@SECONDS". */
static bool format_wall(int64_t t, char *buf)
{
	int64_t days, rest, y;
	unsigned m, d;

	if (t < CSM_TIME_MIN || t > CSM_TIME_MAX)
		return false;
	rest = t % CSM_DAY;
	rest = rest < 0 ? rest + CSM_DAY : rest;
	days = (t - rest) / CSM_DAY;
	csm_civil_from_days(days, &y, &m, &d);
	put_two(buf, (unsigned)(y / 100), '\0');
	put_two(buf + 2, (unsigned)(y % 100), '-');
	put_two(buf + 5, m, '-');
	put_two(buf + 8, d, 'T');
	put_two(buf + 11, (unsigned)(rest / 3600), ':');
	put_two(buf + 14, (unsigned)(rest / 60 % 60), ':');
	put_two(buf + 17, (unsigned)(rest % 60), '\0');
	return true;
}

char *csm_time_format(int64_t t, char *buf)
{
	if (format_wall(t, buf))
		memcpy(buf + strlen(buf), "Z", 2);
	else
		snprintf(buf, CSM_TIME_SIZE, "@%" PRId64, t);
	return buf;
}

char *csm_time_format_offset(int64_t t, int32_t offset, char *buf)
{
	unsigned o = (unsigned)(offset < 0 ? -(int64_t)offset : offset);
	size_t n;

	if (offset <= -CSM_DAY || offset >= CSM_DAY || t < CSM_TIME_MIN || t > CSM_TIME_MAX ||
	    !format_wall(t + offset, buf))
		return csm_time_format(t, buf);
	n = strlen(buf);
	snprintf(buf + n, CSM_TIME_SIZE - n, "%c%02u:%02u", offset < 0 ? '-' : '+', o / 3600,
		 o / 60 % 60);
	n = strlen(buf);
	if (o % 60)
		snprintf(buf + n, CSM_TIME_SIZE - n, ":%02u", o % 60);
	return buf;
}

int csm_clock_parse(const char *text, int64_t *seconds, struct csm_err *err)
{
	const char *p = text;
	int64_t h, m, s = 0;
	bool ok = base_digits(&p, 1, 2, &h) && *p++ == ':' && base_digits(&p, 2, 2, &m);

	if (ok && *p == ':') {
		p++;
		ok = base_digits(&p, 2, 2, &s);
	}
	if (!ok || *p || m > 59 || s > 59 || h * 3600 + m * 60 + s > CSM_DAY)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no time of day; expected 00:00 to 24:00, such as 09:00",
				CSM_Q(text));
	*seconds = h * 3600 + m * 60 + s;
	return CSM_OK;
}

char *csm_clock_format(int64_t seconds, char *buf)
{
	if (seconds < 0 || seconds > CSM_DAY)
		snprintf(buf, CSM_TIME_SIZE, "%" PRId64 "s", seconds);
	else if (seconds % 60)
		snprintf(buf, CSM_TIME_SIZE, "%02u:%02u:%02u", (unsigned)(seconds / 3600),
			 (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
	else
		snprintf(buf, CSM_TIME_SIZE, "%02u:%02u", (unsigned)(seconds / 3600),
			 (unsigned)(seconds / 60 % 60));
	return buf;
}
