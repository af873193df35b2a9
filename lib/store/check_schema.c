/* SPDX-License-Identifier: MIT */
/* check_schema.c - the tables of the database against the rows of the dictionary. */
#include "store_priv.h"

struct check {
	struct csm_store *store;
	const struct csm_diag *diag;
	struct csm_arena *arena;
	const struct csm_rtype *type;
	const struct csm_db_table *table;
	int found;
};

static void find(struct check *c, const char *field, const char *fmt, ...) CSM_PRINTF(3, 4);
static void find(struct check *c, const char *field, const char *fmt, ...)
{
	struct csm_err e;
	va_list ap;

	csm_err_clear(&e);
	va_start(ap, fmt);
	csm_fail(&e, CSM_E_DAMAGED, "%s", csm_vsprintf(c->arena, fmt, ap));
	va_end(ap);
	csm_err_on(&e, c->type ? c->type->name : NULL, NULL, field);
	csm_diag_note(c->diag, 'e', &e);
	c->found++;
}

static const struct csm_db_column *column_named(const struct csm_db_table *t, const char *name)
{
	for (unsigned i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].name, name) == 0)
			return &t->columns[i];
	return NULL;
}

static void check_column(struct check *c, const char *field, const char *name, const char *type,
			 bool required)
{
	const struct csm_db_column *col = column_named(c->table, name);

	if (!col) {
		find(c, field, "table %s has no column %s", c->table->name, name);
		return;
	}
	if (strcmp(col->type, type) != 0)
		find(c, field, "column %s.%s is %s, expected %s", c->table->name, name, col->type,
		     type);
	if (col->not_null != required)
		find(c, field, "column %s.%s %s null, its row says it %s", c->table->name, name,
		     col->not_null ? "refuses" : "takes", required ? "is required" : "is not required");
}

static void check_reference(struct check *c, const struct csm_field *f)
{
	const struct csm_rtype *target = csm_dict_type(c->store->env.dict, f->target);
	const char *expected = store_on_delete(f);

	for (unsigned i = 0; i < c->table->nfkeys; i++) {
		const struct csm_db_fkey *k = &c->table->fkeys[i];

		if (strcmp(k->column, f->name) != 0)
			continue;
		if (target && strcmp(k->table, target->table) != 0)
			find(c, f->name, "column %s.%s refers to %s, expected %s", c->table->name,
			     f->name, k->table, target->table);
		if (strcmp(k->on_delete, expected) != 0)
			find(c, f->name, "column %s.%s has ON DELETE %s, expected %s", c->table->name,
			     f->name, k->on_delete, expected);
		return;
	}
	find(c, f->name, "column %s.%s has no foreign key", c->table->name, f->name);
}

/* An index that begins with the field; for a unique one, of the columns alone. */
static bool has_index(const struct csm_db_table *t, const char *columns, bool unique)
{
	size_t n = strlen(columns);

	for (unsigned i = 0; i < t->nindexes; i++) {
		const char *have = t->indexes[i].columns;

		if (unique ? t->indexes[i].unique && strcmp(have, columns) == 0
			   : strncmp(have, columns, n) == 0 && (have[n] == '\0' || have[n] == ','))
			return true;
	}
	return false;
}

static void check_field(struct check *c, const struct csm_field *f)
{
	bool required = f->flags & CSM_F_REQUIRED;

	check_column(c, f->name, f->name, csm_kind(f->kind)->sql, required);
	if (f->kind == CSM_K_MONEY)
		check_column(c, f->name, csm_sprintf(c->arena, "%s_currency", f->name), "TEXT",
			     required);
	if (f->kind == CSM_K_REF)
		check_reference(c, f);
	if ((f->flags & CSM_F_KEY) && !has_index(c->table, f->name, true))
		find(c, f->name, "column %s.%s is a key without a unique index", c->table->name,
		     f->name);
	else if (store_wants_index(f) && !has_index(c->table, f->name, false))
		find(c, f->name, "column %s.%s has no index", c->table->name, f->name);
}

static void check_unique_sets(struct check *c)
{
	char *sets = csm_strdup(c->arena, c->type->unique), *next;

	for (char *set = sets; set && *set; set = next) {
		next = strchr(set, ';');
		if (next)
			*next++ = '\0';
		if (!has_index(c->table, set, true))
			find(c, NULL, "table %s has no unique index on (%s)", c->table->name, set);
	}
}

/* Columns that no row has. */
static void check_extra(struct check *c)
{
	for (unsigned i = 0; i < c->table->ncolumns; i++) {
		const char *name = c->table->columns[i].name;
		bool known = strcmp(name, "id") == 0;

		for (unsigned k = 0; k < c->type->nfields && !known; k++) {
			const struct csm_field *f = &c->type->fields[k];
			size_t n = strlen(f->name);

			if (!store_has_column(c->type, (int)k))
				continue;
			known = strcmp(name, f->name) == 0 ||
				(f->kind == CSM_K_MONEY && strncmp(name, f->name, n) == 0 &&
				 strcmp(name + n, "_currency") == 0);
		}
		if (!known)
			find(c, NULL, "column %s.%s belongs to no field", c->table->name, name);
	}
}

static int check_type(struct check *c, const struct csm_rtype *t, struct csm_err *err)
{
	struct csm_db_table *table;
	int rc = csm_db_table(c->store->db, t->table, c->arena, &table, err);

	if (rc != CSM_OK)
		return rc;
	c->type = t;
	if (!table) {
		find(c, NULL, "table %s is missing", t->table);
		return CSM_OK;
	}
	c->table = table;
	check_column(c, NULL, "id", "INTEGER", true);
	for (unsigned i = 0; i < t->nfields; i++)
		if (store_has_column(t, (int)i))
			check_field(c, &t->fields[i]);
	check_unique_sets(c);
	check_extra(c);
	return CSM_OK;
}

/* Tables that are no type's: changes, history, counters are the store's own; what a text search keeps
 * is the engine's. */
static int check_tables(struct check *c, struct csm_err *err)
{
	static const char *const own[] = { "changes", "counters", "csm_meta", "history", NULL };
	const struct csm_dict *d = c->store->env.dict;
	const char **names;
	unsigned n;
	int rc = csm_db_tables(c->store->db, c->arena, &names, &n, err);

	c->type = NULL;
	for (unsigned i = 0; rc == CSM_OK && i < n; i++) {
		bool known = strncmp(names[i], "search", 6) == 0;

		for (unsigned k = 0; own[k] && !known; k++)
			known = strcmp(own[k], names[i]) == 0;
		for (unsigned k = 0; k < d->ntypes && !known; k++)
			known = strcmp(d->types[k]->table, names[i]) == 0;
		if (!known)
			find(c, NULL, "table %s belongs to no type", names[i]);
	}
	return rc;
}

int csm_store_check_schema(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct check c = { .store = s, .diag = diag, .arena = a };
	int rc = CSM_OK;

	for (unsigned i = 0; i < s->env.dict->ntypes && rc == CSM_OK; i++)
		rc = check_type(&c, s->env.dict->types[i], err);
	if (rc == CSM_OK)
		rc = check_tables(&c, err);
	if (rc == CSM_OK && c.found)
		rc = CSM_NO;
	return rc;
}
