/* SPDX-License-Identifier: MIT */
/* svc_work.h - hooks and helpers of cases, tasks, comments, time. */
#ifndef CSM_SVC_WORK_H
#define CSM_SVC_WORK_H

#include "svc_priv.h"

int case_derive(struct csm_write *w, struct csm_err *err);
int case_check(struct csm_write *w, struct csm_err *err);
int case_after(struct csm_write *w, struct csm_err *err);
int case_accept_guard(struct csm_write *w, struct csm_err *err);
int case_assign_guard(struct csm_write *w, struct csm_err *err);
int case_assign_effect(struct csm_write *w, struct csm_err *err);
int case_answer_effect(struct csm_write *w, struct csm_err *err);
int case_provide_info_effect(struct csm_write *w, struct csm_err *err);
int case_resolve_effect(struct csm_write *w, struct csm_err *err);
int case_reject_effect(struct csm_write *w, struct csm_err *err);
int case_close_effect(struct csm_write *w, struct csm_err *err);
int case_close_by_customer_effect(struct csm_write *w, struct csm_err *err);
int case_auto_close_guard(struct csm_write *w, struct csm_err *err);
int case_cancel_guard(struct csm_write *w, struct csm_err *err);
int case_task_derive(struct csm_write *w, struct csm_err *err);
int case_task_check(struct csm_write *w, struct csm_err *err);
int case_task_after(struct csm_write *w, struct csm_err *err);
int case_task_assign_guard(struct csm_write *w, struct csm_err *err);
int case_task_provide_info_guard(struct csm_write *w, struct csm_err *err);
int comment_derive(struct csm_write *w, struct csm_err *err);
int comment_check(struct csm_write *w, struct csm_err *err);
int comment_after(struct csm_write *w, struct csm_err *err);
int work_note_after(struct csm_write *w, struct csm_err *err);
int time_entry_derive(struct csm_write *w, struct csm_err *err);
int time_entry_check(struct csm_write *w, struct csm_err *err);
int time_entry_after(struct csm_write *w, struct csm_err *err);
int blocking_task_derive(struct csm_write *w, struct csm_err *err);
int blocking_task_after(struct csm_write *w, struct csm_err *err);

#define WORK_CLOSED_BY_CUSTOMER "Closed by customer"

/*
 * A customer who acts: an external actor, or the one whom --on-behalf names: contact, consumer, or
 * employee. At most one is not 0.
 */
struct work_customer {
	int64_t contact, consumer, user;
};
int work_customer(struct csm_store *s, struct work_customer *c, struct csm_err *err);
bool work_is_somebody(const struct work_customer *c);
/* Whether he acts for the customer of a case. */
int work_is_customer(struct csm_store *s, const struct csm_rec *cs, const struct work_customer *c,
		     bool *out, struct csm_err *err);
/* Refuse a customer who acts on another's case. cs may be w->rec, or the case it belongs to. */
int work_check_behalf(struct csm_write *w, const struct csm_rec *cs, struct csm_err *err);
/* Whether a consumer is a member of a household on a day. */
int work_is_member_of_household(struct csm_store *s, int64_t household, int64_t consumer, const char *day,
				bool *out, struct csm_err *err);

/* What a case takes from its parties and products when it is not given (domain 1.13). */
int work_from_parties(struct csm_write *w, struct csm_err *err);
/*
 * Whether a case or case task is in a state that is not final. Right before and after its row is written,
 * as `active` is not.
 */
bool work_is_open(const struct csm_rec *task);
/* The id of the case whose end is being told by csm: the comment on it is its last. */
int64_t *work_ending(struct csm_store *s);
/* Whether the customer speaks in a comment on a case: a contact, a consumer, or the employee it is for. */
bool work_by_customer(const struct csm_rec *comment, const struct csm_rec *cs);
/* awaiting_reply_since of a case from its comments and what it says of the last ones; nothing is stored. */
int work_await_reply(struct csm_store *s, struct csm_rec *cs, struct csm_err *err);
/* The parties of a task are those of its case. */
void work_take_parties(struct csm_rec *task, const struct csm_rec *cs);
/*
 * With case.parent_child_sync: the fields of a case that changed, or the comment or note just written on
 * it, go to its children.
 */
int work_sync_fields(struct csm_write *w, struct csm_err *err);
int work_sync_entry(struct csm_write *w, const struct csm_rec *cs, const char *what, struct csm_err *err);
/*
 * What the setting case.fields_to_sync may be: known names; state only together with close_notes and
 * resolution_code.
 */
int work_check_sync(struct csm_arena *a, const char *list, struct csm_err *err);
/* Whether user is a member of group. */
int work_is_member(struct csm_store *s, int64_t group, int64_t user, bool *out, struct csm_err *err);
/* Refuse an assignee who is inactive or no member of the group. */
int work_check_assignee(struct csm_write *w, int group_field, int user_field, struct csm_err *err);
/* The moment the record is closed or cancelled: whether it was so before this write. */
bool work_was_final(const struct csm_write *w, int state_field);
/*
 * Recompute action_status from needs_attention and the active blocking tasks of the case being written
 * (before its row is).
 */
int work_action_status(struct csm_store *s, struct csm_rec *cs, struct csm_err *err);
/*
 * Add a blocking task for a reason (and task, 0 none) unless there is an active one; end the active ones.
 */
int work_block(struct csm_store *s, int64_t cs, const char *reason, int64_t task, struct csm_err *err);
int work_unblock(struct csm_store *s, int64_t cs, const char *reason, int64_t task, struct csm_err *err);

#define SVC_WORK_HOOKS \
	{ "case.derive", case_derive }, \
	{ "case.check", case_check }, \
	{ "case.after", case_after }, \
	{ "case.accept.guard", case_accept_guard }, \
	{ "case.assign.guard", case_assign_guard }, \
	{ "case.assign.effect", case_assign_effect }, \
	{ "case.request_info.effect", case_answer_effect }, \
	{ "case.provide_info.effect", case_provide_info_effect }, \
	{ "case.resolve.effect", case_resolve_effect }, \
	{ "case.reject_solution.effect", case_reject_effect }, \
	{ "case.close.effect", case_close_effect }, \
	{ "case.close_by_customer.effect", case_close_by_customer_effect }, \
	{ "case.auto_close.guard", case_auto_close_guard }, \
	{ "case.auto_close.effect", case_close_effect }, \
	{ "case.cancel.guard", case_cancel_guard }, \
	{ "case_task.derive", case_task_derive }, \
	{ "case_task.check", case_task_check }, \
	{ "case_task.after", case_task_after }, \
	{ "case_task.assign.guard", case_task_assign_guard }, \
	{ "case_task.provide_info.guard", case_task_provide_info_guard }, \
	{ "comment.derive", comment_derive }, \
	{ "comment.check", comment_check }, \
	{ "comment.after", comment_after }, \
	{ "work_note.derive", comment_derive }, \
	{ "work_note.check", comment_check }, \
	{ "work_note.after", work_note_after }, \
	{ "time_entry.derive", time_entry_derive }, \
	{ "time_entry.check", time_entry_check }, \
	{ "time_entry.after", time_entry_after }, \
	{ "blocking_task.derive", blocking_task_derive }, \
	{ "blocking_task.after", blocking_task_after }

#endif
