/* SPDX-License-Identifier: MIT */
/*
 * find.c - which record a text names.
 *
 * First the number, by arithmetic and one look-up; then every field that identifies a record by itself,
 * in one statement; as last resort the title, where exactly one record has it.
 */
#include <csm/utf8.h>

#include "store_priv.h"

#define MAX_KEYS STORE_SET_MAX
#define MAX_CANDIDATES 7 /* more than are told, to know that there are more */

/* A look-up by values: what is bound for them, and what they are. */
struct look {
	const char *sql;
	const struct csm_value *bound;
	unsigned nbound;
	const int *fields;
	const struct csm_value *values;
	unsigned nfields;
	bool all;
	bool stored;			/* no record that waits to be inserted has the values */
};

/* Run a kept text with its values and read at most max ids; *n counts all rows. */
static int read_ids(struct csm_store *s, const struct look *l, int64_t *ids, unsigned max, unsigned *n,
		    struct csm_err *err)
{
	struct csm_stmt *st;
	bool row = true;
	int rc = csm_db_kept(s->db, l->sql, &st, err);

	*n = 0;
	if (rc == CSM_OK && l->stored)
		csm_stmt_overlook(st);
	for (unsigned i = 0; i < l->nbound && rc == CSM_OK; i++)
		rc = csm_stmt_bind(st, (int)i + 1, l->bound[i], err);
	while (rc == CSM_OK && row) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		if (*n < max)
			ids[*n] = csm_stmt_column(st, 0).i;
		(*n)++;
	}
	if (rc == CSM_OK)
		csm_stmt_reset(st);
	return rc;
}

/* The same as of the moment that is being read. */
static int look_up(struct csm_store *s, const struct csm_rtype *t, const struct look *l, int64_t *ids,
		   unsigned max, unsigned *n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	struct csm_vec present;
	unsigned have = 0;
	int rc = read_ids(s, l, ids, s->past ? 0 : max, n, err);

	if (rc != CSM_OK || !s->past)
		return rc;
	a = csm_arena_like(s->arena);
	present = (struct csm_vec){ a, csm_calloc(a, *n, sizeof(int64_t)), *n, *n, sizeof(int64_t) };
	rc = read_ids(s, l, present.p, *n, &have, err);
	return rc == CSM_OK ? store_past_find(s, t, &present, l->fields, l->values, l->nfields, l->all, ids,
					      max, n, err)
			    : rc;
}

/* Drop the ids that the actor may not see. */
static int keep_visible(struct csm_store *s, const struct csm_rtype *t, int64_t *ids, unsigned *n,
			struct csm_err *err)
{
	unsigned kept = 0;

	if (!store_access_filter(s, t))
		return CSM_OK;
	for (unsigned i = 0; i < *n; i++) {
		struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
		struct csm_rec *r = NULL;
		int rc = csm_store_get(s, t, ids[i], a, &r, err);

		if (rc != CSM_OK)
			return rc;
		if (r)
			ids[kept++] = ids[i];
	}
	*n = kept;
	return CSM_OK;
}

static int find_by_id(struct csm_store *s, const struct csm_rtype *t, int64_t want, int64_t *ids,
		      unsigned *n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	struct csm_value v = csm_int(want);
	struct csm_rec *r;
	int rc;

	if (!s->past) {
		rc = read_ids(s, &(struct look){ .sql = store_sql_exists(s, t), .bound = &v, .nbound = 1 }, ids, 1, n, err);
	} else {
		a = csm_arena_like(s->arena);
		rc = csm_store_get(s, t, want, a, &r, err);
		*n = rc == CSM_OK && r;
		ids[0] = want;
	}
	return rc == CSM_OK ? keep_visible(s, t, ids, n, err) : rc;
}

/* The id in "CS0000042" or, for types without a number, "#42". */
static int64_t parse_id(const struct csm_rtype *t, const char *text)
{
	int64_t id = 0;

	if (t->prefix)
		id = csm_number_parse(t, text);
	if (id || *text != '#')
		return id;
	for (const char *p = text + 1; *p; p++) {
		if (*p < '0' || *p > '9' || id > INT64_MAX / 100)
			return 0;
		id = id * 10 + (*p - '0');
	}
	return id;
}

