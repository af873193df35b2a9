/* SPDX-License-Identifier: MIT */
/* t_io_list.c - lists in all formats, --format templates, and which format a name, a file or an input is. */
#include <errno.h>

#include <csm/utf8.h>

#include "t_io_util.h"

static struct csm_arena *a;

static const struct csm_column columns[] = {
	{ "number", "Number", CSM_W_TEXT, false, false, false },
	{ "account.name", NULL, CSM_W_TEXT, false, true, false },
	{ "priority", "Pri", CSM_W_NUMBER, true, false, false },
	{ "active", "Active", CSM_W_BOOL, false, false, false },
	{ "note", "Note", CSM_W_TEXT, false, true, false },
};
#define N 5

static const char *const rows[][N] = {
	{ "CS0000001", "Boxeo GmbH", "1", "true", "a\tb\\\nc" },
	{ "CS0000002", "M\xc3\xbcller, \"Co\"", "-12", "false", NULL },
	{ "CS0000003", NULL, NULL, NULL, "=cmd|' /C calc'!A0" },
};

static int list_rows(struct csm_buf *b, enum csm_format f, const struct csm_list_opts *opts,
		     struct csm_err *err)
{
	struct csm_list *l;
	int rc = csm_list_open(&l, a, f, csm_sink_buf(b), columns, N, opts, err);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !rc; i++)
		rc = csm_list_row(l, rows[i], NULL, err);
	if (rc && l)
		csm_list_close(l, NULL);
	return rc ? rc : csm_list_close(l, err);
}

static char *listed(enum csm_format f, struct csm_list_opts opts)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };

	T_EQ_INT(list_rows(&b, f, &opts, &err), CSM_OK);
	/* NUL ends of records, made visible. */
	for (size_t i = 0; i < b.n; i++)
		if (!b.s[i])
			b.s[i] = '@';
	return b.s;
}

#define LINES { .header = true, .terminator = '\n' }

static void test_machine(void)
{
	struct csm_list_opts opts = LINES;
	const char *text;

	T_EQ_STR(listed(CSM_FMT_CSV, opts),
		 "number,account.name,priority,active,note\nCS0000001,Boxeo GmbH,1,true,\"a\tb\\\nc\"\n"
		 "CS0000002,\"M\xc3\xbcller, \"\"Co\"\"\",-12,false,\nCS0000003,,,,=cmd|' /C calc'!A0\n");
	T_EQ_STR(listed(CSM_FMT_TSV, opts),
		 "number\taccount.name\tpriority\tactive\tnote\nCS0000001\tBoxeo "
		 "GmbH\t1\ttrue\ta\\tb\\\\\\nc\n"
		 "CS0000002\tM\xc3\xbcller, \"Co\"\t-12\tfalse\t\nCS0000003\t\t\t\t=cmd|' /C calc'!A0\n");
	opts.guard = true;
	opts.header = false;
	T_EQ_STR(listed(CSM_FMT_CSV, opts),
		 "CS0000001,Boxeo GmbH,1,true,\"a\tb\\\nc\"\nCS0000002,\"M\xc3\xbcller, "
		 "\"\"Co\"\"\",-12,false,\n"
		 "CS0000003,,,,\"'=cmd|' /C calc'!A0\"\n");
	opts.terminator = '\0';
	T_EQ_STR(listed(CSM_FMT_TSV, opts), "CS0000001\tBoxeo GmbH\t1\ttrue\ta\\tb\\\\\\nc@"
		 "CS0000002\tM\xc3\xbcller, \"Co\"\t-12\tfalse\t@CS0000003\t\t\t\t=cmd|' /C calc'!A0@");
	T_EQ_STR(listed(CSM_FMT_NDJSON, opts),
		 "{\"number\":\"CS0000001\",\"account.name\":\"Boxeo "
		 "GmbH\",\"priority\":1,\"active\":true,\"note\":\"a\\tb\\\\\\nc\"}\n"
		 "{\"number\":\"CS0000002\",\"account.name\":\"M\xc3\xbcller, "
		 "\\\"Co\\\"\",\"priority\":-12,\"active\":false,\"note\":null}\n"
		 "{\"number\":\"CS0000003\",\"account.name\":null,\"priority\":null,\"active\":null,"
		 "\"note\":\"=cmd|' /C calc'!A0\"}\n");
	text = listed(CSM_FMT_JSON, opts);
	T_OK(strstr(text, "[\n  {\n    \"number\": \"CS0000001\",\n") == text);
	text = listed(CSM_FMT_YAML, opts);
	T_OK(strstr(text, "- number: CS0000001\n  account.name: Boxeo GmbH\n  priority: 1\n") == text);
}

