/* SPDX-License-Identifier: MIT */
/*
 * options.c - which options a command takes: the global ones it supports, its own, those made from the rows
 * of the dictionary.
 */
#include <csm/utf8.h>

#include "cli_priv.h"

#define STORE (CLI_READ | CLI_WRITE)
#define RAW (CLI_RAWDB | CLI_RAWDB_W)

const struct cli_global cli_globals[] = {
	{ { .name = "db", .arg = CLI_ARG_FILE,
	    .help = "The database; else CSM_DB, configuration, $XDG_DATA_HOME/csm/csm.db" }, 0 },
	{ { .name = "as", .arg = CLI_ARG_TEXT, .value = "USER", .target = "user",
	    .help = "Act as this user; else CSM_USER, configuration, the system's user" }, 0 },
	{ { .name = "now", .arg = CLI_ARG_TIME,
	    .help = "Take this moment for the clock; else CSM_NOW, the system's clock" }, 0 },
	{ { .name = "config", .letter = 'c', .arg = CLI_ARG_PAIR, .flags = CLI_OPT_MANY,
	    .help = "A setting for this command (see csm config list)" }, 0 },
	{ { .name = "output-format", .letter = 'o', .arg = CLI_ARG_FORMAT,
	    .help = "Format of the output; errors become objects with json and ndjson" },
	  CLI_DOC | CLI_LIST | CLI_WRITE },
	{ { .name = "fields", .arg = CLI_ARG_FIELDS,
	    .help = "Columns to print: fields or paths such as account.name" },
	  CLI_LIST },
	{ { .name = "no-header",
	    .help = "No line of column names" },
	  CLI_LIST },
	{ { .name = "count",
	    .help = "Print the number of rows only" },
	  CLI_LIST },
	{ { .name = "format", .arg = CLI_ARG_TEXT, .value = "TEXT",
	    .help = "Print each row as '%(number) %(account.name)\\n'" },
	  CLI_LIST },
	{ { .name = "null", .letter = 'z',
	    .help = "Rows, and ids on standard input, end with NUL instead of a newline" },
	  CLI_LIST | CLI_SELECT },
	{ { .name = "quiet", .letter = 'q',
	    .help = "No notes, and no answers of commands that write" }, 0 },
	{ { .name = "no-color",
	    .help = "No colour" }, 0 },
	{ { .name = "raw",
	    .help = "Stored values: no labels in tables and pages, no guard of csv against formulas" },
	  CLI_LIST | CLI_TZ },
	{ { .name = "tz", .arg = CLI_ARG_ZONE,
	    .help = "Show times in this time zone (default UTC)" },
	  CLI_LIST | CLI_TZ },
	{ { .name = "wait", .arg = CLI_ARG_INT, .value = "SECONDS",
	    .help = "How long to wait for another writer (default 30)" },
	  STORE | RAW },
	{ { .name = "dry-run", .letter = 'n',
	    .help = "Do everything, then store nothing" },
	  CLI_WRITE },
	{ { .name = "yes",
	    .help = "Do not ask" },
	  CLI_WRITE | CLI_ASKS },
	{ { .name = "backdate",
	    .help = "Allow a clock before the record's last event" },
	  CLI_WRITE },
	{ { .name = "if-version", .arg = CLI_ARG_INT, .value = "N",
	    .help = "Only when the record's version is N; else status 5" },
	  CLI_VERSION },
	{ { .name = "on-behalf", .arg = CLI_ARG_TEXT, .value = "CUSTOMER",
	    .help = "Do what only the customer may, for this contact or consumer" },
	  CLI_ONBEHALF },
	{ { .name = "help", .letter = 'h',
	    .help = "Print help" }, 0 },
	{ { .name = "version",
	    .help = "Print the version" }, 0 },
	{ { .name = NULL }, 0 },
};

static const struct cli_opt select_options[] = {
	{ .name = "where",
	  .arg = CLI_ARG_EXPR,
	  .help = "The records this filter is true for (csm help filter)" },
	{ .name = "all", .help = "All records" },
	{ .name = NULL },
};

static const struct cli_opt unset_option = {
	.name = "unset",
	.arg = CLI_ARG_TEXT,
	.flags = CLI_OPT_MANY,
	.value = "FIELD",
	.help = "Clear a field",
};

const struct cli_opt *cli_global_named(const char *name)
{
	for (const struct cli_global *g = cli_globals; g->opt.name; g++)
		if (strcmp(g->opt.name, name) == 0)
			return &g->opt;
	return NULL;
}

static bool have_use(const struct csm_vec *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(CSM_AT(v, struct cli_use, i)->opt.name, name) == 0)
			return true;
	return false;
}

static void add_rows(struct csm_vec *out, const struct cli_opt *o)
{
	for (; o && o->name; o++)
		if (!have_use(out, o->name))
			((struct cli_use *)csm_vec_add(out))->opt = *o;
}

static void add_field(struct csm_arena *a, const struct csm_rtype *t, int i, uint32_t flags,
		      enum cli_arg arg, struct csm_vec *out)
{
	const struct csm_field *f = &t->fields[i];
	char *name = cli_dashed(a, f->name);
	struct cli_use *u;

