/* SPDX-License-Identifier: MIT */
/*
 * sqlgen.c - the SQL of the generic verbs, made from the rows of the dictionary.
 *
 * Every text is made once a store and kept in its arena, so that the engine finds the prepared
 * statement by the text's address. Identifiers come from the rows only; whatever a user gave is bound.
 */
#include "store_priv.h"

/* A text kept by type, shape and two words that tell its fields. */
struct store_made {
	const struct csm_rtype *type;
	int shape;
	uint64_t mask[2];
	const char *sql;
	struct store_made *next;
};

enum shape {
	MADE_UPDATE, MADE_EXISTS, MADE_FIRST, MADE_BY, MADE_AFTER, MADE_IDS, MADE_MATCH, MADE_ANY, MADE_REFS, MADE_NEAR,
	MADE_VALUE, MADE_FILLED
};

/* Words that SQLite 3.40 or PostgreSQL 15 do not take as a bare column or table name. */
static const char *const RESERVED[] = {
	"add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as", "asc",
	"asymmetric", "authorization", "autoincrement", "between", "binary", "both", "case", "cast",
	"check", "collate", "collation", "column", "commit", "concurrently", "constraint", "create",
	"cross", "current_catalog", "current_date", "current_role", "current_schema",
	"current_time", "current_timestamp", "current_user", "default", "deferrable", "delete",
	"desc", "distinct", "do", "drop", "else", "end", "escape", "except", "exists", "false",
	"fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike",
	"in", "index", "initially", "inner", "insert", "intersect", "into", "is", "isnull", "join",
	"lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural",
	"not", "nothing", "notnull", "null", "offset", "on", "only", "or", "order", "outer", "over",
	"overlaps", "placing", "primary", "references", "returning", "right", "select",
	"session_user", "set", "similar", "some", "symmetric", "table", "tablesample", "then", "to",
	"trailing", "transaction", "true", "union", "unique", "update", "user", "using", "values",
	"variadic", "verbose", "when", "where", "window", "with"
};

static int compare_word(const void *word, const void *at)
{
	return strcmp(word, *(const char *const *)at);
}

const char *store_ident(struct csm_arena *a, const char *name)
{
	if (!bsearch(name, RESERVED, CSM_COUNT(RESERVED), sizeof(RESERVED[0]), compare_word))
		return name;
	return csm_sprintf(a, "\"%s\"", name);
}

/* ---- pieces ---- */

void store_add_field(struct csm_buf *b, const char *alias, const struct csm_field *f)
{
	const char *dot = *alias ? "." : "";

	/* Each command lists the columns of the types that it reads: printf was a twentieth of what showing a case takes. */
	csm_buf_add(b, ", ");
	csm_buf_add(b, alias);
	csm_buf_add(b, dot);
	csm_buf_add(b, store_ident(b->arena, f->name));
	if (f->kind == CSM_K_MONEY)
		csm_buf_addf(b, ", %s%s%s_currency", alias, dot, f->name);
}

void store_add_columns(struct csm_buf *b, const char *alias, const struct csm_rtype *t)
{
	csm_buf_addf(b, "%s%sid", alias, *alias ? "." : "");
	for (unsigned i = 0; i < t->nfields; i++)
		if (store_has_column(t, (int)i))
			store_add_field(b, alias, &t->fields[i]);
}

/* The column a field is found by: number stands for the id. */
static const char *find_column(struct csm_arena *a, const struct csm_rtype *t, int field)
{
	return store_has_column(t, field) ? store_ident(a, t->fields[field].name) : "id";
}

static void start_select(struct csm_buf *b, const struct csm_rtype *t)
{
	csm_buf_add(b, "SELECT ");
	store_add_columns(b, "", t);
	csm_buf_addf(b, " FROM %s", store_ident(b->arena, t->table));
}

/* ---- texts by type and verb ---- */

const char *store_sql_insert(struct csm_arena *a, const struct csm_rtype *t, const int *fields)
{
	struct csm_buf b = CSM_BUF(a);
	int n = 1;

	csm_buf_addf(&b, "INSERT INTO %s (id", store_ident(a, t->table));
	for (const int *i = fields; *i >= 0; i++)
		store_add_field(&b, "", &t->fields[*i]);
	csm_buf_add(&b, ") VALUES ($1");
	for (const int *i = fields; *i >= 0; i++) {
		csm_buf_addf(&b, ", $%d", ++n);
		if (t->fields[*i].kind == CSM_K_MONEY)
			csm_buf_addf(&b, ", $%d", ++n);
	}
	csm_buf_addc(&b, ')');
	return b.s;
}

