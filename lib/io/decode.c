/* SPDX-License-Identifier: MIT */
/*
 * decode.c - what an input is wrapped in, told by its first bytes: gzip or zstd around it, UTF-16
 * or an eight-bit encoding inside. Behind a decoder every source is UTF-8.
 *
 * The layers are sources around sources, each with a buffer of fixed size: what a small file
 * unpacks to is never held, so a bomb costs time only, and the limits of the readers hold behind
 * it.
 */
#include <errno.h>
#include <string.h>

#include "decode.h"

/* ---- by name ---- */

static const char *const names[] = {
	[CSM_ENC_DETECT] = "detect",
	[CSM_ENC_UTF8] = "utf-8",
	[CSM_ENC_UTF16] = "utf-16",
	[CSM_ENC_UTF16LE] = "utf-16le",
	[CSM_ENC_UTF16BE] = "utf-16be",
	[CSM_ENC_LATIN1] = "latin1",
	[CSM_ENC_WINDOWS1252] = "windows-1252",
};

enum csm_encoding csm_encoding_named(const char *name)
{
	for (size_t i = CSM_ENC_UTF8; i < CSM_COUNT(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum csm_encoding)i;
	return CSM_ENC_NONE;
}

const char *csm_encoding_name(enum csm_encoding e)
{
	return e > CSM_ENC_NONE && (size_t)e < CSM_COUNT(names) ? names[e] : "none";
}

/* ---- a source whose beginning was looked at ---- */

struct peek {
	struct csm_source src;
	unsigned char *start;
	size_t n, at;
	bool failed; /* the source did, behind start */
	int number;  /* its errno */
};

static long read_peeked(void *arg, void *p, size_t n)
{
	struct peek *k = arg;
	size_t left = k->n - k->at;

	if (!left && k->failed) {
		errno = k->number;
		return -1;
	}
	if (!left)
		return k->src.read(k->src.arg, p, n);
	if (n > left)
		n = left;
	memcpy(p, k->start + k->at, n);
	k->at += n;
	return (long)n;
}

static int explain_peeked(void *arg, struct csm_err *err)
{
	const struct peek *k = arg;

	return io_source_fail(&k->src, err);
}

static void peek_open(struct peek *k, struct csm_arena *a, struct csm_source src, size_t size)
{
	long got = 1;

	k->src = src;
	k->start = csm_alloc(a, size);
	while (got > 0 && k->n < size) {
		errno = 0;
		got = src.read(src.arg, k->start + k->n, size - k->n);
		if (got > 0)
			k->n += (size_t)got;
	}
	k->failed = got < 0;
	k->number = errno;
}

static struct csm_source peek_source(struct peek *k)
{
	return (struct csm_source){ read_peeked, k, k->src.name, explain_peeked };
}

static bool begins(const struct peek *k, const char *magic, size_t n)
{
	return k->n >= n && memcmp(k->start, magic, n) == 0;
}

/* ---- the decoder ---- */

#define BEGINNING ((size_t)16)

struct csm_decoder {
	struct csm_arena *arena;
	struct peek outer, inner, text;
	struct io_unpack *unpack;
	struct csm_source src; /* what the reader reads */
	enum csm_encoding encoding;
};

/* What people hand over in the hope that it is read. */
static const struct {
	const char *magic;
	size_t n;
	const char *what;
} foreign[] = {
	{ "PK\003\004", 4,
	  "a zip archive or an office document such as .xlsx (save a sheet as CSV)" },
	{ "\xd0\xcf\x11\xe0", 4, "an old office document such as .xls (save a sheet as CSV)" },
	{ "\xfd"
	  "7zXZ",
	  6, "compressed with xz (use xz -dc, csm unpacks gzip and zstd)" },
	{ "BZh91AY&SY", 10, "compressed with bzip2 (use bzip2 -dc, csm unpacks gzip and zstd)" },
	{ "SQLite format 3", 16, "an SQLite database (a document or a table is expected)" },
	{ "%PDF-", 5, "a PDF document (a document or a table of data is expected)" },
	{ "\xff\xfe\0\0", 4, "encoded in UTF-32 (csm reads UTF-8 and UTF-16)" },
	{ "\0\0\xfe\xff", 4, "encoded in UTF-32 (csm reads UTF-8 and UTF-16)" },
};

static int refuse_foreign(const struct peek *k, struct csm_err *err)
{
	for (size_t i = 0; i < CSM_COUNT(foreign); i++)
		if (begins(k, foreign[i].magic, foreign[i].n))
			return csm_fail(err, CSM_E_INVALID, "the input is %s", foreign[i].what);
	return CSM_OK;
}

/* A frame, or one that is to be skipped. */
static bool begins_zstd(const struct peek *k)
{
	return begins(k, "\x28\xb5\x2f\xfd", 4) || (k->n >= 4 && (k->start[0] & 0xf0) == 0x50 &&
						    memcmp(k->start + 1, "\x2a\x4d\x18", 3) == 0);
}

static int unwrap(struct csm_decoder *d, struct csm_source src, struct csm_err *err)
{
	bool gzip;
	int rc;

	peek_open(&d->outer, d->arena, src, BEGINNING);
	gzip = begins(&d->outer, "\x1f\x8b", 2);
	d->src = peek_source(&d->outer);
	if (gzip || begins_zstd(&d->outer)) {
		rc = io_unpack_open(&d->unpack, d->arena, d->src, gzip, err);
		if (rc)
			return rc;
		d->src = io_unpack_source(d->unpack);
	}
	peek_open(&d->inner, d->arena, d->src, BEGINNING);
	d->src = peek_source(&d->inner);
	return refuse_foreign(&d->inner, err);
}

/* UTF-16 by its mark; without one, by the zero byte of a first character that is ASCII. */
static enum csm_encoding find_utf16(const struct peek *k, bool *marked)
{
	const unsigned char *p = k->start;

