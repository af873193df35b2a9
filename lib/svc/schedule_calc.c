/* SPDX-License-Identifier: MIT */
/*
 * schedule_calc.c - questions to schedules: those that are ready to count, by key or by document, and the
 * operations on them.
 */
#include <csm/utf8.h>

#include "svc_schedule.h"

/* What is kept: so many calendars, of documents and keys of so many bytes in all. */
#define KEEP_CALENDARS 64
#define KEEP_BYTES ((size_t)16 << 20)

struct kept_zone {
	const struct csm_zone *zone;
	struct kept_zone *next;
};

/* A calendar, kept under what it was asked for: "=KEY" or the text of a document. */
struct kept {
	struct csm_arena *arena; /* its own: it goes with it */
	const char *text;
	size_t n;
	const char *floats_in; /* NULL: it has a zone of its own, the one given does not matter */
	struct csm_calc_schedule schedule;
	struct kept *next;
};

struct csm_calc {
	struct csm_arena *arena, *scratch;
	struct csm_calc_opts opts;
	struct csm_env env;
	struct csm_store *store;
	bool asked;		/* for the store */
	struct kept_zone *zones;
	struct kept *first; /* the one used last */
	unsigned nkept;
	size_t bytes;
};

int csm_calc_open(struct csm_calc **out, struct csm_arena *a, const struct csm_calc_opts *o,
		  struct csm_err *err)
{
	struct csm_arena *own = csm_arena_like(a);
	struct csm_calc *k = csm_alloc(own, sizeof(*k));
	const struct csm_zone *zone;
	int rc;

	*out = k;
	k->arena = own;
	k->scratch = csm_arena_like(a);
	k->opts = *o;
	k->env = *o->env;
	if (!o->time_zone)
		return CSM_OK;
	rc = csm_zone_load(own, k->env.tzdir, o->time_zone, &zone, err);
	if (!rc)
		return CSM_OK;
	csm_calc_close(k);
	*out = NULL;
	return rc;
}

static int find_store(struct csm_calc *k, struct csm_err *err)
{
	int rc = CSM_OK;

	if (!k->asked)
		rc = k->opts.store(k->opts.arg, &k->store, err);
	k->asked = !rc;
	return rc;
}

static const char *setting_zone(const struct csm_calc *k)
{
	const struct csm_setting *row = csm_dict_setting(k->env.dict, "time.zone");

	if (k->store)
		return csm_store_setting_text(k->store, "time.zone");
	for (const struct csm_pair *p = k->env.config; p && p->name; p++)
		if (row && csm_dict_setting(k->env.dict, p->name) == row)
			return p->value;
	return row ? row->def : "UTC";
}

/* The zone for floating schedules that nobody gives another one. */
static int default_zone(struct csm_calc *k, const char **out, struct csm_err *err)
{
	int rc = k->opts.time_zone ? CSM_OK : find_store(k, err);

	if (!rc && !k->opts.time_zone)
		k->opts.time_zone = csm_strdup(k->arena, setting_zone(k));
	*out = k->opts.time_zone;
	return rc;
}

static void drop(struct kept *e)
{
	csm_cal_close(e->schedule.cal);
	csm_arena_free(e->arena);
}

void csm_calc_close(struct csm_calc *k)
{
	if (!k)
		return;
	for (struct kept *e = k->first, *next; e; e = next) {
		next = e->next;
		drop(e);
	}
	csm_arena_free(k->scratch);
	csm_arena_free(k->arena);
}

/* ---- kept calendars ---- */

/* Zones are few, and never dropped. */
static int find_zone(struct csm_calc *k, const char *name, const struct csm_zone **out, struct csm_err *err)
{
	struct kept_zone *z;
	int rc;

	for (z = k->zones; z; z = z->next)
		if (strcmp(csm_zone_name(z->zone), name) == 0) {
			*out = z->zone;
			return CSM_OK;
		}
	rc = csm_zone_load(k->arena, k->env.tzdir, name, out, err);
	if (rc) {
		csm_err_on(err, NULL, NULL, "time_zone");
		return rc;
	}
	z = csm_alloc(k->arena, sizeof(*z));
	*z = (struct kept_zone){ *out, k->zones };
	k->zones = z;
	return CSM_OK;
}

