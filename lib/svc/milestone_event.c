/* SPDX-License-Identifier: MIT */
/*
 * milestone_event.c - what the events of an SLA do to its levels, so that the same is told however late csm
 * ticks: what could have been told before the event still is, what comes after it is counted anew.
 *
 * A level is told when its SLA runs at the moment it may be told. One that is reached outside of its alert
 * schedule waits for it: through a pause, but not past the end of the SLA, when nobody needs to hear of it.
 */
#include "svc_alert.h"

#define NEVER MILESTONE_NEVER

static bool is_running(const struct csm_rec *sla)
{
	return csm_rec_is(sla, SLA_STAGE, "in_progress");
}

int milestone_set_next(struct csm_store *s, struct csm_rec *sla, const struct milestones *ms, int64_t since,
		       struct csm_err *err)
{
	bool running = is_running(sla);
	int64_t next = NEVER, limit = running ? NEVER : milestone_until(sla, csm_store_now(s));
	int rc = CSM_OK;

	for (unsigned i = 0; i < ms->n; i++) {
		const struct milestone *m = &ms->v[i];
		bool open = m->row ? milestone_waits(m) && m->told <= limit
				   : running && (m->keep || m->reached >= since);
		int64_t at = m->row || m->keep ? m->told : m->reached;

		if (open && !m->skip && at < next)
			next = at;
	}
	if (running) {
		int64_t path;

		rc = escalation_next(s, sla, csm_store_now(s), &path, err);
		if (!rc && path < next)
			next = path;
	}
	csm_rec_set(sla, SLA_NEXT_MILESTONE_AT, next == NEVER ? csm_null() : csm_int(next));
	return rc;
}

int milestone_keep(struct csm_store *s, const struct csm_rec *sla, struct milestone *m, bool silent,
		   int64_t fired, struct csm_err *err)
{
	int rc = CSM_OK;

	if (!m->row)
		rc = csm_store_new(s, &csm_type_sla_alert, sla->arena, &m->row, err);
	if (rc)
		return rc;
	csm_rec_set_int(m->row, SLA_ALERT_SLA, sla->id);
	csm_rec_set_text(m->row, SLA_ALERT_MILESTONE, m->name);
	csm_rec_set_int(m->row, SLA_ALERT_REACHED_AT, m->reached);
	csm_rec_set_int(m->row, SLA_ALERT_SILENT, silent);
	if (fired != NEVER)
		csm_rec_set_int(m->row, SLA_ALERT_FIRED_AT, fired);
	return csm_store_write(s, m->row, CSM_WRITE_NORMAL, -1, err);
}

/* Of a record that is paused only what is kept is told: what was kept just now may be. */
static int look_again(struct csm_store *s, struct csm_rec *sla, const struct milestones *ms,
		      enum csm_write_mode mode, struct csm_err *err)
{
	int rc;

	if (is_running(sla))
		return CSM_OK;
	rc = milestone_set_next(s, sla, ms, INT64_MIN, err);
	return rc ? rc : csm_store_write(s, sla, mode, -1, err);
}

int milestone_attach(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		     struct csm_err *err)
{
	bool active = csm_rec_int(sla, SLA_ACTIVE), known = sla->stored;
	struct milestone *last = NULL;
	struct milestones ms;
	int rc;

	if (set->hold)
		return sla_save(s, set, sla, err);
	rc = milestones_of(s, sla, &ms, err);
	for (unsigned i = 0; !rc && i < ms.n; i++) {
		if (ms.v[i].row || ms.v[i].reached > milestone_until(sla, at))
			continue;
		ms.v[i].skip = true;
		last = &ms.v[i];
	}
	if (last) {
		last->skip = !active;
		last->keep = active;
	}
	if (!rc)
		rc = milestone_set_next(s, sla, &ms, INT64_MIN, err);
	if (!rc)
		rc = sla_save(s, set, sla, err);
	for (unsigned i = 0; !rc && active && i < ms.n; i++)
		if (&ms.v[i] == last || ms.v[i].skip)
			rc = milestone_keep(s, sla, &ms.v[i], &ms.v[i] != last, NEVER, err);
	if (!rc && last)
		rc = look_again(s, sla, &ms, CSM_WRITE_NORMAL, err);
	return rc || !known ? rc : escalation_look_sla(s, sla, err);
}

/* From when on levels without an alert are to be told when they are reached: what a load passed over stays so. */
static int64_t reached_since(const struct csm_rec *sla)
{
	return csm_rec_null(sla, SLA_NEXT_MILESTONE_AT) ? NEVER : csm_rec_int(sla, SLA_NEXT_MILESTONE_AT);
}

