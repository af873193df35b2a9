/* SPDX-License-Identifier: MIT */
/* map.c - reads a mapping file and checks it against the dictionary, before any row. */
#include <csm/utf8.h>

#include "map_priv.h"

struct maker {
	struct csm_store *store;
	struct csm_arena *arena;
	const char *file;
	const struct csm_zone *zone;	/* default for times without offset */
	const char *pattern;		/* default time pattern */
};

static int bad(struct maker *m, const struct csm_node *n, struct csm_err *err)
{
	(void)m;
	return csm_err_at(err, m->file, n->line, n->col);
}

static int want_text(struct maker *m, const struct csm_node *n, const char **out, struct csm_err *err)
{
	if (n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL) {
		csm_fail(err, CSM_E_INVALID, "%s: expected a text", n->key);
		return bad(m, n, err);
	}
	*out = n->text;
	return CSM_OK;
}

/* One word or a list of words. */
static int want_words(struct maker *m, const struct csm_node *n, const char **out, unsigned *count,
		      struct csm_err *err)
{
	const struct csm_node *c = n->type == CSM_N_SEQ ? n->first : n;
	int rc;

	for (*count = 0; c; c = n->type == CSM_N_SEQ ? c->next : NULL) {
		if (*count == MAP_COLUMNS) {
			csm_fail(err, CSM_E_INVALID, "%s: at most %d columns", n->key, MAP_COLUMNS);
			return bad(m, n, err);
		}
		rc = want_text(m, c, &out[(*count)++], err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

static int want_zone(struct maker *m, const struct csm_node *n, const struct csm_zone **out,
		     struct csm_err *err)
{
	const char *name = NULL;
	int rc = want_text(m, n, &name, err);

	if (!rc)
		rc = csm_zone_load(m->arena, csm_store_env(m->store)->tzdir, name, out, err);
	return rc ? bad(m, n, err) : CSM_OK;
}

static int make_set(struct maker *m, const struct csm_rtype *t, const struct csm_node *n,
		    struct map_set *set, struct csm_err *err);

/* A whole number from 1 to 100000. */
static bool read_count(const char *text, unsigned *out)
{
	for (*out = 0; *text >= '0' && *text <= '9' && *out <= 10000; text++)
		*out = *out * 10 + (unsigned)(*text - '0');
	return !*text && *out && *out <= 100000;
}

static int take_split(struct maker *m, const struct csm_node *n, struct map_value *v, struct csm_err *err)
{
	const struct csm_node *at = n->type == CSM_N_MAP ? csm_node_get(n, "at") : NULL;
	const struct csm_node *part = n->type == CSM_N_MAP ? csm_node_get(n, "part") : NULL;
	unsigned count;
	int rc;

	if (!at || !part || part->type != CSM_N_SCALAR || !part->text) {
		csm_fail(err, CSM_E_INVALID,
			 "split: expected {at: TEXT, part: first, last, rest or a number}");
		return bad(m, n, err);
	}
	rc = want_text(m, at, &v->split_at, err);
	if (rc)
		return rc;
	if (strcmp(part->text, "last") == 0)
		v->split_part = -1;
	else if (strcmp(part->text, "rest") == 0)
		v->split_part = 0;
	else if (strcmp(part->text, "first") == 0)
		v->split_part = 1;
	else if (!read_count(part->text, &count)) {
		csm_fail(err, CSM_E_INVALID,
			 "split: part '%.*s' is none of first, last, rest or a number from 1",
			 CSM_Q(part->text));
		return bad(m, part, err);
	} else {
		v->split_part = (int)count;
	}
	return CSM_OK;
}

static int take_list(struct maker *m, const struct csm_rtype *owner, const char *key,
		     const struct csm_node *n, struct map_value *v, struct csm_err *err)
{
	int field;
	const struct csm_rtype *t = xfer_nested_type(csm_store_dict(m->store), owner, key, &field);

	if (!t || n->type != CSM_N_SEQ) {
		csm_fail(err, CSM_E_INVALID, "list: '%s' of %s is no list of records", key, owner->name);
		return bad(m, n, err);
	}
	for (const struct csm_node *c = n->first; c; c = c->next)
		v->nlist++;
	v->list = csm_calloc(m->arena, v->nlist, sizeof(*v->list));
	v->nlist = 0;
	for (const struct csm_node *c = n->first; c; c = c->next) {
		struct map_set *set = csm_alloc(m->arena, sizeof(*set));
		int rc = make_set(m, t, c, set, err);

		if (rc)
			return rc;
		v->list[v->nlist++] = set;
	}
	return CSM_OK;
}

static int take_ref(struct maker *m, const struct csm_field *f, const struct csm_node *n,
		    struct map_value *v, struct csm_err *err)
{
	if (!f || (f->kind != CSM_K_REF && f->kind != CSM_K_REF_LIST)) {
		csm_fail(err, CSM_E_INVALID, "ref: this field is no reference");
		return bad(m, n, err);
	}
	v->ref = csm_alloc(m->arena, sizeof(*v->ref));
	return make_set(m, csm_dict_type(csm_store_dict(m->store), f->target), n, v->ref, err);
}

static int take_lower(struct maker *m, const struct csm_node *n, const char *text, struct map_value *v,
		      struct csm_err *err)
{
	v->lower = strcmp(text, "true") == 0;
	if (v->lower || strcmp(text, "false") == 0)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "lower: expected true or false, not '%.*s'", CSM_Q(text));
	return bad(m, n, err);
}

static int take_cut(struct maker *m, const struct csm_node *n, const char *text, struct map_value *v,
		    struct csm_err *err)
{
	if (read_count(text, &v->cut))
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "cut: expected a number of characters, not '%.*s'", CSM_Q(text));
	return bad(m, n, err);
}

static int take_choice(struct maker *m, const struct csm_node *n, struct map_value *v,
		       struct csm_err *err)
{
	v->choice = n;
	for (const struct csm_node *c = n->first; c && n->type == CSM_N_MAP; c = c->next)
		if (c->type != CSM_N_SCALAR) {
			csm_fail(err, CSM_E_INVALID, "choice: expected a word or null for '%.*s'",
				 CSM_Q(c->key));
			return bad(m, c, err);
		}
	if (n->type == CSM_N_MAP)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "choice: expected a map of words");
	return bad(m, n, err);
}

