/* SPDX-License-Identifier: MIT */
/*
 * sla_explain.c - the ledger of one SLA record: each interval from its start to its end (or now) with its
 * state, whether it counted and why, and the running sum. The intervals are cut where the task changed and
 * where the schedule opens and closes; the sum is what csm_sla_view() says.
 */
#include "sla_priv.h"

struct ledger {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_cal *cal;
	const struct csm_zone *zone;
	struct csm_vec lines;
	int64_t sum;
	bool only_pauses; /* what counted is left out */
	int64_t attach; /* when the engine began to look at the record */
};

static void add_line(struct ledger *l, int64_t start, int64_t end, const char *state, const char *what,
		     const char *note, int64_t counted)
{
	struct csm_sla_line *line;

	if (end <= start)
		return;
	l->sum += counted;
	line = csm_vec_add(&l->lines);
	*line = (struct csm_sla_line){ start, end, state, what, note, counted, l->sum };
}

/* A closed stretch is one line; a day that an exception closes stands for itself, under its name. */
static void add_closed(struct ledger *l, int64_t from, int64_t to, const char *state)
{
	int64_t begin = from;

	while (from < to) {
		int64_t local = from + csm_zone_offset(l->zone, from);
		int64_t day = (local - ((local % CSM_DAY) + CSM_DAY) % CSM_DAY) / CSM_DAY;
		int64_t next = csm_zone_from_wall(l->zone, (day + 1) * CSM_DAY);
		const char *note = csm_cal_day_note(l->cal, day);

		if (next <= from || next > to)
			next = to;
		if (note) {
			add_line(l, begin, from, state, "closed", NULL, 0);
			add_line(l, from, next, state, "holiday", note, 0);
			begin = next;
		}
		from = next;
	}
	add_line(l, begin, to, state, "closed", NULL, 0);
}

static int add_running(struct ledger *l, int64_t from, int64_t to, const char *state, struct csm_err *err)
{
	struct csm_interval *open;
	unsigned n;
	int rc;

	if (l->only_pauses)
		return CSM_OK;
	if (!l->cal) {
		add_line(l, from, to, state, "counted", NULL, to - from);
		return CSM_OK;
	}
	rc = csm_cal_intervals(l->cal, l->arena, from, to, &open, &n, err);
	if (rc)
		return rc;
	for (unsigned i = 0; i < n; i++) {
		add_closed(l, from, open[i].start, state);
		add_line(l, open[i].start, open[i].end, state, "counted", NULL,
			 open[i].end - open[i].start);
		from = open[i].end;
	}
	add_closed(l, from, to, state);
	return CSM_OK;
}

/* The task of an SLA record. */
static int find_task(struct csm_store *s, const struct csm_rec *sla, struct csm_rec **task,
		     struct csm_err *err)
{
	bool of_case = !csm_rec_null(sla, SLA_PARENT_CASE);

	return csm_store_need(s, of_case ? &csm_type_case : &csm_type_case_task,
			      csm_rec_int(sla, of_case ? SLA_PARENT_CASE : SLA_CASE_TASK), sla->arena, task,
			      err);
}

/* ---- pauses, as the engine made them ---- */

struct walk {
	struct ledger *l;
	const struct sla_def *def; /* NULL: it is gone */
	int64_t start, attach,
		end; /* attach: when the engine began to look; before it is the retroactive part */
	bool paused, ended;
	int64_t known; /* since when history says the states of the task: since it was stored */
};

/*
 * Between its end and its being opened again a record stands still: the engine takes the stretch out like a
 * pause. A record that nothing opened again has no moments after its end.
 */
static int stands_still(struct walk *k, const struct csm_rec *task, bool *out, struct csm_err *err)
{
	bool start = false;
	int rc;

	*out = false;
	if (!k->def->reopen_resumes)
		return CSM_OK;
	rc = sla_is(k->l->store, k->def->stop, task, out, err);
	if (rc || *out || !k->ended)
		return rc;
	rc = sla_is(k->l->store, k->def->start, task, &start, err);
	*out = !start;
	return rc;
}

/* What the pass of the engine did with the record at a moment (domain 6.4, pass 2, rows 4 and 5). */
static int pass_moment(struct walk *k, const struct csm_rec *task, struct csm_err *err)
{
	bool still = false;
	int rc;

	if (!k->def)
		return CSM_OK;
	rc = stands_still(k, task, &still, err);
	if (!rc && still) {
		k->ended = true;
		k->paused = false;
	} else if (!rc) {
		k->ended = false;
		rc = sla_is_paused(k->l->store, k->def, task, k->paused, &k->paused, err);
	}
	return rc;
}

