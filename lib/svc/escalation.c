/* SPDX-License-Identifier: MIT */
/*
 * escalation.c - the paths by which time escalates a case (domain 13.3): which fit, and how a tick finds the
 * cases without looking at all of them.
 *
 * A time since the case was opened: the tick asks for open cases that were opened early enough and never had the
 * path's level; for each lower level that is one range of the index cases_escalation. Cases that have been
 * escalated cost nothing, those whose priority or state does not fit 1,000 instructions each (measured with 80,000
 * of them among 1,000,000 cases); another condition costs a look at each old case that never had the level.
 *
 * A part of an SLA's time: the SLA's next_milestone_at takes in the moments to come, as those of milestones; where
 * the moment has passed already, the writing of what made the path fit (the path, or the case) sets it to now.
 *
 * A case takes a path once, and only when it never had the path's level: nobody is told what he has raised
 * himself, and a level that somebody has taken back stays so.
 */
#include "svc_alert.h"
#include "svc_work.h"

struct path_set {
	struct csm_arena *arena;
	struct escalation_path *v;
	unsigned n;
	bool parts; /* some name a part of an SLA's time */
};

static const char path_key[] = "escalation paths";

static void drop_paths(void *slot)
{
	struct path_set *set = slot;

	csm_arena_free(set->arena);
	memset(set, 0, sizeof(*set));
}

/*
 * A condition that can't be read any more, because what it names is gone, takes its path out of force; the
 * tick tells of it. Nobody's work on a case is held up by it.
 */
static void take_path(struct csm_store *s, struct csm_arena *a, struct csm_rec *rec, struct escalation_path *p)
{
	struct csm_err err = { 0 };
	char text[1400];

	*p = (struct escalation_path){ .rec = rec };
	if (csm_rec_null(rec, ESCALATION_PATH_CASE_CONDITION))
		return;
	if (csm_store_filter(s, &csm_type_case, csm_rec_text(rec, ESCALATION_PATH_CASE_CONDITION), a, &p->when,
			     &err)) {
		csm_err_on(&err, rec->type->name, csm_rec_text(rec, ESCALATION_PATH_NAME), "case_condition");
		p->broken = csm_strdup(a, csm_err_text(&err, text, sizeof(text)));
	}
}

static int load_paths(struct csm_store *s, struct path_set *set, struct csm_err *err)
{
	struct csm_vec v = CSM_VEC(set->arena, struct escalation_path);
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .sort = "level,name" };
	struct csm_filter *active;
	struct csm_rec *rec;
	int rc = csm_store_filter(s, &csm_type_escalation_path, "active = true", set->arena, &active, err);

	q.where = active;
	if (!rc)
		rc = csm_store_select(s, &csm_type_escalation_path, &q, set->arena, &c, err);
	while (!rc) {
		rc = csm_cursor_next(c, set->arena, &rec, err);
		if (rc || !rec)
			break;
		take_path(s, set->arena, rec, csm_vec_add(&v));
		set->parts = set->parts || !csm_rec_null(rec, ESCALATION_PATH_SLA_PERCENTAGE);
	}
	set->v = v.p;
	set->n = (unsigned)v.n;
	return rc;
}

static int find_paths(struct csm_store *s, struct path_set **out, struct csm_err *err)
{
	bool made;
	struct path_set *set = csm_store_slot(s, path_key, sizeof(*set), drop_paths, &made);
	int rc = CSM_OK;

	*out = set;
	if (set->arena)
		return CSM_OK;
	set->arena = csm_arena_like(csm_store_arena(s));
	rc = load_paths(s, set, err);
	if (rc)
		drop_paths(set);
	return rc;
}

int escalation_paths(struct csm_store *s, struct escalation_path **out, unsigned *n, struct csm_err *err)
{
	struct path_set *set;
	int rc = find_paths(s, &set, err);

	*out = set->v;
	*n = set->n;
	return rc;
}

/* ---- which paths fit ---- */

