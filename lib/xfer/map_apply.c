/* SPDX-License-Identifier: MIT */
/*
 * map_apply.c - one foreign row becomes the records that the mapping says, as if a document had stated
 * them.
 */
#include <csm/utf8.h>

#include "map_priv.h"

/* A record's map, as the load has it, with what the load does not see in it. */
struct made {
	struct csm_node node;
	const struct map_set *set;
	struct csm_vec faults;		/* struct csm_err: fields that no value could be made of */
};

static int make_map(const struct map_row *w, const struct map_set *set, struct csm_node **out,
		    struct csm_err *err);

/* ---- elements ---- */

/* The parts of a text, empty ones aside, linked by next. */
static const struct csm_node *split_text(const struct map_row *w, const char *s, const char *at,
					 const struct csm_node *n)
{
	struct csm_node *list = NULL, **end = &list;

	while (s) {
		const char *hit = strstr(s, at);
		const char *part = hit ? csm_strndup(w->arena, s, (size_t)(hit - s)) : s;
		struct csm_node *e = csm_alloc(w->arena, sizeof(*e));

		*e = (struct csm_node){ .type = CSM_N_SCALAR,
					.scalar = CSM_SC_QUOTED,
					.text = map_trim(w->arena, part),
					.line = n->line,
					.col = n->col };
		if (*e->text) {
			*end = e;
			end = &e->next;
		}
		s = hit ? hit + strlen(at) : NULL;
	}
	return list;
}

/* The elements of a set's column: those of a list, the parts of a text; anything else is one. */
static int find_elements(const struct map_row *w, const struct map_set *set, const struct csm_node **first,
			 struct csm_err *err)
{
	const struct csm_node *n = map_find_column(w, set->each);
	const char *text = NULL;
	struct csm_node *one;

	*first = NULL;
	if (!n)
		return CSM_OK;
	if (set->each_at) {
		if (map_column_text(w, set->each, set->each_at, &text, err))
			return (int)err->code;
		*first = text ? split_text(w, text, set->each_at, n) : NULL;
		return CSM_OK;
	}
	if (n->type == CSM_N_SEQ) {
		*first = n->first;
		return CSM_OK;
	}
	if (n->type == CSM_N_SCALAR && map_column_text(w, set->each, "", &text, err))
		return (int)err->code;
	if (n->type == CSM_N_SCALAR && !text)
		return CSM_OK;
	one = csm_alloc(w->arena, sizeof(*one));
	*one = *n;
	one->next = NULL;
	*first = one;
	return CSM_OK;
}

/* ---- records ---- */

/* The record of a set, NULL when its conditions do not hold or it has no values. */
static int make_if(const struct map_row *w, const struct map_set *set, struct csm_node **out,
		   struct csm_err *err)
{
	bool hold;
	int rc = map_conds_hold(w, &set->conds, &hold, err);

	*out = NULL;
	return rc || !hold ? rc : make_map(w, set, out, err);
}

/* Records of a list: one for each set, or one for each element of the set's column. */
static int make_list(const struct map_row *w, const struct map_value *v, struct csm_node *n, struct csm_err *err)
{
	struct csm_node **end = &n->first;

	n->type = CSM_N_SEQ;
	for (unsigned i = 0; i < v->nlist; i++) {
		const struct map_set *set = v->list[i];
		const struct csm_node *at = w->at;
		int rc = set->each ? find_elements(w, set, &at, err) : CSM_OK;

		for (; !rc && at; at = set->each ? at->next : NULL) {
			struct map_row in = *w;

			in.at = at;
			rc = make_if(&in, set, end, err);
			if (*end)
				end = &(*end)->next;
		}
		if (rc)
			return rc;
	}
	return CSM_OK;
}

/* No value: null, where the mapping says that it clears the field. One that must have a value keeps it. */
static int make_nothing(const struct map_row *w, const struct csm_rtype *t, const struct map_entry *e,
			struct csm_node *n, struct csm_err *err)
{
	const struct csm_field *f = csm_field_named(t, e->name);
	bool hold = e->value.clear && !(f && f->flags & CSM_F_REQUIRED && f->def);
	int rc = hold ? map_conds_hold(w, &e->value.conds, &hold, err) : CSM_OK;

