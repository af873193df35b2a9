/* SPDX-License-Identifier: MIT */
/* people.c - internal people: users and groups. */
#include "svc_customer.h"

static const struct customer_person person = {
	.first = USER_FIRST_NAME,
	.middle = -1,
	.last = USER_LAST_NAME,
	.name = USER_NAME,
	.user_name = USER_USER_NAME,
	.roles = -1,
	.zone = USER_TIME_ZONE,
	.name_max = 151,
};

int user_derive(struct csm_write *w, struct csm_err *err)
{
	return customer_person_derive(w, &person, err);
}

int user_check(struct csm_write *w, struct csm_err *err)
{
	int rc = customer_person_check(w, &person, err);

	return rc ? rc : customer_check_parent(w, USER_MANAGER, err);
}

int group_check(struct csm_write *w, struct csm_err *err)
{
	return customer_check_parent(w, GROUP_PARENT, err);
}
