/* SPDX-License-Identifier: MIT */
/* verify.c - the chain of changes computed again from what history holds, and then every record from its
 * history. */
#include "store_priv.h"

struct chain {
	struct csm_store *s;
	const struct csm_diag *diag;
	bool bad;
	int64_t last;			/* id of the change before */
	char hash[65];			/* its hash */
};

static void report(struct chain *v, int64_t change, const char *field, const char *why)
{
	struct csm_err e;
	char key[24];

	v->bad = true;
	csm_err_clear(&e);
	csm_fail(&e, CSM_E_DAMAGED, "%s", why);
	snprintf(key, sizeof(key), "%" PRId64, change);
	csm_err_on(&e, "change", key, field);
	if (v->diag)
		csm_diag_note(v->diag, 'e', &e);
}

/* The digest of a change's history rows, old: as csm made it at first; seq counts from 1 without a gap. */
static int digest_rows(struct chain *v, int64_t change, struct csm_arena *a, bool old, char digest[65],
		       struct csm_err *err)
{
	struct csm_blake2b rows = { 0 };
	bool any = false;
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(v->s->db, store_text(STORE_TEXT_OF_CHANGE), &st, err);

	digest[0] = '\0';
	csm_blake2b_init(&rows);
	if (rc == CSM_OK)
		rc = csm_stmt_bind(st, 1, csm_int(change), err);
	for (int64_t seq = 1; rc == CSM_OK; seq++) {
		struct csm_mark mark = csm_arena_mark(a);
		struct csm_history h;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		rc = store_history_row(v->s, st, a, &h, err);
		if (rc == CSM_E_DAMAGED && err) {
			if (!old)
				report(v, change, NULL, err->msg);
			csm_err_clear(err);
			rc = CSM_OK;
		} else if (rc == CSM_OK) {
			if (h.seq != seq && !old)
				report(v, change, NULL, "its history has a gap");
			if (old)
				store_fold_history(a, digest, &h);
			else
				store_digest_history(a, &rows, &h);
			any = true;
		}
		csm_arena_rewind(a, mark);
	}
	if (!old && any)
		csm_blake2b_end(&rows, digest);
	return rc;
}

static int check_undone(struct chain *v, const struct csm_change *c, struct csm_arena *a, struct csm_err *err)
{
	struct csm_change by;
	int rc;

	if (!c->undone_by)
		return CSM_OK;
	rc = csm_store_change(v->s, c->undone_by, a, &by, err);
	if (rc == CSM_E_NOTFOUND || (rc == CSM_OK && !store_undoes(&by, c->id))) {
		report(v, c->id, "undone_by",
		       csm_sprintf(a, "change %" PRId64 " does not undo it", c->undone_by));
		csm_err_clear(err);
		rc = CSM_OK;
	}
	return rc;
}

static int hash_fits(struct chain *v, const struct csm_change *c, struct csm_arena *a, bool *out, struct csm_err *err)
{
	char digest[65], hash[65];
	int rc = CSM_OK;

	*out = false;
	for (int old = 0; rc == CSM_OK && old < 2 && !*out; old++) {
		rc = digest_rows(v, c->id, a, old, digest, err);
		if (rc != CSM_OK)
			break;
		store_change_hash(a, c, digest, hash);
		*out = strcmp(hash, c->hash) == 0;
	}
	return rc;
}

static int check_change(struct chain *v, const struct csm_change *c, struct csm_arena *a, struct csm_err *err)
{
	bool fits;
	int rc = hash_fits(v, c, a, &fits, err);

	if (rc != CSM_OK)
		return rc;
	if (c->id != v->last + 1)
		report(v, c->id, NULL,
		       csm_sprintf(a, "comes after change %" PRId64 ", the changes between are missing",
				   v->last));
	if (v->last && strcmp(c->parent_hash, v->hash) != 0)
		report(v, c->id, "parent_hash", "is not the hash of the change before");
	if (!fits)
		report(v, c->id, "hash", "does not fit the change and its history");
	v->last = c->id;
	snprintf(v->hash, sizeof(v->hash), "%s", c->hash);
	return check_undone(v, c, a, err);
}

static int check_chain(struct chain *v, struct csm_arena *a, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(v->s->db, store_text(STORE_TEXT_CHANGES_UP), &st, err);

	while (rc == CSM_OK) {
		struct csm_mark mark = csm_arena_mark(a);
		struct csm_change c;

		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		store_change_row(st, a, &c);
		rc = check_change(v, &c, a, err);
		csm_arena_rewind(a, mark);
	}
	return rc;
}

static int check_orphans(struct chain *v, struct csm_arena *a, struct csm_err *err)
{
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row = true;
	int rc = csm_db_prepare(v->s->db, store_text(STORE_TEXT_ORPHANS), &st, err);

	while (rc == CSM_OK) {
		rc = csm_stmt_step(st, &row, err);
		if (rc != CSM_OK || !row)
			break;
		report(v, csm_stmt_column(st, 1).i, NULL,
		       csm_sprintf(a, "is missing, but history row %" PRId64 " is of it",
				   csm_stmt_column(st, 0).i));
	}
	return rc;
}

int csm_store_verify(struct csm_store *s, const struct csm_diag *diag, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(s->arena);
	struct chain v = { .s = s, .diag = diag };
	bool own = !csm_db_in_transaction(s->db);
	struct csm_err mine;
	int rc;

	if (!err)
		err = &mine;
	csm_err_clear(err);
	rc = own ? csm_db_begin(s->db, false, err) : CSM_OK;	/* all of it at one moment */
	if (rc != CSM_OK)
		return rc;
	rc = check_chain(&v, a, err);
	if (rc == CSM_OK)
		rc = check_orphans(&v, a, err);
	if (rc == CSM_OK)
		rc = store_verify_rows(s, diag, &v.bad, err);
	if (own)
		csm_db_rollback(s->db);
	return rc == CSM_OK && v.bad ? CSM_NO : rc;
}
