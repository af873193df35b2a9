/* SPDX-License-Identifier: MIT */
/* filter_value.c - paths and typed values of conditions. */
#include <inttypes.h>
#include <string.h>

#include <csm/utf8.h>

#include "dict/dict_priv.h"
#include "dict/filter_priv.h"

bool filter_is_number(const struct csm_rtype *t, const struct csm_field *f)
{
	return t->prefix && (f->flags & CSM_F_COMPUTED) && !strcmp(f->name, "number");
}

/* ---- paths ---- */

static int fail_unknown(struct filter_parser *p, size_t at, const struct csm_rtype *t, const char *name)
{
	const char *near = csm_field_near(p->arena, t, name);

	if (near)
		return filter_fail(p, at, "%s has no field '%.*s'; did you mean '%s'?", t->name,
				   CSM_Q(name), near);
	return filter_fail(p, at, "%s has no field '%.*s'", t->name, CSM_Q(name));
}

/* The type that a step of the path leads to. */
static int take_step(struct filter_parser *p, size_t at, const struct csm_field *f,
		     const struct csm_rtype **t)
{
	if (f->kind != CSM_K_REF)
		return filter_fail(
			p, at,
			"'%s' is %s and no reference to another record, so no path goes on from it",
			f->name, csm_kind(f->kind)->name);
	*t = csm_dict_type(p->env->dict, f->target);
	if (!*t)
		return filter_fail(p, at, "'%s' refers to '%s', which is no type", f->name, f->target);
	return CSM_OK;
}

int filter_path(struct filter_parser *p, struct csm_filter *node)
{
	const struct csm_rtype *t = p->type;
	const char *s = p->token.s;
	size_t at = p->token.at;

	node->type = t;
	for (;;) {
		size_t n = strcspn(s, ".");
		const char *name = csm_strndup(p->arena, s, n);
		int i = csm_field_index(t, name), rc;

		if (i < 0)
			return fail_unknown(p, at, t, name);
		if (node->npath == CSM_MAX_PATH)
			return filter_fail(p, at, "a path has at most %d fields", CSM_MAX_PATH);
		node->steps[node->npath] = t;
		node->path[node->npath++] = i;
		node->field = &t->fields[i];
		if (!s[n])
			break;
		rc = take_step(p, at, node->field, &t);
		if (rc)
			return rc;
		s += n + 1;
		at += n + 1;
	}
	if (node->field->flags & CSM_F_SECRET)
		return filter_fail(p, at, "'%s' is secret and can't be compared", node->field->name);
	if ((node->field->flags & CSM_F_COMPUTED) && !filter_is_number(t, node->field))
		return filter_fail(p, at, "'%s' is computed and can't be compared", node->field->name);
	return CSM_OK;
}

/* ---- operators ---- */

static bool has_order(enum csm_kind k)
{
	return k != CSM_K_BOOL && k != CSM_K_REF && k != CSM_K_ENUM_LIST && k != CSM_K_REF_LIST &&
	       k != CSM_K_EXPR && k != CSM_K_JSON;
}

static bool has_text(enum csm_kind k)
{
	return k == CSM_K_TEXT || k == CSM_K_ENUM || k == CSM_K_EMAIL || k == CSM_K_PHONE ||
	       k == CSM_K_DATE || k == CSM_K_ZONE;
}

/* What to write instead of `ref ~ pattern`: the title of the target. */
static int fail_glob_ref(struct filter_parser *p, const struct csm_field *f, size_t at)
{
	const struct csm_rtype *t = csm_dict_type(p->env->dict, f->target);
	const char *name = "name";

	if (t && t->nfields)
		name = t->fields[csm_type_title(t)].name;
	return filter_fail(p, at, "'%s' refers to a record; ~ works on a text of it, such as %s.%s",
			   f->name, f->name, name);
}

int filter_check_op(struct filter_parser *p, const struct csm_filter *node, size_t at)
{
	const struct csm_field *f = node->field;
	const char *kind = csm_kind(f->kind)->name;
	bool list = f->kind == CSM_K_ENUM_LIST || f->kind == CSM_K_REF_LIST;

	switch (node->op) {
	case CSM_OP_HAS:
		if (!list)
			return filter_fail(p, at, "'%s' is %s and no list; use = or ~", f->name, kind);
		return CSM_OK;
	case CSM_OP_GLOB:
	case CSM_OP_NGLOB:
		if (f->kind == CSM_K_REF)
			return fail_glob_ref(p, f, at);
		if (!has_text(f->kind))
			return filter_fail(p, at, "'%s' is %s; ~ works on text", f->name, kind);
		return CSM_OK;
	case CSM_OP_LT:
	case CSM_OP_LE:
	case CSM_OP_GT:
	case CSM_OP_GE:
		if (!has_order(f->kind))
			return filter_fail(p, at, "'%s' is %s and has no order", f->name, kind);
		return CSM_OK;
	default:
		if (list && node->op != CSM_OP_NULL && node->op != CSM_OP_NOTNULL)
			return filter_fail(p, at, "'%s' is a list; use contains", f->name);
		return CSM_OK;
	}
}

