/* SPDX-License-Identifier: MIT */
/* schedule.c - schedules: records to calendars, kept per store; the rules of their rows. */
#include "svc_schedule.h"

#define MAX_DEPTH 8
#define MAX_VISITS 1000 /* schedules met on all ways down: eight levels of a dozen would be 400 million */

struct kept_cal {
	int64_t schedule;
	const char *zone;
	struct csm_cal *cal;
	struct kept_cal *next;
};
struct cal_set {
	struct csm_arena *arena;
	struct kept_cal *first;
};

static const char cal_key[] = "calendars";
static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static void drop_calendars(void *slot)
{
	struct cal_set *set = slot;

	for (struct kept_cal *k = set->first; k; k = k->next)
		csm_cal_close(k->cal);
	csm_arena_free(set->arena);
	memset(set, 0, sizeof(*set));
}

static int read_spans(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_cal_def *def,
		      struct csm_err *err)
{
	struct csm_rec **rows;
	struct csm_cal_span *spans;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_schedule_span, SCHEDULE_SPAN_SCHEDULE, id, a, &rows, &n,
				    err);

	if (rc)
		return rc;
	spans = csm_calloc(a, n, sizeof(*spans));
	for (unsigned i = 0; i < n; i++) {
		for (unsigned d = 0; d < 7; d++)
			if (csm_list_has(csm_rec_text(rows[i], SCHEDULE_SPAN_DAYS), weekdays[d]))
				spans[i].days |= (uint8_t)(CSM_CAL_MON << d);
		spans[i].start = (int32_t)csm_rec_int(rows[i], SCHEDULE_SPAN_START);
		spans[i].end = (int32_t)csm_rec_int(rows[i], SCHEDULE_SPAN_END);
	}
	def->spans = spans;
	def->nspans = n;
	return CSM_OK;
}

static int read_exception(const struct csm_rec *r, struct csm_cal_exception *e, struct csm_err *err)
{
	int rc;

	if (!csm_rec_null(r, SCHEDULE_EXCEPTION_DATE)) {
		e->every = CSM_CAL_DATE;
		rc = csm_date_parse(csm_rec_text(r, SCHEDULE_EXCEPTION_DATE), &e->date, err);
	} else {
		rc = csm_cal_every_parse(csm_rec_text(r, SCHEDULE_EXCEPTION_EVERY), e, err);
	}
	e->kind = CSM_CAL_CLOSED;
	if (csm_rec_is(r, SCHEDULE_EXCEPTION_KIND, "hours"))
		e->kind = CSM_CAL_HOURS;
	else if (csm_rec_is(r, SCHEDULE_EXCEPTION_KIND, "break"))
		e->kind = CSM_CAL_BREAK;
	e->start = (int32_t)csm_rec_int(r, SCHEDULE_EXCEPTION_START);
	e->end = (int32_t)csm_rec_int(r, SCHEDULE_EXCEPTION_END);
	e->name = csm_rec_null(r, SCHEDULE_EXCEPTION_NAME) ? NULL
							   : csm_rec_text(r, SCHEDULE_EXCEPTION_NAME);
	return rc;
}

static int read_exceptions(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_cal_def *def,
			   struct csm_err *err)
{
	struct csm_rec **rows;
	struct csm_cal_exception *ex;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_schedule_exception, SCHEDULE_EXCEPTION_SCHEDULE, id, a,
				    &rows, &n, err);

	if (rc)
		return rc;
	ex = csm_calloc(a, n, sizeof(*ex));
	for (unsigned i = 0; i < n && !rc; i++)
		rc = read_exception(rows[i], &ex[i], err);
	def->exceptions = ex;
	def->nexceptions = n;
	return rc;
}

/* One walk down from a schedule through what it includes and excludes. */
struct walk {
	struct csm_store *store;
	struct csm_arena *arena;
	unsigned visits;
};

static int read_def(struct walk *k, int64_t id, int depth, struct csm_cal_def **out, struct csm_err *err);

static int read_others(struct walk *k, const char *list, int depth, const struct csm_cal_def *const **out,
		       unsigned *n, struct csm_err *err)
{
	const struct csm_cal_def **defs;
	char word[32];

	*n = 0;
	while (csm_list_word(list, *n, word, sizeof(word)))
		(*n)++;
	defs = csm_calloc(k->arena, *n, sizeof(*defs));
	for (unsigned i = 0; i < *n; i++) {
		struct csm_cal_def *def;
		int rc;

		csm_list_word(list, i, word, sizeof(word));
		rc = read_def(k, strtoll(word, NULL, 10), depth + 1, &def, err);
		if (rc)
			return rc;
		defs[i] = def;
	}
	*out = defs;
	return CSM_OK;
}

