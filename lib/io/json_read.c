/* SPDX-License-Identifier: MIT */
/*
 * json_read.c - a strict, streaming pull reader of JSON (RFC 8259) and of NDJSON.
 *
 * Strings are unescaped where they lie in the window and ended by a NUL in the place of their closing
 * quote; numbers are ended by a NUL that the next call takes back. So no text is copied. A JSON text may
 * refill the window between any two tokens; of NDJSON a whole line is in the window before it is looked at.
 */
#include <stdint.h>
#include <string.h>

#include "json_read.h"

/* "expected X, found Y": Y is a character, a byte or the end. */
static CSM_SELDOM int fail_expected(struct json *j, struct csm_err *err, const char *what)
{
	const struct io_input *in = &j->r.in;
	unsigned char c = (unsigned char)in->buf[in->pos];
	char found[32];

	if (in->pos >= j->lim)
		snprintf(found, sizeof(found), "%s",
			 j->lines ? "the end of the line" : "the end of the input");
	else if (c > ' ' && c < 0x7f)
		snprintf(found, sizeof(found), "'%c'", c);
	else
		snprintf(found, sizeof(found), "byte 0x%02x", c);
	return io_fail_at(&j->r, err, CSM_E_INVALID, j->line, io_json_column(j, in->pos), "%s, found %s", what,
			  found);
}

int io_json_refill(struct json *j, size_t keep, size_t *moved, bool *got, struct csm_err *err)
{
	int64_t col;
	int rc;

	*moved = 0;
	*got = false;
	if (j->lines)
		return CSM_OK;
	col = io_json_column(j, keep);
	rc = io_input_more(&j->r.in, keep, moved, got, err);
	j->lim = j->r.in.end;
	if (rc == CSM_E_INVALID && !j->r.in.failed)
		return io_fail_at(&j->r, err, CSM_E_INVALID, j->line, col, "value longer than %zu MiB",
				  CSM_IO_VALUE >> 20);
	return rc;
}

static CSM_SELDOM int fail_value(struct json *j, struct csm_err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	bool got = true;
	const char *p;
	size_t n, moved;

	/* The whole word, for the message only: an error of the source can wait. */
	do {
		p = j->r.in.buf + j->r.in.pos;
		n = strspn(p, letters);
	} while (got && n < 40 && n >= j->lim - j->r.in.pos &&
		 io_json_refill(j, j->r.in.pos, &moved, &got, NULL) == CSM_OK);
	if (n > j->lim - j->r.in.pos)
		n = j->lim - j->r.in.pos;
	if (n == 0)
		return fail_expected(
			j, err, "expected a value (text in '\"', a number, true, false, null, '{' or '[')");
	return io_fail_at(
		&j->r, err, CSM_E_INVALID, j->line, io_json_column(j, j->r.in.pos),
		"'%.*s' is not a value (expected text in '\"', a number, true, false, null, '{' or '[')",
		n < 40 ? (int)n : 40, p);
}

/* Skip blanks; *c is the next character, -1 at the end. */
static int skip_blanks(struct json *j, int *c, struct csm_err *err)
{
	struct io_input *in = &j->r.in;
	size_t moved;
	bool got;
	int rc;

	for (;;) {
		const char *p = in->buf + in->pos;

		for (;; p++) {
			if (*p == '\n' && !j->lines) {
				j->line++;
				j->line_start = in->base + (p - in->buf) + 1;
			} else if (*p != ' ' && *p != '\t' && *p != '\r') {
				break;
			}
		}
		in->pos = (size_t)(p - in->buf);
		if (in->pos < j->lim) {
			*c = (unsigned char)*p;
			return CSM_OK;
		}
		in->pos = j->lim;
		rc = io_json_refill(j, in->pos, &moved, &got, err);
		if (rc)
			return rc;
		if (!got) {
			*c = -1;
			return CSM_OK;
		}
	}
}

