/* SPDX-License-Identifier: MIT */
/*
 * account_rel.c - accounts that stand to each other (domain 2.3). A relationship is two rows, one a
 * direction; csm makes the second one, marks it as the reverse, and both go together.
 */
#include "svc_customer.h"

int account_relationship_type_check(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { ACCOUNT_RELATIONSHIP_TYPE_FROM_KIND, ACCOUNT_RELATIONSHIP_TYPE_TO_KIND,
				      ACCOUNT_RELATIONSHIP_TYPE_DEFAULT_FOR_PARTNER };
	const struct csm_rec *r = w->rec;
	const struct csm_value v[] = { r->v[fields[0]], r->v[fields[1]], csm_int(1) };
	int64_t other;
	int rc;

	if (!csm_rec_int(r, fields[2]))
		return CSM_OK;
	if (!csm_rec_is(r, fields[0], "partner") && !csm_rec_is(r, fields[1], "partner"))
		return svc_refuse(w, fields[2], err,
				  "is for types with a partner, expected from_kind or to_kind partner");
	if (!customer_acted_on(w, fields[0]) && !customer_acted_on(w, fields[1]) &&
	    !customer_acted_on(w, fields[2]))
		return CSM_OK;
	/* the record's own row is not like this yet */
	rc = svc_first(w->store, r->type, fields, v, 3, &other, err);
	if (rc || !other)
		return rc;
	return svc_refuse(w, fields[2], err, "'%s' is the default from %s to %s already",
			  svc_key(w->store, r->type, other), csm_rec_text(r, fields[0]),
			  csm_rec_text(r, fields[1]));
}

/* The row of the other direction, 0: none. */
static int find_counterpart(struct csm_write *w, struct csm_value type, int64_t *id, struct csm_err *err)
{
	static const int fields[] = { ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, ACCOUNT_RELATIONSHIP_TO_ACCOUNT,
				      ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE };
	const struct csm_rec *r = w->rec;
	const struct csm_value v[] = { r->v[ACCOUNT_RELATIONSHIP_TO_ACCOUNT],
				       r->v[ACCOUNT_RELATIONSHIP_FROM_ACCOUNT], type };

	return svc_first(w->store, r->type, fields, v, 3, id, err);
}

static int check_end(struct csm_write *w, int end, const struct csm_rec *type, int kind, struct csm_err *err)
{
	struct csm_rec *account;
	int rc;

	if (!csm_rec_is(type, kind, "partner"))
		return CSM_OK;
	rc = svc_ref(w->store, w->rec, end, &account, err);
	if (rc || !account || csm_rec_int(account, ACCOUNT_PARTNER))
		return rc;
	return svc_refuse(w, end, err, "%s is not a partner, as '%s' asks for",
			  csm_rec_key(w->rec->arena, account),
			  csm_rec_text(type, ACCOUNT_RELATIONSHIP_TYPE_NAME));
}

/* The type of a reverse row follows that of its counterpart, which is written first. */
static int check_reverse(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int64_t id;
	int rc = find_counterpart(w, r->v[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE], &id, err);

	if (rc || id)
		return rc;
	rc = find_counterpart(w, r->old[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE], &id, err);
	if (rc || !id)
		return rc;
	return svc_refuse(w, ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE, err,
			  "this is the reverse of %s, whose type is changed instead",
			  svc_key(w->store, r->type, id));
}

int account_relationship_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *type, *r = w->rec;
	int rc;

	if (csm_rec_int(r, ACCOUNT_RELATIONSHIP_FROM_ACCOUNT) ==
	    csm_rec_int(r, ACCOUNT_RELATIONSHIP_TO_ACCOUNT))
		return svc_refuse(w, ACCOUNT_RELATIONSHIP_TO_ACCOUNT, err,
				  "%s cannot stand in a relationship to itself",
				  svc_key(w->store, &csm_type_account,
					  csm_rec_int(r, ACCOUNT_RELATIONSHIP_TO_ACCOUNT)));
	if (!customer_acted_on(w, ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE))
		return CSM_OK;
	if (csm_rec_int(r, ACCOUNT_RELATIONSHIP_IS_REVERSE))
		return w->insert ? CSM_OK : check_reverse(w, err);
	rc = svc_ref(w->store, r, ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE, &type, err);
	if (rc || !type)
		return rc;
	if (!csm_rec_int(type, ACCOUNT_RELATIONSHIP_TYPE_ACTIVE))
		return svc_refuse(w, ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE, err, "'%s' is not active",
				  csm_rec_text(type, ACCOUNT_RELATIONSHIP_TYPE_NAME));
	rc = check_end(w, ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, type, ACCOUNT_RELATIONSHIP_TYPE_FROM_KIND, err);
	return rc ? rc
		  : check_end(w, ACCOUNT_RELATIONSHIP_TO_ACCOUNT, type, ACCOUNT_RELATIONSHIP_TYPE_TO_KIND,
			      err);
}

