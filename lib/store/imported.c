/* SPDX-License-Identifier: MIT */
/* imported.c - the end of a load: the `after` hook of each record it wrote, when all are in. */
#include "store_priv.h"

int csm_store_imported_now(struct csm_store *s, struct csm_rec *r, const struct csm_write *load, struct csm_err *err)
{
	struct csm_write w = { .store = s, .rec = r, .insert = load->insert, .mode = CSM_WRITE_IMPORT,
			       .sla_stated = load->sla_stated, .announce = load->announce,
			       .given = { load->given[0], load->given[1] } };
	struct store_frame f;
	int64_t writes;
	int rc;

	if (!r->type->after)
		return CSM_OK;
	rc = store_enter(s, &writes, err);
	if (rc != CSM_OK)
		return rc;
	store_know(s, r->type, r->id);	/* what the hook writes will refer to it */
	memset(r->given, 0, sizeof(r->given));	/* the hook gives, nobody else */
	store_push(s, &f, r);
	f.stored = r->old;
	if (w.insert)
		r->old = csm_calloc(r->arena, r->type->nfields, sizeof(*r->old));	/* as it was: not there */
	rc = store_hook(&w, r->type->after, CSM_HOOK_AFTER, err);
	r->old = f.stored;
	f.stored = NULL;
	rc = store_pop(s, &f, rc, err);
	return store_err_on(s, r, err, store_leave(s, writes, rc));
}

int csm_store_imported(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_write *load,
		       struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_rec *r;
	int rc;

	if (!t->after)
		return CSM_OK;
	rc = csm_store_need(s, t, id, a, &r, err);
	return rc == CSM_OK ? csm_store_imported_now(s, r, load, err) : rc;
}
