/* SPDX-License-Identifier: MIT */
/* sla_source.c - what a definition gives a task: schedule, zone, start, due moment; attaching the record. */
#include "svc_alert.h"

/* schedule_field is a path on the task, such as entitlement.business_hours. */
static int schedule_from_task(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
			      int64_t *schedule, struct csm_err *err)
{
	const char *text = csm_rec_text(def->rec, SLA_DEFINITION_SCHEDULE_FIELD);
	const struct csm_rec *end = NULL;
	struct csm_path path;
	int rc = csm_path_parse(task->arena, csm_store_dict(s), task->type, text, &path, err);

	if (!rc)
		rc = sla_follow(s, task, &path, &end, err);
	if (!rc && end && !csm_rec_null(end, path.field[path.n - 1]))
		*schedule = csm_rec_int(end, path.field[path.n - 1]);
	return rc;
}

/* A text at a path on the task, NULL when there is none. */
static int zone_from_path(struct csm_store *s, const struct csm_rec *task, const char *text,
			  const char **zone, struct csm_err *err)
{
	const struct csm_rec *end = NULL;
	struct csm_path path;
	int rc = csm_path_parse(task->arena, csm_store_dict(s), task->type, text, &path, err);

	if (!rc)
		rc = sla_follow(s, task, &path, &end, err);
	if (!rc && end && !csm_rec_null(end, path.field[path.n - 1]))
		*zone = csm_strdup(task->arena, csm_rec_text(end, path.field[path.n - 1]));
	return rc;
}

/*
 * Where each timezone_source looks, in order; the definition's own zone and then the setting time.zone
 * stand last.
 */
static const struct {
	const char *source;
	const char *paths[2];
} zone_paths[] = {
	{ "contact", { "contact.time_zone", "consumer.time_zone" } },
	{ "account", { "account.time_zone", "contact.time_zone" } },
	{ "location", { "asset.location.time_zone", "install_base_item.location.time_zone" } },
};

/* What a task does not have itself, its case has. */
static const char *path_on(const struct csm_rec *task, const char *path)
{
	const char *head = csm_strndup(task->arena, path, strcspn(path, "."));

	if (csm_field_index(task->type, head) >= 0)
		return path;
	return csm_sprintf(task->arena, "parent_case.%s", path);
}

static int find_zone(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		     const char **zone, struct csm_err *err)
{
	const char *source = csm_rec_text(def->rec, SLA_DEFINITION_TIMEZONE_SOURCE);
	int rc = CSM_OK;

	*zone = NULL;
	for (unsigned i = 0; i < CSM_COUNT(zone_paths); i++)
		for (unsigned j = 0; !rc && !*zone && j < CSM_COUNT(zone_paths[i].paths); j++)
			if (strcmp(zone_paths[i].source, source) == 0)
				rc = zone_from_path(s, task, path_on(task, zone_paths[i].paths[j]), zone, err);
	if (!*zone && !csm_rec_null(def->rec, SLA_DEFINITION_TIME_ZONE))
		*zone = csm_rec_text(def->rec, SLA_DEFINITION_TIME_ZONE);
	if (!*zone)
		*zone = csm_store_setting_text(s, "time.zone");
	return rc;
}

/* The zone of the schedule itself; NULL: it is floating. */
static int own_zone(struct csm_store *s, int64_t schedule, struct csm_arena *a, const char **zone,
		    struct csm_err *err)
{
	const struct csm_rec *r;
	int rc = csm_store_peek(s, &csm_type_schedule, schedule, &r, err);

	if (!rc && !r)
		return csm_fail(err, CSM_E_NOTFOUND, "there is no schedule #%lld", (long long)schedule);
	if (!rc && !csm_rec_null(r, SCHEDULE_TIME_ZONE))
		*zone = csm_strdup(a, csm_rec_text(r, SCHEDULE_TIME_ZONE));
	return rc;
}

int sla_sources(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		int64_t *schedule, const char **zone, struct csm_err *err)
{
	const char *source = csm_rec_text(def->rec, SLA_DEFINITION_SCHEDULE_SOURCE);
	int rc = CSM_OK;

	*schedule = 0;
	*zone = NULL;
	if (strcmp(source, "definition") == 0)
		*schedule = csm_rec_int(def->rec, SLA_DEFINITION_SCHEDULE);
	else if (strcmp(source, "field") == 0)
		rc = schedule_from_task(s, def, task, schedule, err);
	if (!rc && *schedule)
		rc = own_zone(s, *schedule, task->arena, zone, err);
	return rc || *zone ? rc : find_zone(s, def, task, zone, err);
}

bool sla_has_start(const struct sla_def *def, const struct csm_rec *task, int64_t at)
{
	return def->start_field >= 0 && !csm_rec_null(task, def->start_field) &&
	       csm_rec_int(task, def->start_field) <= at;
}

int64_t sla_start_moment(const struct sla_def *def, const struct csm_rec *task, int64_t at)
{
	return sla_has_start(def, task, at) ? csm_rec_int(task, def->start_field) : at;
}

int sla_take_rules(struct csm_store *s, const struct sla_def *def, struct csm_rec *sla, struct csm_err *err)
{
	const struct csm_rec *r;
	int rc;

	if (csm_store_writing(s)) /* else nobody keeps it: the rules of today */
		csm_rec_set_int(sla, SLA_RULES_CHANGE, csm_store_change_number(s));
	csm_rec_set_int(sla, SLA_SLA_DEFINITION_VERSION, csm_rec_int(def->rec, SLA_DEFINITION_VERSION));
	if (csm_rec_null(sla, SLA_SCHEDULE))
		return CSM_OK;
	rc = csm_store_peek(s, &csm_type_schedule, csm_rec_int(sla, SLA_SCHEDULE), &r, err);
	if (!rc)
		csm_rec_set_int(sla, SLA_SCHEDULE_VERSION, r ? csm_rec_int(r, SCHEDULE_VERSION) : 0);
	return rc;
}

