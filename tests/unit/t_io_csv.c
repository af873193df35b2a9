/* SPDX-License-Identifier: MIT */
/*
 * t_io_csv.c - the CSV and TSV reader: cells, places, refusals, going on after them, delimiters, and
 * the two suites.
 */
#include <dirent.h>

#include <jansson.h>

#include "t_io_util.h"

static struct csm_arena *a;

#define T_CSV(text, events) T_EQ_STR(trace(a, CSM_FMT_CSV, text, sizeof(text) - 1), events)
#define T_TSV(text, events) T_EQ_STR(trace(a, CSM_FMT_TSV, text, sizeof(text) - 1), events)

static void test_cells(void)
{
	T_CSV("a,b\n1,2\n", "{ \"a\": p\"1\" \"b\": p\"2\" }");
	T_CSV("a,b\r\n1,2\r\n3,4", "{ \"a\": p\"1\" \"b\": p\"2\" } { \"a\": p\"3\" \"b\": p\"4\" }");
	T_CSV("\xef\xbb\xbf" "a,b\n1,2", "{ \"a\": p\"1\" \"b\": p\"2\" }");
	T_CSV("a,b,c\n,\"\", x \n", "{ \"a\": z\"\" \"b\": q\"\" \"c\": p\" x \" }");
	T_CSV("a,b\n\"x,\"\"y\"\"\nz\",\"1\r\n2\"\n", "{ \"a\": q\"x,\\\"y\\\"\\nz\" \"b\": q\"1\\n2\" }");
	T_CSV("\n\r\na\n\n1\n\r\n\n2\n\n", "{ \"a\": p\"1\" } { \"a\": p\"2\" }");
	T_CSV("\"a\",\"b \"\n1,", "{ \"a\": p\"1\" \"b \": z\"\" }");
	T_CSV("a,b\nx\ty,z;\n", "{ \"a\": p\"x\\ty\" \"b\": p\"z;\" }");
	T_CSV("a", "");
	T_CSV("a\n\"\"\n", "{ \"a\": q\"\" }");
}

static void test_refusals(void)
{
	T_CSV("", "!0:0:no header line (the input is empty)");
	T_CSV("\n\n", "!0:0:no header line (the input is empty)");
	T_CSV(",\n1,2\n", "!1:0:no column of the header has a name (the first line that is not blank names the columns)");
	T_CSV("a,b,a\n", "!1:5:columns 1 and 3 of the header are both named 'a'");
	T_CSV("a,b,a,,b,\"a\",\n", "!1:5:columns 1 and 3 of the header are both named 'a', 2 and 5 'b', 1 and 6 'a'");
	T_CSV("a,b\n1\n2,3,4\n5,6\n", " !2:0:row of 1 cell, expected 2 as in the header !3:0:row of 3 "
				      "cells, expected 2 as in the header { \"a\": p\"5\" \"b\": p\"6\" }");
	T_CSV("a\nx\"y\nz\n", " !2:2:'\"' inside a cell that does not begin with it (quote the whole cell "
			      "and double the '\"') { \"a\": p\"z\" }");
	T_CSV("a\n\"x\"y\nz\n", " !2:4:text behind the closing '\"' of a cell (a '\"' inside a cell is "
				"doubled) { \"a\": p\"z\" }");
	T_CSV("a,b\n1,\"x\n2,y\n3,z\n", " !2:3:quoted cell without its closing '\"' { \"a\": p\"2\" \"b\": "
					"p\"y\" } { \"a\": p\"3\" \"b\": p\"z\" }");
	T_CSV("a\nx\ry\nz", " !2:2:carriage return without a newline { \"a\": p\"z\" }");
	T_CSV("a\n\"x\ry\"\nz", " !2:3:carriage return without a newline { \"a\": p\"z\" }");
	T_CSV("a\nx\0y\nz", " !2:2:NUL byte { \"a\": p\"z\" }");
	T_CSV("a\n\"x\0y\"\nz", " !2:3:NUL byte { \"a\": p\"z\" }");
	T_OK(strstr(trace(a, CSM_FMT_CSV, "a,b\nx,y\033[1m\n1,2\n", 17),
		    " !2:3:byte 2 is the control character U+001B") != NULL);
	T_OK(strstr(trace(a, CSM_FMT_CSV, "a,b\nx,y\xff\n1,2\n", 14), "{ \"a\": p\"1\" \"b\": p\"2\" }") !=
	     NULL);
	T_OK(strstr(trace(a, CSM_FMT_CSV, "a,\xff\n", 5), "!1:3:") != NULL);
}