/* What csv and tsv write is read back as it was. */
static void test_back(void)
{
	static const char want[] =
		"{ \"number\": p\"CS0000001\" \"account.name\": p\"Boxeo GmbH\" \"priority\": p\"1\" "
		"\"active\": p\"true\" \"note\": %c\"a\\tb\\\\\\nc\" } "
		"{ \"number\": p\"CS0000002\" \"account.name\": %c\"M\xc3\xbcller, \\\"Co\\\"\" "
		"\"priority\": p\"-12\" \"active\": p\"false\" \"note\": z\"\" } "
		"{ \"number\": p\"CS0000003\" \"account.name\": z\"\" \"priority\": z\"\" \"active\": "
		"z\"\" \"note\": p\"=cmd|' /C calc'!A0\" }";
	struct csm_list_opts opts = LINES;
	char *text = listed(CSM_FMT_CSV, opts);

	T_EQ_STR(trace(a, CSM_FMT_CSV, text, strlen(text)), csm_sprintf(a, want, 'q', 'q'));
	text = listed(CSM_FMT_TSV, opts);
	T_EQ_STR(trace(a, CSM_FMT_TSV, text, strlen(text)), csm_sprintf(a, want, 'p', 'p'));
}

/* One column, nulls and empty texts; cells at the edge of needing quotes. */
static void test_csv_edges(void)
{
	static const struct csm_column one = { "x", NULL, CSM_W_TEXT, false, false, false },
				       number = { "x", NULL, CSM_W_NUMBER, false, false, false };
	static const char *const values[] = { NULL, "", " a", "a ", "a;b", "+1", "@x", "-x", "-2h", "-2h+1" };
	struct csm_list_opts opts = { .guard = true, .terminator = '\n' };
	struct csm_buf b = CSM_BUF(a);
	struct csm_list *l;

	csm_list_open(&l, a, CSM_FMT_CSV, csm_sink_buf(&b), &one, 1, &opts, NULL);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		T_EQ_INT(csm_list_row(l, &values[i], NULL, NULL), CSM_OK);
	T_EQ_INT(csm_list_close(l, NULL), CSM_OK);
	T_EQ_STR(b.s, "\"\"\n\"\"\n\" a\"\n\"a \"\n\"a;b\"\n\"'+1\"\n\"'@x\"\n\"'-x\"\n-2h\n\"'-2h+1\"\n");
	csm_buf_reset(&b);
	csm_list_open(&l, a, CSM_FMT_CSV, csm_sink_buf(&b), &number, 1, &opts, NULL);
	T_EQ_INT(csm_list_row(l, (const char *const[]){ "-5" }, NULL, NULL), CSM_OK);
	T_EQ_INT(csm_list_row(l, (const char *const[]){ "-x" }, NULL, NULL), CSM_OK);
	T_EQ_INT(csm_list_close(l, NULL), CSM_OK);
	T_EQ_STR(b.s, "-5\n\"'-x\"\n");
}

static void test_table(void)
{
	struct csm_list_opts opts = LINES;

	T_EQ_STR(listed(CSM_FMT_TABLE, opts),
		 "Number     account.name  Pri  Active  Note\n"
		 "CS0000001  Boxeo GmbH      1  true    a\\tb\\\\nc\n"
		 "CS0000002  M\xc3\xbcller, \"Co\"  -12  false\n"
		 "CS0000003                             =cmd|' /C calc'!A0\n");
	opts.width = 50;
	opts.header = false;
	T_EQ_STR(listed(CSM_FMT_TABLE, opts),
		 "CS0000001  Boxeo GmbH      1  true   a\\tb\\\\nc\n"
		 "CS0000002  M\xc3\xbcller, \"Co\"  -12  false\n"
		 "CS0000003                            =cmd|' /C ca\xe2\x80\xa6\n");
	opts.header = true;
	opts.width = 20;
	opts.color = true;
	T_EQ_STR(listed(CSM_FMT_TABLE, opts),
		 "\033[1mNumber     account.name  Pri  Active  Note\033[0m\n"
		 "CS0000001  Boxeo GmbH      1  true    a\\tb\\\\nc\n"
		 "CS0000002  M\xc3\xbcller, \"Co\"  -12  false\n"
		 "CS0000003                             =cmd|'\xe2\x80\xa6\n");
}