	if (rc || !hold)
		return rc;
	n->key = e->name;
	n->text = "";
	n->scalar = CSM_SC_NULL;
	return CSM_OK;
}

/* A reference stands where the first of its keys does that a column gave. */
static void take_ref(struct csm_node *n, const struct csm_node *ref)
{
	const struct csm_node *key = ref->first;

	*n = *ref;
	while (key && !key->col)
		key = key->next;
	if (key) {
		n->line = key->line;
		n->col = key->col;
	}
}

/* The value of one field, as a node of the record; n->key stays NULL when there is none. */
static int make_field(const struct map_row *w, const struct csm_rtype *t, const struct map_entry *e,
		      struct csm_node *n, struct csm_err *err)
{
	const struct map_value *v = &e->value;
	struct csm_node *ref = NULL;
	bool hold = true;
	int rc;

	n->line = w->at->line;
	n->scalar = CSM_SC_QUOTED;
	if (!v->nlist && !v->ref) {
		rc = map_make_text(w, v, &n->text, err);
		if (*w->from) {
			n->line = (*w->from)->line;
			n->col = (*w->from)->col;
		}
		n->key = rc || !n->text ? NULL : e->name;
		return rc || n->text ? rc : make_nothing(w, t, e, n, err);
	}
	rc = map_conds_hold(w, &v->conds, &hold, err);
	if (!rc && hold && v->nlist)
		rc = make_list(w, v, n, err);
	else if (!rc && hold)
		rc = make_if(w, v->ref, &ref, err);
	if (!rc && hold && v->ref && !ref)
		return make_nothing(w, t, e, n, err);
	if (rc || !hold)
		return rc;
	if (ref && v->ref_list) {
		n->type = CSM_N_SEQ;
		n->first = ref;
	} else if (ref) {
		take_ref(n, ref);
	}
	n->key = e->name;
	n->next = NULL;
	return CSM_OK;
}

/* A field that no value could be made of, with the place of the column it is made of where that is known. */
static int locate(const struct map_row *w, const struct map_set *set, const struct map_entry *e, struct csm_err *err)
{
	const struct csm_node *n = *w->from ? *w->from : w->at;

	csm_err_on(err, set->type->name, NULL, e->name);
	return err->file[0] ? (int)err->code : csm_err_at(err, w->file, n->line, n->col);
}

static struct csm_node *new_map(const struct map_row *w, const struct map_set *set)
{
	struct made *made = csm_alloc(w->arena, sizeof(*made));

	made->set = set;
	made->faults = (struct csm_vec)CSM_VEC(w->arena, struct csm_err);
	made->node = (struct csm_node){ .type = CSM_N_MAP, .line = w->at->line, .col = w->at->col };
	return &made->node;
}

/*
 * A map of the fields that have a value; *out NULL when none has: beside empty columns constants make no
 * record, by themselves they do. A record has what is wrong beside the rest; of a reference the first fault ends it.
 */
static int make_map(const struct map_row *w, const struct map_set *set, struct csm_node **out, struct csm_err *err)
{
	struct csm_node *map = new_map(w, set), **end = &map->first;
	struct csm_vec *faults = &((struct made *)map)->faults;
	bool any = set->fixed;

	for (const struct map_entry *e = set->first; e; e = e->next) {
		struct csm_node *n = csm_alloc(w->arena, sizeof(*n));
		const struct csm_node *from = NULL;
		struct map_row in = *w;
		int rc;

		in.from = &from;
		rc = make_field(&in, set->type, e, n, err);
		if (rc) {
			locate(&in, set, e, err);
			if (!set->number || !xfer_of_record(rc))
				return rc;
			*(struct csm_err *)csm_vec_add(faults) = *err;
			csm_err_clear(err);
			continue;
		}
		if (!n->key)
			continue;
		if (n->type == CSM_N_SCALAR)
			any = any || (n->scalar != CSM_SC_NULL && !e->value.constant);
		else
			any = any || n->first;
		*end = n;
		end = &n->next;
	}
	*out = any || faults->n ? map : NULL;
	return CSM_OK;
}

const struct csm_vec *xfer_map_faults(const struct csm_node *record, unsigned *set)
{
	const struct made *made = (const struct made *)record;

	*set = made->set->number;
	return made->faults.n ? &made->faults : NULL;
}

