/* SPDX-License-Identifier: MIT */
/*
 * t_io_util.h - what the tests of lib/io share: an input's events as one line of text, files, sources
 * that give a byte at a time.
 */
#ifndef CSM_T_IO_UTIL_H
#define CSM_T_IO_UTIL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csm/arena.h>
#include <csm/io.h>

#include "t.h"

/* A source that gives step bytes a call, to test every refill of the window. */
struct drip {
	const char *p;
	size_t n, step;
};

static inline long drip_read(void *arg, void *p, size_t n)
{
	struct drip *d = arg;

	if (n > d->step)
		n = d->step;
	if (n > d->n)
		n = d->n;
	if (n > 0)
		memcpy(p, d->p, n);
	d->p += n;
	d->n -= n;
	return (long)n;
}

static inline void put_event(struct csm_buf *b, const struct csm_event *ev)
{
	static const char *const brackets[] = { "", "{", "}", "[", "]" };
	static const char classes[] = "zbnpq";

	if (b->n > 0)
		csm_buf_addc(b, ' ');
	if (ev->type == CSM_EV_KEY || ev->type == CSM_EV_SCALAR) {
		if (ev->type == CSM_EV_SCALAR)
			csm_buf_addc(b, classes[ev->scalar]);
		csm_json_quote(b, ev->text);
		if (ev->type == CSM_EV_KEY)
			csm_buf_addc(b, ':');
	} else {
		csm_buf_add(b, brackets[ev->type]);
	}
}

/*
 * The events of an input: { } [ ] "key": and scalars as q"text", p"plain", n"1", b"true", z"null"; an error
 * as !LINE:COL:message, after which ndjson, csv and tsv are read on.
 */
static inline char *trace_source(struct csm_arena *a, enum csm_format f, struct csm_source src,
				 const struct csm_read_opts *opts)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };
	struct csm_reader *r;
	int rc = csm_reader_open(&r, a, f, src, opts, &err);

	while (!rc) {
		struct csm_event ev;

		rc = csm_reader_next(r, &ev, &err);
		if (!rc && ev.type == CSM_EV_END)
			break;
		if (!rc) {
			if (ev.n != strlen(ev.text))
				csm_buf_add(&b, " LENGTH");
			put_event(&b, &ev);
			continue;
		}
		csm_buf_addf(&b, " !%d:%d:%s", (int)err.line, (int)err.col, err.msg);
		if (f == CSM_FMT_JSON || f == CSM_FMT_YAML || err.code == CSM_E_IO)
			break;
		csm_err_clear(&err);
		rc = csm_reader_skip(r, &err);
	}
	if (!r)
		csm_buf_addf(&b, "!%d:%d:%s", (int)err.line, (int)err.col, err.msg);
	csm_reader_close(r);
	return b.s;
}

static inline char *trace(struct csm_arena *a, enum csm_format f, const char *p, size_t n)
{
	return trace_source(a, f, csm_source_memory(a, p, n, "test"), NULL);
}

static inline char *trace_drip(struct csm_arena *a, enum csm_format f, const char *p, size_t n, size_t step)
{
	struct drip d = { p, n, step };

	return trace_source(a, f, (struct csm_source){ drip_read, &d, "test", NULL }, NULL);
}

/* A whole file in the arena, NULL when it can't be opened. */
static inline char *slurp(struct csm_arena *a, const char *path, size_t *n)
{
	struct csm_buf b = CSM_BUF(a);
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t got;

	if (!f)
		return NULL;
	while ((got = fread(part, 1, sizeof(part), f)) > 0)
		csm_buf_addn(&b, part, got);
	fclose(f);
	*n = b.n;
	return b.s;
}

#endif
