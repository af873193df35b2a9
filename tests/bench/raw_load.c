/* SPDX-License-Identifier: MIT */
/*
 * raw_load.c - the reference of the benches of loads: the rows that a load by csm wrote, inserted again by nothing but prepared statements.
 *
 * usage: raw_load dump DB TEMPLATE FILE    the rows that DB has and TEMPLATE has not, in every table, to FILE
 *        raw_load load DB FILE [KIB]       those rows into DB, a copy of TEMPLATE, with a cache of KIB (65536)
 *
 * So the reference has csm's schema with all its indexes, its foreign keys, its history, its SLA records; what it does not do is
 * to read a format, check values, find references, derive and hash. The rows lie in FILE as they are bound (a tag, eight bytes or a
 * length and a text); one transaction, WAL, synchronous=NORMAL, texts bound without a copy.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "raw_load: %s: %s\n", what, why);
	exit(1);
}

static sqlite3 *open_db(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL))
		die(path, sqlite3_errmsg(db));
	return db;
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		die(sql, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL))
		die(sql, sqlite3_errmsg(db));
	return st;
}

static void put(FILE *f, const void *p, size_t n)
{
	if (fwrite(p, 1, n, f) != n)
		die("write", "failed");
}

static void put_value(FILE *f, sqlite3_stmt *st, int i)
{
	int type = sqlite3_column_type(st, i);
	int64_t n = type == SQLITE_INTEGER ? sqlite3_column_int64(st, i) : sqlite3_column_bytes(st, i);

	fputc(type, f);
	if (type != SQLITE_NULL)
		put(f, &n, sizeof(n));
	if (type == SQLITE_TEXT)
		put(f, sqlite3_column_text(st, i), (size_t)n);
}

/* A table: its statement, the number of its rows, and the rows. */
static void dump_table(sqlite3 *db, const char *name, FILE *f)
{
	char sql[4096];
	int64_t rows = 0, n;
	sqlite3_stmt *st;
	int columns, len;
	long at, end_at;

	snprintf(sql, sizeof(sql), "SELECT * FROM main.\"%s\" EXCEPT SELECT * FROM old.\"%s\" ORDER BY 1", name, name);
	st = prepare(db, sql);
	columns = sqlite3_column_count(st);
	len = snprintf(sql, sizeof(sql), "INSERT OR REPLACE INTO \"%s\" VALUES (?", name);
	if (strcmp(name, "counters") != 0)
		len = snprintf(sql, sizeof(sql), "INSERT INTO \"%s\" VALUES (?", name);
	for (int i = 1; i < columns; i++)
		len += snprintf(sql + len, sizeof(sql) - (size_t)len, ", ?");
	len += snprintf(sql + len, sizeof(sql) - (size_t)len, ")");
	n = len + 1;
	at = ftell(f);
	put(f, &rows, sizeof(rows));
	put(f, &n, sizeof(n));
	put(f, sql, (size_t)n);
	for (; sqlite3_step(st) == SQLITE_ROW; rows++)
		for (int i = 0; i < columns; i++)
			put_value(f, st, i);
	if (sqlite3_finalize(st))
		die(name, sqlite3_errmsg(db));
	end_at = rows ? ftell(f) : at;		/* a table without new rows leaves no trace */
	fseek(f, at, SEEK_SET);
	if (rows)
		put(f, &rows, sizeof(rows));
	fseek(f, end_at, SEEK_SET);
	if (rows)
		fprintf(stderr, "%-16s %lld rows\n", name, (long long)rows);
}

static int dump(char **argv)
{
	sqlite3 *db = open_db(argv[2]);
	char *attach = sqlite3_mprintf("ATTACH %Q AS old", argv[3]);
	FILE *f = fopen(argv[4], "wb");
	sqlite3_stmt *st;

	if (!f)
		die(argv[4], "cannot be written");
	run(db, attach);
	sqlite3_free(attach);
	st = prepare(db, "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name <> 'csm_meta' ORDER BY name");
	while (sqlite3_step(st) == SQLITE_ROW)
		dump_table(db, (const char *)sqlite3_column_text(st, 0), f);
	sqlite3_finalize(st);
	sqlite3_close(db);
	if (fflush(f) || ftruncate(fileno(f), ftell(f)))
		die(argv[4], "cannot be written");
	return fclose(f) ? 1 : 0;
}

static const char *next, *end;

static const char *take(int64_t n)
{
	const char *p = next;

	if (n > end - next)
		die("read", "the file is cut short");
	next += n;
	return p;
}

static int64_t take_int(void)
{
	int64_t n;

	memcpy(&n, take(sizeof(n)), sizeof(n));
	return n;
}

static void load_row(sqlite3 *db, sqlite3_stmt *st, int columns)
{
	for (int i = 1; i <= columns; i++) {
		char tag = *take(1);
		int64_t n = tag == SQLITE_NULL ? 0 : take_int();

		if (tag == SQLITE_NULL)
			sqlite3_bind_null(st, i);
		else if (tag == SQLITE_INTEGER)
			sqlite3_bind_int64(st, i, n);
		else
			sqlite3_bind_text(st, i, take(n), (int)n, SQLITE_STATIC);
	}
	if (sqlite3_step(st) != SQLITE_DONE)
		die(sqlite3_sql(st), sqlite3_errmsg(db));
	sqlite3_reset(st);
}

static void map_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st))
		die(path, "cannot be read");
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		die(path, "cannot be mapped");
	next = p;
	end = next + st.st_size;
	close(fd);
}

static int load(int argc, char **argv)
{
	sqlite3 *db = open_db(argv[2]);
	char cache[64];

	map_file(argv[3]);
	snprintf(cache, sizeof(cache), "PRAGMA cache_size=-%s", argc > 4 ? argv[4] : "65536");
	run(db, cache);
	run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=1; BEGIN IMMEDIATE");
	while (next < end) {
		int64_t rows = take_int(), n = take_int();
		sqlite3_stmt *st = prepare(db, take(n));
		int columns = sqlite3_bind_parameter_count(st);

		while (rows--)
			load_row(db, st, columns);
		sqlite3_finalize(st);
	}
	run(db, "COMMIT");
	return sqlite3_close(db) ? 1 : 0;
}

int main(int argc, char **argv)
{
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (argc == 5 && strcmp(argv[1], "dump") == 0)
		return dump(argv);
	if ((argc == 4 || argc == 5) && strcmp(argv[1], "load") == 0)
		return load(argc, argv);
	return 2;
}
