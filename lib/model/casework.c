/* SPDX-License-Identifier: MIT */
/* casework.c - what hangs on a case: tasks, comments and work notes, time, blocking tasks, SLA records. */
#include "model_priv.h"

static const struct csm_choice task_state[] = {
	{ "open", "Open" }, { "awaiting_info", "Awaiting Info" }, { "closed", "Closed" },
	{ "cancelled", "Cancelled" },
	CHOICE_END,
};
static const struct csm_choice blocking_reason[] = {
	{ "customer_info", "Need information from the customer" },
	{ "task_resolution", "Need task resolution" },
	{ "prb_workaround", "Need PRB workaround" }, { "other", "Other" }, CHOICE_END,
};
static const struct csm_choice stage[] = {
	{ "in_progress", "In progress" }, { "paused", "Paused" }, { "completed", "Completed" },
	{ "cancelled", "Cancelled" },
	CHOICE_END,
};

static const struct csm_state task_states[] = {
	{ "open", CSM_S_INITIAL | CSM_S_ACTIVE, "To be done" },
	{ "awaiting_info", CSM_S_ACTIVE, "Waits for information" },
	{ "closed", CSM_S_FINAL, "Done" },
	{ "cancelled", CSM_S_FINAL, "Given up" },
	{ NULL, 0, NULL },
};
static const struct csm_move task_moves[] = {
	{ .verb = "assign", .from = "open,awaiting_info", .who = CSM_WHO_AGENT,
	  .takes = "assigned_to,assignment_group",
	  .guard = "case_task.assign.guard", .help = "Give the task to a user or group" },
	{ .verb = "request_info", .from = "open", .to = "awaiting_info", .who = CSM_WHO_AGENT,
	  .text = "comment",
	  .text_as = "comment", .text_needed = true, .help = "Ask for information" },
	{ .verb = "provide_info", .from = "awaiting_info", .to = "open",
	  .who = CSM_WHO_AGENT | CSM_WHO_CUSTOMER, .text = "comment",
	  .text_as = "comment", .guard = "case_task.provide_info.guard",
	  .help = "The information is there: go on working" },
	{ .verb = "close", .from = "open,awaiting_info", .to = "closed", .who = CSM_WHO_AGENT,
	  .takes = "close_notes",
	  .sets = "closed_at=@now,closed_by=@actor", .help = "The task is done" },
	{ .verb = "cancel", .from = "open,awaiting_info", .to = "cancelled", .who = CSM_WHO_AGENT,
	  .text = "reason",
	  .text_as = "work_note", .text_needed = true, .sets = "closed_at=@now,closed_by=@actor",
	  .help = "Give the task up, with the reason" },
	{ .verb = NULL },
};
static const struct csm_lifecycle task_life = {
	.field = "state", .states = task_states, .moves = task_moves,
};

