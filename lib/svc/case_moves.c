/* SPDX-License-Identifier: MIT */
/*
 * case_moves.c - guards and effects of the verbs of a case (domain 1.2, T2 to T13), and attention and
 * assign.
 */
#include "svc_work.h"

int work_is_member(struct csm_store *s, int64_t group, int64_t user, bool *out, struct csm_err *err)
{
	static const int fields[] = { GROUP_MEMBER_USER_GROUP, GROUP_MEMBER_MEMBER };
	struct csm_value v[2] = { csm_int(group), csm_int(user) };
	int64_t id;
	int rc = svc_first(s, &csm_type_group_member, fields, v, 2, &id, err);

	*out = id != 0;
	return rc;
}

int work_check_assignee(struct csm_write *w, int group_field, int user_field, struct csm_err *err)
{
	struct csm_rec *user, *r = w->rec;
	bool member;
	int rc = svc_ref(w->store, r, user_field, &user, err);

	if (rc || !user)
		return rc;
	if (!csm_rec_int(user, USER_ACTIVE))
		return svc_refuse(w, user_field, err, "%s is not active",
				  svc_key(w->store, &csm_type_user, user->id));
	if (csm_rec_null(r, group_field))
		return CSM_OK;
	rc = work_is_member(w->store, csm_rec_int(r, group_field), user->id, &member, err);
	if (rc || member)
		return rc;
	return svc_refuse(w, user_field, err, "%s is no member of group '%s'",
			  svc_key(w->store, &csm_type_user, user->id),
			  svc_key(w->store, &csm_type_group, csm_rec_int(r, group_field)));
}

/* T3: the assigned agent accepts; while there are no users, the owner of the file does. */
int case_accept_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);

	if (csm_rec_null(w->rec, CASE_ASSIGNED_TO)) {
		if (actor->kind == CSM_ACTOR_OWNER)
			return CSM_OK;
		return svc_refuse(w, CASE_ASSIGNED_TO, err,
				  "is assigned to nobody; 'case assign --assigned-to me' opens it");
	}
	if (actor->kind == CSM_ACTOR_OWNER || csm_rec_int(w->rec, CASE_ASSIGNED_TO) == actor->user)
		return CSM_OK;
	return svc_refuse(w, CASE_ASSIGNED_TO, err, "only %s, to whom it is assigned, accepts it",
			  svc_key(w->store, &csm_type_user, csm_rec_int(w->rec, CASE_ASSIGNED_TO)));
}

int case_assign_guard(struct csm_write *w, struct csm_err *err)
{
	if (!csm_rec_given(w->rec, CASE_ASSIGNED_TO) && !csm_rec_given(w->rec, CASE_ASSIGNMENT_GROUP))
		return csm_fail(err, CSM_E_USAGE, "needs --assigned-to or --assignment-group");
	return work_check_assignee(w, CASE_ASSIGNMENT_GROUP, CASE_ASSIGNED_TO, err);
}

/* T2: a new case that an agent takes is open. */
int case_assign_effect(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);
	const struct csm_rec *r = w->rec;

	(void)err;
	if (csm_rec_is(r, CASE_STATE, "new") && csm_rec_given(r, CASE_ASSIGNED_TO) && actor->user &&
	    csm_rec_int(r, CASE_ASSIGNED_TO) == actor->user)
		csm_rec_set_text(w->rec, CASE_STATE, "open");
	return CSM_OK;
}

/* A question or a solution is an answer, with or without a comment. */
static void note_response(struct csm_write *w)
{
	csm_rec_clear(w->rec, CASE_AWAITING_REPLY_SINCE);
	if (csm_rec_null(w->rec, CASE_FIRST_RESPONSE_TIME))
		csm_rec_set_int(w->rec, CASE_FIRST_RESPONSE_TIME, csm_store_now(w->store));
}

/*
 * T4: the question is the first answer, if there was none. The blocking task is made when the row is
 * written.
 */
int case_answer_effect(struct csm_write *w, struct csm_err *err)
{
	(void)err;
	note_response(w);
	return CSM_OK;
}

/* T5, T6 */
int case_provide_info_effect(struct csm_write *w, struct csm_err *err)
{
	int rc = work_check_behalf(w, w->rec, err);

	if (!rc && w->move->who & CSM_WHO_CUSTOMER)
		csm_rec_set_int(w->rec, CASE_NEEDS_ATTENTION, 1);
	return rc;
}

/* T7. The mark for auto close and the comment follow from the state, in case.derive and case.after. */
int case_resolve_effect(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);
	struct csm_rec *r = w->rec;

	(void)err;
	if (!csm_rec_null(r, CASE_ASSIGNED_TO))
		csm_rec_set_int(r, CASE_RESOLVED_BY, csm_rec_int(r, CASE_ASSIGNED_TO));
	else if (actor->user)
		csm_rec_set_int(r, CASE_RESOLVED_BY, actor->user);
	note_response(w);
	csm_rec_clear(r, CASE_REMINDER_SENT_AT);
	return CSM_OK;
}

