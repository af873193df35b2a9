/* SPDX-License-Identifier: MIT */
/*
 * ent_check.c - which entitlement a case has, and why (domain 5.3): candidates by owner, then channel, then
 * every target field must match; the highest sum of weights wins; ties by the highest single weight, the
 * earliest end, the lowest id.
 */
#include "svc_agreement.h"

struct decision {
	struct csm_store *store;
	struct csm_arena *arena;
	const struct csm_ent_query *q;
	const char *day;
	struct csm_vec accounts; /* int64_t: the account, and those above it that count */
	struct csm_vec found; /* struct csm_ent_candidate */
	struct csm_vec ends; /* const char *: end dates, for the tie-break */
	struct csm_vec recs; /* struct csm_rec * */
};

/*
 * The target fields: what the query has, the row's field, the setting with its weight, the word in
 * explanations.
 */
static const struct {
	int field;
	size_t query;
	const char *weight, *name;
	const struct csm_rtype *type;
} targets[] = {
	{ ENTITLEMENT_CONTACT, offsetof(struct csm_ent_query, contact), "entitlement.weight_account",
	  "contact", &csm_type_contact },
	{ ENTITLEMENT_PRODUCT, offsetof(struct csm_ent_query, product), "entitlement.weight_product",
	  "product", &csm_type_product },
	{ ENTITLEMENT_ASSET, offsetof(struct csm_ent_query, asset), "entitlement.weight_asset", "asset",
	  &csm_type_asset },
	{ ENTITLEMENT_SOLD_PRODUCT, offsetof(struct csm_ent_query, sold_product),
	  "entitlement.weight_sold_product", "sold product", &csm_type_sold_product },
	{ ENTITLEMENT_INSTALL_BASE_ITEM, offsetof(struct csm_ent_query, install_base_item),
	  "entitlement.weight_install_base_item", "install base item", &csm_type_install_base_item },
};

struct score {
	struct csm_buf why;
	int64_t sum, highest;
	bool fits;
};

static int64_t asked(const struct csm_ent_query *q, size_t offset)
{
	int64_t id;

	memcpy(&id, (const char *)q + offset, sizeof(id));
	return id;
}

static void add_weight(struct decision *d, struct score *sc, const char *name, const char *setting)
{
	int64_t weight = csm_store_setting_int(d->store, setting);

	csm_buf_addf(&sc->why, "%s%s %s", sc->why.n ? " + " : "", name, svc_decimal(d->arena, weight));
	sc->sum += weight;
	if (weight > sc->highest)
		sc->highest = weight;
}

static void fail_because(struct score *sc, const char *text)
{
	if (!sc->fits)
		return;
	sc->fits = false;
	csm_buf_reset(&sc->why);
	csm_buf_add(&sc->why, text);
}

static int check_state(struct decision *d, const struct csm_rec *e, const struct csm_rec *contract,
		       struct score *sc)
{
	const char *state = csm_rec_text(e, ENTITLEMENT_STATE);
	bool future = strcmp(d->day, svc_today(d->store)) > 0;

	if (strcmp(state, "canceled") == 0 || strcmp(state, "suspended") == 0 ||
	    (strcmp(state, "draft") == 0 && !future))
		fail_because(sc, csm_sprintf(d->arena, "it is %s", state));
	if (!svc_date_in(d->day, csm_rec_text(e, ENTITLEMENT_START_DATE),
			 csm_rec_text(e, ENTITLEMENT_END_DATE)))
		fail_because(sc, csm_sprintf(d->arena, "%s is not within %s and %s", d->day,
					     csm_rec_null(e, ENTITLEMENT_START_DATE)
						     ? "(no start)"
						     : csm_rec_text(e, ENTITLEMENT_START_DATE),
					     csm_rec_null(e, ENTITLEMENT_END_DATE)
						     ? "(no end)"
						     : csm_rec_text(e, ENTITLEMENT_END_DATE)));
	if (contract && !contract_in_force(d->store, contract, d->day))
		fail_because(sc, csm_sprintf(d->arena, "contract %s is not in force on %s",
					     csm_rec_key(d->arena, contract), d->day));
	return CSM_OK;
}

