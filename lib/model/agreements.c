/* SPDX-License-Identifier: MIT */
/* agreements.c - contracts with what they cover, entitlements and their use. */
#include "model_priv.h"

const struct csm_choice model_approval[] = {
	{ "not_requested", "Not yet requested" }, { "requested", "Requested" }, { "approved", "Approved" },
	{ "rejected", "Rejected" }, CHOICE_END,
};
static const struct csm_choice contract_state[] = {
	{ "draft", "Draft" }, { "active", "Active" }, { "expired", "Expired" }, { "canceled", "Canceled" },
	CHOICE_END,
};
static const struct csm_choice entitlement_state[] = {
	{ "draft", "Draft" }, { "active", "Active" }, { "suspended", "Suspended" }, { "expired", "Expired" },
	{ "canceled", "Canceled" }, CHOICE_END,
};
static const struct csm_choice payment_schedule[] = {
	{ "none", "None" }, { "monthly", "Monthly" }, { "quarterly", "Quarterly" },
	{ "semiannually", "Semiannually" },
	{ "annually", "Annually" }, CHOICE_END,
};
static const struct csm_choice unit[] = {
	{ "cases", "Cases" }, { "hours", "Hours" }, CHOICE_END,
};

static const struct csm_state contract_states[] = {
	{ "draft", CSM_S_INITIAL, "Being written; not in force" },
	{ "active", CSM_S_ACTIVE, "In force" },
	{ "expired", CSM_S_FINAL, "Its end has passed; it can be renewed" },
	{ "canceled", CSM_S_FINAL, "Given up" },
	{ NULL, 0, NULL },
};
static const struct csm_move contract_moves[] = {
	{ .verb = "submit", .from = "draft", .who = CSM_WHO_AGENT, .takes = "approver",
	  .guard = "contract.submit.guard",
	  .sets = "approval=requested,approval_comment=", .help = "Ask for approval" },
	{ .verb = "approve", .from = "draft", .who = CSM_WHO_AGENT, .takes = "approval_comment",
	  .guard = "contract.approve.guard",
	  .sets = "approval=approved", .effect = "contract.approve.effect",
	  .help = "Approve it; it becomes active when its start date is reached" },
	{ .verb = "reject", .from = "draft", .who = CSM_WHO_AGENT, .needs = "approval_comment",
	  .guard = "contract.reject.guard",
	  .sets = "approval=rejected", .help = "Refuse approval, with a comment" },
	{ .verb = "activate", .from = "draft", .to = "active", .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .guard = "contract.activate.guard", .effect = "contract.activate.effect",
	  .help = "Put it in force; its start date is reached" },
	{ .verb = "expire", .from = "draft,active", .to = "expired", .who = CSM_WHO_SYSTEM,
	  .guard = "contract.expire.guard",
	  .sets = "suspend_start=,suspend_end=,suspend_reason=", .effect = "contract.expire.effect",
	  .help = "Its end date has passed" },
	{ .verb = "suspend", .from = "active", .who = CSM_WHO_AGENT, .needs = "suspend_reason",
	  .takes = "suspend_start,suspend_end",
	  .guard = "contract.suspend.guard", .effect = "contract.suspend.effect",
	  .help = "Halt what it grants, until an end or until it is resumed; the contract keeps its state" },
	{ .verb = "resume", .from = "active", .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .guard = "contract.resume.guard",
	  .sets = "suspend_start=,suspend_end=,suspend_reason=", .effect = "contract.resume.effect",
	  .help = "Let it grant again" },
	{ .verb = "cancel", .from = "draft,active", .to = "canceled", .who = CSM_WHO_AGENT,
	  .needs = "cancel_reason",
	  .takes = "cancel_date", .guard = "contract.cancel.guard", .effect = "contract.cancel.effect",
	  .help = "Give it up, and all that it grants" },
	{ .verb = "renew", .from = "draft,active,expired", .who = CSM_WHO_AGENT,
	  .guard = "contract.renew.guard",
	  .effect = "contract.renew.effect", .help = "Make a new draft that follows it" },
	{ .verb = NULL },
};
static const struct csm_lifecycle contract_life = {
	.field = "state", .states = contract_states, .moves = contract_moves,
};

