/* SPDX-License-Identifier: MIT */
/* case_after.c - what follows when a case was written: blocking tasks, SLA pass, notes to comments, children. */
#include "svc_work.h"

/* ---- blocking tasks and action status (domain 1.11) ---- */

static int blocking_rows(struct csm_store *s, int64_t cs, struct csm_arena *a, struct csm_rec ***rows, unsigned *n, struct csm_err *err)
{
	return csm_store_children(s, &csm_type_blocking_task, BLOCKING_TASK_PARENT_CASE, cs, a, rows, n, err);
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
	if (!csm_rec_int(cs, CASE_ACTIVE))
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
		return CSM_OK;		/* stated by an import */
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
		if (csm_rec_int(rows[i], BLOCKING_TASK_ACTIVE) && csm_rec_is(rows[i], BLOCKING_TASK_REASON, reason) &&
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
		if (!csm_rec_int(rows[i], BLOCKING_TASK_ACTIVE) || (reason && !csm_rec_is(rows[i], BLOCKING_TASK_REASON, reason)))
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
	struct csm_rec *r = w->rec;
	const struct csm_actor *actor = csm_store_actor(w->store);

	(void)err;
	if (w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	if (csm_rec_int(r, BLOCKING_TASK_ACTIVE)) {
		csm_rec_clear(r, BLOCKING_TASK_UNBLOCKED_AT);
		csm_rec_clear(r, BLOCKING_TASK_UNBLOCKED_BY);
	} else if (csm_rec_null(r, BLOCKING_TASK_UNBLOCKED_AT)) {
		csm_rec_set_int(r, BLOCKING_TASK_UNBLOCKED_AT, csm_store_now(w->store));
		if (actor->user)
			csm_rec_set_int(r, BLOCKING_TASK_UNBLOCKED_BY, actor->user);
	}
	return CSM_OK;
}

/* A case that is no longer blocked needs attention; the status follows in any case. A closed case is left alone. */
int blocking_task_after(struct csm_write *w, struct csm_err *err)
{
	bool was = !w->insert && w->rec->old[BLOCKING_TASK_ACTIVE].i, is = !w->remove && csm_rec_int(w->rec, BLOCKING_TASK_ACTIVE);
	struct csm_rec *cs;
	int rc;

	if (w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = csm_store_get(w->store, &csm_type_case, csm_rec_int(w->rec, BLOCKING_TASK_PARENT_CASE), w->rec->arena, &cs, err);
	if (rc || !cs || !csm_rec_int(cs, CASE_ACTIVE))
		return rc;
	/* the agent who opens the case again knows; a task that ends, or the customer's answer, is news */
	if (was && !is && !csm_rec_null(w->rec, BLOCKING_TASK_CASE_TASK))
		csm_rec_set_int(cs, CASE_NEEDS_ATTENTION, 1);
	rc = work_action_status(w->store, cs, err);
	return rc ? rc : csm_store_write(w->store, cs, CSM_WRITE_NORMAL, -1, err);
}

/* ---- a case was written ---- */

static int follow_state(struct csm_write *w, struct csm_err *err)
{
	const char *was = w->insert ? "" : w->rec->old[CASE_STATE].s, *is = csm_rec_text(w->rec, CASE_STATE);
	int rc = CSM_OK;

	if (strcmp(was, is) == 0)
		return CSM_OK;
	if (strcmp(is, "awaiting_info") == 0)
		return work_block(w->store, w->rec->id, "customer_info", 0, err);
	if (strcmp(is, "closed") == 0 || strcmp(is, "cancelled") == 0)
		return work_unblock(w->store, w->rec->id, NULL, 0, err);
	if (strcmp(was, "awaiting_info") == 0)
		rc = work_unblock(w->store, w->rec->id, "customer_info", 0, err);
	if (!rc && strcmp(is, "resolved") == 0 && csm_rec_int(w->rec, CASE_NOTES_TO_COMMENTS) && !csm_rec_null(w->rec, CASE_CLOSE_NOTES))
		rc = csm_case_comment(w->store, w->rec, csm_rec_text(w->rec, CASE_CLOSE_NOTES), err);
	return rc;
}

/* Fields that a parent hands to its open children (domain 1.12); comments and notes go with comment.after. */
static const struct {
	const char *name;
	int fields[5];			/* ended by -1 */
} sync_fields[] = {
	{ "priority", { CASE_PRIORITY, -1 } },
	{ "state", { CASE_STATE, CASE_RESOLVED_AT, CASE_CLOSED_AT, CASE_RESOLVED_BY, -1 } },
	{ "close_notes", { CASE_CLOSE_NOTES, -1 } },
	{ "resolution_code", { CASE_RESOLUTION_CODE, -1 } },
	{ "assigned_to", { CASE_ASSIGNED_TO, -1 } },
};

static int sync_child(struct csm_write *w, struct csm_rec *child, struct csm_err *err)
{
	const char *list = csm_store_setting_text(w->store, "case.fields_to_sync");

	for (unsigned i = 0; i < CSM_COUNT(sync_fields); i++) {
		if (!csm_word_in(list, sync_fields[i].name))
			continue;
		for (unsigned k = 0; k < 5 && sync_fields[i].fields[k] >= 0; k++) {
			int field = sync_fields[i].fields[k];

			if (w->insert || !csm_value_eq(&w->rec->v[field], &w->rec->old[field]))
				csm_rec_set(child, field, w->rec->v[field]);
		}
	}
	return csm_rec_any_changed(child) ? csm_store_write(w->store, child, CSM_WRITE_NORMAL, -1, err) : CSM_OK;
}

static int sync_children(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec **children;
	unsigned n;
	int rc;

	if (w->insert || !csm_store_setting_bool(w->store, "case.parent_child_sync"))
		return CSM_OK;
	rc = csm_store_children(w->store, &csm_type_case, CASE_PARENT_CASE, w->rec->id, w->rec->arena, &children, &n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		const char *state = csm_rec_text(children[i], CASE_STATE);

		if (strcmp(state, "new") == 0 || strcmp(state, "open") == 0 || strcmp(state, "awaiting_info") == 0)
			rc = sync_child(w, children[i], err);
	}
	return rc;
}

int case_after(struct csm_write *w, struct csm_err *err)
{
	int rc = CSM_OK;

	if (w->remove)
		return CSM_OK;
	if (w->mode == CSM_WRITE_IMPORT)
		return w->sla_stated ? CSM_OK : csm_sla_pass(w->store, w->rec, true, w->announce, err);
	rc = follow_state(w, err);
	if (!rc)
		rc = csm_sla_pass(w->store, w->rec, false, false, err);
	return rc ? rc : sync_children(w, err);
}
