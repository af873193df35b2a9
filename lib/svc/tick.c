/* SPDX-License-Identifier: MIT */
/*
 * tick.c - all that time causes. Each job finds its records by queries that the partial indexes at the end
 * of the schema are made for (the terms literally, sorted by their column), so a run with nothing to do
 * costs next to nothing, however much there is; what a job did leaves no reason to do it again, so running
 * every minute and running once after a week end in the same state.
 */
#include "svc_agreement.h"
#include "svc_work.h"
#include "tick_priv.h"

int tick_find(struct tick *k, const struct csm_rtype *t, const char *where, const char *sort, struct csm_vec *ids,
	      struct csm_err *err)
{
	struct csm_filter *f;
	int rc = csm_store_filter(k->store, t, where, k->arena, &f, err);

	*ids = (struct csm_vec)CSM_VEC(k->arena, int64_t);
	return rc ? rc : svc_ids(k->store, t, f, sort, ids, err);
}

void tick_refuse(struct tick *k, const char *why)
{
	if (!k->refused++)
		k->why = csm_strdup(k->arena, why);
}

/* What is wrong with one record must not keep csm from all others, minute by minute. */
int tick_count(struct tick *k, int code, bool did, struct csm_err *err)
{
	bool pass = (code == CSM_E_REFUSED || code == CSM_E_INVALID || code == CSM_E_CONFLICT ||
		     code == CSM_E_NOTFOUND) &&
		    !csm_store_failed(k->store);
	char text[1400];

	if (!pass) {
		k->done += did;
		return code;
	}
	tick_refuse(k, csm_err_text(err, text, sizeof(text)));
	csm_err_clear(err);
	return CSM_OK;
}

int tick_each(struct tick *k, const struct csm_rtype *t, const char *where, const char *sort, tick_fn *fn,
	      struct csm_err *err)
{
	struct csm_arena *row CSM_CLEANUP(csm_arena_freep) = csm_arena_like(k->arena);
	struct csm_mark start = csm_arena_mark(row);
	struct csm_vec ids;
	int rc = tick_find(k, t, where, sort, &ids, err);

	for (size_t i = 0; !rc && i < ids.n; i++) {
		struct csm_rec *r;
		bool did = false;

		rc = csm_store_get(k->store, t, *CSM_AT(&ids, int64_t, i), row, &r, err);
		if (!rc && r)
			rc = fn(k, r, &did, err);
		rc = tick_count(k, rc, did, err);
		csm_arena_rewind(row, start);
	}
	return rc;
}

/* ---- jobs ---- */

static int mark_breached(struct tick *k, struct csm_rec *sla, bool *done, struct csm_err *err)
{
	csm_rec_set_int(sla, SLA_HAS_BREACHED, 1);
	csm_rec_set_int(sla, SLA_BREACHED_AT, csm_rec_int(sla, SLA_PLANNED_END_AT));
	*done = true;
	return csm_store_write(k->store, sla, CSM_WRITE_NORMAL, -1, err);
}

static int job_breaches(struct tick *k, struct csm_err *err)
{
	return tick_each(k, &csm_type_sla,
			  "active = true and planned_end_at < now and has_breached = false",
			  "planned_end_at", mark_breached, err);
}

/* Domain 1.8: reminded at the first interval, closed at the second, unless the customer answered. */
static int auto_close(struct tick *k, struct csm_rec *cs, bool *done, struct csm_err *err)
{
	int64_t now = csm_store_now(k->store), since = now - csm_rec_int(cs, CASE_RESOLVED_AT);
	int rc;

	if (csm_rec_int(cs, CASE_LAST_CUSTOMER_COMMENT_AT) > csm_rec_int(cs, CASE_RESOLVED_AT))
		return CSM_OK;
	if (since >= csm_store_setting_int(k->store, "case.auto_close_days")) {
		*done = true;
		return csm_store_move(k->store, cs, "close", NULL, -1, err);
	}
	if (since < csm_store_setting_int(k->store, "case.auto_close_remind") ||
	    !csm_rec_null(cs, CASE_REMINDER_SENT_AT))
		return CSM_OK;
	csm_rec_set_int(cs, CASE_REMINDER_SENT_AT, now);
	*done = true;
	rc = csm_store_write(k->store, cs, CSM_WRITE_NORMAL, -1, err);
	if (rc)
		return rc;
	return csm_case_comment(k->store, cs,
				"The proposed solution waits for your acceptance; without an answer the "
				"case will be closed automatically.",
				err);
}

static int job_auto_close(struct tick *k, struct csm_err *err)
{
	int64_t remind = csm_store_setting_int(k->store, "case.auto_close_remind");
	int64_t close = csm_store_setting_int(k->store, "case.auto_close_days");
	char at[CSM_TIME_SIZE];

	if (!csm_store_setting_bool(k->store, "case.auto_close"))
		return CSM_OK;
	csm_time_format(csm_store_now(k->store) - (remind < close ? remind : close), at);
	return tick_each(
		k, &csm_type_case,
		csm_sprintf(k->arena, "state = resolved and resolved_at <= '%s' and auto_close = true", at),
		"resolved_at", auto_close, err);
}

static int move(struct tick *k, struct csm_rec *r, const char *verb, bool *done, struct csm_err *err)
{
	*done = true;
	return csm_store_move(k->store, r, verb, NULL, -1, err);
}

