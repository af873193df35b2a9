/* SPDX-License-Identifier: MIT */
/*
 * csm/dict.h - the dictionary: kinds, fields, lifecycles and record types as rows.
 *
 * Everything that csm does for every type follows from these rows: options, validation, SQL, the check of
 * the schema, list columns, import and export, completion, manual pages, JSON Schema. The rows are constant
 * tables (lib/model); nothing here allocates but in the arena given.
 */
#ifndef CSM_DICT_H
#define CSM_DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <csm/arena.h>
#include <csm/err.h>
#include <csm/value.h>

#define CSM_MAX_FIELDS 128		/* fields a type */
#define CSM_MAX_TEXT 65536		/* default length limit of a text, in code points */
#define CSM_MAX_LONG 1048576		/* the largest limit that a row may set: what a reader takes as one value */

enum csm_kind {
	CSM_K_TEXT,
	CSM_K_INT,
	CSM_K_BOOL,
	CSM_K_DECIMAL,
	CSM_K_MONEY,		/* two columns: f (minor units) and f_currency */
	CSM_K_DATE,
	CSM_K_TIME,
	CSM_K_DURATION,
	CSM_K_CLOCK,		/* time of day, "09:00" .. "24:00" */
	CSM_K_ENUM,
	CSM_K_ENUM_LIST,
	CSM_K_REF,
	CSM_K_REF_LIST,
	CSM_K_EMAIL,
	CSM_K_PHONE,
	/* IANA time zone name; the name's shape is checked here, its existence by the service */
	CSM_K_ZONE,
	CSM_K_EXPR,		/* filter expression (csm/filter.h) */
	CSM_K_JSON,
	CSM_K__N
};

struct csm_field;
struct csm_kind_row {
	enum csm_kind kind;
	const char *name;		/* "duration" */
	enum csm_tag tag;		/* what a value that is not null holds */
	const char *sql;		/* column type token: "INTEGER" or "TEXT" */
	/* type written in JSON and YAML: "string", "integer", "boolean", "number", "array" */
	const char *json_type;
	const char *json_format;	/* JSON Schema "format" or "pattern" text, NULL if none */
	const char *width_hint;		/* longest usual text, for column widths */
	/* what a value looks like, for manual and messages: "a duration such as 8h or PT8H" */
	const char *help;
	/*
	 * Text to value. text is never NULL or ""; the value's text may point into text (which then
	 * must live as long) or into the arena. References and lists of references are resolved by
	 * the store, not here: their parse is NULL.
	 */
	int (*parse)(struct csm_arena *a, const struct csm_field *f, const char *text, int64_t now,
		     struct csm_value *out, struct csm_err *err);
	/*
	 * Value (not null) to canonical text, which parse reads back to the same value. NULL for
	 * references.
	 */
	const char *(*format)(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v);
};
/* The row of a kind; the table is indexed by kind and checked by csm_dict_check(). */
const struct csm_kind_row *csm_kind(enum csm_kind kind);

/* Flags of a field. */
#define CSM_F_REQUIRED	(1u << 0)	/* never null in a stored record */
/* identifies a record by itself; unique among stored records, used to match and refer */
#define CSM_F_KEY	(1u << 1)
#define CSM_F_READONLY	(1u << 2)	/* never given by new/edit; an import may state it */
/* set by lifecycle verbs and the engine; an import may state it, new/edit not */
#define CSM_F_BYVERB	(1u << 3)
#define CSM_F_IMMUTABLE	(1u << 4)	/* given on creation, never changed after */
#define CSM_F_SECRET	(1u << 5)	/* never printed or exported */
#define CSM_F_LIST	(1u << 6)	/* column of the default list */
#define CSM_F_SEARCH	(1u << 7)	/* free text that a search looks at */
#define CSM_F_INTERNAL	(1u << 8)	/* for internal users only */
/* housekeeping: left out of export unless asked (version, created_at, ...) */
#define CSM_F_VOLATILE	(1u << 9)
/* not stored: `number` (prefix and id), or made by the type's compute hook for those who read */
#define CSM_F_COMPUTED	(1u << 10)
/* reference to the owner of an owned record; left out inside the owner's document */
#define CSM_F_OWNER	(1u << 11)
#define CSM_F_LONG	(1u << 12)	/* text of many lines */
/* has an index of its own (references always have one unless CSM_F_NOINDEX) */
#define CSM_F_INDEX	(1u << 13)
#define CSM_F_NOINDEX	(1u << 14)	/* reference without an index; the row's comment says why */
#define CSM_F_TITLE	(1u << 15)	/* the human title of a record of this type, shown beside its key */
/* the derive hook fills it when it is not given; an export states a null one as null */
#define CSM_F_DERIVED	(1u << 16)
/* the name is an SQL word that a document format from outside asks for; SQL quotes it */
#define CSM_F_QUOTED	(1u << 17)
/* stored at an event; before it the compute hook says for those who read what it would be now */
#define CSM_F_LIVE	(1u << 18)
/* CSM_F_LIST on wide terminals only: left out of a default list that would not fit into a narrow one */
#define CSM_F_WIDE	(1u << 19)

