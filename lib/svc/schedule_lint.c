/* SPDX-License-Identifier: MIT */
/* schedule_lint.c - what a schedule may say, and probably means otherwise. */
#include "svc_schedule.h"

/* A rule of each year is looked at in so many years: all weekdays come round. */
#define YEARS 28
/* Holidays by date that end sooner than this are told: a due moment may lie behind them. */
#define HOLIDAYS_AHEAD 90
/* So many days by date make a list of holidays, fewer are single events. */
#define HOLIDAYS_MIN 3

struct lint {
	struct csm_store *store;
	const struct csm_rec *rec;
	const struct csm_cal_def *def;
	const struct csm_zone *zone; /* its own; of a floating one, what it falls back to */
	int64_t today;
	struct csm_arena *a, *scratch; /* scratch: what one exception needs */
	int (*each)(void *arg, const struct csm_schedule_finding *f, struct csm_err *err);
	void *arg;
	struct csm_err *err;
};

static int found(const struct lint *l, const char *finding, const char *place, const char *text,
		 const char *advice)
{
	const struct csm_schedule_finding f = { finding, place, text, advice };

	return l->each(l->arg, &f, l->err);
}

/* ---- places ---- */

static const char *hours_text(struct csm_arena *a, int32_t start, int32_t end)
{
	char from[CSM_TIME_SIZE], to[CSM_TIME_SIZE];

	return csm_sprintf(a, "%s-%s", csm_clock_format(start, from), csm_clock_format(end, to));
}

static const char *span_place(const struct lint *l, unsigned i)
{
	const struct csm_cal_span *s = &l->def->spans[i];
	struct csm_buf days = CSM_BUF(l->a);

	for (unsigned d = 0; d < 7; d++)
		if (s->days & CSM_CAL_MON << d)
			csm_buf_addf(&days, "%s%s", days.n ? "," : "", svc_weekdays[d]);
	return csm_sprintf(l->a, "span %u: %s %s", i + 1, days.s, hours_text(l->a, s->start, s->end));
}

static const char *exception_place(const struct lint *l, const struct csm_cal_exception *e)
{
	static const char *const kinds[] = { "closed", "hours", "break" };
	const char *day = csm_cal_every_format(l->a, e);

	if (e->kind == CSM_CAL_CLOSED)
		return csm_sprintf(l->a, "exception %s: closed", day);
	return csm_sprintf(l->a, "exception %s: %s %s", day, kinds[e->kind],
			   hours_text(l->a, e->start, e->end));
}

/* ---- the schedule as a whole ---- */

static unsigned count_kind(const struct csm_cal_def *def, enum csm_cal_exkind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < def->nexceptions; i++)
		n += def->exceptions[i].kind == kind;
	return n;
}

static int lint_closed_only(const struct lint *l)
{
	const struct csm_cal_def *def = l->def;

	if (def->nspans || !count_kind(def, CSM_CAL_CLOSED))
		return CSM_OK;
	return found(l, "closed-without-spans", NULL,
		     def->ninclude ? "it closes days, but has no spans of its own: what is included stays open"
				   : "it closes days, but has no spans that this would close",
		     "for holidays to be excluded elsewhere, give the days kind hours from 00:00 to 24:00");
}

static int tell_no_open_time(const struct lint *l)
{
	const struct csm_cal_def *def = l->def;
	char day[CSM_TIME_SIZE];

	if (def->valid_to < l->today)
		return found(l, "no-open-time", NULL,
			     csm_sprintf(l->a, "it was valid to %s and has no open time after",
					 csm_date_format(def->valid_to, day)),
			     "change valid_to, or use another schedule");
	if (!def->nspans && !def->ninclude) {
		if (count_kind(def, CSM_CAL_HOURS))
			return found(l, "no-open-time", NULL, "all its days lie in the past",
				     "add those of the coming years, or rules of each year");
		return count_kind(def, CSM_CAL_CLOSED)
			? CSM_OK	/* lint_closed_only() has said more */
			: found(l, "no-open-time", NULL, "it has no working time at all",
				"add spans, or include another schedule");
	}
	return found(l, "no-open-time", NULL,
		     csm_sprintf(l->a, "it has no open time in the %d years from now on", CSM_CAL_HORIZON_YEARS),
		     "see whether what it excludes, or its exceptions, close all of it");
}

