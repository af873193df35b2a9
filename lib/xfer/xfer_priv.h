/* SPDX-License-Identifier: MIT */
/*
 * xfer_priv.h - what the files of lib/xfer share.
 *
 * A load has two phases, and memory that does not grow with its input. Reading needs no lock and no query:
 * each record is checked as far as it can be by itself (doc.c, item.c) and appended to the spool of its type
 * (spool.c); what is nested in it is a record of its own. Writing goes through the spools, types in load
 * order, records in the order of the inputs (write.c): matched with the database (match.c), references
 * resolved (resolve.c, pairs.c), bound (bind.c), written. A reference to an earlier type is looked up in the
 * database, where all of that type is by then. A type that is referred to before it is written is matched in
 * a pass of its own before anything is written (ahead.c), so that its records have ids; the index of its keys
 * is on disk (index.c).
 */
#ifndef CSM_XFER_PRIV_H
#define CSM_XFER_PRIV_H

#include <csm/hash.h>
#include <csm/xfer.h>

#include "xfer/disk.h"
#include "xfer/run.h"

#define XFER_PAGE 256u			/* stored records of one owner that are read at a time */

/* A record of a load: its type by index, and its number among those of the type. */
struct xfer_at {
	unsigned type;
	int64_t n;
};

/* What is known of each record while the load lasts. */
#define XFER_REJECTED	(1u << 0)
#define XFER_EXISTS	(1u << 1)	/* id is in the database already */
#define XFER_WRITTEN	(1u << 2)
#define XFER_INSERTED	(1u << 3)	/* written as a new record */
#define XFER_CHANGED	(1u << 4)	/* written, and something of it was new */
#define XFER_REPEATED	(1u << 5)	/* left out: a mapping made it once already */
#define XFER_ONCE	(1u << 6)	/* left out if an earlier one of the load has one of its keys */
#define XFER_LATE	(1u << 7)	/* matched when written (late.c) */
#define XFER_SKIPPED	(1u << 8)	/* left out by --on-match or --on-missing (modes.c) */
#define XFER_NESTED	(1u << 10)	/* it stands in another one */
/* in batches (batch.c): in a transaction that has ended; its hooks have run; its id was found when it was written */
#define XFER_STORED	(1u << 11)
#define XFER_FOLLOWED	(1u << 12)
#define XFER_FOUND	(1u << 13)
#define XFER_KNOWN	(1u << 14)	/* rejected before the load was cut short */
#define XFER_REPLACED	(1u << 9)	/* stored records of one of its lists were deleted (replace.c) */
/* Whether it is not stored, before or after: nothing can refer to it. */
#define XFER_IS_GONE(flags) ((flags) & (XFER_REJECTED | XFER_SKIPPED) && !((flags) & XFER_EXISTS))
struct xfer_side {
	int64_t offset;			/* in the spool */
	int64_t id;			/* 0: none yet */
	uint32_t given;			/* bit a CSM_F_DERIVED field of the type that it states */
	uint32_t flags;
};

/* A record of a load in memory. */
struct xfer_item {
	const struct csm_rtype *type;
	struct xfer_at at;
	const struct csm_node *node;	/* the record's map, without what is nested in it */
	const int *fields;		/* the field of each member, in their order; NULL: not looked for */
	const struct csm_node **by;	/* its members by field; NULL: not stated */
	const char *file;
	int64_t row;			/* number of the source row it came from */
	int64_t claimed;		/* id stated by its number, 0 none */
	int64_t id;			/* 0: none yet */
	uint32_t flags;
	const struct csm_rtype *owner_type; /* nested: the record around it; NULL: it is not */
	struct xfer_at owner;
	int owner_field;		/* field that refers to the owner */
	struct xfer_at top;		/* the record at the top that it stands in, or itself */
	uint32_t empty;			/* a bit for each list of owned records that it states to be empty */
	unsigned set;			/* made by that set of a mapping, by its number; 0: not by one */
	uint64_t told[2];		/* bits of the fields that were told to be wrong */
};

