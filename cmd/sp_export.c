/* SPDX-License-Identifier: MIT */
/* sp_export.c - documents and tables out: csm export, and the same for one noun. */
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csm/xfer.h>

#include "cli_priv.h"
#include "sp_export.h"

static const struct cli_opt export_options[] = {
	{ .name = "where", .arg = CLI_ARG_EXPR,
	  .help = "Only records that the expression selects, see csm-filter(5); with one type" },
	{ .name = "closure", .arg = CLI_ARG_NONE,
	  .help = "With all that these records touch, so that it loads into an empty database" },
	{ .name = "since", .arg = CLI_ARG_INT, .value = "CHANGE",
	  .help = "Only records created or changed after a change; csm log has their numbers" },
	{ .name = "output", .arg = CLI_ARG_FILE,
	  .help = "Write to a file, which appears when it is whole" },
	{ .name = "dir", .arg = CLI_ARG_FILE, .value = "DIR",
	  .help = "Write files into a folder, which is made if need be; csm import DIR/* reads them back" },
	{ .name = "split", .arg = CLI_ARG_CHOICE, .choices = "type,record",
	  .help = "With --dir: a file a type (as unsaid), or a file a record" },
	{ .name = "volatile", .arg = CLI_ARG_NONE,
	  .help = "With version, created and updated, by whom and when" },
	{ .name = "no-children", .arg = CLI_ARG_NONE, .help = "csv, tsv: without owned records" },
	{ .name = "anonymize", .arg = CLI_ARG_NONE,
	  .help = "Replace names, addresses, free text and whatever else is personal" },
	{ .name = "seed", .arg = CLI_ARG_TEXT,
	  .help = "Said with --anonymize: the same one gives the same replacements, a secret one can't be undone" },
	{ .name = "schema", .arg = CLI_ARG_NONE, .help = "The JSON Schema of the documents instead" },
	{ .name = "verbose", .letter = 'v', .help = "Say how many records were written" },
	{ .name = NULL },
};

