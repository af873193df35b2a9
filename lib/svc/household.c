/* SPDX-License-Identifier: MIT */
/* household.c - consumers who live together, and since when until when (domain 2.7). */
#include "svc_customer.h"

static int check_head(struct csm_write *w, bool *member, struct csm_err *err)
{
	struct csm_rec **rows, *r = w->rec;
	const char *today = svc_today(w->store);
	unsigned n;
	int rc = csm_store_children(w->store, &csm_type_household_member, HOUSEHOLD_MEMBER_HOUSEHOLD, r->id,
				    r->arena, &rows, &n, err);

	*member = false;
	for (unsigned i = 0; !rc && i < n; i++)
		if (csm_rec_int(rows[i], HOUSEHOLD_MEMBER_CONSUMER) ==
			    csm_rec_int(r, HOUSEHOLD_HEAD_OF_HOUSEHOLD) &&
		    svc_date_in(today, csm_rec_text(rows[i], HOUSEHOLD_MEMBER_START_DATE),
				csm_rec_text(rows[i], HOUSEHOLD_MEMBER_END_DATE)))
			*member = true;
	return rc;
}

int household_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	bool member;
	int rc;

	if (w->insert || !customer_acted_on(w, HOUSEHOLD_HEAD_OF_HOUSEHOLD) ||
	    csm_rec_null(r, HOUSEHOLD_HEAD_OF_HOUSEHOLD))
		return CSM_OK;
	rc = check_head(w, &member, err);
	if (rc || member)
		return rc;
	return svc_refuse(w, HOUSEHOLD_HEAD_OF_HOUSEHOLD, err, "%s is not a current member of the household",
			  svc_key(w->store, &csm_type_consumer, csm_rec_int(r, HOUSEHOLD_HEAD_OF_HOUSEHOLD)));
}

/* The head of a new household is its first member, from today. */
int household_after(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *member, *r = w->rec;
	int rc;

	if (!w->insert || w->mode == CSM_WRITE_IMPORT || csm_rec_null(r, HOUSEHOLD_HEAD_OF_HOUSEHOLD))
		return CSM_OK;
	rc = csm_store_new(w->store, &csm_type_household_member, r->arena, &member, err);
	if (rc)
		return rc;
	csm_rec_set_int(member, HOUSEHOLD_MEMBER_HOUSEHOLD, r->id);
	csm_rec_set(member, HOUSEHOLD_MEMBER_CONSUMER, r->v[HOUSEHOLD_HEAD_OF_HOUSEHOLD]);
	csm_rec_set_text(member, HOUSEHOLD_MEMBER_START_DATE, svc_today(w->store));
	return csm_store_write(w->store, member, CSM_WRITE_NORMAL, -1, err);
}

/* Whether the times of two memberships have a day in common. */
static bool overlap(const struct csm_rec *x, const struct csm_rec *y)
{
	const char *xs = csm_rec_text(x, HOUSEHOLD_MEMBER_START_DATE),
		   *xe = csm_rec_text(x, HOUSEHOLD_MEMBER_END_DATE);
	const char *ys = csm_rec_text(y, HOUSEHOLD_MEMBER_START_DATE),
		   *ye = csm_rec_text(y, HOUSEHOLD_MEMBER_END_DATE);

	return (!*xe || strcmp(ys, xe) <= 0) && (!*ye || strcmp(xs, ye) <= 0);
}

static const char *span_of(struct csm_arena *a, const struct csm_rec *r)
{
	const char *start = csm_rec_text(r, HOUSEHOLD_MEMBER_START_DATE),
		   *end = csm_rec_text(r, HOUSEHOLD_MEMBER_END_DATE);

	return csm_sprintf(a, "%s to %s", *start ? start : "ever", *end ? end : "now");
}

int household_member_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec **rows, *r = w->rec;
	unsigned n;
	int rc = customer_check_dates(w, HOUSEHOLD_MEMBER_START_DATE, HOUSEHOLD_MEMBER_END_DATE, err);

	if (rc || w->mode == CSM_WRITE_IMPORT)
		return rc;
	rc = csm_store_children(w->store, r->type, HOUSEHOLD_MEMBER_CONSUMER,
				csm_rec_int(r, HOUSEHOLD_MEMBER_CONSUMER), r->arena, &rows, &n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		if (rows[i]->id == r->id || !overlap(r, rows[i]))
			continue;
		if (csm_rec_int(rows[i], HOUSEHOLD_MEMBER_HOUSEHOLD) ==
		    csm_rec_int(r, HOUSEHOLD_MEMBER_HOUSEHOLD))
			return svc_refuse(w, HOUSEHOLD_MEMBER_CONSUMER, err,
					  "%s is a member of %s already, from %s",
					  svc_key(w->store, &csm_type_consumer,
						  csm_rec_int(r, HOUSEHOLD_MEMBER_CONSUMER)),
					  svc_key(w->store, &csm_type_household,
						  csm_rec_int(r, HOUSEHOLD_MEMBER_HOUSEHOLD)),
					  span_of(r->arena, rows[i]));
		if (csm_rec_int(r, HOUSEHOLD_MEMBER_IS_PRIMARY) &&
		    csm_rec_int(rows[i], HOUSEHOLD_MEMBER_IS_PRIMARY))
			return svc_refuse(w, HOUSEHOLD_MEMBER_IS_PRIMARY, err,
					  "the primary household of %s is %s",
					  svc_key(w->store, &csm_type_consumer,
						  csm_rec_int(r, HOUSEHOLD_MEMBER_CONSUMER)),
					  svc_key(w->store, &csm_type_household,
						  csm_rec_int(rows[i], HOUSEHOLD_MEMBER_HOUSEHOLD)));
	}
	return rc;
}
