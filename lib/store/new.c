/* SPDX-License-Identifier: MIT */
/* new.c - a new record with the defaults of its rows, made once a type and copied. */
#include <csm/time.h>

#include "store_priv.h"

static int make_default(struct csm_store *s, const struct csm_rtype *t, const struct csm_field *f,
			struct csm_value *out, struct csm_err *err)
{
	char day[CSM_TIME_SIZE];
	int64_t now = s->env.now;

	*out = csm_null();
	if (t->life && !f->def && strcmp(t->life->field, f->name) == 0)
		*out = csm_text(csm_life_initial(t->life));
	else if (!f->def)
		return CSM_OK;
	else if (strcmp(f->def, "@now") == 0 && f->kind == CSM_K_TIME)
		*out = csm_int(now);
	else if (strcmp(f->def, "@today") == 0 || strcmp(f->def, "@now") == 0)
		*out = csm_text(csm_strdup(
			s->arena,
			csm_date_format((now - (now % CSM_DAY + CSM_DAY) % CSM_DAY) / CSM_DAY, day)));
	else if (strcmp(f->def, "@actor") == 0)
		*out = f->kind != CSM_K_REF ? csm_text(s->actor.name)
		       : s->actor.user	    ? csm_int(s->actor.user)
					    : csm_null();
	else
		return csm_field_parse(s->arena, t, f, f->def, now, out, err);
	return CSM_OK;
}

static int find_defaults(struct csm_store *s, const struct csm_rtype *t, struct csm_value **out,
			 struct csm_err *err)
{
	const struct csm_dict *d = s->env.dict;
	unsigned at = store_facts(s, t)->index;
	struct csm_value *v;

	if (!s->defaults)
		s->defaults = csm_calloc(s->arena, d->ntypes + 1, sizeof(*s->defaults));
	*out = s->defaults[at];
	if (*out)
		return CSM_OK;
	v = csm_calloc(s->arena, t->nfields, sizeof(*v));
	for (unsigned i = 0; i < t->nfields; i++) {
		int rc = make_default(s, t, &t->fields[i], &v[i], err);

		if (rc != CSM_OK)
			return rc;
	}
	*out = v;
	if (at < d->ntypes)
		s->defaults[at] = v;
	return CSM_OK;
}

int csm_store_new(struct csm_store *s, const struct csm_rtype *t, struct csm_arena *a, struct csm_rec **out,
		  struct csm_err *err)
{
	struct csm_value *v;
	int rc = find_defaults(s, t, &v, err);

	*out = NULL;
	if (rc != CSM_OK)
		return rc;
	*out = csm_rec_with(a, t, v);
	return CSM_OK;
}
