/* SPDX-License-Identifier: MIT */
/*
 * delete.c - a record goes, and with it what it owns.
 *
 * First all that would go is collected, then everybody else who refers to any of it is asked, and only then
 * history is written and the rows are deleted, children before parents. History comes first for all of them,
 * because the engine itself clears references inside the set while rows go, and undo must give back what was
 * there before.
 */
#include "store_priv.h"

struct doomed {
	struct csm_store *s;
	struct csm_arena *a;
	struct csm_vec recs;		/* struct csm_rec *: owners before what they own */
	struct csm_rec **table;		/* the same by type and id; size is a power of two */
	size_t size;
	const struct csm_rec *at;	/* the one whose referrers are asked */
	struct csm_buf why;		/* who refers from outside */
	struct csm_vec clear;		/* struct clear */
	struct csm_err *err;
};

struct clear {
	const struct csm_rtype *type;
	int field;
	int64_t id;			/* the record that refers */
	int64_t target;
};

static size_t find_place(const struct doomed *d, const struct csm_rtype *t, int64_t id)
{
	size_t h = (((size_t)(uintptr_t)t >> 4) * 31 + (size_t)id) * 0x9e3779b1u & (d->size - 1);

	while (d->table[h] && (d->table[h]->type != t || d->table[h]->id != id))
		h = (h + 1) & (d->size - 1);
	return h;
}

static bool is_doomed(const struct doomed *d, const struct csm_rtype *t, int64_t id)
{
	return d->size && d->table[find_place(d, t, id)];
}

static void add_doomed(struct doomed *d, struct csm_rec *r)
{
	if (2 * (d->recs.n + 1) > d->size) {
		d->size = d->size ? d->size * 2 : 64;
		d->table = csm_calloc(d->a, d->size, sizeof(struct csm_rec *));
		for (size_t i = 0; i < d->recs.n; i++) {
			struct csm_rec *old = *CSM_AT(&d->recs, struct csm_rec *, i);

			d->table[find_place(d, old->type, old->id)] = old;
		}
	}
	*(struct csm_rec **)csm_vec_add(&d->recs) = r;
	d->table[find_place(d, r->type, r->id)] = r;
}

/* Add what goes with r; recs grows while its caller walks it. */
static int collect_owned(struct doomed *d, const struct csm_rec *r, struct csm_err *err)
{
	const struct csm_dict *dict = d->s->env.dict;

	for (unsigned i = 0; i < dict->ntypes; i++) {
		const struct csm_rtype *t = dict->types[i];

		for (int f = 0; f < (int)t->nfields; f++) {
			struct csm_rec **kids;
			unsigned n;
			int rc;

			if (t->fields[f].kind != CSM_K_REF || t->fields[f].ondel != CSM_ON_CASCADE ||
			    strcmp(t->fields[f].target, r->type->name) != 0)
				continue;
			rc = csm_store_children(d->s, t, f, r->id, d->a, &kids, &n, err);
			for (unsigned k = 0; rc == CSM_OK && k < n; k++)
				if (!is_doomed(d, t, kids[k]->id))
					add_doomed(d, kids[k]);
			if (rc != CSM_OK)
				return rc;
		}
	}
	return CSM_OK;
}

/* Records of t whose field (reference or list of them) refers to id. */
static int list_referrers(struct doomed *d, const struct csm_rtype *t, int field, int64_t id,
			  struct csm_vec *out, struct csm_err *err)
{
	struct csm_value v = t->fields[field].kind == CSM_K_REF ? csm_int(id) :
			     csm_text(csm_sprintf(d->a, "%" PRId64, id));
	struct csm_filter f = { .op = t->fields[field].kind == CSM_K_REF ? CSM_OP_EQ : CSM_OP_HAS,
				.type = t,
				.path = { field },
				.npath = 1,
				.field = &t->fields[field],
				.values = &v,
				.nvalues = 1 };
	const int columns[] = { -1 };
	const struct csm_query q = { .where = &f, .sort = "", .columns = columns };
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	int rc = csm_store_select(d->s, t, &q, d->a, &c, err);

	while (rc == CSM_OK) {
		struct csm_rec *r;

		rc = csm_cursor_next(c, d->a, &r, err);
		if (rc != CSM_OK || !r)
			break;
		*(int64_t *)csm_vec_add(out) = r->id;
	}
	return rc;
}

static int ask_referrer(void *arg, const struct csm_rtype *from, int field, int64_t count, int64_t first_id)
{
	struct doomed *d = arg;
	const struct csm_field *f = &from->fields[field];
	struct csm_vec ids = CSM_VEC(d->a, int64_t);
	int64_t outside = 0, first = 0;
	const char *key = NULL;
	int rc;

	(void)count, (void)first_id;
	if (f->kind == CSM_K_REF && f->ondel == CSM_ON_CASCADE)
		return CSM_OK;
	rc = list_referrers(d, from, field, d->at->id, &ids, d->err);
	for (size_t i = 0; rc == CSM_OK && i < ids.n; i++) {
		int64_t id = *CSM_AT(&ids, int64_t, i);

		if (is_doomed(d, from, id))
			continue;
		if (f->ondel == CSM_ON_CLEAR)
			*(struct clear *)csm_vec_add(&d->clear) =
				(struct clear){ from, field, id, d->at->id };
		else if (!outside++)
			first = id;
	}
	if (rc != CSM_OK || !outside)
		return rc;
	rc = csm_store_key(d->s, from, first, d->a, &key, d->err);
	if (d->why.n)
		csm_buf_add(&d->why, ", ");
	if (outside == 1)
		csm_buf_addf(&d->why, "%s %s", from->name, key ? key : "");
	else
		csm_buf_addf(&d->why, "%" PRId64 " of type %s such as %s", outside, from->name,
			     key ? key : "");
	return rc;
}

