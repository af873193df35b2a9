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

/* What the conditions of a definition say of a task. Each is asked when it is first needed: most passes need few. */
struct facts {
	struct csm_store *store;
	const struct sla_def *def;
	const struct csm_rec *task;
	unsigned asked, yes;	/* bits 1 << enum fact */
	int rc;			/* of one that could not be asked; then what the others say is worth nothing */
	struct csm_err *err;
};

enum fact { APPLIES, OVER, START, STOP, PAUSE, RESUME, CANCEL, RESET };

static struct facts facts_of(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
			     struct csm_err *err)
{
	return (struct facts){ .store = s, .def = def, .task = task, .err = err };
}

static int ask(const struct facts *f, enum fact fact, bool *out)
{
	const struct sla_def *def = f->def;

	switch (fact) {
	case APPLIES:
		return sla_def_applies(f->store, def, f->task, out, f->err);
	case OVER:
		*out = !work_is_open(f->task);
		return CSM_OK;
	case START:
		return sla_is(f->store, def->start, f->task, out, f->err);
	case STOP:
		return sla_is(f->store, def->stop, f->task, out, f->err);
	case PAUSE:
		return sla_is(f->store, def->pause, f->task, out, f->err);
	case RESUME:
		return sla_is(f->store, def->resume, f->task, out, f->err);
	case CANCEL:
		return sla_is(f->store, def->cancel, f->task, out, f->err);
	case RESET:
		break;
	}
	return sla_is(f->store, def->reset, f->task, out, f->err);
}

static bool says(struct facts *f, enum fact fact)
{
	bool yes = false;

	if (!(f->asked >> fact & 1) && !f->rc) {
		f->rc = ask(f, fact, &yes);
		f->asked |= 1u << fact;
		f->yes |= (unsigned)yes << fact;
	}
	return f->yes >> fact & 1;
}

static bool starts(struct facts *f)
{
	return says(f, START) && says(f, APPLIES);
}

static bool pauses(struct facts *f)
{
	if (f->def->is_relative || !says(f, PAUSE))
		return false;
	return !f->def->resume_condition || !says(f, RESUME);
}

static bool resumes(struct facts *f)
{
	return f->def->resume_condition ? says(f, RESUME) : !pauses(f);
}

static bool must_cancel(struct facts *f)
{
	if (f->def->cancel_never)
		return false;
	return f->def->cancel_condition ? says(f, CANCEL) : !starts(f);
}

/*
 * An update target counts from a moment of the task, such as the customer's last comment: when that moves on,
 * the promise is made anew.
 */
static bool is_asked_again(const struct facts *f, const struct csm_rec *sla, int64_t at)
{
	return f->def->is_update && sla_has_start(f->def, f->task, at) &&
	       sla_start_moment(f->def, f->task, at) > csm_rec_int(sla, SLA_START_AT);
}

/* Whether a definition begins a record for the task. */
static int may_begin(struct facts *f, bool *out)
{
	*out = false;
	if (!f->rc)
		f->rc = sla_attaches(f->store, f->def, out, f->err);
	*out = *out && !says(f, STOP) && starts(f) && !says(f, OVER) &&
	       !(f->def->cancel_condition && says(f, CANCEL));
	return f->rc;
}

enum step { STAYS, ENDS, BEGINS_ANEW, PAUSES, RESUMES };

/* What becomes of a record that runs; *stage: the one that it ends in. */
static enum step next_step(struct facts *f, const struct csm_rec *sla, int64_t at, const char **stage)
{
	*stage = "completed";
	if (says(f, STOP))
		return ENDS;
	*stage = "cancelled";
	if (says(f, OVER))
		return ENDS;
	if (says(f, RESET) && starts(f) && csm_rec_int(sla, SLA_START_AT) < at) {
		*stage = f->def->reset_cancels ? "cancelled" : "completed";
		return BEGINS_ANEW;
	}
	if (is_asked_again(f, sla, at) && starts(f)) {
		*stage = sla_is_late(sla, at) ? "completed" : "cancelled";
		return BEGINS_ANEW;
	}
	if (must_cancel(f))
		return ENDS;
	if (csm_rec_is(sla, SLA_STAGE, "in_progress"))
		return pauses(f) ? PAUSES : STAYS;
	return csm_rec_is(sla, SLA_STAGE, "paused") && resumes(f) ? RESUMES : STAYS;
}

/*
 * One record ends in a stage and the next begins, by the definition as it is today; paused where the pause
 * condition holds.
 */
static int begin_anew(struct csm_store *s, struct sla_set *set, const struct sla_def *today,
		      struct csm_rec *task, struct csm_rec *sla, const char *stage, int64_t at,
		      struct csm_err *err)
{
	struct facts f = facts_of(s, today, task, err);
	struct csm_rec *fresh;
	bool begins, paused;
	int rc = sla_end(s, set, sla, stage, at, err);

