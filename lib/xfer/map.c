/* SPDX-License-Identifier: MIT */
/* map.c - reads a mapping file and checks it against the dictionary, before any row. */
#include <csm/time.h>
#include <csm/utf8.h>

#include "map_priv.h"

int map_bad(struct map_maker *m, const struct csm_node *n, struct csm_err *err)
{
	return csm_err_at(err, m->file, n->line, n->col);
}

int map_want_text(struct map_maker *m, const struct csm_node *n, const char **out, struct csm_err *err)
{
	if (n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a text%s", n->key,
			 n->type == CSM_N_SCALAR ? " (in quotes, where YAML has a meaning of its own for it)" : "");
		return map_bad(m, n, err);
	}
	*out = n->text;
	return CSM_OK;
}

int map_want_words(struct map_maker *m, const struct csm_node *n, const char **out, unsigned *count,
		   struct csm_err *err)
{
	const struct csm_node *c = n->type == CSM_N_SEQ ? n->first : n;

	for (*count = 0; c; c = n->type == CSM_N_SEQ ? c->next : NULL) {
		if (*count == MAP_COLUMNS) {
			csm_fail(err, CSM_E_INVALID, "%s: at most %d of them", n->key, MAP_COLUMNS);
			return map_bad(m, n, err);
		}
		if (c->type != CSM_N_SCALAR || c->scalar == CSM_SC_NULL) {
			csm_fail(err, CSM_E_INVALID, "%s: expected a text or a list of texts", n->key);
			return map_bad(m, c, err);
		}
		out[(*count)++] = c->text;
	}
	return CSM_OK;
}

int map_want_zone(struct map_maker *m, const struct csm_node *n, const struct csm_zone **out,
		  struct csm_err *err)
{
	const char *name = NULL;
	int rc = map_want_text(m, n, &name, err);

	if (!rc)
		rc = csm_zone_load(m->arena, csm_store_env(m->store)->tzdir, name, out, err);
	return rc ? map_bad(m, n, err) : CSM_OK;
}

/* "/NAME" is a column of the row, "." the element, anything else a key of the element. */
const char *map_use_column(struct map_maker *m, const char *column, int64_t line)
{
	struct map_use *u = csm_vec_add(&m->map->uses);
	size_t n = strlen(m->base);

	if (*column == '/')
		u->path = column + 1;
	else if (n && strcmp(column, ".") == 0)
		u->path = csm_strndup(m->arena, m->base, n - 1);
	else
		u->path = csm_sprintf(m->arena, "%s%s", m->base, column);
	u->rows = m->rows;
	u->line = line;
	u->when = m->in_condition;
	return u->path;
}

/* ---- conditions ---- */

static int add_cond(struct map_maker *m, const struct csm_node *n, const char *column,
		    const struct csm_node *words, bool unless, struct map_conds *out, struct csm_err *err)
{
	struct map_cond *c = &out->c[out->n];

	if (out->n == MAP_COLUMNS) {
		csm_fail(err, CSM_E_INVALID, "at most %d conditions", MAP_COLUMNS);
		return map_bad(m, n, err);
	}
	if (words && words->type == CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a word or a list of words", words->key);
		return map_bad(m, words, err);
	}
	for (const struct csm_node *w = words && words->type == CSM_N_SEQ ? words->first : NULL; w;
	     w = w->next)
		if (w->type != CSM_N_SCALAR) {
			csm_fail(err, CSM_E_INVALID, "%s: expected a word or a list of words",
				 words->key);
			return map_bad(m, w, err);
		}
	*c = (struct map_cond){ column, words, unless, n->line };
	out->n++;
	m->in_condition = true;
	map_use_column(m, column, n->line);
	m->in_condition = false;
	return CSM_OK;
}

int map_take_conds(struct map_maker *m, const struct csm_node *n, struct map_conds *out,
		   struct csm_err *err)
{
	bool unless = strcmp(n->key, "unless") == 0;
	const char *columns[MAP_COLUMNS];
	unsigned count;
	int rc = CSM_OK;

