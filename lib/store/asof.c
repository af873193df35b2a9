/* SPDX-License-Identifier: MIT */
/*
 * asof.c - records as they were after a change: the present ones with what happened since taken back.
 *
 * History ids rise with the changes, so "after change C" is "above the last history row of C", the horizon.
 * The first row of a record above it says what it was: nothing there - as it is now; created - it was not
 * there yet; changed or deleted - it was, and the diffs up to its deletion, or to the present, are taken
 * back, newest first. What can be known for a whole type at once (which runs were created since, which
 * records left an owner) is read once a moment.
 */
#include "store_priv.h"

/* Created since: a run of ids; reach: the largest last id of this run and those before it. */
struct born {
	int64_t id, first, last, reach;
};
/* A record that referred to owner by a field then, and does not now. */
struct left {
	int64_t owner, record;
};
struct left_set {
	const struct csm_rtype *type;
	int field;
	struct csm_vec rows;		/* struct left, by owner and record */
	struct left_set *next;
};
/* One moment of the past. Dropped with everything it knows when something is written. */
struct store_past {
	int64_t change;
	int64_t horizon;		/* last history row of the change; what is above it is taken back */
	struct csm_vec *born;		/* by type index; p NULL and cap 0 until read */
	bool *read;			/* by type index: born was read */
	struct left_set *left;
	struct store_past *next;
};

void store_past_drop(struct csm_store *s)
{
	if (!s->past_arena)
		return;
	csm_arena_free(s->past_arena);
	s->past_arena = NULL;
	s->pasts = s->past = NULL;
	s->past_undos = NULL;
}

int store_present_only(const struct csm_store *s, const char *what, struct csm_err *err)
{
	if (!s->past)
		return CSM_OK;
	return csm_fail(err, CSM_E_INTERNAL, "%s while records are read as of change %" PRId64, what,
			s->past->change);
}

int64_t csm_store_moment(const struct csm_store *s)
{
	return s->past ? s->past->change : CSM_STORE_PRESENT;
}

static int new_past(struct csm_store *s, int64_t change, struct store_past **out, struct csm_err *err)
{
	const struct csm_value v = csm_int(change);
	unsigned ntypes = s->env.dict->ntypes;
	struct store_past *p;
	int64_t horizon;
	int rc = store_first_int(s, store_text(STORE_TEXT_HORIZON), &v, 1, &horizon, err);

	if (rc != CSM_OK)
		return rc;
	if (!s->past_arena)
		s->past_arena = csm_arena_like(s->arena);
	p = csm_alloc(s->past_arena, sizeof(*p));
	p->change = change;
	p->horizon = horizon;
	p->born = csm_calloc(s->past_arena, ntypes + 1, sizeof(*p->born));
	p->read = csm_calloc(s->past_arena, ntypes + 1, sizeof(*p->read));
	p->next = s->pasts;
	*out = s->pasts = p;
	return CSM_OK;
}

int csm_store_as_of(struct csm_store *s, int64_t change, struct csm_err *err)
{
	struct store_past *p = NULL;
	int rc = CSM_OK;

	if (change < 0)
		change = CSM_STORE_PRESENT;
	if (change == csm_store_moment(s))
		return CSM_OK;
	if (change >= 0) {
		for (p = s->pasts; p && p->change != change; p = p->next)
			;
		if (!p)
			rc = new_past(s, change, &p, err);
	}
	if (rc != CSM_OK)
		return rc;
	store_cache_drop(s);
	s->past = p;
	return CSM_OK;
}

/*
 * With clocks in order it is the last change at or before the moment. Where they are not, every change up to
 * an answer that is later than the moment, and every one above it that is not, is a miss; the answer has the
 * fewest.
 */
