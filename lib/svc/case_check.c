/* SPDX-License-Identifier: MIT */
/* case_check.c - what a case must be: its parties and products belong together (domain 1.13), its moments and state agree. */
#include "svc_work.h"

static const char *key_of(const struct csm_write *w, const char *type, int64_t id)
{
	return svc_key(w->store, csm_dict_type(csm_store_dict(w->store), type), id);
}

/* 1. contact set: the account is the contact's, or a contact relationship leads there. */
static int check_contact(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { CONTACT_RELATIONSHIP_CONTACT, CONTACT_RELATIONSHIP_ACCOUNT };
	struct csm_rec *contact, *r = w->rec;
	struct csm_value v[2];
	int64_t id;
	int rc = svc_ref(w->store, r, CASE_CONTACT, &contact, err);

	if (rc || !contact || csm_rec_int(contact, CONTACT_ACCOUNT) == csm_rec_int(r, CASE_ACCOUNT))
		return rc;
	v[0] = csm_int(contact->id);
	v[1] = csm_int(csm_rec_int(r, CASE_ACCOUNT));
	rc = svc_first(w->store, &csm_type_contact_relationship, fields, v, 2, &id, err);
	if (rc || id)
		return rc;
	return svc_refuse(w, CASE_CONTACT, err, "%s is a contact of %s, not of %s, and has no relationship to it",
			  key_of(w, "contact", contact->id), key_of(w, "account", csm_rec_int(contact, CONTACT_ACCOUNT)),
			  csm_rec_null(r, CASE_ACCOUNT) ? "(no account)" : key_of(w, "account", csm_rec_int(r, CASE_ACCOUNT)));
}

/* Whether owner is the account, below it, or in a relationship with it. */
static int account_near(struct csm_write *w, int64_t account, int64_t owner, bool *yes, struct csm_err *err)
{
	static const int fields[] = { ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, ACCOUNT_RELATIONSHIP_TO_ACCOUNT };
	struct csm_value v[2] = { csm_int(account), csm_int(owner) };
	struct csm_rec *a, *o;
	int64_t id;
	int rc;

	*yes = account == owner;
	if (*yes)
		return CSM_OK;
	rc = csm_store_get(w->store, &csm_type_account, account, w->rec->arena, &a, err);
	if (!rc)
		rc = csm_store_get(w->store, &csm_type_account, owner, w->rec->arena, &o, err);
	if (rc || !a || !o)
		return rc;
	if (!csm_rec_null(a, ACCOUNT_ACCOUNT_PATH)) {
		const char *path = csm_rec_text(a, ACCOUNT_ACCOUNT_PATH);
		size_t n = strlen(path);

		*yes = strncmp(csm_rec_text(o, ACCOUNT_ACCOUNT_PATH), path, n) == 0 && csm_rec_text(o, ACCOUNT_ACCOUNT_PATH)[n] == '/';
	}
	if (*yes)
		return CSM_OK;
	rc = svc_first(w->store, &csm_type_account_relationship, fields, v, 2, &id, err);
	*yes = !rc && id;
	return rc;
}

/* 2. asset set: its product, its owner. */
static int check_asset(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *asset, *r = w->rec;
	bool near = true;
	int rc = svc_ref(w->store, r, CASE_ASSET, &asset, err);

	if (rc || !asset)
		return rc;
	if (csm_rec_int(r, CASE_PRODUCT) != csm_rec_int(asset, ASSET_PRODUCT))
		return svc_refuse(w, CASE_PRODUCT, err, "asset %s is a %s", key_of(w, "asset", asset->id),
				  key_of(w, "product", csm_rec_int(asset, ASSET_PRODUCT)));
	if (!csm_rec_null(asset, ASSET_ACCOUNT) && !csm_rec_null(r, CASE_ACCOUNT))
		rc = account_near(w, csm_rec_int(r, CASE_ACCOUNT), csm_rec_int(asset, ASSET_ACCOUNT), &near, err);
	else if (!csm_rec_null(asset, ASSET_CONSUMER) && !csm_rec_null(r, CASE_CONSUMER))
		near = csm_rec_int(asset, ASSET_CONSUMER) == csm_rec_int(r, CASE_CONSUMER);
	else
		near = csm_rec_null(asset, ASSET_ACCOUNT) && csm_rec_null(asset, ASSET_CONSUMER);
	if (rc || near)
		return rc;
	return svc_refuse(w, CASE_ASSET, err, "%s belongs to another customer", key_of(w, "asset", asset->id));
}

