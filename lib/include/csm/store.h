/* SPDX-License-Identifier: MIT */
/*
 * csm/store.h - records in a database: SQL made from the dictionary, references, numbers, changes and history, access.
 *
 * A store is one connection with a dictionary, an actor and a clock. Reads need no transaction. Every write happens inside one change
 * (csm_store_begin ... csm_store_commit), which is one immediate transaction and one row of `changes`, like a commit. All writes of records,
 * from whatever command, go through csm_store_write() or csm_store_delete().
 */
#ifndef CSM_STORE_H
#define CSM_STORE_H

#include <csm/db.h>
#include <csm/dict.h>
#include <csm/filter.h>
#include <csm/record.h>

struct csm_store;
struct csm_write;

/* ---- what the world gives (nothing below cmd/ reads it by itself) ---- */
struct csm_pair {
	const char *name, *value;
};
struct csm_env {
	const struct csm_dict *dict;
	struct csm_arena *arena;	/* the command's arena */
	int64_t now;			/* the clock, seconds UTC */
	const char *as;			/* user asked for by --as, CSM_USER or configuration; NULL */
	const char *os_user;		/* name of the operating-system user */
	const char *command;		/* the command line as text, kept in the change */
	const char *on_behalf;		/* key of the contact or consumer for a customer's verb; NULL */
	const struct csm_pair *config;	/* -c name=value and configuration file, ended by name NULL; may be NULL */
	const char *tzdir;		/* zone files; NULL: /usr/share/zoneinfo */
	bool dry_run;			/* do everything, then roll back */
	bool backdate;			/* allow a clock before the record's last event */
	const struct csm_hook *hooks;	/* services (csm_svc_hooks()), ended by id NULL; may be NULL */
	struct csm_diag diag;		/* told of what is stored, but looks like a mistake ('w'); note may be NULL */
};

/* ---- the actor ---- */
enum csm_actor_kind { CSM_ACTOR_OWNER, CSM_ACTOR_INTERNAL, CSM_ACTOR_EXTERNAL, CSM_ACTOR_SYSTEM };
struct csm_actor {
	enum csm_actor_kind kind;	/* OWNER: there are no users yet, the file's owner is admin */
	int64_t user;			/* id in users, 0 none */
	int64_t contact, consumer;	/* external actor: who they are; 0 none */
	const char *name;		/* user_name, written to created_by, changes.actor */
	const char *time_zone;		/* NULL: none set */
};

/*
 * Open a store over db (not owned). Resolves the actor: env->as names a user (user_name, email), or a contact/consumer with user_name; unknown: CSM_E_PERM. Without
 * it the os_user mapped to users.user_name; no such user: while there are no users at all the actor is OWNER; else the actor is internal under the os name ("who can write the file
 * is trusted"). External actors are refused (CSM_E_PERM) until their rows and columns are restricted here.
 */
int csm_store_open(struct csm_store **out, struct csm_db *db, const struct csm_env *env, struct csm_err *err);
/*
 * The same connection for another command: actor, clock and what else env says are taken anew, and nothing that was read is trusted any
 * more. Between changes only. *env and what it points to live until the next call or the close.
 */
int csm_store_renew(struct csm_store *s, const struct csm_env *env, struct csm_err *err);
void csm_store_close(struct csm_store *s);
void csm_store_closep(struct csm_store **s);

const struct csm_env *csm_store_env(const struct csm_store *s);
const struct csm_actor *csm_store_actor(const struct csm_store *s);
struct csm_db *csm_store_db(struct csm_store *s);
const struct csm_dict *csm_store_dict(const struct csm_store *s);
int64_t csm_store_now(const struct csm_store *s);
struct csm_arena *csm_store_arena(struct csm_store *s);	/* lives as long as the store */

