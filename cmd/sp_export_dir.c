/* SPDX-License-Identifier: MIT */
/*
 * sp_export_dir.c - the folder that an export is split into. Each file appears under its name when it is whole
 * and on the disk. A hidden list of the files written stays in the folder, so that the next export takes away
 * those of records that are gone; what is not in it is a stranger's, and is left and told of.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_priv.h"
#include "sp_export.h"

#define LIST_NAME ".csm-export"
#define LIST_HEAD "# Files that csm export wrote into this folder; the next export with --dir reads this.\n"
#define NAME_SIZE 256
#define TOLD 5				/* strangers told by name */

struct cli_dir {
	struct cli *c;
	const char *path;
	int dir;
	int fd;				/* of the file being written, -1 none */
	char name[NAME_SIZE], temporary[PATH_MAX];	/* the second one with the folder */
	struct csm_export_files files;
	FILE *list;			/* the new list, under list_temporary */
	char list_temporary[PATH_MAX];
	/* hashes of the names written, without regard to case: some file systems have none */
	uint64_t *names;
	size_t nslots, nnames;
};

static int fail_in(const struct cli_dir *d, const char *name, struct csm_err *err)
{
	return csm_fail(err, CSM_E_IO, "%s%s%s: %s", d->path, name ? "/" : "", name ? name : "", strerror(errno));
}

/* ---- names ---- */

static uint64_t hash_name(const char *name)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *name; name++)
		h = (h ^ (uint64_t)tolower((unsigned char)*name)) * 0x100000001b3u;
	h ^= h >> 29;
	return h ? h : 1;
}

static uint64_t *name_slot(const struct cli_dir *d, uint64_t hash)
{
	size_t i = (size_t)(hash * 0x9e3779b97f4a7c15u >> 16) & (d->nslots - 1);

	while (d->names[i] && d->names[i] != hash)
		i = (i + 1) & (d->nslots - 1);
	return &d->names[i];
}

static bool has_name(const struct cli_dir *d, const char *name)
{
	return d->nslots && *name_slot(d, hash_name(name));
}

static int add_name(struct cli_dir *d, const char *name, struct csm_err *err)
{
	if (d->nnames * 4 >= d->nslots * 3) {
		uint64_t *old = d->names;
		size_t n = d->nslots;

		d->nslots = n ? n * 2 : 256;
		d->names = calloc(d->nslots, sizeof(*d->names));
		if (!d->names) {
			d->names = old;
			d->nslots = n;
			return csm_fail(err, CSM_E_SYSTEM, "out of memory");
		}
		for (size_t i = 0; i < n; i++)
			if (old[i])
				*name_slot(d, old[i]) = old[i];
		free(old);
	}
	*name_slot(d, hash_name(name)) = hash_name(name);
	d->nnames++;
	return CSM_OK;
}

/* Two keys that differ in case only: the second one's file has a number before its ending. */
static void free_name(struct cli_dir *d, const char *name)
{
	const char *dot = strrchr(name, '.');

	snprintf(d->name, sizeof(d->name), "%s", name);
	for (unsigned i = 2; has_name(d, d->name); i++)
		snprintf(d->name, sizeof(d->name), "%.*s~%u%s", (int)(dot - name), name, i, dot);
}

/* ---- files ---- */

/* In the folder that is open, whatever its name is by now. */
static const char *inside(const char *temporary)
{
	return strrchr(temporary, '/') + 1;
}

