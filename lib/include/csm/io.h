/* SPDX-License-Identifier: MIT */
/*
 * csm/io.h - readers and writers of documents and lists, one file a format.
 *
 * Readers are pull and streaming with constant memory; every event knows line and column. Nothing is typed
 * by its look: a scalar is its text and whether it was quoted; the dictionary gives it a type. Limits:
 * depth 64, 1 MiB a value, 64 MiB a line of NDJSON, 8 MiB a row of a table, and 128 MiB for the tree of a record.
 */
#ifndef CSM_IO_H
#define CSM_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <csm/arena.h>
#include <csm/err.h>

enum csm_format {
	CSM_FMT_NONE = -1,
	CSM_FMT_JSON, CSM_FMT_NDJSON, CSM_FMT_YAML, CSM_FMT_CSV, CSM_FMT_TSV, CSM_FMT_TABLE,
	CSM_FMT__N,			/* formats of lists; those from here on are of reports only */
	CSM_FMT_MAIL = CSM_FMT__N, CSM_FMT_OPENMETRICS
};
/*
 * By name ("ndjson"); by file name ("x.yml", "x.jsonl", "x.json", "x.csv.gz"); CSM_FMT_NONE if unknown.
 * csm_format_name(fmt) is the reverse.
 */
enum csm_format csm_format_named(const char *name);
enum csm_format csm_format_of_file(const char *path);
const char *csm_format_name(enum csm_format f);
/*
 * By the first bytes of an input: '{' or '[' JSON/NDJSON (NDJSON when a first object ends and another
 * begins on the next line, or the first line is wrong and a line with an object follows where JSON can have none); a
 * first line that no map or list of YAML can begin with CSV, or TSV where it has tabs
 * and no quote; else YAML.
 */
enum csm_format csm_format_sniff(const char *p, size_t n);

#define CSM_IO_SNIFF ((size_t)64 << 10)	/* bytes that tell */

#define CSM_IO_DEPTH 64
#define CSM_IO_VALUE ((size_t)1 << 20)
#define CSM_IO_RECORD ((size_t)128 << 20)	/* with all that stands in it, as its tree takes memory */
#define CSM_IO_LINE ((size_t)64 << 20)	/* of NDJSON */
#define CSM_IO_ROW ((size_t)8 << 20)	/* of a table */

/* ---- sources and sinks: the library reads and writes only through these ---- */
struct csm_source {
	/* Read up to n bytes into p; returns bytes, 0 at the end, -1 on failure. */
	long (*read)(void *arg, void *p, size_t n);
	void *arg;
	const char *name;		/* for messages: "cases.yaml", "-" is written as "standard input" */
	/* What failed: fills err and returns its code. NULL: errno tells (CSM_E_IO). */
	int (*explain)(void *arg, struct csm_err *err);
};
/* A source over a file descriptor (not closed) and over memory. */
struct csm_source csm_source_fd(int *fd, const char *name);
struct csm_source csm_source_memory(struct csm_arena *a, const char *p, size_t n, const char *name);

struct csm_sink {
	/* Write all n bytes; 0, or -1 with errno set. */
	int (*write)(void *arg, const void *p, size_t n);
	void *arg;
};
struct csm_sink csm_sink_fd(int *fd);
struct csm_sink csm_sink_buf(struct csm_buf *b);

/* ---- decoding: what an input is wrapped in ---- */
/* CSM_ENC_DETECT: UTF-8, or UTF-16 where the input begins with the mark of it. CSM_ENC_UTF16: its mark tells. */
enum csm_encoding {
	CSM_ENC_NONE = -1,
	CSM_ENC_DETECT, CSM_ENC_UTF8, CSM_ENC_UTF16, CSM_ENC_UTF16LE, CSM_ENC_UTF16BE, CSM_ENC_LATIN1,
	CSM_ENC_WINDOWS1252
};
/* By name ("utf-16le", "latin1"), CSM_ENC_NONE if unknown; the reverse. */
enum csm_encoding csm_encoding_named(const char *name);
const char *csm_encoding_name(enum csm_encoding e);

