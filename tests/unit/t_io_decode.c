/* SPDX-License-Identifier: MIT */
/*
 * t_io_decode.c - what inputs are wrapped in: gzip and zstd by their first bytes, cut off and
 * damaged at every byte, encodings with their places, and what is refused.
 */
#include <zlib.h>
#include <zstd.h>

#include "t_io_util.h"

static struct csm_arena *a;

struct bytes {
	char *p;
	size_t n;
};

static struct bytes text_of(const char *s)
{
	return (struct bytes){ csm_strdup(a, s), strlen(s) };
}

static struct bytes join(struct bytes x, struct bytes y)
{
	struct csm_buf b = CSM_BUF(a);

	csm_buf_addn(&b, x.p, x.n);
	csm_buf_addn(&b, y.p, y.n);
	return (struct bytes){ b.s, b.n };
}

static struct bytes gzip(struct bytes in)
{
	z_stream z = { 0 };
	struct bytes out;

	T_EQ_INT(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
	out.p = csm_alloc(a, deflateBound(&z, in.n) + 64);
	z.next_in = (unsigned char *)in.p;
	z.avail_in = (unsigned)in.n;
	z.next_out = (unsigned char *)out.p;
	z.avail_out = (unsigned)deflateBound(&z, in.n) + 64;
	T_EQ_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
	out.n = z.total_out;
	deflateEnd(&z);
	return out;
}

static struct bytes zstd(struct bytes in, bool checksum, int window)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	struct bytes out;

	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, checksum);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window);
	ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
	out.p = csm_alloc(a, ZSTD_compressBound(in.n));
	out.n = ZSTD_compress2(c, out.p, ZSTD_compressBound(in.n), in.p, in.n);
	T_OK(!ZSTD_isError(out.n));
	ZSTD_freeCCtx(c);
	return out;
}

/* The events of an input behind a decoder that gets step bytes a call. */
static char *decoded(enum csm_format f, struct bytes in, enum csm_encoding e, size_t step)
{
	struct drip d = { in.p, in.n, step };
	struct csm_read_opts opts = { 0 };
	struct csm_decoder *dec;
	struct csm_err err = { 0 };
	char line[1200], *got;

	if (csm_decoder_open(&dec, a, (struct csm_source){ drip_read, &d, "x", NULL }, e, &err))
		return csm_strdup(a, csm_err_text(&err, line, sizeof(line)));
	if (f == CSM_FMT_NONE)
		f = csm_decoder_format(dec);
	opts.encoding = csm_decoder_encoding(dec);
	got = trace_source(a, f, csm_decoder_source(dec), &opts);
	csm_decoder_close(dec);
	return got;
}

static char *detected(struct bytes in)
{
	return decoded(CSM_FMT_NONE, in, CSM_ENC_DETECT, 1 << 20);
}

/* ---- compression ---- */

static const char lines[] = "{\"a\":\"x\"}\n{\"b\":2}\n{\"c\":[\"\xc3\xa9\"]}\n";

static void test_packed(void)
{
	static const char zeros[32];
	struct bytes plain = text_of(lines), z = gzip(plain), s = zstd(plain, true, 20);
	const char *want = "{ \"a\": q\"x\" } { \"b\": n\"2\" } { \"c\": [ q\"\xc3\xa9\" ] }";
	const char *twice = csm_sprintf(a, "%s %s", want, want);
	struct bytes skip = { csm_strndup(a, "\x51\x2a\x4d\x18\x03\0\0\0abc", 11), 11 };

	T_EQ_STR(detected(plain), want);
	T_EQ_STR(detected(z), want);
	T_EQ_STR(detected(s), want);
	T_EQ_STR(detected(join(z, z)), twice);
	T_EQ_STR(detected(join(s, s)), twice);
	T_EQ_STR(detected(join(join(skip, s), join(skip, s))), twice);
	T_EQ_STR(decoded(CSM_FMT_NDJSON, join(z, z), CSM_ENC_DETECT, 1), twice);
	T_EQ_STR(decoded(CSM_FMT_NDJSON, join(s, s), CSM_ENC_DETECT, 1), twice);
	T_EQ_STR(detected(join(z, (struct bytes){ csm_strndup(a, zeros, 32), 32 })), want);
	T_EQ_STR(detected(gzip(text_of("a: [b]\n"))), "{ \"a\": [ p\"b\" ] }");
	T_EQ_STR(detected(gzip(text_of("[1]"))), "[ n\"1\" ]");
	T_EQ_STR(decoded(CSM_FMT_CSV, zstd(text_of("a\n1\n"), false, 20), CSM_ENC_DETECT, 3),
		 "{ \"a\": p\"1\" }");
	T_EQ_STR(detected(gzip(text_of(""))), "");
	T_EQ_STR(detected(zstd(text_of(""), true, 20)), "");
	T_EQ_STR(detected(text_of("")), "");
}

