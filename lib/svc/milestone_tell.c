/* SPDX-License-Identifier: MIT */
/*
 * milestone_tell.c - the job that tells of the levels that SLAs have reached: an alert and a message for each,
 * once, in their order, whenever the tick comes. Outside of the alert schedule even a late tick waits.
 */
#include "svc_alert.h"
#include "svc_work.h"
#include "tick_priv.h"

/* A level that is told now: the messages of a late tick are queued in the order in which they were due. */
struct telling {
	int64_t sla; /* id */
	struct milestone level;
	int64_t target;
	size_t order;
};
struct job {
	struct tick *k;
	struct csm_arena *row; /* of one record */
	struct csm_vec told;   /* struct telling */
};

/* ---- the message ---- */

/* Domain 6.5: below 75 % assignee and owner, from there on assignee and manager. */
static const char *roles_of(const struct telling *t)
{
	const struct milestone *m = &t->level;

	if (m->recipients)
		return m->recipients;
	if (m->percent >= 0 ? m->percent < 75 : m->before > t->target / 4)
		return ",assignee,owner,";
	return ",assignee,manager,";
}

static const char *tell_level(struct csm_arena *a, const struct milestone *m, const char *sla)
{
	if (m->percent < 0)
		return csm_sprintf(a, "%s, %s", sla, m->name);
	return m->percent == 100 ? csm_sprintf(a, "%s is due", sla) : csm_sprintf(a, "%s of %s used", m->name, sla);
}

static const char *tell_body(struct csm_store *s, const struct csm_rec *sla, const struct csm_rec *task,
			     const struct milestone *m, const char *level)
{
	struct csm_arena *a = task->arena;
	const char *zone = csm_rec_text(sla, SLA_TIME_ZONE);
	int text = csm_field_index(task->type, "short_description"),
	    priority = csm_field_index(task->type, "priority"), state = csm_field_index(task->type, "state");

	return csm_sprintf(a, "%s\n%s\n\nReached: %s\nDue: %s\n%sPriority: %s\nState: %s\n", level,
			   csm_rec_text(task, text), outbox_time(s, a, m->reached, zone),
			   csm_rec_null(sla, SLA_PLANNED_END_AT)
				   ? csm_rec_text(sla, SLA_STAGE)
				   : outbox_time(s, a, csm_rec_int(sla, SLA_PLANNED_END_AT), zone),
			   csm_rec_null(sla, SLA_END_AT)
				   ? ""
				   : csm_sprintf(a, "%s: %s\n",
						 csm_field_label(a, &sla->type->fields[SLA_STAGE],
								 &sla->v[SLA_STAGE]),
						 outbox_time(s, a, csm_rec_int(sla, SLA_END_AT), zone)),
			   csm_field_label(a, &task->type->fields[priority], &task->v[priority]),
			   csm_field_label(a, &task->type->fields[state], &task->v[state]));
}

static int queue_level(struct csm_store *s, const struct telling *t, struct csm_arena *a, struct csm_err *err)
{
	struct outbox_message out = { .event = "sla_milestone", .roles = roles_of(t) };
	const struct milestone *m = &t->level;
	struct csm_rec *sla, *task, *def;
	const char *level;
	int rc = csm_store_need(s, &csm_type_sla, t->sla, a, &sla, err);

	out.sla = sla;
	if (!rc)
		rc = svc_ref(s, sla, SLA_SLA_DEFINITION, &def, err);
	if (!rc)
		rc = svc_ref(s, sla, SLA_CASE_TASK, &out.task, err);
	if (!rc && out.task)
		rc = svc_ref(s, out.task, CASE_TASK_PARENT_CASE, &out.cs, err);
	else if (!rc)
		rc = svc_ref(s, sla, SLA_PARENT_CASE, &out.cs, err);
	if (rc)
		return rc;
	task = out.task ? out.task : out.cs;
	level = csm_sprintf(a, "%s: %s", csm_rec_key(a, task),
			    tell_level(a, m, csm_rec_text(def, SLA_DEFINITION_NAME)));
	out.subject = csm_sprintf(a, "%s: %s", level,
				  csm_rec_text(task, csm_field_index(task->type, "short_description")));
	out.body = tell_body(s, sla, task, m, level);
	return outbox_queue(s, &out, err);
}

/* ---- what is due ---- */

/* Whether a level is told now. Of a record that is paused or has ended only what it kept is. */
static bool is_due(const struct csm_rec *sla, const struct milestone *m, int64_t now)
{
	bool running = csm_rec_is(sla, SLA_STAGE, "in_progress");

	if (m->row)
		return milestone_waits(m) && m->told <= (running ? now : milestone_until(sla, now));
	return running && m->reached <= now && m->reached >= csm_rec_int(sla, SLA_NEXT_MILESTONE_AT);
}