/*
 * A decoder around a source: what it gives is UTF-8. gzip and zstd are known by their first bytes, whatever
 * the name (members and frames in a row are one input), then the text is converted. Memory is constant, a
 * window of zstd over 8 MiB is refused. What is damaged or cut off fails where it is read, with
 * CSM_E_INVALID. Half of a surrogate pair and bytes that an encoding leaves open come out as what the
 * readers refuse with its place.
 * open: CSM_E_INVALID with the file for what is known to be something else (a zip archive, UTF-32, a mark
 * that contradicts the encoding given).
 */
struct csm_decoder;
int csm_decoder_open(struct csm_decoder **out, struct csm_arena *a, struct csm_source src,
		     enum csm_encoding encoding, struct csm_err *err);
/* The format by the first bytes (csm_format_sniff); before the source is taken. */
enum csm_format csm_decoder_format(struct csm_decoder *d);
/* Valid until the decoder is closed; read failures stay. */
struct csm_source csm_decoder_source(const struct csm_decoder *d);
/* UTF8, UTF16LE, UTF16BE, LATIN1 or WINDOWS1252. */
enum csm_encoding csm_decoder_encoding(const struct csm_decoder *d);
/* The input is compressed: until it is unpacked to its end nobody knows whether what it gives is what went into it. */
bool csm_decoder_packed(const struct csm_decoder *d);
/*
 * Unpack what no reader has asked for, and drop it. CSM_OK: the input is whole, or was never compressed; else what is wrong with it
 * (CSM_E_INVALID, CSM_E_IO), also when a reader has failed for it before. err must not be NULL.
 */
int csm_decoder_finish(struct csm_decoder *d, struct csm_err *err);
void csm_decoder_close(struct csm_decoder *d);

/* ---- reading ---- */
enum csm_event_type {
	CSM_EV_END, CSM_EV_MAP, CSM_EV_MAP_END, CSM_EV_SEQ, CSM_EV_SEQ_END, CSM_EV_KEY, CSM_EV_SCALAR
};
enum csm_scalar { CSM_SC_NULL, CSM_SC_BOOL, CSM_SC_NUMBER, CSM_SC_PLAIN, CSM_SC_QUOTED };
/*
 * JSON gives NULL, BOOL, NUMBER or QUOTED; YAML gives NULL (empty, ~, null unquoted), PLAIN or QUOTED;
 * CSV gives PLAIN, QUOTED, or NULL for an empty cell.
 */

struct csm_event {
	enum csm_event_type type;
	enum csm_scalar scalar;
	const char *text;		/* key or scalar: passed csm_text_check; valid until the next call */
	size_t n;
	int64_t line, col;
};

struct csm_reader;
struct csm_read_opts {
	char delimiter;			/* csv: 0 = detect among , ; tab | */
	bool header_given;		/* csv: no header line; columns are in header */
	const char *const *header;
	unsigned nheader;
	enum csm_encoding encoding;	/* what the source was decoded from; messages about bad bytes say so */
	bool keep_raw;			/* ndjson, csv, tsv: keep records for csm_reader_raw() */
	bool lend_keys;			/* trees are done with when the reader is closed: keys in them may be its own */
};
/*
 * CSV: a first line sep=; says the delimiter; else it is the one that gives the first lines the same number of
 * cells. Lines end as the first does: with a newline, or with a carriage return alone. A column without a name
 * and cells behind the header's have to be empty. Other rows that do not have the header's cells are refused.
 * Open a reader. JSON and YAML give one tree (YAML: one per document of the stream; JSON: exactly one
 * value). NDJSON gives one MAP per line. CSV/TSV give one MAP a row with KEY (column name) and SCALAR. opts
 * may be NULL. The reader allocates in its own memory; close it.
 * TSV is what csm writes and cut(1) reads: no quotes, \t \n \\ in cells; quoted cells between tabs are CSV
 * (which detects the tab).
 */
int csm_reader_open(struct csm_reader **out, struct csm_arena *a, enum csm_format f, struct csm_source src,
		    const struct csm_read_opts *opts, struct csm_err *err);
void csm_reader_close(struct csm_reader *r);
/*
 * The next event. CSM_E_INVALID with file, line and column on bad input; CSM_E_IO when the source fails.
 * An error stays. In NDJSON, CSV and TSV csm_reader_skip() clears it and goes on with the next record (it
 * drops the rest of one that was begun, and does nothing between records); other formats can't go on.
 */
