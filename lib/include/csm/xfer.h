/* SPDX-License-Identifier: MIT */
/*
 * csm/xfer.h - documents in and out: import, mapping of foreign columns, export, one record as a
 * document.
 *
 * The document (manual csm-documents(5)): a map with `csm: 1` and, per type, a list of records (a
 * single record may stand without the list); NDJSON is one record a line in the same envelope,
 * {"case": {...}}; CSV is one type a file, with "account.name" in a header for a reference by key.
 * Where the command names a type, records may stand without the envelope. Absent leaves a field, null
 * clears it. A reference is text (any unique key) or a map of keys ({name: ..., account.name: ...}).
 * Owned records stand inside their owner under their document key; records of another type that refer
 * to it may too.
 *
 * Import states records as they are (csm/store.h, CSM_WRITE_IMPORT). References may point anywhere:
 * forward in the same load, to other files of it, to the database. A record is matched by number,
 * external_id, then each natural key it gives; an owned one by its unique fields, else by having the
 * same values; none matches: it is new. The `after` hooks of the records that changed run when all are
 * in. A load whose documents have a key `sla` states SLA records itself; otherwise they are derived
 * from the moments of the cases.
 */
#ifndef CSM_XFER_H
#define CSM_XFER_H

#include <csm/io.h>
#include <csm/store.h>

/* ---- import ---- */
enum csm_on_error { CSM_ON_ERROR_ABORT, CSM_ON_ERROR_SKIP };
/*
 * What is done with a record that is stored already, and with one that is not. A record is skipped or
 * refused as a whole: what it owns goes the same way. Skipped is not rejected.
 */
enum csm_on_match { CSM_MATCH_UPDATE, CSM_MATCH_SKIP, CSM_MATCH_ERROR };
enum csm_on_missing { CSM_MISSING_INSERT, CSM_MISSING_SKIP, CSM_MISSING_ERROR };
/*
 * What an empty cell of a table says: UNSAID and NULL clear the field, but UNSAID leaves one that has to have a
 * value: a stored record keeps it, a new one gets the default, or is refused where there is none. ABSENT leaves every
 * field so, TEXT is the text "": it clears a text and is refused by fields of other kinds.
 */
enum csm_empty { CSM_EMPTY_UNSAID, CSM_EMPTY_NULL, CSM_EMPTY_ABSENT, CSM_EMPTY_TEXT };

/* What became of a record of a load. */
enum csm_import_outcome {
	CSM_IMPORT_CREATED, CSM_IMPORT_UPDATED, CSM_IMPORT_UNCHANGED, CSM_IMPORT_SKIPPED, CSM_IMPORT_REJECTED,
	CSM_IMPORT_DELETED		/* stored, and not in a list that replaces; it was not read */
};
struct csm_import_record {
	const struct csm_rtype *type;	/* NULL: a row that could not be read, so it made no record */
	int64_t id;			/* 0: it has none */
	const char *key;		/* its number or key; of a rejected one what it states; "" */
	const char *file;
	int64_t line, row;		/* row: of the source, counted over all inputs from 1 */
	enum csm_import_outcome outcome;
	/*
	 * All values of the type, as they were (updated, deleted) and as they are (updated; created, where
	 * the options ask for them); NULL otherwise.
	 */
	const struct csm_value *before, *after;
	const struct csm_err *err;	/* rejected: why; NULL otherwise */
};
/* Where a load is. */
enum csm_import_phase { CSM_IMPORT_READING, CSM_IMPORT_CHECKING, CSM_IMPORT_WRITING, CSM_IMPORT_FOLLOWING };
struct csm_import_progress {
	enum csm_import_phase phase;	/* CHECKING: as WRITING, of a load that is given up already; FOLLOWING: the `after` hooks run */
	int64_t done, total;		/* records; total 0: not known yet */
};

/*
 * What the record of a load says of it beside what the load knows. A record of type import is written in the change of the load
 * when it changed or rejected anything, with its counts by type and, where it went on after errors, its findings.
 */
struct csm_import_about {
	const char *mapping;		/* as it was named; NULL: none */
	const char *options;		/* those that decide what is stored, "on-error=skip"; NULL or "": none */
};

