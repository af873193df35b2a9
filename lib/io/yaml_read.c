/* SPDX-License-Identifier: MIT */
/*
 * yaml_read.c - YAML through libyaml's events, with the limits libyaml does not have: depth, bytes a value,
 * aliases within a budget, no cycles, no tags but those of the plain types, text checked. Nothing is typed
 * by its look.
 */
#include <errno.h>
#include <string.h>

#include <yaml.h>

#include <csm/utf8.h>

#include "io_priv.h"
#include "yaml_alias.h"
#include "yaml_feed.h"

/*
 * libyaml reads ahead by its buffers and 1024 characters of a possible key; more than this without an
 * event is one value too long.
 */
#define FEED_MAX (IO_VALUE_BYTES + ((size_t)128 << 10))

struct level {
	bool map;
	bool value_next;	/* in a map: the key was given */
};

/* Keys that come again with each record. */
#define YAML_KEYS 64
#define YAML_KEY_MAX 64
struct key {
	const char *text;	/* as long as the reader */
	size_t n;
};

struct yaml {
	struct csm_reader r;
	yaml_parser_t parser;
	bool parsing;		/* parser needs yaml_parser_delete */
	yaml_event_t event;	/* its text is what the last call gave out */
	bool held;
	bool finished;
	struct level level[CSM_IO_DEPTH];
	unsigned depth;
	size_t fed;		/* bytes given to libyaml since its last event */
	struct yaml_bad spoilt;	/* n: the scalar of the event holds it */
	struct key keys[YAML_KEYS];
	unsigned nkeys, key;	/* the one that is expected next */
	struct csm_err failure;	/* of the source, or there is too much that is no text */
	struct yaml_feed feed;
	struct yaml_memory memory;
};

/* libyaml asks for bytes. */
static int feed(void *data, unsigned char *buffer, size_t size, size_t *size_read)
{
	struct yaml *y = data;
	long n;

	*size_read = 0;
	if (y->fed > FEED_MAX)
		return 0;
	n = io_yaml_feed(&y->feed, &y->r.in.src, (char *)buffer, size);
	if (n < 0 && y->feed.nbad < YAML_BAD) {
		y->r.in.failed = true;
		io_source_fail(&y->r.in.src, &y->failure);
	}
	if (n < 0)
		return 0;
	y->fed += (size_t)n;
	*size_read = (size_t)n;
	return 1;
}

/* ---- bytes that are no text ---- */

static int fail_bad(struct yaml *y, const struct yaml_bad *b, struct csm_err *err)
{
	int rc = io_check_text(&y->r, b->bytes, b->n, b->line, b->col, err);

	return rc ? rc : io_fail_at(&y->r, err, CSM_E_INVALID, b->line, b->col,
				    "U+FFFE and U+FFFF are no characters of YAML");
}

/*
 * Whether what stands before the end of an event is text. A scalar that is a value has its wrong bytes for a
 * text then, and the reader can go on behind it; anywhere else, such as in a comment, it can't.
 */
static int check_bytes(struct yaml *y, struct csm_err *err)
{
	const yaml_event_t *e = &y->event;
	const struct yaml_bad *b = io_yaml_bad(&y->feed);

	y->spoilt.n = 0;
	if (!b || b->index >= (int64_t)e->end_mark.index)
		return CSM_OK;
	if (e->type != YAML_SCALAR_EVENT || b->index < (int64_t)e->start_mark.index ||
	    csm_text_check(b->bytes, b->n, NULL) == CSM_OK)
		return fail_bad(y, b, err);
	y->spoilt = *b;
	io_yaml_forget(&y->feed, (int64_t)e->end_mark.index);
	return CSM_OK;
}

