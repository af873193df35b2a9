/* SPDX-License-Identifier: MIT */
/* store_priv.h - what the files of lib/store share. */
#ifndef CSM_STORE_PRIV_H
#define CSM_STORE_PRIV_H

#include <csm/store.h>

/* One record's place among the cached look-ups of csm_store_follow (direct mapped, small). */
#define STORE_CACHE 64

struct store_slot {
	const void *key;
	void *p;
	void (*drop)(void *slot);
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
/* SELECT for a query; binds collected into values. */
int store_sql_select(struct csm_store *s, struct csm_arena *a, const struct csm_rtype *t, const struct csm_query *q, bool count,
		     const char **sql, struct csm_value **binds, unsigned *nbinds, struct csm_err *err);
/* "name" or "\"end\"" when the name is a reserved word. */
const char *store_ident(struct csm_arena *a, const char *name);
/* Whether field i has columns of its own in the table (not computed). */
bool store_has_column(const struct csm_rtype *t, int field);
unsigned store_type_index(const struct csm_dict *d, const struct csm_rtype *t);

/* ---- read.c ---- */
/* Read one row of a statement whose columns are id and then the stored columns of all fields, from column 0. */
struct csm_rec *store_read_row(struct csm_store *s, const struct csm_rtype *t, struct csm_stmt *st, struct csm_arena *a);
void store_cache_drop(struct csm_store *s);

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
/* A condition to be added to every SELECT of t, or NULL: none for internal actors. */
const struct csm_filter *store_access_filter(struct csm_store *s, const struct csm_rtype *t);

#endif