static int lint_open_time(const struct lint *l)
{
	struct csm_err ignored = { 0 };
	struct csm_cal *cal;
	int64_t t;
	int rc = csm_cal_build(&cal, l->a, l->def, l->zone, csm_store_env(l->store)->tzdir, l->err);

	if (rc)
		return rc;
	rc = csm_cal_next_open(cal, csm_store_now(l->store), &t, &ignored);
	csm_cal_close(cal);
	if (rc == CSM_E_REFUSED)
		return tell_no_open_time(l);
	if (rc && l->err)
		*l->err = ignored;
	return rc;
}

/* ---- spans ---- */

/* Whether two spans share time on a day of the first, or of the day before or after it; which. */
static bool spans_meet(const struct csm_cal_span *x, const struct csm_cal_span *y, unsigned *day)
{
	int64_t xend = x->end > x->start ? x->end : x->end + CSM_DAY,
		yend = y->end > y->start ? y->end : y->end + CSM_DAY;

	for (*day = 0; *day < 7; ++*day)
		for (int by = -1; x->days & CSM_CAL_MON << *day && by <= 1; by++) {
			unsigned other = (*day + 7 + (unsigned)by) % 7;

			if (y->days & CSM_CAL_MON << other && x->start < yend + by * CSM_DAY &&
			    y->start + by * CSM_DAY < xend)
				return true;
		}
	return false;
}

static int lint_overlap(const struct lint *l)
{
	unsigned day;

	for (unsigned i = 0; i < l->def->nspans; i++)
		for (unsigned k = 0; k < i; k++) {
			int rc;

			if (!spans_meet(&l->def->spans[k], &l->def->spans[i], &day))
				continue;
			rc = found(l, "overlap", span_place(l, i),
				   csm_sprintf(l->a, "it overlaps span %u on %s; the time counts once", k + 1,
					       svc_weekdays[day]),
				   "join the two, or correct their hours");
			if (rc)
				return rc;
		}
	return CSM_OK;
}

static bool ends_before_midnight(int32_t end)
{
	return end == CSM_DAY - 60 || end == CSM_DAY - 1;
}

static int tell_ends(const struct lint *l, const char *place, int32_t end)
{
	return found(l, "ends-2359", place,
		     csm_sprintf(l->a, "it ends %s before midnight, which is closed then",
				 end == CSM_DAY - 1 ? "a second" : "a minute"),
		     "write \"24:00\" for the end of the day");
}

static int lint_ends(const struct lint *l)
{
	const struct csm_cal_def *def = l->def;
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < def->nspans; i++)
		if (ends_before_midnight(def->spans[i].end))
			rc = tell_ends(l, span_place(l, i), def->spans[i].end);
	for (unsigned i = 0; !rc && i < def->nexceptions; i++) {
		const struct csm_cal_exception *e = &def->exceptions[i];

		if (e->kind == CSM_CAL_HOURS && ends_before_midnight(e->end))
			rc = tell_ends(l, exception_place(l, e), e->end);
	}
	return rc;
}

/* ---- exceptions ---- */

static bool same_day_rule(const struct csm_cal_exception *x, const struct csm_cal_exception *y)
{
	if (x->every != y->every)
		return false;
	switch (x->every) {
	case CSM_CAL_DATE:
		return x->date == y->date;
	case CSM_CAL_MONTH_DAY:
		return x->month == y->month && x->day == y->day;
	case CSM_CAL_NTH_WEEKDAY:
		return x->month == y->month && x->nth == y->nth && x->weekday == y->weekday;
	case CSM_CAL_EASTER:
		break;
	}
	return x->offset == y->offset;
}

