/* SPDX-License-Identifier: MIT */
/*
 * t_time.c - dates, moments, durations and patterns, each with what must be taken and what must be
 * refused.
 */
#include <csm/time.h>

#include "t.h"

#define REF INT64_C(1711720800) /* 2024-03-29T14:00:00Z */

/* Every day of the years 1 to 9999, counted by hand beside the arithmetic. */
static void test_all_days(void)
{
	int64_t day = CSM_TIME_MIN / CSM_DAY, wrong = 0;
	unsigned weekday = 0; /* 0001-01-01 was a Monday */
	char buf[CSM_TIME_SIZE];

	for (int64_t y = 1; y <= 9999; y++) {
		for (unsigned m = 1; m <= 12; m++) {
			for (unsigned d = 1; d <= csm_days_in_month(y, m); d++, day++) {
				int64_t cy, back = 0;
				unsigned cm, cd;

				csm_civil_from_days(day, &cy, &cm, &cd);
				wrong += csm_days_from_civil(y, m, d) != day || cy != y || cm != m ||
					 cd != d;
				wrong += csm_weekday(day) != weekday;
				weekday = (weekday + 1) % 7;
				if (d == 1 || d > 27)
					wrong +=
						csm_date_parse(csm_date_format(day, buf), &back, NULL) ||
						back != day;
			}
		}
	}
	T_EQ_INT(wrong, 0);
	T_EQ_INT(day - 1, CSM_TIME_MAX / CSM_DAY);
	T_EQ_INT(csm_days_from_civil(1970, 1, 1), 0);
	T_EQ_INT(csm_days_in_month(2024, 2), 29);
	T_EQ_INT(csm_days_in_month(1900, 2), 28);
	T_EQ_INT(csm_days_in_month(2000, 2), 29);
	T_EQ_INT(csm_days_in_month(2023, 13), 0);
	T_EQ_INT(csm_days_in_month(2023, 0), 0);
	T_EQ_STR(csm_date_format(CSM_TIME_MAX / CSM_DAY + 1, buf), "day 2932897");
}

static void test_easter(void)
{
	static const char *const days[] = { "1818-03-22", "1943-04-25", "1999-04-04", "2000-04-23",
					    "2008-03-23", "2023-04-09", "2024-03-31", "2025-04-20",
					    "2026-04-05", "2038-04-25", "2285-03-22" };
	char buf[CSM_TIME_SIZE];

	for (size_t i = 0; i < CSM_COUNT(days); i++) {
		int64_t day = 0, y;
		unsigned m, d;

		T_EQ_INT(csm_date_parse(days[i], &day, NULL), CSM_OK);
		csm_civil_from_days(day, &y, &m, &d);
		T_EQ_STR(csm_date_format(csm_easter(y), buf), days[i]);
		T_EQ_INT(csm_weekday(day), 6);
	}
}

static void test_time_good(void)
{
	static const struct {
		const char *text;
		int64_t t;
		bool given;
	} rows[] = {
		{ "2024-03-29T14:00:00Z", REF, true },
		{ "2024-03-29t14:00:00z", REF, true },
		{ "2024-03-29T15:00:00+01:00", REF, true },
		{ "2024-03-29T15:00:00+0100", REF, true },
		{ "2024-03-29T15:00:00+01", REF, true },
		{ "2024-03-29 15:00 +0100", REF, true },
		{ "2024-03-29T09:00:00-05:00", REF, true },
		{ "2024-03-29T15:00:30+01:00:30", REF, true },
		{ "2024-03-29T14:00:00-00:00", REF, true },
		{ "2024-03-29T14:00:00.999999999999Z", REF, true },
		{ "2024-03-29T14:00:00,5Z", REF, true },
		{ "2024-03-29T14:00", REF, false },
		{ "2024-03-29 14:00:00", REF, false },
		{ "2024-03-29", REF - 14 * 3600, false },
		{ "@1711720800", REF, true },
		{ "@-1", -1, true },
		{ "@0", 0, true },
		{ "1969-12-31T23:59:59Z", -1, true },
		{ "2016-12-31T23:59:60Z", 1483228800, true },
		{ "0001-01-01", CSM_TIME_MIN, false },
		{ "9999-12-31T23:59:59Z", CSM_TIME_MAX, true },
	};

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		struct csm_err err = { 0 };
		bool given = !rows[i].given;
		int64_t t = 0;

		if (csm_time_parse(rows[i].text, &t, &given, &err))
			printf("'%s': %s\n", rows[i].text, err.msg);
		T_EQ_INT(t, rows[i].t);
		T_EQ_INT(given, rows[i].given);
		t = 0;
		T_EQ_INT(csm_time_parse(rows[i].text, &t, NULL, &err), CSM_OK);
		T_EQ_INT(t, rows[i].t);
	}
}

