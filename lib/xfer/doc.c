/* SPDX-License-Identifier: MIT */
/*
 * doc.c - documents to records: the envelope {csm: 1, TYPE: [...]}, bare records, rows of CSV and of
 * mappings.
 */
#include <csm/utf8.h>

#include "map.h"

#define KEY_SIZE 80			/* longer ones name no type */

struct input {
	struct csm_import *im;
	struct csm_reader *r;
	const char *file;
	enum csm_format format;
	int64_t top, kept;		/* values at the top that were begun; the last one that was kept */
	bool around;			/* a line of NDJSON with the type around its records is being read */
	bool said, message;		/* of the envelope being read: more than remarks; that of a file of rejects */
	bool *seen;			/* keys of the envelope being read: types by index, the last is csm */
	char bare[KEY_SIZE];		/* key that the last record began with which is in no envelope */
};

/* A key of a map, and where it stands. */
struct key {
	char text[KEY_SIZE];
	int64_t line, col;
};

static void take_key(const struct csm_event *ev, struct key *k)
{
	size_t n = ev->n < sizeof(k->text) ? ev->n : sizeof(k->text) - 1;

	memcpy(k->text, ev->text, n);
	k->text[n] = '\0';
	k->line = ev->line;
	k->col = ev->col;
}

static int fail_at(struct input *in, int64_t line, int64_t col, struct csm_err *err)
{
	csm_err_at(err, in->file, line, col);
	return (int)err->code;
}

/* ---- records ---- */

static bool is_table(const struct input *in)
{
	return in->format == CSM_FMT_CSV || in->format == CSM_FMT_TSV;
}

/* Count a row of the source. Whether it is one of those that are wanted. */
static bool next_row(struct csm_import *im)
{
	return ++im->row > im->opts.skip_rows;
}

/* After a row: CSM_NO, which ends the reading, when there are enough. */
static int end_row(struct csm_import *im, int rc)
{
	if (!rc && im->opts.limit_rows && im->row - im->opts.skip_rows >= im->opts.limit_rows)
		return CSM_NO;
	return rc;
}

/* It does not even become an item. */
static int refuse_record(struct csm_import *im, const struct csm_rtype *t, struct csm_err *err)
{
	struct csm_import_count *count = t ? xfer_count(im, t) : NULL;

	if (count) {
		count->read++;
		count->rejected++;
	}
	csm_err_on(err, t ? t->name : NULL, NULL, NULL);
	return xfer_reject(im, im->row, err);
}

/* A line of a file of rejects that could not be read, and has not been made a record since. */
static bool is_unmended(const struct csm_node *map)
{
	bool told = false;

	for (const struct csm_node *n = map->first; n; n = n->next) {
		bool empty = n->type == CSM_N_SCALAR && (n->scalar == CSM_SC_NULL || !*n->text);

		if (!csm_node_is_talk(n->key) && !empty)
			return false;
		told = told || (!empty && strcmp(n->key, CSM_DOC_TALK "message") == 0);
	}
	return told;
}

static int fail_unmended(struct input *in, const struct csm_rtype *t, int64_t line, int64_t col, struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "was rejected because it could not be read, and is not mended yet (_csm_raw)");
	fail_at(in, line, col, err);
	return refuse_record(in->im, t, err);
}

/* A record or a mapped row, whole; rows: where in the document it stands, NULL at the top. */
static int take_wanted(struct input *in, const struct csm_rtype *t, struct csm_node *node, const char *rows,
		       struct csm_err *err)
{
	struct csm_import *im = in->im;

	if (node->type != CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID, "a record must be a map of fields");
		fail_at(in, node->line, node->col, err);
		return refuse_record(im, t, err);
	}
	if (is_unmended(node))
		return fail_unmended(in, t, node->line, node->col, err);
	if (im->opts.map)
		return xfer_map_row(im, node, in->file, rows, is_table(in), err);
	if (is_table(in) && xfer_empty_cells(im, t, node, in->file, err))
		return refuse_record(im, t, err);
	return xfer_add_record(im, t, node, in->file, false, err);
}

/* The row that was just counted, for a file of rejects. */
static void keep_row(struct input *in, const struct csm_rtype *t, const struct csm_node *node, const char *rows,
		     int64_t line)
{
	bool again = in->kept == in->top;

	in->kept = in->top;
	if (node && (in->format == CSM_FMT_JSON || in->format == CSM_FMT_YAML))
		xfer_keep_tree(in->im, t, node, rows);
	else
		xfer_keep_line(in->im, in->r, line, again);
}

