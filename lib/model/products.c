/* SPDX-License-Identifier: MIT */
/* products.c - product lines and products, assets, install base items, sold products. */
#include "model_priv.h"

static const struct csm_choice product_type[] = {
	{ "hardware", "Hardware" }, { "software", "Software" }, { "application", "Application" },
	{ "service", "Service" },
	{ "consumable", "Consumable" }, { "contract", "Contract" }, { "facility", "Facility" }, CHOICE_END,
};
static const struct csm_choice tracking_strategy[] = {
	{ "leave_to_category", "Leave to category" },
	{ "create_consumable_asset", "Create consumable asset" },
	{ "dont_create_assets", "Don't create assets" }, CHOICE_END,
};
static const struct csm_choice acquisition_method[] = {
	{ "both", "Both" }, { "buy", "Buy" }, { "lease", "Lease" }, CHOICE_END,
};
static const struct csm_choice product_status[] = {
	{ "in_production", "In production" }, { "retired", "Retired" }, { "sold", "Sold" }, CHOICE_END,
};
static const struct csm_choice asset_class[] = {
	{ "generic", "Generic" }, { "hardware", "Hardware" }, { "software_license", "Software license" },
	{ "consumable", "Consumable" }, { "license", "License" }, { "facility", "Facility" }, CHOICE_END,
};
static const struct csm_choice asset_state[] = {
	{ "on_order", "On order" }, { "in_stock", "In stock" }, { "in_transit", "In transit" },
	{ "in_use", "In use" },
	{ "consumed", "Consumed" }, { "in_maintenance", "In maintenance" }, { "retired", "Retired" },
	{ "missing", "Missing" }, CHOICE_END,
};
static const struct csm_choice item_state[] = {
	{ "in_use", "In use" }, { "inactive", "Inactive" }, CHOICE_END,
};
static const struct csm_choice item_status[] = {
	{ "original", "Original" }, { "replacement", "Replacement" }, CHOICE_END,
};
static const struct csm_choice sold_state[] = {
	{ "in_preparation", "In preparation" }, { "active", "Active" }, { "expired", "Expired" },
	{ "suspended", "Suspended" }, { "inactive", "Inactive" }, { "canceled", "Canceled" }, CHOICE_END,
};
static const struct csm_choice offering_type[] = {
	{ "product", "Product" }, { "service", "Service" }, { "bundle", "Bundle" }, CHOICE_END,
};
static const struct csm_choice sold_relationship[] = {
	{ "none", "None" }, { "bundle_component", "Bundle component" }, { "add_on", "Add-on" }, CHOICE_END,
};
static const struct csm_choice pricing_method[] = {
	{ "one_time", "One-time" }, { "recurring", "Recurring" }, CHOICE_END,
};
static const struct csm_choice periodicity[] = {
	{ "monthly", "Monthly" }, { "quarterly", "Quarterly" }, { "semiannually", "Semiannually" },
	{ "annually", "Annually" },
	CHOICE_END,
};

