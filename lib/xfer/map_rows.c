/* SPDX-License-Identifier: MIT */
/*
 * map_rows.c - where the rows of a mapping stand in a document, which columns they have, and which of
 * them nobody asked for: what a load leaves behind is said.
 */
#include <csm/utf8.h>

#include "map_priv.h"

#define MAX_KNOWN 10000			/* columns that are remembered; rows with more are only told of these */

/* ---- columns ---- */

static const struct csm_node *find_in(struct csm_arena *a, const struct csm_node *map, const char *name)
{
	const struct csm_node *n = map->type == CSM_N_MAP ? csm_node_get(map, name) : NULL;

	for (const char *dot = strchr(name, '.'); map->type == CSM_N_MAP && !n && dot;
	     dot = strchr(dot + 1, '.')) {
		n = csm_node_get(map, csm_strndup(a, name, (size_t)(dot - name)));
		n = n ? find_in(a, n, dot + 1) : NULL;
	}
	return n;
}

const struct csm_node *map_find_column(const struct map_row *w, const char *name)
{
	if (*name == '/')
		return find_in(w->arena, w->node, name + 1);
	if (w->at != w->node && strcmp(name, ".") == 0)
		return w->at;
	return find_in(w->arena, w->at, name);
}

static bool same_rows(const char *a, const char *b)
{
	return !a || !b || strcmp(a, b) == 0;
}

/* Whether one of the patterns is the column, with or without the place of its rows. */
static bool is_listed(struct csm_arena *a, const struct csm_node *list, const char *rows, const char *path)
{
	for (const struct csm_node *c = list ? list->first : NULL; c; c = c->next)
		if (csm_glob_folded(c->text, path) ||
		    (rows && csm_glob_folded(c->text, csm_sprintf(a, "%s.%s", rows, path))))
			return true;
	return false;
}

enum use { UNUSED, WITHIN, USED };	/* WITHIN: something in it is */

static enum use find_use(const struct csm_map *map, const char *rows, const char *path)
{
	size_t n = strlen(path);
	enum use found = UNUSED;

	for (size_t i = 0; i < map->uses.n; i++) {
		struct map_use *u = CSM_AT(&map->uses, struct map_use, i);

		if (!same_rows(u->rows, rows) || strncmp(u->path, path, n) != 0)
			continue;
		if (!u->path[n]) {
			u->seen = true;
			found = USED;
		} else if (found == UNUSED && (u->path[n] == '.' || u->path[n] == '[')) {
			found = WITHIN;
		}
	}
	return found;
}

/* Note a column that the mapping leaves; an error where it says that there may be none. */
static int leave_out(struct csm_arena *scratch, const struct csm_map *map, const char *rows, const char *path,
		     struct csm_err *err)
{
	struct map_tally *t = map->tally;
	const char *whole = rows && map->documents_only ? csm_sprintf(scratch, "%s.%s", rows, path) : path;

	if (is_listed(scratch, map->ignore, rows, path))
		return CSM_OK;
	if (map->others_error)
		return csm_fail(err, CSM_E_INVALID,
				"column '%.*s' is neither used nor ignored by the mapping (others: error)",
				CSM_Q(whole));
	for (size_t i = 0; i < t->left_out.n; i++)
		if (strcmp(*CSM_AT(&t->left_out, const char *, i), whole) == 0)
			return CSM_OK;
	if (t->left_out.n < MAX_KNOWN)
		*(const char **)csm_vec_add(&t->left_out) = csm_strdup(t->arena, whole);
	return CSM_OK;
}

/* Whether the column was met before; rows mostly have the same columns in the same order. */
static bool is_known(struct map_tally *t, const char *rows, const char *path)
{
	for (size_t i = 0; i < t->known.n; i++) {
		size_t at = (t->hint + i) % t->known.n;
		const struct map_known *k = CSM_AT(&t->known, struct map_known, at);

		if ((k->rows == rows || (k->rows && rows && strcmp(k->rows, rows) == 0)) &&
		    strcmp(k->path, path) == 0) {
			t->hint = at + 1;
			return true;
		}
	}
	return false;
}

static void remember(struct map_tally *t, const char *rows, const char *path)
{
	if (t->known.n < MAX_KNOWN)
		*(struct map_known *)csm_vec_add(&t->known) =
			(struct map_known){ csm_strdup(t->arena, path), rows };
}

