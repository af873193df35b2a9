/* SPDX-License-Identifier: MIT */
/*
 * schema.c - JSON Schema (2020-12) of the documents that import reads and export writes.
 *
 * It describes the canonical form, as export writes it. Import takes more: numbers and booleans as text, times
 * such as -7d, labels of choices.
 */
#include <inttypes.h>

#include "export_priv.h"

struct schema {
	const struct csm_dict *dict;
	struct csm_writer *w;
	struct csm_arena *arena;
};

static void put(const struct schema *s, const char *key, const char *text)
{
	csm_writer_put(s->w, key, CSM_W_TEXT, text);
}

static void put_raw(const struct schema *s, const char *key, const char *text)
{
	csm_writer_put(s->w, key, CSM_W_NUMBER, text);
}

static void begin_map(const struct schema *s, const char *key)
{
	if (key)
		csm_writer_key(s->w, key);
	csm_writer_map(s->w);
}

static void begin_seq(const struct schema *s, const char *key)
{
	csm_writer_key(s->w, key);
	csm_writer_seq(s->w);
}

static void put_ref(const struct schema *s, const char *key, const char *name)
{
	begin_map(s, key);
	put(s, "$ref", csm_sprintf(s->arena, "#/$defs/%s", name));
	csm_writer_map_end(s->w);
}

static void put_null_type(const struct schema *s)
{
	begin_map(s, NULL);
	put(s, "type", "null");
	csm_writer_map_end(s->w);
}

/* A type, or that or null. */
static void put_type(const struct schema *s, const char *type, bool null)
{
	if (!null) {
		put(s, "type", type);
		return;
	}
	begin_seq(s, "type");
	csm_writer_value(s->w, CSM_W_TEXT, type);
	csm_writer_value(s->w, CSM_W_TEXT, "null");
	csm_writer_seq_end(s->w);
}

/* ---- fields ---- */

/* null clears a field; one that is never empty and has no default can't be cleared. */
static bool is_clearable(const struct csm_field *f)
{
	return !(f->flags & CSM_F_REQUIRED) || f->def || f->flags & CSM_F_DERIVED;
}

static void put_choices(const struct schema *s, const struct csm_field *f, bool null)
{
	begin_seq(s, "enum");
	for (const struct csm_choice *c = f->choices; c->value; c++)
		csm_writer_value(s->w, f->kind == CSM_K_INT ? CSM_W_NUMBER : CSM_W_TEXT, c->value);
	if (null)
		csm_writer_value(s->w, CSM_W_NULL, NULL);
	csm_writer_seq_end(s->w);
}

static void put_list(const struct schema *s, const struct csm_field *f, bool null)
{
	put_type(s, "array", null);
	if (f->kind == CSM_K_REF_LIST) {
		put_ref(s, "items", "reference");
		return;
	}
	begin_map(s, "items");
	put_choices(s, f, false);
	csm_writer_map_end(s->w);
	csm_writer_put(s->w, "uniqueItems", CSM_W_BOOL, "true");
}

static void put_bounds(const struct schema *s, const struct csm_field *f)
{
	const struct csm_value low = csm_int(f->min), high = csm_int(f->max);

	if (f->min >= f->max)
		return;
	put_raw(s, "minimum", csm_field_format(s->arena, f, &low));
	put_raw(s, "maximum", csm_field_format(s->arena, f, &high));
}

static void put_plain(const struct schema *s, const struct csm_rtype *t, const struct csm_field *f, bool null)
{
	const struct csm_kind_row *k = csm_kind(f->kind);
	bool number = f->flags & CSM_F_COMPUTED && strcmp(f->name, "number") == 0;

	put_type(s, k->json_type, null);
	if (number && t->prefix)
		put(s, "pattern", csm_sprintf(s->arena, "^%s[0-9]{7,}$", t->prefix));
	if (number)
		return;
	if (f->kind == CSM_K_INT || f->kind == CSM_K_DECIMAL) {
		put_bounds(s, f);
		return;
	}
	if (k->json_format)
		put(s, *k->json_format == '^' ? "pattern" : "format", k->json_format);
	if (f->kind == CSM_K_TEXT || f->kind == CSM_K_EMAIL || f->kind == CSM_K_PHONE || f->kind == CSM_K_ZONE)
		put_raw(s, "maxLength", csm_sprintf(s->arena, "%u", f->max_len ? f->max_len : CSM_MAX_TEXT));
}