static const char *const time_bad[] = {
	"",
	"x",
	"@",
	"@x",
	"@1.5",
	"@99999999999999999999",
	"@253402300800",
	"2024",
	"2024-03",
	"2024-3-29",
	"24-03-29",
	"2024-02-30",
	"2023-02-29",
	"2024-13-01",
	"2024-00-01",
	"2024-01-00",
	"0000-01-01",
	"10000-01-01",
	"2024-03-29T",
	"2024-03-29 ",
	"2024-03-29T14",
	"2024-03-29T1:00",
	"2024-03-29T14:0",
	"2024-03-29T24:00",
	"2024-03-29T14:60",
	"2024-03-29T14:00:61",
	"2024-03-29T14:00:00.",
	"2024-03-29T14:00:00.Z",
	"2024-03-29T14:00:00+01:",
	"2024-03-29T14:00:00+01:0",
	"2024-03-29T14:00:00+01:00:0",
	"2024-03-29T14:00:00+1",
	"2024-03-29T14:00:00+24:00",
	"2024-03-29T14:00:00+01:60",
	"2024-03-29T14:00:00+010",
	"2024-03-29T14:00:00 UTC",
	"2024-03-29T14:00:00Zx",
	"2024-03-29_14:00",
	"2024/03/29",
	"29.03.2024",
	" 2024-03-29",
	"2024-03-29T14:00:00 ",
	"-2024-03-29",
	"9999-12-31T23:59:59-01:00",
	"0001-01-01T00:00:00+01:00",
	"9999-12-31T23:59:60Z",
	"2024-03-29T14:00Z+01:00",
	"\xFF\xFF\xFF\xFF-01-01",
};

static void test_time_bad(void)
{
	for (size_t i = 0; i < CSM_COUNT(time_bad); i++) {
		struct csm_err err = { 0 };
		int64_t t = 77;

		if (csm_time_parse(time_bad[i], &t, NULL, &err) != CSM_E_INVALID)
			printf("taken: '%s'\n", time_bad[i]);
		T_EQ_INT(err.code, CSM_E_INVALID);
		T_EQ_INT(t, 77);
	}
}

/* A day that the calendar has not is told from a text that is no date. */
static void test_what_is_wrong(void)
{
	static const struct {
		const char *text, *time, *date;
	} rows[] = {
		{ "2023-02-29", "there is no such day", "there is no such day" },
		{ "2023-13-01", "there is no such day", "there is no such day" },
		{ "0000-01-01", "there is no such day", "there is no such day" },
		{ "2023-02-29T10:00", "there is no such day", "is no date; expected YYYY-MM-DD" },
		{ "2023-02-28T10:00", NULL, "is no date; expected YYYY-MM-DD" },
		{ "2023-02-", "is no time; expected a time", "is no date; expected YYYY-MM-DD" },
		{ "2023-02--8", "is no time; expected a time", "is no date; expected YYYY-MM-DD" },
		{ "2023-2-28", "is no time; expected a time", "is no date; expected YYYY-MM-DD" },
		{ "2023-02-28T1:00", "is no time; expected a time", "is no date; expected YYYY-MM-DD" },
	};

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		struct csm_err err = { 0 };
		int64_t out;

		T_EQ_INT(csm_time_parse(rows[i].text, &out, NULL, &err), rows[i].time ? CSM_E_INVALID : CSM_OK);
		T_OK(!rows[i].time || strstr(err.msg, rows[i].time));
		csm_err_clear(&err);
		T_EQ_INT(csm_date_parse(rows[i].text, &out, &err), CSM_E_INVALID);
		T_OK(strstr(err.msg, rows[i].date) != NULL);
	}
}

