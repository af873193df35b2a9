/* SPDX-License-Identifier: MIT */
/*
 * csm/svc.h - what the field knows: case, SLA, entitlement, contract, schedule; the hooks behind the rows,
 * and the calls behind special verbs.
 *
 * All calls that write expect to be inside a change (csm_store_begin).
 */
#ifndef CSM_SVC_H
#define CSM_SVC_H

#include <csm/cal.h>
#include <csm/io.h>
#include <csm/store.h>

/* All hooks of all services, ended by id NULL: for csm_env.hooks. */
const struct csm_hook *csm_svc_hooks(void);
bool csm_svc_hook_known(void *unused, const char *id); /* for csm_dict_check */

/*
 * What `csm init` puts into a new database: resolution codes, relationship types, responsibilities. Inside
 * a change.
 */
int csm_svc_seed(struct csm_store *s, struct csm_err *err);

/* ---- case ---- */
/*
 * A comment (seen by the customer) or a work note on a case or case task. author: the actor, or the
 * on_behalf customer.
 */
int csm_case_comment(struct csm_store *s, struct csm_rec *record, const char *text, struct csm_err *err);
int csm_case_note(struct csm_store *s, struct csm_rec *record, const char *text, struct csm_err *err);
int csm_case_attention(struct csm_store *s, struct csm_rec *record, bool on, struct csm_err *err);
/* Assign to user (0: nobody) and group (0: unchanged); the rules of domain 1.2 T2 and 1.1 (membership). */
int csm_case_assign(struct csm_store *s, struct csm_rec *record, int64_t user, int64_t group,
		    int64_t if_version, struct csm_err *err);

/* ---- entitlement (domain 5.3) ---- */
struct csm_ent_query { /* 0 / NULL: not given */
	int64_t account, contact, consumer, household, product, asset, sold_product, install_base_item,
		contract;
	const char *channel;
	int64_t at; /* moment; 0: now */
};
struct csm_ent_candidate {
	int64_t entitlement;
	bool fits;
	int64_t score; /* sum of weights, scaled by 10^CSM_DECIMAL_SCALE */
	int64_t highest; /* highest single weight, the first tie-break */
	const char *why; /* "account 1 + asset 3 = 4", or why it does not fit: "channel phone is not in
			    email,web" */
};
struct csm_ent_answer {
	int64_t entitlement; /* 0: none */
	int64_t contract; /* the entitlement's contract, 0 none */
	bool exhausted; /* per unit, nothing left */
	int64_t remaining; /* units left, scaled; -1: not per unit */
	struct csm_ent_candidate *candidates; /* best first, then those that do not fit, by id */
	unsigned n;
};
/* The query a case makes. */
int csm_ent_query_case(struct csm_store *s, const struct csm_rec *cs, struct csm_ent_query *q,
		       struct csm_err *err);
/*
 * What follows from what is given, as on a case: the account of a contact, the product of an asset, the
 * customer of an item, the household of a consumer.
 */
int csm_ent_query_complete(struct csm_store *s, struct csm_ent_query *q, struct csm_err *err);
/* Decide. In arena a. */
int csm_ent_check(struct csm_store *s, const struct csm_ent_query *q, struct csm_arena *a,
		  struct csm_ent_answer *out, struct csm_err *err);
/*
 * Whether a contract covers a product, asset, sold product or install base item at a day (domain 5.1
 * covered rows).
 */
int csm_contract_covers(struct csm_store *s, int64_t contract, const struct csm_ent_query *q, bool *out,
			struct csm_err *err);
/*
 * Consume units at close: once per case and entitlement. Called when a case becomes closed, however it
 * does.
 */
int csm_ent_consume(struct csm_store *s, struct csm_rec *cs, struct csm_err *err);

/* ---- schedules ---- */
/* The calendar of a schedule record (kept per store). zone: used when the schedule is floating. */
int csm_schedule_calendar(struct csm_store *s, int64_t schedule, const char *zone, struct csm_cal **out,
			  struct csm_err *err);
/* The definition as plain data, for explanations. */
int csm_schedule_def(struct csm_store *s, int64_t schedule, struct csm_arena *a, struct csm_cal_def **out,
		     struct csm_err *err);
/*
 * The same from a schedule's document (csm-documents(5)) that is not stored: fields by the dictionary, rules
 * as for stored ones; name may be missing. include and exclude take names of stored schedules (not where s
 * is NULL) and documents. Errors say "span 2: end: ...". Of env are read dict, now and tzdir.
 */
