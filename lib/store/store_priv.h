/* SPDX-License-Identifier: MIT */
/* store_priv.h - what the files of lib/store share. */
#ifndef CSM_STORE_PRIV_H
#define CSM_STORE_PRIV_H

#include <inttypes.h>
#include <string.h>

#include <csm/hash.h>
#include <csm/store.h>

/* One record's place among the cached look-ups of csm_store_follow (direct mapped, small). */
#define STORE_CACHE 64
#define STORE_WROTE 64
#define STORE_KNOWN 1024
#define STORE_FACTS 256
#define STORE_SLOTS 64			/* a power of two */

struct store_slot {
	const void *key;
	void *p;
	size_t size;
	void (*drop)(void *slot);
	bool fresh;			/* zeroed, not handed out since */
	int64_t moment;			/* csm_store_moment() it belongs to */
	struct store_slot *next;
};

/* What a field's row says. */
struct store_field {
	uint32_t mark;			/* what stands for it in a digest, low two bits 0; 0: nothing does */
	const char *key;		/* ,"name": as a member of an object behind others */
	size_t nkey;
	bool needed;			/* never null, and given by somebody else than the store */
	int64_t low, high;		/* as csm_field_range() says */
	const struct csm_rtype *target;	/* of a reference or a list of them; NULL: no type has the name */
};

/* Fields that together are a key. */
#define STORE_SET_MAX 8
struct store_set {
	const char *list;		/* "account,name" */
	unsigned n;
	int fields[STORE_SET_MAX];
};

/* What the rows of a type say, worked out once (facts.c). Lists of fields end with -1. */
struct store_facts {
	const struct csm_rtype *type;
	unsigned index;			/* in the dictionary; its ntypes for a type that is not of it */
	int state, active;		/* fields of the lifecycle; -1: none */
	uint64_t watched[2];		/* fields that are not given or changed freely: read-only, by verb, immutable */
	int number;			/* field made of prefix and id; -1: none */
	bool setting, agreement;	/* writing one makes settings, or what services keep in slots, stale */
	const int *refs, *owners;	/* references and lists of them that are stored; those to an owner */
	const struct store_set *sets;	/* each stored key, then the sets that are unique together */
	unsigned nsets;
	struct store_field field[];	/* of each field */
};

/* What a change knows of one type. */
struct store_counter {
	int64_t next, stored;		/* the next id to give, and as the database has it; 0: not read yet */
	int64_t taken_first, taken_last; /* ids given in a block to the caller: his to use without a look */
	int64_t run_first, run_last;	/* run of created records not yet in history; 0 none */
	struct csm_blake2b run_digest;	/* of the rows of the run */
	bool run_stated;		/* they were stated by a load */
	bool written;			/* some record of the type was, in the change */
	int64_t coming;			/* new records that csm_store_bulk() was told of */
};

/* A record whose write or move is going on: hooks may write it again, through the same or another object. */
struct store_frame {
	struct csm_rec *rec;
	struct csm_value *stored;	/* in the after hook: what the row holds, while rec->old is as before */
	struct csm_value *given_old;	/* rec->old as it came, put back at the end */
	bool touched;			/* the row was written through another object */
	struct store_frame *up;
};

/* Rows that were looked up for one field (unfilled.c). */
struct store_looks {
	const struct csm_rtype *type;	/* NULL: free */
	int field;
	int64_t times;
	int64_t rows;			/* at most so many are in the table */
	bool done, unfilled;		/* all of them were looked at; none has a value */
};

