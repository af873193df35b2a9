/* SPDX-License-Identifier: MIT */
/*
 * io_priv.h - what the files of lib/io share: the input window, the output buffer, the tables of
 * readers, writers and lists.
 */
#ifndef CSM_IO_PRIV_H
#define CSM_IO_PRIV_H

#include <string.h>

#include <csm/arena.h>
#include <csm/attr.h>
#include <csm/err.h>
#include <csm/io.h>

/* ---- input: a window over a source (source.c) ---- */

#define IO_WINDOW ((size_t)256 << 10)
#define IO_SLACK 16 /* zero bytes kept behind the window, so that scans can read words and stop at NUL */

struct io_input {
	struct csm_source src;
	struct csm_arena *arena;
	/* of a window that grew, and of a line kept as it came, since long ones are not kept beside longer ones; NULL: none */
	struct csm_arena *grown, *was, *raw;
	char *buf;		/* [0, end) is read, [pos, end) is not consumed yet */
	size_t cap, pos, end;
	int64_t base;		/* offset of buf[0] in the input */
	bool eof;
	bool failed;		/* the source did: nothing can be read on */
	size_t limit;		/* bytes that may be kept */
};

/* Of one value, with room for what stands for its characters. */
#define IO_VALUE_BYTES ((size_t)4 << 20)

void io_input_init(struct io_input *in, struct csm_arena *a, struct csm_source src, size_t limit);
void io_input_close(struct io_input *in);
/*
 * Read more behind the window. Bytes before keep may be dropped: everything from keep on moves to the
 * front, and *moved says by how much. *got is false at the end of the input. Fails when the source fails,
 * or when more than in->limit bytes would be kept.
 */
int io_input_more(struct io_input *in, size_t keep, size_t *moved, bool *got, struct csm_err *err);
/* Skip one UTF-8 byte order mark at the start. */
int io_input_bom(struct io_input *in, struct csm_err *err);
const char *io_source_name(const struct csm_source *src);
int io_fail_errno(struct csm_err *err, const char *what, int number);
/* Why the last read of a source failed; errno is still its own. */
int io_source_fail(const struct csm_source *src, struct csm_err *err);

/* ---- readers (reader.c) ---- */

struct io_reader_ops {
	int (*next)(struct csm_reader *r, struct csm_event *ev, struct csm_err *err);
	int (*skip)(struct csm_reader *r, struct csm_err *err);	/* NULL: the format can't go on */
	void (*close)(struct csm_reader *r);			/* NULL: nothing outside the arena */
};

/* What csm_reader_again() gives once more: a key and the beginning of its value. */
#define IO_KEPT 2
struct io_kept {
	struct {
		int rc;
		bool soft;
		struct csm_event ev;
		struct csm_err err;
		struct csm_buf text;
	} event[IO_KEPT];
	unsigned n, at;
	bool keeping, again;
};

/* Each format's reader begins with this. */
struct csm_reader {
	const struct io_reader_ops *ops;
	struct csm_arena *arena;
	struct io_input in;
	struct csm_err stuck;		/* an error stays until csm_reader_skip() */
	bool soft;			/* it is of one value or key, and the next event is what follows that */
	struct io_kept *kept;		/* events since csm_reader_mark(), or NULL */
	bool keys_unique;		/* the format itself guarantees it */
	bool lend_keys;
	const char *lasting;		/* the key read last, where it stays as long as the reader; else NULL */
	const char **columns;
	int64_t (*places)[2];		/* line and column where each of their names begins; NULL: they were given */
	unsigned ncolumns;
	char delimiter;
	bool guessed;			/* the delimiter may well be another */
	enum csm_encoding encoding;	/* what the source was decoded from, for messages */
	bool keep_raw;
	const char *raw;		/* the record as it came, when keep_raw */
	size_t nraw;
};

struct csm_reader *io_json_open(struct csm_arena *a, bool lines);
int io_yaml_open(struct csm_reader **out, struct csm_arena *a, struct csm_err *err);
struct csm_reader *io_csv_open(struct csm_arena *a);
/* Reads the header line; called when the input is set. */
int io_csv_header(struct csm_reader *r, bool tsv, const struct csm_read_opts *opts, struct csm_err *err);

/* An error at a place of the input. Returns code. */
int io_fail_at(struct csm_reader *r, struct csm_err *err, enum csm_code code, int64_t line, int64_t col,
	       const char *fmt, ...) CSM_PRINTF(6, 7);
/* csm_text_check() of a key or scalar that stands there, with what the encoding of the input tells about it. */
int io_check_text(struct csm_reader *r, const char *text, size_t n, int64_t line, int64_t col,
		  struct csm_err *err);