	if (!rc)
		rc = may_begin(&f, &begins);
	if (rc || !begins)
		return rc;
	paused = pauses(&f);
	rc = f.rc ? f.rc : sla_attach(s, set, today, task, at, &fresh, err);
	return rc || !paused ? rc : sla_pause(s, set, fresh, at, err);
}

/* Pass 2 for one active record, by the definition that it keeps. */
static int work_record(struct csm_store *s, struct sla_set *set, const struct sla_def *today, struct facts *f,
		       struct csm_rec *task, struct csm_rec *sla, int64_t at, struct csm_err *err)
{
	const char *stage;
	enum step step = next_step(f, sla, at, &stage);

	if (f->rc)
		return f->rc;
	switch (step) {
	case ENDS:
		return sla_end(s, set, sla, stage, at, err);
	case BEGINS_ANEW:
		return begin_anew(s, set, today, task, sla, stage, at, err);
	case PAUSES:
		return sla_pause(s, set, sla, at, err);
	case RESUMES:
		return sla_resume(s, set, sla, at, err);
	case STAYS:
		break;
	}
	return CSM_OK;
}

/*
 * Pass 1 for a definition without an active record; last: the record of it that the task had last, NULL when
 * it had none, f: what its rules say. *sla is the one that runs now, NULL when none does; f is what its say.
 */
static int begin(struct csm_store *s, struct sla_set *set, const struct sla_def *today, struct facts *f,
		 struct csm_rec *task, struct csm_rec *last, int64_t at, struct csm_rec **sla,
		 struct csm_err *err)
{
	bool begins;
	int rc;

	*sla = NULL;
	if (last && csm_rec_is(last, SLA_STAGE, "completed")) {
		rc = f->def->reopen_resumes ? may_begin(f, &begins) : CSM_OK;
		if (rc)
			return rc;
		if (f->def->reopen_resumes && begins) {
			*sla = last;
			return sla_reopen(s, set, last, at, err);
		}
		if (says(f, STOP) || f->rc)	/* another stop condition since does not end its end */
			return f->rc;
	}
	if (f->def != today)
		*f = facts_of(s, today, task, err);
	rc = may_begin(f, &begins);
	return rc || !begins ? rc : sla_attach(s, set, today, task, at, sla, err);
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

/* The definition that a record keeps. What is not stored was attached in this set, by that of today. */
static int kept_def(struct csm_store *s, const struct csm_rec *sla, const struct sla_def *today,
		    const struct sla_def **out, struct csm_err *err)
{
	struct sla_def *kept;
	int rc;

	*out = today;
	if (!sla || !sla->id)
		return CSM_OK;
	rc = sla_def_of(s, sla, &kept, err);
	*out = kept;
	return rc;
}

static int work_definition(struct csm_store *s, struct sla_set *set, const struct sla_def *today,
			   struct csm_rec *task, int64_t at, struct csm_err *err)
{
	struct csm_rec *sla = NULL, *last = NULL;
	const struct sla_def *def;
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
	rc = kept_def(s, sla ? sla : last, today, &def, err);
	if (rc)
		return rc;
	f = facts_of(s, def, task, err);
	if (!sla)
		rc = begin(s, set, today, &f, task, last, at, &sla, err);
	return rc || !sla ? rc : work_record(s, set, today, &f, task, sla, event_moment(sla, at), err);
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
static const char *say_why(struct facts *f)
{
	if (says(f, OVER))
		return "it has ended";
	if (!says(f, APPLIES))
		return "its contract has other SLAs, or the definition belongs to contracts";
	if (!says(f, START))
		return "the start condition does not hold";
	if (says(f, STOP))
		return "the stop condition holds";
	return "the cancel condition holds";
}

int sla_apply_at(struct csm_store *s, struct sla_set *set, struct sla_def *def, struct csm_rec *task, int64_t at,
		 struct csm_rec **sla, const char **why, struct csm_err *err)
{
	struct csm_rec *runs = find_active(set, def);
	struct facts f = facts_of(s, def, task, err);
	bool begins;
	int rc;

	*sla = NULL;
	*why = NULL;
	if (runs) {
		*why = csm_sprintf(task->arena, "%s runs already", csm_rec_key(task->arena, runs));
		return CSM_OK;
	}
	rc = work_definition(s, set, def, task, at, err);
	if (rc)
		return rc;
	*sla = find_active(set, def);
	if (*sla)
		return CSM_OK;
	rc = may_begin(&f, &begins);
	if (!rc)
		*why = begins ? "it was completed by an earlier stop condition, which still holds" : say_why(&f);
	return f.rc;
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

static bool may_act(const struct sla_set *set, const struct sla_def *def)
{
	return !set->changed || def->asks_when || (def->reads[0] & set->changed[0]) ||
	       (def->reads[1] & set->changed[1]);
}

int sla_pass_at(struct csm_store *s, struct sla_set *set, struct csm_rec *task, int64_t at,
		struct csm_err *err)
{
	struct sla_def *defs;
	unsigned n;
	int rc = sla_defs(s, &defs, &n, err);

	for (unsigned i = 0; !rc && i < n; i++)
		if (may_act(set, &defs[i]))
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
