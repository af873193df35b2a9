/* SPDX-License-Identifier: MIT */
/*
 * t_io_json.c - the JSON and NDJSON reader: events, places, refusals, limits, going on after an error,
 * and JSONTestSuite.
 */
#include <dirent.h>

#include <jansson.h>

#include "t_io_util.h"

static struct csm_arena *a;

#define T_JSON(text, events) T_EQ_STR(trace(a, CSM_FMT_JSON, text, sizeof(text) - 1), events)
#define T_LINES(text, events) T_EQ_STR(trace(a, CSM_FMT_NDJSON, text, sizeof(text) - 1), events)

static void test_events(void)
{
	T_JSON("{}", "{ }");
	T_JSON(" [ ] ", "[ ]");
	T_JSON("\"x\"", "q\"x\"");
	T_JSON("-0.5e+10", "n\"-0.5e+10\"");
	T_JSON("{\"a\":[1,true,false,null,\"\"],\"b\":{\"c\":-2}}",
	       "{ \"a\": [ n\"1\" b\"true\" b\"false\" z\"null\" q\"\" ] \"b\": { \"c\": n\"-2\" } }");
	T_JSON("\xef\xbb\xbf[1]", "[ n\"1\" ]");
	T_JSON("\"\\\"\\\\\\/\\n\\t\\u00e9\\u20AC\\ud83d\\ude00\"",
	       "q\"\\\"\\\\/\\n\\t\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
	T_JSON("\"a\\r\\nb\\u000d\\u000ac\"", "q\"a\\nb\\nc\"");
}

static void test_refusals(void)
{
	T_JSON("", " !1:1:expected a value (text in '\"', a number, true, false, null, '{' or '['), found "
		   "the end of the input");
	T_JSON("[1,]", "[ n\"1\" !1:4:expected a value (text in '\"', a number, true, false, null, '{' or "
		       "'['), found ']'");
	T_JSON("{\"a\":1,}", "{ \"a\": n\"1\" !1:8:expected a key in '\"' after ',', found '}'");
	T_JSON("{\"a\" 1}", "{ \"a\": !1:6:expected ':' after the key, found '1'");
	T_JSON("[1 2]", "[ n\"1\" !1:4:expected ',' or ']' after a value, found '2'");
	T_JSON("{} {}", "{ } !1:4:expected the end of the input after the value (--from ndjson reads a record a line), found '{'");
	T_JSON("[NaN]", "[ !1:2:'NaN' is not a value (expected text in '\"', a number, true, false, null, "
			"'{' or '[')");
	T_JSON("[01]", "[ !1:2:'01' is not a number");
	T_JSON("\n /* no */ 1",
	       " !2:2:expected a value (text in '\"', a number, true, false, null, '{' or '['), found '/'");
	T_JSON("\"a\nb\"", " !1:3:control character in a string (write it as \\t, \\n or \\u00XX)");
	T_JSON("\"abc", " !1:1:string without its closing '\"'");
	T_JSON("\"\\ud800\"", " !1:1:first half of a surrogate pair without the second");
	T_JSON("\"\\udc00\"", " !1:1:second half of a surrogate pair without the first");
	T_JSON("\"\\u12g4\"", " !1:1:'\\u' needs four hexadecimal digits");
	T_JSON("[\"\\x\"]",
	       "[ !1:2:unknown escape in a string (expected \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX)");
	T_OK(strstr(trace(a, CSM_FMT_JSON, "[\"\\u0000\"]", 10), "[ !1:2:"));
	T_OK(strstr(trace(a, CSM_FMT_JSON, "[\"a\\rb\"]", 8), "[ !1:2:"));
	T_OK(strstr(trace(a, CSM_FMT_JSON, "[\"\xff\"]", 5), "[ !1:2:"));
	T_OK(strstr(trace(a, CSM_FMT_JSON, "[\"\x7f\"]", 5), "[ !1:2:"));
	T_OK(strstr(trace(a, CSM_FMT_JSON, "[\"\xc2\x85\"]", 6), "[ !1:2:"));
	T_OK(strstr(trace(a, CSM_FMT_JSON, "[1\0]", 4), "[ n\"1\" !1:3:"));
}

/* line:col of each key and scalar. */
static char *places(enum csm_format f, const char *text)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_reader *r;
	struct csm_event ev;

	if (csm_reader_open(&r, a, f, csm_source_memory(a, text, strlen(text), "x"), NULL, NULL))
		return NULL;
	while (csm_reader_next(r, &ev, NULL) == CSM_OK && ev.type != CSM_EV_END)
		csm_buf_addf(&b, "%d:%d ", (int)ev.line, (int)ev.col);
	csm_reader_close(r);
	return b.s;
}

