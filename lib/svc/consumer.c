/* SPDX-License-Identifier: MIT */
/* consumer.c - people who are customers themselves (domain 2.6). */
#include "svc_customer.h"

static const struct customer_person person = {
	.first = CONSUMER_FIRST_NAME,
	.middle = CONSUMER_MIDDLE_NAME,
	.last = CONSUMER_LAST_NAME,
	.name = CONSUMER_NAME,
	.user_name = CONSUMER_USER_NAME,
	.roles = CONSUMER_ROLES,
	.zone = CONSUMER_TIME_ZONE,
	.name_max = 152,
	.role = "consumer",
};

int consumer_derive(struct csm_write *w, struct csm_err *err)
{
	return customer_person_derive(w, &person, err);
}

int consumer_check(struct csm_write *w, struct csm_err *err)
{
	return customer_person_check(w, &person, err);
}

int consumer_after(struct csm_write *w, struct csm_err *err)
{
	return w->remove ? CSM_OK : customer_address_push(w, &customer_consumer_address, err);
}

int consumer_address_after(struct csm_write *w, struct csm_err *err)
{
	return customer_address_pull(w, &customer_consumer_address, err);
}
