/* SPDX-License-Identifier: MIT */
/* sp_breach.c - sla breaches: reports and monitoring. */
#include <inttypes.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt breach_options[] = {
	{ .name = "within",
	  .arg = CLI_ARG_DURATION,
	  .help = "Also those due within this time; the setting sla.soon when unsaid" },
	{ .name = "new",
	  .arg = CLI_ARG_NONE,
	  .help = "Only what was not reported before; marks what it prints" },
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "Only SLA records that the expression selects, see csm-filter(5)" },
	{ .name = "exit-code", .arg = CLI_ARG_NONE, .help = "Exit 1 when anything is printed" },
	{ .name = "monitor",
	  .arg = CLI_ARG_NONE,
	  .help = "One status line with performance data, exit 0, 1, 2 or 3 as monitoring plugins do" },
	{ .name = NULL },
};

struct report {
	struct cli *c;
	struct cli_list *list; /* NULL with --monitor */
	int64_t breached, soon;
};

static const struct csm_column breach_columns[] = {
	{ .name = "status", .label = "Status", .type = CSM_W_TEXT },
	{ .name = "case", .label = "Case", .type = CSM_W_TEXT },
	{ .name = "priority", .label = "Prio", .type = CSM_W_NUMBER, .right = true },
	{ .name = "sla", .label = "SLA", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "due", .label = "Due", .type = CSM_W_TEXT, .wide = true },
	{ .name = "left", .label = "Left", .type = CSM_W_TEXT, .right = true },
	{ .name = "customer", .label = "Customer", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "assigned_to", .label = "Assigned to", .type = CSM_W_TEXT, .wrap = true },
	{ .name = "short_description",
	  .label = "Short description",
	  .type = CSM_W_TEXT,
	  .wrap = true,
	  .wide = true },
};

/* The first of several paths that has a text. */
static int first_text(struct cli *c, const struct csm_rec *sla, const char *const *paths, const char **out,
		      struct csm_err *err)
{
	int code = CSM_OK;

	for (*out = NULL; !code && !*out && *paths; paths++)
		code = cli_path_text(c, sla, *paths, out, err);
	return code;
}

static int breach_row(void *arg, struct csm_rec *sla, const struct csm_sla_view *v, struct csm_err *err)
{
	static const char *const task[] = { "parent_case", "case_task", NULL };
	static const char *const priority[] = { "parent_case.priority", "case_task.priority", NULL };
	static const char *const customer[] = { "parent_case.account.name", "parent_case.consumer.name",
						"case_task.account.name", "case_task.consumer.name", NULL };
	static const char *const agent[] = { "parent_case.assigned_to", "case_task.assigned_to", NULL };
	static const char *const subject[] = { "parent_case.short_description",
					       "case_task.short_description", NULL };
	struct report *p = arg;
	struct cli *c = p->c;
	const char *values[CSM_COUNT(breach_columns)] = { v->breached ? "breached" : "soon" };
	int code;

	if (v->breached)
		p->breached++;
	else
		p->soon++;
	if (!p->list)
		return CSM_OK;
	code = first_text(c, sla, task, &values[1], err);
	if (!code)
		code = first_text(c, sla, priority, &values[2], err);
	if (!code)
		code = cli_path_text(c, sla, "sla_definition", &values[3], err);
	values[4] = cli_time(c, v->due);
	values[5] = cli_duration(c, v->due - c->env.now);
	if (!code)
		code = first_text(c, sla, customer, &values[6], err);
	if (!code)
		code = first_text(c, sla, agent, &values[7], err);
	if (!code)
		code = first_text(c, sla, subject, &values[8], err);
	return code ? code : cli_list_row(p->list, values, NULL, err);
}

/* Plugin output (Monitoring Plugins guidelines): SERVICE STATUS - text | 'label'=value;warn;crit;min. */
static int print_monitor(struct cli *c, const struct report *p, int64_t within)
{
	int status = p->breached ? 2 : p->soon ? 1 : 0;
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };

	cli_print(c,
		  "SLA %s - %" PRId64 " breached, %" PRId64 " due within %s | breached=%" PRId64
		  ";;0;0 soon=%" PRId64 ";0;;0\n",
		  words[status], p->breached, p->soon, cli_duration(c, within), p->breached, p->soon);
	return status;
}

static int cmd_sla_breaches(struct cli *c, struct csm_err *err)
{
	struct report p = { .c = c };
	struct csm_breach_opts o = { .only_new = cli_given(c, "new") };
	int code = CSM_OK;

	o.mark = o.only_new && !cli_given(c, "monitor");
	if (o.mark && cli_given(c, "count"))
		return csm_fail(err, CSM_E_USAGE,
				"--new marks what it prints, and --count prints nothing of it");
	o.within = cli_int(c, "within", csm_store_setting_int(c->store, "sla.soon"));
	if (cli_given(c, "where"))
		code = csm_store_filter(c->store, &csm_type_sla, cli_text(c, "where"), c->arena, &o.where,
					err);
	/*
	 * not cli_begin(): what is printed goes out before the marks are stored, so that a breach may be
	 * told twice but never lost
	 */
	if (!code && o.mark)
		code = csm_store_begin(c->store, err);
	if (!code && !cli_given(c, "monitor"))
		code = cli_list_open(&p.list, c, breach_columns, CSM_COUNT(breach_columns), err);
	if (!code)
		code = csm_sla_breaches(c->store, &o, c->arena, breach_row, &p, err);
	if (code)
		return code;
	if (cli_given(c, "monitor"))
		return print_monitor(c, &p, o.within);
	code = cli_list_close(p.list, err);
	if (!code && o.mark)
		code = cli_out_flush(c->out, err);
	if (!code && o.mark && cli_out_gone(c->out)) /* nobody read it to the end: it is told again */
		code = csm_fail(err, CSM_E_IO, "the reader has gone, nothing was marked");
	if (!code && o.mark)
		code = cli_commit(c, err);
	if (code)
		return code;
	return cli_given(c, "exit-code") && p.breached + p.soon ? CSM_NO : CSM_OK;
}

const struct cli_verb sp_breach_verbs[] = {
	{ .noun = "sla",
	  .verb = "breaches",
	  .fn = cmd_sla_breaches,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_TZ,
	  .options = breach_options,
	  .writes_with = "new",
	  .summary = "Report the SLAs that are breached or soon will be",
	  .help = "Running SLAs whose due moment has passed, and those due within --within, ordered by due "
		  "moment.\n"
		  "With --new each is reported once as soon and once as breached: what is printed is "
		  "marked in the same transaction.\n" },
	{ .verb = NULL },
};
