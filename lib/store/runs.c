/* SPDX-License-Identifier: MIT */
/* runs.c - runs of numbers as text: "5,7-9". */
#include "store_priv.h"

static bool read_number(const char **at, int64_t *out)
{
	const char *p = *at;

	*out = 0;
	for (; *p >= '0' && *p <= '9' && *out < INT64_MAX / 16; p++)
		*out = *out * 10 + (*p - '0');
	if (p == *at)
		return false;
	*at = p;
	return true;
}

bool csm_run_next(const char **at, struct csm_run *out)
{
	if (!*at || !read_number(at, &out->first))
		return false;
	out->last = out->first;
	if (**at == '-') {
		++*at;
		if (!read_number(at, &out->last) || out->last < out->first)
			return false;
	}
	if (**at == ',')
		++*at;
	return true;
}

void csm_run_add(struct csm_buf *b, int64_t id)
{
	const char *tail = b->n ? strrchr(b->s, ',') : NULL, *at = tail ? tail + 1 : b->s;
	struct csm_run run;

	if (b->n && csm_run_next(&at, &run) && run.last + 1 == id) {
		/* "7" becomes "7-8", "7-8" becomes "7-9" */
		b->n = tail ? (size_t)(tail + 1 - b->s) : 0;
		csm_buf_addf(b, "%" PRId64 "-%" PRId64, run.first, id);
	} else {
		csm_buf_addf(b, "%s%" PRId64, b->n ? "," : "", id);
	}
}
