/* SPDX-License-Identifier: MIT */
/* sp_import.c - documents and tables in: csm import, and the same for one noun. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <csm/xfer.h>

#include "cli_priv.h"

static const struct cli_opt import_options[] = {
	{ .name = "from", .arg = CLI_ARG_CHOICE, .choices = "json,ndjson,yaml,csv,tsv", .value = "FORMAT",
	  .help = "Format of the input, where neither its name nor its beginning tells" },
	{ .name = "map", .arg = CLI_ARG_FILE, .value = "MAPPING",
	  .help = "Mapping of foreign columns: a file, see csm-documents(5), or a name, see csm help mappings" },
	{ .name = "skip-rows", .arg = CLI_ARG_INT, .value = "N",
	  .help = "Pass over the first N rows of the input: rows of a table, records of a document" },
	{ .name = "limit-rows", .arg = CLI_ARG_INT, .value = "N",
	  .help = "Take N rows of the input at most, and read no more" },
	{ .name = "on-error", .arg = CLI_ARG_CHOICE, .choices = "abort,skip",
	  .help = "A wrong record: nothing is stored (abort, as unsaid), or it is left out (skip)" },
	{ .name = "announce", .arg = CLI_ARG_NONE,
	  .help = "Tell of SLA breaches, milestones and escalations that are past already; unsaid they are passed silently" },
	{ .name = "delimiter", .arg = CLI_ARG_TEXT, .value = "CHAR",
	  .help = "Column delimiter of a CSV; detected when not given" },
	{ .name = "encoding", .arg = CLI_ARG_CHOICE,
	  .choices = "utf-8,utf-16,utf-16le,utf-16be,latin1,windows-1252", .value = "ENCODING",
	  .help = "Encoding of the input; UTF-8 when not given, or UTF-16 where its mark stands first" },
	{ .name = NULL },
};

int cli_open_input(struct cli *c, const char *path, int *fd, struct csm_err *err)
{
	if (strcmp(path, "-") == 0) {
		if (c->stdin_used)
			return csm_fail(err, CSM_E_USAGE, "standard input can be read once only");
		c->stdin_used = true;
		*fd = STDIN_FILENO;
		return CSM_OK;
	}
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return CSM_OK;
	return csm_fail(err, errno == ENOENT || errno == ENOTDIR ? CSM_E_NOINPUT : CSM_E_IO, "%s: %s", path,
			strerror(errno));
}

static int read_delimiter(struct cli *c, char *out, struct csm_err *err)
{
	const char *s = cli_text(c, "delimiter");

	*out = 0;
	if (!s)
		return CSM_OK;
	if (strcmp(s, "\\t") == 0 || strcmp(s, "tab") == 0)
		s = "\t";
	if (strlen(s) != 1 || *s == '"' || *s == '\n')
		return csm_fail(err, CSM_E_USAGE,
				"--delimiter: '%s' is not one character such as ; or tab", s);
	*out = *s;
	return CSM_OK;
}

static int print_counts(struct cli *c, const struct csm_import_result *res, struct csm_err *err)
{
	static const struct csm_column columns[] = {
		{ .name = "type", .label = "Type", .type = CSM_W_TEXT },
		{ .name = "read", .label = "Read", .type = CSM_W_NUMBER, .right = true },
		{ .name = "created", .label = "Created", .type = CSM_W_NUMBER, .right = true },
		{ .name = "updated", .label = "Updated", .type = CSM_W_NUMBER, .right = true },
		{ .name = "unchanged", .label = "Unchanged", .type = CSM_W_NUMBER, .right = true },
		{ .name = "rejected", .label = "Rejected", .type = CSM_W_NUMBER, .right = true },
	};
	struct cli_list *l;
	int code;

	if (c->quiet)
		return CSM_OK;
	code = cli_list_open(&l, c, columns, CSM_COUNT(columns), err);
	for (unsigned i = 0; !code && i < res->n; i++) {
		const struct csm_import_count *n = &res->counts[i];
		const int64_t numbers[] = { n->read, n->created, n->updated, n->unchanged, n->rejected };
		const char *values[CSM_COUNT(columns)] = { n->type->name };

		for (unsigned k = 0; k < CSM_COUNT(numbers); k++)
			values[k + 1] = csm_sprintf(c->arena, "%" PRId64, numbers[k]);
		code = cli_list_row(l, values, NULL, err);
	}
	return code ? code : cli_list_close(l, err);
}

static int read_inputs(struct cli *c, struct csm_import *im, struct csm_err *err)
{
	int code = CSM_OK;

	for (unsigned i = 0; !code && i < c->nargs; i++) {
		const char *name = strcmp(c->args[i], "-") == 0 ? "standard input" : c->args[i];
		int fd;

		code = cli_open_input(c, c->args[i], &fd, err);
		if (code)
			return code;
		code = csm_import_read(im, csm_source_fd(&fd, name), err);
		if (fd != STDIN_FILENO)
			close(fd);
	}
	return code;
}

static int cmd_import(struct cli *c, struct csm_err *err)
{
	struct csm_import_opts o = {
		.format = CSM_FMT_NONE, .type = c->type, .diag = cli_diag(c),
		.announce = cli_given(c, "announce")
	};
	const char *on_error = cli_text(c, "on-error");
	struct csm_import *im = NULL;
	struct csm_import_result res = { 0 };
	int code;

	o.tmp_dir = getenv("TMPDIR");
	if (o.tmp_dir && !*o.tmp_dir)
		o.tmp_dir = NULL;
	if (cli_given(c, "from"))
		o.format = csm_format_named(cli_text(c, "from"));
	if (cli_given(c, "encoding"))
		o.encoding = csm_encoding_named(cli_text(c, "encoding"));
	if (on_error && strcmp(on_error, "skip") == 0)
		o.on_error = CSM_ON_ERROR_SKIP;
	code = read_delimiter(c, &o.read.delimiter, err);
	o.skip_rows = cli_int(c, "skip-rows", 0);
	o.limit_rows = cli_int(c, "limit-rows", 0);
	if (!code && cli_given(c, "limit-rows") && !o.limit_rows)
		code = csm_fail(err, CSM_E_USAGE, "--limit-rows: expected 1 or more");
	if (!code)
		code = cli_map_load(c, &o.map, err);
	if (!code)
		code = csm_import_open(&im, c->store, c->arena, &o, err);
	if (!code)
		code = read_inputs(c, im, err);
	/* the change begins here: what is read before holds nobody up */
	cli_out_hold(c->out, true);
	if (!code)
		code = csm_import_finish(im, &res, err);
	csm_import_close(im);
	if (code && code != CSM_NO)
		return code;
	if (res.rejected_rows)
		cli_note(c, "%" PRId64 " of %" PRId64 " records of the input were rejected, whole or in part",
			 res.rejected_rows, res.rows);
	cli_map_notes(c, o.map);
	/* rejected records: the good ones are stored, and the status says that it was not all */
	if (print_counts(c, &res, err) || cli_commit(c, err))
		return (int)err->code;
	return code;
}

const struct cli_verb sp_import_verbs[] = {
	{ .verb = "import", .fn = cmd_import, .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_ALONE, .options = import_options,
	  .args = "FILE...", .min = 1, .max = -1, .arg_type = "file",
	  .summary = "Load documents: several types in one file, references in any order, one transaction",
	  .help = "A FILE of - is standard input. The format is taken from the name (.json, .ndjson,\n"
		  ".jsonl, .yaml, .yml, .csv, .tsv), from --from, or by the first bytes. Nothing is stored when a\n"
		  "record is wrong, unless --on-error=skip.\n" },
	{ .noun = "*", .verb = "import", .fn = cmd_import, .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_ALONE,
	  .options = import_options, .args = "FILE...", .min = 1, .max = -1, .arg_type = "file",
	  .summary = "Load records of this type from documents or a table" },
	{ .verb = NULL },
};