/* The change being written. */
struct store_change {
	bool open;
	bool failed;			/* a write failed half-way: commit is refused */
	bool system;			/* written as the system (tick) */
	bool stated;			/* the record being written is stated by a load */
	int64_t id;
	int64_t seq;			/* history rows so far */
	int64_t history;		/* last id of history; -1: not read yet */
	int64_t writes;			/* rows written so far */
	char parent_hash[65];
	struct csm_blake2b rows;	/* running digest of the history rows; seq 0: not begun */
	struct store_counter *types;	/* by type index */
	struct csm_arena *tmp;		/* of the change; used with marks */
	struct store_keys *keys;	/* that were written or missed; NULL: none was */
	struct store_looks looks[32];	/* of as many fields (unfilled.c) */
	struct store_dropped *dropped;	/* indexes that are made again before the end (bulk.c) */
	struct store_keyed *keyed;	/* and those that are there only until then (key_index.c) */
	bool unchecked;			/* the engine lets references be */
	bool loose;			/* it did: what was written is looked at at the end (settle.c) */
	struct store_frame *frames;	/* innermost first */
	int64_t undoes;			/* change that this one takes back, 0 none; the last of several */
	const char *undoes_also;	/* runs of the others, in tmp; NULL: none */
	int64_t kept;			/* records that it left as they were */
	struct csm_actor actor;		/* as it was before csm_store_as_system() */
	unsigned depth;			/* writes inside hooks of writes */
	struct store_point *point;	/* how it was at its savepoint (point.c); NULL: it had none yet */
	bool pointed;			/* it is at one */
};

struct csm_store {
	struct csm_db *db;		/* not owned */
	struct csm_env env;
	struct csm_actor actor;
	struct csm_arena *arena;	/* the store's own; freed on close */
	struct store_change change;
	struct store_slot *slots;
	struct store_slot *slot_last[STORE_SLOTS];	/* asked for last, by the address of the key; NULL: none */
	struct csm_arena *cache_arena;	/* records of csm_store_follow and csm_store_peek */
	struct {
		const struct csm_rtype *type;
		int64_t id;
		struct csm_rec *rec;
	} cache[STORE_CACHE];
	struct store_insertion *insertions;	/* by type index (insert.c); NULL: nothing was inserted */
	const char ***sql;		/* generated texts: sql[type index][verb], made on first use in arena */
	struct store_made *made[64];	/* generated texts by type, shape and fields (sqlgen.c) */
	struct store_known {
		const struct csm_rtype *type;
		int64_t id;
		struct csm_value changed;	/* its updated_at, null: not seen */
	} known[STORE_KNOWN];		/* rows that are there: nothing was deleted since they were seen */
	struct store_known wrote[STORE_WROTE];	/* those just written, which come and go much faster */
	unsigned cached;		/* records loaded into cache_arena since it was emptied */
	uint64_t cached_types;		/* bits of the types of which there may be some */
	struct csm_value *settings;	/* by index of the dictionary's settings; NULL: not read yet */
	struct csm_arena *settings_arena;
	struct {
		const char *id;
		const struct csm_hook *hook;
	} hooks[128];			/* found so far, by the address of the id */
	const struct store_facts *facts[STORE_FACTS];	/* by a hash of the type's address */
	struct csm_value **defaults;	/* of a new record: [type index][field], made on first use in arena */
	struct store_past *past;	/* records are read as they were then; NULL: as they are */
	struct store_past *pasts;	/* moments read so far, in past_arena */
	struct csm_arena *past_arena;
	struct csm_vec *past_undos;	/* which change undid which, newest first; NULL: not read */
};