static const struct csm_field product_line_fields[PRODUCT_LINE__N] = {
	[PRODUCT_LINE_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[PRODUCT_LINE_NAME] = TEXT("name", 100, R | K | L | S | TITLE | P(NAME), "Name",
				   "Name of the product line, unique"),
	[PRODUCT_LINE_DESCRIPTION] = LONGTEXT("description", L, "Description",
					      "What belongs to the line"),
	[PRODUCT_LINE_PARENT] = REF("parent", "product_line", L, "Parent",
				    "Line that this one is part of"),
	[PRODUCT_LINE_OWNER] = SOFTREF("owner", "user", L, "Owner", "User who answers for the line"),
	[PRODUCT_LINE_ACTIVE] = BOOL("active", "true", L, "Active", "Offered for new products"),
	[PRODUCT_LINE_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_product_line = {
	.name = "product_line", .table = "product_lines", .section = "products", .label = "Product line",
	.plural = "Product lines", .help = "A family of products", .fields = product_line_fields,
	.nfields = PRODUCT_LINE__N, .sort = "name", .check = "product_line.check",
};

static const struct csm_field product_fields[PRODUCT__N] = {
	[PRODUCT_NUMBER] = CSM_NUMBER,
	[PRODUCT_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[PRODUCT_NAME] = TEXT("name", 255, R | L | S | TITLE | CSM_F_INDEX | P(NAME), "Name",
			      "Name of the product"),
	[PRODUCT_DISPLAY_NAME] = TEXT("display_name", 400, RO | DV | P(NAME), "Display name",
				      "Manufacturer, name and version"),
	[PRODUCT_MANUFACTURER] = TEXT("manufacturer", 255, L | P(NAME), "Manufacturer", "Who makes it"),
	[PRODUCT_MODEL_NUMBER] = TEXT("model_number", 100, L | P(CODE), "Model number",
				      "The maker's number of the model"),
	[PRODUCT_PRODUCT_VERSION] = TEXT("product_version", 100, P(NOT), "Product version",
					 "Version of the product"),
	[PRODUCT_EDITION] = TEXT("edition", 100, P(NOT), "Edition", "Edition"),
	[PRODUCT_SHORT_DESCRIPTION] = TEXT("short_description", 4000, S, "Short description",
					   "What it is, in a sentence"),
	[PRODUCT_DESCRIPTION] = LONGTEXT("description", S, "Description", "What it is"),
	[PRODUCT_PRODUCT_TYPE] = ENUM("product_type", product_type, NULL, L, "Type",
				      "What kind of product it is"),
	[PRODUCT_MODEL_CATEGORIES] = TEXT("model_categories", 1000, P(NOT), "Model categories",
					  "Categories, comma separated"),
	[PRODUCT_PRODUCT_LINE] = REF("product_line", "product_line", L, "Product line",
				     "Family the product belongs to"),
	[PRODUCT_ASSET_TRACKING_STRATEGY] = ENUM("asset_tracking_strategy", tracking_strategy,
						 "leave_to_category", 0, "Asset tracking",
						 "Whether pieces of it become assets"),
	[PRODUCT_ACQUISITION_METHOD] = ENUM("acquisition_method", acquisition_method, NULL, 0,
					    "Acquisition method", "How it is acquired"),
	[PRODUCT_COST] = MONEY("cost", 0, "Cost", "Cost of one piece with its currency"),
	[PRODUCT_STATUS] = ENUM("status", product_status, "in_production", R | L, "Status",
				"Where the product stands in its life"),
	[PRODUCT_OWNER] = SOFTREF("owner", "user", 0, "Owner", "User who answers for the product"),
	[PRODUCT_CERTIFIED] = BOOL("certified", "false", 0, "Certified", "Was certified"),
	[PRODUCT_BARCODE] = TEXT("barcode", 100, P(CODE), "Barcode", "Barcode of the product"),
	[PRODUCT_COMMENTS] = LONGTEXT("comments", 0, "Comments", "Remarks on the product"),
	[PRODUCT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_product = {
	.name = "product", .table = "products", .prefix = "PROD", .section = "products", .label = "Product",
	.plural = "Products", .help = "A product model: what is sold and supported", .fields = product_fields,
	.nfields = PRODUCT__N, .sort = "", .derive = "product.derive",
};

static const struct csm_field product_component_fields[PRODUCT_COMPONENT__N] = {
	[PRODUCT_COMPONENT_PRODUCT] = OWNER("product", "product", R | L, "Product", "The bundle"),
	[PRODUCT_COMPONENT_COMPONENT] = REF("component", "product", R | L, "Component",
					    "Product that is part of it"),
	[PRODUCT_COMPONENT_QUANTITY] = DEC("quantity", "1", 0, BIG, R | L, "Quantity", "How many of it"),
	[PRODUCT_COMPONENT_SORT_ORDER] = INT("sort_order", NULL, 0, 1000000, L, "Order",
					     "Place in the list, lowest first"),
	[PRODUCT_COMPONENT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_product_component = {
	.name = "product_component", .table = "product_components", .section = "products",
	.label = "Product component",
	.plural = "Product components", .help = "A part of a bundle", .flags = CSM_T_OWNED,
	.fields = product_component_fields, .nfields = PRODUCT_COMPONENT__N, .doc_key = "component",
	.unique = "product,component", .sort = "product,sort_order", .check = "product_component.check",
};

static const struct csm_field asset_fields[ASSET__N] = {
	[ASSET_NUMBER] = CSM_NUMBER,
	[ASSET_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[ASSET_DISPLAY_NAME] = TEXT("display_name", 400, L | RO | TITLE | DV | P(NAME), "Display name",
				    "Asset tag or serial number, and product"),
	[ASSET_PRODUCT] = REF("product", "product", R | L, "Product", "The product it is a piece of"),
	[ASSET_ASSET_CLASS] = ENUM("asset_class", asset_class, "generic", R, "Class",
				   "What kind of asset it is"),
	[ASSET_MODEL_CATEGORY] = TEXT("model_category", 100, P(NOT), "Model category",
				      "Category of the model"),
	[ASSET_ASSET_TAG] = TEXT("asset_tag", 100, K | P(CODE), "Asset tag", "Label on the asset, unique"),
	[ASSET_SERIAL_NUMBER] = TEXT("serial_number", 100, K | L | P(CODE), "Serial number",
				     "The maker's number of the piece, unique"),
	[ASSET_STATE] = ENUM("state", asset_state, "in_use", R | L, "State",
			     "Where the asset stands in its life"),
	[ASSET_SUBSTATE] = TEXT("substate", 60, P(NOT), "Substate", "More exactly than the state"),
	[ASSET_QUANTITY] = INT("quantity", "1", 1, BIG, R, "Quantity",
			       "More than 1 for consumables only"),
	[ASSET_ACCOUNT] = REF("account", "account", L | DV, "Account", "Company that has it"),
	[ASSET_CONSUMER] = REF("consumer", "consumer", L, "Consumer", "Person who has it"),
	[ASSET_CONTACT] = REF("contact", "contact", 0, "Contact", "Contact who uses it first"),
	[ASSET_PARENT] = REF("parent", "asset", 0, "Parent", "Asset that this one is part of"),
	[ASSET_LOCATION] = REF("location", "location", L, "Location", "Where it stands"),
	[ASSET_COMPANY] = TEXT("company", 255, P(NAME), "Company", "Company that owns it"),
	[ASSET_VENDOR] = TEXT("vendor", 255, P(NAME), "Vendor", "Who sold it"),
	[ASSET_COST] = MONEY("cost", 0, "Cost", "What it cost, with currency"),
	[ASSET_PURCHASE_DATE] = DATE("purchase_date", NULL, 0, "Purchased", "Day it was bought"),
	[ASSET_INSTALL_DATE] = DATE("install_date", NULL, 0, "Installed", "Day it was installed"),
	[ASSET_WARRANTY_EXPIRATION] = DATE("warranty_expiration", NULL, 0, "Warranty until",
					   "Last day of the warranty"),
	[ASSET_COMMENTS] = LONGTEXT("comments", S, "Comments", "Remarks on the asset"),
	[ASSET_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_asset = {
	.name = "asset", .table = "assets", .prefix = "AST", .section = "products", .label = "Asset",
	.plural = "Assets",
	.help = "A piece of a product that a customer has", .fields = asset_fields, .nfields = ASSET__N,
	.sort = "", .check = "asset.check", .derive = "asset.derive", .after = "asset.after",
};

static const struct csm_field asset_contact_fields[ASSET_CONTACT__N] = {
	[ASSET_CONTACT_ASSET] = OWNER("asset", "asset", R | L, "Asset", "The asset"),
	[ASSET_CONTACT_CONTACT] = REF("contact", "contact", R | L, "Contact", "Contact who uses it"),
	[ASSET_CONTACT_SORT_ORDER] = INT("sort_order", NULL, 0, 1000000, L, "Order",
					 "Place in the list, lowest first"),
	[ASSET_CONTACT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_asset_contact = {
	.name = "asset_contact", .table = "asset_contacts", .section = "products", .label = "Asset contact",
	.plural = "Asset contacts", .help = "A contact who uses an asset", .flags = CSM_T_OWNED,
	.fields = asset_contact_fields, .nfields = ASSET_CONTACT__N,
	.unique = "asset,contact", .sort = "asset,sort_order", .check = "asset_contact.check",
};

static const struct csm_state item_states[] = {
	{ "in_use", CSM_S_INITIAL | CSM_S_ACTIVE, "Installed and used" },
	{ "inactive", 0, "Taken out of use" },
	{ NULL, 0, NULL },
};
static const struct csm_move item_moves[] = {
	{ .verb = "uninstall", .from = "in_use", .to = "inactive", .who = CSM_WHO_AGENT,
	  .takes = "uninstall_date",
	  .effect = "install_base_item.uninstall.effect", .help = "Take the item out of use" },
	{ .verb = "reinstall", .from = "inactive", .to = "in_use", .who = CSM_WHO_AGENT,
	  .takes = "install_date",
	  .sets = "uninstall_date=", .help = "Bring the item back into use" },
	{ .verb = NULL },
};
static const struct csm_lifecycle item_life = {
	.field = "state", .states = item_states, .moves = item_moves,
};

static const struct csm_field install_base_item_fields[INSTALL_BASE_ITEM__N] = {
	[INSTALL_BASE_ITEM_NUMBER] = CSM_NUMBER,
	[INSTALL_BASE_ITEM_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[INSTALL_BASE_ITEM_NAME] = TEXT("name", 255, R | L | S | TITLE | P(NAME), "Name", "Name of the item"),
	[INSTALL_BASE_ITEM_ACCOUNT] = REF("account", "account", L | DV, "Account", "Company that has it"),
	[INSTALL_BASE_ITEM_CONSUMER] = REF("consumer", "consumer", L | DV, "Consumer", "Person who has it"),
	[INSTALL_BASE_ITEM_HOUSEHOLD] = REF("household", "household", DV, "Household",
					    "Household that has it"),
	[INSTALL_BASE_ITEM_CONTACT] = REF("contact", "contact", DV, "Contact",
					  "Contact of the account to talk to"),
	[INSTALL_BASE_ITEM_PRODUCT] = REF("product", "product", L, "Product",
					  "The product it is a piece of"),
	[INSTALL_BASE_ITEM_ASSET] = REF("asset", "asset", 0, "Asset", "The asset it is"),
	[INSTALL_BASE_ITEM_LOCATION] = REF("location", "location", L, "Location",
					   "Where it is installed"),
	[INSTALL_BASE_ITEM_PARENT] = REF("parent", "install_base_item", L, "Parent",
					 "Item that this one is part of"),
	[INSTALL_BASE_ITEM_ROOT] = { ROW_("root", CSM_K_REF, RO | DV, "Root",
				     "Topmost item of the tree; empty for a root itself"),
				     .target = "install_base_item", .ondel = CSM_ON_CLEAR },
	[INSTALL_BASE_ITEM_STATE] = ENUM("state", item_state, "in_use", R | BV | L, "State",
					 "Whether it is in use"),
	[INSTALL_BASE_ITEM_ACTIVE] = BOOL("active", "true", BV, "Active",
					  "In use: cases can be opened for it"),
	[INSTALL_BASE_ITEM_STATUS] = ENUM("status", item_status, "original", R, "Status",
					  "Delivered at first, or as a replacement"),
	[INSTALL_BASE_ITEM_LIFECYCLE_STAGE] = TEXT("lifecycle_stage", 60, P(NOT), "Life cycle stage",
						   "Stage in its life"),
	[INSTALL_BASE_ITEM_LIFECYCLE_STATUS] = TEXT("lifecycle_status", 60, P(NOT), "Life cycle status",
						    "Status within the stage"),
	[INSTALL_BASE_ITEM_INSTALL_DATE] = DATE("install_date", NULL, L, "Installed",
						"Day it was installed"),
	[INSTALL_BASE_ITEM_UNINSTALL_DATE] = DATE("uninstall_date", NULL, BV, "Uninstalled",
						  "Day it was taken out"),
	[INSTALL_BASE_ITEM_QUANTITY] = DEC("quantity", "1", 0, BIG, R, "Quantity", "How many pieces"),
	[INSTALL_BASE_ITEM_OWNED_BY] = SOFTREF("owned_by", "user", 0, "Owned by",
					       "User who answers for it"),
	[INSTALL_BASE_ITEM_SUPPORTED_BY] = SOFTREF("supported_by", "user", 0, "Supported by",
						   "User who supports it"),
	[INSTALL_BASE_ITEM_HEALTH_STATUS] = TEXT("health_status", 60, P(NOT), "Health", "How well it works"),
	[INSTALL_BASE_ITEM_IDENTIFIER] = TEXT("identifier", 255, S | CSM_F_INDEX | P(CODE), "Identifier",
					      "What identifies it, such as a line or address"),
	[INSTALL_BASE_ITEM_NOTES] = LONGTEXT("notes", S, "Notes", "Remarks on the item"),
	[INSTALL_BASE_ITEM_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_install_base_item = {
	.name = "install_base_item", .table = "install_base_items", .prefix = "IBITM", .section = "products",
	.label = "Install base item", .plural = "Install base items",
	.help = "A product as it is installed at a customer",
	.fields = install_base_item_fields, .nfields = INSTALL_BASE_ITEM__N, .life = &item_life, .sort = "",
	.check = "install_base_item.check", .derive = "install_base_item.derive",
	.after = "install_base_item.after",
};

static const struct csm_field characteristic_fields[CHARACTERISTIC__N] = {
	[CHARACTERISTIC_INSTALL_BASE_ITEM] = OWNER("install_base_item", "install_base_item", R | L,
						   "Install base item", "The item"),
	[CHARACTERISTIC_NAME] = TEXT("name", 100, R | L | P(CODE), "Name", "What is described, such as colour"),
	[CHARACTERISTIC_VALUE] = TEXT("value", 4000, L, "Value", "How it is, such as red"),
	[CHARACTERISTIC_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_characteristic = {
	.name = "characteristic", .table = "characteristics", .section = "products",
	.label = "Characteristic",
	.plural = "Characteristics", .help = "A name and value that describe an install base item",
	.flags = CSM_T_OWNED,
	.fields = characteristic_fields, .nfields = CHARACTERISTIC__N,
	.unique = "install_base_item,name", .sort = "install_base_item,name",
};

static const struct csm_state sold_states[] = {
	{ "in_preparation", CSM_S_INITIAL, "Sold, not started yet" },
	{ "active", 0, "Running" },
	{ "suspended", 0, "Halted for a time" },
	{ "expired", CSM_S_FINAL, "Its end has passed" },
	{ "inactive", CSM_S_FINAL, "Disconnected" },
	{ "canceled", CSM_S_FINAL, "Given up" },
	{ NULL, 0, NULL },
};
static const struct csm_move sold_moves[] = {
	{ .verb = "activate", .from = "in_preparation", .to = "active", .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .guard = "sold_product.activate.guard", .help = "Start it; its start date is reached" },
	{ .verb = "suspend", .from = "active", .to = "suspended", .who = CSM_WHO_AGENT,
	  .takes = "suspend_start,suspend_end,suspend_reason",
	  .guard = "sold_product.suspend.guard", .help = "Halt it, until an end or until it is resumed" },
	{ .verb = "resume", .from = "suspended", .to = "active", .who = CSM_WHO_AGENT | CSM_WHO_SYSTEM,
	  .sets = "suspend_start=,suspend_end=,suspend_reason=", .help = "Let it run again" },
	{ .verb = "disconnect", .from = "active,suspended", .to = "inactive", .who = CSM_WHO_AGENT,
	  .sets = "end_date=@today", .help = "End it today" },
	{ .verb = "expire", .from = "in_preparation,active,suspended", .to = "expired", .who = CSM_WHO_SYSTEM,
	  .guard = "sold_product.expire.guard", .help = "Its end date has passed" },
	{ .verb = "cancel", .from = "in_preparation,active,suspended", .to = "canceled", .who = CSM_WHO_AGENT,
	  .needs = "cancel_reason", .help = "Give it up" },
	{ .verb = NULL },
};
static const struct csm_lifecycle sold_life = {
	.field = "state", .states = sold_states, .moves = sold_moves,
};

static const struct csm_field sold_product_fields[SOLD_PRODUCT__N] = {
	[SOLD_PRODUCT_NUMBER] = CSM_NUMBER,
	[SOLD_PRODUCT_EXTERNAL_ID] = CSM_EXTERNAL_ID,
	[SOLD_PRODUCT_NAME] = TEXT("name", 255, L | S | TITLE | P(NAME), "Name",
				   "Name; the product's when not given"),
	[SOLD_PRODUCT_PARENT] = REF("parent", "sold_product", 0, "Parent",
				    "Sold product that this one is part of"),
	[SOLD_PRODUCT_ACCOUNT] = REF("account", "account", L | DV, "Account", "Company that bought it"),
	[SOLD_PRODUCT_CONSUMER] = REF("consumer", "consumer", L, "Consumer", "Person who bought it"),
	[SOLD_PRODUCT_HOUSEHOLD] = REF("household", "household", 0, "Household",
				       "Household that bought it"),
	[SOLD_PRODUCT_CONTACT] = REF("contact", "contact", 0, "Contact",
				     "Contact of the account to talk to"),
	[SOLD_PRODUCT_PRODUCT] = REF("product", "product", R | L, "Product", "What was sold"),
	[SOLD_PRODUCT_QUANTITY] = DEC("quantity", "1", 0, BIG, R | L, "Quantity", "How much was sold"),
	[SOLD_PRODUCT_UNIT_OF_MEASURE] = TEXT("unit_of_measure", 40, P(NOT), "Unit of measure",
					      "What the quantity counts"),
	[SOLD_PRODUCT_OFFERING_TYPE] = ENUM("offering_type", offering_type, "product", R, "Offering type",
					    "What kind of offer it is"),
	[SOLD_PRODUCT_RELATIONSHIP_TYPE] = ENUM("relationship_type", sold_relationship, "none", R,
						"Relationship type", "How it stands to its parent"),
	[SOLD_PRODUCT_LOCATION] = REF("location", "location", 0, "Location", "Where it is used"),
	[SOLD_PRODUCT_STATE] = ENUM("state", sold_state, "in_preparation", R | BV | L, "State",
				    "Where it stands in its life"),
	[SOLD_PRODUCT_START_DATE] = DATE("start_date", NULL, L, "Start", "First day"),
	[SOLD_PRODUCT_END_DATE] = DATE("end_date", NULL, L, "End", "Last day; empty: no end"),
	[SOLD_PRODUCT_UNIT_PRICE] = MONEY("unit_price", 0, "Unit price",
					  "Price of one unit with its currency"),
	[SOLD_PRODUCT_PRICING_METHOD] = ENUM("pricing_method", pricing_method, NULL, 0, "Pricing",
					     "Paid once or again and again"),
	[SOLD_PRODUCT_PERIODICITY] = ENUM("periodicity", periodicity, NULL, 0, "Periodicity",
					  "How often it is paid"),
	[SOLD_PRODUCT_TERM_MONTHS] = INT("term_months", NULL, 0, 1200, 0, "Term", "Months of the term"),
	[SOLD_PRODUCT_SUSPEND_START] = DATE("suspend_start", NULL, BV, "Suspended from",
					    "First day of the suspension"),
	[SOLD_PRODUCT_SUSPEND_END] = DATE("suspend_end", NULL, BV, "Suspended to",
					  "Last day of the suspension; empty: until resumed"),
	[SOLD_PRODUCT_SUSPEND_REASON] = TEXT("suspend_reason", 1000, BV, "Suspend reason",
					     "Why it is suspended"),
	[SOLD_PRODUCT_CANCEL_REASON] = TEXT("cancel_reason", 1000, BV, "Cancel reason",
					    "Why it was given up"),
	[SOLD_PRODUCT_NOTES] = LONGTEXT("notes", S, "Notes", "Remarks on the sale"),
	[SOLD_PRODUCT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_sold_product = {
	.name = "sold_product", .table = "sold_products", .prefix = "SLPRD", .section = "products",
	.label = "Sold product",
	.plural = "Sold products", .help = "A product that a customer bought", .fields = sold_product_fields,
	.nfields = SOLD_PRODUCT__N, .life = &sold_life, .sort = "", .check = "sold_product.check",
	.derive = "sold_product.derive",
};

static const struct csm_field installed_product_fields[INSTALLED_PRODUCT__N] = {
	[INSTALLED_PRODUCT_SOLD_PRODUCT] = OWNER("sold_product", "sold_product", R | L, "Sold product",
						 "The sold product"),
	[INSTALLED_PRODUCT_INSTALL_BASE_ITEM] = REF("install_base_item", "install_base_item", R | L,
						    "Install base item", "Item in which it is installed"),
	[INSTALLED_PRODUCT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_installed_product = {
	.name = "installed_product", .table = "installed_products", .section = "products",
	.label = "Installed product",
	.plural = "Installed products", .help = "An install base item that belongs to a sold product",
	.flags = CSM_T_OWNED,
	.fields = installed_product_fields, .nfields = INSTALLED_PRODUCT__N,
	.unique = "sold_product,install_base_item", .sort = "sold_product,install_base_item",
};
