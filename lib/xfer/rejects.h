/* SPDX-License-Identifier: MIT */
/* rejects.h - what the files about the file of rejects share. */
#ifndef CSM_XFER_REJECTS_H
#define CSM_XFER_REJECTS_H

#include "xfer_priv.h"

/* Key of a document under which stands what is of no type, because it could not be read. */
#define XFER_REJECTED_KEY CSM_DOC_TALK "rejected"

/* An entry of the file, in scratch memory. */
struct reject {
	const struct xfer_source *source; /* NULL: the row was not kept */
	const struct csm_rtype *type;	/* NULL: a row of a mapping, or it could not be read */
	const char *rows;		/* the place of such a row, or NULL */
	const char *raw;		/* the line or row as it came; NULL: it is part of one, or there are no lines */
	size_t nraw;
	bool whole;			/* raw is a line or row that can be taken apart */
	const struct csm_node *node;	/* the record; NULL: raw it is, or it could not be read */
	/* it stands alone now: the field by which it refers to the record around it, and how; or NULL */
	const char *owner_field, *owner_key;
	const struct csm_err *err;
	int64_t row;			/* of the source; 0: it is not of a load that lasts */
};

/* ---- where rejects come from, and where they go ---- */
struct reject_out;
typedef int reject_put(struct reject_out *o, const struct reject *r, struct csm_err *err);

struct reject_out {
	struct csm_store *store;
	const struct csm_dict *dict;
	struct csm_arena *arena, *scratch; /* scratch: of an entry */
	const struct csm_rtype *noun;	/* the type that the command named, or NULL */
	bool mapped;			/* rows of a mapping */
	/* Each entry in the order of the rows. */
	int (*each)(struct reject_out *o, reject_put *put, struct csm_err *err);
	/* of a load that lasts (reject_list.c) */
	struct csm_import *im;
	bool known;			/* only what was rejected before the load was cut short */
	bool grows;			/* the file does (reject_more.c): rows that it has already are left out */
	struct xfer_sorted *rejected;	/* by row: type and number of an item, or a note of a row that made none */
	/* of the database (reject_kept.c) */
	const struct csm_filter *where;
	int64_t missing;		/* entries that were too long to be kept */

	struct csm_sink sink;
	struct csm_writer *w;
	const struct xfer_source *source; /* the first: all have its format */
	/* of a document: which types are in it, whether others than the one the command names, and what is of none */
	bool *of_type;
	bool others, unknown;
	bool any;			/* there are entries */
	bool list;			/* elements of a list of JSON: records alone, or documents */
	bool next;			/* another one stands before it */
	struct csm_vec places;		/* const char *, in arena: an entry is gone when the next one comes */
	const struct csm_rtype *type;	/* being written */
	const char *place;
};

/* ---- rejects.c ---- */
int reject_write_all(struct reject_out *o, struct csm_err *err);
/* That one file of rejects can have entries of both. */
int reject_same_source(const struct xfer_source *first, const struct xfer_source *s, struct csm_err *err);

struct reject_out reject_open(struct csm_import *im, struct csm_sink sink);
/* Of NDJSON and tables; of JSON and YAML all as one document. */
int reject_put_line(struct reject_out *o, const struct reject *r, struct csm_err *err);
int reject_put_row(struct reject_out *o, const struct reject *r, struct csm_err *err);
int reject_put_header(struct reject_out *o, struct csm_err *err);
int reject_document_all(struct reject_out *o, struct csm_err *err);

/* ---- reject_more.c ---- */
/* Of a row that is given back whole, where the file grows: it has it; from here on. */
bool reject_is_filed(const struct reject_out *o, const struct reject *r);
void reject_mark_filed(struct reject_out *o, const struct reject *r);

/* ---- reject_list.c ---- */
/* The rejects of a load: those of records that are decided (struct csm_import, decided). */
int reject_collect(struct reject_out *o, struct csm_err *err);
/* The entry of a record (at NULL: a row that made none). inside: it stands in another one. Memory is im->scratch. */
int reject_of(struct csm_import *im, const struct xfer_at *at, int64_t row, const struct csm_err *why, struct reject *r,
	      bool *inside, struct csm_err *err);

/* ---- reject_kept.c: as they are kept in the database ---- */
/* Fill rec (import_reject) with the entry. */
int reject_keep(struct csm_rec *rec, const struct reject *r, struct csm_err *err);
/* What was wrong. */
void reject_read_err(const struct csm_rec *rec, struct csm_err *err);

/* ---- reject_write.c ---- */
int reject_bytes(struct reject_out *o, const char *p, size_t n, struct csm_err *err);
/* A record as a map in the open document. */
int reject_record(struct reject_out *o, const struct reject *r, struct csm_err *err);
/* A line of NDJSON without its newline, from raw, and from node. talk: with what was wrong. */
void reject_line(struct csm_buf *b, const struct reject *r);
int reject_record_line(struct csm_buf *b, const struct reject *r, bool talk, struct csm_err *err);
/* The record as a document of its own; of a mapping as the row alone. */
int reject_document(struct csm_buf *b, enum csm_format format, const struct reject *r, struct csm_err *err);
/* Bytes that can't be taken apart, as a text that can be written: themselves, or base64 where they are no text; and back. */
const char *reject_raw_text(struct csm_arena *a, const char *raw, size_t n);
const char *reject_raw_bytes(struct csm_arena *a, const char *text, size_t *n);
/* A text as a cell of a table of the source's format. */
void reject_cell(struct csm_buf *b, const struct xfer_source *source, const char *s);
void reject_header(struct csm_buf *b, const struct xfer_source *source);
int reject_row(struct reject_out *o, struct csm_buf *b, const struct reject *r, struct csm_err *err);
/* The tree of a line or row; *out NULL when it is none. clean: bytes that are no text are passed over. */
int reject_parse(struct csm_arena *a, const struct xfer_source *source, const char *raw, size_t n, bool clean,
		 struct csm_node **out);

#endif
