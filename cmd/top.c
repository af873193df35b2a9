/* SPDX-License-Identifier: MIT */
/* top.c - commands without a noun: init, show, log, undo, dict, version, help. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csm/svc.h>

#include "cli_priv.h"

/* ---- init ---- */

/* The folders of the default place; a path somebody named has to be there. */
static int make_folders(struct cli *c, struct csm_err *err)
{
	if (cli_given(c, "db") || cli_config_get(c->world, "db", NULL))
		return CSM_OK;
	return cli_make_folders(c, c->db_path, err);
}

static int fill(struct cli *c, struct csm_err *err)
{
	int version = 0, steps = 0;

	if (csm_db_schema_version(c->db, &version, err) != CSM_OK)
		return (int)err->code;
	if (version)
		return csm_fail(err, CSM_E_CONFLICT, "'%s' is a csm database already", c->db_path);
	if (csm_db_migrate(c->db, c->env.now, &steps, err) != CSM_OK ||
	    csm_store_open(&c->store, c->db, &c->env, err) != CSM_OK || cli_begin(c, err) != CSM_OK ||
	    csm_svc_seed(c->store, err) != CSM_OK || cli_commit(c, err) != CSM_OK)
		return (int)err->code;
	return CSM_OK;
}

/* A new database is made under another name and gets its own when it is whole: there is all of it or nothing. */
static int make_new(struct cli *c, const char *path, struct csm_err *err)
{
	char name[PATH_MAX];
	int code;

	if (!cli_temporary_name(path, name, sizeof(name)))
		return csm_fail(err, CSM_E_IO, "%s: %s", path, strerror(errno));
	c->db_path = csm_strdup(c->arena, name);
	code = cli_open(c, err);
	if (code)
		cli_temporary_done(name);
	if (code)
		return code == CSM_E_NOINPUT ? csm_fail(err, CSM_E_NOINPUT, "%s: no such folder for a database", path) : code;
	code = fill(c, err);
	csm_store_close(c->store);
	csm_db_close(c->db);
	c->store = NULL;
	c->db = NULL;
	*c->world->stored = false;	/* not yet: it has no name */
	if (code)
		csm_db_remove(c->db_path);
	else
		code = csm_db_place(c->db_path, path, err);
	cli_temporary_done(name);
	*c->world->stored = !code;
	return code;
}

static int cmd_init(struct cli *c, struct csm_err *err)
{
	const char *path = c->db_path;
	struct stat st;
	int code;

	if (path && make_folders(c, err) != CSM_OK)
		return (int)err->code;
	if (!path || lstat(path, &st) == 0 || strstr(path, "://"))
		code = cli_open(c, err) == CSM_OK ? fill(c, err) : (int)err->code;
	else
		code = make_new(c, path, err);
	if (!code)
		cli_note(c, "%s is a new, empty database", path);
	return code;
}

/* ---- show ---- */

bool cli_is_change(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0' && strlen(word) < 19;
}

static int show_number(struct cli *c, const char *word, struct csm_err *err)
{
	const struct csm_rtype *t;
	struct csm_rec *r;
	int64_t id;

	if (cli_is_change(word))
		return cli_change_page(c, strtoll(word, NULL, 10), err);
	t = csm_number_type(c->dict, word, &id);
	if (!t)
		return csm_fail(err, CSM_E_NOTFOUND,
				"'%s' is no number of a record or change; say csm NOUN show KEY", word);
	if (csm_store_need(c->store, t, id, c->arena, &r, err) != CSM_OK)
		return (int)err->code;
	return cli_show(c, r, err);
}

static int cmd_top_show(struct cli *c, struct csm_err *err)
{
	c->many = c->nargs > 1;
	for (unsigned i = 0; i < c->nargs; i++) {
		csm_err_clear(err);
		if (show_number(c, c->args[i], err) == CSM_OK)
			continue;
		if (err->code == CSM_E_IO || err->code == CSM_E_DAMAGED || err->code == CSM_E_USAGE)
			return (int)err->code;
		cli_report(c, err);
	}
	csm_err_clear(err);
	if (cli_show_end(c, err) != CSM_OK)
		return (int)err->code;
	return c->status;
}

/* ---- dict ---- */

static const struct csm_column type_columns[] = {
	{ .name = "type", .label = "Type" },
	{ .name = "prefix", .label = "Prefix" },
	{ .name = "section", .label = "Section" },
	{ .name = "help", .label = "What it is", .wrap = true },
};

