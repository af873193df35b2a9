/* SPDX-License-Identifier: MIT */
/* buf.c - growing strings and arrays in an arena. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <csm/arena.h>

#define FIRST_BYTES ((size_t)64)
#define FIRST_ELEMENTS ((size_t)8)

static CSM_SELDOM void grow_bytes(struct csm_buf *b, size_t n)
{
	size_t want = n > SIZE_MAX / 4 || b->n > SIZE_MAX / 4 ? SIZE_MAX : b->n + n + 1;
	size_t cap = b->cap ? b->cap : FIRST_BYTES;

	while (cap < want && cap <= SIZE_MAX / 2)
		cap *= 2;
	if (cap < want)
		cap = want;
	b->s = csm_grow(b->arena, b->cap ? b->s : NULL, b->cap, cap);
	b->cap = cap;
}

/* Make room for n more bytes and the NUL. */
static inline void reserve_bytes(struct csm_buf *b, size_t n)
{
	if (n >= b->cap - b->n)		/* cap 0: nothing is there, and n is 0 */
		grow_bytes(b, n);
}

char *csm_buf_room(struct csm_buf *b, size_t n)
{
	reserve_bytes(b, n);
	return b->s + b->n;
}

void csm_buf_addn(struct csm_buf *b, const void *p, size_t n)
{
	if (!n)
		return;
	reserve_bytes(b, n);
	memcpy(b->s + b->n, p, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void csm_buf_add(struct csm_buf *b, const char *s)
{
	csm_buf_addn(b, s, strlen(s));
}

void csm_buf_addc(struct csm_buf *b, char c)
{
	reserve_bytes(b, 1);
	b->s[b->n++] = c;
	b->s[b->n] = '\0';
}

void csm_buf_addf(struct csm_buf *b, const char *fmt, ...)
{
	size_t room = b->cap - b->n;
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(room ? b->s + b->n : NULL, room, fmt, ap);
	if (n < 0 || (size_t)n >= room) {
		/* Text longer than INT_MAX is memory that nobody has: reserve_bytes ends in the handler. */
		reserve_bytes(b, n < 0 ? SIZE_MAX : (size_t)n);
		vsnprintf(b->s + b->n, (size_t)n + 1, fmt, again);
	}
	b->n += (size_t)n;
	va_end(again);
	va_end(ap);
}

void csm_buf_reset(struct csm_buf *b)
{
	b->n = 0;
	if (b->cap)
		b->s[0] = '\0';
}

void *csm_vec_add(struct csm_vec *v)
{
	if (v->n == v->cap) {
		size_t cap = v->cap ? v->cap * 2 : FIRST_ELEMENTS;

		if (cap > SIZE_MAX / 4 / v->size)
			return csm_calloc(v->arena, SIZE_MAX, v->size); /* ends in the handler */
		v->p = csm_grow(v->arena, v->p, v->cap * v->size, cap * v->size);
		v->cap = cap;
	}
	return memset((char *)v->p + v->n++ * v->size, 0, v->size);
}
