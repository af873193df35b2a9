/* SPDX-License-Identifier: MIT */
/*
 * sla_import.c - SLAs of a task that a load states without them: the engine passes over the moments that
 * the task states, as if each came at its time. There is no history of pauses; the records say so
 * (from_import).
 */
#include "svc_alert.h"
#include "svc_work.h"

/*
 * A moment that a task states. From it on the task was in the state named; "" is the state it is in, NULL
 * the one before.
 */
static const struct moment {
	const struct csm_rtype *type;
	int field;
	const char *state;
} moments[] = {
	{ &csm_type_case, CASE_FIRST_RESPONSE_TIME, NULL },
	{ &csm_type_case, CASE_AWAITING_REPLY_SINCE, NULL },
	{ &csm_type_case, CASE_LAST_CUSTOMER_COMMENT_AT, NULL },
	{ &csm_type_case, CASE_LAST_AGENT_COMMENT_AT, NULL },
	{ &csm_type_case, CASE_RESOLVED_AT, "resolved" },
	{ &csm_type_case, CASE_CLOSED_AT, "" },
	{ &csm_type_case_task, CASE_TASK_CLOSED_AT, "" },
};
#define MOST CSM_COUNT(moments)

/* The fields of a task that a pass over its moments sets; later: what comes after the beginning, ended by -1. */
struct fields {
	int state, active, opened_at, version, later[11];
};
static const struct fields case_fields = {
	CASE_STATE, CASE_ACTIVE, CASE_OPENED_AT, CASE_VERSION,
	{ CASE_FIRST_RESPONSE_TIME, CASE_RESOLVED_AT, CASE_RESOLVED_BY, CASE_CLOSED_AT, CASE_CLOSED_BY,
	  CASE_RESOLUTION_CODE, CASE_CLOSE_NOTES, CASE_AWAITING_REPLY_SINCE, CASE_LAST_CUSTOMER_COMMENT_AT,
	  CASE_LAST_AGENT_COMMENT_AT, -1 }
};
static const struct fields task_fields = {
	CASE_TASK_STATE, CASE_TASK_ACTIVE, CASE_TASK_OPENED_AT, CASE_TASK_VERSION,
	{ CASE_TASK_CLOSED_AT, CASE_TASK_CLOSED_BY, CASE_TASK_CLOSE_NOTES, -1 }
};

static const struct fields *fields_of(const struct csm_rec *task)
{
	return task->type == &csm_type_case ? &case_fields : &task_fields;
}

/* state: a name that lives as long as the record. */
static void set_state(struct csm_rec *r, const char *state)
{
	const struct fields *f = fields_of(r);

	csm_rec_set(r, f->state, csm_text(state));
	csm_rec_set_int(r, f->active, work_is_open(r));
}

/* The task as it was when it was opened: what came later is taken away. */
static struct csm_rec *as_opened(struct csm_arena *a, const struct csm_rec *task)
{
	struct csm_rec *r = csm_rec_copy(a, task);

	for (const int *later = fields_of(task)->later; *later >= 0; later++)
		csm_rec_clear(r, *later);
	set_state(r, csm_life_initial(task->type->life));
	return r;
}

static void mark(uint64_t changed[2], int field)
{
	changed[field / 64] |= UINT64_C(1) << (field % 64);
}

/* What a moment that the task states brings. */
static void move_on(struct csm_rec *r, const struct csm_rec *task, const struct moment *m, uint64_t changed[2])
{
	const struct fields *f = fields_of(task);

	csm_rec_set_int(r, m->field, csm_rec_int(task, m->field));
	mark(changed, m->field);
	if (!m->state)
		return;
	set_state(r, *m->state ? m->state : csm_rec_text(task, f->state));
	mark(changed, f->state);
	mark(changed, f->active);
}

/* At the end the task is as it is. */
static void take_all(struct csm_rec *r, const struct csm_rec *task, uint64_t changed[2])
{
	const struct fields *f = fields_of(task);
	const int own[] = { f->state, f->active };

	for (unsigned i = 0; i < CSM_COUNT(own); i++)
		if (!csm_value_eq(&r->v[own[i]], &task->v[own[i]]))
			mark(changed, own[i]);
	for (const int *later = f->later; *later >= 0; later++)
		if (!csm_value_eq(&r->v[*later], &task->v[*later]))
			mark(changed, *later);
	memcpy(r->v, task->v, task->type->nfields * sizeof(*r->v));
}

