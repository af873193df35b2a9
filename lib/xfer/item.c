/* SPDX-License-Identifier: MIT */
/*
 * item.c - records of a load as items: their keys are checked, nested records become items of their own, and
 * it is noted what they refer to before it can be written. No query is made here.
 */
#include "map.h"

#define HIGHEST INT64_C(999999999999)	/* the store takes no higher one for stated */

unsigned xfer_type_index(const struct csm_import *im, const struct csm_rtype *t)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	unsigned i = 0;

	while (i + 1 < d->ntypes && d->types[i] != t)
		i++;
	return i;
}

static bool is_ref(const struct csm_field *f)
{
	return f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST;
}

const struct xfer_fields *xfer_fields(struct csm_import *im, unsigned type)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	const struct csm_rtype *t = d->types[type];
	struct xfer_fields *x = im->types[type].fields;

	if (x)
		return x;
	im->types[type].fields = x = csm_alloc(im->arena, sizeof(*x));
	x->version = csm_field_index(t, "version");
	x->keys = csm_calloc(im->arena, t->nfields, sizeof(*x->keys));
	x->derived = csm_calloc(im->arena, t->nfields, sizeof(*x->derived));
	x->target = csm_calloc(im->arena, t->nfields, sizeof(*x->target));
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (f->flags & CSM_F_KEY && !is_ref(f))
			x->keys[x->nkeys++] = (int)i;
		if (f->flags & CSM_F_DERIVED)
			x->derived[x->nderived++] = (int)i;
		if (is_ref(f))
			x->target[i] = xfer_type_index(im, csm_dict_type(d, f->target));
	}
	return x;
}

struct csm_import_count *xfer_count(struct csm_import *im, const struct csm_rtype *t)
{
	return &im->counts[xfer_type_index(im, t)];
}

/* ---- keys of a document ---- */

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
	if (XFER_IS_NONE(n))
		return CSM_OK;
	if (XFER_IS_NONE(into))
		into->type = CSM_N_MAP;
	if (into->type != CSM_N_MAP || find_key(into, n->key))
		return given_twice(t, into->key, n, file, err);
	n->next = into->first;
	into->first = n;
	return CSM_OK;
}

/*
 * "account.name: X" stands for "account: {name: X}": CSV headers have no other way to write it. Where all
 * parts are empty the reference is. What is no field of the type stays as it is, and is told with other unknown keys.
 */
static int fold_dotted(struct csm_import *im, const struct csm_rtype *t, struct csm_node *map,
		       const char *file, struct csm_err *err)
{
	struct csm_node **at = &map->first;
	struct csm_err ignored = { 0 };
	int rc = CSM_OK;

	while (*at) {
		struct csm_node *n = *at, *into;
		const char *dot = csm_node_is_talk(n->key) ? NULL : strchr(n->key, '.');
		char *head = dot ? csm_strndup(im->scratch, n->key, (size_t)(dot - n->key)) : NULL;

		if (!head || csm_field_index(t, head) < 0) {
			at = &n->next;
			continue;
		}
		*at = n->next;
		n->key = csm_strdup(im->scratch, dot + 1);
		into = find_key(map, head);
		if (!into) {
			into = csm_alloc(im->scratch, sizeof(*into));
			*into = (struct csm_node){ .type = CSM_N_SCALAR,
						   .scalar = XFER_IS_LEFT(n) ? CSM_SC_PLAIN :
									       CSM_SC_NULL,
						   .key = head,
						   .text = "",
						   .next = *at,
						   .line = n->line,
						   .col = n->col };
			*at = into;
		}
		if (rc)
			fold_part(t, into, n, file, &ignored);
		else
			rc = fold_part(t, into, n, file, err);
	}
	return rc;
}

/* Which field each member is. What is given twice is not kept twice. *dotted: a key has parts. */
static int find_fields(struct csm_import *im, struct xfer_item *item, bool *dotted, struct csm_err *err)
{
	unsigned expect = 0;
	int n = 0, *fields, rc = CSM_OK;

	for (const struct csm_node *c = item->node->first; c; c = c->next)
		n++;
	item->fields = fields = csm_calloc(im->scratch, (size_t)n, sizeof(*fields));
	item->by = csm_calloc(im->scratch, item->type->nfields, sizeof(*item->by));
	for (const struct csm_node *c = item->node->first; c; c = c->next) {
		const struct xfer_name *name = xfer_name(im, item->at.type, c->key, &expect);
		int field = name->field;

		*dotted = *dotted || name->dotted;
		*fields++ = field >= 0 && item->by[field] ? -1 : field;
		if (field < 0)
			continue;
		if (item->by[field] && !rc)
			rc = given_twice(item->type, item->type->fields[field].name, c, item->file, err);
		else if (!item->by[field])
			item->by[field] = c;
	}
	return rc;
}