static void test_places(void)
{
	T_EQ_STR(places(CSM_FMT_JSON, "{\n  \"\xc3\xa9\": \"\xe2\x82\xac\", \"b\": [1,\n2]\n}"),
		 "1:1 2:3 2:8 2:13 2:18 2:19 3:1 3:2 4:1 ");
	T_EQ_STR(places(CSM_FMT_NDJSON, "\n{\"\xc3\xa9\":1}\r\n\n {\"b\":\"x\"}"),
		 "2:1 2:2 2:6 2:7 4:2 4:3 4:7 4:10 ");
}

static void test_lines(void)
{
	T_LINES("", "");
	T_LINES("\n \n\t\r\n", "");
	T_LINES("{\"a\":1}\n\n{\"b\":2}\r\n{}", "{ \"a\": n\"1\" } { \"b\": n\"2\" } { }");
	T_LINES("{\"a\":1\n}\n{\"b\":2}",
		"{ \"a\": n\"1\" !1:7:expected ',' or '}' after a value, found the end of the line"
		" !2:1:expected an object '{', found '}' { \"b\": n\"2\" }");
	T_LINES("{\"a\":1} x\n{\"b\":2}", "{ \"a\": n\"1\" !1:9:expected the end of the line after the "
					  "object, found 'x' { \"b\": n\"2\" }");
	T_LINES("[1]\n{\"b\":2}\n3", " !1:1:expected an object '{', found '[' { \"b\": n\"2\" } "
				     "!3:1:expected an object '{', found '3'");
	T_LINES("\"x\"\n{}\n\"y\": 1", " !1:1:expected an object '{', found '\"' { } "
					 "!3:1:expected an object '{', found '\"'");
	T_LINES("{\"a\":\"x\n{\"b\":2}", "{ \"a\": !1:6:string without its closing '\"' { \"b\": n\"2\" }");
	T_LINES("{\"a\":\"x\\\n{\"b\":2}", "{ \"a\": !1:6:string without its closing '\"' { \"b\": n\"2\" }");
	T_LINES("{\"a\":1e\n{\"b\":2}", "{ \"a\": !1:6:'1e' is not a number { \"b\": n\"2\" }");
	T_LINES("{\"a\":tr\n{\"b\":2}", "{ \"a\": !1:6:'tr' is not a value (expected text in '\"', a "
					"number, true, false, null, '{' or '[') { \"b\": n\"2\" }");
}

/* Keys are remembered from record to record: in other orders, absent, new, and more than are kept. */
static void test_keys(void)
{
	struct csm_buf in = CSM_BUF(a), out = CSM_BUF(a);

	T_LINES("{\"a\":1,\"b\":2}\n{\"b\":1,\"a\" :2}\n{\"c\": {\"a\":3}}\n{\"ab\":4,\"\":5,\"a\":6}\n{}\n{\"\":7}",
		"{ \"a\": n\"1\" \"b\": n\"2\" } { \"b\": n\"1\" \"a\": n\"2\" } { \"c\": { \"a\": n\"3\" } } "
		"{ \"ab\": n\"4\" \"\": n\"5\" \"a\": n\"6\" } { } { \"\": n\"7\" }");
	/* what has to be escaped is no key where it is not */
	T_LINES("{\"a\\\"b\":1}\n{\"a\"b\":1}\n{\"a\\\"b\":2}",
		"{ \"a\\\"b\": n\"1\" } { \"a\": !2:5:expected ':' after the key, found 'b' { \"a\\\"b\": n\"2\" }");
	T_LINES("{\"a\\\\b\":1}\n{\"a\\b\":1}\n{\"a\\u0062\":2}\n{\"ab\":3}",
		"{ \"a\\\\b\": n\"1\" } { !2:2:byte 2 is the control character U+0008; only tab and newline are stored "
		"{ \"ab\": n\"2\" } { \"ab\": n\"3\" }");
	T_EQ_STR(places(CSM_FMT_NDJSON, "{\"\xc3\xa9\":1,\"k\":2}\n{\"k\":1,\"\xc3\xa9\":2}"),
		 "1:1 1:2 1:6 1:8 1:12 1:13 2:1 2:2 2:6 2:8 2:12 2:13 ");
	for (int line = 0; line < 3; line++) {
		for (int i = 0; i < 100; i++) {
			int k = line == 1 ? 99 - i : i;

			csm_buf_addf(&in, "%s\"key%d\":%d", i ? "," : "{", k, line);
			csm_buf_addf(&out, "%s \"key%d\": n\"%d\"", i ? "" : line ? " {" : "{", k, line);
		}
		csm_buf_add(&in, "}\n");
		csm_buf_add(&out, " }");
	}
	T_EQ_STR(trace(a, CSM_FMT_NDJSON, in.s, in.n), out.s);
}

