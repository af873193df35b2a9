/* SPDX-License-Identifier: MIT */
/*
 * t_cal_limits.c - what calendars refuse: definitions, depth, searches without end, the ends of time;
 * recurring days as text.
 */
#include "t_cal_hand.h"

/* A chain of definitions, each including the next. */
static int build_chain(struct fixture *f, unsigned n, unsigned back_to)
{
	struct csm_cal_def d[12];
	const struct csm_cal_def *next[12];
	struct csm_cal *c = NULL;
	int rc;

	for (unsigned i = 0; i < n; i++) {
		d[i] = def("link", "UTC", nine_to_five, 1);
		next[i] = &d[i + 1 < n ? i + 1 : back_to < n ? back_to : 0];
		d[i].include = &next[i];
		d[i].ninclude = i + 1 < n || back_to < n;
	}
	rc = csm_cal_build(&c, f->a, &d[0], NULL, NULL, &f->err);
	csm_cal_close(c);
	return rc;
}

static void test_depth(struct fixture *f)
{
	struct csm_cal_def top = def("top", "UTC", always, 1), d[9];
	const struct csm_cal_def *next[9], *both[2];
	struct csm_cal *c = NULL;

	T_EQ_INT(build_chain(f, 9, 99), CSM_OK);
	T_EQ_INT(build_chain(f, 10, 99), CSM_E_INVALID);
	T_EQ_STR(f->err.msg, "schedule 'link' is included or excluded more than 8 levels deep");
	T_EQ_INT(build_chain(f, 1, 0), CSM_E_INVALID);
	T_EQ_STR(f->err.msg, "schedule 'link' includes or excludes itself");
	T_EQ_INT(build_chain(f, 5, 2), CSM_E_INVALID);
	/* The same nodes reached first by a short way, then by a long one. */
	for (unsigned i = 0; i < 9; i++) {
		d[i] = def("link", "UTC", nine_to_five, 1);
		next[i] = i < 8 ? &d[i + 1] : NULL;
		d[i].include = &next[i];
		d[i].ninclude = i < 8;
	}
	both[0] = &d[4];
	both[1] = &d[0];
	top.include = both;
	top.ninclude = 2;
	T_EQ_INT(csm_cal_build(&c, f->a, &top, NULL, NULL, &f->err), CSM_E_INVALID);
}

static void test_refusals(struct fixture *f)
{
	static const struct csm_cal_span bad[] = {
		{ WORKDAYS, 24 * HOUR, HOUR }, { WORKDAYS, -1, HOUR },	   { WORKDAYS, 0, 24 * HOUR + 1 },
		{ WORKDAYS, 0, -1 },	       { 0, 9 * HOUR, 17 * HOUR }, { 0x80, 9 * HOUR, 17 * HOUR }
	};
	static const struct csm_cal_exception wrong[] = {
		{ .kind = CSM_CAL_CLOSED, .every = CSM_CAL_MONTH_DAY, .month = 2, .day = 30 },
		{ .kind = CSM_CAL_CLOSED, .every = CSM_CAL_MONTH_DAY, .month = 13, .day = 1 },
		{ .kind = CSM_CAL_CLOSED, .every = CSM_CAL_NTH_WEEKDAY, .month = 1, .nth = 6 },
		{ .kind = CSM_CAL_CLOSED,
		  .every = CSM_CAL_NTH_WEEKDAY,
		  .month = 1,
		  .nth = 1,
		  .weekday = 7 },
		{ .kind = CSM_CAL_CLOSED, .every = CSM_CAL_EASTER, .offset = 367 },
		{ .kind = CSM_CAL_CLOSED, .every = CSM_CAL_DATE, .date = INT64_MAX },
		{ .kind = CSM_CAL_HOURS, .every = CSM_CAL_DATE, .start = 86400 },
		{ .kind = (enum csm_cal_exkind)7, .every = CSM_CAL_DATE },
		{ .kind = CSM_CAL_CLOSED, .every = (enum csm_cal_every)7 },
	};
	struct csm_cal_def d = def("bad", "UTC", NULL, 1);
	struct csm_cal *c = NULL;

	for (unsigned i = 0; i < CSM_COUNT(bad); i++) {
		d.spans = &bad[i];
		T_EQ_INT(csm_cal_build(&c, f->a, &d, NULL, NULL, &f->err), CSM_E_INVALID);
		T_OK(!c);
	}
	d.nspans = 0;
	d.nexceptions = 1;
	for (unsigned i = 0; i < CSM_COUNT(wrong); i++) {
		d.exceptions = &wrong[i];
		T_EQ_INT(csm_cal_build(&c, f->a, &d, NULL, NULL, &f->err), CSM_E_INVALID);
	}
	d.nexceptions = 0;
	d.zone = "Europe/Atlantis";
	T_EQ_INT(csm_cal_build(&c, f->a, &d, NULL, NULL, &f->err), CSM_E_INVALID);
	T_EQ_STR(f->err.msg,
		 "schedule 'bad': time zone 'Europe/Atlantis' is not known (expected an IANA name such as "
		 "Europe/Berlin)");
	d.zone = "UTC";
	d.valid_from = 2;
	d.valid_to = 1;
	T_EQ_INT(csm_cal_build(&c, f->a, &d, NULL, NULL, &f->err), CSM_E_INVALID);
}

