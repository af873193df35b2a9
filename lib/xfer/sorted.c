/* SPDX-License-Identifier: MIT */
/*
 * sorted.c - numbers by hash: sorted pieces in a temporary file that are merged to one, in which a hash is
 * found near the place that it says itself, since hashes are spread evenly.
 */
#include <csm/attr.h>

#include "xfer/disk.h"

#define PIECE ((size_t)16384)		/* entries sorted in memory */
#define WAYS 64				/* runs merged at a time */
#define BLOCK ((int64_t)256)		/* entries read at a time */

struct run {
	int64_t first, n;		/* entries */
};

/* A run that is being merged. */
struct way {
	struct xfer_entry head;		/* the entry whose turn it is */
	struct run left;
	struct xfer_entry *block;
	int64_t at, n;			/* in the block */
};

static int compare(const struct xfer_entry *a, const struct xfer_entry *b)
{
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int compare_entries(const void *x, const void *y)
{
	return compare(x, y);
}

void xfer_sorted_init(struct xfer_sorted *x, struct xfer_disk *d)
{
	*x = (struct xfer_sorted){ .disk = d, .arena = csm_arena_like(d->arena), .next = d->sorted };
	d->sorted = x;
	xfer_tmp_init(&x->runs, d);
	xfer_tmp_init(&x->spare, d);
}

void xfer_sorted_reset(struct xfer_sorted *x)
{
	csm_arena_free(x->arena);
	x->arena = csm_arena_like(x->disk->arena);
	x->mem = x->block = NULL;
	x->nmem = x->cap = 0;
	x->n = 0;
	x->ready = false;
	xfer_tmp_cut(&x->runs, 0);
	xfer_tmp_cut(&x->spare, 0);
}

void xfer_sorted_clear(struct xfer_sorted *x)
{
	csm_arena_free(x->arena);
	x->arena = csm_arena_like(x->disk->arena);
	x->mem = x->block = NULL;
	x->nmem = x->cap = 0;
	x->n = 0;
	x->ready = false;
	xfer_tmp_cut(&x->runs, 0);
}

static void end_piece(struct xfer_sorted *x)
{
	if (x->nmem)
		qsort(x->mem, x->nmem, sizeof(*x->mem), compare_entries);
	xfer_tmp_add(&x->runs, x->mem, x->nmem * sizeof(*x->mem));
	x->nmem = 0;
}

void xfer_sorted_add(struct xfer_sorted *x, uint64_t hash, int64_t at)
{
	if (x->nmem == PIECE)
		end_piece(x);
	if (x->nmem == x->cap) {
		size_t cap = x->cap ? x->cap * 4 : PIECE / 64;

		x->mem = csm_grow(x->arena, x->mem, x->cap * sizeof(*x->mem), cap * sizeof(*x->mem));
		x->cap = cap;
	}
	x->mem[x->nmem++] = (struct xfer_entry){ hash, at };
	x->n++;
}

/* ---- merging ---- */

static bool next_entry(struct xfer_sorted *x, struct way *w)
{
	if (w->at == w->n) {
		w->n = w->left.n < BLOCK ? w->left.n : BLOCK;
		w->at = 0;
		xfer_tmp_read(&x->runs, w->left.first * (int64_t)sizeof(*w->block), w->block,
			      (size_t)w->n * sizeof(*w->block));
		w->left.first += w->n;
		w->left.n -= w->n;
	}
	if (!w->n)
		return false;
	w->head = w->block[w->at++];
	return true;
}

/* The least head comes to heap[0], if that of place i is the only one that may stand wrong. */
static void sift(struct way **heap, unsigned n, unsigned i)
{
	for (;;) {
		unsigned least = i, child = 2 * i + 1;
		struct way *w = heap[i];

		for (unsigned k = child; k < child + 2 && k < n; k++)
			if (compare(&heap[k]->head, &heap[least]->head) < 0)
				least = k;
		if (least == i)
			return;
		heap[i] = heap[least];
		heap[least] = w;
		i = least;
	}
}

static void merge_runs(struct xfer_sorted *x, const struct run *runs, unsigned n, struct csm_arena *a,
		       struct xfer_tmp *to)
{
	struct csm_mark mark = csm_arena_mark(a);
	struct way *ways = csm_calloc(a, n, sizeof(*ways));
	struct way *heap[WAYS];
	unsigned live = 0;

	for (unsigned i = 0; i < n; i++) {
		ways[i].left = runs[i];
		ways[i].block = csm_calloc(a, (size_t)BLOCK, sizeof(*ways[i].block));
		if (next_entry(x, &ways[i]))
			heap[live++] = &ways[i];
	}
	for (unsigned i = live; i-- > 0;)
		sift(heap, live, i);
	while (live) {
		xfer_tmp_add(to, &heap[0]->head, sizeof(heap[0]->head));
		if (!next_entry(x, heap[0]))
			heap[0] = heap[--live];
		sift(heap, live, 0);
	}
	csm_arena_rewind(a, mark);
}

/* Merge groups of runs into longer ones until there is one. */
static void merge_all(struct xfer_sorted *x)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(x->disk->arena);
	int64_t length = (int64_t)PIECE;

	for (; length < x->n; length *= WAYS) {
		struct xfer_tmp was = x->runs;

		for (int64_t first = 0; first < x->n;) {
			struct run runs[WAYS];
			unsigned n = 0;

			for (; n < WAYS && first < x->n; n++, first += length)
				runs[n] = (struct run){ first,
							x->n - first < length ? x->n - first : length };
			merge_runs(x, runs, n, a, &x->spare);
		}
		x->runs = x->spare;
		x->spare = was;
		xfer_tmp_cut(&x->spare, 0);
	}
}

