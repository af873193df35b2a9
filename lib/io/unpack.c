/* SPDX-License-Identifier: MIT */
/*
 * unpack.c - gzip by zlib and zstd by libzstd, a piece at a time: members and frames in a row are
 * one input, as gzip -dc and zstd -dc have it, and each is checked to its end.
 */
#include <errno.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "decode.h"

/*
 * What a frame of zstd may ask for at once: RFC 8878 wants 8 MiB of everybody, and levels to 19
 * need no more. So memory stays what the manual says of a load.
 */
#define WINDOW_LOG 23

struct io_unpack {
	struct csm_source src;
	bool gzip, ended;
	bool between;          /* a member or frame is finished, the next has not begun */
	enum csm_code refused; /* the source is well, what it holds is not; or memory ran out */
	char problem[200];
	unsigned char in[IO_LAYER];
	char rest[IO_LAYER];   /* what nobody reads */
	size_t at, n;
	int64_t base; /* offset of in[0] */
	z_stream z;
	bool inflating; /* z needs inflateEnd */
	ZSTD_DCtx *zstd;
};

static long refuse(struct io_unpack *u, const char *what)
{
	u->refused = CSM_E_INVALID;
	snprintf(u->problem, sizeof(u->problem), "%s at byte %lld of the %s data", what,
		 (long long)(u->base + (int64_t)u->at + 1), u->gzip ? "gzip" : "zstd");
	return -1;
}

static long refuse_damaged(struct io_unpack *u, const char *how)
{
	char what[120];

	snprintf(what, sizeof(what), "damaged: %s", how);
	return refuse(u, what);
}

static void fail_memory(struct io_unpack *u)
{
	u->refused = CSM_E_SYSTEM;
	snprintf(u->problem, sizeof(u->problem), "out of memory");
}

/* Bytes to unpack, unless there are some. False when the source fails. */
static bool feed(struct io_unpack *u)
{
	long got;

	if (u->at < u->n || u->ended)
		return true;
	u->base += (int64_t)u->n;
	u->at = u->n = 0;
	got = u->src.read(u->src.arg, u->in, sizeof(u->in));
	if (got < 0)
		return false;
	u->ended = got == 0;
	u->n = (size_t)got;
	return true;
}

/* ---- gzip ---- */

/* Behind a member: zeros (of a tape), the end, or the next. 1: the next, 0: the end. */
static long next_member(struct io_unpack *u)
{
	bool zeros = false;

	for (;;) {
		if (!feed(u))
			return -1;
		if (u->at == u->n)
			return 0;
		if (u->in[u->at])
			break;
		zeros = true;
		u->at++;
	}
	if (zeros || u->in[u->at] != 0x1f)
		return refuse(u, "something else follows");
	u->between = false;
	return inflateReset(&u->z) == Z_OK ? 1 : refuse(u, "cannot begin the next member");
}

static long inflate_some(struct io_unpack *u, unsigned char *p, size_t n)
{
	uInt room = n > (1u << 30) ? 1u << 30 : (uInt)n;
	int rc;

	u->z.next_in = u->in + u->at;
	u->z.avail_in = (uInt)(u->n - u->at);
	u->z.next_out = p;
	u->z.avail_out = room;
	rc = inflate(&u->z, Z_NO_FLUSH);
	u->at = u->n - u->z.avail_in;
	if (rc == Z_STREAM_END)
		u->between = true;
	else if (rc == Z_MEM_ERROR)
		fail_memory(u);
	else if (rc != Z_OK && rc != Z_BUF_ERROR)
		refuse_damaged(u, u->z.msg ? u->z.msg : "no deflate data");
	return (long)(room - u->z.avail_out);
}

/* ---- zstd ---- */

static long decompress_some(struct io_unpack *u, unsigned char *p, size_t n)
{
	ZSTD_inBuffer in = { u->in, u->n, u->at };
	ZSTD_outBuffer out = { p, n, 0 };
	size_t rc = ZSTD_decompressStream(u->zstd, &out, &in);

	u->at = in.pos;
	u->between = rc == 0;
	if (!ZSTD_isError(rc))
		return (long)out.pos;
	if (ZSTD_getErrorCode(rc) == ZSTD_error_memory_allocation)
		fail_memory(u);
	else if (ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge)
		refuse(u, "a window of more than 8 MiB (use zstd -dc --long=31)");
	else if (ZSTD_getErrorCode(rc) == ZSTD_error_prefix_unknown)
		refuse(u, "something else follows");
	else
		refuse_damaged(u, ZSTD_getErrorName(rc));
	return (long)out.pos;
}

/* ---- both ---- */

static long read_unpacked(void *arg, void *p, size_t n)
{
	struct io_unpack *u = arg;

	for (;;) {
		bool ended;
		long got;

		if (u->refused || !feed(u))
			return -1;
		if (u->between && u->gzip) {
			got = next_member(u);
			if (got <= 0)
				return got;
		}
		ended = u->at == u->n;
		if (ended && u->between)
			return 0;
		/* Also without input: what the library still holds may fill the room. */
		got = u->gzip ? inflate_some(u, p, n) : decompress_some(u, p, n);
		if (got > 0)
			return got;
		if (ended && !u->between && !u->refused)
			return refuse(u, "cut off");
	}
}

static int explain_unpacked(void *arg, struct csm_err *err)
{
	const struct io_unpack *u = arg;

	if (!u->refused)
		return io_source_fail(&u->src, err);
	return csm_fail(err, u->refused, "%s", u->problem);
}

bool io_unpack_whole(struct io_unpack *u, struct csm_err *err)
{
	long got;

	do {
		errno = 0;
		got = read_unpacked(u, u->rest, sizeof(u->rest));
	} while (got > 0);
	if (got < 0)
		explain_unpacked(u, err);
	return got == 0;
}

int io_unpack_open(struct io_unpack **out, struct csm_arena *a, struct csm_source src, bool gzip,
		   struct csm_err *err)
{
	struct io_unpack *u = csm_alloc(a, sizeof(*u));

	u->src = src;
	u->gzip = gzip;
	*out = u;
	if (gzip)
		u->inflating =
			inflateInit2(&u->z, 15 + 16) == Z_OK; /* 16: gzip, not zlib's own frame */
	else
		u->zstd = ZSTD_createDCtx();
	if (!u->inflating && !u->zstd)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	if (u->zstd)
		ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
	return CSM_OK;
}

struct csm_source io_unpack_source(struct io_unpack *u)
{
	return (struct csm_source){ read_unpacked, u, u->src.name, explain_unpacked };
}

void io_unpack_close(struct io_unpack *u)
{
	if (!u)
		return;
	if (u->inflating)
		inflateEnd(&u->z);
	ZSTD_freeDCtx(u->zstd);
}
