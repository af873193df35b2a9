/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - every command goes through here: options, needs, database, change, handler, commit, error,
 * exit status.
 */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include <csm/model.h>
#include <csm/utf8.h>

#include "cli_priv.h"

/* ---- finding the command ---- */

static int fail_no_verb(struct cli *c, const char *noun, struct csm_err *err)
{
	struct csm_vec verbs = CSM_VEC(c->arena, const struct cli_verb *);
	struct csm_buf b = CSM_BUF(c->arena);

	cli_verbs(c->arena, c->dict, noun, &verbs);
	for (size_t i = 0; i < verbs.n; i++) {
		const struct cli_verb *v = *CSM_AT(&verbs, const struct cli_verb *, i);

		if (v->needs & CLI_HIDDEN)
			continue;
		csm_buf_addf(&b, "%s%s", b.n ? ", " : "", v->verb);
	}
	return csm_fail(err, CSM_E_USAGE, "'csm %s' needs a verb: %s", cli_dashed(c->arena, noun), b.s);
}

static int fail_unknown(struct cli *c, const struct cli_line *line, struct csm_err *err)
{
	struct csm_vec words = CSM_VEC(c->arena, const char *),
		       verbs = CSM_VEC(c->arena, const struct cli_verb *);
	const char *near, *where;

	if (!line->noun)
		cli_nouns(c->arena, c->dict, &words);
	cli_verbs(c->arena, c->dict, line->noun, &verbs);
	for (size_t i = 0; i < verbs.n; i++) {
		const struct cli_verb *v = *CSM_AT(&verbs, const struct cli_verb *, i);

		if (!(v->needs & CLI_HIDDEN))
			*(const char **)csm_vec_add(&words) = v->verb;
	}
	near = cli_suggest(c->arena, line->verb, &words);
	where = line->noun ? csm_sprintf(c->arena, "csm %s", cli_dashed(c->arena, line->noun)) : "csm";
	if (near)
		return csm_fail(err, CSM_E_USAGE, "'%s' is no %s of '%s'; did you mean '%s'?", line->verb,
				line->noun ? "verb" : "command", where, near);
	return csm_fail(err, CSM_E_USAGE, "'%s' is no %s of '%s' (see %s --help)", line->verb,
			line->noun ? "verb" : "command", where, where);
}

/* `csm foo` is csm-foo on PATH; a word of ours never gets here. Returns only when there is no such program.
 */
static void try_external(struct cli *c, const struct cli_line *line, char **argv)
{
	struct csm_err err = { 0 };
	const char *name = line->verb;

	for (const char *p = name; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *p))
			return;
	if (cli_parse(c,
		      &(struct cli_line){
			      .rest = line->rest, .nrest = line->nglobal, .nglobal = line->nglobal },
		      &err) != CSM_OK)
		return;
	/* The helper works on the same file, at the same time, as the same user. */
	if (cli_config_read(c->world, c->dict, &err) != CSM_OK)
		return;
	c->db_path = cli_text(c, "db");
	if (!c->db_path)
		c->db_path = cli_config_get(c->world, "db", NULL);
	if (!c->db_path)
		c->db_path = cli_default_db(c->arena);
	if (c->db_path)
		setenv("CSM_DB", c->db_path, 1);
	if (cli_text(c, "as"))
		setenv("CSM_USER", cli_text(c, "as"), 1);
	if (cli_text(c, "now"))
		setenv("CSM_NOW", cli_text(c, "now"), 1);
	name = csm_sprintf(c->arena, "csm-%s", name);
	argv[line->verb_at] = csm_strdup(c->arena, name);
	execvp(name, argv + line->verb_at);
}

/* ---- checking ---- */

static int check_words(struct cli *c, struct csm_err *err)
{
	const struct cli_verb *v = c->verb;
	bool selected = v->needs & CLI_SELECT && (cli_given(c, "where") || cli_given(c, "all"));

	if (v->max >= 0 && (int)c->nargs > v->max)
		return csm_fail(err, CSM_E_USAGE, "'%s' is one word too many (usage: %s)", c->args[v->max],
				cli_synopsis(c->arena, v));
	if ((int)c->nargs < v->min && !selected)
		return csm_fail(err, CSM_E_USAGE, "%s is missing (usage: %s)", v->args ? v->args : "a word",
				cli_synopsis(c->arena, v));
	if (selected && c->nargs)
		return csm_fail(err, CSM_E_USAGE,
				"records are named, or selected by --where or --all, not both");
	if (c->if_version >= 0 && v->needs & CLI_SELECT &&
	    (selected || c->nargs != 1 || strcmp(c->args[0], "-") == 0))
		return csm_fail(err, CSM_E_USAGE, "--if-version goes with one record");
	for (const struct cli_opt *o = v->options; o && o->name; o++)
		if (o->flags & CLI_OPT_NEEDED && !cli_given(c, o->name))
			return csm_fail(err, CSM_E_USAGE, "--%s is missing (usage: %s)", o->name,
					cli_synopsis(c->arena, v));
	if (v->needs & CLI_TTY && (!c->world->tty_in || !c->world->tty_out))
		return csm_fail(err, CSM_E_USAGE, "%s needs a terminal", cli_synopsis(c->arena, v));
	return CSM_OK;
}