/* ---- sqlgen.c: the SQL of the generic verbs, from the rows; texts live in s->arena and are made once ---- */
enum store_sql {
	STORE_SQL_GET,			/* all stored columns WHERE id = $1 */
	STORE_SQL_DELETE,		/* WHERE id = $1 */
	STORE_SQL__N
};
const char *store_sql(struct csm_store *s, const struct csm_rtype *t, enum store_sql verb);
/* Of the id and the fields, which end with -1, as $1 and so on; made anew each time. */
const char *store_sql_insert(struct csm_arena *a, const struct csm_rtype *t, const int *fields);
/* UPDATE of the fields whose bit is set in mask[2]; parameters: the fields in order, then id, then old version. Kept per mask in the arena. */
const char *store_sql_update(struct csm_store *s, const struct csm_rtype *t, const uint64_t mask[2]);
/* The other shapes; each text is made once and kept, so that csm_db_kept() finds its statement by address. */
const char *store_sql_exists(struct csm_store *s, const struct csm_rtype *t);		/* id WHERE id = $1 */
const char *store_sql_value(struct csm_store *s, const struct csm_rtype *t, int field);	/* id, the field WHERE id = $1 */
const char *store_sql_filled(struct csm_store *s, const struct csm_rtype *t, int field); /* a row where the field is not null */
const char *store_sql_first(struct csm_store *s, const struct csm_rtype *t);		/* id of any row */
const char *store_sql_by(struct csm_store *s, const struct csm_rtype *t, int field);	/* row as GET, WHERE field = $1 ORDER BY id */
/* The index that a load has for itself (key_index.c). */
const char *store_key_index_ddl(struct csm_arena *a, const struct csm_rtype *t, const char *name, const int *fields, unsigned n);
const char *store_sql_after(struct csm_store *s, const struct csm_rtype *t, int field);	/* those with id > $2, $3 of them */
const char *store_sql_ids(struct csm_store *s, const struct csm_rtype *t, int field);	/* id WHERE field = $1 ORDER BY id */
/* id WHERE every field = $n, or IS NULL where its bit in nulls is set. At most 8 fields. */
const char *store_sql_match(struct csm_store *s, const struct csm_rtype *t, const int *fields, unsigned n, uint64_t nulls);
/* id WHERE any field = $n ORDER BY id LIMIT 7. At most 8 fields. */
const char *store_sql_any(struct csm_store *s, const struct csm_rtype *t, const int *fields, unsigned n);
/* count, first id WHERE field refers to $1 (a list: contains the text $1). */
const char *store_sql_refs(struct csm_store *s, const struct csm_rtype *t, int field);
const char *store_sql_near(struct csm_store *s, const struct csm_rtype *t, int field);	/* field BETWEEN $1 AND $2 LIMIT 50 */
/* ", column" (money: two), and "id, columns of all stored fields"; alias "" or the table's alias. */
void store_add_field(struct csm_buf *b, const char *alias, const struct csm_field *f);
void store_add_columns(struct csm_buf *b, const char *alias, const struct csm_rtype *t);
/* ---- sqlddl.c ---- */
const char *store_on_delete(const struct csm_field *f);		/* "RESTRICT", "SET NULL", "CASCADE" */
bool store_wants_index(const struct csm_field *f);		/* one of its own, not unique */

/* ---- sqlcheck.c: in arena a, not kept ---- */
const char *store_sql_dangling(struct csm_arena *a, const struct csm_rtype *t, int field, const struct csm_rtype *target);
/* A value of the field that no record of target has as id, if there is one: from the index of the field alone. few: it has few values. */
const char *store_sql_loose(struct csm_arena *a, const struct csm_rtype *t, int field, const struct csm_rtype *target, bool few);
const char *store_sql_doubles(struct csm_arena *a, const struct csm_rtype *t, const char *set);	/* set: "account,name" */
const char *store_sql_last_id(struct csm_arena *a, const struct csm_rtype *t);

/* ---- sqlselect.c ---- */
/* A query as SQL. fields: the fields read, in the order of the columns after id, ended by -1; count: their number only. */
struct store_select {
	const char *sql;
	struct csm_value *binds;
	unsigned nbinds;
	int *fields;
	bool recheck;			/* rows are to be asked again by csm_filter_eval; the limit is left to the caller then */
};
int store_sql_select(struct csm_store *s, struct csm_arena *a, const struct csm_rtype *t, const struct csm_query *q, bool count,
		     struct store_select *out, struct csm_err *err);

/* The condition of a query on its way to SQL (sqlwhere.c). */
struct store_join {
	const char *from, *alias;	/* alias of the table that has the reference, and of its target */
	int field;
};
struct store_render {
	struct csm_store *store;
	struct csm_arena *arena;
	const struct csm_rtype *type;	/* its table has the alias t */
	struct csm_buf from, where;	/* joins so far; condition */
	struct csm_vec binds;		/* struct csm_value */
	struct csm_vec joins;		/* struct store_join */
	unsigned depth;
	bool recheck;			/* the condition lets too much through */
};
void store_render_init(struct store_render *w, struct csm_store *s, struct csm_arena *a, const struct csm_rtype *t);
int store_render(struct store_render *w, const struct csm_filter *f, bool negated, struct csm_err *err);
/* The column a path ends at, joining as needed; NULL for a field that has none. */
int store_render_path(struct store_render *w, const int *path, unsigned n, const char **column, struct csm_err *err);

