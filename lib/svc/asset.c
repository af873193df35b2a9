/* SPDX-License-Identifier: MIT */
/* asset.c - pieces of products that customers have, and the contacts who use them (domain 4.2). */
#include "svc_customer.h"
#include "svc_product.h"

#define DISPLAY_MAX 400		/* code points of display_name */

static int make_name(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *product, *r = w->rec;
	const char *words[] = {
		csm_rec_text(r, csm_rec_null(r, ASSET_ASSET_TAG) ? ASSET_SERIAL_NUMBER : ASSET_ASSET_TAG), ""
	};
	int rc = svc_ref(w->store, r, ASSET_PRODUCT, &product, err);

	if (rc)
		return rc;
	if (product)
		words[1] = csm_rec_text(product, PRODUCT_DISPLAY_NAME);
	csm_rec_set_text(r, ASSET_DISPLAY_NAME,
			 customer_join(r->arena, " - ", words, CSM_COUNT(words), DISPLAY_MAX));
	return CSM_OK;
}

int asset_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	int rc = customer_take_account(w, ASSET_ACCOUNT, ASSET_CONTACT, ASSET_CONSUMER, -1, err);

	if (rc || (!csm_rec_null(r, ASSET_DISPLAY_NAME) &&
		   (csm_rec_given(r, ASSET_DISPLAY_NAME) ||
		    !(csm_rec_changed(r, ASSET_ASSET_TAG) || csm_rec_changed(r, ASSET_SERIAL_NUMBER) ||
		      csm_rec_changed(r, ASSET_PRODUCT)))))
		return rc;
	return make_name(w, err);
}

int asset_check(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int rc;

	if (!csm_rec_null(r, ASSET_ACCOUNT) && !csm_rec_null(r, ASSET_CONSUMER))
		return svc_refuse(w, ASSET_CONSUMER, err,
				  "an asset is of an account or of a consumer, not of both");
	if (csm_rec_null(r, ASSET_ACCOUNT) && csm_rec_null(r, ASSET_CONSUMER))
		return svc_refuse(w, ASSET_ACCOUNT, err, "an asset needs an account or a consumer");
	if (csm_rec_int(r, ASSET_QUANTITY) > 1 && !csm_rec_is(r, ASSET_ASSET_CLASS, "consumable"))
		return svc_refuse(w, ASSET_QUANTITY, err,
				  "%lld of a kind are for asset_class consumable, this one is %s",
				  (long long)csm_rec_int(r, ASSET_QUANTITY),
				  csm_rec_text(r, ASSET_ASSET_CLASS));
	rc = customer_check_contact(w, ASSET_CONTACT, ASSET_ACCOUNT, err);
	return rc ? rc : customer_check_parent(w, ASSET_PARENT, err);
}

/* Who uses it first, uses it. */
int asset_after(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { ASSET_CONTACT_ASSET, ASSET_CONTACT_CONTACT };
	struct csm_rec *row, *r = w->rec;
	const struct csm_value v[] = { csm_int(r->id), r->v[ASSET_CONTACT] };
	int64_t id;
	int rc;

	if (!w->remove && w->mode == CSM_WRITE_IMPORT)
		return w->insert ? CSM_OK : svc_no_cycle(w, ASSET_PARENT, CUSTOMER_DEPTH, err);
	if (w->remove || !customer_acted_on(w, ASSET_CONTACT) || csm_rec_null(r, ASSET_CONTACT))
		return CSM_OK;
	rc = svc_first(w->store, &csm_type_asset_contact, fields, v, 2, &id, err);
	if (rc || id)
		return rc;
	rc = csm_store_new(w->store, &csm_type_asset_contact, r->arena, &row, err);
	if (rc)
		return rc;
	csm_rec_set(row, fields[0], v[0]);
	csm_rec_set(row, fields[1], v[1]);
	return csm_store_write(w->store, row, CSM_WRITE_NORMAL, -1, err);
}

int asset_contact_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *asset, *contact, *r = w->rec;
	bool may;
	int64_t account;
	int rc;

	if (!customer_acted_on(w, ASSET_CONTACT_CONTACT))
		return CSM_OK;
	rc = svc_ref(w->store, r, ASSET_CONTACT_ASSET, &asset, err);
	if (!rc)
		rc = svc_ref(w->store, r, ASSET_CONTACT_CONTACT, &contact, err);
	if (rc || !asset || !contact)
		return rc;
	account = csm_rec_int(asset, ASSET_ACCOUNT);
	if (!account)
		return svc_refuse(w, ASSET_CONTACT_ASSET, err,
				  "%s is of a consumer, contacts are for assets of accounts",
				  csm_rec_key(r->arena, asset));
	rc = customer_acts_for(w->store, contact, account, &may, err);
	if (!rc && !may)
		rc = customer_related(w->store, account, csm_rec_int(contact, CONTACT_ACCOUNT), &may, err);
	if (rc || may)
		return rc;
	return svc_refuse(w, ASSET_CONTACT_CONTACT, err,
			  "%s is a contact of %s, which has no relationship to %s, the account of %s",
			  csm_rec_key(r->arena, contact),
			  svc_key(w->store, &csm_type_account, csm_rec_int(contact, CONTACT_ACCOUNT)),
			  svc_key(w->store, &csm_type_account, account), csm_rec_key(r->arena, asset));
}
