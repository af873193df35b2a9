/* SPDX-License-Identifier: MIT */
/*
 * fuzz_io.h - what the fuzz targets of the readers do: read the input whole and a byte at a time, which
 * must give the same events; check what a reader promises of every event; build trees. Built without
 * libFuzzer, main() replays files.
 */
#ifndef CSM_FUZZ_IO_H
#define CSM_FUZZ_IO_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csm/arena.h>
#include <csm/io.h>
#include <csm/utf8.h>

#define FUZZ_CHECK(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

struct fuzz_input {
	const uint8_t *p;
	size_t n, step;
};

static inline long fuzz_read(void *arg, void *p, size_t n)
{
	struct fuzz_input *in = arg;

	n = n < in->step ? n : in->step;
	n = n < in->n ? n : in->n;
	if (n > 0)
		memcpy(p, in->p, n);
	in->p += n;
	in->n -= n;
	return (long)n;
}

/*
 * Where many bytes are no text the YAML reader ends its input there, and how many events come before depends on
 * how far libyaml read ahead.
 */
static inline bool fuzz_many_bad(enum csm_format f, const uint8_t *p, size_t n)
{
	size_t bad = 0;

	for (size_t i = 0; i < n; i++)
		bad += p[i] < 0x20 || p[i] >= 0x7f;
	return f == CSM_FMT_YAML && bad >= 256;
}

/* A digest of all events and errors; depth and texts are checked on the way. */
static inline uint64_t fuzz_events(struct csm_arena *a, enum csm_format f, const uint8_t *p, size_t n,
				   size_t step)
{
	struct fuzz_input in = { p, n, step };
	struct csm_read_opts opts = { .keep_raw = true };
	struct csm_err err = { 0 };
	struct csm_reader *r;
	uint64_t h = 1;
	int rc = csm_reader_open(&r, a, f, (struct csm_source){ fuzz_read, &in, "fuzz", NULL }, &opts, &err),
	    depth = 0;

	while (!rc) {
		struct csm_event ev;
		size_t raw;

		rc = csm_reader_next(r, &ev, &err);
		h = h * 31 + (uint64_t)rc;
		if (rc) {
			FUZZ_CHECK(rc == CSM_E_INVALID && err.msg[0]);
			h = h * 31 + (uint64_t)err.line * 7 + (uint64_t)err.col;
			csm_err_clear(&err);
			depth = 0;
			rc = f == CSM_FMT_JSON || f == CSM_FMT_YAML ? 1 : csm_reader_skip(r, &err);
			continue;
		}
		depth += (ev.type == CSM_EV_MAP || ev.type == CSM_EV_SEQ) -
			 (ev.type == CSM_EV_MAP_END || ev.type == CSM_EV_SEQ_END);
		FUZZ_CHECK(depth >= 0 && depth <= CSM_IO_DEPTH);
		FUZZ_CHECK(ev.text && strlen(ev.text) == ev.n &&
			   csm_text_check(ev.text, ev.n, NULL) == CSM_OK);
		if (csm_reader_raw(r, &raw))
			FUZZ_CHECK(raw <= n);
		for (size_t i = 0; i < ev.n; i++)
			h = h * 31 + (unsigned char)ev.text[i];
		h = (h * 31 + ev.type * 8u + ev.scalar) * 31 + (uint64_t)ev.line * 7 + (uint64_t)ev.col;
		if (ev.type == CSM_EV_END)
			break;
	}
	csm_reader_close(r);
	return h;
}

/* The tree of a map, whose first key and value are looked at before. */
static inline int fuzz_map(struct csm_arena *a, struct csm_reader *r, const struct csm_event *map,
			   struct csm_node **node, struct csm_err *err)
{
	struct csm_event ev;

	csm_reader_mark(r);
	if (csm_reader_next(r, &ev, err) == CSM_OK && ev.type != CSM_EV_MAP_END)
		csm_reader_next(r, &ev, err);
	csm_err_clear(err);
	csm_reader_again(r);
	return csm_reader_node(r, map, a, node, err);
}

/* Every top-level value as a tree, those too in which a value is wrong. */
static inline void fuzz_nodes(struct csm_arena *a, enum csm_format f, const uint8_t *p, size_t n)
{
	struct fuzz_input in = { p, n, n + 1 };
	struct csm_err err = { 0 };
	struct csm_node *node;
	struct csm_reader *r;
	struct csm_event ev;

	if (csm_reader_open(&r, a, f, (struct csm_source){ fuzz_read, &in, "fuzz", NULL }, NULL, &err))
		return;
	while (csm_reader_next(r, &ev, &err) == CSM_OK && ev.type != CSM_EV_END) {
		bool map = ev.type == CSM_EV_MAP;

		if ((map ? fuzz_map(a, r, &ev, &node, &err) : csm_reader_node(r, &ev, a, &node, &err)) != CSM_OK &&
		    !csm_reader_ready(r))
			break;
		FUZZ_CHECK(err.code || node);
		csm_err_clear(&err);
	}
	csm_reader_close(r);
}

static inline int fuzz_one(enum csm_format f, const uint8_t *p, size_t n)
{
	struct csm_arena *a = csm_arena_new(NULL, NULL);

	uint64_t whole = fuzz_events(a, f, p, n, n + 1), bytes = fuzz_events(a, f, p, n, 1);

	FUZZ_CHECK(whole == bytes || fuzz_many_bad(f, p, n));
	fuzz_nodes(a, f, p, n);
	csm_arena_free(a);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#ifndef CSM_FUZZER
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");
		static uint8_t buf[1 << 20];
		uint8_t *copy;
		size_t n;

		if (!in) {
			perror(argv[i]);
			return 1;
		}
		n = fread(buf, 1, sizeof(buf), in);
		fclose(in);
		/* An exact copy, so that the sanitizer sees reads behind its end. */
		copy = malloc(n ? n : 1);
		if (!copy)
			return 1;
		memcpy(copy, buf, n);
		LLVMFuzzerTestOneInput(copy, n);
		free(copy);
	}
	return 0;
}
#endif

#endif
