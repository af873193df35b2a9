-- SPDX-License-Identifier: MIT
--
-- 0001-spine.sql - the tables of the record types (lib/model) and of the store itself, for SQLite 3.40 and
-- PostgreSQL 15. @ID@, @INT@ and @STRICT@ differ between the two and are filled in by lib/db.
--
-- Columns are the fields: money has two, a list is a text ",a,b,". There are no CHECKs and no triggers: the one write
-- path and `csm db check` guard choices, states and bounds. References are deferred, so that a load may come in any order.
-- Each reference has a partial index unless a unique index begins with it.

CREATE TABLE settings (
	id @ID@,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX settings_name ON settings (name);

CREATE TABLE resolution_codes (
	id @ID@,
	external_id TEXT,
	code TEXT NOT NULL,
	label TEXT NOT NULL,
	counts_as_solved @INT@ NOT NULL,
	sort_order @INT@,
	active @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX resolution_codes_external_id ON resolution_codes (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX resolution_codes_code ON resolution_codes (code);

CREATE TABLE responsibility_defs (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	responsibility_type TEXT NOT NULL,
	is_unique @INT@ NOT NULL,
	description TEXT,
	active @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX responsibility_defs_external_id ON responsibility_defs (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX responsibility_defs_name ON responsibility_defs (name);

CREATE TABLE account_relationship_types (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	from_kind TEXT NOT NULL,
	label TEXT NOT NULL,
	to_kind TEXT NOT NULL,
	reverse_label TEXT NOT NULL,
	default_for_partner @INT@ NOT NULL,
	active @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX account_relationship_types_external_id ON account_relationship_types (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX account_relationship_types_name ON account_relationship_types (name);

CREATE TABLE locations (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	parent @INT@ REFERENCES locations (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	street TEXT,
	city TEXT,
	state TEXT,
	zip TEXT,
	country TEXT,
	latitude @INT@,
	longitude @INT@,
	phone TEXT,
	time_zone TEXT,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX locations_external_id ON locations (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX locations_name ON locations (name);
CREATE INDEX locations_parent ON locations (parent) WHERE parent IS NOT NULL;

CREATE TABLE schedules (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	description TEXT,
	time_zone TEXT,
	valid_from TEXT,
	valid_to TEXT,
	include TEXT,
	exclude TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX schedules_external_id ON schedules (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX schedules_name ON schedules (name);

CREATE TABLE schedule_spans (
	id @ID@,
	schedule @INT@ NOT NULL REFERENCES schedules (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	days TEXT NOT NULL,
	start @INT@ NOT NULL,
	"end" @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX schedule_spans_schedule ON schedule_spans (schedule);

CREATE TABLE schedule_exceptions (
	id @ID@,
	schedule @INT@ NOT NULL REFERENCES schedules (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	date TEXT,
	every TEXT,
	kind TEXT NOT NULL,
	start @INT@,
	"end" @INT@,
	name TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX schedule_exceptions_schedule ON schedule_exceptions (schedule);

CREATE TABLE users (
	id @ID@,
	external_id TEXT,
	user_name TEXT NOT NULL,
	first_name TEXT,
	last_name TEXT,
	name TEXT,
	email TEXT,
	phone TEXT,
	mobile_phone TEXT,
	title TEXT,
	department TEXT,
	company TEXT,
	location @INT@ REFERENCES locations (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	manager @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	time_zone TEXT,
	schedule @INT@ REFERENCES schedules (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	preferred_language TEXT,
	notification @INT@ NOT NULL,
	active @INT@ NOT NULL,
	locked_out @INT@ NOT NULL,
	vip @INT@ NOT NULL,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX users_external_id ON users (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX users_user_name ON users (user_name);
CREATE UNIQUE INDEX users_email ON users (email) WHERE email IS NOT NULL;
CREATE INDEX users_location ON users (location) WHERE location IS NOT NULL;
CREATE INDEX users_manager ON users (manager) WHERE manager IS NOT NULL;
CREATE INDEX users_schedule ON users (schedule) WHERE schedule IS NOT NULL;

CREATE TABLE role_grants (
	id @ID@,
	grantee @INT@ NOT NULL REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	role TEXT NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX role_grants_unique ON role_grants (grantee, role);

CREATE TABLE groups (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	description TEXT,
	group_type TEXT,
	manager @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	parent @INT@ REFERENCES groups (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	email TEXT,
	phone TEXT,
	roles TEXT,
	active @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX groups_external_id ON groups (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX groups_name ON groups (name);
CREATE INDEX groups_manager ON groups (manager) WHERE manager IS NOT NULL;
CREATE INDEX groups_parent ON groups (parent) WHERE parent IS NOT NULL;

CREATE TABLE group_members (
	id @ID@,
	user_group @INT@ NOT NULL REFERENCES groups (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	member @INT@ NOT NULL REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX group_members_unique ON group_members (user_group, member);
CREATE INDEX group_members_member ON group_members (member);

CREATE TABLE accounts (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	customer @INT@ NOT NULL,
	partner @INT@ NOT NULL,
	active @INT@ NOT NULL,
	is_primary @INT@ NOT NULL,
	account_parent @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	account_code TEXT,
	account_path TEXT,
	registration_code TEXT,
	rank_tier TEXT,
	industry TEXT,
	website TEXT,
	email TEXT,
	phone TEXT,
	fax_phone TEXT,
	street TEXT,
	city TEXT,
	state TEXT,
	zip TEXT,
	country TEXT,
	latitude @INT@,
	longitude @INT@,
	time_zone TEXT,
	num_employees @INT@,
	revenue_per_year @INT@,
	revenue_per_year_currency TEXT,
	duns TEXT,
	sic_code TEXT,
	stock_symbol TEXT,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX accounts_external_id ON accounts (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX accounts_name ON accounts (name);
CREATE INDEX accounts_account_parent ON accounts (account_parent) WHERE account_parent IS NOT NULL;
CREATE UNIQUE INDEX accounts_account_code ON accounts (account_code) WHERE account_code IS NOT NULL;
CREATE INDEX accounts_account_path ON accounts (account_path) WHERE account_path IS NOT NULL;
CREATE UNIQUE INDEX accounts_registration_code ON accounts (registration_code) WHERE registration_code IS NOT NULL;

CREATE TABLE account_addresses (
	id @ID@,
	account @INT@ NOT NULL REFERENCES accounts (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	location @INT@ NOT NULL REFERENCES locations (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	address_types TEXT,
	is_primary @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX account_addresses_unique ON account_addresses (account, location);
CREATE INDEX account_addresses_location ON account_addresses (location);

CREATE TABLE account_team_members (
	id @ID@,
	account @INT@ NOT NULL REFERENCES accounts (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	member @INT@ NOT NULL REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	responsibility @INT@ NOT NULL REFERENCES responsibility_defs (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	sort_order @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX account_team_members_unique ON account_team_members (account, member, responsibility);
CREATE INDEX account_team_members_member ON account_team_members (member);
CREATE INDEX account_team_members_responsibility ON account_team_members (responsibility);

CREATE TABLE account_relationships (
	id @ID@,
	external_id TEXT,
	from_account @INT@ NOT NULL REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	to_account @INT@ NOT NULL REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	relationship_type @INT@ NOT NULL REFERENCES account_relationship_types (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	is_reverse @INT@ NOT NULL,
	sort_order @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX account_relationships_unique ON account_relationships (from_account, to_account, relationship_type);
CREATE UNIQUE INDEX account_relationships_external_id ON account_relationships (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX account_relationships_to_account ON account_relationships (to_account);
CREATE INDEX account_relationships_relationship_type ON account_relationships (relationship_type);

CREATE TABLE contacts (
	id @ID@,
	external_id TEXT,
	account @INT@ NOT NULL REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	first_name TEXT,
	middle_name TEXT,
	last_name TEXT,
	name TEXT,
	title TEXT,
	department TEXT,
	email TEXT,
	phone TEXT,
	mobile_phone TEXT,
	home_phone TEXT,
	fax_phone TEXT,
	street TEXT,
	city TEXT,
	state TEXT,
	zip TEXT,
	country TEXT,
	user_name TEXT,
	roles TEXT,
	preferred_language TEXT,
	time_zone TEXT,
	notification @INT@ NOT NULL,
	active @INT@ NOT NULL,
	locked_out @INT@ NOT NULL,
	vip @INT@ NOT NULL,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX contacts_external_id ON contacts (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contacts_account ON contacts (account);
CREATE UNIQUE INDEX contacts_email ON contacts (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX contacts_user_name ON contacts (user_name) WHERE user_name IS NOT NULL;
-- accounts and contacts refer to each other: the column comes when both tables are there.
ALTER TABLE accounts ADD COLUMN primary_contact @INT@
	REFERENCES contacts (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX accounts_primary_contact ON accounts (primary_contact) WHERE primary_contact IS NOT NULL;

CREATE TABLE contact_relationships (
	id @ID@,
	external_id TEXT,
	contact @INT@ NOT NULL REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	account @INT@ NOT NULL REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	responsibility @INT@ REFERENCES responsibility_defs (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	sort_order @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX contact_relationships_unique ON contact_relationships (contact, account);
CREATE UNIQUE INDEX contact_relationships_external_id ON contact_relationships (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contact_relationships_account ON contact_relationships (account);
CREATE INDEX contact_relationships_responsibility ON contact_relationships (responsibility) WHERE responsibility IS NOT NULL;

CREATE TABLE consumers (
	id @ID@,
	external_id TEXT,
	name_prefix TEXT,
	first_name TEXT,
	middle_name TEXT,
	last_name TEXT,
	name_suffix TEXT,
	name TEXT,
	title TEXT,
	email TEXT,
	business_phone TEXT,
	home_phone TEXT,
	mobile_phone TEXT,
	fax_phone TEXT,
	street TEXT,
	city TEXT,
	state TEXT,
	zip TEXT,
	country TEXT,
	gender TEXT,
	login_user @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	user_name TEXT,
	roles TEXT,
	preferred_language TEXT,
	time_zone TEXT,
	notification @INT@ NOT NULL,
	active @INT@ NOT NULL,
	is_primary @INT@ NOT NULL,
	locked_out @INT@ NOT NULL,
	vip @INT@ NOT NULL,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX consumers_external_id ON consumers (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX consumers_email ON consumers (email) WHERE email IS NOT NULL;
CREATE INDEX consumers_login_user ON consumers (login_user) WHERE login_user IS NOT NULL;
CREATE UNIQUE INDEX consumers_user_name ON consumers (user_name) WHERE user_name IS NOT NULL;

CREATE TABLE consumer_addresses (
	id @ID@,
	consumer @INT@ NOT NULL REFERENCES consumers (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	location @INT@ NOT NULL REFERENCES locations (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	is_primary @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX consumer_addresses_unique ON consumer_addresses (consumer, location);
CREATE INDEX consumer_addresses_location ON consumer_addresses (location);

CREATE TABLE consumer_accounts (
	id @ID@,
	consumer @INT@ NOT NULL REFERENCES consumers (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	account @INT@ NOT NULL REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX consumer_accounts_unique ON consumer_accounts (consumer, account);
CREATE INDEX consumer_accounts_account ON consumer_accounts (account);

CREATE TABLE households (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	head_of_household @INT@ REFERENCES consumers (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	location @INT@ REFERENCES locations (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	active @INT@ NOT NULL,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX households_external_id ON households (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX households_name ON households (name);
CREATE INDEX households_head_of_household ON households (head_of_household) WHERE head_of_household IS NOT NULL;
CREATE INDEX households_location ON households (location) WHERE location IS NOT NULL;
-- consumers and households refer to each other: the column comes when both tables are there.
ALTER TABLE consumers ADD COLUMN household @INT@
	REFERENCES households (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX consumers_household ON consumers (household) WHERE household IS NOT NULL;

CREATE TABLE household_members (
	id @ID@,
	household @INT@ NOT NULL REFERENCES households (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ NOT NULL REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	start_date TEXT,
	end_date TEXT,
	is_primary @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX household_members_unique ON household_members (household, consumer, start_date);
CREATE INDEX household_members_consumer ON household_members (consumer);

CREATE TABLE product_lines (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	description TEXT,
	parent @INT@ REFERENCES product_lines (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	owner @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	active @INT@ NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX product_lines_external_id ON product_lines (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX product_lines_name ON product_lines (name);
CREATE INDEX product_lines_parent ON product_lines (parent) WHERE parent IS NOT NULL;
CREATE INDEX product_lines_owner ON product_lines (owner) WHERE owner IS NOT NULL;

CREATE TABLE products (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	display_name TEXT,
	manufacturer TEXT,
	model_number TEXT,
	product_version TEXT,
	edition TEXT,
	short_description TEXT,
	description TEXT,
	product_type TEXT,
	model_categories TEXT,
	product_line @INT@ REFERENCES product_lines (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	asset_tracking_strategy TEXT,
	acquisition_method TEXT,
	cost @INT@,
	cost_currency TEXT,
	status TEXT NOT NULL,
	owner @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	certified @INT@ NOT NULL,
	barcode TEXT,
	comments TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX products_external_id ON products (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX products_name ON products (name);
CREATE INDEX products_product_line ON products (product_line) WHERE product_line IS NOT NULL;
CREATE INDEX products_owner ON products (owner) WHERE owner IS NOT NULL;

CREATE TABLE product_components (
	id @ID@,
	product @INT@ NOT NULL REFERENCES products (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	component @INT@ NOT NULL REFERENCES products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	quantity @INT@ NOT NULL,
	sort_order @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX product_components_unique ON product_components (product, component);
CREATE INDEX product_components_component ON product_components (component);

CREATE TABLE assets (
	id @ID@,
	external_id TEXT,
	display_name TEXT,
	product @INT@ NOT NULL REFERENCES products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	asset_class TEXT NOT NULL,
	model_category TEXT,
	asset_tag TEXT,
	serial_number TEXT,
	state TEXT NOT NULL,
	substate TEXT,
	quantity @INT@ NOT NULL,
	account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	parent @INT@ REFERENCES assets (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	location @INT@ REFERENCES locations (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	company TEXT,
	vendor TEXT,
	cost @INT@,
	cost_currency TEXT,
	purchase_date TEXT,
	install_date TEXT,
	warranty_expiration TEXT,
	comments TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX assets_external_id ON assets (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX assets_product ON assets (product);
CREATE UNIQUE INDEX assets_asset_tag ON assets (asset_tag) WHERE asset_tag IS NOT NULL;
CREATE UNIQUE INDEX assets_serial_number ON assets (serial_number) WHERE serial_number IS NOT NULL;
CREATE INDEX assets_account ON assets (account) WHERE account IS NOT NULL;
CREATE INDEX assets_consumer ON assets (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX assets_contact ON assets (contact) WHERE contact IS NOT NULL;
CREATE INDEX assets_parent ON assets (parent) WHERE parent IS NOT NULL;
CREATE INDEX assets_location ON assets (location) WHERE location IS NOT NULL;

CREATE TABLE asset_contacts (
	id @ID@,
	asset @INT@ NOT NULL REFERENCES assets (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ NOT NULL REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	sort_order @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX asset_contacts_unique ON asset_contacts (asset, contact);
CREATE INDEX asset_contacts_contact ON asset_contacts (contact);

CREATE TABLE install_base_items (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	household @INT@ REFERENCES households (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	product @INT@ REFERENCES products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	asset @INT@ REFERENCES assets (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	location @INT@ REFERENCES locations (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	parent @INT@ REFERENCES install_base_items (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	root @INT@ REFERENCES install_base_items (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	state TEXT NOT NULL,
	active @INT@ NOT NULL,
	status TEXT NOT NULL,
	lifecycle_stage TEXT,
	lifecycle_status TEXT,
	install_date TEXT,
	uninstall_date TEXT,
	quantity @INT@ NOT NULL,
	owned_by @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	supported_by @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	health_status TEXT,
	identifier TEXT,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX install_base_items_external_id ON install_base_items (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX install_base_items_account ON install_base_items (account) WHERE account IS NOT NULL;
CREATE INDEX install_base_items_consumer ON install_base_items (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX install_base_items_household ON install_base_items (household) WHERE household IS NOT NULL;
CREATE INDEX install_base_items_contact ON install_base_items (contact) WHERE contact IS NOT NULL;
CREATE INDEX install_base_items_product ON install_base_items (product) WHERE product IS NOT NULL;
CREATE INDEX install_base_items_asset ON install_base_items (asset) WHERE asset IS NOT NULL;
CREATE INDEX install_base_items_location ON install_base_items (location) WHERE location IS NOT NULL;
CREATE INDEX install_base_items_parent ON install_base_items (parent) WHERE parent IS NOT NULL;
CREATE INDEX install_base_items_root ON install_base_items (root) WHERE root IS NOT NULL;
CREATE INDEX install_base_items_owned_by ON install_base_items (owned_by) WHERE owned_by IS NOT NULL;
CREATE INDEX install_base_items_supported_by ON install_base_items (supported_by) WHERE supported_by IS NOT NULL;
CREATE INDEX install_base_items_identifier ON install_base_items (identifier) WHERE identifier IS NOT NULL;

CREATE TABLE characteristics (
	id @ID@,
	install_base_item @INT@ NOT NULL REFERENCES install_base_items (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	name TEXT NOT NULL,
	value TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX characteristics_unique ON characteristics (install_base_item, name);

CREATE TABLE sold_products (
	id @ID@,
	external_id TEXT,
	name TEXT,
	parent @INT@ REFERENCES sold_products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	household @INT@ REFERENCES households (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	product @INT@ NOT NULL REFERENCES products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	quantity @INT@ NOT NULL,
	unit_of_measure TEXT,
	offering_type TEXT NOT NULL,
	relationship_type TEXT NOT NULL,
	location @INT@ REFERENCES locations (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	state TEXT NOT NULL,
	start_date TEXT,
	end_date TEXT,
	unit_price @INT@,
	unit_price_currency TEXT,
	pricing_method TEXT,
	periodicity TEXT,
	term_months @INT@,
	suspend_start TEXT,
	suspend_end TEXT,
	suspend_reason TEXT,
	cancel_reason TEXT,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX sold_products_external_id ON sold_products (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX sold_products_parent ON sold_products (parent) WHERE parent IS NOT NULL;
CREATE INDEX sold_products_account ON sold_products (account) WHERE account IS NOT NULL;
CREATE INDEX sold_products_consumer ON sold_products (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX sold_products_household ON sold_products (household) WHERE household IS NOT NULL;
CREATE INDEX sold_products_contact ON sold_products (contact) WHERE contact IS NOT NULL;
CREATE INDEX sold_products_product ON sold_products (product);
CREATE INDEX sold_products_location ON sold_products (location) WHERE location IS NOT NULL;

CREATE TABLE installed_products (
	id @ID@,
	sold_product @INT@ NOT NULL REFERENCES sold_products (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	install_base_item @INT@ NOT NULL REFERENCES install_base_items (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX installed_products_unique ON installed_products (sold_product, install_base_item);
CREATE INDEX installed_products_install_base_item ON installed_products (install_base_item);

CREATE TABLE sla_definitions (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	description TEXT,
	active @INT@ NOT NULL,
	sla_type TEXT NOT NULL,
	target TEXT NOT NULL,
	target_type TEXT NOT NULL,
	duration_type TEXT NOT NULL,
	duration @INT@,
	relative_duration TEXT,
	schedule_source TEXT NOT NULL,
	schedule @INT@ REFERENCES schedules (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	schedule_field TEXT,
	timezone_source TEXT NOT NULL,
	time_zone TEXT,
	start_condition TEXT NOT NULL,
	pause_condition TEXT,
	resume_when TEXT NOT NULL,
	resume_condition TEXT,
	stop_condition TEXT NOT NULL,
	cancel_when TEXT NOT NULL,
	cancel_condition TEXT,
	reset_condition TEXT,
	reset_action TEXT NOT NULL,
	retroactive_start @INT@ NOT NULL,
	set_start_to TEXT,
	retroactive_pause @INT@ NOT NULL,
	alert_schedule @INT@ REFERENCES schedules (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX sla_definitions_external_id ON sla_definitions (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX sla_definitions_name ON sla_definitions (name);
CREATE INDEX sla_definitions_schedule ON sla_definitions (schedule) WHERE schedule IS NOT NULL;
CREATE INDEX sla_definitions_alert_schedule ON sla_definitions (alert_schedule) WHERE alert_schedule IS NOT NULL;

CREATE TABLE contracts (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	description TEXT,
	account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	household @INT@ REFERENCES households (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	state TEXT NOT NULL,
	start_date TEXT NOT NULL,
	end_date TEXT NOT NULL,
	approval TEXT NOT NULL,
	approval_comment TEXT,
	administrator @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	approver @INT@ REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	customer_contract_number TEXT,
	cost @INT@,
	cost_currency TEXT,
	payment_schedule TEXT,
	terms TEXT,
	renewable @INT@ NOT NULL,
	renewal_root @INT@ REFERENCES contracts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	renewed_from @INT@ REFERENCES contracts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	process_non_contractual_slas @INT@ NOT NULL,
	suspend_start TEXT,
	suspend_end TEXT,
	suspend_reason TEXT,
	cancel_date TEXT,
	cancel_reason TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX contracts_external_id ON contracts (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contracts_name ON contracts (name);
CREATE INDEX contracts_account ON contracts (account) WHERE account IS NOT NULL;
CREATE INDEX contracts_consumer ON contracts (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX contracts_household ON contracts (household) WHERE household IS NOT NULL;
CREATE INDEX contracts_administrator ON contracts (administrator) WHERE administrator IS NOT NULL;
CREATE INDEX contracts_approver ON contracts (approver) WHERE approver IS NOT NULL;
CREATE INDEX contracts_renewal_root ON contracts (renewal_root) WHERE renewal_root IS NOT NULL;
CREATE INDEX contracts_renewed_from ON contracts (renewed_from) WHERE renewed_from IS NOT NULL;

CREATE TABLE contract_contacts (
	id @ID@,
	contract @INT@ NOT NULL REFERENCES contracts (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ NOT NULL REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	sort_order @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX contract_contacts_unique ON contract_contacts (contract, contact);
CREATE INDEX contract_contacts_contact ON contract_contacts (contact);

CREATE TABLE contract_coverages (
	id @ID@,
	contract @INT@ NOT NULL REFERENCES contracts (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	asset @INT@ REFERENCES assets (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	product @INT@ REFERENCES products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	sold_product @INT@ REFERENCES sold_products (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	install_base_item @INT@ REFERENCES install_base_items (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	include_children @INT@ NOT NULL,
	added_on TEXT,
	removed_on TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX contract_coverages_contract ON contract_coverages (contract);
CREATE INDEX contract_coverages_asset ON contract_coverages (asset) WHERE asset IS NOT NULL;
CREATE INDEX contract_coverages_product ON contract_coverages (product) WHERE product IS NOT NULL;
CREATE INDEX contract_coverages_sold_product ON contract_coverages (sold_product) WHERE sold_product IS NOT NULL;
CREATE INDEX contract_coverages_install_base_item ON contract_coverages (install_base_item) WHERE install_base_item IS NOT NULL;

CREATE TABLE contract_slas (
	id @ID@,
	contract @INT@ NOT NULL REFERENCES contracts (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	sla_definition @INT@ NOT NULL REFERENCES sla_definitions (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX contract_slas_unique ON contract_slas (contract, sla_definition);
CREATE INDEX contract_slas_sla_definition ON contract_slas (sla_definition);

CREATE TABLE entitlements (
	id @ID@,
	external_id TEXT,
	name TEXT NOT NULL,
	contract @INT@ REFERENCES contracts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	household @INT@ REFERENCES households (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	product @INT@ REFERENCES products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	asset @INT@ REFERENCES assets (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	sold_product @INT@ REFERENCES sold_products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	install_base_item @INT@ REFERENCES install_base_items (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	state TEXT NOT NULL,
	active @INT@ NOT NULL,
	start_date TEXT NOT NULL,
	end_date TEXT,
	channels TEXT,
	business_hours @INT@ REFERENCES schedules (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	per_unit @INT@ NOT NULL,
	unit TEXT,
	total_units @INT@,
	remaining_units @INT@,
	suspend_start TEXT,
	suspend_end TEXT,
	suspend_reason TEXT,
	cancel_reason TEXT,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX entitlements_external_id ON entitlements (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX entitlements_name ON entitlements (name);
CREATE INDEX entitlements_contract ON entitlements (contract) WHERE contract IS NOT NULL;
CREATE INDEX entitlements_account ON entitlements (account) WHERE account IS NOT NULL;
CREATE INDEX entitlements_consumer ON entitlements (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX entitlements_household ON entitlements (household) WHERE household IS NOT NULL;
CREATE INDEX entitlements_contact ON entitlements (contact) WHERE contact IS NOT NULL;
CREATE INDEX entitlements_product ON entitlements (product) WHERE product IS NOT NULL;
CREATE INDEX entitlements_asset ON entitlements (asset) WHERE asset IS NOT NULL;
CREATE INDEX entitlements_sold_product ON entitlements (sold_product) WHERE sold_product IS NOT NULL;
CREATE INDEX entitlements_install_base_item ON entitlements (install_base_item) WHERE install_base_item IS NOT NULL;
CREATE INDEX entitlements_business_hours ON entitlements (business_hours) WHERE business_hours IS NOT NULL;

CREATE TABLE cases (
	id @ID@,
	external_id TEXT,
	short_description TEXT NOT NULL,
	description TEXT,
	state TEXT NOT NULL,
	active @INT@ NOT NULL,
	category TEXT NOT NULL,
	subcategory TEXT,
	channel TEXT NOT NULL,
	account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	household @INT@ REFERENCES households (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	internal_user @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	partner @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	partner_contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	product @INT@ REFERENCES products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	asset @INT@ REFERENCES assets (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	sold_product @INT@ REFERENCES sold_products (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	install_base_item @INT@ REFERENCES install_base_items (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	contract @INT@ REFERENCES contracts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	entitlement @INT@ REFERENCES entitlements (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	entitlement_manual @INT@ NOT NULL,
	priority @INT@ NOT NULL,
	impact @INT@ NOT NULL,
	urgency @INT@ NOT NULL,
	escalation @INT@ NOT NULL,
	assignment_group @INT@ REFERENCES groups (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	assigned_to @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	assigned_on @INT@,
	reassignment_count @INT@ NOT NULL,
	reopen_count @INT@ NOT NULL,
	additional_assignee_list TEXT,
	watch_list TEXT,
	work_notes_list TEXT,
	contributor_users TEXT,
	contributor_groups TEXT,
	opened_at @INT@ NOT NULL,
	opened_by @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	first_response_time @INT@,
	resolved_at @INT@,
	resolved_by @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	closed_at @INT@,
	closed_by @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	resolution_code @INT@ REFERENCES resolution_codes (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	cause TEXT,
	close_notes TEXT,
	notes_to_comments @INT@ NOT NULL,
	auto_close @INT@ NOT NULL,
	reminder_sent_at @INT@,
	needs_attention @INT@ NOT NULL,
	action_status TEXT,
	proactive @INT@ NOT NULL,
	initiated_as_request @INT@ NOT NULL,
	follow_the_sun @INT@ NOT NULL,
	business_impact TEXT,
	probable_cause TEXT,
	parent_case @INT@ REFERENCES cases (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
	contact_time_zone TEXT,
	due_date @INT@,
	notify @INT@ NOT NULL,
	correlation_id TEXT,
	correlation_display TEXT,
	time_worked @INT@,
	last_customer_comment_at @INT@,
	last_agent_comment_at @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX cases_external_id ON cases (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX cases_account ON cases (account) WHERE account IS NOT NULL;
CREATE INDEX cases_contact ON cases (contact) WHERE contact IS NOT NULL;
CREATE INDEX cases_consumer ON cases (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX cases_household ON cases (household) WHERE household IS NOT NULL;
CREATE INDEX cases_internal_user ON cases (internal_user) WHERE internal_user IS NOT NULL;
CREATE INDEX cases_partner ON cases (partner) WHERE partner IS NOT NULL;
CREATE INDEX cases_partner_contact ON cases (partner_contact) WHERE partner_contact IS NOT NULL;
CREATE INDEX cases_product ON cases (product) WHERE product IS NOT NULL;
CREATE INDEX cases_asset ON cases (asset) WHERE asset IS NOT NULL;
CREATE INDEX cases_sold_product ON cases (sold_product) WHERE sold_product IS NOT NULL;
CREATE INDEX cases_install_base_item ON cases (install_base_item) WHERE install_base_item IS NOT NULL;
CREATE INDEX cases_contract ON cases (contract) WHERE contract IS NOT NULL;
CREATE INDEX cases_entitlement ON cases (entitlement) WHERE entitlement IS NOT NULL;
CREATE INDEX cases_assignment_group ON cases (assignment_group) WHERE assignment_group IS NOT NULL;
CREATE INDEX cases_assigned_to ON cases (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX cases_opened_by ON cases (opened_by) WHERE opened_by IS NOT NULL;
CREATE INDEX cases_resolved_by ON cases (resolved_by) WHERE resolved_by IS NOT NULL;
CREATE INDEX cases_closed_by ON cases (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX cases_resolution_code ON cases (resolution_code) WHERE resolution_code IS NOT NULL;
CREATE INDEX cases_parent_case ON cases (parent_case) WHERE parent_case IS NOT NULL;
CREATE INDEX cases_correlation_id ON cases (correlation_id) WHERE correlation_id IS NOT NULL;

CREATE TABLE affected_items (
	id @ID@,
	parent_case @INT@ NOT NULL REFERENCES cases (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	install_base_item @INT@ NOT NULL REFERENCES install_base_items (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX affected_items_unique ON affected_items (parent_case, install_base_item);
CREATE INDEX affected_items_install_base_item ON affected_items (install_base_item);

CREATE TABLE case_tasks (
	id @ID@,
	external_id TEXT,
	parent_case @INT@ NOT NULL REFERENCES cases (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	short_description TEXT NOT NULL,
	description TEXT,
	state TEXT NOT NULL,
	active @INT@ NOT NULL,
	priority @INT@ NOT NULL,
	account @INT@ REFERENCES accounts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	assignment_group @INT@ REFERENCES groups (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	assigned_to @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	work_notes_list TEXT,
	visible_to_customer @INT@ NOT NULL,
	opened_at @INT@ NOT NULL,
	opened_by @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	closed_at @INT@,
	closed_by @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	close_notes TEXT,
	due_date @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX case_tasks_external_id ON case_tasks (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX case_tasks_parent_case ON case_tasks (parent_case);
CREATE INDEX case_tasks_account ON case_tasks (account) WHERE account IS NOT NULL;
CREATE INDEX case_tasks_contact ON case_tasks (contact) WHERE contact IS NOT NULL;
CREATE INDEX case_tasks_consumer ON case_tasks (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX case_tasks_assignment_group ON case_tasks (assignment_group) WHERE assignment_group IS NOT NULL;
CREATE INDEX case_tasks_assigned_to ON case_tasks (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX case_tasks_opened_by ON case_tasks (opened_by) WHERE opened_by IS NOT NULL;
CREATE INDEX case_tasks_closed_by ON case_tasks (closed_by) WHERE closed_by IS NOT NULL;

CREATE TABLE comments (
	id @ID@,
	parent_case @INT@ REFERENCES cases (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	case_task @INT@ REFERENCES case_tasks (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	author @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	author_contact @INT@ REFERENCES contacts (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	author_consumer @INT@ REFERENCES consumers (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	posted_at @INT@ NOT NULL,
	body TEXT NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX comments_parent_case ON comments (parent_case) WHERE parent_case IS NOT NULL;
CREATE INDEX comments_case_task ON comments (case_task) WHERE case_task IS NOT NULL;
CREATE INDEX comments_author ON comments (author) WHERE author IS NOT NULL;
CREATE INDEX comments_author_contact ON comments (author_contact) WHERE author_contact IS NOT NULL;
CREATE INDEX comments_author_consumer ON comments (author_consumer) WHERE author_consumer IS NOT NULL;

CREATE TABLE work_notes (
	id @ID@,
	parent_case @INT@ REFERENCES cases (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	case_task @INT@ REFERENCES case_tasks (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	author @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	posted_at @INT@ NOT NULL,
	body TEXT NOT NULL,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX work_notes_parent_case ON work_notes (parent_case) WHERE parent_case IS NOT NULL;
CREATE INDEX work_notes_case_task ON work_notes (case_task) WHERE case_task IS NOT NULL;
CREATE INDEX work_notes_author ON work_notes (author) WHERE author IS NOT NULL;

CREATE TABLE blocking_tasks (
	id @ID@,
	parent_case @INT@ NOT NULL REFERENCES cases (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	case_task @INT@ REFERENCES case_tasks (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	reason TEXT NOT NULL,
	note TEXT,
	active @INT@ NOT NULL,
	blocked_at @INT@ NOT NULL,
	unblocked_at @INT@,
	unblocked_by @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE INDEX blocking_tasks_parent_case ON blocking_tasks (parent_case);
CREATE INDEX blocking_tasks_case_task ON blocking_tasks (case_task) WHERE case_task IS NOT NULL;
CREATE INDEX blocking_tasks_unblocked_by ON blocking_tasks (unblocked_by) WHERE unblocked_by IS NOT NULL;

CREATE TABLE time_entries (
	id @ID@,
	external_id TEXT,
	parent_case @INT@ NOT NULL REFERENCES cases (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	case_task @INT@ REFERENCES case_tasks (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	worked_by @INT@ REFERENCES users (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	worked_at @INT@ NOT NULL,
	duration @INT@ NOT NULL,
	category TEXT,
	notes TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX time_entries_external_id ON time_entries (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX time_entries_parent_case ON time_entries (parent_case);
CREATE INDEX time_entries_case_task ON time_entries (case_task) WHERE case_task IS NOT NULL;
CREATE INDEX time_entries_worked_by ON time_entries (worked_by) WHERE worked_by IS NOT NULL;

CREATE TABLE entitlement_uses (
	id @ID@,
	entitlement @INT@ NOT NULL REFERENCES entitlements (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	parent_case @INT@ NOT NULL REFERENCES cases (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	units @INT@ NOT NULL,
	used_at @INT@ NOT NULL,
	note TEXT,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX entitlement_uses_unique ON entitlement_uses (entitlement, parent_case);
CREATE INDEX entitlement_uses_parent_case ON entitlement_uses (parent_case);

CREATE TABLE slas (
	id @ID@,
	external_id TEXT,
	parent_case @INT@ REFERENCES cases (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	case_task @INT@ REFERENCES case_tasks (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	sla_definition @INT@ NOT NULL REFERENCES sla_definitions (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	stage TEXT NOT NULL,
	active @INT@ NOT NULL,
	has_breached @INT@ NOT NULL,
	breached_at @INT@,
	start_at @INT@ NOT NULL,
	end_at @INT@,
	pause_at @INT@,
	pause_duration @INT@,
	business_pause_duration @INT@,
	duration @INT@,
	planned_end_at @INT@,
	original_breach_at @INT@,
	schedule @INT@ REFERENCES schedules (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	time_zone TEXT,
	sla_definition_version @INT@,
	schedule_version @INT@,
	elapsed @INT@,
	business_elapsed @INT@,
	from_import @INT@ NOT NULL,
	soon_reported_at @INT@,
	breach_reported_at @INT@,
	version @INT@ NOT NULL,
	created_at @INT@ NOT NULL,
	created_by TEXT,
	updated_at @INT@ NOT NULL,
	updated_by TEXT
) @STRICT@;
CREATE UNIQUE INDEX slas_external_id ON slas (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX slas_parent_case ON slas (parent_case) WHERE parent_case IS NOT NULL;
CREATE INDEX slas_case_task ON slas (case_task) WHERE case_task IS NOT NULL;
CREATE INDEX slas_sla_definition ON slas (sla_definition);
CREATE INDEX slas_schedule ON slas (schedule) WHERE schedule IS NOT NULL;

-- Made by hand: what the rows cannot say. A query has to have the WHERE literally to use one of these.

-- Running SLAs by the moment they are due; those not reported yet; those that ended late and were not reported.
CREATE INDEX slas_running ON slas (planned_end_at) WHERE active = 1;
CREATE INDEX slas_unreported ON slas (planned_end_at) WHERE active = 1 AND breach_reported_at IS NULL;
CREATE INDEX slas_late_unreported ON slas (breached_at) WHERE has_breached = 1 AND breach_reported_at IS NULL;

-- Open cases of a customer, a group, an agent; the backlog by group and priority is read from the index alone.
CREATE INDEX cases_open_account ON cases (account, priority) WHERE active = 1;
CREATE INDEX cases_open_group ON cases (assignment_group, priority) WHERE active = 1;
CREATE INDEX cases_open_assigned ON cases (assigned_to, priority) WHERE active = 1;
-- Cases that wait for the customer's yes, for the reminder and the automatic close.
CREATE INDEX cases_waiting ON cases (resolved_at) WHERE state = 'resolved';

-- What begins, ends or goes on by its date.
CREATE INDEX contracts_beginning ON contracts (start_date) WHERE state = 'draft';
CREATE INDEX contracts_ending ON contracts (end_date) WHERE state = 'active';
CREATE INDEX contracts_halted ON contracts (end_date) WHERE suspend_reason IS NOT NULL;
CREATE INDEX entitlements_beginning ON entitlements (start_date) WHERE state = 'draft';
CREATE INDEX entitlements_ending ON entitlements (end_date) WHERE state = 'active';
CREATE INDEX entitlements_halted ON entitlements (end_date) WHERE state = 'suspended';
CREATE INDEX sold_products_beginning ON sold_products (start_date) WHERE state = 'in_preparation';
CREATE INDEX sold_products_ending ON sold_products (end_date) WHERE state = 'active';
CREATE INDEX sold_products_halted ON sold_products (end_date) WHERE state = 'suspended';

-- The store's own tables. next is the id that the next record of the type gets; ids are never given twice.
CREATE TABLE counters (
	type TEXT PRIMARY KEY,
	next @INT@ NOT NULL
) @STRICT@;

-- One row a command that changed something, like a commit; hash covers its history and the hash before it.
CREATE TABLE changes (
	id @ID@,
	at @INT@ NOT NULL,
	actor TEXT,
	on_behalf TEXT,
	command TEXT,
	undoes @INT@ REFERENCES changes (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	undone_by @INT@ REFERENCES changes (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	parent_hash TEXT,
	hash TEXT
) @STRICT@;

-- What a change did: op create (record .. last_record is a run of created ids), update, or delete with its diff in JSON.
CREATE TABLE history (
	id @ID@,
	change @INT@ NOT NULL REFERENCES changes (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
	seq @INT@ NOT NULL,
	type TEXT NOT NULL,
	record @INT@ NOT NULL,
	last_record @INT@,
	op TEXT NOT NULL,
	diff TEXT
) @STRICT@;
CREATE INDEX history_change ON history (change);
CREATE INDEX history_record ON history (type, record);
