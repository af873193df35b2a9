/* SPDX-License-Identifier: MIT */
/*
 * t_svc_customer.c - the rules of people, customers and settings: what is derived, what is refused and in
 * which words, what follows.
 */
#include "t_svc_help.h"

static void test_user(void)
{
	int64_t ann, bob;

	s_again();
	ann = s_new("user", "user_name=ann", "first_name=Ann", "last_name=Lee", NULL);
	T_EQ_STR(s_get("user", ann, "name"), "Ann Lee");
	bob = s_new("user", "user_name=bob", "name=Bob van Berg", "manager=ann", NULL);
	T_EQ_STR(s_get("user", bob, "first_name"), "Bob van");
	T_EQ_STR(s_get("user", bob, "last_name"), "Berg");
	S_REFUSED(s_new("user", "user_name=carl", NULL),
		  "user carl: name: a user needs a name, expected first_name, last_name or name");
	S_REFUSED(s_edit("user", ann, "manager=bob", NULL),
		  "user ann: manager: 'bob' would make the record its own ancestor");
	S_REFUSED(s_edit("user", ann, "manager=ann", NULL),
		  "user ann: manager: 'ann' would make the record its own ancestor");
	S_REFUSED(s_edit("user", ann, "time_zone=Europe/Nowhere", NULL),
		  "user ann: time_zone: time zone 'Europe/Nowhere' is not known (expected an IANA name such "
		  "as Europe/Berlin)");
	T_EQ_INT(s_edit("user", ann, "time_zone=Europe/Berlin", NULL), CSM_OK);
	T_EQ_INT(s_edit("user", bob, "time_zone=Europe/Berlin", NULL), CSM_OK);
}

static void test_names(void)
{
	int64_t acct, id;

	s_again();
	acct = s_new("account", "name=Boxeo", NULL);
	id = s_new("contact", "account=ACCT0000001", "first_name=Ann", "middle_name=M.", "last_name=Lee",
		   NULL);
	T_EQ_INT(acct, 1);
	T_EQ_STR(s_get("contact", id, "name"), "Ann M. Lee");
	T_EQ_STR(s_get("contact", id, "roles"), "customer");
	T_EQ_STR(s_get("contact", id, "time_zone"), "");
	/* the name follows its parts */
	T_EQ_INT(s_edit("contact", id, "last_name=Fox", NULL), CSM_OK);
	T_EQ_STR(s_get("contact", id, "name"), "Ann M. Fox");
	/* the parts follow a new name */
	T_EQ_INT(s_edit("contact", id, "name= Bob  Hill ", NULL), CSM_OK);
	T_EQ_STR(s_get("contact", id, "first_name"), "Bob");
	T_EQ_STR(s_get("contact", id, "middle_name"), "");
	T_EQ_STR(s_get("contact", id, "last_name"), "Hill");
	/* a name of one's own stays */
	T_EQ_INT(s_edit("contact", id, "name=Bobby", "first_name=Robert", NULL), CSM_OK);
	T_EQ_INT(s_edit("contact", id, "last_name=Hills", NULL), CSM_OK);
	T_EQ_STR(s_get("contact", id, "name"), "Bobby");
	/* parts and name given together are kept */
	T_EQ_INT(s_edit("contact", id, "name=", NULL), CSM_OK);
	T_EQ_STR(s_get("contact", id, "name"), "Robert Hills");
	/* one word is a family name; what fits no part stays whole */
	id = s_new("contact", "account=ACCT0000001", "name=Cher", NULL);
	T_EQ_STR(s_get("contact", id, "last_name"), "Cher");
	T_EQ_STR(s_get("contact", id, "first_name"), "");
	id = s_new("contact", "account=ACCT0000001",
		   "name=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffff Lee", NULL);
	T_OK(id);
	T_EQ_STR(s_get("contact", id, "last_name"), "");
	S_ROUND_TRIP();
}

