/* SPDX-License-Identifier: MIT */
/*
 * key.c - match by the fields that a load names (--key). They need not be unique: where more than one stored record has the values, the
 * load does not guess.
 */
#include <csm/utf8.h>

#include "xfer_priv.h"

#define CANDIDATES 6

/* ---- which types it is about ---- */

/* Whether records can be looked for by the field. */
static bool can_match(const struct csm_field *f)
{
	if (f->kind == CSM_K_REF_LIST || f->kind == CSM_K_ENUM_LIST || f->kind == CSM_K_JSON ||
	    f->kind == CSM_K_MONEY || f->flags & (CSM_F_SECRET | CSM_F_VOLATILE))
		return false;
	return !(f->flags & CSM_F_COMPUTED) || strcmp(f->name, "number") == 0;
}

static int fail_field(struct csm_import *im, const struct csm_rtype *t, const char *word, struct csm_err *err)
{
	const char **names = csm_calloc(im->arena, t->nfields + 1, sizeof(*names));
	const char *near;
	unsigned n = 0;

	for (unsigned i = 0; i < t->nfields; i++)
		if (can_match(&t->fields[i]))
			names[n++] = t->fields[i].name;
	near = csm_nearest(word, names);
	if (csm_field_index(t, word) >= 0)
		return csm_fail(err, CSM_E_USAGE, "--key: records can't be matched by %s of %s", word, t->name);
	return csm_fail(err, CSM_E_USAGE, "--key: '%s' is no field of %s%s%s%s", word, t->name,
			near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The fields of the key in a type; by->n 0 when it lacks one. bad: the first it lacks. */
static void find_fields(const struct csm_rtype *t, const char *key, struct xfer_by *by, char *bad, size_t size)
{
	*by = (struct xfer_by){ .n = 0 };
	for (unsigned i = 0; i < XFER_KEY_FIELDS && csm_word(key, i, bad, size); i++) {
		int field = csm_field_index(t, bad);

		if (field < 0 || !can_match(&t->fields[field])) {
			by->n = 0;
			return;
		}
		by->field[by->n++] = field;
		by->late = by->late || t->fields[field].kind == CSM_K_REF;
	}
	bad[0] = '\0';
}

int xfer_key_init(struct csm_import *im, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	const char *key = im->opts.key;
	char word[80];
	bool any = false;

	if (!key)
		return CSM_OK;
	if (!csm_word(key, 0, word, sizeof(word)) || csm_word(key, XFER_KEY_FIELDS, word, sizeof(word)))
		return csm_fail(err, CSM_E_USAGE, "--key: expected one field to %d fields with commas between them",
				XFER_KEY_FIELDS);
	for (unsigned i = 0; i < d->ntypes; i++) {
		if (im->opts.type && im->opts.type != d->types[i])
			continue;
		find_fields(d->types[i], key, &im->types[i].by, word, sizeof(word));
		if (im->opts.type && word[0])
			return fail_field(im, d->types[i], word, err);
		any = any || im->types[i].by.n;
	}
	if (!any)
		return csm_fail(err, CSM_E_USAGE, "--key: no type of records can be matched by %s", key);
	return CSM_OK;
}

const struct xfer_by *xfer_key_of(const struct csm_import *im, const struct xfer_item *item)
{
	const struct xfer_by *by = &im->types[item->at.type].by;

	return by->n && !(item->owner_type && item->type->flags & CSM_T_OWNED) ? by : NULL;
}

/* ---- which record it is ---- */

static int fail_at(const struct xfer_item *item, int field, struct csm_err *err)
{
	const struct csm_node *n = item->by[field];

	csm_err_on(err, item->type->name, NULL, item->type->fields[field].name);
	return csm_err_at(err, item->file, n ? n->line : item->node->line, n ? n->col : item->node->col);
}

/* "name: Boxeo, city: Bonn" */
static const char *key_text(struct csm_import *im, const struct csm_rtype *t, const struct xfer_by *by,
			    const struct csm_value *v)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	for (unsigned i = 0; i < by->n; i++) {
		const struct csm_field *f = &t->fields[by->field[i]];
		const char *text = NULL;

		if (f->kind == CSM_K_REF)
			csm_store_key(im->store, csm_dict_type(csm_store_dict(im->store), f->target), v[i].i,
				      im->scratch, &text, NULL);
		else
			text = csm_field_format(im->scratch, f, &v[i]);
		csm_buf_addf(&b, "%s%s: %s", i ? ", " : "", f->name, text ? text : "?");
	}
	return b.s;
}

static int fail_many(struct csm_import *im, const struct xfer_item *item, const struct xfer_by *by,
		     const struct csm_value *v, const int64_t *ids, unsigned n, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	for (unsigned i = 0; i < n && i < CANDIDATES; i++) {
		const char *key = NULL;
		int rc = csm_store_key(im->store, item->type, ids[i], im->scratch, &key, err);

		if (rc)
			return rc;
		csm_buf_addf(&b, "%s%s", i ? ", " : "", key ? key : "?");
	}
	csm_fail(err, CSM_E_CONFLICT, "more than one %s has %s: %s%s", item->type->name,
		 key_text(im, item->type, by, v), b.s, n > CANDIDATES ? ", ..." : "");
	return fail_at(item, by->field[0], err);
}

/* The stored record with these values; *id 0: none. */
static int look_up(struct csm_import *im, const struct xfer_item *item, const struct xfer_by *by,
		   const struct csm_value *v, int64_t *id, struct csm_err *err)
{
	int64_t ids[CANDIDATES] = { 0 };
	unsigned n = 0;
	int rc = csm_store_key_index(im->store, item->type, by->field, by->n, err);

	if (!rc)
		rc = csm_store_match(im->store, item->type, by->field, v, by->n, ids, CANDIDATES, &n, err);
	*id = n ? ids[0] : 0;
	if (rc || n < 2)
		return rc;
	return fail_many(im, item, by, v, ids, n, err);
}

int xfer_key_check(struct csm_import *im, const struct xfer_item *item, struct csm_err *err)
{
	const struct xfer_by *by = xfer_key_of(im, item);

	for (unsigned i = 0; by && i < by->n; i++) {
		const struct csm_node *n = item->by[by->field[i]];

		if ((n && (n->type != CSM_N_SCALAR || (n->scalar != CSM_SC_NULL && *n->text))) ||
		    (item->owner_type && item->owner_field == by->field[i]))
			continue;
		csm_fail(err, CSM_E_INVALID, "has no value, and records are matched by it (--key)");
		return fail_at(item, by->field[i], err);
	}
	return CSM_OK;
}

int xfer_by_text(struct csm_import *im, const struct xfer_item *item, const struct xfer_by *by,
		 struct csm_value *v, const char **text, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->scratch);

	*text = NULL;
	for (unsigned i = 0; i < by->n; i++) {
		const char *part = NULL;
		int rc = item->type->fields[by->field[i]].kind == CSM_K_REF ?
				 CSM_OK : xfer_key_text(im, item, by->field[i], &v[i], &part, err);

		if (rc || !part)
			return rc;
		csm_buf_addf(&b, "%s%s", i ? "\n" : "", part);
	}
	*text = b.s;
	return CSM_OK;
}

