/* SPDX-License-Identifier: MIT */
/* list_csv.c - a list as CSV by RFC 4180, lines ended by LF. An empty cell is null, "" is an empty text. */
#include <string.h>

#include <csm/time.h>

#include "io_priv.h"

/* Must the cell stand in quotes? Blanks at the ends are kept by this reader, but not by all. */
static bool needs_quotes(const char *s)
{
	size_t n = strlen(s);

	return n == 0 || s[strcspn(s, ",;\t\"\r\n")] != '\0' || s[0] == ' ' || s[n - 1] == ' ';
}

/* Would a spreadsheet run it? Numbers of numeric columns stay what they are, and so does time that is over: -2h30m. */
static bool is_formula(const struct csm_list *l, unsigned i, const char *s)
{
	int64_t seconds;

	if (!l->opts.guard || !*s || !strchr("=+-@\t\r", *s))
		return false;
	if (*s == '-' && csm_duration_parse(s, true, &seconds, NULL) == CSM_OK)
		return false;
	return l->col[i].type != CSM_W_NUMBER || !io_is_number(s);
}

static void put_cell(struct csm_list *l, const char *s, bool guard)
{
	const char *quote;

	if (!guard && !needs_quotes(s)) {
		io_put(&l->out, s);
		return;
	}
	io_putc(&l->out, '"');
	if (guard)
		io_putc(&l->out, '\'');
	while ((quote = strchr(s, '"')) != NULL) {
		io_putn(&l->out, s, (size_t)(quote + 1 - s));
		io_putc(&l->out, '"');
		s = quote + 1;
	}
	io_put(&l->out, s);
	io_putc(&l->out, '"');
}

static int open_csv(struct csm_list *l, struct csm_err *err)
{
	(void)err;
	if (!l->opts.header)
		return CSM_OK;
	for (unsigned i = 0; i < l->n; i++) {
		if (i > 0)
			io_putc(&l->out, ',');
		put_cell(l, l->col[i].name, false);
	}
	io_putc(&l->out, '\n');
	return CSM_OK;
}

static int row_csv(struct csm_list *l, const char *const *values, const char *const *labels,
		   struct csm_err *err)
{
	(void)labels;
	(void)err;
	for (unsigned i = 0; i < l->n; i++) {
		if (i > 0)
			io_putc(&l->out, ',');
		/* A single null would be a blank line, and readers skip those. */
		if (values[i])
			put_cell(l, values[i], is_formula(l, i, values[i]));
		else if (l->n == 1)
			io_put(&l->out, "\"\"");
	}
	io_putc(&l->out, '\n');
	return CSM_OK;
}

static int close_csv(struct csm_list *l, struct csm_err *err)
{
	(void)l;
	(void)err;
	return CSM_OK;
}

const struct io_list_ops io_list_csv_ops = { open_csv, row_csv, close_csv };
