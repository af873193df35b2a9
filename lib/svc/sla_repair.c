/* SPDX-License-Identifier: MIT */
/*
 * sla_repair.c - stored SLA records held against a replay of history by the rules of today, and made what it
 * says: changed, created, removed. The task itself is never written.
 *
 * Records are matched by definition and start, the others by definition in order of start. What was told of a
 * record stays told, but for a breach that is taken back. A record that nothing happens to any more keeps the
 * rules it was counted with where those of today give the same figures.
 */
#include "sla_scan.h"
#include "svc_alert.h"

struct match {
	struct csm_rec *was, *now; /* NULL: it is created, removed; was: with the new values, the old ones in old */
	bool stated; /* by a load */
	bool changed;
};
struct repair {
	struct csm_store *store;
	const struct csm_repair_opts *o;
	const struct csm_repair_sink *sink;
	struct csm_repair_sum *sum;
	struct sla_replayer player;
	int64_t passed; /* records of those that were refused */
};

/* ---- which computed record is which stored one ---- */

static bool is_wanted(const struct repair *p, const struct csm_rec *sla)
{
	return !p->o->definition || csm_rec_int(sla, SLA_SLA_DEFINITION) == p->o->definition;
}

static bool can_be(const struct repair *p, const struct match *m, const struct csm_rec *now, bool by_start)
{
	if (!m->was || m->now)
		return false;
	if (now->id)
		return m->was->id == now->id;
	if (m->stated && p->o->derive)
		return false; /* it goes; what is derived is another record */
	return csm_rec_int(m->was, SLA_SLA_DEFINITION) == csm_rec_int(now, SLA_SLA_DEFINITION) &&
	       (!by_start || csm_rec_int(m->was, SLA_START_AT) == csm_rec_int(now, SLA_START_AT));
}

static bool find_partner(const struct repair *p, struct csm_vec *pairs, struct csm_rec *now, bool by_start)
{
	for (size_t i = 0; i < pairs->n; i++) {
		struct match *m = CSM_AT(pairs, struct match, i);

		if (can_be(p, m, now, by_start)) {
			m->now = now;
			return true;
		}
	}
	return false;
}

static void match_all(const struct repair *p, const struct sla_replay *r, struct csm_vec *pairs)
{
	struct csm_vec left = CSM_VEC(r->task->arena, struct csm_rec *);

	for (unsigned i = 0; i < r->nkept; i++)
		if (is_wanted(p, r->kept[i].rec))
			*(struct match *)csm_vec_add(pairs) =
				(struct match){ .was = r->kept[i].rec, .stated = r->kept[i].stated };
	for (size_t i = 0; i < r->set.recs.n; i++) {
		struct csm_rec *now = *CSM_AT(&r->set.recs, struct csm_rec *, i);

		if (is_wanted(p, now) && !find_partner(p, pairs, now, true))
			*(struct csm_rec **)csm_vec_add(&left) = now;
	}
	for (size_t i = 0; i < left.n; i++) {
		struct csm_rec *now = *CSM_AT(&left, struct csm_rec *, i);

		if (!find_partner(p, pairs, now, false))
			((struct match *)csm_vec_add(pairs))->now = now;
	}
}

/* ---- what a record becomes ---- */

static bool is_late(const struct csm_value *v, int64_t at)
{
	return v[SLA_ACTIVE].i && v[SLA_PLANNED_END_AT].tag && at > v[SLA_PLANNED_END_AT].i;
}

/*
 * A record that runs is marked as breached by time, not by an event: tick or a report does it. Where it was late
 * before, whether one was here is left as it is; where it becomes late by the repair, that marks it.
 */
static void mark_late(const struct csm_rec *was, struct csm_rec *now, int64_t at)
{
	if (!is_late(now->v, at) || csm_rec_int(now, SLA_HAS_BREACHED))
		return;
	if (was && !was->old[SLA_HAS_BREACHED].i && is_late(was->old, at))
		return;
	csm_rec_set_int(now, SLA_HAS_BREACHED, 1);
	csm_rec_set_int(now, SLA_BREACHED_AT, csm_rec_int(now, SLA_PLANNED_END_AT));
}