/* A setting: env->config, else the database's `setting` record, else the row's default. By kind. */
int csm_store_setting(struct csm_store *s, const char *name, struct csm_value *out, struct csm_err *err);
bool csm_store_setting_bool(struct csm_store *s, const char *name);
int64_t csm_store_setting_int(struct csm_store *s, const char *name);	/* int, duration, decimal (scaled) */
const char *csm_store_setting_text(struct csm_store *s, const char *name);

/* ---- reading ---- */
/* A record by id; *out NULL when there is none (CSM_OK). Values in arena a. */
int csm_store_get(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a, struct csm_rec **out, struct csm_err *err);
/* The same to look at, from a small cache: valid until the next look-up or write through the store. */
int csm_store_peek(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_rec **out, struct csm_err *err);
/* One field of a record, text in arena a; null when there is no such record. Cheaper than the whole of it. */
int csm_store_value(struct csm_store *s, const struct csm_rtype *t, int64_t id, int field, struct csm_arena *a,
		    struct csm_value *out, struct csm_err *err);
/* As csm_store_get(), but a missing one is CSM_E_NOTFOUND. */
int csm_store_need(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a, struct csm_rec **out, struct csm_err *err);

/*
 * The id of the record that text names: a number in the type's form, "external_id", or any single CSM_F_KEY field (e-mail of a contact,
 * user_name, name); as last resort the CSM_F_TITLE field where exactly one record has it. "me" for type user. CSM_E_NOTFOUND (with near keys as a hint), CSM_E_CONFLICT when ambiguous, with the
 * candidates' numbers. hint: *id is 0 on failure.
 */
int csm_store_find(struct csm_store *s, const struct csm_rtype *t, const char *text, int64_t *id, struct csm_err *err);

/* The ids (at most max; *n counts all) of records whose fields equal the values: for composite keys. */
int csm_store_match(struct csm_store *s, const struct csm_rtype *t, const int *fields, const struct csm_value *values, unsigned nfields,
		    int64_t *ids, unsigned max, unsigned *n, struct csm_err *err);

/* How a record is referred to: its number, or its key field's value ("#id" if it has none). In arena a. NULL record: NULL. */
int csm_store_key(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a, const char **out, struct csm_err *err);

/* A field's value as text for documents and lists: references as keys, lists of references as "k1,k2". NULL when null. */
int csm_store_text(struct csm_store *s, const struct csm_rec *r, int field, struct csm_arena *a, const char **out, struct csm_err *err);

/* Give a field a value from text: references by key, lists, everything else by csm_field_parse. "" clears. Marks the field as given. */
int csm_store_set(struct csm_store *s, struct csm_rec *r, int field, const char *text, struct csm_err *err);
/* The same with a text that lives as long as the record: it is not copied. */
int csm_store_take(struct csm_store *s, struct csm_rec *r, int field, const char *text, struct csm_err *err);

/* A path such as account.name resolved on a type once, then read on many records. */
struct csm_path {
	const struct csm_rtype *type;	/* where it starts */
	int field[CSM_MAX_PATH];
	unsigned n;
	const struct csm_field *last;
	bool many;			/* the last step but one is a list of references */
	const char *text;		/* as written */
};
int csm_path_parse(struct csm_arena *a, const struct csm_dict *d, const struct csm_rtype *t, const char *text, struct csm_path *out,
		   struct csm_err *err);
/*
 * The record and field the path ends at (cached look-ups); *rec NULL when a reference on the way is null. Of a
 * path through a list of references (path->many) the record that has the list: csm_store_list_text() reads on.
 */
int csm_store_follow(struct csm_store *s, const struct csm_rec *r, const struct csm_path *p, struct csm_arena *a, const struct csm_rec **rec,
		     struct csm_err *err);

/* The last field of a path through a list, on each record of the list that has it: "a@x,b@x". NULL when none has. */
int csm_store_list_text(struct csm_store *s, const struct csm_rec *at, const struct csm_path *p, struct csm_arena *a,
			const char **out, struct csm_err *err);

