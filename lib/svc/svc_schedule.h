/* SPDX-License-Identifier: MIT */
/* svc_schedule.h - hooks of schedules and SLA definitions. */
#ifndef CSM_SVC_SCHEDULE_H
#define CSM_SVC_SCHEDULE_H

#include "svc_priv.h"

/* Refuse a zone name that the system's zone files do not have. */
int svc_check_zone(struct csm_write *w, int field, struct csm_err *err);

/* "mon" .. "sun", as the field days has them. */
extern const char *const svc_weekdays[7];

/* ---- schedule_def.c: a record as part of a definition; span and e are zeroed before ---- */
int schedule_read(const struct csm_rec *r, struct csm_cal_def *def, struct csm_err *err);
void schedule_span_read(const struct csm_rec *r, struct csm_cal_span *span);
int schedule_exception_read(const struct csm_rec *r, struct csm_cal_exception *e, struct csm_err *err);

/* One walk down from a schedule through what it includes and excludes. */
#define SVC_SCHEDULE_DEPTH 8
#define SVC_SCHEDULE_VISITS 1000 /* met on all ways down: eight levels of a dozen would be 400 million */
struct svc_walk {
	struct csm_store *store;
	struct csm_arena *arena;
	unsigned visits;
};
/* The definition of a stored schedule that is met on a walk, so deep below its beginning. */
int schedule_walk(struct svc_walk *k, int64_t id, int depth, struct csm_cal_def **out, struct csm_err *err);

/*
 * ---- schedule.c: what a record of a schedule must keep to by itself, whether it is stored or given inline
 * (schedule_doc.c) ----
 */
int schedule_rules(const struct csm_rec *r, const char *tzdir, struct csm_err *err);
int schedule_span_rules(const struct csm_rec *r, struct csm_err *err);
int schedule_exception_rules(const struct csm_rec *r, struct csm_err *err);

/* A calendar made anew, in arena a; to be closed by the caller. */
int schedule_build(struct csm_store *s, int64_t schedule, const char *zone, struct csm_arena *a,
		   struct csm_cal **out, struct csm_err *err);

int schedule_check(struct csm_write *w, struct csm_err *err);
int schedule_span_check(struct csm_write *w, struct csm_err *err);
int schedule_exception_check(struct csm_write *w, struct csm_err *err);
int sla_definition_check(struct csm_write *w, struct csm_err *err);
int sla_milestone_check(struct csm_write *w, struct csm_err *err);
int escalation_path_check(struct csm_write *w, struct csm_err *err);
int sla_check(struct csm_write *w, struct csm_err *err);
int sla_derive(struct csm_write *w, struct csm_err *err);
int sla_compute(struct csm_write *w, struct csm_err *err);

#define SVC_SCHEDULE_HOOKS \
	{ "schedule.check", schedule_check }, \
	{ "schedule_span.check", schedule_span_check }, \
	{ "schedule_exception.check", schedule_exception_check }, \
	{ "sla_definition.check", sla_definition_check }, \
	{ "sla_milestone.check", sla_milestone_check }, \
	{ "escalation_path.check", escalation_path_check }, \
	{ "sla.check", sla_check }, \
	{ "sla.derive", sla_derive }, \
	{ "sla.compute", sla_compute }

#endif