	if (n->type == CSM_N_MAP) {
		for (const struct csm_node *c = n->first; !rc && c; c = c->next)
			rc = add_cond(m, c, c->key, c, unless, out, err);
		return rc;
	}
	rc = map_want_words(m, n, columns, &count, err);
	for (unsigned i = 0; !rc && i < count; i++)
		rc = add_cond(m, n, columns[i], NULL, unless, out, err);
	return rc;
}

/* ---- records ---- */

/* each: COLUMN, or {column: COLUMN, at: TEXT} for the parts of a text. */
static int take_each(struct map_maker *m, const struct csm_node *n, struct map_set *set,
		     struct csm_err *err)
{
	const struct csm_node *column = n->type == CSM_N_MAP ? csm_node_get(n, "column") : n;
	const struct csm_node *at = n->type == CSM_N_MAP ? csm_node_get(n, "at") : NULL;
	unsigned keys = 0;
	int rc;

	for (const struct csm_node *c = n->type == CSM_N_MAP ? n->first : NULL; c; c = c->next)
		keys++;
	if (!column || column->type != CSM_N_SCALAR || !column->text || keys > (at ? 2 : 1) ||
	    *m->base) {
		csm_fail(err, CSM_E_INVALID, *m->base ? "each: an element can't be taken apart again"
						      : "each: expected a column, or {column: COLUMN, at: TEXT}");
		return map_bad(m, n, err);
	}
	set->each = column->text;
	rc = at ? map_want_text(m, at, &set->each_at, err) : CSM_OK;
	if (!rc && at && !*set->each_at) {
		csm_fail(err, CSM_E_INVALID, "at: expected the text between the parts");
		rc = map_bad(m, at, err);
	}
	map_use_column(m, set->each, n->line);
	m->base = csm_sprintf(m->arena, "%s[].", set->each);
	return rc;
}

/* The field that a key such as account.name ends at; NULL when a part of it is none. */
static const struct csm_field *field_at(const struct csm_dict *d, const struct csm_rtype *t, const char *key,
					struct csm_arena *a)
{
	const char *dot = strchr(key, '.');
	const struct csm_field *f =
		csm_field_named(t, dot ? csm_strndup(a, key, (size_t)(dot - key)) : key);

	if (!dot || !f)
		return f;
	return f->kind == CSM_K_REF ? field_at(d, csm_dict_type(d, f->target), dot + 1, a) : NULL;
}

static int make_entry(struct map_maker *m, const struct csm_rtype *t, const struct csm_node *c,
		      struct map_entry *e, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(m->store);
	const struct csm_field *f = field_at(d, t, c->key, m->arena);
	int owner;

	e->name = c->key;
	if (f || xfer_nested_type(d, t, c->key, &owner))
		return map_make_value(m, t, f, c, &e->value, err);
	return xfer_unknown_key(m->arena, d, t, c, m->file, err);
}

int map_make_set(struct map_maker *m, const struct csm_rtype *t, const struct csm_node *n, bool element,
		 struct map_set *set, struct csm_err *err)
{
	struct map_entry **end = &set->first;
	const char *base = m->base;
	int rc = CSM_OK;

	set->type = t;
	set->fixed = true;
	if (n->type != CSM_N_MAP || !n->first) {
		csm_fail(err, CSM_E_INVALID, "%s%sexpected a map of fields of %s", n->key ? n->key : "", n->key ? ": " : "", t->name);
		return map_bad(m, n, err);
	}
	/* each comes first, wherever it stands: the columns of all the others are of its elements */
	for (const struct csm_node *c = n->first; !rc && element && c; c = c->next)
		if (strcmp(c->key, "each") == 0)
			rc = take_each(m, c, set, err);
	for (const struct csm_node *c = n->first; !rc && c; c = c->next) {
		struct map_entry *e;

		if (element && strcmp(c->key, "each") == 0)
			continue;
		if (csm_field_index(t, c->key) < 0 &&
		    (strcmp(c->key, "when") == 0 || strcmp(c->key, "unless") == 0)) {
			rc = map_take_conds(m, c, &set->conds, err);
			continue;
		}
		e = csm_alloc(m->arena, sizeof(*e));
		rc = make_entry(m, t, c, e, err);
		set->fixed = set->fixed && e->value.constant;
		*end = e;
		end = &e->next;
	}
	m->base = base;
	return rc;
}

