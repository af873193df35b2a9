/* SPDX-License-Identifier: MIT */
/*
 * lines.c - filters of one JSON object a line: each is answered in its turn.
 *
 * A line goes out as it came, byte for byte, with its answer behind: what csm does not look at is never
 * read into numbers and written again. What is printed is held while there is more to read, and goes out
 * before csm waits for input, so a program may write a line and wait for its answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli_priv.h"

/* Before csm waits for input, its answers go out; with nobody to read them the input ends. */
static long read_after_flush(void *arg, void *p, size_t n)
{
	struct cli_lines *l = arg;

	if (!l->hold && (cli_out_flush(l->c->out, &l->lost) != CSM_OK || cli_out_gone(l->c->out)))
		return 0;
	return l->input.read(l->input.arg, p, n);
}

static bool is_stopped(const struct cli_lines *l)
{
	return l->stop || l->lost.code != CSM_OK || cli_out_gone(l->c->out);
}

/* Behind the value that begins at p; the text is JSON, it was read already. */
static const char *skip_value(const char *p)
{
	unsigned depth = 0;

	do {
		if (*p == '"') {
			for (p++; *p != '"'; p++)
				p += *p == '\\';
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if (*p == '}' || *p == ']') {
			depth--;
		} else if (!depth) {
			return p + strcspn(p, ",]} \t\r");
		}
		p++;
	} while (depth);
	return p;
}

static bool is_own(const char *const *own, const char *key)
{
	for (; *own; own++)
		if (strcmp(*own, key) == 0)
			return true;
	return false;
}

void cli_lines_members(struct csm_buf *b, const struct csm_node *line, const char *raw,
		       const char *const *own)
{
	static const char blanks[] = " \t\r";

	csm_buf_addc(b, '{');
	raw = strchr(raw, '{') + 1;
	for (const struct csm_node *n = line->first; n; n = n->next) {
		const char *start = raw + strspn(raw, " \t\r,");

		raw = skip_value(start);		/* its key */
		raw += strspn(raw, blanks);
		raw++;					/* ':' */
		raw += strspn(raw, blanks);
		raw = skip_value(raw);
		if (is_own(own, n->key))
			continue;
		if (b->s[b->n - 1] != '{')
			csm_buf_addc(b, ',');
		csm_buf_addn(b, start, (size_t)(raw - start));
	}
	if (b->s[b->n - 1] != '{')
		csm_buf_addc(b, ',');
}

int cli_lines_put(struct cli_lines *l, struct csm_buf *b, struct csm_err *err)
{
	struct csm_sink out = cli_sink(l->c);

	csm_buf_add(b, "}\n");
	if (out.write(out.arg, b->s, b->n) != 0)
		return csm_fail(err, CSM_E_IO, "standard output: %s", strerror(errno));
	return CSM_OK;
}

/* One line; *end at the end of the input. */
static int take_line(struct cli_lines *l, struct csm_reader *r, bool *end, struct csm_err *err)
{
	struct csm_err why = { 0 };
	struct csm_event ev;
	struct csm_node *node;
	size_t n;
	int code = csm_reader_next(r, &ev, &why);

	*end = !code && ev.type == CSM_EV_END;
	if (*end)
		return CSM_OK;
	if (!code)
		code = csm_reader_node(r, &ev, l->line, &node, &why);
	if (!code)
		return l->answer(l->arg, node, csm_reader_raw(r, &n), NULL, err);
	if (code != CSM_E_INVALID) {
		*err = why;
		return code;
	}
	/* no JSON object, or a key twice: there is nothing to pass through */
	code = l->answer(l->arg, NULL, NULL, &why, err);
	return code ? code : csm_reader_skip(r, err);
}

static int take_source(struct cli_lines *l, const char *name, struct csm_err *err)
{
	const struct csm_read_opts o = { .keep_raw = true };
	struct csm_mark mark = csm_arena_mark(l->line);
	struct csm_reader *r;
	bool end = false;
	int code = csm_reader_open(&r, l->c->arena, CSM_FMT_NDJSON,
				   (struct csm_source){ read_after_flush, l, name, NULL }, &o, err);

	if (code)
		return code;
	while (!code && !end && !is_stopped(l)) {
		code = take_line(l, r, &end, err);
		csm_arena_rewind(l->line, mark);
	}
	csm_reader_close(r);
	if (l->lost.code != CSM_OK)
		*err = l->lost;
	return (int)err->code;
}

static int take_file(struct cli_lines *l, const char *path, struct csm_err *err)
{
	bool std = strcmp(path, "-") == 0;
	int fd = std ? l->in : open(path, O_RDONLY | O_CLOEXEC), code;

	if (std && l->c->stdin_used)
		return csm_fail(err, CSM_E_USAGE, "standard input can be read once only");
	l->c->stdin_used = l->c->stdin_used || std;
	if (fd < 0)
		return csm_fail(err, errno == ENOENT || errno == ENOTDIR ? CSM_E_NOINPUT : CSM_E_IO, "%s: %s",
				path, strerror(errno));
	l->input = csm_source_fd(&fd, path);
	code = take_source(l, path, err);
	if (!std)
		close(fd);
	return code;
}

int cli_lines_run(struct cli_lines *l, struct csm_err *err)
{
	struct cli *c = l->c;
	int code = CSM_OK;

	l->line = cli_arena(c->arena);
	if (!c->nargs)
		code = take_file(l, "-", err);
	for (unsigned i = 0; !code && i < c->nargs && !is_stopped(l); i++)
		code = take_file(l, c->args[i], err);
	csm_arena_free(l->line);
	return code;
}
