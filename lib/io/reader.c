/* SPDX-License-Identifier: MIT */
/* reader.c - the calls common to all readers, and the tree of one value. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <csm/utf8.h>

#include "io_priv.h"

int io_fail_at(struct csm_reader *r, struct csm_err *err, enum csm_code code, int64_t line, int64_t col,
	       const char *fmt, ...)
{
	char msg[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	csm_fail(err, code, "%s", msg);
	csm_err_at(err, io_source_name(&r->in.src), line, col);
	return code;
}

/* What to make of bytes that are no text. */
static const char *hint_of(enum csm_encoding e)
{
	switch (e) {
	case CSM_ENC_UTF8:
		return " (if it is not UTF-8, --encoding says what it is)";
	case CSM_ENC_UTF16LE:
	case CSM_ENC_UTF16BE:
		return " (half of a surrogate pair in UTF-16 is no character)";
	case CSM_ENC_LATIN1:
		return " (windows-1252 has other characters there)";
	case CSM_ENC_WINDOWS1252:
		return " (windows-1252 has none for that byte)";
	default:
		return "";
	}
}

static CSM_SELDOM int fail_text(struct csm_reader *r, const char *text, size_t n, int64_t line, int64_t col,
				struct csm_err *err)
{
	struct csm_err own = { 0 };
	size_t bad;
	bool high;

	csm_text_check(text, n, &own);
	/* Not of a control character of ASCII, which is the same in all of them. */
	bad = csm_utf8_check(text, n);
	high = bad < n || strstr(own.msg, "U+008") || strstr(own.msg, "U+009");
	if (r->encoding == CSM_ENC_UTF8 || r->encoding == CSM_ENC_UTF16LE || r->encoding == CSM_ENC_UTF16BE)
		high = bad < n;
	return io_fail_at(r, err, CSM_E_INVALID, line, col, "%s%s", own.msg,
			  high ? hint_of(r->encoding) : "");
}

int io_check_text(struct csm_reader *r, const char *text, size_t n, int64_t line, int64_t col,
		  struct csm_err *err)
{
	if (csm_text_check(text, n, NULL) == CSM_OK)
		return CSM_OK;
	return fail_text(r, text, n, line, col, err);
}

size_t io_crlf(char *s, size_t n)
{
	char *from = memchr(s, '\r', n), *to = from, *end = s + n;

	if (!from)
		return n;
	while (from < end) {
		if (from[0] == '\r' && from + 1 < end && from[1] == '\n')
			from++;
		*to++ = *from++;
	}
	*to = '\0';
	return (size_t)(to - s);
}

size_t io_count_cont(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) == 0x80;
	return count;
}

static int open_format(struct csm_reader **out, struct csm_arena *a, enum csm_format f, struct csm_err *err)
{
	switch (f) {
	case CSM_FMT_JSON:
	case CSM_FMT_NDJSON:
		*out = io_json_open(a, f == CSM_FMT_NDJSON);
		return CSM_OK;
	case CSM_FMT_YAML:
		return io_yaml_open(out, a, err);
	case CSM_FMT_CSV:
	case CSM_FMT_TSV:
		*out = io_csv_open(a);
		return CSM_OK;
	default:
		return csm_fail(err, CSM_E_USAGE, "format '%s' cannot be read (expected json, ndjson, yaml, csv or tsv)",
				csm_format_name(f));
	}
}

/* What is in the window at once: a line, a row, or a value. */
static size_t kept_at_most(enum csm_format f)
{
	return f == CSM_FMT_NDJSON ? CSM_IO_LINE : f == CSM_FMT_CSV || f == CSM_FMT_TSV ? CSM_IO_ROW : IO_VALUE_BYTES;
}

