/* SPDX-License-Identifier: MIT */
/* map_priv.h - a mapping, compiled: what foreign columns become which fields of which records. */
#ifndef CSM_XFER_MAP_PRIV_H
#define CSM_XFER_MAP_PRIV_H

#include <csm/cal.h>

#include "xfer_priv.h"

#define MAP_COLUMNS 8

struct map_set;

/* How one value is made: columns joined, or a constant; then the steps in the order of the members. */
struct map_value {
	const char *column[MAP_COLUMNS];
	unsigned ncolumns;
	const char *join;		/* between columns that have a value */
	const char *constant;		/* instead of columns */
	const char *split_at; /* take a part: split_part 1.., -1 the last, 0 everything after the first */
	int split_part;
	const struct csm_node *choice;	/* map of foreign to csm words; a null value clears */
	bool lower;
	const char *pattern;		/* strptime-like pattern of a time or date */
	const struct csm_zone *zone;	/* of times without offset */
	bool date_only;			/* write YYYY-MM-DD */
	const char *prefix, *suffix;
	unsigned cut;			/* code points kept, 0 all */
	const char *def;		/* when there is no value */
	struct map_set *ref;		/* a map of keys instead of a text */
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
	const char *when[MAP_COLUMNS];	/* columns that must have a value, else nothing is made */
	unsigned nwhen;
	bool fixed;			/* constants only: a record of every row, the same */
	bool repeat_first; /* the same key again: the first record stands, the row refers to it */
	struct map_set *next;
};

struct csm_map {
	const char *file;
	struct map_set *records;
	const struct csm_node *nulls;	/* words that mean null in every column */
	const char **checked;		/* the table whose columns were held against it last */
};

#endif
