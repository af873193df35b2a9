/* SPDX-License-Identifier: MIT */
/*
 * duration.c - durations as text. The sum runs below zero (the negative range of int64 is the
 * larger one), so that every int64, its least included, is written and read back without an
 * overflow.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "base/base_priv.h"

#define EXPECTED "expected a duration such as 90s, 1d2h30m, 02:30 or PT8H"

enum reading { READ_OK, READ_BAD, READ_OVERFLOW, READ_CALENDAR };

/* Any number of digits; the sum is taken down by number * unit. */
static enum reading take_number(const char **p, int64_t *number)
{
	const char *s = *p;
	int64_t v = 0;

	if (*s < '0' || *s > '9')
		return READ_BAD;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (v > (INT64_MAX - (*s - '0')) / 10)
			return READ_OVERFLOW;
		v = v * 10 + (*s - '0');
	}
	*p = s;
	*number = v;
	return READ_OK;
}

static enum reading take_down(int64_t *sum, int64_t number, int64_t unit)
{
	if (number > INT64_MAX / unit || *sum < INT64_MIN + number * unit)
		return READ_OVERFLOW;
	*sum -= number * unit;
	return READ_OK;
}

/* Letters and seconds of the units, the largest first. */
struct unit {
	char letter;
	int64_t seconds;
};
static const struct unit short_units[] = {
	{ 'w', 7 * CSM_DAY }, { 'd', CSM_DAY }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 }
};
static const struct unit iso_dates[] = { { 'W', 7 * CSM_DAY }, { 'D', CSM_DAY } };
static const struct unit iso_times[] = { { 'H', 3600 }, { 'M', 60 }, { 'S', 1 } };

/* One or more number-letter pairs in falling order of the units, up to the end or the letter stop. */
static enum reading read_units(const char **p, const struct unit *units, size_t n, char stop,
			       int64_t *sum)
{
	const char *s = *p;
	size_t next = 0;

	do {
		int64_t number;
		enum reading r = take_number(&s, &number);

		if (r)
			return r;
		/* "1y" and "P1M": what has no fixed length. */
		if (*s == 'y' || *s == 'Y' || (stop == 'T' && *s == 'M') || !strncmp(s, "mo", 2))
			return READ_CALENDAR;
		while (next < n && units[next].letter != *s)
			next++;
		if (next == n)
			return READ_BAD;
		r = take_down(sum, number, units[next++].seconds);
		if (r)
			return r;
		s++;
		if (units == short_units && *s == ' ' && s[1])
			s++;
	} while (*s && *s != stop);
	*p = s;
	return READ_OK;
}

static enum reading read_iso(const char *p, int64_t *sum)
{
	enum reading r = READ_OK;

	if (*p != 'T')
		r = read_units(&p, iso_dates, CSM_COUNT(iso_dates), 'T', sum);
	if (r || !*p)
		return r;
	p++;
	r = read_units(&p, iso_times, CSM_COUNT(iso_times), '\0', sum);
	return r;
}

/* [days ]hh:mm[:ss] with number, the days or the hours, already read. */
static enum reading read_colons(const char *p, int64_t number, int64_t *sum)
{
	int64_t m, s = 0;
	enum reading r;

	if (*p == ' ') {
		p++;
		r = take_down(sum, number, CSM_DAY);
		if (!r)
			r = take_number(&p, &number);
		if (r)
			return r;
	}
	if (*p++ != ':' || !base_digits(&p, 2, 2, &m))
		return READ_BAD;
	if (*p == ':') {
		p++;
		if (!base_digits(&p, 2, 2, &s))
			return READ_BAD;
	}
	if (*p || m > 59 || s > 59)
		return READ_BAD;
	r = take_down(sum, number, 3600);
	return r ? r : take_down(sum, m * 60 + s, 1);
}

static enum reading read_duration(const char *p, int64_t *sum)
{
	const char *start = p;
	int64_t number;
	enum reading r;

	if (*p == 'P')
		return read_iso(p + 1, sum);
	r = take_number(&p, &number);
	if (r)
		return r;
	if (!*p)
		return take_down(sum, number, 1);
	if (*p == ':' || *p == ' ')
		return read_colons(p, number, sum);
	r = read_units(&start, short_units, CSM_COUNT(short_units), '\0', sum);
	return r;
}

int csm_duration_parse(const char *text, bool negative, int64_t *seconds, struct csm_err *err)
{
	bool neg = text[0] == '-';
	int64_t sum = 0;
	enum reading r;

	if (neg && !negative)
		return csm_fail(err, CSM_E_INVALID, "'%.*s': a negative duration is not allowed here",
				CSM_Q(text));
	r = read_duration(text + neg, &sum);
	if (r == READ_OK && !neg && sum == INT64_MIN)
		r = READ_OVERFLOW;
	switch (r) {
	case READ_OK:
		*seconds = neg ? sum : -sum;
		return CSM_OK;
	case READ_OVERFLOW:
		return csm_fail(err, CSM_E_INVALID, "'%.*s': the duration is too long", CSM_Q(text));
	case READ_CALENDAR:
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s': years and months have no fixed length; expected weeks, days, "
				"hours, minutes, seconds",
				CSM_Q(text));
	case READ_BAD:
	default:
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is no duration; " EXPECTED, CSM_Q(text));
	}
}

char *csm_duration_format(int64_t seconds, char *buf)
{
	static const struct unit units[] = { { 'd', CSM_DAY }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
	uint64_t left = seconds < 0 ? (uint64_t)0 - (uint64_t)seconds : (uint64_t)seconds;
	size_t n = 0;

	if (!left) {
		memcpy(buf, "0s", 3);
		return buf;
	}
	if (seconds < 0)
		buf[n++] = '-';
	for (size_t i = 0; i < CSM_COUNT(units); i++) {
		uint64_t of = (uint64_t)units[i].seconds;

		if (left / of)
			n += (size_t)snprintf(buf + n, CSM_TIME_SIZE - n, "%" PRIu64 "%c", left / of,
					      units[i].letter);
		left %= of;
	}
	return buf;
}
