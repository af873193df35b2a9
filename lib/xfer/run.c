/* SPDX-License-Identifier: MIT */
/*
 * run.c - the record that a load leaves: import, with counts by type and the findings it went on after.
 *
 * It is written in the change of the load itself, so that there is none without the other. Its hash is over the bytes
 * of the input as they came, so that `b2sum -l 256 FILE` gives it too, whatever csm makes of them.
 */
#include <csm/model.h>

#include "map_priv.h"

void xfer_run_open(struct csm_import *im)
{
	/* a load that goes on after errors keeps what was wrong */
	if (im->opts.about && im->opts.on_error == CSM_ON_ERROR_SKIP) {
		im->mixed = !im->opts.keep_originals;
		im->opts.keep_originals = true;
	}
	im->run.whole = true;
	xfer_findings_open(im);
	csm_blake2b_init(&im->run.all);
}

/* ---- inputs ---- */

/* A source whose bytes are hashed as they are read. */
struct xfer_hashed {
	struct csm_source src;
	struct csm_blake2b hash;
	bool ended;
};

static long read_hashed(void *arg, void *p, size_t n)
{
	struct xfer_hashed *h = arg;
	long got = h->src.read(h->src.arg, p, n);

	if (got > 0)
		csm_blake2b_add(&h->hash, p, (size_t)got);
	h->ended = h->ended || got == 0;
	return got;
}

struct xfer_hashed *xfer_hash_source(struct csm_arena *a, struct csm_source *src)
{
	struct xfer_hashed *h = csm_alloc(a, sizeof(*h));

	h->src = *src;
	csm_blake2b_init(&h->hash);
	src->read = read_hashed;
	src->arg = h;
	return h;
}

bool xfer_hash_end(struct xfer_hashed *h, bool rest, char hex[65])
{
	char block[4096];

	/* what a reader leaves at the end of its input, such as the zeros of a padded archive, is of the content too */
	while (rest && !h->ended && read_hashed(h, block, sizeof(block)) > 0)
		;
	csm_blake2b_end(&h->hash, hex);
	return h->ended;
}

void xfer_run_source_end(struct csm_import *im, struct xfer_hashed *h)
{
	char hex[65];

	/* with a limit of rows it is read no further than that */
	if (!xfer_hash_end(h, !im->opts.limit_rows, hex))
		im->run.whole = false;
	csm_blake2b_add(&im->run.all, hex, 64);
	if (!im->run.sources++)
		memcpy(im->run.hash, hex, sizeof(hex));
	else
		im->run.hash[0] = '\0';
}

/* Of one input its own, of several that over theirs; NULL: not all was read. To be asked when all are read. */
static const char *content_hash(struct csm_import *im)
{
	if (!im->run.whole || !im->run.sources)
		return NULL;
	if (!im->run.hash[0])
		csm_blake2b_end(&im->run.all, im->run.hash);
	return im->run.hash;
}

/* ---- the record ---- */

/* "a, b": the words of several inputs, each once when they are the same. */
static void add_word(struct csm_buf *b, const char *word, bool once)
{
	size_t n = strlen(word);
	const char *at = once ? strstr(b->s, word) : NULL;

	if (at && (at == b->s || at[-1] == ' ') && (!at[n] || at[n] == ','))
		return;
	csm_buf_addf(b, "%s%s", b->n ? ", " : "", word);
}

void xfer_run_named(struct csm_import *im, const char *file, enum csm_format format)
{
	if (!im->run.names.arena)
		im->run.names = im->run.formats = (struct csm_buf)CSM_BUF(im->arena);
	add_word(&im->run.names, file, false);
	add_word(&im->run.formats, csm_format_name(format), true);
}

static void options_hash(const struct csm_import *im, char hex[65])
{
	const struct csm_import_about *about = im->opts.about;
	/* a mapping is what it says, whatever it is called */
	const char *const texts[] = { im->opts.type ? im->opts.type->name : "", im->opts.map ? im->opts.map->hash : "",
				      about->options };
	struct csm_blake2b hash = { 0 };

	csm_blake2b_init(&hash);
	for (size_t i = 0; i < CSM_COUNT(texts); i++)
		csm_blake2b_add(&hash, texts[i] ? texts[i] : "", texts[i] ? strlen(texts[i]) + 1 : 1);
	csm_blake2b_end(&hash, hex);
}

