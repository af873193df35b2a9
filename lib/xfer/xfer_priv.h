/* SPDX-License-Identifier: MIT */
/* xfer_priv.h - what the files of lib/xfer share. */
#ifndef CSM_XFER_PRIV_H
#define CSM_XFER_PRIV_H

#include <csm/xfer.h>

struct xfer_item;

/* A record that was written with a reference to one that had not been written yet. */
struct xfer_wait {
	struct xfer_item *item;
	int field;			/* of item, that refers */
	struct xfer_wait *next;
};

/* One record of a load, owned and nested ones included. */
struct xfer_item {
	const struct csm_rtype *type;
	const struct csm_node *node;	/* the record's map */
	const char *file;
	int64_t row;			/* number of the source row it came from */
	int64_t id;			/* known before anything is written; 0: matched when written */
	int64_t claimed;		/* id stated by its number, 0 none */
	bool exists;			/* id is in the database already */
	bool inserted;			/* written as a new record */
	bool changed;			/* written, and something of it was new */
	bool written, rejected;
	struct xfer_wait *waits;	/* records written before it that refer to it */
	struct xfer_item *owner;	/* nested: the record around it */
	int owner_field;		/* field that refers to the owner */
	/* ids its references resolve to, by field; 0 not asked yet, -1 none; or NULL */
	int64_t *refs;
	/* for who watches the load: its key, values before and after an update, why it was rejected */
	const char *key;
	const struct csm_value *before, *after;
	const struct csm_err *why;
};

/* Keys of the records of a load: (type, field, text) to item. */
struct xfer_key {
	const struct csm_rtype *type;
	int field;			/* XFER_BY_ID: text is "#id" */
	const char *text;
	struct xfer_item *item;
	uint64_t hash;
	struct xfer_key *next;		/* another key in the bucket */
	struct xfer_key *more, *last;	/* equal keys in the order they came; last only in the first */
};
#define XFER_BY_ID (-1)
struct xfer_index {
	struct csm_arena *arena;
	struct xfer_key **bucket;
	size_t nbuckets, n;
};
/* text is kept, not copied. */
void xfer_index_add(struct xfer_index *x, const struct csm_rtype *t, int field, const char *text,
		    struct xfer_item *item);
/* The first entry of equal keys after `after` (NULL: the first of all). */
struct xfer_key *xfer_index_find(const struct xfer_index *x, const struct csm_rtype *t, int field,
				 const char *text, struct xfer_key *after);

/* The stored records of one owner, kept while its owned records are written one after the other. */
struct xfer_kin {
	struct csm_arena *arena;
	const struct csm_rtype *type;
	int field;
	int64_t owner;
	struct csm_rec **rows;
	/* at: where the next search begins, since documents are in the order of ids */
	unsigned n, at;
};

struct csm_import {
	struct csm_store *store;
	struct csm_arena *arena;	/* what lives as long as the load */
	struct csm_arena *scratch;	/* what lives as long as the record being written */
	struct csm_import_opts opts;
	struct csm_vec *items;		/* struct xfer_item *, one vector a type, by type index */
	/* by type index: fields beside the keys that are in the index (resolve.c) */
	uint64_t (*indexed)[2];
	struct xfer_index index;
	struct xfer_kin kin;
	struct csm_import_count *counts; /* by type index */
	struct xfer_item *writing;	/* the record whose references are being resolved, or NULL */
	int field;			/* of writing, that is being resolved */
	unsigned depth;			/* of references inside references */
	int64_t row;			/* the source row being read */
	struct csm_vec bad_rows;	/* uint64_t, a bit a row */
	int64_t nbad_rows;
	unsigned findings;
	bool sla_stated;
	bool stopped;			/* too many findings */
	/* a written record refers to a rejected one: write again without them */
	bool retry;
	struct csm_err first;		/* the first error of the load */
	struct csm_vec lost;		/* struct xfer_lost: rows that made no record, for who watches */
	struct csm_import_progress progress;
};

/* A row that made no record, and why. */
struct xfer_lost {
	int64_t row;
	struct csm_err err;
};

/* ---- doc.c: envelopes and bare records to items ---- */
int xfer_read_source(struct csm_import *im, struct csm_source src, struct csm_err *err);
/* The value of the key csm of a document. */
int xfer_check_version(const char *file, const char *text, int64_t line, int64_t col, struct csm_err *err);

/* ---- item.c: a node becomes an item: known keys, nested records, match by keys ---- */
int xfer_add_record(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node,
		    const char *file, struct csm_err *err);
/*
 * The keys under which a type's owned and referring records may stand in its document; NULL when key is none
 * of them.
 */
const struct csm_rtype *xfer_nested_type(const struct csm_dict *d, const struct csm_rtype *t, const char *key,
					 int *owner_field);
