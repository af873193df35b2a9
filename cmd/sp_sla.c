/* SPDX-License-Identifier: MIT */
/* sp_sla.c - sla breaches (reports, monitoring) and sla explain. */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

/* ---- breaches ---- */

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

/* A path on an SLA record as text; NULL when it leads nowhere. */
static int text_at(struct cli *c, const struct csm_rec *sla, const char *path, const char **out,
		   struct csm_err *err)
{
	const struct csm_rec *end = NULL;
	struct csm_path p;
	int code = csm_path_parse(c->arena, c->dict, sla->type, path, &p, err);

	*out = NULL;
	if (!code)
		code = csm_store_follow(c->store, sla, &p, c->arena, &end, err);
	if (!code && end)
		code = csm_store_text(c->store, end, p.field[p.n - 1], c->arena, out, err);
	return code;
}

/* The first of several paths that has a text. */
static int first_text(struct cli *c, const struct csm_rec *sla, const char *const *paths, const char **out,
		      struct csm_err *err)
{
	int code = CSM_OK;

	for (*out = NULL; !code && !*out && *paths; paths++)
		code = text_at(c, sla, *paths, out, err);
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
		code = text_at(c, sla, "sla_definition", &values[3], err);
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

/* ---- explain ---- */

static const struct cli_opt explain_options[] = {
	{ .name = "sla",
	  .arg = CLI_ARG_TEXT,
	  .value = "NAME",
	  .help = "Only the SLA of this definition or number" },
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
};

static int explain_sla(struct cli *c, struct cli_list *l, struct csm_rec *sla, struct csm_err *err)
{
	struct csm_sla_line *lines;
	const char *number = csm_rec_key(c->arena, sla);
	unsigned n;
	int code = csm_sla_explain(c->store, sla, c->env.now, c->arena, &lines, &n, err);

	for (unsigned i = 0; !code && i < n; i++) {
		const char *values[] = { number,
					 cli_time(c, lines[i].start),
					 cli_time(c, lines[i].end),
					 lines[i].state,
					 lines[i].what,
					 cli_duration(c, lines[i].counted),
					 cli_duration(c, lines[i].sum),
					 lines[i].note };

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
		code = text_at(c, sla, "sla_definition", &name, err);
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
	return text_at(c, sla, "sla_definition", &name, err) == CSM_OK && name && strcmp(want, name) == 0;
}

static int cmd_sla_explain(struct cli *c, struct csm_err *err)
{
	struct csm_rec *cs, **rows;
	struct cli_list *l;
	unsigned n, shown = 0;
	int code = cli_find(c, &csm_type_case, c->args[0], &cs, err);

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
	if (!shown)
		cli_note(c, "%s has no %sSLA", csm_rec_key(c->arena, cs),
			 cli_given(c, "sla") ? "such " : "");
	return cli_list_close(l, err);
}

const struct cli_verb sp_sla_verbs[] = {
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
