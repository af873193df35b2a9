/* SPDX-License-Identifier: MIT */
/*
 * t_io_yaml.c - the YAML reader: classes of scalars, refusals, aliases within a budget, limits, and
 * yaml-test-suite by its events.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "t_io_util.h"

static struct csm_arena *a;

#define T_YAML(text, events) T_EQ_STR(trace(a, CSM_FMT_YAML, text, sizeof(text) - 1), events)

static void test_events(void)
{
	T_YAML("", "");
	T_YAML("# nothing\n", "");
	T_YAML("---\n", "z\"\"");
	T_YAML("a: 1\nb: [x, 'y', \"z\"]\nc: {d: ~}\n",
	       "{ \"a\": p\"1\" \"b\": [ p\"x\" q\"y\" q\"z\" ] \"c\": { \"d\": z\"~\" } }");
	T_YAML("a:\nb: null\nc: Null\nd: 'null'\ne: NULL\nf: nUll\ng: ''\n",
	       "{ \"a\": z\"\" \"b\": z\"null\" \"c\": z\"Null\" \"d\": q\"null\" \"e\": z\"NULL\" \"f\": "
	       "p\"nUll\" \"g\": q\"\" }");
	T_YAML("no: no\n<<: 1\n=: 0x1F\n", "{ \"no\": p\"no\" \"<<\": p\"1\" \"=\": p\"0x1F\" }");
	T_YAML("- |\n  a\n  b\n- >-\n  a\n  b\n", "[ q\"a\\nb\\n\" q\"a b\" ]");
	T_YAML("- !!str 1\n- !!int '1'\n- !!null ''\n- ! x\n- !!map {}\n- !!seq []\n- !!bool true\n- "
	       "!!float 1.5\n- !!str\n",
	       "[ q\"1\" p\"1\" z\"\" q\"x\" { } [ ] p\"true\" p\"1.5\" q\"\" ]");
	T_YAML("--- 1\n--- {a: b}\n...\n--- [c]\n", "p\"1\" { \"a\": p\"b\" } [ p\"c\" ]");
	T_YAML("\xef\xbb\xbf" "a: b", "{ \"a\": p\"b\" }");
	T_YAML("a: \"x\\r\\ny\"\r\nb: |\r\n  x\r\n  y\r\n", "{ \"a\": q\"x\\ny\" \"b\": q\"x\\ny\\n\" }");
}

static void test_refusals(void)
{
	T_YAML("a: !foo b",
	       "{ \"a\": !1:4:tag '!foo' is not taken (only !!str, !!int, !!float, !!bool and !!null are)");
	T_YAML("- !!python/object:os.system x",
	       "[ !1:3:tag 'tag:yaml.org,2002:python/object:os.system' is not taken (only !!str, !!int, "
	       "!!float, !!bool and !!null are)");
	T_YAML("- !!null x", "[ !1:3:tag 'tag:yaml.org,2002:null' is not taken (only !!str, !!int, "
			     "!!float, !!bool and !!null are)");
	T_YAML("!!set {a}", " !1:1:tag 'tag:yaml.org,2002:set' is not taken on a collection");
	T_YAML("!!omap []", " !1:1:tag 'tag:yaml.org,2002:omap' is not taken on a collection");
	T_YAML("? [a]\n: b\n", "{ !1:3:a key must be text, not a map or a sequence");
	T_YAML("{? {a: b} : c}", "{ !1:4:a key must be text, not a map or a sequence");
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a: \"x\\0\"", 8), "{ \"a\": !1:4:"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a: \"\\e[1m\"", 10), "{ \"a\": !1:4:"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a: \"x\\ry\"", 9), "{ \"a\": !1:4:"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "\"\\e\": 1", 7), "{ !1:1:"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a: b\n\xe9: c", 9),
		    "!2:1:byte 1 (0xe9) is not valid UTF-8"));
	T_OK(strstr(trace(a, CSM_FMT_YAML,
			  "\xff\xfe"
			  "a\0",
			  4),
		    "!1:1:byte 1 (0xff) is not valid UTF-8"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a: b\nc: \033[1m", 12),
		    "!2:4:byte 1 is the control character U+001B; only tab and newline are stored"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a: [1, 2\nb: 3\n", 14),
		    "!2:2:not valid YAML: did not find expected ',' or ']'"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a: b\n c: d\n", 11),
		    "!2:3:not valid YAML: mapping values are not allowed"));
	T_OK(strstr(trace(a, CSM_FMT_YAML, "a:\n\t- b\n", 8),
		    "!2:1:not valid YAML: found character that cannot start any token"));
}

static void test_aliases(void)
{
	T_YAML("a: &x [1, {k: ~}]\nb: *x\nc: *x\n",
	       "{ \"a\": [ p\"1\" { \"k\": z\"~\" } ] \"b\": [ p\"1\" { \"k\": z\"~\" } ] \"c\": [ p\"1\" "
	       "{ \"k\": z\"~\" } ] }");
	T_YAML("- &k key\n- {*k : &v 'x', z: *v}\n", "[ p\"key\" { \"key\": q\"x\" \"z\": q\"x\" } ]");
	T_YAML("- &a 1\n- &a 2\n- *a\n", "[ p\"1\" p\"2\" p\"2\" ]");
	T_YAML("- &a [&b [x], *b]\n- *a\n- *b\n",
	       "[ [ [ p\"x\" ] [ p\"x\" ] ] [ [ p\"x\" ] [ p\"x\" ] ] [ p\"x\" ] ]");
	T_YAML("- &a\n- *a\n", "[ z\"\" z\"\" ]");
	T_YAML("- *none", "[ !1:3:alias '*none' names no anchor before it");
	T_YAML("--- &a 1\n--- *a\n", "p\"1\" !2:5:alias '*a' names no anchor before it");
	T_YAML("&a [*a]", "[ !1:5:alias '*a' stands inside the node it repeats");
	T_YAML("&a [&b [*a]]", "[ [ !1:9:alias '*a' stands inside the node it repeats");
	T_YAML("- &a [x, &a [y], *a]\n- *a\n", "[ [ p\"x\" [ p\"y\" ] [ p\"y\" ] ] [ p\"y\" ] ]");
	T_YAML("- &m {a: b}\n- {*m : c}\n",
	       "[ { \"a\": p\"b\" } { !1:3:a key must be text, not a map or a sequence");
}

/* A bomb stops at the budget; many small repetitions of a large document do not. */
static void test_budget(void)
{
	struct csm_buf b = CSM_BUF(a);
	char *got;

	csm_buf_add(&b, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 10; i++) {
		csm_buf_addf(&b, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			csm_buf_addf(&b, "%s*a%d", k ? "," : "", i - 1);
		csm_buf_add(&b, "]\n");
	}
	got = trace(a, CSM_FMT_YAML, b.s, b.n);
	T_OK(strstr(got, "repeats too much") != NULL);
	T_OK(strlen(got) < 100000);

	csm_buf_reset(&b);
	csm_buf_add(&b, "- &s {name: standard, zone: UTC}\n");
	for (int i = 0; i < 20000; i++)
		csm_buf_add(&b, "- {text: x, schedule: *s, number: 5, note: y}\n");
	T_OK(!strchr(trace(a, CSM_FMT_YAML, b.s, b.n), '!'));

	csm_buf_reset(&b);
	csm_buf_add(&b, "- &big\n");
	for (int i = 0; i < 100001; i++)
		csm_buf_add(&b, "  - x\n");
	csm_buf_add(&b, "- &small y\n- *big\n");
	T_OK(strstr(trace(a, CSM_FMT_YAML, b.s, b.n),
		    "alias '*big' repeats a node that is too large to be repeated") != NULL);
}

static void test_limits(void)
{
	struct csm_buf b = CSM_BUF(a);
	char *got;

	for (int i = 0; i < 100000; i++)
		csm_buf_addc(&b, '[');
	got = trace(a, CSM_FMT_YAML, b.s, b.n);
	T_OK(strstr(got, " !1:65:nested deeper than 64 levels") != NULL);
	csm_buf_reset(&b);
	csm_buf_add(&b, "a: ");
	for (size_t i = 0; i < CSM_IO_VALUE; i++)
		csm_buf_addc(&b, 'x');
	T_EQ_INT(strlen(trace(a, CSM_FMT_YAML, b.s, b.n)), CSM_IO_VALUE + 12);
	csm_buf_addc(&b, 'x');
	T_EQ_STR(trace(a, CSM_FMT_YAML, b.s, b.n), "{ \"a\": !1:4:value longer than 1 MiB");
	for (size_t i = 0; i < 12 * CSM_IO_VALUE; i++)
		csm_buf_addc(&b, 'x');
	T_EQ_STR(trace(a, CSM_FMT_YAML, b.s, b.n), "{ \"a\": !1:0:value longer than 1 MiB");
}

/*
 * Wrong bytes in a value spoil the tree that holds it, and the next one is read; anywhere else they end the
 * input. Several documents, so that trees follow each other.
 */
static char *trees(enum csm_format f, const char *text, size_t n, size_t step)
{
	struct drip d = { text, n, step };
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };
	struct csm_node *node;
	struct csm_reader *r;
	struct csm_event ev;
	int rc = csm_reader_open(&r, a, f, (struct csm_source){ drip_read, &d, "x", NULL }, NULL, &err);

	while (!rc && (rc = csm_reader_next(r, &ev, &err)) == CSM_OK && ev.type != CSM_EV_END) {
		if (ev.type == CSM_EV_SEQ || ev.type == CSM_EV_SEQ_END)
			continue;
		rc = csm_reader_node(r, &ev, a, &node, &err);
		if (!rc)
			csm_buf_addf(&b, "%d ", (int)node->line);
		if (!rc || !csm_reader_ready(r))
			continue;
		csm_buf_addf(&b, "(%d:%d:%s) ", (int)err.line, (int)err.col, err.msg);
		csm_err_clear(&err);
		rc = CSM_OK;
	}
	if (rc)
		csm_buf_addf(&b, "!%d:%d:%s", (int)err.line, (int)err.col, err.msg);
	csm_reader_close(r);
	return b.s;
}