int csm_schedule_def_inline(struct csm_store *s, const struct csm_env *env, const struct csm_node *document,
			    struct csm_arena *a, struct csm_cal_def **out, struct csm_err *err);

/* ---- questions to schedules (csm schedule due ... calc) ---- */
/* Schedules ready to count: the ones used last are kept, so that many questions to a few cost little. */
struct csm_calc;
struct csm_calc_opts {
	const struct csm_env *env; /* dict, now, tzdir and config are read */
	const char *time_zone;	   /* for floating schedules; NULL: the setting time.zone */
	/*
	 * Give the store, asked once when a schedule is named or the setting is needed; *out NULL: there is
	 * none, so no schedule can be named.
	 */
	int (*store)(void *arg, struct csm_store **out, struct csm_err *err);
	void *arg;
};
int csm_calc_open(struct csm_calc **out, struct csm_arena *a, const struct csm_calc_opts *o,
		  struct csm_err *err);
void csm_calc_close(struct csm_calc *k); /* NULL is fine */

struct csm_calc_schedule {
	struct csm_cal *cal;
	const struct csm_zone *zone; /* its own, or the one it floats in: moments without offset are there */
};
/* A stored schedule by key, or a document. time_zone: if it floats; NULL: as opened. Valid until the next call. */
int csm_calc_named(struct csm_calc *k, const char *key, const char *time_zone,
		   struct csm_calc_schedule *out, struct csm_err *err);
int csm_calc_inline(struct csm_calc *k, const struct csm_node *document, const char *time_zone,
		    struct csm_calc_schedule *out, struct csm_err *err);
/*
 * A moment as text: as csm_time_parse_rel, but a reading without offset, today, yesterday and tomorrow are in
 * the zone.
 */
int csm_calc_moment(const struct csm_zone *zone, const char *text, int64_t now, int64_t *out,
		    struct csm_err *err);

enum csm_calc_result { CSM_CALC_MOMENT, CSM_CALC_SECONDS, CSM_CALC_BOOL };
struct csm_calc_op {
	const char *name;	     /* "due" */
	const char *operands[2];     /* "start", "duration"; the second may be NULL */
	bool duration;		     /* the second operand is a duration, else a moment */
	enum csm_calc_result result;
};
/* due, sub, elapsed, open, next; ended by name NULL. */
const struct csm_calc_op *csm_calc_ops(void);

struct csm_calc_answer {
	const struct csm_calc_op *op;
	struct csm_calc_schedule schedule;
	int64_t operand[2]; /* moments, seconds */
	int64_t value;	    /* moment, seconds, or 0 and 1 */
};
/*
 * One question. next_open: time used up exactly at closing is due at the next opening (due only). Errors
 * name the operand as field; one that is needed and NULL is CSM_E_INVALID.
 */
int csm_calc_ask(struct csm_calc *k, const struct csm_calc_op *op, const struct csm_calc_schedule *schedule,
		 const char *const operands[2], bool next_open, struct csm_calc_answer *out,
		 struct csm_err *err);
/*
 * A question as a map: op, schedule (key or document), the operands of the op, and if wanted time_zone, for
 * due boundary ("close", "next-open"); other keys are not looked at. sub takes its moment as end or start.
 */
int csm_calc_line(struct csm_calc *k, const struct csm_node *line, bool next_open,
		  struct csm_calc_answer *out, struct csm_err *err);

/* ---- a week of a schedule ---- */
/* A stretch of a day with one offset of the zone, in seconds east of UTC. */
struct csm_schedule_part {
	int64_t start, end;
	int32_t offset;
};
struct csm_schedule_day {
	int64_t day;	    /* day number, in the schedule's zone */
	int64_t start, end; /* its moments, [start, end); the same: the zone skips the day */
	int32_t before;	    /* offset of the zone just before start */
	struct csm_schedule_part *parts; /* one, on a day on which the clocks change two or more */
	unsigned nparts;
	struct csm_interval *open; /* cut to the day */
	unsigned nopen;
	int64_t seconds;  /* of open time */
	const char *note; /* csm_cal_day_note() */
};
/* The days from Monday to Sunday of the week that holds a day. In the arena, but for the notes. */
int csm_schedule_week(const struct csm_calc_schedule *schedule, int64_t day, struct csm_arena *a,
		      struct csm_schedule_day out[7], struct csm_err *err);