struct csm_import;
struct csm_import_opts {
	enum csm_format format;		/* CSM_FMT_NONE: by file name, else by content */
	enum csm_encoding encoding;	/* of the text; unsaid it is detected */
	const struct csm_rtype *type;	/* the command names a type: bare records are of it; NULL otherwise */
	const struct csm_map *map;	/* foreign columns, or NULL */
	enum csm_on_error on_error;
	bool limited;			/* SKIP: the load is given up when more than limit records are rejected */
	int64_t limit;
	enum csm_on_match on_match;
	enum csm_on_missing on_missing;
	/*
	 * "name,account": records are matched by these fields and no others; NULL: by their own keys. Of
	 * the type the command names, else of each type that has them all. What is owned and stands in its
	 * owner is matched there as ever.
	 */
	const char *key;
	enum csm_empty empty;
	/* lists of owned records replace the stored ones, except those of journals */
	bool replace_children;
	bool announce;			/* SLA breaches that are past already are reported as new ones are */
	/* Rows of all inputs together: these are passed over, then so many are read (0: all), no more. */
	int64_t skip_rows, limit_rows;
	struct csm_read_opts read;	/* csv */
	/* Each error with file, line, type, key, field; 'n': that it goes on with a load that was cut short. May have note NULL. */
	struct csm_diag diag;
	/*
	 * NULL, or told what became of each record, once, when all is written and before
	 * csm_import_finish() returns CSM_OK or CSM_NO: rows that made no record first, then types in load
	 * order, records in the order of the inputs; not what was stored or rejected before the load was cut short. What r points at is gone when it returns; what it
	 * returns ends the load unless it is CSM_OK.
	 */
	int (*record)(void *arg, const struct csm_import_record *r, struct csm_err *err);
	bool created_values;		/* record() gets the values of created records too */
	/* NULL, or told every 1,024 records, and at the beginning of each phase and before it. */
	void (*progress)(void *arg, const struct csm_import_progress *p);
	void *arg;			/* of these */
	const struct csm_import_about *about;	/* NULL: the load leaves no record of itself */
	/*
	 * 0: one transaction. Else so many records at the top, with what is nested in them, are stored at a
	 * time (more where they refer to later ones), in the order of types; csm_import_finish() commits all
	 * but the last. With `about`, a load that was cut short goes on when it is begun again.
	 */
	int64_t batch;
	bool keep_originals;		/* rows are kept as they came, on disk: for a file of rejects */
	/*
	 * In batches, with `about`: NULL, or called before each commit that leaves records behind which were not rejected at the call before,
	 * to make what csm_import_rejects() or csm_import_rejects_more() writes durable. arg is the one above; what it returns ends the load unless it is CSM_OK.
	 */
	int (*rejects)(void *arg, struct csm_import *im, struct csm_err *err);
	const char *tmp_dir;		/* where temporary files are; NULL: /var/tmp, else /tmp */
};

struct csm_import_count {		/* read is the sum of those up to rejected */
	const struct csm_rtype *type;
	int64_t read, created, updated, unchanged, skipped, rejected;
	int64_t deleted;		/* by replace_children: they were not read */
};
struct csm_import_result {
	struct csm_import_count *counts;	/* one per type that occurred, in load order */
	unsigned n;
	int64_t rows;			/* records of the source: rows of a CSV, top-level records; skipped ones not */
	int64_t rejected_rows;		/* those that could not be read or of which a record was rejected */
	/* With opts.about: */
	const char *import;		/* number of the record it leaves, or NULL */
	const char *supersedes;		/* one that was cut short and has been done again, whole or with another content; or NULL */
	bool resumed;			/* that was there: it went on with a load that was cut short; counts are of both */
	bool changed;			/* something was written or rejected; else the load leaves nothing */
	/* where it changed nothing or created records: number of a load of the same content before, and when it began; or NULL */
	const char *known;
	int64_t known_at;
};

/*
 * A load. What it keeps of its inputs is in temporary files without a name, so that memory does not grow
 * with them. im is the arena's; csm_import_close() before the arena is freed. CSM_E_USAGE: opts.key names no
 * fields of a type.
 */