static void check_channel(struct decision *d, const struct csm_rec *e, struct score *sc)
{
	const char *list = csm_rec_text(e, ENTITLEMENT_CHANNELS);

	if (!*list || !d->q->channel || csm_list_has(list, d->q->channel))
		return;
	fail_because(sc, csm_sprintf(d->arena, "channel %s is not in %.*s", d->q->channel,
				     (int)strlen(list) - 2, list + 1));
}

static bool has_account(const struct decision *d, int64_t id)
{
	for (size_t i = 0; i < d->accounts.n; i++)
		if (*CSM_AT(&d->accounts, int64_t, i) == id)
			return true;
	return false;
}

/* Owner: the account (option: or one above it), the consumer, the household, or nobody in particular. */
static void check_owner(struct decision *d, const struct csm_rec *e, struct score *sc)
{
	const struct csm_ent_query *q = d->q;
	int64_t account = csm_rec_int(e, ENTITLEMENT_ACCOUNT);

	if (account && !has_account(d, account)) {
		fail_because(sc, "it is of another account");
		return;
	}
	if (account)
		add_weight(d, sc, account == q->account ? "account" : "account above",
			   "entitlement.weight_account");
	if (!csm_rec_null(e, ENTITLEMENT_CONSUMER)) {
		add_weight(d, sc, "consumer", "entitlement.weight_consumer");
		if (csm_rec_int(e, ENTITLEMENT_CONSUMER) != q->consumer)
			fail_because(sc, "it is of another consumer");
	} else if (!csm_rec_null(e, ENTITLEMENT_HOUSEHOLD)) {
		add_weight(d, sc, "household", "entitlement.weight_consumer");
		if (csm_rec_int(e, ENTITLEMENT_HOUSEHOLD) != q->household)
			fail_because(sc, "it is of another household");
	}
}

static void check_targets(struct decision *d, const struct csm_rec *e, struct score *sc)
{
	for (unsigned i = 0; i < CSM_COUNT(targets); i++) {
		int64_t want = csm_rec_int(e, targets[i].field), have = asked(d->q, targets[i].query);

		if (csm_rec_null(e, targets[i].field))
			continue;
		if (want == have)
			add_weight(d, sc, targets[i].name, targets[i].weight);
		else
			fail_because(sc, csm_sprintf(d->arena, "it is for %s %s", targets[i].name,
						     svc_key(d->store, targets[i].type, want)));
	}
}

/* The contract: the case's, or, when the case has none, one that covers what the case is about. */
static int check_contract(struct decision *d, const struct csm_rec *contract, struct score *sc,
			  struct csm_err *err)
{
	bool covers = true;
	int rc = CSM_OK;

	if (!contract)
		return CSM_OK;
	if (d->q->contract && d->q->contract != contract->id) {
		fail_because(
			sc, csm_sprintf(d->arena, "it is of contract %s", csm_rec_key(d->arena, contract)));
		return CSM_OK;
	}
	if (!d->q->contract)
		rc = csm_contract_covers(d->store, contract->id, d->q, &covers, err);
	if (!rc && !covers)
		fail_because(sc, csm_sprintf(d->arena, "contract %s does not cover this",
					     csm_rec_key(d->arena, contract)));
	else if (!rc)
		add_weight(d, sc, "contract", "entitlement.weight_contract");
	return rc;
}