/* Strings are read eight bytes at a time: each byte that matters, in each place. */
static void test_words(void)
{
	for (size_t n = 1; n < 20; n++)
		for (size_t i = 0; i < n; i++) {
			char text[32] = "\"xxxxxxxxxxxxxxxxxxx", want[32];

			text[n + 1] = '"';
			text[i + 1] = 0x7f;
			T_OK(strstr(trace(a, CSM_FMT_JSON, text, n + 2), " !1:1:byte "));
			text[i + 1] = '\xff';
			T_OK(strstr(trace(a, CSM_FMT_JSON, text, n + 2), " !1:1:byte "));
			text[i + 1] = 0x1f;
			snprintf(want, sizeof(want), " !1:%zu:control character", i + 2);
			T_OK(strstr(trace(a, CSM_FMT_JSON, text, n + 2), want));
			text[i + 1] = '"';
			snprintf(want, sizeof(want), " !1:%zu:expected the end", i + 3);
			T_OK(strstr(trace(a, CSM_FMT_JSON, text, n + 2), want));
			text[i + 1] = ' ';
			T_OK(!strchr(trace(a, CSM_FMT_JSON, text, n + 2), '!'));
			text[i + 1] = '~';
			T_OK(!strchr(trace(a, CSM_FMT_JSON, text, n + 2), '!'));
		}
}

/* n times the character c, between open and close. */
static char *repeat(const char *open, char c, size_t n, const char *close, size_t *len)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_add(&b, open);
	for (size_t i = 0; i < n; i++)
		csm_buf_addc(&b, c);
	csm_buf_add(&b, close);
	*len = b.n;
	return b.s;
}

static void test_limits(void)
{
	struct csm_buf deep = CSM_BUF(a);
	char *text, *got;
	size_t n;

	for (int i = 0; i < CSM_IO_DEPTH; i++)
		csm_buf_addc(&deep, '[');
	T_OK(strstr(trace(a, CSM_FMT_JSON, deep.s, deep.n), "!1:65:expected a value"));
	csm_buf_addc(&deep, '[');
	T_OK(strstr(trace(a, CSM_FMT_JSON, deep.s, deep.n), "!1:65:nested deeper than 64 levels"));
	text = repeat("[\"", 'x', CSM_IO_VALUE, "\"]", &n);
	T_EQ_INT(strlen(trace(a, CSM_FMT_JSON, text, n)), n + 3);
	T_EQ_INT(strlen(trace_drip(a, CSM_FMT_JSON, text, n, 9999)), n + 3);
	text = repeat("[\"", 'x', CSM_IO_VALUE + 1, "\"]", &n);
	T_EQ_STR(trace(a, CSM_FMT_JSON, text, n), "[ !1:2:value longer than 1 MiB");
	text = repeat("[\"", 'x', 12 * CSM_IO_VALUE, "\"]", &n);
	T_EQ_STR(trace(a, CSM_FMT_JSON, text, n), "[ !1:2:value longer than 1 MiB");
	text = repeat("[", '1', 12 * CSM_IO_VALUE, "]", &n);
	T_EQ_STR(trace(a, CSM_FMT_JSON, text, n), "[ !1:2:value longer than 1 MiB");
	text = repeat("{\"a\":1}\n{\"b\":\"", 'x', 2 * CSM_IO_LINE + CSM_IO_VALUE, "\"}\n{\"c\":3}\n", &n);
	got = trace(a, CSM_FMT_NDJSON, text, n);
	T_EQ_STR(got, "{ \"a\": n\"1\" } !2:1:record longer than 64 MiB, which is not kept (it begins at byte 9) { \"c\": n\"3\" }");
}

/* The tree of the first value, with its error. */
static struct csm_node *read_node(enum csm_format f, const char *text, size_t n, struct csm_err *err)
{
	struct csm_node *node = NULL;
	struct csm_reader *r;
	struct csm_event ev;