void xfer_sorted_end(struct xfer_sorted *x)
{
	x->ready = true;
	x->block_at = -1;
	if (!xfer_tmp_size(&x->runs)) {
		if (x->nmem)
			qsort(x->mem, x->nmem, sizeof(*x->mem), compare_entries);
		return;
	}
	end_piece(x);
	csm_arena_free(x->arena);
	x->arena = csm_arena_like(x->disk->arena);
	x->mem = NULL;
	x->block = csm_calloc(x->arena, (size_t)BLOCK, sizeof(*x->block));
	merge_all(x);
}

/* ---- reading ---- */

bool xfer_sorted_get(struct xfer_sorted *x, int64_t place, struct xfer_entry *out)
{
	if (place >= x->n || x->disk->err.code)
		return false;
	if (x->mem) {
		*out = x->mem[place];
		return true;
	}
	if (place / BLOCK != x->block_at) {
		int64_t first = place / BLOCK * BLOCK;

		x->block_at = place / BLOCK;
		x->block_n = x->n - first < BLOCK ? x->n - first : BLOCK;
		xfer_tmp_read(&x->runs, first * (int64_t)sizeof(*x->block), x->block,
			      (size_t)x->block_n * sizeof(*x->block));
	}
	*out = x->block[place % BLOCK];
	return true;
}

static bool is_less(struct xfer_sorted *x, int64_t place, uint64_t hash)
{
	struct xfer_entry e;

	return xfer_sorted_get(x, place, &e) && e.hash < hash;
}

int64_t xfer_sorted_find(struct xfer_sorted *x, uint64_t hash)
{
	/* guess, then step wider and wider until the place is between low and high */
	int64_t guess = (int64_t)((hash >> 32) * (uint64_t)x->n >> 32), step = BLOCK / 2, low, high;

	if (guess >= x->n)
		guess = x->n ? x->n - 1 : 0;
	for (low = guess; low > 0 && !is_less(x, low - 1, hash); step *= 2)
		low = low > step ? low - step : 0;
	step = BLOCK / 2;
	for (high = guess; high < x->n && is_less(x, high, hash); step *= 2) {
		low = high + 1;
		high = x->n - high > step ? high + step : x->n;
	}
	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (is_less(x, middle, hash))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