static void test_not_packed(void)
{
	struct bytes z = gzip(text_of("[1]")), s = zstd(text_of("[1]"), true, 20),
		     x = text_of("more");
	struct csm_buf b = CSM_BUF(a);

	T_OK(strstr(detected(join(z, x)), "something else follows at byte 24 of the gzip data"));
	T_OK(strstr(detected(join(s, x)), "something else follows at byte "));
	T_EQ_STR(detected(text_of("PK\003\004xx")), "x: the input is a zip archive or an office "
						    "document such as .xlsx (save a sheet as CSV)");
	T_EQ_STR(detected(gzip(text_of("PK\003\004xx"))),
		 "x: the input is a zip archive or an office document such as .xlsx (save a sheet "
		 "as CSV)");
	T_OK(strstr(detected((struct bytes){ csm_strndup(a,
							 "\xfd"
							 "7zXZ\0",
							 6),
					     6 }),
		    "compressed with xz"));
	for (int i = 0; i < 9 << 20; i++)
		csm_buf_addc(&b, (char)('a' + i % 23));
	T_OK(strstr(
		detected(zstd((struct bytes){ b.s, b.n }, true, 24)),
		"a window of more than 8 MiB (use zstd -dc --long=31) at byte 1 of the zstd data"));
}

/* Whatever is cut off or changed: never the events of the whole without an error. */
static void spoil(struct bytes in, const char *want, const char *cut_off)
{
	size_t missed = 0, told = 0;

	for (size_t n = 4; n < in.n; n++) {
		struct csm_mark mark = csm_arena_mark(a);

		told += strstr(decoded(CSM_FMT_NDJSON, (struct bytes){ in.p, n }, CSM_ENC_DETECT,
				       1 << 20),
			       cut_off) != NULL;
		missed += !strstr(
			decoded(CSM_FMT_NDJSON, (struct bytes){ in.p, n }, CSM_ENC_DETECT, 5),
			"!0:0:");
		csm_arena_rewind(a, mark);
	}
	T_EQ_INT(missed, 0);
	T_EQ_INT(told, in.n - 4);
	for (size_t i = 4; i < in.n; i++) {
		struct csm_mark mark = csm_arena_mark(a);
		struct bytes bad = { csm_strndup(a, in.p, in.n), in.n };
		char *got;

		bad.p[i] ^= 0x10;
		got = decoded(CSM_FMT_NDJSON, bad, CSM_ENC_DETECT, 1 << 20);
		T_OK(strcmp(got, want) == 0 || strchr(got, '!') || strncmp(got, "x: ", 3) == 0);
		csm_arena_rewind(a, mark);
	}
}

static void test_spoiled(void)
{
	struct csm_buf b = CSM_BUF(a);
	struct bytes plain;
	char *want;

	for (int i = 0; i < 40; i++)
		csm_buf_addf(&b, "{\"number\":%d,\"text\":\"line %d\"}\n", i, i * 7919);
	plain = (struct bytes){ b.s, b.n };
	want = trace(a, CSM_FMT_NDJSON, plain.p, plain.n);
	spoil(gzip(plain), want, "cut off at byte ");
	spoil(zstd(plain, true, 20), want, "cut off at byte ");
}

/* A bomb meets the limits of the readers: what it unpacks to is never held. */
static void test_bomb(void)
{
	struct csm_buf b = CSM_BUF(a);
	struct bytes piece, all = { NULL, 0 };

	for (int i = 0; i < 1 << 20; i++)
		csm_buf_addc(&b, 'x');
	piece = gzip((struct bytes){ b.s, b.n });
	all = join(gzip(text_of("[\"")), piece);
	for (int i = 0; i < 20; i++)
		all = join(all, piece);
	T_EQ_STR(detected(all), "[ !1:2:value longer than 1 MiB");
}

static long fail_late(void *arg, void *p, size_t n)
{
	struct drip *d = arg;

	if (!d->n)
		return csm_source_fd(&(int){ -1 }, "x").read(&(int){ -1 }, p, n);
	return drip_read(arg, p, n);
}

