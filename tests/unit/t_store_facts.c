/* SPDX-License-Identifier: MIT */
/* t_store_facts.c - what is worked out of the rows of each type is what the rows say. */
#include "store/store_priv.h"
#include "t_store_help.h"

static bool takes(const struct csm_rtype *t, unsigned field, int64_t i)
{
	const struct csm_value v = csm_int(i);

	return csm_field_check(t, &t->fields[field], &v, NULL) == CSM_OK;
}

/* Every number of the range is taken, and of small ones no other. */
static void check_range(const struct csm_rtype *t, unsigned field, const struct store_field *f)
{
	bool number = csm_kind(t->fields[field].kind)->tag == CSM_INT;

	T_OK(number || f->low > f->high);
	if (f->low <= f->high) {
		T_OK(takes(t, field, f->low) && takes(t, field, f->high));
		T_OK(f->low == INT64_MIN || !takes(t, field, f->low - 1));
		T_OK(f->high == INT64_MAX || !takes(t, field, f->high + 1));
	}
	/* choices that have gaps have no range */
	for (int64_t i = -1; number && i <= 11; i++)
		T_OK(takes(t, field, i) == (i >= f->low && i <= f->high) || f->low > f->high);
}

/* Marks of fields in digests: no two fields of a type share one. */
static void check_marks(const struct csm_rtype *t, const struct store_field *f)
{
	for (unsigned a = 0; a < t->nfields; a++) {
		T_EQ_INT(f[a].mark & 3, 0);
		for (unsigned b = 0; b < a; b++)
			T_OK(!f[a].mark || f[a].mark != f[b].mark);
	}
}

static bool has(const int *list, unsigned field)
{
	while (*list >= 0 && *list != (int)field)
		list++;
	return *list >= 0;
}

static void check_lists(const struct csm_rtype *t, const struct store_facts *f)
{
	unsigned keys = 0, sets = 0;

	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *row = &t->fields[i];

		T_OK(has(f->refs, i) == (row->target && store_has_column(t, (int)i)));
		T_OK(has(f->owners, i) == !!(row->flags & CSM_F_OWNER));
		T_OK(!row->target == !f->field[i].target);
		if (row->flags & CSM_F_KEY && store_has_column(t, (int)i)) {
			T_OK(f->sets[keys].n == 1 && f->sets[keys].fields[0] == (int)i);
			keys++;
		}
	}
	for (const char *p = t->unique; p && *p; p = strchr(p, ';') ? strchr(p, ';') + 1 : NULL)
		sets++;
	T_EQ_INT(f->nsets, keys + sets);
	for (unsigned i = 0; i < f->nsets; i++) {
		T_OK(f->sets[i].n > 0);
		for (unsigned k = 0; k < f->sets[i].n; k++)
			T_OK(f->sets[i].fields[k] >= 0 &&
			     csm_word_in(f->sets[i].list, t->fields[f->sets[i].fields[k]].name));
	}
}

int main(void)
{
	const struct csm_dict *d = csm_model_dict();

	t_begin(NULL);
	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *t = d->types[i];
		const struct store_facts *f = store_facts(t_store, t);

		T_OK(f == store_facts(t_store, t) && f->type == t);
		T_EQ_INT(f->index, i);
		T_OK(f->state == (t->life ? csm_field_index(t, t->life->field) : -1));
		T_OK(f->active == csm_field_index(t, "active"));
		check_marks(t, f->field);
		check_lists(t, f);
		for (unsigned k = 0; k < t->nfields; k++)
			check_range(t, k, &f->field[k]);
	}
	t_end();
	T_DONE();
}
