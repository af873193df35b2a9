/* SPDX-License-Identifier: MIT */
/* time.c - schedules of working time and the SLA definitions that count in them. */
#include "model_priv.h"

static const struct csm_choice day[] = {
	{ "mon", "Monday" }, { "tue", "Tuesday" }, { "wed", "Wednesday" }, { "thu", "Thursday" },
	{ "fri", "Friday" },
	{ "sat", "Saturday" }, { "sun", "Sunday" }, CHOICE_END,
};
static const struct csm_choice exception_kind[] = {
	{ "closed", "Closed" }, { "hours", "Hours" }, { "break", "Break" }, CHOICE_END,
};
static const struct csm_choice sla_type[] = {
	{ "sla", "SLA" }, { "ola", "OLA" }, { "underpinning_contract", "Underpinning contract" }, CHOICE_END,
};
static const struct csm_choice sla_target[] = {
	{ "none", "None" }, { "response", "Response" }, { "resolution", "Resolution" },
	{ "update", "Update" }, CHOICE_END,
};
static const struct csm_choice target_type[] = {
	{ "case", "Case" }, { "case_task", "Case task" }, CHOICE_END,
};
static const struct csm_choice duration_type[] = {
	{ "user_specified", "User specified" }, { "relative", "Relative" }, CHOICE_END,
};
static const struct csm_choice relative_duration[] = {
	{ "breach_on_due_date", "Breach on due date" },
	{ "end_of_next_business_day", "End of next business day" },
	{ "next_business_day_by_4pm", "Next business day by 4pm" },
	{ "two_business_days_by_4pm", "2 business days by 4pm" },
	{ "three_business_days_by_4pm", "3 business days by 4pm" },
	{ "business_days_by", "Business days by a time of day" },
	CHOICE_END,
};
static const struct csm_choice schedule_source[] = {
	{ "none", "None (24x7)" }, { "definition", "SLA definition" }, { "field", "Field of the task" },
	CHOICE_END,
};
static const struct csm_choice timezone_source[] = {
	{ "schedule", "Schedule" }, { "definition", "SLA definition" }, { "account", "Account" },
	{ "contact", "Contact or consumer" },
	{ "location", "Location" }, CHOICE_END,
};
static const struct csm_choice resume_when[] = {
	{ "pause_not_met", "Pause condition not met" }, { "condition", "Resume condition met" }, CHOICE_END,
};
static const struct csm_choice cancel_when[] = {
	{ "start_not_met", "Start condition not met" }, { "condition", "Cancel condition met" },
	{ "never", "Never" }, CHOICE_END,
};
static const struct csm_choice reset_action[] = {
	{ "complete", "Complete" }, { "cancel", "Cancel" }, CHOICE_END,
};
static const struct csm_choice reopen_action[] = {
	{ "restart", "Start anew" }, { "resume", "Resume" }, CHOICE_END,
};
const struct csm_choice model_recipient[] = {
	{ "assignee", "Assignee" }, { "owner", "Owner" }, { "manager", "Manager" }, { "group", "Group" },
	CHOICE_END,
};

