/* SPDX-License-Identifier: MIT */
/*
 * csv_read.c - CSV by RFC 4180 and TSV, a row at a time, with the place of every cell.
 *
 * A whole row is in the window while it is parsed; its cells are decoded into a buffer of their own, so
 * that the row as it came is still there for csm_reader_raw(). TSV is what csm and cut(1) mean by it: no
 * quotes, \t \n \\ for what a cell can't hold; a file of quoted cells between tabs is CSV with the
 * delimiter tab.
 */
#include <string.h>

#include <csm/utf8.h>

#include "csv_read.h"

#define CELLS_MAX 4096u

enum row_end { ROW_DONE, ROW_MORE, ROW_BAD };

static int fail_row(struct csv *c, struct csm_err *err, int64_t line, int64_t col, const char *what)
{
	return io_fail_at(&c->r, err, CSM_E_INVALID, line, col, "%s", what);
}

/*
 * The row as it came, n bytes from p on, without what ends its line. Where that is a carriage return alone, those in
 * its cells become newlines: who writes the row again ends it with one.
 */
static void set_raw(struct csv *c, char *p, size_t n)
{
	if (n > 0 && (p[n - 1] == '\n' || p[n - 1] == c->eol))
		n--;
	if (n > 0 && p[n - 1] == '\r')
		n--;
	for (size_t i = 0; c->eol == '\r' && i < n; i++)
		if (p[i] == '\r' && p[i + 1] != '\n')
			p[i] = '\n';
	c->r.raw = p;
	c->r.nraw = n;
}

/* A row that can't be parsed: skip will go on behind the line that holds p. */
static enum row_end refuse_row(struct csv *c, struct csm_err *err, const char *p, int64_t line, int64_t col,
			       const char *what)
{
	struct io_input *in = &c->r.in;
	const char *nl = memchr(p, c->eol, (size_t)(in->buf + in->end - p));

	set_raw(c, in->buf + in->pos, (size_t)((nl ? nl : in->buf + in->end) - in->buf) - in->pos);
	in->pos = (size_t)(p - in->buf);
	c->line = line;
	c->broken = true;
	fail_row(c, err, line, col, what);
	return ROW_BAD;
}

static int64_t column_at(const struct csv *c, const char *p)
{
	return p - c->line_start - (int64_t)c->cont + 1;
}

static bool at_end(const struct csv *c)
{
	return c->p >= c->r.in.buf + c->r.in.end;
}

/* p is at the end of a line: where newlines end them, a carriage return may stand before. */
static bool at_eol(const struct csv *c)
{
	return *c->p == c->eol || (c->eol == '\n' && *c->p == '\r' && c->p[1] == '\n');
}

/* A byte that no cell may hold. */
static const char *stray(const struct csv *c)
{
	if (!*c->p)
		return "NUL byte";
	return c->eol == '\n' ? "carriage return without a newline"
			      : "newline in a file whose lines end with a carriage return, as its first does";
}

static void put_run(struct csv *c, const char *from)
{
	memcpy(c->to, from, (size_t)(c->p - from));
	c->to += c->p - from;
}

/* \t \n \\ of a TSV cell; p is at the backslash. Any other backslash is itself. */
static void take_escape(struct csv *c)
{
	char next = c->p[1];

	if (next == 't' || next == 'n' || next == '\\') {
		*c->to++ = next == 't' ? '\t' : next == 'n' ? '\n' : '\\';
		c->p += 2;
	} else {
		*c->to++ = *c->p++;
	}
}

/* A cell without quotes: up to the delimiter or the end of the line. */
static enum row_end parse_plain(struct csv *c, struct cell *cell, int64_t line, struct csm_err *err)
{
	const char *end = c->r.in.buf + c->r.in.end;

