/* SPDX-License-Identifier: MIT */
/*
 * t_cal_help.h - what the tests of working time share: seeded random numbers, the names of all zones, a
 * slow wall clock.
 */
#ifndef CSM_T_CAL_HELP_H
#define CSM_T_CAL_HELP_H

#include <csm/arena.h>
#include <csm/cal.h>
#include <csm/time.h>

#include "t.h"

#define T_ZONEINFO "/usr/share/zoneinfo"

/* xorshift64; the state must not be 0. */
static uint64_t t_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A number of [lo, hi]. */
static int64_t t_between(uint64_t *state, int64_t lo, int64_t hi)
{
	return lo + (int64_t)(t_random(state) % (uint64_t)(hi - lo + 1));
}

static void t_add_zone(struct csm_arena *a, struct csm_vec *v, const char *name)
{
	FILE *f = fopen(csm_sprintf(a, T_ZONEINFO "/%s", name), "r");

	if (!f) /* old names are in a package of their own on some systems */
		return;
	fclose(f);
	*(const char **)csm_vec_add(v) = csm_strdup(a, name);
}

/*
 * Every zone and alias that tzdata's own list names and the system has: struct csm_vec of const char *. Where
 * the list is not installed, the zones of the countries.
 */
static struct csm_vec t_zone_names(struct csm_arena *a)
{
	struct csm_vec v = CSM_VEC(a, const char *);
	FILE *list = fopen(T_ZONEINFO "/tzdata.zi", "r"), *tab = list ? NULL : fopen(T_ZONEINFO "/zone.tab", "r");
	char line[512], name[128];

	T_OK(list || tab);
	while (list && fgets(line, sizeof(line), list))
		if (sscanf(line, "Z %127s", name) == 1 || sscanf(line, "L %*s %127s", name) == 1)
			t_add_zone(a, &v, name);
	while (tab && fgets(line, sizeof(line), tab))
		if (line[0] != '#' && sscanf(line, "%*s %*s %127s", name) == 1)
			t_add_zone(a, &v, name);
	if (list)
		fclose(list);
	if (tab)
		fclose(tab);
	T_OK(v.n > 400);
	return v;
}

/*
 * By hand, from the definition: the first moment with that reading, else the offset that held before the
 * gap.
 */
static int64_t t_wall_by_search(const struct csm_zone *z, int64_t wall)
{
	int64_t lo = wall - 2 * CSM_DAY, hi = wall + 2 * CSM_DAY, best = INT64_MAX;

	for (int64_t t = lo; t <= hi; t += 3 * 3600) {
		int64_t m = wall - csm_zone_offset(z, t);

		if (csm_zone_offset(z, m) == wall - m && m < best)
			best = m;
	}
	if (best != INT64_MAX)
		return best;
	while (hi - lo > 1) { /* the last moment whose clock has not reached the reading */
		int64_t mid = lo + (hi - lo) / 2;

		if (mid + csm_zone_offset(z, mid) < wall)
			lo = mid;
		else
			hi = mid;
	}
	return wall - csm_zone_offset(z, lo);
}

#endif