int csm_reader_next(struct csm_reader *r, struct csm_event *ev, struct csm_err *err);
int csm_reader_skip(struct csm_reader *r, struct csm_err *err);
/* Whether it could go on: the format has records of one line or row each, and the source did not fail. */
bool csm_reader_can_skip(const struct csm_reader *r);
/*
 * After csm_reader_next() failed: whether what is wrong is inside one scalar or key. It is passed over then, and the next event is what
 * follows it: of a key its value.
 */
bool csm_reader_pass(struct csm_reader *r);
/* No error stands in the way of the next event. */
bool csm_reader_ready(const struct csm_reader *r);
/*
 * Read the next two events (a key and the beginning of its value) or only the first, then give them once more, errors too,
 * so that csm_reader_node() can have the whole map.
 */
void csm_reader_mark(struct csm_reader *r);
void csm_reader_again(struct csm_reader *r);
/* Columns of a CSV input, after open. */
const char *const *csm_reader_columns(struct csm_reader *r, unsigned *n);
/* Where the name of column i begins, 1-based; 0 when the names were given and do not stand in the input. */
void csm_reader_column_at(const struct csm_reader *r, unsigned i, int64_t *line, int64_t *col);
const char *csm_reader_name(struct csm_reader *r);
/* The delimiter of a CSV input, given or detected; 0 for other formats. */
char csm_reader_delimiter(struct csm_reader *r);
/* It was detected and is worth telling: '|', or others of the four stand in the header too. */
bool csm_reader_guessed(const struct csm_reader *r);
/*
 * With keep_raw: the bytes of the current record as they came (of a CSV whose lines end with a carriage return alone with newlines
 * in its cells), without the newline (also of the one that
 * was just refused: what a file of rejects is made of). NULL before the first record. Valid until the next
 * call.
 */
const char *csm_reader_raw(struct csm_reader *r, size_t *n);

/* A small tree of one value: what a record is read into before the dictionary types it. */
enum csm_node_type { CSM_N_SCALAR, CSM_N_MAP, CSM_N_SEQ };
struct csm_node {
	enum csm_node_type type;
	enum csm_scalar scalar;
	const char *key;		/* in a map */
	const char *text;		/* scalar */
	struct csm_node *first, *next;	/* children; next in the parent */
	int64_t line, col;
};
/*
 * Build the tree of the value that starts with ev (MAP, SEQ or SCALAR), consuming its events. In the arena.
 * CSM_E_INVALID: what is wrong inside a scalar or key (bytes, control characters, a lone surrogate, its length),
 * duplicate keys and a record that is too long do not stop the reader: the value is read to its end, then the
 * first of them is told, with the key of the value's member it is in as field, and csm_reader_ready() is true. Anything else stops it. *out is the value in the first
 * case, for a file of rejects (what is no text stands as U+001A), but NULL when it is too long; else NULL.
 */
int csm_reader_node(struct csm_reader *r, const struct csm_event *ev, struct csm_arena *a,
		    struct csm_node **out, struct csm_err *err);
const struct csm_node *csm_node_get(const struct csm_node *map, const char *key);
/* A list of words as one comma text, as csm_field_parse() takes it; CSM_E_INVALID where one is no text. */
int csm_node_words(struct csm_arena *a, const struct csm_node *n, const char **out, struct csm_err *err);
/*
 * The next of the keys in a text "a, b\, c": blanks around a key are not part of it, unless a backslash stands
 * before them; a comma inside is written \, and a backslash \\. *rest is moved behind it, NULL after the last one; the key may be "".
 */
const char *csm_node_next_key(struct csm_arena *a, const char **rest);
/* Keys that begin so are csm's own remarks in a document; who reads one passes over them. */
#define CSM_DOC_TALK "_csm_"
bool csm_node_is_talk(const char *key);

/* ---- writing documents ---- */
/* How a scalar is written where the format knows types. */
enum csm_write_type { CSM_W_NULL, CSM_W_TEXT, CSM_W_NUMBER, CSM_W_BOOL };

