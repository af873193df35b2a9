/* SPDX-License-Identifier: MIT */
/*
 * calendar_expand.c - from events to days: rules gone through by libical, days added and excluded, single occurrences that
 * were overridden, and with --timed the hours of each day.
 */
#include <inttypes.h>
#include <string.h>

#include <libical/ical.h>

#include <csm/time.h>

#include "calendar.h"

#define DAYS_MAX 100000			/* of one file, before what is the same is put together */

struct expand {
	struct ics_file *f;
	const struct ics_options *o;
	struct csm_vec *days;
	struct csm_vec zones;		/* struct loaded: a file names few, and many times */
	struct csm_vec overrides;	/* struct ics_event *: those with RECURRENCE-ID and UID */
	const struct csm_zone *zone;	/* of o->zone */
};
struct loaded {
	const char *name;
	const struct csm_zone *zone;	/* NULL: there is none of that name */
};
/* An event being gone through. */
struct going {
	struct expand *x;
	struct ics_event *e;
	const struct csm_zone *zone;	/* of its times; NULL: floating */
	int64_t length;			/* whole days, or seconds */
	struct csm_vec *parts;		/* struct override: what takes the place of occurrences */
	int64_t earlier;		/* how far an override moves later occurrences towards the past */
};
struct override {
	int64_t id;			/* wall clock of the occurrence in the zone of the event */
	bool day;			/* id is a day: any occurrence of it */
	struct ics_event *e;
};

static int fail_event(const struct ics_event *e, struct csm_err *err)
{
	return csm_err_at(err, NULL, e->line, 0);
}

/* ---- zones ---- */

static const struct csm_zone *load_zone(struct expand *x, const char *name)
{
	struct csm_err ignored = { 0 };
	struct loaded *l;

	for (size_t i = 0; i < x->zones.n; i++) {
		l = CSM_AT(&x->zones, struct loaded, i);
		if (strcmp(l->name, name) == 0)
			return l->zone;
	}
	l = csm_vec_add(&x->zones);
	l->name = name;
	if (csm_zone_load(x->f->arena, x->o->tzdir, name, &l->zone, &ignored))
		l->zone = NULL;
	return l->zone;
}

/* TZID is the name of a VTIMEZONE of the file; most are the system's name, some with a path before: "/mozilla.org/2005/Asia/Tokyo". */
static const struct csm_zone *find_zone(struct expand *x, const char *tzid)
{
	const struct csm_zone *z = load_zone(x, tzid);

	for (size_t i = 0; !z && i < x->f->zones.n; i++) {
		const struct ics_zone_name *n = CSM_AT(&x->f->zones, struct ics_zone_name, i);

		if (n->tzid && n->location && strcmp(n->tzid, tzid) == 0)
			z = load_zone(x, n->location);
	}
	for (const char *s = *tzid == '/' ? strchr(tzid + 1, '/') : NULL; !z && s; s = strchr(s + 1, '/'))
		z = load_zone(x, s + 1);
	return z;
}

/* The zone of a moment; false: it has one that is not known. */
static bool zone_of(struct expand *x, const struct ics_moment *m, const struct csm_zone **out)
{
	*out = NULL;
	if (m->utc)
		*out = load_zone(x, "UTC");
	else if (m->tzid)
		*out = find_zone(x, m->tzid);
	return *out || (!m->utc && !m->tzid);
}

/* Wall clock of moment m on the clock of zone `to`, where both are known. */
static int64_t wall_in(struct expand *x, const struct ics_moment *m, const struct csm_zone *to)
{
	const struct csm_zone *from;
	int64_t t;

	if (m->day || !to || !zone_of(x, m, &from) || !from || from == to)
		return m->at;
	t = csm_zone_from_wall(from, m->at);
	return t + csm_zone_offset(to, t);
}

/* ---- days ---- */

static int add_day(struct going *g, const struct ics_event *e, int64_t day, int64_t start, int64_t end,
		   struct csm_err *err)
{
	if (g->x->days->n >= DAYS_MAX) {
		csm_fail(err, CSM_E_INVALID, "the events up to this one give more than %d days; ask for fewer with --from and --to",
			 DAYS_MAX);
		return fail_event(e, err);
	}
	*(struct ics_day *)csm_vec_add(g->x->days) =
		(struct ics_day){ .day = day, .start = (int32_t)start, .end = (int32_t)end, .name = e->name, .line = e->line };
	return CSM_OK;
}

static int64_t floor_day(int64_t seconds)
{
	return (seconds - (seconds % CSM_DAY + CSM_DAY) % CSM_DAY) / CSM_DAY;
}