/* The kept one becomes the first; NULL when there is none. zone NULL: the default. */
static struct kept *find_kept(struct csm_calc *k, const struct csm_buf *text, const char *zone)
{
	if (!zone)
		zone = k->opts.time_zone; /* NULL: none that floats has been kept so far */
	for (struct kept **at = &k->first; *at; at = &(*at)->next) {
		struct kept *e = *at;

		if (e->n != text->n || memcmp(e->text, text->s, text->n) != 0 ||
		    (e->floats_in && (!zone || strcmp(e->floats_in, zone) != 0)))
			continue;
		*at = e->next;
		e->next = k->first;
		k->first = e;
		return e;
	}
	return NULL;
}

static void drop_last(struct csm_calc *k)
{
	struct kept **at = &k->first;

	while (*at && (*at)->next)
		at = &(*at)->next;
	if (!*at)
		return;
	k->nkept--;
	k->bytes -= (*at)->n;
	drop(*at);
	*at = NULL;
}

/* What floats inside a schedule that has a zone is in that zone, as it is for an SLA. */
static int build(struct csm_calc *k, struct kept *e, const struct csm_cal_def *def, const char *time_zone,
		 struct csm_err *err)
{
	const struct csm_zone *zone = NULL;
	int rc = CSM_OK;

	if (!def->zone && !time_zone)
		rc = default_zone(k, &time_zone, err);
	/* a zone that is given is looked at even where nothing floats: it may be a mistake */
	if (!rc && time_zone)
		rc = find_zone(k, time_zone, &zone, err);
	if (!rc && def->zone)
		rc = find_zone(k, def->zone, &zone, err);
	if (!rc)
		rc = csm_cal_build(&e->schedule.cal, e->arena, def, zone, k->env.tzdir, err);
	e->schedule.zone = zone;
	e->floats_in = def->zone ? NULL : csm_strdup(e->arena, time_zone);
	return rc;
}

static int keep(struct csm_calc *k, const struct csm_buf *text, const struct csm_cal_def *def,
		const char *time_zone, struct csm_calc_schedule *out, struct csm_err *err)
{
	struct csm_arena *a = csm_arena_like(k->arena);
	struct kept *e = csm_alloc(a, sizeof(*e));
	int rc;

	e->arena = a;
	rc = build(k, e, def, time_zone, err);
	if (rc) {
		drop(e);
		return rc;
	}
	e->text = csm_strndup(a, text->s, text->n);
	e->n = text->n;
	e->next = k->first;
	k->first = e;
	k->nkept++;
	k->bytes += e->n;
	while (k->nkept > KEEP_CALENDARS || (k->nkept > 1 && k->bytes > KEEP_BYTES))
		drop_last(k);
	*out = e->schedule;
	return CSM_OK;
}

/* ---- schedules by key and by document ---- */

static int read_named(struct csm_calc *k, const char *key, struct csm_cal_def **def, struct csm_err *err)
{
	int64_t id;
	int rc = find_store(k, err);

	if (!rc && !k->store)
		rc = csm_fail(err, CSM_E_NOTFOUND, "there is no database to look up schedule '%.*s' in",
			      CSM_Q(key));
	if (!rc)
		rc = csm_store_find(k->store, &csm_type_schedule, key, &id, err);
	return rc ? rc : csm_schedule_def(k->store, id, k->scratch, def, err);
}