static const char *make_verb(struct csm_arena *a, const struct csm_rtype *t, enum store_sql verb)
{
	struct csm_buf b = CSM_BUF(a);

	if (verb == STORE_SQL_DELETE)
		return csm_sprintf(a, "DELETE FROM %s WHERE id = $1", store_ident(a, t->table));
	start_select(&b, t);
	csm_buf_add(&b, " WHERE id = $1");
	return b.s;
}

const char *store_sql(struct csm_store *s, const struct csm_rtype *t, enum store_sql verb)
{
	const struct csm_dict *d = s->env.dict;
	unsigned i = store_facts(s, t)->index;

	if (!s->sql)
		s->sql = csm_calloc(s->arena, d->ntypes + 1, sizeof(*s->sql));
	if (!s->sql[i])
		s->sql[i] = csm_calloc(s->arena, STORE_SQL__N, sizeof(**s->sql));
	if (i == d->ntypes) /* a type that is not of the dictionary: not kept by index */
		return make_verb(s->arena, t, verb);
	if (!s->sql[i][verb])
		s->sql[i][verb] = make_verb(s->arena, t, verb);
	return s->sql[i][verb];
}

/* ---- texts by shape ---- */

/* The kept text, or NULL with *slot to be filled. */
static const char *find_made(struct csm_store *s, const struct csm_rtype *t, int shape, uint64_t m0,
			     uint64_t m1, struct store_made **slot)
{
	uint64_t h = csm_hash_int(csm_hash_int(csm_hash_int((uint64_t)shape, (uintptr_t)t), m0), m1);
	struct store_made **bucket = &s->made[h % CSM_COUNT(s->made)];

	for (struct store_made *m = *bucket; m; m = m->next)
		if (m->type == t && m->shape == shape && m->mask[0] == m0 && m->mask[1] == m1)
			return m->sql;
	*slot = csm_alloc(s->arena, sizeof(**slot));
	**slot = (struct store_made){ t, shape, { m0, m1 }, "", *bucket };
	*bucket = *slot;
	return NULL;
}

static uint64_t pack_fields(const int *fields, unsigned n)
{
	uint64_t m = 0;

	for (unsigned i = 0; i < n && i < 8; i++)
		m = m << 8 | (uint64_t)(unsigned)(fields[i] + 1);
	return m;
}

const char *store_sql_update(struct csm_store *s, const struct csm_rtype *t, const uint64_t mask[2])
{
	struct csm_buf b = CSM_BUF(s->arena);
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_UPDATE, mask[0], mask[1], &m);
	int n = 0;

	if (sql)
		return sql;
	csm_buf_addf(&b, "UPDATE %s SET ", store_ident(s->arena, t->table));
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (!(mask[i / 64] >> (i % 64) & 1) || !store_has_column(t, (int)i))
			continue;
		csm_buf_addf(&b, "%s%s = $%d", n ? ", " : "", store_ident(s->arena, f->name), n + 1);
		n++;
		if (f->kind == CSM_K_MONEY) {
			csm_buf_addf(&b, ", %s_currency = $%d", f->name, n + 1);
			n++;
		}
	}
	csm_buf_addf(&b, " WHERE id = $%d AND version = $%d", n + 1, n + 2);
	m->sql = b.s;
	return b.s;
}

const char *store_sql_exists(struct csm_store *s, const struct csm_rtype *t)
{
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_EXISTS, 0, 0, &m);

	if (!sql)
		sql = m->sql = csm_sprintf(s->arena, "SELECT id FROM %s WHERE id = $1",
					   store_ident(s->arena, t->table));
	return sql;
}

const char *store_sql_value(struct csm_store *s, const struct csm_rtype *t, int field)
{
	struct csm_buf b = CSM_BUF(s->arena);
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_VALUE, (uint64_t)(unsigned)field, 0, &m);

	if (sql)
		return sql;
	csm_buf_add(&b, "SELECT id");
	store_add_field(&b, "", &t->fields[field]);
	csm_buf_addf(&b, " FROM %s WHERE id = $1", store_ident(s->arena, t->table));
	m->sql = b.s;
	return b.s;
}

const char *store_sql_filled(struct csm_store *s, const struct csm_rtype *t, int field)
{
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_FILLED, (uint64_t)(unsigned)field, 0, &m);

	if (!sql)
		sql = m->sql = csm_sprintf(s->arena, "SELECT 1 FROM %s WHERE %s IS NOT NULL LIMIT 1",
					   store_ident(s->arena, t->table),
					   store_ident(s->arena, t->fields[field].name));
	return sql;
}

const char *store_sql_first(struct csm_store *s, const struct csm_rtype *t)
{
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_FIRST, 0, 0, &m);

	if (!sql)
		sql = m->sql = csm_sprintf(s->arena, "SELECT id FROM %s LIMIT 1",
					   store_ident(s->arena, t->table));
	return sql;
}

