/* SPDX-License-Identifier: MIT */
/*
 * item.c - records of a load as items: their keys are checked, nested records become items of their own, and each is matched
 * with the database by the keys it states, before anything is written. So a reference may point forward.
 */
#include <csm/utf8.h>

#include "xfer_priv.h"

#define MAX_FINDINGS 20

struct csm_import_count *xfer_count(struct csm_import *im, const struct csm_rtype *t)
{
	const struct csm_dict *d = csm_store_dict(im->store);

	for (unsigned i = 0; i < d->ntypes; i++)
		if (d->types[i] == t)
			return &im->counts[i];
	return NULL;
}

int xfer_reject(struct csm_import *im, int64_t row, struct csm_err *err)
{
	int64_t *last = im->bad_rows.n ? CSM_AT(&im->bad_rows, int64_t, im->bad_rows.n - 1) : NULL;
	struct csm_err reason = *err;
	bool seen = false;

	for (size_t i = 0; i < im->bad_rows.n && !seen; i++)
		seen = *CSM_AT(&im->bad_rows, int64_t, i) == row;
	if (!last || !seen)
		*(int64_t *)csm_vec_add(&im->bad_rows) = row;
	if (!im->first.code)
		im->first = reason;
	im->findings++;
	if (im->opts.on_error == CSM_ON_ERROR_SKIP || im->findings <= MAX_FINDINGS)
		csm_diag_note(&im->opts.diag, 'e', &reason);
	/* what is no fault of the record ends the load in every mode */
	if (reason.code == CSM_E_INVALID || reason.code == CSM_E_REFUSED || reason.code == CSM_E_CONFLICT || reason.code == CSM_E_NOTFOUND) {
		if (im->opts.on_error == CSM_ON_ERROR_SKIP || im->findings < MAX_FINDINGS) {
			csm_err_clear(err);
			return CSM_OK;
		}
	}
	return reason.code;
}

/* Referring, not owned: the field named like the target, else the only one that targets it. */
static int referring_field(const struct csm_rtype *from, const struct csm_rtype *t)
{
	int found = -1, n = 0;

	for (unsigned i = 0; i < from->nfields; i++) {
		const struct csm_field *f = &from->fields[i];

		if (f->kind != CSM_K_REF || strcmp(f->target, t->name) != 0)
			continue;
		if (strcmp(f->name, t->name) == 0 || (strncmp(f->name, "parent_", 7) == 0 && strcmp(f->name + 7, t->name) == 0))
			return (int)i;
		found = (int)i;
		n++;
	}
	return n == 1 ? found : -1;
}

const struct csm_rtype *xfer_nested_type(const struct csm_dict *d, const struct csm_rtype *t, const char *key, int *owner_field)
{
	const struct csm_rtype *from = csm_dict_owned_named(d, t, key, owner_field);

	if (from)
		return from;
	from = csm_dict_type(d, key);
	if (!from || (from->flags & CSM_T_OWNED) || csm_field_index(t, key) >= 0)
		return NULL;
	*owner_field = referring_field(from, t);
	return *owner_field >= 0 ? from : NULL;
}

static int unknown_field(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node, const char *file,
			 struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	const char **names = csm_calloc(im->arena, t->nfields + d->ntypes + 1, sizeof(*names));
	const struct csm_rtype *owned;
	const char *near;
	unsigned n = 0;
	int f;

	for (unsigned i = 0; i < t->nfields; i++)
		names[n++] = t->fields[i].name;
	for (unsigned i = 0; (owned = csm_dict_owned(d, t, i, &f)) && n < t->nfields + d->ntypes; i++)
		names[n++] = csm_type_doc_key(owned);
	near = csm_nearest(node->key, names);
	csm_fail(err, CSM_E_INVALID, "'%s' is no field of %s%s%s%s", node->key, t->name, near ? "; did you mean '" : "", near ? near : "",
		 near ? "'?" : "");
	csm_err_on(err, t->name, NULL, NULL);
	return csm_err_at(err, file, node->line, node->col);
}

