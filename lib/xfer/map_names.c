/* SPDX-License-Identifier: MIT */
/* map_names.c - names in a mapping that are none: what was probably meant, or what there is. */
#include <csm/utf8.h>

#include "map_priv.h"

int map_unknown(struct map_maker *m, const struct csm_node *n, const char *name, const char *what, const char *const *names,
		struct csm_err *err)
{
	const char *near = csm_nearest(name, names);
	struct csm_buf b = CSM_BUF(m->arena);

	if (near) {
		csm_fail(err, CSM_E_INVALID, "'%.*s' is no %s; did you mean '%s'?", CSM_Q(name), what, near);
		return map_bad(m, n, err);
	}
	for (unsigned i = 0; names[i]; i++)
		csm_buf_addf(&b, "%s%s", i ? ", " : "; expected one of ", names[i]);
	csm_fail(err, CSM_E_INVALID, "'%.*s' is no %s%s", CSM_Q(name), what, b.n ? b.s : "");
	return map_bad(m, n, err);
}

int map_only(struct map_maker *m, const struct csm_node *map, const char *what, const char *const *names, struct csm_err *err)
{
	for (const struct csm_node *c = map->first; c; c = c->next) {
		unsigned i = 0;

		while (names[i] && strcmp(names[i], c->key) != 0)
			i++;
		if (!names[i])
			return map_unknown(m, c, c->key, what, names, err);
	}
	return CSM_OK;
}

int map_want_type(struct map_maker *m, const struct csm_node *n, const struct csm_rtype **out, struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(m->store);
	const char **names, *name = "", *near;
	int rc = map_want_text(m, n, &name, err);

	*out = rc ? NULL : csm_dict_type(d, name);
	if (rc || *out)
		return rc;
	names = csm_calloc(m->arena, d->ntypes + 1, sizeof(*names));
	for (unsigned i = 0; i < d->ntypes; i++)
		names[i] = d->types[i]->name;
	near = csm_nearest(name, names);
	csm_fail(err, CSM_E_INVALID, "%s: '%.*s' is no record type%s%s%s", n->key, CSM_Q(name),
		 near ? "; did you mean '" : " (csm dict lists them)", near ? near : "", near ? "'?" : "");
	return map_bad(m, n, err);
}
