/* SPDX-License-Identifier: MIT */
/* t_svc_product.c - the rules of products, assets, install base items and sold products. */
#include "t_svc_help.h"

/* Two accounts with a contact each, a consumer, a household, a product. */
static void make_customers(void)
{
	s_again();
	T_OK(s_new("account", "name=One", NULL));
	T_OK(s_new("account", "name=Two", NULL));
	T_OK(s_new("contact", "account=ACCT0000001", "name=A B", NULL));
	T_OK(s_new("contact", "account=ACCT0000002", "name=C D", NULL));
	T_OK(s_new("consumer", "name=E F", NULL));
	T_OK(s_new("household", "name=Home", NULL));
	T_OK(s_new("product", "name=Laser 5", "manufacturer=Acme", "product_version=2", NULL));
}

static void test_product(void)
{
	make_customers();
	T_EQ_STR(s_get("product", 1, "display_name"), "Acme Laser 5 2");
	T_EQ_INT(s_edit("product", 1, "manufacturer=", NULL), CSM_OK);
	T_EQ_STR(s_get("product", 1, "display_name"), "Laser 5 2");
	T_EQ_INT(s_load("product: {name: Given, external_id: g, display_name: The One}"), CSM_OK);
	T_EQ_STR(s_get("product", 2, "display_name"), "The One");
	T_EQ_INT(s_edit("product", 2, "edition=first", NULL), CSM_OK);
	T_EQ_STR(s_get("product", 2, "display_name"), "The One");
	T_EQ_INT(s_edit("product", 2, "product_version=3", NULL), CSM_OK);
	T_EQ_STR(s_get("product", 2, "display_name"), "Given 3");
	S_ROUND_TRIP();
	T_OK(s_new("product_line", "name=Printers", NULL));
	T_OK(s_new("product_line", "name=Lasers", "parent=Printers", NULL));
	S_REFUSED(s_edit("product_line", 1, "parent=Lasers", NULL),
		  "product_line Printers: parent: 'Lasers' would make the record its own ancestor");
}

static void test_components(void)
{
	make_customers();
	T_OK(s_new("product", "name=Set", NULL));
	T_OK(s_new("product", "name=Box", NULL));
	S_REFUSED(s_new("product_component", "product=PROD0000001", "component=PROD0000001", NULL),
		  "product_component new: component: PROD0000001 would be a part of itself");
	T_OK(s_new("product_component", "product=PROD0000003", "component=PROD0000002", NULL));
	T_OK(s_new("product_component", "product=PROD0000002", "component=PROD0000001", NULL));
	S_REFUSED(s_new("product_component", "product=PROD0000001", "component=PROD0000003", NULL),
		  "product_component new: component: PROD0000003 contains PROD0000001, which would be a part "
		  "of itself");
	T_EQ_INT(s_edit("product_component", 1, "quantity=2", NULL), CSM_OK);
	S_ROUND_TRIP();
	S_REFUSED(s_load("product_component: {product: PROD0000001, component: PROD0000002}"),
		  "doc:1:54: product_component: component: PROD0000002 contains PROD0000001, "
		"which would be a part of itself");
}

