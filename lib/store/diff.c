/* SPDX-License-Identifier: MIT */
/* diff.c - the diff of a history row, read back to fields and values. */
#include <jansson.h>

#include "store_priv.h"

typedef int each_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		       struct csm_err *err);

/* "1250 EUR" as store_put_value() wrote it. */
static bool read_money(struct csm_arena *a, const char *text, struct csm_value *out)
{
	const char *p = text + (*text == '-');
	uint64_t u = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (u > (UINT64_MAX - digit) / 10)
			return false;
		u = u * 10 + digit;
	}
	if (*p != ' ' || !p[1] || u > (uint64_t)INT64_MAX + (*text == '-'))
		return false;
	*out = (struct csm_value){ CSM_MONEY, *text == '-' ? (int64_t)(0 - u) : (int64_t)u,
				   csm_strdup(a, p + 1) };
	return true;
}

static bool read_value(struct csm_arena *a, const struct csm_field *f, const json_t *j, struct csm_value *out)
{
	const struct csm_kind_row *kind = csm_kind(f->kind);

	*out = csm_null();
	if (json_is_null(j))
		return true;
	if (kind->tag == CSM_INT && json_is_integer(j))
		*out = csm_int(json_integer_value(j));
	else if (kind->tag == CSM_INT && json_is_boolean(j))
		*out = csm_int(json_is_true(j));
	else if (kind->tag == CSM_TEXT && json_is_string(j))
		*out = csm_text(csm_strdup(a, json_string_value(j)));
	else if (kind->tag != CSM_MONEY || !json_is_string(j) || !read_money(a, json_string_value(j), out))
		return false;
	return true;
}

static int damaged(const struct csm_history *h, const char *what, struct csm_err *err)
{
	return csm_fail(err, CSM_E_DAMAGED, "history row %" PRId64 ": %s", h->id, what);
}

static int read_pair(const struct csm_history *h, struct csm_arena *a, const struct csm_field *f,
		     const json_t *j, struct csm_value *was, struct csm_value *now, struct csm_err *err)
{
	*now = csm_null();
	if (h->op == 'd')
		return read_value(a, f, j, was) ? CSM_OK
						: damaged(h, "a value is not of its field's kind", err);
	if (!json_is_array(j) || json_array_size(j) != 2)
		return damaged(h, "a field has no pair of old and new", err);
	if (!read_value(a, f, json_array_get(j, 0), was) || !read_value(a, f, json_array_get(j, 1), now))
		return damaged(h, "a value is not of its field's kind", err);
	return CSM_OK;
}

static int walk(const struct csm_history *h, json_t *root, struct csm_arena *a, each_field *each, void *arg,
		struct csm_err *err)
{
	const struct csm_rtype *t = h->type;
	size_t seen = 0;

	for (int i = 0; i < (int)t->nfields; i++) {
		json_t *j = json_object_get(root, t->fields[i].name);
		struct csm_value was, now;
		int rc;

		if (!j)
			continue;
		seen++;
		rc = read_pair(h, a, &t->fields[i], j, &was, &now, err);
		if (rc == CSM_OK)
			rc = each(arg, i, &was, &now, err);
		if (rc != CSM_OK)
			return rc;
	}
	if (seen != json_object_size(root))
		return csm_fail(err, CSM_E_CONFLICT,
				"history row %" PRId64 " names a field that a %s no longer has", h->id,
				t->name);
	return CSM_OK;
}

int store_history_each(struct csm_store *s, const struct csm_history *h, struct csm_arena *a,
		       each_field *each, void *arg, struct csm_err *err)
{
	json_error_t where;
	json_t *root;
	int rc;

	(void)s;
	if (h->op == 'c' || !h->diff)
		return h->op == 'c' ? CSM_OK : damaged(h, "it has no diff", err);
	root = json_loads(h->diff, JSON_REJECT_DUPLICATES, &where);
	if (!root && json_error_code(&where) == json_error_out_of_memory)
		rc = csm_fail(err, CSM_E_SYSTEM, "out of memory");
	else if (!root || !json_is_object(root))
		rc = damaged(h, "its diff is no JSON object", err);
	else
		rc = walk(h, root, a, each, arg, err);
	json_decref(root);
	return rc;
}

/* ---- for people: secrets stay secret ---- */

struct masked {
	const struct csm_rtype *type;
	each_field *each;
	void *arg;
};

static int mask_secret(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		       struct csm_err *err)
{
	const struct masked *m = arg;
	struct csm_value stars = csm_text("(secret)"), none = csm_null();

	if (!(m->type->fields[field].flags & CSM_F_SECRET))
		return m->each(m->arg, field, was, now, err);
	return m->each(m->arg, field, was->tag ? &stars : &none, now->tag ? &stars : &none, err);
}

int csm_history_fields(struct csm_store *s, const struct csm_history *h, struct csm_arena *a,
		       each_field *each, void *arg, struct csm_err *err)
{
	struct masked m = { h->type, each, arg };

	return store_history_each(s, h, a, mask_secret, &m, err);
}
