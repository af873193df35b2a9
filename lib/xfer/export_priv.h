/* SPDX-License-Identifier: MIT */
/* export_priv.h - what the files of the export share. */
#ifndef CSM_EXPORT_PRIV_H
#define CSM_EXPORT_PRIV_H

#include "xfer_priv.h"

struct xfer_anon;

/* ---- bits.c: sets of ids ---- */
struct xfer_bits;
struct xfer_bits *xfer_bits_new(struct csm_arena *a);
bool xfer_bits_add(struct xfer_bits *b, int64_t id);		/* false: it was in already */
bool xfer_bits_has(const struct xfer_bits *b, int64_t id);
int64_t xfer_bits_count(const struct xfer_bits *b);		/* NULL is empty */
/* Rising; nothing may be added meanwhile. Stops with what each returns that is not CSM_OK. */
int xfer_bits_each(const struct xfer_bits *b, int (*each)(void *arg, int64_t id, struct csm_err *err), void *arg,
		   struct csm_err *err);

/* ---- export_record.c: a record into an open writer ---- */
struct xfer_col {			/* a field that is written */
	int field;
	const struct csm_field *f;
	enum csm_write_type type;
	bool null;			/* also where it is null */
	bool number;			/* made of the id */
	const struct csm_rtype *target;
};
struct xfer_child {			/* owned records */
	const struct csm_rtype *type;
	int field;			/* that refers to the owner */
	bool none;			/* there is not one */
	struct csm_cursor *rows;	/* all of them in the order of their owners; NULL: asked for one by one */
	struct csm_rec *next;		/* the first that was not written yet; NULL: there are no more */
};
struct xfer_shape {			/* what is written of a type */
	const struct csm_rtype *type;
	struct xfer_col *cols;
	unsigned ncols;
	struct xfer_child *children;
	unsigned nchildren;
	const int *columns;		/* what is read for it, for csm_query */
};
struct xfer_key_slot;
struct xfer_out {
	struct csm_store *store;
	struct csm_writer *w;
	enum xfer_part part;
	struct xfer_anon *anon;		/* NULL: as it is */
	struct csm_arena *arena;	/* lives as long as this */
	struct xfer_shape **shapes;	/* by type index, made when asked for */
	struct xfer_key_slot *keys;
};
void xfer_out_init(struct xfer_out *o, struct csm_store *s, enum xfer_part part, struct csm_arena *a);
unsigned xfer_dict_index(const struct csm_dict *d, const struct csm_rtype *t);
struct xfer_shape *xfer_shape_of(struct xfer_out *o, const struct csm_rtype *t);
/* All records of the type come now, in the order of their ids: their owned ones are read beside them. */
int xfer_shape_walk(struct xfer_out *o, struct xfer_shape *sh, struct csm_err *err);
void xfer_shape_rest(struct xfer_shape *sh);			/* the end of that */
/* Whether there is not one record of the type. */
int xfer_is_empty(struct xfer_out *o, const struct csm_rtype *t, bool *none, struct csm_err *err);
/* As a value: a map. owner_field: not written, -1 none. */
int xfer_put_map(struct xfer_out *o, struct csm_rec *r, int owner_field, struct csm_arena *a, struct csm_err *err);
/*
 * The next owned records of r of one kind, one a call; *out NULL at the end. at is the caller's, 0 before the first.
 * A record is good until the next call.
 */
struct xfer_kids {
	struct xfer_out *out;
	struct xfer_child *child;
	int64_t owner;
	struct csm_rec **rows;		/* where they are asked for: a page of them */
	unsigned n, at;
	bool more;			/* pages behind it */
	struct csm_arena *arena;
	struct csm_mark mark;		/* where the page begins */
	bool taken;			/* the next of child->rows was given out */
};
/* What is put in arena a between two calls of xfer_kids_next() is gone with the second. */
int xfer_kids_open(struct xfer_out *o, struct xfer_child *child, int64_t owner, struct csm_arena *a, struct xfer_kids *k,
		   struct csm_err *err);
int xfer_kids_next(struct xfer_kids *k, struct csm_rec **out, struct csm_err *err);

/* ---- export_value.c: values as texts ---- */
#define XFER_TEXT_SIZE 64
/* A field that is not null and no list, as text: in buf of XFER_TEXT_SIZE, in the record, or in arena a. */
int xfer_text(struct xfer_out *o, const struct xfer_col *c, const struct csm_rec *r, char *buf, struct csm_arena *a,
	      const char **out, struct csm_err *err);
/* The key of a record that is referred to, "#id" where it has none. In buf or in arena a. */
int xfer_key(struct xfer_out *o, const struct csm_rtype *t, int64_t id, char *buf, struct csm_arena *a, const char **out,
	     struct csm_err *err);
/* The keys in a list of references, one by one: a key may have commas in it. */
int xfer_each_key(struct xfer_out *o, const struct xfer_col *c, const struct csm_rec *r, struct csm_arena *a,
		  void (*each)(void *arg, const char *key), void *arg, struct csm_err *err);

/* ---- export_pick.c: which records, and each of them ---- */
struct xfer_pick {
	const struct csm_filter *where;	/* NULL: any */
	const int64_t *ids;		/* these, in this order; NULL: by the others */
	unsigned nids;
	struct xfer_bits *bits;		/* only those in it; NULL: any */
};
typedef int xfer_record_fn(void *arg, struct csm_rec *r, struct csm_arena *a, struct csm_err *err);
/* Each record in the type's own order, good until fn returns; a is rewound after each. */
int xfer_each_record(struct xfer_out *o, const struct csm_rtype *t, const struct xfer_pick *p, xfer_record_fn *fn,
		     void *arg, struct csm_err *err);
/* Restrict picks (by type index) to what was created or changed after a change. gone: deleted since, by type index. */
int xfer_pick_since(struct xfer_out *o, struct xfer_pick *picks, int64_t change, int64_t *gone, struct csm_err *err);

/* ---- export_closure.c ---- */
/* Widen picks to all that these records touch; every type of the dictionary has bits then. */
int xfer_pick_closure(struct xfer_out *o, struct xfer_pick *picks, const bool *named, struct csm_err *err);

/* ---- export.c ---- */
struct xfer_export {			/* an export under way */
	struct xfer_out out;
	const struct csm_export_opts *e;
	const struct csm_rtype **types;	/* that are written, in load order */
	unsigned ntypes;
	struct xfer_pick *picks;	/* by type index */
	struct csm_sink sink;		/* where the next bytes go */
	bool open;			/* a file of e->files is open */
	struct csm_export_result *res;
};
/* The sink of the file for a type, or for the record with that key (NULL: none); the main one where nothing is split. */
int xfer_file_open(struct xfer_export *x, const struct csm_rtype *t, const char *key, struct csm_err *err);
/* code CSM_OK: it is whole. Returns code, or what went wrong here. */
int xfer_file_close(struct xfer_export *x, int code, struct csm_err *err);
/* What the engine makes is stated even when there is none of it: an import would make it otherwise. */
bool xfer_states_none(const struct csm_rtype *t);

/* ---- export_table.c: csv and tsv ---- */
int xfer_export_tables(struct xfer_export *x, struct csm_err *err);

#endif
