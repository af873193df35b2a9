/* SPDX-License-Identifier: MIT */
/*
 * item.c - records of a load as items: their keys are checked, nested records become items of their own,
 * and each is matched with the database by the keys it states, before anything is written. So a reference
 * may point forward.
 */
#include <csm/utf8.h>

#include "xfer_priv.h"

unsigned xfer_type_index(const struct csm_import *im, const struct csm_rtype *t)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	unsigned i = 0;

	while (i + 1 < d->ntypes && d->types[i] != t)
		i++;
	return i;
}

struct csm_import_count *xfer_count(struct csm_import *im, const struct csm_rtype *t)
{
	return &im->counts[xfer_type_index(im, t)];
}

/* ---- keys of a document ---- */

/* Referring, not owned: the field named like the target, else the only one that targets it. */
static int referring_field(const struct csm_rtype *from, const struct csm_rtype *t)
{
	int found = -1, n = 0;

	for (unsigned i = 0; i < from->nfields; i++) {
		const struct csm_field *f = &from->fields[i];

		if (f->kind != CSM_K_REF || strcmp(f->target, t->name) != 0)
			continue;
		if (strcmp(f->name, t->name) == 0 ||
		    (strncmp(f->name, "parent_", 7) == 0 && strcmp(f->name + 7, t->name) == 0))
			return (int)i;
		found = (int)i;
		n++;
	}
	return n == 1 ? found : -1;
}

const struct csm_rtype *xfer_nested_type(const struct csm_dict *d, const struct csm_rtype *t,
					 const char *key, int *owner_field)
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

int xfer_unknown_key(struct csm_arena *a, const struct csm_dict *d, const struct csm_rtype *t,
		     const struct csm_node *node, const char *file, struct csm_err *err)
{
	const char **names = csm_calloc(a, t->nfields + 2 * (size_t)d->ntypes + 1, sizeof(*names));
	const struct csm_rtype *owned;
	const char *near;
	unsigned n = 0;
	int f;

	for (unsigned i = 0; i < t->nfields; i++)
		names[n++] = t->fields[i].name;
	for (unsigned i = 0; (owned = csm_dict_owned(d, t, i, &f)) != NULL; i++)
		names[n++] = csm_type_doc_key(owned);
	for (unsigned i = 0; i < d->ntypes; i++)
		if (xfer_nested_type(d, t, d->types[i]->name, &f))
			names[n++] = d->types[i]->name;
	near = csm_nearest(node->key, names);
	csm_fail(err, CSM_E_INVALID, "'%s' is no field of %s%s%s%s", node->key, t->name,
		 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	csm_err_on(err, t->name, NULL, NULL);
	return csm_err_at(err, file, node->line, node->col);
}

static int given_twice(const struct csm_rtype *t, const char *field, const struct csm_node *n,
		       const char *file, struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "is given twice");
	csm_err_on(err, t->name, NULL, field);
	return csm_err_at(err, file, n->line, n->col);
}

static struct csm_node *find_key(struct csm_node *map, const char *key)
{
	struct csm_node *n = map->first;

	while (n && strcmp(n->key, key) != 0)
		n = n->next;
	return n;
}

/* Take the part of a reference that n ("name") is into the node of the whole of it ("account"). */
static int fold_part(const struct csm_rtype *t, struct csm_node *into, struct csm_node *n,
		     const char *file, struct csm_err *err)
{
	if (n->type == CSM_N_SCALAR && n->scalar == CSM_SC_NULL)
		return CSM_OK;
	if (into->type == CSM_N_SCALAR && into->scalar == CSM_SC_NULL)
		into->type = CSM_N_MAP;
	if (into->type != CSM_N_MAP || find_key(into, n->key))
		return given_twice(t, into->key, n, file, err);
	n->next = into->first;
	into->first = n;
	return CSM_OK;
}

/*
 * "account.name: X" stands for "account: {name: X}": CSV headers have no other way to write it. Where all
 * parts are empty the reference is.
 */