static int fail_parser(struct yaml *y, struct csm_err *err)
{
	const yaml_parser_t *p = &y->parser;
	yaml_mark_t mark = p->problem_mark;

	if (y->r.in.failed) {
		*err = y->failure;
		return (int)err->code;
	}
	if (p->error == YAML_MEMORY_ERROR)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	/* What came of bytes that were replaced is no finding. */
	if (io_yaml_bad(&y->feed) && (p->error == YAML_READER_ERROR ||
				      io_yaml_bad(&y->feed)->index <= (int64_t)mark.index))
		return fail_bad(y, io_yaml_bad(&y->feed), err);
	if (p->error == YAML_READER_ERROR)
		return io_fail_at(&y->r, err, CSM_E_INVALID, (int64_t)p->mark.line + 1, 0,
				  "value longer than %zu MiB", CSM_IO_VALUE >> 20);
	if (p->context)
		return io_fail_at(&y->r, err, CSM_E_INVALID, (int64_t)mark.line + 1,
				  (int64_t)mark.column + 1, "not valid YAML: %s %s that began on line %zu",
				  p->problem, p->context, p->context_mark.line + 1);
	return io_fail_at(&y->r, err, CSM_E_INVALID, (int64_t)mark.line + 1, (int64_t)mark.column + 1,
			  "not valid YAML: %s", p->problem ? p->problem : "unknown problem");
}

static int fail_event(struct yaml *y, struct csm_err *err, const char *what)
{
	return io_fail_at(&y->r, err, CSM_E_INVALID, (int64_t)y->event.start_mark.line + 1,
			  (int64_t)y->event.start_mark.column + 1, "%s", what);
}

static bool is_null_word(const char *s)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (*s && *s != '~' && *s != 'n' && *s != 'N')
		return false;
	for (size_t i = 0; i < CSM_COUNT(words); i++)
		if (strcmp(s, words[i]) == 0)
			return true;
	return false;
}

/* The scalar class of a tag, or -1 for one that csm does not take. */
static int class_of_tag(const char *tag, const char *text)
{
	static const char core[] = "tag:yaml.org,2002:";

	if (strcmp(tag, "!") == 0)
		return CSM_SC_QUOTED;
	if (strncmp(tag, core, sizeof(core) - 1) != 0)
		return -1;
	tag += sizeof(core) - 1;
	if (strcmp(tag, "str") == 0)
		return CSM_SC_QUOTED;
	if (strcmp(tag, "int") == 0 || strcmp(tag, "float") == 0 || strcmp(tag, "bool") == 0)
		return CSM_SC_PLAIN;
	return strcmp(tag, "null") == 0 && is_null_word(text) ? CSM_SC_NULL : -1;
}

