/* SPDX-License-Identifier: MIT */
/*
 * t_cal_prop.c - random calendars in every zone of tzdata: the laws that hold between the calls, and agreement
 * with a second implementation that walks through time minute by minute (second by second where a clock or an
 * offset has seconds). One round a zone; CSM_PROP_SEED and CSM_PROP_ROUNDS change what is tried, and a failure
 * prints its round's seed and zone. CSM_PROP_ZONE stays in one zone.
 */
#include <stdlib.h>

#include "t_cal_help.h"

#define ALL_YEARS_FROM INT64_C(0)	 /* 1970 */
#define ALL_YEARS_TO INT64_C(4102444800) /* 2100 */
#define EARLY (ALL_YEARS_FROM + 40 * CSM_DAY) /* some offsets still have seconds */
#define MAX_DEFS 4
#define MAX_ITEMS 6

/* ---- the slow model ---- */

struct model {
	const struct csm_cal_def *def;
	const struct csm_zone *zone;
	struct csm_vec open, breaks;  /* struct csm_interval, any order */
	int64_t valid_from, valid_to; /* moments */
	struct model *include, *exclude;
};

static bool rule_matches(const struct csm_cal_exception *e, int64_t day)
{
	int64_t year;
	unsigned month, mday, len;

	csm_civil_from_days(day, &year, &month, &mday);
	len = csm_days_in_month(year, month);
	switch (e->every) {
	case CSM_CAL_DATE:
		return e->date == day;
	case CSM_CAL_MONTH_DAY:
		return (int)month == e->month && (int)mday == e->day;
	case CSM_CAL_NTH_WEEKDAY:
		if ((int)month != e->month || (int)csm_weekday(day) != e->weekday)
			return false;
		return e->nth < 0 ? mday + 7 > len : (int)(mday + 6) / 7 == e->nth;
	case CSM_CAL_EASTER:
		return csm_easter(year) + e->offset == day || csm_easter(year - 1) + e->offset == day ||
		       csm_easter(year + 1) + e->offset == day;
	}
	return false;
}

/* Does any moment have this date? */
static bool day_exists(const struct csm_zone *z, int64_t day)
{
	for (int64_t t = day * CSM_DAY - 30 * 3600; t < day * CSM_DAY + 54 * 3600; t += 900) {
		int64_t wall = t + csm_zone_offset(z, t);

		if (wall >= day * CSM_DAY && wall < (day + 1) * CSM_DAY)
			return true;
	}
	return false;
}

static void model_part(struct model *m, struct csm_vec *v, int64_t day, int32_t start, int32_t end)
{
	struct csm_interval *i = csm_vec_add(v);

	i->start = t_wall_by_search(m->zone, day * CSM_DAY + start);
	i->end = t_wall_by_search(m->zone, day * CSM_DAY + end + (end <= start ? CSM_DAY : 0));
}

/* The hours of one sort (dated or recurring) on a day; false when nothing of that sort decides it. */
static bool model_decided(struct model *m, int64_t day, bool dated)
{
	bool decided = false;

	for (unsigned i = 0; i < m->def->nexceptions; i++) {
		const struct csm_cal_exception *e = &m->def->exceptions[i];

		if (e->kind == CSM_CAL_BREAK || (e->every == CSM_CAL_DATE) != dated ||
		    !rule_matches(e, day))
			continue;
		decided = true;
		if (e->kind == CSM_CAL_HOURS)
			model_part(m, &m->open, day, e->start, e->end);
	}
	return decided;
}

static void model_day(struct model *m, int64_t day)
{
	if (day < m->def->valid_from || day > m->def->valid_to || !day_exists(m->zone, day))
		return;
	for (unsigned i = 0; i < m->def->nexceptions; i++)
		if (m->def->exceptions[i].kind == CSM_CAL_BREAK &&
		    rule_matches(&m->def->exceptions[i], day))
			model_part(m, &m->breaks, day, m->def->exceptions[i].start,
				   m->def->exceptions[i].end);
	if (model_decided(m, day, true) || model_decided(m, day, false))
		return;
	for (unsigned i = 0; i < m->def->nspans; i++)
		if (m->def->spans[i].days & 1u << csm_weekday(day))
			model_part(m, &m->open, day, m->def->spans[i].start, m->def->spans[i].end);
}

