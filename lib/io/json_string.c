/* SPDX-License-Identifier: MIT */
/* json_string.c - the strings of the JSON reader: found and unescaped where they lie in the window. */
#include <stdint.h>
#include <string.h>

#include "json_read.h"

static const char raw_control[] = "control character in a string (write it as \\t, \\n or \\u00XX)";

#define ONES (UINT64_MAX / 255)
#define HIGHS (ONES * 128)

/* Eight bytes, the first of them lowest: compilers make one load of it. */
static uint64_t load_word(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/*
 * The first '"', '\\' or control character (NUL too) from p on; *high: bytes that need csm_text_check() were
 * passed. Eight bytes at a time: the high bit of each that is a stop. A bit set by mistake, because of a borrow or a
 * carry from below, stands above one that is right.
 */
static inline const char *scan(const char *p, bool *high)
{
	uint64_t odd = 0;

	for (;; p += sizeof(odd)) {
		uint64_t w = load_word(p), quote = w ^ ONES * '"', slash = w ^ ONES * '\\', below;
		uint64_t stop = (((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) |
				 ((w - ONES * 0x20) & ~w)) & HIGHS;
		uint64_t del = (w | (w + ONES)) & HIGHS;

		if (!stop) {
			odd |= del;
			continue;
		}
		below = (stop - 1) & ~stop;	/* the bits below the first stop */
		if (odd | (del & below))
			*high = true;
		return p + ((below & ONES) * ONES >> 56) - 1;
	}
}

/* What a string is like, besides its text. */
struct string {
	size_t start, end;	/* behind the opening quote; of the closing one */
	bool escaped, high;
	int64_t control;	/* column of the first raw control character in it, 0 none */
};

/* Find the closing quote of the string that starts at s->start. */
static int find_quote(struct json *j, struct string *s, struct csm_err *err)
{
	struct io_input *in = &j->r.in;
	size_t at = s->start;

	for (;;) {
		size_t moved;
		bool got;
		int rc;

		at = (size_t)(scan(in->buf + at, &s->high) - in->buf);
		if (at < j->lim) {
			if (in->buf[at] == '"')
				break;
			if (in->buf[at] != '\\' && !s->control)
				s->control = io_json_column(j, at) -
					     (int64_t)io_count_cont(in->buf + s->start, at - s->start);
			/* A line that ends in a string says that its quote is missing. */
			if (in->buf[at] == '\n')
				return io_fail_at(&j->r, err, CSM_E_INVALID, j->line, s->control, "%s", raw_control);
			if (in->buf[at] != '\\') {
				at++;
				continue;
			}
			s->escaped = true;
			if (at + 1 < j->lim) {
				at += 2;
				continue;
			}
			/* The backslash is the last byte: read more and look at it again. */
		}
		rc = io_json_refill(j, s->start - 1, &moved, &got, err);
		if (rc)
			return rc;
		s->start -= moved;
		at -= moved;
		in->pos = s->start;
		if (!got)
			return io_fail_at(&j->r, err, CSM_E_INVALID, j->line, io_json_column(j, s->start - 1),
					  "string without its closing '\"'");
	}
	s->end = at;
	return CSM_OK;
}

/* What is wrong with a string whose end is known: the reader can go on behind it. */
static int check_string(struct json *j, const struct csm_event *ev, const struct string *s, const char *problem,
			bool check, struct csm_err *err)
{
	int rc = CSM_OK;

	if (s->control)
		rc = io_fail_at(&j->r, err, CSM_E_INVALID, j->line, s->control, "%s", raw_control);
	else if (problem)
		rc = io_fail_at(&j->r, err, CSM_E_INVALID, j->line, ev->col, "%s", problem);
	else if (ev->n > CSM_IO_VALUE)
		rc = io_fail_at(&j->r, err, CSM_E_INVALID, ev->line, ev->col, "value longer than %zu MiB",
				CSM_IO_VALUE >> 20);
	else if (check)
		rc = io_check_text(&j->r, ev->text, ev->n, ev->line, ev->col, err);
	j->r.soft = rc != CSM_OK;
	return rc;
}

/* A string with something in it that is to be looked at, or which is not in the window to its end. */
static CSM_SELDOM int read_any(struct json *j, struct csm_event *ev, struct csm_err *err)
{
	struct io_input *in = &j->r.in;
	struct string s = { .start = in->pos + 1 };
	const char *problem = NULL;
	size_t cont = 0;
	bool check;
	int rc;

	in->pos = s.start;
	rc = find_quote(j, &s, err);
	if (rc)
		return rc;
	ev->line = j->line;
	ev->col = io_json_column(j, s.start - 1);
	ev->text = in->buf + s.start;
	ev->n = s.end - s.start;
	check = s.high;
	if (s.high)
		cont = io_count_cont(ev->text, ev->n);
	if (s.escaped)
		ev->n = io_json_unescape(in->buf + s.start, ev->n, &check, &problem);
	in->buf[s.start + ev->n] = '\0';
	j->line_start += (int64_t)cont;
	in->pos = s.end + 1;
	return check_string(j, ev, &s, problem, check, err);
}

int io_json_read_string(struct json *j, struct csm_event *ev, struct csm_err *err)
{
	struct io_input *in = &j->r.in;
	char *text = in->buf + in->pos + 1;
	bool high = false;
	size_t n = (size_t)(scan(text, &high) - text);

	if (text[n] != '"' || high || in->pos + 1 + n >= j->lim || n > CSM_IO_VALUE)
		return read_any(j, ev, err);
	ev->line = j->line;
	ev->col = io_json_column(j, in->pos);
	ev->text = text;
	ev->n = n;
	text[n] = '\0';
	in->pos += n + 2;
	j->r.soft = false;
	return CSM_OK;
}

/* ---- keys ---- */

/* Keep a key, if it is one that stands in the input as it is. */
static const char *keep_key(struct json *j, const struct csm_event *ev)
{
	struct json_key *k = &j->keys[j->nkeys];

	if (j->nkeys == JSON_KEYS || ev->n > JSON_KEY)
		return NULL;
	for (const char *p = ev->text; *p; p++)
		if (*p == '"' || *p == '\\' || *p < ' ' || *p >= 0x7f)
			return NULL;
	k->text = csm_strndup(j->r.arena, ev->text, ev->n);
	k->n = ev->n;
	j->nkeys++;
	j->key = 0;
	return k->text;
}

/* Whether the string at the place in the input is a key, as it stands. */
static bool is_key(const struct json *j, const struct json_key *k)
{
	const char *p = j->r.in.buf + j->r.in.pos + 1;

	return j->r.in.pos + 1 + k->n < j->lim && p[k->n] == '"' && memcmp(p, k->text, k->n) == 0;
}

/* The key that stands at the place, other than the expected one; NULL: it is none of them. */
static CSM_SELDOM const struct json_key *find_key(const struct json *j)
{
	for (unsigned i = 1; i < j->nkeys; i++) {
		unsigned at = j->key + i;

		at -= at >= j->nkeys ? j->nkeys : 0;
		if (is_key(j, &j->keys[at]))
			return &j->keys[at];
	}
	return NULL;
}

static CSM_SELDOM int read_new_key(struct json *j, struct csm_event *ev, struct csm_err *err)
{
	int rc = io_json_read_string(j, ev, err);

	j->r.lasting = rc ? NULL : keep_key(j, ev);
	return rc;
}

int io_json_read_key(struct json *j, struct csm_event *ev, struct csm_err *err)
{
	const struct json_key *k = &j->keys[j->key];

	if (!j->nkeys || !is_key(j, k))
		k = find_key(j);
	if (!k)
		return read_new_key(j, ev, err);
	ev->line = j->line;
	ev->col = io_json_column(j, j->r.in.pos);
	ev->text = j->r.lasting = k->text;
	ev->n = k->n;
	j->r.in.pos += k->n + 2;
	j->key = (unsigned)(k + 1 - j->keys);
	if (j->key == j->nkeys)
		j->key = 0;
	return CSM_OK;
}
