/* SPDX-License-Identifier: MIT */
/* breach.h - a row of sla breaches, and its mail. */
#ifndef CLI_BREACH_H
#define CLI_BREACH_H

#include "report.h"

enum breach_column {
	BREACH_STATUS, BREACH_CASE, BREACH_PRIORITY, BREACH_SLA, BREACH_DUE, BREACH_LEFT, BREACH_CUSTOMER,
	BREACH_ASSIGNED_TO, BREACH_SHORT_DESCRIPTION, BREACH_GROUP, BREACH_ACCOUNT, BREACH_NUMBER,
	BREACH_STAGE, BREACH__N
};

/* Subject and head, and an empty line. */
void breach_mail_top(struct cli *c, const struct report_head *h, const struct csm_sla_group *all,
		     int64_t within);
/* Before the first of each kind, how many there are of it; first: of all kinds. */
void breach_mail_title(struct cli *c, enum csm_breach_kind kind, bool first, int64_t n, int64_t within);
/* A row, its values by enum breach_column; in arena a only what goes away. */
void breach_mail_row(struct cli *c, struct csm_arena *a, const char *const *values,
		     const struct csm_breach *b);

#endif