bool escalation_measures(const struct escalation_path *p, const struct csm_rec *sla)
{
	const struct csm_rec *r = p->rec;

	return !p->broken && !csm_rec_null(r, ESCALATION_PATH_SLA_PERCENTAGE) &&
	       !csm_rec_null(sla, SLA_PARENT_CASE) && csm_rec_int(sla, SLA_ACTIVE) &&
	       (csm_rec_null(r, ESCALATION_PATH_SLA_DEFINITION) ||
		csm_rec_int(r, ESCALATION_PATH_SLA_DEFINITION) == csm_rec_int(sla, SLA_SLA_DEFINITION));
}

static int64_t highest_level(const struct csm_rec *cs)
{
	int64_t now = csm_rec_int(cs, CASE_ESCALATION), most = csm_rec_int(cs, CASE_HIGHEST_ESCALATION);

	return now > most ? now : most;
}

void escalation_derive(struct csm_rec *cs)
{
	int64_t most = highest_level(cs);

	csm_rec_set(cs, CASE_HIGHEST_ESCALATION, most ? csm_int(most) : csm_null());
}

static int was_taken(struct csm_store *s, const struct escalation_path *p, const struct csm_rec *cs, bool *out,
		     struct csm_err *err)
{
	static const int fields[] = { ESCALATION_EVENT_PARENT_CASE, ESCALATION_EVENT_ESCALATION_PATH };
	const struct csm_value v[] = { csm_int(cs->id), csm_int(p->rec->id) };
	int64_t id;
	int rc = svc_first(s, &csm_type_escalation_event, fields, v, CSM_COUNT(v), &id, err);

	*out = id != 0;
	return rc;
}

int escalation_fits(struct csm_store *s, const struct escalation_path *p, const struct csm_rec *cs, bool *out,
		    struct csm_err *err)
{
	bool taken;
	int rc = CSM_OK;

	*out = !p->broken && work_is_open(cs) && !csm_rec_is(cs, CASE_STATE, "resolved") &&
	       highest_level(cs) < csm_rec_int(p->rec, ESCALATION_PATH_LEVEL);
	if (*out && p->when)
		rc = csm_store_eval(s, p->when, cs, out, err);
	if (rc || !*out)
		return rc;
	rc = was_taken(s, p, cs, &taken, err);
	*out = !taken;
	return rc;
}

/* ---- parts of an SLA's time ---- */

int escalation_next(struct csm_store *s, const struct csm_rec *sla, int64_t after, int64_t *out,
		    struct csm_err *err)
{
	struct path_set *set;
	int rc = find_paths(s, &set, err);

	*out = MILESTONE_NEVER;
	for (unsigned i = 0; !rc && set->parts && i < set->n; i++) {
		int64_t at;

		if (!escalation_measures(&set->v[i], sla))
			continue;
		rc = milestone_percent_at(s, sla, csm_rec_int(set->v[i].rec, ESCALATION_PATH_SLA_PERCENTAGE),
					  &at, err);
		if (!rc && at > after && at < *out)
			*out = at;
	}
	return rc;
}

/* Whether an SLA has reached a part of its time by which some path fits the case. */
static int is_due(struct csm_store *s, const struct path_set *set, const struct csm_rec *sla,
		  const struct csm_rec *cs, bool *out, struct csm_err *err)
{
	int rc = CSM_OK;

	*out = false;
	for (unsigned i = 0; !rc && !*out && i < set->n; i++) {
		const struct escalation_path *p = &set->v[i];
		int64_t at;

		if (!escalation_measures(p, sla))
			continue;
		rc = milestone_percent_at(s, sla, csm_rec_int(p->rec, ESCALATION_PATH_SLA_PERCENTAGE), &at, err);
		if (!rc && at <= milestone_until(sla, csm_store_now(s)))
			rc = escalation_fits(s, p, cs, out, err);
	}
	return rc;
}

/* The next tick looks at the SLA. */
static int ask_for(struct csm_store *s, struct csm_rec *sla, int64_t at, struct csm_err *err)
{
	if (!csm_rec_null(sla, SLA_NEXT_MILESTONE_AT) && csm_rec_int(sla, SLA_NEXT_MILESTONE_AT) <= at)
		return CSM_OK;
	csm_rec_set_int(sla, SLA_NEXT_MILESTONE_AT, at);
	return csm_store_write(s, sla, CSM_WRITE_NORMAL, -1, err);
}

