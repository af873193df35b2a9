/* SPDX-License-Identifier: MIT */
/*
 * csv_head.c - what comes before the rows of a CSV: the line `sep=;` of spreadsheets, which delimiter and which
 * line ends, the names of the columns.
 */
#include <string.h>

#include <csm/utf8.h>

#include "csv_read.h"

static void fill_tables(struct csv *c)
{
	memset(c->plain, BYTE_PLAIN, sizeof(c->plain));
	for (unsigned i = 0; i < 256; i++)
		if ((i < 0x20 && i != '\t') || i >= 0x7f)
			c->plain[i] = BYTE_CHECK;
	memcpy(c->quoted, c->plain, sizeof(c->plain));
	c->plain['\n'] = c->plain['\r'] = c->plain[0] = BYTE_STOP;
	c->plain[(unsigned char)c->r.delimiter] = BYTE_STOP;
	c->plain[c->tsv ? '\\' : '"'] = BYTE_STOP;
	c->quoted['\n'] = c->quoted['\r'] = c->quoted[0] = c->quoted['"'] = BYTE_STOP;
}

/* ---- the sample: how the first lines look ---- */

#define SAMPLE_BYTES ((size_t)64 << 10)
#define SAMPLE_LINES 12		/* the header and eleven rows */

static const char candidates[] = ",;\t|";
#define CANDIDATES (sizeof(candidates) - 1)

/* Bring so many bytes into the window, or all there are. A source that fails now fails again when it is read on. */
static int want_bytes(struct csv *c, size_t n, struct csm_err *err)
{
	struct io_input *in = &c->r.in;
	bool got = true;

	while (got && in->end - in->pos < n) {
		size_t moved;
		int rc = io_input_more(in, in->pos, &moved, &got, err);

		if (rc && !in->failed)
			return rc;
		if (in->failed)
			csm_err_clear(err);
		got = got && !in->failed;
	}
	if (in->failed)
		in->failed = in->eof = false;
	return CSM_OK;
}

struct sample {
	size_t count[SAMPLE_LINES][CANDIDATES];
	unsigned lines;
	char eol;		/* 0: none was seen */
};

/* Count the candidates outside of quotes, line by line. A quote counts where a cell begins. */
static void look_at(const struct csv *c, struct sample *s)
{
	const char *p = c->r.in.buf + c->r.in.pos, *end = c->r.in.buf + c->r.in.end, *line = p;
	bool quoted = false, begins = true, all = c->r.in.eof;

	if (end - p > (ptrdiff_t)SAMPLE_BYTES)
		end = p + SAMPLE_BYTES;
	for (; p < end && s->lines < SAMPLE_LINES; p++) {
		const char *hit = *p ? strchr(candidates, *p) : NULL;

		if (quoted) {
			quoted = *p != '"';
			continue;
		}
		quoted = *p == '"' && (begins || p[-1] == '"');
		begins = hit != NULL;
		if (hit)
			s->count[s->lines][hit - candidates]++;
		if (*p != '\n' && (*p != '\r' || p[1] == '\n'))
			continue;
		if (!s->eol)
			s->eol = *p;
		begins = true;
		s->lines += *p == s->eol;
		line = p + 1;
	}
	s->lines += all && p == c->r.in.buf + c->r.in.end && s->lines < SAMPLE_LINES && line < p;	/* a last line without its end */
}

/* The one that gives the most lines as many cells as the header has; then the one most in the header. */
static char best_delimiter(const struct sample *s)
{
	size_t best = 0, best_same = 0;

	for (size_t k = 0; k < CANDIDATES; k++) {
		size_t same = 0;

		for (unsigned i = 1; s->count[0][k] && i < s->lines; i++)
			same += s->count[i][k] == s->count[0][k];
		if (same > best_same || (same == best_same && s->count[0][k] > s->count[0][best])) {
			best = k;
			best_same = same;
		}
	}
	return candidates[best];
}

/* Whether to say which one it is: a bar is rare, and where others stand in the header too it may be one of them. */
static bool is_guess(const struct sample *s, char delimiter)
{
	unsigned n = 0;

	for (size_t k = 0; k < CANDIDATES; k++)
		n += s->count[0][k] > 0;
	return n > 1 || delimiter == '|';
}

/* ---- the line sep=; ---- */

/* How long the line is with its end, 0 when it is no such line. */
static size_t sep_line(const struct csv *c)
{
	const char *p = c->r.in.buf + c->r.in.pos;
	size_t left = c->r.in.end - c->r.in.pos, quote = left && *p == '"', n = 5 + 2 * quote;

	if (left < n || (p[quote] | 32) != 's' || (p[quote + 1] | 32) != 'e' || (p[quote + 2] | 32) != 'p' ||
	    p[quote + 3] != '=' || (quote && p[6] != '"'))
		return 0;
	if (((unsigned char)p[quote + 4] < ' ' && p[quote + 4] != '\t') || p[quote + 4] == '"' ||
	    (unsigned char)p[quote + 4] >= 0x7f)
		return 0;
	if (n == left || p[n] == '\n')
		return n + (n < left);
	return p[n] != '\r' ? 0 : n + 1 + (n + 1 < left && p[n + 1] == '\n');
}

