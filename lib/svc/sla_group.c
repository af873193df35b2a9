/* SPDX-License-Identifier: MIT */
/* sla_group.c - SLA records counted by what they have in common: a table of groups by a number each. */
#include "sla_report.h"

#define NO_KEY INT64_MIN

struct entry {
	int64_t key;
	struct csm_sla_group group;
};
struct sla_groups {
	struct csm_store *store;
	struct csm_arena *arena;
	enum csm_sla_by by;
	const struct csm_zone *zone;
	struct csm_path path[2]; /* of a case, of a case task */
	struct entry **slots; /* NULL: free */
	size_t n, room;	      /* room: a power of 2 */
};

/* What each is called, and the field of a case or case task that says it. */
static const struct {
	const char *word, *field;
	const struct csm_rtype *target; /* what the field refers to */
} bys[] = {
	[CSM_BY_ACCOUNT] = { "account", "account", &csm_type_account },
	[CSM_BY_ASSIGNEE] = { "assignee", "assigned_to", &csm_type_user },
	[CSM_BY_GROUP] = { "group", "assignment_group", &csm_type_group },
	[CSM_BY_MONTH] = { "month", NULL, NULL },
	[CSM_BY_PRIORITY] = { "priority", "priority", NULL },
	[CSM_BY_SLA] = { "sla", NULL, &csm_type_sla_definition },
};

enum csm_sla_by csm_sla_by_named(const char *word)
{
	for (unsigned i = 0; word && i < CSM_COUNT(bys); i++)
		if (bys[i].word && strcmp(bys[i].word, word) == 0)
			return (enum csm_sla_by)i;
	return CSM_BY_NOTHING;
}

struct sla_groups *sla_groups_new(struct csm_store *s, struct csm_arena *a, enum csm_sla_by by,
				  const struct csm_zone *zone)
{
	struct sla_groups *g = csm_alloc(a, sizeof(*g));

	*g = (struct sla_groups){ .store = s, .arena = a, .by = by, .zone = zone, .room = 64 };
	g->slots = csm_calloc(a, g->room, sizeof(*g->slots));
	return g;
}

/* ---- the number of a record's group ---- */

static int64_t month_of(const struct sla_groups *g, int64_t t)
{
	int64_t year;
	unsigned month, day;

	t += g->zone ? csm_zone_offset(g->zone, t) : 0;
	csm_civil_from_days(t / CSM_DAY - (t % CSM_DAY < 0), &year, &month, &day);
	return year * 12 + (int64_t)month - 1;
}

static int task_value(struct sla_groups *g, const struct csm_rec *sla, int64_t *key, struct csm_err *err)
{
	static const char *const owners[] = { "parent_case", "case_task" };
	unsigned i = csm_rec_null(sla, SLA_PARENT_CASE);
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(g->arena);
	const struct csm_rec *task;
	struct csm_path *p = &g->path[i];
	int rc = CSM_OK;

	if (!p->n)
		rc = csm_path_parse(g->arena, csm_store_dict(g->store), &csm_type_sla,
				    csm_sprintf(a, "%s.%s", owners[i], bys[g->by].field), p, err);
	if (!rc)
		rc = csm_store_follow(g->store, sla, p, a, &task, err);
	if (!rc && task && !csm_rec_null(task, p->field[p->n - 1]))
		*key = csm_rec_int(task, p->field[p->n - 1]);
	return rc;
}

static int find_key(struct sla_groups *g, const struct csm_rec *sla, int64_t *key, struct csm_err *err)
{
	*key = NO_KEY;
	if (g->by == CSM_BY_SLA)
		*key = csm_rec_int(sla, SLA_SLA_DEFINITION);
	else if (g->by == CSM_BY_MONTH && !csm_rec_null(sla, SLA_END_AT))
		*key = month_of(g, csm_rec_int(sla, SLA_END_AT));
	else if (g->by != CSM_BY_NOTHING && bys[g->by].field)
		return task_value(g, sla, key, err);
	return CSM_OK;
}

/* ---- the table ---- */

static struct entry **find_slot(struct entry **slots, size_t room, int64_t key)
{
	size_t i = csm_hash_int(0, (uint64_t)key) & (room - 1);