static struct model *model_make(struct csm_arena *a, const struct csm_cal_def *def,
				const struct csm_zone *zone, int64_t from, int64_t to)
{
	struct model *m = csm_alloc(a, sizeof(*m));

	m->def = def;
	m->zone = zone;
	m->open = (struct csm_vec)CSM_VEC(a, struct csm_interval);
	m->breaks = (struct csm_vec)CSM_VEC(a, struct csm_interval);
	if (def->zone)
		T_EQ_INT(csm_zone_load(a, NULL, def->zone, &m->zone, NULL), CSM_OK);
	for (int64_t day = from / CSM_DAY - 4; day <= to / CSM_DAY + 3; day++)
		model_day(m, day);
	m->valid_from = def->valid_from == INT64_MIN ? INT64_MIN
						     : t_wall_by_search(m->zone, def->valid_from * CSM_DAY);
	m->valid_to = def->valid_to == INT64_MAX ? INT64_MAX
						 : t_wall_by_search(m->zone, (def->valid_to + 1) * CSM_DAY);
	if (def->ninclude)
		m->include = model_make(a, def->include[0], zone, from, to);
	if (def->nexclude)
		m->exclude = model_make(a, def->exclude[0], zone, from, to);
	return m;
}

static bool holds(const struct csm_vec *v, int64_t t)
{
	for (size_t i = 0; i < v->n; i++)
		if (t >= CSM_AT(v, struct csm_interval, i)->start &&
		    t < CSM_AT(v, struct csm_interval, i)->end)
			return true;
	return false;
}

static bool model_open(const struct model *m, int64_t t)
{
	bool open = holds(&m->open, t) && !holds(&m->breaks, t);

	if (m->include && t >= m->valid_from && t < m->valid_to)
		open = open || model_open(m->include, t);
	return open && !(m->exclude && model_open(m->exclude, t));
}

/* ---- random calendars ---- */

struct round {
	struct csm_arena *a;
	struct csm_vec *zones;
	uint64_t seed, rand;
	bool seconds; /* clocks with seconds */
	bool early; /* while the offset of the zone has seconds */
	struct csm_cal_def defs[MAX_DEFS];
	const struct csm_cal_def *child[MAX_DEFS][2];
	const struct csm_zone *zone;
	struct csm_cal *cal;
	struct csm_err err;
	int64_t from, to; /* the stretch that is walked */
};

static int32_t random_clock(struct round *r)
{
	switch (t_random(&r->rand) % 4) {
	case 0:
		return (int32_t)t_between(&r->rand, 0, 23) * 3600;
	case 1:
		return (int32_t)t_between(&r->rand, 0, 8) * 1800; /* where clocks switch */
	default:
		return (int32_t)(r->seconds ? t_between(&r->rand, 0, 86399)
					    : t_between(&r->rand, 0, 1439) * 60);
	}
}

static int32_t random_end(struct round *r)
{
	return t_random(&r->rand) % 8 ? random_clock(r) : 86400;
}

static struct csm_cal_exception random_exception(struct round *r)
{
	struct csm_cal_exception e = { .kind = (enum csm_cal_exkind)t_between(&r->rand, 0, 2),
				       .every = (enum csm_cal_every)t_between(&r->rand, 0, 3),
				       .date = t_between(&r->rand, r->from / CSM_DAY - 2,
							 r->to / CSM_DAY + 2),
				       .start = random_clock(r),
				       .end = random_end(r) };
	int64_t year;
	unsigned month, day;

	csm_civil_from_days(e.date, &year, &month, &day);
	e.month = (int)month;
	e.day = (int)day;
	e.weekday = (int)csm_weekday(e.date);
	e.nth = (int)(day + 6) / 7;
	if (t_random(&r->rand) % 2 && day + 7 > csm_days_in_month(year, month))
		e.nth = -1;
	e.offset = (int)(e.date - csm_easter(year));
	return e;
}

