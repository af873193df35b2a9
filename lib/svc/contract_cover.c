/* SPDX-License-Identifier: MIT */
/*
 * contract_cover.c - what a contract covers: its rows, and whether a case's product, asset, sold product or
 * item is among them.
 */
#include "svc_agreement.h"
#include "svc_work.h"

int contract_contact_check(struct csm_write *w, struct csm_err *err)
{
	static const int fields[] = { CONTACT_RELATIONSHIP_CONTACT, CONTACT_RELATIONSHIP_ACCOUNT };
	struct csm_rec *contract, *contact;
	struct csm_value v[2];
	int64_t id;
	int rc = svc_ref(w->store, w->rec, CONTRACT_CONTACT_CONTRACT, &contract, err);

	if (!rc)
		rc = svc_ref(w->store, w->rec, CONTRACT_CONTACT_CONTACT, &contact, err);
	if (rc || w->mode == CSM_WRITE_IMPORT || !contract || !contact ||
	    csm_rec_null(contract, CONTRACT_ACCOUNT) ||
	    csm_rec_int(contact, CONTACT_ACCOUNT) == csm_rec_int(contract, CONTRACT_ACCOUNT))
		return rc;
	v[0] = csm_int(contact->id);
	v[1] = csm_int(csm_rec_int(contract, CONTRACT_ACCOUNT));
	rc = svc_first(w->store, &csm_type_contact_relationship, fields, v, 2, &id, err);
	if (rc || id)
		return rc;
	return svc_refuse(w, CONTRACT_CONTACT_CONTACT, err,
			  "%s is no contact of the contract's account and has no relationship to it",
			  csm_rec_key(w->rec->arena, contact));
}

/* Whether an account lies below another. */
static bool is_below(const struct csm_rec *account, const struct csm_rec *above)
{
	const char *path = csm_rec_text(above, ACCOUNT_ACCOUNT_PATH),
		   *own = csm_rec_text(account, ACCOUNT_ACCOUNT_PATH);
	size_t n = strlen(path);

	return n && strncmp(own, path, n) == 0 && own[n] == '/';
}

/* A thing of an account: the contract's, or one below it. */
static int check_account(struct csm_write *w, const struct csm_rec *contract, int field,
			 const struct csm_rec *thing, int owner_field, struct csm_err *err)
{
	struct csm_rec *account, *owner;
	int rc = svc_ref(w->store, thing, owner_field, &owner, err);

	if (!rc)
		rc = svc_ref(w->store, contract, CONTRACT_ACCOUNT, &account, err);
	if (rc || !owner || (account && (account->id == owner->id || is_below(owner, account))))
		return rc;
	return svc_refuse(w, field, err, "%s is of %s, which is not the contract's account or below it",
			  csm_rec_key(w->rec->arena, thing), csm_rec_key(w->rec->arena, owner));
}

/* A thing of a person: the contract's consumer, or a member of its household. */
static int check_person(struct csm_write *w, const struct csm_rec *contract, int field,
			const struct csm_rec *thing, int64_t consumer, struct csm_err *err)
{
	bool yes = consumer == csm_rec_int(contract, CONTRACT_CONSUMER);
	int rc = CSM_OK;

	if (!yes && !csm_rec_null(contract, CONTRACT_HOUSEHOLD))
		rc = work_is_member_of_household(w->store, csm_rec_int(contract, CONTRACT_HOUSEHOLD),
						 consumer, svc_today(w->store), &yes, err);
	if (rc || yes)
		return rc;
	return svc_refuse(w, field, err, "%s is of another consumer than the contract",
			  csm_rec_key(w->rec->arena, thing));
}

/*
 * The covered thing is the contract's customer's. A product is everybody's; a thing that nobody owns is
 * taken.
 */
static int check_owner(struct csm_write *w, const struct csm_rec *contract, int field, struct csm_err *err)
{
	struct csm_rec *thing;
	int f, rc = svc_ref(w->store, w->rec, field, &thing, err);

	if (rc || !thing)
		return rc;
	f = csm_field_index(thing->type, "account");
	if (f >= 0 && !csm_rec_null(thing, f))
		return check_account(w, contract, field, thing, f, err);
	f = csm_field_index(thing->type, "consumer");
	if (f >= 0 && !csm_rec_null(thing, f))
		return check_person(w, contract, field, thing, csm_rec_int(thing, f), err);
	f = csm_field_index(thing->type, "household");
	if (f >= 0 && !csm_rec_null(thing, f) &&
	    csm_rec_int(thing, f) != csm_rec_int(contract, CONTRACT_HOUSEHOLD))
		return svc_refuse(w, field, err, "%s is of another household than the contract",
				  csm_rec_key(w->rec->arena, thing));
	return CSM_OK;
}

