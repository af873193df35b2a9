/* SPDX-License-Identifier: MIT */
/*
 * reject_kept.c - rejects as they are kept with the record of their load, and the file of rejects made of them again: the same bytes that
 * --rejects wrote, whenever it is asked for.
 *
 * An original stands for itself: a line of NDJSON, a row under its header, a document with one record (of a mapping: the row).
 */
#include <csm/model.h>

#include "rejects.h"

static bool is_table(enum csm_format f)
{
	return f == CSM_FMT_CSV || f == CSM_FMT_TSV;
}

/* ---- keeping ---- */

static int write_original(struct csm_buf *b, const struct reject *r, struct csm_err *err)
{
	const struct xfer_source *s = r->source;

	for (unsigned i = 0; r->raw && is_table(s->format) && i < s->ncolumns; i++) {
		if (i)
			csm_buf_addc(b, s->delimiter);
		reject_cell(b, s, s->columns[i]);
	}
	if (r->raw && is_table(s->format))
		csm_buf_addc(b, '\n');
	if (r->raw)
		csm_buf_add(b, reject_raw_text(b->arena, r->raw, r->nraw));
	else if (s->format == CSM_FMT_NDJSON)
		return reject_record_line(b, r, false, err);
	else
		return reject_document(b, s->format, r, err);
	return CSM_OK;
}

int reject_keep(struct csm_rec *rec, const struct reject *r, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(rec->arena);
	const char delimiter[2] = { r->source ? r->source->delimiter : 0, 0 };
	int rc;

	if (!r->source || (!r->raw && !r->node))
		return CSM_OK;
	rc = write_original(&b, r, err);
	if (rc)
		return rc;
	csm_rec_set_text(rec, IMPORT_REJECT_KEPT, b.n > CSM_MAX_LONG ? "too_long" : "whole");
	csm_rec_set_text(rec, IMPORT_REJECT_INPUT_FORMAT, csm_format_name(r->source->format));
	if (is_table(r->source->format))
		csm_rec_set_text(rec, IMPORT_REJECT_DELIMITER, *delimiter == '\t' ? "tab" : delimiter);
	if (r->rows)
		csm_rec_set_text(rec, IMPORT_REJECT_PLACE, r->rows);
	if (b.n <= CSM_MAX_LONG)
		csm_rec_set(rec, IMPORT_REJECT_ORIGINAL, csm_text(b.s));
	return CSM_OK;
}

/* ---- reading ---- */

void reject_read_err(const struct csm_rec *r, struct csm_err *err)
{
	const struct csm_code_row *row = csm_code_rows();

	csm_err_clear(err);
	while (row->name && strcmp(row->name, csm_rec_text(r, IMPORT_REJECT_CODE)) != 0)
		row++;
	csm_fail(err, row->name ? row->code : CSM_E_INVALID, "%s", csm_rec_text(r, IMPORT_REJECT_MESSAGE));
	csm_err_at(err, csm_rec_text(r, IMPORT_REJECT_SOURCE), csm_rec_int(r, IMPORT_REJECT_LINE),
		   csm_rec_int(r, IMPORT_REJECT_COL));
	csm_err_on(err, csm_rec_text(r, IMPORT_REJECT_RECORD_TYPE), csm_rec_text(r, IMPORT_REJECT_RECORD_KEY),
		   csm_rec_text(r, IMPORT_REJECT_FIELD));
}

/* Behind the header that write_original() wrote. */
static const char *header_end(const struct xfer_source *s, const char *text)
{
	bool quoted = false;

	for (; *text && (quoted || *text != '\n'); text++)
		quoted = quoted != (s->format == CSM_FMT_CSV && *text == '"');
	return text + (*text == '\n');
}

static int read_columns(struct csm_arena *a, struct xfer_source *s, const char *text, size_t n, struct csm_err *err)
{
	const struct csm_read_opts opts = { .delimiter = s->delimiter };
	struct csm_reader *r;
	const char *const *columns;
	const char **copy;
	int rc = csm_reader_open(&r, a, s->format, csm_source_memory(a, text, n, s->file), &opts, err);

	if (rc)
		return rc;
	columns = csm_reader_columns(r, &s->ncolumns);
	copy = csm_calloc(a, (size_t)s->ncolumns + 1, sizeof(*copy));
	for (unsigned i = 0; i < s->ncolumns; i++)
		copy[i] = csm_strdup(a, columns[i]);
	s->columns = copy;
	csm_reader_close(r);
	return CSM_OK;
}

