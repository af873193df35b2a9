/* SPDX-License-Identifier: MIT */
/*
 * schedule_doc.c - the document of a schedule to the definition that lib/cal counts with, without storing
 * it: fields by the dictionary's rows, rules by those of the stored records (schedule.c).
 */
#include <csm/utf8.h>

#include "svc_schedule.h"

struct doc {
	struct svc_walk named;	/* through what is named, in all its places; without a store none can be */
	const struct csm_env *env;
	struct csm_arena *a;
	int depth;
	struct csm_err *err;
};

/* ---- fields ---- */

static int unknown_key(struct doc *d, const struct csm_rtype *t, const char *key)
{
	const struct csm_dict *dict = d->env->dict;
	const char **names = csm_calloc(d->a, t->nfields + (size_t)dict->ntypes + 1, sizeof(*names));
	const struct csm_rtype *owned;
	const char *near;
	unsigned n = 0;
	int field;

	for (unsigned i = 0; i < t->nfields; i++)
		names[n++] = t->fields[i].name;
	for (unsigned i = 0; (owned = csm_dict_owned(dict, t, i, &field)) != NULL; i++)
		names[n++] = csm_type_doc_key(owned);
	near = csm_nearest(key, names);
	return csm_fail(d->err, CSM_E_INVALID, "'%.*s' is no field of %s%s%s%s", CSM_Q(key), t->name,
			near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* A value that is no reference. Null and "" leave the field without one, as an import does. */
static int bind_value(struct doc *d, struct csm_rec *r, int field, const struct csm_node *n)
{
	const struct csm_field *f = &r->type->fields[field];
	const char *text = n->text;
	struct csm_value v;
	int rc = CSM_OK;

	csm_rec_give(r, field);
	if (n->type == CSM_N_SCALAR && (n->scalar == CSM_SC_NULL || !*n->text))
		return CSM_OK;
	if (f->kind == CSM_K_ENUM_LIST && n->type == CSM_N_SEQ)
		rc = csm_node_words(d->a, n, &text, d->err);
	else if (n->type != CSM_N_SCALAR)
		rc = csm_fail(d->err, CSM_E_INVALID, "expected %s, not a %s", csm_kind(f->kind)->help,
			      n->type == CSM_N_MAP ? "map" : "list");
	if (!rc)
		rc = csm_field_parse(d->a, r->type, f, text, d->env->now, &v, d->err);
	if (rc)
		return csm_err_on(d->err, r->type->name, NULL, f->name);
	csm_rec_set(r, field, v);
	return CSM_OK;
}

/* Defaults, then what has to have a value; a schedule that is not stored needs no name. */
static int complete(struct doc *d, struct csm_rec *r)
{
	for (unsigned i = 0; i < r->type->nfields; i++) {
		const struct csm_field *f = &r->type->fields[i];
		int rc;

		if (r->v[i].tag != CSM_NULL || !(f->flags & CSM_F_REQUIRED) ||
		    f->flags & (CSM_F_OWNER | CSM_F_VOLATILE | CSM_F_KEY))
			continue;
		if (!f->def || csm_rec_given(r, (int)i)) {
			csm_fail(d->err, CSM_E_INVALID, "needs a value");
			return csm_err_on(d->err, r->type->name, NULL, f->name);
		}
		rc = csm_field_parse(d->a, r->type, f, f->def, d->env->now, &r->v[i], d->err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

/* The fields of one record; what is left for the caller are its references and its owned records. */
static int bind_record(struct doc *d, struct csm_rec *r, const struct csm_node *map)
{
	const struct csm_dict *dict = d->env->dict;

	for (const struct csm_node *n = map->first; n; n = n->next) {
		int field = csm_field_index(r->type, n->key), owner, rc;

		if (csm_node_is_talk(n->key) || (field < 0 && csm_dict_owned_named(dict, r->type, n->key, &owner)))
			continue;
		if (field >= 0 && r->type->fields[field].kind == CSM_K_REF_LIST)
			continue;
		if (field < 0 || r->type->fields[field].kind == CSM_K_REF)
			return unknown_key(d, r->type, n->key);
		rc = bind_value(d, r, field, n);
		if (rc)
			return rc;
	}
	return complete(d, r);
}

/* ---- spans and exceptions ---- */

/* Say which of a list's entries an error is about: "span 2: end: ...", "span 2 of Holidays: ...". */
static int blame_entry(struct doc *d, const struct csm_cal_def *def, const char *key, unsigned i)
{
	return csm_err_on(d->err, key,
			  d->depth > 1 ? csm_sprintf(d->a, "%u of %s", i + 1, def->name)
				       : csm_sprintf(d->a, "%u", i + 1),
			  NULL);
}

static int fail_list(struct doc *d, const char *key, const char *what)
{
	csm_fail(d->err, CSM_E_INVALID, "expected a list of %s", what);
	return csm_err_on(d->err, NULL, NULL, key);
}

/* The value of a key as a list of nodes: one that stands alone is a list of one. */
static int list_of(struct doc *d, const struct csm_node *map, const char *key, const char *what,
		   const struct csm_node **first, unsigned *n)
{
	const struct csm_node *v = csm_node_get(map, key);

	*first = NULL;
	*n = 0;
	if (!v || (v->type == CSM_N_SCALAR && v->scalar == CSM_SC_NULL))
		return CSM_OK;
	if (v->type == CSM_N_SCALAR)
		return fail_list(d, key, what);
	*first = v->type == CSM_N_SEQ ? v->first : v;
	for (const struct csm_node *k = *first; k; k = v->type == CSM_N_SEQ ? k->next : NULL) {
		++*n;
		if (k->type != CSM_N_MAP)
			return fail_list(d, key, what);
	}
	return CSM_OK;
}

static int read_span(struct doc *d, const struct csm_node *map, struct csm_cal_span *span)
{
	struct csm_rec *r = csm_rec_new(d->a, &csm_type_schedule_span);
	int rc = bind_record(d, r, map);

	if (!rc)
		rc = schedule_span_rules(r, d->err);
	if (!rc)
		schedule_span_read(r, span);
	return rc;
}

static int read_spans(struct doc *d, const struct csm_node *map, struct csm_cal_def *def)
{
	const char *key = csm_type_doc_key(&csm_type_schedule_span);
	const struct csm_node *n;
	struct csm_cal_span *spans;
	int rc = list_of(d, map, key, "maps", &n, &def->nspans);

	spans = csm_calloc(d->a, def->nspans, sizeof(*spans));
	def->spans = spans;
	for (unsigned i = 0; !rc && i < def->nspans; i++, n = n->next)
		if ((rc = read_span(d, n, &spans[i])) != CSM_OK)
			blame_entry(d, def, key, i);
	return rc;
}

static int read_exception(struct doc *d, const struct csm_node *map, struct csm_cal_exception *e)
{
	struct csm_rec *r = csm_rec_new(d->a, &csm_type_schedule_exception);
	int rc = bind_record(d, r, map);

	if (!rc)
		rc = schedule_exception_rules(r, d->err);
	return rc ? rc : schedule_exception_read(r, e, d->err);
}

static int read_exceptions(struct doc *d, const struct csm_node *map, struct csm_cal_def *def)
{
	const char *key = csm_type_doc_key(&csm_type_schedule_exception);
	const struct csm_node *n;
	struct csm_cal_exception *exceptions;
	int rc = list_of(d, map, key, "maps", &n, &def->nexceptions);

	exceptions = csm_calloc(d->a, def->nexceptions, sizeof(*exceptions));
	def->exceptions = exceptions;
	for (unsigned i = 0; !rc && i < def->nexceptions; i++, n = n->next)
		if ((rc = read_exception(d, n, &exceptions[i])) != CSM_OK)
			blame_entry(d, def, key, i);
	return rc;
}

/* ---- what it includes and excludes: names of stored schedules, or documents ---- */

static int read_document(struct doc *d, const struct csm_node *map, struct csm_cal_def **out);

static int read_named(struct doc *d, const char *key, struct csm_cal_def **out)
{
	int64_t id;
	int rc;

	if (!d->named.store)
		return csm_fail(d->err, CSM_E_NOTFOUND, "there is no database to look up schedule '%.*s' in",
				CSM_Q(key));
	rc = csm_store_find(d->named.store, &csm_type_schedule, key, &id, d->err);
	return rc ? rc : schedule_walk(&d->named, id, 0, out, d->err);
}

static int add_other(struct doc *d, const struct csm_node *n, const char *key, struct csm_vec *defs)
{
	struct csm_cal_def **def = csm_vec_add(defs);

	if (n->type == CSM_N_MAP)
		return read_document(d, n, def);
	if (n->type == CSM_N_SCALAR && n->scalar != CSM_SC_NULL && *n->text)
		return read_named(d, n->text, def);
	return fail_list(d, key, "schedules");
}

/* A list, or a text of keys as an import takes it. */
static int read_others(struct doc *d, const struct csm_node *map, int field,
		       const struct csm_cal_def *const **out, unsigned *n)
{
	const char *key = csm_type_schedule.fields[field].name, *rest;
	const struct csm_node *v = csm_node_get(map, key);
	struct csm_vec defs = CSM_VEC(d->a, const struct csm_cal_def *);
	struct csm_node one = { .type = CSM_N_SCALAR, .scalar = CSM_SC_QUOTED };
	int rc = CSM_OK;

	if (v && v->type == CSM_N_MAP)
		rc = add_other(d, v, key, &defs);
	for (const struct csm_node *k = v && v->type == CSM_N_SEQ ? v->first : NULL; !rc && k; k = k->next)
		rc = add_other(d, k, key, &defs);
	rest = v && v->type == CSM_N_SCALAR && v->scalar != CSM_SC_NULL ? v->text : NULL;
	while (!rc && rest) {
		one.text = csm_node_next_key(d->a, &rest);
		if (*one.text)
			rc = add_other(d, &one, key, &defs);
	}
	*out = defs.p;
	*n = (unsigned)defs.n;
	return rc ? csm_err_on(d->err, NULL, NULL, *d->err->field ? NULL : key) : CSM_OK;
}

/* ---- the whole ---- */

static int read_parts(struct doc *d, const struct csm_node *map, struct csm_cal_def *def)
{
	int rc = read_spans(d, map, def);

	if (!rc)
		rc = read_exceptions(d, map, def);
	if (!rc)
		rc = read_others(d, map, SCHEDULE_INCLUDE, &def->include, &def->ninclude);
	return rc ? rc : read_others(d, map, SCHEDULE_EXCLUDE, &def->exclude, &def->nexclude);
}

static int read_document(struct doc *d, const struct csm_node *map, struct csm_cal_def **out)
{
	struct csm_cal_def *def = csm_alloc(d->a, sizeof(*def));
	struct csm_rec *r = csm_rec_new(d->a, &csm_type_schedule);
	int rc;

	*out = def;
	if (++d->depth > SVC_SCHEDULE_DEPTH + 1)
		return csm_fail(d->err, CSM_E_REFUSED, "schedules include or exclude each other more than %d deep",
				SVC_SCHEDULE_DEPTH);
	rc = bind_record(d, r, map);
	if (!rc)
		rc = schedule_rules(r, d->env->tzdir, d->err);
	if (!rc)
		rc = schedule_read(r, def, d->err);
	if (!rc && !*def->name)
		def->name = "inline";
	if (!rc)
		rc = read_parts(d, map, def);
	d->depth--;
	return rc;
}

int csm_schedule_def_inline(struct csm_store *s, const struct csm_env *env, const struct csm_node *document,
			    struct csm_arena *a, struct csm_cal_def **out, struct csm_err *err)
{
	struct csm_err own = { 0 };
	struct doc d = { { s, a, 0 }, env, a, 0, err ? err : &own };

	if (document->type != CSM_N_MAP)
		return csm_fail(err, CSM_E_INVALID, "expected a map of the fields of a schedule");
	return read_document(&d, document, out);
}