/* The longest parts do not fit into the name together. */
static void test_long_name(void)
{
	char part[60], first[80], middle[80], last[80];
	int64_t id;

	s_again();
	memset(part, 'x', 50);
	part[50] = '\0';
	snprintf(first, sizeof(first), "first_name=%s", part);
	snprintf(middle, sizeof(middle), "middle_name=%s", part);
	snprintf(last, sizeof(last), "last_name=%s", part);
	T_OK(s_new("account", "name=Boxeo", NULL));
	id = s_new("contact", "account=ACCT0000001", first, middle, last, NULL);
	T_OK(id);
	T_EQ_INT(strlen(s_get("contact", id, "name")), 101);
	id = s_new("consumer", first, middle, last, NULL);
	T_EQ_INT(strlen(s_get("consumer", id, "name")), 152);
}

static void test_logins(void)
{
	int64_t id;

	s_again();
	T_OK(s_new("user", "user_name=ann", "name=Ann Lee", NULL));
	T_OK(s_new("account", "name=Boxeo", NULL));
	S_REFUSED(s_new("contact", "account=ACCT0000001", "name=A B", "user_name=ann", NULL),
		  "contact ann: user_name: 'ann' is taken by user ann");
	T_EQ_INT(t_err.code, CSM_E_CONFLICT);
	T_OK(s_new("contact", "account=ACCT0000001", "name=A B", "user_name=ab", NULL));
	S_REFUSED(s_new("consumer", "name=A B", "user_name=ab", NULL),
		  "consumer ab: user_name: 'ab' is taken by contact CNT0000001");
	S_REFUSED(s_new("user", "name=A B", "user_name=ab", NULL),
		  "user ab: user_name: 'ab' is taken by contact CNT0000001");
	S_REFUSED(s_new("consumer", NULL),
		  "consumer new: name: a consumer needs a name, expected first_name, last_name or name");
	id = s_new("consumer", "name=A B", "user_name=cd", NULL);
	T_EQ_STR(s_get("consumer", id, "roles"), "consumer");
	S_REFUSED(s_edit("contact", 1, "roles=", NULL),
		  "contact CNT0000001: roles: needs at least one role, such as customer");
	S_REFUSED(s_edit("consumer", id, "roles=", NULL),
		  "consumer CSMR0000001: roles: needs at least one role, such as consumer");
	S_REFUSED(s_load("consumer: {name: X, user_name: ann}"),
		  "doc:1:32: consumer ann: user_name: 'ann' is taken by user ann");
	S_ROUND_TRIP();
}

static void test_group(void)
{
	int64_t one, two;

	s_again();
	one = s_new("group", "name=one", NULL);
	two = s_new("group", "name=two", "parent=one", NULL);
	T_OK(two);
	S_REFUSED(s_edit("group", one, "parent=two", NULL),
		  "group one: parent: 'two' would make the record its own ancestor");
}

static void test_location(void)
{
	s_again();
	T_OK(s_new("location", "name=Site", NULL));
	T_OK(s_new("location", "name=House", "parent=LOC0000001", "latitude=1", "longitude=2", NULL));
	S_REFUSED(s_edit("location", 1, "parent=LOC0000002", NULL),
		  "location LOC0000001: parent: 'LOC0000002' would make the record its own ancestor");
	S_REFUSED(s_edit("location", 1, "latitude=1", NULL),
		  "location LOC0000001: longitude: is needed with latitude");
	S_REFUSED(s_edit("location", 1, "longitude=1", NULL),
		  "location LOC0000001: latitude: is needed with longitude");
	T_OK(s_edit("location", 1, "time_zone=Nowhere", NULL));
	S_REFUSED(s_load("location:\n- {name: A, external_id: a, parent: b}\n- {name: B, external_id: b, "
			 "parent: a}\n"),
		  "doc:3:37: location b: parent: 'LOC0000003' would make the record its own "
		"ancestor");
}