static int list_types(struct cli *c, struct csm_err *err)
{
	struct cli_list *l;

	if (cli_list_open(&l, c, type_columns, CSM_COUNT(type_columns), err) != CSM_OK)
		return (int)err->code;
	for (unsigned i = 0; i < c->dict->ntypes; i++) {
		const struct csm_rtype *t = c->dict->types[i];
		const char *values[] = { t->name, t->prefix, t->section, t->help };

		if (cli_list_row(l, values, NULL, err) != CSM_OK)
			return (int)err->code;
	}
	return cli_list_close(l, err);
}

static const struct csm_column field_columns[] = {
	{ .name = "field", .label = "Field" },     { .name = "kind", .label = "Kind" },
	{ .name = "flags", .label = "Flags" },     { .name = "target", .label = "Target" },
	{ .name = "default", .label = "Default" }, { .name = "help", .label = "What it is", .wrap = true },
};

static int list_fields(struct cli *c, const struct csm_rtype *t, struct csm_err *err)
{
	struct cli_list *l;

	if (cli_list_open(&l, c, field_columns, CSM_COUNT(field_columns), err) != CSM_OK)
		return (int)err->code;
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];
		const char *flags = cli_flag_words(c->arena, f->flags);
		const char *values[] = {
			f->name, csm_kind(f->kind)->name, *flags ? flags : NULL, f->target, f->def, f->help
		};

		if (cli_list_row(l, values, NULL, err) != CSM_OK)
			return (int)err->code;
	}
	return cli_list_close(l, err);
}

static int check_dict(struct cli *c, struct csm_err *err)
{
	struct csm_diag diag = cli_diag(c);
	int code = csm_dict_check(c->dict, csm_svc_hook_known, NULL, &diag);

	(void)err;
	if (cli_tables_check(c, &diag) != CSM_OK)
		code = CSM_NO;
	if (code == CSM_OK)
		cli_note(c, "%u types, nothing is wrong", c->dict->ntypes);
	return code;
}

