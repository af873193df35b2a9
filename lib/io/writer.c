/* SPDX-License-Identifier: MIT */
/* writer.c - the calls common to all document writers: they keep the nesting right, the formats only write.
 */
#include <errno.h>
#include <string.h>

#include "io_priv.h"

int csm_writer_open(struct csm_writer **out, struct csm_arena *a, enum csm_format f, struct csm_sink sink,
		    struct csm_err *err)
{
	struct csm_arena *own;
	struct csm_writer *w;

	*out = NULL;
	if (f != CSM_FMT_JSON && f != CSM_FMT_NDJSON && f != CSM_FMT_YAML)
		return csm_fail(err, CSM_E_USAGE,
				"documents cannot be written as '%s' (expected json, ndjson or yaml)",
				csm_format_name(f));
	own = csm_arena_like(a);
	if (!own)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	w = csm_alloc(own, sizeof(*w));
	w->arena = own;
	w->ops = f == CSM_FMT_YAML ? &io_yaml_ops : &io_json_ops;
	w->lines = f == CSM_FMT_NDJSON;
	io_out_init(&w->out, own, sink);
	*out = w;
	return CSM_OK;
}

static int misuse(struct csm_writer *w, const char *what)
{
	if (!w->code)
		w->code = csm_fail(&w->err, CSM_E_INTERNAL, "document writer: %s", what);
	return w->code;
}

/* What every call does before it writes; sticks to the first error. */
static int check_place(struct csm_writer *w)
{
	const struct io_level *top = w->depth ? &w->level[w->depth - 1] : NULL;

	if (w->code)
		return w->code;
	if (w->out.failed)
		return w->code = io_out_finish(&w->out, &w->err);
	if (top && top->map && !w->has_key)
		return misuse(w, "a value in a map needs a key before it");
	return CSM_OK;
}

static void count_value(struct csm_writer *w)
{
	if (w->depth)
		w->level[w->depth - 1].n++;
	else
		w->ntop++;
	w->has_key = false;
}

static int begin_level(struct csm_writer *w, bool map)
{
	int rc = check_place(w);

	if (rc)
		return rc;
	if (w->depth == IO_WRITE_DEPTH)
		return misuse(w, "nested too deep");
	w->ops->begin(w, map);
	count_value(w);
	w->level[w->depth].map = map;
	w->level[w->depth].n = 0;
	w->depth++;
	return CSM_OK;
}

static int end_level(struct csm_writer *w, bool map)
{
	size_t n;

	if (w->code)
		return w->code;
	if (w->depth == 0 || w->level[w->depth - 1].map != map || w->has_key)
		return misuse(w, "ends do not match the beginnings");
	n = w->level[w->depth - 1].n;
	w->depth--;
	w->ops->end(w, map, n);
	return CSM_OK;
}

int csm_writer_map(struct csm_writer *w)
{
	return begin_level(w, true);
}

int csm_writer_map_end(struct csm_writer *w)
{
	return end_level(w, true);
}

int csm_writer_seq(struct csm_writer *w)
{
	return begin_level(w, false);
}

int csm_writer_seq_end(struct csm_writer *w)
{
	return end_level(w, false);
}

int csm_writer_key(struct csm_writer *w, const char *key)
{
	if (w->code)
		return w->code;
	if (w->depth == 0 || !w->level[w->depth - 1].map || w->has_key)
		return misuse(w, "a key stands only in a map, before a value");
	w->ops->key(w, key);
	w->has_key = true;
	return CSM_OK;
}

int csm_writer_value(struct csm_writer *w, enum csm_write_type type, const char *text)
{
	int rc = check_place(w);

	if (rc)
		return rc;
	if (!text)
		type = CSM_W_NULL;
	/*
	 * What does not look like its type is written as text, so that the output stays readable for
	 * others.
	 */
	else if ((type == CSM_W_NUMBER && !io_is_number(text)) || (type == CSM_W_BOOL && !io_is_bool(text)))
		type = CSM_W_TEXT;
	w->ops->value(w, type, text);
	count_value(w);
	return CSM_OK;
}

int csm_writer_put(struct csm_writer *w, const char *key, enum csm_write_type type, const char *text)
{
	csm_writer_key(w, key);
	return csm_writer_value(w, type, text);
}

int csm_writer_close(struct csm_writer *w, struct csm_err *err)
{
	int rc, failed;

	if (!w)
		return CSM_OK;
	if (!w->code && w->depth)
		misuse(w, "closed inside a map or sequence");
	if (!w->code)
		w->code = io_out_finish(&w->out, &w->err);
	else
		io_out_flush(&w->out);
	rc = w->code;
	if (rc && err)
		*err = w->err;
	failed = w->out.failed;
	csm_arena_free(w->arena);
	if (failed)
		errno = failed;
	return rc;
}