static int read_day(const struct csm_rec *r, int field, int64_t unsaid, int64_t *out, struct csm_err *err)
{
	*out = unsaid;
	return csm_rec_null(r, field) ? CSM_OK : csm_date_parse(csm_rec_text(r, field), out, err);
}

static int read_def(struct walk *k, int64_t id, int depth, struct csm_cal_def **out, struct csm_err *err)
{
	struct csm_store *s = k->store;
	struct csm_arena *a = k->arena;
	struct csm_cal_def *def = csm_alloc(a, sizeof(*def));
	struct csm_rec *r;
	int rc = csm_store_need(s, &csm_type_schedule, id, a, &r, err);

	if (rc)
		return rc;
	def->name = csm_rec_text(r, SCHEDULE_NAME);
	if (depth > MAX_DEPTH)
		return csm_fail(err, CSM_E_REFUSED,
				"schedule '%s' includes or excludes schedules more than %d deep, or itself",
				def->name, MAX_DEPTH);
	if (++k->visits > MAX_VISITS)
		return csm_fail(err, CSM_E_REFUSED,
				"schedule '%s': more than %d schedules are included and excluded in all",
				def->name, MAX_VISITS);
	def->zone = csm_rec_null(r, SCHEDULE_TIME_ZONE) ? NULL : csm_rec_text(r, SCHEDULE_TIME_ZONE);
	rc = read_day(r, SCHEDULE_VALID_FROM, INT64_MIN, &def->valid_from, err);
	if (!rc)
		rc = read_day(r, SCHEDULE_VALID_TO, INT64_MAX, &def->valid_to, err);
	if (!rc)
		rc = read_spans(s, id, a, def, err);
	if (!rc)
		rc = read_exceptions(s, id, a, def, err);
	if (!rc)
		rc = read_others(k, csm_rec_text(r, SCHEDULE_INCLUDE), depth, &def->include, &def->ninclude,
				 err);
	if (!rc)
		rc = read_others(k, csm_rec_text(r, SCHEDULE_EXCLUDE), depth, &def->exclude, &def->nexclude,
				 err);
	*out = def;
	return rc;
}

int csm_schedule_def(struct csm_store *s, int64_t schedule, struct csm_arena *a, struct csm_cal_def **out,
		     struct csm_err *err)
{
	struct walk k = { s, a, 0 };

	return read_def(&k, schedule, 0, out, err);
}

int csm_schedule_calendar(struct csm_store *s, int64_t schedule, const char *zone, struct csm_cal **out,
			  struct csm_err *err)
{
	bool made;
	struct cal_set *set = csm_store_slot(s, cal_key, sizeof(*set), drop_calendars, &made);
	const char *tzdir = csm_store_env(s)->tzdir;
	const struct csm_zone *z = NULL;
	struct csm_cal_def *def;
	struct walk walk;
	struct kept_cal *k;
	int rc;

	zone = zone && *zone ? zone : csm_store_setting_text(s, "time.zone");
	for (k = set->first; k; k = k->next)
		if (k->schedule == schedule && strcmp(k->zone, zone) == 0) {
			*out = k->cal;
			return CSM_OK;
		}
	if (!set->arena)
		set->arena = csm_arena_like(csm_store_arena(s));
	k = csm_alloc(set->arena, sizeof(*k));
	walk = (struct walk){ s, set->arena, 0 };
	rc = read_def(&walk, schedule, 0, &def, err);
	if (!rc)
		rc = csm_zone_load(set->arena, tzdir, zone, &z, err);
	if (!rc)
		rc = csm_cal_build(&k->cal, set->arena, def, z, tzdir, err);
	if (rc)
		return rc;
	k->schedule = schedule;
	k->zone = csm_strdup(set->arena, zone);
	k->next = set->first;
	set->first = k;
	*out = k->cal;
	return CSM_OK;
}

/* ---- hooks ---- */

static int check_zone(struct csm_write *w, int field, struct csm_err *err)
{
	const struct csm_zone *z;
	int rc;

	if (csm_rec_null(w->rec, field))
		return CSM_OK;
	rc = csm_zone_load(w->rec->arena, csm_store_env(w->store)->tzdir, csm_rec_text(w->rec, field), &z,
			   err);
	if (rc)
		csm_err_on(err, w->rec->type->name, csm_rec_key(w->rec->arena, w->rec),
			   w->rec->type->fields[field].name);
	return rc;
}

int svc_check_zone(struct csm_write *w, int field, struct csm_err *err)
{
	return check_zone(w, field, err);
}

/*
 * Whether schedule id is reached from list, which is the record's own; a short walk, as read_def caps the
 * depth.
 */