/* The days from one wall clock reading to another. */
static int add_days(struct going *g, const struct ics_event *e, int64_t from, int64_t to, struct csm_err *err)
{
	int64_t first = floor_day(from), last = floor_day(to - 1);
	int code = CSM_OK;

	if (first < g->x->o->from)
		first = g->x->o->from;
	if (last > g->x->o->to)
		last = g->x->o->to;
	for (int64_t day = first; !code && day <= last; day++) {
		int64_t start = from - day * CSM_DAY, end = to - day * CSM_DAY;

		if (e->start.day || g->x->o->timed == ICS_TIMED_DAYS)
			start = end = 0;
		code = add_day(g, e, day, start < 0 ? 0 : start, end > CSM_DAY ? CSM_DAY : end, err);
	}
	return code;
}

/* One occurrence of event e, which begins at the wall clock reading `at`. */
static int add_occurrence(struct going *g, struct ics_event *e, int64_t at, int64_t length, struct csm_err *err)
{
	size_t before = g->x->days->n;
	int64_t to = at + length;
	int code;

	if (!e->start.day && g->zone && g->x->zone) {
		int64_t t = csm_zone_from_wall(g->zone, at), until = t + length;

		at = t + csm_zone_offset(g->x->zone, t);
		to = until + csm_zone_offset(g->x->zone, until);
	}
	code = add_days(g, e, at, to > at ? to : at + length, err);
	e->given += (int64_t)(g->x->days->n - before);
	e->outside += g->x->days->n == before;
	return code;
}

/* ---- lengths ---- */

/* How long the occurrences of an event are; false when that can't be told. */
static bool find_length(struct expand *x, struct ics_event *e, const struct csm_zone *zone, int64_t *out)
{
	const struct csm_zone *end_zone;

	*out = e->has_duration ? e->duration : 0;
	if (e->has_end && !zone_of(x, &e->end, &end_zone))
		return false;
	if (e->has_end && zone && end_zone)
		*out = csm_zone_from_wall(end_zone, e->end.at) - csm_zone_from_wall(zone, e->start.at);
	else if (e->has_end)
		*out = e->end.at - e->start.at;
	/* An end that has hours, where the start is a day: the day it falls on is the last. */
	if (e->start.day)
		*out = (*out + CSM_DAY - 1) / CSM_DAY * CSM_DAY;
	/* No end is one day; so is one where it begins, which some programs write. */
	if (e->start.day && *out < CSM_DAY)
		*out = CSM_DAY;
	/* A moment is on its day. */
	if (!e->start.day && x->o->timed == ICS_TIMED_DAYS && *out == 0)
		*out = 1;
	return true;
}

/* Why an event is not taken, before its days are looked at; NULL when it is. */
static char *why_not(struct expand *x, struct ics_event *e, const struct csm_zone **zone, int64_t *length)
{
	struct csm_arena *a = x->f->arena;

	*zone = NULL;
	*length = 0;
	if (e->cancelled)
		return csm_strdup(a, "it is cancelled");
	if (!e->start.day && !x->o->timed)
		return csm_strdup(a, "it has times (--timed takes these)");
	if (e->periods)
		return csm_strdup(a, "it has periods of different length");
	for (size_t i = 0; i < e->rules.n; i++)
		if (CSM_AT(&e->rules, struct ics_rule, i)->often)
			return csm_strdup(a, "it repeats more often than daily");
	if (!zone_of(x, &e->start, zone) || !find_length(x, e, *zone, length))
		return csm_sprintf(a, "its time zone '%s' is not known",
				   !zone_of(x, &e->start, zone) ? e->start.tzid : e->end.tzid);
	if (*zone && !x->zone && x->o->timed == ICS_TIMED_HOURS)
		return csm_strdup(a, "its times are in a time zone, and the schedule has none");
	if (*length <= 0)
		return csm_strdup(a, "it takes no time");
	return NULL;
}

/* ---- occurrences ---- */