/* like.c: a LIKE pattern, with ESCAPE '!', on lower(text), for a folded glob: lets through at least as much; NULL: everything. */
const char *store_like(struct csm_arena *a, const char *glob);

/* "name" or "\"end\"" when the name is a reserved word. */
const char *store_ident(struct csm_arena *a, const char *name);
/* Whether field i has columns of its own in the table (not computed). */
static inline bool store_has_column(const struct csm_rtype *t, int field)
{
	return !(t->fields[field].flags & CSM_F_COMPUTED);
}

/* ---- facts.c ---- */
/* Lives as long as the store. */
const struct store_facts *store_facts_find(struct csm_store *s, const struct csm_rtype *t);
static inline size_t store_facts_place(const struct csm_rtype *t)
{
	return (((uintptr_t)t >> 4) * UINT32_C(2654435761) >> 8) % STORE_FACTS;
}
/* The same; nearly always at the first place looked at. */
static inline const struct store_facts *store_facts(struct csm_store *s, const struct csm_rtype *t)
{
	const struct store_facts *f = s->facts[store_facts_place(t)];

	return f && f->type == t ? f : store_facts_find(s, t);
}

/* ---- read.c ---- */
/* Read one row of a statement whose columns are id and then the stored columns of all fields, from column 0. */
struct csm_rec *store_read_row(const struct csm_rtype *t, struct csm_stmt *st, struct csm_arena *a);
/* The first row of a kept text: its first column, 0 if there is none; whether there is one; the record, or NULL. */
int store_first_int(struct csm_store *s, const char *sql, const struct csm_value *v, int n, int64_t *out,
		    struct csm_err *err);
int store_any_row(struct csm_store *s, const char *sql, const struct csm_value *v, int n, bool *yes,
		  struct csm_err *err);
int store_read_one(struct csm_store *s, const struct csm_rtype *t, const char *sql, struct csm_value v,
		   struct csm_arena *a, struct csm_rec **out, struct csm_err *err);
/* A field's value from the columns at *at, which moves on (money takes two); its text stays where it is. */
struct csm_value store_money(struct csm_value amount, struct csm_value currency);
struct csm_value store_take_value(const struct csm_value **at, const struct csm_field *f);
/* The value with a text of the arena. */
struct csm_value store_keep_text(struct csm_arena *a, struct csm_value v);
/* Whether the field is the number made of prefix and id; the value of a field that has no column. */
static inline bool store_is_number(const struct csm_rtype *t, int field)
{
	return t->fields[field].flags & CSM_F_COMPUTED && t->prefix && strcmp(t->fields[field].name, "number") == 0;
}
struct csm_value store_computed(struct csm_arena *a, const struct csm_rtype *t, int field, int64_t id);
/* The key that people use where there is no number: the one that each record has (user_name, name, code); -1 none. */
int store_main_key(const struct csm_rtype *t);
void store_cache_drop(struct csm_store *s);
void store_cache_forget(struct csm_store *s, const struct csm_rtype *t);	/* one of the type was written */
/*
 * A row that was just seen or written, and what is known of one, NULL: nothing. A load asks for the same targets again and
 * again, and for those that it has just made.
 */
void store_know(struct csm_store *s, const struct csm_rtype *t, int64_t id);
void store_know_row(struct csm_store *s, const struct csm_rec *r);
const struct store_known *store_known(const struct csm_store *s, const struct csm_rtype *t, int64_t id);
/* A record by id from the small cache: valid until the next read or write through the store; *out NULL when there is none. */
int store_cached(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_rec **out, struct csm_err *err);
/* The follow callback of csm_filter_eval; arg is the store. */
int store_follow_one(void *arg, const struct csm_rtype *t, int64_t id, const struct csm_rec **out, struct csm_err *err);

