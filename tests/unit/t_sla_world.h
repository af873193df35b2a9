/* SPDX-License-Identifier: MIT */
/*
 * t_sla_world.h - chance histories: definitions by chance, and what happens to cases and tasks under them.
 */
#ifndef CSM_T_SLA_WORLD_H
#define CSM_T_SLA_WORLD_H

#include <csm/time.h>

#include "t_svc_help.h"

/* ---- chance ---- */

static uint64_t seed;

static unsigned chance(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

#define PICK(list) ((list)[chance(CSM_COUNT(list))])

/* ---- the world ---- */

static const char world[] =
	"csm: 1\n"
	"schedule:\n"
	"  - {name: week, time_zone: Europe/Berlin, span: [{days: [mon, tue, wed, thu, fri], start: '09:00', end: "
	"'17:00'}], exception: [{date: 2024-06-05, kind: closed}]}\n"
	"  - {name: split, span: [{days: [mon, wed, fri, sat], start: '08:00', end: '12:00'}, {days: [mon, wed, "
	"fri, sat], start: '13:00', end: '18:30'}]}\n"
	"user: [{user_name: ann, name: Ann, email: ann@x.example}]\n"
	"account: [{name: Acme, external_id: A1, customer: true, time_zone: America/New_York}, {name: Beta, "
	"external_id: A2, customer: true}]\n"
	"contact: [{last_name: Roth, email: roth@acme.example, account: A1}, {last_name: Poe, email: "
	"poe@beta.example, account: A2}]\n";

static const char *const case_starts[] = {
	"active = true", "priority <= 2",	 "priority = 1", "state != new", "impact < 3 or urgency < 3",
	"escalation > 0", "account.rank_tier = strategic", "active = true and account = A1",
	"state = awaiting_info and action_status is null",
};
static const char *const case_stops[] = {
	"state = closed",	       "state in (resolved, closed)", "first_response_time is not null",
	"priority = 4 and impact = 3", "assigned_to is not null",
};
static const char *const case_pauses[] = {
	"state = awaiting_info",     "impact = 1",	      "action_status is not null",
	"needs_attention = true",    "state = resolved", "account.rank_tier = valued",
	"state in (awaiting_info, resolved) or escalation = 2",
};
static const char *const task_starts[] = { "active = true", "priority <= 2", "parent_case.priority <= 2",
					   "account = A1" };
static const char *const task_stops[] = { "state = closed", "assigned_to is not null", "priority = 4" };
static const char *const task_pauses[] = { "state = awaiting_info", "parent_case.state = awaiting_info",
					   "priority = 3" };

static void put(struct csm_buf *b, const char *name, const char *value)
{
	csm_buf_addf(b, ", %s: %s", name, value);
}

static void put_expr(struct csm_buf *b, const char *name, const char *expr)
{
	csm_buf_addf(b, ", %s: \"%s\"", name, expr ? expr : "");
}

/* One definition, with all its fields, so that a second load changes all of them. */
static void put_definition(struct csm_buf *b, const char *name, bool of_task)
{
	static const char *const durations[] = { "1h", "4h", "8h", "1d", "3d", "10d" };
	static const char *const relative[] = { "end_of_next_business_day", "next_business_day_by_4pm",
						"two_business_days_by_4pm", "breach_on_due_date" };
	static const char *const zones[] = { "schedule", "definition", "account", "contact" };
	bool is_relative = chance(8) == 0, resume = !is_relative && chance(4) == 0,
	     pauses = !is_relative && chance(3) != 0, cancel = chance(4) == 0, resumes = pauses && chance(4) == 0;

	csm_buf_addf(b, "  - {name: %s, target_type: %s", name, of_task ? "case_task" : "case");
	put(b, "duration_type", is_relative ? "relative" : "user_specified");
	put(b, "duration", is_relative ? "null" : PICK(durations));
	put(b, "relative_duration", is_relative ? PICK(relative) : "null");
	put(b, "schedule_source", chance(4) ? "definition" : "none");
	put(b, "schedule", chance(2) ? "week" : "split");
	put(b, "timezone_source", PICK(zones));
	put(b, "time_zone", chance(2) ? "Asia/Kolkata" : "null");
	put_expr(b, "start_condition", of_task ? PICK(task_starts) : PICK(case_starts));
	put_expr(b, "stop_condition", of_task ? PICK(task_stops) : PICK(case_stops));
	put(b, "pause_condition", "null");
	if (pauses)
		put_expr(b, "pause_condition", of_task ? PICK(task_pauses) : PICK(case_pauses));
	put(b, "resume_when", resumes ? "condition" : "pause_not_met");
	put_expr(b, "resume_condition", resumes ? "priority <= 2" : NULL);
	put(b, "cancel_when", cancel ? "condition" : chance(3) ? "start_not_met" : "never");
	put_expr(b, "cancel_condition", cancel ? "priority = 3" : NULL);
	put_expr(b, "reset_condition", chance(4) ? NULL : of_task ? "priority = 1" : "impact = 2");
	put(b, "reset_action", chance(2) ? "complete" : "cancel");
	put(b, "reopen_action", resume ? "resume" : "restart");
	put(b, "retroactive_start", chance(2) ? "true" : "false");
	put(b, "set_start_to", of_task || chance(4) ? "null" : "assigned_on");
	put(b, "retroactive_pause", chance(2) ? "true" : "false");
	csm_buf_add(b, "}\n");
}

static char *strip_doubles(char *text)
{
	/* pause_condition stands twice where there is one: the first goes */
	static const char none[] = ", pause_condition: null, pause_condition:";
	char *p;

	while ((p = strstr(text, none)) != NULL)
		memmove(p, p + 23, strlen(p + 23) + 1);
	return text;
}

static const char *definitions(unsigned n, bool update)
{
	struct csm_buf b = CSM_BUF(t_arena);
	char name[16];

	csm_buf_add(&b, "csm: 1\nsla_definition:\n");
	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "D%u", i);
		put_definition(&b, name, i % 4 == 3);
	}
	if (update)
		csm_buf_add(&b, "  - {name: U, target: update, duration: 4h, schedule_source: definition, schedule: "
				"week, start_condition: awaiting_reply_since is not null, stop_condition: "
				"awaiting_reply_since is null, retroactive_start: true, set_start_to: "
				"awaiting_reply_since}\n");
	return strip_doubles(b.s);
}

