/* SPDX-License-Identifier: MIT */
/*
 * filter_parse.c - conditions, by recursive descent. Chains of and, or are joined as balanced trees, so
 * that the depth of a tree follows how deep its text nests and not how long it is.
 */
#include <string.h>

#include <csm/utf8.h>

#include "dict/dict_priv.h"
#include "dict/filter_priv.h"

#define DEPTH_MAX 64

static int parse_or(struct filter_parser *p, struct csm_filter **out);

static struct csm_filter *new_node(struct filter_parser *p, enum csm_op op)
{
	struct csm_filter *f = csm_alloc(p->arena, sizeof(*f));

	f->op = op;
	return f;
}

static struct csm_filter *join_terms(struct csm_arena *a, enum csm_op op, struct csm_filter **terms,
				     size_t n)
{
	struct csm_filter *f;

	if (n == 1)
		return terms[0];
	f = csm_alloc(a, sizeof(*f));
	f->op = op;
	f->a = join_terms(a, op, terms, n - n / 2);
	f->b = join_terms(a, op, terms + (n - n / 2), n / 2);
	return f;
}

struct csm_filter *csm_filter_and(struct csm_arena *a, struct csm_filter *x, struct csm_filter *y)
{
	struct csm_filter *both[2] = { x, y };

	return !x ? y : !y ? x : join_terms(a, CSM_OP_AND, both, 2);
}

static void add_value(struct filter_parser *p, struct csm_filter *f, struct csm_value v, size_t *cap)
{
	if (f->nvalues == *cap) {
		size_t more = *cap ? *cap * 2 : 4;

		f->values = csm_grow(p->arena, f->values, *cap * sizeof(v), more * sizeof(v));
		*cap = more;
	}
	f->values[f->nvalues++] = v;
}

/* One value behind an operator. */
static int parse_one(struct filter_parser *p, struct csm_filter *f, size_t at)
{
	size_t cap = 0;
	struct csm_value v;
	int rc = filter_check_op(p, f, at);

	if (!rc)
		rc = filter_value(p, f, &v);
	if (rc)
		return rc;
	add_value(p, f, v, &cap);
	return CSM_OK;
}

static int parse_list(struct filter_parser *p, struct csm_filter *f, size_t at)
{
	size_t cap = 0;
	int rc = filter_check_op(p, f, at);

	if (!rc && p->token.type != TOKEN_OPEN)
		return filter_expected(p, "'(' and the values with commas between them");
	do {
		struct csm_value v;

		if (!rc)
			rc = filter_next(p);
		if (!rc)
			rc = filter_value(p, f, &v);
		if (rc)
			return rc;
		add_value(p, f, v, &cap);
	} while (p->token.type == TOKEN_COMMA);
	if (p->token.type != TOKEN_CLOSE)
		return filter_expected(p, "',' or ')'");
	return filter_next(p);
}

static int parse_is(struct filter_parser *p, struct csm_filter *f)
{
	f->op = CSM_OP_NULL;
	if (filter_word(p, "not")) {
		int rc = filter_next(p);

		if (rc)
			return rc;
		f->op = CSM_OP_NOTNULL;
	}
	if (!filter_word(p, "null"))
		return filter_expected(p, f->op == CSM_OP_NULL ? "'null' or 'not null'" : "'null'");
	return filter_next(p);
}

/* x between a and b: a <= x and x <= b. */
static int parse_between(struct filter_parser *p, struct csm_filter *f, size_t at,
			 struct csm_filter **out)
{
	struct csm_filter *high = new_node(p, CSM_OP_LE);
	int rc;

	*high = *f;
	f->op = CSM_OP_GE;
	high->op = CSM_OP_LE;
	rc = parse_one(p, f, at);
	if (rc)
		return rc;
	if (!filter_word(p, "and"))
		return filter_expected(p, "'and' and the upper value");
	rc = filter_next(p);
	if (!rc)
		rc = parse_one(p, high, at);
	if (!rc)
		*out = csm_filter_and(p->arena, f, high);
	return rc;
}

/* A field without an operator must be a bool. */
static int parse_alone(struct filter_parser *p, struct csm_filter *f)
{
	size_t cap = 0;

	if (f->field->kind != CSM_K_BOOL)
		return filter_expected(p,
				       csm_sprintf(p->arena, "an operator after '%s'", f->field->name));
	f->op = CSM_OP_EQ;
	add_value(p, f, csm_int(1), &cap);
	return CSM_OK;
}

