/* SPDX-License-Identifier: MIT */
/*
 * escalation_job.c - the steps of escalation that are due: found, put in the order in which they became due, so
 * that a late tick takes the steps that ticks on time would have taken, and taken on the cases as they are.
 */
#include <csm/utf8.h>

#include "svc_alert.h"
#include "tick_priv.h"

struct step {
	int64_t at; /* when it became due */
	int64_t cs; /* id of the case */
	struct escalation_path *path;
	int64_t sla; /* id of the SLA whose time it is; 0: none */
	size_t order;
};

struct search {
	struct tick *k;
	struct csm_arena *row;
	struct csm_vec steps;
};

static void add_step(struct search *f, struct escalation_path *p, int64_t cs, int64_t sla, int64_t at)
{
	struct step *s = csm_vec_add(&f->steps);

	*s = (struct step){ at, cs, p, sla, f->steps.n };
}

/* ---- a time since the case was opened ---- */

/* Open cases old enough that had one lower level at most: one range of the index cases_escalation. */
static int find_level(struct search *f, struct escalation_path *p, int64_t level, const char *before,
		      struct csm_err *err)
{
	static const int columns[] = { CASE_OPENED_AT, -1 };
	struct csm_store *s = f->k->store;
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .sort = "opened_at", .columns = columns };
	struct csm_mark start = csm_arena_mark(f->row);
	struct csm_filter *where;
	struct csm_rec *r;
	const char *text = csm_sprintf(f->k->arena,
				       "active = true and highest_escalation %s and opened_at <= '%s' and "
				       "state != resolved",
				       level ? csm_sprintf(f->k->arena, "= %lld", (long long)level) : "is null",
				       before);
	int rc = csm_store_filter(s, &csm_type_case, text, f->k->arena, &where, err);

	q.where = rc ? NULL : csm_filter_and(f->k->arena, where, p->when);
	if (!rc)
		rc = csm_store_select(s, &csm_type_case, &q, f->k->arena, &c, err);
	while (!rc) {
		int64_t at;

		csm_arena_rewind(f->row, start);
		rc = csm_cursor_next(c, f->row, &r, err);
		if (rc || !r)
			break;
		rc = escalation_moment(s, p, r, NULL, &at, err);
		if (!rc)
			add_step(f, p, r->id, 0, at);
	}
	return rc;
}

/* A case is due when its time is over by now: when it was opened by the moment that lies so far back. */
static int find_old(struct search *f, struct escalation_path *p, struct csm_err *err)
{
	int64_t now = csm_store_now(f->k->store), after = csm_rec_int(p->rec, ESCALATION_PATH_AFTER_DURATION), at;
	struct csm_cal *cal;
	char before[CSM_TIME_SIZE];
	int rc = escalation_calendar(f->k->store, p, &cal, err);

	if (rc)
		return rc;
	at = now - after;
	if (cal)
		rc = csm_cal_sub(cal, now, after, &at, err);
	if (rc)
		return rc;
	if (at < CSM_TIME_MIN)
		return CSM_OK;
	csm_time_format(at, before);
	for (int64_t level = 0; !rc && level < csm_rec_int(p->rec, ESCALATION_PATH_LEVEL); level++)
		rc = find_level(f, p, level, before, err);
	return rc;
}

/* ---- a part of an SLA's time ---- */

static int find_parts(struct search *f, struct escalation_path *paths, unsigned n, struct csm_err *err)
{
	struct csm_store *s = f->k->store;
	struct csm_mark start = csm_arena_mark(f->row);
	struct csm_vec ids;
	int rc = tick_find(f->k, &csm_type_sla, "next_milestone_at <= now", "next_milestone_at", &ids, err);

	for (size_t i = 0; !rc && i < ids.n; i++) {
		struct csm_rec *sla;

		csm_arena_rewind(f->row, start);
		rc = csm_store_need(s, &csm_type_sla, *CSM_AT(&ids, int64_t, i), f->row, &sla, err);
		for (unsigned k = 0; !rc && k < n; k++) {
			int64_t at;

			if (!escalation_measures(&paths[k], sla))
				continue;
			rc = escalation_moment(s, &paths[k], NULL, sla, &at, err);
			if (!rc && at <= milestone_until(sla, csm_store_now(s)))
				add_step(f, &paths[k], csm_rec_int(sla, SLA_PARENT_CASE), sla->id, at);
		}
	}
	return rc;
}

/* ---- taking them ---- */

static const char *label(const struct csm_rec *r, int field)
{
	return csm_field_label(r->arena, &r->type->fields[field], &r->v[field]);
}

/* What made the step due, in words. */
static int tell_cause(struct csm_store *s, const struct step *t, struct csm_arena *a, const char **out,
		      struct csm_err *err)
{
	const struct csm_rec *p = t->path->rec;
	char buf[CSM_TIME_SIZE];
	struct csm_rec *sla, *def;
	int rc;

