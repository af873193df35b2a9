/* SPDX-License-Identifier: MIT */
/* lookup.c - finding types, fields and numbers. Tables are short: looking through them beats any index
 * at start-up. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <csm/utf8.h>

#include "dict/dict_priv.h"

#define ID_MAX (INT64_C(1) << 53) /* what every reader of JSON keeps exactly */

/* Names of rows begin with a letter: most of them need no more than a look at it. */
const struct csm_rtype *csm_dict_type(const struct csm_dict *d, const char *name)
{
	for (unsigned i = 0; i < d->ntypes; i++) {
		const char *own = d->types[i]->name;

		if (*own == *name && (own == name || dict_same_name(own, name)))
			return d->types[i];
	}
	return NULL;
}

int csm_field_index(const struct csm_rtype *t, const char *name)
{
	for (unsigned i = 0; i < t->nfields; i++) {
		const char *own = t->fields[i].name;

		if (*own == *name && (own == name || dict_same_name(own, name)))
			return (int)i;
	}
	return -1;
}

const struct csm_field *csm_field_named(const struct csm_rtype *t, const char *name)
{
	int i = csm_field_index(t, name);

	return i < 0 ? NULL : &t->fields[i];
}

const char *csm_field_near(struct csm_arena *a, const struct csm_rtype *t, const char *name)
{
	const char **names = csm_calloc(a, (size_t)t->nfields + 1, sizeof(*names));

	for (unsigned i = 0; i < t->nfields; i++) {
		names[i] = t->fields[i].name;
		if (t->fields[i].label && strcasecmp(t->fields[i].label, name) == 0)
			return names[i];
	}
	return csm_nearest(name, names);
}

const struct csm_setting *csm_dict_setting(const struct csm_dict *d, const char *name)
{
	for (unsigned i = 0; i < d->nsettings; i++)
		if (dict_same_name(d->settings[i].name, name))
			return &d->settings[i];
	return NULL;
}

/* The field of an owned type that refers to its owner t, or -1. */
static int owner_field_of(const struct csm_rtype *owned, const struct csm_rtype *t)
{
	for (unsigned i = 0; i < owned->nfields; i++) {
		const struct csm_field *f = &owned->fields[i];

		if ((f->flags & CSM_F_OWNER) && f->target && !strcmp(f->target, t->name))
			return (int)i;
	}
	return -1;
}

const struct csm_rtype *csm_dict_owned(const struct csm_dict *d, const struct csm_rtype *t, unsigned i,
				       int *owner_field)
{
	for (unsigned j = 0; j < d->ntypes; j++) {
		int field = d->types[j]->flags & CSM_T_OWNED ? owner_field_of(d->types[j], t) : -1;

		if (field < 0 || i--)
			continue;
		if (owner_field)
			*owner_field = field;
		return d->types[j];
	}
	return NULL;
}

const char *csm_type_doc_key(const struct csm_rtype *t)
{
	return t->doc_key ? t->doc_key : t->name;
}

const struct csm_rtype *csm_dict_owned_named(const struct csm_dict *d, const struct csm_rtype *t,
					     const char *key, int *owner_field)
{
	const struct csm_rtype *o, *by_name = NULL;
	int field = -1, name_field = -1;

	for (unsigned i = 0; (o = csm_dict_owned(d, t, i, &field)); i++) {
		if (dict_same_name(csm_type_doc_key(o), key))
			break;
		if (dict_same_name(o->name, key)) {
			by_name = o;
			name_field = field;
		}
	}
	if (!o) {
		o = by_name;
		field = name_field;
	}
	if (o && owner_field)
		*owner_field = field;
	return o;
}

int csm_type_title(const struct csm_rtype *t)
{
	int key = -1;

	for (unsigned i = 0; i < t->nfields; i++) {
		if (t->fields[i].flags & CSM_F_TITLE)
			return (int)i;
		if (key < 0 && (t->fields[i].flags & CSM_F_KEY))
			key = (int)i;
	}
	return key < 0 ? 0 : key;
}

const char *csm_number_format(struct csm_arena *a, const struct csm_rtype *t, int64_t id)
{
	char digits[24], *p = digits + sizeof(digits);
	size_t prefix, n;
	char *out;

	if (!t->prefix)
		return NULL;
	if (id < 0)
		return csm_sprintf(a, "%s%07" PRId64, t->prefix, id);
	/* by hand: a load makes one for each record */
	for (int64_t i = id; i || digits + sizeof(digits) - p < 7; i /= 10)
		*--p = (char)('0' + i % 10);
	n = (size_t)(digits + sizeof(digits) - p);
	prefix = strlen(t->prefix);
	out = csm_alloc(a, prefix + n + 1);
	memcpy(out, t->prefix, prefix);
	memcpy(out + prefix, p, n);
	return out;
}

int64_t csm_number_parse(const struct csm_rtype *t, const char *text)
{
	const char *p = t->prefix, *s = text;
	int64_t id = 0;

	if (!p || !*p)
		return 0;
	for (; *p; p++, s++)
		if ((*p | 0x20) != (*s | 0x20))
			return 0;
	if (!*s)
		return 0;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return 0;
		id = id * 10 + (*s - '0');
		if (id > ID_MAX)
			return 0;
	}
	return id;
}

const struct csm_rtype *csm_number_type(const struct csm_dict *d, const char *text, int64_t *id)
{
	for (unsigned i = 0; i < d->ntypes; i++) {
		int64_t found = csm_number_parse(d->types[i], text);

		if (found) {
			*id = found;
			return d->types[i];
		}
	}
	return NULL;
}