/* ---- events ---- */

static void as_customer(const char *email)
{
	t_env.on_behalf = email;
	s_reopen();
}

/* The id of one of the records, 0 when there are none; ids have gaps after an undo. */
static int64_t any(const char *type)
{
	unsigned tries = s_count(type) ? 200 : 0;

	while (tries--) {
		int64_t id = 1 + (int64_t)chance(30);
		struct csm_rec *r;

		if (csm_store_get(t_store, t_type(type), id, t_arena, &r, &t_err) == CSM_OK && r)
			return id;
	}
	return 0;
}

static const char *level(unsigned n)
{
	return csm_sprintf(t_arena, "%u", 1 + chance(n));
}

static void new_case(void)
{
	bool acme = chance(2);
	const char *opened = "";
	char at[CSM_TIME_SIZE];

	if (!chance(4)) {
		csm_time_format(t_env.now - chance(400000), at);
		opened = at;
	}
	s_new("case", acme ? "account=A1" : "account=A2", acme ? "contact=roth@acme.example" : "contact=poe@beta.example",
	      "short_description=x", csm_sprintf(t_arena, "priority=%s", level(4)),
	      csm_sprintf(t_arena, "impact=%s", level(3)),
	      *opened ? csm_sprintf(t_arena, "opened_at=%s", opened) : "urgency=3", NULL);
}

static void edit_case(int64_t id)
{
	static const char *const fields[] = { "priority=1", "priority=2", "priority=3", "priority=4", "impact=1",
					      "impact=2",   "impact=3",   "urgency=1", "urgency=3",  "escalation=2",
					      "escalation=0", "assigned_to=ann", "assigned_to=", "contract=", "contract=CT1",
					      "contract=CT2", "due_date=2024-06-20T10:00:00Z" };

	s_edit("case", id, PICK(fields), chance(2) ? PICK(fields) : NULL, NULL);
}

/* A verb, with a text where it wants one. */
static void move(const char *type, int64_t id, const char *verb)
{
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	rc = csm_store_move(t_store, s_need(type, id), verb, NULL, -1, &t_err);
	if (rc && !csm_store_failed(t_store)) {
		csm_err_clear(&t_err);
		rc = csm_store_move(t_store, s_need(type, id), verb, "because", -1, &t_err);
	}
	s_end(rc);
}

