/* SPDX-License-Identifier: MIT */
/*
 * case_check.c - what a case must be: its parties and products belong together (domain 1.13), its moments
 * and state agree.
 */
#include "svc_work.h"

static const char *key_of(const struct csm_write *w, const char *type, int64_t id)
{
	return svc_key(w->store, csm_dict_type(csm_store_dict(w->store), type), id);
}

/*
 * The bonds of the parties are looked at when the case comes to have them: one that ends later leaves the
 * cases of that time as they are.
 */
static bool changed_any(const struct csm_write *w, const int *fields, unsigned n)
{
	bool changed = w->insert;

	for (unsigned i = 0; i < n; i++)
		changed = changed || csm_rec_changed(w->rec, fields[i]);
	return changed;
}

/* 1. contact set: the account is the contact's, or a contact relationship leads there. */
static int check_contact(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { CONTACT_RELATIONSHIP_CONTACT, CONTACT_RELATIONSHIP_ACCOUNT };
	static const int bond[] = { CASE_CONTACT, CASE_ACCOUNT };
	struct csm_rec *contact, *r = w->rec;
	struct csm_value v[2];
	int64_t id;
	int rc;

	if (!changed_any(w, bond, 2))
		return CSM_OK;
	rc = svc_ref(w->store, r, CASE_CONTACT, &contact, err);
	if (rc || !contact || csm_rec_int(contact, CONTACT_ACCOUNT) == csm_rec_int(r, CASE_ACCOUNT))
		return rc;
	v[0] = csm_int(contact->id);
	v[1] = csm_int(csm_rec_int(r, CASE_ACCOUNT));
	rc = svc_first(w->store, &csm_type_contact_relationship, fields, v, 2, &id, err);
	if (rc || id)
		return rc;
	return svc_refuse(
		w, CASE_CONTACT, err, "%s is a contact of %s, not of %s, and has no relationship to it",
		key_of(w, "contact", contact->id),
		key_of(w, "account", csm_rec_int(contact, CONTACT_ACCOUNT)),
		csm_rec_null(r, CASE_ACCOUNT) ? "(no account)"
					      : key_of(w, "account", csm_rec_int(r, CASE_ACCOUNT)));
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

		*yes = strncmp(csm_rec_text(o, ACCOUNT_ACCOUNT_PATH), path, n) == 0 &&
		       csm_rec_text(o, ACCOUNT_ACCOUNT_PATH)[n] == '/';
	}
	if (*yes)
		return CSM_OK;
	rc = svc_first(w->store, &csm_type_account_relationship, fields, v, 2, &id, err);
	*yes = !rc && id;
	return rc;
}

/*
 * Whether a thing of an owner may stand on the case: the owner is the case's customer, below his account or
 * related to it; a thing that nobody owns may stand anywhere.
 */
static int is_of_customer(struct csm_write *w, const struct csm_rec *thing, int account, int consumer,
			  int household, bool *yes, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool owned = false;
	int rc = CSM_OK;

	*yes = false;
	if (!csm_rec_null(thing, account)) {
		owned = true;
		if (!csm_rec_null(r, CASE_ACCOUNT))
			rc = account_near(w, csm_rec_int(r, CASE_ACCOUNT), csm_rec_int(thing, account), yes,
					  err);
	}
	if (!rc && !*yes && !csm_rec_null(thing, consumer)) {
		owned = true;
		*yes = csm_rec_int(r, CASE_CONSUMER) == csm_rec_int(thing, consumer);
	}
	if (!rc && !*yes && household >= 0 && !csm_rec_null(thing, household)) {
		owned = true;
		*yes = csm_rec_int(r, CASE_HOUSEHOLD) == csm_rec_int(thing, household);
	}
	*yes = *yes || !owned;
	return rc;
}

static int check_thing(struct csm_write *w, int field, const struct csm_rec *thing, int account,
		       int consumer, int household, struct csm_err *err)
{
	const int bond[] = { field, CASE_ACCOUNT, CASE_CONSUMER, CASE_HOUSEHOLD };
	bool yes = true;
	int rc = CSM_OK;

	if (changed_any(w, bond, 4))
		rc = is_of_customer(w, thing, account, consumer, household, &yes, err);
	if (rc || yes)
		return rc;
	return svc_refuse(w, field, err, "%s belongs to another customer",
			  key_of(w, thing->type->name, thing->id));
}