/* Levels that a record has reached by a moment at which it stops running are kept. */
static int keep_reached(struct csm_store *s, const struct csm_rec *sla, const struct milestones *ms, int64_t at,
			struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < ms->n; i++) {
		struct milestone *m = &ms->v[i];

		if (!m->row && m->reached <= at && m->reached >= reached_since(sla))
			rc = milestone_keep(s, sla, m, false, NEVER, err);
	}
	return rc;
}

int milestone_pause(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		    struct csm_err *err)
{
	struct milestones ms;
	int64_t next = NEVER;
	int rc;

	if (set->hold)
		return CSM_OK;
	rc = milestones_of(s, sla, &ms, err);
	if (!rc)
		rc = keep_reached(s, sla, &ms, at, err);
	for (unsigned i = 0; !rc && i < ms.n; i++)
		if (milestone_waits(&ms.v[i]) && ms.v[i].told <= at && ms.v[i].told < next)
			next = ms.v[i].told;
	csm_rec_set(sla, SLA_NEXT_MILESTONE_AT, next == NEVER ? csm_null() : csm_int(next));
	return rc;
}

int milestone_resume(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		     struct csm_err *err)
{
	struct milestones ms;
	int rc;

	if (set->hold)
		return CSM_OK;
	rc = milestones_of(s, sla, &ms, err);
	/* one counted backwards may lie where the schedule is closed, and be reached at the pause's very end */
	for (unsigned i = 0; !rc && i < ms.n; i++) {
		struct milestone *m = &ms.v[i];

		m->skip = !m->row && (m->before >= 0 ? m->reached < at : m->reached <= at);
	}
	return rc ? rc : milestone_set_next(s, sla, &ms, INT64_MIN, err);
}

int milestone_end(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		  struct csm_err *err)
{
	int64_t until = milestone_until(sla, at), next = NEVER;
	struct milestones ms;
	int rc;

	if (set->hold)
		return CSM_OK;
	rc = milestones_of(s, sla, &ms, err);
	if (!rc && is_running(sla))
		rc = keep_reached(s, sla, &ms, at, err);
	for (unsigned i = 0; !rc && i < ms.n; i++) {
		struct milestone *m = &ms.v[i];

		if (!milestone_waits(m))
			continue;
		if (m->told > until)
			rc = milestone_keep(s, sla, m, true, NEVER, err);
		else if (m->told < next)
			next = m->told;
	}
	csm_rec_set(sla, SLA_NEXT_MILESTONE_AT, next == NEVER ? csm_null() : csm_int(next));
	return rc;
}

/* ---- loads ---- */

/* The levels of a loaded record that still are to be told: waiting ones, those to come, with announce all. */
static int load_levels(struct csm_store *s, struct csm_rec *sla, bool announce, struct milestones *ms,
		       struct csm_err *err)
{
	int64_t now = csm_store_now(s), since = announce ? INT64_MIN : now + 1;
	int rc = milestones_of(s, sla, ms, err);

	/* a load that states a known record again forgets nothing that a tick has yet to tell */
	if (!rc && sla->stored && reached_since(sla) < since)
		since = reached_since(sla);
	for (unsigned i = 0; !rc && i < ms->n; i++) {
		struct milestone *m = &ms->v[i];

		m->skip = !m->row && m->told < since;
		m->keep = !m->row && !m->skip && m->reached < since && is_running(sla);
	}
	return rc ? rc : milestone_set_next(s, sla, ms, since, err);
}

int milestone_load(struct csm_store *s, struct csm_rec *sla, bool derived, bool announce, struct csm_err *err)
{
	bool active = csm_rec_int(sla, SLA_ACTIVE), paused = csm_rec_is(sla, SLA_STAGE, "paused");
	struct milestones ms = { 0 };
	int rc = active || sla->stored ? load_levels(s, sla, announce, &ms, err) : CSM_OK;

	if (!rc)
		rc = csm_store_write(s, sla, derived ? CSM_WRITE_NORMAL : CSM_WRITE_IMPORT, -1, err);
	for (unsigned i = 0; !rc && active && i < ms.n; i++) {
		struct milestone *m = &ms.v[i];
		bool passed = !m->row && m->reached <= milestone_until(sla, csm_store_now(s));

		if (m->keep || (passed && paused && announce))
			rc = milestone_keep(s, sla, m, false, NEVER, err);
		else if (passed && derived && (paused || m->skip))
			rc = milestone_keep(s, sla, m, true, NEVER, err);
	}
	if (!rc && paused && announce)
		rc = look_again(s, sla, &ms, CSM_WRITE_IMPORT, err);
	return rc || !active || announce ? rc : escalation_sla_loaded(s, sla, err);
}

int sla_after(struct csm_write *w, struct csm_err *err)
{
	if (w->mode != CSM_WRITE_IMPORT || w->remove)
		return CSM_OK;
	return milestone_load(w->store, w->rec, false, w->announce, err);
}
