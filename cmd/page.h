/* SPDX-License-Identifier: MIT */
/* page.h - parts of a record's page. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cli_priv.h"

void page_head(struct cli *c, const char *text);
/* Text of several lines, each with something before it. */
void page_indent(struct cli *c, const char *text, const char *before);
/* Owned records that are no journals, one small table a type. */
int page_children(struct cli *c, const struct csm_rec *r, struct csm_err *err);
/* The SLAs of a case or case task as they are now. */
int page_slas(struct cli *c, const struct csm_rec *r, struct csm_err *err);
/* Records of type t as a small table under a heading; fields ended by -1. */
int page_table(struct cli *c, const struct csm_rtype *t, const int *fields, struct csm_rec **recs, unsigned n,
	       struct csm_err *err);
/* What journals say, by time. */
int page_activity(struct cli *c, const struct csm_rec *r, struct csm_err *err);

/* The first keys, apart by commas, of the records whose field refers to id. */
const char *page_first_keys(struct cli *c, const struct csm_rtype *from, int field, int64_t id);

#endif