static char *places(const char *text)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_reader *r;
	struct csm_event ev;

	if (csm_reader_open(&r, a, CSM_FMT_CSV, csm_source_memory(a, text, strlen(text), "x"), NULL, NULL))
		return NULL;
	while (csm_reader_next(r, &ev, NULL) == CSM_OK && ev.type != CSM_EV_END)
		if (ev.type == CSM_EV_SCALAR)
			csm_buf_addf(&b, "%d:%d ", (int)ev.line, (int)ev.col);
	csm_reader_close(r);
	return b.s;
}

static void test_places(void)
{
	T_EQ_STR(places("a,b,c\n\xc3\xa9,\xe2\x82\xac\xe2\x82\xac,x\n\"1\n\n2\",\"\xc3\xa9\n\xc3\xa9\","
			"y\n\n\nz,,\n"),
		 "2:1 2:3 2:6 3:1 5:4 6:4 9:1 9:3 9:4 ");
}

static void test_delimiters(void)
{
	static const struct csm_read_opts bar = { .delimiter = '|' }, quote = { .delimiter = '"' };
	static const char *const names[] = { "x", "y" };
	static const struct csm_read_opts named = { .header_given = true, .header = names, .nheader = 2 };
	struct csm_err err = { 0 };
	struct csm_reader *r;
	unsigned n;

	T_CSV("a;b;c\n1,5;2;3\n", "{ \"a\": p\"1,5\" \"b\": p\"2\" \"c\": p\"3\" }");
	T_CSV("a\tb\n1,5\t\"2\t\"\n", "{ \"a\": p\"1,5\" \"b\": q\"2\\t\" }");
	T_CSV("\n\"a;b;c;d\",e\n1,2\n", "{ \"a;b;c;d\": p\"1\" \"e\": p\"2\" }");
	T_EQ_STR(trace_source(a, CSM_FMT_CSV, csm_source_memory(a, "a|b\n1,2|3", 9, "x"), &bar),
		 "{ \"a\": p\"1,2\" \"b\": p\"3\" }");
	T_EQ_STR(trace_source(a, CSM_FMT_CSV, csm_source_memory(a, "1;2\n3;4", 7, "x"), &named),
		 "{ \"x\": p\"1\" \"y\": p\"2\" } { \"x\": p\"3\" \"y\": p\"4\" }");
	T_EQ_STR(trace_source(a, CSM_FMT_CSV, csm_source_memory(a, "", 0, "x"), &named), "");
	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_CSV, csm_source_memory(a, "a", 1, "x"), &quote, &err),
		 CSM_E_USAGE);
	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_CSV, csm_source_memory(a, "a;b\n", 4, "x"), NULL, &err),
		 CSM_OK);
	T_EQ_INT(csm_reader_delimiter(r), ';');
	T_EQ_STR(csm_reader_columns(r, &n)[1], "b");
	T_EQ_INT(n, 2);
	csm_reader_close(r);
}

/* Delimiters at the end of lines and columns without a name: nothing that is there gets lost. */
static void test_unnamed(void)
{
	T_CSV("a,b,\n1,2,\n3,,\n", "{ \"a\": p\"1\" \"b\": p\"2\" } { \"a\": p\"3\" \"b\": z\"\" }");
	T_CSV("a,,c\n1,,2\n1,x,2\n3,\"\",4\n",
	      "{ \"a\": p\"1\" \"c\": p\"2\" } !3:3:'x' stands in column 2, which the header does not name "
	      "{ \"a\": p\"3\" \"c\": p\"4\" }");
	T_CSV("a,b\n1,2,\n3,4,,,\n5,6,,7\n8\n,,\n",
	      "{ \"a\": p\"1\" \"b\": p\"2\" } { \"a\": p\"3\" \"b\": p\"4\" } !4:0:row of 4 cells, expected 2 as "
	      "in the header !5:0:row of 1 cell, expected 2 as in the header { \"a\": z\"\" \"b\": z\"\" }");
	T_CSV("a,b\n1,2,\"\"\n", " !2:0:row of 3 cells, expected 2 as in the header");
}

