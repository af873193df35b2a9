/* SPDX-License-Identifier: MIT */
/*
 * fuzz_map.c - fuzz target of mappings: the input is one. It is refused with a message that has its place, or rows
 * that are made of the columns it names are loaded with it, into a database that they are taken back from; then the
 * counts balance, and what is rejected can be written as it came.
 */
#include "fuzz_io.h"

#include "../unit/t_svc_help.h"

#include "xfer/map_priv.h"

#define ROWS 8
#define USES ((size_t)64)		/* columns that the rows have of a mapping */

/* ---- rows of the columns that the mapping names ---- */

static const char *const values[] = {
	"\"x\"", "\"\"", "null", "1", "true", "\"2024-01-15 10:00\"", "\"01/31/2024 09:05 PM\"", "\"a b c\"", "\" y \"",
	"\"a@b.example\"", "[\"a\", \"b\", null]", "{\"k\": {\"l\": 1}}", "[]", "{}", "\"open\"", "[{\"a\": 1}, 2]", "\"3.5\"", "\"High\"",
};

static const char *value_of(const char *path, unsigned row)
{
	unsigned h = row * 7;

	/* all texts, then anything */
	for (; *path; path++)
		h = h * 31 + (unsigned char)*path;
	return row == 0 ? "\"x\"" : values[h % CSM_COUNT(values)];
}

static size_t head_of(const char *path)
{
	const char *list = strstr(path, "[]");

	return list ? (size_t)(list - path) : strlen(path);
}

static bool same_head(const char *a, const char *b)
{
	return head_of(a) == head_of(b) && memcmp(a, b, head_of(a)) == 0;
}

/* The elements of a list, each with all keys that are named of them. */
static void add_elements(struct csm_buf *b, const struct csm_map *map, size_t first, unsigned row)
{
	const char *path = CSM_AT(&map->uses, struct map_use, first)->path;

	csm_buf_addc(b, '[');
	for (unsigned e = 0; e < 3; e++) {
		unsigned n = 0;

		csm_buf_add(b, e ? ", {" : "{");
		for (size_t i = first; i < map->uses.n && i < USES; i++) {
			const char *tail = CSM_AT(&map->uses, struct map_use, i)->path;

			if (!same_head(path, tail) || strncmp(tail + head_of(tail), "[].", 3) != 0)
				continue;
			csm_buf_add(b, n++ ? ", " : "");
			csm_json_quote(b, tail + head_of(tail) + 3);
			csm_buf_addf(b, ": %s", value_of(tail, row + e));
		}
		csm_buf_addc(b, '}');
	}
	csm_buf_addc(b, ']');
}

static void add_row(struct csm_buf *b, const struct csm_map *map, unsigned row)
{
	struct csm_buf head = CSM_BUF(b->arena);
	unsigned n = 0;

	csm_buf_addc(b, '{');
	for (size_t i = 0; i < map->uses.n && i < USES; i++) {
		const char *path = CSM_AT(&map->uses, struct map_use, i)->path;
		bool list = path[head_of(path)], before = false;

		for (size_t k = 0; k < i && !before; k++)
			before = same_head(path, CSM_AT(&map->uses, struct map_use, k)->path);
		if (before)
			continue;
		for (size_t k = i; k < map->uses.n && k < USES; k++) {
			const char *other = CSM_AT(&map->uses, struct map_use, k)->path;

			list = list || (same_head(path, other) && other[head_of(other)]);
		}
		csm_buf_reset(&head);
		csm_buf_addn(&head, path, head_of(path));
		csm_buf_addc(&head, '\0');
		csm_buf_add(b, n++ ? ", " : "");
		csm_json_quote(b, head.s);
		csm_buf_add(b, ": ");
		if (list && row % 3)
			add_elements(b, map, i, row);
		else
			csm_buf_add(b, value_of(path, row));
	}
	csm_buf_add(b, "}\n");
}

/* As lines, or where the mapping says that they stand in a document. */
static const char *make_rows(struct csm_arena *a, const struct csm_map *map, bool lines)
{
	struct csm_buf b = CSM_BUF(a);
	const char *place = map->rows.n ? *CSM_AT(&map->rows, const char *, 0) : "rows";

	if (!lines) {
		csm_buf_addc(&b, '{');
		csm_json_quote(&b, place);
		csm_buf_add(&b, ": [");
	}
	for (unsigned i = 0; i < ROWS; i++) {
		csm_buf_add(&b, i && !lines ? ", " : "");
		add_row(&b, map, i);
	}
	csm_buf_add(&b, lines ? "" : "]}");
	return b.s;
}

/* ---- a load ---- */

static bool is_expected(int rc)
{
	return rc == CSM_OK || rc == CSM_NO || rc == CSM_E_INVALID || rc == CSM_E_USAGE || rc == CSM_E_NOINPUT || rc == CSM_E_IO;
}

static void load(struct csm_arena *a, const struct csm_map *map, bool lines)
{
	struct csm_import_opts o = { .format = lines ? CSM_FMT_NDJSON : CSM_FMT_JSON, .map = map, .on_error = CSM_ON_ERROR_SKIP,
				     .keep_originals = true };
	const char *rows = make_rows(a, map, lines);
	struct csm_import_result result = { .n = 0 };
	struct csm_buf rejects = CSM_BUF(a);
	struct csm_map_report report;
	struct csm_import *im;
	int rc = csm_store_begin(t_store, &t_err);

	FUZZ_CHECK(rc == CSM_OK);
	rc = csm_import_open(&im, t_store, a, &o, &t_err);
	FUZZ_CHECK(rc == CSM_OK);
	rc = csm_import_read(im, csm_source_memory(a, rows, strlen(rows), "rows"), &t_err);
	if (!rc)
		rc = csm_import_finish(im, &result, &t_err);
	FUZZ_CHECK(is_expected(rc));
	for (unsigned i = 0; i < result.n; i++) {
		const struct csm_import_count *c = &result.counts[i];

		FUZZ_CHECK(c->read == c->created + c->updated + c->unchanged + c->skipped + c->rejected);
	}
	if (rc == CSM_OK || rc == CSM_NO)
		FUZZ_CHECK(csm_import_rejects(im, csm_sink_buf(&rejects), &t_err) == CSM_OK);
	csm_map_report(map, a, &report);
	csm_import_close(im);
	csm_store_rollback(t_store);
	csm_err_clear(&t_err);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static bool begun;
	struct fuzz_input in = { p, n, n + 1 };
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	const struct csm_map *map;
	struct csm_env env;
	int rc;

	if (!begun) {
		s_begin();
		atexit(t_end);
	}
	begun = true;
	csm_err_clear(&t_err);
	env = t_env;
	env.arena = a;
	FUZZ_CHECK(csm_store_renew(t_store, &env, &t_err) == CSM_OK);
	rc = csm_map_load(t_store, a, (struct csm_source){ fuzz_read, &in, "fuzz", NULL }, &map, &t_err);
	FUZZ_CHECK(is_expected(rc) && (!rc || t_err.msg[0]));
	FUZZ_CHECK(rc != CSM_E_INVALID || (t_err.file[0] && t_err.line > 0));
	if (!rc) {
		load(a, map, true);
		load(a, map, false);
	}
	csm_store_renew(t_store, &t_env, &t_err);
	csm_arena_free(a);
	return 0;
}
