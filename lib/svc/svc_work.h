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
int case_auto_close_effect(struct csm_write *w, struct csm_err *err);
int case_cancel_effect(struct csm_write *w, struct csm_err *err);
int case_task_derive(struct csm_write *w, struct csm_err *err);
int case_task_check(struct csm_write *w, struct csm_err *err);
int case_task_after(struct csm_write *w, struct csm_err *err);
int case_task_assign_guard(struct csm_write *w, struct csm_err *err);
int comment_derive(struct csm_write *w, struct csm_err *err);
int comment_check(struct csm_write *w, struct csm_err *err);
int comment_after(struct csm_write *w, struct csm_err *err);
int time_entry_derive(struct csm_write *w, struct csm_err *err);
int time_entry_check(struct csm_write *w, struct csm_err *err);
int time_entry_after(struct csm_write *w, struct csm_err *err);
int blocking_task_derive(struct csm_write *w, struct csm_err *err);
int blocking_task_after(struct csm_write *w, struct csm_err *err);

/* The customer that --on-behalf names: a contact or consumer; both 0 when it is not given. */
int work_on_behalf(struct csm_store *s, int64_t *contact, int64_t *consumer, struct csm_err *err);
/* Whether user is a member of group. */
int work_is_member(struct csm_store *s, int64_t group, int64_t user, bool *out, struct csm_err *err);
/* Refuse an assignee who is inactive or no member of the group. */
int work_check_assignee(struct csm_write *w, int group_field, int user_field, struct csm_err *err);
/* The moment the record is closed or cancelled: whether it was so before this write. */
bool work_was_final(const struct csm_write *w, int state_field);
/* Recompute action_status from needs_attention and the active blocking tasks of the case being written (before its row is). */
int work_action_status(struct csm_store *s, struct csm_rec *cs, struct csm_err *err);
/* Add a blocking task for a reason (and task, 0 none) unless there is an active one; end the active ones. */
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
	{ "case.auto_close.effect", case_auto_close_effect }, \
	{ "case.cancel.effect", case_cancel_effect }, \
	{ "case_task.derive", case_task_derive }, \
	{ "case_task.check", case_task_check }, \
	{ "case_task.after", case_task_after }, \
	{ "case_task.assign.guard", case_task_assign_guard }, \
	{ "comment.derive", comment_derive }, \
	{ "comment.check", comment_check }, \
	{ "comment.after", comment_after }, \
	{ "work_note.derive", comment_derive }, \
	{ "work_note.check", comment_check }, \
	{ "time_entry.derive", time_entry_derive }, \
	{ "time_entry.check", time_entry_check }, \
	{ "time_entry.after", time_entry_after }, \
	{ "blocking_task.derive", blocking_task_derive }, \
	{ "blocking_task.after", blocking_task_after }

#endif
