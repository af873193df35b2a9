/* SPDX-License-Identifier: MIT */
/* comment.c - comments and work notes: who wrote them, where they may stand, and what a comment means for its case (domain 1.7). */
#include "svc_work.h"

/* comment and work_note have these fields under the same names; author_contact and author_consumer only comment. */
static int index_of(const struct csm_rec *r, const char *name)
{
	return csm_field_index(r->type, name);
}

int comment_derive(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);
	struct csm_rec *r = w->rec;
	int author = index_of(r, "author");
	int64_t contact = 0, consumer = 0;
	int rc;

	if (!w->insert || w->mode == CSM_WRITE_IMPORT || !csm_rec_null(r, author))
		return CSM_OK;
	if (r->type == &csm_type_comment) {
		if (!csm_rec_null(r, COMMENT_AUTHOR_CONTACT) || !csm_rec_null(r, COMMENT_AUTHOR_CONSUMER))
			return CSM_OK;
		rc = work_on_behalf(w->store, &contact, &consumer, err);
		if (rc)
			return rc;
		if (contact)
			csm_rec_set_int(r, COMMENT_AUTHOR_CONTACT, contact);
		if (consumer)
			csm_rec_set_int(r, COMMENT_AUTHOR_CONSUMER, consumer);
		if (contact || consumer)
			return CSM_OK;
	}
	if (actor->user && actor->kind != CSM_ACTOR_SYSTEM)
		csm_rec_set_int(r, author, actor->user);
	return CSM_OK;
}

/* The record it stands on; NULL when there is none. */
static int find_record(struct csm_write *w, struct csm_rec **out, struct csm_err *err)
{
	int rc = svc_ref(w->store, w->rec, index_of(w->rec, "parent_case"), out, err);

	if (!rc && !*out)
		rc = svc_ref(w->store, w->rec, index_of(w->rec, "case_task"), out, err);
	return rc;
}

int comment_check(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec, *on;
	int of_case = index_of(r, "parent_case"), of_task = index_of(r, "case_task"), authors = 0;
	const struct csm_state *st;
	int rc;

	if (csm_rec_null(r, of_case) == csm_rec_null(r, of_task))
		return svc_refuse(w, of_case, err, "stands on either a case or a case task");
	if (r->type == &csm_type_comment) {
		authors += !csm_rec_null(r, COMMENT_AUTHOR) + !csm_rec_null(r, COMMENT_AUTHOR_CONTACT) +
			   !csm_rec_null(r, COMMENT_AUTHOR_CONSUMER);
		if (authors > 1)
			return svc_refuse(w, COMMENT_AUTHOR, err, "has one author: user, contact or consumer");
	}
	if (w->mode == CSM_WRITE_IMPORT || w->move)
		return CSM_OK;		/* the text of the move that closes a record belongs to it */
	rc = find_record(w, &on, err);
	if (rc || !on)
		return rc;
	st = csm_life_state(on->type->life, csm_rec_text(on, csm_field_index(on->type, on->type->life->field)));
	if (st && (st->flags & CSM_S_FINAL) && csm_store_actor(w->store)->kind != CSM_ACTOR_SYSTEM)
		return svc_refuse(w, of_case, err, "%s is %s and takes no more comments and notes", csm_rec_key(r->arena, on), st->name);
	return CSM_OK;
}

/* A comment of a customer opens a case that waits for him and needs attention; one of an agent is the first response. */
static int tell_case(struct csm_write *w, struct csm_rec *cs, bool customer, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int64_t at = csm_rec_int(r, COMMENT_POSTED_AT);

	if (customer) {
		csm_rec_set_int(cs, CASE_LAST_CUSTOMER_COMMENT_AT, at);
		csm_rec_set_int(cs, CASE_NEEDS_ATTENTION, 1);
		if (csm_rec_is(cs, CASE_STATE, "awaiting_info") && !w->move)
			csm_rec_set_text(cs, CASE_STATE, "open");
	} else if (csm_store_actor(w->store)->kind != CSM_ACTOR_SYSTEM) {
		csm_rec_set_int(cs, CASE_LAST_AGENT_COMMENT_AT, at);
		if (csm_rec_null(cs, CASE_FIRST_RESPONSE_TIME))
			csm_rec_set_int(cs, CASE_FIRST_RESPONSE_TIME, at);
		if (!csm_rec_null(cs, CASE_ASSIGNED_TO) && csm_rec_int(cs, CASE_ASSIGNED_TO) != csm_rec_int(r, COMMENT_AUTHOR) &&
		    !csm_rec_null(r, COMMENT_AUTHOR))
			csm_rec_set_int(cs, CASE_NEEDS_ATTENTION, 1);
	}
	return csm_rec_any_changed(cs) ? csm_store_write(w->store, cs, CSM_WRITE_NORMAL, -1, err) : CSM_OK;
}

/* With parent_child_sync, what is said on the parent is said on its open children. */
static int tell_children(struct csm_write *w, struct csm_rec *cs, struct csm_err *err)
{
	struct csm_rec **children;
	unsigned n;
	int rc;

	if (!csm_store_setting_bool(w->store, "case.parent_child_sync") ||
	    !csm_word_in(csm_store_setting_text(w->store, "case.fields_to_sync"), "comments"))
		return CSM_OK;
	rc = csm_store_children(w->store, &csm_type_case, CASE_PARENT_CASE, cs->id, w->rec->arena, &children, &n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		const char *state = csm_rec_text(children[i], CASE_STATE);

		if (strcmp(state, "resolved") != 0 && csm_rec_int(children[i], CASE_ACTIVE))
			rc = csm_case_comment(w->store, children[i], csm_rec_text(w->rec, COMMENT_BODY), err);
	}
	return rc;
}

int comment_after(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool customer = !csm_rec_null(r, COMMENT_AUTHOR_CONTACT) || !csm_rec_null(r, COMMENT_AUTHOR_CONSUMER);
	struct csm_rec *cs;
	int rc;

	if (!w->insert || w->mode == CSM_WRITE_IMPORT)
		return CSM_OK;
	rc = svc_ref(w->store, r, COMMENT_PARENT_CASE, &cs, err);
	if (rc || !cs)
		return rc;
	if (csm_rec_int(cs, CASE_ACTIVE))
		rc = tell_case(w, cs, customer, err);
	return rc ? rc : tell_children(w, cs, err);
}
