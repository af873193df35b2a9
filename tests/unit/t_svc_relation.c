/* SPDX-License-Identifier: MIT */
/*
 * t_svc_relation.c - the rules of what binds customers: relationships of accounts and contacts, households
 * and their members.
 */
#include "t_svc_help.h"

/* Accounts 1 to 3, the third a partner; kinds of relationships. */
static void make_accounts(void)
{
	s_again();
	T_OK(s_new("account", "name=One", NULL));
	T_OK(s_new("account", "name=Two", NULL));
	T_OK(s_new("account", "name=Dealer", "partner=true", NULL));
	T_OK(s_new("account_relationship_type", "name=Partner", "from_kind=partner", "label=Partner of",
		   "reverse_label=Served by", "default_for_partner=true", NULL));
	T_OK(s_new("account_relationship_type", "name=Business", "label=Supplies", "reverse_label=Buys from",
		   NULL));
}

static void test_types(void)
{
	make_accounts();
	S_REFUSED(s_new("account_relationship_type", "name=Other", "from_kind=partner", "label=a",
			"reverse_label=b", "default_for_partner=true", NULL),
		  "account_relationship_type Other: default_for_partner: 'Partner' is the default from "
		  "partner to account already");
	T_OK(s_new("account_relationship_type", "name=Back", "to_kind=partner", "label=a", "reverse_label=b",
		   "default_for_partner=true", NULL));
	S_REFUSED(s_edit("account_relationship_type", 2, "default_for_partner=true", NULL),
		  "account_relationship_type Business: default_for_partner: is for types with a partner, "
		  "expected from_kind or to_kind partner");
	S_REFUSED(s_edit("account_relationship_type", 3, "from_kind=partner", "to_kind=account", NULL),
		  "account_relationship_type Back: default_for_partner: 'Partner' is the default from "
		  "partner to account already");
	T_EQ_INT(s_edit("account_relationship_type", 1, "label=Dealer of", NULL), CSM_OK);
}

static void test_relationship(void)
{
	make_accounts();
	S_REFUSED(
		s_new("account_relationship", "from_account=ACCT0000001", "to_account=ACCT0000001",
		      "relationship_type=Business", NULL),
		"account_relationship new: to_account: ACCT0000001 cannot stand in a relationship to itself");
	S_REFUSED(s_new("account_relationship", "from_account=ACCT0000001", "to_account=ACCT0000002",
			"relationship_type=Partner", NULL),
		  "account_relationship new: from_account: ACCT0000001 is not a partner, as 'Partner' asks "
		  "for");
	T_EQ_INT(s_edit("account_relationship_type", 2, "active=false", NULL), CSM_OK);
	S_REFUSED(s_new("account_relationship", "from_account=ACCT0000001", "to_account=ACCT0000002",
			"relationship_type=Business", NULL),
		  "account_relationship new: relationship_type: 'Business' is not active");
	T_EQ_INT(s_edit("account_relationship_type", 2, "active=true", "to_kind=partner", NULL), CSM_OK);
	S_REFUSED(
		s_new("account_relationship", "from_account=ACCT0000001", "to_account=ACCT0000002",
		      "relationship_type=Business", NULL),
		"account_relationship new: to_account: ACCT0000002 is not a partner, as 'Business' asks for");
	T_EQ_INT(s_edit("account_relationship_type", 2, "to_kind=account", NULL), CSM_OK);
	/* there and back */
	T_EQ_INT(s_new("account_relationship", "from_account=ACCT0000003", "to_account=ACCT0000001",
		       "relationship_type=Partner", "sort_order=5", NULL),
		 1);
	T_EQ_INT(s_count("account_relationship"), 2);
	T_EQ_STR(s_get("account_relationship", 2, "from_account"), "ACCT0000001");
	T_EQ_STR(s_get("account_relationship", 2, "is_reverse"), "true");
	T_EQ_STR(s_get("account_relationship", 2, "sort_order"), "5");
	T_EQ_STR(s_get("account_relationship", 1, "is_reverse"), "false");
	/* the type of both changes with that of the first */
	S_REFUSED(s_edit("account_relationship", 2, "relationship_type=Business", NULL),
		  "account_relationship AREL0000002: relationship_type: this is the reverse of AREL0000001, "
		  "whose type is changed instead");
	T_EQ_INT(s_edit("account_relationship", 1, "relationship_type=Business", NULL), CSM_OK);
	T_EQ_STR(s_get("account_relationship", 2, "relationship_type"), "Business");
	S_ROUND_TRIP();
	T_EQ_INT(s_count("account_relationship"), 2);
	/* both go together, whichever is deleted */
	T_EQ_INT(s_delete("account_relationship", 2), CSM_OK);
	T_EQ_INT(s_count("account_relationship"), 0);
	/* a load that states one direction gets the other */
	T_EQ_INT(s_load("account_relationship: {from_account: ACCT0000003, to_account: ACCT0000001, "
			"relationship_type: Partner}"),
		 CSM_OK);
	T_EQ_INT(s_count("account_relationship"), 2);
	T_OK(s_find("account_relationship", "is_reverse and from_account = ACCT0000001"));
	S_ROUND_TRIP();
	S_REFUSED(s_load("account_relationship: {from_account: ACCT0000001, to_account: ACCT0000001, "
			 "relationship_type: Partner}"),
		  "doc:1:63: account_relationship: to_account: ACCT0000001 cannot stand in a "
		"relationship to itself");
}