static void put_value(const struct schema *s, const struct csm_rtype *t, const struct csm_field *f)
{
	bool null = is_clearable(f);

	if (f->kind == CSM_K_REF && null) {
		begin_seq(s, "anyOf");
		put_ref(s, NULL, "reference");
		put_null_type(s);
		csm_writer_seq_end(s->w);
	} else if (f->kind == CSM_K_REF) {
		put(s, "$ref", "#/$defs/reference");
	} else if (f->kind == CSM_K_REF_LIST || f->kind == CSM_K_ENUM_LIST) {
		put_list(s, f, null);
	} else if (f->choices) {
		put_type(s, csm_kind(f->kind)->json_type, null);
		put_choices(s, f, null);
	} else {
		put_plain(s, t, f, null);
	}
}

static void put_default(const struct schema *s, const struct csm_field *f)
{
	if (!f->def || *f->def == '@')
		return;
	csm_writer_put(s->w, "default",
		       f->kind == CSM_K_INT || f->kind == CSM_K_DECIMAL ? CSM_W_NUMBER
		       : f->kind == CSM_K_BOOL				? CSM_W_BOOL
									: CSM_W_TEXT,
		       f->def);
}

/* Choices that are numbers say nothing without their labels. */
static const char *describe(const struct schema *s, const struct csm_field *f)
{
	struct csm_buf b = CSM_BUF(s->arena);

	if (f->kind != CSM_K_INT || !f->choices)
		return f->help;
	csm_buf_addf(&b, "%s (", f->help);
	for (const struct csm_choice *c = f->choices; c->value; c++)
		csm_buf_addf(&b, "%s%s %s", c == f->choices ? "" : ", ", c->value, c->label);
	csm_buf_addc(&b, ')');
	return b.s;
}

/* ---- types ---- */

/*
 * The field of a type by which its records may stand inside a record of type target: the one named so, else the
 * only one.
 */
static const struct csm_field *nesting_field(const struct csm_rtype *t, const struct csm_rtype *target)
{
	const struct csm_field *only = NULL;
	unsigned n = 0;

	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (f->kind != CSM_K_REF || strcmp(f->target, target->name) != 0)
			continue;
		if (strcmp(f->name, target->name) == 0 ||
		    (strncmp(f->name, "parent_", 7) == 0 && strcmp(f->name + 7, target->name) == 0))
			return f;
		only = f;
		n++;
	}
	return n == 1 ? only : NULL;
}

/* What has to be given for a new record: no default, csm does not find it, and no record around it says it. */
static bool is_needed(const struct schema *s, const struct csm_rtype *t, const struct csm_field *f)
{
	if (!(f->flags & CSM_F_REQUIRED) || f->def ||
	    f->flags & (CSM_F_COMPUTED | CSM_F_DERIVED | CSM_F_OWNER | CSM_F_READONLY | CSM_F_BYVERB))
		return false;
	return f->kind != CSM_K_REF || nesting_field(t, csm_dict_type(s->dict, f->target)) != f;
}

static void put_records(const struct schema *s, const char *key, const struct csm_rtype *t)
{
	begin_map(s, key);
	put(s, "description", t->help);
	begin_seq(s, "anyOf");
	begin_map(s, NULL);
	put(s, "type", "array");
	put_ref(s, "items", t->name);
	csm_writer_map_end(s->w);
	put_ref(s, NULL, t->name);
	put_null_type(s);
	csm_writer_seq_end(s->w);
	csm_writer_map_end(s->w);
}

