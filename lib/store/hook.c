/* SPDX-License-Identifier: MIT */
/* hook.c - the functions that rows name by id, found among those the services gave. */
#include "store_priv.h"

/* Ids are literals of the rows: once a name was found, its address will do. */
static const struct csm_hook *find_hook(struct csm_store *s, const char *id)
{
	size_t at = ((uintptr_t)id >> 3) % CSM_COUNT(s->hooks);
	const struct csm_hook *h = s->env.hooks;

	if (s->hooks[at].id == id)
		return s->hooks[at].hook;
	while (h && h->id && strcmp(h->id, id) != 0)
		h++;
	if (!h || !h->id)
		return NULL;
	s->hooks[at].id = id;
	s->hooks[at].hook = h;
	return h;
}

int store_hook(struct csm_write *w, const char *id, enum csm_hook_event event, struct csm_err *err)
{
	const struct csm_hook *h = id ? find_hook(w->store, id) : NULL;

	if (!id)
		return CSM_OK;
	if (!h)
		return csm_fail(err, CSM_E_INTERNAL, "nobody registered the hook '%s' of type %s", id,
				w->rec->type->name);
	w->event = event;
	return h->fn(w, err);
}

int csm_store_compute(struct csm_store *s, struct csm_rec *r, struct csm_err *err)
{
	struct csm_write w = { .store = s, .rec = r };

	return store_hook(&w, r->type->compute, CSM_HOOK_COMPUTE, err);
}
