/* SPDX-License-Identifier: MIT */
/*
 * sla_check.c - what a definition must be, so that it can attach, be counted and end (domain 6.1,
 * validation).
 */
#include "sla_priv.h"
#include "svc_schedule.h"

static int check_condition(struct csm_write *w, const struct csm_rtype *target, int field,
			   struct csm_err *err)
{
	struct csm_filter *f;
	int rc;

	if (csm_rec_null(w->rec, field))
		return CSM_OK;
	rc = csm_store_filter(w->store, target, csm_rec_text(w->rec, field), w->rec->arena, &f, err);
	if (rc)
		csm_err_on(err, w->rec->type->name, csm_rec_key(w->rec->arena, w->rec),
			   w->rec->type->fields[field].name);
	return rc;
}

/* The fields of the rule business_days_by are there with it, and only with it. */
static int check_rule(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { SLA_DEFINITION_RELATIVE_DAYS, SLA_DEFINITION_RELATIVE_TIME,
				      SLA_DEFINITION_RELATIVE_CUTOFF };
	const struct csm_rec *r = w->rec;
	bool by = csm_rec_is(r, SLA_DEFINITION_RELATIVE_DURATION, "business_days_by");

	for (unsigned i = 0; i < CSM_COUNT(fields); i++) {
		if (!by && !csm_rec_null(r, fields[i]))
			return svc_refuse(w, fields[i], err,
					  "belongs to relative_duration business_days_by alone");
		if (by && csm_rec_null(r, fields[i]) && fields[i] != SLA_DEFINITION_RELATIVE_CUTOFF)
			return svc_refuse(w, fields[i], err,
					  "is needed with relative_duration business_days_by");
	}
	return CSM_OK;
}

/* A relative due moment does not move, so there is nothing that a pause could add to it. */
static int check_relative(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;

	if (csm_rec_null(r, SLA_DEFINITION_RELATIVE_DURATION))
		return svc_refuse(w, SLA_DEFINITION_RELATIVE_DURATION, err,
				  "is needed with duration_type relative");
	if (!csm_rec_null(r, SLA_DEFINITION_PAUSE_CONDITION))
		return svc_refuse(w, SLA_DEFINITION_PAUSE_CONDITION, err,
				  "a relative duration can't be paused");
	if (csm_rec_is(r, SLA_DEFINITION_REOPEN_ACTION, "resume"))
		return svc_refuse(w, SLA_DEFINITION_REOPEN_ACTION, err,
				  "a relative duration can't resume, expected restart");
	return CSM_OK;
}

static int check_duration(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int rc = check_rule(w, err);

	if (rc)
		return rc;
	if (csm_rec_is(r, SLA_DEFINITION_DURATION_TYPE, "relative"))
		return check_relative(w, err);
	if (csm_rec_int(r, SLA_DEFINITION_DURATION) <= 0)
		return svc_refuse(w, SLA_DEFINITION_DURATION, err, "is needed, longer than 0");
	return CSM_OK;
}

static int check_sources(struct csm_write *w, const struct csm_rtype *target, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	struct csm_path path;
	int rc;

	if (csm_rec_is(r, SLA_DEFINITION_SCHEDULE_SOURCE, "definition") &&
	    csm_rec_null(r, SLA_DEFINITION_SCHEDULE))
		return svc_refuse(w, SLA_DEFINITION_SCHEDULE, err,
				  "is needed with schedule_source definition");
	if (csm_rec_is(r, SLA_DEFINITION_SCHEDULE_SOURCE, "field")) {
		if (csm_rec_null(r, SLA_DEFINITION_SCHEDULE_FIELD))
			return svc_refuse(w, SLA_DEFINITION_SCHEDULE_FIELD, err,
					  "is needed with schedule_source field");
		rc = csm_path_parse(r->arena, csm_store_dict(w->store), target,
				    csm_rec_text(r, SLA_DEFINITION_SCHEDULE_FIELD), &path, err);
		if (rc)
			return rc;
		if (path.many || path.last->kind != CSM_K_REF || strcmp(path.last->target, "schedule") != 0)
			return svc_refuse(w, SLA_DEFINITION_SCHEDULE_FIELD, err,
					  "'%s' is no reference to a schedule",
					  csm_rec_text(r, SLA_DEFINITION_SCHEDULE_FIELD));
	}
	if (!csm_rec_null(r, SLA_DEFINITION_SET_START_TO)) {
		const struct csm_field *f = csm_field_named(target,
							    csm_rec_text(r, SLA_DEFINITION_SET_START_TO));

		if (!f || f->kind != CSM_K_TIME)
			return svc_refuse(w, SLA_DEFINITION_SET_START_TO, err, "'%s' is no time of %s",
					  csm_rec_text(r, SLA_DEFINITION_SET_START_TO), target->name);
	}
	return svc_check_zone(w, SLA_DEFINITION_TIME_ZONE, err);
}