static void test_account(void)
{
	s_again();
	T_EQ_INT(s_new("account", "name=Root", NULL), 1);
	T_EQ_STR(s_get("account", 1, "customer"), "true");
	T_EQ_STR(s_get("account", 1, "account_code"), "000001");
	T_EQ_STR(s_get("account", 1, "account_path"), "000001");
	T_EQ_INT(s_new("account", "name=Child", "account_parent=ACCT0000001", "partner=true", NULL), 2);
	T_EQ_STR(s_get("account", 2, "customer"), "false");
	T_EQ_STR(s_get("account", 2, "account_path"), "000001/000002");
	S_REFUSED(s_new("account", "name=Neither", "customer=false", NULL),
		  "account new: customer: an account is a customer, a partner or both");
	S_REFUSED(s_edit("account", 2, "partner=false", NULL),
		  "account ACCT0000002: customer: an account is a customer, a partner or both");
	S_REFUSED(s_new("account", "street=x", NULL), "account new: name: needs a value");
	S_REFUSED(s_edit("account", 1, "latitude=1", NULL),
		  "account ACCT0000001: longitude: is needed with latitude");
	/* a refused one has used no number */
	T_EQ_INT(s_new("account", "name=Grandchild", "account_parent=ACCT0000002", NULL), 3);
	S_REFUSED(
		s_edit("account", 1, "account_parent=ACCT0000003", NULL),
		"account ACCT0000001: account_parent: 'ACCT0000003' would make the record its own ancestor");
	S_REFUSED(s_edit("account", 1, "account_path=x", NULL),
		  "account ACCT0000001: account_path: cannot be given, it is kept by csm");
	/* paths follow */
	T_EQ_INT(s_new("account", "name=Other", NULL), 4);
	T_EQ_INT(s_edit("account", 2, "account_parent=ACCT0000004", NULL), CSM_OK);
	T_EQ_STR(s_get("account", 2, "account_path"), "000004/000002");
	T_EQ_STR(s_get("account", 3, "account_path"), "000004/000002/000003");
	T_EQ_INT(s_edit("account", 2, "account_parent=", NULL), CSM_OK);
	T_EQ_STR(s_get("account", 3, "account_path"), "000002/000003");
	S_ROUND_TRIP();
	/* base 36, and codes that others took */
	T_EQ_INT(s_load("account: {number: ACCT0000046, name: Far, account_code: 00001B}"), CSM_OK);
	T_EQ_INT(s_new("account", "name=Next", NULL), 47);
	T_EQ_STR(s_get("account", 47, "account_code"), "00001C");
	T_EQ_STR(s_get("account", s_new("account", "name=Next", NULL), "account_code"), "00001D");
	T_EQ_INT(s_load("account: {number: ACCT0001296, name: Farther}"), CSM_OK);
	T_EQ_STR(s_get("account", 1296, "account_code"), "000100");
}

static void test_primary_contact(void)
{
	s_again();
	T_OK(s_new("account", "name=One", NULL));
	T_OK(s_new("account", "name=Two", NULL));
	T_OK(s_new("contact", "account=ACCT0000001", "name=A B", NULL));
	T_EQ_INT(s_edit("account", 1, "primary_contact=CNT0000001", NULL), CSM_OK);
	S_REFUSED(s_edit("account", 2, "primary_contact=CNT0000001", NULL),
		  "account ACCT0000002: primary_contact: CNT0000001 is a contact of ACCT0000001, not of this "
		  "account");
	S_REFUSED(
		s_new("account", "name=Three", "primary_contact=CNT0000001", NULL),
		"account new: primary_contact: CNT0000001 is a contact of ACCT0000001, not of this account");
	S_ROUND_TRIP();
}

