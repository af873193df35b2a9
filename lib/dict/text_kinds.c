/* SPDX-License-Identifier: MIT */
/* text_kinds.c - the shapes of the kinds that are text: what an e-mail address, a phone number, a zone
 * name looks like. */
#include <string.h>

#include <jansson.h>

#include <csm/utf8.h>

#include "dict/dict_priv.h"

#define EMAIL_MAX 254 /* RFC 5321, 4.5.3.1.3 */
#define ZONE_MAX 64

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int dict_check_length(const struct csm_field *f, const char *s, struct csm_err *err)
{
	size_t n = strlen(s), most = f->max_len ? f->max_len : CSM_MAX_TEXT;
	size_t points = n > most ? csm_utf8_len(s) : 0;

	if (points > most)
		return csm_fail(err, CSM_E_INVALID,
				"text of %zu characters is too long; at most %zu are kept", points,
				most);
	return CSM_OK;
}

/* Labels of letters, digits, '-' and anything beyond ASCII, joined by single dots. */
static bool is_domain(const char *s)
{
	char last = '.';

	for (; *s; s++) {
		bool edge = last == '.' || s[1] == '.' || !s[1];

		if (*s == '.' ? last == '.'
			      : !is_alnum(*s) && !((unsigned char)*s & 0x80) && (*s != '-' || edge))
			return false;
		last = *s;
	}
	return last != '.';
}

/*
 * One '@', a local part without blanks and the characters that quote or list addresses, a domain.
 * Deliberately less than RFC 5321 allows (no quoted local parts, no address literals): what those look
 * like in data is a mistake.
 */
int dict_check_email(const char *s, struct csm_err *err)
{
	const char *at = strchr(s, '@');

	if (strlen(s) > EMAIL_MAX)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is too long for an e-mail address",
				CSM_Q(s));
	if (!at || at == s || strcspn(s, " \t\n()<>[],;:\\\"") != strlen(s) || !is_domain(at + 1))
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no e-mail address; expected one such as name@example.com",
				CSM_Q(s));
	return CSM_OK;
}

/* Length of an extension word ("x", "ext", "extn", "ext.", "extension") at s, 0 if there is none. */
static size_t match_extension(const char *s)
{
	static const char *const words[] = { "extension", "extn", "ext", "x" };

	for (size_t i = 0; i < CSM_COUNT(words); i++) {
		size_t n = strlen(words[i]), j = 0;

		while (j < n && (s[j] | 0x20) == words[i][j])
			j++;
		if (j == n && !((s[n] | 0x20) >= 'a' && (s[n] | 0x20) <= 'z'))
			return n;
	}
	return 0;
}

/* Digits as people write them; letters only as the word for an extension. Kept as given. */
int dict_check_phone(const char *s, struct csm_err *err)
{
	int digits = 0;

	for (const char *p = s; *p; p++) {
		size_t ext;

		if (*p >= '0' && *p <= '9') {
			digits++;
		} else if (!strchr(" ()-./+#*,", *p)) {
			ext = match_extension(p);
			if (!ext)
				return csm_fail(err, CSM_E_INVALID,
						"'%.*s' is no phone number; expected digits, blanks, "
						"()-./+ and an extension "
						"such as x12",
						CSM_Q(s));
			p += ext - 1 + (p[ext] == ':');
		}
	}
	if (!digits)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is no phone number; it has no digit",
				CSM_Q(s));
	return CSM_OK;
}

/* Area/Location by the rules of the tz database's Theory file; ".." and absolute names never reach a
 * file. */
int dict_check_zone(const char *s, struct csm_err *err)
{
	size_t n = strlen(s);
	bool ok = n && n <= ZONE_MAX && s[0] != '/' && s[n - 1] != '/' && s[0] != '-';

	for (size_t i = 0; ok && i < n; i++)
		ok = is_alnum(s[i]) || s[i] == '_' || s[i] == '-' || s[i] == '+' ||
		     (s[i] == '/' && s[i + 1] != '/');
	if (!ok)
		return csm_fail(err, CSM_E_INVALID,
				"'%.*s' is no time zone; expected a name such as Europe/Paris or UTC",
				CSM_Q(s));
	return CSM_OK;
}

int dict_check_json(const char *s, struct csm_err *err)
{
	json_error_t at;
	json_t *tree = json_loads(s, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &at);

	if (!tree)
		return csm_fail(err, CSM_E_INVALID, "'%.*s' is no JSON: %s at line %d, column %d",
				CSM_Q(s), at.text, at.line, at.column);
	json_decref(tree);
	return CSM_OK;
}