static int take_repeat(struct map_maker *m, const struct csm_node *n, struct map_set *set,
		       struct csm_err *err)
{
	const char *word = "";
	int rc = map_want_text(m, n, &word, err);

	set->repeat_first = !rc && strcmp(word, "first") == 0;
	if (rc || set->repeat_first || strcmp(word, "error") == 0)
		return rc;
	csm_fail(err, CSM_E_INVALID, "repeat: expected first or error, not '%s'", word);
	return map_bad(m, n, err);
}

/* What a record has beside type, rows, each and set. */
static int take_record_key(struct map_maker *m, const struct csm_node *c, struct map_set *set,
			   struct csm_err *err)
{
	if (strcmp(c->key, "when") == 0 || strcmp(c->key, "unless") == 0)
		return map_take_conds(m, c, &set->conds, err);
	return strcmp(c->key, "repeat") == 0 ? take_repeat(m, c, set, err) : CSM_OK;
}

/* The first of the same key needs a key; without one nothing would ever be the same. */
static int check_repeat(struct map_maker *m, const struct csm_node *n, const struct map_set *set,
			struct csm_err *err)
{
	const struct csm_rtype *t = set->type;
	struct csm_buf b = CSM_BUF(m->arena);

	for (unsigned i = 0; i < t->nfields; i++) {
		if (!(t->fields[i].flags & CSM_F_KEY))
			continue;
		for (const struct map_entry *e = set->first; e; e = e->next)
			if (strcmp(e->name, t->fields[i].name) == 0)
				return CSM_OK;
		csm_buf_addf(&b, "%s%s", b.n ? ", " : "", t->fields[i].name);
	}
	csm_fail(err, CSM_E_INVALID, "repeat: first needs a key of %s in set: %s", t->name, b.n ? b.s : "it has none");
	return map_bad(m, n, err);
}

static void add_rows(struct csm_map *map, const char *rows)
{
	for (size_t i = 0; i < map->rows.n; i++)
		if (strcmp(*CSM_AT(&map->rows, const char *, i), rows) == 0)
			return;
	*(const char **)csm_vec_add(&map->rows) = rows;
}

void map_number_set(struct map_maker *m, struct map_set *set)
{
	*(struct map_set **)csm_vec_add(&m->map->sets) = set;
	set->number = (unsigned)m->map->sets.n;
}

/* The type and the fields that a record has to have. */
static int need_parts(struct map_maker *m, const struct csm_node *n, const struct csm_rtype **type,
		      const struct csm_node **fields, struct csm_err *err)
{
	static const char *const keys[] = { "type", "rows", "each", "when", "unless", "repeat", "set", NULL };
	const struct csm_node *name;
	int rc;

	if (n->type != CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID, "expected a record: {type: TYPE, set: {FIELD: value}}");
		return map_bad(m, n, err);
	}
	rc = map_only(m, n, "key of a record", keys, err);
	if (rc)
		return rc;
	name = csm_node_get(n, "type");
	*fields = csm_node_get(n, "set");
	if (!name || !*fields) {
		csm_fail(err, CSM_E_INVALID, "%s is missing: a record is {type: TYPE, set: {FIELD: value}}", name ? "set" : "type");
		return map_bad(m, n, err);
	}
	return map_want_type(m, name, type, err);
}

static int make_record(struct map_maker *m, const struct csm_node *n, const char *top_rows,
		       struct map_set *set, struct csm_err *err)
{
	const struct csm_rtype *t = NULL;
	const struct csm_node *fields = NULL, *rows, *each;
	int rc = need_parts(m, n, &t, &fields, err);