/* Filters: parse with this store's clock, actor and keys; evaluate with this store's records. */
int csm_store_filter(struct csm_store *s, const struct csm_rtype *t, const char *text, struct csm_arena *a, struct csm_filter **out,
		     struct csm_err *err);
/*
 * A condition that a record keeps in a field, about records of type t; *out NULL when it is null. It names records by their keys: where these are called
 * otherwise by now, or are gone, it means those that were called so when the record was written last.
 */
int csm_store_condition(struct csm_store *s, const struct csm_rec *r, int field, const struct csm_rtype *t, struct csm_arena *a,
			struct csm_filter **out, struct csm_err *err);
int csm_store_eval(struct csm_store *s, const struct csm_filter *f, const struct csm_rec *r, bool *out, struct csm_err *err);

/* A query over one type. All members may be zero. */
struct csm_query {
	const struct csm_filter *where;
	const char *sort;		/* "priority,-opened_at,account.name"; NULL: the type's own order */
	int64_t limit;			/* 0: all */
	const int *columns;		/* fields wanted, NULL all; ends with -1 (others stay null) */
};
struct csm_cursor;
int csm_store_select(struct csm_store *s, const struct csm_rtype *t, const struct csm_query *q, struct csm_arena *a, struct csm_cursor **out,
		     struct csm_err *err);
/* The next record in arena a (may be rewound by the caller between calls); *out NULL at the end. */
int csm_cursor_next(struct csm_cursor *c, struct csm_arena *a, struct csm_rec **out, struct csm_err *err);
/*
 * The same without a copy, for who reads a million of them: the record is the cursor's own, its texts are the engine's, and both are good until
 * the next call. Fields that were not asked for, computed ones and the old values are null. Its values may be changed; it is not to be written.
 */
int csm_cursor_view(struct csm_cursor *c, struct csm_rec **out, struct csm_err *err);
void csm_cursor_close(struct csm_cursor *c);
void csm_cursor_closep(struct csm_cursor **c);
int csm_store_count(struct csm_store *s, const struct csm_rtype *t, const struct csm_filter *where, int64_t *n, struct csm_err *err);
/*
 * Fill the fields of a record read for somebody to see that depend on the clock (CSM_F_COMPUTED but number, CSM_F_LIVE): the type's compute hook, with this store's clock. A record that was filled so is not to be written.
 */
int csm_store_compute(struct csm_store *s, struct csm_rec *r, struct csm_err *err);
/*
 * A page of the records of t whose field refers to id, ordered by id: at most max (> 0) of those whose id is higher than after. *more: there
 * may be others behind them. For who reads them one after the other, in memory that does not grow with their number.
 */
int csm_store_children_after(struct csm_store *s, const struct csm_rtype *t, int field, int64_t id, int64_t after, unsigned max,
			     struct csm_arena *a, struct csm_rec ***out, unsigned *n, bool *more, struct csm_err *err);
/* All records of t whose field refers to id, ordered by id: owned children, related records. */
int csm_store_children(struct csm_store *s, const struct csm_rtype *t, int field, int64_t id, struct csm_arena *a, struct csm_rec ***out,
		       unsigned *n, struct csm_err *err);
/* Who refers to a record: called once for every type and field with at least one reference, with their number and the first key. */
int csm_store_referrers(struct csm_store *s, const struct csm_rtype *t, int64_t id,
			int (*each)(void *arg, const struct csm_rtype *from, int field, int64_t count, int64_t first_id), void *arg,
			struct csm_err *err);

/* ---- reading the past ---- */
#define CSM_STORE_PRESENT INT64_C(-1)
/*
 * The last change at or before a moment; 0: none. Where clocks were not in order (--now, --backdate) every change up to the answer that is later
 * than the moment counts as a miss, and so does every one after it that is not: the answer is the one with the fewest, of such the last. So one change that
 * was backdated does not bring the later ones into the past, and one whose clock was ahead does not hide what came after it.
 */
