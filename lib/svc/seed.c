/* SPDX-License-Identifier: MIT */
/*
 * seed.c - what a new database begins with: resolution codes, responsibilities, kinds of account
 * relationships. Plain records, all may be edited.
 */
#include "svc_priv.h"

static const struct {
	const char *code, *label, *solved;
} codes[] = {
	{ "solved_guidance", "Solved - Fixed by Support/Guidance provided", "true" },
	{ "solved_prb", "Solved - Fixed by closing related PRB", "true" },
	{ "solved_workaround", "Solved - Workaround provided based on open PRB", "true" },
	{ "solved_change", "Solved - Fixed by closing related Change Request", "true" },
	{ "solved_incident", "Solved - Fixed by closing related Incident", "true" },
	{ "solved_request", "Solved - Related Request is Closed Complete", "true" },
	{ "solved_by_customer", "Solved by customer", "true" },
	{ "not_solved", "Not solved", "false" },
	{ "duplicate", "Duplicate", "false" },
	{ "void", "Void", "false" },
};

/* A row of a type as name and text pairs. */
static int add_row(struct csm_store *s, const struct csm_rtype *t, const char *const *pairs,
		   struct csm_err *err)
{
	struct csm_rec *r;
	int rc = csm_store_new(s, t, csm_store_arena(s), &r, err);

	for (; !rc && *pairs; pairs += 2) {
		int field = csm_field_index(t, pairs[0]);

		if (field < 0)
			return csm_fail(err, CSM_E_INTERNAL, "%s has no field '%s'", t->name, pairs[0]);
		rc = csm_store_set(s, r, field, pairs[1], err);
	}
	return rc ? rc : csm_store_write(s, r, CSM_WRITE_NORMAL, -1, err);
}

static int add_codes(struct csm_store *s, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < CSM_COUNT(codes); i++) {
		char order[16];
		const char *pairs[] = { "code",
					codes[i].code,
					"label",
					codes[i].label,
					"counts_as_solved",
					codes[i].solved,
					"sort_order",
					order,
					NULL };

		snprintf(order, sizeof(order), "%u", (i + 1) * 10);
		rc = add_row(s, &csm_type_resolution_code, pairs, err);
	}
	return rc;
}

/* Domain 2.5: base responsibilities and what kind of person holds them. */
static const char *const responsibilities[][2] = {
	{ "Account Manager", "user" },
	{ "Relationship Manager", "user" },
	{ "Preferred Technician", "user" },
	{ "Primary Support Agent", "user" },
	{ "Support Manager", "user" },
	{ "Authorized Account", "account" },
	{ "Authorized Representative", "contact" },
	{ "Asset Contact", "contact" },
};

static int add_responsibilities(struct csm_store *s, struct csm_err *err)
{
	const struct csm_rtype *t = csm_dict_type(csm_store_dict(s), "responsibility_def");
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < CSM_COUNT(responsibilities); i++) {
		const char *pairs[] = { "name", responsibilities[i][0], "responsibility_type",
					responsibilities[i][1], NULL };

		rc = add_row(s, t, pairs, err);
	}
	return rc;
}

int csm_svc_seed(struct csm_store *s, struct csm_err *err)
{
	static const char *const partner[] = { "name",
					       "Partner",
					       "from_kind",
					       "partner",
					       "to_kind",
					       "account",
					       "label",
					       "Partner of",
					       "reverse_label",
					       "Served by",
					       "default_for_partner",
					       "true",
					       NULL };
	static const char *const business[] = {
		"name",    "Business", "from_kind",          "account",       "to_kind",
		"account", "label",    "Does business with", "reverse_label", "Does business with",
		NULL
	};
	const struct csm_rtype *rel = csm_dict_type(csm_store_dict(s), "account_relationship_type");
	int rc = add_codes(s, err);

	if (!rc)
		rc = add_responsibilities(s, err);
	if (!rc)
		rc = add_row(s, rel, partner, err);
	return rc ? rc : add_row(s, rel, business, err);
}
