/* SPDX-License-Identifier: MIT */
/* sold_product.c - products that customers bought, and their life by dates and verbs (domain 4.4). */
#include "svc_customer.h"
#include "svc_product.h"

static const char *state_at(const struct csm_rec *r, const char *day)
{
	const char *start = csm_rec_text(r, SOLD_PRODUCT_START_DATE),
		   *end = csm_rec_text(r, SOLD_PRODUCT_END_DATE);

	if (*end && strcmp(end, day) < 0)
		return "expired";
	return *start && strcmp(start, day) > 0 ? "in_preparation" : "active";
}

int sold_product_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *product, *r = w->rec;
	int rc = customer_take_account(w, SOLD_PRODUCT_ACCOUNT, SOLD_PRODUCT_CONTACT, SOLD_PRODUCT_CONSUMER,
				       SOLD_PRODUCT_HOUSEHOLD, err);

	if (rc)
		return rc;
	if (w->insert && !csm_rec_given(r, SOLD_PRODUCT_STATE))
		csm_rec_set_text(r, SOLD_PRODUCT_STATE, state_at(r, svc_today(w->store)));
	if (!csm_rec_null(r, SOLD_PRODUCT_NAME))
		return CSM_OK;
	rc = svc_ref(w->store, r, SOLD_PRODUCT_PRODUCT, &product, err);
	if (!rc && product)
		csm_rec_set(r, SOLD_PRODUCT_NAME, product->v[PRODUCT_NAME]);
	return rc;
}

int sold_product_check(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool account = !csm_rec_null(r, SOLD_PRODUCT_ACCOUNT),
	     consumer = !csm_rec_null(r, SOLD_PRODUCT_CONSUMER);
	bool household = !csm_rec_null(r, SOLD_PRODUCT_HOUSEHOLD);
	int rc;

	if (!account && !consumer && !household)
		return svc_refuse(w, SOLD_PRODUCT_ACCOUNT, err,
				  "a sold product needs an account, a consumer or a household");
	if (household && (account || consumer))
		return svc_refuse(
			w, SOLD_PRODUCT_HOUSEHOLD, err,
			"a sold product is of a household or of an account or consumer, not of both");
	rc = customer_check_dates(w, SOLD_PRODUCT_START_DATE, SOLD_PRODUCT_END_DATE, err);
	if (!rc)
		rc = customer_check_dates(w, SOLD_PRODUCT_SUSPEND_START, SOLD_PRODUCT_SUSPEND_END, err);
	if (!rc)
		rc = customer_check_contact(w, SOLD_PRODUCT_CONTACT, SOLD_PRODUCT_ACCOUNT, err);
	return rc ? rc : customer_check_parent(w, SOLD_PRODUCT_PARENT, err);
}

int sold_product_activate_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	const char *today = svc_today(w->store);

	if (!csm_rec_null(r, SOLD_PRODUCT_START_DATE) &&
	    strcmp(csm_rec_text(r, SOLD_PRODUCT_START_DATE), today) > 0)
		return svc_refuse(w, SOLD_PRODUCT_START_DATE, err, "starts on %s, not yet",
				  csm_rec_text(r, SOLD_PRODUCT_START_DATE));
	if (!csm_rec_null(r, SOLD_PRODUCT_END_DATE) &&
	    strcmp(csm_rec_text(r, SOLD_PRODUCT_END_DATE), today) < 0)
		return svc_refuse(w, SOLD_PRODUCT_END_DATE, err, "ended on %s",
				  csm_rec_text(r, SOLD_PRODUCT_END_DATE));
	return CSM_OK;
}

int sold_product_expire_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;

	if (csm_rec_null(r, SOLD_PRODUCT_END_DATE))
		return svc_refuse(w, SOLD_PRODUCT_END_DATE, err, "there is none, it does not expire");
	if (strcmp(csm_rec_text(r, SOLD_PRODUCT_END_DATE), svc_today(w->store)) >= 0)
		return svc_refuse(w, SOLD_PRODUCT_END_DATE, err, "%s has not passed",
				  csm_rec_text(r, SOLD_PRODUCT_END_DATE));
	return CSM_OK;
}

int sold_product_suspend_guard(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;

	if (!csm_rec_null(r, SOLD_PRODUCT_PARENT))
		return svc_refuse(w, SOLD_PRODUCT_PARENT, err,
				  "it is part of %s; a root is suspended, not its parts",
				  svc_key(w->store, r->type, csm_rec_int(r, SOLD_PRODUCT_PARENT)));
	if (csm_rec_null(r, SOLD_PRODUCT_SUSPEND_START))
		csm_rec_set_text(r, SOLD_PRODUCT_SUSPEND_START, svc_today(w->store));
	return customer_check_dates(w, SOLD_PRODUCT_SUSPEND_START, SOLD_PRODUCT_SUSPEND_END, err);
}
