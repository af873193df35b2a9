/* SPDX-License-Identifier: MIT */
/*
 * delete.c - a record goes, and with it what it owns.
 *
 * First all that would go is collected, then everybody else who refers to any of it is asked, and only then
 * history is written and the rows are deleted, children before parents. History comes first for all of them,
 * because the engine itself clears references inside the set while rows go, and undo must give back what was
 * there before.
 *
 * Of what goes only the ids are kept, so that a case with a million comments goes in the memory of a small one.
 */
#include "idset.h"

/* Owned records that are read at a time. */
#define PAGE 256u

/* References from outside that are emptied, of one field. */
struct clear {
	const struct csm_rtype *type;
	int field;
	struct store_ids ids;		/* the records that refer */
};

struct doomed {
	struct csm_store *s;
	struct csm_arena *a;
	struct csm_arena *row;		/* of one record */
	struct store_ids *ids, *fresh;	/* by type index: all that goes; whose owned records were not looked for yet */
	bool *owns;			/* by type index: whether there can be any */
	const struct csm_rec *top;
	int64_t id;			/* of the record whose referrers are asked */
	struct csm_buf why;		/* who refers to it from outside */
	struct csm_vec clears;		/* struct clear */
	const struct clear *clear;	/* the one at work */
	int64_t history;		/* the last row before those of this deletion */
	struct csm_err *err;
};

static bool is_doomed(const struct doomed *d, const struct csm_rtype *t, int64_t id)
{
	return store_ids_has(&d->ids[store_facts(d->s, t)->index], id);
}

typedef int doomed_fn(struct doomed *d, const struct csm_rtype *t, int64_t id, struct csm_err *err);

struct each {
	struct doomed *d;
	const struct csm_rtype *type;
	doomed_fn *fn;
};

static int each_one(void *arg, int64_t id, struct csm_err *err)
{
	const struct each *e = arg;
	struct csm_mark mark = csm_arena_mark(e->d->row);
	int rc = e->fn(e->d, e->type, id, err);

	csm_arena_rewind(e->d->row, mark);
	return rc;
}

/* Later types refer to earlier ones, so rows go in falling order; and history is told so, that an undo makes runs of ids that rise. */
static int each_doomed(struct doomed *d, bool down, doomed_fn *fn, struct csm_err *err)
{
	const struct csm_dict *dict = d->s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = 0; rc == CSM_OK && i < dict->ntypes; i++) {
		unsigned t = down ? dict->ntypes - 1 - i : i;
		struct each e = { d, dict->types[t], fn };

		rc = store_ids_each(&d->ids[t], down, each_one, &e, err);
	}
	return rc;
}

static int read_doomed(struct doomed *d, const struct csm_rtype *t, int64_t id, struct csm_rec **out, struct csm_err *err)
{
	int rc = store_read_one(d->s, t, store_sql(d->s, t, STORE_SQL_GET), csm_int(id), d->row, out, err);

	return rc == CSM_OK && !*out ? csm_fail(err, CSM_E_INTERNAL, "%s is gone", store_name_of(d->row, t, id)) : rc;
}

/* ---- what goes ---- */

/* The type whose records own those of t by the field; NULL: none do. */
static const struct csm_rtype *owner_of(struct doomed *d, const struct csm_rtype *t, int field)
{
	const struct csm_field *f = &t->fields[field];

	return f->kind == CSM_K_REF && f->ondel == CSM_ON_CASCADE ? store_facts(d->s, t)->field[field].target : NULL;
}

static void find_owners(struct doomed *d)
{
	const struct csm_dict *dict = d->s->env.dict;

	d->owns = csm_calloc(d->a, dict->ntypes, sizeof(*d->owns));
	for (unsigned i = 0; i < dict->ntypes; i++)
		for (int f = 0; f < (int)dict->types[i]->nfields; f++) {
			const struct csm_rtype *t = owner_of(d, dict->types[i], f);

			if (t)
				d->owns[store_facts(d->s, t)->index] = true;
		}
}