	csm_err_clear(err);
	if (csm_reader_open(&r, a, f, csm_source_memory(a, text, n, "x"), NULL, err))
		return NULL;
	if (csm_reader_next(r, &ev, err) == CSM_OK)
		csm_reader_node(r, &ev, a, &node, err);
	if (!err->code && csm_reader_next(r, &ev, err) == CSM_OK && ev.type != CSM_EV_END)
		csm_fail(err, CSM_E_INVALID, "more than one value");
	csm_reader_close(r);
	return err->code ? NULL : node;
}

static void test_nodes(void)
{
	static const char doc[] = "{\"a\": 1, \"b\": [\"x\", null],\n \"c\": {\"d\": {}}}";
	static const char twice[] = "[{\"k\": 1}, {\"k\": 2, \"l\": 3,\n\"k\": 4}]";
	struct csm_buf many = CSM_BUF(a);
	struct csm_err err;
	const struct csm_node *node = read_node(CSM_FMT_JSON, doc, sizeof(doc) - 1, &err), *b;

	T_OK(node && node->type == CSM_N_MAP);
	T_EQ_STR(csm_node_get(node, "a")->text, "1");
	b = csm_node_get(node, "b");
	T_OK(b && b->type == CSM_N_SEQ && b->first->next && b->first->next->scalar == CSM_SC_NULL &&
	     !b->first->next->next);
	T_EQ_INT(csm_node_get(node, "c")->line, 2);
	T_OK(csm_node_get(node, "z") == NULL && csm_node_get(b, "a") == NULL);
	T_OK(read_node(CSM_FMT_JSON, twice, sizeof(twice) - 1, &err) == NULL);
	T_EQ_STR(err.msg, "duplicate key 'k' (first on line 1)");
	T_EQ_INT(err.line, 2);
	csm_buf_addc(&many, '{');
	for (int i = 0; i < 5000; i++)
		csm_buf_addf(&many, "\"k%d\": %d,\n", i, i);
	csm_buf_add(&many, "\"z\": 1}");
	T_OK(read_node(CSM_FMT_JSON, many.s, many.n, &err) != NULL);
	memcpy(strstr(many.s, "\"k4321\""), "\"k1234\"", 7);
	T_OK(read_node(CSM_FMT_JSON, many.s, many.n, &err) == NULL);
	T_EQ_STR(err.msg, "duplicate key 'k1234' (first on line 1235)");
	T_EQ_INT(err.line, 4322);
	memcpy(strstr(many.s, "\"k200\""), "\"k100\"", 6);
	T_OK(read_node(CSM_FMT_JSON, many.s, many.n, &err) == NULL);
	T_EQ_STR(err.msg, "duplicate key 'k100' (first on line 101)");
	T_EQ_INT(err.line, 201);
}

static void test_record_limit(void)
{
	struct csm_err err;
	struct csm_buf b = CSM_BUF(a);

	csm_buf_add(&b, "[1");
	for (int i = 0; i < 2400000; i++)
		csm_buf_add(&b, ",[]");
	csm_buf_add(&b, "]");
	T_OK(read_node(CSM_FMT_JSON, b.s, b.n, &err) == NULL);
	T_EQ_STR(err.msg, "record that takes more than 128 MiB of memory");
}

/*
 * An error inside a record that is being skipped, and a record whose tree is refused after it was read
 * to its end.
 */
static void test_skip(void)
{
	static const char text[] =
		"{\"a\":1,\"a\":2}\n{\"b\":{\"x\":1,\"x\":1},\"c\":1}\n{\"d\":[1,2]}\n{\"e\":5}\n";
	static const struct csm_read_opts raw = { .keep_raw = true };
	struct csm_err err = { 0 };
	struct csm_node *node;
	struct csm_reader *r;
	struct csm_event ev;
	size_t n;

	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_NDJSON, csm_source_memory(a, text, sizeof(text) - 1, "x"),
				 &raw, &err),
		 CSM_OK);
	T_OK(csm_reader_raw(r, &n) == NULL);
	for (int i = 0; i < 2; i++) {
		T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_OK);
		T_EQ_INT(csm_reader_node(r, &ev, a, &node, &err), CSM_E_INVALID);
		T_EQ_INT(err.line, i + 1);
		T_EQ_STR(csm_reader_raw(r, &n),
			 i ? "{\"b\":{\"x\":1,\"x\":1},\"c\":1}" : "{\"a\":1,\"a\":2}");
		csm_err_clear(&err);
		T_EQ_INT(csm_reader_skip(r, &err), CSM_OK);
	}
	T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_OK);
	T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_OK);
	T_EQ_STR(ev.text, "d");
	T_EQ_INT(csm_reader_skip(r, &err), CSM_OK);
	T_EQ_INT(csm_reader_skip(r, &err), CSM_OK);
	T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_OK);
	T_EQ_INT(csm_reader_node(r, &ev, a, &node, &err), CSM_OK);
	T_EQ_STR(csm_node_get(node, "e")->text, "5");
	T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_OK);
	T_EQ_INT(ev.type, CSM_EV_END);
	csm_reader_close(r);
}

