/* SPDX-License-Identifier: MIT */
/*
 * cli.h - the command line's own contract: rows of verbs and options, and what a handler is given.
 *
 * Every command is a row of struct cli_verb. One dispatcher (dispatch.c) parses the options of the row,
 * checks its needs, opens the database, begins the change, calls fn, commits or rolls back, prints the
 * error and gives the exit status. A handler parses, calls the library, prints.
 *
 * To add verbs: write cmd/sp_<area>.c with `const struct cli_verb sp_<area>_verbs[]` (ended by a row
 * without verb), handlers cmd_<noun>_<verb>(), and name the table in cmd/verbs.c. Help, manual, completion
 * and `csm dict --json` follow from the rows.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stdint.h>

#include <csm/io.h>
#include <csm/store.h>
#include <csm/time.h>

struct cli;

/* ---- rows ---- */

/* What an option takes. The dispatcher checks and converts the text before the handler runs. */
enum cli_arg {
	CLI_ARG_NONE,		/* a switch */
	CLI_ARG_TEXT,		/* "" is fine; '@FILE' and '-' are not looked at */
	CLI_ARG_LONG,		/* text of a field or journal; @FILE and - are read, @@x is "@x" */
	CLI_ARG_INT,		/* 0 or more */
	CLI_ARG_TIME,		/* csm_time_parse_rel; without an offset in the zone of --tz */
	CLI_ARG_DURATION,	/* csm_duration_parse, not negative */
	CLI_ARG_FILE,		/* path; "-" is standard input or output */
	CLI_ARG_FORMAT,		/* table json ndjson yaml csv tsv */
	CLI_ARG_CHOICE,		/* one of row->choices */
	CLI_ARG_EXPR,		/* filter on the noun's type: cli_where() */
	CLI_ARG_FIELDS,		/* comma list of fields or paths */
	CLI_ARG_REF,		/* key of a record of type row->target; resolved by cli_ref() */
	CLI_ARG_PAIR,		/* name=value */
	CLI_ARG_ZONE		/* time zone name */
};

#define CLI_OPT_MANY	(1u << 0)	/* may be given several times: cli_texts() */
#define CLI_OPT_NEEDED	(1u << 1)	/* must be given */
#define CLI_OPT_HIDDEN	(1u << 2)	/* not in help and completion */

struct cli_opt {
	const char *name;	/* "within", with '-' between words */
	char letter;		/* short form or 0 */
	enum cli_arg arg;
	uint32_t flags;		/* CLI_OPT_* */
	const char *value;	/* how the value is called in help: "DURATION"; NULL: by arg */
	const char *choices;	/* CLI_ARG_CHOICE: "abort,skip" */
	const char *target;	/* CLI_ARG_REF: type */
	const char *help;	/* one line, no full stop */
};

/*
 * What a command needs and what it can do; the dispatcher sees to it, and refuses options that go with a
 * missing one.
 */
#define CLI_NODB	(1u << 0)	/* opens no database */
#define CLI_READ	(1u << 1)	/* database and store to read */
#define CLI_WRITE	(1u << 2)	/* store inside a change, committed after fn; output is held */
#define CLI_OWNTX	(1u << 3)	/* with WRITE: fn calls cli_begin() and cli_commit() itself */
#define CLI_RAWDB	(1u << 4)	/* database of any schema version, read only, no store */
#define CLI_RAWDB_W	(1u << 5)	/* the same, writable */
#define CLI_CREATE	(1u << 6)	/* with RAWDB_W: may create the file */
#define CLI_TTY		(1u << 7)	/* needs a terminal on standard input and output */
#define CLI_DOC		(1u << 8)	/* -o: prints records as documents */
#define CLI_LIST	(1u << 9)	/* -o --fields --no-header --count --format -z: prints rows */
#define CLI_PAGER	(1u << 10)	/* long text for people: through the pager on a terminal */
#define CLI_SELECT	(1u << 11)	/* on records by key, '-', --where or --all: cli_each() */
#define CLI_VERSION	(1u << 12)	/* --if-version */
#define CLI_ONBEHALF	(1u << 13)	/* --on-behalf */
#define CLI_FIELDS_SET	(1u << 14)	/* options of `fields` set values; --unset is taken */
#define CLI_HIDDEN	(1u << 15)	/* not in help (__complete) */
#define CLI_ASKS	(1u << 16)	/* asks on a terminal before a destructive act: --yes */
#define CLI_TZ		(1u << 17)	/* --tz and --raw: shows times to people */
#define CLI_SYSTEM	(1u << 18)	/* reserved for changes written as the system */
#define CLI_SELFOPEN	(1u << 20)	/* fn opens the database itself: cli_open() */
#define CLI_MAYDB	(1u << 21)	/* a missing database is fine: store and db are NULL then */
#define CLI_ALL		(1u << 22)	/* with SELECT: with no record named all of them are meant */
#define CLI_REPORT	(1u << 23)	/* with LIST: -o mail and -o openmetrics too */
#define CLI_ALONE	(1u << 24)	/* a change of its own: not in an atomic batch */
#define CLI_BATCH	(1u << 25)	/* csm batch: not in itself */
#define CLI_EXTRA	(1u << 19)	/* words that look like options are passed on (__complete) */
#define CLI_FILES	(1u << 26)	/* writes files besides the database */

