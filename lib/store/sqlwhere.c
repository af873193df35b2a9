/* SPDX-License-Identifier: MIT */
/*
 * sqlwhere.c - a filter as a condition in SQL.
 *
 * The language is two-valued: a test on null is false, and its negation true. SQL is three-valued, so
 * `not` is pushed down to the tests, where "c <> $1" becomes "(c IS NULL OR c = $1)"; above them only
 * AND and OR remain, for which unknown is as good as false in a WHERE.
 *
 * Paths become LEFT JOINs (an engine turns one into an inner join by itself where the condition refuses
 * nulls), so null on the way and null at the end are the same thing, as in the language. What SQL
 * cannot say (globs folded by Unicode, computed fields) becomes a condition that lets too much through,
 * and `recheck` tells the cursor to ask csm_filter_eval again.
 */
#include "store_priv.h"

/*
 * What engines take in one statement: levels (SQLite's parser has a stack of 100, and a level may take
 * 3) and parameters. What goes beyond is asked in memory.
 */
#define MAX_DEPTH 20
#define MAX_BINDS 30000

static const char *join_path(struct store_render *w, const int *path, unsigned n,
			     const struct csm_rtype **last)
{
	const struct csm_rtype *t = w->type;
	const char *alias = "t";

	for (unsigned i = 0; i < n; i++) {
		const struct csm_field *f = &t->fields[path[i]];
		struct store_join *j;
		size_t k;

		for (k = 0; k < w->joins.n; k++) {
			j = CSM_AT(&w->joins, struct store_join, k);
			if (j->field == path[i] && strcmp(j->from, alias) == 0)
				break;
		}
		t = csm_dict_type(w->store->env.dict, f->target);
		if (k == w->joins.n) {
			j = csm_vec_add(&w->joins);
			j->from = alias;
			j->field = path[i];
			j->alias = csm_sprintf(w->arena, "j%u", (unsigned)w->joins.n);
			csm_buf_addf(&w->from, " LEFT JOIN %s AS %s ON %s.id = %s.%s",
				     store_ident(w->arena, t->table), j->alias, j->alias, alias,
				     store_ident(w->arena, f->name));
		}
		alias = CSM_AT(&w->joins, struct store_join, k)->alias;
	}
	*last = t;
	return alias;
}

int store_render_path(struct store_render *w, const int *path, unsigned n, const char **column,
		      struct csm_err *err)
{
	const struct csm_rtype *t = w->type;
	const struct csm_field *f;
	const char *alias;

	for (unsigned i = 0; i + 1 < n; i++) { /* refused before a join is made of it */
		f = &t->fields[path[i]];
		if (f->kind != CSM_K_REF || !store_has_column(t, path[i]) ||
		    !csm_dict_type(w->store->env.dict, f->target))
			return csm_fail(err, CSM_E_INVALID,
					"%s.%s is not a reference that a path can go through", t->name,
					f->name);
		t = csm_dict_type(w->store->env.dict, f->target);
	}
	alias = join_path(w, path, n - 1, &t);
	if (store_has_column(t, path[n - 1]))
		*column = csm_sprintf(w->arena, "%s.%s", alias,
				      store_ident(w->arena, t->fields[path[n - 1]].name));
	else if (store_is_number(t, path[n - 1]))
		*column = csm_sprintf(w->arena, "%s.id", alias);
	else
		*column = NULL;
	return CSM_OK;
}

static void add_bind(struct store_render *w, struct csm_value v)
{
	*(struct csm_value *)csm_vec_add(&w->binds) = v;
	csm_buf_addf(&w->where, "$%u", (unsigned)w->binds.n);
}

static void add_literal(struct store_render *w, const char *s)
{
	csm_buf_addc(&w->where, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			csm_buf_addc(&w->where, '\'');
		csm_buf_addc(&w->where, *s);
	}
	csm_buf_addc(&w->where, '\'');
}

/*
 * A value of the field: bools and the dictionary's own choices are written literally, because only then
 * does an engine see that the condition implies that of a partial index; everything else is bound.
 */
static void add_value(struct store_render *w, const struct csm_field *f, const struct csm_value *v)
{
	if (f->kind == CSM_K_BOOL && v->tag == CSM_INT) {
		csm_buf_addc(&w->where, v->i ? '1' : '0');
		return;
	}
	if (f->kind == CSM_K_ENUM && v->tag == CSM_TEXT)
		for (const struct csm_choice *c = f->choices; c && c->value; c++)
			if (strcmp(c->value, v->s) == 0) {
				add_literal(w, c->value);
				return;
			}
	add_bind(w, *v);
}

static void add_bool(struct store_render *w, bool yes)
{
	csm_buf_add(&w->where, yes ? "1=1" : "1=0");
}

/* What SQL cannot say: let it through, whichever the sign, and ask again. */
static void add_recheck(struct store_render *w)
{
	w->recheck = true;
	add_bool(w, true);
}

