/* SPDX-License-Identifier: MIT */
/* alerts.c - what time makes csm tell: milestones that were reached, escalation paths, the outbox. */
#include "model_priv.h"

static const struct csm_choice level[] = {
	{ "1", "Moderate" }, { "2", "High" }, { "3", "Overdue" }, CHOICE_END,
};
static const struct csm_choice event[] = {
	{ "sla_milestone", "SLA milestone" }, { "escalation", "Escalation" }, CHOICE_END,
};

static const struct csm_field sla_alert_fields[SLA_ALERT__N] = {
	[SLA_ALERT_SLA] = OWNER("sla", "sla", R | L, "SLA", "The SLA"),
	[SLA_ALERT_MILESTONE] = TEXT("milestone", 60, R | L | IMM | P(NOT), "Milestone",
				     "Which one: 75%, or 1h before due"),
	[SLA_ALERT_REACHED_AT] = TIME("reached_at", NULL, R | L, "Reached", "When the milestone was reached"),
	[SLA_ALERT_FIRED_AT] = TIME("fired_at", NULL, L, "Fired", "When it was told; empty: not yet, or silent"),
	[SLA_ALERT_SILENT] = BOOL("silent", "false", L, "Silent",
				  "Nobody is told: it had passed when the SLA came to be, or the SLA ended first"),
	[SLA_ALERT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_sla_alert = {
	.name = "sla_alert", .table = "sla_alerts", .section = "work", .label = "SLA alert",
	.plural = "SLA alerts", .help = "A milestone of an SLA that was reached, told once",
	.flags = CSM_T_OWNED | CSM_T_ENGINE, .fields = sla_alert_fields, .nfields = SLA_ALERT__N,
	.doc_key = "alert", .unique = "sla,milestone", .sort = "sla,reached_at",
};

static const struct csm_field escalation_path_fields[ESCALATION_PATH__N] = {
	[ESCALATION_PATH_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[ESCALATION_PATH_NAME] = TEXT("name", 100, R | K | L | S | TITLE | P(NAME), "Name", "Name of the step, unique"),
	[ESCALATION_PATH_ACTIVE] = BOOL("active", "true", LW, "Active", "In force"),
	[ESCALATION_PATH_CASE_CONDITION] = EXPR("case_condition", 0, "Case condition",
						"Open cases it is for; empty: all"),
	[ESCALATION_PATH_LEVEL] = { ROW_("level", CSM_K_INT, R | L, "Level",
					 "Level of escalation the case is raised to"), .choices = level },
	[ESCALATION_PATH_AFTER_DURATION] = DURATION("after_duration", NULL, L, "After",
				"Time since the case was opened; either this or sla_percentage"),
	[ESCALATION_PATH_SCHEDULE] = SOFTREF("schedule", "schedule", 0, "Schedule",
				"Schedule after_duration is counted in; empty: around the clock"),
	[ESCALATION_PATH_SLA_PERCENTAGE] = INT("sla_percentage", NULL, 1, 1000, L, "SLA %",
				"Part of an SLA's time that is used up"),
	[ESCALATION_PATH_SLA_DEFINITION] = SOFTREF("sla_definition", "sla_definition", 0, "SLA definition",
				"Only SLAs of this definition; empty: any on the case"),
	[ESCALATION_PATH_ASSIGNMENT_GROUP] = SOFTREF("assignment_group", "group", L, "Assignment group",
				"Group that is told; empty: the group of the case"),
	[ESCALATION_PATH_RECIPIENTS] = ENUMS("recipients", model_recipient, L, "Recipients",
				"Who is told; empty: the group"),
	[ESCALATION_PATH_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_escalation_path = {
	.name = "escalation_path", .table = "escalation_paths", .section = "agreements",
	.label = "Escalation path", .plural = "Escalation paths",
	.help = "A step of escalation that time causes: when, to which level, who is told",
	.fields = escalation_path_fields, .nfields = ESCALATION_PATH__N, .sort = "name",
	.check = "escalation_path.check", .after = "escalation_path.after",
};

static const struct csm_field escalation_event_fields[ESCALATION_EVENT__N] = {
	[ESCALATION_EVENT_PARENT_CASE] = OWNER("parent_case", "case", R | L, "Case", "Case that was escalated"),
	[ESCALATION_EVENT_ESCALATION_PATH] = REF("escalation_path", "escalation_path", R | L | IMM,
						 "Escalation path", "Step that was taken"),
	[ESCALATION_EVENT_LEVEL] = { ROW_("level", CSM_K_INT, R | L, "Level", "Level it was raised to"),
				     .choices = level },
	[ESCALATION_EVENT_REACHED_AT] = TIME("reached_at", NULL, R | L, "Reached", "When it was due"),
	[ESCALATION_EVENT_FIRED_AT] = TIME("fired_at", "@now", R | L, "Fired", "When it was taken"),
	[ESCALATION_EVENT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_escalation_event = {
	.name = "escalation_event", .table = "escalation_events", .section = "work",
	.label = "Escalation event", .plural = "Escalation events",
	.help = "A step of escalation that a case went, once", .flags = CSM_T_OWNED | CSM_T_ENGINE,
	.fields = escalation_event_fields, .nfields = ESCALATION_EVENT__N,
	.unique = "parent_case,escalation_path", .sort = "parent_case,reached_at",
};

/* Goes with the record it tells of: what is gone needs no telling. */
static const struct csm_field outbox_fields[OUTBOX__N] = {
	[OUTBOX_NUMBER] = CSM_NUMBER,
	[OUTBOX_EVENT] = ENUM("event", event, NULL, R, "Event", "What happened"),
	[OUTBOX_QUEUED_AT] = TIME("queued_at", "@now", R | L, "Queued", "When it happened"),
	[OUTBOX_RECIPIENTS] = REFS("recipients", "user", L, "Recipients", "Users who are to be told"),
	[OUTBOX_RECIPIENT_GROUP] = SOFTREF("recipient_group", "group", L, "Group",
					   "Group that is to be told"),
	[OUTBOX_SUBJECT] = TEXT("subject", 255, R | L | S | TITLE, "Subject", "The message in a line"),
	[OUTBOX_BODY] = LONGTEXT("body", S, "Text", "The message"),
	[OUTBOX_PARENT_CASE] = { ROW_("parent_case", CSM_K_REF, 0, "Case", "Case it is about"),
				 .target = "case", .ondel = CSM_ON_CASCADE },
	[OUTBOX_CASE_TASK] = { ROW_("case_task", CSM_K_REF, 0, "Case task", "Case task it is about"),
			       .target = "case_task", .ondel = CSM_ON_CASCADE },
	[OUTBOX_SLA] = { ROW_("sla", CSM_K_REF, 0, "SLA", "SLA it is about"), .target = "sla",
			 .ondel = CSM_ON_CASCADE },
	[OUTBOX_SENT_AT] = TIME("sent_at", NULL, BV, "Sent", "When it was acknowledged as sent; empty: unsent"),
	[OUTBOX_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_outbox = {
	.name = "outbox", .table = "outbox_messages", .prefix = "OUT", .section = "work", .label = "Message",
	.plural = "Outbox", .help = "What csm has to tell people; another program sends it and acknowledges",
	.flags = CSM_T_ENGINE, .fields = outbox_fields, .nfields = OUTBOX__N, .sort = "",
};
