/* SPDX-License-Identifier: MIT */
/* case_moves.c - guards and effects of the verbs of a case (domain 1.2, T2 to T13), and comment, note, attention, assign. */
#include "svc_work.h"

int work_on_behalf(struct csm_store *s, int64_t *contact, int64_t *consumer, struct csm_err *err)
{
	const char *key = csm_store_env(s)->on_behalf;
	const struct csm_actor *actor = csm_store_actor(s);
	int rc;

	*contact = actor->contact;
	*consumer = actor->consumer;
	if (!key || !*key)
		return CSM_OK;
	rc = csm_store_find(s, &csm_type_contact, key, contact, err);
	if (rc != CSM_E_NOTFOUND)
		return rc;
	csm_err_clear(err);
	rc = csm_store_find(s, &csm_type_consumer, key, consumer, err);
	if (rc == CSM_E_NOTFOUND) {
		csm_fail(err, CSM_E_NOTFOUND, "'%s' is no contact and no consumer", key);
		csm_err_on(err, NULL, NULL, "on_behalf");
	}
	return rc;
}

/* The customer who acts must be the case's. */
static int check_behalf(struct csm_write *w, struct csm_err *err)
{
	int64_t contact, consumer;
	int rc = work_on_behalf(w->store, &contact, &consumer, err);

	if (rc || (!contact && !consumer))
		return rc;
	if (contact && (contact == csm_rec_int(w->rec, CASE_CONTACT) || contact == csm_rec_int(w->rec, CASE_PARTNER_CONTACT)))
		return CSM_OK;
	if (consumer && consumer == csm_rec_int(w->rec, CASE_CONSUMER))
		return CSM_OK;
	return svc_refuse(w, contact ? CASE_CONTACT : CASE_CONSUMER, err, "'%s' is not the customer of this case",
			  csm_store_env(w->store)->on_behalf);
}

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
		return svc_refuse(w, user_field, err, "%s is not active", svc_key(w->store, &csm_type_user, user->id));
	if (csm_rec_null(r, group_field))
		return CSM_OK;
	rc = work_is_member(w->store, csm_rec_int(r, group_field), user->id, &member, err);
	if (rc || member)
		return rc;
	return svc_refuse(w, user_field, err, "%s is no member of group '%s'", svc_key(w->store, &csm_type_user, user->id),
			  svc_key(w->store, &csm_type_group, csm_rec_int(r, group_field)));
}

/* T3: the assigned agent accepts; while there are no users, the owner of the file does. */
int case_accept_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);

	if (csm_rec_null(w->rec, CASE_ASSIGNED_TO)) {
		if (actor->kind == CSM_ACTOR_OWNER)
			return CSM_OK;
		return svc_refuse(w, CASE_ASSIGNED_TO, err, "is assigned to nobody; 'case assign --assigned-to me' opens it");
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

	(void)err;
	if (csm_rec_is(w->rec, CASE_STATE, "new") && actor->user && csm_rec_int(w->rec, CASE_ASSIGNED_TO) == actor->user)
		csm_rec_set_text(w->rec, CASE_STATE, "open");
	return CSM_OK;
}

static void note_response(struct csm_write *w)
{
	if (csm_rec_null(w->rec, CASE_FIRST_RESPONSE_TIME))
		csm_rec_set_int(w->rec, CASE_FIRST_RESPONSE_TIME, csm_store_now(w->store));
}

/* T4: the question is the first answer, if there was none. The blocking task is made when the row is written. */
int case_answer_effect(struct csm_write *w, struct csm_err *err)
{
	(void)err;
	note_response(w);
	return CSM_OK;
}

/* T5, T6 */
int case_provide_info_effect(struct csm_write *w, struct csm_err *err)
{
	int rc = check_behalf(w, err);

	if (!rc && (w->move->who & CSM_WHO_CUSTOMER) && csm_store_env(w->store)->on_behalf)
		csm_rec_set_int(w->rec, CASE_NEEDS_ATTENTION, 1);
	return rc;
}

/* T7: marked for auto close when nothing waits for the agent (domain 1.8). */
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
	if (!csm_rec_given(r, CASE_AUTO_CLOSE))
		csm_rec_set_int(r, CASE_AUTO_CLOSE, !csm_rec_int(r, CASE_NEEDS_ATTENTION));
	csm_rec_clear(r, CASE_REMINDER_SENT_AT);
	return CSM_OK;
}

/* T9 */
int case_reject_effect(struct csm_write *w, struct csm_err *err)
{
	int rc = check_behalf(w, err);

	if (rc)
		return rc;
	csm_rec_set_int(w->rec, CASE_REOPEN_COUNT, csm_rec_int(w->rec, CASE_REOPEN_COUNT) + 1);
	csm_rec_set_int(w->rec, CASE_NEEDS_ATTENTION, 1);
	return CSM_OK;
}

static void clear_marks(struct csm_rec *r)
{
	csm_rec_set_int(r, CASE_NEEDS_ATTENTION, 0);
	csm_rec_set_int(r, CASE_AUTO_CLOSE, 0);
	csm_rec_clear(r, CASE_ACTION_STATUS);
}

