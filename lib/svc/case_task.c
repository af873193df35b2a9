/* SPDX-License-Identifier: MIT */
/* case_task.c - case tasks and time entries (domain 1.9, 1.10, 1.20). */
#include "svc_work.h"

void work_take_parties(struct csm_rec *task, const struct csm_rec *cs)
{
	static const int from[] = { CASE_ACCOUNT, CASE_CONTACT, CASE_CONSUMER };
	static const int to[] = { CASE_TASK_ACCOUNT, CASE_TASK_CONTACT, CASE_TASK_CONSUMER };

	for (unsigned i = 0; i < CSM_COUNT(from); i++)
		if (!csm_rec_given(task, to[i]))
			csm_rec_set(task, to[i], cs->v[from[i]]);
}

/* The parties are the case's, and follow when the task moves to another. */
int case_task_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *cs;
	int rc;

	if (!w->insert && !csm_rec_changed(w->rec, CASE_TASK_PARENT_CASE))
		return CSM_OK;
	rc = svc_ref(w->store, w->rec, CASE_TASK_PARENT_CASE, &cs, err);
	if (!rc && cs)
		work_take_parties(w->rec, cs);
	return rc;
}

int case_task_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *cs, *r = w->rec;
	bool final = csm_rec_is(r, CASE_TASK_STATE, "closed") ||
		     csm_rec_is(r, CASE_TASK_STATE, "cancelled");
	int rc;

	if (w->mode == CSM_WRITE_NORMAL && work_was_final(w, CASE_TASK_STATE))
		return svc_refuse(w, CASE_TASK_STATE, err, "a task that is %s is not changed any more",
				  w->rec->old[CASE_TASK_STATE].s);
	if (!final && !csm_rec_null(r, CASE_TASK_CLOSED_AT))
		return svc_refuse(w, CASE_TASK_CLOSED_AT, err, "is given, but the state is %s",
				  csm_rec_text(r, CASE_TASK_STATE));
	if (final && csm_rec_null(r, CASE_TASK_CLOSED_AT))
		return svc_refuse(w, CASE_TASK_CLOSED_AT, err, "is needed in state %s",
				  csm_rec_text(r, CASE_TASK_STATE));
	if (final && csm_rec_int(r, CASE_TASK_CLOSED_AT) < csm_rec_int(r, CASE_TASK_OPENED_AT))
		return svc_refuse(w, CASE_TASK_CLOSED_AT, err, "is before opened_at");
	if (w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	if (csm_rec_int(r, CASE_TASK_OPENED_AT) > csm_store_now(w->store))
		return svc_refuse(w, CASE_TASK_OPENED_AT, err, "is in the future");
	rc = svc_ref(w->store, r, CASE_TASK_PARENT_CASE, &cs, err);
	if (rc)
		return rc;
	if (csm_rec_changed(r, CASE_TASK_PARENT_CASE) && cs && !work_is_open(cs))
		return svc_refuse(w, CASE_TASK_PARENT_CASE, err, "%s is %s and takes no more tasks",
				  csm_rec_key(r->arena, cs), csm_rec_text(cs, CASE_STATE));
	if (!csm_rec_changed(r, CASE_TASK_ASSIGNED_TO) && !csm_rec_changed(r, CASE_TASK_ASSIGNMENT_GROUP))
		return CSM_OK;
	return work_check_assignee(w, CASE_TASK_ASSIGNMENT_GROUP, CASE_TASK_ASSIGNED_TO, err);
}

/* A customer answers on tasks that he sees, of his own cases. */
int case_task_provide_info_guard(struct csm_write *w, struct csm_err *err)
{
	struct work_customer c;
	struct csm_rec *cs;
	int rc = work_customer(w->store, &c, err);

	if (rc || !work_is_somebody(&c))
		return rc;
	if (!csm_rec_int(w->rec, CASE_TASK_VISIBLE_TO_CUSTOMER))
		return svc_refuse(w, CASE_TASK_VISIBLE_TO_CUSTOMER, err,
				  "the customer does not see this task");
	rc = svc_ref(w->store, w->rec, CASE_TASK_PARENT_CASE, &cs, err);
	return rc || !cs ? rc : work_check_behalf(w, cs, err);
}