int csm_store_change_at(struct csm_store *s, int64_t at, int64_t *change, struct csm_err *err);
/*
 * From here on csm_store_get, need, find, match, children, follow, key, text, filter and eval read records as they were after that change (0: before the first), and so do the
 * services that are made of them: one that did not exist is not there, one that was deleted since is. CSM_STORE_PRESENT (or anything negative) returns to the
 * present. It can be set while a change is open, to look and go back: nothing can be written, begun, selected or counted in the
 * past (CSM_E_INTERNAL). The history of a record ends there, and csm_store_change() says what was undone then; settings, the actor, the log and
 * whole changes are never of the past. Records read before keep their values; csm_store_slot() has slots
 * of its own for each moment. A past change is what history says of it: one that is not the last is read at the cost of what happened to the record since.
 */
int csm_store_as_of(struct csm_store *s, int64_t change, struct csm_err *err);
/* What csm_store_as_of() set: to be put back by who sets another for a while. */
int64_t csm_store_moment(const struct csm_store *s);
/*
 * The ids of records of type t that changes after `change` created, changed or deleted, the change being written included: ascending, each once, in arena a.
 * What is not among them is now what it was then.
 */
int csm_store_touched(struct csm_store *s, const struct csm_rtype *t, int64_t change, struct csm_arena *a, int64_t **ids, size_t *n,
		      struct csm_err *err);
/* Runs of ids of type t that changes before one created, in the order of the changes, in arena a. */
struct csm_run {
	int64_t first, last;
};
int csm_store_created(struct csm_store *s, const struct csm_rtype *t, int64_t before, struct csm_arena *a, struct csm_run **runs, size_t *n,
		      struct csm_err *err);
/* The next run of a text such as "5,7-9"; *at moves past it. False at the end, and where the text is no such list. */
bool csm_run_next(const char **at, struct csm_run *out);
/* Add a number that is larger than all in the text. */
void csm_run_add(struct csm_buf *b, int64_t id);
/* The changes that touched any record of type t, the one being written included, ascending, in arena a. */
int csm_store_changes_of(struct csm_store *s, const struct csm_rtype *t, struct csm_arena *a, int64_t **changes, size_t *n,
			 struct csm_err *err);

/* ---- writing ---- */
/* Begin the one change of a command. CSM_E_BUSY, CSM_E_PERM. */
int csm_store_begin(struct csm_store *s, struct csm_err *err);
/* From here to its end the change is the system's (csm tick): actor "system", moves of CSM_WHO_SYSTEM, never undone by the bare form. */
void csm_store_as_system(struct csm_store *s);
/*
 * End it: hash, the `changes` row, COMMIT (or ROLLBACK with dry_run). A change in which nothing was written leaves no row (*change 0). change may be NULL.
 */
int csm_store_commit(struct csm_store *s, int64_t *change, struct csm_err *err);
void csm_store_rollback(struct csm_store *s);
/*
 * A savepoint of the open change, one at a time, between writes; not in a load that has left out indexes (CSM_E_INTERNAL). What is written after it is
 * kept by csm_store_release(), or taken back by csm_store_rollback_to(), also what failed half-way: the change can be committed then. Either ends it.
 * Records in the caller's memory stay as they are. csm_db_savepoint() would leave the store knowing what is not there.
 */
int csm_store_savepoint(struct csm_store *s, struct csm_err *err);
int csm_store_release(struct csm_store *s, struct csm_err *err);
int csm_store_rollback_to(struct csm_store *s, struct csm_err *err);
bool csm_store_writing(const struct csm_store *s);
/* The number that the change being written will have, if anything is written; 0: none is open. */
int64_t csm_store_change_number(const struct csm_store *s);
/* Whether a write of the change failed half-way, so that it can't be committed; what failed before its first row leaves it whole. */
bool csm_store_failed(const struct csm_store *s);