int xfer_key_match(struct csm_import *im, struct xfer_item *item, const struct xfer_by *by, struct csm_err *err)
{
	struct csm_value v[XFER_KEY_FIELDS];
	struct xfer_hits h;
	struct xfer_item hit;
	const char *text;
	bool found = false;
	int rc = xfer_by_text(im, item, by, v, &text, err);

	if (rc || !text)
		return rc;
	rc = look_up(im, item, by, v, &item->id, err);
	if (!rc && item->id)
		item->flags |= XFER_EXISTS;
	/* of a type that is matched ahead an earlier record is not stored yet */
	if (rc || !im->types[item->at.type].forward)
		return rc;
	rc = xfer_find(&h, im, item->at.type, by->field[0] + 2 * CSM_MAX_FIELDS, text, err);
	if (!rc)
		rc = xfer_hit(&h, im->scratch, &hit, &found, err);
	return rc || !found || hit.at.n >= item->at.n ?
		       rc : xfer_twice(im, item, csm_sprintf(im->scratch, "%s are as in", im->opts.key), hit.at, err);
}

int xfer_key_match_late(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r,
			const struct xfer_by *by, int64_t *id, struct csm_err *err)
{
	struct csm_value v[XFER_KEY_FIELDS];
	int rc;

	for (unsigned i = 0; i < by->n; i++)
		v[i] = r->v[by->field[i]];
	rc = look_up(im, item, by, v, id, err);
	if (rc || !*id)
		return rc;
	if (xfer_is_held(im, item->at.type, *id) && item->id != *id)
		return xfer_twice(im, item, csm_sprintf(im->scratch, "%s are as in", im->opts.key),
				  xfer_holder(im, item, *id), err);
	if (!item->claimed || item->claimed == *id)
		return CSM_OK;
	csm_fail(err, CSM_E_CONFLICT, "the record with that key is %s, its number can't become %s",
		 csm_number_format(im->scratch, item->type, *id),
		 csm_number_format(im->scratch, item->type, item->claimed));
	return fail_at(item, csm_field_index(item->type, "number"), err);
}