/* Deeper than hooks of hooks may go. */
static void test_deep_accounts(void)
{
	char parent[60];
	int64_t id = 0;

	s_again();
	for (int i = 0; i < 60; i++) {
		snprintf(parent, sizeof(parent), "account_parent=%s",
			 i ? csm_number_format(t_arena, &csm_type_account, id) : "");
		id = s_new("account", "name=Deep", parent, NULL);
	}
	T_EQ_INT(strlen(s_get("account", id, "account_path")), 60 * 7 - 1);
	T_OK(s_new("account", "name=Top", NULL));
	T_EQ_INT(s_edit("account", 1, "account_parent=ACCT0000061", NULL), CSM_OK);
	T_EQ_INT(strlen(s_get("account", id, "account_path")), 61 * 7 - 1);
	T_OK(!strncmp(s_get("account", id, "account_path"), "00001P/000001/000002/", 21));
	T_EQ_STR(s_get("account", 2, "version"), "2");
}

static void test_account_load(void)
{
	s_again();
	/* children before parents, and a path that is wrong */
	T_EQ_INT(s_load("account:\n"
			"- {name: C, external_id: c, account_parent: b}\n"
			"- {name: B, external_id: b, account_parent: a}\n"
			"- {name: A, external_id: a, account_path: wrong}\n"), CSM_OK);
	T_EQ_STR(s_get("account", 1, "account_path"), "000003/000002/000001");
	T_EQ_STR(s_get("account", 2, "account_path"), "000003/000002");
	T_EQ_STR(s_get("account", 3, "account_path"), "000003");
	S_ROUND_TRIP();
	/* a load moves a tree that is stored */
	T_EQ_INT(s_load("account:\n- {external_id: b, account_parent: n}\n- {name: N, external_id: n}\n"),
		 CSM_OK);
	T_EQ_STR(s_get("account", 1, "account_path"), "000004/000002/000001");
	T_EQ_STR(s_get("account", 2, "account_path"), "000004/000002");
	/* a code that is taken away comes back */
	T_EQ_INT(s_load("account: {external_id: b, account_code: null, account_path: null}"), CSM_OK);
	T_EQ_STR(s_get("account", 2, "account_code"), "000002");
	T_EQ_STR(s_get("account", 2, "account_path"), "000004/000002");
	/* codes of another system */
	T_EQ_INT(s_load("account:\n- {name: F, external_id: f, account_code: '~~~~1'}\n"
			"- {name: G, external_id: g, account_code: '~~~~3', account_parent: f}\n"), CSM_OK);
	T_EQ_STR(s_get("account", s_find("account", "external_id = g"), "account_path"), "~~~~1/~~~~3");
	S_REFUSED(s_load("account:\n- {name: X, external_id: x, account_parent: y}\n- {name: Y, external_id: "
			 "y, account_parent: x}\n"),
		  "doc:3:45: account y: account_parent: 'ACCT0000007' would make the record "
		"its own ancestor");
	S_REFUSED(s_load("account: {name: X, customer: false}"),
		  "doc:1:30: account: customer: an account is a customer, a partner or both");
	S_ROUND_TRIP();
}

/* A load turns a hierarchy around: in between it is a circle. */
static void test_turned(void)
{
	struct csm_buf b;

	s_again();
	T_EQ_INT(s_load("account:\n- {name: A, external_id: a}\n- {name: B, external_id: b, account_parent: "
			"a}\n"),
		 CSM_OK);
	T_EQ_INT(s_load("account:\n- {external_id: a, account_parent: b}\n- {external_id: b, account_parent: "
			"null}\n"),
		 CSM_OK);
	T_EQ_STR(s_get("account", 1, "account_path"), "000002/000001");
	T_EQ_STR(s_get("account", 2, "account_path"), "000002");
	S_ROUND_TRIP();
	S_REFUSED(s_load("account: {external_id: b, account_parent: a}"),
		  "doc:1:43: account ACCT0000002: account_parent: the hierarchy is deeper "
		"than 200, or leads in a circle");
	s_again();
	b = (struct csm_buf)CSM_BUF(t_arena);
	csm_buf_add(&b, "account:\n");
	for (int i = 1; i <= 202; i++)
		csm_buf_addf(&b, "- {name: Deep, external_id: d%d%s}\n", i,
			     i == 202 ? "" : csm_sprintf(t_arena, ", account_parent: d%d", i + 1));
	S_REFUSED(s_load(b.s), "doc:2:49: account d1: account_parent: the hierarchy is deeper than 200, or "
		"leads in a circle");
	T_EQ_INT(s_count("account"), 0);
}