/*
 * The repair itself tells of what it finds breached, so what has ended counts as reported, as after a load;
 * what runs is news for those who work on it. The report of a breach that was none is taken back with it: a
 * real one must not be passed over.
 */
static void mark_told(const struct repair *p, struct csm_rec *r)
{
	bool before = r->old[SLA_HAS_BREACHED].i, after = csm_rec_int(r, SLA_HAS_BREACHED);

	if (before && !after)
		csm_rec_clear(r, SLA_BREACH_REPORTED_AT);
	else if (after && !before && !csm_rec_int(r, SLA_ACTIVE) && !p->o->announce)
		csm_rec_set_int(r, SLA_BREACH_REPORTED_AT, csm_store_now(p->store));
}

static const int figures[] = {
	SLA_STAGE,	    SLA_ACTIVE,	     SLA_HAS_BREACHED,		  SLA_BREACHED_AT,
	SLA_START_AT,	    SLA_END_AT,	     SLA_PAUSE_AT,		  SLA_PAUSE_DURATION,
	SLA_DURATION,	    SLA_ELAPSED,     SLA_BUSINESS_PAUSE_DURATION, SLA_PLANNED_END_AT,
	SLA_TIME_ZONE,	    SLA_SCHEDULE,    SLA_ORIGINAL_BREACH_AT,	  SLA_BUSINESS_ELAPSED,
	SLA_FROM_IMPORT,
};
static const int rules[] = { SLA_SLA_DEFINITION_VERSION, SLA_SCHEDULE_VERSION, SLA_RULES_CHANGE };

static bool differs(const struct csm_rec *was, const struct csm_rec *now, const int *fields, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!csm_value_eq(&was->v[fields[i]], &now->v[fields[i]]))
			return true;
	return false;
}

static void take(struct csm_rec *was, const struct csm_rec *now, const int *fields, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		was->v[fields[i]] = now->v[fields[i]];
}

/*
 * What a record that runs will come to is counted by the rules it keeps, and they are asked what becomes of one
 * that was completed; so there they are part of what is repaired.
 */
static int has_old_rules(struct csm_store *s, const struct csm_rec *was, const struct csm_rec *now, bool *yes,
			 struct csm_err *err)
{
	bool runs = csm_rec_int(now, SLA_ACTIVE), def, cal;
	struct sla_def *today;
	int rc;

	*yes = false;
	if (!runs && !csm_rec_is(now, SLA_STAGE, "completed"))
		return CSM_OK;
	rc = sla_has_todays_rules(s, was, &def, &cal, err);
	if (!rc)
		rc = sla_def_find(s, csm_rec_int(now, SLA_SLA_DEFINITION), &today, err);
	if (!rc && !runs)
		cal = cal || !today || !today->reopen_resumes;
	*yes = !rc && (!def || !cal);
	return rc;
}

static int settle(const struct repair *p, struct match *m, struct csm_err *err)
{
	int rc;

	m->changed = true;
	if (!m->now)
		return CSM_OK;
	mark_late(m->was, m->now, csm_store_now(p->store));
	if (!m->was) {
		mark_told(p, m->now);
		return CSM_OK;
	}
	rc = has_old_rules(p->store, m->was, m->now, &m->changed, err);
	m->changed = m->changed || differs(m->was, m->now, figures, CSM_COUNT(figures));
	if (rc || !m->changed)
		return rc;
	take(m->was, m->now, figures, CSM_COUNT(figures));
	take(m->was, m->now, rules, CSM_COUNT(rules));
	mark_told(p, m->was);
	return CSM_OK;
}

/* ---- what is refused, before anything of the task is written ---- */

