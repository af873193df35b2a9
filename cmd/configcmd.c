/* SPDX-License-Identifier: MIT */
/* configcmd.c - `csm config`: what settings say and where they say it. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csm/model.h>

#include "cli_priv.h"

static const struct csm_column columns[] = {
	{ .name = "name", .label = "Name" },
	{ .name = "value", .label = "Value" },
	{ .name = "source", .label = "From" },
	{ .name = "default", .label = "Default" },
	{ .name = "help", .label = "What it is", .wrap = true },
};

/* The setting's record, NULL when the database does not say. */
static int find_record(struct cli *c, const char *name, struct csm_rec **out, struct csm_err *err)
{
	struct csm_value v = csm_text(name);
	int field = SETTING_NAME;
	int64_t id;
	unsigned n = 0;

	*out = NULL;
	if (!c->store)
		return CSM_OK;
	if (csm_store_match(c->store, &csm_type_setting, &field, &v, 1, &id, 1, &n, err) != CSM_OK)
		return (int)err->code;
	return n ? csm_store_get(c->store, &csm_type_setting, id, c->arena, out, err) : CSM_OK;
}

/* -c and file beat the database, which beats the default. */
static int look(struct cli *c, const char *name, const char **value, const char **from, struct csm_err *err)
{
	const struct csm_setting *s = csm_dict_setting(c->dict, name);
	struct csm_rec *r;

	*value = cli_config_get(c->world, s ? s->name : name, from);
	if (*value || !s)
		return CSM_OK;
	if (find_record(c, s->name, &r, err) != CSM_OK)
		return (int)err->code;
	*from = r ? "database" : "default";
	*value = r ? csm_rec_text(r, SETTING_VALUE) : s->def;
	return CSM_OK;
}

static int put(struct cli *c, struct cli_list *l, const char *name, const char *def, const char *help,
	       struct csm_err *err)
{
	const char *value, *from;

	if (look(c, name, &value, &from, err) != CSM_OK)
		return (int)err->code;
	return cli_list_row(l, (const char *[]){ name, value, from, def, help }, NULL, err);
}

static int cmd_config_list(struct cli *c, struct csm_err *err)
{
	struct cli_list *l;

	if (cli_list_open(&l, c, columns, CSM_COUNT(columns), err) != CSM_OK)
		return (int)err->code;
	for (const struct cli_conf *k = cli_confs; k->name; k++)
		if (put(c, l, k->name, k->def, k->help, err) != CSM_OK)
			return (int)err->code;
	for (unsigned i = 0; i < c->dict->nsettings; i++)
		if (put(c, l, c->dict->settings[i].name, c->dict->settings[i].def,
			c->dict->settings[i].help, err) != CSM_OK)
			return (int)err->code;
	return cli_list_close(l, err);
}

static int need_known(struct cli *c, const char *name, struct csm_err *err)
{
	struct csm_pair p;

	/* The same check, and suggestion, as for -c. */
	return cli_config_pair(c->arena, c->dict, csm_sprintf(c->arena, "%s=", name), &p, err);
}

static int cmd_config_get(struct cli *c, struct csm_err *err)
{
	const char *value, *from;

	if (need_known(c, c->args[0], err) != CSM_OK || look(c, c->args[0], &value, &from, err) != CSM_OK)
		return (int)err->code;
	if (!value)
		return CSM_NO;
	cli_print(c, "%s\n", value);
	return CSM_OK;
}

/* ---- the file ---- */

/* Whether a line of the file sets the name. */
static bool line_sets(struct csm_arena *a, const char *line, size_t n, const char *name)
{
	const char *eq = memchr(line, '=', n);
	size_t k;

	if (!eq)
		return false;
	while (line < eq && (*line == ' ' || *line == '\t'))
		line++;
	for (k = (size_t)(eq - line); k && (line[k - 1] == ' ' || line[k - 1] == '\t'); k--)
		;
	return k && cli_same_word(csm_strndup(a, line, k), name);
}

/* The text of the file with the name set to value, or without it; all other lines as they are. */
static const char *changed_text(struct cli *c, const char *text, const char *name, const char *value)
{
	struct csm_buf b = CSM_BUF(c->arena);
	bool done = false;

	while (*text) {
		size_t n = strcspn(text, "\n"), all = n + (text[n] == '\n');

		if (!line_sets(c->arena, text, n, name)) {
			csm_buf_addn(&b, text, n);
			csm_buf_addc(&b, '\n');
		} else if (value && !done) {
			csm_buf_addf(&b, "%s = %s\n", name, value);
			done = true;
		}
		text += all;
	}
	if (value && !done)
		csm_buf_addf(&b, "%s = %s\n", name, value);
	return b.s;
}