static const struct csm_field case_task_fields[CASE_TASK__N] = {
	[CASE_TASK_NUMBER] = CSM_NUMBER,
	[CASE_TASK_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[CASE_TASK_PARENT_CASE] = REF("parent_case", "case", R | L, "Case", "Case it belongs to"),
	[CASE_TASK_SHORT_DESCRIPTION] = TEXT("short_description", 160, R | L | S | TITLE, "Subject",
					     "What has to be done, in a line"),
	[CASE_TASK_DESCRIPTION] = LONGTEXT("description", S, "Description", "What has to be done"),
	[CASE_TASK_STATE] = ENUM("state", task_state, "open", R | BV | L, "State",
				 "Where the task stands"),
	[CASE_TASK_ACTIVE] = BOOL("active", "true", BV, "Active", "Not closed and not cancelled"),
	[CASE_TASK_PRIORITY] = LEVEL("priority", model_priority, "4", L, "Priority",
				     "How soon it has to be done"),
	[CASE_TASK_ACCOUNT] = REF("account", "account", RO | DV, "Account", "Account of the case"),
	[CASE_TASK_CONTACT] = REF("contact", "contact", RO | DV, "Contact", "Contact of the case"),
	[CASE_TASK_CONSUMER] = REF("consumer", "consumer", RO | DV, "Consumer", "Consumer of the case"),
	[CASE_TASK_ASSIGNMENT_GROUP] = REF("assignment_group", "group", L, "Assignment group",
					   "Group that does it"),
	[CASE_TASK_ASSIGNED_TO] = REF("assigned_to", "user", L, "Assigned to",
				      "User who does it; a member of the group"),
	[CASE_TASK_WORK_NOTES_LIST] = REFS("work_notes_list", "user", CSM_F_INTERNAL, "Work notes list",
					   "Users who are told of work notes"),
	[CASE_TASK_VISIBLE_TO_CUSTOMER] = BOOL("visible_to_customer", "false", 0, "Visible to customer",
					       "The customer sees the task"),
	[CASE_TASK_OPENED_AT] = TIME("opened_at", "@now", R | IMM | L, "Opened",
				     "When the task was opened"),
	[CASE_TASK_OPENED_BY] = ACTOR("opened_by", "@actor", RO, "Opened by", "User who opened it"),
	[CASE_TASK_CLOSED_AT] = TIME("closed_at", NULL, BV, "Closed", "When it was done or given up"),
	[CASE_TASK_CLOSED_BY] = ACTOR("closed_by", NULL, BV, "Closed by", "User who closed it"),
	[CASE_TASK_CLOSE_NOTES] = LONGTEXT("close_notes", S, "Close notes", "What was done"),
	[CASE_TASK_DUE_DATE] = TIME("due_date", NULL, L, "Due", "Moment until which it should be done"),
	[CASE_TASK_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_case_task = {
	.name = "case_task", .table = "case_tasks", .prefix = "CSTASK", .section = "work",
	.label = "Case task",
	.plural = "Case tasks", .help = "A piece of work that somebody else does for a case",
	.fields = case_task_fields,
	.nfields = CASE_TASK__N, .life = &task_life, .sort = "", .check = "case_task.check",
	.derive = "case_task.derive", .after = "case_task.after",
};

static const struct csm_field comment_fields[COMMENT__N] = {
	[COMMENT_PARENT_CASE] = OWNER("parent_case", "case", L, "Case", "Case it was written on"),
	[COMMENT_CASE_TASK] = OWNER("case_task", "case_task", L, "Case task",
				    "Case task it was written on"),
	[COMMENT_AUTHOR] = REF("author", "user", L, "Author", "User who wrote it"),
	[COMMENT_AUTHOR_CONTACT] = REF("author_contact", "contact", L, "Contact", "Contact who wrote it"),
	[COMMENT_AUTHOR_CONSUMER] = REF("author_consumer", "consumer", L, "Consumer",
					"Consumer who wrote it"),
	[COMMENT_POSTED_AT] = TIME("posted_at", "@now", R | L, "Posted", "When it was written"),
	[COMMENT_BODY] = LONGTEXT("body", R | L | S, "Comment", "What was written; the customer sees it"),
	[COMMENT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_comment = {
	.name = "comment", .table = "comments", .section = "work", .label = "Comment", .plural = "Comments",
	.help = "What customer and agent wrote to each other on a case or task",
	.flags = CSM_T_OWNED | CSM_T_JOURNAL,
	.fields = comment_fields, .nfields = COMMENT__N, .sort = "posted_at",
	.check = "comment.check", .derive = "comment.derive", .after = "comment.after",
};

static const struct csm_field work_note_fields[WORK_NOTE__N] = {
	[WORK_NOTE_PARENT_CASE] = OWNER("parent_case", "case", L, "Case", "Case it was written on"),
	[WORK_NOTE_CASE_TASK] = OWNER("case_task", "case_task", L, "Case task",
				      "Case task it was written on"),
	[WORK_NOTE_AUTHOR] = REF("author", "user", L, "Author", "User who wrote it"),
	[WORK_NOTE_POSTED_AT] = TIME("posted_at", "@now", R | L, "Posted", "When it was written"),
	[WORK_NOTE_BODY] = LONGTEXT("body", R | L | S | CSM_F_INTERNAL, "Work note",
				    "What was written; customers never see it"),
	[WORK_NOTE_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_work_note = {
	.name = "work_note", .table = "work_notes", .section = "work", .label = "Work note",
	.plural = "Work notes",
	.help = "What colleagues wrote to each other on a case or task", .flags = CSM_T_OWNED | CSM_T_JOURNAL,
	.fields = work_note_fields, .nfields = WORK_NOTE__N, .sort = "posted_at",
	.check = "work_note.check", .derive = "work_note.derive", .after = "work_note.after",
};

static const struct csm_field time_entry_fields[TIME_ENTRY__N] = {
	[TIME_ENTRY_NUMBER] = CSM_NUMBER,
	[TIME_ENTRY_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[TIME_ENTRY_PARENT_CASE] = REF("parent_case", "case", R | L, "Case", "Case that was worked on"),
	[TIME_ENTRY_CASE_TASK] = REF("case_task", "case_task", L, "Case task",
				     "Task of the case that was worked on"),
	[TIME_ENTRY_WORKED_BY] = ACTOR("worked_by", "@actor", L, "Worked by", "User who worked"),
	[TIME_ENTRY_WORKED_AT] = TIME("worked_at", "@now", R | L, "Worked at", "When the work was done"),
	[TIME_ENTRY_DURATION] = DURATION("duration", NULL, R | L, "Duration", "How long it took"),
	[TIME_ENTRY_CATEGORY] = TEXT("category", 60, L | P(NOT), "Category", "What kind of work it was"),
	[TIME_ENTRY_NOTES] = LONGTEXT("notes", S, "Notes", "What was done"),
	[TIME_ENTRY_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_time_entry = {
	.name = "time_entry", .table = "time_entries", .prefix = "TIME", .section = "work",
	.label = "Time entry",
	.plural = "Time entries", .help = "Time that somebody worked on a case", .fields = time_entry_fields,
	.nfields = TIME_ENTRY__N, .sort = "", .check = "time_entry.check", .derive = "time_entry.derive",
	.after = "time_entry.after",
};

static const struct csm_field blocking_task_fields[BLOCKING_TASK__N] = {
	[BLOCKING_TASK_PARENT_CASE] = OWNER("parent_case", "case", R | L, "Case", "Case that is blocked"),
	/* A task that is deleted blocks nothing. */
	[BLOCKING_TASK_CASE_TASK] = { ROW_("case_task", CSM_K_REF, L, "Case task", "Task that blocks it"),
				      .target = "case_task", .ondel = CSM_ON_CASCADE },
	[BLOCKING_TASK_REASON] = ENUM("reason", blocking_reason, "other", R | L, "Reason",
				      "What the case waits for"),
	[BLOCKING_TASK_NOTE] = TEXT("note", 1000, L, "Note", "More exactly than the reason"),
	[BLOCKING_TASK_ACTIVE] = BOOL("active", "true", L, "Active", "Still blocks the case"),
	[BLOCKING_TASK_BLOCKED_AT] = TIME("blocked_at", "@now", R | L, "Blocked", "Since when it blocks"),
	[BLOCKING_TASK_UNBLOCKED_AT] = TIME("unblocked_at", NULL, BV | L, "Unblocked",
					    "When it no longer did"),
	[BLOCKING_TASK_UNBLOCKED_BY] = ACTOR("unblocked_by", NULL, BV, "Unblocked by",
					     "User who ended it"),
	[BLOCKING_TASK_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_blocking_task = {
	.name = "blocking_task", .table = "blocking_tasks", .section = "work", .label = "Blocking task",
	.plural = "Blocking tasks", .help = "Something that a case waits for", .flags = CSM_T_OWNED,
	.fields = blocking_task_fields, .nfields = BLOCKING_TASK__N, .sort = "parent_case,blocked_at",
	.derive = "blocking_task.derive", .after = "blocking_task.after",
};

static const struct csm_field sla_fields[SLA__N] = {
	[SLA_NUMBER] = CSM_NUMBER,
	[SLA_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	/* Deleted with the record that it measures. */
	[SLA_PARENT_CASE] = { ROW_("parent_case", CSM_K_REF, L, "Case", "Case that is measured"),
			      .target = "case", .ondel = CSM_ON_CASCADE },
	[SLA_CASE_TASK] = { ROW_("case_task", CSM_K_REF, L, "Case task", "Case task that is measured"),
			    .target = "case_task", .ondel = CSM_ON_CASCADE },
	[SLA_SLA_DEFINITION] = REF("sla_definition", "sla_definition", R | L, "SLA definition",
				   "What was promised"),
	[SLA_STAGE] = ENUM("stage", stage, "in_progress", R | L, "Stage", "Where the measurement stands"),
	[SLA_ACTIVE] = BOOL("active", "true", 0, "Active", "In progress or paused"),
	[SLA_HAS_BREACHED] = BOOL("has_breached", "false", LW | LIVE, "Breached",
				  "Was too late; never taken back"),
	[SLA_BREACHED_AT] = TIME("breached_at", NULL, LIVE, "Breached at", "The due moment that passed"),
	[SLA_START_AT] = TIME("start_at", NULL, R | LW, "Start", "When counting began"),
	[SLA_END_AT] = TIME("end_at", NULL, 0, "End", "When it was completed or cancelled"),
	[SLA_PAUSE_AT] = TIME("pause_at", NULL, 0, "Paused since", "Since when it is paused"),
	[SLA_PAUSE_DURATION] = DURATION("pause_duration", NULL, 0, "Paused",
					"Time spent in pauses that have ended"),
	[SLA_BUSINESS_PAUSE_DURATION] = DURATION("business_pause_duration", NULL, 0, "Paused (business)",
						 "Open time spent in pauses that have ended"),
	[SLA_DURATION] = DURATION("duration", NULL, 0, "Duration",
				  "Time allowed; empty with a relative duration"),
	[SLA_PLANNED_END_AT] = TIME("planned_end_at", NULL, LW, "Due",
				    "When it is breached; empty while paused"),
	[SLA_ORIGINAL_BREACH_AT] = TIME("original_breach_at", NULL, 0, "Originally due",
					"When it would be breached without pauses"),
	[SLA_SCHEDULE] = REF("schedule", "schedule", 0, "Schedule",
			     "Schedule it is counted in; empty: around the clock"),
	[SLA_TIME_ZONE] = ZONE("time_zone", "Time zone", "Zone it is counted in"),
	[SLA_SLA_DEFINITION_VERSION] = INT("sla_definition_version", NULL, 0, BIG, 0,
					   "Definition version",
					   "Version of the definition it is counted with"),
	[SLA_SCHEDULE_VERSION] = INT("schedule_version", NULL, 0, BIG, 0, "Schedule version",
				     "Version of the schedule it is counted in"),
	[SLA_ELAPSED] = DURATION("elapsed", NULL, LIVE, "Elapsed",
				 "Time used without pauses, until it ended or until now"),
	[SLA_BUSINESS_ELAPSED] = DURATION("business_elapsed", NULL, LIVE, "Elapsed (business)",
					  "Open time used without pauses, until it ended or until now"),
	[SLA_PERCENTAGE] = COMPUTED("percentage", CSM_K_DECIMAL, 0, "Percentage",
				    "Elapsed time in percent of the time allowed"),
	[SLA_BUSINESS_PERCENTAGE] = COMPUTED("business_percentage", CSM_K_DECIMAL, LW,
					     "% (business)",
					     "Elapsed open time in percent of the time allowed"),
	[SLA_TIME_LEFT] = COMPUTED("time_left", CSM_K_DURATION, 0, "Time left",
				   "Time by the clock until it is due; negative when over, empty while paused"),
	[SLA_BUSINESS_TIME_LEFT] = COMPUTED("business_time_left", CSM_K_DURATION, L, "Left (business)",
					    "Open time that is left; negative when over"),
	[SLA_FROM_IMPORT] = BOOL("from_import", "false", 0, "From import",
				 "Derived from imported moments; there is no history of pauses"),
	[SLA_SOON_REPORTED_AT] = TIME("soon_reported_at", NULL, 0, "Soon reported",
				      "When it was reported as due soon"),
	[SLA_BREACH_REPORTED_AT] = TIME("breach_reported_at", NULL, 0, "Breach reported",
					"When the breach was reported"),
	[SLA_NEXT_MILESTONE_AT] = TIME("next_milestone_at", NULL, CSM_F_VOLATILE, "Next milestone",
				       "When the next milestone is reached or told; empty while paused and at the end"),
	[SLA_RULES_CHANGE] = INT("rules_change", NULL, 0, BIG, CSM_F_VOLATILE, "Rules as of change",
				 "Change whose definition and schedules it is counted with; never loaded"),
	[SLA_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_sla = {
	.name = "sla", .table = "slas", .prefix = "SLA", .section = "work", .label = "SLA", .plural = "SLAs",
	.help = "An SLA as it is measured on a case or case task", .flags = CSM_T_ENGINE,
	.fields = sla_fields,
	.nfields = SLA__N, .sort = "", .check = "sla.check", .derive = "sla.derive", .compute = "sla.compute",
	.after = "sla.after",
};
