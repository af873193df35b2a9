/* SPDX-License-Identifier: MIT */
/*
 * t_io_write.c - the document writers: their look, and that every text comes back as it was, through
 * every format.
 */
#include <errno.h>

#include <jansson.h>

#include <csm/utf8.h>

#include "t_io_util.h"

static struct csm_arena *a;

static void write_sample(struct csm_writer *w)
{
	csm_writer_map(w);
	csm_writer_put(w, "csm", CSM_W_NUMBER, "1");
	csm_writer_key(w, "account");
	csm_writer_seq(w);
	csm_writer_map(w);
	csm_writer_put(w, "name", CSM_W_TEXT, "Boxeo GmbH");
	csm_writer_put(w, "customer", CSM_W_BOOL, "true");
	csm_writer_put(w, "parent", CSM_W_NULL, NULL);
	csm_writer_put(w, "country", CSM_W_TEXT, "no");
	csm_writer_put(w, "note", CSM_W_TEXT, "first\n  second: #\n");
	csm_writer_key(w, "contact");
	csm_writer_seq(w);
	csm_writer_map(w);
	csm_writer_put(w, "email", CSM_W_TEXT, "geneva@boxeo.example");
	csm_writer_put(w, "vip", CSM_W_BOOL, "maybe");
	csm_writer_map_end(w);
	csm_writer_seq(w);
	csm_writer_value(w, CSM_W_NUMBER, "2.50");
	csm_writer_value(w, CSM_W_NUMBER, "nan");
	csm_writer_seq_end(w);
	csm_writer_seq_end(w);
	csm_writer_key(w, "none");
	csm_writer_map(w);
	csm_writer_map_end(w);
	csm_writer_map_end(w);
	csm_writer_seq(w);
	csm_writer_seq_end(w);
	csm_writer_seq_end(w);
	csm_writer_map_end(w);
}

static char *written(enum csm_format f, int times)
{
	struct csm_buf *b = csm_alloc(a, sizeof(*b));
	struct csm_err err = { 0 };
	struct csm_writer *w;

	*b = (struct csm_buf)CSM_BUF(a);
	T_EQ_INT(csm_writer_open(&w, a, f, csm_sink_buf(b), &err), CSM_OK);
	for (int i = 0; i < times; i++)
		write_sample(w);
	T_EQ_INT(csm_writer_close(w, &err), CSM_OK);
	return b->s;
}

static void test_look(void)
{
	static const char yaml[] = "csm: 1\naccount:\n  - name: Boxeo GmbH\n    customer: true\n    "
				   "parent: null\n    country: \"no\"\n"
				   "    note: |\n      first\n        second: #\n    contact:\n      - "
				   "email: geneva@boxeo.example\n        vip: maybe\n"
				   "      - - 2.50\n        - \"nan\"\n    none: {}\n  - []\n";
	static const char line[] =
		"{\"csm\":1,\"account\":[{\"name\":\"Boxeo "
		"GmbH\",\"customer\":true,\"parent\":null,\"country\":\"no\","
		"\"note\":\"first\\n  second: "
		"#\\n\",\"contact\":[{\"email\":\"geneva@boxeo.example\",\"vip\":\"maybe\"},"
		"[2.50,\"nan\"]],\"none\":{}},[]]}\n";

	T_EQ_STR(written(CSM_FMT_YAML, 1), yaml);
	T_EQ_STR(written(CSM_FMT_YAML, 2), csm_sprintf(a, "%s---\n%s", yaml, yaml));
	T_EQ_STR(written(CSM_FMT_NDJSON, 2), csm_sprintf(a, "%s%s", line, line));
	T_EQ_STR(written(CSM_FMT_JSON, 1),
		 "{\n  \"csm\": 1,\n  \"account\": [\n    {\n      \"name\": \"Boxeo GmbH\",\n      "
		 "\"customer\": true,\n      \"parent\": null,\n"
		 "      \"country\": \"no\",\n      \"note\": \"first\\n  second: #\\n\",\n      "
		 "\"contact\": [\n        {\n"
		 "          \"email\": \"geneva@boxeo.example\",\n          \"vip\": \"maybe\"\n        "
		 "},\n        [\n          2.50,\n"
		 "          \"nan\"\n        ]\n      ],\n      \"none\": {}\n    },\n    []\n  ]\n}\n");
}

/* ---- every text comes back ---- */

