/* SPDX-License-Identifier: MIT */
/*
 * sla_scan.c - what a repair of all cases has to look at. Where no rule was edited since, a replay can only say
 * what is stored, so nothing is: the engine is the same. What is left of all records:
 *
 * cases to be replayed: those that are older than the last edit of what decides which SLAs there are
 * (sla_scan_old.c); those whose definition was edited; those whose hours were edited within their time
 * (sla_scan_edits.c) where pauses, or a due moment by a rule, were counted in them.
 * records to be counted anew, by arithmetic: those without a pause, where the hours were edited within their
 * time; they, and what runs, take the rules of today.
 */
#include "sla_scan.h"

#define BEGINNING INT64_C(946684800) /* 2000-01-01: before it every hour counts as edited */
#define AHEAD (INT64_C(3653) * CSM_DAY)

/* ---- rules, once for all records that keep the same ---- */

static bool same_interval(const struct csm_interval *x, const struct csm_interval *y)
{
	return x->start == y->start && x->end == y->end;
}

/* From when to when two calendars differ. */
static int find_window(struct sla_scan *k, struct sla_rules *u, struct csm_cal *then, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	int64_t until = csm_store_now(k->store) + AHEAD;
	struct csm_interval *x, *y;
	unsigned n, m, i = 0;
	int rc = csm_cal_intervals(then, a, BEGINNING, until, &x, &n, err);

	if (!rc)
		rc = csm_cal_intervals(u->cal, a, BEGINNING, until, &y, &m, err);
	if (rc)
		return rc;
	while (i < n && i < m && same_interval(&x[i], &y[i]))
		i++;
	while (n > i && m > i && same_interval(&x[n - 1], &y[m - 1])) {
		n--;
		m--;
	}
	if (i == n && i == m)
		return CSM_OK; /* only before the beginning, or far ahead: nothing in between */
	u->from = i == n ? y[i].start : i == m || x[i].start < y[i].start ? x[i].start : y[i].start;
	u->to = i == n ? y[m - 1].end : i == m || x[n - 1].end > y[m - 1].end ? x[n - 1].end : y[m - 1].end;
	return CSM_OK;
}

/* Whether the schedule had another zone of its own: then a replay has to say which one the record has. */
static int find_zones(struct sla_scan *k, struct sla_rules *u, struct csm_err *err)
{
	struct csm_rec *then = NULL, *today = NULL;
	struct csm_err other = { 0 };
	int back, rc = csm_store_need(k->store, &csm_type_schedule, u->schedule, k->arena, &today, err);

	if (!rc)
		rc = csm_store_as_of(k->store, u->edits.cal, err);
	if (rc)
		return rc;
	rc = csm_store_get(k->store, &csm_type_schedule, u->schedule, k->arena, &then, err);
	back = csm_store_as_of(k->store, CSM_STORE_PRESENT, rc ? &other : err);
	u->other_zone = !then || !csm_value_eq(&then->v[SCHEDULE_TIME_ZONE], &today->v[SCHEDULE_TIME_ZONE]);
	return rc ? rc : back;
}

static int make_rules(struct sla_scan *k, const struct csm_rec *sla, struct sla_rules *u, struct csm_err *err)
{
	struct csm_cal *then;
	int rc = sla_def_find(k->store, u->def_id, &u->def, err);

	if (!rc)
		rc = sla_has_todays_rules(k->store, sla, &u->same_def, &u->same_cal, err);
	if (!rc && u->schedule)
		rc = csm_schedule_calendar(k->store, u->schedule, u->zone, &u->cal, err);
	u->from = u->to = 0;
	if (rc || u->same_cal)
		return rc;
	rc = find_zones(k, u, err);
	if (!rc)
		rc = sla_calendar(k->store, sla, &then, err);
	return rc || u->other_zone ? rc : find_window(k, u, then, err);
}

static bool keeps(const struct sla_rules *u, const struct csm_rec *sla, const struct sla_edits *e)
{
	return u->def_id == csm_rec_int(sla, SLA_SLA_DEFINITION) &&
	       u->schedule == csm_rec_int(sla, SLA_SCHEDULE) && u->edits.def == e->def &&
	       u->edits.cal == e->cal && u->edits.def_today == e->def_today &&
	       u->edits.cal_today == e->cal_today && strcmp(u->zone, csm_rec_text(sla, SLA_TIME_ZONE)) == 0;
}

