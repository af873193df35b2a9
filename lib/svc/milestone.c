/* SPDX-License-Identifier: MIT */
/*
 * milestone.c - the levels of an SLA at which somebody is told, and their moments.
 *
 * A percentage is reached when that part of the time allowed is used up, the seconds rounded up: then, and not
 * before, csm shows the record at that percentage. 100 % is the due moment itself. "before due" is counted
 * backwards from the due moment in the schedule: the latest moment with so much open time left; it is never
 * before the start, so that an SLA shorter than that has it from its beginning. Where the definition has an alert
 * schedule, a level is told at the first open moment of that schedule at or after the one it is reached at; the
 * zone of a floating one is the SLA's.
 */
#include "svc_alert.h"

#define NEVER MILESTONE_NEVER
#define MOST_PERCENT 1000

/* ---- what a definition states ---- */

struct stated {
	int64_t definition;
	struct milestone *v; /* moments are left open */
	unsigned n;
	struct stated *next;
};
struct stated_set {
	struct csm_arena *arena;
	struct stated *first;
};

static const char stated_key[] = "sla milestones";

static void drop_stated(void *slot)
{
	struct stated_set *set = slot;

	csm_arena_free(set->arena);
	memset(set, 0, sizeof(*set));
}

static const char *name_before(struct csm_arena *a, int64_t seconds)
{
	char buf[CSM_TIME_SIZE];

	return csm_sprintf(a, "%s before due", csm_duration_format(seconds, buf));
}

static void take_row(struct csm_arena *a, const struct csm_rec *r, struct milestone *m)
{
	bool percent = !csm_rec_null(r, SLA_MILESTONE_PERCENTAGE);

	m->percent = percent ? csm_rec_int(r, SLA_MILESTONE_PERCENTAGE) : -1;
	m->before = percent ? -1 : csm_rec_int(r, SLA_MILESTONE_BEFORE_DUE);
	m->name = percent ? csm_sprintf(a, "%lld%%", (long long)m->percent) : name_before(a, m->before);
	m->recipients = csm_rec_null(r, SLA_MILESTONE_RECIPIENTS) ? NULL
								  : csm_rec_text(r, SLA_MILESTONE_RECIPIENTS);
}

/* The rows of a definition, kept by the store until an agreement is written. */
static int find_rows(struct csm_store *s, int64_t definition, const struct stated **out, struct csm_err *err)
{
	bool made;
	struct stated_set *set = csm_store_slot(s, stated_key, sizeof(*set), drop_stated, &made);
	struct csm_rec **rows;
	struct stated *d;
	unsigned n;
	int rc;

	for (d = set->first; d && d->definition != definition; d = d->next)
		;
	*out = d;
	if (d)
		return CSM_OK;
	if (!set->arena)
		set->arena = csm_arena_like(csm_store_arena(s));
	rc = csm_store_children(s, &csm_type_sla_milestone, SLA_MILESTONE_SLA_DEFINITION, definition,
				set->arena, &rows, &n, err);
	if (rc)
		return rc;
	d = csm_alloc(set->arena, sizeof(*d));
	*d = (struct stated){ definition, csm_calloc(set->arena, n, sizeof(*d->v)), n, set->first };
	for (unsigned i = 0; i < n; i++)
		take_row(set->arena, rows[i], &d->v[i]);
	*out = set->first = d;
	return CSM_OK;
}

/* One word of the setting, blanks around it aside; 0 when it is no percentage. */
static int64_t read_percent(const char *word)
{
	const char *p = word + strspn(word, " ");
	int64_t n = 0;

	for (; *p >= '0' && *p <= '9' && n <= MOST_PERCENT; p++)
		n = n * 10 + (*p - '0');
	return p[strspn(p, " ")] || n > MOST_PERCENT ? 0 : n;
}

int milestone_check_setting(const char *text, struct csm_err *err)
{
	bool seen[MOST_PERCENT + 1] = { false };
	char word[20];
	unsigned n = 0;

	if (strcmp(text, "none") == 0)
		return CSM_OK;
	for (; csm_word(text, n, word, sizeof(word)); n++) {
		int64_t percent = read_percent(word);

		if (!percent)
			return csm_fail(err, CSM_E_INVALID,
					"'%s' is no percentage; expected 1 to %d, such as 50,75,100, or none", word,
					MOST_PERCENT);
		if (seen[percent])
			return csm_fail(err, CSM_E_INVALID, "names %lld twice", (long long)percent);
		seen[percent] = true;
	}
	return n ? CSM_OK
		 : csm_fail(err, CSM_E_INVALID, "expected percentages, such as 50,75,100, or none");
}

