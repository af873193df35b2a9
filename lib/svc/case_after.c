/* SPDX-License-Identifier: MIT */
/*
 * case_after.c - what follows when a case was written: blocking tasks, last words, consumption, SLA pass,
 * children, tasks.
 */
#include "svc_alert.h"
#include "svc_work.h"

/* ---- blocking tasks and action status (domain 1.11) ---- */

static int blocking_rows(struct csm_store *s, int64_t cs, struct csm_arena *a, struct csm_rec ***rows,
			 unsigned *n, struct csm_err *err)
{
	return csm_store_children(s, &csm_type_blocking_task, BLOCKING_TASK_PARENT_CASE, cs, a, rows, n,
				  err);
}

int work_action_status(struct csm_store *s, struct csm_rec *cs, struct csm_err *err)
{
	struct csm_rec **rows = NULL;
	bool customer = false, internal = false;
	const char *status = NULL;
	unsigned n = 0;
	int rc = CSM_OK;

	if (cs->stored)
		rc = blocking_rows(s, cs->id, cs->arena, &rows, &n, err);
	if (rc)
		return rc;
	for (unsigned i = 0; i < n; i++) {
		if (!csm_rec_int(rows[i], BLOCKING_TASK_ACTIVE))
			continue;
		if (csm_rec_is(rows[i], BLOCKING_TASK_REASON, "customer_info"))
			customer = true;
		else
			internal = true;
	}
	if (!work_is_open(cs))
		status = NULL;
	else if (csm_rec_int(cs, CASE_NEEDS_ATTENTION))
		status = "needs_attention";
	else if (customer && internal)
		status = "blocked_internally_and_by_customer";
	else if (customer)
		status = "blocked_by_customer";
	else if (internal)
		status = "blocked_internally";
	if (csm_rec_given(cs, CASE_ACTION_STATUS))
		return CSM_OK; /* stated by an import */
	csm_rec_set_text(cs, CASE_ACTION_STATUS, status);
	return CSM_OK;
}

int work_block(struct csm_store *s, int64_t cs, const char *reason, int64_t task, struct csm_err *err)
{
	struct csm_arena *a = csm_store_arena(s);
	struct csm_rec **rows, *b;
	unsigned n;
	int rc = blocking_rows(s, cs, a, &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++)
		if (csm_rec_int(rows[i], BLOCKING_TASK_ACTIVE) &&
		    csm_rec_is(rows[i], BLOCKING_TASK_REASON, reason) &&
		    csm_rec_int(rows[i], BLOCKING_TASK_CASE_TASK) == task)
			return CSM_OK;
	if (!rc)
		rc = csm_store_new(s, &csm_type_blocking_task, a, &b, err);
	if (rc)
		return rc;
	csm_rec_set_int(b, BLOCKING_TASK_PARENT_CASE, cs);
	if (task)
		csm_rec_set_int(b, BLOCKING_TASK_CASE_TASK, task);
	csm_rec_set_text(b, BLOCKING_TASK_REASON, reason);
	return csm_store_write(s, b, CSM_WRITE_NORMAL, -1, err);
}

int work_unblock(struct csm_store *s, int64_t cs, const char *reason, int64_t task, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = blocking_rows(s, cs, csm_store_arena(s), &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		if (!csm_rec_int(rows[i], BLOCKING_TASK_ACTIVE) ||
		    (reason && !csm_rec_is(rows[i], BLOCKING_TASK_REASON, reason)))
			continue;
		if (task && csm_rec_int(rows[i], BLOCKING_TASK_CASE_TASK) != task)
			continue;
		csm_rec_set_int(rows[i], BLOCKING_TASK_ACTIVE, 0);
		rc = csm_store_write(s, rows[i], CSM_WRITE_NORMAL, -1, err);
	}
	return rc;
}

int blocking_task_derive(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);
	struct csm_rec *r = w->rec, *cs;
	int rc;

	if (w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = w->insert ? svc_ref(w->store, r, BLOCKING_TASK_PARENT_CASE, &cs, err) : CSM_OK;
	if (!rc && w->insert && cs && !work_is_open(cs))
		return svc_refuse(w, BLOCKING_TASK_PARENT_CASE, err, "%s is %s and waits for nothing",
				  csm_rec_key(r->arena, cs), csm_rec_text(cs, CASE_STATE));
	if (csm_rec_int(r, BLOCKING_TASK_ACTIVE)) {
		csm_rec_clear(r, BLOCKING_TASK_UNBLOCKED_AT);
		csm_rec_clear(r, BLOCKING_TASK_UNBLOCKED_BY);
	} else if (csm_rec_null(r, BLOCKING_TASK_UNBLOCKED_AT)) {
		csm_rec_set_int(r, BLOCKING_TASK_UNBLOCKED_AT, csm_store_now(w->store));
		if (actor->user)
			csm_rec_set_int(r, BLOCKING_TASK_UNBLOCKED_BY, actor->user);
	}
	return rc;
}