static void test_asset(void)
{
	make_customers();
	T_OK(s_new("asset", "product=PROD0000001", "contact=CNT0000001", "serial_number=S1", NULL));
	T_EQ_STR(s_get("asset", 1, "account"), "ACCT0000001");
	T_EQ_STR(s_get("asset", 1, "display_name"), "S1 - Acme Laser 5 2");
	T_OK(s_find("asset_contact", "asset = AST0000001 and contact = CNT0000001"));
	T_EQ_INT(s_edit("asset", 1, "asset_tag=T1", NULL), CSM_OK);
	T_EQ_STR(s_get("asset", 1, "display_name"), "T1 - Acme Laser 5 2");
	T_OK(s_new("asset", "product=PROD0000001", "consumer=CSMR0000001", "parent=AST0000001", NULL));
	T_EQ_STR(s_get("asset", 2, "display_name"), "Acme Laser 5 2");
	S_REFUSED(s_new("asset", "product=PROD0000001", "consumer=CSMR0000001", "account=ACCT0000001", NULL),
		  "asset new: consumer: an asset is of an account or of a consumer, not of both");
	S_REFUSED(s_new("asset", "product=PROD0000001", NULL),
		  "asset new: account: an asset needs an account or a consumer");
	S_REFUSED(s_new("asset", "product=PROD0000001", "account=ACCT0000001", "contact=CNT0000002", NULL),
		  "asset new: contact: CNT0000002 is a contact of ACCT0000002, not of ACCT0000001, and has "
		  "no relationship to it");
	S_REFUSED(
		s_edit("asset", 2, "contact=CNT0000001", NULL),
		"asset AST0000002: contact: CNT0000001 is a contact of ACCT0000001, but there is no account");
	S_REFUSED(s_edit("asset", 1, "quantity=2", NULL), "asset AST0000001: quantity: 2 of a kind are for "
							  "asset_class consumable, this one is generic");
	T_EQ_INT(s_edit("asset", 1, "quantity=2", "asset_class=consumable", NULL), CSM_OK);
	S_REFUSED(s_edit("asset", 1, "parent=AST0000002", NULL),
		  "asset AST0000001: parent: 'AST0000002' would make the record its own ancestor");
	S_REFUSED(
		s_new("asset_contact", "asset=AST0000002", "contact=CNT0000001", NULL),
		"asset_contact new: asset: AST0000002 is of a consumer, contacts are for assets of accounts");
	/* by relationship another's contact may have it */
	T_EQ_INT(s_load("contact_relationship: {contact: CNT0000002, account: ACCT0000001}"), CSM_OK);
	T_EQ_INT(s_edit("asset", 1, "contact=CNT0000002", NULL), CSM_OK);
	T_EQ_INT(s_count("asset_contact"), 2);
	T_EQ_INT(s_edit("asset", 1, "contact=CNT0000001", NULL), CSM_OK);
	T_EQ_INT(s_count("asset_contact"), 2);
	T_EQ_INT(s_edit("asset", 1, "contact=", NULL), CSM_OK);
	S_ROUND_TRIP();
	/* a load says who uses it by itself */
	T_EQ_INT(s_load("asset: {product: PROD0000001, external_id: x, contact: CNT0000001}"), CSM_OK);
	T_EQ_STR(s_get("asset", 3, "account"), "ACCT0000001");
	T_EQ_INT(s_count("asset_contact"), 2);
	S_ROUND_TRIP();
	S_REFUSED(s_load("asset: {product: PROD0000001, quantity: 3, account: ACCT0000001}"),
		  "doc:1:41: asset: quantity: 3 of a kind are for asset_class consumable, "
		"this one is generic");
}

static void test_turned(void)
{
	make_customers();
	T_EQ_INT(s_load("asset:\n- {product: PROD0000001, account: ACCT0000001, external_id: a}\n"
			"- {product: PROD0000001, account: ACCT0000001, external_id: b, parent: a}\n"),
		 CSM_OK);
	T_EQ_INT(s_load("asset:\n- {external_id: a, parent: b}\n- {external_id: b, parent: null}\n"), CSM_OK);
	T_EQ_STR(s_get("asset", 1, "parent"), "AST0000002");
	S_REFUSED(s_load("asset: {external_id: b, parent: a}"),
		  "doc:1:33: asset AST0000002: parent: 'AST0000001' would make the record its "
		 	"own ancestor");
	S_REFUSED(s_load("asset:\n- {product: PROD0000001, account: ACCT0000001, external_id: c, parent: d}\n"
			 "- {product: PROD0000001, account: ACCT0000001, external_id: d, parent: c}\n"),
		  "doc:3:72: asset d: parent: 'AST0000003' would make the record its own ancestor");
	T_EQ_INT(s_load("install_base_item:\n- {name: A, external_id: a}\n- {name: B, external_id: b, "
			"parent: a}\n"),
		 CSM_OK);
	T_EQ_INT(s_load("install_base_item:\n- {external_id: a, parent: b}\n- {external_id: b, parent: "
			"null}\n"),
		 CSM_OK);
	T_EQ_STR(s_get("install_base_item", 1, "root"), "IBITM0000002");
	T_EQ_STR(s_get("install_base_item", 2, "root"), "");
	S_REFUSED(s_load("install_base_item: {external_id: b, parent: a}"),
		  "doc:1:45: install_base_item IBITM0000002: parent: the tree has more than "
		"10 levels, or leads in a circle");
	S_ROUND_TRIP();
}

