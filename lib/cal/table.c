/* SPDX-License-Identifier: MIT */
/*
 * table.c - the cumulative table of a calendar: chunks of intervals with running sums, made when
 * they are first needed.
 */
#include <string.h>

#include "cal_priv.h"

/*
 * Chunks kept at once; a chunk of office hours takes about 10 KB. A program that wanders further
 * computes again.
 */
#define KEPT_MAX 256

/* An interval of a slot, by halving; most slots hold one or two. */
uint32_t cal_chunk_at(const struct cal_chunk *k, uint32_t t)
{
	uint32_t slot = t >> (CAL_CHUNK_BITS - 9), lo = k->bytime[slot], hi = k->bytime[slot + 1];

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (k->iv[mid].end > t)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static uint32_t sum_after(const struct cal_iv *iv)
{
	return iv->before + (iv->end - iv->start);
}

uint32_t cal_chunk_open(const struct cal_chunk *k, uint32_t second)
{
	uint32_t slot = second >> k->shift, lo = k->byopen[slot], hi = k->byopen[slot + 1];

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (sum_after(&k->iv[mid]) > second)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

_Static_assert(CAL_SLOTS == 1 << 9, "cal_chunk_at() shifts by the 9 bits of a slot");

/* Index the intervals by time and by open time. */
static void index_chunk(struct cal_chunk *k, uint32_t open)
{
	uint32_t i = 0;

	for (uint32_t s = 0; s <= CAL_SLOTS; s++) {
		uint32_t t = s << (CAL_CHUNK_BITS - 9);

		while (i < k->n && k->iv[i].end <= t)
			i++;
		k->bytime[s] = i;
	}
	while (open >> k->shift >= CAL_SLOTS)
		k->shift++;
	i = 0;
	for (uint32_t s = 0; s <= CAL_SLOTS + 1; s++) {
		uint64_t second = (uint64_t)s << k->shift;

		while (i + 1 < k->n && sum_after(&k->iv[i]) <= second)
			i++;
		k->byopen[s] = i;
	}
}

/* Compute a chunk; its intervals are kept in the arena a, or only summed when a is NULL. */
static const struct cal_chunk *make_chunk(struct csm_cal *c, struct csm_arena *a, int64_t chunk,
					  int64_t *open)
{
	struct csm_mark mark = csm_arena_mark(c->scratch);
	int64_t from = CSM_TIME_MIN + chunk * CAL_CHUNK, sum = 0;
	struct cal_chunk *k = NULL;
	struct cal_iv *iv = NULL;
	struct cal_set set;

	cal_nodes_open(c->scratch, c->nodes, c->nnodes, from, from + CAL_CHUNK);
	set = c->nodes[c->nnodes - 1].set;
	if (a) {
		k = csm_alloc(a, sizeof(*k));
		iv = csm_calloc(a, set.n, sizeof(*iv));
		k->n = (uint32_t)set.n;
		k->iv = iv;
	}
	for (size_t i = 0; i < set.n; i++) {
		if (iv) {
			iv[i].start = (uint32_t)(set.v[i].start - from);
			iv[i].end = (uint32_t)(set.v[i].end - from);
			iv[i].before = (uint32_t)sum;
		}
		sum += set.v[i].end - set.v[i].start;
	}
	if (k)
		index_chunk(k, (uint32_t)sum);
	*open = sum;
	csm_arena_rewind(c->scratch, mark);
	return k;
}

/*
 * Room for one more sum at the front or at the end; doubles, and leaves the old sums in the middle.

 */
static void grow_sums(struct csm_cal *c)
{
	size_t n = (size_t)(c->hi - c->lo), front = (size_t)(c->sums - c->room), want;
	struct cal_sum *room;

	if (c->nroom > 0 && front > 0 && front + n < c->nroom)
		return;
	want = n * 2 + 32;
	room = csm_calloc(c->own, want, sizeof(*room));
	front = (want - n) / 2;
	if (n > 0)
		memcpy(room + front, c->sums, n * sizeof(*room));
	c->room = room;
	c->nroom = want;
	c->sums = room + front;
}

/* Keep what a search passes through, unless that is more than fits. */
static void add_sum(struct csm_cal *c, struct cal_sum *s, int64_t chunk)
{
	bool keep = c->nkept < KEPT_MAX;

	s->chunk = make_chunk(c, keep ? c->kept : NULL, chunk, &s->open);
	c->nkept += keep;
}

void cal_table_reach(struct csm_cal *c, int64_t chunk)
{
	if (c->lo == c->hi)
		c->lo = c->hi = chunk;
	while (chunk >= c->hi) {
		struct cal_sum *s;

		grow_sums(c);
		s = &c->sums[c->hi - c->lo];
		add_sum(c, s, c->hi);
		s->before = c->hi > c->lo ? s[-1].before + s[-1].open : 0;
		c->hi++;
	}
	while (chunk < c->lo) {
		struct cal_sum *s;

		grow_sums(c);
		s = --c->sums;
		c->lo--;
		add_sum(c, s, c->lo);
		s->before = s[1].before - s->open;
	}
}

/* Forget the intervals of all chunks, not their sums. */
static void drop_chunks(struct csm_cal *c)
{
	struct csm_arena *a = csm_arena_like(c->own);

	csm_arena_free(c->kept);
	c->kept = a;
	c->nkept = 0;
	for (int64_t i = 0; i < c->hi - c->lo; i++)
		c->sums[i].chunk = NULL;
}

const struct cal_chunk *cal_table_chunk(struct csm_cal *c, int64_t chunk)
{
	struct cal_sum *s;

	if (chunk < c->lo || chunk >= c->hi)
		cal_table_reach(c, chunk);
	s = &c->sums[chunk - c->lo];
	if (!s->chunk) {
		if (c->nkept >= KEPT_MAX)
			drop_chunks(c);
		s->chunk = make_chunk(c, c->kept, chunk, &s->open);
		c->nkept++;
	}
	return s->chunk;
}
