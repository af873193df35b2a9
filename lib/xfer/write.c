/* SPDX-License-Identifier: MIT */
/*
 * write.c - the second half of a load: ids for new records, references, rows, `after` hooks. Types in load order, records in file order; since every
 * id is known before the first row and foreign keys are deferred to the commit, references may point anywhere.
 */
#include "xfer_priv.h"

/*
 * New records take ids in file order, after the highest number that the load states, so that a stated number never meets a given one.
 */
static int give_ids(struct csm_import *im, unsigned type, struct csm_err *err)
{
	const struct csm_rtype *t = csm_store_dict(im->store)->types[type];
	int64_t need = 0, claimed = 0, first = 0;
	int rc;

	for (size_t i = 0; i < im->items[type].n; i++) {
		struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);

		if (item->claimed > claimed)
			claimed = item->claimed;
		/* owned records and those known by several fields together are matched when they are written */
		if (!item->id && !item->rejected && !(t->flags & CSM_T_OWNED) && !t->unique)
			need++;
	}
	if (!need)
		return CSM_OK;
	rc = csm_store_take_ids(im->store, t, need, &first, err);
	if (!rc && first <= claimed) {
		rc = csm_store_take_ids(im->store, t, claimed - first + 1, &first, err);
		if (!rc)
			rc = csm_store_take_ids(im->store, t, need, &first, err);
	}
	for (size_t i = 0; !rc && i < im->items[type].n; i++) {
		struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);

		if (!item->id && !item->rejected)
			item->id = first++;
	}
	return rc;
}

static bool same_given(const struct csm_rec *x, const struct csm_rec *y)
{
	for (unsigned i = 0; i < x->type->nfields; i++)
		if (csm_rec_given(x, (int)i) && !csm_value_eq(&x->v[i], &y->v[i]))
			return false;
	return true;
}

/* Among the stored records of the same owner, one that equals what is stated and was not taken by another item of this load. */
static int match_equal(struct csm_import *im, const struct xfer_item *item, const struct csm_rec *r, int64_t *id, struct csm_err *err)
{
	struct csm_rec **sisters;
	unsigned n;
	int rc = csm_store_children(im->store, r->type, item->owner_field, item->owner->id, im->arena, &sisters, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		char key[32];

		snprintf(key, sizeof(key), "#%lld", (long long)sisters[i]->id);
		if (!same_given(r, sisters[i]) || xfer_index_find(&im->index, r->type, -1, key, NULL))
			continue;
		*id = sisters[i]->id;
		return CSM_OK;
	}
	return rc;
}

/* By one of the sets of fields that are unique together, all of them stated. */
static int match_unique(struct csm_import *im, const struct csm_rec *r, int64_t *id, struct csm_err *err)
{
	const char *set = r->type->unique;

	while (set && *set && !*id) {
		const char *end = strchr(set, ';');
		char *list = end ? csm_strndup(im->arena, set, (size_t)(end - set)) : csm_strdup(im->arena, set);
		struct csm_value values[8];
		int fields[8];
		unsigned n = 0, found = 0;
		char word[64];
		int rc;

		for (; n < 8 && csm_word(list, n, word, sizeof(word)); n++) {
			fields[n] = csm_field_index(r->type, word);
			values[n] = r->v[fields[n]];
			if (values[n].tag == CSM_NULL)
				break;
		}
		if (n && !csm_word(list, n, word, sizeof(word))) {
			rc = csm_store_match(im->store, r->type, fields, values, n, id, 1, &found, err);
			if (rc)
				return rc;
			if (!found)
				*id = 0;
		}
		set = end ? end + 1 : NULL;
	}
	return CSM_OK;
}

/* The record to write: the stored one with the stated values on it, or a new one. */
static int make_record(struct csm_import *im, struct xfer_item *item, struct csm_rec **out, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	struct csm_rec *r;
	int rc;

	if (item->exists) {
		rc = csm_store_need(im->store, t, item->id, im->arena, &r, err);
		*out = r;
		return rc ? rc : xfer_bind(im, item, r, err);
	}
	rc = csm_store_new(im->store, t, im->arena, &r, err);
	if (!rc)
		rc = xfer_bind(im, item, r, err);
	if (!rc && !item->id && t->unique)
		rc = match_unique(im, r, &item->id, err);
	if (!rc && !item->id && item->owner && item->owner->exists)
		rc = match_equal(im, item, r, &item->id, err);
	if (rc)
		return rc;
	if (item->id && !item->claimed && (t->unique || (t->flags & CSM_T_OWNED))) {
		item->exists = true;
		return make_record(im, item, out, err);
	}
	r->id = item->id;
	*out = r;
	return CSM_OK;
}

