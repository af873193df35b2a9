/* SPDX-License-Identifier: MIT */
/* yaml_alias.c - see yaml_alias.h. */
#include <string.h>

#include <csm/hash.h>

#include "yaml_alias.h"

void io_yaml_memory_init(struct yaml_memory *m, struct csm_arena *a)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
	m->empty = csm_arena_mark(a);
	m->log = (struct csm_vec)CSM_VEC(a, struct csm_event);
}

void io_yaml_memory_reset(struct yaml_memory *m)
{
	struct csm_arena *a = m->arena;
	struct csm_mark empty = m->empty;

	csm_arena_rewind(a, empty);
	memset(m, 0, sizeof(*m));
	m->arena = a;
	m->empty = empty;
	m->log = (struct csm_vec)CSM_VEC(a, struct csm_event);
}

void io_yaml_memory_anchor(struct yaml_memory *m, const char *name, unsigned depth)
{
	size_t slot = csm_hash_text(0, name) % YAML_SLOTS;
	struct yaml_anchor *a = m->slot[slot];

	while (a && strcmp(a->name, name) != 0)
		a = a->older;
	/*
	 * A name may be given again; the old node stays recorded as part of what holds it. One that is
	 * still open must stay found.
	 */
	if (!a || a->open) {
		a = csm_alloc(m->arena, sizeof(*a));
		a->name = csm_strdup(m->arena, name);
		a->older = m->slot[slot];
		m->slot[slot] = a;
	}
	a->start = m->log.n;
	a->depth = depth;
	a->open = true;
	a->lost = false;
	m->opened[m->nopen++] = a;
}

static void record(struct yaml_memory *m, const struct csm_event *ev, enum csm_event_type type)
{
	struct csm_event *copy;

	/* The innermost is lost only together with all around it. */
	if (m->opened[m->nopen - 1]->lost)
		return;
	if (m->log.n >= YAML_LOG_EVENTS || m->bytes + ev->n > YAML_LOG_BYTES) {
		for (unsigned i = 0; i < m->nopen; i++)
			m->opened[i]->lost = true;
		return;
	}
	copy = csm_vec_add(&m->log);
	*copy = *ev;
	copy->type = type;
	copy->text = csm_strndup(m->arena, ev->text, ev->n);
	m->bytes += ev->n;
}

void io_yaml_memory_record(struct yaml_memory *m, const struct csm_event *ev, enum csm_event_type type, unsigned depth)
{
	record(m, ev, type);
	while (m->nopen > 0 && m->opened[m->nopen - 1]->depth == depth) {
		struct yaml_anchor *a = m->opened[--m->nopen];

		a->open = false;
		a->end = m->log.n;
	}
}

const char *io_yaml_memory_alias(struct yaml_memory *m, const char *name)
{
	struct yaml_anchor *a = m->slot[csm_hash_text(0, name) % YAML_SLOTS];

	while (a && strcmp(a->name, name) != 0)
		a = a->older;
	if (!a)
		return "names no anchor before it";
	if (a->open)
		return "stands inside the node it repeats";
	if (a->lost)
		return "repeats a node that is too large to be repeated";
	m->repeated += a->end - a->start;
	if (m->repeated > YAML_ALIAS_FREE + YAML_ALIAS_RATIO * m->own)
		return "repeats too much";
	m->play = a->start;
	m->play_end = a->end;
	return NULL;
}
