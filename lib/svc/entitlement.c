/* SPDX-License-Identifier: MIT */
/*
 * entitlement.c - the rules of an entitlement's fields and states (domain 5.2), and its consumption at the
 * end of a case (5.3).
 */
#include "svc_agreement.h"

#define UNIT INT64_C(10000) /* one unit, scaled by 10^CSM_DECIMAL_SCALE */

const char *entitlement_state_at(struct csm_store *s, const struct csm_rec *e,
				 const struct csm_rec *contract, const char *day)
{
	const char *start = csm_rec_text(e, ENTITLEMENT_START_DATE),
		   *end = csm_rec_text(e, ENTITLEMENT_END_DATE);

	(void)s;
	if (contract && csm_rec_is(contract, CONTRACT_STATE, "canceled"))
		return "canceled";
	if ((*end && strcmp(end, day) < 0) || (contract && csm_rec_is(contract, CONTRACT_STATE, "expired")))
		return "expired";
	if ((contract && contract_suspended(contract, day)) ||
	    (!csm_rec_null(e, ENTITLEMENT_SUSPEND_START) &&
	     svc_date_in(day, csm_rec_text(e, ENTITLEMENT_SUSPEND_START),
			 csm_rec_text(e, ENTITLEMENT_SUSPEND_END))))
		return "suspended";
	if ((*start && strcmp(start, day) > 0) ||
	    (contract && csm_rec_is(contract, CONTRACT_STATE, "draft")))
		return "draft";
	return "active";
}

static void take(struct csm_rec *r, int field, const struct csm_rec *from, int source)
{
	if (!csm_rec_given(r, field) && csm_rec_null(r, field) && from->v[source].tag != CSM_NULL)
		csm_rec_set(r, field, from->v[source]);
}

/* What remains is all at first; when more or less is granted later, so much more or less remains. */
static void follow_total(struct csm_write *w)
{
	struct csm_rec *r = w->rec;
	int64_t was = w->insert ? 0 : r->old[ENTITLEMENT_TOTAL_UNITS].i,
		now = csm_rec_int(r, ENTITLEMENT_TOTAL_UNITS);
	int64_t left = csm_rec_int(r, ENTITLEMENT_REMAINING_UNITS);

	if (csm_rec_given(r, ENTITLEMENT_REMAINING_UNITS) || !csm_rec_changed(r, ENTITLEMENT_TOTAL_UNITS))
		return;
	if (csm_rec_null(r, ENTITLEMENT_TOTAL_UNITS)) {
		csm_rec_clear(r, ENTITLEMENT_REMAINING_UNITS);
		return;
	}
	left += now - was;
	csm_rec_set_int(r, ENTITLEMENT_REMAINING_UNITS, left < 0 ? 0 : left > now ? now : left);
}

int entitlement_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *contract, *r = w->rec;
	int rc = svc_ref(w->store, r, ENTITLEMENT_CONTRACT, &contract, err);

	if (rc)
		return rc;
	if (contract && (w->insert || csm_rec_changed(r, ENTITLEMENT_CONTRACT))) {
		if (csm_rec_null(r, ENTITLEMENT_ACCOUNT) && csm_rec_null(r, ENTITLEMENT_CONSUMER) &&
		    csm_rec_null(r, ENTITLEMENT_HOUSEHOLD)) {
			take(r, ENTITLEMENT_ACCOUNT, contract, CONTRACT_ACCOUNT);
			take(r, ENTITLEMENT_CONSUMER, contract, CONTRACT_CONSUMER);
			take(r, ENTITLEMENT_HOUSEHOLD, contract, CONTRACT_HOUSEHOLD);
		}
	}
	follow_total(w);
	if (!w->insert)
		return CSM_OK;
	if (!csm_rec_given(r, ENTITLEMENT_STATE))
		csm_rec_set_text(r, ENTITLEMENT_STATE,
				 entitlement_state_at(w->store, r, contract, svc_today(w->store)));
	return CSM_OK;
}

