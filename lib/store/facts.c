/* SPDX-License-Identifier: MIT */
/*
 * facts.c - what is worked out of a type's rows once a store, because a load asks for it with each record:
 * its place in the dictionary, its keys and references, the marks of its fields in digests.
 */
#include "store_priv.h"

/* FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t mark_of(const char *name)
{
	uint32_t h = UINT32_C(2166136261);

	for (const unsigned char *p = (const unsigned char *)name; *p; p++)
		h = (h ^ *p) * UINT32_C(16777619);
	return h;
}

static unsigned index_of(const struct csm_dict *d, const struct csm_rtype *t)
{
	unsigned i = 0;

	while (i < d->ntypes && d->types[i] != t)
		i++;
	return i;
}

/* Whether the field is one of a list that make_list() makes. */
typedef bool fits_list(const struct csm_field *f);

static bool is_ref(const struct csm_field *f)
{
	return (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST) && !(f->flags & CSM_F_COMPUTED);
}

static bool is_owner(const struct csm_field *f)
{
	return f->flags & CSM_F_OWNER;
}

static const int *make_list(struct csm_store *s, const struct csm_rtype *t, fits_list *fits)
{
	int *list = csm_calloc(s->arena, t->nfields + 1, sizeof(*list));
	unsigned n = 0;

	for (unsigned i = 0; i < t->nfields; i++)
		if (fits(&t->fields[i]))
			list[n++] = (int)i;
	list[n] = -1;
	return list;
}

static struct store_set make_set(struct csm_store *s, const struct csm_rtype *t, const char *list, size_t len)
{
	struct store_set set = { .list = csm_strndup(s->arena, list, len) };
	char word[64];

	while (set.n < STORE_SET_MAX && csm_word(set.list, set.n, word, sizeof(word))) {
		set.fields[set.n] = csm_field_index(t, word);
		set.n++;
	}
	return set;
}

static void find_sets(struct csm_store *s, struct store_facts *f)
{
	const struct csm_rtype *t = f->type;
	struct csm_vec sets = CSM_VEC(s->arena, struct store_set);
	const char *p = t->unique;

	for (int i = 0; i < (int)t->nfields; i++)
		if (t->fields[i].flags & CSM_F_KEY && store_has_column(t, i))
			*(struct store_set *)csm_vec_add(&sets) =
				(struct store_set){ t->fields[i].name, 1, { i } };
	while (p && *p) {
		size_t n = strcspn(p, ";");

		*(struct store_set *)csm_vec_add(&sets) = make_set(s, t, p, n);
		p += n + (p[n] == ';');
	}
	f->nsets = (unsigned)sets.n;
	f->sets = sets.p;
}

/* ,"name": without a format, as each command makes those of all fields of the types that it meets. */
static const char *make_key(struct csm_arena *a, const char *name, size_t *n)
{
	size_t length = strlen(name);
	char *key = csm_alloc(a, length + sizeof(",\"\":"));

	memcpy(key, ",\"", 2);
	memcpy(key + 2, name, length);
	memcpy(key + 2 + length, "\":", 2);
	*n = length + 4;
	return key;
}

static const struct store_facts *make_facts(struct csm_store *s, const struct csm_rtype *t)
{
	struct store_facts *f = csm_alloc(s->arena, sizeof(*f) + t->nfields * sizeof(*f->field));

	f->type = t;
	f->index = index_of(s->env.dict, t);
	f->state = t->life ? csm_field_index(t, t->life->field) : -1;
	f->active = csm_field_index(t, "active");
	f->number = csm_field_index(t, "number");
	if (f->number >= 0 && !store_is_number(t, f->number))
		f->number = -1;
	f->setting = strcmp(t->name, "setting") == 0;
	f->agreement = t->section && strcmp(t->section, "agreements") == 0;
	for (int i = 0; i < (int)t->nfields; i++) {
		const struct csm_field *row = &t->fields[i];
		struct store_field *field = &f->field[i];

		/* what is not stored has no mark; version, updated_at and updated_by move with every write */
		if (store_has_column(t, i) && i != store_std(t, STORE_VERSION) &&
		    i != store_std(t, STORE_UPDATED_AT) && i != store_std(t, STORE_UPDATED_BY))
			field->mark = mark_of(row->name) & ~UINT32_C(3);
		field->key = make_key(s->arena, row->name, &field->nkey);
		if (row->flags & (CSM_F_READONLY | CSM_F_BYVERB | CSM_F_IMMUTABLE))
			f->watched[i / 64] |= UINT64_C(1) << (i % 64);
		field->needed = row->flags & CSM_F_REQUIRED && !(row->flags & CSM_F_COMPUTED) &&
				i < store_std(t, STORE_VERSION);
		field->target = row->target ? csm_dict_type(s->env.dict, row->target) : NULL;
		csm_field_range(row, &field->low, &field->high);
	}
	f->refs = make_list(s, t, is_ref);
	f->owners = make_list(s, t, is_owner);
	find_sets(s, f);
	return f;
}

const struct store_facts *store_facts_find(struct csm_store *s, const struct csm_rtype *t)
{
	size_t i = store_facts_place(t);

	for (unsigned tries = 0; tries < STORE_FACTS; tries++, i++) {
		const struct store_facts **f = &s->facts[i % STORE_FACTS];

		if (!*f)
			*f = make_facts(s, t);
		if ((*f)->type == t)
			return *f;
	}
	return make_facts(s, t); /* more types than any dictionary has */
}