/* Each bundle holds the next one twice, by two ways: many ways through, few bundles. */
static void test_many_ways(void)
{
	struct csm_buf b;

	make_customers();
	b = (struct csm_buf)CSM_BUF(t_arena);
	csm_buf_add(&b, "product:\n");
	for (int i = 0; i <= 120; i++)
		csm_buf_addf(&b, "- {name: Part, external_id: p%d}\n", i);
	csm_buf_add(&b, "product_component:\n");
	for (int i = 0; i < 120; i += 3)
		csm_buf_addf(&b,
			     "- {product: p%d, component: p%d}\n- {product: p%d, component: p%d}\n- "
			     "{product: p%d, component: p%d}\n"
			     "- {product: p%d, component: p%d}\n",
			     i, i + 1, i, i + 2, i + 1, i + 3, i + 2, i + 3);
	T_EQ_INT(s_load(b.s), CSM_OK);
	S_REFUSED(s_new("product_component", "product=p120", "component=p0", NULL),
		  "product_component new: component: PROD0000002 contains PROD0000122, which would be a part "
		  "of itself");
}

static void test_item(void)
{
	make_customers();
	T_OK(s_new("install_base_item", "name=Rack", "contact=CNT0000001", NULL));
	T_EQ_STR(s_get("install_base_item", 1, "account"), "ACCT0000001");
	T_EQ_STR(s_get("install_base_item", 1, "root"), "");
	T_OK(s_new("install_base_item", "name=Shelf", "parent=IBITM0000001", NULL));
	T_EQ_STR(s_get("install_base_item", 2, "account"), "ACCT0000001");
	T_EQ_STR(s_get("install_base_item", 2, "contact"), "CNT0000001");
	T_EQ_STR(s_get("install_base_item", 2, "root"), "IBITM0000001");
	T_OK(s_new("install_base_item", "name=Disk", "parent=IBITM0000002", NULL));
	T_EQ_STR(s_get("install_base_item", 3, "root"), "IBITM0000001");
	S_REFUSED(s_new("install_base_item", "name=X", "account=ACCT0000001", "household=HOLD0000001", NULL),
		  "install_base_item new: account: an item has one customer: an account, a consumer or a "
		  "household");
	S_REFUSED(s_new("install_base_item", "name=X", "parent=IBITM0000001", "account=ACCT0000002", NULL),
		  "install_base_item new: account: differs from that of the parent IBITM0000001, expected "
		  "ACCT0000001");
	S_REFUSED(s_edit("install_base_item", 3, "account=", "contact=", "consumer=CSMR0000001", NULL),
		  "install_base_item IBITM0000003: account: differs from that of the parent IBITM0000002, "
		  "expected ACCT0000001");
	S_REFUSED(s_new("install_base_item", "name=X", "account=ACCT0000001", "contact=CNT0000002", NULL),
		  "install_base_item new: contact: CNT0000002 is a contact of ACCT0000002, not of "
		  "ACCT0000001, and has no relationship to it");
	S_REFUSED(s_edit("install_base_item", 1, "parent=IBITM0000003", NULL),
		  "install_base_item IBITM0000001: parent: 'IBITM0000003' would make the record its own "
		  "ancestor");
	/* roots follow */
	T_OK(s_new("install_base_item", "name=Room", "account=ACCT0000001", NULL));
	T_EQ_INT(s_edit("install_base_item", 2, "parent=IBITM0000004", NULL), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 2, "root"), "IBITM0000004");
	T_EQ_STR(s_get("install_base_item", 3, "root"), "IBITM0000004");
	T_EQ_INT(s_edit("install_base_item", 2, "parent=", NULL), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 2, "root"), "");
	T_EQ_STR(s_get("install_base_item", 3, "root"), "IBITM0000002");
	S_ROUND_TRIP();
}

static void test_item_dates(void)
{
	make_customers();
	T_OK(s_new("install_base_item", "name=Rack", "account=ACCT0000001", "install_date=2024-05-01", NULL));
	S_REFUSED(s_move("install_base_item", 1, "uninstall", "uninstall_date=2024-04-01", NULL),
		  "install_base_item IBITM0000001: uninstall_date: 2024-04-01 is before install_date "
		  "2024-05-01");
	T_EQ_INT(s_move("install_base_item", 1, "uninstall", NULL), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 1, "uninstall_date"), "2024-06-01");
	T_EQ_STR(s_get("install_base_item", 1, "active"), "false");
	T_EQ_INT(s_move("install_base_item", 1, "reinstall", NULL), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 1, "uninstall_date"), "");
	T_EQ_INT(s_move("install_base_item", 1, "uninstall", "uninstall_date=2024-05-07", NULL), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 1, "uninstall_date"), "2024-05-07");
	S_ROUND_TRIP();
}

