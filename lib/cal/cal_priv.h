/* SPDX-License-Identifier: MIT */
/*
 * cal_priv.h - what the sources of lib/cal share: zones as segments, calendars as nodes, sets of
 * intervals.
 */
#ifndef CAL_PRIV_H
#define CAL_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <csm/arena.h>
#include <csm/cal.h>
#include <csm/err.h>
#include <csm/time.h>

/* ---- zones ---- */

/* Before and after all moments; far from the ends of int64_t, so that adding an offset is safe. */
#define CAL_BEFORE (INT64_MIN / 4)
#define CAL_AFTER (INT64_MAX / 4)
/* No offset is bigger than this many seconds, east or west (RFC 9636 asks for less). */
#define CAL_OFFSET_MAX 93600

enum cal_datekind { CAL_JULIAN1, CAL_JULIAN0, CAL_MONTH };
struct cal_daterule {
	enum cal_datekind kind;
	int month, week;
	int day;      /* of the year for the julian kinds, else of the week, 0 = Sunday */
	int32_t time; /* seconds after that day's midnight, -167 h to 167 h */
};

/* The footer of a TZif file: what holds after its last transition. */
struct cal_rule {
	bool present, has_dst;
	int32_t std, dst;		/* offsets east of UTC */
	struct cal_daterule start, end; /* of daylight saving time; start in std, end in dst */
};

struct csm_zone {
	const char *name;
	size_t n;
	const int64_t *at;  /* transitions, rising */
	const int32_t *off; /* off[i] holds from at[i] on */
	int32_t first;	    /* holds before at[0] */
	struct cal_rule rule;
};

/* A stretch of time [start, end) with one offset. Neighbours may have the same. */
struct cal_seg {
	int64_t start, end;
	int32_t off;
};

/* A POSIX TZ string ("CET-1CEST,M3.5.0,M10.5.0/3"); false when it is none. */
bool cal_rule_parse(const char *text, struct cal_rule *out);
/* The segment of the rule that holds at t. */
void cal_rule_seg(const struct cal_rule *r, int64_t t, struct cal_seg *out);
void cal_zone_seg(const struct csm_zone *z, int64_t t, struct cal_seg *out);

/* Wall clock to moment for many readings close to each other: remembers the last segment. */
struct cal_walls {
	const struct csm_zone *zone;
	int64_t lo, hi; /* readings in [lo, hi) are off seconds ahead, without doubt */
	int32_t off;
};
void cal_walls_init(struct cal_walls *w, const struct csm_zone *z);
int64_t cal_walls_moment(struct cal_walls *w, int64_t wall);
/* Does the zone jump over this whole day (Samoa had no 2011-12-30)? */
bool cal_walls_skips(struct cal_walls *w, int64_t day);

/* ---- sets of intervals: in order, apart from each other, none empty ---- */

struct cal_set {
	struct csm_interval *v;
	size_t n;
};
/* Make a set of intervals in any order, which may overlap, touch or be empty. Works in place. */
void cal_set_normalize(struct cal_set *s);
struct cal_set cal_set_copy(struct csm_arena *a, struct cal_set s);
/* Union and difference may return one of the sets given. */
struct cal_set cal_set_union(struct csm_arena *a, struct cal_set x, struct cal_set y);
struct cal_set cal_set_minus(struct csm_arena *a, struct cal_set x, struct cal_set y);
/* Cut to [from, to), in place. */
void cal_set_clip(struct cal_set *s, int64_t from, int64_t to);

/* ---- definitions, checked and copied ---- */

#define CAL_DEPTH_MAX 8

struct cal_part {
	int32_t start, end; /* seconds after the day's midnight; end > start, up to two days */
};

/* An exception; those of one node are sorted: dated ones by date, then the recurring. */
struct cal_ex {
	struct csm_cal_exception def;
	struct cal_part part;
	const char *note; /* its name, or the rule as text */
};

