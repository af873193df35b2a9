/* SPDX-License-Identifier: MIT */
/*
 * refs.c - what references led to, so that a load does not ask the database for the same account a thousand times: a table of texts
 * and ids that grows up to a size. Only of types of which the load writes no more, and only within one change.
 *
 * A text stands in the row that its hash names; in a full row the next one takes the place of those before in turn.
 */
#include "xfer_priv.h"

#define WAYS 4				/* texts in a row */
#define ROWS_FIRST 16
#define ROWS_MOST 8192			/* 2 MiB */

struct xfer_ref {
	uint32_t hash;
	unsigned type;			/* by index */
	int64_t id;			/* 0: nothing is kept here */
	char text[48];			/* longer ones are asked for each time */
};

struct xfer_refs {
	struct csm_arena *arena;	/* its own: a table that has grown leaves nothing behind */
	struct xfer_ref *ref;
	size_t rows, n;
	int64_t change;			/* that they are of */
};

static struct xfer_ref *find_row(const struct xfer_refs *r, uint32_t hash)
{
	return &r->ref[(hash & (r->rows - 1)) * WAYS];
}

static void keep(struct xfer_refs *r, const struct xfer_ref *ref)
{
	struct xfer_ref *row = find_row(r, ref->hash);
	unsigned way = 0;

	while (way < WAYS && row[way].id)
		way++;
	row[way < WAYS ? way : r->n % WAYS] = *ref;
	r->n++;
}

static void grow(struct csm_import *im, struct xfer_refs *r)
{
	const struct xfer_refs was = *r;

	r->arena = csm_arena_like(im->arena);
	r->rows = was.rows ? was.rows * 2 : ROWS_FIRST;
	r->ref = csm_calloc(r->arena, r->rows * WAYS, sizeof(*r->ref));
	r->n = 0;
	for (size_t i = 0; i < was.rows * WAYS; i++)
		if (was.ref[i].id)
			keep(r, &was.ref[i]);
	csm_arena_free(was.arena);
}

void xfer_drop_refs(struct csm_import *im)
{
	if (!im->refs)
		return;
	csm_arena_free(im->refs->arena);
	*im->refs = (struct xfer_refs){ 0 };
}

/* Whether the text can be in the table, which is of this change then; n: its bytes. */
static bool is_kept(struct csm_import *im, unsigned type, const char *text, size_t *n)
{
	const int64_t change = csm_store_change_number(im->store);

	*n = strlen(text);
	if (*n >= sizeof(im->refs->ref->text) || xfer_is_ahead(im, type))
		return false;
	if (!im->refs)
		im->refs = csm_alloc(im->arena, sizeof(*im->refs));
	if (im->refs->change != change)
		xfer_drop_refs(im);
	im->refs->change = change;
	return true;
}

int64_t xfer_known_ref(struct csm_import *im, unsigned type, const char *text)
{
	const struct xfer_ref *row;
	uint32_t hash;
	size_t n;

	if (!is_kept(im, type, text, &n) || !im->refs->rows)
		return 0;
	hash = (uint32_t)csm_hash_bytes(type, text, n);
	row = find_row(im->refs, hash);
	for (unsigned i = 0; i < WAYS; i++)
		if (row[i].hash == hash && row[i].type == type && memcmp(row[i].text, text, n + 1) == 0)
			return row[i].id;
	return 0;
}

void xfer_know_ref(struct csm_import *im, unsigned type, const char *text, int64_t id)
{
	struct xfer_ref ref = { .type = type, .id = id };
	size_t n;

	if (!is_kept(im, type, text, &n))
		return;
	if (!im->refs->rows || (im->refs->n > im->refs->rows * WAYS / 2 && im->refs->rows < ROWS_MOST))
		grow(im, im->refs);
	memcpy(ref.text, text, n + 1);
	ref.hash = (uint32_t)csm_hash_bytes(type, text, n);
	keep(im->refs, &ref);
}