/* ---- values ---- */

static bool read_id(const char *s, int64_t *id)
{
	const char *end;

	return dict_read_scaled(s, 0, id, &end) == DICT_NUMBER_OK && !*end && !strchr(s, '.') && *id > 0;
}

/*
 * A record: me, #17 (an id), or a key for the caller to look up. Without somebody to ask only what can
 * be read by itself is taken, so that conditions can be checked before there is a database.
 */
static int read_ref(struct filter_parser *p, const struct csm_field *f, int64_t *id)
{
	const struct csm_rtype *target = csm_dict_type(p->env->dict, f->target);
	const char *s = p->token.s;
	bool word = p->token.type == TOKEN_WORD;

	if (!target)
		return filter_fail(p, p->token.at, "'%s' refers to '%s', which is no type", f->name,
				   f->target);
	if (word && !strcmp(s, "me") && !strcmp(target->name, "user")) {
		*id = p->env->me;
		if (!*id && p->env->ref)
			return filter_fail(p, p->token.at,
					   "'me' is nobody: the actor is no user of this database");
		return CSM_OK;
	}
	if (word && s[0] == '#' && read_id(s + 1, id))
		return CSM_OK;
	if (p->env->ref) {
		int rc = p->env->ref(p->env->arg, target, s, id, p->err);

		if (rc && p->err)
			p->err->col =
				(int64_t)csm_utf8_len(csm_strndup(p->arena, p->text, p->token.at)) + 1;
		return rc;
	}
	*id = csm_number_parse(target, s);
	if (*id || read_id(s, id))
		return CSM_OK;
	return filter_fail(p, p->token.at,
			   "'%.*s' is no number of %s; only numbers can be read without a database",
			   CSM_Q(s), target->name);
}

static int read_number(struct filter_parser *p, const struct csm_rtype *t, struct csm_value *out)
{
	int64_t id = csm_number_parse(t, p->token.s);

	if (!id)
		return filter_fail(p, p->token.at, "'%.*s' is no number of %s; expected one such as %s",
				   CSM_Q(p->token.s), t->name, csm_number_format(p->arena, t, 42));
	*out = csm_text(csm_number_format(p->arena, t, id));
	return CSM_OK;
}

/* An amount and its currency may stand apart without quotes: 1250 EUR. */
static int join_money(struct filter_parser *p)
{
	struct filter_parser ahead = *p;
	unsigned digits;

	if (p->token.type != TOKEN_WORD || filter_next(&ahead) || ahead.token.type != TOKEN_WORD ||
	    strlen(ahead.token.s) != 3 || !dict_currency(ahead.token.s, &digits))
		return CSM_OK;
	ahead.token.s = csm_sprintf(p->arena, "%s %s", p->token.s, ahead.token.s);
	ahead.token.at = p->token.at;
	*p = ahead;
	return CSM_OK;
}

static int read_plain(struct filter_parser *p, const struct csm_filter *node, struct csm_value *out)
{
	const struct csm_rtype *t = node->steps[node->npath - 1];
	struct csm_field element = *node->field;
	int rc;

	/* One element of a list is one of the choices. */
	if (element.kind == CSM_K_ENUM_LIST)
		element.kind = CSM_K_ENUM;
	if (element.kind == CSM_K_MONEY)
		join_money(p);
	rc = csm_field_parse(p->arena, t, &element, p->token.s, p->env->now, out, p->err);
	if (rc && p->err)
		p->err->col = (int64_t)csm_utf8_len(csm_strndup(p->arena, p->text, p->token.at)) + 1;
	return rc;
}

int filter_value(struct filter_parser *p, const struct csm_filter *node, struct csm_value *out)
{
	const struct csm_field *f = node->field;
	const struct csm_rtype *t = node->steps[node->npath - 1];
	int64_t id = 0;
	int rc;

	if (p->token.type != TOKEN_WORD && p->token.type != TOKEN_TEXT)
		return filter_expected(
			p, csm_sprintf(p->arena, "%s for '%s'", csm_kind(f->kind)->help, f->name));
	if (!*p->token.s || filter_word(p, "null"))
		return filter_fail(p, p->token.at, "nothing is compared with null; write %s is null",
				   f->name);
	if (node->op == CSM_OP_GLOB || node->op == CSM_OP_NGLOB) {
		rc = csm_text_check(p->token.s, strlen(p->token.s), p->err);
		*out = csm_text(csm_utf8_fold(p->arena, p->token.s));
	} else if (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST) {
		rc = read_ref(p, f, &id);
		*out = f->kind == CSM_K_REF ? csm_int(id)
					    : csm_text(csm_sprintf(p->arena, "%" PRId64, id));
	} else if (filter_is_number(t, f)) {
		rc = read_number(p, t, out);
	} else {
		rc = read_plain(p, node, out);
	}
	if (!rc && p->env->value)
		p->env->value(p->env->arg, f, node->op, p->token.at, p->pos, p->token.s);
	return rc ? rc : filter_next(p);
}