/* ---- running ---- */

/* What works on the file below the records is for those who may see all of them. */
static int check_raw_actor(struct cli *c, struct csm_err *err)
{
	struct csm_store *s = NULL;
	int version = 0, code;

	if (!c->env.as)
		return CSM_OK;
	code = csm_db_schema_version(c->db, &version, err);
	if (!code && version != csm_db_schema_known())
		code = csm_fail(err, CSM_E_PERM, "--as needs a database with the schema of this program");
	if (!code)
		code = csm_store_open(&s, c->db, &c->env, err);
	csm_store_close(s);
	return code;
}

int cli_open(struct cli *c, struct csm_err *err)
{
	uint32_t needs = c->verb->needs;
	unsigned flags = 0;

	if (c->verb->writes_with && !cli_given(c, c->verb->writes_with))
		needs = (needs & ~CLI_WRITE) | CLI_READ;

	if (!(needs & (CLI_READ | CLI_WRITE | CLI_RAWDB | CLI_RAWDB_W)))
		return CSM_OK;
	if (!c->db_path)
		return csm_fail(err, CSM_E_USAGE, "no database is named: say --db FILE or set CSM_DB");
	if (c->world->batch && needs & (CLI_READ | CLI_WRITE))
		return cli_batch_open(c, needs & CLI_WRITE, err);
	if (c->world->batch)
		cli_batch_release(c->world->batch);
	if (needs & (CLI_WRITE | CLI_RAWDB_W))
		flags |= CSM_DB_WRITE;
	if (needs & (CLI_RAWDB | CLI_RAWDB_W))
		flags |= CSM_DB_ANY_SCHEMA;
	if (needs & CLI_CREATE)
		flags |= CSM_DB_CREATE;
	if (csm_db_open(&c->db, c->db_path, flags, c->wait_ms, err) != CSM_OK)
		return (int)err->code;
	if (!(needs & (CLI_READ | CLI_WRITE)))
		return check_raw_actor(c, err);
	/* one snapshot for all that a command reads */
	if (!(needs & CLI_WRITE) && csm_db_begin(c->db, false, err) != CSM_OK)
		return (int)err->code;
	return csm_store_open(&c->store, c->db, &c->env, err);
}

/* Whether the change is that of the batch, which begins and ends it. */
static bool is_part(const struct cli *c)
{
	return c->world->batch && c->world->batch->atomic;
}

int cli_begin(struct cli *c, struct csm_err *err)
{
	cli_out_hold(c->out, true);
	if (is_part(c))
		return CSM_OK;
	return csm_store_begin(c->store, err);
}

int cli_commit(struct cli *c, struct csm_err *err)
{
	int64_t change = 0;

	if (is_part(c))
		return CSM_OK;
	if (csm_store_commit(c->store, &change, err) != CSM_OK) {
		cli_out_drop(c->out);	/* what was to be said of records that are not there */
		return (int)err->code;
	}
	c->committed = change != 0 && !c->env.dry_run;
	*c->world->stored = *c->world->stored || c->committed;
	if (c->env.dry_run)
		cli_note(c, "dry run: nothing was stored");
	cli_out_hold(c->out, false);
	return CSM_OK;
}

/* Whether what the handler did is to be kept. CSM_NO is an answer, not a failure. */
static bool is_done(int code)
{
	return code == CSM_OK || code == CSM_NO;
}

static int run_handler(struct cli *c, struct csm_err *err)
{
	bool change = c->verb->needs & CLI_WRITE && !(c->verb->needs & CLI_OWNTX);
	int code;

	if (c->verb->needs & CLI_PAGER && c->format == CSM_FMT_NONE)
		cli_out_page(c);
	if (change && cli_begin(c, err) != CSM_OK)
		return (int)err->code;
	code = c->verb->fn(c, err);
	if (change && is_done(code) && cli_commit(c, err) != CSM_OK)
		code = (int)err->code;
	if (is_done(code))
		return code;
	if (c->store && csm_store_writing(c->store) && !is_part(c)) {
		csm_store_rollback(c->store);
		cli_out_drop(c->out);
		if (c->reported && c->selected > 1)
			cli_note(c, "nothing was stored");
	}
	cli_out_hold(c->out, false);
	return code;
}

static void close_database(struct cli *c)
{
	if (c->world->batch && c->db == c->world->batch->db) {
		cli_batch_close(c);
		return;
	}
	csm_store_close(c->store);
	csm_db_close(c->db);
}

