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

/* Comments that are read at a time. */
#define PAGE 256u

struct talk {
	struct csm_store *store;
	struct csm_rec *cs;
	struct place agent, first;	/* the last comment of an agent, and the first of the customer after it */
	struct csm_rec **rows;		/* the first page of comments, of most cases all of them */
	unsigned n;
	bool more;			/* there may be other pages */
};

typedef void take_fn(struct talk *t, const struct csm_rec *comment, const struct place *p);

static void take_agent(struct talk *t, const struct csm_rec *comment, const struct place *p)
{
	if (!work_by_customer(comment, t->cs) && !by_system(comment) && is_after(p, &t->agent))
		t->agent = *p;
}

static void take_customer(struct talk *t, const struct csm_rec *comment, const struct place *p)
{
	if (work_by_customer(comment, t->cs) && is_after(p, &t->agent) && is_after(&t->first, p))
		t->first = *p;
}

static int read_page(struct talk *t, int64_t after, struct csm_rec ***rows, unsigned *n, bool *more, struct csm_err *err)
{
	return csm_store_children_after(t->store, &csm_type_comment, COMMENT_PARENT_CASE, t->cs->id, after, PAGE, t->cs->arena,
					rows, n, more, err);
}

static int each_comment(struct talk *t, take_fn *take, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(t->cs->arena);
	struct csm_rec **rows = t->rows;
	unsigned n = t->n;
	bool more = t->more;
	int rc = CSM_OK;

	while (!rc && n) {
		int64_t after = rows[n - 1]->id;

		for (unsigned i = 0; i < n; i++)
			take(t, rows[i], &(struct place){ csm_rec_int(rows[i], COMMENT_POSTED_AT), rows[i]->id });
		csm_arena_rewind(t->cs->arena, mark);
		n = 0;
		if (more)
			rc = read_page(t, after, &rows, &n, &more, err);
	}
	csm_arena_rewind(t->cs->arena, mark);
	return rc;
}

/* What the case itself says of its last comments counts like a comment: a load may state no other. */
int work_await_reply(struct csm_store *s, struct csm_rec *cs, struct csm_err *err)
{
	struct talk t = { .store = s, .cs = cs, .agent = { INT64_MIN, 0 }, .first = { INT64_MAX, INT64_MAX } };
	int rc = cs->stored ? read_page(&t, 0, &t.rows, &t.n, &t.more, err) : CSM_OK;

	if (!csm_rec_null(cs, CASE_LAST_AGENT_COMMENT_AT))
		t.agent.at = csm_rec_int(cs, CASE_LAST_AGENT_COMMENT_AT);
	if (!rc)
		rc = each_comment(&t, take_agent, err);
	if (!csm_rec_null(cs, CASE_LAST_CUSTOMER_COMMENT_AT)) {
		const struct place p = { csm_rec_int(cs, CASE_LAST_CUSTOMER_COMMENT_AT), 0 };

		if (is_after(&p, &t.agent))
			t.first = p;
	}
	if (!rc)
		rc = each_comment(&t, take_customer, err);
	if (!rc)
		csm_rec_set(cs, CASE_AWAITING_REPLY_SINCE,
			    t.first.at == INT64_MAX || !work_is_open(cs) ? csm_null() : csm_int(t.first.at));
	return rc;
}
