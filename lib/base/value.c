/* SPDX-License-Identifier: MIT */
/* value.c - values compared. */
#include <string.h>

#include <csm/value.h>

/* Null first, then numbers (money among them, by amount), then text. */
static int rank_of(const struct csm_value *v)
{
	return v->tag == CSM_NULL ? 0 : v->tag == CSM_TEXT ? 2 : 1;
}

int csm_value_cmp(const struct csm_value *a, const struct csm_value *b)
{
	int ra = rank_of(a), rb = rank_of(b);

	if (ra != rb)
		return ra < rb ? -1 : 1;
	if (ra == 0)
		return 0;
	if (ra == 1 && a->i != b->i)
		return a->i < b->i ? -1 : 1;
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	return a->tag == CSM_INT ? 0 : strcmp(a->s, b->s);
}

bool csm_value_eq(const struct csm_value *a, const struct csm_value *b)
{
	if (a->tag != b->tag)
		return false;
	if (a->tag == CSM_INT)
		return a->i == b->i;
	if (a->tag == CSM_MONEY && a->i != b->i)
		return false;
	return a->tag == CSM_NULL || a->s == b->s || strcmp(a->s, b->s) == 0;
}

int csm_int_order(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}
