/* SPDX-License-Identifier: MIT */
/*
 * t_cal.c - calendars by hand: conventions, switches of the clock, spans, exceptions, validity, children.

 */
#include "t_cal_hand.h"

/* The conventions of the header, one by one. */
static void test_conventions(struct fixture *f)
{
	struct csm_cal_def d = def("office", "UTC", nine_to_five, 1);
	struct csm_cal *c = build(f, &d);
	int64_t t;

	T_EQ_STR(csm_cal_name(c), "office");
	T_EQ_STR(due(f, c, "2024-06-03T16:00:00Z", HOUR), "2024-06-03T17:00:00Z");
	T_EQ_INT(csm_cal_due_next_open(c, at("2024-06-03T16:00:00Z"), HOUR, &t, NULL), CSM_OK);
	T_EQ_STR(show(f, CSM_OK, t), "2024-06-04T09:00:00Z");
	T_EQ_INT(csm_cal_due_next_open(c, at("2024-06-01T12:00:00Z"), 0, &t, NULL), CSM_OK);
	T_EQ_STR(show(f, CSM_OK, t), "2024-06-01T12:00:00Z");
	T_EQ_STR(due(f, c, "2024-06-01T12:00:00Z", 0), "2024-06-01T12:00:00Z");
	T_EQ_STR(due(f, c, "2024-06-01T12:00:00Z", 1), "2024-06-03T09:00:01Z");
	T_EQ_STR(due(f, c, "2024-06-07T16:59:59Z", 2), "2024-06-10T09:00:01Z");
	T_EQ_STR(sub(f, c, "2024-06-03T10:00:00Z", HOUR), "2024-06-03T09:00:00Z");
	T_EQ_STR(sub(f, c, "2024-06-03T09:30:00Z", HOUR), "2024-05-31T16:30:00Z");
	T_EQ_STR(sub(f, c, "2024-06-02T09:30:00Z", 0), "2024-06-02T09:30:00Z");
	T_OK(is_open(f, c, "2024-06-03T09:00:00Z"));
	T_OK(is_open(f, c, "2024-06-03T16:59:59Z"));
	T_OK(!is_open(f, c, "2024-06-03T17:00:00Z"));
	T_OK(!is_open(f, c, "2024-06-03T08:59:59Z"));
	T_EQ_STR(next_open(f, c, "2024-06-03T12:00:00Z"), "2024-06-03T12:00:00Z");
	T_EQ_STR(next_open(f, c, "2024-06-07T17:00:00Z"), "2024-06-10T09:00:00Z");
	T_EQ_STR(next_close(f, c, "2024-06-03T12:00:00Z"), "2024-06-03T17:00:00Z");
	T_EQ_STR(next_close(f, c, "2024-06-03T17:00:00Z"), "2024-06-03T17:00:00Z");
	T_EQ_STR(next_close(f, c, "2024-06-02T17:00:00Z"), "2024-06-02T17:00:00Z");
	T_EQ_INT(elapsed(f, c, "2024-06-07T16:00:00Z", "2024-06-10T10:00:00Z"), 2 * HOUR);
	T_EQ_INT(elapsed(f, c, "2024-06-10T10:00:00Z", "2024-06-07T16:00:00Z"), 0);
	T_EQ_INT(elapsed(f, c, "2024-06-07T16:00:00Z", "2024-06-07T16:00:00Z"), 0);
	T_EQ_INT(csm_cal_due(c, 0, -1, &t, &f->err), CSM_E_INVALID);
	T_EQ_INT(csm_cal_sub(c, 0, -1, &t, &f->err), CSM_E_INVALID);
	csm_cal_close(c);
	csm_cal_close(NULL);
}

