/* SPDX-License-Identifier: MIT */
/* sp_outbox.c - what csm has to tell people: the messages that wait, and the word that they were sent. */
#include <csm/model.h>
#include <csm/svc.h>

#include "cli_priv.h"

static const struct cli_opt list_options[] = {
	{ .name = "unsent", .arg = CLI_ARG_NONE, .help = "Only messages that were not acknowledged, the oldest first" },
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "The records this filter is true for (csm help filter)" },
	{ .name = "sort", .arg = CLI_ARG_FIELDS, .help = "Order by fields or paths; -field is falling" },
	{ .name = "limit", .arg = CLI_ARG_INT, .help = "At most N records; 0, as unsaid, is all" },
	{ .name = NULL },
};

/* The terms of the partial index of unsent messages, literally. */
static int cmd_outbox_list(struct cli *c, struct csm_err *err)
{
	struct csm_filter *unsent = NULL;

	if (!cli_given(c, "unsent"))
		return cmd_list(c, err);
	if (csm_store_filter(c->store, c->type, "sent_at is null", c->arena, &unsent, err))
		return (int)err->code;
	return cli_list_records(c, unsent, "queued_at", err);
}

static int ack_one(struct cli *c, struct csm_rec *r, void *arg, struct csm_err *err)
{
	bool done;

	(void)arg;
	if (csm_outbox_ack(c->store, r, &done, err))
		return (int)err->code;
	return cli_answer(c, r, done ? "acknowledged" : "was acknowledged before", err);
}

static int cmd_outbox_ack(struct cli *c, struct csm_err *err)
{
	int code;

	c->many = true;
	code = cli_each(c, c->type, ack_one, NULL, err);
	return err->code == CSM_OK && cli_show_end(c, err) ? (int)err->code : code;
}

const struct cli_verb sp_outbox_verbs[] = {
	{ .noun = "outbox",
	  .verb = "list",
	  .fn = cmd_outbox_list,
	  .needs = CLI_READ | CLI_LIST | CLI_TZ,
	  .fields = "*",
	  .options = list_options,
	  .args = "[KEY...]",
	  .max = -1,
	  .summary = "Print messages as rows",
	  .help = "A program that sends them asks for --unsent with what it needs, such as --fields number,\n"
		  "recipients.email,recipient_group.email,subject,body, and acknowledges what it sent.\n" },
	{ .noun = "outbox",
	  .verb = "ack",
	  .fn = cmd_outbox_ack,
	  .needs = CLI_WRITE | CLI_SELECT | CLI_DOC,
	  .args = "OUTBOX...",
	  .max = -1,
	  .summary = "Say that messages were sent",
	  .help = "sent_at becomes now; a message that was acknowledged before keeps its moment, and that is "
		  "no error.\n" },
	{ .verb = NULL },
};
