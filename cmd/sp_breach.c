/* SPDX-License-Identifier: MIT */
/* sp_breach.c - sla breaches: as rows, by group, for monitoring; what is told once. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include <csm/model.h>

#include "breach.h"
#include "cli_priv.h"

static const struct cli_opt breach_options[] = {
	{ .name = "within",
	  .arg = CLI_ARG_DURATION,
	  .help = "Also those due within this time of the clock; the setting sla.soon when unsaid" },
	{ .name = "since",
	  .arg = CLI_ARG_TIME,
	  .help = "Also those completed late since then; the time of the setting sla.late when unsaid" },
	{ .name = "new",
	  .arg = CLI_ARG_NONE,
	  .help = "Only what was not reported before, late ones however old; marks what it prints" },
	{ .name = "as-of", .arg = CLI_ARG_TIME, .help = "As it was at this moment, from the history" },
	{ .name = "by",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "account,group,priority,sla,assignee",
	  .help = "Counts by what the cases have in common" },
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "Only SLA records that the expression selects, see csm-filter(5)" },
	{ .name = "exit-code", .arg = CLI_ARG_NONE, .help = "Exit 1 when anything is printed" },
	{ .name = "monitor",
	  .arg = CLI_ARG_NONE,
	  .help = "One status line with performance data, exit 0, 1, 2 or 3 as monitoring plugins do" },
	{ .name = NULL },
};

/* ---- rows ---- */

static const struct csm_column columns[] = {
	[BREACH_STATUS] = { .name = "status", .label = "Status", .type = CSM_W_TEXT },
	[BREACH_CASE] = { .name = "case", .label = "Case", .type = CSM_W_TEXT },
	[BREACH_PRIORITY] = { .name = "priority", .label = "Prio", .type = CSM_W_NUMBER, .right = true },
	[BREACH_SLA] = { .name = "sla", .label = "SLA", .type = CSM_W_TEXT, .wrap = true },
	[BREACH_DUE] = { .name = "due", .label = "Due", .type = CSM_W_TEXT, .wide = true },
	[BREACH_LEFT] = { .name = "left", .label = "Left", .type = CSM_W_TEXT, .right = true },
	[BREACH_CUSTOMER] = { .name = "customer", .label = "Customer", .type = CSM_W_TEXT, .wrap = true },
	[BREACH_ASSIGNED_TO] = { .name = "assigned_to",
				 .label = "Assigned to",
				 .type = CSM_W_TEXT,
				 .wrap = true },
	[BREACH_SHORT_DESCRIPTION] = { .name = "short_description",
				       .label = "Short description",
				       .type = CSM_W_TEXT,
				       .wrap = true,
				       .wide = true },
	[BREACH_GROUP] = { .name = "assignment_group", .label = "Group", .type = CSM_W_TEXT, .wrap = true },
	[BREACH_ACCOUNT] = { .name = "account", .label = "Account", .type = CSM_W_TEXT },
	[BREACH_NUMBER] = { .name = "number", .label = "Number", .type = CSM_W_TEXT },
	[BREACH_STAGE] = { .name = "stage", .label = "Stage", .type = CSM_W_TEXT },
	REPORT_HEAD_COLUMNS,
};
#define TABLE_COLUMNS BREACH_GROUP /* so many are in a table when --fields is unsaid */

/* Where a column comes from, the first path that leads to something. */
static const char *const paths[BREACH__N][4] = {
	[BREACH_CASE] = { "parent_case", "case_task" },
	[BREACH_PRIORITY] = { "parent_case.priority", "case_task.priority" },
	[BREACH_SLA] = { "sla_definition" },
	[BREACH_CUSTOMER] = { "parent_case.account.name", "parent_case.consumer.name",
			      "case_task.account.name", "case_task.consumer.name" },
	[BREACH_ASSIGNED_TO] = { "parent_case.assigned_to", "case_task.assigned_to" },
	[BREACH_SHORT_DESCRIPTION] = { "parent_case.short_description", "case_task.short_description" },
	[BREACH_GROUP] = { "parent_case.assignment_group", "case_task.assignment_group" },
	[BREACH_ACCOUNT] = { "parent_case.account", "case_task.account" },
	[BREACH_NUMBER] = { "number" },
	[BREACH_STAGE] = { "stage" },
};

struct report {
	struct cli *c;
	struct csm_path path[BREACH__N][4];
	struct csm_arena *row; /* what one row needs */
	struct report_head head;
	struct report_rows rows;
	bool mail;
	int64_t within;
	int64_t n[3];  /* told so far, by enum csm_breach_kind */
	int64_t of[3]; /* mail: of so many */
};