/* The fields of a type that --key names; n 0: it is matched by its own keys. */
#define XFER_KEY_FIELDS 8
struct xfer_by {
	int field[XFER_KEY_FIELDS];
	unsigned n;
	bool late;			/* one of them is a reference: matched when it is written */
};

/* ---- keys of the records of a load ---- */
/* All keys of a type, or all values of one field of it. */
struct xfer_index {
	int field;			/* XFER_KEYS: all keys */
	bool building;
	struct xfer_sorted sorted;
	struct xfer_index *next;
};
#define XFER_KEYS (-1)

/*
 * A cell that leaves its field as it is (modes.c). It stays among the members, so that what is wrong with the field of a new record
 * has a place. No format gives a plain scalar without text.
 */
#define XFER_IS_LEFT(n) ((n)->type == CSM_N_SCALAR && (n)->scalar == CSM_SC_PLAIN && !*(n)->text)
/* No value, or none said. */
#define XFER_IS_NONE(n) ((n)->type == CSM_N_SCALAR && ((n)->scalar == CSM_SC_NULL || XFER_IS_LEFT(n)))

/* Ids that records of the load stand for, a bit each. */
struct xfer_chunk;
struct xfer_held {
	struct xfer_chunk *chunks;
	size_t size, used;
};

/* What is asked of the fields of a type with each of its records (item.c). */
struct xfer_fields {
	int version;
	int *keys;			/* those that identify a record, but references */
	int *derived;			/* CSM_F_DERIVED */
	unsigned nkeys, nderived;
	unsigned *target;		/* by field: of a reference the type it leads to, by index */
};

/* ---- the records of one type ---- */
struct xfer_type {
	const struct csm_rtype *type;
	bool late;			/* matched when written (late.c), but for those that --key matches */
	struct xfer_by by;		/* --key */
	bool forward;			/* referred to before it is written */
	bool alone;			/* what follows from its records needs no other of the load */
	bool once;			/* some are XFER_ONCE */
	bool dotted;			/* keys of some have parts ("account.name") */
	bool ready;			/* all have ids, or are rejected */
	bool written;			/* all that can be are */
	uint64_t stated[2];		/* bits of the fields that some of them state */
	int64_t n, rejected;
	int64_t missing;		/* skipped, and not stored */
	int64_t first, last;		/* ids that were given ahead; 0 none */
	bool *inside;			/* by type: whether records of it stand in those at the top of this type */
	int64_t highest;		/* number that they state; new ones take those after it */
	struct xfer_tmp spool;
	struct xfer_array side;		/* struct xfer_side */
	struct xfer_array waits;	/* int64_t: 1 + the newest xfer_wait for it, 0 none */
	struct xfer_array told;		/* int64_t: 1 + what who watches is told of it (watch.c) */
	struct xfer_index *indexes;
	struct xfer_held held;
	struct xfer_fields *fields;	/* NULL: not asked for yet */
	struct xfer_names *names;	/* members of its documents (names.c) */
};

/* A record that was written with a reference to one that had not been written yet. */
struct xfer_wait {
	int64_t next;			/* 1 + another one for the same record; 0 none */
	struct xfer_at from;		/* who refers */
	int field;			/* by what */
};

