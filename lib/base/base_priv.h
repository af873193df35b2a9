/* SPDX-License-Identifier: MIT */
/*
 * base_priv.h - what the files of lib/base share: the memory gate, one decoder of UTF-8, readers of
 * digits.
 */
#ifndef CSM_BASE_PRIV_H
#define CSM_BASE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The one gate of the library to the system's memory; NULL when there is none. Not zeroed. */
void *base_mem_alloc(size_t n);
void base_mem_free(void *p);

/*
 * Length (1..4) of the code point at s, at most n bytes away from the end; 0 when the bytes are not
 * valid UTF-8.
 */
size_t base_utf8_next(const char *s, size_t n, uint32_t *cp);

/*
 * Read min..max ASCII digits at *p, move *p behind them. False (and *p unmoved) when there are
 * fewer. max <= 18.
 */
bool base_digits(const char **p, int min, int max, int64_t *out);

/* The two ASCII digits at s as a number, or -1. A load reads millions of moments: none may cost a call for each of its parts. */
static inline int base_two(const char *s)
{
	int tens = s[0] - '0', ones;

	if (tens < 0 || tens > 9)
		return -1;
	ones = s[1] - '0';
	return ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

#define BASE_DAY_SIZE 10	/* bytes of YYYY-MM-DD */
/*
 * The day number of the date at s, YYYY-MM-DD, whatever follows it. CSM_OK, CSM_E_INVALID when no such text stands there,
 * CSM_NO when it names no day.
 */
int base_day(const char *s, int64_t *days);

/* An offset from UTC at *p: Z, +hh, +hhmm, +hh:mm, +hh:mm:ss. Seconds east. False when there is none. */
bool base_offset(const char **p, int32_t *out);

/* True for a blank or a tab. */
static inline bool base_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ASCII lower case, whatever the locale. */
static inline char base_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

#endif
