/* SPDX-License-Identifier: MIT */
/*
 * t_svc_case.c - what time does to records: each pair of state and verb for csm itself; the calls behind
 * special verbs; sums that are too long; schedules as calendars.
 */
#include "t.h"
#include "t_svc_help.h"

/* ---- every life, walked by time ---- */

static bool leaves(const struct csm_move *m, const char *verb, const char *state)
{
	return strcmp(m->verb, verb) == 0 && csm_word_in(m->from, state) && m->who & CSM_WHO_SYSTEM;
}

/* A record stated in the state, owner and moments as the type asks for. */
static int64_t stated(const char *type, const char *state)
{
	bool ended = strcmp(state, "closed") == 0, resolved = strcmp(state, "resolved") == 0;
	const char *moment = "", *own = "account: Acme";
	char text[600];

	if (strcmp(type, "case") == 0)
		moment = ended      ? ", closed_at: 2020-01-02T00:00:00Z"
			 : resolved ? ", resolved_at: 2020-01-02T00:00:00Z"
				    : "";
	if (strcmp(type, "case_task") == 0 && (ended || strcmp(state, "cancelled") == 0))
		moment = ", closed_at: 2020-01-02T00:00:00Z";
	if (strcmp(type, "case") == 0)
		own = "account: Acme, short_description: x, opened_at: 2020-01-01T00:00:00Z";
	else if (strcmp(type, "case_task") == 0)
		own = "parent_case: base, short_description: x, opened_at: 2020-01-01T00:00:00Z";
	else if (strcmp(type, "contract") == 0)
		own = "account: Acme, name: x, start_date: 2020-01-01, end_date: 2020-12-31";
	else if (strcmp(type, "entitlement") == 0)
		own = "account: Acme, name: x, start_date: 2020-01-01, end_date: 2020-12-31";
	else if (strcmp(type, "sold_product") == 0)
		own = "account: Acme, product: Box, start_date: 2020-01-01, end_date: 2020-12-31";
	else if (strcmp(type, "install_base_item") == 0)
		own = "account: Acme, name: x";
	snprintf(text, sizeof(text), "csm: 1\n%s: [{external_id: '%s %s', state: %s, %s%s}]\n", type, type,
		 state, state, own, moment);
	if (s_load(text)) {
		printf("%s\n%s\n", text, s_error());
		exit(1);
	}
	return s_find(type, csm_sprintf(t_arena, "external_id = '%s %s'", type, state));
}

/* The change is rolled back: each pair begins with the same record. */
static int try_system(const struct csm_rtype *t, int64_t id, const char *verb)
{
	struct csm_rec *r;
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	csm_store_as_system(t_store);
	r = s_need(t->name, id);
	rc = csm_store_move(t_store, r, verb, NULL, -1, &t_err);
	csm_store_rollback(t_store);
	return rc;
}

/* Not allowed: refused with the list. Allowed: done, or refused by the verb's guard, which has no list. */
static void walk_pair(const struct csm_rtype *t, int64_t id, const char *state, const char *verb,
		      int *allowed)
{
	const char *list = csm_life_allowed(t_arena, t->life, state, CSM_WHO_SYSTEM);
	bool open = false;
	int rc;

	for (const struct csm_move *m = t->life->moves; m->verb; m++)
		open = open || leaves(m, verb, state);
	rc = try_system(t, id, verb);
	if (open) {
		*allowed += 1;
		T_OK(rc == CSM_OK || (rc == CSM_E_REFUSED && !strstr(t_err.msg, "(allowed: ")));
		return;
	}
	T_EQ_INT(rc, CSM_E_REFUSED);
	T_OK(strstr(t_err.msg, csm_sprintf(t_arena, "(allowed: %s)", list)) != NULL);
}

static int walk_type(const struct csm_rtype *t)
{
	int allowed = 0;

	for (const struct csm_state *st = t->life->states; st->name; st++) {
		int64_t id = stated(t->name, st->name);

		T_OK(id != 0);
		for (const struct csm_move *m = t->life->moves; m->verb; m++) {
			bool seen = false;

			for (const struct csm_move *p = t->life->moves; p < m; p++)
				seen = seen || strcmp(p->verb, m->verb) == 0;
			if (!seen)
				walk_pair(t, id, st->name, m->verb, &allowed);
		}
	}
	return allowed;
}

static void check_system(void)
{
	const struct csm_dict *d = csm_model_dict();
	int types = 0, allowed = 0;

	s_begin();
	s_new("account", "name=Acme", NULL);
	s_new("product", "name=Box", NULL);
	T_OK(!s_load("csm: 1\ncase: [{external_id: base, account: Acme, short_description: x}]\n"));
	for (unsigned i = 0; i < d->ntypes; i++) {
		if (!d->types[i]->life)
			continue;
		types++;
		allowed += walk_type(d->types[i]);
	}
	T_EQ_INT(types, 6);
	T_EQ_INT(allowed, 19);
	t_end();
}

/* ---- the calls behind special verbs ---- */

static int assign(int64_t cs, int64_t user, int64_t group)
{
	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	return s_end(csm_case_assign(t_store, s_need("case", cs), user, group, -1, &t_err));
}