static int open_report(struct report *p, struct csm_err *err)
{
	int code = CSM_OK;

	p->row = cli_arena(p->c->arena);
	report_head(p->c, &p->head);
	for (unsigned i = 0; i < BREACH__N; i++)
		for (unsigned k = 0; !code && k < CSM_COUNT(paths[i]) && paths[i][k]; k++)
			code = csm_path_parse(p->c->arena, p->c->dict, &csm_type_sla, paths[i][k],
					      &p->path[i][k], err);
	p->mail = p->c->format == CSM_FMT_MAIL;
	if (code || p->mail)
		return code;
	return report_rows_open(&p->rows, p->c, "SLA breaches ", columns, TABLE_COLUMNS, CSM_COUNT(columns),
				err);
}

static int read_column(struct report *p, const struct csm_rec *sla, unsigned i, const char **out,
		       struct csm_err *err)
{
	int code = CSM_OK;

	for (unsigned k = 0; !code && !*out && k < CSM_COUNT(p->path[i]) && p->path[i][k].n; k++) {
		const struct csm_path *path = &p->path[i][k];
		const struct csm_rec *end;

		code = csm_store_follow(p->c->store, sla, path, p->row, &end, err);
		if (!code && end)
			code = csm_store_text(p->c->store, end, path->field[path->n - 1], p->row, out, err);
	}
	return code;
}

static int64_t total(const struct report *p)
{
	return p->n[CSM_BREACH_RUNS] + p->n[CSM_BREACH_LATE] + p->n[CSM_BREACH_SOON];
}

static int count_row(void *arg, struct csm_rec *sla, const struct csm_breach *b, struct csm_err *err)
{
	struct report *p = arg;

	(void)sla;
	(void)err;
	p->n[b->kind]++;
	return CSM_OK;
}

static int breach_row(void *arg, struct csm_rec *sla, const struct csm_breach *b, struct csm_err *err)
{
	struct report *p = arg;
	struct csm_mark mark = csm_arena_mark(p->row);
	char left[CSM_TIME_SIZE], due[CSM_TIME_SIZE];
	const char *values[CSM_COUNT(columns)] = { csm_breach_word(b->kind) };
	int code = CSM_OK;

	if (p->mail && !p->n[b->kind])
		breach_mail_title(p->c, b->kind, total(p) == 0, p->of[b->kind], p->within);
	p->n[b->kind]++;
	for (unsigned i = 1; !code && i < BREACH__N; i++)
		code = read_column(p, sla, i, &values[i], err);
	values[BREACH_DUE] = cli_time_text(p->c, b->due, due);
	values[BREACH_LEFT] = csm_duration_format(b->left, left);
	values[BREACH__N] = p->head.as_of;
	values[BREACH__N + 1] = p->head.time_zone;
	values[BREACH__N + 2] = p->head.tzdata;
	if (!code && p->mail)
		breach_mail_row(p->c, p->row, values, b);
	else if (!code)
		code = report_row(&p->rows, values, NULL, err);
	csm_arena_rewind(p->row, mark);
	return code;
}

/* The subject of a mail says how many there are, so they are counted before the first is written. */
static int write_mail(struct report *p, const struct csm_breach_opts *o, struct csm_err *err)
{
	struct report count = { .c = p->c };
	struct csm_breach_opts only_read = *o;
	struct csm_sla_group all;
	int code;

	only_read.mark = false;
	code = csm_sla_breaches(p->c->store, &only_read, p->c->arena, count_row, &count, err);
	if (code || !total(&count))
		return code;
	memcpy(p->of, count.n, sizeof(p->of));
	all = (struct csm_sla_group){ .breached = p->of[CSM_BREACH_RUNS],
				      .late = p->of[CSM_BREACH_LATE],
				      .soon = p->of[CSM_BREACH_SOON] };
	breach_mail_top(p->c, &p->head, &all, o->within);
	return csm_sla_breaches(p->c->store, o, p->c->arena, breach_row, p, err);
}

static int write_report(struct report *p, const struct csm_breach_opts *o, struct csm_err *err)
{
	int code = open_report(p, err);

	p->within = o->within;
	if (!code && p->mail)
		code = write_mail(p, o, err);
	else if (!code)
		code = csm_sla_breaches(p->c->store, o, p->c->arena, breach_row, p, err);
	csm_arena_free(p->row);
	return code || p->mail ? code : report_rows_close(&p->rows, err);
}

/* Plugin output (Monitoring Plugins guidelines): SERVICE STATUS - text | 'label'=value;warn;crit;min. */
static int print_monitor(struct cli *c, const struct report *p, int64_t within)
{
	int64_t breached = p->n[CSM_BREACH_RUNS], soon = p->n[CSM_BREACH_SOON];
	int status = breached ? 2 : soon ? 1 : 0;
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };

	cli_print(c,
		  "SLA %s - %" PRId64 " breached, %" PRId64 " due within %s | breached=%" PRId64
		  ";;0;0 soon=%" PRId64 ";0;;0\n",
		  words[status], breached, soon, cli_duration(c, within), breached, soon);
	return status;
}