static int add_doomed(struct doomed *d, const struct csm_rec *r, struct csm_err *err)
{
	unsigned i = store_facts(d->s, r->type)->index;

	if (!store_ids_add(&d->ids[i], d->a, r->id))
		return CSM_OK;
	if (d->owns[i])
		store_ids_add(&d->fresh[i], d->a, r->id);
	return store_access_check(d->s, r->type, STORE_DELETE, r, err);
}

static int collect_field(struct doomed *d, const struct csm_rtype *t, int field, int64_t owner, struct csm_err *err)
{
	int64_t after = 0;
	bool more = true;
	int rc = CSM_OK;

	while (rc == CSM_OK && more) {
		struct csm_mark mark = csm_arena_mark(d->row);
		struct csm_rec **kids;
		unsigned n;

		rc = csm_store_children_after(d->s, t, field, owner, after, PAGE, d->row, &kids, &n, &more, err);
		for (unsigned k = 0; rc == CSM_OK && k < n; k++) {
			after = kids[k]->id;
			rc = add_doomed(d, kids[k], err);
		}
		csm_arena_rewind(d->row, mark);
	}
	return rc;
}

static int collect_owned(struct doomed *d, const struct csm_rtype *owner, int64_t id, struct csm_err *err)
{
	const struct csm_dict *dict = d->s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = 0; i < dict->ntypes; i++)
		for (int f = 0; rc == CSM_OK && f < (int)dict->types[i]->nfields; f++)
			if (owner_of(d, dict->types[i], f) == owner)
				rc = collect_field(d, dict->types[i], f, id, err);
	return rc;
}

/* Rounds, since what is found may own as well. */
static int collect_all(struct doomed *d, struct csm_err *err)
{
	const struct csm_dict *dict = d->s->env.dict;
	bool any = true;
	int rc = CSM_OK;

	while (rc == CSM_OK && any) {
		any = false;
		for (unsigned i = 0; rc == CSM_OK && i < dict->ntypes; i++) {
			struct store_ids now = d->fresh[i];
			struct each e = { d, dict->types[i], collect_owned };

			d->fresh[i] = (struct store_ids){ .arena = NULL };
			any = any || now.count;
			rc = store_ids_each(&now, false, each_one, &e, err);
			store_ids_free(&now);
		}
	}
	return rc;
}

/* ---- who refers to it ---- */

/* Those of a type whose field refers to the record that is at work, and that stay. */
struct outside {
	const struct csm_rtype *type;
	int field;
	int64_t n, first;
};

static struct store_ids *clear_of(struct doomed *d, const struct csm_rtype *t, int field)
{
	struct clear *c;

	for (size_t i = 0; i < d->clears.n; i++) {
		c = CSM_AT(&d->clears, struct clear, i);
		if (c->type == t && c->field == field)
			return &c->ids;
	}
	c = csm_vec_add(&d->clears);
	*c = (struct clear){ .type = t, .field = field };
	return &c->ids;
}

static void take_referrer(struct doomed *d, struct outside *o, int64_t id)
{
	if (is_doomed(d, o->type, id))
		return;
	if (o->type->fields[o->field].ondel == CSM_ON_CLEAR)
		store_ids_add(clear_of(d, o->type, o->field), d->a, id);
	else if (!o->n++)
		o->first = id;
}

static int list_pointing(struct doomed *d, struct outside *o, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(d->s->db, store_sql_ids(d->s, o->type, o->field), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(d->id), err);
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		take_referrer(d, o, csm_stmt_column(st, 0).i);
	}
	return rc;
}

static int list_listing(struct doomed *d, struct outside *o, struct csm_err *err)
{
	struct csm_value v = csm_text(csm_sprintf(d->row, "%" PRId64, d->id));
	struct csm_filter f = { .op = CSM_OP_HAS, .type = o->type, .path = { o->field }, .npath = 1,
				.field = &o->type->fields[o->field], .values = &v, .nvalues = 1 };
	const int columns[] = { -1 };
	const struct csm_query q = { .where = &f, .sort = "", .columns = columns };
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	int rc = csm_store_select(d->s, o->type, &q, d->row, &c, err);

	while (rc == CSM_OK) {
		struct csm_rec *r;

		rc = csm_cursor_view(c, &r, err);
		if (rc != CSM_OK || !r)
			break;
		take_referrer(d, o, r->id);
	}
	return rc;
}

