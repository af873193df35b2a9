/* SPDX-License-Identifier: MIT */
/*
 * account.c - accounts: their code, the path of codes that says where they stand in the hierarchy, their
 * address.
 *
 * The code is the record's id in base 36, so that making one costs nothing; only a code stated by somebody
 * else can stand in its way. The path is never anything but the parent's path and the own code: a load may
 * state it, and what it states wrong is put right when all records are in.
 */
#include "svc_customer.h"

#define CODE_DIGITS 6

static const char *format_code(struct csm_arena *a, int64_t n)
{
	char buf[32];
	int at = (int)sizeof(buf) - 1, digits = 0;

	buf[at] = '\0';
	for (; n > 0 || digits < CODE_DIGITS; n /= 36, digits++)
		buf[--at] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n % 36];
	return csm_strdup(a, buf + at);
}

/*
 * The id is taken here, because the code is made of it. A record that will be refused for want of a name
 * takes none.
 */
static int fill_code(struct csm_write *w, struct csm_err *err)
{
	static const int field = ACCOUNT_ACCOUNT_CODE;
	struct csm_rec *r = w->rec;
	int64_t other = 0, n;
	int rc = CSM_OK;

	if (!csm_rec_null(r, field) || csm_rec_null(r, ACCOUNT_NAME))
		return CSM_OK;
	if (!r->id)
		rc = csm_store_take_ids(w->store, &csm_type_account, 1, &r->id, err);
	for (n = r->id; !rc; n++) {
		csm_rec_set_text(r, field, format_code(r->arena, n));
		rc = svc_first(w->store, &csm_type_account, &field, &r->v[field], 1, &other, err);
		if (!other || other == r->id)
			break;
	}
	return rc;
}

static int make_path(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *parent, *r = w->rec;
	int rc = svc_ref(w->store, r, ACCOUNT_ACCOUNT_PARENT, &parent, err);

	if (rc || csm_rec_null(r, ACCOUNT_ACCOUNT_CODE))
		return rc;
	if (parent && !csm_rec_null(parent, ACCOUNT_ACCOUNT_PATH))
		csm_rec_set_text(r, ACCOUNT_ACCOUNT_PATH,
				 csm_sprintf(r->arena, "%s/%s", csm_rec_text(parent, ACCOUNT_ACCOUNT_PATH),
					     csm_rec_text(r, ACCOUNT_ACCOUNT_CODE)));
	else
		csm_rec_set(r, ACCOUNT_ACCOUNT_PATH, r->v[ACCOUNT_ACCOUNT_CODE]);
	return CSM_OK;
}

int account_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	int rc;

	if (w->insert && !csm_rec_int(r, ACCOUNT_CUSTOMER) && !csm_rec_int(r, ACCOUNT_PARTNER) &&
	    !csm_rec_given(r, ACCOUNT_CUSTOMER))
		csm_rec_set_int(r, ACCOUNT_CUSTOMER, 1);
	rc = fill_code(w, err);
	if (rc || (w->mode == CSM_WRITE_IMPORT && csm_rec_given(r, ACCOUNT_ACCOUNT_PATH) &&
		   !csm_rec_null(r, ACCOUNT_ACCOUNT_PATH)))
		return rc;
	if (w->insert || csm_rec_changed(r, ACCOUNT_ACCOUNT_PARENT) ||
	    csm_rec_changed(r, ACCOUNT_ACCOUNT_CODE) || csm_rec_changed(r, ACCOUNT_ACCOUNT_PATH))
		rc = make_path(w, err);
	return rc;
}

static int check_primary_contact(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *contact, *r = w->rec;
	int rc;

	if (!customer_acted_on(w, ACCOUNT_PRIMARY_CONTACT))
		return CSM_OK;
	rc = svc_ref(w->store, r, ACCOUNT_PRIMARY_CONTACT, &contact, err);
	if (rc || !contact || csm_rec_int(contact, CONTACT_ACCOUNT) == r->id)
		return rc;
	return svc_refuse(w, ACCOUNT_PRIMARY_CONTACT, err, "%s is a contact of %s, not of this account",
			  csm_rec_key(r->arena, contact),
			  svc_key(w->store, &csm_type_account, csm_rec_int(contact, CONTACT_ACCOUNT)));
}

static int check_account(struct csm_write *w, struct csm_err *err)
{
	int rc;

	if (!csm_rec_int(w->rec, ACCOUNT_CUSTOMER) && !csm_rec_int(w->rec, ACCOUNT_PARTNER))
		return svc_refuse(w, ACCOUNT_CUSTOMER, err, "an account is a customer, a partner or both");
	rc = customer_check_place(w, ACCOUNT_LATITUDE, ACCOUNT_LONGITUDE, err);
	if (!rc)
		rc = customer_check_zone(w, ACCOUNT_TIME_ZONE, err);
	if (!rc)
		rc = check_primary_contact(w, err);
	return rc ? rc : customer_check_parent(w, ACCOUNT_ACCOUNT_PARENT, err);
}

/* A refusal does not name the number and code that a new account would have had. */
int account_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	struct csm_value code = r->v[ACCOUNT_ACCOUNT_CODE];
	int64_t id = r->id;
	int rc;

	if (w->insert && w->mode == CSM_WRITE_NORMAL) {
		r->id = 0;
		csm_rec_clear(r, ACCOUNT_ACCOUNT_CODE);
	}
	rc = check_account(w, err);
	if (!rc) {
		r->id = id;
		csm_rec_set(r, ACCOUNT_ACCOUNT_CODE, code);
	}
	return rc;
}

