/* SPDX-License-Identifier: MIT */
/*
 * rejects.c - the rejected records of a load, as they came, in the format they came in, with what was wrong beside them (_csm_file, _csm_line,
 * _csm_field, _csm_code, _csm_message): a file that is mended and loaded again. What goes into it is in reject_list.c, how a record is written in
 * reject_write.c.
 */
#include "rejects.h"

/* ---- what goes into one file ---- */

/* The i-th column that is no remark of csm; NULL past the end. */
static const char *column(const struct xfer_source *s, unsigned i)
{
	for (unsigned k = 0; k < s->ncolumns; k++)
		if (!csm_node_is_talk(s->columns[k]) && !i--)
			return s->columns[k];
	return NULL;
}

int reject_same_source(const struct xfer_source *first, const struct xfer_source *s, struct csm_err *err)
{
	const char *a = "", *b = "";

	if (first->format != s->format)
		return csm_fail(err, CSM_E_USAGE,
				"is %s and %s is %s: a file of rejects has one format, so load them one by one",
				csm_format_name(s->format), first->file, csm_format_name(first->format));
	for (unsigned i = 0; a && b; i++) {
		a = column(first, i);
		b = column(s, i);
		if (a != b && (!a || !b || strcmp(a, b) != 0))
			return csm_fail(err, CSM_E_USAGE,
					"has other columns than %s: a file of rejects has one header, so load them one by one",
					first->file);
	}
	if (first->delimiter != s->delimiter)
		return csm_fail(err, CSM_E_USAGE,
				"has another delimiter than %s: a file of rejects has one, so load them one by one",
				first->file);
	return CSM_OK;
}

/* ---- NDJSON: a line a record ---- */

int reject_put_line(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(o->scratch);
	int rc = CSM_OK;

	if (r->raw)
		reject_line(&b, r);
	else
		rc = reject_record_line(&b, r, true, err);
	csm_buf_addc(&b, '\n');
	return rc ? rc : reject_bytes(o, b.s, b.n, err);
}

/* ---- tables: the row, and columns behind it ---- */

int reject_put_header(struct reject_out *o, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(o->scratch);

	reject_header(&b, o->source);
	return reject_bytes(o, b.s, b.n, err);
}

int reject_put_row(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(o->scratch);
	int rc = reject_row(o, &b, r, err);

	return rc ? rc : reject_bytes(o, b.s, b.n, err);
}

static int put_lines(struct reject_out *o, struct csm_err *err)
{
	bool table = o->source->format != CSM_FMT_NDJSON;
	int rc = table ? reject_put_header(o, err) : CSM_OK;

	return rc ? rc : o->each(o, table ? reject_put_row : reject_put_line, err);
}

/* ---- JSON and YAML: one document ---- */

static unsigned type_index(const struct csm_dict *d, const struct csm_rtype *t)
{
	unsigned i = 0;

	while (i + 1 < d->ntypes && d->types[i] != t)
		i++;
	return i;
}

