/* SPDX-License-Identifier: MIT */
/* slot.c - memory that services keep per store, and what a write makes stale. */
#include "store_priv.h"

/* It is made where there is none. */
static CSM_SELDOM struct store_slot *find_slot(struct csm_store *s, const void *key, size_t size, void (*drop)(void *slot),
					       int64_t moment)
{
	struct store_slot *slot = s->slots;

	while (slot && (slot->key != key || slot->moment != moment))
		slot = slot->next;
	if (slot)
		return slot;
	slot = csm_alloc(s->arena, sizeof(*slot));
	*slot = (struct store_slot){
		key, csm_alloc(s->arena, size), size, drop, true, moment, s->slots
	};
	s->slots = slot;
	return slot;
}

void *csm_store_slot(struct csm_store *s, const void *key, size_t size, void (*drop)(void *slot),
		     bool *made)
{
	int64_t moment = csm_store_moment(s);
	struct store_slot **last = &s->slot_last[csm_hash_int(0, (uintptr_t)key) & (STORE_SLOTS - 1)], *slot = *last;

	/* a pass over a record asks for the same few a dozen times */
	if (!slot || slot->key != key || slot->moment != moment)
		*last = slot = find_slot(s, key, size, drop, moment);
	if (made)
		*made = slot->fresh;
	slot->fresh = false;
	return slot->p;
}

/* What a slot holds is given back; the next caller finds it new and zeroed. */
static void drop_slots(struct csm_store *s)
{
	for (struct store_slot *slot = s->slots; slot; slot = slot->next) {
		if (!slot->drop || slot->fresh)
			continue;
		slot->drop(slot->p);
		memset(slot->p, 0, slot->size);
		slot->fresh = true;
	}
}

void store_slots_close(struct csm_store *s)
{
	drop_slots(s);
	s->slots = NULL;
	memset(s->slot_last, 0, sizeof(s->slot_last));
}

void store_forget(struct csm_store *s)
{
	store_cache_drop(s);
	store_past_drop(s);
	store_settings_drop(s);
	drop_slots(s);
}

void store_note_write(struct csm_store *s, const struct csm_rtype *t)
{
	const struct store_facts *facts = store_facts(s, t);

	store_cache_forget(s, t);
	store_past_drop(s);
	if (facts->setting)
		store_settings_drop(s);
	if (facts->agreement)
		drop_slots(s);
}