/* ---- asof.c ---- */
/* CSM_E_INTERNAL, naming what was tried, while records of the past are read. */
int store_present_only(const struct csm_store *s, const char *what, struct csm_err *err);
/* What is known of the past is forgotten: something was written. */
void store_past_drop(struct csm_store *s);
/* While s->past is set: a record as it was; those that referred to owner by a field, by id. */
int store_past_load(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_arena *a,
		    struct csm_rec **out, struct csm_err *err);
int store_past_children(struct csm_store *s, const struct csm_rtype *t, int field, int64_t owner,
			struct csm_arena *a, struct csm_vec *v, struct csm_err *err);

/* Records that were deleted, or whose field was changed, since: added to ids, each once, ascending. */
int store_past_movers(struct csm_store *s, const struct csm_rtype *t, int field, struct csm_arena *a,
		      struct csm_vec *ids, struct csm_err *err);

/* ---- asof_find.c ---- */
/*
 * While s->past is set: those that had the values then, at most max; *n counts more. present: ids of those that
 * have them now, each once. all: every field its value, else any; the latter looks no further when one that has
 * the value now had it then.
 */
int store_past_find(struct csm_store *s, const struct csm_rtype *t, struct csm_vec *present,
		    const int *fields, const struct csm_value *values, unsigned nfields, bool all,
		    int64_t *ids, unsigned max, unsigned *n, struct csm_err *err);

/* ---- unfilled.c ---- */
/*
 * A field is about to be looked up for one more row: whether it is known that no row of the table has a value in it. Inside a
 * change that has written none of the type; else false.
 */
int store_unfilled(struct csm_store *s, const struct csm_rtype *t, int field, bool *out, struct csm_err *err);

/* ---- slot.c ---- */
/* Call after every row written or deleted: forgets cached records, settings and service slots that may now be stale. */
void store_note_write(struct csm_store *s, const struct csm_rtype *t);
void store_settings_drop(struct csm_store *s);
/* Whether the settings given with the command are values of their kinds: CSM_E_CONFIG. */
int store_settings_check(struct csm_store *s, struct csm_err *err);
void store_slots_close(struct csm_store *s);
/* All that was read, or is known of rows: they are not what they were. */
void store_forget(struct csm_store *s);

/* ---- actor.c ---- */
int store_actor_resolve(struct csm_store *s, struct csm_err *err);

/* ---- sqlchange.c: the fixed texts of changes, history and counters ---- */
enum store_text {
	STORE_TEXT_LAST_CHANGE,
	STORE_TEXT_ADD_CHANGE,
	STORE_TEXT_SET_UNDONE,
	STORE_TEXT_OWN_LAST,
	STORE_TEXT_CHANGE,
	STORE_TEXT_CHANGES,
	STORE_TEXT_CHANGES_UP,
	STORE_TEXT_LAST_HISTORY,
	STORE_TEXT_ADD_HISTORY,
	STORE_TEXT_OF_CHANGE,
	STORE_TEXT_OF_CHANGE_BACK,
	STORE_TEXT_AFTER,
	STORE_TEXT_GONE,
	STORE_TEXT_OF_RECORD,
	STORE_TEXT_CREATIONS,
	STORE_TEXT_DELETIONS,
	STORE_TEXT_LATER,
	STORE_TEXT_MADE_COUNT,
	STORE_TEXT_MADE,
	STORE_TEXT_OF_TYPE,
	STORE_TEXT_MORE,
	STORE_TEXT_BEFORE,
	STORE_TEXT_OUTLINE,
	STORE_TEXT_SINCE,
	STORE_TEXT_RUNS,
	STORE_TEXT_HORIZON,
	STORE_TEXT_CREATED,
	STORE_TEXT_CREATED_BEFORE,
	STORE_TEXT_TOUCHED,
	STORE_TEXT_CHANGES_OF,
	STORE_TEXT_STAMP,
	STORE_TEXT_UNDOS,
	STORE_TEXT_CLOCKS,
	STORE_TEXT_ORPHANS,
	STORE_TEXT_COUNTER,
	STORE_TEXT_NEW_COUNTER,
	STORE_TEXT_SET_COUNTER,
	STORE_TEXT__N
};
const char *store_text(enum store_text text);
const char *store_text_name(enum store_text text);
/* Made each time, in arena a: rows as GET WHERE id BETWEEN $1 AND $2 ORDER BY id; id, field WHERE field
 * BETWEEN $1 AND $2. */