int case_task_assign_guard(struct csm_write *w, struct csm_err *err)
{
	if (!csm_rec_given(w->rec, CASE_TASK_ASSIGNED_TO) &&
	    !csm_rec_given(w->rec, CASE_TASK_ASSIGNMENT_GROUP))
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
	rc = csm_store_children(w->store, &csm_type_case_task, CASE_TASK_PARENT_CASE, id, a, &tasks, &n,
				err);
	if (rc)
		return rc;
	csm_rec_set_text(cs, CASE_CONTRIBUTOR_USERS, collect(a, tasks, n, CASE_TASK_ASSIGNED_TO));
	csm_rec_set_text(cs, CASE_CONTRIBUTOR_GROUPS, collect(a, tasks, n, CASE_TASK_ASSIGNMENT_GROUP));
	return csm_rec_any_changed(cs) ? csm_store_write(w->store, cs, CSM_WRITE_NORMAL, -1, err) : CSM_OK;
}

/* ---- what follows ---- */

static void add_word(struct csm_buf *b, const char *text)
{
	csm_buf_addf(b, "%s%s", b->n ? ", " : "", text);
}

/* What happened to a task, in a few words; NULL when nothing that people look at. */
static const char *tell_change(struct csm_write *w)
{
	static const int kept[] = { CASE_TASK_ACTIVE,  CASE_TASK_CLOSED_AT,  CASE_TASK_CLOSED_BY,
				    CASE_TASK_ACCOUNT, CASE_TASK_CONTACT,    CASE_TASK_CONSUMER,
				    CASE_TASK_STATE,   CASE_TASK_ASSIGNED_TO };
	const struct csm_rec *r = w->rec;
	struct csm_buf b = CSM_BUF(r->arena);

	if (w->insert)
		add_word(&b, "opened");
	else if (!csm_value_eq(&r->v[CASE_TASK_STATE], &r->old[CASE_TASK_STATE]))
		add_word(&b, csm_rec_text(r, CASE_TASK_STATE));
	if (!csm_value_eq(&r->v[CASE_TASK_ASSIGNED_TO], &r->old[CASE_TASK_ASSIGNED_TO]))
		add_word(&b, csm_rec_null(r, CASE_TASK_ASSIGNED_TO)
				     ? "assigned to nobody"
				     : csm_sprintf(r->arena, "assigned to %s",
						   svc_key(w->store, &csm_type_user,
							   csm_rec_int(r, CASE_TASK_ASSIGNED_TO))));
	for (int i = 0; !w->insert && i < CASE_TASK_VERSION; i++) {
		bool skip = csm_value_eq(&r->v[i], &r->old[i]);

		for (unsigned k = 0; k < CSM_COUNT(kept); k++)
			skip = skip || kept[k] == i;
		if (!skip)
			add_word(&b, csm_sprintf(r->arena, "%s changed", r->type->fields[i].name));
	}
	return b.n ? b.s : NULL;
}

/* A task that is made or changed leaves an entry in the activity of its case (domain 1.9). */
static int note_change(struct csm_write *w, struct csm_rec *cs, struct csm_err *err)
{
	const char *what = tell_change(w);
	struct csm_arena *a = w->rec->arena;

	if (!what)
		return CSM_OK;
	return csm_case_note(w->store, cs,
			     csm_sprintf(a, "%s '%s': %s", csm_rec_key(a, w->rec),
					 csm_rec_text(w->rec, CASE_TASK_SHORT_DESCRIPTION), what),
			     err);
}

/* A task that moved to another case no longer blocks the one it was in. */
static int leave_case(struct csm_write *w, struct csm_err *err)
{
	const struct csm_value *was = &w->rec->old[CASE_TASK_PARENT_CASE];
	int rc;

	if (w->insert || w->remove || was->tag == CSM_NULL ||
	    was->i == csm_rec_int(w->rec, CASE_TASK_PARENT_CASE))
		return CSM_OK;
	rc = work_unblock(w->store, was->i, NULL, w->rec->id, err);
	return rc ? rc : note_contributors(w, was->i, err);
}