/* ---- by group ---- */

static const struct csm_column counts[] = {
	{ .name = "breached", .label = "Breached", .type = CSM_W_NUMBER, .right = true },
	{ .name = "late", .label = "Late", .type = CSM_W_NUMBER, .right = true },
	{ .name = "soon", .label = "Soon", .type = CSM_W_NUMBER, .right = true },
	{ .name = "total", .label = "Total", .type = CSM_W_NUMBER, .right = true },
	{ .name = "oldest_due", .label = "Oldest due", .type = CSM_W_TEXT },
	REPORT_HEAD_COLUMNS,
};
#define GROUP_COLUMNS (2 + CSM_COUNT(counts))

static int group_row(struct cli *c, struct report_rows *r, unsigned keys, const struct report_head *h,
		     const struct csm_sla_group *g, const char *label, struct csm_err *err)
{
	const char *values[GROUP_COLUMNS] = { g->key, g->name }, *labels[GROUP_COLUMNS] = { label };
	const char **v = values + keys;

	v[0] = report_count(c, g->breached);
	v[1] = report_count(c, g->late);
	v[2] = report_count(c, g->soon);
	v[3] = report_count(c, g->breached + g->late + g->soon);
	v[4] = cli_time(c, g->due);
	v[5] = h->as_of;
	v[6] = h->time_zone;
	v[7] = h->tzdata;
	return report_row(r, values, labels, err);
}

static struct csm_sla_group add_up(const struct csm_sla_group *g, unsigned n)
{
	struct csm_sla_group all = { .due = CSM_TIME_MAX };

	for (unsigned i = 0; i < n; i++) {
		all.breached += g[i].breached;
		all.late += g[i].late;
		all.soon += g[i].soon;
		if (g[i].due < all.due)
			all.due = g[i].due;
	}
	return all;
}

/* A line of all is for people: in data it would be counted twice by whoever adds up a column. */
static int print_groups(struct cli *c, enum csm_sla_by by, const struct csm_sla_group *g, unsigned n,
			int64_t within, struct csm_err *err)
{
	const struct csm_sla_group all = add_up(g, n);
	struct csm_column cols[GROUP_COLUMNS];
	unsigned keys = report_by_columns(by, cols);
	struct report_head h;
	struct report_rows r;
	int code;

	memcpy(cols + keys, counts, sizeof(counts));
	report_head(c, &h);
	if (c->format == CSM_FMT_MAIL)
		breach_mail_top(c, &h, &all, within);
	code = report_rows_open(&r, c, "SLA breaches ", cols, keys + 5, keys + CSM_COUNT(counts), err);
	for (unsigned i = 0; !code && i < n; i++)
		code = group_row(c, &r, keys, &h, &g[i], g[i].key ? g[i].key : "(none)", err);
	if (!code && n && report_is_table(c))
		code = group_row(c, &r, keys, &h, &all, "all", err);
	return code ? code : report_rows_close(&r, err);
}

static void print_metrics(struct cli *c, enum csm_sla_by by, const struct csm_sla_group *g, unsigned n)
{
	static const struct {
		const char *name, *help;
		size_t member;
	} families[] = {
		{ "csm_sla_breached", "SLAs that are past their due moment and not completed.",
		  offsetof(struct csm_sla_group, breached) },
		{ "csm_sla_late", "SLAs that were completed late.", offsetof(struct csm_sla_group, late) },
		{ "csm_sla_soon", "SLAs that are due soon.", offsetof(struct csm_sla_group, soon) },
	};
	struct csm_buf b = CSM_BUF(c->arena);
	struct csm_label labels[2];
	struct report_head h;

	for (size_t f = 0; f < CSM_COUNT(families); f++) {
		csm_metrics_family(&b, families[f].name, NULL, families[f].help);
		for (unsigned i = 0; i < n; i++) {
			unsigned k = report_by_labels(by, &g[i], labels);
			int64_t count;

			memcpy(&count, (const char *)&g[i] + families[f].member, sizeof(count));
			csm_metrics_sample(&b, families[f].name, labels, k, report_count(c, count));
		}
	}
	report_head(c, &h);
	report_metrics_end(c, &b, &h);
}

static int report_groups(struct cli *c, const struct csm_breach_opts *o, int64_t *n, struct csm_err *err)
{
	enum csm_sla_by by = csm_sla_by_named(cli_given(c, "by") ? cli_text(c, "by") : "sla");
	struct csm_sla_group *groups;
	unsigned ngroups;
	int code = csm_sla_breach_groups(c->store, o, by, c->arena, &groups, &ngroups, err);

	*n = ngroups;
	if (code)
		return code;
	if (c->format == CSM_FMT_OPENMETRICS) {
		print_metrics(c, by, groups, ngroups);
		return CSM_OK;
	}
	if (c->format == CSM_FMT_MAIL && !ngroups)
		return CSM_OK;
	return print_groups(c, by, groups, ngroups, o->within, err);
}

