/* SPDX-License-Identifier: MIT */
/* json_string.c - the strings of the JSON reader: found and unescaped where they lie in the window. */
#include <string.h>

#include "json_read.h"

static const char raw_control[] = "control character in a string (write it as \\t, \\n or \\u00XX)";

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

		at = (size_t)(io_json_scan(in->buf + at, &s->high) - in->buf);
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

int io_json_read_string(struct json *j, struct csm_event *ev, struct csm_err *err)
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
