/* SPDX-License-Identifier: MIT */
/* sp_attain.c - sla attainment: how many of the SLAs that were completed were kept. */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>

#include "report.h"

static const struct cli_opt attain_options[] = {
	{ .name = "from",
	  .arg = CLI_ARG_TIME,
	  .help = "Completed at this moment or later; from the first when unsaid" },
	{ .name = "to", .arg = CLI_ARG_TIME, .help = "Completed before this moment; to the last when unsaid" },
	{ .name = "by",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "account,group,priority,sla,month,assignee",
	  .help = "A row for each; months are those of --tz" },
	{ .name = "as-of", .arg = CLI_ARG_TIME, .help = "As it was at this moment, from the history" },
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "Only SLA records that the expression selects, see csm-filter(5)" },
	{ .name = NULL },
};

static const struct csm_column counts[] = {
	{ .name = "met", .label = "Met", .type = CSM_W_NUMBER, .right = true },
	{ .name = "missed", .label = "Missed", .type = CSM_W_NUMBER, .right = true },
	{ .name = "total", .label = "Total", .type = CSM_W_NUMBER, .right = true },
	{ .name = "attainment", .label = "Attainment %", .type = CSM_W_NUMBER, .right = true },
	{ .name = "imported", .label = "Imported", .type = CSM_W_NUMBER, .right = true },
	{ .name = "from", .label = "From", .type = CSM_W_TEXT },
	{ .name = "to", .label = "To", .type = CSM_W_TEXT },
	REPORT_HEAD_COLUMNS,
};
#define TABLE_COUNTS 5
#define COLUMNS (2 + CSM_COUNT(counts))

struct report {
	struct cli *c;
	struct csm_attain_opts o;
	const char *from, *to; /* as texts; NULL: open */
	struct report_head head;
	struct report_rows rows;
	unsigned keys; /* columns before the counts */
};

static int print_row(struct report *p, const struct csm_sla_group *g, const char *label, struct csm_err *err)
{
	const char *values[COLUMNS] = { g->key, g->name }, *labels[COLUMNS] = { label };
	const char **v = values + p->keys;

	v[0] = report_count(p->c, g->met);
	v[1] = report_count(p->c, g->missed);
	v[2] = report_count(p->c, g->met + g->missed);
	v[3] = csm_sla_percent(p->c->arena, g);
	v[4] = report_count(p->c, g->imported);
	v[5] = p->from;
	v[6] = p->to;
	v[7] = p->head.as_of;
	v[8] = p->head.time_zone;
	v[9] = p->head.tzdata;
	return report_row(&p->rows, values, p->keys ? labels : NULL, err);
}

/* "completed from ... to ..." */
static const char *interval_text(const struct report *p)
{
	if (!p->from && !p->to)
		return "completed so far";
	return csm_sprintf(p->c->arena, "completed%s%s%s%s", p->from ? " from " : "", p->from ? p->from : "",
			   p->to ? " to " : "", p->to ? p->to : "");
}

/* The first line is the subject of a mail. */
static void print_subject(const struct report *p, const struct csm_sla_group *all)
{
	const char *percent = csm_sla_percent(p->c->arena, all);

	cli_print(p->c, "SLA attainment %s%s: %s of %s\n\n%s\n%s\n\n", percent ? percent : "unknown",
		  percent ? " %" : "", report_count(p->c, all->met), report_count(p->c, all->met + all->missed),
		  interval_text(p), report_head_text(p->c, &p->head));
}

/* A line of totals is for people: in data it would be counted twice by whoever adds up a column. */
static int print_rows(struct report *p, const struct csm_sla_group *g, unsigned n,
		      const struct csm_sla_group *all, struct csm_err *err)
{
	struct csm_column cols[COLUMNS];
	const char *title = csm_sprintf(p->c->arena, "SLAs %s\n", interval_text(p));
	int code;

	p->keys = report_by_columns(p->o.by, cols);
	memcpy(cols + p->keys, counts, sizeof(counts));
	if (p->c->format == CSM_FMT_MAIL)
		print_subject(p, all);
	code = report_rows_open(&p->rows, p->c, title, cols, p->keys + TABLE_COUNTS,
				p->keys + CSM_COUNT(counts), err);
	for (unsigned i = 0; !code && p->keys && i < n; i++)
		code = print_row(p, &g[i], g[i].key ? g[i].key : "(none)", err);
	if (!code && (!p->keys || report_is_table(p->c)))
		code = print_row(p, all, "all", err);
	return code ? code : report_rows_close(&p->rows, err);
}

