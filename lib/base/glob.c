/* SPDX-License-Identifier: MIT */
/*
 * glob.c - matching by wildcard. On a mismatch only the last star is tried one character further
 * on, which is enough because the stars before it have already matched as little as they can: text
 * times pattern at worst, never exponential.
 */
#include <string.h>

#include <csm/utf8.h>

#include "base/base_priv.h"

/*
 * The code point at s (not at its end); bytes that are not UTF-8 stand for themselves, above all
 * code points.
 */
static size_t next_point(const char *s, uint32_t *cp)
{
	size_t n = 1, len;

	while (n < 4 && s[n])
		n++;
	len = base_utf8_next(s, n, cp);
	if (len)
		return len;
	*cp = UINT32_C(0x110000) + (unsigned char)*s;
	return 1;
}

/* One member of a class, \ quoting the next character. */
static size_t next_member(const char *p, uint32_t *cp)
{
	if (p[0] == '\\' && p[1])
		return 1 + next_point(p + 1, cp);
	return next_point(p, cp);
}

/*
 * Match cp against the class that starts behind its '['. Returns the bytes up to and with the ']',
 * 0 when the class is never closed (then '[' is a plain character).
 */
static size_t match_class(const char *p, uint32_t cp, bool *hit)
{
	const char *start = p;
	bool not = *p == '!', found = false;

	p += not ;
	/* A ']' right at the start is a member. */
	for (bool first = true; *p && (first || *p != ']'); first = false) {
		uint32_t lo, hi;

		p += next_member(p, &lo);
		hi = lo;
		if (p[0] == '-' && p[1] && p[1] != ']')
			p += 1 + next_member(p + 1, &hi);
		found |= cp >= lo && cp <= hi;
	}
	if (*p != ']')
		return 0;
	*hit = found != not ;
	return (size_t)(p - start) + 1;
}

/* Match one element of the pattern (not a star) against cp; *len is the element's bytes. */
static bool match_one(const char *p, uint32_t cp, size_t *len)
{
	uint32_t want;
	bool hit = false;

	if (*p == '?') {
		*len = 1;
		return true;
	}
	if (*p == '[') {
		size_t n = match_class(p + 1, cp, &hit);

		if (n) {
			*len = n + 1;
			return hit;
		}
	}
	*len = next_member(p, &want);
	return want == cp;
}

bool csm_glob_folded(const char *pattern, const char *text)
{
	const char *p = pattern, *t = text, *star = NULL, *retry = NULL;

	while (*t) {
		uint32_t cp;
		size_t tlen = next_point(t, &cp), plen;

		if (*p == '*') {
			star = ++p;
			retry = t;
		} else if (*p && match_one(p, cp, &plen)) {
			p += plen;
			t += tlen;
		} else if (star) {
			uint32_t skipped;

			retry += next_point(retry, &skipped);
			t = retry;
			p = star;
		} else {
			return false;
		}
	}
	while (*p == '*')
		p++;
	return !*p;
}

bool csm_glob(struct csm_arena *a, const char *pattern, const char *text)
{
	struct csm_mark mark = csm_arena_mark(a);
	bool hit = csm_glob_folded(csm_utf8_fold(a, pattern), csm_utf8_fold(a, text));

	csm_arena_rewind(a, mark);
	return hit;
}
