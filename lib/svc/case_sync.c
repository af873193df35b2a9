/* SPDX-License-Identifier: MIT */
/*
 * case_sync.c - what a parent case hands to its children (domain 1.12): changed fields, comments and work
 * notes, to those that are new, open or awaiting info. Off by default. What a customer says is not handed
 * on: the children may be other customers' cases.
 */
#include "svc_work.h"

static const struct {
	const char *name;
	int fields[6]; /* ended by -1 */
} sync_fields[] = {
	{ "priority", { CASE_PRIORITY, -1 } },
	{ "state", { CASE_STATE, CASE_RESOLVED_AT, CASE_RESOLVED_BY, CASE_CLOSED_AT, CASE_CLOSED_BY, -1 } },
	{ "close_notes", { CASE_CLOSE_NOTES, -1 } },
	{ "resolution_code", { CASE_RESOLUTION_CODE, -1 } },
	{ "assigned_to", { CASE_ASSIGNED_TO, -1 } },
	{ "comments", { -1 } },
	{ "work_notes", { -1 } },
};

static bool is_synced(const char *name)
{
	for (unsigned i = 0; i < CSM_COUNT(sync_fields); i++)
		if (strcmp(sync_fields[i].name, name) == 0)
			return true;
	return false;
}

int work_check_sync(struct csm_arena *a, const char *list, struct csm_err *err)
{
	struct csm_buf known = CSM_BUF(a);
	char word[64];

	for (unsigned i = 0; i < CSM_COUNT(sync_fields); i++)
		csm_buf_addf(&known, "%s%s", i ? ", " : "", sync_fields[i].name);
	for (unsigned i = 0; csm_word(list, i, word, sizeof(word)); i++)
		if (!is_synced(word))
			return csm_fail(err, CSM_E_INVALID, "'%s' is not handed to children, expected %s",
					word, known.s);
	if (csm_word_in(list, "state") &&
	    (!csm_word_in(list, "close_notes") || !csm_word_in(list, "resolution_code")))
		return csm_fail(err, CSM_E_INVALID,
				"with state, expected close_notes and resolution_code too");
	return CSM_OK;
}

/* Whether a child follows still. */
static bool follows(const struct csm_rec *child)
{
	return work_is_open(child) && !csm_rec_is(child, CASE_STATE, "resolved");
}

static int find_children(struct csm_store *s, const struct csm_rec *cs, struct csm_rec ***out, unsigned *n,
			 struct csm_err *err)
{
	*n = 0;
	if (!csm_store_setting_bool(s, "case.parent_child_sync"))
		return CSM_OK;
	return csm_store_children(s, &csm_type_case, CASE_PARENT_CASE, cs->id, cs->arena, out, n, err);
}

static int sync_child(struct csm_write *w, struct csm_rec *child, const char *list, struct csm_err *err)
{
	for (unsigned i = 0; i < CSM_COUNT(sync_fields); i++) {
		const int *field = sync_fields[i].fields;

		if (!csm_word_in(list, sync_fields[i].name))
			continue;
		for (; *field >= 0; field++)
			if (!csm_value_eq(&w->rec->v[*field], &w->rec->old[*field]))
				csm_rec_set(child, *field, w->rec->v[*field]);
	}
	return csm_rec_any_changed(child) ? csm_store_write(w->store, child, CSM_WRITE_NORMAL, -1, err)
					  : CSM_OK;
}

int work_sync_fields(struct csm_write *w, struct csm_err *err)
{
	const char *list = csm_store_setting_text(w->store, "case.fields_to_sync");
	struct csm_rec **children;
	unsigned n = 0;
	int rc = w->insert ? CSM_OK : find_children(w->store, w->rec, &children, &n, err);

	for (unsigned i = 0; !rc && i < n; i++)
		if (follows(children[i]))
			rc = sync_child(w, children[i], list, err);
	return rc;
}

/* A copy of the entry just written on the parent, by the same author. */
static int copy_entry(struct csm_write *w, const struct csm_rec *child, struct csm_err *err)
{
	static const char *const same[] = { "author", "posted_at", "body" };
	const struct csm_rtype *t = w->rec->type;
	struct csm_rec *copy;
	int rc = csm_store_new(w->store, t, child->arena, &copy, err);

	if (rc)
		return rc;
	csm_rec_set_int(copy, csm_field_index(t, "parent_case"), child->id);
	for (unsigned i = 0; i < CSM_COUNT(same); i++)
		csm_rec_set(copy, csm_field_index(t, same[i]), w->rec->v[csm_field_index(t, same[i])]);
	return csm_store_write(w->store, copy, CSM_WRITE_NORMAL, -1, err);
}

int work_sync_entry(struct csm_write *w, const struct csm_rec *cs, const char *what, struct csm_err *err)
{
	struct csm_rec **children;
	unsigned n = 0;
	int rc = CSM_OK;

	if (csm_word_in(csm_store_setting_text(w->store, "case.fields_to_sync"), what))
		rc = find_children(w->store, cs, &children, &n, err);
	for (unsigned i = 0; !rc && i < n; i++)
		if (follows(children[i]))
			rc = copy_entry(w, children[i], err);
	return rc;
}