struct cal_node {
	const char *name;
	const struct csm_zone *zone;
	struct cal_part *week[7];
	size_t nweek[7];
	struct cal_ex *ex;
	size_t nex, ndated;
	int64_t valid_from, valid_to;
	size_t *include, *exclude; /* indexes of nodes before this one */
	size_t ninclude, nexclude;
	struct cal_set set; /* open time of the window in work */
};

/*
 * Nodes in an order where each comes after what it includes and excludes; the last one is the
 * calendar itself.
 */
int cal_nodes_make(struct csm_arena *a, const struct csm_cal_def *def, const struct csm_zone *zone,
		   const char *tzdir, struct cal_node **nodes, size_t *n, struct csm_err *err);
/* First dated exception of the node on or after the day. */
size_t cal_node_dated(const struct cal_node *node, int64_t day);
/* Set the open time of all nodes in [from, to); everything is allocated in a. */
void cal_nodes_open(struct csm_arena *a, struct cal_node *nodes, size_t n, int64_t from,
		    int64_t to);
/* The exception that decides what the day is, or NULL. */
const struct cal_ex *cal_node_reason(const struct cal_node *node, int64_t day);

/* ---- the table of a calendar ---- */

/*
 * Time is cut into chunks of 2^25 seconds (388 days) from year 1 on, so that finding the chunk of a
 * moment is a shift. A chunk's intervals are computed on first use; the sum of its open seconds is
 * kept for good, for an unbroken range of chunks around the first one.
 */
#define CAL_CHUNK_BITS 25
#define CAL_CHUNK (INT64_C(1) << CAL_CHUNK_BITS)
#define CAL_CHUNKS ((CSM_TIME_MAX - CSM_TIME_MIN) / CAL_CHUNK + 1)
/* Chunks without open (or closed) time after which a search gives up. */
#define CAL_EMPTY_MAX (CSM_CAL_HORIZON_YEARS * INT64_C(31556952) / CAL_CHUNK + 1)

/* An interval inside a chunk, in seconds after the chunk's start. */
struct cal_iv {
	uint32_t start, end;
	uint32_t before; /* open seconds of the chunk before start */
};

#define CAL_SLOTS 512
struct cal_chunk {
	uint32_t n;
	uint32_t shift; /* open seconds >> shift is a slot of byopen */
	const struct cal_iv *iv;
	uint32_t bytime[CAL_SLOTS + 1]; /* first interval that ends after the slot's first second */
	uint32_t byopen[CAL_SLOTS + 2]; /* interval that holds the slot's first open second */
};

struct cal_sum {
	int64_t before;		       /* open seconds before the chunk, from an arbitrary zero */
	int64_t open;		       /* open seconds in the chunk */
	const struct cal_chunk *chunk; /* NULL: not kept */
};

struct csm_cal {
	struct csm_arena *own;	/* holds this struct, the nodes, the sums */
	struct csm_arena *kept; /* the chunks */
	struct csm_arena *scratch;
	struct cal_node *nodes;
	size_t nnodes;
	struct cal_sum *sums; /* of the chunks lo to hi - 1 stand in sums[0] to sums[hi - lo - 1] */
	int64_t lo, hi;
	struct cal_sum *room; /* the memory sums lies in */
	size_t nroom;
	unsigned nkept;
};

/* Make the range of sums reach chunk c. */
void cal_table_reach(struct csm_cal *c, int64_t chunk);
/* The intervals of a chunk; valid until the next call. */
const struct cal_chunk *cal_table_chunk(struct csm_cal *c, int64_t chunk);
/* First interval that ends after the moment (seconds in the chunk), n when there is none. */
uint32_t cal_chunk_at(const struct cal_chunk *k, uint32_t t);
/* The interval that holds an open second of the chunk, counted from 0; it must exist. */
uint32_t cal_chunk_open(const struct cal_chunk *k, uint32_t second);

#endif
