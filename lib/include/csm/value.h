/* SPDX-License-Identifier: MIT */
/*
 * csm/value.h - one value of one field, as the dictionary, the store and the engine hand it around.
 *
 * kind of field            tag        holds
 * text enum email ...      CSM_TEXT   s, valid UTF-8, never ""
 * int bool time duration   CSM_INT    i (bool 0/1; time epoch seconds; duration seconds;
 *   clock                             clock seconds of the day)
 * decimal                  CSM_INT    i, scaled by 10^CSM_DECIMAL_SCALE
 * date                     CSM_TEXT   s "YYYY-MM-DD"
 * ref                      CSM_INT    i, the target's id
 * money                    CSM_MONEY  i minor units, s ISO 4217 code
 * list of enum             CSM_TEXT   s ",email,phone,", in the order of the choices, no duplicates
 * list of ref              CSM_TEXT   s ",3,17,", ids in the order given, no duplicates
 */
#ifndef CSM_VALUE_H
#define CSM_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#define CSM_DECIMAL_SCALE 4

enum csm_tag { CSM_NULL, CSM_INT, CSM_TEXT, CSM_MONEY };

struct csm_value {
	enum csm_tag tag;
	int64_t i;
	const char *s;		/* not owned */
};

static inline struct csm_value csm_null(void)
{
	return (struct csm_value){ CSM_NULL, 0, 0 };
}
static inline struct csm_value csm_int(int64_t i)
{
	return (struct csm_value){ CSM_INT, i, 0 };
}
/* NULL and "" give the null value: csm never stores an empty text. */
static inline struct csm_value csm_text(const char *s)
{
	return s && *s ? (struct csm_value){ CSM_TEXT, 0, s } : csm_null();
}

/* Same tag and same content; null equals null. */
bool csm_value_eq(const struct csm_value *a, const struct csm_value *b);

/* Order: null first, then numbers, then text bytewise. <0, 0, >0. */
int csm_value_cmp(const struct csm_value *a, const struct csm_value *b);

/* Order of two int64_t (ids, moments), for qsort and bsearch. */
int csm_int_order(const void *x, const void *y);

#endif