/* The line that spreadsheets write and take for the delimiter. */
static void test_sep(void)
{
	static const struct csm_read_opts comma = { .delimiter = ',' };

	T_CSV("sep=;\na;b\n1,5;2\n", "{ \"a\": p\"1,5\" \"b\": p\"2\" }");
	T_CSV("SEP=|\r\na|b\r\n1|2", "{ \"a\": p\"1\" \"b\": p\"2\" }");
	T_CSV("\"sep=\t\"\na\tb,c\n1\t2\n3", "{ \"a\": p\"1\" \"b,c\": p\"2\" } !4:0:row of 1 cell, expected 2 as in "
					       "the header");
	T_CSV("sep=;\ra;b\r1;2\r", "{ \"a\": p\"1\" \"b\": p\"2\" }");
	T_CSV("\xef\xbb\xbfsep=:\na:b\n1:2\n", "{ \"a\": p\"1\" \"b\": p\"2\" }");
	T_CSV("sep=;", "!0:0:no header line (the input is empty)");
	T_CSV("sep=ab\n1\n", "{ \"sep=ab\": p\"1\" }");
	T_CSV("sep,x\n1,2\n", "{ \"sep\": p\"1\" \"x\": p\"2\" }");
	T_EQ_STR(trace_source(a, CSM_FMT_CSV, csm_source_memory(a, "sep=;\na,b\n1,2", 13, "x"), &comma),
		 "{ \"a\": p\"1\" \"b\": p\"2\" }");
}

/* Files of old systems end their lines with a carriage return alone. */
static void test_returns(void)
{
	T_CSV("a,b\r1,\"x\ry\"\r\r3,4", "{ \"a\": p\"1\" \"b\": q\"x\\ny\" } { \"a\": p\"3\" \"b\": p\"4\" }");
	T_CSV("\r\ra\r1\r", "{ \"a\": p\"1\" }");
	T_CSV("a,b\r1\r2,\"x\ny\r\nz\"\r", " !2:0:row of 1 cell, expected 2 as in the header "
					  "{ \"a\": p\"2\" \"b\": q\"x\\ny\\nz\" }");
	T_CSV("a\r1\n2\r3\r", " !2:2:newline in a file whose lines end with a carriage return, as its first does "
			     "{ \"a\": p\"3\" }");
	T_CSV("a\n1\r2\n3\n", " !2:2:carriage return without a newline { \"a\": p\"3\" }");
	T_CSV("a\r\"x\"y\rz\r", " !2:4:text behind the closing '\"' of a cell (a '\"' inside a cell is doubled) { \"a\": "
			      "p\"z\" }");
}

/* Which delimiter: the one that fits the rows, not the one most in the header. */
static void check_guess(const char *text, char delimiter, bool guessed)
{
	struct csm_err err = { 0 };
	struct csm_reader *r;

	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_CSV, csm_source_memory(a, text, strlen(text), "x"), NULL, &err),
		 CSM_OK);
	T_EQ_INT(csm_reader_delimiter(r), delimiter);
	T_EQ_INT(csm_reader_guessed(r), guessed);
	csm_reader_close(r);
}

