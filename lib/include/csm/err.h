/* SPDX-License-Identifier: MIT */
/*
 * csm/err.h - error codes and the error object every fallible call fills.
 *
 * A function that can fail returns an enum csm_code as int: CSM_OK (0) or the reason. The codes are
 * the exit statuses of the csm command, so there is one table for the library, the command, the
 * manual and the tests (csm_code_rows()). The last parameter of such a function is a struct csm_err *
 * owned by the caller; it may be NULL where the caller only wants the code. The object holds no
 * pointers, so it never has to be freed and can report that memory ran out.
 */
#ifndef CSM_ERR_H
#define CSM_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <csm/attr.h>

enum csm_code {
	CSM_OK = 0,		/* done and durable, or "yes" */
	CSM_NO = 1,		/* a check, diff or report answered no */
	CSM_E_USAGE = 2,	/* the command line is wrong */
	CSM_E_NOTFOUND = 3,	/* no such record */
	CSM_E_REFUSED = 4,	/* a rule of the field refuses it */
	CSM_E_CONFLICT = 5,	/* stale version, duplicate key, later change in the way */
	CSM_E_INVALID = 65,	/* the input is wrong */
	CSM_E_NOINPUT = 66,	/* an input file or the database is missing */
	CSM_E_HELPER = 69,	/* a helper program is missing */
	CSM_E_INTERNAL = 70,	/* a bug of csm */
	CSM_E_SYSTEM = 71,	/* out of memory, or the system refused */
	CSM_E_IO = 74,		/* reading or writing failed */
	CSM_E_BUSY = 75,	/* the database is locked by another; try again */
	CSM_E_DAMAGED = 76,	/* the database is damaged or not csm's */
	CSM_E_PERM = 77,	/* the actor may not do that */
	CSM_E_CONFIG = 78	/* newer schema, or wrong configuration */
};

/* One row of the table of codes, for help, man pages and `csm dict --json`. */
struct csm_code_row {
	enum csm_code code;
	const char *name;	/* "refused" */
	const char *help;	/* "refused by a rule" */
};

/* The table, ended by a row whose name is NULL. */
const struct csm_code_row *csm_code_rows(void);
/* The name of a code in that table, such as "notfound"; "unknown" for one that is not in it. */
const char *csm_code_name(enum csm_code code);
/* Whether it is trouble of the machine or the database (memory, disks, locks, damage), which no record and no input is to blame for. */
bool csm_code_is_trouble(int code);

struct csm_err {
	enum csm_code code;
	char type[40];		/* record type, or "" */
	char key[160];		/* the record's number or key, or "" */
	char field[80];		/* field or option, or "" */
	char file[256];		/* input file, or "" */
	int64_t line, col;	/* 1-based position in file; 0 = not known */
	char msg[768];		/* what is wrong and what was expected; lower case, no full stop */
};

/* Reset to "no error". */
void csm_err_clear(struct csm_err *err);

/*
 * Set code and message (type, key, field, file stay as they are if already set for this error; they
 * are cleared when err held CSM_OK). Returns code, so that "return csm_fail(...)" is one line.
 * Messages quote the user's input in '...'. Cut at the size of msg, always NUL-terminated.
 */
int csm_fail(struct csm_err *err, enum csm_code code, const char *fmt, ...) CSM_PRINTF(3, 4);

/* Prefix the message with context ("fmt: old message"); keeps the code and returns it. */
int csm_wrap(struct csm_err *err, const char *fmt, ...) CSM_PRINTF(2, 3);

/* Name the record and field an error is about; NULL leaves a part as it is. Returns err->code. */
int csm_err_on(struct csm_err *err, const char *type, const char *key, const char *field);

/* Name the place in an input an error is about; file NULL leaves it. Returns err->code. */
int csm_err_at(struct csm_err *err, const char *file, int64_t line, int64_t col);

/* Take record, field and place away from an error that is nobody's fault (csm_code_is_trouble()); others stay. Returns err->code. */
int csm_err_nowhere(struct csm_err *err);

/*
 * The whole error as one line without a trailing newline: "FILE:LINE:COL: TYPE KEY: FIELD: MSG",
 * each part only when known. Writes at most size bytes, always NUL-terminated. Returns buf.
 */
char *csm_err_text(const struct csm_err *err, char *buf, unsigned long size);

/*
 * A sink for findings: checks and loads that report many errors call note() for each and go on.
 * note must copy what it keeps. severity: 'e' error, 'w' warning, 'n' what is going on (err holds a message only).
 */
struct csm_diag {
	void (*note)(void *arg, char severity, const struct csm_err *err);
	void *arg;
};
void csm_diag_note(const struct csm_diag *diag, char severity, const struct csm_err *err);

#endif