int escalation_look(struct csm_store *s, const struct sla_set *set, const struct csm_rec *cs, struct csm_err *err)
{
	struct path_set *paths;
	int rc;

	if (cs->type != &csm_type_case)
		return CSM_OK;
	rc = find_paths(s, &paths, err);
	if (rc || !paths->parts)
		return rc;
	for (size_t i = 0; !rc && i < set->recs.n; i++) {
		struct csm_rec *sla = *CSM_AT(&set->recs, struct csm_rec *, i);
		bool due;

		rc = is_due(s, paths, sla, cs, &due, err);
		if (!rc && due)
			rc = ask_for(s, sla, csm_store_now(s), err);
	}
	return rc;
}

int escalation_look_sla(struct csm_store *s, struct csm_rec *sla, struct csm_err *err)
{
	struct path_set *paths;
	struct csm_rec *cs = NULL;
	bool due = false;
	int rc = find_paths(s, &paths, err);

	if (rc || !paths->parts)
		return rc;
	rc = svc_ref(s, sla, SLA_PARENT_CASE, &cs, err);
	if (!rc && cs)
		rc = is_due(s, paths, sla, cs, &due, err);
	return rc || !due ? rc : ask_for(s, sla, csm_store_now(s), err);
}

/* ---- a time since the case was opened ---- */

int escalation_calendar(struct csm_store *s, const struct escalation_path *p, struct csm_cal **out,
			struct csm_err *err)
{
	*out = NULL;
	if (csm_rec_null(p->rec, ESCALATION_PATH_SCHEDULE))
		return CSM_OK;
	return csm_schedule_calendar(s, csm_rec_int(p->rec, ESCALATION_PATH_SCHEDULE), NULL, out, err);
}

/* When a path's time since the case was opened is over; MILESTONE_NEVER: the schedule has no such moment. */
static int after_moment(struct csm_store *s, const struct escalation_path *p, const struct csm_rec *cs,
			int64_t *out, struct csm_err *err)
{
	struct csm_cal *cal;
	int rc = escalation_calendar(s, p, &cal, err);

	if (!rc)
		rc = sla_due(cal, csm_rec_int(cs, CASE_OPENED_AT),
			     csm_rec_int(p->rec, ESCALATION_PATH_AFTER_DURATION), out, err);
	if (rc != CSM_E_REFUSED && rc != CSM_E_INVALID)
		return rc;
	csm_err_clear(err);
	*out = MILESTONE_NEVER;
	return CSM_OK;
}

int escalation_moment(struct csm_store *s, const struct escalation_path *p, const struct csm_rec *cs,
		      const struct csm_rec *sla, int64_t *out, struct csm_err *err)
{
	if (sla)
		return milestone_percent_at(s, sla, csm_rec_int(p->rec, ESCALATION_PATH_SLA_PERCENTAGE), out, err);
	return after_moment(s, p, cs, out, err);
}

/* ---- loads ---- */

/* What has passed at load time is past: it counts like a level that somebody had and took back. */
static int pass_over(struct csm_store *s, struct csm_rec *cs, const struct csm_rec *sla, struct csm_err *err)
{
	int64_t until = sla ? milestone_until(sla, csm_store_now(s)) : csm_store_now(s), level = 0, at;
	struct path_set *set;
	int rc = find_paths(s, &set, err);

	for (unsigned i = 0; !rc && i < set->n; i++) {
		const struct escalation_path *p = &set->v[i];
		bool fits = sla ? escalation_measures(p, sla)
				: !csm_rec_null(p->rec, ESCALATION_PATH_AFTER_DURATION);

		if (!fits)
			continue;
		rc = escalation_moment(s, p, cs, sla, &at, err);
		if (rc || at > until)
			continue;
		rc = escalation_fits(s, p, cs, &fits, err);
		if (!rc && fits && csm_rec_int(p->rec, ESCALATION_PATH_LEVEL) > level)
			level = csm_rec_int(p->rec, ESCALATION_PATH_LEVEL);
	}
	if (rc || !level)
		return rc;
	csm_rec_set_int(cs, CASE_HIGHEST_ESCALATION, level);
	return csm_store_write(s, cs, CSM_WRITE_IMPORT, -1, err);
}