struct csm_import {
	struct csm_store *store;
	struct csm_arena *arena;	/* what lives as long as the load */
	struct csm_arena *scratch;	/* what lives as long as the record being read or written */
	struct csm_arena *own_scratch;
	struct csm_import_opts opts;
	struct xfer_disk disk;
	struct xfer_type *types;	/* by type index */
	struct csm_vec files;		/* const char *: names of the inputs */
	struct xfer_array waits;	/* struct xfer_wait */
	struct xfer_array todo;		/* struct xfer_at: rejected, whose waiting records are to be found */
	struct xfer_kin *kin;		/* of the owner whose records are being written (kin.c) */
	struct xfer_at list;		/* the owner whose list is being written, and that (replace.c) */
	int list_field;
	unsigned list_type;
	struct csm_import_count *counts; /* by type index */
	struct csm_import_count *result; /* those that occurred */
	struct xfer_item *writing;	/* the record whose references are being resolved, or NULL */
	int field;			/* of writing, that is being resolved */
	unsigned depth;			/* of references inside references */
	bool follows;			/* what is wrong with writing: it refers to one that was rejected */
	struct xfer_refs *refs;		/* where references led (refs.c); NULL: none yet */
	unsigned searches;		/* for the place of a record by its id, which take long */
	bool early;			/* what is asked is asked for records ahead: nobody is told where another one stands */
	int64_t row;			/* the source row being read */
	struct csm_vec bad_rows;	/* uint64_t, a bit a row */
	int64_t nbad_rows;
	int64_t findings, rejects;	/* rejects: records and rows, each of which has one or more */
	bool sla_stated;
	bool bulk;			/* indexes have gone where that is worth it */
	int64_t waiting;		/* records that are referred to, but not written yet */
	int64_t batches;		/* transactions that have ended */
	bool resumed;			/* it goes on where another one was cut short */
	/* in batches: what stands before decided is, or (partly false) all */
	bool partly;
	struct xfer_at decided;
	bool stopped;			/* too many findings */
	bool unfit;			/* an input is wrong as a whole */
	/* a written record refers to a rejected one: write again without them */
	bool retry;
	struct csm_err first;		/* the first error of the load */
	struct csm_vec sources;		/* struct xfer_source, and what was in them (original.c) */
	bool mixed;			/* originals are kept for no file of rejects: inputs may differ */
	struct xfer_tmp originals;
	struct xfer_array rows;		/* int64_t: 1 + where in originals; 0 not kept */
	struct xfer_sorted *rejected;	/* of the file of rejects (reject_list.c) */
	/* for who watches (watch.c): of records; of rows that made none; of what lists that replace deleted */
	struct xfer_tmp told, lost, gone;
	struct csm_import_progress progress;
	struct xfer_run run;
};

/* ---- run.c: the record that the load leaves (opts.about) ---- */
void xfer_run_open(struct csm_import *im);
/* The bytes of a source are hashed as they are read, through *src as it is then. rest: those that were not read too. Whether it came to its end. */
struct xfer_hashed *xfer_hash_source(struct csm_arena *a, struct csm_source *src);
bool xfer_hash_end(struct xfer_hashed *h, bool rest, char hex[65]);
/* An input was read; what it is called. */
void xfer_run_source_end(struct csm_import *im, struct xfer_hashed *h);
void xfer_run_named(struct csm_import *im, const char *file, enum csm_format format);
/*
 * Write the record in the current change, or bring it up to date: it runs and is at position, or (NULL) it is whole. res: counts
 * of the whole load so far.
 */
int xfer_run_store(struct csm_import *im, const struct csm_import_result *res, const char *position,
		   struct csm_err *err);
/*
 * When all is read: a load of the same content and options that was cut short becomes this one's record. *position (in arena a): how
 * far it had come; NULL: there is none.
 */
int xfer_run_unfinished(struct csm_import *im, struct csm_arena *a, const char **position, struct csm_err *err);
/* In a new transaction: CSM_E_CONFLICT when another process wrote the record since the last one, or works on the same load. */
int xfer_run_check(struct csm_import *im, struct csm_err *err);
/* The load is done: its record, unless it did nothing. */
int xfer_run_finish(struct csm_import *im, struct csm_import_result *res, struct csm_err *err);

