/* SPDX-License-Identifier: MIT */
/*
 * facts.c - what is worked out of a type's rows once a store, because a load asks for it with each record:
 * its place in the dictionary, and the marks of its fields in digests.
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

static const struct store_facts *make_facts(struct csm_store *s, const struct csm_rtype *t)
{
	struct store_facts *f = csm_alloc(s->arena, sizeof(*f) + t->nfields * sizeof(*f->mark));

	f->type = t;
	f->index = index_of(s->env.dict, t);
	for (int i = 0; i < (int)t->nfields; i++)
		/* what is not stored has no mark; version, updated_at and updated_by move with every write */
		if (store_has_column(t, i) && i != store_std(t, STORE_VERSION) &&
		    i != store_std(t, STORE_UPDATED_AT) && i != store_std(t, STORE_UPDATED_BY))
			f->mark[i] = mark_of(t->fields[i].name) & ~UINT32_C(3);
	return f;
}

const struct store_facts *store_facts(struct csm_store *s, const struct csm_rtype *t)
{
	size_t i = ((uintptr_t)t >> 4) * UINT32_C(2654435761) >> 8;

	for (unsigned tries = 0; tries < CSM_COUNT(s->facts); tries++, i++) {
		const struct store_facts **f = &s->facts[i % CSM_COUNT(s->facts)];

		if (!*f)
			*f = make_facts(s, t);
		if ((*f)->type == t)
			return *f;
	}
	return make_facts(s, t); /* more types than any dictionary has */
}
