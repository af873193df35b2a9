/* SPDX-License-Identifier: MIT */
/* row.c - one row of a record: insert, update of what changed, delete; with history, without rules */
#include "store_priv.h"

bool store_row_differs(const struct csm_rec *r, uint64_t mask[2])
{
	const struct csm_rtype *t = r->type;
	uint64_t m[2] = { 0, 0 };

	for (int i = 0; i < (int)t->nfields; i++) {
		if (i == store_std(t, STORE_VERSION) || i == store_std(t, STORE_UPDATED_AT) ||
		    i == store_std(t, STORE_UPDATED_BY))
			continue;
		if (store_has_column(t, i) && !csm_value_eq(&r->v[i], &r->old[i]))
			m[i / 64] |= UINT64_C(1) << (i % 64);
	}
	if (mask) {
		mask[0] = m[0];
		mask[1] = m[1];
	}
	return m[0] || m[1];
}

static void stamp(struct csm_store *s, struct csm_rec *r)
{
	const struct csm_rtype *t = r->type;

	/* only an import can state them: the write path refuses given read-only fields to others */
	if (!csm_rec_given(r, store_std(t, STORE_UPDATED_AT)) ||
	    csm_rec_null(r, store_std(t, STORE_UPDATED_AT)))
		csm_rec_set_int(r, store_std(t, STORE_UPDATED_AT), s->env.now);
	if (!csm_rec_given(r, store_std(t, STORE_UPDATED_BY)))
		csm_rec_set(r, store_std(t, STORE_UPDATED_BY), csm_text(s->actor.name));
}

/* What the row now holds is what the next write is compared with. */
static void settle(struct csm_store *s, struct csm_rec *r)
{
	memcpy(r->old, r->v, r->type->nfields * sizeof(*r->v));
	s->change.writes++;
	store_counter(s, r->type)->written = true;
	store_note_write(s, r->type);
	store_know_row(s, r);
	store_keys_add(s, r);
	for (struct store_frame *f = s->change.frames; f; f = f->up)
		if (f->rec != r && f->rec->type == r->type && f->rec->id == r->id)
			f->touched = true;
}

int store_row_insert(struct csm_store *s, struct csm_rec *r, struct csm_err *err)
{
	const struct csm_rtype *t = r->type;
	int number = store_facts(s, t)->number, rc = CSM_OK;

	if (!r->id)
		rc = store_id_next(s, t, &r->id, err);
	if (rc != CSM_OK)
		return rc;
	if (csm_rec_null(r, store_std(t, STORE_VERSION)))
		csm_rec_set_int(r, store_std(t, STORE_VERSION), 1);
	if (csm_rec_null(r, store_std(t, STORE_CREATED_AT)))
		csm_rec_set_int(r, store_std(t, STORE_CREATED_AT), s->env.now);
	if (csm_rec_null(r, store_std(t, STORE_CREATED_BY)))
		csm_rec_set(r, store_std(t, STORE_CREATED_BY), csm_text(s->actor.name));
	stamp(s, r);
	if (number >= 0)
		r->v[number] = store_computed(r->arena, t, number, r->id);
	rc = store_insert(s, r, err);
	if (rc == CSM_OK)
		rc = store_history_add(s, 'c', r, err);
	if (rc != CSM_OK)
		return rc;
	r->stored = true;
	settle(s, r);
	return CSM_OK;
}

static int run_update(struct csm_store *s, const struct csm_rec *r, const uint64_t mask[2], int64_t *changed,
		      struct csm_err *err)
{
	const struct csm_rtype *t = r->type;
	struct csm_stmt *st;
	struct csm_value v[2 * CSM_MAX_FIELDS + 2];
	int n = 0, rc = csm_db_kept(s->db, store_sql_update(s, t, mask), &st, err);

	for (unsigned i = 0; i < t->nfields; i++) {
		if (!(mask[i / 64] >> (i % 64) & 1))
			continue;
		n = store_put_columns(v, n, &t->fields[i], &r->v[i]);
	}
	v[n++] = csm_int(r->id);
	v[n++] = r->old[store_std(t, STORE_VERSION)];
	return rc == CSM_OK ? csm_stmt_run(st, v, n, changed, err) : rc;
}

int store_row_update(struct csm_store *s, struct csm_rec *r, struct csm_err *err)
{
	const struct csm_rtype *t = r->type;
	int version = store_std(t, STORE_VERSION);
	int64_t was = r->old[version].i, changed = 0;
	uint64_t mask[2];
	int rc;

	if (!store_row_differs(r, mask))
		return CSM_OK;
	csm_rec_set_int(r, version, was + 1);
	stamp(s, r);
	for (int i = version; i < (int)t->nfields; i++)
		if (i == version || i >= store_std(t, STORE_UPDATED_AT))
			mask[i / 64] |= UINT64_C(1) << (i % 64);
	rc = run_update(s, r, mask, &changed, err);
	if (rc == CSM_OK && changed != 1) {
		csm_rec_set_int(r, version, was);
		return csm_fail(err, CSM_E_CONFLICT,
				"the record was changed or deleted since version %" PRId64 " of it was read",
				was);
	}
	if (rc == CSM_OK)
		rc = store_history_add(s, 'u', r, err);
	if (rc == CSM_OK)
		settle(s, r);
	return rc;
}

int store_row_delete(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	struct csm_value v = csm_int(id);
	struct csm_stmt *st;
	int rc = store_check_refs(s, err);

	if (rc == CSM_OK)
		rc = csm_db_kept(s->db, store_sql(s, t, STORE_SQL_DELETE), &st, err);
	if (rc == CSM_OK)
		rc = csm_stmt_run(st, &v, 1, NULL, err);
	if (rc != CSM_OK)
		return rc;
	s->change.writes++;
	store_cache_drop(s);		/* the engine may have taken others with it */
	store_note_write(s, t);
	for (struct store_frame *f = s->change.frames; f; f = f->up)
		if (f->rec->type == t && f->rec->id == id)
			f->touched = true;
	return CSM_OK;
}