int sla_definition_check(struct csm_write *w, struct csm_err *err)
{
	static const int conditions[] = { SLA_DEFINITION_START_CONDITION,  SLA_DEFINITION_STOP_CONDITION,
					  SLA_DEFINITION_PAUSE_CONDITION,  SLA_DEFINITION_RESUME_CONDITION,
					  SLA_DEFINITION_CANCEL_CONDITION, SLA_DEFINITION_RESET_CONDITION };
	const struct csm_rec *r = w->rec;
	const struct csm_rtype *target = csm_dict_type(csm_store_dict(w->store),
						       csm_rec_text(r, SLA_DEFINITION_TARGET_TYPE));
	int rc = CSM_OK;

	for (unsigned i = 0; i < CSM_COUNT(conditions) && !rc; i++)
		rc = check_condition(w, target, conditions[i], err);
	if (!rc)
		rc = check_duration(w, err);
	if (!rc)
		rc = check_sources(w, target, err);
	if (rc)
		return rc;
	if (csm_rec_is(r, SLA_DEFINITION_RESUME_WHEN, "condition") &&
	    csm_rec_null(r, SLA_DEFINITION_RESUME_CONDITION))
		return svc_refuse(w, SLA_DEFINITION_RESUME_CONDITION, err,
				  "is needed with resume_when condition");
	if (csm_rec_is(r, SLA_DEFINITION_CANCEL_WHEN, "condition") &&
	    csm_rec_null(r, SLA_DEFINITION_CANCEL_CONDITION))
		return svc_refuse(w, SLA_DEFINITION_CANCEL_CONDITION, err,
				  "is needed with cancel_when condition");
	if (csm_rec_is(r, SLA_DEFINITION_START_CONDITION, csm_rec_text(r, SLA_DEFINITION_STOP_CONDITION)))
		return svc_refuse(w, SLA_DEFINITION_STOP_CONDITION, err,
				  "is the start condition: it would never attach");
	return sla_lint(w, target, err);
}

static bool both_null(const struct csm_rec *r, int x, int y)
{
	return csm_rec_null(r, x) == csm_rec_null(r, y);
}

/*
 * A definition measures a task once at a time. Looked for among the few records of the task: a query for task
 * and definition together may be given the index of the definition, which a million of them share.
 */
static int check_only(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int owner = csm_rec_null(r, SLA_PARENT_CASE) ? SLA_CASE_TASK : SLA_PARENT_CASE;
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(w->store, r->type, owner, csm_rec_int(r, owner), r->arena, &rows, &n,
				    err);

	for (unsigned i = 0; !rc && i < n; i++)
		if (csm_rec_int(rows[i], SLA_ACTIVE) &&
		    csm_rec_int(rows[i], SLA_SLA_DEFINITION) == csm_rec_int(r, SLA_SLA_DEFINITION))
			return svc_refuse(w, SLA_ACTIVE, err, "%s runs already by the same definition",
					  csm_rec_key(r->arena, rows[i]));
	return rc;
}

/* The number of a change is this database's own: a load from another one can't state it. */
int sla_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;

	(void)err;
	if (w->mode == CSM_WRITE_IMPORT)
		r->v[SLA_RULES_CHANGE] = w->insert ? csm_null() : r->old[SLA_RULES_CHANGE];
	return CSM_OK;
}

/* A record of the engine, or one that an import states: its stage and its moments agree. */
int sla_check(struct csm_write *w, struct csm_err *err)
{
	static const int later[] = { SLA_PAUSE_AT, SLA_PLANNED_END_AT, SLA_ORIGINAL_BREACH_AT,
				     SLA_BREACHED_AT };
	const struct csm_rec *r = w->rec;
	bool paused = csm_rec_is(r, SLA_STAGE, "paused"),
	     running = paused || csm_rec_is(r, SLA_STAGE, "in_progress");

	if (both_null(r, SLA_PARENT_CASE, SLA_CASE_TASK))
		return svc_refuse(w, SLA_PARENT_CASE, err, "measures either a case or a case task");
	if (running != (csm_rec_int(r, SLA_ACTIVE) != 0))
		return svc_refuse(w, SLA_ACTIVE, err,
				  "is true in stages in_progress and paused, and only there");
	if (running != csm_rec_null(r, SLA_END_AT))
		return svc_refuse(w, SLA_END_AT, err,
				  running ? "is given, but the stage is %s" : "is needed in stage %s",
				  csm_rec_text(r, SLA_STAGE));
	if (paused == csm_rec_null(r, SLA_PAUSE_AT))
		return svc_refuse(w, SLA_PAUSE_AT, err,
				  paused ? "is needed in stage %s" : "is given, but the stage is %s",
				  csm_rec_text(r, SLA_STAGE));
	if (!running && csm_rec_int(r, SLA_END_AT) < csm_rec_int(r, SLA_START_AT))
		return svc_refuse(w, SLA_END_AT, err, "is before start_at");
	if (csm_rec_int(r, SLA_HAS_BREACHED) != !csm_rec_null(r, SLA_BREACHED_AT))
		return svc_refuse(w, SLA_BREACHED_AT, err, "belongs to has_breached: both or none");
	for (unsigned i = 0; i < CSM_COUNT(later); i++)
		if (!csm_rec_null(r, later[i]) && csm_rec_int(r, later[i]) < csm_rec_int(r, SLA_START_AT))
			return svc_refuse(w, later[i], err, "is before start_at");
	/* the engine has the task's records before it when it attaches one */
	return w->insert && running && w->mode == CSM_WRITE_IMPORT ? check_only(w, err) : CSM_OK;
}