int entitlement_check(struct csm_write *w, struct csm_err *err)
{
	static const int owners[] = {
		ENTITLEMENT_ACCOUNT,          ENTITLEMENT_CONSUMER, ENTITLEMENT_HOUSEHOLD,
		ENTITLEMENT_CONTRACT,         ENTITLEMENT_ASSET,    ENTITLEMENT_SOLD_PRODUCT,
		ENTITLEMENT_INSTALL_BASE_ITEM
	};
	const struct csm_rec *r = w->rec;
	bool any = false;

	for (unsigned i = 0; i < CSM_COUNT(owners); i++)
		any = any || !csm_rec_null(r, owners[i]);
	if (!any)
		return svc_refuse(w, ENTITLEMENT_ACCOUNT, err,
				  "needs one of account, consumer, household, contract, asset, "
				  "sold_product, install_base_item");
	if (!csm_rec_null(r, ENTITLEMENT_START_DATE) && !csm_rec_null(r, ENTITLEMENT_END_DATE) &&
	    strcmp(csm_rec_text(r, ENTITLEMENT_START_DATE), csm_rec_text(r, ENTITLEMENT_END_DATE)) > 0)
		return svc_refuse(w, ENTITLEMENT_END_DATE, err, "is before start_date");
	if (csm_rec_int(r, ENTITLEMENT_PER_UNIT)) {
		if (csm_rec_null(r, ENTITLEMENT_UNIT))
			return svc_refuse(w, ENTITLEMENT_UNIT, err,
					  "is needed with per_unit: cases or hours");
		if (csm_rec_null(r, ENTITLEMENT_TOTAL_UNITS))
			return svc_refuse(w, ENTITLEMENT_TOTAL_UNITS, err, "is needed with per_unit");
	}
	if (csm_rec_int(r, ENTITLEMENT_REMAINING_UNITS) < 0 ||
	    csm_rec_int(r, ENTITLEMENT_REMAINING_UNITS) > csm_rec_int(r, ENTITLEMENT_TOTAL_UNITS))
		return svc_refuse(w, ENTITLEMENT_REMAINING_UNITS, err, "must be between 0 and total_units");
	return CSM_OK;
}

int entitlement_activate_guard(struct csm_write *w, struct csm_err *err)
{
	const char *today = svc_today(w->store);
	const struct csm_rec *r = w->rec;
	struct csm_rec *contract;
	int rc = svc_ref(w->store, r, ENTITLEMENT_CONTRACT, &contract, err);

	if (rc)
		return rc;
	if (!csm_rec_null(r, ENTITLEMENT_START_DATE) &&
	    strcmp(csm_rec_text(r, ENTITLEMENT_START_DATE), today) > 0)
		return svc_refuse(w, ENTITLEMENT_START_DATE, err, "starts on %s, not yet",
				  csm_rec_text(r, ENTITLEMENT_START_DATE));
	if (!csm_rec_null(r, ENTITLEMENT_END_DATE) &&
	    strcmp(csm_rec_text(r, ENTITLEMENT_END_DATE), today) < 0)
		return svc_refuse(w, ENTITLEMENT_END_DATE, err, "ended on %s",
				  csm_rec_text(r, ENTITLEMENT_END_DATE));
	if (contract && !contract_in_force(w->store, contract, today))
		return svc_refuse(w, ENTITLEMENT_CONTRACT, err, "%s is %s", csm_rec_key(r->arena, contract),
				  contract_suspended(contract, today)
					  ? "suspended"
					  : csm_rec_text(contract, CONTRACT_STATE));
	return CSM_OK;
}

int entitlement_expire_guard(struct csm_write *w, struct csm_err *err)
{
	if (csm_rec_null(w->rec, ENTITLEMENT_END_DATE) ||
	    strcmp(csm_rec_text(w->rec, ENTITLEMENT_END_DATE), svc_today(w->store)) >= 0)
		return svc_refuse(w, ENTITLEMENT_END_DATE, err, "has not passed");
	return CSM_OK;
}

