/* SPDX-License-Identifier: MIT */
/* check_data.c - every stored value against its row. One pass over each table, in constant memory. */
#include "store_priv.h"

struct check {
	struct csm_store *store;
	const struct csm_diag *diag;
	struct csm_arena *arena; /* of the row */
	const struct csm_rtype *type;
	int found;
};

static void note(struct check *c, int64_t id, const char *field, struct csm_err *e)
{
	char key[32];
	const char *number = csm_number_format(c->arena, c->type, id);

	snprintf(key, sizeof(key), "#%" PRId64, id);
	e->code = CSM_E_DAMAGED;
	csm_err_on(e, c->type->name, number ? number : key, field);
	csm_diag_note(c->diag, 'e', e);
	c->found++;
}

static void find(struct check *c, int64_t id, const char *field, const char *fmt, ...) CSM_PRINTF(4, 5);
static void find(struct check *c, int64_t id, const char *field, const char *fmt, ...)
{
	struct csm_err e;
	va_list ap;

	csm_err_clear(&e);
	va_start(ap, fmt);
	csm_fail(&e, CSM_E_DAMAGED, "%s", csm_vsprintf(c->arena, fmt, ap));
	va_end(ap);
	note(c, id, field, &e);
}

static int check_list(struct check *c, const struct csm_rec *r, int field, struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	const struct csm_rtype *target = csm_dict_type(c->store->env.dict, f->target);
	char word[32];

	for (unsigned i = 0; target && csm_list_word(csm_rec_text(r, field), i, word, sizeof(word));
	     i++) {
		int rc;
		bool yes = store_exists(c->store, target, strtoll(word, NULL, 10), &rc, err);

		if (rc != CSM_OK)
			return rc;
		if (!yes)
			find(c, r->id, f->name, "names %s #%s, which does not exist", target->name,
			     word);
	}
	return CSM_OK;
}

static int check_value(struct check *c, const struct csm_rec *r, int field, struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	struct csm_err e;

	if (csm_rec_null(r, field)) {
		if (f->flags & CSM_F_REQUIRED)
			find(c, r->id, f->name, "is null and is required");
		return CSM_OK;
	}
	csm_err_clear(&e);
	if (csm_field_check(r->type, f, &r->v[field], &e) != CSM_OK) {
		note(c, r->id, f->name, &e);
		return CSM_OK;
	}
	return f->kind == CSM_K_REF_LIST ? check_list(c, r, field, err) : CSM_OK;
}

/* The state is one of the lifecycle's, and `active` says what the state says. */
static void check_state(struct check *c, const struct csm_rec *r)
{
	const struct csm_lifecycle *life = r->type->life;
	int field = life ? csm_field_index(r->type, life->field) : -1,
	    active = csm_field_index(r->type, "active");
	const struct csm_state *state;

	if (field < 0 || csm_rec_null(r, field))
		return;
	state = csm_life_state(life, csm_rec_text(r, field));
	if (!state)
		find(c, r->id, life->field, "'%s' is no state of the lifecycle",
		     csm_rec_text(r, field));
	else if (active >= 0 && !csm_rec_null(r, active) &&
		 (csm_rec_int(r, active) != 0) != !!(state->flags & CSM_S_ACTIVE))
		find(c, r->id, "active", "is %s in state '%s'",
		     csm_rec_int(r, active) ? "true" : "false", state->name);
}

static int check_rows(struct check *c, struct csm_err *err)
{
	static const struct csm_query by_id = { .sort = "" };
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(c->store->arena);
	struct csm_cursor *cursor CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_mark mark = csm_arena_mark(c->arena);
	struct csm_rec *r;
	int64_t next = 0, last = 0;
	int rc = store_counter_stored(c->store, c->type, &next, err);

	if (rc == CSM_OK)
		rc = csm_store_select(c->store, c->type, &by_id, a, &cursor, err);
	while (rc == CSM_OK) {
		rc = csm_cursor_next(cursor, c->arena, &r, err);
		if (rc != CSM_OK || !r)
			break;
		for (unsigned i = 0; i < c->type->nfields && rc == CSM_OK; i++)
			if (store_has_column(c->type, (int)i))
				rc = check_value(c, r, (int)i, err);
		check_state(c, r);
		last = r->id;
		csm_arena_rewind(c->arena, mark);
	}
	if (rc == CSM_OK && last && last >= next)
		find(c, last, NULL, "the next number to be given, %" PRId64 ", is not above this one", next);
	return rc;
}

/* Run sql and call each row's first two columns; in the arena of the row. */
static int each_pair(struct check *c, const char *sql, const char *field, const char *what,
		     struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(c->store->db, sql, &st, err);

	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		find(c, csm_stmt_column(st, 0).i, field, "%s%" PRId64, what, csm_stmt_column(st, 1).i);
	}
	return rc;
}

static int check_references(struct check *c, struct csm_err *err)
{
	const struct csm_rtype *t = c->type;
	int rc = CSM_OK;

	for (unsigned i = 0; i < t->nfields && rc == CSM_OK; i++) {
		const struct csm_field *f = &t->fields[i];
		const struct csm_rtype *target;
		struct csm_mark mark = csm_arena_mark(c->arena);

		if (f->kind != CSM_K_REF || !store_has_column(t, (int)i))
			continue;
		target = csm_dict_type(c->store->env.dict, f->target);
		if (target)
			rc = each_pair(c, store_sql_dangling(c->arena, t, (int)i, target), f->name,
				       csm_sprintf(c->arena, "there is no %s #", target->name), err);
		csm_arena_rewind(c->arena, mark);
	}
	return rc;
}

static int check_doubles(struct check *c, struct csm_err *err)
{
	const struct csm_rtype *t = c->type;
	struct csm_mark mark = csm_arena_mark(c->arena);
	char *sets = csm_strdup(c->arena, t->unique), *next;
	int rc = CSM_OK;

	for (unsigned i = 0; i < t->nfields && rc == CSM_OK; i++)
		if ((t->fields[i].flags & CSM_F_KEY) && store_has_column(t, (int)i))
			rc = each_pair(c, store_sql_doubles(c->arena, t, t->fields[i].name),
				       t->fields[i].name,
				       "is a key; records that have this value: ", err);
	for (char *set = sets; set && *set && rc == CSM_OK; set = next) {
		next = strchr(set, ';');
		if (next)
			*next++ = '\0';
		rc = each_pair(c, store_sql_doubles(c->arena, t, set), set,
			       "are unique together; records that have these values: ", err);
	}
	csm_arena_rewind(c->arena, mark);
	return rc;
}

int csm_store_check_data(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct check c = { .store = s, .diag = diag, .arena = a };
	int rc = CSM_OK;

	for (unsigned i = 0; i < s->env.dict->ntypes && rc == CSM_OK; i++) {
		c.type = s->env.dict->types[i];
		rc = check_rows(&c, err);
		if (rc == CSM_OK)
			rc = check_references(&c, err);
		if (rc == CSM_OK)
			rc = check_doubles(&c, err);
	}
	if (rc == CSM_OK && c.found)
		rc = CSM_NO;
	return rc;
}