/* "account.name: X" stands for "account: {name: X}": CSV headers have no other way to write it. */
static int fold_dotted(struct csm_import *im, const struct csm_rtype *t, struct csm_node *map, const char *file, struct csm_err *err)
{
	struct csm_node **at = &map->first;

	while (*at) {
		struct csm_node *n = *at, *into;
		const char *dot = n->key ? strchr(n->key, '.') : NULL;
		char *head;

		if (!dot) {
			at = &n->next;
			continue;
		}
		head = csm_strndup(im->arena, n->key, (size_t)(dot - n->key));
		if (csm_field_index(t, head) < 0)
			return unknown_field(im, t, n, file, err);
		*at = n->next;
		n->key = csm_strdup(im->arena, dot + 1);
		n->next = NULL;
		if (n->type == CSM_N_SCALAR && n->scalar == CSM_SC_NULL)
			continue;		/* an empty cell states nothing about the reference */
		for (into = map->first; into && strcmp(into->key, head) != 0; into = into->next)
			;
		if (!into) {
			into = csm_alloc(im->arena, sizeof(*into));
			into->type = CSM_N_MAP;
			into->key = head;
			into->line = n->line;
			into->col = n->col;
			into->next = *at;
			*at = into;
		}
		n->next = into->first;
		into->first = n;
	}
	return CSM_OK;
}

/* Text of a key field as the index and the database hold it; NULL when the record does not state it. */
static int key_value(struct csm_import *im, const struct csm_rtype *t, int field, const struct csm_node *map, const char *file,
		     struct csm_value *out, struct csm_err *err)
{
	const struct csm_node *n = csm_node_get(map, t->fields[field].name);
	int rc;

	*out = csm_null();
	if (!n || n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL || !n->text || !*n->text)
		return CSM_OK;
	rc = csm_field_parse(im->arena, t, &t->fields[field], n->text, csm_store_now(im->store), out, err);
	if (rc)
		csm_err_at(err, file, n->line, n->col);
	return rc;
}

static int key_taken(struct csm_import *im, const struct xfer_item *item, int field, const char *text, const struct xfer_item *other,
		     struct csm_err *err)
{
	const struct csm_node *n = csm_node_get(item->node, item->type->fields[field].name);

	(void)im;
	csm_fail(err, CSM_E_INVALID, "'%s' is also the key of the record at %s:%lld of this load", text, other->file,
		 (long long)other->node->line);
	csm_err_on(err, item->type->name, "", item->type->fields[field].name);
	return csm_err_at(err, item->file, n ? n->line : item->node->line, n ? n->col : 0);
}

/* A number in csm's form claims its id. */
static int match_number(struct csm_import *im, struct xfer_item *item, const char *text, struct csm_err *err)
{
	struct csm_rec *r;
	struct csm_mark m;
	int64_t id = csm_number_parse(item->type, text);
	int rc;

	if (!id) {
		csm_fail(err, CSM_E_INVALID, "'%s' is no number of %s (expected %s and digits); keys of other systems go into external_id", text,
			 item->type->name, item->type->prefix);
		csm_err_on(err, item->type->name, text, "number");
		return csm_err_at(err, item->file, item->node->line, item->node->col);
	}
	m = csm_arena_mark(im->arena);
	rc = csm_store_get(im->store, item->type, id, im->arena, &r, err);
	item->id = item->claimed = id;
	item->exists = !rc && r;
	csm_arena_rewind(im->arena, m);
	return rc;
}

static int match_field(struct csm_import *im, struct xfer_item *item, int field, const struct csm_value *v, struct csm_err *err)
{
	int64_t id = 0;
	unsigned n = 0;
	int rc = csm_store_match(im->store, item->type, &field, v, 1, &id, 1, &n, err);

	if (rc || !n || item->id)
		return rc;
	item->id = id;
	item->exists = true;
	return CSM_OK;
}

