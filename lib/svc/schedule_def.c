/* SPDX-License-Identifier: MIT */
/* schedule_def.c - schedules: records to the definitions that lib/cal counts with. */
#include "svc_schedule.h"

const char *const svc_weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* ---- one record ---- */

static int read_day(const struct csm_rec *r, int field, int64_t unsaid, int64_t *out, struct csm_err *err)
{
	*out = unsaid;
	return csm_rec_null(r, field) ? CSM_OK : csm_date_parse(csm_rec_text(r, field), out, err);
}

int schedule_read(const struct csm_rec *r, struct csm_cal_def *def, struct csm_err *err)
{
	int rc = read_day(r, SCHEDULE_VALID_FROM, INT64_MIN, &def->valid_from, err);

	def->name = csm_rec_text(r, SCHEDULE_NAME);
	def->zone = csm_rec_null(r, SCHEDULE_TIME_ZONE) ? NULL : csm_rec_text(r, SCHEDULE_TIME_ZONE);
	return rc ? rc : read_day(r, SCHEDULE_VALID_TO, INT64_MAX, &def->valid_to, err);
}

void schedule_span_read(const struct csm_rec *r, struct csm_cal_span *span)
{
	for (unsigned d = 0; d < 7; d++)
		if (csm_list_has(csm_rec_text(r, SCHEDULE_SPAN_DAYS), svc_weekdays[d]))
			span->days |= (uint8_t)(CSM_CAL_MON << d);
	span->start = (int32_t)csm_rec_int(r, SCHEDULE_SPAN_START);
	span->end = (int32_t)csm_rec_int(r, SCHEDULE_SPAN_END);
}

int schedule_exception_read(const struct csm_rec *r, struct csm_cal_exception *e, struct csm_err *err)
{
	int rc;

	if (!csm_rec_null(r, SCHEDULE_EXCEPTION_DATE)) {
		e->every = CSM_CAL_DATE;
		rc = csm_date_parse(csm_rec_text(r, SCHEDULE_EXCEPTION_DATE), &e->date, err);
	} else {
		rc = csm_cal_every_parse(csm_rec_text(r, SCHEDULE_EXCEPTION_EVERY), e, err);
	}
	e->kind = CSM_CAL_CLOSED;
	if (csm_rec_is(r, SCHEDULE_EXCEPTION_KIND, "hours"))
		e->kind = CSM_CAL_HOURS;
	else if (csm_rec_is(r, SCHEDULE_EXCEPTION_KIND, "break"))
		e->kind = CSM_CAL_BREAK;
	e->start = (int32_t)csm_rec_int(r, SCHEDULE_EXCEPTION_START);
	e->end = (int32_t)csm_rec_int(r, SCHEDULE_EXCEPTION_END);
	e->name = csm_rec_null(r, SCHEDULE_EXCEPTION_NAME) ? NULL
							   : csm_rec_text(r, SCHEDULE_EXCEPTION_NAME);
	return rc;
}

/* ---- a stored schedule, with what it includes and excludes ---- */

static int read_spans(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_cal_def *def,
		      struct csm_err *err)
{
	struct csm_rec **rows;
	struct csm_cal_span *spans;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_schedule_span, SCHEDULE_SPAN_SCHEDULE, id, a, &rows, &n,
				    err);

	if (rc)
		return rc;
	spans = csm_calloc(a, n, sizeof(*spans));
	for (unsigned i = 0; i < n; i++)
		schedule_span_read(rows[i], &spans[i]);
	def->spans = spans;
	def->nspans = n;
	return CSM_OK;
}

static int read_exceptions(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_cal_def *def,
			   struct csm_err *err)
{
	struct csm_rec **rows;
	struct csm_cal_exception *ex;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_schedule_exception, SCHEDULE_EXCEPTION_SCHEDULE, id, a,
				    &rows, &n, err);

	if (rc)
		return rc;
	ex = csm_calloc(a, n, sizeof(*ex));
	for (unsigned i = 0; i < n && !rc; i++)
		rc = schedule_exception_read(rows[i], &ex[i], err);
	def->exceptions = ex;
	def->nexceptions = n;
	return rc;
}

static int read_others(struct svc_walk *k, const char *list, int depth, const struct csm_cal_def *const **out,
		       unsigned *n, struct csm_err *err)
{
	const struct csm_cal_def **defs;
	char word[32];

	*n = 0;
	while (csm_list_word(list, *n, word, sizeof(word)))
		(*n)++;
	defs = csm_calloc(k->arena, *n, sizeof(*defs));
	for (unsigned i = 0; i < *n; i++) {
		struct csm_cal_def *def;
		int rc;

		csm_list_word(list, i, word, sizeof(word));
		rc = schedule_walk(k, strtoll(word, NULL, 10), depth + 1, &def, err);
		if (rc)
			return rc;
		defs[i] = def;
	}
	*out = defs;
	return CSM_OK;
}

int schedule_walk(struct svc_walk *k, int64_t id, int depth, struct csm_cal_def **out, struct csm_err *err)
{
	struct csm_store *s = k->store;
	struct csm_arena *a = k->arena;
	struct csm_cal_def *def = csm_alloc(a, sizeof(*def));
	struct csm_rec *r;
	int rc = csm_store_need(s, &csm_type_schedule, id, a, &r, err);

	if (rc)
		return rc;
	def->name = csm_rec_text(r, SCHEDULE_NAME);
	if (depth > SVC_SCHEDULE_DEPTH)
		return csm_fail(err, CSM_E_REFUSED,
				"schedule '%s' includes or excludes schedules more than %d deep, or itself",
				def->name, SVC_SCHEDULE_DEPTH);
	if (++k->visits > SVC_SCHEDULE_VISITS)
		return csm_fail(err, CSM_E_REFUSED,
				"schedule '%s': more than %d schedules are included and excluded in all",
				def->name, SVC_SCHEDULE_VISITS);
	rc = schedule_read(r, def, err);
	if (!rc)
		rc = read_spans(s, id, a, def, err);
	if (!rc)
		rc = read_exceptions(s, id, a, def, err);
	if (!rc)
		rc = read_others(k, csm_rec_text(r, SCHEDULE_INCLUDE), depth, &def->include, &def->ninclude,
				 err);
	if (!rc)
		rc = read_others(k, csm_rec_text(r, SCHEDULE_EXCLUDE), depth, &def->exclude, &def->nexclude,
				 err);
	*out = def;
	return rc;
}

int csm_schedule_def(struct csm_store *s, int64_t schedule, struct csm_arena *a, struct csm_cal_def **out,
		     struct csm_err *err)
{
	struct svc_walk k = { s, a, 0 };

	return schedule_walk(&k, schedule, 0, out, err);
}