/* Two that bear two names are two holidays that fall on one day, which is nobody's mistake. */
static bool same_exception(const struct csm_cal_exception *x, const struct csm_cal_exception *y)
{
	return x->kind == y->kind && same_day_rule(x, y) &&
		!(x->name && y->name && strcmp(x->name, y->name) != 0) &&
		(x->kind == CSM_CAL_CLOSED || (x->start == y->start && x->end == y->end));
}

static bool is_duplicate(const struct csm_cal_def *def, unsigned i)
{
	for (unsigned k = 0; k < i; k++)
		if (same_exception(&def->exceptions[k], &def->exceptions[i]))
			return true;
	return false;
}

/* Whether one of the first n exceptions is of the kind and on the days of e. */
static bool any_on_day(const struct csm_cal_def *def, unsigned n, const struct csm_cal_exception *e,
		       enum csm_cal_exkind kind)
{
	for (unsigned k = 0; k < n; k++)
		if (def->exceptions[k].kind == kind && same_day_rule(&def->exceptions[k], e))
			return true;
	return false;
}

/* The days of an exception that are valid: the date, or those of the years around now. */
static unsigned find_days(const struct lint *l, const struct csm_cal_exception *e, int64_t days[YEARS])
{
	const struct csm_cal_def *def = l->def;
	int64_t first = l->today, year, day;
	unsigned m, d, n = 0;

	if (e->every == CSM_CAL_DATE) {
		days[0] = e->date;
		return e->date >= def->valid_from && e->date <= def->valid_to;
	}
	if (first < def->valid_from)
		first = def->valid_from;
	if (first > def->valid_to)
		first = def->valid_to;
	csm_civil_from_days(first, &year, &m, &d);
	for (int64_t y = year - 1; n < YEARS && y < year + YEARS - 1; y++)
		if (csm_cal_every_day(e, y, &day) && day >= def->valid_from && day <= def->valid_to)
			days[n++] = day;
	return n;
}

/* What can decide about the days of an exception: all rules, but of the dates only those close by. */
static bool is_near(const struct csm_cal_exception *x, const struct csm_cal_exception *e)
{
	return x->every != CSM_CAL_DATE || e->every != CSM_CAL_DATE || (x->date > e->date - 4 && x->date < e->date + 4);
}

/* The schedule's own hours around an exception; those without it (of hours, all of its day), or with it. */
static struct csm_cal_def around(const struct lint *l, const struct csm_cal_exception *e, bool without)
{
	struct csm_cal_exception *rest = csm_calloc(l->scratch, l->def->nexceptions, sizeof(*rest));
	struct csm_cal_def def = *l->def;

	def.ninclude = def.nexclude = def.nexceptions = 0;
	def.exceptions = rest;
	for (unsigned i = 0; i < l->def->nexceptions; i++) {
		const struct csm_cal_exception *x = &l->def->exceptions[i];
		bool meant = x->kind == e->kind && same_day_rule(x, e) &&
			(e->kind == CSM_CAL_HOURS || same_exception(x, e));

		if (is_near(x, e) && !(without && meant))
			rest[def.nexceptions++] = *x;
	}
	return def;
}

/* Whether two calendars are open at the same times from the day before to the day after. */
static int same_open(const struct lint *l, struct csm_cal *x, struct csm_cal *y, int64_t day, bool *same)
{
	struct csm_interval *xs, *ys;
	unsigned nx, ny;
	int rc = csm_cal_intervals(x, l->scratch, (day - 1) * CSM_DAY, (day + 3) * CSM_DAY, &xs, &nx, l->err);

	if (!rc)
		rc = csm_cal_intervals(y, l->scratch, (day - 1) * CSM_DAY, (day + 3) * CSM_DAY, &ys, &ny, l->err);
	if (rc)
		return rc;
	*same = nx == ny;
	for (unsigned i = 0; *same && i < nx; i++)
		*same = xs[i].start == ys[i].start && xs[i].end == ys[i].end;
	return CSM_OK;
}

