/* SPDX-License-Identifier: MIT */
/*
 * sla_clock.c - the arithmetic of one SLA record: elapsed time without its pauses, the due moment, what it
 * looks like at a moment. Formulas: domain 6.3. Breached means that the end (or now) is later than the due
 * moment; moments are compared, not percentages.
 */
#include "svc_alert.h"

int sla_between(struct csm_cal *cal, int64_t from, int64_t to, int64_t *out, struct csm_err *err)
{
	if (cal)
		return csm_cal_elapsed(cal, from, to, out, err);
	*out = to > from ? to - from : 0;
	return CSM_OK;
}

int sla_due(struct csm_cal *cal, int64_t start, int64_t seconds, int64_t *out, struct csm_err *err)
{
	if (cal)
		return csm_cal_due(cal, start, seconds, out, err);
	if (__builtin_add_overflow(start, seconds, out) || *out > CSM_TIME_MAX)
		return csm_fail(err, CSM_E_INVALID, "the due moment is past the year 9999");
	return CSM_OK;
}

/* Elapsed and business time until `at`, pauses taken out; a pause that still runs counts until then. */
static int count_until(struct csm_cal *cal, const struct csm_rec *sla, int64_t at, int64_t *elapsed,
		       int64_t *business, struct csm_err *err)
{
	int64_t start = csm_rec_int(sla, SLA_START_AT), stop = at, all;
	int rc;

	if (!csm_rec_null(sla, SLA_PAUSE_AT))
		stop = csm_rec_int(sla, SLA_PAUSE_AT);
	rc = sla_between(cal, start, stop, &all, err);
	*elapsed = stop > start ? stop - start - csm_rec_int(sla, SLA_PAUSE_DURATION) : 0;
	*business = all - csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION);
	if (*elapsed < 0)
		*elapsed = 0;
	if (*business < 0)
		*business = 0;
	return rc;
}

int csm_sla_view(struct csm_store *s, const struct csm_rec *sla, int64_t now, int64_t within,
		 struct csm_sla_view *out, struct csm_err *err)
{
	bool active = csm_rec_int(sla, SLA_ACTIVE), paused = csm_rec_is(sla, SLA_STAGE, "paused");
	int64_t at = csm_rec_null(sla, SLA_END_AT) ? now : csm_rec_int(sla, SLA_END_AT),
		target = csm_rec_int(sla, SLA_DURATION);
	struct csm_cal *cal;
	int rc = sla_calendar(s, sla, &cal, err);

	memset(out, 0, sizeof(*out));
	if (rc)
		return rc;
	if (!active && !csm_rec_null(sla, SLA_BUSINESS_ELAPSED)) {
		out->elapsed = csm_rec_int(sla, SLA_ELAPSED);
		out->business_elapsed = csm_rec_int(sla, SLA_BUSINESS_ELAPSED);
	} else {
		rc = count_until(cal, sla, at, &out->elapsed, &out->business_elapsed, err);
		if (rc)
			return rc;
	}
	out->left = target - out->business_elapsed;
	if (target > 0 && __builtin_mul_overflow(out->business_elapsed, 10000, &out->percent) == 0)
		out->percent /= target;
	out->due = paused || csm_rec_null(sla, SLA_PLANNED_END_AT) ? CSM_TIME_MIN
								   : csm_rec_int(sla, SLA_PLANNED_END_AT);
	out->breached = csm_rec_int(sla, SLA_HAS_BREACHED) || (out->due != CSM_TIME_MIN && at > out->due);
	out->soon = active && !paused && !out->breached && out->due != CSM_TIME_MIN &&
		    out->due - now <= within;
	return CSM_OK;
}

int sla_save(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, struct csm_err *err)
{
	return set->hold ? CSM_OK : csm_store_write(s, sla, CSM_WRITE_NORMAL, -1, err);
}

bool sla_is_late(const struct csm_rec *sla, int64_t at)
{
	return csm_rec_int(sla, SLA_HAS_BREACHED) ||
	       (!csm_rec_null(sla, SLA_PLANNED_END_AT) && at > csm_rec_int(sla, SLA_PLANNED_END_AT));
}

