/* SPDX-License-Identifier: MIT */
/*
 * csm/model.h - the record types of csm: the dictionary and the indexes of the fields that code names.
 *
 * The rows are in lib/model, placed by these indexes ([CASE_STATE] = ...), so that the two cannot drift.
 * Names follow the field's words; a reference is named for its role. `active` of a type with a lifecycle
 * follows the CSM_S_ACTIVE flag of the state, and the state itself is only set by moves, by the hooks said
 * below, or stated by an import. A REQUIRED field may be filled by the derive hook: required is judged after
 * it. A CASCADE reference (sla.parent_case) is deleted with its target like an owned record, with history.
 *
 * Hooks, implemented by lib/svc: guards refuse; effects run after a move's sets and before the row is
 * written; after hooks also run when a record is deleted, with remove set. In IMPORT mode given values beat
 * derived ones, and what concerns acts (consumption, notification, rows made by the engine) does not run.
 *
 * people
 *  user.derive                        name from first_name and last_name (middle_name too where there is
 *                                     one); a name alone is split at its last space
 *  user.check                         a name part or name is there; user_name not used by a contact or
 *                                     consumer; manager without cycle
 *  group.check                        parent without cycle
 * customers
 *  location.check                     parent without cycle; zone exists; latitude and longitude both or
 *                                     none
 *  account.derive                     account_code when null (base 36, unique), account_path = parent's
 *                                     path / own code; customer when neither
 *  account.check                      customer or partner; primary_contact is one of its contacts;
 *                                     account_parent without cycle
 *  account.after                      account_path of descendants when it changed; changed address fields
 *                                     go to the primary address row (NORMAL)
 *  account_address.check              setting account.address_sharing off: the location is of no other
 *                                     account
 *  account_address.after              one primary of the account (the others are cleared); its location's
 *                                     address is copied to the account
 *  account_relationship_type.check    one default_for_partner a direction
 *  account_relationship.check         from and to differ, the type is active, ends that must be partners
 *                                     are
 *  account_relationship.after         insert makes the reverse row (is_reverse), delete removes it with
 *                                     the asset contacts that stood on it
 *  contact.derive                     name as user; roles: customer when none is given; time_zone stays
 *                                     null when not given
 *  contact.check                      a name is there; user_name unique over users, contacts, consumers;
 *                                     at least one role
 *  contact_relationship.check         another account than the contact's own; within the hierarchy and
 *                                     related accounts when the setting
 *                                     contact.restrict_within_account_hierarchy is on; responsibility is
 *                                     of type contact, a unique one held once
 *  consumer.derive, consumer.check    as contact (role consumer)
 *  consumer.after                     changed address fields go to the primary address row (NORMAL)
 *  consumer_address.after             one primary of the consumer; its location's address is copied to
 *                                     the consumer
 *  household.check                    on an existing household the head is a current member
 *  household.after                    on insert the head becomes a current member (NORMAL)
 *  household_member.check             end not before start; one current row a consumer and household, one
 *                                     primary household a consumer
 * products
 *  product_line.check                 parent without cycle
 *  product.derive                     display_name = manufacturer, name, product_version
 *  product_component.check            no product contains itself
 *  asset.derive                       display_name = asset_tag (or serial_number) and product; account
 *                                     from contact
 *  asset.check                        account or consumer, not both; contact is of the account; quantity
 *                                     over 1 for consumables only; no cycle
 *  asset.after                        the contact becomes an asset_contact (NORMAL)
 *  asset_contact.check                contact of the asset's account, of its partner, or by contact
 *                                     relationship
 *  install_base_item.derive           root from parent; customer fields from the parent when none is
 *                                     given; account from contact
 *  install_base_item.check            at most one customer; same customer as the parent; no cycle, depth
 *                                     at most 10; dates in order
 *  install_base_item.after            root of the descendants when it changed
 *  install_base_item.uninstall.effect uninstall_date is today when not given
 *  sold_product.derive                on insert the state by the dates (in_preparation, active, expired);
 *                                     account from contact
 *  sold_product.check                 exactly one customer (account with consumer is one); contact of the
 *                                     account; no cycle; dates in order
 *  sold_product.activate.guard        start_date reached, end_date not passed
 *  sold_product.expire.guard          end_date passed
 *  sold_product.suspend.guard         only a root; suspend_end not before suspend_start
 * agreements
 *  schedule.check                     zone exists; include and exclude without cycle; valid_from <=
 *                                     valid_to
 *  schedule_span.check                start and end differ or make a whole day
 *  schedule_exception.check           date or every, one of them; every is readable
 *                                     (csm_cal_every_parse); hours and break need start and end
 *  sla_milestone.check                percentage or before_due, one of them
 *  escalation_path.check              after_duration or sla_percentage, one of them, with what belongs to it;
 *                                     the condition is right for a case
 *  escalation_path.after              SLAs that run are told of a new part of their time
 *  sla_definition.check               expressions are right for target_type; duration or
 *                                     relative_duration by duration_type; no pause with relative;
 *                                     schedule, schedule_field, zone, resume, cancel, reset as their
 *                                     sources ask; start within stop never attaches
 *  contract.check                     exactly one of account, consumer and household; start_date <=
 *                                     end_date
 *  contract.derive                    renewal_root from renewed_from
 *  contract.submit.guard              not requested and not approved already
 *  contract.activate.guard            start_date reached, end_date not passed, approval not requested or
 *                                     rejected
 *  contract.activate.effect           its draft entitlements become active as their dates allow
 *  contract.approve.guard             approval is requested
 *  contract.approve.effect            state active when start_date is reached, then as
 *                                     contract.activate.effect
 *  contract.reject.guard              approval is requested
 *  contract.expire.guard              end_date passed
 *  contract.expire.effect             its entitlements expire
 *  contract.suspend.guard             not suspended yet; suspend_end not before suspend_start or today
 *  contract.suspend.effect            its active entitlements are suspended (header keeps its state)
 *  contract.resume.guard              is suspended
 *  contract.resume.effect             its suspended entitlements return to active, draft or expired by
 *                                     their dates
 *  contract.cancel.guard              cancel_date is not in the future
 *  contract.cancel.effect             its entitlements are canceled; cancel_date is today when not given
 *  contract.renew.guard               not renewed already, but by one that was canceled
 *  contract.renew.effect              a new draft contract from the day after end_date, of the same
 *                                     length, with coverage, contacts, SLAs, and entitlements with all
 *                                     their units
 *  contract_contact.check             contact of the contract's account or related to it
 *  contract_coverage.check            exactly one of asset, product, sold_product, install_base_item; of
 *                                     the contract's customer or the account's hierarchy; removed_on not
 *                                     before added_on
 *  entitlement.derive                 customer from the contract; remaining_units = total_units on
 *                                     insert, and by as much more or less as is granted later; on insert
 *                                     the state by dates and contract
 *  entitlement.check                  a customer, contract, asset, sold product or item is there; dates
 *                                     in order; per_unit needs unit and total_units; 0 <= remaining_units
 *                                     <= total_units
 *  entitlement.activate.guard         start_date reached, end_date not passed, contract (if any) active
 *                                     and not suspended
 *  entitlement.expire.guard           end_date passed
 *  entitlement.suspend.guard          suspend_start not after today, suspend_end not before
 * work
 *  case.derive                        account from contact, product from asset, customer from install
 *                                     base item or sold product, household from consumer;
 *                                     contact_time_zone; priority by matrix (setting); assigned_on,
 *                                     reassignment_count when the assignee changes; partner_contact
 *                                     cleared when partner changes; entitlement and contract (5.3) unless
 *                                     entitlement_manual; auto_close when it becomes resolved, no marks
 *                                     when it ends; action_status
 *  case.check                         invariants of domain 1.13, when the parties change; assignee is a
 *                                     member of the group; opened <= resolved <= closed; state and its
 *                                     fields; asset is the contact's when asset.use_contact_relationship
 *                                     is on; resolution_code is offered; a closed case is not changed
 *                                     (NORMAL); parent_case without cycle
 *  case.after                         blocking tasks by the state; when closed: last comment, entitlement
 *                                     consumed; SLA pass; children when case.parent_child_sync is on;
 *                                     parties of open tasks; a work note when no units remain. On delete:
 *                                     only new, open, awaiting_info
 *  case.accept.guard                  assigned to the actor
 *  case.assign.guard                  user or group given; user is active and a member of the group
 *  case.assign.effect                 new becomes open when assigned to oneself
 *  case.request_info.effect           first_response_time
 *  case.provide_info.effect           a customer is the case's; from the customer: needs_attention
 *  case.resolve.effect                resolved_by (assignee, else actor), first_response_time
 *  case.reject_solution.effect        the customer is the case's; reopen_count + 1, needs_attention
 *  case.close.effect                  a customer is the case's
 *  case.close_by_customer.effect      the customer is the case's; resolution_code solved_by_customer,
 *                                     close_notes "Closed by customer"
 *  case.auto_close.guard              case.auto_close is on, the case is marked auto_close and the time
 *                                     has come
 *  case.auto_close.effect             as close
 *  case.cancel.guard                  assigned to the actor or nobody, or the actor is a manager
 *  case_task.assign.guard             as case.assign.guard
 *  case_task.provide_info.guard       a customer is the case's and sees the task
 *  case_task.derive                   account, contact, consumer follow the case
 *  case_task.check                    assignee is a member of the group; opened <= closed; a closed task
 *                                     is not changed (NORMAL)
 *  case_task.after                    SLA pass; blocking task of the case; contributor_users and
 *                                     contributor_groups of the case; a work note on the case
 *  comment.derive                     author, author_contact or author_consumer from the actor
 *  comment.check                      one of parent_case and case_task; at most one author; a customer is
 *                                     the case's; not on a closed record, not in the future (NORMAL)
 *  comment.after                      first_response_time, last_*_comment_at, needs_attention; from the
 *                                     customer awaiting_info becomes open; children when
 *                                     case.parent_child_sync is on (NORMAL)
 *  work_note.derive, work_note.check  as comment, author is internal
 *  work_note.after                    children, as comment
 *  time_entry.derive                  parent_case from case_task
 *  time_entry.check                   task is of the case
 *  time_entry.after                   time_worked of the case
 *  blocking_task.derive               the case is open; unblocked_at and unblocked_by when it is no longer
 *                                     active
 *  blocking_task.after                action_status and needs_attention of the case
 *  sla.check                          one of parent_case and case_task; stage and its moments (start <=
 *                                     end, pause while paused)
 *  sla.after                          of a loaded one (IMPORT): its next milestone; what had passed is silent
 *  setting.check                      the setting exists and the value is one of its kind; what
 *                                     case.fields_to_sync and sla.milestones may be
 */
