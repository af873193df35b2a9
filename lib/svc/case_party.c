/* SPDX-License-Identifier: MIT */
/* case_party.c - who acts as a customer, and on whose cases (domain 1.2 "who", 9.4). */
#include <csm/utf8.h>

#include "svc_work.h"

int work_customer(struct csm_store *s, struct work_customer *c, struct csm_err *err)
{
	static const struct csm_rtype *const types[] = { &csm_type_contact, &csm_type_consumer,
							 &csm_type_user };
	const char *key = csm_store_env(s)->on_behalf;
	const struct csm_actor *actor = csm_store_actor(s);
	int64_t *const ids[] = { &c->contact, &c->consumer, &c->user };

	*c = (struct work_customer){ actor->contact, actor->consumer, 0 };
	if (!key || !*key)
		return CSM_OK;
	for (unsigned i = 0; i < CSM_COUNT(types); i++) {
		int rc = csm_store_find(s, types[i], key, ids[i], err);

		if (rc != CSM_E_NOTFOUND)
			return rc;
		csm_err_clear(err);
	}
	csm_fail(err, CSM_E_NOTFOUND, "'%.*s' is no contact, consumer or user", CSM_Q(key));
	csm_err_on(err, NULL, NULL, "on_behalf");
	return CSM_E_NOTFOUND;
}

bool work_is_somebody(const struct work_customer *c)
{
	return c->contact || c->consumer || c->user;
}

/* One whose role lets him work on all cases of his account. */
static bool manages(const struct csm_rec *contact, const char *role, int64_t account)
{
	return account && csm_rec_int(contact, CONTACT_ACCOUNT) == account &&
	       csm_list_has(csm_rec_text(contact, CONTACT_ROLES), role);
}

/*
 * A contact: the case's, the partner's; where the case names none, any of the account; the account's
 * managers of cases; and who has a contact relationship with the account.
 */
static int is_contact_of(struct csm_store *s, const struct csm_rec *cs, int64_t id, bool *out,
			 struct csm_err *err)
{
	static const int fields[] = { CONTACT_RELATIONSHIP_CONTACT, CONTACT_RELATIONSHIP_ACCOUNT };
	int64_t account = csm_rec_int(cs, CASE_ACCOUNT), partner = csm_rec_int(cs, CASE_PARTNER), own, row;
	struct csm_value v[2] = { csm_int(id), csm_int(account) };
	struct csm_rec *contact;
	int rc;

	*out = id == csm_rec_int(cs, CASE_CONTACT) || id == csm_rec_int(cs, CASE_PARTNER_CONTACT);
	if (*out)
		return CSM_OK;
	rc = csm_store_need(s, &csm_type_contact, id, cs->arena, &contact, err);
	if (rc)
		return rc;
	own = csm_rec_int(contact, CONTACT_ACCOUNT);
	*out = (csm_rec_null(cs, CASE_CONTACT) && account && own == account) ||
	       (csm_rec_null(cs, CASE_PARTNER_CONTACT) && partner && own == partner) ||
	       manages(contact, "customer_admin", account) ||
	       manages(contact, "customer_case_manager", account) ||
	       manages(contact, "partner_admin", partner);
	if (*out || !account)
		return CSM_OK;
	rc = svc_first(s, &csm_type_contact_relationship, fields, v, 2, &row, err);
	*out = !rc && row;
	return rc;
}

int work_is_member_of_household(struct csm_store *s, int64_t household, int64_t consumer, const char *day,
				bool *out, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_household_member, HOUSEHOLD_MEMBER_CONSUMER, consumer,
				    csm_store_arena(s), &rows, &n, err);

	*out = false;
	for (unsigned i = 0; !rc && i < n; i++)
		if (csm_rec_int(rows[i], HOUSEHOLD_MEMBER_HOUSEHOLD) == household &&
		    svc_date_in(day, csm_rec_text(rows[i], HOUSEHOLD_MEMBER_START_DATE),
				csm_rec_text(rows[i], HOUSEHOLD_MEMBER_END_DATE)))
			*out = true;
	return rc;
}

/* A consumer: the case's; the head of its household; where the case names none, any current member. */
static int is_consumer_of(struct csm_store *s, const struct csm_rec *cs, int64_t id, bool *out,
			  struct csm_err *err)
{
	struct csm_rec *household;
	int rc;

	*out = id == csm_rec_int(cs, CASE_CONSUMER);
	if (*out)
		return CSM_OK;
	rc = svc_ref(s, cs, CASE_HOUSEHOLD, &household, err);
	if (rc || !household)
		return rc;
	*out = id == csm_rec_int(household, HOUSEHOLD_HEAD_OF_HOUSEHOLD);
	if (*out || !csm_rec_null(cs, CASE_CONSUMER))
		return CSM_OK;
	return work_is_member_of_household(s, household->id, id, svc_today(s), out, err);
}

int work_is_customer(struct csm_store *s, const struct csm_rec *cs, const struct work_customer *c,
		     bool *out, struct csm_err *err)
{
	if (c->contact)
		return is_contact_of(s, cs, c->contact, out, err);
	if (c->consumer)
		return is_consumer_of(s, cs, c->consumer, out, err);
	*out = c->user && c->user == csm_rec_int(cs, CASE_INTERNAL_USER);
	return CSM_OK;
}

/* The customer who acts must be the case's. */
int work_check_behalf(struct csm_write *w, const struct csm_rec *cs, struct csm_err *err)
{
	struct work_customer c;
	bool yes = true;
	int rc = work_customer(w->store, &c, err);

	if (rc || !work_is_somebody(&c))
		return rc;
	rc = work_is_customer(w->store, cs, &c, &yes, err);
	if (rc || yes)
		return rc;
	return svc_refuse(w, -1, err, "'%s' is not the customer of %s",
			  csm_store_env(w->store)->on_behalf ? csm_store_env(w->store)->on_behalf
							     : csm_store_actor(w->store)->name,
			  cs == w->rec ? "this case" : csm_rec_key(w->rec->arena, cs));
}
