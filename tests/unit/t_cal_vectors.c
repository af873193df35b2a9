/* SPDX-License-Identifier: MIT */
/*
 * t_cal_vectors.c - the 581 vectors of eight business-time libraries ($CSM_TEST_DATA/vectors) against
 * lib/cal. All answer as csm's convention says, or by its documented switch (csm_cal_due_next_open), but
 * for the exceptions listed below by id: of those the test proves what csm answers instead.
 */
#include <stdlib.h>

#include <jansson.h>

#include <csm/arena.h>
#include <csm/cal.h>
#include <csm/time.h>

#include "t.h"

/* Why a vector's own answer is not csm's. */
enum reason {
	REVERSED_NEGATIVE, /* an end before the start is answered with a minus; csm: 0 */
	REVERSED_ABSOLUTE, /* the order of the two does not matter there; csm: 0 */
	CLOSE_INCLUSIVE,   /* the closing instant counts as open there; csm: half-open */
	DST_DAY_AS_24H	   /* 00:00-24:00 of a 25-hour day counted as 24 h there; csm: real hours, as the
			      reference */
};

/* Ids as suite/first to suite/last. */
static const struct exemption {
	const char *suite;
	int first, last;
	enum reason reason;
} exemptions[] = {
	{ "working_hours", 56, 56, REVERSED_NEGATIVE },
	{ "business_time", 35, 35, REVERSED_NEGATIVE },
	{ "business_time", 41, 41, REVERSED_NEGATIVE },
	{ "seatgeek-businesstime", 19, 19, REVERSED_NEGATIVE },
	{ "seatgeek-businesstime", 22, 22, REVERSED_NEGATIVE },
	{ "php-business-time", 121, 145, REVERSED_ABSOLUTE },
	{ "php-business-time", 175, 200, REVERSED_ABSOLUTE },
	{ "moment-business-time", 72, 72, CLOSE_INCLUSIVE },
	{ "rickar-cal", 30, 30, CLOSE_INCLUSIVE },
	{ "working_hours", 64, 64, DST_DAY_AS_24H },
};
#define EXEMPTED 59

static const struct {
	const char *file;
	int count;
} suites[] = {
	{ "biz", 94 },
	{ "working_hours", 71 },
	{ "php_business_time", 200 },
	{ "moment_business_time", 79 },
	{ "business_time", 47 },
	{ "jbpm", 26 },
	{ "rickar_cal", 35 },
	{ "seatgeek_businesstime", 29 },
};

struct run {
	struct csm_arena *a;
	struct csm_err err;
	int vectors, exempted;
	const char *id;
};

static void complain(struct run *r, const char *what, int64_t got, int64_t want)
{
	t_checks++;
	if (got == want)
		return;
	t_failures++;
	printf("%s: %s is %" PRId64 ", expected %" PRId64 " %s\n", r->id, what, got, want, r->err.msg);
}

static const struct exemption *find_exemption(const char *id)
{
	const char *slash = strrchr(id, '/');
	long n = slash ? strtol(slash + 1, NULL, 10) : 0;

	for (size_t i = 0; i < CSM_COUNT(exemptions); i++)
		if (strlen(exemptions[i].suite) == (size_t)(slash - id) &&
		    strncmp(exemptions[i].suite, id, (size_t)(slash - id)) == 0 &&
		    n >= exemptions[i].first && n <= exemptions[i].last)
			return &exemptions[i];
	return NULL;
}

static int32_t read_clock(const char *text)
{
	int64_t s = -1;

	T_EQ_INT(csm_clock_parse(text, &s, NULL), CSM_OK);
	return (int32_t)s;
}

static int32_t side_of(const json_t *span, size_t i)
{
	return read_clock(json_string_value(json_array_get(span, i)));
}

static void add_spans(struct csm_vec *v, unsigned day, const json_t *spans)
{
	for (size_t i = 0; i < json_array_size(spans); i++) {
		const json_t *s = json_array_get(spans, i);

		*(struct csm_cal_span *)csm_vec_add(v) =
			(struct csm_cal_span){ (uint8_t)(1u << day), side_of(s, 0), side_of(s, 1) };
	}
}

static struct csm_cal_exception *add_date(struct csm_vec *v, enum csm_cal_exkind kind, const char *date)
{
	struct csm_cal_exception *e = csm_vec_add(v);

