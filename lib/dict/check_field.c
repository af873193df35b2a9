/* SPDX-License-Identifier: MIT */
/* check_field.c - the rows of fields checked. */
#include <string.h>

#include "dict/dict_priv.h"

#define FIELD_MAX_LEN 59 /* PostgreSQL cuts names at 63 bytes; _currency and index names need room */
#define ALL_FLAGS (((1u << 20) - 1) | CSM_F_PERSONAL(15u))

static void check_name(struct dict_check *c, const struct csm_rtype *t, unsigned at)
{
	const char *name = t->fields[at].name;

	if (!dict_is_snake(name) || strlen(name) > FIELD_MAX_LEN) {
		dict_find(c, t, name, "the name is no snake_case name of at most %d letters",
			  FIELD_MAX_LEN);
		return;
	}
	if (dict_is_reserved(name) && !(t->fields[at].flags & CSM_F_QUOTED))
		dict_find(c, t, name, "the name is a reserved word of SQL");
	if (!dict_is_reserved(name) && (t->fields[at].flags & CSM_F_QUOTED))
		dict_find(c, t, name, "quoted, but no reserved word of SQL");
	if (!strcmp(name, "id"))
		dict_find(c, t, name, "the name is the key column's, which every table has");
	for (unsigned i = 0; i < at; i++) {
		const struct csm_field *o = &t->fields[i];
		size_t n = strlen(o->name);

		if (!strcmp(o->name, name))
			dict_find(c, t, name, "two fields have this name");
		if (o->kind == CSM_K_MONEY && !strncmp(name, o->name, n) &&
		    !strcmp(name + n, "_currency"))
			dict_find(c, t, name, "the name is the currency column of '%s'", o->name);
	}
}

static void check_texts(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f)
{
	if (!f->label || !*f->label)
		dict_find(c, t, f->name, "label is missing");
	if (!f->help || !*f->help)
		dict_find(c, t, f->name, "help is missing");
	else if (strchr(f->help, '\n') || f->help[strlen(f->help) - 1] == '.')
		dict_find(c, t, f->name, "help is one line without a full stop");
}

static void check_choices(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f)
{
	bool must = f->kind == CSM_K_ENUM || f->kind == CSM_K_ENUM_LIST;

	if (must && (!f->choices || !f->choices[0].value))
		dict_find(c, t, f->name, "choices are missing");
	if (f->choices && !must && f->kind != CSM_K_INT)
		dict_find(c, t, f->name, "choices on kind %s", csm_kind(f->kind)->name);
	for (const struct csm_choice *a = f->choices; a && a->value; a++) {
		int64_t v;
		const char *end;

		if (!*a->value || strpbrk(a->value, ", '\"\t\n"))
			dict_find(c, t, f->name, "choice '%s' has a comma, blank or quote, or is empty",
				  a->value);
		if (f->kind == CSM_K_INT &&
		    (dict_read_scaled(a->value, 0, &v, &end) != DICT_NUMBER_OK || *end))
			dict_find(c, t, f->name, "choice '%s' is no whole number", a->value);
		if (!a->label || !*a->label) {
			dict_find(c, t, f->name, "choice '%s' has no label", a->value);
			continue;
		}
		for (const struct csm_choice *b = f->choices; b != a; b++)
			if (!strcmp(a->value, b->value) ||
			    (b->label && dict_same_folded(a->label, b->label)))
				dict_find(c, t, f->name, "choice '%s' twice, by value or label",
					  a->value);
	}
}

static void check_target(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f)
{
	bool ref = f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST;

	if (ref && (!f->target || !csm_dict_type(c->dict, f->target)))
		dict_find(c, t, f->name, "it refers to '%s', which is no type",
			  f->target ? f->target : "");
	if (!ref && f->target)
		dict_find(c, t, f->name, "a target on kind %s", csm_kind(f->kind)->name);
	if (f->ondel > CSM_ON_CASCADE || (!ref && f->ondel))
		dict_find(c, t, f->name, "what deleting the target does is not known here");
	if (ref && f->ondel == CSM_ON_CLEAR && (f->flags & CSM_F_REQUIRED))
		dict_find(c, t, f->name, "required, but emptied when its target is deleted");
	if ((f->flags & CSM_F_NOINDEX) && (!ref || (f->flags & CSM_F_INDEX)))
		dict_find(c, t, f->name, "NOINDEX is for references that have no INDEX");
	if ((f->flags & CSM_F_OWNER) && f->kind != CSM_K_REF)
		dict_find(c, t, f->name, "an owner is a reference");
	for (const struct csm_field *o = t->fields; (f->flags & CSM_F_OWNER) && o != f; o++)
		if ((o->flags & CSM_F_OWNER) && o->target && f->target && !strcmp(o->target, f->target))
			dict_find(c, t, f->name, "'%s' is an owner of the same type", o->name);
}

static void check_limits(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f)
{
	bool number = f->kind == CSM_K_INT || f->kind == CSM_K_DECIMAL || f->kind == CSM_K_DURATION;
	bool text = csm_kind(f->kind)->tag == CSM_TEXT && f->kind != CSM_K_DATE;

	if (f->min > f->max)
		dict_find(c, t, f->name, "min is above max");
	if ((f->min || f->max) && (!number || f->choices))
		dict_find(c, t, f->name, "bounds on kind %s%s", csm_kind(f->kind)->name,
			  f->choices ? " with choices" : "");
	if (f->max_len && !text)
		dict_find(c, t, f->name, "a length on kind %s", csm_kind(f->kind)->name);
	if (f->max_len > CSM_MAX_LONG)
		dict_find(c, t, f->name, "max_len is above %d", CSM_MAX_LONG);
}