static void test_guesses(void)
{
	check_guess("a,b\n1,2\n", ',', false);
	check_guess("a;b\n1;2\n", ';', false);
	check_guess("a\tb\n1\t2", '\t', false);
	check_guess("a|b\n1|2\n", '|', true);
	check_guess("a\n1\n", ',', false);
	check_guess("Amount (EUR, gross, all);Date\n1,5;x\n2;y\n", ';', true);
	check_guess("a;b,c,d\n1;2\n3;4\n", ';', true);
	check_guess("a,b,c;d\n\"1;2\",2,3\n4,5,6\n", ',', true);
	check_guess("\"a;b;c\",d\n1,2\n", ',', false);
	check_guess("a,b\n1,\"2\n3;4;5\n6;7\"\n", ',', false);
	check_guess("a;b\n1;5\" pipe; and, so, on\n2;x\n", ';', false);
	check_guess("sep=|\na|b,c\n", '|', false);
	check_guess("a,b;c", ',', true);
}

static void test_tsv(void)
{
	T_TSV("a\tb\n1,2\t\"x\"\n", "{ \"a\": p\"1,2\" \"b\": p\"\\\"x\\\"\" }");
	T_TSV("a\tb\n\\t\\n\\\\\\x\t\n", "{ \"a\": p\"\\t\\n\\\\\\\\x\" \"b\": z\"\" }");
	T_TSV("a\tb\r\nx\\\t\\\r\n", "{ \"a\": p\"x\\\\\" \"b\": p\"\\\\\" }");
	T_TSV("a\tb\n1\n", " !2:0:row of 1 cell, expected 2 as in the header");
	T_TSV("a\nb\\", "{ \"a\": p\"b\\\\\" }");
}

/* The records as they came, good and refused. */
static char *raws(const char *text)
{
	static const struct csm_read_opts raw = { .keep_raw = true };
	struct csm_buf got = CSM_BUF(a);
	struct csm_err err = { 0 };
	struct csm_reader *r;
	size_t n;

	T_EQ_INT(csm_reader_open(&r, a, CSM_FMT_CSV, csm_source_memory(a, text, strlen(text), "x"), &raw, &err),
		 CSM_OK);
	for (;;) {
		struct csm_event ev;
		int rc = csm_reader_next(r, &ev, &err);
		const char *p;

		if (!rc && ev.type == CSM_EV_END)
			break;
		if (!rc && ev.type != CSM_EV_MAP_END)
			continue;
		p = csm_reader_raw(r, &n);
		csm_buf_addf(&got, "%s<%.*s>", rc ? "!" : "", (int)n, p);
		csm_err_clear(&err);
		if (rc)
			T_EQ_INT(csm_reader_skip(r, &err), CSM_OK);
	}
	csm_reader_close(r);
	return got.s;
}

static void test_raw(void)
{
	T_EQ_STR(raws("a,b\n1,\"x\ny\"\r\n2\n3,\"z\"w\n\n4,\"open\n5,6\n"),
		 "<1,\"x\ny\">!<2>!<3,\"z\"w>!<4,\"open><5,6>");
	T_EQ_STR(raws("a,b\r1,\"x\ry\"\r2\r3,\"z\rz\"w\r\r4,\"x\r\ny\""),
		 "<1,\"x\ny\">!<2>!<3,\"z\nz\"w><4,\"x\r\ny\">");
}

static void test_limits(void)
{
	struct csm_buf b = CSM_BUF(a);
	char *got;

	csm_buf_add(&b, "a,b\n1,\"");
	for (size_t i = 0; i < 3 * CSM_IO_ROW; i++)
		csm_buf_addc(&b, 'x');
	csm_buf_add(&b, "\"\n1,2\n");
	got = trace(a, CSM_FMT_CSV, b.s, b.n);
	T_EQ_STR(got,
		 " !2:1:row longer than 8 MiB (or a '\"' is not closed) { \"a\": p\"1\" \"b\": p\"2\" }");
	csm_buf_reset(&b);
	csm_buf_add(&b, "a,b\n1,");
	for (size_t i = 0; i <= CSM_IO_VALUE; i++)
		csm_buf_addc(&b, 'x');
	csm_buf_add(&b, "\n1,2\n");
	T_EQ_STR(trace(a, CSM_FMT_CSV, b.s, b.n),
		 "{ \"a\": p\"1\" \"b\": !2:3:value longer than 1 MiB { \"a\": p\"1\" \"b\": p\"2\" }");
	csm_buf_reset(&b);
	csm_buf_add(&b, "a,b\n");
	for (int i = 0; i < 5000; i++)
		csm_buf_addc(&b, ',');
	csm_buf_add(&b, "\n1,2\n");
	T_EQ_STR(trace(a, CSM_FMT_CSV, b.s, b.n),
		 " !2:4096:more than 4096 cells in a row { \"a\": p\"1\" \"b\": p\"2\" }");
}