/*
 * What a value tells of somebody, and so what an anonymised export puts in its place. Where the kind does not say
 * it (an e-mail address, a phone number, a condition) and the row does not either, a text is free text.
 */
enum csm_personal {
	CSM_PERSONAL_UNSAID,
	CSM_PERSONAL_NOT,		/* stays: vocabulary, numbers, moments, choices */
	CSM_PERSONAL_GIVEN_NAME,
	CSM_PERSONAL_FAMILY_NAME,
	CSM_PERSONAL_FULL_NAME,
	CSM_PERSONAL_NAME,		/* of a company, a household, a place, a thing */
	CSM_PERSONAL_EMAIL,
	CSM_PERSONAL_PHONE,
	CSM_PERSONAL_STREET,
	CSM_PERSONAL_PLACE,		/* city, state, country */
	CSM_PERSONAL_CODE,		/* key of another system, login, serial number: keeps its shape */
	CSM_PERSONAL_URL,
	CSM_PERSONAL_TEXT,
	CSM_PERSONAL_COORDINATE,	/* decimal */
	CSM_PERSONAL_CONDITION		/* an expression: the values in it, by the fields they are compared with */
};
/* Said in the flags of a row. */
#define CSM_F_PERSONAL(x) ((uint32_t)(x) << 24)

/* What deleting the target of a reference does. */
enum csm_ondel { CSM_ON_RESTRICT, CSM_ON_CLEAR, CSM_ON_CASCADE };

struct csm_choice {
	/* stored and written: "awaiting_info", or a number for kind int: "1" */
	const char *value;
	/* "Awaiting Info"; also taken on input (enum, enum list, int), without regard to case */
	const char *label;
};

struct csm_field {
	const char *name;		/* snake_case; option --field-name, document key, column */
	enum csm_kind kind;
	uint32_t flags;
	/* default as text, NULL none; "@now", "@today", "@actor" (ref user) */
	const char *def;
	const struct csm_choice *choices; /* ended by value NULL; for enum, enum list and int */
	const char *target;		/* ref, ref list: name of the type */
	enum csm_ondel ondel;
	int64_t min, max;		/* int, decimal (scaled), duration: bounds when min < max */
	unsigned max_len;		/* text: code points, 0 = CSM_MAX_TEXT */
	const char *label;		/* "Short description" */
	const char *help;		/* one line, no full stop */
};

/* A state of a lifecycle. */
#define CSM_S_INITIAL	(1u << 0)
#define CSM_S_FINAL	(1u << 1)	/* no way out */
#define CSM_S_ACTIVE	(1u << 2)	/* the record's `active` is true */
struct csm_state {
	const char *name;
	uint32_t flags;
	const char *help;
};

/* Who may do a move. */
#define CSM_WHO_AGENT	(1u << 0)
#define CSM_WHO_CUSTOMER (1u << 1)	/* an external user, or an internal one with --on-behalf */
#define CSM_WHO_SYSTEM	(1u << 2)	/* csm tick */

/*
 * A move of a lifecycle: a verb of the command line. Several rows may share a verb when they differ
 * in from-states or who; the first row that fits state and actor is taken.
 */
struct csm_move {
	const char *verb;		/* "request_info" (written request-info) */
	const char *from;		/* "new,open" comma list of states */
	const char *to;			/* state; NULL: the state stays */
	uint32_t who;			/* CSM_WHO_* */
	/* "resolution_code,close_notes": fields that must have a value after the options, or NULL */
	const char *needs;
	const char *takes;		/* fields that may be given as options besides needs, or NULL */
	/* name of the text option ("comment", "reason"), NULL if the move takes none */
	const char *text;
	/* owned journal type the text becomes a row of ("comment", "work_note") */
	const char *text_as;
	bool text_needed;
	/* "resolved_at=@now,auto_close=false,state_reason=": assignments; @now @today @actor; empty clears */
	const char *sets;
	const char *guard;		/* id of a function that may refuse, or NULL */
	/* id of a function run after the sets, before the row is written, or NULL */
	const char *effect;
	const char *help;		/* one line */
};

struct csm_lifecycle {
	const char *field;		/* "state" */
	const struct csm_state *states;	/* ended by name NULL; the first with CSM_S_INITIAL is the default */
	const struct csm_move *moves;	/* ended by verb NULL */
};

