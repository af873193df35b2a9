/* SPDX-License-Identifier: MIT */
/*
 * source.c - sources and sinks, and the two buffers the formats work on: the input window and the
 * output buffer.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <csm/utf8.h>

#include "io_priv.h"

/* ---- sources ---- */

static long read_fd(void *arg, void *p, size_t n)
{
	const int *fd = arg;
	ssize_t got;

	do
		got = read(*fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

struct csm_source csm_source_fd(int *fd, const char *name)
{
	return (struct csm_source){ read_fd, fd, name, NULL };
}

struct memory {
	const char *p;
	size_t n;
};

static long read_memory(void *arg, void *p, size_t n)
{
	struct memory *m = arg;

	if (n > m->n)
		n = m->n;
	if (n > 0)
		memcpy(p, m->p, n);
	m->p += n;
	m->n -= n;
	return (long)n;
}

struct csm_source csm_source_memory(struct csm_arena *a, const char *p, size_t n, const char *name)
{
	struct memory *m = csm_alloc(a, sizeof(*m));

	m->p = p;
	m->n = n;
	return (struct csm_source){ read_memory, m, name, NULL };
}

const char *io_source_name(const struct csm_source *src)
{
	if (!src->name)
		return "";
	return strcmp(src->name, "-") == 0 ? "standard input" : src->name;
}

int io_fail_errno(struct csm_err *err, const char *what, int number)
{
	char text[128] = "";

	if (strerror_r(number, text, sizeof(text)) != 0 || text[0] == '\0')
		return csm_fail(err, CSM_E_IO, "%s: error %d", what, number);
	return csm_fail(err, CSM_E_IO, "%s: %s", what, text);
}

int io_source_fail(const struct csm_source *src, struct csm_err *err)
{
	int number = errno ? errno : EIO;

	return src->explain ? src->explain(src->arg, err) : io_fail_errno(err, "cannot be read", number);
}

/* ---- the input window ---- */

void io_input_init(struct io_input *in, struct csm_arena *a, struct csm_source src, size_t limit)
{
	memset(in, 0, sizeof(*in));
	in->limit = limit;
	in->src = src;
	in->arena = a;
	in->cap = IO_WINDOW;
	in->buf = csm_alloc(a, in->cap + IO_SLACK);
}

void io_input_close(struct io_input *in)
{
	csm_arena_free(in->grown);
	csm_arena_free(in->was);
	csm_arena_free(in->raw);
}

/* The kept bytes go to the front; when they fill more than half of the window, it doubles. */
static void make_room(struct io_input *in, size_t keep)
{
	size_t left = in->end - keep;

	if (left * 2 > in->cap) {
		size_t cap = in->cap * 2;
		char *buf;

		in->was = in->grown;
		in->grown = csm_arena_like(in->arena);
		buf = csm_alloc(in->grown, cap + IO_SLACK);
		memcpy(buf, in->buf + keep, left);
		in->buf = buf;
		in->cap = cap;
		csm_arena_free(in->was);
		in->was = NULL;
	} else if (keep > 0) {
		memmove(in->buf, in->buf + keep, left);
	}
	in->pos -= keep;
	in->end = left;
	in->base += (int64_t)keep;
}

int io_input_more(struct io_input *in, size_t keep, size_t *moved, bool *got, struct csm_err *err)
{
	long n = 0;

	*moved = keep;
	*got = false;
	if (in->end - keep > in->limit) {
		*moved = 0;
		return csm_fail(err, CSM_E_INVALID, "longer than %zu MiB", in->limit >> 20);
	}
	make_room(in, keep);
	if (!in->eof) {
		errno = 0;
		n = in->src.read(in->src.arg, in->buf + in->end, in->cap - in->end);
	}
	if (n > 0) {
		in->end += (size_t)n;
		*got = true;
	} else {
		in->eof = true;
	}
	memset(in->buf + in->end, 0, IO_SLACK);
	in->failed = n < 0;
	return in->failed ? io_source_fail(&in->src, err) : CSM_OK;
}

int io_input_bom(struct io_input *in, struct csm_err *err)
{
	size_t moved;
	bool got = true;

	while (got && in->end < 3) {
		int rc = io_input_more(in, 0, &moved, &got, err);

		if (rc)
			return rc;
	}
	if (in->end >= 3 && memcmp(in->buf, "\xef\xbb\xbf", 3) == 0)
		in->pos = 3;
	return CSM_OK;
}

/* ---- sinks ---- */

static int write_fd(void *arg, const void *p, size_t n)
{
	const int *fd = arg;
	const char *s = p;

	while (n > 0) {
		ssize_t done = write(*fd, s, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		s += done;
		n -= (size_t)done;
	}
	return 0;
}

struct csm_sink csm_sink_fd(int *fd)
{
	return (struct csm_sink){ write_fd, fd };
}

static int write_buf(void *arg, const void *p, size_t n)
{
	csm_buf_addn(arg, p, n);
	return 0;
}

struct csm_sink csm_sink_buf(struct csm_buf *b)
{
	return (struct csm_sink){ write_buf, b };
}

/* ---- the output buffer ---- */

void io_out_init(struct io_out *o, struct csm_arena *a, struct csm_sink sink)
{
	o->sink = sink;
	o->buf = csm_alloc(a, IO_OUT);
	o->n = 0;
	o->failed = 0;
}

static void send_bytes(struct io_out *o, const char *p, size_t n)
{
	if (o->failed || n == 0)
		return;
	errno = 0;
	if (o->sink.write(o->sink.arg, p, n) != 0)
		o->failed = errno ? errno : EIO;
}

void io_out_flush(struct io_out *o)
{
	send_bytes(o, o->buf, o->n);
	o->n = 0;
}

void io_out_long(struct io_out *o, const char *p, size_t n)
{
	io_out_flush(o);
	if (n >= IO_OUT) {
		send_bytes(o, p, n);
	} else {
		memcpy(o->buf, p, n);
		o->n = n;
	}
}

int io_out_finish(struct io_out *o, struct csm_err *err)
{
	int rc;

	io_out_flush(o);
	if (!o->failed)
		return CSM_OK;
	rc = io_fail_errno(err, "cannot write the output", o->failed);
	errno = o->failed;
	return rc;
}

void io_put_blanks(struct io_out *o, size_t n)
{
	static const char blanks[] = "                                ";

	while (n > 0) {
		size_t part = n < sizeof(blanks) - 1 ? n : sizeof(blanks) - 1;

		io_putn(o, blanks, part);
		n -= part;
	}
}

size_t io_decode(const char *s, unsigned long *code)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned char c = (unsigned char)s[0];
	size_t want = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	size_t n = 1;

	while (n < want && ((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	if (want == 0 || n < want || !csm_utf8_valid(s, want)) {
		*code = 0xfffd;
		return 1;
	}
	*code = c & mask[want];
	for (size_t i = 1; i < want; i++)
		*code = *code << 6 | ((unsigned char)s[i] & 0x3f);
	return want;
}

char *io_put_utf8(char *to, unsigned long c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}
