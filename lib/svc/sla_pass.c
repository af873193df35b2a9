/* SPDX-License-Identifier: MIT */
/*
 * sla_pass.c - the engine pass on a task that was written (domain 6.4, row by row). Nothing is attached to
 * a task that has ended, and what its end does not complete is cancelled (domain 1.2, T13): nobody can keep
 * such a promise any more.
 *
 * pass 1  a definition in force without an active record: start and not stop (and not cancel) attaches one,
 * or, with reopen_action resume, lets the one that was completed last go on
 * pass 2  each active record, the new ones too:  1 stop completes  2 reset and start completes (or cancels)
 * and attaches anew, and so does an update target whose start has moved on  3 start no longer true (or the
 * cancel condition; never: not at all) cancels  4 pause pauses  5 no pause (or resume) goes on
 */
#include "svc_alert.h"
#include "svc_work.h"

struct facts {
	bool attaches, applies, start, stop, pause, resume, cancel, reset, over;
};

static int find_facts(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		      struct facts *f, struct csm_err *err)
{
	bool resume_when = csm_rec_is(def->rec, SLA_DEFINITION_RESUME_WHEN, "condition");
	int rc = sla_attaches(s, def, &f->attaches, err);

	if (!rc)
		rc = sla_def_applies(s, def, task, &f->applies, err);
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
	if (csm_rec_is(def->rec, SLA_DEFINITION_DURATION_TYPE, "relative"))
		f->pause = false; /* its due moment does not move */
	if (resume_when)
		f->pause = f->pause && !f->resume;
	else
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

/*
 * An update target counts from a moment of the task, such as the customer's last comment: when that moves on,
 * the promise is made anew.
 */
static bool is_asked_again(const struct sla_def *def, const struct csm_rec *task, const struct csm_rec *sla,
			   int64_t at)
{
	return csm_rec_is(def->rec, SLA_DEFINITION_TARGET, "update") && sla_has_start(def, task, at) &&
	       sla_start_moment(def, task, at) > csm_rec_int(sla, SLA_START_AT);
}

/* Whether a definition begins a record for the task. */
static bool may_begin(const struct sla_def *def, const struct facts *f)
{
	bool refused = csm_rec_is(def->rec, SLA_DEFINITION_CANCEL_WHEN, "condition") && f->cancel;

	return f->attaches && f->start && !f->stop && !f->over && !refused;
}

/*
 * One record ends in a stage and the next begins, by the definition as it is today; paused where the pause
 * condition holds.
 */
static int begin_anew(struct csm_store *s, struct sla_set *set, const struct sla_def *today,
		      struct csm_rec *task, struct csm_rec *sla, const char *stage, int64_t at,
		      struct csm_err *err)
{
	struct csm_rec *fresh;
	struct facts f;
	int rc = sla_end(s, set, sla, stage, at, err);

	if (!rc)
		rc = find_facts(s, today, task, &f, err);
	if (rc || !may_begin(today, &f))
		return rc;
	rc = sla_attach(s, set, today, task, at, &fresh, err);
	return rc || !f.pause ? rc : sla_pause(s, set, fresh, at, err);
}

/* Pass 2 for one active record, by the definition that it keeps. */
static int work_record(struct csm_store *s, struct sla_set *set, const struct sla_def *def,
		       const struct sla_def *today, const struct facts *f, struct csm_rec *task,
		       struct csm_rec *sla, int64_t at, struct csm_err *err)
{
	bool cancel = csm_rec_is(def->rec, SLA_DEFINITION_RESET_ACTION, "cancel");

	if (f->stop)
		return sla_end(s, set, sla, "completed", at, err);
	if (f->over)
		return sla_end(s, set, sla, "cancelled", at, err);
	if (f->reset && f->start && csm_rec_int(sla, SLA_START_AT) < at)
		return begin_anew(s, set, today, task, sla, cancel ? "cancelled" : "completed", at, err);
	if (f->start && is_asked_again(def, task, sla, at))
		return begin_anew(s, set, today, task, sla,
				  sla_is_late(sla, at) ? "completed" : "cancelled", at, err);
	if (must_cancel(def, f))
		return sla_end(s, set, sla, "cancelled", at, err);
	if (f->pause && csm_rec_is(sla, SLA_STAGE, "in_progress"))
		return sla_pause(s, set, sla, at, err);
	if (f->resume && csm_rec_is(sla, SLA_STAGE, "paused"))
		return sla_resume(s, set, sla, at, err);
	return CSM_OK;
}

/*
 * Pass 1 for a definition without an active record; last: the record of it that the task had last, *def and *f
 * its rules and what they say. *sla is the one that runs now, NULL when none does; *def and *f are its.
 */
static int begin(struct csm_store *s, struct sla_set *set, struct sla_def *today, struct sla_def **def,
		 struct facts *f, struct csm_rec *task, struct csm_rec *last, int64_t at,
		 struct csm_rec **sla, struct csm_err *err)
{
	int rc = CSM_OK;

	*sla = NULL;
	if (last && csm_rec_is(last, SLA_STAGE, "completed")) {
		if (csm_rec_is((*def)->rec, SLA_DEFINITION_REOPEN_ACTION, "resume") && may_begin(*def, f)) {
			*sla = last;
			return sla_reopen(s, set, last, at, err);
		}
		if (f->stop)	/* another stop condition since does not end its end */
			return CSM_OK;
	}
	if (*def != today) {
		*def = today;
		rc = find_facts(s, today, task, f, err);
	}
	return rc || !may_begin(today, f) ? rc : sla_attach(s, set, today, task, at, sla, err);
}

/*
 * A backdated write may stand before what the record has seen: nothing of it happens before its start or the
 * pause it is in.
 */
static int64_t event_moment(const struct csm_rec *sla, int64_t at)
{
	int64_t last = csm_rec_null(sla, SLA_PAUSE_AT) ? csm_rec_int(sla, SLA_START_AT)
						       : csm_rec_int(sla, SLA_PAUSE_AT);

	return at > last ? at : last;
}

static int work_definition(struct csm_store *s, struct sla_set *set, struct sla_def *today,
			   struct csm_rec *task, int64_t at, struct csm_err *err)
{
	struct csm_rec *sla = NULL, *last = NULL;
	struct sla_def *def = today;
	struct facts f;
	bool attaches;
	int rc = sla_attaches(s, today, &attaches, err);

	for (size_t i = 0; i < set->recs.n; i++) {
		struct csm_rec *one = *CSM_AT(&set->recs, struct csm_rec *, i);

		if (csm_rec_int(one, SLA_SLA_DEFINITION) != today->rec->id)
			continue;
		last = one;
		if (csm_rec_int(one, SLA_ACTIVE))
			sla = one;
	}
	if (rc || (!sla && (!attaches || today->target != task->type)))
		return rc;
	if (last)
		rc = sla_def_of(s, sla ? sla : last, &def, err);
	if (!rc)
		rc = find_facts(s, def, task, &f, err);
	if (!rc && !sla)
		rc = begin(s, set, today, &def, &f, task, last, at, &sla, err);
	return rc || !sla ? rc
			  : work_record(s, set, def, today, &f, task, sla, event_moment(sla, at), err);
}

static struct csm_rec *find_active(const struct sla_set *set, const struct sla_def *def)
{
	for (size_t i = 0; i < set->recs.n; i++) {
		struct csm_rec *one = *CSM_AT(&set->recs, struct csm_rec *, i);

		if (csm_rec_int(one, SLA_SLA_DEFINITION) == def->rec->id && csm_rec_int(one, SLA_ACTIVE))
			return one;
	}
	return NULL;
}

/* The first fact that keeps a definition from beginning, in the order of domain 6.4. */
static const char *say_why(const struct facts *f)
{
	if (f->over)
		return "it has ended";
	if (!f->applies)
		return "its contract has other SLAs, or the definition belongs to contracts";
	if (!f->start)
		return "the start condition does not hold";
	if (f->stop)
		return "the stop condition holds";
	return "the cancel condition holds";
}

int sla_apply_at(struct csm_store *s, struct sla_set *set, struct sla_def *def, struct csm_rec *task, int64_t at,
		 struct csm_rec **sla, const char **why, struct csm_err *err)
{
	struct csm_rec *runs = find_active(set, def);
	struct facts f;
	int rc;

	*sla = NULL;
	*why = NULL;
	if (runs) {
		*why = csm_sprintf(task->arena, "%s runs already", csm_rec_key(task->arena, runs));
		return CSM_OK;
	}
	rc = find_facts(s, def, task, &f, err);
	if (!rc)
		rc = work_definition(s, set, def, task, at, err);
	if (rc)
		return rc;
	*sla = find_active(set, def);
	if (!*sla)
		*why = may_begin(def, &f) ? "it was completed by an earlier stop condition, which still holds"
					  : say_why(&f);
	return CSM_OK;
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
	if (!rc)
		rc = sla_pass_at(s, &set, task, csm_store_now(s), err);
	return rc ? rc : escalation_look(s, &set, task, err);
}