/* The four numbers every library was asked for, and what spans make of them. */
static void test_berlin(struct fixture *f)
{
	static const struct csm_cal_span from_gap[] = { { ALLDAYS, 2 * HOUR + 1800, 10 * HOUR } };
	static const struct csm_cal_span to_gap[] = { { ALLDAYS, HOUR, 2 * HOUR + 1800 } };
	static const struct csm_cal_span in_gap[] = { { ALLDAYS, 2 * HOUR + 1800, 3 * HOUR + 900 } };
	const struct csm_zone *z = NULL;
	struct csm_cal_def d = def("night", "Europe/Berlin", from_gap, 1);
	struct csm_cal *c;

	T_EQ_INT(csm_zone_load(f->a, NULL, "Europe/Berlin", &z, &f->err), CSM_OK);
	T_EQ_STR(csm_zone_name(z), "Europe/Berlin");
	T_EQ_INT(csm_zone_from_wall(z, at("2026-03-29T02:30:00Z")), 1774747800);
	T_EQ_INT(csm_zone_from_wall(z, at("2026-10-25T02:30:00Z")), 1792888200);
	T_EQ_INT(csm_zone_offset(z, 1774747800), 2 * HOUR);
	T_EQ_INT(csm_zone_offset(z, 1774745999), HOUR);
	T_EQ_INT(csm_zone_offset(z, 1792888200), 2 * HOUR);
	T_EQ_INT(csm_zone_offset(z, 1792888200 + HOUR), HOUR);

	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
		 "2026-03-29T01:30/2026-03-29T08:00");
	T_EQ_STR(picture(f, c, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
		 "2026-10-25T00:30/2026-10-25T09:00");
	csm_cal_close(c);
	d.spans = to_gap;
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
		 "2026-03-29T00:00/2026-03-29T01:30");
	T_EQ_STR(picture(f, c, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
		 "2026-10-24T23:00/2026-10-25T00:30");
	csm_cal_close(c);
	d.spans = in_gap; /* 02:30 moves to 03:30, past 03:15: nothing is open that night */
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), "");
	T_EQ_STR(picture(f, c, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
		 "2026-10-25T00:30/2026-10-25T02:15");
	csm_cal_close(c);
	d.spans = always; /* a day has 23 or 25 hours then */
	c = build(f, &d);
	T_EQ_INT(elapsed(f, c, "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"), 23 * HOUR);
	T_EQ_INT(elapsed(f, c, "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"), 25 * HOUR);
	csm_cal_close(c);
}

/* Zones whose clocks switch at midnight, so that the day begins at 01:00. */
static void test_midnight_switch(struct fixture *f)
{
	static const struct csm_cal_span early[] = { { ALLDAYS, 0, 8 * HOUR } };
	static const struct {
		const char *zone, *from, *to, *want;
	} rows[] = {
		{ "America/Sao_Paulo", "2017-10-15T00:00:00Z", "2017-10-16T00:00:00Z",
		  "2017-10-15T03:00/2017-10-15T10:00" },
		{ "Asia/Beirut", "2019-03-30T12:00:00Z", "2019-03-31T12:00:00Z",
		  "2019-03-30T22:00/2019-03-31T05:00" },
		{ "Africa/Cairo", "2023-04-27T12:00:00Z", "2023-04-28T12:00:00Z",
		  "2023-04-27T22:00/2023-04-28T05:00" },
		{ "Africa/Cairo", "2023-10-26T12:00:00Z", "2023-10-27T12:00:00Z",
		  "2023-10-26T22:00/2023-10-27T06:00" }, /* the last hour happens twice, 00:00 once */
		{ "Asia/Beirut", "2019-10-26T12:00:00Z", "2019-10-27T12:00:00Z",
		  "2019-10-26T22:00/2019-10-27T06:00" },
	};

	for (unsigned i = 0; i < CSM_COUNT(rows); i++) {
		struct csm_cal_def d = def("early", rows[i].zone, early, 1);
		struct csm_cal *c = build(f, &d);

		T_EQ_STR(picture(f, c, rows[i].from, rows[i].to), rows[i].want);
		T_EQ_STR(due(f, c, rows[i].from, 0), rows[i].from);
		csm_cal_close(c);
	}
}

/*
 * Samoa skipped a Friday; Kwajalein a Saturday; Lord Howe moves by half an hour; Kathmandu stands at
 * +05:45.
 */