/* Flags of a type: which generic verbs it has, and what it is. */
#define CSM_T_OWNED	(1u << 0)	/* lives inside its owner's document */
#define CSM_T_JOURNAL	(1u << 1)	/* only grows: new, list, show, import, export */
#define CSM_T_ENGINE	(1u << 2)	/* made by csm: list, show, import, export */
#define CSM_T_ADMIN	(1u << 3)	/* configuration: listed under administration in help */
/* tells what was done: stays when the change that made it is taken back, and is exported only by name */
#define CSM_T_LOG	(1u << 4)

struct csm_rtype {
	const char *name;		/* "case"; noun of the command line */
	const char *table;		/* "cases" */
	/* "CS": number = prefix and id in at least 7 digits; NULL: keyed by its CSM_F_KEY fields */
	const char *prefix;
	/* "people", "customers", "products", "agreements", "work", "administration" */
	const char *section;
	const char *label, *plural;	/* "Case", "Cases" */
	const char *help;		/* one line */
	uint32_t flags;
	const struct csm_field *fields;
	unsigned nfields;
	/* owned: key of the list in the owner's document ("address"); NULL: the type's name */
	const char *doc_key;
	/*
	 * field lists unique together: "contact,account,type;a,b" or NULL. The first one is a match
	 * key too
	 */
	const char *unique;
	const struct csm_lifecycle *life; /* or NULL */
	const char *sort;		/* default and export order: "name" or "" (by id) */
	/* hook ids (csm/store.h), or NULL: refuse what a field row cannot say */
	const char *check;
	const char *derive;		/* fill fields from others, before check */
	const char *after;		/* after the row is written: engine, ledger */
	const char *compute;		/* what depends on the clock, for those who read (csm_store_compute) */
};

/* A property of a database (`csm config`), kept in type `setting`. */
struct csm_setting {
	const char *name;		/* "case.auto_close" */
	enum csm_kind kind;
	const char *def;		/* default as text */
	const char *help;
};

struct csm_dict {
	/* in load order: a type after those it refers to where possible */
	const struct csm_rtype *const *types;
	unsigned ntypes;
	const struct csm_setting *settings;
	unsigned nsettings;
};

/* Fields that every type ends with; CSM_STD is put last in a table of rows. */
#define CSM_STD_FIELDS 5
#define CSM_STD_ROW(field, k, fl) \
	.name = (field), .kind = (k), .flags = CSM_F_READONLY | CSM_F_VOLATILE | (fl)
#define CSM_STD \
	{ CSM_STD_ROW("version", CSM_K_INT, CSM_F_REQUIRED), .def = "1", \
	  .label = "Version", .help = "Counts the changes of the record, for --if-version" }, \
	{ CSM_STD_ROW("created_at", CSM_K_TIME, CSM_F_REQUIRED), .def = "@now", \
	  .label = "Created", .help = "When the record was stored here" }, \
	{ CSM_STD_ROW("created_by", CSM_K_TEXT, CSM_F_PERSONAL(CSM_PERSONAL_CODE)), .max_len = 80, \
	  .label = "Created by", .help = "Who stored the record" }, \
	{ CSM_STD_ROW("updated_at", CSM_K_TIME, CSM_F_REQUIRED), .def = "@now", \
	  .label = "Updated", .help = "When the record last changed" }, \
	{ CSM_STD_ROW("updated_by", CSM_K_TEXT, CSM_F_PERSONAL(CSM_PERSONAL_CODE)), .max_len = 80, \
	  .label = "Updated by", .help = "Who last changed the record" }
/* First rows of a type with a number. */
#define CSM_NUMBER \
	{ .name = "number", .kind = CSM_K_TEXT, .max_len = 40, \
	  .flags = CSM_F_KEY | CSM_F_COMPUTED | CSM_F_READONLY | CSM_F_LIST | \
		   CSM_F_PERSONAL(CSM_PERSONAL_NOT), \
	  .label = "Number", .help = "The record's number, given on creation and never again" }
#define CSM_EXTERNAL_ID \
	{ .name = "external_id", .kind = CSM_K_TEXT, .max_len = 100, \
	  .flags = CSM_F_KEY | CSM_F_PERSONAL(CSM_PERSONAL_CODE), \
	  .label = "External id", .help = "The key of the record in another system" }

/* Look-ups. Names are compared with '-' and '_' as equal. NULL / -1 when there is none. */
const struct csm_rtype *csm_dict_type(const struct csm_dict *d, const char *name);
int csm_field_index(const struct csm_rtype *t, const char *name);
/* The field that somebody may have meant: by its label ("Case" is parent_case), else one spelt nearly so; or NULL. */
const char *csm_field_near(struct csm_arena *a, const struct csm_rtype *t, const char *name);
const struct csm_field *csm_field_named(const struct csm_rtype *t, const char *name);
const struct csm_setting *csm_dict_setting(const struct csm_dict *d, const char *name);
/* The i-th type owned by t together with its CSM_F_OWNER field that targets t; NULL past the end. */
const struct csm_rtype *csm_dict_owned(const struct csm_dict *d, const struct csm_rtype *t, unsigned i,
				       int *owner_field);
