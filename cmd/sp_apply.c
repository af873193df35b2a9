/* SPDX-License-Identifier: MIT */
/* sp_apply.c - sla apply: a definition attached to records that are there, and what was left and why. */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt apply_options[] = {
	{ .name = "to",
	  .arg = CLI_ARG_EXPR,
	  .help = "The open records that it is applied to; of the definition's type, see csm-filter(5)" },
	{ .name = "verbose", .letter = 'v', .help = "Also those that were left, with the reason" },
	{ .name = NULL },
};

static const struct csm_column columns[] = {
	{ .name = "record", .label = "Record", .type = CSM_W_TEXT },
	{ .name = "sla_definition", .label = "SLA definition", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "sla", .label = "SLA", .type = CSM_W_TEXT },
	{ .name = "stage", .label = "Stage", .type = CSM_W_TEXT },
	{ .name = "start_at", .label = "Start", .type = CSM_W_TEXT, .wide = true },
	{ .name = "planned_end_at", .label = "Due", .type = CSM_W_TEXT },
	{ .name = "breached", .label = "Breached", .type = CSM_W_BOOL },
	{ .name = "why", .label = "Left because", .type = CSM_W_TEXT, .wrap = true },
};

struct tally {
	struct cli *c;
	struct cli_list *list;
	const char *definition;
	int64_t attached, breached, left;
};

static int add_hit(void *arg, const struct csm_apply_hit *hit, struct csm_err *err)
{
	struct tally *p = arg;
	struct cli *c = p->c;
	const char *values[CSM_COUNT(columns)] = { NULL, p->definition };

	p->attached += hit->sla != NULL;
	p->breached += hit->sla && hit->view.breached;
	p->left += !hit->sla;
	if (!hit->sla && !cli_given(c, "verbose"))
		return CSM_OK;
	values[0] = csm_rec_key(c->arena, hit->task);
	if (hit->sla) {
		values[2] = csm_rec_key(c->arena, hit->sla);
		values[3] = csm_rec_text(hit->sla, SLA_STAGE);
		values[4] = cli_time(c, csm_rec_int(hit->sla, SLA_START_AT));
		values[5] = hit->view.due == CSM_TIME_MIN ? NULL : cli_time(c, hit->view.due);
		values[6] = hit->view.breached ? "true" : "false";
	} else {
		values[7] = hit->why;
	}
	return cli_list_row(p->list, values, NULL, err);
}

/* A wrong --to is a fault of the command line, told before anything is done. */
static int check_to(struct cli *c, const struct csm_rec *def, struct csm_err *err)
{
	const struct csm_rtype *t = csm_dict_type(c->dict, csm_rec_text(def, SLA_DEFINITION_TARGET_TYPE));
	struct csm_filter *f;

	if (csm_store_filter(c->store, t, cli_text(c, "to"), c->arena, &f, err) == CSM_OK)
		return CSM_OK;
	if (err->code == CSM_E_INVALID)
		err->code = CSM_E_USAGE;
	return csm_err_on(err, NULL, NULL, "--to");
}

/* What was done with one definition. */
static int apply_one(struct cli *c, const char *key, struct tally *p, struct csm_err *err)
{
	const struct csm_apply_sink sink = { add_hit, p };
	struct csm_rec *def;
	int code = cli_find(c, &csm_type_sla_definition, key, &def, err);

	if (!code)
		code = check_to(c, def, err);
	if (code)
		return code;
	p->definition = csm_rec_text(def, SLA_DEFINITION_NAME);
	p->attached = p->breached = p->left = 0;
	code = csm_sla_apply(c->store, def->id, cli_text(c, "to"), &sink, err);
	if (code)
		return code;
	cli_note(c, "%s: attached to %" PRId64 " (%" PRId64 " breached), %" PRId64 " left%s", p->definition,
		 p->attached, p->breached, p->left,
		 p->left && !cli_given(c, "verbose") ? "; --verbose tells why" : "");
	return CSM_OK;
}

static int cmd_sla_apply(struct cli *c, struct csm_err *err)
{
	struct tally p = { .c = c };
	int code;

	if (!cli_given(c, "to"))
		return csm_fail(err, CSM_E_USAGE,
				"--to says which open records: --to 'priority = 1', --to 'active = true' for all");
	c->no_header = c->quiet;
	code = cli_list_open(&p.list, c, columns, CSM_COUNT(columns), err);
	for (unsigned i = 0; !code && i < c->nargs; i++)
		code = apply_one(c, c->args[i], &p, err);
	return code ? code : cli_list_close(p.list, err);
}

const struct cli_verb sp_apply_verbs[] = {
	{ .noun = "sla",
	  .verb = "apply",
	  .fn = cmd_sla_apply,
	  .needs = CLI_WRITE | CLI_LIST | CLI_TZ,
	  .options = apply_options,
	  .args = "DEFINITION...",
	  .min = 1,
	  .max = -1,
	  .arg_type = "sla_definition",
	  .summary = "Attach SLA definitions to open records that were there before them",
	  .help = "Otherwise a new definition begins with the next write of a record. Its conditions, contracts and\n"
		  "retroactive start hold as they do then. What runs by it already is left as it is: sla repair\n"
		  "counts that anew.\n" },
	{ .verb = NULL },
};
