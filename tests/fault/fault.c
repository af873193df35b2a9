/* SPDX-License-Identifier: MIT */
/*
 * fault.c - a library to preload that makes the K-th call of a kind fail.
 *
 *   CSM_FAULT=io:K:kill     the process dies in the call; of what it writes, the first half is there
 *   CSM_FAULT=io:K:eio      the call fails with EIO; io:K:eio+ that one and all after it
 *   CSM_FAULT=io:K:nospc    the same with ENOSPC, calls that need no room succeed
 *   CSM_FAULT=io:K:short    a write takes half and says so; io:K:short+ with ENOSPC for all after it
 *   CSM_FAULT=read:K:eio[+] reading fails, of files below the folder that the program was started in
 *   CSM_FAULT=mem:K[+]      malloc, calloc, realloc return NULL
 *   CSM_FAULT_OUT=FILE      struct fault_out of fault.h: counts, and where the fault was
 *
 * io counts write, pwrite, writev, pwritev, fsync, fdatasync, ftruncate, fallocate, unlink, rename, link, mkdir, mkstemp and opening that may create.
 * Standard error is left alone. A program that is started from this one has no faults.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fault.h"
#include "shim.h"

enum mode { MODE_NONE, MODE_KILL, MODE_EIO, MODE_NOSPC, MODE_SHORT };
enum verdict { GO, DIE, FAIL, HALF };

static struct fault_out none, *out = &none;
static char here[PATH_MAX];
static struct {
	enum mode mode;
	int64_t k;
	int64_t *counter;	/* of the kind that is to fail */
	bool after;		/* all later ones too */
	bool on;
} plan;

/* The allocator itself, which needs no looking up. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static void read_plan(const char *s)
{
	static const struct {
		const char *name;
		enum mode mode;
	} modes[] = { { "kill", MODE_KILL }, { "eio", MODE_EIO }, { "nospc", MODE_NOSPC }, { "short", MODE_SHORT } };
	char *end;

	if (strncmp(s, "io:", 3) == 0)
		plan.counter = &out->io;
	else if (strncmp(s, "read:", 5) == 0)
		plan.counter = &out->read;
	else if (strncmp(s, "mem:", 4) == 0)
		plan.counter = &out->mem;
	else
		return;
	plan.k = strtoll(strchr(s, ':') + 1, &end, 10);
	plan.after = s[strlen(s) - 1] == '+';
	plan.mode = plan.counter == &out->mem ? MODE_EIO : MODE_NONE;
	for (size_t i = 0; *end == ':' && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strncmp(end + 1, modes[i].name, strlen(modes[i].name)) == 0)
			plan.mode = modes[i].mode;
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("CSM_FAULT_OUT"), *what = getenv("CSM_FAULT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (fd >= 0) {
		void *p = mmap(NULL, sizeof(*out), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

		if (p != MAP_FAILED)
			out = p;
		close(fd);
	}
	if (what)
		read_plan(what);
	unsetenv("LD_PRELOAD");
	if (!getcwd(here, sizeof(here)))
		*here = '\0';
	plan.on = true;
}

static void tell(const char *name, int fd, const char *path)
{
	char link[40], file[120] = "";
	ssize_t n;

	out->hit = 1;
	if (fd >= 0) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, file, sizeof(file) - 1);
		file[n > 0 ? n : 0] = '\0';
		path = file;
	}
	snprintf(out->at, sizeof(out->at), "%s %s", name, path ? path : "");
}

/* Whether a file is below the folder the program was started in: what csm reads elsewhere is the system's, and it does without. */
static bool is_here(int fd)
{
	char link[40], file[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, file, sizeof(file) - 1);
	file[n > 0 ? n : 0] = '\0';
	return *here && strncmp(file, here, strlen(here)) == 0;
}

/* One more call: what is to become of it. errno is set where it fails. */
static enum verdict next(enum shim_op op, const char *name, int fd, const char *path)
{
	bool grows = op == SHIM_WRITE || op == SHIM_CREATE || op == SHIM_ALLOCATE || op == SHIM_RENAME || op == SHIM_TRUNCATE;
	int64_t *counter = op == SHIM_MEMORY ? &out->mem : op == SHIM_READ ? &out->read : &out->io, k;