enum csm_write_mode {
	CSM_WRITE_NORMAL,	/* a person or the engine acts: moves, guards and effects run */
	CSM_WRITE_IMPORT	/* the record is stated as it is: any state and moments; no moves, consumption, notifications */
};

/* A new record of t with defaults, to be filled and written. */
int csm_store_new(struct csm_store *s, const struct csm_rtype *t, struct csm_arena *a, struct csm_rec **out, struct csm_err *err);

/*
 * The write path: access, validate, derive, lifecycle, row, history, hooks. Inserts (r->stored false; r->id 0: the next id; else that id is claimed) or updates
 * what changed (nothing changed: CSM_OK, no history). Sets r->id, r->stored, r->old. if_version < 0: not checked.
 *  CSM_E_INVALID  a value or a needed field; CSM_E_REFUSED a rule; CSM_E_CONFLICT key taken, stale version; CSM_E_NOTFOUND reference gone.
 * In NORMAL mode fields that are READONLY or BYVERB and were given (csm_rec_given) are refused, and the clock may not stand before updated_at unless env->backdate.
 */
int csm_store_write(struct csm_store *s, struct csm_rec *r, enum csm_write_mode mode, int64_t if_version, struct csm_err *err);

/*
 * Run a lifecycle verb on a record: chooses the move by state and who (the actor; with env->on_behalf a customer), runs its guard, checks needs, applies sets
 * and effect, writes the row and the journal row of its text. Refused: CSM_E_REFUSED with the verbs that are allowed.
 */
int csm_store_move(struct csm_store *s, struct csm_rec *r, const char *verb, const char *text, int64_t if_version, struct csm_err *err);

/*
 * Delete a record and what it owns. Refused (CSM_E_REFUSED) while others refer to it by a RESTRICT reference; the message says which
 * and how many; CLEAR references are emptied. The after hook of each record that went runs with remove set, event CSM_HOOK_DELETE.
 */
int csm_store_delete(struct csm_store *s, struct csm_rec *r, int64_t if_version, struct csm_err *err);

/* ---- hooks: what rows can't say. Registered by lib/svc, named in the rows by id. ---- */
enum csm_hook_event { CSM_HOOK_DERIVE, CSM_HOOK_CHECK, CSM_HOOK_GUARD, CSM_HOOK_EFFECT, CSM_HOOK_AFTER, CSM_HOOK_DELETE, CSM_HOOK_COMPUTE,
	/* AFTER of a CSM_T_LOG type: a change that touched it is taken back, or is in force again */
	CSM_HOOK_UNDONE };
struct csm_write {
	struct csm_store *store;
	struct csm_rec *rec;		/* rec->old: as it was (all null on insert) */
	bool insert, remove;		/* else update */
	enum csm_write_mode mode;
	bool sla_stated;		/* IMPORT: the load has SLA records of its own; none are derived */
	bool announce;			/* IMPORT: breaches that are past already are reported as new ones are */
	uint64_t given[2];		/* AFTER in a load: bit a CSM_F_DERIVED field that it stated */
	const struct csm_move *move;	/* the move being run, or NULL */
	const char *text;		/* the move's text option, or NULL */
	bool kept;			/* UNDONE: records stay as they were (CSM_UNDO_KEEP) */
	enum csm_hook_event event;
};
struct csm_hook {
	const char *id;			/* "case.derive" */
	int (*fn)(struct csm_write *w, struct csm_err *err);
};
/*
 * Per-store memory of services (compiled calendars, SLA definitions): a slot by the address of its key; *made tells that it is new and zeroed. close (may be NULL) runs when
 * the store closes. Slots are cleared when a record of a type of section "agreements" is written (their contents may be stale): drop is called then, NULL: kept.
 */
void *csm_store_slot(struct csm_store *s, const void *key, size_t size, void (*drop)(void *slot), bool *made);

