/* SPDX-License-Identifier: MIT */
/*
 * contract.c - the life of a contract by dates and verbs (domain 5.1); its renewal is in contract_renew.c.
 * A suspension is held on what the contract grants: the header keeps its state, its entitlements follow.
 * What happens to a contract is passed on in one function, contract_pass_on().
 */
#include "svc_agreement.h"

bool contract_suspended(const struct csm_rec *c, const char *day)
{
	return !csm_rec_null(c, CONTRACT_SUSPEND_REASON) &&
	       svc_date_in(day, csm_rec_text(c, CONTRACT_SUSPEND_START),
			   csm_rec_text(c, CONTRACT_SUSPEND_END));
}

bool contract_in_force(struct csm_store *s, const struct csm_rec *c, const char *day)
{
	bool draft = csm_rec_is(c, CONTRACT_STATE, "draft"), future = strcmp(day, svc_today(s)) > 0;

	if (csm_rec_is(c, CONTRACT_STATE, "canceled") || (draft && !future))
		return false;
	if (draft &&
	    (csm_rec_is(c, CONTRACT_APPROVAL, "requested") || csm_rec_is(c, CONTRACT_APPROVAL, "rejected")))
		return false;
	return svc_date_in(day, csm_rec_text(c, CONTRACT_START_DATE), csm_rec_text(c, CONTRACT_END_DATE)) &&
	       !contract_suspended(c, day);
}

int contract_check(struct csm_write *w, struct csm_err *err)
{
	static const int customers[] = { CONTRACT_ACCOUNT, CONTRACT_CONSUMER, CONTRACT_HOUSEHOLD };
	const struct csm_rec *r = w->rec;
	int n = 0;

	for (unsigned i = 0; i < CSM_COUNT(customers); i++)
		n += !csm_rec_null(r, customers[i]);
	if (n != 1)
		return svc_refuse(w, CONTRACT_ACCOUNT, err,
				  n ? "a contract is of one customer: an account, a consumer or a household"
				    : "a contract needs an account, a consumer or a household");
	if (strcmp(csm_rec_text(r, CONTRACT_START_DATE), csm_rec_text(r, CONTRACT_END_DATE)) > 0)
		return svc_refuse(w, CONTRACT_END_DATE, err, "%s is before start_date %s",
				  csm_rec_text(r, CONTRACT_END_DATE), csm_rec_text(r, CONTRACT_START_DATE));
	return csm_rec_changed(r, CONTRACT_RENEWED_FROM) ? svc_no_cycle(w, CONTRACT_RENEWED_FROM, 1000, err)
							 : CSM_OK;
}

int contract_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *from, *r = w->rec;
	int rc = svc_ref(w->store, r, CONTRACT_RENEWED_FROM, &from, err);

	if (rc || !from || csm_rec_given(r, CONTRACT_RENEWAL_ROOT) ||
	    !csm_rec_changed(r, CONTRACT_RENEWED_FROM))
		return rc;
	csm_rec_set_int(r, CONTRACT_RENEWAL_ROOT,
			csm_rec_null(from, CONTRACT_RENEWAL_ROOT)
				? from->id
				: csm_rec_int(from, CONTRACT_RENEWAL_ROOT));
	return CSM_OK;
}

/* ---- guards ---- */

static int check_approved(struct csm_write *w, struct csm_err *err)
{
	if (csm_rec_is(w->rec, CONTRACT_APPROVAL, "requested") ||
	    csm_rec_is(w->rec, CONTRACT_APPROVAL, "rejected"))
		return svc_refuse(w, CONTRACT_APPROVAL, err, "approval is %s",
				  csm_rec_text(w->rec, CONTRACT_APPROVAL));
	return CSM_OK;
}

int contract_activate_guard(struct csm_write *w, struct csm_err *err)
{
	const char *today = svc_today(w->store);
	int rc = check_approved(w, err);

	if (rc)
		return rc;
	if (strcmp(csm_rec_text(w->rec, CONTRACT_START_DATE), today) > 0)
		return svc_refuse(w, CONTRACT_START_DATE, err, "starts on %s, not yet",
				  csm_rec_text(w->rec, CONTRACT_START_DATE));
	if (strcmp(csm_rec_text(w->rec, CONTRACT_END_DATE), today) < 0)
		return svc_refuse(w, CONTRACT_END_DATE, err, "ended on %s",
				  csm_rec_text(w->rec, CONTRACT_END_DATE));
	return CSM_OK;
}

int contract_submit_guard(struct csm_write *w, struct csm_err *err)
{
	if (csm_rec_is(w->rec, CONTRACT_APPROVAL, "requested") ||
	    csm_rec_is(w->rec, CONTRACT_APPROVAL, "approved"))
		return svc_refuse(w, CONTRACT_APPROVAL, err, "is %s already",
				  csm_rec_text(w->rec, CONTRACT_APPROVAL));
	return CSM_OK;
}

