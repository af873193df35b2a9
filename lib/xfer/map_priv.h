/* SPDX-License-Identifier: MIT */
/* map_priv.h - a mapping, compiled: what foreign columns become which fields of which records. */
#ifndef CSM_XFER_MAP_PRIV_H
#define CSM_XFER_MAP_PRIV_H

#include <csm/cal.h>

#include "map.h"

#define MAP_COLUMNS 8			/* of one value, conditions of one thing, patterns of one time */
#define MAP_DEPTH 8			/* of values inside values */

struct map_set;

/* ---- a table of words: in the mapping, or in a file beside it ---- */
struct map_word {
	const char *word, *value;	/* value NULL: no value */
	int64_t line, col;
};
struct map_table {
	const char *name, *file;	/* name NULL: it stands where it is used; file: where its words stand */
	struct map_word *word;		/* in the order of their bytes */
	size_t n;
	struct map_table *next;
};

/* A column that has a value, or one of the words; unless: has none, or none of them. */
struct map_cond {
	const char *column;
	const struct csm_node *words;	/* a list or a word; NULL: any value. A null in it is no value */
	bool unless;
	int64_t line;
};
struct map_conds {
	struct map_cond c[MAP_COLUMNS];
	unsigned n;
};

/* How one value is made: what it begins with, then the steps in the order of the members. */
struct map_value {
	struct map_conds conds;		/* that hold, or there is no value */
	const char *column[MAP_COLUMNS], *path[MAP_COLUMNS]; /* path: from the top of a row, for messages */
	unsigned ncolumns;
	const char *join;		/* between columns that have a value */
	const char *constant;		/* instead of columns */
	struct map_value *either;	/* the first of the list that has a value; linked by next */
	struct map_value *next;
	const char *split_at; /* take a part: split_part 1.., -1 the last, 0 everything after the first */
	int split_part;
	const struct map_table *choice;	/* of foreign to csm words */
	const struct csm_rtype *lookup;	/* the text names a stored record, the value is its field lookup_field */
	int lookup_field;
	bool lower;
	const char *pattern[MAP_COLUMNS]; /* strptime-like patterns of a time or date, the first that fits */
	unsigned npatterns;
	const struct csm_zone *zone;	/* of times without offset */
	bool date_only;			/* write YYYY-MM-DD */
	const char *plus;		/* column of a number of units of plus_unit seconds, added to the time */
	int64_t plus_unit;
	const char *prefix, *suffix;
	unsigned cut;			/* code points kept, 0 all */
	const char *def;		/* when there is no value */
	bool clear;			/* no value clears the field; else it is left as it is */
	struct map_set *ref;		/* a map of keys instead of a text */
	bool ref_list;			/* the field is a list of references, of which it is the only one */
	struct map_set **list;		/* nested records */
	unsigned nlist;
	int64_t line;
};

struct map_entry {
	const char *name;		/* key in the record's document */
	struct map_value value;
	struct map_entry *next;
};
struct map_set {
	const struct csm_rtype *type;	/* of the record, or target of the reference */
	struct map_entry *first;
	unsigned number;		/* of a set of records, from 1 */
	int64_t line, col;		/* of a record */
	struct map_conds conds;		/* that hold, or nothing is made */
	const char *each, *each_at;	/* one for each element of that column, or each part of its text */
	const char *rows;		/* only rows that stand there in a document; NULL any */
	bool fixed;			/* constants only: a record of every row, the same */
	bool repeat_first; /* the same key again: the first record stands, the row refers to it */
	struct map_set *next;
};

/* A column that the mapping names: its whole path in a row, "comment[].body". */
struct map_use {
	const char *path, *rows;
	int64_t line;
	bool when;			/* named by a condition only */
	bool seen;			/* some row had it */
};
/* A column met in a row. */
struct map_known {
	const char *path, *rows;
};

/* What changes while rows are read. */
struct map_tally {
	struct csm_arena *arena;
	struct csm_vec known;		/* struct map_known */
	size_t hint;			/* where the next column probably is in known */
	struct csm_vec left_out;	/* const char *: columns that are neither used nor ignored */
	int64_t rows, passed_over;	/* passed_over: rows that made no record */
};

struct csm_map {
	const char *file;
	char hash[65];			/* of its bytes */
	struct map_set *records;
	struct csm_vec sets;		/* struct map_set *: those of records, by number */
	struct map_conds conds;		/* of a row */
	struct map_table *tables;
	const struct csm_node *nulls;	/* words that mean null in every column */
	const struct csm_node *ignore, *optional; /* patterns of column names */
	bool others_error;		/* a column that is neither used nor ignored is an error */
	bool documents_only;		/* several places of rows: a table or NDJSON has none */
	struct csm_vec rows;		/* const char *: the places of rows in a document; none: at the top */
	struct csm_vec uses;		/* struct map_use */
	struct map_tally *tally;
};

