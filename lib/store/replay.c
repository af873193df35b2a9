/* SPDX-License-Identifier: MIT */
/*
 * replay.c - every record held against its history, for csm_store_verify().
 *
 * A run of created records holds the digest of its rows as they were. From each row of today its later diffs
 * are taken back, newest first; the rows so made must give that digest. A diff whose new value is not what
 * the row holds, a row without a run, and a row that is gone without a word are found on the way.
 */
#include <jansson.h>

#include "store_priv.h"

struct replay {
	struct csm_store *s;
	const struct csm_diag *diag;
	bool *bad;
	const struct csm_rtype *type;
	struct csm_arena *a;		/* of one record */
	struct csm_stmt *rows, *later;	/* live rows and later history of the run, both by id */
	bool row, more;			/* they stand on one */
	struct csm_history next;	/* the later history row `later` stands on; texts in keep */
	struct csm_arena *keep;
	struct csm_mark start;		/* of keep when it was empty */
	struct csm_rec *rec;		/* being made */
	bool fits;
};

static void report(struct replay *v, int64_t id, const char *field, const char *why)
{
	struct csm_mark mark = csm_arena_mark(v->s->arena);
	const char *number = csm_number_format(v->s->arena, v->type, id);
	struct csm_err e;

	*v->bad = true;
	csm_err_clear(&e);
	csm_fail(&e, CSM_E_DAMAGED, "%s", why);
	csm_err_on(&e, v->type->name, number ? number : csm_sprintf(v->s->arena, "#%" PRId64, id), field);
	if (v->diag)
		csm_diag_note(v->diag, 'e', &e);
	csm_arena_rewind(v->s->arena, mark);
}

static int step_later(struct replay *v, struct csm_err *err)
{
	int rc;

	csm_arena_rewind(v->keep, v->start);
	rc = csm_stmt_step(v->later, &v->more, err);
	if (rc == CSM_OK && v->more)
		rc = store_history_row(v->s, v->later, v->keep, &v->next, err);
	return rc;
}

static int open_run(struct replay *v, const struct csm_history *run, struct csm_err *err)
{
	const struct csm_value bounds[4] = { csm_text(v->type->name), csm_int(run->record),
					     csm_int(run->last_record), csm_int(run->id) };
	int rc = csm_db_prepare(v->s->db, store_sql_between(v->a, v->type), &v->rows, err);

	if (rc == CSM_OK)
		rc = csm_db_prepare(v->s->db, store_text(STORE_TEXT_SINCE), &v->later, err);
	for (int i = 0; rc == CSM_OK && i < 4; i++) {
		rc = csm_stmt_bind(v->later, i + 1, bounds[i], err);
		if (rc == CSM_OK && i && i < 3)
			rc = csm_stmt_bind(v->rows, i, bounds[i], err);
	}
	if (rc == CSM_OK)
		rc = csm_stmt_step(v->rows, &v->row, err);
	return rc == CSM_OK ? step_later(v, err) : rc;
}

static int take_old(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		    struct csm_err *err)
{
	struct replay *v = arg;

	(void)err;
	if (!csm_value_eq(&v->rec->v[field], now)) {
		v->fits = false;
		report(v, v->rec->id, v->type->fields[field].name, "is not what its history says");
	}
	csm_rec_set(v->rec, field, *was);
	return CSM_OK;
}

/* Later history of one record up to its deletion, if any: the rest is of another life of it. */
static int collect_later(struct replay *v, int64_t id, struct csm_vec *hist, bool *deleted,
			 struct csm_err *err)
{
	int rc = CSM_OK;

	*deleted = false;
	while (rc == CSM_OK && v->more && v->next.record <= id) {
		if (v->next.record == id && !*deleted) {
			struct csm_history *h = csm_vec_add(hist);

			*h = v->next;
			h->diff = csm_strdup(v->a, v->next.diff);
			*deleted = h->op == 'd';
		}
		rc = step_later(v, err);
	}
	return rc;
}

/* Make the record as it was created; *out NULL when it cannot be made (reported). */
static int make_created(struct replay *v, int64_t id, struct csm_rec **out, struct csm_err *err)
{
	struct csm_vec hist = CSM_VEC(v->a, struct csm_history);
	struct csm_rec *live = NULL;
	bool deleted;
	int rc = CSM_OK;

	*out = NULL;
	while (rc == CSM_OK && v->row && csm_stmt_column(v->rows, 0).i <= id) {
		if (csm_stmt_column(v->rows, 0).i == id)
			live = store_read_row(v->type, v->rows, v->a);
		rc = csm_stmt_step(v->rows, &v->row, err);
	}
	if (rc == CSM_OK)
		rc = collect_later(v, id, &hist, &deleted, err);
	if (rc != CSM_OK)
		return rc;
	if (!live && !deleted) {
		report(v, id, NULL, "is gone, and its history does not say so");
		return CSM_OK;
	}
	v->rec = deleted ? csm_rec_new(v->a, v->type) : live;
	v->rec->id = id;
	for (size_t i = hist.n; rc == CSM_OK && i-- > 0; )
		rc = store_history_each(v->s, CSM_AT(&hist, struct csm_history, i), v->a, take_old, v, err);
	if (rc == CSM_E_CONFLICT || rc == CSM_E_DAMAGED) {
		report(v, id, NULL, err->msg);
		csm_err_clear(err);
		return CSM_OK;
	}
	*out = v->rec;
	return rc;
}