static void test_odd_zones(struct fixture *f)
{
	static const struct csm_cal_span night[] = { { ALLDAYS, 22 * HOUR, 6 * HOUR } };
	static const struct csm_cal_span saturday[] = { { 1u << 5, 9 * HOUR, 17 * HOUR } };
	struct csm_cal_def d = def("apia", "Pacific/Apia", nine_to_five, 1);
	struct csm_cal *c = build(f, &d);

	T_EQ_STR(picture(f, c, "2011-12-28T12:00:00Z", "2012-01-03T12:00:00Z"),
		 "2011-12-28T19:00/2011-12-29T03:00 2011-12-29T19:00/2011-12-30T03:00 "
		 "2012-01-01T19:00/2012-01-02T03:00 "
		 "2012-01-02T19:00/2012-01-03T03:00");
	T_EQ_STR(due(f, c, "2011-12-29T16:00:00-10:00", 2 * HOUR), "2012-01-01T20:00:00Z");
	csm_cal_close(c);
	d.spans = always; /* Thursday's midnight is Saturday's first moment: open without a break */
	c = build(f, &d);
	T_EQ_INT(elapsed(f, c, "2011-12-29T00:00:00-10:00", "2012-01-01T00:00:00+14:00"), 48 * HOUR);
	csm_cal_close(c);
	d.spans = night; /* from Thursday evening into the morning that came next */
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2011-12-29T22:00:00-10:00", "2011-12-31T20:00:00+14:00"),
		 "2011-12-30T08:00/2011-12-30T16:00");
	csm_cal_close(c);

	d = def("kwajalein", "Pacific/Kwajalein", saturday, 1);
	c = build(f, &d);
	T_EQ_STR(next_open(f, c, "1993-08-15T12:00:00Z"), "1993-08-27T21:00:00Z");
	csm_cal_close(c);
	d = def("howe", "Australia/Lord_Howe", always, 1);
	c = build(f, &d);
	T_EQ_INT(elapsed(f, c, "2024-04-07T00:00:00+11:00", "2024-04-08T00:00:00+10:30"), 24 * HOUR + 1800);
	T_EQ_INT(elapsed(f, c, "2024-10-06T00:00:00+10:30", "2024-10-07T00:00:00+11:00"), 24 * HOUR - 1800);
	csm_cal_close(c);
	d = def("nepal", "Asia/Kathmandu", nine_to_five, 1);
	c = build(f, &d);
	T_EQ_STR(next_open(f, c, "2024-06-08T00:00:00Z"), "2024-06-10T03:15:00Z");
	csm_cal_close(c);
	d = def("amsterdam", "Europe/Amsterdam", nine_to_five, 1); /* offsets with seconds, long ago */
	c = build(f, &d);
	T_EQ_INT(elapsed(f, c, "1800-01-06T00:00:00Z", "1800-01-07T00:00:00Z"), 8 * HOUR);
	csm_cal_close(c);
}

/*
 * Spans past midnight, several a day, overlapping, of 24 hours, across New Year and across the parts of the
 * table.
 */