/*
 * Pauses between a retroactive start and the attaching, replayed from the history of the task; *paused: one
 * lasts, because only a resume condition ends it.
 */
static int replay_pauses(struct csm_store *s, const struct sla_set *set, const struct sla_def *def,
			 const struct csm_rec *task, struct csm_cal *cal, int64_t at, struct csm_rec *sla,
			 bool *paused, struct csm_err *err)
{
	int64_t start = csm_rec_int(sla, SLA_START_AT), total = 0, business = 0;
	const struct sla_moment *m = set->past;
	struct sla_moment *read = NULL;
	unsigned n = set->npast;
	int rc = m ? CSM_OK : sla_past(s, task, task->arena, &read, &n, err);

	m = m ? m : read;
	for (unsigned i = 0; !rc && i < n; i++) {
		int64_t from = m[i].at > start ? m[i].at : start,
			to = i + 1 < n && m[i + 1].at < at ? m[i + 1].at : at, open = 0;

		rc = sla_is_paused(s, def, m[i].rec, *paused, paused, err);
		if (rc || !*paused || to <= from || i + 1 == n)
			continue; /* the present pause is the engine's, not the past's */
		rc = sla_between(cal, from, to, &open, err);
		total += to - from;
		business += open;
	}
	csm_rec_set_int(sla, SLA_PAUSE_DURATION, total);
	csm_rec_set_int(sla, SLA_BUSINESS_PAUSE_DURATION, business);
	return rc;
}

static int set_due(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		   struct csm_cal *cal, const char *zone, struct csm_rec *sla, struct csm_err *err)
{
	int64_t start = csm_rec_int(sla, SLA_START_AT), due, target;
	int rc;

	if (def->is_relative) {
		rc = sla_relative_due(s, def, task, cal, zone, start, &due, err);
		if (!rc)
			rc = sla_between(cal, start, due, &target, err);
		if (rc)
			return rc;
		csm_rec_set_int(sla, SLA_DURATION, target);
		csm_rec_set_int(sla, SLA_ORIGINAL_BREACH_AT, due);
		csm_rec_set_int(sla, SLA_PLANNED_END_AT, due);
		return CSM_OK;
	}
	target = csm_rec_int(def->rec, SLA_DEFINITION_DURATION);
	csm_rec_set_int(sla, SLA_DURATION, target);
	rc = sla_due(cal, start, target, &due, err);
	if (rc)
		return rc;
	csm_rec_set_int(sla, SLA_ORIGINAL_BREACH_AT, due);
	if (csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION))
		rc = sla_due(cal, start, target + csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION), &due, err);
	if (!rc)
		csm_rec_set_int(sla, SLA_PLANNED_END_AT, due);
	return rc;
}

int sla_attach(struct csm_store *s, struct sla_set *set, const struct sla_def *def,
	       const struct csm_rec *task, int64_t at, struct csm_rec **out, struct csm_err *err)
{
	int owner = task->type == &csm_type_case ? SLA_PARENT_CASE : SLA_CASE_TASK;
	int64_t schedule;
	bool paused = false;
	const char *zone;
	struct csm_cal *cal;
	struct csm_rec *sla;
	int rc = csm_store_new(s, &csm_type_sla, task->arena, &sla, err);

	if (!rc)
		rc = sla_sources(s, def, task, &schedule, &zone, err);
	if (rc)
		return rc;
	csm_rec_set_int(sla, owner, task->id);
	csm_rec_set_int(sla, SLA_SLA_DEFINITION, def->rec->id);
	csm_rec_set_text(sla, SLA_STAGE, "in_progress");
	csm_rec_set_int(sla, SLA_ACTIVE, 1);
	csm_rec_set_int(sla, SLA_HAS_BREACHED, 0);
	csm_rec_set_int(sla, SLA_START_AT, sla_start_moment(def, task, at));
	csm_rec_set_int(sla, SLA_PAUSE_DURATION, 0);
	csm_rec_set_int(sla, SLA_BUSINESS_PAUSE_DURATION, 0);
	csm_rec_set_int(sla, SLA_FROM_IMPORT, set->import);
	csm_rec_set_text(sla, SLA_TIME_ZONE, zone);
	if (schedule)
		csm_rec_set_int(sla, SLA_SCHEDULE, schedule);
	rc = sla_take_rules(s, def, sla, err);
	if (!rc)
		rc = sla_calendar(s, sla, &cal, err);
	if (!rc && csm_rec_int(def->rec, SLA_DEFINITION_RETROACTIVE_PAUSE) && !set->import &&
	    csm_rec_int(sla, SLA_START_AT) < at)
		rc = replay_pauses(s, set, def, task, cal, at, sla, &paused, err);
	if (!rc)
		rc = set_due(s, def, task, cal, zone, sla, err);
	if (rc)
		return rc;
	*(struct csm_rec **)csm_vec_add(&set->recs) = sla;
	*out = sla;
	rc = milestone_attach(s, set, sla, at, err);
	return rc || !paused ? rc : sla_pause(s, set, sla, at, err);
}