static void test_windows(void)
{
	struct csm_buf b = CSM_BUF(a);
	char *whole;

	csm_buf_add(&b, "number,text,note\r\n");
	for (int i = 0; i < 20000; i++)
		csm_buf_addf(&b, "%d,\"line \xc3\xa9 \"\"%d\"\"\r\nnext\",plain%s", i, i * 7919,
			     i % 3 ? "\n" : "\r\n\r\n");
	whole = trace(a, CSM_FMT_CSV, b.s, b.n);
	T_OK(strlen(whole) > 1000000 && !strchr(whole, '!'));
	T_OK(strcmp(whole, trace_drip(a, CSM_FMT_CSV, b.s, b.n, 65521)) == 0);
	b.n = 20000;
	T_EQ_STR(trace_drip(a, CSM_FMT_CSV, b.s, b.n, 1), trace(a, CSM_FMT_CSV, b.s, b.n));
}

static long read_badly(void *arg, void *p, size_t n)
{
	int *calls = arg;

	if ((*calls)++ > 0)
		return csm_source_fd(&(int){ -1 }, "x").read(&(int){ -1 }, p, n);
	memcpy(p, "a,b\n1,2\n3", 9);
	return 9;
}

static void test_io_error(void)
{
	int calls = 0;

	T_EQ_STR(trace_source(a, CSM_FMT_CSV, (struct csm_source){ read_badly, &calls, "x", NULL }, NULL),
		 "{ \"a\": p\"1\" \"b\": p\"2\" } !0:0:cannot be read: Bad file descriptor");
	calls = 1;
	T_EQ_STR(trace_source(a, CSM_FMT_CSV, (struct csm_source){ read_badly, &calls, "x", NULL }, NULL),
		 "!0:0:cannot be read: Bad file descriptor");
}

/* ---- csv-spectrum and csv-test-data ---- */

/* What csm answers otherwise, and why. */
static struct {
	const char *name, *why;
	bool met;
} deviations[] = {
	{ "all-empty.csv", "blank lines are not rows", false },
	{ "empty-one-column.csv", "blank lines are not rows", false },
	/* The suites contradict each other here: csv-test-data has bad-unescaped-quote.csv, csv-spectrum
	   takes it. */
	{ "location_coordinates.csv", "a quote inside a cell that is not quoted", false },
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

static void put_cell(struct csm_buf *b, const char *key, const char *value)
{
	struct csm_buf lf = CSM_BUF(a);

	for (; *value; value++)
		if (*value != '\r')
			csm_buf_addc(&lf, *value);
	csm_buf_addc(b, ' ');
	csm_json_quote(b, key);
	csm_buf_addc(b, ':');
	csm_json_quote(b, lf.s);
}

/* The rows of the JSON beside a CSV: objects by column, or arrays when the file has no header. */
static char *expect(json_t *rows, const char *const *names)
{
	struct csm_buf b = CSM_BUF(a);
	json_t *row, *cell;
	const char *key;
	size_t i, k;

	json_array_foreach(rows, i, row) {
		csm_buf_add(&b, "{");
		if (json_is_object(row)) {
			json_object_foreach(row, key, cell)
				put_cell(&b, key, json_string_value(cell));
		} else {
			json_array_foreach(row, k, cell)
				put_cell(&b, names[k], json_string_value(cell));
		}
		csm_buf_add(&b, " }");
	}
	return b.s;
}

static char *read_rows(const char *text, size_t n, const struct csm_read_opts *opts, int *rc)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_err err = { 0 };
	struct csm_reader *r;
	struct csm_event ev = { 0 };

	*rc = csm_reader_open(&r, a, CSM_FMT_CSV, csm_source_memory(a, text, n, "x"), opts, &err);
	while (!*rc && (*rc = csm_reader_next(r, &ev, &err)) == CSM_OK && ev.type != CSM_EV_END) {
		if (ev.type == CSM_EV_MAP)
			csm_buf_add(&b, "{");
		else if (ev.type == CSM_EV_MAP_END)
			csm_buf_add(&b, " }");
		else if (ev.type == CSM_EV_KEY)
			csm_buf_addc(&b, ' ');
		if (ev.type == CSM_EV_KEY || ev.type == CSM_EV_SCALAR)
			csm_json_quote(&b, ev.text);
		if (ev.type == CSM_EV_KEY)
			csm_buf_addc(&b, ':');
	}
	csm_reader_close(r);
	return b.s;
}

