/* SPDX-License-Identifier: MIT */
/*
 * t_xfer_disk.c - what a load keeps on disk, held against the same in memory: byte streams, arrays, sorted
 * indexes, and what fails below.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "xfer/xfer_priv.h"

#include "t.h"

static struct csm_arena *arena;

static struct xfer_disk *open_disk(const char *dir)
{
	static struct xfer_disk d;

	xfer_disk_open(&d, csm_arena_new(NULL, NULL), dir);
	return &d;
}

/* The same every time; good enough. */
static uint64_t next_random(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

static void test_tmp(void)
{
	struct xfer_disk *d = open_disk(NULL);
	struct xfer_tmp t;
	size_t n = 0, size = 300000;
	char *all = csm_alloc(arena, size), *got = csm_alloc(arena, size);
	struct csm_err err = { 0 };

	for (size_t i = 0; i < size; i++)
		all[i] = (char)next_random();
	xfer_tmp_init(&t, d);
	while (n < size) {
		size_t piece = next_random() % (n > 100000 ? 50000 : 3000);

		piece = piece < size - n ? piece : size - n;
		T_EQ_INT(xfer_tmp_add(&t, all + n, piece), n);
		n += piece;
		T_EQ_INT(xfer_tmp_size(&t), n);
		for (int i = 0; i < 3 && n; i++) {
			size_t at = next_random() % n, want = next_random() % (n - at + 1);

			xfer_tmp_read(&t, (int64_t)at, got, want);
			T_OK(memcmp(got, all + at, want) == 0);
		}
	}
	xfer_tmp_cut(&t, 0);
	T_EQ_INT(xfer_tmp_add(&t, "again", 6), 0);
	xfer_tmp_read(&t, 0, got, 6);
	T_EQ_STR(got, "again");
	T_EQ_INT(xfer_disk_check(d, &err), CSM_OK);
	xfer_disk_close(d);
}

static void test_array(void)
{
	enum { ARRAYS = 6, N = 40000 };
	struct xfer_disk *d = open_disk(NULL);
	struct xfer_array a[ARRAYS];
	int64_t *want = csm_calloc(arena, (size_t)ARRAYS * N, sizeof(*want));
	struct csm_err err = { 0 };

	for (unsigned i = 0; i < ARRAYS; i++)
		xfer_array_init(&a[i], d, 24);
	for (int i = 0; i < 100000; i++) {
		unsigned which = (unsigned)(next_random() % ARRAYS);
		int64_t at = (int64_t)(next_random() % N), entry[3] = { 0 };

		if (i % 3) {
			entry[0] = entry[2] = want[which * N + at] = i;
			xfer_array_set(&a[which], at, entry);
		} else {
			xfer_array_get(&a[which], at, entry);
			if (entry[0] != want[which * N + at] || entry[2] != entry[0])
				T_EQ_INT(entry[0], want[which * N + at]);
		}
	}
	xfer_array_set(&a[0], N - 1, (int64_t[]){ 1, 2, 3 });
	T_EQ_INT(xfer_array_add(&a[0], (int64_t[]){ 1, 2, 3 }), N);
	T_EQ_INT(a[0].n, N + 1);
	T_EQ_INT(xfer_disk_check(d, &err), CSM_OK);
	xfer_disk_close(d);
}

static int by_entry(const void *x, const void *y)
{
	const struct xfer_entry *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* n entries; one in every `equal` has a hash that others have. */
static void check_sorted(int64_t n, unsigned equal, bool even)
{
	struct xfer_disk *d = open_disk(NULL);
	struct xfer_sorted x;
	struct xfer_entry *want = csm_calloc(arena, (size_t)n + 1, sizeof(*want)), e;
	struct csm_err err = { 0 };

	xfer_sorted_init(&x, d);
	for (int64_t i = 0; i < n; i++) {
		want[i].hash = next_random() % equal ? next_random() : 7 + next_random() % 3;
		if (!even)
			want[i].hash >>= 40;	/* all of them near the beginning */
		want[i].at = i;
		xfer_sorted_add(&x, want[i].hash, i);
	}
	xfer_sorted_end(&x);
	qsort(want, (size_t)n, sizeof(*want), by_entry);
	for (int64_t i = 0; i < n; i++)
		if (!xfer_sorted_get(&x, i, &e) || by_entry(&e, &want[i]) != 0)
			T_EQ_INT(e.at, want[i].at);
	T_OK(!xfer_sorted_get(&x, n, &e));
	for (int i = 0; i < 3000; i++) {
		uint64_t hash = n && i % 2 ? want[next_random() % (uint64_t)n].hash : next_random() >> (i % 64);
		int64_t at = xfer_sorted_find(&x, hash);

		if ((at < n && want[at].hash < hash) || (at > 0 && want[at - 1].hash >= hash))
			T_EQ_INT(at, -1);
	}
	T_EQ_INT(xfer_disk_check(d, &err), CSM_OK);
	xfer_disk_close(d);
}

static void test_sorted(void)
{
	check_sorted(0, 10, true);
	check_sorted(1, 10, true);
	check_sorted(300, 3, true);
	check_sorted(16384, 10, true);
	check_sorted(16385, 10, true);
	check_sorted(200000, 5, true);
	check_sorted(200000, 5, false);
	if (t_step(2) == 1)
		check_sorted(1100000, 1000, true);	/* more runs than are merged at a time */
}

static void test_failures(void)
{
	struct xfer_disk *d = open_disk("/no/such/folder");
	struct xfer_tmp t;
	struct xfer_array a;
	struct xfer_sorted x;
	struct csm_err err = { 0 };
	struct rlimit old, tiny;
	int64_t one = 1;
	char buf[5000];

	memset(buf, 'x', sizeof(buf));
	xfer_tmp_init(&t, d);
	xfer_array_init(&a, d, sizeof(one));
	xfer_tmp_add(&t, buf, sizeof(buf));
	T_EQ_INT(xfer_disk_check(d, &err), CSM_OK);	/* it was not needed yet */
	for (int i = 0; i < 10; i++)
		xfer_tmp_add(&t, buf, sizeof(buf));
	T_EQ_INT(xfer_disk_check(d, &err), CSM_E_IO);
	T_EQ_STR(err.msg, "temporary file in /no/such/folder: can't be made: No such file or directory");
	xfer_tmp_read(&t, 0, buf, sizeof(buf));
	T_EQ_INT(buf[0], 0);
	xfer_array_set(&a, 100000, &one);
	xfer_sorted_init(&x, d);
	xfer_sorted_add(&x, 1, 1);
	xfer_sorted_end(&x);
	T_OK(!xfer_sorted_get(&x, 0, &(struct xfer_entry){ 0, 0 }));
	xfer_disk_close(d);

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	tiny = old;
	tiny.rlim_cur = 40000;
	setrlimit(RLIMIT_FSIZE, &tiny);
	d = open_disk(NULL);
	xfer_array_init(&a, d, sizeof(one));
	for (int64_t i = 0; i < 1000; i++)
		xfer_array_set(&a, i * 512, &i);
	setrlimit(RLIMIT_FSIZE, &old);
	csm_err_clear(&err);
	T_EQ_INT(xfer_disk_check(d, &err), CSM_E_IO);
	T_OK(strstr(err.msg, "can't be written: File too large") != NULL);
	xfer_disk_close(d);
}

int main(void)
{
	arena = csm_arena_new(NULL, NULL);
	test_tmp();
	test_array();
	test_sorted();
	test_failures();
	csm_arena_free(arena);
	T_DONE();
}
