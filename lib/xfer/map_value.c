/* SPDX-License-Identifier: MIT */
/* map_value.c - the value of a field out of a foreign row, step by step; and whether conditions hold. */
#include <csm/time.h>
#include <csm/utf8.h>

#include "map_priv.h"

const char *map_trim(struct csm_arena *a, const char *s)
{
	size_t n;

	while (*s == ' ' || *s == '\t')
		s++;
	n = strlen(s);
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\n'))
		n--;
	return csm_strndup(a, s, n);
}

/* ---- columns ---- */

/* NULL when it is empty or a word that means null. */
static const char *scalar_text(const struct map_row *w, const struct csm_node *n)
{
	const char *s;

	if (n->scalar == CSM_SC_NULL)
		return NULL;
	s = map_trim(w->arena, n->text);
	for (const struct csm_node *c = w->map->nulls ? w->map->nulls->first : NULL; c; c = c->next)
		if (strcmp(c->text, s) == 0)
			return NULL;
	return *s ? s : NULL;
}

static int node_text(const struct map_row *w, const struct csm_node *n, const char *join, const char **out,
		     struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(w->arena);

	*out = NULL;
	if (!n)
		return CSM_OK;
	if (n->type == CSM_N_SCALAR) {
		*out = scalar_text(w, n);
		return CSM_OK;
	}
	for (const struct csm_node *c = n->type == CSM_N_SEQ ? n->first : n; c; c = c->next) {
		const char *part = c->type == CSM_N_SCALAR ? scalar_text(w, c) : NULL;

		if (c->type != CSM_N_SCALAR) {
			csm_fail(err, CSM_E_INVALID, "is %s, expected a text or a list of texts",
				 n->type == CSM_N_MAP ? "a map" : "a list of maps or lists");
			return csm_err_at(err, w->file, n->line, n->col);
		}
		if (part)
			csm_buf_addf(&b, "%s%s", b.n ? join : "", part);
	}
	*out = b.n ? b.s : NULL;
	return CSM_OK;
}

int map_column_text(const struct map_row *w, const char *name, const char *join, const char **out,
		    struct csm_err *err)
{
	int rc = node_text(w, map_find_column(w, name), join, out, err);

	return rc ? csm_wrap(err, "column '%.*s'", CSM_Q(name)) : CSM_OK;
}

/* ---- conditions ---- */

static bool is_word(const struct csm_node *w, const char *text)
{
	if (w->scalar == CSM_SC_NULL || !*w->text)
		return !text;
	return text && strcmp(text, w->text) == 0;
}

int map_conds_hold(const struct map_row *w, const struct map_conds *conds, bool *hold, struct csm_err *err)
{
	*hold = true;
	for (unsigned i = 0; *hold && i < conds->n; i++) {
		const struct map_cond *c = &conds->c[i];
		const struct csm_node *n = map_find_column(w, c->column);
		const char *text = NULL;
		bool yes = false;

		/* a map or a list has a value when something is in it */
		if (!c->words && n && n->type != CSM_N_SCALAR)
			yes = n->first != NULL;
		else if (map_column_text(w, c->column, ",", &text, err))
			return (int)err->code;
		if (!c->words)
			yes = yes || text;
		else if (c->words->type == CSM_N_SCALAR)
			yes = is_word(c->words, text);
		else
			for (const struct csm_node *k = c->words->first; !yes && k; k = k->next)
				yes = is_word(k, text);
		*hold = yes != c->unless;
	}
	return CSM_OK;
}

/* ---- steps ---- */

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

static int choose(const struct map_value *v, const char **s, struct csm_err *err)
{
	const struct map_word *word = map_table_find(v->choice, *s);

	if (!word && !v->def) {
		if (v->choice->name)
			return csm_fail(err, CSM_E_INVALID, "'%.*s' is not in the table %s of the mapping",
					CSM_Q(*s), v->choice->name);
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is not in the choice table of the mapping (line %lld)", CSM_Q(*s),
				(long long)v->line);
	}
	*s = word ? word->value : NULL;
	return CSM_OK;
}

/* The field of the stored record that the text names. */
static int look_up(const struct map_row *w, const struct map_value *v, const char **s, struct csm_err *err)
{
	struct csm_store *store = w->im->store;
	const char *key = *s;
	struct csm_rec *r = NULL;
	int64_t id = 0;
	int rc = csm_store_find(store, v->lookup, key, &id, err);

	*s = NULL;
	if (rc == CSM_E_NOTFOUND && v->def) {
		csm_err_clear(err);
		return CSM_OK;
	}
	if (!rc)
		rc = csm_store_need(store, v->lookup, id, w->arena, &r, err);
	if (rc) {
		/* what it was is a row's own fault, wherever the store was asked */
		if (rc == CSM_E_NOTFOUND || rc == CSM_E_CONFLICT)
			err->code = CSM_E_INVALID;
		csm_wrap(err, "lookup of '%.*s'", CSM_Q(key));
		err->type[0] = err->key[0] = err->field[0] = '\0';
		return (int)err->code;
	}
	if (r->v[v->lookup_field].tag == CSM_NULL)
		return CSM_OK;
	if (v->lookup->fields[v->lookup_field].kind == CSM_K_REF)
		return csm_store_text(store, r, v->lookup_field, w->arena, s, err);
	*s = csm_field_format(w->arena, &v->lookup->fields[v->lookup_field], &r->v[v->lookup_field]);
	return CSM_OK;
}

