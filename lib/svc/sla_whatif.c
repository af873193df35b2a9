/* SPDX-License-Identifier: MIT */
/*
 * sla_whatif.c - what SLA records would say with another schedule or duration. Each keeps its start, its end
 * and its pauses; business time is counted again, pauses included, and whether it would have breached is asked
 * at the moments at which the engine asks. Nothing is written.
 */
#include "sla_report.h"

struct whatif {
	struct csm_store *store;
	const struct csm_whatif_opts *o;
	struct csm_whatif_sum *sum;
	int (*each)(void *arg, const struct csm_whatif_hit *hit, struct csm_err *err);
	void *arg;
};

/* One record, ready to be counted in a calendar. */
struct count {
	const struct csm_rec *sla;
	int64_t end; /* of the record, or now */
	const struct csm_sla_line *pause;
	unsigned n;
	int64_t attach; /* when the engine began to look at it */
};

/* ---- its pauses ---- */

static int64_t recorded_pause(const struct count *k)
{
	int64_t sum = csm_rec_int(k->sla, SLA_PAUSE_DURATION);

	if (!csm_rec_null(k->sla, SLA_PAUSE_AT) && k->end > csm_rec_int(k->sla, SLA_PAUSE_AT))
		sum += k->end - csm_rec_int(k->sla, SLA_PAUSE_AT);
	return sum;
}

/* A record that says that it had none needs no history. */
static int find_pauses(struct csm_store *s, struct count *k, bool *known, struct csm_err *err)
{
	struct csm_sla_line *lines;
	int64_t sum = 0;
	int rc;

	*known = true;
	if (!recorded_pause(k))
		return CSM_OK;
	rc = sla_pauses(s, k->sla, k->end, k->sla->arena, &lines, &k->n, &k->attach, err);
	if (rc)
		return rc;
	k->pause = lines;
	for (unsigned i = 0; i < k->n; i++)
		sum += lines[i].end - lines[i].start;
	*known = sum == recorded_pause(k);
	return CSM_OK;
}

/* ---- counted in a calendar ---- */

/*
 * Whether the engine looked at the due moment when a stretch that is taken out began: it did at each pause and
 * each end since it attached the record. A pause that goes on in another state of the task is the same.
 */
static bool is_event(const struct count *k, unsigned i)
{
	const struct csm_sla_line *p = &k->pause[i], *before = i ? p - 1 : NULL;

	if (p->start < k->attach)
		return false;
	return p->start == k->attach || !before || before->end != p->start || !before->note != !p->note;
}

/* Business time of the pauses, and whether the record was late when one of them began. */
static int count_pauses(const struct count *k, struct csm_cal *cal, int64_t duration, int64_t *business, bool *late,
			struct csm_err *err)
{
	int64_t start = csm_rec_int(k->sla, SLA_START_AT), due, one;
	int rc = CSM_OK;

	*business = 0;
	*late = false;
	for (unsigned i = 0; !rc && i < k->n; i++) {
		if (!*late && is_event(k, i)) {
			rc = sla_due(cal, start, duration + *business, &due, err);
			*late = !rc && k->pause[i].start > due;
		}
		if (!rc)
			rc = sla_between(cal, k->pause[i].start, k->pause[i].end, &one, err);
		if (!rc)
			*business += one;
	}
	return rc;
}

static int count_in(const struct count *k, struct csm_cal *cal, int64_t duration, struct csm_whatif_figures *out,
		    struct csm_err *err)
{
	int64_t start = csm_rec_int(k->sla, SLA_START_AT), pauses, due;
	bool is_paused = csm_rec_is(k->sla, SLA_STAGE, "paused");
	int rc = count_pauses(k, cal, duration, &pauses, &out->breached, err);

	if (!rc)
		rc = sla_between(cal, start, k->end, &out->business_elapsed, err);
	if (!rc)
		rc = sla_due(cal, start, duration + pauses, &due, err);
	if (rc)
		return rc;
	out->business_elapsed = out->business_elapsed > pauses ? out->business_elapsed - pauses : 0;
	out->due = is_paused ? CSM_TIME_MIN : due;
	if (k->end > due && (!is_paused || k->end == csm_rec_int(k->sla, SLA_PAUSE_AT)))
		out->breached = true; /* paused right now: no stretch tells of it */
	return CSM_OK;
}

/* ---- one record ---- */

/* The calendar asked for; a zone that is not asked for is that of the record. */
static int other_calendar(const struct whatif *p, const struct csm_rec *sla, struct csm_cal **out,
			  struct csm_err *err)
{
	const char *zone = p->o->time_zone ? p->o->time_zone : csm_rec_text(sla, SLA_TIME_ZONE);
	struct csm_rec *copy;