static void test_spans(struct fixture *f)
{
	static const struct csm_cal_span night[] = { { 1u << 4, 22 * HOUR, 6 * HOUR } }; /* Friday */
	static const struct csm_cal_span split[] = { { WORKDAYS, 13 * HOUR, 17 * HOUR },
						     { WORKDAYS, 9 * HOUR, 12 * HOUR },
						     { 1u << 0, 11 * HOUR, 14 * HOUR },
						     { 1u << 1, 12 * HOUR, 13 * HOUR } };
	static const struct csm_cal_span around[] = { { 1u << 0, 0, 0 }, { 1u << 1, 9 * HOUR, 9 * HOUR } };
	struct csm_cal_def d = def("night", "UTC", night, 1);
	struct csm_cal *c = build(f, &d);
	int64_t t, n;

	T_EQ_STR(picture(f, c, "2024-06-03T00:00:00Z", "2024-06-10T00:00:00Z"),
		 "2024-06-07T22:00/2024-06-08T06:00");
	T_EQ_STR(due(f, c, "2024-06-07T23:00:00Z", 8 * HOUR), "2024-06-14T23:00:00Z");
	T_EQ_STR(sub(f, c, "2024-06-08T01:00:00Z", 4 * HOUR), "2024-06-01T05:00:00Z");
	csm_cal_close(c);
	d.spans = split;
	d.nspans = CSM_COUNT(split);
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2024-06-03T00:00:00Z", "2024-06-06T00:00:00Z"),
		 "2024-06-03T09:00/2024-06-03T17:00 2024-06-04T09:00/2024-06-04T17:00 "
		 "2024-06-05T09:00/2024-06-05T12:00 "
		 "2024-06-05T13:00/2024-06-05T17:00");
	csm_cal_close(c);
	d.spans = around;
	d.nspans = CSM_COUNT(around);
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2024-06-03T00:00:00Z", "2024-06-10T00:00:00Z"),
		 "2024-06-03T00:00/2024-06-04T00:00 2024-06-04T09:00/2024-06-05T09:00");
	csm_cal_close(c);
	d.spans = always;
	d.nspans = 1;
	c = build(f, &d);
	T_EQ_INT(csm_cal_due(c, 0, 10 * 366 * CSM_DAY + 1, &t, NULL), CSM_OK);
	T_EQ_INT(t, 10 * 366 * CSM_DAY + 1);
	T_EQ_INT(csm_cal_sub(c, t, t, &n, NULL), CSM_OK);
	T_EQ_INT(n, 0);
	T_EQ_STR(picture(f, c, "2023-12-31T00:00:00Z", "2033-01-02T00:00:00Z"),
		 "2023-12-31T00:00/2033-01-02T00:00");
	csm_cal_close(c);
}

