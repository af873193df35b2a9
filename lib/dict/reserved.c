/* SPDX-License-Identifier: MIT */
/*
 * reserved.c - the words that can't name a column or table on both engines without quotes. Only the
 * reserved ones: both engines know hundreds of keywords more that are fine as names (`state`,
 * `number`, `value`), and those stay free.
 *
 * Sources: PostgreSQL 15, `select word from pg_get_keywords() where catcode in ('R', 'T')`
 * (appendix C of its manual: "reserved" and "reserved (can be function or type)"); SQLite 3.40,
 * each of sqlite3_keyword_name() that CREATE TABLE and SELECT refuse as a plain name; and the names
 * of system columns (PostgreSQL 15, 5.5; SQLite's rowid and its aliases).
 */
#include <stdlib.h>
#include <string.h>

#include "dict/dict_priv.h"

/* Sorted bytewise. */
static const char *const words[] = {
	"_rowid_", "add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as",
	"asc", "asymmetric", "authorization", "autoincrement", "between", "binary", "both",
	"case", "cast", "check", "cmax", "cmin", "collate", "collation", "column", "commit",
	"concurrently", "constraint", "create", "cross", "ctid", "current_catalog",
	"current_date", "current_role", "current_schema", "current_time", "current_timestamp",
	"current_user", "default", "deferrable", "delete", "desc", "distinct", "do", "drop",
	"else", "end", "escape", "except", "exists", "false", "fetch", "for", "foreign",
	"freeze", "from", "full", "grant", "group", "having", "if", "ilike", "in", "index",
	"initially", "inner", "insert", "intersect", "into", "is", "isnull", "join", "lateral",
	"leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
	"nothing", "notnull", "null", "offset", "oid", "on", "only", "or", "order", "outer",
	"overlaps", "placing", "primary", "raise", "references", "returning", "right", "rowid",
	"select", "session_user", "set", "similar", "some", "symmetric", "table", "tableoid",
	"tablesample", "then", "to", "trailing", "transaction", "true", "union", "unique",
	"update", "user", "using", "values", "variadic", "verbose", "when", "where", "window",
	"with", "xmax", "xmin",
};

static int compare_word(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

bool dict_is_reserved(const char *word)
{
	return bsearch(word, words, CSM_COUNT(words), sizeof(words[0]), compare_word) != NULL;
}
