/* SPDX-License-Identifier: MIT */
/* reject_write.c - how a record of the file of rejects is written: as it came, with what was wrong beside it. */
#include <errno.h>
#include <inttypes.h>

#include <csm/utf8.h>

#include "rejects.h"

#define RAW CSM_DOC_TALK "raw"
#define BASE64 "base64:"

int reject_bytes(struct reject_out *o, const char *p, size_t n, struct csm_err *err)
{
	if (o->sink.write(o->sink.arg, p, n) == 0)
		return CSM_OK;
	return csm_fail(err, CSM_E_IO, "the file of rejects: %s", strerror(errno));
}

/* ---- what is written beside a record ---- */

enum { TALK_FILE, TALK_LINE, TALK_FIELD, TALK_CODE, TALK_MESSAGE, TALK__N };

static const char *const names[TALK__N] = { CSM_DOC_TALK "file", CSM_DOC_TALK "line", CSM_DOC_TALK "field",
					    CSM_DOC_TALK "code", CSM_DOC_TALK "message" };

/* NULL: nothing to say. line has room for a number. Control characters are written as they are kept with the load. */
static void talk_of(struct csm_arena *a, const struct csm_err *e, char line[24], const char *out[TALK__N])
{
	snprintf(line, 24, "%" PRId64, e->line);
	out[TALK_FILE] = e->file[0] ? csm_term_text(a, e->file, true) : NULL;
	out[TALK_LINE] = e->line ? line : NULL;
	out[TALK_FIELD] = e->field[0] ? csm_term_text(a, e->field, true) : NULL;
	out[TALK_CODE] = csm_code_name(e->code);
	out[TALK_MESSAGE] = csm_term_text(a, e->msg, true);
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void add_base64(struct csm_buf *b, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	for (size_t i = 0; i < n; i += 3) {
		unsigned long v = (unsigned long)p[i] << 16 | (i + 1 < n ? (unsigned long)p[i + 1] << 8 : 0) |
				  (i + 2 < n ? p[i + 2] : 0);

		csm_buf_addc(b, digits[v >> 18 & 63]);
		csm_buf_addc(b, digits[v >> 12 & 63]);
		csm_buf_addc(b, i + 1 < n ? digits[v >> 6 & 63] : '=');
		csm_buf_addc(b, i + 2 < n ? digits[v & 63] : '=');
	}
}

const char *reject_raw_text(struct csm_arena *a, const char *raw, size_t n)
{
	struct csm_buf b = CSM_BUF(a);

	if (csm_text_check(raw, n, NULL) == CSM_OK && strncmp(raw, BASE64, sizeof(BASE64) - 1) != 0)
		return csm_strndup(a, raw, n);
	csm_buf_add(&b, BASE64);
	add_base64(&b, raw, n);
	return b.s;
}

const char *reject_raw_bytes(struct csm_arena *a, const char *text, size_t *n)
{
	struct csm_buf b = CSM_BUF(a);
	unsigned long v = 0;
	int bits = 0;

	*n = strlen(text);
	if (strncmp(text, BASE64, sizeof(BASE64) - 1) != 0)
		return text;
	for (const char *p = text + sizeof(BASE64) - 1; *p && strchr(digits, *p); p++) {
		v = (v << 6 | (unsigned long)(strchr(digits, *p) - digits)) & 0xffffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			csm_buf_addc(&b, (char)(v >> bits & 0xff));
		}
	}
	*n = b.n;
	return b.s;
}

/* ---- taking apart ---- */

/* Bytes that are no text stand in nobody's way. */
static char *cleaned(struct csm_arena *a, const char *raw, size_t n)
{
	char *s = csm_strndup(a, raw, n);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x7f || ((unsigned char)s[i] < 0x20 && !strchr("\t\n\r", s[i])) || !s[i])
			s[i] = '?';
	return s;
}

int reject_parse(struct csm_arena *a, const struct xfer_source *source, const char *raw, size_t n, bool clean,
		 struct csm_node **out)
{
	bool table = source->format != CSM_FMT_NDJSON;
	struct csm_read_opts opts = { .delimiter = table ? source->delimiter : 0, .header_given = table,
				      .header = source->columns, .nheader = source->ncolumns };
	struct csm_err err = { 0 };
	struct csm_reader *r;
	struct csm_event ev;
	int rc;

