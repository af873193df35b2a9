/* SPDX-License-Identifier: MIT */
/* t_model.c - the rows of the record types: sound in themselves, and the same as the tables of schema/. */
#include <sqlite3.h>

#include <csm/db.h>
#include <csm/model.h>

#include "t.h"

static struct csm_arena *arena;

static void print_finding(void *arg, char severity, const struct csm_err *err)
{
	char text[1024];

	(void)arg;
	printf("%c %s\n", severity, csm_err_text(err, text, sizeof(text)));
}

static void test_dict_check(void)
{
	struct csm_diag diag = { print_finding, NULL };

	T_EQ_INT(csm_dict_check(csm_model_dict(), NULL, NULL, &diag), CSM_OK);
}

/* A hook is named for its type: "case.check", "case.resolve.effect". */
static void check_hook(const struct csm_rtype *t, const char *id, const char *kind)
{
	size_t n = strlen(t->name), len = id ? strlen(id) : 0, k = strlen(kind);

	if (!id)
		return;
	T_OK(strncmp(id, t->name, n) == 0 && id[n] == '.');
	T_OK(len > n + k && strcmp(id + len - k, kind) == 0);
}

static void test_hook_names(void)
{
	const struct csm_dict *d = csm_model_dict();

	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *t = d->types[i];

		check_hook(t, t->check, "check");
		check_hook(t, t->derive, "derive");
		check_hook(t, t->after, "after");
		for (const struct csm_move *m = t->life ? t->life->moves : NULL; m && m->verb; m++) {
			check_hook(t, m->guard, "guard");
			check_hook(t, m->effect, "effect");
		}
	}
}

/* The state field of a lifecycle: its choices are the states, its default the first, `active` agrees. */
static void check_life(const struct csm_rtype *t)
{
	const struct csm_field *f = csm_field_named(t, t->life->field);
	const struct csm_field *active = csm_field_named(t, "active");
	const struct csm_state *initial;
	unsigned states = 0, choices = 0;

	T_OK(f != NULL);
	if (!f)
		return;
	T_OK((f->flags & (CSM_F_BYVERB | CSM_F_REQUIRED)) == (CSM_F_BYVERB | CSM_F_REQUIRED));
	for (const struct csm_state *s = t->life->states; s->name; s++, states++)
		T_OK(csm_choice_find(f->choices, s->name) != NULL);
	for (const struct csm_choice *c = f->choices; c->value; c++)
		choices++;
	T_EQ_INT(states, choices);
	T_EQ_STR(f->def, csm_life_initial(t->life));
	initial = csm_life_state(t->life, csm_life_initial(t->life));
	if (!active || !initial)
		return;
	T_OK(active->flags & CSM_F_BYVERB);
	T_EQ_STR(active->def, initial->flags & CSM_S_ACTIVE ? "true" : "false");
}

static void test_types(void)
{
	const struct csm_dict *d = csm_model_dict();

	T_EQ_INT(d->ntypes, 55);
	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *t = d->types[i];
		bool owned = t->flags & CSM_T_OWNED, owner = false;

		T_OK(strcmp(t->fields[t->nfields - 1].name, "updated_by") == 0);
		T_OK(csm_field_index(t, "version") == (int)t->nfields - CSM_STD_FIELDS);
		T_EQ_INT(csm_field_index(t, "number"), t->prefix ? 0 : -1);
		if (t->life)
			check_life(t);
		for (unsigned k = 0; k < t->nfields; k++)
			owner = owner || (t->fields[k].flags & CSM_F_OWNER);
		T_EQ_INT(owner, owned);
		T_OK(!owned || !t->prefix);
	}
}

/* A number belongs to one type, whatever the prefixes have in common. */
static void test_numbers(void)
{
	const struct csm_dict *d = csm_model_dict();

	for (unsigned i = 0; i < d->ntypes; i++) {
		int64_t id = 0;
		const char *n = csm_number_format(arena, d->types[i], 42);

		if (!n) {
			T_OK(!d->types[i]->prefix);
			continue;
		}
		T_OK(csm_number_type(d, n, &id) == d->types[i]);
		T_EQ_INT(id, 42);
	}
}

static void test_settings(void)
{
	const struct csm_dict *d = csm_model_dict();

	for (unsigned i = 0; i < d->nsettings; i++) {
		const struct csm_setting *s = &d->settings[i];
		struct csm_field f = { .name = s->name, .kind = s->kind };
		struct csm_value v;
		struct csm_err err;

		csm_err_clear(&err);
		T_OK(s->name && s->help && strchr(s->name, '.'));
		T_EQ_INT(csm_field_parse(arena, &csm_type_setting, &f, s->def, 0, &v, &err), CSM_OK);
		T_OK(csm_dict_setting(d, s->name) == s);
	}
	T_OK(csm_dict_setting(d, "case.no_such") == NULL);
}

