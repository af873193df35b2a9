/* SPDX-License-Identifier: MIT */
/*
 * sla_attain.c - how many SLAs were kept: completed without breach of all that were completed. Paused,
 * cancelled and running ones are none of either (domain 6.5).
 */
#include "sla_report.h"

struct attain {
	struct sla_groups *groups;
	struct csm_sla_group *all;
	int64_t first, last; /* ends met so far */
};

static void count(struct csm_sla_group *g, const struct csm_rec *sla)
{
	if (csm_rec_int(sla, SLA_HAS_BREACHED))
		g->missed++;
	else
		g->met++;
	g->imported += csm_rec_int(sla, SLA_FROM_IMPORT) != 0;
}

static int count_one(void *arg, struct csm_rec *sla, struct csm_err *err)
{
	struct attain *t = arg;
	int64_t end = csm_rec_int(sla, SLA_END_AT);
	struct csm_sla_group *g;
	int rc = sla_groups_of(t->groups, sla, &g, err);

	if (rc)
		return rc;
	count(g, sla);
	count(t->all, sla);
	t->first = end < t->first ? end : t->first;
	t->last = end > t->last ? end : t->last;
	return CSM_OK;
}

static const char *condition(const struct csm_attain_opts *o, struct csm_arena *a)
{
	struct csm_buf b = CSM_BUF(a);
	char text[CSM_TIME_SIZE];

	csm_buf_add(&b, "stage = completed and end_at is not null");
	if (o->from > CSM_TIME_MIN)
		csm_buf_addf(&b, " and end_at >= '%s'", csm_time_format(o->from, text));
	if (o->to < CSM_TIME_MAX)
		csm_buf_addf(&b, " and end_at < '%s'", csm_time_format(o->to, text));
	return b.s;
}

/* A month without any is told of too: a gap in a series reads as forgotten, not as none. */
static void add_months(struct attain *t, const struct csm_attain_opts *o)
{
	int64_t from = o->from > CSM_TIME_MIN ? o->from : t->first;
	int64_t to = o->to < CSM_TIME_MAX ? o->to - 1 : t->last;

	if (from <= to)
		sla_groups_months(t->groups, from, to);
}

int csm_sla_attainment(struct csm_store *s, const struct csm_attain_opts *o, struct csm_arena *a,
		       struct csm_sla_group **groups, unsigned *n, struct csm_sla_group *all,
		       struct csm_err *err)
{
	static const int columns[] = { SLA_END_AT, SLA_HAS_BREACHED, SLA_FROM_IMPORT, SLA_SLA_DEFINITION,
				       SLA_PARENT_CASE, SLA_CASE_TASK, -1 };
	struct csm_arena *own CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct sla_walk w = { .store = s, .arena = own, .past = csm_store_moment(s) >= 0 };
	struct attain t = { sla_groups_new(s, a, o->by, o->zone), all, CSM_TIME_MAX, CSM_TIME_MIN };
	struct sla_query q = { .cond = condition(o, own),
			       .where = o->where,
			       .columns = columns,
			       .sort = -1,
			       .each = count_one,
			       .arg = &t };
	int rc;

	*all = (struct csm_sla_group){ .due = CSM_TIME_MAX };
	rc = sla_walk(&w, &q, err);
	if (rc)
		return rc;
	if (o->by == CSM_BY_MONTH)
		add_months(&t, o);
	return sla_groups_list(t.groups, groups, n, err);
}

const char *csm_sla_percent(struct csm_arena *a, const struct csm_sla_group *g)
{
	int64_t total = g->met + g->missed, whole, part;

	if (!total)
		return NULL;
	whole = g->met * 100 / total;
	part = g->met * 100 % total * 100 / total;
	return csm_sprintf(a, "%lld.%02lld", (long long)whole, (long long)part);
}