int csm_reader_open(struct csm_reader **out, struct csm_arena *a, enum csm_format f, struct csm_source src,
		    const struct csm_read_opts *opts, struct csm_err *err)
{
	static const struct csm_read_opts none;
	struct csm_arena *own = csm_arena_like(a);
	struct csm_reader *r = NULL;
	int rc;

	*out = NULL;
	if (!own)
		return csm_fail(err, CSM_E_SYSTEM, "out of memory");
	if (!opts)
		opts = &none;
	rc = open_format(&r, own, f, err);
	if (rc) {
		csm_arena_free(own);
		return rc;
	}
	r->arena = own;
	r->keep_raw = opts->keep_raw;
	r->lend_keys = opts->lend_keys;
	r->encoding = opts->encoding;
	src.name = csm_strdup(own, src.name);
	r->in.src = src;
	if (f != CSM_FMT_YAML) {	/* libyaml has a window of its own */
		io_input_init(&r->in, own, src, kept_at_most(f));
		rc = io_input_bom(&r->in, err);
	}
	if (!rc && (f == CSM_FMT_CSV || f == CSM_FMT_TSV))
		rc = io_csv_header(r, f == CSM_FMT_TSV, opts, err);
	if (rc) {
		if (err && !err->file[0])
			csm_err_at(err, io_source_name(&src), 0, 0);
		csm_reader_close(r);
		return rc;
	}
	*out = r;
	return CSM_OK;
}

void csm_reader_close(struct csm_reader *r)
{
	if (!r)
		return;
	if (r->ops->close)
		r->ops->close(r);
	io_input_close(&r->in);
	csm_arena_free(r->arena);
}

/* ---- events, and a few of them again ---- */

static CSM_SELDOM int fail_stuck(struct csm_reader *r, struct csm_err *err)
{
	if (!r->stuck.file[0])
		csm_err_at(&r->stuck, io_source_name(&r->in.src), 0, 0);
	if (err)
		*err = r->stuck;
	return (int)r->stuck.code;
}

static void keep_event(struct csm_reader *r, const struct csm_event *ev, int rc)
{
	struct io_kept *k = r->kept;

	k->event[k->n].rc = rc;
	k->event[k->n].soft = r->soft;
	if (rc)
		k->event[k->n].err = r->stuck;
	if (!rc || r->soft) {
		k->event[k->n].ev = *ev;
		csm_buf_reset(&k->event[k->n].text);
		csm_buf_addn(&k->event[k->n].text, ev->text, ev->n);
		k->event[k->n].ev.text = k->event[k->n].text.s;
	}
	k->n++;
	k->keeping = k->n < IO_KEPT;
}

static int give_again(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	struct io_kept *k = r->kept;
	unsigned i = k->at++;

	k->again = k->at < k->n;
	r->lasting = NULL;
	*ev = k->event[i].ev;
	if (k->event[i].rc) {
		r->stuck = k->event[i].err;
		r->soft = k->event[i].soft;
		return fail_stuck(r, err);
	}
	return CSM_OK;
}

/* Where an event is kept or was, or an error stands in the way. */
static CSM_SELDOM int next_seldom(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	int rc;

	if (r->kept && r->kept->again)
		return give_again(r, ev, err);
	if (r->stuck.code)
		return fail_stuck(r, err);
	rc = r->ops->next(r, ev, &r->stuck);
	if (r->kept && r->kept->keeping)
		keep_event(r, ev, rc);
	return rc ? fail_stuck(r, err) : CSM_OK;
}

static inline int next(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	if (r->stuck.code || (r->kept && (r->kept->again || r->kept->keeping)))
		return next_seldom(r, ev, err);
	return r->ops->next(r, ev, &r->stuck) ? fail_stuck(r, err) : CSM_OK;
}

int csm_reader_next(struct csm_reader *r, struct csm_event *ev, struct csm_err *err)
{
	return next(r, ev, err);
}

void csm_reader_mark(struct csm_reader *r)
{
	if (!r->kept) {
		r->kept = csm_alloc(r->arena, sizeof(*r->kept));
		for (unsigned i = 0; i < IO_KEPT; i++)
			r->kept->event[i].text = (struct csm_buf)CSM_BUF(r->arena);
	}
	r->kept->n = r->kept->at = 0;
	r->kept->keeping = true;
}