	e->kind = kind;
	e->every = CSM_CAL_DATE;
	T_EQ_INT(csm_date_parse(date, &e->date, NULL), CSM_OK);
	return e;
}

/* {date: spans} as hours or breaks; no spans on a date close it. */
static void add_dated(struct csm_vec *v, enum csm_cal_exkind kind, json_t *dates)
{
	const char *date;
	json_t *spans;

	json_object_foreach(dates, date, spans)
	{
		if (json_array_size(spans) == 0 && kind == CSM_CAL_HOURS)
			add_date(v, CSM_CAL_CLOSED, date);
		for (size_t i = 0; i < json_array_size(spans); i++) {
			struct csm_cal_exception *e = add_date(v, kind, date);

			e->start = side_of(json_array_get(spans, i), 0);
			e->end = side_of(json_array_get(spans, i), 1);
		}
	}
}

static struct csm_cal *build_calendar(struct run *r, json_t *cal)
{
	static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	struct csm_vec spans = CSM_VEC(r->a, struct csm_cal_span);
	struct csm_vec exceptions = CSM_VEC(r->a, struct csm_cal_exception);
	struct csm_cal_def d = { .name = r->id, .valid_from = INT64_MIN, .valid_to = INT64_MAX };
	struct csm_cal *c = NULL;
	json_t *dates;

	for (unsigned i = 0; i < 7; i++)
		add_spans(&spans, i, json_object_get(json_object_get(cal, "hours"), days[i]));
	dates = json_object_get(cal, "holidays");
	for (size_t i = 0; i < json_array_size(dates); i++)
		add_date(&exceptions, CSM_CAL_CLOSED, json_string_value(json_array_get(dates, i)));
	dates = json_object_get(cal, "holidays_recurring");
	for (size_t i = 0; i < json_array_size(dates); i++) {
		struct csm_cal_exception *e = csm_vec_add(&exceptions);

		T_EQ_INT(csm_cal_every_parse(json_string_value(json_array_get(dates, i)), e, NULL), CSM_OK);
	}
	add_dated(&exceptions, CSM_CAL_HOURS, json_object_get(cal, "overrides"));
	add_dated(&exceptions, CSM_CAL_BREAK, json_object_get(cal, "breaks"));
	d.zone = json_string_value(json_object_get(cal, "tz"));
	d.spans = spans.p;
	d.nspans = (unsigned)spans.n;
	d.exceptions = exceptions.p;
	d.nexceptions = (unsigned)exceptions.n;
	complain(r, "build", csm_cal_build(&c, r->a, &d, NULL, NULL, &r->err), CSM_OK);
	return c;
}

static int64_t moment(const json_t *v, const char *key)
{
	const char *text = json_string_value(json_object_get(v, key));
	int64_t t = INT64_MIN;

	T_OK(text && csm_time_parse(text, &t, NULL, NULL) == CSM_OK);
	return t;
}

static bool has_word(const json_t *v, const char *key, const char *word)
{
	const char *s = json_string_value(json_object_get(v, key));

	return s && strcmp(s, word) == 0;
}

static void run_add(struct run *r, struct csm_cal *c, const json_t *v)
{
	int64_t start = moment(v, "start_utc"), want = moment(v, "expected_due_utc"), due = 0, next = 0;
	int64_t seconds = json_integer_value(json_object_get(v, "duration_seconds"));

	complain(r, "due", csm_cal_due(c, start, seconds, &due, &r->err), CSM_OK);
	complain(r, "due", csm_cal_due_next_open(c, start, seconds, &next, &r->err), CSM_OK);
	if (!json_object_get(v, "boundary")) {
		complain(r, "due", due, want);
		complain(r, "due (next open)", next, want);
	} else if (has_word(v, "boundary", "next_open")) {
		complain(r, "due", due, moment(v, "alt_due_utc"));
		complain(r, "due (next open)", next, want);
	} else {
		complain(r, "due", due, want);
		complain(r, "due (next open)", next, moment(v, "alt_due_utc"));
	}
}

/*
 * Where the answer is an opening moment, all libraries agree with csm: the closing before it is only their
 * alternative.
 */
static void run_sub(struct run *r, struct csm_cal *c, const json_t *v)
{
	int64_t t = 0, seconds = json_integer_value(json_object_get(v, "duration_seconds"));

	complain(r, "sub", csm_cal_sub(c, moment(v, "start_utc"), seconds, &t, &r->err), CSM_OK);
	complain(r, "sub", t, moment(v, "expected_due_utc"));
}