/* T9 */
int case_reject_effect(struct csm_write *w, struct csm_err *err)
{
	int rc = work_check_behalf(w, w->rec, err);

	if (rc)
		return rc;
	csm_rec_set_int(w->rec, CASE_REOPEN_COUNT, csm_rec_int(w->rec, CASE_REOPEN_COUNT) + 1);
	csm_rec_set_int(w->rec, CASE_NEEDS_ATTENTION, 1);
	return CSM_OK;
}

/* T8, T10. What every end of a case brings with it, however it came, is in case.derive and case.after. */
int case_close_effect(struct csm_write *w, struct csm_err *err)
{
	return w->move->who & CSM_WHO_CUSTOMER ? work_check_behalf(w, w->rec, err) : CSM_OK;
}

/* T11 */
int case_close_by_customer_effect(struct csm_write *w, struct csm_err *err)
{
	int64_t code;
	int rc = work_check_behalf(w, w->rec, err);

	if (rc)
		return rc;
	rc = csm_store_find(w->store, &csm_type_resolution_code, "solved_by_customer", &code, err);
	if (rc)
		return csm_wrap(err, "closing by the customer");
	csm_rec_set_int(w->rec, CASE_RESOLUTION_CODE, code);
	csm_rec_set_text(w->rec, CASE_CLOSE_NOTES, WORK_CLOSED_BY_CUSTOMER);
	return CSM_OK;
}

/* T12: on, marked, no answer since, and the time has come. */
int case_auto_close_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int64_t after = csm_store_setting_int(w->store, "case.auto_close_days");

	if (!csm_store_setting_bool(w->store, "case.auto_close"))
		return svc_refuse(w, CASE_AUTO_CLOSE, err, "the setting case.auto_close is off");
	if (!csm_rec_int(r, CASE_AUTO_CLOSE) ||
	    csm_rec_int(r, CASE_LAST_CUSTOMER_COMMENT_AT) > csm_rec_int(r, CASE_RESOLVED_AT))
		return svc_refuse(w, CASE_AUTO_CLOSE, err,
				  "the case is not marked, or the customer answered");
	if (csm_store_now(w->store) - csm_rec_int(r, CASE_RESOLVED_AT) < after)
		return svc_refuse(w, CASE_AUTO_CLOSE, err, "its time has not come");
	return CSM_OK;
}

/*
 * Whether the actor is the one to whom a case is assigned, or may overrule him; so may who is no user of
 * csm's.
 */
static int may_overrule(struct csm_store *s, const struct csm_rec *cs, bool *out, struct csm_err *err)
{
	static const char *const roles[] = { "manager", "admin", "csm_admin" };
	const struct csm_actor *actor = csm_store_actor(s);
	int rc = CSM_OK;

	*out = actor->kind != CSM_ACTOR_INTERNAL || !actor->user ||
	       csm_rec_int(cs, CASE_ASSIGNED_TO) == actor->user;
	for (unsigned i = 0; !rc && !*out && i < CSM_COUNT(roles); i++)
		rc = svc_has_role(s, actor->user, roles[i], out, err);
	return rc;
}

/* T13: by the assigned agent or a manager; a case that nobody has by any agent. */
int case_cancel_guard(struct csm_write *w, struct csm_err *err)
{
	bool may = csm_rec_null(w->rec, CASE_ASSIGNED_TO);
	int rc = may ? CSM_OK : may_overrule(w->store, w->rec, &may, err);

	if (rc || may)
		return rc;
	return svc_refuse(w, CASE_ASSIGNED_TO, err,
			  "cancelled by %s, to whom it is assigned, or by a manager",
			  svc_key(w->store, &csm_type_user, csm_rec_int(w->rec, CASE_ASSIGNED_TO)));
}

/* ---- the calls behind special verbs ---- */

/* Set by any agent, cleared by the assigned one, a manager or an administrator (domain 1.11). */
int csm_case_attention(struct csm_store *s, struct csm_rec *record, bool on, struct csm_err *err)
{
	bool may = on;
	int rc = CSM_OK;

	if (!work_is_open(record)) {
		csm_fail(err, CSM_E_REFUSED, "a case that is %s is not changed any more",
			 csm_rec_text(record, CASE_STATE));
		return csm_err_on(err, "case", csm_rec_key(record->arena, record), "state");
	}
	if (!on)
		rc = may_overrule(s, record, &may, err);
	if (rc)
		return rc;
	if (!may) {
		csm_fail(err, CSM_E_PERM, "cleared by the assigned agent, a manager or an administrator");
		return csm_err_on(err, "case", csm_rec_key(record->arena, record), "needs_attention");
	}
	csm_rec_set_int(record, CASE_NEEDS_ATTENTION, on);
	return csm_store_write(s, record, CSM_WRITE_NORMAL, -1, err);
}

int csm_case_assign(struct csm_store *s, struct csm_rec *record, int64_t user, int64_t group,
		    int64_t if_version, struct csm_err *err)
{
	csm_rec_set(record, CASE_ASSIGNED_TO, user ? csm_int(user) : csm_null());
	csm_rec_give(record, CASE_ASSIGNED_TO);
	if (group) {
		csm_rec_set_int(record, CASE_ASSIGNMENT_GROUP, group);
		csm_rec_give(record, CASE_ASSIGNMENT_GROUP);
	}
	return csm_store_move(s, record, "assign", NULL, if_version, err);
}
