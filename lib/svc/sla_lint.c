/* SPDX-License-Identifier: MIT */
/*
 * sla_lint.c - conditions of a definition that can't work together (domain 6.1, pitfalls): a start that is
 * always a stop never attaches, a pause that is never a start cancels instead of pausing. Told as warnings;
 * the definition is stored.
 *
 * Found are contradictions in one field that has few values: each value is tried, and what the rest of a
 * condition says is unknown.
 */
#include "sla_priv.h"
#include "svc_schedule.h"

enum truth { NO, YES, MAYBE };

/* One field with one of its values; all others are unknown. The state of a lifecycle says `active`, too. */
struct guess {
	struct csm_rec *rec;
	int field, active;
};

static enum truth ask_leaf(const struct csm_filter *f, const struct guess *g)
{
	struct csm_err err = { 0 };
	bool yes;

	if (f->npath != 1 || (f->path[0] != g->field && f->path[0] != g->active) ||
	    csm_filter_eval(f, g->rec, NULL, NULL, &yes, &err) != CSM_OK)
		return MAYBE;
	return yes ? YES : NO;
}

static enum truth ask(const struct csm_filter *f, const struct guess *g)
{
	enum truth a, b;

	switch (f->op) {
	case CSM_OP_TRUE:
		return YES;
	case CSM_OP_FALSE:
		return NO;
	case CSM_OP_NOT:
		a = ask(f->a, g);
		return a == MAYBE ? MAYBE : a == YES ? NO : YES;
	case CSM_OP_AND:
		a = ask(f->a, g);
		b = ask(f->b, g);
		return a == NO || b == NO ? NO : a == YES && b == YES ? YES : MAYBE;
	case CSM_OP_OR:
		a = ask(f->a, g);
		b = ask(f->b, g);
		return a == YES || b == YES ? YES : a == NO && b == NO ? NO : MAYBE;
	default:
		return ask_leaf(f, g);
	}
}

static void follow_state(struct guess *g)
{
	const struct csm_rtype *t = g->rec->type;
	const struct csm_state *state = NULL;

	if (t->life && strcmp(t->life->field, t->fields[g->field].name) == 0)
		state = csm_life_state(t->life, csm_rec_text(g->rec, g->field));
	g->active = state ? csm_field_index(t, "active") : -1;
	if (state && g->active >= 0)
		csm_rec_set_int(g->rec, g->active, (state->flags & CSM_S_ACTIVE) != 0);
}

/* The n-th value of a field with few of them; false past the last. */
static bool take_value(struct guess *g, unsigned n)
{
	const struct csm_rtype *t = g->rec->type;
	const struct csm_field *f = &t->fields[g->field];
	unsigned count = 0;

	while (f->choices && f->choices[count].value)
		count++;
	if (!count && f->kind == CSM_K_BOOL)
		count = 2;
	if (n >= count + (count && !(f->flags & CSM_F_REQUIRED)))
		return false;
	if (n == count)
		csm_rec_clear(g->rec, g->field);
	else if (!f->choices || f->kind == CSM_K_INT)
		csm_rec_set_int(g->rec, g->field,
				f->choices ? strtoll(f->choices[n].value, NULL, 10) : (int64_t)n);
	else
		csm_rec_set_text(g->rec, g->field, f->choices[n].value);
	follow_state(g);
	return true;
}

/* Whether x never holds, or only where y holds (as) too, or only where y does not. */
static bool is_bound(const struct csm_rtype *t, struct csm_arena *a, const struct csm_filter *x,
		     const struct csm_filter *y, enum truth as)
{
	for (int i = 0; x && y && i < (int)t->nfields; i++) {
		struct guess g = { csm_rec_new(a, t), i, -1 };
		bool bound = true;
		unsigned n;

		if (t->fields[i].kind == CSM_K_ENUM_LIST)
			continue;
		for (n = 0; bound && take_value(&g, n); n++)
			bound = ask(x, &g) == NO || ask(y, &g) == as;
		if (bound && n)
			return true;
	}
	return false;
}

static int parse(struct csm_write *w, const struct csm_rtype *t, int field, struct csm_filter **out,
		 struct csm_err *err)
{
	*out = NULL;
	if (csm_rec_null(w->rec, field))
		return CSM_OK;
	return csm_store_filter(w->store, t, csm_rec_text(w->rec, field), w->rec->arena, out, err);
}

int sla_lint(struct csm_write *w, const struct csm_rtype *t, struct csm_err *err)
{
	static const int fields[] = { SLA_DEFINITION_START_CONDITION, SLA_DEFINITION_STOP_CONDITION,
				      SLA_DEFINITION_PAUSE_CONDITION, SLA_DEFINITION_CANCEL_WHEN };
	struct csm_arena *a = w->rec->arena;
	struct csm_filter *start, *stop, *pause;
	bool changed = w->insert;
	int rc;

	for (unsigned i = 0; i < CSM_COUNT(fields); i++)
		changed = changed || csm_rec_changed(w->rec, fields[i]);
	if (!changed)
		return CSM_OK;
	rc = parse(w, t, fields[0], &start, err);
	if (!rc)
		rc = parse(w, t, fields[1], &stop, err);
	if (!rc)
		rc = parse(w, t, fields[2], &pause, err);
	if (rc)
		return rc;
	if (is_bound(t, a, start, stop, YES))
		svc_warn(w, SLA_DEFINITION_STOP_CONDITION,
			 "is true wherever start_condition is: it never attaches");
	else if (is_bound(t, a, pause, stop, YES))
		svc_warn(w, SLA_DEFINITION_PAUSE_CONDITION,
			 "is true only where stop_condition is: it completes, and never pauses");
	else if (is_bound(t, a, pause, start, NO) &&
		 csm_rec_is(w->rec, SLA_DEFINITION_CANCEL_WHEN, "start_not_met"))
		svc_warn(w, SLA_DEFINITION_PAUSE_CONDITION,
			 "is never true together with start_condition: it is cancelled, and never pauses");
	return CSM_OK;
}