/* One step of a value by its name; *known tells whether there is such a step. */
static int take_step(struct maker *m, const struct csm_node *n, struct map_value *v, bool *known,
		     struct csm_err *err)
{
	const char *text = NULL;

	*known = true;
	if (strcmp(n->key, "column") == 0 || strcmp(n->key, "columns") == 0)
		return want_words(m, n, v->column, &v->ncolumns, err);
	if (strcmp(n->key, "split") == 0)
		return take_split(m, n, v, err);
	if (strcmp(n->key, "choice") == 0)
		return take_choice(m, n, v, err);
	if (strcmp(n->key, "time_zone") == 0)
		return want_zone(m, n, &v->zone, err);
	if (want_text(m, n, &text, err))
		return err->code;
	if (strcmp(n->key, "constant") == 0)
		v->constant = text;
	else if (strcmp(n->key, "join") == 0)
		v->join = text;
	else if (strcmp(n->key, "lower") == 0)
		return take_lower(m, n, text, v, err);
	else if (strcmp(n->key, "time") == 0)
		v->pattern = text;
	else if (strcmp(n->key, "prefix") == 0)
		v->prefix = text;
	else if (strcmp(n->key, "suffix") == 0)
		v->suffix = text;
	else if (strcmp(n->key, "cut") == 0)
		return take_cut(m, n, text, v, err);
	else if (strcmp(n->key, "default") == 0)
		v->def = text;
	else
		*known = false;
	return CSM_OK;
}

static int check_word(struct maker *m, const struct csm_rtype *t, const struct csm_field *f,
		      const char *text, const struct csm_node *n, struct csm_err *err)
{
	struct csm_value ignored;

	if (!text || !*text ||
	    csm_field_parse(m->arena, t, f, text, csm_store_now(m->store), &ignored, err) == CSM_OK)
		return CSM_OK;
	return bad(m, n, err);
}

/*
 * What the mapping itself states must be a value of the field; references are asked when the records are
 * there.
 */