/* The levels of the setting: a configuration file may say anything, so it is looked at here too. */
static int read_setting(struct csm_store *s, struct csm_arena *a, struct csm_vec *v, struct csm_err *err)
{
	const char *text = csm_store_setting_text(s, "sla.milestones");
	char word[20];
	int rc = milestone_check_setting(text, err);

	if (rc)
		return csm_wrap(err, "setting sla.milestones"), rc;
	for (unsigned i = 0; strcmp(text, "none") != 0 && csm_word(text, i, word, sizeof(word)); i++) {
		struct milestone *m = csm_vec_add(v);

		m->percent = read_percent(word);
		m->before = -1;
		m->name = csm_sprintf(a, "%lld%%", (long long)m->percent);
	}
	return CSM_OK;
}

/* ---- moments ---- */

/* A moment that no calendar has is none; everything else that fails, fails. */
static int or_never(int rc, int64_t *out, struct csm_err *err)
{
	if (rc != CSM_E_REFUSED && rc != CSM_E_INVALID)
		return rc;
	csm_err_clear(err);
	*out = NEVER;
	return CSM_OK;
}

/* The time allowed; one that a load states without it is that between its start and its due moment. */
static int target_of(struct csm_cal *cal, const struct csm_rec *sla, int64_t *out, struct csm_err *err)
{
	bool due = !csm_rec_null(sla, SLA_PLANNED_END_AT);
	int rc;

	*out = csm_rec_int(sla, SLA_DURATION);
	if (!csm_rec_null(sla, SLA_DURATION))
		return CSM_OK;
	rc = sla_between(cal, csm_rec_int(sla, SLA_START_AT),
			 csm_rec_int(sla, due ? SLA_PLANNED_END_AT : SLA_ORIGINAL_BREACH_AT), out, err);
	if (due)
		*out -= csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION);
	return rc;
}

static int due_of(struct csm_cal *cal, const struct csm_rec *sla, int64_t target, int64_t *out,
		  struct csm_err *err)
{
	if (csm_rec_null(sla, SLA_PLANNED_END_AT))
		return or_never(sla_due(cal, csm_rec_int(sla, SLA_START_AT),
					target + csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION), out, err),
				out, err);
	*out = csm_rec_int(sla, SLA_PLANNED_END_AT);
	return CSM_OK;
}

static int64_t used_at(int64_t target, int64_t percent)
{
	int64_t used;

	if (__builtin_mul_overflow(target, percent, &used))
		return NEVER;
	return used / 100 + (used % 100 > 0);
}

static int percent_moment(struct csm_cal *cal, const struct csm_rec *sla, int64_t target, int64_t percent,
			  int64_t *out, struct csm_err *err)
{
	int64_t used = used_at(target, percent), due;
	int rc = due_of(cal, sla, target, &due, err);

	*out = due;
	if (rc || percent == 100)
		return rc;
	if (__builtin_add_overflow(used, csm_rec_int(sla, SLA_BUSINESS_PAUSE_DURATION), &used))
		*out = NEVER;
	else
		rc = or_never(sla_due(cal, csm_rec_int(sla, SLA_START_AT), used, out, err), out, err);
	/* the due moment of a relative duration may lie where the schedule is closed */
	if (percent < 100 ? *out > due : *out < due)
		*out = due;
	return rc;
}

static int before_moment(struct csm_cal *cal, const struct csm_rec *sla, int64_t target, int64_t before,
			 int64_t *out, struct csm_err *err)
{
	int64_t start = csm_rec_int(sla, SLA_START_AT), due;
	int rc = due_of(cal, sla, target, &due, err);

	*out = due;
	if (rc || due == NEVER)
		return rc;
	if (!cal)
		*out = due - before; /* both within ten thousand years */
	else if ((rc = or_never(csm_cal_sub(cal, due, before, out, err), out, err)) || *out == NEVER)
		*out = start;
	if (*out < start)
		*out = start;
	return rc;
}

/* When a moment may be told. An alert schedule that is never open again must not swallow what it delays. */
static int told_moment(struct csm_cal *alert, int64_t at, int64_t *out, struct csm_err *err)
{
	int rc;

	*out = at;
	if (!alert || at == NEVER)
		return CSM_OK;
	rc = or_never(csm_cal_next_open(alert, at, out, err), out, err);
	if (*out == NEVER)
		*out = at;
	return rc;
}

int milestone_open(struct csm_cal *alert, int64_t at, int64_t *out, struct csm_err *err)
{
	return told_moment(alert, at, out, err);
}

int milestone_percent_at(struct csm_store *s, const struct csm_rec *sla, int64_t percent, int64_t *out,
			 struct csm_err *err)
{
	struct csm_cal *cal;
	int64_t target;
	int rc = sla_calendar(s, sla, &cal, err);