/*
 * No line is wider than the terminal, none ends with a blank, short texts stay whole while long ones
 * share the rest.
 */
static void check_fits(const char *text, unsigned width)
{
	for (const char *line = text, *nl; *line; line = nl + 1) {
		nl = strchr(line, '\n');
		T_OK(nl != NULL && (nl == line || nl[-1] != ' '));
		T_OK(csm_utf8_width(csm_strndup(a, line, (size_t)(nl - line))) <= width);
	}
}

static void test_table_widths(void)
{
	static const struct csm_column cols[] = {
		{ "number", "Number", CSM_W_TEXT, false, false, false },
		{ "a", "A", CSM_W_TEXT, false, true, false },
		{ "b", "B", CSM_W_TEXT, false, true, false },
		{ "c", "C", CSM_W_TEXT, false, true, false },
	};
	struct csm_buf texts = CSM_BUF(a), b = CSM_BUF(a);
	const char *row[4] = { "CS0000042", "short", NULL, NULL };
	const char *labels[4] = { NULL, NULL, "label \033[31mred\xe2\x80\xae \xe6\xbc\xa2\xe5\xad\x97",
				  NULL };

	for (int i = 0; i < 40; i++)
		csm_buf_add(&texts, "\xe6\xbc\xa2\xe5\xad\x97 word ");
	row[2] = row[3] = texts.s;
	for (unsigned width = 60; width <= 200; width += 7) {
		struct csm_list_opts opts = { .header = true, .width = width, .terminator = '\n' };
		struct csm_list *l;

		csm_buf_reset(&b);
		T_EQ_INT(csm_list_open(&l, a, CSM_FMT_TABLE, csm_sink_buf(&b), cols, 4, &opts, NULL), CSM_OK);
		T_EQ_INT(csm_list_row(l, row, NULL, NULL), CSM_OK);
		T_EQ_INT(csm_list_row(l, row, labels, NULL), CSM_OK);
		T_EQ_INT(csm_list_close(l, NULL), CSM_OK);
		check_fits(b.s, width);
		T_OK(strstr(b.s, "CS0000042  short  \xe6") != NULL);
		T_OK(!strchr(b.s, '\033') && !strstr(b.s, "\xe2\x80\xae"));
		if (width >= 100)
			T_OK(strstr(b.s, "label \\x1B[31mred\\u{202E} \xe6\xbc\xa2\xe5\xad\x97  ") != NULL);
	}
	if (getenv("CSM_TEST_SHOW"))
		printf("%s", b.s);
}

static void test_format(void)
{
	struct csm_list_opts opts = { .terminator = '\n' };
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };

	opts.format = "%(number) %(account.name)";
	T_EQ_STR(listed(CSM_FMT_TABLE, opts),
		 "CS0000001 Boxeo GmbH\nCS0000002 M\xc3\xbcller, \"Co\"\nCS0000003 \n");
	opts.format = "[%(account.name:<14)|%(priority:>4)] 100%%\\t\\\\\\n";
	T_EQ_STR(listed(CSM_FMT_JSON, opts), "[Boxeo GmbH    |   1] 100%\t\\\n[M\xc3\xbcller, \"Co\"  | "
					     "-12] 100%\t\\\n[              |    ] 100%\t\\\n");
	opts.terminator = '\0';
	opts.format = "%(number)\\n";
	T_EQ_STR(listed(CSM_FMT_TABLE, opts), "CS0000001\n@CS0000002\n@CS0000003\n@");
	opts.format = "%(number)\\0";
	T_EQ_STR(listed(CSM_FMT_TABLE, opts), "CS0000001@CS0000002@CS0000003@");
	opts.format = "";
	T_EQ_STR(listed(CSM_FMT_TABLE, opts), "@@@");
	opts.format = "%(acount.name)";
	T_EQ_INT(list_rows(&b, CSM_FMT_TABLE, &opts, &err), CSM_E_USAGE);
	T_EQ_STR(err.msg, "format: no field 'acount.name' (did you mean 'account.name'?)");
	opts.format = "%(zzzzzzzzzzzzzz)";
	T_EQ_INT(list_rows(&b, CSM_FMT_TABLE, &opts, &err), CSM_E_USAGE);
	T_EQ_STR(err.msg, "format: no field 'zzzzzzzzzzzzzz'");
}