	while (slots[i] && slots[i]->key != key)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static void make_room(struct sla_groups *g)
{
	size_t room = g->room * 2;
	struct entry **slots = csm_calloc(g->arena, room, sizeof(struct entry *));

	for (size_t i = 0; i < g->room; i++)
		if (g->slots[i])
			*find_slot(slots, room, g->slots[i]->key) = g->slots[i];
	g->slots = slots;
	g->room = room;
}

static struct csm_sla_group *get_group(struct sla_groups *g, int64_t key)
{
	struct entry **at = find_slot(g->slots, g->room, key);

	if (*at)
		return &(*at)->group;
	if (g->n * 2 >= g->room) {
		make_room(g);
		at = find_slot(g->slots, g->room, key);
	}
	*at = csm_alloc(g->arena, sizeof(**at));
	(*at)->key = key;
	(*at)->group.due = CSM_TIME_MAX;
	g->n++;
	return &(*at)->group;
}

int sla_groups_of(struct sla_groups *g, const struct csm_rec *sla, struct csm_sla_group **out,
		  struct csm_err *err)
{
	int64_t key;
	int rc = find_key(g, sla, &key, err);

	if (!rc)
		*out = get_group(g, key);
	return rc;
}

void sla_groups_months(struct sla_groups *g, int64_t from, int64_t to)
{
	for (int64_t m = month_of(g, from); m <= month_of(g, to); m++)
		get_group(g, m);
}

/* ---- keys and names, in order ---- */

static int name_group(struct sla_groups *g, struct entry *e, struct csm_err *err)
{
	const struct csm_rtype *t = bys[g->by].target;
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(g->arena);
	struct csm_rec *r;
	int rc;

	if (e->key == NO_KEY)
		return CSM_OK;
	if (g->by == CSM_BY_MONTH)
		e->group.key = csm_sprintf(g->arena, "%04lld-%02lld", (long long)(e->key / 12),
					   (long long)(e->key % 12 + 1));
	if (g->by == CSM_BY_PRIORITY)
		e->group.key = csm_sprintf(g->arena, "%lld", (long long)e->key);
	if (!t)
		return CSM_OK;
	rc = csm_store_key(g->store, t, e->key, g->arena, &e->group.key, err);
	if (rc || g->by != CSM_BY_ACCOUNT)
		return rc;
	rc = csm_store_get(g->store, t, e->key, a, &r, err);
	if (!rc && r)
		e->group.name = csm_strdup(g->arena, csm_rec_text(r, ACCOUNT_NAME));
	return rc;
}

/* By name, and by key where two are called the same; none is last. */
static int by_name(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int order = 0;

	if (!a->group.key || !b->group.key)
		return !a->group.key - !b->group.key;
	if (a->group.name && b->group.name)
		order = strcmp(a->group.name, b->group.name);
	return order ? order : strcmp(a->group.key, b->group.key);
}

static int by_number(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->key == NO_KEY || b->key == NO_KEY)
		return (a->key == NO_KEY) - (b->key == NO_KEY);
	return a->key < b->key ? -1 : a->key > b->key;
}

int sla_groups_list(struct sla_groups *g, struct csm_sla_group **out, unsigned *n, struct csm_err *err)
{
	bool numbers = g->by == CSM_BY_MONTH || g->by == CSM_BY_PRIORITY;
	struct entry *all = csm_calloc(g->arena, g->n + 1, sizeof(*all));
	size_t k = 0;
	int rc = CSM_OK;

	for (size_t i = 0; i < g->room; i++)
		if (g->slots[i])
			all[k++] = *g->slots[i];
	for (size_t i = 0; !rc && i < k; i++)
		rc = name_group(g, &all[i], err);
	if (rc)
		return rc;
	qsort(all, k, sizeof(*all), numbers ? by_number : by_name);
	*out = csm_calloc(g->arena, k + 1, sizeof(**out));
	for (size_t i = 0; i < k; i++)
		(*out)[i] = all[i].group;
	*n = (unsigned)k;
	return CSM_OK;
}