/* T8, T10: the entitlement is used up by the unit (domain 5.3). */
int case_close_effect(struct csm_write *w, struct csm_err *err)
{
	int rc = w->move && (w->move->who & CSM_WHO_CUSTOMER) ? check_behalf(w, err) : CSM_OK;

	if (rc)
		return rc;
	clear_marks(w->rec);
	return csm_ent_consume(w->store, w->rec, err);
}

/* T11 */
int case_close_by_customer_effect(struct csm_write *w, struct csm_err *err)
{
	int64_t code;
	int rc = csm_store_find(w->store, &csm_type_resolution_code, "solved_by_customer", &code, err);

	if (rc)
		return csm_wrap(err, "closing by the customer");
	csm_rec_set_int(w->rec, CASE_RESOLUTION_CODE, code);
	csm_rec_set_text(w->rec, CASE_CLOSE_NOTES, "Closed by customer");
	return case_close_effect(w, err);
}

/* T12: on, marked, no answer since, and the time has come. */
int case_auto_close_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int64_t after = csm_store_setting_int(w->store, "case.auto_close_days");

	if (!csm_store_setting_bool(w->store, "case.auto_close"))
		return svc_refuse(w, CASE_AUTO_CLOSE, err, "the setting case.auto_close is off");
	if (!csm_rec_int(r, CASE_AUTO_CLOSE) || csm_rec_int(r, CASE_LAST_CUSTOMER_COMMENT_AT) > csm_rec_int(r, CASE_RESOLVED_AT))
		return svc_refuse(w, CASE_AUTO_CLOSE, err, "the case is not marked, or the customer answered");
	if (csm_store_now(w->store) - csm_rec_int(r, CASE_RESOLVED_AT) < after)
		return svc_refuse(w, CASE_AUTO_CLOSE, err, "its time has not come");
	return CSM_OK;
}

int case_auto_close_effect(struct csm_write *w, struct csm_err *err)
{
	return case_close_effect(w, err);
}

/* T13 */
int case_cancel_effect(struct csm_write *w, struct csm_err *err)
{
	(void)err;
	clear_marks(w->rec);
	return CSM_OK;
}

/* ---- the calls behind special verbs ---- */

static int add_entry(struct csm_store *s, const struct csm_rtype *t, struct csm_rec *record, const char *text, struct csm_err *err)
{
	int owner = csm_field_index(t, record->type == &csm_type_case ? "parent_case" : "case_task");
	struct csm_rec *j;
	int rc;

	if (record->type != &csm_type_case && record->type != &csm_type_case_task)
		return csm_fail(err, CSM_E_USAGE, "a %s has no comments", record->type->name);
	rc = csm_store_new(s, t, record->arena, &j, err);
	if (rc)
		return rc;
	csm_rec_set_int(j, owner, record->id);
	rc = csm_store_set(s, j, csm_field_index(t, "body"), text, err);
	return rc ? rc : csm_store_write(s, j, CSM_WRITE_NORMAL, -1, err);
}

int csm_case_comment(struct csm_store *s, struct csm_rec *record, const char *text, struct csm_err *err)
{
	return add_entry(s, &csm_type_comment, record, text, err);
}

int csm_case_note(struct csm_store *s, struct csm_rec *record, const char *text, struct csm_err *err)
{
	return add_entry(s, &csm_type_work_note, record, text, err);
}

/* Set by any agent, cleared by the assigned one, a manager or an administrator (domain 1.11). */
int csm_case_attention(struct csm_store *s, struct csm_rec *record, bool on, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(s);
	bool allowed = on || actor->kind != CSM_ACTOR_INTERNAL || !actor->user ||
		       csm_rec_int(record, CASE_ASSIGNED_TO) == actor->user;
	int rc = CSM_OK;

	if (!allowed)
		rc = svc_has_role(s, actor->user, "manager", &allowed, err);
	if (!rc && !allowed)
		rc = svc_has_role(s, actor->user, "admin", &allowed, err);
	if (!rc && !allowed)
		rc = svc_has_role(s, actor->user, "csm_admin", &allowed, err);
	if (rc)
		return rc;
	if (!allowed) {
		csm_fail(err, CSM_E_PERM, "cleared by the assigned agent, a manager or an administrator");
		return csm_err_on(err, "case", csm_rec_key(record->arena, record), "needs_attention");
	}
	csm_rec_set_int(record, CASE_NEEDS_ATTENTION, on);
	return csm_store_write(s, record, CSM_WRITE_NORMAL, -1, err);
}

int csm_case_assign(struct csm_store *s, struct csm_rec *record, int64_t user, int64_t group, int64_t if_version, struct csm_err *err)
{
	if (user) {
		csm_rec_set_int(record, CASE_ASSIGNED_TO, user);
		csm_rec_give(record, CASE_ASSIGNED_TO);
	}
	if (group) {
		csm_rec_set_int(record, CASE_ASSIGNMENT_GROUP, group);
		csm_rec_give(record, CASE_ASSIGNMENT_GROUP);
	}
	return csm_store_move(s, record, "assign", NULL, if_version, err);
}