static int take_scalar(struct yaml *y, struct csm_event *ev, struct csm_err *err)
{
	char *text = (char *)y->event.data.scalar.value;
	const char *tag = (const char *)y->event.data.scalar.tag;
	int class = CSM_SC_QUOTED;

	ev->type = CSM_EV_SCALAR;
	ev->n = io_crlf(text, y->event.data.scalar.length);
	ev->text = text;
	if (tag)
		class = class_of_tag(tag, text);
	else if (y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		class = is_null_word(text) ? CSM_SC_NULL : CSM_SC_PLAIN;
	if (class < 0)
		return io_fail_at(
			&y->r, err, CSM_E_INVALID, ev->line, ev->col,
			"tag '%.80s' is not taken (only !!str, !!int, !!float, !!bool and !!null are)",
			tag);
	ev->scalar = (enum csm_scalar)class;
	if (y->spoilt.n) {
		ev->text = y->spoilt.bytes;
		ev->n = y->spoilt.n;
		ev->line = y->spoilt.line;
		ev->col = y->spoilt.col;
	}
	return CSM_OK;
}

static int check_collection_tag(struct yaml *y, const char *tag, const char *wanted, struct csm_err *err)
{
	if (!tag || strcmp(tag, "!") == 0 || strcmp(tag, wanted) == 0)
		return CSM_OK;
	return io_fail_at(&y->r, err, CSM_E_INVALID, (int64_t)y->event.start_mark.line + 1,
			  (int64_t)y->event.start_mark.column + 1,
			  "tag '%.80s' is not taken on a collection", tag);
}

/* Is the next node of the open map a key? */
static bool at_key(const struct yaml *y)
{
	return y->depth > 0 && y->level[y->depth - 1].map && !y->level[y->depth - 1].value_next;
}

/* Check that a node may stand here, and count it in the map around it. */
static int place_node(struct yaml *y, struct csm_event *ev, struct csm_err *err)
{
	bool collection = ev->type != CSM_EV_SCALAR;
	struct level *top = y->depth ? &y->level[y->depth - 1] : NULL;

	if (at_key(y)) {
		if (collection)
			return io_fail_at(&y->r, err, CSM_E_INVALID, ev->line, ev->col,
					  "a key must be text, not a map or a sequence");
		ev->type = CSM_EV_KEY;
	}
	if (collection && y->depth == CSM_IO_DEPTH)
		return io_fail_at(&y->r, err, CSM_E_INVALID, ev->line, ev->col,
				  "nested deeper than %d levels", CSM_IO_DEPTH);
	if (top && top->map)
		top->value_next = !top->value_next;
	return CSM_OK;
}

/* A text of an event that has its place: behind a value or key that is wrong the reader can go on. */
static int check_scalar(struct yaml *y, const struct csm_event *ev, struct csm_err *err)
{
	int rc;

	if (ev->n > CSM_IO_VALUE)
		rc = io_fail_at(&y->r, err, CSM_E_INVALID, ev->line, ev->col, "value longer than %zu MiB",
				CSM_IO_VALUE >> 20);
	else
		rc = io_check_text(&y->r, ev->text, ev->n, ev->line, ev->col, err);
	y->r.soft = rc != CSM_OK;
	return rc;
}

/* Hand an event out: from the parser or played from the recording. anchor may be NULL. */
static int deliver(struct yaml *y, struct csm_event *ev, const char *anchor, bool played, struct csm_err *err)
{
	enum csm_event_type type = ev->type;
	int rc;

	if (type == CSM_EV_MAP_END || type == CSM_EV_SEQ_END) {
		y->depth--;
		io_yaml_memory_note(&y->memory, ev, type, y->depth, played);
		return CSM_OK;
	}
	rc = place_node(y, ev, err);
	if (rc)
		return rc;
	if (anchor)
		io_yaml_memory_anchor(&y->memory, anchor, y->depth);
	if (type == CSM_EV_MAP || type == CSM_EV_SEQ)
		y->level[y->depth++] = (struct level){ type == CSM_EV_MAP, false };
	io_yaml_memory_note(&y->memory, ev, type, y->depth, played);
	return type == CSM_EV_SCALAR ? check_scalar(y, ev, err) : CSM_OK;
}

static int play_next(struct yaml *y, struct csm_event *ev, struct csm_err *err)
{
	*ev = *CSM_AT(&y->memory.log, struct csm_event, y->memory.play);
	y->memory.play++;
	return deliver(y, ev, NULL, true, err);
}

static int take_alias(struct yaml *y, struct csm_event *ev, struct csm_err *err)
{
	const char *name = (const char *)y->event.data.alias.anchor;
	const char *problem = io_yaml_memory_alias(&y->memory, name);

	if (problem)
		return io_fail_at(&y->r, err, CSM_E_INVALID, ev->line, ev->col, "alias '*%.80s' %s", name,
				  problem);
	return play_next(y, ev, err);
}

/*
 * Turn the event libyaml gave into ours; *done is false for events that have no counterpart (documents
 * begin and end).
 */
static int take_event(struct yaml *y, struct csm_event *ev, bool *done, struct csm_err *err)
{
	const yaml_event_t *e = &y->event;
	int rc;

	*done = true;
	ev->text = "";
	ev->n = 0;
	ev->scalar = CSM_SC_NULL;
	ev->line = (int64_t)e->start_mark.line + 1;
	ev->col = (int64_t)e->start_mark.column + 1;
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		rc = take_scalar(y, ev, err);
		return rc ? rc : deliver(y, ev, (const char *)e->data.scalar.anchor, false, err);
	case YAML_MAPPING_START_EVENT:
		ev->type = CSM_EV_MAP;
		rc = check_collection_tag(y, (const char *)e->data.mapping_start.tag, YAML_MAP_TAG, err);
		return rc ? rc : deliver(y, ev, (const char *)e->data.mapping_start.anchor, false, err);
	case YAML_SEQUENCE_START_EVENT:
		ev->type = CSM_EV_SEQ;
		rc = check_collection_tag(y, (const char *)e->data.sequence_start.tag, YAML_SEQ_TAG, err);
		return rc ? rc : deliver(y, ev, (const char *)e->data.sequence_start.anchor, false, err);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		ev->type = e->type == YAML_MAPPING_END_EVENT ? CSM_EV_MAP_END : CSM_EV_SEQ_END;
		return deliver(y, ev, NULL, false, err);
	case YAML_ALIAS_EVENT:
		return take_alias(y, ev, err);
	case YAML_STREAM_END_EVENT:
		y->finished = true;
		ev->type = CSM_EV_END;
		return CSM_OK;
	case YAML_DOCUMENT_START_EVENT:
		io_yaml_memory_reset(&y->memory);
		*done = false;
		return CSM_OK;
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		*done = false;
		return CSM_OK;
	default:
		return fail_event(y, err, "unknown event of the YAML parser");
	}
}

