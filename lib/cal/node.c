/* SPDX-License-Identifier: MIT */
/*
 * node.c - definitions of calendars checked, copied and put in the order in which they can be
 * computed.
 */
#include <stdlib.h>
#include <string.h>

#include "cal_priv.h"

struct maker {
	struct csm_arena *a;
	const struct csm_zone *floating;
	const char *tzdir;
	struct csm_vec nodes; /* struct cal_node */
	struct csm_vec done;  /* struct made, one per node */
	const struct csm_cal_def *path[CAL_DEPTH_MAX + 1];
	unsigned depth;
	struct csm_err *err;
};

struct made {
	const struct csm_cal_def *def;
	unsigned height; /* levels of includes and excludes below it */
};

static int make_node(struct maker *m, const struct csm_cal_def *def, size_t *index);

static const char *name_of(const struct csm_cal_def *def)
{
	return def->name ? def->name : "";
}

/*
 * Two clock readings as a part of a day: an end that is not after its start belongs to the next
 * day.
 */
static bool make_part(int32_t start, int32_t end, struct cal_part *out)
{
	if (start < 0 || start >= CSM_DAY || end < 0 || end > CSM_DAY)
		return false;
	out->start = start;
	out->end = end > start ? end : end + (int32_t)CSM_DAY;
	return true;
}

