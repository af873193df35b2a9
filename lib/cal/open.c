/* SPDX-License-Identifier: MIT */
/*
 * open.c - the open time of definitions in a window of time: days by their rules, wall clocks to
 * moments, sets joined.
 */
#include "cal_priv.h"

/*
 * What decides about a day. A dated exception beats a recurring one; of the same sort, hours beat
 * closed (they open a closed day). Breaks never decide: they are taken out of whatever is open.
 */
enum rank { RANK_WEEKDAY, RANK_EVERY_CLOSED, RANK_EVERY_HOURS, RANK_DATE_CLOSED, RANK_DATE_HOURS };

/*
 * Days a span can begin before a window and still reach into it (two days, the biggest offset, a
 * skipped day), or after.
 */
#define DAYS_BEFORE 5
#define DAYS_AFTER 2

struct window {
	struct csm_arena *a;
	const struct cal_node *node;
	struct cal_walls walls;
	int64_t from, to;	     /* days, to not included */
	unsigned char *rank;	     /* per day */
	struct csm_vec open, breaks; /* struct csm_interval */
};

static enum rank rank_of(const struct csm_cal_exception *e)
{
	if (e->kind == CSM_CAL_BREAK)
		return RANK_WEEKDAY;
	if (e->every == CSM_CAL_DATE)
		return e->kind == CSM_CAL_HOURS ? RANK_DATE_HOURS : RANK_DATE_CLOSED;
	return e->kind == CSM_CAL_HOURS ? RANK_EVERY_HOURS : RANK_EVERY_CLOSED;
}