/* ---- what nearly all events are ---- */

/* A key that was read before: it is known to be text. NULL: it is none of them. */
static const char *find_key(struct yaml *y, const char *text, size_t n)
{
	for (unsigned i = 0; i < y->nkeys; i++) {
		unsigned at = y->key + i;
		const struct key *k = &y->keys[at < y->nkeys ? at : at - y->nkeys];

		if (k->n != n || memcmp(k->text, text, n) != 0)
			continue;
		y->key = (unsigned)(k + 1 - y->keys);
		return k->text;
	}
	return NULL;
}

static const char *keep_key(struct yaml *y, const char *text, size_t n)
{
	const char *kept;

	if (y->nkeys == YAML_KEYS || n > YAML_KEY_MAX || is_null_word(text))
		return NULL;
	kept = csm_strndup(y->r.arena, text, n);
	y->keys[y->nkeys++] = (struct key){ kept, n };
	return kept;
}

/*
 * A scalar of printable ASCII without a tag or an anchor, in a map or a sequence outside of any anchored node: the same comes out
 * as by take_event(), in a third of the time. False: it is something else, and nothing was done.
 */
static bool take_plain(struct yaml *y, struct csm_event *ev)
{
	const yaml_event_t *e = &y->event;
	const char *text = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	struct level *top = &y->level[y->depth ? y->depth - 1 : 0];
	bool key = top->map && !top->value_next, known;

	if (e->type != YAML_SCALAR_EVENT || y->feed.nbad || !y->depth || y->memory.nopen || e->data.scalar.tag ||
	    e->data.scalar.anchor || n > CSM_IO_VALUE)
		return false;
	y->r.lasting = key ? find_key(y, text, n) : NULL;
	known = y->r.lasting != NULL;
	if (!known && csm_text_plain(text, n) != n)
		return false;
	if (key && !known)
		y->r.lasting = keep_key(y, text, n);
	ev->type = key ? CSM_EV_KEY : CSM_EV_SCALAR;
	ev->scalar = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ? CSM_SC_QUOTED :
		     !known && is_null_word(text)		     ? CSM_SC_NULL :
								       CSM_SC_PLAIN;
	ev->text = text;
	ev->n = n;
	ev->line = (int64_t)e->start_mark.line + 1;
	ev->col = (int64_t)e->start_mark.column + 1;
	top->value_next = key;
	y->memory.own++;
	y->r.soft = false;
	return true;
}

static int next_yaml(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	struct yaml *y = (struct yaml *)r;
	bool done = false;

	if (y->finished) {
		*ev = (struct csm_event){ .type = CSM_EV_END, .text = "" };
		return CSM_OK;
	}
	y->r.lasting = NULL;
	if (y->memory.play < y->memory.play_end)
		return play_next(y, ev, err);
	while (!done) {
		int rc;

		if (y->held)
			yaml_event_delete(&y->event);
		y->held = false;
		if (!yaml_parser_parse(&y->parser, &y->event))
			return fail_parser(y, err);
		y->held = true;
		y->fed = 0;
		if (take_plain(y, ev))
			return CSM_OK;
		rc = check_bytes(y, err);
		if (!rc)
			rc = take_event(y, ev, &done, err);
		if (rc)
			return rc;
	}
	return CSM_OK;
}

static void close_yaml(struct csm_reader *r)
{
	struct yaml *y = (struct yaml *)r;

	if (y->held)
		yaml_event_delete(&y->event);
	if (y->parsing)
		yaml_parser_delete(&y->parser);
	csm_arena_free(y->memory.arena);
}

static const struct io_reader_ops yaml_ops = { next_yaml, NULL, close_yaml };

int io_yaml_open(struct csm_reader **out, struct csm_arena *a, struct csm_err *err)
{
	struct yaml *y = csm_alloc(a, sizeof(*y));

	if (!yaml_parser_initialize(&y->parser))
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	y->parsing = true;
	y->r.ops = &yaml_ops;
	io_yaml_memory_init(&y->memory, csm_arena_like(a));
	yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&y->parser, feed, y);
	*out = &y->r;
	return CSM_OK;
}