static void random_def(struct round *r, struct csm_cal_def *d)
{
	unsigned n = (unsigned)t_between(&r->rand, 0, MAX_ITEMS);
	struct csm_cal_span *spans = csm_calloc(r->a, n + 1, sizeof(*spans));
	struct csm_cal_exception *ex;

	*d = (struct csm_cal_def){ .name = "random",
				   .spans = spans,
				   .nspans = n,
				   .valid_from = INT64_MIN,
				   .valid_to = INT64_MAX };
	for (unsigned i = 0; i < n; i++)
		spans[i] = (struct csm_cal_span){ (uint8_t)t_between(&r->rand, 1, 0x7f), random_clock(r),
						  random_end(r) };
	d->nexceptions = (unsigned)t_between(&r->rand, 0, MAX_ITEMS);
	ex = csm_calloc(r->a, d->nexceptions, sizeof(*ex));
	for (unsigned i = 0; i < d->nexceptions; i++)
		ex[i] = random_exception(r);
	d->exceptions = ex;
	if (t_random(&r->rand) % 2)
		d->zone = *CSM_AT(r->zones, const char *, t_random(&r->rand) % r->zones->n);
	if (t_random(&r->rand) % 6 == 0)
		d->valid_from = t_between(&r->rand, r->from / CSM_DAY, r->to / CSM_DAY);
	if (t_random(&r->rand) % 6 == 0)
		d->valid_to =
			(d->valid_from > 0 ? d->valid_from : r->from / CSM_DAY) + t_between(&r->rand, 0, 9);
}

/*
 * A stretch of a week, mostly over a switch of the clock of some zone; two days where each second is
 * walked.
 */
static void random_stretch(struct round *r)
{
	int64_t t = t_between(&r->rand, ALL_YEARS_FROM + 40 * CSM_DAY, ALL_YEARS_TO - 40 * CSM_DAY), hi;

	if (r->early)
		t = t_between(&r->rand, EARLY, EARLY + 3 * 365 * CSM_DAY);
	for (hi = t; hi < t + 200 * CSM_DAY && t_random(&r->rand) % 64; hi += CSM_DAY)
		if (csm_zone_offset(r->zone, hi) != csm_zone_offset(r->zone, hi + CSM_DAY))
			break;
	if (hi > ALL_YEARS_TO - 20 * CSM_DAY)
		hi = t;
	/*
	 * The table is made in parts of 2^25 seconds from year 1 on: their seams are where a day could get
	 * lost.
	 */
	if (t_random(&r->rand) % 8 == 0)
		hi = t - (t - CSM_TIME_MIN) % (1 << 25);
	r->from = hi - hi % 60 - t_between(&r->rand, 0, 2000) * 60;
	r->to = r->from + (r->seconds ? 2 : 7) * CSM_DAY;
}

static void random_round(struct round *r, uint64_t seed, const char *name)
{
	unsigned n;

	r->seed = seed;
	r->rand = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15); /* neighbours far apart */
	t_random(&r->rand);
	r->seconds = t_random(&r->rand) % 16 == 0;
	T_EQ_INT(csm_zone_load(r->a, NULL, name, &r->zone, &r->err), CSM_OK);
	random_stretch(r);
	n = t_random(&r->rand) % 3 ? 1 : MAX_DEFS;
	for (unsigned i = 0; i < n; i++)
		random_def(r, &r->defs[i]);
	for (unsigned i = 0; n > 1 && i < 2;
	     i++) { /* 0 includes 1 and excludes 2, 1 includes 3 and excludes 2 */
		r->child[i][0] = &r->defs[i == 0 ? 1 : 3];
		r->child[i][1] = &r->defs[2];
		r->defs[i].include = &r->child[i][0];
		r->defs[i].exclude = &r->child[i][1];
		r->defs[i].ninclude = r->defs[i].nexclude = 1;
	}
	T_EQ_INT(csm_cal_build(&r->cal, r->a, &r->defs[0], r->zone, NULL, &r->err), CSM_OK);
}

/* ---- the checks ---- */

static int64_t elapsed(struct round *r, int64_t from, int64_t to)
{
	int64_t n = -1;

	T_EQ_INT(csm_cal_elapsed(r->cal, from, to, &n, &r->err), CSM_OK);
	return n;
}

static bool is_open(struct round *r, int64_t t)
{
	bool open = false;

	T_EQ_INT(csm_cal_is_open(r->cal, t, &open, &r->err), CSM_OK);
	return open;
}

static bool offset_has_seconds(const struct model *m, int64_t from, int64_t to)
{
	if (csm_zone_offset(m->zone, from) % 60 || csm_zone_offset(m->zone, to) % 60)
		return true;
	return (m->include && offset_has_seconds(m->include, from, to)) ||
	       (m->exclude && offset_has_seconds(m->exclude, from, to));
}

