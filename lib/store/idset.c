/* SPDX-License-Identifier: MIT */
/* idset.c - a set of ids: one bit each where they are dense, 16 bytes each where they are far apart. */
#include <stdlib.h>

#include "idset.h"

static size_t find_word(const struct store_ids *x, uint64_t key)
{
	size_t at = csm_hash_int(0, key) & (x->size - 1);

	while (x->words[2 * at] && x->words[2 * at] != key)
		at = (at + 1) & (x->size - 1);
	return at;
}

static void grow(struct store_ids *x, struct csm_arena *like)
{
	struct store_ids old = *x;

	x->size = old.size ? old.size * 2 : 64;
	x->arena = csm_arena_like(like);
	x->words = csm_calloc(x->arena, x->size, 2 * sizeof(*x->words));
	for (size_t i = 0; i < old.size; i++) {
		size_t at;

		if (!old.words[2 * i])
			continue;
		at = find_word(x, old.words[2 * i]);
		x->words[2 * at] = old.words[2 * i];
		x->words[2 * at + 1] = old.words[2 * i + 1];
	}
	csm_arena_free(old.arena);
}

bool store_ids_add(struct store_ids *x, struct csm_arena *like, int64_t id)
{
	uint64_t key = (uint64_t)id / 64 + 1, bit = UINT64_C(1) << ((uint64_t)id % 64);
	size_t at;

	if (4 * (x->n + 1) > 3 * x->size)
		grow(x, like);
	at = find_word(x, key);
	x->n += !x->words[2 * at];
	x->words[2 * at] = key;
	if (x->words[2 * at + 1] & bit)
		return false;
	x->words[2 * at + 1] |= bit;
	x->count++;
	return true;
}

bool store_ids_has(const struct store_ids *x, int64_t id)
{
	size_t at;

	if (!x->n)
		return false;
	at = find_word(x, (uint64_t)id / 64 + 1);
	return x->words[2 * at + 1] >> ((uint64_t)id % 64) & 1;
}

bool store_ids_next(const struct store_ids *x, uint64_t *at, int64_t *id)
{
	for (; *at / 64 < x->size; ++*at) {
		const uint64_t *pair = &x->words[*at / 64 * 2];

		if (pair[1] >> (*at % 64) & 1) {
			*id = (int64_t)((pair[0] - 1) * 64 + *at % 64);
			++*at;
			return true;
		}
	}
	return false;
}

static int by_key(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

int store_ids_each(const struct store_ids *x, bool down, store_ids_fn *fn, void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	uint64_t *pairs;
	size_t n = 0;
	int rc = CSM_OK;

	if (!x->n)
		return CSM_OK;
	a = csm_arena_like(x->arena);
	pairs = csm_calloc(a, x->n, 2 * sizeof(*pairs));
	for (size_t i = 0; i < x->size; i++)
		if (x->words[2 * i])
			memcpy(&pairs[2 * n++], &x->words[2 * i], 2 * sizeof(*pairs));
	qsort(pairs, n, 2 * sizeof(*pairs), by_key);
	for (size_t i = 0; i < n; i++) {
		const uint64_t *pair = &pairs[2 * (down ? n - 1 - i : i)];

		for (unsigned k = 0; rc == CSM_OK && k < 64; k++) {
			unsigned bit = down ? 63 - k : k;

			if (pair[1] >> bit & 1)
				rc = fn(arg, (int64_t)((pair[0] - 1) * 64 + bit), err);
		}
	}
	return rc;
}

void store_ids_free(struct store_ids *x)
{
	csm_arena_free(x->arena);
	*x = (struct store_ids){ NULL, NULL, 0, 0, 0 };
}