/* ---- finding.c: what the load goes on after ---- */
void xfer_findings_open(struct csm_import *im);
/* at: the record, NULL: the row made none. It is told, too. */
void xfer_finding(struct csm_import *im, int64_t row, const struct xfer_at *at, bool more, const struct csm_err *err);
/* In batches: all is matched, nothing written. */
int xfer_findings_begin(struct csm_import *im, struct csm_err *err);
/* Those of records that are decided, with the record of the load. */
int xfer_findings_write(struct csm_import *im, struct csm_err *err);
/* Each that was written since the file of rejects got them; it has them all now. */
typedef int xfer_finding_put(void *arg, int64_t row, const struct xfer_at *at, const struct csm_err *why, struct csm_err *err);
int xfer_findings_new(struct csm_import *im, xfer_finding_put *put, void *arg, struct csm_err *err);
void xfer_findings_filed(struct csm_import *im);
/* The load goes on: records that were rejected before are XFER_KNOWN; when all are matched they are rejected. */
int xfer_findings_known(struct csm_import *im, bool matched, struct csm_err *err);
/* From here on they are told as they come; those before that were not told when the load was cut short are told now. */
void xfer_findings_tell(struct csm_import *im);
/*
 * An input is begun whose bytes are known to be right at its end only: what is wrong with it is told then, or dropped, since it may be what
 * the damage made of it.
 */
void xfer_findings_unsure(struct csm_import *im);
void xfer_findings_sure(struct csm_import *im);
void xfer_findings_drop(struct csm_import *im);
/* That it goes on with a load that was cut short. */
void xfer_tell_resumed(struct csm_import *im);
/* Whether it is known what became of what stands in a record at the top. */
bool xfer_is_decided(const struct csm_import *im, struct xfer_at top);
/* A text of the input is anything; what is stored is text. */
void xfer_set_said(struct csm_rec *r, int field, const char *s);

/* ---- refs.c ---- */
/* The id that a text led to, 0: not known; to be told when it was found; all is forgotten. */
int64_t xfer_known_ref(struct csm_import *im, unsigned type, const char *text);
void xfer_know_ref(struct csm_import *im, unsigned type, const char *text, int64_t id);
void xfer_drop_refs(struct csm_import *im);

/* ---- doc.c: envelopes and bare records to items ---- */
int xfer_read_source(struct csm_import *im, struct csm_source src, struct csm_err *err);
/* The type of a table whose file is named after it, as export --dir does: case.csv, comment.CS0000042.csv; or NULL. */
const struct csm_rtype *xfer_type_of_file(const struct csm_dict *d, const char *path);
/* The value of the key csm of a document. */
int xfer_check_version(const char *file, const char *text, int64_t line, int64_t col, struct csm_err *err);

/* ---- names.c: the members of a record's document ---- */
/* What a member is. */
struct xfer_name {
	int field;			/* >= 0: a field */
	const struct csm_rtype *nested;	/* else nested records, which refer to this one by... */
	int nested_field;
	bool talk;			/* else a remark; else unknown */
	bool dotted;			/* "account.name": no remark */
};
/*
 * *expect: 0 with the first member of a record, then left alone: members come in the same order again. Valid until the
 * next call.
 */
const struct xfer_name *xfer_name(struct csm_import *im, unsigned type, const char *key, unsigned *expect);
/*
 * The keys under which a type's owned and referring records may stand in its document; NULL when key is none
 * of them.
 */
const struct csm_rtype *xfer_nested_type(const struct csm_dict *d, const struct csm_rtype *t, const char *key,
					 int *owner_field);
/* Whether the name of a column, with dots or without, is a field or nested records of t; and the one that was probably meant, or NULL. */
bool xfer_is_column(const struct csm_dict *d, struct csm_arena *a, const struct csm_rtype *t, const char *name);
const char *xfer_near_column(const struct csm_dict *d, struct csm_arena *a, const struct csm_rtype *t, const char *name);
/* "nane: is no field of account; did you mean 'name'?" at the node of the key. */
int xfer_unknown_key(struct csm_arena *a, const struct csm_dict *d, const struct csm_rtype *t,
		     const struct csm_node *node, const char *file, struct csm_err *err);

/* ---- columns.c: the header of a table ---- */
/* Each column is a field of the type that the load names; those that are none are reported. */
int xfer_check_columns(struct csm_import *im, struct csm_reader *r, const char *file, struct csm_err *err);

