/* SPDX-License-Identifier: MIT */
/*
 * rejects.c - the rejected records of a load, as they came, in the format they came in, with what was wrong beside them (_csm_file, _csm_line,
 * _csm_field, _csm_code, _csm_message): a file that is mended and loaded again. What goes into it is in reject_list.c, how a record is written in
 * reject_write.c.
 */
#include "rejects.h"

/* ---- NDJSON: a line a record ---- */

static int put_line(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(o->im->scratch);
	int rc = CSM_OK;

	if (r->raw)
		reject_line(&b, r);
	else
		rc = reject_record_line(o, &b, r, err);
	csm_buf_addc(&b, '\n');
	return rc ? rc : reject_bytes(o, b.s, b.n, err);
}

/* ---- tables: the row, and columns behind it ---- */

static int put_header(struct reject_out *o, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(o->im->scratch);

	reject_header(&b, o->source);
	return reject_bytes(o, b.s, b.n, err);
}

static int put_row(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(o->im->scratch);
	int rc = reject_row(o, &b, r, err);

	return rc ? rc : reject_bytes(o, b.s, b.n, err);
}

static int put_lines(struct reject_out *o, struct csm_err *err)
{
	bool table = o->source->format != CSM_FMT_NDJSON;
	int rc = table ? put_header(o, err) : CSM_OK;

	return rc ? rc : reject_each(o, table ? put_row : put_line, err);
}

/* ---- JSON and YAML: one document ---- */

static int put_of_type(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	return r->type == o->type ? reject_record(o, r, err) : CSM_OK;
}

static int put_unknown(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	return r->type || r->node ? CSM_OK : reject_record(o, r, err);
}

static int put_of_place(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	bool here = r->rows && o->place ? strcmp(r->rows, o->place) == 0 : !r->rows && !o->place;

	return here ? reject_record(o, r, err) : CSM_OK;
}

/* {csm: 1, account: [...], case: [...]} */
static int put_envelope(struct reject_out *o, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(o->im->store);
	int rc = CSM_OK;

	csm_writer_map(o->w);
	csm_writer_put(o->w, "csm", CSM_W_NUMBER, "1");
	for (unsigned t = 0; !rc && t < d->ntypes; t++) {
		if (!o->of_type[t])
			continue;
		o->type = d->types[t];
		csm_writer_key(o->w, o->type->name);
		csm_writer_seq(o->w);
		rc = reject_each(o, put_of_type, err);
		csm_writer_seq_end(o->w);
	}
	if (!rc && o->unknown) {
		csm_writer_key(o->w, XFER_REJECTED_KEY);
		csm_writer_seq(o->w);
		rc = reject_each(o, put_unknown, err);
		csm_writer_seq_end(o->w);
	}
	csm_writer_map_end(o->w);
	return rc;
}

/* A list of records, or of rows of a mapping. */
static int put_list(struct reject_out *o, int (*put)(struct reject_out *o, const struct reject *r, struct csm_err *err),
		    struct csm_err *err)
{
	int rc;

	csm_writer_seq(o->w);
	rc = reject_each(o, put, err);
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
			csm_writer_key(o->w, csm_strndup(o->im->scratch, p, (size_t)(dot - p)));
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

static int put_document(struct reject_out *o, struct csm_err *err)
{
	struct csm_err ignored = { 0 };
	int rc = reject_look(o, err), closed;

	if (!rc)
		rc = csm_writer_open(&o->w, o->im->arena, o->source->format, o->sink, err);
	if (rc)
		return rc;
	if (o->places.n)
		rc = put_places(o, err);
	else if (o->im->opts.map || (o->im->opts.type && !o->others))
		rc = put_list(o, reject_record, err);
	else
		rc = put_envelope(o, err);
	closed = csm_writer_close(o->w, rc ? &ignored : err);
	return rc ? rc : closed;
}

int csm_import_rejects(struct csm_import *im, struct csm_sink sink, struct csm_err *err)
{
	struct reject_out o = { .im = im, .sink = sink };
	int rc;

	if (!im->opts.keep_originals)
		return csm_fail(err, CSM_E_INTERNAL, "the originals of the load were not kept");
	if (!im->sources.n)
		return CSM_OK;
	o.source = CSM_AT(&im->sources, struct xfer_source, 0);
	rc = reject_collect(&o, err);
	if (rc)
		return rc;
	return o.source->format == CSM_FMT_JSON || o.source->format == CSM_FMT_YAML ? put_document(&o, err) :
										       put_lines(&o, err);
}