static int compare_places(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static int look(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	size_t i = 0;

	(void)err;
	if (reject_is_filed(o, r))
		return CSM_OK;
	o->any = true;
	if (r->type)
		o->of_type[type_index(o->dict, r->type)] = true;
	else if (!r->node)
		o->unknown = true;
	o->others = o->others || (o->noun && r->type != o->noun);
	while (r->rows && i < o->places.n && strcmp(*CSM_AT(&o->places, const char *, i), r->rows) != 0)
		i++;
	if (r->rows && i == o->places.n)
		*(const char **)csm_vec_add(&o->places) = csm_strdup(o->arena, r->rows);
	return CSM_OK;
}

static int look_at_all(struct reject_out *o, struct csm_err *err)
{
	int rc;

	o->of_type = csm_calloc(o->arena, o->dict->ntypes, sizeof(*o->of_type));
	o->places = (struct csm_vec)CSM_VEC(o->arena, const char *);
	rc = o->each(o, look, err);
	if (o->places.n)
		qsort(o->places.p, o->places.n, sizeof(const char *), compare_places);
	return rc;
}

static int put_record(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	if (reject_is_filed(o, r))
		return CSM_OK;
	reject_mark_filed(o, r);
	return reject_record(o, r, err);
}

static int put_of_type(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	return r->type == o->type ? put_record(o, r, err) : CSM_OK;
}

static int put_unknown(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	return r->type || r->node ? CSM_OK : put_record(o, r, err);
}

static int put_of_place(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	bool here = r->rows && o->place ? strcmp(r->rows, o->place) == 0 : !r->rows && !o->place;

	return here ? put_record(o, r, err) : CSM_OK;
}

/* {csm: 1, account: [...], case: [...]} */
static int put_envelope(struct reject_out *o, struct csm_err *err)
{
	int rc = CSM_OK;

	csm_writer_map(o->w);
	csm_writer_put(o->w, "csm", CSM_W_NUMBER, "1");
	for (unsigned t = 0; !rc && t < o->dict->ntypes; t++) {
		if (!o->of_type[t])
			continue;
		o->type = o->dict->types[t];
		csm_writer_key(o->w, o->type->name);
		csm_writer_seq(o->w);
		rc = o->each(o, put_of_type, err);
		csm_writer_seq_end(o->w);
	}
	if (!rc && o->unknown) {
		csm_writer_key(o->w, XFER_REJECTED_KEY);
		csm_writer_seq(o->w);
		rc = o->each(o, put_unknown, err);
		csm_writer_seq_end(o->w);
	}
	csm_writer_map_end(o->w);
	return rc;
}

/* A list of records, or of rows of a mapping. */
static int put_list(struct reject_out *o, reject_put *put, struct csm_err *err)
{
	int rc;

	csm_writer_seq(o->w);
	rc = o->each(o, put, err);
	csm_writer_seq_end(o->w);
	return rc;
}

/* Places of rows such as data.items, in an order in which those in one map are side by side. */
static int put_places(struct reject_out *o, struct csm_err *err)
{
	const char *was = "";
	unsigned depth = 0;
	int rc = CSM_OK;

	csm_writer_map(o->w);
	for (size_t i = 0; !rc && i < o->places.n; i++) {
		const char *place = *CSM_AT(&o->places, const char *, i);
		unsigned same = 0;

		for (size_t n = 0; place[n] && place[n] == was[n]; n++)
			same += place[n] == '.';
		for (; depth > same; depth--)
			csm_writer_map_end(o->w);
		for (const char *p = place, *dot; *p; p = dot + (*dot == '.')) {
			static const char end[] = "";

			dot = strchr(p, '.') ? strchr(p, '.') : p + strlen(p);
			if (same) {
				same--;
				continue;
			}
			csm_writer_key(o->w, csm_strndup(o->scratch, p, (size_t)(dot - p)));
			if (*dot == *end)
				break;
			csm_writer_map(o->w);
			depth++;
		}
		o->place = was = place;
		rc = put_list(o, put_of_place, err);
	}
	for (; depth; depth--)
		csm_writer_map_end(o->w);
	csm_writer_map_end(o->w);
	return rc;
}

/* What looking at all has told decides the shape. */
static int put_shape(struct reject_out *o, struct csm_err *err)
{
	if (o->places.n)
		return put_places(o, err);
	if (!o->mapped && (!o->noun || o->others))
		return put_envelope(o, err);
	/* records of a file that grows stand in its list */
	return o->list ? o->each(o, put_record, err) : put_list(o, put_record, err);
}

int reject_document_all(struct reject_out *o, struct csm_err *err)
{
	struct csm_err ignored = { 0 };
	int rc = look_at_all(o, err), closed;

	if (rc || (o->grows && !o->any))
		return rc;
	if (o->next && !o->list)
		rc = reject_bytes(o, "---\n", 4, err);
	if (!rc)
		rc = csm_writer_open(&o->w, o->arena, o->source->format, o->sink, err);
	if (rc)
		return rc;
	if (o->list)
		csm_writer_seq(o->w);
	rc = put_shape(o, err);
	if (o->list)
		csm_writer_seq_end(o->w);
	closed = csm_writer_close(o->w, rc ? &ignored : err);
	return rc ? rc : closed;
}

int reject_write_all(struct reject_out *o, struct csm_err *err)
{
	if (!o->source)
		return CSM_OK;
	return o->source->format == CSM_FMT_JSON || o->source->format == CSM_FMT_YAML ? reject_document_all(o, err) : put_lines(o, err);
}

/* The first of the inputs: all have its format, or there is no file. */
struct reject_out reject_open(struct csm_import *im, struct csm_sink sink)
{
	return (struct reject_out){ .store = im->store, .dict = csm_store_dict(im->store), .arena = im->arena, .scratch = im->scratch,
				    .noun = im->opts.type, .mapped = im->opts.map, .im = im, .sink = sink,
				    .source = im->sources.n ? CSM_AT(&im->sources, struct xfer_source, 0) : NULL };
}

int csm_import_rejects(struct csm_import *im, struct csm_sink sink, struct csm_err *err)
{
	struct reject_out o = reject_open(im, sink);
	int rc;

	if (!im->opts.keep_originals)
		return csm_fail(err, CSM_E_INTERNAL, "the originals of the load were not kept");
	rc = reject_collect(&o, err);
	return rc ? rc : reject_write_all(&o, err);
}