int escalation_case_loaded(struct csm_store *s, struct csm_rec *cs, struct csm_err *err)
{
	return work_is_open(cs) ? pass_over(s, cs, NULL, err) : CSM_OK;
}

int escalation_sla_loaded(struct csm_store *s, const struct csm_rec *sla, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	struct path_set *set;
	struct csm_rec *cs;
	int rc = find_paths(s, &set, err);

	if (rc || !set->parts || csm_rec_null(sla, SLA_PARENT_CASE))
		return rc;
	a = csm_arena_like(csm_store_arena(s));
	rc = csm_store_get(s, &csm_type_case, csm_rec_int(sla, SLA_PARENT_CASE), a, &cs, err);
	return rc || !cs ? rc : pass_over(s, cs, sla, err);
}

/* ---- a path is new, or another ---- */

/* An SLA that runs learns of a new part of its time: one to come, or one that has passed and fits. */
static int tell_sla(struct csm_store *s, const struct path_set *set, struct csm_rec *sla, struct csm_err *err)
{
	struct csm_rec *cs;
	int64_t next;
	bool due;
	int rc = svc_ref(s, sla, SLA_PARENT_CASE, &cs, err);

	if (rc || !cs)
		return rc;
	rc = is_due(s, set, sla, cs, &due, err);
	if (!rc && due)
		return ask_for(s, sla, csm_store_now(s), err);
	if (rc || !csm_rec_is(sla, SLA_STAGE, "in_progress"))
		return rc;
	rc = escalation_next(s, sla, csm_store_now(s), &next, err);
	return rc || next == MILESTONE_NEVER ? rc : ask_for(s, sla, next, err);
}

static int tell_running(struct csm_store *s, const struct path_set *set, int64_t definition,
			struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct csm_mark start = csm_arena_mark(row);
	struct csm_vec ids = CSM_VEC(a, int64_t);
	struct csm_filter *where;
	struct csm_rec *r;
	int rc = csm_store_filter(s, &csm_type_sla, "active = true and parent_case is not null", a, &where, err);

	if (!rc)
		rc = svc_ids(s, &csm_type_sla, where, NULL, &ids, err);
	for (size_t i = 0; !rc && i < ids.n; i++) {
		csm_arena_rewind(row, start);
		rc = csm_store_need(s, &csm_type_sla, *CSM_AT(&ids, int64_t, i), row, &r, err);
		if (!rc && (!definition || definition == csm_rec_int(r, SLA_SLA_DEFINITION)))
			rc = tell_sla(s, set, r, err);
	}
	return rc;
}

int escalation_path_after(struct csm_write *w, struct csm_err *err)
{
	static const int matter[] = { ESCALATION_PATH_ACTIVE, ESCALATION_PATH_CASE_CONDITION,
				      ESCALATION_PATH_LEVEL, ESCALATION_PATH_SLA_PERCENTAGE,
				      ESCALATION_PATH_SLA_DEFINITION };
	const struct csm_rec *r = w->rec;
	struct path_set *set;
	bool changed = w->insert;
	int rc;

	for (unsigned i = 0; i < CSM_COUNT(matter); i++)
		changed = changed || !csm_value_eq(&r->v[matter[i]], &r->old[matter[i]]);
	if (w->remove || !changed || !csm_rec_int(r, ESCALATION_PATH_ACTIVE) ||
	    csm_rec_null(r, ESCALATION_PATH_SLA_PERCENTAGE))
		return CSM_OK;
	rc = find_paths(w->store, &set, err);
	return rc ? rc : tell_running(w->store, set, csm_rec_int(r, ESCALATION_PATH_SLA_DEFINITION), err);
}
