/* SPDX-License-Identifier: MIT */
/* mapfile.c - mappings of --map: a file, or the name of one that came with csm; and what a load with one left behind. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csm/xfer.h>

#include "cli_priv.h"

#ifndef CSM_SHARE
#define CSM_SHARE "../share/csm"
#endif
#define SUFFIX ".yaml"
#define MAX_TOLD 100			/* columns named in one line */

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Where the shipped mappings are: in $CSM_SHARE if that is set; else as installed, seen from our own folder, or as in the source. */
static const char *map_folder(struct cli *c)
{
	const char *folder = cli_getenv("CSM_SHARE"), *own = cli_own_folder(c);
	const char *looked[2] = { NULL, NULL };

	if (folder) {
		looked[0] = csm_sprintf(c->arena, "%s/map", folder);
	} else if (own) {
		looked[0] = csm_sprintf(c->arena, "%s/%s/map", own, CSM_SHARE);
		looked[1] = csm_sprintf(c->arena, "%s/../schema/map", own);
	}
	for (unsigned i = 0; i < CSM_COUNT(looked) && looked[i]; i++)
		if (is_folder(looked[i]))
			return looked[i];
	return NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void cli_map_names(struct cli *c, struct csm_vec *names)
{
	const char *folder = map_folder(c);
	DIR *dir = folder ? opendir(folder) : NULL;
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		size_t n = strlen(e->d_name), tail = sizeof(SUFFIX) - 1;

		if (n > tail && *e->d_name != '.' && strcmp(e->d_name + n - tail, SUFFIX) == 0)
			*(const char **)csm_vec_add(names) = csm_strndup(c->arena, e->d_name, n - tail);
	}
	if (dir)
		closedir(dir);
	if (names->n)
		qsort(CSM_AT(names, const char *, 0), names->n, sizeof(const char *), compare_names);
}

/* What a mapping says of itself: its first line up to the end of a clause. */
static const char *first_line(struct cli *c, const char *path)
{
	char line[400];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
	char *end;

	if (fd >= 0)
		close(fd);
	if (n < 2 || *line != '#')
		return "";
	line[n] = '\0';
	for (end = line; *end && *end != '\n' && !(strchr(".:;", *end) && strchr(" \n", end[1])); end++)
		;
	*end = '\0';
	return csm_strdup(c->arena, line + 1 + (line[1] == ' '));
}

void cli_help_maps(struct cli *c)
{
	struct csm_vec names = CSM_VEC(c->arena, const char *);
	const char *folder = map_folder(c);

	cli_map_names(c, &names);
	cli_print(c, "Mappings that come with csm, for csm import --map=NAME\n\n");
	for (size_t i = 0; i < names.n; i++) {
		const char *name = *CSM_AT(&names, const char *, i);

		cli_help_two(c, name, first_line(c, csm_sprintf(c->arena, "%s/%s" SUFFIX, folder, name)), 34);
	}
	if (names.n)
		cli_help_prose(c, csm_sprintf(c->arena,
					      "\nThey are the files %s/NAME.yaml, and a beginning for your own; each "
					      "says how it is used.\n"
					      "csm-documents(5) tells what a mapping may say.\n",
					      folder));
	else
		cli_print(c, "None is found; set CSM_SHARE to the folder they are in (its folder map).\n");
}

/* A file of that name, else the shipped mapping. */
static int find_map(struct cli *c, const char *given, const char **path, struct csm_err *err)
{
	struct csm_vec names = CSM_VEC(c->arena, const char *);
	const char *folder = map_folder(c), *near;
	struct stat st;

	*path = given;
	if (strcmp(given, "-") == 0 || strchr(given, '/') || stat(given, &st) == 0)
		return CSM_OK;
	if (folder) {
		*path = csm_sprintf(c->arena, "%s/%s" SUFFIX, folder, given);
		if (stat(*path, &st) == 0)
			return CSM_OK;
		*path = csm_sprintf(c->arena, "%s/%s", folder, given);
		if (stat(*path, &st) == 0 && S_ISREG(st.st_mode))
			return CSM_OK;
	}
	cli_map_names(c, &names);
	near = cli_suggest(c->arena, given, &names);
	return csm_fail(err, CSM_E_NOINPUT, "--map: '%s' is no file and no mapping that comes with csm%s%s%s", given,
			near ? "; did you mean '" : " (csm help mappings lists them)", near ? near : "",
			near ? "'?" : "");
}

int cli_map_load(struct cli *c, const struct csm_map **map, struct csm_err *err)
{
	const char *given = cli_text(c, "map");
	const struct csm_rtype *other;
	const char *path;
	int fd, code;

	*map = NULL;
	if (!given)
		return CSM_OK;
	code = find_map(c, given, &path, err);
	if (!code)
		code = cli_open_input(c, path, &fd, err);
	if (code)
		return code;
	code = csm_map_load(c->store, c->arena,
			    csm_source_fd(&fd, strcmp(path, "-") == 0 ? "standard input" : path), map, err);
	if (fd != STDIN_FILENO)
		close(fd);
	other = code || !c->type ? NULL : csm_map_other_type(*map, c->type);
	if (!other)
		return code;
	return csm_fail(err, CSM_E_USAGE, "--map: %s makes records of type %s; use 'csm import', or a mapping of %s only", given,
			other->name, c->type->name);
}

/* The same facts for machines: an object a column on standard error. */
static void warn(struct cli *c, const char *field, const char *text)
{
	struct csm_err err = { .code = CSM_OK };

	if (c->quiet)
		return;
	snprintf(err.field, sizeof(err.field), "%s", field);
	snprintf(err.msg, sizeof(err.msg), "%s", text);
	cli_fault(c, &err, 'w');
}

static void note_columns(struct cli *c, const char *what, const char *one, const char *const *columns, unsigned n)
{
	bool machine = c->format == CSM_FMT_JSON || c->format == CSM_FMT_NDJSON;
	struct csm_buf b = CSM_BUF(c->arena);

	for (unsigned i = 0; machine && i < n; i++)
		warn(c, columns[i], one);
	if (machine || !n)
		return;
	for (unsigned i = 0; i < n && i < MAX_TOLD; i++)
		csm_buf_addf(&b, "%s%s", i ? ", " : "", columns[i]);
	if (n > MAX_TOLD)
		csm_buf_addf(&b, " and %u more", n - MAX_TOLD);
	cli_note(c, "%s: %s", what, b.s);
}

void cli_map_notes(struct cli *c, const struct csm_map *map)
{
	struct csm_map_report r;
	const char *text;

	if (!map)
		return;
	csm_map_report(map, c->arena, &r);
	note_columns(c, "columns that the mapping leaves out", "the mapping leaves this column out", r.left_out, r.nleft_out);
	note_columns(c, "columns that the mapping names and no row had", "the mapping names this column and no row had it",
		     r.missing, r.nmissing);
	if (!r.passed_over)
		return;
	text = csm_sprintf(c->arena, "%" PRId64 " of %" PRId64 " rows made no record: the conditions of the mapping did not hold",
			   r.passed_over, r.rows);
	if (c->format == CSM_FMT_JSON || c->format == CSM_FMT_NDJSON)
		warn(c, "", text);
	else
		cli_note(c, "%s", text);
}
