/* SPDX-License-Identifier: MIT */
/* sp_schedule.c - questions to a schedule: due, sub, elapsed, open, next; lint. */
#include <inttypes.h>
#include <string.h>

#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

/* ---- due, sub, elapsed, open, next ---- */

#define ZONE_OPTION \
	{ .name = "time-zone", .arg = CLI_ARG_ZONE, \
	  .help = "Zone of a floating schedule; the setting time.zone when unsaid" }

static const struct cli_opt due_options[] = {
	{ .name = "boundary",
	  .arg = CLI_ARG_CHOICE,
	  .choices = "close,next-open",
	  .help = "Time used up exactly at closing is due then (close, as unsaid), or at the next opening" },
	ZONE_OPTION,
	{ .name = NULL },
};
static const struct cli_opt ask_options[] = {
	ZONE_OPTION,
	{ .name = NULL },
};

static const struct csm_calc_op *op_named(const char *name)
{
	const struct csm_calc_op *op = csm_calc_ops();

	while (op->name && strcmp(op->name, name) != 0)
		op++;
	return op;
}

static const char *moment_or_duration(struct cli *c, const struct csm_calc_answer *a, int64_t value)
{
	switch (a->op->result) {
	case CSM_CALC_SECONDS:
		return c->raw ? csm_sprintf(c->arena, "%" PRId64, value) : cli_duration(c, value);
	case CSM_CALC_BOOL:
		return value ? "true" : "false";
	default:
		return cli_time(c, value);
	}
}

/* When what opens at the answer of `next` closes again; NULL where that never is. */
static const char *closing(struct cli *c, const struct csm_calc_answer *a)
{
	int64_t t;

	return csm_cal_next_close(a->schedule.cal, a->value, &t, NULL) == CSM_OK ? cli_time(c, t) : NULL;
}

/* The question and its answer, as a line of `calc` has them. */
static int print_document(struct cli *c, const struct csm_calc_answer *a, struct csm_err *err)
{
	static const enum csm_write_type types[] = {
		[CSM_CALC_MOMENT] = CSM_W_TEXT, [CSM_CALC_SECONDS] = CSM_W_NUMBER, [CSM_CALC_BOOL] = CSM_W_BOOL
	};
	struct csm_writer *w;

	if (csm_writer_open(&w, c->arena, c->format, cli_sink(c), err) != CSM_OK)
		return (int)err->code;
	csm_writer_map(w);
	csm_writer_put(w, "op", CSM_W_TEXT, a->op->name);
	csm_writer_put(w, "schedule", CSM_W_TEXT, csm_cal_name(a->schedule.cal));
	csm_writer_put(w, "time_zone", CSM_W_TEXT, csm_zone_name(a->schedule.zone));
	for (unsigned i = 0; i < 2 && a->op->operands[i]; i++) {
		bool seconds = i && a->op->duration;

		csm_writer_put(w, a->op->operands[i], seconds ? CSM_W_NUMBER : CSM_W_TEXT,
			       seconds ? csm_sprintf(c->arena, "%" PRId64, a->operand[i])
				       : cli_time(c, a->operand[i]));
	}
	c->raw = true;
	csm_writer_put(w, "result", types[a->op->result], moment_or_duration(c, a, a->value));
	if (strcmp(a->op->name, "next") == 0)
		csm_writer_put(w, "closes", closing(c, a) ? CSM_W_TEXT : CSM_W_NULL, closing(c, a));
	csm_writer_map_end(w);
	return csm_writer_close(w, err);
}

static int print_answer(struct cli *c, const struct csm_calc_answer *a, struct csm_err *err)
{
	switch (c->format) {
	case CSM_FMT_JSON:
	case CSM_FMT_NDJSON:
	case CSM_FMT_YAML:
		return print_document(c, a, err);
	default:
		cli_print(c, "%s\n", moment_or_duration(c, a, a->value));
		return CSM_OK;
	}
}

static int ask(struct cli *c, struct csm_calc *k, struct csm_err *err)
{
	const struct csm_calc_op *op = op_named(c->verb->verb);
	const char *boundary = cli_text(c, "boundary");
	const char *const operands[2] = { c->args[1], c->nargs > 2 ? c->args[2] : NULL };
	struct csm_calc_schedule schedule;
	struct csm_calc_answer a;
	int code = csm_calc_named(k, c->args[0], NULL, &schedule, err);

	if (code)
		return code;
	code = csm_calc_ask(k, op, &schedule, operands, boundary && cli_same_word(boundary, "next-open"), &a,
			    err);
	if (code == CSM_E_INVALID)	/* a word of the command line is wrong */
		err->code = CSM_E_USAGE;
	if (code || print_answer(c, &a, err) != CSM_OK)
		return (int)err->code;
	return op->result == CSM_CALC_BOOL && !a.value ? CSM_NO : CSM_OK;
}

/* The store of the command; of one that may do without (CLI_SELFOPEN), if there is a database. */
static int give_store(void *arg, struct csm_store **out, struct csm_err *err)
{
	struct cli *c = arg;
	int code = c->store || !c->db_path ? CSM_OK : cli_open(c, err);

	if (code == CSM_E_NOINPUT) {
		csm_err_clear(err);
		code = CSM_OK;
	}
	*out = c->store;
	return code;
}

