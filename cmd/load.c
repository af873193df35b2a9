/* SPDX-License-Identifier: MIT */
/* load.c - options and inputs of import and diff. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

int cli_open_input(struct cli *c, const char *path, int *fd, struct csm_err *err)
{
	if (strcmp(path, "-") == 0) {
		if (c->stdin_used)
			return csm_fail(err, CSM_E_USAGE, "standard input can be read once only");
		c->stdin_used = true;
		*fd = STDIN_FILENO;
		return CSM_OK;
	}
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return CSM_OK;
	return csm_fail(err, errno == ENOENT || errno == ENOTDIR ? CSM_E_NOINPUT : CSM_E_IO, "%s: %s", path,
			strerror(errno));
}

static const char *input_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* ---- options ---- */

static int read_delimiter(struct cli *c, char *out, struct csm_err *err)
{
	const char *s = cli_text(c, "delimiter");

	*out = 0;
	if (!s)
		return CSM_OK;
	if (strcmp(s, "\\t") == 0 || strcmp(s, "tab") == 0)
		s = "\t";
	if (strlen(s) != 1 || *s == '"' || *s == '\n')
		return csm_fail(err, CSM_E_USAGE,
				"--delimiter: '%s' is not one character such as ; or tab", s);
	*out = *s;
	return CSM_OK;
}

/* Which of the words (as the option's row has them) was given; 0 the first, and unsaid. */
static unsigned choice(struct cli *c, const char *name, const char *words)
{
	const char *s = cli_text(c, name);
	char word[32];

	for (unsigned i = 0; s && csm_word(words, i, word, sizeof(word)); i++)
		if (strcmp(word, s) == 0)
			return i;
	return 0;
}

int load_options(struct cli *c, struct csm_import_opts *o, struct csm_err *err)
{
	o->type = c->type;
	o->tmp_dir = cli_getenv("TMPDIR");
	o->format = cli_given(c, "from") ? csm_format_named(cli_text(c, "from")) : CSM_FMT_NONE;
	if (cli_given(c, "encoding"))
		o->encoding = csm_encoding_named(cli_text(c, "encoding"));
	o->on_match = (enum csm_on_match)choice(c, "on-match", "update,skip,error");
	o->on_missing = (enum csm_on_missing)choice(c, "on-missing", "insert,skip,error");
	o->empty = (enum csm_empty)choice(c, "empty", "unsaid,null,absent,text");
	o->key = cli_text(c, "key");
	o->replace_children = cli_given(c, "replace-children");
	if (cli_given(c, "map") && cli_given(c, "empty"))
		return csm_fail(err, CSM_E_USAGE, "--empty does not go with --map: the mapping says what is no value");
	if (read_delimiter(c, &o->read.delimiter, err))
		return (int)err->code;
	o->skip_rows = cli_int(c, "skip-rows", 0);
	o->limit_rows = cli_int(c, "limit-rows", 0);
	if (cli_given(c, "limit-rows") && !o->limit_rows)
		return csm_fail(err, CSM_E_USAGE, "--limit-rows: expected 1 or more");
	return cli_map_load(c, &o->map, err);
}

/* ---- inputs ---- */

static int load_input(struct cli *c, struct csm_import *im, const char *path, struct csm_err *err)
{
	int fd, code = cli_open_input(c, path, &fd, err);

	if (code)
		return code;
	code = csm_import_read(im, csm_source_fd(&fd, input_name(path)), err);
	if (fd != STDIN_FILENO)
		close(fd);
	return code;
}

int load_inputs(struct cli *c, struct csm_import *im, struct csm_err *err)
{
	int code = CSM_OK;

	if (!c->nargs && c->world->tty_in)
		return csm_fail(err, CSM_E_USAGE, "a FILE is missing, and standard input is a terminal (usage: %s)",
				cli_synopsis(c->arena, c->verb));
	if (!c->nargs)
		return load_input(c, im, "-", err);
	for (unsigned i = 0; !code && i < c->nargs; i++)
		code = load_input(c, im, c->args[i], err);
	return code;
}
