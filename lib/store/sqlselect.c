/* SPDX-License-Identifier: MIT */
/* sqlselect.c - the SELECT of a query: its columns, condition, order and limit. */
#include "store_priv.h"

/* A reference to records without numbers is sorted by their key, not by ids that mean nothing. */
static void sort_by_key(const struct csm_dict *d, struct csm_path *p)
{
	const struct csm_rtype *target =
		p->last->kind == CSM_K_REF ? csm_dict_type(d, p->last->target) : NULL;
	int key = target && !target->prefix ? store_main_key(target) : -1;

	if (key < 0 || p->n == CSM_MAX_PATH)
		return;
	p->field[p->n++] = key;
	p->last = &target->fields[key];
}

/*
 * Nulls first when rising and last when falling, whatever the engine's habit (SQLite's is the same, so
 * its indexes serve). The number is a function of the id.
 */
static int add_sort(struct store_render *w, struct csm_buf *order, const char *word,
		    struct csm_err *err)
{
	bool falling = *word == '-';
	struct csm_path p;
	const char *column;
	int rc;

	if (*word == '-' || *word == '+')
		word++;
	rc = csm_path_parse(w->arena, w->store->env.dict, w->type, word, &p, err);
	if (rc == CSM_OK)
		sort_by_key(w->store->env.dict, &p);
	if (rc == CSM_OK)
		rc = store_render_path(w, p.field, p.n, &column, err);
	if (rc != CSM_OK)
		return csm_wrap(err, "sort");
	if (!column)
		return csm_fail(err, CSM_E_INVALID, "sort: '%s' is computed and cannot be sorted by",
				word);
	csm_buf_addf(order, "%s%s %s", order->n ? ", " : "", column,
		     falling ? "DESC NULLS LAST" : "ASC NULLS FIRST");
	return CSM_OK;
}

static int render_sort(struct store_render *w, const char *sort, struct csm_buf *order,
		       struct csm_err *err)
{
	char *list = csm_strdup(w->arena, sort ? sort : w->type->sort ? w->type->sort : "");
	char *next;

	for (char *word = list; word && *word; word = next) {
		char *end;
		int rc;

		next = strchr(word, ',');
		if (next)
			*next++ = '\0';
		while (*word == ' ')
			word++;
		for (end = word + strlen(word); end > word && end[-1] == ' '; end--)
			end[-1] = '\0';
		if (!*word)
			return csm_fail(err, CSM_E_INVALID,
					"sort: '%s' has an empty part; expected fields such as "
					"priority,-opened_at",
					sort);
		rc = add_sort(w, order, word, err);
		if (rc != CSM_OK)
			return rc;
	}
	csm_buf_addf(order, "%st.id", order->n ? ", " : "");
	return CSM_OK;
}

static bool wants(const int *columns, int field)
{
	if (!columns)
		return true;
	while (*columns >= 0 && *columns != field)
		columns++;
	return *columns == field;
}

static int *pick_fields(const struct store_render *w, const struct csm_query *q,
			const struct csm_filter *may)
{
	const struct csm_rtype *t = w->type;
	int *fields = csm_calloc(w->arena, t->nfields + 1, sizeof(*fields));
	unsigned n = 0;

	for (unsigned i = 0; i < t->nfields; i++) {
		bool read = wants(q->columns, (int)i);

		if (w->recheck)
			read = read || (q->where && csm_filter_reads(q->where, t, (int)i)) ||
			       (may && csm_filter_reads(may, t, (int)i));
		if (read)
			fields[n++] = (int)i;
	}
	fields[n] = -1;
	return fields;
}

static int render_where(struct store_render *w, const struct csm_filter *f, struct csm_err *err)
{
	if (!f || f->op == CSM_OP_TRUE)
		return CSM_OK;
	csm_buf_add(&w->where, w->where.n ? " AND " : " WHERE ");
	return store_render(w, f, false, err);
}

int store_sql_select(struct csm_store *s, struct csm_arena *a, const struct csm_rtype *t,
		     const struct csm_query *q, bool count, struct store_select *out,
		     struct csm_err *err)
{
	const struct csm_filter *may = store_access_filter(s, t);
	struct csm_buf sql = CSM_BUF(a), order = CSM_BUF(a);
	struct store_render w;
	int rc;

	memset(out, 0, sizeof(*out));
	store_render_init(&w, s, a, t);
	rc = render_where(&w, may, err);
	if (rc == CSM_OK)
		rc = render_where(&w, q->where, err);
	if (rc == CSM_OK && !count)
		rc = render_sort(&w, q->sort, &order, err);
	if (rc != CSM_OK)
		return rc;
	out->recheck = w.recheck;
	out->fields = pick_fields(&w, q, may);
	csm_buf_add(&sql, count ? "SELECT count(*)" : "SELECT t.id");
	for (const int *f = out->fields; *f >= 0 && !count; f++)
		if (store_has_column(t, *f))
			store_add_field(&sql, "t", &t->fields[*f]);
	csm_buf_addf(&sql, " FROM %s AS t%s%s", store_ident(a, t->table), w.from.s, w.where.s);
	if (!count)
		csm_buf_addf(&sql, " ORDER BY %s", order.s);
	if (!count && q->limit > 0 && !w.recheck) {
		*(struct csm_value *)csm_vec_add(&w.binds) = csm_int(q->limit);
		csm_buf_addf(&sql, " LIMIT $%u", (unsigned)w.binds.n);
	}
	out->sql = sql.s;
	out->binds = w.binds.p;
	out->nbinds = (unsigned)w.binds.n;
	return CSM_OK;
}
