/* SPDX-License-Identifier: MIT */
/* hooks.c - the one table of what rows can't say: ids of the dictionary and the functions behind them. */
#include "svc_agreement.h"
#include "svc_alert.h"
#include "svc_customer.h"
#include "svc_import.h"
#include "svc_priv.h"
#include "svc_product.h"
#include "svc_schedule.h"
#include "svc_work.h"

static const struct csm_hook hooks[] = {
	SVC_CUSTOMER_HOOKS,
	SVC_PRODUCT_HOOKS,
	SVC_AGREEMENT_HOOKS,
	SVC_SCHEDULE_HOOKS,
	SVC_ALERT_HOOKS,
	SVC_WORK_HOOKS,
	SVC_IMPORT_HOOKS,
	{ NULL, NULL },
};

const struct csm_hook *csm_svc_hooks(void)
{
	return hooks;
}

bool csm_svc_hook_known(void *unused, const char *id)
{
	(void)unused;
	for (const struct csm_hook *h = hooks; h->id; h++)
		if (strcmp(h->id, id) == 0)
			return true;
	return false;
}