static int reaches(struct walk *k, const char *list, int64_t id, int depth, bool *yes, struct csm_err *err)
{
	char word[32];
	int rc = CSM_OK;

	for (unsigned i = 0;
	     !rc && !*yes && depth <= MAX_DEPTH && csm_list_word(list, i, word, sizeof(word)); i++) {
		int64_t next = strtoll(word, NULL, 10);
		struct csm_rec *r;

		if (next == id) {
			*yes = true;
			return CSM_OK;
		}
		if (++k->visits > MAX_VISITS)
			return csm_fail(err, CSM_E_REFUSED,
					"more than %d schedules are included and excluded in all",
					MAX_VISITS);
		rc = csm_store_get(k->store, &csm_type_schedule, next, k->arena, &r, err);
		if (!rc && r)
			rc = reaches(k, csm_rec_text(r, SCHEDULE_INCLUDE), id, depth + 1, yes, err);
		if (!rc && r)
			rc = reaches(k, csm_rec_text(r, SCHEDULE_EXCLUDE), id, depth + 1, yes, err);
	}
	return rc;
}

int schedule_check(struct csm_write *w, struct csm_err *err)
{
	static const int lists[] = { SCHEDULE_INCLUDE, SCHEDULE_EXCLUDE };
	const struct csm_rec *r = w->rec;
	int rc = check_zone(w, SCHEDULE_TIME_ZONE, err);

	if (rc)
		return rc;
	if (!csm_rec_null(r, SCHEDULE_VALID_FROM) && !csm_rec_null(r, SCHEDULE_VALID_TO) &&
	    strcmp(csm_rec_text(r, SCHEDULE_VALID_FROM), csm_rec_text(r, SCHEDULE_VALID_TO)) > 0)
		return svc_refuse(w, SCHEDULE_VALID_TO, err, "is before valid_from");
	for (unsigned i = 0; w->rec->id && i < CSM_COUNT(lists); i++) {
		struct walk k = { w->store, r->arena, 0 };
		bool yes = false;

		rc = reaches(&k, csm_rec_text(r, lists[i]), r->id, 0, &yes, err);
		if (rc)
			return rc;
		if (yes)
			return svc_refuse(w, lists[i], err, "the schedule would contain itself");
	}
	return CSM_OK;
}

int schedule_span_check(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;

	if (csm_rec_int(r, SCHEDULE_SPAN_START) == csm_rec_int(r, SCHEDULE_SPAN_END))
		return svc_refuse(w, SCHEDULE_SPAN_END, err,
				  "start and end are the same; a whole day is 00:00 to 24:00");
	if (csm_rec_int(r, SCHEDULE_SPAN_START) == CSM_DAY)
		return svc_refuse(w, SCHEDULE_SPAN_START, err, "24:00 can only be an end");
	return CSM_OK;
}

int schedule_exception_check(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool date = !csm_rec_null(r, SCHEDULE_EXCEPTION_DATE),
	     every = !csm_rec_null(r, SCHEDULE_EXCEPTION_EVERY);
	bool closed = csm_rec_is(r, SCHEDULE_EXCEPTION_KIND, "closed");
	bool times = !csm_rec_null(r, SCHEDULE_EXCEPTION_START) && !csm_rec_null(r, SCHEDULE_EXCEPTION_END);
	struct csm_cal_exception e = { 0 };

	if (date == every)
		return svc_refuse(w, SCHEDULE_EXCEPTION_DATE, err, "an exception has either date or every");
	if (every && csm_cal_every_parse(csm_rec_text(r, SCHEDULE_EXCEPTION_EVERY), &e, err))
		return csm_err_on(err, r->type->name, csm_rec_key(r->arena, r), "every");
	if (closed &&
	    (!csm_rec_null(r, SCHEDULE_EXCEPTION_START) || !csm_rec_null(r, SCHEDULE_EXCEPTION_END)))
		return svc_refuse(w, SCHEDULE_EXCEPTION_START, err,
				  "kind closed takes no start and end; use hours or break");
	if (!closed && !times)
		return svc_refuse(w, SCHEDULE_EXCEPTION_START, err, "kind %s needs start and end",
				  csm_rec_text(r, SCHEDULE_EXCEPTION_KIND));
	if (!closed && csm_rec_int(r, SCHEDULE_EXCEPTION_START) == CSM_DAY)
		return svc_refuse(w, SCHEDULE_EXCEPTION_START, err, "24:00 can only be an end");
	if (!closed && csm_rec_int(r, SCHEDULE_EXCEPTION_START) == csm_rec_int(r, SCHEDULE_EXCEPTION_END))
		return svc_refuse(w, SCHEDULE_EXCEPTION_END, err, "start and end are the same");
	return CSM_OK;
}