static void mark_breach(struct csm_rec *sla, int64_t at)
{
	if (!sla_is_late(sla, at) || csm_rec_int(sla, SLA_HAS_BREACHED))
		return;
	csm_rec_set_int(sla, SLA_HAS_BREACHED, 1);
	csm_rec_set_int(sla, SLA_BREACHED_AT, csm_rec_int(sla, SLA_PLANNED_END_AT));
}

int sla_pause(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
	      struct csm_err *err)
{
	int rc = milestone_pause(s, set, sla, at, err);

	if (rc)
		return rc;
	mark_breach(sla, at);
	csm_rec_set_text(sla, SLA_STAGE, "paused");
	csm_rec_set_int(sla, SLA_PAUSE_AT, at);
	csm_rec_clear(sla, SLA_PLANNED_END_AT);
	return sla_save(s, set, sla, err);
}

/* A stretch is taken out and the due moment counted again; nothing is stored yet. */
static int take_out(struct csm_store *s, struct csm_rec *sla, int64_t from, int64_t at, struct csm_err *err)
{
	int64_t business, due;
	struct csm_cal *cal;
	int rc = sla_calendar(s, sla, &cal, err);

	if (!rc)
		rc = sla_between(cal, from, at, &business, err);
	if (rc)
		return rc;
	csm_rec_set_int(sla, SLA_PAUSE_DURATION,
			csm_rec_int(sla, SLA_PAUSE_DURATION) + (at > from ? at - from : 0));
	csm_rec_set_int(sla, SLA_BUSINESS_PAUSE_DURATION,
			csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION) + business);
	rc = sla_due(cal, csm_rec_int(sla, SLA_START_AT),
		     csm_rec_int(sla, SLA_DURATION) + csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION), &due,
		     err);
	if (!rc)
		csm_rec_set_int(sla, SLA_PLANNED_END_AT, due);
	return rc;
}

static int end_pause(struct csm_store *s, struct csm_rec *sla, int64_t at, struct csm_err *err)
{
	int rc = take_out(s, sla, csm_rec_int(sla, SLA_PAUSE_AT), at, err);

	csm_rec_clear(sla, SLA_PAUSE_AT);
	return rc;
}

int sla_resume(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
	       struct csm_err *err)
{
	int rc = end_pause(s, sla, at, err);

	if (rc)
		return rc;
	csm_rec_set_text(sla, SLA_STAGE, "in_progress");
	rc = milestone_resume(s, set, sla, at, err);
	return rc ? rc : sla_save(s, set, sla, err);
}

int sla_reopen(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
	       struct csm_err *err)
{
	int rc = take_out(s, sla, csm_rec_int(sla, SLA_END_AT), at, err);

	if (rc)
		return rc;
	csm_rec_set_text(sla, SLA_STAGE, "in_progress");
	csm_rec_set_int(sla, SLA_ACTIVE, 1);
	csm_rec_clear(sla, SLA_END_AT);
	csm_rec_clear(sla, SLA_ELAPSED);
	csm_rec_clear(sla, SLA_BUSINESS_ELAPSED);
	rc = milestone_resume(s, set, sla, at, err);
	return rc ? rc : sla_save(s, set, sla, err);
}

int sla_end(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, const char *stage,
	    int64_t at, struct csm_err *err)
{
	int64_t elapsed, business;
	struct csm_cal *cal;
	int rc = milestone_end(s, set, sla, at, err);

	if (!rc)
		rc = sla_calendar(s, sla, &cal, err);
	if (!rc && !csm_rec_null(sla, SLA_PAUSE_AT))
		rc = end_pause(s, sla, at, err);
	if (!rc)
		rc = count_until(cal, sla, at, &elapsed, &business, err);
	if (rc)
		return rc;
	mark_breach(sla, at);
	csm_rec_set_text(sla, SLA_STAGE, stage);
	csm_rec_set_int(sla, SLA_ACTIVE, 0);
	csm_rec_set_int(sla, SLA_END_AT, at);
	csm_rec_set_int(sla, SLA_ELAPSED, elapsed);
	csm_rec_set_int(sla, SLA_BUSINESS_ELAPSED, business);
	return sla_save(s, set, sla, err);
}
