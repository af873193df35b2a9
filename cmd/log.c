/* SPDX-License-Identifier: MIT */
/* log.c - changes: `log`, `NOUN log`, `show CHANGE`. */
#include <inttypes.h>

#include <csm/utf8.h>

#include "cli_priv.h"

static const char *number(struct cli *c, int64_t n)
{
	return n ? csm_sprintf(c->arena, "%" PRId64, n) : NULL;
}

/* ---- all changes ---- */

static const struct csm_column change_columns[] = {
	{ .name = "change", .label = "Change", .type = CSM_W_NUMBER, .right = true },
	{ .name = "at", .label = "At" },
	{ .name = "actor", .label = "Actor" },
	{ .name = "on_behalf", .label = "On behalf of" },
	{ .name = "command", .label = "Command", .wrap = true },
	{ .name = "undoes", .label = "Undoes", .type = CSM_W_NUMBER, .right = true },
	{ .name = "undone_by", .label = "Undone by", .type = CSM_W_NUMBER, .right = true },
};

struct log {
	struct cli *c;
	struct cli_list *list;
};

static int log_change(void *arg, const struct csm_change *x, struct csm_err *err)
{
	struct log *l = arg;
	struct cli *c = l->c;
	const char *values[] = { number(c, x->id),       cli_time(c, x->at), x->actor,
				 x->on_behalf,           x->command,         number(c, x->undoes),
				 number(c, x->undone_by) };

	return cli_list_row(l->list, values, NULL, err);
}

static int log_all(struct cli *c, struct csm_err *err)
{
	struct log l = { .c = c };

	if (cli_list_open(&l.list, c, change_columns, CSM_COUNT(change_columns), err) != CSM_OK ||
	    csm_store_log(c->store, NULL, 0, cli_int(c, "limit", 0), log_change, &l, err) != CSM_OK)
		return (int)err->code;
	return cli_list_close(l.list, err);
}

/* ---- one record ---- */

static const struct csm_column history_columns[] = {
	{ .name = "change", .label = "Change", .type = CSM_W_NUMBER, .right = true },
	{ .name = "at", .label = "At" },
	{ .name = "actor", .label = "Actor" },
	{ .name = "op", .label = "Did" },
	{ .name = "field", .label = "Field" },
	{ .name = "old", .label = "Old", .wrap = true },
	{ .name = "new", .label = "New", .wrap = true },
};

struct record_log {
	struct cli *c;
	struct cli_list *list;
	const struct csm_history *h;
	const char *id, *at, *actor;
	struct csm_vec rows;		/* of struct csm_history */
};

static const char *op_name(char op)
{
	return op == 'c' ? "create" : op == 'u' ? "update" : "delete";
}

const char *cli_history_text(struct cli *c, const struct csm_rtype *t, int field, const struct csm_value *v)
{
	struct csm_rec *r = csm_rec_new(c->arena, t);
	const char *text = NULL;

	if (t->fields[field].flags & CSM_F_SECRET)
		return v->tag == CSM_NULL ? NULL : "***";
	r->v[field] = *v;
	if (v->tag == CSM_INT && t->fields[field].kind == CSM_K_TIME)
		return cli_time(c, v->i);
	if (csm_store_text(c->store, r, field, c->arena, &text, NULL) != CSM_OK)
		return NULL;
	return text;
}

static int keep_row(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct record_log *l = arg;
	struct csm_history *copy = csm_vec_add(&l->rows);

	(void)err;
	*copy = *h;
	copy->diff = csm_strdup(l->c->arena, h->diff);
	return CSM_OK;
}

static int log_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		     struct csm_err *err)
{
	struct record_log *l = arg;
	const char *values[] = { l->id, l->at, l->actor, op_name(l->h->op), l->h->type->fields[field].name,
		cli_history_text(l->c, l->h->type, field, was), cli_history_text(l->c, l->h->type, field, now) };

	if (l->h->type->fields[field].flags & CSM_F_VOLATILE)
		return CSM_OK;
	return cli_list_row(l->list, values, NULL, err);
}

static int log_row(struct record_log *l, const struct csm_history *h, struct csm_err *err)
{
	struct csm_change change;

	if (csm_store_change(l->c->store, h->change, l->c->arena, &change, err) != CSM_OK)
		return (int)err->code;
	l->h = h;
	l->id = number(l->c, h->change);
	l->at = cli_time(l->c, change.at);
	l->actor = change.actor;
	if (h->op == 'c') {
		const char *values[] = { l->id, l->at, l->actor, op_name('c'), NULL, NULL, NULL };

		return cli_list_row(l->list, values, NULL, err);
	}
	return csm_history_fields(l->c->store, h, l->c->arena, log_field, l, err);
}

