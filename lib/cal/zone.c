/* SPDX-License-Identifier: MIT */
/* zone.c - a zone as a function: the offset at a moment, the moment of a wall clock reading. */
#include <string.h>

#include "cal_priv.h"

const char *csm_zone_name(const struct csm_zone *z)
{
	return z->name;
}

/* Number of transitions at or before t. */
static size_t count_transitions(const struct csm_zone *z, int64_t t)
{
	size_t lo = 0, hi = z->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (z->at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void cal_zone_seg(const struct csm_zone *z, int64_t t, struct cal_seg *out)
{
	size_t i = count_transitions(z, t);

	if (i == z->n && z->rule.present) {
		cal_rule_seg(&z->rule, t, out);
		if (i > 0 && out->start < z->at[i - 1])
			out->start = z->at[i - 1];
		return;
	}
	out->start = i > 0 ? z->at[i - 1] : CAL_BEFORE;
	out->end = i < z->n ? z->at[i] : CAL_AFTER;
	out->off = i > 0 ? z->off[i - 1] : z->first;
}

int32_t csm_zone_offset(const struct csm_zone *z, int64_t t)
{
	struct cal_seg s;

	cal_zone_seg(z, t, &s);
	return s.off;
}

/*
 * The first segment whose wall clock is not yet past the reading holds it (so an overlap gives the
 * first), or begins after it: then the reading is in a gap, and counting with the offset before the
 * gap moves it forward by the gap. gap_end gets the first reading after the gap, or INT64_MIN when
 * the reading exists.
 */
static int64_t find_moment(const struct csm_zone *z, int64_t wall, struct cal_seg *seg,
			   int64_t *gap_end)
{
	int32_t before;

	*gap_end = INT64_MIN;
	cal_zone_seg(z, wall - 2 * CSM_DAY, seg);
	before = seg->off;
	while (wall >= seg->end + seg->off) {
		before = seg->off;
		cal_zone_seg(z, seg->end, seg);
	}
	if (wall >= seg->start + seg->off)
		return wall - seg->off;
	*gap_end = seg->start + seg->off;
	return wall - before;
}

/*
 * Readings and moments are kept where a sum with an offset cannot overflow; csm's own lie well
 * inside.
 */
static int64_t clamp_wall(int64_t wall)
{
	const int64_t margin = 4000 * CSM_DAY;

	if (wall < CSM_TIME_MIN - margin)
		return CSM_TIME_MIN - margin;
	return wall > CSM_TIME_MAX + margin ? CSM_TIME_MAX + margin : wall;
}

int64_t csm_zone_from_wall(const struct csm_zone *z, int64_t wall)
{
	struct cal_seg seg;
	int64_t gap_end;

	return find_moment(z, clamp_wall(wall), &seg, &gap_end);
}

void cal_walls_init(struct cal_walls *w, const struct csm_zone *z)
{
	w->zone = z;
	w->lo = INT64_MAX;
	w->hi = INT64_MIN;
	w->off = 0;
}

int64_t cal_walls_moment(struct cal_walls *w, int64_t wall)
{
	struct cal_seg seg;
	int64_t t, gap_end;

	if (wall >= w->lo && wall < w->hi)
		return wall - w->off;
	t = find_moment(w->zone, wall, &seg, &gap_end);
	/* A reading this far into a segment cannot also belong to one before it. */
	w->lo = seg.start + CAL_OFFSET_MAX;
	w->hi = seg.end + seg.off;
	w->off = seg.off;
	return t;
}

bool cal_walls_skips(struct cal_walls *w, int64_t day)
{
	int64_t start = day * CSM_DAY, gap_end;
	struct cal_seg seg;

	if (start >= w->lo && start < w->hi)
		return false;
	find_moment(w->zone, start, &seg, &gap_end);
	return gap_end >= start + CSM_DAY;
}