static int create(struct cli_dir *d, const char *name, char temporary[PATH_MAX], struct csm_err *err)
{
	char path[PATH_MAX];
	int fd = -1, n = snprintf(path, sizeof(path), "%s/.%.200s", d->path, name);

	if (n < (int)sizeof(path) && cli_temporary_name(path, temporary, PATH_MAX)) {
		fd = openat(d->dir, inside(temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0)
			cli_temporary_done(temporary);
	}
	if (fd < 0)
		fail_in(d, name, err);
	return fd;
}

/* It has its name, or did not get it. */
static int give_name(struct cli_dir *d, const char *temporary, const char *name, int code, struct csm_err *err)
{
	if (!code && renameat(d->dir, inside(temporary), d->dir, name) != 0)
		code = fail_in(d, name, err);
	if (code)
		unlinkat(d->dir, inside(temporary), 0);
	cli_temporary_done(temporary);
	return code;
}

static int open_file(void *arg, const char *name, struct csm_sink *out, struct csm_err *err)
{
	struct cli_dir *d = arg;

	free_name(d, name);
	d->fd = create(d, d->name, d->temporary, err);
	if (d->fd < 0)
		return (int)err->code;
	*out = csm_sink_fd(&d->fd);
	return CSM_OK;
}

static int close_file(void *arg, int code, struct csm_err *err)
{
	struct cli_dir *d = arg;

	if (!code && fsync(d->fd) != 0)
		code = fail_in(d, d->name, err);
	if (close(d->fd) != 0 && !code)
		code = fail_in(d, d->name, err);
	d->fd = -1;
	code = give_name(d, d->temporary, d->name, code, err);
	if (code)
		return code;
	if (fprintf(d->list, "%s\n", d->name) < 0)
		return fail_in(d, LIST_NAME, err);
	return add_name(d, d->name, err);
}

int cli_dir_open(struct cli *c, const char *path, struct cli_dir **out,
		 const struct csm_export_files **files, struct csm_err *err)
{
	struct cli_dir *d = csm_alloc(c->arena, sizeof(*d));
	int fd;

	*d = (struct cli_dir){ .c = c, .path = path, .dir = -1, .fd = -1 };
	if (mkdir(path, 0777) == 0 ? cli_sync_folder(c, path) != 0 : errno != EEXIST)
		return fail_in(d, NULL, err);
	d->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->dir < 0)
		return fail_in(d, NULL, err);
	fd = create(d, LIST_NAME, d->list_temporary, err);
	d->list = fd < 0 ? NULL : fdopen(fd, "w");
	if (!d->list && fd >= 0)
		give_name(d, d->list_temporary, LIST_NAME, fail_in(d, LIST_NAME, err), err);
	if (!d->list) {
		close(d->dir);
		return (int)err->code;
	}
	fputs(LIST_HEAD, d->list);
	d->files = (struct csm_export_files){ .open = open_file, .close = close_file, .arg = d };
	*files = &d->files;
	*out = d;
	return CSM_OK;
}

/* ---- what was there before ---- */

/* A name that an export may have written: nothing else is ever taken away, whatever the list says. */
static bool is_ours(const char *name)
{
	const char *dot = strrchr(name, '.');

	return name[0] != '.' && !strchr(name, '/') && dot && csm_format_of_file(name) != CSM_FMT_NONE;
}

/* Of those in the old list, the files that were not written now. */
static int remove_old(struct cli_dir *d, unsigned *removed, struct csm_err *err)
{
	int fd = openat(d->dir, LIST_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE *old = fd < 0 ? NULL : fdopen(fd, "r");
	char line[NAME_SIZE + 1];
	int code = CSM_OK;

	while (!code && old && fgets(line, sizeof(line), old)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line == '#' || !is_ours(line) || has_name(d, line))
			continue;
		if (unlinkat(d->dir, line, 0) == 0)
			(*removed)++;
		else if (errno != ENOENT)
			code = fail_in(d, line, err);
	}
	if (old)
		fclose(old);
	return code;
}

static int tell_strangers(struct cli_dir *d, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(d->c->arena);
	int fd = openat(d->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	const struct csm_diag diag = cli_diag(d->c);
	struct csm_err found = { 0 };
	struct dirent *e;
	unsigned n = 0;

	if (!list)
		return fail_in(d, NULL, err);
	while ((e = readdir(list)) != NULL) {
		if (e->d_name[0] == '.' || has_name(d, e->d_name))
			continue;
		if (n++ < TOLD)
			csm_buf_addf(&b, "%s%s", b.n ? ", " : "", cli_safe(d->c, e->d_name, true));
	}
	closedir(list);
	if (n) {
		csm_fail(&found, CSM_NO, "%u file%s not of this export %s left: %s%s", n, n > 1 ? "s" : "",
			 n > 1 ? "were" : "was", b.s, n > TOLD ? ", ..." : "");
		csm_err_at(&found, d->path, 0, 0);
		diag.note(diag.arg, 'w', &found);
	}
	return CSM_OK;
}

/* The list first: whatever comes between, the next export knows the files. */
static int finish(struct cli_dir *d, struct csm_err *err)
{
	unsigned removed = 0;
	int code = CSM_OK;

	if (fflush(d->list) != 0 || fsync(fileno(d->list)) != 0)
		code = fail_in(d, LIST_NAME, err);
	if (!code)
		code = remove_old(d, &removed, err);
	code = give_name(d, d->list_temporary, LIST_NAME, code, err);
	if (!code && fsync(d->dir) != 0)
		code = fail_in(d, NULL, err);
	if (!code)
		code = tell_strangers(d, err);
	if (!code && removed)
		cli_note(d->c, "%u file%s of an earlier export removed", removed, removed > 1 ? "s" : "");
	return code;
}

int cli_dir_close(struct cli_dir *d, int code, struct csm_err *err)
{
	if (!code)
		code = finish(d, err);
	else
		give_name(d, d->list_temporary, LIST_NAME, code, err);
	fclose(d->list);
	close(d->dir);
	free(d->names);
	return code;
}
