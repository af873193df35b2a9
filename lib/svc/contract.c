/* SPDX-License-Identifier: MIT */
/*
 * contract.c - the life of a contract by dates and verbs (domain 5.1). A suspension is held on what the contract grants: the header keeps its state, its
 * entitlements follow. What happens to a contract is passed on in one function, contract_pass_on().
 */
#include "svc_agreement.h"

bool contract_suspended(const struct csm_rec *c, const char *day)
{
	return !csm_rec_null(c, CONTRACT_SUSPEND_REASON) &&
	       svc_date_in(day, csm_rec_text(c, CONTRACT_SUSPEND_START), csm_rec_text(c, CONTRACT_SUSPEND_END));
}

bool contract_in_force(struct csm_store *s, const struct csm_rec *c, const char *day)
{
	bool draft = csm_rec_is(c, CONTRACT_STATE, "draft"), future = strcmp(day, svc_today(s)) > 0;

	if (csm_rec_is(c, CONTRACT_STATE, "canceled") || (draft && !future))
		return false;
	if (draft && (csm_rec_is(c, CONTRACT_APPROVAL, "requested") || csm_rec_is(c, CONTRACT_APPROVAL, "rejected")))
		return false;
	return svc_date_in(day, csm_rec_text(c, CONTRACT_START_DATE), csm_rec_text(c, CONTRACT_END_DATE)) && !contract_suspended(c, day);
}

int contract_check(struct csm_write *w, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	bool account = !csm_rec_null(r, CONTRACT_ACCOUNT), consumer = !csm_rec_null(r, CONTRACT_CONSUMER);
	bool household = !csm_rec_null(r, CONTRACT_HOUSEHOLD);

	if (!account && !consumer && !household)
		return svc_refuse(w, CONTRACT_ACCOUNT, err, "a contract needs an account, a consumer or a household");
	if (account && household)
		return svc_refuse(w, CONTRACT_HOUSEHOLD, err, "a contract is of an account or of a household");
	if (!csm_rec_null(r, CONTRACT_END_DATE) &&
	    strcmp(csm_rec_text(r, CONTRACT_START_DATE), csm_rec_text(r, CONTRACT_END_DATE)) > 0)
		return svc_refuse(w, CONTRACT_END_DATE, err, "%s is before start_date %s", csm_rec_text(r, CONTRACT_END_DATE),
				  csm_rec_text(r, CONTRACT_START_DATE));
	return svc_no_cycle(w, CONTRACT_RENEWED_FROM, 1000, err);
}

int contract_derive(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *from, *r = w->rec;
	int rc = svc_ref(w->store, r, CONTRACT_RENEWED_FROM, &from, err);

	if (rc || !from || csm_rec_given(r, CONTRACT_RENEWAL_ROOT))
		return rc;
	csm_rec_set_int(r, CONTRACT_RENEWAL_ROOT,
			csm_rec_null(from, CONTRACT_RENEWAL_ROOT) ? from->id : csm_rec_int(from, CONTRACT_RENEWAL_ROOT));
	return CSM_OK;
}

/* ---- guards ---- */

static int check_approved(struct csm_write *w, struct csm_err *err)
{
	if (csm_rec_is(w->rec, CONTRACT_APPROVAL, "requested") || csm_rec_is(w->rec, CONTRACT_APPROVAL, "rejected"))
		return svc_refuse(w, CONTRACT_APPROVAL, err, "approval is %s", csm_rec_text(w->rec, CONTRACT_APPROVAL));
	return CSM_OK;
}

int contract_activate_guard(struct csm_write *w, struct csm_err *err)
{
	const char *today = svc_today(w->store);
	int rc = check_approved(w, err);

	if (rc)
		return rc;
	if (strcmp(csm_rec_text(w->rec, CONTRACT_START_DATE), today) > 0)
		return svc_refuse(w, CONTRACT_START_DATE, err, "starts on %s, not yet", csm_rec_text(w->rec, CONTRACT_START_DATE));
	if (!csm_rec_null(w->rec, CONTRACT_END_DATE) && strcmp(csm_rec_text(w->rec, CONTRACT_END_DATE), today) < 0)
		return svc_refuse(w, CONTRACT_END_DATE, err, "ended on %s", csm_rec_text(w->rec, CONTRACT_END_DATE));
	return CSM_OK;
}

