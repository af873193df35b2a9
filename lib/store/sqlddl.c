/* SPDX-License-Identifier: MIT */
/*
 * sqlddl.c - the table of a type as its rows want it: for people who write the next step of schema/,
 * and for tests that need a table.
 *
 * A database comes to be by the steps alone; check_schema.c holds the two against each other.
 */
#include "store_priv.h"

const char *store_on_delete(const struct csm_field *f)
{
	switch (f->ondel) {
	case CSM_ON_CLEAR:
		return "SET NULL";
	case CSM_ON_CASCADE:
		return "CASCADE";
	case CSM_ON_RESTRICT:
		break;
	}
	return "RESTRICT";
}

bool store_wants_index(const struct csm_field *f)
{
	if (f->flags & (CSM_F_COMPUTED | CSM_F_NOINDEX | CSM_F_KEY))
		return false;
	return f->kind == CSM_K_REF || (f->flags & CSM_F_INDEX);
}

static void add_column(struct csm_buf *b, const struct csm_dict *d, const struct csm_field *f)
{
	const struct csm_kind_row *kind = csm_kind(f->kind);
	const char *required = f->flags & CSM_F_REQUIRED ? " NOT NULL" : "";
	const struct csm_rtype *target =
		f->kind == CSM_K_REF && f->target ? csm_dict_type(d, f->target) : NULL;

	csm_buf_addf(b, ",\n\t%s %s%s", store_ident(b->arena, f->name),
		     strcmp(kind->sql, "INTEGER") == 0 ? "@INT@" : kind->sql, required);
	if (target)
		csm_buf_addf(b, " REFERENCES %s (id) ON DELETE %s DEFERRABLE INITIALLY DEFERRED",
			     store_ident(b->arena, target->table), store_on_delete(f));
	if (f->kind == CSM_K_MONEY)
		csm_buf_addf(b, ",\n\t%s_currency TEXT%s", f->name, required);
}

static void add_index(struct csm_buf *b, const struct csm_rtype *t, const struct csm_field *f)
{
	const char *unique = f->flags & CSM_F_KEY ? "UNIQUE " : "";
	const char *column = store_ident(b->arena, f->name);

	csm_buf_addf(b, "CREATE %sINDEX %s_%s ON %s (%s)", unique, t->table, f->name,
		     store_ident(b->arena, t->table), column);
	csm_buf_addf(b, f->flags & CSM_F_REQUIRED ? "%s;\n" : " WHERE %s IS NOT NULL;\n",
		     f->flags & CSM_F_REQUIRED ? "" : column);
}

/* "contact,account;a,b": one unique index each. */
static void add_unique_sets(struct csm_buf *b, const struct csm_rtype *t)
{
	char *sets = csm_strdup(b->arena, t->unique), *next;
	unsigned n = 0;

	for (char *set = sets; set && *set; set = next) {
		char word[80];

		next = strchr(set, ';');
		if (next)
			*next++ = '\0';
		csm_buf_addf(b, "CREATE UNIQUE INDEX %s_unique%u ON %s (", t->table, ++n,
			     store_ident(b->arena, t->table));
		for (unsigned i = 0; csm_word(set, i, word, sizeof(word)); i++)
			csm_buf_addf(b, "%s%s", i ? ", " : "",
				     store_ident(b->arena, csm_strdup(b->arena, word)));
		csm_buf_add(b, ");\n");
	}
}

const char *store_key_index_ddl(struct csm_arena *a, const struct csm_rtype *t, const char *name, const int *fields,
				unsigned n)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_addf(&b, "CREATE INDEX %s ON %s (", name, store_ident(a, t->table));
	for (unsigned i = 0; i < n; i++)
		csm_buf_addf(&b, "%s%s", i ? ", " : "", store_ident(a, t->fields[fields[i]].name));
	csm_buf_add(&b, ")");
	return b.s;
}

const char *csm_store_ddl(struct csm_arena *a, const struct csm_dict *d, const struct csm_rtype *t)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_addf(&b, "CREATE TABLE %s (\n\tid @ID@", store_ident(a, t->table));
	for (unsigned i = 0; i < t->nfields; i++)
		if (store_has_column(t, (int)i))
			add_column(&b, d, &t->fields[i]);
	csm_buf_add(&b, "\n) @STRICT@;\n");
	for (unsigned i = 0; i < t->nfields; i++)
		if (store_has_column(t, (int)i) &&
		    (store_wants_index(&t->fields[i]) || (t->fields[i].flags & CSM_F_KEY)))
			add_index(&b, t, &t->fields[i]);
	add_unique_sets(&b, t);
	return b.s;
}