	if (!plan.on || fd == STDERR_FILENO || (op == SHIM_READ && !is_here(fd)))
		return GO;
	k = __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);	/* a long load has two threads */
	if (counter == &out->io && k <= FAULT_OPS)
		out->op[k - 1] = (uint8_t)op;
	if (counter != plan.counter || k < plan.k || (k > plan.k && !plan.after))
		return GO;
	if (plan.mode == MODE_NONE || ((plan.mode == MODE_NOSPC || plan.mode == MODE_SHORT) && !grows))
		return GO;
	if (plan.mode == MODE_SHORT && k == plan.k && op != SHIM_WRITE)
		return GO;
	if (k == plan.k && op != SHIM_MEMORY)
		tell(name, fd, path);
	out->hit = 1;
	if (plan.mode == MODE_KILL)
		return DIE;
	if (plan.mode == MODE_SHORT && k == plan.k)
		return HALF;
	errno = op == SHIM_MEMORY ? ENOMEM : plan.mode == MODE_EIO ? EIO : ENOSPC;
	return FAIL;
}

static void die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

/* A call that does it wholly or not at all: -1 and errno, or 0 to go on. */
static int whole(enum shim_op op, const char *name, int fd, const char *path)
{
	enum verdict v = next(op, name, fd, path);

	if (v == DIE)
		die();
	return v == FAIL ? -1 : 0;
}

/* ---- writing ---- */

static ssize_t put(int fd, const void *p, size_t n, off_t at)
{
	if (at < 0)
		return SHIM_NEXT(ssize_t (*)(int, const void *, size_t), "write")(fd, p, n);
	return SHIM_NEXT(ssize_t (*)(int, const void *, size_t, off_t), "pwrite64")(fd, p, n, at);
}

static ssize_t do_write(const char *name, int fd, const void *p, size_t n, off_t at)
{
	switch (next(SHIM_WRITE, name, fd, NULL)) {
	case DIE:
		put(fd, p, n / 2, at);
		die();
		return -1;
	case FAIL:
		return -1;
	case HALF:
		return put(fd, p, (n + 1) / 2, at);
	default:
		return put(fd, p, n, at);
	}
}

ssize_t write(int fd, const void *p, size_t n)
{
	return do_write("write", fd, p, n, -1);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return do_write("pwrite", fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return do_write("pwrite", fd, p, n, at);
}

/* A short one of these writes its first part. */
static ssize_t do_writev(const char *name, int fd, const struct iovec *v, int n, off_t at)
{
	ssize_t all = 0;

	for (int i = 0; i < n; i++) {
		ssize_t done = do_write(name, fd, v[i].iov_base, v[i].iov_len, at < 0 ? at : at + all);

		if (done < 0)
			return all ? all : -1;
		all += done;
		if ((size_t)done < v[i].iov_len)
			break;
	}
	return all;
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	return do_writev("writev", fd, v, n, -1);
}

ssize_t pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	return do_writev("pwritev", fd, v, n, at);
}

ssize_t pwritev64(int fd, const struct iovec *v, int n, off_t at)
{
	return do_writev("pwritev", fd, v, n, at);
}

/* ---- the rest of what changes a disk ---- */

/* Nothing is made durable: what that is for is rec.c's affair, and a sweep of thousands of runs is faster so. */
int fsync(int fd)
{
	return whole(SHIM_SYNC, "fsync", fd, NULL);
}

int fdatasync(int fd)
{
	return whole(SHIM_SYNC, "fdatasync", fd, NULL);
}

int ftruncate(int fd, off_t n)
{
	if (whole(SHIM_TRUNCATE, "ftruncate", fd, NULL))
		return -1;
	return SHIM_NEXT(int (*)(int, off_t), "ftruncate64")(fd, n);
}

int ftruncate64(int fd, off_t n)
{
	return ftruncate(fd, n);
}

int fallocate(int fd, int mode, off_t at, off_t n)
{
	if (whole(SHIM_ALLOCATE, "fallocate", fd, NULL))
		return -1;
	return SHIM_NEXT(int (*)(int, int, off_t, off_t), "fallocate64")(fd, mode, at, n);
}