size_t cal_node_dated(const struct cal_node *node, int64_t day)
{
	size_t lo = 0, hi = node->ndated;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (node->ex[mid].def.date < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int64_t year_of(int64_t day)
{
	int64_t year;
	unsigned m, d;

	csm_civil_from_days(day, &year, &m, &d);
	return year;
}

static bool is_valid(const struct cal_node *node, int64_t day)
{
	return day >= node->valid_from && day <= node->valid_to;
}

/* Call fn for each day of the window and exception that applies to it. */
static void each_exception(struct window *w,
			   void (*fn)(struct window *w, const struct cal_ex *e, int64_t day))
{
	const struct cal_node *node = w->node;
	int64_t first = year_of(w->from) - 1, last = year_of(w->to) + 1, day;

	for (size_t i = cal_node_dated(node, w->from);
	     i < node->ndated && node->ex[i].def.date < w->to; i++)
		if (is_valid(node, node->ex[i].def.date))
			fn(w, &node->ex[i], node->ex[i].def.date);
	for (size_t i = node->ndated; i < node->nex; i++)
		for (int64_t y = first; y <= last; y++)
			if (csm_cal_every_day(&node->ex[i].def, y, &day) && day >= w->from &&
			    day < w->to && is_valid(node, day))
				fn(w, &node->ex[i], day);
}

static void raise_rank(struct window *w, const struct cal_ex *e, int64_t day)
{
	enum rank r = rank_of(&e->def);

	if (r > w->rank[day - w->from])
		w->rank[day - w->from] = (unsigned char)r;
}

static void add_part(struct window *w, struct csm_vec *to, int64_t day, const struct cal_part *part)
{
	struct csm_interval *i;
	int64_t midnight = day * CSM_DAY;

	if (cal_walls_skips(&w->walls, day))
		return;
	i = csm_vec_add(to);
	i->start = cal_walls_moment(&w->walls, midnight + part->start);
	i->end = cal_walls_moment(&w->walls, midnight + part->end);
}

static void add_exception(struct window *w, const struct cal_ex *e, int64_t day)
{
	if (e->def.kind == CSM_CAL_BREAK)
		add_part(w, &w->breaks, day, &e->part);
	else if (e->def.kind == CSM_CAL_HOURS && w->rank[day - w->from] == rank_of(&e->def))
		add_part(w, &w->open, day, &e->part);
}

static void add_weekdays(struct window *w)
{
	const struct cal_node *node = w->node;
	int64_t from = node->valid_from > w->from ? node->valid_from : w->from;
	int64_t to = node->valid_to < w->to ? node->valid_to + 1 : w->to;

	for (int64_t day = from; day < to; day++) {
		unsigned wd = csm_weekday(day);

		if (w->rank[day - w->from] != RANK_WEEKDAY)
			continue;
		for (size_t i = 0; i < node->nweek[wd]; i++)
			add_part(w, &w->open, day, &node->week[wd][i]);
	}
}

/* The midnight that begins a day, as a moment; far days mean "always". */
static int64_t midnight_of(struct window *w, int64_t day, int64_t otherwise)
{
	if (day < w->from || day > w->to)
		return otherwise;
	return cal_walls_moment(&w->walls, day * CSM_DAY);
}

/* What is included counts while the including calendar is valid, from midnight to midnight. */
static void clip_validity(struct window *w, struct cal_set *s)
{
	const struct cal_node *node = w->node;

	if (node->valid_from >= w->to || node->valid_to < w->from) {
		s->n = 0;
		return;
	}
	cal_set_clip(s, midnight_of(w, node->valid_from, CAL_BEFORE),
		     node->valid_to < w->to ? midnight_of(w, node->valid_to + 1, CAL_AFTER)
					    : CAL_AFTER);
}

static struct cal_set take_set(struct csm_vec *v)
{
	struct cal_set s = { v->p, v->n };

	cal_set_normalize(&s);
	return s;
}

static struct cal_set join_children(struct csm_arena *a, const struct cal_node *nodes,
				    const size_t *index, size_t n)
{
	struct cal_set s = { NULL, 0 };

	for (size_t i = 0; i < n; i++)
		s = cal_set_union(a, s, nodes[index[i]].set);
	return s;
}

static void open_node(struct csm_arena *a, struct cal_node *nodes, struct cal_node *node,
		      int64_t from, int64_t to)
{
	struct window w = { .a = a, .node = node, .from = from, .to = to };
	struct cal_set included;

	w.open = (struct csm_vec)CSM_VEC(a, struct csm_interval);
	w.breaks = (struct csm_vec)CSM_VEC(a, struct csm_interval);
	w.rank = csm_alloc(a, (size_t)(to - from));
	cal_walls_init(&w.walls, node->zone);
	each_exception(&w, raise_rank);
	add_weekdays(&w);
	each_exception(&w, add_exception);
	node->set = cal_set_minus(a, take_set(&w.open), take_set(&w.breaks));
	if (node->ninclude > 0) {
		included = cal_set_copy(a, join_children(a, nodes, node->include, node->ninclude));
		clip_validity(&w, &included);
		node->set = cal_set_union(a, node->set, included);
	}
	node->set =
		cal_set_minus(a, node->set, join_children(a, nodes, node->exclude, node->nexclude));
}

static int64_t floor_day(int64_t t)
{
	return t >= 0 ? t / CSM_DAY : -((-t + CSM_DAY - 1) / CSM_DAY);
}

void cal_nodes_open(struct csm_arena *a, struct cal_node *nodes, size_t n, int64_t from, int64_t to)
{
	int64_t first = floor_day(from) - DAYS_BEFORE, last = floor_day(to) + DAYS_AFTER + 1;

	for (size_t i = 0; i < n; i++)
		open_node(a, nodes, &nodes[i], first, last);
	cal_set_clip(&nodes[n - 1].set, from, to);
}

/* Does the exception apply to the day? */
static bool applies_to(const struct cal_ex *e, int64_t day)
{
	int64_t year = year_of(day), d;

	if (e->def.every == CSM_CAL_DATE)
		return e->def.date == day;
	for (int64_t y = year - 1; y <= year + 1; y++)
		if (csm_cal_every_day(&e->def, y, &d) && d == day)
			return true;
	return false;
}

const struct cal_ex *cal_node_reason(const struct cal_node *node, int64_t day)
{
	const struct cal_ex *best = NULL;

	if (!is_valid(node, day))
		return NULL;
	for (size_t i = cal_node_dated(node, day); i < node->nex; i++) {
		const struct cal_ex *e = &node->ex[i];

		if (e->def.every == CSM_CAL_DATE && e->def.date != day) {
			i = node->ndated -
			    1; /* the dated ones of this day are over: on to the recurring */
			continue;
		}
		if (applies_to(e, day) && (!best || rank_of(&e->def) > rank_of(&best->def)))
			best = e;
	}
	return best;
}
