/* SPDX-License-Identifier: MIT */
/* valid.c - what the rows of the dictionary say of a record's values, held against the record and the
 * database. */
#include "store_priv.h"

static int on_field(const struct csm_field *f, struct csm_err *err)
{
	return csm_err_on(err, NULL, NULL, f->name);
}

/* The verbs that set a field: "accept, assign". */
static const char *verbs_of(struct csm_arena *a, const struct csm_rtype *t, const struct csm_field *f)
{
	struct csm_buf b = CSM_BUF(a);
	const char *last = "";

	for (const struct csm_move *m = t->life ? t->life->moves : NULL; m && m->verb; m++) {
		bool state = strcmp(t->life->field, f->name) == 0 && m->to;

		if (strcmp(m->verb, last) == 0 || (!state && !(m->needs && csm_word_in(m->needs, f->name)) &&
						   !(m->takes && csm_word_in(m->takes, f->name))))
			continue;
		csm_buf_addf(&b, "%s%s", b.n ? ", " : "", m->verb);
		last = m->verb;
	}
	for (char *p = b.s; *p; p++)
		if (*p == '_')
			*p = '-';
	return b.n ? b.s : NULL;
}

static int refuse_byverb(struct csm_store *s, const struct csm_rtype *t, const struct csm_field *f,
			 struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(s->change.tmp);
	const char *verbs = verbs_of(s->change.tmp, t, f);

	if (verbs)
		csm_fail(err, CSM_E_REFUSED, "cannot be given, it is set by the verbs of a %s (%s)", t->name,
			 verbs);
	else
		csm_fail(err, CSM_E_REFUSED, "cannot be given, it is kept by csm");
	csm_arena_rewind(s->change.tmp, mark);
	on_field(f, err);
	return CSM_E_REFUSED;
}

static int check_given(struct csm_store *s, const struct csm_rec *r, int i, const struct csm_move *move,
		       struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[i];
	bool given = csm_rec_given(r, i) && !csm_value_eq(&r->v[i], &r->old[i]);

	if (given && move && !(move->needs && csm_word_in(move->needs, f->name)) &&
	    !(move->takes && csm_word_in(move->takes, f->name))) {
		csm_fail(err, CSM_E_REFUSED, "is not taken by '%s'", move->verb);
	} else if (given && f->flags & CSM_F_READONLY) {
		csm_fail(err, CSM_E_REFUSED, "cannot be given, it is kept by csm");
	} else if (given && !move && f->flags & CSM_F_BYVERB) {
		return refuse_byverb(s, r->type, f, err);
	} else if (r->stored && f->flags & CSM_F_IMMUTABLE && csm_rec_changed(r, i)) {
		csm_fail(err, CSM_E_REFUSED, "cannot be changed once the %s is stored", r->type->name);
	} else {
		return CSM_OK;
	}
	on_field(f, err);
	return CSM_E_REFUSED;
}

int store_valid_given(struct csm_store *s, const struct csm_rec *r, enum csm_write_mode mode,
		      const struct csm_move *move, struct csm_err *err)
{
	const uint64_t *watched = store_facts(s, r->type)->watched;
	bool stated = (r->given[0] & watched[0]) | (r->given[1] & watched[1]);

	if (mode != CSM_WRITE_NORMAL)
		return CSM_OK;
	/* a new record of which nothing special is given has nothing to be refused */
	for (unsigned i = 0; i < r->type->nfields && (stated || move || r->stored); i++) {
		int rc = check_given(s, r, (int)i, move, err);

		if (rc != CSM_OK)
			return rc;
	}
	if (r->stored && r->type->flags & CSM_T_JOURNAL && store_row_differs(r, NULL))
		return csm_fail(err, CSM_E_REFUSED, "a %s is never changed, its journal only grows",
				r->type->name);
	return CSM_OK;
}

/* `active` of a type with a lifecycle says what the state says. */
static int follow_state(struct csm_rec *r, int i, const struct csm_state *state, enum csm_write_mode mode,
			struct csm_err *err)
{
	bool active = state->flags & CSM_S_ACTIVE;

	if (i < 0 || r->type->fields[i].kind != CSM_K_BOOL || !(r->type->fields[i].flags & CSM_F_BYVERB))
		return CSM_OK;
	if (mode == CSM_WRITE_IMPORT && csm_rec_given(r, i) && !csm_rec_null(r, i) &&
	    !!csm_rec_int(r, i) != active) {
		csm_fail(err, CSM_E_INVALID, "must be %s in the state '%s'", active ? "true" : "false",
			 state->name);
		on_field(&r->type->fields[i], err);
		return CSM_E_INVALID;
	}
	csm_rec_set_int(r, i, active);
	return CSM_OK;
}