/* ---- what messages say ---- */

/* The columns of a value, each once. */
static void add_columns(const struct map_value *v, struct csm_vec *names)
{
	for (unsigned i = 0; i < v->ncolumns; i++) {
		size_t k = 0;

		while (k < names->n && strcmp(*CSM_AT(names, const char *, k), v->path[i]) != 0)
			k++;
		if (k == names->n)
			*(const char **)csm_vec_add(names) = v->path[i];
	}
	for (const struct map_value *e = v->either; e; e = e->next)
		add_columns(e, names);
	for (const struct map_entry *e = v->ref ? v->ref->first : NULL; e; e = e->next)
		add_columns(&e->value, names);
}

void xfer_map_name(struct csm_import *im, const struct xfer_item *item, struct csm_err *err)
{
	const struct map_set *set = *CSM_AT(&im->opts.map->sets, const struct map_set *, item->set - 1);
	struct csm_vec names = CSM_VEC(im->scratch, const char *);
	struct csm_buf b = CSM_BUF(im->scratch);
	size_t n = strlen(err->field);

	if (!n || strcmp(err->type, item->type->name) != 0)
		return;
	for (const struct map_entry *e = set->first; e; e = e->next)
		if (strncmp(e->name, err->field, n) == 0 && (!e->name[n] || e->name[n] == '.'))
			add_columns(&e->value, &names);
	for (size_t i = 0; i < names.n; i++)
		csm_buf_addf(&b, "%s'%.*s'", i ? ", " : "", CSM_Q(*CSM_AT(&names, const char *, i)));
	if (names.n)
		csm_wrap(err, "column%s %s", names.n > 1 ? "s" : "", b.s);
}

/* ---- rows ---- */

/* One record, or why there is none; *made counts. */
static int add_one(const struct map_row *w, const struct map_set *set, unsigned *made, struct csm_err *err)
{
	struct csm_import *im = w->im;
	struct csm_node *map = NULL;
	int rc = make_if(w, set, &map, err);

	if (!rc && !map)
		return CSM_OK;
	++*made;
	if (rc) {
		struct csm_import_count *c = xfer_count(im, set->type);

		if (!err->type[0])
			csm_err_on(err, set->type->name, NULL, NULL);
		if (!err->file[0])
			csm_err_at(err, w->file, w->at->line, w->at->col);
		c->read++;
		c->rejected++;
		return xfer_reject(im, im->row, err);
	}
	if (strcmp(set->type->name, "sla") == 0)
		im->sla_stated = true;
	return xfer_add_record(im, set->type, map, w->file, set->repeat_first, err);
}

static int add_records(const struct map_row *w, const struct map_set *set, unsigned *made, struct csm_err *err)
{
	const struct csm_node *at = w->at;
	int rc = set->each ? find_elements(w, set, &at, err) : CSM_OK;

	if (rc)
		return xfer_reject(w->im, w->im->row, err);
	for (; !rc && at; at = set->each ? at->next : NULL) {
		struct map_row in = *w;

		in.at = at;
		rc = add_one(&in, set, made, err);
	}
	return rc;
}

int xfer_map_row(struct csm_import *im, const struct csm_node *node, const char *file, const char *rows,
		 bool table, struct csm_err *err)
{
	const struct csm_map *map = im->opts.map;
	struct map_row w = { .im = im, .arena = im->scratch, .map = map, .node = node, .at = node, .file = file, .rows = rows };
	unsigned made = 0;
	bool hold;
	int rc;

	if (map->documents_only && !rows)
		return xfer_map_no_place(im, file, err);
	rc = table ? CSM_OK : map_check_row(&w, err);
	map->tally->rows++;
	if (!rc)
		rc = map_conds_hold(&w, &map->conds, &hold, err);
	if (rc) {
		csm_err_at(err, err->file[0] ? NULL : file, err->line, err->col);
		return xfer_reject(im, im->row, err);
	}
	for (const struct map_set *set = hold ? map->records : NULL; set; set = set->next) {
		if (rows && strcmp(set->rows, rows) != 0)
			continue;
		rc = add_records(&w, set, &made, err);
		if (rc)
			return rc;
	}
	map->tally->passed_over += !made;
	return CSM_OK;
}