const char *store_sql_between(struct csm_arena *a, const struct csm_rtype *t);
const char *store_sql_pointing(struct csm_arena *a, const struct csm_rtype *t, int field);
const char *store_sql_back(struct csm_arena *a, const struct csm_rtype *t);	/* as store_sql_between, the last first */
/* DELETE WHERE id BETWEEN $1 AND $2 */
const char *store_sql_drop(struct csm_arena *a, const struct csm_rtype *t);
/* An id of a row WHERE id is not BETWEEN $1 AND $2, if there is one; DELETE of all rows, which the engine does without a look at each. */
const char *store_sql_outside(struct csm_arena *a, const struct csm_rtype *t);
const char *store_sql_empty(struct csm_arena *a, const struct csm_rtype *t);
const char *store_sql_all_ids(struct csm_arena *a, const struct csm_rtype *t);		/* id ORDER BY id */

/* ---- the fields every type ends with ---- */
enum store_std { STORE_VERSION, STORE_CREATED_AT, STORE_CREATED_BY, STORE_UPDATED_AT, STORE_UPDATED_BY };
static inline int store_std(const struct csm_rtype *t, enum store_std i)
{
	return (int)t->nfields - CSM_STD_FIELDS + (int)i;
}

/* ---- hook.c ---- */
/* Call a hook of the row by id; CSM_OK when id is NULL. An id nobody registered is CSM_E_INTERNAL. */
int store_hook(struct csm_write *w, const char *id, enum csm_hook_event event, struct csm_err *err);

/* ---- row.c: raw row operations with history, without hooks: used by the write path and by undo ---- */
/* Whether the row has to be written: version and updated_* do not count. mask (may be NULL): the fields. */
bool store_row_differs(const struct csm_rec *r, uint64_t mask[2]);
int store_row_insert(struct csm_store *s, struct csm_rec *r, struct csm_err *err);
int store_row_update(struct csm_store *s, struct csm_rec *r, struct csm_err *err);
/* without history: store_history_add first. That the engine took it with its owner already does not matter. */
int store_row_delete(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_err *err);
/* A field's value as its columns hold it, into out from n on; n behind them. */
static inline int store_put_columns(struct csm_value *out, int n, const struct csm_field *f, const struct csm_value *v)
{
	out[n++] = *v;
	if (f->kind == CSM_K_MONEY)
		out[n++] = v->tag == CSM_MONEY ? csm_text(v->s) : csm_null();
	return n;
}

/* ---- insert.c ---- */
/* The row of a record, at once or with those that wait. */
int store_insert(struct csm_store *s, const struct csm_rec *r, struct csm_err *err);
/* Whether a row that waits has the values, of fields with columns of their own; n is at most STORE_SET_MAX. */
bool store_insert_waits(struct csm_store *s, const struct csm_rtype *t, const int *fields, const struct csm_value *values,
			unsigned n);

/* ---- write.c ---- */
/* The write path; move and text when it is a move. */
int store_write(struct csm_store *s, struct csm_rec *r, enum csm_write_mode mode, int64_t if_version,
		const struct csm_move *move, const char *text, struct csm_err *err);
/* What must hold before a stored record is written: a change is open, its version, the clock. */
int store_check_ready(struct csm_store *s, const struct csm_rec *r, enum csm_write_mode mode,
		      int64_t if_version, struct csm_err *err);
/* Name the record in an error that names none yet. Returns the code. */
int store_err_on(struct csm_store *s, const struct csm_rec *r, struct csm_err *err, int code);
/* Begin and end of a write: the second marks the change as failed when rows were written by a write that
 * failed. */
int store_enter(struct csm_store *s, int64_t *writes, struct csm_err *err);
int store_leave(struct csm_store *s, int64_t writes, int code);
/* Put r on top of the records being written, and take it off: reads it again when its row was written behind
 * its back. */
void store_push(struct csm_store *s, struct store_frame *f, struct csm_rec *r);
int store_pop(struct csm_store *s, struct store_frame *f, int code, struct csm_err *err);