/* ---- what a schedule may say, and probably means otherwise ---- */
struct csm_schedule_finding {
	const char *finding; /* "no-open-time", "overlap", "no-effect", ... */
	const char *place;   /* "span 2: fri 22:00-06:00", "exception 2024-12-25"; NULL: the schedule itself */
	const char *text;    /* what it is */
	const char *advice;  /* what to do */
};
/*
 * Look at a stored schedule as of the store's clock; each is called once a finding and returns non-CSM_OK to
 * stop with it. In arena a.
 */
int csm_schedule_lint(struct csm_store *s, const struct csm_rec *schedule, struct csm_arena *a,
		      int (*each)(void *arg, const struct csm_schedule_finding *f, struct csm_err *err),
		      void *arg, struct csm_err *err);
/* A day that differs, to be put into a schedule as a dated exception. */
struct csm_schedule_date {
	const char *date; /* YYYY-MM-DD */
	const char *kind; /* "closed", "hours", "break" */
	int64_t start, end; /* seconds after midnight; 0 and 0 with "closed" */
	const char *name; /* NULL: none */
};
struct csm_schedule_dates {
	const struct csm_schedule_date *day; /* each once */
	size_t n;
	/*
	 * NULL, or kinds ("closed,break"): dated exceptions of these from day to day (both in, YYYY-MM-DD) that
	 * are not among the days are deleted.
	 */
	const char *replace;
	const char *from, *to;
};
struct csm_schedule_dates_result {
	int64_t added, unchanged, removed;
};
/* Put days into a schedule inside the current change. One that is there with the same kind, hours and name stays. */
int csm_schedule_put_dates(struct csm_store *s, int64_t schedule, const struct csm_schedule_dates *days,
			  struct csm_arena *a, struct csm_schedule_dates_result *res, struct csm_err *err);

/* ---- SLA (domain 6) ---- */
/*
 * The engine pass of domain 6.4 for a case or case task just written. Called from the hooks `case.after`,
 * `case_task.after`. import: the task came with a load; what is breached by then counts as reported, unless
 * announce is set.
 */
int csm_sla_pass(struct csm_store *s, struct csm_rec *task, bool import, bool announce, struct csm_err *err);

/* An SLA record as of a moment: what depends on now, computed on read. */
struct csm_sla_view {
	int64_t elapsed, business_elapsed; /* seconds, pauses taken out */
	int64_t left; /* business seconds until due; negative when over */
	int64_t percent; /* of the target, in hundredths: 10000 = 100 % */
	int64_t due; /* planned end; CSM_TIME_MIN while paused */
	bool breached;
	bool soon; /* running and due within the given time */
};
int csm_sla_view(struct csm_store *s, const struct csm_rec *sla, int64_t now, int64_t within,
		 struct csm_sla_view *out, struct csm_err *err);

/* ---- reports on SLAs (domain 6.5) ---- */
/*
 * What a report of breaches tells of an SLA record. A cancelled one is never told of: the promise was taken
 * back.
 */
enum csm_breach_kind {
	CSM_BREACH_RUNS,	/* "breached": the due moment has passed, in progress, or paused since */
	CSM_BREACH_LATE,	/* "late": completed after its due moment */
	CSM_BREACH_SOON		/* "soon": in progress and due within the time asked for */
};
struct csm_breach {
	enum csm_breach_kind kind;
	int64_t due;		/* the due moment that passed, or comes */
	int64_t left;		/* seconds of wall time from now (the pause, the end) to due; negative: over */
};
const char *csm_breach_word(enum csm_breach_kind kind);

struct csm_breach_opts {
	int64_t within;		/* those due within these seconds from now; 0: none of them */
	int64_t since;		/* late ones that ended at or after this moment; CSM_TIME_MIN: all */
	bool only_new;		/* not reported yet; soon and the others are marked apart */
	bool mark;		/* mark as reported in this change */
	struct csm_filter *where; /* on type sla, or NULL */
};
/*
 * Breached ones by due moment, then late ones by their end, then those due soon by due moment. In a past
 * moment (csm_store_as_of) the report is of the records as they were; now is the store's clock all the same.
 * Of a record that is not marked only whose it is, its stage and its moments need be there.
 */
