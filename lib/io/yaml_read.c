/* SPDX-License-Identifier: MIT */
/*
 * yaml_read.c - YAML through libyaml's events, with the limits libyaml does not have: depth, bytes a value,
 * aliases within a budget, no cycles, no tags but those of the plain types, text checked. Nothing is typed
 * by its look.
 */
#include <errno.h>
#include <string.h>

#include <yaml.h>

#include "io_priv.h"
#include "yaml_alias.h"

/*
 * libyaml reads ahead by its buffers and 1024 characters of a possible key; more than this without an
 * event is one value too long.
 */
#define FEED_MAX (CSM_IO_RECORD + ((size_t)128 << 10))

/*
 * The last bytes given to libyaml: it tells where bytes are wrong by their offset only, before it has
 * counted their lines.
 */
struct tail {
	char bytes[1 << 15];
	size_t n;
	size_t offset;		/* of bytes[0] in the input */
	int64_t line;		/* of bytes[0] */
	int64_t start;		/* offset of the first byte of that line */
};

struct level {
	bool map;
	bool value_next;	/* in a map: the key was given */
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
	struct csm_err failure;	/* of the source */
	struct tail tail;
	struct yaml_memory memory;
};

/* Go from the first byte of the tail to byte n of it: *line and *start (of that line) follow. */
static void count_lines(const struct tail *t, size_t n, int64_t *line, int64_t *start)
{
	*line = t->line;
	*start = t->start;
	for (size_t i = 0; i < n; i++)
		if (t->bytes[i] == '\n') {
			++*line;
			*start = (int64_t)(t->offset + i + 1);
		}
}

static void keep_tail(struct tail *t, const unsigned char *p, size_t n)
{
	size_t drop = t->n > sizeof(t->bytes) / 2 ? t->n - 8 : 0;

	if (t->n + n > sizeof(t->bytes)) {
		count_lines(t, drop, &t->line, &t->start);
		memmove(t->bytes, t->bytes + drop, t->n - drop);
		t->n -= drop;
		t->offset += drop;
	}
	memcpy(t->bytes + t->n, p, n);
	t->n += n;
}

/* libyaml asks for bytes. */
static int feed(void *data, unsigned char *buffer, size_t size, size_t *size_read)
{
	struct yaml *y = data;
	long n;

	*size_read = 0;
	if (y->fed > FEED_MAX)
		return 0;
	if (size > sizeof(y->tail.bytes) / 2)
		size = sizeof(y->tail.bytes) / 2;
	errno = 0;
	n = y->r.in.src.read(y->r.in.src.arg, buffer, size);
	if (n < 0) {
		y->r.in.failed = true;
		io_source_fail(&y->r.in.src, &y->failure);
		return 0;
	}
	keep_tail(&y->tail, buffer, (size_t)n);
	y->fed += (size_t)n;
	*size_read = (size_t)n;
	return 1;
}

/* Bytes that are no text to libyaml. */
static int fail_bytes(struct yaml *y, struct csm_err *err)
{
	const yaml_parser_t *p = &y->parser;
	size_t at = p->problem_offset - y->tail.offset;
	int64_t line = 0, start = 0;

	if (y->fed > FEED_MAX)
		return io_fail_at(&y->r, err, CSM_E_INVALID, (int64_t)p->mark.line + 1, 0,
				  "value longer than %zu MiB", CSM_IO_VALUE >> 20);
	if (p->problem_offset < y->tail.offset || at > y->tail.n)
		return io_fail_at(&y->r, err, CSM_E_INVALID, 0, 0,
				  "not YAML text: %s (byte %zu of the input)", p->problem,
				  p->problem_offset);
	count_lines(&y->tail, at, &line, &start);
	return io_fail_at(&y->r, err, CSM_E_INVALID, line, (int64_t)p->problem_offset - start + 1,
			  "not YAML text: %s", p->problem);
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
	if (p->error == YAML_READER_ERROR)
		return fail_bytes(y, err);
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

	if (y->event.data.scalar.length > CSM_IO_VALUE)
		return io_fail_at(&y->r, err, CSM_E_INVALID, ev->line, ev->col, "value longer than %zu MiB",
				  CSM_IO_VALUE >> 20);
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
	return io_check_text(&y->r, ev->text, ev->n, ev->line, ev->col, err);
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

/* Hand an event out: from the parser or played from the recording. anchor may be NULL. */
static int deliver(struct yaml *y, struct csm_event *ev, const char *anchor, bool played, struct csm_err *err)
{
	struct csm_event plain = *ev;
	int rc;

	if (ev->type == CSM_EV_MAP_END || ev->type == CSM_EV_SEQ_END) {
		y->depth--;
		io_yaml_memory_note(&y->memory, &plain, y->depth, played);
		return CSM_OK;
	}
	rc = place_node(y, ev, err);
	if (rc)
		return rc;
	if (anchor)
		io_yaml_memory_anchor(&y->memory, anchor, y->depth);
	if (ev->type == CSM_EV_MAP || ev->type == CSM_EV_SEQ)
		y->level[y->depth++] = (struct level){ ev->type == CSM_EV_MAP, false };
	io_yaml_memory_note(&y->memory, &plain, y->depth, played);
	return CSM_OK;
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

static int next_yaml(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	struct yaml *y = (struct yaml *)r;
	bool done = false;

	if (y->finished) {
		*ev = (struct csm_event){ .type = CSM_EV_END, .text = "" };
		return CSM_OK;
	}
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
	y->tail.line = 1;
	y->r.ops = &yaml_ops;
	io_yaml_memory_init(&y->memory, csm_arena_like(a));
	yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&y->parser, feed, y);
	*out = &y->r;
	return CSM_OK;
}