int csm_store_change_at(struct csm_store *s, int64_t at, int64_t *change, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int64_t sum = 0, best = 0;
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_CLOCKS), &st, err);

	*change = 0;
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		sum += csm_stmt_column(st, 1).i <= at ? 1 : -1;
		if (sum >= best) {
			best = sum;
			*change = csm_stmt_column(st, 0).i;
		}
	}
	return rc;
}

/* ---- what was created since ---- */

/* The run of the change that is being written has no history row yet. */
static void add_pending(struct csm_store *s, const struct csm_rtype *t, struct csm_vec *runs)
{
	const struct store_counter *c = s->change.open ? store_counter(s, t) : NULL;

	if (c && c->run_first)
		*(struct born *)csm_vec_add(runs) =
			(struct born){ INT64_MAX, c->run_first, c->run_last, 0 };
}

static int by_first(const void *x, const void *y)
{
	const struct born *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static int read_born(struct csm_store *s, const struct csm_rtype *t, struct csm_vec *runs,
		     struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int64_t reach = 0;
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_CREATED), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_text(t->name), err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_int(s->past->horizon), err);
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		*(struct born *)csm_vec_add(runs) = (struct born){
			csm_stmt_column(st, 0).i, csm_stmt_column(st, 1).i, csm_stmt_column(st, 2).i, 0
		};
	}
	if (rc != CSM_OK)
		return rc;
	add_pending(s, t, runs);
	if (runs->n)
		qsort(runs->p, runs->n, sizeof(struct born), by_first);
	for (size_t i = 0; i < runs->n; i++) {
		struct born *b = CSM_AT(runs, struct born, i);

		reach = b->last > reach ? b->last : reach;
		b->reach = reach;
	}
	return CSM_OK;
}

/* The history id of the first creation of a record since the moment; 0 none. */
static int find_birth(struct csm_store *s, const struct csm_rtype *t, int64_t id, int64_t *birth,
		      struct csm_err *err)
{
	unsigned index = store_facts(s, t)->index;
	struct csm_vec *runs = &s->past->born[index];
	size_t lo = 0, hi;
	int rc;

	*birth = 0;
	if (!s->past->read[index]) {
		*runs = (struct csm_vec)CSM_VEC(s->past_arena, struct born);
		rc = read_born(s, t, runs, err);
		if (rc != CSM_OK)
			return rc;
		s->past->read[index] = true;
	}
	hi = runs->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (CSM_AT(runs, struct born, mid)->first <= id)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo-- > 0 && CSM_AT(runs, struct born, lo)->reach >= id) {
		const struct born *b = CSM_AT(runs, struct born, lo);

		if (b->last >= id && (!*birth || b->id < *birth))
			*birth = b->id;
	}
	return CSM_OK;
}

/* ---- a record as it was ---- */

static int take_old(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		    struct csm_err *err)
{
	struct csm_rec *r = arg;

	(void)now;
	(void)err;
	r->v[field] = *was;
	return CSM_OK;
}

/* What happened to a record since, up to its first deletion: what follows that is another life of it. */
static int read_since(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
		      struct csm_vec *rows, struct csm_err *err)
{
	const struct csm_value v[4] = { csm_text(t->name), csm_int(id), csm_int(id),
					csm_int(s->past->horizon) };
	struct csm_stmt *st;
	bool row = true, deleted = false;
	int rc = csm_db_kept(s->db, store_text(STORE_TEXT_SINCE), &st, err);

	for (int i = 0; rc == CSM_OK && i < 4; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK && !deleted) {
		struct csm_history *h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		h = csm_vec_add(rows);
		rc = store_history_row(s, st, a, h, err);
		deleted = h->op == 'd';
	}
	if (rc == CSM_OK)
		csm_stmt_reset(st);
	return rc;
}

/* The change that gave a record its last life before the moment. */
struct birth {
	int64_t horizon, change;
};
static int take_birth(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct birth *b = arg;

	(void)err;
	if (h->op == 'c' && h->id <= b->horizon)
		b->change = h->change;
	return CSM_OK;
}

