/* SPDX-License-Identifier: MIT */
/* word.c - comma lists in rows and in values, names and choices compared. */
#include <string.h>

#include "dict/dict_priv.h"

static char fold_ascii(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool dict_same_folded(const char *a, const char *b)
{
	while (*a && fold_ascii(*a) == fold_ascii(*b))
		a++, b++;
	return fold_ascii(*a) == fold_ascii(*b);
}

bool dict_same_name(const char *a, const char *b)
{
	for (; *a; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return !*b;
}

bool csm_word(const char *list, unsigned i, char *buf, size_t size)
{
	size_t n;

	if (!list || !*list)
		return false;
	for (; i; i--) {
		list = strchr(list, ',');
		if (!list)
			return false;
		list++;
	}
	n = strcspn(list, ",");
	if (n >= size)
		n = size - 1;
	memcpy(buf, list, n);
	buf[n] = '\0';
	return true;
}

bool csm_word_in(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (list && *list) {
		size_t len = strcspn(list, ",");

		if (len == n && !memcmp(list, word, n))
			return true;
		list += len + (list[len] == ',');
	}
	return false;
}

bool csm_list_word(const char *list, unsigned i, char *buf, size_t size)
{
	/* The comma at the end is no separator: nothing comes after it. */
	if (!list || *list != ',' || !list[1])
		return false;
	for (list++; i; i--) {
		list = strchr(list, ',');
		if (!list || !list[1])
			return false;
		list++;
	}
	return csm_word(list, 0, buf, size);
}

bool csm_list_has(const char *list, const char *word)
{
	return list && *list == ',' && *word && csm_word_in(list + 1, word);
}

const struct csm_choice *csm_choice_find(const struct csm_choice *choices, const char *text)
{
	for (const struct csm_choice *c = choices; c && c->value; c++)
		if (!strcmp(c->value, text))
			return c;
	for (const struct csm_choice *c = choices; c && c->value; c++)
		if (c->label && dict_same_folded(c->label, text))
			return c;
	return NULL;
}
