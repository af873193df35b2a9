/* SPDX-License-Identifier: MIT */
/* cli_priv.h - what the files of the dispatcher share; handlers of special verbs need cli.h only. */
#ifndef CLI_PRIV_H
#define CLI_PRIV_H

#include "cli.h"

#ifndef CSM_VERSION
#define CSM_VERSION "0.1.0"
#endif

/* ---- world.c: the one place that reads environment, clock and terminal ---- */
struct cli_world {
	struct csm_arena *arena;
	int64_t clock;			/* the system's */
	bool tty_in, tty_out, tty_err;
	unsigned width;			/* of the terminal, or COLUMNS; 0: neither */
	bool color;
	const struct csm_pair *given;	/* -c, ended by name NULL */
	const struct csm_pair *file;	/* configuration file, ended by name NULL */
	const char *file_path;		/* of that file, there or not; NULL: no home */
	bool yes;
	bool *stored;			/* something is, by now: for when memory fails */
	struct cli_batch *batch;	/* the command is a line of it; NULL */
	bool line_open;			/* a line of progress stands on the terminal */
};
struct cli_envvar {			/* an environment variable csm reads */
	const char *name, *help;
};
extern const struct cli_envvar cli_envvars[];		/* ended by name NULL */
void cli_world_init(struct cli_world *w, struct csm_arena *a);
const char *cli_getenv(const char *name);		/* NULL when unset or empty */
void cli_world_color(struct cli_world *w, bool no_color);
int64_t cli_clock(void);		/* the system's, seconds UTC */
int64_t cli_ticks(void);		/* milliseconds since some moment; only differences mean something */
/* Where the database is when nobody says: $XDG_DATA_HOME/csm/csm.db. NULL without a home. */
const char *cli_default_db(struct csm_arena *a);
const char *cli_os_user(struct csm_arena *a);

/* ---- config.c: the configuration file, and the settings of the command itself ---- */
struct cli_conf {			/* a setting of the command, not of a database */
	const char *name, *env, *def, *help;
};
extern const struct cli_conf cli_confs[];		/* ended by name NULL */
/*
 * Read the file of CSM_CONFIG or $XDG_CONFIG_HOME/csm/config; a missing one is empty. CSM_E_CONFIG with the
 * line.
 */
int cli_config_read(struct cli_world *w, const struct csm_dict *d, struct csm_err *err);
/* One -c NAME=VALUE. */
int cli_config_pair(struct csm_arena *a, const struct csm_dict *d, const char *text, struct csm_pair *out,
		    struct csm_err *err);
/*
 * -c, environment, file, default of a setting of the command; *from (may be NULL) tells which. NULL when
 * none says.
 */
const char *cli_config_get(const struct cli_world *w, const char *name, const char **from);
bool cli_config_known(const struct csm_dict *d, const char *name);
const char *cli_config_name(const char *name);		/* as the row writes it */
extern const struct cli_verb cli_config_verbs[];

/* ---- options.c: which options a command takes ---- */
struct cli_use {			/* an option of a command */
	struct cli_opt opt;		/* name with dashes */
	const struct csm_field *field;	/* option made from a row of the dictionary, else NULL */
	int index;			/* of the field */
	bool global;
};
struct cli_global {
	struct cli_opt opt;
	uint32_t needs;			/* only commands with one of these; 0: all */
};
extern const struct cli_global cli_globals[];		/* ended by opt.name NULL */
/* All options of a verb: globals it supports, its own, those of fields. vec of struct cli_use. */
void cli_uses(struct csm_arena *a, const struct csm_dict *d, const struct cli_verb *v,
	      const struct csm_rtype *t, struct csm_vec *out);
const struct cli_opt *cli_global_named(const char *name);
/* "DURATION", "table|json|...", "low|high": how a value is called. In the arena. */
const char *cli_value_name(struct csm_arena *a, const struct cli_use *u);
const char *cli_arg_name(enum cli_arg arg);		/* "duration": for csm dict --json */

/* ---- argv.c: words to noun, verb, options ---- */
struct cli_value {
	const struct cli_use *use;
	const char *text;
	int64_t i;			/* INT, TIME, DURATION */
	bool inherited;			/* from csm batch */
	struct cli_value *next;		/* in the order given */
};
struct cli_line {			/* a command line taken apart */
	const char *noun, *verb;	/* as given, NULL when missing */
	int verb_at;			/* index in argv of the first word */
	char **rest;			/* options and words without noun and verb; ended by NULL */
	int nrest;
	int nglobal;			/* how many of rest stood before the verb: global options */
};
/* Find noun and verb among argv; options before them must be global. */
int cli_split(struct csm_arena *a, const struct csm_dict *d, int argc, char **argv, struct cli_line *out,
	      struct csm_err *err);
