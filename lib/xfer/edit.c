/* SPDX-License-Identifier: MIT */
/* edit.c - one record as a YAML document for an editor, and what was made of it back onto the record. */
#include "xfer_priv.h"

/* ---- out ---- */

static void add_comment(struct csm_buf *b, const char *name, const char *text)
{
	csm_buf_addf(b, "#   %s:%s", name, text ? " " : "");
	if (text && strpbrk(text, "\n\r\t"))
		csm_json_quote(b, text);
	else if (text)
		csm_buf_add(b, text);
	csm_buf_addc(b, '\n');
}

/* What else the record has, and could have, so that nobody has to leave the editor to look it up. */
static int add_comments(struct csm_store *s, const struct csm_rec *r, struct csm_buf *b,
			struct csm_err *err)
{
	struct csm_buf kept = CSM_BUF(b->arena), empty = CSM_BUF(b->arena);

	for (unsigned i = 0; i < r->type->nfields; i++) {
		const struct csm_field *f = &r->type->fields[i];
		const char *text;
		int rc;

		if (f->flags & (CSM_F_SECRET | CSM_F_VOLATILE))
			continue;
		rc = csm_store_text(s, r, (int)i, b->arena, &text, err);
		if (rc)
			return rc;
		if (text && !xfer_editable(f))
			add_comment(&kept, f->name, text);
		else if (!text && xfer_editable(f))
			add_comment(&empty, f->name, NULL);
	}
	if (empty.n)
		csm_buf_addf(b, "# Fields without a value:\n%s", empty.s);
	if (kept.n)
		csm_buf_addf(b, "# Not to be edited, kept by csm and its verbs:\n%s", kept.s);
	return CSM_OK;
}

int csm_edit_document(struct csm_store *s, const struct csm_rec *r, struct csm_buf *b,
		      struct csm_err *err)
{
	struct csm_writer *w;
	struct csm_err ignored = { 0 };
	int rc = csm_writer_open(&w, b->arena, CSM_FMT_YAML, csm_sink_buf(b), err), closed;

	if (rc)
		return rc;
	csm_writer_map(w);
	csm_writer_put(w, "csm", CSM_W_NUMBER, "1");
	csm_writer_key(w, r->type->name);
	rc = xfer_put_record(s, r, XFER_EDITABLE, w, err);
	csm_writer_map_end(w);
	closed = csm_writer_close(w, rc ? &ignored : err);
	if (rc || closed)
		return rc ? rc : closed;
	return add_comments(s, r, b, err);
}

/* ---- in ---- */

struct editor {
	struct csm_store *store;
	struct csm_arena *arena;
	struct csm_import *im;		/* references resolve as in a load of nothing else */
	const struct csm_diag *diag;
	struct csm_err first;
	const char *file;
};

static void note(struct editor *e, struct csm_err *err)
{
	if (!e->first.code)
		e->first = *err;
	csm_diag_note(e->diag, 'e', err);
	csm_err_clear(err);
}

/* The keys at the top: the version and the record. */
static int check_top(struct editor *e, const struct csm_rtype *t, const struct csm_node *top,
		     const struct csm_node **out, struct csm_err *err)
{
	*out = csm_node_get(top, t->name);
	for (const struct csm_node *n = top->first; n; n = n->next) {
		int rc = CSM_OK;

		if (strcmp(n->key, "csm") == 0)
			rc = xfer_check_version(e->file, n->text, n->line, n->col, err);
		else if (n != *out)
			rc = csm_fail(err, CSM_E_INVALID, "'%s' can't be edited together with a %s",
				      n->key, t->name);
		if (rc)
			return csm_err_at(err, e->file, n->line, n->col);
	}
	if (*out && (*out)->type == CSM_N_MAP)
		return CSM_OK;
	csm_fail(err, CSM_E_INVALID, "expected the %s as a map: {csm: 1, %s: {...}}", t->name, t->name);
	return csm_err_at(err, e->file, top->line, top->col);
}

/* The record's map inside {csm: 1, TYPE: {...}}. */
static int read_document(struct editor *e, const struct csm_rtype *t, struct csm_source src,
			 const struct csm_node **out, struct csm_err *err)
{
	struct csm_reader *r;
	struct csm_node *top = NULL;
	struct csm_event ev;
	int rc = csm_reader_open(&r, e->arena, CSM_FMT_YAML, src, NULL, err);

	if (rc)
		return rc;
	rc = csm_reader_next(r, &ev, err);
	if (!rc && ev.type == CSM_EV_MAP)
		rc = csm_reader_node(r, &ev, e->arena, &top, err);
	if (!rc && top)
		rc = csm_reader_next(r, &ev, err);
	csm_reader_close(r);
	if (rc)
		return rc;
	if (!top || ev.type != CSM_EV_END) {
		csm_fail(err, CSM_E_INVALID, "expected one document, {csm: 1, %s: {...}}", t->name);
		return csm_err_at(err, e->file, ev.line, ev.col);
	}
	return check_top(e, t, top, out, err);
}