static int ask_all(struct doomed *d, struct csm_err *err)
{
	const struct csm_rec *top = *CSM_AT(&d->recs, struct csm_rec *, 0);

	for (size_t i = 0; i < d->recs.n; i++) {
		int rc;

		d->at = *CSM_AT(&d->recs, struct csm_rec *, i);
		rc = csm_store_referrers(d->s, d->at->type, d->at->id, ask_referrer, d, err);
		if (rc != CSM_OK)
			return rc;
		if (d->why.n && d->at == top)
			return csm_fail(err, CSM_E_REFUSED, "is referred to by %s", d->why.s);
		if (d->why.n)
			return csm_fail(err, CSM_E_REFUSED, "its %s %s is referred to by %s",
					d->at->type->name, csm_rec_key(d->a, d->at), d->why.s);
	}
	return CSM_OK;
}

/* A list of references without one of them. */
static struct csm_value without(struct csm_arena *a, const char *list, int64_t id)
{
	struct csm_buf b = CSM_BUF(a);
	char word[32];

	for (unsigned i = 0; csm_list_word(list, i, word, sizeof(word)); i++)
		if (strtoll(word, NULL, 10) != id)
			csm_buf_addf(&b, "%s%s,", b.n ? "" : ",", word);
	return csm_text(b.s);
}

static int clear_references(struct doomed *d, struct csm_err *err)
{
	int rc = CSM_OK;

	for (size_t i = 0; rc == CSM_OK && i < d->clear.n; i++) {
		const struct clear *c = CSM_AT(&d->clear, struct clear, i);
		struct csm_rec *r;

		rc = csm_store_need(d->s, c->type, c->id, d->a, &r, err);
		if (rc != CSM_OK)
			break;
		if (c->type->fields[c->field].kind == CSM_K_REF_LIST)
			csm_rec_set(r, c->field, without(d->a, csm_rec_text(r, c->field), c->target));
		else
			csm_rec_clear(r, c->field);
		if (csm_rec_null(r, c->field) && c->type->fields[c->field].flags & CSM_F_REQUIRED)
			return csm_fail(err, CSM_E_REFUSED, "%s %s needs it as its %s", c->type->name,
					csm_rec_key(d->a, r), c->type->fields[c->field].name);
		rc = store_row_update(d->s, r, err);
	}
	return rc;
}

/* Later types refer to earlier ones; of one type, what was found last is owned by what was found before. */
static int delete_rows(struct doomed *d, struct csm_err *err)
{
	const struct csm_dict *dict = d->s->env.dict;
	int rc = CSM_OK;

	for (size_t i = d->recs.n; rc == CSM_OK && i-- > 0; )
		rc = store_history_add(d->s, 'd', *CSM_AT(&d->recs, struct csm_rec *, i), err);
	for (unsigned t = dict->ntypes; rc == CSM_OK && t-- > 0; ) {
		for (size_t i = d->recs.n; rc == CSM_OK && i-- > 0; ) {
			struct csm_rec *r = *CSM_AT(&d->recs, struct csm_rec *, i);

			if (r->type == dict->types[t])
				rc = store_row_delete(d->s, r, err);
		}
	}
	for (size_t i = d->recs.n; rc == CSM_OK && i-- > 0; ) {
		struct csm_write w = { .store = d->s,
				       .rec = *CSM_AT(&d->recs, struct csm_rec *, i),
				       .remove = true };

		rc = store_hook(&w, w.rec->type->after, CSM_HOOK_DELETE, err);
	}
	return rc;
}

static int delete_record(struct csm_store *s, struct csm_rec *r, int64_t if_version, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct doomed d = { .s = s, .a = a, .recs = CSM_VEC(a, struct csm_rec *), .why = CSM_BUF(a),
			    .clear = CSM_VEC(a, struct clear), .err = err };
	int version = store_std(r->type, STORE_VERSION);
	struct csm_rec *fresh;
	int rc = csm_store_need(s, r->type, r->id, a, &fresh, err);

	if (rc == CSM_OK && fresh->v[version].i != r->old[version].i)
		rc = csm_fail(err, CSM_E_CONFLICT,
			      "the record was changed since version %" PRId64 " of it was read",
			      r->old[version].i);
	if (rc == CSM_OK)
		rc = store_check_ready(s, fresh, CSM_WRITE_NORMAL, if_version, err);
	if (rc == CSM_OK && s->change.depth == 1 && r->type->flags & CSM_T_JOURNAL)
		rc = csm_fail(err, CSM_E_REFUSED, "a %s is never deleted by itself, its journal only grows",
			      r->type->name);
	if (rc != CSM_OK)
		return rc;
	add_doomed(&d, fresh);
	for (size_t i = 0; rc == CSM_OK && i < d.recs.n; i++) {
		struct csm_rec *at = *CSM_AT(&d.recs, struct csm_rec *, i);

		rc = store_access_check(s, at->type, STORE_DELETE, at, err);
		if (rc == CSM_OK)
			rc = collect_owned(&d, at, err);
	}
	if (rc == CSM_OK)
		rc = ask_all(&d, err);
	if (rc == CSM_OK)
		rc = clear_references(&d, err);
	return rc == CSM_OK ? delete_rows(&d, err) : rc;
}

int csm_store_delete(struct csm_store *s, struct csm_rec *r, int64_t if_version, struct csm_err *err)
{
	int64_t writes;
	int rc = store_enter(s, &writes, err);

	if (rc != CSM_OK)
		return rc;
	rc = delete_record(s, r, if_version, err);
	if (rc == CSM_OK)
		r->stored = false;
	return store_err_on(s, r, err, store_leave(s, writes, rc));
}