/* Since when a case waits for its customer is not stated: since somebody last wrote to him. */
static int64_t waits_since(const struct csm_rec *cs)
{
	static const int said[] = { CASE_OPENED_AT, CASE_FIRST_RESPONSE_TIME, CASE_LAST_AGENT_COMMENT_AT };
	int64_t last = csm_rec_int(cs, said[0]);

	for (unsigned i = 1; i < CSM_COUNT(said); i++)
		if (csm_rec_int(cs, said[i]) > last)
			last = csm_rec_int(cs, said[i]);
	return last;
}

/* One of them, and when the task says that it was. */
struct stated {
	int64_t at;
	const struct moment *moment;
};

/* The moments that a task states after its beginning, oldest first; of the same time, in the order of the table. */
static unsigned stated_moments(const struct csm_rec *task, struct stated *out)
{
	unsigned n = 0;

	for (const struct moment *m = moments; m < moments + MOST; m++) {
		unsigned i = n;

		if (m->type != task->type || csm_rec_null(task, m->field))
			continue;
		for (; i && out[i - 1].at > csm_rec_int(task, m->field); i--)
			out[i] = out[i - 1];
		out[i] = (struct stated){ csm_rec_int(task, m->field), m };
		n++;
	}
	return n;
}

/*
 * What had passed before the load is marked silently: the record is breached where its due moment is
 * behind, and counts as reported, so that a load of old cases does not make the next report shout
 * (announce: it does).
 */
static void mark_past(struct csm_rec *sla, int64_t at)
{
	bool late = !csm_rec_null(sla, SLA_PLANNED_END_AT) && csm_rec_int(sla, SLA_ACTIVE) &&
		    at > csm_rec_int(sla, SLA_PLANNED_END_AT);

	if (late && !csm_rec_int(sla, SLA_HAS_BREACHED)) {
		csm_rec_set_int(sla, SLA_HAS_BREACHED, 1);
		csm_rec_set_int(sla, SLA_BREACHED_AT, csm_rec_int(sla, SLA_PLANNED_END_AT));
	}
}

/* One record goes through all the states: a load has too many for a copy of each. */
int sla_from_moments(struct csm_store *s, struct sla_set *set, const struct csm_rec *task, int64_t at,
	       struct csm_err *err)
{
	struct csm_rec *r = as_opened(task->arena, task);
	struct stated m[MOST];
	int64_t last = csm_rec_int(task, fields_of(task)->opened_at);
	unsigned n = stated_moments(task, m);
	uint64_t changed[2] = { 0 };
	int rc = sla_pass_at(s, set, r, last, err);

	set->changed = changed;
	for (unsigned i = 0; !rc && i < n; i++) {
		last = m[i].at;
		changed[0] = changed[1] = 0;
		for (unsigned k = i; k < n && m[k].at == last; k++)
			move_on(r, task, m[k].moment, changed);
		rc = sla_pass_at(s, set, r, last, err);
	}
	if (task->type == &csm_type_case && csm_rec_is(task, CASE_STATE, "awaiting_info"))
		last = waits_since(task);
	changed[0] = changed[1] = 0;
	take_all(r, task, changed);
	if (!rc)
		rc = sla_pass_at(s, set, r, last, err);
	set->changed = NULL;
	for (size_t i = 0; !rc && i < set->recs.n; i++)
		mark_past(*CSM_AT(&set->recs, struct csm_rec *, i), at);
	return rc;
}

/* The passes work in memory; each record is stored once, as the last of them left it. */
int sla_import(struct csm_store *s, struct csm_rec *task, bool announce, struct csm_err *err)
{
	int64_t now = csm_store_now(s);
	struct sla_set set = { .recs = CSM_VEC(task->arena, struct csm_rec *) };
	/* a task that was not there before the load has none: what a load states is not derived */
	bool fresh = task->old[fields_of(task)->version].tag == CSM_NULL;
	int rc = fresh ? CSM_OK : sla_load(s, task, &set, err);

	set.import = true;
	if (rc || set.recs.n)
		return rc ? rc : sla_pass_at(s, &set, task, now, err);
	set.hold = true;
	rc = sla_from_moments(s, &set, task, now, err);
	for (size_t i = 0; !rc && i < set.recs.n; i++) {
		struct csm_rec *sla = *CSM_AT(&set.recs, struct csm_rec *, i);

		if (csm_rec_int(sla, SLA_HAS_BREACHED) && !announce)
			csm_rec_set_int(sla, SLA_BREACH_REPORTED_AT, now);
		rc = milestone_load(s, sla, true, announce, err);
	}
	return rc;
}
