/* SPDX-License-Identifier: MIT */
/*
 * sla_breach.c - which SLAs are breached, were completed late or are due soon, and the marks that each is
 * reported once.
 */
#include "sla_report.h"

struct report {
	struct csm_store *store;
	const struct csm_breach_opts *opts;
	enum csm_breach_kind kind;
	int (*each)(void *arg, struct csm_rec *sla, const struct csm_breach *b, struct csm_err *err);
	void *arg;
};

const char *csm_breach_word(enum csm_breach_kind kind)
{
	static const char *const words[] = { "breached", "late", "soon" };

	return words[kind];
}

static int mark(struct csm_store *s, struct csm_rec *sla, enum csm_breach_kind kind, struct csm_err *err)
{
	int64_t now = csm_store_now(s);

	csm_rec_set_int(sla, kind == CSM_BREACH_SOON ? SLA_SOON_REPORTED_AT : SLA_BREACH_REPORTED_AT, now);
	if (kind != CSM_BREACH_SOON && !csm_rec_int(sla, SLA_HAS_BREACHED)) {
		csm_rec_set_int(sla, SLA_HAS_BREACHED, 1);
		csm_rec_set_int(sla, SLA_BREACHED_AT, csm_rec_int(sla, SLA_PLANNED_END_AT));
	}
	return csm_store_write(s, sla, CSM_WRITE_NORMAL, -1, err);
}

/*
 * The due moment is the planned end, where that has passed; else the one that did: a pause takes the
 * planned end away, and a load may state a breach of an earlier one.
 */
static struct csm_breach tell(const struct report *p, const struct csm_rec *sla)
{
	int64_t due = csm_rec_int(sla, SLA_PLANNED_END_AT);
	int64_t at = !csm_rec_null(sla, SLA_END_AT) ? csm_rec_int(sla, SLA_END_AT)
		     : !csm_rec_null(sla, SLA_PAUSE_AT) ? csm_rec_int(sla, SLA_PAUSE_AT)
							: csm_store_now(p->store);

	if (p->kind != CSM_BREACH_SOON && (csm_rec_null(sla, SLA_PLANNED_END_AT) || due >= at))
		due = csm_rec_int(sla, SLA_BREACHED_AT);
	return (struct csm_breach){ .kind = p->kind, .due = due, .left = due - at };
}

static int report_one(void *arg, struct csm_rec *sla, struct csm_err *err)
{
	const struct report *p = arg;
	struct csm_breach b = tell(p, sla);
	int rc = p->each(p->arg, sla, &b, err);

	return rc || !p->opts->mark ? rc : mark(p->store, sla, p->kind, err);
}

static int report_kind(struct sla_walk *w, struct report *p, enum csm_breach_kind kind, const char *cond,
		       int sort, struct csm_err *err)
{
	static const char *const unreported[] = { " and breach_reported_at is null",
						  " and breach_reported_at is null",
						  " and soon_reported_at is null" };
	static const int runs[] = { SLA_NUMBER, SLA_PARENT_CASE, SLA_CASE_TASK, SLA_SLA_DEFINITION,
				    SLA_STAGE,	SLA_BREACHED_AT, SLA_PAUSE_AT,	SLA_PLANNED_END_AT, -1 };
	static const int ended[] = { SLA_NUMBER, SLA_PARENT_CASE, SLA_CASE_TASK, SLA_SLA_DEFINITION,
				     SLA_STAGE,	 SLA_BREACHED_AT, SLA_END_AT,	 SLA_PLANNED_END_AT, -1 };
	struct sla_query q = { .where = p->opts->where,
			       .columns = kind == CSM_BREACH_LATE ? ended : runs,
			       .sort = sort,
			       .writes = p->opts->mark,
			       .each = report_one,
			       .arg = p };

	p->kind = kind;
	q.cond = csm_sprintf(w->arena, "%s%s", cond, p->opts->only_new ? unreported[kind] : "");
	return sla_walk(w, &q, err);
}

/* A moment as a condition takes it. */
static const char *quote_time(struct csm_arena *a, int64_t t)
{
	char text[CSM_TIME_SIZE];

	return csm_sprintf(a, "'%s'", csm_time_format(t, text));
}

/* The terms of the partial indexes at the end of the schema's steps, literally, sorted by their columns. */
static int report_all(struct sla_walk *w, struct report *p, struct csm_err *err)
{
	const struct csm_breach_opts *o = p->opts;
	const char *late = "has_breached = true and stage = completed";
	int64_t until;
	int rc = report_kind(w, p, CSM_BREACH_RUNS,
			     "active = true and stage = in_progress and planned_end_at < now",
			     SLA_PLANNED_END_AT, err);

	if (!rc)
		rc = report_kind(w, p, CSM_BREACH_RUNS,
				 "has_breached = true and stage in (in_progress, paused)"
				 " and (planned_end_at is null or planned_end_at >= now)",
				 SLA_BREACHED_AT, err);
	if (o->since > CSM_TIME_MIN)
		late = csm_sprintf(w->arena, "%s and end_at >= %s", late, quote_time(w->arena, o->since));
	if (!rc)
		rc = report_kind(w, p, CSM_BREACH_LATE, late, SLA_END_AT, err);
	if (rc || o->within <= 0)
		return rc;
	if (__builtin_add_overflow(csm_store_now(w->store), o->within, &until) || until > CSM_TIME_MAX)
		until = CSM_TIME_MAX;
	return report_kind(w, p, CSM_BREACH_SOON,
			   csm_sprintf(w->arena,
				       "active = true and stage = in_progress and has_breached = false"
				       " and planned_end_at >= now and planned_end_at <= %s",
				       quote_time(w->arena, until)),
			   SLA_PLANNED_END_AT, err);
}

int csm_sla_breaches(struct csm_store *s, const struct csm_breach_opts *o, struct csm_arena *a,
		     int (*each)(void *arg, struct csm_rec *sla, const struct csm_breach *b,
				 struct csm_err *err),
		     void *arg, struct csm_err *err)
{
	struct csm_arena *own CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct sla_walk w = { .store = s, .arena = own, .past = csm_store_moment(s) >= 0 };
	struct report p = { .store = s, .opts = o, .each = each, .arg = arg };

	return report_all(&w, &p, err);
}

/* ---- counted by group ---- */

static int count_one(void *arg, struct csm_rec *sla, const struct csm_breach *b, struct csm_err *err)
{
	struct csm_sla_group *g;
	int rc = sla_groups_of(arg, sla, &g, err);

	if (rc)
		return rc;
	if (b->kind == CSM_BREACH_RUNS)
		g->breached++;
	else if (b->kind == CSM_BREACH_LATE)
		g->late++;
	else
		g->soon++;
	if (b->due < g->due)
		g->due = b->due;
	return CSM_OK;
}

int csm_sla_breach_groups(struct csm_store *s, const struct csm_breach_opts *o, enum csm_sla_by by,
			  struct csm_arena *a, struct csm_sla_group **groups, unsigned *n,
			  struct csm_err *err)
{
	struct sla_groups *g = sla_groups_new(s, a, by, NULL);
	struct csm_breach_opts only_read = *o;
	int rc;

	only_read.mark = false;
	rc = csm_sla_breaches(s, &only_read, a, count_one, g, err);
	return rc ? rc : sla_groups_list(g, groups, n, err);
}
