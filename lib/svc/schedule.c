/* SPDX-License-Identifier: MIT */
/* schedule.c - schedules: calendars kept per store; the rules of their rows. */
#include "svc_schedule.h"

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

static void drop_calendars(void *slot)
{
	struct cal_set *set = slot;

	for (struct kept_cal *k = set->first; k; k = k->next)
		csm_cal_close(k->cal);
	csm_arena_free(set->arena);
	memset(set, 0, sizeof(*set));
}

int schedule_build(struct csm_store *s, int64_t schedule, const char *zone, struct csm_arena *a,
		   struct csm_cal **out, struct csm_err *err)
{
	const char *tzdir = csm_store_env(s)->tzdir;
	const struct csm_zone *z = NULL;
	struct csm_cal_def *def;
	int rc = csm_schedule_def(s, schedule, a, &def, err);

	if (!rc)
		rc = csm_zone_load(a, tzdir, zone, &z, err);
	return rc ? rc : csm_cal_build(out, a, def, z, tzdir, err);
}

int csm_schedule_calendar(struct csm_store *s, int64_t schedule, const char *zone, struct csm_cal **out,
			  struct csm_err *err)
{
	bool made;
	struct cal_set *set = csm_store_slot(s, cal_key, sizeof(*set), drop_calendars, &made);
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
	rc = schedule_build(s, schedule, zone, set->arena, &k->cal, err);
	if (rc)
		return rc;
	k->schedule = schedule;
	k->zone = csm_strdup(set->arena, zone);
	k->next = set->first;
	set->first = k;
	*out = k->cal;
	return CSM_OK;
}

/* ---- rules ---- */

static int check_zone(const struct csm_rec *r, int field, const char *tzdir, struct csm_err *err)
{
	const struct csm_zone *z;
	int rc;

	if (csm_rec_null(r, field))
		return CSM_OK;
	rc = csm_zone_load(r->arena, tzdir, csm_rec_text(r, field), &z, err);
	if (rc)
		csm_err_on(err, r->type->name, csm_rec_key(r->arena, r), r->type->fields[field].name);
	return rc;
}

int svc_check_zone(struct csm_write *w, int field, struct csm_err *err)
{
	return check_zone(w->rec, field, csm_store_env(w->store)->tzdir, err);
}

int schedule_rules(const struct csm_rec *r, const char *tzdir, struct csm_err *err)
{
	int rc = check_zone(r, SCHEDULE_TIME_ZONE, tzdir, err);

	if (rc)
		return rc;
	if (!csm_rec_null(r, SCHEDULE_VALID_FROM) && !csm_rec_null(r, SCHEDULE_VALID_TO) &&
	    strcmp(csm_rec_text(r, SCHEDULE_VALID_FROM), csm_rec_text(r, SCHEDULE_VALID_TO)) > 0)
		return svc_refuse_rec(r, SCHEDULE_VALID_TO, err, "is before valid_from");
	return CSM_OK;
}

int schedule_span_rules(const struct csm_rec *r, struct csm_err *err)
{
	if (csm_rec_int(r, SCHEDULE_SPAN_START) == csm_rec_int(r, SCHEDULE_SPAN_END))
		return svc_refuse_rec(r, SCHEDULE_SPAN_END, err,
				      "start and end are the same; a whole day is 00:00 to 24:00");
	if (csm_rec_int(r, SCHEDULE_SPAN_START) == CSM_DAY)
		return svc_refuse_rec(r, SCHEDULE_SPAN_START, err, "24:00 can only be an end");
	return CSM_OK;
}

static int check_times(const struct csm_rec *r, struct csm_err *err)
{
	bool closed = csm_rec_is(r, SCHEDULE_EXCEPTION_KIND, "closed");
	bool start = !csm_rec_null(r, SCHEDULE_EXCEPTION_START), end = !csm_rec_null(r, SCHEDULE_EXCEPTION_END);

	if (closed && (start || end))
		return svc_refuse_rec(r, SCHEDULE_EXCEPTION_START, err,
				      "kind closed takes no start and end; use hours or break");
	if (!closed && !(start && end))
		return svc_refuse_rec(r, SCHEDULE_EXCEPTION_START, err, "kind %s needs start and end",
				      csm_rec_text(r, SCHEDULE_EXCEPTION_KIND));
	if (!closed && csm_rec_int(r, SCHEDULE_EXCEPTION_START) == CSM_DAY)
		return svc_refuse_rec(r, SCHEDULE_EXCEPTION_START, err, "24:00 can only be an end");
	if (!closed && csm_rec_int(r, SCHEDULE_EXCEPTION_START) == csm_rec_int(r, SCHEDULE_EXCEPTION_END))
		return svc_refuse_rec(r, SCHEDULE_EXCEPTION_END, err, "start and end are the same");
	return CSM_OK;
}

int schedule_exception_rules(const struct csm_rec *r, struct csm_err *err)
{
	bool date = !csm_rec_null(r, SCHEDULE_EXCEPTION_DATE),
	     every = !csm_rec_null(r, SCHEDULE_EXCEPTION_EVERY);
	struct csm_cal_exception e = { 0 };

	if (date == every)
		return svc_refuse_rec(r, SCHEDULE_EXCEPTION_DATE, err,
				      "an exception has either date or every");
	if (every && csm_cal_every_parse(csm_rec_text(r, SCHEDULE_EXCEPTION_EVERY), &e, err))
		return csm_err_on(err, r->type->name, csm_rec_key(r->arena, r), "every");
	return check_times(r, err);
}

/* ---- hooks ---- */

/*
 * Whether schedule id is reached from list, which is the record's own; a short walk, as the depth of a
 * definition is capped.
 */
static int reaches(struct svc_walk *k, const char *list, int64_t id, int depth, bool *yes, struct csm_err *err)
{
	char word[32];
	int rc = CSM_OK;

	for (unsigned i = 0;
	     !rc && !*yes && depth <= SVC_SCHEDULE_DEPTH && csm_list_word(list, i, word, sizeof(word)); i++) {
		int64_t next = strtoll(word, NULL, 10);
		struct csm_rec *r;

		if (next == id) {
			*yes = true;
			return CSM_OK;
		}
		if (++k->visits > SVC_SCHEDULE_VISITS)
			return csm_fail(err, CSM_E_REFUSED,
					"more than %d schedules are included and excluded in all",
					SVC_SCHEDULE_VISITS);
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
	int rc = schedule_rules(r, csm_store_env(w->store)->tzdir, err);

	for (unsigned i = 0; !rc && r->id && i < CSM_COUNT(lists); i++) {
		struct svc_walk k = { w->store, r->arena, 0 };
		bool yes = false;

		rc = reaches(&k, csm_rec_text(r, lists[i]), r->id, 0, &yes, err);
		if (!rc && yes)
			return svc_refuse(w, lists[i], err, "the schedule would contain itself");
	}
	return rc;
}

int schedule_span_check(struct csm_write *w, struct csm_err *err)
{
	return schedule_span_rules(w->rec, err);
}

int schedule_exception_check(struct csm_write *w, struct csm_err *err)
{
	return schedule_exception_rules(w->rec, err);
}
