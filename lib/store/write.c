/* SPDX-License-Identifier: MIT */
/*
 * write.c - the one path of every record that is written: access, what was given, derivation, lifecycle,
 * validation, keys and references, the row, its history, and what follows from it.
 *
 * Keys and references are looked up before the statement, because a statement that fails ends the
 * transaction; a load leaves its references to the engine, which checks them at the commit.
 */
#include <csm/time.h>

#include "store_priv.h"

/* Hooks of hooks: far more than the field knows of, few enough for the stack. */
#define DEPTH_MAX 32

int store_enter(struct csm_store *s, int64_t *writes, struct csm_err *err)
{
	*writes = s->change.writes;
	if (!s->change.open)
		return csm_fail(err, CSM_E_INTERNAL, "a record is written outside a change");
	if (s->past)
		return store_present_only(s, "a record is written", err);
	if (s->change.depth >= DEPTH_MAX)
		return csm_fail(err, CSM_E_INTERNAL, "hooks write records in a circle");
	if (!s->change.depth && err)
		csm_err_clear(err);
	s->change.depth++;
	return CSM_OK;
}

int store_leave(struct csm_store *s, int64_t writes, int code)
{
	s->change.depth--;
	/* half of it is in the transaction: nobody may commit that */
	if (code != CSM_OK && s->change.writes != writes)
		s->change.failed = true;
	return code;
}

void store_push(struct csm_store *s, struct store_frame *f, struct csm_rec *r)
{
	*f = (struct store_frame){ .rec = r, .given_old = r->old, .up = s->change.frames };
	for (struct store_frame *up = f->up; up; up = up->up) {
		if (up->rec == r && up->stored) {	/* inside its own after hook */
			r->old = up->stored;
			break;
		}
	}
	s->change.frames = f;
}

int store_pop(struct csm_store *s, struct store_frame *f, int code, struct csm_err *err)
{
	struct csm_rec *r = f->rec, *fresh;

	s->change.frames = f->up;
	if (code == CSM_OK && f->touched) {
		code = csm_store_get(s, r->type, r->id, r->arena, &fresh, err);
		r->stored = fresh != NULL;
		if (fresh) {
			memcpy(r->v, fresh->v, r->type->nfields * sizeof(*r->v));
			memcpy(r->old, fresh->v, r->type->nfields * sizeof(*r->v));
		}
	}
	r->old = f->given_old;
	return code;
}

int store_err_on(struct csm_store *s, const struct csm_rec *r, struct csm_err *err, int code)
{
	struct csm_mark mark = csm_arena_mark(s->arena);

	if (code == CSM_OK || !err || csm_code_is_trouble(code))
		return code;
	if (!err->type[0] || (strcmp(err->type, r->type->name) == 0 && !err->key[0]))
		csm_err_on(err, r->type->name, csm_rec_key(s->arena, r), NULL);
	if (r->file && !err->file[0])
		csm_err_at(err, r->file, r->line, 0);
	csm_arena_rewind(s->arena, mark);
	return code;
}

/* owner: whose last change it is; NULL: the record's own. */
static int check_clock(struct csm_store *s, const struct csm_value *last, const struct csm_rec *owner,
		       struct csm_err *err)
{
	char now[CSM_TIME_SIZE], then[CSM_TIME_SIZE];

	if (s->env.backdate || last->tag != CSM_INT || s->env.now >= last->i)
		return CSM_OK;
	return csm_fail(err, CSM_E_REFUSED,
			"the clock (%s) stands before the %s's last change (%s), expected --backdate",
			csm_time_format(s->env.now, now), owner ? csm_rec_key(s->change.tmp, owner) : "record",
			csm_time_format(last->i, then));
}

/* A new row of an owner, such as a work note, is an event of the owner, whose own row may stay as it is. */
static int check_owners_clock(struct csm_store *s, const struct csm_rec *r, struct csm_err *err)
{
	const struct store_facts *facts = store_facts(s, r->type);
	int rc = CSM_OK;

	for (const int *i = facts->owners; !rc && *i >= 0; i++) {
		const struct csm_rtype *t = facts->field[*i].target;
		const struct store_known *known = store_known(s, t, csm_rec_int(r, *i));
		const struct csm_rec *owner = NULL;

		if (csm_rec_null(r, *i) || (known && known->changed.tag == CSM_INT && s->env.now >= known->changed.i))
			continue;
		rc = csm_store_peek(s, t, csm_rec_int(r, *i), &owner, err);
		if (!rc && owner)
			rc = check_clock(s, &owner->v[store_std(owner->type, STORE_UPDATED_AT)], owner, err);
	}
	return rc;
}

