/* SPDX-License-Identifier: MIT */
/* map.h - what a load asks of its mapping. */
#ifndef CSM_XFER_MAP_H
#define CSM_XFER_MAP_H

#include "xfer_priv.h"

/* ---- map_apply.c: one foreign row to records ---- */
/*
 * rows: the place of the document that the row stands at, NULL at the top; table: it is of a CSV or TSV, whose
 * columns have been checked.
 */
int xfer_map_row(struct csm_import *im, const struct csm_node *node, const char *file, const char *rows,
		 bool table, struct csm_err *err);
/* Of a record's map that a mapping made: the number of the set of fields, and what no value could be made of (struct csm_err), or NULL. */
const struct csm_vec *xfer_map_faults(const struct csm_node *record, unsigned *set);
/* Put the columns before the message that the item's mapping makes the field of. */
void xfer_map_name(struct csm_import *im, const struct xfer_item *item, struct csm_err *err);

/* ---- map_rows.c: foreign rows and their columns ---- */
/* Hold the header of a table against the mapping. */
int xfer_map_columns(struct csm_import *im, struct csm_reader *r, const char *file, struct csm_err *err);
/* The input is no document that has several places of rows: xfer_unfit(). */
int xfer_map_no_place(struct csm_import *im, const char *file, struct csm_err *err);
/* Whether the mapping says where in a document its rows stand. */
bool xfer_map_has_places(const struct csm_map *map);
/* The rows of a document that is a map, whose beginning was read. */
int xfer_map_document(struct csm_import *im, struct csm_reader *r, const char *file,
		      int (*take)(void *arg, struct csm_node *row, const char *rows, int rc, struct csm_err *err),
		      void *arg, struct csm_err *err);

#endif