int store_valid_state(struct csm_store *s, struct csm_rec *r, enum csm_write_mode mode, struct csm_err *err)
{
	const struct csm_lifecycle *l = r->type->life;
	const struct store_facts *facts = store_facts(s, r->type);
	const struct csm_state *state;
	int i = facts->state;

	if (!l)
		return CSM_OK;
	if (i < 0)
		return csm_fail(err, CSM_E_INTERNAL, "type %s has no field '%s' for its lifecycle",
				r->type->name, l->field);
	if (csm_rec_null(r, i))
		csm_rec_set(r, i, csm_text(csm_life_initial(l)));
	state = csm_life_state(l, csm_rec_text(r, i));
	if (!state) {
		csm_fail(err, CSM_E_INVALID, "'%s' is no state of a %s", csm_rec_text(r, i), r->type->name);
		on_field(&r->type->fields[i], err);
		return CSM_E_INVALID;
	}
	return follow_state(r, facts->active, state, mode, err);
}

/*
 * A condition must read as one on the records it is for: those of the type that the record names in
 * target_type. In an import it is left to the check hook, because the condition may name records that come
 * later in the load.
 */
static int check_expression(struct csm_store *s, const struct csm_rec *r, int i, struct csm_err *err)
{
	int target = csm_field_index(r->type, "target_type");
	const struct csm_rtype *t = target >= 0 ? csm_dict_type(s->env.dict, csm_rec_text(r, target)) : NULL;
	struct csm_mark mark = csm_arena_mark(s->change.tmp);
	struct csm_filter *f;
	int rc = t ? csm_store_filter(s, t, csm_rec_text(r, i), s->change.tmp, &f, err) : CSM_OK;

	csm_arena_rewind(s->change.tmp, mark);
	if (rc != CSM_OK)
		on_field(&r->type->fields[i], err);
	return rc;
}

static int check_value(struct csm_store *s, const struct csm_rec *r, int i, enum csm_write_mode mode,
		       struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[i];
	int rc;

	if (csm_rec_null(r, i)) {
		csm_fail(err, CSM_E_INVALID, "needs a value");
		on_field(f, err);
		return CSM_E_INVALID;
	}
	if (f->flags & CSM_F_COMPUTED || !csm_rec_changed(r, i))
		return CSM_OK;
	rc = csm_field_check(r->type, f, &r->v[i], err);
	if (rc == CSM_OK && f->kind == CSM_K_EXPR && mode == CSM_WRITE_NORMAL)
		rc = check_expression(s, r, i, err);
	return rc;
}

int store_valid_fields(struct csm_store *s, const struct csm_rec *r, enum csm_write_mode mode,
		       struct csm_err *err)
{
	const struct store_field *f = store_facts(s, r->type)->field;
	const struct csm_value *v = r->v, *end = v + r->type->nfields;

	/* most are null or a number of the range: no look at their rows */
	for (; v < end; v++, f++) {
		int rc;

		if (v->tag == CSM_NULL ? !f->needed : v->tag == CSM_INT && v->i >= f->low && v->i <= f->high)
			continue;
		rc = check_value(s, r, (int)(v - r->v), mode, err);
		if (rc != CSM_OK)
			return rc;
	}
	return CSM_OK;
}

/* ---- unique keys ---- */

const char *store_name_of(struct csm_arena *a, const struct csm_rtype *t, int64_t id)
{
	const char *number = csm_number_format(a, t, id);

	return csm_sprintf(a, "%s %s", t->name, number ? number : csm_sprintf(a, "#%" PRId64, id));
}

/* As people name it; what cannot be named keeps its id. */
static const char *name_stored(struct csm_store *s, const struct csm_rtype *t, int64_t id)
{
	struct csm_arena *a = s->change.tmp;
	const char *key = NULL;

	if (csm_store_key(s, t, id, a, &key, NULL) == CSM_OK && key)
		return csm_sprintf(a, "%s %s", t->name, key);
	return store_name_of(a, t, id);
}

static int check_taken(struct csm_store *s, const struct csm_rec *r, const struct store_set *set,
		       struct csm_err *err)
{
	struct csm_value v[STORE_SET_MAX];
	int64_t ids[2];
	unsigned found = 0;
	int rc;