static int ask_referrer(void *arg, const struct csm_rtype *from, int field, int64_t count, int64_t first_id)
{
	struct doomed *d = arg;
	const struct csm_field *f = &from->fields[field];
	struct outside o = { .type = from, .field = field };
	const char *key = NULL;
	int rc;

	(void)count, (void)first_id;
	if (f->kind == CSM_K_REF && f->ondel == CSM_ON_CASCADE)
		return CSM_OK;
	rc = f->kind == CSM_K_REF ? list_pointing(d, &o, d->err) : list_listing(d, &o, d->err);
	if (rc != CSM_OK || !o.n)
		return rc;
	rc = csm_store_key(d->s, from, o.first, d->row, &key, d->err);
	if (d->why.n)
		csm_buf_add(&d->why, ", ");
	if (o.n == 1)
		csm_buf_addf(&d->why, "%s %s", from->name, key ? key : "");
	else
		csm_buf_addf(&d->why, "%" PRId64 " of type %s such as %s", o.n, from->name, key ? key : "");
	return rc;
}

static bool is_top(const struct doomed *d, const struct csm_rtype *t, int64_t id)
{
	return t == d->top->type && id == d->top->id;
}

static int ask(struct doomed *d, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	d->id = id;
	return csm_store_referrers(d->s, t, id, ask_referrer, d, err);
}

static int ask_top(struct doomed *d, struct csm_err *err)
{
	int rc = ask(d, d->top->type, d->top->id, err);

	return rc == CSM_OK && d->why.n ? csm_fail(err, CSM_E_REFUSED, "is referred to by %s", d->why.s) : rc;
}

static int ask_owned(struct doomed *d, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	struct csm_rec *r;
	int rc = is_top(d, t, id) ? CSM_OK : ask(d, t, id, err);

	if (rc != CSM_OK || !d->why.n)
		return rc;
	rc = read_doomed(d, t, id, &r, err);
	return rc != CSM_OK ? rc : csm_fail(err, CSM_E_REFUSED, "its %s %s is referred to by %s", t->name, csm_rec_key(d->row, r),
					    d->why.s);
}

/* ---- references that are emptied ---- */

/* A list of references without those that go. */
static struct csm_value without(struct doomed *d, const struct csm_rtype *target, const char *list)
{
	struct csm_buf b = CSM_BUF(d->row);
	char word[32];

	for (unsigned i = 0; csm_list_word(list, i, word, sizeof(word)); i++)
		if (!is_doomed(d, target, strtoll(word, NULL, 10)))
			csm_buf_addf(&b, "%s%s,", b.n ? "" : ",", word);
	return csm_text(b.s);
}

static int clear_one(struct doomed *d, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	const struct csm_field *f = &t->fields[d->clear->field];
	struct csm_rec *r;
	int rc = csm_store_need(d->s, t, id, d->row, &r, err);

	if (rc != CSM_OK)
		return rc;
	if (f->kind == CSM_K_REF_LIST)
		csm_rec_set(r, d->clear->field,
			    without(d, csm_dict_type(d->s->env.dict, f->target), csm_rec_text(r, d->clear->field)));
	else
		csm_rec_clear(r, d->clear->field);
	if (csm_rec_null(r, d->clear->field) && f->flags & CSM_F_REQUIRED)
		return csm_fail(err, CSM_E_REFUSED, "%s %s needs it as its %s", t->name, csm_rec_key(d->row, r), f->name);
	return store_row_update(d->s, r, err);
}

static int clear_references(struct doomed *d, struct csm_err *err)
{
	int rc = CSM_OK;

	for (size_t i = 0; rc == CSM_OK && i < d->clears.n; i++) {
		struct each e = { d, NULL, clear_one };

		d->clear = CSM_AT(&d->clears, struct clear, i);
		e.type = d->clear->type;
		rc = store_ids_each(&d->clear->ids, false, each_one, &e, err);
	}
	return rc;
}

/* ---- it goes ---- */

static int tell_one(struct doomed *d, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	struct csm_rec *r;
	int rc = read_doomed(d, t, id, &r, err);

	return rc == CSM_OK ? store_history_add(d->s, 'd', r, err) : rc;
}

