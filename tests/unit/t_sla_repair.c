/* SPDX-License-Identifier: MIT */
/*
 * t_sla_repair.c - chance histories of cases under chance definitions: a repair finds nothing to do where no
 * rule was edited, and after an edit it makes what the new rules would have made from the start. Whether all
 * histories are replayed or only those that the figures do not settle makes no difference.
 */
#include "t.h"
#include "t_sla_world.h"

/* ---- repairs ---- */

static int show_hit(void *arg, const struct csm_repair_hit *hit, struct csm_err *err)
{
	const struct csm_rec *one = hit->sla;
	bool *quiet = arg;

	(void)err;
	if (*quiet)
		return CSM_OK;
	printf("%s %s %s D%lld\n", csm_rec_key(t_arena, hit->task), csm_rec_key(t_arena, one),
	       !hit->was ? "created" : !hit->now ? "removed" : "changed", (long long)csm_rec_int(one, SLA_SLA_DEFINITION));
	for (unsigned i = 0; i < one->type->nfields; i++) {
		const struct csm_field *f = &one->type->fields[i];
		static const struct csm_value none;
		const struct csm_value *was = hit->was ? &hit->was->v[i] : &none, *now = hit->now ? &hit->now->v[i] : &none;

		if (!csm_value_eq(was, now))
			printf("   %s: %s -> %s\n", f->name, csm_field_format(t_arena, f, was), csm_field_format(t_arena, f, now));
	}
	return CSM_OK;
}

static void note(void *arg, char severity, const struct csm_err *e)
{
	char line[1400];

	(void)arg;
	(void)severity;
	printf("refused: %s\n", csm_err_text(e, line, sizeof(line)));
}

static struct csm_repair_sum repair(bool quiet, bool replay)
{
	const struct csm_repair_opts o = { .replay = replay };
	const struct csm_diag diag = { note, NULL };
	const struct csm_repair_sink sink = { show_hit, &quiet, &diag };
	struct csm_repair_sum sum;
	int rc;

	csm_err_clear(&t_err);
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	rc = csm_sla_repair(t_store, &o, &sink, &sum, &t_err);
	if (rc && rc != CSM_NO)
		t_fail_now("repair");
	s_end(CSM_OK);
	return sum;
}

static bool nothing(const struct csm_repair_sum *sum)
{
	return !sum->changed && !sum->created && !sum->removed && !sum->refused;
}

static const char contracts[] =
	"csm: 1\n"
	"contract:\n"
	"  - {external_id: CT1, name: one, account: A1, state: active, start_date: 2024-01-01, end_date: 2029-12-31,\n"
	"     contract_sla: [{sla_definition: D1}, {sla_definition: D3}]}\n"
	"  - {external_id: CT2, name: two, account: A1, state: active, start_date: 2024-01-01, end_date: 2029-12-31,\n"
	"     process_non_contractual_slas: true, contract_sla: [{sla_definition: D2}]}\n";

static void begin_world(const char *defs, bool with_contracts)
{
	s_begin();
	t_exec("PRAGMA synchronous = OFF");
	t_env.on_behalf = NULL;
	csm_store_begin(t_store, &t_err);
	if (s_end(csm_svc_seed(t_store, &t_err)) || s_load(world))
		t_fail_now("world");
	if (s_load(defs)) {
		printf("%s\n", defs);
		t_fail_now("definitions");
	}
	if (with_contracts && s_load(contracts))
		t_fail_now("contracts");
}

static void test_untouched(unsigned seeds)
{
	for (unsigned i = 1; i <= seeds; i++) {
		struct csm_repair_sum sum;
		char *defs;

		seed = i * UINT64_C(0x9E3779B97F4A7C15);
		states_slas = true;
		s_begin();
		defs = strdup(definitions(8, true));
		t_end();
		begin_world(defs, i % 2);
		free(defs);
		for (unsigned k = 0; k < 60; k++)
			happen(true);
		sum = repair(false, false);
		T_OK(nothing(&sum));
		sum = repair(false, true);
		T_OK(nothing(&sum));
		T_OK(sum.unchanged == s_count("sla"));
		if (!nothing(&sum)) {
			printf("seed %u: %lld changed, %lld created, %lld removed, %lld refused\n", i, (long long)sum.changed,
			       (long long)sum.created, (long long)sum.removed, (long long)sum.refused);
			if (getenv("T_STOP"))
				exit(1);
		}
		t_end();
	}
}

