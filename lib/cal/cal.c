/* SPDX-License-Identifier: MIT */
/*
 * cal.c - questions to a calendar: due, sub, elapsed, open, next; two look-ups in the table each,
 * near or far.
 */
#include <string.h>

#include "cal_priv.h"

int csm_cal_build(struct csm_cal **out, struct csm_arena *a, const struct csm_cal_def *def,
		  const struct csm_zone *zone, const char *tzdir, struct csm_err *err)
{
	struct csm_arena *own = csm_arena_like(a);
	struct csm_cal *c = csm_alloc(own, sizeof(*c));
	int rc = cal_nodes_make(own, def, zone, tzdir, &c->nodes, &c->nnodes, err);

	*out = NULL;
	if (rc != CSM_OK) {
		csm_arena_free(own);
		return rc;
	}
	c->own = own;
	c->kept = csm_arena_like(a);
	c->scratch = csm_arena_like(a);
	*out = c;
	return CSM_OK;
}

void csm_cal_close(struct csm_cal *c)
{
	if (!c)
		return;
	csm_arena_free(c->kept);
	csm_arena_free(c->scratch);
	csm_arena_free(c->own);
}

const char *csm_cal_name(const struct csm_cal *c)
{
	return c->nodes[c->nnodes - 1].name;
}

static int check_moment(int64_t t, struct csm_err *err)
{
	if (t >= CSM_TIME_MIN && t <= CSM_TIME_MAX)
		return CSM_OK;
	return csm_fail(err, CSM_E_INVALID, "moment @%lld is outside the years 1 to 9999",
			(long long)t);
}

static int check_seconds(int64_t seconds, struct csm_err *err)
{
	if (seconds >= 0)
		return CSM_OK;
	return csm_fail(err, CSM_E_INVALID, "duration of %lld seconds is negative",
			(long long)seconds);
}

static int refuse_search(const struct csm_cal *c, const char *what, const char *where, int64_t t,
			 struct csm_err *err)
{
	char at[CSM_TIME_SIZE];

	return csm_fail(err, CSM_E_REFUSED,
			"schedule '%.128s' has no %s time within %d years %s %s", csm_cal_name(c),
			what, CSM_CAL_HORIZON_YEARS, where, csm_time_format(t, at));
}

static int refuse_edge(const struct csm_cal *c, const char *edge, struct csm_err *err)
{
	return csm_fail(err, CSM_E_REFUSED, "schedule '%.128s': the answer lies %s",
			csm_cal_name(c), edge);
}

static int64_t chunk_of(int64_t t)
{
	return (t - CSM_TIME_MIN) >> CAL_CHUNK_BITS;
}

static int64_t chunk_start(int64_t chunk)
{
	return CSM_TIME_MIN + chunk * CAL_CHUNK;
}

static const struct cal_sum *sum_of(const struct csm_cal *c, int64_t chunk)
{
	return &c->sums[chunk - c->lo];
}

/* Open seconds before t, counted from the table's zero. */
static int64_t count_before(struct csm_cal *c, int64_t t)
{
	int64_t chunk = chunk_of(t);
	const struct cal_chunk *k = cal_table_chunk(c, chunk);
	const struct cal_sum *s = sum_of(c, chunk);
	uint32_t rel = (uint32_t)(t - chunk_start(chunk)), i = cal_chunk_at(k, rel);

	if (i == k->n)
		return s->before + s->open;
	return s->before + k->iv[i].before + (rel > k->iv[i].start ? rel - k->iv[i].start : 0);
}

/* The moment at which an open second, counted from the table's zero, begins; its chunk is known. */
static int64_t moment_of(struct csm_cal *c, int64_t chunk, int64_t second)
{
	const struct cal_chunk *k = cal_table_chunk(c, chunk);
	uint32_t rel = (uint32_t)(second - sum_of(c, chunk)->before);
	const struct cal_iv *iv = &k->iv[cal_chunk_open(k, rel)];

	return chunk_start(chunk) + iv->start + (rel - iv->before);
}

/*
 * The chunk of [lo, hi) that holds the open second; there is one. The last with such a sum: those
 * before it are empty.
 */