static int check_words(struct maker *m, const struct csm_rtype *t, const struct csm_field *f,
		       const struct map_value *v, const struct csm_node *n, struct csm_err *err)
{
	const struct csm_node *c = v->choice ? v->choice->first : NULL;
	int rc;

	if (!f || f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST || v->split_at || v->prefix ||
	    v->suffix || v->cut)
		return CSM_OK;
	rc = v->choice ? CSM_OK : check_word(m, t, f, v->constant, n, err);
	if (!rc)
		rc = check_word(m, t, f, v->def, n, err);
	for (; !rc && c; c = c->next)
		rc = c->scalar == CSM_SC_NULL ? CSM_OK : check_word(m, t, f, c->text, c, err);
	return rc;
}

static int make_value(struct maker *m, const struct csm_rtype *t, const struct csm_field *f,
		      const struct csm_node *n, struct map_value *v, struct csm_err *err)
{
	static const char *const steps[] = { "column",    "columns", "constant", "join",
					     "split",     "choice",  "lower",    "time",
					     "time_zone", "prefix",  "suffix",   "cut",
					     "default",   "ref",     "list",     NULL };

	v->line = n->line;
	v->zone = m->zone;
	v->join = " ";
	if (f && (f->kind == CSM_K_TIME || f->kind == CSM_K_DATE)) {
		v->pattern = m->pattern;
		v->date_only = f->kind == CSM_K_DATE;
	}
	if (n->type == CSM_N_SCALAR) {
		v->ncolumns = 1;
		return want_text(m, n, &v->column[0], err);
	}
	for (const struct csm_node *c = n->first; c && n->type == CSM_N_MAP; c = c->next) {
		bool known;
		int rc;

		if (strcmp(c->key, "list") == 0)
			rc = take_list(m, t, n->key, c, v, err), known = true;
		else if (strcmp(c->key, "ref") == 0)
			rc = take_ref(m, f, c, v, err), known = true;
		else
			rc = take_step(m, c, v, &known, err);
		if (!rc && !known) {
			const char *near = csm_nearest(c->key, steps);

			csm_fail(err, CSM_E_INVALID, "'%s' is no step of a mapping%s%s%s", c->key,
				 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
			return bad(m, c, err);
		}
		if (rc)
			return rc;
	}
	if (v->ncolumns || v->constant || v->ref || v->nlist)
		return check_words(m, t, f, v, n, err);
	csm_fail(err, CSM_E_INVALID,
		 "%s: expected a column, or a map with column, columns, constant, ref or list", n->key);
	return bad(m, n, err);
}

/* The fields of a record or reference: NAME: value. */
static int make_set(struct maker *m, const struct csm_rtype *t, const struct csm_node *n,
		    struct map_set *set, struct csm_err *err)
{
	struct map_entry **end = &set->first;
	const struct csm_dict *d = csm_store_dict(m->store);

	set->type = t;
	set->fixed = true;
	if (n->type != CSM_N_MAP) {
		csm_fail(err, CSM_E_INVALID, "expected a map of fields of %s", t->name);
		return bad(m, n, err);
	}
	for (const struct csm_node *c = n->first; c; c = c->next) {
		struct map_entry *e = csm_alloc(m->arena, sizeof(*e));
		int field = csm_field_index(t, c->key), rc;

		if (strcmp(c->key, "when") == 0 && field < 0) {
			rc = want_words(m, c, set->when, &set->nwhen, err);
			if (rc)
				return rc;
			continue;
		}
		if (field < 0 && !xfer_nested_type(d, t, c->key, &rc)) {
			csm_fail(err, CSM_E_INVALID, "'%s' is no field of %s", c->key, t->name);
			return bad(m, c, err);
		}
		e->name = c->key;
		rc = make_value(m, t, field < 0 ? NULL : &t->fields[field], c, &e->value, err);
		if (rc)
			return rc;
		set->fixed = set->fixed && e->value.constant;
		*end = e;
		end = &e->next;
	}
	return CSM_OK;
}

static int make_record(struct maker *m, const struct csm_node *n, struct map_set *set,
		       struct csm_err *err)
{
	const struct csm_node *type = n->type == CSM_N_MAP ? csm_node_get(n, "type") : NULL;
	const struct csm_node *fields = n->type == CSM_N_MAP ? csm_node_get(n, "set") : NULL;
	const struct csm_rtype *t =
		type && type->text ? csm_dict_type(csm_store_dict(m->store), type->text) : NULL;

	if (!t || !fields) {
		csm_fail(err, CSM_E_INVALID, "expected a record: {type: TYPE, set: {FIELD: value}}");
		return bad(m, n, err);
	}
	for (const struct csm_node *c = n->first; c; c = c->next) {
		const char *word = NULL;
		int rc = CSM_OK;

		if (c == type || c == fields)
			continue;
		if (strcmp(c->key, "when") == 0) {
			rc = want_words(m, c, set->when, &set->nwhen, err);
		} else if (strcmp(c->key, "repeat") == 0) {
			rc = want_text(m, c, &word, err);
			set->repeat_first = !rc && strcmp(word, "first") == 0;
			if (!rc && !set->repeat_first && strcmp(word, "error") != 0)
				rc = csm_fail(err, CSM_E_INVALID,
					      "repeat: expected first or error, not '%s'", word);
		} else {
			rc = csm_fail(err, CSM_E_INVALID, "'%s': a record has type, when, repeat and set",
				      c->key);
		}
		if (rc)
			return bad(m, c, err);
	}
	return make_set(m, t, fields, set, err);
}

static int take_nulls(const struct csm_node *n, struct csm_map *map, struct csm_err *err)
{
	if (n->type != CSM_N_SEQ)
		return csm_fail(err, CSM_E_INVALID, "nulls: expected a list of words");
	map->nulls = n;
	for (const struct csm_node *c = n->first; c; c = c->next)
		if (c->type != CSM_N_SCALAR || c->scalar == CSM_SC_NULL)
			return csm_fail(err, CSM_E_INVALID,
					"nulls: expected words (in quotes, where YAML has a meaning of "
					"its own for them)");
	return CSM_OK;
}

static int make_map(struct maker *m, const struct csm_node *top, struct csm_map *map, struct csm_err *err)
{
	struct map_set **end = &map->records;

	for (const struct csm_node *c = top->first; c; c = c->next) {
		int rc = CSM_OK;

		if (strcmp(c->key, "nulls") == 0)
			rc = take_nulls(c, map, err);
		else if (strcmp(c->key, "time") == 0)
			rc = want_text(m, c, &m->pattern, err);
		else if (strcmp(c->key, "time_zone") == 0)
			rc = want_zone(m, c, &m->zone, err);
		else if (strcmp(c->key, "csm_map") != 0 && strcmp(c->key, "record") != 0)
			rc = csm_fail(err, CSM_E_INVALID,
				      "'%s': a mapping has csm_map, nulls, time, time_zone and record",
				      c->key);
		if (rc)
			return bad(m, c, err);
	}
	top = csm_node_get(top, "record");
	for (const struct csm_node *c = top->first; c; c = c->next) {
		struct map_set *set = csm_alloc(m->arena, sizeof(*set));
		int rc = make_record(m, c, set, err);

		if (rc)
			return rc;
		*end = set;
		end = &set->next;
	}
	return CSM_OK;
}

int csm_map_load(struct csm_store *s, struct csm_arena *a, struct csm_source src,
		 const struct csm_map **out, struct csm_err *err)
{
	struct maker m = { .store = s, .arena = a, .file = csm_strdup(a, src.name) };
	struct csm_map *map = csm_alloc(a, sizeof(*map));
	struct csm_reader *r = NULL;
	struct csm_event ev;
	struct csm_node *top = NULL;
	const struct csm_node *version, *records;
	int rc = csm_reader_open(&r, a, CSM_FMT_YAML, src, NULL, err);

	if (!rc)
		rc = csm_reader_next(r, &ev, err);
	if (!rc && ev.type == CSM_EV_MAP)
		rc = csm_reader_node(r, &ev, a, &top, err);
	csm_reader_close(r);
	if (rc)
		return rc;
	version = top ? csm_node_get(top, "csm_map") : NULL;
	records = top ? csm_node_get(top, "record") : NULL;
	if (!version || !version->text || strcmp(version->text, "1") != 0 || !records ||
	    records->type != CSM_N_SEQ) {
		csm_fail(err, CSM_E_INVALID, "expected a mapping: csm_map: 1 and a list record:");
		return csm_err_at(err, m.file, 1, 1);
	}
	rc = csm_zone_load(a, csm_store_env(s)->tzdir, "UTC", &m.zone, err);
	map->file = m.file;
	map->checked = csm_calloc(a, 1, sizeof(*map->checked));
	*out = map;
	return rc ? rc : make_map(&m, top, map, err);
}