static int check_match(const struct repair *p, const struct match *m, struct csm_err *err)
{
	const struct csm_env *env = csm_store_env(p->store);
	char now[CSM_TIME_SIZE], then[CSM_TIME_SIZE];

	if (!m->changed || !m->was)
		return CSM_OK;
	if (m->stated && !p->o->derive)
		csm_fail(err, CSM_E_REFUSED,
			 "was stated by a load, which tells nothing of its pauses, and it would be another by "
			 "the rules of today; --derive makes it anew from the moments of the record");
	else if (env->now < m->was->old[SLA_UPDATED_AT].i && !env->backdate)
		csm_fail(err, CSM_E_REFUSED,
			 "the clock (%s) stands before the record's last change (%s), expected --backdate",
			 csm_time_format(env->now, now),
			 csm_time_format(m->was->old[SLA_UPDATED_AT].i, then));
	else
		return CSM_OK;
	return csm_err_on(err, csm_type_sla.name, csm_rec_key(m->was->arena, m->was), NULL);
}

/* ---- writing ---- */

static int tell(const struct repair *p, const struct csm_rec *task, const struct csm_rec *was,
		const struct csm_rec *now, struct csm_err *err)
{
	const struct csm_repair_hit hit = { task, now ? now : was, was, now };

	return p->sink->each(p->sink->arg, &hit, err);
}

/* The record as it was: a write makes the old values the new ones. */
static struct csm_rec *as_stored(const struct csm_rec *r)
{
	struct csm_rec *was = csm_rec_copy(r->arena, r);

	memcpy(was->v, was->old, r->type->nfields * sizeof(*was->v));
	return was;
}

/* Levels are looked at where they can have moved; of what has ended nothing more is told. */
static int store_now(const struct repair *p, const struct csm_rec *was, struct csm_rec *now, struct csm_err *err)
{
	static const int moving[] = { SLA_STAGE,	     SLA_START_AT,	 SLA_DURATION, SLA_PAUSE_AT,
				      SLA_ORIGINAL_BREACH_AT, SLA_PLANNED_END_AT };
	const struct sla_set stored = { .hold = false };
	bool active = csm_rec_int(now, SLA_ACTIVE) || (was && csm_rec_int(was, SLA_ACTIVE));

	if (active && (!was || differs(was, now, moving, CSM_COUNT(moving))))
		return milestone_attach(p->store, &stored, now, csm_store_now(p->store), err);
	return csm_store_write(p->store, now, CSM_WRITE_NORMAL, -1, err);
}

static int write_match(struct repair *p, const struct csm_rec *task, const struct match *m, struct csm_err *err)
{
	struct csm_rec *was = m->was ? as_stored(m->was) : NULL, *now = m->was ? m->was : m->now;
	int rc;

	if (!m->now) {
		rc = csm_store_delete(p->store, m->was, -1, err);
		p->sum->removed++;
		return rc ? rc : tell(p, task, was, NULL, err);
	}
	rc = store_now(p, was, now, err);
	if (m->was)
		p->sum->changed++;
	else
		p->sum->created++;
	p->sum->derived += csm_rec_int(m->now, SLA_FROM_IMPORT) != 0;
	return rc ? rc : tell(p, task, was, now, err);
}

/* What goes and what ends comes before what begins: a definition measures a task once at a time. */
static int write_all(struct repair *p, const struct csm_rec *task, const struct csm_vec *pairs,
		     struct csm_err *err)
{
	int rc = CSM_OK;

	for (int round = 0; round < 3; round++)
		for (size_t i = 0; !rc && i < pairs->n; i++) {
			const struct match *m = CSM_AT(pairs, struct match, i);

			if (m->changed && round == (!m->now ? 0 : m->was ? 1 : 2))
				rc = write_match(p, task, m, err);
		}
	return rc;
}

/* Of a task that is refused: they are neither repaired nor found to need none. */
static void note_passed(struct repair *p, const struct sla_replay *r)
{
	for (unsigned i = 0; i < r->nkept; i++)
		p->passed += is_wanted(p, r->kept[i].rec);
}

