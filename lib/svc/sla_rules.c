/* SPDX-License-Identifier: MIT */
/*
 * sla_rules.c - the rules an SLA record keeps: its definition and its calendar as of the change in
 * rules_change.
 *
 * Edits of definitions and schedules are rare and records are many. Where nothing was edited since, the rules
 * of today are the ones kept; else they are read from history once for each edit, not for each record. What is
 * kept here belongs to no moment, so it lies in a slot of the present whatever moment is being read.
 */
#include "sla_priv.h"
#include "svc_schedule.h"

#define BUCKETS 64

/* Changes that touched something, ascending. */
struct edits {
	int64_t *v;
	size_t n;
};
struct kept_cal {
	int64_t schedule, edit;		/* as of this change; 0 before the first */
	const char *zone;
	struct csm_cal *cal;
	struct kept_cal *next;
};
struct kept_def {
	int64_t edit;
	struct sla_def def;
	struct kept_def *next;
};
/* One definition: the changes that touched it, and its versions that were asked for. */
struct def_past {
	int64_t id;
	struct edits edits;
	struct kept_def *kept;
	struct def_past *next;
};
struct rules {
	struct csm_arena *arena;
	struct edits spans[3], defs;	/* of schedules, their spans and exceptions; of definitions */
	int64_t last_span, last_def;	/* the last edit of all these; 0: there was none */
	struct kept_cal *cals[BUCKETS];
	struct def_past *pasts[BUCKETS];
};

static const char rules_key[] = "sla rules";

static void drop_rules(void *slot)
{
	struct rules *k = slot;

	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct kept_cal *c = k->cals[i]; c; c = c->next)
			csm_cal_close(c->cal);
	csm_arena_free(k->arena);
	memset(k, 0, sizeof(*k));
}

static int64_t last_of(const struct edits *e)
{
	return e->n ? e->v[e->n - 1] : 0;
}

/* To be called in the present. */
static int find_rules(struct csm_store *s, struct rules **out, struct csm_err *err)
{
	static const struct csm_rtype *const types[] = { &csm_type_schedule, &csm_type_schedule_span,
							 &csm_type_schedule_exception };
	struct rules *k = csm_store_slot(s, rules_key, sizeof(*k), drop_rules, NULL);
	int rc;

	*out = k;
	if (k->arena)
		return CSM_OK;
	k->arena = csm_arena_like(csm_store_arena(s));
	rc = csm_store_changes_of(s, &csm_type_sla_definition, k->arena, &k->defs.v, &k->defs.n, err);
	for (unsigned i = 0; !rc && i < CSM_COUNT(types); i++)
		rc = csm_store_changes_of(s, types[i], k->arena, &k->spans[i].v, &k->spans[i].n, err);
	for (unsigned i = 0; !rc && i < CSM_COUNT(types); i++)
		k->last_span = last_of(&k->spans[i]) > k->last_span ? last_of(&k->spans[i]) : k->last_span;
	k->last_def = last_of(&k->defs);
	if (rc)
		drop_rules(k);
	return rc;
}

/* The last of the changes at or before one; 0 none. */
static int64_t last_edit(const struct edits *e, int64_t change)
{
	size_t lo = 0, hi = e->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (e->v[mid] <= change)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? e->v[lo - 1] : 0;
}

/*
 * As of which edit a record is counted: the last one that it has seen, and that is there in the moment being
 * read; *today: none came after that, the present has it. last: the last of all the edits.
 */
static int64_t kept_edit(const struct csm_rec *sla, int64_t moment, const struct edits *e, unsigned n, int64_t last,
			 bool *today)
{
	int64_t change = csm_rec_null(sla, SLA_RULES_CHANGE) ? INT64_MAX : csm_rec_int(sla, SLA_RULES_CHANGE),
		edit = 0;

	if (moment != CSM_STORE_PRESENT && moment < change)
		change = moment;
	*today = last <= change;
	if (*today)
		return last;
	for (unsigned i = 0; i < n; i++) {
		int64_t one = last_edit(&e[i], change);

		edit = one > edit ? one : edit;
	}
	*today = !edit;	/* rules that are older than any edit are those of a load */
	return edit;
}

/* ---- calendars ---- */

static int find_cal(struct csm_store *s, struct rules *k, int64_t schedule, const char *zone, int64_t edit,
		    struct csm_cal **out, struct csm_err *err)
{
	struct kept_cal **bucket = &k->cals[(uint64_t)(schedule * 31 + edit) % BUCKETS], *c;
	int rc;