/* What an original is of; *text: the line, the row or the document. */
static int read_source(struct csm_arena *a, const struct csm_rec *rec, struct xfer_source *s, const char **text, struct csm_err *err)
{
	const char *delimiter = csm_rec_text(rec, IMPORT_REJECT_DELIMITER), *end;

	*text = csm_rec_text(rec, IMPORT_REJECT_ORIGINAL);
	*s = (struct xfer_source){ .file = csm_rec_text(rec, IMPORT_REJECT_SOURCE),
				   .format = csm_format_named(csm_rec_text(rec, IMPORT_REJECT_INPUT_FORMAT)),
				   .delimiter = strcmp(delimiter, "tab") == 0 ? '\t' : *delimiter };
	if (!is_table(s->format))
		return CSM_OK;
	end = header_end(s, *text);
	if (read_columns(a, s, *text, (size_t)(end - *text), err))
		return (int)err->code;
	*text = end;
	return CSM_OK;
}

/* The record of a document of one. */
static int read_document(struct reject_out *o, const struct xfer_source *s, const char *text, struct reject *r, struct csm_err *err)
{
	struct csm_err flaw = { .code = CSM_OK };
	struct csm_node *top = NULL;
	struct csm_reader *reader;
	struct csm_event ev;
	int rc = csm_reader_open(&reader, o->scratch, s->format, csm_source_memory(o->scratch, text, strlen(text), s->file), NULL, err);

	if (rc)
		return rc;
	rc = csm_reader_next(reader, &ev, err);
	/* what is wrong inside a value is what it was rejected for */
	if (!rc)
		(void)csm_reader_node(reader, &ev, o->scratch, &top, &flaw);
	csm_reader_close(reader);
	if (!top)
		return rc ? rc : csm_fail(err, CSM_E_DAMAGED, "an original that is kept can't be read: %s", flaw.msg);
	r->node = top;
	for (const struct csm_node *n = o->mapped ? NULL : top->first; n; n = n->next)
		if (n->type == CSM_N_SEQ) {
			r->type = csm_dict_type(o->dict, n->key);
			r->node = n->first;
		}
	return CSM_OK;
}

static int read_entry(struct reject_out *o, const struct csm_rec *rec, struct reject *r, struct csm_err *why, struct csm_err *err)
{
	struct xfer_source *s = csm_alloc(o->scratch, sizeof(*s));
	struct csm_node *tree = NULL;
	const char *text;
	int rc;

	*r = (struct reject){ .err = why };
	reject_read_err(rec, why);
	if (csm_rec_null(rec, IMPORT_REJECT_INPUT_FORMAT))
		return CSM_OK;
	rc = read_source(o->scratch, rec, s, &text, err);
	if (rc)
		return rc;
	r->source = s;
	if (!csm_rec_null(rec, IMPORT_REJECT_PLACE))
		r->rows = csm_rec_text(rec, IMPORT_REJECT_PLACE);
	if (s->format == CSM_FMT_JSON || s->format == CSM_FMT_YAML)
		return read_document(o, s, text, r, err);
	r->raw = reject_raw_bytes(o->scratch, text, &r->nraw);
	r->whole = !reject_parse(o->scratch, s, r->raw, r->nraw, true, &tree) && tree;
	return CSM_OK;
}

/* ---- the entries of a row: a row that made no record first, then types in load order ---- */

struct order {
	int64_t type, no, id;
	struct csm_rec *rec;
};

static int compare_order(const void *x, const void *y)
{
	const struct order *a = x, *b = y;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->no != b->no)
		return a->no < b->no ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* All have the format of the first that has one, and its columns. */
static int check_source(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	if (!r->source || !o->source)
		return CSM_OK;
	return reject_same_source(o->source, r->source, err) ? csm_wrap(err, "%s", r->source->file) : CSM_OK;
}