static long read_badly(void *arg, void *p, size_t n)
{
	int *calls = arg;

	if ((*calls)++ > 0)
		return csm_source_fd(&(int){ -1 }, "x").read(&(int){ -1 }, p, n);
	memcpy(p, "[1,2,", 5);
	return 5;
}

static void test_io_error(void)
{
	int calls = 0;
	struct csm_source src = { read_badly, &calls, "-", NULL };
	struct csm_err err = { 0 };
	struct csm_reader *r;
	struct csm_event ev;
	int rc;

	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_JSON, src, NULL, &err), CSM_OK);
	T_EQ_STR(csm_reader_name(r), "standard input");
	do
		rc = csm_reader_next(r, &ev, &err);
	while (!rc);
	T_EQ_INT(rc, CSM_E_IO);
	T_EQ_STR(err.msg, "cannot be read: Bad file descriptor");
	T_EQ_STR(err.file, "standard input");
	T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_E_IO);
	T_EQ_INT(csm_reader_skip(r, &err), CSM_E_IO);
	csm_reader_close(r);
	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_TABLE, src, NULL, &err), CSM_E_USAGE);
}

/* Many records, so that strings and lines lie across the ends of the window. */
static void test_windows(void)
{
	struct csm_buf b = CSM_BUF(a), l = CSM_BUF(a);
	char *whole;

	csm_buf_add(&b, "[");
	for (int i = 0; i < 20000; i++) {
		csm_buf_addf(
			&b,
			"%s\n{\"number\": %d, \"text\": \"line \\u00e9\\n \xe2\x82\xac %d\", \"ok\": true}",
			i ? "," : "", i, i * 7919);
		csm_buf_addf(&l,
			     "{\"number\":%d,\"text\":\"line \\u00e9\\n \xe2\x82\xac %d\",\"ok\":true}\n",
			     i, i * 7919);
	}
	csm_buf_add(&b, "]");
	whole = trace(a, CSM_FMT_JSON, b.s, b.n);
	T_OK(strlen(whole) > 1000000 && !strchr(whole, '!'));
	T_OK(strcmp(whole, trace_drip(a, CSM_FMT_JSON, b.s, b.n, 7)) == 0);
	T_OK(strcmp(whole, trace_drip(a, CSM_FMT_JSON, b.s, b.n, 65521)) == 0);
	whole = trace(a, CSM_FMT_NDJSON, l.s, l.n);
	T_OK(strlen(whole) > 1000000 && !strchr(whole, '!'));
	T_OK(strcmp(whole, trace_drip(a, CSM_FMT_NDJSON, l.s, l.n, 7)) == 0);
	T_OK(strcmp(whole, trace_drip(a, CSM_FMT_NDJSON, l.s, l.n, 65521)) == 0);
}

/* ---- JSONTestSuite ---- */

/*
 * Texts the suite takes and csm does not, and why. Everything else named y_ is taken, everything named
 * n_ refused.
 */
static struct {
	const char *name, *why;
	bool met;
} deviations[] = {
	{ "y_object_duplicated_key.json", "duplicate key", false },
	{ "y_object_duplicated_key_and_value.json", "duplicate key", false },
	{ "y_object_escaped_null_in_key.json", "control character", false },
	{ "y_string_allowed_escapes.json", "control character", false },
	{ "y_string_escaped_control_character.json", "control character", false },
	{ "y_string_null_escape.json", "control character", false },
	{ "y_string_unescaped_char_delete.json", "control character", false },
	{ "y_string_with_del_character.json", "control character", false },
};