int store_check_ready(struct csm_store *s, const struct csm_rec *r, enum csm_write_mode mode,
		      int64_t if_version, struct csm_err *err)
{
	int64_t version = r->old[store_std(r->type, STORE_VERSION)].i;

	if (r->stored && if_version >= 0 && version != if_version)
		return csm_fail(err, CSM_E_CONFLICT, "has version %" PRId64 ", not %" PRId64, version,
				if_version);
	if (mode != CSM_WRITE_NORMAL)
		return CSM_OK;
	return r->stored ? check_clock(s, &r->old[store_std(r->type, STORE_UPDATED_AT)], NULL, err)
			 : check_owners_clock(s, r, err);
}

/* Everything that may refuse the record before its row is touched. */
static int check_record(struct csm_write *w, struct csm_err *err)
{
	struct csm_store *s = w->store;
	struct csm_rec *r = w->rec;
	int rc = store_valid_fields(s, r, w->mode, err);

	if (rc == CSM_OK)
		rc = store_hook(w, r->type->check, CSM_HOOK_CHECK, err);
	if (rc == CSM_OK)
		rc = store_valid_unique(s, r, err);
	if (rc == CSM_OK && w->mode == CSM_WRITE_NORMAL)
		rc = store_valid_refs(s, r, err);
	return rc;
}

static int write_row(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	int64_t stated = r->id;
	int rc = CSM_OK;

	if (!w->insert)
		return store_row_update(w->store, r, err);
	if (stated)
		rc = store_id_claim(w->store, r->type, stated, err);
	if (rc == CSM_OK)
		rc = store_row_insert(w->store, r, err);
	if (rc != CSM_OK)
		r->id = stated;
	return rc;
}

/* The hook sees rec->old as it was; if it writes rec again, store_push() has from the frame what the row holds */
static int run_after(struct csm_write *w, struct csm_value *before, struct csm_err *err)
{
	struct store_frame *f = w->store->change.frames;
	struct csm_rec *r = w->rec;
	int rc;

	f->stored = r->old;
	r->old = before;
	rc = store_hook(w, r->type->after, CSM_HOOK_AFTER, err);
	r->old = f->stored;
	f->stored = NULL;
	return rc;
}

int store_write(struct csm_store *s, struct csm_rec *r, enum csm_write_mode mode, int64_t if_version,
		const struct csm_move *move, const char *text, struct csm_err *err)
{
	struct csm_write w = {
		.store = s, .rec = r, .insert = !r->stored, .mode = mode, .move = move, .text = text
	};
	const bool after = r->type->after && mode != CSM_WRITE_IMPORT;	/* a load: csm_store_imported() */
	struct csm_value *before = NULL;
	int rc = store_check_ready(s, r, mode, if_version, err);

	if (rc == CSM_OK)
		rc = store_access_check(s, r->type, r->stored ? STORE_CHANGE : STORE_CREATE, r, err);
	if (rc == CSM_OK)
		rc = store_valid_given(s, r, mode, move, err);
	if (rc == CSM_OK)
		rc = store_hook(&w, r->type->derive, CSM_HOOK_DERIVE, err);
	if (rc == CSM_OK)
		rc = store_valid_state(s, r, mode, err);
	if (rc != CSM_OK || (r->stored && !store_row_differs(r, NULL)))
		return rc;
	if (after)
		before = csm_memdup(s->change.tmp, r->old, r->type->nfields * sizeof(*r->v));
	rc = check_record(&w, err);
	s->change.stated = mode == CSM_WRITE_IMPORT && s->change.depth == 1;
	if (rc == CSM_OK)
		rc = write_row(&w, err);
	s->change.stated = false;
	if (rc == CSM_OK && after)
		rc = run_after(&w, before, err);
	return rc;
}

int csm_store_write(struct csm_store *s, struct csm_rec *r, enum csm_write_mode mode, int64_t if_version,
		    struct csm_err *err)
{
	struct csm_mark mark;
	struct store_frame f;
	int64_t writes;
	int rc = store_enter(s, &writes, err);

	if (rc != CSM_OK)
		return rc;
	mark = csm_arena_mark(s->change.tmp);
	store_push(s, &f, r);
	rc = store_write(s, r, mode, if_version, NULL, NULL, err);
	rc = store_pop(s, &f, rc, err);
	csm_arena_rewind(s->change.tmp, mark);
	return store_err_on(s, r, err, store_leave(s, writes, rc));
}