static int contract_date(struct tick *k, struct csm_rec *c, bool *done, struct csm_err *err)
{
	const char *today = svc_today(k->store), *end = csm_rec_text(c, CONTRACT_END_DATE);
	bool undecided = csm_rec_is(c, CONTRACT_APPROVAL, "requested") ||
			 csm_rec_is(c, CONTRACT_APPROVAL, "rejected");

	if (*end && strcmp(end, today) < 0)
		return csm_rec_is(c, CONTRACT_STATE, "active") || !undecided
			       ? move(k, c, "expire", done, err)
			       : CSM_OK;
	if (csm_rec_is(c, CONTRACT_STATE, "draft"))
		return undecided || strcmp(csm_rec_text(c, CONTRACT_START_DATE), today) > 0
			       ? CSM_OK
			       : move(k, c, "activate", done, err);
	if (!csm_rec_null(c, CONTRACT_SUSPEND_END) &&
	    strcmp(csm_rec_text(c, CONTRACT_SUSPEND_END), today) < 0)
		return move(k, c, "resume", done, err);
	return contract_pass_on(k->store, c, done, err); /* a suspension may begin today */
}

static int job_contracts(struct tick *k, struct csm_err *err)
{
	int rc = tick_each(k, &csm_type_contract, "state = draft and start_date <= today", "start_date",
			    contract_date, err);

	if (!rc)
		rc = tick_each(k, &csm_type_contract, "state = active and end_date < today", "end_date",
				contract_date, err);
	if (rc)
		return rc;
	return tick_each(k, &csm_type_contract, "suspend_reason is not null and state = active",
			  "end_date", contract_date, err);
}

/* Entitlements without a verb of their own: the state that dates and contract give. */
static int entitlement_date(struct tick *k, struct csm_rec *e, bool *done, struct csm_err *err)
{
	struct csm_rec *contract;
	const char *state;
	int rc = svc_ref(k->store, e, ENTITLEMENT_CONTRACT, &contract, err);

	if (rc)
		return rc;
	state = entitlement_state_at(k->store, e, contract, svc_today(k->store));
	if (csm_rec_is(e, ENTITLEMENT_STATE, state))
		return CSM_OK;
	if (csm_rec_is(e, ENTITLEMENT_STATE, "suspended") && strcmp(state, "active") == 0) {
		csm_rec_clear(e, ENTITLEMENT_SUSPEND_START);
		csm_rec_clear(e, ENTITLEMENT_SUSPEND_END);
		csm_rec_clear(e, ENTITLEMENT_SUSPEND_REASON);
	}
	csm_rec_set_text(e, ENTITLEMENT_STATE, state);
	*done = true;
	return csm_store_write(k->store, e, CSM_WRITE_NORMAL, -1, err);
}

static int job_entitlements(struct tick *k, struct csm_err *err)
{
	int rc = tick_each(k, &csm_type_entitlement, "state = draft and start_date <= today", "start_date",
			    entitlement_date, err);

	if (!rc)
		rc = tick_each(k, &csm_type_entitlement, "state = active and end_date < today", "end_date",
				entitlement_date, err);
	return rc ? rc
		  : tick_each(k, &csm_type_entitlement, "state = suspended", "end_date", entitlement_date,
			       err);
}

static int sold_date(struct tick *k, struct csm_rec *p, bool *done, struct csm_err *err)
{
	const char *today = svc_today(k->store), *end = csm_rec_text(p, SOLD_PRODUCT_END_DATE);

	if (*end && strcmp(end, today) < 0)
		return move(k, p, "expire", done, err);
	if (csm_rec_is(p, SOLD_PRODUCT_STATE, "in_preparation"))
		return move(k, p, "activate", done, err);
	return move(k, p, "resume", done, err);
}

static int job_sold_products(struct tick *k, struct csm_err *err)
{
	int rc = tick_each(k, &csm_type_sold_product, "state = in_preparation and start_date <= today",
			    "start_date", sold_date, err);

	if (!rc)
		rc = tick_each(k, &csm_type_sold_product, "state = active and end_date < today",
				"end_date", sold_date, err);
	if (rc)
		return rc;
	return tick_each(k, &csm_type_sold_product,
			  "state = suspended and (end_date < today or suspend_end < today)", "end_date",
			  sold_date, err);
}

static const struct {
	const char *job;
	int (*fn)(struct tick *k, struct csm_err *err);
	const char *did; /* after the number */
} jobs[] = {
	{ "contract-dates", job_contracts, "contracts moved by date" },
	{ "entitlement-dates", job_entitlements, "entitlements moved by date" },
	{ "sold-product-dates", job_sold_products, "sold products moved by date" },
	{ "case-auto-close", job_auto_close, "resolved cases reminded of or closed" },
	{ "sla-breaches", job_breaches, "SLAs marked as breached" },
	{ "escalation-paths", tick_escalations, "cases escalated" },
	{ "sla-milestones", tick_milestones, "SLA milestones told" },
};

static const char *tell(const struct tick *k, const char *did)
{
	const char *text = csm_sprintf(k->arena, "%lld %s", (long long)k->done, did);

	return k->refused
		       ? csm_sprintf(k->arena, "%s; %lld refused: %s", text, (long long)k->refused, k->why)
		       : text;
}

int csm_tick(struct csm_store *s, struct csm_arena *a,
	     int (*each)(void *arg, const struct csm_tick_line *l, struct csm_err *err), void *arg,
	     struct csm_err *err)
{
	bool all = true;
	int rc = CSM_OK;

	csm_store_as_system(s);
	for (unsigned i = 0; !rc && i < CSM_COUNT(jobs); i++) {
		struct tick k = { .store = s, .arena = a };
		struct csm_tick_line line = { .job = jobs[i].job };

		rc = jobs[i].fn(&k, err);
		if (rc) {
			csm_wrap(err, "%s", jobs[i].job);
			return rc;
		}
		line.done = k.done;
		line.refused = k.refused;
		line.detail = tell(&k, jobs[i].did);
		all = all && !k.refused;
		rc = each(arg, &line, err);
	}
	return rc ? rc : all ? CSM_OK : CSM_NO;
}