/* ---- changes ---- */
struct csm_change {
	int64_t id, at;
	const char *actor, *on_behalf, *command;
	int64_t undoes, undone_by;	/* 0: none */
	const char *undoes_also;	/* undoes is the last of several: runs of the others, "5,7-9" (csm_run_next); NULL */
	int64_t kept;			/* of an undo (CSM_UNDO_KEEP): records that it left as they were; they can be taken back later */
	const char *hash, *parent_hash;
};
struct csm_history {
	int64_t id, change, seq;
	const struct csm_rtype *type;
	int64_t record, last_record;	/* a run of created records has last_record > record */
	char op;			/* 'c' create, 'u' update, 'd' delete */
	bool stated;			/* by a load (CSM_WRITE_IMPORT), not by what its hooks did */
	const char *diff;		/* JSON: {"field": [old, new]} for u; {"field": old} for d; NULL for c */
};
/*
 * Changes newest first; a record (t, id) or NULL/0 for all; limit 0 all. each returns non-CSM_OK to stop with it. The log of a record has
 * the changes of rows it owns too (a comment is in the log of its case).
 */
int csm_store_log(struct csm_store *s, const struct csm_rtype *t, int64_t id, int64_t limit,
		  int (*each)(void *arg, const struct csm_change *c, struct csm_err *err), void *arg, struct csm_err *err);
int csm_store_change(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_change *out, struct csm_err *err);
/* The history rows of a change, or of one record (change 0), oldest first. */
int csm_store_history(struct csm_store *s, int64_t change, const struct csm_rtype *t, int64_t id,
		      int (*each)(void *arg, const struct csm_history *h, struct csm_err *err), void *arg, struct csm_err *err);
/* The history rows of all changes after one (0: all), oldest first; of those that were committed. */
int csm_store_since(struct csm_store *s, int64_t change, int (*each)(void *arg, const struct csm_history *h, struct csm_err *err), void *arg,
		    struct csm_err *err);
/* The diff of a history row as fields with values: each(field, old, new) in field order. Secrets are shown as "(secret)". */
int csm_history_fields(struct csm_store *s, const struct csm_history *h, struct csm_arena *a,
		       int (*each)(void *arg, int field, const struct csm_value *was, const struct csm_value *now, struct csm_err *err), void *arg,
		       struct csm_err *err);
/* The same of a change without what created and deleted records held (diff NULL); deletions of a type in sequence are one row, record .. last_record. */
int csm_store_outline(struct csm_store *s, int64_t change,
		      int (*each)(void *arg, const struct csm_history *h, struct csm_err *err), void *arg, struct csm_err *err);
/*
 * Undo a change inside the current change (csm_store_begin). id 0: the actor's own last change that is not undone, never the system's. Refused with CSM_E_CONFLICT when later
 * changes touched the same fields or refer to created records: each conflict goes to diag. *undone: its id.
 * The bare form walks back: it passes over undone changes and over undos. An undo can be undone by its id; what it had undone is
 * in force again then. What an undone change and its undo did to a record is no conflict.
 */
int csm_store_undo(struct csm_store *s, int64_t id, int64_t *undone, const struct csm_diag *diag, struct csm_err *err);

enum csm_undo_mode {
	CSM_UNDO_REFUSE,	/* any conflict: nothing is done */
	/*
	 * All that the change did: fields go back whatever they are by now, created records go though they were changed, with what they
	 * own by now, and references to them are emptied where they may be. Refused still: a reference that may not be empty
	 * (CSM_ON_RESTRICT), a key that another record has by now.
	 */
	CSM_UNDO_FORCE,
	/*
	 * Records in conflict stay as they are, each as a whole; so do, among what the change created, those they refer to and those
	 * they own. The rest is taken back. Nothing else may have been written in the current change: it may be begun anew.
	 */
	CSM_UNDO_KEEP
};
struct csm_undo_opts {
	int64_t id;			/* the change, as for csm_store_undo() */
	const char *ids;		/* runs of changes to be taken back in one, the last first ("5,7-9"); NULL: id */
	enum csm_undo_mode mode;
	struct csm_diag diag;		/* 'e': a conflict that refuses the undo; 'w': what stays, or can't come back */
};
/*
 * The same in three modes, and of several changes. *undone: its id, the last of several. History of the current change is complete after it
 * (csm_store_outline). A change of which an undo kept records may be taken back again: it is about those records then.
 * Records of CSM_T_LOG types stay; the after hook of those that the changes touched runs with event CSM_HOOK_UNDONE.
 */
