/* SPDX-License-Identifier: MIT */
/* sp_import.c - documents and tables in: csm import, and the same for one noun. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"

/* Findings of a load that goes on which are told one by one. */
#define ECHO_MAX 20

static const struct cli_opt import_options[] = {
	LOAD_OPTIONS,
	{ .name = "batch", .arg = CLI_ARG_INT, .value = "N",
	  .help = "Store N records at the top, with those in them, at a time; cut short, the same command goes on" },
	{ .name = "on-error", .arg = CLI_ARG_TEXT, .value = "abort|skip|limit=N", .choices = "abort,skip,limit=",
	  .help = "A wrong record: nothing is stored (abort, as unsaid), it is left out (skip), or so until more than N are (limit=N)" },
	{ .name = "rejects", .arg = CLI_ARG_FILE,
	  .help = "Write what is rejected to this file, as it came and with the reasons, to be mended and loaded again" },
	{ .name = "announce", .arg = CLI_ARG_NONE,
	  .help = "Tell of SLA breaches, milestones and escalations that are past already; unsaid they are passed silently" },
	{ .name = "verbose", .letter = 'v', .arg = CLI_ARG_NONE,
	  .help = "Tell of each record what became of it, with the fields before and after" },
	{ .name = "hooks", .arg = CLI_ARG_NONE,
	  .help = "Send the messages that such records would have sent; as --announce, of all that csm notifies of" },
	{ .name = "progress", .arg = CLI_ARG_NONE,
	  .help = "Tell how far the load is where standard error is no terminal, too" },
	{ .name = NULL },
};

/* ---- what is told ---- */

struct import {
	struct cli *c;
	struct csm_diag diag;		/* the command's own */
	unsigned echoed, findings;
	bool capped;			/* findings after ECHO_MAX are counted only */
	struct cli_target rejects;	/* fd -1: none is asked for */
	int grows;			/* the file under its name, which each batch adds to; -1: not yet, or it is written anew */
	struct cli_progress progress;
	struct csm_writer *w;		/* the summary as a document, or NULL */
};

static void note_finding(void *arg, char severity, const struct csm_err *err)
{
	struct import *x = arg;

	if (severity == 'n') {
		cli_note(x->c, "%s", err->msg);
		return;
	}
	if (severity == 'e') {
		x->findings++;
		if (x->capped && x->findings > ECHO_MAX)
			return;
		x->echoed++;
	}
	csm_diag_note(&x->diag, severity, err);
}

static void tell_rest(struct import *x)
{
	const char *path = cli_text(x->c, "rejects");
	struct csm_err rest = { 0 };

	if (x->findings == x->echoed)
		return;
	csm_fail(&rest, CSM_E_INVALID, "%u more findings are not shown; %s%s", x->findings - x->echoed,
		 path ? "all of them are in " : "--rejects FILE keeps all of them", path ? path : "");
	cli_fault(x->c, &rest, 'w');
}

/* ---- the summary ---- */

static const struct csm_column columns[] = {
	{ .name = "type", .label = "Type", .type = CSM_W_TEXT },
	{ .name = "read", .label = "Read", .type = CSM_W_NUMBER, .right = true },
	{ .name = "created", .label = "Created", .type = CSM_W_NUMBER, .right = true },
	{ .name = "updated", .label = "Updated", .type = CSM_W_NUMBER, .right = true },
	{ .name = "unchanged", .label = "Unchanged", .type = CSM_W_NUMBER, .right = true },
	{ .name = "skipped", .label = "Skipped", .type = CSM_W_NUMBER, .right = true },
	{ .name = "rejected", .label = "Rejected", .type = CSM_W_NUMBER, .right = true },
	{ .name = "deleted", .label = "Deleted", .type = CSM_W_NUMBER, .right = true },
};

/* Of a type, in the order of the columns. */
static void count_texts(struct cli *c, const struct csm_import_count *n, const char **texts)
{
	const int64_t numbers[] = { n->read, n->created, n->updated, n->unchanged, n->skipped, n->rejected,
				    n->deleted };

	texts[0] = n->type->name;
	for (unsigned k = 0; k < CSM_COUNT(numbers); k++)
		texts[k + 1] = csm_sprintf(c->arena, "%" PRId64, numbers[k]);
}

