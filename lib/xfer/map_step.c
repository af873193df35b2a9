/* SPDX-License-Identifier: MIT */
/* map_step.c - the steps of a value in a mapping: read, and checked against the field they are for. */
#include <csm/time.h>
#include <csm/utf8.h>

#include "map_priv.h"

/* A whole number from 1 to 100000. */
static bool read_count(const char *text, unsigned *out)
{
	for (*out = 0; *text >= '0' && *text <= '9' && *out <= 10000; text++)
		*out = *out * 10 + (unsigned)(*text - '0');
	return !*text && *out && *out <= 100000;
}

static int take_split(struct map_maker *m, const struct csm_node *n, struct map_value *v, struct csm_err *err)
{
	const struct csm_node *at = n->type == CSM_N_MAP ? csm_node_get(n, "at") : NULL;
	const struct csm_node *part = n->type == CSM_N_MAP ? csm_node_get(n, "part") : NULL;
	static const char *const keys[] = { "at", "part", NULL };
	unsigned count;
	int rc = n->type == CSM_N_MAP ? map_only(m, n, "key of split", keys, err) : CSM_OK;

	if (rc)
		return rc;
	if (!at || !part || part->type != CSM_N_SCALAR || !part->text) {
		csm_fail(err, CSM_E_INVALID,
			 "split: expected {at: TEXT, part: first, last, rest or a number}");
		return map_bad(m, n, err);
	}
	rc = map_want_text(m, at, &v->split_at, err);
	if (rc)
		return rc;
	if (!*v->split_at) {
		csm_fail(err, CSM_E_INVALID, "at: expected the text between the parts");
		return map_bad(m, at, err);
	}
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
		return map_bad(m, part, err);
	} else {
		v->split_part = (int)count;
	}
	return CSM_OK;
}

static int take_list(struct map_maker *m, const struct csm_rtype *owner, const char *key,
		     const struct csm_node *n, struct map_value *v, struct csm_err *err)
{
	int field;
	const struct csm_rtype *t = xfer_nested_type(csm_store_dict(m->store), owner, key, &field);

	if (!t || n->type != CSM_N_SEQ || !n->first) {
		csm_fail(err, CSM_E_INVALID, t ? "list: expected a list of records of '%s' of %s" : "list: '%s' of %s is a field, no list of records",
			 key, owner->name);
		return map_bad(m, n, err);
	}
	for (const struct csm_node *c = n->first; c; c = c->next)
		v->nlist++;
	v->list = csm_calloc(m->arena, v->nlist, sizeof(*v->list));
	v->nlist = 0;
	for (const struct csm_node *c = n->first; c; c = c->next) {
		struct map_set *set = csm_alloc(m->arena, sizeof(*set));
		int rc;

		map_number_set(m, set);
		rc = map_make_set(m, t, c, true, set, err);
		if (rc)
			return rc;
		v->list[v->nlist++] = set;
	}
	return CSM_OK;
}

static int take_ref(struct map_maker *m, const struct csm_field *f, const struct csm_node *n,
		    struct map_value *v, struct csm_err *err)
{
	if (!f || (f->kind != CSM_K_REF && f->kind != CSM_K_REF_LIST)) {
		csm_fail(err, CSM_E_INVALID, "ref: this field is no reference to another record");
		return map_bad(m, n, err);
	}
	v->ref = csm_alloc(m->arena, sizeof(*v->ref));
	v->ref_list = f->kind == CSM_K_REF_LIST;
	return map_make_set(m, csm_dict_type(csm_store_dict(m->store), f->target), n, false, v->ref, err);
}

static int take_lower(struct map_maker *m, const struct csm_node *n, const char *text, struct map_value *v,
		      struct csm_err *err)
{
	v->lower = strcmp(text, "true") == 0;
	if (v->lower || strcmp(text, "false") == 0)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "lower: expected true or false, not '%.*s'", CSM_Q(text));
	return map_bad(m, n, err);
}

int map_take_empty(struct map_maker *m, const struct csm_node *n, bool *clear, struct csm_err *err)
{
	const char *word = NULL;
	int rc = map_want_text(m, n, &word, err);

	*clear = !rc && strcmp(word, "clear") == 0;
	if (rc || *clear || strcmp(word, "leave") == 0)
		return rc;
	csm_fail(err, CSM_E_INVALID, "empty: expected leave or clear, not '%.*s'", CSM_Q(word));
	return map_bad(m, n, err);
}