int sla_scan_rules(struct sla_scan *k, const struct csm_rec *sla, struct sla_rules **out, struct csm_err *err)
{
	struct sla_edits e;
	int rc = sla_find_edits(k->store, sla, &e, err);

	for (struct sla_rules **p = &k->rules; !rc && *p; p = &(*p)->next)
		if (keeps(*p, sla, &e)) {
			struct sla_rules *u = *p;

			*p = u->next; /* to the front: the next record keeps the same, as likely as not */
			u->next = k->rules;
			k->rules = *out = u;
			return CSM_OK;
		}
	if (rc)
		return rc;
	*out = csm_alloc(k->arena, sizeof(**out));
	**out = (struct sla_rules){ .def_id = csm_rec_int(sla, SLA_SLA_DEFINITION),
				    .schedule = csm_rec_int(sla, SLA_SCHEDULE),
				    .zone = csm_strdup(k->arena, csm_rec_text(sla, SLA_TIME_ZONE)),
				    .edits = e };
	rc = make_rules(k, sla, *out, err);
	if (rc)
		return rc;
	(*out)->next = k->rules;
	k->rules = *out;
	return CSM_OK;
}

/* ---- the arithmetic of one record ---- */

static void set(struct csm_rec *sla, int field, int64_t i)
{
	if (sla->v[field].tag != CSM_INT || sla->v[field].i != i)
		csm_rec_set_int(sla, field, i);
}

/* With a relative duration the due moment is a rule's: it holds while the hours do. */
static bool is_relative(const struct sla_rules *u)
{
	return u->def->is_relative;
}

static bool has_pause(const struct csm_rec *sla)
{
	return csm_rec_int(sla, SLA_PAUSE_DURATION) || csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION) ||
	       !csm_rec_null(sla, SLA_PAUSE_AT);
}

/* Breach, where no pause moved the due moment. Whether one that runs is marked already is as it is (tick). */
static void recount_breach(struct csm_rec *sla, int64_t due, int64_t now)
{
	bool runs = csm_rec_int(sla, SLA_ACTIVE), late = (runs ? now : csm_rec_int(sla, SLA_END_AT)) > due;

	if (!late || !runs)
		set(sla, SLA_HAS_BREACHED, late);
	if (csm_rec_int(sla, SLA_HAS_BREACHED))
		set(sla, SLA_BREACHED_AT, due);
	else
		csm_rec_clear(sla, SLA_BREACHED_AT);
}

/* Due moment and time used as they follow from start, end and pauses in the calendar of today. */
int sla_recount(const struct sla_rules *u, struct csm_rec *sla, int64_t now, struct csm_err *err)
{
	int64_t start = csm_rec_int(sla, SLA_START_AT), target = csm_rec_int(sla, SLA_DURATION),
		pause = csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION), end = csm_rec_int(sla, SLA_END_AT), due, used;
	int rc = CSM_OK;

	if (is_relative(u))
		return CSM_OK;
	rc = sla_due(u->cal, start, target, &due, err);
	if (rc)
		return rc;
	set(sla, SLA_ORIGINAL_BREACH_AT, due);
	if (pause)
		rc = sla_due(u->cal, start, target + pause, &due, err);
	if (!rc && csm_rec_null(sla, SLA_PAUSE_AT))
		set(sla, SLA_PLANNED_END_AT, due);
	if (!rc && !has_pause(sla))
		recount_breach(sla, due, now);
	if (rc || csm_rec_int(sla, SLA_ACTIVE))
		return rc;
	rc = sla_between(u->cal, start, end, &used, err);
	set(sla, SLA_BUSINESS_ELAPSED, used > pause ? used - pause : 0);
	used = end - start - csm_rec_int(sla, SLA_PAUSE_DURATION);
	set(sla, SLA_ELAPSED, end > start && used > 0 ? used : 0);
	return rc;
}

/* Whether its stage and its moments belong together, and its schedule and duration are those of the definition. */
static bool is_sound(const struct sla_rules *u, const struct csm_rec *sla)
{
	const struct csm_rec *def = u->def ? u->def->rec : NULL;
	bool paused = csm_rec_is(sla, SLA_STAGE, "paused"),
	     runs = paused || csm_rec_is(sla, SLA_STAGE, "in_progress");

	if (!def || runs != csm_rec_int(sla, SLA_ACTIVE) || runs != csm_rec_null(sla, SLA_END_AT) ||
	    paused == csm_rec_null(sla, SLA_PAUSE_AT) || paused != csm_rec_null(sla, SLA_PLANNED_END_AT) ||
	    csm_rec_int(sla, SLA_HAS_BREACHED) == csm_rec_null(sla, SLA_BREACHED_AT))
		return false;
	if (!u->schedule && csm_rec_int(sla, SLA_PAUSE_DURATION) != csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION))
		return false;
	if (csm_rec_is(def, SLA_DEFINITION_SCHEDULE_SOURCE, "definition") &&
	    u->schedule != csm_rec_int(def, SLA_DEFINITION_SCHEDULE))
		return false;
	if (csm_rec_is(def, SLA_DEFINITION_SCHEDULE_SOURCE, "none") && u->schedule)
		return false;
	return is_relative(u) ||
	       csm_rec_int(sla, SLA_DURATION) == csm_rec_int(def, SLA_DEFINITION_DURATION);
}