static void test_time_rel(void)
{
	static const struct {
		const char *text;
		int64_t t;
	} rows[] = {
		{ "now", REF },
		{ "today", REF - 14 * 3600 },
		{ "yesterday", REF - 38 * 3600 },
		{ "tomorrow", REF + 10 * 3600 },
		{ "-7d", REF - 7 * CSM_DAY },
		{ "+2h30m", REF + 9000 },
		{ "+0", REF },
		{ "-90", REF - 90 },
		{ "+PT8H", REF + 8 * 3600 },
		{ "-02:30", REF - 9000 },
		{ "2024-03-29T14:00:00Z", REF },
	};
	static const char *const bad[] = { "",	  "+",	   "-",	   "soon",
					   "Now", "+-2h",  "--2h", "-99999999999d",
					   "+1y", "now-7d" };
	struct csm_err err = { 0 };
	int64_t t = 0;

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		T_EQ_INT(csm_time_parse_rel(rows[i].text, REF, &t, &err), CSM_OK);
		T_EQ_INT(t, rows[i].t);
	}
	for (size_t i = 0; i < CSM_COUNT(bad); i++)
		T_EQ_INT(csm_time_parse_rel(bad[i], REF, &t, &err), CSM_E_INVALID);
	T_EQ_INT(csm_time_parse_rel("-106751991167300d", REF, &t, &err), CSM_E_INVALID);
	T_EQ_INT(csm_time_parse_rel("+1s", CSM_TIME_MAX, &t, &err), CSM_E_INVALID);
	T_EQ_INT(csm_time_parse_rel("yesterday", CSM_TIME_MIN, &t, &err), CSM_E_INVALID);
	T_EQ_INT(csm_time_parse_rel("today", -1, &t, &err), CSM_OK);
	T_EQ_INT(t, -CSM_DAY);
}

static void test_time_format(void)
{
	char buf[CSM_TIME_SIZE];

	T_EQ_STR(csm_time_format(REF, buf), "2024-03-29T14:00:00Z");
	T_EQ_STR(csm_time_format(-1, buf), "1969-12-31T23:59:59Z");
	T_EQ_STR(csm_time_format(CSM_TIME_MIN, buf), "0001-01-01T00:00:00Z");
	T_EQ_STR(csm_time_format(CSM_TIME_MAX, buf), "9999-12-31T23:59:59Z");
	T_EQ_STR(csm_time_format(CSM_TIME_MAX + 1, buf), "@253402300800");
	T_EQ_STR(csm_time_format(INT64_MIN, buf), "@-9223372036854775808");
	T_EQ_STR(csm_time_format_offset(REF, 3600, buf), "2024-03-29T15:00:00+01:00");
	T_EQ_STR(csm_time_format_offset(REF, -16200, buf), "2024-03-29T09:30:00-04:30");
	T_EQ_STR(csm_time_format_offset(REF, 0, buf), "2024-03-29T14:00:00+00:00");
	T_EQ_STR(csm_time_format_offset(REF, 1172, buf), "2024-03-29T14:19:32+00:19:32");
	T_EQ_STR(csm_time_format_offset(CSM_TIME_MAX, 3600, buf), "9999-12-31T23:59:59Z");
	T_EQ_STR(csm_time_format_offset(REF, 90000, buf), "2024-03-29T14:00:00Z");
	T_EQ_STR(csm_time_format_offset(INT64_MAX, 3600, buf), "@9223372036854775807");
	/* What is written is read back. */
	for (int64_t t = CSM_TIME_MIN; t < CSM_TIME_MAX - INT64_C(9999999999); t += INT64_C(987654321)) {
		int64_t back = 0;

		T_OK(!csm_time_parse(csm_time_format(t, buf), &back, NULL, NULL) && back == t);
		if (t > CSM_TIME_MIN + CSM_DAY)
			T_OK(!csm_time_parse(csm_time_format_offset(t, (int32_t)(t % 86399), buf), &back,
					     NULL, NULL) &&
			     back == t);
	}
}

