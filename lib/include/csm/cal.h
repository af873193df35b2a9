/* SPDX-License-Identifier: MIT */
/*
 * csm/cal.h - working time: zones, spans, exceptions; pure arithmetic. No database, no clock, no TZ
 * of the process.
 *
 * Conventions (fixed): intervals are half-open, [start, end); the closing instant is not open; time
 * used up exactly at closing is due at the closing moment; due(x, 0) is x; elapsed with end before
 * start is 0. A wall time in a gap of the zone moves forward by the gap, in an overlap the first of
 * the two is meant, for starts and for ends. A span whose end is not after its start runs past
 * midnight and belongs to its start day. A dated exception beats a recurring one; `hours` replaces
 * the weekday's spans (and opens a closed day, also against a `closed` of the same sort), `closed`
 * removes the spans that start that day, `break` takes wall-clock time out and adds to other
 * breaks. A span whose end, so moved, is not after its start is empty; a day that the zone skips
 * whole (Samoa had no 2011-12-30) has no spans, hours or breaks; of a day that happens twice the
 * first is meant.
 *
 * Moments are those of the years 1 to 9999; others are CSM_E_INVALID, answers that would lie outside
 * are CSM_E_REFUSED. A calendar without open time within the search horizon
 * (CSM_CAL_HORIZON_YEARS) is CSM_E_REFUSED and named, never a hang.
 */
#ifndef CSM_CAL_H
#define CSM_CAL_H

#include <stdbool.h>
#include <stdint.h>

#include <csm/arena.h>
#include <csm/err.h>

#define CSM_CAL_HORIZON_YEARS 100

/* ---- zones ---- */
struct csm_zone;

/*
 * Load a zone from the TZif file dir/name (dir NULL: /usr/share/zoneinfo; version 1 to 4, with the
 * footer's rule for years past the table). "UTC" needs no file. CSM_E_INVALID for a name that is no
 * zone: "..", absolute names, "localtime" (the machine's setting) and zones that count leap seconds
 * ("right/...") are refused; CSM_E_NOINPUT when dir is missing, CSM_E_IO when it can't be read.
 * Lives in the arena.
 */
int csm_zone_load(struct csm_arena *a, const char *dir, const char *name,
		  const struct csm_zone **out, struct csm_err *err);
const char *csm_zone_name(const struct csm_zone *z);
/* Seconds east of UTC at moment t. */
int32_t csm_zone_offset(const struct csm_zone *z, int64_t t);
/* Wall clock reading (seconds as if UTC) to moment: gap moves forward, overlap takes the first. */
int64_t csm_zone_from_wall(const struct csm_zone *z, int64_t wall);
/* Version of the tzdata in dir ("2024a", from tzdata.zi or +VERSION), "unknown". In the arena. */
const char *csm_zone_tzdata_version(struct csm_arena *a, const char *dir);

/* ---- definition of a calendar ---- */
#define CSM_CAL_MON (1u << 0) /* bits of days, monday first .. CSM_CAL_MON << 6 sunday */

struct csm_cal_span {
	uint8_t days;	    /* bit per weekday, bit 0 = Monday */
	int32_t start, end; /* seconds after midnight, 0..86399, 0..86400; end <= start: past midnight */
};

enum csm_cal_exkind { CSM_CAL_CLOSED, CSM_CAL_HOURS, CSM_CAL_BREAK };
enum csm_cal_every { CSM_CAL_DATE, CSM_CAL_MONTH_DAY, CSM_CAL_NTH_WEEKDAY, CSM_CAL_EASTER };
struct csm_cal_exception {
	enum csm_cal_exkind kind;
	enum csm_cal_every every;
	int64_t date;	/* CSM_CAL_DATE: day number */
	int month, day; /* MONTH_DAY: 1..12, 1..31 (02-29 in leap years only); NTH_WEEKDAY: month */
	int nth, weekday;   /* NTH_WEEKDAY: 1..5 or -1 last; 0 = Monday */
	int offset;	    /* EASTER: days after (or before) Easter Sunday, -366..366 */
	int32_t start, end; /* HOURS, BREAK: as in a span; CLOSED: unused */
	const char *name;   /* for explanations, may be NULL */
};

