/* SPDX-License-Identifier: MIT */
/*
 * late.c - the stored record that a record of the load stands for, where only references tell: owned
 * records, and those unique by fields one of which is a reference. It is looked for when the record is
 * written, its references known.
 */
#include "xfer_priv.h"

static bool set_has_ref(const struct csm_rtype *t, const char *set)
{
	char word[64];

	for (unsigned i = 0; csm_word(set, i, word, sizeof(word)) && !strchr(word, ';'); i++) {
		const struct csm_field *f = csm_field_named(t, word);

		if (f && (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST))
			return true;
	}
	return false;
}

bool xfer_matched_late(const struct csm_rtype *t)
{
	if (t->flags & CSM_T_OWNED)
		return true;
	for (const char *set = t->unique; set && *set;
	     set = strchr(set, ';') ? strchr(set, ';') + 1 : NULL)
		if (set_has_ref(t, set))
			return true;
	return false;
}

/* By one of the sets of fields that are unique together, all of them stated. */
static int match_set(struct csm_import *im, const struct csm_rec *r, const char *set, int64_t *id,
		     struct csm_err *err)
{
	struct csm_value values[8];
	int fields[8];
	unsigned n = 0, found = 0;
	char word[64];
	int rc;

	for (; n < CSM_COUNT(fields) && csm_word(set, n, word, sizeof(word)); n++) {
		fields[n] = csm_field_index(r->type, word);
		values[n] = r->v[fields[n]];
		if (values[n].tag == CSM_NULL)
			return CSM_OK;
	}
	rc = csm_store_match(im->store, r->type, fields, values, n, id, 1, &found, err);
	if (rc || !found)
		*id = 0;
	return rc;
}

static int match_unique(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r,
			int64_t *id, struct csm_err *err)
{
	const char *p = r->type->unique, *set = NULL;
	int rc = CSM_OK;

	while (!rc && p && *p && !*id) {
		size_t n = strcspn(p, ";");

		set = csm_strndup(im->scratch, p, n);
		rc = match_set(im, r, set, id, err);
		p += n + (p[n] == ';');
	}
	if (rc || !*id || !xfer_is_held(im, item->at.type, *id))
		return rc;
	return xfer_twice(im, item, csm_sprintf(im->scratch, "%s are as in", set),
			  xfer_holder(im, item, *id), err);
}

/* The field by which an owned record says whose it is; -1 when it does not. */
static int owner_field(const struct csm_rec *r)
{
	for (unsigned i = 0; i < r->type->nfields; i++)
		if (r->type->fields[i].flags & CSM_F_OWNER && !csm_rec_null(r, (int)i))
			return (int)i;
	return -1;
}

int xfer_match_late(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r, int64_t *id,
		    struct csm_err *err)
{
	const struct xfer_by *by = xfer_key_of(im, item);
	int field = item->owner_type ? item->owner_field : owner_field(r);
	int rc = by ? xfer_key_match_late(im, item, r, by, id, err) : match_unique(im, item, r, id, err);

	if (by)
		return rc;

	/* an owner that came with this load had none before */
	if (rc || *id || !(r->type->flags & CSM_T_OWNED) || field < 0 ||
	    (item->owner_type && !(xfer_side(im, item->owner).flags & XFER_EXISTS)))
		return rc;
	return xfer_match_kin(im, item, field, r, id, err);
}
