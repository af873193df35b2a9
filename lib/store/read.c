/* SPDX-License-Identifier: MIT */
/* read.c - rows into records, records by id, the small cache of records that paths and filters go
 * through, and keys. */
#include "store_priv.h"

/* Records loaded before the cache's memory is given back: one of a type of many fields takes 4 KiB. */
#define CACHE_LOADS 512

/* An amount and its currency; null where one of them is. */
struct csm_value store_money(struct csm_value amount, struct csm_value currency)
{
	if (amount.tag != CSM_INT || currency.tag != CSM_TEXT)
		return csm_null();
	return (struct csm_value){ CSM_MONEY, amount.i, currency.s };
}

struct csm_value store_take_value(const struct csm_value **at, const struct csm_field *f)
{
	struct csm_value v = *(*at)++;

	return f->kind == CSM_K_MONEY ? store_money(v, *(*at)++) : v;
}

struct csm_value store_keep_text(struct csm_arena *a, struct csm_value v)
{
	if (v.tag == CSM_TEXT || v.tag == CSM_MONEY)
		v.s = csm_strdup(a, v.s);
	return v;
}

struct csm_rec *store_read_row(const struct csm_rtype *t, struct csm_stmt *st, struct csm_arena *a)
{
	struct csm_value row[1 + 2 * CSM_MAX_FIELDS], v[CSM_MAX_FIELDS];
	const struct csm_value *at = row + 1;
	int64_t id;

	csm_stmt_row(st, row, (int)CSM_COUNT(row));
	id = row[0].i;
	for (unsigned i = 0; i < t->nfields; i++) {
		if (store_has_column(t, (int)i))
			v[i] = store_keep_text(a, store_take_value(&at, &t->fields[i]));
		else
			v[i] = store_computed(a, t, (int)i, id);
	}
	return csm_rec_stored(a, t, id, v);
}

/* A field without a column of its own: the number is made of the prefix and the id, others are the
 * derive hook's. */
struct csm_value store_computed(struct csm_arena *a, const struct csm_rtype *t, int field, int64_t id)
{
	if (!store_is_number(t, field))
		return csm_null();
	return csm_text(csm_number_format(a, t, id));
}

int store_first_int(struct csm_store *s, const char *sql, const struct csm_value *v, int n, int64_t *out,
		    struct csm_err *err)
{
	struct csm_stmt *st;
	bool row;
	int rc = csm_db_first(s->db, sql, v, n, &st, &row, err);

	*out = row ? csm_stmt_column(st, 0).i : 0;
	if (row)
		csm_stmt_reset(st);
	return rc;
}

int store_any_row(struct csm_store *s, const char *sql, const struct csm_value *v, int n, bool *yes,
		  struct csm_err *err)
{
	struct csm_stmt *st;
	int rc = csm_db_first(s->db, sql, v, n, &st, yes, err);

	if (*yes)
		csm_stmt_reset(st);
	return rc;
}

int store_read_one(struct csm_store *s, const struct csm_rtype *t, const char *sql, struct csm_value v,
		   struct csm_arena *a, struct csm_rec **out, struct csm_err *err)
{
	struct csm_stmt *st;
	bool row;
	int rc = csm_db_first(s->db, sql, &v, 1, &st, &row, err);

	*out = row ? store_read_row(t, st, a) : NULL;
	if (row)
		csm_stmt_reset(st);
	return rc;
}

/* Where a record stands in the small tables, if it does: modulo their size. */
static size_t place_of(const struct csm_rtype *t, int64_t id)
{
	return ((size_t)(uintptr_t)t >> 5) + (size_t)id;
}

/* Read without regard to who asks. */
static int load(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
		struct csm_rec **out, struct csm_err *err)
{
	if (s->past)
		return store_past_load(s, t, id, a, out, err);
	return store_read_one(s, t, store_sql(s, t, STORE_SQL_GET), csm_int(id), a, out, err);
}

int csm_store_get(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
		  struct csm_rec **out, struct csm_err *err)
{
	const struct csm_filter *may = store_access_filter(s, t);
	bool yes = true;
	int rc;

	*out = NULL;
	if (id <= 0)
		return CSM_OK;
	rc = load(s, t, id, a, out, err);
	if (rc != CSM_OK || !*out || !may)
		return rc;
	rc = csm_store_eval(s, may, *out, &yes, err);
	if (rc != CSM_OK || !yes)
		*out = NULL;
	return rc;
}

int csm_store_peek(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_rec **out,
		   struct csm_err *err)
{
	const struct csm_filter *may = store_access_filter(s, t);
	bool yes = true;
	int rc = store_cached(s, t, id, out, err);

