/* SPDX-License-Identifier: MIT */
/* bind.c - the values of a document's record onto a csm record: typed by the dictionary, never by their look. */
#include "xfer_priv.h"

static int bind_ref(struct csm_import *im, struct csm_rec *r, int field, const struct csm_node *n, struct csm_err *err)
{
	const struct csm_rtype *target = csm_dict_type(csm_store_dict(im->store), r->type->fields[field].target);
	int64_t id;
	int rc = xfer_resolve(im, target, n, &id, err);

	if (!rc)
		csm_rec_set_int(r, field, id);
	return rc;
}

/* A list of references, written as a sequence or as "a,b". */
static int bind_ref_list(struct csm_import *im, struct csm_rec *r, int field, const struct csm_node *n, struct csm_err *err)
{
	const struct csm_rtype *target = csm_dict_type(csm_store_dict(im->store), r->type->fields[field].target);
	struct csm_buf b = CSM_BUF(r->arena);
	struct csm_node one = { .type = CSM_N_SCALAR, .scalar = CSM_SC_PLAIN, .line = n->line, .col = n->col };
	const struct csm_node *c = n->type == CSM_N_SEQ ? n->first : &one;
	const char *rest = n->type == CSM_N_SEQ ? NULL : n->text;

	while (c && (rest || n->type == CSM_N_SEQ)) {
		const char *comma = rest ? strchr(rest, ',') : NULL;
		char word[32];
		int64_t id;
		int rc;

		if (rest) {
			one.text = comma ? csm_strndup(im->arena, rest, (size_t)(comma - rest)) : rest;
			rest = comma ? comma + 1 : NULL;
		}
		rc = xfer_resolve(im, target, c, &id, err);
		if (rc)
			return rc;
		snprintf(word, sizeof(word), "%lld", (long long)id);
		if (!b.n || !csm_list_has(b.s, word))
			csm_buf_addf(&b, "%s%s,", b.n ? "" : ",", word);
		if (n->type == CSM_N_SEQ)
			c = c->next;
	}
	csm_rec_set(r, field, csm_text(b.s));
	return CSM_OK;
}

/* A list of words as one comma text, for csm_field_parse. */
static int join_words(struct csm_import *im, const struct csm_node *n, const char **out, struct csm_err *err)
{
	struct csm_buf b = CSM_BUF(im->arena);

	for (const struct csm_node *c = n->first; c; c = c->next) {
		if (c->type != CSM_N_SCALAR || c->scalar == CSM_SC_NULL)
			return csm_fail(err, CSM_E_INVALID, "expected a list of words");
		csm_buf_addf(&b, "%s%s", b.n ? "," : "", c->text);
	}
	*out = b.s;
	return CSM_OK;
}

static int bind_field(struct csm_import *im, struct csm_rec *r, int field, const struct csm_node *n, struct csm_err *err)
{
	const struct csm_field *f = &r->type->fields[field];
	const char *text = n->text;
	int rc = CSM_OK;

	csm_rec_give(r, field);
	if (n->type == CSM_N_SCALAR && (n->scalar == CSM_SC_NULL || !*n->text)) {
		csm_rec_clear(r, field);
		return CSM_OK;
	}
	if (f->kind == CSM_K_REF)
		return bind_ref(im, r, field, n, err);
	if (f->kind == CSM_K_REF_LIST)
		return bind_ref_list(im, r, field, n, err);
	if (f->kind == CSM_K_ENUM_LIST && n->type == CSM_N_SEQ)
		rc = join_words(im, n, &text, err);
	else if (n->type != CSM_N_SCALAR)
		return csm_fail(err, CSM_E_INVALID, "expected %s, not a %s", csm_kind(f->kind)->help, n->type == CSM_N_MAP ? "map" : "list");
	return rc ? rc : csm_store_set(im->store, r, field, text, err);
}

int xfer_bind(struct csm_import *im, const struct xfer_item *item, struct csm_rec *r, struct csm_err *err)
{
	r->file = item->file;
	r->line = item->node->line;
	for (const struct csm_node *n = item->node->first; n; n = n->next) {
		int field = csm_field_index(r->type, n->key), rc;

		if (field < 0 || r->type->fields[field].flags & CSM_F_COMPUTED || strcmp(n->key, "version") == 0)
			continue;		/* nested records are items of their own; a number has claimed its id */
		rc = bind_field(im, r, field, n, err);
		if (rc) {
			csm_err_on(err, r->type->name, csm_rec_key(im->arena, r), n->key);
			return csm_err_at(err, item->file, n->line, n->col);
		}
	}
	if (item->owner) {
		csm_rec_set_int(r, item->owner_field, item->owner->id);
		csm_rec_give(r, item->owner_field);
	}
	return CSM_OK;
}
