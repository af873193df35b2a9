/* SPDX-License-Identifier: MIT */
/* index.c - the keys of the records of a load, so that references find records of the same load in any order. */
#include "xfer_priv.h"

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_key(const struct csm_rtype *t, int field, const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ ((uintptr_t)t >> 4) ^ ((uint64_t)(unsigned)field << 32);

	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		h = (h ^ *p) * UINT64_C(1099511628211);
	return h ^ (h >> 29);
}

static void grow_index(struct xfer_index *x)
{
	size_t n = x->nbuckets ? x->nbuckets * 4 : 1024;
	struct xfer_key **bucket = csm_calloc(x->arena, n, sizeof(*bucket));

	for (size_t i = 0; i < x->nbuckets; i++) {
		struct xfer_key *k = x->bucket[i], *next;
		/* chains keep their order: entries are appended at the end below */
		for (; k; k = next) {
			struct xfer_key **end = &bucket[hash_key(k->type, k->field, k->text) & (n - 1)];

			next = k->next;
			while (*end)
				end = &(*end)->next;
			k->next = NULL;
			*end = k;
		}
	}
	x->bucket = bucket;
	x->nbuckets = n;
}

void xfer_index_add(struct xfer_index *x, const struct csm_rtype *t, int field, const char *text, struct xfer_item *item)
{
	struct xfer_key *k = csm_alloc(x->arena, sizeof(*k));
	struct xfer_key **end;

	if (x->n >= x->nbuckets)
		grow_index(x);
	*k = (struct xfer_key){ t, field, text, item, NULL };
	end = &x->bucket[hash_key(t, field, text) & (x->nbuckets - 1)];
	while (*end)
		end = &(*end)->next;
	*end = k;
	x->n++;
}

struct xfer_key *xfer_index_find(const struct xfer_index *x, const struct csm_rtype *t, int field, const char *text,
				 struct xfer_key *after)
{
	struct xfer_key *k;

	if (!x->nbuckets)
		return NULL;
	k = after ? after->next : x->bucket[hash_key(t, field, text) & (x->nbuckets - 1)];
	for (; k; k = k->next)
		if (k->type == t && k->field == field && strcmp(k->text, text) == 0)
			return k;
	return NULL;
}