static void test_format_paths(void)
{
	static const char *const wrong[][2] = {
		{ "%(number", "format: '%(number' has no closing ')'" },
		{ "%()", "format: '%()' names no field" },
		{ "%d", "format: '%d' is not known (expected %(field) or %%)" },
		{ "100%", "format: '%' is not known (expected %(field) or %%)" },
		{ "%(a:5)", "format: ':5' is not a padding (expected :<WIDTH or :>WIDTH, at most 1000)" },
		{ "%(a:<)", "format: ':<' is not a padding (expected :<WIDTH or :>WIDTH, at most 1000)" },
		{ "%(a:<x)", "format: ':<x' is not a padding (expected :<WIDTH or :>WIDTH, at most 1000)" },
		{ "%(a:<99999999999999999999)", "format: ':<99999999999999999999' is not a padding "
						"(expected :<WIDTH or :>WIDTH, at most 1000)" },
		{ "%(a:)", "format: ':' is not a padding (expected :<WIDTH or :>WIDTH, at most 1000)" },
		{ "\\q", "format: '\\q' is not an escape (expected \\n, \\t, \\0 or \\\\)" },
		{ "\\", "format: '\\' is not an escape (expected \\n, \\t, \\0 or \\\\)" },
	};
	struct csm_err err = { 0 };
	const char **paths;
	unsigned n;

	T_EQ_INT(csm_format_paths(a, "%(number) %(account.name:<20) %% %(number)\\n", &paths, &n, &err),
		 CSM_OK);
	T_EQ_INT(n, 2);
	T_EQ_STR(paths[0], "number");
	T_EQ_STR(paths[1], "account.name");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		csm_err_clear(&err);
		T_EQ_INT(csm_format_paths(a, wrong[i][0], &paths, &n, &err), CSM_E_USAGE);
		T_EQ_STR(err.msg, wrong[i][1]);
	}
}

static int write_nothing(void *arg, const void *p, size_t n)
{
	(void)p;
	(void)n;
	(*(int *)arg)++;
	errno = EPIPE;
	return -1;
}

/* A closed pipe ends every list, at the latest when it is closed. */
static void test_closed(void)
{
	for (int f = 0; f < CSM_FMT__N; f++) {
		struct csm_list_opts opts = LINES;
		struct csm_err err = { 0 };
		int calls = 0, rc = CSM_OK;
		struct csm_list *l;

		T_EQ_INT(csm_list_open(&l, a, (enum csm_format)f,
				       (struct csm_sink){ write_nothing, &calls }, columns, N, &opts, &err),
			 CSM_OK);
		for (int i = 0; i < 5000 && !rc; i++)
			rc = csm_list_row(l, rows[1], NULL, &err);
		T_EQ_INT(rc, f == CSM_FMT_TABLE ? CSM_OK : CSM_E_IO);
		errno = 0;
		T_EQ_INT(csm_list_close(l, &err), CSM_E_IO);
		T_EQ_INT(errno, EPIPE);
		T_EQ_STR(err.msg, "cannot write the output: Broken pipe");
		T_EQ_INT(calls, 1);
	}
	T_EQ_INT(csm_list_close(NULL, NULL), CSM_OK);
}