static int write_file(struct cli *c, const char *path, const char *text, struct csm_err *err)
{
	struct cli_target t;
	int code = cli_target_open(c, path, &t, err);
	size_t n = strlen(text);

	if (code)
		return code;
	while (n && !code) {
		ssize_t k = write(t.fd, text, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			code = csm_fail(err, CSM_E_IO, "%s: %s", path, strerror(errno));
		else
			text += k, n -= (size_t)k;
	}
	return cli_target_close(c, &t, code, err);
}

static int change_file(struct cli *c, const char *name, const char *value, struct csm_err *err)
{
	const char *path = c->world->file_path, *text = "";
	struct stat st;
	size_t n;

	if (!path)
		return csm_fail(err, CSM_E_USAGE,
				"there is no home for a configuration file: set CSM_CONFIG");
	if (value && strchr(value, '\n'))
		return csm_fail(err, CSM_E_INVALID, "a value in the file is one line");
	if (cli_make_folders(c, path, err) != CSM_OK)
		return (int)err->code;
	if (stat(path, &st) == 0 && cli_read_all(c->arena, path, true, &text, &n, err) != CSM_OK)
		return (int)err->code;
	return c->env.dry_run ? CSM_OK : write_file(c, path, changed_text(c, text, name, value), err);
}

/* ---- set, unset ---- */

static int check_value(struct cli *c, const char *name, const char *value, struct csm_err *err)
{
	const struct csm_setting *s = csm_dict_setting(c->dict, name);
	struct csm_field f = { .name = name };
	struct csm_value v;

	if (!s)
		return strcmp(name, "output") == 0 && cli_format_named(c, value) == CSM_FMT_NONE
			? csm_fail(err, CSM_E_INVALID, "'%s' is none of %s", value, cli_format_words(c))
			: CSM_OK;
	f.kind = s->kind;
	return csm_field_parse(c->arena, &csm_type_setting, &f, value, c->env.now, &v, err);
}

static int set_record(struct cli *c, const char *name, const char *value, struct csm_err *err)
{
	struct csm_rec *r;

	if (cli_open(c, err) != CSM_OK)
		return (int)err->code;
	if (cli_begin(c, err) != CSM_OK || find_record(c, name, &r, err) != CSM_OK)
		return (int)err->code;
	if (!value) {
		if (!r)
			return cli_commit(c, err);
		return csm_store_delete(c->store, r, -1, err) == CSM_OK ? cli_commit(c, err) : (int)err->code;
	}
	if (!r) {
		if (csm_store_new(c->store, &csm_type_setting, c->arena, &r, err) != CSM_OK ||
		    csm_store_set(c->store, r, SETTING_NAME, name, err) != CSM_OK)
			return (int)err->code;
	}
	if (csm_store_set(c->store, r, SETTING_VALUE, value, err) != CSM_OK ||
	    csm_store_write(c->store, r, CSM_WRITE_NORMAL, -1, err) != CSM_OK)
		return (int)err->code;
	return cli_commit(c, err);
}

static int change(struct cli *c, const char *value, struct csm_err *err)
{
	const char *name = c->args[0];
	const struct csm_setting *s;

	if (need_known(c, name, err) != CSM_OK)
		return (int)err->code;
	s = csm_dict_setting(c->dict, name);
	name = s ? s->name : cli_config_name(name);
	if (value && check_value(c, name, value, err) != CSM_OK)
		return (int)err->code;
	return s && !cli_given(c, "file") ? set_record(c, name, value, err)
					  : change_file(c, name, value, err);
}

static int cmd_config_set(struct cli *c, struct csm_err *err)
{
	if (!*c->args[1])
		return csm_fail(err, CSM_E_USAGE,
				"the value is empty; csm config unset %s takes the setting away",
				c->args[0]);
	return change(c, c->args[1], err);
}

static int cmd_config_unset(struct cli *c, struct csm_err *err)
{
	return change(c, NULL, err);
}

static const struct cli_opt file_options[] = {
	{ .name = "file", .help = "In the configuration file of the user instead of the database" },
	{ .name = NULL },
};

#define SET_HELP                                                                                           \
	"A setting of the database is kept there and counts for all who use it; those of the command "     \
	"(db, user, output, ...) are kept in the\n"                                                        \
	"configuration file. -c beats the environment, which beats the file, which beats the database.\n"

const struct cli_verb cli_config_verbs[] = {
	{ .noun = "config",
	  .verb = "list",
	  .fn = cmd_config_list,
	  .needs = CLI_READ | CLI_MAYDB | CLI_LIST,
	  .summary = "Print all settings, their values and where they come from" },
	{ .noun = "config",
	  .verb = "get",
	  .fn = cmd_config_get,
	  .needs = CLI_READ | CLI_MAYDB,
	  .args = "NAME",
	  .min = 1,
	  .max = 1,
	  .arg_type = "setting-name",
	  .summary = "Print the value of a setting; status 1 when it has none" },
	{ .noun = "config",
	  .verb = "set",
	  .fn = cmd_config_set,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_SELFOPEN,
	  .options = file_options,
	  .args = "NAME VALUE",
	  .min = 2,
	  .max = 2,
	  .arg_type = "setting-name",
	  .summary = "Set a setting",
	  .help = SET_HELP },
	{ .noun = "config",
	  .verb = "unset",
	  .fn = cmd_config_unset,
	  .needs = CLI_WRITE | CLI_OWNTX | CLI_SELFOPEN,
	  .options = file_options,
	  .args = "NAME",
	  .min = 1,
	  .max = 1,
	  .arg_type = "setting-name",
	  .summary = "Take a setting away, so that its default counts",
	  .help = SET_HELP },
	{ .verb = NULL },
};
