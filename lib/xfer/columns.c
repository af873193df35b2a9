/* SPDX-License-Identifier: MIT */
/*
 * columns.c - the header of a table against the type of its records, before the first row: a column that is no field of it is a fault
 * of the file, told once, and not of each of its rows.
 */
#include <csm/utf8.h>

#include "xfer_priv.h"

int xfer_check_columns(struct csm_import *im, struct csm_reader *r, const char *file, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(im->store);
	const struct csm_rtype *t = im->opts.type;
	const char *const *columns;
	struct csm_mark mark = csm_arena_mark(im->scratch);
	unsigned n;
	int rc = CSM_OK;

	columns = csm_reader_columns(r, &n);
	for (unsigned i = 0; i < n && !im->stopped; i++) {
		const char *near;
		int64_t line, col;

		if (!columns[i][0] || csm_node_is_talk(columns[i]) || xfer_is_column(d, im->scratch, t, columns[i]))
			continue;
		near = xfer_near_column(d, im->scratch, t, columns[i]);
		csm_fail(err, CSM_E_INVALID, "column '%.*s' is no field of %s%s%s%s", CSM_Q(columns[i]), t->name,
			 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		csm_reader_column_at(r, i, &line, &col);
		csm_err_at(err, file, line, col);
		rc = xfer_unfit(im, err);
	}
	csm_arena_rewind(im->scratch, mark);
	return rc;
}
