/* SPDX-License-Identifier: MIT */
/* check.c - the dictionary against itself: types, settings and kinds. Fields and lifecycles are in files
 * of their own. */
#include <string.h>

#include <csm/utf8.h>

#include "dict/dict_priv.h"

#define NAME_MAX_LEN 39 /* what csm_err keeps of a type's name */

void dict_find(struct dict_check *c, const struct csm_rtype *t, const char *field, const char *fmt, ...)
{
	struct csm_err err = { 0 };
	struct csm_mark mark = csm_arena_mark(c->arena);
	va_list ap;

	va_start(ap, fmt);
	csm_fail(&err, CSM_E_INVALID, "%s", csm_vsprintf(c->arena, fmt, ap));
	va_end(ap);
	csm_err_on(&err, t ? t->name : NULL, NULL, field);
	csm_diag_note(c->diag, 'e', &err);
	csm_arena_rewind(c->arena, mark);
	c->found++;
}

void dict_find_hook(struct dict_check *c, const struct csm_rtype *t, const char *what, const char *id)
{
	if (id && c->hook_known && !c->hook_known(c->hook_arg, id))
		dict_find(c, t, NULL, "%s: hook '%s' is not registered", what, id);
}

bool dict_is_snake(const char *s)
{
	char last = '_';

	for (const char *p = s; *p; p++) {
		bool letter = *p >= 'a' && *p <= 'z', digit = *p >= '0' && *p <= '9';

		if (!letter && !(digit && p != s) && !(*p == '_' && last != '_'))
			return false;
		last = *p;
	}
	return last != '_';
}

static void check_table_name(struct dict_check *c, const struct csm_rtype *t)
{
	if (!t->table || !dict_is_snake(t->table) || strlen(t->table) > NAME_MAX_LEN)
		dict_find(c, t, NULL, "table '%s' is no snake_case name of at most %d letters",
			  t->table ? t->table : "", NAME_MAX_LEN);
	else if (dict_is_reserved(t->table))
		dict_find(c, t, NULL, "table '%s' is a reserved word of SQL", t->table);
}

