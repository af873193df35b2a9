/* SPDX-License-Identifier: MIT */
/* doc.c - documents to records: the envelope {csm: 1, TYPE: [...]}, bare records, rows of CSV and of mappings. */
#include <csm/utf8.h>

#include "xfer_priv.h"

struct input {
	struct csm_import *im;
	struct csm_reader *r;
	const char *file;
};

static int fail_at(struct input *in, const struct csm_event *ev, struct csm_err *err)
{
	csm_err_at(err, in->file, ev->line, ev->col);
	return err->code;
}

/* A record or a mapped row, whole. */
static int take_node(struct input *in, const struct csm_rtype *t, const struct csm_node *node, struct csm_err *err)
{
	struct csm_import *im = in->im;

	im->row++;
	if (node->type != CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID, "a record must be a map of fields");
		csm_err_at(err, in->file, node->line, node->col);
		return xfer_reject(im, im->row, err);
	}
	if (im->opts.map)
		return xfer_map_row(im, node, in->file, err);
	return xfer_add_record(im, t, node, in->file, err);
}

static int read_node(struct input *in, const struct csm_event *ev, struct csm_node **out, struct csm_err *err)
{
	return csm_reader_node(in->r, ev, in->im->arena, out, err);
}

/* The value of a type's key in the envelope: a list of records, or one. */
static int read_records(struct input *in, const struct csm_rtype *t, struct csm_err *err)
{
	struct csm_event ev;
	struct csm_node *node;
	int rc = csm_reader_next(in->r, &ev, err);

	if (rc)
		return rc;
	if (ev.type == CSM_EV_MAP) {
		rc = read_node(in, &ev, &node, err);
		return rc ? rc : take_node(in, t, node, err);
	}
	if (ev.type == CSM_EV_SCALAR && ev.scalar == CSM_SC_NULL)
		return CSM_OK;
	if (ev.type != CSM_EV_SEQ) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a list of records", t->name);
		return fail_at(in, &ev, err);
	}
	for (;;) {
		rc = csm_reader_next(in->r, &ev, err);
		if (rc || ev.type == CSM_EV_SEQ_END)
			return rc;
		rc = read_node(in, &ev, &node, err);
		if (!rc)
			rc = take_node(in, t, node, err);
		if (rc)
			return rc;
	}
}

static int check_version(struct input *in, struct csm_err *err)
{
	struct csm_event ev;
	int rc = csm_reader_next(in->r, &ev, err);

	if (rc)
		return rc;
	if (ev.type == CSM_EV_SCALAR && strcmp(ev.text, "1") == 0)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "csm: document format '%s' is not known, this program reads format 1",
		 ev.type == CSM_EV_SCALAR ? ev.text : "(not a number)");
	return fail_at(in, &ev, err);
}

static int unknown_key(struct input *in, const struct csm_event *ev, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(in->im->store);
	const char **names = csm_calloc(in->im->arena, d->ntypes + 1, sizeof(*names));
	const char *near;

	for (unsigned i = 0; i < d->ntypes; i++)
		names[i] = d->types[i]->name;
	near = csm_nearest(ev->text, names);
	csm_fail(err, CSM_E_INVALID, "'%s' is no record type%s%s%s", ev->text, near ? "; did you mean '" : "", near ? near : "",
		 near ? "'?" : "");
	return fail_at(in, ev, err);
}

/* One key of an envelope and its value. */
static int read_key(struct input *in, const struct csm_event *key, struct csm_err *err)
{
	const struct csm_rtype *t;

	if (strcmp(key->text, "csm") == 0)
		return check_version(in, err);
	t = csm_dict_type(csm_store_dict(in->im->store), key->text);
	if (!t)
		return unknown_key(in, key, err);
	if (strcmp(t->name, "sla") == 0)
		in->im->sla_stated = true;
	return read_records(in, t, err);
}

/* The rest of a bare record whose first key has been read already. */
static int read_bare(struct input *in, const struct csm_event *map, const char *first, int64_t line, int64_t col, struct csm_node **out,
		     struct csm_err *err)
{
	struct csm_arena *a = in->im->arena;
	struct csm_node *node = csm_alloc(a, sizeof(*node)), **end = &node->first;
	struct csm_event ev;
	const char *key = first;
	int rc;

	node->type = CSM_N_MAP;
	node->line = map->line;
	node->col = map->col;
	for (;;) {
		if (csm_node_get(node, key)) {
			csm_fail(err, CSM_E_INVALID, "key '%s' is given twice", key);
			return csm_err_at(err, in->file, line, col);
		}
		rc = csm_reader_next(in->r, &ev, err);
		if (!rc)
			rc = read_node(in, &ev, end, err);
		if (rc)
			return rc;
		(*end)->key = key;
		end = &(*end)->next;
		rc = csm_reader_next(in->r, &ev, err);
		if (rc)
			return rc;
		if (ev.type == CSM_EV_MAP_END)
			break;
		key = csm_strdup(a, ev.text);
		line = ev.line;
		col = ev.col;
	}
	*out = node;
	return CSM_OK;
}