int contract_submit_guard(struct csm_write *w, struct csm_err *err)
{
	if (csm_rec_is(w->rec, CONTRACT_APPROVAL, "requested") || csm_rec_is(w->rec, CONTRACT_APPROVAL, "approved"))
		return svc_refuse(w, CONTRACT_APPROVAL, err, "is %s already", csm_rec_text(w->rec, CONTRACT_APPROVAL));
	return CSM_OK;
}

int contract_requested_guard(struct csm_write *w, struct csm_err *err)
{
	const struct csm_actor *actor = csm_store_actor(w->store);

	if (!csm_rec_is(w->rec, CONTRACT_APPROVAL, "requested"))
		return svc_refuse(w, CONTRACT_APPROVAL, err, "is %s; it is submitted first", csm_rec_text(w->rec, CONTRACT_APPROVAL));
	if (!csm_rec_null(w->rec, CONTRACT_APPROVER) && actor->kind != CSM_ACTOR_OWNER &&
	    csm_rec_int(w->rec, CONTRACT_APPROVER) != actor->user)
		return svc_refuse(w, CONTRACT_APPROVER, err, "only %s decides",
				  svc_key(w->store, &csm_type_user, csm_rec_int(w->rec, CONTRACT_APPROVER)));
	return CSM_OK;
}

int contract_expire_guard(struct csm_write *w, struct csm_err *err)
{
	if (csm_rec_null(w->rec, CONTRACT_END_DATE) || strcmp(csm_rec_text(w->rec, CONTRACT_END_DATE), svc_today(w->store)) >= 0)
		return svc_refuse(w, CONTRACT_END_DATE, err, "has not passed");
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
	if (!csm_rec_null(r, CONTRACT_SUSPEND_END) &&
	    strcmp(csm_rec_text(r, CONTRACT_SUSPEND_END), csm_rec_text(r, CONTRACT_SUSPEND_START)) < 0)
		return svc_refuse(w, CONTRACT_SUSPEND_END, err, "is before suspend_start");
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
		return svc_refuse(w, CONTRACT_CANCEL_DATE, err, "is in the future; set end_date, and the contract ends by itself");
	return CSM_OK;
}

int contract_renew_guard(struct csm_write *w, struct csm_err *err)
{
	int field = CONTRACT_RENEWED_FROM;
	struct csm_value v = csm_int(w->rec->id);
	int64_t id;
	int rc;

	if (csm_rec_null(w->rec, CONTRACT_END_DATE))
		return svc_refuse(w, CONTRACT_END_DATE, err, "a contract without an end is not renewed");
	rc = svc_first(w->store, &csm_type_contract, &field, &v, 1, &id, err);
	if (rc || !id)
		return rc;
	return svc_refuse(w, CONTRACT_RENEWED_FROM, err, "is renewed already, by %s", svc_key(w->store, &csm_type_contract, id));
}

/* ---- effects ---- */

static int pass_to(struct csm_store *s, const struct csm_rec *contract, struct csm_rec *ent, const char *today, struct csm_err *err)
{
	const char *state = csm_rec_text(ent, ENTITLEMENT_STATE), *now;
	bool canceled = csm_rec_is(contract, CONTRACT_STATE, "canceled");

	if (strcmp(state, "canceled") == 0 || (strcmp(state, "expired") == 0 && !canceled))
		return CSM_OK;
	now = entitlement_state_at(s, ent, contract, today);
	if (strcmp(state, now) == 0)
		return CSM_OK;
	if (canceled)
		csm_rec_set(ent, ENTITLEMENT_CANCEL_REASON, contract->v[CONTRACT_CANCEL_REASON]);
	csm_rec_set_text(ent, ENTITLEMENT_STATE, now);
	return csm_store_write(s, ent, CSM_WRITE_NORMAL, -1, err);
}

int contract_pass_on(struct csm_store *s, const struct csm_rec *contract, struct csm_err *err)
{
	const char *today = svc_today(s);
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, &csm_type_entitlement, ENTITLEMENT_CONTRACT, contract->id, contract->arena, &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++)
		rc = pass_to(s, contract, rows[i], today, err);
	return rc;
}

int contract_activate_effect(struct csm_write *w, struct csm_err *err)
{
	return contract_pass_on(w->store, w->rec, err);
}

