/* SPDX-License-Identifier: MIT */
/* dict_priv.h - what the files of lib/dict share. */
#ifndef CSM_DICT_PRIV_H
#define CSM_DICT_PRIV_H

#include <csm/dict.h>
#include <csm/record.h>

/* Names are the same when they differ only in '-' and '_'. */
bool dict_same_name(const char *a, const char *b);

/* ASCII letters without regard to case: labels, prefixes, keywords are csm's own and ASCII. */
bool dict_same_folded(const char *a, const char *b);

/* Decimal text with an optional sign and fraction, scaled by 10^scale. What stopped the reading is *end.
 */
enum dict_number { DICT_NUMBER_OK, DICT_NUMBER_BAD, DICT_NUMBER_FINE, DICT_NUMBER_BIG };
enum dict_number dict_read_scaled(const char *text, unsigned scale, int64_t *out, const char **end);
/* The reverse; trim: without zeros at the end of the fraction. */
const char *dict_write_scaled(struct csm_arena *a, int64_t v, unsigned scale, bool trim);

/* The ISO 4217 code that the three letters at code name (any case), with its number of minor digits;
 * NULL if none. */
const char *dict_currency(const char *code, unsigned *digits);

/* Lists in values. Adds the separators; refuses what is no list of the kind. */
int dict_check_list(const struct csm_field *f, const char *s, struct csm_err *err);

/* "'x' is none of a, b, c; did you mean 'b'?" */
int dict_choice_fail(const struct csm_choice *choices, const char *text, struct csm_err *err);

/* Shapes of texts (lib/dict/text_kinds.c). */
int dict_check_length(const struct csm_field *f, const char *s, struct csm_err *err);
int dict_check_email(const char *s, struct csm_err *err);
int dict_check_phone(const char *s, struct csm_err *err);
int dict_check_zone(const char *s, struct csm_err *err);
int dict_check_json(const char *s, struct csm_err *err);

/* A value (not null) against its field: tag, bounds, length, choices, shape. That a text has no characters but those that are stored was looked at. */
int dict_check_value(const struct csm_field *f, const struct csm_value *v, struct csm_err *err);

/* True for words that SQLite or PostgreSQL take as no name of a column or table. */
bool dict_is_reserved(const char *word);

/* What the two files of csm_dict_check() share. */
struct dict_check {
	const struct csm_dict *dict;
	bool (*hook_known)(void *arg, const char *id);
	void *hook_arg;
	const struct csm_diag *diag;
	struct csm_arena *arena;
	int found;
};
void dict_find(struct dict_check *c, const struct csm_rtype *t, const char *field, const char *fmt, ...)
	CSM_PRINTF(4, 5);
/* Whether the type's compute hook fills the field. */
bool dict_is_computed(const struct csm_rtype *t, const struct csm_field *f);
void dict_find_hook(struct dict_check *c, const struct csm_rtype *t, const char *what, const char *id);
bool dict_is_snake(const char *s);
void dict_check_fields(struct dict_check *c, const struct csm_rtype *t);
void dict_check_default(struct dict_check *c, const struct csm_rtype *t, const struct csm_field *f,
			const char *text, const char *what);
void dict_check_life(struct dict_check *c, const struct csm_rtype *t);

#endif