struct cli_verb {
	const char *noun;	/* "case"; NULL: `csm VERB`; "*": every type but types_not */
	const char *verb;	/* "request-info" */
	int (*fn)(struct cli *c, struct csm_err *err);
	uint32_t needs;		/* CLI_* */
	const struct cli_opt *options;	/* ended by name NULL; NULL none */
	const char *fields;	/* fields of the type taken as options: "account,asset"; NULL none */
	const char *args;	/* words after the verb as shown in help: "CASE...", "[FILE...]"; NULL none */
	int min, max;		/* how many words; max -1: any number */
	const char *arg_type;	/* what the words are, to complete: a type, "file"; NULL the noun */
	const char *summary;	/* one line, no full stop */
	const char *help;	/* paragraphs for --help and the manual, lines ended by \n; NULL none */
	const char *writes_with;	/* with WRITE: the option without which it only reads; NULL none */
	uint32_t types_not;	/* noun "*": not for types with one of these CSM_T_* flags */
	const struct csm_move *move;	/* lifecycle verb: its first row (set by verbs.c) */
};

/* ---- what a handler is given ---- */

struct cli_value;		/* a given option, private */
struct cli_out;			/* standard output, private */
struct cli_world;		/* environment and terminal, private */

struct cli {
	struct csm_arena *arena;	/* lives as long as the command */
	const struct csm_dict *dict;
	const struct cli_verb *verb;
	const struct csm_rtype *type;	/* the noun's type, or NULL */
	char **args;			/* words after the verb */
	unsigned nargs;
	struct csm_db *db;		/* by needs; else NULL */
	struct csm_store *store;
	struct csm_env env;		/* as given to the store: now, as, dry_run, ... */
	enum csm_format format;		/* -o; CSM_FMT_NONE when unsaid */
	bool quiet;			/* -q */
	bool no_header;			/* a handler's own wish: lists without their header line */
	bool raw;			/* --raw: stored values, not labels */
	const struct csm_zone *zone;	/* --tz; NULL: UTC */
	int64_t if_version;		/* --if-version, -1 unsaid */
	int status;			/* first code that cli_report() was given */
	unsigned reported;		/* how many errors it printed */
	const char *db_path;		/* the database's file; NULL: none is named and there is no home */
	int wait_ms;
	bool committed;			/* something was stored */
	bool stdin_used;
	bool many;			/* documents: a list, even of one (several records may come) */
	unsigned selected;		/* records cli_each() came to */
	unsigned declined;		/* questions answered with no */
	struct cli_list *lists;		/* open ones */
	struct cli_show *show;		/* records printed so far, private */
	struct cli_value *values;
	struct cli_out *out;
	struct cli_world *world;
};

/* ---- options given ---- */
bool cli_given(const struct cli *c, const char *name);
/*
 * The text as given (CLI_ARG_LONG: the text read), the last one if it was repeated; NULL when not given. A
 * switch gives "".
 */
const char *cli_text(const struct cli *c, const char *name);
/* All texts of a repeated option, ended by NULL; *n their number. */
const char *const *cli_texts(struct cli *c, const char *name, unsigned *n);
/* Value of an INT (number), TIME (moment) or DURATION (seconds) option; unsaid when it was not given. */
int64_t cli_int(const struct cli *c, const char *name, int64_t unsaid);
/* The id a REF option names (or any text as a key of type `target`); *id 0 when not given. */
int cli_ref(struct cli *c, const char *name, const char *target, int64_t *id, struct csm_err *err);
/* Set the fields given as options (and clear those of --unset) on a record; *n (may be NULL) counts them. */
int cli_set_fields(struct cli *c, struct csm_rec *r, unsigned *n, struct csm_err *err);
/* The filter of --where, --FIELD VALUE options and --all on type t; *out NULL when none was given. */
int cli_where(struct cli *c, const struct csm_rtype *t, struct csm_filter **out, struct csm_err *err);

/* ---- records given ---- */
/*
 * Call fn for each record of type t that the command line selects: words, '-' (ids on standard input, one a
 * line or NUL ended with -z), --where, --all. One that fails is reported and the next one follows; the
 * first code is returned with err empty. With none selected: CSM_E_USAGE, or all of them (CLI_ALL).
 */
int cli_each(struct cli *c, const struct csm_rtype *t,
	     int (*fn)(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err), void *arg,
	     struct csm_err *err);
/* One record by its key. */
int cli_find(struct cli *c, const struct csm_rtype *t, const char *key, struct csm_rec **out,
	     struct csm_err *err);