#define T_TREES(f, text, want) \
	do { \
		T_EQ_STR(trees(f, text, sizeof(text) - 1, 1 << 20), want); \
		T_EQ_STR(trees(f, text, sizeof(text) - 1, 1), want); \
	} while (0)

#define BAD_E9 "byte 1 (0xe9) is not valid UTF-8"
#define BAD_ESC "byte 1 is the control character U+001B; only tab and newline are stored"

static void test_spoilt(void)
{
	T_TREES(CSM_FMT_YAML, "- {a: x\xe9y}\n- {b: b}\n", "(1:8:" BAD_E9 ") 2 ");
	T_TREES(CSM_FMT_YAML,
		"- k: |\n   \033\n  j: 1\n- k: \"\xe9\n   \xe9\"\n- {k: [\"\\0\", \xe9]}\n- {c: 1}\n",
		"(2:4:" BAD_ESC ") (4:7:" BAD_E9 ") (6:8:byte 1 is the control character "
		"U+0000; only tab and newline are stored) 7 ");
	T_TREES(CSM_FMT_YAML, "- {a: 1}\n- {b: 1} # \xe9\n- {c: 1}\n", "1 2 !2:12:" BAD_E9);
	T_TREES(CSM_FMT_YAML, "- {a: 1}\n- {\xe9: 1}\n- {c: 1}\n", "1 (2:4:key: " BAD_E9 ") 3 ");
	T_TREES(CSM_FMT_YAML, "- {a: 1}\n- &\xe9 {b: 1}\n- {c: 1}\n", "1 !2:4:" BAD_E9);
	T_TREES(CSM_FMT_YAML, "- {a: 1}\n- \xe9\n- {c: 1}\n", "1 !2:3:" BAD_E9);
	T_TREES(CSM_FMT_YAML, "- {a: [\xe9}\n- {c: 1}\n", "!1:8:" BAD_E9);
	T_TREES(CSM_FMT_YAML, "- {x: &a \xe9}\n- {x: *a}\n- {c: 1}\n", "(1:10:" BAD_E9 ") (1:10:" BAD_E9 ") 3 ");
	T_TREES(CSM_FMT_YAML, "- {a: a\xef\xbf\xbf}\n- c\n", "!1:8:U+FFFE and U+FFFF are no characters of YAML");
	T_TREES(CSM_FMT_YAML, "- k: a\xe2\x82", "(1:7:byte 1 (0xe2) is not valid UTF-8) ");
	T_TREES(CSM_FMT_YAML, "\xef\xbb\xbf- \xc3\xa9: \xe9\n  x: 1\n- k: \xc2\x80\n- k: \xc2\xa0x\n",
		"(1:6:" BAD_E9 ") (3:6:byte 1 is the control character U+0080; only tab and newline are stored) 4 ");
	T_TREES(CSM_FMT_YAML, "- {a: 1, a: 2}\n- {b: {c: 1, c: 2, c: 3}, b: 1}\n- {d: 1}\n",
		"(1:13:duplicate key 'a' (first on line 1)) (2:17:duplicate key 'c' (first on line 2)) 3 ");
	T_TREES(CSM_FMT_JSON,
		"[{\"a\": \"x\xe9\"},\n{\"b\": 1}, {\"k\": [\"\\ud800\", \"\\q\"]},\n{\"k\": \"\\u0000\"}, "
		"{\"k\": \"x\xc3\xa9\033[\"}, {\"c\": \"\xc3\xa9\", \"k\": \"\033\"}, {\"\\q\": 1}, {\"c\": 1}]",
		"(1:8:byte 2 (0xe9) is not valid UTF-8) 2 (2:18:first half of a surrogate pair without the second) "
		"(3:7:byte 1 is the control character U+0000; only tab and newline are stored) "
		"(3:27:control character in a string (write it as \\t, \\n or \\u00XX)) "
		"(3:50:control character in a string (write it as \\t, \\n or \\u00XX)) "
		"(3:56:key: unknown escape in a string (expected \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX)) 3 ");
	T_TREES(CSM_FMT_JSON, "[{\"a\": \"x\ny\"}, {\"b\": 1}]",
		"!1:10:control character in a string (write it as \\t, \\n or \\u00XX)");
	T_TREES(CSM_FMT_JSON, "[{\"a\": \"\033\", \"a\": x}, {\"b\": 1}]",
		"!1:9:control character in a string (write it as \\t, \\n or \\u00XX)");
}