static const struct csm_field schedule_fields[SCHEDULE__N] = {
	[SCHEDULE_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[SCHEDULE_NAME] = TEXT("name", 100, R | K | L | S | TITLE | P(NAME), "Name",
			       "Name of the schedule, unique"),
	[SCHEDULE_DESCRIPTION] = LONGTEXT("description", L, "Description", "Whose working time it is"),
	[SCHEDULE_TIME_ZONE] = { ROW_("time_zone", CSM_K_ZONE, L, "Time zone",
				 "Zone of its hours; empty: floating, takes the zone of its use"),
				 .max_len = 64 },
	[SCHEDULE_VALID_FROM] = DATE("valid_from", NULL, L, "Valid from",
				     "First day with working time; empty: always"),
	[SCHEDULE_VALID_TO] = DATE("valid_to", NULL, L, "Valid to",
				   "Last day with working time; empty: always"),
	[SCHEDULE_INCLUDE] = REFS("include", "schedule", 0, "Include",
				  "Schedules whose working time is added"),
	[SCHEDULE_EXCLUDE] = REFS("exclude", "schedule", 0, "Exclude",
				  "Schedules whose working time is taken out, such as holidays"),
	[SCHEDULE_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_schedule = {
	.name = "schedule", .table = "schedules", .section = "agreements", .label = "Schedule",
	.plural = "Schedules",
	.help = "Working time: spans by weekday, and exceptions", .fields = schedule_fields,
	.nfields = SCHEDULE__N,
	.sort = "name", .check = "schedule.check",
};

static const struct csm_field schedule_span_fields[SCHEDULE_SPAN__N] = {
	[SCHEDULE_SPAN_SCHEDULE] = OWNER("schedule", "schedule", R | L, "Schedule", "The schedule"),
	[SCHEDULE_SPAN_DAYS] = ENUMS("days", day, R | L, "Days", "Weekdays on which the span starts"),
	[SCHEDULE_SPAN_START] = CLOCK("start", R | L, "Start", "Opening time of day, such as 09:00"),
	[SCHEDULE_SPAN_END] = CLOCK("end", R | L | CSM_F_QUOTED, "End",
				    "Closing time of day, such as 17:00 or 24:00; not after start: next day"),
	[SCHEDULE_SPAN_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_schedule_span = {
	.name = "schedule_span", .table = "schedule_spans", .section = "agreements", .label = "Schedule span",
	.plural = "Schedule spans", .help = "Open hours on some weekdays", .flags = CSM_T_OWNED,
	.fields = schedule_span_fields, .nfields = SCHEDULE_SPAN__N, .doc_key = "span",
	.sort = "schedule", .check = "schedule_span.check",
};

static const struct csm_field schedule_exception_fields[SCHEDULE_EXCEPTION__N] = {
	[SCHEDULE_EXCEPTION_SCHEDULE] = OWNER("schedule", "schedule", R | L, "Schedule", "The schedule"),
	[SCHEDULE_EXCEPTION_DATE] = DATE("date", NULL, L, "Date", "The day; either this or every"),
	[SCHEDULE_EXCEPTION_EVERY] = TEXT("every", 40, L | P(NOT), "Every",
					  "Each year: 12-25, last mon of may, 2nd tue of nov, easter+1"),
	[SCHEDULE_EXCEPTION_KIND] = ENUM("kind", exception_kind, "closed", R | L, "Kind",
					 "Closed all day, other hours, or a break taken out"),
	[SCHEDULE_EXCEPTION_START] = CLOCK("start", L, "Start", "Start of the hours or the break"),
	[SCHEDULE_EXCEPTION_END] = CLOCK("end", L | CSM_F_QUOTED, "End", "End of the hours or the break"),
	[SCHEDULE_EXCEPTION_NAME] = TEXT("name", 255, L | P(NAME), "Name",
					 "What the day is, such as Christmas Day"),
	[SCHEDULE_EXCEPTION_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_schedule_exception = {
	.name = "schedule_exception", .table = "schedule_exceptions", .section = "agreements",
	.label = "Schedule exception",
	.plural = "Schedule exceptions", .help = "A day that differs: a holiday, other hours, a break",
	.flags = CSM_T_OWNED,
	.fields = schedule_exception_fields, .nfields = SCHEDULE_EXCEPTION__N, .doc_key = "exception",
	.sort = "schedule", .check = "schedule_exception.check",
};

static const struct csm_field sla_definition_fields[SLA_DEFINITION__N] = {
	[SLA_DEFINITION_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[SLA_DEFINITION_NAME] = TEXT("name", 100, R | K | L | S | TITLE | P(NAME), "Name",
				     "Name of the SLA, unique"),
	[SLA_DEFINITION_DESCRIPTION] = LONGTEXT("description", 0, "Description", "What is promised"),
	[SLA_DEFINITION_ACTIVE] = BOOL("active", "true", L, "Active",
				       "Attached to new and changed records"),
	[SLA_DEFINITION_SLA_TYPE] = ENUM("sla_type", sla_type, "sla", R | L, "Type",
					 "What kind of agreement; for reports"),
	[SLA_DEFINITION_TARGET] = ENUM("target", sla_target, "none", R | L, "Target",
				       "What is promised in the time; for reports"),
	[SLA_DEFINITION_TARGET_TYPE] = ENUM("target_type", target_type, "case", R | LW, "Applies to",
					    "Type of record it is attached to"),
	[SLA_DEFINITION_DURATION_TYPE] = ENUM("duration_type", duration_type, "user_specified", R,
					      "Duration type", "A given duration, or one by a rule"),
	[SLA_DEFINITION_DURATION] = DURATION("duration", NULL, L, "Duration",
					     "Time allowed, counted in the schedule; 1d is 24h"),
	[SLA_DEFINITION_RELATIVE_DURATION] = ENUM("relative_duration", relative_duration, NULL, 0,
						  "Relative duration",
						  "Rule that gives the moment it is due"),
	[SLA_DEFINITION_RELATIVE_DAYS] = INT("relative_days", NULL, 1, 366, 0, "Relative days",
					     "Rule business_days_by: how many business days after the start"),
	[SLA_DEFINITION_RELATIVE_TIME] = CLOCK("relative_time", 0, "Relative time",
					       "Rule business_days_by: time of day it is due, such as 16:00"),
	[SLA_DEFINITION_RELATIVE_CUTOFF] = CLOCK("relative_cutoff", 0, "Relative cutoff",
				"Rule business_days_by: a start later in the day than this counts one day more"),
	[SLA_DEFINITION_SCHEDULE_SOURCE] = ENUM("schedule_source", schedule_source, "none", R,
						"Schedule source",
					       "Where the schedule comes from; none counts around the clock"),
	[SLA_DEFINITION_SCHEDULE] = REF("schedule", "schedule", L, "Schedule", "Schedule to count in"),
	[SLA_DEFINITION_SCHEDULE_FIELD] = TEXT("schedule_field", 100, P(NOT), "Schedule field",
				  "Path to the schedule from the record, such as entitlement.business_hours"),
	[SLA_DEFINITION_TIMEZONE_SOURCE] = ENUM("timezone_source", timezone_source, "schedule", R,
						"Time zone source",
						"Where the zone of a floating schedule comes from"),
	[SLA_DEFINITION_TIME_ZONE] = ZONE("time_zone", "Time zone", "Zone for a floating schedule"),
	[SLA_DEFINITION_START_CONDITION] = EXPR("start_condition", R, "Start condition",
						"Attached when it is true; has to stay true all the time"),
	[SLA_DEFINITION_PAUSE_CONDITION] = EXPR("pause_condition", 0, "Pause condition",
						"Paused while it is true"),
	[SLA_DEFINITION_RESUME_WHEN] = ENUM("resume_when", resume_when, "pause_not_met", R, "Resume when",
					    "What ends a pause"),
	[SLA_DEFINITION_RESUME_CONDITION] = EXPR("resume_condition", 0, "Resume condition",
						 "Ends a pause when it is true"),
	[SLA_DEFINITION_STOP_CONDITION] = EXPR("stop_condition", R, "Stop condition",
					       "Completed when it is true"),
	[SLA_DEFINITION_CANCEL_WHEN] = ENUM("cancel_when", cancel_when, "start_not_met", R, "Cancel when",
					    "What cancels it"),
	[SLA_DEFINITION_CANCEL_CONDITION] = EXPR("cancel_condition", 0, "Cancel condition",
						 "Cancelled when it is true"),
	[SLA_DEFINITION_RESET_CONDITION] = EXPR("reset_condition", 0, "Reset condition",
						"Ends the running one and attaches a new one"),
	[SLA_DEFINITION_RESET_ACTION] = ENUM("reset_action", reset_action, "complete", R, "Reset action",
					     "How the running one ends on reset"),
	[SLA_DEFINITION_REOPEN_ACTION] = ENUM("reopen_action", reopen_action, "restart", R, "Reopen action",
			"A completed one whose stop condition ends: a new one starts, or it resumes, the time between taken out"),
	[SLA_DEFINITION_RETROACTIVE_START] = BOOL("retroactive_start", "false", 0, "Retroactive start",
					     "Starts at the moment in set_start_to, not when it is attached"),
	[SLA_DEFINITION_SET_START_TO] = TEXT("set_start_to", 60, P(NOT), "Set start to",
					     "Time field to start at; opened_at when empty"),
	[SLA_DEFINITION_RETROACTIVE_PAUSE] = BOOL("retroactive_pause", "false", 0, "Retroactive pause",
						  "Earlier pauses are replayed from history"),
	[SLA_DEFINITION_ALERT_SCHEDULE] = SOFTREF("alert_schedule", "schedule", 0, "Alert schedule",
						  "When warnings may be sent"),
	[SLA_DEFINITION_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_sla_definition = {
	.name = "sla_definition", .table = "sla_definitions", .section = "agreements",
	.label = "SLA definition",
	.plural = "SLA definitions",
	.help = "A promise of time: what starts, pauses and stops it, and how it is counted",
	.fields = sla_definition_fields, .nfields = SLA_DEFINITION__N, .sort = "name",
	.check = "sla_definition.check",
};

/* Without rows of its own a definition has those of the setting sla.milestones. */
static const struct csm_field sla_milestone_fields[SLA_MILESTONE__N] = {
	[SLA_MILESTONE_SLA_DEFINITION] = OWNER("sla_definition", "sla_definition", R | L, "SLA definition",
					       "The SLA definition"),
	[SLA_MILESTONE_PERCENTAGE] = INT("percentage", NULL, 1, 1000, L, "Percentage",
					 "Part of the time allowed that is used up; either this or before_due"),
	[SLA_MILESTONE_BEFORE_DUE] = DURATION("before_due", NULL, L, "Before due",
					      "Time left until due, counted backwards in the schedule"),
	[SLA_MILESTONE_RECIPIENTS] = ENUMS("recipients", model_recipient, L, "Recipients",
		   "Who is told; empty: the assignee, with the owner below 75 % and the manager from there on"),
	[SLA_MILESTONE_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_sla_milestone = {
	.name = "sla_milestone", .table = "sla_milestones", .section = "agreements", .label = "SLA milestone",
	.plural = "SLA milestones", .help = "A moment on the way to a breach at which somebody is told",
	.flags = CSM_T_OWNED, .fields = sla_milestone_fields, .nfields = SLA_MILESTONE__N,
	.doc_key = "milestone", .unique = "sla_definition,percentage;sla_definition,before_due",
	.sort = "sla_definition,percentage,before_due", .check = "sla_milestone.check",
};