/* ---- talk: standard error ---- */
/* "csm: text" for people; nothing with -q. */
void cli_note(struct cli *c, const char *fmt, ...) CSM_PRINTF(2, 3);
/* Print an error now and go on; remembers the first code. Returns err->code. */
int cli_report(struct cli *c, const struct csm_err *err);
/*
 * A diag sink whose findings are printed to standard error as errors and warnings are ('e' counts in
 * c->reported, not in c->status).
 */
struct csm_diag cli_diag(struct cli *c);
/* Ask before a destructive act: true for yes. Asks on a terminal only; --yes, and no terminal, are yes. */
bool cli_confirm(struct cli *c, const char *question);

/* ---- data: standard output ---- */
struct csm_sink cli_sink(struct cli *c);
void cli_print(struct cli *c, const char *fmt, ...) CSM_PRINTF(2, 3);
void cli_write(struct cli *c, const char *text, size_t n);
/*
 * Text of the outside world made safe when standard output is a terminal; as it is otherwise. oneline as
 * csm_term_text.
 */
const char *cli_safe(struct cli *c, const char *s, bool oneline);
bool cli_tty(const struct cli *c);		/* standard output is a terminal */
/* The format in force: -o, else table on a terminal, tsv otherwise. */
enum csm_format cli_list_format(const struct cli *c);
/* Same for documents (show, new): CSM_FMT_NONE means the page for people. */
enum csm_format cli_doc_format(const struct cli *c);

/*
 * A report of fixed columns: honours -o --fields --no-header --count --format -z. values: n texts, NULL is
 * null; labels as csm_list_row().
 */
struct cli_list;
int cli_list_open(struct cli_list **out, struct cli *c, const struct csm_column *columns, unsigned n,
		  struct csm_err *err);
int cli_list_row(struct cli_list *l, const char *const *values, const char *const *labels,
		 struct csm_err *err);
int cli_list_close(struct cli_list *l, struct csm_err *err);

/*
 * A list of records of t; fields: paths when --fields is unsaid ("number,account.name"), NULL the type's
 * CSM_F_LIST columns.
 */
struct cli_records;
int cli_records_open(struct cli_records **out, struct cli *c, const struct csm_rtype *t, const char *fields,
		     struct csm_err *err);
int cli_records_row(struct cli_records *l, const struct csm_rec *r, struct csm_err *err);
int cli_records_close(struct cli_records *l, struct csm_err *err);

/*
 * Answer for one record of a writing command: its key and what was done ("resolved"). On -o json ... the
 * record itself as a document (a list when c->many); nothing with -q. End with cli_show_end(). It comes out
 * when the change is committed.
 */
int cli_answer(struct cli *c, const struct csm_rec *r, const char *what, struct csm_err *err);

/*
 * The record as a page, or as a document with -o; several: set c->many before (one JSON array, ...). End
 * with cli_show_end().
 */
int cli_show(struct cli *c, struct csm_rec *r, struct csm_err *err);
int cli_show_end(struct cli *c, struct csm_err *err);

/* Times and durations for people: RFC 3339 in c->zone; "1h30m". In c->arena. */
const char *cli_time(struct cli *c, int64_t t);
/* The same in buf of CSM_TIME_SIZE bytes, which is returned. */
const char *cli_time_text(const struct cli *c, int64_t t, char *buf);
const char *cli_duration(struct cli *c, int64_t seconds);
/* What a path such as parent_case.priority leads to from a record, as text; *out NULL when it leads nowhere. */
int cli_path_text(struct cli *c, const struct csm_rec *r, const char *path, const char **out,
		  struct csm_err *err);
/* A decimal scaled by 10^CSM_DECIMAL_SCALE without needless zeros. */
const char *cli_decimal(struct cli *c, int64_t scaled);

/* ---- CLI_SELFOPEN, CLI_OWNTX ---- */
int cli_open(struct cli *c, struct csm_err *err);	/* open by the needs of the row */
int cli_begin(struct cli *c, struct csm_err *err);
/* Commit (or roll back with --dry-run) and let held output go. */
int cli_commit(struct cli *c, struct csm_err *err);

/* ---- the generic verbs' handlers that special verbs may reuse ---- */
int cmd_show(struct cli *c, struct csm_err *err);
int cmd_list(struct cli *c, struct csm_err *err);
/* cmd_list() of the records that `also` is true for too (NULL: all), in the order sort when --sort is unsaid. */
int cli_list_records(struct cli *c, struct csm_filter *also, const char *sort, struct csm_err *err);
int cmd_new(struct cli *c, struct csm_err *err);
int cmd_edit(struct cli *c, struct csm_err *err);
int cmd_delete(struct cli *c, struct csm_err *err);
int cmd_move(struct cli *c, struct csm_err *err);
int cmd_log(struct cli *c, struct csm_err *err);

#endif
