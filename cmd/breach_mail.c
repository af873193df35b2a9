/* SPDX-License-Identifier: MIT */
/*
 * breach_mail.c - sla breaches as the text of a mail, for whoever is woken by it: what is wrong in the first
 * line, then each case with its customer, its agent, how late it is and what it is about.
 */
#include <inttypes.h>
#include <string.h>

#include <csm/cal.h>

#include "breach.h"

/* "Fri 2024-03-01 11:30" on the clock of the report's zone, which its head names. */
static const char *short_time(struct cli *c, int64_t t, char *buf, size_t size)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	int64_t wall = t + (c->zone ? csm_zone_offset(c->zone, t) : 0);
	char text[CSM_TIME_SIZE];

	csm_time_format(wall, text);
	text[10] = ' ';
	snprintf(buf, size, "%s %.16s", days[csm_weekday(wall / CSM_DAY - (wall % CSM_DAY < 0))], text);
	return buf;
}

/* "due Fri 2024-03-01 11:30, 1h30m ago" */
static const char *say_due(struct cli *c, struct csm_arena *a, const char *stage, const struct csm_breach *b)
{
	char due[CSM_TIME_SIZE + 8], left[CSM_TIME_SIZE];

	short_time(c, b->due, due, sizeof(due));
	csm_duration_format(b->left < 0 ? -b->left : b->left, left);
	if (b->kind == CSM_BREACH_SOON)
		return csm_sprintf(a, "due %s, in %s", due, left);
	if (b->kind == CSM_BREACH_RUNS && strcmp(stage, "paused") != 0)
		return csm_sprintf(a, "due %s, %s ago", due, left);
	return csm_sprintf(a, "due %s, %s %s late", due, b->kind == CSM_BREACH_LATE ? "completed" : "paused",
			   left);
}

void breach_mail_row(struct cli *c, struct csm_arena *a, const char *const *values,
		     const struct csm_breach *b)
{
	const char *agent = values[BREACH_ASSIGNED_TO], *group = values[BREACH_GROUP];
	struct csm_buf out = CSM_BUF(a);

	csm_buf_addc(&out, '\n');
	report_wrap(&out, a, 0, csm_sprintf(a, "%s, priority %s, %s", values[BREACH_CASE],
					    values[BREACH_PRIORITY],
					    values[BREACH_CUSTOMER] ? values[BREACH_CUSTOMER] : "no customer"));
	report_wrap(&out, a, 2, csm_sprintf(a, "%s: %s", values[BREACH_SLA],
					    say_due(c, a, values[BREACH_STAGE], b)));
	report_wrap(&out, a, 2, csm_sprintf(a, "assigned to %s%s%s%s", agent ? agent : "nobody",
					    group ? " (" : "", group ? group : "", group ? ")" : ""));
	report_wrap(&out, a, 2, values[BREACH_SHORT_DESCRIPTION] ? values[BREACH_SHORT_DESCRIPTION] : "");
	cli_write(c, out.s, out.n);
}

void breach_mail_title(struct cli *c, enum csm_breach_kind kind, bool first, int64_t n, int64_t within)
{
	static const char *const titles[] = { "BREACHED", "COMPLETED LATE", "DUE WITHIN " };

	cli_print(c, "%s%s%s (%" PRId64 ")\n", first ? "" : "\n", titles[kind],
		  kind == CSM_BREACH_SOON ? cli_duration(c, within) : "", n);
}

/* The subject: only what there is. The head follows after an empty line. */
void breach_mail_top(struct cli *c, const struct report_head *h, const struct csm_sla_group *all,
		     int64_t within)
{
	const int64_t n[] = { all->breached, all->late, all->soon };
	const char *const what[] = { "breached", "completed late",
				     csm_sprintf(c->arena, "due within %s", cli_duration(c, within)) };
	struct csm_buf b = CSM_BUF(c->arena);

	for (size_t i = 0; i < CSM_COUNT(what); i++)
		if (n[i])
			csm_buf_addf(&b, "%s%" PRId64 " %s", b.n ? ", " : "SLAs: ", n[i], what[i]);
	cli_print(c, "%s\n\n%s\n\n", b.s, report_head_text(c, h));
}
