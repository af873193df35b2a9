/* SPDX-License-Identifier: MIT */
/*
 * sla_priv.h - what the files of the SLA engine share. Rules: domain 6 of the field's reference; names as
 * there.
 */
#ifndef CSM_SVC_SLA_PRIV_H
#define CSM_SVC_SLA_PRIV_H

#include "svc_priv.h"

/* A definition, its words read once: each pass over a task asks for them. */
struct sla_def {
	struct csm_rec *rec;
	const struct csm_rtype *target;
	struct csm_filter *start, *stop, *pause, *resume, *cancel, *reset; /* NULL where none is given */
	bool contractual;	/* attached to some contract: never general */
	bool is_update;		/* target update */
	bool is_relative;	/* duration_type relative: its due moment does not move */
	bool resume_condition, cancel_condition; /* resume_when and cancel_when are condition */
	bool cancel_never, reset_cancels, reopen_resumes;
	int start_field;	/* of the task, for a retroactive start; -1: none */
	uint64_t reads[2];	/* bit a field of the task that its conditions, or its end, depend on */
	bool asks_when;		/* what it does depends on the moment of the pass too */
};
/* All definitions, kept by the store until one (or a contract, or a schedule) is written. */
int sla_defs(struct csm_store *s, struct sla_def **defs, unsigned *n, struct csm_err *err);
/* The conditions of a definition parsed, in arena a; not whether it is contractual. */
int sla_def_read(struct csm_store *s, struct csm_arena *a, struct csm_rec *rec, struct sla_def *def,
		 struct csm_err *err);
/* The definition an SLA record runs by: as of its rules_change. *out NULL when it is gone. */
int sla_def_of(struct csm_store *s, const struct csm_rec *sla, struct sla_def **out, struct csm_err *err);
/* As of which edits of definitions and schedules a record is counted; *_today: none of them came after. In the present. */
struct sla_edits {
	int64_t def, cal;
	bool def_today, cal_today;
};
int sla_find_edits(struct csm_store *s, const struct csm_rec *sla, struct sla_edits *out, struct csm_err *err);
/* Whether the definition and the schedule that a record keeps say what those of today say. In the present. */
int sla_has_todays_rules(struct csm_store *s, const struct csm_rec *sla, bool *def, bool *cal, struct csm_err *err);
/* Whether two versions of a definition are the same rules; its name, its description and whether it is active are none. */
bool sla_same_definition(const struct csm_rec *x, const struct csm_rec *y);
/* One by id, as it is today; *out NULL when it is gone. */
int sla_def_find(struct csm_store *s, int64_t id, struct sla_def **out, struct csm_err *err);
/* Whether a definition is in force for the task: contract SLAs against general ones. */
int sla_def_applies(struct csm_store *s, const struct sla_def *def, const struct csm_rec *task, bool *out,
		    struct csm_err *err);
/* Whether it is attached to tasks, or, in a replay of one that is no longer, whether it was then. */
int sla_attaches(struct csm_store *s, const struct sla_def *def, bool *out, struct csm_err *err);

/* ---- what conditions look at: the records of today, or in a replay those of its moment ---- */
/* From here on records are those after a change, until sla_now(). */
void sla_then(struct csm_store *s, int64_t change);
void sla_now(struct csm_store *s);
/* A record as it was after the change of sla_then(); *out NULL: it was not there. Valid until the next sla_then(). */
int sla_get_then(struct csm_store *s, const struct csm_rtype *type, int64_t id, const struct csm_rec **out,
		 struct csm_err *err);
/* Whether a condition holds for a task; NULL never does. */
int sla_is(struct csm_store *s, const struct csm_filter *f, const struct csm_rec *task, bool *out,
	   struct csm_err *err);
/* The record a path of the task ends at, as csm_store_follow(). */
int sla_follow(struct csm_store *s, const struct csm_rec *task, const struct csm_path *path, const struct csm_rec **end,
	       struct csm_err *err);
