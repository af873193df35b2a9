/* SPDX-License-Identifier: MIT */
/* model.c - the dictionary: all record types, a type after those it refers to where that is possible. */
#include "model_priv.h"

static const struct csm_rtype *const types[] = {
	&csm_type_setting, &csm_type_resolution_code, &csm_type_responsibility_def,
	&csm_type_account_relationship_type,
	&csm_type_location,
	&csm_type_schedule, &csm_type_schedule_span, &csm_type_schedule_exception,
	&csm_type_user, &csm_type_role_grant, &csm_type_group, &csm_type_group_member,
	&csm_type_account, &csm_type_account_address, &csm_type_account_team_member,
	&csm_type_account_relationship,
	&csm_type_contact, &csm_type_contact_relationship,
	&csm_type_consumer, &csm_type_consumer_address, &csm_type_consumer_account,
	&csm_type_household, &csm_type_household_member,
	&csm_type_product_line, &csm_type_product, &csm_type_product_component,
	&csm_type_asset, &csm_type_asset_contact,
	&csm_type_install_base_item, &csm_type_characteristic,
	&csm_type_sold_product, &csm_type_installed_product,
	&csm_type_sla_definition, &csm_type_sla_milestone, &csm_type_escalation_path,
	&csm_type_contract, &csm_type_contract_contact, &csm_type_contract_coverage, &csm_type_contract_sla,
	&csm_type_entitlement,
	&csm_type_case, &csm_type_affected_item, &csm_type_case_task,
	&csm_type_comment, &csm_type_work_note, &csm_type_blocking_task, &csm_type_time_entry,
	&csm_type_entitlement_use, &csm_type_sla, &csm_type_sla_alert, &csm_type_escalation_event,
	&csm_type_outbox,
	&csm_type_import, &csm_type_import_count, &csm_type_import_reject,
};

const struct csm_dict *csm_model_dict(void)
{
	static const struct csm_dict dict = {
		.types = types, .ntypes = sizeof(types) / sizeof(types[0]),
		.settings = model_settings, .nsettings = MODEL_NSETTINGS,
	};
	return &dict;
}
