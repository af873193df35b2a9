/* SPDX-License-Identifier: MIT */
/*
 * sla_priv.h - what the files of the SLA engine share. Rules: domain 6 of the field's reference; names as
 * there.
 */
#ifndef CSM_SVC_SLA_PRIV_H
#define CSM_SVC_SLA_PRIV_H

#include "svc_priv.h"

/* A definition with its conditions parsed; NULL where none is given. */
struct sla_def {
	struct csm_rec *rec;
	const struct csm_rtype *target;
	struct csm_filter *start, *stop, *pause, *resume, *cancel, *reset;
	bool contractual; /* attached to some contract: never general */
};
/* All definitions, kept by the store until one (or a contract, or a schedule) is written. */
int sla_defs(struct csm_store *s, struct sla_def **defs, unsigned *n, struct csm_err *err);
/* The conditions of a definition parsed, in arena a; not whether it is contractual. */
int sla_def_read(struct csm_store *s, struct csm_arena *a, struct csm_rec *rec, struct sla_def *def,
		 struct csm_err *err);
/* The definition an SLA record runs by: as of its rules_change. *out NULL when it is gone. */
int sla_def_of(struct csm_store *s, const struct csm_rec *sla, struct sla_def **out, struct csm_err *err);
/* One by id, as it is today; *out NULL when it is gone. */
int sla_def_find(struct csm_store *s, int64_t id, struct sla_def **out, struct csm_err *err);
/* Whether a definition is in force for the task: contract SLAs against general ones. */
int sla_def_applies(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task, bool *out,
		    struct csm_err *err);
int sla_is(struct csm_store *s, const struct csm_filter *f, const struct csm_rec *task, bool *out,
	   struct csm_err *err);

/* Warn of conditions on records of t that can't work together. */
int sla_lint(struct csm_write *w, const struct csm_rtype *t, struct csm_err *err);
/* Whether a record of the definition is paused by a task, when it was (or was not) before. */
int sla_is_paused(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task, bool was, bool *out,
		  struct csm_err *err);

/* ---- the clock of one SLA ---- */
/* Calendar an SLA record counts by (its schedule and zone, as of its rules_change); *out NULL: 24x7. */
int sla_calendar(struct csm_store *s, const struct csm_rec *sla, struct csm_cal **out, struct csm_err *err);
/* Business seconds between two moments; without a calendar the plain difference; 0 when to <= from. */
int sla_between(struct csm_cal *cal, int64_t from, int64_t to, int64_t *out, struct csm_err *err);
/* schedule_add(start, seconds). */
int sla_due(struct csm_cal *cal, int64_t start, int64_t seconds, int64_t *out, struct csm_err *err);
/* Schedule and zone that a definition gives to a task: ids and names, 0 / NULL none. */
int sla_sources(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		int64_t *schedule, const char **zone, struct csm_err *err);
/*
 * With retroactive_start a record begins at a moment of the task (set_start_to, else opened_at) that is not
 * after `at`; whether there is one. Otherwise it begins at `at`.
 */
bool sla_has_start(const struct sla_def *def, const struct csm_rec *task, int64_t at);
int64_t sla_start_moment(const struct sla_def *def, const struct csm_rec *task, int64_t at);
/* Whether a record has breached, or is past its due moment at a moment. */
bool sla_is_late(const struct csm_rec *sla, int64_t at);
/* The due moment of a relative duration. */
int sla_relative_due(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task,
		     struct csm_cal *cal, const char *zone, int64_t start, int64_t *out,
		     struct csm_err *err);

/* ---- the records of one task while a pass works on them ---- */
struct sla_set {
	struct csm_vec recs;		/* struct csm_rec *, by id; those attached come last */
	bool import;			/* attached ones are marked from_import */
	bool hold;			/* nothing is stored yet: the caller does, once */
};
int sla_load(struct csm_store *s, const struct csm_rec *task, struct sla_set *set, struct csm_err *err);

/* ---- events of a record ---- */
int sla_attach(struct csm_store *s, struct sla_set *set, const struct sla_def *def, const struct csm_rec *task,
	       int64_t at, struct csm_rec **out, struct csm_err *err);
int sla_pause(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
	      struct csm_err *err);
int sla_resume(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
	       struct csm_err *err);
int sla_end(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, const char *stage, int64_t at,
	    struct csm_err *err);
/* A completed record goes on: the time since its end is taken out like a pause. */
int sla_reopen(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
	       struct csm_err *err);
/* Store the record, unless the set holds it back. */
int sla_save(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, struct csm_err *err);

/* The engine pass on a task as it is at a moment, over the records of the set. */
int sla_pass_at(struct csm_store *s, struct sla_set *set, struct csm_rec *task, int64_t at,
		struct csm_err *err);
/* The SLAs of a task that a load states without them. */
int sla_import(struct csm_store *s, struct csm_rec *task, bool announce, struct csm_err *err);

/* ---- the past of a task from its history ---- */
struct sla_moment {
	int64_t at; /* the record is so from this moment on */
	struct csm_rec *rec;
};
/* The task's states from its creation on, oldest first; the last is the record as it is. In arena a. */
int sla_past(struct csm_store *s, const struct csm_rec *task, struct csm_arena *a, struct sla_moment **out,
	     unsigned *n, struct csm_err *err);

#endif