/* The case of a case task; *out NULL when there is none. */
int sla_case_of(struct csm_store *s, const struct csm_rec *task, const struct csm_rec **out, struct csm_err *err);

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
struct sla_moment;
struct sla_set {
	struct csm_vec recs;		/* struct csm_rec *, by id; those attached come last */
	bool import;			/* attached ones are marked from_import */
	bool hold;			/* nothing is stored yet: the caller does, once */
	const struct sla_moment *past;	/* of the task, when it is one of the past itself; NULL: history has it */
	unsigned npast;
	const uint64_t *changed;	/* bit a field of the task that is other than at the pass before; NULL: any may be */
};
int sla_load(struct csm_store *s, const struct csm_rec *task, struct sla_set *set, struct csm_err *err);

/* The record is counted by the definition and the schedule of today. */
int sla_take_rules(struct csm_store *s, const struct sla_def *def, struct csm_rec *sla, struct csm_err *err);

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

/*
 * The stretches that were taken out of a record until its end (or now), as history tells them: pauses, and with a note those
 * between an end and a reopening; and when the engine began to look at it. Whether they are all is for the caller to check.
 */
int sla_pauses(struct csm_store *s, const struct csm_rec *sla, int64_t end, struct csm_arena *a,
	       struct csm_sla_line **lines, unsigned *n, int64_t *attach, struct csm_err *err);

/* The engine pass on a task as it is at a moment, over the records of the set. */
int sla_pass_at(struct csm_store *s, struct sla_set *set, struct csm_rec *task, int64_t at,
		struct csm_err *err);
/*
 * The same for one definition. *sla: the record that it attached or opened again, NULL when there is none; then
 * *why says in words what stood against it, in the task's arena.
 */
int sla_apply_at(struct csm_store *s, struct sla_set *set, struct sla_def *def, struct csm_rec *task, int64_t at,
		 struct csm_rec **sla, const char **why, struct csm_err *err);
/* What is derived, in memory, of the moments that a task states at a load: a pass for each. The set has no records yet. */
int sla_from_moments(struct csm_store *s, struct sla_set *set, const struct csm_rec *task, int64_t at,
	       struct csm_err *err);
/* The SLAs of a task that a load states without them. */
int sla_import(struct csm_store *s, struct csm_rec *task, bool announce, struct csm_err *err);

/* ---- the past of a task from its history ---- */
struct sla_moment {
	int64_t at; /* the record is so from this moment on */
	struct csm_rec *rec;
};
/* A state of a record that was written, and that the rules have looked at. */
struct sla_event {
	int64_t at;	/* clock of the change */
	int64_t change;
	bool load;	/* stated by a load, as it was when all of the load was in */
	struct csm_rec *rec; /* NULL: it was deleted */
};
/*
 * The states of a record from its creation on, oldest first, those of changes in force; the last is the record as it is. One
 * that is gone is given with its id alone, not stored. In arena a. strict: a history that does not account for all of it is CSM_E_REFUSED, and the message says why.
 */
int sla_life(struct csm_store *s, const struct csm_rec *r, struct csm_arena *a, bool strict, struct sla_event **out,
	     unsigned *n, struct csm_err *err);
/* The task's states from its creation on, oldest first; the last is the record as it is. In arena a. */
int sla_past(struct csm_store *s, const struct csm_rec *task, struct csm_arena *a, struct sla_moment **out,
	     unsigned *n, struct csm_err *err);

/* ---- history replayed through the rules of today ---- */
struct sla_replayer {
	struct csm_store *store;
	bool derive;		/* SLA records that a load stated are derived from the moments of the task instead */
	struct csm_vec loads;	/* private, CSM_VEC(arena, struct sla_load) */
};
struct sla_load {
	int64_t change;
	bool states; /* SLA records: then it derived none */
};
/* A record as it is stored. */
struct sla_kept {
	struct csm_rec *rec;
	struct sla_event *events; /* its own life, where it was asked for */
	unsigned n;
	bool stated; /* by a load */
};
struct sla_replay {
	struct csm_rec *task;
	struct sla_kept *kept;	/* by id */
	unsigned nkept;
	struct sla_event *events;
	unsigned nevents;
	struct sla_set set;	/* what the replay made, in memory; the id tells the record that a load stated, 0 none */
};
/* All in the arena of the task. CSM_E_REFUSED where history is not whole. */
int sla_replay(struct sla_replayer *p, struct csm_rec *task, struct sla_replay *r, struct csm_err *err);

#endif