/* Before it was attached: pauses are those of the condition, where the definition counts them back. */
static int look_back(struct walk *k, const struct csm_rec *task, struct csm_err *err)
{
	if (!k->def || !csm_rec_int(k->def->rec, SLA_DEFINITION_RETROACTIVE_PAUSE))
		return CSM_OK;
	return sla_is_paused(k->l->store, k->def, task, k->paused, &k->paused, err);
}

static int add_part(struct walk *k, int64_t from, int64_t to, const char *state, struct csm_err *err)
{
	if (to <= from)
		return CSM_OK;
	if (!k->paused && !k->ended)
		return add_running(k->l, from, to, state, err);
	add_line(k->l, from, to, state, "paused", k->ended ? "it had been completed" : NULL, 0);
	return CSM_OK;
}

static int add_stretch(struct walk *k, int64_t from, int64_t to, const char *state, struct csm_err *err)
{
	int64_t begin = from < k->start ? k->start : from, end = to > k->end ? k->end : to;
	int64_t known = k->known < begin ? begin : k->known > end ? end : k->known;
	int rc = add_part(k, begin, known, NULL, err);

	return rc ? rc : add_part(k, known, end, state, err);
}

/* One state of the task, from a moment to the next; the moment of attaching may lie inside. */
static int walk_moment(struct walk *k, const struct sla_moment *m, int64_t to, struct csm_err *err)
{
	const char *state = csm_rec_text(m->rec, csm_field_index(m->rec->type, m->rec->type->life->field));
	int rc = CSM_OK;

	if (m->at < k->attach) {
		rc = look_back(k, m->rec, err);
		if (!rc)
			rc = add_stretch(k, m->at, to < k->attach ? to : k->attach, state, err);
		if (rc || to <= k->attach)
			return rc;
	}
	rc = pass_moment(k, m->rec, err);
	return rc ? rc : add_stretch(k, m->at > k->attach ? m->at : k->attach, to, state, err);
}

/* Whether a repair made the record what it is: its rules are younger than itself. */
static int was_repaired(struct csm_store *s, const struct csm_rec *sla, bool *out, struct csm_err *err)
{
	struct csm_change c = { 0 };
	int rc = CSM_OK;

	*out = false;
	if (csm_rec_int(sla, SLA_RULES_CHANGE))
		rc = csm_store_change(s, csm_rec_int(sla, SLA_RULES_CHANGE), sla->arena, &c, err);
	if (!rc && csm_rec_int(sla, SLA_RULES_CHANGE))
		*out = c.at != csm_rec_int(sla, SLA_CREATED_AT);
	return rc;
}

/* When the record of the definition that the task had before this one ended; CSM_TIME_MIN: there is none. */
static int find_before(struct csm_store *s, const struct csm_rec *sla, const struct csm_rec *task,
		       int64_t *end, struct csm_err *err)
{
	struct sla_set set;
	int rc = sla_load(s, task, &set, err);

	*end = CSM_TIME_MIN;
	for (size_t i = 0; !rc && i < set.recs.n; i++) {
		const struct csm_rec *one = *CSM_AT(&set.recs, struct csm_rec *, i);

		if (one->id < sla->id && !csm_rec_null(one, SLA_END_AT) && csm_rec_int(one, SLA_END_AT) > *end &&
		    csm_rec_int(one, SLA_SLA_DEFINITION) == csm_rec_int(sla, SLA_SLA_DEFINITION))
			*end = csm_rec_int(one, SLA_END_AT);
	}
	return rc;
}

/* When, in the eyes of a repair, the record began: its conditions held, and the one before had ended. */
static int find_begin(struct walk *k, const struct csm_rec *sla, const struct csm_rec *task,
		      const struct sla_moment *m, unsigned n, struct csm_err *err)
{
	bool start = false, stop = false;
	int64_t before;
	int rc = find_before(k->l->store, sla, task, &before, err);

	for (unsigned i = 0; !rc && i < n && (!start || stop); i++) {
		if (m[i].at < before)
			continue;
		rc = sla_is(k->l->store, k->def->start, m[i].rec, &start, err);
		if (!rc)
			rc = sla_is(k->l->store, k->def->stop, m[i].rec, &stop, err);
		k->attach = m[i].at > k->start ? m[i].at : k->start;
	}
	return rc;
}