int csm_import_open(struct csm_import **out, struct csm_store *s, struct csm_arena *a,
		    const struct csm_import_opts *o, struct csm_err *err);
/*
 * Read one input: syntax, types, keys. What is wrong with a record goes to diag, and the load goes on
 * (with CSM_ON_ERROR_ABORT until 20 errors); what ends the input, such as a syntax error in YAML, is
 * returned.
 */
int csm_import_read(struct csm_import *im, struct csm_source src, struct csm_err *err);
/*
 * Resolve references, write everything, run the `after` hooks, in the current change; it begins one where
 * there is none (csm_store_begin), so that reading needs no lock. CSM_E_INVALID: with CSM_ON_ERROR_ABORT
 * there were errors, the caller rolls back; the message is how many there were, or the first where
 * diag has no note; so with CSM_ON_ERROR_SKIP when the limit is passed. CSM_NO: finished with records
 * rejected (CSM_ON_ERROR_SKIP). It may roll the change
 * back and begin it anew, when a record turns out to be wrong that others refer to.
 */
int csm_import_finish(struct csm_import *im, struct csm_import_result *out, struct csm_err *err);
/*
 * Write the file of rejects of a load that kept its originals (opts.keep_originals), after csm_import_finish() returned CSM_OK or CSM_NO and
 * before the commit: the rejected records as they came, in the format they came in, which has to be one (CSM_E_USAGE when an
 * input is opened that has another, or other columns), with what was wrong beside them (manual csm-documents(5), "Rejected
 * records"). Without rejects it is a header or an empty document.
 */
int csm_import_rejects(struct csm_import *im, struct csm_sink sink, struct csm_err *err);
/*
 * In opts.rejects, where the file can grow (csm_import_rejects_grow(): all formats, but not rows of a mapping that stand at places of a JSON document):
 * what was rejected since the call before, to be put behind what that wrote, over its last bytes, as many as csm_import_rejects_tail() says before
 * the call (a list of JSON ends with them). The first call writes the header, and what was rejected before the load was cut short. The entries are those of
 * csm_import_rejects(), in the order in which it was decided that they are rejected, not in that of the rows: a line or row each, a document a call
 * of YAML, elements of one list of JSON. A call that has none writes nothing but the header.
 */
bool csm_import_rejects_grow(const struct csm_import *im);
size_t csm_import_rejects_tail(const struct csm_import *im);
int csm_import_rejects_more(struct csm_import *im, struct csm_sink sink, struct csm_err *err);
/*
 * The same of a load that has ended, or was cut short, from what its record keeps (import_reject): the bytes that the file of rejects
 * had. where: a filter on import_reject, which has to say of which import (`import = IMP0000001`); it may say more. *missing: entries that
 * are left out because they were too long to be kept, or an older csm kept them. CSM_E_USAGE: they are of several formats or columns. Memory is a's.
 */
int csm_import_rejects_kept(struct csm_store *s, const struct csm_rec *import, const struct csm_filter *where, struct csm_arena *a,
			    struct csm_sink sink, int64_t *missing, struct csm_err *err);
/* Let go of its files and memory, after csm_import_finish() or without it. NULL is fine. */
void csm_import_close(struct csm_import *im);

/* ---- mapping ---- */
struct csm_map;
/*
 * Read a mapping (manual csm-documents(5), "MAPPINGS"); it is checked whole against the dictionary
 * before the first row.
 */
int csm_map_load(struct csm_store *s, struct csm_arena *a, struct csm_source src, const struct csm_map **out,
		 struct csm_err *err);
/* A type other than t that the mapping makes records of, what stands inside others aside; NULL: none. */
const struct csm_rtype *csm_map_other_type(const struct csm_map *map, const struct csm_rtype *t);
/*
 * What the loads with a mapping left behind, until now. Texts are the mapping's, the lists in arena a. Columns
 * are named with dots and [] where they stand inside others: "comment[].body".
 */
struct csm_map_report {
	const char *const *left_out;	/* columns that the mapping neither uses nor ignores */
	const char *const *missing;	/* columns that it names, not as optional, and no row had */
	unsigned nleft_out, nmissing;
	int64_t rows, passed_over;	/* passed_over: rows that made no record, since no condition held */
};
void csm_map_report(const struct csm_map *map, struct csm_arena *a, struct csm_map_report *out);

