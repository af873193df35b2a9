/* SPDX-License-Identifier: MIT */
/* modes.c - what the options of a load say of a record that is stored already, of one that is not, and of an empty cell. */
#include "xfer_priv.h"

/* ---- --on-match, --on-missing ---- */

/* "number, external_id, email": what the type is matched by. */
static const char *keys_text(struct csm_import *im, const struct xfer_item *item)
{
	const struct csm_rtype *t = item->type;
	struct csm_buf b = CSM_BUF(im->scratch);

	if (xfer_key_of(im, item))
		return im->opts.key;
	for (unsigned i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & CSM_F_KEY)
			csm_buf_addf(&b, "%s%s", b.n ? ", " : "", t->fields[i].name);
	if (t->unique)
		csm_buf_addf(&b, "%s%s", b.n ? "; " : "", t->unique);
	return b.n ? b.s : "its values";
}

int xfer_mode(struct csm_import *im, const struct xfer_item *item, bool *skip, struct csm_err *err)
{
	bool exists = item->flags & XFER_EXISTS;
	const char *key = NULL;
	int rc;

	*skip = false;
	/* what is owned is part of its owner, and goes its way */
	if (item->owner_type && item->type->flags & CSM_T_OWNED)
		return CSM_OK;
	*skip = exists ? im->opts.on_match == CSM_MATCH_SKIP : im->opts.on_missing == CSM_MISSING_SKIP;
	if (exists && im->opts.on_match == CSM_MATCH_ERROR) {
		rc = csm_store_key(im->store, item->type, item->id, im->scratch, &key, err);
		return rc ? rc : csm_fail(err, CSM_E_CONFLICT, "is stored already, as %s (--on-match=error)",
					  key ? key : "?");
	}
	if (!exists && im->opts.on_missing == CSM_MISSING_ERROR)
		return csm_fail(err, CSM_E_NOTFOUND, "is not stored yet, by %s (--on-missing=error)",
				keys_text(im, item));
	return CSM_OK;
}

int xfer_skip(struct csm_import *im, struct xfer_item *item, struct csm_err *err)
{
	bool exists = item->flags & XFER_EXISTS;
	const char *key = NULL;
	int rc = CSM_OK;

	item->flags |= XFER_SKIPPED;
	if (!exists)
		item->id = 0;
	xfer_keep(im, item);
	xfer_count(im, item->type)->skipped++;
	im->types[item->at.type].missing += !exists;
	if (exists)
		xfer_hold(im, item->at.type, item->id);
	if (exists && im->opts.record)
		rc = csm_store_key(im->store, item->type, item->id, im->scratch, &key, err);
	xfer_watch_skipped(im, item, key ? key : "");
	return rc || exists ? rc : xfer_reject_waiting(im, item->at, err);
}

/* ---- --empty ---- */

/* Of a text "" is a value, though it is stored as null. */
static bool is_text(const struct csm_rtype *t, const char *key)
{
	const struct csm_field *f = csm_field_named(t, key);

	return f && f->kind == CSM_K_TEXT;
}

/* Whether the column is one of the type's: any other is told of, empty or not. */
static bool is_column(struct csm_import *im, const struct csm_rtype *t, const char *key)
{
	return csm_field_index(t, csm_strndup(im->scratch, key, strcspn(key, "."))) >= 0;
}

/* The first key that the row states, to name it. */
static const char *row_key(const struct csm_rtype *t, const struct csm_node *row)
{
	for (unsigned i = 0; i < t->nfields; i++) {
		const struct csm_node *n = t->fields[i].flags & CSM_F_KEY ? csm_node_get(row, t->fields[i].name) : NULL;

		if (n && n->type == CSM_N_SCALAR && *n->text)
			return n->text;
	}
	return NULL;
}

/* Whether a column, or the reference that it is a part of, has to have a value: unsaid an empty cell leaves it what it has. */
static bool keeps_value(struct csm_import *im, const struct csm_rtype *t, const char *key)
{
	const struct csm_field *f = csm_field_named(t, csm_strndup(im->scratch, key, strcspn(key, ".")));

	return f && f->flags & CSM_F_REQUIRED;
}

int xfer_empty_cells(struct csm_import *im, const struct csm_rtype *t, struct csm_node *row, const char *file,
		     struct csm_err *err)
{
	enum csm_empty empty = im->opts.empty;
	struct csm_node **at = &row->first;

	while (*at) {
		struct csm_node *n = *at;
		bool is_empty = n->type == CSM_N_SCALAR && !*n->text;

		if (is_empty && empty == CSM_EMPTY_ABSENT && is_column(im, t, n->key)) {
			*at = n->next;
			continue;
		}
		if (is_empty && empty == CSM_EMPTY_UNSAID && keeps_value(im, t, n->key))
			n->scalar = CSM_SC_PLAIN;
		if (is_empty && empty == CSM_EMPTY_TEXT && !csm_node_is_talk(n->key) && !is_text(t, n->key)) {
			csm_fail(err, CSM_E_INVALID, "is empty, and that is no value of it (--empty=text)");
			csm_err_on(err, t->name, row_key(t, row), n->key);
			return csm_err_at(err, file, n->line, n->col);
		}
		at = &(*at)->next;
	}
	return CSM_OK;
}