/* It is not the time to tell: what is due is kept until the alert schedule opens. */
static int put_off(struct csm_store *s, struct csm_rec *sla, struct milestones *ms, int64_t until,
		   struct csm_err *err)
{
	int rc = milestone_set_next(s, sla, ms, csm_rec_int(sla, SLA_NEXT_MILESTONE_AT), err);

	if (csm_rec_null(sla, SLA_NEXT_MILESTONE_AT) || csm_rec_int(sla, SLA_NEXT_MILESTONE_AT) > until)
		csm_rec_set_int(sla, SLA_NEXT_MILESTONE_AT, until);
	if (!rc)
		rc = csm_store_write(s, sla, CSM_WRITE_NORMAL, -1, err);
	for (unsigned i = 0; !rc && i < ms->n; i++)
		if (ms->v[i].skip && !ms->v[i].row)
			rc = milestone_keep(s, sla, &ms->v[i], false, MILESTONE_NEVER, err);
	return rc;
}

/* The record first: what may be refused is refused before anything is kept. */
static int keep_told(struct job *j, struct csm_rec *sla, struct milestones *ms, struct csm_err *err)
{
	struct csm_store *s = j->k->store;
	int rc = milestone_set_next(s, sla, ms, csm_rec_int(sla, SLA_NEXT_MILESTONE_AT), err);

	if (!rc)
		rc = csm_store_write(s, sla, CSM_WRITE_NORMAL, -1, err);
	for (unsigned i = 0; !rc && i < ms->n; i++) {
		struct telling *t;

		if (!ms->v[i].skip)
			continue;
		rc = milestone_keep(s, sla, &ms->v[i], false, csm_store_now(s), err);
		if (rc)
			break;
		t = csm_vec_add(&j->told);
		*t = (struct telling){ sla->id, ms->v[i], ms->target, j->told.n };
		t->level.name = csm_strdup(j->k->arena, t->level.name);
		t->level.recipients = csm_strdup(j->k->arena, t->level.recipients);
		t->level.row = NULL;
	}
	return rc;
}

static int tell_sla(struct job *j, struct csm_rec *sla, struct csm_err *err)
{
	struct csm_store *s = j->k->store;
	int64_t now = csm_store_now(s), open;
	struct milestones ms;
	bool due = false;
	int rc = milestones_of(s, sla, &ms, err);

	for (unsigned i = 0; !rc && i < ms.n; i++) {
		ms.v[i].skip = is_due(sla, &ms.v[i], now);
		due = due || ms.v[i].skip;
	}
	if (!rc)
		rc = milestone_open(ms.alert, now, &open, err);
	if (rc)
		return rc;
	return due && open > now ? put_off(s, sla, &ms, open, err) : keep_told(j, sla, &ms, err);
}

static int by_told(const void *x, const void *y)
{
	const struct telling *a = x, *b = y;

	if (a->level.told != b->level.told)
		return a->level.told < b->level.told ? -1 : 1;
	if (a->sla != b->sla)
		return a->sla < b->sla ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int queue_told(struct job *j, struct csm_err *err)
{
	struct csm_mark start = csm_arena_mark(j->row);
	int rc = CSM_OK;

	if (j->told.n > 1)
		qsort(j->told.p, j->told.n, sizeof(struct telling), by_told);
	for (size_t i = 0; !rc && i < j->told.n; i++) {
		rc = queue_level(j->k->store, CSM_AT(&j->told, struct telling, i), j->row, err);
		csm_arena_rewind(j->row, start);
	}
	j->k->done = (int64_t)j->told.n;
	return rc;
}

int tick_milestones(struct tick *k, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	struct job j = { k, row, CSM_VEC(k->arena, struct telling) };
	struct csm_mark start = csm_arena_mark(row);
	struct csm_vec ids;
	int rc = tick_find(k, &csm_type_sla, "next_milestone_at <= now", "next_milestone_at", &ids, err);

	for (size_t i = 0; !rc && i < ids.n; i++) {
		struct csm_rec *sla;

		rc = csm_store_get(k->store, &csm_type_sla, *CSM_AT(&ids, int64_t, i), row, &sla, err);
		if (!rc && sla)
			rc = tell_sla(&j, sla, err);
		rc = tick_count(k, rc, false, err);
		csm_arena_rewind(row, start);
	}
	return rc ? rc : queue_told(&j, err);
}