/* A field at a time, so that each mistake is told. */
static void bind_fields(struct editor *e, struct csm_rec *r, const struct csm_node *map)
{
	for (const struct csm_node *n = map->first; n; n = n->next) {
		int field = csm_field_index(r->type, n->key);
		struct csm_node one = *n, only = {
			.type = CSM_N_MAP, .first = &one, .line = n->line, .col = n->col
		};
		struct xfer_item item = { .type = r->type,
					  .at = { xfer_type_index(e->im, r->type), -1 },
					  .node = &only,
					  .file = e->file };
		struct csm_err err = { 0 };

		one.next = NULL;
		if (field >= 0 && xfer_bind(e->im, &item, r, &err))
			note(e, &err);
	}
	r->line = map->line;
}

/* Keys that name nothing, and numbers that would make it another record. */
static void check_keys(struct editor *e, const struct csm_rec *r, const struct csm_node *map)
{
	const struct csm_dict *d = csm_store_dict(e->store);
	const struct csm_rtype *t = r->type, *owned;
	int field;

	for (const struct csm_node *c = map->first; c; c = c->next) {
		struct csm_err err = { 0 };

		if (csm_node_is_talk(c->key))
			continue;
		field = csm_field_index(t, c->key);
		owned = field < 0 ? csm_dict_owned_named(d, t, c->key, &field) : NULL;
		if (!owned && field < 0)
			xfer_unknown_key(e->arena, d, t, c, e->file, &err);
		else if (owned && !xfer_editable_type(owned))
			csm_fail(&err, CSM_E_INVALID, "%s can't be edited", owned->plural);
		else if (!owned && t->fields[field].flags & CSM_F_COMPUTED &&
			 (c->type != CSM_N_SCALAR || csm_number_parse(t, c->text) != r->id))
			csm_fail(&err, CSM_E_INVALID, "can't be changed");
		else
			continue;
		csm_err_on(&err, t->name, csm_rec_key(e->arena, r), owned || field < 0 ? NULL : c->key);
		csm_err_at(&err, e->file, c->line, c->col);
		note(e, &err);
	}
}

/* An error of the store knows the field; the document knows where that is. */
static int locate(struct editor *e, const struct csm_node *map, struct csm_err *err)
{
	const struct csm_node *n = err->field[0] ? csm_node_get(map, err->field) : NULL;

	if (!n)
		n = map;
	return csm_err_at(err, e->file, n->line, n->col);
}

/* ---- owned records ---- */

/* An entry of an owned list as a record, and the stored row that it stands for. */
struct entry {
	const struct csm_node *node;
	struct csm_rec *rec, *row;
};

struct owned {
	struct editor *e;
	const struct csm_rtype *type;
	int field;			/* that names the owner */
	struct entry *entries;
	unsigned n;
	struct csm_rec **rows;		/* NULL: taken by an entry */
	unsigned nrows;
};

static bool is_replaced(const struct owned *o, const struct csm_rec *rec, int field)
{
	return field != o->field && (xfer_editable(&o->type->fields[field]) || csm_rec_given(rec, field));
}

static bool is_equal(const struct owned *o, const struct csm_rec *rec, const struct csm_rec *row)
{
	for (unsigned i = 0; i < o->type->nfields; i++)
		if (is_replaced(o, rec, (int)i) && !csm_value_eq(&rec->v[i], &row->v[i]))
			return false;
	return true;
}

/* Whether both have the same values in one of the sets of fields that are unique together. */
static bool is_same(const struct owned *o, const struct csm_rec *rec, const struct csm_rec *row)
{
	for (const char *set = o->type->unique; set && *set;
	     set = strchr(set, ';') ? strchr(set, ';') + 1 : NULL) {
		char *list = csm_strndup(o->e->arena, set, strcspn(set, ";")), word[64];
		bool same = true;

		for (unsigned i = 0; same && csm_word(list, i, word, sizeof(word)); i++) {
			int field = csm_field_index(o->type, word);

			same = csm_value_eq(&rec->v[field], &row->v[field]) &&
			       (field == o->field || !csm_rec_null(rec, field));
		}
		if (same)
			return true;
	}
	return false;
}

static bool is_any(const struct owned *o, const struct csm_rec *rec, const struct csm_rec *row)
{
	(void)rec;
	(void)row;
	return !o->type->unique;	/* rows without a key are changed in their order */
}

static void pair_rows(struct owned *o, bool (*fits)(const struct owned *o, const struct csm_rec *rec,
						    const struct csm_rec *row))
{
	for (unsigned i = 0; i < o->n; i++) {
		for (unsigned k = 0; !o->entries[i].row && k < o->nrows; k++) {
			if (!o->rows[k] || !fits(o, o->entries[i].rec, o->rows[k]))
				continue;
			o->entries[i].row = o->rows[k];
			o->rows[k] = NULL;
		}
	}
}

static int write_entry(struct owned *o, struct entry *en, struct csm_err *err)
{
	struct csm_rec *r = en->row ? en->row : en->rec;

	for (unsigned i = 0; en->row && i < o->type->nfields; i++) {
		if (!is_replaced(o, en->rec, (int)i) || csm_value_eq(&r->v[i], &en->rec->v[i]))
			continue;
		r->v[i] = en->rec->v[i];
		csm_rec_give(r, (int)i);
	}
	if (csm_store_write(o->e->store, r, CSM_WRITE_NORMAL, -1, err))
		return locate(o->e, en->node, err);
	return CSM_OK;
}

