/* SPDX-License-Identifier: MIT */
/* tick_priv.h - what the jobs of a tick share. */
#ifndef CSM_SVC_TICK_PRIV_H
#define CSM_SVC_TICK_PRIV_H

#include "svc_priv.h"

/* One job. */
struct tick {
	struct csm_store *store;
	struct csm_arena *arena;
	int64_t done, refused;
	const char *why; /* of the first that was refused */
};

/* Ids of the records of t that a condition selects, collected before any is changed. */
int tick_find(struct tick *k, const struct csm_rtype *t, const char *where, const char *sort, struct csm_vec *ids,
	      struct csm_err *err);
typedef int tick_fn(struct tick *k, struct csm_rec *r, bool *done, struct csm_err *err);
/* fn for each record that a condition selects; the record, and what is in its arena, is gone after it. */
int tick_each(struct tick *k, const struct csm_rtype *t, const char *where, const char *sort, tick_fn *fn,
	      struct csm_err *err);
/*
 * What came of one record: counted as done, or as refused, which is no failure. Anything else that went wrong
 * ends the tick.
 */
int tick_count(struct tick *k, int code, bool did, struct csm_err *err);
/* Something can't be done, and is left for the next time. */
void tick_refuse(struct tick *k, const char *why);

int tick_escalations(struct tick *k, struct csm_err *err);
int tick_milestones(struct tick *k, struct csm_err *err);

#endif
