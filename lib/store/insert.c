/* SPDX-License-Identifier: MIT */
/*
 * insert.c - rows on their way into their table.
 *
 * Half the fields of a type are null in every record of a load. A statement takes as long for a null as for a value, so that
 * the text names only the fields of which some record had a value since the store was opened; it is made anew when one comes that has
 * another. A column without a value that could be more than null, because the schema has a default for it, is a field that is needed,
 * and always named.
 */
#include "store_priv.h"

/* What the statement of a type names, in order; ends with -1. The text numbers its parameters as they stand, the id is $1. */
struct store_insertion {
	const struct csm_rtype *type;
	const char *sql;
	int *named, *others;
};

static struct store_insertion *insertion_of(struct csm_store *s, const struct csm_rtype *t)
{
	if (!s->insertions)
		s->insertions = csm_calloc(s->arena, s->env.dict->ntypes + 1, sizeof(*s->insertions));
	return &s->insertions[store_facts(s, t)->index];
}

static bool has_other(const struct store_insertion *in, const struct csm_rec *r)
{
	for (const int *i = in->others; *i >= 0; i++)
		if (r->v[*i].tag != CSM_NULL)
			return true;
	return false;
}

/* Name the fields of the record too. */
static void name_fields(struct csm_store *s, struct store_insertion *in, const struct csm_rec *r)
{
	const struct csm_rtype *t = r->type;
	const struct store_field *field = store_facts(s, t)->field;
	bool *known = csm_calloc(s->change.tmp, t->nfields, sizeof(*known));
	unsigned n = 0, nothers = 0;

	for (const int *i = in->type && in->type == t ? in->named : NULL; i && *i >= 0; i++)
		known[*i] = true;
	in->type = t;
	in->named = csm_calloc(s->arena, t->nfields + 1, sizeof(*in->named));
	in->others = csm_calloc(s->arena, t->nfields + 1, sizeof(*in->others));
	for (int i = 0; i < (int)t->nfields; i++) {
		if (!store_has_column(t, i))
			continue;
		if (known[i] || field[i].needed || r->v[i].tag != CSM_NULL)
			in->named[n++] = i;
		else
			in->others[nothers++] = i;
	}
	in->named[n] = in->others[nothers] = -1;
	in->sql = store_sql_insert(s->arena, t, in->named);
}

int store_insert(struct csm_store *s, const struct csm_rec *r, struct csm_err *err)
{
	struct store_insertion *in = insertion_of(s, r->type);
	struct csm_value v[2 * CSM_MAX_FIELDS + 1];
	int n = 0, rc = CSM_OK;
	bool any;

	if (!in->type || in->type != r->type || has_other(in, r)) {
		/* rows that wait with the text of before go first: a statement that reads their table sees to that */
		if (in->type)
			rc = store_any_row(s, store_sql_first(s, in->type), NULL, 0, &any, err);
		name_fields(s, in, r);
	}
	v[n++] = csm_int(r->id);
	for (const int *i = in->named; *i >= 0; i++)
		n = store_put_columns(v, n, &r->type->fields[*i], &r->v[*i]);
	return rc == CSM_OK ? csm_db_insert(s->db, in->sql, v, n, err) : rc;
}

/* The number of the field's first parameter; 0: it is not named. */
static int parameter_of(const struct store_insertion *in, int field)
{
	int n = 2;

	for (const int *i = in->named; *i >= 0; i++) {
		if (*i == field)
			return n;
		n += 1 + (in->type->fields[*i].kind == CSM_K_MONEY);
	}
	return 0;
}

bool store_insert_waits(struct csm_store *s, const struct csm_rtype *t, const int *fields, const struct csm_value *values,
			unsigned n)
{
	const struct store_insertion *in = insertion_of(s, t);
	int params[STORE_SET_MAX];

	if (!in->type || in->type != t)
		return false;
	for (unsigned i = 0; i < n; i++) {
		params[i] = parameter_of(in, fields[i]);
		/* in all rows that wait it is null */
		if (!params[i])
			return values[i].tag == CSM_NULL;
	}
	return csm_db_waits(s->db, in->sql, params, values, n);
}

int csm_store_gather(struct csm_store *s, struct csm_err *err)
{
	return csm_db_gather(s->db, err);
}

bool csm_store_writer(const struct csm_store *s)
{
	return csm_db_writer(s->db);
}