static int add_reverse(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *back, *r = w->rec;
	int64_t id;
	int rc = find_counterpart(w, r->v[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE], &id, err);

	if (rc || id)
		return rc;
	rc = csm_store_new(w->store, r->type, r->arena, &back, err);
	if (rc)
		return rc;
	csm_rec_set(back, ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, r->v[ACCOUNT_RELATIONSHIP_TO_ACCOUNT]);
	csm_rec_set(back, ACCOUNT_RELATIONSHIP_TO_ACCOUNT, r->v[ACCOUNT_RELATIONSHIP_FROM_ACCOUNT]);
	csm_rec_set(back, ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE,
		    r->v[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE]);
	csm_rec_set_int(back, ACCOUNT_RELATIONSHIP_IS_REVERSE, 1);
	csm_rec_set(back, ACCOUNT_RELATIONSHIP_SORT_ORDER, r->v[ACCOUNT_RELATIONSHIP_SORT_ORDER]);
	return csm_store_write(w->store, back, w->mode, -1, err);
}

static int change_reverse(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *back;
	int64_t id;
	int rc = find_counterpart(w, w->rec->old[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE], &id, err);

	if (!rc && id)
		rc = csm_store_need(w->store, w->rec->type, id, w->rec->arena, &back, err);
	if (rc || !id)
		return rc;
	csm_rec_set(back, ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE,
		    w->rec->v[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE]);
	return csm_store_write(w->store, back, w->mode, -1, err);
}

/* Contacts of one account who use assets of the other, and now have nothing that lets them. */
static int drop_asset_contacts(struct csm_write *w, int64_t owner, int64_t other, struct csm_err *err)
{
	struct csm_arena *a = w->rec->arena;
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_vec gone = CSM_VEC(a, struct csm_rec *);
	struct csm_query q = { .sort = "" };
	struct csm_filter *f;
	struct csm_rec *row = NULL, *contact;
	bool acts;
	int rc = csm_store_filter(w->store, &csm_type_asset_contact,
				  csm_sprintf(a, "asset.account = #%lld and contact.account = #%lld",
					      (long long)owner, (long long)other),
				  a, &f, err);

	if (rc)
		return rc;
	q.where = f;
	rc = csm_store_select(w->store, &csm_type_asset_contact, &q, a, &c, err);
	while (!rc) {
		rc = csm_cursor_next(c, a, &row, err);
		if (rc || !row)
			break;
		*(struct csm_rec **)csm_vec_add(&gone) = row;
	}
	for (size_t i = 0; !rc && i < gone.n; i++) {
		row = *CSM_AT(&gone, struct csm_rec *, i);
		rc = svc_ref(w->store, row, ASSET_CONTACT_CONTACT, &contact, err);
		acts = false;
		if (!rc && contact)
			rc = customer_acts_for(w->store, contact, owner, &acts, err);
		if (!rc && !acts)
			rc = csm_store_delete(w->store, row, -1, err);
	}
	return rc;
}

static int remove_relationship(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int64_t one = csm_rec_int(r, ACCOUNT_RELATIONSHIP_FROM_ACCOUNT),
		other = csm_rec_int(r, ACCOUNT_RELATIONSHIP_TO_ACCOUNT), id;
	struct csm_rec *back;
	bool related;
	int rc = find_counterpart(w, r->v[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE], &id, err);

	if (!rc && id) {	/* its own removal does the rest */
		rc = csm_store_need(w->store, r->type, id, r->arena, &back, err);
		return rc ? rc : csm_store_delete(w->store, back, -1, err);
	}
	if (!rc)
		rc = customer_related(w->store, one, other, &related, err);
	if (rc || related)
		return rc;
	rc = drop_asset_contacts(w, one, other, err);
	return rc ? rc : drop_asset_contacts(w, other, one, err);
}

int account_relationship_after(struct csm_write *w, struct csm_err *err)
{
	if (w->remove)
		return remove_relationship(w, err);
	if (csm_rec_int(w->rec, ACCOUNT_RELATIONSHIP_IS_REVERSE))
		return CSM_OK;
	if (w->insert || w->mode == CSM_WRITE_IMPORT)
		return add_reverse(w, err);
	return csm_rec_changed(w->rec, ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE) ? change_reverse(w, err)
									       : CSM_OK;
}
