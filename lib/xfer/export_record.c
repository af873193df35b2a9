/* SPDX-License-Identifier: MIT */
/*
 * export_record.c - a record into an open writer: fields in row order, owned records inside. What an import
 * would fill by itself and is empty here is written as null, so that an export is loaded back as it is.
 */
#include "anon.h"

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

/* ---- what is written of a type ---- */

void xfer_out_init(struct xfer_out *o, struct csm_store *s, enum xfer_part part, struct csm_arena *a)
{
	*o = (struct xfer_out){ .store = s, .part = part, .arena = a };
	o->shapes = csm_calloc(a, csm_store_dict(s)->ntypes, sizeof(struct xfer_shape *));
}

unsigned xfer_dict_index(const struct csm_dict *d, const struct csm_rtype *t)
{
	unsigned i = 0;

	while (d->types[i] != t)
		i++;
	return i;
}

static void shape_fields(struct xfer_out *o, struct xfer_shape *sh)
{
	const struct csm_rtype *t = sh->type;
	int *columns = csm_calloc(o->arena, t->nfields + 1, sizeof(*columns));
	unsigned ncolumns = 0;

	sh->cols = csm_calloc(o->arena, t->nfields, sizeof(*sh->cols));
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_field *f = &t->fields[i];
		bool number = t->prefix && f->flags & CSM_F_COMPUTED && strcmp(f->name, "number") == 0;

		/* an owned record is found by its owner, whatever is written of it */
		if (!(f->flags & CSM_F_COMPUTED) && (is_wanted(o->part, f) || f->flags & CSM_F_OWNER))
			columns[ncolumns++] = (int)i;
		if (!is_wanted(o->part, f))
			continue;
		sh->cols[sh->ncols++] = (struct xfer_col){
			.field = (int)i, .f = f, .type = write_type(f->kind), .number = number,
			.null = ((f->def && *f->def) || f->flags & CSM_F_DERIVED) && o->part != XFER_EDITABLE,
			.target = f->target ? csm_dict_type(csm_store_dict(o->store), f->target) : NULL,
		};
	}
	columns[ncolumns] = -1;
	sh->columns = columns;
}

static void shape_children(struct xfer_out *o, struct xfer_shape *sh)
{
	const struct csm_dict *d = csm_store_dict(o->store);
	const struct csm_rtype *owned;
	int field;

	sh->children = csm_calloc(o->arena, d->ntypes, sizeof(*sh->children));
	for (unsigned i = 0; (owned = csm_dict_owned(d, sh->type, i, &field)) != NULL; i++)
		if (o->part != XFER_EDITABLE || xfer_editable_type(owned))
			sh->children[sh->nchildren++] =
				(struct xfer_child){ .type = owned, .field = field };
}

struct xfer_shape *xfer_shape_of(struct xfer_out *o, const struct csm_rtype *t)
{
	struct xfer_shape **at = &o->shapes[xfer_dict_index(csm_store_dict(o->store), t)];

	if (!*at) {
		*at = csm_alloc(o->arena, sizeof(**at));
		(*at)->type = t;
		shape_fields(o, *at);
		shape_children(o, *at);
	}
	return *at;
}

/* ---- owned records, read beside their owners ---- */

static int walk_child(struct xfer_out *o, struct xfer_child *ch, struct csm_err *err)
{
	const struct csm_field *f = &ch->type->fields[ch->field];
	struct csm_query q = { .sort = f->name, .columns = xfer_shape_of(o, ch->type)->columns };
	struct csm_filter *where = NULL;
	int rc = CSM_OK;

	/* where a record may have another owner instead, the index has only those that have this one */
	if (!(f->flags & CSM_F_REQUIRED))
		rc = csm_store_filter(o->store, ch->type, csm_sprintf(o->arena, "%s is not null", f->name),
				      o->arena, &where, err);
	q.where = where;
	if (!rc)
		rc = csm_store_select(o->store, ch->type, &q, o->arena, &ch->rows, err);
	return rc ? rc : csm_cursor_view(ch->rows, &ch->next, err);
}

