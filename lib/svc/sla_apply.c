/* SPDX-License-Identifier: MIT */
/*
 * sla_apply.c - a definition attached at once to records that are there. Otherwise a new or changed definition
 * begins with a record's next write, as the engine looks at a record only then.
 */
#include "svc_alert.h"

struct apply {
	struct csm_store *store;
	struct sla_def *def;
	const struct csm_apply_sink *sink;
};

static int apply_one(struct apply *p, int64_t id, struct csm_arena *a, struct csm_err *err)
{
	struct csm_apply_hit hit = { 0 };
	struct csm_rec *task, *sla = NULL;
	struct sla_set set;
	int rc = csm_store_need(p->store, p->def->target, id, a, &task, err);

	if (!rc)
		rc = sla_load(p->store, task, &set, err);
	if (!rc)
		rc = sla_apply_at(p->store, &set, p->def, task, csm_store_now(p->store), &sla, &hit.why, err);
	if (!rc && sla)
		rc = escalation_look(p->store, &set, task, err);
	if (!rc && sla)
		rc = csm_sla_view(p->store, sla, csm_store_now(p->store), 0, &hit.view, err);
	if (rc)
		return csm_wrap(err, "%s %s", p->def->target->name,
				csm_number_format(a, p->def->target, id));
	hit.task = task;
	hit.sla = sla;
	return p->sink->each(p->sink->arg, &hit, err);
}

int csm_sla_apply(struct csm_store *s, int64_t definition, const char *to, const struct csm_apply_sink *sink,
		  struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct csm_mark start = csm_arena_mark(row);
	struct csm_vec ids = CSM_VEC(a, int64_t);
	struct csm_filter *where, *open;
	struct apply p = { s, NULL, sink };
	int rc = sla_def_find(s, definition, &p.def, err);

	if (rc)
		return rc;
	if (!p.def)
		return csm_fail(err, CSM_E_NOTFOUND, "the SLA definition is gone");
	if (!csm_rec_int(p.def->rec, SLA_DEFINITION_ACTIVE)) {
		csm_fail(err, CSM_E_REFUSED, "is not active; only an active definition is attached");
		return csm_err_on(err, "sla_definition", csm_rec_text(p.def->rec, SLA_DEFINITION_NAME), "active");
	}
	rc = csm_store_filter(s, p.def->target, to, a, &where, err);
	if (!rc)
		rc = csm_store_filter(s, p.def->target, "active = true", a, &open, err);
	if (!rc)
		rc = svc_ids(s, p.def->target, csm_filter_and(a, open, where), "", &ids, err);
	for (size_t i = 0; !rc && i < ids.n; i++) {
		csm_arena_rewind(row, start);
		rc = apply_one(&p, *CSM_AT(&ids, int64_t, i), row, err);
	}
	return rc;
}
