/* SPDX-License-Identifier: MIT */
/*
 * original.c - the rows of the inputs as they came, on disk, for who wants those back that were rejected: the
 * bytes of a line where the format has lines, else the record's tree.
 */
#include "rejects.h"

/* What stands before the bytes of an original. */
struct head {
	int64_t line;
	uint32_t n;			/* bytes */
	uint32_t source;
	const struct csm_rtype *type;
	const char *rows;
	bool tree;
};

int xfer_begin_source(struct csm_import *im, struct csm_reader *r, enum csm_format format, struct csm_err *err)
{
	struct xfer_source *s;
	const char *const *columns;
	const char **copy;

	if (!im->opts.keep_originals)
		return CSM_OK;
	s = csm_vec_add(&im->sources);
	columns = csm_reader_columns(r, &s->ncolumns);
	copy = csm_calloc(im->arena, (size_t)s->ncolumns + 1, sizeof(*copy));
	for (unsigned i = 0; i < s->ncolumns; i++)
		copy[i] = csm_strdup(im->arena, columns[i]);
	s->file = csm_strdup(im->arena, csm_reader_name(r));
	s->format = format;
	s->columns = copy;
	s->delimiter = csm_reader_delimiter(r);
	return im->mixed ? CSM_OK : reject_same_source(CSM_AT(&im->sources, struct xfer_source, 0), s, err);
}

static void keep(struct csm_import *im, struct head *h, const void *p, size_t n)
{
	int64_t at = 1 + xfer_tmp_size(&im->originals);

	h->n = (uint32_t)n;
	h->source = (uint32_t)im->sources.n - 1;
	xfer_tmp_add(&im->originals, h, sizeof(*h));
	xfer_tmp_add(&im->originals, p, n);
	xfer_array_set(&im->rows, im->row, &at);
}

void xfer_keep_line(struct csm_import *im, struct csm_reader *r, int64_t line, bool again)
{
	struct head h = { .line = line };
	const char *raw;
	int64_t at = 0;
	size_t n;

	if (!im->opts.keep_originals)
		return;
	if (again)			/* another record of the same line */
		xfer_array_get(&im->rows, im->row - 1, &at);
	if (at) {
		xfer_array_set(&im->rows, im->row, &at);
		return;
	}
	raw = csm_reader_raw(r, &n);
	if (raw)
		keep(im, &h, raw, n);
}

void xfer_keep_tree(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node,
		    const char *rows)
{
	struct head h = { .line = node->line, .type = t, .rows = rows, .tree = true };
	const char *bytes;
	size_t n;

	if (!im->opts.keep_originals)
		return;
	bytes = xfer_pack(im->scratch, node, &n);
	keep(im, &h, bytes, n);
}

int xfer_original(struct csm_import *im, int64_t row, struct csm_arena *a, struct xfer_original *out,
		  struct csm_err *err)
{
	struct head h = { 0 };
	int64_t at = 0;
	char *p;

	*out = (struct xfer_original){ 0 };
	if (row < im->rows.n)
		xfer_array_get(&im->rows, row, &at);
	if (!at)
		return xfer_disk_check(&im->disk, err);
	xfer_tmp_read(&im->originals, at - 1, &h, sizeof(h));
	if (xfer_disk_check(&im->disk, err))
		return (int)err->code;
	p = csm_alloc(a, (size_t)h.n + 1);
	xfer_tmp_read(&im->originals, at - 1 + (int64_t)sizeof(h), p, h.n);
	if (xfer_disk_check(&im->disk, err))
		return (int)err->code;
	out->source = CSM_AT(&im->sources, struct xfer_source, h.source);
	out->number = at;
	out->line = h.line;
	out->type = h.type;
	out->rows = h.rows;
	if (h.tree) {
		out->node = xfer_unpack(p, a);
	} else {
		out->raw = p;
		out->n = h.n;
	}
	return CSM_OK;
}
