/* SPDX-License-Identifier: MIT */
/*
 * import.c - the record of a load, when changes of the load are taken back or are in force again: its state
 * follows from how many of them are undone.
 */
#include "svc_import.h"

/* Whether the undo of a change left records as they were. */
static int undo_kept(const struct csm_write *w, int64_t undo, bool *kept, struct csm_err *err)
{
	struct csm_change by = { .kept = w->kept };
	int rc = CSM_OK;

	if (undo && undo != csm_store_change_number(w->store))
		rc = csm_store_change(w->store, undo, w->rec->arena, &by, err);
	*kept = undo && by.kept;
	return rc;
}

/* How many changes a load made, and how many of them are undone; kept: not whole. */
static int count_undone(const struct csm_write *w, int64_t *changes, int64_t *undone, bool *kept, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	const char *text = csm_rec_text(r, IMPORT_CHANGES);
	struct csm_run run;
	int rc = CSM_OK;

	*changes = *undone = 0;
	*kept = false;
	while (!rc && csm_run_next(&text, &run)) {
		for (int64_t id = run.first; !rc && id <= run.last; id++) {
			struct csm_mark mark = csm_arena_mark(r->arena);
			struct csm_change c = { .id = 0 };
			bool some = false;

			rc = csm_store_change(w->store, id, r->arena, &c, err);
			if (!rc)
				rc = undo_kept(w, c.undone_by, &some, err);
			++*changes;
			*undone += c.undone_by != 0;
			*kept = *kept || some;
			csm_arena_rewind(r->arena, mark);
		}
	}
	return rc;
}

static const char *state_of(const struct csm_rec *r, int64_t changes, int64_t undone, bool kept)
{
	if (undone)
		return undone == changes && !kept ? "reverted" : "partly_reverted";
	if (csm_rec_null(r, IMPORT_ENDED_AT))
		return "unfinished";
	return csm_rec_int(r, IMPORT_REJECTED_ROWS) ? "complete_with_rejects" : "complete";
}

int import_after(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	const char *state;
	int64_t changes, undone;
	bool kept;
	int rc;

	if (w->event != CSM_HOOK_UNDONE)
		return CSM_OK;
	rc = count_undone(w, &changes, &undone, &kept, err);
	if (rc)
		return rc;
	state = state_of(r, changes, undone, kept);
	csm_rec_set_text(r, IMPORT_STATE, state);
	if (changes && undone == changes && !kept)
		csm_rec_set_int(r, IMPORT_REVERTED_AT, csm_store_now(w->store));
	else
		csm_rec_clear(r, IMPORT_REVERTED_AT);
	return csm_store_write(w->store, r, CSM_WRITE_NORMAL, -1, err);
}
