/* SPDX-License-Identifier: MIT */
/* report.h - what the reports on SLAs share: their head, their rows, mail and OpenMetrics. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <csm/svc.h>

#include "cli_priv.h"

#define REPORT_WIDTH 76		/* columns of a mail */

/* What a report is true of. Columns of every row that is data, a line above tables and in mails. */
#define REPORT_HEAD_COLUMNS \
	{ .name = "as_of", .label = "As of", .type = CSM_W_TEXT }, \
	{ .name = "time_zone", .label = "Time zone", .type = CSM_W_TEXT }, \
	{ .name = "tzdata", .label = "tzdata", .type = CSM_W_TEXT }
#define REPORT_HEADS 3
struct report_head {
	const char *as_of, *time_zone, *tzdata;
};
void report_head(struct cli *c, struct report_head *h);
/* "as of 2024-03-01T10:30:00Z, times in UTC, tzdata 2024a" */
const char *report_head_text(struct cli *c, const struct report_head *h);

/* With --as-of: from here on records are read as they were. Conditions are parsed before. */
int report_go_back(struct cli *c, struct csm_err *err);

/* Options of rows next to -o mail or -o openmetrics: CSM_E_USAGE. */
int report_check_format(struct cli *c, struct csm_err *err);

/*
 * Rows of fixed columns, ncolumns of them, the first ntable of which a table shows when --fields is unsaid. A
 * table has `title` and the head above it, on one line or two, a mail is a table of REPORT_WIDTH columns.
 */
struct report_rows {
	struct cli *c;
	struct cli_list *list;
	struct csm_list *mail;
};
int report_rows_open(struct report_rows *r, struct cli *c, const char *title, const struct csm_column *columns,
		     unsigned ntable, unsigned ncolumns, struct csm_err *err);
int report_row(struct report_rows *r, const char *const *values, const char *const *labels,
	       struct csm_err *err);
int report_rows_close(struct report_rows *r, struct csm_err *err);
/* Whether the rows are a table for people, which a line of totals does not spoil. */
bool report_is_table(const struct cli *c);

/* A key column, and one of names where groups have them: how many columns. */
unsigned report_by_columns(enum csm_sla_by by, struct csm_column *out);
/* The labels that tell a group in OpenMetrics: how many. */
unsigned report_by_labels(enum csm_sla_by by, const struct csm_sla_group *g, struct csm_label *out);
const char *report_count(struct cli *c, int64_t n);

/* The gauge that says as of when, with zone and tzdata as labels; then # EOF; then out with it. */
void report_metrics_end(struct cli *c, struct csm_buf *b, const struct report_head *h);

/*
 * Text as words, wrapped at REPORT_WIDTH, after `indent` blanks and two more from the second line on; made
 * safe. In arena a only what goes away.
 */
void report_wrap(struct csm_buf *b, struct csm_arena *a, unsigned indent, const char *text);

#endif
