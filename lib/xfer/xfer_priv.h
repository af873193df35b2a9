/* SPDX-License-Identifier: MIT */
/* xfer_priv.h - what the files of lib/xfer share. */
#ifndef CSM_XFER_PRIV_H
#define CSM_XFER_PRIV_H

#include <csm/xfer.h>

/* One record of a load, owned and nested ones included. */
struct xfer_item {
	const struct csm_rtype *type;
	const struct csm_node *node;	/* the record's map */
	const char *file;
	int64_t row;			/* number of the source row it came from */
	int64_t id;			/* known before anything is written; 0: matched by content when written */
	int64_t claimed;		/* id stated by its number, 0 none */
	bool exists;			/* id is in the database already */
	bool inserted;			/* written as a new record */
	bool written, rejected;
	bool awaited;			/* a record written before it refers to it */
	struct xfer_item *owner;	/* nested: the record around it */
	int owner_field;		/* field that refers to the owner */
};

/* Keys of the records of a load: (type, field, text) to item; a chain for equal keys. */
struct xfer_key {
	const struct csm_rtype *type;
	int field;
	const char *text;
	struct xfer_item *item;
	struct xfer_key *next;
};
struct xfer_index {
	struct csm_arena *arena;
	struct xfer_key **bucket;
	size_t nbuckets, n;
};
void xfer_index_add(struct xfer_index *x, const struct csm_rtype *t, int field, const char *text, struct xfer_item *item);
/* The first entry of equal keys after `after` (NULL: the first of all). */
struct xfer_key *xfer_index_find(const struct xfer_index *x, const struct csm_rtype *t, int field, const char *text,
				 struct xfer_key *after);

struct csm_import {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_import_opts opts;
	struct csm_vec *items;		/* struct xfer_item *, one vector a type, by type index */
	struct xfer_index index;
	struct csm_import_count *counts; /* by type index */
	int64_t rows;
	int64_t row;			/* the source row being read */
	struct csm_vec bad_rows;	/* int64_t, ascending, no doubles */
	unsigned findings;
	bool sla_stated;
	bool retry;			/* a record that others await was rejected: write again without them */
	struct csm_err first;		/* the first error of the load */
};

/* ---- doc.c: envelopes and bare records to items ---- */
int xfer_read_source(struct csm_import *im, struct csm_source src, struct csm_err *err);

/* ---- item.c: a node becomes an item: known keys, nested records, match by keys ---- */
int xfer_add_record(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node, const char *file,
		    struct csm_err *err);
/* The keys under which a type's owned and referring records may stand in its document; NULL when key is none of them. */
const struct csm_rtype *xfer_nested_type(const struct csm_dict *d, const struct csm_rtype *t, const char *key, int *owner_field);
/* Report a finding; returns err's code with ON_ERROR_ABORT, CSM_OK with SKIP. */
int xfer_reject(struct csm_import *im, int64_t row, struct csm_err *err);
struct csm_import_count *xfer_count(struct csm_import *im, const struct csm_rtype *t);

/* ---- bind.c: a node's values onto a record ---- */
int xfer_bind(struct csm_import *im, const struct xfer_item *item, struct csm_rec *r, struct csm_err *err);

/* ---- resolve.c: a reference in a document to an id ---- */
int xfer_resolve(struct csm_import *im, const struct csm_rtype *target, const struct csm_node *node, int64_t *id, struct csm_err *err);

/* ---- write.c ---- */
int xfer_write_all(struct csm_import *im, struct csm_err *err);

/* ---- map_apply.c: one foreign row to records ---- */
int xfer_map_row(struct csm_import *im, const struct csm_node *row, const char *file, struct csm_err *err);

#endif