	*out = csm_sprintf(a, "%s since it was opened",
			   csm_duration_format(csm_rec_int(p, ESCALATION_PATH_AFTER_DURATION), buf));
	if (!t->sla)
		return CSM_OK;
	rc = csm_store_need(s, &csm_type_sla, t->sla, a, &sla, err);
	if (!rc)
		rc = svc_ref(s, sla, SLA_SLA_DEFINITION, &def, err);
	if (!rc)
		*out = csm_sprintf(a, "%lld%% of SLA %s used",
				   (long long)csm_rec_int(p, ESCALATION_PATH_SLA_PERCENTAGE),
				   csm_rec_text(def, SLA_DEFINITION_NAME));
	return rc;
}

static int queue_step(struct csm_store *s, const struct step *t, struct csm_rec *cs, struct csm_err *err)
{
	const struct csm_rec *p = t->path->rec;
	const char *roles = csm_rec_null(p, ESCALATION_PATH_RECIPIENTS) ? ",group,"
									: csm_rec_text(p, ESCALATION_PATH_RECIPIENTS);
	struct outbox_message m = { .event = "escalation", .roles = roles, .cs = cs,
				    .group = csm_rec_int(p, ESCALATION_PATH_ASSIGNMENT_GROUP) };
	struct csm_arena *a = cs->arena;
	const char *key = csm_rec_key(a, cs), *cause, *to = label(p, ESCALATION_PATH_LEVEL);
	int rc = tell_cause(s, t, a, &cause, err);

	m.subject = csm_sprintf(a, "%s escalated to %s: %s", key, to, csm_rec_text(cs, CASE_SHORT_DESCRIPTION));
	m.body = csm_sprintf(a,
			     "Case %s was escalated to %s by '%s': %s.\n\n%s\nOpened: %s\nPriority: %s\nState: %s\n", key,
			     to, csm_rec_text(p, ESCALATION_PATH_NAME), rc ? "" : cause,
			     csm_rec_text(cs, CASE_SHORT_DESCRIPTION),
			     outbox_time(s, a, csm_rec_int(cs, CASE_OPENED_AT), ""), label(cs, CASE_PRIORITY),
			     label(cs, CASE_STATE));
	return rc ? rc : outbox_queue(s, &m, err);
}

/* The case first: what may be refused is refused before anything else of the step is written. */
static int take_step(struct csm_store *s, const struct step *t, struct csm_arena *a, bool *done,
		     struct csm_err *err)
{
	int64_t level = csm_rec_int(t->path->rec, ESCALATION_PATH_LEVEL);
	struct csm_rec *cs, *event;
	bool fits = false;
	int rc = csm_store_get(s, &csm_type_case, t->cs, a, &cs, err);

	if (!rc && cs)
		rc = escalation_fits(s, t->path, cs, &fits, err);
	if (rc || !fits)
		return rc;
	csm_rec_set_int(cs, CASE_ESCALATION, level);
	rc = csm_store_write(s, cs, CSM_WRITE_NORMAL, -1, err);
	if (!rc)
		rc = csm_store_new(s, &csm_type_escalation_event, a, &event, err);
	if (rc)
		return rc;
	csm_rec_set_int(event, ESCALATION_EVENT_PARENT_CASE, t->cs);
	csm_rec_set_int(event, ESCALATION_EVENT_ESCALATION_PATH, t->path->rec->id);
	csm_rec_set_int(event, ESCALATION_EVENT_LEVEL, level);
	csm_rec_set_int(event, ESCALATION_EVENT_REACHED_AT, t->at);
	csm_rec_set_int(event, ESCALATION_EVENT_FIRED_AT, csm_store_now(s));
	rc = csm_store_write(s, event, CSM_WRITE_NORMAL, -1, err);
	if (!rc)
		rc = queue_step(s, t, cs, err);
	*done = !rc;
	return rc;
}

static int by_moment(const void *x, const void *y)
{
	const struct step *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Steps of one moment are in the order of the paths: lower levels first. */
static int take_steps(struct search *f, struct csm_err *err)
{
	struct csm_mark start = csm_arena_mark(f->row);
	int rc = CSM_OK;

	if (f->steps.n > 1)
		qsort(f->steps.p, f->steps.n, sizeof(struct step), by_moment);
	for (size_t i = 0; !rc && i < f->steps.n; i++) {
		bool done = false;

		csm_arena_rewind(f->row, start);
		rc = take_step(f->k->store, CSM_AT(&f->steps, struct step, i), f->row, &done, err);
		rc = tick_count(f->k, rc, done, err);
	}
	return rc;
}

int tick_escalations(struct tick *k, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	struct search f = { k, row, CSM_VEC(k->arena, struct step) };
	struct escalation_path *paths;
	bool parts = false;
	unsigned n;
	int rc = escalation_paths(k->store, &paths, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		if (paths[i].broken)
			tick_refuse(k, paths[i].broken);
		else if (csm_rec_null(paths[i].rec, ESCALATION_PATH_SLA_PERCENTAGE))
			rc = tick_count(k, find_old(&f, &paths[i], err), false, err);
		else
			parts = true;
	}
	if (!rc && parts)
		rc = find_parts(&f, paths, n, err);
	return rc ? rc : take_steps(&f, err);
}