/* ---- new rules ---- */

/* What is measured of a task, without numbers and what tells of versions: each field of each record in order. */
static char *figures(void)
{
	static const char sql[] =
		"SELECT group_concat(x, char(10)) FROM (SELECT coalesce('case ' || parent_case, 'task ' || case_task) || "
		"' ' || d.name || ' ' || stage || ' ' || s.active || ' ' || has_breached || ' ' || ifnull(breached_at, '-') || "
		"' from ' || start_at || ' to ' || ifnull(end_at, '-') || ' paused ' || ifnull(pause_at, '-') || ' ' || "
		"pause_duration || ' ' || business_pause_duration || ' of ' || s.duration || ' due ' || "
		"ifnull(planned_end_at, '-') || ' ' || original_breach_at || ' in ' || ifnull(s.schedule, '-') || ' ' || "
		"s.time_zone || ' used ' || ifnull(elapsed, '-') || ' ' || ifnull(business_elapsed, '-') || ' ' || "
		"from_import AS x FROM slas s JOIN sla_definitions d ON d.id = s.sla_definition ORDER BY parent_case, "
		"case_task, d.name, start_at, s.id)";
	struct csm_stmt *st CSM_CLEANUP(csm_stmt_finalizep) = NULL;
	bool row;

	if (csm_db_prepare(t_db, sql, &st, &t_err) || csm_stmt_step(st, &row, &t_err))
		t_fail_now("figures");
	return strdup(csm_stmt_column(st, 0).s ? csm_stmt_column(st, 0).s : "");
}

static const char other_hours[] =
	"csm: 1\n"
	"schedule:\n"
	"  - {name: week, exception: [{date: 2024-06-04, kind: closed}, {date: 2024-06-11, kind: hours, start: '06:00', "
	"end: '20:00'}]}\n"
	"  - {name: split, time_zone: Asia/Tokyo}\n";

/* The first lines that differ. */
static void show_difference(const char *x, const char *y)
{
	while (*x && *y) {
		size_t n = strcspn(x, "\n"), m = strcspn(y, "\n");

		if (n != m || strncmp(x, y, n) != 0) {
			printf("repaired: %.*s\nanew:     %.*s\n", (int)n, x, (int)m, y);
			return;
		}
		x += n + (x[n] != '\0');
		y += m + (y[m] != '\0');
	}
	printf("repaired: %s\nanew:     %s\n", x, y);
}

enum hours { SAME, OTHER, RECURRING, FAR, MOVED, DELETED, SHORTER, UNDONE, HOURS__N };

static int edit_hours(enum hours how)
{
	switch (how) {
	case OTHER:
		return s_load(other_hours);
	case RECURRING:
		return s_load("csm: 1\nschedule: [{name: split, exception: [{every: 06-12, kind: closed}]}]\n");
	case FAR:
		return s_load("csm: 1\nschedule: [{name: week, exception: [{date: 2024-12-24, kind: closed}]}]\n");
	case MOVED:
		return s_edit("schedule_exception", 1, "date=2024-06-07", NULL);
	case DELETED:
		return s_delete("schedule_exception", 1);
	case SHORTER:
		return s_edit("schedule_span", 1, "end=16:00", NULL);
	default:
		return CSM_OK;
	}
}

static void new_rules(const char *defs, enum hours how)
{
	if (s_load(defs))
		t_fail_now("new definitions");
	if (edit_hours(how))
		t_fail_now("hours");
}