#ifndef CSM_MODEL_H
#define CSM_MODEL_H

#include <csm/dict.h>

/* All record types in load order, and the settings. */
const struct csm_dict *csm_model_dict(void);

extern const struct csm_rtype csm_type_user, csm_type_role_grant, csm_type_group,
	csm_type_group_member, csm_type_location, csm_type_responsibility_def, csm_type_account,
	csm_type_account_address, csm_type_account_team_member, csm_type_account_relationship_type,
	csm_type_account_relationship, csm_type_contact, csm_type_contact_relationship, csm_type_household,
	csm_type_consumer, csm_type_consumer_address, csm_type_consumer_account, csm_type_household_member,
	csm_type_product_line, csm_type_product, csm_type_product_component, csm_type_asset,
	csm_type_asset_contact, csm_type_install_base_item, csm_type_characteristic, csm_type_sold_product,
	csm_type_installed_product, csm_type_schedule, csm_type_schedule_span, csm_type_schedule_exception,
	csm_type_sla_definition, csm_type_contract, csm_type_contract_contact, csm_type_contract_coverage,
	csm_type_contract_sla, csm_type_entitlement, csm_type_resolution_code, csm_type_case,
	csm_type_affected_item, csm_type_case_task, csm_type_comment, csm_type_work_note,
	csm_type_time_entry, csm_type_blocking_task, csm_type_sla, csm_type_entitlement_use,
	csm_type_sla_milestone, csm_type_sla_alert, csm_type_outbox, csm_type_escalation_path,
	csm_type_import, csm_type_import_count, csm_type_import_reject,
	csm_type_escalation_event, csm_type_setting;

