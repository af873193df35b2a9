/* SPDX-License-Identifier: MIT */
/*
 * map_apply.c - one foreign row becomes the records that the mapping says, as if a document had stated
 * them.
 */
#include <csm/utf8.h>

#include "map_priv.h"

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
	if (ref)
		*n = *ref;
	n->key = e->name;
	n->next = NULL;
	return CSM_OK;
}

/*
 * A map of the fields that have a value; *out NULL when none has: beside empty columns constants make no
 * record, by themselves they do.
 */
static int make_map(const struct map_row *w, const struct map_set *set, struct csm_node **out, struct csm_err *err)
{
	struct csm_node *map = csm_alloc(w->arena, sizeof(*map)), **end = &map->first;
	bool any = set->fixed;

	map->type = CSM_N_MAP;
	map->line = w->at->line;
	map->col = w->at->col;
	for (const struct map_entry *e = set->first; e; e = e->next) {
		struct csm_node *n = csm_alloc(w->arena, sizeof(*n));
		int rc = make_field(w, set->type, e, n, err);

		if (rc) {
			csm_err_on(err, set->type->name, NULL, e->name);
			return csm_err_at(err, w->file, w->at->line, w->at->col);
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
	*out = any ? map : NULL;
	return CSM_OK;
}

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
	struct map_row w = { im, im->scratch, map, node, node, file, rows };
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