static void move_case(int64_t id)
{
	static const char *const verbs[] = { "accept", "request_info", "provide_info", "resolve", "close", "cancel" };
	const char *verb = PICK(verbs);
	bool ends = strcmp(verb, "resolve") == 0 || strcmp(verb, "close") == 0 || strcmp(verb, "cancel") == 0;

	if (ends && chance(2))
		return;
	if (ends)
		s_move("case", id, verb, "resolution_code=solved_guidance", "close_notes=done", NULL);
	else
		move("case", id, verb);
}

static void comment(int64_t id)
{
	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	s_end(csm_case_comment(t_store, s_need("case", id), "hello", &t_err));
}

static void customer_moves(int64_t id)
{
	static const char *const verbs[] = { "provide_info", "reject_solution", "reject_solution", "accept_solution" };
	const char *who = strcmp(s_get("case", id, "account"), "A1") == 0 ? "roth@acme.example" : "poe@beta.example";
	const char *verb = PICK(verbs);

	as_customer(who);
	if (chance(2))
		comment(id);
	else
		move("case", id, verb);
	as_customer(NULL);
}

static void work_on_task(void)
{
	static const char *const fields[] = { "priority=1", "priority=2", "priority=3", "priority=4",
					      "assigned_to=ann", "assigned_to=" };
	static const char *const verbs[] = { "close", "cancel", "request_info", "provide_info" };
	int64_t id = any("case_task"), of = any("case");

	if (!id || !chance(3)) {
		if (of)
			s_new("case_task", csm_sprintf(t_arena, "parent_case=CS%07lld", (long long)of),
			      "short_description=t", csm_sprintf(t_arena, "priority=%s", level(4)), NULL);
		return;
	}
	if (chance(2))
		s_edit("case_task", id, PICK(fields), NULL);
	else
		move("case_task", id, PICK(verbs));
}

static int no_line(void *arg, const struct csm_tick_line *l, struct csm_err *err)
{
	(void)arg;
	(void)l;
	(void)err;
	return CSM_OK;
}

static void tick(void)
{
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	rc = csm_tick(t_store, t_arena, no_line, NULL, &t_err);
	s_end(rc == CSM_NO ? CSM_OK : rc);
}

static void undo(void)
{
	int64_t undone;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	s_end(csm_store_undo(t_store, 0, &undone, NULL, &t_err));
}

static bool states_slas; /* loads may */

static void load(void)
{
	static const char *const states[] = { "new", "open", "awaiting_info", "resolved", "closed" };
	const char *state = PICK(states);
	int64_t opened = t_env.now - 10 - (int64_t)chance(900000);
	char at[CSM_TIME_SIZE], then[CSM_TIME_SIZE], sla[100] = "";

	csm_time_format(opened, at);
	csm_time_format(opened + (t_env.now - opened) / 2, then);
	if (!chance(6) && states_slas)
		snprintf(sla, sizeof(sla), ", sla: [{sla_definition: D0, start_at: '%s', duration: 8h}]", at);
	if (s_load(csm_sprintf(
		    t_arena,
		    "csm: 1\ncase: [{external_id: X%u, account: A1, short_description: l, state: %s, opened_at: '%s', "
		    "priority: %s%s%s%s%s}]\n",
		    chance(8), state, at, level(4), strcmp(state, "resolved") ? "" : csm_sprintf(t_arena, ", resolved_at: '%s'", then),
		    strcmp(state, "closed") ? "" : csm_sprintf(t_arena, ", closed_at: '%s'", then),
		    chance(2) || strcmp(state, "new") == 0 ? "" : csm_sprintf(t_arena, ", first_response_time: '%s'", then), sla)))
		csm_err_clear(&t_err); /* a case that the state does not fit any more */
}

static void edit_account(void)
{
	static const char *const tiers[] = { "rank_tier=strategic", "rank_tier=valued", "rank_tier=other", "rank_tier=" };

	s_edit("account", any("account"), PICK(tiers), NULL);
}

static void happen(bool undos)
{
	int64_t id = any("case");
	unsigned what = chance(40);

	t_env.now += chance(3) ? (int64_t)chance(100000) : 0;
	s_reopen();
	if (!id || what < 5)
		new_case();
	else if (what < 14)
		edit_case(id);
	else if (what < 22)
		move_case(id);
	else if (what < 26)
		customer_moves(id);
	else if (what < 29)
		comment(id);
	else if (what < 34)
		work_on_task();
	else if (what < 35)
		edit_account();
	else if (what < 37)
		load();
	else if (what < 38 && undos)
		undo();
	else
		tick();
}

#endif