/* The same with keys that have parts put together: where one record has them, those after it do. */
static int sort_members(struct csm_import *im, struct xfer_item *item, struct csm_node *node, struct csm_err *err)
{
	struct xfer_type *x = &im->types[item->at.type];
	bool dotted = x->dotted;
	struct csm_err ignored = { 0 };
	int rc = dotted ? fold_dotted(im, item->type, node, item->file, err) : CSM_OK;
	int twice = find_fields(im, item, &x->dotted, rc ? &ignored : err);

	if (dotted || !x->dotted)
		return rc ? rc : twice;
	csm_err_clear(err);
	return sort_members(im, item, node, err);
}

/* ---- what can be told of it by itself ---- */

/* A number in csm's form claims its id. */
static int check_number(struct csm_import *im, struct xfer_item *item, int field, const char *text,
			struct csm_err *err)
{
	const struct csm_rtype *t = item->type;
	struct xfer_type *x = &im->types[item->at.type];

	item->claimed = csm_number_parse(t, text);
	if (item->claimed) {
		/* what no record can have is told when it is written */
		if (item->claimed > x->highest && item->claimed <= HIGHEST)
			x->highest = item->claimed;
		return CSM_OK;
	}
	csm_fail(err, CSM_E_INVALID,
		 "'%s' is no %s number (expected %s and digits); keys of other systems go into external_id",
		 text, t->name, t->prefix);
	csm_err_on(err, t->name, NULL, "number");
	return csm_err_at(err, item->file, item->by[field]->line, item->by[field]->col);
}

int xfer_check_keys(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	const struct csm_rtype *t = item->type;
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < x->nkeys; i++) {
		const struct csm_field *f = &t->fields[x->keys[i]];
		struct csm_value v;
		const char *text;

		if (!item->by[x->keys[i]])
			continue;
		rc = xfer_key_text(im, item, x->keys[i], &v, &text, err);
		if (!rc && text && f->flags & CSM_F_COMPUTED && t->prefix && strcmp(f->name, "number") == 0)
			rc = check_number(im, item, x->keys[i], text, err);
	}
	if (!rc)
		rc = xfer_key_check(im, item, err);
	for (const char *p = item->flags & XFER_LATE || xfer_key_of(im, item) ? NULL : t->unique; !rc && p && *p;) {
		size_t n = strcspn(p, ";");
		struct csm_value v[8];
		const char *text;
		int fields[8];
		unsigned nfields;

		rc = xfer_set_text(im, item, csm_strndup(im->scratch, p, n), fields, v, &nfields, &text,
				   err);
		p += n + (p[n] == ';');
	}
	return rc;
}

/* A reference from a record of type from, to one of type to, which may be a map with references in it. */
static void note_reference(struct csm_import *im, unsigned from, unsigned to, const struct csm_node *n,
			   unsigned depth)
{
	const struct csm_rtype *target = im->types[to].type;

	if (XFER_IS_NONE(n))
		return;
	if (to >= from)
		im->types[to].forward = true;
	for (const struct csm_node *c = n->first; c && depth; c = c->next) {
		const char *dot = c->key ? strchr(c->key, '.') : NULL;
		const char *head = dot ? csm_strndup(im->scratch, c->key, (size_t)(dot - c->key)) : c->key;
		int f = n->type == CSM_N_MAP ? csm_field_index(target, head) : -1;
		struct csm_node rest = *c;
		unsigned next;

		if (n->type == CSM_N_SEQ)
			note_reference(im, from, to, c, depth - 1);
		if (f < 0 || target->fields[f].kind != CSM_K_REF)
			continue;
		next = xfer_fields(im, to)->target[f];
		if (dot) {
			rest.key = dot + 1;
			rest.next = NULL;
			note_reference(im, from, next,
				       &(struct csm_node){ .type = CSM_N_MAP, .first = &rest }, depth - 1);
		} else {
			note_reference(im, from, next, c, depth - 1);
		}
	}
}

static void note_references(struct csm_import *im, const struct xfer_item *item)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	const int *field = item->fields;

	for (const struct csm_node *n = item->node->first; n; n = n->next, field++)
		if (*field >= 0 && is_ref(&item->type->fields[*field]))
			note_reference(im, item->at.type, x->target[*field], n, 10);
	if (item->owner_type && item->owner.type > item->at.type)
		im->types[item->owner.type].forward = true;
}

/* ---- records, with what is nested in them ---- */

static int add_item(struct csm_import *im, const struct csm_rtype *t, struct csm_node *node,
		    const char *file, struct xfer_item *owner, int owner_field, bool once,
		    struct csm_err *err);

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
		return add_item(im, t, value, owner->file, owner, owner_field, false, err);
	if (value->type == CSM_N_SCALAR) {
		*bad = value->scalar != CSM_SC_NULL;
		return *bad ? not_maps(owner, value->key, value, err) : CSM_OK;
	}
	for (struct csm_node *n = value->first; n && !rc; n = n->next) {
		*bad = n->type != CSM_N_MAP;
		if (*bad)
			return not_maps(owner, value->key, n, err);
		rc = add_item(im, t, n, owner->file, owner, owner_field, false, err);
	}
	return rc;
}