static int fold_dotted(struct csm_import *im, const struct csm_rtype *t, struct csm_node *map,
		       const char *file, struct csm_err *err)
{
	struct csm_node **at = &map->first;

	while (*at) {
		struct csm_node *n = *at, *into;
		const char *dot = strchr(n->key, '.');
		char *head;
		int rc;

		if (!dot || csm_node_is_talk(n->key)) {
			at = &n->next;
			continue;
		}
		head = csm_strndup(im->arena, n->key, (size_t)(dot - n->key));
		if (csm_field_index(t, head) < 0)
			return xfer_unknown_key(im->arena, csm_store_dict(im->store), t, n, file, err);
		*at = n->next;
		n->key = csm_strdup(im->arena, dot + 1);
		into = find_key(map, head);
		if (!into) {
			into = csm_alloc(im->arena, sizeof(*into));
			*into = (struct csm_node){ .type = CSM_N_SCALAR,
						   .scalar = CSM_SC_NULL,
						   .key = head,
						   .text = "",
						   .next = *at,
						   .line = n->line,
						   .col = n->col };
			*at = into;
		}
		rc = fold_part(t, into, n, file, err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

/* ---- which stored record it is ---- */

#define ID_TEXT 24

static const char *id_text(char text[ID_TEXT], int64_t id)
{
	snprintf(text, ID_TEXT, "#%lld", (long long)id);
	return text;
}

const struct xfer_item *xfer_holder(const struct csm_import *im, const struct xfer_item *item, int64_t id)
{
	char text[ID_TEXT];

	for (struct xfer_key *k =
		     xfer_index_find(&im->index, item->type, XFER_BY_ID, id_text(text, id), NULL);
	     k; k = k->more)
		if (k->item != item && !k->item->rejected && k->item->id == id)
			return k->item;
	return NULL;
}

void xfer_hold(struct csm_import *im, struct xfer_item *item, int64_t id)
{
	char text[ID_TEXT];

	for (struct xfer_key *k =
		     xfer_index_find(&im->index, item->type, XFER_BY_ID, id_text(text, id), NULL);
	     k; k = k->more)
		if (k->item == item)
			return;
	xfer_index_add(&im->index, item->type, XFER_BY_ID, csm_strdup(im->arena, text), item);
}

int xfer_twice(const struct xfer_item *item, const char *what, const struct xfer_item *other,
	       struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "%s the record at %s:%lld of this load", what, other->file,
		 (long long)other->node->line);
	csm_err_on(err, item->type->name, NULL, NULL);
	return csm_err_at(err, item->file, item->node->line, item->node->col);
}

/* Value of a key field as the index and the database hold it; null when the record does not state it. */
static int key_value(struct csm_import *im, const struct xfer_item *item, int field,
		     struct csm_value *out, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	const struct csm_node *n = csm_node_get(item->node, t->fields[field].name);
	int rc;

	*out = csm_null();
	if (!n || n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL || !*n->text)
		return CSM_OK;
	rc = csm_field_parse(im->arena, t, &t->fields[field], n->text, csm_store_now(im->store), out,
			     err);
	if (rc)
		csm_err_at(err, item->file, n->line, n->col);
	return rc;
}

static int key_taken(const struct xfer_item *item, int field, const char *text,
		     const struct xfer_item *other, struct csm_err *err)
{
	const struct csm_node *n = csm_node_get(item->node, item->type->fields[field].name);

	csm_fail(err, CSM_E_INVALID, "'%s' is also the key of the record at %s:%lld of this load", text,
		 other->file, (long long)other->node->line);
	csm_err_on(err, item->type->name, NULL, item->type->fields[field].name);
	return csm_err_at(err, item->file, n ? n->line : item->node->line, n ? n->col : 0);
}

static int match_values(struct csm_import *im, struct xfer_item *item, const int *fields,
			const struct csm_value *v, unsigned nfields, struct csm_err *err)
{
	int64_t id = 0;
	unsigned n = 0;
	int rc;

	if (item->id)
		return CSM_OK;
	rc = csm_store_match(im->store, item->type, fields, v, nfields, &id, 1, &n, err);
	if (rc || !n)
		return rc;
	item->id = id;
	item->exists = true;
	return CSM_OK;
}

/* A number in csm's form claims its id. */
static int match_number(struct csm_import *im, struct xfer_item *item, int field, const char **text,
			struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	const struct csm_node *n = csm_node_get(item->node, "number");
	int64_t id = csm_number_parse(t, *text);
	struct csm_value v;
	int rc;

	if (!id) {
		csm_fail(err, CSM_E_INVALID,
			 "'%s' is no %s number (expected %s and digits); keys of other systems go into "
			 "external_id",
			 *text, t->name, t->prefix);
		csm_err_on(err, t->name, NULL, "number");
		return csm_err_at(err, item->file, n->line, n->col);
	}
	*text = csm_number_format(im->arena, t, id);
	v = csm_text(*text);
	rc = match_values(im, item, &field, &v, 1, err);
	item->id = item->claimed = id;
	return rc;
}

static int match_field(struct csm_import *im, struct xfer_item *item, int field, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	const struct csm_field *f = &t->fields[field];
	struct csm_value v;
	struct xfer_key *k;
	const char *text;
	int rc = key_value(im, item, field, &v, err);

	if (rc || v.tag == CSM_NULL)
		return rc;
	text = csm_field_format(im->arena, f, &v);
	if (f->flags & CSM_F_COMPUTED && t->prefix && strcmp(f->name, "number") == 0)
		rc = match_number(im, item, field, &text, err);
	else
		rc = match_values(im, item, &field, &v, 1, err);
	if (rc)
		return rc;
	k = xfer_index_find(&im->index, t, field, text, NULL);
	xfer_index_add(&im->index, t, field, text, item);
	return k ? key_taken(item, field, text, k->item, err) : CSM_OK;
}

/* By one of the sets of fields that are unique together, when all are stated and none is a reference. */
static int match_set(struct csm_import *im, struct xfer_item *item, const char *set, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->arena);
	struct csm_value v[8];
	struct xfer_key *k;
	int fields[8], rc;
	unsigned n = 0;
	char word[64];

	for (; n < CSM_COUNT(fields) && csm_word(set, n, word, sizeof(word)); n++) {
		fields[n] = csm_field_index(item->type, word);
		rc = key_value(im, item, fields[n], &v[n], err);
		if (rc || v[n].tag == CSM_NULL)
			return rc;
		csm_buf_addf(&b, "%s%s", n ? "\n" : "",
			     csm_field_format(im->arena, &item->type->fields[fields[n]], &v[n]));
	}
	k = xfer_index_find(&im->index, item->type, fields[0] + CSM_MAX_FIELDS, b.s, NULL);
	xfer_index_add(&im->index, item->type, fields[0] + CSM_MAX_FIELDS, b.s, item);
	if (k)
		return xfer_twice(item, csm_sprintf(im->arena, "%s are as in", set), k->item, err);
	return match_values(im, item, fields, v, n, err);
}

/* Match by number, external_id and natural keys, in row order; enter them into the index of the load. */
static int match_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	const struct xfer_item *other;
	const char *p = xfer_matched_late(t) ? NULL : t->unique;
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < t->nfields; i++)
		if (t->fields[i].flags & CSM_F_KEY && t->fields[i].kind != CSM_K_REF &&
		    t->fields[i].kind != CSM_K_REF_LIST)
			rc = match_field(im, item, (int)i, err);
	while (!rc && p && *p) {
		size_t n = strcspn(p, ";");

		rc = match_set(im, item, csm_strndup(im->arena, p, n), err);
		p += n + (p[n] == ';');
	}
	if (rc || !item->exists)
		return rc;
	other = xfer_holder(im, item, item->id);
	if (other)
		return xfer_twice(item, "is the same as", other, err);
	xfer_hold(im, item, item->id);
	return CSM_OK;
}