static int take_cut(struct map_maker *m, const struct csm_node *n, const char *text, struct map_value *v,
		    struct csm_err *err)
{
	if (read_count(text, &v->cut))
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "cut: expected a number of characters from 1 to 100000, not '%.*s'", CSM_Q(text));
	return map_bad(m, n, err);
}

static int no_table(struct map_maker *m, const struct csm_node *n, struct csm_err *err)
{
	const char **names, *near;
	unsigned count = 0;

	for (const struct map_table *t = m->map->tables; t; t = t->next)
		count++;
	names = csm_calloc(m->arena, count + 1, sizeof(*names));
	count = 0;
	for (const struct map_table *t = m->map->tables; t; t = t->next)
		names[count++] = t->name;
	near = csm_nearest(n->text, names);
	csm_fail(err, CSM_E_INVALID, "choice: there is no table '%.*s'%s%s%s", CSM_Q(n->text),
		 near ? "; did you mean '" : "; tables stand before the records", near ? near : "", near ? "'?" : "");
	return map_bad(m, n, err);
}

/* A table here, or the name of one. */
static int take_choice(struct map_maker *m, const struct csm_node *n, struct map_value *v,
		       struct csm_err *err)
{
	struct map_table *t;

	if (n->type == CSM_N_SCALAR && n->scalar != CSM_SC_NULL) {
		for (t = m->map->tables; t; t = t->next)
			if (strcmp(t->name, n->text) == 0) {
				v->choice = t;
				return CSM_OK;
			}
		return no_table(m, n, err);
	}
	t = csm_alloc(m->arena, sizeof(*t));
	v->choice = t;
	return map_table_inline(m, n, t, err);
}

static int take_lookup(struct map_maker *m, const struct csm_node *n, struct map_value *v,
		       struct csm_err *err)
{
	const struct csm_node *type = n->type == CSM_N_MAP ? csm_node_get(n, "type") : NULL;
	const struct csm_node *take = n->type == CSM_N_MAP ? csm_node_get(n, "take") : NULL;
	const char *near;
	int rc;

	if (!type || !type->text || !take || !take->text || n->first->next->next) {
		csm_fail(err, CSM_E_INVALID, "lookup: expected {type: TYPE, take: FIELD}");
		return map_bad(m, n, err);
	}
	rc = map_want_type(m, type, &v->lookup, err);
	if (rc)
		return rc;
	v->lookup_field = csm_field_index(v->lookup, take->text);
	if (v->lookup_field < 0 || v->lookup->fields[v->lookup_field].flags & CSM_F_SECRET) {
		near = csm_field_near(m->arena, v->lookup, take->text);
		csm_fail(err, CSM_E_INVALID, "lookup: '%.*s' is no field of %s that can be read%s%s%s", CSM_Q(take->text),
			 v->lookup->name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		return map_bad(m, take, err);
	}
	return CSM_OK;
}

/* plus: {column: COLUMN, unit: hours} */
static int take_plus(struct map_maker *m, const struct csm_node *n, struct map_value *v, struct csm_err *err)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} units[] = { { "seconds", 1 }, { "minutes", 60 }, { "hours", 3600 }, { "days", CSM_DAY } };
	const struct csm_node *column = n->type == CSM_N_MAP ? csm_node_get(n, "column") : NULL;
	const struct csm_node *unit = n->type == CSM_N_MAP ? csm_node_get(n, "unit") : NULL;

	if (column && column->type == CSM_N_SCALAR && unit && unit->text && !n->first->next->next)
		for (unsigned i = 0; i < CSM_COUNT(units); i++)
			if (strcmp(unit->text, units[i].name) == 0) {
				v->plus = column->text;
				v->plus_unit = units[i].seconds;
				map_use_column(m, v->plus, n->line);
				return CSM_OK;
			}
	csm_fail(err, CSM_E_INVALID,
		 "plus: expected {column: COLUMN, unit: seconds, minutes, hours or days}");
	return map_bad(m, n, err);
}

static int take_columns(struct map_maker *m, const struct csm_node *n, struct map_value *v,
			struct csm_err *err)
{
	int rc = map_want_words(m, n, v->column, &v->ncolumns, err);

	for (unsigned i = 0; !rc && i < v->ncolumns; i++)
		v->path[i] = map_use_column(m, v->column[i], n->line);
	return rc;
}

