/* SPDX-License-Identifier: MIT */
/*
 * map_table.c - tables of words: where they are used, under a name of the mapping, or in a file beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <csm/utf8.h>

#include "map_priv.h"

static int compare_words(const void *a, const void *b)
{
	const struct map_word *x = a, *y = b;
	int order = strcmp(x->word, y->word);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sort, and refuse a word that stands twice. */
static int close_table(struct map_table *t, struct csm_vec *words, struct csm_err *err)
{
	t->n = words->n;
	t->word = t->n ? CSM_AT(words, struct map_word, 0) : NULL;
	if (t->n)
		qsort(t->word, t->n, sizeof(*t->word), compare_words);
	for (size_t i = 1; i < t->n; i++)
		if (strcmp(t->word[i - 1].word, t->word[i].word) == 0) {
			csm_fail(err, CSM_E_INVALID, "'%.*s' stands in the table twice",
				 CSM_Q(t->word[i].word));
			return csm_err_at(err, t->file, t->word[i].line, t->word[i].col);
		}
	return CSM_OK;
}

const struct map_word *map_table_find(const struct map_table *t, const char *word)
{
	size_t from = 0, to = t->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		int order = strcmp(word, t->word[mid].word);

		if (order == 0)
			return &t->word[mid];
		if (order < 0)
			to = mid;
		else
			from = mid + 1;
	}
	return NULL;
}

int map_table_inline(struct map_maker *m, const struct csm_node *n, struct map_table *t,
		     struct csm_err *err)
{
	struct csm_vec words = CSM_VEC(m->arena, struct map_word);

	t->file = m->file;
	if (n->type != CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a map of words", n->key);
		return map_bad(m, n, err);
	}
	for (const struct csm_node *c = n->first; c; c = c->next) {
		if (c->type != CSM_N_SCALAR) {
			csm_fail(err, CSM_E_INVALID, "%s: expected a word or null for '%.*s'", n->key,
				 CSM_Q(c->key));
			return map_bad(m, c, err);
		}
		*(struct map_word *)csm_vec_add(&words) = (struct map_word){
			c->key, c->scalar == CSM_SC_NULL || !*c->text ? NULL : c->text, c->line, c->col
		};
	}
	return close_table(t, &words, err);
}

/* ---- from a file ---- */

static const struct csm_node *need_column(struct map_table *t, const struct csm_node *row, const char *name,
					  struct csm_err *err)
{
	const struct csm_node *n = row->type == CSM_N_MAP ? csm_node_get(row, name) : NULL;

	if (n && n->type == CSM_N_SCALAR)
		return n;
	csm_fail(err, CSM_E_INVALID, "the table has no column '%.*s'", CSM_Q(name));
	csm_err_at(err, t->file, row->line, row->col);
	return NULL;
}

static int add_row(struct map_table *t, const struct csm_node *row, const char *key, const char *value,
		   struct csm_vec *words, struct csm_err *err)
{
	const struct csm_node *k = need_column(t, row, key, err);
	const struct csm_node *v = k ? need_column(t, row, value, err) : NULL;

	if (!v)
		return (int)err->code;
	if (k->scalar == CSM_SC_NULL || !*k->text)
		return CSM_OK;
	*(struct map_word *)csm_vec_add(words) = (struct map_word){
		k->text, v->scalar == CSM_SC_NULL || !*v->text ? NULL : v->text, row->line, row->col
	};
	return CSM_OK;
}

/* Rows of a CSV, lines of NDJSON, or a list of maps. */
static int read_rows(struct map_maker *m, struct csm_reader *r, struct map_table *t, const char *key,
		     const char *value, struct csm_err *err)
{
	struct csm_vec words = CSM_VEC(m->arena, struct map_word);
	int rc = CSM_OK;

	while (!rc) {
		struct csm_event ev;
		struct csm_node *row;

		rc = csm_reader_next(r, &ev, err);
		if (rc || ev.type == CSM_EV_END)
			break;
		if (ev.type == CSM_EV_SEQ || ev.type == CSM_EV_SEQ_END)
			continue;
		rc = csm_reader_node(r, &ev, m->arena, &row, err);
		if (!rc)
			rc = add_row(t, row, key, value, &words, err);
	}
	return rc ? csm_err_at(err, err->file[0] ? NULL : t->file, err->line, err->col)
		  : close_table(t, &words, err);
}

/* A relative path is seen from the folder of the mapping. */
static const char *beside(struct map_maker *m, const char *path)
{
	const char *slash = strrchr(m->file, '/');

	if (*path == '/' || !slash)
		return path;
	return csm_sprintf(m->arena, "%.*s/%s", (int)(slash - m->file), m->file, path);
}

static int read_file(struct map_maker *m, const struct csm_node *n, struct map_table *t, const char *path,
		     const char *key, const char *value, struct csm_err *err)
{
	struct csm_reader *r = NULL;
	enum csm_format format = csm_format_of_file(path);
	int fd, rc;

	t->file = beside(m, path);
	if (format == CSM_FMT_NONE) {
		csm_fail(err, CSM_E_INVALID,
			 "file: expected a name that ends in .csv, .tsv, .json, .ndjson or .yaml");
		return map_bad(m, n, err);
	}
	fd = open(t->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		csm_fail(err, errno == ENOENT || errno == ENOTDIR ? CSM_E_NOINPUT : CSM_E_IO, "%s: %s",
			 t->file, strerror(errno));
		return map_bad(m, n, err);
	}
	rc = csm_reader_open(&r, m->arena, format, csm_source_fd(&fd, t->file), NULL, err);
	if (!rc)
		rc = read_rows(m, r, t, key, value, err);
	csm_reader_close(r);
	close(fd);
	return rc;
}

static int take_table(struct map_maker *m, const struct csm_node *n, struct csm_err *err)
{
	struct map_table *t = csm_alloc(m->arena, sizeof(*t)), **end = &m->map->tables;
	const struct csm_node *parts[3] = { NULL };
	static const char *const names[3] = { "file", "key", "value" };
	bool file = n->type == CSM_N_MAP;

	t->name = n->key;
	while (*end)
		end = &(*end)->next;
	*end = t;
	for (unsigned i = 0; i < 3; i++) {
		parts[i] = file ? csm_node_get(n, names[i]) : NULL;
		file = parts[i] && parts[i]->type == CSM_N_SCALAR && parts[i]->scalar != CSM_SC_NULL;
	}
	if (!file || n->first->next->next->next)
		return map_table_inline(m, n, t, err);
	return read_file(m, parts[0], t, parts[0]->text, parts[1]->text, parts[2]->text, err);
}

int map_take_tables(struct map_maker *m, const struct csm_node *n, struct csm_err *err)
{
	int rc = CSM_OK;

	if (n->type != CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID,
			 "tables: expected NAME: {word: value} or NAME: {file: FILE, key: COLUMN, value: COLUMN}");
		return map_bad(m, n, err);
	}
	for (const struct csm_node *c = n->first; !rc && c; c = c->next)
		rc = take_table(m, c, err);
	return rc;
}
