/* SPDX-License-Identifier: MIT */
/* t_arena.c - arenas, buffers, arrays, and memory that runs out at every allocation. */
#include <setjmp.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csm/arena.h>
#include <csm/err.h>

#include "base/base_priv.h"
#include "t.h"

/*
 * The gate of the library to the system's memory, in place of lib/base/mem.c (the linker takes the
 * first it meets): counts what is open and fails the request that a test asks to fail.
 */
static long gate_requests, gate_fail_at, gate_open;

void *base_mem_alloc(size_t n)
{
	void *p;

	if (++gate_requests == gate_fail_at || n > (size_t)1 << 40)
		return NULL;
	p = malloc(n);
	gate_open += p != NULL;
	return p;
}

void base_mem_free(void *p)
{
	gate_open -= p != NULL;
	free(p);
}

static void never(void *arg)
{
	longjmp(*(jmp_buf *)arg, 1);
}

static void test_alloc(void)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	unsigned char *last = NULL;

	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = csm_alloc(a, n);
		size_t dirty = 0;

		T_OK(p && p != last && (uintptr_t)p % 16 == 0);
		for (size_t i = 0; i < n; i++)
			dirty += p[i] != 0;
		T_EQ_INT(dirty, 0);
		memset(p, 0xAA, n);
		last = p;
	}
	last = csm_calloc(a, 1000000, 4); /* larger than any ordinary block */
	T_OK(last && !last[0] && !last[3999999]);
	T_OK(csm_strdup(a, NULL) == NULL);
	T_OK(csm_strndup(a, NULL, 3) == NULL);
	T_EQ_STR(csm_strdup(a, "abc"), "abc");
	T_EQ_STR(csm_strndup(a, "abcdef", 2), "ab");
	T_EQ_STR(csm_sprintf(a, "%s-%05d", "x", 42), "x-00042");
	csm_arena_free(a);
	csm_arena_free(NULL);
}

static void test_marks(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	struct csm_mark start = csm_arena_mark(a), outer, inner;
	char *kept, *p, *q;

	kept = csm_strdup(a, "kept");
	outer = csm_arena_mark(a);
	for (int round = 0; round < 200; round++) {
		p = csm_alloc(a, 5000);
		inner = csm_arena_mark(a);
		for (int i = 0; i < 20; i++)
			memset(csm_alloc(a, (size_t)(i * 997)), 1, (size_t)(i * 997));
		csm_arena_rewind(a, inner);
		p[4999] = 1;
		csm_arena_rewind(a, outer);
	}
	p = csm_alloc(a, 16);
	csm_arena_rewind(a, outer);
	q = csm_alloc(a, 16);
	T_OK(p == q);
	T_EQ_INT(q[0], 0);
	T_EQ_STR(kept, "kept");
	csm_arena_rewind(a, start);
	T_EQ_STR(csm_strdup(a, "again"), "again");
}

static void test_grow(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	char *p = csm_grow(a, NULL, 0, 10), *q;

	memset(p, 'x', 10);
	q = csm_grow(a, p, 10, 40); /* the last block: grows in place */
	T_OK(p == q);
	T_OK(q[9] == 'x' && q[10] == 0 && q[39] == 0);
	csm_alloc(a, 1);
	q = csm_grow(a, p, 40, 100); /* no longer the last: moves */
	T_OK(p != q);
	T_OK(q[9] == 'x' && q[40] == 0 && q[99] == 0);
	T_OK(csm_grow(a, q, 100, 50) == q);
	q = csm_grow(a, q, 100, 2000000);
	T_OK(q[9] == 'x' && q[1999999] == 0);
}

static void test_buf(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	struct csm_buf b = CSM_BUF(a);
	size_t n = 0;

	T_EQ_STR(b.s, "");
	csm_buf_reset(&b);
	csm_buf_add(&b, "");
	T_EQ_INT(b.n, 0);
	csm_buf_add(&b, "a");
	csm_buf_addc(&b, 'b');
	csm_buf_addn(&b, "cde", 2);
	csm_buf_addf(&b, "-%d-%s", 12, "x");
	T_EQ_STR(b.s, "abcd-12-x");
	T_EQ_INT(b.n, 9);
	csm_buf_reset(&b);
	T_EQ_STR(b.s, "");
	for (int i = 0; i < 20000; i++) {
		csm_buf_addf(&b, "%d,", i);
		n = strlen(b.s + n) + n;
	}
	T_EQ_INT(b.n, n);
	T_EQ_INT(b.n, 10 * 2 + 90 * 3 + 900 * 4 + 9000 * 5 + 10000 * 6);
	csm_buf_reset(&b);
	csm_buf_addf(&b, "%s", "");
	T_EQ_STR(b.s, "");
	/* What is added ends before, at and behind the end of what is there. */
	for (int i = 0; i < 200; i++) {
		struct csm_buf fresh = CSM_BUF(b.arena);

		csm_buf_addc(&fresh, 'a');
		csm_buf_addf(&fresh, "%*d", i, 7);
		T_EQ_INT(fresh.n, 1 + (i ? i : 1));
		T_EQ_INT(strlen(fresh.s), fresh.n);
		T_EQ_INT(fresh.s[fresh.n - 1], '7');
	}
}