/* The text written as a value, as a key and in a sequence of a sequence. */
static struct csm_buf write_text(enum csm_format f, const char *s)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };
	struct csm_writer *w;

	T_EQ_INT(csm_writer_open(&w, a, f, csm_sink_buf(&b), &err), CSM_OK);
	csm_writer_map(w);
	csm_writer_put(w, "value", CSM_W_TEXT, s);
	csm_writer_key(w, s);
	csm_writer_map(w);
	csm_writer_put(w, s, CSM_W_TEXT, s);
	csm_writer_map_end(w);
	csm_writer_key(w, "list");
	csm_writer_seq(w);
	csm_writer_seq(w);
	csm_writer_value(w, CSM_W_TEXT, s);
	csm_writer_value(w, CSM_W_TEXT, s);
	csm_writer_seq_end(w);
	csm_writer_map(w);
	csm_writer_put(w, "last", CSM_W_TEXT, s);
	csm_writer_map_end(w);
	csm_writer_seq_end(w);
	csm_writer_map_end(w);
	T_EQ_INT(csm_writer_close(w, &err), CSM_OK);
	return b;
}

static bool is_text(const struct csm_node *node, const char *s)
{
	return node && node->type == CSM_N_SCALAR && strcmp(node->text, s) == 0 &&
	       (node->scalar == CSM_SC_QUOTED || node->scalar == CSM_SC_PLAIN);
}

static bool comes_back(enum csm_format f, const char *s)
{
	struct csm_buf b = write_text(f, s);
	const struct csm_node *list;
	struct csm_node *node = NULL;
	struct csm_err err = { 0 };
	struct csm_reader *r;
	struct csm_event ev;
	bool same;
	int rc = csm_reader_open(&r, a, f, csm_source_memory(a, b.s, b.n, "x"), NULL, &err);

	if (!rc)
		rc = csm_reader_next(r, &ev, &err);
	if (!rc)
		rc = csm_reader_node(r, &ev, a, &node, &err);
	csm_reader_close(r);
	list = csm_node_get(node, "list");
	same = !rc && is_text(csm_node_get(node, "value"), s) &&
	       is_text(csm_node_get(csm_node_get(node, s), s), s) && list &&
	       is_text(list->first->first, s) && is_text(list->first->first->next, s) &&
	       is_text(csm_node_get(list->first->next, "last"), s);
	if (!same)
		printf("%s: %s%s<<<%s>>>\n%s", csm_format_name(f), err.msg, rc ? " " : "", s, b.s);
	return same;
}

static void check_text(const char *s)
{
	struct csm_mark mark = csm_arena_mark(a);

	T_OK(comes_back(CSM_FMT_JSON, s));
	T_OK(comes_back(CSM_FMT_NDJSON, s));
	T_OK(comes_back(CSM_FMT_YAML, s));
	csm_arena_rewind(a, mark);
}

/* What one reader or another takes for something else, so that it must not stand plain. */
static const char *const special[] = {
	"", " ", "null", "Null", "NULL", "~", "true", "True", "TRUE", "false", "yes", "Yes", "YES",
	"no", "No", "NO", "on", "On", "off", "OFF", "y", "Y", "n", "N", "1", "0", "-1", "+1", "1.5",
	".5", "-.5", "1e3", "1.e+3", "0x1F", "0o17", "017", "0b101", "1_000", ".inf", "-.inf", "+.INF",
	".nan", ".NaN", "1:30", "190:20:30", "12:30:45.5", "2024-03-29", "2001-12-14t21:59:43.10-05:00",
	"2001-12-14 21:59:43.10 -5", "<<", "=", "-", "- a", "?", "? a", ":", ": a", "a: b", "a:",
	"a #b", "#b", "a ", " a", "&a", "*a", "!a", "!!str a", "|", ">", "|-", "'a'", "\"a\"", "%a",
	"@a", "`a", "[a]", "{a}", "]", "}", ",", ",a", "---", "--- a", "...", "a\tb", "\ta", "a\t",
	"\xef\xbb\xbf" "a", "a\xe2\x80\xa8" "b", "\xc2\xa0", "\xef\xbf\xbe", "\\", "a\\nb",
	"\xe2\x80\xa9", "inf", "NaN", "Infinity",
};

static const char *const lines[] = {
	"a\nb", "a\nb\n", "a\nb\n\n", "a\n\nb\n\n\n", "\na", "\n", "\n\n", " a\nb", "\ta\nb", "a\n b",
	"a\n\tb", "a \nb ", "a\n ", "a\n  \nb", "  \na\n", "a\n\n  \n", "a\n---\nb\n...\n", "# a\n# b",
	"a: b\n- c\n", "a\n\xe2\x80\xa8\nb", "a\n\xef\xbb\xbf", "- |\n  x\n", "a\n\t\n", "a\n\n \nb\n",
};