/*
 * Who wrote it last before the moment, and when: the diffs do not say. A record that was never written again
 * has what it was created with; one that was deleted and came back was written by who brought it.
 */
static int stamp(struct csm_store *s, struct csm_rec *r, struct csm_err *err)
{
	const struct csm_rtype *t = r->type;
	const struct csm_value v[3] = { csm_text(t->name), csm_int(r->id), csm_int(s->past->horizon) };
	struct birth b = { s->past->horizon, 0 };
	struct csm_change c;
	struct csm_stmt *st;
	bool row, back = false;
	int rc = csm_db_first(s->db, store_text(STORE_TEXT_STAMP), v, 3, &st, &row, err);

	if (rc == CSM_OK && row) {
		b.change = csm_stmt_column(st, 0).i;
		back = csm_stmt_column(st, 1).s && csm_stmt_column(st, 1).s[0] == 'd';
		csm_stmt_reset(st);
	}
	if (back)
		rc = csm_store_history(s, 0, t, r->id, take_birth, &b, err);
	if (rc == CSM_OK && b.change)
		rc = store_change_read(s, b.change, r->arena, &c, err);
	if (rc != CSM_OK)
		return rc;
	r->v[store_std(t, STORE_UPDATED_AT)] =
		b.change ? csm_int(c.at) : r->v[store_std(t, STORE_CREATED_AT)];
	r->v[store_std(t, STORE_UPDATED_BY)] =
		b.change ? csm_text(c.actor) : r->v[store_std(t, STORE_CREATED_BY)];
	return CSM_OK;
}

static int take_back(struct csm_store *s, struct csm_rec *r, const struct csm_vec *rows, struct csm_err *err)
{
	int version = store_std(r->type, STORE_VERSION), rc = CSM_OK;

	for (size_t i = rows->n; rc == CSM_OK && i-- > 0; ) {
		const struct csm_history *h = CSM_AT(rows, struct csm_history, i);

		rc = store_history_each(s, h, r->arena, take_old, r, err);
		if (h->op == 'u')
			r->v[version] = csm_int(r->v[version].i - 1);
	}
	for (int i = 0; i < (int)r->type->nfields; i++)
		if (store_is_number(r->type, i))
			r->v[i] = store_computed(r->arena, r->type, i, r->id);
	if (rc == CSM_OK)
		rc = stamp(s, r, err);
	if (r->type->nfields)
		memcpy(r->old, r->v, r->type->nfields * sizeof(*r->v));
	return rc;
}

int store_past_load(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
		    struct csm_rec **out, struct csm_err *err)
{
	struct csm_arena *tmp CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_vec rows = CSM_VEC(tmp, struct csm_history);
	int64_t birth;
	int rc = find_birth(s, t, id, &birth, err);

	*out = NULL;
	if (rc == CSM_OK)
		rc = read_since(s, t, id, tmp, &rows, err);
	if (rc != CSM_OK || (birth && (!rows.n || birth < CSM_AT(&rows, struct csm_history, 0)->id)))
		return rc;
	if (rows.n && CSM_AT(&rows, struct csm_history, rows.n - 1)->op == 'd') {
		*out = csm_rec_new(a, t);
		(*out)->id = id;
		(*out)->stored = true;
	} else {
		rc = store_read_one(s, t, store_sql(s, t, STORE_SQL_GET), csm_int(id), a, out, err);
	}
	return rc == CSM_OK && *out && rows.n ? take_back(s, *out, &rows, err) : rc;
}

/* ---- children of the past ---- */

static int by_owner(const void *x, const void *y)
{
	const struct left *a = x, *b = y;

	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	return a->record < b->record ? -1 : a->record > b->record;
}