static void set_facts(struct csm_import *im, struct csm_rec *r)
{
	char hex[65];

	options_hash(im, hex);
	xfer_set_said(r, IMPORT_SOURCES, im->run.names.n ? im->run.names.s : "nothing");
	xfer_set_said(r, IMPORT_INPUT_FORMAT, im->run.formats.n ? im->run.formats.s : "");
	xfer_set_said(r, IMPORT_NOUN, im->opts.type ? im->opts.type->name : "");
	xfer_set_said(r, IMPORT_MAPPING, im->opts.about->mapping ? im->opts.about->mapping : "");
	xfer_set_said(r, IMPORT_OPTIONS, im->opts.about->options ? im->opts.about->options : "");
	if (content_hash(im))
		csm_rec_set_text(r, IMPORT_CONTENT_HASH, content_hash(im));
	csm_rec_set_text(r, IMPORT_OPTIONS_HASH, hex);
	csm_rec_set_int(r, IMPORT_STARTED_AT, csm_store_now(im->store));
}

/* The numbers of a record of a load or of one of its types; first: its field for those that were read. */
static void add_count(struct csm_rec *r, int first, const struct csm_import_count *n)
{
	const int64_t numbers[] = { n->read, n->created, n->updated, n->unchanged, n->skipped,
				    n->rejected, n->deleted };

	for (int i = 0; i < (int)CSM_COUNT(numbers); i++)
		csm_rec_set_int(r, first + i, csm_rec_int(r, first + i) + numbers[i]);
}

static void set_numbers(struct csm_rec *r, const struct csm_import_result *res)
{
	csm_rec_set_int(r, IMPORT_ROWS, res->rows);
	csm_rec_set_int(r, IMPORT_REJECTED_ROWS, res->rejected_rows);
	for (int i = IMPORT_RECORDS; i <= IMPORT_DELETED; i++)
		csm_rec_set_int(r, i, 0);
	for (unsigned i = 0; i < res->n; i++)
		add_count(r, IMPORT_RECORDS, &res->counts[i]);
}

static void add_change(struct csm_import *im, struct csm_rec *r)
{
	struct csm_buf b = CSM_BUF(r->arena);

	csm_buf_add(&b, csm_rec_text(r, IMPORT_CHANGES));
	csm_run_add(&b, csm_store_change_number(im->store));
	csm_rec_set_text(r, IMPORT_CHANGES, b.s);
}

static int write_count(struct csm_import *im, const struct csm_import_count *n, struct csm_err *err)
{
	static const int fields[] = { IMPORT_COUNT_IMPORT, IMPORT_COUNT_RECORD_TYPE };
	const struct csm_value v[] = { csm_int(im->run.id), csm_text(n->type->name) };
	struct csm_mark mark = csm_arena_mark(im->scratch);
	struct csm_rec *r;
	int64_t id = 0;
	unsigned found = 0;
	int rc = csm_store_match(im->store, &csm_type_import_count, fields, v, 2, &id, 1, &found, err);

	if (!rc && found)
		rc = csm_store_need(im->store, &csm_type_import_count, id, im->scratch, &r, err);
	else if (!rc)
		rc = csm_store_new(im->store, &csm_type_import_count, im->scratch, &r, err);
	if (!rc) {
		csm_rec_set_int(r, IMPORT_COUNT_IMPORT, im->run.id);
		csm_rec_set_text(r, IMPORT_COUNT_RECORD_TYPE, n->type->name);
		for (int i = IMPORT_COUNT_RECORDS; i <= IMPORT_COUNT_DELETED; i++)
			csm_rec_set_int(r, i, 0);
		add_count(r, IMPORT_COUNT_RECORDS, n);
		rc = csm_store_write(im->store, r, CSM_WRITE_NORMAL, -1, err);
	}
	csm_arena_rewind(im->scratch, mark);
	return rc;
}

/* Made with the first change of the load, and brought up to date with each further one. */
static int open_record(struct csm_import *im, struct csm_rec **r, struct csm_err *err)
{
	int rc;

	if (im->run.id)
		return csm_store_need(im->store, &csm_type_import, im->run.id, im->scratch, r, err);
	rc = csm_store_new(im->store, &csm_type_import, im->scratch, r, err);
	if (!rc)
		set_facts(im, *r);
	return rc;
}