/* "'nane' is no field of account; did you mean 'name'?" at the node of the key. */
int xfer_unknown_key(struct csm_arena *a, const struct csm_dict *d, const struct csm_rtype *t,
		     const struct csm_node *node, const char *file, struct csm_err *err);
unsigned xfer_type_index(const struct csm_import *im, const struct csm_rtype *t);
struct csm_import_count *xfer_count(struct csm_import *im, const struct csm_rtype *t);
/* The record of the load other than item that stands for the stored record id; NULL when there is none. */
const struct xfer_item *xfer_holder(const struct csm_import *im, const struct xfer_item *item, int64_t id);
/* Note that item stands for the record id. */
void xfer_hold(struct csm_import *im, struct xfer_item *item, int64_t id);
/* That another record of the load has it: other's place. */
int xfer_twice(const struct xfer_item *item, const char *what, const struct xfer_item *other,
	       struct csm_err *err);

/* ---- reject.c: what is wrong with a load ---- */
/* Report a finding; returns CSM_OK when the load goes on. */
int xfer_reject(struct csm_import *im, int64_t row, struct csm_err *err);
/* The same for a record: it is rejected, and so are the records that were written with a reference to it. */
int xfer_reject_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err);

/* ---- watch.c: what who watches the load is told ---- */
/* A row that made no record. */
void xfer_watch_row(struct csm_import *im, int64_t row, const struct csm_err *err);
void xfer_watch_rejected(struct csm_import *im, struct xfer_item *item, const struct csm_err *err);
/* r is written; before: its values as they were, NULL for a new one. */
void xfer_watch_written(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r,
			const struct csm_value *before);
int xfer_watch_tell(struct csm_import *im, struct csm_err *err);
void xfer_phase(struct csm_import *im, enum csm_import_phase phase, int64_t total);
/* One record more is done in the phase. */
void xfer_step(struct csm_import *im);

/* ---- bind.c: a node's values onto a record ---- */
int xfer_bind(struct csm_import *im, const struct xfer_item *item, struct csm_rec *r, struct csm_err *err);

/* ---- resolve.c, pairs.c: a reference in a document to an id ---- */
int xfer_resolve(struct csm_import *im, const struct csm_rtype *target, const struct csm_node *node,
		 int64_t *id, struct csm_err *err);
/* By a text: number, key, title. */
int xfer_resolve_text(struct csm_import *im, const struct csm_rtype *t, const char *text, int64_t *id,
		      struct csm_err *err);
/* The id of a record of the load; it has to be written before the load ends. */
int xfer_use_item(struct csm_import *im, struct xfer_item *item, int64_t *id, struct csm_err *err);
/* Enter the field of all records of the type into the index, if it is not in it yet. */
void xfer_index_field(struct csm_import *im, const struct csm_rtype *t, int field);
/* "cases.yaml:12" */
const char *xfer_place(struct csm_arena *a, const struct xfer_item *item);

/* ---- match.c: the stored record that a record of the load stands for, found when it is written ---- */
/* Whether the type is matched then: it is owned, or unique by fields one of which is a reference. */
bool xfer_matched_late(const struct csm_rtype *t);
/* *id 0: none. r has the stated values. */
int xfer_match_late(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r, int64_t *id,
		    struct csm_err *err);

/* ---- write.c ---- */
int xfer_write_all(struct csm_import *im, struct csm_err *err);

/* ---- map_apply.c: one foreign row to records ---- */
/*
 * rows: the place of the document that the row stands at, NULL at the top; table: it is of a CSV or TSV, whose
 * columns have been checked.
 */
int xfer_map_row(struct csm_import *im, const struct csm_node *row, const char *file, const char *rows,
		 bool table, struct csm_err *err);

/* ---- map_rows.c: foreign rows and their columns ---- */
/* Hold the header of a table against the mapping. */
int xfer_map_columns(struct csm_import *im, struct csm_reader *r, const char *file, struct csm_err *err);
/* Whether the mapping says where in a document its rows stand. */
bool xfer_map_has_places(const struct csm_map *map);
/* The rows of a document that is a map, whose beginning was read. */
int xfer_map_document(struct csm_import *im, struct csm_reader *r, const char *file,
		      int (*take)(void *arg, struct csm_node *row, const char *rows, struct csm_err *err),
		      void *arg, struct csm_err *err);

/* ---- export.c ---- */
/* Which of a record's fields and owned records are written. */
enum xfer_part { XFER_ALL, XFER_STATED, XFER_EDITABLE };	/* STATED: without housekeeping */
int xfer_put_record(struct csm_store *s, const struct csm_rec *r, enum xfer_part part, struct csm_writer *w,
		    struct csm_err *err);
/* Whether a person may give the field in an editor. */
bool xfer_editable(const struct csm_field *f);
/* Whether the owned records of a type are part of what an editor shows. */
bool xfer_editable_type(const struct csm_rtype *t);

#endif
