/* SPDX-License-Identifier: MIT */
/*
 * t_io_suites.c - values against what the public suites say they are: test_transform of JSONTestSuite, the JSON of
 * yaml-test-suite, and the big list of naughty strings through every writer and back. Verdicts of the suites are in
 * t_io_json.c, t_io_yaml.c and t_io_csv.c.
 */
#include <dirent.h>

#include <jansson.h>

#include <csm/utf8.h>

#include "t_io_util.h"

static struct csm_arena *a;

/* The trees of an input, one a document; *n how many. NULL with err when it is refused. */
static struct csm_node **read_trees(enum csm_format f, const char *text, size_t len, size_t *n, struct csm_err *err)
{
	struct csm_vec v = CSM_VEC(a, struct csm_node *);
	struct csm_reader *r;
	struct csm_event ev;
	int rc;

	csm_err_clear(err);
	*n = 0;
	rc = csm_reader_open(&r, a, f, csm_source_memory(a, text, len, "x"), NULL, err);
	while (!rc && (rc = csm_reader_next(r, &ev, err)) == CSM_OK && ev.type != CSM_EV_END)
		rc = csm_reader_node(r, &ev, a, csm_vec_add(&v), err);
	csm_reader_close(r);
	*n = v.n;
	return rc ? NULL : v.n ? v.p : csm_alloc(a, sizeof(struct csm_node *));
}

/* ---- test_transform: what becomes of values that parsers disagree about ---- */

/* events: what csm reads, byte by byte; or why: what it refuses with. The suite itself has no answers here. */
static const struct {
	const char *name, *events, *why;
} transforms[] = {
	{ "number_-9223372036854775808.json", "[ n\"-9223372036854775808\" ]", NULL },
	{ "number_-9223372036854775809.json", "[ n\"-9223372036854775809\" ]", NULL },
	{ "number_1.0.json", "[ n\"1.0\" ]", NULL },
	{ "number_1.000000000000000005.json", "[ n\"1.000000000000000005\" ]", NULL },
	{ "number_1000000000000000.json", "[ n\"1000000000000000\" ]", NULL },
	{ "number_10000000000000000999.json", "[ n\"10000000000000000999\" ]", NULL },
	{ "number_1e-999.json", "[ n\"1E-999\" ]", NULL },
	{ "number_1e6.json", "[ n\"1E6\" ]", NULL },
	{ "number_9223372036854775807.json", "[ n\"9223372036854775807\" ]", NULL },
	{ "number_9223372036854775808.json", "[ n\"9223372036854775808\" ]", NULL },
	{ "object_key_nfc_nfd.json", "{ \"\xc3\xa9\": q\"NFC\" \"e\xcc\x81\": q\"NFD\" }", NULL },
	{ "object_key_nfd_nfc.json", "{ \"e\xcc\x81\": q\"NFD\" \"\xc3\xa9\": q\"NFC\" }", NULL },
	{ "object_same_key_different_values.json", NULL, "duplicate key 'a'" },
	{ "object_same_key_same_value.json", NULL, "duplicate key 'a'" },
	{ "object_same_key_unclear_values.json", NULL, "duplicate key 'a'" },
	{ "string_1_escaped_invalid_codepoint.json", NULL, "first half of a surrogate pair without the second" },
	{ "string_1_invalid_codepoint.json", NULL, "is not valid UTF-8" },
	{ "string_2_escaped_invalid_codepoints.json", NULL, "first half of a surrogate pair without the second" },
	{ "string_2_invalid_codepoints.json", NULL, "is not valid UTF-8" },
	{ "string_3_escaped_invalid_codepoints.json", NULL, "first half of a surrogate pair without the second" },
	{ "string_3_invalid_codepoints.json", NULL, "is not valid UTF-8" },
	{ "string_with_escaped_NULL.json", NULL, "control character U+0000" },
};

static int count_files(const char *dir, const char *ending)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d)) != NULL)
		n += strlen(e->d_name) > strlen(ending) &&
		     strcmp(e->d_name + strlen(e->d_name) - strlen(ending), ending) == 0;
	if (d)
		closedir(d);
	return n;
}