/* With asset.use_contact_relationship a contact has the assets that were assigned to him (domain 4.2). */
static int check_asset_contact(struct csm_write *w, const struct csm_rec *asset, struct csm_err *err)
{
	static const int fields[] = { ASSET_CONTACT_ASSET, ASSET_CONTACT_CONTACT };
	static const int bond[] = { CASE_ASSET, CASE_CONTACT };
	const struct csm_rec *r = w->rec;
	struct csm_value v[2] = { csm_int(asset->id), csm_int(csm_rec_int(r, CASE_CONTACT)) };
	int64_t id;
	int rc;

	if (csm_rec_null(r, CASE_CONTACT) ||
	    csm_rec_int(asset, ASSET_CONTACT) == csm_rec_int(r, CASE_CONTACT) || !changed_any(w, bond, 2) ||
	    !csm_store_setting_bool(w->store, "asset.use_contact_relationship"))
		return CSM_OK;
	rc = svc_first(w->store, &csm_type_asset_contact, fields, v, 2, &id, err);
	if (rc || id)
		return rc;
	return svc_refuse(w, CASE_ASSET, err, "%s is not assigned to %s", key_of(w, "asset", asset->id),
			  key_of(w, "contact", v[1].i));
}

/* 2. asset set: its product, its owner, its contacts. */
static int check_asset(struct csm_write *w, struct csm_err *err)
{
	static const int bond[] = { CASE_ASSET, CASE_PRODUCT };
	struct csm_rec *asset, *r = w->rec;
	int rc = svc_ref(w->store, r, CASE_ASSET, &asset, err);

	if (rc || !asset)
		return rc;
	if (changed_any(w, bond, 2) && csm_rec_int(r, CASE_PRODUCT) != csm_rec_int(asset, ASSET_PRODUCT))
		return svc_refuse(w, CASE_PRODUCT, err, "asset %s is a %s", key_of(w, "asset", asset->id),
				  key_of(w, "product", csm_rec_int(asset, ASSET_PRODUCT)));
	rc = check_thing(w, CASE_ASSET, asset, ASSET_ACCOUNT, ASSET_CONSUMER, -1, err);
	return rc ? rc : check_asset_contact(w, asset, err);
}

/* 3. install base item: it is in use, and the customer's. */
static int check_item(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *item, *r = w->rec;
	int rc = svc_ref(w->store, r, CASE_INSTALL_BASE_ITEM, &item, err);

	if (rc || !item)
		return rc;
	if (!csm_rec_int(item, INSTALL_BASE_ITEM_ACTIVE) && csm_rec_changed(r, CASE_INSTALL_BASE_ITEM))
		return svc_refuse(w, CASE_INSTALL_BASE_ITEM, err, "%s is no longer in use",
				  key_of(w, "install_base_item", item->id));
	return check_thing(w, CASE_INSTALL_BASE_ITEM, item, INSTALL_BASE_ITEM_ACCOUNT,
			   INSTALL_BASE_ITEM_CONSUMER, INSTALL_BASE_ITEM_HOUSEHOLD, err);
}

static int check_sold_product(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *sold;
	int rc = svc_ref(w->store, w->rec, CASE_SOLD_PRODUCT, &sold, err);

	if (rc || !sold)
		return rc;
	return check_thing(w, CASE_SOLD_PRODUCT, sold, SOLD_PRODUCT_ACCOUNT, SOLD_PRODUCT_CONSUMER,
			   SOLD_PRODUCT_HOUSEHOLD, err);
}

/*
 * Whether the partner serves the account: a relationship of an active kind whose end at the partner is a
 * partner's.
 */
static int serves(struct csm_write *w, int64_t partner, int64_t account, bool *out, struct csm_err *err)
{
	struct csm_rec **rows, *type;
	unsigned n;
	int rc = csm_store_children(w->store, &csm_type_account_relationship,
				    ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, partner, w->rec->arena, &rows, &n,
				    err);

	*out = false;
	for (unsigned i = 0; !rc && !*out && i < n; i++) {
		bool back = csm_rec_int(rows[i], ACCOUNT_RELATIONSHIP_IS_REVERSE);

		if (csm_rec_int(rows[i], ACCOUNT_RELATIONSHIP_TO_ACCOUNT) != account)
			continue;
		rc = svc_ref(w->store, rows[i], ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE, &type, err);
		*out = !rc && type && csm_rec_int(type, ACCOUNT_RELATIONSHIP_TYPE_ACTIVE) &&
		       csm_rec_is(type,
				  back ? ACCOUNT_RELATIONSHIP_TYPE_TO_KIND
				       : ACCOUNT_RELATIONSHIP_TYPE_FROM_KIND,
				  "partner");
	}
	return rc;
}

