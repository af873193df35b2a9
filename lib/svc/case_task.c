/* SPDX-License-Identifier: MIT */
/* case_task.c - case tasks and time entries (domain 1.9, 1.10, 1.20). */
#include "svc_work.h"

/* The parties are the case's, and follow when the task moves to another. */
int case_task_derive(struct csm_write *w, struct csm_err *err)
{
	static const int from[] = { CASE_ACCOUNT, CASE_CONTACT, CASE_CONSUMER };
	static const int to[] = { CASE_TASK_ACCOUNT, CASE_TASK_CONTACT, CASE_TASK_CONSUMER };
	struct csm_rec *cs, *r = w->rec;
	int rc;

	if (!w->insert && !csm_rec_changed(r, CASE_TASK_PARENT_CASE))
		return CSM_OK;
	rc = svc_ref(w->store, r, CASE_TASK_PARENT_CASE, &cs, err);
	for (unsigned i = 0; !rc && cs && i < CSM_COUNT(from); i++)
		if (!csm_rec_given(r, to[i]))
			csm_rec_set(r, to[i], cs->v[from[i]]);
	return rc;
}

int case_task_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *cs, *r = w->rec;
	bool final = csm_rec_is(r, CASE_TASK_STATE, "closed") || csm_rec_is(r, CASE_TASK_STATE, "cancelled");
	int rc;

	if (w->mode == CSM_WRITE_NORMAL && work_was_final(w, CASE_TASK_STATE))
		return svc_refuse(w, CASE_TASK_STATE, err, "a task that is %s is not changed any more", w->rec->old[CASE_TASK_STATE].s);
	if (!final && !csm_rec_null(r, CASE_TASK_CLOSED_AT))
		return svc_refuse(w, CASE_TASK_CLOSED_AT, err, "is given, but the state is %s", csm_rec_text(r, CASE_TASK_STATE));
	if (final && csm_rec_null(r, CASE_TASK_CLOSED_AT))
		return svc_refuse(w, CASE_TASK_CLOSED_AT, err, "is needed in state %s", csm_rec_text(r, CASE_TASK_STATE));
	if (final && csm_rec_int(r, CASE_TASK_CLOSED_AT) < csm_rec_int(r, CASE_TASK_OPENED_AT))
		return svc_refuse(w, CASE_TASK_CLOSED_AT, err, "is before opened_at");
	if (w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = svc_ref(w->store, r, CASE_TASK_PARENT_CASE, &cs, err);
	if (rc)
		return rc;
	if (w->insert && cs && !csm_rec_int(cs, CASE_ACTIVE))
		return svc_refuse(w, CASE_TASK_PARENT_CASE, err, "%s is %s and takes no more tasks", csm_rec_key(r->arena, cs),
				  csm_rec_text(cs, CASE_STATE));
	return work_check_assignee(w, CASE_TASK_ASSIGNMENT_GROUP, CASE_TASK_ASSIGNED_TO, err);
}

int case_task_assign_guard(struct csm_write *w, struct csm_err *err)
{
	if (!csm_rec_given(w->rec, CASE_TASK_ASSIGNED_TO) && !csm_rec_given(w->rec, CASE_TASK_ASSIGNMENT_GROUP))
		return csm_fail(err, CSM_E_USAGE, "needs --assigned-to or --assignment-group");
	return work_check_assignee(w, CASE_TASK_ASSIGNMENT_GROUP, CASE_TASK_ASSIGNED_TO, err);
}

/* A list value with the ids of the tasks' users or groups, in task order without doubles. */
static const char *collect(struct csm_arena *a, struct csm_rec **tasks, unsigned n, int field)
{
	struct csm_buf b = CSM_BUF(a);

	for (unsigned i = 0; i < n; i++) {
		char word[32];

		if (csm_rec_null(tasks[i], field))
			continue;
		snprintf(word, sizeof(word), "%lld", (long long)csm_rec_int(tasks[i], field));
		if (!b.n || !csm_list_has(b.s, word))
			csm_buf_addf(&b, "%s%s,", b.n ? "" : ",", word);
	}
	return b.n ? b.s : NULL;
}