/* Whether hours or a break change nothing on any of their days. */
static int has_no_effect(const struct lint *l, const struct csm_cal_exception *e, const int64_t *days,
			 unsigned n, bool *none)
{
	const char *tzdir = csm_store_env(l->store)->tzdir;
	struct csm_mark mark = csm_arena_mark(l->scratch);
	struct csm_cal_def with_it = around(l, e, false), rest = around(l, e, true);
	struct csm_cal *x = NULL, *y = NULL;
	int rc = csm_cal_build(&x, l->scratch, &with_it, l->zone, tzdir, l->err);

	if (!rc)
		rc = csm_cal_build(&y, l->scratch, &rest, l->zone, tzdir, l->err);
	*none = true;
	for (unsigned i = 0; !rc && *none && i < n; i++)
		rc = same_open(l, x, y, days[i], none);
	csm_cal_close(x);
	csm_cal_close(y);
	csm_arena_rewind(l->scratch, mark);
	return rc;
}

static int lint_effect(const struct lint *l, unsigned i, const int64_t *days, unsigned n)
{
	const struct csm_cal_exception *e = &l->def->exceptions[i];
	bool none = false;
	int rc;

	if (e->kind == CSM_CAL_CLOSED)	/* a holiday on a day that is free anyway is no mistake */
		return any_on_day(l->def, l->def->nexceptions, e, CSM_CAL_HOURS)
			? found(l, "no-effect", exception_place(l, e),
				"the day has hours too, and they win over closed", "remove one of the two")
			: CSM_OK;
	if (e->kind == CSM_CAL_HOURS && any_on_day(l->def, i, e, CSM_CAL_HOURS))
		return CSM_OK;		/* all hours of a day were looked at with the first */
	rc = has_no_effect(l, e, days, n, &none);
	if (rc || !none)
		return rc;
	if (e->kind == CSM_CAL_BREAK)
		return found(l, "no-effect", exception_place(l, e), "it lies outside the hours of the day",
			     "correct the break, or remove it");
	return found(l, "no-effect", exception_place(l, e), "the hours are those of the weekday anyway",
		     "remove it, or give the day its other hours");
}

static int lint_exception(const struct lint *l, unsigned i)
{
	const struct csm_cal_exception *e = &l->def->exceptions[i];
	int64_t days[YEARS] = { 0 };
	unsigned n;

	if (is_duplicate(l->def, i))
		return found(l, "duplicate", exception_place(l, e), "it is there twice", "remove one of the two");
	n = find_days(l, e, days);
	if (!n)
		return found(l, "outside-validity", exception_place(l, e),
			     "no such day lies between valid_from and valid_to",
			     "remove it, or correct the dates");
	return lint_effect(l, i, days, n);
}

static bool is_holiday(const struct lint *l, const struct csm_cal_exception *e)
{
	return e->every == CSM_CAL_DATE &&
		(e->kind == CSM_CAL_CLOSED ||
		 (e->kind == CSM_CAL_HOURS && !l->def->nspans && !e->start && e->end == CSM_DAY));
}

static int lint_holidays(const struct lint *l)
{
	int64_t last = INT64_MIN;
	unsigned n = 0;
	char day[CSM_TIME_SIZE];

	for (unsigned i = 0; i < l->def->nexceptions; i++) {
		const struct csm_cal_exception *e = &l->def->exceptions[i];

		if (!is_holiday(l, e))
			continue;
		n++;
		last = e->date > last ? e->date : last;
	}
	if (n < HOLIDAYS_MIN || last >= l->today + HOLIDAYS_AHEAD || l->def->valid_to < l->today)
		return CSM_OK;
	if (!l->def->nspans && !l->def->ninclude && last < l->today)
		return CSM_OK;		/* no-open-time has been said */
	return found(l, "holidays-end", NULL,
		     csm_sprintf(l->a, "the last of its %u days off by date is %s", n,
				 csm_date_format(last, day)),
		     "add those of the coming year, or rules of each year");
}

/* ---- zones, and who uses it ---- */

