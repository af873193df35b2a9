/* SPDX-License-Identifier: MIT */
/* fault.c - the one place that prints errors: text for people, an object a line with -o json. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include <csm/utf8.h>

#include "cli_priv.h"

/*
 * One write a message, so that messages of parallel commands do not mix. A lost message can't be told to
 * anybody. A line of a batch has its own among its answer.
 */
static void write_err(struct cli *c, const char *s, size_t n)
{
	if (c->world->batch) {
		csm_buf_addn(&c->world->batch->talk, s, n);
		return;
	}
	if (c->world->line_open) {
		c->world->line_open = false;
		write_err(c, "\r\033[K", 4);
	}
	while (n) {
		ssize_t k = write(STDERR_FILENO, s, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return;
		s += k;
		n -= (size_t)k;
	}
}

void cli_fault_line(struct cli *c, const char *line, size_t n)
{
	char text[256];
	bool tty = c->world->tty_err && !c->world->batch;
	int k = snprintf(text, sizeof(text), tty ? "\r%.*s\033[K" : "%.*s\n", (int)n, line);

	c->world->line_open = false;	/* it is written over */
	write_err(c, text, k < (int)sizeof(text) ? (size_t)k : sizeof(text) - 1);
	c->world->line_open = tty;
}

void cli_fault_end_line(struct cli *c)
{
	if (!c->world->line_open)
		return;
	c->world->line_open = false;
	write_err(c, "\n", 1);
}

static void add_key(struct csm_buf *b, const char *key, const char *value)
{
	if (!*value)
		return;
	csm_buf_addf(b, ", \"%s\": ", key);
	csm_json_quote(b, value);
}

static void fault_json(struct csm_buf *b, const struct csm_err *err, char severity)
{
	csm_buf_addf(b, "{\"%s\": ", severity == 'w' ? "warning" : "error");
	csm_json_quote(b, csm_code_name(err->code));
	csm_buf_addf(b, ", \"status\": %d", (int)err->code);
	add_key(b, "file", err->file);
	if (err->line)
		csm_buf_addf(b, ", \"line\": %" PRId64, err->line);
	if (err->col)
		csm_buf_addf(b, ", \"column\": %" PRId64, err->col);
	add_key(b, "type", err->type);
	add_key(b, "key", err->key);
	add_key(b, "field", err->field);
	csm_buf_add(b, ", \"message\": ");
	csm_json_quote(b, err->msg);
	csm_buf_add(b, "}\n");
}

void cli_fault(struct cli *c, const struct csm_err *err, char severity)
{
	struct csm_buf b = CSM_BUF(c->arena);
	char text[1600];

	if (c->format == CSM_FMT_JSON || c->format == CSM_FMT_NDJSON) {
		fault_json(&b, err, severity);
	} else {
		csm_err_text(err, text, sizeof(text));
		csm_buf_add(&b, severity == 'w' ? "csm: warning: " : "csm: ");
		csm_buf_add(&b, csm_term_text(c->arena, text, true));
		csm_buf_addc(&b, '\n');
	}
	write_err(c, b.s, b.n);
}

int cli_report(struct cli *c, const struct csm_err *err)
{
	cli_fault(c, err, 'e');
	c->reported++;
	if (!c->status)
		c->status = (int)err->code;
	return (int)err->code;
}

static void note_finding(void *arg, char severity, const struct csm_err *err)
{
	struct cli *c = arg;

	if (severity == 'w' && c->quiet)
		return;
	cli_fault(c, err, severity);
	if (severity == 'e')
		c->reported++;
}

struct csm_diag cli_diag(struct cli *c)
{
	return (struct csm_diag){ note_finding, c };
}

void cli_note(struct cli *c, const char *fmt, ...)
{
	struct csm_buf b = CSM_BUF(c->arena);
	va_list ap;
	char *s;

	/* Machines get no talk: who merges the streams would have it among the data. */
	if (c->quiet || c->format == CSM_FMT_JSON || c->format == CSM_FMT_NDJSON)
		return;
	va_start(ap, fmt);
	s = csm_vsprintf(c->arena, fmt, ap);
	va_end(ap);
	csm_buf_add(&b, "csm: ");
	csm_buf_add(&b, csm_term_text(c->arena, s, true));
	csm_buf_addc(&b, '\n');
	write_err(c, b.s, b.n);
}

void cli_facts(struct cli *c, const char *json)
{
	if (!c->quiet)
		write_err(c, json, strlen(json));
}

/* Read a line of answer from the terminal. */
static bool read_yes(void)
{
	char first = 0, ch;
	ssize_t n;

	for (;;) {
		n = read(STDIN_FILENO, &ch, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || ch == '\n')
			break;
		if (!first)
			first = ch;
	}
	return first == 'y' || first == 'Y';
}

bool cli_confirm(struct cli *c, const char *question)
{
	const char *s;

	if (c->world->yes || !c->world->tty_in || !c->world->tty_err)
		return true;
	s = csm_sprintf(c->arena, "csm: %s? [y/N] ", csm_term_text(c->arena, question, true));
	write_err(c, s, strlen(s));
	return read_yes();
}