/* A record that is too long is read to its end. */
static void test_long(void)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_add(&b, "[{\"a\": 1},\n{\"k\": [[1");
	for (int i = 0; i < 2400000; i++)
		csm_buf_add(&b, ",{}");
	csm_buf_add(&b, "]]},\n{\"b\": 2}]");
	T_EQ_STR(trees(CSM_FMT_JSON, b.s, b.n, 1 << 20), "1 (2:0:record that takes more than 128 MiB of memory) 3 ");
	csm_buf_reset(&b);
	csm_buf_add(&b, "- {a: 1}\n- {k: ");
	for (size_t i = 0; i <= CSM_IO_VALUE; i++)
		csm_buf_addc(&b, 'x');
	csm_buf_add(&b, "}\n- {b: 2}\n");
	T_EQ_STR(trees(CSM_FMT_YAML, b.s, b.n, 1 << 20), "1 (2:7:value longer than 1 MiB) 3 ");
	csm_buf_reset(&b);
	csm_buf_add(&b, "- {a: 1}\n- {k: \"");
	for (int i = 0; i < 300; i++)
		csm_buf_addc(&b, '\xff');
	csm_buf_add(&b, "\"}\n");
	T_EQ_STR(trees(CSM_FMT_YAML, b.s, b.n, 1 << 20), "!2:8:byte 1 (0xff) is not valid UTF-8");
}