static int check_keys(const struct map_row *w, const struct csm_node *n, const char *base, struct csm_err *err);

/* A list of a column of which elements are used. They are of one kind, but may have other keys each. */
static int check_elements(const struct map_row *w, const struct csm_node *list, const char *path,
			  struct csm_err *err)
{
	const char *base = csm_sprintf(w->arena, "%s[].", path);
	int rc = CSM_OK;

	for (const struct csm_node *e = list->first; !rc && e; e = e->next)
		if (e->type == CSM_N_MAP)
			rc = check_keys(w, e, base, err);
	return rc;
}

static int check_key(const struct map_row *w, const struct csm_node *c, const char *path, struct csm_err *err)
{
	enum use use = find_use(w->map, w->rows, path);
	/* a text may be taken apart like a list */
	enum use inner = c->type == CSM_N_MAP ? UNUSED
					      : find_use(w->map, w->rows, csm_sprintf(w->arena, "%s[]", path));
	int rc = CSM_OK;

	if (c->type == CSM_N_SEQ && inner != UNUSED)
		return check_elements(w, c, path, err);
	if (use == WITHIN && c->type == CSM_N_MAP)
		return check_keys(w, c, csm_sprintf(w->arena, "%s.", path), err);
	if (use == WITHIN && c->type == CSM_N_SCALAR && c->scalar == CSM_SC_NULL)
		return CSM_OK;
	if (use != USED)
		rc = leave_out(w->arena, w->map, w->rows, path, err);
	/* in another row it may be what the mapping expects */
	if (!rc && use != WITHIN)
		remember(w->map->tally, w->rows, path);
	return rc;
}

static int check_keys(const struct map_row *w, const struct csm_node *n, const char *base, struct csm_err *err)
{
	int rc = CSM_OK;

	for (const struct csm_node *c = n->first; !rc && c; c = c->next) {
		const char *path = *base ? csm_sprintf(w->arena, "%s%s", base, c->key) : c->key;

		if (!csm_node_is_talk(c->key) && !is_known(w->map->tally, w->rows, path))
			rc = check_key(w, c, path, err);
	}
	return rc;
}

int map_check_row(const struct map_row *w, struct csm_err *err)
{
	if (check_keys(w, w->node, "", err))
		return csm_err_at(err, w->file, w->node->line, w->node->col);
	return CSM_OK;
}

/* ---- tables ---- */

/* The column of a table that a use needs: of words[] the whole text. Only texts are in it, so not words[].key. */
static const char *table_column(struct csm_arena *a, const struct map_use *u)
{
	const char *list = strstr(u->path, "[]");

	return list && !list[2] ? csm_strndup(a, u->path, (size_t)(list - u->path)) : u->path;
}

/* Whether an earlier use has named the same column, which is told of once. */
static bool named_before(struct csm_arena *a, const struct csm_map *map, size_t use, const char *name)
{
	for (size_t i = 0; i < use; i++)
		if (strcmp(table_column(a, CSM_AT(&map->uses, struct map_use, i)), name) == 0)
			return true;
	return false;
}

