/* SPDX-License-Identifier: MIT */
/* customers.c - accounts with what belongs to them, locations, contacts, consumers, households. */
#include "model_priv.h"

static const struct csm_choice rank_tier[] = {
	{ "strategic", "Strategic" }, { "tactical", "Tactical" }, { "valued", "Valued" },
	{ "other", "Other" },
	{ "blacklist", "Blacklist" }, CHOICE_END,
};
static const struct csm_choice address_type[] = {
	{ "billing", "Billing" }, { "shipping", "Shipping" }, { "mailing", "Mailing" }, CHOICE_END,
};
static const struct csm_choice account_kind[] = {
	{ "account", "Account" }, { "partner", "Partner" }, CHOICE_END,
};
static const struct csm_choice responsibility_type[] = {
	{ "user", "User" }, { "contact", "Contact" }, { "consumer", "Consumer" }, { "account", "Account" },
	{ "none", "None" }, CHOICE_END,
};

const struct csm_choice model_contact_role[] = {
	{ "customer", "Customer" }, { "customer_case_manager", "Customer case manager" },
	{ "customer_admin", "Customer administrator" }, { "partner", "Partner" },
	{ "partner_admin", "Partner administrator" }, CHOICE_END,
};
const struct csm_choice model_consumer_role[] = {
	{ "consumer", "Consumer" }, CHOICE_END,
};