/* Users and groups with a task of the case are its contributors. */
static int note_contributors(struct csm_write *w, int64_t id, struct csm_err *err)
{
	struct csm_rec **tasks, *cs;
	struct csm_arena *a = w->rec->arena;
	unsigned n;
	int rc = csm_store_get(w->store, &csm_type_case, id, a, &cs, err);

	if (rc || !cs || !csm_rec_int(cs, CASE_ACTIVE))
		return rc;
	rc = csm_store_children(w->store, &csm_type_case_task, CASE_TASK_PARENT_CASE, id, a, &tasks, &n, err);
	if (rc)
		return rc;
	csm_rec_set_text(cs, CASE_CONTRIBUTOR_USERS, collect(a, tasks, n, CASE_TASK_ASSIGNED_TO));
	csm_rec_set_text(cs, CASE_CONTRIBUTOR_GROUPS, collect(a, tasks, n, CASE_TASK_ASSIGNMENT_GROUP));
	return csm_rec_any_changed(cs) ? csm_store_write(w->store, cs, CSM_WRITE_NORMAL, -1, err) : CSM_OK;
}

/* An open task blocks its case; its end lifts that. */
int case_task_after(struct csm_write *w, struct csm_err *err)
{
	int64_t cs = csm_rec_int(w->rec, CASE_TASK_PARENT_CASE);
	bool open = !w->remove && csm_rec_int(w->rec, CASE_TASK_ACTIVE);
	int rc = CSM_OK;

	if (w->mode == CSM_WRITE_IMPORT)
		return w->sla_stated ? CSM_OK : csm_sla_pass(w->store, w->rec, true, w->announce, err);
	if (open && w->insert)
		rc = work_block(w->store, cs, "task_resolution", w->rec->id, err);
	else if (!open && !w->remove)
		rc = work_unblock(w->store, cs, NULL, w->rec->id, err);
	if (!rc)
		rc = note_contributors(w, cs, err);
	if (!rc && !w->remove)
		rc = csm_sla_pass(w->store, w->rec, false, false, err);
	return rc;
}

/* ---- time entries ---- */

int time_entry_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *task;
	int rc;

	if (csm_rec_given(w->rec, TIME_ENTRY_PARENT_CASE) && !csm_rec_null(w->rec, TIME_ENTRY_PARENT_CASE))
		return CSM_OK;
	rc = svc_ref(w->store, w->rec, TIME_ENTRY_CASE_TASK, &task, err);
	if (!rc && task)
		csm_rec_set_int(w->rec, TIME_ENTRY_PARENT_CASE, csm_rec_int(task, CASE_TASK_PARENT_CASE));
	return rc;
}

int time_entry_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *task;
	int rc = svc_ref(w->store, w->rec, TIME_ENTRY_CASE_TASK, &task, err);

	if (!rc && task && csm_rec_int(task, CASE_TASK_PARENT_CASE) != csm_rec_int(w->rec, TIME_ENTRY_PARENT_CASE))
		return svc_refuse(w, TIME_ENTRY_CASE_TASK, err, "%s is a task of another case", csm_rec_key(w->rec->arena, task));
	if (!rc && csm_rec_int(w->rec, TIME_ENTRY_DURATION) <= 0)
		return svc_refuse(w, TIME_ENTRY_DURATION, err, "must be longer than 0");
	return rc;
}

/* The case keeps the sum; a closed one is not changed any more, so what comes late stands in the entries only. */
int time_entry_after(struct csm_write *w, struct csm_err *err)
{
	int64_t id = csm_rec_int(w->rec, TIME_ENTRY_PARENT_CASE), sum = 0;
	struct csm_rec *cs, **rows;
	unsigned n;
	int rc;

	if (w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = csm_store_get(w->store, &csm_type_case, id, w->rec->arena, &cs, err);
	if (rc || !cs || !csm_rec_int(cs, CASE_ACTIVE))
		return rc;
	rc = csm_store_children(w->store, &csm_type_time_entry, TIME_ENTRY_PARENT_CASE, id, w->rec->arena, &rows, &n, err);
	for (unsigned i = 0; !rc && i < n; i++)
		if (__builtin_add_overflow(sum, csm_rec_int(rows[i], TIME_ENTRY_DURATION), &sum))
			return csm_fail(err, CSM_E_INVALID, "the time worked on %s is too long to be counted", csm_rec_key(w->rec->arena, cs));
	if (rc)
		return rc;
	csm_rec_set(cs, CASE_TIME_WORKED, sum ? csm_int(sum) : csm_null());
	return csm_rec_any_changed(cs) ? csm_store_write(w->store, cs, CSM_WRITE_NORMAL, -1, err) : CSM_OK;
}
