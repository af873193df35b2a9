/* SPDX-License-Identifier: MIT */
/*
 * bits.c - sets of ids: a bit an id, in chunks that are found by hash, so that a million records in a row
 * cost 160 KB and a few far apart cost little.
 */
#include "export_priv.h"

#define CHUNK_BITS 512
#define WORDS (CHUNK_BITS / 64)
#define FIRST_SLOTS 8

struct chunk {
	int64_t at;			/* id / CHUNK_BITS, plus one; 0: the slot is empty */
	uint64_t word[WORDS];
};

struct xfer_bits {
	struct csm_arena *arena;
	struct chunk *slot;		/* a power of two of them */
	size_t nslots, nchunks;
	int64_t n;
};

struct xfer_bits *xfer_bits_new(struct csm_arena *a)
{
	struct xfer_bits *b = csm_alloc(a, sizeof(*b));

	b->arena = a;
	b->nslots = FIRST_SLOTS;
	b->slot = csm_calloc(a, b->nslots, sizeof(*b->slot));
	return b;
}

/* The slot of a chunk, or the empty one where it would be. */
static struct chunk *find_slot(const struct xfer_bits *b, int64_t at)
{
	size_t i = csm_hash_int(0, (uint64_t)at) & (b->nslots - 1);

	while (b->slot[i].at && b->slot[i].at != at)
		i = (i + 1) & (b->nslots - 1);
	return &b->slot[i];
}

static void grow(struct xfer_bits *b)
{
	struct chunk *old = b->slot;
	size_t n = b->nslots;

	b->nslots *= 2;
	b->slot = csm_calloc(b->arena, b->nslots, sizeof(*b->slot));
	for (size_t i = 0; i < n; i++)
		if (old[i].at)
			*find_slot(b, old[i].at) = old[i];
}

bool xfer_bits_add(struct xfer_bits *b, int64_t id)
{
	int64_t at = id / CHUNK_BITS + 1;
	uint64_t bit = UINT64_C(1) << (id % 64);
	struct chunk *c = find_slot(b, at);
	uint64_t *word;

	if (!c->at) {
		if (b->nchunks * 4 >= b->nslots * 3) {
			grow(b);
			c = find_slot(b, at);
		}
		c->at = at;
		b->nchunks++;
	}
	word = &c->word[id % CHUNK_BITS / 64];
	if (*word & bit)
		return false;
	*word |= bit;
	b->n++;
	return true;
}

bool xfer_bits_has(const struct xfer_bits *b, int64_t id)
{
	const struct chunk *c = find_slot(b, id / CHUNK_BITS + 1);

	return c->at && c->word[id % CHUNK_BITS / 64] >> (id % 64) & 1;
}

int64_t xfer_bits_count(const struct xfer_bits *b)
{
	return b ? b->n : 0;
}

static int by_place(const void *x, const void *y)
{
	const struct chunk *const *a = x, *const *b = y;

	return (*a)->at < (*b)->at ? -1 : (*a)->at > (*b)->at;
}

int xfer_bits_each(const struct xfer_bits *b, int (*each)(void *arg, int64_t id, struct csm_err *err),
		   void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(b->arena);
	const struct chunk **order = csm_calloc(a, b->nchunks, sizeof(*order));
	size_t n = 0;
	int rc = CSM_OK;

	for (size_t i = 0; i < b->nslots; i++)
		if (b->slot[i].at)
			order[n++] = &b->slot[i];
	qsort(order, n, sizeof(*order), by_place);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < CHUNK_BITS && !rc; k++)
			if (order[i]->word[k / 64] >> (k % 64) & 1)
				rc = each(arg, (order[i]->at - 1) * CHUNK_BITS + k, err);
	return rc;
}