static void test_exceptions(struct fixture *f)
{
	struct csm_cal_exception e[] = {
		except(CSM_CAL_CLOSED, NULL, "12-25", 0, 0),
		except(CSM_CAL_HOURS, NULL, "12-31", 9, 12),
		except(CSM_CAL_HOURS, "2024-12-25", NULL, 10, 11), /* a date beats a rule */
		except(CSM_CAL_HOURS, "2024-12-25", NULL, 14, 15), /* several hours */
		except(CSM_CAL_CLOSED, "2024-12-31", NULL, 0, 0),
		except(CSM_CAL_BREAK, "2024-12-23", NULL, 12, 13),
		except(CSM_CAL_BREAK, NULL, "12-23", 15, 16),	  /* breaks add up */
		except(CSM_CAL_HOURS, "2024-12-28", NULL, 9, 10), /* opens a Saturday */
		except(CSM_CAL_CLOSED, "2024-12-28", NULL, 0, 0), /* hours beat closed */
		except(CSM_CAL_HOURS, "2024-12-26", NULL, 22, 2),
		except(CSM_CAL_CLOSED, "2024-12-27", NULL, 0, 0), /* leaves the rest of the night before */
		except(CSM_CAL_CLOSED, NULL, "easter+1", 0, 0),
		except(CSM_CAL_CLOSED, NULL, "last mon of may", 0, 0),
		except(CSM_CAL_CLOSED, NULL, "02-29", 0, 0),
		except(CSM_CAL_CLOSED, NULL, "5th fri of feb", 0, 0), /* not the first of March */
		except(CSM_CAL_CLOSED, NULL, "easter+280", 0, 0),     /* in the next year: 2025-01-05 */
	};
	struct csm_cal_def d = def("exceptions", "UTC", nine_to_five, 1);
	struct csm_cal *c;

	e[2].name = "Christmas Day";
	d.exceptions = e;
	d.nexceptions = CSM_COUNT(e);
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2024-12-23T00:00:00Z", "2025-01-01T00:00:00Z"),
		 "2024-12-23T09:00/2024-12-23T12:00 2024-12-23T13:00/2024-12-23T15:00 "
		 "2024-12-23T16:00/2024-12-23T17:00 "
		 "2024-12-24T09:00/2024-12-24T17:00 2024-12-25T10:00/2024-12-25T11:00 "
		 "2024-12-25T14:00/2024-12-25T15:00 "
		 "2024-12-26T22:00/2024-12-27T02:00 2024-12-28T09:00/2024-12-28T10:00 "
		 "2024-12-30T09:00/2024-12-30T17:00");
	T_EQ_STR(picture(f, c, "2025-12-24T20:00:00Z", "2025-12-26T00:00:00Z"), "");
	T_EQ_STR(picture(f, c, "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z"),
		 "2025-12-31T09:00/2025-12-31T12:00");
	T_EQ_STR(next_open(f, c, "2024-04-01T00:00:00Z"), "2024-04-02T09:00:00Z"); /* Easter Monday */
	T_EQ_STR(next_open(f, c, "2024-05-27T00:00:00Z"), "2024-05-28T09:00:00Z");
	T_EQ_STR(next_open(f, c, "2024-02-29T00:00:00Z"), "2024-03-01T09:00:00Z");
	T_EQ_STR(next_open(f, c, "2023-03-01T00:00:00Z"), "2023-03-01T09:00:00Z");
	T_EQ_STR(next_open(f, c, "2023-03-03T00:00:00Z"), "2023-03-03T09:00:00Z");
	T_EQ_STR(next_open(f, c, "2008-02-29T00:00:00Z"), "2008-03-03T09:00:00Z");
	T_EQ_STR(csm_cal_day_note(c, date("2024-12-25")), "Christmas Day");
	T_EQ_STR(csm_cal_day_note(c, date("2025-12-25")), "12-25");
	T_EQ_STR(csm_cal_day_note(c, date("2025-01-05")), "easter+280");
	T_EQ_STR(csm_cal_day_note(c, date("2024-12-31")), "2024-12-31");
	T_EQ_STR(csm_cal_day_note(c, date("2024-12-28")), "2024-12-28");
	T_EQ_STR(csm_cal_day_note(c, date("2024-05-27")), "last mon of may");
	T_OK(!csm_cal_day_note(c, date("2024-05-28")));
	T_OK(!csm_cal_day_note(c, date("2023-03-01")));
	csm_cal_close(c);
}

/* A break over a switch of the clock, and one that touches the night before. */
static void test_breaks(struct fixture *f)
{
	struct csm_cal_exception e[] = {
		except(CSM_CAL_BREAK, "2026-03-29", NULL, 1, 3),
		except(CSM_CAL_BREAK, "2026-10-25", NULL, 2, 3),
		except(CSM_CAL_BREAK, "2026-06-01", NULL, 23, 1),
	};
	struct csm_cal_def d = def("breaks", "Europe/Berlin", always, 1);
	struct csm_cal *c;

	d.exceptions = e;
	d.nexceptions = CSM_COUNT(e);
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"),
		 "2026-03-28T23:00/2026-03-29T00:00 2026-03-29T01:00/2026-03-29T22:00");
	T_EQ_INT(elapsed(f, c, "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"), 23 * HOUR);
	T_EQ_STR(picture(f, c, "2026-06-01T12:00:00Z", "2026-06-02T12:00:00Z"),
		 "2026-06-01T12:00/2026-06-01T21:00 2026-06-01T23:00/2026-06-02T12:00");
	csm_cal_close(c);
}

