/* SPDX-License-Identifier: MIT */
/* imported.c - the end of a load: the `after` hook of each record it wrote, when all are in. */
#include "store_priv.h"

int csm_store_imported(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_write *load,
		       struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_write w = { .store = s, .insert = load->insert, .mode = CSM_WRITE_IMPORT,
			       .sla_stated = load->sla_stated, .announce = load->announce,
			       .given = { load->given[0], load->given[1] } };
	struct csm_value *loaded;
	struct store_frame f;
	int64_t writes;
	int rc;

	if (!t->after)
		return CSM_OK;
	rc = csm_store_need(s, t, id, a, &w.rec, err);
	if (rc == CSM_OK)
		store_know(s, t, id);	/* what the hook writes will refer to it */
	if (rc == CSM_OK)
		rc = store_enter(s, &writes, err);
	if (rc != CSM_OK)
		return rc;
	store_push(s, &f, w.rec);
	loaded = w.rec->old;
	if (w.insert)
		w.rec->old = csm_calloc(a, t->nfields, sizeof(*loaded));	/* as it was: not there */
	f.stored = loaded;
	rc = store_hook(&w, t->after, CSM_HOOK_AFTER, err);
	w.rec->old = f.stored;
	f.stored = NULL;
	rc = store_pop(s, &f, rc, err);
	return store_err_on(s, w.rec, err, store_leave(s, writes, rc));
}