	if (have_use(out, name))
		return;
	u = csm_vec_add(out);
	u->field = f;
	u->index = i;
	u->opt = (struct cli_opt){
		.name = name, .arg = arg, .flags = flags, .target = f->target, .help = f->help
	};
}

/* Which fields of a type are options of new, edit and list. */
static bool is_option(const struct csm_field *f, const char *verb)
{
	if (f->flags & (CSM_F_SECRET | CSM_F_COMPUTED) && strcmp(verb, "list") == 0)
		return false;
	if (strcmp(verb, "list") == 0)
		return !(f->flags & CSM_F_VOLATILE);
	if (f->flags & (CSM_F_READONLY | CSM_F_BYVERB | CSM_F_COMPUTED))
		return false;
	return strcmp(verb, "new") == 0 || !(f->flags & CSM_F_IMMUTABLE);
}

static void add_fields(struct csm_arena *a, const struct cli_verb *v, const struct csm_rtype *t,
		       struct csm_vec *out)
{
	bool list = v->needs & CLI_LIST;
	char word[80];
	int k;

	if (strcmp(v->fields, "*") == 0) {
		for (unsigned i = 0; i < t->nfields; i++)
			if (is_option(&t->fields[i], v->verb))
				add_field(a, t, (int)i, list ? CLI_OPT_MANY : 0,
					  list ? CLI_ARG_TEXT : CLI_ARG_LONG, out);
		return;
	}
	for (unsigned i = 0; csm_word(v->fields, i, word, sizeof(word)); i++)
		if ((k = csm_field_index(t, word)) >= 0)
			add_field(a, t, k, 0,
				  v->needs & CLI_FIELDS_SET || v->move ? CLI_ARG_LONG : CLI_ARG_TEXT, out);
}

void cli_uses(struct csm_arena *a, const struct csm_dict *d, const struct cli_verb *v,
	      const struct csm_rtype *t, struct csm_vec *out)
{
	(void)d;
	/*
	 * The verb's own first: they stand first in help, and a name given twice is the verb's. Globals
	 * keep theirs.
	 */
	for (const struct cli_global *g = cli_globals; g->opt.name; g++)
		if (!v || !g->needs || g->needs & v->needs) {
			struct cli_use *u = csm_vec_add(out);

			u->opt = g->opt;
			u->global = true;
			if (v && v->needs & CLI_REPORT && g->opt.arg == CLI_ARG_FORMAT)
				u->opt.value = "table|json|ndjson|yaml|csv|tsv|mail|openmetrics";
		}
	if (!v)
		return;
	add_rows(out, v->options);
	if (v->needs & CLI_SELECT && v->needs & (CLI_WRITE | CLI_LIST))
		add_rows(out, select_options);
	if (v->fields && t)
		add_fields(a, v, t, out);
	if (v->needs & CLI_FIELDS_SET && !have_use(out, "unset"))
		((struct cli_use *)csm_vec_add(out))->opt = unset_option;
}

static const struct {
	const char *name, *value;
} args[] = {
	[CLI_ARG_NONE] = { "none", "" },
	[CLI_ARG_TEXT] = { "text", "TEXT" },
	[CLI_ARG_LONG] = { "long", "TEXT" },
	[CLI_ARG_INT] = { "int", "N" },
	[CLI_ARG_TIME] = { "time", "TIME" },
	[CLI_ARG_DURATION] = { "duration", "DURATION" },
	[CLI_ARG_FILE] = { "file", "FILE" },
	[CLI_ARG_FORMAT] = { "format", "table|json|ndjson|yaml|csv|tsv" },
	[CLI_ARG_CHOICE] = { "choice", "WORD" },
	[CLI_ARG_EXPR] = { "expr", "EXPR" },
	[CLI_ARG_FIELDS] = { "fields", "FIELD,..." },
	[CLI_ARG_REF] = { "ref", "KEY" },
	[CLI_ARG_PAIR] = { "pair", "NAME=VALUE" },
	[CLI_ARG_ZONE] = { "zone", "ZONE" },
};

const char *cli_arg_name(enum cli_arg arg)
{
	return args[arg].name;
}

static const char *choice_words(struct csm_arena *a, const struct csm_choice *choices)
{
	struct csm_buf b = CSM_BUF(a);

	for (; choices->value; choices++) {
		if (b.n)
			csm_buf_addc(&b, '|');
		csm_buf_add(&b, choices->value);
		if (b.n > 60) {
			csm_buf_add(&b, "|...");
			break;
		}
	}
	return b.s;
}

const char *cli_value_name(struct csm_arena *a, const struct cli_use *u)
{
	const struct csm_field *f = u->field;

	if (u->opt.value)
		return u->opt.value;
	if (f && f->choices)
		return choice_words(a, f->choices);
	if (f && f->kind == CSM_K_BOOL)
		return "true|false";
	if (f && f->target)
		return cli_upper(a, f->target);
	if (f)
		return cli_upper(a, csm_kind(f->kind)->name);
	if (u->opt.arg == CLI_ARG_REF && u->opt.target)
		return cli_upper(a, u->opt.target);
	if (u->opt.choices) {
		char *s = csm_strdup(a, u->opt.choices);

		for (char *p = s; *p; p++)
			if (*p == ',')
				*p = '|';
		return s;
	}
	return args[u->opt.arg].value;
}