int csm_sla_breaches(struct csm_store *s, const struct csm_breach_opts *o, struct csm_arena *a,
		     int (*each)(void *arg, struct csm_rec *sla, const struct csm_breach *b,
				 struct csm_err *err),
		     void *arg, struct csm_err *err);

/* What the rows of a report have in common: of the case or case task, the definition, the month of the end. */
enum csm_sla_by {
	CSM_BY_NOTHING, CSM_BY_ACCOUNT, CSM_BY_ASSIGNEE, CSM_BY_GROUP, CSM_BY_MONTH, CSM_BY_PRIORITY,
	CSM_BY_SLA
};
/* By its word: "account", "assignee", ...; NULL and unknown words are CSM_BY_NOTHING. */
enum csm_sla_by csm_sla_by_named(const char *word);

struct csm_sla_group {
	const char *key;	/* number of the account, name of the group, "2024-03", ...; NULL: none */
	const char *name;	/* by account: its name; else NULL */
	/* breaches: of each kind, and the earliest due moment among them (CSM_TIME_MAX: there is none) */
	int64_t breached, late, soon, due;
	/* attainment: completed without and with breach, and how many of both were derived by a load */
	int64_t met, missed, imported;
};
/*
 * The rows of csm_sla_breaches() counted by group, nothing is marked. Groups by name or key, none last; in
 * arena a.
 */
int csm_sla_breach_groups(struct csm_store *s, const struct csm_breach_opts *o, enum csm_sla_by by,
			  struct csm_arena *a, struct csm_sla_group **groups, unsigned *n,
			  struct csm_err *err);

struct csm_attain_opts {
	int64_t from, to;	/* completed at or after from and before to; CSM_TIME_MIN, CSM_TIME_MAX: open */
	struct csm_filter *where; /* on type sla, or NULL */
	enum csm_sla_by by;
	const struct csm_zone *zone; /* of the months; NULL: UTC */
};
/*
 * How many completed SLAs were kept, by group; *all counts all of them. By month every month from the first
 * to the last has a row, of an interval with both ends every month of it. In arena a; in a past moment of the
 * records as they were.
 */
int csm_sla_attainment(struct csm_store *s, const struct csm_attain_opts *o, struct csm_arena *a,
		       struct csm_sla_group **groups, unsigned *n, struct csm_sla_group *all,
		       struct csm_err *err);
/* 100 * met / (met + missed) cut after two decimals, as text: "97.50"; NULL when none was completed. */
const char *csm_sla_percent(struct csm_arena *a, const struct csm_sla_group *g);

/*
 * The rules that a record is counted with, for people: "Fix v3, DE 9-17 v2, change 17". Versions are those of
 * the records; the change, which a record that a load stated does not have, covers spans and exceptions too.
 */
int csm_sla_rules(struct csm_store *s, const struct csm_rec *sla, struct csm_arena *a, const char **out,
		  struct csm_err *err);

/* The ledger of one SLA record: its intervals from start to end (or now), in order. */
struct csm_sla_line {
	int64_t start, end;
	const char *state; /* state of the case in the interval */
	const char *what; /* "counted", "paused", "closed", "holiday" */
	const char *note; /* name of the holiday, or why there is one sum; NULL */
	int64_t counted; /* business seconds counted in this interval */
	int64_t sum; /* running sum */
};
int csm_sla_explain(struct csm_store *s, const struct csm_rec *sla, int64_t now, struct csm_arena *a,
		    struct csm_sla_line **lines, unsigned *n, struct csm_err *err);

/*
 * Replay the history of cases and their tasks through the definitions and schedules of today, and make the stored SLA records
 * what comes of it. Only SLA records are written: a case keeps its version and updated_at. Records that a load stated are left
 * as they are; where history since would make them others, the case is refused unless they are to be derived. Inside a change.
 */