/* Whether the hours were edited within the time that the record counts, or will. */
static bool is_touched(const struct sla_rules *u, const struct csm_rec *sla, int64_t now)
{
	int64_t from = csm_rec_int(sla, SLA_START_AT);
	int64_t to = csm_rec_null(sla, SLA_END_AT) ? now : csm_rec_int(sla, SLA_END_AT);

	if (u->same_cal)
		return false;
	if (csm_rec_int(sla, SLA_PLANNED_END_AT) > to)
		to = csm_rec_int(sla, SLA_PLANNED_END_AT);
	if (csm_rec_int(sla, SLA_ORIGINAL_BREACH_AT) > to)
		to = csm_rec_int(sla, SLA_ORIGINAL_BREACH_AT);
	return from < BEGINNING || to >= now + AHEAD || (from < u->to && to >= u->from);
}

static bool goes_on(const struct sla_rules *u, const struct csm_rec *sla)
{
	return csm_rec_int(sla, SLA_ACTIVE) || (csm_rec_is(sla, SLA_STAGE, "completed") &&
						u->def->reopen_resumes);
}

enum verdict { FINE, COUNT, REPLAY };

static int judge(const struct sla_scan *k, const struct sla_rules *u, struct csm_rec *sla, enum verdict *out,
		 struct csm_err *err)
{
	int64_t now = csm_store_now(k->store);
	bool touched, changed = false;
	int rc;

	*out = REPLAY;
	if (!u->same_def || u->other_zone || !is_sound(u, sla) || now < csm_rec_int(sla, SLA_UPDATED_AT))
		return CSM_OK;
	touched = is_touched(u, sla, now);
	if (touched && (has_pause(sla) || is_relative(u)))
		return CSM_OK;
	rc = sla_recount(u, sla, now, err);
	if (rc)
		return CSM_OK; /* the replay tells why, by case */
	for (unsigned i = 0; i < sla->type->nfields && !changed; i++)
		changed = !csm_value_eq(&sla->v[i], &sla->old[i]);
	if (changed && !touched)
		return CSM_OK;
	*out = changed || (!u->same_cal && goes_on(u, sla)) ? COUNT : FINE;
	return CSM_OK;
}

/* ---- the walk ---- */

static int take_row(struct sla_scan *k, struct csm_rec *sla, struct csm_err *err)
{
	enum verdict v;
	struct sla_rules *u;
	int rc;

	if (csm_rec_null(sla, SLA_RULES_CHANGE)) {
		*(int64_t *)csm_vec_add(&k->stated) = csm_rec_int(sla, SLA_PARENT_CASE);
		return CSM_OK;
	}
	rc = sla_scan_rules(k, sla, &u, err);
	if (!rc)
		rc = judge(k, u, sla, &v, err);
	if (rc)
		return rc;
	if (v == COUNT)
		*(int64_t *)csm_vec_add(&k->count) = sla->id;
	else if (v == REPLAY && csm_rec_null(sla, SLA_PARENT_CASE))
		*(int64_t *)csm_vec_add(&k->tasks) = csm_rec_int(sla, SLA_CASE_TASK);
	else if (v == REPLAY)
		*(int64_t *)csm_vec_add(&k->cases) = csm_rec_int(sla, SLA_PARENT_CASE);
	return CSM_OK;
}

int sla_scan(struct sla_scan *k, struct csm_filter *where, struct csm_err *err)
{
	static const int columns[] = { SLA_PARENT_CASE,	   SLA_CASE_TASK,      SLA_SLA_DEFINITION,
				       SLA_STAGE,	   SLA_ACTIVE,	       SLA_HAS_BREACHED,
				       SLA_BREACHED_AT,	   SLA_START_AT,       SLA_END_AT,
				       SLA_PAUSE_AT,	   SLA_PAUSE_DURATION, SLA_BUSINESS_PAUSE_DURATION,
				       SLA_DURATION,	   SLA_PLANNED_END_AT, SLA_ORIGINAL_BREACH_AT,
				       SLA_SCHEDULE,	   SLA_TIME_ZONE,      SLA_ELAPSED,
				       SLA_BUSINESS_ELAPSED, SLA_RULES_CHANGE, SLA_UPDATED_AT,
				       -1 };
	struct csm_query q = { .sort = "", .columns = columns };
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_mark start = csm_arena_mark(row);
	struct csm_filter *touched;
	struct csm_rec *r;
	int rc = sla_scan_touched(k, &touched, err);

	if (rc || !touched)
		return rc;
	q.where = csm_filter_and(k->arena, touched, where);
	rc = csm_store_select(k->store, &csm_type_sla, &q, k->arena, &c, err);

	while (!rc) {
		csm_arena_rewind(row, start);
		rc = csm_cursor_next(c, row, &r, err);
		if (rc || !r)
			break;
		rc = take_row(k, r, err);
	}
	return rc;
}