/* Records of a type that refers to this one may stand inside it, under the name of their type. */
static bool may_nest(const struct schema *s, const struct csm_rtype *t, const struct csm_rtype *from)
{
	const struct csm_rtype *owned;
	int field;

	for (unsigned i = 0; i < t->nfields; i++)
		if (strcmp(t->fields[i].name, from->name) == 0)
			return false;
	for (unsigned i = 0; (owned = csm_dict_owned(s->dict, t, i, &field)) != NULL; i++)
		if (strcmp(csm_type_doc_key(owned), from->name) == 0)
			return false;
	return !(from->flags & CSM_T_OWNED) && nesting_field(from, t);
}

static void put_properties(const struct schema *s, const struct csm_rtype *t)
{
	const struct csm_rtype *owned;
	int field;

	begin_map(s, "properties");
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (f->flags & CSM_F_SECRET)
			continue;
		begin_map(s, f->name);
		put(s, "title", f->label);
		put(s, "description", describe(s, f));
		put_value(s, t, f);
		put_default(s, f);
		csm_writer_map_end(s->w);
	}
	for (unsigned i = 0; (owned = csm_dict_owned(s->dict, t, i, &field)) != NULL; i++)
		put_records(s, csm_type_doc_key(owned), owned);
	for (unsigned i = 0; i < s->dict->ntypes; i++)
		if (may_nest(s, t, s->dict->types[i]))
			put_records(s, s->dict->types[i]->name, s->dict->types[i]);
	csm_writer_map_end(s->w);
	csm_writer_put(s->w, "additionalProperties", CSM_W_BOOL, "false");
}

/* "account.name" beside "account": a reference by a key of the other record. */
static void put_dotted(const struct schema *s, const struct csm_rtype *t)
{
	struct csm_buf b = CSM_BUF(s->arena);

	for (unsigned i = 0; i < t->nfields; i++)
		if (t->fields[i].kind == CSM_K_REF)
			csm_buf_addf(&b, "%s%s", b.n ? "|" : "", t->fields[i].name);
	if (!b.n)
		return;
	begin_map(s, "patternProperties");
	put_ref(s, csm_sprintf(s->arena, "^(%s)\\.", b.s), "key");
	csm_writer_map_end(s->w);
}

static void put_required(const struct schema *s, const char *const *names, unsigned n)
{
	begin_seq(s, "required");
	for (unsigned i = 0; i < n; i++)
		csm_writer_value(s->w, CSM_W_TEXT, names[i]);
	csm_writer_seq_end(s->w);
}

static void put_required_map(const struct schema *s, const char *const *names, unsigned n)
{
	begin_map(s, NULL);
	put_required(s, names, n);
	csm_writer_map_end(s->w);
}

/* A record that names a stored one by a key may leave out what does not change. */
static void put_needed(const struct schema *s, const struct csm_rtype *t)
{
	const char **needed = csm_calloc(s->arena, t->nfields, sizeof(*needed));
	unsigned n = 0, nkeys = 0;

	for (unsigned i = 0; i < t->nfields; i++) {
		if (is_needed(s, t, &t->fields[i]))
			needed[n++] = t->fields[i].name;
		nkeys += (t->fields[i].flags & CSM_F_KEY) != 0;
	}
	if (!n)
		return;
	if (!nkeys) {
		put_required(s, needed, n);
		return;
	}
	begin_seq(s, "anyOf");
	put_required_map(s, needed, n);
	for (unsigned i = 0; i < t->nfields; i++) {
		const char *name = t->fields[i].name;

		if (t->fields[i].flags & CSM_F_KEY && (n > 1 || strcmp(name, needed[0]) != 0))
			put_required_map(s, &name, 1);
	}
	csm_writer_seq_end(s->w);
}

