/* SPDX-License-Identifier: MIT */
/* life.c - looking things up in a lifecycle. */
#include <string.h>

#include "dict/dict_priv.h"

const struct csm_state *csm_life_state(const struct csm_lifecycle *l, const char *name)
{
	for (const struct csm_state *s = l->states; s->name; s++)
		if (*s->name == *name && !strcmp(s->name, name))
			return s;
	return NULL;
}

const char *csm_life_initial(const struct csm_lifecycle *l)
{
	for (const struct csm_state *s = l->states; s->name; s++)
		if (s->flags & CSM_S_INITIAL)
			return s->name;
	return NULL;
}

static bool fits(const struct csm_move *m, const char *state, uint32_t who)
{
	return (m->who & who) && csm_word_in(m->from, state);
}

const struct csm_move *csm_life_move(const struct csm_lifecycle *l, const char *verb, const char *state,
				     uint32_t who)
{
	for (const struct csm_move *m = l->moves; m->verb; m++)
		if (dict_same_name(m->verb, verb) && fits(m, state, who))
			return m;
	return NULL;
}

const struct csm_move *csm_life_verb(const struct csm_lifecycle *l, const char *verb)
{
	for (const struct csm_move *m = l->moves; m->verb; m++)
		if (dict_same_name(m->verb, verb))
			return m;
	return NULL;
}

const char *csm_life_allowed(struct csm_arena *a, const struct csm_lifecycle *l, const char *state,
			     uint32_t who)
{
	struct csm_buf b = CSM_BUF(a);

	for (const struct csm_move *m = l->moves; m->verb; m++) {
		size_t start;

		if (!fits(m, state, who) || csm_life_move(l, m->verb, state, who) != m)
			continue;
		if (b.n)
			csm_buf_add(&b, ", ");
		start = b.n;
		csm_buf_add(&b, m->verb);
		/* As it is typed. */
		for (; start < b.n; start++)
			if (b.s[start] == '_')
				b.s[start] = '-';
	}
	return b.n ? b.s : "none";
}