static void test_item_depth(void)
{
	char parent[60];

	make_customers();
	for (int i = 0; i < 10; i++) {
		snprintf(parent, sizeof(parent), "parent=%s",
			 i ? csm_number_format(t_arena, &csm_type_install_base_item, i) : "");
		T_OK(s_new("install_base_item", "name=Level", parent, NULL));
	}
	S_REFUSED(s_new("install_base_item", "name=Too deep", "parent=IBITM0000010", NULL),
		  "install_base_item new: parent: the tree would have more than 10 levels");
	T_OK(s_new("install_base_item", "name=Pair", NULL));
	T_OK(s_new("install_base_item", "name=Pair", "parent=IBITM0000011", NULL));
	S_REFUSED(s_edit("install_base_item", 11, "parent=IBITM0000009", NULL),
		  "install_base_item IBITM0000011: parent: the tree would have more than 10 levels");
	T_EQ_INT(s_edit("install_base_item", 11, "parent=IBITM0000008", NULL), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 12, "root"), "IBITM0000001");
	S_ROUND_TRIP();
}

static void test_item_load(void)
{
	struct csm_buf b;

	make_customers();
	/* children before parents, a root that is wrong, one that is right */
	T_EQ_INT(s_load("install_base_item:\n"
			"- {name: C, external_id: c, parent: b, root: b}\n"
			"- {name: B, external_id: b, parent: a}\n"
			"- {name: A, external_id: a, account: ACCT0000001}\n"), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 1, "root"), "IBITM0000003");
	T_EQ_STR(s_get("install_base_item", 2, "root"), "IBITM0000003");
	T_EQ_STR(s_get("install_base_item", 3, "root"), "");
	S_ROUND_TRIP();
	T_EQ_INT(s_load("install_base_item:\n- {external_id: b, parent: n}\n- {name: N, external_id: n}\n"),
		 CSM_OK);
	T_EQ_STR(s_get("install_base_item", 1, "root"), "IBITM0000004");
	T_EQ_STR(s_get("install_base_item", 2, "root"), "IBITM0000004");
	T_EQ_INT(s_load("install_base_item: {external_id: b, parent: null}"), CSM_OK);
	T_EQ_STR(s_get("install_base_item", 1, "root"), "IBITM0000002");
	S_ROUND_TRIP();
	b = (struct csm_buf)CSM_BUF(t_arena);
	csm_buf_add(&b, "install_base_item:\n");
	for (int i = 1; i <= 11; i++)
		csm_buf_addf(&b, "- {name: Deep, external_id: d%d%s}\n", i,
			     i == 11 ? "" : csm_sprintf(t_arena, ", parent: d%d", i + 1));
	S_REFUSED(s_load(b.s), "doc:2:41: install_base_item d1: parent: the tree has more than 10 levels, "
		"or leads in a circle");
}