	for (;;) {
		const char *from = c->p;

		while (c->plain[(unsigned char)*c->p] != BYTE_STOP) {
			if (c->plain[(unsigned char)*c->p] == BYTE_CHECK)
				cell->check = true;
			c->p++;
		}
		put_run(c, from);
		if (at_end(c) || *c->p == c->r.delimiter || *c->p == c->eol)
			return ROW_DONE;
		if (c->p + 1 >= end && !c->r.in.eof)
			return ROW_MORE;
		if (at_eol(c))
			return ROW_DONE;
		if (*c->p == '\\') {
			take_escape(c);
			continue;
		}
		if (*c->p == '"')
			return refuse_row(c, err, c->p, line, column_at(c, c->p),
					  "'\"' inside a cell that does not begin with it (quote the whole "
					  "cell and double the '\"')");
		return refuse_row(c, err, c->p, line, column_at(c, c->p), stray(c));
	}
}

/* Behind a closing quote stands more. When the cell is of several lines, the one it began on may lack its end. */
static enum row_end refuse_text(struct csv *c, struct csm_err *err, const struct cell *cell, int64_t line)
{
	char what[160];

	snprintf(what, sizeof(what), "text behind the closing '\"' of a cell (a '\"' inside a cell is doubled)");
	if (cell->line < line)
		snprintf(what, sizeof(what),
			 "text behind the closing '\"' of a cell that began on line %lld (a '\"' inside a cell is "
			 "doubled, and each is closed)",
			 (long long)cell->line);
	return refuse_row(c, err, c->p, line, column_at(c, c->p), what);
}

/* A quoted cell; p is behind its opening quote. */
static enum row_end parse_quoted(struct csv *c, struct cell *cell, int64_t *line, struct csm_err *err)
{
	const char *open = c->p - 1, *end = c->r.in.buf + c->r.in.end;

	for (;;) {
		const char *from = c->p;

		while (c->quoted[(unsigned char)*c->p] != BYTE_STOP) {
			if (c->quoted[(unsigned char)*c->p] == BYTE_CHECK)
				cell->check = true;
			c->p++;
		}
		put_run(c, from);
		if (!c->r.in.eof && c->p + 1 >= end)
			return ROW_MORE;
		if (at_end(c))
			return refuse_row(c, err, open, cell->line, cell->col,
					  "quoted cell without its closing '\"'");
		if (*c->p == '\r' && c->p[1] == '\n') {
			c->p++;		/* CR LF is kept as LF */
		} else if (*c->p == '\n' || *c->p == c->eol) {
			*c->to++ = '\n';
			c->p++;
			++*line;
			c->line_start = c->p;
			c->cont = 0;
		} else if (*c->p == '"' && c->p[1] == '"') {
			*c->to++ = '"';
			c->p += 2;
		} else {
			break;
		}
	}
	if (*c->p != '"')
		return refuse_row(c, err, c->p, *line, column_at(c, c->p), stray(c));
	c->p++;
	if (at_end(c) || *c->p == c->r.delimiter || *c->p == c->eol)
		return ROW_DONE;
	if (*c->p == '\r' && c->p + 1 >= end && !c->r.in.eof)
		return ROW_MORE;
	if (at_eol(c))
		return ROW_DONE;
	return refuse_text(c, err, cell, *line);
}

static struct cell *add_cell(struct csv *c)
{
	if (c->ncells == c->capcells) {
		unsigned cap = c->capcells ? c->capcells * 2 : 64;

		c->cell = csm_grow(c->r.arena, c->cell, c->capcells * sizeof(*c->cell),
				   cap * sizeof(*c->cell));
		c->capcells = cap;
	}
	return memset(&c->cell[c->ncells++], 0, sizeof(*c->cell));
}

static enum row_end parse_cell(struct csv *c, int64_t *line, struct csm_err *err)
{
	struct cell *cell = add_cell(c);
	const char *start = c->p;
	enum row_end end;

