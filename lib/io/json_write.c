/* SPDX-License-Identifier: MIT */
/* json_write.c - JSON indented by 2, and NDJSON: one value a line without blanks. */
#include "io_priv.h"

static void put_newline(struct csm_writer *w)
{
	io_putc(&w->out, '\n');
	io_put_blanks(&w->out, (size_t)w->depth * 2);
}

/* Before a key, or before a value that is not behind a key. */
static void put_separator(struct csm_writer *w)
{
	size_t n = w->depth ? w->level[w->depth - 1].n : 0;

	if (n > 0)
		io_putc(&w->out, ',');
	if (w->depth > 0 && !w->lines)
		put_newline(w);
}

static void before_value(struct csm_writer *w)
{
	if (!w->has_key)
		put_separator(w);
}

static void after_value(struct csm_writer *w)
{
	if (w->depth == 0)
		io_putc(&w->out, '\n');
}

static void begin_json(struct csm_writer *w, bool map)
{
	before_value(w);
	io_putc(&w->out, map ? '{' : '[');
}

static void end_json(struct csm_writer *w, bool map, size_t n)
{
	if (n > 0 && !w->lines)
		put_newline(w);
	io_putc(&w->out, map ? '}' : ']');
	after_value(w);
}

static void key_json(struct csm_writer *w, const char *key)
{
	put_separator(w);
	io_json_string(&w->out, key);
	io_putn(&w->out, ": ", w->lines ? 1 : 2);
}

static void value_json(struct csm_writer *w, enum csm_write_type type, const char *text)
{
	before_value(w);
	if (type == CSM_W_NULL)
		io_put(&w->out, "null");
	else if (type == CSM_W_TEXT)
		io_json_string(&w->out, text);
	else
		io_put(&w->out, text);
	after_value(w);
}

const struct io_writer_ops io_json_ops = { begin_json, end_json, key_json, value_json };
