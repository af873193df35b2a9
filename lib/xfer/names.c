/* SPDX-License-Identifier: MIT */
/* names.c - the members of a record's document: fields, nested records, remarks. */
#include <csm/utf8.h>

#include "xfer_priv.h"

/* Names kept a type; what is not kept is looked for again. */
#define KEPT 512
#define SLOTS 1024

struct kept {
	const char *key;
	struct xfer_name name;
};
struct xfer_names {
	struct kept kept[KEPT];		/* in the order they came first */
	unsigned n;
	struct xfer_name other;		/* the last one that is not kept */
	unsigned short slot[SLOTS];	/* 1 + index of kept, by hash */
};

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

/* ---- names that are none, or have parts ---- */

/* The type that the field refers to, which the rest of a dotted name is about; NULL: it can have no rest. */
static const struct csm_rtype *next_type(const struct csm_dict *d, const struct csm_field *f)
{
	return f && f->kind == CSM_K_REF ? csm_dict_type(d, f->target) : NULL;
}

bool xfer_is_column(const struct csm_dict *d, struct csm_arena *a, const struct csm_rtype *t, const char *name)
{
	for (;;) {
		const char *dot = strchr(name, '.');
		const struct csm_field *f;
		int field;

		if (!dot)
			return csm_field_index(t, name) >= 0 ||
			       xfer_nested_type(d, t, name, &field);
		f = csm_field_named(t, csm_strndup(a, name, (size_t)(dot - name)));
		t = next_type(d, f);
		if (!t)
			return false;
		name = dot + 1;
	}
}

/* The column that was probably meant, part by part; NULL: nothing is near. */
const char *xfer_near_column(const struct csm_dict *d, struct csm_arena *a, const struct csm_rtype *t, const char *name)
{
	const char *dot = strchr(name, '.'), *head, *rest;
	const struct csm_field *f;

	if (!dot)
		return csm_field_near(a, t, name);
	head = csm_strndup(a, name, (size_t)(dot - name));
	f = csm_field_named(t, head);
	if (!f) {
		head = csm_field_near(a, t, head);
		f = head ? csm_field_named(t, head) : NULL;
	}
	if (!f || !next_type(d, f))
		return f ? f->name : NULL;
	t = next_type(d, f);
	rest = xfer_is_column(d, a, t, dot + 1) ? dot + 1 : xfer_near_column(d, a, t, dot + 1);
	return rest ? csm_sprintf(a, "%s.%s", f->name, rest) : NULL;
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
	near = strchr(node->key, '.') ? xfer_near_column(d, a, t, node->key) : csm_nearest(node->key, names);
	csm_fail(err, CSM_E_INVALID, "is no field of %s%s%s%s", t->name, near ? "; did you mean '" : "", near ? near : "",
		 near ? "'?" : "");
	csm_err_on(err, t->name, NULL, node->key);
	return csm_err_at(err, file, node->line, node->col);
}

static struct xfer_name look_up(const struct csm_dict *d, const struct csm_rtype *t, const char *key)
{
	struct xfer_name name = { .field = csm_field_index(t, key), .nested_field = -1 };

	name.talk = name.field < 0 && csm_node_is_talk(key);
	name.dotted = !name.talk && strchr(key, '.');
	if (name.field < 0 && !name.talk)
		name.nested = xfer_nested_type(d, t, key, &name.nested_field);
	return name;
}

/* A name that does not stand where the record before it had it. */
static CSM_SELDOM const struct xfer_name *find_name(struct csm_import *im, unsigned type, const char *key, unsigned *expect)
{
	struct xfer_names *names = im->types[type].names;
	struct kept *kept;
	unsigned at;

	if (!names)
		names = im->types[type].names = csm_alloc(im->arena, sizeof(*names));
	for (at = (unsigned)(csm_hash_text(0, key) % SLOTS); names->slot[at]; at = (at + 1) % SLOTS) {
		kept = &names->kept[names->slot[at] - 1];
		if (strcmp(kept->key, key) == 0) {
			*expect = names->slot[at];
			return &kept->name;
		}
	}
	if (names->n < KEPT) {
		kept = &names->kept[names->n++];
		kept->name = look_up(csm_store_dict(im->store), im->types[type].type, key);
		kept->key = csm_strdup(im->arena, key);
		names->slot[at] = (unsigned short)names->n;
		*expect = names->n;
		return &kept->name;
	}
	names->other = look_up(csm_store_dict(im->store), im->types[type].type, key);
	return &names->other;
}

const struct xfer_name *xfer_name(struct csm_import *im, unsigned type, const char *key, unsigned *expect)
{
	struct xfer_names *names = im->types[type].names;	/* NULL before the first */

	if (names && *expect < names->n && strcmp(names->kept[*expect].key, key) == 0)
		return &names->kept[(*expect)++].name;
	return find_name(im, type, key, expect);
}