	*out = NULL;
	if (clean)
		raw = cleaned(a, raw, n);
	rc = csm_reader_open(&r, a, source->format, csm_source_memory(a, raw, n, source->file), &opts, &err);
	if (rc)
		return rc;
	rc = csm_reader_next(r, &ev, &err);
	if (!rc && ev.type == CSM_EV_MAP)
		rc = csm_reader_node(r, &ev, a, out, &err);
	if (!rc)
		rc = csm_reader_next(r, &ev, &err);
	if (!rc && ev.type != CSM_EV_END)
		rc = CSM_E_INVALID;
	csm_reader_close(r);
	return rc;
}

/* Remarks of an earlier file of rejects are not kept. */
static bool has_talk(const struct csm_node *map)
{
	for (const struct csm_node *n = map->first; n; n = n->next)
		if (csm_node_is_talk(n->key))
			return true;
	return false;
}

static const char *old_raw(const struct csm_node *map)
{
	const struct csm_node *n = csm_node_get(map, RAW);

	return n && n->type == CSM_N_SCALAR && *n->text ? n->text : NULL;
}

/* ---- documents ---- */

static void put_value(struct csm_writer *w, const struct csm_node *n);

static void put_members(struct csm_writer *w, const struct csm_node *map)
{
	for (const struct csm_node *n = map->first; n; n = n->next) {
		if (csm_node_is_talk(n->key))
			continue;
		csm_writer_key(w, n->key);
		put_value(w, n);
	}
}

/* What YAML has unquoted is written so where it is a number: a text that looks like one was quoted. */
static void put_value(struct csm_writer *w, const struct csm_node *n)
{
	static const enum csm_write_type types[] = { [CSM_SC_NULL] = CSM_W_NULL, [CSM_SC_BOOL] = CSM_W_BOOL,
						     [CSM_SC_NUMBER] = CSM_W_NUMBER, [CSM_SC_PLAIN] = CSM_W_NUMBER,
						     [CSM_SC_QUOTED] = CSM_W_TEXT };

	if (n->type == CSM_N_SCALAR) {
		csm_writer_value(w, types[n->scalar], n->text);
		return;
	}
	if (n->type == CSM_N_MAP) {
		csm_writer_map(w);
		put_members(w, n);
		csm_writer_map_end(w);
		return;
	}
	csm_writer_seq(w);
	for (const struct csm_node *c = n->first; c; c = c->next)
		put_value(w, c);
	csm_writer_seq_end(w);
}

static void put_talk(struct csm_writer *w, struct csm_arena *a, const struct reject *r, const char *raw)
{
	const char *talk[TALK__N];
	char line[24];

	talk_of(a, r->err, line, talk);
	for (unsigned i = 0; i < TALK__N; i++)
		csm_writer_put(w, names[i], i == TALK_LINE ? CSM_W_NUMBER : CSM_W_TEXT, talk[i]);
	if (raw)
		csm_writer_put(w, RAW, CSM_W_TEXT, raw);
}

/* A value that is no record, as JSON. */
static const char *value_text(struct csm_arena *a, const struct csm_node *n)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_writer *w;

	if (csm_writer_open(&w, a, CSM_FMT_NDJSON, csm_sink_buf(&b), NULL))
		return "";
	put_value(w, n);
	csm_writer_close(w, NULL);
	return csm_strndup(a, b.s, b.n ? b.n - 1 : 0);
}

/* Members of the record; its map is open. */
static void put_record_members(struct csm_writer *w, const struct reject *r)
{
	bool map = r->node && r->node->type == CSM_N_MAP;

	if (r->owner_key)
		csm_writer_put(w, r->owner_field, CSM_W_TEXT, r->owner_key);
	for (const struct csm_node *n = map ? r->node->first : NULL; n; n = n->next) {
		if (csm_node_is_talk(n->key) || (r->owner_key && strcmp(n->key, r->owner_field) == 0))
			continue;
		csm_writer_key(w, n->key);
		put_value(w, n);
	}
}

/* What could not be read of it before; what is no record, as JSON; or NULL. */
static const char *raw_of(struct csm_arena *a, const struct reject *r)
{
	if (!r->node)
		return NULL;
	return r->node->type == CSM_N_MAP ? old_raw(r->node) : value_text(a, r->node);
}

int reject_record(struct reject_out *o, const struct reject *r, struct csm_err *err)
{
	(void)err;			/* the writer keeps what fails */
	csm_writer_map(o->w);
	put_record_members(o->w, r);
	put_talk(o->w, o->scratch, r, raw_of(o->scratch, r));
	return csm_writer_map_end(o->w);
}