static int blame(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	return item->flags & XFER_REJECTED ? xfer_reject_more(im, item, err) : xfer_reject_item(im, item, err);
}

/* What is nested is read even in a record that is wrong already, so that the counts tell of it. */
static int add_children(struct csm_import *im, struct xfer_item *item, struct csm_node *node,
			struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	const int *field = item->fields;
	unsigned expect = 0;

	for (struct csm_node *n = node->first; n; n = n->next) {
		const struct xfer_name *name;
		bool bad = true;
		int rc;

		if (*field++ >= 0)
			continue;
		name = xfer_name(im, item->at.type, n->key, &expect);
		if (name->field >= 0 || name->talk)
			continue;
		if (name->nested && strcmp(name->nested->name, "sla") == 0)
			im->sla_stated = true;
		if (name->nested)
			rc = add_nested(im, name->nested, n, item, name->nested_field, &bad, err);
		else
			rc = xfer_unknown_key(im->scratch, d, item->type, n, item->file, err);
		if (rc && bad)
			rc = blame(im, item, err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

/* Which lists of owned records are stated to be empty: a bit each, in the order of csm_dict_owned(). */
static uint32_t empty_lists(const struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node)
{
	const struct csm_rtype *owned;
	uint32_t empty = 0;
	int field;

	for (unsigned i = 0; (owned = csm_dict_owned(csm_store_dict(im->store), t, i, &field)) != NULL; i++) {
		const struct csm_node *list = csm_node_get(node, csm_type_doc_key(owned));

		if (!list)
			list = csm_node_get(node, owned->name);
		if (list && !list->first && (list->type == CSM_N_SEQ || list->scalar == CSM_SC_NULL))
			empty |= UINT32_C(1) << i;
	}
	return empty;
}

static void note_inside(struct csm_import *im, unsigned top, unsigned type)
{
	struct xfer_type *x = &im->types[top];

	if (!x->inside)
		x->inside = csm_calloc(im->arena, csm_store_dict(im->store)->ntypes, sizeof(*x->inside));
	x->inside[type] = true;
}

/* What a mapping could make no value of. */
static int tell_faults(struct csm_import *im, struct xfer_item *item, const struct csm_vec *faults, struct csm_err *err)
{
	int rc = CSM_OK;

	for (size_t i = 0; !rc && i < faults->n; i++) {
		*err = *CSM_AT(faults, struct csm_err, i);
		rc = blame(im, item, err);
	}
	return rc;
}

static int add_item(struct csm_import *im, const struct csm_rtype *t, struct csm_node *node,
		    const char *file, struct xfer_item *owner, int owner_field, bool once,
		    struct csm_err *err)
{
	unsigned type = owner && owner->type == t ? owner->at.type : xfer_type_index(im, t);
	struct xfer_type *x = &im->types[type];
	struct xfer_item item = { .type = t, .at = { type, x->n++ }, .node = node, .file = file,
				  .row = im->row, .owner_field = owner_field,
				  .flags = once ? XFER_ONCE : 0 };
	const struct csm_vec *faults = im->opts.map ? xfer_map_faults(node, &item.set) : NULL;
	int rc;

	if (owner) {
		item.owner_type = owner->type;
		item.owner = owner->at;
		item.flags |= XFER_NESTED;
	}
	item.top = owner ? owner->top : item.at;
	note_inside(im, item.top.type, type);
	if (xfer_key_of(im, &item) ? x->by.late : x->late)
		item.flags |= XFER_LATE;
	if (im->opts.replace_children)
		item.empty = empty_lists(im, t, node);
	x->once = x->once || once;
	im->counts[type].read++;
	xfer_step(im);
	rc = sort_members(im, &item, node, err);
	if (!rc && !once)		/* nobody wants to know that of one that is left out */
		rc = xfer_check_keys(im, &item, err);
	note_references(im, &item);
	xfer_spool(im, &item);
	if (rc)
		rc = xfer_reject_item(im, &item, err);
	if (!rc && faults)
		rc = tell_faults(im, &item, faults, err);
	if (!rc)
		rc = add_children(im, &item, node, err);
	return !rc && item.flags & XFER_REJECTED ? xfer_reject_rest(im, &item, false, err) : rc;
}

int xfer_add_record(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node,
		    const char *file, bool once, struct csm_err *err)
{
	/* the tree is the load's own, read a moment ago: keys of CSV headers are folded in place */
	union {
		const struct csm_node *c;
		struct csm_node *m;
	} u = { node };

	return add_item(im, t, u.m, file, NULL, -1, once, err);
}
