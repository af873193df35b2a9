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

struct breach_mail;
struct breach_mail *breach_mail_new(struct cli *c);
/* A row, its values by enum breach_column. Rows come by kind. */
void breach_mail_add(struct breach_mail *m, const char *const *values, const struct csm_breach *b);
/* Subject, head and rows; n by enum csm_breach_kind. Nothing when there are none. */
void breach_mail_print(struct breach_mail *m, const struct report_head *h, const int64_t *n, int64_t within);
/* Subject and head alone, with an empty line after them. */
void breach_mail_top(struct cli *c, const struct report_head *h, const struct csm_sla_group *all,
		     int64_t within);

#endif
