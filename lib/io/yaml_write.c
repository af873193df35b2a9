/* SPDX-License-Identifier: MIT */
/*
 * yaml_write.c - YAML in block style, indented by 2: maps, sequences of "- ", text plain, quoted or as
 * a literal block.
 */
#include <string.h>

#include "io_priv.h"

/* What stands before the next value on its line (csm_writer.at). */
enum { AT_LINE = 0, AT_KEY = 'k', AT_DASH = '-', AT_TOP = 't' };

/* A key longer than this stands behind "? ": readers look only 1024 characters ahead for its ':'. */
#define SIMPLE_KEY 100

static size_t child_indent(const struct csm_writer *w)
{
	return w->depth ? w->level[w->depth - 1].indent : 0;
}

/* A new document for each top-level value but the first. */
static void begin_top(struct csm_writer *w)
{
	if (w->depth == 0 && w->ntop > 0)
		io_put(&w->out, "---\n");
	if (w->depth == 0)
		w->at = AT_TOP;
}

/*
 * In a sequence: the dash of the next item. The first item of a sequence in a sequence stands on the
 * line of its parent's dash.
 */
static void begin_item(struct csm_writer *w)
{
	const struct io_level *top = w->depth ? &w->level[w->depth - 1] : NULL;

	begin_top(w);
	if (!top || top->map)
		return;
	if (top->n == 0 && w->at == AT_KEY)
		io_putc(&w->out, '\n');
	if (top->n == 0 && w->at == AT_DASH)
		io_putc(&w->out, ' ');
	else
		io_put_blanks(&w->out, top->indent);
	io_putc(&w->out, '-');
	w->at = AT_DASH;
}

static void begin_yaml(struct csm_writer *w, bool map)
{
	size_t indent = child_indent(w);

	(void)map;
	begin_item(w);
	w->level[w->depth].indent = w->depth ? indent + 2 : 0;
}

static void put_word(struct csm_writer *w, const char *word)
{
	if (w->at != AT_TOP)
		io_putc(&w->out, ' ');
	io_put(&w->out, word);
	io_putc(&w->out, '\n');
	w->at = AT_LINE;
}

static void end_yaml(struct csm_writer *w, bool map, size_t n)
{
	if (n == 0)
		put_word(w, map ? "{}" : "[]");
	w->at = AT_LINE;
}

static void put_text(struct csm_writer *w, const char *s)
{
	if (io_yaml_plain(s))
		io_put(&w->out, s);
	else
		io_yaml_quote(&w->out, s);
}

static void key_yaml(struct csm_writer *w, const char *key)
{
	const struct io_level *top = &w->level[w->depth - 1];

	if (top->n == 0 && w->at == AT_KEY)
		io_putc(&w->out, '\n');
	if (top->n == 0 && w->at == AT_DASH)
		io_putc(&w->out, ' ');
	else
		io_put_blanks(&w->out, top->indent);
	if (strlen(key) > SIMPLE_KEY) {
		io_put(&w->out, "? ");
		put_text(w, key);
		io_putc(&w->out, '\n');
		io_put_blanks(&w->out, top->indent);
	} else {
		put_text(w, key);
	}
	io_putc(&w->out, ':');
	w->at = AT_KEY;
}

/* "|", with 2 where the first line begins with a blank, and - or + for none or several newlines at the end.
 */
static void put_literal(struct csm_writer *w, const char *s)
{
	size_t indent = child_indent(w) + 2, n = strlen(s);
	const char *nl;

	io_put(&w->out, " |");
	if (*s == ' ' || *s == '\t')
		io_putc(&w->out, '2');
	if (s[n - 1] != '\n')
		io_putc(&w->out, '-');
	else if (s[n - 2] == '\n')
		io_putc(&w->out, '+');
	io_putc(&w->out, '\n');
	for (; *s; s = nl + 1) {
		nl = strchr(s, '\n');
		n = nl ? (size_t)(nl - s) : strlen(s);
		if (n > 0)
			io_put_blanks(&w->out, indent);
		io_putn(&w->out, s, n);
		io_putc(&w->out, '\n');
		if (!nl)
			break;
	}
	w->at = AT_LINE;
}

static void value_yaml(struct csm_writer *w, enum csm_write_type type, const char *text)
{
	begin_item(w);
	if (type == CSM_W_NULL) {
		put_word(w, "null");
	} else if (type != CSM_W_TEXT) {
		put_word(w, text);
	} else if (w->depth && io_yaml_literal(text)) {
		put_literal(w, text);
	} else {
		if (w->at != AT_TOP)
			io_putc(&w->out, ' ');
		put_text(w, text);
		io_putc(&w->out, '\n');
		w->at = AT_LINE;
	}
}

const struct io_writer_ops io_yaml_ops = { begin_yaml, end_yaml, key_yaml, value_yaml };
