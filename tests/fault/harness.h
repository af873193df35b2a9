/* SPDX-License-Identifier: MIT */
/*
 * harness.h - what the files of the fault harness share.
 *
 *   main.c    options, the list of commands, counting
 *   tree.c    a folder in memory: read, laid, compared
 *   state.c   what a database says, as one number; whether it is whole
 *   run.c     one run of csm under a shim
 *   sweep.c   the K-th call fails, for each K; the verdict
 *   power.c   what the disk would hold had the power failed; the verdict
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- tree.c ---- */
struct file {
	char *name;		/* from the folder: ".config/csm/config" */
	unsigned char *data;
	size_t n;
	unsigned mode;
	bool folder;
};
struct tree {
	struct file *v;
	size_t n;
};
void tree_read(struct tree *t, const char *dir);
void tree_lay(const struct tree *t, const char *dir);	/* the folder then holds this and nothing else */
void tree_free(struct tree *t);
const struct file *tree_find(const struct tree *t, const char *name);
bool file_same(const struct file *a, const struct file *b);	/* NULL is a file that is not there */
bool is_of_database(const char *name);			/* csm.db and what stands beside it */

/* ---- state.c ---- */
struct state {
	uint64_t hash;		/* 0: no database */
	int changes;		/* rows of its table of changes */
	char damage[200];	/* what is wrong with it; "" nothing */
};
/* Opens the database of a folder, which plays its log back and changes the folder. */
void state_read(struct state *s, const char *dir);

/* ---- the list ---- */
struct row {
	int line;			/* in the list */
	const char *verb;		/* "case resolve" */
	const char *world;		/* folder of the worlds */
	const char *input;		/* standard input, or NULL */
	bool resumes;			/* may stop in between: the same command goes on from there */
	bool files;			/* so do the files it writes */
	bool early;			/* its output comes before the commit */
	bool few;			/* a long run: few points, whatever is asked for */
	bool parts;			/* each line of its output that has "status":0 tells of a change of its own */
	int argc;
	char **argv;
	const char *text;		/* the command as it is written */
};

/* ---- run.c ---- */
struct harness {
	const char *csm, *fault_so, *rec_so, *worlds;
	char *work, *out, *err, *shared, *log;	/* folder, and files beside it */
	uint64_t seed;
	int points;			/* of each kind for each row; 0 all: see points_of() */
	bool check;			/* csm db check looks at each state too */
	const char *only_point;
	bool keep;
	int failed, passed;
	int64_t states;			/* tried */
};
struct result {
	int status;		/* exit status; -1 killed by us, -2 by another signal, -3 took too long */
	int signal;
	char *out, *err;
	size_t out_n;
};
extern struct harness H;
/* Run csm in the folder; plan is CSM_FAULT, "rec" records, NULL neither. */
void run_csm(const struct row *row, const char *plan, struct result *r);
void result_free(struct result *r);
struct fault_out;
struct fault_out *run_shared(void);	/* what the shim told of the last run */
bool run_check(struct result *r);	/* csm db check */

/* ---- what all rows need before a fault is tried ---- */
struct base {
	const struct row *row;
	struct tree before, after;
	struct state was, is;		/* the database's */
	struct result good;
	struct fault_out *counts;	/* of a run without fault */
};

/* ---- sweep.c ---- */
/* All points of a kind ("kill", "eio+", "mem") for a row, or those that the seed chooses. */
void sweep(const struct base *b, const char *kind);
void sweep_point(const struct base *b, const char *plan);
/* Tell of a failure, so that it can be repeated alone. */
void fail_point(const struct base *b, const char *plan, const char *why);
/*
 * Whether each file of the folder is as before or as after, and none is half. at_end: as after. strays: temporary files may be left. torn: the
 * power failed or it was killed, and the end of a file that grows may be anything. NULL, or what is wrong.
 */
const char *check_files(const struct base *b, bool at_end, bool strays, bool torn);

/* ---- power.c ---- */
void power(const struct base *b);
void power_point(const struct base *b, const char *plan);

/* How many points of a kind a row gets; 0 all. */
int points_of(const struct row *row);

/* How many changes a text tells of: lines with "status":0. */
int count_told(const char *s, size_t n);

/* A number from the seed, the row and a salt; the same each time. */
uint64_t chance(const struct row *row, const char *salt, uint64_t i);

void *need(void *p);			/* p, or the end when there is no memory */
char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
