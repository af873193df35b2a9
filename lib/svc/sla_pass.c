/* SPDX-License-Identifier: MIT */
/*
 * sla_pass.c - the engine pass on a task that was written (domain 6.4, row by row). Nothing is attached to
 * a task that has ended, and what its end does not complete is cancelled (domain 1.2, T13): nobody can keep
 * such a promise any more.
 *
 * pass 1  a definition in force without an active record: start and not stop (and not cancel) attaches one
 * pass 2  each active record, the new ones too:  1 stop completes  2 reset and start completes (or cancels)
 * and attaches anew 3 start no longer true (or the cancel condition; never: not at all) cancels  4 pause
 * pauses  5 no pause (or resume) goes on
 */
#include "sla_priv.h"
#include "svc_work.h"

struct facts {
	bool applies, start, stop, pause, resume, cancel, reset, over;
};

static int find_facts(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		      struct facts *f, struct csm_err *err)
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
	f->over = !work_is_open(task);
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
static int work_record(struct csm_store *s, struct sla_set *set, const struct sla_def *def,
		       const struct facts *f, struct csm_rec *task, struct csm_rec *sla, int64_t at,
		       struct csm_err *err)
{
	bool pauses = f->pause && !csm_rec_is(def->rec, SLA_DEFINITION_DURATION_TYPE, "relative");
	struct csm_rec *fresh;
	int rc;

	if (f->stop)
		return sla_end(s, set, sla, "completed", at, err);
	if (f->over)
		return sla_end(s, set, sla, "cancelled", at, err);
	if (f->reset && f->start && csm_rec_int(sla, SLA_START_AT) < at) {
		rc = sla_end(s, set, sla,
			     csm_rec_is(def->rec, SLA_DEFINITION_RESET_ACTION, "cancel") ? "cancelled"
											 : "completed",
			     at, err);
		if (!rc)
			rc = sla_attach(s, set, def, task, at, &fresh, err);
		return rc || !pauses ? rc : sla_pause(s, set, fresh, at, err);
	}
	if (must_cancel(def, f))
		return sla_end(s, set, sla, "cancelled", at, err);
	if (pauses && csm_rec_is(sla, SLA_STAGE, "in_progress"))
		return sla_pause(s, set, sla, at, err);
	if (f->resume && csm_rec_is(sla, SLA_STAGE, "paused"))
		return sla_resume(s, set, sla, at, err);
	return CSM_OK;
}

static int work_definition(struct csm_store *s, struct sla_set *set, struct sla_def *def,
			   struct csm_rec *task, int64_t at, struct csm_err *err)
{
	struct facts f;
	struct csm_rec *sla = NULL;
	int rc;

	for (size_t i = 0; i < set->recs.n; i++) {
		struct csm_rec *one = *CSM_AT(&set->recs, struct csm_rec *, i);

		if (csm_rec_int(one, SLA_SLA_DEFINITION) == def->rec->id && csm_rec_int(one, SLA_ACTIVE))
			sla = one;
	}
	if (!sla && !csm_rec_int(def->rec, SLA_DEFINITION_ACTIVE))
		return CSM_OK;
	rc = find_facts(s, def, task, &f, err);
	if (rc)
		return rc;
	if (!sla) {
		bool refused = csm_rec_is(def->rec, SLA_DEFINITION_CANCEL_WHEN, "condition") && f.cancel;

		if (!f.start || f.stop || f.over || refused)
			return CSM_OK;
		rc = sla_attach(s, set, def, task, at, &sla, err);
		if (rc)
			return rc;
	}
	return work_record(s, set, def, &f, task, sla, at, err);
}

int sla_load(struct csm_store *s, const struct csm_rec *task, struct sla_set *set, struct csm_err *err)
{
	int owner = task->type == &csm_type_case ? SLA_PARENT_CASE : SLA_CASE_TASK;
	struct csm_rec **have;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_sla, owner, task->id, task->arena, &have, &n, err);

	*set = (struct sla_set){ .recs = CSM_VEC(task->arena, struct csm_rec *) };
	for (unsigned i = 0; !rc && i < n; i++)
		*(struct csm_rec **)csm_vec_add(&set->recs) = have[i];
	return rc;
}

int sla_pass_at(struct csm_store *s, struct sla_set *set, struct csm_rec *task, int64_t at,
		struct csm_err *err)
{
	struct sla_def *defs;
	unsigned n;
	int rc = sla_defs(s, &defs, &n, err);

	for (unsigned i = 0; !rc && i < n; i++)
		if (defs[i].target == task->type)
			rc = work_definition(s, set, &defs[i], task, at, err);
	return rc;
}

int csm_sla_pass(struct csm_store *s, struct csm_rec *task, bool import, bool announce, struct csm_err *err)
{
	struct sla_set set;
	struct sla_def *defs;
	unsigned n;
	int rc = sla_defs(s, &defs, &n, err);

	if (rc || !n)
		return rc;
	if (import)
		return sla_import(s, task, announce, err);
	rc = sla_load(s, task, &set, err);
	return rc ? rc : sla_pass_at(s, &set, task, csm_store_now(s), err);
}
