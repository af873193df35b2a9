/* SPDX-License-Identifier: MIT */
/* util.c - small things that all services use. */
#include "svc_priv.h"

const char *svc_today(struct csm_store *s)
{
	static const char key = 0;
	int64_t now = csm_store_now(s), day = now / CSM_DAY - (now % CSM_DAY < 0);
	bool made;
	char *today = csm_store_slot(s, &key, CSM_TIME_SIZE, NULL, &made);

	/* made once: each case of a load asks for it */
	return made ? csm_date_format(day, today) : today;
}

const char *svc_date_add(struct csm_arena *a, const char *date, int64_t days)
{
	struct csm_err ignored = { 0 };
	char buf[CSM_TIME_SIZE];
	int64_t day;

	if (csm_date_parse(date, &day, &ignored))
		return NULL;
	return csm_strdup(a, csm_date_format(day + days, buf));
}

bool svc_date_in(const char *today, const char *from, const char *to)
{
	return (!from || !*from || strcmp(from, today) <= 0) && (!to || !*to || strcmp(today, to) <= 0);
}

static int refuse(const struct csm_rec *r, int field, struct csm_err *err, const char *fmt, va_list ap)
	CSM_PRINTF(4, 0);

static int refuse(const struct csm_rec *r, int field, struct csm_err *err, const char *fmt, va_list ap)
{
	csm_fail(err, CSM_E_REFUSED, "%s", csm_vsprintf(r->arena, fmt, ap));
	csm_err_on(err, r->type->name, csm_rec_key(r->arena, r), field < 0 ? NULL : r->type->fields[field].name);
	return CSM_E_REFUSED;
}

int svc_refuse(const struct csm_write *w, int field, struct csm_err *err, const char *fmt, ...)
{
	va_list ap;
	int code;

	va_start(ap, fmt);
	code = refuse(w->rec, field, err, fmt, ap);
	va_end(ap);
	return code;
}

int svc_refuse_rec(const struct csm_rec *r, int field, struct csm_err *err, const char *fmt, ...)
{
	va_list ap;
	int code;

	va_start(ap, fmt);
	code = refuse(r, field, err, fmt, ap);
	va_end(ap);
	return code;
}

void svc_warn(const struct csm_write *w, int field, const char *fmt, ...)
{
	const struct csm_diag *diag = &csm_store_env(w->store)->diag;
	struct csm_err err = { 0 };
	va_list ap;

	if (!diag->note)
		return;
	va_start(ap, fmt);
	refuse(w->rec, field, &err, fmt, ap);
	va_end(ap);
	err.code = CSM_NO;
	if (w->rec->file)
		csm_err_at(&err, w->rec->file, w->rec->line, 0);
	csm_diag_note(diag, 'w', &err);
}

int svc_ref(struct csm_store *s, const struct csm_rec *r, int field, struct csm_rec **out,
	    struct csm_err *err)
{
	const struct csm_rtype *t = csm_dict_type(csm_store_dict(s), r->type->fields[field].target);

	*out = NULL;
	if (csm_rec_null(r, field))
		return CSM_OK;
	return csm_store_get(s, t, csm_rec_int(r, field), r->arena, out, err);
}

int svc_peek(struct csm_store *s, const struct csm_rec *r, int field, const struct csm_rec **out, struct csm_err *err)
{
	const struct csm_rtype *t = csm_dict_type(csm_store_dict(s), r->type->fields[field].target);

	*out = NULL;
	return csm_rec_null(r, field) ? CSM_OK : csm_store_peek(s, t, csm_rec_int(r, field), out, err);
}

int svc_no_cycle(struct csm_write *w, int field, int max, struct csm_err *err)
{
	struct csm_rec *r = w->rec;

	for (int depth = 1; !csm_rec_null(r, field); depth++) {
		int rc;

		if (w->rec->id && csm_rec_int(r, field) == w->rec->id)
			return svc_refuse(w, field, err, "'%s' would make the record its own ancestor",
					  svc_key(w->store, w->rec->type, csm_rec_int(w->rec, field)));
		if (depth > max)
			return svc_refuse(w, field, err, "the hierarchy would be deeper than %d", max);
		rc = svc_ref(w->store, r, field, &r, err);
		if (rc)
			return rc;
		if (!r)
			return CSM_OK;
	}
	return CSM_OK;
}

const char *svc_key(struct csm_store *s, const struct csm_rtype *t, int64_t id)
{
	struct csm_err ignored = { 0 };
	const char *key = NULL;

	if (csm_store_key(s, t, id, csm_store_arena(s), &key, &ignored) || !key)
		return csm_sprintf(csm_store_arena(s), "#%lld", (long long)id);
	return key;
}

const char *svc_decimal(struct csm_arena *a, int64_t scaled)
{
	static const struct csm_field decimal = { .name = "decimal", .kind = CSM_K_DECIMAL };
	struct csm_value v = csm_int(scaled);

	return csm_field_format(a, &decimal, &v);
}

int svc_first(struct csm_store *s, const struct csm_rtype *t, const int *fields,
	      const struct csm_value *values, unsigned n, int64_t *id, struct csm_err *err)
{
	unsigned found = 0;
	int rc;

	*id = 0;
	rc = csm_store_match(s, t, fields, values, n, id, 1, &found, err);
	if (!rc && !found)
		*id = 0;
	return rc;
}

int svc_ids(struct csm_store *s, const struct csm_rtype *t, const struct csm_filter *where, const char *sort,
	    struct csm_vec *ids, struct csm_err *err)
{
	static const int no_columns[] = { -1 };
	const struct csm_query q = { .where = where, .sort = sort, .columns = no_columns };
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_mark start;
	struct csm_rec *r;
	int rc = csm_store_select(s, t, &q, row, &c, err);

	start = csm_arena_mark(row);
	while (!rc) {
		csm_arena_rewind(row, start);
		rc = csm_cursor_next(c, row, &r, err);
		if (rc || !r)
			break;
		*(int64_t *)csm_vec_add(ids) = r->id;
	}
	return rc;
}

int svc_has_role(struct csm_store *s, int64_t user, const char *role, bool *out, struct csm_err *err)
{
	static const int fields[] = { ROLE_GRANT_GRANTEE, ROLE_GRANT_ROLE };
	struct csm_value v[2] = { csm_int(user), csm_text(role) };
	struct csm_rec **rows;
	unsigned n;
	int64_t id;
	int rc = svc_first(s, &csm_type_role_grant, fields, v, 2, &id, err);

	*out = id != 0;
	if (rc || *out)
		return rc;
	rc = csm_store_children(s, &csm_type_group_member, GROUP_MEMBER_MEMBER, user, csm_store_arena(s),
				&rows, &n, err);
	for (unsigned i = 0; !rc && !*out && i < n; i++) {
		struct csm_rec *group;

		rc = svc_ref(s, rows[i], GROUP_MEMBER_USER_GROUP, &group, err);
		if (!rc && group)
			*out = csm_list_has(csm_rec_text(group, GROUP_ROLES), role);
	}
	return rc;
}