static int take_row(struct input *in, const struct csm_rtype *t, struct csm_node *node, const char *rows,
		    struct csm_err *err)
{
	if (!next_row(in->im))
		return CSM_OK;
	keep_row(in, t, node, rows, node->line);
	return end_row(in->im, take_wanted(in, t, node, rows, err));
}

/* A record in which a value is no text, with what is wrong; node NULL: it is too long to be kept. */
static int take_spoilt(struct input *in, const struct csm_rtype *t, struct csm_node *node, const char *rows,
		       struct csm_err *err)
{
	if (!next_row(in->im)) {
		csm_err_clear(err);
		return CSM_OK;
	}
	keep_row(in, t, node, rows, err->line);
	return end_row(in->im, refuse_record(in->im, t, err));
}

/* A row that has nothing but remarks. */
static int take_unmended(struct input *in, int64_t line, int64_t col, struct csm_err *err)
{
	if (!next_row(in->im))
		return CSM_OK;
	keep_row(in, NULL, NULL, NULL, line);
	return end_row(in->im, fail_unmended(in, NULL, line, col, err));
}

static int take_mapped(void *arg, struct csm_node *node, const char *rows, int rc, struct csm_err *err)
{
	return rc ? take_spoilt(arg, NULL, node, rows, err) : take_row(arg, NULL, node, rows, err);
}

/*
 * In a line with the type around the record: what follows the record. Where that can't be read, nor can the line, of which nothing is stored
 * then.
 */
static int look_behind(struct input *in, struct csm_err *err)
{
	struct csm_event ev = { .text = "" };
	int rc;

	csm_reader_mark(in->r);
	rc = csm_reader_next(in->r, &ev, err);
	if (!rc && ev.type == CSM_EV_SEQ_END)
		rc = csm_reader_next(in->r, &ev, err);
	/* a value is told when it is read; a key would be that of a type */
	if (rc && ev.type != CSM_EV_KEY && csm_reader_pass(in->r)) {
		csm_err_clear(err);
		rc = CSM_OK;
	}
	csm_reader_again(in->r);
	return rc;
}

static int read_record(struct input *in, const struct csm_rtype *t, const struct csm_event *ev,
		       struct csm_err *err)
{
	struct csm_arena *a = in->im->scratch;
	struct csm_mark mark = csm_arena_mark(a);
	struct csm_err behind = { 0 };
	struct csm_node *node;
	int rc = csm_reader_node(in->r, ev, a, &node, err);
	bool spoilt = rc == CSM_E_INVALID && csm_reader_ready(in->r);

	if (in->around && (!rc || spoilt) && look_behind(in, &behind)) {
		*err = behind;
		rc = (int)behind.code;
	} else if (!rc) {
		rc = take_row(in, t, node, NULL, err);
	} else if (spoilt) {
		rc = take_spoilt(in, t, node, NULL, err);
	}
	csm_arena_rewind(a, mark);
	return rc;
}

/* ---- envelopes ---- */

/* The value of a type's key: a list of records, or one. */
static int read_records(struct input *in, const struct csm_rtype *t, struct csm_event *ev,
			struct csm_err *err)
{
	int rc;

	if (ev->type == CSM_EV_MAP)
		return read_record(in, t, ev, err);
	if (ev->type == CSM_EV_SCALAR && ev->scalar == CSM_SC_NULL)
		return CSM_OK;
	if (ev->type != CSM_EV_SEQ) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a list of records", t->name);
		return fail_at(in, ev->line, ev->col, err);
	}
	for (;;) {
		rc = csm_reader_next(in->r, ev, err);
		if (rc || ev->type == CSM_EV_SEQ_END)
			return rc;
		rc = read_record(in, t, ev, err);
		if (rc)
			return rc;
	}
}

int xfer_check_version(const char *file, const char *text, int64_t line, int64_t col, struct csm_err *err)
{
	if (text && strcmp(text, "1") == 0)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID,
		 "csm: document format %s%s%s is not known, this program reads format 1", text ? "'" : "",
		 text ? text : "(no number)", text ? "'" : "");
	return csm_err_at(err, file, line, col);
}