/* Parse rest by the options of c->verb into c->values and c->args. */
int cli_parse(struct cli *c, const struct cli_line *line, struct csm_err *err);
/* The global options of parent that c's command takes and does not give itself. */
void cli_inherit(struct cli *c, const struct cli *parent);
/* Convert and check values once the clock is known; reads @FILE and '-'. */
int cli_check_values(struct cli *c, struct csm_err *err);
const struct cli_value *cli_value(const struct cli *c, const char *name);
/* Bytes of a file or of standard input, UTF-8 checked when text is true. */
int cli_read_all(struct csm_arena *a, const char *path, bool text, const char **out, size_t *n,
		 struct csm_err *err);

/* ---- verbs.c ---- */
bool cli_same_word(const char *a, const char *b);	/* '-' and '_' are one */
char *cli_dashed(struct csm_arena *a, const char *name);
const struct cli_verb *cli_verb_find(struct csm_arena *a, const struct csm_dict *d, const char *noun,
				     const char *verb);
/* Rows of a noun (NULL: top level): generic ones, special ones, lifecycle. vec of const struct cli_verb *. */
void cli_verbs(struct csm_arena *a, const struct csm_dict *d, const char *noun, struct csm_vec *out);
bool cli_noun_known(const struct csm_dict *d, const char *word);
/* vec of const char * */
void cli_nouns(struct csm_arena *a, const struct csm_dict *d, struct csm_vec *out);
extern const struct cli_verb cli_generic_verbs[], cli_top_verbs[], cli_db_verbs[];
extern const struct cli_verb sp_import_verbs[], sp_export_verbs[], sp_batch_verbs[];
extern const struct cli_verb sp_case_verbs[], sp_sla_verbs[], sp_breach_verbs[], sp_attain_verbs[],
	sp_repair_verbs[], sp_apply_verbs[], sp_whatif_verbs[],
	sp_entitlement_verbs[], sp_outbox_verbs[];
extern const struct cli_verb sp_schedule_verbs[], sp_calc_verbs[], sp_week_verbs[], sp_holidays_verbs[];

/* ---- sp_batch.c: what the lines of a batch share ---- */
struct cli_batch {
	struct cli *c;			/* csm batch itself */
	struct csm_db *db;		/* NULL: not open */
	struct csm_store *store;
	bool write;			/* db is open to write */
	bool atomic;			/* all lines are one change, which is open */
	int wait_ms;
	unsigned age;			/* lines that db has served */
	struct csm_buf talk;		/* what the line said on standard error */
};
/* Whether the line may run there: CSM_E_USAGE. */
int cli_batch_check(const struct cli *c, struct csm_err *err);
/* c->db and c->store on the connection of the batch; and the end of the line's work. */
int cli_batch_open(struct cli *c, bool write, struct csm_err *err);
void cli_batch_close(struct cli *c);
/* Close the connection: the line works on the file as a whole. */
void cli_batch_release(struct cli_batch *b);

/* ---- lines.c: filters of one JSON object a line ---- */
struct cli_lines {
	struct cli *c;			/* its words are the files; none: standard input */
	int in;				/* descriptor of standard input */
	bool hold;			/* answers wait in the output until the command lets them go */
	bool stop;			/* set by answer: no line more */
	struct csm_arena *line;		/* what one line needs */
	/* Answer a line; node NULL: it is no object, or has a key twice, as why says. */
	int (*answer)(void *arg, const struct csm_node *node, const char *raw, const struct csm_err *why,
		      struct csm_err *err);
	void *arg;
	struct csm_source input;
	struct csm_err lost;		/* why what was printed could not go out */
};
int cli_lines_run(struct cli_lines *l, struct csm_err *err);
/* "{" and the members of the line as they came, each with a comma behind, without those named in own (ended by NULL). */
void cli_lines_members(struct csm_buf *b, const struct csm_node *line, const char *raw,
		       const char *const *own);
/* Close the object and print it. */
int cli_lines_put(struct cli_lines *l, struct csm_buf *b, struct csm_err *err);

/* ---- sp_schedule.c ---- */
struct csm_calc;
/* Ready to count in schedules; --time-zone is the zone of floating ones. */
int cli_calc_open(struct cli *c, struct csm_calc **out, struct csm_err *err);

/* ---- words.c: comma lists and names ---- */
/* Add the words of list that b ("a,b") lacks; NULL is fine. */
void cli_words_add(struct csm_buf *b, const char *list);
const char *cli_many_arg(struct csm_arena *a, const char *type);	/* "case" to "CASE..." */
const char *cli_upper(struct csm_arena *a, const char *s);	/* "case_task" to "CASE-TASK" */
/* The nearest of a vec of const char *, or NULL. */
const char *cli_suggest(struct csm_arena *a, const char *word, const struct csm_vec *words);

