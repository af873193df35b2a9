/* SPDX-License-Identifier: MIT */
/*
 * bind.c - the values of a document's record onto a csm record: typed by the dictionary, never by their
 * look.
 */
#include "xfer_priv.h"

static int bind_ref(struct csm_import *im, struct csm_rec *r, int field, unsigned target,
		    const struct csm_node *n, struct csm_err *err)
{
	int64_t id;
	int rc = xfer_resolve(im, target, n, &id, err);

	if (!rc)
		csm_rec_set_int(r, field, id);
	return rc;
}

static int add_ref(struct csm_import *im, unsigned target, const struct csm_node *n, struct csm_buf *b,
		   struct csm_err *err)
{
	char word[32];
	int64_t id;
	int rc = xfer_resolve(im, target, n, &id, err);

	if (rc)
		return rc;
	snprintf(word, sizeof(word), "%lld", (long long)id);
	if (!b->n || !csm_list_has(b->s, word))
		csm_buf_addf(b, "%s%s,", b->n ? "" : ",", word);
	return CSM_OK;
}

/* A list of references, written as a sequence or as "a,b". */
static int bind_ref_list(struct csm_import *im, struct csm_rec *r, int field, unsigned target,
			 const struct csm_node *n, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(r->arena);
	struct csm_node one = {
		.type = CSM_N_SCALAR, .scalar = CSM_SC_QUOTED, .line = n->line, .col = n->col
	};
	const char *rest = n->text;
	int rc = CSM_OK;

	if (n->type == CSM_N_MAP)
		return csm_fail(err, CSM_E_INVALID, "expected a list of %s, not a map",
				im->types[target].type->plural);
	for (const struct csm_node *c = n->type == CSM_N_SEQ ? n->first : NULL; !rc && c; c = c->next)
		rc = add_ref(im, target, c, &b, err);
	while (!rc && n->type == CSM_N_SCALAR && rest) {
		one.text = csm_node_next_key(im->scratch, &rest);
		if (*one.text)
			rc = add_ref(im, target, &one, &b, err);
	}
	csm_rec_set(r, field, csm_text(b.s));
	return rc;
}

int xfer_not_scalar(const struct csm_field *f, const struct csm_node *n, struct csm_err *err)
{
	return csm_fail(err, CSM_E_INVALID, "expected %s, not a %s", csm_kind(f->kind)->help,
			n->type == CSM_N_MAP ? "map" : "list");
}

static int bind_field(struct csm_import *im, const struct xfer_fields *x, struct csm_rec *r, int field,
		      const struct csm_node *n, struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	const char *text = n->text;
	int rc = CSM_OK;

	im->field = field;
	if (XFER_IS_LEFT(n))
		return CSM_OK;
	csm_rec_give(r, field);
	if (n->type == CSM_N_SCALAR && (n->scalar == CSM_SC_NULL || !*n->text)) {
		csm_rec_clear(r, field);
		return CSM_OK;
	}
	if (f->kind == CSM_K_REF)
		return bind_ref(im, r, field, x->target[field], n, err);
	if (f->kind == CSM_K_REF_LIST)
		return bind_ref_list(im, r, field, x->target[field], n, err);
	if (f->kind == CSM_K_ENUM_LIST && n->type == CSM_N_SEQ)
		rc = csm_node_words(im->scratch, n, &text, err);
	else if (n->type != CSM_N_SCALAR)
		return xfer_not_scalar(f, n, err);
	return rc ? rc : csm_store_take(im->store, r, field, text, err);
}

/* The record around it is the one it refers to, whatever else is stated. */
static int bind_owner(struct csm_import *im, const struct xfer_item *item, struct csm_rec *r,
		      struct csm_err *err)
{
	const char *name = r->type->fields[item->owner_field].name;
	const struct csm_node *n = item->by[item->owner_field];
	int64_t id = 0;
	int rc;

	im->field = item->owner_field;
	rc = xfer_use(im, item->owner, &id, err);
	if (!rc && n && csm_rec_int(r, item->owner_field) != id)
		rc = csm_fail(err, CSM_E_INVALID, "names another %s than the one it stands in",
			      item->owner_type->name);
	csm_rec_set_int(r, item->owner_field, id);
	csm_rec_give(r, item->owner_field);
	if (!rc)
		return CSM_OK;
	csm_err_on(err, r->type->name, csm_rec_key(im->scratch, r), name);
	return csm_err_at(err, item->file, n ? n->line : item->node->line, n ? n->col : item->node->col);
}

int xfer_bind(struct csm_import *im, const struct xfer_item *item, struct csm_rec *r, struct csm_err *err)
{
	const struct xfer_fields *x = xfer_fields(im, item->at.type);
	const int *fields = item->fields;

	r->file = item->file;
	r->line = item->node->line;
	for (const struct csm_node *n = item->node->first; n; n = n->next) {
		int field = fields ? *fields++ : csm_field_index(r->type, n->key), rc;

		if (field < 0 || r->type->fields[field].flags & CSM_F_COMPUTED || field == x->version)
			continue; /* nested records are items of their own; a number has claimed its id */
		rc = bind_field(im, x, r, field, n, err);
		if (rc) {
			csm_err_on(err, r->type->name, csm_rec_key(im->scratch, r),
				   r->type->fields[field].name);
			return csm_err_at(err, item->file, n->line, n->col);
		}
	}
	return item->owner_type ? bind_owner(im, item, r, err) : CSM_OK;
}
