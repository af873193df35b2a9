/* SPDX-License-Identifier: MIT */
/*
 * svc_customer.h - hooks of people, customers and settings, and what the files about customers and
 * products share.
 */
#ifndef CSM_SVC_CUSTOMER_H
#define CSM_SVC_CUSTOMER_H

#include "svc_priv.h"

int user_derive(struct csm_write *w, struct csm_err *err);
int user_check(struct csm_write *w, struct csm_err *err);
int group_check(struct csm_write *w, struct csm_err *err);
int location_check(struct csm_write *w, struct csm_err *err);
int account_derive(struct csm_write *w, struct csm_err *err);
int account_check(struct csm_write *w, struct csm_err *err);
int account_after(struct csm_write *w, struct csm_err *err);
int account_address_check(struct csm_write *w, struct csm_err *err);
int account_address_after(struct csm_write *w, struct csm_err *err);
int account_relationship_type_check(struct csm_write *w, struct csm_err *err);
int account_relationship_check(struct csm_write *w, struct csm_err *err);
int account_relationship_after(struct csm_write *w, struct csm_err *err);
int contact_derive(struct csm_write *w, struct csm_err *err);
int contact_check(struct csm_write *w, struct csm_err *err);
int contact_relationship_check(struct csm_write *w, struct csm_err *err);
int consumer_derive(struct csm_write *w, struct csm_err *err);
int consumer_check(struct csm_write *w, struct csm_err *err);
int consumer_after(struct csm_write *w, struct csm_err *err);
int consumer_address_after(struct csm_write *w, struct csm_err *err);
int household_check(struct csm_write *w, struct csm_err *err);
int household_after(struct csm_write *w, struct csm_err *err);
int household_member_check(struct csm_write *w, struct csm_err *err);
int setting_check(struct csm_write *w, struct csm_err *err);

/*
 * Levels of a hierarchy of people, places, accounts, products: far more than anybody has, few enough to
 * walk.
 */
#define CUSTOMER_DEPTH 200

/* A person: user, contact or consumer. Indexes of fields; -1: the type has none. */
struct customer_person {
	int first, middle, last, name, user_name, roles, zone;
	unsigned name_max;		/* code points of name */
	const char *role;		/* given to a new one who has none; NULL: none */
};
int customer_person_derive(struct csm_write *w, const struct customer_person *p, struct csm_err *err);
int customer_person_check(struct csm_write *w, const struct customer_person *p, struct csm_err *err);

/* Refuse a zone that the system does not know; names that were found are remembered by the store. */
int customer_check_zone(struct csm_write *w, int field, struct csm_err *err);

/*
 * Refuse a parent that makes a circle, when the field was changed. A load may turn a hierarchy around, record
 * by record: what it changes is left to the type's `after` hook, if it has one, which sees the whole.
 */
int customer_check_parent(struct csm_write *w, int field, struct csm_err *err);

/* Refuse one of latitude and longitude without the other. */
int customer_check_place(struct csm_write *w, int latitude, int longitude, struct csm_err *err);

/* Whether a contact is of the account, or acts for it by a contact relationship. */
int customer_acts_for(struct csm_store *s, const struct csm_rec *contact, int64_t account, bool *out,
		      struct csm_err *err);

/*
 * Refuse a contact who is not of the account and does not act for it; when one of the fields was changed,
 * not in a load.
 */
int customer_check_contact(struct csm_write *w, int contact, int account, struct csm_err *err);

/*
 * The account from the contact, when there is neither an account nor one of the other customers (-1: the
 * type has none).
 */
int customer_take_account(struct csm_write *w, int account, int contact, int consumer, int household,
			  struct csm_err *err);

/* Whether two accounts stand in a relationship; each has a row in either direction. */
int customer_related(struct csm_store *s, int64_t one, int64_t other, bool *out, struct csm_err *err);

/* Whether the field was changed by a person: not in a load. On insert: whether it is set. */
bool customer_acted_on(const struct csm_write *w, int field);

/* Refuse an end date before the start date, when both are there. */
int customer_check_dates(struct csm_write *w, int start, int end, struct csm_err *err);

/* Words joined by sep, empty ones left out, cut at max code points; in arena a. */
const char *customer_join(struct csm_arena *a, const char *sep, const char *const *words, unsigned n,
			  unsigned max);

/* The two kinds of customers with addresses: fields of the customer, and the rows that lead to locations. */
struct customer_address {
	const struct csm_rtype *owner, *row;
	int fields[7];			/* street, city, state, zip, country, latitude, longitude; -1: none */
	int row_owner, row_location, row_primary;
};
extern const struct customer_address customer_account_address, customer_consumer_address;
/* Changed address fields of the customer being written go to the location of his primary address. */
int customer_address_push(struct csm_write *w, const struct customer_address *k, struct csm_err *err);
/* After an address row was written: one is primary, and what it says is copied to the customer. */
int customer_address_pull(struct csm_write *w, const struct customer_address *k, struct csm_err *err);

#define SVC_CUSTOMER_HOOKS \
	{ "user.derive", user_derive }, \
	{ "user.check", user_check }, \
	{ "group.check", group_check }, \
	{ "location.check", location_check }, \
	{ "account.derive", account_derive }, \
	{ "account.check", account_check }, \
	{ "account.after", account_after }, \
	{ "account_address.check", account_address_check }, \
	{ "account_address.after", account_address_after }, \
	{ "account_relationship_type.check", account_relationship_type_check }, \
	{ "account_relationship.check", account_relationship_check }, \
	{ "account_relationship.after", account_relationship_after }, \
	{ "contact.derive", contact_derive }, \
	{ "contact.check", contact_check }, \
	{ "contact_relationship.check", contact_relationship_check }, \
	{ "consumer.derive", consumer_derive }, \
	{ "consumer.check", consumer_check }, \
	{ "consumer.after", consumer_after }, \
	{ "consumer_address.after", consumer_address_after }, \
	{ "household.check", household_check }, \
	{ "household.after", household_after }, \
	{ "household_member.check", household_member_check }, \
	{ "setting.check", setting_check }

#endif