/* What goes makes room for what comes. */
static int write_owned(struct owned *o, struct csm_err *err)
{
	int rc = CSM_OK;

	pair_rows(o, is_equal);
	pair_rows(o, is_same);
	pair_rows(o, is_any);
	for (unsigned k = 0; !rc && k < o->nrows; k++)
		if (o->rows[k])
			rc = csm_store_delete(o->e->store, o->rows[k], -1, err);
	for (unsigned i = 0; !rc && i < o->n; i++)
		if (o->entries[i].row)
			rc = write_entry(o, &o->entries[i], err);
	for (unsigned i = 0; !rc && i < o->n; i++)
		if (!o->entries[i].row)
			rc = write_entry(o, &o->entries[i], err);
	return rc;
}

/* The entries of a list as new records; mistakes are noted. */
static int read_entries(struct owned *o, const struct csm_node *list, int64_t owner, struct csm_err *err)
{
	struct editor *e = o->e;
	int rc = CSM_OK;

	for (const struct csm_node *n = list->first; n; n = n->next)
		o->n++;
	o->entries = csm_calloc(e->arena, o->n, sizeof(*o->entries));
	o->n = 0;
	for (const struct csm_node *n = list->first; !rc && n; n = n->next) {
		struct entry *en = &o->entries[o->n++];

		en->node = n;
		rc = csm_store_new(e->store, o->type, e->arena, &en->rec, err);
		if (rc)
			break;
		csm_rec_set_int(en->rec, o->field, owner);
		if (n->type == CSM_N_MAP) {
			check_keys(e, en->rec, n);
			bind_fields(e, en->rec, n);
			continue;
		}
		csm_fail(err, CSM_E_INVALID, "expected a map of fields");
		csm_err_on(err, o->type->name, NULL, NULL);
		csm_err_at(err, e->file, n->line, n->col);
		note(e, err);
	}
	return rc;
}

/* The lists of owned records in the document; a list replaces, a list that is not there leaves. */
static int read_owned(struct editor *e, const struct csm_rec *r, const struct csm_node *map,
		      struct csm_vec *out, struct csm_err *err)
{
	const struct csm_rtype *owned;
	int field, rc = CSM_OK;

	for (unsigned i = 0;
	     !rc && (owned = csm_dict_owned(csm_store_dict(e->store), r->type, i, &field)) != NULL; i++) {
		const struct csm_node *list = csm_node_get(map, csm_type_doc_key(owned));
		struct owned *o;

		if (!list)
			list = csm_node_get(map, owned->name);
		if (!list || !xfer_editable_type(owned))
			continue;
		if (list->type == CSM_N_MAP ||
		    (list->type == CSM_N_SCALAR && list->scalar != CSM_SC_NULL)) {
			csm_fail(err, CSM_E_INVALID, "expected a list");
			csm_err_on(err, r->type->name, csm_rec_key(e->arena, r), list->key);
			csm_err_at(err, e->file, list->line, list->col);
			note(e, err);
			continue;
		}
		o = csm_vec_add(out);
		*o = (struct owned){ .e = e, .type = owned, .field = field };
		rc = read_entries(o, list, r->id, err);
		if (!rc)
			rc = csm_store_children(e->store, owned, field, r->id, e->arena, &o->rows,
						&o->nrows, err);
	}
	return rc;
}

static int apply(struct editor *e, struct csm_rec *r, const struct csm_node *map, int64_t if_version,
		 struct csm_err *err)
{
	struct csm_vec lists = CSM_VEC(e->arena, struct owned);
	int rc;

	check_keys(e, r, map);
	bind_fields(e, r, map);
	rc = read_owned(e, r, map, &lists, err);
	if (rc || e->first.code)
		return rc;
	rc = csm_store_write(e->store, r, CSM_WRITE_NORMAL, if_version, err);
	if (rc)
		return locate(e, map, err);
	for (size_t i = 0; !rc && i < lists.n; i++)
		rc = write_owned(CSM_AT(&lists, struct owned, i), err);
	return rc;
}

int csm_edit_apply(struct csm_store *s, struct csm_rec *r, struct csm_source src, int64_t if_version,
		   const struct csm_diag *diag, struct csm_err *err)
{
	struct csm_import_opts none = { .format = CSM_FMT_YAML };
	struct editor e = {
		.store = s, .arena = r->arena, .diag = diag, .file = csm_strdup(r->arena, src.name)
	};
	const struct csm_node *map = NULL;
	int rc = csm_import_open(&e.im, s, r->arena, &none, err);

	if (!rc) {
		e.im->scratch = r->arena;	/* values live as long as the record */
		rc = read_document(&e, r->type, src, &map, err);
	}
	if (!rc)
		rc = apply(&e, r, map, if_version, err);
	csm_import_close(e.im);
	if (rc)
		note(&e, err);
	if (e.first.code)
		*err = e.first;
	return (int)e.first.code;
}
