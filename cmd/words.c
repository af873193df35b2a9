/* SPDX-License-Identifier: MIT */
/* words.c - comma lists, names in capitals, the nearest word. */
#include <ctype.h>

#include <csm/utf8.h>

#include "cli_priv.h"

void cli_words_add(struct csm_buf *b, const char *list)
{
	char word[80];

	for (unsigned i = 0; list && csm_word(list, i, word, sizeof(word)); i++) {
		if (b->n && csm_word_in(b->s, word))
			continue;
		if (b->n)
			csm_buf_addc(b, ',');
		csm_buf_add(b, word);
	}
}

const char *cli_upper(struct csm_arena *a, const char *s)
{
	char *u = csm_strdup(a, s);

	for (char *p = u; *p; p++)
		*p = *p == '_' ? '-' : (char)toupper((unsigned char)*p);
	return u;
}

const char *cli_many_arg(struct csm_arena *a, const char *type)
{
	return csm_sprintf(a, "%s...", cli_upper(a, type));
}

const char *cli_suggest(struct csm_arena *a, const char *word, const struct csm_vec *words)
{
	const char **list = csm_calloc(a, words->n + 1, sizeof(*list));

	for (size_t i = 0; i < words->n; i++)
		list[i] = *CSM_AT(words, const char *, i);
	return csm_nearest(word, list);
}

struct csm_arena *cli_arena(struct csm_arena *like)
{
	struct csm_arena *a = csm_arena_like(like);

	/* An impossible size is how the handler of memory is told; it does not return. */
	return a ? a : csm_calloc(like, SIZE_MAX, 2);
}