/* Whether a map that starts with this key is an envelope; where the command names a type its own fields come first. */
static bool is_envelope(const struct csm_import *im, const char *key)
{
	if (im->opts.map)
		return false;
	if (!im->opts.type)
		return true;
	if (strcmp(key, "csm") == 0)
		return true;
	return csm_field_index(im->opts.type, key) < 0 && csm_dict_type(csm_store_dict(im->store), key);
}

/* A map at the top: an envelope, or a record of the type that the command names. */
static int read_map(struct input *in, const struct csm_event *map, struct csm_err *err)
{
	struct csm_event start = *map, ev;
	struct csm_node *node = NULL;
	int rc = csm_reader_next(in->r, &ev, err);

	if (rc)
		return rc;
	if (ev.type == CSM_EV_MAP_END) {
		if (!in->im->opts.type && !in->im->opts.map)
			return CSM_OK;
		csm_fail(err, CSM_E_INVALID, "a record without fields");
		fail_at(in, &start, err);
		return xfer_reject(in->im, ++in->im->row, err);
	}
	if (!is_envelope(in->im, ev.text)) {
		rc = read_bare(in, &start, csm_strdup(in->im->arena, ev.text), ev.line, ev.col, &node, err);
		return rc ? rc : take_node(in, in->im->opts.type, node, err);
	}
	while (ev.type == CSM_EV_KEY) {
		rc = read_key(in, &ev, err);
		if (!rc)
			rc = csm_reader_next(in->r, &ev, err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

static int read_top(struct input *in, const struct csm_event *ev, struct csm_err *err)
{
	struct csm_event inner;
	int rc;

	switch (ev->type) {
	case CSM_EV_MAP:
		return read_map(in, ev, err);
	case CSM_EV_SEQ:
		for (;;) {
			rc = csm_reader_next(in->r, &inner, err);
			if (rc || inner.type == CSM_EV_SEQ_END)
				return rc;
			if (inner.type != CSM_EV_MAP)
				break;
			rc = read_map(in, &inner, err);
			if (rc)
				return rc;
		}
		ev = &inner;
		break;
	case CSM_EV_SCALAR:
		if (ev->scalar == CSM_SC_NULL)
			return CSM_OK;		/* an empty YAML document */
		break;
	default:
		break;
	}
	csm_fail(err, CSM_E_INVALID, "expected a map such as {csm: 1, case: [...]}%s", in->im->opts.type ? " or a record" : "");
	return fail_at(in, ev, err);
}

/* After bad input that the format can step over (a line of NDJSON, a row of CSV) the load goes on. */
static int recover(struct input *in, enum csm_format f, int rc, struct csm_err *err)
{
	struct csm_err bad = *err;

	if (rc != CSM_E_INVALID || (f != CSM_FMT_NDJSON && f != CSM_FMT_CSV && f != CSM_FMT_TSV) ||
	    in->im->opts.on_error != CSM_ON_ERROR_SKIP)
		return rc;
	csm_err_clear(err);
	rc = csm_reader_skip(in->r, err);
	if (rc)
		return rc;
	return xfer_reject(in->im, ++in->im->row, &bad);
}

static int read_events(struct input *in, enum csm_format f, struct csm_err *err)
{
	for (;;) {
		struct csm_event ev;
		int rc = csm_reader_next(in->r, &ev, err);

		if (!rc && ev.type == CSM_EV_END)
			return CSM_OK;
		if (!rc)
			rc = read_top(in, &ev, err);
		if (rc && (rc = recover(in, f, rc, err)))
			return rc;
	}
}

int xfer_read_source(struct csm_import *im, struct csm_source src, struct csm_err *err)
{
	struct input in = { im, NULL, csm_strdup(im->arena, src.name) };
	enum csm_format f = im->opts.format;
	int rc;

	if (f == CSM_FMT_NONE)
		f = csm_format_of_file(src.name);
	if (f == CSM_FMT_TABLE || f == CSM_FMT_NONE)
		return csm_fail(err, CSM_E_USAGE, "%s: the format is not known by the name; use --from json, ndjson, yaml, csv or tsv",
				src.name);
	if ((f == CSM_FMT_CSV || f == CSM_FMT_TSV) && !im->opts.type && !im->opts.map)
		return csm_fail(err, CSM_E_USAGE, "%s: %s holds one type: use 'csm NOUN import', or --map", src.name, csm_format_name(f));
	rc = csm_reader_open(&in.r, im->arena, f, src, &im->opts.read, err);
	if (rc)
		return rc;
	rc = read_events(&in, f, err);
	if (rc && !err->file[0])
		csm_err_at(err, in.file, err->line, err->col);
	csm_reader_close(in.r);
	return rc;
}