static int read_number(struct json *j, struct csm_event *ev, struct csm_err *err)
{
	struct io_input *in = &j->r.in;
	size_t n;

	for (;;) {
		size_t moved;
		bool got;
		int rc;

		n = strspn(in->buf + in->pos, "0123456789+-.eE");
		if (in->pos + n < j->lim)
			break;
		n = j->lim - in->pos;
		rc = io_json_refill(j, in->pos, &moved, &got, err);
		if (rc)
			return rc;
		if (!got)
			break;
	}
	ev->scalar = CSM_SC_NUMBER;
	ev->line = j->line;
	ev->col = io_json_column(j, in->pos);
	ev->text = in->buf + in->pos;
	ev->n = n;
	j->hole = in->pos + n;
	j->hole_char = in->buf[j->hole];
	in->buf[j->hole] = '\0';
	if (n > CSM_IO_VALUE || !io_is_number(ev->text))
		return io_fail_at(&j->r, err, CSM_E_INVALID, ev->line, ev->col, "'%.40s' is not a number",
				  ev->text);
	in->pos += n;
	return CSM_OK;
}

static int read_word(struct json *j, struct csm_event *ev, const char *word, enum csm_scalar scalar,
		     struct csm_err *err)
{
	struct io_input *in = &j->r.in;
	size_t n = strlen(word), moved;
	bool got = true;

	while (got && j->lim - in->pos < n) {
		int rc = io_json_refill(j, in->pos, &moved, &got, err);

		if (rc)
			return rc;
	}
	if (j->lim - in->pos < n || memcmp(in->buf + in->pos, word, n) != 0)
		return fail_value(j, err);
	ev->scalar = scalar;
	ev->line = j->line;
	ev->col = io_json_column(j, in->pos);
	ev->text = word;
	ev->n = n;
	in->pos += n;
	return CSM_OK;
}

static CSM_SELDOM int open_level(struct json *j, struct csm_event *ev, bool map, struct csm_err *err)
{
	ev->type = map ? CSM_EV_MAP : CSM_EV_SEQ;
	ev->scalar = CSM_SC_NULL;
	ev->line = j->line;
	ev->col = io_json_column(j, j->r.in.pos);
	ev->text = "";
	ev->n = 0;
	if (j->depth == CSM_IO_DEPTH)
		return io_fail_at(&j->r, err, CSM_E_INVALID, ev->line, ev->col,
				  "nested deeper than %d levels", CSM_IO_DEPTH);
	j->map[j->depth++] = map;
	j->r.in.pos++;
	j->want = map ? WANT_KEY_OR_END : WANT_ITEM_OR_END;
	return CSM_OK;
}

static CSM_SELDOM int close_level(struct json *j, struct csm_event *ev, struct csm_err *err)
{
	ev->type = j->map[--j->depth] ? CSM_EV_MAP_END : CSM_EV_SEQ_END;
	ev->scalar = CSM_SC_NULL;
	ev->line = j->line;
	ev->col = io_json_column(j, j->r.in.pos);
	ev->text = "";
	ev->n = 0;
	j->r.in.pos++;
	j->want = j->depth ? WANT_COMMA_OR_END : WANT_NOTHING;
	if (j->lines && j->depth == 0) {
		/*
		 * What else the line holds decides whether the record counts, so look before it is
		 * handed out.
		 */
		int c, rc = skip_blanks(j, &c, err);

		if (rc)
			return rc;
		if (c >= 0)
			return fail_expected(j, err, "expected the end of the line after the object");
		j->framed = false;
	}
	return CSM_OK;
}

/* Whether the next byte is c, which is passed then: it mostly stands right behind a token. */
static bool pass(struct json *j, char c)
{
	bool is = j->r.in.pos < j->lim && j->r.in.buf[j->r.in.pos] == c;

	j->r.in.pos += is;
	return is;
}

static enum want behind_value(struct json *j)
{
	if (!j->depth)
		return WANT_NOTHING;
	if (!pass(j, ','))
		return WANT_COMMA_OR_END;
	return j->map[j->depth - 1] ? WANT_KEY : WANT_VALUE;
}

static int read_value(struct json *j, int c, struct csm_event *ev, struct csm_err *err)
{
	int rc;

	if (j->lines && j->depth == 0 && c != '{')
		return fail_expected(j, err, "expected an object '{'");
	ev->type = CSM_EV_SCALAR;
	switch (c) {
	case '{':
	case '[':
		return open_level(j, ev, c == '{', err);
	case '"':
		ev->scalar = CSM_SC_QUOTED;
		rc = io_json_read_string(j, ev, err);
		break;
	case 't':
		rc = read_word(j, ev, "true", CSM_SC_BOOL, err);
		break;
	case 'f':
		rc = read_word(j, ev, "false", CSM_SC_BOOL, err);
		break;
	case 'n':
		rc = read_word(j, ev, "null", CSM_SC_NULL, err);
		break;
	default:
		if (c != '-' && (c < '0' || c > '9'))
			return fail_value(j, err);
		rc = read_number(j, ev, err);
	}
	j->want = behind_value(j);
	return rc;
}

