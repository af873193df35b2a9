/* SPDX-License-Identifier: MIT */
/* each.c - the records a command line selects: words, ids on standard input, --where, --all. */
#include <errno.h>
#include <stdio.h>

#include <csm/utf8.h>

#include "cli_priv.h"

struct each {
	struct cli *c;
	const struct csm_rtype *type;
	int (*fn)(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err);
	void *arg;
	bool write, point; /* point: a savepoint a record, so that one that fails leaves the next ones
			      possible */
};

int cli_find(struct cli *c, const struct csm_rtype *t, const char *key, struct csm_rec **out,
	     struct csm_err *err)
{
	int64_t id;

	if (csm_store_find(c->store, t, key, &id, err) != CSM_OK)
		return (int)err->code;
	return csm_store_need(c->store, t, id, c->arena, out, err);
}

/* fn on one record, found by key or id. What fails is reported; only a broken connection stops the rest. */
static int run_found(struct each *e, const char *key, int64_t id, struct csm_err *err)
{
	struct cli *c = e->c;
	struct csm_rec *r;

	if (key && csm_store_find(c->store, e->type, key, &id, err) != CSM_OK)
		return csm_err_on(err, *err->type ? NULL : e->type->name, *err->key ? NULL : key, NULL);
	if (csm_store_need(c->store, e->type, id, c->arena, &r, err) != CSM_OK)
		return (int)err->code;
	if (e->fn(c, r, e->arg, err) == CSM_OK)
		return CSM_OK;
	/* A rule's message names the record; one from deeper down may not. */
	if (!*err->key)
		csm_err_on(err, *err->type ? NULL : e->type->name, csm_rec_key(c->arena, r), NULL);
	return (int)err->code;
}

static bool is_fatal(int code)
{
	return code == CSM_E_IO || code == CSM_E_DAMAGED || code == CSM_E_BUSY || code == CSM_E_SYSTEM ||
		code == CSM_E_INTERNAL;
}

static int run_one(struct each *e, const char *key, int64_t id, struct csm_err *err)
{
	struct csm_store *s = e->c->store;
	int code;

	csm_err_clear(err);
	e->c->selected++;
	if (e->point && csm_store_savepoint(s, err) != CSM_OK)
		return (int)err->code;
	code = run_found(e, key, id, err);
	if (code == CSM_OK)
		return e->point ? csm_store_release(s, err) : CSM_OK;
	if (code == CSM_NO && err->code == CSM_OK)
		return e->point ? csm_store_release(s, err) : CSM_OK;
	if (is_fatal(code))
		return code;
	cli_report(e->c, err);
	csm_err_clear(err);
	return e->point ? csm_store_rollback_to(s, err) : CSM_OK;
}

/*
 * Ids on standard input: one a line, or ended by NUL with -z. Blank lines are skipped; the first word of a
 * line counts, as tsv lists give it.
 */
static int run_stdin(struct each *e, struct csm_err *err)
{
	int end = cli_given(e->c, "null") ? '\0' : '\n';
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int code = CSM_OK;

	if (e->c->stdin_used)
		return csm_fail(err, CSM_E_USAGE, "standard input can be read once only");
	e->c->stdin_used = true;
	errno = 0;
	while (code == CSM_OK && (n = getdelim(&line, &size, end, stdin)) > 0) {
		if (line[n - 1] == end)
			line[--n] = '\0';
		if (n && line[n - 1] == '\r')
			line[--n] = '\0';
		line[strcspn(line, "\t")] = '\0';
		if (!*line)
			continue;
		if (!csm_utf8_valid(line, strlen(line)))
			code = csm_fail(err, CSM_E_INVALID, "standard input: a line is not valid UTF-8");
		else
			code = run_one(e, csm_strdup(e->c->arena, line), 0, err);
	}
	free(line);
	if (code == CSM_OK && ferror(stdin))
		return csm_fail(err, CSM_E_IO, "standard input: %s", strerror(errno));
	return code;
}

/* Ids first, work after: a row is never changed under the cursor that found it. */
static int run_where(struct each *e, struct csm_err *err)
{
	struct csm_vec ids = CSM_VEC(e->c->arena, int64_t);
	static const int no_columns[] = { -1 };
	struct csm_query q = { .columns = no_columns };
	struct csm_cursor *cur CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_filter *where;
	struct csm_rec *r;

	if (cli_where(e->c, e->type, &where, err) != CSM_OK)
		return (int)err->code;
	q.where = where;
	if (csm_store_select(e->c->store, e->type, &q, e->c->arena, &cur, err) != CSM_OK)
		return (int)err->code;
	for (;;) {
		if (csm_cursor_next(cur, e->c->arena, &r, err) != CSM_OK)
			return (int)err->code;
		if (!r)
			break;
		*(int64_t *)csm_vec_add(&ids) = r->id;
	}
	csm_cursor_close(cur);
	cur = NULL;
	for (size_t i = 0; i < ids.n; i++)
		if (run_one(e, NULL, *CSM_AT(&ids, int64_t, i), err) != CSM_OK)
			return (int)err->code;
	return CSM_OK;
}

int cli_each(struct cli *c, const struct csm_rtype *t,
	     int (*fn)(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err), void *arg,
	     struct csm_err *err)
{
	struct each e = { c, t, fn, arg, csm_store_writing(c->store), false };
	bool by_filter = cli_given(c, "where") || cli_given(c, "all") || (c->verb->needs & CLI_ALL && !c->nargs);
	int code = CSM_OK;

	if (!by_filter && !c->nargs)
		return csm_fail(err, CSM_E_USAGE,
				"no record is named: give keys, - for keys on standard input, --where or "
				"--all (usage: %s)",
				cli_synopsis(c->arena, c->verb));
	e.point = e.write && (by_filter || c->nargs > 1 || strcmp(c->args[0], "-") == 0);
	if (by_filter)
		code = run_where(&e, err);
	for (unsigned i = 0; code == CSM_OK && i < c->nargs; i++)
		code = strcmp(c->args[i], "-") == 0 ? run_stdin(&e, err) : run_one(&e, c->args[i], 0, err);
	return code != CSM_OK ? code : c->status;
}