/* A record that stands bare is taken where the command names its type. */
static int unknown_type(struct input *in, const struct key *k, struct csm_err *err)
{
	static const char expected[] = " (expected the type around the record, as in {\"case\": {...}}; csm NOUN import takes records alone)";
	const struct csm_dict *d = csm_store_dict(in->im->store);
	const char **names = csm_calloc(in->im->scratch, d->ntypes + 1, sizeof(*names));
	const char *near;

	for (unsigned i = 0; i < d->ntypes; i++)
		names[i] = d->types[i]->name;
	near = csm_nearest(k->text, names);
	csm_fail(err, CSM_E_INVALID, "'%s' is no record type%s%s%s", k->text, near ? "; did you mean '" : "", near ? near : "",
		 near ? "'?" : expected);
	return fail_at(in, k->line, k->col, err);
}

/* A remark: passed over, but for what says that something could not be read. */
static int read_talk(struct input *in, const struct key *k, struct csm_event *ev, struct csm_err *err)
{
	struct csm_arena *a = in->im->scratch;
	struct csm_mark mark = csm_arena_mark(a);
	struct csm_node *node;
	int rc = csm_reader_node(in->r, ev, a, &node, err);

	if (!rc && strcmp(k->text, CSM_DOC_TALK "message") == 0)
		in->message = node->type == CSM_N_SCALAR && *node->text;
	if (!rc && strcmp(k->text, CSM_DOC_TALK "rejected") == 0)
		for (const struct csm_node *n = node->first; !rc && n; n = n->next)
			rc = take_unmended(in, n->line, n->col, err);
	csm_arena_rewind(a, mark);
	return rc;
}

/* One key of an envelope and its value, which begins with ev. */
static int read_member(struct input *in, const struct key *k, struct csm_event *ev, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(in->im->store);
	bool version = strcmp(k->text, "csm") == 0;
	const struct csm_rtype *t = version ? NULL : csm_dict_type(d, k->text);
	bool *seen;

	if (csm_node_is_talk(k->text))
		return read_talk(in, k, ev, err);
	in->said = true;
	if (!version && !t)
		return unknown_type(in, k, err);
	seen = &in->seen[version ? d->ntypes : xfer_type_index(in->im, t)];
	if (*seen) {
		csm_fail(err, CSM_E_INVALID, "key '%s' is given twice", k->text);
		return fail_at(in, k->line, k->col, err);
	}
	*seen = true;
	if (version)
		return xfer_check_version(in->file, ev->type == CSM_EV_SCALAR ? ev->text : NULL, ev->line,
					  ev->col, err);
	if (strcmp(t->name, "sla") == 0)
		in->im->sla_stated = true;
	return read_records(in, t, ev, err);
}

/* An envelope whose first key was read, and the beginning of its value. */
static int read_envelope(struct input *in, struct key *k, struct csm_event *ev, struct csm_err *err)
{
	const int64_t line = k->line, col = k->col;
	int rc;

	memset(in->seen, 0, (csm_store_dict(in->im->store)->ntypes + 1) * sizeof(*in->seen));
	in->said = in->message = false;
	for (;;) {
		in->around = in->format == CSM_FMT_NDJSON;
		rc = read_member(in, k, ev, err);
		in->around = false;
		if (!rc)
			rc = csm_reader_next(in->r, ev, err);
		if (!rc && ev->type == CSM_EV_MAP_END && in->message && !in->said)
			return take_unmended(in, line, col, err);
		if (rc || ev->type == CSM_EV_MAP_END)
			return rc;
		take_key(ev, k);
		rc = csm_reader_next(in->r, ev, err);
		if (rc)
			return rc;
	}
}

/* ---- bare records ---- */

/*
 * Whether a map with this first key is no envelope, whatever the value is. Where the command names a type, its
 * own fields and what is nested in it come first.
 */
static bool is_bare(struct input *in, const struct csm_event *key)
{
	const struct csm_dict *d = csm_store_dict(in->im->store);
	const struct csm_rtype *t = in->im->opts.type;
	int field;

	if (in->im->opts.map)
		return true;
	if (!t || strcmp(key->text, "csm") == 0)
		return false;
	if (in->bare[0] && strcmp(key->text, in->bare) == 0)
		return true;
	if (csm_dict_type(d, key->text) &&
	    (strcmp(key->text, t->name) == 0 || !xfer_nested_type(d, t, key->text, &field)))
		return false;
	if (key->n < sizeof(in->bare))
		memcpy(in->bare, key->text, key->n + 1);
	return true;
}

/* Of one whose value tells: a list is no value of a reference. */
static bool is_envelope(const struct csm_import *im, const char *key, const struct csm_event *value)
{
	const struct csm_rtype *t = im->opts.type;
	int field = t ? csm_field_index(t, key) : -1;

	return field < 0 || (value->type == CSM_EV_SEQ && t->fields[field].kind == CSM_K_REF);
}