static const char *const OPERATOR[] = {
	[CSM_OP_EQ] = "=",  [CSM_OP_NE] = "<>", [CSM_OP_LT] = "<",
	[CSM_OP_LE] = "<=", [CSM_OP_GT] = ">",	[CSM_OP_GE] = ">=",
};

static enum csm_op opposite(enum csm_op op)
{
	switch (op) {
	case CSM_OP_EQ:
		return CSM_OP_NE;
	case CSM_OP_NE:
		return CSM_OP_EQ;
	case CSM_OP_LT:
		return CSM_OP_GE;
	case CSM_OP_GE:
		return CSM_OP_LT;
	case CSM_OP_GT:
		return CSM_OP_LE;
	case CSM_OP_LE:
		return CSM_OP_GT;
	case CSM_OP_IN:
		return CSM_OP_NIN;
	case CSM_OP_NIN:
		return CSM_OP_IN;
	case CSM_OP_NULL:
		return CSM_OP_NOTNULL;
	case CSM_OP_NOTNULL:
		return CSM_OP_NULL;
	default:
		return op;
	}
}

static void render_compare(struct store_render *w, const char *column, enum csm_op op,
			   const struct csm_field *f, const struct csm_value *v, bool negated)
{
	csm_buf_addf(&w->where, negated ? "(%s IS NULL OR %s %s " : "%s%s %s ", negated ? column : "",
		     column, OPERATOR[op]);
	add_value(w, f, v);
	if (negated)
		csm_buf_addc(&w->where, ')');
}

static void render_in(struct store_render *w, const char *column, enum csm_op op,
		      const struct csm_field *f, const struct csm_value *v, unsigned n, bool negated)
{
	if (negated)
		csm_buf_addf(&w->where, "(%s IS NULL OR ", column);
	csm_buf_addf(&w->where, "%s %s (", column, op == CSM_OP_IN ? "IN" : "NOT IN");
	for (unsigned i = 0; i < n; i++) {
		if (i)
			csm_buf_add(&w->where, ", ");
		add_value(w, f, &v[i]);
	}
	csm_buf_add(&w->where, negated ? "))" : ")");
}

/* The list has the element: bytewise, without the wildcards and folding of LIKE. */
static void render_has(struct store_render *w, const char *column, const struct csm_value *v,
		       bool negated)
{
	if (negated)
		csm_buf_addf(&w->where, "(%s IS NULL OR ", column);
	csm_buf_addf(&w->where, "replace(%s, ", column);
	add_bind(w, csm_text(csm_sprintf(w->arena, ",%s,", v->s)));
	csm_buf_addf(&w->where, ", '') %s %s%s", negated ? "=" : "<>", column, negated ? ")" : "");
}

/*
 * Amounts of two currencies differ and have no order. op is = or <> or an order; sign: said of a value
 * that is not null, so that the negation of "less in this currency" is "not less, or in another
 * currency".
 */
static void render_amount(struct store_render *w, const char *column, enum csm_op op,
			  const struct csm_value *v, bool sign)
{
	enum csm_op is = sign ? op : opposite(op);
	bool all = (op == CSM_OP_NE) != sign; /* amount and currency, or one of the two */

	csm_buf_addf(&w->where, "(%s %s ", column, OPERATOR[is]);
	add_bind(w, csm_int(v->i));
	csm_buf_addf(&w->where, " %s %s_currency %s ", all ? "AND" : "OR", column, all ? "=" : "<>");
	add_bind(w, csm_text(v->s));
	csm_buf_addc(&w->where, ')');
}

static void render_money(struct store_render *w, const char *column, enum csm_op op,
			 const struct csm_value *v, unsigned n, bool negated)
{
	bool in = op == CSM_OP_IN || op == CSM_OP_NIN;
	enum csm_op each = op == CSM_OP_IN ? CSM_OP_EQ : op == CSM_OP_NIN ? CSM_OP_NE : op;
	const char *word = (op == CSM_OP_IN) != negated ? " OR " : " AND ";

	csm_buf_addf(&w->where, negated ? "(%s IS NULL OR (" : "((", column);
	for (unsigned i = 0; i < (in ? n : 1); i++) {
		if (i)
			csm_buf_add(&w->where, word);
		render_amount(w, column, each, &v[i], !negated);
	}
	csm_buf_add(&w->where, "))");
}

/* Comparisons and sets, their null values taken out: a test on null is false, in a set it counts for
 * nothing. */
