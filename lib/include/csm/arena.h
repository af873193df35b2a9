/* SPDX-License-Identifier: MIT */
/*
 * csm/arena.h - memory of a command: allocate freely, free all at once.
 *
 * One arena per command, marks for the rows of a loop. Allocation never returns NULL: when the system
 * has no memory, the arena calls the handler its creator gave, and that handler must not return (the
 * csm command prints a line and ends with status 71: nothing is stored because no commit happened; an
 * embedding program may longjmp to its own recovery point and free the arena).
 */
#ifndef CSM_ARENA_H
#define CSM_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <csm/attr.h>

struct csm_arena;

/* Called once when memory fails; must not return. */
typedef void csm_oom_fn(void *arg);

/* A new, empty arena. NULL only when memory fails here. oom NULL: abort-free default that calls _Exit(71). */
struct csm_arena *csm_arena_new(csm_oom_fn *oom, void *arg);

/* A new arena with the same handler as a; independent lifetime, freed by its own csm_arena_free(). */
struct csm_arena *csm_arena_like(struct csm_arena *a);

/* Free the arena and everything in it. NULL is fine. */
void csm_arena_free(struct csm_arena *a);

/* For CSM_CLEANUP: struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = ... */
void csm_arena_freep(struct csm_arena **a);

/*
 * For a program that owns its process, as the csm command, once and before anything else: whole JSON texts (differences in the history, values of kind
 * json) are kept by jansson, which takes memory that fails for a text that is wrong. alloc gives n bytes or does not return, release frees them. It
 * holds for all users of jansson in the process.
 */
void csm_json_memory(void *(*alloc)(size_t n), void (*release)(void *p));

/* n zeroed bytes, aligned for any object; n == 0 gives a valid pointer. */
void *csm_alloc(struct csm_arena *a, size_t n);

/* count objects of size bytes, zeroed; an overflow of the product counts as memory failing. */
void *csm_calloc(struct csm_arena *a, size_t count, size_t size);

/* Grow a block got from a; the old bytes are copied, the new ones zeroed. p may be NULL (old_n 0). */
void *csm_grow(struct csm_arena *a, void *p, size_t old_n, size_t new_n);

char *csm_strdup(struct csm_arena *a, const char *s);		/* NULL in, NULL out */
char *csm_strndup(struct csm_arena *a, const char *s, size_t n);
void *csm_memdup(struct csm_arena *a, const void *p, size_t n);
char *csm_sprintf(struct csm_arena *a, const char *fmt, ...) CSM_PRINTF(2, 3);
char *csm_vsprintf(struct csm_arena *a, const char *fmt, va_list ap) CSM_PRINTF(2, 0);

/*
 * Everything allocated after the mark is freed by rewinding to it, the growth of older buffers,
 * arrays and csm_grow() blocks included: do not use what grew since. Marks nest.
 */
struct csm_mark {
	void *block;
	size_t used;
};
struct csm_mark csm_arena_mark(struct csm_arena *a);
void csm_arena_rewind(struct csm_arena *a, struct csm_mark mark);

/* A growing, NUL-terminated byte string in an arena. Init: struct csm_buf b = CSM_BUF(arena); */
struct csm_buf {
	struct csm_arena *arena;
	char *s;		/* "" until the first byte; always NUL-terminated */
	size_t n, cap;		/* bytes without the NUL; bytes allocated */
};
#define CSM_BUF(a) { (a), (char *)(uintptr_t)"", 0, 0 }	/* never written: cap is 0 */
void csm_buf_add(struct csm_buf *b, const char *s);
void csm_buf_addn(struct csm_buf *b, const void *p, size_t n);
void csm_buf_addc(struct csm_buf *b, char c);
/* Room for n more bytes and the NUL at their end, to be written there; b->n is the caller's to raise by what was. */
char *csm_buf_room(struct csm_buf *b, size_t n);
void csm_buf_addf(struct csm_buf *b, const char *fmt, ...) CSM_PRINTF(2, 3);
void csm_buf_reset(struct csm_buf *b);	/* n = 0, keeps the memory */

/*
 * A growing array: elements of one size in an arena.
 *   struct csm_vec v = CSM_VEC(arena, struct thing);
 *   struct thing *t = csm_vec_add(&v);          zeroed new element, valid until the next add
 *   for (size_t i = 0; i < v.n; i++) use(CSM_AT(&v, struct thing, i));
 */
struct csm_vec {
	struct csm_arena *arena;
	void *p;
	size_t n, cap, size;
};
#define CSM_VEC(a, T) { (a), NULL, 0, 0, sizeof(T) }
#define CSM_AT(vec, T, i) ((T *)(vec)->p + (i))
void *csm_vec_add(struct csm_vec *v);

#endif