/* What the walk saw: one byte a step from a moment on. */
struct seen {
	unsigned char *open;
	int64_t from, step, n;
};

/* Between any two steps: elapsed is the sum of the steps, due the end of the last one needed, sub the start of the first. */
static void check_seen(struct round *r, const struct seen *s)
{
	for (int i = 0; i < 24; i++) {
		int64_t a = t_between(&r->rand, 0, s->n), b = t_between(&r->rand, 0, s->n), sum = 0, first = -1,
			last = -1, t;

		if (i % 8 == 0)
			b = a;
		for (int64_t k = a < b ? a : b; k < (a < b ? b : a); k++)
			if (s->open[k]) {
				sum++;
				last = k + 1;
				first = first < 0 ? k : first;
			}
		if (a > b) { /* the other way round there is nothing */
			T_EQ_INT(elapsed(r, s->from + a * s->step, s->from + b * s->step), 0);
			continue;
		}
		T_EQ_INT(elapsed(r, s->from + a * s->step, s->from + b * s->step), sum * s->step);
		if (!sum)
			continue;
		T_EQ_INT(csm_cal_due(r->cal, s->from + a * s->step, sum * s->step, &t, &r->err), CSM_OK);
		T_EQ_INT(t, s->from + last * s->step);
		T_EQ_INT(csm_cal_sub(r->cal, s->from + b * s->step, sum * s->step, &t, &r->err), CSM_OK);
		T_EQ_INT(t, s->from + first * s->step);
	}
}

/* Walk from step to step and ask both; due, sub and next at moments on the way. */
static void check_walk(struct round *r, const struct model *m)
{
	bool fine = r->seconds || offset_has_seconds(m, r->from, r->to);
	int64_t step = fine ? 1 : 60, to = fine ? r->from + 2 * CSM_DAY : r->to, sum = 0, due,
		start = r->from;
	struct seen seen = { csm_alloc(r->a, (size_t)((to - start) / step + 1)), start, step, 0 };
	bool was = false;

	for (int64_t t = r->from; t < to; t += step) {
		bool open = model_open(m, t), got = is_open(r, t);

		seen.open[seen.n++] = open;

		if (open != got) {
			T_EQ_INT(got, open);
			printf("... at %" PRId64 "\n", t);
			return;
		}
		if (open != was) {
			T_EQ_INT(elapsed(r, start, t), sum);
			if (open && sum == 0 && t > start) {
				T_EQ_INT(csm_cal_next_open(r->cal, start, &due, &r->err), CSM_OK);
				T_EQ_INT(due, t);
			}
			if (!open && sum > 0) {
				T_EQ_INT(csm_cal_due(r->cal, start, sum, &due, &r->err), CSM_OK);
				T_EQ_INT(due, t);
				T_EQ_INT(csm_cal_next_close(r->cal, t - 1, &due, &r->err), CSM_OK);
				T_EQ_INT(due, t);
			}
		}
		was = open;
		if (open)
			sum += step;
	}
	T_EQ_INT(elapsed(r, start, to), sum);
	check_seen(r, &seen);
}

