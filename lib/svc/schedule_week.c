/* SPDX-License-Identifier: MIT */
/* schedule_week.c - the days of a week: what is open, and where the clocks change. */
#include "svc_schedule.h"

/* No zone changes twice within it. */
#define STEP INT64_C(900)

/* The first moment after from, up to to, at which the offset is another than at from; to if there is none. */
static int64_t next_change(const struct csm_zone *z, int64_t from, int64_t to)
{
	int32_t offset = csm_zone_offset(z, from);
	int64_t lo = from, hi = from;

	while (hi < to && csm_zone_offset(z, hi) == offset) {
		lo = hi;
		hi = hi + STEP < to ? hi + STEP : to;
	}
	if (hi >= to && csm_zone_offset(z, to - 1) == offset)
		return to;
	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;

		if (csm_zone_offset(z, mid) == offset)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

static void find_parts(const struct csm_zone *z, struct csm_arena *a, struct csm_schedule_day *d)
{
	struct csm_vec parts = CSM_VEC(a, struct csm_schedule_part);

	d->before = csm_zone_offset(z, d->start - 1);
	for (int64_t t = d->start; t < d->end;) {
		struct csm_schedule_part *p = csm_vec_add(&parts);

		*p = (struct csm_schedule_part){ t, next_change(z, t, d->end), csm_zone_offset(z, t) };
		t = p->end;
	}
	d->parts = parts.p;
	d->nparts = (unsigned)parts.n;
}

int csm_schedule_week(const struct csm_calc_schedule *schedule, int64_t day, struct csm_arena *a,
		      struct csm_schedule_day out[7], struct csm_err *err)
{
	int64_t monday = day - csm_weekday(day);

	for (int64_t i = 0; i < 7; i++) {
		struct csm_schedule_day *d = &out[i];
		int rc;

		*d = (struct csm_schedule_day){ .day = monday + i };
		d->start = csm_zone_from_wall(schedule->zone, d->day * CSM_DAY);
		d->end = csm_zone_from_wall(schedule->zone, (d->day + 1) * CSM_DAY);
		if (d->start < CSM_TIME_MIN || d->end > CSM_TIME_MAX)
			return csm_fail(err, CSM_E_INVALID, "the week is not within the years 1 to 9999");
		rc = csm_cal_intervals(schedule->cal, a, d->start, d->end, &d->open, &d->nopen, err);
		if (rc)
			return rc;
		find_parts(schedule->zone, a, d);
		for (unsigned k = 0; k < d->nopen; k++)
			d->seconds += d->open[k].end - d->open[k].start;
		d->note = csm_cal_day_note(schedule->cal, d->day);
	}
	return CSM_OK;
}