	if (!rc)
		rc = target_of(cal, sla, &target, err);
	return rc ? rc : percent_moment(cal, sla, target, percent, out, err);
}

int64_t milestone_until(const struct csm_rec *sla, int64_t now)
{
	if (!csm_rec_null(sla, SLA_END_AT))
		return csm_rec_int(sla, SLA_END_AT);
	return csm_rec_null(sla, SLA_PAUSE_AT) ? now : csm_rec_int(sla, SLA_PAUSE_AT);
}

/* ---- the levels of a record ---- */

bool milestone_waits(const struct milestone *m)
{
	return m->row && csm_rec_null(m->row, SLA_ALERT_FIRED_AT) && !csm_rec_int(m->row, SLA_ALERT_SILENT);
}

static int find_alert_calendar(struct csm_store *s, const struct csm_rec *sla, const struct sla_def *def,
			       struct csm_cal **out, struct csm_err *err)
{
	*out = NULL;
	if (!def || csm_rec_null(def->rec, SLA_DEFINITION_ALERT_SCHEDULE))
		return CSM_OK;
	return csm_schedule_calendar(s, csm_rec_int(def->rec, SLA_DEFINITION_ALERT_SCHEDULE),
				     csm_rec_text(sla, SLA_TIME_ZONE), out, err);
}

/* What the alerts of the record say; one whose level is no longer stated may still wait to be told. */
static int read_alerts(struct csm_store *s, const struct csm_rec *sla, struct csm_vec *v, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_sla_alert, SLA_ALERT_SLA, sla->id, sla->arena, &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		struct milestone *m = NULL, gone = { .percent = -1, .before = -1, .row = rows[i] };

		for (size_t k = 0; k < v->n && !m; k++)
			if (csm_rec_is(rows[i], SLA_ALERT_MILESTONE, CSM_AT(v, struct milestone, k)->name))
				m = CSM_AT(v, struct milestone, k);
		if (!m && milestone_waits(&gone)) {
			m = csm_vec_add(v);
			*m = gone;
			m->name = csm_rec_text(rows[i], SLA_ALERT_MILESTONE);
		}
		if (m)
			m->row = rows[i];
	}
	return rc;
}

static int find_moments(struct csm_cal *cal, struct csm_cal *alert, const struct csm_rec *sla, int64_t target,
			struct milestone *m, struct csm_err *err)
{
	int rc = CSM_OK;

	m->used = m->percent >= 0 ? used_at(target, m->percent) : m->before >= 0 ? target - m->before : target;
	if (m->row)
		m->reached = csm_rec_int(m->row, SLA_ALERT_REACHED_AT);
	else if (m->percent >= 0)
		rc = percent_moment(cal, sla, target, m->percent, &m->reached, err);
	else
		rc = before_moment(cal, sla, target, m->before, &m->reached, err);
	return rc ? rc : told_moment(alert, m->reached, &m->told, err);
}

static int by_used(const void *x, const void *y)
{
	const struct milestone *a = x, *b = y;

	if (a->used != b->used)
		return a->used < b->used ? -1 : 1;
	return strcmp(a->name, b->name);
}

int milestones_of(struct csm_store *s, const struct csm_rec *sla, struct milestones *out, struct csm_err *err)
{
	struct csm_vec v = CSM_VEC(sla->arena, struct milestone);
	const struct stated *stated;
	struct sla_def *def;
	struct csm_cal *cal;
	int64_t target = 0;
	int rc = find_rows(s, csm_rec_int(sla, SLA_SLA_DEFINITION), &stated, err);

	for (unsigned i = 0; !rc && i < stated->n; i++)
		*(struct milestone *)csm_vec_add(&v) = stated->v[i];
	if (!rc && !stated->n)
		rc = read_setting(s, sla->arena, &v, err);
	if (!rc && sla->id)
		rc = read_alerts(s, sla, &v, err);
	if (!rc)
		rc = sla_calendar(s, sla, &cal, err);
	if (!rc)
		rc = target_of(cal, sla, &target, err);
	if (!rc)
		rc = sla_def_find(s, csm_rec_int(sla, SLA_SLA_DEFINITION), &def, err);
	if (!rc)
		rc = find_alert_calendar(s, sla, def, &out->alert, err);
	for (size_t i = 0; !rc && i < v.n; i++)
		rc = find_moments(cal, out->alert, sla, target, CSM_AT(&v, struct milestone, i), err);
	out->v = v.p;
	out->n = (unsigned)v.n;
	out->target = target;
	if (!rc && v.n > 1)
		qsort(out->v, out->n, sizeof(*out->v), by_used);
	return rc;
}
