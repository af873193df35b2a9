/* SPDX-License-Identifier: MIT */
/*
 * yaml_text.c - how a text may stand in YAML so that every reader, of YAML 1.1 or 1.2, takes it as that
 * very text: plain, as a literal block, or between double quotes. Where there is doubt it is quoted.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "io_priv.h"

/*
 * Words that one reader or another turns into something else (YAML 1.1 types, 1.2 core schema, and what
 * tools add).
 */
static bool is_special_word(const char *s)
{
	static const char *const words[] = { "null", "true", "false", "yes", "no",  "on",
					     "off",  "y",    "n",     "nan", "inf", "infinity" };

	if (strlen(s) > strlen("infinity"))
		return false;
	for (size_t i = 0; i < CSM_COUNT(words); i++)
		if ((words[i][0] ^ s[0]) % 32 == 0 && strcasecmp(words[i], s) == 0)
			return true;
	return false;
}

/*
 * A text of digits and the characters that numbers, dates, times and sexagesimals are made of. All that
 * begins with a digit and holds nothing else is quoted, whether or not it is a number to the letter.
 */
static bool looks_numeric(const char *s)
{
	static const char numeric[] = "0123456789abcdefABCDEFxXoObB_.,:+-eETtZz \t";

	return *s >= '0' && *s <= '9' && s[strspn(s, numeric)] == '\0';
}

/*
 * Characters that are line breaks, marks or not characters at all to a YAML reader: only escaped
 * between quotes.
 */
static bool must_escape(unsigned long c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	       c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

static bool has_escapes(const char *s)
{
	for (;;) {
		unsigned long c;
		size_t n;

		while ((unsigned char)*s < 0x7f && ((unsigned char)*s >= 0x20 || *s == '\n' || *s == '\t'))
			s++;
		if (!*s)
			return false;
		n = io_decode(s, &c);
		if (must_escape(c) || (c == 0xfffd && n == 1))
			return true;
		s += n;
	}
}

bool io_yaml_plain(const char *s)
{
	unsigned char first = (unsigned char)s[0];
	const char *p;

	if (!isalnum(first) && first != '_' && first != '/' && first != '(' && first != '$' && first < 0x80)
		return false;
	for (p = s + strcspn(s, "\n\t: "); *p; p += 1 + strcspn(p + 1, "\n\t: ")) {
		if (*p == '\n' || *p == '\t')
			return false;
		if (*p == ':' && (p[1] == ' ' || p[1] == '\0'))
			return false;
		if (*p == ' ' && (p[1] == '#' || p[1] == '\0'))
			return false;
	}
	return !is_special_word(s) && !looks_numeric(s) && !has_escapes(s);
}

bool io_yaml_literal(const char *s)
{
	const char *nl = strrchr(s, '\n');

	/*
	 * Blank lines at the start, and blanks alone on the last line, depend on rules that readers
	 * differ in.
	 */
	if (!nl || s[0] == '\n' || s[strspn(s, " \t\n")] == '\0')
		return false;
	if (nl[1] && nl[1 + strspn(nl + 1, " \t")] == '\0')
		return false;
	return !has_escapes(s);
}

static size_t escape_code(unsigned long c, char *out)
{
	if (c < 0x100)
		return (size_t)snprintf(out, 12, "\\x%02lx", c & 0xff);
	return (size_t)snprintf(out, 12, "\\u%04lx", c & 0xffff);
}

void io_yaml_quote(struct io_out *o, const char *s)
{
	io_putc(o, '"');
	while (*s) {
		unsigned long c;
		size_t n = io_decode(s, &c), len;
		char text[12];

		if (c == '"' || c == '\\') {
			io_putc(o, '\\');
			io_putc(o, (char)c);
		} else if (c == '\n' || c == '\t') {
			io_putc(o, '\\');
			io_putc(o, c == '\n' ? 'n' : 't');
		} else if (c == 0xfffd && n == 1) {
			io_putn(o, "\xef\xbf\xbd", 3);
		} else if (must_escape(c)) {
			len = escape_code(c, text);
			io_putn(o, text, len);
		} else {
			io_putn(o, s, n);
		}
		s += n;
	}
	io_putc(o, '"');
}
