/* SPDX-License-Identifier: MIT */
/* store_priv.h - what the files of lib/store share. */
#ifndef CSM_STORE_PRIV_H
#define CSM_STORE_PRIV_H

#include <inttypes.h>
#include <string.h>

#include <csm/store.h>

/* One record's place among the cached look-ups of csm_store_follow (direct mapped, small). */
#define STORE_CACHE 64

struct store_slot {
	const void *key;
	void *p;
	size_t size;
	void (*drop)(void *slot);
	bool fresh;			/* zeroed, not handed out since */
	struct store_slot *next;
};

/* The change being written. */
struct store_change {
	bool open;
	int64_t id;			/* 0 until the first history row needs it */
	int64_t seq;			/* history rows so far */
	char parent_hash[65], hash[65];	/* hash: running digest, hex */
	/* a run of created records not yet written to history */
	const struct csm_rtype *run_type;
	int64_t run_first, run_last;
	int64_t undoes;			/* change that this one takes back, 0 none */
	bool system;			/* written as the system (tick) */
	unsigned depth;			/* writes inside hooks of writes */
};

struct csm_store {
	struct csm_db *db;		/* not owned */
	struct csm_env env;
	struct csm_actor actor;
	struct csm_arena *arena;	/* the store's own; freed on close */
	struct store_change change;
	struct store_slot *slots;
	struct csm_arena *cache_arena;	/* records of csm_store_follow; dropped on any write */
	struct {
		const struct csm_rtype *type;
		int64_t id;
		struct csm_rec *rec;
	} cache[STORE_CACHE];
	const char ***sql;		/* generated texts: sql[type index][verb], made on first use in arena */
	struct store_made *made[64];	/* generated texts by type, shape and fields (sqlgen.c) */
	unsigned cached;		/* records loaded into cache_arena since it was emptied */
	struct csm_value *settings;	/* by index of the dictionary's settings; NULL: not read yet */
	struct csm_arena *settings_arena;
};

/* ---- sqlgen.c: the SQL of the generic verbs, from the rows; texts live in s->arena and are made once ---- */
enum store_sql {
	STORE_SQL_GET,			/* all stored columns WHERE id = $1 */
	STORE_SQL_INSERT,		/* id, then stored columns in field order */
	STORE_SQL_DELETE,		/* WHERE id = $1 AND version = $2 */
	STORE_SQL__N
};
const char *store_sql(struct csm_store *s, const struct csm_rtype *t, enum store_sql verb);
/* UPDATE of the fields whose bit is set in mask[2]; parameters: the fields in order, then id, then old version. Kept per mask in the arena. */
const char *store_sql_update(struct csm_store *s, const struct csm_rtype *t, const uint64_t mask[2]);
/* The other shapes; each text is made once and kept, so that csm_db_kept() finds its statement by address. */
const char *store_sql_exists(struct csm_store *s, const struct csm_rtype *t);		/* id WHERE id = $1 */
const char *store_sql_by(struct csm_store *s, const struct csm_rtype *t, int field);	/* row as GET, WHERE field = $1 ORDER BY id */
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

/* The condition of a query on its way to SQL (render.c). */
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
	bool recheck;			/* the condition lets too much through */
};
void store_render_init(struct store_render *w, struct csm_store *s, struct csm_arena *a, const struct csm_rtype *t);
int store_render(struct store_render *w, const struct csm_filter *f, bool negated, struct csm_err *err);
/* The column a path ends at, joining as needed; NULL for a field that has none. */
int store_render_path(struct store_render *w, const int *path, unsigned n, const char **column, struct csm_err *err);

/* "name" or "\"end\"" when the name is a reserved word. */
const char *store_ident(struct csm_arena *a, const char *name);
/* Whether field i has columns of its own in the table (not computed). */
bool store_has_column(const struct csm_rtype *t, int field);
unsigned store_type_index(const struct csm_dict *d, const struct csm_rtype *t);

/* ---- read.c ---- */
/* Read one row of a statement whose columns are id and then the stored columns of all fields, from column 0. */
struct csm_rec *store_read_row(struct csm_store *s, const struct csm_rtype *t, struct csm_stmt *st, struct csm_arena *a);
/* A field's value from column *col, which moves on (money takes two). */
struct csm_value store_read_value(struct csm_stmt *st, int *col, const struct csm_field *f, struct csm_arena *a);
/* Whether the field is the number made of prefix and id; the value of a field that has no column. */
bool store_is_number(const struct csm_rtype *t, int field);
struct csm_value store_computed(struct csm_arena *a, const struct csm_rtype *t, int field, int64_t id);
void store_cache_drop(struct csm_store *s);
/* A record by id from the small cache: valid until the next read or write through the store; *out NULL when there is none. */
int store_cached(struct csm_store *s, const struct csm_rtype *t, int64_t id, const struct csm_rec **out, struct csm_err *err);
/* The follow callback of csm_filter_eval; arg is the store. */
int store_follow_one(void *arg, const struct csm_rtype *t, int64_t id, const struct csm_rec **out, struct csm_err *err);

/* ---- slot.c ---- */
/* Call after every row written or deleted: forgets cached records, settings and service slots that may now be stale. */
void store_note_write(struct csm_store *s, const struct csm_rtype *t);
void store_settings_drop(struct csm_store *s);
void store_slots_close(struct csm_store *s);

/* ---- actor.c ---- */
int store_actor_resolve(struct csm_store *s, struct csm_err *err);

/* ---- write.c ---- */
/* Bind a field's value to its column(s) starting at parameter *n, which moves on (money takes two). */
int store_bind_field(struct csm_stmt *st, int *n, const struct csm_rtype *t, int field, const struct csm_value *v, struct csm_err *err);
/* Call a hook of the row by id; CSM_OK when id is NULL. An id nobody registered is CSM_E_INTERNAL. */
int store_hook(struct csm_write *w, const char *id, enum csm_hook_event event, struct csm_err *err);
/* Raw row operations with history, without hooks: used by the write path and by undo. */
int store_row_insert(struct csm_store *s, struct csm_rec *r, struct csm_err *err);
int store_row_update(struct csm_store *s, struct csm_rec *r, struct csm_err *err);
int store_row_delete(struct csm_store *s, struct csm_rec *r, struct csm_err *err);

/* ---- change.c ---- */
/* Append to the change's history: op 'c' (diff NULL; digest of the row), 'u', 'd'. */
int store_history_add(struct csm_store *s, char op, const struct csm_rec *r, struct csm_err *err);
/* Canonical text of a record's stored values for the digest and for diffs of deletes. */
void store_canonical(struct csm_buf *b, const struct csm_rec *r);

/* ---- access.c: the one place where rows and columns of restricted actors are decided ---- */
enum store_access { STORE_READ, STORE_CREATE, STORE_CHANGE, STORE_DELETE };
int store_access_check(struct csm_store *s, const struct csm_rtype *t, enum store_access what, const struct csm_rec *r, struct csm_err *err);
/* Whether this actor may open the store at all. */
int store_access_open(struct csm_store *s, struct csm_err *err);
/* A condition to be added to every SELECT of t, or NULL: none for internal actors. */
const struct csm_filter *store_access_filter(struct csm_store *s, const struct csm_rtype *t);

#endif
