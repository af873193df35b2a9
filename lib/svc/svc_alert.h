/* SPDX-License-Identifier: MIT */
/*
 * svc_alert.h - what time makes csm tell: milestones of SLAs, steps of escalation, the outbox (domain 6.5,
 * 13.3, 17).
 *
 * A record keeps one moment, next_milestone_at: the earliest at which something is to be done about it. It is
 * set by events only (attach, pause, resume, end, load, and when something was told), and found by its partial
 * index. A level that an event leaves behind it, reached but not told, is kept as an alert without fired_at:
 * its moment could not be counted again afterwards, as the pauses have moved the ones to come. One that is reached
 * where the alert schedule is closed is kept so too, by the tick that comes first: that schedule is today's, and an
 * edit may put its opening before what next_milestone_at says, as if it had been told already.
 */
#ifndef CSM_SVC_ALERT_H
#define CSM_SVC_ALERT_H

#include "sla_priv.h"

/* ---- the levels of an SLA (milestone.c) ---- */
#define MILESTONE_NEVER INT64_MAX

struct milestone {
	const char *name;	/* "75%", "1h before due" */
	int64_t percent, before; /* one of them; the other is -1 */
	const char *recipients; /* list of roles; NULL: those of the default */
	int64_t used;		/* business seconds of the SLA that are used up there */
	int64_t reached, told;	/* its moment; the first one from it on at which it may be told */
	struct csm_rec *row;	/* its alert; NULL: none */
	bool skip;		/* has had its time: not what comes next */
	bool keep;		/* is about to be kept as an alert that waits */
};
struct milestones {
	struct milestone *v;	/* in the order in which they are reached */
	unsigned n;
	int64_t target;		/* business seconds allowed */
	struct csm_cal *alert;	/* the alert schedule; NULL: at any time */
};
/* The levels of a record, with its alerts if it is stored. In the record's arena. */
int milestones_of(struct csm_store *s, const struct csm_rec *sla, struct milestones *out, struct csm_err *err);
/* Whether its alert was kept, and nobody was told yet. */
bool milestone_waits(const struct milestone *m);
/*
 * When percent of an SLA's time is used up: the seconds are rounded up, so that the record shows the
 * percentage then and not before; 100 is the due moment itself. MILESTONE_NEVER: at no moment.
 */
int milestone_percent_at(struct csm_store *s, const struct csm_rec *sla, int64_t percent, int64_t *out,
			 struct csm_err *err);
/* The first moment from `at` on at which the alert schedule is open; `at` itself where it never is again. */
int milestone_open(struct csm_cal *alert, int64_t at, int64_t *out, struct csm_err *err);
/* The moment up to which a record's time is used: its end, since when it is paused, or now. */
int64_t milestone_until(const struct csm_rec *sla, int64_t now);
/* Whether text may be the setting sla.milestones: percentages from 1 to 1000, each once, or "none". */
int milestone_check_setting(const char *text, struct csm_err *err);

/* ---- events of a record (milestone_event.c) ---- */
/*
 * Stores the record (unless the set holds it) and sets what comes next. Of the levels that have passed when it is
 * attached, as with a retroactive start, the last one is to be told, the ones before it are kept silently.
 * For a record that was counted anew (repair) too.
 */
int milestone_attach(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		     struct csm_err *err);
/* Before it is paused, after it was resumed, before it ends; the caller stores the record. */
int milestone_pause(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		    struct csm_err *err);
int milestone_resume(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		     struct csm_err *err);
int milestone_end(struct csm_store *s, const struct sla_set *set, struct csm_rec *sla, int64_t at,
		  struct csm_err *err);
/*
 * Stores a record that came with a load, or was made for a task of one (derived: levels that have passed are
 * kept as silent alerts). What could have been told by now is not, unless announce is set.
 */