static void put_type_def(const struct schema *s, const struct csm_rtype *t)
{
	begin_map(s, t->name);
	put(s, "title", t->label);
	put(s, "description", t->help);
	put(s, "type", "object");
	put_properties(s, t);
	put_dotted(s, t);
	put_needed(s, t);
	csm_writer_map_end(s->w);
}

static void put_reference(const struct schema *s)
{
	begin_map(s, "key");
	put(s, "description", "A value that a record is known by");
	begin_seq(s, "type");
	csm_writer_value(s->w, CSM_W_TEXT, "string");
	csm_writer_value(s->w, CSM_W_TEXT, "integer");
	csm_writer_value(s->w, CSM_W_TEXT, "number");
	csm_writer_value(s->w, CSM_W_TEXT, "boolean");
	csm_writer_seq_end(s->w);
	csm_writer_map_end(s->w);
	begin_map(s, "reference");
	put(s, "description", "A record: its number or another unique key, or a map of fields that only it has");
	begin_seq(s, "anyOf");
	begin_map(s, NULL);
	put(s, "type", "string");
	put_raw(s, "minLength", "1");
	csm_writer_map_end(s->w);
	begin_map(s, NULL);
	put(s, "type", "object");
	put_raw(s, "minProperties", "1");
	put_raw(s, "maxProperties", "8");
	begin_map(s, "additionalProperties");
	begin_seq(s, "anyOf");
	put_ref(s, NULL, "key");
	put_ref(s, NULL, "reference");
	csm_writer_seq_end(s->w);
	csm_writer_map_end(s->w);
	csm_writer_map_end(s->w);
	csm_writer_seq_end(s->w);
	csm_writer_map_end(s->w);
}

/* ---- together ---- */

/* A type and what may stand inside its records. */
static void reach(const struct schema *s, const struct csm_rtype *t, bool *reached)
{
	const struct csm_rtype *owned;
	int field;
	unsigned at = xfer_dict_index(s->dict, t);

	if (reached[at])
		return;
	reached[at] = true;
	for (unsigned i = 0; (owned = csm_dict_owned(s->dict, t, i, &field)) != NULL; i++)
		reach(s, owned, reached);
	for (unsigned i = 0; i < s->dict->ntypes; i++)
		if (may_nest(s, t, s->dict->types[i]))
			reach(s, s->dict->types[i], reached);
}

int csm_export_schema(const struct csm_dict *d, const struct csm_rtype *const *types, unsigned ntypes,
		      struct csm_arena *a, struct csm_writer *w)
{
	const struct schema s = { d, w, a };
	bool *reached = csm_calloc(a, d->ntypes, sizeof(*reached));

	csm_writer_map(w);
	put(&s, "$schema", "https://json-schema.org/draft/2020-12/schema");
	put(&s, "$id", "urn:csm:documents:1");
	put(&s, "title", "csm documents, format 1");
	put(&s, "description",
	    "What csm export writes and csm import reads. Import takes more than this: see csm-documents(5).");
	put(&s, "$comment", "Made by csm export --schema; changes here are lost.");
	put(&s, "type", "object");
	begin_map(&s, "properties");
	begin_map(&s, "csm");
	put(&s, "description", "Format of the document");
	put_raw(&s, "const", "1");
	csm_writer_map_end(w);
	for (unsigned i = 0; i < d->ntypes; i++) {
		bool named = !types;

		for (unsigned k = 0; types && k < ntypes; k++)
			named = named || types[k] == d->types[i];
		if (!named)
			continue;
		put_records(&s, d->types[i]->name, d->types[i]);
		reach(&s, d->types[i], reached);
	}
	csm_writer_map_end(w);
	csm_writer_put(w, "additionalProperties", CSM_W_BOOL, "false");
	begin_map(&s, "$defs");
	put_reference(&s);
	for (unsigned i = 0; i < d->ntypes; i++)
		if (reached[i])
			put_type_def(&s, d->types[i]);
	csm_writer_map_end(w);
	return csm_writer_map_end(w);
}