/* What stood on a relationship goes with it; what stands on something else stays. */
static void test_asset_contacts(void)
{
	make_accounts();
	T_OK(s_new("account_relationship", "from_account=ACCT0000003", "to_account=ACCT0000001",
		   "relationship_type=Partner", NULL));
	T_OK(s_new("account_relationship", "from_account=ACCT0000003", "to_account=ACCT0000001",
		   "relationship_type=Business", NULL));
	T_OK(s_new("contact", "account=ACCT0000001", "name=Own A", NULL));
	T_OK(s_new("contact", "account=ACCT0000003", "name=Dealer B", NULL));
	T_OK(s_new("contact", "account=ACCT0000003", "name=Dealer C", NULL));
	T_OK(s_new("contact", "account=ACCT0000002", "name=Foreign D", NULL));
	T_OK(s_new("contact_relationship", "contact=CNT0000003", "account=ACCT0000001", NULL));
	T_OK(s_new("product", "name=Printer", NULL));
	T_OK(s_new("asset", "product=PROD0000001", "account=ACCT0000001", NULL));
	T_OK(s_new("asset", "product=PROD0000001", "account=ACCT0000003", NULL));
	T_OK(s_new("asset_contact", "asset=AST0000001", "contact=CNT0000001", NULL));
	T_OK(s_new("asset_contact", "asset=AST0000001", "contact=CNT0000002", NULL));
	T_OK(s_new("asset_contact", "asset=AST0000001", "contact=CNT0000003", NULL));
	T_OK(s_new("asset_contact", "asset=AST0000002", "contact=CNT0000001", NULL));
	S_REFUSED(s_new("asset_contact", "asset=AST0000001", "contact=CNT0000004", NULL),
		  "asset_contact new: contact: CNT0000004 is a contact of ACCT0000002, which has no "
		  "relationship to ACCT0000001, the "
		  "account of AST0000001");
	T_EQ_INT(s_delete("account_relationship", 1), CSM_OK);
	T_EQ_INT(s_count("asset_contact"), 4);	/* the other relationship remains */
	T_EQ_INT(s_delete("account_relationship", 3), CSM_OK);
	T_EQ_INT(s_count("account_relationship"), 0);
	T_EQ_INT(s_count("asset_contact"), 2);
	T_OK(s_find("asset_contact", "contact = CNT0000001 and asset = AST0000001"));
	T_OK(s_find("asset_contact", "contact = CNT0000003"));
	S_ROUND_TRIP();
}