static int find_by_keys(struct csm_store *s, const struct csm_rtype *t, const char *text, int64_t *ids,
			unsigned *n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_value values[MAX_KEYS];
	int fields[MAX_KEYS];
	unsigned nf = 0;
	int rc;

	*n = 0;
	for (unsigned i = 0; i < t->nfields && nf < MAX_KEYS; i++) {
		const struct csm_field *f = &t->fields[i];

		if (!(f->flags & CSM_F_KEY) || !store_has_column(t, (int)i) || f->kind == CSM_K_REF ||
		    f->kind == CSM_K_REF_LIST)
			continue;
		/* a text that is no e-mail address is not the e-mail of any record */
		if (csm_field_parse(a, t, f, text, s->env.now, &values[nf], NULL) == CSM_OK &&
		    values[nf].tag != CSM_NULL)
			fields[nf++] = (int)i;
	}
	if (!nf)
		return CSM_OK;
	rc = look_up(s, t, &(struct look){ .sql = store_sql_any(s, t, fields, nf), .bound = values, .nbound = nf,
					   .fields = fields, .values = values, .nfields = nf },
		     ids, MAX_CANDIDATES, n, err);
	return rc == CSM_OK ? keep_visible(s, t, ids, n, err) : rc;
}

static int title_field(const struct csm_rtype *t)
{
	for (unsigned i = 0; i < t->nfields; i++)
		if ((t->fields[i].flags & CSM_F_TITLE) && store_has_column(t, (int)i) &&
		    t->fields[i].kind == CSM_K_TEXT)
			return (int)i;
	return -1;
}

static int find_by_title(struct csm_store *s, const struct csm_rtype *t, const char *text, int64_t *ids,
			 unsigned *n, struct csm_err *err)
{
	int field = title_field(t), rc;
	struct csm_value v = csm_text(text);

	*n = 0;
	if (field < 0 || (t->fields[field].flags & CSM_F_KEY))
		return CSM_OK;
	rc = look_up(s, t, &(struct look){ .sql = store_sql_any(s, t, &field, 1), .bound = &v, .nbound = 1,
					   .fields = &field, .values = &v, .nfields = 1, .all = true },
		     ids, MAX_CANDIDATES, n, err);
	return rc == CSM_OK ? keep_visible(s, t, ids, n, err) : rc;
}

static int ambiguous(struct csm_store *s, const struct csm_rtype *t, const char *text,
		     const int64_t *ids, unsigned n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_buf b = CSM_BUF(a);

	for (unsigned i = 0; i < n && i + 1 < MAX_CANDIDATES; i++) {
		const char *key = NULL;
		int rc = csm_store_key(s, t, ids[i], a, &key, err);

		if (rc != CSM_OK)
			return rc;
		csm_buf_addf(&b, "%s%s", i ? ", " : "", key ? key : "?");
	}
	csm_fail(err, CSM_E_CONFLICT, "'%s' names more than one %s: %s%s", text, t->name, b.s,
		 n >= MAX_CANDIDATES ? ", ..." : "");
	csm_err_on(err, t->name, text, NULL);
	return CSM_E_CONFLICT;
}

/* Keys that begin like text, nearest first: what was probably meant. NULL if there is none. */
static const char *near_key(struct csm_store *s, const struct csm_rtype *t, int field, const char *text,
			    struct csm_arena *a)
{
	struct csm_vec words = CSM_VEC(a, const char *);
	struct csm_stmt *st;
	char low[8], high[8];
	size_t n = 0;
	bool row = true;

	while (n < 2 && text[n] > ' ' && text[n] < 0x7e) /* the first letters, if they are plain */
		n++;
	if (!n || csm_db_kept(s->db, store_sql_near(s, t, field), &st, NULL) != CSM_OK)
		return NULL;
	memcpy(low, text, n);
	memcpy(high, text, n);
	high[n - 1]++;
	low[n] = high[n] = '\0';
	if (csm_stmt_bind(st, 1, csm_text(low), NULL) != CSM_OK ||
	    csm_stmt_bind(st, 2, csm_text(high), NULL) != CSM_OK)
		return NULL;
	while (csm_stmt_step(st, &row, NULL) == CSM_OK && row)
		*(const char **)csm_vec_add(&words) = csm_strdup(a, csm_stmt_column(st, 0).s);
	csm_stmt_reset(st);
	*(const char **)csm_vec_add(&words) = NULL;
	return csm_nearest(text, words.p);
}