/* ---- map.c ---- */
struct map_maker {
	struct csm_store *store;
	struct csm_arena *arena;
	const char *file;
	struct csm_map *map;
	const struct csm_zone *zone;	/* default for times without offset */
	const char *pattern[MAP_COLUMNS]; /* default time patterns */
	unsigned npatterns;
	bool clear;			/* default of values */
	const char *base;		/* path of the element that columns are of: "" or "comment[]." */
	const char *rows;		/* of the record being read */
	bool in_condition;
	bool unchecked;			/* a value goes through more steps than its own */
	unsigned depth;
};
int map_bad(struct map_maker *m, const struct csm_node *n, struct csm_err *err);
int map_want_text(struct map_maker *m, const struct csm_node *n, const char **out, struct csm_err *err);
/* One word or a list of at most MAP_COLUMNS words. */
int map_want_words(struct map_maker *m, const struct csm_node *n, const char **out, unsigned *count,
		   struct csm_err *err);
int map_want_zone(struct map_maker *m, const struct csm_node *n, const struct csm_zone **out,
		  struct csm_err *err);
/* Note that the mapping names the column; its path. */
const char *map_use_column(struct map_maker *m, const char *column, int64_t line);
/* when and unless, added to those that are there. */
int map_take_conds(struct map_maker *m, const struct csm_node *n, struct map_conds *out,
		   struct csm_err *err);
/* The set is of records; messages find it again by its number. */
void map_number_set(struct map_maker *m, struct map_set *set);
/* The fields of a record or reference: NAME: value. element: each is one of its keys. */
int map_make_set(struct map_maker *m, const struct csm_rtype *t, const struct csm_node *n, bool element,
		 struct map_set *set, struct csm_err *err);

/* ---- map_names.c ---- */
/* A name at n that is no WHAT: the one of names (NULL at the end) that was probably meant, or all of them. */
int map_unknown(struct map_maker *m, const struct csm_node *n, const char *name, const char *what, const char *const *names,
		struct csm_err *err);
/* Whether all keys of a map are such names. */
int map_only(struct map_maker *m, const struct csm_node *map, const char *what, const char *const *names, struct csm_err *err);
int map_want_type(struct map_maker *m, const struct csm_node *n, const struct csm_rtype **out, struct csm_err *err);

/* ---- map_step.c: the steps of a value ---- */
int map_make_value(struct map_maker *m, const struct csm_rtype *t, const struct csm_field *f,
		   const struct csm_node *n, struct map_value *v, struct csm_err *err);

/* What becomes of a field without a value: leave or clear. */
int map_take_empty(struct map_maker *m, const struct csm_node *n, bool *clear, struct csm_err *err);

/* ---- map_table.c ---- */
/* A map of words, where it is used. */
int map_table_inline(struct map_maker *m, const struct csm_node *n, struct map_table *t,
		     struct csm_err *err);
/* The tables of the mapping, by name. */
int map_take_tables(struct map_maker *m, const struct csm_node *n, struct csm_err *err);
const struct map_word *map_table_find(const struct map_table *t, const char *word);

/* ---- map_rows.c: which columns rows have, and which rows there are ---- */
struct map_row {
	struct csm_import *im;
	struct csm_arena *arena;
	const struct csm_map *map;
	const struct csm_node *node;	/* the row */
	const struct csm_node *at;	/* the element of it that columns are of: the row itself, or inside it */
	const struct csm_node **from;	/* where the column is put that a value was made of */
	const char *file, *rows;	/* rows: the place in the document, NULL at the top */
};
/* A column's node; a dotted name looks into nested maps of JSON and YAML rows; NULL when there is none. */
const struct csm_node *map_find_column(const struct map_row *w, const char *name);
/* Hold the columns of a row of JSON or YAML against those of the mapping. */
int map_check_row(const struct map_row *w, struct csm_err *err);

/* ---- map_value.c ---- */
/* A column's text without the blanks around it; NULL when it is empty or a word that means null. */
int map_column_text(const struct map_row *w, const char *name, const char *join, const char **out,
		    struct csm_err *err);
int map_conds_hold(const struct map_row *w, const struct map_conds *c, bool *hold, struct csm_err *err);
/* The value's text, or NULL when there is none. */
int map_make_text(const struct map_row *w, const struct map_value *v, const char **out,
		  struct csm_err *err);
const char *map_trim(struct csm_arena *a, const char *s);

#endif
