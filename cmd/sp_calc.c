/* SPDX-License-Identifier: MIT */
/* sp_calc.c - schedule calc: a filter that answers questions to schedules, one JSON object a line. */
#include <inttypes.h>
#include <unistd.h>

#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt options[] = {
	{ .name = "boundary",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "close,next-open",
	  .help = "For lines that do not say it: time used up exactly at closing is due then (close, as "
		  "unsaid), or at the next opening" },
	{ .name = "time-zone",
	  .arg = CLI_ARG_ZONE,
	  .help = "Zone of floating schedules of lines that do not say it; the setting time.zone when unsaid" },
	{ .name = NULL },
};

struct filter {
	struct cli_lines lines;
	struct csm_calc *calc;
	bool next_open;
	bool failed;			/* a line was answered with an error */
};

/* An earlier answer of a line is left out. */
static const char *const own[] = { "result", "error", NULL };

static int put_error(struct filter *f, struct csm_buf *b, const struct csm_err *why, struct csm_err *err)
{
	char text[sizeof(why->msg) * 2];
	struct csm_err here = *why;

	f->failed = true;
	here.file[0] = '\0';
	here.line = 0;
	csm_buf_add(b, "\"error\":");
	csm_json_quote(b, csm_err_text(&here, text, sizeof(text)));
	return cli_lines_put(&f->lines, b, err);
}

static void put_result(struct csm_buf *b, const struct csm_calc_answer *a)
{
	char text[CSM_TIME_SIZE];

	csm_buf_add(b, "\"result\":");
	if (a->op->result == CSM_CALC_MOMENT)
		csm_buf_addf(b, "\"%s\"", csm_time_format(a->value, text));
	else if (a->op->result == CSM_CALC_SECONDS)
		csm_buf_addf(b, "%" PRId64, a->value);
	else
		csm_buf_add(b, a->value ? "true" : "false");
}

/* What is wrong with the line, and not with the database or the machine. */
static bool is_answer(int code)
{
	return code == CSM_OK || code == CSM_E_INVALID || code == CSM_E_REFUSED || code == CSM_E_NOTFOUND ||
		code == CSM_E_CONFLICT;
}

static int answer_line(void *arg, const struct csm_node *line, const char *raw, const struct csm_err *broken,
		       struct csm_err *err)
{
	struct filter *f = arg;
	struct csm_buf b = CSM_BUF(f->lines.line);
	struct csm_calc_answer a;
	struct csm_err why = { 0 };
	int code;

	if (broken) {
		csm_buf_addf(&b, "{\"line\":%" PRId64 ",", broken->line);
		return put_error(f, &b, broken, err);
	}
	code = csm_calc_line(f->calc, line, f->next_open, &a, &why);
	if (!is_answer(code)) {
		*err = why;
		return code;
	}
	cli_lines_members(&b, line, raw, own);
	if (code)
		return put_error(f, &b, &why, err);
	put_result(&b, &a);
	return cli_lines_put(&f->lines, &b, err);
}

static int cmd_schedule_calc(struct cli *c, struct csm_err *err)
{
	struct filter f = { .lines = { .c = c, .in = STDIN_FILENO, .answer = answer_line } };
	const char *boundary = cli_text(c, "boundary");
	int code = cli_calc_open(c, &f.calc, err);

	if (code)
		return code;
	f.lines.arg = &f;
	f.next_open = boundary && cli_same_word(boundary, "next-open");
	code = cli_lines_run(&f.lines, err);
	csm_calc_close(f.calc);
	if (code)
		return code;
	return f.failed ? CSM_NO : CSM_OK;
}

const struct cli_verb sp_calc_verbs[] = {
	{ .noun = "schedule",
	  .verb = "calc",
	  .fn = cmd_schedule_calc,
	  .needs = CLI_READ | CLI_SELFOPEN,
	  .options = options,
	  .args = "[FILE...]",
	  .max = -1,
	  .arg_type = "file",
	  .summary = "Answer questions to schedules, one JSON object a line",
	  .help = "Each line of the FILEs, or of standard input, is an object with op and schedule: the name "
		  "of a stored schedule, or its document.\n\n"
		  "due takes start and duration, sub takes end (or start) and duration, elapsed takes from and "
		  "to, open and next take at.\n\n"
		  "It is printed with the answer behind, as result: a moment in UTC, whole seconds, or true or "
		  "false; or as error. All other keys stay as they are.\n\n"
		  "boundary (close, next-open; of due) and time_zone (of a floating schedule) go before the "
		  "options of these names.\n\n"
		  "Exit status 0: all were answered, 1: some with an error.\n\n"
		  "The database is opened when a line names a schedule, or has a floating one and no zone for "
		  "it; until then none is needed.\n" },
	{ .verb = NULL },
};