	if (rc != CSM_OK || !*out || !may)
		return rc;
	rc = csm_store_eval(s, may, *out, &yes, err);
	if (rc != CSM_OK || !yes)
		*out = NULL;
	return rc;
}

/* From the cache, where the record is in it. */
static bool find_value(struct csm_store *s, const struct csm_rtype *t, int64_t id, int field, struct csm_arena *a,
		       struct csm_value *out)
{
	size_t h = place_of(t, id) % STORE_CACHE;

	if (!s->cache[h].rec || s->cache[h].type != t || s->cache[h].id != id)
		return false;
	*out = s->cache[h].rec->v[field];
	out->s = csm_strdup(a, out->s);
	return true;
}

int csm_store_value(struct csm_store *s, const struct csm_rtype *t, int64_t id, int field, struct csm_arena *a,
		    struct csm_value *out, struct csm_err *err)
{
	const struct csm_value v = csm_int(id);
	struct csm_stmt *st;
	struct csm_rec *r;
	bool row, unfilled;
	int rc;

	*out = csm_null();
	if (id <= 0)
		return CSM_OK;
	if (s->past || store_access_filter(s, t) || !store_has_column(t, field)) {
		rc = csm_store_get(s, t, id, a, &r, err);
		if (rc == CSM_OK && r)
			*out = r->v[field];
		return rc;
	}
	if (find_value(s, t, id, field, a, out))
		return CSM_OK;
	rc = store_unfilled(s, t, field, &unfilled, err);
	if (rc != CSM_OK || unfilled)
		return rc;
	rc = csm_db_first(s->db, store_sql_value(s, t, field), &v, 1, &st, &row, err);
	if (row) {
		struct csm_value columns[3];
		const struct csm_value *at = columns + 1;

		csm_stmt_row(st, columns, (int)CSM_COUNT(columns));
		*out = store_keep_text(a, store_take_value(&at, &t->fields[field]));
		csm_stmt_reset(st);
	}
	return rc;
}

int csm_store_need(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
		   struct csm_rec **out, struct csm_err *err)
{
	const char *number;
	int rc = csm_store_get(s, t, id, a, out, err);

	if (rc != CSM_OK || *out)
		return rc;
	number = csm_number_format(a, t, id);
	csm_fail(err, CSM_E_NOTFOUND, "there is no %s %s", t->name,
		 number ? number : csm_sprintf(a, "#%" PRId64, id));
	return csm_err_on(err, t->name, NULL, NULL), CSM_E_NOTFOUND;
}

/* ---- the cache ---- */

void store_know(struct csm_store *s, const struct csm_rtype *t, int64_t id)
{
	s->known[place_of(t, id) % STORE_KNOWN] = (struct store_known){ t, id, csm_null() };
}

void store_know_row(struct csm_store *s, const struct csm_rec *r)
{
	s->wrote[place_of(r->type, r->id) % STORE_WROTE] =
		(struct store_known){ r->type, r->id, r->v[store_std(r->type, STORE_UPDATED_AT)] };
}

const struct store_known *store_known(const struct csm_store *s, const struct csm_rtype *t, int64_t id)
{
	size_t h = place_of(t, id);
	const struct store_known *k = &s->wrote[h % STORE_WROTE];

	if (k->type != t || k->id != id)
		k = &s->known[h % STORE_KNOWN];
	return k->type == t && k->id == id ? k : NULL;
}

void store_cache_drop(struct csm_store *s)
{
	memset(s->known, 0, sizeof(s->known));
	memset(s->wrote, 0, sizeof(s->wrote));
	if (!s->cached)
		return;
	memset(s->cache, 0, sizeof(s->cache));
	csm_arena_free(s->cache_arena);
	s->cache_arena = NULL;
	s->cached = 0;
	s->cached_types = 0;
}

/* Types share 64 bits: one that was not looked up costs no look at the cache. */
static uint64_t bit_of(struct csm_store *s, const struct csm_rtype *t)
{
	return UINT64_C(1) << (store_facts(s, t)->index % 64);
}

void store_cache_forget(struct csm_store *s, const struct csm_rtype *t)
{
	if (!(s->cached_types & bit_of(s, t)))
		return;
	for (unsigned i = 0; i < STORE_CACHE; i++)
		if (s->cache[i].rec && bit_of(s, s->cache[i].type) == bit_of(s, t))
			s->cache[i].rec = NULL;
	s->cached_types &= ~bit_of(s, t);
}

int store_cached(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_rec **out,
		 struct csm_err *err)
{
	size_t h = place_of(t, id) % STORE_CACHE;
	struct csm_rec *r;
	int rc;

