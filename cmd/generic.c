/* SPDX-License-Identifier: MIT */
/* generic.c - the verbs every type has: new, show, list, edit, delete, log; and the verbs of lifecycles. */
#include <inttypes.h>

#include "cli_priv.h"

/* ---- new ---- */

int cmd_new(struct cli *c, struct csm_err *err)
{
	struct csm_rec *r;

	if (csm_store_new(c->store, c->type, c->arena, &r, err) != CSM_OK ||
	    cli_set_fields(c, r, NULL, err) != CSM_OK ||
	    csm_store_write(c->store, r, CSM_WRITE_NORMAL, -1, err) != CSM_OK)
		return (int)err->code;
	if (c->quiet)
		return CSM_OK;
	/* The key alone: what a script wants to keep in a variable. */
	if (c->format == CSM_FMT_NONE || c->format == CSM_FMT_TABLE || c->format == CSM_FMT_TSV ||
	    c->format == CSM_FMT_CSV) {
		cli_print(c, "%s\n", csm_rec_key(c->arena, r));
		return CSM_OK;
	}
	if (cli_answer(c, r, "created", err) != CSM_OK)
		return (int)err->code;
	return cli_show_end(c, err);
}

/* ---- show ---- */

static int show_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	(void)arg;
	return cli_show(c, r, err);
}

int cmd_show(struct cli *c, struct csm_err *err)
{
	int code;

	if (cli_given(c, "related"))
		return cli_related(c, err);
	c->many = c->nargs > 1 || cli_given(c, "where") || cli_given(c, "all") ||
		(c->nargs && strcmp(c->args[0], "-") == 0);
	code = cli_each(c, c->type, show_one, NULL, err);
	if (err->code == CSM_OK && cli_show_end(c, err) != CSM_OK)
		return (int)err->code;
	return code;
}

/* ---- list ---- */

struct rows {
	struct cli *c;
	struct cli_records *out;
	int64_t limit, n;
	bool cut;
};

static int list_query(struct rows *l, const struct csm_query *q, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = cli_arena(l->c->arena);
	struct csm_cursor *cur CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_mark mark = csm_arena_mark(row);
	struct csm_rec *r;

	if (csm_store_select(l->c->store, l->c->type, q, l->c->arena, &cur, err) != CSM_OK) {
		if (err->code == CSM_E_INVALID)		/* only --sort is read here */
			err->code = CSM_E_USAGE;
		return (int)err->code;
	}
	for (;;) {
		if (csm_cursor_next(cur, row, &r, err) != CSM_OK)
			return (int)err->code;
		if (!r)
			return CSM_OK;
		if (l->limit && l->n == l->limit) {
			l->cut = true;
			return CSM_OK;
		}
		l->n++;
		if (cli_records_row(l->out, r, err) != CSM_OK)
			return (int)err->code;
		csm_arena_rewind(row, mark);
	}
}

static int list_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	struct rows *l = arg;

	(void)c;
	l->n++;
	return cli_records_row(l->out, r, err);
}

/* --count by itself is one statement. */
static int print_count(struct cli *c, const struct csm_filter *where, struct csm_err *err)
{
	int64_t n;

	if (csm_store_count(c->store, c->type, where, &n, err) != CSM_OK)
		return (int)err->code;
	cli_print(c, "%" PRId64 "\n", n);
	return CSM_OK;
}

int cli_list_records(struct cli *c, struct csm_filter *also, const char *sort, struct csm_err *err)
{
	struct rows l = { .c = c, .limit = cli_int(c, "limit", 0) };
	struct csm_query q = { .sort = cli_text(c, "sort") ? cli_text(c, "sort") : sort };
	struct csm_filter *where;
	int code;

	if (cli_where(c, c->type, &where, err) != CSM_OK)
		return (int)err->code;
	where = csm_filter_and(c->arena, where, also);
	if (c->nargs && (where || q.sort || l.limit))
		return csm_fail(err, CSM_E_USAGE, "records are named, or selected by filters, not both");
	if (cli_given(c, "count") && !c->nargs && !l.limit)
		return print_count(c, where, err);
	if (cli_records_open(&l.out, c, c->type, NULL, err) != CSM_OK)
		return (int)err->code;
	q.where = where;
	q.columns = cli_records_columns(l.out);
	q.limit = l.limit ? l.limit + 1 : 0;	/* one more, to be able to say that there are more */
	code = c->nargs ? cli_each(c, c->type, list_one, &l, err) : list_query(&l, &q, err);
	if (err->code != CSM_OK || cli_records_close(l.out, err) != CSM_OK)
		return (int)err->code;
	if (l.cut)
		cli_note(c, "there are more than the %" PRId64 " of --limit", l.limit);
	return code;
}

int cmd_list(struct cli *c, struct csm_err *err)
{
	return cli_list_records(c, NULL, NULL, err);
}

/* ---- edit ---- */

static int edit_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	bool changed;

	(void)arg;
	if (cli_set_fields(c, r, NULL, err) != CSM_OK)
		return (int)err->code;
	changed = csm_rec_any_changed(r);
	if (csm_store_write(c->store, r, CSM_WRITE_NORMAL, c->if_version, err) != CSM_OK)
		return (int)err->code;
	return cli_answer(c, r, changed ? "changed" : "unchanged", err);
}

static bool any_field(const struct cli *c)
{
	for (const struct cli_value *v = c->values; v; v = v->next)
		if (v->use->field)
			return true;
	return cli_given(c, "unset");
}