/* The laws, for three moments of any year in order. */
static void check_laws(struct round *r, int64_t a, int64_t b, int64_t c)
{
	int64_t ab = elapsed(r, a, b), t, u, v;

	T_EQ_INT(ab + elapsed(r, b, c), elapsed(r, a, c));
	T_OK(ab >= 0 && ab <= b - a);
	T_EQ_INT(elapsed(r, c, a), 0);
	T_EQ_INT(elapsed(r, b, b + 1), is_open(r, b));
	if (ab > 0 && is_open(r, b - 1)) {
		T_EQ_INT(csm_cal_due(r->cal, a, ab, &t, &r->err), CSM_OK);
		T_EQ_INT(t, b);
	}
	if (ab > 0 && is_open(r, a)) {
		T_EQ_INT(csm_cal_sub(r->cal, b, ab, &t, &r->err), CSM_OK);
		T_EQ_INT(t, a);
	}
	if (ab == 0)
		return;
	/* Within the open time between a and b every answer exists. */
	T_EQ_INT(csm_cal_due(r->cal, a, ab, &t, &r->err), CSM_OK);
	T_OK(t <= b && is_open(r, t - 1));
	T_EQ_INT(elapsed(r, a, t), ab);
	T_EQ_INT(csm_cal_sub(r->cal, t, ab, &u, &r->err), CSM_OK);
	T_OK(u >= a && is_open(r, u));
	T_EQ_INT(elapsed(r, u, t), ab);
	T_EQ_INT(elapsed(r, u + 1, t), ab - 1);
	T_EQ_INT(csm_cal_due(r->cal, u, ab, &v, &r->err), CSM_OK);
	T_EQ_INT(v, t);
	ab = t_between(&r->rand, 1,
		       ab); /* less time, and a later start, each move the answer the right way */
	T_EQ_INT(csm_cal_due(r->cal, a, ab, &v, &r->err), CSM_OK);
	T_OK(v <= t && v > a);
	T_EQ_INT(csm_cal_next_open(r->cal, a, &u, &r->err), CSM_OK);
	T_OK(u >= a && u < t && is_open(r, u));
	T_EQ_INT(elapsed(r, a, u), 0);
	T_EQ_INT(csm_cal_due(r->cal, u, ab, &t, &r->err), CSM_OK);
	T_EQ_INT(t, v);
	T_EQ_INT(csm_cal_due_next_open(r->cal, a, ab, &u, &r->err) == CSM_OK ? elapsed(r, v, u) : 0, 0);
	if (csm_cal_next_close(r->cal, a, &u, &r->err) == CSM_OK)
		T_OK(!is_open(r, u) && elapsed(r, a, u) == u - a);
}

static void order(int64_t *a, int64_t *b)
{
	if (*a > *b) {
		int64_t t = *a;

		*a = *b;
		*b = t;
	}
}

static void run_round(struct csm_arena *a, struct csm_vec *zones, uint64_t seed, const char *zone, bool early)
{
	struct csm_mark mark = csm_arena_mark(a);
	struct round this = { .a = a, .zones = zones, .early = early }, *r = &this;
	int before = t_failures;
	struct model *m;

	random_round(r, seed, zone);
	m = model_make(r->a, &r->defs[0], r->zone, r->from, r->to);
	check_walk(r, m);
	for (int i = 0; i < 12; i++) {
		bool near = i % 3 != 0;
		int64_t lo = near ? r->from : ALL_YEARS_FROM, hi = near ? r->to : ALL_YEARS_TO;
		int64_t x = t_between(&r->rand, lo, hi), y = t_between(&r->rand, lo, hi),
			z = t_between(&r->rand, lo, hi);

		order(&x, &y);
		order(&y, &z);
		order(&x, &y);
		check_laws(r, x, y, z);
	}
	csm_cal_close(r->cal);
	if (t_failures != before)
		printf("... CSM_PROP_SEED=%" PRIu64 " CSM_PROP_ZONE=%s CSM_PROP_ROUNDS=1\n", seed, zone);
	csm_arena_rewind(a, mark);
}

static bool has_seconds(struct csm_arena *a, const char *name)
{
	struct csm_mark mark = csm_arena_mark(a);
	const struct csm_zone *z;
	bool yes;

	T_EQ_INT(csm_zone_load(a, NULL, name, &z, NULL), CSM_OK);
	yes = csm_zone_offset(z, EARLY) % 60 != 0;
	csm_arena_rewind(a, mark);
	return yes;
}

int main(void)
{
	const char *s = getenv("CSM_PROP_SEED"), *n = getenv("CSM_PROP_ROUNDS"), *only = getenv("CSM_PROP_ZONE");
	uint64_t seed = s ? strtoull(s, NULL, 10) : 20240229;
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	struct csm_vec zones = t_zone_names(a);
	long rounds = n ? strtol(n, NULL, 10) : (long)zones.n;
	unsigned early = 0;

	for (long i = 0; i < rounds; i++) {
		const char *zone = only ? only : *CSM_AT(&zones, const char *, (size_t)i % zones.n);
		uint64_t one = seed + (uint64_t)i;

		run_round(a, &zones, one, zone, false);
		if (!has_seconds(a, zone))
			continue;
		early++;
		for (uint64_t k = 0; k < 4; k++)
			run_round(a, &zones, one + k, zone, true);
	}
	T_OK(early || n || only); /* Liberia kept seconds until 1972 */
	csm_arena_free(a);
	T_DONE();
}
