/* SPDX-License-Identifier: MIT */
/*
 * fuzz_decode.c - fuzz target of the decoders: the first byte says the encoding, the rest is the input, read whole
 * and a byte at a time, which must give the same text or be refused both times; what comes out of a format's reader
 * behind it keeps the promises of fuzz_io.h.
 */
#include "fuzz_io.h"

#define OUT_MAX ((size_t)1 << 18)

struct result {
	char *text;
	size_t n;
	struct csm_err err;
};

static void decode(struct csm_arena *a, enum csm_encoding e, const uint8_t *p, size_t n, size_t step, struct result *r)
{
	struct fuzz_input in = { p, n, step };
	struct csm_decoder *d;
	struct csm_source src;
	long got = 0;

	memset(r, 0, sizeof(*r));
	r->text = csm_alloc(a, OUT_MAX);
	if (csm_decoder_open(&d, a, (struct csm_source){ fuzz_read, &in, "fuzz", NULL }, e, &r->err))
		return;
	src = csm_decoder_source(d);
	while (r->n < OUT_MAX && (got = src.read(src.arg, r->text + r->n, OUT_MAX - r->n)) > 0)
		r->n += (size_t)got;
	if (got < 0) {
		FUZZ_CHECK(src.explain(src.arg, &r->err) == CSM_E_INVALID && r->err.msg[0]);
		FUZZ_CHECK(src.read(src.arg, r->text, 1) == -1);
	}
	csm_decoder_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);
	enum csm_encoding e = n ? (enum csm_encoding)(p[0] % (CSM_ENC_WINDOWS1252 + 1)) : CSM_ENC_DETECT;
	struct result whole, bytes;

	if (n) {
		p++;
		n--;
	}
	decode(a, e, p, n, n + 1, &whole);
	decode(a, e, p, n, 1, &bytes);
	/* How much comes before an error depends on how libzstd gets its input. */
	FUZZ_CHECK(whole.err.code == bytes.err.code && (whole.err.code || whole.n == bytes.n));
	FUZZ_CHECK(memcmp(whole.text, bytes.text, whole.n < bytes.n ? whole.n : bytes.n) == 0);
	if (whole.n && whole.n < 65536)
		fuzz_one(CSM_FMT_NDJSON, (const uint8_t *)whole.text, whole.n);
	csm_arena_free(a);
	return 0;
}