static int compare_parts(const void *x, const void *y)
{
	const struct cal_part *a = x, *b = y;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

static int copy_spans(struct maker *m, const struct csm_cal_def *def, struct cal_node *node)
{
	for (unsigned d = 0; d < 7; d++)
		node->week[d] = csm_calloc(m->a, def->nspans, sizeof(*node->week[d]));
	for (unsigned i = 0; i < def->nspans; i++) {
		const struct csm_cal_span *s = &def->spans[i];
		struct cal_part part;

		if (!make_part(s->start, s->end, &part))
			return csm_fail(
				m->err, CSM_E_INVALID,
				"schedule '%.128s': span %u goes from second %d to %d of a day "
				"(expected a start before 24:00 and an end up to 24:00)",
				name_of(def), i + 1, (int)s->start, (int)s->end);
		if (s->days == 0 || s->days > 0x7f)
			return csm_fail(m->err, CSM_E_INVALID,
					"schedule '%.128s': span %u names no day of the week",
					name_of(def), i + 1);
		for (unsigned d = 0; d < 7; d++)
			if (s->days & 1u << d)
				node->week[d][node->nweek[d]++] = part;
	}
	for (unsigned d = 0; d < 7; d++)
		qsort(node->week[d], node->nweek[d], sizeof(*node->week[d]), compare_parts);
	return CSM_OK;
}

static bool in_range(int64_t n, int64_t min, int64_t max)
{
	return n >= min && n <= max;
}

static bool check_exception(const struct csm_cal_exception *e)
{
	if (!in_range((int)e->kind, CSM_CAL_CLOSED, CSM_CAL_BREAK))
		return false;
	switch (e->every) {
	case CSM_CAL_DATE:
		return in_range(e->date, CSM_TIME_MIN / CSM_DAY, CSM_TIME_MAX / CSM_DAY);
	case CSM_CAL_MONTH_DAY:
		return in_range(e->month, 1, 12) &&
		       in_range(e->day, 1, csm_days_in_month(2000, (unsigned)e->month));
	case CSM_CAL_NTH_WEEKDAY:
		return in_range(e->month, 1, 12) && in_range(e->weekday, 0, 6) &&
		       (e->nth == -1 || in_range(e->nth, 1, 5));
	case CSM_CAL_EASTER:
		return in_range(e->offset, -366, 366);
	}
	return false;
}

static int compare_exceptions(const void *x, const void *y)
{
	const struct cal_ex *a = x, *b = y;
	bool da = a->def.every == CSM_CAL_DATE, db = b->def.every == CSM_CAL_DATE;

	if (da != db)
		return da ? -1 : 1;
	if (da && a->def.date != b->def.date)
		return a->def.date < b->def.date ? -1 : 1;
	return compare_parts(&a->part, &b->part);
}

static int copy_exceptions(struct maker *m, const struct csm_cal_def *def, struct cal_node *node)
{
	node->ex = csm_calloc(m->a, def->nexceptions, sizeof(*node->ex));
	node->nex = def->nexceptions;
	for (unsigned i = 0; i < def->nexceptions; i++) {
		struct cal_ex *e = &node->ex[i];

		e->def = def->exceptions[i];
		if (!check_exception(&e->def))
			return csm_fail(m->err, CSM_E_INVALID,
					"schedule '%.128s': exception %u names no possible day",
					name_of(def), i + 1);
		if (e->def.kind != CSM_CAL_CLOSED && !make_part(e->def.start, e->def.end, &e->part))
			return csm_fail(m->err, CSM_E_INVALID,
					"schedule '%.128s': exception %u goes from second %d to %d "
					"of a day "
					"(expected a start before 24:00 and an end up to 24:00)",
					name_of(def), i + 1, (int)e->def.start, (int)e->def.end);
		e->def.name = csm_strdup(m->a, e->def.name);
		e->note = e->def.name && e->def.name[0] ? e->def.name
							: csm_cal_every_format(m->a, &e->def);
		node->ndated += e->def.every == CSM_CAL_DATE;
	}
	qsort(node->ex, node->nex, sizeof(*node->ex), compare_exceptions);
	return CSM_OK;
}

static int find_zone(struct maker *m, const struct csm_cal_def *def, struct cal_node *node)
{
	if (def->zone) {
		int rc = csm_zone_load(m->a, m->tzdir, def->zone, &node->zone, m->err);

		return rc == CSM_OK ? rc : csm_wrap(m->err, "schedule '%.128s'", name_of(def));
	}
	node->zone = m->floating;
	if (!node->zone)
		return csm_fail(m->err, CSM_E_INVALID,
				"schedule '%.128s' has no time zone of its own and none was given",
				name_of(def));
	return CSM_OK;
}

static int make_children(struct maker *m, const struct csm_cal_def *const *defs, unsigned n,
			 size_t **out, unsigned *height)
{
	*out = csm_calloc(m->a, n, sizeof(**out));
	for (unsigned i = 0; i < n; i++) {
		unsigned below;
		int rc = make_node(m, defs[i], *out + i);

		if (rc != CSM_OK)
			return rc;
		below = CSM_AT(&m->done, struct made, (*out)[i])->height + 1;
		if (below > *height)
			*height = below;
	}
	return CSM_OK;
}

static int refuse_depth(struct maker *m, const struct csm_cal_def *def)
{
	return csm_fail(m->err, CSM_E_INVALID,
			"schedule '%.128s' is included or excluded more than %d levels deep",
			name_of(def), CAL_DEPTH_MAX);
}

/* Find a definition that was met before. *index stays SIZE_MAX when it is a new one. */
static int find_made(struct maker *m, const struct csm_cal_def *def, size_t *index)
{
	*index = SIZE_MAX;
	for (unsigned i = 0; i < m->depth; i++)
		if (m->path[i] == def)
			return csm_fail(m->err, CSM_E_INVALID,
					"schedule '%.128s' includes or excludes itself",
					name_of(def));
	for (size_t i = 0; i < m->done.n; i++)
		if (CSM_AT(&m->done, struct made, i)->def == def)
			*index = i;
	if (*index == SIZE_MAX
		    ? m->depth > CAL_DEPTH_MAX
		    : m->depth + CSM_AT(&m->done, struct made, *index)->height > CAL_DEPTH_MAX)
		return refuse_depth(m, def);
	return CSM_OK;
}

/* Each definition becomes one node, however often it is named. */
static int make_node(struct maker *m, const struct csm_cal_def *def, size_t *index)
{
	struct cal_node node = { .name = NULL };
	unsigned height = 0;
	int rc = find_made(m, def, index);

	if (rc != CSM_OK || *index != SIZE_MAX)
		return rc;
	node.name = csm_strdup(m->a, name_of(def));
	node.valid_from = def->valid_from;
	node.valid_to = def->valid_to;
	node.ninclude = def->ninclude;
	node.nexclude = def->nexclude;
	if (def->valid_from > def->valid_to)
		return csm_fail(m->err, CSM_E_INVALID,
				"schedule '%.128s' is valid to a day before it is valid from",
				name_of(def));
	m->path[m->depth++] = def;
	rc = find_zone(m, def, &node);
	if (rc == CSM_OK)
		rc = copy_spans(m, def, &node);
	if (rc == CSM_OK)
		rc = copy_exceptions(m, def, &node);
	if (rc == CSM_OK)
		rc = make_children(m, def->include, def->ninclude, &node.include, &height);
	if (rc == CSM_OK)
		rc = make_children(m, def->exclude, def->nexclude, &node.exclude, &height);
	m->depth--;
	if (rc != CSM_OK)
		return rc;
	*index = m->nodes.n;
	*(struct cal_node *)csm_vec_add(&m->nodes) = node;
	*(struct made *)csm_vec_add(&m->done) = (struct made){ def, height };
	return CSM_OK;
}

int cal_nodes_make(struct csm_arena *a, const struct csm_cal_def *def, const struct csm_zone *zone,
		   const char *tzdir, struct cal_node **nodes, size_t *n, struct csm_err *err)
{
	struct maker m = { .a = a, .floating = zone, .tzdir = tzdir, .err = err };
	size_t index;
	int rc;

	m.nodes = (struct csm_vec)CSM_VEC(a, struct cal_node);
	m.done = (struct csm_vec)CSM_VEC(a, struct made);
	rc = make_node(&m, def, &index);
	*nodes = m.nodes.p;
	*n = m.nodes.n;
	return rc;
}