	for (c = *bucket; c; c = c->next)
		if (c->schedule == schedule && c->edit == edit && strcmp(c->zone, zone) == 0) {
			*out = c->cal;
			return CSM_OK;
		}
	c = csm_alloc(k->arena, sizeof(*c));
	rc = csm_store_as_of(s, edit, err);
	if (!rc)
		rc = schedule_build(s, schedule, zone, k->arena, &c->cal, err);
	if (rc)
		return rc;
	c->schedule = schedule;
	c->edit = edit;
	c->zone = csm_strdup(k->arena, zone);
	c->next = *bucket;
	*bucket = c;
	*out = c->cal;
	return CSM_OK;
}

static int calendar(struct csm_store *s, const struct csm_rec *sla, int64_t moment, struct csm_cal **out,
		    struct csm_err *err)
{
	int64_t schedule = csm_rec_int(sla, SLA_SCHEDULE), edit;
	const char *zone = csm_rec_text(sla, SLA_TIME_ZONE);
	struct rules *k;
	bool today;
	int rc = find_rules(s, &k, err);

	if (rc)
		return rc;
	edit = kept_edit(sla, moment, k->spans, CSM_COUNT(k->spans), k->last_span, &today);
	if (today)
		return csm_schedule_calendar(s, schedule, zone, out, err);
	rc = find_cal(s, k, schedule, zone && *zone ? zone : csm_store_setting_text(s, "time.zone"), edit,
		      out, err);
	if (rc != CSM_E_NOTFOUND)
		return rc;
	/* a load gave the record a schedule that is younger than its rules */
	csm_err_clear(err);
	rc = csm_store_as_of(s, CSM_STORE_PRESENT, err);
	return rc ? rc : csm_schedule_calendar(s, schedule, zone, out, err);
}

/* Back to the moment that was being read, after something that ended with rc. */
static int back_to(struct csm_store *s, int64_t moment, int rc, struct csm_err *err)
{
	int back = csm_store_as_of(s, moment, rc ? NULL : err);

	return rc ? rc : back;
}

int sla_calendar(struct csm_store *s, const struct csm_rec *sla, struct csm_cal **out, struct csm_err *err)
{
	int64_t moment = csm_store_moment(s);
	int rc;

	*out = NULL;
	if (csm_rec_null(sla, SLA_SCHEDULE))
		return CSM_OK;
	rc = csm_store_as_of(s, CSM_STORE_PRESENT, err);
	return rc ? rc : back_to(s, moment, calendar(s, sla, moment, out, err), err);
}

/* ---- definitions ---- */

static int add_edit(void *arg, const struct csm_history *h, struct csm_err *err)
{
	struct csm_vec *v = arg;

	(void)err;
	if (!v->n || *CSM_AT(v, int64_t, v->n - 1) != h->change)
		*(int64_t *)csm_vec_add(v) = h->change;
	return CSM_OK;
}

static int find_past(struct csm_store *s, struct rules *k, int64_t id, struct def_past **out,
		     struct csm_err *err)
{
	struct def_past **bucket = &k->pasts[(uint64_t)id % BUCKETS], *p;
	struct csm_vec v = CSM_VEC(k->arena, int64_t);
	int rc;

	for (p = *bucket; p && p->id != id; p = p->next)
		;
	*out = p;
	if (p)
		return CSM_OK;
	rc = csm_store_history(s, 0, &csm_type_sla_definition, id, add_edit, &v, err);
	if (rc)
		return rc;
	p = csm_alloc(k->arena, sizeof(*p));
	*p = (struct def_past){ id, { v.p, v.n }, NULL, *bucket };
	*out = *bucket = p;
	return CSM_OK;
}

/*
 * A version of a definition. Its conditions are read in its moment, too: they name records as these were
 * called when it was written.
 */
static int find_version(struct csm_store *s, struct rules *k, struct def_past *p, int64_t edit,
			struct sla_def **out, struct csm_err *err)
{
	struct kept_def *d;
	struct csm_rec *rec;
	int rc;

	*out = NULL;
	for (d = p->kept; d; d = d->next)
		if (d->edit == edit) {
			*out = &d->def;
			return CSM_OK;
		}
	rc = csm_store_as_of(s, edit, err);
	if (!rc)
		rc = csm_store_get(s, &csm_type_sla_definition, p->id, k->arena, &rec, err);
	if (rc || !rec)
		return rc;
	d = csm_alloc(k->arena, sizeof(*d));
	d->edit = edit;
	rc = sla_def_read(s, k->arena, rec, &d->def, err);
	if (rc)
		return rc;
	d->next = p->kept;
	p->kept = d;
	*out = &d->def;
	return CSM_OK;
}