static void test_io_error(void)
{
	struct bytes z = gzip(text_of("{\"a\":1}\n"));

	for (int packed = 0; packed < 2; packed++)
		for (size_t n = 0; n < 9; n++) {
			struct drip d = { packed ? z.p : "{\"a\":1}\n", n, 3 };
			struct csm_decoder *dec;
			char *got;

			T_EQ_INT(csm_decoder_open(&dec, a,
						  (struct csm_source){ fail_late, &d, "x", NULL },
						  packed ? CSM_ENC_LATIN1 : CSM_ENC_DETECT, NULL),
				 CSM_OK);
			got = trace_source(a, CSM_FMT_JSON, csm_decoder_source(dec), NULL);
			T_OK(strstr(got, "!0:0:cannot be read: Bad file descriptor") != NULL);
			csm_decoder_close(dec);
		}
}

/* ---- encodings ---- */

static struct bytes utf16(const char *units, size_t n, bool big)
{
	struct bytes out = { csm_strndup(a, units, n), n };

	for (size_t i = 0; !big && i + 1 < n; i += 2) {
		out.p[i] = units[i + 1];
		out.p[i + 1] = units[i];
	}
	return out;
}
#define U16(units, big) utf16(units, sizeof(units) - 1, big)

static void test_utf16(void)
{
	static const char doc[] = "\0[\0\"\0\xe9\x20\xac\xd8\x3d\xde\0\0\"\0]";
	const char *want = "[ q\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\" ]";
	struct bytes mark = U16("\xfe\xff", true);

	for (int big = 0; big < 2; big++) {
		struct bytes bare = U16(doc, big),
			     marked = join(big ? mark : U16("\xfe\xff", false), bare);
		enum csm_encoding e = big ? CSM_ENC_UTF16BE : CSM_ENC_UTF16LE;

		T_EQ_STR(detected(marked), want);
		T_EQ_STR(decoded(CSM_FMT_NONE, marked, CSM_ENC_UTF16, 1), want);
		T_EQ_STR(decoded(CSM_FMT_NONE, marked, e, 1 << 20), want);
		T_EQ_STR(decoded(CSM_FMT_NONE, bare, e, 1), want);
		T_EQ_STR(decoded(CSM_FMT_NONE, bare, CSM_ENC_UTF16, 3), want);
		T_EQ_STR(detected(gzip(marked)), want);
		T_OK(strstr(detected(bare),
			    big ? "(say --encoding utf-16be)" : "(say --encoding utf-16le)"));
		T_OK(strstr(
			decoded(CSM_FMT_NONE, marked, big ? CSM_ENC_UTF16LE : CSM_ENC_UTF16BE, 9),
			"x: the input begins with the mark of utf-16"));
		T_OK(strstr(decoded(CSM_FMT_NONE, marked, CSM_ENC_LATIN1, 9), "it is not latin1"));
	}
	T_EQ_STR(decoded(CSM_FMT_NONE, text_of("[]"), CSM_ENC_UTF16, 9),
		 "x: no byte order mark of UTF-16 at the beginning (say utf-16le or utf-16be)");
	T_EQ_STR(decoded(CSM_FMT_NONE, text_of(""), CSM_ENC_UTF16, 9), "");
	T_EQ_STR(detected((struct bytes){ csm_strndup(a, "\xff\xfe\0\0[\0\0\0", 8), 8 }),
		 "x: the input is encoded in UTF-32 (csm reads UTF-8 and UTF-16)");
}

/* What is wrong inside a record rejects it, and the places are those of the text. */
static void test_utf16_bad(void)
{
	struct bytes mark = U16("\xfe\xff", true);
	struct bytes bad = U16(
		"\0{\0\"\0\xe9\0\"\0:\0\"\xd8\x3d\0\"\0}\0\n\0{\0\"\0b\0\"\0:\0\"\xde\0\0\"\0}\0\n"
		"\0{\0\"\0c\0\"\0:\0"
		"2\0}\0\n",
		true);
	struct bytes cut = U16("\0{\0\"\0c\0\"\0:\0"
			       "2\0}\0\n\0",
			       true);
	struct bytes half = U16("\0[\xd8\x3d", true);
	const char *why = "byte 1 (0xed) is not valid UTF-8 (half of a surrogate pair in UTF-16 is "
			  "no character)";
	char *want = csm_sprintf(
		a,
		"{ \"\xc3\xa9\": !1:6:%s { \"b\": !2:6:byte 1 (0xed) is not valid UTF-8 (half of a "
		"surrogate pair in UTF-16 is no character) { \"c\": n\"2\" }",
		why);

	T_EQ_STR(decoded(CSM_FMT_NDJSON, join(mark, bad), CSM_ENC_DETECT, 1), want);
	T_EQ_STR(decoded(CSM_FMT_NDJSON, join(mark, bad), CSM_ENC_DETECT, 1 << 20), want);
	T_EQ_STR(decoded(CSM_FMT_NDJSON, join(mark, cut), CSM_ENC_DETECT, 7),
		 "{ \"c\": n\"2\" } !0:0:the input ends in the middle of a character of UTF-16");
	T_OK(strstr(decoded(CSM_FMT_JSON, join(mark, half), CSM_ENC_DETECT, 1), "[ !1:2:"));
}

