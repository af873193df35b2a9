/* SPDX-License-Identifier: MIT */
/* set.c - sets of half-open intervals: union, difference, cut. */
#include <stdlib.h>
#include <string.h>

#include "cal_priv.h"

static int compare_intervals(const void *x, const void *y)
{
	const struct csm_interval *a = x, *b = y;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

/* Append to s, joining what overlaps or touches; starts come in rising order. */
static void append(struct cal_set *s, struct csm_interval i)
{
	if (i.end <= i.start)
		return;
	if (s->n > 0 && i.start <= s->v[s->n - 1].end) {
		if (i.end > s->v[s->n - 1].end)
			s->v[s->n - 1].end = i.end;
		return;
	}
	s->v[s->n++] = i;
}

void cal_set_normalize(struct cal_set *s)
{
	struct cal_set out = { s->v, 0 };
	size_t i;

	for (i = 1; i < s->n; i++)
		if (s->v[i].start < s->v[i - 1].start)
			break;
	if (i < s->n) /* days are made in order: most sets are sorted already */
		qsort(s->v, s->n, sizeof(*s->v), compare_intervals);
	for (i = 0; i < s->n; i++)
		append(&out, s->v[i]);
	s->n = out.n;
}

struct cal_set cal_set_copy(struct csm_arena *a, struct cal_set s)
{
	struct cal_set out = { csm_calloc(a, s.n, sizeof(*out.v)), s.n };

	if (s.n > 0)
		memcpy(out.v, s.v, s.n * sizeof(*out.v));
	return out;
}

struct cal_set cal_set_union(struct csm_arena *a, struct cal_set x, struct cal_set y)
{
	struct cal_set out;
	size_t i = 0, j = 0;

	if (x.n == 0 || y.n == 0)
		return x.n == 0 ? y : x;
	out = (struct cal_set){ csm_calloc(a, x.n + y.n, sizeof(*out.v)), 0 };
	while (i < x.n || j < y.n) {
		if (j == y.n || (i < x.n && x.v[i].start <= y.v[j].start))
			append(&out, x.v[i++]);
		else
			append(&out, y.v[j++]);
	}
	return out;
}

struct cal_set cal_set_minus(struct csm_arena *a, struct cal_set x, struct cal_set y)
{
	struct cal_set out;
	size_t j = 0;

	if (x.n == 0 || y.n == 0)
		return x;
	out = (struct cal_set){ csm_calloc(a, x.n + y.n, sizeof(*out.v)), 0 };
	for (size_t i = 0; i < x.n; i++) {
		struct csm_interval rest = x.v[i];

		while (j < y.n && y.v[j].end <= rest.start)
			j++;
		for (size_t k = j; k < y.n && y.v[k].start < rest.end; k++) {
			append(&out, (struct csm_interval){ rest.start, y.v[k].start });
			rest.start = y.v[k].end;
		}
		append(&out, rest);
	}
	return out;
}

void cal_set_clip(struct cal_set *s, int64_t from, int64_t to)
{
	struct cal_set out = { s->v, 0 };

	for (size_t i = 0; i < s->n; i++) {
		struct csm_interval v = s->v[i];

		v.start = v.start < from ? from : v.start;
		v.end = v.end > to ? to : v.end;
		append(&out, v);
	}
	*s = out;
}
