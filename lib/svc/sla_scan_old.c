/* SPDX-License-Identifier: MIT */
/*
 * sla_scan_old.c - the cases that may have other SLAs, or more or less of them, than by the rules of today: those
 * that are older than the last edit of a definition, of the SLAs that a contract brings, or of the zone that
 * stands in where none is named. Which of them really have only their history can tell.
 */
#include "sla_scan.h"

int sla_last_edit(struct csm_store *s, const struct csm_rec *r,
		  bool (*same)(const struct csm_rec *x, const struct csm_rec *y), int64_t *edit,
		     struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct sla_event *events;
	unsigned n;
	int rc = sla_life(s, r, a, false, &events, &n, err);

	if (rc)
		return rc;
	for (unsigned i = 0; i < n; i++)
		if ((!i || !same(events[i - 1].rec, events[i].rec)) && events[i].change > *edit)
			*edit = events[i].change;
	return CSM_OK;
}

static bool same_definition(const struct csm_rec *x, const struct csm_rec *y)
{
	return sla_same_definition(x, y) &&
	       csm_value_eq(&x->v[SLA_DEFINITION_ACTIVE], &y->v[SLA_DEFINITION_ACTIVE]);
}

static bool same_contract(const struct csm_rec *x, const struct csm_rec *y)
{
	int field = CONTRACT_PROCESS_NON_CONTRACTUAL_SLAS;

	return x && y && csm_value_eq(&x->v[field], &y->v[field]);
}

static bool same_setting(const struct csm_rec *x, const struct csm_rec *y)
{
	return x && y && csm_value_eq(&x->v[SETTING_VALUE], &y->v[SETTING_VALUE]);
}

static int edits_of_definitions(struct csm_store *s, int64_t *cases, int64_t *tasks, struct csm_err *err)
{
	struct sla_def *defs;
	bool edited;
	unsigned n;
	int rc = sla_defs(s, &defs, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		struct csm_rec *r = defs[i].rec;
		int64_t edit = 0;

		rc = sla_last_edit(s, r, same_definition, &edit, err);
		/* one that was edited may have measured another type of record before */
		edited = csm_rec_int(r, SLA_DEFINITION_VERSION) > 1;
		if (edit > *cases && (edited || defs[i].target == &csm_type_case))
			*cases = edit;
		if (edit > *tasks && (edited || defs[i].target != &csm_type_case))
			*tasks = edit;
	}
	return rc;
}

/* Contracts that bring SLAs: which, and whether the general ones hold too. */
static int edits_of_contracts(struct csm_store *s, struct csm_arena *a, int64_t *edit, struct csm_err *err)
{
	static const int columns[] = { CONTRACT_SLA_CONTRACT, -1 };
	const struct csm_query q = { .sort = "contract", .columns = columns };
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_rec *row, *contract;
	int64_t *changes, last = 0, one = 0;
	size_t n;
	int rc = csm_store_changes_of(s, &csm_type_contract_sla, a, &changes, &n, err);

	if (!rc && n && changes[n - 1] > *edit)
		*edit = changes[n - 1];
	if (!rc)
		rc = csm_store_select(s, &csm_type_contract_sla, &q, a, &c, err);
	while (!rc) {
		struct csm_mark mark = csm_arena_mark(a);

		rc = csm_cursor_next(c, a, &row, err);
		if (rc || !row)
			break;
		if (csm_rec_int(row, CONTRACT_SLA_CONTRACT) != last) {
			last = csm_rec_int(row, CONTRACT_SLA_CONTRACT);
			rc = csm_store_need(s, &csm_type_contract, last, a, &contract, err);
			if (!rc)
				rc = sla_last_edit(s, contract, same_contract, &one, err);
		}
		csm_arena_rewind(a, mark);
	}
	if (one > *edit)
		*edit = one;
	return rc;
}

/* A setting that went back to its default has no record any more. */
static int note_deletion(void *arg, const struct csm_history *h, struct csm_err *err)
{
	int64_t *edit = arg;

	(void)err;
	if (h->type == &csm_type_setting && h->op == 'd' && strstr(h->diff, "\"time.zone\"") &&
	    h->change > *edit)
		*edit = h->change;
	return CSM_OK;
}

static int edits_of_zone(struct csm_store *s, struct csm_arena *a, int64_t *edit, struct csm_err *err)
{
	static const int field = SETTING_NAME;
	const struct csm_value name = csm_text("time.zone");
	struct csm_rec *r = NULL;
	int64_t id, *changes;
	size_t n;
	int rc = svc_first(s, &csm_type_setting, &field, &name, 1, &id, err);

	if (!rc && id)
		rc = csm_store_get(s, &csm_type_setting, id, a, &r, err);
	if (!rc && r)
		rc = sla_last_edit(s, r, same_setting, edit, err);
	if (!rc)
		rc = csm_store_changes_of(s, &csm_type_setting, a, &changes, &n, err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = csm_store_history(s, changes[i], NULL, 0, note_deletion, edit, err);
	return rc;
}

static int add_older(struct sla_scan *k, const struct csm_rtype *t, int64_t edit, struct csm_vec *ids,
		     struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	struct csm_run *runs;
	size_t n;
	int rc = csm_store_created(k->store, t, edit, a, &runs, &n, err);

	for (size_t i = 0; !rc && i < n; i++)
		for (int64_t id = runs[i].first; id <= runs[i].last; id++)
			*(int64_t *)csm_vec_add(ids) = id;
	return rc;
}

int sla_scan_old(struct sla_scan *k, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	int64_t cases = 0, tasks = 0, both = 0;
	int rc = edits_of_definitions(k->store, &cases, &tasks, err);

	if (!rc)
		rc = edits_of_contracts(k->store, a, &both, err);
	if (!rc)
		rc = edits_of_zone(k->store, a, &both, err);
	if (!rc)
		rc = add_older(k, &csm_type_case, cases > both ? cases : both, &k->cases, err);
	return rc ? rc : add_older(k, &csm_type_case_task, tasks > both ? tasks : both, &k->tasks, err);
}