/* Whether what comes out of first goes through more steps: then it need not be a value of the field. */
static bool goes_on(const struct csm_node *n)
{
	static const char *const steps[] = { "split", "choice", "lookup", "prefix", "suffix", "cut" };

	for (unsigned i = 0; i < CSM_COUNT(steps); i++)
		if (csm_node_get(n, steps[i]))
			return true;
	return false;
}

/* first: values of which the first one that is there counts. */
static int take_first(struct map_maker *m, const struct csm_rtype *t, const struct csm_field *f,
		      const struct csm_node *around, const struct csm_node *n, struct map_value *v,
		      struct csm_err *err)
{
	struct map_value **end = &v->either;
	bool unchecked = m->unchecked;
	int rc = CSM_OK;

	if (n->type != CSM_N_SEQ || !n->first || ++m->depth > MAP_DEPTH) {
		csm_fail(err, CSM_E_INVALID, m->depth > MAP_DEPTH ? "first: more than 8 inside each other"
								  : "first: expected a list of values");
		return map_bad(m, n, err);
	}
	m->unchecked = unchecked || goes_on(around);
	for (struct csm_node *c = n->first; !rc && c; c = c->next) {
		struct map_value *one = csm_alloc(m->arena, sizeof(*one));

		c->key = n->key;	/* what messages call it */
		rc = map_make_value(m, t, f, c, one, err);
		if (!rc && (one->ref || one->nlist)) {
			csm_fail(err, CSM_E_INVALID, "first: expected values, not records");
			rc = map_bad(m, c, err);
		}
		*end = one;
		end = &one->next;
	}
	m->depth--;
	m->unchecked = unchecked;
	return rc;
}

/* One step of a value by its name; *known tells whether there is such a step. */
static int take_step(struct map_maker *m, const struct csm_node *n, struct map_value *v, bool *known,
		     struct csm_err *err)
{
	const char *text = NULL;

	*known = true;
	if (strcmp(n->key, "column") == 0 || strcmp(n->key, "columns") == 0)
		return take_columns(m, n, v, err);
	if (strcmp(n->key, "when") == 0 || strcmp(n->key, "unless") == 0)
		return map_take_conds(m, n, &v->conds, err);
	if (strcmp(n->key, "split") == 0)
		return take_split(m, n, v, err);
	if (strcmp(n->key, "choice") == 0)
		return take_choice(m, n, v, err);
	if (strcmp(n->key, "lookup") == 0)
		return take_lookup(m, n, v, err);
	if (strcmp(n->key, "plus") == 0)
		return take_plus(m, n, v, err);
	if (strcmp(n->key, "time") == 0)
		return map_want_words(m, n, v->pattern, &v->npatterns, err);
	if (strcmp(n->key, "time_zone") == 0)
		return map_want_zone(m, n, &v->zone, err);
	if (strcmp(n->key, "empty") == 0)
		return map_take_empty(m, n, &v->clear, err);
	if (map_want_text(m, n, &text, err))
		return (int)err->code;
	if (strcmp(n->key, "constant") == 0)
		v->constant = text;
	else if (strcmp(n->key, "join") == 0)
		v->join = text;
	else if (strcmp(n->key, "lower") == 0)
		return take_lower(m, n, text, v, err);
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

/* ---- checks ---- */

static int check_word(struct map_maker *m, const struct csm_rtype *t, const struct csm_field *f,
		      const char *text, struct csm_err *err)
{
	struct csm_value ignored;

	if (!text || !*text)
		return CSM_OK;
	return csm_field_parse(m->arena, t, f, text, csm_store_now(m->store), &ignored, err);
}

/*
 * What the mapping itself states must be a value of the field; references are asked when the records are
 * there. Of a word that is a step's beginning only, nothing can be said.
 */
static int check_words(struct map_maker *m, const struct csm_rtype *t, const struct csm_field *f,
		       const struct map_value *v, const struct csm_node *n, struct csm_err *err)
{
	int rc = CSM_OK;

	if (!f || f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST || v->prefix || v->suffix || v->cut ||
	    m->unchecked)
		return CSM_OK;
	if (check_word(m, t, f, v->def, err))
		return map_bad(m, n, err);
	if (!v->choice && !v->split_at && !v->lookup && check_word(m, t, f, v->constant, err))
		return map_bad(m, n, err);
	for (size_t i = 0; !rc && v->choice && !v->lookup && !v->npatterns && i < v->choice->n; i++) {
		const struct map_word *w = &v->choice->word[i];

		if (check_word(m, t, f, w->value, err))
			rc = csm_err_at(err, v->choice->file, w->line, w->col);
	}
	return rc;
}

static int wrong_value(struct map_maker *m, const struct csm_node *n, const char *what, struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "%s: %s", n->key, what);
	return map_bad(m, n, err);
}

