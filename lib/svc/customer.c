/* SPDX-License-Identifier: MIT */
/* customer.c - what the rules of people, customers and products have in common. */
#include <csm/cal.h>
#include <csm/utf8.h>

#include "svc_customer.h"

#define ZONES_KEPT 64

struct known_zones {
	const char *name[ZONES_KEPT];
	unsigned n;
};
static const char zones_key[] = "zones";

/* A load names the same few zones a million times; each is a file. */
int customer_check_zone(struct csm_write *w, int field, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	struct csm_arena *a = csm_store_arena(w->store);
	struct csm_mark mark = csm_arena_mark(r->arena);
	const char *name = csm_rec_text(r, field);
	const struct csm_zone *z;
	struct known_zones *known;
	bool made;
	int rc;

	if (csm_rec_null(r, field) || !csm_rec_changed(r, field))
		return CSM_OK;
	known = csm_store_slot(w->store, zones_key, sizeof(*known), NULL, &made);
	for (unsigned i = 0; i < known->n; i++)
		if (strcmp(known->name[i], name) == 0)
			return CSM_OK;
	rc = csm_zone_load(r->arena, csm_store_env(w->store)->tzdir, name, &z, err);
	csm_arena_rewind(r->arena, mark);
	if (rc)
		return csm_err_on(err, r->type->name, csm_rec_key(r->arena, r), r->type->fields[field].name);
	if (known->n < ZONES_KEPT)
		known->name[known->n++] = csm_strdup(a, name);
	return CSM_OK;
}

int customer_check_parent(struct csm_write *w, int field, struct csm_err *err)
{
	if (!csm_rec_changed(w->rec, field) ||
	    (w->mode == CSM_WRITE_IMPORT && !w->insert && w->rec->type->after))
		return CSM_OK;
	return svc_no_cycle(w, field, CUSTOMER_DEPTH, err);
}

int customer_check_place(struct csm_write *w, int latitude, int longitude, struct csm_err *err)
{
	bool lat = !csm_rec_null(w->rec, latitude), lon = !csm_rec_null(w->rec, longitude);

	if (lat && !lon)
		return svc_refuse(w, longitude, err, "is needed with latitude");
	if (lon && !lat)
		return svc_refuse(w, latitude, err, "is needed with longitude");
	return CSM_OK;
}

bool customer_acted_on(const struct csm_write *w, int field)
{
	return w->mode == CSM_WRITE_NORMAL && csm_rec_changed(w->rec, field);
}

int customer_acts_for(struct csm_store *s, const struct csm_rec *contact, int64_t account, bool *out,
		      struct csm_err *err)
{
	static const int fields[] = { CONTACT_RELATIONSHIP_CONTACT, CONTACT_RELATIONSHIP_ACCOUNT };
	const struct csm_value v[] = { csm_int(contact->id), csm_int(account) };
	int64_t id;
	int rc;

	*out = csm_rec_int(contact, CONTACT_ACCOUNT) == account;
	if (*out || !account)
		return CSM_OK;
	rc = svc_first(s, &csm_type_contact_relationship, fields, v, 2, &id, err);
	*out = !rc && id;
	return rc;
}

int customer_check_contact(struct csm_write *w, int contact, int account, struct csm_err *err)
{
	struct csm_rec *c, *r = w->rec;
	const char *of;
	bool acts;
	int rc;

	if (!customer_acted_on(w, contact) && !customer_acted_on(w, account))
		return CSM_OK;
	rc = svc_ref(w->store, r, contact, &c, err);
	if (rc || !c)
		return rc;
	of = svc_key(w->store, &csm_type_account, csm_rec_int(c, CONTACT_ACCOUNT));
	if (csm_rec_null(r, account))
		return svc_refuse(w, contact, err, "%s is a contact of %s, but there is no account",
				  csm_rec_key(r->arena, c), of);
	rc = customer_acts_for(w->store, c, csm_rec_int(r, account), &acts, err);
	if (rc || acts)
		return rc;
	return svc_refuse(w, contact, err, "%s is a contact of %s, not of %s, and has no relationship to it",
			  csm_rec_key(r->arena, c), of,
			  svc_key(w->store, &csm_type_account, csm_rec_int(r, account)));
}

int customer_take_account(struct csm_write *w, int account, int contact, int consumer, int household,
			  struct csm_err *err)
{
	struct csm_rec *c, *r = w->rec;
	int rc;

	if (csm_rec_null(r, contact) || !csm_rec_null(r, account) || csm_rec_given(r, account) ||
	    !csm_rec_null(r, consumer) || (household >= 0 && !csm_rec_null(r, household)))
		return CSM_OK;
	rc = svc_ref(w->store, r, contact, &c, err);
	if (!rc && c)
		csm_rec_set(r, account, c->v[CONTACT_ACCOUNT]);
	return rc;
}

int customer_related(struct csm_store *s, int64_t one, int64_t other, bool *out, struct csm_err *err)
{
	static const int fields[] = { ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, ACCOUNT_RELATIONSHIP_TO_ACCOUNT };
	const struct csm_value v[] = { csm_int(one), csm_int(other) };
	int64_t id;
	int rc = svc_first(s, &csm_type_account_relationship, fields, v, 2, &id, err);

	*out = !rc && id;
	return rc;
}

int customer_check_dates(struct csm_write *w, int start, int end, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;

	if (csm_rec_null(r, start) || csm_rec_null(r, end) ||
	    strcmp(csm_rec_text(r, start), csm_rec_text(r, end)) <= 0)
		return CSM_OK;
	return svc_refuse(w, end, err, "%s is before %s %s", csm_rec_text(r, end),
			  r->type->fields[start].name, csm_rec_text(r, start));
}

const char *customer_join(struct csm_arena *a, const char *sep, const char *const *words, unsigned n,
			  unsigned max)
{
	struct csm_buf b = CSM_BUF(a);

	for (unsigned i = 0; i < n; i++)
		if (*words[i])
			csm_buf_addf(&b, "%s%s", b.n ? sep : "", words[i]);
	return csm_strndup(a, b.s, (size_t)csm_utf8_cut(b.s, max));
}
