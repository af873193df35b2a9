/* SPDX-License-Identifier: MIT */
/*
 * state.c - what a database says, as one number: each table with each row and value, in order. Two databases with the same number hold the same,
 * whatever their pages look like; that their indexes agree with their tables is SQLite's integrity check.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "harness.h"

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *s = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * 0x100000001b3u;
	return h;
}

static uint64_t mix_value(uint64_t h, sqlite3_stmt *st, int i)
{
	unsigned char type = (unsigned char)sqlite3_column_type(st, i);
	int64_t n = sqlite3_column_int64(st, i);
	const void *p;

	h = mix(h, &type, 1);
	if (type == SQLITE_INTEGER)
		return mix(h, &n, sizeof(n));
	p = sqlite3_column_blob(st, i);
	n = sqlite3_column_bytes(st, i);
	h = mix(h, &n, sizeof(n));
	return p ? mix(h, p, (size_t)n) : h;
}

static void note(struct state *s, const char *what)
{
	if (!*s->damage)
		snprintf(s->damage, sizeof(s->damage), "%s", what);
}

/* All rows of a statement into the number. */
static void mix_rows(struct state *s, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(st); i++)
			s->hash = mix_value(s->hash, st, i);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_DONE)
		note(s, sqlite3_errmsg(db));
}

static void mix_tables(struct state *s, sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name", -1,
				    &st, NULL);

	while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", sqlite3_column_text(st, 0));

		mix_rows(s, db, sql);
		sqlite3_free(sql);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_DONE)
		note(s, sqlite3_errmsg(db));
}

static int count_changes(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	int n = 0;

	if (sqlite3_prepare_v2(db, "SELECT count(*) FROM changes", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return n;
}

static void check_whole(struct state *s, sqlite3 *db)
{
	static const char *const checks[] = { "PRAGMA integrity_check", "PRAGMA foreign_key_check" };

	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *st = NULL;
		int rc = sqlite3_prepare_v2(db, checks[i], -1, &st, NULL);

		while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
			const char *said = (const char *)sqlite3_column_text(st, 0);

			if (i || !said || strcmp(said, "ok") != 0)
				note(s, said ? said : "no answer");
			rc = SQLITE_OK;
		}
		sqlite3_finalize(st);
		if (rc != SQLITE_DONE)
			note(s, sqlite3_errmsg(db));
	}
}

void state_read(struct state *s, const char *dir)
{
	char *path = text("%s/csm.db", dir);
	sqlite3 *db = NULL;
	struct stat st;

	*s = (struct state){ 0 };
	if (stat(path, &st) == 0) {
		s->hash = 0xcbf29ce484222325u;
		if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
			note(s, sqlite3_errmsg(db));
		sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
		check_whole(s, db);
		mix_rows(s, db, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
		mix_rows(s, db, "PRAGMA application_id");
		mix_rows(s, db, "PRAGMA user_version");
		mix_tables(s, db);
		s->changes = count_changes(db);
		sqlite3_close(db);
	}
	free(path);
}