static void test_validity(struct fixture *f)
{
	static const struct csm_cal_span night[] = { { ALLDAYS, 22 * HOUR, 6 * HOUR } };
	struct csm_cal_def child = def("child", "UTC", always, 1),
			   d = def("parent", "Europe/Berlin", night, 1);
	const struct csm_cal_def *const children[] = { &child };
	struct csm_cal_exception e = except(CSM_CAL_HOURS, "2024-06-05", NULL, 9, 10);
	struct csm_cal *c;

	d.valid_from = date("2024-06-03");
	d.valid_to = date("2024-06-04");
	d.exceptions = &e;
	d.nexceptions = 1;
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
		 "2024-06-03T20:00/2024-06-04T04:00 2024-06-04T20:00/2024-06-05T04:00");
	T_OK(!csm_cal_day_note(c, date("2024-06-05")));
	T_EQ_STR(due(f, c, "2024-06-04T20:00:00Z", 9 * HOUR),
		 "schedule 'parent' has no open time within 100 years after 2024-06-04T20:00:00Z");
	T_EQ_STR(sub(f, c, "2024-06-04T20:00:00Z", 9 * HOUR),
		 "schedule 'parent' has no open time within 100 years before 2024-06-04T20:00:00Z");
	csm_cal_close(c);
	d.nspans = 0;
	d.include = children;
	d.ninclude = 1;
	c = build(f, &d);
	T_EQ_STR(picture(f, c, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
		 "2024-06-02T22:00/2024-06-04T22:00");
	csm_cal_close(c);
}

/* Children: each in its own zone or floating, shared, several levels. */
static void test_children(struct fixture *f)
{
	static const struct csm_cal_span noon[] = { { ALLDAYS, 12 * HOUR, 13 * HOUR } };
	static const struct csm_cal_span evening[] = { { ALLDAYS, 20 * HOUR, 21 * HOUR } };
	struct csm_cal_exception closed = except(CSM_CAL_HOURS, "2024-06-05", NULL, 0, 24);
	struct csm_cal_def holidays = def("holidays", NULL, NULL, 0), lunch = def("lunch", NULL, noon, 1);
	struct csm_cal_def tokyo = def("tokyo", "Asia/Tokyo", evening, 1),
			   d = def("all", NULL, nine_to_five, 1);
	const struct csm_cal_def *include[] = { &tokyo, &tokyo }, *exclude[] = { &holidays, &lunch };
	const struct csm_zone *berlin = NULL;
	struct csm_cal *c = NULL;

	closed.name = "Town feast";
	holidays.exceptions = &closed;
	holidays.nexceptions = 1;
	tokyo.exclude = exclude;
	tokyo.nexclude = 1;
	d.include = include;
	d.ninclude = 2;
	d.exclude = exclude;
	d.nexclude = 2;
	T_EQ_INT(csm_cal_build(&c, f->a, &d, NULL, NULL, &f->err), CSM_E_INVALID);
	T_EQ_STR(f->err.msg, "schedule 'all' has no time zone of its own and none was given");
	T_OK(!c);
	T_EQ_INT(csm_zone_load(f->a, NULL, "Europe/Berlin", &berlin, NULL), CSM_OK);
	T_EQ_INT(csm_cal_build(&c, f->a, &d, berlin, NULL, &f->err), CSM_OK);
	/*
	 * Berlin is at +2: its 9-17 without 12-13 is 7-10, 11-15 UTC; Tokyo's 20-21 is 11-12 UTC, Saturdays
	 * too.
	 */
	T_EQ_STR(picture(f, c, "2024-06-04T22:00:00Z", "2024-06-05T22:00:00Z"), "");
	T_EQ_STR(picture(f, c, "2024-06-05T22:00:00Z", "2024-06-06T22:00:00Z"),
		 "2024-06-06T07:00/2024-06-06T10:00 2024-06-06T11:00/2024-06-06T15:00");
	T_EQ_STR(picture(f, c, "2024-06-07T22:00:00Z", "2024-06-08T22:00:00Z"),
		 "2024-06-08T11:00/2024-06-08T12:00");
	T_EQ_STR(csm_cal_day_note(c, date("2024-06-05")), "Town feast");
	csm_cal_close(c);
}

int main(void)
{
	struct fixture f = { .a = csm_arena_new(NULL, NULL) };

	test_conventions(&f);
	test_berlin(&f);
	test_midnight_switch(&f);
	test_odd_zones(&f);
	test_spans(&f);
	test_exceptions(&f);
	test_breaks(&f);
	test_validity(&f);
	test_children(&f);
	csm_arena_free(f.a);
	T_DONE();
}