static void test_contact_relationship(void)
{
	make_accounts();
	T_OK(s_new("account", "name=Daughter", "account_parent=ACCT0000001", NULL));
	T_OK(s_new("account", "name=Sister", "account_parent=ACCT0000001", NULL));
	T_OK(s_new("contact", "account=ACCT0000004", "name=A B", NULL));
	T_OK(s_new("contact", "account=ACCT0000004", "name=C D", NULL));
	T_OK(s_new("responsibility_def", "name=Boss", "responsibility_type=contact", "is_unique=true", NULL));
	T_OK(s_new("responsibility_def", "name=Manager", "responsibility_type=user", NULL));
	T_OK(s_new("responsibility_def", "name=Helper", "responsibility_type=contact", NULL));
	S_REFUSED(s_new("contact_relationship", "contact=CNT0000001", "account=ACCT0000004", NULL),
		  "contact_relationship new: account: ACCT0000004 is the account of CNT0000001 already, "
		  "expected another one");
	S_REFUSED(s_new("contact_relationship", "contact=CNT0000001", "account=ACCT0000003", NULL),
		  "contact_relationship new: account: ACCT0000003 is neither in the hierarchy of "
		  "ACCT0000004, the contact's account, nor in a "
		  "relationship with it (contact.restrict_within_account_hierarchy)");
	T_OK(s_new("contact_relationship", "contact=CNT0000001", "account=ACCT0000005", NULL));
	S_REFUSED(s_edit("contact_relationship", 1, "responsibility=Manager", NULL),
		  "contact_relationship CREL0000001: responsibility: 'Manager' is of type user, expected one "
		  "of type contact");
	T_EQ_INT(s_edit("contact_relationship", 1, "responsibility=Boss", NULL), CSM_OK);
	S_REFUSED(s_new("contact_relationship", "contact=CNT0000002", "account=ACCT0000005",
			"responsibility=Boss", NULL),
		  "contact_relationship new: responsibility: 'Boss' is unique, and CREL0000001 has it for "
		  "ACCT0000005 already");
	T_OK(s_new("contact_relationship", "contact=CNT0000002", "account=ACCT0000005",
		   "responsibility=Helper", NULL));
	T_OK(s_new("contact_relationship", "contact=CNT0000002", "account=ACCT0000001",
		   "responsibility=Helper", NULL));
	/* a partner may be reached, too; and anybody when nothing restricts */
	T_OK(s_new("account_relationship", "from_account=ACCT0000003", "to_account=ACCT0000004",
		   "relationship_type=Partner", NULL));
	T_OK(s_new("contact_relationship", "contact=CNT0000001", "account=ACCT0000003", NULL));
	S_REFUSED(s_new("contact_relationship", "contact=CNT0000001", "account=ACCT0000002", NULL),
		  "contact_relationship new: account: ACCT0000002 is neither in the hierarchy of "
		  "ACCT0000004, the contact's account, nor in a "
		  "relationship with it (contact.restrict_within_account_hierarchy)");
	T_OK(s_new("setting", "name=contact.restrict_within_account_hierarchy", "value=false", NULL));
	s_reopen();
	T_OK(s_new("contact_relationship", "contact=CNT0000001", "account=ACCT0000002", NULL));
	S_ROUND_TRIP();
}