void csm_reader_again(struct csm_reader *r)
{
	r->kept->keeping = false;
	r->kept->again = r->kept->n > 0;
	csm_err_clear(&r->stuck);
	r->soft = false;
}

bool csm_reader_pass(struct csm_reader *r)
{
	bool soft = r->soft && r->stuck.code;

	if (soft)
		csm_err_clear(&r->stuck);
	r->soft = false;
	return soft;
}

bool csm_reader_ready(const struct csm_reader *r)
{
	return !r->stuck.code;
}

bool csm_reader_can_skip(const struct csm_reader *r)
{
	return r->ops->skip && !r->in.failed;
}

int csm_reader_skip(struct csm_reader *r, struct csm_err *err)
{
	int rc;

	if (r->in.failed || (r->stuck.code && !r->ops->skip)) {
		if (err)
			*err = r->stuck;
		return (int)r->stuck.code;
	}
	if (!r->ops->skip)
		return csm_fail(err, CSM_E_INTERNAL, "only ndjson, csv and tsv can be read on with the next record");
	csm_err_clear(&r->stuck);
	r->soft = false;
	if (r->kept)
		r->kept->again = false;
	rc = r->ops->skip(r, &r->stuck);
	if (rc) {
		csm_err_at(&r->stuck, io_source_name(&r->in.src), 0, 0);
		if (err)
			*err = r->stuck;
	}
	return rc;
}

const char *const *csm_reader_columns(struct csm_reader *r, unsigned *n)
{
	*n = r->ncolumns;
	return (const char *const *)r->columns;
}

void csm_reader_column_at(const struct csm_reader *r, unsigned i, int64_t *line, int64_t *col)
{
	*line = r->places && i < r->ncolumns ? r->places[i][0] : 0;
	*col = r->places && i < r->ncolumns ? r->places[i][1] : 0;
}

const char *csm_reader_name(struct csm_reader *r)
{
	return io_source_name(&r->in.src);
}

char csm_reader_delimiter(struct csm_reader *r)
{
	return r->delimiter;
}

bool csm_reader_guessed(const struct csm_reader *r)
{
	return r->guessed;
}

const char *csm_reader_raw(struct csm_reader *r, size_t *n)
{
	*n = r->raw ? r->nraw : 0;
	return r->raw;
}

/* ---- the tree of one value ---- */

/* What a value costs beside its text, so that millions of empty values hit the limit of a record too. */
#define NODE_COST sizeof(struct csm_node)

struct tree {
	struct csm_reader *r;
	struct csm_arena *a;
	struct csm_err *err;
	struct csm_err first;		/* what is wrong with a value, while the rest is read */
	size_t size;
	unsigned depth;			/* collections that are open */
	bool overlong;			/* the rest is read, but not kept */
	int64_t line;			/* where the record began */
};

#define SUBSTITUTE 0x1a	/* what ASCII has for a character that is not known */

/* What is left of a text that is wrong: readable, and refused again by whoever reads it back. */
static void substitute(struct tree *t, struct csm_event *ev)
{
	struct csm_buf b = CSM_BUF(t->a);
	const char *p = ev->text, *end = p + (ev->n <= CSM_IO_VALUE ? ev->n : 0);

	while (p < end) {
		size_t good = csm_utf8_check(p, (size_t)(end - p));

		for (size_t i = 0; i < good; i++)
			csm_buf_addc(&b, (p[i] & 0x60) || p[i] == '\t' || p[i] == '\n' ? p[i] : SUBSTITUTE);
		p += good;
		if (p < end)
			csm_buf_addc(&b, SUBSTITUTE);
		p += p < end;
	}
	if (b.n == 0 || csm_text_check(b.s, b.n, NULL) == CSM_OK)
		csm_buf_addc(&b, SUBSTITUTE);
	ev->scalar = CSM_SC_QUOTED;
	ev->text = b.s;
	ev->n = b.n;
}

