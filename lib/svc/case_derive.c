/* SPDX-License-Identifier: MIT */
/*
 * case_derive.c - what a case takes from its parties and products when it is not given (domain 1.13), and
 * its entitlement (5.3).
 */
#include "svc_alert.h"
#include "svc_work.h"

static bool changed(const struct csm_write *w, int field)
{
	return w->insert ? !csm_rec_null(w->rec, field) : csm_rec_changed(w->rec, field);
}

/* Fill a field from another record's field, unless it is given or has a value. */
static void fill(struct csm_rec *r, int field, const struct csm_rec *from, int source)
{
	if (!csm_rec_given(r, field) && csm_rec_null(r, field) && !csm_rec_null(from, source))
		csm_rec_set_int(r, field, csm_rec_int(from, source));
}

/* The same, but it follows its source when that is replaced. */
static void follow(struct csm_write *w, int field, const struct csm_rec *from, int source)
{
	if (!w->insert && !csm_rec_given(w->rec, field) && !csm_rec_null(from, source))
		csm_rec_clear(w->rec, field);
	fill(w->rec, field, from, source);
}

static bool has_customer(const struct csm_rec *r)
{
	return !csm_rec_null(r, CASE_ACCOUNT) || !csm_rec_null(r, CASE_CONSUMER) ||
	       !csm_rec_null(r, CASE_INTERNAL_USER);
}

static int from_contact(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *contact;
	int rc;

	/* a stated account is the case's, whatever the contact's is */
	if (!changed(w, CASE_CONTACT) || csm_rec_given(w->rec, CASE_ACCOUNT))
		return CSM_OK;
	rc = svc_peek(w->store, w->rec, CASE_CONTACT, &contact, err);
	if (rc || !contact)
		return rc;
	if (!w->insert)
		csm_rec_clear(w->rec, CASE_ACCOUNT);
	fill(w->rec, CASE_ACCOUNT, contact, CONTACT_ACCOUNT);
	return CSM_OK;
}

static int from_asset(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *asset;
	int rc = changed(w, CASE_ASSET) ? svc_ref(w->store, w->rec, CASE_ASSET, &asset, err) : CSM_OK;

	if (rc || !changed(w, CASE_ASSET) || !asset)
		return rc;
	if (!csm_rec_given(w->rec, CASE_PRODUCT))
		csm_rec_set_int(w->rec, CASE_PRODUCT, csm_rec_int(asset, ASSET_PRODUCT));
	if (has_customer(w->rec))
		return CSM_OK;
	fill(w->rec, CASE_ACCOUNT, asset, ASSET_ACCOUNT);
	fill(w->rec, CASE_CONSUMER, asset, ASSET_CONSUMER);
	fill(w->rec, CASE_CONTACT, asset, ASSET_CONTACT);
	return CSM_OK;
}

static int from_item(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *item;
	bool fresh = changed(w, CASE_INSTALL_BASE_ITEM), bare = !has_customer(w->rec);
	int rc = fresh ? svc_ref(w->store, w->rec, CASE_INSTALL_BASE_ITEM, &item, err) : CSM_OK;

	if (rc || !fresh || !item)
		return rc;
	follow(w, CASE_PRODUCT, item, INSTALL_BASE_ITEM_PRODUCT);
	follow(w, CASE_ASSET, item, INSTALL_BASE_ITEM_ASSET);
	if (!bare)
		return CSM_OK;
	fill(w->rec, CASE_ACCOUNT, item, INSTALL_BASE_ITEM_ACCOUNT);
	fill(w->rec, CASE_CONTACT, item, INSTALL_BASE_ITEM_CONTACT);
	fill(w->rec, CASE_CONSUMER, item, INSTALL_BASE_ITEM_CONSUMER);
	fill(w->rec, CASE_HOUSEHOLD, item, INSTALL_BASE_ITEM_HOUSEHOLD);
	return CSM_OK;
}

static int from_sold_product(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *sold;
	bool fresh = changed(w, CASE_SOLD_PRODUCT), bare = !has_customer(w->rec);
	int rc = fresh ? svc_ref(w->store, w->rec, CASE_SOLD_PRODUCT, &sold, err) : CSM_OK;

	if (rc || !fresh || !sold)
		return rc;
	follow(w, CASE_PRODUCT, sold, SOLD_PRODUCT_PRODUCT);
	if (!bare)
		return CSM_OK;
	fill(w->rec, CASE_ACCOUNT, sold, SOLD_PRODUCT_ACCOUNT);
	fill(w->rec, CASE_CONTACT, sold, SOLD_PRODUCT_CONTACT);
	fill(w->rec, CASE_CONSUMER, sold, SOLD_PRODUCT_CONSUMER);
	fill(w->rec, CASE_HOUSEHOLD, sold, SOLD_PRODUCT_HOUSEHOLD);
	return CSM_OK;
}

/*
 * The only current membership on one side fills the other side: household of the consumer, or consumer of
 * the household.
 */