/* The columns that the mapping names have to be there. */
static int check_uses(struct csm_import *im, const char *const *columns, const char *file, struct csm_err *err)
{
	const struct csm_map *map = im->opts.map;
	int rc = CSM_OK;

	for (size_t i = 0; i < map->uses.n && !im->stopped; i++) {
		struct map_use *u = CSM_AT(&map->uses, struct map_use, i);
		const char *name = table_column(im->scratch, u), *near;
		bool there = false;

		for (unsigned k = 0; !there && columns[k]; k++)
			there = strcmp(columns[k], name) == 0;
		u->seen = u->seen || there;
		if (there || is_listed(im->scratch, map->optional, NULL, name) ||
		    named_before(im->scratch, map, i, name))
			continue;
		near = csm_nearest(name, columns);
		csm_fail(err, CSM_E_INVALID, "%s has no column '%.*s'%s%s%s%s", file, CSM_Q(name),
			 u->when ? " (when)" : "", near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		csm_err_at(err, map->file, u->line, 0);
		rc = xfer_unfit(im, err);
	}
	return rc;
}

/* Those that are there are used, ignored, or noted as left out. */
static int check_given(struct csm_import *im, struct csm_reader *r, const char *const *columns, const char *file,
		       struct csm_err *err)
{
	const struct csm_map *map = im->opts.map;
	int rc = CSM_OK;

	for (unsigned i = 0; columns[i] && !im->stopped; i++) {
		bool used = csm_node_is_talk(columns[i]);
		int64_t line, col;

		for (size_t k = 0; !used && k < map->uses.n; k++)
			used = strcmp(table_column(im->scratch, CSM_AT(&map->uses, struct map_use, k)),
				      columns[i]) == 0;
		if (used || !leave_out(im->scratch, map, NULL, columns[i], err))
			continue;
		csm_reader_column_at(r, i, &line, &col);
		csm_err_at(err, file, line, col);
		rc = xfer_unfit(im, err);
	}
	return rc;
}

int xfer_map_columns(struct csm_import *im, struct csm_reader *r, const char *file, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(im->scratch);
	unsigned n;
	const char *const *given = csm_reader_columns(r, &n);
	const char **columns;
	int uses, rc;

	if (im->opts.map->documents_only)
		return xfer_map_no_place(im, file, err);
	if (!n)
		return CSM_OK;
	columns = csm_calloc(im->scratch, (size_t)n + 1, sizeof(*columns));
	for (unsigned i = 0; i < n; i++)
		columns[i] = csm_strdup(im->scratch, given[i]);
	uses = check_uses(im, columns, file, err);
	rc = check_given(im, r, columns, file, err);
	csm_arena_rewind(im->scratch, mark);
	return uses ? uses : rc;
}

int xfer_map_no_place(struct csm_import *im, const char *file, struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "%s: the mapping takes rows from several places of one document (rows)", file);
	csm_err_at(err, im->opts.map->file, 0, 0);
	return xfer_unfit(im, err);
}

/* ---- documents ---- */

struct walk {
	struct csm_import *im;
	struct csm_reader *r;
	const char *file;
	int (*take)(void *arg, struct csm_node *row, const char *rows, int rc, struct csm_err *err);
	void *arg;
	bool found;			/* one of the places was there */
};

/* The place as the mapping has it when rows stand there; *within: they stand deeper. */
static const char *find_place(const struct csm_map *map, const char *path, bool *within)
{
	size_t n = strlen(path);

	*within = false;
	for (size_t i = 0; i < map->rows.n; i++) {
		const char *rows = *CSM_AT(&map->rows, const char *, i);

		if (strcmp(rows, path) == 0)
			return rows;
		*within = *within || (strncmp(rows, path, n) == 0 && rows[n] == '.');
	}
	return NULL;
}

/* Whether what is wrong is inside one value or key, behind which it goes on: of what nobody takes that is nobody's business. */
static bool is_value(const struct walk *k, int rc, struct csm_err *err)
{
	bool value = rc == CSM_E_INVALID && csm_reader_pass(k->r);

	if (value)
		csm_err_clear(err);
	return value;
}

static int pass_over(struct walk *k, const struct csm_event *first, struct csm_err *err)
{
	struct csm_event ev = *first;
	unsigned depth = 0;
	int rc = CSM_OK;

	for (;;) {
		if (ev.type == CSM_EV_MAP || ev.type == CSM_EV_SEQ)
			depth++;
		else if (ev.type == CSM_EV_MAP_END || ev.type == CSM_EV_SEQ_END)
			depth--;
		if (!depth)
			return CSM_OK;
		rc = csm_reader_next(k->r, &ev, err);
		if (is_value(k, rc, err))
			ev.type = CSM_EV_SCALAR;
		else if (rc)
			return rc;
	}
}

/* The same of a value that was not begun. */
static int pass_value(struct walk *k, struct csm_err *err)
{
	struct csm_event ev;
	int rc = csm_reader_next(k->r, &ev, err);

	if (is_value(k, rc, err))
		return CSM_OK;
	return rc ? rc : pass_over(k, &ev, err);
}

static int take_row(struct walk *k, const struct csm_event *ev, const char *rows, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(k->im->scratch);
	struct csm_node *node;
	int rc = csm_reader_node(k->r, ev, k->im->scratch, &node, err);

	if (!rc || (rc == CSM_E_INVALID && csm_reader_ready(k->r)))
		rc = k->take(k->arg, node, rows, rc, err);
	csm_arena_rewind(k->im->scratch, mark);
	return rc;
}

