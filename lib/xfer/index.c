/* SPDX-License-Identifier: MIT */
/*
 * index.c - the keys of the records of a load, so that references find records of the same load in any
 * order.
 */
#include "xfer_priv.h"

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_key(const struct csm_rtype *t, int field, const char *text)
{
	uint64_t h =
		UINT64_C(14695981039346656037) ^ ((uintptr_t)t >> 4) ^ ((uint64_t)(unsigned)field << 32);

	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		h = (h ^ *p) * UINT64_C(1099511628211);
	return h ^ (h >> 29);
}

static void grow_index(struct xfer_index *x)
{
	size_t n = x->nbuckets ? x->nbuckets * 4 : 1024;
	struct xfer_key **bucket = csm_calloc(x->arena, n, sizeof(*bucket));

	for (size_t i = 0; i < x->nbuckets; i++) {
		for (struct xfer_key *k = x->bucket[i], *next; k; k = next) {
			struct xfer_key **at = &bucket[k->hash & (n - 1)];

			next = k->next;
			k->next = *at;
			*at = k;
		}
	}
	x->bucket = bucket;
	x->nbuckets = n;
}

static struct xfer_key *find_head(const struct xfer_index *x, uint64_t hash, const struct csm_rtype *t,
				  int field, const char *text)
{
	struct xfer_key *k = x->nbuckets ? x->bucket[hash & (x->nbuckets - 1)] : NULL;

	while (k && (k->hash != hash || k->type != t || k->field != field || strcmp(k->text, text) != 0))
		k = k->next;
	return k;
}

/*
 * Equal keys hang on the first of them, so that a million records with one title cost no more than
 * others.
 */
void xfer_index_add(struct xfer_index *x, const struct csm_rtype *t, int field, const char *text,
		    struct xfer_item *item)
{
	struct xfer_key *k = csm_alloc(x->arena, sizeof(*k)), *head;
	uint64_t hash = hash_key(t, field, text);

	if (x->n >= x->nbuckets)
		grow_index(x);
	*k = (struct xfer_key){
		.type = t, .field = field, .text = text, .item = item, .hash = hash, .last = k
	};
	x->n++;
	head = find_head(x, hash, t, field, text);
	if (head) {
		head->last->more = k;
		head->last = k;
		return;
	}
	k->next = x->bucket[hash & (x->nbuckets - 1)];
	x->bucket[hash & (x->nbuckets - 1)] = k;
}

struct xfer_key *xfer_index_find(const struct xfer_index *x, const struct csm_rtype *t, int field,
				 const char *text, struct xfer_key *after)
{
	return after ? after->more : find_head(x, hash_key(t, field, text), t, field, text);
}