int contract_coverage_check(struct csm_write *w, struct csm_err *err)
{
	static const int things[] = { CONTRACT_COVERAGE_ASSET, CONTRACT_COVERAGE_PRODUCT,
				      CONTRACT_COVERAGE_SOLD_PRODUCT, CONTRACT_COVERAGE_INSTALL_BASE_ITEM };
	const struct csm_rec *r = w->rec;
	struct csm_rec *contract;
	int n = 0, rc;

	for (unsigned i = 0; i < CSM_COUNT(things); i++)
		n += !csm_rec_null(r, things[i]);
	if (n != 1)
		return svc_refuse(
			w, CONTRACT_COVERAGE_ASSET, err,
			"a covered row is one of asset, product, sold_product, install_base_item");
	if (!csm_rec_null(r, CONTRACT_COVERAGE_ADDED_ON) &&
	    !csm_rec_null(r, CONTRACT_COVERAGE_REMOVED_ON) &&
	    strcmp(csm_rec_text(r, CONTRACT_COVERAGE_REMOVED_ON),
		   csm_rec_text(r, CONTRACT_COVERAGE_ADDED_ON)) < 0)
		return svc_refuse(w, CONTRACT_COVERAGE_REMOVED_ON, err, "is before added_on");
	rc = svc_ref(w->store, r, CONTRACT_COVERAGE_CONTRACT, &contract, err);
	for (unsigned i = 0; !rc && contract && w->mode == CSM_WRITE_NORMAL && i < CSM_COUNT(things); i++)
		rc = check_owner(w, contract, things[i], err);
	return rc;
}

/* Whether id is the wanted record, or (include_children) below it by its parent field. */
static int is_or_below(struct csm_store *s, const struct csm_rtype *t, int parent, int64_t id,
		       int64_t wanted, bool children, bool *yes, struct csm_err *err)
{
	*yes = id == wanted;
	for (int depth = 0; children && !*yes && id && depth < 100; depth++) {
		struct csm_rec *r;
		int rc = csm_store_get(s, t, id, csm_store_arena(s), &r, err);

		if (rc || !r)
			return rc;
		id = csm_rec_int(r, parent);
		*yes = id && id == wanted;
	}
	return CSM_OK;
}

static int row_covers(struct csm_store *s, const struct csm_rec *row, const struct csm_ent_query *q,
		      bool *out, struct csm_err *err)
{
	bool below = csm_rec_int(row, CONTRACT_COVERAGE_INCLUDE_CHILDREN);

	*out = false;
	if (!csm_rec_null(row, CONTRACT_COVERAGE_PRODUCT))
		*out = q->product == csm_rec_int(row, CONTRACT_COVERAGE_PRODUCT);
	else if (!csm_rec_null(row, CONTRACT_COVERAGE_ASSET) && q->asset)
		return is_or_below(s, &csm_type_asset, ASSET_PARENT, q->asset,
				   csm_rec_int(row, CONTRACT_COVERAGE_ASSET), below, out, err);
	else if (!csm_rec_null(row, CONTRACT_COVERAGE_SOLD_PRODUCT) && q->sold_product)
		return is_or_below(s, &csm_type_sold_product, SOLD_PRODUCT_PARENT, q->sold_product,
				   csm_rec_int(row, CONTRACT_COVERAGE_SOLD_PRODUCT), below, out, err);
	else if (!csm_rec_null(row, CONTRACT_COVERAGE_INSTALL_BASE_ITEM) && q->install_base_item)
		return is_or_below(s, &csm_type_install_base_item, INSTALL_BASE_ITEM_PARENT,
				   q->install_base_item,
				   csm_rec_int(row, CONTRACT_COVERAGE_INSTALL_BASE_ITEM), below, out, err);
	return CSM_OK;
}

/*
 * A contract without covered rows covers all that its customer has. added_on and removed_on are covered
 * days.
 */
int csm_contract_covers(struct csm_store *s, int64_t contract, const struct csm_ent_query *q, bool *out,
			struct csm_err *err)
{
	int64_t at = q->at ? q->at : csm_store_now(s);
	char day[CSM_TIME_SIZE];
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_contract_coverage, CONTRACT_COVERAGE_CONTRACT, contract,
				    csm_store_arena(s), &rows, &n, err);

	csm_date_format(at / CSM_DAY - (at % CSM_DAY < 0), day);
	*out = !rc && n == 0;
	for (unsigned i = 0; !rc && !*out && i < n; i++) {
		if (!csm_rec_null(rows[i], CONTRACT_COVERAGE_ADDED_ON) &&
		    strcmp(csm_rec_text(rows[i], CONTRACT_COVERAGE_ADDED_ON), day) > 0)
			continue;
		if (!csm_rec_null(rows[i], CONTRACT_COVERAGE_REMOVED_ON) &&
		    strcmp(csm_rec_text(rows[i], CONTRACT_COVERAGE_REMOVED_ON), day) < 0)
			continue;
		rc = row_covers(s, rows[i], q, out, err);
	}
	return rc;
}