static void count_written(struct csm_import *im, struct xfer_item *item, bool existed, bool changed)
{
	struct csm_import_count *c = xfer_count(im, item->type);
	char key[32];

	item->written = true;
	item->inserted = !existed;
	if (!existed)
		c->created++;
	else if (changed)
		c->updated++;
	else
		c->unchanged++;
	snprintf(key, sizeof(key), "#%lld", (long long)item->id);
	if (item->type->flags & CSM_T_OWNED)
		xfer_index_add(&im->index, item->type, -1, csm_strdup(im->arena, key), item);
}

static int write_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	struct csm_rec *r;
	bool changed, existed;
	int rc;

	if (item->owner && item->owner->rejected) {
		csm_fail(err, CSM_E_INVALID, "the %s around it was rejected", item->owner->type->name);
		csm_err_on(err, item->type->name, NULL, NULL);
		return csm_err_at(err, item->file, item->node->line, item->node->col);
	}
	rc = make_record(im, item, &r, err);
	if (rc)
		return rc;
	existed = r->stored;
	changed = csm_rec_any_changed(r);
	rc = csm_store_write(im->store, r, CSM_WRITE_IMPORT, -1, err);
	if (rc)
		return rc;
	item->id = r->id;
	count_written(im, item, existed, changed);
	return CSM_OK;
}

static int reject_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	const struct csm_node *n = err->field[0] ? csm_node_get(item->node, err->field) : NULL;

	if (!err->file[0])
		csm_err_at(err, item->file, n ? n->line : item->node->line, n ? n->col : item->node->col);
	if (!err->type[0])
		csm_err_on(err, item->type->name, NULL, NULL);
	item->rejected = true;
	xfer_count(im, item->type)->rejected++;
	if (item->awaited)
		im->retry = true;
	return xfer_reject(im, item->row, err);
}

static int write_type(struct csm_import *im, unsigned type, struct csm_err *err)
{
	for (size_t i = 0; i < im->items[type].n; i++) {
		struct xfer_item *item = *CSM_AT(&im->items[type], struct xfer_item *, i);
		int rc;

		if (item->rejected)
			continue;
		rc = write_item(im, item, err);
		if (rc)
			rc = reject_item(im, item, err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

/* A rejected record is awaited by rows that were written before it: take all back and write again, knowing better. */
static int start_over(struct csm_import *im, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);

	im->retry = false;
	csm_store_rollback(im->store);
	for (unsigned t = 0; t < d->ntypes; t++) {
		struct csm_import_count *c = &im->counts[t];

		c->created = c->updated = c->unchanged = 0;
		for (size_t i = 0; i < im->items[t].n; i++) {
			struct xfer_item *item = *CSM_AT(&im->items[t], struct xfer_item *, i);

			item->written = item->awaited = false;
			if (item->inserted && !item->claimed)
				item->id = 0;
			if (item->inserted)
				item->exists = false;
			item->inserted = false;
		}
	}
	for (size_t i = 0; i < im->index.nbuckets; i++)		/* forget which stored records were taken */
		for (struct xfer_key **k = &im->index.bucket[i]; *k;) {
			if ((*k)->field == -1)
				*k = (*k)->next;
			else
				k = &(*k)->next;
		}
	return csm_store_begin(im->store, err);
}

static int run_after(struct csm_import *im, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);

	for (unsigned t = 0; t < d->ntypes; t++) {
		for (size_t i = 0; d->types[t]->after && i < im->items[t].n; i++) {
			struct xfer_item *item = *CSM_AT(&im->items[t], struct xfer_item *, i);
			int rc;

			if (!item->written)
				continue;
			rc = csm_store_imported(im->store, item->type, item->id, item->inserted, im->sla_stated, err);
			if (rc) {
				if (!err->file[0])
					csm_err_at(err, item->file, item->node->line, item->node->col);
				return rc;
			}
		}
	}
	return CSM_OK;
}

int xfer_write_all(struct csm_import *im, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	int rc = CSM_OK;

	do {
		if (im->retry)
			rc = start_over(im, err);
		for (unsigned t = 0; !rc && t < d->ntypes; t++)
			rc = give_ids(im, t, err);
		for (unsigned t = 0; !rc && t < d->ntypes; t++)
			rc = write_type(im, t, err);
	} while (!rc && im->retry);
	return rc ? rc : run_after(im, err);
}