/* Rows of the source are no records of a type: one may hold several, or none that can be read. */
static void tell_rows(struct cli *c, const struct csm_import_result *res)
{
	if (c->format == CSM_FMT_NDJSON)
		cli_facts(c, csm_sprintf(c->arena, "{\"rows\": %" PRId64 ", \"rejected_rows\": %" PRId64 "}\n", res->rows,
					 res->rejected_rows));
	else if (res->rejected_rows)
		cli_note(c, "%" PRId64 " of %" PRId64 " records of the input were rejected, whole or in part",
			 res->rejected_rows, res->rows);
	else
		cli_note(c, "%" PRId64 " record%s of the input, none rejected", res->rows, res->rows == 1 ? "" : "s");
}

static int print_list(struct cli *c, const struct csm_import_result *res, struct csm_err *err)
{
	unsigned ncolumns = CSM_COUNT(columns) - !cli_given(c, "replace-children");
	const char *texts[CSM_COUNT(columns)];
	struct cli_list *l;
	int code;

	tell_rows(c, res);
	if (c->quiet)
		return CSM_OK;
	code = cli_list_open(&l, c, columns, ncolumns, err);
	for (unsigned i = 0; !code && i < res->n; i++) {
		count_texts(c, &res->counts[i], texts);
		code = cli_list_row(l, texts, NULL, err);
	}
	return code ? code : cli_list_close(l, err);
}

static void put_number(struct cli *c, struct csm_writer *w, const char *key, int64_t n)
{
	csm_writer_put(w, key, CSM_W_NUMBER, csm_sprintf(c->arena, "%" PRId64, n));
}

static void put_count(struct cli *c, struct csm_writer *w, const struct csm_import_count *n)
{
	const char *texts[CSM_COUNT(columns)];

	count_texts(c, n, texts);
	csm_writer_map(w);
	for (unsigned k = 0; k < CSM_COUNT(columns); k++)
		csm_writer_put(w, columns[k].name, columns[k].type, texts[k]);
	csm_writer_map_end(w);
}

/* One map with everything; NDJSON: a line a type. */
static int print_document(struct import *x, const struct csm_import_result *res, struct csm_err *err)
{
	bool lines = x->c->format == CSM_FMT_NDJSON;
	struct csm_writer *w = x->w;

	if (!lines && cli_given(x->c, "verbose"))
		csm_writer_seq_end(w);
	if (!lines) {
		csm_writer_key(w, "types");
		csm_writer_seq(w);
	}
	for (unsigned i = 0; i < res->n; i++)
		put_count(x->c, w, &res->counts[i]);
	if (lines) {
		tell_rows(x->c, res);
	} else {
		csm_writer_seq_end(w);
		put_number(x->c, w, "rows", res->rows);
		put_number(x->c, w, "rejected_rows", res->rejected_rows);
		if (res->import)
			csm_writer_put(w, "import", CSM_W_TEXT, res->import);
		if (res->supersedes)
			csm_writer_put(w, "supersedes", CSM_W_TEXT, res->supersedes);
		if (res->resumed)
			csm_writer_put(w, "resumed", CSM_W_BOOL, "true");
		if (res->known)
			csm_writer_put(w, "already_loaded_by", CSM_W_TEXT, res->known);
		csm_writer_map_end(w);
	}
	return csm_writer_close(w, err);
}

/* A document where the format has one, unless columns are asked for. */
static bool wants_document(const struct cli *c)
{
	return (c->format == CSM_FMT_JSON || c->format == CSM_FMT_NDJSON || c->format == CSM_FMT_YAML) &&
	       !c->quiet && !cli_given(c, "fields") && !cli_given(c, "count") && !cli_given(c, "format");
}

static int open_document(struct import *x, struct csm_err *err)
{
	int code;

	if (!wants_document(x->c))
		return CSM_OK;
	code = csm_writer_open(&x->w, x->c->arena, x->c->format, cli_sink(x->c), err);
	if (code || x->c->format == CSM_FMT_NDJSON)
		return code;
	csm_writer_map(x->w);
	if (cli_given(x->c, "verbose")) {
		csm_writer_key(x->w, "records");
		csm_writer_seq(x->w);
	}
	return CSM_OK;
}

static int tell_record(void *arg, const struct csm_import_record *r, struct csm_err *err)
{
	struct import *x = arg;

	if (r->outcome == CSM_IMPORT_UNCHANGED)
		return CSM_OK;
	if (x->w)
		return load_put_record(x->c, x->w, r, err);
	/* why one was rejected has been told */
	return r->outcome == CSM_IMPORT_REJECTED ? CSM_OK : load_note_record(x->c, r, err);
}

