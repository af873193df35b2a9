/* SPDX-License-Identifier: MIT */
/* text.c - what text may be stored, and text made safe for a terminal. */
#include <inttypes.h>
#include <string.h>

#include <csm/utf8.h>

#include "base/base_priv.h"

/* Control characters that csm never stores: C0 without tab and newline, DEL, C1. */
static bool is_control(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t' && cp != '\n') || (cp >= 0x7F && cp <= 0x9F);
}

/* Characters that change how a terminal shows the others: UTR 36, "Trojan Source". */
static bool is_hidden(uint32_t cp)
{
	return (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x2028 ||
	       cp == 0x2029 || (cp >= 0xE0000 && cp <= 0xE007F);
}

/*
 * The high bits of those of eight bytes, the first one lowest, that are not printable ASCII. A byte has it set, or gets it when 0x20 is
 * taken away or one is added, unless it is one from blank to '~'. What is carried over comes from a byte that is set itself, and can
 * only set one behind it: the lowest bit is right.
 */
static uint64_t not_plain(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	const uint64_t ones = UINT64_C(0x0101010101010101);
	/* written out, so that compilers see one load */
	uint64_t w = u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 | (uint64_t)u[3] << 24 | (uint64_t)u[4] << 32 |
		     (uint64_t)u[5] << 40 | (uint64_t)u[6] << 48 | (uint64_t)u[7] << 56;

	return (w | (w - ones * 0x20) | (w + ones)) & ones << 7;
}

/* The first byte, from i on, that needs a closer look; n: none does. */
static size_t skip_plain(const char *s, size_t i, size_t n)
{
	uint64_t odd;

	for (; n - i >= 8; i += 8) {
		odd = not_plain(s + i);
		if (odd)
			return i + (size_t)__builtin_ctzll(odd) / 8;
	}
	/* the end of a text, once more with bytes before it that were plain */
	if (n >= 8 && !not_plain(s + n - 8))
		return n;
	while (i < n && (unsigned char)s[i] - 0x20u < 0x5Fu)
		i++;
	return i;
}

size_t csm_text_plain(const char *s, size_t n)
{
	return skip_plain(s, 0, n);
}

int csm_text_check(const char *s, size_t n, struct csm_err *err)
{
	size_t i = 0, len;
	uint32_t cp;

	while ((i = skip_plain(s, i, n)) < n) {
		len = base_utf8_next(s + i, n - i, &cp);
		if (!len)
			return csm_fail(err, CSM_E_INVALID, "byte %zu (0x%02x) is not valid UTF-8",
					i + 1, (unsigned)(unsigned char)s[i]);
		if (is_control(cp))
			return csm_fail(err, CSM_E_INVALID,
					"byte %zu is the control character U+%04" PRIX32
					"; only tab and newline are stored",
					i + 1, cp);
		i += len;
	}
	return CSM_OK;
}

static bool shows_plain(uint32_t cp, bool oneline)
{
	return !is_control(cp) && !is_hidden(cp) && !(oneline && (cp == '\n' || cp == '\t'));
}

const char *csm_term_text(struct csm_arena *a, const char *s, bool oneline)
{
	struct csm_buf b = CSM_BUF(a);
	size_t n = strlen(s), i, len;
	uint32_t cp = 0;

	for (i = 0; i < n; i += len) {
		len = base_utf8_next(s + i, n - i, &cp);
		if (!len || !shows_plain(cp, oneline))
			break;
	}
	if (i == n)
		return s;
	csm_buf_addn(&b, s, i);
	for (; i < n; i += len) {
		len = base_utf8_next(s + i, n - i, &cp);
		if (len && shows_plain(cp, oneline))
			csm_buf_addn(&b, s + i, len);
		else if (len && (cp == '\n' || cp == '\t'))
			csm_buf_add(&b, cp == '\n' ? "\\n" : "\\t");
		else if (len > 1)
			csm_buf_addf(&b, "\\u{%04" PRIX32 "}", cp);
		else
			csm_buf_addf(&b, "\\x%02X", (unsigned)(unsigned char)s[i]);
		len = len ? len : 1;
	}
	return b.s;
}