struct pair {
	int64_t x;
	char y;
};

static void test_vec(void)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_new(NULL, NULL);
	struct csm_vec v = CSM_VEC(a, struct pair);
	int64_t sum = 0;

	for (int i = 0; i < 1000; i++) {
		struct pair *p = csm_vec_add(&v);

		T_OK(p->x == 0 && p->y == 0);
		p->x = i;
		csm_alloc(a, (size_t)(i % 3));
	}
	T_EQ_INT(v.n, 1000);
	for (size_t i = 0; i < v.n; i++)
		sum += CSM_AT(&v, struct pair, i)->x;
	T_EQ_INT(sum, 999 * 500);
}

/* A request that no system can meet reaches the handler. */
static void test_handler(void)
{
	jmp_buf back;
	struct csm_arena *a = csm_arena_new(never, &back), *b = csm_arena_like(a);
	volatile int met = 0;

	if (!setjmp(back))
		csm_calloc(b, SIZE_MAX / 16 + 2, 16);
	else
		met++;
	if (!setjmp(back))
		csm_alloc(b, SIZE_MAX - 3);
	else
		met++;
	if (!setjmp(back))
		csm_alloc(b, SIZE_MAX / 4);
	else
		met++;
	if (!setjmp(back)) {
		struct csm_buf buf = CSM_BUF(b);

		csm_buf_addn(&buf, "x", SIZE_MAX / 2);
	} else {
		met++;
	}
	if (!setjmp(back)) {
		struct csm_vec vec = { b, NULL, 0, 0, SIZE_MAX / 8 };

		csm_vec_add(&vec);
	} else {
		met++;
	}
	T_EQ_INT(met, 5);
	T_EQ_STR(csm_strdup(b, "still usable"), "still usable");
	csm_arena_free(a);
	csm_arena_free(b);
}

/* Without a handler the process ends with the status of the code. */
static void test_no_handler(void)
{
	static struct csm_arena *volatile a;	/* so that it is not lost when the process ends */
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		a = csm_arena_new(NULL, NULL);
		csm_alloc(a, SIZE_MAX);
		_exit(0);
	}
	T_OK(child > 0 && waitpid(child, &status, 0) == child);
	T_OK(WIFEXITED(status) && WEXITSTATUS(status) == CSM_E_SYSTEM);
}

static void work(struct csm_arena *a)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_arena *child = csm_arena_like(a);
	struct csm_mark mark;

	csm_arena_free(child);
	for (int i = 0; i < 3000; i++)
		csm_buf_addf(&b, "%d,", i);
	mark = csm_arena_mark(a);
	csm_alloc(a, 300000);
	csm_arena_rewind(a, mark);
	csm_alloc(a, 100000);
}

/* Let each request fail in turn: the handler is met each time and freeing the arena leaves nothing
 * behind. */
static void test_each_failure(void)
{
	volatile long total, n;
	jmp_buf back;
	struct csm_arena *volatile a;

	gate_requests = gate_fail_at = 0;
	a = csm_arena_new(never, &back);
	work(a);
	csm_arena_free(a);
	total = gate_requests;
	T_OK(total >= 6);
	for (n = 1; n <= total; n++) {
		gate_requests = 0;
		gate_fail_at = n;
		a = csm_arena_new(never, &back);
		T_OK((a == NULL) == (n == 1));
		if (!a)
			continue;
		if (!setjmp(back)) {
			work(a);
			T_OK(!"the failure was not noticed");
		}
		csm_arena_free(a);
		T_EQ_INT(gate_open, 0);
	}
	gate_fail_at = 0;
}

int main(void)
{
	test_alloc();
	test_marks();
	test_grow();
	test_buf();
	test_vec();
	test_handler();
	test_no_handler();
	test_each_failure();
	T_EQ_INT(gate_open, 0);
	T_DONE();
}
