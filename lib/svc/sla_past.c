/* SPDX-License-Identifier: MIT */
/*
 * sla_past.c - the states a record went through, taken from its history: the present one with each change
 * taken back gives the first, and from that the changes in force lead forward again. What was undone never
 * was, and nor was its undo.
 */
#include "sla_priv.h"

struct past_field {
	int field;
	struct csm_value was, now;
};
struct past_row {
	int64_t change, at;
	char op;
	bool stated;   /* by a load */
	bool in_force; /* of a change that is not undone, and no undo */
	struct past_field *fields;
	unsigned n;
};
struct past {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_vec rows; /* struct past_row, oldest first */
	bool strict;
	int64_t moment; /* the last change that is looked at */
	struct csm_change change; /* of the last row */
};

struct collect {
	struct csm_arena *arena;
	struct csm_vec v;
};

static int add_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		     struct csm_err *err)
{
	struct collect *c = arg;
	struct past_field *f = csm_vec_add(&c->v);

	(void)err;
	*f = (struct past_field){ field, *was, *now };
	f->was.s = csm_strdup(c->arena, was->s);
	f->now.s = csm_strdup(c->arena, now->s);
	return CSM_OK;
}

static int incomplete(const char *why, struct csm_err *err)
{
	return csm_fail(err, CSM_E_REFUSED, "its history is incomplete: %s", why);
}

/* The change of a row, read once for the rows next to each other. */
static int find_change(struct past *p, const struct csm_history *h, struct csm_err *err)
{
	struct csm_err other = { 0 };
	int rc;

	if (p->change.id == h->change)
		return CSM_OK;
	rc = csm_store_change(p->store, h->change, p->arena, &p->change, &other);
	if (rc == CSM_E_NOTFOUND && p->strict)
		return incomplete(csm_sprintf(p->arena, "change %lld is gone", (long long)h->change), err);
	if (rc == CSM_E_NOTFOUND) /* it is being written: it happens now */
		p->change = (struct csm_change){ .id = h->change, .at = csm_store_now(p->store) };
	else if (rc)
		return csm_store_change(p->store, h->change, p->arena, &p->change, err);
	return CSM_OK;
}

static int add_row(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct past *p = arg;
	struct collect c = { p->arena, CSM_VEC(p->arena, struct past_field) };
	struct past_row *row;
	int rc;

	if (h->change > p->moment)
		return CSM_OK;
	rc = find_change(p, h, err);
	if (!rc)
		rc = csm_history_fields(p->store, h, p->arena, add_field, &c, err);
	if (rc)
		return rc;
	row = csm_vec_add(&p->rows);
	*row = (struct past_row){ h->change,
				  p->change.at,
				  h->op,
				  h->stated,
				  (!p->change.undone_by || p->change.undone_by > p->moment) && !p->change.undoes,
				  c.v.p,
				  (unsigned)c.v.n };
	return CSM_OK;
}

/* ---- backwards ---- */

static int take_back_row(const struct past *p, const struct past_row *row, struct csm_rec *r, int version,
			 struct csm_err *err)
{
	if (row->op == 'd') /* all that it was stands in the row */
		memset(r->v, 0, r->type->nfields * sizeof(*r->v));
	for (unsigned k = 0; k < row->n; k++) {
		const struct past_field *f = &row->fields[k];

		if (p->strict && row->op == 'u' && !csm_value_eq(&r->v[f->field], &f->now))
			return incomplete(csm_sprintf(p->arena, "%s was changed after change %lld and no "
								"change says so",
						      r->type->fields[f->field].name,
						      (long long)row->change),
					  err);
		r->v[f->field] = f->was;
	}
	if (row->op == 'u')
		csm_rec_set_int(r, version, csm_rec_int(r, version) - 1);
	return CSM_OK;
}

