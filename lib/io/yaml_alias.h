/* SPDX-License-Identifier: MIT */
/*
 * yaml_alias.h - anchors of one YAML document: the events of anchored nodes are recorded and played again
 * for an alias.
 *
 * The recording holds plain events only (an alias inside an anchored node is recorded as what it stands
 * for), so playing is a loop over a stretch of it. What an input may repeat is limited in proportion to
 * what it wrote itself.
 */
#ifndef CSM_IO_YAML_ALIAS_H
#define CSM_IO_YAML_ALIAS_H

#include "io_priv.h"

#define YAML_LOG_EVENTS ((size_t)100000)
#define YAML_LOG_BYTES ((size_t)8 << 20)
#define YAML_ALIAS_FREE ((size_t)10000)	/* repeated events any document may have */
#define YAML_ALIAS_RATIO 4		/* and so many for each event of its own */

struct yaml_anchor {
	const char *name;
	size_t start, end;		/* stretch of the recording */
	unsigned depth;			/* of the node */
	bool open;			/* its node has not ended */
	bool lost;			/* too large to be recorded */
	struct yaml_anchor *older;	/* in the same slot of the table */
};

#define YAML_SLOTS 256

struct yaml_memory {
	struct csm_arena *arena;	/* of one document: rewound to start behind it */
	struct csm_mark empty;
	struct csm_vec log;		/* struct csm_event */
	size_t bytes;
	struct yaml_anchor *slot[YAML_SLOTS];
	struct yaml_anchor *opened[CSM_IO_DEPTH + 1];
	unsigned nopen;
	size_t own, repeated;		/* events of the document itself, and played */
	size_t play, play_end;		/* the stretch being played */
};

void io_yaml_memory_init(struct yaml_memory *m, struct csm_arena *a);
/* Forget the last document. */
void io_yaml_memory_reset(struct yaml_memory *m);
/* The next node is anchored; depth is the number of open collections around it. */
void io_yaml_memory_anchor(struct yaml_memory *m, const char *name, unsigned depth);
/*
 * Count an event and record it, with the type it has wherever it is repeated, if an anchored node is open; depth is the number
 * of open collections after it.
 */
void io_yaml_memory_record(struct yaml_memory *m, const struct csm_event *ev, enum csm_event_type type, unsigned depth);
static inline void io_yaml_memory_note(struct yaml_memory *m, const struct csm_event *ev, enum csm_event_type type, unsigned depth,
				       bool played)
{
	m->own += !played;
	if (m->nopen)
		io_yaml_memory_record(m, ev, type, depth);
}
/* Begin to play what an alias stands for. Returns NULL, or what is wrong. */
const char *io_yaml_memory_alias(struct yaml_memory *m, const char *name);

#endif