/* A wrong byte far behind the first of libyaml's buffers. */
static void test_far_byte(void)
{
	struct csm_buf b = CSM_BUF(a);

	for (int i = 0; i < 30000; i++)
		csm_buf_addf(&b, "- line %d\n", i);
	csm_buf_add(&b, "- x\033\n- y\n");
	T_OK(strstr(trace(a, CSM_FMT_YAML, b.s, b.n),
		    " !30001:4:byte 1 is the control character U+001B"));
	T_OK(strstr(trace_drip(a, CSM_FMT_YAML, b.s, b.n, 11),
		    " !30001:4:byte 1 is the control character U+001B"));
	T_OK(strstr(trace_drip(a, CSM_FMT_YAML, b.s, b.n, 16000),
		    " !30001:4:byte 1 is the control character U+001B"));
}

static void test_places(void)
{
	static const char text[] = "\xc3\xa9: \"x\"\nb:\n  - {c: \xe2\x82\xac, d: 1}\n";
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };
	struct csm_reader *r;
	struct csm_event ev;

	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_YAML,
				 csm_source_memory(a, text, sizeof(text) - 1, "x.yaml"), NULL, &err),
		 CSM_OK);
	while (csm_reader_next(r, &ev, &err) == CSM_OK && ev.type != CSM_EV_END)
		if (ev.type == CSM_EV_KEY || ev.type == CSM_EV_SCALAR)
			csm_buf_addf(&b, "%d:%d ", (int)ev.line, (int)ev.col);
	T_EQ_STR(b.s, "1:1 1:4 2:1 3:6 3:9 3:12 3:15 ");
	T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_OK);
	T_EQ_INT(ev.type, CSM_EV_END);
	T_EQ_INT(csm_reader_skip(r, &err), CSM_E_INTERNAL);
	csm_reader_close(r);
}

