/* SPDX-License-Identifier: MIT */
/* svc_agreement.h - hooks of contracts, what they cover, and entitlements. */
#ifndef CSM_SVC_AGREEMENT_H
#define CSM_SVC_AGREEMENT_H

#include "svc_priv.h"

int contract_check(struct csm_write *w, struct csm_err *err);
int contract_derive(struct csm_write *w, struct csm_err *err);
int contract_activate_guard(struct csm_write *w, struct csm_err *err);
int contract_submit_guard(struct csm_write *w, struct csm_err *err);
int contract_requested_guard(struct csm_write *w, struct csm_err *err);
int contract_pass_on_effect(struct csm_write *w, struct csm_err *err);
int contract_approve_effect(struct csm_write *w, struct csm_err *err);
int contract_expire_guard(struct csm_write *w, struct csm_err *err);
int contract_suspend_guard(struct csm_write *w, struct csm_err *err);
int contract_resume_guard(struct csm_write *w, struct csm_err *err);
int contract_cancel_guard(struct csm_write *w, struct csm_err *err);
int contract_renew_guard(struct csm_write *w, struct csm_err *err);
int contract_renew_effect(struct csm_write *w, struct csm_err *err);
int contract_contact_check(struct csm_write *w, struct csm_err *err);
int contract_coverage_check(struct csm_write *w, struct csm_err *err);
int entitlement_derive(struct csm_write *w, struct csm_err *err);
int entitlement_check(struct csm_write *w, struct csm_err *err);
int entitlement_activate_guard(struct csm_write *w, struct csm_err *err);
int entitlement_expire_guard(struct csm_write *w, struct csm_err *err);
int entitlement_suspend_guard(struct csm_write *w, struct csm_err *err);

/*
 * Whether a contract is in force at a day: active (or expired since) by its dates, and not suspended then.
 */
bool contract_in_force(struct csm_store *s, const struct csm_rec *contract, const char *day);
/* Whether a contract is suspended at a day. */
bool contract_suspended(const struct csm_rec *contract, const char *day);
/*
 * Bring the entitlements of a contract into the state that their dates and the contract ask for; *done is
 * set when one changed.
 */
int contract_pass_on(struct csm_store *s, const struct csm_rec *contract, bool *done, struct csm_err *err);
/* The state that an entitlement's dates and contract give it at a day. */
const char *entitlement_state_at(struct csm_store *s, const struct csm_rec *ent,
				 const struct csm_rec *contract, const char *day);

#define SVC_AGREEMENT_HOOKS \
	{ "contract.check", contract_check }, \
	{ "contract.derive", contract_derive }, \
	{ "contract.activate.guard", contract_activate_guard }, \
	{ "contract.activate.effect", contract_pass_on_effect }, \
	{ "contract.submit.guard", contract_submit_guard }, \
	{ "contract.approve.guard", contract_requested_guard }, \
	{ "contract.approve.effect", contract_approve_effect }, \
	{ "contract.reject.guard", contract_requested_guard }, \
	{ "contract.expire.guard", contract_expire_guard }, \
	{ "contract.expire.effect", contract_pass_on_effect }, \
	{ "contract.suspend.guard", contract_suspend_guard }, \
	{ "contract.suspend.effect", contract_pass_on_effect }, \
	{ "contract.resume.guard", contract_resume_guard }, \
	{ "contract.resume.effect", contract_pass_on_effect }, \
	{ "contract.cancel.guard", contract_cancel_guard }, \
	{ "contract.cancel.effect", contract_pass_on_effect }, \
	{ "contract.renew.guard", contract_renew_guard }, \
	{ "contract.renew.effect", contract_renew_effect }, \
	{ "contract_contact.check", contract_contact_check }, \
	{ "contract_coverage.check", contract_coverage_check }, \
	{ "entitlement.derive", entitlement_derive }, \
	{ "entitlement.check", entitlement_check }, \
	{ "entitlement.activate.guard", entitlement_activate_guard }, \
	{ "entitlement.expire.guard", entitlement_expire_guard }, \
	{ "entitlement.suspend.guard", entitlement_suspend_guard }

#endif