/* ---- the command ---- */

/* What would be marked has to be printed, one by one, as of now. */
static int check_new(struct cli *c, struct csm_err *err)
{
	static const struct {
		const char *option, *why;
	} against[] = {
		{ "count", "--new marks what it prints, and --count prints nothing of it" },
		{ "by", "--new marks what it prints, and --by prints counts" },
		{ "as-of", "--new marks what it prints, and the past is marked already" },
	};

	for (size_t i = 0; i < CSM_COUNT(against); i++)
		if (cli_given(c, against[i].option))
			return csm_fail(err, CSM_E_USAGE, "%s", against[i].why);
	if (c->format == CSM_FMT_OPENMETRICS)
		return csm_fail(err, CSM_E_USAGE,
				"--new marks what it prints, and -o openmetrics prints counts");
	return CSM_OK;
}

static int read_options(struct cli *c, struct csm_breach_opts *o, struct csm_err *err)
{
	bool monitor = cli_given(c, "monitor");
	int64_t since = c->env.now - csm_store_setting_int(c->store, "sla.late");
	int code = report_check_format(c, err);

	o->only_new = cli_given(c, "new");
	o->mark = o->only_new && !monitor;
	if (!code && o->mark && c->world->batch)
		code = csm_fail(err, CSM_E_USAGE,
				"--new prints before it stores what it has told, which a line of a batch can't");
	if (!code && o->mark)
		code = check_new(c, err);
	if (!code && monitor && cli_given(c, "by"))
		code = csm_fail(err, CSM_E_USAGE, "--monitor prints one line, and --by several");
	o->within = cli_int(c, "within", csm_store_setting_int(c->store, "sla.soon"));
	o->since = cli_int(c, "since", o->only_new || since < CSM_TIME_MIN ? CSM_TIME_MIN : since);
	if (!code)
		code = cli_where(c, &csm_type_sla, &o->where, err);
	return code ? code : report_go_back(c, err);
}

/*
 * What is printed goes out before the marks are stored, so that a breach may be told twice but never lost.
 * Nobody that read it to the end: it is told again.
 */
static int store_marks(struct cli *c, struct csm_err *err)
{
	int code = cli_out_flush(c->out, err);

	if (!code && cli_out_gone(c->out))
		code = csm_fail(err, CSM_E_IO, "the reader has gone, nothing was marked");
	return code ? code : cli_commit(c, err);
}

static int cmd_sla_breaches(struct cli *c, struct csm_err *err)
{
	struct report p = { .c = c };
	struct csm_breach_opts o = { 0 };
	int64_t n;
	int code = read_options(c, &o, err);

	if (code)
		return code;
	if (cli_given(c, "by") || c->format == CSM_FMT_OPENMETRICS) {
		code = report_groups(c, &o, &n, err);
		return code ? code : cli_given(c, "exit-code") && n ? CSM_NO : CSM_OK;
	}
	if (cli_given(c, "monitor")) {
		code = csm_sla_breaches(c->store, &o, c->arena, count_row, &p, err);
		return code ? code : print_monitor(c, &p, o.within);
	}
	if (o.mark)	/* not cli_begin(): see store_marks() */
		code = csm_store_begin(c->store, err);
	if (!code)
		code = write_report(&p, &o, err);
	if (!code && o.mark)
		code = store_marks(c, err);
	return code ? code : cli_given(c, "exit-code") && total(&p) ? CSM_NO : CSM_OK;
}

const struct cli_verb sp_breach_verbs[] = {
	{ .noun = "sla",
	  .verb = "breaches",
	  .fn = cmd_sla_breaches,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_TZ | CLI_REPORT,
	  .options = breach_options,
	  .writes_with = "new",
	  .summary = "Report the SLAs that are breached, were completed late or soon will be breached",
	  .help = "Three kinds, in this order: breached are SLAs in progress whose due moment has passed, and\n"
		  "paused ones that were breached before; late are those completed after their due moment; soon\n"
		  "are those due within --within. Cancelled ones are left out: the promise was taken back.\n"
		  "With --new each is reported once as soon and once as breached or late: what is printed is\n"
		  "marked in the same transaction, after it was written out.\n"
		  "With --as-of the records, their cases and all names are those of that moment, and so is the\n"
		  "clock.\n"
		  "-o mail is plain text with a first line fit for a subject, and nothing at all when there is\n"
		  "nothing to tell; -o openmetrics has gauges by --by (sla when unsaid).\n" },
	{ .verb = NULL },
};