static int look_ahead(struct csv *c, bool given, struct csm_err *err)
{
	struct sample s = { .lines = 0 };
	bool more = true;
	char said = 0;
	size_t n;
	int rc = want_bytes(c, SAMPLE_BYTES + 1, err);

	if (rc)
		return rc;
	n = sep_line(c);
	if (n > 0) {
		said = c->r.in.buf[c->r.in.pos + (c->r.in.buf[c->r.in.pos] == '"') + 4];
		c->r.in.pos += n;
		c->line++;
	}
	rc = io_csv_skip_blank(c, &more, err);
	if (rc || !more)
		return rc;
	look_at(c, &s);
	if (s.eol)
		c->eol = s.eol;
	if (!given)
		c->r.delimiter = said ? said : best_delimiter(&s);
	c->r.guessed = !given && !said && is_guess(&s, c->r.delimiter);
	return CSM_OK;
}

/* ---- the header ---- */

/* Names that stand twice, all of them as far as a message holds them. */
static int fail_twice(struct csv *c, unsigned i, unsigned k, struct csm_err *err)
{
	const char **name = c->r.columns;
	struct csm_buf b = CSM_BUF(c->r.arena);
	unsigned first = k;

	csm_buf_addf(&b, "columns %u and %u of the header are both named '%.*s'", i + 1, k + 1, CSM_Q(name[i]));
	for (k = first + 1; k < c->r.ncolumns; k++) {
		for (i = 0; i < k && (!name[i][0] || strcmp(name[i], name[k]) != 0);)
			i++;
		if (i == k)
			continue;
		if (b.n > 500) {
			csm_buf_add(&b, " and so on");
			break;
		}
		csm_buf_addf(&b, ", %u and %u '%.*s'", i + 1, k + 1, CSM_Q(name[k]));
	}
	return io_fail_at(&c->r, err, CSM_E_INVALID, c->ncells ? c->cell[first].line : 0,
			  c->ncells ? c->cell[first].col : 0, "%s", b.s);
}

static int check_header(struct csv *c, struct csm_err *err)
{
	const char **name = c->r.columns;
	unsigned named = 0;

	for (unsigned k = 0; k < c->r.ncolumns; k++) {
		named += name[k][0] != '\0';
		for (unsigned i = 0; name[k][0] && i < k; i++)
			if (name[i][0] == name[k][0] && strcmp(name[i], name[k]) == 0)
				return fail_twice(c, i, k, err);
	}
	c->unnamed = named < c->r.ncolumns;
	if (named || !c->ncells)
		return CSM_OK;
	return io_fail_at(&c->r, err, CSM_E_INVALID, c->cell[0].line, 0,
			  "no column of the header has a name (the first line that is not blank names the columns)");
}

static int read_header(struct csv *c, struct csm_err *err)
{
	bool more;
	int rc = io_csv_row(c, &more, err);

	if (rc)
		return rc;
	if (!more)
		return io_fail_at(&c->r, err, CSM_E_INVALID, 0, 0, "no header line (the input is empty)");
	c->r.ncolumns = c->ncells;
	c->r.columns = csm_calloc(c->r.arena, c->ncells, sizeof(*c->r.columns));
	c->r.places = csm_calloc(c->r.arena, c->ncells, sizeof(*c->r.places));
	for (unsigned i = 0; i < c->ncells; i++) {
		if (io_csv_check(c, &c->cell[i], err))
			return CSM_E_INVALID;
		c->r.columns[i] = csm_strndup(c->r.arena, c->cell[i].text, c->cell[i].n);
		c->r.places[i][0] = c->cell[i].line;
		c->r.places[i][1] = c->cell[i].col;
	}
	c->r.raw = NULL;
	return CSM_OK;
}

int io_csv_header(struct csm_reader *r, bool tsv, const struct csm_read_opts *opts, struct csm_err *err)
{
	struct csv *c = (struct csv *)r;
	unsigned char d = (unsigned char)opts->delimiter;
	int rc = CSM_OK;

	c->tsv = tsv;
	if (d && (d == '"' || d == '\n' || d == '\r' || d >= 0x7f))
		return csm_fail(err, CSM_E_USAGE,
				"byte 0x%02x cannot delimit cells (expected an ASCII character but '\"')",
				d);
	r->delimiter = tsv ? '\t' : d ? (char)d : ',';
	if (!tsv)
		rc = look_ahead(c, d != 0, err);
	fill_tables(c);
	if (rc)
		return rc;
	if (!opts->header_given) {
		rc = read_header(c, err);
	} else {
		r->ncolumns = opts->nheader;
		r->columns = csm_calloc(r->arena, opts->nheader, sizeof(*r->columns));
		for (unsigned i = 0; i < opts->nheader; i++)
			r->columns[i] = csm_strdup(r->arena, opts->header[i]);
	}
	return rc ? rc : check_header(c, err);
}