/* The record as it was created, and whether the way back was whole: each change counts its version. */
static int take_back(const struct past *p, struct csm_rec *r, struct csm_err *err)
{
	int version = (int)r->type->nfields - CSM_STD_FIELDS;
	const struct past_row *first = p->rows.n ? CSM_AT(&p->rows, struct past_row, 0) : NULL;
	int64_t missing;
	int rc = CSM_OK;

	for (size_t i = p->rows.n; !rc && i-- > 0;)
		rc = take_back_row(p, CSM_AT(&p->rows, struct past_row, i), r, version, err);
	if (rc || !p->strict)
		return rc;
	if (!first || first->op != 'c')
		return incomplete("no change says who created it", err);
	missing = csm_rec_int(r, version) - 1;
	if (missing < 0 || (missing && !first->stated)) /* a load may state a version */
		return incomplete(csm_sprintf(p->arena, "by its version %lld of its changes are %s",
					      (long long)(missing < 0 ? -missing : missing),
					      missing < 0 ? "not its own" : "missing"),
				  err);
	return CSM_OK;
}

/* ---- and forwards ---- */

/* The engine looks at what a load stated when all of it is in: once. */
static struct sla_event *add_event(struct csm_vec *v, const struct past_row *row)
{
	struct sla_event *last = v->n ? CSM_AT(v, struct sla_event, v->n - 1) : NULL;

	if (last && last->change == row->change && (last->load || row->stated)) {
		last->load = true;
		return last;
	}
	last = csm_vec_add(v);
	last->at = row->at;
	last->change = row->change;
	last->load = row->stated;
	return last;
}

static void go_forward(const struct past *p, const struct csm_rec *created, struct csm_vec *events)
{
	const struct csm_rec *r = created;

	for (size_t i = 0; i < p->rows.n; i++) {
		const struct past_row *row = CSM_AT(&p->rows, struct past_row, i);
		struct csm_rec *next;

		if (!row->in_force)
			continue;
		if (row->op == 'd') {
			add_event(events, row)->rec = NULL;
			continue;
		}
		next = csm_rec_copy(p->arena, r);
		for (unsigned k = 0; row->op == 'u' && k < row->n; k++)
			next->v[row->fields[k].field] = row->fields[k].now;
		add_event(events, row)->rec = next;
		r = next;
	}
}

/* What history leads to is what is stored. */
static int check_end(const struct csm_rec *r, const struct csm_vec *events, struct csm_err *err)
{
	const struct csm_rec *end = events->n ? CSM_AT(events, struct sla_event, events->n - 1)->rec : NULL;

	if (!r->stored && !end)
		return CSM_OK;
	if (!r->stored || !end)
		return incomplete(r->stored ? "all of it is undone" : "no change says who deleted it", err);
	for (unsigned i = 0; i < r->type->nfields - CSM_STD_FIELDS; i++)
		if (!(r->type->fields[i].flags & CSM_F_COMPUTED) && !csm_value_eq(&r->v[i], &end->v[i]))
			return csm_err_on(err, NULL, NULL, r->type->fields[i].name),
			       incomplete("it leads to another value than is stored", err);
	return CSM_OK;
}

int sla_life(struct csm_store *s, const struct csm_rec *r, struct csm_arena *a, bool strict,
	     struct sla_event **out, unsigned *n, struct csm_err *err)
{
	int64_t moment = csm_store_moment(s);
	struct past p = { s, a, CSM_VEC(a, struct past_row), strict, moment < 0 ? INT64_MAX : moment, { 0 } };
	struct csm_vec events = CSM_VEC(a, struct sla_event);
	struct csm_rec *created = csm_rec_copy(a, r);
	int rc = csm_store_history(s, 0, r->type, r->id, add_row, &p, err);

	if (!rc)
		rc = take_back(&p, created, err);
	if (rc)
		return rc;
	go_forward(&p, created, &events);
	rc = strict ? check_end(r, &events, err) : CSM_OK;
	*out = events.p;
	*n = (unsigned)events.n;
	return rc;
}

int sla_past(struct csm_store *s, const struct csm_rec *task, struct csm_arena *a, struct sla_moment **out,
	     unsigned *n, struct csm_err *err)
{
	int opened = csm_field_index(task->type, "opened_at");
	struct sla_event *events;
	unsigned count;
	int rc = sla_life(s, task, a, false, &events, &count, err);

	if (rc)
		return rc;
	*n = count ? count : 1;
	*out = csm_calloc(a, *n, sizeof(**out));
	for (unsigned i = 0; i < count; i++)
		(*out)[i] = (struct sla_moment){ events[i].at, events[i].rec };
	(*out)[*n - 1].rec = csm_rec_copy(a, task);
	(*out)[0].at = csm_rec_int((*out)[0].rec, opened);
	return CSM_OK;
}
