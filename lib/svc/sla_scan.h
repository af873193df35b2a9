/* SPDX-License-Identifier: MIT */
/* sla_scan.h - what a repair of all cases has to look at (sla_scan.c, sla_scan_old.c). */
#ifndef CSM_SVC_SLA_SCAN_H
#define CSM_SVC_SLA_SCAN_H

#include "sla_priv.h"

/* The rules that records keep, against those of today. */
struct sla_rules {
	int64_t def_id, schedule; /* 0: around the clock */
	const char *zone;
	struct sla_edits edits;
	struct sla_def *def;	/* of today */
	bool same_def, same_cal;
	bool other_zone;	/* the schedule's own zone was edited */
	struct csm_cal *cal;	/* of today */
	int64_t from, to;	/* where the calendars differ */
	struct sla_rules *next;
};
struct sla_scan {
	struct csm_store *store;
	struct csm_arena *arena;
	struct sla_rules *rules;	/* met so far, the last one used first */
	struct csm_vec cases, tasks;	/* ids: to be replayed, in no order, with doubles */
	struct csm_vec count;		/* ids of SLA records to be counted anew, ascending */
	struct csm_vec stated;		/* cases of records that a load stated, which keep what it stated */
};
/* The records that an edit of schedules can have touched; *out NULL: there was none. */
int sla_scan_touched(struct sla_scan *k, struct csm_filter **out, struct csm_err *err);
/* Walk over the records that where selects (on type sla; NULL all) of those that an edit of schedules can have touched. */
int sla_scan(struct sla_scan *k, struct csm_filter *where, struct csm_err *err);
/* Add the cases and tasks that are older than the last edit of what decides which SLAs there are. */
int sla_scan_old(struct sla_scan *k, struct csm_err *err);
/* The last change in which a record became another, as far as `same` looks at it; *edit stays where that is later. */
int sla_last_edit(struct csm_store *s, const struct csm_rec *r,
		  bool (*same)(const struct csm_rec *x, const struct csm_rec *y), int64_t *edit, struct csm_err *err);
/* The rules of a record, kept in the scan. */
int sla_scan_rules(struct sla_scan *k, const struct csm_rec *sla, struct sla_rules **out, struct csm_err *err);
/* Set what follows from start, end and pauses of a record by the calendar of today. */
int sla_recount(const struct sla_rules *u, struct csm_rec *sla, int64_t now, struct csm_err *err);

#endif
