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

/* Where a descriptor leads; "" nowhere. */
static void find_path(int fd, char *path)
{
	char link[40];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
}

/* The path from the root, if it is below the folder; at: of the folder it starts from. */
static bool is_ours_at(int at, const char *path, char *full)
{
	char here[PATH_MAX] = "";
	int saved = errno;

	if (*path == '/') {
		snprintf(full, PATH_MAX, "%s", path);
	} else {
		if (at != AT_FDCWD)
			find_path(at, here);
		else if (!getcwd(here, sizeof(here)))
			*here = '\0';
		snprintf(full, PATH_MAX, "%.2000s/%.2000s", here, path);
	}
	errno = saved;
	return strncmp(full, folder, strlen(folder)) == 0;
}

static bool is_ours(const char *path, char *full)
{
	return is_ours_at(AT_FDCWD, path, full);
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

/* What a file holds that was written by ways that are not seen, such as stdio's. A database is written by those that are. */
static void note_whole(int fd, const struct rec_op *file)
{
	struct rec_op op = { .op = 'W', .file = file->file };
	static char text[1 << 20];
	char path[PATH_MAX];

	find_path(fd, path);
	if (strstr(path, ".db"))
		return;
	op.n = pread(fd, text, sizeof(text), 0);
	if (op.n < 0) {		/* open for writing only */
		int again = real_open(path, O_RDONLY | O_CLOEXEC, 0);

		op.n = again < 0 ? -1 : pread(again, text, sizeof(text), 0);
		close(again);
	}
	if (op.n > 0 && op.n < (int64_t)sizeof(text))
		note(op, NULL, NULL, text);
}

/* Only told: nothing of the test need outlive a power cut. */
static int note_sync(int fd)
{
	char path[PATH_MAX];
	struct rec_op op = { .op = 'S' };

	if (find_file(fd, &op)) {
		note_whole(fd, &op);
		note(op, NULL, NULL, NULL);
		return 0;
	}
	find_path(fd, path);
	if (*path)
		note((struct rec_op){ .op = 'D' }, path, NULL, NULL);
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

int unlinkat(int at, const char *path, int flags)
{
	char full[PATH_MAX];
	bool ours = is_ours_at(at, path, full);
	int rc = SHIM_NEXT(int (*)(int, const char *, int), "unlinkat")(at, path, flags);

	if (rc == 0 && ours)
		note((struct rec_op){ .op = 'U' }, full, NULL, NULL);
	return rc;
}

int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int renameat(int a_at, const char *from, int b_at, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];
	bool ours = is_ours_at(a_at, from, a) && is_ours_at(b_at, to, b);
	int rc = SHIM_NEXT(int (*)(int, const char *, int, const char *), "renameat")(a_at, from, b_at, to);

	if (rc == 0 && ours)
		note((struct rec_op){ .op = 'R' }, a, b, NULL);
	return rc;
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
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

static int do_open(int at, const char *path, int flags, mode_t mode)
{
	char full[PATH_MAX];
	struct rec_op op = { .op = 'C' };
	struct stat st;
	bool ours = log_fd >= 0 && is_ours_at(at, path, full), fresh = ours && lstat(full, &st) != 0;
	int fd = SHIM_NEXT(int (*)(int, const char *, int, mode_t), "openat64")(at, path, flags, mode);

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
	return do_open(AT_FDCWD, path, flags, MODE_OF(flags));
}

int open64(const char *path, int flags, ...)
{
	return do_open(AT_FDCWD, path, flags, MODE_OF(flags));
}

int openat(int at, const char *path, int flags, ...)
{
	return do_open(at, path, flags, MODE_OF(flags));
}

int openat64(int at, const char *path, int flags, ...)
{
	return do_open(at, path, flags, MODE_OF(flags));
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
