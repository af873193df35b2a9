/* SPDX-License-Identifier: MIT */
/*
 * map_apply.c - one foreign row becomes the records that the mapping says, as if a document had stated
 * them.
 */
#include <csm/time.h>
#include <csm/utf8.h>

#include "map_priv.h"

struct row {
	struct csm_import *im;
	const struct csm_map *map;
	const struct csm_node *node;
	const char *file;
};

/* A column's node; a dotted name looks into nested maps of JSON and YAML rows. */
static const struct csm_node *find_in(struct csm_arena *a, const struct csm_node *map, const char *name)
{
	const struct csm_node *n = csm_node_get(map, name);

	for (const char *dot = strchr(name, '.'); !n && dot; dot = strchr(dot + 1, '.')) {
		n = csm_node_get(map, csm_strndup(a, name, (size_t)(dot - name)));
		n = n && n->type == CSM_N_MAP ? find_in(a, n, dot + 1) : NULL;
	}
	return n;
}

static const struct csm_node *find_column(struct row *w, const char *name)
{
	return find_in(w->im->arena, w->node, name);
}

static const char *trim(struct csm_arena *a, const char *s)
{
	size_t n;

	while (*s == ' ' || *s == '\t')
		s++;
	n = strlen(s);
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\n'))
		n--;
	return csm_strndup(a, s, n);
}

/*
 * The text of a column without the blanks around it; NULL when it is empty or one of the words that mean
 * null.
 */
static const char *column_text(struct row *w, const char *name)
{
	const struct csm_node *n = find_column(w, name);
	const char *s;

	if (!n || n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL)
		return NULL;
	s = trim(w->im->arena, n->text);
	for (const struct csm_node *c = w->map->nulls ? w->map->nulls->first : NULL; c; c = c->next)
		if (c->text && strcmp(c->text, s) == 0)
			return NULL;
	return *s ? s : NULL;
}

static const char *take_part(struct csm_arena *a, const char *s, const char *at, int part)
{
	size_t n = strlen(at);
	const char *hit;

	if (part < 0) {
		for (hit = strstr(s, at); hit && strstr(hit + n, at); hit = strstr(hit + n, at))
			;
		return hit ? hit + n : s;
	}
	if (part == 0) {
		hit = strstr(s, at);
		return hit ? hit + n : NULL;
	}
	for (int i = 1; i < part; i++) {
		hit = strstr(s, at);
		if (!hit)
			return NULL;
		s = hit + n;
	}
	hit = strstr(s, at);
	return hit ? csm_strndup(a, s, (size_t)(hit - s)) : s;
}

static int choose(struct row *w, const struct map_value *v, const char **s, struct csm_err *err)
{
	const struct csm_node *n = csm_node_get(v->choice, *s);

	(void)w;
	if (!n && !v->def)
		return csm_fail(err, CSM_E_INVALID,
				"'%s' is not in the choice table of the mapping (line %lld)", *s,
				(long long)v->line);
	*s = n && n->scalar != CSM_SC_NULL ? n->text : NULL;
	return CSM_OK;
}

static int convert_time(struct row *w, const struct map_value *v, const char **s, struct csm_err *err)
{
	char buf[CSM_TIME_SIZE];
	int64_t wall, t;
	int32_t offset;
	bool given;
	int rc = csm_time_parse_pattern(*s, v->pattern, &wall, &given, &offset, err);

	if (rc)
		return rc;
	if (v->date_only) {
		*s = csm_strdup(
			w->im->arena,
			csm_date_format((wall - ((wall % CSM_DAY) + CSM_DAY) % CSM_DAY) / CSM_DAY, buf));
		return CSM_OK;
	}
	t = given ? wall - offset : csm_zone_from_wall(v->zone, wall);
	*s = csm_strdup(w->im->arena, csm_time_format(t, buf));
	return CSM_OK;
}

static const char *cut_text(struct csm_arena *a, const char *s, unsigned max)
{
	const char *p = s;

	for (unsigned n = 0; *p && n < max; n++)
		for (p++; ((unsigned char)*p & 0xc0) == 0x80; p++)
			;
	return *p ? csm_strndup(a, s, (size_t)(p - s)) : s;
}

/* The value's text, or NULL when there is none. */
static int make_text(struct row *w, const struct map_value *v, const char **out, struct csm_err *err)
{
	struct csm_arena *a = w->im->arena;
	struct csm_buf b = CSM_BUF(a);
	const char *s = v->constant;
	int rc = CSM_OK;

	for (unsigned i = 0; i < v->ncolumns; i++) {
		const char *part = column_text(w, v->column[i]);

		if (part)
			csm_buf_addf(&b, "%s%s", b.n ? v->join : "", part);
	}
	if (b.n)
		s = b.s;
	if (s && v->split_at)
		s = take_part(a, s, v->split_at, v->split_part);
	if (s)
		s = trim(a, s);
	if (s && *s && v->choice)
		rc = choose(w, v, &s, err);
	if (!rc && s && v->lower)
		s = csm_utf8_fold(a, s);
	if (!rc && s && *s && v->pattern && !v->constant)
		rc = convert_time(w, v, &s, err);
	if (rc)
		return rc;
	if (s && *s && (v->prefix || v->suffix))
		s = csm_sprintf(a, "%s%s%s", v->prefix ? v->prefix : "", s, v->suffix ? v->suffix : "");
	if (s && v->cut)
		s = cut_text(a, s, v->cut);
	*out = s && *s ? s : v->def && *v->def ? v->def : NULL;
	return CSM_OK;
}

