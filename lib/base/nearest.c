/* SPDX-License-Identifier: MIT */
/* nearest.c - "did you mean": the word of a list that differs least. */
#include <string.h>

#include <csm/utf8.h>

#include "base/base_priv.h"

#define WORD_MAX 63

/* Words are compared without regard to case, '-' being '_' as everywhere in csm. */
static char plain(char c)
{
	return c == '-' ? '_' : base_lower(c);
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edit distance with transposition of neighbours as one step; both at most WORD_MAX bytes. */
static unsigned edit_distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][WORD_MAX + 2];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2], *spare;

	memset(rows, 0, sizeof(rows));
	for (size_t j = 0; j <= nb; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned change = plain(a[i - 1]) != plain(b[j - 1]);

			now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + change);
			if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) &&
			    plain(a[i - 2]) == plain(b[j - 1]) && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[nb];
}

static bool is_prefix(const char *word, size_t n, const char *of)
{
	for (size_t i = 0; i < n; i++)
		if (plain(word[i]) != plain(of[i]))
			return false;
	return true;
}

const char *csm_nearest(const char *word, const char *const *list)
{
	const char *best = NULL, *begun = NULL;
	size_t n = strlen(word);
	/* A third of the word may be wrong, at least one character, at most three. */
	unsigned limit = n < 6 ? 1 : n < 9 ? 2 : 3, least = limit + 1;

	if (!n || n > WORD_MAX)
		return NULL;
	for (; *list; list++) {
		size_t m = strlen(*list);
		unsigned d;

		if (m > WORD_MAX)
			continue;
		d = edit_distance(word, n, *list, m);
		/* "a" is no misspelling of "b": something must be right. */
		if (d < least && d < (n > m ? n : m)) {
			least = d;
			best = *list;
		}
		if (!begun && n >= 3 && n < m && is_prefix(word, n, *list))
			begun = *list;
	}
	return best ? best : begun;
}
