/* SPDX-License-Identifier: MIT */
/*
 * sla_scan_edits.c - which SLA records the edits of schedules can have touched, as a condition: those that began
 * before an edit and whose time meets the days that it changed. A holiday that is added touches few of them.
 */
#include "sla_scan.h"

#define MOST_TERMS 12

struct term {
	int64_t edit; /* for records that keep the rules of an earlier change */
	int64_t from, to;
};
struct edits {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_vec terms; /* by edit */
	int64_t change;
	struct csm_vec born;  /* ids of schedules that this change made */
	bool all, days;	      /* of this change: any time, or that of its terms */
};

static void add_day(struct edits *k, const char *date)
{
	struct csm_err ignored = { 0 };
	struct term *t;
	int64_t day;

	if (csm_date_parse(date, &day, &ignored)) {
		k->all = true;
		return;
	}
	t = csm_vec_add(&k->terms);
	*t = (struct term){ k->change, (day - 1) * CSM_DAY, (day + 2) * CSM_DAY }; /* in any zone */
}

static void add_exception(struct edits *k, const struct csm_rec *r)
{
	if (csm_rec_null(r, SCHEDULE_EXCEPTION_DATE))
		k->all = true;
	else
		add_day(k, csm_rec_text(r, SCHEDULE_EXCEPTION_DATE));
}

static bool is_born(const struct edits *k, int64_t schedule)
{
	for (size_t i = 0; i < k->born.n; i++)
		if (*CSM_AT(&k->born, int64_t, i) == schedule)
			return true;
	return false;
}

/* What a change made of one exception: the day it was on, and the one it is on. */
static int add_life(struct edits *k, int64_t id, struct csm_err *err)
{
	struct csm_rec *r;
	struct sla_event *events;
	bool found = false;
	unsigned n;
	int rc = csm_store_get(k->store, &csm_type_schedule_exception, id, k->arena, &r, err);

	if (!rc && !r) {
		r = csm_rec_new(k->arena, &csm_type_schedule_exception);
		r->id = id;
	}
	if (!rc)
		rc = sla_life(k->store, r, k->arena, false, &events, &n, err);
	if (rc)
		return rc;
	for (unsigned i = 0; i < n; i++) {
		const struct csm_rec *now = events[i].rec, *was = i ? events[i - 1].rec : NULL;

		if (events[i].change != k->change)
			continue;
		found = true;
		if (now && !was && is_born(k, csm_rec_int(now, SCHEDULE_EXCEPTION_SCHEDULE)))
			continue;
		if (was)
			add_exception(k, was);
		if (now)
			add_exception(k, now);
	}
	k->all = k->all || !found; /* it was undone, or this is the undo: it was in force in between */
	return CSM_OK;
}

static int note_field(void *arg, int field, const struct csm_value *was, const struct csm_value *now,
		      struct csm_err *err)
{
	struct edits *k = arg;

	(void)was;
	(void)now;
	(void)err;
	k->all = k->all || (field != SCHEDULE_NAME && field != SCHEDULE_DESCRIPTION &&
			    field != SCHEDULE_EXTERNAL_ID);
	return CSM_OK;
}

static int note_born(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct edits *k = arg;

	(void)err;
	for (int64_t id = h->record; h->type == &csm_type_schedule && h->op == 'c' && id <= h->last_record; id++)
		*(int64_t *)csm_vec_add(&k->born) = id;
	return CSM_OK;
}

/* A span belongs to every week; one of a schedule that is made with it touches nothing that was before. */
static int note_span(struct edits *k, const struct csm_history *h, struct csm_err *err)
{
	int rc = CSM_OK;

	if (h->op != 'c')
		k->all = true;
	for (int64_t id = h->record; !rc && !k->all && id <= h->last_record; id++) {
		struct csm_rec *r;

		rc = csm_store_get(k->store, &csm_type_schedule_span, id, k->arena, &r, err);
		k->all = !rc && (!r || !is_born(k, csm_rec_int(r, SCHEDULE_SPAN_SCHEDULE)));
	}
	return rc;
}

static int note_row(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct edits *k = arg;
	int rc = CSM_OK;

	if (k->all)
		return CSM_OK;
	if (h->type == &csm_type_schedule && h->op == 'u')
		return csm_history_fields(k->store, h, k->arena, note_field, k, err);
	if (h->type == &csm_type_schedule)
		k->all = h->op == 'd';
	else if (h->type == &csm_type_schedule_span)
		return note_span(k, h, err);
	for (int64_t id = h->record; !rc && h->type == &csm_type_schedule_exception && id <= h->last_record; id++)
		rc = add_life(k, id, err);
	return rc;
}

