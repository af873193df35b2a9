/* SPDX-License-Identifier: MIT */
/* calendar_read.c - content lines of an iCalendar file: unfolded, checked, taken apart (RFC 5545, 3.1). */
#include <string.h>
#include <strings.h>

#include <csm/utf8.h>

#include "calendar.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)

static int fail_line(int64_t line, struct csm_err *err)
{
	return csm_err_at(err, NULL, line, 0);
}

/* A physical line without its end, or false at the end of the file. */
static bool next_physical(struct ics_source *s, const char **out, size_t *n)
{
	const char *end;

	if (s->p == s->end)
		return false;
	end = memchr(s->p, '\n', (size_t)(s->end - s->p));
	*out = s->p;
	*n = (size_t)((end ? end : s->end) - s->p);
	s->p = end ? end + 1 : s->end;
	/* some programs write two returns where they fold */
	while (*n && (*out)[*n - 1] == '\r')
		(*n)--;
	s->line++;
	return true;
}

static bool is_folded(const struct ics_source *s)
{
	return s->p < s->end && (*s->p == ' ' || *s->p == '\t');
}

/* A whole content line, folds taken out. Blank lines, which many programs leave at the end, are passed over. */
static int read_unfolded(struct ics_source *s, struct csm_buf *b, int64_t *line, bool *more, struct csm_err *err)
{
	const char *part;
	size_t n;

	do {
		*more = next_physical(s, &part, &n);
		if (!*more)
			return CSM_OK;
	} while (n == 0);
	*line = s->line;
	if (*part == ' ' || *part == '\t') {
		csm_fail(err, CSM_E_INVALID, "a line that begins with a blank goes on with the one before, and there is none");
		return fail_line(*line, err);
	}
	csm_buf_addn(b, part, n);
	while (b->n <= LINE_MAX_BYTES && is_folded(s) && next_physical(s, &part, &n))
		csm_buf_addn(b, part + 1, n - 1);
	if (b->n > LINE_MAX_BYTES) {
		csm_fail(err, CSM_E_INVALID, "the line is longer than 1 MiB");
		return fail_line(*line, err);
	}
	return CSM_OK;
}

static int check_text(const struct csm_buf *b, int64_t line, struct csm_err *err)
{
	if (!csm_utf8_valid(b->s, b->n))
		csm_fail(err, CSM_E_INVALID,
			 "the line is not UTF-8, as iCalendar has to be; iconv -f LATIN1 -t UTF-8 may convert the file");
	else if (csm_text_check(b->s, b->n, err) == CSM_OK)
		return CSM_OK;
	return fail_line(line, err);
}

static size_t name_length(const char *s)
{
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

/* Where the parameters end: the first ':' outside quotes. NULL: nowhere, or they have no form. */
static char *params_end(char *s)
{
	while (*s == ';') {
		size_t n = name_length(++s);

		if (!n || s[n] != '=')
			return NULL;
		s += n;
		do {
			s++;
			if (*s == '"') {
				s = strchr(s + 1, '"');
				if (!s)
					return NULL;
				s++;
			} else {
				s += strcspn(s, "\";:,");
			}
		} while (*s == ',');
	}
	return *s == ':' ? s : NULL;
}

int ics_next(struct ics_source *s, struct ics_content *out, bool *more, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(s->arena);
	char *colon;
	size_t n;
	int code = read_unfolded(s, &b, &out->line, more, err);

	if (code || !*more)
		return code;
	code = check_text(&b, out->line, err);
	if (code)
		return code;
	n = name_length(b.s);
	colon = n ? params_end(b.s + n) : NULL;
	if (!colon) {
		csm_fail(err, CSM_E_INVALID, "'%.*s' is no line of iCalendar; expected NAME:VALUE or NAME;PARAMETER=VALUE:VALUE",
			 CSM_Q(b.s));
		return fail_line(out->line, err);
	}
	out->value = colon + 1;
	*colon = '\0';
	out->params = csm_strdup(s->arena, b.s + n);
	b.s[n] = '\0';
	out->name = b.s;
	for (char *p = out->name; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return CSM_OK;
}

const char *ics_param(struct csm_arena *a, const struct ics_content *c, const char *name)
{
	const char *s = c->params;

	while (*s == ';') {
		size_t n = name_length(++s), quoted;
		const char *value = s + n + 1;
		bool found = strncasecmp(s, name, n) == 0 && !name[n];

		quoted = *value == '"' ? strcspn(value + 1, "\"") : 0;
		if (found)
			return quoted ? csm_strndup(a, value + 1, quoted)
				      : csm_strndup(a, value, strcspn(value, ";,"));
		/* on to the next one, past further values of this */
		for (s = value; *s && *s != ';'; s++)
			if (*s == '"')
				s = strchr(s + 1, '"');
	}
	return NULL;
}
