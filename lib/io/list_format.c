/* SPDX-License-Identifier: MIT */
/* list_format.c - --format: a text with %(path), %(path:<20) and %(path:>8) in it, written for each row. */
#include <string.h>

#include <csm/utf8.h>

#include "io_priv.h"

#define WIDTH_MAX 1000

/* Behind "%(": the path and its padding. *s moves behind the ')'. */
static int parse_path(struct csm_arena *a, const char **s, struct io_part *part, struct csm_err *err)
{
	const char *start = *s, *end = strchr(start, ')'), *colon, *p;
	size_t width = 0;

	if (!end)
		return csm_fail(err, CSM_E_USAGE, "format: '%%(%s' has no closing ')'", start);
	*s = end + 1;
	colon = memchr(start, ':', (size_t)(end - start));
	part->path = csm_strndup(a, start, (size_t)((colon ? colon : end) - start));
	if (!part->path[0])
		return csm_fail(err, CSM_E_USAGE, "format: '%%()' names no field");
	if (!colon)
		return CSM_OK;
	part->align = colon[1];
	for (p = colon + 2; p < end && *p >= '0' && *p <= '9' && width <= WIDTH_MAX; p++)
		width = width * 10 + (size_t)(*p - '0');
	if ((part->align != '<' && part->align != '>') || p != end || p == colon + 2 || width > WIDTH_MAX)
		return csm_fail(err, CSM_E_USAGE,
				"format: '%.*s' is not a padding (expected :<WIDTH or :>WIDTH, at most %d)",
				(int)(end - colon), colon, WIDTH_MAX);
	part->width = width;
	return CSM_OK;
}

static int parse_escape(const char **s, struct csm_buf *text, struct csm_err *err)
{
	static const char names[] = "nt0\\", chars[] = "\n\t\0\\";
	const char *name = (*s)[1] ? strchr(names, (*s)[1]) : NULL;

	if (!name)
		return csm_fail(err, CSM_E_USAGE,
				"format: '%.2s' is not an escape (expected \\n, \\t, \\0 or \\\\)", *s);
	csm_buf_addc(text, chars[name - names]);
	*s += 2;
	return CSM_OK;
}

static void end_text(struct csm_vec *parts, struct csm_buf *text)
{
	struct io_part *part;

	if (text->n == 0)
		return;
	part = csm_vec_add(parts);
	part->text = text->s;
	part->n = text->n;
	*text = (struct csm_buf)CSM_BUF(text->arena);
}

static int parse_format(struct csm_arena *a, const char *format, struct csm_vec *parts, struct csm_err *err)
{
	struct csm_buf text = CSM_BUF(a);
	const char *s = format;
	int rc = CSM_OK;

	while (*s && !rc) {
		if (s[0] == '%' && s[1] == '(') {
			end_text(parts, &text);
			s += 2;
			rc = parse_path(a, &s, csm_vec_add(parts), err);
		} else if (s[0] == '%' && s[1] == '%') {
			csm_buf_addc(&text, '%');
			s += 2;
		} else if (s[0] == '%') {
			rc = csm_fail(err, CSM_E_USAGE,
				      "format: '%.2s' is not known (expected %%(field) or %%%%)", s);
		} else if (s[0] == '\\') {
			rc = parse_escape(&s, &text, err);
		} else {
			csm_buf_addc(&text, *s++);
		}
	}
	end_text(parts, &text);
	return rc;
}

int csm_format_paths(struct csm_arena *a, const char *format, const char ***paths, unsigned *n,
		     struct csm_err *err)
{
	struct csm_vec parts = CSM_VEC(a, struct io_part);
	int rc = parse_format(a, format, &parts, err);

	*n = 0;
	*paths = csm_calloc(a, parts.n + 1, sizeof(**paths));
	if (rc)
		return rc;
	for (size_t i = 0; i < parts.n; i++) {
		const char *path = CSM_AT(&parts, struct io_part, i)->path;
		unsigned k = 0;

		while (path && k < *n && strcmp((*paths)[k], path) != 0)
			k++;
		if (path && k == *n)
			(*paths)[(*n)++] = path;
	}
	return CSM_OK;
}

static int find_column(struct csm_list *l, struct io_part *part, struct csm_err *err)
{
	const char **names;
	const char *near;

	for (part->column = 0; part->column < l->n; part->column++)
		if (strcmp(l->col[part->column].name, part->path) == 0)
			return CSM_OK;
	names = csm_calloc(l->arena, l->n + 1, sizeof(*names));
	for (unsigned i = 0; i < l->n; i++)
		names[i] = l->col[i].name;
	near = csm_nearest(part->path, names);
	if (near)
		return csm_fail(err, CSM_E_USAGE, "format: no field '%s' (did you mean '%s'?)", part->path,
				near);
	return csm_fail(err, CSM_E_USAGE, "format: no field '%s'", part->path);
}

static int open_format(struct csm_list *l, struct csm_err *err)
{
	struct csm_vec parts = CSM_VEC(l->arena, struct io_part);
	int rc = parse_format(l->arena, l->opts.format, &parts, err);

	for (size_t i = 0; i < parts.n && !rc; i++) {
		struct io_part *part = CSM_AT(&parts, struct io_part, i);

		if (part->path)
			rc = find_column(l, part, err);
	}
	l->part = parts.p;
	l->nparts = parts.n;
	return rc;
}

static void put_value(struct csm_list *l, const struct io_part *part, const char *s)
{
	size_t width, pad;

	/* A width means that a terminal reads it. */
	if (l->opts.width > 0)
		s = csm_term_text(l->arena, s, false);
	width = part->align ? csm_utf8_width(s) : 0;
	pad = width < part->width ? part->width - width : 0;
	if (part->align == '>')
		io_put_blanks(&l->out, pad);
	io_put(&l->out, s);
	if (part->align == '<')
		io_put_blanks(&l->out, pad);
}

static int row_format(struct csm_list *l, const char *const *values, const char *const *labels,
		      struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(l->arena);
	const struct io_part *last = l->nparts ? &l->part[l->nparts - 1] : NULL;

	(void)labels;
	(void)err;
	for (size_t i = 0; i < l->nparts; i++) {
		const struct io_part *part = &l->part[i];

		if (part->path)
			put_value(l, part, values[part->column] ? values[part->column] : "");
		else
			io_putn(&l->out, part->text, part->n);
	}
	/* A format that ends its records itself needs no other end. */
	if (!last || last->path || last->text[last->n - 1] != l->opts.terminator)
		io_putc(&l->out, l->opts.terminator);
	csm_arena_rewind(l->arena, mark);
	return CSM_OK;
}

static int close_format(struct csm_list *l, struct csm_err *err)
{
	(void)l;
	(void)err;
	return CSM_OK;
}

const struct io_list_ops io_list_format_ops = { open_format, row_format, close_format };