	*marked = begins(k, "\xff\xfe", 2) || begins(k, "\xfe\xff", 2);
	if (*marked)
		return p[0] == 0xff ? CSM_ENC_UTF16LE : CSM_ENC_UTF16BE;
	if (k->n < 2 || !p[0] == !p[1] || p[0] >= 0x80 || p[1] >= 0x80)
		return CSM_ENC_NONE;
	return p[0] ? CSM_ENC_UTF16LE : CSM_ENC_UTF16BE;
}

static int settle_encoding(struct csm_decoder *d, enum csm_encoding given, struct csm_err *err)
{
	bool marked, utf8 = begins(&d->inner, "\xef\xbb\xbf", 3);
	enum csm_encoding found = find_utf16(&d->inner, &marked);

	if (given == CSM_ENC_UTF16 && found == CSM_ENC_NONE && d->inner.n > 0)
		return csm_fail(
			err, CSM_E_INVALID,
			"no byte order mark of UTF-16 at the beginning (say utf-16le or utf-16be)");
	if (given == CSM_ENC_DETECT && !marked && found != CSM_ENC_NONE)
		return csm_fail(
			err, CSM_E_INVALID,
			"the input has NUL bytes as UTF-16 does, but no byte order mark (say "
			"--encoding %s)",
			csm_encoding_name(found));
	if (utf8 && given != CSM_ENC_DETECT && given != CSM_ENC_UTF8)
		return csm_fail(err, CSM_E_INVALID,
				"the input begins with the mark of UTF-8, it is not %s",
				csm_encoding_name(given));
	if (marked && given != CSM_ENC_DETECT && given != CSM_ENC_UTF16 && given != found)
		return csm_fail(err, CSM_E_INVALID,
				"the input begins with the mark of %s, it is not %s",
				csm_encoding_name(found), csm_encoding_name(given));
	d->encoding = given;
	if (given == CSM_ENC_DETECT || given == CSM_ENC_UTF16)
		d->encoding = found == CSM_ENC_NONE ? CSM_ENC_UTF8 : found;
	if (marked)
		d->inner.at = 2;
	return CSM_OK;
}

int csm_decoder_open(struct csm_decoder **out, struct csm_arena *a, struct csm_source src,
		     enum csm_encoding encoding, struct csm_err *err)
{
	struct csm_arena *own = csm_arena_like(a);
	struct csm_decoder *d;
	int rc;

	*out = NULL;
	if (!own)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	d = csm_alloc(own, sizeof(*d));
	d->arena = own;
	src.name = csm_strdup(own, src.name);
	rc = unwrap(d, src, err);
	if (!rc)
		rc = settle_encoding(d, encoding, err);
	if (rc) {
		csm_err_at(err, io_source_name(&src), 0, 0);
		csm_decoder_close(d);
		return rc;
	}
	if (d->encoding != CSM_ENC_UTF8)
		d->src = io_charset_source(own, d->src, d->encoding);
	*out = d;
	return CSM_OK;
}

enum csm_format csm_decoder_format(struct csm_decoder *d)
{
	if (!d->text.start) {
		peek_open(&d->text, d->arena, d->src, CSM_IO_SNIFF);
		d->src = peek_source(&d->text);
	}
	return csm_format_sniff((const char *)d->text.start, d->text.n);
}

struct csm_source csm_decoder_source(const struct csm_decoder *d)
{
	return d->src;
}

enum csm_encoding csm_decoder_encoding(const struct csm_decoder *d)
{
	return d->encoding;
}

bool csm_decoder_packed(const struct csm_decoder *d)
{
	return d->unpack != NULL;
}

int csm_decoder_finish(struct csm_decoder *d, struct csm_err *err)
{
	if (!d->unpack || io_unpack_whole(d->unpack, err))
		return CSM_OK;
	return csm_err_at(err, io_source_name(&d->outer.src), 0, 0);
}

void csm_decoder_close(struct csm_decoder *d)
{
	if (!d)
		return;
	io_unpack_close(d->unpack);
	csm_arena_free(d->arena);
}