static void test_addresses(void)
{
	int64_t row;

	s_again();
	T_OK(s_new("account", "name=Boxeo", "city=Bern", NULL));
	T_OK(s_new("location", "name=Site", "street=Weg 1", "city=Basel", "latitude=47.5", "longitude=7.6",
		   NULL));
	T_OK(s_new("location", "name=House", "city=Chur", NULL));
	T_OK(s_new("account_address", "account=ACCT0000001", "location=LOC0000001", "is_primary=true", NULL));
	T_EQ_STR(s_get("account", 1, "city"), "Basel");
	T_EQ_STR(s_get("account", 1, "street"), "Weg 1");
	T_EQ_STR(s_get("account", 1, "longitude"), "7.6");
	/* the other way */
	T_EQ_INT(s_edit("account", 1, "city=Biel", NULL), CSM_OK);
	T_EQ_STR(s_get("location", 1, "city"), "Biel");
	T_EQ_STR(s_get("location", 1, "street"), "Weg 1");
	/* a new primary address clears the old one */
	row = s_new("account_address", "account=ACCT0000001", "location=LOC0000002", "is_primary=true", NULL);
	T_EQ_STR(s_get("account_address", 1, "is_primary"), "false");
	T_EQ_STR(s_get("account", 1, "city"), "Chur");
	T_EQ_STR(s_get("account", 1, "street"), "");
	T_EQ_STR(s_get("account", 1, "latitude"), "");
	T_EQ_INT(s_edit("account_address", 1, "is_primary=true", NULL), CSM_OK);
	T_EQ_STR(s_get("account_address", row, "is_primary"), "false");
	T_EQ_STR(s_get("account", 1, "city"), "Biel");
	T_EQ_INT(s_edit("account_address", 1, "location=LOC0000002", NULL), CSM_E_CONFLICT);
	T_EQ_INT(s_delete("account_address", row), CSM_OK);
	T_EQ_INT(s_edit("account_address", 1, "location=LOC0000002", NULL), CSM_OK);
	T_EQ_STR(s_get("account", 1, "city"), "Chur");
	S_ROUND_TRIP();
	/* two primary ones in a load: the first stays, and the account keeps what it states */
	T_EQ_INT(s_load("account:\n- name: Two\n  external_id: two\n  address:\n  - {location: LOC0000001, "
			"is_primary: true}\n"
			"  - {location: LOC0000002, is_primary: true}\n"),
		 CSM_OK);
	T_OK(s_find("account_address", "account.external_id = two and is_primary"));
	T_EQ_STR(s_get("account", 2, "city"), "");
	S_ROUND_TRIP();
}