static void test_household(void)
{
	s_again();
	T_OK(s_new("consumer", "name=A B", NULL));
	T_OK(s_new("consumer", "name=C D", NULL));
	T_OK(s_new("household", "name=Home", "head_of_household=CSMR0000001", NULL));
	T_EQ_STR(s_get("household_member", 1, "consumer"), "CSMR0000001");
	T_EQ_STR(s_get("household_member", 1, "start_date"), "2024-06-01");
	S_REFUSED(s_edit("household", 1, "head_of_household=CSMR0000002", NULL),
		  "household HOLD0000001: head_of_household: CSMR0000002 is not a current member of the "
		  "household");
	T_OK(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000002",
		   "start_date=2024-07-01", NULL));
	S_REFUSED(s_edit("household", 1, "head_of_household=CSMR0000002", NULL),
		  "household HOLD0000001: head_of_household: CSMR0000002 is not a current member of the "
		  "household");
	s_day(30);
	T_EQ_INT(s_edit("household", 1, "head_of_household=CSMR0000002", NULL), CSM_OK);
	T_EQ_INT(s_edit("household", 1, "head_of_household=", NULL), CSM_OK);
	T_OK(s_new("household", "name=Empty", NULL));
	T_EQ_INT(s_count("household_member"), 2);
	s_day(0);
}

static void test_members(void)
{
	s_again();
	T_OK(s_new("consumer", "name=A B", NULL));
	T_OK(s_new("household", "name=Home", NULL));
	T_OK(s_new("household", "name=Second", NULL));
	S_REFUSED(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000001",
			"start_date=2024-02-02", "end_date=2024-02-01", NULL),
		  "household_member new: end_date: 2024-02-01 is before start_date 2024-02-02");
	T_OK(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000001", "end_date=2024-02-01",
		   "is_primary=true", NULL));
	S_REFUSED(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000001",
			"start_date=2024-02-01", NULL),
		  "household_member new: consumer: CSMR0000001 is a member of HOLD0000001 already, from ever "
		  "to 2024-02-01");
	T_OK(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000001",
		   "start_date=2024-02-02", "is_primary=true", NULL));
	S_REFUSED(s_new("household_member", "household=HOLD0000002", "consumer=CSMR0000001",
			"is_primary=true", NULL),
		  "household_member new: is_primary: the primary household of CSMR0000001 is HOLD0000001");
	T_OK(s_new("household_member", "household=HOLD0000002", "consumer=CSMR0000001", NULL));
	S_REFUSED(s_edit("household_member", 3, "is_primary=true", NULL),
		  "household_member #3: is_primary: the primary household of CSMR0000001 is HOLD0000001");
	S_REFUSED(s_new("household_member", "household=HOLD0000002", "consumer=CSMR0000001",
			"start_date=2024-05-01", NULL),
		  "household_member new: consumer: CSMR0000001 is a member of HOLD0000002 already, from ever "
		  "to now");
	/* one day in common is enough, none is not */
	s_again();
	T_OK(s_new("consumer", "name=A B", NULL));
	T_OK(s_new("household", "name=Home", NULL));
	T_OK(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000001",
		   "start_date=2024-02-02", NULL));
	S_REFUSED(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000001",
			"start_date=2024-01-01", "end_date=2024-02-02", NULL),
		  "household_member new: consumer: CSMR0000001 is a member of HOLD0000001 already, from "
		  "2024-02-02 "
		  "to now");
	T_OK(s_new("household_member", "household=HOLD0000001", "consumer=CSMR0000001",
		   "start_date=2024-01-01", "end_date=2024-02-01", NULL));
	T_EQ_INT(s_edit("household_member", 1, "is_primary=true", NULL), CSM_OK);
	T_EQ_INT(s_edit("household_member", 1, "end_date=2024-02-09", NULL), CSM_OK);
	S_ROUND_TRIP();
	S_REFUSED(s_load("household_member: {household: HOLD0000001, consumer: CSMR0000001, start_date: "
			 "2024-09-02, end_date: 2024-09-01}"),
		  "doc:1:101: household_member: end_date: 2024-09-01 is before start_date "
		"2024-09-02");
}

int main(void)
{
	s_begin();
	test_types();
	test_relationship();
	test_asset_contacts();
	test_contact_relationship();
	test_household();
	test_members();
	t_end();
	T_DONE();
}