/* ---- paths ---- */

struct place {
	int64_t id;
	const char *path;
};

/* In a load it is stated: derive would ask the ancestors, who may not be right yet. */
static int write_path(struct csm_write *w, struct csm_rec *r, const char *path, struct csm_err *err)
{
	csm_rec_set_text(r, ACCOUNT_ACCOUNT_PATH, path);
	if (w->mode == CSM_WRITE_IMPORT)
		csm_rec_give(r, ACCOUNT_ACCOUNT_PATH);
	return csm_store_write(w->store, r, w->mode, -1, err);
}

/*
 * Below an account whose path is right: every child that does not have the path it should have, and then what
 * is below that one. Parents are written before their children. Without recursion, because the hooks of hooks
 * have a limit and hierarchies have none.
 */
static int spread_path(struct csm_write *w, int64_t id, const char *path, struct csm_err *err)
{
	struct csm_arena *a = w->rec->arena;
	struct csm_vec todo = CSM_VEC(a, struct place);
	int rc = CSM_OK;

	*(struct place *)csm_vec_add(&todo) = (struct place){ id, path };
	while (!rc && todo.n) {
		struct place at = *CSM_AT(&todo, struct place, --todo.n);
		struct csm_rec **kids;
		unsigned n;

		rc = csm_store_children(w->store, &csm_type_account, ACCOUNT_ACCOUNT_PARENT, at.id, a, &kids,
					&n, err);
		for (unsigned i = 0; !rc && i < n; i++) {
			const char *is = csm_sprintf(a, "%s/%s", at.path,
						     csm_rec_text(kids[i], ACCOUNT_ACCOUNT_CODE));

			if (csm_rec_is(kids[i], ACCOUNT_ACCOUNT_PATH, is))
				continue;
			rc = write_path(w, kids[i], is, err);
			*(struct place *)csm_vec_add(&todo) = (struct place){ kids[i]->id, is };
		}
	}
	return rc;
}

/* After a load: by the codes of all ancestors, because their own paths may still be wrong. */
static int settle_path(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *up = w->rec, *r = w->rec;
	const char *path = csm_rec_text(r, ACCOUNT_ACCOUNT_CODE);
	int rc = CSM_OK;

	for (int depth = 0; !csm_rec_null(up, ACCOUNT_ACCOUNT_PARENT); depth++) {
		if (depth == CUSTOMER_DEPTH)
			return svc_refuse(w, ACCOUNT_ACCOUNT_PARENT, err,
					  "the hierarchy is deeper than %d, or leads in a circle",
					  CUSTOMER_DEPTH);
		rc = svc_ref(w->store, up, ACCOUNT_ACCOUNT_PARENT, &up, err);
		if (rc)
			return rc;
		if (!up)
			break;		/* the end of the change says that it is missing */
		path = csm_sprintf(r->arena, "%s/%s", csm_rec_text(up, ACCOUNT_ACCOUNT_CODE), path);
	}
	if (!csm_rec_is(r, ACCOUNT_ACCOUNT_PATH, path))
		rc = write_path(w, r, path, err);
	/* a new account's children are of this load, they settle theirs */
	return rc || w->insert ? rc : spread_path(w, r->id, path, err);
}

int account_after(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	int rc = CSM_OK;

	if (w->remove)
		return CSM_OK;
	if (w->mode == CSM_WRITE_IMPORT)
		return settle_path(w, err);
	/* a path that changes alone is one that an ancestor spreads */
	if (!w->insert &&
	    (csm_rec_changed(r, ACCOUNT_ACCOUNT_PARENT) || csm_rec_changed(r, ACCOUNT_ACCOUNT_CODE)))
		rc = spread_path(w, r->id, csm_rec_text(r, ACCOUNT_ACCOUNT_PATH), err);
	return rc ? rc : customer_address_push(w, &customer_account_address, err);
}

/* ---- addresses ---- */

int account_address_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec **rows, *r = w->rec;
	unsigned n;
	int rc;

	if (!customer_acted_on(w, ACCOUNT_ADDRESS_LOCATION) ||
	    csm_store_setting_bool(w->store, "account.address_sharing"))
		return CSM_OK;
	rc = csm_store_children(w->store, &csm_type_account_address, ACCOUNT_ADDRESS_LOCATION,
				csm_rec_int(r, ACCOUNT_ADDRESS_LOCATION), r->arena, &rows, &n, err);
	for (unsigned i = 0; !rc && i < n; i++)
		if (csm_rec_int(rows[i], ACCOUNT_ADDRESS_ACCOUNT) != csm_rec_int(r, ACCOUNT_ADDRESS_ACCOUNT))
			return svc_refuse(w, ACCOUNT_ADDRESS_LOCATION, err,
					  "%s is an address of %s, and account.address_sharing is off",
					  svc_key(w->store, &csm_type_location,
						  csm_rec_int(r, ACCOUNT_ADDRESS_LOCATION)),
					  svc_key(w->store, &csm_type_account,
						  csm_rec_int(rows[i], ACCOUNT_ADDRESS_ACCOUNT)));
	return rc;
}

int account_address_after(struct csm_write *w, struct csm_err *err)
{
	return customer_address_pull(w, &customer_account_address, err);
}