static int parse_test(struct filter_parser *p, struct csm_filter **out)
{
	struct csm_filter *f = new_node(p, CSM_OP_EQ);
	struct token op;
	int rc;

	if (p->token.type != TOKEN_WORD)
		return filter_expected(p, "a field, 'not' or '('");
	rc = filter_path(p, f);
	if (!rc)
		rc = filter_next(p);
	if (rc)
		return rc;
	*out = f;
	op = p->token;
	if (op.type == TOKEN_OP) {
		f->op = op.op;
		rc = filter_next(p);
		return rc ? rc : parse_one(p, f, op.at);
	}
	if (filter_word(p, "not")) {
		rc = filter_next(p);
		if (!rc && !filter_word(p, "in"))
			rc = filter_expected(p, "'in' after 'not'");
		f->op = CSM_OP_NIN;
	} else {
		f->op = filter_word(p, "contains") ? CSM_OP_HAS : CSM_OP_IN;
		if (!filter_word(p, "in") && !filter_word(p, "is") && !filter_word(p, "between") &&
		    f->op != CSM_OP_HAS)
			return parse_alone(p, f);
	}
	if (!rc)
		rc = filter_next(p);
	if (rc)
		return rc;
	if (f->op == CSM_OP_NIN || dict_same_folded(op.s, "in"))
		return parse_list(p, f, op.at);
	if (f->op == CSM_OP_HAS)
		return parse_one(p, f, op.at);
	return dict_same_folded(op.s, "is") ? parse_is(p, f) : parse_between(p, f, op.at, out);
}

static int parse_not(struct filter_parser *p, struct csm_filter **out)
{
	int rc;

	if (!filter_word(p, "not") && p->token.type != TOKEN_OPEN)
		return parse_test(p, out);
	if (++p->depth > DEPTH_MAX)
		return filter_fail(p, p->token.at, "the condition nests deeper than %d levels",
				   DEPTH_MAX);
	if (p->token.type == TOKEN_OPEN) {
		rc = filter_next(p);
		if (!rc)
			rc = parse_or(p, out);
		if (!rc && p->token.type != TOKEN_CLOSE)
			rc = filter_expected(p, "'and', 'or' or ')'");
		if (!rc)
			rc = filter_next(p);
	} else {
		struct csm_filter *f = new_node(p, CSM_OP_NOT);

		rc = filter_next(p);
		if (!rc)
			rc = parse_not(p, &f->a);
		*out = f;
	}
	p->depth--;
	return rc;
}

/* Terms with the same word between them. */
static int parse_chain(struct filter_parser *p, enum csm_op op, struct csm_filter **out)
{
	struct csm_vec terms = CSM_VEC(p->arena, struct csm_filter *);
	const char *word = op == CSM_OP_OR ? "or" : "and";
	int rc;

	for (;;) {
		struct csm_filter *term = NULL;

		rc = op == CSM_OP_OR ? parse_chain(p, CSM_OP_AND, &term) : parse_not(p, &term);
		if (rc)
			return rc;
		*(struct csm_filter **)csm_vec_add(&terms) = term;
		if (!filter_word(p, word))
			break;
		rc = filter_next(p);
		if (rc)
			return rc;
	}
	*out = join_terms(p->arena, op, terms.p, terms.n);
	return CSM_OK;
}

static int parse_or(struct filter_parser *p, struct csm_filter **out)
{
	return parse_chain(p, CSM_OP_OR, out);
}

int csm_filter_parse(struct csm_arena *a, const struct csm_rtype *t, const char *text,
		     const struct csm_filter_env *env, struct csm_filter **out, struct csm_err *err)
{
	struct filter_parser p = { .arena = a, .type = t, .env = env, .text = text, .err = err };
	int rc = csm_text_check(text, strlen(text), err);

	*out = NULL;
	if (!rc)
		rc = filter_next(&p);
	if (!rc)
		rc = parse_or(&p, out);
	if (!rc && p.token.type != TOKEN_END)
		rc = filter_expected(&p, "'and', 'or' or the end (text with blanks needs quotes)");
	if (rc)
		*out = NULL;
	return rc;
}

bool csm_filter_reads(const struct csm_filter *f, const struct csm_rtype *t, int field)
{
	if (!f)
		return false;
	if (f->op == CSM_OP_AND || f->op == CSM_OP_OR || f->op == CSM_OP_NOT)
		return csm_filter_reads(f->a, t, field) || csm_filter_reads(f->b, t, field);
	return f->npath && f->type == t && f->path[0] == field;
}

const char *csm_filter_quote(struct csm_arena *a, const char *text)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_addc(&b, '\'');
	for (; *text; text++) {
		csm_buf_addc(&b, *text);
		if (*text == '\'')
			csm_buf_addc(&b, '\'');
	}
	csm_buf_addc(&b, '\'');
	return b.s;
}
