/* SPDX-License-Identifier: MIT */
/* format.c - which format: by name, by file name, by the first bytes. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <csm/io.h>

static const struct {
	const char *name;
	enum csm_format fmt;
} names[] = {
	/* The first row of a format is its name, the others are read too. */
	{ "json", CSM_FMT_JSON },
	{ "ndjson", CSM_FMT_NDJSON },
	{ "jsonl", CSM_FMT_NDJSON },
	{ "yaml", CSM_FMT_YAML },
	{ "yml", CSM_FMT_YAML },
	{ "csv", CSM_FMT_CSV },
	{ "tsv", CSM_FMT_TSV },
	{ "table", CSM_FMT_TABLE },
	{ "mail", CSM_FMT_MAIL },
	{ "openmetrics", CSM_FMT_OPENMETRICS },
};

enum csm_format csm_format_named(const char *name)
{
	for (size_t i = 0; i < CSM_COUNT(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].fmt;
	return CSM_FMT_NONE;
}

const char *csm_format_name(enum csm_format f)
{
	for (size_t i = 0; i < CSM_COUNT(names); i++)
		if (names[i].fmt == f)
			return names[i].name;
	return "none";
}

/* The bytes of a file name before the ending of a compressed file. */
static size_t uncompressed(const char *name)
{
	static const char *const endings[] = { ".gz", ".zst", ".zstd" };
	size_t n = strlen(name);

	for (size_t i = 0; i < CSM_COUNT(endings); i++) {
		size_t len = strlen(endings[i]);

		if (n > len && strcasecmp(name + n - len, endings[i]) == 0)
			return n - len;
	}
	return n;
}

enum csm_format csm_format_of_file(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t n = uncompressed(base), dot = n;

	while (dot > 0 && base[dot - 1] != '.')
		dot--;
	if (dot < 2)
		return CSM_FMT_NONE;
	for (size_t i = 0; i < CSM_COUNT(names); i++)
		if (names[i].fmt < CSM_FMT_TABLE && strlen(names[i].name) == n - dot &&
		    strncasecmp(names[i].name, base + dot, n - dot) == 0)
			return names[i].fmt;
	return CSM_FMT_NONE;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The offset behind the object that starts at p[0], or 0 when it does not end within n bytes. */
static size_t skip_object(const char *p, size_t n)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

/*
 * A document of csm begins with a key, a list or a mark of YAML; any other line can only be the header of a table. Tabs are those of
 * csm's own lists, unless quotes or `sep=` tell of a spreadsheet.
 */
static enum csm_format sniff_line(const char *p, size_t n)
{
	bool tab = false;

	if (strchr("#%&!?-*|>@`", *p))
		return CSM_FMT_YAML;
	for (size_t i = 0; i < n && p[i] != '\n' && p[i] != '\r'; i++) {
		if (!p[i] || (p[i] == ':' && (i + 1 == n || is_blank(p[i + 1]))))
			return CSM_FMT_YAML;
		tab = tab || p[i] == '\t';
	}
	return tab && *p != '"' && (n < 4 || strncasecmp(p, "sep=", 4) != 0) ? CSM_FMT_TSV : CSM_FMT_CSV;
}

/* The first line without its end, and what the next one that holds something begins with; NULL: there is none. */
static const char *next_line(const char *p, size_t n, size_t *first)
{
	const char *end = memchr(p, '\n', n), *next = end, *limit = p + n;

	while (end && end > p && is_blank(end[-1]))
		end--;
	while (next && next < limit && is_blank(*next))
		next++;
	*first = end ? (size_t)(end - p) : 0;
	return next == limit ? NULL : next;
}

/* Whether what begins with an object can be no JSON, but is a record a line, of which the first may be wrong. */
static bool is_lines(const char *p, size_t n)
{
	size_t first, object;
	const char *next = next_line(p, n, &first);

	if (!next || !first)
		return false;
	object = skip_object(p, first);
	if (object)
		return *next == '{' || (object == first && !strchr("]},", *next));
	return *next == '{' && !strchr("[{,:", p[first - 1]);	/* a value of JSON goes on in the next line behind these only */
}

/* What begins with something else: a line that has strayed in before records of a line each is no header of theirs. */
static enum csm_format sniff_other(const char *p, size_t n)
{
	enum csm_format f = sniff_line(p, n);
	size_t first, left;
	const char *next = f == CSM_FMT_YAML ? NULL : next_line(p, n, &first), *end;

	left = next ? n - (size_t)(next - p) : 0;
	end = next ? memchr(next, '\n', left) : NULL;
	if (end)
		left = (size_t)(end - next);
	return left > 2 && next[0] == '{' && next[1] == '"' && skip_object(next, left) ? CSM_FMT_NDJSON : f;
}

enum csm_format csm_format_sniff(const char *p, size_t n)
{
	size_t i = 0, end;
	bool newline = false;

	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < n && is_blank(p[i]))
		i++;
	if (i == n)
		return CSM_FMT_YAML;
	if (p[i] == '[')
		return CSM_FMT_JSON;
	if (p[i] != '{')
		return sniff_other(p + i, n - i);
	if (is_lines(p + i, n - i))
		return CSM_FMT_NDJSON;
	end = skip_object(p + i, n - i);
	if (end == 0)
		return CSM_FMT_JSON;
	for (i += end; i < n && is_blank(p[i]); i++)
		newline = newline || p[i] == '\n';
	return newline && i < n && p[i] == '{' ? CSM_FMT_NDJSON : CSM_FMT_JSON;
}
