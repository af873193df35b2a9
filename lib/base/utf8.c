/* SPDX-License-Identifier: MIT */
/* utf8.c - UTF-8 checked, counted, measured and folded. */
#include <stdint.h>
#include <string.h>

#include <utf8proc.h>

#include <csm/utf8.h>

#include "base/base_priv.h"

static bool is_tail(const char *s, size_t i)
{
	return ((unsigned char)s[i] & 0xC0) == 0x80;
}

static uint32_t tail_bits(const char *s, size_t i)
{
	return (unsigned char)s[i] & 0x3F;
}

size_t base_utf8_next(const char *s, size_t n, uint32_t *cp)
{
	unsigned char c;

	if (!n)
		return 0;
	c = (unsigned char)s[0];
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c >= 0xC2 && c <= 0xDF && n >= 2 && is_tail(s, 1)) {
		*cp = (uint32_t)(c & 0x1F) << 6 | tail_bits(s, 1);
		return 2;
	}
	if ((c & 0xF0) == 0xE0 && n >= 3 && is_tail(s, 1) && is_tail(s, 2)) {
		*cp = (uint32_t)(c & 0x0F) << 12 | tail_bits(s, 1) << 6 | tail_bits(s, 2);
		return *cp >= 0x800 && (*cp < 0xD800 || *cp > 0xDFFF) ? 3 : 0;
	}
	if (c >= 0xF0 && c <= 0xF4 && n >= 4 && is_tail(s, 1) && is_tail(s, 2) && is_tail(s, 3)) {
		*cp = (uint32_t)(c & 0x07) << 18 | tail_bits(s, 1) << 12 | tail_bits(s, 2) << 6 |
		      tail_bits(s, 3);
		return *cp >= 0x10000 && *cp <= 0x10FFFF ? 4 : 0;
	}
	return 0;
}

size_t csm_utf8_check(const char *s, size_t n)
{
	size_t i = 0, len;
	uint32_t cp;

	while (i < n) {
		/* Most text is ASCII: eight bytes at a time. */
		while (n - i >= 8) {
			uint64_t word;

			memcpy(&word, s + i, 8);
			if (word & UINT64_C(0x8080808080808080))
				break;
			i += 8;
		}
		if (i == n)
			break;
		len = base_utf8_next(s + i, n - i, &cp);
		if (!len)
			return i;
		i += len;
	}
	return n;
}

bool csm_utf8_valid(const char *s, size_t n)
{
	return csm_utf8_check(s, n) == n;
}

size_t csm_utf8_len(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

int csm_utf8_cut(const char *s, unsigned n)
{
	int i = 0;

	/* The tails of the last character belong to it. */
	for (unsigned points = 0; s[i] && i < 4096; i++)
		if (((unsigned char)s[i] & 0xC0) != 0x80 && points++ == n)
			break;
	return i;
}

size_t csm_utf8_width(const char *s)
{
	size_t n = strlen(s), i = 0, width = 0;

	while (i < n) {
		uint32_t cp;
		size_t len = base_utf8_next(s + i, n - i, &cp);
		int w = len ? utf8proc_charwidth((utf8proc_int32_t)cp) : 1;

		width += w > 0 ? (size_t)w : 0;
		i += len ? len : 1;
	}
	return width;
}

static char *fold_ascii(struct csm_arena *a, const char *s, size_t n)
{
	char *p = csm_strndup(a, s, n);

	for (size_t i = 0; i < n; i++)
		p[i] = base_lower(p[i]);
	return p;
}

char *csm_utf8_fold(struct csm_arena *a, const char *s)
{
	utf8proc_option_t opts = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
	size_t n = strlen(s), i = 0;
	utf8proc_int32_t *cps;
	utf8proc_ssize_t want;

	while (i < n && (unsigned char)s[i] < 0x80)
		i++;
	if (i == n)
		return fold_ascii(a, s, n);
	want = utf8proc_decompose((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, NULL, 0, opts);
	if (want < 0)
		return fold_ascii(a, s, n); /* not UTF-8: the bytes stand for themselves */
	/* utf8proc_reencode writes the bytes, at most four a code point, and a NUL over the code points.
	 */
	cps = csm_calloc(a, (size_t)want + 1, sizeof(*cps));
	want = utf8proc_decompose((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, cps, want, opts);
	if (want < 0 || utf8proc_reencode(cps, want, opts) < 0)
		return fold_ascii(a, s, n);
	return (char *)cps;
}