static int not_found(struct csm_store *s, const struct csm_rtype *t, const char *text, bool number,
		     struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	const char *near = NULL;

	for (unsigned i = 0; err && !number && !near && !s->past && i < t->nfields; i++)
		if ((t->fields[i].flags & (CSM_F_KEY | CSM_F_TITLE)) && store_has_column(t, (int)i) &&
		    csm_kind(t->fields[i].kind)->tag == CSM_TEXT && !store_access_filter(s, t))
			near = near_key(s, t, (int)i, text, a);
	if (near)
		csm_fail(err, CSM_E_NOTFOUND, "there is no %s '%s'; did you mean '%s'?", t->name, text,
			 near);
	else
		csm_fail(err, CSM_E_NOTFOUND, "there is no %s '%s'", t->name, text);
	csm_err_on(err, t->name, text, NULL);
	return CSM_E_NOTFOUND;
}

int csm_store_find(struct csm_store *s, const struct csm_rtype *t, const char *text, int64_t *id,
		   struct csm_err *err)
{
	int64_t ids[MAX_CANDIDATES], want = parse_id(t, text);
	unsigned n = 0;
	int rc = CSM_OK;

	*id = 0;
	if (strcmp(text, "me") == 0 && strcmp(t->name, "user") == 0) {
		if (!s->actor.user)
			return csm_fail(err, CSM_E_NOTFOUND,
					"'me' is nobody: '%s' is not a user of this database",
					s->actor.name);
		*id = s->actor.user;
		return CSM_OK;
	}
	if (want)
		rc = find_by_id(s, t, want, ids, &n, err);
	if (rc == CSM_OK && !n && *text)
		rc = find_by_keys(s, t, text, ids, &n, err);
	if (rc == CSM_OK && !n && *text)
		rc = find_by_title(s, t, text, ids, &n, err);
	if (rc != CSM_OK)
		return rc;
	if (!n)
		return not_found(s, t, text, want != 0, err);
	if (n > 1)
		return ambiguous(s, t, text, ids, n, err);
	*id = ids[0];
	return CSM_OK;
}

/*
 * Whether the rows that a load keeps back don't matter to a look-up, because none has the values. A load asks for
 * each key of its records before it writes them: nearly all of them no record of it has, which their key says, 0: there is none.
 */
static bool is_stored(struct csm_store *s, const struct csm_rtype *t, const int *fields,
		      const struct csm_value *values, unsigned n, uint64_t key)
{
	if (key && !store_key_written(s, key))
		return true;
	for (unsigned i = 0; i < n; i++)
		if (!store_has_column(t, fields[i]))
			return false;
	return !store_insert_waits(s, t, fields, values, n);
}

int csm_store_match(struct csm_store *s, const struct csm_rtype *t, const int *fields,
		    const struct csm_value *values, unsigned nfields, int64_t *ids, unsigned max,
		    unsigned *n, struct csm_err *err)
{
	struct csm_value bound[2 * MAX_KEYS];
	unsigned nbound = 0;
	uint64_t nulls = 0, key;
	bool unfilled = false;
	int rc = CSM_OK;

	*n = 0;
	if (!nfields || nfields > MAX_KEYS)
		return csm_fail(err, CSM_E_INTERNAL, "a match by %u fields", nfields);
	key = store_key(s, t, fields, values, nfields);
	if (key && store_key_absent(s, t, fields, values, nfields, key))
		return CSM_OK;
	/* a text that refers to a record is looked for in each of its keys, some of which nobody uses */
	if (nfields == 1 && !s->past && values->tag != CSM_NULL && store_has_column(t, *fields))
		rc = store_unfilled(s, t, *fields, &unfilled, err);
	if (rc != CSM_OK || unfilled)
		return rc;
	for (unsigned i = 0; i < nfields; i++) {
		if (values[i].tag == CSM_NULL) {
			nulls |= UINT64_C(1) << i;
			continue;
		}
		bound[nbound++] = store_is_number(t, fields[i])
					  ? csm_int(csm_number_parse(t, values[i].s))
					  : values[i];
		if (values[i].tag == CSM_MONEY)
			bound[nbound++] = csm_text(values[i].s);
	}
	if (s->change.dropped)
		rc = store_bulk_need(s, t, fields[0], err);
	if (rc != CSM_OK)
		return rc;
	rc = look_up(s, t, &(struct look){ .sql = store_sql_match(s, t, fields, nfields, nulls), .bound = bound, .nbound = nbound,
					   .fields = fields, .values = values, .nfields = nfields, .all = true,
					   .stored = is_stored(s, t, fields, values, nfields, key) },
		     ids, max, n, err);
	if (rc == CSM_OK && !*n && key)
		store_key_miss(s, key);
	if (rc == CSM_OK && *n <= max)
		rc = keep_visible(s, t, ids, n, err);
	return rc;
}