static void test_clock(void)
{
	static const struct {
		const char *text;
		int64_t seconds;
		const char *out;
	} rows[] = {
		{ "09:00", 32400, "09:00" },	   { "9:00", 32400, "09:00" },
		{ "17:30:15", 63015, "17:30:15" }, { "00:00", 0, "00:00" },
		{ "24:00", 86400, "24:00" },	   { "24:00:00", 86400, "24:00" },
		{ "23:59:59", 86399, "23:59:59" },
	};
	static const char *const bad[] = { "",	       "9",	  "09",	      "09:0",
					   "09:60",    "24:01",	  "24:00:01", "25:00",
					   "09:00:60", "09:00:0", "-1:00",    "09:00 ",
					   " 09:00",   "9am",	  "009:00",   "09:00:00:00",
					   "09-00" };
	char buf[CSM_TIME_SIZE];
	int64_t s = 0;

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		T_EQ_INT(csm_clock_parse(rows[i].text, &s, NULL), CSM_OK);
		T_EQ_INT(s, rows[i].seconds);
		T_EQ_STR(csm_clock_format(s, buf), rows[i].out);
	}
	for (size_t i = 0; i < CSM_COUNT(bad); i++)
		T_EQ_INT(csm_clock_parse(bad[i], &s, NULL), CSM_E_INVALID);
	T_EQ_STR(csm_clock_format(-5, buf), "-5s");
	T_EQ_STR(csm_clock_format(90000, buf), "90000s");
}

static void test_duration_good(void)
{
	static const struct {
		const char *text;
		int64_t s;
		const char *out;
	} rows[] = {
		{ "90", 90, "1m30s" },
		{ "90s", 90, "1m30s" },
		{ "0", 0, "0s" },
		{ "0d", 0, "0s" },
		{ "8h", 28800, "8h" },
		{ "1d2h3m4s", 93784, "1d2h3m4s" },
		{ "1d 2h 30m", 95400, "1d2h30m" },
		{ "2w", 1209600, "14d" },
		{ "1w1s", 604801, "7d1s" },
		{ "90m", 5400, "1h30m" },
		{ "02:30", 9000, "2h30m" },
		{ "2:30", 9000, "2h30m" },
		{ "100:00", 360000, "4d4h" },
		{ "02:30:15", 9015, "2h30m15s" },
		{ "2 01:30:00", 178200, "2d1h30m" },
		{ "2 01:30", 178200, "2d1h30m" },
		{ "PT8H", 28800, "8h" },
		{ "P1D", 86400, "1d" },
		{ "P1DT2H30M", 95400, "1d2h30m" },
		{ "P2W", 1209600, "14d" },
		{ "PT90S", 90, "1m30s" },
		{ "P1W2D", 777600, "9d" },
		{ "PT0S", 0, "0s" },
		{ "-15m", -900, "-15m" },
		{ "-PT15M", -900, "-15m" },
		{ "-1d1s", -86401, "-1d1s" },
		{ "9223372036854775807", INT64_MAX, "106751991167300d15h30m7s" },
		{ "-9223372036854775807s", -INT64_MAX, "-106751991167300d15h30m7s" },
		{ "-106751991167300d15h30m8s", INT64_MIN, "-106751991167300d15h30m8s" },
	};
	char buf[CSM_TIME_SIZE];

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		struct csm_err err = { 0 };
		int64_t s = -1, back = -1;

		if (csm_duration_parse(rows[i].text, true, &s, &err))
			printf("'%s': %s\n", rows[i].text, err.msg);
		T_EQ_INT(s, rows[i].s);
		T_EQ_STR(csm_duration_format(s, buf), rows[i].out);
		T_EQ_INT(csm_duration_parse(buf, true, &back, &err), CSM_OK);
		T_EQ_INT(back, s);
	}
}

static const char *const duration_bad[] = {
	"",
	"h",
	"8x",
	"8hours",
	"1h1d",
	"1h1h",
	"1s2s",
	"1.5h",
	"1,5h",
	"+8h",
	"--8h",
	" 8h",
	"8h ",
	"8 h",
	"1d  2h",
	"02:3",
	"02:30:1",
	"2 x",
	"02:60",
	"02:30:60",
	"02:30:15:00",
	":30",
	"2 30",
	"2 ",
	"2 1h",
	"P",
	"PT",
	"P1",
	"1P",
	"PT1",
	"P1H",
	"PT1D",
	"PT1S1M",
	"P1DT",
	"P-1D",
	"PT-8H",
	"pt8h",
	"PT8H ",
	"PT8H 30M",
	"PT1.5H",
	"8H",
	"0x10",
	"1e3",
	"9223372036854775808",
	"15250284452472w",
	"106751991167300d15h30m9s",
	"P106751991167300DT24H",
	"106751991167300d15h30m8s",
	"99999999999999999999999",
	"P99999999999999999D",
	"2562047788015216:00",
	"-8h",
};

