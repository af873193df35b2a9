/* SPDX-License-Identifier: MIT */
/* imports.c - what csm keeps of each load: what was read, what became of it, and what was wrong with it. */
#include "model_priv.h"

static const struct csm_choice state[] = {
	{ "unfinished", "Unfinished" },
	{ "complete", "Complete" },
	{ "complete_with_rejects", "Complete with rejects" },
	{ "superseded", "Superseded" },
	{ "partly_reverted", "Partly reverted" },
	{ "reverted", "Reverted" },
	CHOICE_END,
};

static const struct csm_choice kept[] = {
	{ "whole", "Whole" },
	{ "inside", "Inside another" },
	{ "nothing", "Nothing" },
	{ "too_long", "Too long" },
	CHOICE_END,
};

#define NUMBER_OF(n, lab, hlp) INT(n, "0", 0, BIG, R | L, lab, hlp)

/* Written in the transaction of the load itself, so that there is none without it. */
static const struct csm_field import_fields[IMPORT__N] = {
	[IMPORT_NUMBER] = CSM_NUMBER,
	[IMPORT_SOURCES] = TEXT("sources", 4000, R | L | S | TITLE, "Sources", "The inputs, as they were named"),
	[IMPORT_INPUT_FORMAT] = TEXT("input_format", 60, LW, "Format", "Format of the inputs"),
	[IMPORT_NOUN] = TEXT("noun", 60, 0, "Noun", "The type that the command named; empty: the documents name theirs"),
	[IMPORT_MAPPING] = TEXT("mapping", 1000, LW, "Mapping", "The mapping, as it was named"),
	[IMPORT_OPTIONS] = TEXT("options", 4000, 0, "Options", "Options that decide what is stored, such as on-error=skip"),
	[IMPORT_CONTENT_HASH] = { ROW_("content_hash", CSM_K_TEXT, CSM_F_INDEX, "Content hash",
				       "BLAKE2b of 256 bits over the bytes of the input; of several inputs, over their hashes"),
				  .max_len = 64 },
	[IMPORT_OPTIONS_HASH] = TEXT("options_hash", 64, 0, "Options hash",
				     "The same over noun, mapping and options: a load that was cut short goes on with these only"),
	[IMPORT_STATE] = ENUM("state", state, "unfinished", R | L, "State",
			      "What has become of it; unfinished: a load in batches that goes on, or was cut short; superseded: and a later one took its place"),
	[IMPORT_STARTED_AT] = TIME("started_at", "@now", R | L, "Started", "When the load began"),
	[IMPORT_ENDED_AT] = TIME("ended_at", NULL, LW, "Ended", "When it was whole; empty: it runs, or was cut short"),
	[IMPORT_ROWS] = NUMBER_OF("rows", "Rows", "Records of the source: rows of a table, top-level records"),
	[IMPORT_REJECTED_ROWS] = INT("rejected_rows", "0", 0, BIG, R, "Rejected rows",
				     "Those that could not be read or of which a record was rejected"),
	[IMPORT_RECORDS] = NUMBER_OF("records", "Records", "Records read, nested ones too: the sum of those below"),
	[IMPORT_CREATED] = NUMBER_OF("created", "Created", "Records that were not there before"),
	[IMPORT_UPDATED] = NUMBER_OF("updated", "Updated", "Records of which a field changed"),
	[IMPORT_UNCHANGED] = NUMBER_OF("unchanged", "Unchanged", "Records that were so already"),
	[IMPORT_SKIPPED] = NUMBER_OF("skipped", "Skipped", "Records that the options left out"),
	[IMPORT_REJECTED] = NUMBER_OF("rejected", "Rejected", "Records that were wrong"),
	[IMPORT_DELETED] = INT("deleted", "0", 0, BIG, R, "Deleted",
			       "Owned records that lists of the load replaced; they were not read"),
	[IMPORT_CHANGES] = TEXT("changes", CSM_MAX_LONG, LW, "Changes", "The changes it made, such as 5 or 7-9,12"),
	[IMPORT_POSITION] = TEXT("position", 4000, 0, "Position", "How far a load in batches has come"),
	[IMPORT_REVERTED_AT] = TIME("reverted_at", NULL, 0, "Reverted", "When the last of its changes was taken back"),
	[IMPORT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_import = {
	.name = "import", .table = "imports", .prefix = "IMP", .section = "administration", .label = "Import",
	.plural = "Imports", .help = "A load: its inputs, how many records became what, and the changes it made",
	.flags = CSM_T_ENGINE | CSM_T_LOG, .fields = import_fields, .nfields = IMPORT__N, .sort = "",
	.after = "import.after",
};

static const struct csm_field import_count_fields[IMPORT_COUNT__N] = {
	[IMPORT_COUNT_IMPORT] = OWNER("import", "import", R | L, "Import", "The load"),
	[IMPORT_COUNT_RECORD_TYPE] = TEXT("record_type", 60, R | L | IMM, "Type", "Type of the records"),
	[IMPORT_COUNT_RECORDS] = NUMBER_OF("records", "Records", "Records read: the sum of those below"),
	[IMPORT_COUNT_CREATED] = NUMBER_OF("created", "Created", "Records that were not there before"),
	[IMPORT_COUNT_UPDATED] = NUMBER_OF("updated", "Updated", "Records of which a field changed"),
	[IMPORT_COUNT_UNCHANGED] = NUMBER_OF("unchanged", "Unchanged", "Records that were so already"),
	[IMPORT_COUNT_SKIPPED] = NUMBER_OF("skipped", "Skipped", "Records that the options left out"),
	[IMPORT_COUNT_REJECTED] = NUMBER_OF("rejected", "Rejected", "Records that were wrong"),
	[IMPORT_COUNT_DELETED] = NUMBER_OF("deleted", "Deleted", "Records that lists of the load replaced"),
	[IMPORT_COUNT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_import_count = {
	.name = "import_count", .table = "import_counts", .section = "administration", .label = "Import count",
	.plural = "Import counts", .help = "What became of the records of one type in a load",
	.flags = CSM_T_OWNED | CSM_T_ENGINE | CSM_T_LOG, .fields = import_count_fields,
	.nfields = IMPORT_COUNT__N, .doc_key = "count", .unique = "import,record_type", .sort = "import",
};

static const struct csm_field import_reject_fields[IMPORT_REJECT__N] = {
	[IMPORT_REJECT_IMPORT] = OWNER("import", "import", R | L, "Import", "The load"),
	[IMPORT_REJECT_SOURCE] = TEXT("source", 4000, L, "Source", "The input it stood in"),
	[IMPORT_REJECT_LINE] = INT("line", NULL, 0, BIG, L, "Line", "Line of the input, from 1"),
	[IMPORT_REJECT_COL] = INT("col", NULL, 0, BIG, 0, "Column", "Column of the line, from 1"),
	[IMPORT_REJECT_ROW] = INT("row", NULL, 0, BIG, LW, "Row", "Which record of the source it was part of, from 1"),
	[IMPORT_REJECT_RECORD_TYPE] = TEXT("record_type", 60, L, "Type", "Type of the record"),
	[IMPORT_REJECT_RECORD_NO] = INT("record_no", NULL, 0, BIG, 0, "Record",
					"Which record of its type in the load it was, from 1; empty: the row made none"),
	[IMPORT_REJECT_RECORD_KEY] = TEXT("record_key", 300, L, "Key", "Its key, where it has one"),
	[IMPORT_REJECT_FIELD] = TEXT("field", 100, L, "Field", "The field that was wrong"),
	[IMPORT_REJECT_CODE] = TEXT("code", 40, R | LW, "Code", "What kind of fault, such as invalid or notfound"),
	[IMPORT_REJECT_MESSAGE] = TEXT("message", 4000, R | L, "Message", "What was wrong, and what was expected"),
	[IMPORT_REJECT_KEPT] = ENUM("kept", kept, "nothing", 0, "Kept",
				    "Whether it is kept as it came; what stands inside another reject, or tells more of the same record, is kept with that; empty: an older csm kept it"),
	[IMPORT_REJECT_INPUT_FORMAT] = TEXT("input_format", 10, 0, "Format", "Format of the original"),
	[IMPORT_REJECT_DELIMITER] = TEXT("delimiter", 10, 0, "Delimiter", "Between the cells of a table; tab for one"),
	[IMPORT_REJECT_PLACE] = TEXT("place", 1000, 0, "Place", "Where a mapping found the row in its document"),
	[IMPORT_REJECT_ORIGINAL] = { ROW_("original", CSM_K_TEXT, CSM_F_LONG, "Original",
					  "As it came: the line; the row under the names of its columns; a document with the record (json, yaml)"),
				     .max_len = CSM_MAX_LONG },
	[IMPORT_REJECT_VERSION] = CSM_STD,
};
const struct csm_rtype csm_type_import_reject = {
	.name = "import_reject", .table = "import_rejects", .section = "administration", .label = "Import reject",
	.plural = "Import rejects", .help = "A record that a load left out because it was wrong",
	.flags = CSM_T_OWNED | CSM_T_ENGINE | CSM_T_LOG, .fields = import_reject_fields,
	.nfields = IMPORT_REJECT__N, .doc_key = "reject", .sort = "import",
};