/* ---- valid.c: what the rows say of values ---- */
int store_valid_given(struct csm_store *s, const struct csm_rec *r, enum csm_write_mode mode,
		      const struct csm_move *move, struct csm_err *err);
int store_valid_state(struct csm_store *s, struct csm_rec *r, enum csm_write_mode mode, struct csm_err *err);
int store_valid_fields(struct csm_store *s, const struct csm_rec *r, enum csm_write_mode mode,
		       struct csm_err *err);
int store_valid_unique(struct csm_store *s, const struct csm_rec *r, struct csm_err *err);
int store_valid_refs(struct csm_store *s, const struct csm_rec *r, struct csm_err *err);
bool store_exists(struct csm_store *s, const struct csm_rtype *t, int64_t id, int *code, struct csm_err *err);

/* "account ACCT0000042", "user #3": a record named by arithmetic, whether it is stored or not. */
const char *store_name_of(struct csm_arena *a, const struct csm_rtype *t, int64_t id);

/* ---- bulk.c ---- */
/* Whether rows to come are so many beside those stored that indexes are better made from all of them. */
bool store_are_many(int64_t n, int64_t stored);
/* Whether the rows of a load go to all ends of an index that begins with the field: it is no reference, or one to a type with many records. */
int store_is_scattered(struct csm_store *s, const struct csm_rtype *t, int field, bool *out, struct csm_err *err);
/* Before a look-up by a field, or (-1) by any: an index that a load dropped is made again. */
int store_bulk_need(struct csm_store *s, const struct csm_rtype *t, int field, struct csm_err *err);
/* The indexes of csm_store_key_index() go. */
int store_key_index_end(struct csm_store *s, struct csm_err *err);

/* ---- settle.c ---- */
/* The engine lets references be for the rest of the change; before rows are deleted, and at the end, it looks at them again. */
int store_let_be(struct csm_store *s, struct csm_err *err);
int store_check_refs(struct csm_store *s, struct csm_err *err);
/* CSM_E_CONFLICT, naming the record, when a reference leads nowhere. */
int store_settle(struct csm_store *s, struct csm_err *err);

/* ---- ids.c ---- */
int store_id_next(struct csm_store *s, const struct csm_rtype *t, int64_t *id, struct csm_err *err);
/* An id stated by the input: CSM_E_CONFLICT when it is stored or was deleted; the counter rises past it. */
int store_id_claim(struct csm_store *s, const struct csm_rtype *t, int64_t id, struct csm_err *err);
int store_ids_flush(struct csm_store *s, struct csm_err *err);
/* The counter of a type as the database has it: the next id to give, 0 when none was given yet. */
int store_counter_stored(struct csm_store *s, const struct csm_rtype *t, int64_t *next, struct csm_err *err);
struct store_counter *store_counter(struct csm_store *s, const struct csm_rtype *t);
/* Whether the open change is known to have made the record; type NULL: no. */
bool store_is_new(struct csm_store *s, const struct csm_rtype *t, int64_t id);

/* ---- keys.c ---- */
/* A row was written: its keys and sets that are unique together. */
void store_keys_add(struct csm_store *s, const struct csm_rec *r);
/*
 * What stands for the values inside a change, when the fields are a key or unique together, and none is null; else 0. Two keys share
 * a number as good as never; if they did, the engine would refuse what a look-up had not found.
 */
uint64_t store_key(struct csm_store *s, const struct csm_rtype *t, const int *fields, const struct csm_value *values,
		   unsigned n);
/* Whether the change may have written a row with the key; no is certain. */
bool store_key_written(const struct csm_store *s, uint64_t key);
/* Whether it is known that no row has the key of the fields: see keys.c. It was looked for just now, and no row has it. */
bool store_key_absent(struct csm_store *s, const struct csm_rtype *t, const int *fields, const struct csm_value *values,
		      unsigned n, uint64_t key);
void store_key_miss(struct csm_store *s, uint64_t key);
/* Rows were taken back: what was missed may be there again. */
void store_keys_doubt(struct csm_store *s);
void store_keys_free(struct csm_store *s);

