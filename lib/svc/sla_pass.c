/* SPDX-License-Identifier: MIT */
/*
 * sla_pass.c - the engine pass on a task that was written (domain 6.4, row by row), and what an imported task had behind it.
 *
 * pass 1  a definition in force without an active record: start and not stop (and not cancel) attaches one
 * pass 2  each active record, the new ones too:  1 stop completes  2 reset and start completes (or cancels) and attaches anew
 *         3 start no longer true (or the cancel condition; never: not at all) cancels  4 pause pauses  5 no pause (or resume) goes on
 */
#include "sla_priv.h"

struct facts {
	bool applies, start, stop, pause, resume, cancel, reset;
};

static int find_facts(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task, struct facts *f, struct csm_err *err)
{
	bool resume_when = csm_rec_is(def->rec, SLA_DEFINITION_RESUME_WHEN, "condition");
	int rc = sla_def_applies(s, def, task, &f->applies, err);

	if (!rc)
		rc = sla_is(s, def->start, task, &f->start, err);
	if (!rc)
		rc = sla_is(s, def->stop, task, &f->stop, err);
	if (!rc)
		rc = sla_is(s, def->pause, task, &f->pause, err);
	if (!rc)
		rc = sla_is(s, def->resume, task, &f->resume, err);
	if (!rc)
		rc = sla_is(s, def->cancel, task, &f->cancel, err);
	if (!rc)
		rc = sla_is(s, def->reset, task, &f->reset, err);
	f->start = f->start && f->applies;
	if (!resume_when)
		f->resume = !f->pause;
	return rc;
}

static bool must_cancel(const struct sla_def *def, const struct facts *f)
{
	if (csm_rec_is(def->rec, SLA_DEFINITION_CANCEL_WHEN, "never"))
		return false;
	if (csm_rec_is(def->rec, SLA_DEFINITION_CANCEL_WHEN, "condition"))
		return f->cancel;
	return !f->start;
}

/* Pass 2 for one active record. */
static int work_record(struct csm_store *s, const struct sla_def *def, const struct facts *f, struct csm_rec *task, struct csm_rec *sla,
		       int64_t at, bool import, struct csm_err *err)
{
	struct csm_rec *fresh;
	int rc;

	if (f->stop)
		return sla_end(s, sla, "completed", at, err);
	if (f->reset && f->start && csm_rec_int(sla, SLA_START_AT) < at) {
		rc = sla_end(s, sla, csm_rec_is(def->rec, SLA_DEFINITION_RESET_ACTION, "cancel") ? "cancelled" : "completed", at, err);
		return rc ? rc : sla_attach(s, def, task, at, import, &fresh, err);
	}
	if (must_cancel(def, f))
		return sla_end(s, sla, "cancelled", at, err);
	if (f->pause && csm_rec_is(sla, SLA_STAGE, "in_progress") && !csm_rec_is(def->rec, SLA_DEFINITION_DURATION_TYPE, "relative"))
		return sla_pause(s, sla, at, err);
	if (f->resume && csm_rec_is(sla, SLA_STAGE, "paused"))
		return sla_resume(s, sla, at, err);
	return CSM_OK;
}

static int work_definition(struct csm_store *s, struct sla_def *def, struct csm_rec *task, struct csm_rec **have, unsigned nhave, int64_t at,
			   bool import, struct csm_err *err)
{
	struct facts f;
	struct csm_rec *sla = NULL;
	int rc;

	for (unsigned i = 0; i < nhave; i++)
		if (csm_rec_int(have[i], SLA_SLA_DEFINITION) == def->rec->id && csm_rec_int(have[i], SLA_ACTIVE))
			sla = have[i];
	if (!sla && !csm_rec_int(def->rec, SLA_DEFINITION_ACTIVE))
		return CSM_OK;
	rc = find_facts(s, def, task, &f, err);
	if (rc)
		return rc;
	if (!sla) {
		bool refused = csm_rec_is(def->rec, SLA_DEFINITION_CANCEL_WHEN, "condition") && f.cancel;

		if (!f.start || f.stop || refused)
			return CSM_OK;
		rc = sla_attach(s, def, task, at, import, &sla, err);
		if (rc)
			return rc;
	}
	return work_record(s, def, &f, task, sla, at, import, err);
}

/* The field of an SLA record that names the task it measures. */
static int owner_field(const struct csm_rec *task)
{
	return task->type == &csm_type_case ? SLA_PARENT_CASE : SLA_CASE_TASK;
}

int sla_pass_at(struct csm_store *s, struct csm_rec *task, int64_t at, bool import, struct csm_err *err)
{
	struct sla_def *defs;
	struct csm_rec **have;
	unsigned n, nhave = 0;
	int rc = sla_defs(s, &defs, &n, err);

	if (rc || !n)
		return rc;
	rc = csm_store_children(s, &csm_type_sla, owner_field(task), task->id, task->arena, &have, &nhave, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		if (defs[i].target != task->type)
			continue;
		rc = work_definition(s, &defs[i], task, have, nhave, at, import, err);
	}
	return rc;
}

/* ---- import ---- */

/* A moment of an imported task: from then on it had what had been stated until then. */
static const struct {
	int field;			/* of case: the moment */
	const char *state;		/* the state it was in from then on, NULL as before */
} case_moments[] = {
	{ CASE_FIRST_RESPONSE_TIME, NULL },
	{ CASE_RESOLVED_AT, "resolved" },
	{ CASE_CLOSED_AT, "closed" },
};

