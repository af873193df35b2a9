/* SPDX-License-Identifier: MIT */
/*
 * number.c - exact decimal numbers as scaled integers. No floating point anywhere: 0.1 is 0.1. The sum
 * runs below zero, where int64 reaches one further.
 */
#include <inttypes.h>
#include <string.h>

#include "dict/dict_priv.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool push_digit(int64_t *sum, int digit)
{
	if (*sum < INT64_MIN / 10 || *sum * 10 < INT64_MIN + digit)
		return false;
	*sum = *sum * 10 - digit;
	return true;
}

enum dict_number dict_read_scaled(const char *text, unsigned scale, int64_t *out, const char **end)
{
	const char *p = text;
	bool neg = *p == '-', fine = false;
	unsigned places = 0;
	int64_t sum = 0;

	p += neg;
	*end = text;
	if (!is_digit(*p))
		return DICT_NUMBER_BAD;
	for (; is_digit(*p); p++)
		if (!push_digit(&sum, *p - '0'))
			return DICT_NUMBER_BIG;
	if (*p == '.') {
		p++;
		if (!is_digit(*p))
			return DICT_NUMBER_BAD;
		for (; is_digit(*p); p++) {
			if (places == scale)
				fine |= *p != '0'; /* zeros beyond the scale lose nothing */
			else if (!push_digit(&sum, *p - '0'))
				return DICT_NUMBER_BIG;
			else
				places++;
		}
	}
	for (; places < scale; places++)
		if (!push_digit(&sum, 0))
			return DICT_NUMBER_BIG;
	*end = p;
	if (fine)
		return DICT_NUMBER_FINE;
	if (!neg && sum == INT64_MIN)
		return DICT_NUMBER_BIG;
	*out = neg ? sum : -sum;
	return DICT_NUMBER_OK;
}

const char *dict_write_scaled(struct csm_arena *a, int64_t v, unsigned scale, bool trim)
{
	uint64_t u = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v, one = 1;
	char *s;
	size_t n;

	for (unsigned i = 0; i < scale; i++)
		one *= 10;
	if (!scale)
		return csm_sprintf(a, "%" PRId64, v);
	s = csm_sprintf(a, "%s%" PRIu64 ".%0*" PRIu64, v < 0 ? "-" : "", u / one, (int)scale, u % one);
	n = strlen(s);
	while (trim && s[n - 1] == '0')
		s[--n] = '\0';
	if (s[n - 1] == '.')
		s[n - 1] = '\0';
	return s;
}