	for (unsigned i = 0; i < set->n; i++)
		v[i] = r->v[set->fields[i]];
	rc = csm_store_match(s, r->type, set->fields, v, set->n, ids, 2, &found, err);
	for (unsigned i = 0; rc == CSM_OK && i < found && i < 2; i++) {
		const char *text = NULL;

		if (r->stored && ids[i] == r->id)
			continue;
		rc = set->n == 1 ? csm_store_text(s, r, set->fields[0], s->change.tmp, &text, err) : CSM_OK;
		if (rc != CSM_OK)
			return rc;
		if (set->n == 1)
			csm_fail(err, CSM_E_CONFLICT, "'%s' is taken by %s", text,
				 name_stored(s, r->type, ids[i]));
		else
			csm_fail(err, CSM_E_CONFLICT, "%s has the same", name_stored(s, r->type, ids[i]));
		return CSM_E_CONFLICT;
	}
	return rc;
}

/* A null in it makes the record unlike any other, as in SQL. */
static int check_set(struct csm_store *s, const struct csm_rec *r, const struct store_set *set,
		     struct csm_err *err)
{
	bool changed = !r->stored;
	int rc;

	for (unsigned i = 0; i < set->n; i++) {
		if (set->fields[i] < 0)
			return csm_fail(err, CSM_E_INTERNAL, "type %s has no such fields as '%s'",
					r->type->name, set->list);
		if (csm_rec_null(r, set->fields[i]))
			return CSM_OK;
		changed = changed || csm_rec_changed(r, set->fields[i]);
	}
	if (!changed)
		return CSM_OK;
	rc = check_taken(s, r, set, err);
	if (rc == CSM_E_CONFLICT)
		csm_err_on(err, NULL, NULL, set->list);
	return rc;
}

int store_valid_unique(struct csm_store *s, const struct csm_rec *r, struct csm_err *err)
{
	const struct store_facts *facts = store_facts(s, r->type);
	struct csm_mark mark = csm_arena_mark(s->change.tmp);
	int rc = CSM_OK;

	for (unsigned i = 0; rc == CSM_OK && i < facts->nsets; i++)
		rc = check_set(s, r, &facts->sets[i], err);
	csm_arena_rewind(s->change.tmp, mark);
	return rc;
}

/* ---- references ---- */

bool store_exists(struct csm_store *s, const struct csm_rtype *t, int64_t id, int *code, struct csm_err *err)
{
	const struct csm_value v = csm_int(id);
	bool yes;

	*code = store_any_row(s, store_sql_exists(s, t), &v, 1, &yes, err);
	return yes;
}

static int check_target(struct csm_store *s, const struct csm_field *f, const struct csm_rtype *t, int64_t id,
			struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(s->change.tmp);
	int rc;

	if (!t)
		return csm_fail(err, CSM_E_INTERNAL, "field '%s' refers to no type", f->name);
	if (store_known(s, t, id))
		return CSM_OK;
	if (store_exists(s, t, id, &rc, err)) {
		store_know(s, t, id);
		return CSM_OK;
	}
	if (rc != CSM_OK)
		return rc;
	csm_fail(err, CSM_E_NOTFOUND, "there is no %s", store_name_of(s->change.tmp, t, id));
	csm_arena_rewind(s->change.tmp, mark);
	on_field(f, err);
	return CSM_E_NOTFOUND;
}

static int check_targets(struct csm_store *s, const struct csm_field *f, const struct csm_rtype *t,
			 const char *list, struct csm_err *err)
{
	char word[32];

	for (unsigned i = 0; csm_list_word(list, i, word, sizeof(word)); i++) {
		int rc = check_target(s, f, t, strtoll(word, NULL, 10), err);

		if (rc != CSM_OK)
			return rc;
	}
	return CSM_OK;
}

int store_valid_refs(struct csm_store *s, const struct csm_rec *r, struct csm_err *err)
{
	const struct store_facts *facts = store_facts(s, r->type);
	int rc = CSM_OK;

	for (const int *i = facts->refs; rc == CSM_OK && *i >= 0; i++) {
		const struct csm_field *f = &r->type->fields[*i];
		const struct csm_value *v = &r->v[*i];

		if (v->tag == CSM_NULL || !csm_rec_changed(r, *i))
			continue;
		if (f->kind == CSM_K_REF)
			rc = check_target(s, f, facts->field[*i].target, v->i, err);
		else
			rc = check_targets(s, f, facts->field[*i].target, v->s, err);
	}
	return rc;
}