struct csm_writer;
/*
 * A writer for json, ndjson or yaml. JSON is indented by 2 (one top-level value); NDJSON writes every
 * top-level value on one line; YAML quotes whatever another reader would turn into a bool, number, date or
 * null, and writes text of several lines as a literal block where that is lossless. Calls: map, key, value,
 * map_end, seq, seq_end nest; sizes are not needed before. Errors stick: any call after one returns it;
 * csm_writer_close reports it.
 */
int csm_writer_open(struct csm_writer **out, struct csm_arena *a, enum csm_format f, struct csm_sink sink,
		    struct csm_err *err);
int csm_writer_map(struct csm_writer *w);
int csm_writer_map_end(struct csm_writer *w);
int csm_writer_seq(struct csm_writer *w);
int csm_writer_seq_end(struct csm_writer *w);
int csm_writer_key(struct csm_writer *w, const char *key);
int csm_writer_value(struct csm_writer *w, enum csm_write_type type, const char *text);
/* A key and its value in one call. */
int csm_writer_put(struct csm_writer *w, const char *key, enum csm_write_type type, const char *text);
/*
 * Flush; CSM_E_IO if any write failed, with errno as the first failed write left it (EPIPE). Frees the
 * writer.
 */
int csm_writer_close(struct csm_writer *w, struct csm_err *err);

/* ---- writing lists (rows of columns) in any of the six formats ---- */
struct csm_column {
	const char *name;		/* field or path: header, key */
	const char *label;		/* header of the table; NULL: name */
	enum csm_write_type type;	/* how a value that is not null is written in json and yaml */
	bool right;			/* table: right aligned */
	bool wrap;			/* table: may be cut where the terminal is narrow; else kept whole */
	bool wide;			/* for wide terminals: the caller leaves it out of a narrow table */
};
struct csm_list_opts {
	unsigned width;			/* terminal columns for the table, 0 = unlimited (not a terminal) */
	bool header;			/* csv, tsv, table: header line */
	bool color;			/* table: header in bold */
	bool guard;			/* csv: what a spreadsheet would run gets a quote before */
	char terminator;		/* '\0' for -z, else '\n' (tsv and --format) */
	const char *format;		/* --format '%(number) %(state)': overrides the format; or NULL */
};
struct csm_list;
/*
 * A list of rows. table needs all rows before it prints (control characters are escaped by csm_term_text);
 * the others stream. json writes one array of objects, ndjson an object a line, yaml a sequence of maps.
 * tsv: tab and newline in values as \t \n \\.
 */
int csm_list_open(struct csm_list **out, struct csm_arena *a, enum csm_format f, struct csm_sink sink,
		  const struct csm_column *columns, unsigned n, const struct csm_list_opts *opts,
		  struct csm_err *err);
/*
 * values: n texts, NULL = null. labels (may be NULL): what a table shows instead of the value. Copied
 * as needed.
 */
int csm_list_row(struct csm_list *l, const char *const *values, const char *const *labels,
		 struct csm_err *err);
/* Print the table, flush, free the list; CSM_E_IO as csm_writer_close(). */
int csm_list_close(struct csm_list *l, struct csm_err *err);

/*
 * The paths named in a --format text, to know which columns it needs: %(path), %(path:<20) pads left
 * aligned to 20 columns, %(path:>8), %% and \n \t \0 \\. CSM_E_USAGE when the text is malformed.
 */
int csm_format_paths(struct csm_arena *a, const char *format, const char ***paths, unsigned *n,
		     struct csm_err *err);

/*
 * ---- OpenMetrics text 1.0, which readers of Prometheus text 0.0.4 take too ----
 * All figures are gauges without timestamps. Texts are UTF-8.
 */
struct csm_label {
	const char *name, *value;	/* value NULL: the label is left out */
};
/* Begin a family: name such as csm_sla_breached, ending in _UNIT where there is a unit (else NULL). */
void csm_metrics_family(struct csm_buf *b, const char *name, const char *unit, const char *help);
/* A sample of the family that was begun; value is a number as text. */
void csm_metrics_sample(struct csm_buf *b, const char *name, const struct csm_label *labels, unsigned n,
			const char *value);
/* After the last family. */
void csm_metrics_end(struct csm_buf *b);

/* JSON text of a string with quotes, escaped (used by history and reports). Appends to b. */
void csm_json_quote(struct csm_buf *b, const char *s);

#endif