static void run_elapsed(struct run *r, struct csm_cal *c, const json_t *v, const struct exemption *x)
{
	int64_t from = moment(v, "start_utc"), to = moment(v, "end_utc"), n = -1, back = -1;
	int64_t want = json_integer_value(json_object_get(v, "expected_elapsed_seconds"));

	complain(r, "elapsed", csm_cal_elapsed(c, from, to, &n, &r->err), CSM_OK);
	if (!x) {
		complain(r, "elapsed", n, want);
		return;
	}
	if (x->reason == DST_DAY_AS_24H) {
		complain(r, "elapsed", n,
			 (int64_t)json_number_value(json_object_get(v, "ref_elapsed_seconds")));
		return;
	}
	/* The distance is the same, read the right way round. */
	complain(r, "reversed", json_object_get(v, "reversed") != NULL, true);
	complain(r, "elapsed", n, 0);
	complain(r, "elapsed", csm_cal_elapsed(c, to, from, &back, &r->err), CSM_OK);
	complain(r, "elapsed the other way", x->reason == REVERSED_NEGATIVE ? -back : back, want);
}

static void run_is_open(struct run *r, struct csm_cal *c, const json_t *v, const struct exemption *x)
{
	int64_t at = moment(v, "at_utc");
	bool open = false, want = json_is_true(json_object_get(v, "expected"));

	complain(r, "is_open", csm_cal_is_open(c, at, &open, &r->err), CSM_OK);
	if (!x) {
		complain(r, "is_open", open, want);
		return;
	}
	complain(r, "end-inclusive", has_word(v, "boundary", "end-inclusive") && want, true);
	complain(r, "is_open at closing", open, false);
	complain(r, "is_open", csm_cal_is_open(c, at - 1, &open, &r->err), CSM_OK);
	complain(r, "is_open before closing", open, true);
}

static void run_vector(struct run *r, json_t *v)
{
	const struct exemption *x;
	struct csm_cal *c;
	int64_t t = 0;

	r->id = json_string_value(json_object_get(v, "id"));
	csm_err_clear(&r->err);
	x = find_exemption(r->id);
	c = build_calendar(r, json_object_get(v, "calendar"));
	if (!c)
		return;
	r->vectors++;
	r->exempted += x != NULL;
	if (has_word(v, "op", "add")) {
		run_add(r, c, v);
	} else if (has_word(v, "op", "sub")) {
		run_sub(r, c, v);
	} else if (has_word(v, "op", "elapsed")) {
		run_elapsed(r, c, v, x);
	} else if (has_word(v, "op", "is_open")) {
		run_is_open(r, c, v, x);
	} else {
		complain(r, "op is next_open", has_word(v, "op", "next_open"), true);
		complain(r, "next_open", csm_cal_next_open(c, moment(v, "at_utc"), &t, &r->err), CSM_OK);
		complain(r, "next_open", t, moment(v, "expected_utc"));
	}
	csm_cal_close(c);
}

static void run_suite(struct run *r, const char *dir, const char *file, int count)
{
	json_t *doc = json_load_file(csm_sprintf(r->a, "%s/vectors/%s.json", dir, file), 0, NULL);
	json_t *vectors = json_object_get(doc, "vectors");
	int before = r->vectors;

	for (size_t i = 0; i < json_array_size(vectors); i++) {
		struct csm_mark mark = csm_arena_mark(r->a);

		run_vector(r, json_array_get(vectors, i));
		csm_arena_rewind(r->a, mark);
	}
	r->id = file;
	complain(r, "number of vectors", r->vectors - before, count);
	json_decref(doc);
}

int main(void)
{
	const char *dir = getenv("CSM_TEST_DATA");
	struct run r = { .id = "" };

	if (!dir || !dir[0]) {
		printf("skip: CSM_TEST_DATA is not set\n");
		return 0;
	}
	r.a = csm_arena_new(NULL, NULL);
	for (size_t i = 0; i < CSM_COUNT(suites); i++)
		run_suite(&r, dir, suites[i].file, suites[i].count);
	T_EQ_INT(r.vectors, 581);
	T_EQ_INT(r.exempted, EXEMPTED);
	csm_arena_free(r.a);
	T_DONE();
}