static int compare_moments(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool has_moment(const struct csm_vec *sorted, int64_t at)
{
	return sorted->n && bsearch(&at, sorted->p, sorted->n, sizeof(at), compare_moments);
}

static struct icaltimetype ical_time(int64_t at, bool day)
{
	struct icaltimetype t = icaltime_null_time();
	int64_t year, clock = at - floor_day(at) * CSM_DAY;
	unsigned month, mday;

	csm_civil_from_days(floor_day(at), &year, &month, &mday);
	t.year = (int)year;
	t.month = (int)month;
	t.day = (int)mday;
	t.is_date = day;
	if (!day) {
		t.hour = (int)(clock / 3600);
		t.minute = (int)(clock / 60 % 60);
		t.second = (int)(clock % 60);
	}
	return t;
}

/* RFC 5545, 3.3.10: what days of a rule say of hours is passed over for events of whole days. */
static void drop_clock(struct icalrecurrencetype *r)
{
	r->by_hour[0] = r->by_minute[0] = r->by_second[0] = ICAL_RECURRENCE_ARRAY_MAX;
}

static int run_rule(const struct going *g, const struct ics_rule *rule, struct csm_vec *out, struct csm_err *err)
{
	const struct ics_event *e = g->e;
	struct icalrecurrencetype r = icalrecurrencetype_from_string(rule->text);
	/* two days: the zones may be that far apart */
	int64_t stop = (g->x->o->to + 2) * CSM_DAY + g->earlier;
	icalrecur_iterator *it = NULL;
	struct icaltimetype t;

	if (e->start.day)
		drop_clock(&r);
	if (rule->bounded)
		r.until = ical_time(e->start.day ? floor_day(rule->until.at) * CSM_DAY
				   : rule->until.day ? rule->until.at + CSM_DAY - 1 : wall_in(g->x, &rule->until, g->zone),
				   e->start.day);
	if (r.freq != ICAL_NO_RECURRENCE)
		it = icalrecur_iterator_new(r, ical_time(e->start.at, e->start.day));
	if (!it) {
		csm_fail(err, CSM_E_INVALID, "%s: no day is ever like that", rule->exclude ? "EXRULE" : "RRULE");
		return csm_err_at(err, NULL, rule->line, 0);
	}
	for (t = icalrecur_iterator_next(it); !icaltime_is_null_time(t); t = icalrecur_iterator_next(it)) {
		int64_t at = csm_days_from_civil(t.year, (unsigned)t.month, (unsigned)t.day) * CSM_DAY;

		if (!e->start.day)
			at += (int64_t)t.hour * 3600 + (int64_t)t.minute * 60 + t.second;
		if (at >= stop)
			break;
		*(int64_t *)csm_vec_add(out) = at;
	}
	icalrecur_iterator_free(it);
	return CSM_OK;
}

/* Sorted, each once. */
static void put_in_order(struct csm_vec *v)
{
	int64_t *p = v->p;
	size_t n = 0;

	if (!v->n)
		return;
	qsort(p, v->n, sizeof(*p), compare_moments);
	for (size_t i = 0; i < v->n; i++)
		if (!n || p[i] != p[n - 1])
			p[n++] = p[i];
	v->n = n;
}

static int collect(const struct going *g, bool exclude, struct csm_vec *out, struct csm_err *err)
{
	const struct ics_event *e = g->e;
	int code = CSM_OK;

	for (size_t i = 0; !code && i < e->rules.n; i++) {
		const struct ics_rule *r = CSM_AT(&e->rules, struct ics_rule, i);

		if (r->exclude == exclude)
			code = run_rule(g, r, out, err);
	}
	/* The start is an occurrence where no rule says which days are. */
	if (!exclude && !out->n)
		*(int64_t *)csm_vec_add(out) = e->start.at;
	for (size_t i = 0; !exclude && i < e->dates.n; i++)
		*(int64_t *)csm_vec_add(out) = wall_in(g->x, CSM_AT(&e->dates, struct ics_moment, i), g->zone);
	put_in_order(out);
	return code;
}

static bool is_excluded(const struct going *g, const struct csm_vec *not, int64_t at)
{
	const struct csm_vec *dates = &g->e->not_dates;

	if (has_moment(not, at))
		return true;
	for (size_t i = 0; i < dates->n; i++) {
		const struct ics_moment *m = CSM_AT(dates, struct ics_moment, i);
		int64_t wall = wall_in(g->x, m, g->zone);

		if (wall == at || ((m->day || g->e->start.day) && floor_day(wall) == floor_day(at)))
			return true;
	}
	return false;
}

/* ---- overrides ---- */

static void find_overrides(struct going *g)
{
	struct expand *x = g->x;

	for (size_t i = 0; g->e->uid && !g->e->has_id && i < x->overrides.n; i++) {
		struct ics_event *e = *CSM_AT(&x->overrides, struct ics_event *, i);
		int64_t id, earlier;

		if (strcmp(e->uid, g->e->uid) != 0)
			continue;
		id = wall_in(x, &e->id, g->zone);
		earlier = e->future ? id - wall_in(x, &e->start, g->zone) : 0;
		if (earlier > g->earlier)
			g->earlier = earlier;
		*(struct override *)csm_vec_add(g->parts) =
			(struct override){ id, e->id.day || g->e->start.day, e };
	}
}

/* An occurrence that is excluded or overridden: outside of the range that is not why it gives no day. */
static void pass_over(const struct going *g, int64_t at)
{
	g->e->outside += at + g->length <= g->x->o->from * CSM_DAY || at >= (g->x->o->to + 1) * CSM_DAY;
}

/* One occurrence: itself, nothing where it is overridden, or moved with all that follow an override. */
static int take_occurrence(struct going *g, int64_t at, struct csm_err *err)
{
	const struct override *from = NULL;
	const struct csm_zone *zone;
	int64_t length;

	for (size_t i = 0; i < g->parts->n; i++) {
		const struct override *p = CSM_AT(g->parts, struct override, i);
		bool here = p->day ? floor_day(p->id) == floor_day(at) : p->id == at;

		if (here && !g->x->o->add_overrides) {
			pass_over(g, at);
			return CSM_OK;
		}
		if (p->e->future && p->id < at && !here && (!from || p->id > from->id))
			from = p;
	}
	if (!from)
		return add_occurrence(g, g->e, at, g->length, err);
	if (why_not(g->x, from->e, &zone, &length) || from->e->start.day != g->e->start.day)
		return CSM_OK;
	return add_occurrence(g, from->e, at + wall_in(g->x, &from->e->start, g->zone) - from->id, length, err);
}

/* ---- events ---- */

static int go_through(struct expand *x, struct ics_event *e, struct csm_arena *a, struct csm_err *err)
{
	struct csm_vec parts = CSM_VEC(a, struct override), starts = CSM_VEC(a, int64_t), not = CSM_VEC(a, int64_t);
	struct going g = { .x = x, .e = e, .parts = &parts };
	int code;

	e->why = why_not(x, e, &g.zone, &g.length);
	if (e->why)
		return CSM_OK;
	find_overrides(&g);
	/* An override stands for one occurrence, whatever rule some programs leave in it. */
	if (e->has_id)
		e->rules.n = 0;
	code = collect(&g, true, &not, err);
	if (!code)
		code = collect(&g, false, &starts, err);
	for (size_t i = 0; !code && i < starts.n; i++) {
		int64_t at = *CSM_AT(&starts, int64_t, i);

		if (!parts.n && at + g.length < (x->o->from - 2) * CSM_DAY)
			e->outside++;
		else if (is_excluded(&g, &not, at))
			pass_over(&g, at);
		else
			code = take_occurrence(&g, at, err);
	}
	return code;
}

/* What an event's rules come to may be much, and is forgotten with it. */
static int expand_event(struct expand *x, struct ics_event *e, struct csm_err *err)
{
	struct csm_arena *a = csm_arena_like(x->f->arena);
	int code = go_through(x, e, a, err);

	csm_arena_free(a);
	return code;
}

static int compare_days(const void *a, const void *b)
{
	const struct ics_day *x = a, *y = b;
	int names;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	names = strcmp(x->name ? x->name : "", y->name ? y->name : "");
	if (names)
		return names;
	return (x->line > y->line) - (x->line < y->line);
}

static bool same_day(const struct ics_day *x, const struct ics_day *y)
{
	return x->day == y->day && x->start == y->start && x->end == y->end &&
	       strcmp(x->name ? x->name : "", y->name ? y->name : "") == 0;
}

static void sort_days(struct csm_vec *days)
{
	struct ics_day *p = days->p;
	size_t n = 0;

	if (!days->n)
		return;
	qsort(p, days->n, sizeof(*p), compare_days);
	for (size_t i = 0; i < days->n; i++)
		if (!n || !same_day(&p[i], &p[n - 1]))
			p[n++] = p[i];
	days->n = n;
}

void ics_expand(struct ics_file *f, const struct ics_options *o, struct csm_vec *days)
{
	struct expand x = { .f = f,
			    .o = o,
			    .days = days,
			    .zones = CSM_VEC(f->arena, struct loaded),
			    .overrides = CSM_VEC(f->arena, struct ics_event *) };
	char from[CSM_TIME_SIZE], to[CSM_TIME_SIZE];

	if (o->zone)
		x.zone = load_zone(&x, o->zone);
	for (size_t i = 0; i < f->events.n; i++) {
		struct ics_event *e = CSM_AT(&f->events, struct ics_event, i);

		if (e->has_id && e->uid)
			*(struct ics_event **)csm_vec_add(&x.overrides) = e;
	}
	for (size_t i = 0; i < f->events.n && f->errors.n < ICS_ERRORS_MAX; i++) {
		struct csm_err err = { 0 };

		if (!expand_event(&x, CSM_AT(&f->events, struct ics_event, i), &err))
			continue;
		*(struct csm_err *)csm_vec_add(&f->errors) = err;
		if (days->n >= DAYS_MAX)
			break;
	}
	csm_date_format(o->from, from);
	csm_date_format(o->to, to);
	for (size_t i = 0; i < f->events.n; i++) {
		struct ics_event *e = CSM_AT(&f->events, struct ics_event, i);

		if (!e->why && !e->given)
			e->why = e->outside ? csm_sprintf(f->arena, "it has no day from %s to %s", from, to)
					    : csm_strdup(f->arena, "all its days are excluded or moved");
	}
	sort_days(days);
}
