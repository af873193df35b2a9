/* SPDX-License-Identifier: MIT */
/* schedule_dates.c - days put into a schedule from a list, such as a file of holidays: what is there already stays as it is. */
#include "svc_schedule.h"

struct kept {			/* a dated exception of the schedule */
	struct csm_rec *rec;
	struct csm_schedule_date day;
	bool wanted;
};
struct kept_days {
	struct kept *p;
	unsigned n;
};

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_days(const struct csm_schedule_date *a, const struct csm_schedule_date *b)
{
	int order = strcmp(a->date, b->date);

	if (!order)
		order = strcmp(a->kind, b->kind);
	if (!order)
		order = (a->start > b->start) - (a->start < b->start);
	if (!order)
		order = (a->end > b->end) - (a->end < b->end);
	return order ? order : compare_text(a->name, b->name);
}

static int compare_kept(const void *a, const void *b)
{
	return compare_days(&((const struct kept *)a)->day, &((const struct kept *)b)->day);
}

static int read_kept(struct csm_store *s, int64_t schedule, struct csm_arena *a, struct kept_days *out,
		     struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_schedule_exception, SCHEDULE_EXCEPTION_SCHEDULE, schedule, a,
				    &rows, &n, err);

	if (rc)
		return rc;
	out->p = csm_calloc(a, n, sizeof(*out->p));
	out->n = 0;
	for (unsigned i = 0; i < n; i++) {
		const struct csm_rec *r = rows[i];

		if (csm_rec_null(r, SCHEDULE_EXCEPTION_DATE))
			continue;
		out->p[out->n++] = (struct kept){
			.rec = rows[i],
			.day = { .date = csm_rec_text(r, SCHEDULE_EXCEPTION_DATE),
				 .kind = csm_rec_text(r, SCHEDULE_EXCEPTION_KIND),
				 .start = csm_rec_int(r, SCHEDULE_EXCEPTION_START),
				 .end = csm_rec_int(r, SCHEDULE_EXCEPTION_END),
				 .name = csm_rec_null(r, SCHEDULE_EXCEPTION_NAME)
						 ? NULL
						 : csm_rec_text(r, SCHEDULE_EXCEPTION_NAME) }
		};
	}
	qsort(out->p, out->n, sizeof(*out->p), compare_kept);
	return CSM_OK;
}

/* The kept ones equal to a day are wanted; false: there is none. */
static bool keep(const struct kept_days *kept, const struct csm_schedule_date *day)
{
	unsigned low = 0, high = kept->n;
	bool found = false;

	while (low < high) {
		unsigned mid = low + (high - low) / 2;

		if (compare_days(&kept->p[mid].day, day) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < kept->n && compare_days(&kept->p[low].day, day) == 0; low++)
		kept->p[low].wanted = found = true;
	return found;
}

static int add(struct csm_store *s, int64_t schedule, const struct csm_schedule_date *day, struct csm_arena *a,
	       struct csm_err *err)
{
	struct csm_rec *r;
	int rc = csm_store_new(s, &csm_type_schedule_exception, a, &r, err);

	if (rc)
		return rc;
	csm_rec_set_int(r, SCHEDULE_EXCEPTION_SCHEDULE, schedule);
	csm_rec_set_text(r, SCHEDULE_EXCEPTION_DATE, day->date);
	csm_rec_set_text(r, SCHEDULE_EXCEPTION_KIND, day->kind);
	if (strcmp(day->kind, "closed") != 0) {
		csm_rec_set_int(r, SCHEDULE_EXCEPTION_START, day->start);
		csm_rec_set_int(r, SCHEDULE_EXCEPTION_END, day->end);
	}
	if (day->name)
		csm_rec_set_text(r, SCHEDULE_EXCEPTION_NAME, day->name);
	return csm_store_write(s, r, CSM_WRITE_NORMAL, -1, err);
}

static int remove_others(struct csm_store *s, const struct kept_days *kept, const struct csm_schedule_dates *days,
			 struct csm_schedule_dates_result *res, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < kept->n; i++) {
		const struct kept *k = &kept->p[i];

		if (k->wanted || !csm_word_in(days->replace, k->day.kind) || strcmp(k->day.date, days->from) < 0 ||
		    strcmp(k->day.date, days->to) > 0)
			continue;
		rc = csm_store_delete(s, k->rec, -1, err);
		res->removed++;
	}
	return rc;
}

int csm_schedule_put_dates(struct csm_store *s, int64_t schedule, const struct csm_schedule_dates *days,
			  struct csm_arena *a, struct csm_schedule_dates_result *res, struct csm_err *err)
{
	struct kept_days kept;
	bool *there = csm_calloc(a, days->n, sizeof(*there));
	int rc = read_kept(s, schedule, a, &kept, err);

	*res = (struct csm_schedule_dates_result){ 0 };
	if (rc)
		return rc;
	for (size_t i = 0; i < days->n; i++) {
		there[i] = keep(&kept, &days->day[i]);
		res->unchanged += there[i];
	}
	if (days->replace)
		rc = remove_others(s, &kept, days, res, err);
	for (size_t i = 0; !rc && i < days->n; i++) {
		if (there[i])
			continue;
		rc = add(s, schedule, &days->day[i], a, err);
		res->added++;
	}
	return rc;
}