/* What the suite leaves open and csm takes. All others named i_ are refused. */
static struct {
	const char *name;
	bool met;
} taken[] = {
	{ "i_number_double_huge_neg_exp.json", false },
	{ "i_number_huge_exp.json", false },
	{ "i_number_neg_int_huge_exp.json", false },
	{ "i_number_pos_double_huge_exp.json", false },
	{ "i_number_real_neg_overflow.json", false },
	{ "i_number_real_pos_overflow.json", false },
	{ "i_number_real_underflow.json", false },
	{ "i_number_too_big_neg_int.json", false },
	{ "i_number_too_big_pos_int.json", false },
	{ "i_number_very_big_negative_int.json", false },
	{ "i_structure_UTF-8_BOM_empty_object.json", false },
};

static const char *deviation_of(const char *name)
{
	for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++)
		if (strcmp(deviations[i].name, name) == 0) {
			deviations[i].met = true;
			return deviations[i].why;
		}
	return NULL;
}

static bool is_taken(const char *name)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcmp(taken[i].name, name) == 0)
			return taken[i].met = true;
	return name[0] == 'y' && !deviation_of(name);
}

/* Do both parsers see the same value? */
static bool same_value(const struct csm_node *node, const json_t *json)
{
	size_t n = 0;

	if (node->type == CSM_N_MAP) {
		for (const struct csm_node *m = node->first; m; m = m->next, n++)
			if (!json_object_get(json, m->key) || !same_value(m, json_object_get(json, m->key)))
				return false;
		return json_is_object(json) && json_object_size(json) == n;
	}
	if (node->type == CSM_N_SEQ) {
		for (const struct csm_node *m = node->first; m; m = m->next, n++)
			if (n >= json_array_size(json) || !same_value(m, json_array_get(json, n)))
				return false;
		return json_is_array(json) && json_array_size(json) == n;
	}
	switch (node->scalar) {
	case CSM_SC_NULL:
		return json_is_null(json);
	case CSM_SC_BOOL:
		return json_is_boolean(json) && json_is_true(json) == (strcmp(node->text, "true") == 0);
	case CSM_SC_NUMBER:
		return json_is_number(json) && json_number_value(json) >= strtod(node->text, NULL) &&
		       json_number_value(json) <= strtod(node->text, NULL);
	default:
		return json_is_string(json) && strcmp(json_string_value(json), node->text) == 0;
	}
}

static void check_suite_file(const char *dir, const char *name)
{
	const char *path = csm_sprintf(a, "%s/%s", dir, name);
	struct csm_err err;
	const struct csm_node *node;
	json_t *json;
	size_t n = 0;
	char *text;

	text = slurp(a, path, &n);
	T_OK(text != NULL);
	if (!text)
		return;
	node = read_node(CSM_FMT_JSON, text, n, &err);
	if ((node != NULL) != is_taken(name))
		printf("%s: %s\n", name, node ? "taken" : err.msg);
	T_EQ_INT(node != NULL, is_taken(name));
	if (deviation_of(name)) {
		printf("deviation: %s (%s): %s\n", name, deviation_of(name), err.msg);
		T_OK(strstr(err.msg, strcmp(deviation_of(name), "duplicate key") == 0 ? "duplicate key"
										      : "control") != NULL);
	}
	T_EQ_STR(trace_drip(a, CSM_FMT_JSON, text, n, 1), trace(a, CSM_FMT_JSON, text, n));
	json = node ? json_loadb(text, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (json)
		T_OK(same_value(node, json));
	json_decref(json);
}

static void test_suite(const char *data)
{
	const char *dir = csm_sprintf(a, "%s/suites/json/test_parsing", data);
	struct dirent *e;
	DIR *d = opendir(dir);
	int files = 0;

	T_OK(d != NULL);
	while (d && (e = readdir(d)) != NULL)
		if (strstr(e->d_name, ".json")) {
			struct csm_mark mark = csm_arena_mark(a);

			check_suite_file(dir, e->d_name);
			csm_arena_rewind(a, mark);
			files++;
		}
	if (d)
		closedir(d);
	T_EQ_INT(files, 318);
	/* No row of the tables is stale. */
	for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++)
		T_OK(deviations[i].met);
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		T_OK(taken[i].met);
}

int main(void)
{
	const char *data = getenv("CSM_TEST_DATA");

	a = csm_arena_new(NULL, NULL);
	test_events();
	test_refusals();
	test_places();
	test_lines();
	test_keys();
	test_words();
	test_limits();
	test_nodes();
	test_record_limit();
	test_skip();
	test_io_error();
	test_windows();
	if (data)
		test_suite(data);
	else
		printf("skip: CSM_TEST_DATA is not set, JSONTestSuite was not run\n");
	csm_arena_free(a);
	T_DONE();
}
