/* SPDX-License-Identifier: MIT */
/* anon.h - values replaced by others of the same shape (export --anonymize). */
#ifndef CSM_XFER_ANON_H
#define CSM_XFER_ANON_H

#include "export_priv.h"

struct xfer_anon {
	struct csm_store *store;
	unsigned char key[16];		/* of the hash, made of the seed */
};
/* The same seed and the same value give the same replacement, in any record and at any time. */
struct xfer_anon *xfer_anon_new(struct csm_arena *a, struct csm_store *s, const char *seed);
/* Replace the values of a record; new texts are in arena a. */
int xfer_anon_record(struct xfer_anon *an, struct csm_rec *r, struct csm_arena *a, struct csm_err *err);
/* The key of a record of type t without a number, as xfer_anon_record() replaces it. */
const char *xfer_anon_key(struct xfer_anon *an, const struct csm_rtype *t, const char *key, struct csm_arena *a);
/* One text by what it tells of somebody; itself when it tells nothing. */
const char *xfer_anon_text(const struct xfer_anon *an, enum csm_personal p, const char *text, struct csm_arena *a);

/* ---- anon_shape.c: what keeps its shape ---- */
/* A number that n bytes and the seed decide; `of` keeps apart what is asked for different ends. */
uint64_t xfer_anon_hash(const struct xfer_anon *an, char of, const void *p, size_t n);
/*
 * Letters for letters and digits for digits, one to one: two texts that differ never become the same, as long as
 * they are ASCII; others become so long that they don't. Never looks like a number of csm's unless text does.
 */
const char *xfer_anon_code(const struct xfer_anon *an, const char *text, struct csm_arena *a);
const char *xfer_anon_phone(const struct xfer_anon *an, const char *text, struct csm_arena *a);
/* Words of the same lengths, digits for digits, all else as it is. */
const char *xfer_anon_prose(const struct xfer_anon *an, const char *text, struct csm_arena *a);

/* ---- anon_words.c: names that are nobody's ---- */
enum xfer_words { XFER_COLOURS, XFER_THINGS };
const char *xfer_anon_word(enum xfer_words list, uint64_t hash);
enum xfer_made { XFER_GIVEN, XFER_FAMILY, XFER_PLACE };
const char *xfer_anon_made(enum xfer_made kind, uint64_t hash, struct csm_arena *a);

/* ---- anon_expr.c: conditions ---- */
const char *xfer_anon_condition(struct xfer_anon *an, const char *text, struct csm_arena *a);

#endif