/* 3. install base item: it is in use, and the customer's. */
static int check_item(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *item, *r = w->rec;
	bool near = true;
	int rc = svc_ref(w->store, r, CASE_INSTALL_BASE_ITEM, &item, err);

	if (rc || !item)
		return rc;
	if (!csm_rec_int(item, INSTALL_BASE_ITEM_ACTIVE) && (w->insert || csm_rec_changed(r, CASE_INSTALL_BASE_ITEM)))
		return svc_refuse(w, CASE_INSTALL_BASE_ITEM, err, "%s is no longer in use", key_of(w, "install_base_item", item->id));
	if (!csm_rec_null(item, INSTALL_BASE_ITEM_ACCOUNT) && !csm_rec_null(r, CASE_ACCOUNT))
		rc = account_near(w, csm_rec_int(r, CASE_ACCOUNT), csm_rec_int(item, INSTALL_BASE_ITEM_ACCOUNT), &near, err);
	else if (!csm_rec_null(item, INSTALL_BASE_ITEM_CONSUMER))
		near = csm_rec_int(item, INSTALL_BASE_ITEM_CONSUMER) == csm_rec_int(r, CASE_CONSUMER);
	if (rc || near)
		return rc;
	return svc_refuse(w, CASE_INSTALL_BASE_ITEM, err, "%s belongs to another customer", key_of(w, "install_base_item", item->id));
}

/* 4. partner set: a relationship partner to account, and a contact of the partner. */
static int check_partner(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, ACCOUNT_RELATIONSHIP_TO_ACCOUNT };
	struct csm_rec *partner, *contact, *r = w->rec;
	struct csm_value v[2] = { csm_int(csm_rec_int(r, CASE_PARTNER)), csm_int(csm_rec_int(r, CASE_ACCOUNT)) };
	int64_t id;
	int rc = svc_ref(w->store, r, CASE_PARTNER, &partner, err);

	if (rc)
		return rc;
	if (!partner) {
		if (csm_rec_null(r, CASE_PARTNER_CONTACT))
			return CSM_OK;
		return svc_refuse(w, CASE_PARTNER_CONTACT, err, "needs a partner");
	}
	if (!csm_rec_int(partner, ACCOUNT_PARTNER))
		return svc_refuse(w, CASE_PARTNER, err, "%s is no partner", key_of(w, "account", partner->id));
	if (csm_rec_null(r, CASE_ACCOUNT))
		return svc_refuse(w, CASE_PARTNER, err, "a partner acts for an account, and the case has none");
	rc = svc_first(w->store, &csm_type_account_relationship, fields, v, 2, &id, err);
	if (rc)
		return rc;
	if (!id)
		return svc_refuse(w, CASE_PARTNER, err, "%s has no account relationship with %s", key_of(w, "account", partner->id),
				  key_of(w, "account", v[1].i));
	rc = svc_ref(w->store, r, CASE_PARTNER_CONTACT, &contact, err);
	if (rc || !contact || csm_rec_int(contact, CONTACT_ACCOUNT) == partner->id)
		return rc;
	return svc_refuse(w, CASE_PARTNER_CONTACT, err, "%s is no contact of %s", key_of(w, "contact", contact->id),
			  key_of(w, "account", partner->id));
}