/* Match by number, external_id and natural keys, in row order; enter them into the index of the load. */
static int match_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	int title = csm_type_title(t);

	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];
		struct xfer_key *k;
		struct csm_value v;
		const char *text;
		int rc;

		if (!(f->flags & CSM_F_KEY) && (int)i != title)
			continue;
		if (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST)
			continue;
		rc = key_value(im, t, (int)i, item->node, item->file, &v, err);
		if (rc)
			return rc;
		if (v.tag == CSM_NULL)
			continue;
		text = csm_field_format(im->arena, f, &v);
		if (f->flags & CSM_F_KEY) {
			k = xfer_index_find(&im->index, t, (int)i, text, NULL);
			if (k)
				return key_taken(im, item, (int)i, text, k->item, err);
			if (strcmp(f->name, "number") == 0 && (f->flags & CSM_F_COMPUTED))
				rc = match_number(im, item, text, err);
			else
				rc = match_field(im, item, (int)i, &v, err);
			if (rc)
				return rc;
		}
		xfer_index_add(&im->index, t, (int)i, text, item);
	}
	return CSM_OK;
}

static int add_item(struct csm_import *im, const struct csm_rtype *t, struct csm_node *node, const char *file, struct xfer_item *owner,
		    int owner_field, struct csm_err *err);

static int add_nested(struct csm_import *im, const struct csm_rtype *t, struct csm_node *value, const char *file, struct xfer_item *owner,
		      int owner_field, struct csm_err *err)
{
	int rc = CSM_OK;

	if (value->type == CSM_N_MAP)
		return add_item(im, t, value, file, owner, owner_field, err);
	if (value->type == CSM_N_SEQ) {
		for (struct csm_node *n = value->first; n && !rc; n = n->next) {
			if (n->type != CSM_N_MAP) {
				csm_fail(err, CSM_E_INVALID, "%s: expected a list of maps", value->key);
				return csm_err_at(err, file, n->line, n->col);
			}
			rc = add_item(im, t, n, file, owner, owner_field, err);
		}
		return rc;
	}
	if (value->scalar == CSM_SC_NULL)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "%s: expected a list of maps", value->key);
	return csm_err_at(err, file, value->line, value->col);
}

static int add_children(struct csm_import *im, struct xfer_item *item, struct csm_node *node, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);

	for (struct csm_node *n = node->first; n; n = n->next) {
		const struct csm_rtype *nested;
		int field, rc;

		if (csm_field_index(item->type, n->key) >= 0)
			continue;
		nested = xfer_nested_type(d, item->type, n->key, &field);
		if (!nested)
			return unknown_field(im, item->type, n, item->file, err);
		if (strcmp(nested->name, "sla") == 0)
			im->sla_stated = true;
		rc = add_nested(im, nested, n, item->file, item, field, err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

static int add_item(struct csm_import *im, const struct csm_rtype *t, struct csm_node *node, const char *file, struct xfer_item *owner,
		    int owner_field, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	struct xfer_item *item = csm_alloc(im->arena, sizeof(*item));
	int rc = fold_dotted(im, t, node, file, err);

	if (rc)
		return rc;
	*item = (struct xfer_item){ .type = t, .node = node, .file = file, .row = im->row, .owner = owner, .owner_field = owner_field };
	xfer_count(im, t)->read++;
	rc = match_item(im, item, err);
	if (!rc)
		rc = add_children(im, item, node, err);
	if (rc) {
		item->rejected = true;
		xfer_count(im, t)->rejected++;
		return rc;
	}
	for (unsigned i = 0; i < d->ntypes; i++)
		if (d->types[i] == t)
			*(struct xfer_item **)csm_vec_add(&im->items[i]) = item;
	return CSM_OK;
}

int xfer_add_record(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node, const char *file, struct csm_err *err)
{
	/* the tree is the load's own, read a moment ago: keys of CSV headers are folded in place */
	union { const struct csm_node *c; struct csm_node *m; } u = { node };
	int rc = add_item(im, t, u.m, file, NULL, -1, err);

	if (!rc)
		return CSM_OK;
	if (!err->file[0])
		csm_err_at(err, file, node->line, node->col);
	return xfer_reject(im, im->row, err);
}