/* The owned type of t whose document key (or name) is key; NULL if none. */
const struct csm_rtype *csm_dict_owned_named(const struct csm_dict *d, const struct csm_rtype *t,
					     const char *key,
					     int *owner_field);
const char *csm_type_doc_key(const struct csm_rtype *t);
/* The one of the choices that text names: by value, or by label without regard to case; NULL if none. */
const struct csm_choice *csm_choice_find(const struct csm_choice *choices, const char *text);
/* The index of a field that is the title (CSM_F_TITLE), else the first key, else 0. */
int csm_type_title(const struct csm_rtype *t);
/* "CS0000042" for (t, 42), at least 7 digits. NULL when t has no prefix. */
const char *csm_number_format(struct csm_arena *a, const struct csm_rtype *t, int64_t id);
/*
 * The id in a number of t's form (prefix, digits, value 1..2^53), 0 when text has another form.
 * Case of the prefix is ignored; zeros may be missing: cs42 is CS0000042.
 */
int64_t csm_number_parse(const struct csm_rtype *t, const char *text);
/* The type whose prefix and digits make up text, and the id; NULL if none ("csm show CS0000042"). */
const struct csm_rtype *csm_number_type(const struct csm_dict *d, const char *text, int64_t *id);

/* Comma lists in rows ("a,b,c"): the i-th word copied into buf; false past the end. */
bool csm_word(const char *list, unsigned i, char *buf, size_t size);
bool csm_word_in(const char *list, const char *word);

/* Lifecycle look-ups. */
const struct csm_state *csm_life_state(const struct csm_lifecycle *l, const char *name);
const char *csm_life_initial(const struct csm_lifecycle *l);
/* The first move with this verb that leaves state for somebody of who (mask); NULL if none. */
const struct csm_move *csm_life_move(const struct csm_lifecycle *l, const char *verb, const char *state,
				     uint32_t who);
/* Any move with the verb, whatever the state; NULL: no such verb. */
const struct csm_move *csm_life_verb(const struct csm_lifecycle *l, const char *verb);
/*
 * "accept, request-info": the verbs allowed from state for who, as typed, in row order without
 * doubles; "none".
 */
const char *csm_life_allowed(struct csm_arena *a, const struct csm_lifecycle *l, const char *state,
			     uint32_t who);

/*
 * Text to a value of the field by its kind: parses, applies choices, bounds and lengths. "" gives
 * null. References are refused here (csm/store.h resolves them). Errors carry type and field and
 * say what is expected.
 */
int csm_field_parse(struct csm_arena *a, const struct csm_rtype *t, const struct csm_field *f,
		    const char *text, int64_t now,
		    struct csm_value *out, struct csm_err *err);
/* Value to canonical text; null gives "". Raw ids for references. */
const char *csm_field_format(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v);
/* By row or kind; never CSM_PERSONAL_UNSAID. */
enum csm_personal csm_field_personal(const struct csm_field *f);
/* "family_name"; NULL for what is not personal. */
const char *csm_personal_name(enum csm_personal p);
/* Label of a choice, or the text itself. For people. */
const char *csm_field_label(struct csm_arena *a, const struct csm_field *f, const struct csm_value *v);
/* Bounds, length, choices and text of a value got elsewhere (database check, import of typed values). */
int csm_field_check(const struct csm_rtype *t, const struct csm_field *f, const struct csm_value *v,
		    struct csm_err *err);

/*
 * Numbers that are surely good values of the field, *low to *high: csm_field_check() takes each of them. *low is more
 * than *high when there is no such range: the kind is no number, or its choices have gaps.
 */
void csm_field_range(const struct csm_field *f, int64_t *low, int64_t *high);

/* Lists in values: ",a,b,". The i-th word; false past the end. */
bool csm_list_word(const char *list, unsigned i, char *buf, size_t size);
bool csm_list_has(const char *list, const char *word);

/*
 * The dictionary against itself: names unique, snake_case and no SQL word, labels and help present,
 * references resolve, defaults are values of their kind, choices present where needed, keys and
 * unique sets name fields, every state reachable and (unless final) left, moves name states, fields
 * and journals that exist, each prefix used once, at most CSM_MAX_FIELDS. hook_known says whether a
 * hook id is registered (NULL: not checked). Every finding goes to diag; returns CSM_OK or CSM_NO.
 */
int csm_dict_check(const struct csm_dict *d, bool (*hook_known)(void *arg, const char *id), void *arg,
		   const struct csm_diag *diag);

#endif
