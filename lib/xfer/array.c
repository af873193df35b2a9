/* SPDX-License-Identifier: MIT */
/*
 * array.c - entries of one size by number, in pages of a temporary file, of which a few are in memory. A
 * page may be in any of the four places of its row; the one used longest ago makes room.
 */
#include <csm/attr.h>

#include "xfer/disk.h"

#define PAGE 4096
#define ROWS 32
#define PLACES 4

struct xfer_page {
	struct xfer_array *array;	/* whose it is; NULL nobody's */
	int64_t number;
	uint64_t used;			/* when */
	bool dirty;
	char *bytes;
};

void xfer_array_init(struct xfer_array *a, struct xfer_disk *d, size_t size)
{
	*a = (struct xfer_array){ .disk = d, .file = { .fd = -1 }, .size = size };
}

static struct xfer_page *choose_page(struct xfer_array *a, int64_t number)
{
	struct xfer_disk *d = a->disk;
	struct xfer_page *row, *oldest;

	if (!d->pages)
		d->pages = csm_calloc(d->arena, (size_t)ROWS * PLACES, sizeof(*d->pages));
	row = d->pages + ((uint64_t)number + ((uintptr_t)a >> 5)) % ROWS * PLACES;
	oldest = row;
	for (unsigned i = 0; i < PLACES; i++) {
		if (row[i].array == a && row[i].number == number)
			return &row[i];
		if (row[i].used < oldest->used)
			oldest = &row[i];
	}
	return oldest;
}

static struct xfer_page *find_page(struct xfer_array *a, int64_t number)
{
	struct xfer_disk *d = a->disk;
	struct xfer_page *p = a->last;

	if (!p || p->array != a || p->number != number)
		p = choose_page(a, number);
	p->used = ++d->clock;
	a->last = p;
	if (p->array == a && p->number == number)
		return p;
	if (!p->bytes)
		p->bytes = csm_alloc(d->arena, PAGE);
	if (p->dirty)
		xfer_file_write(d, &p->array->file, p->number * PAGE, p->bytes, PAGE);
	p->array = a;
	p->number = number;
	p->dirty = false;
	xfer_file_read(d, &a->file, number * PAGE, p->bytes, PAGE);
	return p;
}

void xfer_array_get(struct xfer_array *a, int64_t i, void *out)
{
	int64_t room = PAGE / (int64_t)a->size;

	memcpy(out, find_page(a, i / room)->bytes + (size_t)(i % room) * a->size, a->size);
}

void xfer_array_set(struct xfer_array *a, int64_t i, const void *entry)
{
	int64_t room = PAGE / (int64_t)a->size;
	struct xfer_page *p = find_page(a, i / room);

	memcpy(p->bytes + (size_t)(i % room) * a->size, entry, a->size);
	p->dirty = true;
	if (i >= a->n)
		a->n = i + 1;
}

int64_t xfer_array_add(struct xfer_array *a, const void *entry)
{
	int64_t i = a->n;

	xfer_array_set(a, i, entry);
	return i;
}
