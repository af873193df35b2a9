/* SPDX-License-Identifier: MIT */
/*
 * export.c - exports: types in load order, records in the type's own order, in one document or split into
 * files. Nothing is kept but what the selection needs: a bit a record where it is a closure or since a change.
 */
#include "anon.h"

bool xfer_states_none(const struct csm_rtype *t)
{
	return t->flags & CSM_T_ENGINE;
}

/* ---- files ---- */

/*
 * A key as part of a file name: what is no plain letter, digit or one of - _ . @ + becomes %XX, so that two keys
 * never share a name and none leads out of the folder. A long one is cut and has its hash instead of the rest.
 */
static const char *safe_name(struct csm_arena *a, const char *key)
{
	enum { MOST = 100 };
	struct csm_buf b = CSM_BUF(a);
	char hash[65];

	for (const char *p = key; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    strchr("-_.@+", (char)c))
			csm_buf_addc(&b, (char)c);
		else
			csm_buf_addf(&b, "%%%02X", c);
	}
	if (b.n <= MOST)
		return b.s;
	csm_sha256_hex(key, strlen(key), hash);
	return csm_sprintf(a, "%.*s%%%.16s", MOST, b.s, hash);
}

int xfer_file_open(struct xfer_export *x, const struct csm_rtype *t, const char *key, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(x->out.arena);
	const char *name;
	int rc;

	if (x->e->split == CSM_SPLIT_NONE)
		return CSM_OK;
	name = csm_sprintf(a, "%s%s%s.%s", t->name, key ? "." : "", key ? safe_name(a, key) : "",
			   csm_format_name(x->e->format));
	rc = x->e->files->open(x->e->files->arg, name, &x->sink, err);
	x->open = !rc;
	x->res->files += !rc;
	return rc;
}

int xfer_file_close(struct xfer_export *x, int code, struct csm_err *err)
{
	if (!x->open)
		return code;
	x->open = false;
	return x->e->files->close(x->e->files->arg, code, err);
}

/* ---- documents ---- */

struct doc {
	struct xfer_export *x;
	const struct csm_rtype *type;	/* whose list is open, or NULL */
};

static bool is_lines(const struct doc *d)
{
	return d->x->e->format == CSM_FMT_NDJSON;
}

static int open_document(struct doc *d, const struct csm_rtype *t, const char *key, struct csm_err *err)
{
	struct xfer_export *x = d->x;
	int rc = xfer_file_open(x, t, key, err);

	if (!rc)
		rc = csm_writer_open(&x->out.w, x->out.arena, x->e->format, x->sink, err);
	if (rc || is_lines(d))
		return rc;
	csm_writer_map(x->out.w);
	return csm_writer_put(x->out.w, "csm", CSM_W_NUMBER, "1");
}

/* A failure without a message is the writer's, which tells it when it is closed. */
static int close_document(struct doc *d, int code, struct csm_err *err)
{
	struct xfer_export *x = d->x;
	struct csm_err ignored = { 0 };
	int closed;

	if (x->out.w) {
		if (!code && !is_lines(d))
			csm_writer_map_end(x->out.w);
		closed = csm_writer_close(x->out.w, code && err->code ? &ignored : err);
		code = code ? code : closed;
	}
	x->out.w = NULL;
	return xfer_file_close(x, code, err);
}

static void begin_list(struct doc *d, const struct csm_rtype *t)
{
	if (!is_lines(d)) {
		csm_writer_key(d->x->out.w, t->name);
		csm_writer_seq(d->x->out.w);
	}
	d->type = t;
}

static void end_list(struct doc *d)
{
	if (d->type && !is_lines(d))
		csm_writer_seq_end(d->x->out.w);
	d->type = NULL;
}

/* A record of the list that is open; NDJSON: a document of its own. */
static int put_one(struct doc *d, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct xfer_out *o = &d->x->out;
	int rc;

	d->x->res->records++;
	if (!is_lines(d))
		return xfer_put_map(o, r, -1, a, err);
	csm_writer_map(o->w);
	csm_writer_key(o->w, r->type->name);
	rc = xfer_put_map(o, r, -1, a, err);
	csm_writer_map_end(o->w);
	return rc;
}

static int put_alone(struct doc *d, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	char buf[XFER_TEXT_SIZE];
	const char *key;
	int rc = xfer_key(&d->x->out, r->type, r->id, buf, a, &key, err);

	if (!rc)
		rc = open_document(d, r->type, key, err);
	if (!rc) {
		begin_list(d, r->type);
		rc = put_one(d, r, a, err);
		end_list(d);
	}
	return close_document(d, rc, err);
}

static int put_record(void *arg, struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct doc *d = arg;
	int rc = CSM_OK;

	if (d->x->e->split == CSM_SPLIT_RECORD)
		return put_alone(d, r, a, err);
	if (!d->type && !d->x->out.w)
		rc = open_document(d, r->type, NULL, err);
	if (rc)
		return rc;
	if (!d->type)
		begin_list(d, r->type);
	return put_one(d, r, a, err);
}

static int put_none(struct doc *d, const struct csm_rtype *t, struct csm_err *err)
{
	struct csm_writer *w;

	if (!d->x->out.w && open_document(d, t, NULL, err))
		return (int)err->code;
	w = d->x->out.w;
	if (is_lines(d))
		csm_writer_map(w);
	csm_writer_key(w, t->name);
	csm_writer_seq(w);
	csm_writer_seq_end(w);
	return is_lines(d) ? csm_writer_map_end(w) : CSM_OK;
}