/* An arena of its own lifetime; free it. Never NULL. */
struct csm_arena *cli_arena(struct csm_arena *like);

/* ---- fault.c ---- */
/* A line of JSON on standard error, for machines what cli_note() is for people. */
void cli_facts(struct cli *c, const char *json);
void cli_fault(struct cli *c, const struct csm_err *err, char severity);
/* A line of progress: over the one before on a terminal, until cli_fault_end_line() or anything else is said. */
void cli_fault_line(struct cli *c, const char *line, size_t n);
void cli_fault_end_line(struct cli *c);

/* ---- progress.c: how far something long is ---- */
struct cli_progress {
	struct cli *c;
	const char *what;		/* "storing"; NULL: nothing yet */
	int64_t done, total;		/* total 0: not known */
	int64_t began, shown;		/* cli_ticks() */
	bool on, printed;
};
/* On a terminal, or with the option --progress of the command. */
void cli_progress_begin(struct cli_progress *p, struct cli *c);
void cli_progress_tell(struct cli_progress *p, const char *what, int64_t done, int64_t total);
/* whole: it came to its end. */
void cli_progress_end(struct cli_progress *p, bool whole);

/* ---- out.c ---- */
struct cli_out *cli_out_new(struct csm_arena *a);
void cli_out_free(struct cli_out *o);
/* Keep what is written until it is let go (or dropped). */
void cli_out_hold(struct cli_out *o, bool on);
void cli_out_drop(struct cli_out *o);
/* Keep all of it, whatever is flushed, until it is asked for; CSM_E_IO when that can't be written. */
void cli_out_capture(struct cli_out *o);
int cli_out_release(struct cli_out *o, struct csm_sink to, struct csm_err *err);
void cli_out_mute(struct cli_out *o);			/* what is written from now on goes nowhere */
/* Everything to the file descriptor; CSM_E_IO unless the reader is gone. */
int cli_out_flush(struct cli_out *o, struct csm_err *err);
bool cli_out_gone(const struct cli_out *o);		/* EPIPE: nobody reads any more */
bool cli_out_any(const struct cli_out *o);		/* something was written */
void cli_out_page(struct cli *c);			/* start the pager on a terminal */
void cli_out_close_pager(struct cli_out *o);

/* ---- setup.c ---- */
/* A format by its name, if the command has it; NONE otherwise. The words of those it has, for messages. */
enum csm_format cli_format_named(const struct cli *c, const char *name);
const char *cli_format_words(const struct cli *c);
void cli_guess_format(struct cli *c, int argc, char **argv);
int cli_setup(struct cli *c, struct csm_err *err);
const char *cli_command_text(struct cli *c, int argc, char **argv);

/* ---- dispatch.c ---- */
int cli_run(struct cli_world *w, struct csm_arena *a, int argc, char **argv);
/* A command in a context that was made for it; prints its error. */
int cli_run_line(struct cli *c, int argc, char **argv);

/* ---- list.c ---- */
/* The fields its columns are read from, for csm_query.columns; NULL all. */
const int *cli_records_columns(struct cli_records *l);
void cli_lists_drop(struct cli *c);

/* ---- help.c, topics.c ---- */
void cli_help_two(struct cli *c, const char *left, const char *right, size_t column);
void cli_help_prose(struct cli *c, const char *text);
void cli_help_verb(struct cli *c, const struct cli_verb *v);
void cli_help_noun(struct cli *c, const char *noun);
void cli_help_top(struct cli *c);
bool cli_help_topic(struct cli *c, const char *name);
struct cli_topic {
	const char *name, *summary;
	void (*print)(struct cli *c);
};
extern const struct cli_topic cli_topics[];		/* ended by name NULL */
/* "csm case resolve [--option VALUE]... CASE..." */
const char *cli_synopsis(struct csm_arena *a, const struct cli_verb *v);

/* ---- doc.c, page.c ---- */
void cli_show_drop(struct cli *c);			/* a handler failed before cli_show_end() */
int cli_page(struct cli *c, struct csm_rec *r, struct csm_err *err);
const char *cli_ref_text(struct cli *c, const struct csm_rtype *t, int64_t id, bool title);
/* A field for people: labels of choices, references with their title, times in c->zone. NULL when null. */
const char *cli_field_text(struct cli *c, const struct csm_rec *r, int field, bool title);
int cli_change_page(struct cli *c, int64_t change, struct csm_err *err);
bool cli_is_change(const char *word);		/* digits: the number of a change */
/* A record of a history row, and a value of it, as text. In c->arena. */
const char *cli_history_key(struct cli *c, const struct csm_rtype *t, int64_t id);
const char *cli_history_text(struct cli *c, const struct csm_rtype *t, int field, const struct csm_value *v);

