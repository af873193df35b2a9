/* SPDX-License-Identifier: MIT */
/*
 * calendar.h - what the files of csm-calendar share.
 *
 * The helper reads an iCalendar file (RFC 5545) and tells its days as NDJSON. libical knows no lines, and takes days that do not
 * exist and rules without sense, so lines, structure, dates and the grammar of rules are read here; libical goes through the
 * rules day by day.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include <csm/arena.h>
#include <csm/cal.h>
#include <csm/err.h>

/* ---- calendar_read.c: content lines ---- */
struct ics_source {
	struct csm_arena *arena;
	const char *p, *end;		/* what is not read yet */
	int64_t line;			/* physical lines read so far */
};
struct ics_content {			/* "NAME;PARAM=VALUE:TEXT", unfolded */
	int64_t line;			/* its first physical line */
	char *name, *value;		/* the name in capitals */
	char *params;			/* ";TZID=Europe/Berlin", "" */
};
/* The next content line; *more false at the end of the file. CSM_E_INVALID with the line. */
int ics_next(struct ics_source *s, struct ics_content *out, bool *more, struct csm_err *err);
/* The value of a parameter without its quotes; NULL when it is not there. In the arena. */
const char *ics_param(struct csm_arena *a, const struct ics_content *c, const char *name);

/* ---- calendar_value.c: values ---- */
struct ics_moment {
	int64_t at;			/* wall clock, seconds as if UTC; of a day its midnight */
	bool day;			/* a date */
	bool utc;
	const char *tzid;		/* NULL: none given */
};
/* A DATE or DATE-TIME of n bytes. */
int ics_moment_read(const char *text, size_t n, struct ics_moment *out, struct csm_err *err);
/* The value of a property, with its TZID, held to its VALUE parameter. */
int ics_moment_of(struct csm_arena *a, const struct ics_content *c, struct ics_moment *out, struct csm_err *err);
/* A recurrence rule, held to the grammar and bounds of RFC 5545, 3.3.10. */
struct ics_rule {
	const char *text;
	int64_t line;
	bool exclude;			/* EXRULE */
	bool often;			/* more often than daily */
	bool bounded;			/* has UNTIL */
	struct ics_moment until;
};
int ics_rule_check(struct ics_rule *r, struct csm_err *err);

/* ---- calendar_event.c: events ---- */
struct ics_event {
	int64_t line;			/* of BEGIN:VEVENT */
	const char *uid, *name;		/* NULL: none */
	bool cancelled;
	bool has_start, has_end, has_duration, has_id;
	bool future;			/* RECURRENCE-ID;RANGE=THISANDFUTURE */
	struct ics_moment start, end, id;
	bool periods;			/* RDATE;VALUE=PERIOD */
	int64_t start_line, end_line, duration_line, id_line, dates_line;
	int64_t duration;		/* seconds */
	struct csm_vec rules;		/* struct ics_rule */
	struct csm_vec dates, not_dates;	/* struct ics_moment */
	/* filled in by ics_expand() */
	int64_t given;			/* how many days it gave */
	int64_t outside;		/* how often it comes to nothing of the range */
	char *why;			/* why it is ignored; NULL: it is taken */
};
struct ics_zone_name {			/* a VTIMEZONE and its name in the system's tables */
	const char *tzid, *location;
};
struct ics_other {			/* a component that is no event */
	int64_t line;
	const char *name;
};
struct ics_file {
	struct csm_arena *arena;
	struct csm_vec events;		/* struct ics_event */
	struct csm_vec zones;		/* struct ics_zone_name */
	struct csm_vec others;		/* struct ics_other */
	struct csm_vec warnings, errors;	/* struct csm_err */
};
#define ICS_ERRORS_MAX 100
/* Read the whole file; what is wrong in it goes to f->errors, each with its line. */
void ics_read(struct ics_file *f, const char *text, size_t n);

/* ---- calendar_expand.c: days ---- */
enum ics_timed { ICS_TIMED_NOT, ICS_TIMED_DAYS, ICS_TIMED_HOURS };
struct ics_options {
	int64_t from, to;		/* day numbers, both are in */
	enum ics_timed timed;		/* events with times: left out, as the days they are on, as hours of these */
	bool add_overrides;		/* an override is added to what it overrides */
	const char *zone;		/* whose clock days and hours are told by; NULL: none, each event by its own */
	const char *tzdir;
};
struct ics_day {
	int64_t day;
	int32_t start, end;		/* seconds of the day; 0 and 0: the whole day */
	const char *name;		/* NULL: none */
	int64_t line;
};
/*
 * The days of all events in the range, sorted, each day and name once (struct ics_day). Says of each event why it is ignored, or
 * how many days it gave. What is wrong goes to f->errors.
 */
void ics_expand(struct ics_file *f, const struct ics_options *o, struct csm_vec *days);

#endif
