/* SPDX-License-Identifier: MIT */
/* sla_report.h - what the reports on SLAs share: which records, now or in the past, and their groups. */
#ifndef CSM_SVC_SLA_REPORT_H
#define CSM_SVC_SLA_REPORT_H

#include "sla_priv.h"

/* ---- sla_walk.c ---- */
struct sla_walk {
	struct csm_store *store;
	struct csm_arena *arena;
	bool past;		/* the store reads records as they were */
	int64_t *touched;	/* past: ids of SLA records touched since; NULL: not read yet */
	size_t ntouched;
};
struct sla_query {
	const char *cond;	/* on the record itself: no path goes through another */
	struct csm_filter *where; /* and this, of the user; NULL: nothing more */
	const int *columns;	/* fields that each reads, ends with -1; NULL all */
	int sort;		/* field, then id; -1: any order */
	bool writes;		/* each changes records: a query must not walk an index that it changes */
	int (*each)(void *arg, struct csm_rec *sla, struct csm_err *err);
	void *arg;
};
/* .past by csm_store_moment(); several queries of one walk must see the same records. */
int sla_walk(struct sla_walk *w, const struct sla_query *q, struct csm_err *err);

/* ---- sla_group.c ---- */
struct sla_groups;
struct sla_groups *sla_groups_new(struct csm_store *s, struct csm_arena *a, enum csm_sla_by by,
				  const struct csm_zone *zone);
/* The group of a record, made when it is the first; valid until the next one is made. */
int sla_groups_of(struct sla_groups *g, const struct csm_rec *sla, struct csm_sla_group **out,
		  struct csm_err *err);
/* By month: a group for each month from the one to the other, both moments included. */
void sla_groups_months(struct sla_groups *g, int64_t from, int64_t to);
/* All of them with their keys and names, in order. */
int sla_groups_list(struct sla_groups *g, struct csm_sla_group **out, unsigned *n, struct csm_err *err);

#endif