static void test_special(void)
{
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		struct csm_buf b = CSM_BUF(a);
		struct csm_writer *w;

		check_text(special[i]);
		csm_writer_open(&w, a, CSM_FMT_YAML, csm_sink_buf(&b), NULL);
		csm_writer_value(w, CSM_W_TEXT, special[i]);
		csm_writer_close(w, NULL);
		if (b.s[0] != '"' && strcmp(special[i], "a\\nb") != 0)
			printf("not quoted: %s\n", b.s);
		T_OK(b.s[0] == '"' || strcmp(special[i], "a\\nb") == 0 ||
		     strcmp(special[i], "\xc2\xa0") == 0);
	}
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check_text(lines[i]);
	T_EQ_STR(write_text(CSM_FMT_YAML, "it's (a) $1, [x]: {y}!").s + strlen("value: "),
		 "\"it's (a) $1, [x]: {y}!\"\n\"it's (a) $1, [x]: {y}!\":\n  \"it's (a) $1, [x]: {y}!\": "
		 "\"it's (a) $1, [x]: {y}!\"\n"
		 "list:\n  - - \"it's (a) $1, [x]: {y}!\"\n    - \"it's (a) $1, [x]: {y}!\"\n  - last: "
		 "\"it's (a) $1, [x]: {y}!\"\n");
	T_EQ_STR(csm_strndup(a, write_text(CSM_FMT_YAML, "3 beds, it's").s, 20), "value: 3 beds, it's\n");
}

/* Long keys, deep nesting. */
static void test_long(void)
{
	struct csm_buf b = CSM_BUF(a);

	for (int i = 0; i < 3000; i++)
		csm_buf_add(&b, i % 7 ? "x\xc3\xa9" : "\" ");
	check_text(b.s);
	b.s[1] = ':';
	check_text(b.s);
	csm_buf_add(&b, "\nend");
	check_text(b.s);
	/* Longer than the buffer of the writer. */
	while (b.n < 300000)
		csm_buf_addn(&b, csm_strdup(a, b.s), b.n);
	check_text(b.s);
}

/* A small generator of its own, so that a failure repeats. */
static unsigned next_random(unsigned long long *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(*state >> 33);
}

static void test_random(void)
{
	static const char *const parts[] = {
		" ", " ", "\n", "\t", ":", "#", "-", "?", "\"", "'", "\\", "&", "*", "!", "|", ">", "%",
		"@", "`", "[", "]", "{", "}", ",", "=", "<<", "---", "...", "a", "b", "no", "null",
		"true", "1", "0", ".", "e", "x", "\xc3\xa9", "\xe2\x80\xa8", "\xe2\x80\xa9",
		"\xef\xbb\xbf", "\xef\xbf\xbf", "\xf0\x9f\x98\x80", "\xc2\xa0", "\xe3\x80\x80", ": ",
		" #", "\n\n", "\n ", "\n- ", "2024-01-01", "_", "+", "~", "/", "(", "$",
	};
	unsigned long long state = 20240329;

	for (int i = 0; i < 6000; i++) {
		char text[200] = "";
		unsigned n = 1 + next_random(&state) % 12;
		size_t at = 0;

		for (unsigned k = 0; k < n; k++) {
			const char *part = parts[next_random(&state) % (sizeof(parts) / sizeof(parts[0]))];

			memcpy(text + at, part, strlen(part) + 1);
			at += strlen(part);
		}
		check_text(text);
	}
}

static void test_naughty(const char *data)
{
	size_t n = 0, i;
	char *text = slurp(a, csm_sprintf(a, "%s/suites/strings/blns.json", data), &n);
	json_t *list = text ? json_loadb(text, n, JSON_ALLOW_NUL, NULL) : NULL, *item;
	int clean = 0, other = 0;

	T_OK(json_array_size(list) > 400);
	json_array_foreach(list, i, item) {
		const char *s = json_string_value(item);
		struct csm_buf b = CSM_BUF(a);
		json_t *back;

		if (csm_text_check(s, strlen(s), NULL) == CSM_OK) {
			check_text(s);
			clean++;
		} else {
			other++;
		}
		csm_json_quote(&b, s);
		back = json_loadb(b.s, b.n, JSON_DECODE_ANY, NULL);
		T_EQ_STR(json_string_value(back), s);
		json_decref(back);
	}
	printf("naughty strings: %d came back through each format, %d hold control characters\n", clean,
	       other);
	json_decref(list);
}

/* Bytes that are no text at all still give valid JSON. */
static void test_invalid(void)
{
	static const char *const bad[] = {
		"\xff", "a\xc3", "\xed\xa0\x80x", "\xc0\x80", "\xf4\x90\x80\x80", "\x80\xbf",
		"\x7f\xc2\x9b", "\001\037\r\b\f",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct csm_buf b = CSM_BUF(a), y;
		json_t *back;

		csm_json_quote(&b, bad[i]);
		back = json_loadb(b.s, b.n, JSON_DECODE_ANY, NULL);
		T_OK(back != NULL);
		json_decref(back);
		y = write_text(CSM_FMT_YAML, bad[i]);
		T_OK(csm_utf8_valid(y.s, y.n) && !strpbrk(y.s, "\001\033\b\r\x7f"));
	}
	{
		struct csm_buf b = CSM_BUF(a);

		csm_json_quote(&b, "a\xff" "b\x7f\xc2\x9b\"\\\n\001");
		T_EQ_STR(b.s, "\"a\xef\xbf\xbd" "b\\u007f\\u009b\\\"\\\\\\n\\u0001\"");
	}
}