/* Cut as the percentage is: 1 says that none was missed. */
static const char *ratio(struct cli *c, int64_t met, int64_t total)
{
	return csm_sprintf(c->arena, "%" PRId64 ".%06" PRId64, met / total, met % total * 1000000 / total);
}

static void add_family(struct report *p, struct csm_buf *b, unsigned family, const struct csm_sla_group *g,
		       unsigned n)
{
	static const struct {
		const char *name, *unit, *help;
	} families[] = {
		{ "csm_sla_met", NULL, "SLAs that were completed without breach." },
		{ "csm_sla_missed", NULL, "SLAs that were completed late." },
		{ "csm_sla_attainment_ratio", "ratio", "Met of those that were completed, from 0 to 1." },
	};
	struct csm_label labels[2];

	csm_metrics_family(b, families[family].name, families[family].unit, families[family].help);
	for (unsigned i = 0; i < n; i++) {
		unsigned k = report_by_labels(p->o.by, &g[i], labels);
		int64_t total = g[i].met + g[i].missed;
		const char *value = family == 0	  ? report_count(p->c, g[i].met)
				    : family == 1 ? report_count(p->c, g[i].missed)
				    : total	  ? ratio(p->c, g[i].met, total)
						  : NULL;

		if (value)
			csm_metrics_sample(b, families[family].name, labels, k, value);
	}
}

static int print_metrics(struct report *p, const struct csm_sla_group *g, unsigned n)
{
	struct csm_buf b = CSM_BUF(p->c->arena);

	for (unsigned family = 0; family < 3; family++)
		add_family(p, &b, family, g, n);
	report_metrics_end(p->c, &b, &p->head);
	return CSM_OK;
}

static int read_options(struct report *p, struct csm_err *err)
{
	struct cli *c = p->c;
	int code = report_check_format(c, err);

	p->o.by = csm_sla_by_named(cli_text(c, "by"));
	p->o.zone = c->zone;
	p->o.from = cli_int(c, "from", CSM_TIME_MIN);
	p->o.to = cli_int(c, "to", CSM_TIME_MAX);
	p->from = cli_given(c, "from") ? cli_time(c, p->o.from) : NULL;
	p->to = cli_given(c, "to") ? cli_time(c, p->o.to) : NULL;
	report_head(c, &p->head);
	if (!code && p->o.to < p->o.from)
		code = csm_fail(err, CSM_E_USAGE, "--to: %s is before --from %s", p->to, p->from);
	if (!code)
		code = cli_where(c, &csm_type_sla, &p->o.where, err);
	return code ? code : report_go_back(c, err);
}

static int cmd_sla_attainment(struct cli *c, struct csm_err *err)
{
	struct report p = { .c = c };
	struct csm_sla_group *groups, all = { 0 };
	unsigned n;
	int code = read_options(&p, err);

	if (!code)
		code = csm_sla_attainment(c->store, &p.o, c->arena, &groups, &n, &all, err);
	if (code)
		return code;
	if (c->format != CSM_FMT_OPENMETRICS)
		return print_rows(&p, groups, n, &all, err);
	return p.o.by == CSM_BY_NOTHING ? print_metrics(&p, &all, 1) : print_metrics(&p, groups, n);
}

const struct cli_verb sp_attain_verbs[] = {
	{ .noun = "sla",
	  .verb = "attainment",
	  .fn = cmd_sla_attainment,
	  .needs = CLI_READ | CLI_LIST | CLI_TZ | CLI_REPORT,
	  .options = attain_options,
	  .summary = "Report how many of the completed SLAs were kept",
	  .help = "Attainment is met / total in per cent: met are SLAs that were completed without breach,\n"
		  "missed those completed late, total both. It is cut after two decimals, so that 100.00 says\n"
		  "that none was missed, and null when there is none. Paused, cancelled and running SLAs are none\n"
		  "of them. Completed means that the end is at --from or later and before --to. imported says how\n"
		  "many of the total were derived from the moments of a load (from_import).\n" },
	{ .verb = NULL },
};
