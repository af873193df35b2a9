/* SPDX-License-Identifier: MIT */
/*
 * refs.c - what references led to, so that a load does not ask the database for the same account a thousand times: a small table,
 * direct mapped, of texts and ids. Only of types of which the load writes no more, and only within one change.
 */
#include "xfer_priv.h"

#define REFS 4096
#define TEXT_SIZE 48			/* longer keys are asked for each time */
#define LOOKS_LEAST 256			/* a small load needs no table */

struct xfer_ref {
	unsigned type;			/* by index */
	int64_t id;			/* 0: nothing is kept here */
	char text[TEXT_SIZE];
};

/* The place of a text, NULL when it is not to be kept. */
static struct xfer_ref *find_place(struct csm_import *im, unsigned type, const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ type;
	int64_t change = csm_store_change_number(im->store);
	size_t n = 0;

	for (; text[n] && n < TEXT_SIZE; n++)	/* FNV-1a */
		h = (h ^ (unsigned char)text[n]) * UINT64_C(1099511628211);
	if (n == TEXT_SIZE || im->looks++ < LOOKS_LEAST || xfer_is_ahead(im, type))
		return NULL;
	if (!im->refs)
		im->refs = csm_calloc(im->arena, REFS, sizeof(*im->refs));
	else if (im->refs_change != change)
		xfer_drop_refs(im);
	im->refs_change = change;
	return &im->refs[(h ^ h >> 29) % REFS];
}

void xfer_drop_refs(struct csm_import *im)
{
	if (im->refs)
		memset(im->refs, 0, REFS * sizeof(*im->refs));
}

int64_t xfer_known_ref(struct csm_import *im, unsigned type, const char *text)
{
	const struct xfer_ref *r = find_place(im, type, text);

	return r && r->type == type && strcmp(r->text, text) == 0 ? r->id : 0;
}

void xfer_know_ref(struct csm_import *im, unsigned type, const char *text, int64_t id)
{
	struct xfer_ref *r = find_place(im, type, text);

	if (!r)
		return;
	r->type = type;
	r->id = id;
	snprintf(r->text, sizeof(r->text), "%s", text);
}