/* The transitions of a case: from (row) to (column) by somebody, as the field has them. */
static void test_case_life(void)
{
	static const struct {
		const char *verb, *from;
		uint32_t who;
		const char *to;	/* NULL: refused, "": stays */
	} rows[] = {
		{ "accept", "new", CSM_WHO_AGENT, "open" },
		{ "accept", "open", CSM_WHO_AGENT, NULL },
		{ "accept", "new", CSM_WHO_CUSTOMER, NULL },
		{ "assign", "new", CSM_WHO_AGENT, "" },
		{ "assign", "awaiting_info", CSM_WHO_AGENT, "" },
		{ "assign", "closed", CSM_WHO_AGENT, NULL },
		{ "request_info", "open", CSM_WHO_AGENT, "awaiting_info" },
		{ "request_info", "new", CSM_WHO_AGENT, NULL },
		{ "provide_info", "awaiting_info", CSM_WHO_AGENT, "open" },
		{ "provide_info", "awaiting_info", CSM_WHO_CUSTOMER, "open" },
		{ "resolve", "open", CSM_WHO_AGENT, "resolved" },
		{ "resolve", "awaiting_info", CSM_WHO_AGENT, "resolved" },
		{ "resolve", "new", CSM_WHO_AGENT, NULL },
		{ "resolve", "open", CSM_WHO_CUSTOMER, NULL },
		{ "accept_solution", "resolved", CSM_WHO_CUSTOMER, "closed" },
		{ "accept_solution", "resolved", CSM_WHO_AGENT, NULL },
		{ "reject_solution", "resolved", CSM_WHO_CUSTOMER, "open" },
		{ "reject_solution", "closed", CSM_WHO_CUSTOMER, NULL },
		{ "close", "new", CSM_WHO_AGENT, "closed" },
		{ "close", "awaiting_info", CSM_WHO_CUSTOMER, "closed" },
		{ "close", "resolved", CSM_WHO_AGENT, NULL },
		{ "close", "resolved", CSM_WHO_CUSTOMER, NULL },
		{ "close", "resolved", CSM_WHO_SYSTEM, "closed" },
		{ "close", "closed", CSM_WHO_AGENT, NULL },
		{ "cancel", "open", CSM_WHO_AGENT, "cancelled" },
		{ "cancel", "resolved", CSM_WHO_AGENT, NULL },
		{ "cancel", "open", CSM_WHO_CUSTOMER, NULL },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct csm_move *m;

		m = csm_life_move(csm_type_case.life, rows[i].verb, rows[i].from, rows[i].who);

		T_OK((m != NULL) == (rows[i].to != NULL));
		if (m && rows[i].to)
			T_EQ_STR(m->to ? m->to : "", rows[i].to);
	}
	T_EQ_STR(csm_life_allowed(arena, csm_type_case.life, "closed", CSM_WHO_AGENT), "none");
	T_EQ_STR(csm_life_allowed(arena, csm_type_case.life, "resolved", CSM_WHO_CUSTOMER),
		 "accept-solution, reject-solution");
}

/* ---- the tables ---- */

/* The engine's text of a step: the tokens of the portable SQL filled in for SQLite. */
static char *fill_tokens(const char *sql)
{
	static const struct {
		const char *token, *text;
	} tokens[] = { { "@ID@", "INTEGER PRIMARY KEY" }, { "@INT@", "INTEGER" }, { "@STRICT@", "STRICT" } };
	char *out = csm_alloc(arena, 4 * strlen(sql) + 1), *o = out;

	while (*sql) {
		unsigned i = 0, n = sizeof(tokens) / sizeof(tokens[0]);

		while (i < n && strncmp(sql, tokens[i].token, strlen(tokens[i].token)) != 0)
			i++;
		if (i == n) {
			*o++ = *sql++;
			continue;
		}
		memcpy(o, tokens[i].text, strlen(tokens[i].text));
		o += strlen(tokens[i].text);
		sql += strlen(tokens[i].token);
	}
	*o = '\0';
	return out;
}

