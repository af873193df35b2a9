/* SPDX-License-Identifier: MIT */
/*
 * export.c - records as documents: types in load order, records in the type's own order, fields in row
 * order, owned records inside their owner. What an import would fill by itself and is empty here is
 * written as null, so that an export is loaded back as it is.
 */
#include "xfer_priv.h"

struct out {
	struct csm_store *store;
	struct csm_writer *w;
	enum xfer_part part;
	int64_t n;
};

bool xfer_editable(const struct csm_field *f)
{
	return !(f->flags & (CSM_F_SECRET | CSM_F_VOLATILE | CSM_F_COMPUTED | CSM_F_READONLY |
			     CSM_F_BYVERB | CSM_F_IMMUTABLE | CSM_F_OWNER));
}

bool xfer_editable_type(const struct csm_rtype *t)
{
	return !(t->flags & (CSM_T_JOURNAL | CSM_T_ENGINE));
}

static bool is_wanted(enum xfer_part part, const struct csm_field *f)
{
	if (f->flags & CSM_F_SECRET)
		return false;
	return part == XFER_EDITABLE ? xfer_editable(f)
				     : part == XFER_ALL || !(f->flags & CSM_F_VOLATILE);
}

/* How a value of a kind is written where the format knows types. */
static enum csm_write_type write_type(enum csm_kind kind)
{
	const char *json = csm_kind(kind)->json_type;

	if (strcmp(json, "integer") == 0 || strcmp(json, "number") == 0)
		return CSM_W_NUMBER;
	return strcmp(json, "boolean") == 0 ? CSM_W_BOOL : CSM_W_TEXT;
}

/* The keys in a list of references, one by one: a key may have commas in it. */
static int each_key(struct csm_store *s, const struct csm_rec *r, int field, struct csm_arena *a,
		    void (*each)(void *arg, const char *key), void *arg, struct csm_err *err)
{
	const struct csm_rtype *target = csm_dict_type(csm_store_dict(s), r->type->fields[field].target);
	char word[32];

	for (unsigned i = 0; csm_list_word(csm_rec_text(r, field), i, word, sizeof(word)); i++) {
		const char *key = NULL;
		int rc = csm_store_key(s, target, strtoll(word, NULL, 10), a, &key, err);

		if (rc)
			return rc;
		each(arg, key ? key : csm_sprintf(a, "#%s", word));
	}
	return CSM_OK;
}

static void put_item(void *arg, const char *key)
{
	csm_writer_value(arg, CSM_W_TEXT, key);
}

static int put_list(struct out *o, const struct csm_rec *r, int field, struct csm_arena *a,
		    struct csm_err *err)
{
	const char *text = csm_rec_text(r, field);
	char word[64];
	int rc = CSM_OK;

	csm_writer_key(o->w, r->type->fields[field].name);
	csm_writer_seq(o->w);
	if (r->type->fields[field].kind == CSM_K_REF_LIST)
		rc = each_key(o->store, r, field, a, put_item, o->w, err);
	else
		for (unsigned i = 0; csm_list_word(text, i, word, sizeof(word)); i++)
			csm_writer_value(o->w, CSM_W_TEXT, word);
	csm_writer_seq_end(o->w);
	return rc;
}

static int put_field(struct out *o, const struct csm_rec *r, int field, struct csm_arena *a,
		     struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	const char *text;
	int rc;

	if (!is_wanted(o->part, f))
		return CSM_OK;
	if (csm_rec_null(r, field)) {
		if (((f->def && *f->def) || f->flags & CSM_F_DERIVED) && o->part != XFER_EDITABLE)
			csm_writer_put(o->w, f->name, CSM_W_NULL, NULL);
		return CSM_OK;
	}
	if (f->kind == CSM_K_REF_LIST || f->kind == CSM_K_ENUM_LIST)
		return put_list(o, r, field, a, err);
	rc = csm_store_text(o->store, r, field, a, &text, err);
	if (!rc && text)
		csm_writer_put(o->w, f->name, write_type(f->kind), text);
	return rc;
}

static int put_record(struct out *o, const struct csm_rec *r, int owner_field, struct csm_arena *a,
		      struct csm_err *err);

