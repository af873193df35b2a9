/* SPDX-License-Identifier: MIT */
/* tmp.c - temporary files without a name: bytes that are appended and read again. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <csm/attr.h>

#include "xfer/disk.h"

#define BUFFER ((size_t)32 << 10)

void xfer_disk_open(struct xfer_disk *d, struct csm_arena *a, const char *dir)
{
	*d = (struct xfer_disk){ .arena = a, .dir = dir, .fds = CSM_VEC(a, int) };
}

void xfer_disk_close(struct xfer_disk *d)
{
	for (size_t i = 0; i < d->fds.n; i++)
		close(*CSM_AT(&d->fds, int, i));
	for (struct xfer_sorted *x = d->sorted; x; x = x->next)
		csm_arena_free(x->arena);
	csm_arena_free(d->arena);
	*d = (struct xfer_disk){ 0 };
}

int xfer_disk_check(const struct xfer_disk *d, struct csm_err *err)
{
	if (d->err.code)
		*err = d->err;
	return (int)d->err.code;
}

static void fail(struct xfer_disk *d, const char *what)
{
	if (!d->err.code)
		csm_fail(&d->err, CSM_E_IO, "temporary file in %s: %s: %s", d->dir, what, strerror(errno));
}

static int make_file(struct csm_arena *a, const char *dir)
{
	char *path = csm_sprintf(a, "%s/csm-XXXXXX", dir);
	int fd = mkstemp(path);

	if (fd >= 0) {
		unlink(path);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	return fd;
}

static bool open_file(struct xfer_disk *d, struct xfer_file *f)
{
	static const char *const dirs[] = { "/var/tmp", "/tmp" };

	if (f->fd >= 0 || d->err.code)
		return f->fd >= 0;
	if (d->dir)
		f->fd = make_file(d->arena, d->dir);
	for (unsigned i = 0; f->fd < 0 && !d->dir && i < CSM_COUNT(dirs); i++) {
		f->fd = make_file(d->arena, dirs[i]);
		if (f->fd >= 0 || i + 1 == CSM_COUNT(dirs))
			d->dir = dirs[i];
	}
	if (f->fd < 0) {
		fail(d, "can't be made");
		return false;
	}
	*(int *)csm_vec_add(&d->fds) = f->fd;
	return true;
}

void xfer_file_write(struct xfer_disk *d, struct xfer_file *f, int64_t at, const void *p, size_t n)
{
	const char *s = p;

	if (!open_file(d, f))
		return;
	while (n && !d->err.code) {
		ssize_t done = pwrite(f->fd, s, n, (off_t)at);

		if (done < 0) {
			if (errno != EINTR)
				fail(d, "can't be written");
			continue;
		}
		s += done;
		at += done;
		n -= (size_t)done;
	}
}

void xfer_file_read(struct xfer_disk *d, struct xfer_file *f, int64_t at, void *p, size_t n)
{
	char *s = p;

	while (n && f->fd >= 0 && !d->err.code) {
		ssize_t got = pread(f->fd, s, n, (off_t)at);

		if (got == 0)
			break;
		if (got < 0) {
			if (errno != EINTR)
				fail(d, "can't be read");
			continue;
		}
		s += got;
		at += got;
		n -= (size_t)got;
	}
	memset(s, 0, n);
}

void xfer_tmp_init(struct xfer_tmp *t, struct xfer_disk *d)
{
	*t = (struct xfer_tmp){ .disk = d, .file = { .fd = -1 } };
}

int64_t xfer_tmp_size(const struct xfer_tmp *t)
{
	return t->start + (int64_t)t->n;
}

void xfer_tmp_cut(struct xfer_tmp *t, int64_t size)
{
	t->n = size > t->start ? (size_t)(size - t->start) : 0;
	if (size < t->start)
		t->start = size;
}

int64_t xfer_tmp_add(struct xfer_tmp *t, const void *p, size_t n)
{
	int64_t at = xfer_tmp_size(t);

	if (!t->buf)
		t->buf = csm_alloc(t->disk->arena, BUFFER);
	if (t->n + n > BUFFER) {
		xfer_file_write(t->disk, &t->file, t->start, t->buf, t->n);
		t->start += (int64_t)t->n;
		t->n = 0;
	}
	if (n > BUFFER) {
		xfer_file_write(t->disk, &t->file, t->start, p, n);
		t->start += (int64_t)n;
	} else {
		memcpy(t->buf + t->n, p, n);
		t->n += n;
	}
	return at;
}

void xfer_tmp_read(struct xfer_tmp *t, int64_t at, void *p, size_t n)
{
	size_t there = 0;

	if (at < t->start) {
		there = (int64_t)n < t->start - at ? n : (size_t)(t->start - at);
		xfer_file_read(t->disk, &t->file, at, p, there);
	}
	if (there < n)
		memcpy((char *)p + there, t->buf + (at + (int64_t)there - t->start), n - there);
}