static void tell_progress(void *arg, const struct csm_import_progress *p)
{
	static const char *const words[] = {
		[CSM_IMPORT_READING] = "reading",
		[CSM_IMPORT_CHECKING] = "checking",
		[CSM_IMPORT_WRITING] = "storing",
		[CSM_IMPORT_FOLLOWING] = "finishing",
	};
	struct import *x = arg;

	cli_progress_tell(&x->progress, words[p->phase], p->done, p->total);
}

/* ---- the command ---- */

static int read_on_error(struct cli *c, struct csm_import_opts *o, struct csm_err *err)
{
	const char *s = cli_text(c, "on-error");
	char *end;

	if (!s || strcmp(s, "abort") == 0)
		return CSM_OK;
	o->on_error = CSM_ON_ERROR_SKIP;
	if (strcmp(s, "skip") == 0)
		return CSM_OK;
	o->limited = true;
	if (strncmp(s, "limit=", 6) == 0 && s[6] >= '0' && s[6] <= '9') {
		errno = 0;
		o->limit = strtoll(s + 6, &end, 10);
		if (!*end && !errno)
			return CSM_OK;
	}
	return csm_fail(err, CSM_E_USAGE, "--on-error: '%s' is none of abort, skip, limit=N", s);
}

/* A file under the name of an input would take its place, and what was not rejected would be nowhere. */
static bool is_input(const struct cli *c, const char *path)
{
	const char *map = cli_text(c, "map");

	for (unsigned i = 0; i < c->nargs; i++)
		if (cli_same_file(path, strcmp(c->args[i], "-") == 0 ? "/dev/stdin" : c->args[i]))
			return true;
	return (map && cli_same_file(path, map)) || (!c->nargs && cli_same_file(path, "/dev/stdin"));
}

#define TAIL 8				/* bytes that an addition may stand in place of */

/* What could not be added whole is taken away again. */
static bool restore_rejects(int fd, off_t end, const char *was, size_t tail)
{
	return ftruncate(fd, end) == 0 && pwrite(fd, was, tail, end) == (ssize_t)tail;
}

static int add_rejects(struct import *x, struct csm_import *im, struct csm_err *err)
{
	const size_t tail = csm_import_rejects_tail(im);
	const off_t end = lseek(x->grows, -(off_t)tail, SEEK_END);
	char was[TAIL];
	const bool there = end >= 0 && tail <= sizeof(was) && pread(x->grows, was, tail, end) == (ssize_t)tail;
	int code = there ? csm_import_rejects_more(im, csm_sink_fd(&x->grows), err) : CSM_OK;

	if (!code && (!there || fsync(x->grows) != 0))
		code = csm_fail(err, CSM_E_IO, "%s: %s", cli_text(x->c, "rejects"), strerror(errno));
	if (code && there && !restore_rejects(x->grows, end, was, tail))
		csm_wrap(err, "%s ends in the middle of an entry, until this load goes on", cli_text(x->c, "rejects"));
	return code;
}

/*
 * Of a load in batches: what a batch leaves out stands in the file before it is stored. It grows, but for the few that can't and are written anew. At the
 * end it is replaced by all in the order of the rows. What can't be replaced, such as a pipe, gets that only.
 */
static int store_rejects(void *arg, struct csm_import *im, struct csm_err *err)
{
	struct import *x = arg;
	int code;

	if (!x->rejects.temporary)
		return CSM_OK;
	if (x->grows >= 0)
		return add_rejects(x, im, err);
	if (csm_import_rejects_grow(im)) {
		code = csm_import_rejects_more(im, csm_sink_fd(&x->rejects.fd), err);
		x->grows = fcntl(x->rejects.fd, F_DUPFD_CLOEXEC, 0);
	} else {
		code = csm_import_rejects(im, csm_sink_fd(&x->rejects.fd), err);
	}
	code = cli_target_close(x->c, &x->rejects, code, err);
	return code ? code : cli_target_open(x->c, cli_text(x->c, "rejects"), &x->rejects, err);
}

/* The file of rejects stands under its name, and is durable, before what it was left out of is stored. */
static int open_rejects(struct import *x, struct csm_import_opts *o, struct csm_err *err)
{
	const char *path = cli_text(x->c, "rejects");

	if (!path)
		return CSM_OK;
	if (o->on_error != CSM_ON_ERROR_SKIP)
		return csm_fail(err, CSM_E_USAGE, "--rejects goes with --on-error=skip or limit=N");
	if (strcmp(path, "-") == 0)
		return csm_fail(err, CSM_E_USAGE, "--rejects: expected a file, not standard output");
	if (is_input(x->c, path))
		return csm_fail(err, CSM_E_USAGE, "--rejects: %s is an input of this load; expected another file", path);
	o->keep_originals = true;
	o->rejects = store_rejects;
	return cli_target_open(x->c, path, &x->rejects, err);
}

