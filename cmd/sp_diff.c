/* SPDX-License-Identifier: MIT */
/*
 * sp_diff.c - csm diff: documents against the database. They are loaded into a private copy of it, so what is shown is what an import would
 * change, the database itself is only read, and nobody waits for a lock.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

static const struct cli_opt diff_options[] = {
	LOAD_OPTIONS,
	{ .name = NULL },
};

struct diff {
	struct cli *c;
	struct csm_writer *w;		/* json, ndjson, yaml */
	bool differs;
	char *dir, *path;		/* of the copy */
	struct csm_db *db;		/* the command's own, while the copy is in its place */
	struct csm_store *store;
};

static int tell_record(void *arg, const struct csm_import_record *r, struct csm_err *err)
{
	struct diff *x = arg;

	/* what is skipped is asked not to be compared; what is rejected has been told */
	if (r->outcome == CSM_IMPORT_UNCHANGED || r->outcome == CSM_IMPORT_SKIPPED || r->outcome == CSM_IMPORT_REJECTED)
		return CSM_OK;
	x->differs = true;
	if (x->c->quiet)
		return CSM_OK;
	return x->w ? load_put_record(x->c, x->w, r, err) : load_print_record(x->c, r, err);
}

/* ---- the copy ---- */

static int make_copy(struct diff *x, struct csm_err *err)
{
	const char *dir = cli_getenv("TMPDIR");
	struct cli *c = x->c;
	int code;

	x->dir = csm_sprintf(c->arena, "%s/csm-diff-XXXXXX", dir ? dir : "/tmp");
	if (!cli_temporary_folder(x->dir)) {
		code = csm_fail(err, CSM_E_IO, "%s: no folder can be made for a copy of the database", x->dir);
		x->dir = NULL;
		return code;
	}
	x->path = csm_sprintf(c->arena, "%s/copy.db", x->dir);
	csm_db_rollback(c->db);		/* the copy is a snapshot by itself */
	cli_temporary_file(x->path);
	code = cli_backup(c, x->path, err);
	if (!code)
		code = csm_db_open(&x->db, x->path, CSM_DB_WRITE, c->wait_ms, err);
	return code ? code : csm_store_open(&x->store, x->db, &c->env, err);
}

static void drop_copy(struct diff *x)
{
	if (x->store && csm_store_writing(x->store))
		csm_store_rollback(x->store);
	csm_store_close(x->store);
	csm_db_close(x->db);
	if (x->path) {
		csm_db_remove(x->path);
		cli_temporary_done(x->path);
	}
	if (x->dir) {
		rmdir(x->dir);
		cli_temporary_done(x->dir);
	}
}

/* ---- the command ---- */

static int open_output(struct diff *x, struct csm_err *err)
{
	enum csm_format f = x->c->format;
	int code;

	if (f == CSM_FMT_CSV || f == CSM_FMT_TSV)
		return csm_fail(err, CSM_E_USAGE, "csm diff prints lines, or with -o json, ndjson or yaml");
	if (x->c->quiet || (f != CSM_FMT_JSON && f != CSM_FMT_NDJSON && f != CSM_FMT_YAML))
		return CSM_OK;
	code = csm_writer_open(&x->w, x->c->arena, f, cli_sink(x->c), err);
	if (!code && f != CSM_FMT_NDJSON)
		csm_writer_seq(x->w);
	return code;
}

static int compare(struct diff *x, struct csm_import_opts *o, struct csm_err *err)
{
	struct csm_store *own = x->c->store;
	struct csm_import_result res;
	struct csm_import *im = NULL;
	int code;

	x->c->store = x->store;
	code = load_options(x->c, o, err);
	if (!code)
		code = open_output(x, err);
	if (!code)
		code = csm_import_open(&im, x->store, x->c->arena, o, err);
	if (!code)
		code = load_inputs(x->c, im, err);
	cli_out_hold(x->c->out, true);
	if (!code)
		code = csm_import_finish(im, &res, err);
	csm_import_close(im);
	x->c->store = own;
	if (!code && x->w && x->c->format != CSM_FMT_NDJSON)
		csm_writer_seq_end(x->w);
	if (csm_writer_close(x->w, code ? NULL : err) && !code)
		code = (int)err->code;
	if (code)
		cli_out_drop(x->c->out);	/* half of a comparison is none */
	else
		cli_map_notes(x->c, o->map);
	cli_out_hold(x->c->out, false);
	return code;
}

static int cmd_diff(struct cli *c, struct csm_err *err)
{
	struct diff x = { .c = c };
	struct csm_import_opts o = { .diag = cli_diag(c), .record = tell_record, .arg = &x, .created_values = true };
	int code = make_copy(&x, err);

	if (!code)
		code = compare(&x, &o, err);
	drop_copy(&x);
	if (code)
		return code;
	return x.differs ? CSM_NO : CSM_OK;
}

const struct cli_verb sp_diff_verbs[] = {
	{ .verb = "diff", .fn = cmd_diff, .needs = CLI_READ | CLI_DOC, .options = diff_options,
	  .args = "[FILE...|-]", .max = -1, .arg_type = "file",
	  .summary = "Compare documents with the database: what an import of them would change",
	  .help = "A line for each record that differs: + it is not stored yet, ~ it is stored with other values, -\n"
		  "it goes (--replace-children); below it the fields, - as stored and + as the document has them.\n"
		  "What a document does not state is not compared, and records of the database that it does not\n"
		  "name are not told of. Works on a copy of the database in TMPDIR: the database itself is only\n"
		  "read, and no lock is waited for. That takes as much space and time as copying the file does:\n"
		  "csm import --dry-run -v tells the same without a copy, but waits for the lock.\n"
		  "\n"
		  "Exit status 0: nothing differs; 1: something does; 2 and above: trouble, such as 65 for a\n"
		  "document that cannot be imported.\n" },
	{ .noun = "*", .verb = "diff", .fn = cmd_diff, .needs = CLI_READ | CLI_DOC, .options = diff_options,
	  .args = "[FILE...|-]", .max = -1, .arg_type = "file",
	  .summary = "Compare records of this type in documents or a table with the database" },
	{ .verb = NULL },
};