int milestone_load(struct csm_store *s, struct csm_rec *sla, bool derived, bool announce, struct csm_err *err);
/* next_milestone_at of a record from its levels and what escalates its case; those without an alert reached from `since` on. */
int milestone_set_next(struct csm_store *s, struct csm_rec *sla, const struct milestones *ms, int64_t since,
		       struct csm_err *err);
/* Keep the alert of a level: silent, told at `fired`, or (MILESTONE_NEVER) to be told. */
int milestone_keep(struct csm_store *s, const struct csm_rec *sla, struct milestone *m, bool silent,
		   int64_t fired, struct csm_err *err);
int sla_after(struct csm_write *w, struct csm_err *err);

/* ---- escalation (escalation.c) ---- */
struct escalation_path {
	struct csm_rec *rec;
	struct csm_filter *when; /* NULL: every case */
	const char *broken;	/* why it can't be read; NULL: it can */
};
/* The paths in force, by level and name; kept by the store until an agreement is written. */
int escalation_paths(struct csm_store *s, struct escalation_path **out, unsigned *n, struct csm_err *err);
/* The calendar of a path's schedule, with the zone of the setting time.zone; *out NULL: around the clock. */
int escalation_calendar(struct csm_store *s, const struct escalation_path *p, struct csm_cal **out,
			struct csm_err *err);
/* When a path is due on a case: by an SLA, or (NULL) since it was opened. MILESTONE_NEVER: at no moment. */
int escalation_moment(struct csm_store *s, const struct escalation_path *p, const struct csm_rec *cs,
		      const struct csm_rec *sla, int64_t *out, struct csm_err *err);
/* Whether the part of an SLA's time that a path names is measured on the record. */
bool escalation_measures(const struct escalation_path *p, const struct csm_rec *sla);
/* The first moment after `after` at which an SLA that runs reaches a part of its time that a path names. */
int escalation_next(struct csm_store *s, const struct csm_rec *sla, int64_t after, int64_t *out,
		    struct csm_err *err);
/*
 * Whether a path is to be taken on a case as it is, its moment aside: open, not resolved, of a lower level than
 * it ever had, condition true, not taken before.
 */
int escalation_fits(struct csm_store *s, const struct escalation_path *p, const struct csm_rec *cs, bool *out,
		    struct csm_err *err);
/* The highest level a case ever had: never less than the one it has. */
void escalation_derive(struct csm_rec *cs);
/*
 * A case was written: a path whose moment has passed may fit it now. The next tick looks at it.
 */
int escalation_look(struct csm_store *s, const struct sla_set *set, const struct csm_rec *cs, struct csm_err *err);
/* The same of an SLA that was counted anew, its case aside. */
int escalation_look_sla(struct csm_store *s, struct csm_rec *sla, struct csm_err *err);
/* A case, or an SLA, came with a load: paths whose moment had passed count as taken. */
int escalation_case_loaded(struct csm_store *s, struct csm_rec *cs, struct csm_err *err);
int escalation_sla_loaded(struct csm_store *s, const struct csm_rec *sla, struct csm_err *err);
int escalation_path_after(struct csm_write *w, struct csm_err *err);

/* ---- the outbox (outbox.c) ---- */
struct outbox_message {
	const char *event, *subject, *body;
	const char *roles;	/* who is told: list of assignee, owner, manager, group */
	int64_t group;		/* the group of role group; 0: that of the case or task */
	struct csm_rec *cs, *task; /* what it is about; task may be NULL */
	struct csm_rec *sla;	/* may be NULL */
};
int outbox_queue(struct csm_store *s, const struct outbox_message *m, struct csm_err *err);
/* A moment in a zone, for people: 2024-03-01T10:00:00+01:00. zone "": UTC. */
const char *outbox_time(struct csm_store *s, struct csm_arena *a, int64_t at, const char *zone);

#define SVC_ALERT_HOOKS \
	{ "sla.after", sla_after }, \
	{ "escalation_path.after", escalation_path_after }

#endif