/* A document as one text: what differs in blanks only is the same. */
static void put_node(struct csm_buf *b, const struct csm_node *n)
{
	const bool map = n->type == CSM_N_MAP;

	if (n->type == CSM_N_SCALAR) {
		if (n->scalar == CSM_SC_QUOTED || n->scalar == CSM_SC_PLAIN)
			csm_json_quote(b, n->text);
		else
			csm_buf_add(b, n->text);
		return;
	}
	csm_buf_addc(b, map ? '{' : '[');
	for (const struct csm_node *c = n->first; c; c = c->next) {
		if (map) {
			csm_json_quote(b, c->key);
			csm_buf_addc(b, ':');
		}
		put_node(b, c);
		csm_buf_addc(b, ',');
	}
	csm_buf_addc(b, map ? '}' : ']');
}

/* Whether a document includes or excludes schedules by name. */
static bool names_others(const struct csm_node *document)
{
	static const int fields[] = { SCHEDULE_INCLUDE, SCHEDULE_EXCLUDE };

	for (unsigned i = 0; i < CSM_COUNT(fields); i++) {
		const struct csm_node *v = csm_node_get(document, csm_type_schedule.fields[fields[i]].name);
		const struct csm_node *n = v && v->type == CSM_N_SEQ ? v->first : v;

		for (; n; n = v->type == CSM_N_SEQ ? n->next : NULL)
			if (n->type == CSM_N_MAP ? names_others(n) : n->scalar != CSM_SC_NULL)
				return true;
	}
	return false;
}

static int read_inline(struct csm_calc *k, const struct csm_node *document, struct csm_cal_def **def,
		       struct csm_err *err)
{
	int rc = names_others(document) ? find_store(k, err) : CSM_OK;

	return rc ? rc : csm_schedule_def_inline(k->store, &k->env, document, k->scratch, def, err);
}

/* The schedule of a key, or of a document where there is one: the one kept under text, or a new one. */
static int find_or_keep(struct csm_calc *k, const char *key, const struct csm_node *document,
			 const struct csm_buf *text, const char *time_zone, struct csm_calc_schedule *out,
			 struct csm_err *err)
{
	const struct kept *e = find_kept(k, text, time_zone);
	struct csm_cal_def *def;
	int rc;

	if (e) {
		*out = e->schedule;
		return CSM_OK;
	}
	rc = document ? read_inline(k, document, &def, err) : read_named(k, key, &def, err);
	return rc ? rc : keep(k, text, def, time_zone, out, err);
}

int csm_calc_named(struct csm_calc *k, const char *key, const char *time_zone,
		   struct csm_calc_schedule *out, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(k->scratch);
	struct csm_buf text = CSM_BUF(k->scratch);
	int rc;

	csm_buf_addf(&text, "=%s", key);
	rc = find_or_keep(k, key, NULL, &text, time_zone, out, err);
	csm_arena_rewind(k->scratch, mark);
	return rc;
}

int csm_calc_inline(struct csm_calc *k, const struct csm_node *document, const char *time_zone,
		    struct csm_calc_schedule *out, struct csm_err *err)
{
	struct csm_mark mark = csm_arena_mark(k->scratch);
	struct csm_buf text = CSM_BUF(k->scratch);
	int rc;

	put_node(&text, document);
	rc = find_or_keep(k, NULL, document, &text, time_zone, out, err);
	csm_arena_rewind(k->scratch, mark);
	return rc;
}

/* ---- operands ---- */

int csm_calc_moment(const struct csm_zone *zone, const char *text, int64_t now, int64_t *out,
		    struct csm_err *err)
{
	static const char *const days[] = { "today", "yesterday", "tomorrow" };
	struct csm_err own = { 0 };
	bool offset;

	if (csm_time_parse(text, out, &offset, &own) == CSM_OK) {
		if (!offset)
			*out = csm_zone_from_wall(zone, *out);
		return CSM_OK;
	}
	for (unsigned i = 0; i < CSM_COUNT(days); i++)
		if (strcmp(text, days[i]) == 0) {
			int rc = csm_time_parse_rel(text, now + csm_zone_offset(zone, now), out, err);

			*out = csm_zone_from_wall(zone, *out);
			return rc;
		}
	return csm_time_parse_rel(text, now, out, err);
}

