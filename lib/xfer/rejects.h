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
};

struct reject_out {
	struct csm_import *im;
	struct csm_sink sink;
	struct csm_writer *w;
	const struct xfer_source *source; /* the first: all have its format */
	struct xfer_sorted *rejected;	/* by row: type and number of an item, or a note of a row that made none */
	/* of a document: which types are in it, whether others than the one the command names, and what is of none */
	bool *of_type;
	bool others, unknown;
	struct csm_vec places;		/* const char * */
	const struct csm_rtype *type;	/* being written */
	const char *place;
};

/* ---- reject_list.c ---- */
int reject_collect(struct reject_out *o, struct csm_err *err);
/* Each entry in the order of the rows. */
int reject_each(struct reject_out *o, int (*put)(struct reject_out *o, const struct reject *r, struct csm_err *err),
		struct csm_err *err);
/* Fill in what a document has to know before. */
int reject_look(struct reject_out *o, struct csm_err *err);

/* ---- reject_write.c ---- */
int reject_bytes(struct reject_out *o, const char *p, size_t n, struct csm_err *err);
/* A record as a map in the open document. */
int reject_record(struct reject_out *o, const struct reject *r, struct csm_err *err);
/* A line of NDJSON without its newline, from raw, and from node. */
void reject_line(struct csm_buf *b, const struct reject *r);
int reject_record_line(struct reject_out *o, struct csm_buf *b, const struct reject *r, struct csm_err *err);
/* A text as a cell of a table of the source's format. */
void reject_cell(struct csm_buf *b, const struct xfer_source *source, const char *s);
void reject_header(struct csm_buf *b, const struct xfer_source *source);
int reject_row(struct reject_out *o, struct csm_buf *b, const struct reject *r, struct csm_err *err);
/* The tree of a line or row; *out NULL when it is none. clean: bytes that are no text are passed over. */
int reject_parse(struct csm_arena *a, const struct xfer_source *source, const char *raw, size_t n, bool clean,
		 struct csm_node **out);

#endif
