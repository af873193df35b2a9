/* SPDX-License-Identifier: MIT */
/* config.c - the configuration file, -c NAME=VALUE, and the settings of the command itself. */
#include <errno.h>
#include <sys/stat.h>

#include <csm/utf8.h>

#include "cli_priv.h"

const struct cli_conf cli_confs[] = {
	{ "db", "CSM_DB", NULL, "The database" },
	{ "user", "CSM_USER", NULL, "The acting user" },
	{ "output", "CSM_OUTPUT", NULL, "Format of the output: table, json, ndjson, yaml, csv, tsv" },
	{ "wait", "CSM_WAIT", "30", "Seconds to wait for another writer" },
	{ "time_zone", "CSM_TZ", NULL, "Time zone in which times are shown; UTC when unsaid" },
	{ "pager", "CSM_PAGER", NULL, "Pager of help, show and log on a terminal; cat for none" },
	{ "editor", "CSM_EDITOR", NULL, "Editor of edit" },
	{ "helper_seconds", "CSM_HELPER_SECONDS", "20", "Seconds a helper program may take" },
	{ NULL, NULL, NULL, NULL },
};

static const struct cli_conf *conf_named(const char *name)
{
	for (const struct cli_conf *k = cli_confs; k->name; k++)
		if (cli_same_word(k->name, name))
			return k;
	return NULL;
}

bool cli_config_known(const struct csm_dict *d, const char *name)
{
	return conf_named(name) || csm_dict_setting(d, name);
}

const char *cli_config_name(const char *name)
{
	const struct cli_conf *k = conf_named(name);

	return k ? k->name : name;
}

static int fail_unknown(struct csm_arena *a, const struct csm_dict *d, const char *name, enum csm_code code,
			struct csm_err *err)
{
	struct csm_vec names = CSM_VEC(a, const char *);
	const char *near;

	for (const struct cli_conf *k = cli_confs; k->name; k++)
		*(const char **)csm_vec_add(&names) = k->name;
	for (unsigned i = 0; i < d->nsettings; i++)
		*(const char **)csm_vec_add(&names) = d->settings[i].name;
	near = cli_suggest(a, name, &names);
	return csm_fail(err, code, "unknown setting '%s'%s%s%s", name,
			near ? "; did you mean '" : " (see csm config list)", near ? near : "",
			near ? "'?" : "");
}

/* The name as the rows write it: the store looks settings up by that. */
static const char *row_name(const struct csm_dict *d, const char *name)
{
	const struct cli_conf *k = conf_named(name);

	return k ? k->name : csm_dict_setting(d, name)->name;
}

int cli_config_pair(struct csm_arena *a, const struct csm_dict *d, const char *text, struct csm_pair *out,
		    struct csm_err *err)
{
	const char *eq = strchr(text, '=');
	const char *name;

	if (!eq || eq == text)
		return csm_fail(err, CSM_E_USAGE, "'%s': a setting is written name=value", text);
	name = csm_strndup(a, text, (size_t)(eq - text));
	if (!cli_config_known(d, name))
		return fail_unknown(a, d, name, CSM_E_USAGE, err);
	*out = (struct csm_pair){ row_name(d, name), eq + 1 };
	return CSM_OK;
}

/* Cut blanks off both ends, in place. */
static char *trim(char *s)
{
	char *end;

	while (*s == ' ' || *s == '\t')
		s++;
	end = s + strlen(s);
	while (end > s && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	*end = '\0';
	return s;
}

static int read_line(struct cli_world *w, const struct csm_dict *d, char *line, struct csm_vec *pairs,
		     struct csm_err *err)
{
	char *s = trim(line), *eq;
	struct csm_pair *p;

	if (!*s || *s == '#')
		return CSM_OK;
	eq = strchr(s, '=');
	if (!eq)
		return csm_fail(err, CSM_E_CONFIG, "'%s': a line is name = value, or # and a comment", s);
	*eq = '\0';
	s = trim(s);
	if (!cli_config_known(d, s))
		return fail_unknown(w->arena, d, s, CSM_E_CONFIG, err);
	p = csm_vec_add(pairs);
	p->name = row_name(d, s);
	p->value = trim(eq + 1);
	return CSM_OK;
}

static const char *config_path(struct csm_arena *a)
{
	const char *dir = cli_getenv("XDG_CONFIG_HOME"), *home = cli_getenv("HOME");

	if (cli_getenv("CSM_CONFIG"))
		return cli_getenv("CSM_CONFIG");
	if (dir && *dir == '/')
		return csm_sprintf(a, "%s/csm/config", dir);
	return home ? csm_sprintf(a, "%s/.config/csm/config", home) : NULL;
}

/* A missing file is an empty one: `csm config set` makes it. */
static int read_text(struct cli_world *w, char **out, struct csm_err *err)
{
	const char *text;
	struct stat st;
	size_t n;

	*out = NULL;
	if (!w->file_path)
		return CSM_OK;
	if (stat(w->file_path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return CSM_OK;
	if (cli_read_all(w->arena, w->file_path, true, &text, &n, err) != CSM_OK) {
		err->code = CSM_E_CONFIG;
		return csm_wrap(err, "configuration");
	}
	*out = csm_strdup(w->arena, text);
	return CSM_OK;
}

int cli_config_read(struct cli_world *w, const struct csm_dict *d, struct csm_err *err)
{
	struct csm_vec pairs = CSM_VEC(w->arena, struct csm_pair);
	char *text, *end;
	int64_t line = 0;

	w->file_path = config_path(w->arena);
	if (read_text(w, &text, err) != CSM_OK)
		return (int)err->code;
	for (; text && *text; text = end) {
		end = strchr(text, '\n');
		if (end)
			*end++ = '\0';
		else
			end = text + strlen(text);
		line++;
		if (read_line(w, d, text, &pairs, err) != CSM_OK)
			return csm_err_at(err, w->file_path, line, 0);
	}
	csm_vec_add(&pairs);
	w->file = pairs.p;
	return CSM_OK;
}

/* The last one counts, as in a script that appends. */
static const char *pair_value(const struct csm_pair *p, const char *name)
{
	const char *value = NULL;

	for (; p && p->name; p++)
		if (strcmp(p->name, name) == 0)
			value = p->value;
	return value;
}

const char *cli_config_get(const struct cli_world *w, const char *name, const char **from)
{
	const struct cli_conf *k = conf_named(name);
	const char *value, *source = "-c";

	value = pair_value(w->given, name);
	if (!value && k && k->env) {
		source = "environment";
		value = cli_getenv(k->env);
	}
	if (!value) {
		source = "file";
		value = pair_value(w->file, name);
	}
	if (!value) {
		source = "default";
		value = k ? k->def : NULL;
	}
	if (from)
		*from = source;
	return value && *value ? value : NULL;
}
