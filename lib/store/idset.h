/* SPDX-License-Identifier: MIT */
/* idset.h - a set of ids in as many bits as their range is dense. */
#ifndef CSM_STORE_IDSET_H
#define CSM_STORE_IDSET_H

#include "store_priv.h"

struct store_ids {
	struct csm_arena *arena;	/* its own, made with the first id */
	uint64_t *words;		/* pairs: id / 64 + 1, and the bits of the 64 ids; 0: free */
	size_t size, n;			/* pairs there are (a power of two), pairs taken */
	int64_t count;			/* ids */
};
/* Whether it was not in it. like: for the arena. */
bool store_ids_add(struct store_ids *x, struct csm_arena *like, int64_t id);
bool store_ids_has(const struct store_ids *x, int64_t id);
/* All ids in some order: begin with *at 0; false at the end. */
bool store_ids_next(const struct store_ids *x, uint64_t *at, int64_t *id);
void store_ids_free(struct store_ids *x);

/* All ids, rising or falling; nothing may be added meanwhile. Ends early with what fn returns that is not CSM_OK. */
typedef int store_ids_fn(void *arg, int64_t id, struct csm_err *err);
int store_ids_each(const struct store_ids *x, bool down, store_ids_fn *fn, void *arg, struct csm_err *err);

#endif
