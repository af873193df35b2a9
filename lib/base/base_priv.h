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