/* 5. One customer: an account, a consumer (with an account only when linked to it), or an employee. */
static int check_customer(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { CONSUMER_ACCOUNT_CONSUMER, CONSUMER_ACCOUNT_ACCOUNT };
	const struct csm_rec *r = w->rec;
	bool account = !csm_rec_null(r, CASE_ACCOUNT), consumer = !csm_rec_null(r, CASE_CONSUMER);
	bool household = !csm_rec_null(r, CASE_HOUSEHOLD), employee = !csm_rec_null(r, CASE_INTERNAL_USER);
	struct csm_value v[2] = { csm_int(csm_rec_int(r, CASE_CONSUMER)), csm_int(csm_rec_int(r, CASE_ACCOUNT)) };
	int64_t id;
	int rc;

	if (!account && !consumer && !household && !employee) {
		if (csm_rec_int(r, CASE_PROACTIVE))
			return CSM_OK;
		return svc_refuse(w, CASE_ACCOUNT, err, "a case needs a customer: account or contact, consumer or household, or internal_user");
	}
	if (employee && (account || consumer || household))
		return svc_refuse(w, CASE_INTERNAL_USER, err, "an employee is the customer only where no account or consumer is");
	if (!account || !consumer || w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = svc_first(w->store, &csm_type_consumer_account, fields, v, 2, &id, err);
	if (rc || id)
		return rc;
	return svc_refuse(w, CASE_CONSUMER, err, "%s is no consumer of %s; a case has an account or a consumer",
			  key_of(w, "consumer", v[0].i), key_of(w, "account", v[1].i));
}

/* Two moments in order, where both are known. */
static int check_order(struct csm_write *w, int first, int second, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	char a[CSM_TIME_SIZE], b[CSM_TIME_SIZE];

	if (csm_rec_null(r, first) || csm_rec_null(r, second) || csm_rec_int(r, first) <= csm_rec_int(r, second))
		return CSM_OK;
	return svc_refuse(w, second, err, "%s is before %s (%s)", csm_time_format(csm_rec_int(r, second), a), r->type->fields[first].name,
			  csm_time_format(csm_rec_int(r, first), b));
}

/* The state and the moments that belong to it. */
static int check_state(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool resolved = csm_rec_is(r, CASE_STATE, "resolved"), closed = csm_rec_is(r, CASE_STATE, "closed");
	bool cancelled = csm_rec_is(r, CASE_STATE, "cancelled");
	int rc = check_order(w, CASE_OPENED_AT, CASE_FIRST_RESPONSE_TIME, err);

	if (!rc)
		rc = check_order(w, CASE_OPENED_AT, CASE_RESOLVED_AT, err);
	if (!rc)
		rc = check_order(w, CASE_OPENED_AT, CASE_CLOSED_AT, err);
	if (!rc)
		rc = check_order(w, CASE_RESOLVED_AT, CASE_CLOSED_AT, err);
	if (rc)
		return rc;
	if (resolved && csm_rec_null(r, CASE_RESOLVED_AT))
		return svc_refuse(w, CASE_RESOLVED_AT, err, "is needed in state resolved");
	if (closed && csm_rec_null(r, CASE_CLOSED_AT))
		return svc_refuse(w, CASE_CLOSED_AT, err, "is needed in state closed");
	if (!closed && !cancelled && !csm_rec_null(r, CASE_CLOSED_AT))
		return svc_refuse(w, CASE_CLOSED_AT, err, "is given, but the state is %s", csm_rec_text(r, CASE_STATE));
	if (!resolved && !closed && !cancelled && !csm_rec_null(r, CASE_RESOLVED_AT))
		return svc_refuse(w, CASE_RESOLVED_AT, err, "is given, but the state is %s", csm_rec_text(r, CASE_STATE));
	return CSM_OK;
}

bool work_was_final(const struct csm_write *w, int state_field)
{
	const struct csm_state *st = w->insert ? NULL : csm_life_state(w->rec->type->life, w->rec->old[state_field].s);

	return st && (st->flags & CSM_S_FINAL);
}

int case_check(struct csm_write *w, struct csm_err *err)
{
	int rc = CSM_OK;

	if (w->mode == CSM_WRITE_NORMAL && work_was_final(w, CASE_STATE))
		return svc_refuse(w, CASE_STATE, err, "a case that is %s is not changed any more", w->rec->old[CASE_STATE].s);
	rc = check_state(w, err);
	if (!rc)
		rc = check_customer(w, err);
	if (rc || w->mode == CSM_WRITE_IMPORT)
		return rc;		/* what an import states may be older than its parties' present bonds */
	rc = check_contact(w, err);
	if (!rc)
		rc = check_asset(w, err);
	if (!rc)
		rc = check_item(w, err);
	if (!rc)
		rc = check_partner(w, err);
	if (!rc && (w->insert || csm_rec_changed(w->rec, CASE_ASSIGNED_TO) || csm_rec_changed(w->rec, CASE_ASSIGNMENT_GROUP)))
		rc = work_check_assignee(w, CASE_ASSIGNMENT_GROUP, CASE_ASSIGNED_TO, err);
	return rc ? rc : svc_no_cycle(w, CASE_PARENT_CASE, 100, err);
}