static int read_key(struct json *j, int c, struct csm_event *ev, struct csm_err *err)
{
	int rc;

	if (c != '"')
		return fail_expected(j, err,
				     j->want == WANT_KEY ? "expected a key in '\"' after ','"
							 : "expected a key in '\"' or '}'");
	ev->type = CSM_EV_KEY;
	ev->scalar = CSM_SC_QUOTED;
	rc = io_json_read_key(j, ev, err);
	j->want = pass(j, ':') ? WANT_VALUE : WANT_COLON;
	return rc;
}

/* Keep the line as it came; parsing changes it in place. */
static void save_raw(struct json *j)
{
	const struct io_input *in = &j->r.in;
	size_t n = j->lim - in->pos;

	if (n > 0 && in->buf[j->lim - 1] == '\r')
		n--;
	if (n >= j->rawcap) {
		csm_arena_free(j->r.in.raw);
		j->r.in.raw = csm_arena_like(j->r.arena);
		j->rawcap = n + n / 4 + 1024;
		j->rawbuf = csm_alloc(j->r.in.raw, j->rawcap);
	}
	memcpy(j->rawbuf, in->buf + in->pos, n);
	j->rawbuf[n] = '\0';
	j->r.raw = j->rawbuf;
	j->r.nraw = n;
}

/* Bring the next line into the window: [pos, lim). *more is false at the end of the input. */
static int frame_line(struct json *j, bool *more, struct csm_err *err)
{
	struct io_input *in = &j->r.in;
	size_t looked = in->pos;

	j->line_start = in->base + (int64_t)in->pos;
	j->r.raw = NULL;
	for (;;) {
		const char *nl = memchr(in->buf + looked, '\n', in->end - looked);
		size_t moved;
		bool got;
		int rc;

		if (nl) {
			j->lim = (size_t)(nl - in->buf);
			break;
		}
		looked = in->end;
		rc = io_input_more(in, in->pos, &moved, &got, err);
		looked -= moved;
		j->overlong = rc == CSM_E_INVALID && !in->failed;
		if (j->overlong)
			return io_fail_at(&j->r, err, CSM_E_INVALID, j->line, 1,
					  "record longer than %zu MiB, which is not kept (it begins at byte %lld)",
					  CSM_IO_LINE >> 20, (long long)j->line_start + 1);
		if (rc)
			return rc;
		if (!got) {
			j->lim = in->end;
			break;
		}
	}
	*more = in->pos < in->end;
	j->framed = *more;
	if (j->framed && j->r.keep_raw)
		save_raw(j);
	return CSM_OK;
}

/* Behind the newline of the framed line. */
static void leave_line(struct json *j)
{
	struct io_input *in = &j->r.in;

	in->pos = j->lim;
	if (in->pos < in->end) {
		in->pos++;
		j->line++;
	}
	j->framed = false;
}

/* NDJSON: go to the next line that holds something; *c is its first character, -1 at the end of the input. */
static CSM_SELDOM int next_line(struct json *j, int *c, struct csm_err *err)
{
	bool more = true;

	if (j->want == WANT_NOTHING) {
		leave_line(j);
		j->want = WANT_VALUE;
	}
	for (;;) {
		int rc = j->framed ? CSM_OK : frame_line(j, &more, err);

		if (!rc && more)
			rc = skip_blanks(j, c, err);
		if (rc || (more && *c >= 0))
			return rc;
		if (!more) {
			*c = -1;
			return CSM_OK;
		}
		leave_line(j);
	}
}

static int give_end(struct json *j, struct csm_event *ev)
{
	ev->type = CSM_EV_END;
	ev->scalar = CSM_SC_NULL;
	ev->line = j->line;
	ev->col = io_json_column(j, j->r.in.pos);
	ev->text = "";
	ev->n = 0;
	return CSM_OK;
}