int store_past_movers(struct csm_store *s, const struct csm_rtype *t, int field, struct csm_arena *a,
		      struct csm_vec *ids, struct csm_err *err)
{
	const struct csm_value v[4] = { csm_text(t->name), csm_int(0), csm_int(INT64_MAX),
					csm_int(s->past->horizon) };
	/* quotes inside a diff's values are escaped: this stands in it for the field only */
	const char *part = csm_sprintf(a, "\"%s\":[", t->fields[field].name);
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_SINCE), &st, err);

	for (int i = 0; rc == CSM_OK && i < 4; i++)
		rc = csm_stmt_bind(st, i + 1, v[i], err);
	while (rc == CSM_OK) {
		struct csm_value op, diff;
		int64_t id;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		id = csm_stmt_column(st, 4).i;
		op = csm_stmt_column(st, 6);
		diff = csm_stmt_column(st, 7);
		if (ids->n && *CSM_AT(ids, int64_t, ids->n - 1) == id)
			continue;
		if ((op.s && op.s[0] == 'd') || (diff.s && strstr(diff.s, part)))
			*(int64_t *)csm_vec_add(ids) = id;
	}
	return rc;
}

static int read_left(struct csm_store *s, struct left_set *set, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_vec ids = CSM_VEC(a, int64_t);
	int rc = store_past_movers(s, set->type, set->field, a, &ids, err);
	struct csm_mark mark;

	for (size_t i = 0; rc == CSM_OK && i < ids.n; i++) {
		int64_t id = *CSM_AT(&ids, int64_t, i);
		struct csm_rec *r;

		mark = csm_arena_mark(a);
		rc = store_past_load(s, set->type, id, a, &r, err);
		if (rc == CSM_OK && r && !csm_rec_null(r, set->field))
			*(struct left *)csm_vec_add(&set->rows) =
				(struct left){ csm_rec_int(r, set->field), id };
		csm_arena_rewind(a, mark);
	}
	if (set->rows.n)
		qsort(set->rows.p, set->rows.n, sizeof(struct left), by_owner);
	return rc;
}

static int find_left(struct csm_store *s, const struct csm_rtype *t, int field, struct left_set **out,
		     struct csm_err *err)
{
	struct left_set *set;
	int rc;

	for (set = s->past->left; set; set = set->next)
		if (set->type == t && set->field == field)
			break;
	*out = set;
	if (set)
		return CSM_OK;
	set = csm_alloc(s->past_arena, sizeof(*set));
	*set = (struct left_set){ t, field, CSM_VEC(s->past_arena, struct left), s->past->left };
	rc = read_left(s, set, err);
	if (rc == CSM_OK)
		*out = s->past->left = set;
	return rc;
}

static int add_then(struct csm_store *s, const struct csm_rtype *t, int field, int64_t owner, int64_t id,
		    struct csm_arena *a, struct csm_vec *v, struct csm_err *err)
{
	struct csm_rec *r;
	int rc = store_past_load(s, t, id, a, &r, err);

	if (rc == CSM_OK && r && !csm_rec_null(r, field) && csm_rec_int(r, field) == owner)
		*(struct csm_rec **)csm_vec_add(v) = r;
	return rc;
}

static int by_id(const void *x, const void *y)
{
	const struct csm_rec *a = *(struct csm_rec *const *)x, *b = *(struct csm_rec *const *)y;

	return a->id < b->id ? -1 : a->id > b->id;
}

int store_past_children(struct csm_store *s, const struct csm_rtype *t, int field, int64_t owner,
			struct csm_arena *a, struct csm_vec *v, struct csm_err *err)
{
	struct csm_vec ids = CSM_VEC(a, int64_t);
	struct left_set *set;
	struct csm_stmt *st;
	size_t at = 0, kept = 0;
	bool row = true;
	int rc = find_left(s, t, field, &set, err);

