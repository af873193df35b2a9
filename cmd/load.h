/* SPDX-License-Identifier: MIT */
/* load.h - what import and diff share: options, inputs, and how the outcome of a record is told. */
#ifndef LOAD_H
#define LOAD_H

#include <csm/xfer.h>

#include "cli_priv.h"

/* How inputs are read and matched. */
#define LOAD_OPTIONS \
	{ .name = "from", .arg = CLI_ARG_CHOICE, .choices = "json,ndjson,yaml,csv,tsv", .value = "FORMAT", \
	  .help = "Format of the input, where neither its name nor its beginning tells" }, \
	{ .name = "map", .arg = CLI_ARG_FILE, .value = "MAPPING", \
	  .help = "Mapping of foreign columns: a file, see csm-documents(5), or a name, see csm help mappings" }, \
	{ .name = "skip-rows", .arg = CLI_ARG_INT, .value = "N", \
	  .help = "Pass over the first N rows of the input: rows of a table, records of a document" }, \
	{ .name = "limit-rows", .arg = CLI_ARG_INT, .value = "N", \
	  .help = "Take N rows of the input at most, and read no more" }, \
	{ .name = "delimiter", .arg = CLI_ARG_TEXT, .value = "CHAR", \
	  .help = "Column delimiter of a CSV; detected when not given" }, \
	{ .name = "encoding", .arg = CLI_ARG_CHOICE, \
	  .choices = "utf-8,utf-16,utf-16le,utf-16be,latin1,windows-1252", .value = "ENCODING", \
	  .help = "Encoding of the input; UTF-8 when not given, or UTF-16 where its mark stands first" }, \
	{ .name = "empty", .arg = CLI_ARG_CHOICE, .choices = "null,absent,text", \
	  .help = "An empty cell clears the field (null), leaves it (absent), or is a text (text)" }, \
	{ .name = "key", .arg = CLI_ARG_TEXT, .value = "FIELD[,FIELD]", \
	  .help = "Match records by these fields instead of their keys" }, \
	{ .name = "on-match", .arg = CLI_ARG_CHOICE, .choices = "update,skip,error", \
	  .help = "A record that is stored already is changed (update, as unsaid), left out or wrong" }, \
	{ .name = "on-missing", .arg = CLI_ARG_CHOICE, .choices = "insert,skip,error", \
	  .help = "A record that is not stored yet is created (insert, as unsaid), left out or wrong" }, \
	{ .name = "replace-children", .arg = CLI_ARG_NONE, \
	  .help = "Lists of owned records replace the stored ones; journals only grow" }

/* The options above. */
int load_options(struct cli *c, struct csm_import_opts *o, struct csm_err *err);
/* Read what the command line names; standard input when it names nothing. */
int load_inputs(struct cli *c, struct csm_import *im, struct csm_err *err);

/*
 * What became of a record: a line of talk, a map in an open document, or lines of a comparison on standard
 * output. c->store is the one that was written to, before it is rolled back.
 */
int load_note_record(struct cli *c, const struct csm_import_record *r, struct csm_err *err);
int load_put_record(struct cli *c, struct csm_writer *w, const struct csm_import_record *r, struct csm_err *err);
int load_print_record(struct cli *c, const struct csm_import_record *r, struct csm_err *err);

#endif