/* ---- errors ---- */

struct limited {
	size_t left;
	int error;
};

static int write_limited(void *arg, const void *p, size_t n)
{
	struct limited *l = arg;

	(void)p;
	if (n > l->left) {
		errno = l->error;
		return -1;
	}
	l->left -= n;
	return 0;
}

static void test_sinks(void)
{
	struct limited full = { 200000, ENOSPC }, closed = { 0, EPIPE };
	struct csm_err err = { 0 };
	struct csm_writer *w;
	int rc = CSM_OK, calls = 0;

	T_EQ_INT(csm_writer_open(&w, a, CSM_FMT_NDJSON, (struct csm_sink){ write_limited, &full }, &err),
		 CSM_OK);
	while (!rc && calls++ < 1000000)
		rc = csm_writer_value(w, CSM_W_TEXT, "some text that fills a disk");
	T_EQ_INT(rc, CSM_E_IO);
	T_OK(calls < 10000);
	T_EQ_INT(csm_writer_map(w), CSM_E_IO);
	T_EQ_INT(csm_writer_close(w, &err), CSM_E_IO);
	T_EQ_STR(err.msg, "cannot write the output: No space left on device");
	T_EQ_INT(csm_writer_open(&w, a, CSM_FMT_JSON, (struct csm_sink){ write_limited, &closed }, &err),
		 CSM_OK);
	T_EQ_INT(csm_writer_value(w, CSM_W_TEXT, "x"), CSM_OK);
	errno = 0;
	T_EQ_INT(csm_writer_close(w, &err), CSM_E_IO);
	T_EQ_INT(errno, EPIPE);
	T_EQ_STR(err.msg, "cannot write the output: Broken pipe");
	T_EQ_INT(csm_writer_open(&w, a, CSM_FMT_CSV, csm_sink_fd(&rc), &err), CSM_E_USAGE);
	T_EQ_INT(csm_writer_close(NULL, &err), CSM_OK);
}

/* Calls in the wrong order are bugs of the caller, and are said to be. */
static void test_misuse(void)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };
	struct csm_writer *w;

	csm_writer_open(&w, a, CSM_FMT_JSON, csm_sink_buf(&b), &err);
	csm_writer_map(w);
	T_EQ_INT(csm_writer_value(w, CSM_W_TEXT, "x"), CSM_E_INTERNAL);
	T_EQ_INT(csm_writer_key(w, "x"), CSM_E_INTERNAL);
	T_EQ_INT(csm_writer_close(w, &err), CSM_E_INTERNAL);
	T_EQ_STR(err.msg, "document writer: a value in a map needs a key before it");
	csm_writer_open(&w, a, CSM_FMT_JSON, csm_sink_buf(&b), &err);
	T_EQ_INT(csm_writer_key(w, "x"), CSM_E_INTERNAL);
	T_EQ_INT(csm_writer_close(w, &err), CSM_E_INTERNAL);
	csm_writer_open(&w, a, CSM_FMT_YAML, csm_sink_buf(&b), &err);
	csm_writer_map(w);
	T_EQ_INT(csm_writer_seq_end(w), CSM_E_INTERNAL);
	T_EQ_INT(csm_writer_close(w, &err), CSM_E_INTERNAL);
	csm_writer_open(&w, a, CSM_FMT_YAML, csm_sink_buf(&b), &err);
	csm_writer_seq(w);
	T_EQ_INT(csm_writer_close(w, &err), CSM_E_INTERNAL);
	T_EQ_STR(err.msg, "document writer: closed inside a map or sequence");
	csm_writer_open(&w, a, CSM_FMT_YAML, csm_sink_buf(&b), &err);
	for (int i = 0; i < 100; i++)
		csm_writer_seq(w);
	T_EQ_INT(csm_writer_close(w, &err), CSM_E_INTERNAL);
	T_EQ_STR(err.msg, "document writer: nested too deep");
}

int main(void)
{
	const char *data = getenv("CSM_TEST_DATA");

	a = csm_arena_new(NULL, NULL);
	test_look();
	test_special();
	test_long();
	test_random();
	test_invalid();
	test_sinks();
	test_misuse();
	if (data)
		test_naughty(data);
	else
		printf("skip: CSM_TEST_DATA is not set, the list of naughty strings was not run\n");
	csm_arena_free(a);
	T_DONE();
}