/* An edit of a day that is taken back while cases go on: those that began in between have seen it. */
static void undone_edit(void)
{
	int64_t change;

	t_env.now += 60;
	s_reopen();
	if (edit_hours(chance(2) ? MOVED : OTHER))
		t_fail_now("an edit to be undone");
	if (csm_store_begin(t_store, &t_err))
		t_fail_now("begin");
	change = csm_store_change_number(t_store) - 1;
	csm_store_rollback(t_store);
	for (unsigned k = 0; k < 20; k++)
		happen(false);
	if (csm_store_begin(t_store, &t_err) || s_end(csm_store_undo(t_store, change, NULL, NULL, &t_err)))
		t_fail_now("undo");
}

static void happenings(unsigned n, char **out)
{
	for (unsigned k = 0; k < n; k++)
		happen(false);
	tick();
	*out = figures();
}

/* Events under the old rules, the edit, a repair, more events: what there is after each. */
static void repaired(const char *old, const char *new, enum hours how, bool with_contracts, bool replay, char *out[2])
{
	struct csm_repair_sum sum;
	char *before;

	begin_world(old, with_contracts);
	happenings(25, &before);
	free(before);
	if (how == UNDONE)
		undone_edit();
	happenings(25, &before);
	free(before);
	new_rules(new, how);
	sum = repair(true, replay);
	T_EQ_INT(sum.refused, 0);
	T_EQ_INT(sum.unchanged + sum.changed + sum.created, s_count("sla"));
	tick();
	out[0] = figures();
	for (int again = 0; again < 2; again++) {
		sum = repair(false, again);
		T_OK(nothing(&sum));
	}
	happenings(20, &out[1]);
	t_end();
}

/* The same events under the new rules from the start. */
static void anew(const char *old, const char *new, enum hours how, bool with_contracts, char *out[2])
{
	begin_world(old, with_contracts);
	new_rules(new, how);
	happenings(25, &out[0]);
	free(out[0]);
	if (how == UNDONE) { /* the same events, no edit */
		t_env.now += 60;
		chance(2);
		for (unsigned k = 0; k < 20; k++)
			happen(false);
	}
	happenings(25, &out[0]);
	happenings(20, &out[1]);
	t_end();
}

static void compare(unsigned i, char *got[2], char *wanted[2])
{
	bool same = true;

	for (unsigned k = 0; k < 2; k++) {
		T_OK(strcmp(got[k], wanted[k]) == 0);
		if (same && strcmp(got[k], wanted[k]) != 0) {
			printf("seed %u, %s\n", i, k ? "after more events" : "repaired");
			show_difference(got[k], wanted[k]);
			same = false;
		}
		free(got[k]);
		free(wanted[k]);
	}
	if (!same && getenv("T_STOP"))
		exit(1);
}

/*
 * The same events under old rules that are edited then, and under the new ones from the start: repaired, the
 * first come to the same as the second; and what happens after the repair too.
 */
static void test_new_rules(unsigned seeds)
{
	for (unsigned i = 1; i <= seeds; i++) {
		char *old, *new, *got[2], *wanted[2];
		bool with_contracts = i % 2;
		enum hours how = i % HOURS__N;
		uint64_t start;

		states_slas = false;
		seed = i * UINT64_C(0x9E3779B97F4A7C15) + 7;
		s_begin();
		old = strdup(definitions(8, true));
		new = strdup(chance(2) ? definitions(8, true) : old);
		t_end();
		start = seed;
		repaired(old, new, how, with_contracts, i % 5 == 0, got);
		seed = start;
		anew(old, new, how, with_contracts, wanted);
		compare(i, got, wanted);
		free(old);
		free(new);
	}
}

int main(void)
{
	const char *n = getenv("T_SEEDS");

	/* T_SEEDS: more of them, for a long run */
	test_untouched(n ? (unsigned)strtoul(n, NULL, 10) : 12);
	test_new_rules(n ? (unsigned)strtoul(n, NULL, 10) : 8);
	T_DONE();
}