/*
 * "12-25", "last mon of may", "2nd tue of nov", "easter", "easter+1", "easter-2" into every, month,
 * day, nth, weekday, offset (the others stay as they are); names also in full, any case;
 * CSM_E_INVALID.
 */
int csm_cal_every_parse(const char *text, struct csm_cal_exception *out, struct csm_err *err);
/* The same back as canonical text. */
const char *csm_cal_every_format(struct csm_arena *a, const struct csm_cal_exception *e);
/* The day number of a recurring exception in a year; false where it does not occur in that year. */
bool csm_cal_every_day(const struct csm_cal_exception *e, int64_t year, int64_t *day);

struct csm_cal_def {
	const char *name;
	const char *zone; /* NULL: floating, takes the zone given to csm_cal_build */
	const struct csm_cal_span *spans;
	unsigned nspans;
	const struct csm_cal_exception *exceptions;
	unsigned nexceptions;
	/*
	 * Day numbers, inclusive; INT64_MIN / INT64_MAX: open. Own spans must start within, what is
	 * included is cut there.
	 */
	int64_t valid_from, valid_to;
	/* Working time is the union of own and included, minus the union of the excluded. */
	const struct csm_cal_def *const *include;
	unsigned ninclude;
	const struct csm_cal_def *const *exclude;
	unsigned nexclude;
};

/* ---- a calendar ready to count ---- */
struct csm_cal;

/*
 * Build a calendar. zone is used where a definition is floating (must not be NULL then:
 * CSM_E_INVALID) and must outlive the calendar; def is copied. tzdir as for csm_zone_load.
 * Intervals are computed on first use and kept: the cost of the calls below does not depend on the
 * distance. A breach of the ranges above, cycles of include/exclude and depth over 8 are
 * CSM_E_INVALID. Memory is the calendar's own (under 4 MB, however far the questions wander); close
 * it. One thread at a time.
 */
int csm_cal_build(struct csm_cal **out, struct csm_arena *a, const struct csm_cal_def *def,
		  const struct csm_zone *zone, const char *tzdir, struct csm_err *err);
void csm_cal_close(struct csm_cal *c); /* NULL is fine */
const char *csm_cal_name(const struct csm_cal *c);

/*
 * The moment when seconds of open time after start are used up. seconds 0 gives start; negative is
 * CSM_E_INVALID.
 */
int csm_cal_due(struct csm_cal *c, int64_t start, int64_t seconds, int64_t *out,
		struct csm_err *err);
/*
 * The same with the other boundary: time used up exactly at closing is due at the next opening
 * (seconds 0 still gives start).
 */
int csm_cal_due_next_open(struct csm_cal *c, int64_t start, int64_t seconds, int64_t *out,
			  struct csm_err *err);
/*
 * The latest moment from which seconds of open time remain until end (counting backwards). seconds
 * as for csm_cal_due.
 */
int csm_cal_sub(struct csm_cal *c, int64_t end, int64_t seconds, int64_t *out, struct csm_err *err);
/* Open seconds in [from, to); 0 when to <= from. */
int csm_cal_elapsed(struct csm_cal *c, int64_t from, int64_t to, int64_t *out, struct csm_err *err);
int csm_cal_is_open(struct csm_cal *c, int64_t at, bool *out, struct csm_err *err);
/*
 * First open moment at or after at; first moment at or after at when it is closed (CSM_E_REFUSED
 * where that never is).
 */
int csm_cal_next_open(struct csm_cal *c, int64_t at, int64_t *out, struct csm_err *err);
int csm_cal_next_close(struct csm_cal *c, int64_t at, int64_t *out, struct csm_err *err);

/*
 * The open intervals that meet [from, to), cut to it, in order. For pictures, explanations and
 * tests. In the arena.
 */
struct csm_interval {
	int64_t start, end;
};
int csm_cal_intervals(struct csm_cal *c, struct csm_arena *a, int64_t from, int64_t to,
		      struct csm_interval **out, unsigned *n, struct csm_err *err);
/*
 * Why a local day (day number) is as it is: the name of the exception that decides (its rule as
 * text when it has no name), the calendar's own before those of what it includes or excludes; NULL
 * when none does. Lives as long as the calendar.
 */
const char *csm_cal_day_note(struct csm_cal *c, int64_t day);

#endif
