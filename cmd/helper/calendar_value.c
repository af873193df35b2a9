/* SPDX-License-Identifier: MIT */
/* calendar_value.c - dates, times and the grammar of recurrence rules (RFC 5545, 3.3). */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <csm/time.h>
#include <csm/utf8.h>

#include "calendar.h"

/* ---- moments ---- */

static bool read_digits(const char *s, unsigned n, unsigned *out)
{
	*out = 0;
	for (unsigned i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(s[i] - '0');
	}
	return true;
}

static bool read_day(const char *s, int64_t *out)
{
	unsigned year, month, day;

	if (!read_digits(s, 4, &year) || !read_digits(s + 4, 2, &month) || !read_digits(s + 6, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > csm_days_in_month(year, month))
		return false;
	*out = csm_days_from_civil(year, month, day) * CSM_DAY;
	return true;
}

/* 23:59:60 is a leap second: the second after it, as everywhere in csm. */
static bool read_clock(const char *s, int64_t *out)
{
	unsigned hour, minute, second;

	if (!read_digits(s, 2, &hour) || !read_digits(s + 2, 2, &minute) || !read_digits(s + 4, 2, &second))
		return false;
	*out = hour * 3600 + minute * 60 + second;
	return hour < 24 && minute < 60 && second <= 60;
}

int ics_moment_read(const char *text, size_t n, struct ics_moment *out, struct csm_err *err)
{
	int64_t clock = 0;
	bool good = n >= 8 && read_day(text, &out->at);

	out->day = n == 8;
	out->utc = n == 16;
	if (good && n != 8)
		good = (n == 15 || (n == 16 && text[15] == 'Z')) && text[8] == 'T' && read_clock(text + 9, &clock);
	if (!good)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no day or moment; expected such as 20241225, 20241225T180000 or 20241225T180000Z",
				(int)(n > 40 ? 40 : n), text);
	out->at += clock;
	return CSM_OK;
}

int ics_moment_of(struct csm_arena *a, const struct ics_content *c, struct ics_moment *out, struct csm_err *err)
{
	const char *type = ics_param(a, c, "VALUE");
	int code = ics_moment_read(c->value, strlen(c->value), out, err);

	if (code)
		return code;
	out->tzid = out->day || out->utc ? NULL : ics_param(a, c, "TZID");
	/* A day without VALUE=DATE is not what the standard says, and can mean nothing else. */
	if (type && strcasecmp(type, out->day ? "DATE" : "DATE-TIME") != 0)
		return csm_fail(err, CSM_E_INVALID, "the value '%.*s' is no %.*s, as VALUE says", CSM_Q(c->value),
				CSM_Q(type));
	return CSM_OK;
}

/* ---- rules ---- */

enum { PART_FREQ, PART_UNTIL, PART_COUNT, PART_INTERVAL, PART_SECOND, PART_MINUTE, PART_HOUR, PART_DAY, PART_MONTHDAY,
       PART_YEARDAY, PART_WEEKNO, PART_MONTH, PART_SETPOS, PART_WKST, PARTS };

/* What a part takes: a list of numbers from low to high, with a sign where it may count from the end. */
static const struct part {
	const char *name;
	int low, high;
	bool sign, list;
} parts[PARTS] = {
	[PART_FREQ] = { "FREQ", 0, 0, false, false },
	[PART_UNTIL] = { "UNTIL", 0, 0, false, false },
	[PART_COUNT] = { "COUNT", 1, 1000000000, false, false },
	[PART_INTERVAL] = { "INTERVAL", 1, 32767, false, false },	/* libical holds it in a short */
	[PART_SECOND] = { "BYSECOND", 0, 60, false, true },
	[PART_MINUTE] = { "BYMINUTE", 0, 59, false, true },
	[PART_HOUR] = { "BYHOUR", 0, 23, false, true },
	[PART_DAY] = { "BYDAY", 1, 53, true, true },
	[PART_MONTHDAY] = { "BYMONTHDAY", 1, 31, true, true },
	[PART_YEARDAY] = { "BYYEARDAY", 1, 366, true, true },
	[PART_WEEKNO] = { "BYWEEKNO", 1, 53, true, true },
	[PART_MONTH] = { "BYMONTH", 1, 12, false, true },
	[PART_SETPOS] = { "BYSETPOS", 1, 366, true, true },
	[PART_WKST] = { "WKST", 0, 0, false, false },
};

static const char *const freqs[] = { "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY" };
enum { FREQ_HOURLY = 2, FREQ_DAILY, FREQ_WEEKLY, FREQ_MONTHLY, FREQ_YEARLY };

struct rule_state {
	struct ics_rule *rule;
	bool seen[PARTS];
	unsigned freq;
	bool numbered;			/* BYDAY has a number */
};

static bool is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