static int by_moment(const void *x, const void *y)
{
	const struct sla_moment *a = x, *b = y;

	return a->at < b->at ? -1 : a->at > b->at;
}

/* The case as it was when it was opened: what came later is taken away. */
static struct csm_rec *as_opened(struct csm_arena *a, const struct csm_rec *task)
{
	static const int later[] = { CASE_FIRST_RESPONSE_TIME, CASE_RESOLVED_AT, CASE_RESOLVED_BY, CASE_CLOSED_AT, CASE_CLOSED_BY,
				     CASE_RESOLUTION_CODE, CASE_CLOSE_NOTES };
	struct csm_rec *r = csm_rec_copy(a, task);

	for (unsigned i = 0; i < CSM_COUNT(later); i++)
		csm_rec_clear(r, later[i]);
	csm_rec_set_text(r, CASE_STATE, csm_life_initial(task->type->life));
	csm_rec_set_int(r, CASE_ACTIVE, 1);
	return r;
}

/* The moments that a case states, as states of the record, oldest first; the last is the record itself. */
static unsigned stated_moments(struct csm_arena *a, const struct csm_rec *task, struct sla_moment *m)
{
	unsigned n = 0;
	int64_t last = csm_rec_int(task, CASE_OPENED_AT);
	struct csm_rec *r = as_opened(a, task);

	for (unsigned i = 0; i < CSM_COUNT(case_moments); i++)
		if (!csm_rec_null(task, case_moments[i].field))
			m[++n] = (struct sla_moment){ csm_rec_int(task, case_moments[i].field), NULL };
	m[0] = (struct sla_moment){ last, r };
	qsort(m + 1, n, sizeof(*m), by_moment);
	for (unsigned k = 1; k <= n; k++) {
		r = csm_rec_copy(a, m[k - 1].rec);
		for (unsigned i = 0; i < CSM_COUNT(case_moments); i++) {
			if (csm_rec_null(task, case_moments[i].field) || csm_rec_int(task, case_moments[i].field) != m[k].at)
				continue;
			csm_rec_set_int(r, case_moments[i].field, m[k].at);
			if (case_moments[i].state && csm_life_state(task->type->life, case_moments[i].state)) {
				csm_rec_set_text(r, CASE_STATE, case_moments[i].state);
				csm_rec_set_int(r, CASE_ACTIVE, strcmp(case_moments[i].state, "closed") != 0);
			}
		}
		m[k].rec = r;
		last = m[k].at;
	}
	m[n + 1] = (struct sla_moment){ last, csm_rec_copy(a, task) };
	return n + 2;
}

/*
 * What had passed before the load is marked silently: the record is breached where its due moment is behind, and counts as
 * reported, so that a load of old cases does not make the next report shout (announce: it does).
 */
static int mark_past(struct csm_store *s, struct csm_rec *task, bool announce, struct csm_err *err)
{
	struct csm_rec **have;
	unsigned n;
	int64_t now = csm_store_now(s);
	int rc = csm_store_children(s, &csm_type_sla, owner_field(task), task->id, task->arena, &have, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		struct csm_rec *sla = have[i];
		bool late = !csm_rec_null(sla, SLA_PLANNED_END_AT) && csm_rec_int(sla, SLA_ACTIVE) &&
			    now > csm_rec_int(sla, SLA_PLANNED_END_AT);

		if (late && !csm_rec_int(sla, SLA_HAS_BREACHED)) {
			csm_rec_set_int(sla, SLA_HAS_BREACHED, 1);
			csm_rec_set_int(sla, SLA_BREACHED_AT, csm_rec_int(sla, SLA_PLANNED_END_AT));
		}
		if (csm_rec_int(sla, SLA_HAS_BREACHED) && csm_rec_null(sla, SLA_BREACH_REPORTED_AT) && !announce)
			csm_rec_set_int(sla, SLA_BREACH_REPORTED_AT, now);
		rc = csm_store_write(s, sla, CSM_WRITE_NORMAL, -1, err);
	}
	return rc;
}

static int import_pass(struct csm_store *s, struct csm_rec *task, bool announce, struct csm_err *err)
{
	struct sla_moment m[CSM_COUNT(case_moments) + 2];
	struct csm_rec **have;
	unsigned n = 0, nhave;
	int rc = csm_store_children(s, &csm_type_sla, owner_field(task), task->id, task->arena, &have, &nhave, err);

	/* what it has SLAs for already goes on from here; of tasks no moments are known */
	if (!rc && !nhave && task->type == &csm_type_case)
		n = stated_moments(task->arena, task, m);
	else if (!rc)
		rc = sla_pass_at(s, task, csm_store_now(s), true, err);
	for (unsigned i = 0; !rc && i < n; i++)
		rc = sla_pass_at(s, m[i].rec, m[i].at, true, err);
	return rc || nhave ? rc : mark_past(s, task, announce, err);
}

int csm_sla_pass(struct csm_store *s, struct csm_rec *task, bool import, bool announce, struct csm_err *err)
{
	if (import)
		return import_pass(s, task, announce, err);
	return sla_pass_at(s, task, csm_store_now(s), false, err);
}