/* ---- operations ---- */

static int op_due(struct csm_cal *c, const int64_t *x, bool next_open, int64_t *out, struct csm_err *err)
{
	return next_open ? csm_cal_due_next_open(c, x[0], x[1], out, err) : csm_cal_due(c, x[0], x[1], out, err);
}

static int op_sub(struct csm_cal *c, const int64_t *x, bool next_open, int64_t *out, struct csm_err *err)
{
	(void)next_open;
	return csm_cal_sub(c, x[0], x[1], out, err);
}

static int op_elapsed(struct csm_cal *c, const int64_t *x, bool next_open, int64_t *out, struct csm_err *err)
{
	(void)next_open;
	return csm_cal_elapsed(c, x[0], x[1], out, err);
}

static int op_open(struct csm_cal *c, const int64_t *x, bool next_open, int64_t *out, struct csm_err *err)
{
	bool yes = false;
	int rc = csm_cal_is_open(c, x[0], &yes, err);

	(void)next_open;
	*out = yes;
	return rc;
}

static int op_next(struct csm_cal *c, const int64_t *x, bool next_open, int64_t *out, struct csm_err *err)
{
	(void)next_open;
	return csm_cal_next_open(c, x[0], out, err);
}

/* The functions stand in the order of the table. */
static int (*const functions[])(struct csm_cal *c, const int64_t *x, bool next_open, int64_t *out,
				struct csm_err *err) = { op_due, op_sub, op_elapsed, op_open, op_next };
static const struct csm_calc_op ops[] = {
	{ "due", { "start", "duration" }, true, CSM_CALC_MOMENT },
	{ "sub", { "end", "duration" }, true, CSM_CALC_MOMENT },
	{ "elapsed", { "from", "to" }, false, CSM_CALC_SECONDS },
	{ "open", { "at", NULL }, false, CSM_CALC_BOOL },
	{ "next", { "at", NULL }, false, CSM_CALC_MOMENT },
	{ NULL, { NULL, NULL }, false, CSM_CALC_BOOL },
};

const struct csm_calc_op *csm_calc_ops(void)
{
	return ops;
}

static int fail_key(struct csm_err *err, const char *key, const char *what)
{
	csm_fail(err, CSM_E_INVALID, "%s", what);
	csm_err_on(err, NULL, NULL, key);
	return CSM_E_INVALID;
}

static int read_operand(const struct csm_calc *k, const struct csm_calc_answer *a, unsigned i, const char *text,
			int64_t *out, struct csm_err *err)
{
	bool duration = i && a->op->duration;
	int rc;

	if (!text)
		return fail_key(err, a->op->operands[i],
				duration ? "is missing; expected a duration such as PT8H" :
					   "is missing; expected a moment such as 2024-03-29T15:00:00+01:00");
	rc = duration ? csm_duration_parse(text, false, out, err)
		      : csm_calc_moment(a->schedule.zone, text, k->env.now, out, err);
	if (rc)
		csm_err_on(err, NULL, NULL, a->op->operands[i]);
	return rc;
}

int csm_calc_ask(struct csm_calc *k, const struct csm_calc_op *op, const struct csm_calc_schedule *schedule,
		 const char *const operands[2], bool next_open, struct csm_calc_answer *out,
		 struct csm_err *err)
{
	*out = (struct csm_calc_answer){ .op = op, .schedule = *schedule };
	for (unsigned i = 0; i < 2 && op->operands[i]; i++) {
		int rc = read_operand(k, out, i, operands[i], &out->operand[i], err);

		if (rc)
			return rc;
	}
	return functions[op - ops](schedule->cal, out->operand, next_open, &out->value, err);
}

/* ---- questions as maps ---- */

