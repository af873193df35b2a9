/* SPDX-License-Identifier: MIT */
/*
 * progress.c - how far something long is, on standard error: a line that is written over on a terminal, lines of
 * their own with --progress elsewhere. Nothing in a pipe, unless it is asked for.
 */
#include <inttypes.h>
#include <string.h>

#include "cli_priv.h"

#define STEP_TTY 200		/* milliseconds between two lines */
#define STEP_PLAIN 2000

void cli_progress_begin(struct cli_progress *p, struct cli *c)
{
	bool asked = cli_given(c, "progress");

	*p = (struct cli_progress){ .c = c };
	p->on = asked || (c->world->tty_err && !c->quiet && !c->world->batch);
}

/* "1,234,567" */
static const char *grouped(char buf[32], int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, n), k = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[k++] = ',';
		buf[k++] = digits[i];
	}
	buf[k] = '\0';
	return buf;
}

/* "12 s", "3 min", "2 h": what is left is a guess. */
static const char *roughly(char buf[32], int64_t seconds)
{
	if (seconds < 120)
		snprintf(buf, 32, "%" PRId64 " s", seconds);
	else if (seconds < 7200)
		snprintf(buf, 32, "%" PRId64 " min", (seconds + 30) / 60);
	else
		snprintf(buf, 32, "%" PRId64 " h", (seconds + 1800) / 3600);
	return buf;
}

/* "csm: storing 12,000 of 100,000 records (12 %), 36,000/s, 3 s left" */
static void print_line(struct cli_progress *p, int64_t now, bool last)
{
	char line[160], n[32], rate[32];
	int64_t spent = now - p->began, per_s = spent > 0 ? p->done * 1000 / spent : 0;
	size_t k = (size_t)snprintf(line, sizeof(line), "csm: %s %s", p->what, grouped(n, p->done));

	if (p->total)
		k += (size_t)snprintf(line + k, sizeof(line) - k, " of %s records (%" PRId64 " %%)",
				      grouped(n, p->total), p->done * 100 / p->total);
	else
		k += (size_t)snprintf(line + k, sizeof(line) - k, " records");
	if (per_s)
		k += (size_t)snprintf(line + k, sizeof(line) - k, ", %s/s", grouped(rate, per_s));
	if (per_s && p->total > p->done && !last)
		k += (size_t)snprintf(line + k, sizeof(line) - k, ", %s left",
				      roughly(n, (p->total - p->done) / per_s));
	cli_fault_line(p->c, line, k);
	p->shown = now;
}

void cli_progress_tell(struct cli_progress *p, const char *what, int64_t done, int64_t total)
{
	int64_t now;

	if (!p->on)
		return;
	now = cli_ticks();
	if (!p->what || strcmp(p->what, what) != 0) {
		cli_progress_end(p, false);
		p->what = what;
		p->began = p->shown = now;
		p->printed = false;
	}
	p->done = done;
	p->total = total;
	if (now - p->shown < (p->c->world->tty_err ? STEP_TTY : STEP_PLAIN))
		return;
	print_line(p, now, false);
	p->printed = true;
}

void cli_progress_end(struct cli_progress *p, bool whole)
{
	if (!p->on || !p->what)
		return;
	if (whole && p->total)
		p->done = p->total;
	/* what took no time is told only to who asked */
	if ((p->printed || cli_given(p->c, "progress")) && (p->done || p->total))
		print_line(p, cli_ticks(), true);
	cli_fault_end_line(p->c);
	p->what = NULL;
}