static int from_membership(struct csm_write *w, int known, int known_field, int wanted, int wanted_field,
			   struct csm_err *err)
{
	const char *today = svc_today(w->store);
	struct csm_rec **rows;
	int64_t only = 0;
	unsigned n, current = 0;
	int rc;

	if (!changed(w, known) || csm_rec_null(w->rec, known) || csm_rec_given(w->rec, wanted) ||
	    !csm_rec_null(w->rec, wanted))
		return CSM_OK;
	rc = csm_store_children(w->store, &csm_type_household_member, known_field,
				csm_rec_int(w->rec, known), w->rec->arena, &rows, &n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		if (!svc_date_in(today, csm_rec_text(rows[i], HOUSEHOLD_MEMBER_START_DATE),
				 csm_rec_text(rows[i], HOUSEHOLD_MEMBER_END_DATE)))
			continue;
		only = csm_rec_int(rows[i], wanted_field);
		current++;
	}
	if (!rc && current == 1)
		csm_rec_set_int(w->rec, wanted, only);
	return rc;
}

static int find_zone(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	struct csm_value zone = csm_null();
	int rc;

	if (!w->insert || csm_rec_given(w->rec, CASE_CONTACT_TIME_ZONE) ||
	    !csm_rec_null(w->rec, CASE_CONTACT_TIME_ZONE))
		return CSM_OK;
	rc = csm_store_value(w->store, &csm_type_contact, csm_rec_int(r, CASE_CONTACT), CONTACT_TIME_ZONE,
			     r->arena, &zone, err);
	if (!rc && zone.tag == CSM_NULL)
		rc = csm_store_value(w->store, &csm_type_consumer, csm_rec_int(r, CASE_CONSUMER),
				     CONSUMER_TIME_ZONE, r->arena, &zone, err);
	if (!rc && zone.tag != CSM_NULL)
		csm_rec_set(r, CASE_CONTACT_TIME_ZONE, zone);
	return rc;
}

/* Domain 1.6: impact and urgency give the priority, 5 capped to 4. */
static void find_priority(struct csm_write *w)
{
	static const int matrix[3][3] = { { 1, 2, 3 }, { 2, 3, 4 }, { 3, 4, 4 } };
	int64_t impact = csm_rec_int(w->rec, CASE_IMPACT), urgency = csm_rec_int(w->rec, CASE_URGENCY);

	if (csm_rec_given(w->rec, CASE_PRIORITY) || !csm_store_setting_bool(w->store, "priority.matrix"))
		return;
	if (!w->insert && !csm_rec_changed(w->rec, CASE_IMPACT) && !csm_rec_changed(w->rec, CASE_URGENCY))
		return;
	if (impact >= 1 && impact <= 3 && urgency >= 1 && urgency <= 3)
		csm_rec_set_int(w->rec, CASE_PRIORITY, matrix[impact - 1][urgency - 1]);
}

static void note_assignment(struct csm_write *w)
{
	if (w->mode == CSM_WRITE_IMPORT || !changed(w, CASE_ASSIGNED_TO))
		return;
	if (csm_rec_null(w->rec, CASE_ASSIGNED_TO))
		csm_rec_clear(w->rec, CASE_ASSIGNED_ON);
	else
		csm_rec_set_int(w->rec, CASE_ASSIGNED_ON, csm_store_now(w->store));
	if (!w->insert && w->rec->old[CASE_ASSIGNED_TO].tag != CSM_NULL)
		csm_rec_set_int(w->rec, CASE_REASSIGNMENT_COUNT,
				csm_rec_int(w->rec, CASE_REASSIGNMENT_COUNT) + 1);
}

/* ---- entitlement (domain 5.3) ---- */

/*
 * Whether it is to be looked for: for a new case, and again when one of the inputs changed, unless it was
 * set by hand.
 */
static bool seeks_entitlement(struct csm_write *w)
{
	static const int inputs[] = { CASE_ACCOUNT,      CASE_CONTACT,           CASE_CONSUMER,
				      CASE_HOUSEHOLD,    CASE_PRODUCT,           CASE_ASSET,
				      CASE_SOLD_PRODUCT, CASE_INSTALL_BASE_ITEM, CASE_CONTRACT,
				      CASE_CHANNEL };
	struct csm_rec *r = w->rec;
	bool seek = w->insert;

	if (csm_rec_given(r, CASE_ENTITLEMENT)) {
		/* an import states whether it was set by hand; null by hand means: look again */
		if (w->mode == CSM_WRITE_NORMAL)
			csm_rec_set_int(r, CASE_ENTITLEMENT_MANUAL, !csm_rec_null(r, CASE_ENTITLEMENT));
		if (w->mode == CSM_WRITE_IMPORT || !csm_rec_null(r, CASE_ENTITLEMENT))
			return false;
		seek = true;
	}
	for (unsigned i = 0; i < CSM_COUNT(inputs); i++)
		seek = seek || csm_rec_changed(r, inputs[i]);
	return seek && !csm_rec_int(r, CASE_ENTITLEMENT_MANUAL) && work_is_open(r);
}