/* Take back the NUL behind a number. */
static void fill_hole(struct json *j)
{
	if (j->hole)
		j->r.in.buf[j->hole] = j->hole_char;
	j->hole = 0;
}

static int next_token(struct json *j, int *c, struct csm_err *err)
{
	for (;;) {
		int rc = CSM_OK;

		if (j->lines && j->depth == 0)
			rc = next_line(j, c, err);
		else if ((*c = (unsigned char)j->r.in.buf[j->r.in.pos]) <= ' ')	/* also what stands at lim */
			rc = skip_blanks(j, c, err);
		if (rc)
			return rc;
		if (j->want == WANT_COLON) {
			if (*c != ':')
				return fail_expected(j, err, "expected ':' after the key");
			j->want = WANT_VALUE;
		} else if (j->want == WANT_COMMA_OR_END && *c == ',') {
			j->want = j->map[j->depth - 1] ? WANT_KEY : WANT_VALUE;
		} else {
			return CSM_OK;
		}
		j->r.in.pos++;
	}
}

static CSM_SELDOM int next_any(struct json *j, struct csm_event *ev, struct csm_err *err)
{
	int c, rc;

	fill_hole(j);
	rc = next_token(j, &c, err);
	if (rc)
		return rc;
	switch (j->want) {
	case WANT_NOTHING:
		if (c < 0)
			return give_end(j, ev);
		return fail_expected(j, err, c == '{' ? "expected the end of the input after the value (--from ndjson reads a record a line)" :
							"expected the end of the input after the value");
	case WANT_COMMA_OR_END:
		if (c == (j->map[j->depth - 1] ? '}' : ']'))
			return close_level(j, ev, err);
		return fail_expected(j, err, j->map[j->depth - 1] ? "expected ',' or '}' after a value" :
								    "expected ',' or ']' after a value");
	case WANT_KEY_OR_END:
		return c == '}' ? close_level(j, ev, err) : read_key(j, c, ev, err);
	case WANT_KEY:
		return read_key(j, c, ev, err);
	case WANT_ITEM_OR_END:
		return c == ']' ? close_level(j, ev, err) : read_value(j, c, ev, err);
	default:
		if (j->lines && j->depth == 0 && c < 0)
			return give_end(j, ev);
		return read_value(j, c, ev, err);
	}
}

/* Most tokens are texts that stand right behind the one before. */
static int next_json(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	struct json *j = (struct json *)r;

	if (!j->lines)
		j->lim = r->in.end;
	if (r->in.buf[r->in.pos] != '"' || !j->depth || (j->want != WANT_KEY && j->want != WANT_VALUE))
		return next_any(j, ev, err);
	if (j->want == WANT_KEY)
		return read_key(j, '"', ev, err);
	return read_value(j, '"', ev, err);
}

/* Drop bytes up to the next newline: the line is longer than the window may get. */
static int drop_line(struct json *j, struct csm_err *err)
{
	struct io_input *in = &j->r.in;

	for (;;) {
		const char *nl = memchr(in->buf + in->pos, '\n', in->end - in->pos);
		size_t moved;
		bool got;
		int rc;

		j->lim = nl ? (size_t)(nl - in->buf) : in->end;
		if (nl) {
			j->overlong = false;
			leave_line(j);
			return CSM_OK;
		}
		in->pos = in->end;
		rc = io_input_more(in, in->pos, &moved, &got, err);
		if (rc || !got)
			return rc;
	}
}

static int skip_line(struct csm_reader *r, struct csm_err *err)
{
	struct json *j = (struct json *)r;

	fill_hole(j);
	j->depth = 0;
	if (j->want == WANT_NOTHING)
		return CSM_OK;	/* the record was read to its end: the next call leaves its line */
	j->want = WANT_VALUE;
	if (j->framed)
		leave_line(j);
	else if (j->overlong)
		return drop_line(j, err);
	return CSM_OK;
}

static const struct io_reader_ops json_ops = { next_json, NULL, NULL };
static const struct io_reader_ops ndjson_ops = { next_json, skip_line, NULL };

struct csm_reader *io_json_open(struct csm_arena *a, bool lines)
{
	struct json *j = csm_alloc(a, sizeof(*j));

	j->r.ops = lines ? &ndjson_ops : &json_ops;
	j->lines = lines;
	j->line = 1;
	return &j->r;
}
