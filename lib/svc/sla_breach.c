/* SPDX-License-Identifier: MIT */
/* sla_breach.c - which SLAs are breached or soon will be, and the marks that each is reported once. */
#include "sla_priv.h"

/*
 * Running records due by a moment, from the partial index on planned_end_at. Ids are collected before
 * anything is marked: a cursor must not walk an index that its loop changes.
 */
static int collect_due(struct csm_store *s, const struct csm_breach_opts *o, int64_t until,
		       struct csm_arena *a, struct csm_vec *ids, struct csm_err *err)
{
	static const int columns[] = { SLA_PLANNED_END_AT, -1 };
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .sort = "planned_end_at", .columns = columns };
	struct csm_mark start = csm_arena_mark(row);
	struct csm_filter *due;
	struct csm_rec *r;
	char at[CSM_TIME_SIZE];
	int rc;

	csm_time_format(until, at);
	rc = csm_store_filter(s, &csm_type_sla,
			      csm_sprintf(a, "active = true and planned_end_at <= '%s'", at), a, &due, err);
	if (rc)
		return rc;
	q.where = csm_filter_and(a, due, o->where);
	rc = csm_store_select(s, &csm_type_sla, &q, a, &c, err);
	while (!rc) {
		csm_arena_rewind(row, start);
		rc = csm_cursor_next(c, row, &r, err);
		if (rc || !r)
			break;
		*(int64_t *)csm_vec_add(ids) = r->id;
	}
	return rc;
}

static int mark(struct csm_store *s, struct csm_rec *sla, const struct csm_sla_view *v, struct csm_err *err)
{
	int64_t now = csm_store_now(s);

	if (v->breached) {
		csm_rec_set_int(sla, SLA_BREACH_REPORTED_AT, now);
		if (!csm_rec_int(sla, SLA_HAS_BREACHED)) {
			csm_rec_set_int(sla, SLA_HAS_BREACHED, 1);
			csm_rec_set_int(sla, SLA_BREACHED_AT, csm_rec_int(sla, SLA_PLANNED_END_AT));
		}
	} else {
		csm_rec_set_int(sla, SLA_SOON_REPORTED_AT, now);
	}
	return csm_store_write(s, sla, CSM_WRITE_NORMAL, -1, err);
}

int csm_sla_breaches(struct csm_store *s, const struct csm_breach_opts *o, struct csm_arena *a,
		     int (*each)(void *arg, struct csm_rec *sla, const struct csm_sla_view *v,
				 struct csm_err *err),
		     void *arg, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct csm_mark start = csm_arena_mark(row);
	struct csm_vec ids = CSM_VEC(a, int64_t);
	int64_t now = csm_store_now(s), until;
	int rc;

	if (__builtin_add_overflow(now, o->within, &until) || until > CSM_TIME_MAX)
		until = CSM_TIME_MAX;
	rc = collect_due(s, o, until, a, &ids, err);
	for (size_t i = 0; !rc && i < ids.n; i++) {
		struct csm_sla_view v;
		struct csm_rec *sla;

		csm_arena_rewind(row, start);
		rc = csm_store_need(s, &csm_type_sla, *CSM_AT(&ids, int64_t, i), row, &sla, err);
		if (!rc)
			rc = csm_sla_view(s, sla, now, o->within, &v, err);
		if (rc || (!v.breached && !v.soon))
			continue;
		if (o->only_new &&
		    !csm_rec_null(sla, v.breached ? SLA_BREACH_REPORTED_AT : SLA_SOON_REPORTED_AT))
			continue;
		if (!v.breached && o->within == 0)
			continue; /* due this very moment is not late yet */
		rc = each(arg, sla, &v, err);
		if (!rc && o->mark)
			rc = mark(s, sla, &v, err);
	}
	return rc;
}