static int check_value(struct map_maker *m, const struct csm_rtype *t, const struct csm_field *f,
		       const struct map_value *v, const struct csm_node *n, struct csm_err *err)
{
	const struct csm_node *time = csm_node_get(n, "time");
	unsigned begins = (v->ncolumns > 0) + (v->either != NULL) + (v->ref != NULL) + (v->list != NULL);

	if (!begins && !v->constant)
		return wrong_value(m, n,
				   "expected a column, or a map with column, columns, constant, first, ref "
				   "or list",
				   err);
	if (begins > 1)
		return wrong_value(m, n, "only one of column, columns, first, ref and list", err);
	if (v->either && (v->plus || time))
		return wrong_value(m, n, "time and plus belong into the values of first", err);
	if (v->plus && !v->npatterns)
		return wrong_value(m, n, "plus needs the pattern of a time", err);
	for (unsigned i = 0; i < v->npatterns; i++)
		if (csm_time_check_pattern(v->pattern[i], err))
			return map_bad(m, time ? time : n, err);
	return check_words(m, t, f, v, n, err);
}

static int take_member(struct map_maker *m, const struct csm_rtype *t, const struct csm_field *f,
		       const struct csm_node *n, const struct csm_node *c, struct map_value *v,
		       struct csm_err *err)
{
	static const char *const steps[] = { "column", "columns", "constant", "first",	"join",	    "when",
					     "unless", "split",	  "choice",   "lookup", "lower",    "time",
					     "plus",   "prefix",  "suffix",   "cut",	"default",  "ref",
					     "list",   "time_zone", "empty", NULL };
	bool known = true;
	int rc;

	if (strcmp(c->key, "list") == 0)
		return take_list(m, t, n->key, c, v, err);
	if (strcmp(c->key, "ref") == 0)
		return take_ref(m, f, c, v, err);
	if (strcmp(c->key, "first") == 0)
		return take_first(m, t, f, n, c, v, err);
	rc = take_step(m, c, v, &known, err);
	if (rc || known)
		return rc;
	return map_unknown(m, c, c->key, "step of a mapping", steps, err);
}

/* What stands inside a record is records themselves. */
static int not_list(struct map_maker *m, const struct csm_rtype *t, const struct csm_node *n, struct csm_err *err)
{
	csm_fail(err, CSM_E_INVALID, "%s: is a list of records inside %s; expected {list: [{FIELD: value}]}", n->key, t->name);
	return map_bad(m, n, err);
}

int map_make_value(struct map_maker *m, const struct csm_rtype *t, const struct csm_field *f,
		   const struct csm_node *n, struct map_value *v, struct csm_err *err)
{
	int rc = CSM_OK;

	v->line = n->line;
	v->zone = m->zone;
	v->clear = m->clear;
	v->join = " ";
	if (f && (f->kind == CSM_K_TIME || f->kind == CSM_K_DATE)) {
		memcpy(v->pattern, m->pattern, sizeof(v->pattern));
		v->npatterns = m->npatterns;
		v->date_only = f->kind == CSM_K_DATE;
	}
	if (n->type == CSM_N_SCALAR) {
		rc = map_want_text(m, n, &v->column[0], err);
		v->ncolumns = 1;
		if (!rc)
			v->path[0] = map_use_column(m, v->column[0], n->line);
		return rc || f ? rc : not_list(m, t, n, err);
	}
	if (n->type == CSM_N_SEQ && f)
		return wrong_value(m, n, "expected a column or a map, no list; several columns are {columns: [A, B]}", err);
	for (const struct csm_node *c = n->first; !rc && c && n->type == CSM_N_MAP; c = c->next)
		rc = take_member(m, t, f, n, c, v, err);
	if (v->either)
		v->npatterns = 0;	/* its values have been converted */
	if (!rc && !f && !v->list)
		return not_list(m, t, n, err);
	return rc ? rc : check_value(m, t, f, v, n, err);
}