/* Make CR LF one LF in place; returns the new length. Other CR stay (csm_text_check refuses them). */
size_t io_crlf(char *s, size_t n);
/* Number of UTF-8 continuation bytes: what a byte column is larger than a character column. */
size_t io_count_cont(const char *s, size_t n);

/* ---- output: a buffer over a sink (source.c) ---- */

#define IO_OUT ((size_t)64 << 10)

struct io_out {
	struct csm_sink sink;
	char *buf;
	size_t n;
	int failed;		/* errno of the first write that failed */
};

void io_out_init(struct io_out *o, struct csm_arena *a, struct csm_sink sink);
void io_out_flush(struct io_out *o);
void io_out_long(struct io_out *o, const char *p, size_t n);
/* Flush and report; errno is what the failed write left. */
int io_out_finish(struct io_out *o, struct csm_err *err);

static inline void io_putn(struct io_out *o, const char *p, size_t n)
{
	if (n > IO_OUT - o->n) {
		io_out_long(o, p, n);
		return;
	}
	memcpy(o->buf + o->n, p, n);
	o->n += n;
}

static inline void io_put(struct io_out *o, const char *s)
{
	io_putn(o, s, strlen(s));
}

static inline void io_putc(struct io_out *o, char c)
{
	if (o->n == IO_OUT)
		io_out_flush(o);
	o->buf[o->n++] = c;
}

void io_put_blanks(struct io_out *o, size_t n);

/* ---- writers (writer.c) ---- */

#define IO_WRITE_DEPTH (CSM_IO_DEPTH + 8)

struct io_level {
	bool map;
	size_t n;		/* children so far */
	size_t indent;		/* column of its keys or dashes (yaml) */
};

struct io_writer_ops {
	void (*begin)(struct csm_writer *w, bool map);
	void (*end)(struct csm_writer *w, bool map, size_t n);
	void (*key)(struct csm_writer *w, const char *key);
	void (*value)(struct csm_writer *w, enum csm_write_type type, const char *text);
};

struct csm_writer {
	const struct io_writer_ops *ops;
	struct csm_arena *arena;
	struct io_out out;
	struct io_level level[IO_WRITE_DEPTH];
	unsigned depth;
	size_t ntop;		/* top-level values so far */
	bool has_key;		/* a key was written, its value is due */
	bool lines;		/* json: one value a line */
	char at;		/* yaml: what the line ends with (yaml_write.c) */
	int code;
	struct csm_err err;
};

extern const struct io_writer_ops io_json_ops;
extern const struct io_writer_ops io_yaml_ops;

/* True when text is a number as JSON writes it, or true or false, so that it can stand unquoted. */
bool io_is_number(const char *text);
bool io_is_bool(const char *text);
/*
 * Unescape in place; returns the new length. *check is set when the text needs csm_text_check; *problem
 * when it is wrong.
 */
size_t io_json_unescape(char *s, size_t n, bool *check, const char **problem);
void io_json_string(struct io_out *o, const char *s);
void io_yaml_quote(struct io_out *o, const char *s);
/* yaml_text.c: may the text stand unquoted; may it stand as a literal block. */
bool io_yaml_plain(const char *s);
bool io_yaml_literal(const char *s);

/*
 * Decode one character of s (not NUL) for an escaping writer: its length in bytes; *code is U+FFFD where
 * the bytes are not valid.
 */
size_t io_decode(const char *s, unsigned long *code);
/* Encode one character, at most 4 bytes; returns what is behind it. Surrogates are not looked for. */
char *io_put_utf8(char *to, unsigned long c);

/* ---- lists (list.c) ---- */

struct io_list_ops {
	int (*open)(struct csm_list *l, struct csm_err *err);
	int (*row)(struct csm_list *l, const char *const *values, const char *const *labels,
		   struct csm_err *err);
	int (*close)(struct csm_list *l, struct csm_err *err);
};

struct csm_list {
	const struct io_list_ops *ops;
	struct csm_arena *arena;
	struct io_out out;
	struct csm_sink sink;
	enum csm_format fmt;
	const struct csm_column *col;
	unsigned n;
	struct csm_list_opts opts;
	struct csm_writer *writer;	/* json, ndjson, yaml */
	struct csm_vec cells;		/* table: what each cell shows, row by row */
	const struct io_part *part;	/* --format */
	size_t nparts;
};

extern const struct io_list_ops io_list_doc_ops, io_list_csv_ops, io_list_tsv_ops, io_list_table_ops,
	io_list_format_ops;

/* A --format text taken apart (list_format.c). */
struct io_part {
	const char *path;	/* NULL: literal text */
	const char *text;
	size_t n;
	char align;		/* '<', '>' or 0 */
	size_t width;
	unsigned column;
};

#endif
