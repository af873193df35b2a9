/* SPDX-License-Identifier: MIT */
/*
 * list_tsv.c - a list as tab-separated values for cut, awk and sort: no quotes, tab, newline and
 * backslash as \t \n \\.
 */
#include <string.h>

#include "io_priv.h"

static void put_cell(struct csm_list *l, const char *s)
{
	for (;;) {
		size_t n = strcspn(s, "\t\n\r\\");

		io_putn(&l->out, s, n);
		s += n;
		if (!*s)
			return;
		io_putc(&l->out, '\\');
		io_putc(&l->out, *s == '\t' ? 't' : *s == '\n' ? 'n' : *s == '\r' ? 'r' : '\\');
		s++;
	}
}

static void put_row(struct csm_list *l, const char *const *values)
{
	for (unsigned i = 0; i < l->n; i++) {
		if (i > 0)
			io_putc(&l->out, '\t');
		if (values[i])
			put_cell(l, values[i]);
	}
	io_putc(&l->out, l->opts.terminator);
}

static int open_tsv(struct csm_list *l, struct csm_err *err)
{
	const char **names;

	(void)err;
	if (!l->opts.header)
		return CSM_OK;
	names = csm_calloc(l->arena, l->n, sizeof(*names));
	for (unsigned i = 0; i < l->n; i++)
		names[i] = l->col[i].name;
	put_row(l, names);
	return CSM_OK;
}

static int row_tsv(struct csm_list *l, const char *const *values, const char *const *labels,
		   struct csm_err *err)
{
	(void)labels;
	(void)err;
	put_row(l, values);
	return CSM_OK;
}

static int close_tsv(struct csm_list *l, struct csm_err *err)
{
	(void)l;
	(void)err;
	return CSM_OK;
}

const struct io_list_ops io_list_tsv_ops = { open_tsv, row_tsv, close_tsv };