static int put_owned(struct out *o, const struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	const struct csm_rtype *owned;
	int field, rc = CSM_OK;

	for (unsigned i = 0;
	     !rc && (owned = csm_dict_owned(csm_store_dict(o->store), r->type, i, &field)) != NULL; i++) {
		struct csm_rec **rows;
		unsigned n;

		if (o->part == XFER_EDITABLE && !xfer_editable_type(owned))
			continue;
		rc = csm_store_children(o->store, owned, field, r->id, a, &rows, &n, err);
		if (rc || !n)
			continue;
		csm_writer_key(o->w, csm_type_doc_key(owned));
		csm_writer_seq(o->w);
		for (unsigned k = 0; !rc && k < n; k++)
			rc = put_record(o, rows[k], field, a, err);
		csm_writer_seq_end(o->w);
	}
	return rc;
}

/* The keys of a record and their values, into an open map. */
static int put_keys(struct out *o, const struct csm_rec *r, int owner_field, struct csm_arena *a,
		    struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < r->type->nfields; i++)
		if ((int)i != owner_field)
			rc = put_field(o, r, (int)i, a, err);
	return rc ? rc : put_owned(o, r, a, err);
}

/* What the writer refuses is told when it is closed; until then it is just not CSM_OK. */
static int put_record(struct out *o, const struct csm_rec *r, int owner_field, struct csm_arena *a,
		      struct csm_err *err)
{
	int rc, written;

	csm_writer_map(o->w);
	rc = put_keys(o, r, owner_field, a, err);
	written = csm_writer_map_end(o->w);
	return rc ? rc : written;
}

int xfer_put_record(struct csm_store *s, const struct csm_rec *r, enum xfer_part part,
		    struct csm_writer *w, struct csm_err *err)
{
	struct out o = { s, w, part, 0 };
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));

	return put_record(&o, r, -1, a, err);
}

int csm_export_record(struct csm_store *s, const struct csm_rec *r, bool volatile_fields,
		      struct csm_writer *w, struct csm_err *err)
{
	return xfer_put_record(s, r, volatile_fields ? XFER_ALL : XFER_STATED, w, err);
}

int csm_export_keys(struct csm_store *s, const struct csm_rec *r, bool volatile_fields,
		    struct csm_writer *w, struct csm_err *err)
{
	struct out o = { s, w, volatile_fields ? XFER_ALL : XFER_STATED, 0 };
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));

	return put_keys(&o, r, -1, a, err);
}

/* ---- a whole export ---- */

/* Each record of a type (where, ids) in order, with an arena of its own. */
static int each_record(struct csm_store *s, const struct csm_rtype *t, const struct csm_export_opts *e,
		       int (*fn)(void *arg, const struct csm_rec *r, struct csm_arena *a,
				 struct csm_err *err),
		       void *arg, struct csm_err *err)
{
	struct csm_arena *outer CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_query q = { .where = e->where };
	struct csm_mark m = csm_arena_mark(a);
	struct csm_rec *r;
	int rc = CSM_OK;

	for (unsigned i = 0; e->ids && !rc && i < e->nids; i++) {
		rc = csm_store_need(s, t, e->ids[i], a, &r, err);
		if (!rc)
			rc = fn(arg, r, a, err);
		csm_arena_rewind(a, m);
	}
	if (e->ids || rc)
		return rc;
	rc = csm_store_select(s, t, &q, outer, &c, err);
	while (!rc) {
		csm_arena_rewind(a, m);
		rc = csm_cursor_next(c, a, &r, err);
		if (rc || !r)
			break;
		rc = fn(arg, r, a, err);
	}
	return rc;
}

static int tree_record(void *arg, const struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct out *o = arg;

	o->n++;
	return put_record(o, r, -1, a, err);
}

/* NDJSON: every record is a document of its own. */
static int line_record(void *arg, const struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct out *o = arg;
	int rc;

	o->n++;
	csm_writer_map(o->w);
	csm_writer_key(o->w, r->type->name);
	rc = put_record(o, r, -1, a, err);
	csm_writer_map_end(o->w);
	return rc;
}