/* Indexes of fields, in the order of the rows; the last one counts them. */
enum { /* user */
	USER_EXTERNAL_ID, USER_USER_NAME, USER_FIRST_NAME, USER_LAST_NAME, USER_NAME, USER_EMAIL,
	USER_PHONE, USER_MOBILE_PHONE, USER_TITLE, USER_DEPARTMENT, USER_COMPANY, USER_LOCATION,
	USER_MANAGER, USER_TIME_ZONE, USER_SCHEDULE, USER_PREFERRED_LANGUAGE, USER_NOTIFICATION,
	USER_ACTIVE, USER_LOCKED_OUT, USER_VIP, USER_NOTES, USER_VERSION, USER_CREATED_AT,
	USER_CREATED_BY, USER_UPDATED_AT, USER_UPDATED_BY, USER__N
};
enum { /* role_grant */
	ROLE_GRANT_GRANTEE, ROLE_GRANT_ROLE, ROLE_GRANT_VERSION, ROLE_GRANT_CREATED_AT,
	ROLE_GRANT_CREATED_BY, ROLE_GRANT_UPDATED_AT, ROLE_GRANT_UPDATED_BY, ROLE_GRANT__N
};
enum { /* group */
	GROUP_EXTERNAL_ID, GROUP_NAME, GROUP_DESCRIPTION, GROUP_GROUP_TYPE, GROUP_MANAGER, GROUP_PARENT,
	GROUP_EMAIL, GROUP_PHONE, GROUP_ROLES, GROUP_ACTIVE, GROUP_VERSION, GROUP_CREATED_AT,
	GROUP_CREATED_BY, GROUP_UPDATED_AT, GROUP_UPDATED_BY, GROUP__N
};
enum { /* group_member */
	GROUP_MEMBER_USER_GROUP, GROUP_MEMBER_MEMBER, GROUP_MEMBER_VERSION, GROUP_MEMBER_CREATED_AT,
	GROUP_MEMBER_CREATED_BY, GROUP_MEMBER_UPDATED_AT, GROUP_MEMBER_UPDATED_BY, GROUP_MEMBER__N
};
enum { /* location */
	LOCATION_NUMBER, LOCATION_EXTERNAL_ID, LOCATION_NAME, LOCATION_PARENT, LOCATION_STREET,
	LOCATION_CITY, LOCATION_STATE, LOCATION_ZIP, LOCATION_COUNTRY, LOCATION_LATITUDE,
	LOCATION_LONGITUDE, LOCATION_PHONE, LOCATION_TIME_ZONE, LOCATION_NOTES, LOCATION_VERSION,
	LOCATION_CREATED_AT, LOCATION_CREATED_BY, LOCATION_UPDATED_AT, LOCATION_UPDATED_BY, LOCATION__N
};
enum { /* responsibility_def */
	RESPONSIBILITY_DEF_EXTERNAL_ID, RESPONSIBILITY_DEF_NAME, RESPONSIBILITY_DEF_RESPONSIBILITY_TYPE,
	RESPONSIBILITY_DEF_IS_UNIQUE, RESPONSIBILITY_DEF_DESCRIPTION, RESPONSIBILITY_DEF_ACTIVE,
	RESPONSIBILITY_DEF_VERSION, RESPONSIBILITY_DEF_CREATED_AT, RESPONSIBILITY_DEF_CREATED_BY,
	RESPONSIBILITY_DEF_UPDATED_AT, RESPONSIBILITY_DEF_UPDATED_BY, RESPONSIBILITY_DEF__N
};
enum { /* account */
	ACCOUNT_NUMBER, ACCOUNT_EXTERNAL_ID, ACCOUNT_NAME, ACCOUNT_CUSTOMER, ACCOUNT_PARTNER,
	ACCOUNT_ACTIVE, ACCOUNT_IS_PRIMARY, ACCOUNT_PRIMARY_CONTACT, ACCOUNT_ACCOUNT_PARENT,
	ACCOUNT_ACCOUNT_CODE, ACCOUNT_ACCOUNT_PATH, ACCOUNT_REGISTRATION_CODE, ACCOUNT_RANK_TIER,
	ACCOUNT_INDUSTRY, ACCOUNT_WEBSITE, ACCOUNT_EMAIL, ACCOUNT_PHONE, ACCOUNT_FAX_PHONE,
	ACCOUNT_STREET, ACCOUNT_CITY, ACCOUNT_STATE, ACCOUNT_ZIP, ACCOUNT_COUNTRY, ACCOUNT_LATITUDE,
	ACCOUNT_LONGITUDE, ACCOUNT_TIME_ZONE, ACCOUNT_NUM_EMPLOYEES, ACCOUNT_REVENUE_PER_YEAR,
	ACCOUNT_DUNS, ACCOUNT_SIC_CODE, ACCOUNT_STOCK_SYMBOL, ACCOUNT_NOTES, ACCOUNT_VERSION,
	ACCOUNT_CREATED_AT, ACCOUNT_CREATED_BY, ACCOUNT_UPDATED_AT, ACCOUNT_UPDATED_BY, ACCOUNT__N
};
enum { /* account_address */
	ACCOUNT_ADDRESS_ACCOUNT, ACCOUNT_ADDRESS_LOCATION, ACCOUNT_ADDRESS_ADDRESS_TYPES,
	ACCOUNT_ADDRESS_IS_PRIMARY, ACCOUNT_ADDRESS_VERSION, ACCOUNT_ADDRESS_CREATED_AT,
	ACCOUNT_ADDRESS_CREATED_BY, ACCOUNT_ADDRESS_UPDATED_AT, ACCOUNT_ADDRESS_UPDATED_BY,
	ACCOUNT_ADDRESS__N
};
enum { /* account_team_member */
	ACCOUNT_TEAM_MEMBER_ACCOUNT, ACCOUNT_TEAM_MEMBER_MEMBER, ACCOUNT_TEAM_MEMBER_RESPONSIBILITY,
	ACCOUNT_TEAM_MEMBER_SORT_ORDER, ACCOUNT_TEAM_MEMBER_VERSION, ACCOUNT_TEAM_MEMBER_CREATED_AT,
	ACCOUNT_TEAM_MEMBER_CREATED_BY, ACCOUNT_TEAM_MEMBER_UPDATED_AT, ACCOUNT_TEAM_MEMBER_UPDATED_BY,
	ACCOUNT_TEAM_MEMBER__N
};
enum { /* account_relationship_type */
	ACCOUNT_RELATIONSHIP_TYPE_EXTERNAL_ID, ACCOUNT_RELATIONSHIP_TYPE_NAME,
	ACCOUNT_RELATIONSHIP_TYPE_FROM_KIND, ACCOUNT_RELATIONSHIP_TYPE_LABEL,
	ACCOUNT_RELATIONSHIP_TYPE_TO_KIND, ACCOUNT_RELATIONSHIP_TYPE_REVERSE_LABEL,
	ACCOUNT_RELATIONSHIP_TYPE_DEFAULT_FOR_PARTNER, ACCOUNT_RELATIONSHIP_TYPE_ACTIVE,
	ACCOUNT_RELATIONSHIP_TYPE_VERSION, ACCOUNT_RELATIONSHIP_TYPE_CREATED_AT,
	ACCOUNT_RELATIONSHIP_TYPE_CREATED_BY, ACCOUNT_RELATIONSHIP_TYPE_UPDATED_AT,
	ACCOUNT_RELATIONSHIP_TYPE_UPDATED_BY, ACCOUNT_RELATIONSHIP_TYPE__N
};
enum { /* account_relationship */
	ACCOUNT_RELATIONSHIP_NUMBER, ACCOUNT_RELATIONSHIP_EXTERNAL_ID,
	ACCOUNT_RELATIONSHIP_FROM_ACCOUNT, ACCOUNT_RELATIONSHIP_TO_ACCOUNT,
	ACCOUNT_RELATIONSHIP_RELATIONSHIP_TYPE, ACCOUNT_RELATIONSHIP_IS_REVERSE,
	ACCOUNT_RELATIONSHIP_SORT_ORDER, ACCOUNT_RELATIONSHIP_VERSION, ACCOUNT_RELATIONSHIP_CREATED_AT,
	ACCOUNT_RELATIONSHIP_CREATED_BY, ACCOUNT_RELATIONSHIP_UPDATED_AT,
	ACCOUNT_RELATIONSHIP_UPDATED_BY, ACCOUNT_RELATIONSHIP__N
};
enum { /* contact */
	CONTACT_NUMBER, CONTACT_EXTERNAL_ID, CONTACT_ACCOUNT, CONTACT_FIRST_NAME, CONTACT_MIDDLE_NAME,
	CONTACT_LAST_NAME, CONTACT_NAME, CONTACT_TITLE, CONTACT_DEPARTMENT, CONTACT_EMAIL,
	CONTACT_PHONE, CONTACT_MOBILE_PHONE, CONTACT_HOME_PHONE, CONTACT_FAX_PHONE, CONTACT_STREET,
	CONTACT_CITY, CONTACT_STATE, CONTACT_ZIP, CONTACT_COUNTRY, CONTACT_USER_NAME, CONTACT_ROLES,
	CONTACT_PREFERRED_LANGUAGE, CONTACT_TIME_ZONE, CONTACT_NOTIFICATION, CONTACT_ACTIVE,
	CONTACT_LOCKED_OUT, CONTACT_VIP, CONTACT_NOTES, CONTACT_VERSION, CONTACT_CREATED_AT,
	CONTACT_CREATED_BY, CONTACT_UPDATED_AT, CONTACT_UPDATED_BY, CONTACT__N
};
enum { /* contact_relationship */
	CONTACT_RELATIONSHIP_NUMBER, CONTACT_RELATIONSHIP_EXTERNAL_ID, CONTACT_RELATIONSHIP_CONTACT,
	CONTACT_RELATIONSHIP_ACCOUNT, CONTACT_RELATIONSHIP_RESPONSIBILITY,
	CONTACT_RELATIONSHIP_SORT_ORDER, CONTACT_RELATIONSHIP_VERSION, CONTACT_RELATIONSHIP_CREATED_AT,
	CONTACT_RELATIONSHIP_CREATED_BY, CONTACT_RELATIONSHIP_UPDATED_AT,
	CONTACT_RELATIONSHIP_UPDATED_BY, CONTACT_RELATIONSHIP__N
};
enum { /* household */
	HOUSEHOLD_NUMBER, HOUSEHOLD_EXTERNAL_ID, HOUSEHOLD_NAME, HOUSEHOLD_HEAD_OF_HOUSEHOLD,
	HOUSEHOLD_LOCATION, HOUSEHOLD_ACTIVE, HOUSEHOLD_NOTES, HOUSEHOLD_VERSION, HOUSEHOLD_CREATED_AT,
	HOUSEHOLD_CREATED_BY, HOUSEHOLD_UPDATED_AT, HOUSEHOLD_UPDATED_BY, HOUSEHOLD__N
};
enum { /* consumer */
	CONSUMER_NUMBER, CONSUMER_EXTERNAL_ID, CONSUMER_NAME_PREFIX, CONSUMER_FIRST_NAME,
	CONSUMER_MIDDLE_NAME, CONSUMER_LAST_NAME, CONSUMER_NAME_SUFFIX, CONSUMER_NAME, CONSUMER_TITLE,
	CONSUMER_EMAIL, CONSUMER_BUSINESS_PHONE, CONSUMER_HOME_PHONE, CONSUMER_MOBILE_PHONE,
	CONSUMER_FAX_PHONE, CONSUMER_STREET, CONSUMER_CITY, CONSUMER_STATE, CONSUMER_ZIP,
	CONSUMER_COUNTRY, CONSUMER_GENDER, CONSUMER_HOUSEHOLD, CONSUMER_LOGIN_USER, CONSUMER_USER_NAME,
	CONSUMER_ROLES, CONSUMER_PREFERRED_LANGUAGE, CONSUMER_TIME_ZONE, CONSUMER_NOTIFICATION,
	CONSUMER_ACTIVE, CONSUMER_IS_PRIMARY, CONSUMER_LOCKED_OUT, CONSUMER_VIP, CONSUMER_NOTES,
	CONSUMER_VERSION, CONSUMER_CREATED_AT, CONSUMER_CREATED_BY, CONSUMER_UPDATED_AT,
	CONSUMER_UPDATED_BY, CONSUMER__N
};
enum { /* consumer_address */
	CONSUMER_ADDRESS_CONSUMER, CONSUMER_ADDRESS_LOCATION, CONSUMER_ADDRESS_IS_PRIMARY,
	CONSUMER_ADDRESS_VERSION, CONSUMER_ADDRESS_CREATED_AT, CONSUMER_ADDRESS_CREATED_BY,
	CONSUMER_ADDRESS_UPDATED_AT, CONSUMER_ADDRESS_UPDATED_BY, CONSUMER_ADDRESS__N
};
enum { /* consumer_account */
	CONSUMER_ACCOUNT_CONSUMER, CONSUMER_ACCOUNT_ACCOUNT, CONSUMER_ACCOUNT_VERSION,
	CONSUMER_ACCOUNT_CREATED_AT, CONSUMER_ACCOUNT_CREATED_BY, CONSUMER_ACCOUNT_UPDATED_AT,
	CONSUMER_ACCOUNT_UPDATED_BY, CONSUMER_ACCOUNT__N
};
enum { /* household_member */
	HOUSEHOLD_MEMBER_HOUSEHOLD, HOUSEHOLD_MEMBER_CONSUMER, HOUSEHOLD_MEMBER_START_DATE,
	HOUSEHOLD_MEMBER_END_DATE, HOUSEHOLD_MEMBER_IS_PRIMARY, HOUSEHOLD_MEMBER_VERSION,
	HOUSEHOLD_MEMBER_CREATED_AT, HOUSEHOLD_MEMBER_CREATED_BY, HOUSEHOLD_MEMBER_UPDATED_AT,
	HOUSEHOLD_MEMBER_UPDATED_BY, HOUSEHOLD_MEMBER__N
};
enum { /* product_line */
	PRODUCT_LINE_EXTERNAL_ID, PRODUCT_LINE_NAME, PRODUCT_LINE_DESCRIPTION, PRODUCT_LINE_PARENT,
	PRODUCT_LINE_OWNER, PRODUCT_LINE_ACTIVE, PRODUCT_LINE_VERSION, PRODUCT_LINE_CREATED_AT,
	PRODUCT_LINE_CREATED_BY, PRODUCT_LINE_UPDATED_AT, PRODUCT_LINE_UPDATED_BY, PRODUCT_LINE__N
};
enum { /* product */
	PRODUCT_NUMBER, PRODUCT_EXTERNAL_ID, PRODUCT_NAME, PRODUCT_DISPLAY_NAME, PRODUCT_MANUFACTURER,
	PRODUCT_MODEL_NUMBER, PRODUCT_PRODUCT_VERSION, PRODUCT_EDITION, PRODUCT_SHORT_DESCRIPTION,
	PRODUCT_DESCRIPTION, PRODUCT_PRODUCT_TYPE, PRODUCT_MODEL_CATEGORIES, PRODUCT_PRODUCT_LINE,
	PRODUCT_ASSET_TRACKING_STRATEGY, PRODUCT_ACQUISITION_METHOD, PRODUCT_COST, PRODUCT_STATUS,
	PRODUCT_OWNER, PRODUCT_CERTIFIED, PRODUCT_BARCODE, PRODUCT_COMMENTS, PRODUCT_VERSION,
	PRODUCT_CREATED_AT, PRODUCT_CREATED_BY, PRODUCT_UPDATED_AT, PRODUCT_UPDATED_BY, PRODUCT__N
};
enum { /* product_component */
	PRODUCT_COMPONENT_PRODUCT, PRODUCT_COMPONENT_COMPONENT, PRODUCT_COMPONENT_QUANTITY,
	PRODUCT_COMPONENT_SORT_ORDER, PRODUCT_COMPONENT_VERSION, PRODUCT_COMPONENT_CREATED_AT,
	PRODUCT_COMPONENT_CREATED_BY, PRODUCT_COMPONENT_UPDATED_AT, PRODUCT_COMPONENT_UPDATED_BY,
	PRODUCT_COMPONENT__N
};
enum { /* asset */
	ASSET_NUMBER, ASSET_EXTERNAL_ID, ASSET_DISPLAY_NAME, ASSET_PRODUCT, ASSET_ASSET_CLASS,
	ASSET_MODEL_CATEGORY, ASSET_ASSET_TAG, ASSET_SERIAL_NUMBER, ASSET_STATE, ASSET_SUBSTATE,
	ASSET_QUANTITY, ASSET_ACCOUNT, ASSET_CONSUMER, ASSET_CONTACT, ASSET_PARENT, ASSET_LOCATION,
	ASSET_COMPANY, ASSET_VENDOR, ASSET_COST, ASSET_PURCHASE_DATE, ASSET_INSTALL_DATE,
	ASSET_WARRANTY_EXPIRATION, ASSET_COMMENTS, ASSET_VERSION, ASSET_CREATED_AT, ASSET_CREATED_BY,
	ASSET_UPDATED_AT, ASSET_UPDATED_BY, ASSET__N
};
enum { /* asset_contact */
	ASSET_CONTACT_ASSET, ASSET_CONTACT_CONTACT, ASSET_CONTACT_SORT_ORDER, ASSET_CONTACT_VERSION,
	ASSET_CONTACT_CREATED_AT, ASSET_CONTACT_CREATED_BY, ASSET_CONTACT_UPDATED_AT,
	ASSET_CONTACT_UPDATED_BY, ASSET_CONTACT__N
};
enum { /* install_base_item */
	INSTALL_BASE_ITEM_NUMBER, INSTALL_BASE_ITEM_EXTERNAL_ID, INSTALL_BASE_ITEM_NAME,
	INSTALL_BASE_ITEM_ACCOUNT, INSTALL_BASE_ITEM_CONSUMER, INSTALL_BASE_ITEM_HOUSEHOLD,
	INSTALL_BASE_ITEM_CONTACT, INSTALL_BASE_ITEM_PRODUCT, INSTALL_BASE_ITEM_ASSET,
	INSTALL_BASE_ITEM_LOCATION, INSTALL_BASE_ITEM_PARENT, INSTALL_BASE_ITEM_ROOT,
	INSTALL_BASE_ITEM_STATE, INSTALL_BASE_ITEM_ACTIVE, INSTALL_BASE_ITEM_STATUS,
	INSTALL_BASE_ITEM_LIFECYCLE_STAGE, INSTALL_BASE_ITEM_LIFECYCLE_STATUS,
	INSTALL_BASE_ITEM_INSTALL_DATE, INSTALL_BASE_ITEM_UNINSTALL_DATE, INSTALL_BASE_ITEM_QUANTITY,
	INSTALL_BASE_ITEM_OWNED_BY, INSTALL_BASE_ITEM_SUPPORTED_BY, INSTALL_BASE_ITEM_HEALTH_STATUS,
	INSTALL_BASE_ITEM_IDENTIFIER, INSTALL_BASE_ITEM_NOTES, INSTALL_BASE_ITEM_VERSION,
	INSTALL_BASE_ITEM_CREATED_AT, INSTALL_BASE_ITEM_CREATED_BY, INSTALL_BASE_ITEM_UPDATED_AT,
	INSTALL_BASE_ITEM_UPDATED_BY, INSTALL_BASE_ITEM__N
};
enum { /* characteristic */
	CHARACTERISTIC_INSTALL_BASE_ITEM, CHARACTERISTIC_NAME, CHARACTERISTIC_VALUE,
	CHARACTERISTIC_VERSION, CHARACTERISTIC_CREATED_AT, CHARACTERISTIC_CREATED_BY,
	CHARACTERISTIC_UPDATED_AT, CHARACTERISTIC_UPDATED_BY, CHARACTERISTIC__N
};
enum { /* sold_product */
	SOLD_PRODUCT_NUMBER, SOLD_PRODUCT_EXTERNAL_ID, SOLD_PRODUCT_NAME, SOLD_PRODUCT_PARENT,
	SOLD_PRODUCT_ACCOUNT, SOLD_PRODUCT_CONSUMER, SOLD_PRODUCT_HOUSEHOLD, SOLD_PRODUCT_CONTACT,
	SOLD_PRODUCT_PRODUCT, SOLD_PRODUCT_QUANTITY, SOLD_PRODUCT_UNIT_OF_MEASURE,
	SOLD_PRODUCT_OFFERING_TYPE, SOLD_PRODUCT_RELATIONSHIP_TYPE, SOLD_PRODUCT_LOCATION,
	SOLD_PRODUCT_STATE, SOLD_PRODUCT_START_DATE, SOLD_PRODUCT_END_DATE, SOLD_PRODUCT_UNIT_PRICE,
	SOLD_PRODUCT_PRICING_METHOD, SOLD_PRODUCT_PERIODICITY, SOLD_PRODUCT_TERM_MONTHS,
	SOLD_PRODUCT_SUSPEND_START, SOLD_PRODUCT_SUSPEND_END, SOLD_PRODUCT_SUSPEND_REASON,
	SOLD_PRODUCT_CANCEL_REASON, SOLD_PRODUCT_NOTES, SOLD_PRODUCT_VERSION, SOLD_PRODUCT_CREATED_AT,
	SOLD_PRODUCT_CREATED_BY, SOLD_PRODUCT_UPDATED_AT, SOLD_PRODUCT_UPDATED_BY, SOLD_PRODUCT__N
};
enum { /* installed_product */
	INSTALLED_PRODUCT_SOLD_PRODUCT, INSTALLED_PRODUCT_INSTALL_BASE_ITEM, INSTALLED_PRODUCT_VERSION,
	INSTALLED_PRODUCT_CREATED_AT, INSTALLED_PRODUCT_CREATED_BY, INSTALLED_PRODUCT_UPDATED_AT,
	INSTALLED_PRODUCT_UPDATED_BY, INSTALLED_PRODUCT__N
};
enum { /* schedule */
	SCHEDULE_EXTERNAL_ID, SCHEDULE_NAME, SCHEDULE_DESCRIPTION, SCHEDULE_TIME_ZONE,
	SCHEDULE_VALID_FROM, SCHEDULE_VALID_TO, SCHEDULE_INCLUDE, SCHEDULE_EXCLUDE, SCHEDULE_VERSION,
	SCHEDULE_CREATED_AT, SCHEDULE_CREATED_BY, SCHEDULE_UPDATED_AT, SCHEDULE_UPDATED_BY, SCHEDULE__N
};
enum { /* schedule_span */
	SCHEDULE_SPAN_SCHEDULE, SCHEDULE_SPAN_DAYS, SCHEDULE_SPAN_START, SCHEDULE_SPAN_END,
	SCHEDULE_SPAN_VERSION, SCHEDULE_SPAN_CREATED_AT, SCHEDULE_SPAN_CREATED_BY,
	SCHEDULE_SPAN_UPDATED_AT, SCHEDULE_SPAN_UPDATED_BY, SCHEDULE_SPAN__N
};
enum { /* schedule_exception */
	SCHEDULE_EXCEPTION_SCHEDULE, SCHEDULE_EXCEPTION_DATE, SCHEDULE_EXCEPTION_EVERY,
	SCHEDULE_EXCEPTION_KIND, SCHEDULE_EXCEPTION_START, SCHEDULE_EXCEPTION_END,
	SCHEDULE_EXCEPTION_NAME, SCHEDULE_EXCEPTION_VERSION, SCHEDULE_EXCEPTION_CREATED_AT,
	SCHEDULE_EXCEPTION_CREATED_BY, SCHEDULE_EXCEPTION_UPDATED_AT, SCHEDULE_EXCEPTION_UPDATED_BY,
	SCHEDULE_EXCEPTION__N
};
enum { /* sla_definition */
	SLA_DEFINITION_EXTERNAL_ID, SLA_DEFINITION_NAME, SLA_DEFINITION_DESCRIPTION,
	SLA_DEFINITION_ACTIVE, SLA_DEFINITION_SLA_TYPE, SLA_DEFINITION_TARGET,
	SLA_DEFINITION_TARGET_TYPE, SLA_DEFINITION_DURATION_TYPE, SLA_DEFINITION_DURATION,
	SLA_DEFINITION_RELATIVE_DURATION, SLA_DEFINITION_RELATIVE_DAYS, SLA_DEFINITION_RELATIVE_TIME,
	SLA_DEFINITION_RELATIVE_CUTOFF, SLA_DEFINITION_SCHEDULE_SOURCE, SLA_DEFINITION_SCHEDULE,
	SLA_DEFINITION_SCHEDULE_FIELD, SLA_DEFINITION_TIMEZONE_SOURCE, SLA_DEFINITION_TIME_ZONE,
	SLA_DEFINITION_START_CONDITION, SLA_DEFINITION_PAUSE_CONDITION, SLA_DEFINITION_RESUME_WHEN,
	SLA_DEFINITION_RESUME_CONDITION, SLA_DEFINITION_STOP_CONDITION, SLA_DEFINITION_CANCEL_WHEN,
	SLA_DEFINITION_CANCEL_CONDITION, SLA_DEFINITION_RESET_CONDITION, SLA_DEFINITION_RESET_ACTION,
	SLA_DEFINITION_REOPEN_ACTION,
	SLA_DEFINITION_RETROACTIVE_START, SLA_DEFINITION_SET_START_TO, SLA_DEFINITION_RETROACTIVE_PAUSE,
	SLA_DEFINITION_ALERT_SCHEDULE, SLA_DEFINITION_VERSION, SLA_DEFINITION_CREATED_AT,
	SLA_DEFINITION_CREATED_BY, SLA_DEFINITION_UPDATED_AT, SLA_DEFINITION_UPDATED_BY,
	SLA_DEFINITION__N
};
enum { /* sla_milestone */
	SLA_MILESTONE_SLA_DEFINITION, SLA_MILESTONE_PERCENTAGE, SLA_MILESTONE_BEFORE_DUE,
	SLA_MILESTONE_RECIPIENTS, SLA_MILESTONE_VERSION, SLA_MILESTONE_CREATED_AT,
	SLA_MILESTONE_CREATED_BY, SLA_MILESTONE_UPDATED_AT, SLA_MILESTONE_UPDATED_BY, SLA_MILESTONE__N
};
enum { /* contract */
	CONTRACT_NUMBER, CONTRACT_EXTERNAL_ID, CONTRACT_NAME, CONTRACT_DESCRIPTION, CONTRACT_ACCOUNT,
	CONTRACT_CONSUMER, CONTRACT_HOUSEHOLD, CONTRACT_STATE, CONTRACT_START_DATE, CONTRACT_END_DATE,
	CONTRACT_APPROVAL, CONTRACT_APPROVAL_COMMENT, CONTRACT_ADMINISTRATOR, CONTRACT_APPROVER,
	CONTRACT_CUSTOMER_CONTRACT_NUMBER, CONTRACT_COST, CONTRACT_PAYMENT_SCHEDULE, CONTRACT_TERMS,
	CONTRACT_RENEWABLE, CONTRACT_RENEWAL_ROOT, CONTRACT_RENEWED_FROM,
	CONTRACT_PROCESS_NON_CONTRACTUAL_SLAS, CONTRACT_SUSPEND_START, CONTRACT_SUSPEND_END,
	CONTRACT_SUSPEND_REASON, CONTRACT_CANCEL_DATE, CONTRACT_CANCEL_REASON, CONTRACT_VERSION,
	CONTRACT_CREATED_AT, CONTRACT_CREATED_BY, CONTRACT_UPDATED_AT, CONTRACT_UPDATED_BY, CONTRACT__N
};
enum { /* contract_contact */
	CONTRACT_CONTACT_CONTRACT, CONTRACT_CONTACT_CONTACT, CONTRACT_CONTACT_SORT_ORDER,
	CONTRACT_CONTACT_VERSION, CONTRACT_CONTACT_CREATED_AT, CONTRACT_CONTACT_CREATED_BY,
	CONTRACT_CONTACT_UPDATED_AT, CONTRACT_CONTACT_UPDATED_BY, CONTRACT_CONTACT__N
};
enum { /* contract_coverage */
	CONTRACT_COVERAGE_CONTRACT, CONTRACT_COVERAGE_ASSET, CONTRACT_COVERAGE_PRODUCT,
	CONTRACT_COVERAGE_SOLD_PRODUCT, CONTRACT_COVERAGE_INSTALL_BASE_ITEM,
	CONTRACT_COVERAGE_INCLUDE_CHILDREN, CONTRACT_COVERAGE_ADDED_ON, CONTRACT_COVERAGE_REMOVED_ON,
	CONTRACT_COVERAGE_VERSION, CONTRACT_COVERAGE_CREATED_AT, CONTRACT_COVERAGE_CREATED_BY,
	CONTRACT_COVERAGE_UPDATED_AT, CONTRACT_COVERAGE_UPDATED_BY, CONTRACT_COVERAGE__N
};
enum { /* contract_sla */
	CONTRACT_SLA_CONTRACT, CONTRACT_SLA_SLA_DEFINITION, CONTRACT_SLA_VERSION,
	CONTRACT_SLA_CREATED_AT, CONTRACT_SLA_CREATED_BY, CONTRACT_SLA_UPDATED_AT,
	CONTRACT_SLA_UPDATED_BY, CONTRACT_SLA__N
};
enum { /* entitlement */
	ENTITLEMENT_NUMBER, ENTITLEMENT_EXTERNAL_ID, ENTITLEMENT_NAME, ENTITLEMENT_CONTRACT,
	ENTITLEMENT_ACCOUNT, ENTITLEMENT_CONSUMER, ENTITLEMENT_HOUSEHOLD, ENTITLEMENT_CONTACT,
	ENTITLEMENT_PRODUCT, ENTITLEMENT_ASSET, ENTITLEMENT_SOLD_PRODUCT, ENTITLEMENT_INSTALL_BASE_ITEM,
	ENTITLEMENT_STATE, ENTITLEMENT_ACTIVE, ENTITLEMENT_START_DATE, ENTITLEMENT_END_DATE,
	ENTITLEMENT_CHANNELS, ENTITLEMENT_BUSINESS_HOURS, ENTITLEMENT_PER_UNIT, ENTITLEMENT_UNIT,
	ENTITLEMENT_TOTAL_UNITS, ENTITLEMENT_REMAINING_UNITS, ENTITLEMENT_SUSPEND_START,
	ENTITLEMENT_SUSPEND_END, ENTITLEMENT_SUSPEND_REASON, ENTITLEMENT_CANCEL_REASON,
	ENTITLEMENT_NOTES, ENTITLEMENT_VERSION, ENTITLEMENT_CREATED_AT, ENTITLEMENT_CREATED_BY,
	ENTITLEMENT_UPDATED_AT, ENTITLEMENT_UPDATED_BY, ENTITLEMENT__N
};
enum { /* resolution_code */
	RESOLUTION_CODE_EXTERNAL_ID, RESOLUTION_CODE_CODE, RESOLUTION_CODE_LABEL,
	RESOLUTION_CODE_COUNTS_AS_SOLVED, RESOLUTION_CODE_SORT_ORDER, RESOLUTION_CODE_ACTIVE,
	RESOLUTION_CODE_VERSION, RESOLUTION_CODE_CREATED_AT, RESOLUTION_CODE_CREATED_BY,
	RESOLUTION_CODE_UPDATED_AT, RESOLUTION_CODE_UPDATED_BY, RESOLUTION_CODE__N
};
enum { /* case */
	CASE_NUMBER, CASE_EXTERNAL_ID, CASE_SHORT_DESCRIPTION, CASE_DESCRIPTION, CASE_STATE,
	CASE_ACTIVE, CASE_CATEGORY, CASE_SUBCATEGORY, CASE_CHANNEL, CASE_ACCOUNT, CASE_CONTACT,
	CASE_CONSUMER, CASE_HOUSEHOLD, CASE_INTERNAL_USER, CASE_PARTNER, CASE_PARTNER_CONTACT,
	CASE_PRODUCT, CASE_ASSET, CASE_SOLD_PRODUCT, CASE_INSTALL_BASE_ITEM, CASE_CONTRACT,
	CASE_ENTITLEMENT, CASE_ENTITLEMENT_MANUAL, CASE_PRIORITY, CASE_IMPACT, CASE_URGENCY,
	CASE_ESCALATION, CASE_ASSIGNMENT_GROUP, CASE_ASSIGNED_TO, CASE_ASSIGNED_ON,
	CASE_REASSIGNMENT_COUNT, CASE_REOPEN_COUNT, CASE_ADDITIONAL_ASSIGNEE_LIST, CASE_WATCH_LIST,
	CASE_WORK_NOTES_LIST, CASE_CONTRIBUTOR_USERS, CASE_CONTRIBUTOR_GROUPS, CASE_OPENED_AT,
	CASE_OPENED_BY, CASE_FIRST_RESPONSE_TIME, CASE_RESOLVED_AT, CASE_RESOLVED_BY, CASE_CLOSED_AT,
	CASE_CLOSED_BY, CASE_RESOLUTION_CODE, CASE_CAUSE, CASE_CLOSE_NOTES, CASE_NOTES_TO_COMMENTS,
	CASE_AUTO_CLOSE, CASE_REMINDER_SENT_AT, CASE_NEEDS_ATTENTION, CASE_ACTION_STATUS,
	CASE_PROACTIVE, CASE_INITIATED_AS_REQUEST, CASE_FOLLOW_THE_SUN, CASE_BUSINESS_IMPACT,
	CASE_PROBABLE_CAUSE, CASE_PARENT_CASE, CASE_CONTACT_TIME_ZONE, CASE_DUE_DATE, CASE_NOTIFY,
	CASE_CORRELATION_ID, CASE_CORRELATION_DISPLAY, CASE_TIME_WORKED, CASE_LAST_CUSTOMER_COMMENT_AT,
	CASE_LAST_AGENT_COMMENT_AT, CASE_AWAITING_REPLY_SINCE, CASE_HIGHEST_ESCALATION, CASE_VERSION,
	CASE_CREATED_AT, CASE_CREATED_BY, CASE_UPDATED_AT, CASE_UPDATED_BY, CASE__N
};
enum { /* affected_item */
	AFFECTED_ITEM_PARENT_CASE, AFFECTED_ITEM_INSTALL_BASE_ITEM, AFFECTED_ITEM_VERSION,
	AFFECTED_ITEM_CREATED_AT, AFFECTED_ITEM_CREATED_BY, AFFECTED_ITEM_UPDATED_AT,
	AFFECTED_ITEM_UPDATED_BY, AFFECTED_ITEM__N
};
enum { /* case_task */
	CASE_TASK_NUMBER, CASE_TASK_EXTERNAL_ID, CASE_TASK_PARENT_CASE, CASE_TASK_SHORT_DESCRIPTION,
	CASE_TASK_DESCRIPTION, CASE_TASK_STATE, CASE_TASK_ACTIVE, CASE_TASK_PRIORITY, CASE_TASK_ACCOUNT,
	CASE_TASK_CONTACT, CASE_TASK_CONSUMER, CASE_TASK_ASSIGNMENT_GROUP, CASE_TASK_ASSIGNED_TO,
	CASE_TASK_WORK_NOTES_LIST, CASE_TASK_VISIBLE_TO_CUSTOMER, CASE_TASK_OPENED_AT,
	CASE_TASK_OPENED_BY, CASE_TASK_CLOSED_AT, CASE_TASK_CLOSED_BY, CASE_TASK_CLOSE_NOTES,
	CASE_TASK_DUE_DATE, CASE_TASK_VERSION, CASE_TASK_CREATED_AT, CASE_TASK_CREATED_BY,
	CASE_TASK_UPDATED_AT, CASE_TASK_UPDATED_BY, CASE_TASK__N
};
enum { /* comment */
	COMMENT_PARENT_CASE, COMMENT_CASE_TASK, COMMENT_AUTHOR, COMMENT_AUTHOR_CONTACT,
	COMMENT_AUTHOR_CONSUMER, COMMENT_POSTED_AT, COMMENT_BODY, COMMENT_VERSION, COMMENT_CREATED_AT,
	COMMENT_CREATED_BY, COMMENT_UPDATED_AT, COMMENT_UPDATED_BY, COMMENT__N
};
enum { /* work_note */
	WORK_NOTE_PARENT_CASE, WORK_NOTE_CASE_TASK, WORK_NOTE_AUTHOR, WORK_NOTE_POSTED_AT,
	WORK_NOTE_BODY, WORK_NOTE_VERSION, WORK_NOTE_CREATED_AT, WORK_NOTE_CREATED_BY,
	WORK_NOTE_UPDATED_AT, WORK_NOTE_UPDATED_BY, WORK_NOTE__N
};
enum { /* time_entry */
	TIME_ENTRY_NUMBER, TIME_ENTRY_EXTERNAL_ID, TIME_ENTRY_PARENT_CASE, TIME_ENTRY_CASE_TASK,
	TIME_ENTRY_WORKED_BY, TIME_ENTRY_WORKED_AT, TIME_ENTRY_DURATION, TIME_ENTRY_CATEGORY,
	TIME_ENTRY_NOTES, TIME_ENTRY_VERSION, TIME_ENTRY_CREATED_AT, TIME_ENTRY_CREATED_BY,
	TIME_ENTRY_UPDATED_AT, TIME_ENTRY_UPDATED_BY, TIME_ENTRY__N
};
enum { /* blocking_task */
	BLOCKING_TASK_PARENT_CASE, BLOCKING_TASK_CASE_TASK, BLOCKING_TASK_REASON, BLOCKING_TASK_NOTE,
	BLOCKING_TASK_ACTIVE, BLOCKING_TASK_BLOCKED_AT, BLOCKING_TASK_UNBLOCKED_AT,
	BLOCKING_TASK_UNBLOCKED_BY, BLOCKING_TASK_VERSION, BLOCKING_TASK_CREATED_AT,
	BLOCKING_TASK_CREATED_BY, BLOCKING_TASK_UPDATED_AT, BLOCKING_TASK_UPDATED_BY, BLOCKING_TASK__N
};
enum { /* sla */
	SLA_NUMBER, SLA_EXTERNAL_ID, SLA_PARENT_CASE, SLA_CASE_TASK, SLA_SLA_DEFINITION, SLA_STAGE,
	SLA_ACTIVE, SLA_HAS_BREACHED, SLA_BREACHED_AT, SLA_START_AT, SLA_END_AT, SLA_PAUSE_AT,
	SLA_PAUSE_DURATION, SLA_BUSINESS_PAUSE_DURATION, SLA_DURATION, SLA_PLANNED_END_AT,
	SLA_ORIGINAL_BREACH_AT, SLA_SCHEDULE, SLA_TIME_ZONE, SLA_SLA_DEFINITION_VERSION,
	SLA_SCHEDULE_VERSION, SLA_ELAPSED, SLA_BUSINESS_ELAPSED, SLA_PERCENTAGE,
	SLA_BUSINESS_PERCENTAGE, SLA_TIME_LEFT, SLA_BUSINESS_TIME_LEFT, SLA_FROM_IMPORT, SLA_SOON_REPORTED_AT,
	SLA_BREACH_REPORTED_AT, SLA_NEXT_MILESTONE_AT, SLA_RULES_CHANGE, SLA_VERSION, SLA_CREATED_AT, SLA_CREATED_BY, SLA_UPDATED_AT,
	SLA_UPDATED_BY, SLA__N
};
enum { /* sla_alert */
	SLA_ALERT_SLA, SLA_ALERT_MILESTONE, SLA_ALERT_REACHED_AT, SLA_ALERT_FIRED_AT, SLA_ALERT_SILENT,
	SLA_ALERT_VERSION, SLA_ALERT_CREATED_AT, SLA_ALERT_CREATED_BY, SLA_ALERT_UPDATED_AT,
	SLA_ALERT_UPDATED_BY, SLA_ALERT__N
};
enum { /* escalation_path */
	ESCALATION_PATH_EXTERNAL_ID, ESCALATION_PATH_NAME, ESCALATION_PATH_ACTIVE,
	ESCALATION_PATH_CASE_CONDITION, ESCALATION_PATH_LEVEL, ESCALATION_PATH_AFTER_DURATION,
	ESCALATION_PATH_SCHEDULE, ESCALATION_PATH_SLA_PERCENTAGE, ESCALATION_PATH_SLA_DEFINITION,
	ESCALATION_PATH_ASSIGNMENT_GROUP, ESCALATION_PATH_RECIPIENTS, ESCALATION_PATH_VERSION,
	ESCALATION_PATH_CREATED_AT, ESCALATION_PATH_CREATED_BY, ESCALATION_PATH_UPDATED_AT,
	ESCALATION_PATH_UPDATED_BY, ESCALATION_PATH__N
};
enum { /* escalation_event */
	ESCALATION_EVENT_PARENT_CASE, ESCALATION_EVENT_ESCALATION_PATH, ESCALATION_EVENT_LEVEL,
	ESCALATION_EVENT_REACHED_AT, ESCALATION_EVENT_FIRED_AT, ESCALATION_EVENT_VERSION,
	ESCALATION_EVENT_CREATED_AT, ESCALATION_EVENT_CREATED_BY, ESCALATION_EVENT_UPDATED_AT,
	ESCALATION_EVENT_UPDATED_BY, ESCALATION_EVENT__N
};
enum { /* outbox */
	OUTBOX_NUMBER, OUTBOX_EVENT, OUTBOX_QUEUED_AT, OUTBOX_RECIPIENTS, OUTBOX_RECIPIENT_GROUP,
	OUTBOX_SUBJECT, OUTBOX_BODY, OUTBOX_PARENT_CASE, OUTBOX_CASE_TASK, OUTBOX_SLA, OUTBOX_SENT_AT,
	OUTBOX_VERSION, OUTBOX_CREATED_AT, OUTBOX_CREATED_BY, OUTBOX_UPDATED_AT, OUTBOX_UPDATED_BY,
	OUTBOX__N
};
enum { /* import */
	IMPORT_NUMBER, IMPORT_SOURCES, IMPORT_INPUT_FORMAT, IMPORT_NOUN, IMPORT_MAPPING, IMPORT_OPTIONS,
	IMPORT_CONTENT_HASH, IMPORT_OPTIONS_HASH, IMPORT_STATE, IMPORT_STARTED_AT, IMPORT_ENDED_AT, IMPORT_ROWS,
	IMPORT_REJECTED_ROWS, IMPORT_RECORDS, IMPORT_CREATED, IMPORT_UPDATED, IMPORT_UNCHANGED, IMPORT_SKIPPED,
	IMPORT_REJECTED, IMPORT_DELETED, IMPORT_CHANGES, IMPORT_POSITION, IMPORT_REVERTED_AT, IMPORT_VERSION,
	IMPORT_CREATED_AT, IMPORT_CREATED_BY, IMPORT_UPDATED_AT, IMPORT_UPDATED_BY, IMPORT__N
};
enum { /* import_count */
	IMPORT_COUNT_IMPORT, IMPORT_COUNT_RECORD_TYPE, IMPORT_COUNT_RECORDS, IMPORT_COUNT_CREATED, IMPORT_COUNT_UPDATED,
	IMPORT_COUNT_UNCHANGED, IMPORT_COUNT_SKIPPED, IMPORT_COUNT_REJECTED, IMPORT_COUNT_DELETED, IMPORT_COUNT_VERSION,
	IMPORT_COUNT_CREATED_AT, IMPORT_COUNT_CREATED_BY, IMPORT_COUNT_UPDATED_AT, IMPORT_COUNT_UPDATED_BY, IMPORT_COUNT__N
};
enum { /* import_reject */
	IMPORT_REJECT_IMPORT, IMPORT_REJECT_SOURCE, IMPORT_REJECT_LINE, IMPORT_REJECT_COL, IMPORT_REJECT_ROW, IMPORT_REJECT_RECORD_TYPE,
	IMPORT_REJECT_RECORD_NO, IMPORT_REJECT_RECORD_KEY, IMPORT_REJECT_FIELD, IMPORT_REJECT_CODE, IMPORT_REJECT_MESSAGE,
	IMPORT_REJECT_KEPT, IMPORT_REJECT_INPUT_FORMAT, IMPORT_REJECT_DELIMITER, IMPORT_REJECT_PLACE, IMPORT_REJECT_ORIGINAL,
	IMPORT_REJECT_VERSION, IMPORT_REJECT_CREATED_AT, IMPORT_REJECT_CREATED_BY, IMPORT_REJECT_UPDATED_AT, IMPORT_REJECT_UPDATED_BY,
	IMPORT_REJECT__N
};
enum { /* entitlement_use */
	ENTITLEMENT_USE_ENTITLEMENT, ENTITLEMENT_USE_PARENT_CASE, ENTITLEMENT_USE_UNITS,
	ENTITLEMENT_USE_USED_AT, ENTITLEMENT_USE_NOTE, ENTITLEMENT_USE_VERSION,
	ENTITLEMENT_USE_CREATED_AT, ENTITLEMENT_USE_CREATED_BY, ENTITLEMENT_USE_UPDATED_AT,
	ENTITLEMENT_USE_UPDATED_BY, ENTITLEMENT_USE__N
};
enum { /* setting */
	SETTING_NAME, SETTING_VALUE, SETTING_VERSION, SETTING_CREATED_AT, SETTING_CREATED_BY,
	SETTING_UPDATED_AT, SETTING_UPDATED_BY, SETTING__N
};

#endif