	cell->line = *line;
	cell->col = column_at(c, start);
	cell->text = c->to;
	if (!c->tsv && *c->p == '"' && !at_end(c)) {
		c->p++;
		cell->scalar = CSM_SC_QUOTED;
		end = parse_quoted(c, cell, line, err);
	} else {
		end = parse_plain(c, cell, *line, err);
		cell->scalar = c->to == cell->text ? CSM_SC_NULL : CSM_SC_PLAIN;
	}
	if (end != ROW_DONE)
		return end;
	cell->n = (size_t)(c->to - cell->text);
	*c->to++ = '\0';
	if (cell->check) {
		const char *from = start > c->line_start ? start : c->line_start;

		c->cont += io_count_cont(from, (size_t)(c->p - from));
	}
	return ROW_DONE;
}

/* One row from in.pos. ROW_DONE leaves p behind its newline. */
static enum row_end parse_row(struct csv *c, int64_t *line, struct csm_err *err)
{
	struct io_input *in = &c->r.in;

	if (c->captext < in->cap + IO_SLACK) {
		c->captext = in->cap + IO_SLACK;
		c->text = csm_alloc(c->r.arena, c->captext);
	}
	c->p = c->line_start = in->buf + in->pos;
	c->to = c->text;
	c->cont = 0;
	c->ncells = 0;
	*line = c->line;
	for (;;) {
		enum row_end end = parse_cell(c, line, err);

		if (end != ROW_DONE)
			return end;
		if (at_end(c))
			return in->eof ? ROW_DONE : ROW_MORE;
		if (*c->p != c->r.delimiter)
			break;
		if (c->ncells == CELLS_MAX)
			return refuse_row(c, err, c->p, *line, column_at(c, c->p),
					  "more than 4096 cells in a row");
		c->p++;
	}
	c->p += *c->p == c->eol ? 1 : 2;
	++*line;
	return ROW_DONE;
}

int io_csv_skip_blank(struct csv *c, bool *more, struct csm_err *err)
{
	struct io_input *in = &c->r.in;

	for (;;) {
		const char *p = in->buf + in->pos;
		size_t moved;
		bool got;
		int rc;

		if (in->pos < in->end && (*p == c->eol || (c->eol == '\n' && *p == '\r' && p[1] == '\n'))) {
			in->pos += *p == c->eol ? 1 : 2;
			c->line++;
			continue;
		}
		*more = in->pos < in->end;
		if (in->end - in->pos >= 2 || in->eof)
			return CSM_OK;
		rc = io_input_more(in, in->pos, &moved, &got, err);
		if (rc)
			return rc;
	}
}

int io_csv_check(struct csv *c, const struct cell *cell, struct csm_err *err)
{
	if (cell->n > CSM_IO_VALUE)
		return io_fail_at(&c->r, err, CSM_E_INVALID, cell->line, cell->col, "value longer than %zu MiB",
				  CSM_IO_VALUE >> 20);
	return cell->check ? io_check_text(&c->r, cell->text, cell->n, cell->line, cell->col, err) : CSM_OK;
}

int io_csv_row(struct csv *c, bool *more, struct csm_err *err)
{
	struct io_input *in = &c->r.in;
	enum row_end end = ROW_MORE;
	int64_t line = c->line;
	int rc = io_csv_skip_blank(c, more, err);

	c->r.raw = NULL;
	while (!rc && *more && end == ROW_MORE) {
		size_t moved;
		bool got;

		end = parse_row(c, &line, err);
		if (end == ROW_BAD)
			return CSM_E_INVALID;
		if (end == ROW_DONE)
			break;
		rc = io_input_more(in, in->pos, &moved, &got, err);
		if (rc == CSM_E_INVALID && !in->failed) {
			c->broken = true;
			return io_fail_at(&c->r, err, CSM_E_INVALID, c->line, 1,
					  "row longer than %zu MiB (or a '\"' is not closed)",
					  CSM_IO_ROW >> 20);
		}
	}
	if (rc || !*more)
		return rc;
	set_raw(c, in->buf + in->pos, (size_t)(c->p - in->buf) - in->pos);
	in->pos = (size_t)(c->p - in->buf);
	c->line = line;
	return CSM_OK;
}

