/* SPDX-License-Identifier: MIT */
/* page_sla.c - the SLAs of a case or case task on its page: due, left and used up as of now. */
#include <csm/model.h>

#include "page.h"

int page_slas(struct cli *c, const struct csm_rec *r, struct csm_err *err)
{
	static const int columns[] = { SLA_NUMBER,
				       SLA_SLA_DEFINITION,
				       SLA_STAGE,
				       SLA_PLANNED_END_AT,
				       SLA_BUSINESS_TIME_LEFT,
				       SLA_BUSINESS_PERCENTAGE,
				       SLA_HAS_BREACHED,
				       -1 };
	int owner = r->type == &csm_type_case_task ? SLA_CASE_TASK : SLA_PARENT_CASE;
	struct csm_rec **slas;
	unsigned n;

	if (r->type != &csm_type_case && r->type != &csm_type_case_task)
		return CSM_OK;
	if (csm_store_children(c->store, &csm_type_sla, owner, r->id, c->arena, &slas, &n, err) != CSM_OK)
		return (int)err->code;
	for (unsigned i = 0; i < n; i++)
		if (csm_store_compute(c->store, slas[i], err) != CSM_OK)
			return (int)err->code;
	return page_table(c, &csm_type_sla, columns, slas, n, err);
}
