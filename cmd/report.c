/* SPDX-License-Identifier: MIT */
/* report.c - what the reports on SLAs share: their head, their rows, mail and OpenMetrics. */
#include <inttypes.h>
#include <string.h>

#include <csm/cal.h>
#include <csm/utf8.h>

#include "report.h"

/* ---- what a report is true of ---- */

void report_head(struct cli *c, struct report_head *h)
{
	h->as_of = cli_time(c, c->env.now);
	h->time_zone = c->zone ? csm_zone_name(c->zone) : "UTC";
	h->tzdata = csm_zone_tzdata_version(c->arena, c->env.tzdir);
}

const char *report_head_text(struct cli *c, const struct report_head *h)
{
	return csm_sprintf(c->arena, "as of %s, times in %s, tzdata %s", h->as_of, h->time_zone, h->tzdata);
}

int report_go_back(struct cli *c, struct csm_err *err)
{
	int64_t change;
	int code;

	if (!cli_given(c, "as-of"))
		return CSM_OK;
	code = csm_store_change_at(c->store, c->env.now, &change, err);
	return code ? code : csm_store_as_of(c->store, change, err);
}

/* ---- rows ---- */

int report_check_format(struct cli *c, struct csm_err *err)
{
	static const char *const rows[] = { "fields", "format", "count", "null", "no-header" };

	if (c->format < CSM_FMT__N)
		return CSM_OK;
	for (size_t i = 0; i < CSM_COUNT(rows); i++)
		if (cli_given(c, rows[i]))
			return csm_fail(err, CSM_E_USAGE, "--%s goes with rows, not with -o %s", rows[i],
					csm_format_name(c->format));
	return CSM_OK;
}

bool report_is_table(const struct cli *c)
{
	return !cli_given(c, "count") && !cli_given(c, "format") &&
	       (c->format == CSM_FMT_MAIL || cli_list_format(c) == CSM_FMT_TABLE);
}

int report_rows_open(struct report_rows *r, struct cli *c, const char *title, const struct csm_column *columns,
		     unsigned ntable, unsigned ncolumns, struct csm_err *err)
{
	const struct csm_list_opts mail = { .width = REPORT_WIDTH, .header = true, .terminator = '\n' };
	struct report_head h;
	bool all = !report_is_table(c) || cli_given(c, "fields");

	*r = (struct report_rows){ .c = c };
	if (c->format == CSM_FMT_MAIL)
		return csm_list_open(&r->mail, c->arena, CSM_FMT_TABLE, cli_sink(c), columns, ntable, &mail,
				     err);
	if (cli_list_open(&r->list, c, columns, all ? ncolumns : ntable, err) != CSM_OK)
		return (int)err->code;
	if (report_is_table(c) && !cli_given(c, "no-header")) {
		report_head(c, &h);
		cli_print(c, "%s%s\n", title, report_head_text(c, &h));
	}
	return CSM_OK;
}

int report_row(struct report_rows *r, const char *const *values, const char *const *labels,
	       struct csm_err *err)
{
	return r->mail ? csm_list_row(r->mail, values, labels, err)
		       : cli_list_row(r->list, values, report_is_table(r->c) ? labels : NULL, err);
}

int report_rows_close(struct report_rows *r, struct csm_err *err)
{
	return r->mail ? csm_list_close(r->mail, err) : cli_list_close(r->list, err);
}

/* ---- groups ---- */

static const struct {
	const char *name, *label;
} by_columns[] = {
	[CSM_BY_ACCOUNT] = { "account", "Account" },
	[CSM_BY_ASSIGNEE] = { "assignee", "Assignee" },
	[CSM_BY_GROUP] = { "group", "Group" },
	[CSM_BY_MONTH] = { "month", "Month" },
	[CSM_BY_PRIORITY] = { "priority", "Priority" },
	[CSM_BY_SLA] = { "sla", "SLA" },
};

unsigned report_by_columns(enum csm_sla_by by, struct csm_column *out)
{
	if (by == CSM_BY_NOTHING)
		return 0;
	out[0] = (struct csm_column){ .name = by_columns[by].name,
				      .label = by_columns[by].label,
				      .type = by == CSM_BY_PRIORITY ? CSM_W_NUMBER : CSM_W_TEXT,
				      .wrap = by != CSM_BY_ACCOUNT && by != CSM_BY_MONTH };
	if (by != CSM_BY_ACCOUNT)
		return 1;
	out[1] = (struct csm_column){ .name = "name", .label = "Name", .type = CSM_W_TEXT, .wrap = true };
	return 2;
}

unsigned report_by_labels(enum csm_sla_by by, const struct csm_sla_group *g, struct csm_label *out)
{
	if (by == CSM_BY_NOTHING)
		return 0;
	out[0] = (struct csm_label){ by_columns[by].name, g->key };
	out[1] = (struct csm_label){ "name", g->name };
	return 2;
}

const char *report_count(struct cli *c, int64_t n)
{
	return csm_sprintf(c->arena, "%" PRId64, n);
}

/* ---- OpenMetrics ---- */

void report_metrics_end(struct cli *c, struct csm_buf *b, const struct report_head *h)
{
	const struct csm_label labels[] = { { "time_zone", h->time_zone }, { "tzdata", h->tzdata } };

	csm_metrics_family(b, "csm_sla_report_as_of_seconds", "seconds",
			   "Moment that the figures are of, in seconds since 1970.");
	csm_metrics_sample(b, "csm_sla_report_as_of_seconds", labels, CSM_COUNT(labels),
			   report_count(c, c->env.now));
	csm_metrics_end(b);
	cli_print(c, "%s", b->s);
}

/* ---- mail ---- */

void report_wrap(struct csm_buf *b, struct csm_arena *a, unsigned indent, const char *text)
{
	const char *s = csm_term_text(a, text, true);
	size_t at = 0;

	s += strspn(s, " ");
	while (*s) {
		size_t n = strcspn(s, " "), width = csm_utf8_width(csm_strndup(a, s, n));

		if (at && at + 1 + width > REPORT_WIDTH) {
			csm_buf_addf(b, "\n%*s", (int)indent + 2, "");
			at = indent + 2;
		} else {
			csm_buf_addf(b, "%*s", at ? 1 : (int)indent, "");
			at += at ? 1 : indent;
		}
		csm_buf_addn(b, s, n);
		at += width;
		s += n;
		s += strspn(s, " ");
	}
	if (at)
		csm_buf_addc(b, '\n');
}