/* ---- item.c: a node becomes an item: known keys, nested records, what can be checked by itself ---- */
/* once: it is left out if an earlier record of the load has one of its keys. node and all are scratch. */
int xfer_add_record(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node,
		    const char *file, bool once, struct csm_err *err);
/* Keys that are no values of their fields, numbers that are none. */
int xfer_check_keys(struct csm_import *im, struct xfer_item *item, struct csm_err *err);
unsigned xfer_type_index(const struct csm_import *im, const struct csm_rtype *t);
const struct xfer_fields *xfer_fields(struct csm_import *im, unsigned type);
struct csm_import_count *xfer_count(struct csm_import *im, const struct csm_rtype *t);

/* ---- spool.c: items on disk ---- */
/* Append the item; its place is at.n. */
void xfer_spool(struct csm_import *im, const struct xfer_item *item);
/* The item at a place, in arena a. */
int xfer_load(struct csm_import *im, struct xfer_at at, struct csm_arena *a, struct xfer_item *out,
	      struct csm_err *err);
struct xfer_side xfer_side(struct csm_import *im, struct xfer_at at);
void xfer_set_side(struct csm_import *im, struct xfer_at at, const struct xfer_side *side);
/* Keep id and flags of the item. */
void xfer_keep(struct csm_import *im, const struct xfer_item *item);
/* "cases.yaml:12" */
const char *xfer_place(struct csm_import *im, struct xfer_at at);

/* All items of a type, in order. */
struct xfer_walk {
	struct csm_import *im;
	unsigned type;
	uint32_t without;		/* those with one of these flags are passed over */
	int64_t n;			/* the next one */
	struct csm_arena *arena;	/* of buf */
	char *buf;			/* a piece of the spool */
	int64_t start, end;
	size_t cap;
};
void xfer_walk_open(struct xfer_walk *w, struct csm_import *im, unsigned type, uint32_t without);
/* The next one, in arena a (which the caller rewinds), good until the call after it; *more false at the end. */
int xfer_walk_next(struct xfer_walk *w, struct csm_arena *a, struct xfer_item *out, bool *more,
		   struct csm_err *err);
/* Whether there is a next one that can be had while those before it are still in use: it needs no other piece of the spool. */
bool xfer_walk_near(struct xfer_walk *w);
void xfer_walk_close(struct xfer_walk *w);

/* A tree as bytes in an arena, and from bytes that live as long as it. */
const char *xfer_pack(struct csm_arena *a, const struct csm_node *n, size_t *size);
struct csm_node *xfer_unpack(const char *p, struct csm_arena *a);

/* ---- original.c: rows as they came, where opts.keep_originals asks for them ---- */
/* An input. */
struct xfer_source {
	const char *file;
	enum csm_format format;
	const char *const *columns;	/* csv, tsv */
	unsigned ncolumns;
	char delimiter;
};
struct xfer_original {
	const struct xfer_source *source; /* NULL: the row was not kept */
	int64_t number;			/* rows that came in one line have one */
	int64_t line;
	const char *raw;		/* ndjson, csv, tsv: the bytes (n, then NUL), without newline, as UTF-8 */
	size_t n;
	const struct csm_node *node;	/* json, yaml: the record */
	const struct csm_rtype *type;	/* of the node; NULL: a row of a mapping */
	const char *rows;		/* where in the document the node stood, as the mapping has it; or NULL */
};
/* What was kept of a row of the source (im->row, item->row, row of a finding). */
int xfer_original(struct csm_import *im, int64_t row, struct csm_arena *a, struct xfer_original *out,
		  struct csm_err *err);
/* CSM_E_USAGE: it can't be in one file of rejects with the inputs before. */
int xfer_begin_source(struct csm_import *im, struct csm_reader *r, enum csm_format format, struct csm_err *err);
/* The row being read: the line it came in; again: another row came in that line already. */
void xfer_keep_line(struct csm_import *im, struct csm_reader *r, int64_t line, bool again);
void xfer_keep_tree(struct csm_import *im, const struct csm_rtype *t, const struct csm_node *node,
		    const char *rows);