static int repair_task(struct repair *p, struct csm_rec *task, struct csm_err *err)
{
	struct csm_vec pairs = CSM_VEC(task->arena, struct match);
	struct sla_replay r;
	int rc = sla_replay(&p->player, task, &r, err);

	if (!rc)
		match_all(p, &r, &pairs);
	for (size_t i = 0; !rc && i < pairs.n; i++) {
		rc = settle(p, CSM_AT(&pairs, struct match, i), err);
		if (!rc)
			rc = check_match(p, CSM_AT(&pairs, struct match, i), err);
	}
	if (rc) {
		note_passed(p, &r);
		return rc;
	}
	for (size_t i = 0; i < pairs.n; i++) {
		const struct match *m = CSM_AT(&pairs, struct match, i);

		p->sum->unchanged += !m->changed;
		p->sum->stated += !m->changed && csm_rec_null(m->was, SLA_RULES_CHANGE);
	}
	return write_all(p, task, &pairs, err);
}

/* ---- which tasks ---- */

/* What is wrong with one task must not keep csm from all others; a write that failed half-way must. */
static int pass_over(struct repair *p, const struct csm_rec *task, int code, struct csm_err *err)
{
	bool refused = code == CSM_E_REFUSED || code == CSM_E_INVALID || code == CSM_E_CONFLICT ||
		       code == CSM_E_NOTFOUND;

	sla_now(p->store);
	if (!refused || csm_store_failed(p->store))
		return code;
	if (!*err->key)
		csm_err_on(err, task->type->name, csm_rec_key(task->arena, task), NULL);
	else
		csm_wrap(err, "%s %s", err->type, err->key);
	csm_err_on(err, task->type->name, csm_rec_key(task->arena, task), NULL);
	p->sum->refused++;
	csm_diag_note(p->sink->diag, 'e', err);
	csm_err_clear(err);
	return CSM_OK;
}

static int repair_case(struct repair *p, int64_t id, struct csm_arena *a, struct csm_err *err)
{
	struct csm_rec *cs, **tasks = NULL;
	unsigned n = 0;
	int rc = csm_store_get(p->store, &csm_type_case, id, a, &cs, err);

	if (rc || !cs) /* deleted since: history knows it */
		return rc;
	p->sum->cases++;
	rc = repair_task(p, cs, err);
	if (rc)
		rc = pass_over(p, cs, rc, err);
	if (!rc)
		rc = csm_store_children(p->store, &csm_type_case_task, CASE_TASK_PARENT_CASE, id, a, &tasks,
					&n, err);
	for (unsigned i = 0; !rc && i < n; i++) {
		rc = repair_task(p, tasks[i], err);
		if (rc)
			rc = pass_over(p, tasks[i], rc, err);
	}
	return rc;
}

static int repair_cases(struct repair *p, const int64_t *ids, size_t n, struct csm_arena *a,
			struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct csm_mark start = csm_arena_mark(row);
	int rc = CSM_OK;

	for (size_t i = 0; !rc && i < n; i++) {
		rc = repair_case(p, ids[i], row, err);
		csm_arena_rewind(row, start);
	}
	return rc;
}

/* ---- all of them: what a scan finds is enough ---- */

/* A record whose hours alone were edited, and that knows no pause. */
static int recount(struct repair *p, struct sla_scan *k, int64_t id, struct csm_arena *a, struct csm_err *err)
{
	struct csm_rec *sla, *task;
	struct sla_rules *u;
	struct match m = { 0 };
	bool of_case;
	int rc = csm_store_need(p->store, &csm_type_sla, id, a, &sla, err);

	if (!rc)
		rc = sla_scan_rules(k, sla, &u, err);
	if (rc)
		return rc;
	of_case = !csm_rec_null(sla, SLA_PARENT_CASE);
	task = csm_rec_new(a, of_case ? &csm_type_case : &csm_type_case_task);
	task->id = csm_rec_int(sla, of_case ? SLA_PARENT_CASE : SLA_CASE_TASK);
	m.was = sla;
	m.now = csm_rec_copy(a, sla);
	rc = sla_recount(u, m.now, csm_store_now(p->store), err);
	if (!rc)
		rc = sla_take_rules(p->store, u->def, m.now, err);
	if (!rc)
		rc = settle(p, &m, err);
	return rc || !m.changed ? rc : write_match(p, task, &m, err);
}

/* Ascending, each once. */
static void sort_ids(struct csm_vec *ids)
{
	int64_t *v = ids->p;
	size_t n = 0;

	if (ids->n)
		qsort(v, ids->n, sizeof(*v), csm_int_order);
	for (size_t i = 0; i < ids->n; i++)
		if (!n || v[n - 1] != v[i])
			v[n++] = v[i];
	ids->n = n;
}