int cmd_edit(struct cli *c, struct csm_err *err)
{
	int code;

	if (!any_field(c))
		return cli_edit_interactive(c, err);
	c->many = true;
	if (cli_begin(c, err) != CSM_OK)
		return (int)err->code;
	code = cli_each(c, c->type, edit_one, NULL, err);
	if (code != CSM_OK)
		return code;
	if (cli_show_end(c, err) != CSM_OK)
		return (int)err->code;
	return cli_commit(c, err);
}

/* ---- delete ---- */

static int delete_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	const char *key = csm_rec_key(c->arena, r);

	(void)arg;
	/* One question for a list would hide what is in it. */
	if (!cli_confirm(c, csm_sprintf(c->arena, "delete %s %s %s", r->type->name, key, cli_title(c, r)))) {
		cli_note(c, "%s %s stays", r->type->name, key);
		c->declined++;
		return CSM_OK;
	}
	if (csm_store_delete(c->store, r, c->if_version, err) != CSM_OK)
		return (int)err->code;
	return cli_answer(c, r, "deleted", err);
}

int cmd_delete(struct cli *c, struct csm_err *err)
{
	int code;

	c->many = true;
	code = cli_each(c, c->type, delete_one, NULL, err);
	if (code != CSM_OK)
		return code;
	if (cli_show_end(c, err) != CSM_OK)
		return (int)err->code;
	return c->declined ? CSM_NO : CSM_OK;
}

/* ---- lifecycle verbs ---- */

static const char *move_text(const struct cli *c)
{
	const struct csm_lifecycle *l = c->type->life;

	for (const struct csm_move *m = l->moves; m->verb; m++)
		if (strcmp(m->verb, c->verb->move->verb) == 0 && m->text)
			return cli_text(c, cli_dashed(c->arena, m->text));
	return NULL;
}

static int move_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	(void)arg;
	if (cli_set_fields(c, r, NULL, err) != CSM_OK ||
	    csm_store_move(c->store, r, c->verb->move->verb, move_text(c), c->if_version, err) != CSM_OK)
		return (int)err->code;
	return cli_answer(c, r, c->verb->verb, err);
}

int cmd_move(struct cli *c, struct csm_err *err)
{
	int code;

	c->many = true;
	code = cli_each(c, c->type, move_one, NULL, err);
	if (code != CSM_OK)
		return code;
	return cli_show_end(c, err);
}

/* ---- rows ---- */

static const struct cli_opt list_options[] = {
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "The records this filter is true for (csm help filter)" },
	{ .name = "sort", .arg = CLI_ARG_FIELDS, .help = "Order by fields or paths; -field is falling" },
	{ .name = "limit", .arg = CLI_ARG_INT, .help = "At most N records; 0, as unsaid, is all" },
	{ .name = NULL },
};

static const struct cli_opt show_options[] = {
	{ .name = "related", .help = "Print who refers to the records, as rows" },
	{ .name = NULL },
};

static const struct cli_opt log_options[] = {
	{ .name = "limit", .arg = CLI_ARG_INT, .help = "At most the newest N changes" },
	{ .name = NULL },
};

const struct cli_verb cli_generic_verbs[] = {
	{ .noun = "*",
	  .verb = "new",
	  .fn = cmd_new,
	  .needs = CLI_WRITE | CLI_DOC | CLI_FIELDS_SET,
	  .fields = "*",
	  .types_not = CSM_T_ENGINE,
	  .summary = "Make a record and print its key" },
	{ .noun = "*",
	  .verb = "show",
	  .fn = cmd_show,
	  .needs = CLI_READ | CLI_DOC | CLI_LIST | CLI_SELECT | CLI_PAGER | CLI_TZ,
	  .options = show_options,
	  .args = "KEY...",
	  .max = -1,
	  .summary = "Print records with what belongs to them" },
	{ .noun = "*",
	  .verb = "list",
	  .fn = cmd_list,
	  .needs = CLI_READ | CLI_LIST | CLI_TZ,
	  .fields = "*",
	  .options = list_options,
	  .args = "[KEY...]",
	  .max = -1,
	  .summary = "Print records as rows" },
	{ .noun = "*",
	  .verb = "edit",
	  .fn = cmd_edit,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_DOC | CLI_SELECT | CLI_VERSION | CLI_FIELDS_SET,
	  .fields = "*",
	  .args = "KEY...",
	  .max = -1,
	  .types_not = CSM_T_ENGINE | CSM_T_JOURNAL,
	  .summary = "Change fields, or the whole record in an editor",
	  .help = "Without --FIELD options and --unset the editor opens on each record as YAML, and again "
		  "with the messages when it is wrong.\n" },
	{ .noun = "*",
	  .verb = "delete",
	  .fn = cmd_delete,
	  .needs = CLI_WRITE | CLI_DOC | CLI_SELECT | CLI_VERSION | CLI_ASKS,
	  .args = "KEY...",
	  .max = -1,
	  .types_not = CSM_T_ENGINE | CSM_T_JOURNAL,
	  .summary = "Delete records and what they own; refused while others refer to them" },
	{ .noun = "*",
	  .verb = "log",
	  .fn = cmd_log,
	  .needs = CLI_READ | CLI_LIST | CLI_PAGER | CLI_TZ,
	  .options = log_options,
	  .args = "KEY",
	  .min = 1,
	  .max = 1,
	  .summary = "Print what changed in a record, newest first" },
	{ .verb = NULL },
};