/* Units of so many seconds, a decimal number with at most 9 decimals, rounded to a whole second. */
static bool read_units(const char *text, int64_t unit, int64_t *out)
{
	int64_t whole = 0, part = 0, scale = 1;
	bool minus = *text == '-', any = false;

	for (text += minus; *text >= '0' && *text <= '9' && whole < INT64_C(1000000000); text++, any = true)
		whole = whole * 10 + (*text - '0');
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9' && scale < INT64_C(1000000000); text++, any = true) {
			part = part * 10 + (*text - '0');
			scale *= 10;
		}
	*out = whole * unit + (part * unit + scale / 2) / scale;
	*out = minus ? -*out : *out;
	return any && !*text;
}

/* By the first pattern that fits; what the last one says is told. */
static int read_moment(const struct map_value *v, const char *s, int64_t *wall, bool *given, int32_t *offset,
		       struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; i < v->npatterns; i++) {
		csm_err_clear(err);
		rc = csm_time_parse_pattern(s, v->pattern[i], wall, given, offset, err);
		if (!rc)
			break;
	}
	return rc;
}

static int convert_time(const struct map_row *w, const struct map_value *v, const char **s,
			struct csm_err *err)
{
	const char *more = NULL;
	char buf[CSM_TIME_SIZE];
	int64_t wall = 0, t, plus = 0;
	int32_t offset = 0;
	bool given = false;
	int rc = read_moment(v, *s, &wall, &given, &offset, err);

	if (!rc && v->plus)
		rc = map_column_text(w, v->plus, "", &more, err);
	if (rc)
		return rc;
	if (v->plus && !more) {
		*s = NULL;		/* so much later, but nobody says how much */
		return CSM_OK;
	}
	if (more && !read_units(more, v->plus_unit, &plus))
		return csm_fail(err, CSM_E_INVALID, "'%.*s' in column '%.*s' is no decimal number", CSM_Q(more),
				CSM_Q(v->plus));
	if (v->date_only) {
		wall += plus;
		*s = csm_strdup(w->arena,
				csm_date_format((wall - ((wall % CSM_DAY) + CSM_DAY) % CSM_DAY) / CSM_DAY, buf));
		return CSM_OK;
	}
	t = (given ? wall - offset : csm_zone_from_wall(v->zone, wall)) + plus;
	if (t < CSM_TIME_MIN || t > CSM_TIME_MAX)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is outside the years 1 to 9999", CSM_Q(*s));
	*s = csm_strdup(w->arena, csm_time_format(t, buf));
	return CSM_OK;
}

static const char *cut_text(struct csm_arena *a, const char *s, unsigned max)
{
	int n = csm_utf8_cut(s, max);

	return s[n] ? csm_strndup(a, s, (size_t)n) : s;
}

/* ---- values ---- */

/* What the value begins with; *foreign: the row says it, not the mapping. */
static int begin_text(const struct map_row *w, const struct map_value *v, const char **out, bool *foreign,
		      struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(w->arena);
	int rc = CSM_OK;

	*out = v->constant;
	*foreign = false;
	for (unsigned i = 0; !rc && i < v->ncolumns; i++) {
		const struct csm_node *n = map_find_column(w, v->column[i]);
		const char *part = NULL;

		rc = node_text(w, n, v->join, &part, err);
		if (rc && v->ncolumns > 1)
			csm_wrap(err, "'%.*s'", CSM_Q(v->path[i]));
		/* the first that says something, else the first that is there */
		if (w->from && n && (!*w->from || (part && !b.n)))
			*w->from = n;
		if (part)
			csm_buf_addf(&b, "%s%s", b.n ? v->join : "", part);
	}
	if (b.n) {
		*out = b.s;
		*foreign = true;
	}
	for (const struct map_value *e = v->either; !rc && e; e = e->next) {
		const char *s = NULL;

		if (w->from)
			*w->from = NULL;
		rc = map_make_text(w, e, &s, err);
		if (!s)
			continue;
		*out = s;
		break;
	}
	return rc;
}

int map_make_text(const struct map_row *w, const struct map_value *v, const char **out, struct csm_err *err)
{
	const char *s = NULL;
	bool hold = true, foreign;
	int rc = map_conds_hold(w, &v->conds, &hold, err);

	*out = NULL;
	if (rc || !hold)
		return rc;
	rc = begin_text(w, v, &s, &foreign, err);
	if (!rc && s && v->split_at)
		s = take_part(w->arena, s, v->split_at, v->split_part);
	if (!rc && s)
		s = map_trim(w->arena, s);
	if (!rc && s && *s && v->choice)
		rc = choose(v, &s, err);
	if (!rc && s && *s && v->lookup)
		rc = look_up(w, v, &s, err);
	if (!rc && s && v->lower)
		s = csm_utf8_fold(w->arena, s);
	if (!rc && s && *s && v->npatterns && foreign)
		rc = convert_time(w, v, &s, err);
	if (rc)
		return rc;
	if (s && *s && (v->prefix || v->suffix))
		s = csm_sprintf(w->arena, "%s%s%s", v->prefix ? v->prefix : "", s, v->suffix ? v->suffix : "");
	if (s && v->cut)
		s = cut_text(w->arena, s, v->cut);
	*out = s && *s ? s : v->def && *v->def ? v->def : NULL;
	return CSM_OK;
}