/* A map at the top: an envelope, or a record of the type that the command names. */
static int read_map(struct input *in, const struct csm_event *map, struct csm_err *err)
{
	struct csm_event start = *map, ev;
	const char *name;
	struct key k;
	int rc;

	csm_reader_mark(in->r);
	rc = csm_reader_next(in->r, &ev, err);
	/* a key that is no text is told with its record, where it is clear that it is of one */
	if (rc && (!(in->im->opts.type || in->im->opts.map) || rc != CSM_E_INVALID || !csm_reader_pass(in->r)))
		return rc;
	if (rc) {
		csm_err_clear(err);
		csm_reader_again(in->r);
		return read_record(in, in->im->opts.type, &start, err);
	}
	if (ev.type == CSM_EV_MAP_END) {
		if (!in->im->opts.type && !in->im->opts.map)
			return CSM_OK;
		if (!next_row(in->im))
			return CSM_OK;
		keep_row(in, in->im->opts.type, &(struct csm_node){ .type = CSM_N_MAP, .line = start.line }, NULL,
			 start.line);
		csm_fail(err, CSM_E_INVALID, "a record without fields");
		fail_at(in, start.line, start.col, err);
		return end_row(in->im, xfer_reject(in->im, in->im->row, err));
	}
	take_key(&ev, &k);
	if (!is_bare(in, &ev)) {
		name = csm_strndup(in->im->scratch, ev.text, ev.n);
		rc = csm_reader_next(in->r, &ev, err);
		if (rc)
			ev.type = CSM_EV_SCALAR;
		if (is_envelope(in->im, name, &ev))
			return rc ? rc : read_envelope(in, &k, &ev, err);
		if (rc)
			csm_err_clear(err);
	}
	csm_reader_again(in->r);
	return read_record(in, in->im->opts.type, &start, err);
}

static int read_top(struct input *in, struct csm_event *ev, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(in->im->scratch);
	bool list = ev->type == CSM_EV_SEQ;
	bool places = in->im->opts.map && (in->format == CSM_FMT_JSON || in->format == CSM_FMT_YAML) &&
		      xfer_map_has_places(in->im->opts.map);
	int rc;

	if (ev->type == CSM_EV_SCALAR && ev->scalar == CSM_SC_NULL && in->format == CSM_FMT_YAML)
		return CSM_OK;		/* an empty document of the stream */
	do {
		if (list) {
			rc = csm_reader_next(in->r, ev, err);
			if (rc || ev->type == CSM_EV_SEQ_END)
				return rc;
		}
		if (ev->type != CSM_EV_MAP) {
			csm_fail(err, CSM_E_INVALID, "expected a map such as {csm: 1, case: [...]}%s",
				 in->im->opts.type ? " or a record" : "");
			return fail_at(in, ev->line, ev->col, err);
		}
		if (!list && places)
			return xfer_map_document(in->im, in->r, in->file, take_mapped, in, err);
		rc = read_map(in, ev, err);
		csm_arena_rewind(in->im->scratch, mark);
	} while (list && !rc);
	return rc;
}

/* ---- inputs ---- */

/* After bad input that the format can step over (a line of NDJSON, a row of CSV) the load goes on. */
static int recover(struct input *in, int rc, struct csm_err *err)
{
	struct csm_err bad = *err;

	if (rc != CSM_E_INVALID || in->im->stopped || in->im->unfit || !csm_reader_can_skip(in->r))
		return rc;
	if (next_row(in->im)) {
		keep_row(in, NULL, NULL, NULL, err->line);
		rc = xfer_reject(in->im, in->im->row, err);
		if (rc) {
			*err = bad;
			return rc;
		}
		rc = end_row(in->im, rc);
		if (rc)
			return rc;
	}
	csm_err_clear(err);
	return csm_reader_skip(in->r, err);
}

static int read_events(struct input *in, struct csm_err *err)
{
	for (;;) {
		struct csm_event ev;
		int rc = csm_reader_next(in->r, &ev, err);

		in->top++;
		if (!rc && ev.type == CSM_EV_END)
			return CSM_OK;
		if (!rc)
			rc = read_top(in, &ev, err);
		if (rc)
			rc = recover(in, rc, err);
		if (rc)
			return rc;
	}
}

