/* SPDX-License-Identifier: MIT */
/* location.c - places. */
#include "svc_customer.h"

int location_check(struct csm_write *w, struct csm_err *err)
{
	int rc = customer_check_place(w, LOCATION_LATITUDE, LOCATION_LONGITUDE, err);

	if (!rc)
		rc = customer_check_zone(w, LOCATION_TIME_ZONE, err);
	return rc ? rc : customer_check_parent(w, LOCATION_PARENT, err);
}