static int delete_one(struct doomed *d, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	return store_row_delete(d->s, t, id, err);
}

static int take_value(void *arg, int field, const struct csm_value *was, const struct csm_value *now, struct csm_err *err)
{
	struct csm_rec *r = arg;

	(void)now, (void)err;
	r->v[field] = r->old[field] = *was;
	return CSM_OK;
}

/* What went is as history has it by now. */
static int follow_row(struct doomed *d, const struct csm_history *h, struct csm_err *err)
{
	struct csm_write w = { .store = d->s, .remove = true };
	int number = store_facts(d->s, h->type)->number, rc;

	if (!h->type->after || is_top(d, h->type, h->record))
		return CSM_OK;
	w.rec = csm_rec_new(d->row, h->type);
	w.rec->id = h->record;
	rc = store_history_each(d->s, h, d->row, take_value, w.rec, err);
	if (number >= 0)
		w.rec->v[number] = store_computed(d->row, h->type, number, h->record);
	return rc == CSM_OK ? store_hook(&w, h->type->after, CSM_HOOK_DELETE, err) : rc;
}

static int follow_rows(struct doomed *d, struct csm_err *err)
{
	const struct csm_value v[3] = { csm_int(d->s->change.id), csm_int(d->history), csm_int(d->s->change.history) };
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(d->s->db, store_text(STORE_TEXT_GONE), &st, err);

	for (int i = 0; rc == CSM_OK && i < 3; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK) {
		struct csm_mark mark = csm_arena_mark(d->row);
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(d->s, st, d->row, &h, err);
		if (rc == CSM_OK)
			rc = follow_row(d, &h, err);
		csm_arena_rewind(d->row, mark);
	}
	return rc;
}

/* The hooks of what went, the record itself last. */
static int run_hooks(struct doomed *d, struct csm_rec *top, struct csm_err *err)
{
	const struct csm_dict *dict = d->s->env.dict;
	struct csm_write w = { .store = d->s, .rec = top, .remove = true };
	bool any = false;
	int rc = CSM_OK;

	for (unsigned i = 0; i < dict->ntypes; i++)
		any = any || (dict->types[i]->after && d->ids[i].count > (dict->types[i] == top->type));
	if (any)
		rc = follow_rows(d, err);
	top->stored = false;
	return rc == CSM_OK ? store_hook(&w, top->type->after, CSM_HOOK_DELETE, err) : rc;
}

static int delete_doomed(struct doomed *d, struct csm_rec *top, struct csm_err *err)
{
	int rc = add_doomed(d, top, err);

	if (rc == CSM_OK)
		rc = collect_all(d, err);
	/* of the record itself first: that is what the caller knows */
	if (rc == CSM_OK)
		rc = ask_top(d, err);
	if (rc == CSM_OK)
		rc = each_doomed(d, false, ask_owned, err);
	if (rc == CSM_OK)
		rc = clear_references(d, err);
	d->history = d->s->change.history;
	if (rc == CSM_OK)
		rc = each_doomed(d, true, tell_one, err);
	if (rc == CSM_OK)
		rc = each_doomed(d, true, delete_one, err);
	return rc == CSM_OK ? run_hooks(d, top, err) : rc;
}

static int delete_record(struct csm_store *s, struct csm_rec *r, int64_t if_version, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	unsigned n = s->env.dict->ntypes + 1;
	struct doomed d = { .s = s, .a = a, .row = row, .why = CSM_BUF(a), .clears = CSM_VEC(a, struct clear), .err = err };
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
	d.top = fresh;
	d.ids = csm_calloc(a, n, sizeof(*d.ids));
	d.fresh = csm_calloc(a, n, sizeof(*d.fresh));
	find_owners(&d);
	rc = delete_doomed(&d, fresh, err);
	for (unsigned i = 0; i < n; i++) {
		store_ids_free(&d.ids[i]);
		store_ids_free(&d.fresh[i]);
	}
	for (size_t i = 0; i < d.clears.n; i++)
		store_ids_free(&CSM_AT(&d.clears, struct clear, i)->ids);
	return rc;
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
