/* SPDX-License-Identifier: MIT */
/* statements.c - every SQL text that the store makes for a type, for the check that another engine can
 * prepare them. */
#include "store_priv.h"

struct walk {
	struct csm_store *store;
	struct csm_arena *arena;
	const struct csm_rtype *type;
	int (*each)(void *arg, const char *name, const char *sql);
	void *arg;
};

static int tell(struct walk *w, const char *what, const char *more, const char *sql)
{
	return w->each(w->arg,
		       csm_sprintf(w->arena, "%s.%s%s%s", w->type->name, what, *more ? "." : "", more),
		       sql);
}

static int tell_verbs(struct walk *w)
{
	static const char *const names[STORE_SQL__N] = { "get", "delete" };
	struct csm_store *s = w->store;
	const struct csm_rtype *t = w->type;
	uint64_t all[2] = { UINT64_MAX, UINT64_MAX };
	int *fields = csm_calloc(w->arena, t->nfields + 1, sizeof(*fields)), n = 0, rc = CSM_OK;

	for (unsigned v = 0; v < STORE_SQL__N && rc == CSM_OK; v++)
		rc = tell(w, names[v], "", store_sql(s, t, v));
	for (int i = 0; i < (int)t->nfields; i++)
		if (store_has_column(t, i))
			fields[n++] = i;
	fields[n] = -1;
	if (rc == CSM_OK)
		rc = tell(w, "insert", "", store_sql_insert(w->arena, t, fields));
	if (rc == CSM_OK)
		rc = tell(w, "update", "", store_sql_update(s, t, all));
	if (rc == CSM_OK)
		rc = tell(w, "exists", "", store_sql_exists(s, t));
	if (rc == CSM_OK)
		rc = tell(w, "first", "", store_sql_first(s, t));
	if (rc == CSM_OK)
		rc = tell(w, "last", "", store_sql_last_id(w->arena, t));
	if (rc == CSM_OK)
		rc = tell(w, "drop", "", store_sql_drop(w->arena, t));
	if (rc == CSM_OK)
		rc = tell(w, "outside", "", store_sql_outside(w->arena, t));
	if (rc == CSM_OK)
		rc = tell(w, "empty", "", store_sql_empty(w->arena, t));
	if (rc == CSM_OK)
		rc = tell(w, "between", "", store_sql_between(w->arena, t));
	if (rc == CSM_OK)
		rc = tell(w, "between", "back", store_sql_back(w->arena, t));
	if (rc == CSM_OK)
		rc = tell(w, "all", "", store_sql_all_ids(w->arena, t));
	return rc;
}

static int tell_field(struct walk *w, int field)
{
	struct csm_store *s = w->store;
	const struct csm_rtype *t = w->type;
	const struct csm_field *f = &t->fields[field];
	const struct csm_rtype *target =
		f->kind == CSM_K_REF ? csm_dict_type(s->env.dict, f->target) : NULL;
	int rc = tell(w, "value", f->name, store_sql_value(s, t, field));

	if (rc == CSM_OK)
		rc = tell(w, "filled", f->name, store_sql_filled(s, t, field));
	if (rc == CSM_OK && f->flags & (CSM_F_KEY | CSM_F_TITLE)) {
		rc = tell(w, "find", f->name, store_sql_any(s, t, &field, 1));
		if (rc == CSM_OK)
			rc = tell(w, "match", f->name, store_sql_match(s, t, &field, 1, 0));
		if (rc == CSM_OK && csm_kind(f->kind)->tag == CSM_TEXT)
			rc = tell(w, "near", f->name, store_sql_near(s, t, field));
	}
	if (rc == CSM_OK && (f->kind == CSM_K_REF || f->kind == CSM_K_REF_LIST))
		rc = tell(w, "refs", f->name, store_sql_refs(s, t, field));
	if (rc == CSM_OK && target)
		rc = tell(w, "children", f->name, store_sql_by(s, t, field));
	if (rc == CSM_OK && target)
		rc = tell(w, "after", f->name, store_sql_after(s, t, field));
	if (rc == CSM_OK && target)
		rc = tell(w, "ids", f->name, store_sql_ids(s, t, field));
	if (rc == CSM_OK && target)
		rc = tell(w, "pointing", f->name, store_sql_pointing(w->arena, t, field));
	if (rc == CSM_OK && target)
		rc = tell(w, "dangling", f->name, store_sql_dangling(w->arena, t, field, target));
	if (rc == CSM_OK && target)
		rc = tell(w, "loose", f->name, store_sql_loose(w->arena, t, field, target, false));
	if (rc == CSM_OK && target)
		rc = tell(w, "loose few", f->name, store_sql_loose(w->arena, t, field, target, true));
	if (rc == CSM_OK && (f->flags & CSM_F_KEY))
		rc = tell(w, "doubles", f->name, store_sql_doubles(w->arena, t, f->name));
	return rc;
}

static int tell_query(struct walk *w, const char *what, const char *more, const struct csm_query *q,
		      bool count, struct csm_err *err)
{
	struct store_select sel;
	int rc = store_sql_select(w->store, w->arena, w->type, q, count, &sel, err);

	return rc == CSM_OK ? tell(w, what, more, sel.sql) : rc;
}

