/* SPDX-License-Identifier: MIT */
/* json_read.h - what the files of the JSON reader share: json_read.c, tokens and lines, and json_string.c. */
#ifndef CSM_IO_JSON_READ_H
#define CSM_IO_JSON_READ_H

#include "io_priv.h"

enum want {
	WANT_VALUE, WANT_ITEM_OR_END, WANT_KEY, WANT_KEY_OR_END, WANT_COLON, WANT_COMMA_OR_END, WANT_NOTHING
};

/* Keys that came before: most records have the same ones in the same order. */
#define JSON_KEYS 64
#define JSON_KEY 64			/* bytes of one at most */
struct json_key {
	const char *text;		/* plain ASCII, in the reader's arena */
	size_t n;
};

struct json {
	struct csm_reader r;
	enum want want;
	unsigned depth;
	bool map[CSM_IO_DEPTH];
	bool lines;		/* NDJSON */
	bool overlong;		/* NDJSON: the line is longer than the window may get */
	bool framed;		/* NDJSON: a line is in the window up to lim, and not all consumed */
	size_t lim;		/* end of what may be parsed now */
	int64_t line;
	int64_t line_start;	/* offset of the line's first byte, plus the continuation bytes seen in it */
	size_t hole;		/* where a NUL ends a number; 0 = nowhere */
	char hole_char;
	char *rawbuf;
	size_t rawcap;
	struct json_key keys[JSON_KEYS];
	unsigned nkeys, key;		/* key: the one that is expected next */
};

/* The column of a byte of the window on the line being read, in characters. */
static inline int64_t io_json_column(const struct json *j, size_t pos)
{
	return j->r.in.base + (int64_t)pos - j->line_start + 1;
}

/* More input behind the window; bytes before keep go. *got false at the end of what may be parsed. */
int io_json_refill(struct json *j, size_t keep, size_t *moved, bool *got, struct csm_err *err);
/* A string; in.pos is at its opening quote. Where its end is known, an error is soft. */
int io_json_read_string(struct json *j, struct csm_event *ev, struct csm_err *err);
/* The same of a key, which r.lasting is. */
int io_json_read_key(struct json *j, struct csm_event *ev, struct csm_err *err);

#endif