	if (rc)
		return rc;
	rows = csm_node_get(n, "rows");
	each = csm_node_get(n, "each");
	set->line = n->line;
	set->col = n->col;
	set->rows = top_rows;
	if (rows)
		rc = map_want_text(m, rows, &set->rows, err);
	if (rc)
		return rc;
	if (set->rows)
		add_rows(m->map, set->rows);
	m->rows = set->rows;
	m->base = "";
	if (each)
		rc = take_each(m, each, set, err);
	for (const struct csm_node *c = n->first; !rc && c; c = c->next)
		rc = take_record_key(m, c, set, err);
	if (!rc)
		rc = map_make_set(m, t, fields, false, set, err);
	return rc || !set->repeat_first ? rc : check_repeat(m, n, set, err);
}

/* ---- the mapping ---- */

/* A list of words or patterns. */
static int take_list(struct map_maker *m, const struct csm_node *n, const struct csm_node **out,
		     struct csm_err *err)
{
	*out = n;
	if (n->type != CSM_N_SEQ) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a list of words", n->key);
		return map_bad(m, n, err);
	}
	for (const struct csm_node *c = n->first; c; c = c->next)
		if (c->type != CSM_N_SCALAR || c->scalar == CSM_SC_NULL) {
			csm_fail(err, CSM_E_INVALID,
				 "%s: expected words (in quotes, where YAML has a meaning of its own "
				 "for them)",
				 n->key);
			return map_bad(m, c, err);
		}
	return CSM_OK;
}

static int take_others(struct map_maker *m, const struct csm_node *n, struct csm_err *err)
{
	const char *word = "";
	int rc = map_want_text(m, n, &word, err);

	m->map->others_error = !rc && strcmp(word, "error") == 0;
	if (rc || m->map->others_error || strcmp(word, "note") == 0)
		return rc;
	csm_fail(err, CSM_E_INVALID, "others: expected note or error, not '%s'", word);
	return map_bad(m, n, err);
}

static int take_time(struct map_maker *m, const struct csm_node *n, struct csm_err *err)
{
	int rc = map_want_words(m, n, m->pattern, &m->npatterns, err);

	for (unsigned i = 0; !rc && i < m->npatterns; i++)
		if (csm_time_check_pattern(m->pattern[i], err))
			rc = map_bad(m, n, err);
	return rc;
}

/* What stands before the records; *rows: where rows stand unless a record says otherwise. */
static int take_top(struct map_maker *m, const struct csm_node *c, const char **rows,
		    struct csm_err *err)
{
	if (strcmp(c->key, "csm_map") == 0 || strcmp(c->key, "record") == 0)
		return CSM_OK;
	if (strcmp(c->key, "nulls") == 0)
		return take_list(m, c, &m->map->nulls, err);
	if (strcmp(c->key, "ignore") == 0)
		return take_list(m, c, &m->map->ignore, err);
	if (strcmp(c->key, "optional") == 0)
		return take_list(m, c, &m->map->optional, err);
	if (strcmp(c->key, "others") == 0)
		return take_others(m, c, err);
	if (strcmp(c->key, "empty") == 0)
		return map_take_empty(m, c, &m->clear, err);
	if (strcmp(c->key, "rows") == 0)
		return map_want_text(m, c, rows, err);
	if (strcmp(c->key, "tables") == 0)
		return map_take_tables(m, c, err);
	if (strcmp(c->key, "when") == 0 || strcmp(c->key, "unless") == 0)
		return map_take_conds(m, c, &m->map->conds, err);
	if (strcmp(c->key, "time") == 0)
		return take_time(m, c, err);
	if (strcmp(c->key, "time_zone") == 0)
		return map_want_zone(m, c, &m->zone, err);
	return CSM_OK;
}

/* It is a mapping, of a format that is known. */
static int check_top(struct map_maker *m, const struct csm_node *top, struct csm_err *err)
{
	static const char *const keys[] = { "csm_map", "rows",	 "nulls",  "empty",    "time",	 "time_zone", "tables",
					    "when",    "unless", "ignore", "optional", "others", "record",    NULL };
	const struct csm_node *version = csm_node_get(top, "csm_map");

	if (!version) {
		csm_fail(err, CSM_E_INVALID, "csm_map is missing: a mapping is a map with csm_map: 1 and a list record");
		return csm_err_at(err, m->file, 1, 1);
	}
	if (version->type != CSM_N_SCALAR || strcmp(version->text, "1") != 0) {
		csm_fail(err, CSM_E_INVALID, "csm_map: mapping format '%.*s' is not known, this program reads format 1",
			 CSM_Q(version->type == CSM_N_SCALAR ? version->text : ""));
		return map_bad(m, version, err);
	}
	return map_only(m, top, "key of a mapping", keys, err);
}