	if (rc == CSM_OK)
		rc = csm_db_kept(s->db, store_sql_ids(s, t, field), &st, err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(owner), err);
	while (rc == CSM_OK && row) {
		rc = csm_stmt_step(st, &row, err);
		if (rc == CSM_OK && row)
			*(int64_t *)csm_vec_add(&ids) = csm_stmt_column(st, 0).i;
	}
	if (rc == CSM_OK)
		csm_stmt_reset(st);
	for (size_t i = 0; rc == CSM_OK && i < ids.n; i++)
		rc = add_then(s, t, field, owner, *CSM_AT(&ids, int64_t, i), a, v, err);
	for (size_t hi = rc == CSM_OK ? set->rows.n : 0; at < hi; ) {
		size_t mid = at + (hi - at) / 2;

		if (CSM_AT(&set->rows, struct left, mid)->owner < owner)
			at = mid + 1;
		else
			hi = mid;
	}
	for (; rc == CSM_OK && at < set->rows.n && CSM_AT(&set->rows, struct left, at)->owner == owner; at++)
		rc = add_then(s, t, field, owner, CSM_AT(&set->rows, struct left, at)->record, a, v, err);
	if (v->n)
		qsort(v->p, v->n, sizeof(struct csm_rec *), by_id);
	/* one that came back to its owner is met both ways */
	for (size_t i = 0; i < v->n; i++)
		if (!kept || (*CSM_AT(v, struct csm_rec *, kept - 1))->id != (*CSM_AT(v, struct csm_rec *, i))->id)
			*CSM_AT(v, struct csm_rec *, kept++) = *CSM_AT(v, struct csm_rec *, i);
	v->n = kept;
	return rc;
}

/* ---- what was touched ---- */

static void add_run(struct csm_vec *ids, int64_t first, int64_t last)
{
	for (int64_t id = first; id <= last; id++)
		*(int64_t *)csm_vec_add(ids) = id;
}

int csm_store_touched(struct csm_store *s, const struct csm_rtype *t, int64_t change, struct csm_arena *a,
		      int64_t **ids, size_t *n, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	const struct store_counter *c = s->change.open ? store_counter(s, t) : NULL;
	const struct csm_value of = csm_int(change);
	struct csm_vec v = CSM_VEC(a, int64_t);
	int64_t horizon;
	bool row = true;
	int rc = store_first_int(s, store_text(STORE_TEXT_HORIZON), &of, 1, &horizon, err);

	*n = 0;
	if (rc == CSM_OK)
		rc = csm_db_prepare(s->db, store_text(STORE_TEXT_TOUCHED), &st, err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_text(t->name), err);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 2, csm_int(horizon), err);
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		add_run(&v, csm_stmt_column(st, 0).i, csm_stmt_column(st, 1).i);
	}
	if (rc != CSM_OK)
		return rc;
	if (c && c->run_first && s->change.id > change)
		add_run(&v, c->run_first, c->run_last);
	if (v.n)
		qsort(v.p, v.n, sizeof(int64_t), csm_int_order);
	*ids = v.p;
	for (size_t i = 0; i < v.n; i++)
		if (!*n || (*ids)[*n - 1] != (*ids)[i])
			(*ids)[(*n)++] = (*ids)[i];
	return CSM_OK;
}

int csm_store_changes_of(struct csm_store *s, const struct csm_rtype *t, struct csm_arena *a,
			 int64_t **changes, size_t *n, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	const struct store_counter *c = s->change.open ? store_counter(s, t) : NULL;
	struct csm_vec v = CSM_VEC(a, int64_t);
	bool row = true;
	int rc = csm_db_prepare(s->db, store_text(STORE_TEXT_CHANGES_OF), &st, err);

	*n = 0;
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_text(t->name), err);
	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		*(int64_t *)csm_vec_add(&v) = csm_stmt_column(st, 0).i;
	}
	if (rc != CSM_OK)
		return rc;
	if (c && c->run_first && (!v.n || *CSM_AT(&v, int64_t, v.n - 1) != s->change.id))
		*(int64_t *)csm_vec_add(&v) = s->change.id;
	*changes = v.p;
	*n = v.n;
	return CSM_OK;
}
