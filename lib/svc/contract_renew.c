/* SPDX-License-Identifier: MIT */
/*
 * contract_renew.c - a new draft contract that follows an old one: the same terms for as long a time, with
 * what it covers, whom it concerns, its SLAs, and its entitlements with all their units.
 */
#include "svc_agreement.h"

#define NO_MONTHS (-1)

struct renewal {
	struct csm_store *store;
	struct csm_arena *arena;
	const struct csm_rec *from, *to;
	int64_t days; /* from start to start */
	const char *start, *end; /* of the new one */
};

static void split_date(const char *date, int *year, int *month, int *day)
{
	*year = (int)strtol(date, NULL, 10);
	*month = (int)strtol(date + 5, NULL, 10);
	*day = (int)strtol(date + 8, NULL, 10);
}

/* Whole months from one date to another; NO_MONTHS when it is no whole number of them. */
static int months_between(const char *from, const char *to)
{
	int y1, m1, d1, y2, m2, d2;

	split_date(from, &y1, &m1, &d1);
	split_date(to, &y2, &m2, &d2);
	return d1 == d2 ? (y2 - y1) * 12 + m2 - m1 : NO_MONTHS;
}

/* The same day so many months on; NULL when that month has no such day, or the year no four digits. */
static const char *add_months(struct csm_arena *a, const char *date, int months)
{
	struct csm_err ignored = { 0 };
	const char *text;
	int64_t unused;
	int y, m, d;

	split_date(date, &y, &m, &d);
	m += months - 1;
	text = csm_sprintf(a, "%04d-%02d-%02d", y + m / 12, m % 12 + 1, d);
	return csm_date_parse(text, &unused, &ignored) ? NULL : text;
}

/* From the day after the end, as long as before: by months where the term is whole months, else by days. */
static int set_term(struct renewal *n, struct csm_err *err)
{
	const char *start = csm_rec_text(n->from, CONTRACT_START_DATE),
		   *end = csm_rec_text(n->from, CONTRACT_END_DATE);
	const char *after;
	int64_t first, last;
	int months, rc = csm_date_parse(start, &first, err);

	if (!rc)
		rc = csm_date_parse(end, &last, err);
	if (rc)
		return rc;
	n->days = last + 1 - first;
	n->start = svc_date_add(n->arena, end, 1);
	months = months_between(start, n->start);
	after = months == NO_MONTHS ? NULL : add_months(n->arena, n->start, months);
	n->end = after ? svc_date_add(n->arena, after, -1) : svc_date_add(n->arena, end, n->days);
	return CSM_OK;
}

static int copy_row(struct renewal *n, const struct csm_rec *row, int owner, struct csm_rec **out,
		    struct csm_err *err)
{
	const struct csm_rtype *t = row->type;
	int rc = csm_store_new(n->store, t, n->arena, out, err);

	for (unsigned f = 0; !rc && f < t->nfields - CSM_STD_FIELDS; f++)
		if (!(t->fields[f].flags & (CSM_F_KEY | CSM_F_COMPUTED)))
			csm_rec_set(*out, (int)f, row->v[f]);
	if (!rc)
		csm_rec_set_int(*out, owner, n->to->id);
	return rc;
}

/* Rows of a kind that the new contract has as the old one had them; what was taken out of it stays out. */
static int copy_rows(struct renewal *n, const struct csm_rtype *t, int owner, struct csm_err *err)
{
	struct csm_rec **rows, *copy;
	unsigned count;
	int rc = csm_store_children(n->store, t, owner, n->from->id, n->arena, &rows, &count, err);

	for (unsigned i = 0; !rc && i < count; i++) {
		if (t == &csm_type_contract_coverage &&
		    !csm_rec_null(rows[i], CONTRACT_COVERAGE_REMOVED_ON))
			continue;
		rc = copy_row(n, rows[i], owner, &copy, err);
		if (!rc)
			rc = csm_store_write(n->store, copy, CSM_WRITE_NORMAL, -1, err);
	}
	return rc;
}