int xfer_run_store(struct csm_import *im, const struct csm_import_result *res, const char *position,
		   struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(im->scratch);
	struct csm_rec *r;
	int rc = open_record(im, &r, err);

	if (!rc) {
		set_numbers(r, res);
		add_change(im, r);
		if (position)
			csm_rec_set_text(r, IMPORT_POSITION, position);
		else
			csm_rec_clear(r, IMPORT_POSITION);
		if (!position)
			csm_rec_set_int(r, IMPORT_ENDED_AT, csm_store_now(im->store));
		csm_rec_set_text(r, IMPORT_STATE, position ? "unfinished" : res->rejected_rows ? "complete_with_rejects" : "complete");
		rc = csm_store_write(im->store, r, CSM_WRITE_NORMAL, -1, err);
		im->run.id = r->id;
		im->run.version = csm_rec_int(r, IMPORT_VERSION);
	}
	csm_arena_rewind(im->scratch, mark);
	for (unsigned i = 0; !rc && i < res->n; i++)
		rc = write_count(im, &res->counts[i], err);
	return rc ? rc : xfer_findings_write(im, err);
}

/* ---- loads of before ---- */

/* The newest load of the same content in one of the states, with these options (NULL: whatever they were); NULL: there is none. */
static int find_run(struct csm_import *im, struct csm_arena *a, const char *states, const char *options, struct csm_rec **out,
		    struct csm_err *err)
{
	struct csm_cursor *cursor CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .sort = "-number", .limit = 1 };
	struct csm_filter *same = NULL;
	const char *text;
	int rc;

	*out = NULL;
	if (!content_hash(im))
		return CSM_OK;
	text = csm_sprintf(im->scratch, "content_hash = '%s' and state in (%s)", content_hash(im), states);
	if (options)
		text = csm_sprintf(im->scratch, "%s and options_hash = '%s'", text, options);
	rc = csm_store_filter(im->store, &csm_type_import, text, im->scratch, &same, err);
	q.where = same;
	if (!rc)
		rc = csm_store_select(im->store, &csm_type_import, &q, im->scratch, &cursor, err);
	return rc ? rc : csm_cursor_next(cursor, a, out, err);
}

#define WHOLE "complete, complete_with_rejects"

static bool is_superseded(const struct csm_rec *r)
{
	return strcmp(csm_rec_text(r, IMPORT_STATE), "superseded") == 0;
}

/* A load that a later one took the place of, by its name only: the content was another one. */
static int check_superseded(struct csm_import *im, const struct csm_rec *r, bool *by_name, struct csm_err *err)
{
	struct csm_rec *whole;
	int rc = find_run(im, im->scratch, WHOLE, NULL, &whole, err);

	*by_name = !rc && (!whole || whole->id < r->id);
	return rc;
}

static int64_t last_change(const struct csm_rec *r)
{
	const char *text = csm_rec_text(r, IMPORT_CHANGES);
	struct csm_run run = { 0, 0 };

	while (csm_run_next(&text, &run))
		;
	return run.last;
}

int xfer_run_unfinished(struct csm_import *im, struct csm_arena *a, const char **position, struct csm_err *err)
{
	bool goes_on = true;
	struct csm_rec *r;
	char hex[65];
	int rc;

	*position = NULL;
	options_hash(im, hex);
	rc = find_run(im, a, "unfinished, superseded", hex, &r, err);
	if (!rc && r && is_superseded(r))
		rc = check_superseded(im, r, &goes_on, err);
	if (rc || !r || !goes_on)
		return rc;
	im->run.id = r->id;
	im->run.version = csm_rec_int(r, IMPORT_VERSION);
	im->run.last = last_change(r);
	*position = csm_rec_text(r, IMPORT_POSITION);
	return CSM_OK;
}

/* Whether the record is as this load left it; that another input of the same name was loaded since does not matter. */
static int check_record(struct csm_import *im, bool *same, struct csm_err *err)
{
	struct csm_rec *r;
	int64_t since;
	int rc = csm_store_get(im->store, &csm_type_import, im->run.id, im->scratch, &r, err);

	*same = false;
	if (rc || !r)
		return rc;
	since = csm_rec_int(r, IMPORT_VERSION) - im->run.version;
	*same = since == 0;
	if (since == 1 && is_superseded(r))
		rc = check_superseded(im, r, same, err);
	im->run.version += since;
	return rc;
}