/* ---- reject.c: what is wrong with a load ---- */
/* Reject the records that were written with a reference to one that was skipped and is not stored. */
int xfer_reject_waiting(struct csm_import *im, struct xfer_at skipped, struct csm_err *err);
/* Whether an error is the fault of a record; anything else ends the load in every mode. */
bool xfer_of_record(int code);
/* Of what is asked before its turn: CSM_OK where it is, with nothing left in err; else the code. */
int xfer_not_now(int rc, struct csm_err *err);
/* Count the row as rejected, once. */
void xfer_mark_row(struct csm_import *im, int64_t row);
/* Report a row of which no record could be made; returns CSM_OK when the load goes on. */
int xfer_reject(struct csm_import *im, int64_t row, struct csm_err *err);
/* The same for a record: it is rejected, and so are the records that were written with a reference to it. */
int xfer_reject_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err);
/* Something more is wrong with a record that was rejected. */
int xfer_reject_more(struct csm_import *im, struct xfer_item *item, struct csm_err *err);
/* All else that is wrong with the values of a record that was rejected; refs: with where its references lead. */
int xfer_reject_rest(struct csm_import *im, struct xfer_item *item, bool refs, struct csm_err *err);
/*
 * Report what is wrong with an input as a whole, and not with one of its records: it is not read on, and the load is given up in
 * every mode. Returns the code of err, which is cleared; more may be reported unless the load is stopped.
 */
int xfer_unfit(struct csm_import *im, struct csm_err *err);

/* ---- watch.c: what who watches the load is told ---- */
void xfer_watch_row(struct csm_import *im, int64_t row, const struct csm_err *err);
void xfer_watch_rejected(struct csm_import *im, const struct xfer_item *item, const struct csm_err *err);
/* r is written; before: its values as they were, NULL for a new one. */
void xfer_watch_written(struct csm_import *im, const struct xfer_item *item, const struct csm_rec *r,
			const struct csm_value *before);
void xfer_watch_skipped(struct csm_import *im, const struct xfer_item *item, const char *key);
/* r, stored until now, was in a list of the owner that replaces. */
void xfer_watch_deleted(struct csm_import *im, const struct xfer_item *owner, const struct csm_rec *r);
/* What was noted: of a row that made no record, at a place of im->lost, which moves on; why a record was rejected. */
int xfer_read_lost(struct csm_import *im, int64_t *at, int64_t *row, struct csm_err *why, struct csm_err *err);
int xfer_read_why(struct csm_import *im, struct xfer_at at, const struct csm_err **out, struct csm_err *err);
int xfer_watch_tell(struct csm_import *im, struct csm_err *err);
void xfer_phase(struct csm_import *im, enum csm_import_phase phase, int64_t total);
/* One record more is done in the phase. */
void xfer_step(struct csm_import *im);

/* ---- bind.c: a node's values onto a record ---- */
int xfer_bind(struct csm_import *im, const struct xfer_item *item, struct csm_rec *r, struct csm_err *err);
/* A map or list where the field takes neither: CSM_E_INVALID. */
int xfer_not_scalar(const struct csm_field *f, const struct csm_node *n, struct csm_err *err);

/* ---- resolve.c, pairs.c: a reference in a document to an id ---- */
int xfer_resolve(struct csm_import *im, unsigned target, const struct csm_node *node, int64_t *id,
		 struct csm_err *err);
/* Find out what a text will lead to where that is known by now, so that it needs not be asked for when the record is written. */
int xfer_resolve_early(struct csm_import *im, unsigned type, const char *text, struct csm_err *err);
/* By a text: number, key, title. */
int xfer_resolve_text(struct csm_import *im, unsigned type, const char *text, int64_t *id,
		      struct csm_err *err);