static bool is_weekday(const char *s, size_t n)
{
	static const char *const days[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

	for (unsigned i = 0; i < CSM_COUNT(days); i++)
		if (is_word(s, n, days[i]))
			return true;
	return false;
}

/* A number of n bytes within the bounds of its part. */
static bool is_number(const struct part *p, const char *s, size_t n)
{
	int64_t value = 0;

	if (n && p->sign && (*s == '+' || *s == '-')) {
		s++;
		n--;
	}
	if (!n || n > 10)
		return false;
	for (; n; s++, n--) {
		if (*s < '0' || *s > '9')
			return false;
		value = value * 10 + (*s - '0');
	}
	return value >= p->low && value <= p->high;
}

static bool is_item(struct rule_state *st, const struct part *p, const char *s, size_t n)
{
	if (p != &parts[PART_DAY])
		return is_number(p, s, n);
	if (n < 2 || !is_weekday(s + n - 2, 2))
		return false;
	st->numbered = st->numbered || n > 2;
	return n == 2 || is_number(p, s, n - 2);
}

static int fail_part(const struct part *p, const char *s, size_t n, struct csm_err *err)
{
	int cut = (int)(n > 40 ? 40 : n);

	if (p == &parts[PART_FREQ])
		return csm_fail(err, CSM_E_INVALID, "FREQ=%.*s: expected YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY or SECONDLY",
				cut, s);
	if (p == &parts[PART_WKST])
		return csm_fail(err, CSM_E_INVALID, "WKST=%.*s: expected MO, TU, WE, TH, FR, SA or SU", cut, s);
	if (p == &parts[PART_DAY])
		return csm_fail(err, CSM_E_INVALID, "BYDAY=%.*s: expected such as MO, 1MO or -1SU (a week from 1 to 53)", cut, s);
	return csm_fail(err, CSM_E_INVALID, "%s=%.*s: expected %s%d to %d%s%s", p->name, cut, s, p->list ? "numbers from " : "a number from ",
			p->low, p->high, p->sign ? ", or negative from the end" : "", "");
}

static bool read_freq(struct rule_state *st, const char *s, size_t n)
{
	for (st->freq = 0; st->freq < CSM_COUNT(freqs); st->freq++)
		if (is_word(s, n, freqs[st->freq]))
			return true;
	return false;
}

static int check_part(struct rule_state *st, unsigned part, const char *s, size_t n, struct csm_err *err)
{
	const struct part *p = &parts[part];
	bool good = true;

	if (st->seen[part])
		return csm_fail(err, CSM_E_INVALID, "%s is given twice", p->name);
	st->seen[part] = true;
	if (part == PART_UNTIL) {
		st->rule->bounded = true;
		return ics_moment_read(s, n, &st->rule->until, err) ? csm_wrap(err, "UNTIL") : CSM_OK;
	}
	if (part == PART_FREQ)
		good = read_freq(st, s, n);
	else if (part == PART_WKST)
		good = is_weekday(s, n);
	else if (!p->list)
		good = is_number(p, s, n);
	for (const char *at = s; good && p->list; at++) {
		size_t item = strcspn(at, ",;");

		good = is_item(st, p, at, item);
		at += item;
		if (*at != ',')
			break;
	}
	return good ? CSM_OK : fail_part(p, s, n, err);
}

/* What RFC 5545, 3.3.10 does not let go together; libical takes some of it for rules that never end. */
static int check_whole(const struct rule_state *st, struct csm_err *err)
{
	static const struct {
		unsigned part;
		bool freq[7];		/* where it may stand */
	} with[] = {
		{ PART_WEEKNO, { 0, 0, 0, 0, 0, 0, 1 } },
		{ PART_YEARDAY, { 1, 1, 1, 0, 0, 0, 1 } },
		{ PART_MONTHDAY, { 1, 1, 1, 1, 0, 1, 1 } },
	};
	bool by = false;

	if (!st->seen[PART_FREQ])
		return csm_fail(err, CSM_E_INVALID, "FREQ is missing");
	if (st->seen[PART_COUNT] && st->seen[PART_UNTIL])
		return csm_fail(err, CSM_E_INVALID, "COUNT and UNTIL do not go together");
	for (unsigned i = 0; i < CSM_COUNT(with); i++)
		if (st->seen[with[i].part] && !with[i].freq[st->freq])
			return csm_fail(err, CSM_E_INVALID, "%s does not go with FREQ=%s", parts[with[i].part].name, freqs[st->freq]);
	if (st->numbered && ((st->freq != FREQ_MONTHLY && st->freq != FREQ_YEARLY) || st->seen[PART_WEEKNO]))
		return csm_fail(err, CSM_E_INVALID, "a number in BYDAY does not go with %s%s",
				st->seen[PART_WEEKNO] ? "BYWEEKNO" : "FREQ=", st->seen[PART_WEEKNO] ? "" : freqs[st->freq]);
	for (unsigned i = PART_SECOND; i < PART_SETPOS; i++)
		by = by || st->seen[i];
	if (st->seen[PART_SETPOS] && !by)
		return csm_fail(err, CSM_E_INVALID, "BYSETPOS needs another BY part");
	st->rule->often = st->freq <= FREQ_HOURLY;
	return CSM_OK;
}

int ics_rule_check(struct ics_rule *r, struct csm_err *err)
{
	struct rule_state st = { .rule = r };
	int code = CSM_OK;

	for (const char *s = r->text; !code && *s; ) {
		size_t n = strcspn(s, ";"), name = strcspn(s, "=;");
		unsigned part = 0;

		while (part < PARTS && !is_word(s, name, parts[part].name))
			part++;
		if (part == PARTS || name == n)
			code = csm_fail(err, CSM_E_INVALID, "'%.*s' is no part of a rule, such as FREQ=YEARLY or BYMONTH=12",
					(int)(n > 40 ? 40 : n), s);
		else
			code = check_part(&st, part, s + name + 1, n - name - 1, err);
		s += n + (s[n] == ';');
	}
	return code ? code : check_whole(&st, err);
}
