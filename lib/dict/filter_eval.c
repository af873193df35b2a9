/* SPDX-License-Identifier: MIT */
/* filter_eval.c - conditions asked of records in memory. The answer is the one the rendered SQL gives.
 */
#include <string.h>

#include <csm/utf8.h>

#include "dict/filter_priv.h"

struct evaluation {
	const struct csm_rec *rec;
	int (*follow)(void *arg, const struct csm_rtype *t, int64_t id, const struct csm_rec **out,
		      struct csm_err *err);
	void *arg;
	struct csm_err *err;
};

/* The record that the path ends in; NULL when a reference on the way is null or leads nowhere. */
static int find_end(const struct evaluation *e, const struct csm_filter *f, const struct csm_rec **at)
{
	const struct csm_rec *r = e->rec;

	for (unsigned i = 0; i + 1 < f->npath; i++) {
		int64_t id = csm_rec_int(r, f->path[i]);
		int rc;

		if (!id) {
			*at = NULL;
			return CSM_OK;
		}
		if (!e->follow || !f->steps[i + 1])
			return csm_fail(e->err, CSM_E_INTERNAL, "the path to '%s' can't be followed",
					f->field->name);
		r = NULL;
		rc = e->follow(e->arg, f->steps[i + 1], id, &r, e->err);
		*at = r;
		if (rc || !r)
			return rc;
	}
	*at = r;
	return CSM_OK;
}

/* Amounts of two currencies have no order; that they differ is all that can be said. */
static bool compare(enum csm_op op, const struct csm_value *v, const struct csm_value *w)
{
	int c;

	if (v->tag == CSM_MONEY && w->tag == CSM_MONEY && strcmp(v->s, w->s) != 0)
		return op == CSM_OP_NE;
	c = csm_value_cmp(v, w);
	switch (op) {
	case CSM_OP_EQ:
		return c == 0;
	case CSM_OP_NE:
		return c != 0;
	case CSM_OP_LT:
		return c < 0;
	case CSM_OP_LE:
		return c <= 0;
	case CSM_OP_GT:
		return c > 0;
	default:
		return c >= 0;
	}
}

static bool match(const struct csm_rec *r, const char *pattern, const char *text)
{
	struct csm_mark mark = csm_arena_mark(r->arena);
	bool hit = csm_glob_folded(pattern, csm_utf8_fold(r->arena, text));

	csm_arena_rewind(r->arena, mark);
	return hit;
}

/* A value that is not null. */
static bool test_value(const struct evaluation *e, const struct csm_filter *f, const struct csm_value *v)
{
	switch (f->op) {
	case CSM_OP_NULL:
		return false;
	case CSM_OP_NOTNULL:
		return true;
	case CSM_OP_GLOB:
	case CSM_OP_NGLOB:
		return match(e->rec, f->values[0].s, v->s) == (f->op == CSM_OP_GLOB);
	case CSM_OP_HAS:
		return csm_list_has(v->s, f->values[0].s);
	case CSM_OP_IN:
	case CSM_OP_NIN:
		for (unsigned i = 0; i < f->nvalues; i++)
			if (csm_value_eq(v, &f->values[i]))
				return f->op == CSM_OP_IN;
		return f->op == CSM_OP_NIN;
	default:
		return compare(f->op, v, &f->values[0]);
	}
}

/* `number` is not stored: it is the id written with a prefix, and is compared as the id, so CS9999999 is
 * below CS10000000. */
static bool test_number(const struct evaluation *e, const struct csm_filter *f, const struct csm_rec *r)
{
	struct csm_value id = csm_int(r->id), v;
	struct csm_mark mark = csm_arena_mark(e->rec->arena);
	bool hit;

	if (f->op == CSM_OP_GLOB || f->op == CSM_OP_NGLOB) {
		v = csm_text(csm_number_format(e->rec->arena, r->type, r->id));
		hit = test_value(e, f, &v);
		csm_arena_rewind(e->rec->arena, mark);
		return hit;
	}
	if (f->op == CSM_OP_NULL || f->op == CSM_OP_NOTNULL)
		return f->op == CSM_OP_NOTNULL;
	for (unsigned i = 0; i < f->nvalues; i++) {
		v = csm_int(csm_number_parse(r->type, f->values[i].s));
		if (f->op != CSM_OP_IN && f->op != CSM_OP_NIN)
			return compare(f->op, &id, &v);
		if (v.i == id.i)
			return f->op == CSM_OP_IN;
	}
	return f->op == CSM_OP_NIN;
}

static int eval_node(const struct evaluation *e, const struct csm_filter *f, bool *out)
{
	const struct csm_rec *at = NULL;
	const struct csm_value *v;
	int rc;

	switch (f->op) {
	case CSM_OP_TRUE:
	case CSM_OP_FALSE:
		*out = f->op == CSM_OP_TRUE;
		return CSM_OK;
	case CSM_OP_NOT:
		rc = eval_node(e, f->a, out);
		*out = !*out;
		return rc;
	case CSM_OP_AND:
	case CSM_OP_OR:
		rc = eval_node(e, f->a, out);
		if (rc || *out == (f->op == CSM_OP_OR))
			return rc;
		return eval_node(e, f->b, out);
	default:
		break;
	}
	rc = find_end(e, f, &at);
	if (rc || !at) {
		*out = !rc && f->op == CSM_OP_NULL;
		return rc;
	}
	v = &at->v[f->path[f->npath - 1]];
	if (at->id > 0 && filter_is_number(at->type, f->field))
		*out = test_number(e, f, at);
	else if (v->tag == CSM_NULL)
		*out = f->op == CSM_OP_NULL;
	else
		*out = test_value(e, f, v);
	return CSM_OK;
}

int csm_filter_eval(const struct csm_filter *f, const struct csm_rec *r,
		    int (*follow)(void *arg, const struct csm_rtype *t, int64_t id,
				  const struct csm_rec **out, struct csm_err *err),
		    void *arg, bool *out, struct csm_err *err)
{
	struct evaluation e = { r, follow, arg, err };

	*out = false;
	return eval_node(&e, f, out);
}