static void render_values(struct store_render *w, const struct csm_filter *f, const struct csm_rtype *t,
			  const char *column, bool negated)
{
	struct csm_value *v = csm_calloc(w->arena, f->nvalues + 1, sizeof(*v));
	bool set = f->op == CSM_OP_IN || f->op == CSM_OP_NIN;
	unsigned n = 0;

	for (unsigned i = 0; i < f->nvalues; i++) {
		if (f->values[i].tag == CSM_NULL)
			continue;
		v[n] = f->values[i];
		if (v[n].tag == CSM_TEXT && store_is_number(t, f->path[f->npath - 1]))
			v[n] = csm_int(csm_number_parse(t, v[n].s));
		n++;
	}
	if (!n && f->op == CSM_OP_NIN)
		csm_buf_addf(&w->where, "%s IS %sNULL", column, negated ? "" : "NOT ");
	else if (!n)
		add_bool(w, negated);
	else if (v[0].tag == CSM_MONEY)
		render_money(w, column, f->op, v, n, negated);
	else if (set)
		render_in(w, column, negated ? opposite(f->op) : f->op, f->field, v, n, negated);
	else
		render_compare(w, column, negated ? opposite(f->op) : f->op, f->field, v, negated);
}

/* Rows that may fit are let through, and asked again. */
static void render_glob(struct store_render *w, const struct csm_filter *f, const char *column,
			bool negated)
{
	bool fits = (f->op == CSM_OP_GLOB) != negated;
	const char *like = fits ? store_like(w->arena, f->values[0].s) : NULL;

	w->recheck = true;
	if (!like && negated) {
		add_bool(w, true);
	} else if (!like) {
		csm_buf_addf(&w->where, "%s IS NOT NULL", column);
	} else {
		if (negated)
			csm_buf_addf(&w->where, "(%s IS NULL OR ", column);
		csm_buf_addf(&w->where, "lower(%s) LIKE ", column);
		add_bind(w, csm_text(like));
		csm_buf_add(&w->where, negated ? " ESCAPE '!')" : " ESCAPE '!'");
	}
}

static int render_test(struct store_render *w, const struct csm_filter *f, bool negated,
		       struct csm_err *err)
{
	const struct csm_rtype *t = w->type;
	const char *column;
	int rc;

	rc = store_render_path(w, f->path, f->npath, &column, err);
	if (rc != CSM_OK)
		return rc;
	for (unsigned i = 0; i + 1 < f->npath; i++)
		t = csm_dict_type(w->store->env.dict, t->fields[f->path[i]].target);
	if (!column) {
		add_recheck(w);
		return CSM_OK;
	}
	switch (f->op) {
	case CSM_OP_GLOB:
	case CSM_OP_NGLOB:
		if (store_is_number(t, f->path[f->npath - 1]))
			add_recheck(w);
		else
			render_glob(w, f, column, negated);
		return CSM_OK;
	case CSM_OP_NULL:
	case CSM_OP_NOTNULL:
		csm_buf_addf(&w->where, "%s IS %sNULL", column,
			     (f->op == CSM_OP_NULL) == negated ? "NOT " : "");
		return CSM_OK;
	case CSM_OP_HAS:
		if (f->nvalues && f->values[0].tag == CSM_TEXT)
			render_has(w, column, &f->values[0], negated);
		else
			add_bool(w, negated);
		return CSM_OK;
	default:
		render_values(w, f, t, column, negated);
		return CSM_OK;
	}
}

int store_render(struct store_render *w, const struct csm_filter *f, bool negated, struct csm_err *err)
{
	int rc;

	if (w->depth > MAX_DEPTH || w->binds.n + f->nvalues > MAX_BINDS) {
		add_recheck(w);
		return CSM_OK;
	}
	switch (f->op) {
	case CSM_OP_TRUE:
	case CSM_OP_FALSE:
		add_bool(w, (f->op == CSM_OP_TRUE) != negated);
		return CSM_OK;
	case CSM_OP_NOT:
		return store_render(w, f->a, !negated, err);
	case CSM_OP_AND:
	case CSM_OP_OR:
		w->depth++;
		csm_buf_addc(&w->where, '(');
		rc = store_render(w, f->a, negated, err);
		if (rc != CSM_OK)
			return rc;
		csm_buf_add(&w->where, (f->op == CSM_OP_AND) != negated ? " AND " : " OR ");
		rc = store_render(w, f->b, negated, err);
		csm_buf_addc(&w->where, ')');
		w->depth--;
		return rc;
	default:
		if (f->type != w->type)
			return csm_fail(err, CSM_E_INTERNAL, "a condition on %s was given for %s",
					f->type ? f->type->name : "nothing", w->type->name);
		return render_test(w, f, negated, err);
	}
}

void store_render_init(struct store_render *w, struct csm_store *s, struct csm_arena *a,
		       const struct csm_rtype *t)
{
	memset(w, 0, sizeof(*w));
	w->store = s;
	w->arena = a;
	w->type = t;
	w->from = (struct csm_buf)CSM_BUF(a);
	w->where = (struct csm_buf)CSM_BUF(a);
	w->binds = (struct csm_vec)CSM_VEC(a, struct csm_value);
	w->joins = (struct csm_vec)CSM_VEC(a, struct store_join);
}