/* Approved: in force at once when its start date is reached. */
int contract_approve_effect(struct csm_write *w, struct csm_err *err)
{
	struct csm_rec *r = w->rec;
	const char *today = svc_today(w->store);

	csm_rec_set_text(r, CONTRACT_APPROVAL, "approved");
	if (!svc_date_in(today, csm_rec_text(r, CONTRACT_START_DATE), csm_rec_text(r, CONTRACT_END_DATE)))
		return CSM_OK;
	csm_rec_set_text(r, CONTRACT_STATE, "active");
	return contract_pass_on(w->store, r, err);
}

int contract_expire_effect(struct csm_write *w, struct csm_err *err)
{
	return contract_pass_on(w->store, w->rec, err);
}

int contract_suspend_effect(struct csm_write *w, struct csm_err *err)
{
	return contract_pass_on(w->store, w->rec, err);
}

int contract_resume_effect(struct csm_write *w, struct csm_err *err)
{
	return contract_pass_on(w->store, w->rec, err);
}

int contract_cancel_effect(struct csm_write *w, struct csm_err *err)
{
	return contract_pass_on(w->store, w->rec, err);
}

/* Rows of a kind that the new contract has as the old one had them. */
static int copy_rows(struct csm_store *s, const struct csm_rtype *t, int owner, int64_t from, int64_t to, struct csm_arena *a,
		     struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = csm_store_children(s, t, owner, from, a, &rows, &n, err);

	for (unsigned i = 0; !rc && i < n; i++) {
		struct csm_rec *copy;

		if (t == &csm_type_contract_coverage && !csm_rec_null(rows[i], CONTRACT_COVERAGE_REMOVED_ON))
			continue;
		rc = csm_store_new(s, t, a, &copy, err);
		for (unsigned f = 0; !rc && f < t->nfields - CSM_STD_FIELDS; f++)
			csm_rec_set(copy, (int)f, rows[i]->v[f]);
		if (!rc) {
			csm_rec_set_int(copy, owner, to);
			rc = csm_store_write(s, copy, CSM_WRITE_NORMAL, -1, err);
		}
	}
	return rc;
}

/* The day after the end, for as many days as before. */
static int set_term(struct csm_write *w, struct csm_rec *next, struct csm_err *err)
{
	const struct csm_rec *r = w->rec;
	int64_t start, end;
	int rc = csm_date_parse(csm_rec_text(r, CONTRACT_START_DATE), &start, err);
	char buf[CSM_TIME_SIZE];

	if (!rc)
		rc = csm_date_parse(csm_rec_text(r, CONTRACT_END_DATE), &end, err);
	if (rc)
		return rc;
	csm_rec_set_text(next, CONTRACT_START_DATE, csm_date_format(end + 1, buf));
	csm_rec_set_text(next, CONTRACT_END_DATE, csm_date_format(end + 1 + (end - start), buf));
	return CSM_OK;
}

int contract_renew_effect(struct csm_write *w, struct csm_err *err)
{
	static const int same[] = { CONTRACT_NAME, CONTRACT_DESCRIPTION, CONTRACT_ACCOUNT, CONTRACT_CONSUMER, CONTRACT_HOUSEHOLD,
				    CONTRACT_ADMINISTRATOR, CONTRACT_APPROVER, CONTRACT_CUSTOMER_CONTRACT_NUMBER, CONTRACT_COST,
				    CONTRACT_PAYMENT_SCHEDULE, CONTRACT_TERMS, CONTRACT_RENEWABLE,
				    CONTRACT_PROCESS_NON_CONTRACTUAL_SLAS };
	const struct csm_rec *r = w->rec;
	struct csm_arena *a = r->arena;
	struct csm_rec *next;
	int rc = csm_store_new(w->store, &csm_type_contract, a, &next, err);

	for (unsigned i = 0; !rc && i < CSM_COUNT(same); i++)
		csm_rec_set(next, same[i], r->v[same[i]]);
	if (!rc)
		rc = set_term(w, next, err);
	if (rc)
		return rc;
	csm_rec_set_int(next, CONTRACT_RENEWED_FROM, r->id);
	rc = csm_store_write(w->store, next, CSM_WRITE_NORMAL, -1, err);
	if (!rc)
		rc = copy_rows(w->store, &csm_type_contract_coverage, CONTRACT_COVERAGE_CONTRACT, r->id, next->id, a, err);
	if (!rc)
		rc = copy_rows(w->store, &csm_type_contract_contact, CONTRACT_CONTACT_CONTRACT, r->id, next->id, a, err);
	if (!rc)
		rc = copy_rows(w->store, &csm_type_contract_sla, CONTRACT_SLA_CONTRACT, r->id, next->id, a, err);
	return rc;
}
