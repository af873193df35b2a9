/* SPDX-License-Identifier: MIT */
/*
 * list_doc.c - a list as json (one array), ndjson (an object a line) or yaml (a sequence), through the
 * document writers.
 */
#include "io_priv.h"

static int open_doc(struct csm_list *l, struct csm_err *err)
{
	int rc = csm_writer_open(&l->writer, l->arena, l->fmt, l->sink, err);

	if (!rc && l->fmt != CSM_FMT_NDJSON)
		csm_writer_seq(l->writer);
	return rc;
}

static int row_doc(struct csm_list *l, const char *const *values, const char *const *labels,
		   struct csm_err *err)
{
	int rc;

	(void)labels;
	csm_writer_map(l->writer);
	for (unsigned i = 0; i < l->n; i++)
		csm_writer_put(l->writer, l->col[i].name, l->col[i].type, values[i]);
	rc = csm_writer_map_end(l->writer);
	if (rc && err)
		*err = l->writer->err;
	return rc;
}

static int close_doc(struct csm_list *l, struct csm_err *err)
{
	if (l->fmt != CSM_FMT_NDJSON)
		csm_writer_seq_end(l->writer);
	return csm_writer_close(l->writer, err);
}

const struct io_list_ops io_list_doc_ops = { open_doc, row_doc, close_doc };