static int write_rejects(struct import *x, struct csm_import *im, int code, struct csm_err *err)
{
	if (x->rejects.fd < 0)
		return code;
	if ((!code || code == CSM_NO) && csm_import_rejects(im, csm_sink_fd(&x->rejects.fd), err))
		code = (int)err->code;
	if (x->grows >= 0)
		close(x->grows);
	if (cli_target_close(x->c, &x->rejects, code == CSM_NO ? CSM_OK : code, err))
		return (int)err->code;
	return code;
}

/* Read the inputs, write the records; the file of rejects. */
static int run_load(struct import *x, const struct csm_import_opts *o, struct csm_import_result *res,
		    struct csm_err *err)
{
	struct cli *c = x->c;
	struct csm_import *im = NULL;
	int code;

	cli_progress_begin(&x->progress, c);
	code = csm_import_open(&im, c->store, c->arena, o, err);
	if (!code)
		code = load_inputs(c, im, err);
	/* the change begins here: what is read before holds nobody up */
	if (!code)
		code = csm_import_finish(im, res, err);
	cli_progress_end(&x->progress, !code || code == CSM_NO);
	code = write_rejects(x, im, code, err);
	csm_import_close(im);
	tell_rest(x);
	return code;
}

static int cmd_import(struct cli *c, struct csm_err *err)
{
	struct import x = { .c = c, .diag = cli_diag(c), .rejects.fd = -1, .grows = -1 };
	struct csm_import_opts o = { .diag = { note_finding, &x },
				     .announce = cli_given(c, "announce") || cli_given(c, "hooks"),
				     .progress = tell_progress, .arg = &x };
	struct csm_import_result res = { 0 };
	int code = load_options(c, &o, err);

	if (cli_given(c, "verbose"))
		o.record = tell_record;
	o.about = cli_import_about(c);
	if (!code)
		code = read_on_error(c, &o, err);
	o.batch = cli_int(c, "batch", 0);
	if (!code && cli_given(c, "batch") && o.batch < 1)
		code = csm_fail(err, CSM_E_USAGE, "--batch: expected 1 or more");
	x.capped = o.on_error == CSM_ON_ERROR_SKIP && !o.record;
	cli_out_hold(c->out, true);
	if (!code)
		code = open_document(&x, err);
	if (!code)
		code = open_rejects(&x, &o, err);
	if (!code)
		code = run_load(&x, &o, &res, err);
	if (code && code != CSM_NO) {
		csm_writer_close(x.w, NULL);
		cli_out_drop(c->out);	/* half of a document is none */
		return code;
	}
	cli_map_notes(c, o.map);
	cli_import_note(c, &res);
	/* rejected records: the good ones are stored, and the status says that it was not all */
	if (x.w ? print_document(&x, &res, err) : print_list(c, &res, err))
		return (int)err->code;
	return cli_commit(c, err) ? (int)err->code : code;
}

const struct cli_verb sp_import_verbs[] = {
	{ .verb = "import", .fn = cmd_import, .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_ALONE | CLI_FILES, .options = import_options,
	  .args = "[FILE...|-]", .max = -1, .arg_type = "file",
	  .summary = "Load documents: several types in one file, references in any order, one transaction",
	  .help = "Without a FILE, and where it is -, standard input is read. The format is taken from the\n"
		  "name (.json, .ndjson, .jsonl, .yaml, .yml, .csv, .tsv), from --from, or by the first bytes.\n"
		  "Nothing is stored when a record is wrong, unless --on-error says otherwise.\n"
		  "\n"
		  "For each type the counts are told: read is the sum of created, updated, unchanged, skipped\n"
		  "and rejected. The records of the input (rows of a table, records at the top of a document)\n"
		  "are counted apart, on standard error. With -o json and yaml all of it is one map with the\n"
		  "keys types, rows and rejected_rows, and import, the number of the record that the load leaves\n"
		  "(see csm import list). A load that changes and rejects nothing leaves none, and says so;\n"
		  "already_loaded_by is the load of the same content before it; resumed tells that it went on\n"
		  "with a load in batches that was cut short, supersedes which one it took the place of.\n" },
	{ .noun = "*", .verb = "import", .fn = cmd_import, .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_ALONE | CLI_FILES,
	  .options = import_options, .args = "[FILE...|-]", .max = -1, .arg_type = "file",
	  .summary = "Load records of this type from documents or a table" },
	{ .verb = NULL },
};