struct csm_repair_opts {
	bool named;			/* those in cases; else those of where */
	const int64_t *cases;		/* ids */
	size_t ncases;
	const struct csm_filter *where;	/* on type case; NULL: all */
	int64_t definition;		/* only SLAs of this definition; 0: of all */
	bool replay;			/* all: every history, not only of what an edit of the rules can have touched */
	bool derive;			/* SLA records that a load stated are derived anew from the moments of their task */
	bool announce;			/* breaches found of what has ended are reported as new ones are */
};
struct csm_repair_hit { /* an SLA record that changes */
	const struct csm_rec *task;	/* case or case task */
	const struct csm_rec *sla;	/* as it is now, or was when it is removed */
	const struct csm_rec *was, *now; /* NULL: it is created, removed */
};
struct csm_repair_sink {
	int (*each)(void *arg, const struct csm_repair_hit *hit, struct csm_err *err);
	void *arg;
	const struct csm_diag *diag;	/* hears of each case and task that is refused, and why */
};
struct csm_repair_sum {
	int64_t cases;			/* looked at */
	int64_t unchanged, changed, created, removed; /* SLA records */
	int64_t stated;			/* among the unchanged: as a load stated them */
	int64_t derived;		/* among the changed and created: from moments that a load stated */
	int64_t refused;		/* cases and tasks */
};
/* A case that is refused (a history that is not whole, the clock) holds up no other; CSM_NO when there was one. */
int csm_sla_repair(struct csm_store *s, const struct csm_repair_opts *o, const struct csm_repair_sink *sink,
		   struct csm_repair_sum *sum, struct csm_err *err);

/*
 * Attach a definition at once to the open records of its target_type that the condition `to` selects, as the
 * engine would at their next write: its conditions, contracts and retroactive start hold. A record of it that
 * runs is left as it is. Inside a change. CSM_E_REFUSED: it is not active; CSM_E_INVALID: the condition.
 */
struct csm_apply_hit {
	const struct csm_rec *task;	/* case or case task */
	const struct csm_rec *sla;	/* attached or opened again; NULL: none, see why */
	const char *why;		/* what stood against it */
	struct csm_sla_view view;	/* of sla */
};
struct csm_apply_sink {
	int (*each)(void *arg, const struct csm_apply_hit *hit, struct csm_err *err);
	void *arg;
};
int csm_sla_apply(struct csm_store *s, int64_t definition, const char *to, const struct csm_apply_sink *sink,
		  struct csm_err *err);

/* What SLA records would say with another schedule, duration or zone. Nothing is written. */
struct csm_whatif_opts {
	struct csm_filter *where;	/* on type sla; NULL: all */
	int64_t schedule;		/* as it is today; 0: what each record keeps */
	int64_t duration;		/* seconds; -1: that of each record */
	const char *time_zone;		/* where the schedule is floating; NULL: that of each record */
};
struct csm_whatif_figures {
	int64_t due;			/* CSM_TIME_MIN while paused */
	int64_t business_elapsed;
	bool breached;
};
struct csm_whatif_hit {
	const struct csm_rec *sla;
	struct csm_whatif_figures now, then; /* then: as it would be */
	bool known;			/* else there is no `then`: history does not tell its pauses, or it has no duration */
	bool relative;			/* its duration is relative and no other is given: it is left as it is */
};
struct csm_whatif_sum {
	int64_t slas, breached, then_breached, newly, no_longer; /* of those that are known */
	int64_t unknown;
};
/*
 * Each record by number, with its start, end and pauses as they were: business time, pauses included, is counted in the other
 * calendar, and the record breaches where the engine would have found it late. The hit is there until each() returns; arena a
 * for what goes away.
 */
int csm_sla_whatif(struct csm_store *s, const struct csm_whatif_opts *o, struct csm_arena *a,
		   int (*each)(void *arg, const struct csm_whatif_hit *hit, struct csm_err *err), void *arg,
		   struct csm_whatif_sum *sum, struct csm_err *err);

/* ---- outbox ---- */
/*
 * A message was sent: it keeps the moment. *done false: it was acknowledged before, and keeps the moment it
 * had. CSM_E_REFUSED, CSM_E_CONFLICT as csm_store_write().
 */
int csm_outbox_ack(struct csm_store *s, struct csm_rec *message, bool *done, struct csm_err *err);

/* ---- time passes ---- */
struct csm_tick_line {
	const char *job; /* "sla-breaches", "sla-milestones", "contract-dates", ... */
	int64_t done; /* records changed */
	int64_t refused; /* records that a rule or the clock did not let change */
	const char *detail; /* "3 SLAs marked as breached; 1 refused: case CS0000012: ...", never NULL */
};
/*
 * All jobs that time causes, idempotent. Inside a change as the system. In arena a. each is called once per
 * job. A record that is refused is left for the next time and holds up nothing else; CSM_NO when there was
 * one.
 */
int csm_tick(struct csm_store *s, struct csm_arena *a,
	     int (*each)(void *arg, const struct csm_tick_line *l, struct csm_err *err), void *arg,
	     struct csm_err *err);

#endif