/* The first column of the first row that the query gives for the texts; "" when there is none. */
static const char *ask(sqlite3 *db, const char *sql, const char *a, const char *b, const char *c)
{
	const char *args[] = { a, b, c };
	const char *answer = "";
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
		T_EQ_STR(sqlite3_errmsg(db), "");
		return answer;
	}
	for (int i = 0; i < sqlite3_bind_parameter_count(s) && i < 3; i++)
		sqlite3_bind_text(s, i + 1, args[i], -1, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0))
		answer = csm_strdup(arena, (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	return answer;
}

static void check_column(sqlite3 *db, const struct csm_rtype *t, const char *name, const struct csm_field *f)
{
	const char *is = ask(db, "SELECT type || CASE \"notnull\" WHEN 1 THEN ' NOT NULL' ELSE '' END "
			     "FROM pragma_table_info(?1) WHERE name = ?2", t->table, name, NULL);
	const char *type = strcmp(name, f->name) == 0 ? csm_kind(f->kind)->sql : "TEXT";
	const char *want = csm_sprintf(arena, "%s%s", type, f->flags & CSM_F_REQUIRED ? " NOT NULL" : "");

	if (strcmp(is, want) != 0)
		printf("%s.%s:\n", t->table, name);
	T_EQ_STR(is, want);
}

static void check_reference(sqlite3 *db, const struct csm_rtype *t, const struct csm_field *f)
{
	static const char *const on_delete[] = {
		[CSM_ON_RESTRICT] = "RESTRICT", [CSM_ON_CLEAR] = "SET NULL", [CSM_ON_CASCADE] = "CASCADE",
	};
	const struct csm_rtype *target = csm_dict_type(csm_model_dict(), f->target);

	T_OK(target != NULL);
	if (!target)
		return;
	T_EQ_STR(ask(db, "SELECT \"table\" || ' ' || on_delete FROM pragma_foreign_key_list(?1) "
		     "WHERE \"from\" = ?2", t->table, f->name, NULL),
		 csm_sprintf(arena, "%s %s", target->table, on_delete[f->ondel]));
	/* A reference to a table that is not there is taken by the engine until the first row. */
	T_EQ_STR(ask(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ?1", target->table,
		     NULL, NULL), target->table);
}

static const char INDEXED[] =
	"SELECT il.\"unique\" FROM pragma_index_list(?1) il "
	"WHERE (SELECT group_concat(name) FROM pragma_index_info(il.name)) = ?2 "
	"OR (SELECT name FROM pragma_index_info(il.name) WHERE seqno = 0) = ?2 AND ?3 = '0' ORDER BY 1 DESC";

static void check_indexes(sqlite3 *db, const struct csm_rtype *t, const struct csm_field *f)
{
	bool key = f->flags & CSM_F_KEY;

	if (key)
		T_EQ_STR(ask(db, INDEXED, t->table, f->name, "1"), "1");
	else if ((f->kind == CSM_K_REF && !(f->flags & CSM_F_NOINDEX)) || (f->flags & CSM_F_INDEX))
		T_OK(*ask(db, INDEXED, t->table, f->name, "0"));
}

static void check_table(sqlite3 *db, const struct csm_rtype *t)
{
	unsigned columns = 1;
	char set[200];
	size_t n = t->unique ? strcspn(t->unique, ";") : 0;

	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (f->flags & CSM_F_COMPUTED)
			continue;
		columns += f->kind == CSM_K_MONEY ? 2 : 1;
		check_column(db, t, f->name, f);
		if (f->kind == CSM_K_MONEY)
			check_column(db, t, csm_sprintf(arena, "%s_currency", f->name), f);
		if (f->kind == CSM_K_REF)
			check_reference(db, t, f);
		check_indexes(db, t, f);
	}
	T_EQ_STR(ask(db, "SELECT count(*) FROM pragma_table_info(?1)", t->table, NULL, NULL),
		 csm_sprintf(arena, "%u", columns));
	if (!n || n >= sizeof(set))
		return;
	memcpy(set, t->unique, n);
	set[n] = '\0';
	T_EQ_STR(ask(db, INDEXED, t->table, set, "1"), "1");
}

static void test_schema(void)
{
	const struct csm_dict *d = csm_model_dict();
	unsigned n = 0;
	const struct csm_migration *m = csm_db_migrations(&n);
	sqlite3 *db = NULL;

	T_EQ_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (unsigned i = 0; i < n; i++) {
		char *msg = NULL;

		T_OK(strlen(m[i].sql) < 60000);
		T_EQ_INT(sqlite3_exec(db, fill_tokens(m[i].sql), NULL, NULL, &msg), SQLITE_OK);
		if (msg)
			printf("%s: %s\n", m[i].name, msg);
		sqlite3_free(msg);
	}
	for (unsigned i = 0; i < d->ntypes; i++)
		check_table(db, d->types[i]);
	/* Besides the types there are the store's own three. */
	T_EQ_STR(ask(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'", NULL, NULL, NULL),
		 csm_sprintf(arena, "%u", d->ntypes + 3));
	T_EQ_STR(ask(db, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')", NULL, NULL,
		     NULL), "0");
	sqlite3_close(db);
}

int main(void)
{
	arena = csm_arena_new(NULL, NULL);
	if (!arena)
		return 71;
	test_dict_check();
	test_types();
	test_hook_names();
	test_numbers();
	test_settings();
	test_case_life();
	test_schema();
	csm_arena_free(arena);
	T_DONE();
}