/* One prefix may not be another's beginning with digits following; letters only make that sure. */
static void check_prefix(struct dict_check *c, const struct csm_rtype *t)
{
	const struct csm_field *f = csm_field_named(t, "number");
	bool computed = f && (f->flags & CSM_F_COMPUTED);

	if (t->prefix &&
	    (!*t->prefix || strspn(t->prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(t->prefix)))
		dict_find(c, t, NULL, "prefix '%s' is not made of capital letters", t->prefix);
	if (t->prefix && !computed)
		dict_find(c, t, NULL, "prefix '%s' without the computed field number", t->prefix);
	if (!t->prefix && computed)
		dict_find(c, t, "number", "a computed number without a prefix");
}

static void check_same(struct dict_check *c, const struct csm_rtype *t, const struct csm_rtype *other)
{
	if (dict_same_name(t->name, other->name))
		dict_find(c, t, NULL, "two types have this name");
	if (t->table && other->table && !strcmp(t->table, other->table))
		dict_find(c, t, NULL, "table '%s' is %s's too", t->table, other->name);
	if (t->prefix && other->prefix && !strcmp(t->prefix, other->prefix))
		dict_find(c, t, NULL, "prefix '%s' is %s's too", t->prefix, other->name);
}

static void check_texts(struct dict_check *c, const struct csm_rtype *t)
{
	static const char sections[] = "people,customers,products,agreements,work,administration";

	if (!t->section || !csm_word_in(sections, t->section))
		dict_find(c, t, NULL, "section '%s' is none of %s", t->section ? t->section : "",
			  sections);
	if (!t->label || !*t->label || !t->plural || !*t->plural)
		dict_find(c, t, NULL, "label or plural is missing");
	if (!t->help || !*t->help)
		dict_find(c, t, NULL, "help is missing");
	else if (strchr(t->help, '\n') || t->help[strlen(t->help) - 1] == '.')
		dict_find(c, t, NULL, "help is one line without a full stop");
}

/* "a,b;c": each word a stored field, nothing twice in a group. */
static void check_unique(struct dict_check *c, const struct csm_rtype *t)
{
	char group[256], word[64], other[64];

	for (const char *p = t->unique; p && *p; p += strcspn(p, ";"), p += *p == ';') {
		size_t n = strcspn(p, ";");

		if (n >= sizeof(group)) {
			dict_find(c, t, NULL, "unique: a group is too long");
			continue;
		}
		memcpy(group, p, n);
		group[n] = '\0';
		for (unsigned i = 0; csm_word(group, i, word, sizeof(word)); i++) {
			const struct csm_field *f = csm_field_named(t, word);

			if (!f || (f->flags & CSM_F_COMPUTED))
				dict_find(c, t, NULL, "unique: '%s' is no stored field", word);
			for (unsigned j = 0; j < i && csm_word(group, j, other, sizeof(other)); j++)
				if (!strcmp(word, other))
					dict_find(c, t, NULL, "unique: '%s' twice in one group", word);
		}
	}
}

static void check_sort(struct dict_check *c, const struct csm_rtype *t)
{
	char word[64];

	for (unsigned i = 0; csm_word(t->sort, i, word, sizeof(word)); i++)
		if (csm_field_index(t, word + (word[0] == '-')) < 0)
			dict_find(c, t, NULL, "sort: '%s' is no field", word);
}

/* A compute hook has something to fill. */
static void check_compute(struct dict_check *c, const struct csm_rtype *t)
{
	bool any = false;

	for (unsigned i = 0; i < t->nfields; i++)
		any = any || dict_is_computed(t, &t->fields[i]);
	if (t->compute && !any)
		dict_find(c, t, NULL, "a compute hook without a field that it fills");
}

/* Owned types have an owner, each possible owner one field; their keys in an owner's document are its
 * own. */
static void check_owner(struct dict_check *c, const struct csm_rtype *t)
{
	unsigned owners = 0;

	for (unsigned i = 0; i < t->nfields; i++)
		owners += (t->fields[i].flags & CSM_F_OWNER) != 0;
	if (!(t->flags & CSM_T_OWNED) != !owners)
		dict_find(c, t, NULL,
			  owners ? "an owner field, but not owned"
				 : "owned, but without an owner field");
	if (t->doc_key && !dict_is_snake(t->doc_key))
		dict_find(c, t, NULL, "doc_key '%s' is not snake_case", t->doc_key);
	if (t->flags & ~(CSM_T_OWNED | CSM_T_JOURNAL | CSM_T_ENGINE | CSM_T_ADMIN | CSM_T_LOG))
		dict_find(c, t, NULL, "unknown flags");
}

static void check_owned_keys(struct dict_check *c, const struct csm_rtype *t)
{
	const struct csm_rtype *o, *other;

	for (unsigned i = 0; (o = csm_dict_owned(c->dict, t, i, NULL)); i++) {
		const char *key = csm_type_doc_key(o);

		if (csm_field_index(t, key) >= 0)
			dict_find(c, o, NULL, "its key '%s' in a %s is a field of that", key, t->name);
		for (unsigned j = 0; j < i && (other = csm_dict_owned(c->dict, t, j, NULL)); j++)
			if (dict_same_name(csm_type_doc_key(other), key))
				dict_find(c, o, NULL, "its key '%s' in a %s is %s's too", key, t->name,
					  other->name);
	}
}

/* Every look-up goes by name, so nothing else can be asked of a type that has a field without. */
static bool has_names(struct dict_check *c, const struct csm_rtype *t)
{
	for (unsigned i = 0; i < t->nfields; i++) {
		if (t->fields[i].name)
			continue;
		dict_find(c, t, NULL, "field %u has no name", i);
		return false;
	}
	return true;
}

static void check_type(struct dict_check *c, const struct csm_rtype *t)
{
	if (!dict_is_snake(t->name) || strlen(t->name) > NAME_MAX_LEN)
		dict_find(c, t, NULL, "the name is no snake_case name of at most %d letters",
			  NAME_MAX_LEN);
	check_table_name(c, t);
	check_texts(c, t);
	if (!t->nfields || t->nfields > CSM_MAX_FIELDS) {
		dict_find(c, t, NULL, "%u fields; expected 1 to %d", t->nfields, CSM_MAX_FIELDS);
		return;
	}
	if (!has_names(c, t))
		return;
	dict_check_fields(c, t);
	check_prefix(c, t);
	check_owner(c, t);
	check_owned_keys(c, t);
	check_unique(c, t);
	check_sort(c, t);
	dict_find_hook(c, t, "check", t->check);
	dict_find_hook(c, t, "derive", t->derive);
	dict_find_hook(c, t, "after", t->after);
	dict_find_hook(c, t, "compute", t->compute);
	check_compute(c, t);
	if (t->life)
		dict_check_life(c, t);
}

static void check_setting(struct dict_check *c, const struct csm_setting *s, unsigned at)
{
	const struct csm_field f = { .name = s->name, .kind = s->kind };
	struct csm_err err = { 0 };
	struct csm_value v;
	const char *p = s->name;
	char word[64];

	for (; *p; p += strcspn(p, "."), p += *p == '.') {
		size_t n = strcspn(p, ".");

		snprintf(word, sizeof(word), "%.*s", (int)(n < sizeof(word) ? n : sizeof(word) - 1), p);
		if (!n || !dict_is_snake(word) || (p[n] == '.' && !p[n + 1]))
			dict_find(c, NULL, s->name,
				  "the setting's name is not snake_case words with dots between them");
	}
	for (unsigned i = 0; i < at; i++)
		if (dict_same_name(c->dict->settings[i].name, s->name))
			dict_find(c, NULL, s->name, "two settings have this name");
	if (!s->help || !*s->help)
		dict_find(c, NULL, s->name, "help is missing");
	if ((unsigned)s->kind >= CSM_K__N || s->kind == CSM_K_ENUM || s->kind == CSM_K_ENUM_LIST ||
	    !csm_kind(s->kind)->parse)
		dict_find(c, NULL, s->name, "a setting of this kind can't be read");
	else if (s->def && csm_field_parse(c->arena, NULL, &f, s->def, 0, &v, &err))
		dict_find(c, NULL, s->name, "default: %s", err.msg);
}

static void check_kinds(struct dict_check *c)
{
	for (unsigned i = 0; i < CSM_K__N; i++) {
		const struct csm_kind_row *k = csm_kind((enum csm_kind)i);
		bool ref = i == CSM_K_REF || i == CSM_K_REF_LIST;

		if (k->kind != (enum csm_kind)i || !k->name || !k->sql || !k->json_type ||
		    !k->width_hint || !k->help || !k->parse != ref || !k->format != ref ||
		    k->tag == CSM_NULL) {
			dict_find(c, NULL, NULL, "the row of kind %u is not complete", i);
			continue;
		}
		for (unsigned j = 0; j < i; j++)
			if (!strcmp(csm_kind((enum csm_kind)j)->name, k->name))
				dict_find(c, NULL, NULL, "kind '%s' twice", k->name);
	}
}

/* What memory failing means here: the check is a tool, it can't say more than the process ending does.
 */
int csm_dict_check(const struct csm_dict *d, bool (*hook_known)(void *arg, const char *id), void *arg,
		   const struct csm_diag *diag)
{
	struct dict_check c = { d, hook_known, arg, diag, csm_arena_new(NULL, NULL), 0 };

	if (!c.arena)
		return CSM_E_SYSTEM;
	check_kinds(&c);
	for (unsigned i = 0; i < d->ntypes; i++) {
		for (unsigned j = 0; j < i; j++)
			check_same(&c, d->types[i], d->types[j]);
		check_type(&c, d->types[i]);
	}
	for (unsigned i = 0; i < d->nsettings; i++)
		check_setting(&c, &d->settings[i], i);
	csm_arena_free(c.arena);
	return c.found ? CSM_NO : CSM_OK;
}