static int put_row(struct reject_out *o, const struct csm_vec *row, reject_put *put, struct csm_err *err)
{
	int rc = CSM_OK;

	if (row->n)
		qsort(row->p, row->n, sizeof(struct order), compare_order);
	for (size_t i = 0; !rc && i < row->n; i++) {
		struct reject r;
		struct csm_err why;

		rc = read_entry(o, CSM_AT(row, struct order, i)->rec, &r, &why, err);
		if (!rc)
			rc = check_source(o, &r, err);
		if (!rc)
			rc = put(o, &r, err);
		/* a row that is given back whole is given back once */
		if (r.raw || (o->mapped && r.node))
			break;
	}
	return rc;
}

static void add_to_row(struct reject_out *o, struct csm_vec *row, struct csm_rec *r)
{
	const char *kept = csm_rec_text(r, IMPORT_REJECT_KEPT);
	int64_t no = csm_rec_int(r, IMPORT_REJECT_RECORD_NO);
	unsigned type = 0;
	bool missing = !*kept || strcmp(kept, "too_long") == 0;

	o->missing += missing;
	if (missing || strcmp(kept, "inside") == 0)
		return;
	while (type < o->dict->ntypes && strcmp(o->dict->types[type]->name, csm_rec_text(r, IMPORT_REJECT_RECORD_TYPE)) != 0)
		type++;
	*(struct order *)csm_vec_add(row) = (struct order){ no ? (int64_t)type : -1, no, r->id, r };
}

static int each_kept(struct reject_out *o, reject_put *put, struct csm_err *err)
{
	struct csm_query q = { .where = o->where, .sort = "row" };
	struct csm_arena *cursors CSM_CLEANUP(csm_arena_freep) = csm_arena_like(o->arena);
	struct csm_cursor *cursor CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_vec row = CSM_VEC(cursors, struct order);
	struct csm_mark mark = csm_arena_mark(o->scratch);
	struct csm_rec *r = NULL;
	int64_t at = -1;
	int rc = csm_store_select(o->store, &csm_type_import_reject, &q, cursors, &cursor, err);

	o->missing = 0;
	while (!rc) {
		rc = csm_cursor_next(cursor, o->scratch, &r, err);
		if (!rc && (!r || csm_rec_int(r, IMPORT_REJECT_ROW) != at)) {
			int64_t id = r ? r->id : 0;

			rc = put_row(o, &row, put, err);
			row.n = 0;
			csm_arena_rewind(o->scratch, mark);
			/* it went with the row before it */
			if (!rc && id)
				rc = csm_store_need(o->store, &csm_type_import_reject, id, o->scratch, &r, err);
		}
		if (rc || !r)
			break;
		at = csm_rec_int(r, IMPORT_REJECT_ROW);
		add_to_row(o, &row, r);
	}
	csm_arena_rewind(o->scratch, mark);
	return rc;
}

/* The first entry that has an original: the file has its format. */
static int find_source(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	struct xfer_source *s;

	(void)err;
	if (o->source || !r->source)
		return CSM_OK;
	s = csm_alloc(o->arena, sizeof(*s));
	*s = *r->source;
	s->file = csm_strdup(o->arena, s->file);
	if (s->ncolumns) {
		const char **copy = csm_calloc(o->arena, s->ncolumns, sizeof(*copy));

		for (unsigned i = 0; i < s->ncolumns; i++)
			copy[i] = csm_strdup(o->arena, s->columns[i]);
		s->columns = copy;
	}
	o->source = s;
	return CSM_OK;
}

int csm_import_rejects_kept(struct csm_store *s, const struct csm_rec *import, const struct csm_filter *where, struct csm_arena *a,
			    struct csm_sink sink, int64_t *missing, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(s);
	struct csm_arena *scratch CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct reject_out o = { .store = s, .dict = d, .arena = a, .scratch = scratch, .each = each_kept, .where = where,
				.noun = csm_rec_null(import, IMPORT_NOUN) ? NULL : csm_dict_type(d, csm_rec_text(import, IMPORT_NOUN)),
				.mapped = !csm_rec_null(import, IMPORT_MAPPING), .sink = sink };
	int rc = o.each(&o, find_source, err);

	*missing = o.missing;
	return rc ? rc : reject_write_all(&o, err);
}
