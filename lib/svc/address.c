/* SPDX-License-Identifier: MIT */
/*
 * address.c - the address fields of an account or consumer and the location of his primary address say the
 * same (domain 2.2).
 *
 * A load states both sides, so neither follows the other there.
 */
#include "svc_customer.h"

static const int place_fields[7] = { LOCATION_STREET,  LOCATION_CITY,	  LOCATION_STATE,    LOCATION_ZIP,
				     LOCATION_COUNTRY, LOCATION_LATITUDE, LOCATION_LONGITUDE };

const struct customer_address customer_account_address = {
	.owner = &csm_type_account,
	.row = &csm_type_account_address,
	.fields = { ACCOUNT_STREET, ACCOUNT_CITY, ACCOUNT_STATE, ACCOUNT_ZIP, ACCOUNT_COUNTRY,
		    ACCOUNT_LATITUDE, ACCOUNT_LONGITUDE },
	.row_owner = ACCOUNT_ADDRESS_ACCOUNT,
	.row_location = ACCOUNT_ADDRESS_LOCATION,
	.row_primary = ACCOUNT_ADDRESS_IS_PRIMARY,
};
const struct customer_address customer_consumer_address = {
	.owner = &csm_type_consumer,
	.row = &csm_type_consumer_address,
	.fields = { CONSUMER_STREET, CONSUMER_CITY, CONSUMER_STATE, CONSUMER_ZIP, CONSUMER_COUNTRY, -1, -1 },
	.row_owner = CONSUMER_ADDRESS_CONSUMER,
	.row_location = CONSUMER_ADDRESS_LOCATION,
	.row_primary = CONSUMER_ADDRESS_IS_PRIMARY,
};

/* The primary rows of a customer: one, but for the moment between a new one and the end of the old one. */
static int primary_rows(struct csm_store *s, const struct customer_address *k, int64_t owner, int64_t ids[2],
			unsigned *n, struct csm_err *err)
{
	const int fields[] = { k->row_owner, k->row_primary };
	const struct csm_value v[] = { csm_int(owner), csm_int(1) };

	return csm_store_match(s, k->row, fields, v, 2, ids, 2, n, err);
}

/* Whether an address row of somebody else leads to the location, too. */
static int is_shared(struct csm_store *s, const struct csm_rec *row, int64_t location, bool *out,
		     struct csm_err *err)
{
	static const struct customer_address *const kinds[] = { &customer_account_address,
								&customer_consumer_address };
	const struct csm_value v = csm_int(location);

	*out = false;
	for (unsigned i = 0; i < CSM_COUNT(kinds) && !*out; i++) {
		int64_t ids[1];
		unsigned n;
		int rc = csm_store_match(s, kinds[i]->row, &kinds[i]->row_location, &v, 1, ids, 1, &n, err);

		if (rc)
			return rc;
		*out = n > (kinds[i]->row == row->type ? 1 : 0);
	}
	return CSM_OK;
}

/* He who moves leaves the place to those who stay: of a shared location a copy is made. */
static int move_out(struct csm_write *w, const struct customer_address *k, struct csm_rec *row,
		    const struct csm_rec *place, struct csm_err *err)
{
	struct csm_rec *fresh;
	int rc = csm_store_new(w->store, &csm_type_location, w->rec->arena, &fresh, err);

	if (rc)
		return rc;
	csm_rec_set(fresh, LOCATION_NAME, place->v[LOCATION_NAME]);
	csm_rec_set(fresh, LOCATION_PHONE, place->v[LOCATION_PHONE]);
	csm_rec_set(fresh, LOCATION_TIME_ZONE, place->v[LOCATION_TIME_ZONE]);
	for (unsigned i = 0; i < CSM_COUNT(place_fields); i++)
		csm_rec_set(fresh, place_fields[i], place->v[place_fields[i]]);
	rc = csm_store_write(w->store, fresh, CSM_WRITE_NORMAL, -1, err);
	if (rc)
		return rc;
	csm_rec_set_int(row, k->row_location, fresh->id);
	return csm_store_write(w->store, row, CSM_WRITE_NORMAL, -1, err);
}

int customer_address_push(struct csm_write *w, const struct customer_address *k, struct csm_err *err)
{
	struct csm_rec *row, *place = NULL, *r = w->rec;
	bool changed = false, shared;
	int64_t ids[2];
	unsigned n = 0;
	int rc = CSM_OK;

	for (unsigned i = 0; i < CSM_COUNT(k->fields); i++)
		changed = changed || (k->fields[i] >= 0 && csm_rec_changed(r, k->fields[i]));
	if (w->insert || w->mode == CSM_WRITE_IMPORT || !changed)
		return CSM_OK;
	rc = primary_rows(w->store, k, r->id, ids, &n, err);
	if (rc || !n)
		return rc;
	rc = csm_store_need(w->store, k->row, ids[0], r->arena, &row, err);
	if (!rc)
		rc = svc_ref(w->store, row, k->row_location, &place, err);
	if (rc || !place)
		return rc;
	for (unsigned i = 0; i < CSM_COUNT(k->fields); i++)
		if (k->fields[i] >= 0)
			csm_rec_set(place, place_fields[i], r->v[k->fields[i]]);
	if (!csm_rec_any_changed(place))
		return CSM_OK;
	rc = is_shared(w->store, row, place->id, &shared, err);
	if (rc)
		return rc;
	return shared ? move_out(w, k, row, place, err)
		      : csm_store_write(w->store, place, CSM_WRITE_NORMAL, -1, err);
}

static int clear_others(struct csm_write *w, const struct customer_address *k, struct csm_err *err)
{
	struct csm_rec **rows, *r = w->rec;
	int64_t ids[2];
	unsigned n;
	int rc = primary_rows(w->store, k, csm_rec_int(r, k->row_owner), ids, &n, err);

	if (rc || n < 2)
		return rc;
	rc = csm_store_children(w->store, k->row, k->row_owner, csm_rec_int(r, k->row_owner), r->arena, &rows,
				&n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		if (rows[i]->id == r->id || !csm_rec_int(rows[i], k->row_primary))
			continue;
		csm_rec_set_int(rows[i], k->row_primary, 0);
		rc = csm_store_write(w->store, rows[i], w->mode, -1, err);
	}
	return rc;
}

int customer_address_pull(struct csm_write *w, const struct customer_address *k, struct csm_err *err)
{
	struct csm_rec *owner, *place, *r = w->rec;
	int rc;

	if (w->remove || !csm_rec_int(r, k->row_primary))
		return CSM_OK;
	rc = clear_others(w, k, err);
	if (rc || w->mode == CSM_WRITE_IMPORT ||
	    (!csm_rec_changed(r, k->row_primary) && !csm_rec_changed(r, k->row_location)))
		return rc;
	rc = svc_ref(w->store, r, k->row_owner, &owner, err);
	if (!rc)
		rc = svc_ref(w->store, r, k->row_location, &place, err);
	if (rc || !owner || !place)
		return rc;
	for (unsigned i = 0; i < CSM_COUNT(k->fields); i++)
		if (k->fields[i] >= 0)
			csm_rec_set(owner, k->fields[i], place->v[place_fields[i]]);
	return csm_store_write(w->store, owner, CSM_WRITE_NORMAL, -1, err);
}