	if (p->o->schedule)
		return csm_schedule_calendar(p->store, p->o->schedule, zone, out, err);
	if (!p->o->time_zone)
		return sla_calendar(p->store, sla, out, err);
	copy = csm_rec_copy(sla->arena, sla);
	csm_rec_set_text(copy, SLA_TIME_ZONE, zone);
	return sla_calendar(p->store, copy, out, err);
}

/* A due moment such as "the next business day by 16:00" is not made of a duration. */
static int is_relative(struct csm_store *s, const struct csm_rec *sla, bool *out, struct csm_err *err)
{
	struct sla_def *def;
	int rc = sla_def_of(s, sla, &def, err);

	*out = !rc && def && def->is_relative;
	return rc;
}

/*
 * What is known of a record must give the time that it says was used: that of a load may be any, and what its
 * pauses were in another calendar can't be told from their sum.
 */
static int is_proven(const struct whatif *p, struct count *k, int64_t used, bool *out, struct csm_err *err)
{
	struct csm_whatif_figures own;
	struct csm_cal *cal;
	int rc = find_pauses(p->store, k, out, err);

	if (rc || !*out)
		return rc;
	rc = sla_calendar(p->store, k->sla, &cal, err);
	if (!rc)
		rc = count_in(k, cal, csm_rec_int(k->sla, SLA_DURATION), &own, err);
	*out = !rc && own.business_elapsed == used;
	return rc;
}

static int count_anew(const struct whatif *p, struct csm_whatif_hit *hit, int64_t end, struct csm_err *err)
{
	bool given = p->o->duration >= 0, has_none = csm_rec_null(hit->sla, SLA_DURATION);
	struct count k = { .sla = hit->sla, .end = end };
	struct csm_cal *cal;
	int rc = given ? CSM_OK : is_relative(p->store, hit->sla, &hit->relative, err);

	if (rc || hit->relative)
		return rc;
	hit->known = given || !has_none;
	if (hit->known)
		rc = is_proven(p, &k, hit->now.business_elapsed, &hit->known, err);
	if (rc || !hit->known)
		return rc;
	rc = other_calendar(p, hit->sla, &cal, err);
	return rc ? rc : count_in(&k, cal, given ? p->o->duration : csm_rec_int(hit->sla, SLA_DURATION), &hit->then, err);
}

static void add_up(struct csm_whatif_sum *sum, const struct csm_whatif_hit *hit)
{
	if (!hit->known) {
		sum->unknown++;
		return;
	}
	sum->slas++;
	sum->breached += hit->now.breached;
	sum->then_breached += hit->then.breached;
	sum->newly += hit->then.breached && !hit->now.breached;
	sum->no_longer += hit->now.breached && !hit->then.breached;
}

/* A clock that is set back finds pauses to come: time stands still at them, as it does in the record. */
static int64_t end_of(const struct csm_rec *sla, int64_t now)
{
	int64_t pause = csm_rec_null(sla, SLA_PAUSE_AT) ? now : csm_rec_int(sla, SLA_PAUSE_AT);

	if (!csm_rec_null(sla, SLA_END_AT))
		return csm_rec_int(sla, SLA_END_AT);
	return pause > now ? pause : now;
}

static int ask_one(void *arg, struct csm_rec *sla, struct csm_err *err)
{
	const struct whatif *p = arg;
	int64_t now = csm_store_now(p->store);
	struct csm_whatif_hit hit = { .sla = sla, .known = true };
	struct csm_sla_view v;
	int rc = csm_sla_view(p->store, sla, now, 0, &v, err);

	hit.now = (struct csm_whatif_figures){ v.due, v.business_elapsed, v.breached };
	hit.then = hit.now;
	if (!rc)
		rc = count_anew(p, &hit, end_of(sla, now), err);
	if (rc)
		return csm_err_on(err, csm_type_sla.name, csm_rec_key(sla->arena, sla), NULL);
	add_up(p->sum, &hit);
	return p->each(p->arg, &hit, err);
}

int csm_sla_whatif(struct csm_store *s, const struct csm_whatif_opts *o, struct csm_arena *a,
		   int (*each)(void *arg, const struct csm_whatif_hit *hit, struct csm_err *err), void *arg,
		   struct csm_whatif_sum *sum, struct csm_err *err)
{
	struct csm_arena *own CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct sla_walk w = { .store = s, .arena = own, .past = csm_store_moment(s) >= 0 };
	struct whatif p = { s, o, sum, each, arg };
	const struct sla_query q = {
		.cond = "sla_definition is not null", .where = o->where, .sort = SLA_NUMBER, .each = ask_one, .arg = &p
	};

	*sum = (struct csm_whatif_sum){ 0 };
	return sla_walk(&w, &q, err);
}