const char *store_sql_by(struct csm_store *s, const struct csm_rtype *t, int field)
{
	struct csm_buf b = CSM_BUF(s->arena);
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_BY, (uint64_t)(unsigned)field, 0, &m);

	if (sql)
		return sql;
	start_select(&b, t);
	csm_buf_addf(&b, " WHERE %s = $1 ORDER BY id", find_column(s->arena, t, field));
	m->sql = b.s;
	return b.s;
}

const char *store_sql_after(struct csm_store *s, const struct csm_rtype *t, int field)
{
	struct csm_buf b = CSM_BUF(s->arena);
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_AFTER, (uint64_t)(unsigned)field, 0, &m);

	if (sql)
		return sql;
	start_select(&b, t);
	csm_buf_addf(&b, " WHERE %s = $1 AND id > $2 ORDER BY id LIMIT $3", find_column(s->arena, t, field));
	m->sql = b.s;
	return b.s;
}

const char *store_sql_ids(struct csm_store *s, const struct csm_rtype *t, int field)
{
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_IDS, (uint64_t)(unsigned)field, 0, &m);

	if (!sql)
		sql = m->sql =
			csm_sprintf(s->arena, "SELECT id FROM %s WHERE %s = $1 ORDER BY id",
				    store_ident(s->arena, t->table), find_column(s->arena, t, field));
	return sql;
}

/* id WHERE the fields that are not null equal $1.. in turn (money takes two), joined by word. */
static void add_fields_test(struct csm_buf *b, const struct csm_rtype *t, const int *fields, unsigned n,
			    uint64_t nulls, const char *word)
{
	unsigned param = 0;

	csm_buf_addf(b, "SELECT id FROM %s WHERE ", store_ident(b->arena, t->table));
	for (unsigned i = 0; i < n; i++) {
		const struct csm_field *f = &t->fields[fields[i]];

		csm_buf_addf(b, "%s%s", i ? word : "", find_column(b->arena, t, fields[i]));
		if (nulls >> i & 1) {
			csm_buf_add(b, " IS NULL");
			continue;
		}
		csm_buf_addf(b, " = $%u", ++param);
		if (f->kind == CSM_K_MONEY)
			csm_buf_addf(b, " AND %s_currency = $%u", f->name, ++param);
	}
	csm_buf_add(b, " ORDER BY id");
}

const char *store_sql_match(struct csm_store *s, const struct csm_rtype *t, const int *fields,
			    unsigned n, uint64_t nulls)
{
	struct csm_buf b = CSM_BUF(s->arena);
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_MATCH, pack_fields(fields, n), nulls, &m);

	if (sql)
		return sql;
	add_fields_test(&b, t, fields, n, nulls, " AND ");
	m->sql = b.s;
	return b.s;
}

const char *store_sql_any(struct csm_store *s, const struct csm_rtype *t, const int *fields, unsigned n)
{
	struct csm_buf b = CSM_BUF(s->arena);
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_ANY, pack_fields(fields, n), 0, &m);

	if (sql)
		return sql;
	add_fields_test(&b, t, fields, n, 0, " OR ");
	csm_buf_add(&b, " LIMIT 7");
	m->sql = b.s;
	return b.s;
}

const char *store_sql_refs(struct csm_store *s, const struct csm_rtype *t, int field)
{
	struct csm_arena *a = s->arena;
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_REFS, (uint64_t)(unsigned)field, 0, &m);
	const char *table = store_ident(a, t->table), *column = find_column(a, t, field);

	if (sql)
		return sql;
	if (t->fields[field].kind == CSM_K_REF_LIST) /* bytewise, without the wildcards of LIKE */
		m->sql = csm_sprintf(a,
				     "SELECT count(*), min(id) FROM %s WHERE replace(%s, $1, '') <> %s",
				     table, column, column);
	else
		m->sql =
			csm_sprintf(a, "SELECT count(*), min(id) FROM %s WHERE %s = $1", table, column);
	return m->sql;
}

const char *store_sql_near(struct csm_store *s, const struct csm_rtype *t, int field)
{
	struct csm_arena *a = s->arena;
	struct store_made *m;
	const char *sql = find_made(s, t, MADE_NEAR, (uint64_t)(unsigned)field, 0, &m);
	const char *column = find_column(a, t, field);

	if (!sql)
		sql = m->sql =
			csm_sprintf(a,
				    "SELECT %s FROM %s WHERE %s >= $1 AND %s < $2 ORDER BY %s LIMIT 50",
				    column, store_ident(a, t->table), column, column, column);
	return sql;
}
