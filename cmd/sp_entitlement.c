/* SPDX-License-Identifier: MIT */
/* sp_entitlement.c - entitlement check: which entitlement a case has, or would have, and why. */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt check_options[] = {
	{ .name = "account", .arg = CLI_ARG_REF, .target = "account", .help = "Account of the customer" },
	{ .name = "contact", .arg = CLI_ARG_REF, .target = "contact", .help = "Contact of the customer" },
	{ .name = "consumer", .arg = CLI_ARG_REF, .target = "consumer", .help = "Consumer" },
	{ .name = "household", .arg = CLI_ARG_REF, .target = "household", .help = "Household" },
	{ .name = "product", .arg = CLI_ARG_REF, .target = "product", .help = "Product it is about" },
	{ .name = "asset", .arg = CLI_ARG_REF, .target = "asset", .help = "Asset it is about" },
	{ .name = "sold-product",
	  .arg = CLI_ARG_REF,
	  .target = "sold_product",
	  .help = "Sold product it is about" },
	{ .name = "install-base-item",
	  .arg = CLI_ARG_REF,
	  .target = "install_base_item",
	  .help = "Installed item it is about" },
	{ .name = "contract", .arg = CLI_ARG_REF, .target = "contract", .help = "Contract it falls under" },
	{ .name = "channel",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "chat,email,phone,social,web,walkup,messaging,virtual_agent",
	  .help = "Channel the customer comes by" },
	{ .name = "at",
	  .arg = CLI_ARG_TIME,
	  .help = "Moment to decide for; now when unsaid, the opening of a CASE" },
	{ .name = "explain",
	  .arg = CLI_ARG_NONE,
	  .help = "All candidates, best first, with their scores and why" },
	{ .name = NULL },
};

static const struct csm_column columns[] = {
	{ .name = "entitlement", .label = "Entitlement", .type = CSM_W_TEXT },
	{ .name = "name", .label = "Name", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "contract", .label = "Contract", .type = CSM_W_TEXT },
	{ .name = "fits", .label = "Fits", .type = CSM_W_BOOL },
	{ .name = "score", .label = "Score", .type = CSM_W_NUMBER, .right = true },
	{ .name = "why", .label = "Why", .type = CSM_W_TEXT, .wrap = true },
};

static int read_query(struct cli *c, struct csm_ent_query *q, struct csm_err *err)
{
	const struct {
		const char *option, *target;
		int64_t *id;
	} refs[] = {
		{ "account", "account", &q->account },
		{ "contact", "contact", &q->contact },
		{ "consumer", "consumer", &q->consumer },
		{ "household", "household", &q->household },
		{ "product", "product", &q->product },
		{ "asset", "asset", &q->asset },
		{ "sold-product", "sold_product", &q->sold_product },
		{ "install-base-item", "install_base_item", &q->install_base_item },
		{ "contract", "contract", &q->contract },
	};
	struct csm_rec *cs;

	for (unsigned i = 0; c->nargs && i < CSM_COUNT(refs); i++)
		if (cli_given(c, refs[i].option))
			return csm_fail(err, CSM_E_USAGE, "--%s goes without a CASE, which says it itself",
					refs[i].option);
	if (c->nargs) {
		if (cli_find(c, &csm_type_case, c->args[0], &cs, err) ||
		    csm_ent_query_case(c->store, cs, q, err))
			return (int)err->code;
	}
	for (unsigned i = 0; i < CSM_COUNT(refs); i++) {
		int64_t id;

		if (cli_ref(c, refs[i].option, refs[i].target, &id, err))
			return (int)err->code;
		if (id)
			*refs[i].id = id;
	}
	if (cli_given(c, "channel"))
		q->channel = cli_text(c, "channel");
	q->at = cli_int(c, "at", q->at);
	return CSM_OK;
}

static int print_row(struct cli *c, struct cli_list *l, const struct csm_ent_candidate *e,
		     struct csm_err *err)
{
	const char *values[CSM_COUNT(columns)] = { NULL };
	struct csm_rec *r;
	int code = csm_store_need(c->store, &csm_type_entitlement, e->entitlement, c->arena, &r, err);

	if (code)
		return code;
	values[0] = csm_rec_key(c->arena, r);
	values[1] = csm_rec_text(r, ENTITLEMENT_NAME);
	values[3] = e->fits ? "true" : "false";
	values[4] = e->fits ? cli_decimal(c, e->score) : NULL;
	values[5] = e->why;
	code = csm_store_text(c->store, r, ENTITLEMENT_CONTRACT, c->arena, &values[2], err);
	return code ? code : cli_list_row(l, values, NULL, err);
}

static int cmd_entitlement_check(struct cli *c, struct csm_err *err)
{
	struct csm_ent_query q = { 0 };
	struct csm_ent_answer a;
	struct cli_list *l;
	int code = read_query(c, &q, err);

	if (!code)
		code = csm_ent_query_complete(c->store, &q, err);
	if (!code && !c->nargs && !q.account && !q.consumer && !q.household && !q.asset &&
	    !q.sold_product && !q.install_base_item && !q.contract)
		return csm_fail(err, CSM_E_USAGE,
				"expected a CASE, or a customer, asset, item or contract as options");
	if (!code)
		code = csm_ent_check(c->store, &q, c->arena, &a, err);
	if (!code)
		code = cli_list_open(&l, c, columns, CSM_COUNT(columns), err);
	for (unsigned i = 0; !code && i < a.n; i++)
		if (cli_given(c, "explain") || (i == 0 && a.entitlement))
			code = print_row(c, l, &a.candidates[i], err);
	if (!code)
		code = cli_list_close(l, err);
	if (code)
		return code;
	if (a.exhausted)
		cli_note(c, "no units remain on the entitlement");
	if (!a.entitlement)
		cli_note(c, "not entitled");
	return a.entitlement ? CSM_OK : CSM_NO;
}

const struct cli_verb sp_entitlement_verbs[] = {
	{ .noun = "entitlement",
	  .verb = "check",
	  .fn = cmd_entitlement_check,
	  .needs = CLI_READ | CLI_LIST,
	  .options = check_options,
	  .args = "[CASE]",
	  .max = 1,
	  .arg_type = "case",
	  .summary = "Decide the entitlement of a case, or of a customer and product",
	  .help = "Exit status 0: entitled, 1: not. The highest sum of weights wins (settings "
		  "entitlement.weight_*); ties go to the highest\n"
		  "single weight, then the earliest end, then the lowest number.\n" },
	{ .verb = NULL },
};