/* The cases of tasks join those found. */
static int join_cases(struct csm_store *s, struct sla_scan *k, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	struct csm_mark start = csm_arena_mark(row);
	int rc = CSM_OK;

	sort_ids(&k->tasks);
	for (size_t i = 0; !rc && i < k->tasks.n; i++) {
		struct csm_rec *task;

		rc = csm_store_get(s, &csm_type_case_task, *CSM_AT(&k->tasks, int64_t, i), row, &task, err);
		if (!rc && task)
			*(int64_t *)csm_vec_add(&k->cases) = csm_rec_int(task, CASE_TASK_PARENT_CASE);
		csm_arena_rewind(row, start);
	}
	sort_ids(&k->cases);
	return rc;
}

static int filter_of(struct csm_store *s, int64_t definition, struct csm_arena *a, struct csm_filter **out,
		     struct csm_err *err)
{
	*out = NULL;
	if (!definition)
		return CSM_OK;
	return csm_store_filter(s, &csm_type_sla,
				csm_sprintf(a, "sla_definition = #%lld", (long long)definition), a, out, err);
}

/* Also what was not looked at. Of the records that a load stated those count that an edit would have touched. */
static int count_all(struct repair *p, const struct sla_scan *k, struct csm_filter *of, struct csm_err *err)
{
	struct csm_repair_sum *sum = p->sum;
	int64_t slas = 0;
	int rc = csm_store_count(p->store, &csm_type_case, NULL, &sum->cases, err);

	if (!rc)
		rc = csm_store_count(p->store, &csm_type_sla, of, &slas, err);
	sum->unchanged = slas - sum->changed - sum->created - p->passed;
	for (size_t i = 0; i < k->stated.n; i++)
		if (!k->cases.n || !bsearch(CSM_AT(&k->stated, int64_t, i), k->cases.p, k->cases.n,
					    sizeof(int64_t), csm_int_order))
			sum->stated++;
	return rc;
}

static int repair_all(struct repair *p, struct csm_arena *a, struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct csm_mark start = csm_arena_mark(row);
	struct sla_scan k = { .store = p->store,
			      .arena = a,
			      .cases = CSM_VEC(a, int64_t),
			      .tasks = CSM_VEC(a, int64_t),
			      .count = CSM_VEC(a, int64_t),
			      .stated = CSM_VEC(a, int64_t) };
	struct csm_filter *of;
	int rc = filter_of(p->store, p->o->definition, a, &of, err);

	if (!rc)
		rc = sla_scan(&k, of, err);
	if (!rc)
		rc = sla_scan_old(&k, err);
	if (!rc)
		rc = join_cases(p->store, &k, err);
	if (!rc)
		rc = repair_cases(p, k.cases.p, k.cases.n, a, err);
	for (size_t i = 0; !rc && i < k.count.n; i++) {
		rc = recount(p, &k, *CSM_AT(&k.count, int64_t, i), row, err);
		csm_arena_rewind(row, start);
	}
	return rc ? rc : count_all(p, &k, of, err);
}

int csm_sla_repair(struct csm_store *s, const struct csm_repair_opts *o, const struct csm_repair_sink *sink,
		   struct csm_repair_sum *sum, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_vec found = CSM_VEC(a, int64_t);
	struct repair p = { s, o, sink, sum, { s, o->derive, CSM_VEC(a, struct sla_load) }, 0 };
	int rc;

	*sum = (struct csm_repair_sum){ 0 };
	if (o->named) {
		rc = repair_cases(&p, o->cases, o->ncases, a, err);
	} else if (o->where || o->replay || o->derive) {
		rc = svc_ids(s, &csm_type_case, o->where, "", &found, err);
		if (!rc)
			rc = repair_cases(&p, found.p, found.n, a, err);
	} else {
		rc = repair_all(&p, a, err);
	}
	if (rc)
		return rc;
	return sum->refused ? CSM_NO : CSM_OK;
}