/* An open task blocks its case; its end lifts that. */
int case_task_after(struct csm_write *w, struct csm_err *err)
{
	int64_t id = csm_rec_int(w->rec, CASE_TASK_PARENT_CASE);
	struct csm_rec *cs;
	int rc;

	if (w->mode == CSM_WRITE_IMPORT)
		return w->sla_stated ? CSM_OK : csm_sla_pass(w->store, w->rec, true, w->announce, err);
	rc = leave_case(w, err);
	if (!rc)
		rc = csm_store_get(w->store, &csm_type_case, id, w->rec->arena, &cs, err);
	if (!rc && cs && work_is_open(cs)) {
		if (!w->remove && work_is_open(w->rec))
			rc = work_block(w->store, id, "task_resolution", w->rec->id, err);
		else if (!w->remove)
			rc = work_unblock(w->store, id, NULL, w->rec->id, err);
		if (!rc)
			rc = note_contributors(w, id, err);
		if (!rc && !w->remove)
			rc = note_change(w, cs, err);
	}
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

	if (!rc && task &&
	    csm_rec_int(task, CASE_TASK_PARENT_CASE) != csm_rec_int(w->rec, TIME_ENTRY_PARENT_CASE))
		return svc_refuse(w, TIME_ENTRY_CASE_TASK, err, "%s is a task of another case",
				  csm_rec_key(w->rec->arena, task));
	if (!rc && csm_rec_int(w->rec, TIME_ENTRY_DURATION) <= 0)
		return svc_refuse(w, TIME_ENTRY_DURATION, err, "must be longer than 0");
	return rc;
}

/* What was worked on a case, of all its entries. */
static int add_up(struct csm_write *w, const struct csm_rec *cs, int64_t *sum, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(w->store, &csm_type_time_entry, TIME_ENTRY_PARENT_CASE, cs->id,
				    w->rec->arena, &rows, &n, err);

	*sum = 0;
	for (unsigned i = 0; !rc && i < n; i++)
		if (__builtin_add_overflow(*sum, csm_rec_int(rows[i], TIME_ENTRY_DURATION), sum))
			return csm_fail(err, CSM_E_INVALID,
					"the time worked on %s is too long to be counted",
					csm_rec_key(w->rec->arena, cs));
	return rc;
}

/*
 * The case keeps the sum. It is bookkeeping of csm, no act: what is booked late on a case that is closed
 * counts too. A load that states the sum has the say.
 */
static int keep_sum(struct csm_write *w, int64_t id, struct csm_err *err)
{
	struct csm_rec *cs;
	int64_t sum;
	int rc = csm_store_get(w->store, &csm_type_case, id, w->rec->arena, &cs, err);

	if (rc || !cs || (w->mode == CSM_WRITE_IMPORT && w->insert && !csm_rec_null(cs, CASE_TIME_WORKED)))
		return rc;
	rc = add_up(w, cs, &sum, err);
	if (rc)
		return rc;
	csm_rec_set(cs, CASE_TIME_WORKED, sum ? csm_int(sum) : csm_null());
	if (!csm_rec_any_changed(cs))
		return CSM_OK;
	return csm_store_write(w->store, cs, work_is_open(cs) ? w->mode : CSM_WRITE_IMPORT, -1, err);
}

int time_entry_after(struct csm_write *w, struct csm_err *err)
{
	const struct csm_value *was = &w->rec->old[TIME_ENTRY_PARENT_CASE];
	int64_t id = csm_rec_int(w->rec, TIME_ENTRY_PARENT_CASE);
	int rc = keep_sum(w, id, err);

	if (rc || w->insert || w->remove || was->tag == CSM_NULL || was->i == id)
		return rc;
	return keep_sum(w, was->i, err); /* it was moved: the other case has less */
}
