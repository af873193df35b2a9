/* SPDX-License-Identifier: MIT */
/* idset.c - a set of ids: one bit each where they are dense, 16 bytes each where they are far apart. */
#include "undo_priv.h"

static size_t find_word(const struct store_ids *x, uint64_t key)
{
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (x->size - 1);

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

void store_ids_free(struct store_ids *x)
{
	csm_arena_free(x->arena);
	*x = (struct store_ids){ NULL, NULL, 0, 0, 0 };
}