int sla_find_edits(struct csm_store *s, const struct csm_rec *sla, struct sla_edits *out, struct csm_err *err)
{
	struct def_past *p;
	struct rules *k;
	int rc = find_rules(s, &k, err);

	memset(out, 0, sizeof(*out));
	if (rc)
		return rc;
	out->cal = kept_edit(sla, CSM_STORE_PRESENT, k->spans, CSM_COUNT(k->spans), k->last_span, &out->cal_today);
	kept_edit(sla, CSM_STORE_PRESENT, &k->defs, 1, k->last_def, &out->def_today);
	if (out->def_today)
		return CSM_OK;
	rc = find_past(s, k, csm_rec_int(sla, SLA_SLA_DEFINITION), &p, err);
	if (rc)
		return rc;
	out->def = kept_edit(sla, CSM_STORE_PRESENT, &p->edits, 1, last_of(&p->edits), &out->def_today);
	out->def_today = out->def_today || !out->def; /* or a load gave it one that is younger than its rules */
	return CSM_OK;
}

static int definition(struct csm_store *s, const struct csm_rec *sla, int64_t moment, struct sla_def **out,
		      struct csm_err *err)
{
	int64_t id = csm_rec_int(sla, SLA_SLA_DEFINITION), edit;
	struct sla_def *def, *then = NULL;
	struct def_past *p;
	struct rules *k;
	bool today;
	int rc = sla_def_find(s, id, &def, err);

	*out = def;
	if (!rc)
		rc = find_rules(s, &k, err);
	if (rc)
		return rc;
	kept_edit(sla, moment, &k->defs, 1, k->last_def, &today);
	if (today)
		return CSM_OK;
	rc = find_past(s, k, id, &p, err);
	if (rc)
		return rc;
	edit = kept_edit(sla, moment, &p->edits, 1, last_of(&p->edits), &today);
	if (today)
		return CSM_OK;
	rc = find_version(s, k, p, edit, &then, err);
	if (!rc && then) {
		then->contractual = def && def->contractual;
		*out = then;
	}
	return rc;
}

int sla_def_of(struct csm_store *s, const struct csm_rec *sla, struct sla_def **out, struct csm_err *err)
{
	int64_t moment = csm_store_moment(s);
	int rc = csm_store_as_of(s, CSM_STORE_PRESENT, err);

	*out = NULL;
	return rc ? rc : back_to(s, moment, definition(s, sla, moment, out, err), err);
}

/* ---- for people ---- */

/* "Fix v3": what a record was called, and its version; added to b. One that was not there then: as it is. */
static int add_version(struct csm_store *s, const struct csm_rtype *t, int64_t id, int64_t then, int name,
		       int version, struct csm_buf *b, struct csm_err *err)
{
	struct csm_rec *r;
	int64_t moment = csm_store_moment(s);
	int rc = csm_store_as_of(s, then, err);

	if (!rc)
		rc = csm_store_get(s, t, id, b->arena, &r, err);
	rc = back_to(s, moment, rc, err);
	if (!rc && !r)
		rc = csm_store_get(s, t, id, b->arena, &r, err);
	if (!rc && r)
		csm_buf_addf(b, "%s%s v%lld", b->n ? ", " : "", csm_rec_text(r, name),
			     (long long)csm_rec_int(r, version));
	return rc;
}

int csm_sla_rules(struct csm_store *s, const struct csm_rec *sla, struct csm_arena *a, const char **out,
		  struct csm_err *err)
{
	int64_t then = csm_store_moment(s), kept = csm_rec_int(sla, SLA_RULES_CHANGE);
	bool keeps = !csm_rec_null(sla, SLA_RULES_CHANGE);
	struct csm_buf b = CSM_BUF(a);
	int rc;

	*out = NULL;
	if (keeps && (then == CSM_STORE_PRESENT || kept < then))
		then = kept;
	rc = add_version(s, &csm_type_sla_definition, csm_rec_int(sla, SLA_SLA_DEFINITION), then,
			 SLA_DEFINITION_NAME, SLA_DEFINITION_VERSION, &b, err);
	if (!rc && !csm_rec_null(sla, SLA_SCHEDULE))
		rc = add_version(s, &csm_type_schedule, csm_rec_int(sla, SLA_SCHEDULE), then, SCHEDULE_NAME,
				 SCHEDULE_VERSION, &b, err);
	if (rc)
		return rc;
	if (keeps)
		csm_buf_addf(&b, ", change %lld", (long long)kept);
	*out = b.s;
	return CSM_OK;
}