static void test_duplicate(void)
{
	static const char text[] = "a: 1\nb: {x: 1, y: 2,\n x: 3}\n";
	struct csm_err err = { 0 };
	struct csm_node *node;
	struct csm_reader *r;
	struct csm_event ev;

	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_YAML,
				 csm_source_memory(a, text, sizeof(text) - 1, "x.yaml"), NULL, &err),
		 CSM_OK);
	T_EQ_INT(csm_reader_next(r, &ev, &err), CSM_OK);
	T_EQ_INT(csm_reader_node(r, &ev, a, &node, &err), CSM_E_INVALID);
	T_EQ_STR(err.msg, "duplicate key 'x' (first on line 2)");
	T_EQ_INT(err.line, 3);
	T_EQ_STR(err.file, "x.yaml");
	csm_reader_close(r);
}

/* ---- yaml-test-suite ---- */

/*
 * Where csm's verdict is not the suite's. "tag" and "key": csm refuses tags and keys that are not text, on
 * purpose. "control": csm refuses control characters. The others are libyaml 0.2.5, a parser of YAML 1.1:
 * "strict" inputs it refuses though YAML 1.2 takes them, "lax" ones it takes though they are wrong, "other"
 * ones it reads as something else.
 */
static const struct {
	const char *name, *why;
} deviations[] = {
#include "t_io_yaml_deviations.h"
};

static const char *deviation_of(const char *name)
{
	for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++)
		if (strcmp(deviations[i].name, name) == 0)
			return deviations[i].why;
	return NULL;
}

/* The suite's events of a test, told as trace() tells ours. */
struct expected {
	struct csm_buf out;
	bool map[128], value[128];
	int depth;
	struct {
		const char *name;
		size_t start, end;
		int depth;
		char class;
	} anchor[32];
	int anchors;
};

/* The text of =VAL: \n \t \\ \b \r \0 are escaped; into JSON quotes. */
static void put_text(struct csm_buf *b, const char *s)
{
	struct csm_buf raw = CSM_BUF(a);

	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			csm_buf_addc(&raw, *s == 'n'   ? '\n'
					   : *s == 't' ? '\t'
					   : *s == 'b' ? '\b'
					   : *s == 'r' ? '\r'
						       : *s);
		} else {
			csm_buf_addc(&raw, *s);
		}
	}
	csm_json_quote(b, raw.s);
}

