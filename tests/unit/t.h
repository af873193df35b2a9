/* SPDX-License-Identifier: MIT */
/* t.h - the few macros of a unit test: a failure prints file:line and goes on; T_DONE() ends main. */
#ifndef CSM_T_H
#define CSM_T_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int t_checks, t_failures;

/* CSM_TEST_SHORT is set under valgrind: one in n of what is alike shows there what all of it shows. */
static inline int t_step(int n)
{
	return getenv("CSM_TEST_SHORT") ? n : 1;
}

#define T_OK(cond) \
	do { \
		t_checks++; \
		if (!(cond)) { \
			t_failures++; \
			printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
		} \
	} while (0)

#define T_EQ_INT(a, b) \
	do { \
		int64_t t_a = (int64_t)(a), t_b = (int64_t)(b); \
		t_checks++; \
		if (t_a != t_b) { \
			t_failures++; \
			printf("%s:%d: %s is %" PRId64 ", expected %" PRId64 "\n", __FILE__, __LINE__, #a, t_a, t_b); \
		} \
	} while (0)

#define T_EQ_STR(a, b) \
	do { \
		const char *t_a = (a), *t_b = (b); \
		t_checks++; \
		if (!t_a || !t_b || strcmp(t_a, t_b) != 0) { \
			t_failures++; \
			printf("%s:%d: %s is '%s', expected '%s'\n", __FILE__, __LINE__, #a, t_a ? t_a : "(null)", \
			       t_b ? t_b : "(null)"); \
		} \
	} while (0)

#define T_DONE() \
	do { \
		printf("%d checks, %d failures\n", t_checks, t_failures); \
		return t_failures ? 1 : 0; \
	} while (0)

#endif