/* Calendars that never open or never close, and the ends of time. */
static void test_horizon(struct fixture *f)
{
	struct csm_cal_exception once = except(CSM_CAL_HOURS, "2024-06-03", NULL, 9, 10);
	struct csm_cal_exception later[2] = { once, except(CSM_CAL_HOURS, "2200-06-03", NULL, 9, 10) };
	struct csm_cal_def d = def("never", "Europe/Berlin", NULL, 0);
	struct csm_cal *c = build(f, &d);
	int64_t t;
	bool open;

	T_EQ_STR(due(f, c, "2024-06-03T00:00:00Z", 1),
		 "schedule 'never' has no open time within 100 years after 2024-06-03T00:00:00Z");
	T_EQ_STR(sub(f, c, "2024-06-03T00:00:00Z", 1),
		 "schedule 'never' has no open time within 100 years before 2024-06-03T00:00:00Z");
	T_EQ_INT(csm_cal_next_open(c, 0, &t, &f->err), CSM_E_REFUSED);
	T_EQ_STR(next_close(f, c, "2024-06-03T00:00:00Z"), "2024-06-03T00:00:00Z");
	T_EQ_INT(elapsed(f, c, "1990-01-01", "2090-01-01"), 0);
	T_EQ_STR(picture(f, c, "2024-01-01", "2026-01-01"), "");
	csm_cal_close(c);

	d.exceptions = later;
	d.nexceptions = 2;
	c = build(f, &d); /* the answer must not depend on what was asked before */
	T_EQ_STR(next_open(f, c, "2024-06-03T09:00:00Z"),
		 "schedule 'never' has no open time within 100 years after 2024-06-03T09:00:00Z");
	T_EQ_STR(next_open(f, c, "2150-01-01T00:00:00Z"), "2200-06-03T07:00:00Z");
	T_EQ_STR(next_open(f, c, "2024-06-03T09:00:00Z"),
		 "schedule 'never' has no open time within 100 years after 2024-06-03T09:00:00Z");
	T_EQ_INT(elapsed(f, c, "1990-01-01", "2300-01-01"), 2 * HOUR);
	T_EQ_STR(sub(f, c, "2200-06-03T08:00:00Z", HOUR), "2200-06-03T07:00:00Z");
	T_EQ_STR(sub(f, c, "2200-06-03T08:00:00Z", HOUR + 1),
		 "schedule 'never' has no open time within 100 years before 2200-06-03T08:00:00Z");
	csm_cal_close(c);

	d = def("24x7", "UTC", always, 1);
	c = build(f, &d);
	T_EQ_STR(next_close(f, c, "2024-06-03T00:00:00Z"),
		 "schedule '24x7' has no closed time within 100 years after 2024-06-03T00:00:00Z");
	T_EQ_STR(next_close(f, c, "9990-06-03T00:00:00Z"),
		 "schedule '24x7': the answer lies after the year 9999");
	T_EQ_STR(due(f, c, "2024-06-03T00:00:00Z", INT64_MAX),
		 "schedule '24x7': the answer lies after the year 9999");
	T_EQ_STR(due(f, c, "9999-12-31T23:59:58Z", 1), "9999-12-31T23:59:59Z");
	T_EQ_STR(due(f, c, "9999-12-31T23:59:58Z", 2),
		 "schedule '24x7': the answer lies after the year 9999");
	T_EQ_STR(sub(f, c, "0001-01-01T00:00:05Z", 5), "0001-01-01T00:00:00Z");
	T_EQ_STR(sub(f, c, "0001-01-01T00:00:05Z", 6),
		 "schedule '24x7': the answer lies before the year 1");
	T_EQ_STR(sub(f, c, "2024-06-03T00:00:00Z", INT64_MAX),
		 "schedule '24x7': the answer lies before the year 1");
	T_EQ_INT(elapsed(f, c, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
		 CSM_TIME_MAX - CSM_TIME_MIN);
	T_EQ_STR(sub(f, c, "9999-12-31T23:59:59Z", CSM_TIME_MAX - CSM_TIME_MIN), "0001-01-01T00:00:00Z");
	T_EQ_INT(csm_cal_is_open(c, CSM_TIME_MAX + 1, &open, &f->err), CSM_E_INVALID);
	T_EQ_INT(csm_cal_due(c, INT64_MAX, 1, &t, &f->err), CSM_E_INVALID);
	T_EQ_INT(csm_cal_elapsed(c, 0, INT64_MAX, &t, &f->err), CSM_E_INVALID);
	T_EQ_INT(csm_cal_next_close(c, INT64_MIN, &t, &f->err), CSM_E_INVALID);
	T_EQ_INT(csm_cal_sub(c, CSM_TIME_MIN - 1, 1, &t, &f->err), CSM_E_INVALID);
	csm_cal_close(c);
}

static void test_every(struct fixture *f)
{
	static const char *const rows[][2] = {
		{ "12-25", "12-25" },
		{ "2-29", "02-29" },
		{ "last mon of may", "last mon of may" },
		{ "2nd tue of nov", "2nd tue of nov" },
		{ "First Monday of September", "1st mon of sep" },
		{ "5th  fri  jan", "5th fri of jan" },
		{ "easter", "easter" },
		{ "Easter+1", "easter+1" },
		{ " easter-2 ", "easter-2" },
		{ "easter+0", "easter" },
	};
	static const char *const bad[] = {
		"",
		"13-01",
		"02-30",
		"0-1",
		"1-0",
		"12-25-1",
		"last mon",
		"6th mon of may",
		"last mon of of may",
		"last mo of may",
		"easter+",
		"easter+367",
		"easter1",
		"easter+1x",
		"last mon of may 2024",
		"2024-12-25",
		"last blursday of may",
		"easteregg",
		"a text that is much longer than any recurring day that anybody could think of writing",
	};
	struct csm_cal_exception e = { .kind = CSM_CAL_BREAK, .start = 5 };

	for (unsigned i = 0; i < CSM_COUNT(rows); i++) {
		T_EQ_INT(csm_cal_every_parse(rows[i][0], &e, &f->err), CSM_OK);
		T_EQ_STR(csm_cal_every_format(f->a, &e), rows[i][1]);
		T_OK(e.kind == CSM_CAL_BREAK && e.start == 5);
	}
	for (unsigned i = 0; i < CSM_COUNT(bad); i++)
		T_EQ_INT(csm_cal_every_parse(bad[i], &e, &f->err), CSM_E_INVALID);
	e.every = CSM_CAL_DATE;
	e.date = 0;
	T_EQ_STR(csm_cal_every_format(f->a, &e), "1970-01-01");
}

int main(void)
{
	struct fixture f = { .a = csm_arena_new(NULL, NULL) };

	test_depth(&f);
	test_refusals(&f);
	test_horizon(&f);
	test_every(&f);
	csm_arena_free(f.a);
	T_DONE();
}
