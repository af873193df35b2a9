/* SPDX-License-Identifier: MIT */
/*
 * arena.c - memory of a command: a stack of blocks, the newest on top.
 *
 * Blocks double in size so that a small command asks the system once and a load a few dozen times.
 * One block that a rewind frees is kept, because the loop that rewound will ask for it again with
 * the next row. Under AddressSanitizer the free part of every block is poisoned, so that reading
 * what a rewind took away is caught like any other use after free.
 */
#include <limits.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csm/arena.h>

#include "base/base_priv.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define HIDE(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define REVEAL(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define HIDE(p, n) ((void)(p), (void)(n))
#define REVEAL(p, n) ((void)(p), (void)(n))
#endif

#define ALIGN ((size_t)16)
#define BLOCK_MIN ((size_t)8 << 10)
#define BLOCK_MAX ((size_t)256 << 10)
#define SYSTEM_STATUS 71 /* CSM_E_SYSTEM */

_Static_assert(ALIGN >= alignof(max_align_t), "arena memory must suit any object");

struct block {
	struct block *below;
	size_t size, used; /* of the bytes after the header */
};
#define HEAD ((sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN)

struct csm_arena {
	struct block *top, *spare;
	size_t next; /* size of the next ordinary block */
	csm_oom_fn *oom;
	void *oom_arg;
};

static char *block_bytes(struct block *b)
{
	return (char *)b + HEAD;
}

static CSM_NORETURN void out_of_memory(struct csm_arena *a)
{
	if (a->oom)
		a->oom(a->oom_arg);
	_Exit(SYSTEM_STATUS);
}

struct csm_arena *csm_arena_new(csm_oom_fn *oom, void *arg)
{
	struct csm_arena *a = base_mem_alloc(sizeof(*a));

	if (!a)
		return NULL;
	*a = (struct csm_arena){ NULL, NULL, BLOCK_MIN, oom, arg };
	return a;
}

struct csm_arena *csm_arena_like(struct csm_arena *a)
{
	struct csm_arena *b = csm_arena_new(a->oom, a->oom_arg);

	if (!b)
		out_of_memory(a);
	return b;
}

static void free_block(struct block *b)
{
	if (!b)
		return;
	REVEAL(block_bytes(b), b->size);
	base_mem_free(b);
}

void csm_arena_free(struct csm_arena *a)
{
	if (!a)
		return;
	while (a->top) {
		struct block *b = a->top;

		a->top = b->below;
		free_block(b);
	}
	free_block(a->spare);
	base_mem_free(a);
}

void csm_arena_freep(struct csm_arena **a)
{
	csm_arena_free(*a);
	*a = NULL;
}

/* Put a block with room for n bytes on top. */
static CSM_SELDOM void push_block(struct csm_arena *a, size_t n)
{
	struct block *b = a->spare;

	if (b && b->size >= n) {
		a->spare = NULL;
	} else {
		size_t size = n > a->next ? n : a->next;

		b = base_mem_alloc(HEAD + size);
		if (!b)
			out_of_memory(a);
		b->size = size;
		HIDE(block_bytes(b), size);
		if (a->next < BLOCK_MAX)
			a->next *= 2;
	}
	b->used = 0;
	b->below = a->top;
	a->top = b;
}

/* n rounded up to the alignment; a size no memory can have ends in the handler. */
static inline size_t round_up(struct csm_arena *a, size_t n)
{
	if (n > SIZE_MAX / 2)
		out_of_memory(a);
	return (n + !n + ALIGN - 1) / ALIGN * ALIGN;
}

/* A load takes memory fifty times a record: it must not cost a call. */
static inline void *take_bytes(struct csm_arena *a, size_t n)
{
	size_t room = round_up(a, n);
	char *p;

	if (!a->top || a->top->size - a->top->used < room)
		push_block(a, room);
	p = block_bytes(a->top) + a->top->used;
	a->top->used += room;
	REVEAL(p, n);
	return p;
}

void *csm_alloc(struct csm_arena *a, size_t n)
{
	return memset(take_bytes(a, n), 0, n);
}

void *csm_calloc(struct csm_arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		out_of_memory(a);
	return csm_alloc(a, count * size);
}

void *csm_grow(struct csm_arena *a, void *p, size_t old_n, size_t new_n)
{
	size_t old_room, new_room;
	struct block *b = a->top;
	char *q;

	if (!p || new_n <= old_n)
		return p ? p : csm_alloc(a, new_n);
	old_room = round_up(a, old_n);
	new_room = round_up(a, new_n);
	/* The last thing given out grows where it lies. */
	if (b && b->used >= old_room && (char *)p == block_bytes(b) + b->used - old_room &&
	    b->size - b->used >= new_room - old_room) {
		b->used += new_room - old_room;
		REVEAL(p, new_n);
		memset((char *)p + old_n, 0, new_n - old_n);
		return p;
	}
	q = take_bytes(a, new_n);
	memcpy(q, p, old_n);
	memset(q + old_n, 0, new_n - old_n);
	return q;
}

void *csm_memdup(struct csm_arena *a, const void *p, size_t n)
{
	return n ? memcpy(take_bytes(a, n), p, n) : take_bytes(a, n);
}

char *csm_strndup(struct csm_arena *a, const char *s, size_t n)
{
	char *p;

	if (!s)
		return NULL;
	p = take_bytes(a, n + 1);
	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *csm_strdup(struct csm_arena *a, const char *s)
{
	return s ? csm_strndup(a, s, strlen(s)) : NULL;
}

char *csm_vsprintf(struct csm_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		out_of_memory(a); /* longer than INT_MAX */
	p = take_bytes(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *csm_sprintf(struct csm_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = csm_vsprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

struct csm_mark csm_arena_mark(struct csm_arena *a)
{
	return (struct csm_mark){ a->top, a->top ? a->top->used : 0 };
}

void csm_arena_rewind(struct csm_arena *a, struct csm_mark mark)
{
	while (a->top && a->top != mark.block) {
		struct block *b = a->top;

		a->top = b->below;
		if (b->size <= BLOCK_MAX && (!a->spare || a->spare->size < b->size)) {
			free_block(a->spare);
			HIDE(block_bytes(b), b->size);
			a->spare = b;
		} else {
			free_block(b);
		}
	}
	if (a->top) {
		a->top->used = mark.used;
		HIDE(block_bytes(a->top) + mark.used, a->top->size - mark.used);
	}
}