static void test_transforms(const char *data)
{
	const char *dir = csm_sprintf(a, "%s/suites/json/test_transform", data);
	size_t rows = sizeof(transforms) / sizeof(transforms[0]);

	T_EQ_INT(count_files(dir, ".json"), rows);
	for (size_t i = 0; i < rows; i++) {
		size_t n = 0, trees;
		char *text = slurp(a, csm_sprintf(a, "%s/%s", dir, transforms[i].name), &n);
		struct csm_err err;

		T_OK(text != NULL);
		if (!text)
			continue;
		T_OK((read_trees(CSM_FMT_JSON, text, n, &trees, &err) == NULL) == (transforms[i].why != NULL));
		if (transforms[i].why)
			T_OK(strstr(err.msg, transforms[i].why) != NULL);
		else
			T_EQ_STR(trace(a, CSM_FMT_JSON, text, n), transforms[i].events);
	}
}

/* ---- yaml-test-suite: the JSON beside a test ---- */

static const struct {
	const char *name, *why;
} deviations[] = {
#include "t_io_yaml_deviations.h"
};

static bool deviates(const char *name)
{
	for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++)
		if (strcmp(deviations[i].name, name) == 0)
			return true;
	return false;
}

static bool is_word(const char *s, const char *lower, const char *title, const char *upper)
{
	return strcmp(s, lower) == 0 || strcmp(s, title) == 0 || strcmp(s, upper) == 0;
}

/* A scalar as the core schema of YAML 1.2 types it, which csm leaves to its fields. */
static bool same_scalar(const struct csm_node *node, const json_t *json)
{
	char *end = NULL;
	double d;

	if (json_is_string(json))
		return strcmp(json_string_value(json), node->text) == 0;
	if (json_is_null(json))
		return node->scalar == CSM_SC_NULL;
	if (node->scalar != CSM_SC_PLAIN)
		return false;
	if (json_is_boolean(json))
		return json_is_true(json) ? is_word(node->text, "true", "True", "TRUE")
					  : is_word(node->text, "false", "False", "FALSE");
	if (strncmp(node->text, "0o", 2) == 0)
		d = (double)strtol(node->text + 2, &end, 8);
	else
		d = strtod(node->text, &end);
	return *end == '\0' && d >= json_number_value(json) && d <= json_number_value(json);
}

static bool same_value(const struct csm_node *node, const json_t *json)
{
	size_t n = 0;

	if (node->type == CSM_N_SCALAR)
		return same_scalar(node, json);
	for (const struct csm_node *m = node->first; m; m = m->next, n++) {
		const json_t *child = node->type == CSM_N_MAP ? json_object_get(json, m->key)
							      : json_array_get(json, n);

		if (!child || !same_value(m, child))
			return false;
	}
	return node->type == CSM_N_MAP ? json_is_object(json) && json_object_size(json) == n
				       : json_is_array(json) && json_array_size(json) == n;
}

static int compared;

/* A test that csm answers as the suite does, and that is meant to be read. */
static void check_values(const char *dir, const char *name)
{
	size_t n = 0, m = 0, at = 0, trees = 0, i = 0;
	char *text = slurp(a, csm_sprintf(a, "%s/%s/in.yaml", dir, name), &n);
	char *want = slurp(a, csm_sprintf(a, "%s/%s/in.json", dir, name), &m);
	struct csm_node **tree;
	struct csm_err err;

	if (!text || !want || deviates(name) || slurp(a, csm_sprintf(a, "%s/%s/error", dir, name), &trees))
		return;
	tree = read_trees(CSM_FMT_YAML, text, n, &trees, &err);
	compared++;
	for (; tree && at < m; i++) {
		json_error_t e;
		json_t *json = json_loadb(want + at, m - at, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &e);
		bool same = json && i < trees && same_value(tree[i], json);

		if (!json && strspn(want + at, " \n") == m - at)
			break;
		if (!same)
			printf("%s: document %zu differs\n", name, i + 1);
		T_OK(same);
		at = json ? at + (size_t)e.position : m;
		json_decref(json);
	}
	if (!tree)
		printf("%s: %s\n", name, err.msg);
	T_OK(tree != NULL && i == trees);
}