/* ---- hash.c ---- */
/* digest = SHA-256 of digest and n bytes of text, in hex. */
void store_fold(struct csm_arena *tmp, char digest[65], const char *text, size_t n);
/* Add a record's stored values, not null, without version, updated_at and updated_by, to the digest of its run. */
void store_digest_row(struct csm_store *s, struct csm_blake2b *digest, const struct csm_rec *r);
/* A value as JSON as the column holds it: true, 42, "text", "1250 EUR", null. */
void store_put_value(struct csm_buf *b, const struct csm_field *f, const struct csm_value *v);
/* The text of the same for the digests that csm wrote at first, "sha256". */
void store_canonical(struct csm_store *s, struct csm_buf *b, const struct csm_rec *r);
void store_diff_update(struct csm_store *s, struct csm_buf *b, const struct csm_rec *r);	/* {"field":[old,new]} */
void store_diff_delete(struct csm_store *s, struct csm_buf *b, const struct csm_rec *r);	/* {"field":old}, version too */
/* Fold one history row into the running digest of its change; the change's own hash over it. hash of 65
 * bytes. */
void store_digest_history(struct csm_arena *tmp, struct csm_blake2b *digest, const struct csm_history *h);
void store_fold_history(struct csm_arena *tmp, char digest[65], const struct csm_history *h);	/* as csm did at first */
void store_change_hash(struct csm_arena *tmp, const struct csm_change *c, const char *digest, char *hash);

/* ---- history.c ---- */
/* Append to the change's history: op 'c' (digest of the row), 'u' (old against new), 'd'. */
int store_history_add(struct csm_store *s, char op, const struct csm_rec *r, struct csm_err *err);
int store_history_flush(struct csm_store *s, struct csm_err *err);
/* A history row of a statement with the columns of STORE_TEXT_OF_CHANGE; texts in a. diff of 'c' holds
 * {"sha256":...}. */
int store_history_row(struct csm_store *s, struct csm_stmt *st, struct csm_arena *a, struct csm_history *h,
		      struct csm_err *err);
/* As csm_history_fields(), secrets unmasked; a field that the dictionary no longer has: CSM_E_CONFLICT. */
int store_history_each(struct csm_store *s, const struct csm_history *h, struct csm_arena *a,
		       int (*each)(void *arg, int field, const struct csm_value *was,
				   const struct csm_value *now, struct csm_err *err),
		       void *arg, struct csm_err *err);

/* ---- change.c ---- */
/*
 * A change is taken back by the one being written. If it was an undo itself, what it had undone is in force again,
 * and what that one had undone is not, and so on down the chain.
 */
int store_mark_undone(struct csm_store *s, int64_t change, struct csm_err *err);
/* Whether undoer is one that takes the change back. */
bool store_undoes(const struct csm_change *undoer, int64_t change);
/* The undos of a change that are in force, the newest first: int64_t, added to ids. */
int store_undoers(struct csm_store *s, int64_t change, struct csm_vec *ids, struct csm_err *err);

/* ---- log.c ---- */
void store_change_row(struct csm_stmt *st, struct csm_arena *a, struct csm_change *c);
/* A change as it stands today, whatever moment is read. */
int store_change_read(struct csm_store *s, int64_t id, struct csm_arena *a, struct csm_change *out,
		      struct csm_err *err);

/* ---- verify.c, replay.c ---- */
/* Each live row and each created run against history. */
int store_verify_rows(struct csm_store *s, const struct csm_diag *diag, bool *bad, struct csm_err *err);

/* ---- access.c: the one place where rows and columns of restricted actors are decided ---- */
enum store_access { STORE_READ, STORE_CREATE, STORE_CHANGE, STORE_DELETE };
int store_access_check(struct csm_store *s, const struct csm_rtype *t, enum store_access what,
		       const struct csm_rec *r, struct csm_err *err);
/* Whether this actor may open the store at all. */
int store_access_open(struct csm_store *s, struct csm_err *err);
/* A condition to be added to every SELECT of t, or NULL: none for internal actors. */
const struct csm_filter *store_access_filter(struct csm_store *s, const struct csm_rtype *t);

#endif