static int check_partner_contact(struct csm_write *w, int64_t partner, struct csm_err *err)
{
	struct csm_rec *contact;
	int rc = svc_ref(w->store, w->rec, CASE_PARTNER_CONTACT, &contact, err);

	if (rc || !contact || csm_rec_int(contact, CONTACT_ACCOUNT) == partner)
		return rc;
	return svc_refuse(w, CASE_PARTNER_CONTACT, err, "%s is no contact of %s",
			  key_of(w, "contact", contact->id), key_of(w, "account", partner));
}

/* 4. partner set: it serves the account, and the partner's contact is its own. */
static int check_partner(struct csm_write *w, struct csm_err *err)
{
	static const int bond[] = { CASE_PARTNER, CASE_PARTNER_CONTACT, CASE_ACCOUNT };
	struct csm_rec *partner, *r = w->rec;
	bool yes;
	int rc;

	if (!changed_any(w, bond, CSM_COUNT(bond)))
		return CSM_OK;
	rc = svc_ref(w->store, r, CASE_PARTNER, &partner, err);
	if (rc)
		return rc;
	if (!partner && csm_rec_null(r, CASE_PARTNER_CONTACT))
		return CSM_OK;
	if (!partner)
		return svc_refuse(w, CASE_PARTNER_CONTACT, err, "needs a partner");
	if (!csm_rec_int(partner, ACCOUNT_PARTNER))
		return svc_refuse(w, CASE_PARTNER, err, "%s is no partner",
				  key_of(w, "account", partner->id));
	if (csm_rec_null(r, CASE_ACCOUNT))
		return svc_refuse(w, CASE_PARTNER, err,
				  "a partner acts for an account, and the case has none");
	rc = serves(w, partner->id, csm_rec_int(r, CASE_ACCOUNT), &yes, err);
	if (rc)
		return rc;
	if (!yes)
		return svc_refuse(w, CASE_PARTNER, err, "%s has no account relationship as partner of %s",
				  key_of(w, "account", partner->id),
				  key_of(w, "account", csm_rec_int(r, CASE_ACCOUNT)));
	return check_partner_contact(w, partner->id, err);
}

/*
 * B2B2C: a consumer stands beside an account when it is one of its consumers; a household when the consumer
 * is a member.
 */
static int check_consumer(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { CONSUMER_ACCOUNT_CONSUMER, CONSUMER_ACCOUNT_ACCOUNT };
	static const int bond[] = { CASE_ACCOUNT, CASE_CONSUMER, CASE_HOUSEHOLD };
	const struct csm_rec *r = w->rec;
	int64_t consumer = csm_rec_int(r, CASE_CONSUMER), household = csm_rec_int(r, CASE_HOUSEHOLD), id;
	struct csm_value v[2] = { csm_int(consumer), csm_int(csm_rec_int(r, CASE_ACCOUNT)) };
	bool member = true;
	int rc;

	if (!consumer || !changed_any(w, bond, CSM_COUNT(bond)))
		return CSM_OK;
	if (v[1].i) {
		rc = svc_first(w->store, &csm_type_consumer_account, fields, v, 2, &id, err);
		if (rc)
			return rc;
		if (!id)
			return svc_refuse(w, CASE_CONSUMER, err,
					  "%s is no consumer of %s; a case has an account or a consumer",
					  key_of(w, "consumer", consumer), key_of(w, "account", v[1].i));
	}
	rc = household ? work_is_member_of_household(w->store, household, consumer, svc_today(w->store),
						     &member, err)
		       : CSM_OK;
	if (rc || member)
		return rc;
	return svc_refuse(w, CASE_HOUSEHOLD, err, "%s is no current member of %s",
			  key_of(w, "consumer", consumer), key_of(w, "household", household));
}

