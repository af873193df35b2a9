/* SPDX-License-Identifier: MIT */
/* svc_schedule.h - hooks of schedules and SLA definitions. */
#ifndef CSM_SVC_SCHEDULE_H
#define CSM_SVC_SCHEDULE_H

#include "svc_priv.h"

/* Refuse a zone name that the system's zone files do not have. */
int svc_check_zone(struct csm_write *w, int field, struct csm_err *err);

int schedule_check(struct csm_write *w, struct csm_err *err);
int schedule_span_check(struct csm_write *w, struct csm_err *err);
int schedule_exception_check(struct csm_write *w, struct csm_err *err);
int sla_definition_check(struct csm_write *w, struct csm_err *err);
int sla_milestone_check(struct csm_write *w, struct csm_err *err);
int escalation_path_check(struct csm_write *w, struct csm_err *err);
int sla_check(struct csm_write *w, struct csm_err *err);

#define SVC_SCHEDULE_HOOKS \
	{ "schedule.check", schedule_check }, \
	{ "schedule_span.check", schedule_span_check }, \
	{ "schedule_exception.check", schedule_exception_check }, \
	{ "sla_definition.check", sla_definition_check }, \
	{ "sla_milestone.check", sla_milestone_check }, \
	{ "escalation_path.check", escalation_path_check }, \
	{ "sla.check", sla_check }

#endif