static int add_change(struct edits *k, int64_t change, struct csm_err *err)
{
	size_t before = k->terms.n;
	int rc;

	k->change = change;
	k->all = false;
	k->born.n = 0;
	rc = csm_store_history(k->store, change, NULL, 0, note_born, k, err);
	if (!rc)
		rc = csm_store_history(k->store, change, NULL, 0, note_row, k, err);
	if (rc || !k->all)
		return rc;
	k->terms.n = before;
	*(struct term *)csm_vec_add(&k->terms) = (struct term){ change, CSM_TIME_MIN, CSM_TIME_MAX };
	return CSM_OK;
}

/* The oldest are joined until they are few: a record that kept them all may be looked at for nothing. */
static void join_terms(struct edits *k)
{
	struct term *t = k->terms.p;
	size_t over = k->terms.n > MOST_TERMS ? k->terms.n - MOST_TERMS : 0;

	for (size_t i = 0; i < over; i++) {
		t[i + 1].from = t[i].from < t[i + 1].from ? t[i].from : t[i + 1].from;
		t[i + 1].to = t[i].to > t[i + 1].to ? t[i].to : t[i + 1].to;
	}
	if (over)
		memmove(t, t + over, MOST_TERMS * sizeof(*t));
	k->terms.n -= over;
}

static int find_edits(struct edits *k, struct csm_err *err)
{
	static const struct csm_rtype *const types[] = { &csm_type_schedule, &csm_type_schedule_span,
							 &csm_type_schedule_exception };
	struct csm_vec all = CSM_VEC(k->arena, int64_t);
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < CSM_COUNT(types); i++) {
		int64_t *changes;
		size_t n;

		rc = csm_store_changes_of(k->store, types[i], k->arena, &changes, &n, err);
		for (size_t c = 0; !rc && c < n; c++)
			*(int64_t *)csm_vec_add(&all) = changes[c];
	}
	if (all.n)
		qsort(all.p, all.n, sizeof(int64_t), csm_int_order);
	for (size_t i = 0; !rc && i < all.n; i++)
		if (!i || *CSM_AT(&all, int64_t, i) != *CSM_AT(&all, int64_t, i - 1))
			rc = add_change(k, *CSM_AT(&all, int64_t, i), err);
	return rc;
}

/* Definitions whose completed records may go on. */
static int add_resumed(struct csm_store *s, struct csm_buf *b, struct csm_err *err)
{
	struct sla_def *defs;
	const char *comma = " or sla_definition in (";
	unsigned n;
	int rc = sla_defs(s, &defs, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		if (!defs[i].reopen_resumes)
			continue;
		csm_buf_addf(b, "%s#%lld", comma, (long long)defs[i].rec->id);
		comma = ", ";
	}
	if (*comma == ',')
		csm_buf_addc(b, ')');
	return rc;
}

/* Records that keep an earlier version of a definition. */
static int add_versions(struct csm_store *s, struct csm_buf *b, struct csm_err *err)
{
	struct sla_def *defs;
	unsigned n;
	int rc = sla_defs(s, &defs, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		int64_t edit = 0;

		if (csm_rec_int(defs[i].rec, SLA_DEFINITION_VERSION) > 1)
			rc = sla_last_edit(s, defs[i].rec, sla_same_definition, &edit, err);
		if (edit)
			csm_buf_addf(b, "%s(sla_definition = #%lld and rules_change < %lld)", b->n ? " or " : "",
				     (long long)defs[i].rec->id, (long long)edit);
	}
	return rc;
}

static void add_terms(const struct edits *e, const char *more, struct csm_buf *b)
{
	char from[CSM_TIME_SIZE], to[CSM_TIME_SIZE];

	if (b->n && e->terms.n)
		csm_buf_add(b, " or ");
	for (size_t i = 0; i < e->terms.n; i++) {
		const struct term *t = CSM_AT(&e->terms, struct term, i);

		csm_time_format(t->from, from);
		csm_time_format(t->to, to);
		csm_buf_addf(b,
			     "%s((rules_change < %lld or rules_change is null) and (end_at is null or (start_at < '%s' and "
			     "(end_at >= '%s' or planned_end_at >= '%s' or original_breach_at >= '%s'))%s))",
			     i ? " or " : "schedule is not null and (", (long long)t->edit, to, from, from, from,
			     more);
	}
	if (e->terms.n)
		csm_buf_addc(b, ')');
}

int sla_scan_touched(struct sla_scan *k, struct csm_filter **out, struct csm_err *err)
{
	struct edits e = { .store = k->store,
			   .arena = k->arena,
			   .terms = CSM_VEC(k->arena, struct term),
			   .born = CSM_VEC(k->arena, int64_t) };
	struct csm_buf b = CSM_BUF(k->arena), more = CSM_BUF(k->arena);
	int rc = find_edits(&e, err);

	*out = NULL;
	if (!rc)
		rc = add_versions(k->store, &b, err);
	if (!rc)
		rc = add_resumed(k->store, &more, err);
	if (rc)
		return rc;
	join_terms(&e);
	add_terms(&e, more.s, &b);
	return b.n ? csm_store_filter(k->store, &csm_type_sla, b.s, k->arena, out, err) : CSM_OK;
}