/* Before a node: blank, and whether it is a key. */
static bool place(struct expected *x)
{
	bool key = x->depth > 0 && x->map[x->depth - 1] && !x->value[x->depth - 1];

	if (x->out.n > 0)
		csm_buf_addc(&x->out, ' ');
	if (x->depth > 0 && x->map[x->depth - 1])
		x->value[x->depth - 1] = key;
	return key;
}

static void close_anchors(struct expected *x)
{
	for (int i = 0; i < x->anchors; i++)
		if (x->anchor[i].end == 0 && x->anchor[i].depth == x->depth)
			x->anchor[i].end = x->out.n;
}

/*
 * Take "&name" and "<tag>" off the front of an event's properties; *tag is the tag without its prefix,
 * or "".
 */
static char *take_properties(struct expected *x, char *s, const char **tag)
{
	*tag = "";
	while (*s == ' ')
		s++;
	while (*s == '&' || *s == '<' || *s == '[' || *s == '{') {
		char *end = s + strcspn(s, " ");

		if (*s == '&' && x->anchors < 32) {
			x->anchor[x->anchors].name = csm_strndup(a, s + 1, (size_t)(end - s - 1));
			x->anchor[x->anchors].start = x->out.n;
			x->anchor[x->anchors].end = 0;
			x->anchor[x->anchors].class = 0;
			x->anchor[x->anchors++].depth = x->depth;
		}
		if (*s == '<')
			*tag = csm_strndup(a, s + 1, (size_t)(end - s - 2));
		for (s = end; *s == ' '; s++)
			;
	}
	if (strncmp(*tag, "tag:yaml.org,2002:", 18) == 0)
		*tag += 18;
	return s;
}

static char class_of(const char *tag, const char *s)
{
	static const char *const null[] = { "", "~", "null", "Null", "NULL" };

	if (*tag && strcmp(tag, "null") != 0)
		return !strcmp(tag, "int") || !strcmp(tag, "float") || !strcmp(tag, "bool") ? 'p' : 'q';
	for (size_t i = 0; i < sizeof(null) / sizeof(null[0]) && (*s == ':' || *tag); i++)
		if (strcmp(s + 1, null[i]) == 0)
			return 'z';
	return *s == ':' ? 'p' : 'q';
}

/*
 * The recorded stretch of a scalar is its text alone: class before it and colon behind it are those of
 * the place.
 */
static void expect_scalar(struct expected *x, char *s)
{
	int before = x->anchors;
	bool key = place(x);
	const char *tag;
	char class;

	s = take_properties(x, s, &tag);
	class = class_of(tag, s);
	if (!key)
		csm_buf_addc(&x->out, class);
	if (x->anchors > before) {
		x->anchor[before].class = class;
		x->anchor[before].start = x->out.n;
	}
	put_text(&x->out, s + 1);
	if (x->anchors > before)
		x->anchor[before].end = x->out.n;
	if (key)
		csm_buf_addc(&x->out, ':');
}

static void expect_alias(struct expected *x, const char *name)
{
	bool key = place(x);
	int i = x->anchors - 1;

	while (i >= 0 && strcmp(x->anchor[i].name, name) != 0)
		i--;
	if (i < 0)
		return;
	if (!key && x->anchor[i].class)
		csm_buf_addc(&x->out, x->anchor[i].class);
	csm_buf_add(&x->out,
		    csm_strndup(a, x->out.s + x->anchor[i].start, x->anchor[i].end - x->anchor[i].start));
	if (key)
		csm_buf_addc(&x->out, ':');
}

static void expect_line(struct expected *x, char *line)
{
	bool map = line[1] == 'M';
	const char *tag;

	if (strncmp(line, "=VAL", 4) == 0) {
		expect_scalar(x, line + 4);
	} else if (strncmp(line, "=ALI *", 6) == 0) {
		expect_alias(x, line + 6);
	} else if (strncmp(line, "+MAP", 4) == 0 || strncmp(line, "+SEQ", 4) == 0) {
		place(x);
		take_properties(x, line + 4, &tag);
		csm_buf_addc(&x->out, map ? '{' : '[');
		x->map[x->depth] = map;
		x->value[x->depth++] = false;
	} else if (strncmp(line, "-MAP", 4) == 0 || strncmp(line, "-SEQ", 4) == 0) {
		x->depth--;
		csm_buf_add(&x->out, map ? " }" : " ]");
		close_anchors(x);
	}
}