int reject_document(struct csm_buf *b, enum csm_format format, const struct reject *r, struct csm_err *err)
{
	struct csm_writer *w;
	int rc = csm_writer_open(&w, b->arena, format == CSM_FMT_JSON ? CSM_FMT_NDJSON : format, csm_sink_buf(b), err);

	if (rc)
		return rc;
	if (r->type) {
		csm_writer_map(w);
		csm_writer_put(w, "csm", CSM_W_NUMBER, "1");
		csm_writer_key(w, r->type->name);
		csm_writer_seq(w);
	}
	if (r->node->type == CSM_N_MAP) {
		csm_writer_map(w);
		put_record_members(w, r);
		if (old_raw(r->node))
			csm_writer_put(w, RAW, CSM_W_TEXT, old_raw(r->node));
		csm_writer_map_end(w);
	} else {
		put_value(w, r->node);
	}
	if (r->type) {
		csm_writer_seq_end(w);
		csm_writer_map_end(w);
	}
	return csm_writer_close(w, err);
}

/* ---- NDJSON ---- */

/* {"csm": 1, "comment": {...}} */
int reject_record_line(struct csm_buf *b, const struct reject *r, bool talk, struct csm_err *err)
{
	const char *raw = raw_of(b->arena, r);
	struct csm_writer *w;
	int rc = csm_writer_open(&w, b->arena, CSM_FMT_NDJSON, csm_sink_buf(b), err);

	if (rc)
		return rc;
	csm_writer_map(w);
	if (r->type && r->node) {
		csm_writer_put(w, "csm", CSM_W_NUMBER, "1");
		csm_writer_key(w, r->type->name);
		csm_writer_map(w);
	}
	put_record_members(w, r);
	if (r->type && r->node)
		csm_writer_map_end(w);
	if (talk)
		put_talk(w, b->arena, r, raw);
	else if (raw)
		csm_writer_put(w, RAW, CSM_W_TEXT, raw);
	csm_writer_map_end(w);
	rc = csm_writer_close(w, err);
	if (!rc && b->n)
		b->n--;			/* the caller ends the line */
	return rc;
}

static void add_member(struct csm_buf *b, const char *key, const char *value, bool number)
{
	csm_buf_addf(b, "%s\"%s\":", b->n && b->s[b->n - 1] == '{' ? "" : ",", key);
	if (value && !number)
		csm_json_quote(b, value);
	else
		csm_buf_add(b, value ? value : "null");
}

/*
 * Where the remarks of an earlier file of rejects begin, which stand at the end of the line; n when there are none. *old: what that file
 * could not read.
 */
static size_t find_remarks(struct csm_arena *a, const struct reject *r, const char **old)
{
	static const char first[] = "\"" CSM_DOC_TALK "file\":";
	size_t n = r->nraw, at = n;
	struct csm_node *rest;

	*old = NULL;
	for (size_t i = 1; i + sizeof(first) <= n; i++)
		if (strchr(",{", r->raw[i - 1]) && memcmp(r->raw + i, first, sizeof(first) - 1) == 0)
			at = i;
	if (at == n || reject_parse(a, r->source, csm_sprintf(a, "{%s", csm_strndup(a, r->raw + at, n - at)), n - at + 1,
				    false, &rest) || !rest)
		return n;
	for (const struct csm_node *m = rest->first; m; m = m->next)
		if (!csm_node_is_talk(m->key))
			return n;
	*old = old_raw(rest);
	return at;
}

/* The line up to its closing brace, or to the remarks that it ends with. */
static void add_line(struct csm_buf *b, const struct reject *r, const char **old)
{
	size_t at = find_remarks(b->arena, r, old), n = at;

	while (n && at == r->nraw && r->raw[n - 1] != '}')
		n--;
	n -= n ? 1 : 0;			/* the brace, or the comma before the remarks */
	while (n && strchr(" \t\r\n", r->raw[n - 1]))
		n--;
	csm_buf_addn(b, n ? r->raw : "{", n ? n : 1);
}

