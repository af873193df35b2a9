/* SPDX-License-Identifier: MIT */
/* node.c - values of documents as the dictionary asks for them: lists of words, lists of keys, remarks. */
#include <string.h>

#include "io_priv.h"

bool csm_node_is_talk(const char *key)
{
	return strncmp(key, CSM_DOC_TALK, sizeof(CSM_DOC_TALK) - 1) == 0;
}

int csm_node_words(struct csm_arena *a, const struct csm_node *n, const char **out, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(a);

	for (const struct csm_node *c = n->first; c; c = c->next) {
		if (c->type != CSM_N_SCALAR || c->scalar == CSM_SC_NULL)
			return csm_fail(err, CSM_E_INVALID, "expected a list of words");
		csm_buf_addf(&b, "%s%s", b.n ? "," : "", c->text);
	}
	*out = b.s;
	return CSM_OK;
}

const char *csm_node_next_key(struct csm_arena *a, const char **rest)
{
	struct csm_buf b = CSM_BUF(a);
	const char *s = *rest + strspn(*rest, " \t\n");
	size_t meant = 0;	/* bytes that no blank is taken from */

	for (; *s && *s != ','; s++) {
		bool escaped = *s == '\\' && s[1] && strchr(",\\ \t\n", s[1]);

		s += escaped;
		csm_buf_addc(&b, *s);
		if (escaped)
			meant = b.n;
	}
	*rest = *s ? s + 1 : NULL;
	while (b.n > meant && strchr(" \t\n", b.s[b.n - 1]))
		b.s[--b.n] = '\0';
	return b.s;
}

const struct csm_node *csm_node_get(const struct csm_node *map, const char *key)
{
	if (!map || map->type != CSM_N_MAP)
		return NULL;
	for (const struct csm_node *m = map->first; m; m = m->next)
		if (strcmp(m->key, key) == 0)
			return m;
	return NULL;
}
