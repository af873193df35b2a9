/* SPDX-License-Identifier: MIT */
/* record.c - records: a type and a value a field. */
#include <inttypes.h>
#include <string.h>

#include "dict/dict_priv.h"

struct csm_rec *csm_rec_new(struct csm_arena *a, const struct csm_rtype *t)
{
	struct csm_rec *r = csm_alloc(a, sizeof(*r));

	r->type = t;
	r->arena = a;
	/* Zeroed memory is null values. */
	r->v = csm_calloc(a, t->nfields, sizeof(*r->v));
	r->old = csm_calloc(a, t->nfields, sizeof(*r->old));
	return r;
}

struct csm_rec *csm_rec_with(struct csm_arena *a, const struct csm_rtype *t, const struct csm_value *v)
{
	struct csm_rec *r = csm_alloc(a, sizeof(*r));

	r->type = t;
	r->arena = a;
	r->v = csm_memdup(a, v, t->nfields * sizeof(*v));
	r->old = csm_calloc(a, t->nfields, sizeof(*r->old));
	return r;
}

struct csm_rec *csm_rec_stored(struct csm_arena *a, const struct csm_rtype *t, int64_t id, const struct csm_value *v)
{
	struct csm_rec *r = csm_alloc(a, sizeof(*r));

	r->type = t;
	r->arena = a;
	r->id = id;
	r->stored = true;
	r->v = csm_memdup(a, v, t->nfields * sizeof(*v));
	r->old = csm_memdup(a, v, t->nfields * sizeof(*v));
	return r;
}

struct csm_rec *csm_rec_copy(struct csm_arena *a, const struct csm_rec *r)
{
	struct csm_rec *c = csm_memdup(a, r, sizeof(*r));
	size_t n = r->type->nfields * sizeof(*r->v);

	c->arena = a;
	c->v = csm_memdup(a, r->v, n);
	c->old = csm_memdup(a, r->old, n);
	return c;
}

void csm_rec_set_text(struct csm_rec *r, int field, const char *s)
{
	r->v[field] = csm_text(csm_strdup(r->arena, s));
}

const char *csm_rec_text(const struct csm_rec *r, int field)
{
	return r->v[field].tag == CSM_TEXT || r->v[field].tag == CSM_MONEY ? r->v[field].s : "";
}

bool csm_rec_is(const struct csm_rec *r, int field, const char *text)
{
	const char *own = csm_rec_text(r, field);

	return *own == *text && !strcmp(own, text);
}

bool csm_rec_changed(const struct csm_rec *r, int field)
{
	return !csm_value_eq(&r->v[field], &r->old[field]);
}

bool csm_rec_any_changed(const struct csm_rec *r)
{
	for (unsigned i = 0; i < r->type->nfields; i++)
		if (!(r->type->fields[i].flags & (CSM_F_VOLATILE | CSM_F_COMPUTED)) &&
		    csm_rec_changed(r, (int)i))
			return true;
	return false;
}

const char *csm_rec_key(struct csm_arena *a, const struct csm_rec *r)
{
	const struct csm_rtype *t = r->type;

	if (t->prefix && r->id > 0)
		return csm_number_format(a, t, r->id);
	for (unsigned i = 0; i < t->nfields; i++)
		if ((t->fields[i].flags & CSM_F_KEY) && !csm_rec_null(r, (int)i))
			return csm_strdup(a, csm_field_format(a, &t->fields[i], &r->v[i]));
	return r->id > 0 ? csm_sprintf(a, "#%" PRId64, r->id) : "new";
}