static int cmd_dict(struct cli *c, struct csm_err *err)
{
	const struct csm_rtype *t;
	struct csm_vec names = CSM_VEC(c->arena, const char *);
	const char *near;

	if (cli_given(c, "json"))
		return cli_dump(c, err);
	if (!c->nargs)
		return list_types(c, err);
	if (strcmp(c->args[0], "check") == 0)
		return check_dict(c, err);
	t = csm_dict_type(c->dict, c->args[0]);
	if (t)
		return list_fields(c, t, err);
	for (unsigned i = 0; i < c->dict->ntypes; i++)
		*(const char **)csm_vec_add(&names) = c->dict->types[i]->name;
	near = cli_suggest(c->arena, c->args[0], &names);
	return csm_fail(err, CSM_E_USAGE, "there is no type '%s'%s%s%s", c->args[0],
			near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- version, help ---- */

static int cmd_version(struct cli *c, struct csm_err *err)
{
	static const struct csm_column columns[] = { { .name = "name", .label = "Name" },
						     { .name = "value", .label = "Value" } };
	const char *rows[][2] = { { "csm", CSM_VERSION },
				  { "schema", csm_sprintf(c->arena, "%d", csm_db_schema_known()) },
				  { "documents", "1" },
				  { "dict", "1" } };
	struct cli_list *l;

	if (cli_list_open(&l, c, columns, CSM_COUNT(columns), err) != CSM_OK)
		return (int)err->code;
	for (size_t i = 0; i < CSM_COUNT(rows); i++)
		if (cli_list_row(l, rows[i], NULL, err) != CSM_OK)
			return (int)err->code;
	return cli_list_close(l, err);
}

static int cmd_help(struct cli *c, struct csm_err *err)
{
	const struct cli_verb *v;
	struct csm_vec words = CSM_VEC(c->arena, const char *);
	const char *near;

	if (!c->nargs) {
		cli_help_top(c);
		return CSM_OK;
	}
	if (c->nargs == 1 && cli_help_topic(c, c->args[0]))
		return CSM_OK;
	if (cli_noun_known(c->dict, c->args[0])) {
		v = c->nargs > 1 ? cli_verb_find(c->arena, c->dict, c->args[0], c->args[1]) : NULL;
		if (c->nargs > 1 && !v)
			return csm_fail(err, CSM_E_USAGE, "'%s' is no verb of 'csm %s'", c->args[1],
					c->args[0]);
		if (v) {
			cli_help_verb(c, v);
			return CSM_OK;
		}
		/* csm import loads, csm import list lists loads */
		v = cli_verb_find(c->arena, c->dict, NULL, c->args[0]);
		if (v) {
			cli_help_verb(c, v);
			cli_print(c, "\n");
		}
		cli_help_noun(c, c->args[0]);
		return CSM_OK;
	}
	v = cli_verb_find(c->arena, c->dict, NULL, c->args[0]);
	if (v) {
		cli_help_verb(c, v);
		return CSM_OK;
	}
	cli_nouns(c->arena, c->dict, &words);
	for (const struct cli_topic *t = cli_topics; t->name; t++)
		*(const char **)csm_vec_add(&words) = t->name;
	near = cli_suggest(c->arena, c->args[0], &words);
	return csm_fail(err, CSM_E_USAGE, "there is no help on '%s'%s%s%s", c->args[0],
			near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- rows ---- */

static const struct cli_opt dict_options[] = {
	{ .name = "json",
	  .help = "Everything, versioned: what manual, completion and schemas are made from" },
	{ .name = NULL },
};
static const struct cli_opt log_options[] = {
	{ .name = "limit", .arg = CLI_ARG_INT, .help = "At most the newest N changes" },
	{ .name = NULL },
};

const struct cli_verb cli_top_verbs[] = {
	{ .verb = "init",
	  .fn = cmd_init,
	  .needs = CLI_RAWDB_W | CLI_CREATE | CLI_SELFOPEN,
	  .summary = "Make a new, empty database" },
	{ .verb = "show",
	  .fn = cmd_top_show,
	  .needs = CLI_READ | CLI_DOC | CLI_PAGER | CLI_TZ,
	  .args = "NUMBER...",
	  .min = 1,
	  .max = -1,
	  .summary = "Print records by their numbers, or changes" },
	{ .verb = "log",
	  .fn = cmd_log,
	  .needs = CLI_READ | CLI_LIST | CLI_PAGER | CLI_TZ,
	  .options = log_options,
	  .args = "[NUMBER]",
	  .max = 1,
	  .summary = "Print changes, newest first; with a number what changed in that record" },
	{ .verb = "undo",
	  .fn = cmd_undo,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_ALONE,
	  .options = cli_undo_options,
	  .args = "[CHANGE]",
	  .max = 1,
	  .summary = "Take a change back; without CHANGE your own last one",
	  .help = "A new change takes the old one back. When later changes touched the same fields or the\n"
		  "records that it created, or refer to these, it's refused with status 5, and the conflicts\n"
		  "are listed: the first 20 on standard error, all with -v, and with -o as rows.\n"
		  "--force takes back all of it: fields get their old values whatever they are by now, created\n"
		  "records are deleted though they were changed, with what they own by now, and deleted ones\n"
		  "come back. References to a record that goes are emptied where the field allows it. What\n"
		  "can't be is refused still: a reference that may not be empty, such as the account of a later\n"
		  "case, and a key that another record has by now.\n"
		  "--keep-changed leaves each record in conflict as it is, and with it what it refers to and\n"
		  "owns among the records that the change created. The rest is taken back; the same undo later,\n"
		  "with --force or when nothing is in the way any more, is about those that were left.\n" },
	{ .verb = "dict",
	  .fn = cmd_dict,
	  .needs = CLI_NODB | CLI_LIST,
	  .options = dict_options,
	  .args = "[TYPE|check]",
	  .max = 1,
	  .arg_type = "noun",
	  .summary = "Print the dictionary: types, or the fields of a type" },
	{ .verb = "version", .fn = cmd_version, .needs = CLI_NODB | CLI_LIST, .summary = "Print versions" },
	{ .verb = "help",
	  .fn = cmd_help,
	  .needs = CLI_NODB | CLI_PAGER,
	  .args = "[TOPIC|NOUN [VERB]]",
	  .max = 2,
	  .arg_type = "noun",
	  .summary = "Print help on a command or topic" },
	{ .verb = "__complete",
	  .fn = cmd_complete,
	  .needs = CLI_NODB | CLI_HIDDEN | CLI_EXTRA,
	  .args = "WORD...",
	  .max = -1,
	  .summary = "Print candidates for the last word, one a line" },
	{ .verb = NULL },
};