/* Whether the contract came with the entitlement that was found before: then it goes with it. */
static int came_with_entitlement(struct csm_write *w, bool *out, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	struct csm_rec *before = NULL;
	int rc = CSM_OK;

	*out = false;
	if (w->insert || csm_rec_given(r, CASE_CONTRACT) || r->old[CASE_ENTITLEMENT].tag == CSM_NULL)
		return CSM_OK;
	rc = csm_store_get(w->store, &csm_type_entitlement, r->old[CASE_ENTITLEMENT].i, r->arena, &before,
			   err);
	*out = !rc && before && !csm_rec_null(r, CASE_CONTRACT) &&
	       csm_rec_int(before, ENTITLEMENT_CONTRACT) == csm_rec_int(r, CASE_CONTRACT);
	return rc;
}

/*
 * A contract narrows the search to itself. One that came with an entitlement stays while it grants one;
 * else it goes as it came, and another may fit.
 */
static int find_entitlement(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	struct csm_ent_query q;
	struct csm_ent_answer a;
	bool loose = false;
	int rc = csm_ent_query_case(w->store, r, &q, err);

	if (!rc)
		rc = csm_ent_check(w->store, &q, r->arena, &a, err);
	if (!rc && q.contract && a.contract != q.contract)
		rc = came_with_entitlement(w, &loose, err);
	if (!rc && loose) {
		q.contract = 0;
		csm_rec_clear(r, CASE_CONTRACT);
		rc = csm_ent_check(w->store, &q, r->arena, &a, err);
	}
	if (rc)
		return rc;
	csm_rec_set(r, CASE_ENTITLEMENT, a.entitlement ? csm_int(a.entitlement) : csm_null());
	if (a.contract && csm_rec_null(r, CASE_CONTRACT) && !csm_rec_given(r, CASE_CONTRACT))
		csm_rec_set_int(r, CASE_CONTRACT, a.contract);
	return CSM_OK;
}

/* ---- marks ---- */

/*
 * A case that ends has no marks any more. A resolved one is marked for auto close while nothing waits for
 * the agent (domain 1.8); the agent may take the mark off.
 */
static void follow_state(struct csm_write *w)
{
	struct csm_rec *r = w->rec;
	bool waits = csm_rec_int(r, CASE_NEEDS_ATTENTION);

	if (w->mode == CSM_WRITE_IMPORT)
		return;
	if (!work_is_open(r)) {
		csm_rec_clear(r, CASE_AWAITING_REPLY_SINCE);
		csm_rec_set_int(r, CASE_NEEDS_ATTENTION, 0);
		csm_rec_set_int(r, CASE_AUTO_CLOSE, 0);
		return;
	}
	if (!csm_rec_is(r, CASE_STATE, "resolved") || csm_rec_given(r, CASE_AUTO_CLOSE))
		return;
	if (csm_rec_changed(r, CASE_STATE) || (csm_rec_changed(r, CASE_NEEDS_ATTENTION) && !waits))
		csm_rec_set_int(r, CASE_AUTO_CLOSE, !waits);
}

/* What came from a source that is no longer the case's goes with it. */
static void forget_derived(struct csm_write *w)
{
	struct csm_rec *r = w->rec;

	if (w->insert)
		return;
	if (csm_rec_changed(r, CASE_PARTNER) && !csm_rec_given(r, CASE_PARTNER_CONTACT))
		csm_rec_clear(r, CASE_PARTNER_CONTACT);
	if (csm_rec_changed(r, CASE_CONSUMER) && !csm_rec_given(r, CASE_HOUSEHOLD))
		csm_rec_clear(r, CASE_HOUSEHOLD);
}

int work_from_parties(struct csm_write *w, struct csm_err *err)
{
	int rc = from_item(w, err);

	if (!rc)
		rc = from_sold_product(w, err);
	if (!rc)
		rc = from_asset(w, err);
	if (!rc)
		rc = from_contact(w, err);
	forget_derived(w);
	if (!rc)
		rc = from_membership(w, CASE_CONSUMER, HOUSEHOLD_MEMBER_CONSUMER, CASE_HOUSEHOLD,
				     HOUSEHOLD_MEMBER_HOUSEHOLD, err);
	if (!rc)
		rc = from_membership(w, CASE_HOUSEHOLD, HOUSEHOLD_MEMBER_HOUSEHOLD, CASE_CONSUMER,
				     HOUSEHOLD_MEMBER_CONSUMER, err);
	return rc;
}

int case_derive(struct csm_write *w, struct csm_err *err)
{
	int rc = work_from_parties(w, err);

	if (!rc)
		rc = find_zone(w, err);
	if (rc)
		return rc;
	find_priority(w);
	escalation_derive(w->rec);
	note_assignment(w);
	follow_state(w);
	if (w->insert && w->mode == CSM_WRITE_IMPORT && !csm_rec_given(w->rec, CASE_AWAITING_REPLY_SINCE))
		rc = work_await_reply(w->store, w->rec, err);
	if (rc)
		return rc;
	if (seeks_entitlement(w))
		rc = find_entitlement(w, err);
	return rc ? rc : work_action_status(w->store, w->rec, err);
}