int contract_requested_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);

	if (!csm_rec_is(w->rec, CONTRACT_APPROVAL, "requested"))
		return svc_refuse(w, CONTRACT_APPROVAL, err, "is %s; it is submitted first",
				  csm_rec_text(w->rec, CONTRACT_APPROVAL));
	if (!csm_rec_null(w->rec, CONTRACT_APPROVER) && actor->kind != CSM_ACTOR_OWNER &&
	    csm_rec_int(w->rec, CONTRACT_APPROVER) != actor->user)
		return svc_refuse(
			w, CONTRACT_APPROVER, err, "only %s decides",
			svc_key(w->store, &csm_type_user, csm_rec_int(w->rec, CONTRACT_APPROVER)));
	return CSM_OK;
}

int contract_expire_guard(struct csm_write *w, struct csm_err *err)
{
	if (strcmp(csm_rec_text(w->rec, CONTRACT_END_DATE), svc_today(w->store)) >= 0)
		return svc_refuse(w, CONTRACT_END_DATE, err, "%s has not passed",
				  csm_rec_text(w->rec, CONTRACT_END_DATE));
	return CSM_OK;
}

int contract_suspend_guard(struct csm_write *w, struct csm_err *err)
{
	const char *today = svc_today(w->store);
	struct csm_rec *r = w->rec;

	if (r->old[CONTRACT_SUSPEND_REASON].tag != CSM_NULL)
		return svc_refuse(w, CONTRACT_SUSPEND_REASON, err, "the contract is suspended already");
	if (csm_rec_null(r, CONTRACT_SUSPEND_START))
		csm_rec_set_text(r, CONTRACT_SUSPEND_START, today);
	if (csm_rec_null(r, CONTRACT_SUSPEND_END))
		return CSM_OK;
	if (strcmp(csm_rec_text(r, CONTRACT_SUSPEND_END), csm_rec_text(r, CONTRACT_SUSPEND_START)) < 0)
		return svc_refuse(w, CONTRACT_SUSPEND_END, err, "is before suspend_start");
	if (strcmp(csm_rec_text(r, CONTRACT_SUSPEND_END), today) < 0)
		return svc_refuse(w, CONTRACT_SUSPEND_END, err, "has passed already");
	return CSM_OK;
}

int contract_resume_guard(struct csm_write *w, struct csm_err *err)
{
	if (csm_rec_null(w->rec, CONTRACT_SUSPEND_REASON))
		return svc_refuse(w, CONTRACT_SUSPEND_REASON, err, "the contract is not suspended");
	return CSM_OK;
}

int contract_cancel_guard(struct csm_write *w, struct csm_err *err)
{
	const char *today = svc_today(w->store);

	if (csm_rec_null(w->rec, CONTRACT_CANCEL_DATE))
		csm_rec_set_text(w->rec, CONTRACT_CANCEL_DATE, today);
	if (strcmp(csm_rec_text(w->rec, CONTRACT_CANCEL_DATE), today) > 0)
		return svc_refuse(w, CONTRACT_CANCEL_DATE, err,
				  "is in the future; set end_date, and the contract ends by itself");
	return CSM_OK;
}

/* Once, unless what followed it was given up. */
int contract_renew_guard(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(w->store, &csm_type_contract, CONTRACT_RENEWED_FROM, w->rec->id,
				    w->rec->arena, &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++)
		if (!csm_rec_is(rows[i], CONTRACT_STATE, "canceled"))
			return svc_refuse(w, CONTRACT_RENEWED_FROM, err, "is renewed already, by %s",
					  csm_rec_key(w->rec->arena, rows[i]));
	return rc;
}

/* ---- effects ---- */

static int pass_to(struct csm_store *s, const struct csm_rec *contract, struct csm_rec *ent,
		   const char *today, bool *done, struct csm_err *err)
{
	const char *state = csm_rec_text(ent, ENTITLEMENT_STATE), *now;

	if (strcmp(state, "canceled") == 0 || strcmp(state, "expired") == 0)
		return CSM_OK; /* final */
	now = entitlement_state_at(s, ent, contract, today);
	if (strcmp(state, now) == 0)
		return CSM_OK;
	if (strcmp(now, "canceled") == 0)
		csm_rec_set(ent, ENTITLEMENT_CANCEL_REASON, contract->v[CONTRACT_CANCEL_REASON]);
	csm_rec_set_text(ent, ENTITLEMENT_STATE, now);
	*done = true;
	return csm_store_write(s, ent, CSM_WRITE_NORMAL, -1, err);
}

int contract_pass_on(struct csm_store *s, const struct csm_rec *contract, bool *done, struct csm_err *err)
{
	const char *today = svc_today(s);
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_entitlement, ENTITLEMENT_CONTRACT, contract->id,
				    contract->arena, &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++)
		rc = pass_to(s, contract, rows[i], today, done, err);
	return rc;
}

/* Activated, suspended, resumed, expired, canceled: what it grants follows. */
int contract_pass_on_effect(struct csm_write *w, struct csm_err *err)
{
	bool done = false;

	return contract_pass_on(w->store, w->rec, &done, err);
}

/* Approved: in force at once when its start date is reached. */
int contract_approve_effect(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;

	if (!svc_date_in(svc_today(w->store), csm_rec_text(r, CONTRACT_START_DATE),
			 csm_rec_text(r, CONTRACT_END_DATE)))
		return CSM_OK;
	csm_rec_set_text(r, CONTRACT_STATE, "active");
	return contract_pass_on_effect(w, err);
}
