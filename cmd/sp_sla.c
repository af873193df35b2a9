/* SPDX-License-Identifier: MIT */
/* sp_sla.c - sla explain: the ledger of a case's SLAs. */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "report.h"

static const struct cli_opt explain_options[] = {
	{ .name = "sla",
	  .arg = CLI_ARG_TEXT,
	  .value = "NAME",
	  .help = "Only the SLA of this definition or number" },
	{ .name = "as-of", .arg = CLI_ARG_TIME, .help = "As it was at this moment, from the history of records" },
	{ .name = NULL },
};

static const struct csm_column ledger_columns[] = {
	{ .name = "sla", .label = "SLA", .type = CSM_W_TEXT },
	{ .name = "from", .label = "From", .type = CSM_W_TEXT },
	{ .name = "to", .label = "To", .type = CSM_W_TEXT },
	{ .name = "state", .label = "State", .type = CSM_W_TEXT },
	{ .name = "what", .label = "What", .type = CSM_W_TEXT },
	{ .name = "counted", .label = "Counted", .type = CSM_W_TEXT, .right = true },
	{ .name = "sum", .label = "Sum", .type = CSM_W_TEXT, .right = true },
	{ .name = "note", .label = "Note", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "rules", .label = "Rules", .type = CSM_W_TEXT, .wrap = true, .wide = true },
};

static int explain_sla(struct cli *c, struct cli_list *l, struct csm_rec *sla, struct csm_err *err)
{
	struct csm_sla_line *lines;
	const char *number = csm_rec_key(c->arena, sla), *rules = NULL;
	unsigned n = 0;
	int code = csm_sla_rules(c->store, sla, c->arena, &rules, err);

	if (!code)
		code = csm_sla_explain(c->store, sla, c->env.now, c->arena, &lines, &n, err);
	for (unsigned i = 0; !code && i < n; i++) {
		const char *values[] = { number,
					 cli_time(c, lines[i].start),
					 cli_time(c, lines[i].end),
					 lines[i].state,
					 lines[i].what,
					 cli_duration(c, lines[i].counted),
					 cli_duration(c, lines[i].sum),
					 lines[i].note,
					 rules };

		code = cli_list_row(l, values, NULL, err);
	}
	return code;
}

/* What the ledger is about: on standard error, for people. */
static int note_sla(struct cli *c, const struct csm_rec *sla, struct csm_err *err)
{
	const char *name = NULL;
	struct csm_sla_view v;
	int code = csm_sla_view(c->store, sla, c->env.now, 0, &v, err);

	if (!code)
		code = cli_path_text(c, sla, "sla_definition", &name, err);
	if (code)
		return code;
	cli_note(c, "%s '%s' (version %" PRId64 "): %s, target %s, used %s, %s%s%s",
		 csm_rec_key(c->arena, sla), name, csm_rec_int(sla, SLA_SLA_DEFINITION_VERSION),
		 csm_rec_text(sla, SLA_STAGE), cli_duration(c, csm_rec_int(sla, SLA_DURATION)),
		 cli_duration(c, v.business_elapsed),
		 v.due == CSM_TIME_MIN ? "no due moment while paused" : "due ",
		 v.due == CSM_TIME_MIN ? "" : cli_time(c, v.due), v.breached ? ", breached" : "");
	return CSM_OK;
}

static bool is_wanted(struct cli *c, const struct csm_rec *sla, struct csm_err *err)
{
	const char *want = cli_text(c, "sla"), *name = NULL;

	if (!want || strcmp(want, csm_rec_key(c->arena, sla)) == 0)
		return true;
	return cli_path_text(c, sla, "sla_definition", &name, err) == CSM_OK && name && strcmp(want, name) == 0;
}

static int cmd_sla_explain(struct cli *c, struct csm_err *err)
{
	struct csm_rec *cs, **rows;
	struct cli_list *l;
	unsigned n, shown = 0;
	int code = report_go_back(c, err);

	if (!code)
		code = cli_find(c, &csm_type_case, c->args[0], &cs, err);
	if (!code)
		code = csm_store_children(c->store, &csm_type_sla, SLA_PARENT_CASE, cs->id, c->arena, &rows,
					  &n, err);
	if (!code)
		code = cli_list_open(&l, c, ledger_columns, CSM_COUNT(ledger_columns), err);
	for (unsigned i = 0; !code && i < n; i++) {
		if (!is_wanted(c, rows[i], err))
			continue;
		shown++;
		code = note_sla(c, rows[i], err);
		if (!code)
			code = explain_sla(c, l, rows[i], err);
	}
	if (code)
		return code;
	if (!shown && cli_given(c, "sla"))
		return csm_fail(err, CSM_E_NOTFOUND, "%s has no SLA '%s'", csm_rec_key(c->arena, cs),
				cli_text(c, "sla"));
	if (!shown)
		cli_note(c, "%s has no SLA", csm_rec_key(c->arena, cs));
	return cli_list_close(l, err);
}

const struct cli_verb sp_sla_verbs[] = {
	{ .noun = "sla",
	  .verb = "explain",
	  .fn = cmd_sla_explain,
	  .needs = CLI_READ | CLI_LIST | CLI_TZ,
	  .options = explain_options,
	  .args = "CASE",
	  .min = 1,
	  .max = 1,
	  .arg_type = "case",
	  .summary = "Show how the time of a case's SLAs was counted",
	  .help = "One line an interval: what the state was, whether it counted, was paused, closed or a "
		  "holiday, and the running sum.\n" },
	{ .verb = NULL },
};