static int take_rows(struct walk *k, struct csm_event *ev, const char *rows, struct csm_err *err)
{
	if (ev->type == CSM_EV_SCALAR && ev->scalar == CSM_SC_NULL)
		return CSM_OK;
	if (ev->type == CSM_EV_MAP)
		return take_row(k, ev, rows, err);
	if (ev->type != CSM_EV_SEQ) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a list of rows", rows);
		return csm_err_at(err, k->file, ev->line, ev->col);
	}
	for (;;) {
		int rc = csm_reader_next(k->r, ev, err);

		if (rc || ev->type == CSM_EV_SEQ_END)
			return rc;
		rc = take_row(k, ev, rows, err);
		if (rc)
			return rc;
	}
}

/* A map of the document whose beginning was read. */
static int walk_map(struct walk *k, const char *base, struct csm_err *err)
{
	for (;;) {
		struct csm_event ev;
		const char *path, *rows;
		bool within;
		int rc = csm_reader_next(k->r, &ev, err);

		if (is_value(k, rc, err)) {	/* a key that is no text is that of no rows */
			rc = pass_value(k, err);
			if (rc)
				return rc;
			continue;
		}
		if (rc || ev.type == CSM_EV_MAP_END)
			return rc;
		path = csm_sprintf(k->im->scratch, "%s%.*s", base, (int)ev.n, ev.text);
		rows = find_place(k->im->opts.map, path, &within);
		rc = csm_reader_next(k->r, &ev, err);
		if (!rows && is_value(k, rc, err))
			ev.type = CSM_EV_SCALAR;
		else if (rc)
			return rc;
		k->found = k->found || rows;
		if (rows)
			rc = take_rows(k, &ev, rows, err);
		else if (within && ev.type == CSM_EV_MAP)
			rc = walk_map(k, csm_sprintf(k->im->scratch, "%s.", path), err);
		else if (leave_out(k->im->scratch, k->im->opts.map, NULL, path, err))
			rc = csm_err_at(err, k->file, ev.line, ev.col);
		else
			rc = pass_over(k, &ev, err);
		if (rc)
			return rc;
	}
}

bool xfer_map_has_places(const struct csm_map *map)
{
	return map->rows.n > 0;
}

int xfer_map_document(struct csm_import *im, struct csm_reader *r, const char *file,
		      int (*take)(void *arg, struct csm_node *row, const char *rows, int rc, struct csm_err *err),
		      void *arg, struct csm_err *err)
{
	struct walk k = { im, r, file, take, arg, false };
	const struct csm_map *map = im->opts.map;
	int rc = walk_map(&k, "", err);

	if (rc || k.found)
		return rc;
	csm_fail(err, CSM_E_INVALID, "the document has no key '%.*s', where the mapping expects rows",
		 CSM_Q(*CSM_AT(&map->rows, const char *, 0)));
	return csm_err_at(err, file, 1, 1);
}

/* ---- what was left behind ---- */

void csm_map_report(const struct csm_map *map, struct csm_arena *a, struct csm_map_report *out)
{
	const struct map_tally *t = map->tally;
	struct csm_vec missing = CSM_VEC(a, const char *);

	for (size_t i = 0; t->rows && i < map->uses.n; i++) {
		const struct map_use *u = CSM_AT(&map->uses, struct map_use, i);
		const char *whole =
			u->rows && map->documents_only ? csm_sprintf(a, "%s.%s", u->rows, u->path) : u->path;
		bool again = false;

		for (size_t k = 0; !again && k < missing.n; k++)
			again = strcmp(*CSM_AT(&missing, const char *, k), whole) == 0;
		if (!u->seen && !again && !is_listed(a, map->optional, u->rows, u->path))
			*(const char **)csm_vec_add(&missing) = whole;
	}
	*out = (struct csm_map_report){
		.left_out = t->left_out.n ? CSM_AT(&t->left_out, const char *, 0) : NULL,
		.nleft_out = (unsigned)t->left_out.n,
		.missing = missing.n ? CSM_AT(&missing, const char *, 0) : NULL,
		.nmissing = (unsigned)missing.n,
		.rows = t->rows,
		.passed_over = t->passed_over,
	};
}