static void give(struct csm_event *ev, enum csm_event_type type, const char *text, size_t n,
		 const struct cell *cell)
{
	ev->type = type;
	ev->scalar = type == CSM_EV_SCALAR ? cell->scalar : CSM_SC_NULL;
	ev->text = text;
	ev->n = n;
	ev->line = cell ? cell->line : 0;
	ev->col = cell ? cell->col : 0;
}

/*
 * A row has the cells that the header names. Delimiters at its end are no cells: empty ones behind the
 * header's are passed over, and so are those of a column without a name. Anything in them is refused.
 */
static int fit_row(struct csv *c, struct csm_err *err)
{
	unsigned n = c->ncells;

	while (n > c->r.ncolumns && c->cell[n - 1].scalar == CSM_SC_NULL)
		n--;
	if (n != c->r.ncolumns)
		return io_fail_at(&c->r, err, CSM_E_INVALID, c->cell[0].line, 0,
				  "row of %u cell%s, expected %u as in the header", c->ncells,
				  c->ncells == 1 ? "" : "s", c->r.ncolumns);
	c->ncells = n;
	for (unsigned i = 0; c->unnamed && i < n; i++)
		if (!c->r.columns[i][0] && c->cell[i].n)
			return io_fail_at(&c->r, err, CSM_E_INVALID, c->cell[i].line, c->cell[i].col,
					  "'%.*s' stands in column %u, which the header does not name",
					  CSM_Q(c->cell[i].text), i + 1);
	return CSM_OK;
}

static int begin_row(struct csv *c, struct csm_event *ev, struct csm_err *err)
{
	bool more;
	int rc = io_csv_row(c, &more, err);

	if (rc)
		return rc;
	if (!more) {
		give(ev, CSM_EV_END, "", 0, NULL);
		ev->line = c->line;
		return CSM_OK;
	}
	rc = fit_row(c, err);
	if (rc)
		return rc;
	c->in_row = true;
	c->value_next = false;
	c->at = 0;
	give(ev, CSM_EV_MAP, "", 0, &c->cell[0]);
	return CSM_OK;
}

static int next_csv(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	struct csv *c = (struct csv *)r;
	const struct cell *cell;

	if (!c->in_row)
		return begin_row(c, ev, err);
	while (c->unnamed && c->at < c->ncells && !r->columns[c->at][0])
		c->at++;
	if (c->at == c->ncells) {
		c->in_row = false;
		give(ev, CSM_EV_MAP_END, "", 0, &c->cell[c->ncells - 1]);
		return CSM_OK;
	}
	cell = &c->cell[c->at];
	c->value_next = !c->value_next;
	if (c->value_next) {
		give(ev, CSM_EV_KEY, r->columns[c->at], strlen(r->columns[c->at]), cell);
		return CSM_OK;
	}
	give(ev, CSM_EV_SCALAR, cell->text, cell->n, cell);
	c->at++;
	r->soft = io_csv_check(c, cell, err) != CSM_OK;
	return r->soft ? CSM_E_INVALID : CSM_OK;
}

static int skip_csv(struct csm_reader *r, struct csm_err *err)
{
	struct csv *c = (struct csv *)r;
	struct io_input *in = &r->in;

	c->in_row = false;
	while (c->broken) {
		const char *nl = memchr(in->buf + in->pos, c->eol, in->end - in->pos);
		size_t moved;
		bool got;
		int rc;

		in->pos = nl ? (size_t)(nl + 1 - in->buf) : in->end;
		if (nl) {
			c->broken = false;
			c->line++;
			break;
		}
		rc = io_input_more(in, in->pos, &moved, &got, err);
		if (rc)
			return rc;
		c->broken = got;
	}
	return CSM_OK;
}

static const struct io_reader_ops csv_ops = { next_csv, skip_csv, NULL };

struct csm_reader *io_csv_open(struct csm_arena *a)
{
	struct csv *c = csm_alloc(a, sizeof(*c));

	c->r.ops = &csv_ops;
	c->r.keys_unique = true;
	c->eol = '\n';
	c->line = 1;
	return &c->r;
}
