/* SPDX-License-Identifier: MIT */
/*
 * setup.c - what the global options, the environment and the configuration say, put into the command's
 * context.
 */
#include <csm/cal.h>
#include <csm/svc.h>
#include <csm/utf8.h>

#include "cli_priv.h"

#define COMMAND_MAX 2000

/* -o as far as it can be known before the options are parsed: errors of parsing are printed by it. */
void cli_guess_format(struct cli *c, int argc, char **argv)
{
	const char *name = c->world->batch ? "json" : cli_getenv("CSM_OUTPUT");

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if ((strcmp(argv[i], "-o") == 0 || strcmp(argv[i], "--output-format") == 0) && i + 1 < argc)
			name = argv[i + 1];
		else if (strncmp(argv[i], "-o", 2) == 0 && argv[i][2])
			name = argv[i] + 2;
		else if (strncmp(argv[i], "--output-format=", 16) == 0)
			name = argv[i] + 16;
	}
	c->format = name ? csm_format_named(name) : CSM_FMT_NONE;
}

static int take_pairs(struct cli *c, struct csm_err *err)
{
	struct csm_vec pairs = CSM_VEC(c->arena, struct csm_pair);
	const char *const *texts;
	unsigned n;

	texts = cli_texts(c, "config", &n);
	for (unsigned i = 0; i < n; i++) {
		struct csm_pair p;

		if (cli_config_pair(c->arena, c->dict, texts[i], &p, err) != CSM_OK)
			return (int)err->code;
		*(struct csm_pair *)csm_vec_add(&pairs) = p;
	}
	csm_vec_add(&pairs);
	c->world->given = pairs.p;
	return CSM_OK;
}

/*
 * What the store sees: the first one of a name counts there, so -c before the file, and the last line of
 * each first.
 */
static const struct csm_pair *join_pairs(struct cli *c)
{
	struct csm_vec all = CSM_VEC(c->arena, struct csm_pair);
	const struct csm_pair *lists[] = { c->world->given, c->world->file };

	for (size_t k = 0; k < CSM_COUNT(lists); k++) {
		size_t n = 0;

		while (lists[k] && lists[k][n].name)
			n++;
		while (n--)
			*(struct csm_pair *)csm_vec_add(&all) = lists[k][n];
	}
	csm_vec_add(&all);
	return all.p;
}

static int take_clock(struct cli *c, struct csm_err *err)
{
	const char *text = cli_text(c, "now"), *from = "--now";

	c->env.now = c->world->clock;
	if (!text) {
		text = cli_getenv("CSM_NOW");
		from = "CSM_NOW";
	}
	if (!text || csm_time_parse_rel(text, c->world->clock, &c->env.now, err) == CSM_OK)
		return CSM_OK;
	err->code = CSM_E_USAGE;
	return csm_wrap(err, "%s", from);
}

static bool is_report(const struct cli *c)
{
	return c->verb && c->verb->needs & CLI_REPORT;
}

enum csm_format cli_format_named(const struct cli *c, const char *name)
{
	enum csm_format f = csm_format_named(name);

	return f >= CSM_FMT__N && !is_report(c) ? CSM_FMT_NONE : f;
}

const char *cli_format_words(const struct cli *c)
{
	return is_report(c) ? "table, json, ndjson, yaml, csv, tsv, mail, openmetrics"
			    : "table, json, ndjson, yaml, csv, tsv";
}

static int take_format(struct cli *c, struct csm_err *err)
{
	const char *from, *name = cli_text(c, "output-format");

	if (cli_given(c, "fields") && !*cli_text(c, "fields"))
		return csm_fail(err, CSM_E_USAGE, "--fields: expected fields such as number,account.name");

	if (!name && c->world->batch) {		/* answers are for programs */
		c->format = CSM_FMT_JSON;
		return CSM_OK;
	}
	if (name)
		from = "-o";
	else
		name = cli_config_get(c->world, "output", &from);
	c->format = name ? cli_format_named(c, name) : CSM_FMT_NONE;
	/* a table that configuration asks for is for lists and pages; documents have none */
	if (c->format == CSM_FMT_TABLE && !cli_given(c, "output-format") && !(c->verb->needs & CLI_LIST))
		c->format = CSM_FMT_NONE;
	else if (name && c->format == CSM_FMT_NONE)
		return csm_fail(err, CSM_E_USAGE, "%s: '%s' is none of %s", from, name, cli_format_words(c));
	return CSM_OK;
}