/*
 * When the engine began to look at the record: at its start, if that is not retroactive; else when the record
 * was made.
 */
static int find_attach(struct walk *k, const struct csm_rec *sla, const struct csm_rec *task,
		       const struct sla_moment *m, unsigned n, struct csm_err *err)
{
	bool repaired;
	int rc = was_repaired(k->l->store, sla, &repaired, err);

	k->attach = k->start;
	if (rc || !k->def || !csm_rec_int(k->def->rec, SLA_DEFINITION_RETROACTIVE_START))
		return rc;
	k->attach = csm_rec_int(sla, SLA_CREATED_AT);
	return repaired ? find_begin(k, sla, task, m, n, err) : CSM_OK;
}

static int walk_past(struct ledger *l, const struct sla_def *def, const struct csm_rec *sla,
		     struct csm_rec *task, int64_t end, struct csm_err *err)
{
	struct walk k = { .l = l,
			  .def = def,
			  .start = csm_rec_int(sla, SLA_START_AT),
			  .end = end,
			  .known = csm_rec_int(task, csm_field_index(task->type, "created_at")) };
	struct sla_moment *m;
	unsigned n;
	int rc = sla_past(l->store, task, l->arena, &m, &n, err);

	/* A clock that was set back (--backdate) takes no time back: what was written then holds from here on. */
	for (unsigned i = 1; !rc && i < n; i++)
		if (m[i].at < m[i - 1].at)
			m[i].at = m[i - 1].at;
	if (!rc)
		rc = find_attach(&k, sla, task, m, n, err);
	l->attach = k.attach;
	for (unsigned i = 0; !rc && i < n && m[i].at <= end; i++)
		rc = walk_moment(&k, &m[i], i + 1 < n ? m[i + 1].at : end, err);
	return rc;
}

/* Where the past does not say how it came to the sum, as that of a load may not: the sum. */
static void walk_sum(struct ledger *l, const struct csm_rec *sla, const struct csm_sla_view *v,
		     int64_t end)
{
	const char *why = csm_rec_int(sla, SLA_FROM_IMPORT) ? "imported without history: one sum"
							    : "history does not account for it: one sum";

	l->lines.n = 0;
	l->sum = 0;
	add_line(l, csm_rec_int(sla, SLA_START_AT), end, NULL, "counted", why, v->business_elapsed);
}

int csm_sla_explain(struct csm_store *s, const struct csm_rec *sla, int64_t now, struct csm_arena *a,
		    struct csm_sla_line **lines, unsigned *n, struct csm_err *err)
{
	struct ledger l = { s, a, NULL, NULL, CSM_VEC(a, struct csm_sla_line), 0, false, 0 };
	int64_t end = csm_rec_null(sla, SLA_END_AT) ? now : csm_rec_int(sla, SLA_END_AT);
	const char *zone = csm_rec_null(sla, SLA_TIME_ZONE) ? "UTC" : csm_rec_text(sla, SLA_TIME_ZONE);
	struct csm_sla_view v;
	struct sla_def *def;
	struct csm_rec *task;
	int rc = csm_sla_view(s, sla, now, 0, &v, err);

	if (!rc)
		rc = sla_def_of(s, sla, &def, err);
	if (!rc)
		rc = sla_calendar(s, sla, &l.cal, err);
	if (!rc)
		rc = csm_zone_load(a, csm_store_env(s)->tzdir, zone, &l.zone, err);
	if (!rc)
		rc = find_task(s, sla, &task, err);
	if (rc)
		return rc;
	rc = walk_past(&l, def, sla, task, end, err);
	if (!rc && l.sum != v.business_elapsed)
		walk_sum(&l, sla, &v, end);
	*lines = l.lines.p;
	*n = (unsigned)l.lines.n;
	return rc;
}

int sla_pauses(struct csm_store *s, const struct csm_rec *sla, int64_t end, struct csm_arena *a,
	       struct csm_sla_line **lines, unsigned *n, int64_t *attach, struct csm_err *err)
{
	struct ledger l = { s, a, NULL, NULL, CSM_VEC(a, struct csm_sla_line), 0, true, 0 };
	struct sla_def *def;
	struct csm_rec *task;
	int rc = sla_def_of(s, sla, &def, err);

	if (!rc)
		rc = find_task(s, sla, &task, err);
	if (!rc)
		rc = walk_past(&l, def, sla, task, end, err);
	*lines = l.lines.p;
	*n = (unsigned)l.lines.n;
	*attach = l.attach;
	return rc;
}