/* ---- records, with what is nested in them ---- */

static int add_item(struct csm_import *im, const struct csm_rtype *t, struct csm_node *node,
		    const char *file, struct xfer_item *owner, int owner_field, struct csm_err *err);

static int not_maps(struct xfer_item *owner, const char *key, const struct csm_node *n,
		    struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "expected a list of maps");
	csm_err_on(err, owner->type->name, NULL, key);
	return csm_err_at(err, owner->file, n->line, n->col);
}

/* The value of a key of nested records; *bad: it is the owner's mistake, not one of theirs. */
static int add_nested(struct csm_import *im, const struct csm_rtype *t, struct csm_node *value,
		      struct xfer_item *owner, int owner_field, bool *bad, struct csm_err *err)
{
	int rc = CSM_OK;

	*bad = false;
	if (value->type == CSM_N_MAP)
		return add_item(im, t, value, owner->file, owner, owner_field, err);
	if (value->type == CSM_N_SCALAR) {
		*bad = value->scalar != CSM_SC_NULL;
		return *bad ? not_maps(owner, value->key, value, err) : CSM_OK;
	}
	for (struct csm_node *n = value->first; n && !rc; n = n->next) {
		*bad = n->type != CSM_N_MAP;
		if (*bad)
			return not_maps(owner, value->key, n, err);
		rc = add_item(im, t, n, owner->file, owner, owner_field, err);
	}
	return rc;
}

