/* SPDX-License-Identifier: MIT */
/* sp_export.c - documents and tables out: csm export, and the same for one noun. */
#include <inttypes.h>
#include <string.h>

#include <csm/xfer.h>

#include "cli_priv.h"

#define EXPORT_OPTIONS \
	{ .name = "output", .arg = CLI_ARG_FILE, \
	  .help = "Write to a file, which appears when it is whole" }, \
	{ .name = "volatile", .arg = CLI_ARG_NONE, \
	  .help = "With version, created and updated, by whom and when" }, \
	{ .name = "no-children", .arg = CLI_ARG_NONE, .help = "csv, tsv: without owned records" }

static const struct cli_opt export_options[] = {
	EXPORT_OPTIONS,
	{ .name = NULL },
};
static const struct cli_opt export_noun_options[] = {
	EXPORT_OPTIONS,
	{ .name = "where", .arg = CLI_ARG_EXPR,
	  .help = "Only records that the expression selects, see csm-filter(5)" },
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
static int find_types(struct cli *c, const struct csm_rtype ***types, unsigned *n, struct csm_err *err)
{
	*n = 0;
	*types = NULL;
	if (c->type) {
		*types = csm_calloc(c->arena, 1, sizeof(**types));
		(*types)[(*n)++] = c->type;
		return CSM_OK;
	}
	if (!c->nargs)
		return CSM_OK;
	*types = csm_calloc(c->arena, c->nargs, sizeof(**types));
	for (unsigned i = 0; i < c->nargs; i++) {
		const struct csm_rtype *t = csm_dict_type(c->dict, c->args[i]);

		if (!t)
			return fail_type(c, c->args[i], err);
		(*types)[(*n)++] = t;
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

static int cmd_export(struct cli *c, struct csm_err *err)
{
	struct csm_export_opts o = { .format = c->format, .volatile_fields = cli_given(c, "volatile") };
	const struct csm_rtype **types;
	struct csm_filter *where = NULL;
	struct cli_target t = { .fd = -1 };
	const char *path = cli_text(c, "output");
	int64_t n = 0;
	int code = find_types(c, &types, &o.ntypes, err);

	if (!code && cli_given(c, "output") && o.format == CSM_FMT_NONE)
		o.format = csm_format_of_file(cli_text(c, "output"));
	if (o.format == CSM_FMT_NONE)
		o.format = CSM_FMT_YAML;
	if (!code && c->type)
		code = cli_where(c, c->type, &where, err);
	if (!code && where && c->nargs)
		code = csm_fail(err, CSM_E_USAGE, "records are named, or selected by --where, not both");
	if (!code)
		code = find_ids(c, &o, err);
	o.types = types;
	o.where = where;
	o.no_children = cli_given(c, "no-children");
	if (!code)
		code = path && strcmp(path, "-") != 0 ? cli_target_open(c, path, &t, err) : CSM_OK;
	if (code)
		return code;
	code = csm_export(c->store, &o, t.fd >= 0 ? csm_sink_fd(&t.fd) : cli_sink(c), &n, err);
	code = cli_target_close(c, &t, code, err);
	if (!code && t.path)
		cli_note(c, "%" PRId64 " records written to %s", n, t.path);
	return code;
}

const struct cli_verb sp_export_verbs[] = {
	{ .verb = "export", .fn = cmd_export, .needs = CLI_READ | CLI_DOC | CLI_FILES, .options = export_options,
	  .args = "[TYPE...]", .max = -1, .arg_type = "noun",
	  .summary = "Write records as documents that import reads back",
	  .help = "All types when none is named. Without -o the format is that of the --output file's name,\n"
		  "or YAML.\n" },
	{ .noun = "*", .verb = "export", .fn = cmd_export, .needs = CLI_READ | CLI_DOC | CLI_FILES,
	  .options = export_noun_options, .args = "[KEY...]", .max = -1,
	  .summary = "Write records of this type as documents or a table" },
	{ .verb = NULL },
};