bool dict_is_computed(const struct csm_rtype *t, const struct csm_field *f)
{
	return f->flags & CSM_F_LIVE ||
	       (f->flags & CSM_F_COMPUTED && !(t->prefix && strcmp(f->name, "number") == 0));
}

/* What a value is replaced by has to be a value of the kind. */
static void check_personal(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f)
{
	enum csm_personal p = csm_field_personal(f);
	bool fits;

	switch (p) {
	case CSM_PERSONAL_NOT:
		fits = true;
		break;
	case CSM_PERSONAL_EMAIL:
		fits = f->kind == CSM_K_EMAIL || f->kind == CSM_K_TEXT;
		break;
	case CSM_PERSONAL_PHONE:
		fits = f->kind == CSM_K_PHONE || f->kind == CSM_K_TEXT;
		break;
	case CSM_PERSONAL_COORDINATE:
		fits = f->kind == CSM_K_DECIMAL && f->min < f->max;
		break;
	case CSM_PERSONAL_CONDITION:
		fits = f->kind == CSM_K_EXPR;
		break;
	default:
		fits = f->kind == CSM_K_TEXT && p <= CSM_PERSONAL_CONDITION;
	}
	if (!fits)
		dict_find(c, t, f->name, "what is personal in it does not fit the kind %s", csm_kind(f->kind)->name);
}

static void check_flags(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f)
{
	uint32_t fl = f->flags;

	if (fl & ~ALL_FLAGS)
		dict_find(c, t, f->name, "unknown flags");
	check_personal(c, t, f);
	if ((fl & CSM_F_COMPUTED) && (fl & (CSM_F_REQUIRED | CSM_F_INDEX)))
		dict_find(c, t, f->name, "computed, so it can be neither required nor indexed");
	if ((fl & CSM_F_COMPUTED) && (fl & CSM_F_KEY) && strcmp(f->name, "number") != 0)
		dict_find(c, t, f->name, "a computed key");
	if (dict_is_computed(t, f) && !t->compute)
		dict_find(c, t, f->name, "computed, but the type has no compute hook");
	if ((fl & CSM_F_SECRET) && (fl & (CSM_F_LIST | CSM_F_SEARCH | CSM_F_KEY | CSM_F_TITLE)))
		dict_find(c, t, f->name, "secret, but listed, searched, a key or a title");
	if ((fl & CSM_F_SEARCH) && csm_kind(f->kind)->tag != CSM_TEXT)
		dict_find(c, t, f->name, "kind %s can't be searched", csm_kind(f->kind)->name);
	if ((fl & CSM_F_LONG) && f->kind != CSM_K_TEXT && f->kind != CSM_K_EXPR && f->kind != CSM_K_JSON)
		dict_find(c, t, f->name, "kind %s has no lines", csm_kind(f->kind)->name);
}

void dict_check_default(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f,
			const char *text, const char *what)
{
	struct csm_err err = { 0 };
	struct csm_value v;

	if (!strcmp(text, "@now") || !strcmp(text, "@today") || !strcmp(text, "@actor")) {
		bool fits = text[1] == 'n' ? f->kind == CSM_K_TIME
			    : text[1] == 't'
				    ? f->kind == CSM_K_DATE
				    : f->kind == CSM_K_TEXT || (f->target && !strcmp(f->target, "user"));

		if (!fits)
			dict_find(c, t, f->name, "%s: %s on kind %s", what, text,
				  csm_kind(f->kind)->name);
		return;
	}
	if (!csm_kind(f->kind)->parse)
		dict_find(c, t, f->name, "%s: a reference can only be @actor", what);
	else if (csm_field_parse(c->arena, t, f, text, 0, &v, &err))
		dict_find(c, t, f->name, "%s: %s", what, err.msg);
	else if (v.tag == CSM_NULL && (f->flags & CSM_F_REQUIRED))
		dict_find(c, t, f->name, "%s: it is required and can't be empty", what);
}

static void check_std(struct dict_check *c, const struct csm_rtype *t)
{
	static const struct csm_field std[] = { CSM_STD };

	for (unsigned i = 0; i < CSM_COUNT(std); i++) {
		const struct csm_field *f = t->nfields >= CSM_COUNT(std)
						    ? &t->fields[t->nfields - CSM_COUNT(std) + i]
						    : NULL;

		if (!f || strcmp(f->name, std[i].name) != 0 || f->kind != std[i].kind)
			dict_find(c, t, std[i].name, "every type ends with the fields of CSM_STD");
	}
}

void dict_check_fields(struct dict_check *c, const struct csm_rtype *t)
{
	unsigned titles = 0;

	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		check_name(c, t, i);
		if ((unsigned)f->kind >= CSM_K__N) {
			dict_find(c, t, f->name, "unknown kind");
			continue;
		}
		check_texts(c, t, f);
		check_choices(c, t, f);
		check_target(c, t, f);
		check_limits(c, t, f);
		check_flags(c, t, f);
		if (f->def)
			dict_check_default(c, t, f, f->def, "default");
		titles += (f->flags & CSM_F_TITLE) != 0;
	}
	if (titles > 1)
		dict_find(c, t, NULL, "%u titles; a type has at most one", titles);
	check_std(c, t);
}