static void test_bytes(void)
{
	struct csm_buf b = CSM_BUF(a), want = CSM_BUF(a);
	static const char quotes[] = "[\"\x80\x93\x9c\xe9\"]";

	csm_buf_add(&b, "[\"");
	csm_buf_add(&want, "[ q\"");
	for (int i = 0xa0; i < 0x100; i++) {
		csm_buf_addc(&b, (char)i);
		csm_buf_addc(&want, (char)(0xc0 | i >> 6));
		csm_buf_addc(&want, (char)(0x80 | (i & 0x3f)));
	}
	csm_buf_add(&b, "\"]");
	csm_buf_add(&want, "\" ]");
	T_EQ_STR(decoded(CSM_FMT_JSON, (struct bytes){ b.s, b.n }, CSM_ENC_LATIN1, 7), want.s);
	T_EQ_STR(decoded(CSM_FMT_JSON, (struct bytes){ b.s, b.n }, CSM_ENC_WINDOWS1252, 7), want.s);
	T_EQ_STR(decoded(CSM_FMT_JSON, text_of(quotes), CSM_ENC_WINDOWS1252, 1),
		 "[ q\"\xe2\x82\xac\xe2\x80\x9c\xc5\x93\xc3\xa9\" ]");
	T_EQ_STR(decoded(CSM_FMT_JSON, text_of(quotes), CSM_ENC_LATIN1, 1),
		 "[ !1:2:byte 1 is the control character U+0080; only tab and newline are stored "
		 "(windows-1252 "
		 "has other characters there)");
	T_EQ_STR(decoded(CSM_FMT_CSV, text_of("a;b\n\xe9\x81;1\n\xe9;2\n"), CSM_ENC_WINDOWS1252, 1),
		 "{ \"a\": !2:1:byte 3 is the control character U+0081; only tab and newline are stored "
		 "(windows-1252 "
		 "has none for that byte) { \"a\": p\"\xc3\xa9\" \"b\": p\"2\" }");
	T_EQ_STR(decoded(CSM_FMT_CSV, text_of("a,b\nx,\xe9t\xe9\n"), CSM_ENC_DETECT, 1),
		 "{ \"a\": p\"x\" \"b\": !2:3:byte 1 (0xe9) is not valid UTF-8 (if it is not UTF-8, --encoding says what "
		 "it is)");
	T_EQ_STR(decoded(CSM_FMT_CSV, text_of("a,b\nx,\033\n"), CSM_ENC_DETECT, 1),
		 "{ \"a\": p\"x\" \"b\": !2:3:byte 1 is the control character U+001B; only tab and newline are stored");
	T_EQ_STR(decoded(CSM_FMT_CSV,
			 text_of("\xef\xbb\xbf"
				 "a\n1\n"),
			 CSM_ENC_LATIN1, 1),
		 "x: the input begins with the mark of UTF-8, it is not latin1");
}

static void test_names(void)
{
	static const char *const names[] = { "utf-8",    "utf-16", "utf-16le",
					     "utf-16be", "latin1", "windows-1252" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		T_EQ_INT(csm_encoding_named(names[i]), i + 1);
		T_EQ_STR(csm_encoding_name((enum csm_encoding)(i + 1)), names[i]);
	}
	T_EQ_INT(csm_encoding_named("detect"), CSM_ENC_NONE);
	T_EQ_STR(csm_encoding_name(CSM_ENC_NONE), "none");
	T_EQ_INT(csm_format_of_file("a/x.csv.gz"), CSM_FMT_CSV);
	T_EQ_INT(csm_format_of_file("x.NDJSON.ZST"), CSM_FMT_NDJSON);
	T_EQ_INT(csm_format_of_file("x.yaml.zstd"), CSM_FMT_YAML);
	T_EQ_INT(csm_format_of_file("x.gz"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file(".gz"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file(".csv"), CSM_FMT_NONE);
	T_EQ_INT(csm_format_of_file("dir.csv/x"), CSM_FMT_NONE);
}

int main(void)
{
	a = csm_arena_new(NULL, NULL);
	test_packed();
	test_not_packed();
	test_spoiled();
	test_bomb();
	test_io_error();
	test_utf16();
	test_utf16_bad();
	test_bytes();
	test_names();
	csm_arena_free(a);
	T_DONE();
}
