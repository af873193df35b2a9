/* SPDX-License-Identifier: MIT */
/*
 * breach_mail.c - sla breaches as the text of a mail, for whoever is woken by it: what is wrong in the first
 * line, then each case with its customer, its agent, how late it is and what it is about.
 */
#include <inttypes.h>
#include <string.h>

#include <csm/cal.h>

#include "breach.h"

struct breach_mail {
	struct cli *c;
	struct csm_arena *arena; /* of the text, which grows while rows come and go */
	struct csm_buf text[3];	 /* by enum csm_breach_kind */
};

struct breach_mail *breach_mail_new(struct cli *c)
{
	struct breach_mail *m = csm_alloc(c->arena, sizeof(*m));

	m->c = c;
	for (size_t i = 0; i < CSM_COUNT(m->text); i++)
		m->text[i] = (struct csm_buf)CSM_BUF(c->arena);
	return m;
}

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

void breach_mail_add(struct breach_mail *m, const char *const *values, const struct csm_breach *b)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = cli_arena(m->c->arena);
	struct csm_buf *out = &m->text[b->kind];
	const char *agent = values[BREACH_ASSIGNED_TO], *group = values[BREACH_GROUP];

	csm_buf_addc(out, '\n');
	report_wrap(out, a, 0, csm_sprintf(a, "%s, priority %s, %s", values[BREACH_CASE],
					   values[BREACH_PRIORITY],
					   values[BREACH_CUSTOMER] ? values[BREACH_CUSTOMER] : "no customer"));
	report_wrap(out, a, 2, csm_sprintf(a, "%s: %s", values[BREACH_SLA],
					   say_due(m->c, a, values[BREACH_STAGE], b)));
	report_wrap(out, a, 2, csm_sprintf(a, "assigned to %s%s%s%s", agent ? agent : "nobody",
					   group ? " (" : "", group ? group : "", group ? ")" : ""));
	report_wrap(out, a, 2, values[BREACH_SHORT_DESCRIPTION] ? values[BREACH_SHORT_DESCRIPTION] : "");
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

void breach_mail_print(struct breach_mail *m, const struct report_head *h, const int64_t *n, int64_t within)
{
	const char *const titles[] = { "BREACHED", "COMPLETED LATE",
				       csm_sprintf(m->c->arena, "DUE WITHIN %s", cli_duration(m->c, within)) };

	const struct csm_sla_group all = { .breached = n[CSM_BREACH_RUNS],
					   .late = n[CSM_BREACH_LATE],
					   .soon = n[CSM_BREACH_SOON] };
	bool first = true;

	if (!all.breached && !all.late && !all.soon)
		return;
	breach_mail_top(m->c, h, &all, within);
	for (size_t i = 0; i < CSM_COUNT(titles); i++) {
		if (!n[i])
			continue;
		cli_print(m->c, "%s%s (%" PRId64 ")\n%s", first ? "" : "\n", titles[i], n[i], m->text[i].s);
		first = false;
	}
}