/* ---- export ---- */
enum csm_split { CSM_SPLIT_NONE, CSM_SPLIT_TYPE, CSM_SPLIT_RECORD };
/* The files of a split export, one open at a time. */
struct csm_export_files {
	/*
	 * name: "case.yaml", "case.CS0000042.yaml", "comment.CS0000042.csv" (what the record owns): the type, the
	 * key made safe (letters, digits, - _ . @ +, the rest %XX), the format. No two are equal.
	 */
	int (*open)(void *arg, const char *name, struct csm_sink *out, struct csm_err *err);
	/* code CSM_OK: it is whole. Else what was written goes. Returns code, or what went wrong here. */
	int (*close)(void *arg, int code, struct csm_err *err);
	void *arg;
};
struct csm_export_opts {
	enum csm_format format;		/* json, ndjson, yaml; csv and tsv with exactly one type, or split */
	const struct csm_rtype *const *types;	/* NULL: all types but owned ones */
	unsigned ntypes;
	const struct csm_filter *where;	/* with exactly one type */
	const int64_t *ids;		/* with exactly one type: just these, in this order; NULL all */
	unsigned nids;
	int64_t since;			/* a change: only what later ones created or changed; 0 all */
	/*
	 * What the records touch comes too, so that it can be loaded into an empty database: those that refer to
	 * them; those that refer to these and could not be without them (by a required reference, or one that takes
	 * them along when it is deleted); and whatever all of these refer to.
	 */
	bool closure;
	bool volatile_fields;		/* version, created_at, ... too */
	bool no_children;		/* csv, tsv: leave owned records out (else any are refused, or have files) */
	enum csm_split split;
	const struct csm_export_files *files;	/* where it is split; NULL: to the sink */
	/*
	 * Not NULL: what is personal (csm_field_personal()) is replaced. The replacement is a function of seed and
	 * value alone; who knows the seed can find out by trying which value it was.
	 */
	const char *seed;
};
struct csm_export_result {
	int64_t records;		/* written, owned ones not counted */
	int64_t files;			/* where it was split */
	int64_t *deleted;		/* by index of the type: gone since the change; in the store's arena */
};
/*
 * Canonical: types in load order, records by the type's own order, fields in row order, owned records
 * by id, no volatile fields. Memory does not grow with the records, but for a bit each with since and closure.
 */
int csm_export(struct csm_store *s, const struct csm_export_opts *o, struct csm_sink sink,
	       struct csm_export_result *res, struct csm_err *err);

/*
 * The JSON Schema (2020-12) of documents with these types (NULL: all) as a value of an open writer. Memory is the
 * arena's. What the writer refuses is told when it is closed.
 */
int csm_export_schema(const struct csm_dict *d, const struct csm_rtype *const *types, unsigned ntypes,
		      struct csm_arena *a, struct csm_writer *w);

/* One record with its owned children as a value of an open writer (a map). For show -o and export. */
int csm_export_record(struct csm_store *s, const struct csm_rec *r, bool volatile_fields,
		      struct csm_writer *w, struct csm_err *err);
/*
 * The same into a map that the caller has opened and ends, to say more in it (keys that begin with
 * CSM_DOC_TALK).
 */
int csm_export_keys(struct csm_store *s, const struct csm_rec *r, bool volatile_fields, struct csm_writer *w,
		    struct csm_err *err);

/* ---- edit ---- */
/*
 * The record as a YAML document to be edited: what a person may change, with owned records but
 * journals; then as comments the fields without a value and those that can't be edited. In the arena
 * of b.
 */
int csm_edit_document(struct csm_store *s, const struct csm_rec *r, struct csm_buf *b, struct csm_err *err);
/*
 * Apply an edited document to the record (CSM_WRITE_NORMAL): changed fields are given, removed lines
 * leave, null clears; owned lists replace the owned records. id and type can't change. Each error goes
 * to diag; CSM_E_INVALID with the first. The caller rolls back on failure.
 */
int csm_edit_apply(struct csm_store *s, struct csm_rec *r, struct csm_source src, int64_t if_version,
		   const struct csm_diag *diag, struct csm_err *err);

#endif