int xfer_is_empty(struct xfer_out *o, const struct csm_rtype *t, bool *none, struct csm_err *err)
{
	static const int nothing[] = { -1 };
	const struct csm_query q = { .sort = "", .limit = 1, .columns = nothing };
	struct csm_cursor *c CSM_CLEANUP(csm_cursor_closep) = NULL;
	struct csm_rec *r = NULL;
	int rc = csm_store_select(o->store, t, &q, o->arena, &c, err);

	if (!rc)
		rc = csm_cursor_view(c, &r, err);
	*none = !r;
	return rc;
}

int xfer_shape_walk(struct xfer_out *o, struct xfer_shape *sh, struct csm_err *err)
{
	int rc = CSM_OK;

	for (unsigned i = 0; !rc && i < sh->nchildren; i++) {
		struct xfer_child *ch = &sh->children[i];

		rc = xfer_is_empty(o, ch->type, &ch->none, err);
		if (!rc && !ch->none)
			rc = walk_child(o, ch, err);
	}
	return rc;
}

void xfer_shape_rest(struct xfer_shape *sh)
{
	for (unsigned i = 0; i < sh->nchildren; i++) {
		csm_cursor_closep(&sh->children[i].rows);
		sh->children[i].next = NULL;
	}
}

/* Those of owners that were passed over (they came to be meanwhile, or are not asked for) are passed too. */
static int pass_owners(struct xfer_child *ch, int64_t owner, struct csm_err *err)
{
	int rc = CSM_OK;

	while (!rc && ch->next && csm_rec_int(ch->next, ch->field) < owner)
		rc = csm_cursor_view(ch->rows, &ch->next, err);
	return rc;
}

int xfer_kids_open(struct xfer_out *o, struct xfer_child *child, int64_t owner, struct csm_arena *a,
		   struct xfer_kids *k, struct csm_err *err)
{
	*k = (struct xfer_kids){ .out = o, .child = child, .owner = owner, .arena = a, .mark = csm_arena_mark(a) };
	if (child->rows)
		return pass_owners(child, owner, err);
	k->more = !child->none;
	return CSM_OK;
}

static int next_page(struct xfer_kids *k, struct csm_err *err)
{
	int64_t after = k->n ? k->rows[k->n - 1]->id : 0;

	csm_arena_rewind(k->arena, k->mark);
	k->at = 0;
	return csm_store_children_after(k->out->store, k->child->type, k->child->field, k->owner, after, XFER_PAGE, k->arena,
					&k->rows, &k->n, &k->more, err);
}

int xfer_kids_next(struct xfer_kids *k, struct csm_rec **out, struct csm_err *err)
{
	struct xfer_child *ch = k->child;
	int rc = CSM_OK;

	*out = NULL;
	if (!ch->rows) {
		if (k->at == k->n && k->more)
			rc = next_page(k, err);
		if (!rc && k->at < k->n)
			*out = k->rows[k->at++];
		return rc;
	}
	csm_arena_rewind(k->arena, k->mark);
	if (k->taken)
		rc = csm_cursor_view(ch->rows, &ch->next, err);
	k->taken = !rc && ch->next && csm_rec_int(ch->next, ch->field) == k->owner;
	if (k->taken)
		*out = ch->next;
	return rc;
}

/* ---- writing ---- */

static void put_item(void *arg, const char *key)
{
	csm_writer_value(arg, CSM_W_TEXT, key);
}

static int put_list(struct xfer_out *o, const struct xfer_col *c, const struct csm_rec *r, struct csm_arena *a,
		    struct csm_err *err)
{
	const char *text = csm_rec_text(r, c->field);
	char word[64];
	int rc = CSM_OK;

	csm_writer_key(o->w, c->f->name);
	csm_writer_seq(o->w);
	if (c->f->kind == CSM_K_REF_LIST)
		rc = xfer_each_key(o, c, r, a, put_item, o->w, err);
	else
		for (unsigned i = 0; csm_list_word(text, i, word, sizeof(word)); i++)
			csm_writer_value(o->w, CSM_W_TEXT, word);
	csm_writer_seq_end(o->w);
	return rc;
}