/* ---- sp_imports.c ---- */
struct csm_import_about;
struct csm_import_result;
/* What the record of a load says of the command line. */
const struct csm_import_about *cli_import_about(struct cli *c);
/* That a load did nothing, and which one of the same content did before. */
void cli_import_note(struct cli *c, const struct csm_import_result *res);
extern const struct cli_verb sp_imports_verbs[], sp_diff_verbs[];

/* ---- undo.c ---- */
int cmd_undo(struct cli *c, struct csm_err *err);
extern const struct cli_opt cli_undo_options[];
/*
 * Take back a change, or (ids) several, in a change of its own, by the options of `undo`: prints what became of what
 * they had done.
 */
int cli_take_back(struct cli *c, int64_t id, const char *ids, struct csm_err *err);

/* The record's title field as text made safe, "" when it is its key. */
const char *cli_title(struct cli *c, const struct csm_rec *r);

/* ---- related.c ---- */
int cli_related(struct cli *c, struct csm_err *err);
/* Who refers to the record, as a key of its document (csm/io.h, CSM_DOC_TALK). */
int cli_related_keys(struct cli *c, const struct csm_rec *r, struct csm_writer *w, struct csm_err *err);

/* ---- editor.c ---- */
int cli_edit_interactive(struct cli *c, struct csm_err *err);

/* ---- complete.c, dump.c ---- */
int cmd_complete(struct cli *c, struct csm_err *err);
int cli_dump(struct cli *c, struct csm_err *err);
/* "required,key": flags of a field as words. */
const char *cli_flag_words(struct csm_arena *a, uint32_t flags);
/* Faults of the tables themselves: names given twice, rows without help. For `csm dict check`. */
int cli_tables_check(struct cli *c, const struct csm_diag *diag);

/* ---- helper.c: programs that read what is foreign, each its own process ---- */
/*
 * Run a helper with input on its standard input; its answer is appended to out. argv[0] is filled in, argv ends with NULL.
 * CSM_OK when it ended by itself with status 0 or 65; CSM_E_HELPER when it is not installed; CSM_E_SYSTEM when it died, was
 * slower than the setting helper_seconds allows, or asked for too much memory.
 */
int cli_helper(struct cli *c, const char *name, char **argv, const char *input, size_t n, struct csm_buf *out,
	       struct csm_err *err);
/* The folder of this program; NULL where the system does not tell. */
const char *cli_own_folder(struct cli *c);

/* ---- sp_import.c ---- */
/* A file to read; - is standard input, once. */
int cli_open_input(struct cli *c, const char *path, int *fd, struct csm_err *err);

/* ---- mapfile.c: mappings ---- */
struct csm_map;
/* The mapping of --map, NULL when it is not given. */
int cli_map_load(struct cli *c, const struct csm_map **map, struct csm_err *err);
/* Tell what loads with it left behind. map may be NULL. */
void cli_map_notes(struct cli *c, const struct csm_map *map);
/* Names of the mappings that come with csm, in the order of the alphabet. */
void cli_map_names(struct cli *c, struct csm_vec *names);
void cli_help_maps(struct cli *c);

/* ---- temporary.c: names that a signal takes away ---- */
/*
 * A name beside path that nobody has, in name (size bytes: PATH_MAX will do). A signal that ends csm removes the file of that name from now on, and
 * what SQLite puts beside it. false with errno: there is no room for it.
 */
bool cli_temporary_name(const char *path, char *name, size_t size);
void cli_temporary_file(const char *path);		/* the same of a file that csm is about to make */
bool cli_temporary_folder(char *name);			/* mkdtemp(); a signal removes it when it is empty. false with errno */
/* It has its own name, or is gone. */
void cli_temporary_done(const char *name);

/* ---- file.c: a file that appears under its name when it is whole ---- */
struct cli_target {
	int fd;				/* to write to */
	char *path, *temporary;		/* temporary NULL: no regular file, written in place */
};
int cli_target_open(struct cli *c, const char *path, struct cli_target *t, struct csm_err *err);
/* Whether both names are of one file that is there. */
bool cli_same_file(const char *path, const char *other);
/* code CSM_OK: sync and give it its name; else remove what was written. Returns code, or what went wrong here. */
int cli_target_close(struct cli *c, struct cli_target *t, int code, struct csm_err *err);
/* csm_db_backup() of the command's database. */
int cli_backup(struct cli *c, const char *path, struct csm_err *err);
/* Make the name of a file or folder durable, that is the folder it is in. 0, or -1 with errno. */
int cli_sync_folder(struct cli *c, const char *path);
/* The folders that a path is in, made durable; those that are there stay as they are. */
int cli_make_folders(struct cli *c, const char *path, struct csm_err *err);

#endif