/* The delimiter of a table, where it was a guess. */
static void tell_delimiter(const struct input *in)
{
	char c = csm_reader_delimiter(in->r);
	struct csm_err err = { 0 };

	csm_fail(&err, CSM_NO, "cells are taken to be separated by %s%c%s (--delimiter says otherwise)",
		 c == '\t' ? "tab" : "'", c == '\t' ? 's' : c, c == '\t' ? "" : "'");
	csm_err_at(&err, csm_reader_name(in->r), 0, 0);
	csm_diag_note(&in->im->opts.diag, 'w', &err);
}

/* A source whose text is UTF-8 by now. */
static int read_decoded(struct input *in, const struct csm_decoder *d, struct csm_err *err)
{
	struct csm_import *im = in->im;
	struct csm_source src = csm_decoder_source(d);
	struct csm_read_opts opts = im->opts.read;
	int rc;

	opts.encoding = csm_decoder_encoding(d);
	opts.keep_raw = im->opts.keep_originals;
	opts.lend_keys = true;
	if (is_table(in) && !im->opts.type && !im->opts.map)
		return csm_fail(err, CSM_E_USAGE,
				"%s: %s holds one type: use 'csm NOUN import', --map, or a file name that begins "
				"with the type, such as case.csv",
				src.name, csm_format_name(in->format));
	in->seen = csm_calloc(im->arena, csm_store_dict(im->store)->ntypes + 1, sizeof(*in->seen));
	rc = csm_reader_open(&in->r, im->arena, in->format, src, &opts, err);
	if (rc)
		return rc;
	rc = xfer_begin_source(im, in->r, in->format, err);
	if (!rc && csm_reader_guessed(in->r))
		tell_delimiter(in);
	if (!rc && is_table(in))
		rc = im->opts.map ? xfer_map_columns(im, in->r, in->file, err) :
				    xfer_check_columns(im, in->r, in->file, err);
	if (!rc)
		rc = read_events(in, err);
	if (rc == CSM_NO)
		rc = CSM_OK;		/* enough */
	if (rc && !err->file[0] && !csm_code_is_trouble(rc))
		csm_err_at(err, in->file, err->line, err->col);
	csm_reader_close(in->r);
	return rc;
}

const struct csm_rtype *xfer_type_of_file(const struct csm_dict *d, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strcspn(name, ".");
	char word[KEY_SIZE];

	if (!name[n] || n >= sizeof(word))
		return NULL;
	memcpy(word, name, n);
	word[n] = '\0';
	return csm_dict_type(d, word);
}

/*
 * What was wrong with a compressed input is what is wrong with it where it is whole; else with the bytes that its damage left, whatever they look
 * like. A load that is given up before its end reads on to know.
 */
static int settle(struct input *in, struct csm_decoder *d, int rc, struct csm_err *err)
{
	struct csm_err damage = { 0 };

	if (!csm_decoder_packed(d))
		return rc;
	if (!rc || !csm_decoder_finish(d, &damage)) {
		xfer_findings_sure(in->im);
		return rc;
	}
	xfer_findings_drop(in->im);
	*err = damage;
	return (int)damage.code;
}

int xfer_read_source(struct csm_import *im, struct csm_source src, struct csm_err *err)
{
	struct input in = { .im = im,
			    .file = csm_strdup(im->arena, src.name),
			    .format = im->opts.format };
	const struct csm_rtype *named = im->opts.type;
	struct csm_decoder *d;
	int rc;

	if (end_row(im, CSM_OK))
		return CSM_OK;		/* the inputs before have enough */
	rc = csm_decoder_open(&d, im->arena, src, im->opts.encoding, err);
	if (rc)
		return rc;
	if (in.format == CSM_FMT_NONE)
		in.format = csm_format_of_file(src.name);
	if (in.format == CSM_FMT_NONE)
		in.format = im->opts.read.delimiter ? CSM_FMT_CSV : csm_decoder_format(d);
	if (is_table(&in) && !named && !im->opts.map) {
		im->opts.type = xfer_type_of_file(csm_store_dict(im->store), src.name);
		/* a table of SLA records states them, with or without rows */
		if (im->opts.type && strcmp(im->opts.type->name, "sla") == 0)
			im->sla_stated = true;
	}
	xfer_run_named(im, in.file, in.format);
	if (csm_decoder_packed(d))
		xfer_findings_unsure(im);
	rc = settle(&in, d, read_decoded(&in, d, err), err);
	im->opts.type = named;
	csm_decoder_close(d);
	return rc;
}
