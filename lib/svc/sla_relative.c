/* SPDX-License-Identifier: MIT */
/*
 * sla_relative.c - due moments that a rule gives instead of a duration (domain 6.3): the agreed date, a time
 * of day on the n-th business day. They are readings of the clock in the zone that the SLA is counted in.
 */
#include "sla_priv.h"

#define HOUR INT64_C(3600)
#define YEARS 5 /* without a business day in them the search ends */

/* A reading of the local clock as day number and second of the day. */
struct reading {
	const struct csm_zone *zone;
	int64_t day, second;
};

static int read_clock(struct csm_arena *a, const char *tzdir, const char *zone, int64_t at,
		      struct reading *out, struct csm_err *err)
{
	int rc = csm_zone_load(a, tzdir, zone, &out->zone, err);
	int64_t local;

	if (rc)
		return rc;
	local = at + csm_zone_offset(out->zone, at);
	out->second = ((local % CSM_DAY) + CSM_DAY) % CSM_DAY;
	out->day = (local - out->second) / CSM_DAY;
	return CSM_OK;
}

/*
 * A business day has open time of its own: what only runs over from the evening before makes none. A stretch
 * that is open all day belongs to the day. A day that the zone skips is none.
 */
static int is_business_day(struct csm_cal *cal, const struct csm_zone *zone, int64_t day, struct csm_arena *a,
			   bool *out, struct csm_err *err)
{
	int64_t from = csm_zone_from_wall(zone, day * CSM_DAY),
		to = csm_zone_from_wall(zone, (day + 1) * CSM_DAY);
	struct csm_interval *open;
	unsigned n = 0;
	bool over;
	int rc;

	*out = to > from;
	if (!cal || !*out)
		return CSM_OK;
	rc = csm_cal_intervals(cal, a, from - 1, to, &open, &n, err);
	over = n && open[0].start < from;
	*out = n > 1 || (n && (!over || open[0].end == to));
	return rc;
}

/* The n-th business day after that of the reading, at a second of the day. */
static int on_business_day(struct csm_arena *a, struct csm_cal *cal, const struct reading *start, int64_t days,
			   int64_t second, int64_t *out, struct csm_err *err)
{
	int64_t day = start->day, last = day;

	while (days > 0) {
		struct csm_mark mark = csm_arena_mark(a);
		bool business;
		int rc = is_business_day(cal, start->zone, ++day, a, &business, err);

		csm_arena_rewind(a, mark);
		if (rc)
			return rc;
		if (business) {
			days--;
			last = day;
		}
		if (day - last > 366 * YEARS)
			return csm_fail(err, CSM_E_REFUSED, "schedule '%s' has no business day in %d years",
					csm_cal_name(cal), YEARS);
	}
	*out = csm_zone_from_wall(start->zone, day * CSM_DAY + second);
	return CSM_OK;
}

/*
 * The agreed date. One that is not there, or past when the SLA starts, is due at once; one outside the
 * schedule when that next opens. The closing moment is still inside.
 */
static int due_on_date(const struct csm_rec *task, struct csm_cal *cal, int64_t start, int64_t *out,
		       struct csm_err *err)
{
	int field = csm_field_index(task->type, "due_date");
	bool open = true;
	int rc = CSM_OK;

	*out = field < 0 || csm_rec_null(task, field) ? start : csm_rec_int(task, field);
	if (*out <= start) {
		*out = start + 1;
		return CSM_OK;
	}
	if (cal)
		rc = csm_cal_is_open(cal, *out - 1, &open, err);
	return rc || open ? rc : csm_cal_next_open(cal, *out, out, err);
}

/* A rule: at which second of which business day; a start later in the day than the cutoff counts one more. */
struct rule {
	const char *name;
	int64_t days, second, cutoff;
};
#define NO_CUTOFF CSM_DAY
static const struct rule rules[] = {
	{ "end_of_next_business_day", 1, 17 * HOUR, NO_CUTOFF },
	{ "next_business_day_by_4pm", 1, 16 * HOUR, 10 * HOUR },
	{ "two_business_days_by_4pm", 2, 16 * HOUR, 10 * HOUR },
	{ "three_business_days_by_4pm", 3, 16 * HOUR, 10 * HOUR },
};

static bool find_rule(const struct csm_rec *def, struct rule *out)
{
	const char *name = csm_rec_text(def, SLA_DEFINITION_RELATIVE_DURATION);

	for (unsigned i = 0; i < CSM_COUNT(rules); i++)
		if (strcmp(name, rules[i].name) == 0) {
			*out = rules[i];
			return true;
		}
	*out = (struct rule){ name, csm_rec_int(def, SLA_DEFINITION_RELATIVE_DAYS),
			      csm_rec_int(def, SLA_DEFINITION_RELATIVE_TIME), NO_CUTOFF };
	if (!csm_rec_null(def, SLA_DEFINITION_RELATIVE_CUTOFF))
		out->cutoff = csm_rec_int(def, SLA_DEFINITION_RELATIVE_CUTOFF);
	return strcmp(name, "business_days_by") == 0;
}

int sla_relative_due(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		     struct csm_cal *cal, const char *zone, int64_t start, int64_t *out,
		     struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	struct reading clock;
	struct rule rule;
	int rc;

	if (csm_rec_is(def->rec, SLA_DEFINITION_RELATIVE_DURATION, "breach_on_due_date"))
		return due_on_date(task, cal, start, out, err);
	if (!find_rule(def->rec, &rule))
		return csm_fail(err, CSM_E_INTERNAL, "relative duration '%s' is not known", rule.name);
	a = csm_arena_like(csm_store_arena(s));
	rc = read_clock(a, csm_store_env(s)->tzdir, zone, start, &clock, err);
	if (rc)
		return rc;
	return on_business_day(a, cal, &clock, rule.days + (clock.second > rule.cutoff), rule.second, out, err);
}
