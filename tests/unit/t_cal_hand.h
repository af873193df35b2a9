/* SPDX-License-Identifier: MIT */
/* t_cal_hand.h - calendars, moments and answers as short text, for the tests of working time by hand. */
#ifndef CSM_T_CAL_HAND_H
#define CSM_T_CAL_HAND_H

#include <csm/arena.h>
#include <csm/cal.h>
#include <csm/time.h>

#include "t.h"

#define HOUR 3600
#define WORKDAYS 0x1f
#define ALLDAYS 0x7f

static const struct csm_cal_span nine_to_five[] = { { WORKDAYS, 9 * HOUR, 17 * HOUR } };
static const struct csm_cal_span always[] = { { ALLDAYS, 0, 24 * HOUR } };

struct fixture {
	struct csm_arena *a;
	struct csm_err err;
};

static inline int64_t at(const char *text)
{
	int64_t t = INT64_MIN;

	T_EQ_INT(csm_time_parse(text, &t, NULL, NULL), CSM_OK);
	return t;
}

static inline int64_t date(const char *text)
{
	int64_t d = INT64_MIN;

	T_EQ_INT(csm_date_parse(text, &d, NULL), CSM_OK);
	return d;
}

static inline struct csm_cal_def def(const char *name, const char *zone, const struct csm_cal_span *spans,
				     unsigned n)
{
	return (struct csm_cal_def){ .name = name,
				     .zone = zone,
				     .spans = spans,
				     .nspans = n,
				     .valid_from = INT64_MIN,
				     .valid_to = INT64_MAX };
}

static inline struct csm_cal *build(struct fixture *f, const struct csm_cal_def *d)
{
	struct csm_cal *c = NULL;

	T_EQ_INT(csm_cal_build(&c, f->a, d, NULL, NULL, &f->err), CSM_OK);
	return c;
}

/* The answer as text, or the error. */
static inline const char *show(struct fixture *f, int rc, int64_t t)
{
	char buf[CSM_TIME_SIZE];

	return rc == CSM_OK ? csm_strdup(f->a, csm_time_format(t, buf)) : csm_strdup(f->a, f->err.msg);
}

static inline const char *due(struct fixture *f, struct csm_cal *c, const char *start, int64_t seconds)
{
	int64_t t;
	int rc = csm_cal_due(c, at(start), seconds, &t, &f->err);

	return show(f, rc, t);
}

static inline const char *sub(struct fixture *f, struct csm_cal *c, const char *end, int64_t seconds)
{
	int64_t t;
	int rc = csm_cal_sub(c, at(end), seconds, &t, &f->err);

	return show(f, rc, t);
}

static inline const char *next_open(struct fixture *f, struct csm_cal *c, const char *from)
{
	int64_t t;
	int rc = csm_cal_next_open(c, at(from), &t, &f->err);

	return show(f, rc, t);
}

static inline const char *next_close(struct fixture *f, struct csm_cal *c, const char *from)
{
	int64_t t;
	int rc = csm_cal_next_close(c, at(from), &t, &f->err);

	return show(f, rc, t);
}

static inline int64_t elapsed(struct fixture *f, struct csm_cal *c, const char *from, const char *to)
{
	int64_t n = -1;

	T_EQ_INT(csm_cal_elapsed(c, at(from), at(to), &n, &f->err), CSM_OK);
	return n;
}

static inline bool is_open(struct fixture *f, struct csm_cal *c, const char *t)
{
	bool open = false;

	T_EQ_INT(csm_cal_is_open(c, at(t), &open, &f->err), CSM_OK);
	return open;
}

/* "start/end start/end" of a stretch, in UTC. */
static inline const char *picture(struct fixture *f, struct csm_cal *c, const char *from, const char *to)
{
	struct csm_buf b = CSM_BUF(f->a);
	struct csm_interval *v;
	unsigned n = 0;

	T_EQ_INT(csm_cal_intervals(c, f->a, at(from), at(to), &v, &n, &f->err), CSM_OK);
	for (unsigned i = 0; i < n; i++) {
		char s[CSM_TIME_SIZE], e[CSM_TIME_SIZE];

		csm_buf_addf(&b, "%s%.16s/%.16s", i ? " " : "", csm_time_format(v[i].start, s),
			     csm_time_format(v[i].end, e));
	}
	return b.s;
}

/* An exception of a date, or with day NULL of a rule. */
static inline struct csm_cal_exception except(enum csm_cal_exkind kind, const char *day, const char *every,
					      int start, int end)
{
	struct csm_cal_exception e = {
		.kind = kind, .every = CSM_CAL_DATE, .start = start * HOUR, .end = end * HOUR
	};

	if (day)
		e.date = date(day);
	else
		T_EQ_INT(csm_cal_every_parse(every, &e, NULL), CSM_OK);
	return e;
}

#endif
