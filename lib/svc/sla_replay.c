/* SPDX-License-Identifier: MIT */
/*
 * sla_replay.c - the SLAs of a task made again, in memory: the engine passes over the states of its history,
 * one by one, at their moments, by the rules of today. It is the engine of sla_pass.c itself that does so, so
 * without an edit of the rules the outcome is what is stored.
 *
 * A load states a task without its past. What it derived from the moments stated is derived again; SLA
 * records that it stated are taken as it stated them, and history goes on from there.
 */
#include "sla_priv.h"

static int look_for_sla(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct sla_load *l = arg;

	(void)err;
	l->states = h->type == &csm_type_sla && h->stated;
	return l->states ? CSM_NO : CSM_OK;
}

static int find_load(struct sla_replayer *p, int64_t change, bool *states, struct csm_err *err)
{
	struct sla_load *l;
	int rc;

	for (size_t i = 0; i < p->loads.n; i++)
		if (CSM_AT(&p->loads, struct sla_load, i)->change == change) {
			*states = CSM_AT(&p->loads, struct sla_load, i)->states;
			return CSM_OK;
		}
	l = csm_vec_add(&p->loads);
	l->change = change;
	rc = csm_store_history(p->store, change, NULL, 0, look_for_sla, l, err);
	*states = l->states;
	return l->states ? CSM_OK : rc;
}

/* ---- the records that are stored ---- */

/* What a load stated of a stored record; *rec NULL: nothing. */
static int find_stated(struct csm_store *s, struct sla_kept *k, int64_t change, struct csm_rec **rec,
		       struct csm_err *err)
{
	int rc = k->events ? CSM_OK : sla_life(s, k->rec, k->rec->arena, true, &k->events, &k->n, err);

	*rec = NULL;
	if (rc)
		return csm_err_on(err, k->rec->type->name, csm_rec_key(k->rec->arena, k->rec), NULL), rc;
	for (unsigned i = 0; i < k->n; i++)
		if (k->events[i].change == change && k->events[i].load)
			*rec = k->events[i].rec;
	k->stated = k->stated || *rec;
	return CSM_OK;
}

/*
 * Whether an earlier replay derived the records in place of those stated: derived ones that no load of the
 * task made.
 */
static bool was_derived(const struct sla_replay *r)
{
	for (unsigned i = 0; i < r->nkept; i++) {
		const struct sla_kept *k = &r->kept[i];
		bool by_load = k->stated || !csm_rec_int(k->rec, SLA_FROM_IMPORT);

		for (unsigned e = 0; !by_load && e < r->nevents; e++)
			by_load = r->events[e].load && r->events[e].change == k->events[0].change;
		if (!by_load)
			return true;
	}
	return false;
}

/* A record that a load stated takes the place of the one it stated before. */
static void put_record(struct sla_replay *r, const struct csm_rec *stated)
{
	struct csm_rec *copy = csm_rec_copy(r->task->arena, stated);

	for (size_t i = 0; i < r->set.recs.n; i++) {
		struct csm_rec **one = CSM_AT(&r->set.recs, struct csm_rec *, i);

		if ((*one)->id == stated->id) {
			*one = copy;
			return;
		}
	}
	*(struct csm_rec **)csm_vec_add(&r->set.recs) = copy;
}

/* A load that stated SLA records: those of the task as it stated them, unless they are to be derived. */
static int pass_stated(struct sla_replayer *p, struct sla_replay *r, const struct sla_event *ev,
		       struct csm_err *err)
{
	struct csm_rec *rec;
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < r->nkept; i++) {
		rc = find_stated(p->store, &r->kept[i], ev->change, &rec, err);
		if (!rc && rec && !p->derive)
			put_record(r, rec);
	}
	if (rc || r->set.recs.n || !(p->derive || was_derived(r)))
		return rc;
	return sla_from_moments(p->store, &r->set, ev->rec, ev->at, err);
}

/* ---- the passes ---- */

static int pass_event(struct sla_replayer *p, struct sla_replay *r, const struct sla_event *ev,
		      struct csm_err *err)
{
	bool states = false;
	int rc = ev->load ? find_load(p, ev->change, &states, err) : CSM_OK;

	if (rc)
		return rc;
	sla_then(p->store, ev->change);
	r->set.import = ev->load;
	if (states)
		rc = pass_stated(p, r, ev, err);
	else if (ev->load && !r->set.recs.n)
		rc = sla_from_moments(p->store, &r->set, ev->rec, ev->at, err);
	else
		rc = sla_pass_at(p->store, &r->set, ev->rec, ev->at, err);
	sla_now(p->store);
	return rc;
}

static int load_kept(struct csm_store *s, struct sla_replay *r, struct csm_err *err)
{
	struct sla_set have;
	int rc = sla_load(s, r->task, &have, err);

	r->nkept = (unsigned)have.recs.n;
	r->kept = csm_calloc(r->task->arena, r->nkept, sizeof(*r->kept));
	for (unsigned i = 0; i < r->nkept; i++)
		r->kept[i].rec = *CSM_AT(&have.recs, struct csm_rec *, i);
	return rc;
}

int sla_replay(struct sla_replayer *p, struct csm_rec *task, struct sla_replay *r, struct csm_err *err)
{
	struct csm_arena *a = task->arena;
	struct sla_moment *past;
	int rc;

	*r = (struct sla_replay){ .task = task, .set = { .recs = CSM_VEC(a, struct csm_rec *), .hold = true } };
	rc = load_kept(p->store, r, err);
	if (!rc)
		rc = sla_life(p->store, task, a, true, &r->events, &r->nevents, err);
	if (rc)
		return rc;
	past = csm_calloc(a, r->nevents, sizeof(*past));
	r->set.past = past;
	for (unsigned i = 0; !rc && i < r->nevents; i++) {
		const struct sla_event *ev = &r->events[i];

		past[i] = (struct sla_moment){ ev->at, ev->rec };
		if (!i)
			past[i].at = csm_rec_int(ev->rec, csm_field_index(task->type, "opened_at"));
		r->set.npast = i + 1;
		rc = pass_event(p, r, ev, err);
	}
	return rc;
}