/* The text of a key, NULL where it is not given. */
static int text_of(const struct csm_node *line, const char *key, const char **out, struct csm_err *err)
{
	const struct csm_node *n = csm_node_get(line, key);

	*out = NULL;
	if (!n || (n->type == CSM_N_SCALAR && n->scalar == CSM_SC_NULL))
		return CSM_OK;
	if (n->type != CSM_N_SCALAR)
		return fail_key(err, key, n->type == CSM_N_MAP ? "expected a text, not a map" : "expected a text, not a list");
	*out = n->text;
	return CSM_OK;
}

static int find_op(const struct csm_node *line, const struct csm_calc_op **out, struct csm_err *err)
{
	const char *names[CSM_COUNT(ops)], *name = NULL, *near;
	int rc = text_of(line, "op", &name, err);

	if (rc)
		return rc;
	for (unsigned i = 0; i < CSM_COUNT(ops); i++)
		names[i] = ops[i].name;
	for (*out = ops; name && (*out)->name; ++*out)
		if (strcmp((*out)->name, name) == 0)
			return CSM_OK;
	near = name ? csm_nearest(name, names) : NULL;
	if (!name)
		return fail_key(err, "op", "is missing; expected due, sub, elapsed, open or next");
	csm_fail(err, CSM_E_INVALID, "'%.*s' is none of due, sub, elapsed, open, next%s%s%s", CSM_Q(name),
		 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	csm_err_on(err, NULL, NULL, "op");
	return CSM_E_INVALID;
}

static int read_boundary(const struct csm_node *line, bool *next_open, struct csm_err *err)
{
	const char *text;
	int rc = text_of(line, "boundary", &text, err);

	if (rc || !text)
		return rc;
	*next_open = strcmp(text, "next-open") == 0 || strcmp(text, "next_open") == 0;
	if (*next_open || strcmp(text, "close") == 0)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "'%.*s' is none of close, next-open", CSM_Q(text));
	csm_err_on(err, NULL, NULL, "boundary");
	return CSM_E_INVALID;
}

static int find_schedule(struct csm_calc *k, const struct csm_node *line, struct csm_calc_schedule *out,
			 struct csm_err *err)
{
	const struct csm_node *n = csm_node_get(line, "schedule");
	const char *zone;
	int rc = text_of(line, "time_zone", &zone, err);

	if (rc)
		return rc;
	if (n && n->type == CSM_N_MAP) {
		rc = csm_calc_inline(k, n, zone, out, err);
		if (rc && err && !*err->type && !*err->field)
			csm_err_on(err, NULL, NULL, "schedule");
		return rc;
	}
	if (!n || n->type != CSM_N_SCALAR || n->scalar == CSM_SC_NULL || !*n->text)
		return fail_key(err, "schedule", "expected the name of a schedule, or a map of its fields");
	return csm_calc_named(k, n->text, zone, out, err);
}

/* sub counts back from a moment, which is its end; who turns a due around has it as start. */
static int operand_text(const struct csm_node *line, const char *key, const char **out, struct csm_err *err)
{
	const char *also = NULL;
	int rc = text_of(line, key, out, err);

	if (!rc && strcmp(key, "end") == 0)
		rc = text_of(line, "start", &also, err);
	if (!rc && *out && also)
		return fail_key(err, key, "end and start are given; sub takes one of them");
	*out = *out ? *out : also;
	return rc;
}

int csm_calc_line(struct csm_calc *k, const struct csm_node *line, bool next_open,
		  struct csm_calc_answer *out, struct csm_err *err)
{
	const struct csm_calc_op *op;
	struct csm_calc_schedule schedule = { NULL, NULL };
	const char *operands[2] = { NULL, NULL };
	int rc = find_op(line, &op, err);

	if (!rc && op == ops) /* due: no other has a boundary to choose */
		rc = read_boundary(line, &next_open, err);
	if (!rc)
		rc = find_schedule(k, line, &schedule, err);
	for (unsigned i = 0; !rc && i < 2 && op->operands[i]; i++)
		rc = operand_text(line, op->operands[i], &operands[i], err);
	return rc ? rc : csm_calc_ask(k, op, &schedule, operands, next_open, out, err);
}