static int judge(struct decision *d, struct csm_rec *e, struct csm_err *err)
{
	struct score sc = { CSM_BUF(d->arena), 0, 0, true };
	struct csm_ent_candidate *c;
	struct csm_rec *contract;
	bool exhausted = csm_rec_int(e, ENTITLEMENT_PER_UNIT) &&
			 csm_rec_int(e, ENTITLEMENT_REMAINING_UNITS) <= 0;
	int rc = svc_ref(d->store, e, ENTITLEMENT_CONTRACT, &contract, err);

	for (size_t i = 0; i < d->found.n; i++)
		if (CSM_AT(&d->found, struct csm_ent_candidate, i)->entitlement == e->id)
			return CSM_OK; /* found through account and consumer both */
	if (!rc)
		rc = check_state(d, e, contract, &sc);
	if (rc)
		return rc;
	check_channel(d, e, &sc);
	if (sc.fits)
		check_owner(d, e, &sc);
	if (sc.fits)
		check_targets(d, e, &sc);
	if (sc.fits)
		rc = check_contract(d, contract, &sc, err);
	if (sc.fits && exhausted && csm_store_setting_bool(d->store, "entitlement.skip_exhausted"))
		fail_because(&sc, "no units remain");
	if (rc)
		return rc;
	c = csm_vec_add(&d->found);
	*c = (struct csm_ent_candidate){ e->id, sc.fits, sc.fits ? sc.sum : 0, sc.fits ? sc.highest : 0,
					 NULL };
	c->why = sc.fits ? csm_sprintf(d->arena, "%s = %s%s", sc.why.n ? sc.why.s : "nothing in particular",
				       svc_decimal(d->arena, sc.sum), exhausted ? ", no units remain" : "")
			 : csm_strdup(d->arena, sc.why.s);
	*(const char **)csm_vec_add(&d->ends) = csm_rec_null(e, ENTITLEMENT_END_DATE)
							? "9999-99-99"
							: csm_rec_text(e, ENTITLEMENT_END_DATE);
	*(struct csm_rec **)csm_vec_add(&d->recs) = e;
	return CSM_OK;
}

static int judge_children(struct decision *d, int field, int64_t id, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n;
	int rc = id ? csm_store_children(d->store, &csm_type_entitlement, field, id, d->arena, &rows, &n,
					 err)
		    : CSM_OK;

	for (unsigned i = 0; id && !rc && i < n; i++)
		rc = judge(d, rows[i], err);
	return rc;
}

/* The account of the question, and where the setting says so its ancestors. */
static int list_accounts(struct decision *d, struct csm_err *err)
{
	int64_t id = d->q->account;
	bool above = csm_store_setting_bool(d->store, "entitlement.account_ancestors");
	int rc = CSM_OK;

	for (int depth = 0; !rc && id && depth < 100; depth++) {
		struct csm_rec *account;

		*(int64_t *)csm_vec_add(&d->accounts) = id;
		if (!above)
			break;
		rc = csm_store_get(d->store, &csm_type_account, id, d->arena, &account, err);
		id = !rc && account ? csm_rec_int(account, ACCOUNT_ACCOUNT_PARENT) : 0;
	}
	return rc;
}

/* Entitlements that stand on a contract alone: those of the contracts that an owner has. */
static int judge_contracts(struct decision *d, int field, int64_t owner, struct csm_err *err)
{
	struct csm_rec **rows;
	unsigned n = 0;
	int rc = owner ? csm_store_children(d->store, &csm_type_contract, field, owner, d->arena, &rows, &n,
					    err)
		       : CSM_OK;

	for (unsigned i = 0; !rc && i < n; i++)
		rc = judge_children(d, ENTITLEMENT_CONTRACT, rows[i]->id, err);
	return rc;
}

/*
 * By the owner, and (those of nobody in particular) by what they are for: each a look-up by an index,
 * however many entitlements there are.
 */