static int fail_type(struct cli *c, const char *name, struct csm_err *err)
{
	struct csm_vec names = CSM_VEC(c->arena, const char *);
	const char *near;

	for (unsigned i = 0; i < c->dict->ntypes; i++)
		*(const char **)csm_vec_add(&names) = c->dict->types[i]->name;
	near = cli_suggest(c->arena, name, &names);
	return csm_fail(err, CSM_E_USAGE, "'%s' is no record type%s%s%s", name,
			near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The types named; all when none is. */
static int find_types(struct cli *c, struct csm_export_opts *o, struct csm_err *err)
{
	const struct csm_rtype **types;

	if (!c->type && !c->nargs)
		return CSM_OK;
	types = csm_calloc(c->arena, c->nargs + 1, sizeof(*types));
	o->types = types;
	if (c->type) {
		types[o->ntypes++] = c->type;
		return CSM_OK;
	}
	for (unsigned i = 0; i < c->nargs; i++) {
		const struct csm_rtype *t = csm_dict_type(c->dict, c->args[i]);

		if (!t)
			return fail_type(c, c->args[i], err);
		types[o->ntypes++] = t;
	}
	return CSM_OK;
}

static int find_ids(struct cli *c, struct csm_export_opts *o, struct csm_err *err)
{
	int64_t *ids;

	if (!c->type || !c->nargs)
		return CSM_OK;
	ids = csm_calloc(c->arena, c->nargs, sizeof(*ids));
	for (unsigned i = 0; i < c->nargs; i++) {
		int code = csm_store_find(c->store, c->type, c->args[i], &ids[i], err);

		if (code)
			return code;
	}
	o->ids = ids;
	o->nids = c->nargs;
	return CSM_OK;
}

/* Options that go with others, or not with them. */
static int check_together(struct cli *c, const struct csm_export_opts *o, struct csm_err *err)
{
	if (cli_given(c, "where") && o->ntypes != 1)
		return csm_fail(err, CSM_E_USAGE, "--where goes with exactly one type");
	if (cli_given(c, "where") && c->type && c->nargs)
		return csm_fail(err, CSM_E_USAGE, "records are named, or selected by --where, not both");
	if (cli_given(c, "since") && c->type && c->nargs)
		return csm_fail(err, CSM_E_USAGE, "records are named, or selected by --since, not both");
	if (cli_given(c, "dir") && cli_given(c, "output"))
		return csm_fail(err, CSM_E_USAGE, "--output is one file, --dir is a folder of them: not both");
	if (cli_given(c, "split") && !cli_given(c, "dir"))
		return csm_fail(err, CSM_E_USAGE, "--split says how the files of --dir are cut: it needs --dir");
	if (cli_given(c, "anonymize") && !cli_given(c, "seed"))
		return csm_fail(err, CSM_E_USAGE,
				"--anonymize needs --seed: the same seed gives the same replacements, and who "
				"knows it can find out by trying what was replaced");
	if (cli_given(c, "seed") && !cli_given(c, "anonymize"))
		return csm_fail(err, CSM_E_USAGE, "--seed goes with --anonymize");
	return CSM_OK;
}

static int read_options(struct cli *c, struct csm_export_opts *o, struct csm_err *err)
{
	const char *split = cli_text(c, "split");
	struct csm_filter *where = NULL;
	int code = find_types(c, o, err);

	if (!code)
		code = check_together(c, o, err);
	if (!code && cli_given(c, "where") && o->types)
		code = cli_where(c, o->types[0], &where, err);
	if (!code)
		code = find_ids(c, o, err);
	if (cli_given(c, "dir"))
		o->split = split && strcmp(split, "record") == 0 ? CSM_SPLIT_RECORD : CSM_SPLIT_TYPE;
	if (cli_given(c, "output") && o->format == CSM_FMT_NONE)
		o->format = csm_format_of_file(cli_text(c, "output"));
	if (o->format == CSM_FMT_NONE)
		o->format = CSM_FMT_YAML;
	o->where = where;
	o->since = cli_int(c, "since", 0);
	o->closure = cli_given(c, "closure");
	o->volatile_fields = cli_given(c, "volatile");
	o->no_children = cli_given(c, "no-children");
	o->seed = cli_given(c, "anonymize") ? cli_text(c, "seed") : NULL;
	return code;
}

/* A document can't say that a record is gone. */
static void tell_deleted(struct cli *c, const struct csm_export_opts *o, const struct csm_export_result *res)
{
	const struct csm_diag diag = cli_diag(c);

	for (unsigned i = 0; i < c->dict->ntypes; i++) {
		struct csm_err e = { 0 };

		if (!res->deleted[i])
			continue;
		csm_fail(&e, CSM_NO, "%" PRId64 " deleted since change %" PRId64 ", which a document can't say",
			 res->deleted[i], o->since);
		csm_err_on(&e, c->dict->types[i]->name, NULL, NULL);
		diag.note(diag.arg, 'w', &e);
	}
}

/* Then nobody sees how much came; another program at the end of a pipe does. */
static bool goes_to_file(void)
{
	struct stat st;

	return fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode);
}

static void tell(struct cli *c, const struct csm_export_opts *o, const struct csm_export_result *res,
		 const char *where)
{
	bool asked = cli_given(c, "verbose") || (c->world->tty_err && goes_to_file());

	/* in formats of machines notes are mute, unless somebody asks or watches */
	if (asked)
		c->format = CSM_FMT_NONE;
	if (where && o->split != CSM_SPLIT_NONE)
		cli_note(c, "%" PRId64 " records written to %" PRId64 " files in %s", res->records, res->files, where);
	else if (where || asked)
		cli_note(c, "%" PRId64 " records written%s%s", res->records, where ? " to " : "", where ? where : "");
	c->format = o->format;
	tell_deleted(c, o, res);
}

static int export_to_file(struct cli *c, const struct csm_export_opts *o, struct csm_err *err)
{
	const char *path = cli_text(c, "output");
	struct cli_target t = { .fd = -1 };
	struct csm_export_result res;
	int code = path && strcmp(path, "-") != 0 ? cli_target_open(c, path, &t, err) : CSM_OK;

	if (code)
		return code;
	code = csm_export(c->store, o, t.fd >= 0 ? csm_sink_fd(&t.fd) : cli_sink(c), &res, err);
	code = cli_target_close(c, &t, code, err);
	if (!code)
		tell(c, o, &res, t.path);
	return code;
}

static int export_to_dir(struct cli *c, struct csm_export_opts *o, struct csm_err *err)
{
	const char *path = cli_text(c, "dir");
	struct cli_dir *dir;
	struct csm_export_result res;
	int code = cli_dir_open(c, path, &dir, &o->files, err);

	if (code)
		return code;
	code = csm_export(c->store, o, cli_sink(c), &res, err);
	code = cli_dir_close(dir, code, err);
	if (!code)
		tell(c, o, &res, path);
	return code;
}

/* It is of the program, not of a database. */
static int export_schema(struct cli *c, struct csm_err *err)
{
	const char *path = cli_text(c, "output");
	struct csm_export_opts o = { .format = CSM_FMT_JSON };
	struct cli_target t = { .fd = -1 };
	struct csm_writer *w;
	int code;

	for (const struct cli_opt *opt = export_options; opt->name; opt++)
		if (cli_given(c, opt->name) && strcmp(opt->name, "schema") != 0 && strcmp(opt->name, "output") != 0)
			return csm_fail(err, CSM_E_USAGE, "--%s does not go with --schema", opt->name);
	if (c->format != CSM_FMT_NONE && c->format != CSM_FMT_JSON)
		return csm_fail(err, CSM_E_USAGE, "the schema is written as json");
	if (c->type && c->nargs)
		return csm_fail(err, CSM_E_USAGE, "a schema is of types, not of records");
	code = find_types(c, &o, err);
	if (!code && path && strcmp(path, "-") != 0)
		code = cli_target_open(c, path, &t, err);
	if (code)
		return code;
	code = csm_writer_open(&w, c->arena, o.format, t.fd >= 0 ? csm_sink_fd(&t.fd) : cli_sink(c), err);
	if (!code) {
		csm_export_schema(c->dict, o.types, o.ntypes, c->arena, w);
		code = csm_writer_close(w, err);
	}
	return cli_target_close(c, &t, code, err);
}

static int cmd_export(struct cli *c, struct csm_err *err)
{
	struct csm_export_opts o = { .format = c->format };
	int code;

	if (cli_given(c, "schema"))
		return export_schema(c, err);
	code = cli_open(c, err);
	if (!code)
		code = read_options(c, &o, err);
	if (code)
		return code;
	return cli_given(c, "dir") ? export_to_dir(c, &o, err) : export_to_file(c, &o, err);
}

const struct cli_verb sp_export_verbs[] = {
	{ .verb = "export", .fn = cmd_export, .needs = CLI_READ | CLI_DOC | CLI_SELFOPEN | CLI_FILES, .options = export_options,
	  .args = "[TYPE...]", .max = -1, .arg_type = "noun",
	  .summary = "Write records as documents that import reads back",
	  .help = "All types when none is named. Without -o the format is that of the --output file's name,\n"
		  "or YAML.\n"
		  "A table (csv, tsv) holds one type; --dir writes a file for each, and for what records own.\n" },
	{ .noun = "*", .verb = "export", .fn = cmd_export, .needs = CLI_READ | CLI_DOC | CLI_SELFOPEN | CLI_FILES,
	  .options = export_options, .args = "[KEY...]", .max = -1,
	  .summary = "Write records of this type as documents or a table" },
	{ .verb = NULL },
};
