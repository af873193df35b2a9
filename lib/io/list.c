/* SPDX-License-Identifier: MIT */
/* list.c - the calls common to all lists: a list is rows of columns, each format is one file. */
#include <string.h>

#include "io_priv.h"

static const struct io_list_ops *choose_ops(enum csm_format f, const struct csm_list_opts *opts)
{
	if (opts->format)
		return &io_list_format_ops;
	switch (f) {
	case CSM_FMT_JSON:
	case CSM_FMT_NDJSON:
	case CSM_FMT_YAML:
		return &io_list_doc_ops;
	case CSM_FMT_CSV:
		return &io_list_csv_ops;
	case CSM_FMT_TSV:
		return &io_list_tsv_ops;
	case CSM_FMT_TABLE:
		return &io_list_table_ops;
	default:
		return NULL;
	}
}

int csm_list_open(struct csm_list **out, struct csm_arena *a, enum csm_format f, struct csm_sink sink,
		  const struct csm_column *columns, unsigned n, const struct csm_list_opts *opts,
		  struct csm_err *err)
{
	static const struct csm_list_opts plain = { .header = true, .terminator = '\n' };
	const struct io_list_ops *ops = choose_ops(f, opts ? opts : &plain);
	struct csm_column *copy;
	struct csm_arena *own;
	struct csm_list *l;
	int rc;

	*out = NULL;
	if (!ops)
		return csm_fail(
			err, CSM_E_USAGE,
			"no such format of a list (expected table, json, ndjson, yaml, csv or tsv)");
	own = csm_arena_like(a);
	if (!own)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	l = csm_alloc(own, sizeof(*l));
	l->arena = own;
	l->ops = ops;
	l->fmt = f;
	l->sink = sink;
	l->opts = opts ? *opts : plain;
	copy = csm_calloc(own, n, sizeof(*copy));
	for (unsigned i = 0; i < n; i++) {
		copy[i] = columns[i];
		copy[i].name = csm_strdup(own, columns[i].name);
		copy[i].label = csm_strdup(own, columns[i].label);
	}
	l->col = copy;
	l->n = n;
	io_out_init(&l->out, own, sink);
	rc = ops->open(l, err);
	if (rc) {
		csm_arena_free(own);
		return rc;
	}
	*out = l;
	return CSM_OK;
}

int csm_list_row(struct csm_list *l, const char *const *values, const char *const *labels,
		 struct csm_err *err)
{
	int rc = l->ops->row(l, values, labels, err);

	/* A pipe that is closed ends the list at once, not after the last of a million rows. */
	if (!rc && l->out.failed)
		rc = io_out_finish(&l->out, err);
	return rc;
}

int csm_list_close(struct csm_list *l, struct csm_err *err)
{
	int rc, written;

	if (!l)
		return CSM_OK;
	rc = l->ops->close(l, err);
	written = io_out_finish(&l->out, rc ? NULL : err);
	csm_arena_free(l->arena);
	return rc ? rc : written;
}
