/* SPDX-License-Identifier: MIT */
/* undo.c - `undo`: changes are taken back; what was done, what stays, what is in conflict. */
#include <inttypes.h>

#include "cli_priv.h"

/* Lines of conflicts that are told unless -v asks for all: the rest is data (-o). */
#define TOLD 20

const struct cli_opt cli_undo_options[] = {
	{ .name = "force", .help = "Take back also what was changed since" },
	{ .name = "keep-changed", .help = "Leave the records in conflict as they are, take back the rest" },
	{ .name = "verbose", .letter = 'v', .help = "Tell all conflicts, not the first 20 only" },
	{ .name = NULL },
};

static const struct csm_column columns[] = {
	{ .name = "change", .label = "Change", .type = CSM_W_NUMBER, .right = true },
	{ .name = "type", .label = "Type" },
	{ .name = "key", .label = "Key" },
	{ .name = "done", .label = "Done" },
	{ .name = "field", .label = "Field" },
	{ .name = "old", .label = "Old", .wrap = true },
	{ .name = "new", .label = "New", .wrap = true },
	{ .name = "why", .label = "Why", .wrap = true },
};

struct undo {
	struct cli *c;
	struct cli row;			/* the same with an arena of one row */
	struct csm_mark mark;		/* its beginning */
	struct cli_list *list;
	const char *ids;		/* of the changes that are taken back */
	const struct csm_history *h;
	int64_t told;			/* conflicts */
	bool rows;			/* conflicts that refuse are rows too */
	struct csm_err *err;
	int code;			/* of a list that can't be written */
};

static const char *done_name(char op)
{
	return op == 'c' ? "created" : op == 'd' ? "deleted" : "changed";
}

static int print_row(struct undo *u, const char *const *values, struct csm_err *err)
{
	int code = cli_list_row(u->list, values, NULL, err);

	csm_arena_rewind(u->row.arena, u->mark);
	return code;
}

/* ---- conflicts ---- */

static void tell(struct undo *u, char severity, const struct csm_err *e)
{
	struct csm_err shown = *e;

	if (u->told++ >= TOLD && !cli_given(u->c, "verbose"))
		return;
	if (severity == 'w' && u->c->quiet)
		return;
	if (severity == 'w')
		snprintf(shown.msg, sizeof(shown.msg), "left as it is: %.*s", (int)sizeof(shown.msg) - 20, e->msg);
	cli_fault(&u->row, &shown, severity);
	csm_arena_rewind(u->row.arena, u->mark);
}

static void note_conflict(void *arg, char severity, const struct csm_err *e)
{
	struct undo *u = arg;
	const char *values[] = { u->ids, e->type, e->key, severity == 'w' ? "kept" : "conflict",
				 e->field[0] ? e->field : NULL, NULL, NULL, e->msg };

	tell(u, severity, e);
	if (u->list && !u->code && (severity == 'w' || u->rows))
		u->code = print_row(u, values, u->err);
}

static void tell_rest(struct undo *u)
{
	if (u->told > TOLD && !cli_given(u->c, "verbose"))
		cli_note(u->c, "and %" PRId64 " more, told with -v or as rows with -o", u->told - TOLD);
}

/* ---- what was done ---- */

static int done_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		      struct csm_err *err)
{
	struct undo *u = arg;
	const struct csm_rtype *t = u->h->type;
	const char *values[] = { u->ids, t->name, cli_history_key(&u->row, t, u->h->record), done_name('u'),
				 t->fields[field].name, cli_history_text(&u->row, t, field, was),
				 cli_history_text(&u->row, t, field, now), NULL };

	if (t->fields[field].flags & CSM_F_VOLATILE)
		return CSM_OK;
	return print_row(u, values, err);
}

static int done_row(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct undo *u = arg;
	const char *key = cli_history_key(&u->row, h->type, h->record);
	const char *values[] = { u->ids, h->type->name, key, done_name(h->op), NULL, NULL, NULL, NULL };

	u->h = h;
	if (h->op == 'u')
		return csm_history_fields(u->c->store, h, u->row.arena, done_field, u, err);
	if (h->last_record > h->record)
		values[2] = csm_sprintf(u->row.arena, "%s..%s", key,
					cli_history_key(&u->row, h->type, h->last_record));
	return print_row(u, values, err);
}

/* ---- the command ---- */

static int run(struct undo *u, struct csm_undo_opts *o, struct csm_err *err)
{
	struct cli *c = u->c;
	int64_t undone = 0;
	int code = csm_store_take_back(c->store, o, &undone, err);

	if (code)
		return code;
	u->ids = o->ids ? o->ids : csm_sprintf(c->arena, "%" PRId64, undone);
	if (u->list)
		code = u->code ? u->code
			       : csm_store_outline(c->store, csm_store_change_number(c->store), done_row, u, err);
	return code;
}

int cli_take_back(struct cli *c, int64_t id, const char *ids, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = cli_arena(c->arena);
	struct undo u = { .c = c, .row = *c, .mark = csm_arena_mark(row), .ids = ids, .err = err,
			  .rows = c->format != CSM_FMT_NONE };
	struct csm_undo_opts o = { .id = id, .ids = ids, .diag = { note_conflict, &u } };
	int code = CSM_OK;

	u.row.arena = row;
	if (cli_given(c, "force") && cli_given(c, "keep-changed"))
		return csm_fail(err, CSM_E_USAGE, "--force and --keep-changed don't go together");
	o.mode = cli_given(c, "force") ? CSM_UNDO_FORCE : cli_given(c, "keep-changed") ? CSM_UNDO_KEEP : CSM_UNDO_REFUSE;
	if (id)
		u.ids = csm_sprintf(c->arena, "%" PRId64, id);
	if (!c->quiet)
		code = cli_list_open(&u.list, c, columns, CSM_COUNT(columns), err);
	if (!code)
		code = cli_begin(c, err);
	if (!code)
		code = run(&u, &o, err);
	tell_rest(&u);
	if (!code)
		return u.list && cli_list_close(u.list, err) ? (int)err->code : cli_commit(c, err);
	/* nothing is stored; the list of conflicts is an answer all the same */
	if (code == CSM_E_CONFLICT && u.told) {
		struct csm_err ignored = { 0 };

		csm_store_rollback(c->store);
		if (u.list && u.rows)
			(void)cli_list_close(u.list, &ignored);
		if (o.mode == CSM_UNDO_REFUSE)
			cli_note(c, "--force takes such records along where they can go, --keep-changed leaves them as they are");
	}
	return code;
}

int cmd_undo(struct cli *c, struct csm_err *err)
{
	/* 0 would be taken for none given */
	if (c->nargs && (!cli_is_change(c->args[0]) || strtoll(c->args[0], NULL, 10) == 0))
		return csm_fail(err, CSM_E_USAGE, "'%s' is no change; csm log lists them", c->args[0]);
	return cli_take_back(c, c->nargs ? strtoll(c->args[0], NULL, 10) : 0, NULL, err);
}