/* What is wrong with a text is kept in mind. */
static CSM_SELDOM int pass_wrong(struct tree *t, struct csm_event *ev, int rc)
{
	if (!csm_reader_pass(t->r))
		return rc;
	if (!t->first.code) {
		t->first = *t->err;
		if (ev->type == CSM_EV_KEY)
			csm_wrap(&t->first, "key");
	}
	csm_err_clear(t->err);
	substitute(t, ev);
	return CSM_OK;
}

static int next_event(struct tree *t, struct csm_event *ev)
{
	int rc = next(t->r, ev, t->err);

	if (rc)
		return pass_wrong(t, ev, rc);
	if (ev->type == CSM_EV_MAP || ev->type == CSM_EV_SEQ)
		t->depth++;
	else if (ev->type == CSM_EV_MAP_END || ev->type == CSM_EV_SEQ_END)
		t->depth--;
	return CSM_OK;
}

static CSM_SELDOM int fail_long(struct tree *t)
{
	t->overlong = true;
	return io_fail_at(t->r, t->err, CSM_E_INVALID, t->line, 0, "record that takes more than %zu MiB of memory", CSM_IO_RECORD >> 20);
}

static int add_size(struct tree *t, size_t n)
{
	t->size += n + NODE_COST;
	if (t->size <= CSM_IO_RECORD)
		return CSM_OK;
	return fail_long(t);
}

static CSM_SELDOM void note_duplicate(struct tree *t, const struct csm_node *first, const struct csm_node *again)
{
	if (t->first.code)
		return;
	io_fail_at(t->r, &t->first, CSM_E_INVALID, again->line, again->col,
		   "duplicate key '%.200s' (first on line %lld)", again->key, (long long)first->line);
	csm_err_on(&t->first, NULL, NULL, again->key);
}

/* The first keys of a map, a bit each by what is quickly told of it: two of one bit may be the same. */
#define FEW_KEYS 256
struct seen {
	uint64_t bits[4];
};

static void check_key(struct tree *t, const struct csm_node *map, const struct csm_node *again, size_t n,
		      struct seen *seen)
{
	const unsigned char *s = (const unsigned char *)again->key;
	uint32_t h = n ? ((s[0] * 33u + s[n / 2]) * 33u + s[n - 1]) * 33u + (uint32_t)n : 0;
	unsigned i = h * UINT32_C(2654435761) >> 24;
	const uint64_t bit = UINT64_C(1) << (i & 63);

	if (seen->bits[i >> 6] & bit)
		for (const struct csm_node *k = map->first; k != again; k = k->next)
			if (strcmp(k->key, again->key) == 0)
				note_duplicate(t, k, again);
	seen->bits[i >> 6] |= bit;
}

static bool is_before(const struct csm_node *x, const struct csm_node *y)
{
	return x->line != y->line ? x->line < y->line : x->col < y->col;
}

static int compare_keys(const void *a, const void *b)
{
	const struct csm_node *const *x = a, *const *y = b;
	int c = strcmp((*x)->key, (*y)->key);

	return c ? c : is_before(*x, *y) ? -1 : is_before(*y, *x);
}

/* Sorted, because whoever writes the input can make keys that a table would have in one place. */
static CSM_SELDOM void check_many_keys(struct tree *t, const struct csm_node *map, size_t n)
{
	struct csm_mark mark = csm_arena_mark(t->r->arena);
	const struct csm_node **member = csm_calloc(t->r->arena, n, sizeof(*member)), *first = NULL, *again = NULL;
	size_t i = 0;

	for (const struct csm_node *m = map->first; m; m = m->next)
		member[i++] = m;
	qsort(member, n, sizeof(*member), compare_keys);
	for (i = 1; i < n; i++)
		if (strcmp(member[i - 1]->key, member[i]->key) == 0 && (!again || is_before(member[i], again)))
			first = member[i - 1], again = member[i];
	if (again)
		note_duplicate(t, first, again);
	csm_arena_rewind(t->r->arena, mark);
}

static int read_value(struct tree *t, const struct csm_event *ev, struct csm_node **out);

