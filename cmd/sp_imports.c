/* SPDX-License-Identifier: MIT */
/* sp_imports.c - the records of loads: what they say of a command line, what was rejected, and taking a load back. */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>
#include <csm/xfer.h>

#include "cli_priv.h"

/* ---- for csm import ---- */

/* Options that only say what is told and where, and how it is stored: the same load without them. */
static bool is_talk(const char *name)
{
	static const char *const talk[] = { "map", "verbose", "progress", "rejects", "batch", "hooks" };

	for (size_t i = 0; i < CSM_COUNT(talk); i++)
		if (strcmp(name, talk[i]) == 0)
			return true;
	return false;
}

const struct csm_import_about *cli_import_about(struct cli *c)
{
	struct csm_import_about *about = csm_alloc(c->arena, sizeof(*about));
	struct csm_buf b = CSM_BUF(c->arena);

	for (const struct cli_opt *o = c->verb->options; o && o->name; o++) {
		if (!cli_given(c, o->name) || is_talk(o->name))
			continue;
		csm_buf_addf(&b, "%s%s", b.n ? " " : "", o->name);
		if (o->arg != CLI_ARG_NONE)
			csm_buf_addf(&b, "=%s", cli_text(c, o->name));
	}
	about->mapping = cli_text(c, "map");
	about->options = b.s;
	return about;
}

/* The same content was loaded before, and records were created. */
static void warn_again(struct cli *c, const struct csm_import_result *res)
{
	const struct csm_diag diag = cli_diag(c);
	struct csm_err e = { 0 };
	int64_t n = 0;

	for (unsigned i = 0; i < res->n; i++)
		n += res->counts[i].created;
	csm_fail(&e, CSM_NO, "%" PRId64 " record%s created, though import %s loaded the same before: records that state no "
		 "key are made again (--key matches them by other fields)", n, n == 1 ? "" : "s", res->known);
	diag.note(diag.arg, 'w', &e);
}

void cli_import_note(struct cli *c, const struct csm_import_result *res)
{
	if (res->changed && res->known)
		warn_again(c, res);
	if (res->supersedes)
		cli_note(c, "import %s was cut short, and this load takes its place; what it stored stays, csm import revert %s takes it back",
			 res->supersedes, res->supersedes);
	if (res->changed)
		return;
	if (res->known)
		cli_note(c, "nothing to change: already loaded by import %s at %s", res->known, cli_time(c, res->known_at));
	else
		cli_note(c, "nothing to change");
}

/* ---- csm import rejects ---- */

/* The findings as rows, where something is said that only a list has. */
static bool wants_list(const struct cli *c)
{
	static const char *const names[] = { "output-format", "fields", "count", "format", "no-header", "null", "sort", "limit" };

	for (size_t i = 0; i < CSM_COUNT(names); i++)
		if (cli_given(c, names[i]))
			return true;
	return false;
}

#define LEFT_OUT_MAX 20

/* Where those are found that the load did not keep: its inputs have them. */
static int tell_left_out(struct cli *c, struct csm_filter *of, int64_t n, struct csm_err *err)
{
	struct csm_arena *scratch CSM_CLEANUP(csm_arena_freep) = csm_arena_like(c->arena);
	struct csm_cursor *cursor CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .sort = "row", .limit = LEFT_OUT_MAX };
	struct csm_filter *gone = NULL;
	struct csm_rec *r = NULL;
	const char *field;
	int code = csm_store_filter(c->store, &csm_type_import_reject, "kept is null or kept = too_long", c->arena, &gone, err);

	q.where = csm_filter_and(c->arena, of, gone);
	if (!code)
		code = csm_store_select(c->store, &csm_type_import_reject, &q, c->arena, &cursor, err);
	while (!code) {
		csm_arena_rewind(scratch, (struct csm_mark){ NULL, 0 });
		code = csm_cursor_next(cursor, scratch, &r, err);
		if (code || !r)
			break;
		field = csm_rec_text(r, IMPORT_REJECT_FIELD);
		cli_note(c, "%s:%" PRId64 ": left out: %s%s%s", csm_rec_text(r, IMPORT_REJECT_SOURCE), csm_rec_int(r, IMPORT_REJECT_LINE), field,
			 *field ? ": " : "", csm_rec_text(r, IMPORT_REJECT_MESSAGE));
	}
	if (code)
		return code;
	cli_note(c, "%" PRId64 " record%s left out: too long to be kept with the load, or loaded by an older csm; the input has %s", n,
		 n == 1 ? " is" : "s are", n == 1 ? "it" : "them");
	return CSM_NO;
}

