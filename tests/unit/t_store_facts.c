/* SPDX-License-Identifier: MIT */
/* t_store_facts.c - marks of fields in digests: no two fields of a type share one. */
#include "store/store_priv.h"
#include "t_store_help.h"

int main(void)
{
	const struct csm_dict *d = csm_model_dict();

	t_begin(NULL);
	for (unsigned i = 0; i < d->ntypes; i++) {
		const struct csm_rtype *t = d->types[i];
		const struct store_facts *f = store_facts(t_store, t);

		T_OK(f == store_facts(t_store, t) && f->type == t);
		T_EQ_INT(f->index, i);
		for (unsigned a = 0; a < t->nfields; a++) {
			T_EQ_INT(f->mark[a] & 3, 0);
			for (unsigned b = 0; b < a; b++)
				T_OK(!f->mark[a] || f->mark[a] != f->mark[b]);
		}
	}
	t_end();
	T_DONE();
}
