/* SPDX-License-Identifier: MIT */
/*
 * csm/filter.h - the language of conditions, the same everywhere one is written.
 *
 *   expr   := or ; or := and { "or" and } ; and := not { "and" not } ; not := "not" not | "(" or ")" | test
 *   test   := path op value | path "in" "(" value {"," value} ")" | path "not" "in" (...)
 *           | path "is" ["not"] "null"
 *           | path "between" value "and" value | path            (a bool field alone: is true)
 *           | path "contains" value  (list fields: has the element)
 *   op     := = != < <= > >= ~ !~          (~ is a glob folded by Unicode)
 *   path   := field { "." field }          through references: account.name, contract.account.rank_tier
 *   value  := 'text' | "text" | word | number | -7d +2h now today (times) | me (reference to a user)
 *
 * In '...' and "..." the quote itself is written twice; a backslash is left to the glob. Keywords
 * are taken in any case, and any word is a value where a value stands, so country = in works. A
 * word ends at a blank or one of ( ) , = ! < > ~ ' ".
 *
 * By kind: ~ works on text, enum, email, phone, date, zone and number; bool, ref, expr, json have
 * no order; lists take contains and is null only. A ref is compared with a key, me, or #17 (an id).
 * Money is compared within its currency: of two currencies only != is true; 1250 EUR needs no
 * quotes. `number` is compared as the id it stands for. Secret and other computed fields are
 * refused. A path through a null reference ends in null.
 *
 * Comparison with null is false (so x != 3 is false when x is null), `not` is two-valued, text
 * order is bytewise. Values are typed by the field at the end of the path. The tree is rendered to
 * SQL by the store, or evaluated here on a record in memory; a property test holds the two against
 * each other.
 */
#ifndef CSM_FILTER_H
#define CSM_FILTER_H

#include <csm/dict.h>
#include <csm/record.h>

enum csm_op {
	CSM_OP_AND, CSM_OP_OR, CSM_OP_NOT,	/* a, b / a */
	CSM_OP_TRUE, CSM_OP_FALSE,
	CSM_OP_EQ, CSM_OP_NE, CSM_OP_LT, CSM_OP_LE, CSM_OP_GT, CSM_OP_GE,
	CSM_OP_GLOB, CSM_OP_NGLOB,		/* values[0].s folded pattern */
	CSM_OP_IN, CSM_OP_NIN,			/* values */
	CSM_OP_NULL, CSM_OP_NOTNULL,
	/* list field contains values[0].s (element text; id for ref lists) */
	CSM_OP_HAS
};

#define CSM_MAX_PATH 4

struct csm_filter {
	enum csm_op op;
	struct csm_filter *a, *b;		/* and, or, not */
	const struct csm_rtype *type;		/* type the path starts in */
	int path[CSM_MAX_PATH];			/* field indexes; all but the last are references */
	/* the type each of them is a field of; steps[0] is type */
	const struct csm_rtype *steps[CSM_MAX_PATH];
	unsigned npath;
	const struct csm_field *field;		/* the last one */
	struct csm_value *values;
	unsigned nvalues;
};

/*
 * What parsing needs from outside: the clock, who "me" is, and how the key of a reference becomes
 * an id. ref may be NULL (then only numbers and `null` are taken for references: used to check
 * expressions without a database).
 */
struct csm_filter_env {
	const struct csm_dict *dict;
	int64_t now;
	int64_t me;				/* id of the user, 0 none */
	int (*ref)(void *arg, const struct csm_rtype *target, const char *key, int64_t *id,
		   struct csm_err *err);
	/*
	 * NULL, or told of each value as it is read, in the order of the text: its field, how it is compared,
	 * where it stands in the text (quotes included), and what it says. For who writes the text anew.
	 */
	void (*value)(void *arg, const struct csm_field *f, enum csm_op op, size_t from, size_t to,
		      const char *text);
	void *arg;
};

/* Parse text for records of type t. Depth is capped at 64. CSM_E_INVALID with the column in err->col. */
int csm_filter_parse(struct csm_arena *a, const struct csm_rtype *t, const char *text,
		     const struct csm_filter_env *env,
		     struct csm_filter **out, struct csm_err *err);

/* Text as a value of the language: in '...', each ' in it written twice. In the arena. */
const char *csm_filter_quote(struct csm_arena *a, const char *text);

/* Joins two filters with and; either may be NULL. */
struct csm_filter *csm_filter_and(struct csm_arena *a, struct csm_filter *x, struct csm_filter *y);

/*
 * Evaluate on a record. follow loads the record a reference points to (NULL result: the reference
 * is null or gone); it may be NULL when no path goes through a reference. *out is the answer.
 */
int csm_filter_eval(const struct csm_filter *f, const struct csm_rec *r,
		    int (*follow)(void *arg, const struct csm_rtype *t, int64_t id,
			 const struct csm_rec **out, struct csm_err *err),
		    void *arg, bool *out, struct csm_err *err);

/* Whether the filter reads the field (index of t) directly. For finding what a change may affect. */
bool csm_filter_reads(const struct csm_filter *f, const struct csm_rtype *t, int field);

#endif
