/* SPDX-License-Identifier: MIT */
/*
 * settle.c - references at the end of a change. The engine only says that the commit would fail; here the
 * reference is named, and a dry run, which never commits, hears of it too. Tables are read only when there is
 * something to find.
 *
 * In a big load the engine lets references be until then, unless rows are deleted, which may take others along.
 */
#include "store_priv.h"

/* Looking up each reference of each row in the table it leads to costs more than the row; from the indexes of the end it is a walk. */
int store_let_be(struct csm_store *s, struct csm_err *err)
{
	bool dangling;
	int rc;

	/* a dry run makes no indexes at its end, and is not in a hurry */
	if (s->change.unchecked || s->env.dry_run)
		return CSM_OK;
	/* a record that the engine waits for is to be seen by it */
	rc = csm_db_dangling(s->db, &dangling, err);
	if (rc != CSM_OK || dangling)
		return rc;
	rc = csm_db_unchecked(s->db, true, err);
	s->change.unchecked = s->change.loose = true;
	return rc;
}

int store_check_refs(struct csm_store *s, struct csm_err *err)
{
	if (!s->change.unchecked)
		return CSM_OK;
	s->change.unchecked = false;
	return csm_db_unchecked(s->db, false, err);
}

struct dangling {
	struct csm_store *s;
	struct csm_arena *a;
	int64_t n;
	struct csm_err first;
};

static int look_at(struct dangling *d, const struct csm_rtype *t, int field, struct csm_err *err)
{
	const struct csm_rtype *target = csm_dict_type(d->s->env.dict, t->fields[field].target);
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc;

	if (!target)
		return CSM_OK;
	rc = csm_db_prepare(d->s->db, store_sql_dangling(d->a, t, field, target), &st, err);
	while (rc == CSM_OK) {
		int64_t id, to;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		id = csm_stmt_column(st, 0).i;
		to = csm_stmt_column(st, 1).i;
		if (d->n++)
			continue;
		csm_fail(&d->first, CSM_E_CONFLICT, "there is no %s", store_name_of(d->a, target, to));
		csm_err_on(&d->first, t->name,
			   csm_rec_key(d->a, &(struct csm_rec){ .type = t,
								.id = id,
								.stored = true,
								.v = csm_calloc(d->a, t->nfields,
										sizeof(struct csm_value)),
								.arena = d->a }),
			   t->fields[field].name);
	}
	return rc;
}

static int is_loose(struct csm_store *s, const struct csm_rtype *t, int field, bool *loose, struct csm_err *err)
{
	const struct csm_rtype *target = csm_dict_type(s->env.dict, t->fields[field].target);
	struct csm_mark mark = csm_arena_mark(s->change.tmp);
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = false, many;
	int rc;

	if (!target)
		return CSM_OK;
	rc = store_is_scattered(s, t, field, &many, err);
	if (rc == CSM_OK)
		rc = csm_db_prepare(s->db, store_sql_loose(s->change.tmp, t, field, target, !many && store_wants_index(&t->fields[field])),
				    &st, err);
	if (rc == CSM_OK)
		rc = csm_stmt_step(st, &row, err);
	*loose = *loose || row;
	csm_arena_rewind(s->change.tmp, mark);
	return rc;
}

/* Whether a reference of what was written leads nowhere, where the engine did not look. */
static int look_loose(struct csm_store *s, bool *loose, struct csm_err *err)
{
	const struct csm_dict *dict = s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = 0; i < dict->ntypes; i++) {
		const struct csm_rtype *t = dict->types[i];

		for (int f = 0; rc == CSM_OK && s->change.types[i].written && f < (int)t->nfields; f++)
			if (t->fields[f].kind == CSM_K_REF && store_has_column(t, f))
				rc = is_loose(s, t, f, loose, err);
	}
	return rc;
}

int store_settle(struct csm_store *s, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = NULL;
	struct dangling d = { .s = s };
	const struct csm_dict *dict = s->env.dict;
	bool dangling;
	int rc = csm_db_dangling(s->db, &dangling, err);

	if (rc == CSM_OK && s->change.loose && !dangling)
		rc = look_loose(s, &dangling, err);
	if (rc != CSM_OK || !dangling)
		return rc;
	d.a = a = csm_arena_like(s->arena);
	csm_err_clear(&d.first);
	for (unsigned i = 0; i < dict->ntypes; i++) {
		const struct csm_rtype *t = dict->types[i];

		for (int f = 0; rc == CSM_OK && f < (int)t->nfields; f++)
			if (t->fields[f].kind == CSM_K_REF && store_has_column(t, f))
				rc = look_at(&d, t, f, err);
	}
	if (rc != CSM_OK)
		return rc;
	if (!d.n)
		return csm_fail(err, CSM_E_CONFLICT, "a reference leads nowhere");
	if (err)
		*err = d.first;
	if (d.n > 1)
		csm_wrap(err, "%" PRId64 " references lead nowhere; the first", d.n);
	return CSM_E_CONFLICT;
}