static int need_records(struct map_maker *m, const struct csm_node *top, const struct csm_node **out, struct csm_err *err)
{
	const struct csm_node *records = csm_node_get(top, "record");

	*out = records;
	if (records && records->type == CSM_N_SEQ && records->first)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, records ? "record: expected a list of records: [{type: TYPE, set: {FIELD: value}}]" :
					       "record is missing: the list of what is made of a row");
	return map_bad(m, records ? records : top, err);
}

static int make_map(struct map_maker *m, const struct csm_node *top, struct csm_err *err)
{
	struct csm_map *map = m->map;
	struct map_set **end = &map->records;
	const struct csm_node *records = NULL;
	const char *rows = NULL;
	int rc = CSM_OK;

	for (const struct csm_node *c = top->first; !rc && c; c = c->next)
		rc = take_top(m, c, &rows, err);
	if (!rc)
		rc = need_records(m, top, &records, err);
	for (const struct csm_node *c = rc ? NULL : records->first; !rc && c; c = c->next) {
		struct map_set *set = csm_alloc(m->arena, sizeof(*set));

		map_number_set(m, set);
		rc = make_record(m, c, rows, set, err);
		*end = set;
		end = &set->next;
	}
	/* a record of rows anywhere beside one of rows at a place: which rows are meant can't be known */
	for (const struct map_set *set = map->records; !rc && set; set = set->next)
		if (!set->rows && map->rows.n) {
			csm_fail(err, CSM_E_INVALID, "rows: this record does not say where its rows stand, others do");
			rc = csm_err_at(err, m->file, set->line, set->col);
		}
	map->documents_only = map->rows.n > 1;
	return rc;
}

const struct csm_rtype *csm_map_other_type(const struct csm_map *map, const struct csm_rtype *t)
{
	for (const struct map_set *set = map->records; set; set = set->next)
		if (set->type != t)
			return set->type;
	return NULL;
}

int csm_map_load(struct csm_store *s, struct csm_arena *a, struct csm_source src,
		 const struct csm_map **out, struct csm_err *err)
{
	struct csm_map *map = csm_alloc(a, sizeof(*map));
	struct map_maker m = { .store = s,
			       .arena = a,
			       .file = csm_strdup(a, src.name),
			       .map = map,
			       .base = "" };
	struct csm_reader *r = NULL;
	struct csm_event ev;
	struct csm_node *top = NULL, nothing = { .type = CSM_N_MAP };
	struct xfer_hashed *h = xfer_hash_source(a, &src);
	int rc = csm_reader_open(&r, a, CSM_FMT_YAML, src, NULL, err);

	if (!rc)
		rc = csm_reader_next(r, &ev, err);
	if (!rc && ev.type == CSM_EV_MAP)
		rc = csm_reader_node(r, &ev, a, &top, err);
	csm_reader_close(r);
	if (rc)
		return rc;
	if (!top)
		top = &nothing;
	rc = check_top(&m, top, err);
	if (rc)
		return rc;
	rc = csm_zone_load(a, csm_store_env(s)->tzdir, "UTC", &m.zone, err);
	map->file = m.file;
	xfer_hash_end(h, true, map->hash);
	map->rows = (struct csm_vec)CSM_VEC(a, const char *);
	map->uses = (struct csm_vec)CSM_VEC(a, struct map_use);
	map->sets = (struct csm_vec)CSM_VEC(a, struct map_set *);
	map->tally = csm_alloc(a, sizeof(*map->tally));
	map->tally->arena = a;
	map->tally->known = (struct csm_vec)CSM_VEC(a, struct map_known);
	map->tally->left_out = (struct csm_vec)CSM_VEC(a, const char *);
	*out = map;
	return rc ? rc : make_map(&m, top, err);
}
