/* SPDX-License-Identifier: MIT */
/* json_text.c - strings and numbers of JSON: unescaping, quoting. */
#include <stdint.h>
#include <string.h>

#include <csm/utf8.h>

#include "io_priv.h"

/* Four hexadecimal digits, or -1. */
static long read_hex(const char *p, const char *end)
{
	long v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= c - '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v |= (c | 32) - 'a' + 10;
		else
			return -1;
	}
	return v;
}

/* \uXXXX at *from (behind the u), with the second half of a surrogate pair. */
static const char *unescape_unicode(const char **from, const char *end, char **to)
{
	long c = read_hex(*from, end), low;

	if (c < 0)
		return "'\\u' needs four hexadecimal digits";
	*from += 4;
	if (c >= 0xdc00 && c <= 0xdfff)
		return "second half of a surrogate pair without the first";
	if (c >= 0xd800 && c <= 0xdbff) {
		low = end - *from >= 6 && (*from)[0] == '\\' && (*from)[1] == 'u' ? read_hex(*from + 2, end)
										  : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return "first half of a surrogate pair without the second";
		*from += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	*to = io_put_utf8(*to, (unsigned long)c);
	return NULL;
}

size_t io_json_unescape(char *s, size_t n, bool *check, const char **problem)
{
	static const char names[] = "\"\\/bfnrt", chars[] = "\"\\/\b\f\n\r\t";
	const char *from = memchr(s, '\\', n), *end = s + n;
	char *to = s + (from - s);

	while (from < end) {
		const char *name, *next;

		if (*from != '\\') {
			next = memchr(from, '\\', (size_t)(end - from));
			if (!next)
				next = end;
			memmove(to, from, (size_t)(next - from));
			to += next - from;
			from = next;
			continue;
		}
		from++;
		if (from < end && *from == 'u') {
			from++;
			*check = true;
			*problem = unescape_unicode(&from, end, &to);
			if (*problem)
				return 0;
			continue;
		}
		name = from < end && *from ? strchr(names, *from) : NULL;
		if (!name) {
			*problem = "unknown escape in a string (expected \\\" \\\\ \\/ \\b \\f \\n \\r \\t "
				   "or \\uXXXX)";
			return 0;
		}
		*to = chars[name - names];
		*check = *check || *to == '\b' || *to == '\f' || *to == '\r';
		to++;
		from++;
	}
	return *check ? io_crlf(s, (size_t)(to - s)) : (size_t)(to - s);
}

static const char *skip_digits(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

bool io_is_number(const char *s)
{
	const char *p = *s == '-' ? s + 1 : s, *q = skip_digits(p);

	if (q == p || (*p == '0' && q > p + 1))
		return false;
	if (*q == '.') {
		p = q + 1;
		q = skip_digits(p);
		if (q == p)
			return false;
	}
	if (*q == 'e' || *q == 'E') {
		p = q + 1 + (q[1] == '+' || q[1] == '-');
		q = skip_digits(p);
		if (q == p)
			return false;
	}
	return *q == '\0';
}

bool io_is_bool(const char *s)
{
	return strcmp(s, "true") == 0 || strcmp(s, "false") == 0;
}

/*
 * The bytes that can't stand raw between quotes: control characters, '"', '\\', DEL, and everything
 * that is not ASCII is looked at.
 */
static size_t span_plain(const char *s)
{
	static const unsigned char plain[256] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0,
	};
	const unsigned char *p = (const unsigned char *)s;

	while (plain[*p])
		p++;
	return (size_t)(p - (const unsigned char *)s);
}

/* The escaped form of the character at *s in out (at least 8 bytes); *s moves behind it. */
static size_t escape_char(const char **s, char *out)
{
	static const char names[] = "btnvfr";
	unsigned long code;
	size_t n = io_decode(*s, &code);
	const char *from = *s;

	*s += n;
	if (code == '"' || code == '\\') {
		out[0] = '\\';
		out[1] = (char)code;
		return 2;
	}
	if (code >= 8 && code <= 13 && code != 11) {
		out[0] = '\\';
		out[1] = names[code - 8];
		return 2;
	}
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return (size_t)snprintf(out, 8, "\\u%04lx", code);
	if (code == 0xfffd && n == 1) {
		memcpy(out, "\xef\xbf\xbd", 3);
		return 3;
	}
	memcpy(out, from, n);
	return n;
}

void io_json_string(struct io_out *o, const char *s)
{
	io_putc(o, '"');
	for (;;) {
		size_t n = span_plain(s);
		char text[8];

		io_putn(o, s, n);
		s += n;
		if (!*s)
			break;
		n = escape_char(&s, text);
		io_putn(o, text, n);
	}
	io_putc(o, '"');
}

void csm_json_quote(struct csm_buf *b, const char *s)
{
	size_t plain = span_plain(s);

	if (!s[plain]) {
		char *p = csm_buf_room(b, plain + 2);

		p[0] = p[plain + 1] = '"';
		memcpy(p + 1, s, plain);
		p[plain + 2] = '\0';
		b->n += plain + 2;
		return;
	}
	csm_buf_addc(b, '"');
	for (;;) {
		size_t n = span_plain(s);
		char text[8];

		csm_buf_addn(b, s, n);
		s += n;
		if (!*s)
			break;
		n = escape_char(&s, text);
		csm_buf_addn(b, text, n);
	}
	csm_buf_addc(b, '"');
}
