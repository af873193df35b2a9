/* SPDX-License-Identifier: MIT */
/* csv_read.h - what the two files of the CSV reader share: csv_head.c, what comes before the rows, and csv_read.c. */
#ifndef CSM_IO_CSV_READ_H
#define CSM_IO_CSV_READ_H

#include "io_priv.h"

/* What a byte means inside a cell. */
enum { BYTE_PLAIN, BYTE_CHECK, BYTE_STOP };

struct cell {
	const char *text;
	size_t n;
	enum csm_scalar scalar;
	bool check;		/* holds bytes csm_text_check has to see */
	int64_t line, col;
};

struct csv {
	struct csm_reader r;
	bool tsv;
	char eol;		/* what ends a line: a newline, or the carriage return of old files */
	bool unnamed;		/* a column of the header has no name */
	unsigned char plain[256], quoted[256];	/* BYTE_* in a plain and in a quoted cell */
	struct cell *cell;
	unsigned ncells, capcells;
	char *text;		/* decoded cells */
	size_t captext;
	int64_t line;		/* of in.pos */
	bool in_row, value_next;
	unsigned at;		/* cell to hand out */
	bool broken;		/* the row was refused at in.pos: skip goes on behind its line */
	/* while a row is parsed */
	const char *p, *line_start;
	char *to;
	size_t cont;		/* continuation bytes before p on its line */
};

/* csv_read.c: read the next row into the cells; *more is false at the end of the input. */
int io_csv_row(struct csv *c, bool *more, struct csm_err *err);
/* What a cell holds, which io_csv_row() does not look at. */
int io_csv_check(struct csv *c, const struct cell *cell, struct csm_err *err);
/* Blank lines are not rows. */
int io_csv_skip_blank(struct csv *c, bool *more, struct csm_err *err);

#endif