int cli_calc_open(struct cli *c, struct csm_calc **out, struct csm_err *err)
{
	const char *zone = cli_text(c, "time-zone");
	const struct csm_calc_opts o = { .env = &c->env, .time_zone = zone, .store = give_store, .arg = c };

	if (csm_calc_open(out, c->arena, &o, err) == CSM_OK)
		return CSM_OK;
	if (zone && err->code == CSM_E_INVALID)
		err->code = CSM_E_USAGE;
	return csm_err_on(err, NULL, NULL, zone ? "--time-zone" : NULL);
}

static int cmd_schedule_ask(struct cli *c, struct csm_err *err)
{
	struct csm_calc *k;
	int code = cli_calc_open(c, &k, err);

	if (code)
		return code;
	code = ask(c, k, err);
	csm_calc_close(k);
	return code;
}

/* ---- lint ---- */

struct lint {
	struct cli_list *list;
	const char *schedule;
	unsigned n;
};

/* None is cut on a narrow terminal: what is found is there to be read. */
static const struct csm_column lint_columns[] = {
	{ .name = "schedule", .label = "Schedule", .type = CSM_W_TEXT },
	{ .name = "finding", .label = "Finding", .type = CSM_W_TEXT },
	{ .name = "place", .label = "Place", .type = CSM_W_TEXT },
	{ .name = "text", .label = "What it is", .type = CSM_W_TEXT },
	{ .name = "advice", .label = "What to do", .type = CSM_W_TEXT },
};

static int lint_row(void *arg, const struct csm_schedule_finding *f, struct csm_err *err)
{
	struct lint *l = arg;
	const char *const values[CSM_COUNT(lint_columns)] = { l->schedule, f->finding, f->place, f->text,
							      f->advice };

	l->n++;
	return cli_list_row(l->list, values, NULL, err);
}

static int lint_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	struct lint *l = arg;

	l->schedule = csm_rec_key(c->arena, r);
	return csm_schedule_lint(c->store, r, c->arena, lint_row, l, err);
}

static int cmd_schedule_lint(struct cli *c, struct csm_err *err)
{
	struct lint l = { .n = 0 };
	int code = cli_list_open(&l.list, c, lint_columns, CSM_COUNT(lint_columns), err);

	if (!code)
		code = cli_each(c, c->type, lint_one, &l, err);
	if (err->code == CSM_OK && cli_list_close(l.list, err) != CSM_OK)
		return (int)err->code;
	return code ? code : l.n ? CSM_NO : CSM_OK;
}

#define MOMENTS \
	"A moment without offset is in the schedule's zone; now, today, -7d (after --) and +2h count from the " \
	"clock.\n"
#define AS_DOCUMENT "With -o json the question and its answer, as csm schedule calc writes them.\n"

const struct cli_verb sp_schedule_verbs[] = {
	{ .noun = "schedule", .verb = "due", .fn = cmd_schedule_ask, .needs = CLI_READ | CLI_DOC | CLI_TZ,
	  .options = due_options, .args = "SCHEDULE START DURATION", .min = 3, .max = 3,
	  .summary = "Print when so much working time after a moment is used up",
	  .help = MOMENTS "A duration of P1D or 1d is 24 hours of working time.\n" AS_DOCUMENT },
	{ .noun = "schedule", .verb = "sub", .fn = cmd_schedule_ask, .needs = CLI_READ | CLI_DOC | CLI_TZ,
	  .options = ask_options, .args = "SCHEDULE END DURATION", .min = 3, .max = 3,
	  .summary = "Print the latest moment from which so much working time is left until another",
	  .help = MOMENTS AS_DOCUMENT },
	{ .noun = "schedule", .verb = "elapsed", .fn = cmd_schedule_ask, .needs = CLI_READ | CLI_DOC | CLI_TZ,
	  .options = ask_options, .args = "SCHEDULE FROM TO", .min = 3, .max = 3,
	  .summary = "Print how much working time lies between two moments",
	  .help = MOMENTS "0s when the second is not after the first. Seconds with --raw.\n" AS_DOCUMENT },
	{ .noun = "schedule", .verb = "open", .fn = cmd_schedule_ask, .needs = CLI_READ | CLI_DOC | CLI_TZ,
	  .options = ask_options, .args = "SCHEDULE AT", .min = 2, .max = 2,
	  .summary = "Print whether a moment is working time: true or false",
	  .help = "Exit status 0: open, 1: closed. The closing moment is not open.\n" MOMENTS AS_DOCUMENT },
	{ .noun = "schedule", .verb = "next", .fn = cmd_schedule_ask, .needs = CLI_READ | CLI_DOC | CLI_TZ,
	  .options = ask_options, .args = "SCHEDULE AT", .min = 2, .max = 2,
	  .summary = "Print the first moment of working time at or after another",
	  .help = MOMENTS AS_DOCUMENT "There it says when it closes again, too.\n" },
	{ .noun = "schedule", .verb = "lint", .fn = cmd_schedule_lint,
	  .needs = CLI_READ | CLI_LIST | CLI_SELECT | CLI_ALL, .args = "[KEY...]", .max = -1,
	  .summary = "Report what schedules may say, and probably mean otherwise",
	  .help = "All schedules when none is named. A row a finding: where, what it is, what to do.\n"
		  "Exit status 0: nothing was found, 1: something was.\n" },
	{ .verb = NULL },
};
