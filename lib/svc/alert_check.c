/* SPDX-License-Identifier: MIT */
/* alert_check.c - what a milestone and a step of escalation must be, so that csm can find its moment. */
#include "svc_schedule.h"

/* One of two fields has to be given, and only one. */
static int check_either(struct csm_write *w, int x, int y, struct csm_err *err)
{
	const struct csm_field *f = w->rec->type->fields;

	if (csm_rec_null(w->rec, x) != csm_rec_null(w->rec, y))
		return CSM_OK;
	return svc_refuse(w, x, err, "either this or %s is needed, not both", f[y].name);
}

int sla_milestone_check(struct csm_write *w, struct csm_err *err)
{
	int rc = check_either(w, SLA_MILESTONE_PERCENTAGE, SLA_MILESTONE_BEFORE_DUE, err);

	if (rc)
		return rc;
	if (!csm_rec_null(w->rec, SLA_MILESTONE_BEFORE_DUE) &&
	    csm_rec_int(w->rec, SLA_MILESTONE_BEFORE_DUE) == 0)
		return svc_refuse(w, SLA_MILESTONE_BEFORE_DUE, err,
				  "has to be longer than 0; percentage 100 is the due moment");
	return CSM_OK;
}

int escalation_path_check(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool by_time = !csm_rec_null(r, ESCALATION_PATH_AFTER_DURATION);
	struct csm_filter *f;
	int rc = check_either(w, ESCALATION_PATH_AFTER_DURATION, ESCALATION_PATH_SLA_PERCENTAGE, err);

	if (rc)
		return rc;
	if (!by_time && !csm_rec_null(r, ESCALATION_PATH_SCHEDULE))
		return svc_refuse(w, ESCALATION_PATH_SCHEDULE, err,
				  "belongs to after_duration; an SLA has a schedule of its own");
	if (by_time && !csm_rec_null(r, ESCALATION_PATH_SLA_DEFINITION))
		return svc_refuse(w, ESCALATION_PATH_SLA_DEFINITION, err, "belongs to sla_percentage");
	if (csm_rec_null(r, ESCALATION_PATH_CASE_CONDITION))
		return CSM_OK;
	rc = csm_store_filter(w->store, &csm_type_case, csm_rec_text(r, ESCALATION_PATH_CASE_CONDITION),
			      r->arena, &f, err);
	if (rc)
		csm_err_on(err, r->type->name, csm_rec_key(r->arena, r), "case_condition");
	return rc;
}