/* How a stored record is told of: its place in the load if it is of it, else its key. */
const char *xfer_candidate(struct csm_import *im, const struct csm_rtype *t, int64_t id);
/* The id of a record of the load; it has to be written before the load ends. */
int xfer_use(struct csm_import *im, struct xfer_at at, int64_t *id, struct csm_err *err);

/* ---- index.c: records of the load by key ---- */
/* Records of a type that state a value in a field, one after the other. */
struct xfer_hits {
	struct csm_import *im;
	unsigned type;
	int field;
	const char *text;
	uint32_t any, without;		/* flags of which they must have one (0: need not), and must have none */
	struct xfer_index *index;
	uint64_t hash;
	int64_t place;
};
/* text: the value as csm_field_format() writes it; of a reference the id as "#12". */
int xfer_find(struct xfer_hits *h, struct csm_import *im, unsigned type, int field, const char *text,
	      struct csm_err *err);
/* *found false when there is none more; the item is in arena a. */
int xfer_hit(struct xfer_hits *h, struct csm_arena *a, struct xfer_item *out, bool *found,
	     struct csm_err *err);
/* The same for a set of fields that are unique together; text: the values with newlines between. */
int xfer_find_set(struct xfer_hits *h, struct csm_import *im, unsigned type, const char *set,
		  const char *text, struct csm_err *err);
/* The text of a record's field as it is indexed; NULL: it states none. */
const char *xfer_text_of(struct csm_import *im, const struct xfer_item *item, int field);
/* What is indexed by ids of the load is not true any more. */
void xfer_forget_refs(struct csm_import *im);
/* Leave out what a mapping has made once already. */
int xfer_drop_repeated(struct csm_import *im, struct csm_err *err);
/* Whether records of the type can be in the load, but not in the database yet. */
bool xfer_is_ahead(const struct csm_import *im, unsigned type);

/* ---- match.c: the stored record that a record of the load stands for ---- */
/*
 * By number, external_id, natural keys: sets id and XFER_EXISTS. An error when it is the same as an earlier
 * one of the load.
 */
int xfer_match(struct csm_import *im, struct xfer_item *item, struct csm_err *err);
/* Look its keys up, so that those which are not there need not be asked for when it is written. */
int xfer_match_early(struct csm_import *im, const struct xfer_item *item, struct csm_err *err);
/* Text of a key field as the index and the database hold it; *text NULL when the record does not state it. */
int xfer_key_text(struct csm_import *im, const struct xfer_item *item, int field, struct csm_value *v,
		  const char **text, struct csm_err *err);
/* The same of a set of fields that are unique together, none of them a reference; n of them, at most 8. */
int xfer_set_text(struct csm_import *im, const struct xfer_item *item, const char *set, int *fields,
		  struct csm_value *v, unsigned *n, const char **text, struct csm_err *err);
/* That another record of the load has the same key. */
int xfer_key_taken(struct csm_import *im, const struct xfer_item *item, int field, const char *text,
		   struct xfer_at other, struct csm_err *err);
int xfer_twice(struct csm_import *im, const struct xfer_item *item, const char *what, struct xfer_at other,
	       struct csm_err *err);
/* Whether a record of the load stands for the stored record id; and to note it. */
bool xfer_is_held(const struct csm_import *im, unsigned type, int64_t id);
void xfer_hold(struct csm_import *im, unsigned type, int64_t id);
/* What was written was taken back: none of the load stands for it any more. */
void xfer_release(struct csm_import *im, unsigned type, int64_t id);
/* The record of the load that has the id, but item; n -1: none, or it was looked for too often. */
struct xfer_at xfer_holder(struct csm_import *im, const struct xfer_item *item, int64_t id);