static bool applies(struct row *w, const struct map_set *set)
{
	for (unsigned i = 0; i < set->nwhen; i++)
		if (!column_text(w, set->when[i]))
			return false;
	return true;
}

static int make_map(struct row *w, const struct map_set *set, struct csm_node **out, struct csm_err *err);

static int make_list(struct row *w, const struct map_value *v, struct csm_node *n, struct csm_err *err)
{
	struct csm_node **end = &n->first;

	n->type = CSM_N_SEQ;
	for (unsigned i = 0; i < v->nlist; i++) {
		struct csm_node *c = NULL;
		int rc = applies(w, v->list[i]) ? make_map(w, v->list[i], &c, err) : CSM_OK;

		if (rc)
			return rc;
		if (!c)
			continue;
		*end = c;
		end = &c->next;
	}
	return CSM_OK;
}

/*
 * A map of the fields that have a value; *out NULL when none has: beside empty columns constants make no
 * record, by themselves they do.
 */
static int make_map(struct row *w, const struct map_set *set, struct csm_node **out, struct csm_err *err)
{
	struct csm_node *map = csm_alloc(w->im->arena, sizeof(*map)), **end = &map->first;
	bool any = set->fixed;

	map->type = CSM_N_MAP;
	map->line = w->node->line;
	map->col = w->node->col;
	for (const struct map_entry *e = set->first; e; e = e->next) {
		struct csm_node *n = csm_alloc(w->im->arena, sizeof(*n));
		int rc;

		n->key = e->name;
		n->line = w->node->line;
		n->scalar = CSM_SC_QUOTED;
		if (e->value.nlist) {
			rc = make_list(w, &e->value, n, err);
		} else if (e->value.ref) {
			struct csm_node *ref = NULL;

			rc = applies(w, e->value.ref) ? make_map(w, e->value.ref, &ref, err) : CSM_OK;
			if (!rc && !ref)
				continue;
			if (!rc) {
				*n = *ref;
				n->key = e->name;
				n->next = NULL;
			}
		} else {
			rc = make_text(w, &e->value, &n->text, err);
			if (!rc && !n->text)
				continue;
			any = any || !e->value.constant;
		}
		if (rc) {
			csm_err_on(err, set->type->name, NULL, e->name);
			return csm_err_at(err, w->file, w->node->line, w->node->col);
		}
		any = any || e->value.ref || (e->value.nlist && n->first);
		*end = n;
		end = &n->next;
	}
	*out = any ? map : NULL;
	return CSM_OK;
}

/* Columns are known with the first row of a CSV: a mapping that names another is wrong, not a row. */
static int check_columns(struct row *w, const struct map_set *set, struct csm_err *err)
{
	for (const struct map_entry *e = set->first; e; e = e->next) {
		for (unsigned i = 0; i < e->value.ncolumns; i++)
			if (!find_column(w, e->value.column[i])) {
				csm_fail(err, CSM_E_CONFIG, "%s has no column '%s'", w->file,
					 e->value.column[i]);
				return csm_err_at(err, w->map->file, e->value.line, 0);
			}
		if (e->value.ref && check_columns(w, e->value.ref, err))
			return err->code;
		for (unsigned i = 0; i < e->value.nlist; i++)
			if (check_columns(w, e->value.list[i], err))
				return err->code;
	}
	for (unsigned i = 0; i < set->nwhen; i++)
		if (!find_column(w, set->when[i])) {
			csm_fail(err, CSM_E_CONFIG, "%s has no column '%s' (when)", w->file,
				 set->when[i]);
			return csm_err_at(err, w->map->file, 0, 0);
		}
	return CSM_OK;
}

/* Whether the load has a record with one of the keys that this one states. */
static bool is_repeated(struct row *w, const struct csm_rtype *t, const struct csm_node *map)
{
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];
		const struct csm_node *n = f->flags & CSM_F_KEY ? csm_node_get(map, f->name) : NULL;
		struct csm_value v;
		struct csm_err ignored = { 0 };

		if (n && n->text &&
		    csm_field_parse(w->im->arena, t, f, n->text, 0, &v, &ignored) == CSM_OK &&
		    v.tag != CSM_NULL &&
		    xfer_index_find(&w->im->index, t, (int)i, csm_field_format(w->im->arena, f, &v),
				    NULL))
			return true;
	}
	return false;
}

/* Whether each row has each column, empty or not. */
static bool is_table(const struct csm_import *im, const char *file)
{
	enum csm_format f = im->opts.format == CSM_FMT_NONE ? csm_format_of_file(file) : im->opts.format;

	return f == CSM_FMT_CSV || f == CSM_FMT_TSV;
}

int xfer_map_row(struct csm_import *im, const struct csm_node *node, const char *file,
		 struct csm_err *err)
{
	struct row w = { im, im->opts.map, node, file };
	int rc;

	if (*w.map->checked != file && is_table(im, file)) {
		for (const struct map_set *set = w.map->records; set; set = set->next)
			if (check_columns(&w, set, err))
				return err->code;
		*w.map->checked = file;
	}
	for (const struct map_set *set = w.map->records; set; set = set->next) {
		struct csm_node *map = NULL;

		if (!applies(&w, set))
			continue;
		rc = make_map(&w, set, &map, err);
		if (!rc && !map)
			continue;
		if (rc) {
			struct csm_import_count *c = xfer_count(im, set->type);

			c->read++;
			c->rejected++;
			rc = xfer_reject(im, im->row, err);
		} else if (!set->repeat_first || !is_repeated(&w, set->type, map)) {
			rc = xfer_add_record(im, set->type, map, file, err);
		}
		if (rc)
			return rc;
	}
	return CSM_OK;
}