/* What the engine makes is stated even when there is none of it: an import would make it otherwise. */
static bool states_none(const struct csm_rtype *t)
{
	return t->flags & CSM_T_ENGINE;
}

static int put_none(struct out *o, const struct csm_rtype *t)
{
	csm_writer_key(o->w, t->name);
	csm_writer_seq(o->w);
	return csm_writer_seq_end(o->w);
}

static int export_tree(struct out *o, const struct csm_rtype *const *types, unsigned n,
		       const struct csm_export_opts *e, struct csm_err *err)
{
	int rc = CSM_OK;

	csm_writer_map(o->w);
	csm_writer_put(o->w, "csm", CSM_W_NUMBER, "1");
	for (unsigned i = 0; !rc && i < n; i++) {
		int64_t count = 1;

		if (!e->ids)
			rc = csm_store_count(o->store, types[i], e->where, &count, err);
		if (rc || (!count && !states_none(types[i])))
			continue;
		if (!count) {
			put_none(o, types[i]);
			continue;
		}
		csm_writer_key(o->w, types[i]->name);
		csm_writer_seq(o->w);
		rc = each_record(o->store, types[i], e, tree_record, o, err);
		csm_writer_seq_end(o->w);
	}
	csm_writer_map_end(o->w);
	return rc;
}

static int export_lines(struct out *o, const struct csm_rtype *const *types, unsigned n,
			const struct csm_export_opts *e, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < n; i++) {
		int64_t before = o->n;

		rc = each_record(o->store, types[i], e, line_record, o, err);
		if (!rc && o->n == before && states_none(types[i])) {
			csm_writer_map(o->w);
			put_none(o, types[i]);
			csm_writer_map_end(o->w);
		}
	}
	return rc;
}

static int export_documents(struct csm_store *s, const struct csm_rtype *const *types, unsigned ntypes,
			    const struct csm_export_opts *e, struct csm_sink sink, int64_t *n,
			    struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct out o = { s, NULL, e->volatile_fields ? XFER_ALL : XFER_STATED, 0 };
	struct csm_err ignored = { 0 };
	int rc, closed;

	rc = csm_writer_open(&o.w, a, e->format, sink, err);
	if (rc)
		return rc;
	rc = e->format == CSM_FMT_NDJSON ? export_lines(&o, types, ntypes, e, err)
					 : export_tree(&o, types, ntypes, e, err);
	/* a failure without a message is the writer's */
	closed = csm_writer_close(o.w, rc && err->code ? &ignored : err);
	*n = o.n;
	return rc ? rc : closed;
}

/* ---- CSV and TSV: one type, its own fields ---- */

struct table {
	struct csm_store *store;
	struct csm_list *list;
	const int *fields;
	unsigned nfields;
	bool children_refused;
	int64_t n;
};

static int refuse_children(struct table *t, const struct csm_rec *r, struct csm_arena *a,
			   struct csm_err *err)
{
	const struct csm_rtype *owned;
	int field;

	for (unsigned i = 0;
	     (owned = csm_dict_owned(csm_store_dict(t->store), r->type, i, &field)) != NULL; i++) {
		struct csm_rec **rows;
		unsigned n;
		int rc = csm_store_children(t->store, owned, field, r->id, a, &rows, &n, err);

		if (rc)
			return rc;
		if (n) {
			csm_fail(err, CSM_E_USAGE,
				 "has owned records (%u %s), which one table can't hold; "
				 "--no-children leaves them out",
				 n, csm_type_doc_key(owned));
			return csm_err_on(err, r->type->name, csm_rec_key(a, r), NULL);
		}
	}
	return CSM_OK;
}

/* "a,b": commas and backslashes of the keys themselves are written \, and \\. */
static void add_key(void *arg, const char *key)
{
	struct csm_buf *b = arg;

	if (b->n)
		csm_buf_addc(b, ',');
	for (; *key; key++) {
		if (*key == ',' || *key == '\\')
			csm_buf_addc(b, '\\');
		csm_buf_addc(b, *key);
	}
}