/* The position of a member of a map is that of its key, so that messages about it point at the name. */
static int read_member(struct tree *t, const struct csm_event *key, struct csm_node **out)
{
	const char *name = t->r->lend_keys && t->r->lasting ? t->r->lasting : csm_strndup(t->a, key->text, key->n);
	int64_t line = key->line, col = key->col;
	const bool before = t->first.code != CSM_OK;
	struct csm_event ev = { .text = "" };
	int rc = add_size(t, key->n);

	if (!rc)
		rc = next_event(t, &ev);
	if (!rc)
		rc = read_value(t, &ev, out);
	if (rc)
		return rc;
	if (t->first.code && !before)	/* the outermost key stays */
		csm_err_on(&t->first, NULL, NULL, name);
	(*out)->key = name;
	if ((*out)->type != CSM_N_SCALAR) {
		(*out)->line = line;
		(*out)->col = col;
	}
	return CSM_OK;
}

static int read_children(struct tree *t, struct csm_node *parent)
{
	enum csm_event_type end = parent->type == CSM_N_MAP ? CSM_EV_MAP_END : CSM_EV_SEQ_END;
	struct csm_node **tail = &parent->first;
	bool check = parent->type == CSM_N_MAP && !t->r->keys_unique;
	struct csm_event ev = { .text = "" };
	struct seen seen = { { 0 } };
	size_t n = 0, nkey = 0;
	int rc;

	for (;; n++) {
		rc = next_event(t, &ev);
		if (rc)
			return rc;
		if (ev.type == end)
			break;
		nkey = ev.n;
		if (ev.type == CSM_EV_KEY)
			rc = read_member(t, &ev, tail);
		else
			rc = read_value(t, &ev, tail);
		if (rc)
			return rc;
		if (check && n < FEW_KEYS)
			check_key(t, parent, *tail, nkey, &seen);
		tail = &(*tail)->next;
	}
	if (check && n > FEW_KEYS)
		check_many_keys(t, parent, n);
	return CSM_OK;
}

static int read_value(struct tree *t, const struct csm_event *ev, struct csm_node **out)
{
	size_t n = ev->type == CSM_EV_SCALAR ? ev->n : 0;
	struct csm_node *node;
	int rc = add_size(t, n);

	if (rc)
		return rc;
	node = csm_alloc(t->a, sizeof(*node) + n + 1);	/* a text stands behind its node */
	node->line = ev->line;
	node->col = ev->col;
	*out = node;
	switch (ev->type) {
	case CSM_EV_SCALAR:
		node->type = CSM_N_SCALAR;
		node->scalar = ev->scalar;
		node->text = memcpy(node + 1, ev->text, n);
		return CSM_OK;
	case CSM_EV_MAP:
		node->type = CSM_N_MAP;
		return read_children(t, node);
	case CSM_EV_SEQ:
		node->type = CSM_N_SEQ;
		return read_children(t, node);
	default:
		return csm_fail(t->err, CSM_E_INTERNAL, "a value cannot begin with event %d", (int)ev->type);
	}
}

/* A record that is too long has been told of; go to its end. */
static int drop_rest(struct tree *t)
{
	struct csm_err told = *t->err;
	struct csm_event ev = { .text = "" };
	int rc = CSM_OK;

	while (!rc && t->depth > 0)
		rc = next_event(t, &ev);
	*t->err = told;
	return (int)told.code;
}

int csm_reader_node(struct csm_reader *r, const struct csm_event *ev, struct csm_arena *a,
		    struct csm_node **out, struct csm_err *err)
{
	struct csm_err own = { 0 };
	struct tree t = { .r = r, .a = a, .err = err ? err : &own, .line = ev->line };
	int rc;

	*out = NULL;
	t.depth = ev->type == CSM_EV_MAP || ev->type == CSM_EV_SEQ;
	rc = read_value(&t, ev, out);
	if (rc)
		*out = NULL;
	if (rc && t.overlong)
		return drop_rest(&t);
	/* Of several things the first is told. */
	if (!t.first.code || (rc && rc != CSM_E_INVALID))
		return rc;
	*t.err = t.first;
	return (int)t.first.code;
}
