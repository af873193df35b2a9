/* SPDX-License-Identifier: MIT */
/*
 * comment.c - comments and work notes: who wrote them, where they may stand, and what they mean for their
 * case (domain 1.7).
 */
#include "svc_work.h"

/*
 * comment and work_note have these fields under the same names; author_contact and author_consumer only
 * comment.
 */
static int index_of(const struct csm_rec *r, const char *name)
{
	return csm_field_index(r->type, name);
}

int comment_derive(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);
	struct csm_rec *r = w->rec;
	struct work_customer c = { 0 };
	int author = index_of(r, "author"), rc = CSM_OK;

	if (!w->insert || w->mode == CSM_WRITE_IMPORT || !csm_rec_null(r, author))
		return CSM_OK;
	if (r->type == &csm_type_comment) {
		if (!csm_rec_null(r, COMMENT_AUTHOR_CONTACT) || !csm_rec_null(r, COMMENT_AUTHOR_CONSUMER))
			return CSM_OK;
		rc = work_customer(w->store, &c, err);
	}
	if (rc)
		return rc;
	if (c.contact)
		csm_rec_set_int(r, COMMENT_AUTHOR_CONTACT, c.contact);
	else if (c.consumer)
		csm_rec_set_int(r, COMMENT_AUTHOR_CONSUMER, c.consumer);
	else if (c.user)
		csm_rec_set_int(r, COMMENT_AUTHOR, c.user);
	else if (actor->user && actor->kind != CSM_ACTOR_SYSTEM)
		csm_rec_set_int(r, author, actor->user);
	return CSM_OK;
}

/* The case or case task it stands on; NULL when there is none. */
static int find_record(struct csm_write *w, struct csm_rec **out, struct csm_err *err)
{
	int rc = svc_ref(w->store, w->rec, index_of(w->rec, "parent_case"), out, err);

	if (!rc && !*out)
		rc = svc_ref(w->store, w->rec, index_of(w->rec, "case_task"), out, err);
	return rc;
}

/* A customer writes on his own cases, and on the tasks of them that he sees. */
static int check_customer(struct csm_write *w, const struct csm_rec *on, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	struct work_customer c = { csm_rec_int(r, COMMENT_AUTHOR_CONTACT),
				   csm_rec_int(r, COMMENT_AUTHOR_CONSUMER), 0 };
	int field = c.contact ? COMMENT_AUTHOR_CONTACT : COMMENT_AUTHOR_CONSUMER, rc = CSM_OK;
	struct csm_rec *cs = NULL;
	bool yes;

	if (!work_is_somebody(&c) && csm_store_env(w->store)->on_behalf) {
		c.user = csm_rec_int(r, COMMENT_AUTHOR);
		field = COMMENT_AUTHOR;
	}
	if (!work_is_somebody(&c))
		return CSM_OK;
	if (on->type == &csm_type_case_task && !csm_rec_int(on, CASE_TASK_VISIBLE_TO_CUSTOMER))
		return svc_refuse(w, COMMENT_CASE_TASK, err, "%s is not visible to the customer",
				  csm_rec_key(r->arena, on));
	if (on->type == &csm_type_case_task)
		rc = svc_ref(w->store, on, CASE_TASK_PARENT_CASE, &cs, err);
	if (!rc)
		rc = work_is_customer(w->store, cs ? cs : on, &c, &yes, err);
	if (rc || yes)
		return rc;
	return svc_refuse(w, field, err, "%s is not the customer of %s",
			  svc_key(w->store,
				  csm_dict_type(csm_store_dict(w->store), r->type->fields[field].target),
				  csm_rec_int(r, field)),
			  csm_rec_key(r->arena, cs ? cs : on));
}

/*
 * What is said of the end of a case belongs to it, though it is closed then: the text of the move, and
 * csm's own words.
 */
static bool is_last_word(struct csm_write *w, const struct csm_rec *on)
{
	return w->move || csm_store_actor(w->store)->kind == CSM_ACTOR_SYSTEM ||
	       (on->type == &csm_type_case && *work_ending(w->store) == on->id);
}