/* ---- key.c: match by the fields that the load names ---- */
/* Find out which types opts.key is about; CSM_E_USAGE. */
int xfer_key_init(struct csm_import *im, struct csm_err *err);
/* The fields an item is matched by; NULL: its own keys. */
const struct xfer_by *xfer_key_of(const struct csm_import *im, const struct xfer_item *item);
/* It states them all. */
int xfer_key_check(struct csm_import *im, const struct xfer_item *item, struct csm_err *err);
/* Their values with newlines between; *text NULL: one is missing, or a reference. At most 8. */
int xfer_by_text(struct csm_import *im, const struct xfer_item *item, const struct xfer_by *by,
		 struct csm_value *v, const char **text, struct csm_err *err);
/* As xfer_match(), when none of them is a reference. */
int xfer_key_match(struct csm_import *im, struct xfer_item *item, const struct xfer_by *by, struct csm_err *err);
/* As xfer_match_late(). */
int xfer_key_match_late(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r,
			const struct xfer_by *by, int64_t *id, struct csm_err *err);

/* ---- modes.c: what the options say of a record that is stored already, or is not ---- */
/* *skip: it is not written. Else CSM_OK, or why it is rejected. It is known whether the item exists. */
int xfer_mode(struct csm_import *im, const struct xfer_item *item, bool *skip, struct csm_err *err);
/* Leave it out. */
int xfer_skip(struct csm_import *im, struct xfer_item *item, struct csm_err *err);
/* Empty cells of a row of a table. */
int xfer_empty_cells(struct csm_import *im, const struct csm_rtype *t, struct csm_node *row, const char *file,
		     struct csm_err *err);

/* ---- replace.c: lists of owned records that replace the stored ones ---- */
/*
 * Before the first item of a list is written: match all of it, and delete those of the owner that none of them stands for.
 */
int xfer_replace_list(struct csm_import *im, struct xfer_item *first, struct csm_err *err);
/* Lists that the written owner states to be empty. */
int xfer_replace_empty(struct csm_import *im, struct xfer_item *owner, struct csm_err *err);

/* ---- late.c: where only references tell which one it is, so it is looked for when it is written ---- */
/* Whether the type is matched then: it is owned, or unique by fields one of which is a reference. */
bool xfer_matched_late(const struct csm_rtype *t);
/* *id 0: none. r has the stated values. */
int xfer_match_late(struct csm_import *im, struct xfer_item *item, const struct csm_rec *r, int64_t *id,
		    struct csm_err *err);

/* ---- kin.c: owned records without keys ---- */
/*
 * Among the stored records of the owner that r refers to by field, one that equals what r states and is not taken by another record of
 * the load; *id is left alone when there is none.
 */
int xfer_match_kin(struct csm_import *im, const struct xfer_item *item, int field, const struct csm_rec *r,
		   int64_t *id, struct csm_err *err);
/* They are others by now; the load is closed. */
void xfer_forget_kin(struct csm_import *im);
void xfer_close_kin(struct csm_import *im);

/* ---- ahead.c: ids before anything is written, for types that are referred to then ---- */
int xfer_match_ahead(struct csm_import *im, unsigned type, struct csm_err *err);

/* ---- batch.c: several transactions (opts.batch) ---- */
int xfer_write_batches(struct csm_import *im, struct csm_err *err);

/* ---- import.c ---- */
/* What the load has counted so far. */
void xfer_result(struct csm_import *im, struct csm_import_result *out);

/* ---- write.c ---- */
/* One record: match, resolve, write; what is wrong with it is reported, and the load goes on. */
int xfer_write_item(struct csm_import *im, struct xfer_item *item, struct csm_err *err);
/* Roll back, and forget what was read and noted of the records since the last commit. gone: the size of im->gone then. */
void xfer_take_back(struct csm_import *im, int64_t gone);
/* Nothing is written and no record is matched: as when all was read. */
void xfer_forget_matches(struct csm_import *im);
/* The `after` hook of a record that was written, once. */
int xfer_follow(struct csm_import *im, struct xfer_at at, struct csm_err *err);
/* Begin the change that is written, unless the caller did. */
int xfer_begin(struct csm_import *im, struct csm_err *err);
int xfer_write_all(struct csm_import *im, struct csm_err *err);

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