static void test_formats(void)
{
	static const struct {
		const char *text;
		enum csm_format f;
	} sniffs[] = {
		{ "", CSM_FMT_YAML },
		{ "  \n", CSM_FMT_YAML },
		{ "a: b", CSM_FMT_YAML },
		{ "- a", CSM_FMT_YAML },
		{ "[1]", CSM_FMT_JSON },
		{ "{\"a\":1}", CSM_FMT_JSON },
		{ "\xef\xbb\xbf {\"a\":\"}\\\"\"}\n", CSM_FMT_JSON },
		{ "{\"a\":{}}\n{\"b\"", CSM_FMT_NDJSON },
		{ "{\"a\":[{}]}\r\n\r\n {", CSM_FMT_NDJSON },
		{ "{\"a\":1} {\"b\":2}", CSM_FMT_JSON },
		{ "{\n \"a\": 1,\n", CSM_FMT_JSON },
		{ "{\"a\":1}\n]", CSM_FMT_JSON },
		{ "{\"a\":1\n{\"b\":2}", CSM_FMT_NDJSON },
		{ "{\"a\":1}}\n{\"b\":2}", CSM_FMT_NDJSON },
		{ "{\"a\":1},\r\n{\"b\":2}", CSM_FMT_NDJSON },
		{ "{\"a\":1}\nbroken\n", CSM_FMT_NDJSON },
		{ "{\"a\": [\n{\"b\":1}\n]}", CSM_FMT_JSON },
		{ "{\"a\":\n{\"b\":1}}", CSM_FMT_JSON },
		{ "{\n{", CSM_FMT_JSON },
		{ "broken\n{\"a\":1}\n", CSM_FMT_NDJSON },
		{ "a,b\r\n{\"a\":1}", CSM_FMT_NDJSON },
		{ "a\n{\"b\n", CSM_FMT_CSV },
		{ "a\n{1}\n", CSM_FMT_CSV },
		{ "a", CSM_FMT_CSV },
		{ "\xef\xbb\xbf" "a,b:c\r\nx,y: z", CSM_FMT_CSV },
		{ "\"a\",b\n", CSM_FMT_CSV },
		{ "\"a\": b\n", CSM_FMT_YAML },
		{ "a,b:\r\n", CSM_FMT_YAML },
		{ "a:", CSM_FMT_YAML },
		{ "# a,b\n", CSM_FMT_YAML },
		{ "---\n", CSM_FMT_YAML },
		{ "a\tb\n", CSM_FMT_TSV },
		{ "\"a\"\tb\n", CSM_FMT_CSV },
		{ "SEP=\t\na\tb\n", CSM_FMT_CSV },
	};

	for (size_t i = 0; i < sizeof(sniffs) / sizeof(sniffs[0]); i++)
		T_EQ_INT(csm_format_sniff(sniffs[i].text, strlen(sniffs[i].text)), sniffs[i].f);
	for (int f = 0; f < CSM_FMT__N; f++)
		T_EQ_INT(csm_format_named(csm_format_name((enum csm_format)f)), f);
	T_EQ_INT(csm_format_named("xml"), CSM_FMT_NONE);
	T_EQ_STR(csm_format_name(CSM_FMT_NONE), "none");
	T_EQ_INT(csm_format_of_file("a/b.yml"), CSM_FMT_YAML);
	T_EQ_INT(csm_format_of_file("b.tar.JSONL"), CSM_FMT_NDJSON);
	T_EQ_INT(csm_format_of_file("x.json"), CSM_FMT_JSON);
	T_EQ_INT(csm_format_of_file("x.tsv"), CSM_FMT_TSV);
	T_EQ_INT(csm_format_of_file("x.csv/y"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file(".csv"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file("x.table"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file("x.mail"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file("x.openmetrics"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file("-"), CSM_FMT_NONE);
}

/* What a scraper would take for the end of a value or a line is escaped; a label without value is left out. */
static void test_metrics(void)
{
	const struct csm_label labels[] = {
		{ "none", NULL }, { "name", "a\"b\\c\nd" }, { "also", NULL }, { "zone", "Z\xc3\xbcrich" }
	};
	struct csm_buf b = CSM_BUF(a);

	csm_metrics_family(&b, "csm_x_seconds", "seconds", "Says \"x\"\\y\nz.");
	csm_metrics_sample(&b, "csm_x_seconds", labels, 4, "1");
	csm_metrics_sample(&b, "csm_x_seconds", labels, 1, "0.5");
	csm_metrics_family(&b, "csm_y", NULL, "Y.");
	csm_metrics_end(&b);
	T_EQ_STR(b.s, "# TYPE csm_x_seconds gauge\n"
		      "# UNIT csm_x_seconds seconds\n"
		      "# HELP csm_x_seconds Says \\\"x\\\"\\\\y\\nz.\n"
		      "csm_x_seconds{name=\"a\\\"b\\\\c\\nd\",zone=\"Z\xc3\xbcrich\"} 1\n"
		      "csm_x_seconds 0.5\n"
		      "# TYPE csm_y gauge\n"
		      "# HELP csm_y Y.\n"
		      "# EOF\n");
}

int main(void)
{
	struct csm_err err = { 0 };
	struct csm_list *l;

	a = csm_arena_new(NULL, NULL);
	test_machine();
	test_back();
	test_csv_edges();
	test_table();
	test_table_widths();
	test_format();
	test_format_paths();
	test_closed();
	test_formats();
	test_metrics();
	T_EQ_INT(csm_list_open(&l, a, CSM_FMT_MAIL, csm_sink_buf(NULL), columns, N, NULL, &err), CSM_E_USAGE);
	csm_err_clear(&err);
	T_EQ_INT(csm_list_open(&l, a, CSM_FMT_NONE, csm_sink_buf(NULL), columns, N, NULL, &err), CSM_E_USAGE);
	csm_arena_free(a);
	T_DONE();
}