int csm_store_take_back(struct csm_store *s, const struct csm_undo_opts *o, int64_t *undone, struct csm_err *err);
/*
 * Recompute the hash chain, then hold every stored record against its history (diffs taken back must give the digest of its creation).
 * Findings to diag; CSM_OK or CSM_NO.
 */
int csm_store_verify(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err);

/* ---- rows, schema and data against each other ---- */
/* The schema as it should be by the rows, compared with the database's tables; findings to diag. */
int csm_store_check_schema(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err);
/* Every stored value against its row (choices, bounds, text, required, references, unique keys, states); findings to diag. */
int csm_store_check_data(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err);
/* Expected columns of a type as SQL (for people and for the PostgreSQL check). In arena a. */
const char *csm_store_ddl(struct csm_arena *a, const struct csm_dict *d, const struct csm_rtype *t);
/* Every SQL text the store makes for a type and verb, one call each, for the check that another engine can prepare them. */
int csm_store_statements(struct csm_store *s, int (*each)(void *arg, const char *name, const char *sql), void *arg, struct csm_err *err);

/* ---- big loads ---- */
/*
 * In IMPORT mode csm_store_write() does not run the type's `after` hook; the load calls this once for each record it wrote, when all are in. Runs `after` with mode IMPORT.
 * load: its members insert, sla_stated, announce and given are handed to the hook.
 */
int csm_store_imported(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_write *load, struct csm_err *err);
/* The same for a record as csm_store_write() just left it, where nothing else of the load is to be waited for. */
int csm_store_imported_now(struct csm_store *s, struct csm_rec *r, const struct csm_write *load, struct csm_err *err);
/* From now to the end of the change the rows of new records may be kept back, so that many go in at once: for a load. */
int csm_store_gather(struct csm_store *s, struct csm_err *err);
/* Whether they are inserted by another thread: what is asked of the database waits for it, so it is better asked for many records at once. */
bool csm_store_writer(const struct csm_store *s);
/*
 * About to write n new records of a type inside the change; of what they refer to first. Where they are many (5,000, and a third of what is stored or more; an eighth where that is 100,000),
 * references are looked at once at the end, and the indexes that are not unique and begin with one of the fields are dropped until the end of the load, at the
 * latest until the commit, but for references to a type with few records; one that a look-up needs comes back by itself. fields: bits of the fields
 * that the records have and that come in no order, NULL: all. No cursor may be open.
 */
int csm_store_bulk(struct csm_store *s, const struct csm_rtype *t, int64_t n, const uint64_t fields[2], struct csm_err *err);
/*
 * A record is about to be looked for by fields that need not have an index: where that happens often in this change, and the table is not
 * small, there is one until its end.
 */
int csm_store_key_index(struct csm_store *s, const struct csm_rtype *t, const int *fields, unsigned n, struct csm_err *err);
int csm_store_bulk_end(struct csm_store *s, struct csm_err *err);
/* Whether the table is known to have had no row when the open change began: nobody ever had a number of it. */
bool csm_store_was_empty(struct csm_store *s, const struct csm_rtype *t);
/* Take n ids at once from the type's counter; *first is the first of them. */
int csm_store_take_ids(struct csm_store *s, const struct csm_rtype *t, int64_t n, int64_t *first, struct csm_err *err);
/* From here on the ids that are given to new records are higher than id; records that state one up to it may come all the same. */
int csm_store_pass_id(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_err *err);

#endif