	*out = NULL;
	if (id <= 0)
		return CSM_OK;
	if (s->cache[h].rec && s->cache[h].type == t && s->cache[h].id == id) {
		*out = s->cache[h].rec;
		return CSM_OK;
	}
	if (s->cached >= CACHE_LOADS)
		store_cache_drop(s);
	if (!s->cache_arena)
		s->cache_arena = csm_arena_like(s->arena);
	s->cached++;
	rc = load(s, t, id, s->cache_arena, &r, err);
	if (rc != CSM_OK)
		return rc;
	s->cached_types |= bit_of(s, t);
	s->cache[h].type = t;
	s->cache[h].id = id;
	s->cache[h].rec = r;
	*out = r;
	return CSM_OK;
}

int store_follow_one(void *arg, const struct csm_rtype *t, int64_t id, const struct csm_rec **out,
		     struct csm_err *err)
{
	return store_cached(arg, t, id, out, err);
}

int csm_store_eval(struct csm_store *s, const struct csm_filter *f, const struct csm_rec *r, bool *out,
		   struct csm_err *err)
{
	return csm_filter_eval(f, r, store_follow_one, s, out, err);
}

/* A copy that shares nothing with the cache. */
static const struct csm_rec *copy_out(struct csm_arena *a, const struct csm_rec *r)
{
	struct csm_rec *c = csm_rec_copy(a, r);

	for (unsigned i = 0; i < r->type->nfields; i++)
		if (c->v[i].s)
			c->v[i].s = csm_strdup(a, c->v[i].s);
	if (r->type->nfields)
		memcpy(c->old, c->v, r->type->nfields * sizeof(*c->v));
	return c;
}

int csm_store_follow(struct csm_store *s, const struct csm_rec *r, const struct csm_path *p,
		     struct csm_arena *a, const struct csm_rec **rec, struct csm_err *err)
{
	const struct csm_rec *at = r;

	*rec = NULL;
	for (unsigned i = 0; i + 1 + p->many < p->n; i++) {
		const struct csm_field *f = &at->type->fields[p->field[i]];
		const struct csm_rtype *target = csm_dict_type(s->env.dict, f->target);
		const struct csm_rec *next;
		int rc;

		if (csm_rec_null(at, p->field[i]))
			return CSM_OK;
		if (!target)
			return csm_fail(err, CSM_E_INTERNAL, "%s.%s refers to no type", at->type->name,
					f->name);
		rc = store_cached(s, target, csm_rec_int(at, p->field[i]), &next, err);
		if (rc != CSM_OK || !next)
			return rc;
		at = next;
	}
	*rec = at == r ? r : copy_out(a, at);
	return CSM_OK;
}

int csm_store_list_text(struct csm_store *s, const struct csm_rec *at, const struct csm_path *p, struct csm_arena *a,
			const char **out, struct csm_err *err)
{
	int list = p->field[p->n - 2];
	const struct csm_rtype *target = csm_dict_type(s->env.dict, at->type->fields[list].target);
	struct csm_buf b = CSM_BUF(a);
	char word[32];
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && csm_list_word(csm_rec_text(at, list), i, word, sizeof(word)); i++) {
		const struct csm_rec *r;
		const char *text = NULL;

		rc = store_cached(s, target, strtoll(word, NULL, 10), &r, err);
		if (!rc && r)
			rc = csm_store_text(s, r, p->field[p->n - 1], a, &text, err);
		if (text)
			csm_buf_addf(&b, "%s%s", b.n ? "," : "", text);
	}
	*out = b.n ? b.s : NULL;
	return rc;
}

/* ---- keys ---- */

int store_main_key(const struct csm_rtype *t)
{
	for (unsigned i = 0; i < t->nfields; i++) {
		uint32_t flags = t->fields[i].flags;

		if ((flags & CSM_F_KEY) && (flags & CSM_F_REQUIRED) && store_has_column(t, (int)i) &&
		    csm_kind(t->fields[i].kind)->tag == CSM_TEXT)
			return (int)i;
	}
	return -1;
}

int csm_store_key(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
		  const char **out, struct csm_err *err)
{
	const struct csm_rec *r;
	int rc;

	*out = NULL;
	if (id <= 0)
		return CSM_OK;
	if (t->prefix) { /* by arithmetic: foreign keys hold the record's existence */
		*out = csm_number_format(a, t, id);
		return CSM_OK;
	}
	rc = store_cached(s, t, id, &r, err);
	if (rc == CSM_OK && r) {
		int key = store_main_key(t);

		*out = csm_strdup(a, key >= 0 && !csm_rec_null(r, key) ? csm_rec_text(r, key)
								       : csm_rec_key(a, r));
	}
	return rc;
}
