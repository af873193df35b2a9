/* SPDX-License-Identifier: MIT */
/* contact.c - people at accounts, and the other accounts they act for (domain 2.4, 2.5). */
#include "svc_customer.h"

static const struct customer_person person = {
	.first = CONTACT_FIRST_NAME,
	.middle = CONTACT_MIDDLE_NAME,
	.last = CONTACT_LAST_NAME,
	.name = CONTACT_NAME,
	.user_name = CONTACT_USER_NAME,
	.roles = CONTACT_ROLES,
	.zone = CONTACT_TIME_ZONE,
	.name_max = 151,
	.role = "customer",
};

int contact_derive(struct csm_write *w, struct csm_err *err)
{
	return customer_person_derive(w, &person, err);
}

int contact_check(struct csm_write *w, struct csm_err *err)
{
	return customer_person_check(w, &person, err);
}

/* Of one tree of accounts: their paths begin with the same code. */
static bool same_tree(const struct csm_rec *one, const struct csm_rec *other)
{
	const char *x = csm_rec_text(one, ACCOUNT_ACCOUNT_PATH),
		   *y = csm_rec_text(other, ACCOUNT_ACCOUNT_PATH);
	size_t n = strcspn(x, "/");

	return n && n == strcspn(y, "/") && memcmp(x, y, n) == 0;
}

static int check_reach(struct csm_write *w, const struct csm_rec *contact, struct csm_err *err)
{
	struct csm_rec *own, *other;
	bool related;
	int rc;

	if (!csm_store_setting_bool(w->store, "contact.restrict_within_account_hierarchy"))
		return CSM_OK;
	rc = svc_ref(w->store, contact, CONTACT_ACCOUNT, &own, err);
	if (!rc)
		rc = svc_ref(w->store, w->rec, CONTACT_RELATIONSHIP_ACCOUNT, &other, err);
	if (rc || !own || !other || same_tree(own, other))
		return rc;
	rc = customer_related(w->store, own->id, other->id, &related, err);
	if (rc || related)
		return rc;
	return svc_refuse(
		w, CONTACT_RELATIONSHIP_ACCOUNT, err,
		"%s is neither in the hierarchy of %s, the contact's account, nor in a relationship with it "
		"(contact.restrict_within_account_hierarchy)",
		csm_rec_key(w->rec->arena, other), csm_rec_key(w->rec->arena, own));
}

static int check_responsibility(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { CONTACT_RELATIONSHIP_ACCOUNT, CONTACT_RELATIONSHIP_RESPONSIBILITY };
	const struct csm_rec *r = w->rec;
	const struct csm_value v[] = { r->v[fields[0]], r->v[fields[1]] };
	struct csm_rec *def;
	int64_t other;
	int rc = svc_ref(w->store, r, CONTACT_RELATIONSHIP_RESPONSIBILITY, &def, err);

	if (rc || !def)
		return rc;
	if (!csm_rec_is(def, RESPONSIBILITY_DEF_RESPONSIBILITY_TYPE, "contact"))
		return svc_refuse(w, CONTACT_RELATIONSHIP_RESPONSIBILITY, err,
				  "'%s' is of type %s, expected one of type contact",
				  csm_rec_text(def, RESPONSIBILITY_DEF_NAME),
				  csm_rec_text(def, RESPONSIBILITY_DEF_RESPONSIBILITY_TYPE));
	if (!csm_rec_int(def, RESPONSIBILITY_DEF_IS_UNIQUE))
		return CSM_OK;
	/* the record's own row does not have it yet */
	rc = svc_first(w->store, r->type, fields, v, 2, &other, err);
	if (rc || !other)
		return rc;
	return svc_refuse(w, CONTACT_RELATIONSHIP_RESPONSIBILITY, err,
			  "'%s' is unique, and %s has it for %s already",
			  csm_rec_text(def, RESPONSIBILITY_DEF_NAME), svc_key(w->store, r->type, other),
			  svc_key(w->store, &csm_type_account, csm_rec_int(r, CONTACT_RELATIONSHIP_ACCOUNT)));
}

int contact_relationship_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *contact, *r = w->rec;
	int rc = CSM_OK;

	if (customer_acted_on(w, CONTACT_RELATIONSHIP_ACCOUNT) ||
	    customer_acted_on(w, CONTACT_RELATIONSHIP_CONTACT)) {
		rc = svc_ref(w->store, r, CONTACT_RELATIONSHIP_CONTACT, &contact, err);
		if (rc || !contact)
			return rc;
		if (csm_rec_int(contact, CONTACT_ACCOUNT) == csm_rec_int(r, CONTACT_RELATIONSHIP_ACCOUNT))
			return svc_refuse(w, CONTACT_RELATIONSHIP_ACCOUNT, err,
					  "%s is the account of %s already, expected another one",
					  svc_key(w->store, &csm_type_account,
						  csm_rec_int(r, CONTACT_RELATIONSHIP_ACCOUNT)),
					  csm_rec_key(r->arena, contact));
		rc = check_reach(w, contact, err);
	}
	if (!rc && customer_acted_on(w, CONTACT_RELATIONSHIP_RESPONSIBILITY))
		rc = check_responsibility(w, err);
	return rc;
}
