/* SPDX-License-Identifier: MIT */
/*
 * svc_priv.h - what the files of lib/svc share. Each area lists its hooks in a macro of its own header
 * (svc_<area>.h); hooks.c joins them to the one table.
 */
#ifndef CSM_SVC_PRIV_H
#define CSM_SVC_PRIV_H

#include <csm/hash.h>
#include <csm/model.h>
#include <csm/svc.h>
#include <csm/time.h>

/* Today of the store's clock (UTC) as YYYY-MM-DD, in the store's arena. */
const char *svc_today(struct csm_store *s);
/* The date days after (or before) a date text; in arena a. Returns NULL when text is no date. */
const char *svc_date_add(struct csm_arena *a, const char *date, int64_t days);
/* -1, 0, 1: dates as text compare bytewise; NULL and "" are treated as open: first says which end. */
bool svc_date_in(const char *today, const char *from, const char *to);

/*
 * A refusal about a field of the record being written: type, key and field are filled in. Returns
 * CSM_E_REFUSED.
 */
int svc_refuse(const struct csm_write *w, int field, struct csm_err *err, const char *fmt, ...)
	CSM_PRINTF(4, 5);
int svc_refuse_rec(const struct csm_rec *r, int field, struct csm_err *err, const char *fmt, ...)
	CSM_PRINTF(4, 5);

/* A warning about a field of the record being written, to the listener of the store; nothing is refused. */
void svc_warn(const struct csm_write *w, int field, const char *fmt, ...) CSM_PRINTF(3, 4);

/*
 * The ids of the records of t that a filter selects (NULL: all), added to a vector of int64_t in the order of
 * sort: all are found before any is changed, as a cursor must not walk an index that its loop writes.
 */
int svc_ids(struct csm_store *s, const struct csm_rtype *t, const struct csm_filter *where, const char *sort,
	    struct csm_vec *ids, struct csm_err *err);

/* A reference field's record, or NULL when it is null. Values in the record's arena. */
int svc_ref(struct csm_store *s, const struct csm_rec *r, int field, struct csm_rec **out,
	    struct csm_err *err);
/* The same to look at, as csm_store_peek(). */
int svc_peek(struct csm_store *s, const struct csm_rec *r, int field, const struct csm_rec **out,
	     struct csm_err *err);

/*
 * Walk parents by field from the record being written; CSM_E_REFUSED when it meets itself or is deeper than
 * max.
 */
int svc_no_cycle(struct csm_write *w, int field, int max, struct csm_err *err);

/* Number or key of a record for messages; never fails. */
const char *svc_key(struct csm_store *s, const struct csm_rtype *t, int64_t id);

/* A decimal (scaled by 10^CSM_DECIMAL_SCALE) as text: 1.5. */
const char *svc_decimal(struct csm_arena *a, int64_t scaled);

/* First record of t whose fields equal the values; 0 none. */
int svc_first(struct csm_store *s, const struct csm_rtype *t, const int *fields,
	      const struct csm_value *values, unsigned n, int64_t *id, struct csm_err *err);

/* Whether a user has a role: granted to him, or to a group of his. */
int svc_has_role(struct csm_store *s, int64_t user, const char *role, bool *out, struct csm_err *err);

#endif