static int find_candidates(struct decision *d, struct csm_err *err)
{
	const struct csm_ent_query *q = d->q;
	const struct {
		int field;
		int64_t id;
	} ways[] = {
		{ ENTITLEMENT_CONSUMER, q->consumer },
		{ ENTITLEMENT_HOUSEHOLD, q->household },
		{ ENTITLEMENT_CONTRACT, q->contract },
		{ ENTITLEMENT_ASSET, q->asset },
		{ ENTITLEMENT_SOLD_PRODUCT, q->sold_product },
		{ ENTITLEMENT_INSTALL_BASE_ITEM, q->install_base_item },
	};
	int rc = list_accounts(d, err);

	for (size_t i = 0; !rc && i < d->accounts.n; i++) {
		int64_t account = *CSM_AT(&d->accounts, int64_t, i);

		rc = judge_children(d, ENTITLEMENT_ACCOUNT, account, err);
		if (!rc)
			rc = judge_contracts(d, CONTRACT_ACCOUNT, account, err);
	}
	for (unsigned i = 0; !rc && i < CSM_COUNT(ways); i++)
		rc = judge_children(d, ways[i].field, ways[i].id, err);
	if (!rc)
		rc = judge_contracts(d, CONTRACT_CONSUMER, q->consumer, err);
	return rc ? rc : judge_contracts(d, CONTRACT_HOUSEHOLD, q->household, err);
}

/* Better first. */
static int compare(const struct csm_ent_candidate *x, const char *xend, const struct csm_ent_candidate *y,
		   const char *yend)
{
	if (x->fits != y->fits)
		return x->fits ? -1 : 1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->highest != y->highest)
		return x->highest > y->highest ? -1 : 1;
	if (x->fits && strcmp(xend, yend) != 0)
		return strcmp(xend, yend);
	return x->entitlement < y->entitlement ? -1 : 1;
}

/* Few candidates: insertion sort keeps the three lists together. */
static void sort_found(struct decision *d)
{
	struct csm_ent_candidate *c = d->found.p;
	const char **end = d->ends.p;
	struct csm_rec **rec = d->recs.p;

	for (size_t i = 1; i < d->found.n; i++)
		for (size_t k = i; k > 0 && compare(&c[k], end[k], &c[k - 1], end[k - 1]) < 0; k--) {
			struct csm_ent_candidate tc = c[k];
			const char *te = end[k];
			struct csm_rec *tr = rec[k];

			c[k] = c[k - 1], c[k - 1] = tc;
			end[k] = end[k - 1], end[k - 1] = te;
			rec[k] = rec[k - 1], rec[k - 1] = tr;
		}
}

int csm_ent_check(struct csm_store *s, const struct csm_ent_query *q, struct csm_arena *a,
		  struct csm_ent_answer *out, struct csm_err *err)
{
	int64_t at = q->at ? q->at : csm_store_now(s);
	char day[CSM_TIME_SIZE];
	struct decision d = { s,
			      a,
			      q,
			      NULL,
			      CSM_VEC(a, int64_t),
			      CSM_VEC(a, struct csm_ent_candidate),
			      CSM_VEC(a, const char *),
			      CSM_VEC(a, struct csm_rec *) };
	int rc;

	d.day = csm_strdup(a, csm_date_format(at / CSM_DAY - (at % CSM_DAY < 0), day));
	memset(out, 0, sizeof(*out));
	out->remaining = -1;
	rc = find_candidates(&d, err);
	if (rc)
		return rc;
	sort_found(&d);
	out->candidates = d.found.p;
	out->n = (unsigned)d.found.n;
	if (out->n && out->candidates[0].fits) {
		const struct csm_rec *e = *CSM_AT(&d.recs, struct csm_rec *, 0);

		out->entitlement = e->id;
		out->contract = csm_rec_int(e, ENTITLEMENT_CONTRACT);
		if (csm_rec_int(e, ENTITLEMENT_PER_UNIT))
			out->remaining = csm_rec_int(e, ENTITLEMENT_REMAINING_UNITS);
		out->exhausted = out->remaining == 0;
	}
	return CSM_OK;
}
