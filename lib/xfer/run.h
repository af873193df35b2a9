/* SPDX-License-Identifier: MIT */
/* run.h - what a load knows for the record that it leaves (run.c), and of what is wrong (finding.c). */
#ifndef CSM_XFER_RUN_H
#define CSM_XFER_RUN_H

#include <csm/db.h>

#include "xfer/disk.h"

/* What was wrong before an input. */
struct xfer_before {
	int64_t size, findings, rejects;
	struct csm_err first;
};

/* What is known for the record of the load. */
struct xfer_run {
	int64_t id;			/* 0: not written yet */
	int64_t version;		/* of the record, as this load wrote or found it */
	int64_t last;			/* the last change of the load that was cut short */
	struct csm_buf names, formats;	/* of the inputs */
	unsigned sources;		/* inputs that were read */
	bool whole;			/* each of them to its end */
	struct csm_blake2b all;		/* over the hashes of the inputs */
	char hash[65];			/* of the only input, or when all are read of all; "" */
	/* what is wrong (finding.c) */
	struct xfer_tmp findings;
	int64_t told;			/* bytes of it that are written, but for those of early */
	struct xfer_sorted *early;	/* in batches: findings from before the first was written, by the place of their records */
	int64_t early_next;
	int64_t written, filed;		/* findings written; how many of them the file of rejects has */
	int64_t filed_early, filed_told; /* where those begin that csm_import_rejects_more() has not written, in early and in findings */
	bool filing;			/* it was called */
	bool filed_any;			/* of a document: it has written some */
	struct csm_vec filed_rows;	/* uint64_t, a bit a row: it has written the whole row */
	int64_t known;			/* findings of before the load was cut short */
	bool hold;			/* they are not told yet */
	bool unsure;			/* nor are those of the input being read: it is compressed, and may be damaged */
	struct xfer_before before;	/* that one */
};

#endif
