/* SPDX-License-Identifier: MIT */
/*
 * ent_query.c - what an entitlement is looked for with: a case's fields, or what is given, completed as a
 * case would be.
 */
#include "svc_agreement.h"
#include "svc_work.h"

int csm_ent_query_case(struct csm_store *s, const struct csm_rec *cs, struct csm_ent_query *q,
		       struct csm_err *err)
{
	(void)s;
	(void)err;
	*q = (struct csm_ent_query){
		.account = csm_rec_int(cs, CASE_ACCOUNT),
		.contact = csm_rec_int(cs, CASE_CONTACT),
		.consumer = csm_rec_int(cs, CASE_CONSUMER),
		.household = csm_rec_int(cs, CASE_HOUSEHOLD),
		.product = csm_rec_int(cs, CASE_PRODUCT),
		.asset = csm_rec_int(cs, CASE_ASSET),
		.sold_product = csm_rec_int(cs, CASE_SOLD_PRODUCT),
		.install_base_item = csm_rec_int(cs, CASE_INSTALL_BASE_ITEM),
		.contract = csm_rec_int(cs, CASE_CONTRACT),
		.at = csm_rec_int(cs, CASE_OPENED_AT),
		.channel = csm_rec_null(cs, CASE_CHANNEL) ? NULL : csm_rec_text(cs, CASE_CHANNEL),
	};
	return CSM_OK;
}

/* A contract alone asks for its own customer. */
static int take_customer(struct csm_store *s, struct csm_ent_query *q, struct csm_err *err)
{
	struct csm_rec *contract;
	int rc;

	if (!q->contract || q->account || q->consumer || q->household)
		return CSM_OK;
	rc = csm_store_need(s, &csm_type_contract, q->contract, csm_store_arena(s), &contract, err);
	if (rc)
		return rc;
	q->account = csm_rec_int(contract, CONTRACT_ACCOUNT);
	q->consumer = csm_rec_int(contract, CONTRACT_CONSUMER);
	q->household = csm_rec_int(contract, CONTRACT_HOUSEHOLD);
	return CSM_OK;
}

/* The same rules as on a case: its derive hook fills a case that is never stored. */
int csm_ent_query_complete(struct csm_store *s, struct csm_ent_query *q, struct csm_err *err)
{
	const struct {
		int field;
		int64_t id;
	} given[] = {
		{ CASE_ACCOUNT, q->account },           { CASE_CONTACT, q->contact },
		{ CASE_CONSUMER, q->consumer },         { CASE_HOUSEHOLD, q->household },
		{ CASE_PRODUCT, q->product },           { CASE_ASSET, q->asset },
		{ CASE_SOLD_PRODUCT, q->sold_product }, { CASE_INSTALL_BASE_ITEM, q->install_base_item },
		{ CASE_CONTRACT, q->contract },
	};
	struct csm_write w = {
		.store = s, .insert = true, .mode = CSM_WRITE_NORMAL, .event = CSM_HOOK_DERIVE
	};
	struct csm_ent_query full;
	int rc = csm_store_new(s, &csm_type_case, csm_store_arena(s), &w.rec, err);

	for (unsigned i = 0; !rc && i < CSM_COUNT(given); i++) {
		if (!given[i].id)
			continue;
		csm_rec_set_int(w.rec, given[i].field, given[i].id);
		csm_rec_give(w.rec, given[i].field);
	}
	if (!rc)
		rc = work_from_parties(&w, err);
	if (!rc)
		rc = csm_ent_query_case(s, w.rec, &full, err);
	if (rc)
		return rc;
	full.at = q->at;
	full.channel = q->channel;
	*q = full;
	return take_customer(s, q, err);
}