static void test_duration_bad(void)
{
	static const char *const calendar[] = { "1y",	 "2mo", "P1Y",	  "P1M",
						"P1Y2M", "1Y",	"P1MT1H", "1y2d" };
	struct csm_err err = { 0 };
	int64_t s = 5;

	for (size_t i = 0; i < CSM_COUNT(duration_bad); i++) {
		if (csm_duration_parse(duration_bad[i], false, &s, &err) != CSM_E_INVALID)
			printf("taken: '%s'\n", duration_bad[i]);
		T_EQ_INT(csm_duration_parse(duration_bad[i], false, &s, &err), CSM_E_INVALID);
		T_EQ_INT(s, 5);
	}
	for (size_t i = 0; i < CSM_COUNT(calendar); i++) {
		T_EQ_INT(csm_duration_parse(calendar[i], true, &s, &err), CSM_E_INVALID);
		T_OK(strstr(err.msg, "no fixed length"));
	}
	csm_duration_parse("-8h", false, &s, &err);
	T_EQ_STR(err.msg, "'-8h': a negative duration is not allowed here");
	csm_duration_parse("99999999999999999999", true, &s, &err);
	T_EQ_STR(err.msg, "'99999999999999999999': the duration is too long");
}

static void test_pattern_good(void)
{
	static const struct {
		const char *text, *pattern, *wall;
		bool given;
		int32_t offset;
	} rows[] = {
		{ "29/03/2024 14:05", "%d/%m/%Y %H:%M", "2024-03-29T14:05:00Z", false, 0 },
		{ "3/9/24", "%m/%d/%y", "2024-03-09T00:00:00Z", false, 0 },
		{ "03/09/69", "%D", "1969-03-09T00:00:00Z", false, 0 },
		{ "2024-03-29 23:59:59", "%F %T", "2024-03-29T23:59:59Z", false, 0 },
		{ "Fri Mar 29 02:05:07 PM 2024", "%a %b %d %I:%M:%S %p %Y", "2024-03-29T14:05:07Z",
		  false, 0 },
		{ "friday, 29 MARCH 2024", "%A, %d %B %Y", "2024-03-29T00:00:00Z", false, 0 },
		{ "29 Mar 2024", "%d %B %Y", "2024-03-29T00:00:00Z", false, 0 },
		{ "12:00 am 2024-01-01", "%I:%M %p %F", "2024-01-01T00:00:00Z", false, 0 },
		{ "12:00 pm 2024-01-01", "%I:%M %p %F", "2024-01-01T12:00:00Z", false, 0 },
		{ "2024-060", "%Y-%j", "2024-02-29T00:00:00Z", false, 0 },
		{ "20240329T140500Z", "%Y%m%dT%H%M%S%z", "2024-03-29T14:05:00Z", true, 0 },
		{ "2024-03-29T14:05:00+0530", "%FT%T%z", "2024-03-29T14:05:00Z", true, 19800 },
		{ "2024-03-29 14:05 -04:00", "%F %H:%M %z", "2024-03-29T14:05:00Z", true, -14400 },
		{ "2024-03-29 14:05 gmt", "%F %H:%M %Z", "2024-03-29T14:05:00Z", true, 0 },
		{ "Mar  9 2024", "%b %e %Y", "2024-03-09T00:00:00Z", false, 0 },
		{ "2024-03-29   14", "%F %H", "2024-03-29T14:00:00Z", false, 0 },
		{ "100% 2024-03-29", "100%% %F", "2024-03-29T00:00:00Z", false, 0 },
		{ "2024-03-29 14:05:09.25", "%F %T.%f", "2024-03-29T14:05:09Z", false, 0 },
		{ "2024-03-29T14:05:09.123456789+0100", "%FT%T.%f%z", "2024-03-29T14:05:09Z", true, 3600 },
		{ "1711721109", "%s", "2024-03-29T14:05:09Z", true, 0 },
		{ "0", "%s", "1970-01-01T00:00:00Z", true, 0 },
		{ "@1711721109.5", "@%s.%f", "2024-03-29T14:05:09Z", true, 0 },
	};
	char buf[CSM_TIME_SIZE];

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		struct csm_err err = { 0 };
		bool given = !rows[i].given;
		int32_t offset = 99;
		int64_t wall = 0;

		if (csm_time_parse_pattern(rows[i].text, rows[i].pattern, &wall, &given, &offset, &err))
			printf("'%s': %s\n", rows[i].text, err.msg);
		T_EQ_STR(csm_time_format(wall, buf), rows[i].wall);
		T_EQ_INT(given, rows[i].given);
		T_EQ_INT(offset, rows[i].offset);
		T_EQ_INT(csm_time_parse_pattern(rows[i].text, rows[i].pattern, &wall, NULL, NULL, &err),
			 CSM_OK);
	}
}

