/* SPDX-License-Identifier: MIT */
/*
 * list_table.c - a list as a table for people: aligned columns two blanks apart, cut to the terminal where
 * a column allows it.
 *
 * Laid out here and not by libsmartcols, which was tried: it measures by the C locale's wcwidth (758
 * characters differ from utf8proc, and without a UTF-8 locale, as under cron, "ü" is printed as \xc3\xbc),
 * leaves blanks at the ends of lines, and takes 52 MB for 100,000 rows of four columns.
 */
#include <string.h>

#include <csm/utf8.h>

#include "io_priv.h"

#define GAP 2
#define CUT_MIN 8	/* a column is not cut below this, nor below its header */

struct cell {
	const char *text;
	size_t width;
};

static void add_cell(struct csm_list *l, const char *s)
{
	struct cell *cell = csm_vec_add(&l->cells);
	const char *shown = csm_term_text(l->arena, s, true);

	cell->text = shown == s ? csm_strdup(l->arena, s) : shown;
	cell->width = csm_utf8_width(shown);
}

/* The header is the first row of cells; when it is not wanted its cells are empty. */
static int open_table(struct csm_list *l, struct csm_err *err)
{
	(void)err;
	l->cells = (struct csm_vec)CSM_VEC(l->arena, struct cell);
	for (unsigned i = 0; i < l->n; i++) {
		const char *label = l->col[i].label ? l->col[i].label : l->col[i].name;

		add_cell(l, l->opts.header ? label : "");
	}
	return CSM_OK;
}

static int row_table(struct csm_list *l, const char *const *values, const char *const *labels,
		     struct csm_err *err)
{
	(void)err;
	for (unsigned i = 0; i < l->n; i++) {
		const char *s = labels && labels[i] ? labels[i] : values[i];

		add_cell(l, s ? s : "");
	}
	return CSM_OK;
}

static size_t max_size(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* The width of column i when no column that may be cut is wider than limit. */
static size_t cut_width(const struct csm_list *l, unsigned i, size_t natural, size_t limit)
{
	size_t least = max_size(CUT_MIN, CSM_AT(&l->cells, struct cell, i)->width);

	if (!l->col[i].wrap || natural <= least)
		return natural;
	return natural < limit ? natural : max_size(limit, least);
}

static size_t total_width(const struct csm_list *l, const size_t *natural, size_t limit)
{
	size_t total = l->n ? (size_t)(l->n - 1) * GAP : 0;

	for (unsigned i = 0; i < l->n; i++)
		total += cut_width(l, i, natural[i], limit);
	return total;
}

/*
 * The widest limit under which the table fits, so that short texts stay whole and the long ones share what
 * is left. When it fits under none, lines are longer than the terminal: keys and numbers are never cut.
 */
static void fit_columns(const struct csm_list *l, size_t *width)
{
	size_t low = 0, high = 0, left;

	for (unsigned i = 0; i < l->n; i++)
		high = max_size(high, width[i]);
	if (l->opts.width == 0 || total_width(l, width, high) <= l->opts.width)
		return;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (total_width(l, width, mid) <= l->opts.width)
			low = mid;
		else
			high = mid;
	}
	/* One column more each, as far as it goes. */
	left = total_width(l, width, low);
	left = left < l->opts.width ? l->opts.width - left : 0;
	for (unsigned i = 0; i < l->n; i++) {
		size_t cut = cut_width(l, i, width[i], low);

		if (left > 0 && cut < width[i]) {
			cut++;
			left--;
		}
		width[i] = cut;
	}
}

/* Write as much of s as fits into width - 1 columns, and an ellipsis. Returns the columns written. */
static size_t put_cut(struct csm_list *l, const char *s, size_t width)
{
	size_t used = 0;
	const char *p = s;

	while (*p) {
		unsigned long code;
		size_t n = io_decode(p, &code), w;
		char one[8] = "";

		memcpy(one, p, n);
		w = csm_utf8_width(one);
		if (used + w > width - 1)
			break;
		used += w;
		p += n;
	}
	while (p > s && p[-1] == ' ') {
		p--;
		used--;
	}
	io_putn(&l->out, s, (size_t)(p - s));
	io_put(&l->out, "\xe2\x80\xa6");
	return used + 1;
}

static void put_cell(struct csm_list *l, const struct cell *cell, size_t width, bool right, size_t *blanks)
{
	size_t used = cell->width;

	if (right && used < width)
		*blanks += width - used;
	if (cell->width > 0) {
		/* Blanks are written only before something, so that no line ends with them. */
		io_put_blanks(&l->out, *blanks);
		*blanks = 0;
		if (cell->width > width)
			used = put_cut(l, cell->text, width);
		else
			io_put(&l->out, cell->text);
	}
	if (!right && used < width)
		*blanks += width - used;
	*blanks += GAP;
}

static void put_row(struct csm_list *l, const struct cell *row, const size_t *width, bool bold)
{
	size_t blanks = 0;

	if (bold)
		io_put(&l->out, "\033[1m");
	for (unsigned i = 0; i < l->n; i++)
		put_cell(l, &row[i], width[i], l->col[i].right, &blanks);
	io_put(&l->out, bold ? "\033[0m\n" : "\n");
}

static int close_table(struct csm_list *l, struct csm_err *err)
{
	size_t *width = csm_calloc(l->arena, l->n, sizeof(*width));
	const struct cell *cell = l->cells.p;
	size_t rows = l->n ? l->cells.n / l->n : 0;

	(void)err;
	for (size_t i = 0; i < l->cells.n; i++)
		width[i % l->n] = max_size(width[i % l->n], cell[i].width);
	fit_columns(l, width);
	for (size_t i = l->opts.header ? 0 : 1; i < rows && !l->out.failed; i++)
		put_row(l, cell + i * l->n, width, i == 0 && l->opts.color);
	return CSM_OK;
}

const struct io_list_ops io_list_table_ops = { open_table, row_table, close_table };