/* A load says what a case waits for, in rows; its status follows where the load does not state it. */
static int settle_status(struct csm_write *w, struct csm_rec *cs, struct csm_err *err)
{
	int rc;

	if (w->insert && !csm_rec_null(cs, CASE_ACTION_STATUS))
		return CSM_OK;
	rc = work_action_status(w->store, cs, err);
	return rc || !csm_rec_any_changed(cs) ? rc
					      : csm_store_write(w->store, cs, CSM_WRITE_IMPORT, -1, err);
}

/*
 * A case that is no longer blocked needs attention; the status follows in any case. A closed case is left
 * alone. What the customer was asked for is no news of this kind: the agent who opens the case again knows,
 * and an answer of the customer marks the case itself.
 */
int blocking_task_after(struct csm_write *w, struct csm_err *err)
{
	bool was = !w->insert && w->rec->old[BLOCKING_TASK_ACTIVE].i;
	bool is = !w->remove && csm_rec_int(w->rec, BLOCKING_TASK_ACTIVE);
	struct csm_rec *cs;
	int rc = csm_store_get(w->store, &csm_type_case, csm_rec_int(w->rec, BLOCKING_TASK_PARENT_CASE),
			       w->rec->arena, &cs, err);

	if (rc || !cs || !work_is_open(cs))
		return rc;
	if (w->mode == CSM_WRITE_IMPORT)
		return settle_status(w, cs, err);
	if (was && !is && !csm_rec_is(w->rec, BLOCKING_TASK_REASON, "customer_info"))
		csm_rec_set_int(cs, CASE_NEEDS_ATTENTION, 1);
	rc = work_action_status(w->store, cs, err);
	return rc ? rc : csm_store_write(w->store, cs, CSM_WRITE_NORMAL, -1, err);
}

/* ---- a case was written ---- */

int64_t *work_ending(struct csm_store *s)
{
	static const char key[] = "case that ends";
	bool made;

	return csm_store_slot(s, key, sizeof(int64_t), NULL, &made);
}

/* The comment that tells of the end, where nobody wrote one. */
static int say_end(struct csm_write *w, const char *text, struct csm_err *err)
{
	int rc;

	*work_ending(w->store) = w->rec->id;
	rc = csm_case_comment(w->store, w->rec, text, err);
	*work_ending(w->store) = 0;
	return rc;
}

/* T8, T10, T11, T12, and a child that is closed with its parent. */
static int follow_close(struct csm_write *w, struct csm_err *err)
{
	bool by_close = w->move && strcmp(w->move->verb, "close") == 0;
	int rc = CSM_OK;

	if (by_close && w->move->who & CSM_WHO_CUSTOMER)
		rc = say_end(w, WORK_CLOSED_BY_CUSTOMER, err);
	else if (by_close && w->move->who & CSM_WHO_SYSTEM)
		rc = say_end(w, "Closed automatically: there was no answer to the proposed solution.", err);
	return rc ? rc : csm_ent_consume(w->store, w->rec, err);
}

static int follow_state(struct csm_write *w, const char *was, const char *is, struct csm_err *err)
{
	bool notes = csm_rec_int(w->rec, CASE_NOTES_TO_COMMENTS) && !csm_rec_null(w->rec, CASE_CLOSE_NOTES);
	int rc = CSM_OK;

	if (strcmp(is, "awaiting_info") == 0)
		return work_block(w->store, w->rec->id, "customer_info", 0, err);
	if (!work_is_open(w->rec)) {
		rc = work_unblock(w->store, w->rec->id, NULL, 0, err);
		return rc || strcmp(is, "closed") != 0 ? rc : follow_close(w, err);
	}
	if (strcmp(was, "awaiting_info") == 0)
		rc = work_unblock(w->store, w->rec->id, "customer_info", 0, err);
	if (!rc && strcmp(is, "resolved") == 0 && notes)
		rc = csm_case_comment(w->store, w->rec, csm_rec_text(w->rec, CASE_CLOSE_NOTES), err);
	return rc;
}

