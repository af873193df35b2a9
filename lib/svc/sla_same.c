/* SPDX-License-Identifier: MIT */
/*
 * sla_same.c - whether the rules that an SLA record keeps are still those of today: an edit of another
 * schedule, of a name or of a description changes nothing for it.
 */
#include "sla_priv.h"

struct answer {
	int64_t id, edit;
	bool same;
	struct answer *next;
};
struct answers {
	struct csm_arena *arena;
	struct answer *defs, *cals;
};

static const char same_key[] = "sla same";

static void drop_answers(void *slot)
{
	struct answers *k = slot;

	csm_arena_free(k->arena);
	memset(k, 0, sizeof(*k));
}

/* The last one asked for comes first: records next to each other ask for the same. */
static struct answer *find_answer(struct answer **list, int64_t id, int64_t edit)
{
	for (struct answer **p = list; *p; p = &(*p)->next)
		if ((*p)->id == id && (*p)->edit == edit) {
			struct answer *a = *p;

			*p = a->next;
			a->next = *list;
			*list = a;
			return a;
		}
	return NULL;
}

static void keep_answer(struct answers *k, struct answer **list, int64_t id, int64_t edit, bool same)
{
	struct answer *a = csm_alloc(k->arena, sizeof(*a));

	*a = (struct answer){ id, edit, same, *list };
	*list = a;
}

/* ---- definitions ---- */

static bool is_rule(int field)
{
	switch (field) {
	case SLA_DEFINITION_EXTERNAL_ID:
	case SLA_DEFINITION_NAME:
	case SLA_DEFINITION_DESCRIPTION:
	case SLA_DEFINITION_ACTIVE:
	case SLA_DEFINITION_SLA_TYPE:
	case SLA_DEFINITION_ALERT_SCHEDULE:
		return false;
	default:
		return field < SLA_DEFINITION_VERSION;
	}
}

bool sla_same_definition(const struct csm_rec *x, const struct csm_rec *y)
{
	if (!x || !y)
		return x == y;
	for (unsigned i = 0; i < x->type->nfields; i++)
		if (is_rule((int)i) && !csm_value_eq(&x->v[i], &y->v[i]))
			return false;
	return true;
}

/* ---- schedules ---- */

static bool same_text(const char *x, const char *y)
{
	return x && y ? strcmp(x, y) == 0 : x == y;
}

static bool same_exception(const struct csm_cal_exception *x, const struct csm_cal_exception *y)
{
	return x->kind == y->kind && x->every == y->every && x->date == y->date && x->month == y->month &&
	       x->day == y->day && x->nth == y->nth && x->weekday == y->weekday && x->offset == y->offset &&
	       x->start == y->start && x->end == y->end;
}

static bool same_calendar(const struct csm_cal_def *x, const struct csm_cal_def *y)
{
	bool same = same_text(x->zone, y->zone) && x->valid_from == y->valid_from &&
		    x->valid_to == y->valid_to && x->nspans == y->nspans &&
		    x->nexceptions == y->nexceptions && x->ninclude == y->ninclude &&
		    x->nexclude == y->nexclude;

	for (unsigned i = 0; same && i < x->nspans; i++)
		same = x->spans[i].days == y->spans[i].days && x->spans[i].start == y->spans[i].start &&
		       x->spans[i].end == y->spans[i].end;
	for (unsigned i = 0; same && i < x->nexceptions; i++)
		same = same_exception(&x->exceptions[i], &y->exceptions[i]);
	for (unsigned i = 0; same && i < x->ninclude; i++)
		same = same_calendar(x->include[i], y->include[i]);
	for (unsigned i = 0; same && i < x->nexclude; i++)
		same = same_calendar(x->exclude[i], y->exclude[i]);
	return same;
}

/* ---- as of an edit, against today ---- */

static int ask_definition(struct csm_store *s, struct answers *k, int64_t id, int64_t edit, bool *same,
			  struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct answer *known = find_answer(&k->defs, id, edit);
	struct csm_rec *then = NULL, *today = NULL;
	struct csm_err other = { 0 };
	int rc, back;

	if (known) {
		*same = known->same;
		return CSM_OK;
	}
	rc = csm_store_get(s, &csm_type_sla_definition, id, a, &today, err);
	if (!rc)
		rc = csm_store_as_of(s, edit, err);
	if (rc)
		return rc;
	rc = csm_store_get(s, &csm_type_sla_definition, id, a, &then, err);
	back = csm_store_as_of(s, CSM_STORE_PRESENT, rc ? &other : err);
	*same = sla_same_definition(then, today);
	keep_answer(k, &k->defs, id, edit, *same);
	return rc ? rc : back;
}

static int ask_calendar(struct csm_store *s, struct answers *k, int64_t id, int64_t edit, bool *same,
			struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct answer *known = find_answer(&k->cals, id, edit);
	struct csm_cal_def *then = NULL, *today = NULL;
	struct csm_err other = { 0 };
	int rc, back;

	if (known) {
		*same = known->same;
		return CSM_OK;
	}
	rc = csm_schedule_def(s, id, a, &today, err);
	if (!rc)
		rc = csm_store_as_of(s, edit, err);
	if (rc)
		return rc;
	rc = csm_schedule_def(s, id, a, &then, err);
	if (rc == CSM_E_NOTFOUND) {	/* a load gave the record a schedule that is younger than its rules */
		then = today;
		rc = CSM_OK;
		csm_err_clear(err);
	}
	back = csm_store_as_of(s, CSM_STORE_PRESENT, rc ? &other : err);
	*same = !rc && same_calendar(then, today);
	keep_answer(k, &k->cals, id, edit, *same);
	return rc ? rc : back;
}

int sla_has_todays_rules(struct csm_store *s, const struct csm_rec *sla, bool *def, bool *cal,
			 struct csm_err *err)
{
	struct answers *k = csm_store_slot(s, same_key, sizeof(*k), drop_answers, NULL);
	struct sla_edits e;
	int rc = sla_find_edits(s, sla, &e, err);

	*def = e.def_today;
	*cal = e.cal_today || csm_rec_null(sla, SLA_SCHEDULE);
	if (!k->arena)
		k->arena = csm_arena_like(csm_store_arena(s));
	if (!rc && !*def)
		rc = ask_definition(s, k, csm_rec_int(sla, SLA_SLA_DEFINITION), e.def, def, err);
	if (!rc && !*cal)
		rc = ask_calendar(s, k, csm_rec_int(sla, SLA_SCHEDULE), e.cal, cal, err);
	return rc;
}
