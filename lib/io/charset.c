/* SPDX-License-Identifier: MIT */
/*
 * charset.c - UTF-16, Latin-1 and windows-1252 to UTF-8. Of one's own, since iconv(3) needs modules
 * beside the C library that small systems lack, knows no places, and stops where a reader could go
 * on.
 */
#include <string.h>

#include "decode.h"

struct charset {
	struct csm_source src;
	enum csm_encoding encoding;
	bool ended, cut; /* cut: at the end half of a unit was left */
	unsigned char in[IO_LAYER];
	size_t n; /* bytes of in that are not converted yet: at most 3 between calls */
	char out[IO_LAYER * 2];
	size_t at, end;
};

/* 0x80-0x9f; 0 where windows-1252 has nothing. */
static const unsigned short high[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static size_t convert_bytes(struct charset *c, char **to)
{
	for (size_t i = 0; i < c->n; i++) {
		unsigned long b = c->in[i];

		if (c->encoding == CSM_ENC_WINDOWS1252 && b >= 0x80 && b < 0xa0 && high[b - 0x80])
			b = high[b - 0x80];
		*to = io_put_utf8(*to, b);
	}
	return c->n;
}

static unsigned long unit_at(const struct charset *c, size_t i)
{
	bool little = c->encoding == CSM_ENC_UTF16LE;

	return (unsigned long)c->in[little ? i + 1 : i] << 8 | c->in[little ? i : i + 1];
}

static size_t convert_units(struct charset *c, char **to)
{
	size_t i = 0;

	while (i + 2 <= c->n) {
		unsigned long u = unit_at(c, i), low;

		i += 2;
		if (u >= 0xd800 && u < 0xdc00) {
			if (i + 2 > c->n && !c->ended)
				return i - 2; /* the other half comes with the next bytes */
			low = i + 2 <= c->n ? unit_at(c, i) : 0;
			if (low >= 0xdc00 && low < 0xe000) {
				u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		*to = io_put_utf8(*to, u);
	}
	return i;
}

/* Read and convert; false when the source failed. */
static bool fill(struct charset *c)
{
	char *to = c->out;
	size_t done;
	long got = c->src.read(c->src.arg, c->in + c->n, sizeof(c->in) - c->n);

	if (got < 0)
		return false;
	c->ended = got == 0;
	c->n += (size_t)got;
	if (c->encoding == CSM_ENC_UTF16LE || c->encoding == CSM_ENC_UTF16BE)
		done = convert_units(c, &to);
	else
		done = convert_bytes(c, &to);
	c->at = 0;
	c->end = (size_t)(to - c->out);
	c->n -= done;
	memmove(c->in, c->in + done, c->n);
	c->cut = c->ended && c->n > 0;
	return true;
}

static long read_charset(void *arg, void *p, size_t n)
{
	struct charset *c = arg;

	while (c->at == c->end) {
		if (c->cut)
			return -1;
		if (c->ended)
			return 0;
		if (!fill(c))
			return -1;
	}
	if (n > c->end - c->at)
		n = c->end - c->at;
	memcpy(p, c->out + c->at, n);
	c->at += n;
	return (long)n;
}

static int explain_charset(void *arg, struct csm_err *err)
{
	const struct charset *c = arg;

	if (!c->cut)
		return io_source_fail(&c->src, err);
	return csm_fail(err, CSM_E_INVALID,
			"the input ends in the middle of a character of UTF-16");
}

struct csm_source io_charset_source(struct csm_arena *a, struct csm_source src, enum csm_encoding e)
{
	struct charset *c = csm_alloc(a, sizeof(*c));

	c->src = src;
	c->encoding = e;
	return (struct csm_source){ read_charset, c, src.name, explain_charset };
}