static char *expect(char *events)
{
	struct expected x = { .out = CSM_BUF(a) };

	for (char *line = events, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		expect_line(&x, line);
	}
	return x.out.s;
}

/* Is the reason the right one? */
static bool explains(const char *why, const char *got, bool wrong)
{
	static const struct {
		const char *why, *message;
	} refused[] = { { "tag", ":tag '" },
			{ "key", "a key must be text" },
			{ "control", "control character" },
			{ "strict", "not valid YAML" } };

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (strcmp(refused[i].why, why) == 0)
			return !wrong && strstr(got, " !") && strstr(got, refused[i].message);
	return !strstr(got, " !") && wrong == (strcmp(why, "lax") == 0);
}

static int count_suite[2];

static void check_test(const char *dir, const char *name)
{
	size_t n = 0, m;
	char *text = slurp(a, csm_sprintf(a, "%s/%s/in.yaml", dir, name), &n);
	char *events = slurp(a, csm_sprintf(a, "%s/%s/test.event", dir, name), &m);
	bool wrong = slurp(a, csm_sprintf(a, "%s/%s/error", dir, name), &m) != NULL;
	const char *why = deviation_of(name);
	char *got, *want;
	bool agree;

	if (!text || !events)
		return;
	got = trace(a, CSM_FMT_YAML, text, n);
	want = expect(events);
	T_EQ_STR(trace_drip(a, CSM_FMT_YAML, text, n, 1), got);
	agree = wrong ? strchr(got, '!') != NULL && strstr(got, " !") : strcmp(got, want) == 0;
	count_suite[agree]++;
	if (agree != (why == NULL))
		printf("%s: %s\n  ours   %s\n  theirs %s%s\n", name,
		       why ? "no longer a deviation" : "differs", got, wrong ? "(error) " : "", want);
	else if (why)
		printf("deviation: %s (%s)\n", name, why);
	if (why && !explains(why, got, wrong))
		printf("%s: not for the reason '%s': %s\n", name, why, got);
	T_OK(agree == (why == NULL) && (!why || explains(why, got, wrong)));
}

static void test_suite(const char *data)
{
	const char *dir = csm_sprintf(a, "%s/suites/yaml", data);
	struct dirent *e;
	DIR *d = opendir(dir);

	T_OK(d != NULL);
	while (d && (e = readdir(d)) != NULL) {
		struct csm_mark mark = csm_arena_mark(a);

		if (strlen(e->d_name) == 4 && strcmp(e->d_name, "name") != 0 &&
		    strcmp(e->d_name, "tags") != 0) {
			check_test(dir, e->d_name);
			for (int i = 0; i < 10; i++)
				check_test(dir, csm_sprintf(a, "%s/%02d", e->d_name, i));
		}
		csm_arena_rewind(a, mark);
	}
	if (d)
		closedir(d);
	printf("yaml-test-suite: %d agree, %d differ\n", count_suite[1], count_suite[0]);
	T_OK(count_suite[0] + count_suite[1] == 391);
	/* No row of the table is stale: each was met, and check_test() saw it differ. */
	T_EQ_INT(count_suite[0], sizeof(deviations) / sizeof(deviations[0]));
}

int main(void)
{
	const char *data = getenv("CSM_TEST_DATA");

	a = csm_arena_new(NULL, NULL);
	test_events();
	test_refusals();
	test_aliases();
	test_budget();
	test_limits();
	test_far_byte();
	test_spoilt();
	test_long();
	test_places();
	test_duplicate();
	if (data)
		test_suite(data);
	else
		printf("skip: CSM_TEST_DATA is not set, yaml-test-suite was not run\n");
	csm_arena_free(a);
	T_DONE();
}