static int export_type(struct doc *d, const struct csm_rtype *t, struct csm_err *err)
{
	struct xfer_export *x = d->x;
	int64_t before = x->res->records;
	int rc = xfer_each_record(&x->out, t, &x->picks[xfer_dict_index(csm_store_dict(x->out.store), t)],
				  put_record, d, err);

	end_list(d);
	if (!rc && x->res->records == before && xfer_states_none(t))
		rc = put_none(d, t, err);
	return x->e->split == CSM_SPLIT_NONE ? rc : close_document(d, rc, err);
}

static int export_documents(struct xfer_export *x, struct csm_err *err)
{
	struct doc d = { x, NULL };
	int rc = x->e->split == CSM_SPLIT_NONE ? open_document(&d, NULL, NULL, err) : CSM_OK;

	for (unsigned i = 0; !rc && i < x->ntypes; i++)
		rc = export_type(&d, x->types[i], err);
	return close_document(&d, rc, err);
}

/* ---- what is exported ---- */

/* All of it at one moment. */
static int export_at_once(struct xfer_export *x, const bool *named, struct csm_err *err)
{
	const struct csm_export_opts *e = x->e;
	int rc = CSM_OK;

	if (e->since > 0)
		rc = xfer_pick_since(&x->out, x->picks, e->since, x->res->deleted, err);
	if (!rc && e->closure)
		rc = xfer_pick_closure(&x->out, x->picks, named, err);
	if (rc)
		return rc;
	return e->format == CSM_FMT_CSV || e->format == CSM_FMT_TSV ? xfer_export_tables(x, err)
								   : export_documents(x, err);
}

static int check_options(const struct xfer_export *x, struct csm_err *err)
{
	const struct csm_export_opts *e = x->e;

	if ((e->where || e->ids) && x->ntypes != 1)
		return csm_fail(err, CSM_E_USAGE, "a condition or records go with exactly one type");
	switch (e->format) {
	case CSM_FMT_JSON:
	case CSM_FMT_NDJSON:
	case CSM_FMT_YAML:
		return CSM_OK;
	case CSM_FMT_CSV:
	case CSM_FMT_TSV:
		if ((x->ntypes == 1 && !e->closure) || e->split != CSM_SPLIT_NONE)
			return CSM_OK;
		return csm_fail(err, CSM_E_USAGE,
				"%s holds one type: 'csm NOUN export', or a file a type in a folder (--dir)",
				csm_format_name(e->format));
	default:
		return csm_fail(err, CSM_E_USAGE, "documents are json, ndjson, yaml, csv or tsv");
	}
}

/* Load order, whatever order was asked for. */
static void choose_types(struct xfer_export *x, bool *named)
{
	const struct csm_export_opts *e = x->e;
	const struct csm_dict *d = csm_store_dict(x->out.store);

	x->types = csm_calloc(x->out.arena, d->ntypes, sizeof(*x->types));
	for (unsigned i = 0; i < d->ntypes; i++) {
		named[i] = !e->types && !(d->types[i]->flags & (CSM_T_OWNED | CSM_T_LOG));
		for (unsigned k = 0; e->types && k < e->ntypes; k++)
			named[i] = named[i] || e->types[k] == d->types[i];
		if (named[i])
			x->types[x->ntypes++] = d->types[i];
	}
}

/* What is touched may be of any type. */
static void widen_types(struct xfer_export *x)
{
	const struct csm_dict *d = csm_store_dict(x->out.store);

	x->ntypes = 0;
	for (unsigned i = 0; i < d->ntypes; i++)
		if (!(d->types[i]->flags & (CSM_T_OWNED | CSM_T_LOG)))
			x->types[x->ntypes++] = d->types[i];
}

int csm_export(struct csm_store *s, const struct csm_export_opts *e, struct csm_sink sink,
	       struct csm_export_result *res, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	const struct csm_dict *d = csm_store_dict(s);
	struct xfer_export x = { .e = e, .sink = sink, .res = res };
	bool *named = csm_calloc(a, d->ntypes, sizeof(*named));
	bool own = !csm_db_in_transaction(csm_store_db(s));
	int rc;

	*res = (struct csm_export_result){ 0 };
	res->deleted = csm_calloc(csm_store_arena(s), d->ntypes, sizeof(*res->deleted));
	xfer_out_init(&x.out, s, e->volatile_fields ? XFER_ALL : XFER_STATED, a);
	x.picks = csm_calloc(a, d->ntypes, sizeof(*x.picks));
	choose_types(&x, named);
	rc = check_options(&x, err);
	if (rc)
		return rc;
	if (x.ntypes == 1)
		x.picks[xfer_dict_index(d, x.types[0])] =
			(struct xfer_pick){ .where = e->where, .ids = e->ids, .nids = e->nids };
	if (e->closure)
		widen_types(&x);
	if (e->seed)
		x.out.anon = xfer_anon_new(a, s, e->seed);
	rc = own ? csm_db_begin(csm_store_db(s), false, err) : CSM_OK;
	if (rc)
		return rc;
	rc = export_at_once(&x, named, err);
	if (own)
		csm_db_rollback(csm_store_db(s));
	return rc;
}