/* The first field that holds such values; path: behind a reference. */
static bool pick_field(struct walk *w, enum csm_tag tag, bool list, bool path, struct csm_filter *f)
{
	const struct csm_rtype *t = w->type;

	f->type = t;
	f->npath = 0;
	for (unsigned i = 0; path && i < t->nfields && !f->npath; i++) {
		if (t->fields[i].kind != CSM_K_REF || !store_has_column(t, (int)i))
			continue;
		f->path[f->npath++] = (int)i;
		t = csm_dict_type(w->store->env.dict, t->fields[i].target);
	}
	if (path && (!f->npath || !t))
		return false;
	for (unsigned i = 0; i < t->nfields; i++) {
		enum csm_kind k = t->fields[i].kind;
		bool is_list = k == CSM_K_ENUM_LIST || k == CSM_K_REF_LIST;

		if (!store_has_column(t, (int)i) || csm_kind(k)->tag != tag || is_list != list)
			continue;
		f->path[f->npath++] = (int)i;
		f->field = &t->fields[i];
		return true;
	}
	return false;
}

static int tell_operator(struct walk *w, enum csm_op op, const char *name, enum csm_tag tag, bool path,
			 struct csm_err *err)
{
	struct csm_value values[2] = { { .tag = tag, .i = 1, .s = "1" },
				       { .tag = tag, .i = 2, .s = "2" } };
	struct csm_filter f = { .op = op,
				.values = values,
				.nvalues = op == CSM_OP_IN || op == CSM_OP_NIN ? 2 : 1 };
	struct csm_filter not = { .op = CSM_OP_NOT, .a = &f };
	const struct csm_query q = { .where = &f }, nq = { .where = &not, .limit = 10 };
	const char *more = csm_sprintf(w->arena, "%s.%s%s", name, tag == CSM_TEXT ? "text" : "int",
				       path ? ".path" : "");
	int rc;

	/* only texts are matched by a glob */
	if ((op == CSM_OP_GLOB || op == CSM_OP_NGLOB) && tag != CSM_TEXT)
		return CSM_OK;
	if (!pick_field(w, tag, op == CSM_OP_HAS, path, &f))
		return CSM_OK;
	rc = tell_query(w, "where", more, &q, false, err);
	if (rc == CSM_OK)
		rc = tell_query(w, "where.not", more, &nq, false, err);
	if (rc == CSM_OK)
		rc = tell_query(w, "count", more, &q, true, err);
	return rc;
}

static int tell_operators(struct walk *w, struct csm_err *err)
{
	static const struct {
		enum csm_op op;
		const char *name;
	} ops[] = {
		{ CSM_OP_EQ, "eq" },	       { CSM_OP_NE, "ne" },   { CSM_OP_LT, "lt" },
		{ CSM_OP_LE, "le" },	       { CSM_OP_GT, "gt" },   { CSM_OP_GE, "ge" },
		{ CSM_OP_IN, "in" },	       { CSM_OP_NIN, "nin" }, { CSM_OP_NULL, "null" },
		{ CSM_OP_NOTNULL, "notnull" }, { CSM_OP_HAS, "has" }, { CSM_OP_GLOB, "glob" },
		{ CSM_OP_NGLOB, "nglob" },
	};
	const struct csm_query all = { .limit = 5 }, by_id = { .sort = "" };
	int rc = tell_query(w, "list", "", &all, false, err);

	if (rc == CSM_OK)
		rc = tell_query(w, "list", "id", &by_id, false, err);
	for (size_t i = 0; i < CSM_COUNT(ops); i++)
		for (unsigned k = 0; k < 4 && rc == CSM_OK; k++)
			rc = tell_operator(w, ops[i].op, ops[i].name, k & 1 ? CSM_TEXT : CSM_INT, k & 2,
					   err);
	return rc;
}

static int tell_sets(struct walk *w)
{
	char *sets = csm_strdup(w->arena, w->type->unique), *next;
	int rc = CSM_OK;

	for (char *set = sets; set && *set && rc == CSM_OK; set = next) {
		next = strchr(set, ';');
		if (next)
			*next++ = '\0';
		rc = tell(w, "doubles", set, store_sql_doubles(w->arena, w->type, set));
	}
	return rc;
}

int csm_store_statements(struct csm_store *s, int (*each)(void *arg, const char *name, const char *sql),
			 void *arg, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct walk w = { .store = s, .arena = a, .each = each, .arg = arg };
	int rc = CSM_OK;

	for (unsigned i = 0; i < s->env.dict->ntypes && rc == CSM_OK; i++) {
		struct csm_mark mark = csm_arena_mark(a);

		w.type = s->env.dict->types[i];
		rc = tell_verbs(&w);
		for (unsigned k = 0; k < w.type->nfields && rc == CSM_OK; k++)
			if (store_has_column(w.type, (int)k))
				rc = tell_field(&w, (int)k);
		if (rc == CSM_OK)
			rc = tell_sets(&w);
		if (rc == CSM_OK)
			rc = tell_operators(&w, err);
		csm_arena_rewind(a, mark);
	}
	for (unsigned i = 0; i < STORE_TEXT__N && rc == CSM_OK; i++)
		rc = each(arg, store_text_name(i), store_text(i));
	return rc;
}
