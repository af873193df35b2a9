/* SPDX-License-Identifier: MIT */
/*
 * csm/time.h - moments, dates and durations as numbers and as text.
 *
 * A moment is int64 seconds since 1970-01-01T00:00:00Z without leap seconds, years 1 to 9999. A date is
 * a day number (days since 1970-01-01) or the text YYYY-MM-DD. A duration is int64 seconds.
 * Nothing here reads a clock, the environment or a time zone file.
 */
#ifndef CSM_TIME_H
#define CSM_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include <csm/arena.h>
#include <csm/err.h>

#define CSM_DAY INT64_C(86400)
#define CSM_TIME_MIN INT64_C(-62135596800)	/* 0001-01-01T00:00:00Z */
#define CSM_TIME_MAX INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

/* Proleptic Gregorian calendar; source: H. Hinnant, "chrono-compatible low-level date algorithms". */
int64_t csm_days_from_civil(int64_t year, unsigned month, unsigned day);
void csm_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);
unsigned csm_days_in_month(int64_t year, unsigned month);

/* Day of the week of a day number, 0 = Monday .. 6 = Sunday (ISO 8601). */
unsigned csm_weekday(int64_t days);

/* The Sunday of Easter of a Gregorian year, as a day number (Anonymous Gregorian algorithm). */
int64_t csm_easter(int64_t year);

/*
 * Read a moment: RFC 3339 "2024-03-29T15:00:00+01:00" ('T' or a blank, seconds optional, fraction
 * cut, Z, +hh:mm, +hhmm or +hh), a date alone (its midnight), or "@SECONDS" (counts as having an
 * offset). A leap second is the second after it. Text without an offset is taken as UTC when
 * offset_given is NULL; otherwise *offset_given tells whether there was one and *out is the
 * wall-clock reading as if UTC. CSM_E_INVALID says what is expected.
 */
int csm_time_parse(const char *text, int64_t *out, bool *offset_given, struct csm_err *err);

/*
 * Like csm_time_parse, and also relative to now: "now", "-7d", "+2h30m" (any csm_duration_parse text
 * after the sign), "today", "yesterday", "tomorrow" (UTC midnights).
 */
int csm_time_parse_rel(const char *text, int64_t now, int64_t *out, struct csm_err *err);

#define CSM_TIME_SIZE 40
/* "2024-03-29T14:00:00Z", "@SECONDS" outside the years 1 to 9999. buf of CSM_TIME_SIZE bytes; returns buf. */
char *csm_time_format(int64_t t, char *buf);
/* The same moment written with an offset: "2024-03-29T15:00:00+01:00" (seconds of the offset kept if any). */
char *csm_time_format_offset(int64_t t, int32_t offset, char *buf);

/* "2024-02-29" to a day number; refuses days that do not exist. */
int csm_date_parse(const char *text, int64_t *days, struct csm_err *err);
char *csm_date_format(int64_t days, char *buf);

/*
 * A time of day, "09:00", "17:30:15" or "24:00", to seconds after midnight (0..86400).
 * Format gives hh:mm, or hh:mm:ss when there are seconds.
 */
int csm_clock_parse(const char *text, int64_t *seconds, struct csm_err *err);
char *csm_clock_format(int64_t seconds, char *buf);

/*
 * A duration: "90" or "90s" seconds, "1d2h3m4s" in any of these units in falling order (w d h m s;
 * one blank between the parts is fine), "02:30" or "02:30:15" (hours first), "2 01:30:00" (days
 * first), ISO 8601 "PT8H", "P1D", "P1DT2H30M", "P2W". A day is 24 h. Years and months are refused
 * (no fixed length). A leading '-' is allowed only when negative is true. Overflow is
 * CSM_E_INVALID.
 */
int csm_duration_parse(const char *text, bool negative, int64_t *seconds, struct csm_err *err);
/* Canonical text, read back by csm_duration_parse: "8h", "1d2h30m", "0s", "-15m". */
char *csm_duration_format(int64_t seconds, char *buf);

/*
 * Read a moment by a strptime-like pattern: %Y %m %d %H %M %S %I %p %y %b %B %a %A %j %e %z %Z(UTC,
 * GMT only) %T %D %F %f %s %%; other characters stand for themselves, blank matches any run of blanks.
 * %f is the fraction of a second, 1 to 9 digits that are left out; %s counts seconds since the epoch and
 * is the whole moment, in UTC.
 * English names; %y 69..99 is 1969.., 00..68 is 2000..; a name of the day that does not fit the
 * date is refused. The result is the wall-clock reading; *offset_given and *offset (seconds east)
 * report %z. CSM_E_INVALID names text and pattern.
 */
int csm_time_parse_pattern(const char *text, const char *pattern, int64_t *wall, bool *offset_given,
			   int32_t *offset, struct csm_err *err);
/* Whether it is a pattern that gives a whole date: CSM_E_INVALID otherwise. */
int csm_time_check_pattern(const char *pattern, struct csm_err *err);

#endif