void reject_line(struct csm_buf *b, const struct reject *r)
{
	struct csm_node *tree = NULL;
	const char *talk[TALK__N], *raw = NULL;
	char line[24];

	if (r->whole)
		add_line(b, r, &raw);
	/* remarks elsewhere than at its end: they are taken out of its tree */
	if (r->whole && !reject_parse(b->arena, r->source, r->raw, r->nraw, false, &tree) && tree && has_talk(tree) && !raw &&
	    find_remarks(b->arena, r, &raw) == r->nraw) {
		raw = old_raw(tree);
		csm_buf_reset(b);
		csm_buf_add(b, value_text(b->arena, tree));
		b->n -= b->n ? 1 : 0;
	}
	if (!r->whole) {
		raw = reject_raw_text(b->arena, r->raw, r->nraw);
		csm_buf_addc(b, '{');
	}
	talk_of(b->arena, r->err, line, talk);
	for (unsigned i = 0; i < TALK__N; i++)
		add_member(b, names[i], talk[i], i == TALK_LINE);
	if (raw)
		add_member(b, RAW, raw, false);
	csm_buf_addc(b, '}');
}

/* ---- tables ---- */

void reject_cell(struct csm_buf *b, const struct xfer_source *source, const char *s)
{
	bool tsv = source->format == CSM_FMT_TSV, quote = false;

	for (const char *p = s; *p && !tsv; p++)
		quote = quote || *p == source->delimiter || strchr("\"\r\n", *p) || ((p == s || !p[1]) && *p == ' ');
	if (quote)
		csm_buf_addc(b, '"');
	for (; *s; s++) {
		if (tsv && strchr("\t\n\\", *s)) {
			csm_buf_addc(b, '\\');
			csm_buf_addc(b, *s == '\t' ? 't' : *s == '\n' ? 'n' : '\\');
			continue;
		}
		if (quote && *s == '"')
			csm_buf_addc(b, '"');
		csm_buf_addc(b, *s);
	}
	if (quote)
		csm_buf_addc(b, '"');
}

static void add_talk_cells(struct csm_buf *b, const struct reject *r, const struct xfer_source *source, const char *raw)
{
	const char *talk[TALK__N];
	char line[24];

	talk_of(b->arena, r->err, line, talk);
	for (unsigned i = 0; i < TALK__N; i++) {
		csm_buf_addc(b, source->delimiter);
		reject_cell(b, source, talk[i] ? talk[i] : "");
	}
	csm_buf_addc(b, source->delimiter);
	reject_cell(b, source, raw ? raw : "");
	csm_buf_addc(b, '\n');
}

void reject_header(struct csm_buf *b, const struct xfer_source *source)
{
	unsigned n = 0;

	for (unsigned i = 0; i < source->ncolumns; i++) {
		if (csm_node_is_talk(source->columns[i]))
			continue;
		if (n++)
			csm_buf_addc(b, source->delimiter);
		reject_cell(b, source, source->columns[i]);
	}
	for (unsigned i = 0; i <= TALK__N; i++) {
		if (n++)
			csm_buf_addc(b, source->delimiter);
		reject_cell(b, source, i < TALK__N ? names[i] : RAW);
	}
	csm_buf_addc(b, '\n');
}

/* Behind the cell at p, which is as it came. */
static const char *cell_end(const struct xfer_source *source, const char *p, const char *end)
{
	bool quoted = source->format == CSM_FMT_CSV && p < end && *p == '"';

	for (bool inside = false; p < end && (inside || *p != source->delimiter); p++)
		if (quoted && *p == '"')
			inside = !inside;
	return p;
}

/* The cells of a row but the remarks of an earlier file, as they came; without a row as many empty ones. */
static void add_cells(struct csm_buf *b, const struct xfer_source *source, const struct reject *r)
{
	const char *p = r->raw, *end = p ? p + r->nraw : p, *after;
	unsigned n = 0;

	for (unsigned i = 0; i < source->ncolumns; i++) {
		after = r->whole ? cell_end(source, p, end) : p;
		if (!csm_node_is_talk(source->columns[i])) {
			if (n++)
				csm_buf_addc(b, source->delimiter);
			csm_buf_addn(b, p ? p : "", (size_t)(after - p));
		}
		p = after + (r->whole && after < end);
	}
}

int reject_row(struct reject_out *o, struct csm_buf *b, const struct reject *r, struct csm_err *err)
{
	const struct xfer_source *source = r->source ? r->source : o->source;
	const char *raw = NULL;
	struct csm_node *row = NULL;

	(void)err;
	if (r->whole && !reject_parse(b->arena, source, r->raw, r->nraw, false, &row) && row)
		raw = old_raw(row);
	else if (r->raw && !r->whole)
		raw = reject_raw_text(b->arena, r->raw, r->nraw);
	add_cells(b, source, r);
	add_talk_cells(b, r, source, raw);
	return CSM_OK;
}
