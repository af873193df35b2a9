/* SPDX-License-Identifier: MIT */
/* path.c - paths such as account.name, resolved on a type. */
#include "store_priv.h"

#define NAME_SIZE 80

static int no_such_field(struct csm_arena *a, const struct csm_rtype *t, const char *name,
			 struct csm_err *err)
{
	const char *near = csm_field_near(a, t, name);

	if (near)
		return csm_fail(err, CSM_E_INVALID, "'%s' is not a field of %s; did you mean '%s'?",
				name, t->name, near);
	return csm_fail(err, CSM_E_INVALID, "'%s' is not a field of %s", name, t->name);
}

int csm_path_parse(struct csm_arena *a, const struct csm_dict *d, const struct csm_rtype *t,
		   const char *text, struct csm_path *out, struct csm_err *err)
{
	const char *p = text;

	memset(out, 0, sizeof(*out));
	out->type = t;
	out->text = csm_strdup(a, text);
	for (;;) {
		size_t len = strcspn(p, ".");
		const char *name = csm_strndup(a, p, len);
		int field = csm_field_index(t, name);

		if (!len || len >= NAME_SIZE)
			return csm_fail(err, CSM_E_INVALID,
					"'%s' is not a path; expected field or reference.field, such "
					"as account.name",
					text);
		if (out->n == CSM_MAX_PATH)
			return csm_fail(err, CSM_E_INVALID, "'%s' goes through more than %d references",
					text, CSM_MAX_PATH - 1);
		if (field < 0)
			return no_such_field(a, t, name, err);
		out->field[out->n++] = field;
		out->last = &t->fields[field];
		if (!p[len])
			return CSM_OK;
		if (out->many)
			return csm_fail(err, CSM_E_INVALID, "'%s' goes on behind a list of references", text);
		out->many = out->last->kind == CSM_K_REF_LIST;
		if (out->last->kind != CSM_K_REF && !out->many)
			return csm_fail(err, CSM_E_INVALID,
					"'%s' of %s is not a reference, so '%s' has no '%s'", name,
					t->name, name, p + len + 1);
		t = csm_dict_type(d, out->last->target);
		if (!t)
			return csm_fail(err, CSM_E_INTERNAL, "%s refers to no type", out->last->name);
		p += len + 1;
	}
}