static int blame_owner(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	if (!item->rejected)
		return xfer_reject_item(im, item, err);
	csm_err_clear(err);		/* one reason is enough */
	return CSM_OK;
}

/* What is nested is read even in a record that is wrong already, so that the counts tell of it. */
static int add_children(struct csm_import *im, struct xfer_item *item, struct csm_node *node,
			struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);

	for (struct csm_node *n = node->first; n; n = n->next) {
		const struct csm_rtype *nested;
		bool bad = true;
		int field, rc;

		if (csm_field_index(item->type, n->key) >= 0 || csm_node_is_talk(n->key))
			continue;
		nested = xfer_nested_type(d, item->type, n->key, &field);
		if (nested && strcmp(nested->name, "sla") == 0)
			im->sla_stated = true;
		if (nested)
			rc = add_nested(im, nested, n, item, field, &bad, err);
		else
			rc = xfer_unknown_key(im->arena, d, item->type, n, item->file, err);
		if (rc && bad)
			rc = blame_owner(im, item, err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

static int add_item(struct csm_import *im, const struct csm_rtype *t, struct csm_node *node,
		    const char *file, struct xfer_item *owner, int owner_field, struct csm_err *err)
{
	struct xfer_item *item = csm_alloc(im->arena, sizeof(*item));
	unsigned type = xfer_type_index(im, t);
	int rc;

	*item = (struct xfer_item){ .type = t,
				    .node = node,
				    .file = file,
				    .row = im->row,
				    .owner = owner,
				    .owner_field = owner_field };
	*(struct xfer_item **)csm_vec_add(&im->items[type]) = item;
	im->counts[type].read++;
	xfer_step(im);
	rc = fold_dotted(im, t, node, file, err);
	if (!rc)
		rc = match_item(im, item, err);
	if (rc)
		rc = xfer_reject_item(im, item, err);
	return rc ? rc : add_children(im, item, node, err);
}

int xfer_add_record(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node,
		    const char *file, struct csm_err *err)
{
	/* the tree is the load's own, read a moment ago: keys of CSV headers are folded in place */
	union {
		const struct csm_node *c;
		struct csm_node *m;
	} u = { node };

	return add_item(im, t, u.m, file, NULL, -1, err);
}