static void test_shared_address(void)
{
	int64_t row;

	s_again();
	T_OK(s_new("account", "name=One", NULL));
	T_OK(s_new("account", "name=Two", NULL));
	T_OK(s_new("consumer", "name=A B", NULL));
	T_OK(s_new("location", "name=House", "street=Weg 1", "city=Basel", "time_zone=Europe/Zurich", NULL));
	T_OK(s_new("account_address", "account=ACCT0000001", "location=LOC0000001", "is_primary=true", NULL));
	row = s_new("account_address", "account=ACCT0000002", "location=LOC0000001", "is_primary=true", NULL);
	T_OK(s_new("consumer_address", "consumer=CSMR0000001", "location=LOC0000001", "is_primary=true",
		   NULL));
	T_EQ_STR(s_get("consumer", 1, "city"), "Basel");
	T_EQ_INT(s_count("location"), 1);
	/* he who moves leaves the place to those who stay */
	T_EQ_INT(s_edit("account", 2, "city=Bern", NULL), CSM_OK);
	T_EQ_STR(s_get("location", 1, "city"), "Basel");
	T_EQ_STR(s_get("account_address", row, "location"), "LOC0000002");
	T_EQ_STR(s_get("location", 2, "city"), "Bern");
	T_EQ_STR(s_get("location", 2, "street"), "Weg 1");
	T_EQ_STR(s_get("location", 2, "name"), "House");
	T_EQ_STR(s_get("location", 2, "time_zone"), "Europe/Zurich");
	T_EQ_STR(s_get("account", 2, "city"), "Bern");
	T_EQ_INT(s_edit("consumer", 1, "zip=4000", NULL), CSM_OK);
	T_EQ_STR(s_get("location", 1, "zip"), "");
	T_EQ_STR(s_get("consumer_address", 1, "location"), "LOC0000003");
	/* alone now */
	T_EQ_INT(s_edit("consumer", 1, "zip=4001", NULL), CSM_OK);
	T_EQ_STR(s_get("location", 3, "zip"), "4001");
	S_ROUND_TRIP();
}

static void test_no_sharing(void)
{
	s_again();
	T_OK(s_new("account", "name=One", NULL));
	T_OK(s_new("account", "name=Two", NULL));
	T_OK(s_new("location", "name=House", NULL));
	T_OK(s_new("setting", "name=account.address_sharing", "value=false", NULL));
	s_reopen();
	T_OK(s_new("account_address", "account=ACCT0000001", "location=LOC0000001", NULL));
	S_REFUSED(s_new("account_address", "account=ACCT0000002", "location=LOC0000001", NULL),
		  "account_address new: location: LOC0000001 is an address of ACCT0000001, and "
		  "account.address_sharing is off");
	T_EQ_INT(s_edit("account_address", 1, "address_types=billing", NULL), CSM_OK);
}

static void test_setting(void)
{
	s_again();
	S_REFUSED(s_new("setting", "name=case.auto_clos", "value=true", NULL),
		  "setting case.auto_clos: name: there is no setting 'case.auto_clos'; is it "
		  "'case.auto_close'?");
	S_REFUSED(s_new("setting", "name=zzzzzzzzzz", "value=true", NULL),
		  "setting zzzzzzzzzz: name: there is no setting 'zzzzzzzzzz'");
	S_REFUSED(s_new("setting", "name=case.auto_close", "value=perhaps", NULL),
		  "setting case.auto_close: value: 'perhaps' is no bool; expected true or false");
	S_REFUSED(s_new("setting", "name=time.zone", "value=Mars/Base", NULL),
		  "setting time.zone: value: time zone 'Mars/Base' is not known (expected an IANA name such "
		  "as Europe/Berlin)");
	T_OK(s_new("setting", "name=time.zone", "value=Europe/Berlin", NULL));
	T_OK(s_new("setting", "name=sla.soon", "value=3h", NULL));
	S_REFUSED(s_load("setting: {name: sla.soon, value: never}"),
		  "doc:1:34: setting sla.soon: value: 'never' is no duration; expected a "
		"duration such as 90s, 1d2h30m, 02:30 or PT8H");
	S_ROUND_TRIP();
}

int main(void)
{
	s_begin();
	test_user();
	test_names();
	test_long_name();
	test_logins();
	test_group();
	test_location();
	test_account();
	test_primary_contact();
	test_deep_accounts();
	test_account_load();
	test_turned();
	test_addresses();
	test_shared_address();
	test_no_sharing();
	test_setting();
	t_end();
	T_DONE();
}