static int take_zone(struct cli *c, struct csm_err *err)
{
	const char *name = cli_text(c, "tz");

	if (!name)
		name = cli_config_get(c->world, "time_zone", NULL);
	if (!name || strcmp(name, "UTC") == 0)
		return CSM_OK;
	if (csm_zone_load(c->arena, c->env.tzdir, name, &c->zone, err) != CSM_OK)
		return csm_err_on(err, NULL, NULL, "--tz");
	return CSM_OK;
}

/* --as-of of a report: its clock stood there. The handler takes the records back to it. */
static int take_as_of(struct cli *c, struct csm_err *err)
{
	int64_t at = cli_int(c, "as-of", c->env.now);

	if (at > c->env.now)
		return csm_fail(err, CSM_E_USAGE, "--as-of: %s is not past yet, the clock is %s",
				cli_time(c, at), cli_time(c, c->env.now));
	c->env.now = at;
	return CSM_OK;
}

static int take_wait(struct cli *c, struct csm_err *err)
{
	const char *text = cli_text(c, "wait");
	char *end;
	long n;

	if (!text)
		text = cli_config_get(c->world, "wait", NULL);
	n = text ? strtol(text, &end, 10) : 30;
	if (text && (end == text || *end || n < 0 || n > 1000000))
		return csm_fail(err, CSM_E_USAGE,
				"--wait: '%s' is not a number of seconds from 0 to 1000000", text);
	c->wait_ms = (int)n * 1000;
	return CSM_OK;
}

/* A word as it may be typed again; values of secret fields are not kept. */
static void add_word(struct csm_buf *b, const char *word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=./:,@%+";

	if (b->n)
		csm_buf_addc(b, ' ');
	if (*word && word[strspn(word, plain)] == '\0') {
		csm_buf_add(b, word);
		return;
	}
	csm_buf_addc(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			csm_buf_add(b, "'\\''");
		else
			csm_buf_addc(b, *word);
	}
	csm_buf_addc(b, '\'');
}

static bool is_secret(const struct cli *c, const char *word)
{
	int i;
	char name[80];

	if (!c->type || strncmp(word, "--", 2) != 0)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	i = csm_field_index(c->type, name);
	return i >= 0 && c->type->fields[i].flags & CSM_F_SECRET;
}

/* The command line as it is kept in the change. */
const char *cli_command_text(struct cli *c, int argc, char **argv)
{
	struct csm_buf b = CSM_BUF(c->arena);
	const char *text;
	size_t n;

	csm_buf_add(&b, "csm");
	for (int i = 1; i < argc && b.n < COMMAND_MAX; i++) {
		if (!is_secret(c, argv[i])) {
			add_word(&b, argv[i]);
			continue;
		}
		add_word(&b, csm_sprintf(c->arena, "%.*s=***", (int)strcspn(argv[i], "="), argv[i]));
		if (!strchr(argv[i], '='))
			i++;
	}
	text = csm_term_text(c->arena, b.s, true);
	n = strlen(text);
	if (n <= COMMAND_MAX)
		return text;
	for (n = COMMAND_MAX; n && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
		;
	return csm_sprintf(c->arena, "%.*s...", (int)n, text);
}

int cli_setup(struct cli *c, struct csm_err *err)
{
	c->env.dict = c->dict;
	c->env.arena = c->arena;
	c->env.hooks = csm_svc_hooks();
	c->env.diag = cli_diag(c);
	c->env.tzdir = cli_getenv("CSM_TZDIR");
	c->quiet = cli_given(c, "quiet");
	c->raw = cli_given(c, "raw");
	c->world->yes = cli_given(c, "yes");
	if (cli_given(c, "no-color"))
		cli_world_color(c->world, true);
	if (take_pairs(c, err) != CSM_OK || cli_config_read(c->world, c->dict, err) != CSM_OK ||
	    take_clock(c, err) != CSM_OK || take_format(c, err) != CSM_OK || take_wait(c, err) != CSM_OK ||
	    take_zone(c, err) != CSM_OK)
		return (int)err->code;
	if (cli_check_values(c, err) != CSM_OK || take_as_of(c, err) != CSM_OK)
		return (int)err->code;
	c->env.config = join_pairs(c);
	c->env.as = cli_text(c, "as");
	if (!c->env.as)
		c->env.as = cli_config_get(c->world, "user", NULL);
	c->env.os_user = cli_os_user(c->arena);
	c->env.on_behalf = cli_text(c, "on-behalf");
	c->env.dry_run = cli_given(c, "dry-run");
	c->env.backdate = cli_given(c, "backdate");
	c->if_version = cli_int(c, "if-version", -1);
	c->db_path = cli_text(c, "db");
	if (!c->db_path)
		c->db_path = cli_config_get(c->world, "db", NULL);
	if (!c->db_path)
		c->db_path = cli_default_db(c->arena);
	return CSM_OK;
}
