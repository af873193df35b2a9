/* SPDX-License-Identifier: MIT */
/*
 * like.c - a LIKE pattern that lets through at least what a glob does, so that an engine sorts out most
 * rows by itself.
 *
 * The glob is matched against folded text, LIKE against lower(text), which is only sure of ASCII. A
 * plain character of the pattern can be demanded when nothing but itself (or its capital) folds to it:
 * not s, for the sharp s, nor k, for the Kelvin sign. All others, and every wildcard, become %.
 */
#include "store_priv.h"

/* More would make matching slow on purpose-made texts. */
#define MAX_WILDCARDS 5
/* lib/db bounds the length of a pattern to 1000 bytes. */
#define MAX_PATTERN 900

/*
 * What other code points fold to, in part or as a whole (the test goes through all of them): ligatures
 * and the like give a f i k l n s t ; and the grave accent. h j w y stand before combining marks in
 * some.
 */
static bool is_sure(char c)
{
	return c >= 0x20 && c < 0x7f && !strchr("afhijklnstwy;`", c);
}

const char *store_like(struct csm_arena *a, const char *glob)
{
	struct csm_buf b = CSM_BUF(a);
	unsigned wildcards = 0;
	bool plain = false, open = false; /* open: the last one written is a wildcard */
	const char *p;

	for (p = glob; *p; p++) {
		bool quoted = *p == '\\' && p[1];

		p += quoted;
		if (wildcards == MAX_WILDCARDS || b.n >= MAX_PATTERN || (*p == '[' && !quoted))
			break; /* a class: leave the rest open */
		if (is_sure(*p) && (quoted || !strchr("*?", *p))) {
			if (strchr("%_!", *p))
				csm_buf_addc(&b, '!');
			csm_buf_addc(&b, *p);
			plain = true;
			open = false;
		} else if (!open) {
			csm_buf_addc(&b, '%');
			wildcards++;
			open = true;
		}
	}
	if (*p && !open)
		csm_buf_addc(&b, '%');
	return plain ? b.s : NULL;
}
