/* SPDX-License-Identifier: MIT */
/*
 * topics.c - help that belongs to no single command: exit-status, environment, filter, formats, values,
 * mappings.
 */
#include "cli_priv.h"

static void exit_status(struct cli *c)
{
	cli_print(c, "Exit statuses of csm\n\n");
	for (const struct csm_code_row *r = csm_code_rows(); r->name; r++)
		cli_help_two(c, csm_sprintf(c->arena, "%3d  %s", (int)r->code, r->name), r->help, 18);
	cli_help_prose(c,
		  "\nNot 0 or 1 means that nothing was stored, but 74 may come after the commit and then "
		  "says so, and a load with --batch keeps the batches before.\n"
		  "With several records each failure is reported; the status is that of the first.\n"
		  "With -o json or ndjson an error is one object a line on standard error, with the same "
		  "facts.\n"
		  "A reader that closes the pipe early (head, a pager) is no error.\n");
}

static void environment(struct cli *c)
{
	cli_print(c, "Environment variables csm reads\n\n");
	for (const struct cli_envvar *e = cli_envvars; e->name; e++)
		cli_help_two(c, e->name, e->help, 22);
	cli_help_prose(c,
		  "\nOptions beat -c NAME=VALUE, which beats the environment, the configuration file, and "
		  "the settings of the database.\n");
}

static void filter(struct cli *c)
{
	cli_help_prose(c,
		  "Filters: --where, SLA and rule conditions\n\n"
		  "  field = value          also != < <= > >=\n"
		  "  field ~ 'Box*'         glob (* ? [a-z]), without regard to case; !~ is its opposite\n"
		  "  field in (a, b, c)     not in (...)\n"
		  "  field between 1 and 3\n"
		  "  field is null          is not null\n"
		  "  list contains value    fields that hold several values\n"
		  "  flag                   a true-or-false field by itself: is true\n"
		  "  a and b, a or b, not a, ( ... )\n\n"
		  "A field may be a path through references: account.name, contract.account.rank_tier.\n"
		  "Values: 'text', \"text\", a word, a number, a time (2024-03-01T09:00:00Z, -7d, +2h, "
		  "now, today), me (the acting user).\n"
		  "A comparison with null is false, so x != 3 is false where x has no value. Text is "
		  "ordered bytewise.\n\n"
		  "  csm case list --where 'state in (new, open) and priority <= 2 and account.name ~ "
		  "\"Box*\"'\n"
		  "  csm case list --where 'opened_at > -7d and assigned_to = me and resolution_code is "
		  "null'\n");
}

static void formats(struct cli *c)
{
	cli_help_prose(
		c,
		"Formats of output: -o\n\n"
		"  table   for people: aligned, labels of choices, cut to the width of the terminal\n"
		"  tsv     a record a line, values apart by tabs; tab and newline in values are \\t and "
		"\\n\n"
		"  csv     RFC 4180, with a line of column names\n"
		"  json    one document: a list of objects, or one object where one record was asked for\n"
		"  ndjson  one object a line\n"
		"  yaml    the same tree as json\n\n"
		"Unsaid: lists are a table on a terminal and tsv otherwise; show prints a page; new prints "
		"the key.\n\n"
		"  --fields a,b.c     columns; paths lead through references (account.name)\n"
		"  --no-header        no line of names (csv, tsv, table)\n"
		"  --count            the number of rows only\n"
		"  -z                 rows end with NUL (tsv, --format)\n"
		"  --format TEXT      '%(number) %(account.name:<20) %(priority:>3)\\n'; %% is a percent "
		"sign\n\n"
		"Times are UTC, RFC 3339; --tz ZONE shows them elsewhere. Durations are 1d2h30m. Nothing "
		"is ever cut in a pipe.\n");
}

static void values(struct cli *c)
{
	cli_help_prose(c,
		  "Values of options\n\n"
		  "  --field=value       --field value (a separate value may not begin with --)\n"
		  "  --field @FILE       the text of a file; @@x is the text @x\n"
		  "  --field -           the text on standard input\n"
		  "  --unset field       no value; also --field=\n"
		  "  --if-version N      only when the record still has version N, else status 5\n\n"
		  "In the name of an option - and _ are one. Names are never abbreviated.\n"
		  "Records are named by number, external id or any unique key (a contact's e-mail). KEY "
		  "may be - : keys on standard\n"
		  "input, one a line (NUL ended with -z); of a line with tabs the first column counts, so "
		  "lists can be piped back:\n\n"
		  "  csm case list --state open --no-header | csm case assign --assigned-to anna -\n\n"
		  "Kinds of values:\n\n");
	for (int k = 0; k < CSM_K__N; k++)
		cli_help_two(c, csm_kind((enum csm_kind)k)->name, csm_kind((enum csm_kind)k)->help, 13);
}

const struct cli_topic cli_topics[] = {
	{ "exit-status", "What the exit status says", exit_status },
	{ "environment", "Environment variables", environment },
	{ "filter", "The language of --where", filter },
	{ "formats", "Formats of output and choice of columns", formats },
	{ "values", "How values and records are written on the command line", values },
	{ "mappings", "Mappings of foreign tables that come with csm", cli_help_maps },
	{ NULL, NULL, NULL },
};

bool cli_help_topic(struct cli *c, const char *name)
{
	for (const struct cli_topic *t = cli_topics; t->name; t++)
		if (cli_same_word(t->name, name)) {
			t->print(c);
			return true;
		}
	return false;
}
