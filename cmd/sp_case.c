/* SPDX-License-Identifier: MIT */
/* sp_case.c - comment, note and attention of cases and case tasks; tick. */
#include <inttypes.h>
#include <string.h>

#include <csm/svc.h>

#include "cli_priv.h"

/* ---- comment, note ---- */

static const struct cli_opt text_options[] = {
	{ .name = "text",
	  .letter = 'm',
	  .arg = CLI_ARG_LONG,
	  .flags = CLI_OPT_NEEDED,
	  .help = "What is written; @FILE and - are read" },
	{ .name = NULL },
};

/* A comment may have opened the case: the answer shows it as it is now. */
static int answer_entry(struct cli *c, const struct csm_rec *r, const char *done, struct csm_err *err)
{
	struct csm_rec *now;

	if (csm_store_need(c->store, r->type, r->id, c->arena, &now, err))
		return (int)err->code;
	return cli_answer(c, now, done, err);
}

static int comment_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	(void)arg;
	if (csm_case_comment(c->store, r, cli_text(c, "text"), err))
		return (int)err->code;
	return answer_entry(c, r, "commented", err);
}

static int note_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	(void)arg;
	if (csm_case_note(c->store, r, cli_text(c, "text"), err))
		return (int)err->code;
	return answer_entry(c, r, "noted", err);
}

static int cmd_comment(struct cli *c, struct csm_err *err)
{
	int code = cli_each(c, c->type, comment_one, NULL, err);

	return err->code == CSM_OK && cli_show_end(c, err) ? (int)err->code : code;
}

static int cmd_note(struct cli *c, struct csm_err *err)
{
	int code = cli_each(c, c->type, note_one, NULL, err);

	return err->code == CSM_OK && cli_show_end(c, err) ? (int)err->code : code;
}

/* ---- attention ---- */

static int attention_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	const bool *on = arg;

	if (csm_case_attention(c->store, r, *on, err))
		return (int)err->code;
	return cli_answer(c, r, *on ? "needs attention" : "attention cleared", err);
}

static int cmd_attention(struct cli *c, struct csm_err *err)
{
	bool on = strcmp(c->args[0], "set") == 0;
	int code;

	if (!on && strcmp(c->args[0], "clear") != 0)
		return csm_fail(err, CSM_E_USAGE, "'%s': expected set or clear", c->args[0]);
	c->args++;
	c->nargs--;
	code = cli_each(c, c->type, attention_one, &on, err);
	return err->code == CSM_OK && cli_show_end(c, err) ? (int)err->code : code;
}

/* ---- tick ---- */

static int tick_line(void *arg, const struct csm_tick_line *l, struct csm_err *err)
{
	struct cli *c = ((void **)arg)[0];
	struct cli_list *list = ((void **)arg)[1];
	const char *values[] = { l->job, csm_sprintf(c->arena, "%" PRId64, l->done), l->detail };

	if (c->quiet && !l->refused) /* cron mails what is printed */
		return CSM_OK;
	return cli_list_row(list, values, NULL, err);
}

static int cmd_tick(struct cli *c, struct csm_err *err)
{
	static const struct csm_column columns[] = {
		{ .name = "job", .label = "Job", .type = CSM_W_TEXT },
		{ .name = "done", .label = "Done", .type = CSM_W_NUMBER, .right = true },
		{ .name = "detail", .label = "Detail", .type = CSM_W_TEXT },
	};
	struct cli_list *list;
	void *arg[2];
	int code;

	c->no_header = c->quiet;
	code = cli_list_open(&list, c, columns, CSM_COUNT(columns), err);

	arg[0] = c;
	arg[1] = list;
	if (!code)
		code = csm_tick(c->store, c->arena, tick_line, arg, err);
	if (code != CSM_OK && code != CSM_NO)
		return code;
	return cli_list_close(list, err) ? (int)err->code : code;
}

const struct cli_verb sp_case_verbs[] = {
	{ .noun = "case",
	  .verb = "comment",
	  .fn = cmd_comment,
	  .needs = CLI_WRITE | CLI_SELECT | CLI_DOC | CLI_ONBEHALF,
	  .options = text_options,
	  .args = "CASE...",
	  .max = -1,
	  .summary = "Write a comment that the customer sees" },
	{ .noun = "case",
	  .verb = "note",
	  .fn = cmd_note,
	  .needs = CLI_WRITE | CLI_SELECT | CLI_DOC,
	  .options = text_options,
	  .args = "CASE...",
	  .max = -1,
	  .summary = "Write a work note that customers never see" },
	{ .noun = "case",
	  .verb = "attention",
	  .fn = cmd_attention,
	  .needs = CLI_WRITE | CLI_SELECT | CLI_DOC,
	  .args = "set|clear CASE...",
	  .min = 1,
	  .max = -1,
	  .summary = "Set or clear the mark that a case needs attention" },
	{ .noun = "case_task",
	  .verb = "comment",
	  .fn = cmd_comment,
	  .needs = CLI_WRITE | CLI_SELECT | CLI_DOC | CLI_ONBEHALF,
	  .options = text_options,
	  .args = "CASE-TASK...",
	  .max = -1,
	  .summary = "Write a comment that the customer may see" },
	{ .noun = "case_task",
	  .verb = "note",
	  .fn = cmd_note,
	  .needs = CLI_WRITE | CLI_SELECT | CLI_DOC,
	  .options = text_options,
	  .args = "CASE-TASK...",
	  .max = -1,
	  .summary = "Write a work note that customers never see" },
	{ .verb = "tick",
	  .fn = cmd_tick,
	  .needs = CLI_WRITE | CLI_LIST,
	  .summary = "Do all that time causes: breach marks, milestones, escalation, dates of agreements, auto "
		     "close; safe to run every minute",
	  .help = "A line a job: contract-dates, entitlement-dates, sold-product-dates, case-auto-close, "
		  "sla-breaches,\nescalation-paths, sla-milestones. What a rule refuses is told there, left for "
		  "the next time, and makes\nthe exit status 1. Messages go to the outbox (csm outbox list "
		  "--unsent).\n" },
	{ .verb = NULL },
};
