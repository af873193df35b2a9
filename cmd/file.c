/* SPDX-License-Identifier: MIT */
/*
 * file.c - files that commands write: a new file appears under its name when it is whole, and not before. A link is followed, the mode of the
 * old file stays. What is no regular file (a device, a pipe) is written to as it is: it can't be replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_priv.h"

static int fail_file(const char *path, struct csm_err *err)
{
	return csm_fail(err, CSM_E_IO, "%s: %s", path, strerror(errno));
}

/* What a link, and a link to a link, leads to. Forty steps are the system's own limit. */
static const char *follow_links(struct cli *c, const char *path)
{
	char to[PATH_MAX];
	struct stat st;

	for (int step = 0; step < 40 && lstat(path, &st) == 0 && S_ISLNK(st.st_mode); step++) {
		ssize_t n = readlink(path, to, sizeof(to) - 1);

		if (n < 0)
			break;
		to[n] = '\0';
		path = *to == '/' ? csm_strdup(c->arena, to)
				 : csm_sprintf(c->arena, "%s/%s", dirname(csm_strdup(c->arena, path)), to);
	}
	return path;
}

/* The open file that a name of the system stands for: what has it open goes on to write there. -1: it is another name. */
static int descriptor_of(const char *path)
{
	static const char *const names[] = { "/dev/stdin", "/dev/stdout", "/dev/stderr" };
	const char *digits = strncmp(path, "/dev/fd/", 8) == 0 ? path + 8 : "";
	int fd = 0;

	for (int i = 0; i < (int)CSM_COUNT(names); i++)
		if (strcmp(path, names[i]) == 0)
			return i;
	if (!*digits || strlen(digits) > 6 || digits[strspn(digits, "0123456789")])
		return -1;
	for (; *digits; digits++)
		fd = fd * 10 + (*digits - '0');
	return fd;
}

bool cli_same_file(const char *path, const char *other)
{
	struct stat a, b;

	return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Whether the database would be gone. */
static bool is_database(struct cli *c, const char *path)
{
	static const char *const parts[] = { "", "-wal", "-shm" };

	for (unsigned i = 0; c->db_path && i < CSM_COUNT(parts); i++)
		if (cli_same_file(path, csm_sprintf(c->arena, "%s%s", c->db_path, parts[i])))
			return true;
	return false;
}

int cli_target_open(struct cli *c, const char *path, struct cli_target *t, struct csm_err *err)
{
	int known = descriptor_of(path);
	mode_t mode = 0666;
	char name[PATH_MAX];
	struct stat st;

	*t = (struct cli_target){ .fd = -1, .path = csm_strdup(c->arena, path) };
	if (known >= 0) {
		t->fd = fcntl(known, F_DUPFD_CLOEXEC, 0);
		return t->fd < 0 ? fail_file(path, err) : CSM_OK;
	}
	if (is_database(c, path))
		return csm_fail(err, CSM_E_USAGE, "%s: is the database; expected another file", path);
	if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
		t->path = csm_strdup(c->arena, follow_links(c, path));
	if (stat(t->path, &st) == 0 && !S_ISREG(st.st_mode)) {
		t->fd = open(t->path, O_WRONLY | O_CLOEXEC);
		return t->fd < 0 ? fail_file(path, err) : CSM_OK;
	}
	if (stat(t->path, &st) == 0)
		mode = st.st_mode & 0777;
	if (!cli_temporary_name(t->path, name, sizeof(name)))
		return fail_file(path, err);
	t->temporary = csm_strdup(c->arena, name);
	t->fd = open(t->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (t->fd < 0) {
		cli_temporary_done(t->temporary);
		return fail_file(path, err);
	}
	/* the umask is for new files; an old one keeps what it had */
	if (mode != 0666)
		(void)fchmod(t->fd, mode);
	return CSM_OK;
}

/* The name is durable when its folder is. */
int cli_sync_folder(struct cli *c, const char *path)
{
	int fd = open(dirname(csm_strdup(c->arena, path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return 0;	/* a folder that may be written but not read */
	rc = fsync(fd);
	close(fd);
	return rc;
}

int cli_target_close(struct cli *c, struct cli_target *t, int code, struct csm_err *err)
{
	if (t->fd < 0)
		return code;
	if (!code && t->temporary && fsync(t->fd) != 0)
		code = fail_file(t->path, err);
	if (close(t->fd) != 0 && !code)
		code = fail_file(t->path, err);
	t->fd = -1;
	if (!code && t->temporary && rename(t->temporary, t->path) != 0)
		code = fail_file(t->path, err);
	if (code && t->temporary)
		unlink(t->temporary);
	if (t->temporary)
		cli_temporary_done(t->temporary);
	if (!code && t->temporary && cli_sync_folder(c, t->path) != 0)
		code = csm_fail(err, CSM_E_IO, "%s: %s, its outcome is unknown, look before repeating it", t->path, strerror(errno));
	return code;
}

int cli_backup(struct cli *c, const char *path, struct csm_err *err)
{
	char name[PATH_MAX];
	int code;

	if (!cli_temporary_name(path, name, sizeof(name)))
		return fail_file(path, err);
	code = csm_db_backup(c->db, path, name, err);
	cli_temporary_done(name);
	return code;
}

int cli_make_folders(struct cli *c, const char *path, struct csm_err *err)
{
	char *dir = csm_strdup(c->arena, path);

	for (char *p = strchr(dir + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(dir, 0700) == 0 ? cli_sync_folder(c, dir) != 0 : errno != EEXIST)
			return csm_fail(err, CSM_E_IO, "%s: %s", dir, strerror(errno));
		*p = '/';
	}
	return CSM_OK;
}
