/* SPDX-License-Identifier: MIT */
/*
 * sla_compute.c - the figures of an SLA record that depend on the clock, for those who read it: time used,
 * time left, percentages, and whether it is breached by now (domain 6.3). Nothing of it is stored here.
 */
#include "sla_priv.h"
#include "svc_schedule.h"

#define DECIMALS_LESS 100 /* percent with two decimals, in a value of CSM_DECIMAL_SCALE */

/* Cut after two decimals, so that 100 is not shown before it is reached; null where nothing is promised. */
static struct csm_value percent_of(int64_t part, int64_t whole)
{
	int64_t hundredths;

	if (whole <= 0 || __builtin_mul_overflow(part, 10000, &hundredths))
		return csm_null();
	hundredths /= whole;
	return hundredths > INT64_MAX / DECIMALS_LESS ? csm_null() : csm_int(hundredths * DECIMALS_LESS);
}

int sla_compute(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *sla = w->rec;
	int64_t now = csm_store_now(w->store),
		at = csm_rec_null(sla, SLA_END_AT) ? now : csm_rec_int(sla, SLA_END_AT),
		allowed = csm_rec_int(sla, SLA_DURATION);
	struct csm_sla_view v;
	int rc = csm_sla_view(w->store, sla, now, 0, &v, err);

	if (rc)
		return rc;
	csm_rec_set_int(sla, SLA_ELAPSED, v.elapsed);
	csm_rec_set_int(sla, SLA_BUSINESS_ELAPSED, v.business_elapsed);
	csm_rec_set(sla, SLA_PERCENTAGE, percent_of(v.elapsed, allowed));
	csm_rec_set(sla, SLA_BUSINESS_PERCENTAGE, percent_of(v.business_elapsed, allowed));
	if (v.due != CSM_TIME_MIN)
		csm_rec_set_int(sla, SLA_TIME_LEFT, v.due - at);
	if (!csm_rec_null(sla, SLA_DURATION))
		csm_rec_set_int(sla, SLA_BUSINESS_TIME_LEFT, v.left);
	if (v.breached && !csm_rec_int(sla, SLA_HAS_BREACHED)) {
		csm_rec_set_int(sla, SLA_HAS_BREACHED, 1);
		csm_rec_set_int(sla, SLA_BREACHED_AT, v.due);
	}
	return CSM_OK;
}