/*
 * An entitlement of the new contract: as far into it as the old one was, to its end if it had one, with all
 * units.
 */
static int renew_entitlement(struct renewal *n, const struct csm_rec *row, struct csm_err *err)
{
	static const int cleared[] = { ENTITLEMENT_STATE,          ENTITLEMENT_REMAINING_UNITS,
				       ENTITLEMENT_SUSPEND_START,  ENTITLEMENT_SUSPEND_END,
				       ENTITLEMENT_SUSPEND_REASON, ENTITLEMENT_CANCEL_REASON };
	struct csm_rec *copy;
	const char *start;
	int rc = copy_row(n, row, ENTITLEMENT_CONTRACT, &copy, err);

	if (rc)
		return rc;
	for (unsigned i = 0; i < CSM_COUNT(cleared); i++)
		csm_rec_clear(copy, cleared[i]);
	start = svc_date_add(n->arena, csm_rec_text(row, ENTITLEMENT_START_DATE), n->days);
	if (strcmp(start, n->start) < 0 || strcmp(start, n->end) > 0)
		start = n->start;
	csm_rec_set_text(copy, ENTITLEMENT_START_DATE, start);
	if (!csm_rec_null(row, ENTITLEMENT_END_DATE))
		csm_rec_set_text(copy, ENTITLEMENT_END_DATE, n->end);
	return csm_store_write(n->store, copy, CSM_WRITE_NORMAL, -1, err);
}

static int renew_entitlements(struct renewal *n, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned count;
	int rc = csm_store_children(n->store, &csm_type_entitlement, ENTITLEMENT_CONTRACT, n->from->id,
				    n->arena, &rows, &count, err);

	for (unsigned i = 0; !rc && i < count; i++)
		if (!csm_rec_is(rows[i], ENTITLEMENT_STATE, "canceled"))
			rc = renew_entitlement(n, rows[i], err);
	return rc;
}

int contract_renew_effect(struct csm_write *w, struct csm_err *err)
{
	static const int same[] = { CONTRACT_NAME,
				    CONTRACT_DESCRIPTION,
				    CONTRACT_ACCOUNT,
				    CONTRACT_CONSUMER,
				    CONTRACT_HOUSEHOLD,
				    CONTRACT_ADMINISTRATOR,
				    CONTRACT_APPROVER,
				    CONTRACT_CUSTOMER_CONTRACT_NUMBER,
				    CONTRACT_COST,
				    CONTRACT_PAYMENT_SCHEDULE,
				    CONTRACT_TERMS,
				    CONTRACT_RENEWABLE,
				    CONTRACT_PROCESS_NON_CONTRACTUAL_SLAS };
	struct renewal n = { .store = w->store, .arena = w->rec->arena, .from = w->rec };
	struct csm_rec *next;
	int rc = csm_store_new(w->store, &csm_type_contract, n.arena, &next, err);

	for (unsigned i = 0; !rc && i < CSM_COUNT(same); i++)
		csm_rec_set(next, same[i], w->rec->v[same[i]]);
	if (!rc)
		rc = set_term(&n, err);
	if (rc)
		return rc;
	n.to = next;
	csm_rec_set_text(next, CONTRACT_START_DATE, n.start);
	csm_rec_set_text(next, CONTRACT_END_DATE, n.end);
	csm_rec_set_int(next, CONTRACT_RENEWED_FROM, w->rec->id);
	rc = csm_store_write(w->store, next, CSM_WRITE_NORMAL, -1, err);
	if (!rc)
		rc = copy_rows(&n, &csm_type_contract_coverage, CONTRACT_COVERAGE_CONTRACT, err);
	if (!rc)
		rc = copy_rows(&n, &csm_type_contract_contact, CONTRACT_CONTACT_CONTRACT, err);
	if (!rc)
		rc = copy_rows(&n, &csm_type_contract_sla, CONTRACT_SLA_CONTRACT, err);
	return rc ? rc : renew_entitlements(&n, err);
}