static void test_pattern_bad(void)
{
	static const char *const rows[][2] = {
		{ "2024-03-29", "%Y-%m-%d %H" },
		{ "2024-03-29 x", "%F" },
		{ "29.02.2023", "%d.%m.%Y" },
		{ "31.04.2024", "%d.%m.%Y" },
		{ "13/40/2024", "%m/%d/%Y" },
		{ "40/01/2024", "%d/%m/%Y" },
		{ "24-03-29", "%F" },
		{ "2023-366", "%Y-%j" },
		{ "2024-367", "%Y-%j" },
		{ "Thu 2024-03-29", "%a %F" },
		{ "Foo 2024-03-29", "%a %F" },
		{ "29 Mxx 2024", "%d %b %Y" },
		{ "14:05", "%H:%M" },
		{ "03-29", "%m-%d" },
		{ "2024-03", "%Y-%m" },
		{ "03/29/x4", "%D" },
		{ "2024-03-29", "%Q" },
		{ "2024-03-29", "%é" },
		{ "2024-03-29", "%F%" },
		{ "2024-03-29 CET", "%F %Z" },
		{ "2024-03-29 +25", "%F %z" },
		{ "2024-03-29 13 pm", "%F %I %p" },
		{ "2024-03-29 11 xm", "%F %I %p" },
		{ "2024-03-29 25", "%F %H" },
		{ "2024-03-29 10:61", "%F %H:%M" },
		{ "", "%F" },
		{ "2024-03-29", "" },
		{ "0000-01-01", "%F" },
		{ "9999-12-31 23:59:60", "%F %T" },
		{ "2024-0x-01", "%F" },
		{ "99 2024-03-29", "%% %F" },
		{ "2024-03-29 14:05:09.", "%F %T.%f" },
		{ "2024-03-29 14:05:09.1234567890", "%F %T.%f" },
		{ "1711721109000", "%s" },
		{ "999999999999", "%s" },
		{ "-1", "%s" },
	};

	for (size_t i = 0; i < CSM_COUNT(rows); i++) {
		struct csm_err err = { 0 };
		int64_t wall = 7;

		if (csm_time_parse_pattern(rows[i][0], rows[i][1], &wall, NULL, NULL, &err) !=
		    CSM_E_INVALID)
			printf("taken: '%s' by '%s'\n", rows[i][0], rows[i][1]);
		T_EQ_INT(err.code, CSM_E_INVALID);
		T_EQ_INT(wall, 7);
	}
}

static void test_check_pattern(void)
{
	static const char *const good[] = { "%F", "%s", "%D %T", "%Y-%j", "%y-%m-%d", "%e. %B %Y", "100%% %d %b %Y %z" };
	static const char *const bad[] = { "",	    "%H:%M", "%Y-%m", "%m-%d", "%Y %d", "%F%",
					   "%F %q", "%%Y-%m-%d", "%j" };

	for (size_t i = 0; i < CSM_COUNT(good); i++) {
		struct csm_err err = { 0 };

		T_EQ_INT(csm_time_check_pattern(good[i], &err), CSM_OK);
		T_EQ_STR(err.msg, "");
	}
	for (size_t i = 0; i < CSM_COUNT(bad); i++) {
		struct csm_err err = { 0 };

		T_EQ_INT(csm_time_check_pattern(bad[i], &err), CSM_E_INVALID);
		T_OK(strstr(err.msg, "pattern '") != NULL);
	}
}

int main(void)
{
	test_check_pattern();
	test_all_days();
	test_easter();
	test_time_good();
	test_time_bad();
	test_what_is_wrong();
	test_time_rel();
	test_time_format();
	test_clock();
	test_duration_good();
	test_duration_bad();
	test_pattern_good();
	test_pattern_bad();
	T_DONE();
}
