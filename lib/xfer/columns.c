/* SPDX-License-Identifier: MIT */
/*
 * columns.c - the header of a table against the type of its records, before the first row: a column that is no field of it is a fault
 * of the file, told once, and not of each of its rows.
 */
#include <csm/utf8.h>

#include "xfer_priv.h"

/* The type that the field refers to, which the rest of a dotted name is about; NULL: it can have no rest. */
static const struct csm_rtype *next_type(const struct csm_import *im, const struct csm_field *f)
{
	return f && f->kind == CSM_K_REF ? csm_dict_type(csm_store_dict(im->store), f->target) : NULL;
}

static bool is_column(const struct csm_import *im, const struct csm_rtype *t, const char *name)
{
	for (;;) {
		const char *dot = strchr(name, '.');
		const struct csm_field *f;
		int field;

		if (!dot)
			return csm_field_index(t, name) >= 0 ||
			       xfer_nested_type(csm_store_dict(im->store), t, name, &field);
		f = csm_field_named(t, csm_strndup(im->scratch, name, (size_t)(dot - name)));
		t = next_type(im, f);
		if (!t)
			return false;
		name = dot + 1;
	}
}

/* The column that was probably meant, part by part; NULL: nothing is near. */
static const char *near_column(const struct csm_import *im, const struct csm_rtype *t, const char *name)
{
	const char *dot = strchr(name, '.'), *head, *rest;
	const struct csm_field *f;

	if (!dot)
		return csm_field_near(im->scratch, t, name);
	head = csm_strndup(im->scratch, name, (size_t)(dot - name));
	f = csm_field_named(t, head);
	if (!f) {
		head = csm_field_near(im->scratch, t, head);
		f = head ? csm_field_named(t, head) : NULL;
	}
	if (!f || !next_type(im, f))
		return f ? f->name : NULL;
	t = next_type(im, f);
	rest = is_column(im, t, dot + 1) ? dot + 1 : near_column(im, t, dot + 1);
	return rest ? csm_sprintf(im->scratch, "%s.%s", f->name, rest) : NULL;
}

int xfer_check_columns(struct csm_import *im, struct csm_reader *r, const char *file, struct csm_err *err)
{
	const struct csm_rtype *t = im->opts.type;
	const char *const *columns;
	struct csm_mark mark = csm_arena_mark(im->scratch);
	unsigned n;
	int rc = CSM_OK;

	columns = csm_reader_columns(r, &n);
	for (unsigned i = 0; i < n && !im->stopped; i++) {
		const char *near;
		int64_t line, col;

		if (!columns[i][0] || csm_node_is_talk(columns[i]) || is_column(im, t, columns[i]))
			continue;
		near = near_column(im, t, columns[i]);
		csm_fail(err, CSM_E_INVALID, "column '%.*s' is no field of %s%s%s%s", CSM_Q(columns[i]), t->name,
			 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		csm_reader_column_at(r, i, &line, &col);
		csm_err_at(err, file, line, col);
		rc = xfer_unfit(im, err);
	}
	csm_arena_rewind(im->scratch, mark);
	return rc;
}