static const struct csm_field location_fields[LOCATION__N] = {
	[LOCATION_NUMBER] = CSM_NUMBER,
	[LOCATION_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[LOCATION_NAME] = TEXT("name", 255, R | L | S | TITLE | CSM_F_INDEX | P(NAME), "Name", "Name of the place"),
	[LOCATION_PARENT] = REF("parent", "location", L, "Parent", "Location that this one lies in"),
	[LOCATION_STREET] = TEXT("street", 255, L | CSM_F_LONG | P(STREET), "Street", "Street and house number"),
	[LOCATION_CITY] = TEXT("city", 100, L | P(PLACE), "City", "City"),
	[LOCATION_STATE] = TEXT("state", 100, P(PLACE), "State", "State, province or region"),
	[LOCATION_ZIP] = TEXT("zip", 40, P(CODE), "Zip", "Postal code"),
	[LOCATION_COUNTRY] = TEXT("country", 60, L | P(PLACE), "Country", "Country, by name or code"),
	[LOCATION_LATITUDE] = DEC("latitude", NULL, -90, 90, P(COORDINATE), "Latitude", "Degrees north"),
	[LOCATION_LONGITUDE] = DEC("longitude", NULL, -180, 180, P(COORDINATE), "Longitude", "Degrees east"),
	[LOCATION_PHONE] = PHONE("phone", 0, "Phone", "Phone at the place"),
	[LOCATION_TIME_ZONE] = ZONE("time_zone", "Time zone", "Zone of the place"),
	[LOCATION_NOTES] = LONGTEXT("notes", 0, "Notes", "Remarks on the place"),
	[LOCATION_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_location = {
	.name = "location", .table = "locations", .prefix = "LOC", .section = "customers",
	.label = "Location",
	.plural = "Locations", .help = "A place: an address, a building, a site",
	.fields = location_fields, .nfields = LOCATION__N, .sort = "", .check = "location.check",
};

static const struct csm_field responsibility_def_fields[RESPONSIBILITY_DEF__N] = {
	[RESPONSIBILITY_DEF_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[RESPONSIBILITY_DEF_NAME] = TEXT("name", 100, R | K | L | TITLE | P(NOT), "Name",
					 "Name of the responsibility, unique"),
	[RESPONSIBILITY_DEF_RESPONSIBILITY_TYPE] = ENUM("responsibility_type", responsibility_type,
							"none", R | L, "Type",
							"What kind of party may hold it"),
	[RESPONSIBILITY_DEF_IS_UNIQUE] = BOOL("is_unique", "false", L, "Unique",
					      "Only one holder an account, consumer or household"),
	[RESPONSIBILITY_DEF_DESCRIPTION] = LONGTEXT("description", L, "Description",
						    "What the holder does and may do"),
	[RESPONSIBILITY_DEF_ACTIVE] = BOOL("active", "true", L, "Active",
					   "Offered for new relationships"),
	[RESPONSIBILITY_DEF_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_responsibility_def = {
	.name = "responsibility_def", .table = "responsibility_defs", .section = "customers",
	.label = "Responsibility",
	.plural = "Responsibilities", .help = "A part that a person plays for a customer",
	.flags = CSM_T_ADMIN,
	.fields = responsibility_def_fields, .nfields = RESPONSIBILITY_DEF__N, .sort = "name",
};

static const struct csm_field account_fields[ACCOUNT__N] = {
	[ACCOUNT_NUMBER] = CSM_NUMBER,
	[ACCOUNT_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[ACCOUNT_NAME] = TEXT("name", 255, R | L | S | TITLE | CSM_F_INDEX | P(NAME), "Name",
			      "Name of the company"),
	[ACCOUNT_CUSTOMER] = BOOL("customer", "false", L, "Customer",
				  "Is a customer; true when neither this nor partner is given"),
	[ACCOUNT_PARTNER] = BOOL("partner", "false", L, "Partner",
				 "Is a partner who works for customers"),
	[ACCOUNT_ACTIVE] = BOOL("active", "true", L, "Active",
				"An inactive account is not offered for new work"),
	[ACCOUNT_IS_PRIMARY] = BOOL("is_primary", "false", 0, "Primary", "The company's main account"),
	[ACCOUNT_PRIMARY_CONTACT] = SOFTREF("primary_contact", "contact", L, "Primary contact",
					    "The contact to talk to first"),
	[ACCOUNT_ACCOUNT_PARENT] = REF("account_parent", "account", 0, "Parent account",
				       "Account that this one belongs to"),
	[ACCOUNT_ACCOUNT_CODE] = TEXT("account_code", 255, K | RO | DV | P(CODE), "Account code",
				      "Short unique code, part of the account path"),
	[ACCOUNT_ACCOUNT_PATH] = TEXT("account_path", 4000, RO | CSM_F_INDEX | DV | P(CODE), "Account path",
				      "Codes of the ancestors and the account, joined with /"),
	[ACCOUNT_REGISTRATION_CODE] = TEXT("registration_code", 40, K | CSM_F_INTERNAL | P(CODE),
					   "Registration code",
					   "Code by which contacts register themselves"),
	[ACCOUNT_RANK_TIER] = ENUM("rank_tier", rank_tier, NULL, L, "Rank tier",
				   "How much the account matters"),
	[ACCOUNT_INDUSTRY] = TEXT("industry", 100, P(NOT), "Industry", "Line of business"),
	[ACCOUNT_WEBSITE] = TEXT("website", 1024, P(URL), "Website", "Address of the company's website"),
	[ACCOUNT_EMAIL] = EMAIL("email", 0, "Email", "General address of the company"),
	[ACCOUNT_PHONE] = PHONE("phone", 0, "Phone", "Main phone"),
	[ACCOUNT_FAX_PHONE] = PHONE("fax_phone", 0, "Fax", "Fax"),
	[ACCOUNT_STREET] = TEXT("street", 255, CSM_F_LONG | P(STREET), "Street",
				"Street and house number of the primary address"),
	[ACCOUNT_CITY] = TEXT("city", 100, L | P(PLACE), "City", "City of the primary address"),
	[ACCOUNT_STATE] = TEXT("state", 100, P(PLACE), "State",
			       "State, province or region of the primary address"),
	[ACCOUNT_ZIP] = TEXT("zip", 40, P(CODE), "Zip", "Postal code of the primary address"),
	[ACCOUNT_COUNTRY] = TEXT("country", 60, L | P(PLACE), "Country",
				 "Country of the primary address, by name or code"),
	[ACCOUNT_LATITUDE] = DEC("latitude", NULL, -90, 90, P(COORDINATE), "Latitude", "Degrees north"),
	[ACCOUNT_LONGITUDE] = DEC("longitude", NULL, -180, 180, P(COORDINATE), "Longitude", "Degrees east"),
	[ACCOUNT_TIME_ZONE] = ZONE("time_zone", "Time zone", "Zone in which the company works"),
	[ACCOUNT_NUM_EMPLOYEES] = INT("num_employees", NULL, 0, BIG, 0, "Employees",
				      "Number of employees"),
	[ACCOUNT_REVENUE_PER_YEAR] = MONEY("revenue_per_year", 0, "Revenue a year",
					   "Revenue a year with its currency"),
	[ACCOUNT_DUNS] = TEXT("duns", 20, P(CODE), "DUNS", "D-U-N-S number"),
	[ACCOUNT_SIC_CODE] = TEXT("sic_code", 20, P(CODE), "SIC code", "Standard industrial classification"),
	[ACCOUNT_STOCK_SYMBOL] = TEXT("stock_symbol", 40, P(CODE), "Stock symbol",
				      "Symbol the company is traded under"),
	[ACCOUNT_NOTES] = LONGTEXT("notes", S, "Notes", "Remarks on the account"),
	[ACCOUNT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_account = {
	.name = "account", .table = "accounts", .prefix = "ACCT", .section = "customers", .label = "Account",
	.plural = "Accounts", .help = "A company: customer, partner, or both", .fields = account_fields,
	.nfields = ACCOUNT__N, .sort = "", .check = "account.check", .derive = "account.derive",
	.after = "account.after",
};

static const struct csm_field account_address_fields[ACCOUNT_ADDRESS__N] = {
	[ACCOUNT_ADDRESS_ACCOUNT] = OWNER("account", "account", R | L, "Account", "The account"),
	[ACCOUNT_ADDRESS_LOCATION] = REF("location", "location", R | L, "Location",
					 "The place with the address"),
	[ACCOUNT_ADDRESS_ADDRESS_TYPES] = ENUMS("address_types", address_type, L, "Types",
						"What the address is used for"),
	[ACCOUNT_ADDRESS_IS_PRIMARY] = BOOL("is_primary", "false", L, "Primary",
					    "The account's main address; a new one clears the old"),
	[ACCOUNT_ADDRESS_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_account_address = {
	.name = "account_address", .table = "account_addresses", .section = "customers",
	.label = "Account address",
	.plural = "Account addresses", .help = "One address of an account", .flags = CSM_T_OWNED,
	.fields = account_address_fields, .nfields = ACCOUNT_ADDRESS__N, .doc_key = "address",
	.unique = "account,location", .sort = "account", .check = "account_address.check",
	.after = "account_address.after",
};

static const struct csm_field account_team_member_fields[ACCOUNT_TEAM_MEMBER__N] = {
	[ACCOUNT_TEAM_MEMBER_ACCOUNT] = OWNER("account", "account", R | L, "Account", "The account"),
	[ACCOUNT_TEAM_MEMBER_MEMBER] = REF("member", "user", R | L, "Member",
					   "User who looks after the account"),
	[ACCOUNT_TEAM_MEMBER_RESPONSIBILITY] = REF("responsibility", "responsibility_def", R | L,
						   "Responsibility",
						   "What the user does for the account"),
	[ACCOUNT_TEAM_MEMBER_SORT_ORDER] = INT("sort_order", NULL, 0, 1000000, L, "Order",
					       "Place in the list, lowest first"),
	[ACCOUNT_TEAM_MEMBER_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_account_team_member = {
	.name = "account_team_member", .table = "account_team_members", .section = "customers",
	.label = "Account team member", .plural = "Account team members",
	.help = "An internal user with a responsibility for an account", .flags = CSM_T_OWNED,
	.fields = account_team_member_fields, .nfields = ACCOUNT_TEAM_MEMBER__N, .doc_key = "team",
	.unique = "account,member,responsibility", .sort = "account,sort_order",
};

static const struct csm_field account_relationship_type_fields[ACCOUNT_RELATIONSHIP_TYPE__N] = {
	[ACCOUNT_RELATIONSHIP_TYPE_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[ACCOUNT_RELATIONSHIP_TYPE_NAME] = TEXT("name", 100, R | K | L | TITLE | P(NOT), "Name",
						"Name of the type, unique"),
	[ACCOUNT_RELATIONSHIP_TYPE_FROM_KIND] = ENUM("from_kind", account_kind, "account", R | L, "From",
						     "What the first account is"),
	[ACCOUNT_RELATIONSHIP_TYPE_LABEL] = TEXT("label", 100, R | L | P(NOT), "Label",
						 "What the first account is to the second"),
	[ACCOUNT_RELATIONSHIP_TYPE_TO_KIND] = ENUM("to_kind", account_kind, "account", R | L, "To",
						   "What the second account is"),
	[ACCOUNT_RELATIONSHIP_TYPE_REVERSE_LABEL] = TEXT("reverse_label", 100, R | L | P(NOT), "Reverse label",
							 "What the second account is to the first"),
	[ACCOUNT_RELATIONSHIP_TYPE_DEFAULT_FOR_PARTNER] = BOOL("default_for_partner", "false", L,
							       "Default for partner",
							       "Taken for partners when no type is given"),
	[ACCOUNT_RELATIONSHIP_TYPE_ACTIVE] = BOOL("active", "true", L, "Active",
						  "Offered for new relationships"),
	[ACCOUNT_RELATIONSHIP_TYPE_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_account_relationship_type = {
	.name = "account_relationship_type", .table = "account_relationship_types", .section = "customers",
	.label = "Account relationship type", .plural = "Account relationship types",
	.help = "How one account can stand to another", .flags = CSM_T_ADMIN,
	.fields = account_relationship_type_fields, .nfields = ACCOUNT_RELATIONSHIP_TYPE__N,
	.sort = "name", .check = "account_relationship_type.check",
};

static const struct csm_field account_relationship_fields[ACCOUNT_RELATIONSHIP__N] = {
	[ACCOUNT_RELATIONSHIP_NUMBER] = CSM_NUMBER,
	[ACCOUNT_RELATIONSHIP_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[ACCOUNT_RELATIONSHIP_FROM_ACCOUNT] = REF("from_account", "account", R | L | IMM, "From",
						  "The first account, such as the partner"),
	[ACCOUNT_RELATIONSHIP_TO_ACCOUNT] = REF("to_account", "account", R | L | IMM, "To",
						"The second account, such as the customer"),
	[ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE] = REF("relationship_type", "account_relationship_type",
						       R | L, "Type",
						       "How the first stands to the second"),
	[ACCOUNT_RELATIONSHIP_IS_REVERSE] = BOOL("is_reverse", "false", RO | L, "Reverse",
					       "Made by csm as the other direction; the reverse label holds"),
	[ACCOUNT_RELATIONSHIP_SORT_ORDER] = INT("sort_order", NULL, 0, 1000000, L, "Order",
						"Place in the list, lowest first"),
	[ACCOUNT_RELATIONSHIP_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_account_relationship = {
	.name = "account_relationship", .table = "account_relationships", .prefix = "AREL",
	.section = "customers",
	.label = "Account relationship", .plural = "Account relationships",
	.help = "Two accounts that stand to each other, such as partner and customer",
	.fields = account_relationship_fields, .nfields = ACCOUNT_RELATIONSHIP__N,
	.unique = "from_account,to_account,relationship_type", .sort = "",
	.check = "account_relationship.check", .after = "account_relationship.after",
};

static const struct csm_field contact_fields[CONTACT__N] = {
	[CONTACT_NUMBER] = CSM_NUMBER,
	[CONTACT_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[CONTACT_ACCOUNT] = REF("account", "account", R | L, "Account",
				"The company the contact belongs to"),
	[CONTACT_FIRST_NAME] = TEXT("first_name", 50, DV | P(GIVEN_NAME), "First name", "Given name"),
	[CONTACT_MIDDLE_NAME] = TEXT("middle_name", 50, P(GIVEN_NAME), "Middle name", "Middle name"),
	[CONTACT_LAST_NAME] = TEXT("last_name", 50, DV | P(FAMILY_NAME), "Last name", "Family name"),
	[CONTACT_NAME] = TEXT("name", 151, L | S | TITLE | DV | P(FULL_NAME), "Name",
			      "Full name, from first and last name when not given"),
	[CONTACT_TITLE] = TEXT("title", 100, L, "Title", "Job title"),
	[CONTACT_DEPARTMENT] = TEXT("department", 100, 0, "Department",
				    "Department the contact works in"),
	[CONTACT_EMAIL] = EMAIL("email", K | L, "Email", "Address; no other contact has it"),
	[CONTACT_PHONE] = PHONE("phone", L, "Phone", "Business phone"),
	[CONTACT_MOBILE_PHONE] = PHONE("mobile_phone", 0, "Mobile phone", "Mobile phone"),
	[CONTACT_HOME_PHONE] = PHONE("home_phone", 0, "Home phone", "Home phone"),
	[CONTACT_FAX_PHONE] = PHONE("fax_phone", 0, "Fax", "Fax"),
	[CONTACT_STREET] = TEXT("street", 255, CSM_F_LONG | P(STREET), "Street", "Street and house number"),
	[CONTACT_CITY] = TEXT("city", 100, P(PLACE), "City", "City"),
	[CONTACT_STATE] = TEXT("state", 100, P(PLACE), "State", "State, province or region"),
	[CONTACT_ZIP] = TEXT("zip", 40, P(CODE), "Zip", "Postal code"),
	[CONTACT_COUNTRY] = TEXT("country", 60, P(PLACE), "Country", "Country, by name or code"),
	[CONTACT_USER_NAME] = TEXT("user_name", 100, K | P(CODE), "User name",
				   "The name to log in with; unique among all people"),
	[CONTACT_ROLES] = ENUMS("roles", model_contact_role, DV, "Roles",
				"What the contact may do; customer when none is given"),
	[CONTACT_PREFERRED_LANGUAGE] = TEXT("preferred_language", 35, P(NOT), "Language",
					    "Language tag such as en or de-CH"),
	[CONTACT_TIME_ZONE] = ZONE("time_zone", "Time zone", "Zone in which the contact lives"),
	[CONTACT_NOTIFICATION] = LEVEL("notification", model_notification, "2", 0, "Notification",
				       "Whether the contact gets messages"),
	[CONTACT_ACTIVE] = BOOL("active", "true", L, "Active",
				"An inactive contact is not offered for new work"),
	[CONTACT_LOCKED_OUT] = BOOL("locked_out", "false", 0, "Locked out", "May not log in"),
	[CONTACT_VIP] = BOOL("vip", "false", 0, "VIP", "Treated with preference"),
	[CONTACT_NOTES] = LONGTEXT("notes", S, "Notes", "Remarks on the contact"),
	[CONTACT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_contact = {
	.name = "contact", .table = "contacts", .prefix = "CNT", .section = "customers", .label = "Contact",
	.plural = "Contacts", .help = "A person at an account", .fields = contact_fields,
	.nfields = CONTACT__N,
	.sort = "", .check = "contact.check", .derive = "contact.derive",
};

static const struct csm_field contact_relationship_fields[CONTACT_RELATIONSHIP__N] = {
	[CONTACT_RELATIONSHIP_NUMBER] = CSM_NUMBER,
	[CONTACT_RELATIONSHIP_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[CONTACT_RELATIONSHIP_CONTACT] = REF("contact", "contact", R | L | IMM, "Contact", "The contact"),
	[CONTACT_RELATIONSHIP_ACCOUNT] = REF("account", "account", R | L | IMM, "Account",
					     "Another account the contact may act for"),
	[CONTACT_RELATIONSHIP_RESPONSIBILITY] = REF("responsibility", "responsibility_def", L,
						    "Responsibility",
						    "What the contact does for the account"),
	[CONTACT_RELATIONSHIP_SORT_ORDER] = INT("sort_order", NULL, 0, 1000000, L, "Order",
						"Place in the list, lowest first"),
	[CONTACT_RELATIONSHIP_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_contact_relationship = {
	.name = "contact_relationship", .table = "contact_relationships", .prefix = "CREL",
	.section = "customers",
	.label = "Contact relationship", .plural = "Contact relationships",
	.help = "A contact who may see and work cases of another account",
	.fields = contact_relationship_fields, .nfields = CONTACT_RELATIONSHIP__N,
	.unique = "contact,account", .sort = "", .check = "contact_relationship.check",
};

static const struct csm_field household_fields[HOUSEHOLD__N] = {
	[HOUSEHOLD_NUMBER] = CSM_NUMBER,
	[HOUSEHOLD_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[HOUSEHOLD_NAME] = TEXT("name", 150, R | L | S | TITLE | CSM_F_INDEX | P(NAME), "Name",
				"Name of the household"),
	[HOUSEHOLD_HEAD_OF_HOUSEHOLD] = SOFTREF("head_of_household", "consumer", L, "Head of household",
						"Member who speaks for all"),
	[HOUSEHOLD_LOCATION] = SOFTREF("location", "location", L, "Location",
				       "Where the household lives"),
	[HOUSEHOLD_ACTIVE] = BOOL("active", "true", L, "Active",
				  "An inactive household is not offered for new work"),
	[HOUSEHOLD_NOTES] = LONGTEXT("notes", S, "Notes", "Remarks on the household"),
	[HOUSEHOLD_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_household = {
	.name = "household", .table = "households", .prefix = "HOLD", .section = "customers",
	.label = "Household",
	.plural = "Households", .help = "Consumers who live together", .fields = household_fields,
	.nfields = HOUSEHOLD__N,
	.sort = "", .check = "household.check", .after = "household.after",
};

static const struct csm_field consumer_fields[CONSUMER__N] = {
	[CONSUMER_NUMBER] = CSM_NUMBER,
	[CONSUMER_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[CONSUMER_NAME_PREFIX] = TEXT("name_prefix", 40, 0, "Prefix",
				      "What stands before the name, such as Dr"),
	[CONSUMER_FIRST_NAME] = TEXT("first_name", 50, DV | P(GIVEN_NAME), "First name", "Given name"),
	[CONSUMER_MIDDLE_NAME] = TEXT("middle_name", 50, P(GIVEN_NAME), "Middle name", "Middle name"),
	[CONSUMER_LAST_NAME] = TEXT("last_name", 50, DV | P(FAMILY_NAME), "Last name", "Family name"),
	[CONSUMER_NAME_SUFFIX] = TEXT("name_suffix", 40, 0, "Suffix",
				      "What stands after the name, such as Jr"),
	[CONSUMER_NAME] = TEXT("name", 152, L | S | TITLE | DV | P(FULL_NAME), "Name",
			       "Full name, from first and last name when not given"),
	[CONSUMER_TITLE] = TEXT("title", 100, 0, "Title", "Title"),
	[CONSUMER_EMAIL] = EMAIL("email", K | L, "Email", "Address; no other consumer has it"),
	[CONSUMER_BUSINESS_PHONE] = PHONE("business_phone", 0, "Business phone", "Business phone"),
	[CONSUMER_HOME_PHONE] = PHONE("home_phone", 0, "Home phone", "Home phone"),
	[CONSUMER_MOBILE_PHONE] = PHONE("mobile_phone", L, "Mobile phone", "Mobile phone"),
	[CONSUMER_FAX_PHONE] = PHONE("fax_phone", 0, "Fax", "Fax"),
	[CONSUMER_STREET] = TEXT("street", 255, CSM_F_LONG | P(STREET), "Street",
				 "Street and house number of the primary address"),
	[CONSUMER_CITY] = TEXT("city", 100, L | P(PLACE), "City", "City of the primary address"),
	[CONSUMER_STATE] = TEXT("state", 100, P(PLACE), "State",
				"State, province or region of the primary address"),
	[CONSUMER_ZIP] = TEXT("zip", 40, P(CODE), "Zip", "Postal code of the primary address"),
	[CONSUMER_COUNTRY] = TEXT("country", 60, L | P(PLACE), "Country",
				  "Country of the primary address, by name or code"),
	[CONSUMER_GENDER] = TEXT("gender", 40, 0, "Gender", "Gender, as the person states it"),
	[CONSUMER_HOUSEHOLD] = SOFTREF("household", "household", L, "Household",
				       "The consumer's primary household"),
	[CONSUMER_LOGIN_USER] = SOFTREF("login_user", "user", 0, "Employee",
					"The user, when an employee is a consumer too"),
	[CONSUMER_USER_NAME] = TEXT("user_name", 100, K | P(CODE), "User name",
				    "The name to log in with; unique among all people"),
	[CONSUMER_ROLES] = ENUMS("roles", model_consumer_role, DV, "Roles",
				 "What the consumer may do; needed to log in"),
	[CONSUMER_PREFERRED_LANGUAGE] = TEXT("preferred_language", 35, P(NOT), "Language",
					     "Language tag such as en or de-CH"),
	[CONSUMER_TIME_ZONE] = ZONE("time_zone", "Time zone", "Zone in which the consumer lives"),
	[CONSUMER_NOTIFICATION] = LEVEL("notification", model_notification, "2", 0, "Notification",
					"Whether the consumer gets messages"),
	[CONSUMER_ACTIVE] = BOOL("active", "true", L, "Active",
				 "An inactive consumer is not offered for new work"),
	[CONSUMER_IS_PRIMARY] = BOOL("is_primary", "false", 0, "Primary",
				     "The main record of the person"),
	[CONSUMER_LOCKED_OUT] = BOOL("locked_out", "false", 0, "Locked out", "May not log in"),
	[CONSUMER_VIP] = BOOL("vip", "false", 0, "VIP", "Treated with preference"),
	[CONSUMER_NOTES] = LONGTEXT("notes", S, "Notes", "Remarks on the consumer"),
	[CONSUMER_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_consumer = {
	.name = "consumer", .table = "consumers", .prefix = "CSMR", .section = "customers",
	.label = "Consumer",
	.plural = "Consumers", .help = "A person who is a customer himself", .fields = consumer_fields,
	.nfields = CONSUMER__N, .sort = "", .check = "consumer.check", .derive = "consumer.derive",
	.after = "consumer.after",
};

static const struct csm_field consumer_address_fields[CONSUMER_ADDRESS__N] = {
	[CONSUMER_ADDRESS_CONSUMER] = OWNER("consumer", "consumer", R | L, "Consumer", "The consumer"),
	[CONSUMER_ADDRESS_LOCATION] = REF("location", "location", R | L, "Location",
					  "The place with the address"),
	[CONSUMER_ADDRESS_IS_PRIMARY] = BOOL("is_primary", "false", L, "Primary",
					     "The consumer's main address; a new one clears the old"),
	[CONSUMER_ADDRESS_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_consumer_address = {
	.name = "consumer_address", .table = "consumer_addresses", .section = "customers",
	.label = "Consumer address",
	.plural = "Consumer addresses", .help = "One address of a consumer", .flags = CSM_T_OWNED,
	.fields = consumer_address_fields, .nfields = CONSUMER_ADDRESS__N, .doc_key = "address",
	.unique = "consumer,location", .sort = "consumer", .after = "consumer_address.after",
};

static const struct csm_field consumer_account_fields[CONSUMER_ACCOUNT__N] = {
	[CONSUMER_ACCOUNT_CONSUMER] = OWNER("consumer", "consumer", R | L, "Consumer", "The consumer"),
	[CONSUMER_ACCOUNT_ACCOUNT] = REF("account", "account", R | L, "Account",
					 "Account that serves the consumer"),
	[CONSUMER_ACCOUNT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_consumer_account = {
	.name = "consumer_account", .table = "consumer_accounts", .section = "customers",
	.label = "Consumer's account",
	.plural = "Consumers' accounts", .help = "An account whose customer the consumer is",
	.flags = CSM_T_OWNED,
	.fields = consumer_account_fields, .nfields = CONSUMER_ACCOUNT__N,
	.unique = "consumer,account", .sort = "consumer,account",
};

static const struct csm_field household_member_fields[HOUSEHOLD_MEMBER__N] = {
	[HOUSEHOLD_MEMBER_HOUSEHOLD] = OWNER("household", "household", R | L, "Household",
					     "The household"),
	[HOUSEHOLD_MEMBER_CONSUMER] = REF("consumer", "consumer", R | L, "Consumer",
					  "Member of the household"),
	[HOUSEHOLD_MEMBER_START_DATE] = DATE("start_date", NULL, L, "Start",
					     "First day of membership; empty: always"),
	[HOUSEHOLD_MEMBER_END_DATE] = DATE("end_date", NULL, L, "End",
					   "Last day of membership; empty: still a member"),
	[HOUSEHOLD_MEMBER_IS_PRIMARY] = BOOL("is_primary", "false", L, "Primary",
					     "The consumer's primary household"),
	[HOUSEHOLD_MEMBER_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_household_member = {
	.name = "household_member", .table = "household_members", .section = "customers",
	.label = "Household member",
	.plural = "Household members", .help = "A consumer's membership in a household, present or past",
	.flags = CSM_T_OWNED, .fields = household_member_fields, .nfields = HOUSEHOLD_MEMBER__N,
	.doc_key = "member",
	.unique = "household,consumer,start_date", .sort = "household,consumer,start_date",
	.check = "household_member.check",
};