/* 5. One customer: an account, a consumer or household, or an employee. */
static int check_customer(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool account = !csm_rec_null(r, CASE_ACCOUNT), consumer = !csm_rec_null(r, CASE_CONSUMER);
	bool household = !csm_rec_null(r, CASE_HOUSEHOLD), employee = !csm_rec_null(r, CASE_INTERNAL_USER);

	if (!account && !consumer && !household && !employee) {
		if (csm_rec_int(r, CASE_PROACTIVE))
			return CSM_OK;
		return svc_refuse(w, CASE_ACCOUNT, err,
				  "a case needs a customer: account or contact, consumer or household, or "
				  "internal_user");
	}
	if (employee && (account || consumer || household))
		return svc_refuse(w, CASE_INTERNAL_USER, err,
				  "an employee is the customer only where no account or consumer is");
	if (account && household && !consumer)
		return svc_refuse(w, CASE_HOUSEHOLD, err, "a case has an account or a household");
	return CSM_OK;
}

/* Two moments in order, where both are known. */
static int check_order(struct csm_write *w, int first, int second, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	char a[CSM_TIME_SIZE], b[CSM_TIME_SIZE];

	if (csm_rec_null(r, first) || csm_rec_null(r, second) ||
	    csm_rec_int(r, first) <= csm_rec_int(r, second))
		return CSM_OK;
	return svc_refuse(w, second, err, "%s is before %s (%s)",
			  csm_time_format(csm_rec_int(r, second), a), r->type->fields[first].name,
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
		return svc_refuse(w, CASE_CLOSED_AT, err, "is given, but the state is %s",
				  csm_rec_text(r, CASE_STATE));
	if (!resolved && !closed && !cancelled && !csm_rec_null(r, CASE_RESOLVED_AT))
		return svc_refuse(w, CASE_RESOLVED_AT, err, "is given, but the state is %s",
				  csm_rec_text(r, CASE_STATE));
	return CSM_OK;
}

/* A code that is no longer offered ends no more cases. */
static int check_code(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *code;
	int rc;

	if (!csm_rec_changed(w->rec, CASE_RESOLUTION_CODE))
		return CSM_OK;
	rc = svc_ref(w->store, w->rec, CASE_RESOLUTION_CODE, &code, err);
	if (rc || !code || csm_rec_int(code, RESOLUTION_CODE_ACTIVE))
		return rc;
	return svc_refuse(w, CASE_RESOLUTION_CODE, err, "'%s' is no longer offered",
			  csm_rec_text(code, RESOLUTION_CODE_CODE));
}

bool work_was_final(const struct csm_write *w, int state_field)
{
	const struct csm_state *st = w->insert ? NULL
					       : csm_life_state(w->rec->type->life,
								w->rec->old[state_field].s);

	return st && (st->flags & CSM_S_FINAL);
}

bool work_is_open(const struct csm_rec *task)
{
	int state = task->type == &csm_type_case ? CASE_STATE : CASE_TASK_STATE;
	const struct csm_state *st = csm_life_state(task->type->life, csm_rec_text(task, state));

	return !st || !(st->flags & CSM_S_FINAL);
}

int case_check(struct csm_write *w, struct csm_err *err)
{
	static int (*const checks[])(struct csm_write * w, struct csm_err * err) = {
		check_contact, check_asset,    check_item, check_sold_product,
		check_partner, check_consumer, check_code,
	};
	int rc = CSM_OK;

	if (w->mode == CSM_WRITE_NORMAL && work_was_final(w, CASE_STATE))
		return svc_refuse(w, CASE_STATE, err, "a case that is %s is not changed any more",
				  w->rec->old[CASE_STATE].s);
	rc = check_state(w, err);
	if (!rc)
		rc = check_customer(w, err);
	if (rc || w->mode == CSM_WRITE_IMPORT)
		return rc; /* what an import states may be older than its parties' present bonds */
	if (w->insert && csm_rec_int(w->rec, CASE_OPENED_AT) > csm_store_now(w->store))
		return svc_refuse(w, CASE_OPENED_AT, err, "is in the future");
	for (unsigned i = 0; !rc && i < CSM_COUNT(checks); i++)
		rc = checks[i](w, err);
	if (!rc && (w->insert || csm_rec_changed(w->rec, CASE_ASSIGNED_TO) ||
		    csm_rec_changed(w->rec, CASE_ASSIGNMENT_GROUP)))
		rc = work_check_assignee(w, CASE_ASSIGNMENT_GROUP, CASE_ASSIGNED_TO, err);
	if (rc || !csm_rec_changed(w->rec, CASE_PARENT_CASE))
		return rc;
	return svc_no_cycle(w, CASE_PARENT_CASE, 100, err);
}