static int put_field(struct xfer_out *o, const struct xfer_col *c, const struct csm_rec *r,
		     struct csm_arena *a, struct csm_err *err)
{
	char buf[XFER_TEXT_SIZE];
	const char *text;
	int rc;

	if (!c->number && r->v[c->field].tag == CSM_NULL) {
		if (c->null)
			csm_writer_put(o->w, c->f->name, CSM_W_NULL, NULL);
		return CSM_OK;
	}
	if (c->f->kind == CSM_K_REF_LIST || c->f->kind == CSM_K_ENUM_LIST)
		return put_list(o, c, r, a, err);
	rc = xfer_text(o, c, r, buf, a, &text, err);
	if (!rc && text)
		csm_writer_put(o->w, c->f->name, c->type, text);
	return rc;
}

/* The list is begun with its first record: without any there is no key. */
static int put_owned(struct xfer_out *o, struct xfer_child *ch, int64_t owner, struct csm_arena *a,
		     struct csm_err *err)
{
	struct xfer_kids k;
	struct csm_rec *r;
	bool begun = false;
	int rc = xfer_kids_open(o, ch, owner, a, &k, err);

	while (!rc) {
		rc = xfer_kids_next(&k, &r, err);
		if (rc || !r)
			break;
		if (!begun) {
			csm_writer_key(o->w, csm_type_doc_key(ch->type));
			csm_writer_seq(o->w);
			begun = true;
		}
		rc = xfer_put_map(o, r, ch->field, a, err);
	}
	if (begun)
		csm_writer_seq_end(o->w);
	return rc;
}

/* The keys of a record and their values, into an open map. */
static int put_keys(struct xfer_out *o, struct csm_rec *r, int owner_field, struct csm_arena *a,
		    struct csm_err *err)
{
	struct xfer_shape *sh = xfer_shape_of(o, r->type);
	int rc = o->anon ? xfer_anon_record(o->anon, r, a, err) : CSM_OK;

	for (unsigned i = 0; !rc && i < sh->ncols; i++)
		if (sh->cols[i].field != owner_field)
			rc = put_field(o, &sh->cols[i], r, a, err);
	for (unsigned i = 0; !rc && i < sh->nchildren; i++)
		if (!sh->children[i].none)
			rc = put_owned(o, &sh->children[i], r->id, a, err);
	return rc;
}

/* What the writer refuses is told when it is closed; until then it is just not CSM_OK. */
int xfer_put_map(struct xfer_out *o, struct csm_rec *r, int owner_field, struct csm_arena *a,
		 struct csm_err *err)
{
	int rc, written;

	csm_writer_map(o->w);
	rc = put_keys(o, r, owner_field, a, err);
	written = csm_writer_map_end(o->w);
	return rc ? rc : written;
}

/* What is known of types is made while rows come and go, and outlives them: so it has an arena of its own. */
int xfer_put_record(struct csm_store *s, const struct csm_rec *r, enum xfer_part part,
		    struct csm_writer *w, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_arena *rows CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct xfer_out o;

	xfer_out_init(&o, s, part, a);
	o.w = w;
	return xfer_put_map(&o, csm_rec_copy(a, r), -1, rows, err);
}

int csm_export_record(struct csm_store *s, const struct csm_rec *r, bool volatile_fields,
		      struct csm_writer *w, struct csm_err *err)
{
	return xfer_put_record(s, r, volatile_fields ? XFER_ALL : XFER_STATED, w, err);
}

int csm_export_keys(struct csm_store *s, const struct csm_rec *r, bool volatile_fields,
		    struct csm_writer *w, struct csm_err *err)
{
	struct csm_arena *a CSM_CLEANUP(csm_arena_freep) = csm_arena_like(csm_store_arena(s));
	struct csm_arena *rows CSM_CLEANUP(csm_arena_freep) = csm_arena_like(a);
	struct xfer_out o;

	xfer_out_init(&o, s, volatile_fields ? XFER_ALL : XFER_STATED, a);
	o.w = w;
	return put_keys(&o, csm_rec_copy(a, r), -1, rows, err);
}
