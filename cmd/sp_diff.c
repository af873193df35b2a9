/* SPDX-License-Identifier: MIT */
/* sp_diff.c - csm diff: what an import of these documents would change. */
#include "load.h"

static const struct cli_opt diff_options[] = {
	LOAD_OPTIONS,
	{ .name = NULL },
};

struct comparison {
	struct cli *c;
	struct csm_writer *w;		/* JSON, NDJSON, YAML; NULL: lines of text */
	bool differs;
};

static int tell_difference(void *arg, const struct csm_import_record *r, struct csm_err *err)
{
	struct comparison *x = arg;

	if (r->outcome == CSM_IMPORT_UNCHANGED || r->outcome == CSM_IMPORT_SKIPPED || r->outcome == CSM_IMPORT_REJECTED)
		return CSM_OK;
	x->differs = true;
	if (x->c->quiet)
		return CSM_OK;
	return x->w ? load_put_record(x->c, x->w, r, err) : load_print_record(x->c, r, err);
}

static int open_output(struct comparison *x, struct csm_err *err)
{
	switch (x->c->format) {
	case CSM_FMT_NONE:
		return CSM_OK;
	case CSM_FMT_JSON:
	case CSM_FMT_NDJSON:
	case CSM_FMT_YAML:
		break;
	default:
		return csm_fail(err, CSM_E_USAGE, "csm diff prints lines, or with -o json, ndjson or yaml");
	}
	if (x->c->quiet)
		return CSM_OK;
	if (csm_writer_open(&x->w, x->c->arena, x->c->format, cli_sink(x->c), err))
		return (int)err->code;
	if (x->c->format != CSM_FMT_NDJSON)
		csm_writer_seq(x->w);
	return CSM_OK;
}

static int close_output(struct comparison *x, struct csm_err *err)
{
	if (x->w && x->c->format != CSM_FMT_NDJSON)
		csm_writer_seq_end(x->w);
	return x->w ? csm_writer_close(x->w, err) : CSM_OK;
}

/* The load is done, told of, and taken back: so it says what an import says. */
static int cmd_diff(struct cli *c, struct csm_err *err)
{
	struct comparison x = { .c = c };
	struct csm_import_opts o = { .diag = cli_diag(c), .record = tell_difference, .created_values = true, .arg = &x };
	struct csm_import_result res = { 0 };
	struct csm_import *im = NULL;
	int code = load_options(c, &o, err);

	cli_out_hold(c->out, true);
	if (!code)
		code = open_output(&x, err);
	if (!code)
		code = csm_import_open(&im, c->store, c->arena, &o, err);
	if (!code)
		code = load_inputs(c, im, err);
	if (!code)
		code = csm_import_finish(im, &res, err);
	csm_import_close(im);
	if (csm_store_writing(c->store))
		csm_store_rollback(c->store);
	if (code) {
		csm_writer_close(x.w, NULL);
		cli_out_drop(c->out);	/* half of a comparison is none */
		return code;
	}
	cli_map_notes(c, o.map);
	if (close_output(&x, err))
		return (int)err->code;
	cli_out_hold(c->out, false);
	return x.differs ? CSM_NO : CSM_OK;
}

const struct cli_verb sp_diff_verbs[] = {
	{ .verb = "diff", .fn = cmd_diff, .needs = CLI_WRITE | CLI_OWNTX | CLI_ALONE | CLI_DOC, .options = diff_options,
	  .args = "[FILE...|-]", .max = -1, .arg_type = "file",
	  .summary = "Compare documents with the database: what an import of them would change",
	  .help = "A line for each record that differs: + it is not stored yet, ~ it is stored with other values, -\n"
		  "it goes (--replace-children); below it the fields, - as stored and + as the document has them.\n"
		  "What a document does not state is not compared, and records of the database that it does not\n"
		  "name are not told of. A table is known by its name (case.csv) or by --map. Nothing is stored.\n"
		  "\n"
		  "Exit status 0: nothing differs; 1: something does; 2 and above: trouble, such as 65 for a\n"
		  "document that cannot be imported.\n" },
	{ .verb = NULL },
};