static int64_t find_chunk(const struct csm_cal *c, int64_t lo, int64_t hi, int64_t second)
{
	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;

		if (sum_of(c, mid)->before <= second)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* Is there a stretch without open time, as long as the horizon, between two chunks? */
static bool has_gap(const struct csm_cal *c, int64_t from, int64_t to)
{
	int64_t empty = 0;

	for (int64_t i = from; i <= to && empty < CAL_EMPTY_MAX; i++)
		empty = sum_of(c, i)->open ? 0 : empty + 1;
	return empty >= CAL_EMPTY_MAX;
}

/* From chunk first on, forwards: the chunk with an open second that is not before it. */
static int seek_forward(struct csm_cal *c, int64_t from, int64_t second, int64_t *out,
			struct csm_err *err)
{
	int64_t first = chunk_of(from), empty = 0;

	for (int64_t i = c->hi - 1; i > first && sum_of(c, i)->open == 0; i--)
		empty++;
	while (sum_of(c, c->hi - 1)->before + sum_of(c, c->hi - 1)->open <= second) {
		if (empty >= CAL_EMPTY_MAX)
			return refuse_search(c, "open", "after", from, err);
		if (c->hi >= CAL_CHUNKS)
			return refuse_edge(c, "after the year 9999", err);
		cal_table_reach(c, c->hi);
		empty = sum_of(c, c->hi - 1)->open ? 0 : empty + 1;
	}
	*out = find_chunk(c, first, c->hi, second);
	if (*out - first > CAL_EMPTY_MAX && has_gap(c, first + 1, *out))
		return refuse_search(c, "open", "after", from, err);
	return CSM_OK;
}

static int seek_backward(struct csm_cal *c, int64_t from, int64_t second, int64_t *out,
			 struct csm_err *err)
{
	int64_t last = chunk_of(from), empty = 0;

	for (int64_t i = c->lo; i < last && sum_of(c, i)->open == 0; i++)
		empty++;
	while (sum_of(c, c->lo)->before > second) {
		if (empty >= CAL_EMPTY_MAX)
			return refuse_search(c, "open", "before", from, err);
		if (c->lo <= 0)
			return refuse_edge(c, "before the year 1", err);
		cal_table_reach(c, c->lo - 1);
		empty = sum_of(c, c->lo)->open ? 0 : empty + 1;
	}
	*out = find_chunk(c, c->lo, last + 1, second);
	if (last - *out > CAL_EMPTY_MAX && has_gap(c, *out, last - 1))
		return refuse_search(c, "open", "before", from, err);
	return CSM_OK;
}

/* The n-th open second (n > 0) after from. */
static int find_after(struct csm_cal *c, int64_t from, int64_t n, int64_t *out, struct csm_err *err)
{
	int64_t second, chunk = 0;
	int rc;

	if (n > CSM_TIME_MAX - CSM_TIME_MIN)
		return refuse_edge(c, "after the year 9999", err);
	second = count_before(c, from) + n - 1;
	rc = seek_forward(c, from, second, &chunk, err);
	if (rc != CSM_OK)
		return rc;
	*out = moment_of(c, chunk, second);
	return *out < CSM_TIME_MAX ? CSM_OK : refuse_edge(c, "after the year 9999", err);
}

int csm_cal_due(struct csm_cal *c, int64_t start, int64_t seconds, int64_t *out,
		struct csm_err *err)
{
	int rc = check_moment(start, err);

	if (rc == CSM_OK)
		rc = check_seconds(seconds, err);
	*out = start;
	if (rc != CSM_OK || seconds == 0)
		return rc;
	rc = find_after(c, start, seconds, out, err);
	*out += rc == CSM_OK;
	return rc;
}

int csm_cal_next_open(struct csm_cal *c, int64_t at, int64_t *out, struct csm_err *err)
{
	int rc = check_moment(at, err);

	*out = at;
	return rc == CSM_OK ? find_after(c, at, 1, out, err) : rc;
}

int csm_cal_due_next_open(struct csm_cal *c, int64_t start, int64_t seconds, int64_t *out,
			  struct csm_err *err)
{
	int rc = csm_cal_due(c, start, seconds, out, err);

	return rc == CSM_OK && seconds > 0 ? csm_cal_next_open(c, *out, out, err) : rc;
}

int csm_cal_sub(struct csm_cal *c, int64_t end, int64_t seconds, int64_t *out, struct csm_err *err)
{
	int64_t second, chunk = 0;
	int rc = check_moment(end, err);

	if (rc == CSM_OK)
		rc = check_seconds(seconds, err);
	*out = end;
	if (rc != CSM_OK || seconds == 0)
		return rc;
	if (seconds > CSM_TIME_MAX - CSM_TIME_MIN)
		return refuse_edge(c, "before the year 1", err);
	second = count_before(c, end) - seconds;
	rc = seek_backward(c, end, second, &chunk, err);
	if (rc == CSM_OK)
		*out = moment_of(c, chunk, second);
	return rc;
}

int csm_cal_elapsed(struct csm_cal *c, int64_t from, int64_t to, int64_t *out, struct csm_err *err)
{
	int rc = check_moment(from, err);
	int64_t before;

	if (rc == CSM_OK)
		rc = check_moment(to, err);
	*out = 0;
	if (rc != CSM_OK || to <= from)
		return rc;
	before = count_before(c, from);
	*out = count_before(c, to) - before;
	return CSM_OK;
}

/* The interval of its chunk that holds t, NULL when t is closed. */
static const struct cal_iv *find_open(struct csm_cal *c, int64_t t)
{
	int64_t chunk = chunk_of(t);
	const struct cal_chunk *k = cal_table_chunk(c, chunk);
	uint32_t rel = (uint32_t)(t - chunk_start(chunk)), i = cal_chunk_at(k, rel);

	return i < k->n && k->iv[i].start <= rel ? &k->iv[i] : NULL;
}

int csm_cal_is_open(struct csm_cal *c, int64_t at, bool *out, struct csm_err *err)
{
	int rc = check_moment(at, err);

	*out = rc == CSM_OK && find_open(c, at);
	return rc;
}

int csm_cal_next_close(struct csm_cal *c, int64_t at, int64_t *out, struct csm_err *err)
{
	int64_t first, chunk;
	int rc = check_moment(at, err);

	*out = at;
	if (rc != CSM_OK)
		return rc;
	/* An interval that fills its chunk to the end may go on in the next one. */
	for (chunk = first = chunk_of(at);; chunk++) {
		const struct cal_iv *iv;

		if (chunk >= CAL_CHUNKS)
			return refuse_edge(c, "after the year 9999", err);
		*out = chunk == first ? at : chunk_start(chunk);
		iv = find_open(c, *out);
		if (!iv)
			break;
		*out = chunk_start(chunk) + iv->end;
		if (iv->end < CAL_CHUNK)
			break;
		if (chunk - first >= CAL_EMPTY_MAX)
			return refuse_search(c, "closed", "after", at, err);
	}
	return *out <= CSM_TIME_MAX ? CSM_OK : refuse_edge(c, "after the year 9999", err);
}

int csm_cal_intervals(struct csm_cal *c, struct csm_arena *a, int64_t from, int64_t to,
		      struct csm_interval **out, unsigned *n, struct csm_err *err)
{
	struct csm_vec v = CSM_VEC(a, struct csm_interval);
	int rc = check_moment(from, err);

	if (rc == CSM_OK)
		rc = check_moment(to, err);
	for (int64_t chunk = chunk_of(from); rc == CSM_OK && chunk_start(chunk) < to; chunk++) {
		const struct cal_chunk *k = cal_table_chunk(c, chunk);

		for (uint32_t i = 0; i < k->n; i++) {
			int64_t start = chunk_start(chunk) + k->iv[i].start,
				end = chunk_start(chunk) + k->iv[i].end;
			struct csm_interval *last =
				v.n ? CSM_AT(&v, struct csm_interval, v.n - 1) : NULL;

			start = start < from ? from : start;
			end = end > to ? to : end;
			if (start >= end)
				continue;
			if (last && last->end == start)
				last->end = end;
			else
				*(struct csm_interval *)csm_vec_add(&v) =
					(struct csm_interval){ start, end };
		}
	}
	*out = v.p;
	*n = (unsigned)v.n;
	return rc;
}

const char *csm_cal_day_note(struct csm_cal *c, int64_t day)
{
	/* The calendar's own exceptions first, then those of what it includes or excludes. */
	for (size_t i = c->nnodes; i-- > 0;) {
		const struct cal_ex *e = cal_node_reason(&c->nodes[i], day);

		if (e)
			return e->note;
	}
	return NULL;
}