int fallocate64(int fd, int mode, off_t at, off_t n)
{
	return fallocate(fd, mode, at, n);
}

int posix_fallocate(int fd, off_t at, off_t n)
{
	if (whole(SHIM_ALLOCATE, "posix_fallocate", fd, NULL))
		return errno;
	return SHIM_NEXT(int (*)(int, off_t, off_t), "posix_fallocate64")(fd, at, n);
}

int unlink(const char *path)
{
	if (whole(SHIM_UNLINK, "unlink", -1, path))
		return -1;
	return SHIM_NEXT(int (*)(const char *), "unlink")(path);
}

int unlinkat(int fd, const char *path, int flags)
{
	if (whole(SHIM_UNLINK, "unlinkat", -1, path))
		return -1;
	return SHIM_NEXT(int (*)(int, const char *, int), "unlinkat")(fd, path, flags);
}

int rename(const char *from, const char *to)
{
	if (whole(SHIM_RENAME, "rename", -1, to))
		return -1;
	return SHIM_NEXT(int (*)(const char *, const char *), "rename")(from, to);
}

int renameat(int a, const char *from, int b, const char *to)
{
	if (whole(SHIM_RENAME, "renameat", -1, to))
		return -1;
	return SHIM_NEXT(int (*)(int, const char *, int, const char *), "renameat")(a, from, b, to);
}

int link(const char *from, const char *to)
{
	if (whole(SHIM_RENAME, "link", -1, to))
		return -1;
	return SHIM_NEXT(int (*)(const char *, const char *), "link")(from, to);
}

int linkat(int a, const char *from, int b, const char *to, int flags)
{
	if (whole(SHIM_RENAME, "linkat", -1, to))
		return -1;
	return SHIM_NEXT(int (*)(int, const char *, int, const char *, int), "linkat")(a, from, b, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
	if (whole(SHIM_CREATE, "mkdir", -1, path))
		return -1;
	return SHIM_NEXT(int (*)(const char *, mode_t), "mkdir")(path, mode);
}

int mkstemp(char *path)
{
	if (whole(SHIM_CREATE, "mkstemp", -1, path))
		return -1;
	return SHIM_NEXT(int (*)(char *), "mkstemp64")(path);
}

int mkstemp64(char *path)
{
	return mkstemp(path);
}

/* ---- opening ---- */

static int do_open(const char *path, int flags, mode_t mode)
{
	if (flags & O_CREAT && whole(SHIM_CREATE, "open", -1, path))
		return -1;
	return SHIM_NEXT(int (*)(const char *, int, mode_t), "open64")(path, flags, mode);
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

int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags);

	if (flags & O_CREAT && whole(SHIM_CREATE, "openat", -1, path))
		return -1;
	return SHIM_NEXT(int (*)(int, const char *, int, mode_t), "openat64")(dir, path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...)
{
	return openat(dir, path, flags, MODE_OF(flags));
}

/* ---- reading ---- */

ssize_t read(int fd, void *p, size_t n)
{
	if (whole(SHIM_READ, "read", fd, NULL))
		return -1;
	return SHIM_NEXT(ssize_t (*)(int, void *, size_t), "read")(fd, p, n);
}

ssize_t pread(int fd, void *p, size_t n, off_t at)
{
	if (whole(SHIM_READ, "pread", fd, NULL))
		return -1;
	return SHIM_NEXT(ssize_t (*)(int, void *, size_t, off_t), "pread64")(fd, p, n, at);
}

ssize_t pread64(int fd, void *p, size_t n, off_t at)
{
	return pread(fd, p, n, at);
}

/* ---- memory; not under a sanitizer, which has an allocator of its own ---- */
#ifndef FAULT_NO_MEMORY
void *malloc(size_t n)
{
	return next(SHIM_MEMORY, "malloc", -1, NULL) == GO ? __libc_malloc(n) : NULL;
}

void *calloc(size_t n, size_t size)
{
	return next(SHIM_MEMORY, "calloc", -1, NULL) == GO ? __libc_calloc(n, size) : NULL;
}

void *realloc(void *p, size_t n)
{
	return next(SHIM_MEMORY, "realloc", -1, NULL) == GO ? __libc_realloc(p, n) : NULL;
}
#endif