static void test_sold(void)
{
	make_customers();
	T_OK(s_new("sold_product", "product=PROD0000001", "contact=CNT0000001", NULL));
	T_EQ_STR(s_get("sold_product", 1, "account"), "ACCT0000001");
	T_EQ_STR(s_get("sold_product", 1, "name"), "Laser 5");
	T_EQ_STR(s_get("sold_product", 1, "state"), "active");
	T_OK(s_new("sold_product", "product=PROD0000001", "consumer=CSMR0000001", "account=ACCT0000001",
		   "start_date=2024-06-02", "name=Mine", NULL));
	T_EQ_STR(s_get("sold_product", 2, "state"), "in_preparation");
	T_EQ_STR(s_get("sold_product", 2, "name"), "Mine");
	T_OK(s_new("sold_product", "product=PROD0000001", "household=HOLD0000001", "end_date=2024-05-31",
		   NULL));
	T_EQ_STR(s_get("sold_product", 3, "state"), "expired");
	T_OK(s_new("sold_product", "product=PROD0000001", "household=HOLD0000001", "start_date=2024-06-01",
		   "end_date=2024-06-01", NULL));
	T_EQ_STR(s_get("sold_product", 4, "state"), "active");
	S_REFUSED(s_new("sold_product", "product=PROD0000001", NULL),
		  "sold_product new: account: a sold product needs an account, a consumer or a household");
	S_REFUSED(s_new("sold_product", "product=PROD0000001", "household=HOLD0000001",
			"consumer=CSMR0000001", NULL),
		  "sold_product new: household: a sold product is of a household or of an account or "
		  "consumer, not of both");
	S_REFUSED(s_new("sold_product", "product=PROD0000001", "account=ACCT0000001", "contact=CNT0000002",
			NULL),
		  "sold_product new: contact: CNT0000002 is a contact of ACCT0000002, not of ACCT0000001, "
		  "and has no relationship to it");
	S_REFUSED(s_edit("sold_product", 2, "end_date=2024-06-01", NULL),
		  "sold_product SLPRD0000002: end_date: 2024-06-01 is before start_date 2024-06-02");
	T_EQ_INT(s_edit("sold_product", 2, "parent=SLPRD0000001", NULL), CSM_OK);
	S_REFUSED(s_edit("sold_product", 1, "parent=SLPRD0000002", NULL),
		  "sold_product SLPRD0000001: parent: 'SLPRD0000002' would make the record its own ancestor");
	T_EQ_INT(s_load("sold_product: {product: PROD0000001, account: ACCT0000001, external_id: s, "
			"start_date: 2020-01-01, "
			"state: suspended, suspend_start: 2024-01-01}"),
		 CSM_OK);
	T_EQ_STR(s_get("sold_product", 5, "state"), "suspended");
	S_ROUND_TRIP();
	S_REFUSED(s_load("sold_product: {product: PROD0000001, account: ACCT0000001, suspend_start: "
			 "2024-01-02, suspend_end: 2024-01-01}"),
		  "doc:1:100: sold_product: suspend_end: 2024-01-01 is before suspend_start "
		"2024-01-02");
}

static int expire(int64_t id)
{
	struct csm_rec *r;
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	csm_store_as_system(t_store);
	r = s_need("sold_product", id);
	rc = csm_store_move(t_store, r, "expire", NULL, -1, &t_err);
	return s_end(rc);
}

static void test_sold_moves(void)
{
	make_customers();
	T_OK(s_new("sold_product", "product=PROD0000001", "account=ACCT0000001", "start_date=2024-06-05",
		   "end_date=2024-06-10", NULL));
	S_REFUSED(s_move("sold_product", 1, "activate", NULL),
		  "sold_product SLPRD0000001: start_date: starts on 2024-06-05, not yet");
	s_day(20);
	S_REFUSED(s_move("sold_product", 1, "activate", NULL),
		  "sold_product SLPRD0000001: end_date: ended on 2024-06-10");
	s_day(5);
	T_EQ_INT(s_move("sold_product", 1, "activate", NULL), CSM_OK);
	S_REFUSED(s_move("sold_product", 1, "suspend", "suspend_end=2024-06-05", NULL),
		  "sold_product SLPRD0000001: suspend_end: 2024-06-05 is before suspend_start 2024-06-06");
	T_EQ_INT(s_move("sold_product", 1, "suspend", "suspend_end=2024-06-07", NULL), CSM_OK);
	T_EQ_STR(s_get("sold_product", 1, "suspend_start"), "2024-06-06");
	T_EQ_INT(s_move("sold_product", 1, "resume", NULL), CSM_OK);
	S_REFUSED(expire(1), "sold_product SLPRD0000001: end_date: 2024-06-10 has not passed");
	T_OK(s_new("sold_product", "product=PROD0000001", "account=ACCT0000001", "parent=SLPRD0000001",
		   NULL));
	S_REFUSED(expire(2), "sold_product SLPRD0000002: end_date: there is none, it does not expire");
	S_REFUSED(s_move("sold_product", 2, "suspend", NULL),
		  "sold_product SLPRD0000002: parent: it is part of SLPRD0000001; a root is suspended, not "
		  "its parts");
	s_day(9);
	S_REFUSED(expire(1), "sold_product SLPRD0000001: end_date: 2024-06-10 has not passed");
	s_day(10);
	T_EQ_INT(expire(1), CSM_OK);
	s_day(0);
}

int main(void)
{
	s_begin();
	test_product();
	test_components();
	test_asset();
	test_turned();
	test_many_ways();
	test_item();
	test_item_dates();
	test_item_depth();
	test_item_load();
	test_sold();
	test_sold_moves();
	t_end();
	T_DONE();
}