int entitlement_suspend_guard(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;

	if (csm_rec_null(r, ENTITLEMENT_SUSPEND_START))
		csm_rec_set_text(r, ENTITLEMENT_SUSPEND_START, svc_today(w->store));
	if (strcmp(csm_rec_text(r, ENTITLEMENT_SUSPEND_START), svc_today(w->store)) > 0)
		return svc_refuse(w, ENTITLEMENT_SUSPEND_START, err,
				  "is in the future; it is suspended at once");
	if (!csm_rec_null(r, ENTITLEMENT_SUSPEND_END) &&
	    strcmp(csm_rec_text(r, ENTITLEMENT_SUSPEND_END), svc_today(w->store)) < 0)
		return svc_refuse(w, ENTITLEMENT_SUSPEND_END, err, "has passed already");
	return CSM_OK;
}

/* ---- consumption ---- */

static int add_use(struct csm_store *s, const struct csm_rec *ent, const struct csm_rec *cs, int64_t units,
		   const char *note, struct csm_err *err)
{
	struct csm_rec *use;
	int rc = csm_store_new(s, &csm_type_entitlement_use, cs->arena, &use, err);

	if (rc)
		return rc;
	csm_rec_set_int(use, ENTITLEMENT_USE_ENTITLEMENT, ent->id);
	csm_rec_set_int(use, ENTITLEMENT_USE_PARENT_CASE, cs->id);
	csm_rec_set_int(use, ENTITLEMENT_USE_UNITS, units);
	csm_rec_set_int(use, ENTITLEMENT_USE_USED_AT, csm_store_now(s));
	csm_rec_set_text(use, ENTITLEMENT_USE_NOTE, note);
	return csm_store_write(s, use, CSM_WRITE_NORMAL, -1, err);
}

/* What a case takes: one case, or its hours (seconds / 3600, rounded half up in the fourth decimal). */
static int units_of(const struct csm_rec *ent, const struct csm_rec *cs, int64_t *out, struct csm_err *err)
{
	int64_t scaled;

	*out = UNIT;
	if (!csm_rec_is(ent, ENTITLEMENT_UNIT, "hours"))
		return CSM_OK;
	if (__builtin_mul_overflow(csm_rec_int(cs, CASE_TIME_WORKED), UNIT, &scaled) ||
	    scaled > INT64_MAX - 1800)
		return csm_fail(err, CSM_E_INVALID, "the time worked on %s is too long to be counted",
				csm_rec_key(cs->arena, cs));
	*out = (scaled + 1800) / 3600;
	return CSM_OK;
}

/* Once per case and entitlement, down to 0; the ledger keeps what was asked, and its note the overrun. */
int csm_ent_consume(struct csm_store *s, struct csm_rec *cs, struct csm_err *err)
{
	static const int fields[] = { ENTITLEMENT_USE_ENTITLEMENT, ENTITLEMENT_USE_PARENT_CASE };
	struct csm_value v[2] = { csm_int(csm_rec_int(cs, CASE_ENTITLEMENT)), csm_int(cs->id) };
	struct csm_rec *ent;
	const char *note = NULL;
	int64_t used, left, id;
	int rc = svc_ref(s, cs, CASE_ENTITLEMENT, &ent, err);

	if (rc || !ent || !csm_rec_int(ent, ENTITLEMENT_PER_UNIT))
		return rc;
	rc = svc_first(s, &csm_type_entitlement_use, fields, v, 2, &id, err);
	if (rc || id)
		return rc;
	rc = units_of(ent, cs, &used, err);
	if (rc || !used)
		return rc;
	left = csm_rec_int(ent, ENTITLEMENT_REMAINING_UNITS);
	if (used > left)
		note = csm_sprintf(cs->arena, "overrun: %s %s more than remained",
				   svc_decimal(cs->arena, used - left),
				   csm_rec_text(ent, ENTITLEMENT_UNIT));
	csm_rec_set_int(ent, ENTITLEMENT_REMAINING_UNITS, used > left ? 0 : left - used);
	rc = csm_store_write(s, ent, CSM_WRITE_NORMAL, -1, err);
	return rc ? rc : add_use(s, ent, cs, used, note, err);
}