static void test_values(const char *data)
{
	const char *dir = csm_sprintf(a, "%s/suites/yaml", data);
	DIR *d = opendir(dir);
	struct dirent *e;

	T_OK(d != NULL);
	while (d && (e = readdir(d)) != NULL) {
		struct csm_mark mark = csm_arena_mark(a);

		if (strlen(e->d_name) == 4 && strcmp(e->d_name, "name") != 0 && strcmp(e->d_name, "tags") != 0) {
			check_values(dir, e->d_name);
			for (int i = 0; i < 10; i++)
				check_values(dir, csm_sprintf(a, "%s/%02d", e->d_name, i));
		}
		csm_arena_rewind(a, mark);
	}
	if (d)
		closedir(d);
	printf("yaml-test-suite: values of %d tests compared\n", compared);
	T_EQ_INT(compared, 216);
}

/* ---- naughty strings ---- */

/* What csm keeps of a text: CR LF is a newline; NULL when it keeps no such text. */
static const char *kept(const char *s)
{
	struct csm_buf b = CSM_BUF(a);

	for (; *s; s++)
		if (*s != '\r' || s[1] != '\n')
			csm_buf_addc(&b, *s);
	return csm_text_check(b.s, b.n, NULL) == CSM_OK ? b.s : NULL;
}

static const char *through_writer(enum csm_format f, const char *s)
{
	struct csm_buf b = CSM_BUF(a);
	struct csm_writer *w;
	struct csm_node **tree;
	struct csm_err err;
	size_t n;

	T_EQ_INT(csm_writer_open(&w, a, f, csm_sink_buf(&b), &err), CSM_OK);
	csm_writer_map(w);
	csm_writer_put(w, "a", CSM_W_TEXT, s);
	csm_writer_put(w, s[0] ? s : "empty", CSM_W_TEXT, "key");
	csm_writer_map_end(w);
	T_EQ_INT(csm_writer_close(w, &err), CSM_OK);
	tree = read_trees(f, b.s, b.n, &n, &err);
	T_OK(tree != NULL && n == 1);
	if (!tree || n != 1)
		return NULL;
	T_OK(s[0] == '\0' || strcmp(s, "a") == 0 || csm_node_get(tree[0], s) != NULL);
	return csm_node_get(tree[0], "a")->text;
}

static const char *through_list(enum csm_format f, const char *s)
{
	static const struct csm_column columns[] = { { .name = "a", .type = CSM_W_TEXT },
						     { .name = "b", .type = CSM_W_TEXT } };
	const char *const values[] = { s, "x" };
	struct csm_list_opts opts = { .header = true, .terminator = '\n' };
	struct csm_buf b = CSM_BUF(a);
	struct csm_node **tree;
	struct csm_list *l;
	struct csm_err err;
	size_t n;

	T_EQ_INT(csm_list_open(&l, a, f, csm_sink_buf(&b), columns, 2, &opts, &err), CSM_OK);
	T_EQ_INT(csm_list_row(l, values, NULL, &err), CSM_OK);
	T_EQ_INT(csm_list_close(l, &err), CSM_OK);
	tree = read_trees(f, b.s, b.n, &n, &err);
	T_OK(tree != NULL && n == 1);
	return tree && n == 1 ? csm_node_get(tree[0], "a")->text : NULL;
}

static void test_naughty(const char *data)
{
	json_t *list = json_load_file(csm_sprintf(a, "%s/suites/strings/blns.json", data), JSON_ALLOW_NUL, NULL), *item;
	size_t i, refused = 0;

	T_EQ_INT(json_array_size(list), 515);
	json_array_foreach(list, i, item) {
		struct csm_mark mark = csm_arena_mark(a);
		const char *s = kept(json_string_value(item));

		refused += s == NULL;
		if (s) {
			T_EQ_STR(through_writer(CSM_FMT_JSON, s), s);
			T_EQ_STR(through_writer(CSM_FMT_NDJSON, s), s);
			T_EQ_STR(through_writer(CSM_FMT_YAML, s), s);
			T_EQ_STR(through_list(CSM_FMT_CSV, s), s);
			T_EQ_STR(through_list(CSM_FMT_TSV, s), s);
		}
		csm_arena_rewind(a, mark);
	}
	T_EQ_INT(refused, 6);
	json_decref(list);
}

int main(void)
{
	const char *data = getenv("CSM_TEST_DATA");

	a = csm_arena_new(NULL, NULL);
	if (data) {
		test_transforms(data);
		test_values(data);
		test_naughty(data);
	} else {
		printf("skip: CSM_TEST_DATA is not set, the suites were not run\n");
	}
	csm_arena_free(a);
	T_DONE();
}
