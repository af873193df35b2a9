/* SPDX-License-Identifier: MIT */
/* people.c - internal people: users, the roles they were granted, groups and their members. */
#include "model_priv.h"

const struct csm_choice model_notification[] = {
	{ "1", "Disabled" }, { "2", "Enabled" }, CHOICE_END,
};

const struct csm_choice model_internal_role[] = {
	{ "agent", "Customer service agent" },
	{ "consumer_agent", "Consumer service agent" },
	{ "manager", "Customer service manager" },
	{ "admin", "Administrator" },
	{ "csm_admin", "Customer service administrator" },
	{ "case_viewer", "Case viewer" },
	{ "case_task_viewer", "Case task viewer" },
	{ "customer_data_viewer", "Customer data viewer" },
	{ "case_contributor_viewer", "Case contributor (read)" },
	{ "case_contributor_editor", "Case contributor (write)" },
	{ "case_task_agent", "Case task agent" },
	{ "contact_manager", "Contact manager" },
	{ "contract_manager", "Contract manager" },
	{ "escalation_requester", "Escalation requester" },
	{ "deescalation_requester", "De-escalation requester" },
	{ "proxy_contact", "Proxy contact" },
	{ "relationship_agent", "Relationship agent" },
	{ "account_contributor", "Account contributor" },
	{ "consumer_contributor", "Consumer contributor" },
	{ "relationship_contributor", "Relationship contributor" },
	{ "service_organization_contributor", "Service organization contributor" },
	{ "self_contributor", "Self contributor" },
	{ "business_stakeholder", "Business stakeholder" },
	{ "major_issue_manager", "Major issue manager" },
	{ "publications_approver", "Publications approver" },
	{ "approver_user", "Approver" },
	{ "timecard_user", "Time card user" },
	{ "timecard_manager", "Time card manager" },
	{ "sla_manager", "SLA manager" },
	{ "sla_admin", "SLA administrator" },
	{ "csm_ws_integration", "Integration" },
	CHOICE_END,
};

static const struct csm_field user_fields[USER__N] = {
	[USER_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[USER_USER_NAME] = TEXT("user_name", 100, R | K | L | P(CODE), "User name",
				"The name to log in with and to act as (--as)"),
	[USER_FIRST_NAME] = TEXT("first_name", 50, DV | P(GIVEN_NAME), "First name", "Given name"),
	[USER_LAST_NAME] = TEXT("last_name", 50, DV | P(FAMILY_NAME), "Last name", "Family name"),
	[USER_NAME] = TEXT("name", 151, L | S | TITLE | DV | P(FULL_NAME), "Name",
			   "Full name, from first and last name when not given"),
	[USER_EMAIL] = EMAIL("email", K | L, "Email", "Address for notifications; no other user has it"),
	[USER_PHONE] = PHONE("phone", 0, "Phone", "Business phone"),
	[USER_MOBILE_PHONE] = PHONE("mobile_phone", 0, "Mobile phone", "Mobile phone"),
	[USER_TITLE] = TEXT("title", 100, L, "Title", "Job title"),
	[USER_DEPARTMENT] = TEXT("department", 100, L, "Department", "Department the user works in"),
	[USER_COMPANY] = TEXT("company", 100, P(NAME), "Company", "Company the user works for"),
	[USER_LOCATION] = SOFTREF("location", "location", 0, "Location", "Where the user works"),
	[USER_MANAGER] = SOFTREF("manager", "user", 0, "Manager", "The user's superior"),
	[USER_TIME_ZONE] = ZONE("time_zone", "Time zone", "Zone in which the user reads times"),
	[USER_SCHEDULE] = SOFTREF("schedule", "schedule", 0, "Schedule", "Working time of the user"),
	[USER_PREFERRED_LANGUAGE] = TEXT("preferred_language", 35, P(NOT), "Language",
					 "Language tag such as en or de-CH"),
	[USER_NOTIFICATION] = LEVEL("notification", model_notification, "2", 0, "Notification",
				    "Whether the user gets messages"),
	[USER_ACTIVE] = BOOL("active", "true", L, "Active", "An inactive user is not offered for work"),
	[USER_LOCKED_OUT] = BOOL("locked_out", "false", 0, "Locked out", "May not log in"),
	[USER_VIP] = BOOL("vip", "false", 0, "VIP", "Treated with preference"),
	[USER_NOTES] = LONGTEXT("notes", 0, "Notes", "Remarks on the user"),
	[USER_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_user = {
	.name = "user", .table = "users", .section = "people", .label = "User", .plural = "Users",
	.help = "An internal person: agent, manager, employee", .fields = user_fields, .nfields = USER__N,
	.sort = "user_name", .check = "user.check", .derive = "user.derive",
};

static const struct csm_field role_grant_fields[ROLE_GRANT__N] = {
	[ROLE_GRANT_GRANTEE] = OWNER("grantee", "user", R | L, "User", "The user who has the role"),
	[ROLE_GRANT_ROLE] = ENUM("role", model_internal_role, NULL, R | L, "Role", "The role granted"),
	[ROLE_GRANT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_role_grant = {
	.name = "role_grant", .table = "role_grants", .section = "people", .label = "Role grant",
	.plural = "Role grants",
	.help = "A role that a user has by himself, not through a group", .flags = CSM_T_OWNED,
	.fields = role_grant_fields, .nfields = ROLE_GRANT__N, .unique = "grantee,role",
	.sort = "grantee,role",
};

static const struct csm_field group_fields[GROUP__N] = {
	[GROUP_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[GROUP_NAME] = TEXT("name", 100, R | K | L | S | TITLE | P(NAME), "Name", "Name of the group, unique"),
	[GROUP_DESCRIPTION] = LONGTEXT("description", L, "Description", "What the group does"),
	[GROUP_GROUP_TYPE] = TEXT("group_type", 60, L | P(NOT), "Type",
				  "What kind of group it is, such as support or field"),
	[GROUP_MANAGER] = SOFTREF("manager", "user", L, "Manager", "User who leads the group"),
	[GROUP_PARENT] = SOFTREF("parent", "group", L, "Parent", "Group that this one is part of"),
	[GROUP_EMAIL] = EMAIL("email", L, "Email", "Address of the group"),
	[GROUP_PHONE] = PHONE("phone", 0, "Phone", "Phone of the group"),
	[GROUP_ROLES] = ENUMS("roles", model_internal_role, 0, "Roles", "Roles that each member has"),
	[GROUP_ACTIVE] = BOOL("active", "true", L, "Active", "An inactive group is not offered for work"),
	[GROUP_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_group = {
	.name = "group", .table = "groups", .section = "people", .label = "Group", .plural = "Groups",
	.help = "Users who take work together", .fields = group_fields, .nfields = GROUP__N,
	.sort = "name", .check = "group.check",
};

static const struct csm_field group_member_fields[GROUP_MEMBER__N] = {
	[GROUP_MEMBER_USER_GROUP] = OWNER("user_group", "group", R | L, "Group", "The group"),
	[GROUP_MEMBER_MEMBER] = REF("member", "user", R | L, "Member", "User who belongs to the group"),
	[GROUP_MEMBER_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_group_member = {
	.name = "group_member", .table = "group_members", .section = "people", .label = "Group member",
	.plural = "Group members", .help = "A user's membership in a group", .flags = CSM_T_OWNED,
	.fields = group_member_fields, .nfields = GROUP_MEMBER__N, .doc_key = "member",
	.unique = "user_group,member", .sort = "user_group,member",
};