/* The digest of a run: as it is made today, or as csm made it at first. */
struct digest {
	bool old;
	const char *want;
	struct csm_blake2b run;
	char hex[65];
};

static void find_digest(const struct csm_history *run, struct csm_arena *a, struct digest *d)
{
	json_t *root = run->diff ? json_loads(run->diff, 0, NULL) : NULL;
	const char *text = json_string_value(json_object_get(root, "blake2b"));

	d->old = !text;
	d->hex[0] = '\0';
	d->want = csm_strdup(a, text ? text : json_string_value(json_object_get(root, "sha256")));
	csm_blake2b_init(&d->run);
	json_decref(root);
}

static void add_row(struct replay *v, struct digest *d, const struct csm_rec *r)
{
	struct csm_buf b = CSM_BUF(v->a);

	if (!d->old) {
		store_digest_row(v->s, &d->run, r);
		return;
	}
	store_canonical(v->s, &b, r);
	store_fold(v->a, d->hex, b.s, b.n);
}

static bool is_digest(struct digest *d)
{
	if (!d->old)
		csm_blake2b_end(&d->run, d->hex);
	return d->want && strcmp(d->hex, d->want) == 0;
}

static int check_run(struct replay *v, const struct csm_history *run, struct csm_err *err)
{
	struct csm_arena *of_row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(v->a);
	struct csm_arena *of_run = v->a;
	struct digest digest;
	int64_t next = 0;
	int rc = store_counter_stored(v->s, v->type, &next, err);

	if (rc != CSM_OK)
		return rc;
	/* a run that was tampered with may not make this a walk without end */
	if (run->record < 1 || run->last_record < run->record || run->last_record >= next) {
		report(v, run->record, NULL, "has a history that names records which were never made");
		return CSM_OK;
	}
	find_digest(run, v->a, &digest);
	rc = open_run(v, run, err);
	v->fits = true;
	v->a = of_row;
	for (int64_t id = run->record; rc == CSM_OK && id <= run->last_record; id++) {
		struct csm_mark mark = csm_arena_mark(of_row);
		struct csm_rec *r;

		rc = make_created(v, id, &r, err);
		v->fits = v->fits && r;
		if (rc == CSM_OK && r)
			add_row(v, &digest, r);
		csm_arena_rewind(of_row, mark);
	}
	v->a = of_run;
	csm_stmt_finalize(v->rows);
	csm_stmt_finalize(v->later);
	v->rows = v->later = NULL;
	if (rc == CSM_OK && v->fits && !is_digest(&digest))
		report(v, run->record, NULL,
		       run->last_record == run->record
			       ? "is not what its history says"
			       : csm_sprintf(v->a,
					     "or one of the %" PRId64
					     " records created with it is not what history says",
					     run->last_record - run->record + 1));
	return rc;
}

/* Live rows that no run holds. Runs come by first id; those of a second life overlap those of the first. */
static int check_covered(struct replay *v, const struct csm_vec *runs, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	int64_t known = 0;
	size_t at = 0;
	bool row = true;
	int rc = csm_db_prepare(v->s->db, store_sql_all_ids(v->a, v->type), &st, err);

	while (rc == CSM_OK) {
		int64_t id;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		id = csm_stmt_column(st, 0).i;
		for (; at < runs->n && CSM_AT(runs, struct csm_history, at)->record <= id; at++)
			if (CSM_AT(runs, struct csm_history, at)->last_record > known)
				known = CSM_AT(runs, struct csm_history, at)->last_record;
		if (id > known)
			report(v, id, NULL, "is stored, but no change says who created it");
	}
	return rc;
}

static int check_type(struct replay *v, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(v->s->arena);
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	struct csm_vec runs = CSM_VEC(a, struct csm_history);
	bool row = true;
	int rc = csm_db_prepare(v->s->db, store_text(STORE_TEXT_RUNS), &st, err);

	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_text(v->type->name), err);
	while (rc == CSM_OK) {
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(v->s, st, a, &h, err);
		if (rc == CSM_OK)
			*(struct csm_history *)csm_vec_add(&runs) = h;
	}
	for (size_t i = 0; rc == CSM_OK && i < runs.n; i++) {
		struct csm_mark mark = csm_arena_mark(v->a);

		rc = check_run(v, CSM_AT(&runs, struct csm_history, i), err);
		csm_arena_rewind(v->a, mark);
	}
	return rc == CSM_OK ? check_covered(v, &runs, err) : rc;
}

int store_verify_rows(struct csm_store *s, const struct csm_diag *diag, bool *bad, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct csm_arena *keep CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct replay v = { .s = s, .diag = diag, .bad = bad, .a = a, .keep = keep,
			    .start = csm_arena_mark(keep) };
	const struct csm_dict *d = s->env.dict;
	int rc = CSM_OK;

	for (unsigned i = 0; rc == CSM_OK && i < d->ntypes; i++) {
		v.type = d->types[i];
		rc = check_type(&v, err);
	}
	csm_stmt_finalize(v.rows);
	csm_stmt_finalize(v.later);
	return rc;
}
