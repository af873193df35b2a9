/* SPDX-License-Identifier: MIT */
/*
 * case_reply.c - since when a case awaits an answer: the first comment of its customer that no comment of an
 * agent followed. Next to each other in time they are told by the order in which they were stored.
 */
#include "svc_work.h"

bool work_by_customer(const struct csm_rec *comment, const struct csm_rec *cs)
{
	int64_t author = csm_rec_int(comment, COMMENT_AUTHOR);

	return !csm_rec_null(comment, COMMENT_AUTHOR_CONTACT) ||
	       !csm_rec_null(comment, COMMENT_AUTHOR_CONSUMER) ||
	       (author && author == csm_rec_int(cs, CASE_INTERNAL_USER) &&
		author != csm_rec_int(cs, CASE_ASSIGNED_TO));
}

/* csm's own words, such as those at an end by time, answer nobody. */
static bool by_system(const struct csm_rec *comment)
{
	return csm_rec_null(comment, COMMENT_AUTHOR) && csm_rec_is(comment, COMMENT_CREATED_BY, "system");
}

/* A place in the conversation: a moment, and among comments of one moment their order. */
struct place {
	int64_t at;
	int64_t order;
};

static bool is_after(const struct place *x, const struct place *y)
{
	return x->at != y->at ? x->at > y->at : x->order > y->order;
}

/* What the case itself says of its last comments counts like a comment: a load may state no other. */
int work_await_reply(struct csm_store *s, struct csm_rec *cs, struct csm_err *err)
{
	struct place agent = { INT64_MIN, 0 }, first = { INT64_MAX, INT64_MAX }, p;
	struct csm_rec **rows = NULL;
	unsigned n = 0;
	int rc = CSM_OK;

	if (cs->stored)
		rc = csm_store_children(s, &csm_type_comment, COMMENT_PARENT_CASE, cs->id, cs->arena, &rows,
					&n, err);
	if (!csm_rec_null(cs, CASE_LAST_AGENT_COMMENT_AT))
		agent.at = csm_rec_int(cs, CASE_LAST_AGENT_COMMENT_AT);
	for (unsigned i = 0; !rc && i < n; i++) {
		p = (struct place){ csm_rec_int(rows[i], COMMENT_POSTED_AT), i + 1 };
		if (!work_by_customer(rows[i], cs) && !by_system(rows[i]) && is_after(&p, &agent))
			agent = p;
	}
	if (!csm_rec_null(cs, CASE_LAST_CUSTOMER_COMMENT_AT)) {
		p = (struct place){ csm_rec_int(cs, CASE_LAST_CUSTOMER_COMMENT_AT), 0 };
		if (is_after(&p, &agent))
			first = p;
	}
	for (unsigned i = 0; !rc && i < n; i++) {
		p = (struct place){ csm_rec_int(rows[i], COMMENT_POSTED_AT), i + 1 };
		if (work_by_customer(rows[i], cs) && is_after(&p, &agent) && is_after(&first, &p))
			first = p;
	}
	if (!rc)
		csm_rec_set(cs, CASE_AWAITING_REPLY_SINCE,
			    first.at == INT64_MAX || !work_is_open(cs) ? csm_null() : csm_int(first.at));
	return rc;
}