/* A file of the suite without a header: as many columns as its first row of JSON has. */
static struct csm_read_opts header_of(json_t *rows, bool header)
{
	static const char *const names[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
	struct csm_read_opts opts = { .delimiter = ',' };

	if (!header && rows) {
		opts.header_given = true;
		opts.header = names;
		opts.nheader = (unsigned)json_array_size(json_array_get(rows, 0));
	}
	return opts;
}

static void check_file(const char *dir, const char *name, bool header)
{
	size_t n = 0, m = 0;
	char *text = slurp(a, csm_sprintf(a, "%s/%s", dir, name), &n), *json, *got;
	const char *why = deviation_of(name);
	struct csm_read_opts opts;
	json_t *rows;
	int rc;

	json = slurp(a, csm_sprintf(a, "%s/../json/%.*s.json", dir, (int)strlen(name) - 4, name), &m);
	rows = json ? json_loadb(json, m, 0, NULL) : NULL;
	T_OK(text != NULL && (rows != NULL || strncmp(name, "bad-", 4) == 0));
	opts = header_of(rows, header);
	got = read_rows(text, n, &opts, &rc);
	if (why)
		printf("deviation: %s: %s\n", name, why);
	if (why && strstr(why, "quote"))
		T_EQ_INT(rc, CSM_E_INVALID);
	else if (strcmp(name, "bad-header-wrong-header.csv") == 0)
		T_EQ_INT(rc, CSM_OK);	/* its names are wrong only to those who expect others */
	else if (!rows)
		T_EQ_INT(rc, CSM_E_INVALID);
	else if (why)
		T_OK(strcmp(got, expect(rows, opts.header)) != 0);
	else
		T_EQ_STR(got, expect(rows, opts.header));
	if (rows && !why)
		T_EQ_INT(rc, CSM_OK);
	json_decref(rows);
}

static int check_folder(const char *data, const char *folder, bool header)
{
	const char *dir = csm_sprintf(a, "%s/suites/csv/%s", data, folder);
	struct dirent *e;
	DIR *d = opendir(dir);
	int files = 0;

	T_OK(d != NULL);
	while (d && (e = readdir(d)) != NULL)
		if (strstr(e->d_name, ".csv")) {
			check_file(dir, e->d_name, header || strstr(e->d_name, "header-"));
			files++;
		}
	if (d)
		closedir(d);
	return files;
}

int main(void)
{
	const char *data = getenv("CSM_TEST_DATA");

	a = csm_arena_new(NULL, NULL);
	test_cells();
	test_refusals();
	test_places();
	test_delimiters();
	test_unnamed();
	test_sep();
	test_returns();
	test_guesses();
	test_tsv();
	test_raw();
	test_limits();
	test_windows();
	test_io_error();
	if (data) {
		T_EQ_INT(check_folder(data, "spectrum/csvs", true), 12);
		T_EQ_INT(check_folder(data, "test-data/csv", false), 25);
		for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++)
			T_OK(deviations[i].met);
	} else {
		printf("skip: CSM_TEST_DATA is not set, the CSV suites were not run\n");
	}
	csm_arena_free(a);
	T_DONE();
}
