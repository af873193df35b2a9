/* SPDX-License-Identifier: MIT */
/*
 * cal_bench.c - nanoseconds of CPU a call of due() and elapsed(), at distances of a day, a month and ten
 * years, and what the table behind them costs. The reference is the table of the calendar's days in one
 * piece with an index of days for the start and a guess and a walk for the end: about the least that such a
 * question can cost. All are timed in turn; medians of the rounds.
 *
 * Berlin, Monday to Friday 9 to 12 and 13 to 18, ten holidays a year.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <csm/arena.h>
#include <csm/cal.h>
#include <csm/time.h>

#define HOUR INT64_C(3600)
#define CALLS 100000
#define ROUNDS 9
#define FIRST INT64_C(1420070400) /* 2015 */
#define YEARS 22
#define DAYS (YEARS * 366)

static const struct csm_cal_span spans[] = { { 0x1f, 9 * 3600, 12 * 3600 },
					     { 0x1f, 13 * 3600, 18 * 3600 } };
static const char *const holidays[] = { "01-01",     "easter-2", "easter+1", "05-01", "easter+39",
					"easter+50", "10-03",	 "12-24",    "12-25", "12-26" };

/* ---- the reference ---- */

struct table {
	struct csm_interval *v;
	int64_t *before;
	unsigned n;
	unsigned day[DAYS + 2]; /* first interval that ends after the day's start, UTC */
	int64_t mean;		/* intervals an open second, times 2^20 */
};

static void make_table(struct table *t, struct csm_cal *c, struct csm_arena *a)
{
	unsigned i = 0;

	if (csm_cal_intervals(c, a, FIRST, FIRST + DAYS * CSM_DAY, &t->v, &t->n, NULL) != CSM_OK)
		exit(1);
	t->before = csm_calloc(a, t->n + 1, sizeof(*t->before));
	for (unsigned k = 0; k < t->n; k++)
		t->before[k + 1] = t->before[k] + t->v[k].end - t->v[k].start;
	for (unsigned d = 0; d <= DAYS; d++) {
		while (i < t->n && t->v[i].end <= FIRST + d * CSM_DAY)
			i++;
		t->day[d] = i;
	}
	t->mean = ((int64_t)t->n << 20) / t->before[t->n];
}

static int64_t table_count(const struct table *t, int64_t at)
{
	unsigned i = t->day[(at - FIRST) / CSM_DAY];

	while (t->v[i].end <= at)
		i++;
	return t->before[i] + (at > t->v[i].start ? at - t->v[i].start : 0);
}

static int64_t table_due(const struct table *t, int64_t start, int64_t seconds)
{
	int64_t target = table_count(t, start) + seconds;
	unsigned i = t->day[(start - FIRST) / CSM_DAY] + (unsigned)((seconds * t->mean) >> 20);

	while (i > 0 && t->before[i] >= target)
		i--;
	while (t->before[i + 1] < target)
		i++;
	return t->v[i].start + (target - t->before[i]);
}

/* ---- timing ---- */

enum what { CSM_DUE, CSM_ELAPSED, REF_DUE, REF_ELAPSED, CSM_SUB, CSM_NEXT, WHATS };
static const char *const names[] = { "due", "elapsed",	"reference due", "reference elapsed",
				     "sub", "next_open" };

struct bench {
	struct csm_cal *cal;
	struct table *table;
	int64_t *start;
	int64_t distance;     /* wall seconds */
	int64_t open;	      /* about as much open time */
	volatile int64_t sum; /* keeps the compiler from leaving calls out */
};

static double cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int64_t call(struct bench *b, enum what what, int64_t s)
{
	int64_t n = 0;

	switch (what) {
	case CSM_DUE:
		csm_cal_due(b->cal, s, b->open, &n, NULL);
		break;
	case CSM_ELAPSED:
		csm_cal_elapsed(b->cal, s, s + b->distance, &n, NULL);
		break;
	case REF_DUE:
		n = table_due(b->table, s, b->open);
		break;
	case REF_ELAPSED:
		n = table_count(b->table, s + b->distance) - table_count(b->table, s);
		break;
	case CSM_SUB:
		csm_cal_sub(b->cal, s + b->distance, b->open, &n, NULL);
		break;
	default:
		csm_cal_next_open(b->cal, s, &n, NULL);
		break;
	}
	return n;
}