static int print_rejects(struct cli *c, const struct csm_rec *r, struct csm_filter *of, struct csm_err *err)
{
	struct csm_filter *where = NULL;
	int64_t missing = 0;

	if (cli_where(c, &csm_type_import_reject, &where, err) ||
	    csm_import_rejects_kept(c->store, r, csm_filter_and(c->arena, of, where), c->arena, cli_sink(c), &missing, err))
		return (int)err->code;
	if (csm_rec_null(r, IMPORT_ENDED_AT))
		cli_note(c, "import %s is not complete: these are the rejects of what is stored of it", csm_rec_key(c->arena, r));
	return missing ? tell_left_out(c, csm_filter_and(c->arena, of, where), missing, err) : CSM_OK;
}

static int cmd_import_rejects(struct cli *c, struct csm_err *err)
{
	struct csm_filter *of = NULL;
	struct csm_rec *r;

	if (cli_find(c, &csm_type_import, c->args[0], &r, err) ||
	    csm_store_filter(c->store, &csm_type_import_reject, csm_sprintf(c->arena, "import = %s", csm_rec_key(c->arena, r)),
			     c->arena, &of, err))
		return (int)err->code;
	c->type = &csm_type_import_reject;
	c->nargs = 0;
	return wants_list(c) ? cli_list_records(c, of, "row", err) : print_rejects(c, r, of, err);
}

/* ---- csm import revert ---- */

/* Runs of the changes of a load that are not taken back, or not whole. */
static int changes_in_force(struct cli *c, const struct csm_rec *r, const char **ids, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(c->arena);
	const char *text = csm_rec_text(r, IMPORT_CHANGES);
	struct csm_run run;
	int64_t by = 0;

	while (csm_run_next(&text, &run)) {
		for (int64_t id = run.first; id <= run.last; id++) {
			struct csm_change change, undo = { .kept = 0 };

			if (csm_store_change(c->store, id, c->arena, &change, err))
				return (int)err->code;
			if (change.undone_by)
				by = change.undone_by;
			if (by && change.undone_by && csm_store_change(c->store, by, c->arena, &undo, err))
				return (int)err->code;
			/* an undo that kept records left something to take back */
			if (!change.undone_by || undo.kept)
				csm_run_add(&b, id);
		}
	}
	*ids = b.s;
	if (b.n)
		return CSM_OK;
	csm_fail(err, CSM_E_CONFLICT, "is taken back already, by change %lld", (long long)by);
	return csm_err_on(err, "import", csm_rec_key(c->arena, r), NULL);
}

static int cmd_import_revert(struct cli *c, struct csm_err *err)
{
	const char *ids = NULL;
	struct csm_rec *r;

	if (cli_find(c, &csm_type_import, c->args[0], &r, err) || changes_in_force(c, r, &ids, err))
		return (int)err->code;
	return cli_take_back(c, 0, ids, err);
}

/* ---- rows ---- */

static const struct cli_opt rejects_options[] = {
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "The rejects this filter is true for (csm help filter)" },
	{ .name = "sort", .arg = CLI_ARG_FIELDS, .help = "Order by fields or paths; -field is falling" },
	{ .name = "limit", .arg = CLI_ARG_INT, .help = "At most N rejects; 0, as unsaid, is all" },
	{ .name = NULL },
};

const struct cli_verb sp_imports_verbs[] = {
	{ .noun = "import",
	  .verb = "rejects",
	  .fn = cmd_import_rejects,
	  .needs = CLI_READ | CLI_LIST | CLI_TZ,
	  .options = rejects_options,
	  .args = "IMPORT",
	  .min = 1,
	  .max = 1,
	  .summary = "Print what a load rejected as --rejects writes it, to be mended and loaded again; or why, as a list",
	  .help = "It is in the format of the input, as it came, with what was wrong beside it: the same bytes as\n"
		  "the file of --rejects. Inputs of several formats are asked for one by one, by\n"
		  "--where 'source = \"cases.csv\"'. With -o, --fields, --count, --format, --sort or --limit the\n"
		  "findings are listed instead. The status is 1 when a record was too long to be kept,\n"
		  "or an older csm loaded it and did not keep it whole; file and line are told then.\n" },
	{ .noun = "import",
	  .verb = "revert",
	  .fn = cmd_import_revert,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_LIST | CLI_ALONE,
	  .options = cli_undo_options,
	  .args = "IMPORT",
	  .min = 1,
	  .max = 1,
	  .summary = "Take a whole load back",
	  .help = "As csm undo of each change it made, the last first, in one new change. The record of the\n"
		  "load stays and says that it is reverted; or partly_reverted while --keep-changed left records\n"
		  "as they were, which a later revert is about.\n" },
	{ .verb = NULL },
};