static int run_verb(struct cli *c, struct csm_err *err)
{
	int code;

	if (check_words(c, err) != CSM_OK || (c->world->batch && cli_batch_check(c, err) != CSM_OK))
		return (int)err->code;
	code = c->verb->needs & CLI_SELFOPEN ? CSM_OK : cli_open(c, err);
	if (code == CSM_E_NOINPUT && c->verb->needs & CLI_MAYDB) {
		csm_err_clear(err);
		code = CSM_OK;
	}
	if (code == CSM_OK)
		code = run_handler(c, err);
	/*
	 * What is written goes out before the database is closed: closing may take a moment, the answer is
	 * there.
	 */
	if (cli_out_flush(c->out, code == CSM_OK || code == CSM_NO ? err : NULL) != CSM_OK) {
		if (code == CSM_OK || code == CSM_NO)
			code = c->committed ? csm_wrap(err, "stored, output lost") : (int)err->code;
	}
	cli_out_close_pager(c->out);
	cli_lists_drop(c);
	cli_show_drop(c);
	close_database(c);
	return code;
}

static int run_help(struct cli *c, const char *noun, struct csm_err *err)
{
	struct csm_err ignored = { 0 };

	/* For the pager only; help is given whatever the file says. */
	(void)cli_config_read(c->world, c->dict, &ignored);
	cli_out_page(c);
	if (c->verb)
		cli_help_verb(c, c->verb);
	else if (noun)
		cli_help_noun(c, noun);
	else
		cli_help_top(c);
	(void)cli_out_flush(c->out, err);
	cli_out_close_pager(c->out);
	return (int)err->code;
}

static int run_version(struct cli *c, struct csm_err *err)
{
	cli_print(c, "csm %s\n", CSM_VERSION);
	return cli_out_flush(c->out, err);
}

static int run_line(struct cli *c, int argc, char **argv, struct csm_err *err)
{
	struct cli_line line;

	if (cli_split(c->arena, c->dict, argc, argv, &line, err) != CSM_OK)
		return (int)err->code;
	c->type = line.noun ? csm_dict_type(c->dict, line.noun) : NULL;
	if (line.verb) {
		c->verb = cli_verb_find(c->arena, c->dict, line.noun, line.verb);
		if (!c->verb && !line.noun && !c->world->batch)
			try_external(c, &line, argv);
		if (!c->verb)
			return fail_unknown(c, &line, err);
	}
	if (cli_parse(c, &line, err) != CSM_OK)
		return (int)err->code;
	if (c->world->batch)
		cli_inherit(c, c->world->batch->c);
	if (cli_given(c, "help"))
		return run_help(c, line.noun, err);
	if (cli_given(c, "version"))
		return run_version(c, err);
	if (!line.verb && line.noun)
		return fail_no_verb(c, line.noun, err);
	if (!line.verb)
		return csm_fail(err, CSM_E_USAGE,
				"a noun and a verb are missing, such as: csm case list (see csm --help)");
	if (cli_setup(c, err) != CSM_OK)
		return (int)err->code;
	c->env.command = cli_command_text(c, argc, argv);
	return run_verb(c, err);
}

/* A monitoring plugin owns the statuses 0 to 3: whatever went wrong is 3, with one line on standard output.
 */
static int answer_unknown(struct cli *c, const struct csm_err *err)
{
	char text[sizeof(err->msg) * 2];
	struct csm_err ignored = { 0 };

	/* what the handler had begun to print is not for the monitor */
	if (c->world->batch) {
		cli_out_drop(c->out);
	} else {
		cli_out_free(c->out);
		c->out = cli_out_new(c->arena);
	}
	cli_print(c, "SLA UNKNOWN - %s\n",
		  csm_term_text(c->arena, csm_err_text(err, text, sizeof(text)), true));
	(void)cli_out_flush(c->out, &ignored);
	return 3;
}

static bool is_monitor(const struct cli *c, int argc, char **argv)
{
	bool asked = false;

	for (const struct cli_opt *o = c->verb ? c->verb->options : NULL; o && o->name; o++)
		asked = asked || strcmp(o->name, "monitor") == 0;
	for (int i = 1; asked && i < argc; i++)
		if (strcmp(argv[i], "--monitor") == 0)
			return true;
	return false;
}

int cli_run_line(struct cli *c, int argc, char **argv)
{
	struct csm_err err = { 0 };
	int code;

	cli_guess_format(c, argc, argv);
	code = run_line(c, argc, argv, &err);
	/* A reader that has seen enough is no failure of ours, unless something else went wrong. */
	if (cli_out_gone(c->out) && (code == CSM_E_IO || code == CSM_OK))
		code = CSM_OK;
	else if (code != CSM_OK && err.code != CSM_OK && is_monitor(c, argc, argv))
		code = answer_unknown(c, &err);
	else if (code != CSM_OK && err.code != CSM_OK)
		cli_fault(c, &err, 'e');
	return code;
}

int cli_run(struct cli_world *w, struct csm_arena *a, int argc, char **argv)
{
	struct cli c = {
		.arena = a, .world = w, .dict = csm_model_dict(), .if_version = -1, .out = cli_out_new(a)
	};
	int code = cli_run_line(&c, argc, argv);

	cli_out_free(c.out);
	return code;
}
