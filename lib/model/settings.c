/* SPDX-License-Identifier: MIT */
/* settings.c - the properties of a database, and the type that keeps those that were changed. */
#include "model_priv.h"

const struct csm_setting model_settings[MODEL_NSETTINGS] = {
	{ "account.address_sharing", CSM_K_BOOL, "true",
	  "One location may be the address of several accounts" },
	{ "asset.use_contact_relationship", CSM_K_BOOL, "false",
	  "A case's contact has to be an asset contact of the case's asset" },
	{ "case.auto_close", CSM_K_BOOL, "false",
	  "Resolved cases are reminded of and closed when the customer does not answer" },
	{ "case.auto_close_remind", CSM_K_DURATION, "5d",
	  "Time after the solution when the customer is reminded" },
	{ "case.auto_close_days", CSM_K_DURATION, "10d", "Time after the solution when the case is closed" },
	{ "case.fields_to_sync", CSM_K_TEXT, "priority,state,comments,work_notes,close_notes,resolution_code",
	  "What goes from a parent case to its open children when case.parent_child_sync is on" },
	{ "case.parent_child_sync", CSM_K_BOOL, "false",
	  "Changes of a parent case are copied to its open children" },
	{ "contact.restrict_within_account_hierarchy", CSM_K_BOOL, "true",
	  "Contact relationships only reach accounts of the hierarchy and related accounts" },
	{ "entitlement.account_ancestors", CSM_K_BOOL, "false",
	  "Entitlements of an account's ancestors count for it" },
	{ "entitlement.skip_exhausted", CSM_K_BOOL, "false",
	  "Entitlements without units left are passed over" },
	{ "entitlement.weight_account", CSM_K_DECIMAL, "1", "Weight of a matching account" },
	{ "entitlement.weight_consumer", CSM_K_DECIMAL, "1", "Weight of a matching consumer or household" },
	{ "entitlement.weight_product", CSM_K_DECIMAL, "2", "Weight of a matching product" },
	{ "entitlement.weight_asset", CSM_K_DECIMAL, "3", "Weight of a matching asset" },
	{ "entitlement.weight_sold_product", CSM_K_DECIMAL, "3", "Weight of a matching sold product" },
	{ "entitlement.weight_install_base_item", CSM_K_DECIMAL, "3",
	  "Weight of a matching install base item" },
	{ "entitlement.weight_contract", CSM_K_DECIMAL, "4", "Weight of a matching contract" },
	{ "priority.matrix", CSM_K_BOOL, "false",
	  "The priority of a case follows from impact and urgency unless it is given" },
	{ "sla.late", CSM_K_DURATION, "1d",
	  "A report of breaches tells of SLAs that were completed late within this time" },
	{ "sla.milestones", CSM_K_TEXT, "50,75,100",
	  "Percentages of an SLA's time at which somebody is told, where its definition has none of its own" },
	{ "sla.soon", CSM_K_DURATION, "2h", "An SLA that is due within this time is due soon" },
	{ "time.zone", CSM_K_ZONE, "UTC",
	  "Zone of floating schedules and SLAs that have no other; days begin in UTC" },
};

static const struct csm_field setting_fields[SETTING__N] = {
	[SETTING_NAME] = TEXT("name", 100, R | K | L | TITLE | IMM | P(NOT), "Name",
			      "Name of the setting, such as case.auto_close"),
	[SETTING_VALUE] = TEXT("value", 4000, R | L | P(NOT), "Value", "Its value in this database"),
	[SETTING_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_setting = {
	.name = "setting", .table = "settings", .section = "administration", .label = "Setting",
	.plural = "Settings",
	.help = "A property of the database that differs from its default", .flags = CSM_T_ADMIN,
	.fields = setting_fields, .nfields = SETTING__N, .sort = "name", .check = "setting.check",
};