int xfer_run_check(struct csm_import *im, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(im->scratch);
	const char *position;
	bool same;
	int rc;

	if (!im->opts.about)
		return CSM_OK;
	if (im->run.id) {
		rc = check_record(im, &same, err);
	} else {
		rc = xfer_run_unfinished(im, im->scratch, &position, err);
		same = !im->run.id;
	}
	if (!rc && !same)
		rc = csm_fail(err, CSM_E_CONFLICT, "import %s is not as this load left it: another command goes on with it, or took it back",
			      csm_number_format(im->scratch, &csm_type_import, im->run.id));
	csm_arena_rewind(im->scratch, mark);
	return rc;
}

/* Unfinished loads with these values, the state among them, have been done again, and are told of. */
static int supersede(struct csm_import *im, const int *fields, const struct csm_value *v, unsigned nfields,
		     struct csm_import_result *res, struct csm_err *err)
{
	int64_t ids[64];
	unsigned n = 0;
	int rc = csm_store_match(im->store, &csm_type_import, fields, v, nfields, ids, CSM_COUNT(ids), &n, err);

	for (unsigned i = 0; !rc && i < n && i < CSM_COUNT(ids); i++) {
		struct csm_mark mark = csm_arena_mark(im->scratch);
		struct csm_rec *r;

		rc = csm_store_need(im->store, &csm_type_import, ids[i], im->scratch, &r, err);
		if (!rc) {
			csm_rec_set_text(r, IMPORT_STATE, "superseded");
			rc = csm_store_write(im->store, r, CSM_WRITE_NORMAL, -1, err);
			res->supersedes = csm_rec_key(im->arena, r);
		}
		csm_arena_rewind(im->scratch, mark);
	}
	return rc;
}

/*
 * A load that was cut short, and that nobody goes on with: its content is stored by this load, or its input has another content by now. What comes
 * through a pipe has no name.
 */
static int supersede_all(struct csm_import *im, struct csm_import_result *res, struct csm_err *err)
{
	static const int by_content[] = { IMPORT_STATE, IMPORT_CONTENT_HASH };
	static const int by_name[] = { IMPORT_STATE, IMPORT_SOURCES, IMPORT_OPTIONS_HASH };
	struct csm_value v[3] = { csm_text("unfinished"), csm_text(content_hash(im)) };
	struct csm_rec *r;
	int rc = v[1].s ? supersede(im, by_content, v, 2, res, err) : CSM_OK;

	if (!rc)
		rc = csm_store_need(im->store, &csm_type_import, im->run.id, im->scratch, &r, err);
	if (rc || strstr(csm_rec_text(r, IMPORT_SOURCES), "standard input"))
		return rc;
	v[1] = r->v[IMPORT_SOURCES];
	v[2] = r->v[IMPORT_OPTIONS_HASH];
	return supersede(im, by_name, v, 3, res, err);
}

/* Whether the load changed or rejected anything: else it leaves nothing. */
static bool did_something(const struct csm_import_result *res)
{
	bool any = res->rejected_rows > 0;

	for (unsigned i = 0; i < res->n; i++)
		any = any || res->counts[i].created || res->counts[i].updated || res->counts[i].deleted;
	return any;
}

/* A load that goes on from one with rejects, or comes after one was taken back, makes what that one did not leave. */
static int find_known(struct csm_import *im, struct csm_import_result *res, struct csm_err *err)
{
	struct csm_rec *whole;
	int rc = find_run(im, im->arena, WHOLE, NULL, &whole, err);

	if (!rc && whole && (!res->changed || csm_rec_is(whole, IMPORT_STATE, "complete"))) {
		res->known = csm_rec_key(im->arena, whole);
		res->known_at = csm_rec_int(whole, IMPORT_STARTED_AT);
	}
	return rc;
}

static bool made_any(const struct csm_import_result *res)
{
	for (unsigned i = 0; i < res->n; i++)
		if (res->counts[i].created)
			return true;
	return false;
}

int xfer_run_finish(struct csm_import *im, struct csm_import_result *res, struct csm_err *err)
{
	int rc = CSM_OK;

	if (!im->opts.about)
		return CSM_OK;
	res->changed = im->run.id || did_something(res);
	/* what is made once more from the same content has no key to be known by, or was deleted since */
	if (!res->changed || made_any(res))
		rc = find_known(im, res, err);
	if (rc || !res->changed)
		return rc;
	rc = xfer_run_store(im, res, NULL, err);
	if (!rc)
		rc = supersede_all(im, res, err);
	res->import = csm_number_format(im->arena, &csm_type_import, im->run.id);
	return rc;
}