static int log_record(struct cli *c, const struct csm_rtype *t, int64_t id, struct csm_err *err)
{
	struct record_log l = { .c = c, .rows = CSM_VEC(c->arena, struct csm_history) };
	int64_t limit = cli_int(c, "limit", 0), changes = 0, last = 0;

	if (csm_store_history(c->store, 0, t, id, keep_row, &l, err) != CSM_OK ||
	    cli_list_open(&l.list, c, history_columns, CSM_COUNT(history_columns), err) != CSM_OK)
		return (int)err->code;
	for (size_t i = l.rows.n; i-- > 0;) {
		const struct csm_history *h = CSM_AT(&l.rows, struct csm_history, i);

		changes += h->change != last;
		last = h->change;
		if (limit && changes > limit)
			break;
		if (log_row(&l, h, err) != CSM_OK)
			return (int)err->code;
	}
	return cli_list_close(l.list, err);
}

static int count_row(void *arg, const struct csm_history *h, struct csm_err *err)
{
	(void)h;
	(void)err;
	++*(int64_t *)arg;
	return CSM_OK;
}

static bool was_there(struct cli *c, const struct csm_rtype *t, int64_t id)
{
	struct csm_err ignored = { 0 };
	int64_t n = 0;

	return csm_store_history(c->store, 0, t, id, count_row, &n, &ignored) == CSM_OK && n > 0;
}

int cmd_log(struct cli *c, struct csm_err *err)
{
	const struct csm_rtype *t = c->type;
	int64_t id;

	if (!c->nargs)
		return log_all(c, err);
	if (!t) {
		t = csm_number_type(c->dict, c->args[0], &id);
		if (!t)
			return csm_fail(err, CSM_E_NOTFOUND,
					"'%s' is no number of a record; say csm NOUN log KEY", c->args[0]);
	}
	if (csm_store_find(c->store, t, c->args[0], &id, err) == CSM_OK)
		return log_record(c, t, id, err);
	id = csm_number_parse(t, c->args[0]);
	if (err->code != CSM_E_NOTFOUND || !id || !was_there(c, t, id))
		return (int)err->code;
	csm_err_clear(err);	/* it is gone; its history is not */
	return log_record(c, t, id, err);
}

/* ---- one change ---- */

struct change_doc {
	struct cli *c;
	struct csm_writer *w;		/* NULL: a page */
	const struct csm_history *h;
};

const char *cli_history_key(struct cli *c, const struct csm_rtype *t, int64_t id)
{
	const char *key = csm_number_format(c->arena, t, id);

	if (!key && csm_store_key(c->store, t, id, c->arena, &key, NULL) != CSM_OK)
		key = NULL;
	return key ? key : csm_sprintf(c->arena, "#%" PRId64, id);
}

static int doc_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		     struct csm_err *err)
{
	struct change_doc *d = arg;
	const struct csm_field *f = &d->h->type->fields[field];
	const char *old = cli_history_text(d->c, d->h->type, field, was),
		   *new = cli_history_text(d->c, d->h->type, field, now);

	(void)err;
	if (f->flags & CSM_F_VOLATILE)
		return CSM_OK;
	if (d->w) {
		csm_writer_key(d->w, f->name);
		csm_writer_seq(d->w);
		csm_writer_value(d->w, old ? CSM_W_TEXT : CSM_W_NULL, old);
		csm_writer_value(d->w, new ? CSM_W_TEXT : CSM_W_NULL, new);
		csm_writer_seq_end(d->w);
		return CSM_OK;
	}
	cli_print(d->c, "    %s: %s -> %s\n", f->name, old ? csm_term_text(d->c->arena, old, true) : "null",
		  new ? csm_term_text(d->c->arena, new, true) : "null");
	return CSM_OK;
}

static int doc_row(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct change_doc *d = arg;
	const char *first = cli_history_key(d->c, h->type, h->record), *last = NULL;
	int code = CSM_OK;

	d->h = h;
	if (h->last_record > h->record)
		last = cli_history_key(d->c, h->type, h->last_record);
	if (d->w) {
		csm_writer_map(d->w);
		csm_writer_put(d->w, "op", CSM_W_TEXT, op_name(h->op));
		csm_writer_put(d->w, "type", CSM_W_TEXT, h->type->name);
		csm_writer_put(d->w, "key", CSM_W_TEXT, first);
		if (last)
			csm_writer_put(d->w, "last_key", CSM_W_TEXT, last);
		csm_writer_key(d->w, "fields");
		csm_writer_map(d->w);
	} else {
		cli_print(d->c, "  %s %s %s%s%s\n", op_name(h->op), h->type->name,
			  csm_term_text(d->c->arena, first, true), last ? " to " : "", last ? last : "");
	}
	if (h->op != 'c')
		code = csm_history_fields(d->c->store, h, d->c->arena, doc_field, d, err);
	if (d->w) {
		csm_writer_map_end(d->w);
		csm_writer_map_end(d->w);
	}
	return code;
}