static const struct csm_field contract_fields[CONTRACT__N] = {
	[CONTRACT_NUMBER] = CSM_NUMBER,
	[CONTRACT_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[CONTRACT_NAME] = TEXT("name", 255, R | L | S | TITLE | CSM_F_INDEX | P(NAME), "Name",
			       "Name of the contract"),
	[CONTRACT_DESCRIPTION] = LONGTEXT("description", S, "Description", "What is agreed"),
	[CONTRACT_ACCOUNT] = REF("account", "account", L, "Account", "Company it is made with"),
	[CONTRACT_CONSUMER] = REF("consumer", "consumer", L, "Consumer", "Person it is made with"),
	[CONTRACT_HOUSEHOLD] = REF("household", "household", 0, "Household", "Household it is made with"),
	[CONTRACT_STATE] = ENUM("state", contract_state, "draft", R | BV | L, "State",
				"Where it stands in its life"),
	[CONTRACT_START_DATE] = DATE("start_date", NULL, R | L, "Start", "First day in force"),
	[CONTRACT_END_DATE] = DATE("end_date", NULL, R | L, "End", "Last day in force"),
	[CONTRACT_APPROVAL] = ENUM("approval", model_approval, "not_requested", R | BV | L, "Approval",
				   "Whether it was approved"),
	[CONTRACT_APPROVAL_COMMENT] = TEXT("approval_comment", 4000, BV | CSM_F_LONG, "Approval comment",
					   "What the approver said"),
	[CONTRACT_ADMINISTRATOR] = SOFTREF("administrator", "user", 0, "Administrator",
					   "User who looks after it"),
	[CONTRACT_APPROVER] = SOFTREF("approver", "user", 0, "Approver", "User who approves it"),
	[CONTRACT_CUSTOMER_CONTRACT_NUMBER] = TEXT("customer_contract_number", 100, S | P(CODE),
						   "Customer's number",
						   "The number that the customer has for it"),
	[CONTRACT_COST] = MONEY("cost", 0, "Cost", "What it costs, with currency"),
	[CONTRACT_PAYMENT_SCHEDULE] = ENUM("payment_schedule", payment_schedule, NULL, 0,
					   "Payment schedule", "How often it is paid"),
	[CONTRACT_TERMS] = LONGTEXT("terms", 0, "Terms", "Terms and conditions"),
	[CONTRACT_RENEWABLE] = BOOL("renewable", "false", 0, "Renewable", "Meant to be renewed"),
	[CONTRACT_RENEWAL_ROOT] = { ROW_("renewal_root", CSM_K_REF, RO | DV, "Renewal root",
				    "First contract of the chain of renewals"),
				    .target = "contract", .ondel = CSM_ON_RESTRICT },
	[CONTRACT_RENEWED_FROM] = { ROW_("renewed_from", CSM_K_REF, RO, "Renewed from",
				    "Contract that it follows"),
				    .target = "contract", .ondel = CSM_ON_RESTRICT },
	[CONTRACT_PROCESS_NON_CONTRACTUAL_SLAS] = BOOL("process_non_contractual_slas", "false", 0,
						       "General SLAs too",
						       "General SLA definitions apply besides those of the contract"),
	[CONTRACT_SUSPEND_START] = DATE("suspend_start", NULL, BV, "Suspended from",
					"First day of the suspension"),
	[CONTRACT_SUSPEND_END] = DATE("suspend_end", NULL, BV, "Suspended to",
				      "Last day of the suspension; empty: until resumed"),
	[CONTRACT_SUSPEND_REASON] = TEXT("suspend_reason", 1000, BV, "Suspend reason",
					 "Why it is suspended; set while it is"),
	[CONTRACT_CANCEL_DATE] = DATE("cancel_date", NULL, BV, "Canceled on",
				      "Day from which it is canceled"),
	[CONTRACT_CANCEL_REASON] = TEXT("cancel_reason", 1000, BV, "Cancel reason",
					"Why it was given up"),
	[CONTRACT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_contract = {
	.name = "contract", .table = "contracts", .prefix = "CNTR", .section = "agreements",
	.label = "Contract",
	.plural = "Contracts", .help = "A service contract with a customer", .fields = contract_fields,
	.nfields = CONTRACT__N, .life = &contract_life, .sort = "", .check = "contract.check",
	.derive = "contract.derive",
};

static const struct csm_field contract_contact_fields[CONTRACT_CONTACT__N] = {
	[CONTRACT_CONTACT_CONTRACT] = OWNER("contract", "contract", R | L, "Contract", "The contract"),
	[CONTRACT_CONTACT_CONTACT] = REF("contact", "contact", R | L, "Contact", "Contact it concerns"),
	[CONTRACT_CONTACT_SORT_ORDER] = INT("sort_order", NULL, 0, 1000000, L, "Order",
					    "Place in the list, lowest first"),
	[CONTRACT_CONTACT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_contract_contact = {
	.name = "contract_contact", .table = "contract_contacts", .section = "agreements",
	.label = "Contract contact",
	.plural = "Contract contacts", .help = "A contact whom a contract concerns", .flags = CSM_T_OWNED,
	.fields = contract_contact_fields, .nfields = CONTRACT_CONTACT__N,
	.unique = "contract,contact", .sort = "contract,sort_order", .check = "contract_contact.check",
};

static const struct csm_field contract_coverage_fields[CONTRACT_COVERAGE__N] = {
	[CONTRACT_COVERAGE_CONTRACT] = OWNER("contract", "contract", R | L, "Contract", "The contract"),
	[CONTRACT_COVERAGE_ASSET] = REF("asset", "asset", L, "Asset", "Asset that is covered"),
	[CONTRACT_COVERAGE_PRODUCT] = REF("product", "product", L, "Product",
					  "Product of which all pieces are covered"),
	/* A sold product that is deleted goes from the contracts that cover it. */
	[CONTRACT_COVERAGE_SOLD_PRODUCT] = { ROW_("sold_product", CSM_K_REF, L, "Sold product",
					     "Sold product that is covered"),
					     .target = "sold_product", .ondel = CSM_ON_CASCADE },
	[CONTRACT_COVERAGE_INSTALL_BASE_ITEM] = REF("install_base_item", "install_base_item", L,
						    "Install base item", "Item that is covered"),
	[CONTRACT_COVERAGE_INCLUDE_CHILDREN] = BOOL("include_children", "false", L, "With children",
						    "The parts of it are covered too"),
	[CONTRACT_COVERAGE_ADDED_ON] = DATE("added_on", "@today", L, "Added", "First day of coverage"),
	[CONTRACT_COVERAGE_REMOVED_ON] = DATE("removed_on", NULL, L, "Removed",
					      "Last day of coverage; empty: while the contract holds"),
	[CONTRACT_COVERAGE_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_contract_coverage = {
	.name = "contract_coverage", .table = "contract_coverages", .section = "agreements",
	.label = "Contract coverage",
	.plural = "Contract coverage", .help = "Something that a contract covers", .flags = CSM_T_OWNED,
	.fields = contract_coverage_fields, .nfields = CONTRACT_COVERAGE__N, .doc_key = "coverage",
	.sort = "contract", .check = "contract_coverage.check",
};

static const struct csm_field contract_sla_fields[CONTRACT_SLA__N] = {
	[CONTRACT_SLA_CONTRACT] = OWNER("contract", "contract", R | L, "Contract", "The contract"),
	[CONTRACT_SLA_SLA_DEFINITION] = REF("sla_definition", "sla_definition", R | L, "SLA definition",
					    "SLA that the contract promises"),
	[CONTRACT_SLA_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_contract_sla = {
	.name = "contract_sla", .table = "contract_slas", .section = "agreements", .label = "Contract SLA",
	.plural = "Contract SLAs",
	.help = "An SLA definition that a contract brings; it is no general one then",
	.flags = CSM_T_OWNED, .fields = contract_sla_fields, .nfields = CONTRACT_SLA__N,
	.unique = "contract,sla_definition", .sort = "contract,sla_definition",
};

static const struct csm_state entitlement_states[] = {
	{ "draft", CSM_S_INITIAL, "Not in force yet" },
	{ "active", CSM_S_ACTIVE, "In force" },
	{ "suspended", 0, "Halted for a time" },
	{ "expired", CSM_S_FINAL, "Its end, or its contract's, has passed" },
	{ "canceled", CSM_S_FINAL, "Given up" },
	{ NULL, 0, NULL },
};
static const struct csm_move entitlement_moves[] = {
	{ .verb = "activate", .from = "draft", .to = "active", .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .guard = "entitlement.activate.guard", .help = "Put it in force; its start date is reached" },
	{ .verb = "suspend", .from = "active", .to = "suspended", .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .takes = "suspend_start,suspend_end,suspend_reason", .guard = "entitlement.suspend.guard",
	  .help = "Halt it, until an end or until it is resumed" },
	{ .verb = "resume", .from = "suspended", .to = "active", .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .guard = "entitlement.activate.guard", .sets = "suspend_start=,suspend_end=,suspend_reason=",
	  .help = "Let it grant again" },
	{ .verb = "expire", .from = "draft,active,suspended", .to = "expired", .who = CSM_WHO_SYSTEM,
	  .guard = "entitlement.expire.guard", .help = "Its end date has passed" },
	{ .verb = "cancel", .from = "draft,active,suspended", .to = "canceled",
	  .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .needs = "cancel_reason", .help = "Give it up" },
	{ .verb = NULL },
};
static const struct csm_lifecycle entitlement_life = {
	.field = "state", .states = entitlement_states, .moves = entitlement_moves,
};

static const struct csm_field entitlement_fields[ENTITLEMENT__N] = {
	[ENTITLEMENT_NUMBER] = CSM_NUMBER,
	[ENTITLEMENT_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[ENTITLEMENT_NAME] = TEXT("name", 255, R | L | S | TITLE | CSM_F_INDEX | P(NAME), "Name",
				  "Name of the entitlement"),
	[ENTITLEMENT_CONTRACT] = REF("contract", "contract", L, "Contract", "Contract that grants it"),
	[ENTITLEMENT_ACCOUNT] = REF("account", "account", L | DV, "Account", "Company that is entitled"),
	[ENTITLEMENT_CONSUMER] = REF("consumer", "consumer", DV, "Consumer", "Person who is entitled"),
	[ENTITLEMENT_HOUSEHOLD] = REF("household", "household", DV, "Household",
				      "Household that is entitled"),
	[ENTITLEMENT_CONTACT] = REF("contact", "contact", 0, "Contact", "Only this contact is entitled"),
	[ENTITLEMENT_PRODUCT] = REF("product", "product", L, "Product", "Only for this product"),
	[ENTITLEMENT_ASSET] = REF("asset", "asset", 0, "Asset", "Only for this asset"),
	[ENTITLEMENT_SOLD_PRODUCT] = REF("sold_product", "sold_product", 0, "Sold product",
					 "Only for this sold product"),
	[ENTITLEMENT_INSTALL_BASE_ITEM] = REF("install_base_item", "install_base_item", 0,
					      "Install base item", "Only for this item"),
	[ENTITLEMENT_STATE] = ENUM("state", entitlement_state, "draft", R | BV | L, "State",
				   "Where it stands in its life"),
	[ENTITLEMENT_ACTIVE] = BOOL("active", "false", BV, "Active", "In force by its state"),
	[ENTITLEMENT_START_DATE] = DATE("start_date", "@today", R | L, "Start", "First day in force"),
	[ENTITLEMENT_END_DATE] = DATE("end_date", NULL, L, "End", "Last day in force; empty: never ends"),
	[ENTITLEMENT_CHANNELS] = ENUMS("channels", model_channel, L, "Channels",
				       "Channels it holds for; empty: all"),
	[ENTITLEMENT_BUSINESS_HOURS] = REF("business_hours", "schedule", 0, "Business hours",
					   "Working time in which SLAs count"),
	[ENTITLEMENT_PER_UNIT] = BOOL("per_unit", "false", 0, "Per unit", "Used up by cases or hours"),
	[ENTITLEMENT_UNIT] = ENUM("unit", unit, NULL, 0, "Unit", "What is counted"),
	[ENTITLEMENT_TOTAL_UNITS] = DEC("total_units", NULL, 0, BIG, 0, "Total units", "Units granted"),
	[ENTITLEMENT_REMAINING_UNITS] = DEC("remaining_units", NULL, 0, BIG, L | BV | DV, "Remaining units",
					    "Units left"),
	[ENTITLEMENT_SUSPEND_START] = DATE("suspend_start", NULL, BV, "Suspended from",
					   "First day of the suspension"),
	[ENTITLEMENT_SUSPEND_END] = DATE("suspend_end", NULL, BV, "Suspended to",
					 "Last day of the suspension; empty: until resumed"),
	[ENTITLEMENT_SUSPEND_REASON] = TEXT("suspend_reason", 1000, BV, "Suspend reason",
					    "Why it is suspended"),
	[ENTITLEMENT_CANCEL_REASON] = TEXT("cancel_reason", 1000, BV, "Cancel reason",
					   "Why it was given up"),
	[ENTITLEMENT_NOTES] = LONGTEXT("notes", S, "Notes", "Remarks on the entitlement"),
	[ENTITLEMENT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_entitlement = {
	.name = "entitlement", .table = "entitlements", .prefix = "ENT", .section = "agreements",
	.label = "Entitlement",
	.plural = "Entitlements",
	.help = "A customer's right to support: for what, by which channels, how much",
	.fields = entitlement_fields, .nfields = ENTITLEMENT__N, .life = &entitlement_life, .sort = "",
	.check = "entitlement.check", .derive = "entitlement.derive",
};

static const struct csm_field entitlement_use_fields[ENTITLEMENT_USE__N] = {
	[ENTITLEMENT_USE_ENTITLEMENT] = OWNER("entitlement", "entitlement", R | L, "Entitlement",
					      "The entitlement"),
	[ENTITLEMENT_USE_PARENT_CASE] = REF("parent_case", "case", R | L, "Case", "Case that used it"),
	[ENTITLEMENT_USE_UNITS] = DEC("units", NULL, 0, BIG, R | L, "Units", "Units taken"),
	[ENTITLEMENT_USE_USED_AT] = TIME("used_at", "@now", R | L, "Used", "When they were taken"),
	[ENTITLEMENT_USE_NOTE] = TEXT("note", 1000, L, "Note", "Remark, such as an overrun"),
	[ENTITLEMENT_USE_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_entitlement_use = {
	.name = "entitlement_use", .table = "entitlement_uses", .section = "agreements",
	.label = "Entitlement use",
	.plural = "Entitlement uses", .help = "Units of an entitlement that a case used up",
	.flags = CSM_T_OWNED | CSM_T_ENGINE,
	.fields = entitlement_use_fields, .nfields = ENTITLEMENT_USE__N, .doc_key = "use",
	.unique = "entitlement,parent_case", .sort = "entitlement,used_at",
};
