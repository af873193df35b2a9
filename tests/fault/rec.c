/* SPDX-License-Identifier: MIT */
/*
 * rec.c - a library to preload that writes down what a program does to the files below a folder, so that power.c can say what a disk would hold
 * had the power failed.
 *
 *   CSM_REC=FILE      the log
 *   CSM_REC_DIR=DIR   only files below it
 *
 * Records, each a struct rec_op of rec.h, then its first path, second path and bytes. Writes to mapped memory are not seen: of the files of csm only
 * the -shm of a database is mapped, and that one is made anew by whoever opens the database after a crash.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "rec.h"
#include "shim.h"

static int log_fd = -1;
static char folder[PATH_MAX];

static ssize_t real_write(int fd, const void *p, size_t n)
{
	return SHIM_NEXT(ssize_t (*)(int, const void *, size_t), "write")(fd, p, n);
}

static int real_open(const char *path, int flags, mode_t mode)
{
	return SHIM_NEXT(int (*)(const char *, int, mode_t), "open64")(path, flags, mode);
}

/* A record that can't be kept makes the whole log worthless. */
static void keep(const void *p, size_t n)
{
	if (n && real_write(log_fd, p, n) != (ssize_t)n)
		abort();
}

static void note(struct rec_op op, const char *path, const char *to, const void *data)
{
	int saved = errno;

	if (log_fd < 0)
		return;
	op.path_n = path ? (uint32_t)strlen(path) : 0;
	op.to_n = to ? (uint32_t)strlen(to) : 0;
	keep(&op, sizeof(op));
	keep(path, op.path_n);
	keep(to, op.to_n);
	if (data)
		keep(data, (size_t)op.n);
	errno = saved;
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("CSM_REC"), *dir = getenv("CSM_REC_DIR");

	unsetenv("LD_PRELOAD");
	if (!path || !dir || strlen(dir) >= sizeof(folder))
		return;
	strcpy(folder, dir);
	log_fd = real_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

/* The path from the root, if it is below the folder. */
static bool is_ours(const char *path, char *full)
{
	char here[PATH_MAX];

	if (*path == '/')
		snprintf(full, PATH_MAX, "%s", path);
	else if (getcwd(here, sizeof(here)))
		snprintf(full, PATH_MAX, "%.2000s/%.2000s", here, path);
	else
		return false;
	return strncmp(full, folder, strlen(folder)) == 0;
}

/* What the file is that a descriptor stands for; false when it is none that matters. */
static bool find_file(int fd, struct rec_op *op)
{
	struct stat st;
	int saved = errno;
	bool found = log_fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	errno = saved;
	if (found)
		op->file = (uint64_t)st.st_ino;
	return found;
}

/* ---- writing ---- */

static void note_write(int fd, const void *p, ssize_t n, off_t at)
{
	struct rec_op op = { .op = 'W', .at = at, .n = n };

	if (n <= 0)
		return;
	if (fd == STDOUT_FILENO) {	/* the user has been told */
		op.op = 'A';
		note(op, NULL, NULL, p);
		return;
	}
	if (find_file(fd, &op))
		note(op, NULL, NULL, p);
}

ssize_t write(int fd, const void *p, size_t n)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t done = real_write(fd, p, n);

	note_write(fd, p, done, at);
	return done;
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at)
{
	ssize_t done = SHIM_NEXT(ssize_t (*)(int, const void *, size_t, off_t), "pwrite64")(fd, p, n, at);

	note_write(fd, p, done, at);
	return done;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return pwrite64(fd, p, n, at);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	ssize_t all = 0;

	for (int i = 0; i < n; i++) {
		ssize_t done = write(fd, v[i].iov_base, v[i].iov_len);

		if (done < 0)
			return all ? all : -1;
		all += done;
		if ((size_t)done < v[i].iov_len)
			break;
	}
	return all;
}

int ftruncate64(int fd, off_t n)
{
	struct rec_op op = { .op = 'T', .at = n };
	int rc = SHIM_NEXT(int (*)(int, off_t), "ftruncate64")(fd, n);

	if (rc == 0 && find_file(fd, &op))
		note(op, NULL, NULL, NULL);
	return rc;
}

int ftruncate(int fd, off_t n)
{
	return ftruncate64(fd, n);
}

/* Only told: nothing of the test need outlive a power cut. */
static int note_sync(int fd)
{
	char link[40], path[PATH_MAX];
	struct rec_op op = { .op = 'S' };
	ssize_t n;

	if (find_file(fd, &op)) {
		note(op, NULL, NULL, NULL);
		return 0;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n > 0) {
		path[n] = '\0';
		note((struct rec_op){ .op = 'D' }, path, NULL, NULL);
	}
	return 0;
}

int fsync(int fd)
{
	return note_sync(fd);
}

int fdatasync(int fd)
{
	return note_sync(fd);
}

/* ---- names ---- */

int unlink(const char *path)
{
	char full[PATH_MAX];
	int rc = SHIM_NEXT(int (*)(const char *), "unlink")(path);

	if (rc == 0 && is_ours(path, full))
		note((struct rec_op){ .op = 'U' }, full, NULL, NULL);
	return rc;
}

int rename(const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];
	int rc = SHIM_NEXT(int (*)(const char *, const char *), "rename")(from, to);

	if (rc == 0 && is_ours(from, a) && is_ours(to, b))
		note((struct rec_op){ .op = 'R' }, a, b, NULL);
	return rc;
}

int link(const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];
	int rc = SHIM_NEXT(int (*)(const char *, const char *), "link")(from, to);

	if (rc == 0 && is_ours(from, a) && is_ours(to, b))
		note((struct rec_op){ .op = 'L' }, a, b, NULL);
	return rc;
}

int mkdir(const char *path, mode_t mode)
{
	char full[PATH_MAX];
	int rc = SHIM_NEXT(int (*)(const char *, mode_t), "mkdir")(path, mode);

	if (rc == 0 && is_ours(path, full))
		note((struct rec_op){ .op = 'M' }, full, NULL, NULL);
	return rc;
}

static int do_open(const char *path, int flags, mode_t mode)
{
	char full[PATH_MAX];
	struct rec_op op = { .op = 'C' };
	struct stat st;
	bool ours = log_fd >= 0 && is_ours(path, full), fresh = ours && lstat(full, &st) != 0;
	int fd = real_open(path, flags, mode);

	if (fd < 0 || !ours || !find_file(fd, &op))
		return fd;
	if (fresh)
		note(op, full, NULL, NULL);
	else if (flags & O_TRUNC)
		note((struct rec_op){ .op = 'T', .file = op.file }, NULL, NULL, NULL);
	return fd;
}

#define MODE_OF(flags) \
	__extension__({ \
		mode_t mode_ = 0; \
		va_list ap_; \
		va_start(ap_, flags); \
		if ((flags) & O_CREAT) \
			mode_ = va_arg(ap_, mode_t); \
		va_end(ap_); \
		mode_; \
	})

int open(const char *path, int flags, ...)
{
	return do_open(path, flags, MODE_OF(flags));
}

int open64(const char *path, int flags, ...)
{
	return do_open(path, flags, MODE_OF(flags));
}

int mkstemp(char *path)
{
	char full[PATH_MAX];
	struct rec_op op = { .op = 'C' };
	int fd = SHIM_NEXT(int (*)(char *), "mkstemp64")(path);

	if (fd >= 0 && is_ours(path, full) && find_file(fd, &op))
		note(op, full, NULL, NULL);
	return fd;
}