int comment_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec, *on;
	int of_case = index_of(r, "parent_case"), of_task = index_of(r, "case_task"),
	    posted = index_of(r, "posted_at");
	int rc;

	if (csm_rec_null(r, of_case) == csm_rec_null(r, of_task))
		return svc_refuse(w, of_case, err, "stands on either a case or a case task");
	if (r->type == &csm_type_comment && !csm_rec_null(r, COMMENT_AUTHOR) +
							    !csm_rec_null(r, COMMENT_AUTHOR_CONTACT) +
							    !csm_rec_null(r, COMMENT_AUTHOR_CONSUMER) >
						    1)
		return svc_refuse(w, COMMENT_AUTHOR, err, "has one author: user, contact or consumer");
	if (w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	if (csm_rec_int(r, posted) > csm_store_now(w->store))
		return svc_refuse(w, posted, err, "is in the future");
	rc = find_record(w, &on, err);
	if (rc || !on)
		return rc;
	if (!work_is_open(on) && !is_last_word(w, on))
		return svc_refuse(w, on->type == &csm_type_case ? of_case : of_task, err,
				  "%s is %s and takes no more comments and notes",
				  csm_rec_key(r->arena, on),
				  csm_rec_text(on, csm_field_index(on->type, "state")));
	return r->type == &csm_type_comment ? check_customer(w, on, err) : CSM_OK;
}

/* ---- what follows ---- */

static void set_later(struct csm_rec *cs, int field, int64_t at)
{
	if (csm_rec_null(cs, field) || csm_rec_int(cs, field) < at)
		csm_rec_set_int(cs, field, at);
}

/*
 * Whether the case awaits an answer now: a comment that comes last says so by itself, one that is posted
 * between others is seen among them.
 */
static int follow_reply(struct csm_write *w, struct csm_rec *cs, bool last, struct csm_err *err)
{
	int64_t at = csm_rec_int(w->rec, COMMENT_POSTED_AT);

	if (!last)
		return work_await_reply(w->store, cs, err);
	if (!work_by_customer(w->rec, cs))
		csm_rec_clear(cs, CASE_AWAITING_REPLY_SINCE);
	else if (csm_rec_null(cs, CASE_AWAITING_REPLY_SINCE))
		csm_rec_set_int(cs, CASE_AWAITING_REPLY_SINCE, at);
	return CSM_OK;
}

/*
 * A comment of a customer opens a case that waits for him and needs attention; one of an agent is the first
 * response.
 */
static int tell_case(struct csm_write *w, struct csm_rec *cs, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int64_t at = csm_rec_int(r, COMMENT_POSTED_AT), owner = csm_rec_int(cs, CASE_ASSIGNED_TO);
	bool last = at >= csm_rec_int(cs, CASE_LAST_CUSTOMER_COMMENT_AT) &&
		    at >= csm_rec_int(cs, CASE_LAST_AGENT_COMMENT_AT);
	int rc = CSM_OK;

	if (work_by_customer(r, cs)) {
		set_later(cs, CASE_LAST_CUSTOMER_COMMENT_AT, at);
		csm_rec_set_int(cs, CASE_NEEDS_ATTENTION, 1);
		if (csm_rec_is(cs, CASE_STATE, "awaiting_info") && !w->move)
			csm_rec_set_text(cs, CASE_STATE, "open");
		rc = follow_reply(w, cs, last, err);
	} else if (csm_store_actor(w->store)->kind != CSM_ACTOR_SYSTEM) {
		set_later(cs, CASE_LAST_AGENT_COMMENT_AT, at);
		if (csm_rec_null(cs, CASE_FIRST_RESPONSE_TIME))
			csm_rec_set_int(cs, CASE_FIRST_RESPONSE_TIME, at);
		if (owner && !csm_rec_null(r, COMMENT_AUTHOR) && owner != csm_rec_int(r, COMMENT_AUTHOR))
			csm_rec_set_int(cs, CASE_NEEDS_ATTENTION, 1);
		rc = follow_reply(w, cs, last, err);
	}
	if (rc || !csm_rec_any_changed(cs))
		return rc;
	return csm_store_write(w->store, cs, CSM_WRITE_NORMAL, -1, err);
}

int comment_after(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *cs;
	int rc;

	if (!w->insert || w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = svc_ref(w->store, w->rec, COMMENT_PARENT_CASE, &cs, err);
	if (rc || !cs)
		return rc;
	if (work_is_open(cs))
		rc = tell_case(w, cs, err);
	return rc || work_by_customer(w->rec, cs) ? rc : work_sync_entry(w, cs, "comments", err);
}

int work_note_after(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *cs;
	int rc;

	if (!w->insert || w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = svc_ref(w->store, w->rec, WORK_NOTE_PARENT_CASE, &cs, err);
	return rc || !cs ? rc : work_sync_entry(w, cs, "work_notes", err);
}

/* ---- the calls behind special verbs ---- */

static int add_entry(struct csm_store *s, const struct csm_rtype *t, struct csm_rec *record,
		     const char *text, struct csm_err *err)
{
	int owner = csm_field_index(t, record->type == &csm_type_case ? "parent_case" : "case_task");
	struct csm_rec *j;
	int rc;

	if (record->type != &csm_type_case && record->type != &csm_type_case_task)
		return csm_fail(err, CSM_E_USAGE, "only cases and case tasks have comments and notes");
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
