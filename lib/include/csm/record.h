/* SPDX-License-Identifier: MIT */
/* csm/record.h - a record: a type and one value a field, in an arena. No struct per type. */
#ifndef CSM_RECORD_H
#define CSM_RECORD_H

#include <csm/dict.h>

struct csm_rec {
	const struct csm_rtype *type;
	int64_t id;			/* 0: no id yet */
	bool stored;			/* exists in the database */
	struct csm_value *v;		/* type->nfields values */
	struct csm_value *old;		/* as loaded, for the diff; all null for a new record */
	/* bit a field: stated by the user or document (given values beat derived ones) */
	uint64_t given[2];
	struct csm_arena *arena;	/* where values live */
	const char *file;		/* input position, for messages; NULL */
	int64_t line;
};

/* A new record without values (defaults are the store's). In the arena. */
struct csm_rec *csm_rec_new(struct csm_arena *a, const struct csm_rtype *t);
/* The same with these values, one a field, which are copied (texts shared). */
struct csm_rec *csm_rec_with(struct csm_arena *a, const struct csm_rtype *t, const struct csm_value *v);
/* One that is stored with these values. */
struct csm_rec *csm_rec_stored(struct csm_arena *a, const struct csm_rtype *t, int64_t id, const struct csm_value *v);
/* A copy with its own value array (texts shared) in arena a. */
struct csm_rec *csm_rec_copy(struct csm_arena *a, const struct csm_rec *r);

/* Set by index; marks nothing as given. Text is not copied: it must live as long as the record. */
static inline void csm_rec_set(struct csm_rec *r, int field, struct csm_value v)
{
	r->v[field] = v;
}
static inline void csm_rec_set_int(struct csm_rec *r, int field, int64_t i)
{
	r->v[field] = csm_int(i);
}
static inline void csm_rec_clear(struct csm_rec *r, int field)
{
	r->v[field] = csm_null();
}
void csm_rec_set_text(struct csm_rec *r, int field, const char *s);	/* copies into the record's arena */

/* Mark as given; whether it is. */
static inline void csm_rec_give(struct csm_rec *r, int field)
{
	r->given[field / 64] |= UINT64_C(1) << (field % 64);
}
static inline bool csm_rec_given(const struct csm_rec *r, int field)
{
	return r->given[field / 64] >> (field % 64) & 1;
}

/* Reading. The index must be one of the type. */
static inline bool csm_rec_null(const struct csm_rec *r, int field)
{
	return r->v[field].tag == CSM_NULL;
}
/* 0 when null */
static inline int64_t csm_rec_int(const struct csm_rec *r, int field)
{
	return csm_rec_null(r, field) ? 0 : r->v[field].i;
}
const char *csm_rec_text(const struct csm_rec *r, int field);		/* "" when null */
bool csm_rec_is(const struct csm_rec *r, int field, const char *text);

/* Changed since it was loaded (for a new record: not null). */
bool csm_rec_changed(const struct csm_rec *r, int field);
/* volatile and computed fields not counted */
bool csm_rec_any_changed(const struct csm_rec *r);

/*
 * The record's key for messages: number, else first key field with a value, else "#id" or "new". In
 * the arena.
 */
const char *csm_rec_key(struct csm_arena *a, const struct csm_rec *r);

#endif