static double time_calls(struct bench *b, enum what what)
{
	double t = cpu_ns();

	for (int i = 0; i < CALLS; i++)
		b->sum += call(b, what, b->start[i]);
	return (cpu_ns() - t) / CALLS;
}

static int compare_doubles(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

static void bench_distance(struct bench *b, const char *name, int64_t days)
{
	double t[WHATS][ROUNDS];

	b->distance = days * CSM_DAY;
	csm_cal_elapsed(b->cal, b->start[0], b->start[0] + b->distance, &b->open, NULL);
	if (b->open == 0)
		b->open = 8 * HOUR;
	for (int i = 0; i < CALLS; i++) {
		if (call(b, CSM_DUE, b->start[i]) != call(b, REF_DUE, b->start[i]) ||
		    call(b, CSM_ELAPSED, b->start[i]) != call(b, REF_ELAPSED, b->start[i])) {
			printf("different answers at %lld\n", (long long)b->start[i]);
			exit(1);
		}
	}
	for (int r = 0; r < ROUNDS; r++)
		for (int w = 0; w < WHATS; w++)
			t[w][r] = time_calls(b, (enum what)w);
	for (int w = 0; w < WHATS; w++) {
		qsort(t[w], ROUNDS, sizeof(t[w][0]), compare_doubles);
		printf("%-10s %-18s %7.1f ns\n", name, names[w], t[w][ROUNDS / 2]);
	}
}

/* A calendar from nothing to its first answer, and to one ten years away. */
static void bench_build(struct csm_arena *a, const struct csm_cal_def *def, const struct csm_zone *zone,
			const char *name, int64_t distance)
{
	double t[ROUNDS];

	for (int r = 0; r < ROUNDS; r++) {
		struct csm_mark mark = csm_arena_mark(a);
		struct csm_cal *c;
		int64_t n;

		t[r] = cpu_ns();
		if (csm_cal_build(&c, a, def, zone, NULL, NULL) != CSM_OK)
			exit(1);
		csm_cal_elapsed(c, FIRST, FIRST + distance, &n, NULL);
		csm_cal_close(c);
		t[r] = cpu_ns() - t[r];
		csm_arena_rewind(a, mark);
	}
	qsort(t, ROUNDS, sizeof(t[0]), compare_doubles);
	printf("%-29s %7.1f us\n", name, t[ROUNDS / 2] / 1e3);
}

static void fill_starts(struct bench *b)
{
	uint64_t rand = 88172645463325252u;

	for (int i = 0; i < CALLS; i++) {
		rand ^= rand << 13;
		rand ^= rand >> 7;
		rand ^= rand << 17;
		b->start[i] = FIRST + (int64_t)(rand % (uint64_t)(10 * 365 * CSM_DAY));
	}
}

int main(void)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	struct csm_cal_exception ex[CSM_COUNT(holidays)];
	struct csm_cal_def def = {
		.name = "bench", .spans = spans, .nspans = CSM_COUNT(spans), .exceptions = ex
	};
	const struct csm_zone *zone;
	struct bench b = { .table = csm_alloc(a, sizeof(*b.table)),
			   .start = csm_calloc(a, CALLS, sizeof(*b.start)) };

	def.nexceptions = CSM_COUNT(ex);
	def.valid_from = INT64_MIN;
	def.valid_to = INT64_MAX;
	memset(ex, 0, sizeof(ex));
	for (size_t i = 0; i < CSM_COUNT(ex); i++)
		if (csm_cal_every_parse(holidays[i], &ex[i], NULL) != CSM_OK)
			return 1;
	if (csm_zone_load(a, NULL, "Europe/Berlin", &zone, NULL) != CSM_OK ||
	    csm_cal_build(&b.cal, a, &def, zone, NULL, NULL) != CSM_OK)
		return 1;
	make_table(b.table, b.cal, a);
	fill_starts(&b);
	bench_distance(&b, "a day", 1);
	bench_distance(&b, "a month", 30);
	bench_distance(&b, "ten years", 3652);
	csm_cal_close(b.cal);
	bench_build(a, &def, zone, "build, one day", CSM_DAY);
	bench_build(a, &def, zone, "build, ten years", 3652 * CSM_DAY);
	bench_build(a, &def, zone, "build, a thousand years", 365250 * CSM_DAY);
	csm_arena_free(a);
	return 0;
}