/* What is included may well be elsewhere; days off that begin at another hour are hardly meant. */
static int lint_excluded(const struct lint *l)
{
	const char *own = l->def->zone;
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < l->def->nexclude; i++) {
		const struct csm_cal_def *other = l->def->exclude[i];

		if (!other->zone || (own && strcmp(own, other->zone) == 0))
			continue;
		rc = found(l, "zone-differs", csm_sprintf(l->a, "exclude %s", other->name),
			   csm_sprintf(l->a, "its days begin and end in %s, those of this schedule in %s",
				       other->zone, own ? own : "the zone of the use"),
			   "leave its time_zone out, then it takes that of the schedule");
	}
	return rc;
}

/* Definitions that take the zone of a schedule that has none. */
static int lint_definitions(const struct lint *l)
{
	struct csm_rec **rows;
	unsigned n = 0;
	int rc = CSM_OK;

	if (!l->def->zone)
		rc = csm_store_children(l->store, &csm_type_sla_definition, SLA_DEFINITION_SCHEDULE, l->rec->id,
					l->a, &rows, &n, l->err);
	for (unsigned i = 0; !rc && i < n; i++) {
		if (!csm_rec_is(rows[i], SLA_DEFINITION_TIMEZONE_SOURCE, "schedule") ||
		    !csm_rec_null(rows[i], SLA_DEFINITION_TIME_ZONE) ||
		    !csm_rec_int(rows[i], SLA_DEFINITION_ACTIVE))
			continue;
		rc = found(l, "no-time-zone",
			   csm_sprintf(l->a, "sla-definition %s", csm_rec_text(rows[i], SLA_DEFINITION_NAME)),
			   csm_sprintf(l->a, "it takes the zone of the schedule, which has none: %s is used",
				       csm_zone_name(l->zone)),
			   "give the schedule a time_zone, or the definition a timezone_source or a time_zone");
	}
	return rc;
}

static int count_use(void *arg, const struct csm_rtype *from, int field, int64_t count, int64_t first_id)
{
	int64_t *uses = arg;

	(void)first_id;
	if (!(from->fields[field].flags & CSM_F_OWNER))
		*uses += count;
	return CSM_OK;
}

/* Days off help nobody until a schedule excludes them. One with spans may be used by calc alone. */
static int lint_use(const struct lint *l)
{
	int64_t uses = 0;
	int rc;

	if (l->def->nspans || l->def->ninclude || !l->def->nexceptions)
		return CSM_OK;
	rc = csm_store_referrers(l->store, &csm_type_schedule, l->rec->id, count_use, &uses, l->err);
	if (rc || uses)
		return rc;
	return found(l, "unused", NULL, "it has exceptions only, and no schedule includes or excludes it",
		     "name it in the exclude of the schedules whose holidays it holds");
}

static int run_checks(const struct lint *l)
{
	static int (*const checks[])(const struct lint *l) = {
		lint_open_time, lint_closed_only, lint_overlap,	    lint_ends,
		lint_holidays,	lint_excluded,	  lint_definitions, lint_use
	};
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < CSM_COUNT(checks); i++)
		rc = checks[i](l);
	for (unsigned i = 0; !rc && i < l->def->nexceptions; i++)
		rc = lint_exception(l, i);
	return rc;
}

int csm_schedule_lint(struct csm_store *s, const struct csm_rec *schedule, struct csm_arena *a,
		      int (*each)(void *arg, const struct csm_schedule_finding *f, struct csm_err *err),
		      void *arg, struct csm_err *err)
{
	struct lint l = { .store = s, .rec = schedule, .a = a, .each = each, .arg = arg, .err = err };
	int64_t now = csm_store_now(s);
	struct csm_cal_def *def;
	int rc = csm_schedule_def(s, schedule->id, a, &def, err);

	if (!rc)
		rc = csm_zone_load(a, csm_store_env(s)->tzdir,
				   def->zone ? def->zone : csm_store_setting_text(s, "time.zone"), &l.zone, err);
	if (rc)
		return rc;
	l.def = def;
	l.today = now / CSM_DAY - (now % CSM_DAY < 0);
	l.scratch = csm_arena_like(a);
	rc = run_checks(&l);
	csm_arena_free(l.scratch);
	return rc;
}