static void change_page_head(struct cli *c, const struct csm_change *x)
{
	cli_print(c, "%sChange %" PRId64 "%s  %s by %s%s%s\n", c->world->color ? "\033[1m" : "", x->id,
		  c->world->color ? "\033[0m" : "", cli_time(c, x->at),
		  csm_term_text(c->arena, x->actor ? x->actor : "nobody", true),
		  x->on_behalf ? " on behalf of " : "",
		  x->on_behalf ? csm_term_text(c->arena, x->on_behalf, true) : "");
	if (x->command)
		cli_print(c, "  %s\n", csm_term_text(c->arena, x->command, true));
	if (x->undoes_also)
		cli_print(c, "  takes back changes %s,%" PRId64 "\n", x->undoes_also, x->undoes);
	else if (x->undoes)
		cli_print(c, "  takes back change %" PRId64 "\n", x->undoes);
	if (x->kept)
		cli_print(c, x->kept == 1 ? "  left %" PRId64 " record as it was\n" : "  left %" PRId64 " records as they were\n", x->kept);
	if (x->undone_by)
		cli_print(c, "  taken back by change %" PRId64 "\n", x->undone_by);
	cli_print(c, "  hash %s\n\n", x->hash ? x->hash : "");
}

static void change_doc_head(struct cli *c, struct csm_writer *w, const struct csm_change *x)
{
	csm_writer_map(w);
	csm_writer_put(w, "change", CSM_W_NUMBER, csm_sprintf(c->arena, "%" PRId64, x->id));
	csm_writer_put(w, "at", CSM_W_TEXT, cli_time(c, x->at));
	csm_writer_put(w, "actor", x->actor ? CSM_W_TEXT : CSM_W_NULL, x->actor);
	if (x->on_behalf)
		csm_writer_put(w, "on_behalf", CSM_W_TEXT, x->on_behalf);
	csm_writer_put(w, "command", x->command ? CSM_W_TEXT : CSM_W_NULL, x->command);
	if (x->undoes)
		csm_writer_put(w, "undoes", CSM_W_NUMBER, number(c, x->undoes));
	if (x->undoes_also)
		csm_writer_put(w, "undoes_also", CSM_W_TEXT, x->undoes_also);
	if (x->kept)
		csm_writer_put(w, "kept", CSM_W_NUMBER, number(c, x->kept));
	if (x->undone_by)
		csm_writer_put(w, "undone_by", CSM_W_NUMBER, number(c, x->undone_by));
	csm_writer_put(w, "hash", x->hash ? CSM_W_TEXT : CSM_W_NULL, x->hash);
	csm_writer_put(w, "parent_hash", x->parent_hash ? CSM_W_TEXT : CSM_W_NULL, x->parent_hash);
	csm_writer_key(w, "records");
	csm_writer_seq(w);
}

int cli_change_page(struct cli *c, int64_t change, struct csm_err *err)
{
	struct change_doc d = { .c = c };
	enum csm_format f = cli_doc_format(c);
	struct csm_change x;
	int code;

	if (csm_store_change(c->store, change, c->arena, &x, err) != CSM_OK)
		return (int)err->code;
	if (f == CSM_FMT_CSV || f == CSM_FMT_TSV)
		return csm_fail(err, CSM_E_USAGE,
				"a change has no rows; use -o json, ndjson or yaml, or csm log");
	if (f == CSM_FMT_NONE) {
		change_page_head(c, &x);
		return csm_store_history(c->store, change, NULL, 0, doc_row, &d, err);
	}
	if (csm_writer_open(&d.w, c->arena, f, cli_sink(c), err) != CSM_OK)
		return (int)err->code;
	change_doc_head(c, d.w, &x);
	code = csm_store_history(c->store, change, NULL, 0, doc_row, &d, err);
	csm_writer_seq_end(d.w);
	csm_writer_map_end(d.w);
	if (csm_writer_close(d.w, code == CSM_OK ? err : NULL) != CSM_OK && code == CSM_OK)
		code = (int)err->code;
	return code;
}
