/* SPDX-License-Identifier: MIT */
/*
 * disk.h - what a load keeps on disk so that its memory does not grow with its input: byte streams, arrays
 * and sorted indexes in temporary files that have no name. What is small never leaves memory.
 *
 * The first failure of a disk is kept in it (csm_err of struct xfer_disk) and everything after it does
 * nothing; who uses it asks xfer_disk_check() before believing what was read.
 */
#ifndef CSM_XFER_DISK_H
#define CSM_XFER_DISK_H

#include <stdbool.h>

#include <csm/arena.h>
#include <csm/err.h>

struct xfer_page;

struct xfer_sorted;

/* A temporary file; fd -1 until something is written to it. */
struct xfer_file {
	int fd;
};

struct xfer_disk {
	struct csm_arena *arena;	/* buffers */
	const char *dir;		/* where the files are; NULL: /var/tmp, else /tmp */
	struct csm_err err;		/* the first failure */
	struct csm_vec fds;		/* int: files that are open */
	struct xfer_sorted *sorted;	/* all of them, for what they hold */
	struct xfer_page *pages;	/* of the arrays, in memory */
	uint64_t clock;			/* counts the uses of pages */
};
/* The arena is the disk's: it is freed with it. */
void xfer_disk_open(struct xfer_disk *d, struct csm_arena *a, const char *dir);
void xfer_disk_close(struct xfer_disk *d);
int xfer_disk_check(const struct xfer_disk *d, struct csm_err *err);

/* ---- tmp.c: bytes that are appended and read again ---- */
struct xfer_tmp {
	struct xfer_disk *disk;
	struct xfer_file file;
	char *buf;			/* the end, not written yet */
	size_t n;
	int64_t start;			/* where the end begins */
};
void xfer_tmp_init(struct xfer_tmp *t, struct xfer_disk *d);
int64_t xfer_tmp_size(const struct xfer_tmp *t);
/* Append; returns where the bytes begin. */
int64_t xfer_tmp_add(struct xfer_tmp *t, const void *p, size_t n);
/* Read n bytes; zeros after a failure. */
void xfer_tmp_read(struct xfer_tmp *t, int64_t at, void *p, size_t n);
/* Go on behind the first size bytes; 0: begin anew. */
void xfer_tmp_cut(struct xfer_tmp *t, int64_t size);
/* For array.c: a page of a file at its place. What was never written reads as zeros. */
void xfer_file_write(struct xfer_disk *d, struct xfer_file *f, int64_t at, const void *p, size_t n);
void xfer_file_read(struct xfer_disk *d, struct xfer_file *f, int64_t at, void *p, size_t n);

/* ---- array.c: entries of one size, by number ---- */
struct xfer_array {
	struct xfer_disk *disk;
	struct xfer_file file;
	size_t size;			/* of an entry */
	int64_t n;			/* entries; those never set are zeros */
	struct xfer_page *last;		/* the page used last, which is probably the next */
};
void xfer_array_init(struct xfer_array *a, struct xfer_disk *d, size_t size);
void xfer_array_get(struct xfer_array *a, int64_t i, void *out);
void xfer_array_set(struct xfer_array *a, int64_t i, const void *entry);
/* Append; returns its number. */
int64_t xfer_array_add(struct xfer_array *a, const void *entry);

/* ---- sorted.c: numbers by hash ---- */
struct xfer_entry {
	uint64_t hash;
	int64_t at;
};
struct xfer_sorted {
	struct xfer_disk *disk;
	struct csm_arena *arena;	/* of mem */
	struct xfer_sorted *next;
	struct xfer_entry *mem;		/* what is not in a run yet; all of it where there are no runs */
	size_t nmem, cap;
	struct xfer_tmp runs;		/* sorted runs, one after the other; at the end one */
	struct xfer_tmp spare;		/* what they are merged into */
	int64_t n;
	bool ready;
	struct xfer_entry *block;	/* the piece of the run read last */
	int64_t block_at, block_n;
};
/* x stays where it is until the disk is closed. */
void xfer_sorted_init(struct xfer_sorted *x, struct xfer_disk *d);
/* Begin anew, in the same files. */
void xfer_sorted_reset(struct xfer_sorted *x);
void xfer_sorted_add(struct xfer_sorted *x, uint64_t hash, int64_t at);
/* As it was at first. */
void xfer_sorted_clear(struct xfer_sorted *x);
/* All are in: from here on it can be read, by hash and number in order. */
void xfer_sorted_end(struct xfer_sorted *x);
/* The place of the first entry that is not less than hash. */
int64_t xfer_sorted_find(struct xfer_sorted *x, uint64_t hash);
/* The entry at a place; false past the end. */
bool xfer_sorted_get(struct xfer_sorted *x, int64_t place, struct xfer_entry *out);

#endif
