/* SPDX-License-Identifier: MIT */
/*
 * scan.c - what reading a table costs at least: SELECT * stepped through, nothing written.
 *
 * usage: scan step|read DB TABLE     step: only the rows; read: each value is looked at, a text to its end
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	sqlite3_stmt *st = NULL;
	unsigned long long n = 0;
	sqlite3 *db = NULL;
	char sql[200];
	int read;

	if (argc != 4)
		return 2;
	read = strcmp(argv[1], "read") == 0;
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY id", argv[3]);
	if (sqlite3_open_v2(argv[2], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) {
		fprintf(stderr, "scan: %s\n", sqlite3_errmsg(db));
		return 1;
	}
	while (sqlite3_step(st) == SQLITE_ROW)
		for (int i = 0; read && i < sqlite3_column_count(st); i++)
			switch (sqlite3_column_type(st, i)) {
			case SQLITE_NULL:
				break;
			case SQLITE_INTEGER:
				n += (unsigned long long)sqlite3_column_int64(st, i);
				break;
			default:
				n += strlen((const char *)sqlite3_column_text(st, i));
			}
	printf("%llu\n", n);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return 0;
}