/* Creation is never held up by an entitlement that is used up; the agent is told (domain 5.3). */
static int warn_exhausted(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *ent;
	int rc;

	if (!work_is_open(w->rec) || csm_rec_null(w->rec, CASE_ENTITLEMENT) ||
	    csm_value_eq(&w->rec->v[CASE_ENTITLEMENT], &w->rec->old[CASE_ENTITLEMENT]))
		return CSM_OK;
	rc = svc_ref(w->store, w->rec, CASE_ENTITLEMENT, &ent, err);
	if (rc || !ent || !csm_rec_int(ent, ENTITLEMENT_PER_UNIT) ||
	    csm_rec_int(ent, ENTITLEMENT_REMAINING_UNITS) > 0)
		return rc;
	return csm_case_note(w->store, w->rec,
			     csm_sprintf(w->rec->arena, "No %s remain on entitlement %s.",
					 csm_rec_text(ent, ENTITLEMENT_UNIT),
					 csm_rec_key(w->rec->arena, ent)),
			     err);
}

/* The parties of the tasks that are not done follow the case (domain 1.9). */
static int tell_tasks(struct csm_write *w, struct csm_err *err)
{
	static const int parties[] = { CASE_ACCOUNT, CASE_CONTACT, CASE_CONSUMER };
	struct csm_rec **tasks, *r = w->rec;
	bool changed = false;
	unsigned n = 0;
	int rc = CSM_OK;

	for (unsigned i = 0; i < CSM_COUNT(parties); i++)
		changed = changed || !csm_value_eq(&r->v[parties[i]], &r->old[parties[i]]);
	if (changed && !w->insert)
		rc = csm_store_children(w->store, &csm_type_case_task, CASE_TASK_PARENT_CASE, r->id,
					r->arena, &tasks, &n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		if (!work_is_open(tasks[i]))
			continue;
		work_take_parties(tasks[i], r);
		if (csm_rec_any_changed(tasks[i]))
			rc = csm_store_write(w->store, tasks[i], CSM_WRITE_NORMAL, -1, err);
	}
	return rc;
}

/* T15: what was solved or ended stays. */
static int refuse_delete(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;

	if (work_is_open(r) && !csm_rec_is(r, CASE_STATE, "resolved"))
		return CSM_OK;
	return svc_refuse(w, CASE_STATE, err,
			  "'%s': only a case that is new, open or awaiting_info is deleted",
			  csm_rec_text(r, CASE_STATE));
}

/* A case that a load brought: its comments are here now, and so is what they say of it. */
static int follow_load(struct csm_write *w, struct csm_err *err)
{
	int field = CASE_AWAITING_REPLY_SINCE, rc = CSM_OK;

	if (w->insert && !(w->given[field / 64] >> (field % 64) & 1)) {
		struct csm_value was = w->rec->v[field];

		rc = work_await_reply(w->store, w->rec, err);
		if (!rc && !csm_value_eq(&was, &w->rec->v[field]))
			rc = csm_store_write(w->store, w->rec, CSM_WRITE_IMPORT, -1, err);
	}
	if (!rc && w->insert && !w->announce)
		rc = escalation_case_loaded(w->store, w->rec, err);
	return rc || w->sla_stated ? rc : csm_sla_pass(w->store, w->rec, true, w->announce, err);
}

int case_after(struct csm_write *w, struct csm_err *err)
{
	const char *was = w->insert ? "" : w->rec->old[CASE_STATE].s,
		   *is = csm_rec_text(w->rec, CASE_STATE);
	int rc;

	if (w->remove)
		return refuse_delete(w, err);
	if (w->mode == CSM_WRITE_IMPORT)
		return follow_load(w, err);
	/*
	 * First, so that each state that is written gets its pass, and none twice: history has the same states
	 * in the same order, and a replay of it (sla_replay.c) comes to the same SLAs.
	 */
	rc = csm_sla_pass(w->store, w->rec, false, false, err);
	if (!rc && strcmp(was, is) != 0)
		rc = follow_state(w, was, is, err);
	if (!rc)
		rc = warn_exhausted(w, err);
	if (!rc)
		rc = tell_tasks(w, err);
	return rc ? rc : work_sync_fields(w, err);
}