static int table_record(void *arg, const struct csm_rec *r, struct csm_arena *a, struct csm_err *err)
{
	struct table *t = arg;
	const char **values = csm_calloc(a, t->nfields, sizeof(*values));
	int rc = t->children_refused ? refuse_children(t, r, a, err) : CSM_OK;

	for (unsigned i = 0; !rc && i < t->nfields; i++) {
		struct csm_buf b = CSM_BUF(a);
		int field = t->fields[i];

		if (r->type->fields[field].kind != CSM_K_REF_LIST || csm_rec_null(r, field)) {
			rc = csm_store_text(t->store, r, field, a, &values[i], err);
			continue;
		}
		rc = each_key(t->store, r, field, a, add_key, &b, err);
		values[i] = b.s;
	}
	t->n++;
	return rc ? rc : csm_list_row(t->list, values, NULL, err);
}

static int export_table(struct csm_store *s, const struct csm_rtype *t, const struct csm_export_opts *e,
			struct csm_sink sink, int64_t *n, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_list_opts opts = { .header = true, .terminator = '\n' };
	struct csm_column *columns = csm_calloc(a, t->nfields, sizeof(*columns));
	int *fields = csm_calloc(a, t->nfields, sizeof(*fields));
	struct table tab = { s, NULL, fields, 0, !e->no_children, 0 };
	struct csm_err ignored = { 0 };
	int rc, closed;

	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];

		if (!is_wanted(e->volatile_fields ? XFER_ALL : XFER_STATED, f))
			continue;
		columns[tab.nfields] =
			(struct csm_column){ .name = f->name, .type = write_type(f->kind) };
		fields[tab.nfields++] = (int)i;
	}
	rc = csm_list_open(&tab.list, a, e->format, sink, columns, tab.nfields, &opts, err);
	if (rc)
		return rc;
	rc = each_record(s, t, e, table_record, &tab, err);
	closed = csm_list_close(tab.list, rc ? &ignored : err);
	*n = tab.n;
	return rc ? rc : closed;
}

static int export_types(struct csm_store *s, const struct csm_rtype *const *types, unsigned ntypes,
			const struct csm_export_opts *e, struct csm_sink sink, int64_t *n,
			struct csm_err *err)
{
	struct csm_db *db = csm_store_db(s);
	bool own = !csm_db_in_transaction(db);
	int rc = own ? csm_db_begin(db, false, err) : CSM_OK;	/* all of it at one moment */

	if (rc)
		return rc;
	if (e->format == CSM_FMT_CSV || e->format == CSM_FMT_TSV)
		rc = export_table(s, types[0], e, sink, n, err);
	else
		rc = export_documents(s, types, ntypes, e, sink, n, err);
	if (own)
		csm_db_rollback(db);
	return rc;
}

int csm_export(struct csm_store *s, const struct csm_export_opts *e, struct csm_sink sink, int64_t *n,
	       struct csm_err *err)
{
	const struct csm_dict *d = csm_store_dict(s);
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	const struct csm_rtype **types = csm_calloc(a, d->ntypes, sizeof(*types));
	unsigned ntypes = 0;

	*n = 0;

	/* load order, whatever order was asked for */
	for (unsigned i = 0; i < d->ntypes; i++) {
		bool wanted = !e->types && !(d->types[i]->flags & (CSM_T_OWNED | CSM_T_LOG));

		for (unsigned k = 0; e->types && k < e->ntypes; k++)
			wanted = wanted || e->types[k] == d->types[i];
		if (wanted)
			types[ntypes++] = d->types[i];
	}
	if ((e->where || e->ids) && ntypes != 1)
		return csm_fail(err, CSM_E_USAGE, "a condition or records go with exactly one type");
	switch (e->format) {
	case CSM_FMT_JSON:
	case CSM_FMT_NDJSON:
	case CSM_FMT_YAML:
		break;
	case CSM_FMT_CSV:
	case CSM_FMT_TSV:
		if (ntypes == 1)
			break;
		return csm_fail(err, CSM_E_USAGE, "%s holds one type: 'csm NOUN export'",
				csm_format_name(e->format));
	default:
		return csm_fail(err, CSM_E_USAGE, "documents are json, ndjson, yaml, csv or tsv");
	}
	return export_types(s, types, ntypes, e, sink, n, err);
}