static void check_assign(void)
{
	int64_t cs, ann, desk;

	s_begin();
	s_new("account", "name=Acme", NULL);
	ann = s_new("user", "user_name=ann", "last_name=Ann", NULL);
	desk = s_new("group", "name=Desk", NULL);
	cs = s_new("case", "account=Acme", "short_description=x", NULL);
	T_OK(!assign(cs, ann, 0));
	T_EQ_STR(s_get("case", cs, "assigned_to"), "ann");
	S_REFUSED(assign(cs, ann, desk), "case CS0000001: assigned_to: ann is no member of group 'Desk'");
	T_OK(!assign(cs, 0, desk));
	T_EQ_STR(s_get("case", cs, "assigned_to"), "");
	T_EQ_STR(s_get("case", cs, "assignment_group"), "Desk");
	T_EQ_STR(s_get("case", cs, "reassignment_count"), "1");
	t_end();
}

/* Comments stand on cases and tasks, on nothing else. */
static void check_entries(void)
{
	int64_t account;

	s_begin();
	account = s_new("account", "name=Acme", NULL);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	T_EQ_INT(csm_case_comment(t_store, s_need("account", account), "x", &t_err), CSM_E_USAGE);
	T_EQ_STR(t_err.msg, "only cases and case tasks have comments and notes");
	T_EQ_INT(csm_case_note(t_store, s_need("account", account), "x", &t_err), CSM_E_USAGE);
	csm_store_rollback(t_store);
	t_end();
}

/* ---- sums and coverage ---- */

static void check_sums(void)
{
	int64_t cs;

	s_begin();
	s_new("account", "name=Acme", NULL);
	s_new("resolution_code", "code=done", "label=Done", NULL);
	s_new("entitlement", "name=e", "account=Acme", "start_date=2000-01-01", "per_unit=true",
	      "unit=hours", "total_units=5", NULL);
	cs = s_new("case", "account=Acme", "short_description=x", NULL);
	T_EQ_STR(s_get("case", cs, "entitlement"), "ENT0000001");
	T_OK(!s_move("case", cs, "close", "resolution_code=done", "close_notes=x", NULL));
	/* nothing was worked: nothing is used, and no row says so */
	T_EQ_INT(s_count("entitlement_use"), 0);
	T_EQ_STR(s_get("entitlement", 1, "remaining_units"), "5");
	t_end();
}

static void check_cover(void)
{
	struct csm_ent_query q = { 0 };
	bool yes = false;

	s_begin();
	s_new("account", "name=Acme", NULL);
	s_new("product", "name=Box", NULL);
	s_new("contract", "name=c", "account=Acme", "start_date=2000-01-01", "end_date=2099-12-31", NULL);
	T_OK(!csm_contract_covers(t_store, 1, &q, &yes, &t_err) && yes);
	s_new("contract_coverage", "contract=CNTR0000001", "product=Box", "added_on=2000-01-01",
	      "removed_on=2000-01-31", NULL);
	q.product = 1;
	T_OK(!csm_contract_covers(t_store, 1, &q, &yes, &t_err) && !yes);
	q.at = INT64_C(946684800); /* 2000-01-01 */
	T_OK(!csm_contract_covers(t_store, 1, &q, &yes, &t_err) && yes);
	q.at -= 1;
	T_OK(!csm_contract_covers(t_store, 1, &q, &yes, &t_err) && !yes);
	t_end();
}

/* ---- schedules ---- */

static void check_calendar(void)
{
	struct csm_cal *cal = NULL, *again = NULL;
	struct csm_cal_def *def = NULL;
	int64_t due = 0;
	char name[2] = "B", include[] = "include=A";

	s_begin();
	T_OK(!s_load("csm: 1\nschedule:\n"
		     "  - {name: A, time_zone: UTC, span: [{days: [mon], start: '09:00', end: '17:00'}],\n"
		     "     exception: [{date: 2024-03-04, kind: closed, name: Off}]}\n"));
	T_OK(!csm_schedule_def(t_store, 1, t_arena, &def, &t_err));
	T_EQ_STR(def->name, "A");
	T_EQ_INT(def->nspans, 1);
	T_EQ_INT(def->nexceptions, 1);
	T_OK(!csm_schedule_calendar(t_store, 1, NULL, &cal, &t_err));
	T_OK(!csm_cal_due(cal, INT64_C(1709510400), 3600, &due, &t_err)); /* 2024-03-04T00:00Z */
	T_EQ_INT(due, INT64_C(1710151200)); /* 2024-03-11T10:00Z: Off was passed over */
	T_OK(!csm_schedule_calendar(t_store, 1, NULL, &again, &t_err) && cal == again);
	T_EQ_INT(csm_schedule_calendar(t_store, 99, NULL, &cal, &t_err), CSM_E_NOTFOUND);
	/* a chain that is too deep is an error that names it, not a hang */
	for (; name[0] <= 'K'; name[0]++) {
		T_OK(s_new("schedule", csm_sprintf(t_arena, "name=%s", name), include, NULL) != 0);
		include[8] = name[0];
	}
	T_EQ_INT(csm_schedule_def(t_store, 11, t_arena, &def, &t_err), CSM_E_REFUSED);
	T_OK(strstr(t_err.msg, "more than 8 deep, or itself") != NULL);
	t_end();
}

int main(void)
{
	check_system();
	check_assign();
	check_entries();
	check_sums();
	check_cover();
	check_calendar();
	T_DONE();
}
